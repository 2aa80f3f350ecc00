/* store/store_reading.c: one reading of a source: its files, what the state holds of it, what is
 * gone when it ends. */
#include "store/store_reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"

/* Keys of rows without a reference must not meet hashes of references. */
#define SALT_CONTENT UINT64_C(0x636F6E74656E7421)

uint64_t wh_store_content_key(uint64_t hash, uint64_t occurrence)
{
    return wh_store_mix(hash ^ SALT_CONTENT, occurrence);
}

uint64_t wh_store_reference_key(struct wh_str reference)
{
    return wh_store_mix(0, wh_str_hash(reference));
}

/* ---- begin ---- */

static enum wh_status add_source(struct wh_store *store, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store, "INSERT INTO source(name) VALUES(?) ON CONFLICT DO NOTHING", &stmt, err);
    if (status == WH_OK) {
        wh_store_bind_text(stmt, 1, wh_str_c(store->reading->how.source_id));
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status find_source(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum wh_status status = add_source(store, err);
    if (status == WH_OK) {
        status = wh_store_prepare(
            store, "SELECT id, rules, is_apart, n_held, content FROM source WHERE name = ?", &stmt,
            err);
    }
    if (status == WH_OK) {
        wh_store_bind_text(stmt, 1, wh_str_c(reading->how.source_id));
        status = wh_store_row(store, stmt, &has_row, err);
    }
    if (status == WH_OK) {
        reading->source = sqlite3_column_int64(stmt, 0);
        reading->is_same_rules = wh_str_eq_c(wh_store_column_text(stmt, 1), reading->how.rules);
        reading->was_apart = sqlite3_column_int64(stmt, 2) == 1;
        reading->n_held = (uint64_t)sqlite3_column_int64(stmt, 3);
        reading->content = (uint64_t)sqlite3_column_int64(stmt, 4);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status read_known_file(struct wh_store *store, sqlite3_stmt *stmt, size_t *cap,
                                      struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const struct wh_str sha256 = wh_store_column_text(stmt, 2);
    struct store_file file = {
        .id = sqlite3_column_int64(stmt, 0),
        .is_known = true,
        .known = {.name = wh_arena_c(&reading->arena, wh_store_column_text(stmt, 1)),
                  .size_bytes = (uint64_t)sqlite3_column_int64(stmt, 3),
                  .rows = (uint64_t)sqlite3_column_int64(stmt, 4),
                  .newest_utc = wh_store_column_time(stmt, 5),
                  .has_future = sqlite3_column_int64(stmt, 6) != 0}};
    if (file.known.name == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    memcpy(file.known.sha256, sha256.ptr, sha256.len < 64 ? sha256.len : 64);
    enum wh_status status = wh_grow(store->ctx, (void **)&reading->file, reading->n_files, cap,
                                    sizeof *reading->file, err);
    if (status == WH_OK) {
        reading->file[reading->n_files++] = file;
    }
    return status;
}

static enum wh_status load_files(struct wh_store *store, struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    size_t cap = 0;
    enum wh_status status =
        wh_store_prepare(store,
                         "SELECT id, name, sha256, size, rows, newest, has_future FROM file"
                         " WHERE source = ? ORDER BY name COLLATE BINARY",
                         &stmt, err);
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, store->reading->source);
    }
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        status = read_known_file(store, stmt, &cap, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_source_begin(struct wh_store *store, const struct wh_reading *how,
                                     struct wh_error *err)
{
    wh_store_reading_finish(store);
    struct store_reading *const reading = wh_alloc(store->ctx, sizeof *reading);
    if (reading == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    store->reading = reading;
    wh_arena_init(&reading->arena, store->ctx);
    reading->keys.ctx = store->ctx;
    reading->how = *how;
    reading->how.source_id = wh_arena_c(&reading->arena, wh_str_c(how->source_id));
    reading->how.rules = wh_arena_c(&reading->arena, wh_str_c(how->rules));
    const bool is_kept = reading->how.source_id != NULL && reading->how.rules != NULL;
    enum wh_status status = is_kept ? find_source(store, err) : wh_fail_memory(store->ctx, err);
    if (status == WH_OK) {
        status = load_files(store, err);
    }
    if (status != WH_OK) {
        wh_store_reading_finish(store);
    }
    return status;
}

void wh_store_reading_finish(struct wh_store *store)
{
    struct store_reading *const reading = store->reading;
    if (reading == NULL) {
        return;
    }
    sqlite3_finalize(reading->insert);
    sqlite3_finalize(reading->update);
    sqlite3_finalize(reading->old_status);
    sqlite3_finalize(reading->add_history);
    sqlite3_finalize(reading->find_history);
    wh_free(store->ctx, reading->before.at);
    wh_free(store->ctx, reading->now.at);
    wh_free(store->ctx, reading->file);
    wh_free(store->ctx, reading->given);
    wh_store_keys_finish(&reading->keys);
    wh_arena_finish(&reading->arena);
    wh_free(store->ctx, reading);
    store->reading = NULL;
}

/* ---- files ---- */

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct store_file *)a)->known.name,
                  ((const struct store_file *)b)->known.name);
}

static struct store_file *find_file(const struct store_reading *reading, const char *name, size_t n)
{
    const struct store_file wanted = {.known = {.name = name}};
    return n == 0 ? NULL : bsearch(&wanted, reading->file, n, sizeof wanted, compare_files);
}

const struct wh_known_file *wh_store_known_file(const struct wh_store *store, const char *name)
{
    const struct store_reading *const reading = store->reading;
    const struct store_file *const file =
        reading->is_same_rules ? find_file(reading, name, reading->n_files) : NULL;
    return file != NULL && file->is_known ? &file->known : NULL;
}

bool wh_store_knows_no_other(const struct wh_store *store, const char *const *name, size_t n)
{
    const struct store_reading *const reading = store->reading;
    size_t n_met = 0;
    for (size_t i = 0; i < n; i++) {
        n_met += find_file(reading, name[i], reading->n_files) != NULL;
    }
    return n_met == reading->n_files;
}

bool wh_store_may_skip(const struct wh_store *store)
{
    const struct store_reading *const reading = store->reading;
    return reading->is_same_rules && (reading->how.is_delta || reading->was_apart);
}

/* Joins the files that are there with those that were known; both sorted. */
static enum wh_status join_files(struct wh_store *store, const char *const *name,
                                 const bool *is_skipped, size_t n, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const size_t n_known = reading->n_files;
    struct store_file *const file =
        wh_realloc_array(store->ctx, reading->file, n_known + n + 1, sizeof *file);
    reading->given = wh_alloc_array(store->ctx, n + 1, sizeof *reading->given);
    if (file == NULL || reading->given == NULL) {
        reading->file = file != NULL ? file : reading->file;
        return wh_fail_memory(store->ctx, err);
    }
    reading->file = file;
    for (size_t i = 0; i < n; i++) {
        struct store_file *known = find_file(reading, name[i], n_known);
        if (known == NULL) {
            known = &file[reading->n_files++];
            *known = (struct store_file){
                .known = {.name = wh_arena_c(&reading->arena, wh_str_c(name[i]))}};
            if (known->known.name == NULL) {
                return wh_fail_memory(store->ctx, err);
            }
        }
        known->is_present = true;
        known->is_skipped = is_skipped[i];
    }
    if (reading->n_files > 1) {
        qsort(file, reading->n_files, sizeof *file, compare_files);
    }
    for (size_t i = 0; i < n; i++) {
        reading->given[i] = (uint32_t)(find_file(reading, name[i], reading->n_files) - file);
    }
    reading->n_given = n;
    return WH_OK;
}

/* Ids of files, for rows to name: those that are new get one now. */
static enum wh_status number_files(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store,
        "INSERT INTO file(source, name, sha256, size, rows, has_future) VALUES(?, ?, '', 0, 0, 0)",
        &stmt, err);
    for (size_t i = 0; status == WH_OK && i < reading->n_files; i++) {
        if (reading->file[i].id == 0) {
            sqlite3_bind_int64(stmt, 1, reading->source);
            wh_store_bind_text(stmt, 2, wh_str_c(reading->file[i].known.name));
            status = wh_store_step(store, stmt, err);
            reading->file[i].id = sqlite3_last_insert_rowid(store->db);
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

/* By id of a file: its index. Ids count from 1 over all sources. */
static enum wh_status index_files(struct wh_store *store, uint32_t **ret, size_t *ret_n,
                                  struct wh_error *err)
{
    const struct store_reading *const reading = store->reading;
    size_t n = 1;
    for (size_t i = 0; i < reading->n_files; i++) {
        n = (size_t)reading->file[i].id >= n ? (size_t)reading->file[i].id + 1 : n;
    }
    uint32_t *const index = wh_alloc_array(store->ctx, n, sizeof *index);
    if (index == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    for (size_t i = 0; i < reading->n_files; i++) {
        index[reading->file[i].id] = (uint32_t)i + 1;
    }
    *ret = index;
    *ret_n = n;
    return WH_OK;
}

/* A row of `seen` as a key. `index` 0: of a file that nobody remembers (gone, or of schema 1). */
static struct store_key read_key(const struct store_reading *reading, sqlite3_stmt *stmt,
                                 uint32_t index)
{
    const uint64_t hash = (uint64_t)sqlite3_column_int64(stmt, 1);
    const uint32_t occurrence = (uint32_t)sqlite3_column_int64(stmt, 2);
    const uint64_t reference = (uint64_t)sqlite3_column_int64(stmt, 5);
    const bool by_reference = reading->how.key == WH_KEY_UPSERT && reference != 0;
    const bool is_gone = sqlite3_column_type(stmt, 6) != SQLITE_NULL;
    const struct store_file *const file = index == 0 ? NULL : &reading->file[index - 1];
    return (struct store_key){
        .key = by_reference ? reference : wh_store_content_key(hash, occurrence),
        .hash = hash,
        .reference_hash = reference,
        .occurrence = occurrence,
        .row = sqlite3_column_int64(stmt, 0),
        .place = wh_store_pack_place(index == 0 ? 0 : index - 1,
                                     file == NULL ? 0 : (uint64_t)sqlite3_column_int64(stmt, 4)),
        .was_known = true,
        .is_by_content = !by_reference,
        .is_gone = is_gone,
        .is_standing = !is_gone && file != NULL &&
                       (file->is_skipped || (reading->how.is_delta && !file->is_present))};
}

/* A request that does not stand for anything any more; its place and history go with the orphans.
 */
static enum wh_status drop_row(struct wh_store *store, int64_t row, struct wh_error *err)
{
    static const char *const sql[] = {"DELETE FROM request WHERE id = ?",
                                      "DELETE FROM seen WHERE id = ?"};
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < sizeof sql / sizeof sql[0]; i++) {
        sqlite3_stmt *stmt = NULL;
        status = wh_store_prepare(store, sql[i], &stmt, err);
        if (status == WH_OK) {
            sqlite3_bind_int64(stmt, 1, row);
            status = wh_store_step(store, stmt, err);
        }
        sqlite3_finalize(stmt);
    }
    store->reading->has_deleted = true;
    return status;
}

/* A second row of a reference is a leftover of another `key:` setting. */
static enum wh_status take_key(struct wh_store *store, const struct store_key *key,
                               struct wh_error *err)
{
    return wh_store_keys_find(&store->reading->keys, key->key) != WH_NO_KEY
               ? drop_row(store, key->row, err)
               : wh_store_keys_add(&store->reading->keys, key, err);
}

static enum wh_status load_keys(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    sqlite3_stmt *stmt = NULL;
    uint32_t *index = NULL;
    size_t n_index = 0;
    enum wh_status status = index_files(store, &index, &n_index, err);
    if (status == WH_OK) {
        status = wh_store_keys_reserve(&reading->keys, (size_t)reading->n_held, err);
    }
    if (status == WH_OK) {
        status = wh_store_prepare(
            store,
            "SELECT id, hash, occurrence, file, line, reference_hash, gone FROM seen"
            " WHERE source = ? ORDER BY id",
            &stmt, err);
    }
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, reading->source);
    }
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const int64_t id = sqlite3_column_int64(stmt, 3);
        const struct store_key key =
            read_key(reading, stmt, id > 0 && (uint64_t)id < n_index ? index[id] : 0);
        status = take_key(store, &key, err);
    }
    sqlite3_finalize(stmt);
    wh_free(store->ctx, index);
    return status;
}

enum wh_status wh_store_source_files(struct wh_store *store, const char *const *name,
                                     const bool *is_skipped, size_t n, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    size_t n_skipped = 0;
    for (size_t i = 0; i < n; i++) {
        n_skipped += is_skipped[i];
    }
    enum wh_status status = WH_OK;
    if ((n_skipped > 0 && !reading->how.is_delta) || reading->how.can_be_undone) {
        status = wh_store_exec(store, "SAVEPOINT reading", err);
        reading->has_savepoint = status == WH_OK;
    }
    reading->is_apart = reading->was_apart || n_skipped == 0;
    if (status == WH_OK) {
        status = join_files(store, name, is_skipped, n, err);
    }
    if (status == WH_OK) {
        status = number_files(store, err);
    }
    if (status == WH_OK) {
        status = load_keys(store, err);
    }
    if (status == WH_OK) {
        status = wh_store_load_versions(store, err);
    }
    return status == WH_OK ? wh_store_prepare_put(store, err) : status;
}

void wh_store_file_begin(struct wh_store *store, size_t file_idx)
{
    store->reading->current = store->reading->given[file_idx];
}

enum wh_status wh_store_file_end(struct wh_store *store, const struct wh_known_file *file,
                                 struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store, "UPDATE file SET sha256=?, size=?, rows=?, newest=?, has_future=? WHERE id=?", &stmt,
        err);
    if (status == WH_OK) {
        sqlite3_bind_text(stmt, 1, file->sha256, -1, SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 2, (int64_t)file->size_bytes);
        sqlite3_bind_int64(stmt, 3, (int64_t)file->rows);
        wh_store_bind_time(stmt, 4, file->newest_utc);
        sqlite3_bind_int64(stmt, 5, file->has_future);
        sqlite3_bind_int64(stmt, 6, store->reading->file[store->reading->current].id);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* ---- end ---- */

enum wh_status wh_store_source_undo(struct wh_store *store, struct wh_error *err)
{
    const bool has_savepoint = store->reading != NULL && store->reading->has_savepoint;
    wh_store_reading_finish(store);
    wh_store_words_finish(store); /* it may hold words that are undone */
    return has_savepoint ? wh_store_exec(store, "ROLLBACK TO reading; RELEASE reading", err)
                         : wh_fail(err, WH_ERR_INTERNAL, "there is nothing to undo in the state");
}

/*
 * What this reading should have met and did not. Once the rules have changed, a row that is known
 * by what it says cannot be told again: it is not gone, it is another one now.
 */
static enum wh_status take_gone(struct wh_store *store, struct wh_reading_end *ret,
                                struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    sqlite3_stmt *place = NULL;
    enum wh_status status = wh_store_prepare(store, "DELETE FROM place WHERE id = ?", &place, err);
    for (size_t i = 0; status == WH_OK && i < reading->keys.n; i++) {
        struct store_key *const key = &reading->keys.at[i];
        const bool is_other = key->is_by_content && !reading->is_same_rules;
        if (key->is_gone) {
            continue;
        }
        if (key->is_seen || key->is_standing || (reading->how.is_delta && !is_other)) {
            ret->held++;
            ret->content += wh_store_mix(0, key->hash);
            continue;
        }
        ret->gone++;
        key->is_gone = true;
        key->is_dirty = !is_other;
        if (is_other) {
            status = drop_row(store, key->row, err);
            continue;
        }
        sqlite3_bind_int64(place, 1, key->row);
        status = wh_store_step(store, place, err);
    }
    sqlite3_finalize(place);
    return status;
}

/* Rows of `seen` written by one statement: what a statement costs is shared by them. */
#define BATCH 64
#define SEEN_COLUMNS 8

static void bind_key(const struct store_reading *reading, sqlite3_stmt *stmt, int at,
                     const struct store_key *key)
{
    const uint32_t file = wh_store_place_file(key->place);
    sqlite3_bind_int64(stmt, at, key->row);
    sqlite3_bind_int64(stmt, at + 1, reading->source);
    wh_store_bind_number(stmt, at + 2, key->reference_hash);
    sqlite3_bind_int64(stmt, at + 3, (int64_t)key->hash);
    sqlite3_bind_int64(stmt, at + 4, key->occurrence);
    sqlite3_bind_int64(stmt, at + 5, key->is_gone ? 0 : reading->file[file].id);
    sqlite3_bind_int64(stmt, at + 6, (int64_t)wh_store_place_line(key->place));
    wh_store_bind_time(stmt, at + 7, key->is_gone ? reading->how.as_of_day : WH_NO_TIME);
}

static enum wh_status prepare_batch(struct wh_store *store, size_t n, sqlite3_stmt **ret,
                                    struct wh_error *err)
{
    struct wh_buf sql;
    wh_buf_init(&sql, store->ctx);
    wh_buf_c(&sql, "INSERT OR REPLACE INTO seen VALUES");
    for (size_t i = 0; i < n; i++) {
        wh_buf_c(&sql, i == 0 ? "(?,?,?,?,?,?,?,?)" : ",(?,?,?,?,?,?,?,?)");
    }
    enum wh_status status = wh_buf_ok(&sql, err);
    if (status == WH_OK) {
        status = wh_store_prepare(store, sql.ptr, ret, err);
    }
    wh_buf_finish(&sql);
    return status;
}

/* What has changed of `seen`, in the order of its rows. */
static enum wh_status write_keys(struct wh_store *store, struct wh_error *err)
{
    const struct store_reading *const reading = store->reading;
    sqlite3_stmt *many = NULL, *one = NULL;
    size_t left = 0, in_batch = 0;
    enum wh_status status = prepare_batch(store, BATCH, &many, err);
    if (status == WH_OK) {
        status = prepare_batch(store, 1, &one, err);
    }
    for (size_t i = 0; i < reading->keys.n; i++) {
        left += reading->keys.at[i].is_dirty;
    }
    for (size_t i = 0; status == WH_OK && left > 0; i++) {
        const struct store_key *const key = &reading->keys.at[i];
        if (!key->is_dirty) {
            continue;
        }
        if (in_batch == 0 && left < BATCH) {
            bind_key(reading, one, 1, key);
            status = wh_store_step(store, one, err);
            left--;
            continue;
        }
        bind_key(reading, many, 1 + (int)in_batch * SEEN_COLUMNS, key);
        if (++in_batch == BATCH) {
            status = wh_store_step(store, many, err);
            left -= BATCH;
            in_batch = 0;
        }
    }
    sqlite3_finalize(many);
    sqlite3_finalize(one);
    return status;
}

/* Files that are not there any more: where files add to each other they are still known, so that a
 * row that comes late in an earlier file is known to be old. */
static enum wh_status drop_files(struct wh_store *store, struct wh_error *err)
{
    const struct store_reading *const reading = store->reading;
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(store, "DELETE FROM file WHERE id = ?", &stmt, err);
    for (size_t i = 0; status == WH_OK && i < reading->n_files; i++) {
        if (!reading->file[i].is_present) {
            sqlite3_bind_int64(stmt, 1, reading->file[i].id);
            status = wh_store_step(store, stmt, err);
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status keep_source(struct wh_store *store, const struct wh_reading_end *end,
                                  struct wh_error *err)
{
    const struct store_reading *const reading = store->reading;
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store, "UPDATE source SET rules = ?, is_apart = ?, n_held = ?, content = ? WHERE id = ?",
        &stmt, err);
    if (status == WH_OK) {
        wh_store_bind_text(stmt, 1, wh_str_c(reading->how.rules));
        sqlite3_bind_int64(stmt, 2, reading->is_apart);
        sqlite3_bind_int64(stmt, 3, (int64_t)end->held);
        sqlite3_bind_int64(stmt, 4, (int64_t)end->content);
        sqlite3_bind_int64(stmt, 5, reading->source);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status end_reading(struct wh_store *store, struct wh_reading_end *ret,
                                  struct wh_error *err)
{
    const struct store_reading *const reading = store->reading;
    ret->reverted = wh_store_count_reverted(reading);
    ret->alike = reading->n_alike;
    enum wh_status status = take_gone(store, ret, err);
    if (status == WH_OK && !reading->how.is_delta) {
        status = drop_files(store, err);
    }
    if (status == WH_OK) {
        status = write_keys(store, err);
    }
    if (status == WH_OK && reading->has_deleted) {
        status = wh_store_drop_orphans(store, err);
    }
    if (status == WH_OK) {
        status = wh_store_save_versions(store, err);
    }
    if (status == WH_OK) {
        status = keep_source(store, ret, err);
    }
    return status == WH_OK && reading->has_savepoint ? wh_store_exec(store, "RELEASE reading", err)
                                                     : status;
}

enum wh_status wh_store_source_end(struct wh_store *store, struct wh_reading_end *ret,
                                   struct wh_error *err)
{
    if (store->reading == NULL) {
        return wh_fail(err, WH_ERR_INTERNAL, "the reading of a source was ended before it began");
    }
    const bool is_quiet = store->reading->given == NULL; /* every file was as it had been */
    struct wh_reading_end end = {.held_before = store->reading->n_held,
                                 .held = is_quiet ? store->reading->n_held : 0,
                                 .content = is_quiet ? store->reading->content : 0};
    const enum wh_status status = is_quiet ? WH_OK : end_reading(store, &end, err);
    if (status == WH_OK) {
        *ret = end;
    }
    wh_store_reading_finish(store);
    return status;
}
