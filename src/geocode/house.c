/* geocode/house.c: the parts of an address by their place in the text. */
#include "geocode/house.h"

#include <string.h>

#include "base/str.h"
#include "model/postcode.h"

bool wh_is_unit_word(struct wh_str word)
{
    static const char *const known[] = {"FLAT",  "UNIT",   "SUITE", "ROOM",
                                        "FLATS", "STUDIO", "UNITS"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (wh_str_eq_c(word, known[i])) {
            return true;
        }
    }
    return false;
}

size_t wh_unit_words(const struct wh_words *words, size_t from, size_t to)
{
    while (from + 1 < to &&
           (wh_is_unit_word(words->word[from].text) || wh_str_eq_c(words->word[from].text, "NO"))) {
        from++;
    }
    return from;
}

void wh_house_read(const struct wh_words *words, size_t from, size_t to, struct wh_house *ret)
{
    *ret = (struct wh_house){.number_at = SIZE_MAX};
    size_t i = from;
    if (i < to && wh_is_unit_word(words->word[i].text)) {
        ret->unit_from = wh_unit_words(words, i, to);
        ret->unit_to = ret->unit_from + 1;
        i = ret->unit_to;
    }
    for (size_t k = i; k < to; k++) {
        const struct wh_word *word = &words->word[k];
        if (word->kind == WH_WORD_NUMBER) {
            ret->number_at = k;
            ret->number = word->number;
            ret->number_end = word->number_end;
            ret->suffix = word->suffix;
            break;
        }
    }
    /* The name stands before the number, or after it. */
    const size_t end = ret->number_at == SIZE_MAX ? to : ret->number_at;
    if (end > i) {
        ret->name_from = i;
        ret->name_to = end;
    } else if (ret->number_at != SIZE_MAX && ret->number_at + 1 < to) {
        ret->name_from = ret->number_at + 1;
        ret->name_to = to;
    }
}

static bool begins_with_letter(struct wh_str word)
{
    return word.len > 0 && word.ptr[0] >= 'A' && word.ptr[0] <= 'Z';
}

/* One word, or two that are split where a postcode is: "12 Kite" is none, whatever can be put
 * right. */
static bool try_postcode(const struct wh_words *words, size_t at, size_t n, char ret[9])
{
    enum { INWARD = 3 };
    char both[16];
    size_t len = 0;
    if (!begins_with_letter(words->word[at].text) ||
        (n == 2 && words->word[at + 1].text.len != INWARD)) {
        return false;
    }
    for (size_t i = at; i < at + n; i++) {
        const struct wh_str text = words->word[i].text;
        if (len + text.len > sizeof both || words->word[i].kind == WH_WORD_SLASH ||
            words->word[i].number != words->word[i].number_end) {
            return false;
        }
        memcpy(both + len, text.ptr, text.len);
        len += text.len;
    }
    return wh_postcode_normalise((struct wh_str){both, len}, ret);
}

bool wh_find_postcode(const struct wh_words *words, size_t from, size_t to, size_t *ret_at,
                      size_t *ret_n, char ret[9])
{
    for (size_t i = to; i > from; i--) {
        for (size_t n = 2; n >= 1; n--) { /* two words before one, and three where all is apart */
            if (i - from >= n && try_postcode(words, i - n, n, ret)) {
                *ret_at = i - n;
                *ret_n = n;
                return true;
            }
        }
    }
    return false;
}

/* One past the last word of the segment that word `at` is in. */
static size_t segment_end(const struct wh_words *words, size_t at, size_t to)
{
    size_t end = at;
    while (end < to && words->word[end].segment == words->word[at].segment) {
        end++;
    }
    return end;
}

static bool has_type(const struct wh_words *words, size_t from, size_t to)
{
    return to > from + 1 && wh_word_is_street_type(words->word[to - 1].text);
}

/* Where the street begins: after a number in its segment, or in the segment after a number that
 * stands alone; else the first segment that ends in a kind of street. */
static bool find_street(const struct wh_words *words, size_t to, struct wh_line *line)
{
    for (size_t from = 0; from < to; from = segment_end(words, from, to)) {
        const size_t end = segment_end(words, from, to);
        size_t i = from;
        if (wh_is_unit_word(words->word[i].text)) {
            i = wh_unit_words(words, i, end) + 1;
        }
        while (i < end && words->word[i].kind != WH_WORD_NUMBER) {
            i++;
        }
        if (i >= end) {
            continue;
        }
        line->street_from = i + 1 < end ? i + 1 : end;
        line->street_to = i + 1 < end ? end : end < to ? segment_end(words, end, to) : end;
        wh_house_read(words, 0, i + 1, &line->house);
        return line->street_to > line->street_from;
    }
    for (size_t from = 0; from < to; from = segment_end(words, from, to)) {
        const size_t end = segment_end(words, from, to);
        if (has_type(words, from, end)) {
            line->street_from = from;
            line->street_to = end;
            wh_house_read(words, 0, from, &line->house);
            return true;
        }
    }
    return false;
}

void wh_line_read(const struct wh_words *words, struct wh_line *ret)
{
    size_t at = 0, n = 0, to = words->n;
    *ret = (struct wh_line){.house = {.number_at = SIZE_MAX}};
    if (wh_find_postcode(words, 0, words->n, &at, &n, ret->postcode)) {
        to = at;
    } else {
        ret->postcode[0] = '\0';
    }
    if (!find_street(words, to, ret)) {
        const size_t end = to > 0 ? segment_end(words, 0, to) : 0;
        wh_house_read(words, 0, end, &ret->house);
        ret->street_from = ret->street_to = end;
    }
    if (ret->street_to < to) {
        ret->locality_from = ret->street_to;
        ret->locality_to = segment_end(words, ret->street_to, to);
    }
    if (ret->locality_to > 0 && ret->locality_to < to) {
        ret->town_from = ret->locality_to;
        ret->town_to = segment_end(words, ret->locality_to, to);
    }
}
