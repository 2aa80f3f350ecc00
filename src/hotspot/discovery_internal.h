/* hotspot/discovery_internal.h: tests in the order of their p. */
#ifndef WH_HOTSPOT_DISCOVERY_INTERNAL_H
#define WH_HOTSPOT_DISCOVERY_INTERNAL_H

#include <wardheat/base.h>

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
