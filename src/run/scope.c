/* run/scope.c: which requests a theme may count, where, and since when. */
#include "run/scope.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/raster.h"
#include "model/requests.h"

#define MAX_GRID_CELLS 1e8

enum wh_status wh_study_mask(struct wh_ctx *ctx, const struct wh_session *session,
                             struct wh_mask *ret, struct wh_error *err)
{
    double box[4];
    struct wh_grid grid = {0};
    wh_areas_box(&session->wards, box);
    enum wh_status status =
        wh_grid_cover(ctx, box, 0, session->config.density.cell_m, MAX_GRID_CELLS, &grid, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_mask_from_shape(ctx, &grid, &session->area, ret, err);
    wh_grid_finish(ctx, &grid);
    return status;
}

/* A theme as the public may see it: without the sources that are for officers only. */
static enum wh_status restrict_theme(struct wh_ctx *ctx, const struct wh_session *session,
                                     const struct wh_theme *theme, struct wh_arena *arena,
                                     struct wh_theme *ret, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    struct wh_theme restricted = *theme;
    if (theme->n_any > 0) {
        struct wh_theme *any = wh_arena_alloc(arena, theme->n_any, sizeof *any);
        enum wh_status status = any == NULL ? wh_fail_memory(ctx, err) : WH_OK;
        for (size_t i = 0; status == WH_OK && i < theme->n_any; i++) {
            status = restrict_theme(ctx, session, &theme->any[i], arena, &any[i], err);
        }
        restricted.any = any;
        *ret = restricted;
        return status;
    }
    restricted.source = wh_arena_alloc(arena, config->n_sources + 1, sizeof *restricted.source);
    if (restricted.source == NULL) {
        return wh_fail_memory(ctx, err);
    }
    restricted.n_sources = 0;
    for (size_t i = 0; i < config->n_sources; i++) {
        bool is_in = theme->n_sources == 0;
        for (size_t j = 0; j < theme->n_sources; j++) {
            is_in = is_in || strcmp(theme->source[j], config->source[i].id) == 0;
        }
        if (is_in && !config->source[i].is_officer_only) {
            restricted.source[restricted.n_sources++] = config->source[i].id;
        }
    }
    if (restricted.n_sources == 0) {
        restricted.source[restricted.n_sources++] = ""; /* no source has this id: an empty theme */
    }
    *ret = restricted;
    return WH_OK;
}

/* The oldest request of one source, and whether the theme draws on it. */
static int64_t oldest_of_source(const struct wh_requests *requests, const uint8_t *member,
                                size_t source, bool *ret_is_drawn_on)
{
    int64_t oldest = INT64_MAX;
    *ret_is_drawn_on = false;
    for (size_t i = 0; i < requests->n; i++) {
        if (requests->source[i] != source || requests->opened_at[i] == WH_NO_TIME) {
            continue;
        }
        oldest = requests->opened_at[i] < oldest ? requests->opened_at[i] : oldest;
        *ret_is_drawn_on =
            *ret_is_drawn_on || member[requests->category[i] * requests->n_sources + source] != 0;
    }
    return oldest;
}

/*
 * From when on every source of the theme has records. A source that starts later, police files of
 * the last months beside years of the council's own, would make any place look as if it had grown.
 */
static enum wh_status records_begin(struct wh_ctx *ctx, const struct wh_theme *theme,
                                    const struct wh_requests *requests, int64_t *ret,
                                    struct wh_error *err)
{
    uint8_t *member = wh_alloc_array(ctx, requests->n_categories + 1, requests->n_sources + 1);
    if (member == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_theme_members(theme, requests, member);
    int64_t begin = INT64_MIN;
    for (size_t s = 0; s < requests->n_sources; s++) {
        bool is_drawn_on;
        const int64_t oldest = oldest_of_source(requests, member, s, &is_drawn_on);
        begin = is_drawn_on && oldest > begin ? oldest : begin;
    }
    *ret = begin == INT64_MIN ? INT64_MAX : begin; /* a theme without requests compares nothing */
    wh_free(ctx, member);
    return WH_OK;
}

enum wh_status wh_scope_find(struct wh_ctx *ctx, const struct wh_session *session,
                             const struct wh_theme *theme, bool is_for_public,
                             struct wh_arena *arena, struct wh_scope *ret, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    ret->filter = *theme;
    if (is_for_public) {
        status = restrict_theme(ctx, session, theme, arena, &ret->filter, err);
    }
    return status != WH_OK ? status
                           : records_begin(ctx, &ret->filter, &session->unplaced.requests,
                                           &ret->begin_utc, err);
}
