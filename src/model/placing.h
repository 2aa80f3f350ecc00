/* model/placing.h: how a request got its place, how well, and what spoke against a better one. */
#ifndef WH_MODEL_PLACING_H
#define WH_MODEL_PLACING_H

#include <wardheat/base.h>

/* Rungs of the ladder, best first; in the state by these numbers. */
enum wh_method {
    WH_METHOD_NONE,
    WH_METHOD_CORRECTION, /* somebody said where it is */
    WH_METHOD_COORDINATE,
    WH_METHOD_UPRN,
    WH_METHOD_GRID_REFERENCE,
    WH_METHOD_ADDRESS,          /* house, street and postcode */
    WH_METHOD_ADDRESS_LOCALITY, /* house and street, by its village or town, or the only one there
                                   is */
    WH_METHOD_JUNCTION,
    WH_METHOD_STREET, /* the middle of the street, or of its part in a postcode */
    WH_METHOD_POSTCODE,
    WH_METHOD_ENDED_POSTCODE, /* no longer in use */
    WH_METHOD_PLACE,          /* a park, a village */
    WH_METHOD_WARD,           /* only the ward is known: never a point */
    WH_N_METHODS
};
const char *wh_method_name(enum wh_method method); /* "coordinate", "ended-postcode", "none", ... */
const char *wh_method_words(enum wh_method method); /* "by its street": for pages */

/* Why no better rung held; of what is not placed: why none did. */
enum wh_place_reason {
    WH_REASON_NONE,
    WH_REASON_NOTHING,            /* no coordinates, number, address or postcode at all */
    WH_REASON_COORDINATE_ZERO,    /* 0, 0: a placeholder */
    WH_REASON_COORDINATE_SWAPPED, /* x and y exchanged */
    WH_REASON_COORDINATE_CRS,     /* degrees among metres */
    WH_REASON_COORDINATE_NOWHERE, /* no place that the CRS is for */
    WH_REASON_COORDINATE_FAULT,   /* told when it was read: a placeholder, or no number */
    WH_REASON_UPRN_UNKNOWN,
    WH_REASON_TOO_LONG, /* longer than any address */
    WH_REASON_POSTCODE_UNKNOWN,
    WH_REASON_STREET_UNKNOWN,
    WH_REASON_HOUSE_UNKNOWN, /* the street is known, the house in it is not */
    WH_REASON_TIE,           /* several places fit as well */
    WH_REASON_CANNOT_READ,   /* nothing in the text is known */
    WH_N_REASONS
};
const char *wh_reason_name(enum wh_place_reason reason);  /* "street-unknown": in files */
const char *wh_reason_words(enum wh_place_reason reason); /* a sentence's part, for people */

enum wh_placing_flag {
    WH_PLACING_TIE = 1,            /* at some rung above several places fitted as well */
    WH_PLACING_CONFLICT = 2,       /* given coordinate and postcode are far apart */
    WH_PLACING_OTHER_POSTCODE = 4, /* the address found has another postcode than was said */
    WH_PLACING_PLACEHOLDER = 8     /* a given coordinate was a field fault */
};

/* Parts of a score. */
enum wh_score_part {
    WH_SCORE_STREET,
    WH_SCORE_NUMBER,
    WH_SCORE_POSTCODE,
    WH_SCORE_LOCALITY,
    WH_N_SCORE_PARTS
};
const char *wh_score_part_name(enum wh_score_part part); /* "street", ... */
#define WH_NOT_SAID 255

#define WH_NO_GAZETTEER UINT16_MAX

struct wh_placing {
    float score;                    /* 0 to 1; 1 where nothing had to be compared */
    float conflict_m;               /* between given coordinate and postcode; 0: none */
    uint32_t line;                  /* of the gazetteer's row */
    uint16_t file;                  /* of the gazetteers' files; WH_NO_GAZETTEER: none */
    uint8_t reason;                 /* enum wh_place_reason */
    uint8_t flags;                  /* enum wh_placing_flag, or-ed */
    uint8_t part[WH_N_SCORE_PARTS]; /* 0 to 100; WH_NOT_SAID */
};

#endif
