/* tests/bench/density_scene.c */
#include <string.h>

#include "bench/density_bench.h"

#define N_HILLS 200

double cpu_now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

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

/* Touched grid and mask. */
static void make_grid(struct scene *scene, uint32_t nx, uint32_t ny)
{
    const size_t n = (size_t)nx * ny;
    scene->grid = (struct wh_grid){.cell_m = SIDE_M / nx, .nx = nx, .ny = ny};
    scene->mask.grid = scene->grid;
    scene->grid.v = bench_array(scene->ctx, n, sizeof(double));
    scene->mask.inside = bench_array(scene->ctx, n, 1);
    memset(scene->grid.v, 1, n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
        const double dx = (double)(i % nx) / nx - 0.5, dy = (double)(i / nx) / ny - 0.5;
        scene->mask.inside[i] = dx * dx + dy * dy < 0.2 && dx * dx + dy * dy > 0.001;
    }
}

static void drop_grid(struct scene *scene)
{
    wh_free(scene->ctx, scene->grid.v);
    wh_free(scene->ctx, scene->mask.inside);
}

void open_scene(struct scene *scene, size_t n, uint32_t nx, uint32_t ny)
{
    *scene = (struct scene){.ctx = bench_ctx(1, 1)};
    scene->bandwidth_m = bench_array(scene->ctx, n, sizeof(double));
    make_grid(scene, nx, ny);
    make_points(scene, n, SIDE_M * ny / nx);
}

void change_cells(struct scene *scene, uint32_t side)
{
    drop_grid(scene);
    make_grid(scene, side, side);
}

void close_scene(struct scene *scene)
{
    drop_grid(scene);
    wh_free(scene->ctx, scene->bandwidth_m);
    wh_points_finish(scene->ctx, &scene->points);
    wh_ctx_destroy(scene->ctx);
}

double time_ours(const struct scene *scene, const struct wh_density_options *opt, unsigned jobs,
                 size_t repeat, struct wh_density_stats *ret_stats)
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
