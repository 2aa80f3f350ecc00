/* store/store_places.c: where requests are, kept from run to run. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"

#define COLUMNS                                                                                    \
    "id, x, y, precision_m, method, ward, outcome, score, parts, reason, flags, conflict_m,"       \
    " gazetteer_file, gazetteer_line"

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

/* The score's parts in one number, the street's in the lowest byte. */
static int64_t pack_parts(const struct wh_placing *placing)
{
    int64_t parts = 0;
    for (size_t i = WH_N_SCORE_PARTS; i > 0; i--) {
        parts = (parts << 8) | placing->part[i - 1];
    }
    return parts;
}

static bool is_kept(sqlite3_stmt *stmt, const struct wh_requests *r, size_t i, uint32_t ward)
{
    const struct wh_placing *p = &r->placing[i];
    return same_number(wh_store_column_double(stmt, 1), r->x[i]) &&
           same_number(wh_store_column_double(stmt, 2), r->y[i]) &&
           same_number(wh_store_column_double(stmt, 3), (double)r->precision_m[i]) &&
           sqlite3_column_int64(stmt, 4) == r->method[i] &&
           sqlite3_column_int64(stmt, 5) == (int64_t)ward &&
           sqlite3_column_int64(stmt, 6) == r->outcome[i] &&
           same_number(sqlite3_column_double(stmt, 7), (double)p->score) &&
           sqlite3_column_int64(stmt, 8) == pack_parts(p) &&
           sqlite3_column_int64(stmt, 9) == p->reason &&
           sqlite3_column_int64(stmt, 10) == p->flags &&
           same_number(sqlite3_column_double(stmt, 11), (double)p->conflict_m) &&
           sqlite3_column_int64(stmt, 12) == p->file && sqlite3_column_int64(stmt, 13) == p->line;
}

/* Marks in `order` (idx becomes UINT32_MAX) what stands in the state as it is, so that a quiet
 * night writes little. */
static enum wh_status drop_kept(struct wh_store *store, const struct wh_requests *requests,
                                const uint32_t *word, struct row_order *order, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    size_t i = 0;
    enum wh_status status =
        wh_store_prepare(store, "SELECT " COLUMNS " FROM place ORDER BY id", &stmt, err);
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
    enum wh_status status = wh_store_prepare(store,
                                             "INSERT OR REPLACE INTO place(" COLUMNS
                                             ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
        sqlite3_bind_double(stmt, 8, (double)requests->placing[i].score);
        sqlite3_bind_int64(stmt, 9, pack_parts(&requests->placing[i]));
        sqlite3_bind_int64(stmt, 10, requests->placing[i].reason);
        sqlite3_bind_int64(stmt, 11, requests->placing[i].flags);
        sqlite3_bind_double(stmt, 12, (double)requests->placing[i].conflict_m);
        sqlite3_bind_int64(stmt, 13, requests->placing[i].file);
        sqlite3_bind_int64(stmt, 14, requests->placing[i].line);
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
