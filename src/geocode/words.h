/*
 * geocode/words.h: the text of an address as plain words: one case, no marks, one spelling of what
 * people abbreviate. Pure; no allocation; thread-safe.
 */
#ifndef WH_GEOCODE_WORDS_H
#define WH_GEOCODE_WORDS_H

#include <wardheat/base.h>

#define WH_MAX_WORDS 64u          /* of one address; the rest is not looked at */
#define WH_MAX_ADDRESS_BYTES 500u /* longer texts are no addresses (RELIABILITY.md 80) */

enum wh_word_kind {
    WH_WORD,        /* letters, or letters and digits ("B3123") */
    WH_WORD_NUMBER, /* a house number: "12", "12A", "12-14" */
    WH_WORD_SLASH   /* between two streets: "High St / Mill Ln" */
};

struct wh_word {
    struct wh_str text;  /* upper case, canonical, into the buffer below */
    uint8_t kind;        /* enum wh_word_kind */
    uint8_t segment;     /* commas, pipes and line ends begin a new one */
    char suffix;         /* of a number: 'A' of 12A; 0: none */
    uint16_t number;     /* of a number: 12 */
    uint16_t number_end; /* of a range: 14 of 12-14; else `number` */
};

struct wh_words {
    size_t n;
    struct wh_word word[WH_MAX_WORDS];
    char text[WH_MAX_ADDRESS_BYTES + WH_MAX_WORDS + 8];
    bool is_too_long; /* more than WH_MAX_ADDRESS_BYTES: no words at all */
};

/*
 * Splits `text` (any bytes). Letters with marks lose them (É -> E), apostrophes vanish (King's ->
 * KINGS), other marks part words; & is AND; "O/S" and its like are one word. What has several
 * spellings gets one: Road and Rd. -> RD, Street, St and Saint -> ST (the only way to treat the two
 * meanings alike), Gardens -> GDNS. Numbers of 5 digits and more are plain words.
 */
void wh_words_split(struct wh_str text, struct wh_words *ret);
/* Words [from, to) with blanks between, into `out`, no NUL at the end. Returns the length; 0: they
 * are longer than `size`. */
size_t wh_words_join(const struct wh_words *words, size_t from, size_t to, char *out, size_t size);

/* Is it a word that says what kind of street it is, such as RD or LN? `word` is canonical. */
bool wh_word_is_street_type(struct wh_str word);

/* The kind of street that a misspelled word is nearest to ("AVENEU" -> AVE), and how near: 0: to
 * none. */
struct wh_str wh_word_near_type(struct wh_str word, double *ret_likeness);

/*
 * Edit distance of two words (insert, delete, change, swap of neighbours; optimal string
 * alignment), at most `most` + 1: beyond `most` the count stops. Words longer than 40 bytes are
 * never near.
 */
unsigned wh_word_distance(struct wh_str a, struct wh_str b, unsigned most);
/* How alike two words are: 1 the same, 0 not alike; 1 - distance / length of the longer one. */
double wh_word_likeness(struct wh_str a, struct wh_str b);

#endif
