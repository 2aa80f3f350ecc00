/*
 * publish/mbtiles.c: MBTiles 1.3 (github.com/mapbox/mbtiles-spec): a content is a row of `images`,
 * `map` says which tile has which, and `tiles` joins them. The database is made in memory and
 * written as one file, so that no journal is left and all writing is ours.
 */
#include <stdio.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/io.h"
#include "publish/tile_set_internal.h"

/* "MPBX": what file(1) knows the format by (spec, section 2.1). */
static const char *const SCHEMA =
    "PRAGMA application_id=0x4d504258; BEGIN;"
    "CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
    "CREATE TABLE images (tile_id INTEGER PRIMARY KEY, tile_data BLOB);"
    "CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id INTEGER,"
    " PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID;"
    "CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data"
    " FROM map JOIN images USING (tile_id);";

static enum wh_status fail_db(const struct wh_tile_set *set, sqlite3 *db, const char *path,
                              struct wh_error *err)
{
    return db == NULL || sqlite3_errcode(db) == SQLITE_NOMEM
               ? wh_fail_memory(set->ctx, err)
               : wh_fail_at(err, WH_ERR_INTERNAL, path, 0, 0, "MBTiles: %s", sqlite3_errmsg(db));
}

/* Runs a statement whose parameters are bound, and readies it for the next. */
static bool step(sqlite3_stmt *stmt)
{
    return sqlite3_step(stmt) == SQLITE_DONE && sqlite3_reset(stmt) == SQLITE_OK;
}

static bool put_text(sqlite3_stmt *stmt, const char *name, const char *value)
{
    return sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
           sqlite3_bind_text(stmt, 2, value, -1, SQLITE_STATIC) == SQLITE_OK && step(stmt);
}

/* Vector tiles say their layers as JSON (spec, "Vector tileset metadata"). */
static bool put_members(const struct wh_tile_set *set, sqlite3_stmt *stmt)
{
    struct wh_buf json;
    if (set->members[0] == '\0') {
        return true;
    }
    wh_buf_init(&json, set->ctx);
    wh_buf_printf(&json, "{%s}", set->members);
    const bool is_put = !json.failed && put_text(stmt, "json", json.ptr);
    wh_buf_finish(&json);
    return is_put;
}

static bool put_metadata(const struct wh_tile_set *set, sqlite3_stmt *stmt)
{
    char bounds[128], center[96], zoom_min[16], zoom_max[16];
    const double *const box = set->box;
    (void)snprintf(bounds, sizeof bounds, "%.7f,%.7f,%.7f,%.7f", box[0], box[1], box[2], box[3]);
    (void)snprintf(center, sizeof center, "%.7f,%.7f,%u", 0.5 * (box[0] + box[2]),
                   0.5 * (box[1] + box[3]), set->zoom_min);
    (void)snprintf(zoom_min, sizeof zoom_min, "%u", set->zoom_min);
    (void)snprintf(zoom_max, sizeof zoom_max, "%u", set->zoom_max);
    const char *const pair[][2] = {
        {"name", set->name},
        {"description", set->description},
        {"format", set->type == WH_TILE_PNG ? "png" : "pbf"},
        {"attribution", set->attribution},
        {"bounds", bounds},
        {"center", center},
        {"minzoom", zoom_min},
        {"maxzoom", zoom_max},
        {"type", "overlay"},
        {"version", "1"},
    };
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        if (pair[i][1][0] != '\0' && !put_text(stmt, pair[i][0], pair[i][1])) {
            return false;
        }
    }
    return put_members(set, stmt);
}

static bool put_images(const struct wh_tile_set *set, sqlite3_stmt *stmt)
{
    for (size_t i = 0; i < set->n_blobs; i++) {
        const struct wh_tile_blob *const blob = &set->blob[i];
        if (sqlite3_bind_int64(stmt, 1, (sqlite3_int64)i) != SQLITE_OK ||
            sqlite3_bind_blob64(stmt, 2, set->data.ptr + blob->at, blob->len, SQLITE_STATIC) !=
                SQLITE_OK ||
            !step(stmt)) {
            return false;
        }
    }
    return true;
}

/* Rows run from south to north in MBTiles. */
static bool put_map(const struct wh_tile_set *set, sqlite3_stmt *stmt)
{
    for (size_t i = 0; i < set->n_tiles; i++) {
        const struct wh_tile_entry *const tile = &set->tile[i];
        const sqlite3_int64 row = ((sqlite3_int64)1 << tile->z) - 1 - tile->y;
        if (sqlite3_bind_int64(stmt, 1, tile->z) != SQLITE_OK ||
            sqlite3_bind_int64(stmt, 2, tile->x) != SQLITE_OK ||
            sqlite3_bind_int64(stmt, 3, row) != SQLITE_OK ||
            sqlite3_bind_int64(stmt, 4, tile->blob) != SQLITE_OK || !step(stmt)) {
            return false;
        }
    }
    return true;
}

static bool fill(const struct wh_tile_set *set, sqlite3 *db)
{
    static const struct {
        const char *sql;
        bool (*put)(const struct wh_tile_set *, sqlite3_stmt *);
    } PART[] = {{"INSERT INTO metadata VALUES (?, ?)", put_metadata},
                {"INSERT INTO images VALUES (?, ?)", put_images},
                {"INSERT INTO map VALUES (?, ?, ?, ?)", put_map}};
    bool is_good = sqlite3_exec(db, SCHEMA, NULL, NULL, NULL) == SQLITE_OK;
    for (size_t i = 0; is_good && i < sizeof PART / sizeof *PART; i++) {
        sqlite3_stmt *stmt = NULL;
        is_good = sqlite3_prepare_v2(db, PART[i].sql, -1, &stmt, NULL) == SQLITE_OK &&
                  PART[i].put(set, stmt);
        sqlite3_finalize(stmt);
    }
    return is_good && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

enum wh_status wh_mbtiles_write(const struct wh_tile_set *set, const char *path,
                                struct wh_error *err)
{
    enum wh_status status = WH_OK;
    unsigned char *bytes = NULL;
    sqlite3_int64 size = 0;
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(":memory:", &db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK ||
        !fill(set, db)) {
        status = fail_db(set, db, path, err);
    }
    if (status == WH_OK) {
        bytes = sqlite3_serialize(db, "main", &size, 0);
        status = bytes == NULL
                     ? wh_fail_memory(set->ctx, err)
                     : wh_io_write_all(set->ctx, path,
                                       (struct wh_str){(const char *)bytes, (size_t)size}, err);
    }
    sqlite3_free(bytes);
    sqlite3_close(db);
    return status;
}
