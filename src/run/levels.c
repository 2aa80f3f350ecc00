/* run/levels.c: layers of areas against the wards: which of them count, which are grouped. */
#include "run/levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "geo/shape_ops.h"

#define LEAST_SHARE_INSIDE 0.01
#define WHOLE_SHARE_INSIDE 0.99

/* One area of a layer on its way to its level. */
struct candidate {
    uint32_t area; /* of the layer */
    double area_km2;
    bool is_whole;
};

static int compare_values(const char *a, const char *b)
{
    double x = 0, y = 0;
    if (wh_parse_double(wh_str_c(a), &x) && wh_parse_double(wh_str_c(b), &y) && (x < y || x > y)) {
        return x < y ? -1 : 1; /* deciles: 10 comes after 9 */
    }
    return strcmp(a, b);
}

static int compare_texts(const void *left, const void *right)
{
    return compare_values(*(const char *const *)left, *(const char *const *)right);
}

/* How much of an area lies in the wards. */
static enum wh_status clip(struct wh_ctx *ctx, const struct wh_session *session,
                           const struct wh_shape *shape, double *ret_km2, struct wh_error *err)
{
    struct wh_shape inside = {0};
    const enum wh_status status = wh_shape_intersection(ctx, shape, &session->area, &inside, err);
    *ret_km2 = wh_shape_area_km2(&inside);
    wh_shape_finish(ctx, &inside);
    return status;
}

static enum wh_status choose(struct wh_ctx *ctx, const struct wh_session *session,
                             const struct wh_session_level *level, struct candidate *ret,
                             uint32_t *ret_n, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    uint32_t n = 0, n_cut = 0;
    for (uint32_t i = 0; status == WH_OK && i < level->layer.n; i++) {
        const double whole_km2 = level->layer.area_km2[i];
        double km2 = 0;
        status = clip(ctx, session, &level->layer.shape[i], &km2, err);
        if (status == WH_OK && km2 >= LEAST_SHARE_INSIDE * whole_km2) {
            const bool is_whole = km2 >= WHOLE_SHARE_INSIDE * whole_km2;
            ret[n++] = (struct candidate){i, is_whole ? whole_km2 : km2, is_whole};
            n_cut += !is_whole;
        }
    }
    if (status == WH_OK && n == 0) {
        return wh_fail(err, WH_ERR_INPUT, "areas %s: none of its %u areas lies in the wards",
                       level->level.id, level->layer.n);
    }
    if (n_cut > 0) {
        wh_log(ctx, WH_LOG_WARNING,
               "areas %s: %u of %u lie only partly in the wards; how many people live in those "
               "parts is not known",
               level->level.id, n_cut, n);
    }
    *ret_n = n;
    return status;
}

/* The values that the level's areas have: their own codes, or of segments the groups'. */
static uint32_t list_codes(const struct wh_session_level *level, const struct candidate *candidate,
                           uint32_t n, const char **ret)
{
    uint32_t n_codes = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t area = candidate[i].area;
        const char *const name = level->layer.name[area];
        if (!level->level.is_segments) {
            ret[n_codes++] = level->layer.code[area];
        } else if (name != level->layer.code[area]) { /* else the attribute is empty */
            ret[n_codes++] = name;
        }
    }
    if (n_codes > 1 && level->level.is_segments) {
        qsort(ret, n_codes, sizeof *ret, compare_texts);
    }
    uint32_t n_unique = 0;
    for (uint32_t i = 0; i < n_codes; i++) {
        if (n_unique == 0 || strcmp(ret[n_unique - 1], ret[i]) != 0) {
            ret[n_unique++] = ret[i];
        }
    }
    return n_unique;
}

static enum wh_status alloc_groups(struct wh_ctx *ctx, struct wh_arena *arena, uint32_t n,
                                   uint32_t n_layer, struct wh_session_level *level,
                                   struct wh_error *err)
{
    struct wh_areas *const groups = &level->groups;
    groups->code = wh_arena_alloc(arena, n + (size_t)1, sizeof *groups->code);
    groups->name = wh_arena_alloc(arena, n + (size_t)1, sizeof *groups->name);
    groups->population = wh_arena_alloc(arena, n + (size_t)1, sizeof *groups->population);
    groups->households = wh_arena_alloc(arena, n + (size_t)1, sizeof *groups->households);
    groups->area_km2 = wh_arena_alloc(arena, n + (size_t)1, sizeof *groups->area_km2);
    groups->shape = wh_arena_alloc(arena, n + (size_t)1, sizeof *groups->shape);
    level->group_of = wh_arena_alloc(arena, n_layer + (size_t)1, sizeof *level->group_of);
    return groups->code == NULL || groups->name == NULL || groups->population == NULL ||
                   groups->households == NULL || groups->area_km2 == NULL ||
                   groups->shape == NULL || level->group_of == NULL
               ? wh_fail_memory(ctx, err)
               : WH_OK;
}

static uint32_t find_code(const struct wh_areas *groups, const char *code)
{
    uint32_t i = 0;
    while (i < groups->n && strcmp(groups->code[i], code) != 0) {
        i++;
    }
    return i;
}

static void join(struct wh_session_level *level, const struct candidate *candidate, uint32_t n)
{
    const double unknown = (double)NAN;
    struct wh_areas *const groups = &level->groups;
    for (uint32_t i = 0, at = 0; i < n; i++) {
        const uint32_t area = candidate[i].area;
        const char *const name = level->layer.name[area];
        const bool is_blank = level->level.is_segments && name == level->layer.code[area];
        /* Areas come in the order of their codes. */
        at = level->level.is_segments ? is_blank ? groups->n : find_code(groups, name) : i;
        level->group_of[area] = at;
        if (at == groups->n) {
            continue;
        }
        groups->name[at] = name;
        groups->area_km2[at] += candidate[i].area_km2;
        groups->population[at] += candidate[i].is_whole ? level->layer.population[area] : unknown;
        groups->households[at] += candidate[i].is_whole ? level->layer.households[area] : unknown;
        if (!level->level.is_segments) {
            groups->shape[at] = level->layer.shape[area];
        }
    }
}

static enum wh_status group(struct wh_ctx *ctx, struct wh_session *session,
                            struct wh_session_level *level, struct wh_error *err)
{
    const uint32_t n_layer = level->layer.n;
    uint32_t n = 0;
    struct candidate *const candidate = wh_alloc_array(ctx, n_layer, sizeof *candidate);
    const char **const code = wh_alloc_array(ctx, n_layer, sizeof *code);
    enum wh_status status = candidate == NULL || code == NULL
                                ? wh_fail_memory(ctx, err)
                                : alloc_groups(ctx, &session->arena, n_layer, n_layer, level, err);
    if (status == WH_OK) {
        status = choose(ctx, session, level, candidate, &n, err);
    }
    if (status == WH_OK) {
        level->groups.n = list_codes(level, candidate, n, code);
        memcpy(level->groups.code, code, level->groups.n * sizeof *code);
        for (uint32_t i = 0; i < n_layer; i++) {
            level->group_of[i] = level->groups.n;
        }
        join(level, candidate, n);
    }
    wh_free(ctx, code);
    wh_free(ctx, candidate);
    return status;
}

static enum wh_status open_level(struct wh_ctx *ctx, struct wh_session *session,
                                 const struct wh_area_layer *layer, struct wh_session_level *level,
                                 struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    level->level = (struct wh_level){.id = layer->id,
                                     .title = layer->title,
                                     .is_segments = layer->is_segments,
                                     .is_officer_only = layer->is_officer_only,
                                     .areas = &level->groups};
    const enum wh_status status =
        wh_areas_open(ctx, &layer->areas, config->crs, &config->crs_opt, &level->layer, err);
    return status == WH_OK ? group(ctx, session, level, err) : status;
}

enum wh_status wh_levels_open(struct wh_ctx *ctx, struct wh_session *session, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    session->level = wh_arena_alloc(&session->arena, config->n_areas + 1, sizeof *session->level);
    if (session->level == NULL) {
        return wh_fail_memory(ctx, err);
    }
    session->n_levels = 1;
    session->level[0].level =
        (struct wh_level){.id = "wards", .title = "Wards", .areas = &session->wards};
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < config->n_areas; i++) {
        struct wh_session_level *const level = &session->level[session->n_levels++];
        status = open_level(ctx, session, &config->areas[i], level, err);
    }
    return status;
}

enum wh_status wh_level_find(struct wh_ctx *ctx, const struct wh_session *session,
                             const struct wh_session_level *level, const double *x, const double *y,
                             size_t n, int32_t *ret_area, struct wh_error *err)
{
    const bool is_wards = level == session->level;
    const struct wh_areas *const layer = is_wards ? &session->wards : &level->layer;
    const int32_t none = (int32_t)level->level.areas->n;
    const enum wh_status status = wh_areas_assign(ctx, layer, x, y, n, ret_area, err);
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        ret_area[i] = ret_area[i] < 0 ? none
                      : is_wards      ? ret_area[i]
                                      : (int32_t)level->group_of[ret_area[i]];
    }
    return status;
}

enum wh_status wh_levels_assign(struct wh_ctx *ctx, struct wh_session *session,
                                struct wh_error *err)
{
    const struct wh_requests *const requests = &session->unplaced.requests;
    enum wh_status status = WH_OK;
    for (size_t l = 0; status == WH_OK && l < session->n_levels; l++) {
        struct wh_session_level *const level = &session->level[l];
        level->area_of = wh_alloc_array(ctx, requests->n, sizeof *level->area_of);
        if (level->area_of == NULL) {
            return wh_fail_memory(ctx, err);
        }
        if (l > 0) {
            status = wh_level_find(ctx, session, level, requests->x, requests->y, requests->n,
                                   level->area_of, err);
            continue;
        }
        for (size_t i = 0; i < requests->n; i++) {
            level->area_of[i] =
                requests->ward[i] < 0 ? (int32_t)session->wards.n : requests->ward[i];
        }
    }
    return status;
}

void wh_levels_close(struct wh_ctx *ctx, struct wh_session *session)
{
    for (size_t l = 0; l < session->n_levels; l++) {
        wh_free(ctx, session->level[l].area_of);
        wh_areas_finish(ctx, &session->level[l].layer);
    }
    session->n_levels = 0;
}
