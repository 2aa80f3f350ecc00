/* store/store_purge.c: what leaves the state for good: sources that nobody names, requests that
 * were kept long enough. */
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"

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

enum wh_status wh_store_purge(struct wh_store *store, const char *source_id, bool is_delta,
                              int64_t before_utc, uint64_t *ret_purged, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store,
        "DELETE FROM request WHERE source = (SELECT id FROM source WHERE name = ?1)"
        " AND opened < ?3 AND coalesce(closed, opened) < ?3"
        " AND (?2 OR id IN (SELECT id FROM seen WHERE gone IS NOT NULL))",
        &stmt, err);
    if (status == WH_OK) {
        wh_store_bind_text(stmt, 1, wh_str_c(source_id));
        sqlite3_bind_int64(stmt, 2, is_delta);
        sqlite3_bind_int64(stmt, 3, before_utc);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    const uint64_t purged = status == WH_OK ? (uint64_t)sqlite3_changes64(store->db) : 0;
    if (purged > 0) {
        status = wh_store_drop_orphans(store, err);
    }
    if (status == WH_OK && purged > 0) {
        status = wh_store_exec(store,
                               "UPDATE source SET n_held = (SELECT count(*) FROM seen"
                               " WHERE seen.source = source.id AND gone IS NULL)",
                               err);
    }
    if (status == WH_OK) {
        *ret_purged = purged;
    }
    return status;
}
