/* store/store_handling.c: how requests came in and were dealt with, in the order of the requests.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "store/store_internal.h"

/* A request's row in the store, and where it stands among the loaded ones. */
struct place {
    int64_t row;
    size_t idx;
};

struct load {
    struct wh_store *store;
    struct wh_handling *out;
    struct wh_arena arena; /* as long as the loading */
    size_t n_words;
    uint8_t *standing; /* enum wh_standing by word id */
};

static int compare_places(const void *left, const void *right)
{
    const struct place *const a = left, *const b = right;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t word_of(const struct load *load, sqlite3_stmt *stmt, int column)
{
    const int64_t id = sqlite3_column_int64(stmt, column);
    return id < 0 || (uint64_t)id >= load->n_words ? 0 : (size_t)id;
}

static enum wh_status alloc_arrays(struct load *load, size_t n, struct wh_error *err)
{
    struct wh_ctx *const ctx = load->store->ctx;
    struct wh_handling *const out = load->out;
    out->n = n;
    out->channel = wh_alloc_array(ctx, n, sizeof *out->channel);
    out->provider = wh_alloc_array(ctx, n, sizeof *out->provider);
    out->cost = wh_alloc_array(ctx, n, sizeof *out->cost);
    out->standing = wh_alloc_array(ctx, n, sizeof *out->standing);
    out->reopened_at = wh_alloc_array(ctx, n, sizeof *out->reopened_at);
    load->n_words = load->store->words.n + 1;
    load->standing = wh_arena_alloc(&load->arena, load->n_words, sizeof *load->standing);
    if (out->channel == NULL || out->provider == NULL || out->cost == NULL ||
        out->standing == NULL || out->reopened_at == NULL || load->standing == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        out->reopened_at[i] = WH_NO_TIME;
    }
    for (size_t i = 0; i < load->n_words; i++) {
        load->standing[i] = (uint8_t)wh_standing_of(wh_store_word_text(load->store, (int64_t)i));
    }
    return WH_OK;
}

/* Sorted names of the words that stand in `sql`'s column, "" first; ret_index leads from a word's
 * id to its name. */
static enum wh_status list_names(struct load *load, const char *sql, const char ***ret_name,
                                 size_t *ret_n, uint16_t **ret_index, struct wh_error *err)
{
    struct wh_store *const store = load->store;
    const char **const name = wh_arena_alloc(&load->out->arena, load->n_words + 1, sizeof *name);
    uint16_t *const index = wh_arena_alloc(&load->arena, load->n_words, sizeof *index);
    sqlite3_stmt *stmt = NULL;
    size_t n = 0;
    if (name == NULL || index == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    name[n++] = "";
    enum wh_status status = wh_store_prepare(store, sql, &stmt, err);
    for (bool has_row = true; status == WH_OK && has_row;) {
        status = wh_store_row(store, stmt, &has_row, err);
        const size_t id = status == WH_OK && has_row ? word_of(load, stmt, 0) : 0;
        if (id > 0) {
            name[n] = wh_arena_c(&load->out->arena, wh_store_word_text(store, (int64_t)id));
            status = name[n++] == NULL ? wh_fail_memory(store->ctx, err) : WH_OK;
        }
    }
    sqlite3_finalize(stmt);
    if (status == WH_OK && n > UINT16_MAX) {
        status = wh_fail_at(err, WH_ERR_LIMIT, store->path, 0, 0,
                            "more than 65,535 channels or providers; is the right column mapped?");
    }
    if (status == WH_OK) {
        qsort(name, n, sizeof *name, compare_names);
        for (size_t id = 1; id < load->n_words; id++) {
            const char *const text = wh_store_word_text(store, (int64_t)id).ptr;
            const char **const found =
                text == NULL ? NULL : bsearch(&text, name, n, sizeof *name, compare_names);
            index[id] = found == NULL ? 0 : (uint16_t)(found - name);
        }
        *ret_name = name;
        *ret_n = n;
        *ret_index = index;
    }
    return status;
}

/* Every request, by row; `place` is sorted so too. */
static enum wh_status read_handling(struct load *load, const struct place *place,
                                    const uint16_t *channel, const uint16_t *provider,
                                    struct wh_error *err)
{
    struct wh_handling *const out = load->out;
    sqlite3_stmt *stmt = NULL;
    size_t at = 0;
    enum wh_status status = wh_store_prepare(
        load->store, "SELECT id, channel, provider, cost, status FROM request ORDER BY id", &stmt,
        err);
    for (bool has_row = true; status == WH_OK && has_row;) {
        status = wh_store_row(load->store, stmt, &has_row, err);
        const int64_t row = status == WH_OK && has_row ? sqlite3_column_int64(stmt, 0) : INT64_MIN;
        if (at < out->n && place[at].row == row) {
            const size_t i = place[at++].idx;
            out->channel[i] = channel[word_of(load, stmt, 1)];
            out->provider[i] = provider[word_of(load, stmt, 2)];
            out->cost[i] = wh_store_column_double(stmt, 3);
            out->standing[i] = load->standing[word_of(load, stmt, 4)];
        }
    }
    sqlite3_finalize(stmt);
    if (status == WH_OK && at < out->n) {
        status = wh_fail_at(err, WH_ERR_INPUT, load->store->path, 0, 0,
                            "the state is damaged: a request is missing");
    }
    return status;
}

/* A state that a request came back to stands among those that it has left, too. */
static const char changes[] =
    "SELECT request, since, status, 0 AS is_now FROM history WHERE NOT EXISTS (SELECT 1 FROM "
    "request"
    " WHERE id = request AND status_since = since AND request.status = history.status)"
    " UNION ALL SELECT id, status_since, status, 1 FROM request WHERE status IS NOT NULL"
    " AND id IN (SELECT request FROM history)"
    " ORDER BY 1, 4, 2, 3";

/* The first time that an open state follows a closed one. */
static enum wh_status find_reopened(struct load *load, const struct place *place,
                                    struct wh_error *err)
{
    struct wh_handling *const out = load->out;
    sqlite3_stmt *stmt = NULL;
    int64_t before_row = INT64_MIN;
    uint8_t before = WH_STANDING_NOT_SAID;
    enum wh_status status = wh_store_prepare(load->store, changes, &stmt, err);
    for (bool has_row = true; status == WH_OK && has_row;) {
        status = wh_store_row(load->store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            break;
        }
        const struct place wanted = {.row = sqlite3_column_int64(stmt, 0)};
        const uint8_t standing = load->standing[word_of(load, stmt, 2)];
        const bool is_reopened = wanted.row == before_row && before == WH_STANDING_CLOSED &&
                                 standing == WH_STANDING_OPEN;
        const struct place *const found =
            is_reopened ? bsearch(&wanted, place, out->n, sizeof *place, compare_places) : NULL;
        if (found != NULL && out->reopened_at[found->idx] == WH_NO_TIME) {
            const int64_t since = wh_store_column_time(stmt, 1);
            out->reopened_at[found->idx] = since == WH_NO_TIME ? 0 : since;
        }
        before_row = wanted.row;
        before = standing;
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum wh_status load_all(struct load *load, const struct wh_requests *requests,
                               struct place *place, struct wh_error *err)
{
    struct wh_handling *const out = load->out;
    uint16_t *channel = NULL, *provider = NULL;
    for (size_t i = 0; i < requests->n; i++) {
        place[i] = (struct place){requests->row[i], i};
    }
    if (requests->n > 1) {
        qsort(place, requests->n, sizeof *place, compare_places);
    }
    enum wh_status status = wh_store_load_words(load->store, err);
    if (status == WH_OK) {
        status = alloc_arrays(load, requests->n, err);
    }
    if (status == WH_OK) {
        status = list_names(load, "SELECT DISTINCT channel FROM request", &out->channel_name,
                            &out->n_channels, &channel, err);
    }
    if (status == WH_OK) {
        status = list_names(load, "SELECT DISTINCT provider FROM request", &out->provider_name,
                            &out->n_providers, &provider, err);
    }
    if (status == WH_OK) {
        status = read_handling(load, place, channel, provider, err);
    }
    return status == WH_OK ? find_reopened(load, place, err) : status;
}

enum wh_status wh_store_load_handling(struct wh_store *store, const struct wh_requests *requests,
                                      struct wh_handling *ret, struct wh_error *err)
{
    struct wh_handling out = {0};
    struct load load = {.store = store, .out = &out};
    struct place *const place = wh_alloc_array(store->ctx, requests->n, sizeof *place);
    wh_arena_init(&out.arena, store->ctx);
    wh_arena_init(&load.arena, store->ctx);
    const enum wh_status status =
        place == NULL ? wh_fail_memory(store->ctx, err) : load_all(&load, requests, place, err);
    wh_arena_finish(&load.arena);
    wh_free(store->ctx, place);
    if (status != WH_OK) {
        wh_handling_finish(store->ctx, &out);
        return status;
    }
    *ret = out;
    return WH_OK;
}
