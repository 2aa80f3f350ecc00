/* geo/shape.c: multipolygons as plain arrays: copy, box, area, and building them piece by piece. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_internal.h"

void wh_shape_finish(struct wh_ctx *ctx, struct wh_shape *shape)
{
    wh_free(ctx, shape->part_start);
    wh_free(ctx, shape->ring_start);
    wh_free(ctx, shape->x);
    wh_free(ctx, shape->y);
    *shape = (struct wh_shape){0};
}

enum wh_status wh_shape_allocate(struct wh_ctx *ctx, uint32_t n_parts, uint32_t n_rings,
                                 uint32_t n_vertices, struct wh_shape *ret, struct wh_error *err)
{
    struct wh_shape shape = {.n_parts = n_parts, .n_rings = n_rings, .n_vertices = n_vertices};
    shape.part_start = wh_alloc_array(ctx, (size_t)n_parts + 1, sizeof *shape.part_start);
    shape.ring_start = wh_alloc_array(ctx, (size_t)n_rings + 1, sizeof *shape.ring_start);
    shape.x = wh_alloc_array(ctx, n_vertices, sizeof *shape.x);
    shape.y = wh_alloc_array(ctx, n_vertices, sizeof *shape.y);
    if (shape.part_start == NULL || shape.ring_start == NULL || shape.x == NULL ||
        shape.y == NULL) {
        wh_shape_finish(ctx, &shape);
        return wh_fail_memory(ctx, err);
    }
    *ret = shape;
    return WH_OK;
}

enum wh_status wh_shape_copy(struct wh_ctx *ctx, const struct wh_shape *shape, struct wh_shape *ret,
                             struct wh_error *err)
{
    if (shape->n_rings == 0) {
        *ret = (struct wh_shape){0};
        return WH_OK;
    }
    struct wh_shape copy;
    const enum wh_status status =
        wh_shape_allocate(ctx, shape->n_parts, shape->n_rings, shape->n_vertices, &copy, err);
    if (status != WH_OK) {
        return status;
    }
    if (shape->n_parts > 0) { /* lines have rings without parts */
        memcpy(copy.part_start, shape->part_start,
               ((size_t)shape->n_parts + 1) * sizeof *copy.part_start);
    }
    memcpy(copy.ring_start, shape->ring_start,
           ((size_t)shape->n_rings + 1) * sizeof *copy.ring_start);
    memcpy(copy.x, shape->x, (size_t)shape->n_vertices * sizeof *copy.x);
    memcpy(copy.y, shape->y, (size_t)shape->n_vertices * sizeof *copy.y);
    *ret = copy;
    return WH_OK;
}

void wh_shape_box(const struct wh_shape *shape, double ret_box[4])
{
    if (shape->n_vertices == 0) {
        memset(ret_box, 0, 4 * sizeof *ret_box);
        return;
    }
    ret_box[0] = ret_box[2] = shape->x[0];
    ret_box[1] = ret_box[3] = shape->y[0];
    for (uint32_t i = 1; i < shape->n_vertices; i++) {
        ret_box[0] = fmin(ret_box[0], shape->x[i]);
        ret_box[1] = fmin(ret_box[1], shape->y[i]);
        ret_box[2] = fmax(ret_box[2], shape->x[i]);
        ret_box[3] = fmax(ret_box[3], shape->y[i]);
    }
}

double wh_ring_area_m2(const double *x, const double *y, size_t n)
{
    /* From the first vertex, not from the origin: national grids have coordinates a million times a
     * garden's side. */
    double twice = 0.0;
    for (size_t i = 1; i + 1 < n; i++) {
        twice += (x[i] - x[0]) * (y[i + 1] - y[0]) - (x[i + 1] - x[0]) * (y[i] - y[0]);
    }
    return twice / 2;
}

double wh_shape_area_km2(const struct wh_shape *shape)
{
    double sum_m2 = 0.0;
    for (uint32_t p = 0; p < shape->n_parts; p++) {
        for (uint32_t r = shape->part_start[p]; r < shape->part_start[p + 1]; r++) {
            const uint32_t from = shape->ring_start[r], to = shape->ring_start[r + 1];
            const double m2 = fabs(wh_ring_area_m2(shape->x + from, shape->y + from, to - from));
            sum_m2 += r == shape->part_start[p] ? m2 : -m2;
        }
    }
    return sum_m2 / 1e6;
}
