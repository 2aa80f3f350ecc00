/*
 * wardheat/rates.h: counts of few events, said with their uncertainty: limits of a rate, a place in
 * the funnel, ranks, changes, and what an action did. Pure; deterministic; what is not defined is
 * NaN.
 */
#ifndef WARDHEAT_RATES_H
#define WARDHEAT_RATES_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- one count ---- */

struct wh_limits {
    double lower, upper;
};
/* Of the mean of a Poisson count n at `confidence` (0.95): exact, from chi-squared (Garwood 1936).
 */
struct wh_limits wh_limits_exact(double n, double confidence);
/* Byar's approximation (Breslow and Day 1987, p. 69). */
struct wh_limits wh_limits_byar(double n, double confidence);
/* What is published: exact below 10, Byar from 10 on (PHE 2018). For a rate divide count and limits
 * by the same base. */
struct wh_limits wh_limits_poisson(double n, double confidence);
/* Of a share, n of `of`: Wilson's score (Wilson 1927; Newcombe 1998, method 3). NaN of nothing. */
struct wh_limits wh_limits_share(double n, double of, double confidence);

/* ---- many places ---- */

/* Where a place stands among its equals: Spiegelhalter 2005, with exact Poisson tails. */
enum wh_funnel {
    WH_FUNNEL_FAR_BELOW = -2, /* below 99.8 % limits: alarm */
    WH_FUNNEL_BELOW = -1,     /* below 95 % */
    WH_FUNNEL_INSIDE = 0,
    WH_FUNNEL_ABOVE = 1,
    WH_FUNNEL_FAR_ABOVE = 2
};
const char *wh_funnel_words(enum wh_funnel funnel); /* "as expected", "higher than expected", "far
                                                       higher than expected", ... */
struct wh_funnel_place {
    double expected; /* base times the overall rate */
    double ratio;    /* events over expected */
    struct wh_limits at_95,
        at_998; /* control limits of the count, real numbers between whole ones */
    enum wh_funnel position;
};
/* ret is n long; a place without base is NaN and inside. */
void wh_funnel_places(const double *events, const double *base, uint32_t n,
                      struct wh_funnel_place *ret);

struct wh_rank {
    double rank; /* 1: the highest rate; places that share a rate share the mean of their ranks */
    struct wh_limits interval; /* 95 %, by simulation */
};
/*
 * Ranks of rates with their intervals: each rate is drawn n_draws times from what its count allows
 * (a gamma distribution of shape events + 0.5, Jeffreys), all are ranked each time (Marshall and
 * Spiegelhalter 1998). A place without base has no rank: NaN.
 */
WH_MUST_USE enum wh_status wh_rank_rates(struct wh_ctx *ctx, const double *events,
                                         const double *base, uint32_t n, uint32_t n_draws,
                                         struct wh_rank *ret, struct wh_error *err);

/* ---- two counts ---- */

struct wh_change_test {
    double ratio;            /* rate after over rate before; infinity after none */
    struct wh_limits limits; /* of the ratio, exact (Clopper and Pearson 1934, given the sum) */
    double p;                /* two-sided: twice the smaller tail */
};
/* Counts n_before in `before` (days, or any exposure) and n_after in `after`: is the rate another
 * one? NaN when both counts are 0 or an exposure is not above 0. */
struct wh_change_test wh_change_of(double n_before, double before, double n_after, double after,
                                   double confidence);

enum wh_effect { WH_EFFECT_UNKNOWN, WH_EFFECT_BETTER, WH_EFFECT_WORSE, WH_EFFECT_UNCLEAR };
/*
 * You said, we did: the change where something was done, set against the change elsewhere, so that
 * a mild winter is not taken for our work. ratio = (after / before) / (elsewhere after / elsewhere
 * before), with normal limits on the logarithm (Altman 1991; half a count is added everywhere when
 * one is 0). Where there is no elsewhere (both counts 0) it is the plain ratio of wh_change_of().
 */
struct wh_action_effect {
    struct wh_change_test here;
    double ratio;
    struct wh_limits limits;
    enum wh_effect effect; /* limits wholly below 1: better; above: worse; round it: unclear */
};
struct wh_action_effect wh_effect_of(double n_before, double before, double n_after, double after,
                                     double elsewhere_before, double elsewhere_after,
                                     double confidence);
const char *
wh_effect_words(enum wh_effect effect); /* "fewer than before", "could be chance", ... */

#ifdef __cplusplus
}
#endif
#endif
