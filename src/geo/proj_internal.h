/* geo/proj_internal.h: one PROJ context of ours, offline, with our search paths; for the files of
 * geo that use PROJ. */
#ifndef WH_GEO_PROJ_INTERNAL_H
#define WH_GEO_PROJ_INTERNAL_H

#include <wardheat/base.h>

#include <proj.h>

/* PROJ's last message; lives at a fixed address while the context does. */
struct wh_proj_log {
    char text[256];
};

/*
 * Opens a PROJ context: network off, quiet (`log` keeps the last error), search paths `proj_data`
 * (or NULL), then the usual places. WH_ERR_CONFIG when `proj_data` is not a folder, WH_ERR_INTERNAL
 * without a PROJ database. Caller: proj_context_destroy().
 */
WH_MUST_USE enum wh_status wh_proj_open(struct wh_ctx *ctx, const char *proj_data,
                                        struct wh_proj_log *log, PJ_CONTEXT **ret,
                                        struct wh_error *err);

/*
 * A CRS by "AUTHORITY:CODE" from PROJ's database, never from a file, URL or WKT. WH_ERR_CONFIG when
 * it is not of that form or not known. Caller: proj_destroy().
 */
WH_MUST_USE enum wh_status wh_proj_crs(PJ_CONTEXT *pj, const char *crs, PJ **ret,
                                       struct wh_error *err);

/* Conversion (no datum shift) from the CRS's own longitude and latitude in degrees to its
 * coordinates, or NULL. */
PJ *wh_proj_own_conversion(PJ_CONTEXT *pj, const PJ *crs);

/* West, south, east, north of the CRS's area of use, degrees; the world where PROJ does not say or
 * it crosses 180. */
void wh_proj_area(PJ_CONTEXT *pj, const PJ *crs, double ret_box[4]);

/* True for a CRS in degrees (2D or 3D). */
bool wh_proj_is_geographic(const PJ *crs);

#endif
