/* publish/whole_maps.c: tiles that are a map by themselves: base map, density, wards, names. */
#include <stdio.h>

#include "publish/tilesets_internal.h"

struct wh_basetile_options wh_whole_maps_plan(const struct wh_job *job, uint32_t scale)
{
    double box[4];
    wh_tilesets_box(job, box);
    return wh_basetiles_plan(box, job->opt->zoom_min, job->opt->zoom_max, scale, WH_SHEET_WHOLE);
}

static enum wh_status write_theme(struct wh_job *job, size_t theme_idx, uint32_t scale,
                                  struct wh_error *err)
{
    const struct wh_theme_report *const theme = &job->report->theme[theme_idx];
    const struct wh_tile_source density = wh_tile_source_of_classes(&theme->surface);
    const struct wh_tile_paint paint = wh_tile_paint_classes(job->opt->style, theme->legend.n);
    const struct wh_base_map map = {.basemap = job->opt->basemap,
                                    .wards = job->report->wards,
                                    .style = job->opt->style,
                                    .density = &density,
                                    .paint = &paint};
    const struct wh_basetile_options opt = wh_whole_maps_plan(job, scale);
    char stem[WH_TILES_BYTES];
    struct wh_tile_set *set = NULL;
    struct wh_tile_stats stats = {0};
    enum wh_status status =
        wh_tilesets_open(job, theme->theme->title, theme->legend.unit, opt.zoom_max, &set, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_render_basetiles(job->ctx, &map, job->opt->to_lonlat, &opt, wh_tilesets_add, set,
                                 &stats, err);
    if (status == WH_OK) {
        snprintf(stem, sizeof stem, "%.120s-map", theme->theme->id);
        status = wh_tile_archive_write(job, set, stem, scale == 2 ? "@2x" : "",
                                       job->tileset[theme_idx].map[scale - 1], err);
    }
    wh_tile_set_destroy(set);
    return status;
}

enum wh_status wh_whole_maps_write(struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < job->report->n_themes; i++) {
        for (uint32_t scale = 1; status == WH_OK && scale <= 2; scale++) {
            status = write_theme(job, i, scale, err);
        }
    }
    return status;
}
