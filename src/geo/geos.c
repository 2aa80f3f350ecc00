/* geo/geos.c: shapes to GEOS geometries and back, through the reentrant interface. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/geos_internal.h"
#include "geo/shape_internal.h"

static void keep_message(const char *message, void *user)
{
    struct wh_geos *const geos = user;
    (void)snprintf(geos->message, sizeof geos->message, "%s", message);
}

enum wh_status wh_geos_open(struct wh_ctx *ctx, struct wh_geos *geos, struct wh_error *err)
{
    memset(geos, 0, sizeof *geos);
    geos->handle = GEOS_init_r();
    if (geos->handle == NULL) {
        return wh_fail_memory(ctx, err);
    }
    (void)GEOSContext_setErrorMessageHandler_r(geos->handle, keep_message, geos);
    return WH_OK;
}

void wh_geos_close(struct wh_geos *geos)
{
    if (geos->handle != NULL) {
        GEOS_finish_r(geos->handle);
        geos->handle = NULL;
    }
}

static GEOSGeometry *ring_to_geos(struct wh_geos *geos, const struct wh_shape *shape, uint32_t r)
{
    const uint32_t from = shape->ring_start[r], n = shape->ring_start[r + 1] - from;
    GEOSCoordSequence *const seq = GEOSCoordSeq_copyFromArrays_r(geos->handle, shape->x + from,
                                                                 shape->y + from, NULL, NULL, n);
    return seq != NULL ? GEOSGeom_createLinearRing_r(geos->handle, seq) : NULL;
}

static void destroy_all(struct wh_geos *geos, GEOSGeometry **geom, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        GEOSGeom_destroy_r(geos->handle, geom[i]);
    }
}

/* `slot` has room for the part's rings. */
static GEOSGeometry *part_to_geos(struct wh_geos *geos, const struct wh_shape *shape, uint32_t p,
                                  GEOSGeometry **slot)
{
    const uint32_t from = shape->part_start[p], n = shape->part_start[p + 1] - from;
    for (uint32_t i = 0; i < n; i++) {
        slot[i] = ring_to_geos(geos, shape, from + i);
        if (slot[i] == NULL) {
            destroy_all(geos, slot, i);
            return NULL;
        }
    }
    return GEOSGeom_createPolygon_r(geos->handle, slot[0], slot + 1, n - 1);
}

static enum wh_status fail_geos(const struct wh_geos *geos, struct wh_error *err)
{
    return wh_fail(err, WH_ERR_INPUT, "not a polygon: %s",
                   geos->message[0] != '\0' ? geos->message : "GEOS gives no reason");
}

enum wh_status wh_geos_from_shape(struct wh_ctx *ctx, struct wh_geos *geos,
                                  const struct wh_shape *shape, GEOSGeometry **ret,
                                  struct wh_error *err)
{
    /* One array for the polygons, and behind them room for one polygon's rings. */
    GEOSGeometry **const slot =
        wh_alloc_array(ctx, (size_t)shape->n_parts + shape->n_rings, sizeof(GEOSGeometry *));
    if (slot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = WH_OK;
    uint32_t made = 0;
    while (made < shape->n_parts && status == WH_OK) {
        slot[made] = part_to_geos(geos, shape, made, slot + shape->n_parts);
        if (slot[made] == NULL) {
            status = fail_geos(geos, err);
        } else {
            made++;
        }
    }
    GEOSGeometry *whole = NULL;
    if (status == WH_OK) {
        whole = GEOSGeom_createCollection_r(geos->handle, GEOS_MULTIPOLYGON, slot, made);
        status = whole != NULL ? WH_OK : fail_geos(geos, err);
    } else {
        destroy_all(geos, slot, made);
    }
    wh_free(ctx, slot);
    if (status == WH_OK) {
        *ret = whole;
    }
    return status;
}

/* Counts what is there, or (with `shape`) puts it in; the same walk does both, so that they agree.
 */
struct taker {
    struct wh_geos *geos;
    struct wh_shape *shape; /* NULL: only count */
    size_t n_parts, n_rings, n_vertices;
    bool has_failed;
};

static void reverse(double *v, size_t n)
{
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        const double kept = v[i];
        v[i] = v[--j];
        v[j] = kept;
    }
}

static void take_ring(struct taker *taker, const GEOSGeometry *ring, bool is_hole)
{
    const GEOSContextHandle_t handle = taker->geos->handle;
    const GEOSCoordSequence *const seq = GEOSGeom_getCoordSeq_r(handle, ring);
    unsigned n = 0;
    if (seq == NULL || !GEOSCoordSeq_getSize_r(handle, seq, &n)) {
        taker->has_failed = true;
        return;
    }
    if (taker->shape != NULL) {
        double *const x = taker->shape->x + taker->n_vertices;
        double *const y = taker->shape->y + taker->n_vertices;
        if (!GEOSCoordSeq_copyToArrays_r(handle, seq, x, y, NULL, NULL)) {
            taker->has_failed = true;
            return;
        }
        if ((wh_ring_area_m2(x, y, n) < 0.0) != is_hole) {
            reverse(x, n);
            reverse(y, n);
        }
        taker->shape->ring_start[taker->n_rings + 1] = (uint32_t)(taker->n_vertices + n);
    }
    taker->n_rings++;
    taker->n_vertices += n;
}

static void take_polygon(struct taker *taker, const GEOSGeometry *polygon)
{
    const GEOSContextHandle_t handle = taker->geos->handle;
    if (GEOSisEmpty_r(handle, polygon)) {
        return;
    }
    take_ring(taker, GEOSGetExteriorRing_r(handle, polygon), false);
    const int n_holes = GEOSGetNumInteriorRings_r(handle, polygon);
    for (int i = 0; i < n_holes; i++) {
        take_ring(taker, GEOSGetInteriorRingN_r(handle, polygon, i), true);
    }
    taker->n_parts++;
    if (taker->shape != NULL) {
        taker->shape->part_start[taker->n_parts] = (uint32_t)taker->n_rings;
    }
}

/* Collections from GEOS's own operations hold multipolygons at most: the depth is theirs, not the
 * input's. */
static void take(struct taker *taker, const GEOSGeometry *geom)
{
    const GEOSContextHandle_t handle = taker->geos->handle;
    const int type = GEOSGeomTypeId_r(handle, geom);
    if (type == GEOS_POLYGON) {
        take_polygon(taker, geom);
    } else if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
        const int n = GEOSGetNumGeometries_r(handle, geom);
        for (int i = 0; i < n; i++) {
            take(taker, GEOSGetGeometryN_r(handle, geom, i));
        }
    }
}

enum wh_status wh_geos_to_shape(struct wh_ctx *ctx, struct wh_geos *geos, const GEOSGeometry *geom,
                                struct wh_shape *ret, struct wh_error *err)
{
    struct taker count = {.geos = geos};
    take(&count, geom);
    if (count.has_failed) {
        return wh_fail(err, WH_ERR_INTERNAL, "GEOS: %s", geos->message);
    }
    if (count.n_parts == 0) {
        *ret = (struct wh_shape){0};
        return WH_OK;
    }
    if (count.n_vertices > UINT32_MAX) {
        return wh_fail(err, WH_ERR_LIMIT, "a shape of more than 4,294,967,295 vertices");
    }
    struct wh_shape shape;
    const enum wh_status status =
        wh_shape_allocate(ctx, (uint32_t)count.n_parts, (uint32_t)count.n_rings,
                          (uint32_t)count.n_vertices, &shape, err);
    if (status != WH_OK) {
        return status;
    }
    struct taker fill = {.geos = geos, .shape = &shape};
    take(&fill, geom);
    if (fill.has_failed) {
        wh_shape_finish(ctx, &shape);
        return wh_fail(err, WH_ERR_INTERNAL, "GEOS: %s", geos->message);
    }
    *ret = shape;
    return WH_OK;
}
