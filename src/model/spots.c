/* model/spots.c: requests known by their postcode, spread over its addresses. */
#include "model/spots.h"

#include <wardheat/model.h>

#include "base/alloc.h"
#include "base/error.h"
#include "model/requests.h"

static uint32_t set_of(const struct wh_requests *requests, uint32_t request)
{
    const struct wh_spots *spots = &requests->spots;
    return spots->of_request == NULL ? WH_NO_SPOTS : spots->of_request[request];
}

static enum wh_status push(struct wh_ctx *ctx, const struct wh_points *points, size_t i, double x,
                           double y, double precision_m, double weight, struct wh_points *ret,
                           struct wh_error *err)
{
    const enum wh_status status = wh_points_push(ctx, ret, x, y, precision_m, points->opened_at[i],
                                                 points->category[i], points->request[i], err);
    if (status == WH_OK) {
        ret->weight[ret->n - 1] = weight;
    }
    return status;
}

/* The places of one set, with all that its points weigh. */
static enum wh_status push_set(struct wh_ctx *ctx, const struct wh_spots *spots, uint32_t set,
                               double weight, const struct wh_points *points, size_t i,
                               struct wh_points *ret, struct wh_error *err)
{
    const uint32_t from = spots->start[set], to = spots->start[set + 1];
    enum wh_status status = WH_OK;
    for (uint32_t k = from; status == WH_OK && k < to; k++) {
        status = push(ctx, points, i, spots->x[k], spots->y[k], (double)spots->precision_m,
                      weight / (to - from), ret, err);
    }
    return status;
}

enum wh_status wh_points_spread(struct wh_ctx *ctx, const struct wh_requests *requests,
                                const struct wh_points *points, struct wh_points *ret,
                                struct wh_error *err)
{
    const struct wh_spots *spots = &requests->spots;
    struct wh_points out = {0};
    double *weight = wh_alloc_array(ctx, spots->n, sizeof *weight);
    enum wh_status status =
        weight == NULL ? wh_fail_memory(ctx, err) : wh_points_reserve(ctx, &out, points->n, err);
    for (size_t i = 0; status == WH_OK && i < points->n; i++) {
        const uint32_t set = set_of(requests, points->request[i]);
        if (set != WH_NO_SPOTS) {
            weight[set] += points->weight[i];
        } else {
            status = push(ctx, points, i, points->x[i], points->y[i], points->precision_m[i],
                          points->weight[i], &out, err);
        }
    }
    for (size_t i = 0; status == WH_OK && i < points->n; i++) {
        const uint32_t set = set_of(requests, points->request[i]);
        if (set != WH_NO_SPOTS && weight[set] > 0) {
            status = push_set(ctx, spots, set, weight[set], points, i, &out, err);
            weight[set] = 0; /* once a set */
        }
    }
    wh_free(ctx, weight);
    if (status != WH_OK) {
        wh_points_finish(ctx, &out);
        return status;
    }
    *ret = out;
    return WH_OK;
}

enum wh_status wh_points_anchor(struct wh_ctx *ctx, const struct wh_requests *requests,
                                const struct wh_points *points, struct wh_points *ret,
                                struct wh_error *err)
{
    const struct wh_spots *spots = &requests->spots;
    struct wh_points out = {0};
    enum wh_status status = wh_points_reserve(ctx, &out, points->n, err);
    for (size_t i = 0; status == WH_OK && i < points->n; i++) {
        const uint32_t set = set_of(requests, points->request[i]);
        const bool has_set = set != WH_NO_SPOTS;
        const uint32_t first = has_set ? spots->start[set] : 0;
        status = push(ctx, points, i, has_set ? spots->x[first] : points->x[i],
                      has_set ? spots->y[first] : points->y[i],
                      has_set ? (double)spots->precision_m : points->precision_m[i],
                      points->weight[i], &out, err);
    }
    if (status != WH_OK) {
        wh_points_finish(ctx, &out);
        return status;
    }
    *ret = out;
    return WH_OK;
}
