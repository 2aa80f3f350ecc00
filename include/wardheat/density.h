/* wardheat/density.h: kernel density of points on a grid, edge-corrected. Pure; deterministic; thread-safe. */
#ifndef WARDHEAT_DENSITY_H
#define WARDHEAT_DENSITY_H

#include <wardheat/geo.h>
#include <wardheat/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Unit mass in the plane. Bandwidth h is the support radius of a compact kernel, sigma of the Gaussian (cut at 8.5 sigma). */
enum wh_kernel { WH_KERNEL_QUARTIC, WH_KERNEL_GAUSSIAN };
/*
 * DIGGLE (Diggle 1985): each event is divided by its own kernel mass inside the study area, summed over the cells of the output, so that
 * the sum of f * cell area is the weight of the events exactly; UNIFORM (Jones 1993): divided at the cell.
 */
enum wh_edge { WH_EDGE_DIGGLE, WH_EDGE_UNIFORM, WH_EDGE_NONE };

struct wh_density_options {
    enum wh_kernel kernel;
    enum wh_edge edge;
    double bandwidth_m;
    bool widen_by_precision; /* quartic sqrt(h² + 8 r²), Gaussian sqrt(s² + r²) for a point of precision r (DESIGN.md section 6) */
};

struct wh_density_stats {
    size_t n_used;      /* points whose kernel met the study area and that were counted */
    size_t n_outside;   /* points outside the mask (not counted with DIGGLE) */
    size_t n_places;    /* distinct places after merging equal ones */
    double total_weight;
    double max_per_km2;
};

/*
 * Fills `grid` (its geometry is given; every value is overwritten) with events per km². Where `mask` is not NULL, cells outside it become NaN and
 * the edge correction is against it; its geometry must equal the grid's. NULL mask: edge must be NONE. `ret_support` (nx * ny, or NULL): for each cell
 * the number of events whose kernel reaches its centre, each point counting once whatever its weight.
 * The result does not depend on the order of points or on the number of threads.
 *
 * WH_ERR_CONFIG  bandwidth not finite, not positive, or smaller than one cell; geometry of mask and grid differ
 * WH_ERR_LIMIT   no room for the scratch
 */
WH_MUST_USE enum wh_status wh_density(struct wh_ctx *ctx, const struct wh_points *points,
                                      const struct wh_mask *mask,
                                      const struct wh_density_options *opt, struct wh_grid *grid,
                                      uint32_t *ret_support, struct wh_density_stats *ret_stats,
                                      struct wh_error *err);

/*
 * Scott's rule (Scott 1992, eq. 6.42) in two dimensions, sigma_j = s_j n^(-1/6), the geometric mean of both axes, as a support radius for
 * the quartic (times sqrt 8) or as sigma for the Gaussian. 0 when there are fewer than 2 distinct places.
 */
double wh_bandwidth_scott(const struct wh_points *points, enum wh_kernel kernel);

const char *wh_kernel_name(enum wh_kernel kernel); /* "quartic" */
const char *wh_edge_name(enum wh_edge edge);       /* "diggle" */
/* False when the name is not known. */
bool wh_kernel_from_name(const char *name, enum wh_kernel *ret);

#ifdef __cplusplus
}
#endif
#endif
