/* hotspot/discovery.c: false-discovery rates over any number of tests. */
#include <math.h>
#include <string.h>
#include <wardheat/statistics.h>

#include "base/alloc.h"
#include "base/error.h"

#define RADIX_BITS 11u
#define RADIX_SIZE (1u << RADIX_BITS)
#define N_PASSES 6u /* of 11 bits: the 63 bits of a number at least 0 */

struct item {
    uint64_t key;
    uint32_t idx;
};

/* The bits of numbers at least 0 rise as the numbers do. */
static uint64_t key_of(double p)
{
    const double positive = p > 0 ? p : 0;
    uint64_t key = 0;
    memcpy(&key, &positive, sizeof key);
    return key;
}

/* Least digit first; stable, so that equal p stay in their order. Ends in `item`. */
static void sort_items(struct item *item, struct item *scratch, size_t n)
{
    struct item *from = item, *to = scratch;
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
        struct item *const other = from;
        from = to;
        to = other;
    }
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
 * weigh. The q of test i goes to out[i].key. */
static void step_up(const struct item *item, const double *weight, size_t m, double factor,
                    struct item *out)
{
    double all = 0, up_to = 0, least = 1;
    for (size_t k = 0; k < m; k++) {
        all += weight == NULL ? 1 : weight[item[k].idx];
    }
    up_to = all;
    for (size_t k = m; k > 0; k--) {
        double value = 0;
        memcpy(&value, &item[k - 1].key, sizeof value);
        least = up_to > 0 ? fmin(least, factor * all / up_to * value) : value > 0 ? least : 0;
        out[item[k - 1].idx].key = key_of(least);
        up_to = weight == NULL ? (double)(k - 1) : up_to - weight[item[k - 1].idx];
    }
}

enum wh_status wh_false_discovery(struct wh_ctx *ctx, const double *p, const double *weight,
                                  size_t n, enum wh_discovery method, double *ret_q,
                                  struct wh_error *err)
{
    if (n > UINT32_MAX) {
        return wh_fail(err, WH_ERR_LIMIT, "more than 4,294,967,295 tests at once");
    }
    struct item *item = wh_alloc_array(ctx, n, sizeof *item);
    struct item *scratch = wh_alloc_array(ctx, n, sizeof *scratch);
    if (item == NULL || scratch == NULL) {
        wh_free(ctx, item);
        wh_free(ctx, scratch);
        return wh_fail_memory(ctx, err);
    }
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i])) {
            item[m++] = (struct item){key_of(p[i]), (uint32_t)i};
        }
    }
    sort_items(item, scratch, m);
    step_up(item, weight, m, penalty(method, m), scratch);
    for (size_t i = 0; i < n; i++) {
        double q = (double)NAN;
        if (!isnan(p[i])) {
            memcpy(&q, &scratch[i].key, sizeof q);
        }
        ret_q[i] = q;
    }
    wh_free(ctx, item);
    wh_free(ctx, scratch);
    return WH_OK;
}
