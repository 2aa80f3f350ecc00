/*
 * geocode/match.h: the text of an address against the streets and houses of the gazetteers: which
 * fit, how well, and whether another fits as well. The scoring is described in docs/geocoding.md.
 */
#ifndef WH_GEOCODE_MATCH_H
#define WH_GEOCODE_MATCH_H

#include "geocode/ask.h"
#include "geocode/street.h"
#include "model/placing.h"

/* A street that the text may name. */
struct wh_candidate {
    uint32_t name;    /* phrase */
    uint8_t from, to; /* its words in the text */
    float likeness;   /* 1: as it is written, and nothing speaks against it */
};
enum { WH_MOST_CANDIDATES = 32 };
struct wh_candidates {
    size_t n;
    struct wh_candidate at[WH_MOST_CANDIDATES];
};

/* match_names.c: names as they stand in the text; of the streets of its postcode; spelled nearly
 * alike. */
void wh_candidates_exact(const struct wh_index *index, const struct wh_asked *asked,
                         struct wh_candidates *ret);
void wh_candidates_near(const struct wh_index *index, const struct wh_asked *asked,
                        struct wh_candidates *ret);

struct wh_match {
    float score;
    uint8_t part[WH_N_SCORE_PARTS];
    uint32_t street;
    uint32_t entry;    /* one of the houses, WH_NO_ENTRY: the street only */
    uint32_t n_houses; /* flats and halves that the text does not tell apart */
    bool is_split;     /* the same number twice in one street, too far apart to be one place */
    double x, y, precision_m;
    struct wh_gaz_ref ref;
    struct wh_candidate candidate;
};

enum { WH_MOST_BEST = 4 };
struct wh_matches {
    struct wh_match house, street;        /* the best of each; score 0: none */
    size_t n_best_houses, n_best_streets; /* the best few, for those who want to see why */
    struct wh_match best_house[WH_MOST_BEST], best_street[WH_MOST_BEST];
    uint32_t n_tied_houses, n_tied_streets; /* 2 and more: others fit as well */
    bool has_number;        /* the text has a house number or a house's name beside a street */
    bool is_number_unknown; /* the street is known, the house is not */
    bool has_street;        /* some name of a street stands in the text, however far its place */
};

/* Thread-safe; nothing is allocated. */
void wh_match(const struct wh_index *index, const struct wh_asked *asked, uint64_t usrn,
              struct wh_matches *ret);

#endif
