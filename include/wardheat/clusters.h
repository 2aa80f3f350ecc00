/*
 * wardheat/clusters.h: groups of points by ground distance, for officers: DBSCAN and HDBSCAN. Pure;
 * deterministic; neither the order of points nor the number of threads changes a label.
 */
#ifndef WARDHEAT_CLUSTERS_H
#define WARDHEAT_CLUSTERS_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WH_CLUSTER_NONE 0 /* noise */

struct wh_clusters {
    uint32_t n; /* clusters, numbered from 1: by falling number of points, then from the west, then
                   the south */
    uint32_t n_noise;
};

/*
 * DBSCAN (Ester, Kriegel, Sander and Xu 1996): a point with at least min_points within radius_m,
 * itself counted, is a core; cores within radius_m of each other share a cluster. A point that is
 * no core but within radius_m of one joins the cluster of the nearest (the original leaves that to
 * the order of points). Points on one spot count each. ret_cluster is n long. O(n log² n) as a
 * rule.
 *
 * WH_ERR_CONFIG  min_points 0, or a radius that is not a number of metres of at least 0
 * WH_ERR_LIMIT   no room
 */
WH_MUST_USE enum wh_status wh_dbscan(struct wh_ctx *ctx, const double *x, const double *y,
                                     uint32_t n, double radius_m, uint32_t min_points,
                                     uint32_t *ret_cluster, struct wh_clusters *ret,
                                     struct wh_error *err);

struct wh_hdbscan_options {
    uint32_t min_points;  /* for the core distance, the point itself counted */
    uint32_t min_cluster; /* points in a cluster; at least 2 */
    double least_m;       /* distances below count as this: what placing cannot tell apart; 1 */
    bool may_be_one;      /* all points may be one cluster */
};
/*
 * HDBSCAN (Campello, Moulavi and Sander 2013): the clusters of all radii at once, of which those
 * are taken that last longest as the radius shrinks (excess of mass). ret_strength (n long, or
 * NULL): 0 for noise, else how long the point stays in its cluster, over the longest of its points.
 * WH_ERR_CONFIG  min_points 0, min_cluster below 2, least_m not above 0
 */
WH_MUST_USE enum wh_status wh_hdbscan(struct wh_ctx *ctx, const double *x, const double *y,
                                      uint32_t n, const struct wh_hdbscan_options *opt,
                                      uint32_t *ret_cluster, double *ret_strength,
                                      struct wh_clusters *ret, struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
