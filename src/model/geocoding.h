/* model/geocoding.h: how well the requests of the state were placed, for officers. */
#ifndef WH_MODEL_GEOCODING_H
#define WH_MODEL_GEOCODING_H

#include "base/arena.h"
#include "model/gazetteer.h"
#include "model/placing.h"

/* One coordinate or postcode that holds far more requests than a real place does. */
struct wh_default_location {
    const char *source_id;
    char postcode[9]; /* "" of a coordinate */
    double x, y;      /* working CRS */
    uint64_t n;
    bool is_withheld;
};

/* Requests that share a source, a category, a channel or a ward, by how they were placed. */
struct wh_hits {
    const char *name;
    uint64_t requests; /* the sum of by_method */
    uint64_t by_method[WH_N_METHODS];
};
/* Those with a point: placed otherwise than by their ward alone. */
uint64_t wh_hits_placed(const struct wh_hits *hits);

enum wh_breakdown {
    WH_BY_SOURCE,
    WH_BY_CATEGORY,
    WH_BY_CHANNEL,
    WH_BY_WARD, /* that they lie in or, without a point, that their source names */
    WH_N_BREAKDOWNS
};
const char *wh_breakdown_name(enum wh_breakdown breakdown); /* "source", ... */

/* Classes of precision (1 sigma): up to 1, 10, 30, 100, 300, 1,000 m, and more. */
#define WH_N_PRECISIONS 7
/* The upper end of a class in metres; infinite for the last. */
double wh_precision_limit_m(size_t precision);
size_t wh_precision_class(double precision_m);

struct wh_name_hits {
    const char *name;
    uint64_t n;
};

struct wh_geocoding {
    struct wh_hits all;
    size_t n_by[WH_N_BREAKDOWNS];
    struct wh_hits *by[WH_N_BREAKDOWNS];    /* most requests first, then by name */
    uint64_t by_precision[WH_N_PRECISIONS]; /* of those with a point */
    uint64_t by_reason[WH_N_REASONS];       /* of those without one */
    uint64_t ties;                          /* several places fitted as well at some rung */
    uint64_t conflicts;                     /* coordinate and postcode are far apart */
    uint64_t other_postcodes;               /* found under another postcode than was said */
    uint64_t placeholders;                  /* a given coordinate could not be a place */
    size_t n_defaults;
    const struct wh_default_location *default_location;
    size_t n_unknown_streets; /* the commonest only */
    struct wh_name_hits *unknown_street;
    size_t n_gazetteers;
    const struct wh_gazetteer_note *gazetteer; /* borrowed */
    struct wh_arena arena;                     /* of all but the gazetteers */
};

#endif
