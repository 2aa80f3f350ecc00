/*
 * tests/bench/density_memory.c: what a surface takes beside its grid and its points, as counted by
 * the allocator that all our memory comes from, and by the kernel for the whole process.
 */
#include <string.h>

#include "bench/density_bench.h"

#define SIDE 4096
#define MB 1e6
#define GOAL_MB 64

/* A line of /proc/self/status, in MB. */
static double process_mb(const char *field)
{
    char line[256];
    double kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0) {
            kb = strtod(line + strlen(field) + 1, NULL);
        }
    }
    if (status != NULL) {
        (void)fclose(status);
    }
    return kb * 1024 / MB;
}

/* The most of the process from here on. */
static void forget_peak(void)
{
    FILE *refs = fopen("/proc/self/clear_refs", "w");
    if (refs != NULL) {
        (void)fputs("5", refs);
        (void)fclose(refs);
    }
}

static void row(const struct scene *scene, const char *what, const struct wh_density_options *opt)
{
    struct wh_error err = {0};
    struct wh_density_stats stats = {0};
    struct wh_ctx *ctx = bench_ctx(2, 1);
    struct wh_grid grid = scene->grid;
    forget_peak();
    const double before_mb = process_mb("VmRSS");
    bench_ok(wh_density(ctx, &scene->points, opt->edge == WH_EDGE_NONE ? NULL : &scene->mask, opt,
                        &grid, NULL, &stats, &err),
             &err);
    const double grown_mb = process_mb("VmHWM") - before_mb;
    const double scratch_mb = (double)wh_alloc_peak(ctx) / MB;
    printf("%9zu  %-44s %-8s %9.1f %9.1f   %s\n", scene->points.n, what,
           wh_engine_name(stats.engine), scratch_mb, grown_mb,
           fmax(scratch_mb, grown_mb) <= GOAL_MB ? "" : "MISSED");
    (void)fflush(stdout);
    wh_ctx_destroy(ctx);
}

void bench_memory(size_t most_points)
{
    printf("%9s  %-44s %-8s %9s %9s   goal: %d MB, of grid and points %s\n", "points",
           "4096 x 4096 cells, two threads", "engine", "ours, MB", "all, MB", GOAL_MB, "apart");
    for (size_t n = 1000000; n <= most_points; n *= 10) {
        struct scene scene;
        open_scene(&scene, n, SIDE, SIDE);
        const double px = scene.grid.cell_m;
        const struct wh_density_options none = {.edge = WH_EDGE_NONE, .bandwidth_m = 13 * px};
        struct wh_density_options opt = none;
        row(&scene, "quartic, 13 px", &opt);
        opt.bandwidth_m = 137 * px;
        row(&scene, "quartic, 137 px", &opt);
        opt.max_error = 1.0 / 512;
        row(&scene, "quartic, 137 px, bounded to 1/512", &opt);
        opt.bandwidth_m = 60 * px;
        row(&scene, "quartic, 60 px, bounded to 1/512", &opt);
        opt = none;
        opt.edge = WH_EDGE_DIGGLE;
        row(&scene, "quartic, 13 px, Diggle's correction", &opt);
        opt.bandwidth_of_point_m = scene.bandwidth_m;
        row(&scene, "quartic, one bandwidth a point, Diggle's", &opt);
        opt = none;
        opt.kernel = WH_KERNEL_GAUSSIAN;
        row(&scene, "Gaussian, sigma 13 px", &opt);
        opt.edge = WH_EDGE_DIGGLE;
        row(&scene, "Gaussian, sigma 13 px, Diggle's", &opt);
        opt.bandwidth_m = 5 * px;
        row(&scene, "Gaussian, sigma 5 px, Diggle's", &opt);
        close_scene(&scene);
    }
}
