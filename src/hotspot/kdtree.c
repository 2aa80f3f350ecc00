/* hotspot/kdtree.c: build by selection, search with a short stack. */
#include "hotspot/kdtree.h"

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"

#define LEAF 8u
#define DEEPEST 64 /* a balanced tree of 2^32 points is 32 deep */

struct range {
    uint32_t low, high;
};

static void swap_points(struct wh_kdtree *tree, uint32_t a, uint32_t b)
{
    const double x = tree->x[a], y = tree->y[a];
    const uint32_t id = tree->id[a];
    tree->x[a] = tree->x[b];
    tree->y[a] = tree->y[b];
    tree->id[a] = tree->id[b];
    tree->x[b] = x;
    tree->y[b] = y;
    tree->id[b] = id;
}

/* Order along an axis; equal places by id, so that no two points are equal. */
static bool is_before(const struct wh_kdtree *tree, const double *at, double value, uint32_t id,
                      uint32_t i)
{
    return at[i] < value || (!(at[i] > value) && tree->id[i] < id);
}

static bool is_after(const struct wh_kdtree *tree, const double *at, double value, uint32_t id,
                     uint32_t i)
{
    return at[i] > value || (!(at[i] < value) && tree->id[i] > id);
}

/* Hoare's selection: afterwards point `nth` of [low, high) is where a sort would put it. */
static void select_nth(struct wh_kdtree *tree, uint32_t low, uint32_t high, uint32_t nth,
                       bool along_y)
{
    const double *at = along_y ? tree->y : tree->x;
    while (high - low > 1) {
        const uint32_t pivot = low + (high - low) / 2;
        const double value = at[pivot];
        const uint32_t id = tree->id[pivot];
        uint32_t i = low, j = high - 1;
        for (;;) {
            while (is_before(tree, at, value, id, i)) {
                i++;
            }
            while (is_after(tree, at, value, id, j)) {
                j--;
            }
            if (i >= j) {
                break;
            }
            swap_points(tree, i, j);
        }
        if (i == nth) {
            return;
        }
        if (nth < i) {
            high = i;
        } else {
            low = i + 1;
        }
    }
}

static bool is_taller(const struct wh_kdtree *tree, struct range range)
{
    double min_x = tree->x[range.low], max_x = min_x, min_y = tree->y[range.low], max_y = min_y;
    for (uint32_t i = range.low + 1; i < range.high; i++) {
        min_x = fmin(min_x, tree->x[i]);
        max_x = fmax(max_x, tree->x[i]);
        min_y = fmin(min_y, tree->y[i]);
        max_y = fmax(max_y, tree->y[i]);
    }
    return max_y - min_y > max_x - min_x;
}

static void split_all(struct wh_kdtree *tree)
{
    struct range stack[DEEPEST];
    unsigned n = 0;
    stack[n++] = (struct range){0, tree->n};
    while (n > 0) {
        const struct range range = stack[--n];
        if (range.high - range.low <= LEAF) {
            continue;
        }
        const uint32_t middle = range.low + (range.high - range.low) / 2;
        const bool along_y = is_taller(tree, range);
        select_nth(tree, range.low, range.high, middle, along_y);
        tree->axis[middle] = along_y;
        stack[n++] = (struct range){range.low, middle};
        stack[n++] = (struct range){middle + 1, range.high};
    }
}

enum wh_status wh_kdtree_build(struct wh_ctx *ctx, const double *x, const double *y, uint32_t n,
                               struct wh_kdtree *ret, struct wh_error *err)
{
    struct wh_kdtree tree = {.n = n};
    tree.x = wh_alloc_array(ctx, n, sizeof *tree.x);
    tree.y = wh_alloc_array(ctx, n, sizeof *tree.y);
    tree.id = wh_alloc_array(ctx, n, sizeof *tree.id);
    tree.axis = wh_alloc_array(ctx, n, sizeof *tree.axis);
    if (tree.x == NULL || tree.y == NULL || tree.id == NULL || tree.axis == NULL) {
        wh_kdtree_finish(ctx, &tree);
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t i = 0; i < n; i++) {
        tree.x[i] = x[i];
        tree.y[i] = y[i];
        tree.id[i] = i;
    }
    split_all(&tree);
    *ret = tree;
    return WH_OK;
}

void wh_kdtree_finish(struct wh_ctx *ctx, struct wh_kdtree *tree)
{
    wh_free(ctx, tree->x);
    wh_free(ctx, tree->y);
    wh_free(ctx, tree->id);
    wh_free(ctx, tree->axis);
    *tree = (struct wh_kdtree){0};
}

static struct wh_near near_of(const struct wh_kdtree *tree, uint32_t i, double x, double y)
{
    const double dx = tree->x[i] - x, dy = tree->y[i] - y;
    return (struct wh_near){.distance2 = dx * dx + dy * dy, .id = tree->id[i]};
}

void wh_kdtree_within(const struct wh_kdtree *tree, double x, double y, double radius,
                      void (*visit)(void *state, const struct wh_near *near), void *state)
{
    const double radius2 = radius * radius;
    struct range stack[DEEPEST];
    unsigned n = 0;
    stack[n++] = (struct range){0, tree->n};
    while (n > 0) {
        const struct range range = stack[--n];
        if (range.high - range.low <= LEAF) {
            for (uint32_t i = range.low; i < range.high; i++) {
                const struct wh_near near = near_of(tree, i, x, y);
                if (near.distance2 <= radius2) {
                    visit(state, &near);
                }
            }
            continue;
        }
        const uint32_t middle = range.low + (range.high - range.low) / 2;
        const struct wh_near near = near_of(tree, middle, x, y);
        if (near.distance2 <= radius2) {
            visit(state, &near);
        }
        const double off = tree->axis[middle] ? y - tree->y[middle] : x - tree->x[middle];
        if (off <= radius) {
            stack[n++] = (struct range){range.low, middle};
        }
        if (off >= -radius) {
            stack[n++] = (struct range){middle + 1, range.high};
        }
    }
}

static bool is_farther(const struct wh_near *a, const struct wh_near *b)
{
    return a->distance2 > b->distance2 || (!(a->distance2 < b->distance2) && a->id > b->id);
}

static void sift_down(struct wh_near *heap, uint32_t n, uint32_t at)
{
    const struct wh_near moved = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= n) {
            break;
        }
        if (child + 1 < n && is_farther(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (!is_farther(&heap[child], &moved)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

/* A heap of the k nearest so far, the farthest on top. */
static void keep(struct wh_near *heap, uint32_t *n, uint32_t k, struct wh_near near)
{
    if (*n == k) {
        if (is_farther(&heap[0], &near)) {
            heap[0] = near;
            sift_down(heap, k, 0);
        }
        return;
    }
    uint32_t at = (*n)++;
    while (at > 0 && is_farther(&near, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = near;
}

static void sort_heap(struct wh_near *heap, uint32_t n)
{
    for (; n > 1; n--) {
        const struct wh_near farthest = heap[0];
        heap[0] = heap[n - 1];
        heap[n - 1] = farthest;
        sift_down(heap, n - 1, 0);
    }
}

uint32_t wh_kdtree_nearest(const struct wh_kdtree *tree, double x, double y, uint32_t k,
                           struct wh_near *ret)
{
    struct {
        struct range range;
        double off2; /* squared distance to the half plane */
    } stack[DEEPEST];
    unsigned depth = 0;
    uint32_t n = 0;
    if (k == 0) {
        return 0;
    }
    stack[depth].range = (struct range){0, tree->n};
    stack[depth++].off2 = 0;
    while (depth > 0) {
        const struct range range = stack[--depth].range;
        if (n == k && stack[depth].off2 > ret[0].distance2) {
            continue;
        }
        if (range.high - range.low <= LEAF) {
            for (uint32_t i = range.low; i < range.high; i++) {
                keep(ret, &n, k, near_of(tree, i, x, y));
            }
            continue;
        }
        const uint32_t middle = range.low + (range.high - range.low) / 2;
        keep(ret, &n, k, near_of(tree, middle, x, y));
        const double off = tree->axis[middle] ? y - tree->y[middle] : x - tree->x[middle];
        const struct range low = {range.low, middle}, high = {middle + 1, range.high};
        stack[depth].range = off < 0 ? high : low; /* the far side waits below */
        stack[depth++].off2 = off * off;
        stack[depth].range = off < 0 ? low : high;
        stack[depth++].off2 = 0;
    }
    sort_heap(ret, n);
    return n;
}
