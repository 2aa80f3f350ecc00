/* geo/areas.h: area layers: wards and any other polygon level, with a fast and exact "which area is
 * this point in". */
#ifndef WH_GEO_AREAS_H
#define WH_GEO_AREAS_H

#include "geo/layer.h"

struct wh_areas_spec {
    const char *path, *layer;            /* layer may be NULL */
    const char *code, *name;             /* attribute names; name NULL: the code is the name */
    const char *population, *households; /* attribute names, or NULL */
    const char *from;                    /* as in struct wh_layer_spec */
    const struct wh_postgis *postgis;    /* instead of a file, or NULL */
};

/*
 * Opens an area layer in the working CRS `crs`, sorted by code. Refuses (WH_ERR_INPUT, naming the
 * area and the place): an invalid polygon (unclosed, self-crossing, zero area), a doubled or
 * missing code, a population that is not a number, no polygons. A ring that only touches itself is
 * taken apart at that point; its area does not change. Two areas that overlap by more than slivers
 * are refused too: above 100 m² per kilometre of shared border (10 cm on average; generalised
 * boundaries of real councils reach 3 cm). A population below 0 is NaN, not known. Everything lives
 * in the index; caller finishes.
 */
WH_MUST_USE enum wh_status wh_areas_open(struct wh_ctx *ctx, const struct wh_areas_spec *spec,
                                         const char *crs, const struct wh_crs_options *crs_opt,
                                         struct wh_areas *ret, struct wh_error *err);
/*
 * Builds the index of areas that a caller filled by hand; again after a change. The caller keeps
 * his arrays, strings and shapes, which must outlive the index.
 */
WH_MUST_USE enum wh_status wh_areas_index(struct wh_ctx *ctx, struct wh_areas *areas,
                                          struct wh_error *err);
/* Frees the index, and what wh_areas_open() filled; of areas filled by hand the rest is the
 * caller's own. */
void wh_areas_finish(struct wh_ctx *ctx, struct wh_areas *areas);

/*
 * ret_area[i] = the area of point i, or -1. A point on a border belongs to the area with the lowest
 * index (lowest code) that touches it, so that the sum over areas is the number of points inside.
 * Parallel; NaN gives -1. Without an index one is made for this call. On failure ret_area is not
 * defined.
 */
WH_MUST_USE enum wh_status wh_areas_assign(struct wh_ctx *ctx, const struct wh_areas *areas,
                                           const double *x, const double *y, size_t n,
                                           int32_t *ret_area, struct wh_error *err);
/* The union of all areas: the study area. Caller finishes. */
WH_MUST_USE enum wh_status wh_areas_union(struct wh_ctx *ctx, const struct wh_areas *areas,
                                          struct wh_shape *ret, struct wh_error *err);
void wh_areas_box(const struct wh_areas *areas, double ret_box[4]);
/* Index of a code, or -1. */
int32_t wh_areas_find_code(const struct wh_areas *areas, const char *code);
/* The same by code or name as people write it: outer blanks and case do not matter. */
int32_t wh_areas_find_named(const struct wh_areas *areas, const char *text);

#endif
