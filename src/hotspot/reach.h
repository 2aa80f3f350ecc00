/*
 * hotspot/reach.h: the minimum spanning tree by mutual reachability, on which both DBSCAN and
 * HDBSCAN stand: two places are as far apart as their distance or the larger of their core
 * distances, whichever is more; the components of the tree without edges longer than r are DBSCAN's
 * clusters of cores at radius r.
 */
#ifndef WH_HOTSPOT_REACH_H
#define WH_HOTSPOT_REACH_H

#include "hotspot/kdtree.h"

struct wh_reach_edge {
    double length;
    uint32_t a, b; /* places, a < b */
};

/* Points on one spot are one place. Places are in the order of x, then y. */
struct wh_reach {
    uint32_t n; /* places */
    double *x, *y;
    uint32_t *weight;   /* points there */
    uint32_t *place_of; /* one a point */
    double *core_m; /* the distance within which min_points are, self counted; infinite where there
                       are not so many */
    struct wh_kdtree tree;
    struct wh_reach_edge *edge; /* n - 1, by length, then a, then b; fewer when n is 0 */
};

WH_MUST_USE enum wh_status wh_reach_open(struct wh_ctx *ctx, const double *x, const double *y,
                                         uint32_t n, uint32_t min_points, struct wh_reach *ret,
                                         struct wh_error *err);
void wh_reach_finish(struct wh_ctx *ctx, struct wh_reach *reach);

/* Union by the lower root, with halving. */
uint32_t wh_root_of(uint32_t *parent, uint32_t i);

#endif
