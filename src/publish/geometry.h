/* publish/geometry.h: shapes on their way to GeoJSON: longitude and latitude, rounded, and valid
 * after that. */
#ifndef WH_PUBLISH_GEOMETRY_H
#define WH_PUBLISH_GEOMETRY_H

#include "base/str.h"
#include "geo/crs.h"

#define WH_LONLAT_DECIMALS 6 /* about 0.1 m */

/*
 * The shape in longitude and latitude, rounded to six decimals, repaired where rounding made rings
 * touch or cross: what is written is valid (RFC 7946, section 3.1.6: rings closed, exterior
 * counter-clockwise). May be empty, when the shape is smaller than the rounding. Caller finishes.
 */
WH_MUST_USE enum wh_status wh_shape_to_lonlat(struct wh_ctx *ctx, struct wh_transform *to_lonlat,
                                              const struct wh_shape *shape, struct wh_shape *ret,
                                              struct wh_error *err);
/* A GeoJSON MultiPolygon (always: readers split layers that mix types), or null when empty. Widens
 * `box` {west, south, east, north}. */
void wh_geometry_add(struct wh_buf *buf, const struct wh_shape *lonlat, double box[4]);
/* One number with at most six decimals. */
void wh_lonlat_add(struct wh_buf *buf, double degrees);
/* The value that wh_lonlat_add() writes. */
double wh_lonlat_round(double degrees);

#endif
