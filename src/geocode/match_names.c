/* geocode/match_names.c: which names of streets a text may hold, and how well each fits its words.
 */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "geocode/match.h"

enum {
    MOST_NEAR = 8,   /* spellings of one word that are followed */
    MOST_NAMES = 16, /* names looked at closely */
    N_SLOTS = 2048,  /* of the table of names that share a word with the text; a power of 2 */
    COMMON = 300,    /* names that hold a word: no more of it than with another word beside it */
    MOST_POSTINGS = 6000 /* looked at for one text */
};

#define EXTRA_WORD 0.86F      /* a word of the text beside the name that could be part of it */
#define OTHER_KIND 0.60F      /* Mill Lane for "Mill Road" */
#define OTHER_KIND_SURE 0.95F /* where the postcode has a Mill Lane */
#define KIND_AS_KIND 0.50F    /* of the weight of a kind of street, for another kind in its place */
#define LEAST_WHOLE 0.60F     /* of all letters of a name that is in the postcode */
#define OTHER_QUALIFIER 0.80F /* London Road for "London Road East" */
#define SKIPPED_WORD 0.95F    /* in the middle of a name */
#define WRONG_ORDER 0.90F
#define LEAST_LIKENESS 0.60F

static bool is_qualifier(struct wh_str word)
{
    static const char *const known[] = {"E",   "N",   "S",   "W",   "UPR",
                                        "LWR", "GRT", "LTL", "OLD", "NEW"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (wh_str_eq_c(word, known[i])) {
            return true;
        }
    }
    return false;
}

/* May word i of the text be part of a name? */
static bool is_free(const struct wh_asked *asked, size_t i)
{
    return asked->use[i] == 0 && asked->words.word[i].kind == WH_WORD;
}

/* What the words round the name [from, to) say against it. `kind`: the name's last word. */
static float look_around(const struct wh_asked *asked, size_t from, size_t to, bool has_kind)
{
    const struct wh_words *words = &asked->words;
    float likeness = 1;
    if (to < words->n && is_free(asked, to) &&
        words->word[to].segment == words->word[to - 1].segment) {
        const struct wh_str next = words->word[to].text;
        if (is_qualifier(next)) {
            likeness *= OTHER_QUALIFIER;
        } else if (wh_word_is_street_type(next)) {
            likeness *= has_kind ? OTHER_QUALIFIER : OTHER_KIND;
        }
    }
    if (from > 0 && is_free(asked, from - 1) &&
        words->word[from - 1].segment == words->word[from].segment) {
        const struct wh_str before = words->word[from - 1].text;
        likeness *= is_qualifier(before)      ? OTHER_QUALIFIER
                    : wh_is_idle_word(before) ? 1
                                              : EXTRA_WORD;
    }
    return likeness;
}

/* Keeps the better of two readings of one name; a full table loses the least likely. */
static void push(struct wh_candidates *candidates, uint32_t name, size_t from, size_t to,
                 float likeness)
{
    const struct wh_candidate candidate = {name, (uint8_t)from, (uint8_t)to, likeness};
    size_t worst = 0;
    for (size_t i = 0; i < candidates->n; i++) {
        if (candidates->at[i].name == name) {
            if (candidates->at[i].likeness < likeness) {
                candidates->at[i] = candidate;
            }
            return;
        }
        worst = candidates->at[i].likeness < candidates->at[worst].likeness ? i : worst;
    }
    if (candidates->n < WH_MOST_CANDIDATES) {
        candidates->at[candidates->n++] = candidate;
    } else if (candidates->at[worst].likeness < likeness) {
        candidates->at[worst] = candidate;
    }
}

void wh_candidates_exact(const struct wh_index *index, const struct wh_asked *asked,
                         struct wh_candidates *ret)
{
    ret->n = 0;
    for (size_t i = 0; i < asked->words.n; i++) {
        uint32_t node = WH_NO_PHRASE;
        for (size_t k = i; k < asked->words.n && asked->use[k] == 0 &&
                           asked->words.word[k].segment == asked->words.word[i].segment;
             k++) {
            node = wh_phrases_step(&index->phrases, node, asked->id[k]);
            if (node == WH_NO_PHRASE) {
                break;
            }
            if (index->phrases.role[node] & WH_ROLE_STREET) {
                const bool has_kind = wh_word_is_street_type(asked->words.word[k].text);
                push(ret, node, i, k + 1, look_around(asked, i, k + 1, has_kind));
            }
        }
    }
}

/* ---- nearly alike ---- */

/* The spellings that each word of the text may stand for. */
struct readings {
    size_t n[WH_MAX_WORDS];
    struct wh_like_word near[WH_MAX_WORDS][MOST_NEAR];
};

static void read_words(const struct wh_index *index, const struct wh_asked *asked,
                       struct readings *ret)
{
    for (size_t i = 0; i < asked->words.n; i++) {
        const struct wh_str text = asked->words.word[i].text;
        ret->n[i] = 0;
        if (!is_free(asked, i)) {
            continue;
        }
        if (wh_word_is_street_type(text) || text.len < 4) {
            if (asked->id[i] != WH_NO_WORD) {
                ret->near[i][ret->n[i]++] = (struct wh_like_word){asked->id[i], 1};
            }
            if (text.len < 3) {
                continue;
            }
        }
        struct wh_like_word found[MOST_NEAR];
        double likeness = 0;
        const struct wh_str type = asked->id[i] == WH_NO_WORD ? wh_word_near_type(text, &likeness)
                                                              : (struct wh_str){NULL, 0};
        const uint32_t type_id = likeness > 0 ? wh_phrases_word(&index->phrases, type) : WH_NO_WORD;
        if (type_id != WH_NO_WORD) {
            ret->near[i][ret->n[i]++] = (struct wh_like_word){type_id, (float)likeness};
        }
        const size_t n = wh_index_near_words(index, text, found, MOST_NEAR);
        for (size_t k = 0; k < n && ret->n[i] < MOST_NEAR; k++) {
            if (ret->n[i] == 0 || ret->near[i][0].word != found[k].word) {
                ret->near[i][ret->n[i]++] = found[k];
            }
        }
    }
}

static float likeness_of(const struct readings *readings, size_t i, uint32_t word)
{
    for (size_t k = 0; k < readings->n[i]; k++) {
        if (readings->near[i][k].word == word) {
            return readings->near[i][k].likeness;
        }
    }
    return 0;
}

/* What of a name's words is found among the words [from, to) of the text. */
struct found {
    size_t first, last, n; /* words of the text; how many of the name's */
    float share;           /* of the name's weight, each word as alike as it is spelled */
    bool is_in_order, has_last;
};

static struct found find_words(const struct wh_index *index, const struct readings *readings,
                               const uint32_t *word, size_t n, size_t from, size_t to)
{
    struct found found = {.first = SIZE_MAX, .is_in_order = true};
    size_t before = SIZE_MAX;
    float weight = 0;
    for (size_t k = 0; k < n; k++) {
        float best = 0;
        size_t best_at = SIZE_MAX;
        for (size_t i = from; i < to; i++) {
            const float likeness = likeness_of(readings, i, word[k]);
            const bool is_next = before != SIZE_MAX && i == before + 1;
            if (likeness > best || (is_next && likeness > 0 && likeness >= best)) {
                best = likeness;
                best_at = i;
            }
        }
        weight += index->word_weight[word[k]];
        if (best_at == SIZE_MAX) {
            continue;
        }
        found.share += index->word_weight[word[k]] * best;
        found.is_in_order = found.is_in_order && (before == SIZE_MAX || best_at > before);
        found.first = best_at < found.first ? best_at : found.first;
        found.last = best_at > found.last ? best_at : found.last;
        found.has_last = found.has_last || k + 1 == n;
        found.n++;
        before = best_at;
    }
    found.share /= weight;
    return found;
}

/* Another kind of street where the name's own should be; its share if one is taken for the other.
 */
static float share_as_kind(const struct wh_index *index, const struct wh_asked *asked,
                           const struct found *found, const uint32_t *word, size_t n)
{
    const size_t at = found->last + 1;
    const bool is_kind = !found->has_last && n > 1 && at < asked->words.n && is_free(asked, at) &&
                         asked->words.word[at].segment == asked->words.word[found->last].segment &&
                         wh_word_is_street_type(asked->words.word[at].text) &&
                         wh_word_is_street_type(index->phrases.word[word[n - 1]]);
    float weight = 0;
    for (size_t i = 0; i < n; i++) {
        weight += index->word_weight[word[i]];
    }
    return is_kind ? found->share + KIND_AS_KIND * index->word_weight[word[n - 1]] / weight : 0;
}

/*
 * How well the words of `name` are found in one part of the text between commas, the best of them:
 * the share of their weight that is there; less for words in between, for another order, and for
 * what stands beside it. `is_sure`: the postcode holds a street of this name.
 */
static float align(const struct wh_index *index, const struct wh_asked *asked,
                   const struct readings *readings, uint32_t name, bool is_sure, size_t *ret_from,
                   size_t *ret_to)
{
    uint32_t word[WH_MAX_WORDS];
    const size_t n = wh_phrases_words(&index->phrases, name, word);
    float best = 0;
    for (size_t from = 0, to = 0; from < asked->words.n; from = to) {
        while (to < asked->words.n &&
               asked->words.word[to].segment == asked->words.word[from].segment) {
            to++;
        }
        const struct found found = find_words(index, readings, word, n, from, to);
        if (found.n == 0 || found.share <= best) {
            continue;
        }
        float factor = found.is_in_order ? 1 : WRONG_ORDER;
        for (size_t i = found.last - found.first + 1; i > found.n; i--) {
            factor *= SKIPPED_WORD;
        }
        float likeness =
            found.share * factor * look_around(asked, found.first, found.last + 1, found.has_last);
        const float as_kind = share_as_kind(index, asked, &found, word, n);
        size_t end = found.last + 1;
        if (as_kind > 0) {
            const float other = is_sure ? OTHER_KIND_SURE : OTHER_KIND;
            likeness = as_kind * factor * other * look_around(asked, found.first, end + 1, true);
            end++;
        }
        if (likeness > best) {
            best = likeness;
            *ret_from = found.first;
            *ret_to = end;
        }
    }
    return best;
}

/* By all letters of a name together, for a street of the postcode: "Hrakow Close" is Harrow Close.
 */
static float compare_whole(const struct wh_index *index, const struct wh_asked *asked,
                           uint32_t name, size_t *ret_from, size_t *ret_to)
{
    enum { LONGEST_NAME = 40 };
    char known[LONGEST_NAME + 1], said[LONGEST_NAME];
    uint32_t word[WH_MAX_WORDS];
    const size_t n = wh_phrases_words(&index->phrases, name, word);
    const struct wh_str known_text =
        wh_str_c(wh_phrases_text(&index->phrases, name, known, sizeof known));
    float best = 0;
    for (size_t from = 0; from < asked->words.n; from++) {
        const size_t segment = asked->words.word[from].segment;
        const bool begins =
            is_free(asked, from) && (from == 0 || !is_free(asked, from - 1) ||
                                     asked->words.word[from - 1].segment != segment);
        size_t to = from;
        while (begins && to < asked->words.n && is_free(asked, to) && to < from + n &&
               asked->words.word[to].segment == segment) {
            to++;
        }
        const size_t len =
            to > from ? wh_words_join(&asked->words, from, to, said, sizeof said) : 0;
        const size_t longer = len > known_text.len ? len : known_text.len;
        if (len < 4) {
            continue;
        }
        const unsigned most = (unsigned)(longer / 3);
        const unsigned d = wh_word_distance((struct wh_str){said, len}, known_text, most);
        const float likeness = d > most ? 0 : 1 - (float)d / (float)longer;
        if (likeness > best) {
            best = likeness;
            *ret_from = from;
            *ret_to = to;
        }
    }
    return best >= LEAST_WHOLE ? best : 0;
}

/* Is what was found of the name within the name of a village or place that stands in the text as it
 * is: "Chew Valley School" is not nearly Chew Road? */
static bool is_of_place(const struct wh_asked *asked, size_t from, size_t to)
{
    for (size_t i = 0; i < asked->n_localities; i++) {
        if (asked->locality[i].from <= from && asked->locality[i].to >= to) {
            return true;
        }
    }
    return false;
}

/* Names that share words with the text, and the weight that they share. */
struct tally {
    const struct wh_index *index;
    uint32_t name[N_SLOTS]; /* position in street_name + 1; 0: free */
    float shared[N_SLOTS];
    uint16_t slot[N_SLOTS]; /* in use, in the order in which they were */
    size_t n, n_postings;
};

static void tally_name(struct tally *tally, uint32_t name, float weight, bool may_begin)
{
    size_t at =
        (name * UINT32_C(2654435761)) >> 21 & (N_SLOTS - 1); /* Knuth's multiplicative hash */
    while (tally->name[at] != 0 && tally->name[at] != name + 1) {
        at = (at + 1) & (N_SLOTS - 1);
    }
    if (tally->name[at] == 0) {
        if (!may_begin || 4 * tally->n >= 3 * N_SLOTS) {
            return;
        }
        tally->name[at] = name + 1;
        tally->shared[at] = 0;
        tally->slot[tally->n++] = (uint16_t)at;
    }
    tally->shared[at] += weight;
}

/* Rare words first, so that common ones only add to what they have found. */
static void tally_words(struct tally *tally, const struct wh_asked *asked,
                        const struct readings *readings)
{
    const struct wh_lists *lists = &tally->index->word_names;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < asked->words.n; i++) {
            for (size_t k = 0; k < readings->n[i]; k++) {
                const struct wh_like_word *near = &readings->near[i][k];
                const uint32_t from = lists->start[near->word], to = lists->start[near->word + 1];
                const bool is_common = to - from > COMMON;
                if (is_common != (pass == 1) || tally->n_postings + (to - from) > MOST_POSTINGS) {
                    continue;
                }
                tally->n_postings += to - from;
                const float weight = tally->index->word_weight[near->word] * near->likeness;
                for (uint32_t p = from; p < to; p++) {
                    tally_name(tally, lists->value[p], weight, pass == 0);
                }
            }
        }
    }
}

static float name_weight(const struct wh_index *index, uint32_t name)
{
    uint32_t word[WH_MAX_WORDS];
    const size_t n = wh_phrases_words(&index->phrases, name, word);
    float weight = 0;
    for (size_t i = 0; i < n; i++) {
        weight += index->word_weight[word[i]];
    }
    return weight;
}

struct ranked {
    uint32_t name; /* phrase */
    float share;
};

/* By their letters, so that equal names do not stand in the order of their numbers. */
static int compare_names(const struct wh_index *index, uint32_t a, uint32_t b)
{
    char text[2][160];
    return strcmp(wh_phrases_text(&index->phrases, a, text[0], sizeof text[0]),
                  wh_phrases_text(&index->phrases, b, text[1], sizeof text[1]));
}

/* The names that have most of their weight in the text. */
static size_t rank_names(const struct tally *tally, struct ranked ret[MOST_NAMES])
{
    size_t n = 0;
    for (size_t i = 0; i < tally->n; i++) {
        const size_t at = tally->slot[i];
        const uint32_t name = tally->index->street_name[tally->name[at] - 1];
        const float share = tally->shared[at] / name_weight(tally->index, name);
        size_t to = n;
        if (share < LEAST_LIKENESS) {
            continue;
        }
        while (to > 0 && (ret[to - 1].share < share ||
                          (!(ret[to - 1].share > share) &&
                           compare_names(tally->index, name, ret[to - 1].name) < 0))) {
            to--;
        }
        if (to == MOST_NAMES) {
            continue;
        }
        n = n < MOST_NAMES ? n + 1 : n;
        memmove(&ret[to + 1], &ret[to], (n - 1 - to) * sizeof *ret);
        ret[to] = (struct ranked){name, share};
    }
    return n;
}

void wh_candidates_near(const struct wh_index *index, const struct wh_asked *asked,
                        struct wh_candidates *ret)
{
    struct readings readings;
    struct tally tally = {.index = index};
    struct ranked ranked[MOST_NAMES];
    size_t from = 0, to = 0;
    ret->n = 0;
    read_words(index, asked, &readings);
    if (asked->postcode_idx != UINT32_MAX) {
        const struct wh_lists *streets = &index->postcode_streets;
        for (uint32_t i = streets->start[asked->postcode_idx];
             i < streets->start[asked->postcode_idx + 1]; i++) {
            const uint32_t name = index->street[streets->value[i]].name;
            float likeness = align(index, asked, &readings, name, true, &from, &to);
            if (likeness >= LEAST_LIKENESS) {
                push(ret, name, from, to, likeness);
            }
            likeness = compare_whole(index, asked, name, &from, &to);
            if (likeness > 0) {
                push(ret, name, from, to, likeness);
            }
        }
    }
    tally_words(&tally, asked, &readings);
    const size_t n = rank_names(&tally, ranked);
    for (size_t i = 0; i < n; i++) {
        const float likeness = align(index, asked, &readings, ranked[i].name, false, &from, &to);
        if (likeness >= LEAST_LIKENESS && !is_of_place(asked, from, to)) {
            push(ret, ranked[i].name, from, to, likeness);
        }
    }
}
