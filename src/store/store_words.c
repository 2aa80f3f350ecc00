/* store/store_words.c: short texts that come again and again, each kept once. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "store/store_internal.h"

static size_t find_slot(const struct store_words *words, struct wh_str text)
{
    size_t i = (size_t)wh_str_hash(text) & (words->n_slots - 1);
    while (words->slot[i] != 0 && !wh_str_eq(words->text[words->slot[i] - 1], text)) {
        i = (i + 1) & (words->n_slots - 1);
    }
    return i;
}

static enum wh_status make_slots(struct wh_store *store, size_t n_slots, struct wh_error *err)
{
    struct store_words *const words = &store->words;
    uint32_t *const slot = wh_alloc_array(store->ctx, n_slots, sizeof *slot);
    if (slot == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    wh_free(store->ctx, words->slot);
    words->slot = slot;
    words->n_slots = n_slots;
    for (size_t i = 0; i < words->n; i++) {
        if (words->text[i].ptr != NULL) {
            words->slot[find_slot(words, words->text[i])] = (uint32_t)(i + 1);
        }
    }
    return WH_OK;
}

/* Keeps a copy under an id, which may leave a gap before it. */
static enum wh_status keep(struct wh_store *store, uint32_t id, struct wh_str text,
                           struct wh_error *err)
{
    struct store_words *const words = &store->words;
    while (words->n < id) {
        enum wh_status status = wh_grow(store->ctx, (void **)&words->text, words->n, &words->cap,
                                        sizeof *words->text, err);
        if (status != WH_OK) {
            return status;
        }
        words->text[words->n++] = (struct wh_str){0};
    }
    const struct wh_str copy = wh_arena_str(&words->arena, text);
    if (copy.ptr == NULL) {
        return wh_fail_memory(store->ctx, err);
    }
    words->text[id - 1] = copy;
    if (words->n * 2 > words->n_slots) {
        return make_slots(store, words->n_slots == 0 ? 1024 : words->n_slots * 2, err);
    }
    words->slot[find_slot(words, copy)] = id;
    return WH_OK;
}

static enum wh_status read_words(struct wh_store *store, sqlite3_stmt *stmt, struct wh_error *err)
{
    for (;;) {
        bool has_row = false;
        enum wh_status status = wh_store_row(store, stmt, &has_row, err);
        if (status != WH_OK || !has_row) {
            return status;
        }
        const int64_t id = sqlite3_column_int64(stmt, 0);
        if (id < 1 || id > UINT32_MAX / 2) {
            return wh_fail_at(err, WH_ERR_INPUT, store->path, 0, 0,
                              "the state is damaged: a word of number %lld", (long long)id);
        }
        status = keep(store, (uint32_t)id, wh_store_column_text(stmt, 1), err);
        if (status != WH_OK) {
            return status;
        }
    }
}

enum wh_status wh_store_load_words(struct wh_store *store, struct wh_error *err)
{
    if (store->has_words) {
        return WH_OK;
    }
    sqlite3_stmt *stmt = NULL;
    enum wh_status status =
        wh_store_prepare(store, "SELECT id, text FROM word ORDER BY id", &stmt, err);
    if (status == WH_OK && store->words.n_slots == 0) {
        status = make_slots(store, 1024, err);
    }
    if (status == WH_OK) {
        status = read_words(store, stmt, err);
    }
    if (status == WH_OK) {
        store->has_words = true;
    }
    sqlite3_finalize(stmt);
    return status;
}

enum wh_status wh_store_word(struct wh_store *store, struct wh_str text, uint32_t *ret,
                             struct wh_error *err)
{
    if (text.len == 0) {
        *ret = 0;
        return WH_OK;
    }
    enum wh_status status = wh_store_load_words(store, err);
    if (status != WH_OK) {
        return status;
    }
    const uint32_t known = store->words.slot[find_slot(&store->words, text)];
    if (known != 0) {
        *ret = known;
        return WH_OK;
    }
    if (store->add_word == NULL) {
        status = wh_store_prepare(store, "INSERT INTO word(text) VALUES(?)", &store->add_word, err);
        if (status != WH_OK) {
            return status;
        }
    }
    wh_store_bind_text(store->add_word, 1, text);
    status = wh_store_step(store, store->add_word, err);
    if (status != WH_OK) {
        return status;
    }
    const int64_t id = sqlite3_last_insert_rowid(store->db);
    if (id > UINT32_MAX / 2) {
        return wh_fail_at(err, WH_ERR_LIMIT, store->path, 0, 0, "too many different categories");
    }
    *ret = (uint32_t)id;
    return keep(store, (uint32_t)id, text, err);
}

struct wh_str wh_store_word_text(const struct wh_store *store, int64_t id)
{
    if (id < 1 || (uint64_t)id > store->words.n) {
        return (struct wh_str){"", 0};
    }
    return store->words.text[id - 1];
}

void wh_store_words_finish(struct wh_store *store)
{
    sqlite3_finalize(store->add_word);
    wh_free(store->ctx, store->words.slot);
    wh_free(store->ctx, store->words.text);
    wh_arena_finish(&store->words.arena);
    store->words = (struct store_words){0};
    wh_arena_init(&store->words.arena, store->ctx);
    store->has_words = false;
    store->add_word = NULL;
}
