/* geocode/spots.c: the addresses of the postcodes by which requests were placed. */
#include <math.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "geocode/geocode_internal.h"

#define SPOT_PRECISION_M 5.0F /* of an address, as of a UPRN */

/* Fewer known addresses say less of a postcode than its own place does. */
enum { LEAST_SPOTS = 3 };

struct gathering {
    struct wh_ctx *ctx;
    const struct wh_index *index;
    const struct wh_areas *wards;
    double *x, *y; /* of one postcode's addresses */
    int32_t *ward;
    size_t cap;
    struct wh_spots *out;
};

static bool is_spread(const struct wh_requests *requests, const uint32_t *postcode, size_t i)
{
    return postcode[i] != UINT32_MAX && requests->outcome[i] == WH_OUTCOME_MAPPED;
}

/* The addresses of a postcode inside the wards (beyond them mass would be lost), the nearest to its
 * own place first. */
static enum wh_status gather(struct gathering *g, uint32_t postcode, size_t *ret_n,
                             struct wh_error *err)
{
    const struct wh_lists *entries = &g->index->postcode_entries;
    const struct wh_index_postcode *p = &g->index->postcode[postcode];
    const uint32_t from = entries->start[postcode];
    const size_t n = entries->start[postcode + 1] - from;
    size_t inside = 0;
    double nearest = (double)INFINITY;
    *ret_n = 0;
    if (n < LEAST_SPOTS) {
        return WH_OK;
    }
    for (size_t k = 0; k < n; k++) {
        const uint32_t e = entries->value[from + k];
        g->x[k] = g->index->entry_x_cm[e] / 100.0;
        g->y[k] = g->index->entry_y_cm[e] / 100.0;
    }
    const enum wh_status status = wh_areas_assign(g->ctx, g->wards, g->x, g->y, n, g->ward, err);
    for (size_t k = 0; status == WH_OK && k < n; k++) {
        if (g->ward[k] < 0) {
            continue;
        }
        const double x = g->x[k], y = g->y[k];
        const double off = hypot(x - p->x_cm / 100.0, y - p->y_cm / 100.0);
        g->x[inside] = x;
        g->y[inside++] = y;
        if (off < nearest) {
            nearest = off;
            g->x[inside - 1] = g->x[0];
            g->y[inside - 1] = g->y[0];
            g->x[0] = x;
            g->y[0] = y;
        }
    }
    *ret_n = inside >= LEAST_SPOTS ? inside : 0;
    return status;
}

/* Adds one postcode's set; *ret is its number, or WH_NO_SPOTS. */
static enum wh_status add_set(struct gathering *g, uint32_t postcode, uint32_t *ret,
                              struct wh_error *err)
{
    struct wh_spots *out = g->out;
    size_t n = 0;
    const enum wh_status status = gather(g, postcode, &n, err);
    *ret = WH_NO_SPOTS;
    if (status != WH_OK || n == 0) {
        return status;
    }
    const uint32_t from = out->start[out->n];
    for (size_t k = 0; k < n; k++) {
        out->x[from + k] = g->x[k];
        out->y[from + k] = g->y[k];
    }
    *ret = (uint32_t)out->n++;
    out->start[out->n] = from + (uint32_t)n;
    return WH_OK;
}

/* Room for every postcode that is used, and all of its addresses. `set_of` has a number a postcode
 * of the index. */
static enum wh_status alloc_sets(struct gathering *g, struct wh_requests *requests,
                                 const uint32_t *postcode, uint32_t *set_of, struct wh_error *err)
{
    const uint32_t *start = g->index->postcode_entries.start;
    struct wh_arena *arena = &requests->arena;
    size_t n_sets = 0, n_spots = 0;
    for (size_t i = 0; i < requests->n; i++) {
        if (is_spread(requests, postcode, i) && set_of[postcode[i]] == 0) {
            const size_t n = start[postcode[i] + 1] - start[postcode[i]];
            set_of[postcode[i]] = 1;
            n_sets++;
            n_spots += n;
            g->cap = n > g->cap ? n : g->cap;
        }
    }
    g->out->precision_m = SPOT_PRECISION_M;
    g->out->start = wh_arena_alloc(arena, n_sets + 1, sizeof *g->out->start);
    g->out->x = wh_arena_alloc(arena, n_spots + 1, sizeof *g->out->x);
    g->out->y = wh_arena_alloc(arena, n_spots + 1, sizeof *g->out->y);
    g->out->of_request = wh_arena_alloc(arena, requests->n, sizeof *g->out->of_request);
    g->x = wh_alloc_array(g->ctx, g->cap, sizeof *g->x);
    g->y = wh_alloc_array(g->ctx, g->cap, sizeof *g->y);
    g->ward = wh_alloc_array(g->ctx, g->cap, sizeof *g->ward);
    const bool has_room = g->out->start != NULL && g->out->x != NULL && g->out->y != NULL &&
                          g->out->of_request != NULL && g->x != NULL && g->y != NULL &&
                          g->ward != NULL;
    return has_room ? WH_OK : wh_fail_memory(g->ctx, err);
}

enum wh_status wh_geocode_spots(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                                const uint32_t *postcode, struct wh_requests *requests,
                                struct wh_error *err)
{
    struct wh_spots spots = {0};
    struct gathering g = {.ctx = ctx,
                          .index = wh_gazetteers_index(opt->gazetteers),
                          .wards = opt->wards,
                          .out = &spots};
    /* 0: not used; 1: used; from 2 on: a set; UINT32_MAX: too few addresses */
    uint32_t *set_of = wh_alloc_array(ctx, g.index->n_postcodes, sizeof *set_of);
    enum wh_status status =
        set_of == NULL ? wh_fail_memory(ctx, err) : alloc_sets(&g, requests, postcode, set_of, err);
    for (size_t i = 0; status == WH_OK && i < requests->n; i++) {
        spots.of_request[i] = WH_NO_SPOTS;
        if (!is_spread(requests, postcode, i)) {
            continue;
        }
        uint32_t *known = &set_of[postcode[i]];
        if (*known == 1) {
            uint32_t set = WH_NO_SPOTS;
            status = add_set(&g, postcode[i], &set, err);
            *known = set == WH_NO_SPOTS ? WH_NO_SPOTS : set + 2;
        }
        spots.of_request[i] = *known == WH_NO_SPOTS ? WH_NO_SPOTS : *known - 2;
    }
    if (status == WH_OK && spots.n > 0) {
        requests->spots = spots;
    }
    wh_free(ctx, set_of);
    wh_free(ctx, g.x);
    wh_free(ctx, g.y);
    wh_free(ctx, g.ward);
    return status;
}
