/* hotspot/neighbours.c: lists of neighbours by distance, by rank and by shared borders. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/statistics.h>

#include "base/alloc.h"
#include "base/error.h"
#include "hotspot/kdtree.h"

/* Pairs (from, to) on their way into lists. */
struct pairs {
    struct wh_ctx *ctx;
    size_t n, cap;
    uint64_t *pair; /* from in the upper half */
    uint32_t from;
    bool with_self;
    enum wh_status status;
    struct wh_error *err;
};

static void add_pair(struct pairs *pairs, uint32_t from, uint32_t to)
{
    if (pairs->status != WH_OK) {
        return;
    }
    void *array = pairs->pair;
    pairs->status =
        wh_grow(pairs->ctx, &array, pairs->n, &pairs->cap, sizeof *pairs->pair, pairs->err);
    pairs->pair = array;
    if (pairs->status == WH_OK) {
        pairs->pair[pairs->n++] = (uint64_t)from << 32 | to;
    }
}

static int compare_u32(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

/* Deals the pairs out by where they start, then sorts each list and drops what is doubled. */
static void fill_lists(const struct pairs *pairs, struct wh_neighbours *lists)
{
    for (size_t i = 0; i < pairs->n; i++) {
        lists->start[(pairs->pair[i] >> 32) + 1]++;
    }
    for (uint32_t i = 0; i < lists->n; i++) {
        lists->start[i + 1] += lists->start[i];
    }
    for (size_t i = pairs->n; i > 0; i--) { /* start[i + 1] falls to where list i begins */
        const uint64_t pair = pairs->pair[i - 1];
        lists->idx[--lists->start[(pair >> 32) + 1]] = (uint32_t)pair;
    }
    size_t kept = 0;
    for (uint32_t i = 0; i < lists->n; i++) {
        const size_t from = lists->start[i + 1];
        const size_t end = i + 1 < lists->n ? lists->start[i + 2] : pairs->n;
        if (end - from > 1) {
            qsort(lists->idx + from, end - from, sizeof *lists->idx, compare_u32);
        }
        lists->start[i] = kept;
        for (size_t at = from; at < end; at++) {
            if (kept == lists->start[i] || lists->idx[kept - 1] != lists->idx[at]) {
                lists->idx[kept++] = lists->idx[at];
            }
        }
    }
    lists->start[lists->n] = kept;
}

/* Frees the pairs, also on failure. */
static enum wh_status pairs_to_lists(struct pairs *pairs, uint32_t n, struct wh_neighbours *ret,
                                     struct wh_error *err)
{
    enum wh_status status = pairs->status;
    struct wh_neighbours lists = {.n = n};
    if (status == WH_OK) {
        lists.start = wh_alloc_array(pairs->ctx, (size_t)n + 1, sizeof *lists.start);
        lists.idx = wh_alloc_array(pairs->ctx, pairs->n, sizeof *lists.idx);
        if (lists.start == NULL || lists.idx == NULL) {
            wh_neighbours_finish(pairs->ctx, &lists);
            status = wh_fail_memory(pairs->ctx, err);
        }
    }
    if (status == WH_OK) {
        fill_lists(pairs, &lists);
        *ret = lists;
    }
    wh_free(pairs->ctx, pairs->pair);
    return status;
}

static void visit_near(void *state, const struct wh_near *near)
{
    struct pairs *pairs = state;
    if (near->id != pairs->from || pairs->with_self) {
        add_pair(pairs, pairs->from, near->id);
    }
}

enum wh_status wh_neighbours_within(struct wh_ctx *ctx, const double *x, const double *y,
                                    uint32_t n, double distance_m, bool with_self,
                                    struct wh_neighbours *ret, struct wh_error *err)
{
    struct wh_kdtree tree = {0};
    const enum wh_status status = wh_kdtree_build(ctx, x, y, n, &tree, err);
    if (status != WH_OK) {
        return status;
    }
    struct pairs pairs = {.ctx = ctx, .with_self = with_self, .err = err};
    for (uint32_t i = 0; i < n && pairs.status == WH_OK; i++) {
        pairs.from = i;
        wh_kdtree_within(&tree, x[i], y[i], distance_m, visit_near, &pairs);
    }
    wh_kdtree_finish(ctx, &tree);
    return pairs_to_lists(&pairs, n, ret, err);
}

enum wh_status wh_neighbours_nearest(struct wh_ctx *ctx, const double *x, const double *y,
                                     uint32_t n, uint32_t k, struct wh_neighbours *ret,
                                     struct wh_error *err)
{
    struct wh_kdtree tree = {0};
    const enum wh_status status = wh_kdtree_build(ctx, x, y, n, &tree, err);
    if (status != WH_OK) {
        return status;
    }
    struct pairs pairs = {.ctx = ctx, .err = err};
    const uint32_t wanted = k < n ? k + 1 : n; /* self comes with them */
    struct wh_near *near = wh_alloc_array(ctx, wanted, sizeof *near);
    if (near == NULL) {
        pairs.status = wh_fail_memory(ctx, err);
    }
    for (uint32_t i = 0; i < n && pairs.status == WH_OK; i++) {
        const uint32_t found = wh_kdtree_nearest(&tree, x[i], y[i], wanted, near);
        for (uint32_t j = 0, taken = 0; j < found && taken < k; j++) {
            if (near[j].id != i) {
                add_pair(&pairs, i, near[j].id);
                taken++;
            }
        }
    }
    wh_free(ctx, near);
    wh_kdtree_finish(ctx, &tree);
    return pairs_to_lists(&pairs, n, ret, err);
}

/* A vertex, or the two ends of an edge in order, of an area. */
struct mark {
    uint64_t key[4];
    uint32_t area;
};

static uint64_t snapped(double value, double snap_m)
{
    const double steps = snap_m > 0 ? nearbyint(value / snap_m) : value;
    const double whole = steps + 0.0; /* -0 is 0 */
    uint64_t key = 0;
    memcpy(&key, &whole, sizeof key);
    return key;
}

static struct mark mark_of(const struct wh_shape *shape, uint32_t v, bool is_edge, double snap_m,
                           uint32_t area)
{
    struct mark mark = {.area = area};
    mark.key[0] = snapped(shape->x[v], snap_m);
    mark.key[1] = snapped(shape->y[v], snap_m);
    if (!is_edge) {
        return mark;
    }
    const uint64_t x = snapped(shape->x[v + 1], snap_m), y = snapped(shape->y[v + 1], snap_m);
    if (x > mark.key[0] || (x == mark.key[0] && y > mark.key[1])) {
        mark.key[2] = x;
        mark.key[3] = y;
    } else {
        mark.key[2] = mark.key[0];
        mark.key[3] = mark.key[1];
        mark.key[0] = x;
        mark.key[1] = y;
    }
    return mark;
}

static int compare_marks(const void *left, const void *right)
{
    const struct mark *a = left, *b = right;
    for (unsigned i = 0; i < 4; i++) {
        if (a->key[i] != b->key[i]) {
            return a->key[i] < b->key[i] ? -1 : 1;
        }
    }
    return a->area < b->area ? -1 : a->area > b->area;
}

static size_t list_marks(const struct wh_areas *areas, bool is_edge, double snap_m,
                         struct mark *mark)
{
    size_t n = 0;
    for (uint32_t i = 0; i < areas->n; i++) {
        const struct wh_shape *shape = &areas->shape[i];
        for (uint32_t r = 0; r < shape->n_rings; r++) {
            for (uint32_t v = shape->ring_start[r]; v + 1 < shape->ring_start[r + 1]; v++) {
                mark[n++] = mark_of(shape, v, is_edge, snap_m, i);
            }
        }
    }
    return n;
}

enum wh_status wh_neighbours_contiguous(struct wh_ctx *ctx, const struct wh_areas *areas,
                                        enum wh_contiguity contiguity, double snap_m,
                                        struct wh_neighbours *ret, struct wh_error *err)
{
    size_t n = 0;
    for (uint32_t i = 0; i < areas->n; i++) {
        n += areas->shape[i].n_vertices;
    }
    struct mark *mark = wh_alloc_array(ctx, n, sizeof *mark);
    if (mark == NULL) {
        return wh_fail_memory(ctx, err);
    }
    n = list_marks(areas, contiguity == WH_CONTIGUITY_ROOK, snap_m, mark);
    if (n > 1) {
        qsort(mark, n, sizeof *mark, compare_marks);
    }
    struct pairs pairs = {.ctx = ctx, .err = err};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n && memcmp(mark[i].key, mark[j].key, sizeof mark[i].key) == 0;
             j++) {
            if (mark[i].area != mark[j].area) {
                add_pair(&pairs, mark[i].area, mark[j].area);
                add_pair(&pairs, mark[j].area, mark[i].area);
            }
        }
    }
    wh_free(ctx, mark);
    return pairs_to_lists(&pairs, areas->n, ret, err);
}

static double weight_at(const struct wh_neighbours *neighbours, size_t i)
{
    return neighbours->weight == NULL ? 1 : neighbours->weight[i];
}

enum wh_status wh_neighbours_with_self(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                                       struct wh_neighbours *ret, struct wh_error *err)
{
    const uint32_t n = neighbours->n;
    struct wh_neighbours lists = {.n = n};
    const size_t most = neighbours->start[n] + n;
    lists.start = wh_alloc_array(ctx, (size_t)n + 1, sizeof *lists.start);
    lists.idx = wh_alloc_array(ctx, most, sizeof *lists.idx);
    lists.weight = wh_alloc_array(ctx, most, sizeof *lists.weight);
    if (lists.start == NULL || lists.idx == NULL || lists.weight == NULL) {
        wh_neighbours_finish(ctx, &lists);
        return wh_fail_memory(ctx, err);
    }
    size_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool is_in = false;
        for (size_t at = neighbours->start[i]; at <= neighbours->start[i + 1]; at++) {
            const bool is_end = at == neighbours->start[i + 1];
            if (!is_in && (is_end || neighbours->idx[at] >= i)) {
                lists.idx[kept] = i;
                lists.weight[kept++] = 1;
                is_in = true;
            }
            if (!is_end && neighbours->idx[at] != i) {
                lists.idx[kept] = neighbours->idx[at];
                lists.weight[kept++] = weight_at(neighbours, at);
            }
        }
        lists.start[i + 1] = kept;
    }
    *ret = lists;
    return WH_OK;
}

enum wh_status wh_neighbours_standardise(struct wh_ctx *ctx, struct wh_neighbours *neighbours,
                                         struct wh_error *err)
{
    double *weight = wh_alloc_array(ctx, neighbours->start[neighbours->n], sizeof *weight);
    if (weight == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t i = 0; i < neighbours->n; i++) {
        double sum = 0;
        for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
            sum += weight_at(neighbours, at);
        }
        for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
            weight[at] = sum > 0 ? weight_at(neighbours, at) / sum : 0;
        }
    }
    wh_free(ctx, neighbours->weight);
    neighbours->weight = weight;
    return WH_OK;
}

void wh_neighbours_finish(struct wh_ctx *ctx, struct wh_neighbours *neighbours)
{
    wh_free(ctx, neighbours->start);
    wh_free(ctx, neighbours->idx);
    wh_free(ctx, neighbours->weight);
    *neighbours = (struct wh_neighbours){0};
}
