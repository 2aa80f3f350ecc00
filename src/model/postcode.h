/* model/postcode.h: the one way in which a postcode is written everywhere. Pure. */
#ifndef WH_MODEL_POSTCODE_H
#define WH_MODEL_POSTCODE_H

#include <wardheat/base.h>

/*
 * "ba11aa" -> "BA1 1AA" (8 characters at most and a NUL); false when it has not the shape of a
 * British postcode. Letter O and digit 0, letter I and digit 1 are put right where only one of them
 * can stand, if a digit stands anywhere in it: words are no postcodes ("NOT ONE").
 */
bool wh_postcode_normalise(struct wh_str text, char ret[9]);

#endif
