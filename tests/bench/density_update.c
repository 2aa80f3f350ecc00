/*
 * tests/bench/density_update.c: is it worth keeping a surface and adding each night's new requests
 * to it, taking old ones off?
 *
 * The best that an exactly reversible update could be: sums as 64-bit integers, which are kept in a
 * file (in the page cache here); a night's changes, one ninetieth of a window of 90 days on and one
 * off, splatted cell by cell; integers to densities; the file written again. Beside it a rebuild
 * from all points. Quartic, one thread, CPU seconds.
 */
#include <string.h>

#include "bench/density_bench.h"

#define NIGHTS 90
#define UNITS 0x1p40 /* of the integers, in a kernel's centre */

struct update {
    const struct scene *scene;
    int64_t *sum;
    double bandwidth_m;
};

/* Adds (or, with -1, takes off) the kernels of the points [begin, end). */
static void splat(const struct update *update, size_t begin, size_t end, double sign)
{
    const struct wh_grid *grid = &update->scene->grid;
    const double h = update->bandwidth_m / grid->cell_m, per_h2 = 1 / (h * h);
    for (size_t i = begin; i < end; i++) {
        const double x = update->scene->points.x[i] / grid->cell_m - 0.5;
        const double y = update->scene->points.y[i] / grid->cell_m - 0.5;
        const int row_end = (int)fmin(grid->ny - 1, floor(y + h));
        for (int row = (int)fmax(0, ceil(y - h)); row <= row_end; row++) {
            const double dy = row - y, half = sqrt(fmax(0, h * h - dy * dy));
            const int last = (int)fmin(grid->nx - 1, floor(x + half));
            int64_t *sum = update->sum + (size_t)row * grid->nx;
            for (int col = (int)fmax(0, ceil(x - half)); col <= last; col++) {
                const double left = 1 - ((col - x) * (col - x) + dy * dy) * per_h2;
                sum[col] += (int64_t)(sign * UNITS * left * left);
            }
        }
    }
}

static void move_file(FILE *file, int64_t *sum, size_t n, bool is_write)
{
    rewind(file);
    if ((is_write ? fwrite(sum, sizeof *sum, n, file) : fread(sum, sizeof *sum, n, file)) != n ||
        fflush(file) != 0) {
        (void)fprintf(stderr, "the surface's file cannot be %s\n", is_write ? "written" : "read");
        exit(1);
    }
}

static double time_night(const struct update *update, FILE *file)
{
    const struct wh_grid *grid = &update->scene->grid;
    const size_t n = (size_t)grid->nx * grid->ny, n_points = update->scene->points.n;
    const double start = cpu_now();
    move_file(file, update->sum, n, false);
    splat(update, 0, n_points / NIGHTS, -1);
    splat(update, n_points - n_points / NIGHTS, n_points, 1);
    for (size_t i = 0; i < n; i++) {
        grid->v[i] = (double)update->sum[i] * (1 / UNITS);
    }
    move_file(file, update->sum, n, true);
    return cpu_now() - start;
}

static void row(const struct scene *scene, double bandwidth_px)
{
    const size_t n = (size_t)scene->grid.nx * scene->grid.ny;
    const struct wh_density_options opt = {.edge = WH_EDGE_NONE,
                                           .bandwidth_m = bandwidth_px * scene->grid.cell_m};
    const struct update update = {scene, bench_array(scene->ctx, n, sizeof(int64_t)),
                                  opt.bandwidth_m};
    FILE *file = tmpfile();
    if (file == NULL) {
        (void)fprintf(stderr, "no temporary file\n");
        exit(1);
    }
    memset(update.sum, 0, n * sizeof *update.sum); /* what stands there does not change the cost */
    move_file(file, update.sum, n, true);
    const double night_s = time_night(&update, file);
    const double rebuild_s = time_ours(scene, &opt, 1, 3, NULL);
    printf("%9zu %6u x %-5u %8g %10.4f %10.4f %8.2f\n", scene->points.n, scene->grid.nx,
           scene->grid.ny, bandwidth_px, rebuild_s, night_s, rebuild_s / night_s);
    (void)fflush(stdout);
    (void)fclose(file);
    wh_free(scene->ctx, update.sum);
}

void bench_update(size_t most_points)
{
    static const uint32_t side[] = {1000, 4096};
    static const double bandwidth_px[] = {13, 43, 137};
    printf("%9s %14s %8s %10s %10s %8s\n", "points", "cells", "h, px", "rebuild, s", "update, s",
           "ratio");
    for (size_t n = 10000; n <= most_points; n *= 10) {
        for (size_t i = 0; i < sizeof side / sizeof *side; i++) {
            struct scene scene;
            open_scene(&scene, n, side[i], side[i]);
            for (size_t k = 0; k < sizeof bandwidth_px / sizeof *bandwidth_px; k++) {
                row(&scene, bandwidth_px[k]);
            }
            close_scene(&scene);
        }
    }
}
