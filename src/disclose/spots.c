/*
 * disclose/spots.c: what is told of the requests of one hot spot.
 *
 * How many are closed and how many wait, of a hot spot, of its ward, and so of the ward's rest, are
 * cells of one table. A hot spot's are told where every cell that could be worked out with them is
 * none or at least k: its own parts by ward, and what then remains of each ward; and where the
 * ward's own are shown, for a hidden one would be bounded by them. Sums of such cells are again
 * none or at least k. Nobody needs to be protected by another's hiding then, so this is decided hot
 * spot by hot spot, in their order.
 *
 * The day on which the oldest was opened is that one request's own: its month is told.
 */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "disclose/disclose_internal.h"

enum { CLOSED, OPEN, OTHER, N_WAYS };

static bool is_tellable(int64_t n, uint32_t k)
{
    return n == 0 || n >= (int64_t)k;
}

/* What is left of a ward, and whether its own numbers are shown. */
struct rest {
    int64_t n[N_WAYS];
    bool is_shown;
};

static struct rest rest_of(const struct wh_tally *truth, const struct wh_tally *shown)
{
    static const enum wh_input of[] = {
        WH_IN_CLOSED_IN_TIME, WH_IN_CLOSED_LATE,  WH_IN_CLOSED_UNTIMED, WH_IN_OPEN_IN_TIME,
        WH_IN_OVERDUE,        WH_IN_OPEN_UNTIMED, WH_IN_UNTRACKED};
    static const int way[] = {CLOSED, CLOSED, CLOSED, OPEN, OPEN, OPEN, OTHER};
    struct rest rest = {.is_shown = true};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        rest.n[way[i]] += truth->count[of[i]].n;
        rest.is_shown = rest.is_shown && shown->count[of[i]].shown == WH_SHOWN;
    }
    return rest;
}

static void ways_of(const struct wh_hotspot_part *part, int64_t ret[N_WAYS])
{
    ret[CLOSED] = part->n_closed;
    ret[OPEN] = part->n_open;
    ret[OTHER] = (int64_t)part->figures.count.n - part->n_closed - part->n_open;
}

/* Takes the parts off the rests where all may be told; else leaves them. */
static bool take_off(const struct wh_hotspot *hotspot, struct rest *rest, uint32_t k)
{
    bool may = hotspot->n_parts > 0 && hotspot->trend != WH_TREND_GONE;
    for (size_t i = 0; may && i < hotspot->n_parts; i++) {
        const struct wh_hotspot_part *const part = &hotspot->part[i];
        int64_t n[N_WAYS];
        ways_of(part, n);
        may = rest[part->ward].is_shown && part->figures.count.shown == WH_SHOWN;
        for (int way = 0; way < N_WAYS; way++) {
            may = may && is_tellable(n[way], k) && is_tellable(rest[part->ward].n[way] - n[way], k);
        }
    }
    for (size_t i = 0; may && i < hotspot->n_parts; i++) {
        int64_t n[N_WAYS];
        ways_of(&hotspot->part[i], n);
        for (int way = 0; way < N_WAYS; way++) {
            rest[hotspot->part[i].ward].n[way] -= n[way];
        }
    }
    return may;
}

static void hide_action(struct wh_spot_action *action, uint32_t k)
{
    /* Before and after are days of their own: as bars are, they are rounded. */
    struct wh_count *const count[] = {&action->before, &action->after};
    for (size_t i = 0; i < 2; i++) {
        if (count[i]->n > 0 && count[i]->n < k) {
            *count[i] = (struct wh_count){0, WH_WITHHELD};
        }
        count[i]->n = (count[i]->n + k / 2) / k * k;
    }
    if (action->before.shown != WH_SHOWN || action->after.shown != WH_SHOWN) {
        action->before = action->after = (struct wh_count){0, WH_WITHHELD};
    }
}

static void hide_theme(const struct wh_theme_report *truth, struct wh_theme_report *theme,
                       struct rest *rest, uint32_t n_wards, uint32_t k)
{
    memset(rest, 0, n_wards * sizeof *rest);
    for (uint32_t ward = 0; theme->n_levels > 0 && ward < n_wards; ward++) {
        rest[ward] = rest_of(&truth->level[0].tally[ward], &theme->level[0].tally[ward]);
    }
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        struct wh_hotspot *const hotspot = &theme->hotspot[i];
        struct wh_spot_handling *const told = &hotspot->handling;
        const bool is_known = told->closed.shown != WH_NOT_KNOWN;
        if (is_known && !take_off(hotspot, rest, k)) {
            *told = (struct wh_spot_handling){
                .closed = {0, WH_WITHHELD}, .open = {0, WH_WITHHELD}, .oldest_open_day = WH_NO_DAY};
        }
        if (told->closed.shown != WH_SHOWN || told->closed.n == 0) {
            told->days_median = (double)NAN;
        }
        told->is_oldest_month = true;
        for (size_t j = 0; j < hotspot->n_parts; j++) {
            hotspot->part[j].n_closed = hotspot->part[j].n_open = 0;
        }
        for (size_t j = 0; j < hotspot->n_actions; j++) {
            hide_action(&hotspot->action[j], k);
        }
    }
}

enum wh_status wh_spots_protect(struct wh_ctx *ctx, const struct wh_report *officer,
                                struct wh_report *report, uint32_t k, struct wh_error *err)
{
    if (k < 2) {
        return WH_OK;
    }
    const uint32_t n = report->wards->n;
    struct rest *const rest = wh_alloc_array(ctx, n, sizeof *rest);
    if (rest == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t t = 0; t < report->n_themes; t++) {
        hide_theme(&officer->theme[t], &report->theme[t], rest, n, k);
    }
    wh_free(ctx, rest);
    return WH_OK;
}
