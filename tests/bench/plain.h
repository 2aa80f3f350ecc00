/* tests/bench/plain.h: the yardstick: the shortest program that is right. */
#ifndef WH_BENCH_PLAIN_H
#define WH_BENCH_PLAIN_H

#include <wardheat/density.h>

/* Adds each point's kernel to each cell of its footprint (the Gaussian's: 6 sigma), in events per
 * km². Values must be 0. */
void plain_splat(const struct wh_points *points, enum wh_kernel kernel, double bandwidth_m,
                 struct wh_grid *grid);
/* The same, compiled for AVX2. */
void plain_splat_avx2(const struct wh_points *points, enum wh_kernel kernel, double bandwidth_m,
                      struct wh_grid *grid);

#endif
