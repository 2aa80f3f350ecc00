/* cli/tiles.c: wardheat tiles: map tiles from a density raster, or every theme's from a config. */
#include "render/tiles.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <wardheat/disclose.h>
#include <wardheat/hotspot.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "base/number.h"
#include "base/str.h"
#include "cli/points_input.h"
#include "geo/raster.h"
#include "publish/tile_set.h"
#include "render/basetiles.h"
#include "run/run.h"

#define N_CLASSES 5u
#define MOST_SAMPLED 4194304u /* cells whose quantiles are taken */
#define MAX_ZOOM 18
#define MOST_WITH_BASEMAP 1e8 /* cells: half a gigabyte */

struct tiles_options {
    const char *in, *out, *zoom, *style, *breaks, *as_of, *basemap;
    bool is_retina, is_smooth, is_officer;
    enum wh_tile_form form;
    struct wh_tile_options tile;
    struct wh_legend legend;
};

static enum wh_status take_tile(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                                size_t len, struct wh_error *err)
{
    return wh_tile_set_add(user, z, x, y, png, len, err);
}

/* "9-16", or "14" */
static enum wh_status read_zoom(const char *text, struct wh_tile_options *ret, struct wh_error *err)
{
    const struct wh_str all = wh_str_c(text);
    const size_t dash = wh_str_find(all, '-');
    int64_t low = 0, high = 0;
    bool is_good = wh_parse_int(wh_str_slice(all, 0, dash), &low);
    high = low;
    if (is_good && dash < all.len) {
        is_good = wh_parse_int(wh_str_slice(all, dash + 1, all.len), &high);
    }
    if (!is_good || low < 0 || high < low || high > MAX_ZOOM) {
        char shown[128];
        return wh_fail(err, WH_ERR_USAGE,
                       "--zoom: expected A-B with 0 <= A <= B <= %d, as in 9-16, not %s", MAX_ZOOM,
                       wh_log_escape(all, shown, sizeof shown));
    }
    ret->zoom_min = (uint32_t)low;
    ret->zoom_max = (uint32_t)high;
    return WH_OK;
}

/* "10,20,50": where each class begins. */
static enum wh_status read_breaks(const char *text, struct wh_legend *ret, struct wh_error *err)
{
    struct wh_str rest = wh_str_c(text);
    double last = 0;
    ret->n = 0;
    while (rest.ptr != NULL) {
        const size_t end = wh_str_find(rest, ',');
        double value = 0;
        if (ret->n == WH_MAX_CLASSES ||
            !wh_parse_double(wh_str_trim(wh_str_slice(rest, 0, end)), &value) || value <= last) {
            char shown[128];
            return wh_fail(
                err, WH_ERR_USAGE,
                "--breaks: expected up to %d rising numbers above 0, as in 10,20,50, not %s",
                WH_MAX_CLASSES, wh_log_escape(wh_str_c(text), shown, sizeof shown));
        }
        ret->break_at[ret->n++] = last = value;
        rest = end < rest.len ? wh_str_slice(rest, end + 1, rest.len) : (struct wh_str){NULL, 0};
    }
    return WH_OK;
}

static enum wh_status check_out(const char *out, enum wh_tile_form *ret, struct wh_error *err)
{
    return wh_tile_form_of(out, ret)
               ? WH_OK
               : wh_fail(err, WH_ERR_USAGE,
                         "the output must end in .pmtiles or .mbtiles (a file) or in / (a folder)");
}

/* What the colours mean, as CSV on standard output. */
static void print_legend(const struct wh_style *style, const struct wh_legend *legend)
{
    printf("class,from_per_km2,to_per_km2,colour\r\n");
    for (uint32_t i = 1; i <= legend->n; i++) {
        char from[32], to[32];
        const struct wh_rgb rgb = wh_style_class(style, i, legend->n);
        wh_format_decimal(legend->break_at[i - 1], 9, from, sizeof from);
        if (i < legend->n) {
            wh_format_decimal(legend->break_at[i], 9, to, sizeof to);
        }
        printf("%u,%s,%s,#%02x%02x%02x\r\n", i, from, i < legend->n ? to : "", rgb.r, rgb.g, rgb.b);
    }
}

/* The same for the metadata of the tiles, so that the file explains itself. */
static void add_legend(struct wh_buf *buf, const struct wh_style *style,
                       const struct wh_legend *legend)
{
    wh_buf_c(buf, "\"legend\":{\"unit\":\"");
    wh_buf_json(buf, wh_str_c(legend->unit));
    wh_buf_c(buf, "\",\"classes\":[");
    for (uint32_t i = 1; i <= legend->n; i++) {
        const struct wh_rgb rgb = wh_style_class(style, i, legend->n);
        wh_buf_printf(buf, "%s{\"class\":%u,\"from\":", i == 1 ? "" : ",", i);
        wh_buf_number(buf, legend->break_at[i - 1], 9);
        wh_buf_printf(buf, ",\"colour\":\"#%02x%02x%02x\"}", rgb.r, rgb.g, rgb.b);
    }
    wh_buf_c(buf, "]}");
}

static enum wh_status open_set(struct wh_ctx *ctx, const struct tiles_options *o,
                               const struct wh_grid *grid, struct wh_transform *to_lonlat,
                               const struct wh_style *style, struct wh_tile_set **ret,
                               struct wh_error *err)
{
    const double box[4] = {grid->x0, grid->y0, grid->x0 + grid->nx * grid->cell_m,
                           grid->y0 + grid->ny * grid->cell_m};
    const char *slash = strrchr(o->in, '/');
    struct wh_tile_meta meta = {.name = slash == NULL ? o->in : slash + 1,
                                .description = o->legend.unit,
                                .attribution = "",
                                .zoom_min = o->tile.zoom_min,
                                .zoom_max = o->tile.zoom_max};
    struct wh_buf members;
    wh_buf_init(&members, ctx);
    add_legend(&members, style, &o->legend);
    enum wh_status status = wh_buf_ok(&members, err);
    if (status == WH_OK) {
        meta.members = members.ptr;
        wh_box_to_lonlat(to_lonlat, box, meta.box);
        status = wh_tile_set_create(ctx, &meta, ret, err);
    }
    wh_buf_finish(&members);
    return status;
}

struct raster_source {
    struct wh_raster *raster;
};

static enum wh_status read_rows(const void *user, uint32_t row, uint32_t n, float *ret,
                                struct wh_error *err)
{
    const struct raster_source *const source = user;
    return wh_raster_rows(source->raster, row, n, ret, err);
}

/* Base map and density in one picture; all of the raster is in memory meanwhile. */
static enum wh_status cut_maps(struct wh_ctx *ctx, const struct tiles_options *o,
                               const struct wh_base_map *of, struct wh_transform *to_lonlat,
                               const char *crs, struct wh_tile_set *set,
                               struct wh_tile_stats *stats, struct wh_error *err)
{
    const struct wh_grid *const grid = &of->density->grid;
    const double box[4] = {grid->x0, grid->y0, grid->x0 + grid->nx * grid->cell_m,
                           grid->y0 + grid->ny * grid->cell_m};
    struct wh_basetile_options opt = {.zoom_min = o->tile.zoom_min,
                                      .zoom_max = o->tile.zoom_max,
                                      .scale = o->tile.scale,
                                      .sheet = WH_SHEET_WHOLE};
    struct wh_base_map map = *of;
    struct wh_basemap *basemap = NULL;
    if ((double)grid->nx * grid->ny > MOST_WITH_BASEMAP) {
        return wh_fail_at(
            err, WH_ERR_LIMIT, o->in, 0, 0,
            "%u x %u cells are too many to draw with a base map, at most 100 million: "
            "leave --basemap out, or make the raster coarser",
            grid->nx, grid->ny);
    }
    enum wh_status status = wh_run_load_basemap(ctx, o->basemap, crs, &basemap, err);
    if (status == WH_OK) {
        map.basemap = basemap;
        wh_box_to_lonlat(to_lonlat, box, opt.lonlat);
        status = wh_render_basetiles(ctx, &map, to_lonlat, &opt, take_tile, set, stats, err);
    }
    wh_basemap_destroy(ctx, basemap);
    return status;
}

static enum wh_status cut(struct wh_ctx *ctx, struct tiles_options *o, struct wh_raster *raster,
                          struct wh_transform *to_lonlat, const struct wh_style *style,
                          struct wh_error *err)
{
    const struct raster_source of_raster = {raster};
    const struct wh_tile_source source = {wh_raster_grid(raster), read_rows, &of_raster};
    const struct wh_tile_paint paint = wh_tile_paint_densities(style, &o->legend, o->is_smooth);
    struct wh_tile_set *set = NULL;
    struct wh_tile_stats stats = {0};
    enum wh_status status = open_set(ctx, o, &source.grid, to_lonlat, style, &set, err);
    if (status == WH_OK && o->basemap != NULL) {
        const struct wh_base_map map = {.style = style, .density = &source, .paint = &paint};
        status = cut_maps(ctx, o, &map, to_lonlat, wh_raster_crs(raster), set, &stats, err);
    } else if (status == WH_OK) {
        status =
            wh_render_tiles(ctx, &source, &paint, to_lonlat, &o->tile, take_tile, set, &stats, err);
    }
    if (status == WH_OK) {
        status = wh_tile_set_write(set, o->form, o->out, err);
    }
    wh_tile_set_destroy(set);
    if (status == WH_OK) {
        char n[32];
        print_legend(style, &o->legend);
        wh_log(ctx, WH_LOG_INFO, "%s: %s tiles of %u px, zoom %u to %u", o->out,
               wh_format_count(stats.tiles, n, sizeof n), 256 * o->tile.scale, o->tile.zoom_min,
               o->tile.zoom_max);
    }
    return status;
}

/* By quantiles of the raster's cells, of a sample where there are very many. */
static enum wh_status find_breaks(struct wh_ctx *ctx, struct wh_raster *raster,
                                  struct wh_legend *ret, struct wh_error *err)
{
    struct wh_grid sample = {0};
    enum wh_status status = wh_raster_sample(raster, MOST_SAMPLED, &sample, err);
    if (status == WH_OK) {
        status = wh_legend_breaks(ctx, &sample, N_CLASSES, ret, err);
    }
    wh_grid_finish(ctx, &sample);
    return status;
}

static enum wh_status tiles_of_raster(struct wh_ctx *ctx, struct tiles_options *o,
                                      struct wh_error *err)
{
    struct wh_raster *raster = NULL;
    struct wh_transform *to_lonlat = NULL;
    struct wh_style *style = NULL;
    char *styles = wh_path_join(ctx, wh_run_assets_dir(), "styles");
    enum wh_status status = styles == NULL ? wh_fail_memory(ctx, err)
                                           : wh_style_load(ctx, styles, o->style, &style, err);
    if (status == WH_OK) {
        status = wh_raster_open(ctx, o->in, &raster, err);
    }
    if (status == WH_OK) {
        status = wh_points_transform(ctx, wh_raster_crs(raster), "EPSG:4326", &to_lonlat, err);
    }
    if (status == WH_OK && o->breaks == NULL) {
        status = find_breaks(ctx, raster, &o->legend, err);
    }
    if (status == WH_OK && o->legend.n == 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, o->in, 0, 0, "no cell is above 0: nothing to draw");
    }
    if (status == WH_OK) {
        snprintf(o->legend.unit, sizeof o->legend.unit, "events per km²");
        status = cut(ctx, o, raster, to_lonlat, style, err);
    }
    wh_transform_destroy(ctx, to_lonlat);
    wh_raster_close(raster);
    wh_style_destroy(ctx, style);
    wh_free(ctx, styles);
    return status;
}

static enum wh_status tiles_of_config(struct wh_ctx *ctx, const struct tiles_options *o,
                                      struct wh_error *err)
{
    struct wh_run_tiles_options opt = {.is_officer = o->is_officer, .has_as_of = o->as_of != NULL};
    const char *out = o->out == NULL ? "tiles/" : o->out;
    if (o->zoom != NULL || o->style != NULL || o->breaks != NULL || o->is_retina || o->is_smooth ||
        o->basemap != NULL) {
        return wh_fail(
            err, WH_ERR_USAGE,
            "--zoom, --style, --breaks, --retina, --smooth and --basemap are for rasters: the "
            "config says what its tiles are like");
    }
    if (!wh_str_has_suffix(wh_str_c(out), "/")) {
        return wh_fail(err, WH_ERR_USAGE,
                       "a config has a tileset for each theme: name a folder with a / at its end");
    }
    enum wh_status status = WH_OK;
    if (o->as_of != NULL) {
        status = wh_args_day("as-of", o->as_of, &opt.as_of_day, err);
    }
    if (status == WH_OK) {
        status = wh_run_tiles(ctx, o->in, &opt, out, err);
    }
    if (status == WH_OK) {
        wh_log(ctx, WH_LOG_INFO, "%s: tiles of every theme, and legend.json", out);
    }
    return status;
}

static enum wh_status check_raster_options(struct tiles_options *o, struct wh_error *err)
{
    if (o->out == NULL || o->zoom == NULL) {
        return wh_fail(err, WH_ERR_USAGE,
                       "%s; usage: wardheat tiles DENSITY.tif OUT.pmtiles --zoom A-B",
                       o->out == NULL ? "too few arguments" : "--zoom is needed");
    }
    if (o->as_of != NULL || o->is_officer) {
        return wh_fail(err, WH_ERR_USAGE,
                       "--as-of and --officer are for a config, not for a raster");
    }
    o->style = o->style == NULL ? "standard" : o->style;
    o->tile.scale = o->is_retina ? 2 : 1;
    enum wh_status status = check_out(o->out, &o->form, err);
    if (status == WH_OK) {
        status = read_zoom(o->zoom, &o->tile, err);
    }
    if (status == WH_OK && o->breaks != NULL) {
        status = read_breaks(o->breaks, &o->legend, err);
    }
    return status;
}

static enum wh_status tiles(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                            char **argv, struct wh_error *err)
{
    struct tiles_options o = {0};
    const char *argument[2] = {NULL, NULL};
    const struct wh_option option[] = {
        {"zoom", "A-B", "zooms of a raster's tiles, 0 to 18 (required for a raster)", &o.zoom,
         NULL},
        {"style", "S", "a style of styles/ for a raster (default: standard)", &o.style, NULL},
        {"breaks", "N,N,...",
         "where each class begins, in events per km² (default: by quantiles of\nthe cells above 0, "
         "rounded)",
         &o.breaks, NULL},
        {"retina", NULL, "tiles of 512 px for the same ground (default: 256 px)", NULL,
         &o.is_retina},
        {"smooth", NULL,
         "colours that run into each other, 62 shades at most (default: one a class)", NULL,
         &o.is_smooth},
        {"basemap", "CONFIG",
         "with the base map of a config in the same picture: tiles one cannot see through",
         &o.basemap, NULL},
        {"as-of", "DATE", "of a config, as in 2026-11-03 (default: today)", &o.as_of, NULL},
        {"officer", NULL, "of a config: exact figures, not for publication", NULL, &o.is_officer},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    enum wh_status status = wh_args_read(command, argc, argv, option, n_options, argument, err);
    if (status != WH_OK) {
        return status;
    }
    o.in = argument[0];
    o.out = argument[1];
    const struct wh_str name = wh_str_c(o.in);
    if (wh_str_has_suffix(name, ".yaml") || wh_str_has_suffix(name, ".yml")) {
        return tiles_of_config(ctx, &o, err);
    }
    status = check_raster_options(&o, err);
    return wh_args_blame(status == WH_OK ? tiles_of_raster(ctx, &o, err) : status, err);
}

const struct wh_command wh_command_tiles = {
    .name = "tiles",
    .arguments = "DENSITY.tif OUT.pmtiles|OUT.mbtiles|OUT/ --zoom A-B",
    .more_usage = "CONFIG.yaml [OUT/]",
    .summary = "map tiles from a density raster, or from a config's themes",
    .details =
        "Cuts a GeoTIFF of densities (`wardheat density` makes one) into PNG tiles in Web "
        "Mercator, in\n"
        "classes: one PMTiles or MBTiles file, or a new folder of z/x/y.png, each tile the same in "
        "all.\n"
        "Empty tiles are left out, equal ones stored once in a file. The classes and their colours "
        "come out\n"
        "as CSV on standard output, and stand in the file's metadata; give them as --breaks to the "
        "next "
        "raster and\n"
        "both compare. With a config: every theme's archives (256 and 512 px) "
        "and\n"
        "legend.json, from the state that the last run left, with small numbers hidden, into OUT/\n"
        "(default: tiles/).\n\n"
        "Examples:\n"
        "  wardheat tiles heat.tif heat.pmtiles --zoom 9-15 > legend.csv\n"
        "  wardheat tiles heat.tif tiles/ --zoom 12-14 --breaks 10,20,50,100\n"
        "  wardheat tiles heat.tif map.mbtiles --zoom 10-15 --basemap council.yaml\n"
        "  wardheat tiles council.yaml preview/\n",
    .n_arguments = 1,
    .n_optional = 1,
    .run = tiles,
};
