/* geocode/house.h: what stands where in a text: the unit, the house's number and name, the street,
 * the postcode. Pure; knows no gazetteer. */
#ifndef WH_GEOCODE_HOUSE_H
#define WH_GEOCODE_HOUSE_H

#include "geocode/words.h"

/* Words [from, to) of the text; from == to: none. */
struct wh_house {
    size_t unit_from, unit_to; /* "2A" of "Flat 2A" */
    size_t name_from, name_to; /* "ROSE COTT" */
    size_t number_at;          /* word of the number; SIZE_MAX: none */
    uint16_t number, number_end;
    char suffix;
};

/* The first word after "flat", "unit" and their like at `from`: the unit's own name. */
size_t wh_unit_words(const struct wh_words *words, size_t from, size_t to);
bool wh_is_unit_word(struct wh_str word);
/* A house in the words [from, to), which hold nothing else. */
void wh_house_read(const struct wh_words *words, size_t from, size_t to, struct wh_house *ret);

/*
 * The last words of [from, to) that are a postcode (the letter O and the digit 0 put right): its
 * first word and how many; false: none. `ret` as wh_postcode_normalise() writes it.
 */
bool wh_find_postcode(const struct wh_words *words, size_t from, size_t to, size_t *ret_at,
                      size_t *ret_n, char ret[9]);

/* A whole address of a gazetteer in one text, its parts parted by commas. */
struct wh_line {
    struct wh_house house;
    size_t street_from, street_to, locality_from, locality_to, town_from, town_to;
    char postcode[9]; /* "" when there is none */
};
void wh_line_read(const struct wh_words *words, struct wh_line *ret);

#endif
