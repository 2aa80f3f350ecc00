/* hotspot/discovery.c: false-discovery rates over any number of tests. */
#include <math.h>
#include <string.h>
#include <wardheat/statistics.h>

#include "base/alloc.h"
#include "base/error.h"
#include "hotspot/discovery_internal.h"

#define RADIX_BITS 11u
#define RADIX_SIZE (1u << RADIX_BITS)
#define N_PASSES 6u /* of 11 bits: the 63 bits of a number at least 0 */

uint64_t wh_ranked_key(double p)
{
    const double positive = p > 0 ? p : 0;
    uint64_t key = 0;
    memcpy(&key, &positive, sizeof key);
    return key;
}

double wh_ranked_p(uint64_t key)
{
    double p = 0;
    memcpy(&p, &key, sizeof p);
    return p;
}

/* Least digit first; stable, so that equal p stay in their order. Ends in `item`. */
static void sort_items(struct wh_ranked *item, struct wh_ranked *scratch, size_t n)
{
    struct wh_ranked *from = item, *to = scratch;
    for (unsigned pass = 0; pass < N_PASSES; pass++) {
        const unsigned shift = pass * RADIX_BITS;
        size_t at[RADIX_SIZE] = {0}, sum = 0;
        for (size_t i = 0; i < n; i++) {
            at[from[i].key >> shift & (RADIX_SIZE - 1)]++;
        }
        for (size_t i = 0; i < RADIX_SIZE; i++) {
            const size_t count = at[i];
            at[i] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++) {
            to[at[from[i].key >> shift & (RADIX_SIZE - 1)]++] = from[i];
        }
        struct wh_ranked *const other = from;
        from = to;
        to = other;
    }
}

enum wh_status wh_rank_tests(struct wh_ctx *ctx, const double *p, size_t n, struct wh_ranked **ret,
                             size_t *ret_m, struct wh_error *err)
{
    if (n > UINT32_MAX) {
        return wh_fail(err, WH_ERR_LIMIT, "more than 4,294,967,295 tests at once");
    }
    struct wh_ranked *item = wh_alloc_array(ctx, n, 2 * sizeof *item);
    if (item == NULL) {
        return wh_fail_memory(ctx, err);
    }
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i])) {
            item[m++] = (struct wh_ranked){wh_ranked_key(p[i]), (uint32_t)i};
        }
    }
    sort_items(item, item + n, m);
    *ret = item;
    *ret_m = m;
    return WH_OK;
}

/* 1, or 1 + 1/2 + ... + 1/m. */
static double penalty(enum wh_discovery method, size_t m)
{
    double sum = 1;
    for (size_t i = 2; method == WH_DISCOVERY_BY && i <= m; i++) {
        sum += 1 / (double)i;
    }
    return sum;
}

/* From the highest p down: the least of p times what all tests weigh over what those up to it
 * weigh. */
static void step_up(const struct wh_ranked *item, const double *weight, size_t m, double factor,
                    double *ret_q)
{
    double all = 0, up_to = 0, least = 1;
    for (size_t k = 0; k < m; k++) {
        all += weight == NULL ? 1 : weight[item[k].idx];
    }
    up_to = all;
    for (size_t k = m; k > 0; k--) {
        const double value = wh_ranked_p(item[k - 1].key);
        least = up_to > 0 ? fmin(least, factor * all / up_to * value) : value > 0 ? least : 0;
        ret_q[item[k - 1].idx] = least;
        up_to = weight == NULL ? (double)(k - 1) : up_to - weight[item[k - 1].idx];
    }
}

enum wh_status wh_false_discovery(struct wh_ctx *ctx, const double *p, const double *weight,
                                  size_t n, enum wh_discovery method, double *ret_q,
                                  struct wh_error *err)
{
    struct wh_ranked *item = NULL;
    size_t m = 0;
    const enum wh_status status = wh_rank_tests(ctx, p, n, &item, &m, err);
    if (status != WH_OK) {
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        ret_q[i] = (double)NAN; /* p may be here: it is in the ranks */
    }
    step_up(item, weight, m, penalty(method, m), ret_q);
    wh_free(ctx, item);
    return WH_OK;
}
