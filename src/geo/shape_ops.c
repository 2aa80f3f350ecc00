/* geo/shape_ops.c: overlay, validity and label points through GEOS. */
#include "geo/shape_ops.h"

#include <math.h>

#include "base/error.h"
#include "geo/geos_internal.h"
#include "geo/shape_internal.h"

enum operation { INTERSECTION, DIFFERENCE, MAKE_VALID };

static GEOSGeometry *apply(struct wh_geos *geos, enum operation op, const GEOSGeometry *a,
                           const GEOSGeometry *b)
{
    switch (op) {
    case INTERSECTION:
        return GEOSIntersection_r(geos->handle, a, b);
    case DIFFERENCE:
        return GEOSDifference_r(geos->handle, a, b);
    case MAKE_VALID:
        return GEOSMakeValid_r(geos->handle, a);
    }
    return NULL;
}

/* A result that GEOS made invalid (it may, at the edge of precision) is mended rather than passed
 * on. */
static GEOSGeometry *mended(struct wh_geos *geos, GEOSGeometry *geom)
{
    if (geom == NULL || GEOSisValid_r(geos->handle, geom) == 1) {
        return geom;
    }
    GEOSGeometry *const valid = GEOSMakeValid_r(geos->handle, geom);
    GEOSGeom_destroy_r(geos->handle, geom);
    return valid;
}

/* Runs one operation on `a` and (overlay only) `b`. */
static enum wh_status operate(struct wh_ctx *ctx, enum operation op, const struct wh_shape *a,
                              const struct wh_shape *b, struct wh_shape *ret, struct wh_error *err)
{
    struct wh_geos geos = {0};
    GEOSGeometry *ga = NULL, *gb = NULL, *result = NULL;
    enum wh_status status = wh_geos_open(ctx, &geos, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_geos_from_shape(ctx, &geos, a, &ga, err);
    if (status == WH_OK && b != NULL) {
        status = wh_geos_from_shape(ctx, &geos, b, &gb, err);
    }
    if (status != WH_OK) {
        goto out;
    }
    result = mended(&geos, apply(&geos, op, ga, gb));
    if (result == NULL) {
        status =
            wh_fail(err, WH_ERR_INPUT, "GEOS could not work with the polygon: %s", geos.message);
        goto out;
    }
    status = wh_geos_to_shape(ctx, &geos, result, ret, err);
out:
    GEOSGeom_destroy_r(geos.handle, result);
    GEOSGeom_destroy_r(geos.handle, gb);
    GEOSGeom_destroy_r(geos.handle, ga);
    wh_geos_close(&geos);
    return status;
}

static bool boxes_meet(const struct wh_shape *a, const struct wh_shape *b)
{
    double p[4], q[4];
    wh_shape_box(a, p);
    wh_shape_box(b, q);
    return a->n_parts > 0 && b->n_parts > 0 && p[0] <= q[2] && q[0] <= p[2] && p[1] <= q[3] &&
           q[1] <= p[3];
}

enum wh_status wh_shape_intersection(struct wh_ctx *ctx, const struct wh_shape *a,
                                     const struct wh_shape *b, struct wh_shape *ret,
                                     struct wh_error *err)
{
    if (!boxes_meet(a, b)) {
        *ret = (struct wh_shape){0};
        return WH_OK;
    }
    return operate(ctx, INTERSECTION, a, b, ret, err);
}

enum wh_status wh_shape_difference(struct wh_ctx *ctx, const struct wh_shape *a,
                                   const struct wh_shape *b, struct wh_shape *ret,
                                   struct wh_error *err)
{
    if (!boxes_meet(a, b)) {
        return wh_shape_copy(ctx, a, ret, err);
    }
    return operate(ctx, DIFFERENCE, a, b, ret, err);
}

enum wh_status wh_shape_make_valid(struct wh_ctx *ctx, const struct wh_shape *shape,
                                   struct wh_shape *ret, struct wh_error *err)
{
    return operate(ctx, MAKE_VALID, shape, NULL, ret, err);
}

/* ---- validity ---- */

static enum wh_status check_finite(const struct wh_shape *shape, struct wh_error *err)
{
    for (uint32_t i = 0; i < shape->n_vertices; i++) {
        if (!isfinite(shape->x[i]) || !isfinite(shape->y[i])) {
            return wh_fail(err, WH_ERR_INPUT, "vertex %u is not a finite number", i + 1);
        }
    }
    return WH_OK;
}

static enum wh_status check_ring(const struct wh_shape *shape, uint32_t r, struct wh_error *err)
{
    const uint32_t from = shape->ring_start[r], to = shape->ring_start[r + 1];
    const double *const x = shape->x, *const y = shape->y;
    if (to - from < 4) {
        return wh_fail(err, WH_ERR_INPUT, "a ring of %u vertices (a triangle has 4)", to - from);
    }
    if (x[from] < x[to - 1] || x[from] > x[to - 1] || y[from] < y[to - 1] || y[from] > y[to - 1]) {
        return wh_fail(err, WH_ERR_INPUT, "the ring that starts at (%.2f, %.2f) is not closed",
                       x[from], y[from]);
    }
    const double m2 = wh_ring_area_m2(x + from, y + from, to - from);
    if (!(fabs(m2) > 0.0)) {
        return wh_fail(err, WH_ERR_INPUT, "the ring that starts at (%.2f, %.2f) has no area",
                       x[from], y[from]);
    }
    return WH_OK;
}

/* "Ring Self-intersection" of GEOS becomes "ring self-intersection near (x, y)". */
static enum wh_status fail_invalid(struct wh_geos *geos, char *reason, GEOSGeometry *place,
                                   struct wh_error *err)
{
    double x = (double)NAN, y = (double)NAN;
    if (reason != NULL && reason[0] >= 'A' && reason[0] <= 'Z') {
        reason[0] = (char)(reason[0] - 'A' + 'a');
    }
    if (place != NULL && GEOSGeomGetX_r(geos->handle, place, &x) == 1 &&
        GEOSGeomGetY_r(geos->handle, place, &y) == 1) {
        return wh_fail(err, WH_ERR_INPUT, "%s near (%.2f, %.2f)",
                       reason != NULL ? reason : "not valid", x, y);
    }
    return wh_fail(err, WH_ERR_INPUT, "%s", reason != NULL ? reason : "not valid");
}

static enum wh_status check_topology(struct wh_ctx *ctx, const struct wh_shape *shape,
                                     struct wh_error *err)
{
    struct wh_geos geos = {0};
    GEOSGeometry *geom = NULL, *place = NULL;
    char *reason = NULL;
    enum wh_status status = wh_geos_open(ctx, &geos, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_geos_from_shape(ctx, &geos, shape, &geom, err);
    if (status == WH_OK && GEOSisValidDetail_r(geos.handle, geom, 0, &reason, &place) != 1) {
        status = fail_invalid(&geos, reason, place, err);
    }
    GEOSFree_r(geos.handle, reason);
    GEOSGeom_destroy_r(geos.handle, place);
    GEOSGeom_destroy_r(geos.handle, geom);
    wh_geos_close(&geos);
    return status;
}

enum wh_status wh_shape_check(struct wh_ctx *ctx, const struct wh_shape *shape,
                              struct wh_error *err)
{
    if (shape->n_parts == 0) {
        return wh_fail(err, WH_ERR_INPUT, "it has no polygon");
    }
    enum wh_status status = check_finite(shape, err);
    for (uint32_t r = 0; r < shape->n_rings && status == WH_OK; r++) {
        status = check_ring(shape, r, err);
    }
    return status == WH_OK ? check_topology(ctx, shape, err) : status;
}

/* ---- label point ---- */

/* Centre of the largest circle inside, to a hundredth of the shape's size; else any point inside.
 */
static GEOSGeometry *label_place(struct wh_geos *geos, const struct wh_shape *shape,
                                 const GEOSGeometry *geom)
{
    double box[4];
    wh_shape_box(shape, box);
    const double tolerance_m = fmax(box[2] - box[0], box[3] - box[1]) / 100;
    GEOSGeometry *const radius =
        GEOSMaximumInscribedCircle_r(geos->handle, geom, fmax(tolerance_m, 0.01));
    if (radius == NULL) {
        return GEOSPointOnSurface_r(geos->handle, geom);
    }
    GEOSGeometry *const centre = GEOSGeomGetStartPoint_r(geos->handle, radius);
    GEOSGeom_destroy_r(geos->handle, radius);
    return centre;
}

enum wh_status wh_shape_label_point(struct wh_ctx *ctx, const struct wh_shape *shape, double *ret_x,
                                    double *ret_y, struct wh_error *err)
{
    if (shape->n_parts == 0) {
        return wh_fail(err, WH_ERR_INPUT, "an empty shape has no point inside");
    }
    struct wh_geos geos = {0};
    GEOSGeometry *geom = NULL, *place = NULL;
    double x = (double)NAN, y = (double)NAN;
    enum wh_status status = wh_geos_open(ctx, &geos, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_geos_from_shape(ctx, &geos, shape, &geom, err);
    if (status == WH_OK) {
        place = label_place(&geos, shape, geom);
        if (place == NULL || GEOSGeomGetX_r(geos.handle, place, &x) != 1 ||
            GEOSGeomGetY_r(geos.handle, place, &y) != 1) {
            status = wh_fail(err, WH_ERR_INPUT, "GEOS found no point inside: %s", geos.message);
        } else {
            *ret_x = x;
            *ret_y = y;
        }
    }
    GEOSGeom_destroy_r(geos.handle, place);
    GEOSGeom_destroy_r(geos.handle, geom);
    wh_geos_close(&geos);
    return status;
}
