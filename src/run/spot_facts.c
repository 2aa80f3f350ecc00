/* run/spot_facts.c: closed, waiting, and since when; actions with before and after. */
#include "run/spot_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/rates.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "geo/shape_ops.h"
#include "model/requests.h"
#include "run/evidence_notes.h"
#include "run/standing.h"

/* ---- what became of them ---- */

static int compare_days(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

/* The smallest number within which half of them were closed, as wh_days_quantile(). */
static double median_of(uint32_t *days, size_t n)
{
    if (n == 0) {
        return (double)NAN;
    }
    qsort(days, n, sizeof *days, compare_days);
    return days[(n - 1) / 2];
}

static struct wh_hotspot_part *part_of(const struct wh_hotspot *hotspot, int32_t ward)
{
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        if ((int32_t)hotspot->part[i].ward == ward) {
            return &hotspot->part[i];
        }
    }
    return NULL;
}

static void look_at(const struct wh_standings *standings, const struct wh_theme_report *theme,
                    size_t request, struct wh_hotspot *hotspot, uint32_t *days, size_t *n_days)
{
    struct wh_spot_handling *const ret = &hotspot->handling;
    const struct wh_session *const session = standings->session;
    const struct wh_requests *const r = &session->unplaced.requests;
    const enum wh_input standing = wh_standing_at(standings, 0, theme->period.to_utc, request);
    struct wh_hotspot_part *const part = part_of(hotspot, r->ward[request]);
    if (standing == WH_IN_UNTRACKED) {
        return;
    }
    if (standing != WH_IN_OPEN_UNTIMED && standing != WH_IN_OPEN_IN_TIME &&
        standing != WH_IN_OVERDUE) {
        ret->closed.n++;
        if (part != NULL) {
            part->n_closed++;
        }
        if (r->closed_at[request] != WH_NO_TIME) {
            days[(*n_days)++] = wh_days_to_close(session, request);
        }
        return;
    }
    const int64_t day = wh_zone_day(session->zone, r->opened_at[request]);
    ret->open.n++;
    if (part != NULL) {
        part->n_open++;
    }
    if (ret->oldest_open_day == WH_NO_DAY || day < ret->oldest_open_day) {
        ret->oldest_open_day = day;
    }
}

static void follow(const struct wh_standings *standings, const struct wh_theme_report *theme,
                   const struct wh_points *points, uint32_t *days, struct wh_hotspot *hotspot)
{
    struct wh_spot_handling *const handling = &hotspot->handling;
    size_t n_days = 0;
    double box[4];
    *handling = (struct wh_spot_handling){.oldest_open_day = WH_NO_DAY};
    wh_shape_box(&hotspot->shape, box);
    for (size_t i = 0; i < points->n; i++) {
        const double x = points->x[i], y = points->y[i];
        if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] &&
            wh_shape_contains(&hotspot->shape, x, y)) {
            look_at(standings, theme, points->request[i], hotspot, days, &n_days);
        }
    }
    handling->days_median = median_of(days, n_days);
    if (handling->closed.n + handling->open.n == 0) {
        handling->closed.shown = handling->open.shown = WH_NOT_KNOWN;
    }
}

/* ---- what was done ---- */

static enum wh_change_seen seen(enum wh_effect effect)
{
    switch (effect) {
    case WH_EFFECT_UNKNOWN:
        return WH_CHANGE_UNKNOWN;
    case WH_EFFECT_BETTER:
        return WH_CHANGE_BETTER;
    case WH_EFFECT_WORSE:
        return WH_CHANGE_WORSE;
    case WH_EFFECT_UNCLEAR:
        return WH_CHANGE_UNCLEAR;
    }
    return WH_CHANGE_UNKNOWN;
}

static enum wh_status weigh(struct wh_ctx *ctx, const struct wh_session *session,
                            const struct wh_theme *filter, const struct wh_theme_report *theme,
                            const struct wh_hotspot *hotspot, const struct wh_spot_note *note,
                            struct wh_spot_action *action, struct wh_error *err)
{
    struct wh_action_look look;
    const enum wh_status status =
        wh_action_look(ctx, session, filter, theme, hotspot, note, &look, err);
    if (status == WH_OK && look.days > 0) {
        action->days = (uint32_t)look.days;
        action->before.n = (uint32_t)look.before;
        action->after.n = (uint32_t)look.after;
        action->effect = (uint8_t)seen(look.effect.effect);
    }
    return status;
}

static enum wh_status list_actions(struct wh_ctx *ctx, const struct wh_session *session,
                                   const struct wh_theme *filter, struct wh_arena *arena,
                                   const struct wh_theme_report *theme, struct wh_hotspot *hotspot,
                                   struct wh_error *err)
{
    enum wh_status status = WH_OK;
    hotspot->action = wh_arena_alloc(arena, session->actions.n + 1, sizeof *hotspot->action);
    if (hotspot->action == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; status == WH_OK && i < session->actions.n; i++) {
        const struct wh_spot_note *const note = &session->actions.note[i];
        if (!wh_note_is_of(note, hotspot)) {
            continue;
        }
        struct wh_spot_action *const action = &hotspot->action[hotspot->n_actions++];
        *action = (struct wh_spot_action){
            .day = note->day, .text = note->text, .by = note->by, .is_public = note->is_public};
        status = weigh(ctx, session, filter, theme, hotspot, note, action, err);
    }
    return status;
}

enum wh_status wh_spot_facts_fill(struct wh_ctx *ctx, const struct wh_session *session,
                                  const struct wh_theme *filter, const struct wh_points *points,
                                  struct wh_arena *arena, struct wh_theme_report *theme,
                                  struct wh_error *err)
{
    struct wh_standings standings = {0};
    uint32_t *const days = wh_alloc_array(ctx, points->n, sizeof *days);
    enum wh_status status =
        days == NULL ? wh_fail_memory(ctx, err) : wh_standings_open(ctx, session, &standings, err);
    for (size_t i = 0; status == WH_OK && i < theme->n_hotspots; i++) {
        follow(&standings, theme, points, days, &theme->hotspot[i]);
        status = list_actions(ctx, session, filter, arena, theme, &theme->hotspot[i], err);
    }
    wh_standings_finish(ctx, &standings);
    wh_free(ctx, days);
    return status;
}
