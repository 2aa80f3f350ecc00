/* hotspot/discovery_internal.h: tests in the order of their p. */
#ifndef WH_HOTSPOT_DISCOVERY_INTERNAL_H
#define WH_HOTSPOT_DISCOVERY_INTERNAL_H

#include <wardheat/base.h>

/*
 * When nothing is special any call is a false one, and R is V: the estimate of E[V / R] from the
 * clumps above one p knows nothing of the p having been chosen for its clump. There the rule of
 * Benjamini and Hochberg at level x calls wrongly in about x / e of cases: a clump whose peak is
 * expected e_0 times in a field is at level e^t e_0 of weight t times the mean, so that its least q
 * over all levels is e_0 e. Its fluctuations, which this leaves out, cost some of that; 2 is what
 * docs/hotspots.md measures to be left, over counts, bandwidths and bases.
 */
#define WH_FIELD_SLACK 2.0

struct wh_ranked {
    uint64_t key; /* the bits of p: those of numbers at least 0 rise as the numbers do */
    uint32_t idx;
};

uint64_t wh_ranked_key(double p);
double wh_ranked_p(uint64_t key);

/*
 * The tests that have a p (are not NaN), lowest first, those of equal p by index. *ret holds 2 n
 * items, of which the first *ret_m are the tests and the rest is room to work in; the caller frees
 * it. WH_ERR_LIMIT no room, or more tests than an index counts.
 */
WH_MUST_USE enum wh_status wh_rank_tests(struct wh_ctx *ctx, const double *p, size_t n,
                                         struct wh_ranked **ret, size_t *ret_m,
                                         struct wh_error *err);

#endif
