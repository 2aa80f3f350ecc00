/* geo/crs.h: coordinate transforms through PROJ: axis order always x = east or longitude, y = north
 * or latitude. */
#ifndef WH_GEO_CRS_H
#define WH_GEO_CRS_H

#include <wardheat/geo.h>

enum wh_datum { WH_DATUM_REQUIRE, WH_DATUM_COARSE };

struct wh_crs_options {
    const char
        *proj_data; /* extra folder of PROJ grids, or NULL; the usual places are searched as well */
    enum wh_datum datum; /* REQUIRE: refuse when a better operation exists whose grid is missing */
};

struct wh_transform_info {
    char operation[256];    /* PROJ's name of the operation in use */
    double accuracy_m;      /* < 0: not known; 0: exact */
    bool uses_grid;         /* a datum grid is in it */
    bool is_best;           /* no better operation is known for this area */
    char missing_grid[128]; /* name of the grid file that the best operation would need, or "" */
};

struct wh_transform;

/*
 * From one CRS ("EPSG:27700", "EPSG:4326", ...) to another; only an authority and a code name a
 * CRS. PROJ's network access is off. Grids are looked for in opt->proj_data, $PROJ_DATA,
 * ~/.local/share/proj, /usr/share/proj-ostn15, /usr/local/share/proj and /usr/share/proj. The
 * operation is the most accurate one that covers the CRSs' common area of use: it does not depend
 * on the points. One that only ignores the datum ("ballpark") never stands in for a missing grid.
 * `opt` NULL: WH_DATUM_REQUIRE. A control point is sent through before the transform is given out.
 * WH_ERR_CONFIG: unknown CRS (never a URL or file), no common area, or datum REQUIRE and the grid
 * is missing (says where to put it). Equal CRSs give an exact identity. wh_transform_points() may
 * be called from several threads: they take turns.
 */
WH_MUST_USE enum wh_status wh_transform_create(struct wh_ctx *ctx, const char *from, const char *to,
                                               const struct wh_crs_options *opt,
                                               struct wh_transform **ret, struct wh_error *err);
void wh_transform_destroy(struct wh_ctx *ctx, struct wh_transform *transform);
const struct wh_transform_info *wh_transform_info(const struct wh_transform *transform);

/*
 * Transforms in place, forward or inverse. What cannot be transformed, or lies further outside the
 * area of use than a tenth of its size, becomes NaN, NaN; an identity changes and checks nothing.
 */
void wh_transform_points(struct wh_transform *transform, bool inverse, double *x, double *y,
                         size_t n);

/* Is this a CRS that PROJ knows, projected in metres (a working CRS must be)? WH_ERR_CONFIG with
 * the reason. */
WH_MUST_USE enum wh_status wh_crs_check_working(struct wh_ctx *ctx, const char *crs,
                                                struct wh_error *err);
/* True for a CRS in degrees; false for a projected one; WH_ERR_CONFIG when unknown. */
WH_MUST_USE enum wh_status wh_crs_is_geographic(struct wh_ctx *ctx, const char *crs, bool *ret,
                                                struct wh_error *err);
#endif
