/*
 * hotspot/hdbscan.c: the hierarchy of all radii, condensed to what is large enough to be a cluster,
 * and the clusters that last longest (Campello, Moulavi and Sander 2013; Campello and others 2015).
 */
#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "hotspot/clusters_internal.h"

/* The dendrogram: leaves 0 .. n - 1 are places; merge i is node n + i. */
struct merge {
    double distance_m;
    uint32_t left, right;
    uint64_t points;
};

/* A condensed cluster; ids rise from parent to child. */
struct cluster {
    uint32_t parent, node; /* node: of the dendrogram, where it begins */
    double birth;          /* 1 / distance */
    double stability, best, longest;
    bool is_taken;
};

struct hierarchy {
    const struct wh_reach *reach;
    const struct wh_hdbscan_options *opt;
    struct merge *merge;
    uint32_t n_clusters;
    struct cluster *cluster;
    uint32_t *left_from; /* one a place: the cluster that it falls out of, */
    double *left_at;     /* and when */
    uint32_t *stack;     /* room for all nodes */
};

static uint64_t points_of(const struct hierarchy *h, uint32_t node)
{
    return node < h->reach->n ? h->reach->weight[node] : h->merge[node - h->reach->n].points;
}

/* 1 / distance, no more than at the least distance. */
static double closeness(const struct hierarchy *h, double distance_m)
{
    return isinf(distance_m) ? 0 : 1 / fmax(distance_m, h->opt->least_m);
}

static void build_dendrogram(struct hierarchy *h, uint32_t *parent, uint32_t *node_of)
{
    const struct wh_reach *reach = h->reach;
    for (uint32_t i = 0; i < reach->n; i++) {
        parent[i] = node_of[i] = i;
    }
    for (uint32_t i = 0; i + 1 < reach->n; i++) {
        const uint32_t a = wh_root_of(parent, reach->edge[i].a);
        const uint32_t b = wh_root_of(parent, reach->edge[i].b);
        h->merge[i] = (struct merge){reach->edge[i].length, node_of[a], node_of[b],
                                     points_of(h, node_of[a]) + points_of(h, node_of[b])};
        parent[a < b ? b : a] = a < b ? a : b;
        node_of[a < b ? a : b] = reach->n + i;
    }
}

/* Every place under a node leaves the cluster. */
static void let_go(struct hierarchy *h, uint32_t node, uint32_t cluster, double at)
{
    struct cluster *from = &h->cluster[cluster];
    uint32_t n = 0;
    h->stack[n++] = node;
    while (n > 0) {
        const uint32_t top = h->stack[--n];
        if (top >= h->reach->n) {
            h->stack[n++] = h->merge[top - h->reach->n].left;
            h->stack[n++] = h->merge[top - h->reach->n].right;
            continue;
        }
        h->left_from[top] = cluster;
        h->left_at[top] = at;
        from->stability += (at - from->birth) * (double)h->reach->weight[top];
        from->longest = fmax(from->longest, at);
    }
}

static void add_child(struct hierarchy *h, uint32_t parent, uint32_t node, double birth)
{
    h->cluster[parent].stability += (birth - h->cluster[parent].birth) * (double)points_of(h, node);
    h->cluster[parent].longest = fmax(h->cluster[parent].longest, birth);
    h->cluster[h->n_clusters++] = (struct cluster){.parent = parent, .node = node, .birth = birth};
}

/* Follows one cluster down until it falls apart. */
static void follow(struct hierarchy *h, uint32_t cluster)
{
    const uint32_t n = h->reach->n;
    uint32_t node = h->cluster[cluster].node;
    while (node >= n) {
        const struct merge *merge = &h->merge[node - n];
        const double at = closeness(h, merge->distance_m);
        const bool left = points_of(h, merge->left) >= h->opt->min_cluster;
        const bool right = points_of(h, merge->right) >= h->opt->min_cluster;
        if (left && right) {
            add_child(h, cluster, merge->left, at);
            add_child(h, cluster, merge->right, at);
            return;
        }
        if (!left) {
            let_go(h, merge->left, cluster, at);
        }
        if (!right) {
            let_go(h, merge->right, cluster, at);
        }
        if (!left && !right) {
            return;
        }
        node = left ? merge->left : merge->right;
    }
    let_go(h, node, cluster, closeness(h, 0)); /* many points on one spot */
}

/* Excess of mass: a cluster is taken unless its descendants together last longer. */
static void take_best(struct hierarchy *h)
{
    const bool is_large = points_of(h, h->cluster[0].node) >= h->opt->min_cluster;
    const uint32_t first = h->opt->may_be_one && is_large ? 0 : 1;
    for (uint32_t i = h->n_clusters; i > first; i--) {
        struct cluster *cluster = &h->cluster[i - 1];
        cluster->is_taken = cluster->stability >= cluster->best;
        cluster->best = fmax(cluster->best, cluster->stability);
        if (i - 1 > 0) {
            struct cluster *parent = &h->cluster[cluster->parent];
            parent->best += cluster->best;
            parent->longest = fmax(parent->longest, cluster->longest);
        }
    }
    for (uint32_t i = 1; i < h->n_clusters; i++) { /* below a taken one none is */
        struct cluster *cluster = &h->cluster[i];
        uint32_t above = cluster->parent;
        while (above > 0 && !h->cluster[above].is_taken) {
            above = h->cluster[above].parent;
        }
        cluster->is_taken = cluster->is_taken && !h->cluster[above].is_taken;
    }
}

/* The taken cluster that a place belongs to, or none. */
static uint32_t label_of(const struct hierarchy *h, uint32_t place)
{
    uint32_t cluster = h->left_from[place];
    while (cluster > 0 && !h->cluster[cluster].is_taken) {
        cluster = h->cluster[cluster].parent;
    }
    return h->cluster[cluster].is_taken ? cluster : WH_NO_LABEL;
}

static void find_clusters(struct hierarchy *h, uint32_t *label)
{
    const uint32_t n = h->reach->n;
    h->cluster[0] = (struct cluster){.node = n > 1 ? 2 * n - 2 : 0, .birth = 0};
    h->n_clusters = 1;
    for (uint32_t i = 0; i < h->n_clusters; i++) {
        follow(h, i);
    }
    take_best(h);
    for (uint32_t i = 0; i < n; i++) {
        label[i] = label_of(h, i);
    }
}

static void fill_strength(const struct hierarchy *h, const uint32_t *label, uint32_t n_points,
                          double *ret_strength)
{
    for (uint32_t i = 0; i < n_points; i++) {
        const uint32_t place = h->reach->place_of[i], at = label[place];
        const double longest = at == WH_NO_LABEL ? 0 : h->cluster[at].longest;
        ret_strength[i] = longest > 0 ? fmin(1, h->left_at[place] / longest) : 0;
    }
}

static void hierarchy_finish(struct wh_ctx *ctx, struct hierarchy *h)
{
    wh_free(ctx, h->merge);
    wh_free(ctx, h->cluster);
    wh_free(ctx, h->left_from);
    wh_free(ctx, h->left_at);
    wh_free(ctx, h->stack);
}

static bool hierarchy_open(struct wh_ctx *ctx, struct hierarchy *h)
{
    const size_t n = h->reach->n;
    h->merge = wh_alloc_array(ctx, n, sizeof *h->merge);
    h->cluster = wh_alloc_array(ctx, 2 * n + 1, sizeof *h->cluster);
    h->left_from = wh_alloc_array(ctx, n, sizeof *h->left_from);
    h->left_at = wh_alloc_array(ctx, n, sizeof *h->left_at);
    h->stack = wh_alloc_array(ctx, 2 * n + 2, sizeof *h->stack);
    return h->merge != NULL && h->cluster != NULL && h->left_from != NULL && h->left_at != NULL &&
           h->stack != NULL;
}

enum wh_status wh_hdbscan(struct wh_ctx *ctx, const double *x, const double *y, uint32_t n,
                          const struct wh_hdbscan_options *opt, uint32_t *ret_cluster,
                          double *ret_strength, struct wh_clusters *ret, struct wh_error *err)
{
    if (opt->min_points == 0 || opt->min_cluster < 2 || !(opt->least_m > 0)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "HDBSCAN needs min_points of at least 1, clusters of at least 2 points and "
                       "a least distance above 0");
    }
    struct wh_reach reach = {0};
    enum wh_status status = wh_reach_open(ctx, x, y, n, opt->min_points, &reach, err);
    if (status != WH_OK) {
        return status;
    }
    struct hierarchy h = {.reach = &reach, .opt = opt};
    uint32_t *parent = wh_alloc_array(ctx, reach.n, sizeof *parent);
    uint32_t *label = wh_alloc_array(ctx, reach.n, sizeof *label);
    if (parent == NULL || label == NULL || !hierarchy_open(ctx, &h)) {
        status = wh_fail_memory(ctx, err);
    } else {
        if (reach.n > 0) {
            build_dendrogram(&h, parent, label);
            find_clusters(&h, label);
        }
        status = wh_clusters_number(ctx, &reach, label, 2 * reach.n + 1, n, ret_cluster, ret, err);
    }
    if (status == WH_OK && ret_strength != NULL) {
        fill_strength(&h, label, n, ret_strength);
    }
    hierarchy_finish(ctx, &h);
    wh_free(ctx, parent);
    wh_free(ctx, label);
    wh_reach_finish(ctx, &reach);
    return status;
}
