/* store/store_put.c: one whole reading of a source: what is new, changed, known, doubled or gone.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"
#include "store/store_keys.h"

/* A reference that had several versions in one reading: its step-th. Sorted by reference, then
 * step. */
struct version {
    uint64_t reference_hash, hash;
    uint32_t step;
};

struct versions {
    size_t n, cap;
    struct version *at;
};

struct store_reading {
    int64_t source;
    enum wh_key key;
    struct store_keys keys;
    struct versions before, now;
    sqlite3_stmt *insert, *update, *move;
};

/* Keys of rows without a reference must not meet hashes of references. */
#define SALT_CONTENT UINT64_C(0x636F6E74656E7421)

static uint64_t content_key(uint64_t hash, uint64_t occurrence)
{
    return wh_store_mix(hash ^ SALT_CONTENT, occurrence);
}

static uint64_t reference_key(struct wh_str reference)
{
    return wh_store_mix(0, wh_str_hash(reference));
}

static uint64_t pack_place(const struct wh_request *request)
{
    return ((uint64_t)request->file_idx << 40) | (request->line & ((UINT64_C(1) << 40) - 1));
}

/* ---- begin ---- */

static enum wh_status find_source(struct wh_store *store, const char *name, int64_t *ret,
                                  struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store, "INSERT INTO source(name) VALUES(?) ON CONFLICT DO NOTHING", &stmt, err);
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    status = wh_store_step(store, stmt, err);
    sqlite3_finalize(stmt);
    stmt = NULL;
    if (status == WH_OK) {
        status = wh_store_prepare(store, "SELECT id FROM source WHERE name = ?", &stmt, err);
    }
    if (status != WH_OK) {
        return status;
    }
    bool has_row = false;
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    status = wh_store_row(store, stmt, &has_row, err);
    if (status == WH_OK) {
        *ret = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status load_keys(struct wh_store *store, struct store_reading *reading,
                                struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store,
        "SELECT id, hash, occurrence, file, line, reference_hash FROM request WHERE source = ?",
        &stmt, err);
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_int64(stmt, 1, reading->source);
    for (;;) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const uint64_t hash = (uint64_t)sqlite3_column_int64(stmt, 1);
        const bool by_reference =
            reading->key == WH_KEY_UPSERT && sqlite3_column_type(stmt, 5) != SQLITE_NULL;
        const struct store_key key = {
            .key = by_reference ? (uint64_t)sqlite3_column_int64(stmt, 5)
                                : content_key(hash, (uint64_t)sqlite3_column_int64(stmt, 2)),
            .hash = hash,
            .row = sqlite3_column_int64(stmt, 0),
            .place = ((uint64_t)sqlite3_column_int64(stmt, 3) << 40) |
                     (uint64_t)sqlite3_column_int64(stmt, 4),
            .was_known = true};
        status = wh_store_keys_add(&reading->keys, &key, err);
        if (status != WH_OK) {
            break;
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status push_version(struct wh_store *store, struct versions *versions,
                                   const struct version *version, struct wh_error *err)
{
    enum wh_status status = wh_grow(store->ctx, (void **)&versions->at, versions->n, &versions->cap,
                                    sizeof *versions->at, err);
    if (status == WH_OK) {
        versions->at[versions->n++] = *version;
    }
    return status;
}

static int compare_versions(const void *a, const void *b)
{
    const struct version *const va = a, *const vb = b;
    if (va->reference_hash != vb->reference_hash) {
        return va->reference_hash < vb->reference_hash ? -1 : 1;
    }
    return (va->step > vb->step) - (va->step < vb->step);
}

static void sort_versions(struct versions *versions)
{
    if (versions->n > 1) {
        qsort(versions->at, versions->n, sizeof *versions->at, compare_versions);
    }
}

static enum wh_status load_versions(struct wh_store *store, struct store_reading *reading,
                                    struct wh_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store, "SELECT reference_hash, step, hash FROM version WHERE source = ?", &stmt, err);
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_int64(stmt, 1, reading->source);
    for (;;) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const struct version version = {.reference_hash = (uint64_t)sqlite3_column_int64(stmt, 0),
                                        .step = (uint32_t)sqlite3_column_int64(stmt, 1),
                                        .hash = (uint64_t)sqlite3_column_int64(stmt, 2)};
        status = push_version(store, &reading->before, &version, err);
        if (status != WH_OK) {
            break;
        }
    }
    sqlite3_finalize(stmt);
    sort_versions(&reading->before);
    return status;
}

static enum wh_status prepare_all(struct wh_store *store, struct store_reading *reading,
                                  struct wh_error *err)
{
    enum wh_status status = wh_store_prepare(
        store,
        "INSERT INTO request(reference_hash, hash, file, line, reference, category, opened, closed,"
        " given_x, given_y, postcode, flags, due, channel, status, provider, cost, address, uprn,"
        " source, occurrence)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)",
        &reading->insert, err);
    if (status == WH_OK) {
        status = wh_store_prepare(
            store,
            "UPDATE request SET reference_hash=?1, hash=?2, file=?3, line=?4, reference=?5,"
            " category=?6, opened=?7, closed=?8, given_x=?9, given_y=?10, postcode=?11, flags=?12,"
            " due=?13, channel=?14, status=?15, provider=?16, cost=?17, address=?18, uprn=?19"
            " WHERE id=?20",
            &reading->update, err);
    }
    if (status == WH_OK) {
        status = wh_store_prepare(store, "UPDATE request SET file=?1, line=?2 WHERE id=?3",
                                  &reading->move, err);
    }
    return status;
}

enum wh_status wh_store_source_begin(struct wh_store *store, const char *source_id, enum wh_key key,
                                     struct wh_error *err)
{
    wh_store_reading_finish(store);
    struct store_reading *const reading = wh_alloc(store->ctx, sizeof *reading);
    if (reading == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    store->reading = reading;
    store->n_reverted = 0;
    reading->key = key;
    reading->keys.ctx = store->ctx;
    enum wh_status status = find_source(store, source_id, &reading->source, err);
    if (status == WH_OK) {
        status = load_keys(store, reading, err);
    }
    if (status == WH_OK) {
        status = load_versions(store, reading, err);
    }
    if (status == WH_OK) {
        status = prepare_all(store, reading, err);
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
    sqlite3_finalize(reading->move);
    wh_free(store->ctx, reading->before.at);
    wh_free(store->ctx, reading->now.at);
    wh_store_keys_finish(&reading->keys);
    wh_free(store->ctx, reading);
    store->reading = NULL;
}

/* ---- put ---- */

/* Parameters 1 to 19, the same in insert and update. */
static enum wh_status bind_request(struct wh_store *store, sqlite3_stmt *stmt,
                                   const struct wh_request *r, uint64_t hash, struct wh_error *err)
{
    const struct wh_str word[] = {r->category, r->channel, r->status, r->provider};
    static const int word_at[] = {6, 14, 15, 16};
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        uint32_t id = 0;
        enum wh_status status = wh_store_word(store, word[i], &id, err);
        if (status != WH_OK) {
            return status;
        }
        if (id == 0) {
            sqlite3_bind_null(stmt, word_at[i]);
        } else {
            sqlite3_bind_int64(stmt, word_at[i], id);
        }
    }
    if (r->reference.len == 0) {
        sqlite3_bind_null(stmt, 1);
    } else {
        sqlite3_bind_int64(stmt, 1, (int64_t)reference_key(r->reference));
    }
    sqlite3_bind_int64(stmt, 2, (int64_t)hash);
    sqlite3_bind_int64(stmt, 3, r->file_idx);
    sqlite3_bind_int64(stmt, 4, (int64_t)r->line);
    wh_store_bind_text(stmt, 5, r->reference);
    wh_store_bind_time(stmt, 7, r->opened_at);
    wh_store_bind_time(stmt, 8, r->closed_at);
    sqlite3_bind_double(stmt, 9, r->given_x); /* NaN is stored as NULL */
    sqlite3_bind_double(stmt, 10, r->given_y);
    wh_store_bind_text(stmt, 11, r->postcode);
    sqlite3_bind_int64(stmt, 12, r->flags);
    wh_store_bind_time(stmt, 13, r->due_at);
    wh_store_bind_text(stmt, 17, r->cost);
    wh_store_bind_text(stmt, 18, r->address);
    wh_store_bind_text(stmt, 19, r->uprn);
    return WH_OK;
}

static enum wh_status insert(struct wh_store *store, const struct wh_request *request,
                             uint64_t hash, uint64_t key_value, uint64_t occurrence,
                             struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    enum wh_status status = bind_request(store, reading->insert, request, hash, err);
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_int64(reading->insert, 20, reading->source);
    sqlite3_bind_int64(reading->insert, 21, (int64_t)occurrence);
    status = wh_store_step(store, reading->insert, err);
    if (status != WH_OK) {
        return status;
    }
    const struct store_key key = {.key = key_value,
                                  .hash = hash,
                                  .row = sqlite3_last_insert_rowid(store->db),
                                  .place = pack_place(request),
                                  .n_seen = 1,
                                  .is_seen = true};
    return wh_store_keys_add(&reading->keys, &key, err);
}

static enum wh_status replace(struct wh_store *store, const struct wh_request *request,
                              uint64_t hash, struct store_key *key, struct wh_error *err)
{
    sqlite3_stmt *const stmt = store->reading->update;
    enum wh_status status = bind_request(store, stmt, request, hash, err);
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_int64(stmt, 20, key->row);
    key->hash = hash;
    key->place = pack_place(request);
    return wh_store_step(store, stmt, err);
}

/* The row stands elsewhere in the files than last time: every dot must lead back to its row. */
static enum wh_status follow(struct wh_store *store, const struct wh_request *request,
                             struct store_key *key, struct wh_error *err)
{
    if (key->place == pack_place(request)) {
        return WH_OK;
    }
    sqlite3_stmt *const stmt = store->reading->move;
    key->place = pack_place(request);
    sqlite3_bind_int64(stmt, 1, request->file_idx);
    sqlite3_bind_int64(stmt, 2, (int64_t)request->line);
    sqlite3_bind_int64(stmt, 3, key->row);
    return wh_store_step(store, stmt, err);
}

/* First of the versions of a reference, or the end. */
static size_t find_versions(const struct versions *versions, uint64_t reference_hash)
{
    size_t from = 0, to = versions->n;
    while (from < to) {
        const size_t mid = from + (to - from) / 2;
        if (versions->at[mid].reference_hash < reference_hash) {
            from = mid + 1;
        } else {
            to = mid;
        }
    }
    return from;
}

/* Did the last reading hold this version of the reference, at or after the one that was found
 * before it? */
static bool knows_version(const struct store_reading *reading, struct store_key *key, uint64_t hash)
{
    const struct versions *const before = &reading->before;
    size_t i = find_versions(before, key->key);
    if (i == before->n || before->at[i].reference_hash != key->key) {
        return key->was_known && key->n_seen == 0 && key->hash == hash;
    }
    for (i += key->version_pos; i < before->n && before->at[i].reference_hash == key->key; i++) {
        if (before->at[i].hash == hash) {
            key->version_pos = before->at[i].step + 1;
            return true;
        }
    }
    return false;
}

static enum wh_status note_versions(struct wh_store *store, const struct store_key *key,
                                    uint64_t hash, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    if (key->n_seen == 1) {
        const struct version first = {.reference_hash = key->key, .hash = key->hash};
        status = push_version(store, &store->reading->now, &first, err);
    }
    if (status == WH_OK && key->n_seen > 0) {
        const struct version next = {.reference_hash = key->key, .hash = hash, .step = key->n_seen};
        status = push_version(store, &store->reading->now, &next, err);
    }
    return status;
}

/* key: upsert, and the row has a reference: the later row replaces. */
static enum wh_status put_upsert(struct wh_store *store, const struct wh_request *request,
                                 uint64_t hash, enum wh_put *ret, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const uint64_t reference = reference_key(request->reference);
    const uint32_t found = wh_store_keys_find(&reading->keys, reference);
    if (found == WH_NO_KEY) {
        *ret = WH_PUT_ADDED;
        return insert(store, request, hash, reference, 0, err);
    }
    struct store_key *const key = &reading->keys.at[found];
    if (key->n_seen > 0 && key->hash == hash) {
        *ret = WH_PUT_DUPLICATE;
        return WH_OK;
    }
    enum wh_status status = note_versions(store, key, hash, err);
    if (status != WH_OK) {
        return status;
    }
    const bool is_known = knows_version(reading, key, hash);
    status = key->hash == hash ? follow(store, request, key, err)
                               : replace(store, request, hash, key, err);
    key->n_seen++;
    key->is_seen = true;
    key->is_changed = key->is_changed || !is_known;
    *ret = is_known ? WH_PUT_UNCHANGED : WH_PUT_UPDATED;
    return status;
}

/* References are not unique, or there is none: a row is known by its content. */
static enum wh_status put_content(struct wh_store *store, const struct wh_request *request,
                                  uint64_t hash, enum wh_put *ret, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    uint64_t occurrence = 0;
    uint32_t found = wh_store_keys_find(&reading->keys, content_key(hash, 0));
    if (found != WH_NO_KEY && reading->keys.at[found].n_seen > 0) {
        if (request->reference.len > 0) {
            *ret = WH_PUT_DUPLICATE;
            return WH_OK;
        }
        occurrence = reading->keys.at[found].n_seen++;
        found = wh_store_keys_find(&reading->keys, content_key(hash, occurrence));
    } else if (found != WH_NO_KEY) {
        reading->keys.at[found].n_seen = 1;
    }
    if (found == WH_NO_KEY) {
        *ret = WH_PUT_ADDED;
        return insert(store, request, hash, content_key(hash, occurrence), occurrence, err);
    }
    struct store_key *const key = &reading->keys.at[found];
    key->is_seen = true;
    *ret = WH_PUT_UNCHANGED;
    return follow(store, request, key, err);
}

enum wh_status wh_store_put(struct wh_store *store, const struct wh_request *request,
                            enum wh_put *ret, struct wh_error *err)
{
    if (store->reading == NULL) {
        return wh_fail(err, WH_ERR_INTERNAL,
                       "a request was stored outside the reading of a source");
    }
    const uint64_t hash = wh_store_hash_request(request);
    if (store->reading->key == WH_KEY_UPSERT && request->reference.len > 0) {
        return put_upsert(store, request, hash, ret, err);
    }
    return put_content(store, request, hash, ret, err);
}

/* ---- end ---- */

static enum wh_status delete_unseen(struct wh_store *store, uint64_t *ret_gone,
                                    struct wh_error *err)
{
    const struct store_keys *const keys = &store->reading->keys;
    sqlite3_stmt *request = NULL, *place = NULL;
    enum wh_status status =
        wh_store_prepare(store, "DELETE FROM request WHERE id = ?", &request, err);
    if (status == WH_OK) {
        status = wh_store_prepare(store, "DELETE FROM place WHERE id = ?", &place, err);
    }
    for (size_t i = 0; status == WH_OK && i < keys->n; i++) {
        if (keys->at[i].is_seen) {
            continue;
        }
        sqlite3_bind_int64(request, 1, keys->at[i].row);
        sqlite3_bind_int64(place, 1, keys->at[i].row);
        status = wh_store_step(store, request, err);
        if (status == WH_OK) {
            status = wh_store_step(store, place, err);
        }
        (*ret_gone)++;
    }
    sqlite3_finalize(request);
    sqlite3_finalize(place);
    return status;
}

static bool equal_versions(const struct versions *a, const struct versions *b)
{
    if (a->n != b->n) {
        return false;
    }
    for (size_t i = 0; i < a->n; i++) {
        if (compare_versions(&a->at[i], &b->at[i]) != 0 || a->at[i].hash != b->at[i].hash) {
            return false;
        }
    }
    return true;
}

static enum wh_status save_versions(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    sqlite3_stmt *stmt = NULL;
    sort_versions(&reading->now);
    if (equal_versions(&reading->before, &reading->now)) {
        return WH_OK;
    }
    enum wh_status status =
        wh_store_prepare(store, "DELETE FROM version WHERE source = ?", &stmt, err);
    if (status == WH_OK) {
        sqlite3_bind_int64(stmt, 1, reading->source);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    stmt = NULL;
    if (status == WH_OK) {
        status = wh_store_prepare(store, "INSERT INTO version VALUES(?, ?, ?, ?)", &stmt, err);
    }
    for (size_t i = 0; status == WH_OK && i < reading->now.n; i++) {
        const struct version *const version = &reading->now.at[i];
        sqlite3_bind_int64(stmt, 1, reading->source);
        sqlite3_bind_int64(stmt, 2, (int64_t)version->reference_hash);
        sqlite3_bind_int64(stmt, 3, version->step);
        sqlite3_bind_int64(stmt, 4, (int64_t)version->hash);
        status = wh_store_step(store, stmt, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* References whose last version is gone, so that an older one, which was known, stands again. */
static uint64_t count_reverted(const struct store_reading *reading)
{
    const struct versions *const before = &reading->before;
    uint64_t n = 0;
    for (size_t i = 0; i < before->n; i++) {
        const bool is_last =
            i + 1 == before->n || before->at[i + 1].reference_hash != before->at[i].reference_hash;
        const uint32_t found =
            is_last ? wh_store_keys_find(&reading->keys, before->at[i].reference_hash) : WH_NO_KEY;
        if (found != WH_NO_KEY) {
            const struct store_key *const key = &reading->keys.at[found];
            n += key->is_seen && !key->is_changed && key->hash != before->at[i].hash;
        }
    }
    return n;
}

enum wh_status wh_store_source_end(struct wh_store *store, uint64_t *ret_gone, struct wh_error *err)
{
    if (store->reading == NULL) {
        return wh_fail(err, WH_ERR_INTERNAL, "the reading of a source was ended before it began");
    }
    uint64_t gone = 0;
    store->n_reverted = count_reverted(store->reading);
    enum wh_status status = delete_unseen(store, &gone, err);
    if (status == WH_OK) {
        status = save_versions(store, err);
    }
    if (status == WH_OK) {
        *ret_gone = gone;
    }
    wh_store_reading_finish(store);
    return status;
}

uint64_t wh_store_source_reverted(const struct wh_store *store)
{
    return store->n_reverted;
}
