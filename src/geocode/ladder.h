/*
 * geocode/ladder.h: one request -> its place, by the first rung that holds: coordinates, UPRN, grid
 * reference, house, junction, street, postcode, ended postcode, place, ward. docs/geocoding.md is
 * the same in words.
 */
#ifndef WH_GEOCODE_LADDER_H
#define WH_GEOCODE_LADDER_H

#include "base/str.h"
#include "geo/crs.h"
#include "geocode/match.h"
#include "model/requests.h"

/* What is known of one request's place. Text is borrowed. */
struct wh_question {
    double x, y; /* given coordinates in the working CRS; NaN: none */
    double given_precision_m;
    uint64_t uprn, usrn; /* 0: none */
    struct wh_str address, postcode, ward;
};

struct wh_ladder_options {
    double conflict_m;  /* a given coordinate further from its own postcode is flagged */
    bool postcode_wins; /* and then the postcode is taken */
    struct wh_transform
        *from_grid; /* British National Grid -> working CRS; NULL: no grid references */
};

struct wh_answer {
    enum wh_method method;
    double x, y; /* working CRS; NaN: no point (not placed, or only a ward is known) */
    double precision_m;
    struct wh_placing placing; /* score, parts, row, flags, reason */
    uint32_t postcode;         /* whose addresses the request may be at; UINT32_MAX: none */
    uint32_t ward_phrase;      /* of a ward that is all that is known */
};

/* Places one request; with `explain` not NULL every rung says there what it tried and why not.
 * Thread-safe; allocates only for `explain`. */
void wh_ladder(const struct wh_index *index, const struct wh_ladder_options *opt,
               const struct wh_question *question, struct wh_buf *explain, struct wh_answer *ret);

#endif
