/* density/bandwidth_internal.h: what the bandwidth selectors share. Everything is in metres and
 * sigmas. */
#ifndef WH_DENSITY_BANDWIDTH_INTERNAL_H
#define WH_DENSITY_BANDWIDTH_INTERNAL_H

#include <wardheat/bandwidth.h>

/* Distinct places by x, then y, with the weight of all points there. */
struct wh_sites {
    size_t n;
    double *x, *y, *weight;
    double total;         /* sum of weights */
    double total_squares; /* and of their squares */
    double box[4];        /* min x, min y, max x, max y */
};

/* Merges points of equal place; those without weight are left out. Caller: wh_sites_finish(). */
WH_MUST_USE enum wh_status wh_sites_of(struct wh_ctx *ctx, const struct wh_points *points,
                                       struct wh_sites *ret, struct wh_error *err);
void wh_sites_finish(struct wh_ctx *ctx, struct wh_sites *places);
/* At most about `at_most` places, drawn by a hash of their coordinates: as indices, ascending.
 * Caller: wh_free(). */
WH_MUST_USE enum wh_status wh_sites_sample(struct wh_ctx *ctx, const struct wh_sites *places,
                                           size_t at_most, uint32_t **ret, size_t *ret_n,
                                           struct wh_error *err);

/* A study area as rows of runs [x0, x1), all rows of one height. */
struct wh_region {
    size_t n_rows;
    double y0, row_m;
    uint32_t *run_start; /* n_rows + 1 */
    double *x0, *x1;
    double area_m2;
    double *phi; /* table of the normal distribution */
};
/* Of a mask's cells; NULL: of the box. Caller: wh_region_finish(). */
WH_MUST_USE enum wh_status wh_region_of(struct wh_ctx *ctx, const struct wh_mask *mask,
                                        const double box[4], struct wh_region *ret,
                                        struct wh_error *err);
void wh_region_finish(struct wh_ctx *ctx, struct wh_region *region);
/* Mass of a Gaussian round (x, y) inside, to 1e-6. */
double wh_region_mass(const struct wh_region *region, double x, double y, double sigma_m);
/* Area that the region shares with itself moved by (dx, dy); its mean over all directions of a move
 * of r. */
double wh_region_covariance(const struct wh_region *region, double dx, double dy);
double wh_region_mean_covariance(const struct wh_region *region, double r);

/* Places binned for one sigma, ready for sums of Gaussians. */
struct wh_lattice {
    double sigma_m, side_m, y0;
    size_t n_rows, n_cells;
    uint32_t *row_start; /* n_rows + 1, into the cells */
    /* A cell is one Gaussian of its places' mean and their own spread. */
    double *x, *y, *weight, *spread_m2; /* mean; weight; variance on an axis */
    double *edge;                       /* mass inside; NULL: 1 */
    uint32_t *cell_of_place;
    const struct wh_sites *places;
};
/* `region` may be NULL: no edge correction. Caller: wh_lattice_finish(). */
WH_MUST_USE enum wh_status wh_lattice_make(struct wh_ctx *ctx, const struct wh_sites *places,
                                           const struct wh_region *region, double sigma_m,
                                           struct wh_lattice *ret, struct wh_error *err);
/* Every place a cell of its own, in rows of a given height: an index. No sums. */
WH_MUST_USE enum wh_status wh_lattice_of_places(struct wh_ctx *ctx, const struct wh_sites *places,
                                                double row_m, struct wh_lattice *ret,
                                                struct wh_error *err);
void wh_lattice_finish(struct wh_ctx *ctx, struct wh_lattice *lattice);
/* The row that holds y, held to those there are; the first cell of a row that is not west of x (or
 * its end). */
size_t wh_lattice_row(const struct wh_lattice *lattice, double y);
size_t wh_lattice_first(const struct wh_lattice *lattice, size_t row, double x);

#define WH_NO_PLACE SIZE_MAX
/* The nearest that a sum has met: a lower bound of the density where later sums meet nothing. */
struct wh_nearest {
    double distance_m2, weight; /* INFINITY: none yet */
};
/* Density at (x, y) per m²: sum of weight times Gaussian over all but `own` within 6 sigma. */
double wh_lattice_density(const struct wh_lattice *lattice, double x, double y, size_t own,
                          struct wh_nearest *nearest);
/* Its logarithm; where there is nothing within reach, that of the nearest met so far. */
double wh_lattice_log_density(const struct wh_lattice *lattice, double x, double y, size_t own,
                              struct wh_nearest *nearest);

/* Sigma by Scott's and by Silverman's rule; 0 with fewer than 2 places. */
double wh_sites_scott(const struct wh_sites *places);
WH_MUST_USE enum wh_status wh_sites_silverman(struct wh_ctx *ctx, const struct wh_sites *places,
                                              double *ret, struct wh_error *err);

/* Candidates' sigmas evenly spaced in log, with 0 as scores. */
WH_MUST_USE enum wh_status wh_curve_candidates(const struct wh_bandwidth_options *opt,
                                               double scott_m, struct wh_bandwidth_curve *ret,
                                               struct wh_error *err);
/* Best of a curve (of sigmas), refined by a parabola in log sigma where `is_smooth`. */
void wh_curve_choose(struct wh_bandwidth_choice *choice, bool is_smooth);

/* Says why there is no choice, as in printf. */
void wh_choice_fails(struct wh_bandwidth_choice *choice, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* False, and said in why_not, when places are too few for a curve to mean anything. */
bool wh_sites_are_enough(const struct wh_sites *places, struct wh_bandwidth_choice *choice);

/* One selector each: fill choice->curve (sigmas), sigma_m and n_scored, or why_not. */
struct wh_selection {
    struct wh_ctx *ctx;
    const struct wh_bandwidth_options *opt;
    struct wh_sites places;
    double scott_m;
};
/* Weight of a fold's later events; 0: too few of either period. Of all folds; 0, and said in
 * why_not: there is none. */
double wh_fold_weight(const struct wh_bandwidth_fold *fold);
double wh_folds_weight(const struct wh_selection *selection, struct wh_bandwidth_choice *choice);

enum wh_status wh_select_likelihood(const struct wh_selection *selection,
                                    struct wh_bandwidth_choice *choice, struct wh_error *err);
enum wh_status wh_select_diggle(const struct wh_selection *selection,
                                struct wh_bandwidth_choice *choice, struct wh_error *err);
enum wh_status wh_select_isj(const struct wh_selection *selection,
                             struct wh_bandwidth_choice *choice, struct wh_error *err);
enum wh_status wh_select_next_likelihood(const struct wh_selection *selection,
                                         struct wh_bandwidth_choice *choice, struct wh_error *err);
enum wh_status wh_select_next_pai(const struct wh_selection *selection,
                                  struct wh_bandwidth_choice *choice, struct wh_error *err);

#endif
