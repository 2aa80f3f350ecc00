/* wardheat/model.h: placed requests as the pure stages take them. */
#ifndef WARDHEAT_MODEL_H
#define WARDHEAT_MODEL_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Placed requests in the working CRS (metres, x east, y north), as parallel arrays of n. A request with
 * several possible places has several weighted points. `request` is the index of the request.
 */
struct wh_points {
    size_t n, cap;
    double *x, *y;
    double *weight;
    double *precision_m; /* 1 sigma of the placing; 0: exact */
    int64_t *opened_at;  /* UTC seconds */
    uint16_t *category;
    uint32_t *request;
};

WH_MUST_USE enum wh_status wh_points_reserve(struct wh_ctx *ctx, struct wh_points *points, size_t n,
                                             struct wh_error *err);
/* Appends one point of weight 1; refuses what is not finite (WH_ERR_INTERNAL) and leaves the set unchanged. */
WH_MUST_USE enum wh_status wh_points_push(struct wh_ctx *ctx, struct wh_points *points, double x,
                                          double y, double precision_m, int64_t opened_at,
                                          uint16_t category, uint32_t request,
                                          struct wh_error *err);
void wh_points_finish(struct wh_ctx *ctx, struct wh_points *points);

#ifdef __cplusplus
}
#endif
#endif
