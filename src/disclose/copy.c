/* disclose/copy.c: a copy of a report's body that shares no memory with it but what the report
 * itself borrows. */
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "disclose/disclose_internal.h"

/* Text and plain arrays into the copy's own arena. NULL stays NULL. */
static const char *copy_text(struct wh_arena *arena, const char *text, bool *is_ok)
{
    if (text == NULL) {
        return NULL;
    }
    const char *copy = wh_arena_c(arena, wh_str_c(text));
    *is_ok = *is_ok && copy != NULL;
    return copy;
}

static void *copy_array(struct wh_arena *arena, const void *from, size_t n, size_t size,
                        bool *is_ok)
{
    void *copy = wh_arena_alloc(arena, n + 1, size);
    *is_ok = *is_ok && copy != NULL;
    if (copy != NULL && n > 0) {
        memcpy(copy, from, n * size);
    }
    return copy;
}

static enum wh_status copy_hotspot(struct wh_ctx *ctx, struct wh_arena *arena,
                                   const struct wh_hotspot *from, struct wh_hotspot *ret,
                                   struct wh_error *err)
{
    bool is_ok = true;
    *ret = *from;
    ret->shape = (struct wh_shape){0};
    ret->n_parts = 0;
    ret->id = copy_text(arena, from->id, &is_ok);
    ret->name = copy_text(arena, from->name, &is_ok);
    ret->place.first = copy_text(arena, from->place.first, &is_ok);
    ret->place.second = copy_text(arena, from->place.second, &is_ok);
    ret->part = copy_array(arena, from->part, from->n_parts, sizeof *from->part, &is_ok);
    ret->parent = copy_array(arena, from->parent, from->n_parents, sizeof *from->parent, &is_ok);
    for (size_t i = 0; is_ok && i < from->n_parents; i++) {
        ret->parent[i] = copy_text(arena, from->parent[i], &is_ok);
    }
    ret->n_actions = 0;
    ret->action = copy_array(arena, NULL, 0, sizeof *ret->action, &is_ok);
    if (is_ok && from->n_actions > 0) {
        ret->action =
            copy_array(arena, from->action, from->n_actions, sizeof *from->action, &is_ok);
    }
    for (size_t i = 0; is_ok && i < from->n_actions; i++) {
        if (from->action[i].is_public) {
            struct wh_spot_action *const action = &ret->action[ret->n_actions++];
            *action = from->action[i];
            action->text = copy_text(arena, from->action[i].text, &is_ok);
            action->by = NULL;
        }
    }
    /* Counts of earlier nights may be hidden tonight, or give hidden ones away. */
    ret->history = NULL;
    ret->n_counts = 0;
    ret->emerging = NULL; /* of periods that the public is not told of one by one */
    if (!is_ok) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_shape_copy(ctx, &from->shape, &ret->shape, err);
    for (size_t i = 0; status == WH_OK && i < from->n_parts; i++) {
        ret->part[i].shape = (struct wh_shape){0};
        ret->n_parts = i + 1;
        status = wh_shape_copy(ctx, &from->part[i].shape, &ret->part[i].shape, err);
    }
    return status;
}

/* Of the wards' level, by channel and provider; days to close stay with the officers. */
static enum wh_status copy_level(struct wh_ctx *ctx, struct wh_arena *arena,
                                 const struct wh_level_figures *from, bool has_breakdowns,
                                 struct wh_level_figures *ret, struct wh_error *err)
{
    bool is_ok = true;
    const size_t n = WH_N_TALLIES(from->level->areas->n);
    *ret = *from;
    ret->metric = NULL;
    ret->n_breakdowns = 0;
    ret->tally = copy_array(arena, from->tally, n, sizeof *from->tally, &is_ok);
    ret->breakdown =
        copy_array(arena, from->breakdown, from->n_breakdowns, sizeof *from->breakdown, &is_ok);
    for (size_t i = 0; is_ok && i < n; i++) {
        ret->tally[i].n_days = 0;
        ret->tally[i].day = NULL;
    }
    for (size_t b = 0; is_ok && has_breakdowns && b < from->n_breakdowns; b++) {
        struct wh_split breakdown = from->breakdown[b];
        if (breakdown.is_of_areas) {
            continue;
        }
        breakdown.value =
            copy_array(arena, breakdown.value, breakdown.n_values, sizeof *breakdown.value, &is_ok);
        breakdown.count = copy_array(arena, breakdown.count, n * breakdown.n_values,
                                     sizeof *breakdown.count, &is_ok);
        for (size_t v = 0; is_ok && v < breakdown.n_values; v++) {
            breakdown.value[v] = copy_text(arena, breakdown.value[v], &is_ok);
        }
        ret->breakdown[ret->n_breakdowns++] = breakdown;
    }
    return is_ok ? WH_OK : wh_fail_memory(ctx, err);
}

/* Levels that are not for officers only. */
static enum wh_status copy_levels(struct wh_ctx *ctx, struct wh_arena *arena,
                                  const struct wh_theme_report *from, struct wh_theme_report *ret,
                                  struct wh_error *err)
{
    enum wh_status status = WH_OK;
    ret->n_levels = 0;
    ret->level = wh_arena_alloc(arena, from->n_levels + 1, sizeof *ret->level);
    if (ret->level == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t l = 0; status == WH_OK && l < from->n_levels; l++) {
        if (!from->level[l].level->is_officer_only) {
            status =
                copy_level(ctx, arena, &from->level[l], l == 0, &ret->level[ret->n_levels++], err);
        }
    }
    return status;
}

static enum wh_status copy_theme(struct wh_ctx *ctx, struct wh_arena *arena, uint32_t n_wards,
                                 const struct wh_theme_report *from, struct wh_theme_report *ret,
                                 struct wh_error *err)
{
    bool is_ok = true;
    *ret = *from;
    ret->surface.class_of = NULL;
    ret->cells = (struct wh_cell_counts){0};
    ret->n_hotspots = 0;
    ret->hotspot = wh_arena_alloc(arena, from->n_hotspots + 1, sizeof *ret->hotspot);
    ret->bandwidth_why = copy_text(arena, from->bandwidth_why, &is_ok);
    ret->ward = copy_array(arena, from->ward, n_wards, sizeof *from->ward, &is_ok);
    ret->months.before_cut = NULL;
    if (from->months.count != NULL) {
        ret->months.count = copy_array(arena, from->months.count, (n_wards + (size_t)1) * WH_MONTHS,
                                       sizeof *from->months.count, &is_ok);
    }
    if (!is_ok || ret->hotspot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = copy_levels(ctx, arena, from, ret, err);
    for (size_t i = 0; status == WH_OK && i < from->n_hotspots; i++) {
        ret->n_hotspots = i + 1;
        status = copy_hotspot(ctx, arena, &from->hotspot[i], &ret->hotspot[i], err);
    }
    return status;
}

enum wh_status wh_report_copy(struct wh_ctx *ctx, const struct wh_report *from,
                              struct wh_report *ret, struct wh_error *err)
{
    bool is_ok = true;
    *ret = *from;
    ret->theme = NULL;
    ret->overall = NULL;
    wh_arena_init(&ret->arena, ctx);
    struct wh_arena *arena = &ret->arena;
    ret->title = copy_text(arena, from->title, &is_ok);
    ret->release_id = copy_text(arena, from->release_id, &is_ok);
    ret->datum_note = copy_text(arena, from->datum_note, &is_ok);
    ret->source = copy_array(arena, from->source, from->n_sources, sizeof *from->source, &is_ok);
    ret->licence =
        copy_array(arena, from->licence, from->n_licences, sizeof *from->licence, &is_ok);
    for (size_t i = 0; is_ok && i < from->n_licences; i++) {
        ret->licence[i] = copy_text(arena, from->licence[i], &is_ok);
    }
    ret->theme = wh_arena_alloc(arena, from->n_themes + 1, sizeof *ret->theme);
    if (!is_ok || ret->theme == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < from->n_themes; i++) {
        status = copy_theme(ctx, arena, from->wards->n, &from->theme[i], &ret->theme[i], err);
    }
    if (status == WH_OK && from->overall != NULL) {
        ret->overall = wh_arena_alloc(arena, 1, sizeof *ret->overall);
        status = ret->overall == NULL
                     ? wh_fail_memory(ctx, err)
                     : copy_theme(ctx, arena, from->wards->n, from->overall, ret->overall, err);
    }
    return status;
}
