/* store/store_purge.c: what leaves the state for good: sources that nobody names, requests that
 * were kept long enough. */
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"
#include "store/store_keys.h"

static enum wh_status delete_source(struct wh_store *store, int64_t source, uint64_t *gone,
                                    struct wh_error *err)
{
    static const char *const sql[] = {
        "DELETE FROM place WHERE id IN (SELECT id FROM request WHERE source = ?)",
        "DELETE FROM history WHERE request IN (SELECT id FROM request WHERE source = ?)",
        "DELETE FROM request WHERE source = ?",
        "DELETE FROM seen WHERE source = ?",
        "DELETE FROM version WHERE source = ?",
        "DELETE FROM file WHERE source = ?",
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

enum wh_status wh_store_drop_orphans(struct wh_store *store, struct wh_error *err)
{
    return wh_store_exec(store,
                         "DELETE FROM seen WHERE id NOT IN (SELECT id FROM request);"
                         "DELETE FROM place WHERE id NOT IN (SELECT id FROM request);"
                         "DELETE FROM history WHERE request NOT IN (SELECT id FROM request)",
                         err);
}

/* Of a source, in ?1, what is old by ?3: gone, or (?2) any. */
#define OLD                                                                                        \
    " FROM request JOIN seen USING (id)"                                                           \
    " WHERE request.source = (SELECT id FROM source WHERE name = ?1)"                              \
    " AND (?2 OR gone IS NOT NULL) AND opened < ?3 AND coalesce(closed, opened) < ?3"

/* How many there are, and what leaves the source's content with them. */
static enum wh_status count_old(struct wh_store *store, sqlite3_stmt *stmt, struct wh_purged *old,
                                struct wh_error *err)
{
    for (;;) {
        bool has_row = false;
        const enum wh_status status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            return status;
        }
        old->n++;
        if (sqlite3_column_type(stmt, 1) == SQLITE_NULL) {
            old->held++;
            old->content += wh_store_mix(0, (uint64_t)sqlite3_column_int64(stmt, 0));
        }
    }
}

static enum wh_status run_old(struct wh_store *store, const char *sql, const char *source_id,
                              bool is_delta, int64_t before_utc, struct wh_purged *old,
                              struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(store, sql, &stmt, err);
    if (status == WH_OK) {
        wh_store_bind_text(stmt, 1, wh_str_c(source_id));
        sqlite3_bind_int64(stmt, 2, is_delta);
        sqlite3_bind_int64(stmt, 3, before_utc);
        status = count_old(store, stmt, old, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status take_off(struct wh_store *store, const char *source_id,
                               const struct wh_purged *old, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store, "UPDATE source SET n_held = n_held - ?2, content = ?3 WHERE name = ?1", &stmt, err);
    if (status == WH_OK) {
        wh_store_bind_text(stmt, 1, wh_str_c(source_id));
        sqlite3_bind_int64(stmt, 2, (int64_t)old->held);
        sqlite3_bind_int64(stmt, 3, (int64_t)old->content);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return status == WH_OK ? wh_store_drop_orphans(store, err) : status;
}

enum wh_status wh_store_held(struct wh_store *store, const char *source_id, uint64_t *ret_held,
                             uint64_t *ret_content, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum wh_status status =
        wh_store_prepare(store, "SELECT n_held, content FROM source WHERE name = ?", &stmt, err);
    if (status == WH_OK) {
        wh_store_bind_text(stmt, 1, wh_str_c(source_id));
        status = wh_store_row(store, stmt, &has_row, err);
    }
    if (status == WH_OK) {
        *ret_held = has_row ? (uint64_t)sqlite3_column_int64(stmt, 0) : 0;
        *ret_content = has_row ? (uint64_t)sqlite3_column_int64(stmt, 1) : 0;
    }
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_purge(struct wh_store *store, const char *source_id, bool is_delta,
                              int64_t before_utc, struct wh_purged *ret, struct wh_error *err)
{
    struct wh_purged old = {0}, now = {0}, nothing = {0};
    enum wh_status status =
        run_old(store, "SELECT hash, gone" OLD, source_id, is_delta, before_utc, &old, err);
    if (status == WH_OK) {
        status = wh_store_held(store, source_id, &now.held, &now.content, err);
    }
    if (status == WH_OK && old.n > 0) {
        status = run_old(store, "DELETE FROM request WHERE id IN (SELECT id" OLD ")", source_id,
                         is_delta, before_utc, &nothing, err);
        now.content -= old.content;
        now.held -= old.held;
        old.content = now.content;
        if (status == WH_OK) {
            status = take_off(store, source_id, &old, err);
        }
    }
    if (status == WH_OK) {
        *ret = now;
        ret->n = old.n;
    }
    return status;
}
#undef OLD
