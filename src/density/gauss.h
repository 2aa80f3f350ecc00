/*
 * density/gauss.h: Gaussian kernels by way of a coarse lattice, to 1e-12.
 *
 * A Gaussian of variance v is the convolution of two whose variances add to v; sampled on a lattice
 * of step d, the convolution is off by a factor of 1 +- 2 exp(-2 pi² w / d²) along each axis, w =
 * v1 v2 / v (Poisson summation): with v1 = v2 and d = 0.41 sigma that is 1e-12 of the surface
 * itself, everywhere. So points are spread to the nodes with the one Gaussian, cells gather from
 * the nodes with the other; each is cut where it is 1e-18. Gathering is the transpose of spreading
 * a cell, so that a kernel's mass over the cells of an area is found to rounding.
 */
#ifndef WH_DENSITY_GAUSS_H
#define WH_DENSITY_GAUSS_H

#include "density/places.h"

struct wh_gauss {
    double step_px, x0_px, y0_px; /* of node (0, 0) */
    double gather_variance;       /* in steps² */
    size_t nx, ny;
    double *v;                       /* nx * ny: spread points */
    double *area;                    /* nx * ny: gathering weights of an area's cells, or NULL */
    size_t n_taps;                   /* a cell's nodes along an axis, a multiple of 4 */
    uint32_t *col_first, *row_first; /* the first node of each column, row */
    double *col_weight, *row_weight; /* n_taps each */
};

/* For sigmas from the one given to 2^(1/4) of it, within a fraction `max_error` of the surface.
 * WH_ERR_LIMIT: no room. */
WH_MUST_USE enum wh_status wh_gauss_init(struct wh_ctx *ctx, const struct wh_grid *grid,
                                         double sigma_min_px, double max_error,
                                         struct wh_gauss *ret, struct wh_error *err);
/* How far places of sigma_max_px reach. */
double wh_gauss_reach_px(const struct wh_gauss *lattice, double sigma_max_px);
void wh_gauss_finish(struct wh_ctx *ctx, struct wh_gauss *lattice);
/* What it has allocated for nodes. */
size_t wh_gauss_bytes(const struct wh_gauss *lattice);

/* Spreads the places; a place's weight is its kernel's value at the centre. */
void wh_gauss_add(struct wh_ctx *ctx, struct wh_gauss *lattice, const struct wh_place_set *places,
                  double sigma_max_px);
/* What the first n_cols cells of a row gather from `nodes` (lattice->v or lattice->area); `scratch`
 * has room for lattice->nx. */
void wh_gauss_gather(const struct wh_gauss *lattice, const double *nodes, uint32_t row,
                     uint32_t n_cols, double *scratch, double *ret);
/* Adds to value (of the grid given to init) what its cells gather. WH_ERR_LIMIT: no room. */
WH_MUST_USE enum wh_status wh_gauss_sum(struct wh_ctx *ctx, const struct wh_gauss *lattice,
                                        const struct wh_grid *grid, double *value,
                                        struct wh_error *err);

/* Makes lattice->area; then mass() gives the sum over the mask's cells of a kernel that is 1 at its
 * centre. */
WH_MUST_USE enum wh_status wh_gauss_set_area(struct wh_ctx *ctx, struct wh_gauss *lattice,
                                             const struct wh_mask *mask, struct wh_error *err);
double wh_gauss_mass(const struct wh_gauss *lattice, double x_px, double y_px, double sigma_px);
/* What gathering must be multiplied with where a kernel of sigma_px that is 1 at its centre was
 * spread with weights of 1 at their centre. */
double wh_gauss_scale(const struct wh_gauss *lattice, double sigma_px);

#endif
