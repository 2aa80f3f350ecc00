/* store/store_references.c: requests by what their source calls them. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"
#include "store/store_reading.h"

struct wanted {
    uint64_t hash;
    size_t idx; /* of the references that are looked for */
};

static int compare_wanted(const void *a, const void *b)
{
    const struct wanted *wa = a, *wb = b;
    if (wa->hash != wb->hash) {
        return wa->hash < wb->hash ? -1 : 1;
    }
    return (wa->idx > wb->idx) - (wa->idx < wb->idx);
}

/* The first of those with a hash, or where it would stand. */
static size_t find_hash(const struct wanted *wanted, size_t n, uint64_t hash)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (wanted[middle].hash < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct finding {
    struct wh_store *store;
    const struct wh_reference *reference;
    const struct wanted *wanted; /* by hash */
    size_t n;
    sqlite3_stmt *row; /* what a request is called, and by which source */
    wh_reference_fn *fn;
    void *user;
};

/* A hash is shared by chance once in a long while: the texts decide. */
static enum wh_status check_row(const struct finding *in, int64_t row, size_t first, uint64_t hash,
                                struct wh_error *err)
{
    bool has_row = false;
    sqlite3_bind_int64(in->row, 1, row);
    enum wh_status status = wh_store_row(in->store, in->row, &has_row, err);
    for (size_t i = first; status == WH_OK && has_row && i < in->n && in->wanted[i].hash == hash;
         i++) {
        const struct wh_reference *reference = &in->reference[in->wanted[i].idx];
        if (wh_str_eq_c(wh_store_column_text(in->row, 0), reference->source_id) &&
            wh_str_eq(wh_store_column_text(in->row, 1), reference->reference)) {
            status = in->fn(in->user, in->wanted[i].idx, row, err);
        }
    }
    sqlite3_reset(in->row);
    return status;
}

/* One pass over what a reading compares: requests have no index by their reference. */
static enum wh_status find_all(struct finding *in, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status =
        wh_store_prepare(in->store,
                         "SELECT id, reference_hash FROM seen"
                         " WHERE gone IS NULL AND reference_hash IS NOT NULL ORDER BY id",
                         &stmt, err);
    if (status == WH_OK) {
        status = wh_store_prepare(in->store,
                                  "SELECT name, reference FROM request JOIN source"
                                  " ON source.id = request.source WHERE request.id = ?",
                                  &in->row, err);
    }
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(in->store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const uint64_t hash = (uint64_t)sqlite3_column_int64(stmt, 1);
        const size_t first = find_hash(in->wanted, in->n, hash);
        if (first < in->n && in->wanted[first].hash == hash) {
            status = check_row(in, sqlite3_column_int64(stmt, 0), first, hash, err);
        }
    }
    sqlite3_finalize(in->row);
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_find_references(struct wh_store *store,
                                        const struct wh_reference *reference, size_t n,
                                        wh_reference_fn *fn, void *user, struct wh_error *err)
{
    if (n == 0) {
        return WH_OK;
    }
    struct wanted *wanted = wh_alloc_array(store->ctx, n, sizeof *wanted);
    if (wanted == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        wanted[i] = (struct wanted){wh_store_reference_key(reference[i].reference), i};
    }
    qsort(wanted, n, sizeof *wanted, compare_wanted);
    struct finding finding = {
        .store = store, .reference = reference, .wanted = wanted, .n = n, .fn = fn, .user = user};
    const enum wh_status status = find_all(&finding, err);
    wh_free(store->ctx, wanted);
    return status;
}
