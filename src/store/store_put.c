/* store/store_put.c: one row of a reading: is it new, changed, known or doubled? */
#include <assert.h>

#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"
#include "store/store_reading.h"

/* ---- statements ---- */

/* What a request is stored as. Of columns that the source cannot fill none is named when a request
 * is new: they are NULL, and cost nothing. */
enum column {
    COLUMN_SOURCE,
    COLUMN_REFERENCE,
    COLUMN_CATEGORY,
    COLUMN_OPENED,
    COLUMN_OPENED_TO,
    COLUMN_CLOSED,
    COLUMN_GIVEN_X,
    COLUMN_GIVEN_Y,
    COLUMN_POSTCODE,
    COLUMN_FLAGS,
    COLUMN_DUE,
    COLUMN_UPDATED,
    COLUMN_STATUS,
    COLUMN_STATUS_SINCE,
    COLUMN_SERVICE_CODE,
    COLUMN_CHANNEL,
    COLUMN_LANGUAGE,
    COLUMN_PROVIDER,
    COLUMN_WARD,
    COLUMN_COST,
    COLUMN_UPRN,
    COLUMN_USRN,
    COLUMN_ADDRESS
};
static_assert(COLUMN_ADDRESS + 1 == WH_STORE_N_COLUMNS, "every column has its name");

static const struct {
    const char *name;
    enum wh_field field; /* WH_N_FIELDS: always there */
} columns[WH_STORE_N_COLUMNS] = {[COLUMN_SOURCE] = {"source", WH_N_FIELDS},
                                 [COLUMN_REFERENCE] = {"reference", WH_FIELD_REFERENCE},
                                 [COLUMN_CATEGORY] = {"category", WH_FIELD_CATEGORY},
                                 [COLUMN_OPENED] = {"opened", WH_N_FIELDS},
                                 [COLUMN_OPENED_TO] = {"opened_to", WH_N_FIELDS},
                                 [COLUMN_CLOSED] = {"closed", WH_FIELD_CLOSED},
                                 [COLUMN_GIVEN_X] = {"given_x", WH_FIELD_X},
                                 [COLUMN_GIVEN_Y] = {"given_y", WH_FIELD_Y},
                                 [COLUMN_POSTCODE] = {"postcode", WH_FIELD_POSTCODE},
                                 [COLUMN_FLAGS] = {"flags", WH_N_FIELDS},
                                 [COLUMN_DUE] = {"due", WH_FIELD_DUE},
                                 [COLUMN_UPDATED] = {"updated", WH_FIELD_UPDATED},
                                 [COLUMN_STATUS] = {"status", WH_FIELD_STATUS},
                                 [COLUMN_STATUS_SINCE] = {"status_since", WH_FIELD_STATUS},
                                 [COLUMN_SERVICE_CODE] = {"service_code", WH_FIELD_SERVICE_CODE},
                                 [COLUMN_CHANNEL] = {"channel", WH_FIELD_CHANNEL},
                                 [COLUMN_LANGUAGE] = {"language", WH_FIELD_LANGUAGE},
                                 [COLUMN_PROVIDER] = {"provider", WH_FIELD_PROVIDER},
                                 [COLUMN_WARD] = {"ward", WH_FIELD_WARD},
                                 [COLUMN_COST] = {"cost", WH_FIELD_COST},
                                 [COLUMN_UPRN] = {"uprn", WH_FIELD_UPRN},
                                 [COLUMN_USRN] = {"usrn", WH_FIELD_USRN},
                                 [COLUMN_ADDRESS] = {"address", WH_FIELD_ADDRESS}};

static enum wh_status bind_word(struct wh_store *store, sqlite3_stmt *stmt, int at,
                                struct wh_str text, struct wh_error *err)
{
    uint32_t id = 0;
    const enum wh_status status = wh_store_word(store, text, &id, err);
    wh_store_bind_number(stmt, at, id);
    return status;
}

static enum wh_status bind_column(struct wh_store *store, sqlite3_stmt *stmt, int at,
                                  enum column column, const struct wh_request *r,
                                  int64_t status_since, struct wh_error *err)
{
    switch (column) {
    case COLUMN_SOURCE:
        sqlite3_bind_int64(stmt, at, store->reading->source);
        break;
    case COLUMN_REFERENCE:
        wh_store_bind_text(stmt, at, r->reference);
        break;
    case COLUMN_CATEGORY:
        return bind_word(store, stmt, at, r->category, err);
    case COLUMN_OPENED:
        wh_store_bind_time(stmt, at, r->opened_at);
        break;
    case COLUMN_OPENED_TO:
        wh_store_bind_time(stmt, at, r->opened_to == r->opened_at ? WH_NO_TIME : r->opened_to);
        break;
    case COLUMN_CLOSED:
        wh_store_bind_time(stmt, at, r->closed_at);
        break;
    case COLUMN_GIVEN_X: /* NaN is stored as NULL */
        sqlite3_bind_double(stmt, at, r->given_x);
        break;
    case COLUMN_GIVEN_Y:
        sqlite3_bind_double(stmt, at, r->given_y);
        break;
    case COLUMN_POSTCODE:
        wh_store_bind_text(stmt, at, r->postcode);
        break;
    case COLUMN_FLAGS:
        sqlite3_bind_int64(stmt, at, r->flags);
        break;
    case COLUMN_DUE:
        wh_store_bind_time(stmt, at, r->due_at);
        break;
    case COLUMN_UPDATED:
        wh_store_bind_time(stmt, at, r->updated_at);
        break;
    case COLUMN_STATUS:
        return bind_word(store, stmt, at, r->status, err);
    case COLUMN_STATUS_SINCE:
        wh_store_bind_time(stmt, at, r->status.len > 0 ? status_since : WH_NO_TIME);
        break;
    case COLUMN_SERVICE_CODE:
        return bind_word(store, stmt, at, r->service_code, err);
    case COLUMN_CHANNEL:
        return bind_word(store, stmt, at, r->channel, err);
    case COLUMN_LANGUAGE:
        return bind_word(store, stmt, at, r->language, err);
    case COLUMN_PROVIDER:
        return bind_word(store, stmt, at, r->provider, err);
    case COLUMN_WARD:
        return bind_word(store, stmt, at, r->ward, err);
    case COLUMN_COST:
        sqlite3_bind_double(stmt, at, r->cost);
        break;
    case COLUMN_UPRN:
        wh_store_bind_number(stmt, at, r->uprn);
        break;
    case COLUMN_USRN:
        wh_store_bind_number(stmt, at, r->usrn);
        break;
    case COLUMN_ADDRESS:
        wh_store_bind_text(stmt, at, r->address);
        break;
    }
    return WH_OK;
}

/* The columns of a new request; those of an update are all. */
static void choose_columns(struct store_reading *reading)
{
    for (size_t i = 0; i < WH_STORE_N_COLUMNS; i++) {
        const enum wh_field field = columns[i].field;
        if (field == WH_N_FIELDS || reading->how.fields == 0 ||
            (reading->how.fields & (1u << field)) != 0) {
            reading->inserted[reading->n_inserted++] = (uint8_t)i;
        }
    }
}

static enum wh_status prepare_insert(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    struct wh_buf sql;
    wh_buf_init(&sql, store->ctx);
    choose_columns(reading);
    wh_buf_c(&sql, "INSERT INTO request(");
    for (size_t i = 0; i < reading->n_inserted; i++) {
        wh_buf_printf(&sql, "%s%s", i == 0 ? "" : ",", columns[reading->inserted[i]].name);
    }
    wh_buf_c(&sql, ") VALUES(");
    for (size_t i = 0; i < reading->n_inserted; i++) {
        wh_buf_c(&sql, i == 0 ? "?" : ",?");
    }
    wh_buf_c(&sql, ")");
    enum wh_status status = wh_buf_ok(&sql, err);
    if (status == WH_OK) {
        status = wh_store_prepare(store, sql.ptr, &reading->insert, err);
    }
    wh_buf_finish(&sql);
    return status;
}

static enum wh_status prepare_update(struct wh_store *store, struct wh_error *err)
{
    struct wh_buf sql;
    wh_buf_init(&sql, store->ctx);
    wh_buf_c(&sql, "UPDATE request SET ");
    for (size_t i = 0; i < WH_STORE_N_COLUMNS; i++) {
        wh_buf_printf(&sql, "%s%s=?", i == 0 ? "" : ",", columns[i].name);
    }
    wh_buf_c(&sql, " WHERE id=?");
    enum wh_status status = wh_buf_ok(&sql, err);
    if (status == WH_OK) {
        status = wh_store_prepare(store, sql.ptr, &store->reading->update, err);
    }
    wh_buf_finish(&sql);
    return status;
}

enum wh_status wh_store_prepare_put(struct wh_store *store, struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const struct {
        sqlite3_stmt **to;
        const char *sql;
    } statement[] = {
        {&reading->old_status, "SELECT status, status_since FROM request WHERE id=?"},
        {&reading->add_history, "INSERT OR IGNORE INTO history VALUES(?, ?, ?)"},
        {&reading->find_history, "SELECT max(since) FROM history WHERE request=? AND status=?"}};
    enum wh_status status = prepare_insert(store, err);
    if (status == WH_OK) {
        status = prepare_update(store, err);
    }
    for (size_t i = 0; status == WH_OK && i < sizeof statement / sizeof statement[0]; i++) {
        status = wh_store_prepare(store, statement[i].sql, statement[i].to, err);
    }
    return status;
}

/* ---- what becomes of a row ---- */

static uint64_t hash_reference(const struct wh_request *request)
{
    return request->reference.len > 0 ? wh_store_reference_key(request->reference) : 0;
}

static enum wh_status insert(struct wh_store *store, const struct wh_request *request,
                             uint64_t hash, uint64_t key_value, uint32_t occurrence,
                             struct wh_error *err)
{
    struct store_reading *const reading = store->reading;
    const int64_t since =
        request->updated_at != WH_NO_TIME ? request->updated_at : request->opened_at;
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < reading->n_inserted; i++) {
        status = bind_column(store, reading->insert, (int)i + 1, (enum column)reading->inserted[i],
                             request, since, err);
    }
    if (status != WH_OK) {
        return status;
    }
    status = wh_store_step(store, reading->insert, err);
    if (status != WH_OK) {
        return status;
    }
    const struct store_key key = {.key = key_value,
                                  .hash = hash,
                                  .reference_hash = hash_reference(request),
                                  .occurrence = occurrence,
                                  .row = sqlite3_last_insert_rowid(store->db),
                                  .place = wh_store_pack_place(reading->current, request->line),
                                  .n_seen = 1,
                                  .is_seen = true,
                                  .is_dirty = true};
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

/* Every dot must lead back to its row, wherever it stands tonight. */
static void follow(const struct store_reading *reading, const struct wh_request *request,
                   struct store_key *key)
{
    key->place = wh_store_pack_place(reading->current, request->line);
    key->is_gone = false;
    key->is_dirty = true;
}

static void follow_if_moved(const struct store_reading *reading, const struct wh_request *request,
                            struct store_key *key)
{
    if (key->is_gone || key->place != wh_store_pack_place(reading->current, request->line)) {
        follow(reading, request, key);
    }
}

static enum wh_status replace(struct wh_store *store, const struct wh_request *request,
                              uint64_t hash, struct store_key *key, bool is_known,
                              struct wh_error *err)
{
    sqlite3_stmt *const stmt = store->reading->update;
    int64_t since = WH_NO_TIME;
    enum wh_status status = change_status(store, request, key, is_known, &since, err);
    for (size_t i = 0; status == WH_OK && i < WH_STORE_N_COLUMNS; i++) {
        status = bind_column(store, stmt, (int)i + 1, (enum column)i, request, since, err);
    }
    if (status != WH_OK) {
        return status;
    }
    sqlite3_bind_int64(stmt, WH_STORE_N_COLUMNS + 1, key->row);
    key->hash = hash;
    follow(store->reading, request, key);
    return wh_store_step(store, stmt, err);
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
    if (key->hash != hash) {
        status = replace(store, request, hash, key, is_known, err);
    } else {
        follow_if_moved(reading, request, key);
    }
    key->n_seen++;
    key->is_seen = true;
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
        if (reading->how.is_delta) { /* it counts which of the files said it last */
            follow_if_moved(reading, request, key);
        }
        return WH_OK;
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
        reading->n_alike += occurrence > 0;
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
    follow_if_moved(reading, request, key);
    return WH_OK;
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
