/* publish/compare_database.c: two SQLite files (GeoPackages), table by table, row by row. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "base/error.h"
#include "publish/compare_internal.h"

/* Of what a row is. */
static const char *const naming[] = {"id",     "code",       "hotspot",     "theme",
                                     "source", "layer",      "field",       "title",
                                     "name",   "table_name", "f_table_name"};
enum { N_NAMING = sizeof naming / sizeof *naming };

struct pair {
    const struct wh_compared *file;
    sqlite3 *published, *again;
    const char *table;
};

/* A published file is not trusted: nothing that its schema calls is run (sqlite.org/security.html).
 */
static int open_one(const char *path, sqlite3 **ret)
{
    const int rc = sqlite3_open_v2(path, ret, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_db_config(*ret, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        sqlite3_db_config(*ret, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(*ret, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    }
    return rc;
}

/* Something is wrong with the published file itself. */
static void tell_fault(const struct pair *pair)
{
    wh_compare_tell(pair->file->agreement, pair->file->name,
                    pair->table == NULL ? "the database" : pair->table, "",
                    wh_str_c(sqlite3_errmsg(pair->published)), wh_str_c("a table"));
}

static struct wh_str text_of(sqlite3_stmt *stmt, int column, char *out, size_t size)
{
    const int type = sqlite3_column_type(stmt, column);
    if (type == SQLITE_NULL) {
        return wh_str_c("null");
    }
    if (type == SQLITE_BLOB) {
        (void)snprintf(out, size, "%d bytes", sqlite3_column_bytes(stmt, column));
        return wh_str_c(out);
    }
    return (struct wh_str){(const char *)sqlite3_column_text(stmt, column),
                           (size_t)sqlite3_column_bytes(stmt, column)};
}

static bool is_same(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    const int type = sqlite3_column_type(b, column);
    if (sqlite3_column_type(a, column) != type) {
        return false;
    }
    if (type == SQLITE_INTEGER) {
        return sqlite3_column_int64(a, column) == sqlite3_column_int64(b, column);
    }
    if (type == SQLITE_FLOAT) {
        return !(fabs(sqlite3_column_double(a, column) - sqlite3_column_double(b, column)) > 0);
    }
    const void *const left = sqlite3_column_blob(a, column);
    const void *const right = sqlite3_column_blob(b, column);
    const int n = sqlite3_column_bytes(a, column);
    return n == sqlite3_column_bytes(b, column) && (n == 0 || memcmp(left, right, (size_t)n) == 0);
}

static void name_row(sqlite3_stmt *stmt, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (int n = 0; n < N_NAMING; n++) {
        for (int i = 0; i < sqlite3_column_count(stmt) && len < size; i++) {
            if (sqlite3_column_type(stmt, i) == SQLITE_TEXT &&
                strcmp(sqlite3_column_name(stmt, i), naming[n]) == 0) {
                len += (size_t)snprintf(out + len, size - len, "%s%.60s", len == 0 ? "" : " ",
                                        (const char *)sqlite3_column_text(stmt, i));
            }
        }
    }
}

static void compare_row(const struct pair *pair, sqlite3_stmt *published, sqlite3_stmt *again)
{
    struct wh_agreement *const agreement = pair->file->agreement;
    char field[160], id[200], theirs[40], ours[40];
    for (int i = 0; i < sqlite3_column_count(again); i++) {
        const int type = sqlite3_column_type(again, i);
        if (!is_same(published, again, i)) {
            name_row(again, id, sizeof id);
            (void)snprintf(field, sizeof field, "%.70s.%.70s", pair->table,
                           sqlite3_column_name(again, i));
            wh_compare_tell(agreement, pair->file->name, field, id,
                            text_of(published, i, theirs, sizeof theirs),
                            text_of(again, i, ours, sizeof ours));
        } else if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
            agreement->n_numbers++;
        } else if (type == SQLITE_TEXT && wh_is_hidden_words(text_of(again, i, NULL, 0))) {
            agreement->n_hidden++;
        }
    }
}

static bool has_same_columns(const struct pair *pair, sqlite3_stmt *published, sqlite3_stmt *again)
{
    const int n = sqlite3_column_count(again);
    bool is_equal = sqlite3_column_count(published) == n;
    for (int i = 0; is_equal && i < n; i++) {
        is_equal = strcmp(sqlite3_column_name(published, i), sqlite3_column_name(again, i)) == 0;
    }
    if (!is_equal) {
        wh_compare_tell(pair->file->agreement, pair->file->name, pair->table, "",
                        wh_str_c("other columns"), wh_str_c("its columns"));
    }
    return is_equal;
}

static void compare_rows(const struct pair *pair, sqlite3_stmt *published, sqlite3_stmt *again)
{
    for (;;) {
        const int theirs = sqlite3_step(published), ours = sqlite3_step(again);
        if (theirs != SQLITE_ROW && theirs != SQLITE_DONE) {
            tell_fault(pair);
            return;
        }
        if (theirs != SQLITE_ROW || ours != SQLITE_ROW) {
            if (theirs != ours) {
                wh_compare_tell(pair->file->agreement, pair->file->name, pair->table, "",
                                wh_str_c(theirs == SQLITE_ROW ? "more rows" : "fewer rows"),
                                wh_str_c("its rows"));
            }
            return;
        }
        compare_row(pair, published, again);
    }
}

static enum wh_status compare_table(const struct pair *pair, struct wh_error *err)
{
    sqlite3_stmt *published = NULL, *again = NULL;
    char *const sql = sqlite3_mprintf("SELECT * FROM \"%w\"", pair->table);
    enum wh_status status = sql == NULL ? wh_fail_memory(pair->file->agreement->ctx, err) : WH_OK;
    if (status == WH_OK && sqlite3_prepare_v2(pair->again, sql, -1, &again, NULL) != SQLITE_OK) {
        status = wh_fail_at(err, WH_ERR_INTERNAL, pair->file->again, 0, 0, "%s",
                            sqlite3_errmsg(pair->again));
    }
    if (status == WH_OK &&
        sqlite3_prepare_v2(pair->published, sql, -1, &published, NULL) != SQLITE_OK) {
        tell_fault(pair);
    } else if (status == WH_OK && has_same_columns(pair, published, again)) {
        compare_rows(pair, published, again);
    }
    sqlite3_finalize(published);
    sqlite3_finalize(again);
    sqlite3_free(sql);
    return status;
}

static bool is_ignored(const struct wh_compared *file, const char *table)
{
    for (const char *const *name = file->ignored; name != NULL && *name != NULL; name++) {
        if (strcmp(*name, table) == 0) {
            return true;
        }
    }
    return false;
}

/* Every table but the index of shapes, which holds boxes of what the tables hold. */
static enum wh_status compare_tables(struct pair *pair, struct wh_error *err)
{
    static const char list[] = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT "
                               "LIKE 'rtree\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE "
                               "'\\' ORDER BY name";
    sqlite3_stmt *names = NULL;
    enum wh_status status = WH_OK;
    if (sqlite3_prepare_v2(pair->again, list, -1, &names, NULL) != SQLITE_OK) {
        return wh_fail_at(err, WH_ERR_INTERNAL, pair->file->again, 0, 0, "%s",
                          sqlite3_errmsg(pair->again));
    }
    while (status == WH_OK && sqlite3_step(names) == SQLITE_ROW) {
        pair->table = (const char *)sqlite3_column_text(names, 0);
        if (!is_ignored(pair->file, pair->table)) {
            status = compare_table(pair, err);
        }
    }
    sqlite3_finalize(names);
    return status;
}

enum wh_status wh_compare_database(const struct wh_compared *file, struct wh_error *err)
{
    struct pair pair = {.file = file};
    enum wh_status status = WH_OK;
    if (open_one(file->again, &pair.again) != SQLITE_OK) {
        status =
            wh_fail_at(err, WH_ERR_INTERNAL, file->again, 0, 0, "%s", sqlite3_errmsg(pair.again));
    } else if (open_one(file->published, &pair.published) != SQLITE_OK) {
        tell_fault(&pair);
    } else {
        status = compare_tables(&pair, err);
    }
    sqlite3_close(pair.published);
    sqlite3_close(pair.again);
    return status;
}
