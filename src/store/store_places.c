/* store/store_places.c: places kept, single requests, what must not be public, sources taken away.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"

/* ---- places ---- */

struct row_order {
    int64_t row;
    uint32_t idx;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row_order *const ra = a, *const rb = b;
    return (ra->row > rb->row) - (ra->row < rb->row);
}

static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static enum wh_status find_ward_words(struct wh_store *store, const struct wh_requests *requests,
                                      const char *const *ward_code, uint32_t **ret,
                                      struct wh_error *err)
{
    int32_t highest = -1;
    for (size_t i = 0; i < requests->n; i++) {
        highest = requests->ward[i] > highest ? requests->ward[i] : highest;
    }
    uint32_t *const word = wh_alloc_array(store->ctx, (size_t)highest + 2, sizeof *word);
    enum wh_status status = word != NULL ? WH_OK : wh_fail_memory(store->ctx, err);
    for (int32_t i = 0; status == WH_OK && i <= highest; i++) {
        status = wh_store_word(store, wh_str_c(ward_code[i]), &word[i + 1], err);
    }
    if (status != WH_OK) {
        wh_free(store->ctx, word);
        return status;
    }
    *ret = word; /* by ward index + 1 */
    return WH_OK;
}

static bool is_kept(sqlite3_stmt *stmt, const struct wh_requests *r, size_t i, uint32_t ward)
{
    return same_number(wh_store_column_double(stmt, 1), r->x[i]) &&
           same_number(wh_store_column_double(stmt, 2), r->y[i]) &&
           same_number(wh_store_column_double(stmt, 3), (double)r->precision_m[i]) &&
           sqlite3_column_int64(stmt, 4) == r->method[i] &&
           sqlite3_column_int64(stmt, 5) == (int64_t)ward &&
           sqlite3_column_int64(stmt, 6) == r->outcome[i];
}

/* Marks in `order` (idx becomes UINT32_MAX) what stands in the state as it is, so that a quiet
 * night writes little. */
static enum wh_status drop_kept(struct wh_store *store, const struct wh_requests *requests,
                                const uint32_t *word, struct row_order *order, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    size_t i = 0;
    enum wh_status status = wh_store_prepare(
        store, "SELECT id, x, y, precision_m, method, ward, outcome FROM place ORDER BY id", &stmt,
        err);
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const int64_t row = sqlite3_column_int64(stmt, 0);
        while (i < requests->n && order[i].row < row) {
            i++;
        }
        if (i < requests->n && order[i].row == row &&
            is_kept(stmt, requests, order[i].idx, word[requests->ward[order[i].idx] + 1])) {
            order[i].idx = UINT32_MAX;
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status write_places(struct wh_store *store, const struct wh_requests *requests,
                                   const uint32_t *word, const struct row_order *order,
                                   struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store,
        "INSERT OR REPLACE INTO place(id, x, y, precision_m, method, ward, outcome)"
        " VALUES(?, ?, ?, ?, ?, ?, ?)",
        &stmt, err);
    for (size_t k = 0; status == WH_OK && k < requests->n; k++) {
        const size_t i = order[k].idx;
        if (i == UINT32_MAX) {
            continue;
        }
        sqlite3_bind_int64(stmt, 1, requests->row[i]);
        sqlite3_bind_double(stmt, 2, requests->x[i]);
        sqlite3_bind_double(stmt, 3, requests->y[i]);
        sqlite3_bind_double(stmt, 4, (double)requests->precision_m[i]);
        sqlite3_bind_int64(stmt, 5, requests->method[i]);
        sqlite3_bind_int64(stmt, 6, word[requests->ward[i] + 1]);
        sqlite3_bind_int64(stmt, 7, requests->outcome[i]);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_save_places(struct wh_store *store, const struct wh_requests *requests,
                                    const char *const *ward_code, struct wh_error *err)
{
    uint32_t *word = NULL;
    struct row_order *const order = wh_alloc_array(store->ctx, requests->n, sizeof *order);
    if (order == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    for (size_t i = 0; i < requests->n; i++) {
        order[i] = (struct row_order){requests->row[i], (uint32_t)i};
    }
    qsort(order, requests->n, sizeof *order, compare_rows);
    enum wh_status status = find_ward_words(store, requests, ward_code, &word, err);
    if (status == WH_OK) {
        status = drop_kept(store, requests, word, order, err);
    }
    if (status == WH_OK) {
        status = write_places(store, requests, word, order, err);
    }
    wh_free(store->ctx, word);
    wh_free(store->ctx, order);
    return status;
}

/* ---- single requests ---- */

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

static enum wh_status copy_request(struct wh_store *store, sqlite3_stmt *stmt,
                                   struct wh_arena *arena, struct wh_request *ret,
                                   struct wh_error *err)
{
    struct wh_request r = {.opened_at = wh_store_column_time(stmt, 9),
                           .closed_at = wh_store_column_time(stmt, 10),
                           .due_at = wh_store_column_time(stmt, 11),
                           .given_x = wh_store_column_double(stmt, 12),
                           .given_y = wh_store_column_double(stmt, 13),
                           .flags = (uint32_t)sqlite3_column_int64(stmt, 14),
                           .file_idx = (uint32_t)sqlite3_column_int64(stmt, 15),
                           .line = (uint64_t)sqlite3_column_int64(stmt, 16)};
    const struct {
        struct wh_str *to, text;
    } field[] = {{&r.reference, wh_store_column_text(stmt, 0)},
                 {&r.cost, wh_store_column_text(stmt, 1)},
                 {&r.address, wh_store_column_text(stmt, 2)},
                 {&r.postcode, wh_store_column_text(stmt, 3)},
                 {&r.uprn, wh_store_column_text(stmt, 4)},
                 {&r.category, wh_store_word_text(store, sqlite3_column_int64(stmt, 5))},
                 {&r.channel, wh_store_word_text(store, sqlite3_column_int64(stmt, 6))},
                 {&r.status, wh_store_word_text(store, sqlite3_column_int64(stmt, 7))},
                 {&r.provider, wh_store_word_text(store, sqlite3_column_int64(stmt, 8))}};
    for (size_t i = 0; i < sizeof field / sizeof field[0]; i++) {
        *field[i].to = wh_arena_str(arena, field[i].text);
        if (field[i].to->ptr == NULL) {
            return wh_fail_memory(store->ctx, err);
        }
    }
    *ret = r;
    return WH_OK;
}

enum wh_status wh_store_request(struct wh_store *store, int64_t row, struct wh_arena *arena,
                                struct wh_request *ret, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum wh_status status = wh_store_load_words(store, err);
    if (status == WH_OK) {
        status = wh_store_prepare(
            store,
            "SELECT reference, cost, address, postcode, uprn, category, channel, status, provider,"
            " opened, closed, due, given_x, given_y, flags, file, line FROM request WHERE id = ?",
            &stmt, err);
    }
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, row);
        status = wh_store_row(store, stmt, &has_row, err);
    }
    if (status == WH_OK && !has_row) {
        status = wh_fail_at(err, WH_ERR_INTERNAL, store->path, 0, 0, "no request of number %lld",
                            (long long)row);
    }
    if (status == WH_OK) {
        status = copy_request(store, stmt, arena, ret, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* ---- sources taken away ---- */

static enum wh_status delete_source(struct wh_store *store, int64_t source, uint64_t *gone,
                                    struct wh_error *err)
{
    static const char *const sql[] = {
        "DELETE FROM place WHERE id IN (SELECT id FROM request WHERE source = ?)",
        "DELETE FROM version WHERE source = ?", "DELETE FROM request WHERE source = ?",
        "DELETE FROM source WHERE id = ?"};
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < sizeof sql / sizeof sql[0]; i++) {
        sqlite3_stmt *stmt = NULL;
        status = wh_store_prepare(store, sql[i], &stmt, err);
        if (status == WH_OK) {
            sqlite3_bind_int64(stmt, 1, source);
            status = wh_store_step(store, stmt, err);
        }
        if (status == WH_OK && i == 2) {
            *gone += (uint64_t)sqlite3_changes64(store->db);
        }
        sqlite3_finalize(stmt);
    }
    return status;
}

/* *ret: a source that is not in the list, or 0. */
static enum wh_status find_unnamed(struct wh_store *store, const char *const *source_id, size_t n,
                                   int64_t *ret, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    *ret = 0;
    enum wh_status status =
        wh_store_prepare(store, "SELECT id, name FROM source ORDER BY id", &stmt, err);
    while (status == WH_OK && *ret == 0) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const struct wh_str name = wh_store_column_text(stmt, 1);
        size_t i = 0;
        while (i < n && !wh_str_eq_c(name, source_id[i])) {
            i++;
        }
        if (i == n) {
            *ret = sqlite3_column_int64(stmt, 0);
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_keep_sources(struct wh_store *store, const char *const *source_id, size_t n,
                                     uint64_t *ret_gone, struct wh_error *err)
{
    uint64_t gone = 0;
    for (;;) {
        int64_t source = 0;
        enum wh_status status = find_unnamed(store, source_id, n, &source, err);
        if (status == WH_OK && source == 0) {
            *ret_gone = gone;
            return WH_OK;
        }
        if (status == WH_OK) {
            status = delete_source(store, source, &gone, err);
        }
        if (status != WH_OK) {
            return status;
        }
    }
}
