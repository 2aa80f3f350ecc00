/* geo/geos_internal.h: a GEOS handle with its last message, and shapes to and from GEOS, for the
 * files of geo. */
#ifndef WH_GEO_GEOS_INTERNAL_H
#define WH_GEO_GEOS_INTERNAL_H

#include <wardheat/geo.h>

#include <geos_c.h>

/* One thread's access to GEOS. Does not move while it is open: GEOS keeps its address. */
struct wh_geos {
    GEOSContextHandle_t handle;
    char message[256]; /* GEOS's last error, one line */
};

WH_MUST_USE enum wh_status wh_geos_open(struct wh_ctx *ctx, struct wh_geos *geos,
                                        struct wh_error *err);
void wh_geos_close(struct wh_geos *geos);

/*
 * A MultiPolygon. WH_ERR_INPUT with GEOS's reason when a ring is not closed or has fewer than 4
 * vertices. Caller: GEOSGeom_destroy_r().
 */
WH_MUST_USE enum wh_status wh_geos_from_shape(struct wh_ctx *ctx, struct wh_geos *geos,
                                              const struct wh_shape *shape, GEOSGeometry **ret,
                                              struct wh_error *err);

/*
 * Every polygon in `geom` (nested collections too), wound as struct wh_shape says; lines and points
 * in it are dropped. Caller: wh_shape_finish().
 */
WH_MUST_USE enum wh_status wh_geos_to_shape(struct wh_ctx *ctx, struct wh_geos *geos,
                                            const GEOSGeometry *geom, struct wh_shape *ret,
                                            struct wh_error *err);

#endif
