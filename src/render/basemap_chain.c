/* render/basemap_chain.c: streets as one line again, so that a name finds the longest straight
 * stretch. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/basemap_internal.h"

#define JOIN_M 1.0 /* ends closer than this meet */
#define TURN_COS                                                                                   \
    0.5 /* a street that turns by more than 60 degrees at a junction goes on as another line */
#define GROUP_LIMIT                                                                                \
    3000 /* more pieces of one name than this stay as they are: the search is quadratic */

/* One line of a named road. */
struct piece {
    const char *name;
    enum wh_road road;
    const double *x, *y;
    size_t n, order;
    bool is_used;
};

static int by_name(const void *a, const void *b)
{
    const struct piece *const p = a, *const q = b;
    const int names = strcmp(p->name, q->name);
    if (names != 0) {
        return names;
    }
    if (p->road != q->road) {
        return p->road < q->road ? -1 : 1;
    }
    return p->order < q->order ? -1 : p->order > q->order;
}

/* The chain while it grows: room on both sides of its middle. */
struct growing {
    double *x, *y;
    size_t from, to, room;
};

/* Cosine of the turn from the chain's end (`at_tail`) into a piece that would be appended, reversed
 * or not; -2: they do not meet. */
static double straightness(const struct growing *g, bool at_tail, const struct piece *p,
                           bool is_reversed)
{
    const size_t end = at_tail ? g->to - 1 : g->from;
    const size_t before = at_tail ? end - 1 : end + 1;
    const size_t first = is_reversed ? p->n - 1 : 0, second = is_reversed ? p->n - 2 : 1;
    const double gap = hypot(p->x[first] - g->x[end], p->y[first] - g->y[end]);
    const double ux = g->x[end] - g->x[before], uy = g->y[end] - g->y[before];
    const double vx = p->x[second] - p->x[first], vy = p->y[second] - p->y[first];
    const double lengths = hypot(ux, uy) * hypot(vx, vy);
    return gap > JOIN_M || !(lengths > 0) ? -2.0 : (ux * vx + uy * vy) / lengths;
}

static void append(struct growing *g, bool at_tail, const struct piece *p, bool is_reversed)
{
    for (size_t i = 1; i < p->n; i++) {
        const size_t from = is_reversed ? p->n - 1 - i : i;
        const size_t to = at_tail ? g->to++ : --g->from;
        g->x[to] = p->x[from];
        g->y[to] = p->y[from];
    }
}

/* Goes on from one end for as long as a piece leads straight on. */
static void extend(struct growing *g, bool at_tail, struct piece *group, size_t n)
{
    for (;;) {
        double best = TURN_COS;
        size_t best_piece = SIZE_MAX;
        bool best_reversed = false;
        for (size_t i = 0; i < n; i++) {
            for (int reversed = 0; reversed < 2 && !group[i].is_used; reversed++) {
                const double cosine = straightness(g, at_tail, &group[i], reversed == 1);
                if (cosine > best) {
                    best = cosine;
                    best_piece = i;
                    best_reversed = reversed == 1;
                }
            }
        }
        if (best_piece == SIZE_MAX) {
            return;
        }
        group[best_piece].is_used = true;
        append(g, at_tail, &group[best_piece], best_reversed);
    }
}

static enum wh_status store_chain(const struct growing *g, const struct piece *first,
                                  struct wh_arena *arena, struct wh_chain *ret,
                                  struct wh_error *err)
{
    const size_t n = g->to - g->from;
    double *const xy = wh_arena_alloc(arena, 2 * n, sizeof *xy);
    if (xy == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    memcpy(xy, g->x + g->from, n * sizeof *xy);
    memcpy(xy + n, g->y + g->from, n * sizeof *xy);
    *ret =
        (struct wh_chain){.name = first->name, .road = first->road, .n = n, .x = xy, .y = xy + n};
    for (size_t i = 1; i < n; i++) {
        ret->length += hypot(ret->x[i] - ret->x[i - 1], ret->y[i] - ret->y[i - 1]);
    }
    wh_box_of(ret->x, ret->y, n, ret->box);
    return WH_OK;
}

static enum wh_status chain_group(struct piece *group, size_t n, struct growing *g,
                                  struct wh_arena *arena, struct wh_chain *ret, size_t *ret_n,
                                  struct wh_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (group[i].is_used) {
            continue;
        }
        group[i].is_used = true;
        g->from = g->to = g->room / 2;
        g->x[g->to] = group[i].x[0];
        g->y[g->to++] = group[i].y[0];
        append(g, true, &group[i], false);
        if (n <= GROUP_LIMIT) {
            extend(g, true, group, n);
            extend(g, false, group, n);
        }
        const enum wh_status status = store_chain(g, &group[i], arena, &ret[(*ret_n)++], err);
        if (status != WH_OK) {
            return status;
        }
    }
    return WH_OK;
}

/* Main roads first, then long ones; then by name and place, so that the order never depends on the
 * file's. */
static int by_weight(const void *a, const void *b)
{
    const struct wh_chain *const p = a, *const q = b;
    if (p->road != q->road) {
        return p->road < q->road ? -1 : 1;
    }
    if (p->length > q->length || p->length < q->length) {
        return p->length > q->length ? -1 : 1;
    }
    const int names = strcmp(p->name, q->name);
    if (names != 0) {
        return names;
    }
    return p->x[0] < q->x[0] ? -1 : p->x[0] > q->x[0];
}

static size_t collect(const struct wh_feature_set *set, struct piece *piece, size_t *ret_vertices)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct wh_map_feature *const f = &set->feature[i];
        for (uint32_t r = 0; f->name != NULL && f->kind == WH_GEOMETRY_LINE && r < f->shape.n_rings;
             r++) {
            const uint32_t from = f->shape.ring_start[r], to = f->shape.ring_start[r + 1];
            if (to - from < 2) {
                continue;
            }
            if (piece != NULL) {
                piece[n] = (struct piece){.name = f->name,
                                          .road = (enum wh_road)f->sort,
                                          .x = f->shape.x + from,
                                          .y = f->shape.y + from,
                                          .n = to - from,
                                          .order = n};
            }
            *ret_vertices += to - from;
            n++;
        }
    }
    return n;
}

enum wh_status wh_chains_build(struct wh_ctx *ctx, const struct wh_feature_set *set,
                               struct wh_arena *arena, struct wh_chain **ret, size_t *ret_n,
                               struct wh_error *err)
{
    enum wh_status status = WH_OK;
    size_t n_vertices = 0, n_chains = 0, unused = 0;
    const size_t n = collect(set, NULL, &n_vertices);
    struct growing g = {.room = 2 * n_vertices + 2};
    struct piece *const piece = wh_alloc_array(ctx, n, sizeof *piece);
    struct wh_chain *const chain = wh_arena_alloc(arena, n > 0 ? n : 1, sizeof *chain);
    g.x = wh_alloc_array(ctx, g.room, sizeof *g.x);
    g.y = wh_alloc_array(ctx, g.room, sizeof *g.y);
    if (piece == NULL || chain == NULL || g.x == NULL || g.y == NULL) {
        status = wh_fail_memory(ctx, err);
        goto out;
    }
    collect(set, piece, &unused);
    qsort(piece, n, sizeof *piece, by_name);
    for (size_t from = 0, to; from < n && status == WH_OK; from = to) {
        for (to = from + 1; to < n && piece[to].road == piece[from].road &&
                            strcmp(piece[to].name, piece[from].name) == 0;) {
            to++;
        }
        status = chain_group(piece + from, to - from, &g, arena, chain, &n_chains, err);
    }
    if (status == WH_OK) {
        qsort(chain, n_chains, sizeof *chain, by_weight);
        *ret = chain;
        *ret_n = n_chains;
    }
out:
    wh_free(ctx, g.y);
    wh_free(ctx, g.x);
    wh_free(ctx, piece);
    return status;
}
