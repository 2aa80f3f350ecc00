/*
 * model/spots.h: where a request may be that is known by its postcode alone: at any of the
 * postcode's addresses, each as likely. A postcode's own place is no place where anything happened:
 * drawn there, its requests would make a peak that is none (DESIGN.md section 6).
 */
#ifndef WH_MODEL_SPOTS_H
#define WH_MODEL_SPOTS_H

#include <wardheat/base.h>

#define WH_NO_SPOTS UINT32_MAX

/* Sets of places, one a postcode: set k is the places start[k] .. start[k + 1]. */
struct wh_spots {
    size_t n;             /* sets */
    uint32_t *start;      /* n + 1 */
    double *x, *y;        /* working CRS; the first of each set is the nearest to its postcode */
    float precision_m;    /* of each place, 1 sigma */
    uint32_t *of_request; /* one a request: its set or WH_NO_SPOTS; NULL: there are no sets */
};

struct wh_requests;
struct wh_points;

/*
 * The points' mass where it may be: those of requests with a set become one point a place, weighted
 * with an equal part of theirs; points of one set are one group, so there are never more than
 * places. The sum of weights stays. For surfaces only: `request` of such a point is one of several.
 */
WH_MUST_USE enum wh_status wh_points_spread(struct wh_ctx *ctx, const struct wh_requests *requests,
                                            const struct wh_points *points, struct wh_points *ret,
                                            struct wh_error *err);
/*
 * One point a request: where there is a set, at its first place. Its kernel is one of those that
 * wh_points_spread() gives the request, so a cell that it reaches the request reaches: for counting
 * how many stand behind a cell, never too many.
 */
WH_MUST_USE enum wh_status wh_points_anchor(struct wh_ctx *ctx, const struct wh_requests *requests,
                                            const struct wh_points *points, struct wh_points *ret,
                                            struct wh_error *err);

#endif
