/* cli/geocode_place.h: places for `geocode`, by the same ladder as a run's. */
#ifndef WH_CLI_GEOCODE_PLACE_H
#define WH_CLI_GEOCODE_PLACE_H

#include "run/session.h"

/* What is asked, and after wh_places_find() what was found: `asked.requests` has place, method,
 * precision and ward. */
struct wh_places {
    struct wh_unplaced asked;
    double *lon, *lat; /* NaN: not placed */
};

/* Room for n questions that ask nothing. Caller: wh_places_finish(). */
WH_MUST_USE enum wh_status wh_places_init(struct wh_ctx *ctx, size_t n, struct wh_places *ret,
                                          struct wh_error *err);
/* Climbs the ladder for all of them; given coordinates are in `crs`. */
WH_MUST_USE enum wh_status wh_places_find(struct wh_ctx *ctx, const struct wh_session *session,
                                          const char *crs, struct wh_places *places,
                                          struct wh_error *err);
void wh_places_finish(struct wh_ctx *ctx, struct wh_places *places);

/* Which columns of a table say what; NULL: guessed by their usual names. */
struct wh_geocode_table {
    const char *in, *out;
    const char *source; /* id of a source whose columns, CRS, delimiter and encoding the table has;
                           or NULL */
    const char *x, *y, *postcode, *crs;
    const char *address; /* one column, or several with commas between */
    const char *uprn, *usrn, *ward;
};

enum { WH_MOST_ADDRESS_COLUMNS = 8 };
struct wh_geocode_columns {
    const char *crs;                      /* of x and y; NULL: the config's */
    int x, y, postcode, uprn, usrn, ward; /* -1: none */
    size_t n_address;
    int address[WH_MOST_ADDRESS_COLUMNS];
};
struct wh_csv;
struct wh_csv_options;
/* How the table's own source is written, when it names one. */
WH_MUST_USE enum wh_status wh_geocode_take_source(const struct wh_config *config,
                                                  const struct wh_geocode_table *table,
                                                  struct wh_csv_options *csv_opt,
                                                  struct wh_geocode_columns *column,
                                                  struct wh_error *err);
/* WH_ERR_USAGE: a column that is named is not there, or none says where anything is. */
WH_MUST_USE enum wh_status wh_geocode_find_columns(const struct wh_config *config,
                                                   const struct wh_geocode_table *table,
                                                   const struct wh_csv *csv,
                                                   struct wh_geocode_columns *ret,
                                                   struct wh_error *err);
/* Reads the table twice: to ask, and to write it again with the answers. */
WH_MUST_USE enum wh_status wh_geocode_table(struct wh_ctx *ctx, const struct wh_session *session,
                                            const struct wh_geocode_table *table,
                                            struct wh_error *err);

#endif
