/*
 * wardheat/statistics.h: is this pattern of values more than chance? False discoveries, neighbours,
 * Getis-Ord, Moran, Geary, empirical Bayes rates. Pure; deterministic; what is not defined is NaN,
 * never an error: a value that all areas share, an area without neighbours, fewer than two areas.
 */
#ifndef WARDHEAT_STATISTICS_H
#define WARDHEAT_STATISTICS_H

#include <wardheat/geo.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- many tests at once ---- */

enum wh_discovery {
    WH_DISCOVERY_BH, /* Benjamini and Hochberg 1995: independent or positively dependent tests */
    WH_DISCOVERY_BY  /* Benjamini and Yekutieli 2001: any dependence */
};

/*
 * ret_q[i] = the lowest false-discovery rate at which test i is still called, as R's p.adjust: the
 * least over ranks k >= rank(i) of p_(k) m / k (BY: times 1 + 1/2 + ... + 1/m), at most 1. With
 * `weight` (not NULL; at least 0) the k first count by weight: p_(k) W / (w_(1) + ... + w_(k)),
 * which bounds the expected share by weight of what is called wrongly (Blanchard and Roquain 2008,
 * section 3.1). NaN is no test: it is not counted and its q is NaN. `ret_q` may be `p`. O(n).
 *
 * WH_ERR_LIMIT  no room for the order
 */
WH_MUST_USE enum wh_status wh_false_discovery(struct wh_ctx *ctx, const double *p,
                                              const double *weight, size_t n,
                                              enum wh_discovery method, double *ret_q,
                                              struct wh_error *err);

/*
 * The same for the cells of a smooth field, where what is called wrongly comes in few clumps: q is
 * the expected share by weight of false discoveries among all, E[V / R], from the distribution of
 * clumps in a Gaussian field of these p, where something is special, and half of what weighted
 * Benjamini and Hochberg gives, whose level in a smooth field is more than twice too strict, where
 * nothing is; the larger of the two. So q lies between the whole and the half of
 * wh_false_discovery()'s. `roughness`: peaks a cell: cell_m² det(cov(grad Z))^(1/2) of the field Z
 * of unit variance. On a grid too coarse to show clumps, roughness above 0.25, or INFINITY where
 * the field has no gradient, q is the whole. `weight` is not NULL. See docs/hotspots.md for what it
 * rests on. Otherwise as above.
 */
WH_MUST_USE enum wh_status wh_field_discovery(struct wh_ctx *ctx, const double *p,
                                              const double *weight, size_t n, double roughness,
                                              double *ret_q, struct wh_error *err);

/* ---- who is next to whom ---- */

/*
 * Neighbours of n places as lists: those of place i are idx[start[i]] .. idx[start[i + 1] - 1],
 * rising, with their weights; `weight` NULL: all 1. A place may be its own neighbour. Memory is
 * that of the pairs; there is no n x n matrix.
 */
struct wh_neighbours {
    uint32_t n;
    size_t *start; /* n + 1 */
    uint32_t *idx;
    double *weight;
};

/* Neighbours within `distance_m` (inclusive); `with_self`: every place is its own neighbour too.
 * Caller finishes, here and below. */
WH_MUST_USE enum wh_status wh_neighbours_within(struct wh_ctx *ctx, const double *x,
                                                const double *y, uint32_t n, double distance_m,
                                                bool with_self, struct wh_neighbours *ret,
                                                struct wh_error *err);
/* The k nearest, without self; ties go to the lower index; fewer where n is small. */
WH_MUST_USE enum wh_status wh_neighbours_nearest(struct wh_ctx *ctx, const double *x,
                                                 const double *y, uint32_t n, uint32_t k,
                                                 struct wh_neighbours *ret, struct wh_error *err);
enum wh_contiguity {
    WH_CONTIGUITY_QUEEN, /* areas that share a vertex */
    WH_CONTIGUITY_ROOK   /* areas that share a stretch of border between two vertices */
};
/* Areas that touch, by vertices equal to `snap_m` (0: exactly equal), without self. */
WH_MUST_USE enum wh_status wh_neighbours_contiguous(struct wh_ctx *ctx,
                                                    const struct wh_areas *areas,
                                                    enum wh_contiguity contiguity, double snap_m,
                                                    struct wh_neighbours *ret,
                                                    struct wh_error *err);
/* A copy with every place as its own neighbour, of weight 1. */
WH_MUST_USE enum wh_status wh_neighbours_with_self(struct wh_ctx *ctx,
                                                   const struct wh_neighbours *neighbours,
                                                   struct wh_neighbours *ret, struct wh_error *err);
/* Divides each place's weights by their sum (style W of spdep). */
WH_MUST_USE enum wh_status wh_neighbours_standardise(struct wh_ctx *ctx,
                                                     struct wh_neighbours *neighbours,
                                                     struct wh_error *err);
void wh_neighbours_finish(struct wh_ctx *ctx, struct wh_neighbours *neighbours);

/*
 * Cells in rows of equal spacing: squares (shift 0, dy = dx), or hexagons with a point up (every
 * odd row moved east by half a cell, dy = dx sqrt(3) / 2). Cell (col, row) has index row * nx + col
 * and its centre at (x0 + (col + 0.5 + shift * (row odd)) dx, y0 + (row + 0.5) dy); row 0 is south.
 */
struct wh_lattice {
    double x0, y0, dx, dy, shift;
    uint32_t nx, ny;
};
/* Squares of side cell_m, or hexagons of the width cell_m between flat sides, that cover a box.
 * WH_ERR_LIMIT above max_cells. */
WH_MUST_USE enum wh_status wh_lattice_squares(const double box[4], double cell_m, double max_cells,
                                              struct wh_lattice *ret, struct wh_error *err);
WH_MUST_USE enum wh_status wh_lattice_hexagons(const double box[4], double cell_m, double max_cells,
                                               struct wh_lattice *ret, struct wh_error *err);
void wh_lattice_centre(const struct wh_lattice *lattice, size_t cell, double *ret_x, double *ret_y);
/* The cell whose centre is nearest (its own); false outside. Ties go to the lower index. */
bool wh_lattice_cell_of(const struct wh_lattice *lattice, double x, double y, size_t *ret_cell);
/* The outline of a cell: counter-clockwise from the south-west (hexagon: from the south), closed;
 * returns how many vertices. */
unsigned wh_lattice_outline(const struct wh_lattice *lattice, size_t cell, double ret_x[7],
                            double ret_y[7]);

/* ---- Getis-Ord ---- */

/*
 * OUR CONVENTION (libraries differ: r-spatial/spdep #123). Gi* counts the place itself as a
 * neighbour, with the weight given: Gi*(i) = (sum_j w_ij x_j - X W_i) / (S sqrt((n sum_j w_ij² -
 * W_i²) / (n - 1))),  W_i = sum_j w_ij,  X = mean, S² = sum x² / n - X², both over all n (Ord and
 * Getis 1995, eq. 14); it is a standard normal z under chance. Gi leaves the place out of sum, mean
 * and S. p is two-sided and analytic, not conditional permutation; dividing all weights of a place
 * by one number changes nothing.
 */
enum wh_bin { /* as ArcGIS's Gi_Bin */
              WH_BIN_COLD_99 = -3,
              WH_BIN_COLD_95 = -2,
              WH_BIN_COLD_90 = -1,
              WH_BIN_NONE = 0,
              WH_BIN_HOT_90 = 1,
              WH_BIN_HOT_95 = 2,
              WH_BIN_HOT_99 = 3
};
/* From the side of z and p or, as by default, q: below 0.01, 0.05, 0.1. NaN is WH_BIN_NONE. */
enum wh_bin wh_bin_of(double z, double p_or_q);

/*
 * Local Getis-Ord of n values; `star`: Gi*, the neighbours must hold self; else Gi, a self among
 * them is passed over. ret_z and ret_p are n long. Values of NaN are not part of the study: not
 * counted, and their z and p are NaN.
 */
WH_MUST_USE enum wh_status wh_getis_ord(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                                        const double *value, bool star, double *ret_z,
                                        double *ret_p, struct wh_error *err);
/*
 * Gi* with weight 1 on all cells of a lattice within distance_m of each cell (self included); NaN
 * is no cell of the study. Sums run along rows, so that the cost is cells x rows within reach: no
 * lists.
 */
WH_MUST_USE enum wh_status wh_getis_ord_lattice(struct wh_ctx *ctx,
                                                const struct wh_lattice *lattice,
                                                const double *value, double distance_m,
                                                double *ret_z, double *ret_p, struct wh_error *err);

/* One number for the whole pattern, and how chance would have it. */
struct wh_global {
    double value, expected;
    double variance_normal, z_normal,
        p_normal; /* the values normal; p one-sided: a value at least as far out on its side */
    double variance_random, z_random, p_random; /* all orders of the values equally likely */
};
/* Getis and Ord 1992: G = sum w_ij x_i x_j / sum x_i x_j over i != j; only the randomisation
 * moments exist: the normal ones are NaN. Values must be at least 0. */
WH_MUST_USE enum wh_status wh_global_getis_ord(struct wh_ctx *ctx,
                                               const struct wh_neighbours *neighbours,
                                               const double *value, struct wh_global *ret,
                                               struct wh_error *err);

/* ---- Moran, Geary ---- */

/* Moran 1950; moments of Cliff and Ord 1981, eq. 1.35 to 1.38. No value may be NaN. */
WH_MUST_USE enum wh_status wh_moran(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                                    const double *value, struct wh_global *ret,
                                    struct wh_error *err);
/* Geary 1954; positive association is below 1, and its z negative. */
WH_MUST_USE enum wh_status wh_geary(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                                    const double *value, struct wh_global *ret,
                                    struct wh_error *err);

enum wh_quadrant { /* of the Moran scatter plot: the place, then its neighbours */
                   WH_QUADRANT_NONE,
                   WH_QUADRANT_HIGH_HIGH,
                   WH_QUADRANT_LOW_HIGH,
                   WH_QUADRANT_LOW_LOW,
                   WH_QUADRANT_HIGH_LOW
};
const char *wh_quadrant_name(enum wh_quadrant quadrant); /* "high-high" */

struct wh_local_moran {
    double value; /* I_i = z_i sum_j w_ij z_j / m2, z from the mean, m2 = sum z² / n (Anselin 1995,
                     eq. 12) */
    double expected,
        variance;      /* given z_i, the others in random order (Sokal, Oden and Thomson 1998) */
    double z, p;       /* p two-sided */
    double p_permuted; /* as below; NaN when there were no permutations */
    enum wh_quadrant quadrant;
};
/*
 * Local Moran; with `n_permutations` > 0 also by conditional permutation: the place keeps its
 * value, its neighbours draw theirs from all others without replacement; p = min(1, 2 (min(as high
 * or higher, as low or lower) + 1) / (n_permutations + 1)). Draws come from the context's seed and
 * the index of the place: threads change nothing.
 */
WH_MUST_USE enum wh_status wh_local_moran(struct wh_ctx *ctx,
                                          const struct wh_neighbours *neighbours,
                                          const double *value, uint32_t n_permutations,
                                          struct wh_local_moran *ret, struct wh_error *err);
/* The global one by permutation: (permutations with a Moran's I at least as far from its
 * expectation + 1) / (n_permutations + 1), two-sided. */
WH_MUST_USE enum wh_status wh_moran_permuted(struct wh_ctx *ctx,
                                             const struct wh_neighbours *neighbours,
                                             const double *value, uint32_t n_permutations,
                                             double *ret_p, struct wh_error *err);

/* ---- rates of small numbers ---- */

/*
 * Empirical Bayes rates (Marshall 1991): each raw rate drawn towards the mean of all (`neighbours`
 * NULL), or of its neighbours and itself (weights are not used), the more so the smaller its base.
 * ret_rate is n long; NaN where the base is not above 0.
 */
void wh_empirical_bayes(const double *events, const double *base, uint32_t n,
                        const struct wh_neighbours *neighbours, double *ret_rate);
/*
 * Standardised rates for Moran's I (Assuncao and Reis 1999): (rate - b) / sqrt(v_i), so that small
 * bases do not make it. NaN in, or no base: the mean, 0.
 */
void wh_standardised_rates(const double *events, const double *base, uint32_t n, double *ret_z);
/* Events over expected from the overall rate; NaN where nothing is expected. */
void wh_excess_risk(const double *events, const double *base, uint32_t n, double *ret_ratio);

#ifdef __cplusplus
}
#endif
#endif
