/* geo/area_overlaps.c: areas of one layer must not cover the same ground. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "geo/areas_internal.h"

/*
 * Mean width of an overlap (its area over half its perimeter) that passes for a sliver of
 * generalising: 0.1 m is 100 m² per km of border. Greater London's wards of 2013 reach 0.03 m; a
 * real overlap is metres wide.
 */
#define SLIVER_WIDTH_M 0.1

struct box {
    double west, south, east, north;
    uint32_t area;
};

struct pair {
    uint32_t a, b; /* a < b */
    double overlap_m2, x, y;
    bool is_refused;
};

struct pairs {
    struct pair *pair;
    size_t n, cap;
};

static int compare_boxes(const void *left, const void *right)
{
    const struct box *const a = left, *const b = right;
    if (a->west < b->west || a->west > b->west) {
        return a->west < b->west ? -1 : 1;
    }
    return (a->area > b->area) - (a->area < b->area);
}

static int compare_pairs(const void *left, const void *right)
{
    const struct pair *const a = left, *const b = right;
    if (a->a != b->a) {
        return a->a < b->a ? -1 : 1;
    }
    return (a->b > b->b) - (a->b < b->b);
}

static enum wh_status push_pair(struct wh_ctx *ctx, struct pairs *pairs, uint32_t a, uint32_t b,
                                struct wh_error *err)
{
    if (pairs->n == pairs->cap) {
        void *array = pairs->pair;
        const enum wh_status status =
            wh_grow(ctx, &array, pairs->n, &pairs->cap, sizeof *pairs->pair, err);
        if (status != WH_OK) {
            return status;
        }
        pairs->pair = array;
    }
    pairs->pair[pairs->n++] = (struct pair){.a = a < b ? a : b, .b = a < b ? b : a};
    return WH_OK;
}

/* Pairs whose boxes overlap, by a sweep from west to east; in the order of the areas. */
static enum wh_status find_pairs(struct wh_ctx *ctx, const struct wh_areas *areas,
                                 struct pairs *pairs, struct wh_error *err)
{
    struct box *const box = wh_alloc_array(ctx, areas->n, sizeof *box);
    if (box == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t i = 0; i < areas->n; i++) {
        double b[4];
        wh_shape_box(&areas->shape[i], b);
        box[i] = (struct box){b[0], b[1], b[2], b[3], i};
    }
    qsort(box, areas->n, sizeof *box, compare_boxes);
    enum wh_status status = WH_OK;
    for (uint32_t i = 0; i < areas->n && status == WH_OK; i++) {
        for (uint32_t j = i + 1; j < areas->n && box[j].west < box[i].east && status == WH_OK;
             j++) {
            if (box[j].south < box[i].north && box[i].south < box[j].north) {
                status = push_pair(ctx, pairs, box[i].area, box[j].area, err);
            }
        }
    }
    wh_free(ctx, box);
    if (pairs->n > 0) {
        qsort(pairs->pair, pairs->n, sizeof *pairs->pair, compare_pairs);
    }
    return status;
}

/* The largest piece decides: many slivers along a border do not make a lump, and no sliver hides
 * one. */
static void judge_pieces(struct wh_area_worker *worker, const GEOSGeometry *overlap,
                         struct pair *pair)
{
    const GEOSContextHandle_t handle = worker->geos.handle;
    const int n = GEOSGetNumGeometries_r(handle, overlap);
    for (int i = 0; i < n; i++) {
        const GEOSGeometry *const piece = GEOSGetGeometryN_r(handle, overlap, i);
        double m2 = 0, length_m = 0, x = (double)NAN, y = (double)NAN;
        if (GEOSArea_r(handle, piece, &m2) != 1 || GEOSLength_r(handle, piece, &length_m) != 1 ||
            !(m2 > SLIVER_WIDTH_M * length_m / 2)) {
            continue;
        }
        if (!pair->is_refused || m2 > pair->overlap_m2) {
            GEOSGeometry *const centre = GEOSPointOnSurface_r(handle, piece);
            if (centre != NULL) {
                (void)GEOSGeomGetX_r(handle, centre, &x);
                (void)GEOSGeomGetY_r(handle, centre, &y);
                GEOSGeom_destroy_r(handle, centre);
            }
            *pair = (struct pair){pair->a, pair->b, m2, x, y, true};
        }
    }
}

static void judge_pair(struct wh_area_worker *worker, struct pair *pair)
{
    const GEOSGeometry *const a = wh_area_worker_geom(worker, pair->a);
    const GEOSGeometry *const b = wh_area_worker_geom(worker, pair->b);
    if (a == NULL || b == NULL) {
        return;
    }
    GEOSGeometry *const overlap = GEOSIntersection_r(worker->geos.handle, a, b);
    if (overlap == NULL) {
        worker->status =
            wh_fail(worker->err, WH_ERR_INPUT, "areas %s and %s: %s", worker->areas->code[pair->a],
                    worker->areas->code[pair->b], worker->geos.message);
        return;
    }
    judge_pieces(worker, overlap, pair);
    GEOSGeom_destroy_r(worker->geos.handle, overlap);
}

/* Every step-th pair from `first`: neighbours in the list share an area, so that the work spreads
 * evenly. */
static enum wh_status judge_share(struct wh_ctx *ctx, const struct wh_areas *areas,
                                  struct pairs *pairs, size_t first, size_t step,
                                  struct wh_error *err)
{
    struct wh_area_worker worker;
    enum wh_status status = wh_area_worker_open(ctx, areas, &worker, err);
    if (status != WH_OK) {
        return status;
    }
    for (size_t i = first; i < pairs->n && worker.status == WH_OK; i += step) {
        judge_pair(&worker, &pairs->pair[i]);
    }
    status = worker.status;
    wh_area_worker_close(&worker);
    return status;
}

static enum wh_status judge_all(struct wh_ctx *ctx, const struct wh_areas *areas,
                                struct pairs *pairs, struct wh_error *err)
{
    struct wh_error first_error = {0};
    enum wh_status first = WH_OK;
    const int threads = (int)wh_ctx_jobs(ctx);
#pragma omp parallel num_threads(threads)
    {
        struct wh_error own = {0};
        const enum wh_status status = judge_share(ctx, areas, pairs, (size_t)omp_get_thread_num(),
                                                  (size_t)omp_get_num_threads(), &own);
#pragma omp critical(wh_areas_check_overlaps)
        if (status != WH_OK && first == WH_OK) {
            first = status;
            first_error = own;
        }
    }
    if (first != WH_OK && err != NULL) {
        *err = first_error;
    }
    return first;
}

enum wh_status wh_areas_check_overlaps(struct wh_ctx *ctx, const struct wh_areas *areas,
                                       struct wh_error *err)
{
    struct pairs pairs = {0};
    enum wh_status status = find_pairs(ctx, areas, &pairs, err);
    if (status == WH_OK && pairs.n > 0) {
        status = judge_all(ctx, areas, &pairs, err);
    }
    for (size_t i = 0; i < pairs.n && status == WH_OK; i++) {
        const struct pair *const pair = &pairs.pair[i];
        if (pair->is_refused) {
            status =
                wh_fail(err, WH_ERR_INPUT, "areas %s and %s overlap by %.0f m2 near (%.2f, %.2f)",
                        areas->code[pair->a], areas->code[pair->b], fmax(pair->overlap_m2, 1.0),
                        pair->x, pair->y);
        }
    }
    wh_free(ctx, pairs.pair);
    return status;
}
