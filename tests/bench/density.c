/*
 * tests/bench/density.c: the density core beside the plain splat: for each point, for each cell of
 * its footprint, add the kernel.
 *
 * Points as in ../shared/reference/DENSITY.md: a mixture of 200 Gaussians of sd 50 to 600 m and 10
 * % uniform noise in 15 km, rounded to millimetres. All times are medians of runs that take turns;
 * what one thread does is measured in CPU time, so that a busy machine disturbs less; two threads
 * in wall time.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wardheat/density.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "bench/plain.h"

#define SIDE_M 15000.0

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t random_state = 42;

static double unit(void) /* splitmix64 */
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double normal(void)
{
    return sqrt(-2 * log(1 - unit())) * cos(2 * M_PI * unit());
}

static void die(const struct wh_error *err)
{
    char text[1024];
    fprintf(stderr, "bench: %s\n", wh_error_text(err, text, sizeof text));
    exit(1);
}

static struct wh_ctx *open_ctx(unsigned jobs)
{
    struct wh_error err = {0};
    struct wh_ctx *ctx = NULL;
    if (wh_ctx_create(&(struct wh_ctx_options){.jobs = jobs, .quiet = true}, &ctx, &err) != WH_OK) {
        die(&err);
    }
    return ctx;
}

static void make_points(struct wh_ctx *ctx, size_t n, double height_m, struct wh_points *ret)
{
    struct wh_error err = {0};
    double x[200], y[200], sd[200];
    random_state = 42;
    for (size_t k = 0; k < 200; k++) {
        x[k] = unit() * SIDE_M;
        y[k] = unit() * height_m;
        sd[k] = 50 + 550 * unit();
    }
    if (wh_points_reserve(ctx, ret, n, &err) != WH_OK) {
        die(&err);
    }
    for (size_t i = 0; i < n; i++) {
        const size_t k = (size_t)(unit() * 200);
        const bool is_noise = unit() < 0.1;
        const double px = is_noise ? unit() * SIDE_M : x[k] + sd[k] * normal();
        const double py = is_noise ? unit() * height_m : y[k] + sd[k] * normal();
        if (wh_points_push(ctx, ret, round(px * 1000) / 1000, round(py * 1000) / 1000, 0, 0, 0,
                           (uint32_t)i, &err) != WH_OK) {
            die(&err);
        }
    }
}

struct scene {
    struct wh_ctx *ctx;
    struct wh_points points;
    struct wh_grid grid;
    double *bandwidth_m; /* one a point: half to twice, to measure what variety costs */
};

static void open_scene(struct scene *scene, size_t n, uint32_t nx, uint32_t ny)
{
    memset(scene, 0, sizeof *scene);
    scene->ctx = open_ctx(1);
    scene->grid = (struct wh_grid){.cell_m = SIDE_M / nx, .nx = nx, .ny = ny};
    make_points(scene->ctx, n, SIDE_M * ny / nx, &scene->points);
    scene->grid.v = wh_alloc_array(scene->ctx, (size_t)nx * ny, sizeof(double));
    memset(scene->grid.v, 1, (size_t)nx * ny * sizeof(double)); /* touched: pages are there */
}

static void close_scene(struct scene *scene)
{
    wh_free(scene->ctx, scene->grid.v);
    wh_points_finish(scene->ctx, &scene->points);
    wh_ctx_destroy(scene->ctx);
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *value, size_t n)
{
    qsort(value, n, sizeof *value, compare_doubles);
    return value[n / 2];
}

static double time_ours(const struct scene *scene, const struct wh_density_options *opt,
                        unsigned jobs, size_t repeat, double *ret_max)
{
    struct wh_error err = {0};
    struct wh_density_stats stats = {0};
    double took[9];
    struct wh_ctx *ctx = open_ctx(jobs);
    struct wh_grid grid = scene->grid;
    for (size_t i = 0; i < repeat; i++) {
        const clockid_t clock = jobs == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
        const double start = seconds(clock);
        if (wh_density(ctx, &scene->points, NULL, opt, &grid, NULL, &stats, &err) != WH_OK) {
            die(&err);
        }
        took[i] = seconds(clock) - start;
    }
    wh_ctx_destroy(ctx);
    if (ret_max != NULL) {
        *ret_max = stats.max_per_km2;
    }
    return median(took, repeat);
}

/* The faster of the plain splat in both instruction sets. */
static double time_plain(const struct scene *scene, const struct wh_density_options *opt,
                         size_t repeat)
{
    double best = (double)INFINITY;
    double *value = malloc((size_t)scene->grid.nx * scene->grid.ny * sizeof *value);
    memset(value, 1, (size_t)scene->grid.nx * scene->grid.ny * sizeof *value);
    for (int with_avx2 = 0; with_avx2 < 2; with_avx2++) {
        double took[9];
        for (size_t i = 0; i < repeat; i++) {
            struct wh_grid grid = scene->grid;
            grid.v = value;
            memset(value, 0, (size_t)grid.nx * grid.ny * sizeof *value);
            const double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
            (with_avx2 ? plain_splat_avx2 : plain_splat)(&scene->points, opt->kernel,
                                                         opt->bandwidth_m, &grid);
            took[i] = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
        }
        const double t = median(took, repeat);
        best = t < best ? t : best;
    }
    free(value);
    return best;
}

static void row(const char *what, double plain_s, double ours_s, const char *goal)
{
    printf("%-58s %9.4f s %9.4f s %8.1f x   %s\n", what, plain_s, ours_s, plain_s / ours_s, goal);
    fflush(stdout);
}

static void against_the_plain_splat(void)
{
    struct scene scene;
    printf("%-58s %11s %11s %10s   %s\n", "one thread against the plain splat", "plain", "ours",
           "ratio", "goal");
    open_scene(&scene, 1000000, 1280, 960);
    struct wh_density_options opt = {
        .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_NONE, .bandwidth_m = 150};
    row("1e6 points, 1280 x 960, quartic, h = 13 px", time_plain(&scene, &opt, 1),
        time_ours(&scene, &opt, 1, 5, NULL), "5");
    opt.bandwidth_m = 500;
    row("the same, h = 43 px", time_plain(&scene, &opt, 1), time_ours(&scene, &opt, 1, 5, NULL),
        "8");
    opt.kernel = WH_KERNEL_EPANECHNIKOV;
    row("the same, Epanechnikov", time_plain(&scene, &opt, 1), time_ours(&scene, &opt, 1, 3, NULL),
        "");
    close_scene(&scene);
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    against_the_plain_splat();
    struct scene scene;
    open_scene(&scene, 1000000, 1280, 960);
    struct wh_density_options opt = {
        .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_NONE, .bandwidth_m = 150};
    printf("2 threads: %.4f\n", time_ours(&scene, &opt, 2, 5, NULL));
    opt.kernel = WH_KERNEL_GAUSSIAN;
    printf("gauss 1 thread: %.4f\n", time_ours(&scene, &opt, 1, 5, NULL));
    close_scene(&scene);
    return 0;
}
