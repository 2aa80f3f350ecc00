/* geocode/phrases.c: two hash tables that grow by doubling: words by their letters, names by the
 * name before and the last word. */
#include "geocode/phrases.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"

enum { FIRST_SLOTS = 1024 };

/* Finaliser of MurmurHash3 (Appleby 2011): spreads two small numbers over 64 bits. */
static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xFF51AFD7ED558CCD);
    h ^= h >> 33;
    h *= UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ (h >> 33);
}

static uint64_t hash_node(uint32_t parent, uint32_t word)
{
    return mix(((uint64_t)parent << 32) | word);
}

enum wh_status wh_phrases_init(struct wh_phrases *phrases, struct wh_ctx *ctx, struct wh_error *err)
{
    *phrases = (struct wh_phrases){.ctx = ctx,
                                   .n_word_slots = FIRST_SLOTS,
                                   .n_node_slots = FIRST_SLOTS,
                                   .n_nodes = 1,
                                   .cap_nodes = 1};
    wh_arena_init(&phrases->arena, ctx);
    phrases->word_slot = wh_alloc_array(ctx, FIRST_SLOTS, sizeof *phrases->word_slot);
    phrases->node_slot = wh_alloc_array(ctx, FIRST_SLOTS, sizeof *phrases->node_slot);
    phrases->parent = wh_alloc_array(ctx, 1, sizeof *phrases->parent);
    phrases->last = wh_alloc_array(ctx, 1, sizeof *phrases->last);
    phrases->role = wh_alloc_array(ctx, 1, sizeof *phrases->role);
    if (phrases->word_slot == NULL || phrases->node_slot == NULL || phrases->parent == NULL ||
        phrases->last == NULL || phrases->role == NULL) {
        wh_phrases_finish(phrases);
        return wh_fail_memory(ctx, err);
    }
    phrases->last[0] = WH_NO_WORD;
    return WH_OK;
}

void wh_phrases_finish(struct wh_phrases *phrases)
{
    struct wh_ctx *ctx = phrases->ctx;
    if (ctx == NULL) {
        return;
    }
    wh_free(ctx, phrases->word);
    wh_free(ctx, phrases->word_slot);
    wh_free(ctx, phrases->parent);
    wh_free(ctx, phrases->last);
    wh_free(ctx, phrases->role);
    wh_free(ctx, phrases->node_slot);
    wh_arena_finish(&phrases->arena);
    *phrases = (struct wh_phrases){0};
}

/* ---- words ---- */

/* The slot of a word, or the free one where it would go. */
static size_t find_word_slot(const struct wh_phrases *phrases, struct wh_str text)
{
    size_t at = (size_t)mix(wh_str_hash(text)) & (phrases->n_word_slots - 1);
    while (phrases->word_slot[at] != 0 &&
           !wh_str_eq(phrases->word[phrases->word_slot[at] - 1], text)) {
        at = (at + 1) & (phrases->n_word_slots - 1);
    }
    return at;
}

uint32_t wh_phrases_word(const struct wh_phrases *phrases, struct wh_str text)
{
    const uint32_t found = phrases->word_slot[find_word_slot(phrases, text)];
    return found == 0 ? WH_NO_WORD : found - 1;
}

static enum wh_status widen_words(struct wh_phrases *phrases, struct wh_error *err)
{
    const size_t n_slots = 2 * phrases->n_word_slots;
    uint32_t *slot = wh_alloc_array(phrases->ctx, n_slots, sizeof *slot);
    if (slot == NULL) {
        return wh_fail_memory(phrases->ctx, err);
    }
    wh_free(phrases->ctx, phrases->word_slot);
    phrases->word_slot = slot;
    phrases->n_word_slots = n_slots;
    for (size_t i = 0; i < phrases->n_words; i++) {
        slot[find_word_slot(phrases, phrases->word[i])] = (uint32_t)i + 1;
    }
    return WH_OK;
}

static enum wh_status add_word(struct wh_phrases *phrases, struct wh_str text, uint32_t *ret,
                               struct wh_error *err)
{
    enum wh_status status = WH_OK;
    size_t at = find_word_slot(phrases, text);
    if (phrases->word_slot[at] != 0) {
        *ret = phrases->word_slot[at] - 1;
        return WH_OK;
    }
    if (4 * (phrases->n_words + 1) > 3 * phrases->n_word_slots) {
        status = widen_words(phrases, err);
        if (status != WH_OK) {
            return status;
        }
        at = find_word_slot(phrases, text);
    }
    void *array = phrases->word;
    status = wh_grow(phrases->ctx, &array, phrases->n_words, &phrases->cap_words,
                     sizeof *phrases->word, err);
    phrases->word = array;
    if (status != WH_OK) {
        return status;
    }
    phrases->word[phrases->n_words] = wh_arena_str(&phrases->arena, text);
    if (phrases->word[phrases->n_words].ptr == NULL) {
        return wh_fail_memory(phrases->ctx, err);
    }
    *ret = (uint32_t)phrases->n_words++;
    phrases->word_slot[at] = *ret + 1;
    return WH_OK;
}

/* ---- names ---- */

static size_t find_node_slot(const struct wh_phrases *phrases, uint32_t parent, uint32_t word)
{
    size_t at = (size_t)hash_node(parent, word) & (phrases->n_node_slots - 1);
    for (;;) {
        const uint32_t node = phrases->node_slot[at];
        if (node == 0 || (phrases->parent[node] == parent && phrases->last[node] == word)) {
            return at;
        }
        at = (at + 1) & (phrases->n_node_slots - 1);
    }
}

uint32_t wh_phrases_step(const struct wh_phrases *phrases, uint32_t node, uint32_t word)
{
    return word == WH_NO_WORD ? WH_NO_PHRASE
                              : phrases->node_slot[find_node_slot(phrases, node, word)];
}

static enum wh_status widen_nodes(struct wh_phrases *phrases, struct wh_error *err)
{
    const size_t n_slots = 2 * phrases->n_node_slots;
    uint32_t *slot = wh_alloc_array(phrases->ctx, n_slots, sizeof *slot);
    if (slot == NULL) {
        return wh_fail_memory(phrases->ctx, err);
    }
    wh_free(phrases->ctx, phrases->node_slot);
    phrases->node_slot = slot;
    phrases->n_node_slots = n_slots;
    for (size_t i = 1; i < phrases->n_nodes; i++) {
        slot[find_node_slot(phrases, phrases->parent[i], phrases->last[i])] = (uint32_t)i;
    }
    return WH_OK;
}

static enum wh_status grow_nodes(struct wh_phrases *phrases, struct wh_error *err)
{
    if (phrases->n_nodes < phrases->cap_nodes) {
        return WH_OK;
    }
    if (phrases->n_nodes > UINT32_MAX / 2) {
        return wh_fail(err, WH_ERR_LIMIT, "more names in the gazetteers than can be numbered");
    }
    const size_t cap = phrases->cap_nodes + phrases->cap_nodes / 2 + 64;
    uint32_t *parent = wh_realloc_array(phrases->ctx, phrases->parent, cap, sizeof *parent);
    phrases->parent = parent != NULL ? parent : phrases->parent;
    uint32_t *last = wh_realloc_array(phrases->ctx, phrases->last, cap, sizeof *last);
    phrases->last = last != NULL ? last : phrases->last;
    uint8_t *role = wh_realloc_array(phrases->ctx, phrases->role, cap, sizeof *role);
    phrases->role = role != NULL ? role : phrases->role;
    if (parent == NULL || last == NULL || role == NULL) {
        return wh_fail_memory(phrases->ctx, err);
    }
    phrases->cap_nodes = cap;
    return WH_OK;
}

static enum wh_status add_node(struct wh_phrases *phrases, uint32_t parent, uint32_t word,
                               uint32_t *ret, struct wh_error *err)
{
    size_t at = find_node_slot(phrases, parent, word);
    if (phrases->node_slot[at] != 0) {
        *ret = phrases->node_slot[at];
        return WH_OK;
    }
    enum wh_status status = grow_nodes(phrases, err);
    if (status == WH_OK && 4 * (phrases->n_nodes + 1) > 3 * phrases->n_node_slots) {
        status = widen_nodes(phrases, err);
        at = find_node_slot(phrases, parent, word);
    }
    if (status != WH_OK) {
        return status;
    }
    const uint32_t node = (uint32_t)phrases->n_nodes++;
    phrases->parent[node] = parent;
    phrases->last[node] = word;
    phrases->role[node] = 0;
    phrases->node_slot[at] = node;
    *ret = node;
    return WH_OK;
}

enum wh_status wh_phrases_add(struct wh_phrases *phrases, const struct wh_words *words, size_t from,
                              size_t to, enum wh_phrase_role role, uint32_t *ret,
                              struct wh_error *err)
{
    uint32_t node = WH_NO_PHRASE;
    for (size_t i = from; i < to; i++) {
        uint32_t word = 0;
        if (words->word[i].kind == WH_WORD_SLASH) {
            continue;
        }
        enum wh_status status = add_word(phrases, words->word[i].text, &word, err);
        if (status == WH_OK) {
            status = add_node(phrases, node, word, &node, err);
        }
        if (status != WH_OK) {
            return status;
        }
    }
    if (node != WH_NO_PHRASE) {
        phrases->role[node] |= (uint8_t)role;
    }
    *ret = node;
    return WH_OK;
}

size_t wh_phrases_words(const struct wh_phrases *phrases, uint32_t node, uint32_t *ret)
{
    size_t n = 0;
    for (uint32_t at = node; at != WH_NO_PHRASE && n < WH_MAX_WORDS; at = phrases->parent[at]) {
        n++;
    }
    size_t i = n;
    for (uint32_t at = node; i > 0; at = phrases->parent[at]) {
        ret[--i] = phrases->last[at];
    }
    return n;
}

const char *wh_phrases_text(const struct wh_phrases *phrases, uint32_t node, char *out, size_t size)
{
    uint32_t word[WH_MAX_WORDS];
    const size_t n = wh_phrases_words(phrases, node, word);
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        const struct wh_str text = phrases->word[word[i]];
        if (used + text.len + 2 > size) {
            break;
        }
        if (i > 0) {
            out[used++] = ' ';
        }
        memcpy(out + used, text.ptr, text.len);
        used += text.len;
    }
    out[used] = '\0';
    return out;
}
