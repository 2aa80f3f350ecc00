/* geocode/geocode.h: requests -> places: gazetteers opened once, then the ladder for every request;
 * the ward by point in polygon. */
#ifndef WH_GEOCODE_GEOCODE_H
#define WH_GEOCODE_GEOCODE_H

#include "geo/areas.h"
#include "geo/crs.h"
#include "geocode/corrections.h"
#include "geocode/gazetteer.h"
#include "geocode/ladder.h"
#include "model/geocoding.h"
#include "model/postcode.h"
#include "store/store.h"

/*
 * Every gazetteer of the config in one index. With a store, in a transaction of the caller's, rows
 * are kept there and files that have not changed (by sha256) are not read again; without one, all
 * are read. WH_ERR_INPUT: no file matches, no such column, not readable.
 */
struct wh_gazetteers;
struct wh_gazetteers_options {
    const char *working_crs;
    const struct wh_crs_options *crs_opt;
    const struct wh_areas *wards; /* their box says which rows are near, their names are known;
                                     NULL: every row is kept */
    struct wh_store *store;       /* or NULL */
};
WH_MUST_USE enum wh_status wh_gazetteers_open(struct wh_ctx *ctx,
                                              const struct wh_gazetteer *gazetteer, size_t n,
                                              const struct wh_gazetteers_options *opt,
                                              struct wh_gazetteers **ret, struct wh_error *err);
void wh_gazetteers_destroy(struct wh_ctx *ctx, struct wh_gazetteers *gazetteers);
const struct wh_index *wh_gazetteers_index(const struct wh_gazetteers *gazetteers);
/* Files read, for the manifest; a placing's `file` is an index into them. */
const struct wh_gazetteer_note *wh_gazetteers_files(const struct wh_gazetteers *gazetteers,
                                                    size_t *ret_n);

/* A source's CRS and its transform into the working CRS, by source id. */
struct wh_source_crs {
    const char *source_id;
    struct wh_transform *to_working;
    struct wh_transform *to_lonlat; /* working CRS -> EPSG:4326: what has none is nowhere; NULL: not
                                       looked at */
    bool is_geographic;             /* x and y are degrees */
    double precision_m;             /* of given coordinates: 0 exact; police snap points about 50 */
    bool may_pile_up; /* snap points: many requests at one coordinate are no default location */
};

struct wh_geocode_options {
    const struct wh_areas *wards;
    const struct wh_gazetteers *gazetteers;
    const struct wh_source_crs *source;
    size_t n_sources;
    struct wh_ladder_options ladder;
    const struct wh_corrections *corrections; /* before any rung; NULL: none */
    const struct wh_fix *fix;                 /* wh_corrections_find() */
    size_t n_fixes;
    const char *const *sensitive; /* categories that are withheld */
    size_t n_sensitive;
    double coarsest_m;             /* less exact places are not drawn; 0: all are */
    double default_share;          /* one coordinate or postcode holding more than this share of a
                                      source's requests ... */
    double default_category_share; /* ... or this of one category's ... */
    uint32_t default_at_least;     /* ... and at least so many is a default location; 0: never */
    bool default_is_kept;          /* it is told, but not withheld */
};

struct wh_geocode_report {
    size_t n_sources;
    struct wh_placing_ledger *ledger; /* one a source, in the order of requests->source_id */
    size_t n_defaults;
    struct wh_default_location *default_location;
    size_t n_idle_fixes;     /* their UPRN is in no gazetteer: nothing was corrected */
    uint32_t first_idle_fix; /* the line of the first of them */
};
void wh_geocode_report_finish(struct wh_ctx *ctx, struct wh_geocode_report *report);

/*
 * A pair of given coordinates, in its source's CRS -> the working CRS, in place. Not NONE: it is a
 * placeholder, exchanged, of another CRS, or nowhere; then x and y are not defined. `area` is the
 * wards' box.
 */
enum wh_place_reason wh_given_check(const struct wh_source_crs *source, const double area[4],
                                    double *x, double *y);

/*
 * Places every request: fills x, y, precision_m, method, placing, ward and outcome of
 * `unplaced->requests`, in parallel where it pays; the result does not depend on the number of
 * threads. The ledger balances, or WH_ERR_INTERNAL.
 */
WH_MUST_USE enum wh_status wh_geocode(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                                      struct wh_unplaced *unplaced, struct wh_geocode_report *ret,
                                      struct wh_error *err);
#endif
