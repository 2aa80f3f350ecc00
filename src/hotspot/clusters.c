/* hotspot/clusters.c: DBSCAN as a cut of the reachability tree, and the numbering of clusters. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "hotspot/clusters_internal.h"

struct group {
    uint32_t label;         /* as it came: a place */
    uint32_t points, first; /* how many; the lowest place: farthest west, then south */
};

static int compare_groups(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    if (a->points != b->points) {
        return a->points > b->points ? -1 : 1;
    }
    return a->first < b->first ? -1 : a->first > b->first;
}

/* How many points and which lowest place each label has; returns how many labels there are. */
static uint32_t count_groups(const struct wh_reach *reach, const uint32_t *label, uint32_t *number,
                             struct group *group)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < reach->n; i++) {
        if (label[i] == WH_NO_LABEL) {
            continue;
        }
        if (number[label[i]] == 0) {
            group[n++] = (struct group){label[i], 0, i};
            number[label[i]] = n;
        }
        group[number[label[i]] - 1].points += reach->weight[i];
    }
    return n;
}

enum wh_status wh_clusters_number(struct wh_ctx *ctx, const struct wh_reach *reach,
                                  const uint32_t *label, uint32_t n_labels, uint32_t n_points,
                                  uint32_t *ret_cluster, struct wh_clusters *ret,
                                  struct wh_error *err)
{
    uint32_t *number = wh_alloc_array(ctx, n_labels, sizeof *number);
    struct group *group = wh_alloc_array(ctx, n_labels, sizeof *group);
    enum wh_status status = number == NULL || group == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        struct wh_clusters clusters = {.n = count_groups(reach, label, number, group)};
        if (clusters.n > 1) {
            qsort(group, clusters.n, sizeof *group, compare_groups);
        }
        for (uint32_t i = 0; i < clusters.n; i++) {
            number[group[i].label] = i + 1;
        }
        for (uint32_t i = 0; i < n_points; i++) {
            const uint32_t at = label[reach->place_of[i]];
            ret_cluster[i] = at == WH_NO_LABEL ? WH_CLUSTER_NONE : number[at];
            clusters.n_noise += at == WH_NO_LABEL;
        }
        *ret = clusters;
    }
    wh_free(ctx, number);
    wh_free(ctx, group);
    return status;
}

/* The nearest core within the radius; equal distances by place. */
struct nearest_core {
    const struct wh_reach *reach;
    double radius_m, distance2;
    uint32_t place;
};

static void visit_core(void *state, const struct wh_near *near)
{
    struct nearest_core *nearest = state;
    if (nearest->reach->core_m[near->id] > nearest->radius_m) {
        return;
    }
    if (near->distance2 < nearest->distance2 ||
        (!(near->distance2 > nearest->distance2) && near->id < nearest->place)) {
        nearest->distance2 = near->distance2;
        nearest->place = near->id;
    }
}

/* Labels places by the lowest core of their cluster. */
static void label_places(const struct wh_reach *reach, double radius_m, uint32_t *parent,
                         uint32_t *label)
{
    for (uint32_t i = 0; i < reach->n; i++) {
        parent[i] = i;
    }
    for (uint32_t i = 0; i + 1 < reach->n && reach->edge[i].length <= radius_m; i++) {
        const uint32_t a = wh_root_of(parent, reach->edge[i].a);
        const uint32_t b = wh_root_of(parent, reach->edge[i].b);
        parent[a < b ? b : a] = a < b ? a : b;
    }
    for (uint32_t i = 0; i < reach->n; i++) {
        struct nearest_core nearest = {reach, radius_m, (double)INFINITY, WH_NO_LABEL};
        if (reach->core_m[i] <= radius_m) {
            nearest.place = i;
        } else {
            wh_kdtree_within(&reach->tree, reach->x[i], reach->y[i], radius_m, visit_core,
                             &nearest);
        }
        label[i] = nearest.place == WH_NO_LABEL ? WH_NO_LABEL : wh_root_of(parent, nearest.place);
    }
}

enum wh_status wh_dbscan(struct wh_ctx *ctx, const double *x, const double *y, uint32_t n,
                         double radius_m, uint32_t min_points, uint32_t *ret_cluster,
                         struct wh_clusters *ret, struct wh_error *err)
{
    if (min_points == 0 || !(radius_m >= 0) || !isfinite(radius_m)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "DBSCAN needs at least 1 point within a radius of at least 0 metres");
    }
    struct wh_reach reach = {0};
    enum wh_status status = wh_reach_open(ctx, x, y, n, min_points, &reach, err);
    if (status != WH_OK) {
        return status;
    }
    uint32_t *parent = wh_alloc_array(ctx, reach.n, sizeof *parent);
    uint32_t *label = wh_alloc_array(ctx, reach.n, sizeof *label);
    if (parent == NULL || label == NULL) {
        status = wh_fail_memory(ctx, err);
    } else {
        label_places(&reach, radius_m, parent, label);
        status = wh_clusters_number(ctx, &reach, label, reach.n, n, ret_cluster, ret, err);
    }
    wh_free(ctx, parent);
    wh_free(ctx, label);
    wh_reach_finish(ctx, &reach);
    return status;
}
