/* geo/shape_internal.h: building blocks of shapes, for the files of geo. */
#ifndef WH_GEO_SHAPE_INTERNAL_H
#define WH_GEO_SHAPE_INTERNAL_H

#include <wardheat/geo.h>

/* Room for a shape, all zero but the counts. WH_ERR_LIMIT. Caller: wh_shape_finish(). */
WH_MUST_USE enum wh_status wh_shape_allocate(struct wh_ctx *ctx, uint32_t n_parts, uint32_t n_rings,
                                             uint32_t n_vertices, struct wh_shape *ret,
                                             struct wh_error *err);

/* Signed area of a closed ring of n vertices (the last repeats the first), square metres; above 0:
 * counter-clockwise. */
double wh_ring_area_m2(const double *x, const double *y, size_t n);

/*
 * On which side of the line a -> b does p lie: 1 left, -1 right, 0 exactly on it. Exact for every
 * finite input whose products do not overflow: Shewchuk 1997, "Adaptive precision floating-point
 * arithmetic", expansions.
 */
int wh_orient(double ax, double ay, double bx, double by, double px, double py);

#endif
