/*
 * geocode/index_words.c: the words of street names: which names hold a word, how telling it is, and
 * which words are spelled nearly alike.
 *
 * Two words are within an edit distance d only if they can be made equal by taking at most d
 * letters out of each (Bocek, Hunt and Stiller 2007, "Fast similarity search in large
 * dictionaries"): every word stands in a hash table under itself without one letter, long ones
 * without two as well.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "geocode/index_internal.h"

enum { SHORTEST = 4, LONG = 8, LONGEST = 24 };

/* ---- what is left of a word ---- */

typedef void left_fn(void *user, uint64_t hash);

static uint64_t hash_without(struct wh_str word, size_t a, size_t b)
{
    uint64_t h = UINT64_C(1469598103934665603); /* FNV-1a */
    for (size_t i = 0; i < word.len; i++) {
        if (i != a && i != b) {
            h = (h ^ (unsigned char)word.ptr[i]) * UINT64_C(1099511628211);
        }
    }
    return h ^ (h >> 29);
}

/* A letter taken out of a run of equal ones leaves the same word whichever it was. */
static bool is_in_run(struct wh_str word, size_t i)
{
    return i > 0 && word.ptr[i] == word.ptr[i - 1];
}

static void each_left(struct wh_str word, left_fn *fn, void *user)
{
    fn(user, hash_without(word, SIZE_MAX, SIZE_MAX));
    if (word.len < SHORTEST || word.len > LONGEST) {
        return;
    }
    for (size_t a = 0; a < word.len; a++) {
        if (is_in_run(word, a)) {
            continue;
        }
        fn(user, hash_without(word, a, SIZE_MAX));
        for (size_t b = a + 1; word.len >= LONG && b < word.len; b++) {
            fn(user, hash_without(word, a, b));
        }
    }
}

/* ---- building ---- */

struct letters {
    struct wh_ctx *ctx;
    struct wh_pair *pair;
    size_t n, cap;
    uint32_t word, n_buckets;
    bool failed;
};

static void count_left(void *user, uint64_t hash)
{
    (void)hash;
    ((struct letters *)user)->n++;
}

static void push_left(void *user, uint64_t hash)
{
    struct letters *letters = user;
    letters->pair[letters->n++] =
        (struct wh_pair){(uint32_t)(hash & (letters->n_buckets - 1)), letters->word};
}

static enum wh_status make_letters(struct wh_index *index, struct wh_error *err)
{
    struct letters letters = {.ctx = index->ctx};
    const struct wh_phrases *phrases = &index->phrases;
    for (uint32_t i = 0; i < index->word_names.n; i++) {
        if (index->word_names.start[i + 1] > index->word_names.start[i]) {
            each_left(phrases->word[i], count_left, &letters);
        }
    }
    index->n_buckets = 1024;
    while (index->n_buckets < letters.n && index->n_buckets < (1u << 30)) {
        index->n_buckets *= 2;
    }
    letters.n_buckets = index->n_buckets;
    letters.pair = wh_alloc_array(index->ctx, letters.n, sizeof *letters.pair);
    if (letters.pair == NULL) {
        return wh_fail_memory(index->ctx, err);
    }
    letters.n = 0;
    for (uint32_t i = 0; i < index->word_names.n; i++) {
        if (index->word_names.start[i + 1] > index->word_names.start[i]) {
            letters.word = i;
            each_left(phrases->word[i], push_left, &letters);
        }
    }
    const enum wh_status status = wh_lists_make(index->ctx, letters.pair, letters.n,
                                                index->n_buckets, &index->letter_words, err);
    wh_free(index->ctx, letters.pair);
    return status;
}

/* How telling a word is: 1 where one name holds it, near 0 where all do: log(N / n) / log(N), the
 * inverse document frequency (Sparck Jones 1972), scaled. */
static enum wh_status weigh_words(struct wh_index *index, struct wh_error *err)
{
    const double n_names = fmax(2, (double)index->n_street_names);
    index->word_weight =
        wh_alloc_array(index->ctx, index->phrases.n_words, sizeof *index->word_weight);
    if (index->word_weight == NULL) {
        return wh_fail_memory(index->ctx, err);
    }
    for (size_t i = 0; i < index->phrases.n_words; i++) {
        const double n = index->word_names.start[i + 1] - index->word_names.start[i];
        const double weight = 1 - log(fmax(1, n)) / log(n_names);
        const double cap = wh_word_is_street_type(index->phrases.word[i]) ? 0.35 : 1;
        index->word_weight[i] = (float)fmin(cap, fmax(0.05, weight));
    }
    return WH_OK;
}

enum wh_status wh_index_make_words(struct wh_index *index, struct wh_error *err)
{
    const struct wh_phrases *phrases = &index->phrases;
    size_t n_pairs = 0, n = 0;
    for (size_t i = 1; i < phrases->n_nodes; i++) {
        if (index->first_street[i] != 0) {
            uint32_t word[WH_MAX_WORDS];
            n_pairs += wh_phrases_words(phrases, (uint32_t)i, word);
            index->n_street_names++;
        }
    }
    struct wh_pair *pair = wh_alloc_array(index->ctx, n_pairs, sizeof *pair);
    index->street_name = wh_alloc_array(index->ctx, index->n_street_names, sizeof(uint32_t));
    if (pair == NULL || index->street_name == NULL) {
        wh_free(index->ctx, pair);
        return wh_fail_memory(index->ctx, err);
    }
    uint32_t n_names = 0;
    for (size_t i = 1; i < phrases->n_nodes; i++) {
        uint32_t word[WH_MAX_WORDS];
        if (index->first_street[i] == 0) {
            continue;
        }
        const size_t n_words = wh_phrases_words(phrases, (uint32_t)i, word);
        for (size_t k = 0; k < n_words; k++) {
            pair[n++] = (struct wh_pair){word[k], n_names};
        }
        index->street_name[n_names++] = (uint32_t)i;
    }
    enum wh_status status =
        wh_lists_make(index->ctx, pair, n, phrases->n_words, &index->word_names, err);
    wh_free(index->ctx, pair);
    if (status == WH_OK) {
        status = weigh_words(index, err);
    }
    return status != WH_OK ? status : make_letters(index, err);
}

/* ---- looking up ---- */

struct near_words {
    const struct wh_index *index;
    struct wh_str text;
    struct wh_like_word *found;
    size_t n, most;
};

static void try_word(struct near_words *near, uint32_t word)
{
    for (size_t i = 0; i < near->n; i++) {
        if (near->found[i].word == word) {
            return;
        }
    }
    const struct wh_str text = near->index->phrases.word[word];
    const float likeness = (float)wh_word_likeness(near->text, text);
    size_t i = near->n;
    if (likeness <= 0) {
        return;
    }
    /* By likeness, then by letters, so that what falls off the end does not depend on ids. */
    while (i > 0 &&
           (near->found[i - 1].likeness < likeness ||
            (!(near->found[i - 1].likeness > likeness) &&
             wh_str_compare(text, near->index->phrases.word[near->found[i - 1].word]) < 0))) {
        i--;
    }
    if (i == near->most) {
        return;
    }
    near->n = near->n < near->most ? near->n + 1 : near->n;
    memmove(&near->found[i + 1], &near->found[i], (near->n - 1 - i) * sizeof *near->found);
    near->found[i] = (struct wh_like_word){word, likeness};
}

static void try_bucket(void *user, uint64_t hash)
{
    struct near_words *near = user;
    const struct wh_index *index = near->index;
    const uint32_t bucket = (uint32_t)(hash & (index->n_buckets - 1));
    for (uint32_t i = index->letter_words.start[bucket]; i < index->letter_words.start[bucket + 1];
         i++) {
        try_word(near, index->letter_words.value[i]);
    }
}

size_t wh_index_near_words(const struct wh_index *index, struct wh_str text,
                           struct wh_like_word *ret, size_t most)
{
    struct near_words near = {index, text, ret, 0, most};
    if (index->letter_words.start == NULL || index->n_street_names == 0) {
        return 0;
    }
    each_left(text, try_bucket, &near);
    return near.n;
}
