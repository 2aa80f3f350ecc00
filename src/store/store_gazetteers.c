/* store/store_gazetteers.c: rows of gazetteer files, kept until a file changes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"
#include "store/store_internal.h"

/* Columns of text, in the order of enum wh_gazetteer_field; the address in one piece comes last. */
#define TEXT_COLUMNS                                                                               \
    "uprn, usrn, unit, name, organisation, number, street, other, locality, town, postcode, "      \
    "address"
enum { N_TEXTS = WH_N_GAZETTEER_TEXTS, AFTER_TEXTS = N_TEXTS + 1 };

static enum wh_status prepare_find(struct wh_store *store, const char *name, const char *recipe,
                                   sqlite3_stmt **ret, struct wh_error *err)
{
    const enum wh_status status =
        wh_store_prepare(store,
                         "SELECT id, sha256, rows, bad_rows, far_rows, edition FROM gazetteer"
                         " WHERE name = ? AND recipe = ?",
                         ret, err);
    if (status == WH_OK) {
        sqlite3_bind_text(*ret, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_text(*ret, 2, recipe, -1, SQLITE_STATIC);
    }
    return status;
}

enum wh_status wh_store_gazetteer_find(struct wh_store *store, const char *name, const char *recipe,
                                       const char *sha256, int64_t *ret_id,
                                       struct wh_gazetteer_note *ret, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum wh_status status = prepare_find(store, name, recipe, &stmt, err);
    if (status == WH_OK) {
        status = wh_store_row(store, stmt, &has_row, err);
    }
    *ret_id = 0;
    if (status == WH_OK && has_row && wh_str_eq_c(wh_store_column_text(stmt, 1), sha256)) {
        *ret_id = sqlite3_column_int64(stmt, 0);
        ret->rows = (uint64_t)sqlite3_column_int64(stmt, 2);
        ret->bad_rows = (uint64_t)sqlite3_column_int64(stmt, 3);
        ret->far_rows = (uint64_t)sqlite3_column_int64(stmt, 4);
        ret->edition_day =
            sqlite3_column_type(stmt, 5) == SQLITE_NULL ? WH_NO_DAY : sqlite3_column_int64(stmt, 5);
        snprintf(ret->sha256, sizeof ret->sha256, "%s", sha256);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status delete_rows(struct wh_store *store, int64_t id, struct wh_error *err)
{
    static const char *const sql[] = {"DELETE FROM gazetteer_row WHERE gazetteer = ?",
                                      "DELETE FROM gazetteer WHERE id = ?"};
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < sizeof sql / sizeof *sql; i++) {
        sqlite3_stmt *stmt = NULL;
        status = wh_store_prepare(store, sql[i], &stmt, err);
        if (status == WH_OK) {
            sqlite3_bind_int64(stmt, 1, id);
            status = wh_store_step(store, stmt, err);
        }
        sqlite3_finalize(stmt);
    }
    return status;
}

enum wh_status wh_store_gazetteer_begin(struct wh_store *store, const char *name,
                                        const char *recipe, int64_t *ret_id, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum wh_status status = prepare_find(store, name, recipe, &stmt, err);
    if (status == WH_OK) {
        status = wh_store_row(store, stmt, &has_row, err);
    }
    const int64_t old = status == WH_OK && has_row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    stmt = NULL;
    if (status == WH_OK && old != 0) {
        status = delete_rows(store, old, err);
    }
    if (status == WH_OK) {
        status = wh_store_prepare(store,
                                  "INSERT INTO gazetteer(name, recipe, sha256, rows, bad_rows,"
                                  " far_rows) VALUES(?, ?, '', 0, 0, 0)",
                                  &stmt, err);
    }
    if (status == WH_OK) {
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 2, recipe, -1, SQLITE_STATIC);
        status = wh_store_step(store, stmt, err);
        *ret_id = sqlite3_last_insert_rowid(store->db);
    }
    sqlite3_finalize(stmt);
    if (status == WH_OK) {
        sqlite3_finalize(store->put_gazetteer);
        store->put_gazetteer = NULL;
        status = wh_store_prepare(store,
                                  "INSERT INTO gazetteer_row(" TEXT_COLUMNS ", gazetteer, line,"
                                  " type, x, y, spread, quality, from_month, to_month, vertices)"
                                  " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,"
                                  "?17,?18,?19,?20,?21,?22)",
                                  &store->put_gazetteer, err);
    }
    return status;
}

/* Vertices as pairs of whole centimetres, the low byte first. */
static enum wh_status bind_vertices(struct wh_store *store, sqlite3_stmt *stmt, int at,
                                    const struct wh_gazetteer_row *row, struct wh_error *err)
{
    const size_t n_bytes = 8 * row->n_vertices;
    if (row->n_vertices == 0) {
        sqlite3_bind_null(stmt, at);
        return WH_OK;
    }
    unsigned char *bytes = wh_alloc(store->ctx, n_bytes);
    if (bytes == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    for (size_t i = 0; i < 2 * row->n_vertices; i++) {
        const uint32_t cm = (uint32_t)(int32_t)lround(row->vertex[i] * 100);
        for (size_t k = 0; k < 4; k++) {
            bytes[4 * i + k] = (unsigned char)(cm >> (8 * k));
        }
    }
    const int code = sqlite3_bind_blob64(stmt, at, bytes, n_bytes, SQLITE_TRANSIENT);
    wh_free(store->ctx, bytes);
    return code == SQLITE_OK ? WH_OK : wh_store_fail(store, err);
}

enum wh_status wh_store_gazetteer_put(struct wh_store *store, int64_t id,
                                      const struct wh_gazetteer_row *row, struct wh_error *err)
{
    sqlite3_stmt *stmt = store->put_gazetteer;
    for (int i = 0; i < N_TEXTS; i++) {
        wh_store_bind_text(stmt, i + 1, row->text[i]);
    }
    sqlite3_bind_int64(stmt, AFTER_TEXTS, id);
    sqlite3_bind_int64(stmt, AFTER_TEXTS + 1, (int64_t)row->line);
    sqlite3_bind_int64(stmt, AFTER_TEXTS + 2, row->type);
    sqlite3_bind_double(stmt, AFTER_TEXTS + 3, row->x);
    sqlite3_bind_double(stmt, AFTER_TEXTS + 4, row->y);
    sqlite3_bind_double(stmt, AFTER_TEXTS + 5, row->spread_m);
    sqlite3_bind_int64(stmt, AFTER_TEXTS + 6, row->quality);
    sqlite3_bind_int64(stmt, AFTER_TEXTS + 7, row->from);
    sqlite3_bind_int64(stmt, AFTER_TEXTS + 8, row->to);
    const enum wh_status status = bind_vertices(store, stmt, AFTER_TEXTS + 9, row, err);
    return status != WH_OK ? status : wh_store_step(store, stmt, err);
}

enum wh_status wh_store_gazetteer_end(struct wh_store *store, int64_t id,
                                      const struct wh_gazetteer_note *note, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_finalize(store->put_gazetteer);
    store->put_gazetteer = NULL;
    enum wh_status status = wh_store_prepare(
        store,
        "UPDATE gazetteer SET sha256 = ?2, rows = ?3, bad_rows = ?4, far_rows = ?5, edition = ?6"
        " WHERE id = ?1",
        &stmt, err);
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, id);
        sqlite3_bind_text(stmt, 2, note->sha256, -1, SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 3, (int64_t)note->rows);
        sqlite3_bind_int64(stmt, 4, (int64_t)note->bad_rows);
        sqlite3_bind_int64(stmt, 5, (int64_t)note->far_rows);
        if (note->edition_day != WH_NO_DAY) {
            sqlite3_bind_int64(stmt, 6, note->edition_day);
        }
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* One row's vertices; the array grows. */
static enum wh_status read_vertices(struct wh_store *store, sqlite3_stmt *stmt, int at,
                                    double **vertex, size_t *cap, size_t *ret_n,
                                    struct wh_error *err)
{
    const unsigned char *bytes = sqlite3_column_blob(stmt, at);
    const size_t n = (size_t)sqlite3_column_bytes(stmt, at) / 8;
    *ret_n = n;
    if (n > *cap) {
        double *wider = wh_realloc_array(store->ctx, *vertex, 2 * n, sizeof *wider);
        if (wider == NULL) {
            return wh_fail_memory(store->ctx, err);
        }
        *vertex = wider;
        *cap = n;
    }
    for (size_t i = 0; i < 2 * n; i++) {
        uint32_t cm = 0;
        for (size_t k = 0; k < 4; k++) {
            cm |= (uint32_t)bytes[4 * i + k] << (8 * k);
        }
        (*vertex)[i] = (int32_t)cm / 100.0;
    }
    return WH_OK;
}

enum wh_status wh_store_gazetteer_each(struct wh_store *store, int64_t id, uint16_t file,
                                       wh_gazetteer_row_fn *fn, void *user, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    double *vertex = NULL;
    size_t cap = 0;
    enum wh_status status = wh_store_prepare(
        store,
        "SELECT " TEXT_COLUMNS ", line, type, x, y, spread, quality, from_month, to_month,"
        " vertices FROM gazetteer_row WHERE gazetteer = ? ORDER BY id",
        &stmt, err);
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, id);
    }
    while (status == WH_OK) {
        struct wh_gazetteer_row row = {.file = file};
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        for (int i = 0; i < N_TEXTS; i++) {
            row.text[i] = wh_store_column_text(stmt, i);
        }
        row.line = (uint64_t)sqlite3_column_int64(stmt, N_TEXTS);
        const int64_t type = sqlite3_column_int64(stmt, N_TEXTS + 1);
        row.x = wh_store_column_double(stmt, N_TEXTS + 2);
        row.y = wh_store_column_double(stmt, N_TEXTS + 3);
        row.spread_m = wh_store_column_double(stmt, N_TEXTS + 4);
        row.quality = (uint8_t)sqlite3_column_int64(stmt, N_TEXTS + 5);
        row.from = (int32_t)sqlite3_column_int64(stmt, N_TEXTS + 6);
        row.to = (int32_t)sqlite3_column_int64(stmt, N_TEXTS + 7);
        status = read_vertices(store, stmt, N_TEXTS + 8, &vertex, &cap, &row.n_vertices, err);
        row.vertex = vertex;
        row.type = (enum wh_gazetteer_type)type;
        if (status == WH_OK && (type < 0 || type >= WH_N_GAZETTEER_TYPES)) {
            status = wh_fail_at(err, WH_ERR_INPUT, store->path, 0, 0,
                                "the state is damaged: a gazetteer row of no type");
        }
        if (status == WH_OK) {
            status = fn(user, &row, err);
        }
    }
    sqlite3_finalize(stmt);
    wh_free(store->ctx, vertex);
    return status;
}

enum wh_status wh_store_gazetteers_keep(struct wh_store *store, const int64_t *id, size_t n,
                                        struct wh_error *err)
{
    for (;;) {
        sqlite3_stmt *stmt = NULL;
        int64_t other = 0;
        enum wh_status status = wh_store_prepare(store, "SELECT id FROM gazetteer", &stmt, err);
        while (status == WH_OK && other == 0) {
            bool has_row = false, is_kept = false;
            status = wh_store_row(store, stmt, &has_row, err);
            if (status != WH_OK || !has_row) {
                break;
            }
            const int64_t found = sqlite3_column_int64(stmt, 0);
            for (size_t i = 0; i < n; i++) {
                is_kept = is_kept || id[i] == found;
            }
            other = is_kept ? 0 : found;
        }
        sqlite3_finalize(stmt);
        if (status != WH_OK || other == 0) {
            return status;
        }
        status = delete_rows(store, other, err);
        if (status != WH_OK) {
            return status;
        }
    }
}
