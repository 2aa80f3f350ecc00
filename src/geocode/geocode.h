/* geocode/geocode.h: requests -> places: given coordinates first, then the postcode; the ward by
 * point in polygon. */
#ifndef WH_GEOCODE_GEOCODE_H
#define WH_GEOCODE_GEOCODE_H

#include "geo/areas.h"
#include "geo/crs.h"
#include "model/postcode.h"
#include "store/store.h"

enum wh_gazetteer_type { WH_GAZETTEER_POSTCODE, WH_GAZETTEER_STREET };

/* One gazetteer as the config names it. Text belongs to the config. */
struct wh_gazetteer {
    enum wh_gazetteer_type type;
    const char *pattern; /* path or glob, absolute: CSV, or a vector layer */
    const char *layer;
    const char *postcode, *x, *y,
        *name; /* columns; NULL: guessed from well-known names (postcode, pc, pcds, easting, ...); a
                  vector layer has its own points */
    const char *crs; /* of a CSV's x and y; NULL: the working CRS */
};

/*
 * Postcodes -> one point each with its precision; built once, looked up in memory. open() reads the
 * gazetteers of type POSTCODE among the `n`. What has several rows stands at one of them, the same
 * whatever their order. WH_ERR_INPUT: no file matches, no such column, not readable.
 */
struct wh_postcodes;
struct wh_gazetteer_note {
    char *path;
    char sha256[65];
    uint64_t rows, bad_rows;
};
WH_MUST_USE enum wh_status wh_postcodes_open(struct wh_ctx *ctx,
                                             const struct wh_gazetteer *gazetteer, size_t n,
                                             const char *working_crs,
                                             const struct wh_crs_options *crs_opt,
                                             struct wh_postcodes **ret, struct wh_error *err);
void wh_postcodes_destroy(struct wh_ctx *ctx, struct wh_postcodes *postcodes);
/* How many entries there are, doubled postcodes counted twice. */
size_t wh_postcodes_n(const struct wh_postcodes *postcodes);
/* Files read, for the manifest. */
const struct wh_gazetteer_note *wh_postcodes_files(const struct wh_postcodes *postcodes,
                                                   size_t *ret_n);
/* `postcode` as anybody writes it; place in the working CRS, precision 1 sigma. False: not known, and
 * the results are as they were. */
bool wh_postcodes_find(const struct wh_postcodes *postcodes, struct wh_str postcode, double *ret_x,
                       double *ret_y, double *ret_precision_m);

/* A source's CRS and its transform into the working CRS, by source id. */
struct wh_source_crs {
    const char *source_id;
    struct wh_transform *to_working;
    double precision_m; /* of given coordinates: 0 exact; police snap points about 50 */
    bool may_pile_up;   /* snap points: many requests at one coordinate are no default location */
};

struct wh_geocode_options {
    const struct wh_areas *wards;
    const struct wh_postcodes *postcodes; /* or NULL */
    const struct wh_source_crs *source;
    size_t n_sources;
    const char *const *sensitive; /* categories that are withheld */
    size_t n_sensitive;
    double default_share;      /* one given coordinate holding more than this share of a source's
                                  requests ... */
    uint32_t default_at_least; /* ... and at least so many is a default location; 0: never */
};

struct wh_default_location {
    const char *source_id;
    double x, y;
    uint64_t n;
};
struct wh_geocode_report {
    size_t n_sources;
    struct wh_placing_ledger *ledger; /* one a source, in the order of requests->source_id */
    size_t n_defaults;
    struct wh_default_location *default_location;
};
void wh_geocode_report_finish(struct wh_ctx *ctx, struct wh_geocode_report *report);

/*
 * Places every request: fills x, y, precision_m, method, ward and outcome of `unplaced->requests`,
 * in parallel where it pays. The ledger balances, or WH_ERR_INTERNAL.
 */
WH_MUST_USE enum wh_status wh_geocode(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                                      struct wh_unplaced *unplaced, struct wh_geocode_report *ret,
                                      struct wh_error *err);
#endif
