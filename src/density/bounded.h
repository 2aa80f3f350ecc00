/*
 * density/bounded.h: wide smooth kernels within an error that is asked for, at a cost that hardly
 * depends on the number of points or the bandwidth.
 *
 * Points are spread to the nodes of a lattice with the weights of cubic interpolation (Lagrange's,
 * four along each axis), the nodes are convolved with the exact kernel, and cells are interpolated
 * from the nodes with the same weights. How far that is off for one point depends on its distance
 * alone, up to how point and cell lie in the lattice; a table of the largest error by distance
 * (bounded_profile.h), convolved with how many points there are, bounds the error of every cell for
 * the points at hand.
 */
#ifndef WH_DENSITY_BOUNDED_H
#define WH_DENSITY_BOUNDED_H

#include "density/places.h"

struct wh_bounded {
    enum wh_kernel kernel;
    uint32_t steps; /* in a bandwidth */
    double step_px, x0_px, y0_px;
    size_t nx, ny;
    double *source; /* nx * ny: spread points */
    double *node; /* nx * ny: the weight of the points between a node and the next along both axes;
                     after convolve() the surface at the nodes */
};

struct wh_bounded_wish {
    enum wh_kernel kernel;
    const struct wh_grid *grid;
    double h_px, max_error;
    size_t n_points;
};

/*
 * The number of lattice steps in a bandwidth that is likely to keep `max_error`, more than `tried`
 * (0 at first); 0 when none is left, the kernel is not smooth, the lattice would be nearly as fine
 * as the grid, or exact sums of so few points are faster.
 */
uint32_t wh_bounded_steps(const struct wh_bounded_wish *wish, uint32_t tried);

/* WH_ERR_LIMIT: no room. */
WH_MUST_USE enum wh_status wh_bounded_init(struct wh_ctx *ctx, enum wh_kernel kernel,
                                           const struct wh_grid *grid, double h_px, uint32_t steps,
                                           struct wh_bounded *ret, struct wh_error *err);
void wh_bounded_finish(struct wh_ctx *ctx, struct wh_bounded *bounded);
/* What it has allocated. */
size_t wh_bounded_bytes(const struct wh_bounded *bounded);

/* Spreads places of the bandwidth given to init; a place's weight is its kernel's value at the
 * centre, at least 0. */
void wh_bounded_add(struct wh_ctx *ctx, struct wh_bounded *bounded,
                    const struct wh_place_set *places);

/* Convolves; then no cell will be off by more than *ret_error, in the unit of the weights.
 * WH_ERR_LIMIT: no room. */
WH_MUST_USE enum wh_status wh_bounded_convolve(struct wh_ctx *ctx, struct wh_bounded *bounded,
                                               double *ret_error, struct wh_error *err);

/* Adds the surface to value (of the grid given to init); what interpolation took below 0 counts as
 * 0. WH_ERR_LIMIT: no room. */
WH_MUST_USE enum wh_status wh_bounded_sum(struct wh_ctx *ctx, const struct wh_bounded *bounded,
                                          const struct wh_grid *grid, double *value,
                                          struct wh_error *err);

#endif
