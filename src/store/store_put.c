/* store/store_put.c: one row of a reading: is it new, changed, known or doubled? */
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"
#include "store/store_reading.h"

/* ---- statements ---- */

#define PARAMETERS 26 /* of bind_request() */

enum wh_status wh_store_prepare_put(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const struct {
        sqlite3_stmt **to;
        const char *sql;
    } statement[] = {
        {&reading->insert,
         "INSERT INTO request(hash, file, line, gone, reference, category, opened, opened_to,"
         " closed, given_x, given_y, postcode, flags, due, updated, status, status_since,"
         " service_code, channel, language, provider, ward, cost, uprn, usrn, address, source,"
         " occurrence) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,"
         "?20,?21,?22,?23,?24,?25,?26,?27,?28)"},
        {&reading->update,
         "UPDATE request SET hash=?1, file=?2, line=?3, gone=?4, reference=?5, category=?6,"
         " opened=?7, opened_to=?8, closed=?9, given_x=?10, given_y=?11, postcode=?12, flags=?13,"
         " due=?14, updated=?15, status=?16, status_since=?17, service_code=?18, channel=?19,"
         " language=?20, provider=?21, ward=?22, cost=?23, uprn=?24, usrn=?25, address=?26"
         " WHERE id=?27"},
        {&reading->move, "UPDATE request SET file=?1, line=?2, gone=NULL WHERE id=?3"},
        {&reading->old_status, "SELECT status, status_since FROM request WHERE id=?"},
        {&reading->add_history, "INSERT OR IGNORE INTO history VALUES(?, ?, ?)"},
        {&reading->find_history, "SELECT max(since) FROM history WHERE request=? AND status=?"}};
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < sizeof statement / sizeof statement[0]; i++) {
        status = wh_store_prepare(store, statement[i].sql, statement[i].to, err);
    }
    return status;
}

static enum wh_status bind_word(struct wh_store *store, sqlite3_stmt *stmt, int at,
                                struct wh_str text, struct wh_error *err)
{
    uint32_t id = 0;
    const enum wh_status status = wh_store_word(store, text, &id, err);
    if (id == 0) {
        sqlite3_bind_null(stmt, at);
    } else {
        sqlite3_bind_int64(stmt, at, id);
    }
    return status;
}

static void bind_number(sqlite3_stmt *stmt, int at, uint64_t value)
{
    if (value == 0) {
        sqlite3_bind_null(stmt, at);
    } else {
        sqlite3_bind_int64(stmt, at, (int64_t)value);
    }
}

/* Parameters 1 to 26, the same in insert and update. */
static enum wh_status bind_request(struct wh_store *store, sqlite3_stmt *stmt,
                                   const struct wh_request *r, uint64_t hash, int64_t status_since,
                                   struct wh_error *err)
{
    const struct store_reading *const reading = store->reading;
    const struct {
        int at;
        struct wh_str text;
    } word[] = {{6, r->category},  {16, r->status},   {18, r->service_code}, {19, r->channel},
                {20, r->language}, {21, r->provider}, {22, r->ward}};
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        const enum wh_status status = bind_word(store, stmt, word[i].at, word[i].text, err);
        if (status != WH_OK) {
            return status;
        }
    }
    sqlite3_bind_int64(stmt, 1, (int64_t)hash);
    sqlite3_bind_int64(stmt, 2, reading->file[reading->current].id);
    sqlite3_bind_int64(stmt, 3, (int64_t)r->line);
    sqlite3_bind_null(stmt, 4);
    wh_store_bind_text(stmt, 5, r->reference);
    wh_store_bind_time(stmt, 7, r->opened_at);
    wh_store_bind_time(stmt, 8, r->opened_to == r->opened_at ? WH_NO_TIME : r->opened_to);
    wh_store_bind_time(stmt, 9, r->closed_at);
    sqlite3_bind_double(stmt, 10, r->given_x); /* NaN is stored as NULL */
    sqlite3_bind_double(stmt, 11, r->given_y);
    wh_store_bind_text(stmt, 12, r->postcode);
    sqlite3_bind_int64(stmt, 13, r->flags);
    wh_store_bind_time(stmt, 14, r->due_at);
    wh_store_bind_time(stmt, 15, r->updated_at);
    wh_store_bind_time(stmt, 17, r->status.len > 0 ? status_since : WH_NO_TIME);
    sqlite3_bind_double(stmt, 23, r->cost);
    bind_number(stmt, 24, r->uprn);
    bind_number(stmt, 25, r->usrn);
    wh_store_bind_text(stmt, 26, r->address);
    return WH_OK;
}

/* ---- what becomes of a row ---- */

static enum wh_status insert(struct wh_store *store, const struct wh_request *request,
                             uint64_t hash, uint64_t key_value, uint64_t occurrence,
                             struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const int64_t since =
        request->updated_at != WH_NO_TIME ? request->updated_at : request->opened_at;
    enum wh_status status = bind_request(store, reading->insert, request, hash, since, err);
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_int64(reading->insert, PARAMETERS + 1, reading->source);
    sqlite3_bind_int64(reading->insert, PARAMETERS + 2, (int64_t)occurrence);
    status = wh_store_step(store, reading->insert, err);
    if (status != WH_OK) {
        return status;
    }
    const struct store_key key = {.key = key_value,
                                  .hash = hash,
                                  .row = sqlite3_last_insert_rowid(store->db),
                                  .place = wh_store_pack_place(reading->current, request->line),
                                  .n_seen = 1,
                                  .is_seen = true};
    return wh_store_keys_add(&reading->keys, &key, err);
}

/* When a state that came back had begun, by what is remembered. */
static enum wh_status find_since(struct wh_store *store, int64_t row, uint32_t status_word,
                                 int64_t fallback, int64_t *ret, struct wh_error *err)
{
    sqlite3_stmt *const stmt = store->reading->find_history;
    bool has_row = false;
    sqlite3_bind_int64(stmt, 1, row);
    sqlite3_bind_int64(stmt, 2, status_word);
    const enum wh_status status = wh_store_row(store, stmt, &has_row, err);
    if (status == WH_OK) {
        const int64_t since = has_row ? wh_store_column_time(stmt, 0) : WH_NO_TIME;
        *ret = since != WH_NO_TIME ? since : fallback;
    }
    sqlite3_reset(stmt);
    return status;
}

static enum wh_status add_history(struct wh_store *store, int64_t row, int64_t since,
                                  int64_t status_word, struct wh_error *err)
{
    sqlite3_stmt *const stmt = store->reading->add_history;
    sqlite3_bind_int64(stmt, 1, row);
    sqlite3_bind_int64(stmt, 2, since == WH_NO_TIME ? 0 : since);
    sqlite3_bind_int64(stmt, 3, status_word);
    return wh_store_step(store, stmt, err);
}

/* Keeps the state that a request leaves, and says since when it is in the one that it enters. */
static enum wh_status change_status(struct wh_store *store, const struct wh_request *request,
                                    const struct store_key *key, bool is_known, int64_t *ret_since,
                                    struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    uint32_t word = 0;
    bool has_row = false;
    enum wh_status status = wh_store_word(store, request->status, &word, err);
    if (status == WH_OK) {
        sqlite3_bind_int64(reading->old_status, 1, key->row);
        status = wh_store_row(store, reading->old_status, &has_row, err);
    }
    const int64_t old = has_row ? sqlite3_column_int64(reading->old_status, 0) : 0;
    const int64_t old_since = has_row ? wh_store_column_time(reading->old_status, 1) : WH_NO_TIME;
    sqlite3_reset(reading->old_status);
    if (status != WH_OK || old == (int64_t)word) {
        *ret_since = old_since;
        return status;
    }
    if (old != 0) {
        status = add_history(store, key->row, old_since, old, err);
    }
    if (request->updated_at != WH_NO_TIME) {
        *ret_since = request->updated_at;
    } else if (!is_known) {
        *ret_since = reading->how.as_of_utc;
    } else if (status == WH_OK) {
        status = find_since(store, key->row, word, request->opened_at, ret_since, err);
    }
    return status;
}

static enum wh_status replace(struct wh_store *store, const struct wh_request *request,
                              uint64_t hash, struct store_key *key, bool is_known,
                              struct wh_error *err)
{
    sqlite3_stmt *const stmt = store->reading->update;
    int64_t since = WH_NO_TIME;
    enum wh_status status = change_status(store, request, key, is_known, &since, err);
    if (status == WH_OK) {
        status = bind_request(store, stmt, request, hash, since, err);
    }
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_int64(stmt, PARAMETERS + 1, key->row);
    key->hash = hash;
    key->place = wh_store_pack_place(store->reading->current, request->line);
    return wh_store_step(store, stmt, err);
}

/* The row stands elsewhere in the files than last time: every dot must lead back to its row. */
static enum wh_status follow(struct wh_store *store, const struct wh_request *request,
                             struct store_key *key, struct wh_error *err)
{
    const struct store_reading *const reading = store->reading;
    const uint64_t place = wh_store_pack_place(reading->current, request->line);
    if (key->place == place && !key->is_gone) {
        return WH_OK;
    }
    key->place = place;
    key->is_gone = false;
    sqlite3_bind_int64(reading->move, 1, reading->file[reading->current].id);
    sqlite3_bind_int64(reading->move, 2, (int64_t)request->line);
    sqlite3_bind_int64(reading->move, 3, key->row);
    return wh_store_step(store, reading->move, err);
}

/* Did the last reading hold this version of the reference, at or after the one that was found
 * before it? */
static bool knows_version(const struct store_reading *reading, struct store_key *key, uint64_t hash)
{
    const struct store_versions *const before = &reading->before;
    size_t i = wh_store_find_versions(before, key->key);
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
        const struct store_version first = {.reference_hash = key->key, .hash = key->hash};
        status = wh_store_push_version(store, &store->reading->now, &first, err);
    }
    if (status == WH_OK && key->n_seen > 0) {
        const struct store_version next = {
            .reference_hash = key->key, .hash = hash, .step = key->n_seen};
        status = wh_store_push_version(store, &store->reading->now, &next, err);
    }
    return status;
}

static bool is_of_other_file(const struct store_reading *reading, const struct store_key *key)
{
    return wh_store_place_file(key->place) != reading->current;
}

/* It belongs to a file that is passed over. */
static bool is_clash(const struct store_reading *reading, const struct store_key *key)
{
    return key->is_standing && !reading->how.is_delta;
}

/* Files add to each other, and a later one has spoken already. */
static bool is_superseded(const struct store_reading *reading, const struct store_key *key)
{
    return reading->how.is_delta && !key->is_gone && key->was_known &&
           wh_store_place_file(key->place) > reading->current;
}

static enum wh_status put_known(struct wh_store *store, const struct wh_request *request,
                                uint64_t hash, struct store_key *key, enum wh_put *ret,
                                struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    enum wh_status status = note_versions(store, key, hash, err);
    if (status != WH_OK) {
        return status;
    }
    const bool is_known = knows_version(reading, key, hash) && !key->is_gone;
    status = key->hash == hash ? follow(store, request, key, err)
                               : replace(store, request, hash, key, is_known, err);
    key->n_seen++;
    key->is_seen = true;
    key->is_gone = false;
    key->is_standing = false;
    key->is_changed = key->is_changed || !is_known;
    *ret = is_known ? WH_PUT_UNCHANGED : WH_PUT_UPDATED;
    return status;
}

/* key: upsert, and the row has a reference: the later row replaces. */
static enum wh_status put_upsert(struct wh_store *store, const struct wh_request *request,
                                 uint64_t hash, enum wh_put *ret, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const uint64_t reference = wh_store_reference_key(request->reference);
    const uint32_t found = wh_store_keys_find(&reading->keys, reference);
    if (found == WH_NO_KEY) {
        *ret = WH_PUT_ADDED;
        return insert(store, request, hash, reference, 0, err);
    }
    struct store_key *const key = &reading->keys.at[found];
    if (is_clash(reading, key)) {
        *ret = WH_PUT_CLASH;
        return WH_OK;
    }
    if (key->n_seen > 0 && is_of_other_file(reading, key)) {
        reading->is_apart = false;
    }
    if (key->n_seen > 0 && key->hash == hash) {
        *ret = WH_PUT_DUPLICATE;
        /* Where files add to each other it counts which of them said it last. */
        return reading->how.is_delta ? follow(store, request, key, err) : WH_OK;
    }
    if (is_superseded(reading, key)) {
        *ret = WH_PUT_UNCHANGED;
        return WH_OK;
    }
    return put_known(store, request, hash, key, ret, err);
}

/* Of the rows alike, from the `*occurrence`-th on, the first that this reading has not met, or that
 * clashes; WH_NO_KEY: none. */
static uint32_t find_free_occurrence(struct store_reading *reading, uint64_t hash,
                                     uint32_t *occurrence)
{
    for (;; ++*occurrence) {
        const uint32_t found =
            wh_store_keys_find(&reading->keys, wh_store_content_key(hash, *occurrence));
        const struct store_key *const key = found == WH_NO_KEY ? NULL : &reading->keys.at[found];
        if (key == NULL || (!key->is_seen && !key->is_standing) || is_clash(reading, key)) {
            return found;
        }
        reading->is_apart = reading->is_apart && !is_of_other_file(reading, key);
    }
}

/* References are not unique, or there is none: a row is known by its content. */
static enum wh_status put_content(struct wh_store *store, const struct wh_request *request,
                                  uint64_t hash, enum wh_put *ret, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const uint32_t first = wh_store_keys_find(&reading->keys, wh_store_content_key(hash, 0));
    uint32_t occurrence = 0, found = first;
    if (first != WH_NO_KEY && request->reference.len == 0) {
        occurrence = reading->keys.at[first].n_seen;
        found = find_free_occurrence(reading, hash, &occurrence);
        reading->keys.at[first].n_seen = occurrence + 1;
    }
    if (found == WH_NO_KEY) {
        *ret = WH_PUT_ADDED;
        return insert(store, request, hash, wh_store_content_key(hash, occurrence), occurrence,
                      err);
    }
    struct store_key *const key = &reading->keys.at[found];
    if (is_clash(reading, key)) {
        *ret = WH_PUT_CLASH;
        return WH_OK;
    }
    if (key->is_seen || key->is_standing) {
        reading->is_apart = reading->is_apart && !is_of_other_file(reading, key);
        *ret = WH_PUT_DUPLICATE;
        return WH_OK;
    }
    *ret = key->is_gone ? WH_PUT_UPDATED : WH_PUT_UNCHANGED;
    key->is_seen = true;
    return follow(store, request, key, err);
}

enum wh_status wh_store_put(struct wh_store *store, const struct wh_request *request,
                            enum wh_put *ret, struct wh_error *err)
{
    if (store->reading == NULL || store->reading->given == NULL) {
        return wh_fail(err, WH_ERR_INTERNAL,
                       "a request was stored outside the reading of a source");
    }
    const uint64_t hash = wh_store_hash_request(request);
    if (store->reading->how.key == WH_KEY_UPSERT && request->reference.len > 0) {
        return put_upsert(store, request, hash, ret, err);
    }
    return put_content(store, request, hash, ret, err);
}
