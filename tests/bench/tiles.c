/*
 * tests/bench/tiles.c memory [CELLS]: the most memory that tiles of a large raster take (default
 * 20,000 x 20,000 cells; at most 1 GiB is the goal).
 * tests/bench/tiles.c [CELLS]: density tiles of one raster (default 4096 x 4096 cells), z10 to z16,
 * by two threads, beside gdal2tiles (Debian's python3-gdal; nearest, two processes) on the same
 * raster in the same classes; and where the time goes: reading and sampling, packing, writing.
 */
#include "render/tiles.h"

#include <math.h>
#include <png.h>
#include <string.h>
#include <sys/resource.h>

#include "base/io.h"
#include "base/str.h"
#include "bench/bench.h"
#include "geo/geo.h"
#include "geo/raster.h"
#include "publish/tile_set.h"
#include "render/picture.h"

enum { JOBS = 2, ZOOM_MIN = 10, ZOOM_MAX = 16, POINTS = 400, TURNS = 3 };
#define CELL_M 4.5
#define KERNEL_M 400.0

static struct wh_ctx *ctx;
static struct wh_error err;

static char *in_folder(const char *folder, const char *name)
{
    char *const path = wh_path_join(ctx, folder, name);
    if (path == NULL) {
        exit(1);
    }
    return path;
}

/* Quartic kernels at random places: smooth, with empty ground between, as densities are. */
static struct wh_grid make_surface(uint32_t n)
{
    struct wh_grid grid = {.x0 = 365000, .y0 = 155000, .cell_m = CELL_M, .nx = n, .ny = n};
    bench_ok(wh_grid_like(ctx, &grid, &grid, &err), &err);
    const double h = KERNEL_M / CELL_M;
    struct wh_random random;
    wh_random_init(&random, 20261126, 0);
    for (int i = 0; i < POINTS; i++) {
        const double x = n * wh_random_unit(&random), y = n * wh_random_unit(&random);
        const double peak = exp(4 * wh_random_unit(&random));
        for (int row = (int)fmax(0, y - h); row < fmin(n, y + h); row++) {
            for (int col = (int)fmax(0, x - h); col < fmin(n, x + h); col++) {
                const double left = 1 - ((col - x) * (col - x) + (row - y) * (row - y)) / (h * h);
                grid.v[(size_t)row * n + (size_t)col] += left > 0 ? peak * left * left : 0;
            }
        }
    }
    return grid;
}

static void write_classes(const struct wh_grid *grid, const struct wh_style *style,
                          const struct wh_legend *legend, const char *path)
{
    const size_t n = (size_t)grid->nx * grid->ny;
    uint8_t *const class_of = bench_array(ctx, n, 1);
    uint8_t rgb[3 * (WH_MAX_CLASSES + 1)] = {0};
    for (size_t i = 0; i < n; i++) {
        uint8_t class_idx = 0;
        while (class_idx < legend->n && grid->v[i] >= legend->break_at[class_idx]) {
            class_idx++;
        }
        class_of[i] = class_idx == 0 ? UINT8_MAX : class_idx;
    }
    for (uint32_t i = 1; i <= legend->n; i++) {
        const struct wh_rgb colour = wh_style_class(style, i, legend->n);
        memcpy(&rgb[3 * (size_t)i], &colour, 3);
    }
    const struct wh_raster_meta meta = {.crs = "EPSG:27700", .description = "classes", .unit = ""};
    bench_ok(wh_raster_write_classes(ctx, path, grid, class_of, rgb, legend->n + 1, &meta, &err),
             &err);
    wh_free(ctx, class_of);
}

static enum wh_status read_rows(const void *user, uint32_t row, uint32_t n, float *ret,
                                struct wh_error *ret_err)
{
    struct wh_raster *const *const raster = user;
    return wh_raster_rows(*raster, row, n, ret, ret_err);
}

static enum wh_status add_tile(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                               size_t len, struct wh_error *ret_err)
{
    return wh_tile_set_add(user, z, x, y, png, len, ret_err);
}

/* What packing the same pixels again takes one thread: the floor of any way to draw them. */
struct packing {
    double seconds;
    struct wh_png_scratch scratch;
};

static enum wh_status pack_again(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                                 size_t len, struct wh_error *ret_err)
{
    static uint8_t pixel[256 * 256], rgba[4 * 256];
    struct packing *const packing = user;
    png_image image = {.version = PNG_IMAGE_VERSION};
    struct wh_buf again;
    (void)z, (void)x, (void)y;
    wh_buf_init(&again, ctx);
    if (png_image_begin_read_from_memory(&image, png, len) == 0) {
        exit(1);
    }
    image.format = PNG_FORMAT_RGBA_COLORMAP;
    if (png_image_finish_read(&image, NULL, pixel, 0, rgba) == 0) {
        exit(1);
    }
    const double from = bench_now();
    const enum wh_status status = wh_png_indexed(&packing->scratch, pixel, 256, 256, rgba,
                                                 image.colormap_entries, &again, ret_err);
    packing->seconds += bench_now() - from;
    wh_buf_finish(&again);
    return status;
}

struct cut {
    struct wh_tile_stats stats;
    double draw_s, write_s;
};

static struct cut cut_to(uint32_t zoom_max, const char *in, const char *out, enum wh_tile_form form,
                         const struct wh_tile_paint *paint, struct wh_transform *to_lonlat,
                         wh_tile_fn *fn, void *user)
{
    struct wh_raster *raster = NULL;
    struct wh_tile_set *set = NULL;
    struct cut ret = {0};
    const struct wh_tile_options opt = {.zoom_min = ZOOM_MIN, .zoom_max = zoom_max, .scale = 1};
    struct wh_tile_meta meta = {.name = "bench", .zoom_min = ZOOM_MIN, .zoom_max = zoom_max};
    const double from = bench_now();
    bench_ok(wh_raster_open(ctx, in, &raster, &err), &err);
    bench_ok(wh_tile_set_create(ctx, &meta, &set, &err), &err);
    const struct wh_tile_source source = {wh_raster_grid(raster), read_rows, &raster};
    bench_ok(wh_render_tiles(ctx, &source, paint, to_lonlat, &opt, fn, user == NULL ? set : user,
                             &ret.stats, &err),
             &err);
    const double drawn = bench_now();
    if (out != NULL) {
        bench_ok(wh_tile_set_write(set, form, out, &err), &err);
    }
    ret.draw_s = drawn - from;
    ret.write_s = bench_now() - drawn;
    wh_tile_set_destroy(set);
    wh_raster_close(raster);
    return ret;
}

static struct cut cut(const char *in, const char *out, enum wh_tile_form form,
                      const struct wh_tile_paint *paint, struct wh_transform *to_lonlat,
                      wh_tile_fn *fn, void *user)
{
    return cut_to(ZOOM_MAX, in, out, form, paint, to_lonlat, fn, user);
}

static double most_mib(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* A raster that this process never had in memory: GDAL enlarges a small one. */
static int bench_memory(const char *folder, uint32_t n, const struct wh_tile_paint *paint,
                        struct wh_transform *to_lonlat)
{
    enum { SMALL = 1000, DEEP = 14 };
    char command[2048];
    char *const small = in_folder(folder, "small.tif"), *const large =
                                                            in_folder(folder, "large.tif");
    char *const out = in_folder(folder, "large.pmtiles");
    struct wh_grid grid = make_surface(SMALL);
    const struct wh_raster_meta meta = {
        .crs = "EPSG:27700", .description = "density", .unit = "events per km2"};
    bench_ok(wh_raster_write(ctx, small, &grid, &meta, &err), &err);
    wh_grid_finish(ctx, &grid);
    (void)snprintf(
        command, sizeof command,
        "gdal_translate -q -ot Float32 -co TILED=YES -co BLOCKXSIZE=512 -co BLOCKYSIZE=512 "
        "-co COMPRESS=DEFLATE -a_ullr 365000 %.1f %.1f 155000 -outsize %u %u -r bilinear "
        "'%s' '%s'",
        155000 + CELL_M * n, 365000 + CELL_M * n, n, n, small, large);
    if (system(command) != 0) {
        printf("gdal_translate: not there, or failed (Debian: gdal-bin)\n");
        return 1;
    }
    const double before = most_mib();
    const struct cut done =
        cut_to(DEEP, large, out, WH_TILES_PMTILES, paint, to_lonlat, add_tile, NULL);
    printf(
        "%u x %u cells, z%d to z%d: %.0f tiles in %.1f s; most memory %.0f MiB (%.0f before), of "
        "1,024 at most\n",
        n, n, ZOOM_MIN, DEEP, (double)done.stats.tiles, done.draw_s + done.write_s, most_mib(),
        before);
    wh_free(ctx, small);
    wh_free(ctx, large);
    wh_free(ctx, out);
    return 0;
}

static double best_of_forms(const char *folder, const char *in, const struct wh_tile_paint *paint,
                            struct wh_transform *to_lonlat)
{
    static const struct {
        const char *name, *out;
        enum wh_tile_form form;
    } FORM[] = {{"PMTiles", "a.pmtiles", WH_TILES_PMTILES},
                {"MBTiles", "a.mbtiles", WH_TILES_MBTILES},
                {"z/x/y", "xyz/", WH_TILES_FOLDER}};
    double fastest = 0;
    for (size_t i = 0; i < sizeof FORM / sizeof *FORM; i++) {
        struct cut best = {.draw_s = (double)INFINITY};
        char *const out = in_folder(folder, FORM[i].out);
        for (int turn = 0; turn < TURNS; turn++) {
            bench_ok(wh_io_remove_tree(ctx, out, &err), &err);
            const struct cut one = cut(in, out, FORM[i].form, paint, to_lonlat, add_tile, NULL);
            best = one.draw_s + one.write_s < best.draw_s + best.write_s ? one : best;
        }
        const double seconds = best.draw_s + best.write_s, n = (double)best.stats.tiles;
        printf("wardheat, %s: %.0f tiles in %.2f s (%.2f drawing, %.2f writing), %.0f tiles/s, "
               "%.0f bytes/tile\n",
               FORM[i].name, n, seconds, best.draw_s, best.write_s, n / seconds,
               (double)best.stats.bytes / n);
        fastest = fmax(fastest, n / seconds);
        wh_free(ctx, out);
    }
    return fastest;
}

/* Tiles and bytes that stand in a folder of z/x/y.png. */
static void count_files(const char *folder, double *ret_n, double *ret_bytes)
{
    struct wh_paths names = {0};
    bench_ok(wh_io_walk(ctx, folder, &names, &err), &err);
    for (size_t i = 0; i < names.n; i++) {
        struct wh_file_info info;
        char *const path = in_folder(folder, names.path[i]);
        if (wh_str_has_suffix(wh_str_c(path), ".png") && wh_io_stat(path, &info)) {
            *ret_n += 1;
            *ret_bytes += (double)info.size_bytes;
        }
        wh_free(ctx, path);
    }
    wh_paths_finish(ctx, &names);
}

static void run_gdal2tiles(const char *folder, const char *classes, double fastest)
{
    char command[2048];
    double n = 0, bytes = 0;
    char *const out = in_folder(folder, "gdal");
    (void)snprintf(command, sizeof command, "gdal_translate -q -expand rgba '%s' '%s/rgba.tif'",
                   classes, folder);
    if (system("command -v gdal2tiles.py >/dev/null") != 0 || system(command) != 0) {
        printf("gdal2tiles: not there (Debian: python3-gdal)\n");
        wh_free(ctx, out);
        return;
    }
    (void)snprintf(command, sizeof command,
                   "gdal2tiles.py -q --xyz -x -w none -r near --processes=%d -z %d-%d "
                   "'%s/rgba.tif' '%s' >'%s/log' 2>&1",
                   JOBS, ZOOM_MIN, ZOOM_MAX, folder, out, folder);
    const double from = bench_now();
    if (system(command) != 0) {
        printf("gdal2tiles: failed, see its own words:\n");
        (void)snprintf(command, sizeof command, "tail -n 3 '%s/log'", folder);
        (void)!system(command);
    } else {
        const double seconds = bench_now() - from;
        count_files(out, &n, &bytes);
        printf("gdal2tiles: %.0f tiles in %.2f s, %.0f tiles/s, %.0f bytes/tile\n", n, seconds,
               n / seconds, bytes / n);
        printf("wardheat's fastest against it: %.1f times the tiles/s\n", fastest / (n / seconds));
    }
    wh_free(ctx, out);
}

int main(int argc, char **argv)
{
    const bool is_memory = argc > 1 && strcmp(argv[1], "memory") == 0;
    const char *const cells = argc > 1 + is_memory ? argv[1 + is_memory] : NULL;
    const uint32_t n = cells != NULL ? (uint32_t)strtoul(cells, NULL, 10)
                       : is_memory   ? 20000
                                     : 4096;
    const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
    const struct wh_legend legend = {.n = 5, .break_at = {2, 6, 14, 25, 40}};
    struct wh_transform *to_lonlat = NULL;
    struct wh_style *style = NULL;
    char *folder = NULL;
    ctx = bench_ctx(JOBS, 1);
    bench_ok(wh_geo_start(ctx, &err), &err);
    bench_ok(wh_style_load(ctx, BENCH_STYLES, "standard", &style, &err), &err);
    bench_ok(wh_transform_create(ctx, "EPSG:27700", "EPSG:4326", &coarse, &to_lonlat, &err), &err);
    bench_ok(wh_io_make_scratch(ctx, &folder, &err), &err);
    if (is_memory) {
        const struct wh_tile_paint classes_of = wh_tile_paint_densities(style, &legend, false);
        const int failed = bench_memory(folder, n, &classes_of, to_lonlat);
        bench_ok(wh_io_remove_tree(ctx, folder, &err), &err);
        return failed;
    }
    char *const density = in_folder(folder, "density.tif");
    char *const classes = in_folder(folder, "classes.tif");
    struct wh_grid grid = make_surface(n);
    const struct wh_raster_meta meta = {
        .crs = "EPSG:27700", .description = "density", .unit = "events per km2"};
    bench_ok(wh_raster_write(ctx, density, &grid, &meta, &err), &err);
    write_classes(&grid, style, &legend, classes);
    wh_grid_finish(ctx, &grid);

    const struct wh_tile_paint paint = wh_tile_paint_densities(style, &legend, false);
    const struct wh_tile_paint smooth = wh_tile_paint_densities(style, &legend, true);
    printf("a raster of %u x %u cells of %.1f m, z%d to z%d, %d threads\n", n, n, CELL_M, ZOOM_MIN,
           ZOOM_MAX, JOBS);
    const double fastest = best_of_forms(folder, density, &paint, to_lonlat);
    struct packing packing = {.scratch = {.ctx = ctx}};
    const struct cut again =
        cut(density, NULL, WH_TILES_PMTILES, &paint, to_lonlat, pack_again, &packing);
    printf("packing the same pixels alone: %.2f s of one thread, so at most %.0f tiles/s by %d\n",
           packing.seconds, (double)again.stats.tiles * JOBS / packing.seconds, JOBS);
    const struct cut of_smooth =
        cut(density, NULL, WH_TILES_PMTILES, &smooth, to_lonlat, add_tile, NULL);
    printf("smooth, %u shades: %.0f tiles/s drawn, %.0f bytes/tile\n", smooth.shades.n,
           (double)of_smooth.stats.tiles / of_smooth.draw_s,
           (double)of_smooth.stats.bytes / (double)of_smooth.stats.tiles);
    run_gdal2tiles(folder, classes, fastest);
    printf("most memory: %.0f MiB (the surface of doubles that was made takes %.0f)\n", most_mib(),
           (double)n * n * 8 / 1048576);

    wh_png_scratch_finish(&packing.scratch);
    bench_ok(wh_io_remove_tree(ctx, folder, &err), &err);
    wh_free(ctx, density);
    wh_free(ctx, classes);
    wh_free(ctx, folder);
    wh_transform_destroy(ctx, to_lonlat);
    wh_style_destroy(ctx, style);
    wh_ctx_destroy(ctx);
    return 0;
}
