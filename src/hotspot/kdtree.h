/* hotspot/kdtree.h: which points are near? A balanced k-d tree in the plane (Bentley 1975), in
 * arrays; its answers do not depend on how it was built. */
#ifndef WH_HOTSPOT_KDTREE_H
#define WH_HOTSPOT_KDTREE_H

#include <wardheat/base.h>

/* The points in the tree's order: the middle of [low, high) splits it along axis[middle]. */
struct wh_kdtree {
    uint32_t n;
    double *x, *y;
    uint32_t *id; /* index in the caller's arrays */
    uint8_t *axis;
};

struct wh_near {
    double distance2; /* squared */
    uint32_t id;
};

/* Builds the tree of n finite points; caller finishes. O(n log n) as a rule. WH_ERR_LIMIT: no room.
 */
WH_MUST_USE enum wh_status wh_kdtree_build(struct wh_ctx *ctx, const double *x, const double *y,
                                           uint32_t n, struct wh_kdtree *ret, struct wh_error *err);
void wh_kdtree_finish(struct wh_ctx *ctx, struct wh_kdtree *tree);

/* Calls `visit` for every point within `radius` (inclusive) of (x, y), in no promised order. */
void wh_kdtree_within(const struct wh_kdtree *tree, double x, double y, double radius,
                      void (*visit)(void *state, const struct wh_near *near), void *state);
/* Fills `ret` with the k nearest, by distance and then id; returns how many there are (at most n).
 */
uint32_t wh_kdtree_nearest(const struct wh_kdtree *tree, double x, double y, uint32_t k,
                           struct wh_near *ret);

#endif
