/* cli/points_input.h: the points of `density` and `hotspots`, from a CSV or a vector file. */
#ifndef WH_CLI_POINTS_INPUT_H
#define WH_CLI_POINTS_INPUT_H

#include <wardheat/density.h>

#include "cli/cli.h"
#include "geo/crs.h"

/* What the command line said; NULL: not said. */
struct wh_points_input {
    const char *path;
    const char *crs; /* of the columns x and y, or of a vector file that does not say */
    const char *x, *y, *weight;
    const char *precision;            /* column of each point's precision, 1 sigma in metres */
    const char *opened, *date_format; /* column of dates (NULL: none are read), and their form */
};

/* Help of the options that both commands have. */
#define WH_POINTS_CRS_HELP                                                                         \
    "CRS of the points, as in EPSG:27700 (default: what the file says; EPSG:4326\n"                \
    "for columns named longitude and latitude). Degrees are worked on in metres,\n"                \
    "in the UTM zone of the points' middle"
#define WH_POINTS_X_HELP "CSV column of x (default: x, easting, longitude, lon, ...)"
#define WH_POINTS_Y_HELP "CSV column of y (default: y, northing, latitude, lat, ...)"
#define WH_POINTS_DATE_FORMAT_HELP "as in %d/%m/%Y (default: ISO 8601, as in 2026-11-03)"
#define WH_POINTS_KERNEL_HELP                                                                      \
    "quartic, gaussian, epanechnikov, triweight, uniform or triangular (default:\nquartic)"
#define WH_POINTS_WEIGHT_HELP "column of each point's weight, 0 or more (default: 1 each)"

struct wh_points_set {
    struct wh_points points; /* in `crs`; `request` is the row's number from 0; `opened_at` as if
                                the dates were UTC */
    char crs[64];            /* projected, metres */
    uint64_t n_rows, n_unreadable;
};

/* Where a better datum grid is missing, the positions are good to some metres, and a message says
 * so. */
extern const struct wh_crs_options wh_points_crs_options;
WH_MUST_USE enum wh_status wh_points_transform(struct wh_ctx *ctx, const char *from, const char *to,
                                               struct wh_transform **ret, struct wh_error *err);

/*
 * Reads every point; rows that cannot be read are counted, and the first is named in a warning.
 * WH_ERR_INPUT: a file fault, or no row that can be read; WH_ERR_USAGE: the CRS is not known or the
 * columns are not found. Caller: wh_points_set_finish().
 */
WH_MUST_USE enum wh_status wh_points_read(struct wh_ctx *ctx, const struct wh_points_input *input,
                                          struct wh_points_set *ret, struct wh_error *err);
/* Copies point `from` over point `to`, for filters in place. */
void wh_points_move(struct wh_points *points, size_t from, size_t to);
void wh_points_set_finish(struct wh_ctx *ctx, struct wh_points_set *set);

/* "1 point", "4,812 points"; 40 bytes are enough. */
const char *wh_points_words(uint64_t n, char *out, size_t size);
/* Checks the date format, and fills in the default. WH_ERR_USAGE: none that can be read by. */
WH_MUST_USE enum wh_status wh_points_date_format(struct wh_points_input *input,
                                                 struct wh_error *err);
/* A kernel's name; NULL leaves *ret as it is. WH_ERR_USAGE: another word. */
WH_MUST_USE enum wh_status wh_points_kernel(const char *text, enum wh_kernel *ret,
                                            struct wh_error *err);

#endif
