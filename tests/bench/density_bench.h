/*
 * tests/bench/density_bench.h: what the benchmarks of the density core share: a town's worth of
 * points, grids, and the time of one surface.
 *
 * Points as in ../shared/reference/DENSITY.md: a mixture of 200 Gaussians of sd 50 to 600 m and 10
 * % even noise in 15 km, rounded to millimetres. Nothing is merged that way. Grids are touched
 * beforehand.
 */
#ifndef WH_DENSITY_BENCH_H
#define WH_DENSITY_BENCH_H

#include <math.h>
#include <wardheat/density.h>

#include "bench/bench.h"

#define SIDE_M 15000.0 /* of the square, west to east */

struct scene {
    struct wh_ctx *ctx;
    struct wh_points points;
    struct wh_grid grid;
    struct wh_mask mask; /* all but a rim and a lake */
    double *bandwidth_m; /* one a point, half to twice of 150 m */
};

void open_scene(struct scene *scene, size_t n, uint32_t nx, uint32_t ny);
/* Other cells over the same square of points; both sides alike. */
void change_cells(struct scene *scene, uint32_t side);
void close_scene(struct scene *scene);

/* Of this process, seconds. A busy machine disturbs it less than the time of day. */
double cpu_now(void);

/* Seconds of the fastest of `repeat` surfaces: CPU time of one thread, wall time of several.
 * `ret_stats` may be NULL. */
double time_ours(const struct scene *scene, const struct wh_density_options *opt, unsigned jobs,
                 size_t repeat, struct wh_density_stats *ret_stats);

/* `scripts/bench density growth [FOLDER [MOST_POINTS [MOST_SIDE]]]` */
void bench_growth(const char *folder, size_t most_points, uint32_t most_side);
/* `scripts/bench density memory [MOST_POINTS]` */
void bench_memory(size_t most_points);
/* `scripts/bench density update [MOST_POINTS]` */
void bench_update(size_t most_points);

#endif
