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
#include "publish/tile_set.h"
#include "render/basetiles.h"

enum { HASH_DIGITS = 8 };

static enum wh_status add_tile(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                               size_t len, struct wh_error *err)
{
    return wh_tile_set_add(user, z, x, y, png, len, err);
}

/* Licence lines as the HTML that the format asks for. */
static void add_attribution(struct wh_buf *buf, const struct wh_report *report)
{
    for (size_t i = 0; i < report->n_licences; i++) {
        wh_buf_c(buf, i == 0 ? "" : " · ");
        wh_buf_html(buf, wh_str_c(report->licence[i]));
    }
}

/* Longitude/latitude box of the whole area. */
static void find_box(const struct wh_job *job, double ret[4])
{
    double box[4];
    wh_shape_box(job->report->area, box);
    wh_box_to_lonlat(job->opt->to_lonlat, box, ret);
}

static enum wh_status open_set(const struct wh_job *job, const char *name, const char *description,
                               uint32_t zoom_max, struct wh_tile_set **ret, struct wh_error *err)
{
    struct wh_buf attribution;
    wh_buf_init(&attribution, job->ctx);
    add_attribution(&attribution, job->report);
    enum wh_status status = wh_buf_ok(&attribution, err);
    if (status == WH_OK) {
        struct wh_tile_meta meta = {.name = name,
                                    .description = description,
                                    .attribution = attribution.ptr,
                                    .zoom_min = job->opt->zoom_min,
                                    .zoom_max = zoom_max};
        find_box(job, meta.box);
        status = wh_tile_set_create(job->ctx, &meta, ret, err);
    }
    wh_buf_finish(&attribution);
    return status;
}

/* Writes the archive under a working name, then renames it to <stem>-<hash><suffix>.pmtiles; `name`
 * gets the new one. */
static enum wh_status write_set(const struct wh_job *job, struct wh_tile_set *set, const char *stem,
                                const char *suffix, char name[WH_TILES_BYTES], struct wh_error *err)
{
    char part_name[WH_TILES_BYTES], final_name[WH_TILES_BYTES + 8], hex[65];
    char *part = NULL, *path = NULL;
    snprintf(part_name, sizeof part_name, "tiles/%s%s.part", stem, suffix);
    enum wh_status status = wh_job_path(job, part_name, &part, err);
    if (status == WH_OK) {
        status = wh_tile_set_write(set, WH_TILES_PMTILES, part, err);
    }
    if (status == WH_OK) {
        status = wh_sha256_file(job->ctx, part, hex, err);
    }
    if (status == WH_OK) {
        snprintf(name, WH_TILES_BYTES, "%s-%.*s%s.pmtiles", stem, HASH_DIGITS, hex, suffix);
        snprintf(final_name, sizeof final_name, "tiles/%s", name);
        status = wh_job_path(job, final_name, &path, err);
    }
    if (status == WH_OK) {
        status = wh_io_rename_new(part, path, err);
    }
    wh_free(job->ctx, part);
    wh_free(job->ctx, path);
    return status;
}

/* The deepest zoom that is stored of a theme: no deeper than its cells allow. */
static uint32_t deepest_zoom(const struct wh_job *job, const struct wh_theme_report *theme)
{
    double box[4];
    find_box(job, box);
    return wh_tiles_deepest_zoom(theme->surface.grid.cell_m, 0.5 * (box[1] + box[3]),
                                 job->opt->zoom_min, job->opt->zoom_max);
}

static enum wh_status write_theme(const struct wh_job *job, const struct wh_theme_report *theme,
                                  uint32_t scale, char name[WH_TILES_BYTES], struct wh_error *err)
{
    const struct wh_tile_options opt = {
        .zoom_min = job->opt->zoom_min, .zoom_max = deepest_zoom(job, theme), .scale = scale};
    struct wh_tile_set *set = NULL;
    struct wh_tile_stats stats = {0};
    enum wh_status status =
        open_set(job, theme->theme->title, theme->legend.unit, opt.zoom_max, &set, err);
    if (status != WH_OK) {
        return status;
    }
    const struct wh_tile_source source = wh_tile_source_of_classes(&theme->surface);
    const struct wh_tile_paint paint = wh_tile_paint_classes(job->opt->style, theme->legend.n);
    status = wh_render_tiles(job->ctx, &source, &paint, job->opt->to_lonlat, &opt, add_tile, set,
                             &stats, err);
    if (status == WH_OK) {
        status = write_set(job, set, theme->theme->id, scale == 2 ? "@2x" : "", name, err);
    }
    wh_tile_set_destroy(set);
    return status;
}

/* The base map is the same for both editions, and most nights the same as the night before. */
static const char *const BASEMAP_STANDS_IN[] = {"../public/tiles", "../../../current/public/tiles",
                                                "../../../current/officer/tiles"};

/* Takes the archive of that name from where it stands already; *ret_found says whether it did. A
 * copy, no link: the editions' files have different modes. */
static enum wh_status find_basemap(const struct wh_job *job, const char *path, bool *ret_found,
                                   struct wh_error *err)
{
    enum wh_status status = WH_OK;
    bool is_found = false;
    for (size_t i = 0; i < sizeof BASEMAP_STANDS_IN / sizeof BASEMAP_STANDS_IN[0]; i++) {
        struct wh_file_info info;
        char *const folder = wh_path_join(job->ctx, job->folder, BASEMAP_STANDS_IN[i]);
        char *const other =
            folder == NULL ? NULL : wh_path_join(job->ctx, folder, job->basemap_name);
        if (other == NULL) {
            status = wh_fail_memory(job->ctx, err);
        } else if (wh_io_stat(other, &info) && info.is_regular) {
            status = wh_io_copy(job->ctx, other, path, err);
            is_found = true;
        }
        wh_free(job->ctx, other);
        wh_free(job->ctx, folder);
        if (is_found || status != WH_OK) {
            break;
        }
    }
    *ret_found = is_found;
    return status;
}

static enum wh_status draw_basemap(const struct wh_job *job, const struct wh_basetile_options *opt,
                                   const char *path, struct wh_error *err)
{
    struct wh_tile_set *set = NULL;
    struct wh_tile_stats stats = {0};
    enum wh_status status =
        open_set(job, "Base map", "roads, water, railways and names, to lay over a density",
                 opt->zoom_max, &set, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_render_basetiles(job->ctx, job->opt->basemap, job->opt->to_lonlat, job->opt->style,
                                 opt, add_tile, set, &stats, err);
    if (status == WH_OK) {
        status = wh_tile_set_write(set, WH_TILES_PMTILES, path, err);
    }
    wh_tile_set_destroy(set);
    return status;
}

static struct wh_basetile_options plan_basemap(const struct wh_job *job)
{
    double box[4];
    find_box(job, box);
    return wh_basetiles_plan(box, job->opt->zoom_min, job->opt->zoom_max);
}

/* The tiles' key, and the licence lines that the archive holds beside them. */
static void name_content(const struct wh_job *job, const struct wh_basetile_options *opt,
                         char ret_hex[65])
{
    struct wh_sha256 sha;
    wh_basetiles_key(job->opt->basemap, job->opt->style, opt, ret_hex);
    wh_sha256_init(&sha);
    wh_sha256_add(&sha, ret_hex, 64);
    for (size_t i = 0; i < job->report->n_licences; i++) {
        wh_sha256_add(&sha, job->report->licence[i], strlen(job->report->licence[i]) + 1);
    }
    wh_sha256_hex(&sha, ret_hex);
}

/* tiles/basemap-<hash>.pmtiles; here the hash is of all that the tiles are made from, so that it is
 * known before they are drawn. */
static enum wh_status write_basemap(struct wh_job *job, struct wh_error *err)
{
    const struct wh_basetile_options opt = plan_basemap(job);
    char name[WH_TILES_BYTES + 8], hex[65];
    char *path = NULL;
    bool is_found = false;
    name_content(job, &opt, hex);
    snprintf(job->basemap_name, sizeof job->basemap_name, "basemap-%.*s.pmtiles", HASH_DIGITS, hex);
    snprintf(name, sizeof name, "tiles/%s", job->basemap_name);
    enum wh_status status = wh_job_path(job, name, &path, err);
    if (status == WH_OK) {
        status = find_basemap(job, path, &is_found, err);
    }
    if (status == WH_OK && !is_found) {
        status = draw_basemap(job, &opt, path, err);
    }
    wh_free(job->ctx, path);
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
    if (status == WH_OK && job->opt->basemap != NULL) {
        status = write_basemap(job, err);
    }
    return status;
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
    wh_emit_count(emit, "tiles_zoom_max", deepest_zoom(job, theme));
    emit_classes(emit, job->opt->style, &theme->legend);
    wh_emit_object_end(emit);
}

/* null when there is none. The tiles are to be laid over the density, as on paper. */
static void emit_basemap(struct wh_emitter *emit, const struct wh_job *job)
{
    if (job->basemap_name[0] == '\0') {
        wh_emit_null(emit, "basemap");
        return;
    }
    const struct wh_basetile_options opt = plan_basemap(job);
    char url[WH_TILES_BYTES + 8];
    struct wh_buf attribution;
    wh_buf_init(&attribution, job->ctx);
    add_attribution(&attribution, job->report);
    snprintf(url, sizeof url, "tiles/%s", job->basemap_name);
    wh_emit_object(emit, "basemap");
    wh_emit_text(emit, "url", url);
    wh_emit_count(emit, "minzoom", opt.zoom_min);
    wh_emit_count(emit, "maxzoom", opt.zoom_max);
    wh_emit_count(emit, "tile_px", WH_BASETILE_PX);
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
    find_box(job, lonlat);
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
