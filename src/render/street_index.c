/* render/street_index.c: which squares of the map a ward's streets lie in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"
#include "render/ward_sheet.h"

#define STEP_M 20.0
#define SECOND 0.3 /* of a street's length: then its second square is told, too */

/* So many steps of one street in one square. */
struct walked {
    const char *name;
    uint32_t square, n;
};
struct walk {
    struct wh_ctx *ctx;
    const struct wh_shape *ward;
    const struct wh_view *view;
    const struct wh_map_squares *squares;
    double box[4];
    size_t n, cap;
    struct walked *walked;
};

static enum wh_status add(struct walk *walk, const char *name, double x, double y,
                          struct wh_error *err)
{
    const double col = (wh_view_x(walk->view, x) - walk->view->x) / walk->squares->side;
    const double row = (wh_view_y(walk->view, y) - walk->view->y) / walk->squares->side;
    if (!(col >= 0) || !(row >= 0) || col >= (double)walk->squares->n_cols ||
        row >= (double)walk->squares->n_rows) {
        return WH_OK;
    }
    const uint32_t square = (uint32_t)row * 26 + (uint32_t)col;
    if (walk->n > 0 && walk->walked[walk->n - 1].square == square &&
        walk->walked[walk->n - 1].name == name) {
        walk->walked[walk->n - 1].n++;
        return WH_OK;
    }
    if (walk->n == walk->cap) {
        const size_t cap = walk->cap == 0 ? 256 : 2 * walk->cap;
        struct walked *const wider = wh_alloc_array(walk->ctx, cap, sizeof *wider);
        if (wider == NULL) {
            return wh_fail_memory(walk->ctx, err);
        }
        if (walk->n > 0) {
            memcpy(wider, walk->walked, walk->n * sizeof *wider);
        }
        wh_free(walk->ctx, walk->walked);
        walk->walked = wider;
        walk->cap = cap;
    }
    walk->walked[walk->n++] = (struct walked){name, square, 1};
    return WH_OK;
}

/* Step by step along a street, counting where it is in the ward. */
static enum wh_status follow(struct walk *walk, const struct wh_chain *chain, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; i + 1 < chain->n && status == WH_OK; i++) {
        const double dx = chain->x[i + 1] - chain->x[i], dy = chain->y[i + 1] - chain->y[i];
        const int n = (int)fmin(ceil(hypot(dx, dy) / STEP_M), 10000);
        for (int s = 0; s < n && status == WH_OK; s++) {
            const double x = chain->x[i] + (s + 0.5) / n * dx, y = chain->y[i] + (s + 0.5) / n * dy;
            if (x >= walk->box[0] && x <= walk->box[2] && y >= walk->box[1] && y <= walk->box[3] &&
                wh_shape_contains(walk->ward, x, y)) {
                status = add(walk, chain->name, x, y, err);
            }
        }
    }
    return status;
}

static int by_name(const void *left, const void *right)
{
    const struct walked *const a = left, *const b = right;
    const int order = strcmp(a->name, b->name);
    return order != 0 ? order : a->square < b->square ? -1 : a->square > b->square;
}

/* The most walked square of [from, to), but not `but`; UINT32_MAX: none. Runs of one square add up.
 */
static uint32_t best_square(const struct walked *walked, size_t from, size_t to, uint32_t but,
                            uint32_t *ret_n)
{
    uint32_t best = UINT32_MAX, best_n = 0;
    for (size_t i = from; i < to;) {
        uint32_t n = 0;
        const uint32_t square = walked[i].square;
        for (; i < to && walked[i].square == square; i++) {
            n += walked[i].n;
        }
        if (square != but && n > best_n) {
            best_n = n;
            best = square;
        }
    }
    *ret_n = best_n;
    return best;
}

static enum wh_status list_streets(struct walk *walk, struct wh_street_entry **ret, size_t *ret_n,
                                   struct wh_error *err)
{
    size_t n = 0;
    struct wh_street_entry *const street = wh_alloc_array(walk->ctx, walk->n + 1, sizeof *street);
    if (street == NULL) {
        return wh_fail_memory(walk->ctx, err);
    }
    if (walk->n > 1) {
        qsort(walk->walked, walk->n, sizeof *walk->walked, by_name);
    }
    for (size_t from = 0, to; from < walk->n; from = to) {
        uint32_t all = 0, first_n, second_n;
        for (to = from; to < walk->n && strcmp(walk->walked[to].name, walk->walked[from].name) == 0;
             to++) {
            all += walk->walked[to].n;
        }
        const uint32_t first = best_square(walk->walked, from, to, UINT32_MAX, &first_n);
        const uint32_t second = best_square(walk->walked, from, to, first, &second_n);
        street[n] = (struct wh_street_entry){walk->walked[from].name, {(uint16_t)first, 0}, 1};
        if (second != UINT32_MAX && second_n >= SECOND * all) {
            street[n].square[1] = (uint16_t)second;
            street[n].n_squares = 2;
        }
        n++;
    }
    *ret = street;
    *ret_n = n;
    return WH_OK;
}

enum wh_status wh_street_index(struct wh_ctx *ctx, const struct wh_basemap *basemap,
                               const struct wh_shape *ward, const struct wh_view *view,
                               const struct wh_map_squares *squares, struct wh_street_entry **ret,
                               size_t *ret_n, struct wh_error *err)
{
    struct walk walk = {.ctx = ctx, .ward = ward, .view = view, .squares = squares};
    enum wh_status status = WH_OK;
    wh_shape_box(ward, walk.box);
    for (size_t i = 0; basemap != NULL && i < basemap->n_chains && status == WH_OK; i++) {
        const struct wh_chain *const chain = &basemap->chain[i];
        if (chain->name != NULL && chain->name[0] != '\0' && wh_boxes_touch(chain->box, walk.box)) {
            status = follow(&walk, chain, err);
        }
    }
    if (status == WH_OK) {
        status = list_streets(&walk, ret, ret_n, err);
    }
    wh_free(ctx, walk.walked);
    return status;
}
