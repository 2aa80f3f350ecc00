/* render/basemap_mercator.c: the base map's vertices once more, in the CRS of tiles. */
#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/crs.h"
#include "render/basemap_internal.h"
#include "render/mercator.h"

bool wh_to_mercator(struct wh_transform *to_lonlat, const double *x, const double *y, size_t n,
                    double *ret_x, double *ret_y)
{
    for (size_t i = 0; i < n; i++) {
        ret_x[i] = x[i];
        ret_y[i] = y[i];
    }
    wh_transform_points(to_lonlat, false, ret_x, ret_y, n);
    for (size_t i = 0; i < n; i++) {
        ret_x[i] = wh_mercator_x(ret_x[i]);
        ret_y[i] = wh_mercator_y(ret_y[i]);
        if (!isfinite(ret_x[i]) || !isfinite(ret_y[i])) {
            return false;
        }
    }
    return true;
}

static enum wh_status move_set(const struct wh_feature_set *set, struct wh_transform *to_lonlat,
                               struct wh_arena *arena, struct wh_feature_set *ret,
                               struct wh_error *err)
{
    ret->feature = wh_arena_alloc(arena, set->n > 0 ? set->n : 1, sizeof *ret->feature);
    if (ret->feature == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    for (size_t i = 0; i < set->n; i++) {
        const struct wh_map_feature *const from = &set->feature[i];
        const size_t n = from->shape.n_vertices;
        double *const x = wh_arena_alloc(arena, n > 0 ? n : 1, sizeof *x);
        double *const y = wh_arena_alloc(arena, n > 0 ? n : 1, sizeof *y);
        if (x == NULL || y == NULL) {
            return wh_fail_memory(arena->ctx, err);
        }
        if (wh_to_mercator(to_lonlat, from->shape.x, from->shape.y, n, x, y)) {
            struct wh_map_feature *const to = &ret->feature[ret->n++];
            *to = *from;
            to->shape.x = x;
            to->shape.y = y;
            wh_box_of(x, y, n, to->box);
        }
    }
    return WH_OK;
}

static enum wh_status move_chains(const struct wh_basemap *from, struct wh_transform *to_lonlat,
                                  struct wh_basemap *ret, struct wh_error *err)
{
    struct wh_arena *const arena = &ret->arena;
    ret->chain = wh_arena_alloc(arena, from->n_chains > 0 ? from->n_chains : 1, sizeof *ret->chain);
    if (ret->chain == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    for (size_t i = 0; i < from->n_chains; i++) {
        struct wh_chain chain = from->chain[i];
        chain.x = wh_arena_alloc(arena, chain.n > 0 ? chain.n : 1, sizeof *chain.x);
        chain.y = wh_arena_alloc(arena, chain.n > 0 ? chain.n : 1, sizeof *chain.y);
        if (chain.x == NULL || chain.y == NULL) {
            return wh_fail_memory(arena->ctx, err);
        }
        if (wh_to_mercator(to_lonlat, from->chain[i].x, from->chain[i].y, chain.n, chain.x,
                           chain.y)) {
            wh_box_of(chain.x, chain.y, chain.n, chain.box);
            ret->chain[ret->n_chains++] = chain;
        }
    }
    return WH_OK;
}

enum wh_status wh_basemap_to_mercator(struct wh_ctx *ctx, const struct wh_basemap *basemap,
                                      struct wh_transform *to_lonlat, struct wh_basemap **ret,
                                      struct wh_error *err)
{
    enum wh_status status = WH_OK;
    struct wh_basemap *const moved = wh_alloc(ctx, sizeof *moved);
    if (moved == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_arena_init(&moved->arena, ctx);
    for (int kind = 0; kind < WH_N_BASEMAP && status == WH_OK; kind++) {
        moved->is_configured[kind] = basemap->is_configured[kind];
        status = move_set(&basemap->set[kind], to_lonlat, &moved->arena, &moved->set[kind], err);
    }
    if (status == WH_OK) {
        status = move_chains(basemap, to_lonlat, moved, err);
    }
    if (status != WH_OK) {
        wh_basemap_destroy(ctx, moved);
        return status;
    }
    *ret = moved;
    return WH_OK;
}
