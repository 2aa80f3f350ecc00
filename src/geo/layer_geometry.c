/* geo/layer_geometry.c: OGR geometries to shapes in the working CRS. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "geo/layer_internal.h"
#include "geo/shape_internal.h"

#define MAX_DEPTH 16 /* collections in collections; files of people have one level */

/* Counts what is there or (with `shape`) puts it in: one walk for both, so that they agree. */
struct taker {
    enum wh_geometry kind;  /* what to take */
    struct wh_shape *shape; /* NULL: only count */
    size_t n_parts, n_rings, n_vertices;
    enum wh_geometry highest; /* highest kind met */
    const char *fault;        /* static text, or NULL */
};

static void take_vertices(struct taker *taker, OGRGeometryH line)
{
    const int n = OGR_G_GetPointCount(line);
    if (taker->shape != NULL && n > 0) {
        OGR_G_GetPoints(line, taker->shape->x + taker->n_vertices, (int)sizeof(double),
                        taker->shape->y + taker->n_vertices, (int)sizeof(double), NULL, 0);
    }
    taker->n_vertices += (size_t)n;
}

static void take_ring(struct taker *taker, OGRGeometryH line)
{
    take_vertices(taker, line);
    taker->n_rings++;
    if (taker->shape != NULL) {
        taker->shape->ring_start[taker->n_rings] = (uint32_t)taker->n_vertices;
    }
}

static void take_polygon(struct taker *taker, OGRGeometryH polygon)
{
    const int n = OGR_G_GetGeometryCount(polygon);
    for (int i = 0; i < n; i++) {
        const OGRGeometryH ring = OGR_G_GetGeometryRef(polygon, i);
        if (OGR_G_GetPointCount(ring) < 4) {
            taker->fault = "a ring has fewer than 4 vertices";
        }
        take_ring(taker, ring);
    }
    taker->n_parts++;
    if (taker->shape != NULL) {
        taker->shape->part_start[taker->n_parts] = (uint32_t)taker->n_rings;
    }
}

static enum wh_geometry kind_of(OGRwkbGeometryType type)
{
    switch ((int)wkbFlatten(type)) {
    case wkbPoint:
        return WH_GEOMETRY_POINT;
    case wkbLineString:
        return WH_GEOMETRY_LINE;
    case wkbPolygon:
        return WH_GEOMETRY_POLYGON;
    default:
        return WH_GEOMETRY_NONE;
    }
}

static bool is_collection(OGRwkbGeometryType type)
{
    const int flat = (int)wkbFlatten(type);
    return flat == wkbMultiPoint || flat == wkbMultiLineString || flat == wkbMultiPolygon ||
           flat == wkbGeometryCollection;
}

static void take(struct taker *taker, OGRGeometryH geom, int depth)
{
    const OGRwkbGeometryType type = OGR_G_GetGeometryType(geom);
    if (OGR_G_IsEmpty(geom)) {
        return;
    }
    if (is_collection(type)) {
        if (depth == MAX_DEPTH) {
            taker->fault = "geometry collections are nested too deeply";
            return;
        }
        const int n = OGR_G_GetGeometryCount(geom);
        for (int i = 0; i < n; i++) {
            take(taker, OGR_G_GetGeometryRef(geom, i), depth + 1);
        }
        return;
    }
    const enum wh_geometry kind = kind_of(type);
    if (kind == WH_GEOMETRY_NONE) {
        taker->fault = "a geometry is neither point, line nor polygon";
    }
    taker->highest = kind > taker->highest ? kind : taker->highest;
    if (kind != taker->kind) {
        return;
    }
    if (kind == WH_GEOMETRY_POLYGON) {
        take_polygon(taker, geom);
    } else if (kind == WH_GEOMETRY_LINE) {
        take_ring(taker, geom);
    } else if (kind == WH_GEOMETRY_POINT) {
        take_vertices(taker, geom);
    }
}

static enum wh_status make_room(const struct wh_layer_geometry *with, const struct taker *count,
                                struct wh_shape *shape, struct wh_error *err)
{
    if (count->n_vertices > UINT32_MAX) {
        return wh_fail(err, WH_ERR_LIMIT, "a geometry of more than 4,294,967,295 vertices");
    }
    *shape = (struct wh_shape){.n_parts = (uint32_t)count->n_parts,
                               .n_rings = (uint32_t)count->n_rings,
                               .n_vertices = (uint32_t)count->n_vertices};
    shape->part_start = wh_arena_alloc(with->arena, count->n_parts + 1, sizeof(uint32_t));
    shape->ring_start = wh_arena_alloc(with->arena, count->n_rings + 1, sizeof(uint32_t));
    shape->x = wh_arena_alloc(with->arena, count->n_vertices, sizeof(double));
    shape->y = wh_arena_alloc(with->arena, count->n_vertices, sizeof(double));
    const bool is_made = shape->part_start != NULL && shape->ring_start != NULL &&
                         shape->x != NULL && shape->y != NULL;
    return is_made ? WH_OK : wh_fail_memory(with->ctx, err);
}

static enum wh_status check_finite(const struct wh_shape *shape, struct wh_error *err)
{
    for (uint32_t i = 0; i < shape->n_vertices; i++) {
        if (!isfinite(shape->x[i]) || !isfinite(shape->y[i])) {
            return wh_fail(err, WH_ERR_INPUT, "coordinate %u is not a finite number", i + 1);
        }
    }
    return WH_OK;
}

static enum wh_status check_closed(const struct wh_shape *shape, struct wh_error *err)
{
    for (uint32_t r = 0; r < shape->n_rings; r++) {
        const uint32_t from = shape->ring_start[r], to = shape->ring_start[r + 1] - 1;
        if (fabs(shape->x[from] - shape->x[to]) > 0 || fabs(shape->y[from] - shape->y[to]) > 0) {
            return wh_fail(err, WH_ERR_INPUT, "the ring that starts at (%.7g, %.7g) is not closed",
                           shape->x[from], shape->y[from]);
        }
    }
    return WH_OK;
}

/* The file's own coordinates are read again for the message: they are what its owner can look for.
 */
static enum wh_status fail_outside(const struct wh_layer_geometry *with, OGRGeometryH geom,
                                   enum wh_geometry kind, struct wh_shape *shape, uint32_t i,
                                   struct wh_error *err)
{
    struct taker again = {.kind = kind, .shape = shape};
    take(&again, geom, 0);
    return wh_fail(err, WH_ERR_INPUT,
                   "coordinate (%.10g, %.10g) does not fit %s: is the CRS another one, or are x "
                   "and y exchanged?",
                   shape->x[i], shape->y[i], with->crs);
}

static void reverse(double *v, uint32_t n)
{
    for (uint32_t i = 0, j = n; i + 1 < j; i++) {
        const double kept = v[i];
        v[i] = v[--j];
        v[j] = kept;
    }
}

static void wind(struct wh_shape *shape)
{
    for (uint32_t p = 0; p < shape->n_parts; p++) {
        for (uint32_t r = shape->part_start[p]; r < shape->part_start[p + 1]; r++) {
            const uint32_t from = shape->ring_start[r], n = shape->ring_start[r + 1] - from;
            const bool is_hole = r > shape->part_start[p];
            if ((wh_ring_area_m2(shape->x + from, shape->y + from, n) < 0.0) != is_hole) {
                reverse(shape->x + from, n);
                reverse(shape->y + from, n);
            }
        }
    }
}

/* Without curves. */
static enum wh_status take_straight(const struct wh_layer_geometry *with, OGRGeometryH geom,
                                    struct wh_feature *feature, struct wh_error *err)
{
    struct taker look = {.kind = WH_GEOMETRY_NONE};
    take(&look, geom, 0);
    struct taker count = {.kind = look.highest};
    take(&count, geom, 0);
    if (count.fault != NULL || look.fault != NULL) {
        return wh_fail(err, WH_ERR_INPUT, "%s", look.fault != NULL ? look.fault : count.fault);
    }
    if (look.highest == WH_GEOMETRY_NONE) {
        return WH_OK;
    }
    struct wh_shape *const shape = &feature->shape;
    enum wh_status status = make_room(with, &count, shape, err);
    if (status != WH_OK) {
        return status;
    }
    struct taker fill = {.kind = look.highest, .shape = shape};
    take(&fill, geom, 0);
    status = check_finite(shape, err);
    if (status == WH_OK && look.highest == WH_GEOMETRY_POLYGON) {
        status = check_closed(shape, err);
    }
    if (status != WH_OK) {
        return status;
    }
    wh_transform_points(with->transform, false, shape->x, shape->y, shape->n_vertices);
    for (uint32_t i = 0; i < shape->n_vertices; i++) {
        if (!isfinite(shape->x[i]) || !isfinite(shape->y[i])) {
            return fail_outside(with, geom, look.highest, shape, i, err);
        }
    }
    wind(shape);
    feature->kind = look.highest;
    return WH_OK;
}

enum wh_status wh_layer_take_geometry(const struct wh_layer_geometry *with, OGRGeometryH geom,
                                      struct wh_feature *feature, struct wh_error *err)
{
    if (geom == NULL) {
        return WH_OK;
    }
    if (with->refuses_empty && OGR_G_IsEmpty(geom)) {
        return wh_fail(err, WH_ERR_INPUT,
                       "its geometry is empty, or a coordinate in it is not a number");
    }
    if (!OGR_G_HasCurveGeometry(geom, TRUE)) {
        return take_straight(with, geom, feature, err);
    }
    OGRGeometryH straight = OGR_G_GetLinearGeometry(geom, 0.0, NULL);
    if (straight == NULL) {
        return wh_fail(err, WH_ERR_INPUT, "a curve could not be turned into lines");
    }
    const enum wh_status status = take_straight(with, straight, feature, err);
    OGR_G_DestroyGeometry(straight);
    return status;
}
