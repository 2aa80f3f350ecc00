/* geocode/gazetteer.h: gazetteer files -> rows, whatever publisher's columns they have. */
#ifndef WH_GEOCODE_GAZETTEER_H
#define WH_GEOCODE_GAZETTEER_H

#include "geo/crs.h"
#include "geo/postgis.h"
#include "model/gazetteer.h"

/* One gazetteer as the config names it. Text belongs to the config. */
struct wh_gazetteer {
    enum wh_gazetteer_type type;
    const char *pattern; /* path or glob, absolute: CSV, or a vector layer */
    const char *layer;
    const struct wh_postgis *postgis; /* a table of a database, with places, instead; or NULL */
    const char *field[WH_N_GAZETTEER_FIELDS]; /* columns; NULL: guessed from well-known names */
    const char
        *crs; /* of a table's x and y; NULL: told by the columns' names, else the working CRS */
    int64_t edition_day; /* WH_NO_DAY: told by the file's name or its rows, where they tell */
};

struct wh_gazetteer_options {
    const char *working_crs;
    const struct wh_crs_options *crs_opt;
    double area[4]; /* box of the wards; rows but postcodes that lie further than
                       WH_GAZETTEER_MARGIN_M from it are not kept */
    bool has_area;
};
#define WH_GAZETTEER_MARGIN_M 20000.0

/*
 * Reads one file row by row. Known by their columns: OS Open UPRN, OS Code-Point Open (which has no
 * header), ONSPD and NSPL, ONSUD, OS Open Names (no header either), OpenAddresses, AddressBase
 * Core, flat BS 7666 extracts (PAO and SAO columns); any other CSV or vector layer by `field`.
 * Fills what `ret` has but the path. A row without a place, or without what its type is about, is
 * counted as bad.
 *
 * WH_ERR_INPUT: not readable, a column that is named is not there, or none can be guessed.
 */
WH_MUST_USE enum wh_status wh_gazetteer_read(struct wh_ctx *ctx,
                                             const struct wh_gazetteer *gazetteer,
                                             const struct wh_gazetteer_options *opt,
                                             const char *path, uint16_t file,
                                             wh_gazetteer_row_fn *fn, void *user,
                                             struct wh_gazetteer_note *ret, struct wh_error *err);

/* The day that a file's name speaks of: "osopenuprn_202607.csv", "ONSPD_FEB_2026_UK.csv",
 * "2026-05-01"; WH_NO_DAY: of none. A month stands for its first day. */
int64_t wh_gazetteer_edition(const char *path);

#endif
