/* base/str.c: borrowed slices of text. */
#include "base/str.h"

#include <string.h>

struct wh_str wh_str_c(const char *text)
{
    return (struct wh_str){text, text != NULL ? strlen(text) : 0};
}

bool wh_str_eq(struct wh_str a, struct wh_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool wh_str_eq_c(struct wh_str a, const char *b)
{
    return wh_str_eq(a, wh_str_c(b));
}

/* Not tolower(): that one follows the locale. */
static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool wh_str_eq_fold(struct wh_str a, struct wh_str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (fold(a.ptr[i]) != fold(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

int wh_str_compare(struct wh_str a, struct wh_str b)
{
    const size_t shared = a.len < b.len ? a.len : b.len;
    const int order = shared > 0 ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct wh_str wh_str_trim(struct wh_str text)
{
    while (text.len > 0 && is_blank(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && is_blank(text.ptr[text.len - 1])) {
        text.len--;
    }
    return text;
}

struct wh_str wh_str_slice(struct wh_str text, size_t from, size_t to)
{
    if (to > text.len) {
        to = text.len;
    }
    if (from >= to) {
        return (struct wh_str){NULL, 0};
    }
    return (struct wh_str){text.ptr + from, to - from};
}

bool wh_str_has_prefix(struct wh_str text, const char *prefix)
{
    const size_t len = strlen(prefix);
    return text.len >= len && (len == 0 || memcmp(text.ptr, prefix, len) == 0);
}

bool wh_str_has_suffix(struct wh_str text, const char *suffix)
{
    const size_t len = strlen(suffix);
    return text.len >= len && (len == 0 || memcmp(text.ptr + text.len - len, suffix, len) == 0);
}

size_t wh_str_find(struct wh_str text, char c)
{
    const char *at = text.len > 0 ? memchr(text.ptr, c, text.len) : NULL;
    return at != NULL ? (size_t)(at - text.ptr) : text.len;
}

static size_t min2(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment (Damerau-Levenshtein without overlapping swaps), three rows of the table
 * kept. */
size_t wh_str_distance(struct wh_str a, struct wh_str b)
{
    enum { LONGEST = 128 };
    if (a.len > LONGEST || b.len > LONGEST) {
        return a.len > b.len ? a.len : b.len; /* not words: as far apart as can be */
    }
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b.len; j++) {
        last[j] = j;
        before[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const char ca = fold(a.ptr[i - 1]), cb = fold(b.ptr[j - 1]);
            size_t best = last[j - 1] + (ca == cb ? 0 : 1);
            best = min2(best, min2(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && ca == fold(b.ptr[j - 2]) && fold(a.ptr[i - 2]) == cb) {
                best = min2(best, before[j - 2] + 1);
            }
            now[j] = best;
        }
        size_t *const spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[b.len];
}

void wh_near_word_offer(struct wh_near_word *nearest, struct wh_str candidate)
{
    const size_t distance = wh_str_distance(nearest->word, candidate);
    if (nearest->best.ptr == NULL ? distance <= nearest->most : distance < nearest->most) {
        nearest->most = distance;
        nearest->best = candidate;
    }
}

/* FNV-1a (Fowler, Noll, Vo 1991), 64 bit. */
static uint64_t add_to_hash(uint64_t hash, char c)
{
    return (hash ^ (unsigned char)c) * UINT64_C(1099511628211);
}

#define HASH_OF_NOTHING UINT64_C(14695981039346656037)

uint64_t wh_str_hash(struct wh_str text)
{
    uint64_t hash = HASH_OF_NOTHING;
    for (size_t i = 0; i < text.len; i++) {
        hash = add_to_hash(hash, text.ptr[i]);
    }
    return hash;
}

uint64_t wh_str_hash_fold(struct wh_str text)
{
    uint64_t hash = HASH_OF_NOTHING;
    for (size_t i = 0; i < text.len; i++) {
        hash = add_to_hash(hash, fold(text.ptr[i]));
    }
    return hash;
}
