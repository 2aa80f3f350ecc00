/* store/store.c: opening the state, statements, transactions, errors, frozen choices. */
#include "store/store.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "store/store_internal.h"

static enum wh_status fail_code(const struct wh_store *store, int code, const char *text,
                                struct wh_error *err)
{
    enum wh_status status = WH_ERR_INTERNAL;
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        return wh_fail_memory(store->ctx, err);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
        status = WH_ERR_OUTPUT;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        status = WH_ERR_BUSY;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        status = WH_ERR_INPUT;
        break;
    case SQLITE_TOOBIG:
        status = WH_ERR_LIMIT;
        break;
    default:
        break;
    }
    return wh_fail_at(err, status, store->path, 0, 0, "the state: %s", text);
}

enum wh_status wh_store_fail(const struct wh_store *store, struct wh_error *err)
{
    return fail_code(store, sqlite3_errcode(store->db), sqlite3_errmsg(store->db), err);
}

enum wh_status wh_store_exec(const struct wh_store *store, const char *sql, struct wh_error *err)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? WH_OK
                                                                       : wh_store_fail(store, err);
}

enum wh_status wh_store_prepare(const struct wh_store *store, const char *sql, sqlite3_stmt **ret,
                                struct wh_error *err)
{
    return sqlite3_prepare_v2(store->db, sql, -1, ret, NULL) == SQLITE_OK
               ? WH_OK
               : wh_store_fail(store, err);
}

enum wh_status wh_store_row(const struct wh_store *store, sqlite3_stmt *stmt, bool *ret_row,
                            struct wh_error *err)
{
    const int code = sqlite3_step(stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return wh_store_fail(store, err);
    }
    *ret_row = code == SQLITE_ROW;
    return WH_OK;
}

enum wh_status wh_store_step(const struct wh_store *store, sqlite3_stmt *stmt, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    if (sqlite3_step(stmt) != SQLITE_DONE) {
        status = wh_store_fail(store, err);
    }
    sqlite3_reset(stmt);
    return status;
}

enum wh_status wh_store_number(const struct wh_store *store, const char *sql, int64_t *ret,
                               struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum wh_status status = wh_store_prepare(store, sql, &stmt, err);
    if (status == WH_OK) {
        status = wh_store_row(store, stmt, &has_row, err);
    }
    if (status == WH_OK) {
        *ret = has_row ? sqlite3_column_int64(stmt, 0) : 0;
    }
    sqlite3_finalize(stmt);
    return status;
}

void wh_store_bind_text(sqlite3_stmt *stmt, int at, struct wh_str text)
{
    if (text.len == 0) {
        sqlite3_bind_null(stmt, at);
    } else {
        sqlite3_bind_text64(stmt, at, text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8);
    }
}

void wh_store_bind_time(sqlite3_stmt *stmt, int at, int64_t utc)
{
    if (utc == WH_NO_TIME) {
        sqlite3_bind_null(stmt, at);
    } else {
        sqlite3_bind_int64(stmt, at, utc);
    }
}

void wh_store_bind_number(sqlite3_stmt *stmt, int at, uint64_t value)
{
    if (value == 0) {
        sqlite3_bind_null(stmt, at);
    } else {
        sqlite3_bind_int64(stmt, at, (int64_t)value);
    }
}

struct wh_str wh_store_column_text(sqlite3_stmt *stmt, int at)
{
    const unsigned char *const text = sqlite3_column_text(stmt, at);
    return (struct wh_str){(const char *)text, (size_t)sqlite3_column_bytes(stmt, at)};
}

int64_t wh_store_column_time(sqlite3_stmt *stmt, int at)
{
    return sqlite3_column_type(stmt, at) == SQLITE_NULL ? WH_NO_TIME
                                                        : sqlite3_column_int64(stmt, at);
}

double wh_store_column_double(sqlite3_stmt *stmt, int at)
{
    return sqlite3_column_type(stmt, at) == SQLITE_NULL ? (double)NAN
                                                        : sqlite3_column_double(stmt, at);
}

/* A received file is not trusted: no triggers, no views, no functions called from its schema
 * (sqlite.org/security.html). */
static enum wh_status harden(const struct wh_store *store, struct wh_error *err)
{
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_busy_timeout(store->db, 10000);
    /*
     * A rollback journal rather than WAL: one file when nothing runs, and rows that are appended in
     * a first reading are not written twice. A killed run leaves a journal, which the next opening
     * plays back.
     */
    return wh_store_exec(store,
                         "PRAGMA mmap_size=0; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"
                         "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"
                         "PRAGMA secure_delete=ON; PRAGMA cell_size_check=ON;",
                         err);
}

/* SQLite would make the file for everybody to read: we make it, empty, and SQLite takes it. */
static enum wh_status make_file(struct wh_ctx *ctx, const char *path, struct wh_error *err)
{
    struct wh_file_info info;
    if (!wh_io_stat(path, &info)) {
        enum wh_status status = wh_io_write_all(ctx, path, (struct wh_str){0}, err);
        return status != WH_OK ? status : wh_io_set_mode(path, 0640, err);
    }
    if (!info.is_regular) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "not a regular file");
    }
    return WH_OK;
}

enum wh_status wh_store_open(struct wh_ctx *ctx, const char *path, struct wh_store **ret,
                             struct wh_error *err)
{
    enum wh_status status = make_file(ctx, path, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_store *const store = wh_alloc(ctx, sizeof *store);
    if (store == NULL) {
        return wh_fail_memory(ctx, err);
    }
    store->ctx = ctx;
    store->is_whole = wh_store_is_as_left(ctx, path);
    wh_arena_init(&store->words.arena, ctx);
    store->path = wh_strdup(ctx, path);
    if (store->path == NULL) {
        status = wh_fail_memory(ctx, err);
    } else if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                               NULL) != SQLITE_OK) {
        status = wh_store_fail(store, err);
    }
    if (status == WH_OK) {
        status = harden(store, err);
    }
    if (status == WH_OK) {
        status = wh_store_check_schema(store, err);
    }
    store->is_whole = status == WH_OK;
    if (status != WH_OK) {
        wh_store_close(store);
        return status;
    }
    *ret = store;
    return WH_OK;
}

void wh_store_close(struct wh_store *store)
{
    if (store == NULL) {
        return;
    }
    struct wh_ctx *const ctx = store->ctx;
    wh_store_reading_finish(store);
    wh_store_words_finish(store);
    sqlite3_finalize(store->get_request);
    sqlite3_finalize(store->put_gazetteer);
    const bool is_closed = sqlite3_close(store->db) == SQLITE_OK; /* rolls back */
    if (is_closed && store->is_whole && !store->in_transaction) {
        wh_store_remember_as_left(ctx, store->path);
    }
    wh_free(ctx, store->path);
    wh_free(ctx, store);
}

enum wh_status wh_store_begin(struct wh_store *store, struct wh_error *err)
{
    enum wh_status status = wh_store_exec(store, "BEGIN IMMEDIATE", err);
    store->in_transaction = status == WH_OK;
    return status;
}

enum wh_status wh_store_flush(struct wh_store *store, struct wh_error *err)
{
    int64_t version = 0;
    wh_store_reading_finish(store);
    enum wh_status status = wh_store_number(store, "PRAGMA user_version", &version, err);
    if (status == WH_OK) {
        /* A commit counts itself on the first page: with that page in the journal already, there
         * is nothing left for it to find room for. */
        char sql[64];
        snprintf(sql, sizeof sql, "PRAGMA user_version=%lld", (long long)version);
        status = wh_store_exec(store, sql, err);
    }
    if (status == WH_OK) {
        const int rc = sqlite3_db_cacheflush(store->db);
        status = rc == SQLITE_OK ? WH_OK : fail_code(store, rc, sqlite3_errstr(rc), err);
    }
    return status;
}

enum wh_status wh_store_commit(struct wh_store *store, struct wh_error *err)
{
    wh_store_reading_finish(store);
    enum wh_status status = wh_store_exec(store, "COMMIT", err);
    store->in_transaction = status != WH_OK;
    return status;
}

/* ---- choices ---- */

enum wh_status wh_store_get(struct wh_store *store, const char *key, struct wh_arena *arena,
                            const char **ret, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    const char *value = NULL;
    enum wh_status status =
        wh_store_prepare(store, "SELECT value FROM choice WHERE key = ?", &stmt, err);
    if (status != WH_OK) {
        return status;
    }
    wh_store_bind_text(stmt, 1, wh_str_c(key));
    status = wh_store_row(store, stmt, &has_row, err);
    if (status == WH_OK && has_row) {
        value = wh_arena_c(arena, wh_store_column_text(stmt, 0));
        status = value != NULL ? WH_OK : wh_fail_memory(store->ctx, err);
    }
    if (status == WH_OK) {
        *ret = value;
    }
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_set(struct wh_store *store, const char *key, const char *value,
                            struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store,
        "INSERT INTO choice(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2",
        &stmt, err);
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, value, -1, SQLITE_STATIC);
    status = wh_store_step(store, stmt, err);
    sqlite3_finalize(stmt);
    return status;
}

const char *wh_store_version(void)
{
    return "SQLite " SQLITE_VERSION;
}
