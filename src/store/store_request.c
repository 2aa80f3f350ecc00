/* store/store_request.c: single requests in full, the states that they were in, what must not be
 * public. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"

enum wh_status wh_store_each_secret(struct wh_store *store, wh_secret_fn *fn, void *user,
                                    struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store, "SELECT reference, address, uprn, given_x, given_y FROM request ORDER BY id", &stmt,
        err);
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const struct wh_secret secret = {.reference = wh_store_column_text(stmt, 0),
                                         .address = wh_store_column_text(stmt, 1),
                                         .uprn = wh_store_column_text(stmt, 2),
                                         .given_x = wh_store_column_double(stmt, 3),
                                         .given_y = wh_store_column_double(stmt, 4)};
        status = fn(user, &secret, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* Columns of the query in wh_store_request(), in the order of its SELECT. */
static enum wh_status copy_request(struct wh_store *store, sqlite3_stmt *stmt,
                                   struct wh_arena *arena, struct wh_request *ret,
                                   struct wh_error *err)
{
    const int64_t opened_to = wh_store_column_time(stmt, 12);
    struct wh_request r = {.opened_at = wh_store_column_time(stmt, 11),
                           .closed_at = wh_store_column_time(stmt, 13),
                           .due_at = wh_store_column_time(stmt, 14),
                           .updated_at = wh_store_column_time(stmt, 15),
                           .given_x = wh_store_column_double(stmt, 16),
                           .given_y = wh_store_column_double(stmt, 17),
                           .cost = wh_store_column_double(stmt, 18),
                           .uprn = (uint64_t)sqlite3_column_int64(stmt, 19),
                           .usrn = (uint64_t)sqlite3_column_int64(stmt, 20),
                           .flags = (uint32_t)sqlite3_column_int64(stmt, 21),
                           .line = (uint64_t)sqlite3_column_int64(stmt, 22)};
    r.opened_to = opened_to != WH_NO_TIME ? opened_to : r.opened_at;
    struct wh_str *const text[] = {&r.reference, &r.address, &r.postcode, &r.file};
    struct wh_str *const word[] = {&r.category, &r.service_code, &r.channel, &r.language,
                                   &r.status,   &r.provider,     &r.ward};
    const size_t n_texts = sizeof text / sizeof text[0], n_words = sizeof word / sizeof word[0];
    for (size_t i = 0; i < n_texts + n_words; i++) {
        struct wh_str *const to = i < n_texts ? text[i] : word[i - n_texts];
        *to = wh_arena_str(
            arena, i < n_texts ? wh_store_column_text(stmt, (int)i)
                               : wh_store_word_text(store, sqlite3_column_int64(stmt, (int)i)));
        if (to->ptr == NULL) {
            return wh_fail_memory(store->ctx, err);
        }
    }
    *ret = r;
    return WH_OK;
}

enum wh_status wh_store_request(struct wh_store *store, int64_t row, struct wh_arena *arena,
                                struct wh_request *ret, struct wh_error *err)
{
    bool has_row = false;
    enum wh_status status = wh_store_load_words(store, err);
    if (status == WH_OK && store->get_request == NULL) {
        status = wh_store_prepare(
            store,
            "SELECT reference, address, postcode,"
            " (SELECT name FROM file WHERE file.id = seen.file), category, service_code, channel,"
            " language, status, provider, ward, opened, opened_to, closed, due, updated, given_x,"
            " given_y, cost, uprn, usrn, flags, line FROM request JOIN seen USING (id)"
            " WHERE id = ?",
            &store->get_request, err);
    }
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_int64(store->get_request, 1, row);
    status = wh_store_row(store, store->get_request, &has_row, err);
    if (status == WH_OK && !has_row) {
        status = wh_fail_at(err, WH_ERR_INTERNAL, store->path, 0, 0, "no request of number %lld",
                            (long long)row);
    }
    if (status == WH_OK) {
        status = copy_request(store, store->get_request, arena, ret, err);
    }
    sqlite3_reset(store->get_request);
    return status;
}

/* ---- states ---- */

static enum wh_status copy_changes(struct wh_store *store, sqlite3_stmt *stmt,
                                   struct wh_arena *arena, struct wh_status_change *change,
                                   size_t *n, struct wh_error *err)
{
    for (;;) {
        bool has_row = false;
        const enum wh_status status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            return status;
        }
        const struct wh_str text = wh_store_word_text(store, sqlite3_column_int64(stmt, 1));
        change[*n] = (struct wh_status_change){.since_utc = wh_store_column_time(stmt, 0),
                                               .status = wh_arena_str(arena, text)};
        if (change[(*n)++].status.ptr == NULL) {
            return wh_fail_memory(store->ctx, err);
        }
    }
}

/* A state that a request came back to stands among those that it has left, too. */
#define CHANGES                                                                                    \
    " FROM (SELECT since, status, 0 AS is_now FROM history WHERE request = ?1"                     \
    " AND (since, status) NOT IN (SELECT status_since, status FROM request WHERE id = ?1)"         \
    " UNION ALL SELECT status_since, status, 1 FROM request"                                       \
    " WHERE id = ?1 AND status IS NOT NULL)"

enum wh_status wh_store_history(struct wh_store *store, int64_t row, struct wh_arena *arena,
                                struct wh_status_change **ret, size_t *ret_n, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    size_t n = 0;
    struct wh_status_change *change = NULL;
    enum wh_status status = wh_store_load_words(store, err);
    if (status == WH_OK) {
        status = wh_store_prepare(store, "SELECT count(*)" CHANGES, &stmt, err);
    }
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, row);
        status = wh_store_row(store, stmt, &has_row, err);
    }
    if (status == WH_OK) {
        change = wh_arena_alloc(arena, (size_t)sqlite3_column_int64(stmt, 0) + 1, sizeof *change);
        status = change != NULL ? WH_OK : wh_fail_memory(store->ctx, err);
    }
    sqlite3_finalize(stmt);
    stmt = NULL;
    if (status == WH_OK) {
        status = wh_store_prepare(
            store, "SELECT since, status" CHANGES " ORDER BY is_now, since, status", &stmt, err);
    }
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, row);
        status = copy_changes(store, stmt, arena, change, &n, err);
    }
    if (status == WH_OK) {
        *ret = change;
        *ret_n = n;
    }
    sqlite3_finalize(stmt);
    return status;
}
#undef CHANGES

/* ---- categories that are in no list ---- */

static int compare_counts(const void *a, const void *b)
{
    return strcmp(((const struct wh_name_count *)a)->name, ((const struct wh_name_count *)b)->name);
}

enum wh_status wh_store_unmapped(struct wh_store *store, const char *source_id,
                                 struct wh_arena *arena, struct wh_name_count **ret, size_t *ret_n,
                                 struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    size_t n = 0;
    enum wh_status status = wh_store_load_words(store, err);
    struct wh_name_count *const count =
        wh_arena_alloc(arena, store->words.n + 1, sizeof *count); /* a word each, and none */
    if (status == WH_OK) {
        status = count == NULL
                     ? wh_fail_memory(store->ctx, err)
                     : wh_store_prepare(store,
                                        "SELECT coalesce(service_code, 0), count(*) FROM request"
                                        " WHERE source = (SELECT id FROM source WHERE name = ?1)"
                                        " AND flags & ?2 AND id NOT IN (SELECT id FROM seen"
                                        " WHERE gone IS NOT NULL) GROUP BY 1",
                                        &stmt, err);
    }
    if (status == WH_OK) {
        wh_store_bind_text(stmt, 1, wh_str_c(source_id));
        sqlite3_bind_int64(stmt, 2, WH_FLAG_UNMAPPED);
    }
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const struct wh_str name = wh_store_word_text(store, sqlite3_column_int64(stmt, 0));
        count[n] = (struct wh_name_count){.name = wh_arena_c(arena, name),
                                          .n = (uint64_t)sqlite3_column_int64(stmt, 1)};
        status = count[n++].name != NULL ? WH_OK : wh_fail_memory(store->ctx, err);
    }
    sqlite3_finalize(stmt);
    if (status == WH_OK) {
        qsort(count, n, sizeof *count, compare_counts);
        *ret = count;
        *ret_n = n;
    }
    return status;
}
