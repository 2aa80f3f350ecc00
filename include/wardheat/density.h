/* wardheat/density.h: kernel density of points on a grid, edge-corrected. Pure; deterministic; thread-safe. */
#ifndef WARDHEAT_DENSITY_H
#define WARDHEAT_DENSITY_H

#include <wardheat/geo.h>
#include <wardheat/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Kernels of unit mass in the plane; u = distance / bandwidth (Silverman 1986, section 4.2.1). The bandwidth h is the support radius of a
 * compact kernel and sigma of the Gaussian. Beside each: how far a surface is from exact arithmetic, as a fraction of its largest value.
 */
enum wh_kernel {
    WH_KERNEL_QUARTIC,      /* 3/(pi h²) (1 - u²)²; 1e-9 */
    WH_KERNEL_GAUSSIAN,     /* exp(-u²/2)/(2 pi h²), taken as 0 somewhere beyond 7 sigma; 1e-9 */
    WH_KERNEL_EPANECHNIKOV, /* 2/(pi h²) (1 - u²); 1e-9 */
    WH_KERNEL_TRIWEIGHT,    /* 4/(pi h²) (1 - u²)³; 1e-9 */
    WH_KERNEL_UNIFORM,      /* 1/(pi h²); 1e-12, but a cell whose centre lies on the circle to within 1e-9 of h may count or not */
    WH_KERNEL_TRIANGULAR    /* 3/(pi h²) (1 - u); 1e-12 */
};
#define WH_N_KERNELS 6

/*
 * DIGGLE (Diggle 1985): each event is divided by its own kernel mass inside the study area, summed over the cells of the output, so that
 * the sum of f * cell area is the weight of the events to rounding; UNIFORM (Jones 1993): divided at the cell, by the mass that a kernel of
 * `bandwidth_m` there has over the cells of the study area.
 */
enum wh_edge { WH_EDGE_DIGGLE, WH_EDGE_UNIFORM, WH_EDGE_NONE };
#define WH_N_EDGES 3

#define WH_MOST_ERROR 0.5 /* the largest max_error */

struct wh_density_options {
    enum wh_kernel kernel;
    enum wh_edge edge;
    double bandwidth_m;
    bool widen_by_precision; /* by a point's precision r at equal variance: quartic sqrt(h² + 8 r²), Gaussian sqrt(s² + r²) (DESIGN.md section 6) */
    const double *bandwidth_of_point_m; /* one a point, before widening; NULL: bandwidth_m for all. From half a cell to a million cells each */
    double max_error; /* 0: exact; else a fraction of the surface's maximum that no cell may be wrong by: faster for wide kernels and many points, and exact where it is not */
};

enum wh_density_engine { WH_ENGINE_RUNS, WH_ENGINE_DIRECT, WH_ENGINE_LATTICE, WH_ENGINE_BOUNDED };

struct wh_density_stats {
    size_t n_used;      /* points whose kernel met the study area and that were counted */
    size_t n_outside;   /* points outside the mask (not counted with DIGGLE) */
    size_t n_places;    /* distinct places after merging equal ones, of points that reach the grid */
    double total_weight; /* of all points */
    double max_per_km2;
    enum wh_density_engine engine; /* that did most of the work */
    double error_bound; /* fraction of max_per_km2 that no cell is wrong by: the kernel's of above, or what the bounded engine certified */
};

/*
 * Fills `grid` (its geometry is given; every value is overwritten) with events per km². Where `mask` is not NULL, cells outside it become NaN and
 * the edge correction is against it; its geometry must equal the grid's. NULL mask: edge must be NONE. Weights may be negative,
 * for removals: what is added and taken off at one place in one call leaves no trace, not in a bit (unless so many more points call for another engine, or stretches). `ret_support` (nx * ny, or NULL): for each cell the number of events whose kernel reaches its centre,
 * each point counting once whatever its weight, and
 * a removal against one at its place; of the Gaussian those within sqrt(8) sigma, the radius of a quartic of the same variance.
 *
 * Deterministic: points are first sorted by place and merged, work is cut into tiles that depend on the grid and the bandwidth alone, and each tile sums
 * in that order; so neither the order of points nor the number of threads nor the CPU changes a bit.
 *
 * Cost for n places, bandwidth h in cells: compact kernels O(n h + cells), Gaussian O(n + cells), triangular O(n h² + cells), bounded O(n + cells).
 * Memory beside grid and points: 40 bytes a place for at most 800,000 places at once (or one band of 16 rows of cells), 2 bytes a point where there
 * are more than that, some MB a thread. LATTICE takes 8 bytes a node (16 with DIGGLE), at most 0.37 nodes a cell, BOUNDED 16, at most 0.11 a cell, and
 * both fewer places at once for that.
 *
 * WH_ERR_CONFIG  bandwidth not finite, not positive, smaller than one cell (a point's own: half a cell) or wider than a million cells; max_error
 *                outside 0 to WH_MOST_ERROR; geometry of mask and grid differ; an edge correction without a mask
 * WH_ERR_INPUT   a place or weight (or a precision that is to widen a kernel) that is not a finite number
 * WH_ERR_LIMIT   no room for the scratch
 */
WH_MUST_USE enum wh_status wh_density(struct wh_ctx *ctx, const struct wh_points *points,
                                      const struct wh_mask *mask,
                                      const struct wh_density_options *opt, struct wh_grid *grid,
                                      uint32_t *ret_support, struct wh_density_stats *ret_stats,
                                      struct wh_error *err);

const char *wh_kernel_name(enum wh_kernel kernel); /* "quartic" */
const char *wh_edge_name(enum wh_edge edge);       /* "diggle" */
const char *wh_engine_name(enum wh_density_engine engine); /* "runs" */
/* False when the name is not known. */
bool wh_kernel_from_name(const char *name, enum wh_kernel *ret);
bool wh_edge_from_name(const char *name, enum wh_edge *ret);

#ifdef __cplusplus
}
#endif
#endif
