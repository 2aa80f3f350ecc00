/* store/store_versions.c: references that had several versions in one reading, so that the next
 * reading knows them again. */
#include <stdlib.h>

#include "base/alloc.h"
#include "store/store_internal.h"
#include "store/store_reading.h"

enum wh_status wh_store_push_version(struct wh_store *store, struct store_versions *versions,
                                     const struct store_version *version, struct wh_error *err)
{
    enum wh_status status = wh_grow(store->ctx, (void **)&versions->at, versions->n, &versions->cap,
                                    sizeof *versions->at, err);
    if (status == WH_OK) {
        versions->at[versions->n++] = *version;
    }
    return status;
}

static int compare_versions(const void *a, const void *b)
{
    const struct store_version *const va = a, *const vb = b;
    if (va->reference_hash != vb->reference_hash) {
        return va->reference_hash < vb->reference_hash ? -1 : 1;
    }
    return (va->step > vb->step) - (va->step < vb->step);
}

static void sort_versions(struct store_versions *versions)
{
    if (versions->n > 1) {
        qsort(versions->at, versions->n, sizeof *versions->at, compare_versions);
    }
}

size_t wh_store_find_versions(const struct store_versions *versions, uint64_t reference_hash)
{
    size_t from = 0, to = versions->n;
    while (from < to) {
        const size_t mid = from + (to - from) / 2;
        if (versions->at[mid].reference_hash < reference_hash) {
            from = mid + 1;
        } else {
            to = mid;
        }
    }
    return from;
}

enum wh_status wh_store_load_versions(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store, "SELECT reference_hash, step, hash FROM version WHERE source = ?", &stmt, err);
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, reading->source);
    }
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const struct store_version version = {.reference_hash =
                                                  (uint64_t)sqlite3_column_int64(stmt, 0),
                                              .step = (uint32_t)sqlite3_column_int64(stmt, 1),
                                              .hash = (uint64_t)sqlite3_column_int64(stmt, 2)};
        status = wh_store_push_version(store, &reading->before, &version, err);
    }
    sqlite3_finalize(stmt);
    sort_versions(&reading->before);
    return status;
}

static bool equal_versions(const struct store_versions *a, const struct store_versions *b)
{
    if (a->n != b->n) {
        return false;
    }
    for (size_t i = 0; i < a->n; i++) {
        if (compare_versions(&a->at[i], &b->at[i]) != 0 || a->at[i].hash != b->at[i].hash) {
            return false;
        }
    }
    return true;
}

/* Was the request left alone by this reading, while it still stands? */
static bool is_untouched(const struct store_reading *reading, uint64_t reference_hash)
{
    const uint32_t found = wh_store_keys_find(&reading->keys, reference_hash);
    return found != WH_NO_KEY && reading->keys.at[found].n_seen == 0 &&
           (reading->how.is_delta || reading->keys.at[found].is_standing);
}

static enum wh_status keep_untouched(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < reading->before.n; i++) {
        const struct store_version *const version = &reading->before.at[i];
        if (is_untouched(reading, version->reference_hash)) {
            status = wh_store_push_version(store, &reading->now, version, err);
        }
    }
    return status;
}

static enum wh_status write_versions(struct wh_store *store, struct wh_error *err)
{
    const struct store_reading *const reading = store->reading;
    sqlite3_stmt *stmt = NULL;
    enum wh_status status =
        wh_store_prepare(store, "DELETE FROM version WHERE source = ?", &stmt, err);
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, reading->source);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    stmt = NULL;
    if (status == WH_OK) {
        status = wh_store_prepare(store, "INSERT INTO version VALUES(?, ?, ?, ?)", &stmt, err);
    }
    for (size_t i = 0; status == WH_OK && i < reading->now.n; i++) {
        const struct store_version *const version = &reading->now.at[i];
        sqlite3_bind_int64(stmt, 1, reading->source);
        sqlite3_bind_int64(stmt, 2, (int64_t)version->reference_hash);
        sqlite3_bind_int64(stmt, 3, version->step);
        sqlite3_bind_int64(stmt, 4, (int64_t)version->hash);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_save_versions(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    enum wh_status status = keep_untouched(store, err);
    if (status != WH_OK) {
        return status;
    }
    sort_versions(&reading->now);
    return equal_versions(&reading->before, &reading->now) ? WH_OK : write_versions(store, err);
}

uint64_t wh_store_count_reverted(const struct store_reading *reading)
{
    const struct store_versions *const before = &reading->before;
    uint64_t n = 0;
    for (size_t i = 0; i < before->n; i++) {
        const bool is_last =
            i + 1 == before->n || before->at[i + 1].reference_hash != before->at[i].reference_hash;
        const uint32_t found =
            is_last ? wh_store_keys_find(&reading->keys, before->at[i].reference_hash) : WH_NO_KEY;
        if (found != WH_NO_KEY) {
            const struct store_key *const key = &reading->keys.at[found];
            n += key->is_seen && !key->is_changed && key->hash != before->at[i].hash;
        }
    }
    return n;
}
