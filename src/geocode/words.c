/* geocode/words.c: bytes -> words; spellings; edit distance. */
#include "geocode/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- spellings ---- */

struct spelling {
    const char *from, *to;
};

/*
 * Sorted by `from`. After BS 7666-0:2006 and Royal Mail's PAF Programmers' Guide (abbreviations in
 * thoroughfare names), and what councils' forms hold. What stands on the right is looked up as it
 * is.
 */
static const struct spelling spellings[] = {
    {"ADJACENT", "ADJ"},    {"APARTMENT", "FLAT"},   {"APARTMENTS", "FLATS"},
    {"APPROACH", "APP"},    {"APPT", "FLAT"},        {"APT", "FLAT"},
    {"APTS", "FLATS"},      {"AV", "AVE"},           {"AVENUE", "AVE"},
    {"AVN", "AVE"},         {"BLDG", "BLDGS"},       {"BLDS", "BLDGS"},
    {"BLK", "BLOCK"},       {"BLVD", "BVD"},         {"BOULEVARD", "BVD"},
    {"BRIDGE", "BDG"},      {"BROS", "BROTHERS"},    {"BUILDING", "BLDGS"},
    {"BUILDINGS", "BLDGS"}, {"CENTER", "CTR"},       {"CENTRE", "CTR"},
    {"CIRCUS", "CIR"},      {"CLO", "CL"},           {"CLOSE", "CL"},
    {"CNR", "CORNER"},      {"COMMON", "CMN"},       {"COTTAGE", "COTT"},
    {"COTTAGES", "COTTS"},  {"COURT", "CT"},         {"CRESCENT", "CRES"},
    {"CRESENT", "CRES"},    {"CRSC", "CRES"},        {"CRT", "CT"},
    {"CSWY", "CAUSEWAY"},   {"DRIVE", "DR"},         {"DRV", "DR"},
    {"EAST", "E"},          {"ESPLANADE", "ESP"},    {"EST", "ESTATE"},
    {"FLR", "FLOOR"},       {"FLT", "FLAT"},         {"GARDEN", "GDN"},
    {"GARDENS", "GDNS"},    {"GATE", "GT"},          {"GND", "GROUND"},
    {"GRDNS", "GDNS"},      {"GREAT", "GRT"},        {"GREEN", "GRN"},
    {"GROVE", "GRO"},       {"GRV", "GRO"},          {"GTE", "GT"},
    {"HEIGHTS", "HTS"},     {"HGTS", "HTS"},         {"HILL", "HL"},
    {"HOUSE", "HSE"},       {"INDUSTRIAL", "IND"},   {"JCN", "JUNCTION"},
    {"JCT", "JUNCTION"},    {"JCTN", "JUNCTION"},    {"JNC", "JUNCTION"},
    {"JNCT", "JUNCTION"},   {"JNCTION", "JUNCTION"}, {"JUNC", "JUNCTION"},
    {"JUNCT", "JUNCTION"},  {"LANE", "LN"},          {"LITTLE", "LTL"},
    {"LOWER", "LWR"},       {"LT", "LTL"},           {"LTD", "LIMITED"},
    {"MEADOW", "MDW"},      {"MEADOWS", "MDWS"},     {"MOUNT", "MT"},
    {"NORTH", "N"},         {"NR", "NEAR"},          {"NTH", "N"},
    {"OPP", "OPPOSITE"},    {"PARADE", "PDE"},       {"PARK", "PK"},
    {"PASSAGE", "PSGE"},    {"PLACE", "PL"},         {"PLC", "PL"},
    {"PRDE", "PDE"},        {"PSG", "PSGE"},         {"RISE", "RI"},
    {"ROAD", "RD"},         {"SAINT", "ST"},         {"SAINTS", "STS"},
    {"SOUTH", "S"},         {"SQUARE", "SQ"},        {"STH", "S"},
    {"STR", "ST"},          {"STREET", "ST"},        {"STRT", "ST"},
    {"TCE", "TERR"},        {"TER", "TERR"},         {"TERRACE", "TERR"},
    {"UNI", "UNIVERSITY"},  {"UPP", "UPR"},          {"UPPER", "UPR"},
    {"VALE", "VL"},         {"VILLAS", "VLS"},       {"WALK", "WK"},
    {"WAY", "WY"},          {"WEST", "W"},           {"WLK", "WK"},
    {"YARD", "YD"},
};

/* Sorted, canonical. */
static const char *const street_types[] = {
    "APP",  "AVE", "BDG", "BLDGS", "BVD", "CIR",  "CL", "CMN",  "CRES", "CT", "DR", "ESP",
    "GDNS", "GRN", "GRO", "GT",    "HL",  "HTS",  "LN", "MEWS", "PDE",  "PK", "PL", "PSGE",
    "RD",   "RI",  "ROW", "SQ",    "ST",  "TERR", "VL", "VLS",  "WK",   "WY", "YD"};

static int compare_word(struct wh_str word, const char *other)
{
    return wh_str_compare(word, wh_str_c(other));
}

static int compare_spelling(const void *key, const void *element)
{
    return compare_word(*(const struct wh_str *)key, ((const struct spelling *)element)->from);
}

static int compare_type(const void *key, const void *element)
{
    return compare_word(*(const struct wh_str *)key, *(const char *const *)element);
}

static struct wh_str canonical(struct wh_str word)
{
    const struct spelling *found = bsearch(&word, spellings, sizeof spellings / sizeof *spellings,
                                           sizeof *spellings, compare_spelling);
    return found == NULL ? word : wh_str_c(found->to);
}

/* "HIGHSTREET", "WELLSWAY": how many letters stand before the kind of street; 0: not such a word.
 * It is done to gazetteers and addresses alike, so that both ways of writing are one. */
static size_t split_at(struct wh_str word)
{
    static const char *const ends[] = {"STREET",  "ROAD",    "LANE",   "AVENUE", "CLOSE",
                                       "DRIVE",   "TERRACE", "SQUARE", "WAY",    "CRESCENT",
                                       "GARDENS", "PARADE",  "PLACE"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const size_t n = strlen(ends[i]);
        if (word.len >= n + 3 && wh_str_has_suffix(word, ends[i])) {
            return word.len - n;
        }
    }
    return 0;
}

bool wh_word_is_street_type(struct wh_str word)
{
    return bsearch(&word, street_types, sizeof street_types / sizeof *street_types,
                   sizeof *street_types, compare_type) != NULL;
}

struct wh_str wh_word_near_type(struct wh_str word, double *ret_likeness)
{
    struct wh_str best = {NULL, 0};
    *ret_likeness = 0;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        const struct wh_str from = wh_str_c(spellings[i].from), to = wh_str_c(spellings[i].to);
        const double likeness = from.len >= 4 ? wh_word_likeness(word, from) : 0;
        if (likeness > *ret_likeness && wh_word_is_street_type(to)) {
            *ret_likeness = likeness;
            best = to;
        }
    }
    return best;
}

/* ---- letters ---- */

/* U+00C0 to U+017F without their marks; a blank: no letter. Two letters stand for Æ, Œ, ß, Þ, Ĳ. */
static const char latin[] =
    "AAAAAA*CEEEEIIIIDNOOOOO OUUUUY**aaaaaa*ceeeeiiiidnooooo ouuuuy*y" /* Latin-1 */
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi**JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo**"
    "RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

enum { VANISHES = 1, PARTS = 2, BEGINS_SEGMENT = 3, KEEPS = 4 };

static const char *two_letters(uint32_t c)
{
    switch (c) {
    case 0xC6:
    case 0xE6:
        return "AE";
    case 0x152:
    case 0x153:
        return "OE";
    case 0xDF:
        return "SS";
    case 0xDE:
    case 0xFE:
        return "TH";
    case 0x132:
    case 0x133:
        return "IJ";
    default:
        return NULL;
    }
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* What a character does to the word that it stands in; letters go to `out`. */
static int classify(uint32_t c, char out[3])
{
    out[0] = out[1] = out[2] = '\0';
    if (c < 0x80) {
        const char letter = upper((char)c);
        if (is_letter(letter) || is_digit(letter)) {
            out[0] = letter;
            return KEEPS;
        }
        if (c == '\'' || c == '`') {
            return VANISHES;
        }
        return c != 0 && strchr(",|;:()[]{}\n\r\t\"", (int)c) != NULL ? BEGINS_SEGMENT : PARTS;
    }
    const char *two = two_letters(c);
    if (two != NULL) {
        out[0] = two[0];
        out[1] = two[1];
        return KEEPS;
    }
    if (c >= 0xC0 && c < 0xC0 + sizeof latin - 1) {
        out[0] = upper(latin[c - 0xC0]);
        return is_letter(out[0]) ? KEEPS : PARTS;
    }
    if (c == 0x2018 || c == 0x2019 || c == 0x2BC || c == 0xB4) {
        return VANISHES;
    }
    /* Letters of other scripts stay as they are; what is no letter in any parts words. */
    return c < 0xC0 || (c >= 0x2000 && c < 0x2C00) || (c >= 0x3000 && c < 0x3040) || c >= 0xE000
               ? PARTS
               : KEEPS;
}

/* ---- words ---- */

struct splitter {
    struct wh_words *out;
    size_t n_text, from; /* bytes in the buffer; where the open word begins */
    uint8_t segment;
    bool begins_segment; /* with the next word */
    char joint;          /* '-' or '/' since the last word; 0: none */
    bool is_close;       /* no blank between the last word and the joint */
};

/* "12", "12A": a number of at most 4 digits, with at most one letter. */
static bool read_number(struct wh_str text, struct wh_word *word)
{
    uint32_t value = 0;
    size_t n = 0;
    while (n < text.len && is_digit(text.ptr[n])) {
        value = value * 10 + (uint32_t)(text.ptr[n++] - '0');
        if (n > 4) {
            return false;
        }
    }
    if (n == 0 || value == 0 || text.len > n + 1) {
        return false;
    }
    word->kind = WH_WORD_NUMBER;
    word->number = word->number_end = (uint16_t)value;
    word->suffix = text.len == n + 1 ? text.ptr[n] : '\0';
    return text.len == n || is_letter(text.ptr[n]);
}

static bool is_unit_word(struct wh_str word)
{
    return wh_str_eq_c(word, "FLAT") || wh_str_eq_c(word, "UNIT") || wh_str_eq_c(word, "SUITE") ||
           wh_str_eq_c(word, "ROOM");
}

/* "12" and "14" with a dash or slash between them are one range, unless the first is a flat's. */
static bool joins_range(const struct splitter *s, const struct wh_word *next)
{
    const struct wh_words *out = s->out;
    if (s->joint == '\0' || out->n == 0 || s->begins_segment) {
        return false;
    }
    const struct wh_word *last = &out->word[out->n - 1];
    const bool is_flat = out->n > 1 && is_unit_word(out->word[out->n - 2].text);
    return last->kind == WH_WORD_NUMBER && next->kind == WH_WORD_NUMBER && !is_flat &&
           last->number == last->number_end && next->number >= last->number &&
           next->number - last->number <= 200;
}

/* O/S, R/O: the only abbreviations that have a slash in them. */
static bool joins_letters(const struct splitter *s, struct wh_str text, struct wh_str *ret)
{
    struct wh_words *out = s->out;
    if (s->joint != '/' || !s->is_close || out->n == 0 || text.len != 1 || s->begins_segment) {
        return false;
    }
    const struct wh_str last = out->word[out->n - 1].text;
    if (last.len == 1 && last.ptr[0] == 'O' && text.ptr[0] == 'S') {
        *ret = wh_str_c("OUTSIDE");
        return true;
    }
    if (last.len == 1 && last.ptr[0] == 'R' && text.ptr[0] == 'O') {
        *ret = wh_str_c("REAR");
        return true;
    }
    return false;
}

static void push(struct splitter *s, struct wh_word word)
{
    if (s->out->n == WH_MAX_WORDS) {
        return;
    }
    if (s->begins_segment && s->out->n > 0 && s->segment < UINT8_MAX) {
        s->segment++;
    }
    word.segment = s->segment;
    s->begins_segment = false;
    s->out->word[s->out->n++] = word;
}

static void push_split(struct splitter *s, struct wh_word word)
{
    const size_t at = word.kind == WH_WORD ? split_at(word.text) : 0;
    if (at > 0) {
        push(s, (struct wh_word){.text = canonical(wh_str_slice(word.text, 0, at))});
        word.text = canonical(wh_str_slice(word.text, at, word.text.len));
    }
    push(s, word);
}

/* A letter that stands alone after a number belongs to it: "12 A High Street". */
static bool joins_suffix(const struct splitter *s, struct wh_str text)
{
    const struct wh_words *out = s->out;
    if (out->n == 0 || s->begins_segment || text.len != 1 || text.ptr[0] > 'H' ||
        text.ptr[0] == 'E' || !is_letter(text.ptr[0])) {
        return false;
    }
    const struct wh_word *last = &out->word[out->n - 1];
    return last->kind == WH_WORD_NUMBER && last->suffix == '\0';
}

static void end_word(struct splitter *s)
{
    struct wh_words *out = s->out;
    const struct wh_str text = {out->text + s->from, s->n_text - s->from};
    struct wh_str joined = {NULL, 0};
    struct wh_word word = {.text = text};
    if (text.len == 0) {
        return;
    }
    s->from = s->n_text;
    if (!read_number(text, &word)) {
        word = (struct wh_word){.text = canonical(text)};
    }
    if (joins_range(s, &word)) {
        out->word[out->n - 1].number_end = word.number;
    } else if (joins_letters(s, text, &joined)) {
        out->word[out->n - 1].text = joined;
    } else if (joins_suffix(s, text)) {
        if (s->joint == '\0') { /* "12A-C" stays 12A */
            out->word[out->n - 1].suffix = text.ptr[0];
            out->word[out->n - 1].text.len++; /* the letter stands behind the digits */
        }
    } else {
        if (s->joint == '/' && out->n > 0 && !s->begins_segment) {
            push(s, (struct wh_word){.text = wh_str_c("/"), .kind = WH_WORD_SLASH});
        }
        push_split(s, word);
    }
    s->joint = '\0';
}

static void take(struct splitter *s, uint32_t c, struct wh_str bytes)
{
    char letter[3];
    switch (classify(c, letter)) {
    case KEEPS:
        if (letter[0] == '\0') {
            memcpy(s->out->text + s->n_text, bytes.ptr, bytes.len);
            s->n_text += bytes.len;
        }
        for (size_t i = 0; i < 2 && letter[i] != '\0'; i++) {
            s->out->text[s->n_text++] = letter[i];
        }
        return;
    case VANISHES:
        return;
    case BEGINS_SEGMENT:
        end_word(s);
        s->begins_segment = true;
        s->joint = '\0';
        return;
    default: {
        const bool is_dash = c == '-' || c == 0x2013 || c == 0x2014;
        const bool ended_word = s->n_text > s->from;
        end_word(s);
        if (c == '/' || is_dash) {
            s->joint = is_dash ? '-' : '/';
            s->is_close = ended_word;
        }
        if (c == '&') {
            push(s, (struct wh_word){.text = wh_str_c("AND")});
        }
        return;
    }
    }
}

void wh_words_split(struct wh_str text, struct wh_words *ret)
{
    struct splitter s = {.out = ret};
    ret->n = 0;
    ret->is_too_long = text.len > WH_MAX_ADDRESS_BYTES;
    if (ret->is_too_long) {
        return;
    }
    for (size_t pos = 0; pos < text.len;) {
        const size_t at = pos;
        const uint32_t c = (unsigned char)text.ptr[at] < 0x80 ? (unsigned char)text.ptr[pos++]
                                                              : wh_utf8_next(text, &pos);
        take(&s, c, wh_str_slice(text, at, pos));
    }
    end_word(&s);
}

size_t wh_words_join(const struct wh_words *words, size_t from, size_t to, char *out, size_t size)
{
    size_t len = 0;
    for (size_t i = from; i < to; i++) {
        const struct wh_str text = words->word[i].text;
        if (len + text.len + 1 > size) {
            return 0;
        }
        if (i > from) {
            out[len++] = ' ';
        }
        memcpy(out + len, text.ptr, text.len);
        len += text.len;
    }
    return len;
}

/* ---- likeness ---- */

enum { LONGEST_WORD = 40 };

unsigned wh_word_distance(struct wh_str a, struct wh_str b, unsigned most)
{
    /* Rows of the matrix of Damerau 1964, in the restricted form: no part is edited twice. */
    uint8_t row[3][LONGEST_WORD + 1];
    const size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len > LONGEST_WORD || b.len > LONGEST_WORD || gap > most) {
        return most + 1;
    }
    uint8_t *before = row[0], *last = row[1], *now = row[2];
    for (size_t j = 0; j <= b.len; j++) {
        last[j] = (uint8_t)j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        unsigned least = (unsigned)i;
        now[0] = (uint8_t)i;
        for (size_t j = 1; j <= b.len; j++) {
            unsigned d = last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1] ? 1u : 0u);
            d = last[j] + 1u < d ? last[j] + 1u : d;
            d = now[j - 1] + 1u < d ? now[j - 1] + 1u : d;
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1] &&
                before[j - 2] + 1u < d) {
                d = before[j - 2] + 1u;
            }
            now[j] = (uint8_t)d;
            least = d < least ? d : least;
        }
        if (least > most) {
            return most + 1;
        }
        uint8_t *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[b.len] > most ? most + 1 : last[b.len];
}

double wh_word_likeness(struct wh_str a, struct wh_str b)
{
    const size_t longer = a.len > b.len ? a.len : b.len;
    if (wh_str_eq(a, b)) {
        return 1;
    }
    const unsigned most = longer >= 8 ? 2 : longer >= 4 ? 1 : 0;
    const unsigned distance = wh_word_distance(a, b, most);
    return distance > most ? 0 : 1 - (double)distance / (double)longer;
}
