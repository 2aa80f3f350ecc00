/* geocode/lists.c: pairs -> lists by key. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geocode/index_internal.h"

static int compare_pairs(const void *left, const void *right)
{
    const struct wh_pair *a = left, *b = right;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    return (a->value > b->value) - (a->value < b->value);
}

void wh_pairs_sort(struct wh_pair *pair, size_t n)
{
    if (n > 1) {
        qsort(pair, n, sizeof *pair, compare_pairs);
    }
}

enum wh_status wh_lists_make(struct wh_ctx *ctx, struct wh_pair *pair, size_t n, size_t n_keys,
                             struct wh_lists *ret, struct wh_error *err)
{
    struct wh_lists lists = {.n = n_keys};
    size_t n_unique = 0;
    wh_pairs_sort(pair, n);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || compare_pairs(&pair[i], &pair[i - 1]) != 0) {
            pair[n_unique++] = pair[i];
        }
    }
    lists.start = wh_alloc_array(ctx, n_keys + 1, sizeof *lists.start);
    lists.value = wh_alloc_array(ctx, n_unique, sizeof *lists.value);
    if (lists.start == NULL || lists.value == NULL) {
        wh_lists_finish(ctx, &lists);
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < n_unique; i++) {
        lists.start[pair[i].key + 1]++;
        lists.value[i] = pair[i].value;
    }
    for (size_t i = 0; i < n_keys; i++) {
        lists.start[i + 1] += lists.start[i];
    }
    *ret = lists;
    return WH_OK;
}

void wh_lists_finish(struct wh_ctx *ctx, struct wh_lists *lists)
{
    wh_free(ctx, lists->start);
    wh_free(ctx, lists->value);
    *lists = (struct wh_lists){0};
}
