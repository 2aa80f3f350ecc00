/* publish/geometry.c: transform, round, check, repair, and again, until what is rounded is valid.
 */
#include "publish/geometry.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"

#define LONLAT_SCALE 1e6
#define MAX_REPAIRS                                                                                \
    6 /* each repair moves vertices by less than the rounding; two were the most ever needed */

double wh_lonlat_round(double degrees)
{
    return (double)llround(degrees * LONLAT_SCALE) / LONLAT_SCALE;
}

void wh_lonlat_add(struct wh_buf *buf, double degrees)
{
    wh_buf_number(buf, degrees, WH_LONLAT_DECIMALS);
}

/* Equal after rounding: both are the same multiple of 1e-6. */
static bool same_vertex(const struct wh_shape *shape, uint32_t i, uint32_t j)
{
    return llround(shape->x[i] * LONLAT_SCALE) == llround(shape->x[j] * LONLAT_SCALE) &&
           llround(shape->y[i] * LONLAT_SCALE) == llround(shape->y[j] * LONLAT_SCALE);
}

/* Twice the signed area of vertices [from, to), in units of the rounding: exact enough to tell
 * zero. */
static double signed_area(const struct wh_shape *shape, uint32_t from, uint32_t to)
{
    double sum = 0;
    const double x0 = shape->x[from], y0 = shape->y[from];
    for (uint32_t i = from; i + 1 < to; i++) {
        sum += (shape->x[i] - x0) * (shape->y[i + 1] - y0) -
               (shape->x[i + 1] - x0) * (shape->y[i] - y0);
    }
    return sum * LONLAT_SCALE * LONLAT_SCALE;
}

/* Drops repeated vertices, then rings without area, then parts without exterior; in place. */
static void drop_degenerate(struct wh_shape *shape)
{
    uint32_t n_vertices = 0, n_rings = 0, n_parts = 0;
    for (uint32_t part = 0; part < shape->n_parts; part++) {
        const uint32_t first_ring = shape->part_start[part];
        const uint32_t end_ring = shape->part_start[part + 1];
        const uint32_t kept_rings = n_rings;
        bool has_exterior = false;
        for (uint32_t ring = first_ring; ring < end_ring; ring++) {
            const uint32_t from = shape->ring_start[ring], to = shape->ring_start[ring + 1];
            const uint32_t start = n_vertices;
            for (uint32_t i = from; i < to; i++) {
                if (n_vertices == start || !same_vertex(shape, i, n_vertices - 1)) {
                    shape->x[n_vertices] = shape->x[i];
                    shape->y[n_vertices] = shape->y[i];
                    n_vertices++;
                }
            }
            const bool is_ring =
                n_vertices - start >= 4 && fabs(signed_area(shape, start, n_vertices)) > 0.5;
            if (!is_ring || (ring > first_ring && !has_exterior)) {
                n_vertices = start;
                continue;
            }
            has_exterior = true;
            shape->ring_start[n_rings++] = start;
        }
        if (has_exterior) {
            shape->part_start[n_parts++] = kept_rings;
        }
    }
    shape->ring_start[n_rings] = n_vertices;
    shape->part_start[n_parts] = n_rings;
    shape->n_vertices = n_vertices;
    shape->n_rings = n_rings;
    shape->n_parts = n_parts;
}

static void round_shape(struct wh_shape *shape)
{
    for (uint32_t i = 0; i < shape->n_vertices; i++) {
        shape->x[i] = wh_lonlat_round(shape->x[i]);
        shape->y[i] = wh_lonlat_round(shape->y[i]);
    }
    if (shape->n_vertices > 0) {
        drop_degenerate(shape);
    }
}

static bool is_wound_right(const struct wh_shape *shape)
{
    for (uint32_t part = 0; part < shape->n_parts; part++) {
        for (uint32_t ring = shape->part_start[part]; ring < shape->part_start[part + 1]; ring++) {
            const bool is_exterior = ring == shape->part_start[part];
            const double area =
                signed_area(shape, shape->ring_start[ring], shape->ring_start[ring + 1]);
            if ((area > 0) != is_exterior) {
                return false;
            }
        }
    }
    return true;
}

static bool has_bad_vertex(const struct wh_shape *shape)
{
    for (uint32_t i = 0; i < shape->n_vertices; i++) {
        if (!isfinite(shape->x[i]) || !isfinite(shape->y[i])) {
            return true;
        }
    }
    return false;
}

enum wh_status wh_shape_to_lonlat(struct wh_ctx *ctx, struct wh_transform *to_lonlat,
                                  const struct wh_shape *shape, struct wh_shape *ret,
                                  struct wh_error *err)
{
    struct wh_shape lonlat = {0};
    if (shape->n_vertices == 0) {
        *ret = lonlat;
        return WH_OK;
    }
    enum wh_status status = wh_shape_copy(ctx, shape, &lonlat, err);
    if (status != WH_OK) {
        return status;
    }
    wh_transform_points(to_lonlat, false, lonlat.x, lonlat.y, lonlat.n_vertices);
    if (has_bad_vertex(&lonlat)) {
        wh_shape_finish(ctx, &lonlat);
        return wh_fail(err, WH_ERR_INTERNAL, "a shape has no longitude and latitude");
    }
    round_shape(&lonlat);
    for (int repairs = 0; lonlat.n_vertices > 0; repairs++) {
        struct wh_error fault = {0};
        struct wh_shape repaired = {0};
        if (is_wound_right(&lonlat) && wh_shape_check(ctx, &lonlat, &fault) == WH_OK) {
            break;
        }
        status = repairs < MAX_REPAIRS
                     ? wh_shape_make_valid(ctx, &lonlat, &repaired, err)
                     : wh_fail(err, WH_ERR_INTERNAL, "a shape is not valid after rounding: %s",
                               fault.message);
        wh_shape_finish(ctx, &lonlat);
        if (status != WH_OK) {
            return status;
        }
        lonlat = repaired;
        round_shape(&lonlat);
    }
    *ret = lonlat;
    return WH_OK;
}

static void widen(double box[4], double x, double y)
{
    box[0] = x < box[0] ? x : box[0];
    box[1] = y < box[1] ? y : box[1];
    box[2] = x > box[2] ? x : box[2];
    box[3] = y > box[3] ? y : box[3];
}

static void add_ring(struct wh_buf *buf, const struct wh_shape *shape, uint32_t ring, double box[4])
{
    wh_buf_char(buf, '[');
    for (uint32_t i = shape->ring_start[ring]; i < shape->ring_start[ring + 1]; i++) {
        wh_buf_c(buf, i == shape->ring_start[ring] ? "[" : ",[");
        wh_lonlat_add(buf, shape->x[i]);
        wh_buf_char(buf, ',');
        wh_lonlat_add(buf, shape->y[i]);
        wh_buf_char(buf, ']');
        widen(box, shape->x[i], shape->y[i]);
    }
    wh_buf_char(buf, ']');
}

void wh_geometry_add(struct wh_buf *buf, const struct wh_shape *lonlat, double box[4])
{
    if (lonlat->n_parts == 0) {
        wh_buf_c(buf, "null");
        return;
    }
    wh_buf_c(buf, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (uint32_t part = 0; part < lonlat->n_parts; part++) {
        wh_buf_c(buf, part == 0 ? "[" : ",[");
        for (uint32_t ring = lonlat->part_start[part]; ring < lonlat->part_start[part + 1];
             ring++) {
            if (ring > lonlat->part_start[part]) {
                wh_buf_char(buf, ',');
            }
            add_ring(buf, lonlat, ring, box);
        }
        wh_buf_char(buf, ']');
    }
    wh_buf_c(buf, "]}");
}
