/* model/points.c: growing parallel arrays of placed requests. */
#include <math.h>
#include <wardheat/model.h>

#include "base/alloc.h"
#include "base/error.h"

static bool resize(struct wh_ctx *ctx, void *array_of, size_t cap, size_t size)
{
    void **array = array_of;
    void *wider = wh_realloc_array(ctx, *array, cap, size);
    if (wider == NULL) {
        return false;
    }
    *array = wider;
    return true;
}

enum wh_status wh_points_reserve(struct wh_ctx *ctx, struct wh_points *points, size_t n,
                                 struct wh_error *err)
{
    if (n <= points->cap) {
        return WH_OK;
    }
    /* An array that has grown already stays grown when a later one cannot: cap tells what all of
     * them hold. */
    if (!resize(ctx, &points->x, n, sizeof *points->x) ||
        !resize(ctx, &points->y, n, sizeof *points->y) ||
        !resize(ctx, &points->weight, n, sizeof *points->weight) ||
        !resize(ctx, &points->precision_m, n, sizeof *points->precision_m) ||
        !resize(ctx, &points->opened_at, n, sizeof *points->opened_at) ||
        !resize(ctx, &points->category, n, sizeof *points->category) ||
        !resize(ctx, &points->request, n, sizeof *points->request)) {
        return wh_fail_memory(ctx, err);
    }
    points->cap = n;
    return WH_OK;
}

enum wh_status wh_points_push(struct wh_ctx *ctx, struct wh_points *points, double x, double y,
                              double precision_m, int64_t opened_at, uint16_t category,
                              uint32_t request, struct wh_error *err)
{
    if (!isfinite(x) || !isfinite(y) || !isfinite(precision_m) || precision_m < 0) {
        return wh_fail(err, WH_ERR_INTERNAL, "a point that is not finite");
    }
    if (points->n == points->cap) {
        const enum wh_status status =
            wh_points_reserve(ctx, points, points->cap < 16 ? 16 : points->cap * 3 / 2, err);
        if (status != WH_OK) {
            return status;
        }
    }
    const size_t i = points->n++;
    points->x[i] = x;
    points->y[i] = y;
    points->weight[i] = 1;
    points->precision_m[i] = precision_m;
    points->opened_at[i] = opened_at;
    points->category[i] = category;
    points->request[i] = request;
    return WH_OK;
}

void wh_points_finish(struct wh_ctx *ctx, struct wh_points *points)
{
    wh_free(ctx, points->x);
    wh_free(ctx, points->y);
    wh_free(ctx, points->weight);
    wh_free(ctx, points->precision_m);
    wh_free(ctx, points->opened_at);
    wh_free(ctx, points->category);
    wh_free(ctx, points->request);
    *points = (struct wh_points){0};
}
