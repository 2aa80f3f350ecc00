/*
 * tests/bench/density.c: the density core beside the plain splat: for each point, for each cell of
 * its footprint, add the kernel.
 *
 *   scripts/bench density          the table of ratios
 *   scripts/bench density growth   how cost grows: one CSV line each of points, cells, bandwidth
 * and seconds
 *
 * Points as in ../shared/reference/DENSITY.md: a mixture of 200 Gaussians of sd 50 to 600 m and 10
 * % even noise in 15 km, rounded to millimetres. Nothing is merged that way. Times of one thread
 * are CPU time, which a busy machine disturbs less, those of two are wall time; the least of some
 * runs counts. The yardstick is compiled with the flags of src/density, with and without AVX2, and
 * the faster of the two counts. Grids are touched beforehand.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/density.h>

#include "bench/bench.h"
#include "bench/plain.h"

#define SIDE_M 15000.0
#define N_HILLS 200
#define CELLS_X 1280
#define CELLS_Y 960

static double cpu_now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

struct scene {
    struct wh_ctx *ctx;
    struct wh_points points;
    struct wh_grid grid;
    struct wh_mask mask; /* all but a rim and a lake */
    double *bandwidth_m; /* one a point, half to twice of 150 m */
};

static void make_points(struct scene *scene, size_t n, double height_m)
{
    struct wh_error err = {0};
    struct wh_random random;
    wh_random_init(&random, 42, 0);
    double x[N_HILLS], y[N_HILLS], sd[N_HILLS];
    for (size_t k = 0; k < N_HILLS; k++) {
        x[k] = wh_random_unit(&random) * SIDE_M;
        y[k] = wh_random_unit(&random) * height_m;
        sd[k] = 50 + 550 * wh_random_unit(&random);
    }
    bench_ok(wh_points_reserve(scene->ctx, &scene->points, n, &err), &err);
    for (size_t i = 0; i < n; i++) {
        const size_t k = (size_t)(wh_random_unit(&random) * N_HILLS);
        const bool is_noise = wh_random_unit(&random) < 0.1;
        const double px =
            is_noise ? wh_random_unit(&random) * SIDE_M : x[k] + sd[k] * wh_random_normal(&random);
        const double py = is_noise ? wh_random_unit(&random) * height_m
                                   : y[k] + sd[k] * wh_random_normal(&random);
        bench_ok(wh_points_push(scene->ctx, &scene->points, round(px * 1000) / 1000,
                                round(py * 1000) / 1000, 0, 0, 0, (uint32_t)i, &err),
                 &err);
        scene->bandwidth_m[i] = 75 * pow(4, wh_random_unit(&random));
    }
}

static void open_scene(struct scene *scene, size_t n, uint32_t nx, uint32_t ny)
{
    *scene = (struct scene){.ctx = bench_ctx(1, 1)};
    scene->grid = (struct wh_grid){.cell_m = SIDE_M / nx, .nx = nx, .ny = ny};
    scene->mask.grid = scene->grid;
    scene->grid.v = bench_array(scene->ctx, (size_t)nx * ny, sizeof(double));
    scene->mask.inside = bench_array(scene->ctx, (size_t)nx * ny, 1);
    scene->bandwidth_m = bench_array(scene->ctx, n, sizeof(double));
    memset(scene->grid.v, 1, (size_t)nx * ny * sizeof(double));
    for (size_t i = 0; i < (size_t)nx * ny; i++) {
        const double dx = (double)(i % nx) / nx - 0.5, dy = (double)(i / nx) / ny - 0.5;
        scene->mask.inside[i] = dx * dx + dy * dy < 0.2 && dx * dx + dy * dy > 0.001;
    }
    make_points(scene, n, SIDE_M * ny / nx);
}

static void close_scene(struct scene *scene)
{
    wh_free(scene->ctx, scene->grid.v);
    wh_free(scene->ctx, scene->mask.inside);
    wh_free(scene->ctx, scene->bandwidth_m);
    wh_points_finish(scene->ctx, &scene->points);
    wh_ctx_destroy(scene->ctx);
}

/* Seconds of the fastest of `repeat` runs. */
static double time_ours(const struct scene *scene, const struct wh_density_options *opt,
                        unsigned jobs, size_t repeat, struct wh_density_stats *ret_stats)
{
    struct wh_error err = {0};
    struct wh_density_stats stats = {0};
    struct wh_ctx *ctx = bench_ctx(jobs, 1);
    struct wh_grid grid = scene->grid;
    const struct wh_mask *mask = opt->edge == WH_EDGE_NONE ? NULL : &scene->mask;
    double least = (double)INFINITY;
    for (size_t i = 0; i < repeat; i++) {
        const double start = jobs == 1 ? cpu_now() : bench_now();
        bench_ok(wh_density(ctx, &scene->points, mask, opt, &grid, NULL, &stats, &err), &err);
        least = fmin(least, (jobs == 1 ? cpu_now() : bench_now()) - start);
    }
    wh_ctx_destroy(ctx);
    if (ret_stats != NULL) {
        *ret_stats = stats;
    }
    return least;
}

static double time_plain(const struct scene *scene, const struct wh_density_options *opt,
                         size_t repeat)
{
    double least = (double)INFINITY;
    struct wh_grid grid = scene->grid;
    for (size_t i = 0; i < 2 * repeat; i++) {
        memset(grid.v, 0, (size_t)grid.nx * grid.ny * sizeof *grid.v);
        const double start = cpu_now();
        (i % 2 ? plain_splat_avx2 : plain_splat)(&scene->points, opt->kernel, opt->bandwidth_m,
                                                 &grid);
        least = fmin(least, cpu_now() - start);
    }
    return least;
}

/* The plain splat of every 200th point, times 200: the whole would take minutes. */
static double time_plain_part(const struct scene *scene, const struct wh_density_options *opt)
{
    struct scene part = *scene;
    const size_t n = scene->points.n / 200;
    part.points = (struct wh_points){.n = n};
    part.points.x = bench_array(scene->ctx, n, sizeof(double));
    part.points.y = bench_array(scene->ctx, n, sizeof(double));
    for (size_t i = 0; i < n; i++) {
        part.points.x[i] = scene->points.x[200 * i];
        part.points.y[i] = scene->points.y[200 * i];
    }
    const double t = 200 * time_plain(&part, opt, 1);
    wh_free(scene->ctx, part.points.x);
    wh_free(scene->ctx, part.points.y);
    return t;
}

static void row(const char *what, double yardstick_s, double ours_s, const char *goal)
{
    printf("%-64s %10.4f %10.4f %9.2f   %s\n", what, yardstick_s, ours_s, yardstick_s / ours_s,
           goal);
    fflush(stdout);
}

static void heading(const char *what, const char *yardstick)
{
    printf("\n%-64s %10s %10s %9s   %s\n", what, yardstick, "ours, s", "ratio", "goal");
}

static void bench_usual_grid(void)
{
    struct scene scene;
    struct wh_density_options opt = {.edge = WH_EDGE_NONE, .bandwidth_m = 150};
    open_scene(&scene, 1000000, CELLS_X, CELLS_Y);
    heading("1e6 points, 1280 x 960 cells, one thread", "plain, s");
    const double thirteen = time_ours(&scene, &opt, 1, 5, NULL);
    row("quartic, exact, 13 px", time_plain(&scene, &opt, 2), thirteen, ">= 5");
    opt.bandwidth_m = 500;
    row("quartic, exact, 43 px", time_plain(&scene, &opt, 1), time_ours(&scene, &opt, 1, 3, NULL),
        ">= 8");
    opt.kernel = WH_KERNEL_EPANECHNIKOV;
    row("Epanechnikov, exact, 43 px", time_plain(&scene, &opt, 1),
        time_ours(&scene, &opt, 1, 3, NULL), "");
    opt.kernel = WH_KERNEL_GAUSSIAN;
    opt.bandwidth_m = 150;
    row("Gaussian, 1e-12, sigma 13 px (plain: 1 point in 200, times 200)",
        time_plain_part(&scene, &opt), time_ours(&scene, &opt, 1, 3, NULL), ">= 200");
    heading("the same, quartic, 13 px", "ours, s");
    opt.kernel = WH_KERNEL_QUARTIC;
    opt.bandwidth_of_point_m = scene.bandwidth_m;
    row("fixed bandwidth / one bandwidth a point, half to twice of it", thirteen,
        time_ours(&scene, &opt, 1, 3, NULL), ">= 0.67");
    opt.bandwidth_of_point_m = NULL;
    opt.edge = WH_EDGE_DIGGLE;
    row("without an edge correction / Diggle's", thirteen, time_ours(&scene, &opt, 1, 3, NULL), "");
    opt.edge = WH_EDGE_NONE;
    const double wall = bench_now();
    (void)time_ours(&scene, &opt, 1, 1, NULL);
    row("one thread / two (wall time)", bench_now() - wall, time_ours(&scene, &opt, 2, 5, NULL),
        ">= 1.8");
    close_scene(&scene);
}

static void bench_wide_grid(void)
{
    struct scene scene;
    struct wh_density_stats stats;
    struct wh_density_options opt = {.edge = WH_EDGE_NONE, .bandwidth_m = 500};
    open_scene(&scene, 1000000, 4096, 4096);
    heading("1e6 points, 4096 x 4096 cells, one thread", "plain, s");
    const double plain = time_plain_part(&scene, &opt);
    row("quartic, exact, 137 px (plain: 1 point in 200, times 200)", plain,
        time_ours(&scene, &opt, 1, 2, NULL), ">= 15");
    opt.max_error = 1.0 / 512;
    row("quartic, bounded to 1/512, 137 px", plain, time_ours(&scene, &opt, 1, 3, &stats),
        ">= 200");
    printf("  (engine: %s, certified: %.2g of the maximum)\n", wh_engine_name(stats.engine),
           stats.error_bound);
    close_scene(&scene);
}

static void bench_sizes(void)
{
    struct scene scene;
    const struct wh_density_options none = {.edge = WH_EDGE_NONE, .bandwidth_m = 150};
    open_scene(&scene, 1000000, CELLS_X, CELLS_Y);
    const double million = time_ours(&scene, &none, 1, 3, NULL);
    close_scene(&scene);
    open_scene(&scene, 10000000, CELLS_X, CELLS_Y);
    const double ten_million = time_ours(&scene, &none, 1, 2, NULL);
    close_scene(&scene);
    heading("growth and small cases, one thread", "1e7, s");
    row("1e7 points / 1e6 points, quartic, 13 px", ten_million, million, "<= 10.5");
    open_scene(&scene, 5000, 1000, 1000);
    const struct wh_density_options small = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 200};
    printf("%-64s %10s %10.4f %9s   <= 0.015\n",
           "5,000 points, 1000 x 1000 cells, 13 px, Diggle's correction", "",
           time_ours(&scene, &small, 1, 9, NULL), "");
    close_scene(&scene);
}

static void growth(void)
{
    static const size_t n_points[] = {10000, 100000, 1000000, 10000000};
    static const uint32_t sides[] = {512, 1024, 2048, 4096, 8192};
    static const double bandwidth_px[] = {5, 13, 43, 137};
    puts("points,cells,bandwidth_px,engine,seconds");
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 5; j++) {
            struct scene scene;
            open_scene(&scene, n_points[i], sides[j], sides[j]);
            for (size_t k = 0; k < 8; k++) {
                const struct wh_density_options opt = {.edge = WH_EDGE_NONE,
                                                       .bandwidth_m =
                                                           bandwidth_px[k % 4] * scene.grid.cell_m,
                                                       .max_error = k < 4 ? 0 : 1.0 / 512};
                struct wh_density_stats stats;
                const double t = time_ours(&scene, &opt, 1, n_points[i] > 1000000 ? 1 : 2, &stats);
                if (k < 4 || stats.engine == WH_ENGINE_BOUNDED) {
                    printf("%zu,%zu,%g,%s,%.5f\n", n_points[i], (size_t)sides[j] * sides[j],
                           bandwidth_px[k % 4], wh_engine_name(stats.engine), t);
                    fflush(stdout);
                }
            }
            close_scene(&scene);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "growth") == 0) {
        growth();
        return 0;
    }
    bench_usual_grid();
    bench_wide_grid();
    bench_sizes();
    return 0;
}
