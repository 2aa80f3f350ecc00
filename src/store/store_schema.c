/* store/store_schema.c: the tables of the state, and how those of an older one become them. */
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"

#define SCHEMA_VERSION 5
#define APPLICATION_ID 0x57484454 /* "WHDT" */

/*
 * source.rules: what the source was last read by; is_apart: no reference stood in two of its files;
 * n_held: requests that are not gone; content: a hash of what they say.
 * request.opened_to is NULL where it is opened. `seen` has a row for each request: what a reading
 * compares, apart from what the request says, so that a night with little news reads and writes
 * little: hash is of every mapped field; occurrence numbers rows that are alike and have no
 * reference; file and line: where it stands; gone: the day (since 1970) on which the source no
 * longer held it. `version` holds the hashes of references that had several versions in one
 * reading, so that the next reading knows them again. `history` holds the states that a request has
 * left; the one that it is in stands in the request.
 */
static const char tables[] =
    "CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, rules TEXT,"
    " is_apart INTEGER NOT NULL DEFAULT 0, n_held INTEGER NOT NULL DEFAULT 0,"
    " content INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE file(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, size INTEGER NOT NULL, rows INTEGER NOT NULL, newest INTEGER,"
    " has_future INTEGER NOT NULL, UNIQUE(source, name));"
    "CREATE TABLE IF NOT EXISTS word(id INTEGER PRIMARY KEY, text TEXT NOT NULL);"
    "CREATE TABLE seen(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, reference_hash INTEGER,"
    " hash INTEGER NOT NULL, occurrence INTEGER NOT NULL, file INTEGER NOT NULL,"
    " line INTEGER NOT NULL, gone INTEGER);"
    "CREATE TABLE request(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, reference TEXT,"
    " category INTEGER, opened INTEGER, opened_to INTEGER, closed INTEGER, given_x REAL, given_y "
    "REAL, postcode TEXT, flags INTEGER NOT NULL, due INTEGER,"
    " updated INTEGER, status INTEGER, status_since INTEGER, service_code INTEGER,"
    " channel INTEGER, language INTEGER, provider INTEGER, ward INTEGER, cost REAL,"
    " uprn INTEGER, usrn INTEGER, address TEXT);"
    "CREATE TABLE version(source INTEGER NOT NULL, reference_hash INTEGER NOT NULL,"
    " step INTEGER NOT NULL, hash INTEGER NOT NULL,"
    " PRIMARY KEY(source, reference_hash, step)) WITHOUT ROWID;"
    "CREATE TABLE history(request INTEGER NOT NULL, since INTEGER NOT NULL, status INTEGER NOT "
    "NULL,"
    " PRIMARY KEY(request, since, status)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS choice(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

/*
 * What every run makes anew where it is missing. place.parts: four bytes of a score, the street's
 * the lowest. gazetteer.recipe says all but the file's content that decides what its rows become.
 */
static const char derived_tables[] =
    "CREATE TABLE IF NOT EXISTS place(id INTEGER PRIMARY KEY, x REAL, y REAL, precision_m REAL,"
    " method INTEGER NOT NULL, ward INTEGER NOT NULL, outcome INTEGER NOT NULL,"
    " score REAL NOT NULL, parts INTEGER NOT NULL, reason INTEGER NOT NULL,"
    " flags INTEGER NOT NULL, conflict_m REAL NOT NULL, gazetteer_file INTEGER NOT NULL,"
    " gazetteer_line INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS gazetteer(id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    " recipe TEXT NOT NULL, sha256 TEXT NOT NULL, rows INTEGER NOT NULL,"
    " bad_rows INTEGER NOT NULL, far_rows INTEGER NOT NULL, edition INTEGER,"
    " UNIQUE(name, recipe));"
    "CREATE TABLE IF NOT EXISTS gazetteer_row(id INTEGER PRIMARY KEY, gazetteer INTEGER NOT NULL,"
    " line INTEGER NOT NULL, type INTEGER NOT NULL, x REAL NOT NULL, y REAL NOT NULL,"
    " spread REAL NOT NULL, quality INTEGER NOT NULL, from_month INTEGER NOT NULL,"
    " to_month INTEGER NOT NULL, uprn TEXT, usrn TEXT, unit TEXT, name TEXT, organisation TEXT,"
    " number TEXT, street TEXT, other TEXT, locality TEXT, town TEXT, postcode TEXT,"
    " address TEXT, vertices BLOB);"
    "CREATE INDEX IF NOT EXISTS gazetteer_rows ON gazetteer_row(gazetteer);";

/*
 * Schema 1 kept no files, cost and UPRN as text. Its requests stay, so that what is gone at the
 * next reading can be told; having been read by other rules (source.rules is NULL) all are compared
 * anew then.
 */
static const char from_1[] =
    "ALTER TABLE source RENAME TO source_1; ALTER TABLE request RENAME TO request_1;"
    "DROP TABLE version;";
static const char after_1[] =
    "INSERT INTO source(id, name) SELECT id, name FROM source_1;"
    "INSERT INTO request(id, source, reference, category, opened,"
    " closed, given_x, given_y, postcode, flags, due, status, status_since, channel, provider,"
    " cost, uprn, address)"
    " SELECT id, source, reference, category, opened, closed, given_x,"
    " given_y, postcode, flags, due, status, opened, channel, provider,"
    " CASE WHEN cost GLOB '[0-9]*' THEN CAST(cost AS REAL) END,"
    " nullif(CAST(uprn AS INTEGER), 0), address FROM request_1 ORDER BY id;"
    "INSERT INTO seen SELECT id, source, reference_hash, hash, occurrence, 0, line, NULL"
    " FROM request_1 ORDER BY id;"
    "UPDATE source SET n_held = (SELECT count(*) FROM request WHERE request.source = source.id);"
    "DROP TABLE source_1; DROP TABLE request_1; DROP TABLE IF EXISTS place;";
/* Schemas 2 to 4 were never released: their requests are read anew. */
static const char from_2[] = "DROP TABLE source; DROP TABLE file; DROP TABLE request;"
                             "DROP TABLE version; DROP TABLE history; DROP TABLE IF EXISTS place;"
                             "DROP TABLE IF EXISTS seen;";

static enum wh_status change_schema(const struct wh_store *store, const char *before,
                                    const char *made, const char *after, struct wh_error *err)
{
    char *const sql = sqlite3_mprintf(
        "BEGIN IMMEDIATE; %s %s %s %s PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT;",
        before, made, after, derived_tables, APPLICATION_ID, SCHEMA_VERSION);
    if (sql == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    enum wh_status status = wh_store_exec(store, sql, err);
    sqlite3_free(sql);
    return status;
}

static enum wh_status check_whole(const struct wh_store *store, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum wh_status status = wh_store_prepare(store, "PRAGMA quick_check(1)", &stmt, err);
    if (status == WH_OK) {
        status = wh_store_row(store, stmt, &has_row, err);
    }
    if (status == WH_OK && has_row) {
        const struct wh_str verdict = wh_store_column_text(stmt, 0);
        char text[96];
        if (!wh_str_eq_c(verdict, "ok")) {
            status = wh_fail_at(err, WH_ERR_INPUT, store->path, 0, 0, "the state is damaged: %s",
                                wh_log_escape(verdict, text, sizeof text));
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_check_schema(const struct wh_store *store, struct wh_error *err)
{
    int64_t application = 0, version = 0, n_tables = 0;
    enum wh_status status = wh_store_number(store, "PRAGMA application_id", &application, err);
    if (status == WH_OK) {
        status = wh_store_number(store, "PRAGMA user_version", &version, err);
    }
    if (status == WH_OK) {
        status = wh_store_number(store, "SELECT count(*) FROM sqlite_schema", &n_tables, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (application == 0 && version == 0 && n_tables == 0) {
        return change_schema(store, "", tables, "", err);
    }
    if (application != APPLICATION_ID || version < 1) {
        return wh_fail_at(err, WH_ERR_INPUT, store->path, 0, 0, "not a wardheat state");
    }
    if (version > SCHEMA_VERSION) {
        return wh_fail_at(err, WH_ERR_INPUT, store->path, 0, 0,
                          "the state is of a newer wardheat (schema %lld, this one knows %d)",
                          (long long)version, SCHEMA_VERSION);
    }
    status = store->is_whole ? WH_OK : check_whole(store, err);
    if (status != WH_OK || version == SCHEMA_VERSION) {
        return status;
    }
    return version == 1 ? change_schema(store, from_1, tables, after_1, err)
                        : change_schema(store, from_2, tables, "", err);
}
