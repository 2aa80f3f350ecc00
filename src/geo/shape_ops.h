/* geo/shape_ops.h: geometry through GEOS (reentrant interface); shapes in, shapes out. */
#ifndef WH_GEO_SHAPE_OPS_H
#define WH_GEO_SHAPE_OPS_H

#include <wardheat/geo.h>

/* All results are valid multipolygons (or empty), wound as struct wh_shape says; lower dimensions
 * are dropped. Caller finishes. */
WH_MUST_USE enum wh_status wh_shape_intersection(struct wh_ctx *ctx, const struct wh_shape *a,
                                                 const struct wh_shape *b, struct wh_shape *ret,
                                                 struct wh_error *err);
WH_MUST_USE enum wh_status wh_shape_difference(struct wh_ctx *ctx, const struct wh_shape *a,
                                               const struct wh_shape *b, struct wh_shape *ret,
                                               struct wh_error *err);
WH_MUST_USE enum wh_status wh_shape_make_valid(struct wh_ctx *ctx, const struct wh_shape *shape,
                                               struct wh_shape *ret, struct wh_error *err);
/* False with the reason and place in `err` (WH_ERR_INPUT) when not valid. */
WH_MUST_USE enum wh_status wh_shape_check(struct wh_ctx *ctx, const struct wh_shape *shape,
                                          struct wh_error *err);
/* A point well inside, for labels. */
WH_MUST_USE enum wh_status wh_shape_label_point(struct wh_ctx *ctx, const struct wh_shape *shape,
                                                double *ret_x, double *ret_y, struct wh_error *err);
/* Does the point lie in the shape or on its border? Plain even-odd rule, no library. */
bool wh_shape_contains(const struct wh_shape *shape, double x, double y);

#endif
