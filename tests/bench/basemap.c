/*
 * tests/bench/basemap.c [ZOOM_MAX]: base-map tiles with names of Bath (../shared/data/bath, or
 * $WARDHEAT_DATA/bath), z10 to z16, by two threads: tiles and bytes a second, and the processor
 * time behind them, which a busy machine does not blur.
 */
#include <string.h>
#include <sys/resource.h>

#include "bench/bench.h"
#include "geo/crs.h"
#include "geo/geo.h"
#include "geo/shape_ops.h"
#include "render/basetiles.h"
#include "render/scene.h"

enum { JOBS = 2, ZOOM_MIN = 10, ZOOM_MAX = 16 };

static enum wh_status drop_tile(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                                size_t len, struct wh_error *ret_err)
{
    (void)user, (void)z, (void)x, (void)y, (void)png, (void)len, (void)ret_err;
    return WH_OK;
}

static double processor_s(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void run(struct wh_ctx *ctx, const struct wh_base_map *map, struct wh_transform *to_lonlat,
                const struct wh_basetile_options *opt)
{
    struct wh_tile_stats stats;
    struct wh_error err;
    const double from = bench_now(), cpu = processor_s();
    bench_ok(wh_render_basetiles(ctx, map, to_lonlat, opt, drop_tile, NULL, &stats, &err), &err);
    const double seconds = bench_now() - from, used = processor_s() - cpu, n = (double)stats.tiles;
    printf(
        "%s, %u px: %.0f tiles in %.2f s, %.0f tiles/s, %.0f bytes/tile; processors %.2f s, so at "
        "most %.0f tiles/s by %d\n",
        wh_base_sheet_name(opt->sheet), 256 * opt->scale, n, seconds, n / seconds,
        (double)stats.bytes / n, used, n * JOBS / used, JOBS);
}

int main(int argc, char **argv)
{
    const uint32_t zoom_max = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : ZOOM_MAX;
    const char *const data = getenv("WARDHEAT_DATA");
    const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
    struct wh_transform *to_lonlat = NULL;
    struct scene scene;
    struct wh_error err;
    struct wh_ctx *const ctx = bench_ctx(JOBS, 1);
    bench_ok(wh_geo_start(ctx, &err), &err);
    scene_bath(&scene, ctx, BENCH_SOURCE_ROOT,
               data != NULL ? data : BENCH_SOURCE_ROOT "/../shared/data");
    bench_ok(wh_transform_create(ctx, "EPSG:27700", "EPSG:4326", &coarse, &to_lonlat, &err), &err);
    const struct wh_tile_source density = wh_tile_source_of_classes(&scene.theme_report.surface);
    const struct wh_tile_paint paint =
        wh_tile_paint_classes(scene.style, scene.theme_report.legend.n);
    const struct wh_base_map map = {.basemap = scene.basemap,
                                    .wards = &scene.wards,
                                    .style = scene.style,
                                    .density = &density,
                                    .paint = &paint};
    struct wh_basetile_options opt = {.zoom_min = ZOOM_MIN, .zoom_max = zoom_max};
    double box[4];
    wh_shape_box(&scene.area, box);
    wh_box_to_lonlat(to_lonlat, box, opt.lonlat);
    for (uint32_t scale = 1; scale <= 2; scale++) {
        for (int sheet = WH_N_SHEETS - 1; sheet >= 0; sheet--) {
            opt.scale = scale;
            opt.sheet = (enum wh_base_sheet)sheet;
            run(ctx, &map, to_lonlat, &opt);
        }
    }
    wh_transform_destroy(ctx, to_lonlat);
    scene_finish(&scene);
    wh_ctx_destroy(ctx);
    return 0;
}
