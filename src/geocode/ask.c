/* geocode/ask.c: postcode, unit, relation, grid reference and villages out of an address text. */
#include "geocode/ask.h"

#include <string.h>

#include "base/str.h"
#include "geocode/house.h"
#include "model/postcode.h"

/* How far from the named house people mean, 1 sigma: over the road, or along it. */
static const struct {
    const char *word;
    double beside_m;
} relations[] = {{"OUTSIDE", 10}, {"OPPOSITE", 15}, {"ADJ", 20},    {"NEAR", 25},
                 {"BEHIND", 20},  {"REAR", 20},     {"BESIDE", 20}, {"FRONT", 10},
                 {"NEXT", 15},    {"INFRONT", 10},  {"CORNER", 10}, {"JUNCTION", 10},
                 {"BETWEEN", 50}, {"VICINITY", 50}};

static double relation_of(struct wh_str word)
{
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
        if (wh_str_eq_c(word, relations[i].word)) {
            return relations[i].beside_m;
        }
    }
    return 0;
}

bool wh_is_idle_word(struct wh_str word)
{
    static const char *const idle[] = {"AND", "AT", "BY",  "FROM", "IN",   "NO",     "OF",
                                       "ON",  "OR", "THE", "TO",   "WITH", "BATHNES"};
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
        if (wh_str_eq_c(word, idle[i])) {
            return true;
        }
    }
    return relation_of(word) > 0;
}

static void mark(struct wh_asked *asked, size_t from, size_t to, enum wh_word_use use)
{
    for (size_t i = from; i < to; i++) {
        asked->use[i] |= (uint8_t)use;
    }
}

/* "BA2" alone: one or two letters, and a digit or two, perhaps a letter more. */
static bool is_outward(struct wh_str word)
{
    char whole[8], ret[9];
    if (word.len < 2 || word.len > 4) {
        return false;
    }
    /* It is one if a whole postcode can be made of it, as it stands. */
    memcpy(whole, word.ptr, word.len);
    memcpy(whole + word.len, "1AA", 3);
    return wh_postcode_normalise((struct wh_str){whole, word.len + 3}, ret) &&
           memcmp(ret, word.ptr, word.len) == 0 && ret[word.len] == ' ';
}

static void ask_postcode(struct wh_asked *asked, struct wh_str field)
{
    size_t at = 0, n = 0;
    char in_text[9];
    const bool has_field = wh_postcode_normalise(field, asked->postcode);
    if (!has_field) {
        asked->postcode[0] = '\0';
    }
    if (wh_find_postcode(&asked->words, 0, asked->words.n, &at, &n, in_text)) {
        mark(asked, at, at + n, WH_USED_POSTCODE);
        if (!has_field) {
            memcpy(asked->postcode, in_text, sizeof in_text);
        }
        return;
    }
    const struct wh_str trimmed = wh_str_trim(field);
    struct wh_str outward = is_outward(trimmed) ? trimmed : (struct wh_str){NULL, 0};
    if (asked->words.n > 0 && is_outward(asked->words.word[asked->words.n - 1].text)) {
        outward = asked->words.word[asked->words.n - 1].text;
        mark(asked, asked->words.n - 1, asked->words.n, WH_USED_POSTCODE);
    }
    if (outward.len > 0 && !has_field) {
        memcpy(asked->outward, outward.ptr, outward.len);
    }
}

/* Could a grid reference begin with this word: two letters, and then nothing but digits? */
static bool begins_grid_ref(struct wh_str word)
{
    for (size_t i = 0; i < word.len; i++) {
        const bool is_digit = word.ptr[i] >= '0' && word.ptr[i] <= '9';
        if (is_digit != (i >= 2)) {
            return false;
        }
    }
    return word.len >= 2;
}

/* Two letters and digits, in one to three words; a short one only when it is the whole text. */
static void ask_grid_ref(struct wh_asked *asked, struct wh_str address)
{
    const struct wh_words *words = &asked->words;
    asked->has_grid_ref = wh_grid_ref_read(address, &asked->grid_ref);
    if (asked->has_grid_ref) {
        mark(asked, 0, words->n, WH_USED_GRID_REF);
        return;
    }
    for (size_t i = 0; i < words->n && !asked->has_grid_ref; i++) {
        if (!begins_grid_ref(words->word[i].text)) {
            continue;
        }
        for (size_t n = 3; n >= 1 && !asked->has_grid_ref; n--) {
            char text[24];
            struct wh_grid_ref found;
            const size_t len =
                i + n <= words->n ? wh_words_join(words, i, i + n, text, sizeof text) : 0;
            if (len > 0 && wh_grid_ref_read((struct wh_str){text, len}, &found) &&
                found.size_m <= 100) {
                asked->has_grid_ref = true;
                asked->grid_ref = found;
                mark(asked, i, i + n, WH_USED_GRID_REF);
            }
        }
    }
}

static void ask_unit(const struct wh_index *index, struct wh_asked *asked)
{
    const struct wh_words *words = &asked->words;
    for (size_t i = 0; i + 1 < words->n && !asked->has_unit; i++) {
        if (!wh_is_unit_word(words->word[i].text) || asked->use[i] != 0) {
            continue;
        }
        const size_t at = wh_unit_words(words, i, words->n);
        const struct wh_str name = words->word[at].text;
        asked->has_unit = true;
        asked->unit = wh_phrases_step(&index->phrases, WH_NO_PHRASE, asked->id[at]);
        asked->unit_letter = name.len == 1 ? name.ptr[0] : '\0';
        mark(asked, i, at + 1, WH_USED_UNIT);
    }
}

/* "Junction Road" is a street's name; "corner St Johns Road" is none. */
static bool names_street(const struct wh_words *words, size_t i)
{
    const struct wh_word *word = &words->word[i];
    const bool is_meeting =
        wh_str_eq_c(word->text, "JUNCTION") || wh_str_eq_c(word->text, "CORNER");
    const bool has_kind = i + 1 < words->n && word[1].segment == word->segment &&
                          wh_word_is_street_type(word[1].text);
    return is_meeting && has_kind && (i + 2 == words->n || word[2].segment != word->segment);
}

/* police.uk's "On or near X": X is a name, however it begins. */
static bool says_name(const struct wh_words *words)
{
    return words->n > 3 && wh_str_eq_c(words->word[0].text, "ON") &&
           wh_str_eq_c(words->word[1].text, "OR") && wh_str_eq_c(words->word[2].text, "NEAR");
}

static void ask_relations(struct wh_asked *asked)
{
    asked->says_name = says_name(&asked->words);
    for (size_t i = 0; i < asked->words.n; i++) {
        const struct wh_word *word = &asked->words.word[i];
        if (names_street(&asked->words, i)) {
            continue;
        }
        const double beside_m = relation_of(word->text);
        const bool is_meeting = wh_str_eq_c(word->text, "JUNCTION") ||
                                wh_str_eq_c(word->text, "CORNER") || word->kind == WH_WORD_SLASH;
        if (beside_m > 0) {
            asked->beside_m = beside_m > asked->beside_m ? beside_m : asked->beside_m;
            mark(asked, i, i + 1, WH_USED_RELATION);
        }
        asked->is_junction = asked->is_junction || is_meeting;
    }
}

/* The longest name of a village, suburb, town, place or ward at each word. */
static void ask_localities(const struct wh_index *index, struct wh_asked *asked)
{
    const uint8_t wanted = WH_ROLE_LOCALITY | WH_ROLE_PLACE | WH_ROLE_WARD;
    for (size_t i = 0; i < asked->words.n && asked->n_localities < WH_MOST_LOCALITIES; i++) {
        uint32_t node = WH_NO_PHRASE;
        struct wh_span found = {0};
        for (size_t k = i; k < asked->words.n && asked->use[k] == 0 &&
                           asked->words.word[k].segment == asked->words.word[i].segment;
             k++) {
            node = wh_phrases_step(&index->phrases, node, asked->id[k]);
            if (node == WH_NO_PHRASE) {
                break;
            }
            if (index->phrases.role[node] & wanted) {
                found = (struct wh_span){node, (uint8_t)i, (uint8_t)(k + 1)};
            }
        }
        if (found.phrase != WH_NO_PHRASE) {
            asked->locality[asked->n_localities++] = found;
        }
    }
}

/* What stands where nobody knew an address: police.uk's "No Location" and its like. */
static bool says_nothing(const struct wh_words *words)
{
    static const char *const said[][2] = {{"NO", "LOCATION"},  {"NO", "ADDRESS"}, {"NOT", "KNOWN"},
                                          {"NOT", "PROVIDED"}, {"UNKNOWN", ""},   {"NONE", ""}};
    for (size_t i = 0; words->n <= 2 && i < sizeof said / sizeof said[0]; i++) {
        const size_t n = said[i][1][0] == '\0' ? 1 : 2;
        if (words->n == n && wh_str_eq_c(words->word[0].text, said[i][0]) &&
            (n == 1 || wh_str_eq_c(words->word[1].text, said[i][1]))) {
            return true;
        }
    }
    return false;
}

void wh_ask(const struct wh_index *index, struct wh_str address, struct wh_str postcode,
            struct wh_asked *ret)
{
    struct wh_asked *asked = ret;
    wh_words_split(address, &asked->words);
    if (says_nothing(&asked->words)) {
        asked->words.n = 0;
    }
    memset(asked->use, 0, asked->words.n);
    asked->outward[0] = asked->outward[1] = asked->outward[2] = asked->outward[3] =
        asked->outward[4] = '\0';
    asked->has_grid_ref = asked->has_unit = asked->is_junction = asked->says_name = false;
    asked->unit = WH_NO_PHRASE;
    asked->unit_letter = '\0';
    asked->beside_m = 0;
    asked->n_localities = 0;
    for (size_t i = 0; i < asked->words.n; i++) {
        asked->id[i] = wh_phrases_word(&index->phrases, asked->words.word[i].text);
    }
    ask_postcode(asked, postcode);
    asked->postcode_idx = asked->postcode[0] == '\0'
                              ? UINT32_MAX
                              : wh_index_find_postcode(index, wh_postcode_key(asked->postcode));
    if (asked->words.n > 0) {
        ask_grid_ref(asked, address);
        ask_relations(asked);
        ask_unit(index, asked);
        ask_localities(index, asked);
    }
}
