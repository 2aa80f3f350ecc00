/* hotspot/clusters_internal.h: what DBSCAN and HDBSCAN share. */
#ifndef WH_HOTSPOT_CLUSTERS_INTERNAL_H
#define WH_HOTSPOT_CLUSTERS_INTERNAL_H

#include <wardheat/clusters.h>

#include "hotspot/reach.h"

#define WH_NO_LABEL UINT32_MAX

/* Numbers clusters as the header says, from labels 0 .. n_labels - 1 of places (WH_NO_LABEL:
 * noise). */
WH_MUST_USE enum wh_status wh_clusters_number(struct wh_ctx *ctx, const struct wh_reach *reach,
                                              const uint32_t *label, uint32_t n_labels,
                                              uint32_t n_points, uint32_t *ret_cluster,
                                              struct wh_clusters *ret, struct wh_error *err);

#endif
