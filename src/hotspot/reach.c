/* hotspot/reach.c: places, their core distances, and the tree by Boruvka's rounds over a k-d tree.
 */
#include "hotspot/reach.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"

#define LEAF 16u
#define MIXED UINT32_MAX /* a node whose places are of several components */
#define NO_NODE UINT32_MAX
#define DEEPEST 64

/* Longer than any. */
static const struct wh_reach_edge NO_EDGE = {(double)INFINITY, UINT32_MAX, UINT32_MAX};

/* ---- places ---- */

struct spot {
    double x, y;
    uint32_t point;
};

static int compare_spots(const void *left, const void *right)
{
    const struct spot *a = left, *b = right;
    if (a->x < b->x || a->x > b->x) {
        return a->x < b->x ? -1 : 1;
    }
    return a->y < b->y ? -1 : a->y > b->y;
}

static enum wh_status list_places(struct wh_ctx *ctx, const double *x, const double *y, uint32_t n,
                                  struct wh_reach *reach, struct wh_error *err)
{
    struct spot *spot = wh_alloc_array(ctx, n, sizeof *spot);
    reach->x = wh_alloc_array(ctx, n, sizeof *reach->x);
    reach->y = wh_alloc_array(ctx, n, sizeof *reach->y);
    reach->weight = wh_alloc_array(ctx, n, sizeof *reach->weight);
    reach->place_of = wh_alloc_array(ctx, n, sizeof *reach->place_of);
    reach->core_m = wh_alloc_array(ctx, n, sizeof *reach->core_m);
    reach->edge = wh_alloc_array(ctx, n, sizeof *reach->edge);
    if (spot == NULL || reach->x == NULL || reach->y == NULL || reach->weight == NULL ||
        reach->place_of == NULL || reach->core_m == NULL || reach->edge == NULL) {
        wh_free(ctx, spot);
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t i = 0; i < n; i++) {
        spot[i] = (struct spot){x[i], y[i], i};
    }
    if (n > 1) {
        qsort(spot, n, sizeof *spot, compare_spots);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (i == 0 || compare_spots(&spot[i - 1], &spot[i]) != 0) {
            reach->x[reach->n] = spot[i].x;
            reach->y[reach->n++] = spot[i].y;
        }
        reach->weight[reach->n - 1]++;
        reach->place_of[spot[i].point] = reach->n - 1;
    }
    wh_free(ctx, spot);
    return WH_OK;
}

static double core_distance(const struct wh_reach *reach, const struct wh_near *near, uint32_t n,
                            uint32_t min_points)
{
    uint64_t points = 0;
    for (uint32_t i = 0; i < n; i++) {
        points += reach->weight[near[i].id];
        if (points >= min_points) {
            return sqrt(near[i].distance2);
        }
    }
    return (double)INFINITY;
}

static enum wh_status find_cores(struct wh_ctx *ctx, uint32_t min_points, struct wh_reach *reach,
                                 struct wh_error *err)
{
    const unsigned jobs = wh_ctx_jobs(ctx);
    const uint32_t k = min_points < reach->n ? min_points : reach->n;
    struct wh_near *near = wh_alloc_array(ctx, (size_t)k * jobs, sizeof *near);
    if (near == NULL) {
        return wh_fail_memory(ctx, err);
    }
#pragma omp parallel for num_threads(jobs) schedule(static)
    for (unsigned job = 0; job < jobs; job++) {
        struct wh_near *mine = near + (size_t)job * k;
        for (uint32_t i = job; i < reach->n; i += jobs) {
            const uint32_t found =
                wh_kdtree_nearest(&reach->tree, reach->x[i], reach->y[i], k, mine);
            reach->core_m[i] = core_distance(reach, mine, found, min_points);
        }
    }
    wh_free(ctx, near);
    return WH_OK;
}

/* ---- the tree ---- */

/* Places [low, high) of the k-d tree, in a box. */
struct node {
    uint32_t low, high, left, right;
    double box[4];
    double least_core;
    uint32_t component;
};

struct forest {
    const struct wh_reach *reach;
    uint32_t n_nodes;
    struct node *node;
    uint32_t *component; /* one a place: its root */
    uint32_t *parent;
    /* One a place: its shortest edge out of its component, which stays that until its other end
     * joins the component; one a root: the shortest of its places'. */
    struct wh_reach_edge *nearest, *best;
};

uint32_t wh_root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/* Nodes in preorder, so that children follow their parents. */
static void list_nodes(struct forest *forest)
{
    const struct wh_kdtree *tree = &forest->reach->tree;
    forest->node[0] = (struct node){.low = 0, .high = tree->n};
    forest->n_nodes = 1;
    for (uint32_t i = 0; i < forest->n_nodes; i++) {
        struct node *node = &forest->node[i];
        node->left = node->right = NO_NODE;
        if (node->high - node->low > LEAF) {
            const uint32_t middle = node->low + (node->high - node->low) / 2;
            node->left = forest->n_nodes;
            forest->node[forest->n_nodes++] = (struct node){.low = node->low, .high = middle};
            node->right = forest->n_nodes;
            forest->node[forest->n_nodes++] = (struct node){.low = middle, .high = node->high};
        }
    }
}

static void put_in_box(struct node *node, double x0, double y0, double x1, double y1)
{
    node->box[0] = fmin(node->box[0], x0);
    node->box[1] = fmin(node->box[1], y0);
    node->box[2] = fmax(node->box[2], x1);
    node->box[3] = fmax(node->box[3], y1);
}

/* Boxes, least cores and components, from the leaves up. */
static void refresh_nodes(struct forest *forest)
{
    const struct wh_reach *reach = forest->reach;
    for (uint32_t i = forest->n_nodes; i > 0; i--) {
        struct node *node = &forest->node[i - 1];
        const double far = (double)INFINITY;
        *node = (struct node){
            node->low, node->high, node->left, node->right, {far, far, -far, -far}, far, MIXED};
        if (node->left != NO_NODE) {
            const struct node *l = &forest->node[node->left], *r = &forest->node[node->right];
            put_in_box(node, l->box[0], l->box[1], l->box[2], l->box[3]);
            put_in_box(node, r->box[0], r->box[1], r->box[2], r->box[3]);
            node->least_core = fmin(l->least_core, r->least_core);
            node->component = l->component == r->component ? l->component : MIXED;
            continue;
        }
        for (uint32_t j = node->low; j < node->high; j++) {
            const uint32_t place = reach->tree.id[j];
            put_in_box(node, reach->tree.x[j], reach->tree.y[j], reach->tree.x[j],
                       reach->tree.y[j]);
            node->least_core = fmin(node->least_core, reach->core_m[place]);
            node->component = j == node->low || node->component == forest->component[place]
                                  ? forest->component[place]
                                  : MIXED;
        }
    }
}

static bool is_shorter(const struct wh_reach_edge *a, const struct wh_reach_edge *b)
{
    if (a->length < b->length || a->length > b->length) {
        return a->length < b->length;
    }
    return a->a != b->a ? a->a < b->a : a->b < b->b;
}

static double bound_of(const struct node *node, double x, double y, double core_m)
{
    const double dx = fmax(0, fmax(node->box[0] - x, x - node->box[2]));
    const double dy = fmax(0, fmax(node->box[1] - y, y - node->box[3]));
    return fmax(sqrt(dx * dx + dy * dy), fmax(core_m, node->least_core));
}

static struct wh_reach_edge edge_between(const struct wh_reach *reach, uint32_t i, uint32_t j)
{
    const double dx = reach->x[i] - reach->x[j], dy = reach->y[i] - reach->y[j];
    const double far = fmax(sqrt(dx * dx + dy * dy), fmax(reach->core_m[i], reach->core_m[j]));
    return i < j ? (struct wh_reach_edge){far, i, j} : (struct wh_reach_edge){far, j, i};
}

/* The shortest edge from a place to another component; equal lengths by the places. */
static struct wh_reach_edge shortest_from(const struct forest *forest, uint32_t place)
{
    const struct wh_reach *reach = forest->reach;
    const double x = reach->x[place], y = reach->y[place], core_m = reach->core_m[place];
    struct wh_reach_edge best = NO_EDGE;
    uint32_t stack[DEEPEST], n = 0;
    stack[n++] = 0;
    while (n > 0) {
        const struct node *node = &forest->node[stack[--n]];
        if (node->component == forest->component[place] ||
            bound_of(node, x, y, core_m) > best.length) {
            continue;
        }
        if (node->left != NO_NODE) {
            const bool left_first = bound_of(&forest->node[node->left], x, y, 0) <=
                                    bound_of(&forest->node[node->right], x, y, 0);
            stack[n++] = left_first ? node->right : node->left;
            stack[n++] = left_first ? node->left : node->right;
            continue;
        }
        for (uint32_t j = node->low; j < node->high; j++) {
            const uint32_t other = reach->tree.id[j];
            if (forest->component[other] != forest->component[place]) {
                const struct wh_reach_edge edge = edge_between(reach, place, other);
                best = is_shorter(&edge, &best) ? edge : best;
            }
        }
    }
    return best;
}

/* One round: each component takes its shortest edge out; returns how many edges there are now. */
static uint32_t join_components(struct wh_ctx *ctx, struct forest *forest, uint32_t n_edges)
{
    const struct wh_reach *reach = forest->reach;
    const int jobs = (int)wh_ctx_jobs(ctx);
    refresh_nodes(forest);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 256)
    for (uint32_t i = 0; i < reach->n; i++) {
        const struct wh_reach_edge *edge = &forest->nearest[i];
        if (edge->a == edge->b || forest->component[edge->a] == forest->component[edge->b]) {
            forest->nearest[i] = shortest_from(forest, i);
        }
        forest->best[i] = NO_EDGE;
    }
    for (uint32_t i = 0; i < reach->n; i++) {
        struct wh_reach_edge *best = &forest->best[forest->component[i]];
        *best = is_shorter(&forest->nearest[i], best) ? forest->nearest[i] : *best;
    }
    for (uint32_t i = 0; i < reach->n; i++) {
        const struct wh_reach_edge *edge = &forest->best[i];
        if (forest->component[i] != i || edge->a == UINT32_MAX) {
            continue;
        }
        const uint32_t a = wh_root_of(forest->parent, edge->a);
        const uint32_t b = wh_root_of(forest->parent, edge->b);
        if (a != b) {
            forest->parent[a < b ? b : a] = a < b ? a : b;
            reach->edge[n_edges++] = *edge;
        }
    }
    for (uint32_t i = 0; i < reach->n; i++) {
        forest->component[i] = wh_root_of(forest->parent, i);
    }
    return n_edges;
}

static int compare_edges(const void *left, const void *right)
{
    const struct wh_reach_edge *a = left, *b = right;
    return is_shorter(a, b) ? -1 : is_shorter(b, a);
}

static enum wh_status grow_tree(struct wh_ctx *ctx, struct wh_reach *reach, struct wh_error *err)
{
    struct forest forest = {.reach = reach};
    forest.node = wh_alloc_array(ctx, (size_t)reach->n + 2, sizeof *forest.node);
    forest.component = wh_alloc_array(ctx, reach->n, sizeof *forest.component);
    forest.parent = wh_alloc_array(ctx, reach->n, sizeof *forest.parent);
    forest.nearest = wh_alloc_array(ctx, reach->n, sizeof *forest.nearest);
    forest.best = wh_alloc_array(ctx, reach->n, sizeof *forest.best);
    enum wh_status status = WH_OK;
    if (forest.node == NULL || forest.component == NULL || forest.parent == NULL ||
        forest.nearest == NULL || forest.best == NULL) {
        status = wh_fail_memory(ctx, err);
    } else if (reach->n > 0) {
        list_nodes(&forest);
        for (uint32_t i = 0; i < reach->n; i++) {
            forest.component[i] = forest.parent[i] = i;
        }
        for (uint32_t n_edges = 0; n_edges + 1 < reach->n;) {
            n_edges = join_components(ctx, &forest, n_edges);
        }
        if (reach->n > 2) {
            qsort(reach->edge, reach->n - 1, sizeof *reach->edge, compare_edges);
        }
    }
    wh_free(ctx, forest.node);
    wh_free(ctx, forest.component);
    wh_free(ctx, forest.parent);
    wh_free(ctx, forest.nearest);
    wh_free(ctx, forest.best);
    return status;
}

enum wh_status wh_reach_open(struct wh_ctx *ctx, const double *x, const double *y, uint32_t n,
                             uint32_t min_points, struct wh_reach *ret, struct wh_error *err)
{
    struct wh_reach reach = {0};
    enum wh_status status = list_places(ctx, x, y, n, &reach, err);
    if (status == WH_OK) {
        status = wh_kdtree_build(ctx, reach.x, reach.y, reach.n, &reach.tree, err);
    }
    if (status == WH_OK) {
        status = find_cores(ctx, min_points, &reach, err);
    }
    if (status == WH_OK) {
        status = grow_tree(ctx, &reach, err);
    }
    if (status != WH_OK) {
        wh_reach_finish(ctx, &reach);
        return status;
    }
    *ret = reach;
    return WH_OK;
}

void wh_reach_finish(struct wh_ctx *ctx, struct wh_reach *reach)
{
    wh_free(ctx, reach->x);
    wh_free(ctx, reach->y);
    wh_free(ctx, reach->weight);
    wh_free(ctx, reach->place_of);
    wh_free(ctx, reach->core_m);
    wh_free(ctx, reach->edge);
    wh_kdtree_finish(ctx, &reach->tree);
    *reach = (struct wh_reach){0};
}
