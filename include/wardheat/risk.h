/*
 * wardheat/risk.h: relative risk: where requests are denser than their base explains, and whether
 * that could be chance. Pure; deterministic.
 */
#ifndef WARDHEAT_RISK_H
#define WARDHEAT_RISK_H

#include <wardheat/density.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wh_risk_options {
    enum wh_kernel kernel;
    enum wh_edge edge;
    double bandwidth_m;  /* the same for requests and base */
    bool base_is_sample; /* the base varies by chance too (other requests, controls); false: it is a
                            census (addresses, households) */
    bool is_asymptotic;  /* the variance as Hazelton and Davies 2009 print it, from the base's
                            density; false: from the base's own  points, which is right also where
                            they are few */
};

/*
 * What requests are compared with, smoothed. At each cell `footprint` says how many of the whole
 * base the kernel rests on, as a share: (sum w k)² / sum w k² over all of the base (Kish's
 * effective size), so that n requests of which none is special would put n * footprint there, as a
 * Poisson count.
 */
struct wh_risk_base {
    struct wh_grid density;   /* weight per km²; NaN outside */
    struct wh_grid footprint; /* 0 to 1; NaN outside */
    double total;             /* weight inside */
    double n;                 /* points inside, of positive weight */
    double
        mass; /* the density summed over the area: total, but for corrections that do not keep it */
};

/*
 * Smooths a base: points with weights (population spread over addresses, addresses, requests),
 * inside `mask`. Points of weight 0 or less are passed over. Caller finishes. WH_ERR_CONFIG as
 * wh_density(); WH_ERR_LIMIT no room.
 */
WH_MUST_USE enum wh_status wh_risk_base(struct wh_ctx *ctx, const struct wh_points *base,
                                        const struct wh_mask *mask,
                                        const struct wh_risk_options *opt, struct wh_risk_base *ret,
                                        struct wh_error *err);
void wh_risk_base_finish(struct wh_ctx *ctx, struct wh_risk_base *base);

struct wh_risk {
    struct wh_grid log_ratio; /* ln(f / g), f and g the densities over their sums; -infinity
                                 without requests; NaN outside and where there is no base */
    struct wh_grid p; /* of so high a ratio or higher when requests follow the base; NaN as above */
    struct wh_grid
        q;    /* false-discovery rate (Benjamini and Hochberg) over all cells that have a p */
    double n;    /* requests inside */
    double mass; /* the sum of their density: n, but for edge corrections that do not keep it */
    bool base_is_sample; /* as in the options */
    double n_without_base; /* requests inside whose cell has no base in reach: they count nowhere */
    double independent_cells; /* cells with a p, over the cells of one kernel's effective area 1 /
                                 R(K) */
    double p_threshold;       /* the largest p with q <= false_discovery; NaN: there is none */
};

/*
 * Log ratio of two edge-corrected densities of the same bandwidth (Bithell 1990; Kelsall and Diggle
 * 1995) and its p-values.
 *
 * Asymptotic (Hazelton and Davies 2009, eq. 6): z = ln(f/g) / sd, sd² = (1/n [+ 1/n_base]) e2 / e²
 * / (h² g), with e and e2 the shares of K and of R(K)-scaled K² inside the area. By the base's own
 * points (default): a kernel-weighted count with mean m = n * footprint has about a Poisson
 * distribution of that mean when scaled by its variance over its mean (Fay and Feuer 1997 use the
 * same match for directly standardised rates), so p = P(Poisson(m) >= m f/g); with base_is_sample
 * the binomial that is left when both counts' sum is fixed. Both are checked against Monte Carlo
 * (wh_risk_monte_carlo()).
 *
 * How independent cells are counted: by the base. Neighbouring cells repeat each other's
 * information, and hectares without people are no tests. Benjamini and Hochberg's rule compares
 * shares, p_(k) <= alpha * (share of all tests that are called): splitting one independent cell
 * into many equal ones changes nothing, and weighing each cell by the base that lies there makes it
 * the share of addresses, so that the promise reads: of the addresses inside hot spots, at most
 * false_discovery are expected to be there by chance. It holds under the positive dependence of a
 * smoothed field (Benjamini and Yekutieli 2001, theorem 1.2; Blanchard and Roquain 2008 for
 * weights) and depends on neither cell size nor empty land. How many independent cells that amounts
 * to, 1 / footprint on the average over the base, is reported, not used.
 *
 * `mask` and the options must be those of the base. Caller finishes. Errors as wh_risk_base().
 */
WH_MUST_USE enum wh_status wh_relative_risk(struct wh_ctx *ctx, const struct wh_risk_base *base,
                                            const struct wh_points *requests,
                                            const struct wh_mask *mask,
                                            const struct wh_risk_options *opt,
                                            double false_discovery, struct wh_risk *ret,
                                            struct wh_error *err);
void wh_risk_finish(struct wh_ctx *ctx, struct wh_risk *risk);

/*
 * Bases from what is known. Over homes: each area's `value` (residents, households) in equal parts to the homes in it (`home_area`: index or -1, parallel to homes), or 1 for each
 * where `value` is NULL. Over land, where no home is known: the cells of the mask in blocks of about block_m, at their middle; each area's value by its share of the area, or
 * the block's km² where `value` is NULL. Both append to `ret`.
 */
WH_MUST_USE enum wh_status wh_base_over_homes(struct wh_ctx *ctx, const struct wh_points *homes,
                                              const int32_t *home_area, uint32_t n_areas,
                                              const double *value, struct wh_points *ret,
                                              struct wh_error *err);
WH_MUST_USE enum wh_status wh_base_over_land(struct wh_ctx *ctx, const struct wh_areas *areas,
                                             const struct wh_mask *mask, double block_m,
                                             const double *value, struct wh_points *ret,
                                             struct wh_error *err);

/*
 * The check: draws n requests from the base n_replicates times and gives the lowest p of each
 * draw's surface, rising, in ret_lowest (n_replicates long): a spot with lowest p of p0 has the
 * family-wise p (draws with a lowest p <= p0 + 1) / (n_replicates + 1). Draws differ by number, not
 * by thread.
 */
WH_MUST_USE enum wh_status wh_risk_monte_carlo(struct wh_ctx *ctx, const struct wh_risk_base *base,
                                               const struct wh_points *base_points, size_t n,
                                               const struct wh_mask *mask,
                                               const struct wh_risk_options *opt,
                                               uint32_t n_replicates, double *ret_lowest,
                                               struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
