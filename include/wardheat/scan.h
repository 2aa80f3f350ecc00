/* wardheat/scan.h: Kulldorff's scan statistics: the circle, or the circle and the last days, that
 * holds the most surprising number of cases. Pure; deterministic from the context's seed at any
 * number of threads. */
#ifndef WARDHEAT_SCAN_H
#define WARDHEAT_SCAN_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum wh_scan_model {
    WH_SCAN_POISSON,    /* cases against a base (Kulldorff 1997, eq. 1) */
    WH_SCAN_BINOMIAL,   /* cases among a base of cases and others (Kulldorff and Nagarwalla 1995) */
    WH_SCAN_PERMUTATION /* space-time only, no base: has this place more of the latest cases than
                           its own past and the day explain (Kulldorff and others 2005)? */
};

/* Areas as points: their centres or, better, where their people are. */
struct wh_scan_input {
    uint32_t n;
    const double *x, *y; /* n */
    const double *base;  /* n; an area whose base is not above 0 takes no part; NULL: the cases
                            themselves (PERMUTATION) */
    uint32_t n_periods;  /* 1: purely spatial; else equal periods, the last one the newest */
    const double *cases; /* n * n_periods, area by area */
};

struct wh_scan_options {
    enum wh_scan_model model;
    double most_share;     /* of the base that a circle may hold; 0.5 */
    double most_radius_m;  /* 0: no limit */
    uint32_t most_periods; /* space-time: of the newest periods in a cylinder; 0: half of them */
    uint32_t n_replicates; /* 999: (n_replicates + 1) is a multiple of 1 / alpha */
    uint32_t at_most;      /* clusters; 10 */
    double p_at_most;      /* clusters up to this p (the first is given whatever its p); 0.05 */
};

struct wh_scan_cluster {
    uint32_t centre; /* area */
    double radius_m; /* to the centre of the farthest area in it */
    uint32_t n_areas;
    uint32_t *area;     /* by distance; wh_alloc'ed */
    uint32_t n_periods; /* the newest ones; 1 in the purely spatial scan */
    double cases, expected, base;
    double
        relative_risk; /* risk inside over risk outside; infinity when there is no case outside */
    double llr;        /* log likelihood ratio */
    double p;          /* rank of llr among the highest of each replicate: (as high or higher + 1) /
                          (n_replicates + 1) */
    double p_gumbel;   /* from a Gumbel distribution fitted to those (Abrams, Kleinman and Kulldorff
                          2010), for p below 1 / n_replicates */
};

struct wh_scan {
    size_t n;
    struct wh_scan_cluster
        *cluster; /* by falling llr; no two share an area; finish with wh_scan_finish() */
    double total_cases, total_base;
    double gumbel_location, gumbel_scale; /* NaN when all replicates' highest are equal */
};

/*
 * Finds the most likely cluster of high rates, then the most likely ones that share no area with
 * those found; the p of a secondary cluster compares it with the replicates' highest too, so that
 * it is conservative (Kulldorff 1997, section 5). Nothing is found where there are no cases, or no
 * circle keeps to most_share. Zones: each area as centre, areas by distance; areas equally far come
 * in together. Cost: n² log n + n_replicates * zones; memory n * periods * replicates at most 256
 * MiB at a time, no n x n matrix.
 *
 * WH_ERR_CONFIG  an option outside its range
 * WH_ERR_INPUT   a case count or base that is negative or not finite, or (BINOMIAL) more cases than
 * base WH_ERR_LIMIT   no room
 */
WH_MUST_USE enum wh_status wh_scan(struct wh_ctx *ctx, const struct wh_scan_input *input,
                                   const struct wh_scan_options *opt, struct wh_scan *ret,
                                   struct wh_error *err);
void wh_scan_finish(struct wh_ctx *ctx, struct wh_scan *scan);

/* c ln(c/e) + (C - c) ln((C - c)/(C - e)) if c > e, else 0; infinity where e is 0 and c is not. */
double wh_scan_llr_poisson(double c, double e, double total_cases);
/* Of c cases in a base of b against C in B; 0 unless c/b is above the rate outside. */
double wh_scan_llr_binomial(double c, double b, double total_cases, double total_base);

#ifdef __cplusplus
}
#endif
#endif
