/* wardheat/bandwidth.h: how wide a kernel these points ask for, and why. Pure; deterministic; thread-safe. */
#ifndef WARDHEAT_BANDWIDTH_H
#define WARDHEAT_BANDWIDTH_H

#include <wardheat/density.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Every selector seeks sigma, the standard deviation of an isotropic Gaussian kernel, in metres on each axis; the bandwidth
 * returned is that of the asked kernel at the same variance (quartic: sqrt(8) sigma). Points at one place are one place with their
 * weight, and a place never predicts itself: otherwise addresses and snap points that occur again and again would make any
 * cross-validation choose 0. Points whose weight is not above 0 are left out. The order of points and the number of threads do not
 * change a bit of the answer.
 */
enum wh_selector {
    /* Rule of thumb for one round hill: s n^(-1/6), s the geometric mean of both axes' standard deviations (Scott 1992, eq. 6.42). */
    WH_SELECT_SCOTT,
    /*
     * The same with a spread that outliers do not move, min(s, interquartile range / 1.34) (Silverman 1986, eq. 3.30); his
     * factor (4 / (d + 2))^(1 / (d + 4)) is 1 in the plane.
     */
    WH_SELECT_SILVERMAN,
    /* Likelihood cross-validation (Loader 1999, section 5.3; spatstat's bw.ppl): the mean of log density at each place, predicted from all others. */
    WH_SELECT_LIKELIHOOD,
    /* Least mean square error for a Cox process (Diggle 1985, Berman and Diggle 1989; spatstat's bw.diggle), from Ripley's K with the
     * rigid motion correction (Ohser 1983). Candidates are 255 equal steps. */
    WH_SELECT_DIGGLE,
    /* Fixed point of the plug-in estimate by diffusion, both axes alike (Botev, Grotowski and Kroese 2010, section 5). */
    WH_SELECT_ISJ,
    /* What earlier periods say of the next: mean log density at its events, 1 in 100 of which may lie anywhere. Needs folds. */
    WH_SELECT_NEXT_LIKELIHOOD,
    /* The same by the predictive accuracy index (Chainey, Tompson and Uhlig 2008): the share of the next period's events that the densest
     * `hot_share` of the area holds, over that share. Needs folds and a window. */
    WH_SELECT_NEXT_PAI
};
#define WH_N_SELECTORS 7

const char *wh_selector_name(enum wh_selector selector);  /* "next-likelihood" */
const char *wh_selector_title(enum wh_selector selector); /* "what best foretells the next period" */
/* False when the name is not known. */
bool wh_selector_from_name(const char *name, enum wh_selector *ret);

/* A period and the one after it. Both are borrowed. */
struct wh_bandwidth_fold {
    const struct wh_points *earlier, *later;
};

struct wh_bandwidth_options {
    enum wh_kernel kernel;
    /*
     * The study area; borrowed. Points outside should have been taken away. LIKELIHOOD then divides each place by its kernel's mass
     * inside (Diggle's correction), and DIGGLE corrects K. NULL: the plane, for DIGGLE the smallest rectangle round the points.
     */
    const struct wh_mask *window;
    /* Of the candidates; 0: Scott / 64 and 2 Scott (DIGGLE: spatstat's range). SCOTT, SILVERMAN and ISJ know their answer without them. */
    double min_bandwidth_m, max_bandwidth_m;
    size_t n_candidates;                     /* evenly spaced in log; 0: 3 an octave */
    size_t n_folds;
    const struct wh_bandwidth_fold *fold;
    double hot_share; /* of the area, for PAI; 0: 0.05 */
};

#define WH_BANDWIDTH_CANDIDATES 256

/* Candidates from small to large, with what each scored. */
struct wh_bandwidth_curve {
    size_t n;
    bool is_low_best; /* the score is an error, not a gain */
    double bandwidth_m[WH_BANDWIDTH_CANDIDATES], score[WH_BANDWIDTH_CANDIDATES];
};

struct wh_bandwidth_choice {
    enum wh_selector selector;
    bool is_found;
    char why_not[128]; /* when it is not: "9 places; at least 20 are needed" */
    double bandwidth_m, sigma_m;
    bool is_at_end;    /* the best candidate is the first or the last: the true best may lie beyond */
    size_t n_places;   /* distinct */
    size_t n_scored;   /* places, or events of the next period, at which candidates were compared */
    struct wh_bandwidth_curve curve;
};

/*
 * Chooses a bandwidth from points. Too few points are no error: `is_found` is false then. Candidates that score alike: the larger wins.
 * Cost, for n points: O(n log n) to merge them; then for each candidate O(n) to bin the places into squares of a quarter of sigma, and at most
 * about 4,096 places (drawn by a hash of their coordinates) are scored against the squares within 6 sigma, at most 2,304 of them. Up to 1,000 places
 * every one is scored, against every other, without squares. DIGGLE looks at about 2.5e8 pairs at most. ISJ works on 512 x 512 squares. NEXT_PAI makes
 * a surface of at most 40,000 cells a candidate and fold.
 *
 * WH_ERR_CONFIG  candidates out of order; NEXT_* without folds, NEXT_PAI without a window
 * WH_ERR_LIMIT   no room for the scratch
 */
WH_MUST_USE enum wh_status wh_bandwidth_select(struct wh_ctx *ctx, const struct wh_points *points,
                                               enum wh_selector selector,
                                               const struct wh_bandwidth_options *opt,
                                               struct wh_bandwidth_choice *ret,
                                               struct wh_error *err);

/*
 * What `auto` means (docs/density.md says why): the first of these that can be found: NEXT_LIKELIHOOD where there are folds, ISJ,
 * SILVERMAN. ret->selector says which; not even that one: not found.
 */
WH_MUST_USE enum wh_status wh_bandwidth_recommend(struct wh_ctx *ctx, const struct wh_points *points,
                                                  const struct wh_bandwidth_options *opt,
                                                  struct wh_bandwidth_choice *ret,
                                                  struct wh_error *err);
/* To two digits, which is as well as a bandwidth is known, and no less than a cell. */
double wh_bandwidth_round(double bandwidth_m, double cell_m);
/*
 * For a map of wards: rounded, and held to 150 m, the floor of public surfaces, to 800 m, beyond which no data of ours was foretold better in
 * its densest places (docs/density.md). These are radii of compact kernels; of the Gaussian, sigmas of a quartic's variance. Where there is no
 * choice (`choice` is not found): 400 m.
 */
double wh_bandwidth_for_map(const struct wh_bandwidth_choice *choice, enum wh_kernel kernel,
                            double cell_m);

/*
 * Adaptive bandwidths (Abramson 1982): h_i = h f(x_i)^(-1/2) / g, where f is the pilot surface at the point's cell and g the geometric mean of
 * f^(-1/2) over all points with their weights, so that the geometric mean of the h_i is h; held to the limits after. A point without a
 * pilot density (outside, no data) has the widest. `pilot` is a surface of wh_density() with a fixed bandwidth, usually h itself. ret_m (n
 * values, the caller's) goes into wh_density_options.bandwidth_of_point_m.
 */
struct wh_adaptive_options {
    double bandwidth_m;          /* h */
    double narrowest_m, widest_m; /* limits; 0: h / 5 and 5 h (Silverman 1986, section 5.3.1; spatstat's trim) */
};
WH_MUST_USE enum wh_status wh_bandwidth_adapt(const struct wh_points *points,
                                              const struct wh_grid *pilot,
                                              const struct wh_adaptive_options *opt, double *ret_m,
                                              struct wh_error *err);

/* The bandwidth of a kernel whose standard deviation on each axis is sigma, and back (ACCEPTANCE.md section G). */
double wh_bandwidth_of_sigma(enum wh_kernel kernel, double sigma_m);
double wh_sigma_of_bandwidth(enum wh_kernel kernel, double bandwidth_m);

#ifdef __cplusplus
}
#endif
#endif
