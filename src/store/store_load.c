/* store/store_load.c: every request in canonical order, as arrays. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"

/* Requests that their source still holds. */
#define STANDING " CROSS JOIN seen USING (id) WHERE gone IS NULL"

/* What a request is sorted by. `prefix`: the reference's first eight bytes, so that most
 * comparisons end there. */
struct sort_key {
    uint64_t prefix, hash;
    struct wh_str reference; /* in the sort's arena */
    uint32_t seq;            /* in the order of rows */
    uint32_t occurrence;
    uint16_t source;
};

/* Texts that are met again and again, each kept once. */
struct text_set {
    size_t n, n_slots;
    const char **slot;
};

struct load {
    struct wh_store *store;
    struct wh_unplaced *out;
    struct wh_arena arena;      /* of the sort */
    int64_t *source_id;         /* row of `source`, by index */
    uint32_t *position;         /* by order of rows: index in canonical order */
    uint32_t *category_of_word; /* by word id: index + 1; 0: not met */
    size_t n_words;
    const char **text_of_word; /* by word id: in the requests' arena; NULL: not met */
    struct text_set addresses;
};

static int compare_keys(const void *a, const void *b)
{
    const struct sort_key *const ka = a, *const kb = b;
    if (ka->source != kb->source) {
        return ka->source < kb->source ? -1 : 1;
    }
    if (ka->prefix != kb->prefix) {
        return ka->prefix < kb->prefix ? -1 : 1;
    }
    const int order = wh_str_compare(ka->reference, kb->reference);
    if (order != 0) {
        return order;
    }
    if (ka->hash != kb->hash) {
        return ka->hash < kb->hash ? -1 : 1;
    }
    return (ka->occurrence > kb->occurrence) - (ka->occurrence < kb->occurrence);
}

static uint64_t prefix_of(struct wh_str text)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++) {
        prefix = (prefix << 8) | (i < text.len ? (unsigned char)text.ptr[i] : 0);
    }
    return prefix;
}

/* Index of a source's row in the sorted names, or n. */
static size_t find_source(const struct load *load, int64_t id)
{
    size_t i = 0;
    while (i < load->out->requests.n_sources && load->source_id[i] != id) {
        i++;
    }
    return i;
}

static enum wh_status fail_damaged(const struct load *load, const char *what, struct wh_error *err)
{
    return wh_fail_at(err, WH_ERR_INPUT, load->store->path, 0, 0, "the state is damaged: %s", what);
}

static enum wh_status load_sources(struct load *load, struct wh_error *err)
{
    struct wh_requests *const requests = &load->out->requests;
    struct wh_store *const store = load->store;
    sqlite3_stmt *stmt = NULL;
    int64_t n = 0;
    enum wh_status status = wh_store_number(store, "SELECT count(*) FROM source", &n, err);
    if (status != WH_OK) {
        return status;
    }
    if (n > UINT16_MAX) {
        return wh_fail_at(err, WH_ERR_LIMIT, store->path, 0, 0, "more than 65,535 sources");
    }
    requests->source_id = wh_arena_alloc(&requests->arena, (size_t)n, sizeof(char *));
    load->source_id = wh_arena_alloc(&load->arena, (size_t)n, sizeof *load->source_id);
    if (requests->source_id == NULL || load->source_id == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    status = wh_store_prepare(store, "SELECT id, name FROM source ORDER BY name COLLATE BINARY",
                              &stmt, err);
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const size_t i = requests->n_sources++;
        load->source_id[i] = sqlite3_column_int64(stmt, 0);
        requests->source_id[i] = wh_arena_c(&requests->arena, wh_store_column_text(stmt, 1));
        if (requests->source_id[i] == NULL) {
            status = wh_fail_memory(store->ctx, err);
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status read_sort_key(struct load *load, sqlite3_stmt *stmt, struct sort_key *key,
                                    struct wh_error *err)
{
    const size_t source = find_source(load, sqlite3_column_int64(stmt, 0));
    if (source == load->out->requests.n_sources) {
        return fail_damaged(load, "a request of no source", err);
    }
    const struct wh_str reference = wh_store_column_text(stmt, 3);
    key->source = (uint16_t)source;
    key->hash = (uint64_t)sqlite3_column_int64(stmt, 1);
    key->occurrence = (uint32_t)sqlite3_column_int64(stmt, 2);
    key->prefix = prefix_of(reference);
    if (reference.len > 0) {
        key->reference = wh_arena_str(&load->arena, reference);
        if (key->reference.ptr == NULL) {
            return wh_fail_memory(load->store->ctx, err);
        }
    }
    return WH_OK;
}

/* Fills load->position. */
static enum wh_status find_order(struct load *load, struct wh_error *err)
{
    struct wh_store *const store = load->store;
    const size_t n = load->out->requests.n;
    struct sort_key *const key = wh_alloc_array(store->ctx, n, sizeof *key);
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = key != NULL ? WH_OK : wh_fail_memory(store->ctx, err);
    if (status == WH_OK) {
        status = wh_store_prepare(
            store,
            "SELECT request.source, hash, occurrence, reference FROM request" STANDING
            " ORDER BY id",
            &stmt, err);
    }
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status == WH_OK && !has_row) {
            status = fail_damaged(load, "fewer requests than were counted", err);
        }
        if (status == WH_OK) {
            key[i].seq = (uint32_t)i;
            status = read_sort_key(load, stmt, &key[i], err);
        }
    }
    if (status == WH_OK) {
        qsort(key, n, sizeof *key, compare_keys);
        for (size_t i = 0; i < n; i++) {
            load->position[key[i].seq] = (uint32_t)i;
        }
    }
    sqlite3_finalize(stmt);
    wh_free(store->ctx, key);
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted names of the categories in use; category_of_word then leads to their indices. */
static enum wh_status load_categories(struct load *load, struct wh_error *err)
{
    struct wh_store *const store = load->store;
    struct wh_requests *const requests = &load->out->requests;
    load->n_words = store->words.n + 1;
    const char **const name = wh_arena_alloc(&requests->arena, load->n_words, sizeof(char *));
    load->category_of_word =
        wh_arena_alloc(&load->arena, load->n_words, sizeof *load->category_of_word);
    load->text_of_word = wh_arena_alloc(&load->arena, load->n_words, sizeof(char *));
    if (name == NULL || load->category_of_word == NULL || load->text_of_word == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    sqlite3_stmt *stmt = NULL;
    size_t n = 0;
    enum wh_status status = wh_store_prepare(
        store, "SELECT DISTINCT coalesce(category, 0) FROM request" STANDING, &stmt, err);
    while (status == WH_OK) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const int64_t id = sqlite3_column_int64(stmt, 0);
        if (id < 0 || (uint64_t)id >= load->n_words) {
            status = fail_damaged(load, "a category without a name", err);
            break;
        }
        name[n] = wh_arena_c(&requests->arena, wh_store_word_text(store, id));
        if (name[n++] == NULL) {
            status = wh_fail_memory(store->ctx, err);
        }
    }
    sqlite3_finalize(stmt);
    if (status != WH_OK) {
        return status;
    }
    if (n > UINT16_MAX) {
        return wh_fail_at(err, WH_ERR_LIMIT, store->path, 0, 0,
                          "more than 65,535 categories; is the right column mapped?");
    }
    qsort(name, n, sizeof *name, compare_names);
    requests->category_name = name;
    requests->n_categories = n;
    return WH_OK;
}

/* Index of a word among the sorted category names, looked up once a word. */
static uint16_t category_of(struct load *load, int64_t word_id)
{
    struct wh_requests *const requests = &load->out->requests;
    const size_t word = word_id < 0 || (uint64_t)word_id >= load->n_words ? 0 : (size_t)word_id;
    if (load->category_of_word[word] == 0) {
        const struct wh_str text = wh_store_word_text(load->store, (int64_t)word);
        size_t i = 0;
        while (i + 1 < requests->n_categories && !wh_str_eq_c(text, requests->category_name[i])) {
            i++;
        }
        load->category_of_word[word] = (uint32_t)i + 1;
    }
    return (uint16_t)(load->category_of_word[word] - 1);
}

static enum wh_status alloc_arrays(struct wh_ctx *ctx, size_t n, struct wh_unplaced *out,
                                   struct wh_error *err)
{
    struct wh_requests *const r = &out->requests;
    r->row = wh_alloc_array(ctx, n, sizeof *r->row);
    r->x = wh_alloc_array(ctx, n, sizeof *r->x);
    r->y = wh_alloc_array(ctx, n, sizeof *r->y);
    r->precision_m = wh_alloc_array(ctx, n, sizeof *r->precision_m);
    r->opened_at = wh_alloc_array(ctx, n, sizeof *r->opened_at);
    r->opened_to = wh_alloc_array(ctx, n, sizeof *r->opened_to);
    r->closed_at = wh_alloc_array(ctx, n, sizeof *r->closed_at);
    r->due_at = wh_alloc_array(ctx, n, sizeof *r->due_at);
    r->category = wh_alloc_array(ctx, n, sizeof *r->category);
    r->source = wh_alloc_array(ctx, n, sizeof *r->source);
    r->ward = wh_alloc_array(ctx, n, sizeof *r->ward);
    r->method = wh_alloc_array(ctx, n, sizeof *r->method);
    r->outcome = wh_alloc_array(ctx, n, sizeof *r->outcome);
    r->placing = wh_alloc_array(ctx, n, sizeof *r->placing);
    out->given_x = wh_alloc_array(ctx, n, sizeof *out->given_x);
    out->given_y = wh_alloc_array(ctx, n, sizeof *out->given_y);
    out->postcode = wh_alloc_array(ctx, n, sizeof *out->postcode);
    out->address = wh_alloc_array(ctx, n, sizeof *out->address);
    out->ward = wh_alloc_array(ctx, n, sizeof *out->ward);
    out->channel = wh_alloc_array(ctx, n, sizeof *out->channel);
    out->uprn = wh_alloc_array(ctx, n, sizeof *out->uprn);
    out->usrn = wh_alloc_array(ctx, n, sizeof *out->usrn);
    const void *const array[] = {
        r->row,       r->x,         r->y,         r->precision_m, r->opened_at, r->opened_to,
        r->closed_at, r->due_at,    r->category,  r->source,      r->ward,      r->method,
        r->outcome,   out->given_x, out->given_y, out->postcode,  out->address, out->ward,
        out->uprn,    out->usrn,    r->placing,   out->channel};
    for (size_t i = 0; i < sizeof array / sizeof array[0]; i++) {
        if (array[i] == NULL) {
            return wh_fail_memory(ctx, err);
        }
    }
    return WH_OK;
}

static size_t find_text(const struct text_set *set, struct wh_str text)
{
    size_t i = (size_t)wh_str_hash(text) & (set->n_slots - 1);
    while (set->slot[i] != NULL && !wh_str_eq_c(text, set->slot[i])) {
        i = (i + 1) & (set->n_slots - 1);
    }
    return i;
}

static enum wh_status grow_texts(struct wh_ctx *ctx, struct text_set *set, struct wh_error *err)
{
    struct text_set wider = {.n_slots = set->n_slots == 0 ? 1024 : set->n_slots * 2};
    wider.slot = wh_alloc_array(ctx, wider.n_slots, sizeof *wider.slot);
    if (wider.slot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < set->n_slots; i++) {
        if (set->slot[i] != NULL) {
            wider.slot[find_text(&wider, wh_str_c(set->slot[i]))] = set->slot[i];
        }
    }
    wh_free(ctx, set->slot);
    set->slot = wider.slot;
    set->n_slots = wider.n_slots;
    return WH_OK;
}

/* A copy in the arena, the same for the same text; NULL for the empty one. */
static enum wh_status keep_text(struct load *load, struct text_set *set, struct wh_str text,
                                const char **ret, struct wh_error *err)
{
    if (text.len == 0) {
        return WH_OK;
    }
    if (2 * (set->n + 1) > set->n_slots) {
        const enum wh_status status = grow_texts(load->store->ctx, set, err);
        if (status != WH_OK) {
            return status;
        }
    }
    const size_t slot = find_text(set, text);
    if (set->slot[slot] == NULL) {
        set->slot[slot] = wh_arena_c(&load->out->requests.arena, text);
        if (set->slot[slot] == NULL) {
            return wh_fail_memory(load->store->ctx, err);
        }
        set->n++;
    }
    *ret = set->slot[slot];
    return WH_OK;
}

static enum wh_status keep_word(struct load *load, int64_t word_id, const char **ret,
                                struct wh_error *err)
{
    if (word_id < 1 || (uint64_t)word_id >= load->n_words) {
        return WH_OK;
    }
    const char **const known = &load->text_of_word[word_id];
    if (*known == NULL) {
        *known = wh_arena_c(&load->out->requests.arena, wh_store_word_text(load->store, word_id));
        if (*known == NULL) {
            return wh_fail_memory(load->store->ctx, err);
        }
    }
    *ret = *known;
    return WH_OK;
}

static void set_unplaced(struct wh_requests *r, size_t i)
{
    r->x[i] = (double)NAN;
    r->y[i] = (double)NAN;
    r->ward[i] = -1;
    r->method[i] = WH_METHOD_NONE;
    r->outcome[i] = WH_OUTCOME_NOT_PLACED;
}

static enum wh_status read_request(struct load *load, sqlite3_stmt *stmt, size_t i,
                                   struct wh_error *err)
{
    struct wh_unplaced *const out = load->out;
    struct wh_requests *const r = &out->requests;
    r->row[i] = sqlite3_column_int64(stmt, 0);
    r->source[i] = (uint16_t)find_source(load, sqlite3_column_int64(stmt, 1));
    r->category[i] = category_of(load, sqlite3_column_int64(stmt, 2));
    r->opened_at[i] = wh_store_column_time(stmt, 3);
    r->opened_to[i] = wh_store_column_time(stmt, 4);
    if (r->opened_to[i] == WH_NO_TIME) {
        r->opened_to[i] = r->opened_at[i];
    }
    r->closed_at[i] = wh_store_column_time(stmt, 5);
    r->due_at[i] = wh_store_column_time(stmt, 6);
    out->given_x[i] = wh_store_column_double(stmt, 7);
    out->given_y[i] = wh_store_column_double(stmt, 8);
    out->uprn[i] = (uint64_t)sqlite3_column_int64(stmt, 9);
    out->usrn[i] = (uint64_t)sqlite3_column_int64(stmt, 10);
    set_unplaced(r, i);
    if (sqlite3_column_int64(stmt, 15) & WH_FLAG_BAD_COORDINATE) {
        r->placing[i].flags = WH_PLACING_PLACEHOLDER;
    }
    enum wh_status status = keep_word(load, sqlite3_column_int64(stmt, 11), &out->ward[i], err);
    if (status == WH_OK) {
        status = keep_word(load, sqlite3_column_int64(stmt, 14), &out->channel[i], err);
    }
    const struct wh_str postcode = wh_store_column_text(stmt, 12);
    if (status == WH_OK && postcode.len > 0) {
        out->postcode[i] = wh_arena_c(&r->arena, postcode);
        status = out->postcode[i] != NULL ? WH_OK : wh_fail_memory(load->store->ctx, err);
    }
    return status == WH_OK ? keep_text(load, &load->addresses, wh_store_column_text(stmt, 13),
                                       &out->address[i], err)
                           : status;
}

static enum wh_status read_requests(struct load *load, struct wh_error *err)
{
    struct wh_store *const store = load->store;
    sqlite3_stmt *stmt = NULL;
    enum wh_status status = wh_store_prepare(
        store,
        "SELECT id, request.source, category, opened, opened_to, closed, due, given_x,"
        " given_y, uprn, usrn, ward, postcode, address, channel, flags FROM request" STANDING
        " ORDER BY id",
        &stmt, err);
    for (size_t i = 0; status == WH_OK && i < load->out->requests.n; i++) {
        bool has_row = false;
        status = wh_store_row(store, stmt, &has_row, err);
        if (status == WH_OK && !has_row) {
            status = fail_damaged(load, "fewer requests than were counted", err);
        }
        if (status == WH_OK) {
            status = read_request(load, stmt, load->position[i], err);
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status load_all(struct load *load, struct wh_error *err)
{
    struct wh_store *const store = load->store;
    int64_t n = 0;
    enum wh_status status =
        wh_store_number(store, "SELECT count(*) FROM request" STANDING, &n, err);
    if (status != WH_OK) {
        return status;
    }
    if (n >= UINT32_MAX) {
        return wh_fail_at(err, WH_ERR_LIMIT, store->path, 0, 0, "more than 4,294,967,294 requests");
    }
    load->out->requests.n = (size_t)n;
    load->position = wh_alloc_array(store->ctx, (size_t)n, sizeof *load->position);
    status =
        load->position != NULL ? wh_store_load_words(store, err) : wh_fail_memory(store->ctx, err);
    if (status == WH_OK) {
        status = load_sources(load, err);
    }
    if (status == WH_OK) {
        status = find_order(load, err);
    }
    if (status == WH_OK) {
        status = load_categories(load, err);
    }
    if (status == WH_OK) {
        status = alloc_arrays(store->ctx, (size_t)n, load->out, err);
    }
    if (status == WH_OK) {
        status = read_requests(load, err);
    }
    return status;
}

enum wh_status wh_store_load(struct wh_store *store, struct wh_unplaced *ret, struct wh_error *err)
{
    struct wh_unplaced out = {0};
    struct load load = {.store = store, .out = &out};
    wh_arena_init(&out.requests.arena, store->ctx);
    wh_arena_init(&load.arena, store->ctx);
    enum wh_status status = load_all(&load, err);
    wh_free(store->ctx, load.position);
    wh_free(store->ctx, load.addresses.slot);
    wh_arena_finish(&load.arena);
    if (status != WH_OK) {
        wh_unplaced_finish(store->ctx, &out);
        return status;
    }
    *ret = out;
    return WH_OK;
}

void wh_unplaced_finish(struct wh_ctx *ctx, struct wh_unplaced *unplaced)
{
    wh_requests_finish(ctx, &unplaced->requests);
    wh_free(ctx, unplaced->given_x);
    wh_free(ctx, unplaced->given_y);
    wh_free(ctx, unplaced->postcode);
    wh_free(ctx, unplaced->address);
    wh_free(ctx, unplaced->ward);
    wh_free(ctx, unplaced->channel);
    wh_free(ctx, unplaced->uprn);
    wh_free(ctx, unplaced->usrn);
    *unplaced = (struct wh_unplaced){0};
}
