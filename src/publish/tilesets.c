/* publish/tilesets.c: tiles come from render one by one and go into an archive, which is named by
 * what is in it. */
#include "publish/tilesets.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/sha256.h"
#include "publish/emit.h"
#include "publish/map_style.h"
#include "publish/tilesets_internal.h"
#include "publish/vector_tiles.h"

enum wh_status wh_tilesets_add(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                               size_t len, struct wh_error *err)
{
    return wh_tile_set_add(user, z, x, y, png, len, err);
}

void wh_tilesets_attribution(struct wh_buf *buf, const struct wh_report *report)
{
    for (size_t i = 0; i < report->n_licences; i++) {
        wh_buf_c(buf, i == 0 ? "" : " · ");
        wh_buf_html(buf, wh_str_c(report->licence[i]));
    }
}

void wh_tilesets_box(const struct wh_job *job, double ret[4])
{
    double box[4];
    wh_shape_box(job->report->area, box);
    wh_box_to_lonlat(job->opt->to_lonlat, box, ret);
}

enum wh_status wh_tilesets_open(const struct wh_job *job, const char *name, const char *description,
                                uint32_t zoom_max, struct wh_tile_set **ret, struct wh_error *err)
{
    struct wh_buf attribution;
    wh_buf_init(&attribution, job->ctx);
    wh_tilesets_attribution(&attribution, job->report);
    enum wh_status status = wh_buf_ok(&attribution, err);
    if (status == WH_OK) {
        struct wh_tile_meta meta = {.name = name,
                                    .description = description,
                                    .attribution = attribution.ptr,
                                    .zoom_min = job->opt->zoom_min,
                                    .zoom_max = zoom_max};
        wh_tilesets_box(job, meta.box);
        status = wh_tile_set_create(job->ctx, &meta, ret, err);
    }
    wh_buf_finish(&attribution);
    return status;
}

uint32_t wh_tilesets_deepest_zoom(const struct wh_job *job, const struct wh_theme_report *theme)
{
    double box[4];
    wh_tilesets_box(job, box);
    return wh_tiles_deepest_zoom(theme->surface.grid.cell_m, 0.5 * (box[1] + box[3]),
                                 job->opt->zoom_min, job->opt->zoom_max);
}

static enum wh_status write_theme(const struct wh_job *job, const struct wh_theme_report *theme,
                                  uint32_t scale, char name[WH_TILES_BYTES], struct wh_error *err)
{
    const struct wh_tile_options opt = {.zoom_min = job->opt->zoom_min,
                                        .zoom_max = wh_tilesets_deepest_zoom(job, theme),
                                        .scale = scale};
    struct wh_tile_set *set = NULL;
    struct wh_tile_stats stats = {0};
    enum wh_status status =
        wh_tilesets_open(job, theme->theme->title, theme->legend.unit, opt.zoom_max, &set, err);
    if (status != WH_OK) {
        return status;
    }
    const struct wh_tile_source source = wh_tile_source_of_classes(&theme->surface);
    const struct wh_tile_paint paint = wh_tile_paint_classes(job->opt->style, theme->legend.n);
    status = wh_render_tiles(job->ctx, &source, &paint, job->opt->to_lonlat, &opt, wh_tilesets_add,
                             set, &stats, err);
    if (status == WH_OK) {
        status =
            wh_tile_archive_write(job, set, theme->theme->id, scale == 2 ? "@2x" : "", name, err);
    }
    wh_tile_set_destroy(set);
    return status;
}

enum wh_status wh_tilesets_write(struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < job->report->n_themes; i++) {
        for (uint32_t scale = 1; status == WH_OK && scale <= 2; scale++) {
            status = write_theme(job, &job->report->theme[i], scale,
                                 job->tileset[i].name[scale - 1], err);
        }
    }
    if (status == WH_OK) {
        status = wh_basemap_tiles_write(job, err);
    }
    if (status == WH_OK && job->opt->wants_whole_maps) {
        status = wh_whole_maps_write(job, err);
    }
    return status == WH_OK ? wh_vector_tiles_write(job, err) : status;
}

static void emit_colour(struct wh_emitter *emit, const char *key, struct wh_rgb colour)
{
    char text[8];
    snprintf(text, sizeof text, "#%02x%02x%02x", colour.r, colour.g, colour.b);
    wh_emit_text(emit, key, text);
}

static void emit_period(struct wh_emitter *emit, const char *key, const struct wh_period *period)
{
    char words[64];
    wh_emit_object(emit, key);
    wh_emit_day(emit, "from", period->from_day);
    wh_emit_day(emit, "to", period->to_day - 1); /* the last whole day */
    wh_emit_text(emit, "words", wh_period_words(period, words, sizeof words));
    wh_emit_object_end(emit);
}

static void emit_classes(struct wh_emitter *emit, const struct wh_style *style,
                         const struct wh_legend *legend)
{
    char words[64];
    wh_emit_array(emit, "classes");
    for (uint32_t i = 1; i <= legend->n; i++) {
        wh_emit_object(emit, NULL);
        wh_emit_count(emit, "class", i);
        wh_emit_real(emit, "from", legend->break_at[i - 1], 9);
        if (i < legend->n) {
            wh_emit_real(emit, "to", legend->break_at[i], 9);
        } else {
            wh_emit_null(emit, "to");
        }
        emit_colour(emit, "colour", wh_style_class(style, i, legend->n));
        wh_emit_text(emit, "words", wh_class_words(legend, i, words, sizeof words));
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

static void emit_theme(struct wh_emitter *emit, const struct wh_job *job, size_t idx)
{
    const struct wh_theme_report *theme = &job->report->theme[idx];
    const struct wh_tileset *tileset = &job->tileset[idx];
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "id", theme->theme->id);
    wh_emit_text(emit, "title", theme->theme->title);
    wh_emit_text(emit, "unit", theme->legend.unit);
    emit_period(emit, "period", &theme->period);
    emit_period(emit, "previous_period", &theme->previous);
    wh_emit_text(emit, "tiles", tileset->name[0][0] == '\0' ? NULL : tileset->name[0]);
    wh_emit_text(emit, "tiles_2x", tileset->name[1][0] == '\0' ? NULL : tileset->name[1]);
    wh_emit_count(emit, "tiles_zoom_max", wh_tilesets_deepest_zoom(job, theme));
    if (job->opt->wants_whole_maps) {
        wh_emit_text(emit, "map_tiles", tileset->map[0]);
        wh_emit_text(emit, "map_tiles_2x", tileset->map[1]);
        wh_emit_count(emit, "map_tiles_zoom_max", wh_whole_maps_plan(job, 1).zoom_max);
        wh_emit_count(emit, "map_tiles_2x_zoom_max", wh_whole_maps_plan(job, 2).zoom_max);
    }
    emit_classes(emit, job->opt->style, &theme->legend);
    wh_vector_tiles_legend(emit, job, idx);
    wh_emit_object_end(emit);
}

/* null when there is none. */
static void emit_basemap(struct wh_emitter *emit, const struct wh_job *job)
{
    if (job->basemap_name[WH_SHEET_NAMES][0] == '\0') {
        wh_emit_null(emit, "basemap");
        return;
    }
    const struct wh_basetile_options opt = wh_basemap_tiles_plan(job, WH_SHEET_NAMES);
    struct wh_buf attribution;
    wh_buf_init(&attribution, job->ctx);
    wh_tilesets_attribution(&attribution, job->report);
    wh_emit_object(emit, "basemap");
    for (int i = 0; i < WH_N_LAID_SHEETS; i++) {
        wh_emit_text(emit, wh_base_sheet_name((enum wh_base_sheet)i),
                     job->basemap_name[i][0] == '\0' ? NULL : job->basemap_name[i]);
    }
    wh_emit_count(emit, "minzoom", opt.zoom_min);
    wh_emit_count(emit, "maxzoom", opt.zoom_max);
    wh_emit_count(emit, "tile_px", UINT64_C(256) * opt.scale);
    wh_emit_text(emit, "attribution", attribution.failed ? NULL : attribution.ptr);
    wh_emit_object_end(emit);
    emit->buf->failed |= attribution.failed;
    wh_buf_finish(&attribution);
}

enum wh_status wh_tilesets_write_legend(const struct wh_job *job, struct wh_error *err)
{
    struct wh_buf buf;
    double lonlat[4];
    wh_buf_init(&buf, job->ctx);
    struct wh_emitter emit = {.buf = &buf};
    wh_tilesets_box(job, lonlat);
    wh_emit_object(&emit, NULL);
    wh_emit_text(&emit, "title", job->report->title);
    wh_emit_text(&emit, "release", job->report->release_id);
    wh_emit_array(&emit, "bbox");
    for (int i = 0; i < 4; i++) {
        wh_emit_real(&emit, NULL, lonlat[i], 6);
    }
    wh_emit_array_end(&emit);
    wh_emit_count(&emit, "zoom_min", job->opt->zoom_min);
    wh_emit_count(&emit, "zoom_max", job->opt->zoom_max);
    emit_basemap(&emit, job);
    wh_emit_text(&emit, "style",
                 job->opt->wants_geojson && wh_tiles_are_for_browsers(job) ? "tiles/style.json"
                                                                           : NULL);
    wh_emit_real(&emit, "opacity", wh_style_class_alpha(job->opt->style), 3);
    emit_colour(&emit, "land_colour", wh_style_land(job->opt->style));
    emit_colour(&emit, "blank_colour", wh_style_blank(job->opt->style));
    wh_emit_text(&emit, "blank_words", "too few requests to show");
    emit_colour(&emit, "hotspot_colour", wh_style_hotspot(job->opt->style));
    wh_emit_array(&emit, "themes");
    for (size_t i = 0; i < job->report->n_themes; i++) {
        emit_theme(&emit, job, i);
    }
    wh_emit_array_end(&emit);
    wh_emit_object_end(&emit);
    wh_buf_char(&buf, '\n');
    const enum wh_status status = wh_job_write(job, "tiles/legend.json", &buf, err);
    wh_buf_finish(&buf);
    return status;
}

enum wh_status wh_tilesets_write_all(struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = wh_tilesets_write(job, err);
    if (status == WH_OK) {
        status = wh_tilesets_write_legend(job, err);
    }
    return status == WH_OK && job->opt->wants_geojson && wh_tiles_are_for_browsers(job)
               ? wh_map_style_write(job, err)
               : status;
}
