/* run/tallies.c: one pass over the requests: each adds to its area of every level, and to all. */
#include "run/tallies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/model.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "run/levels.h"
#include "run/reporting.h"
#include "run/standing.h"

struct counting {
    struct wh_ctx *ctx;
    const struct wh_session *session;
    const struct wh_requests *requests;
    const struct wh_handling *handling;
    const struct wh_scope *scope;
    struct wh_theme_report *theme;
    struct wh_arena *arena;
    uint8_t *member; /* by category and source */
    struct wh_standings standings;
    uint32_t *first; /* by problem: the first of its requests that the theme may count */
};

/* ---- one request ---- */

static bool is_in(const struct wh_period *period, int64_t utc)
{
    return utc != WH_NO_TIME && utc >= period->from_utc && utc < period->to_utc;
}

static bool is_member(const struct counting *c, size_t i)
{
    const struct wh_requests *const r = c->requests;
    return r->outcome[i] == WH_OUTCOME_MAPPED &&
           c->member[r->category[i] * r->n_sources + r->source[i]] != 0;
}

/* Which counts a request adds to; false: to none. */
static bool mark(const struct counting *c, size_t i, uint32_t ret[WH_N_COUNTS])
{
    const struct wh_requests *const r = c->requests;
    const struct wh_theme_report *const theme = c->theme;
    memset(ret, 0, WH_N_COUNTS * sizeof *ret);
    if (!is_member(c, i)) {
        return false;
    }
    ret[WH_IN_REQUESTS] = is_in(&theme->period, r->opened_at[i]);
    ret[WH_IN_PREVIOUS] = is_in(&theme->previous, r->opened_at[i]);
    ret[WH_IN_LAST_YEAR] = is_in(&theme->last_year, r->opened_at[i]);
    ret[WH_IN_CLOSED] = is_in(&theme->period, r->closed_at[i]);
    if (ret[WH_IN_REQUESTS] > 0) {
        const int64_t reopened = c->handling->reopened_at[i];
        ret[wh_standing_at(&c->standings, theme->theme->target_days, theme->period.to_utc, i)] = 1;
        ret[WH_IN_PROBLEMS] = c->first[c->session->problem[i]] == i;
        ret[WH_IN_REOPENED] = reopened != WH_NO_TIME && reopened < theme->period.to_utc ? 1 : 0;
        ret[WH_IN_COSTED] = (uint32_t)!isnan(c->handling->cost[i]);
    }
    return ret[WH_IN_REQUESTS] + ret[WH_IN_PREVIOUS] + ret[WH_IN_LAST_YEAR] + ret[WH_IN_CLOSED] > 0;
}

static void add(struct wh_tally *tally, const uint32_t marks[WH_N_COUNTS], double cost)
{
    for (unsigned k = 0; k < WH_N_COUNTS; k++) {
        tally->count[k].n += marks[k];
    }
    tally->cost += marks[WH_IN_COSTED] > 0 ? cost : 0;
}

/* ---- days to close ---- */

struct closing {
    uint32_t area, days;
};

static int compare_closings(const void *left, const void *right)
{
    const struct closing *const a = left, *const b = right;
    if (a->area != b->area) {
        return a->area < b->area ? -1 : 1;
    }
    return a->days < b->days ? -1 : a->days > b->days;
}

/* The runs of equal days of one area, from sorted closings. */
static enum wh_status fill_days(struct counting *c, const struct closing *closing, size_t n,
                                struct wh_tally *tally, struct wh_error *err)
{
    tally->day = wh_arena_alloc(c->arena, n + 1, sizeof *tally->day);
    if (tally->day == NULL) {
        return wh_fail_memory(c->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        if (tally->n_days == 0 || tally->day[tally->n_days - 1].days != closing[i].days) {
            tally->day[tally->n_days++].days = closing[i].days;
        }
        tally->day[tally->n_days - 1].n++;
    }
    tally->days_shown = WH_SHOWN;
    tally->days_median = wh_days_quantile(tally->day, tally->n_days, 0.5);
    tally->days_p90 = wh_days_quantile(tally->day, tally->n_days, 0.9);
    return WH_OK;
}

/* Every area's, and last all together. */
static enum wh_status count_days(struct counting *c, const size_t *closed, size_t n,
                                 size_t level_idx, struct wh_error *err)
{
    const struct wh_session_level *const level = &c->session->level[level_idx];
    struct wh_tally *const tally = c->theme->level[level_idx].tally;
    const uint32_t n_areas = level->level.areas->n;
    struct closing *const closing = wh_alloc_array(c->ctx, n, sizeof *closing);
    enum wh_status status = closing == NULL ? wh_fail_memory(c->ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        closing[i] = (struct closing){(uint32_t)level->area_of[closed[i]],
                                      wh_days_to_close(c->session, closed[i])};
    }
    if (status == WH_OK && n > 1) {
        qsort(closing, n, sizeof *closing, compare_closings);
    }
    for (size_t area = 0, from = 0; status == WH_OK && area <= n_areas; area++) {
        size_t to = from;
        while (to < n && closing[to].area == area) {
            to++;
        }
        status = fill_days(c, closing + from, to - from, &tally[area], err);
        from = to;
    }
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        closing[i].area = 0;
    }
    if (status == WH_OK && n > 1) {
        qsort(closing, n, sizeof *closing, compare_closings);
    }
    if (status == WH_OK) {
        status = fill_days(c, closing, n, &tally[WH_ALL(n_areas)], err);
    }
    wh_free(c->ctx, closing);
    return status;
}

/* ---- counting ---- */

/* Requests that add to a count, and those closed in the period, listed. */
static enum wh_status count_all(struct counting *c, struct wh_error *err)
{
    const struct wh_requests *const r = c->requests;
    size_t *const closed = wh_alloc_array(c->ctx, r->n, sizeof *closed);
    size_t n_closed = 0;
    enum wh_status status = closed == NULL ? wh_fail_memory(c->ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < r->n; i++) {
        uint32_t marks[WH_N_COUNTS];
        if (!mark(c, i, marks)) {
            continue;
        }
        for (size_t l = 0; l < c->theme->n_levels; l++) {
            const struct wh_session_level *const level = &c->session->level[l];
            struct wh_tally *const tally = c->theme->level[l].tally;
            add(&tally[level->area_of[i]], marks, c->handling->cost[i]);
            add(&tally[WH_ALL(level->level.areas->n)], marks, c->handling->cost[i]);
        }
        if (marks[WH_IN_CLOSED] > 0) {
            closed[n_closed++] = i;
        }
    }
    for (size_t l = 0; status == WH_OK && l < c->theme->n_levels; l++) {
        status = count_days(c, closed, n_closed, l, err);
    }
    wh_free(c->ctx, closed);
    return status;
}

/* A problem may begin with a request of a source that the public does not see. */
static enum wh_status find_first(struct counting *c, struct wh_error *err)
{
    const struct wh_requests *const r = c->requests;
    const uint32_t *const problem = c->session->problem;
    c->first = wh_alloc_array(c->ctx, r->n, sizeof *c->first);
    if (c->first == NULL) {
        return wh_fail_memory(c->ctx, err);
    }
    memset(c->first, 0xff, r->n * sizeof *c->first);
    for (size_t i = 0; i < r->n; i++) {
        uint32_t *const first = &c->first[problem[i]];
        if (is_member(c, i) && (*first == UINT32_MAX || r->opened_at[i] < r->opened_at[*first])) {
            *first = (uint32_t)i;
        }
    }
    return WH_OK;
}

/* ---- what is not known ---- */

static void forget(struct wh_theme_report *theme, enum wh_input input)
{
    for (size_t l = 0; l < theme->n_levels; l++) {
        for (size_t i = 0; i < WH_N_TALLIES(theme->level[l].level->areas->n); i++) {
            theme->level[l].tally[i].count[input] = (struct wh_count){0, WH_NOT_KNOWN};
        }
    }
}

/* Does any source that the theme draws on say what state requests are in? */
static bool has_states(const struct counting *c)
{
    const struct wh_requests *const r = c->requests;
    for (size_t i = 0; i < r->n; i++) {
        if (c->handling->standing[i] != WH_STANDING_NOT_SAID &&
            c->member[r->category[i] * r->n_sources + r->source[i]]) {
            return true;
        }
    }
    return false;
}

static void forget_unknown(const struct counting *c)
{
    struct wh_theme_report *const theme = c->theme;
    const bool is_year_whole = wh_period_is_whole(&theme->last_year, c->scope->begin_utc) &&
                               theme->last_year.to_day <= theme->period.from_day;
    if (!theme->previous_is_complete) {
        forget(theme, WH_IN_PREVIOUS);
    }
    if (!is_year_whole) {
        forget(theme, WH_IN_LAST_YEAR);
    }
    if (!has_states(c)) {
        forget(theme, WH_IN_REOPENED);
    }
}

/* ---- areas, people, base ---- */

static double sum(const double *value, uint32_t n)
{
    double total = 0;
    for (uint32_t i = 0; i < n; i++) {
        total += value[i];
    }
    return total; /* NaN when one is not known */
}

static const double *own_base(const struct wh_areas *areas, enum wh_base kind)
{
    return kind == WH_BASE_POPULATION   ? areas->population
           : kind == WH_BASE_HOUSEHOLDS ? areas->households
           : kind == WH_BASE_AREA       ? areas->area_km2
                                        : NULL;
}

/* Base points of a level's areas; what lies outside of the wards counts nowhere. */
static enum wh_status spread_base(struct counting *c, const struct wh_points *base,
                                  size_t level_idx, struct wh_tally *tally, struct wh_error *err)
{
    const struct wh_session_level *const level = &c->session->level[level_idx];
    int32_t *const ward = wh_alloc_array(c->ctx, base->n, sizeof *ward);
    int32_t *const area = wh_alloc_array(c->ctx, base->n, sizeof *area);
    enum wh_status status = ward == NULL || area == NULL
                                ? wh_fail_memory(c->ctx, err)
                                : wh_level_find(c->ctx, c->session, c->session->level, base->x,
                                                base->y, base->n, ward, err);
    if (status == WH_OK) {
        status = wh_level_find(c->ctx, c->session, level, base->x, base->y, base->n, area, err);
    }
    for (size_t i = 0; status == WH_OK && i < base->n; i++) {
        if ((uint32_t)ward[i] < c->session->wards.n) {
            tally[area[i]].base += base->weight[i];
        }
    }
    wh_free(c->ctx, area);
    wh_free(c->ctx, ward);
    return status;
}

/* Inputs are published with so many decimals: figures must follow from what is printed. */
static double as_printed(double value)
{
    const double parts = 1e9;
    return round(value * parts) / parts;
}

static void round_inputs(struct wh_tally *tally, uint32_t n)
{
    for (size_t i = 0; i < WH_N_TALLIES(n); i++) {
        tally[i].area_km2 = as_printed(tally[i].area_km2);
        tally[i].population = as_printed(tally[i].population);
        tally[i].base = as_printed(tally[i].base);
        tally[i].cost = as_printed(tally[i].cost);
    }
}

/* What areas are compared by where the theme says nothing: people, or else ground. */
static enum wh_base base_kind(const struct counting *c, const struct wh_areas *areas)
{
    const enum wh_base kind = c->theme->base.kind;
    if (kind != WH_BASE_NONE) {
        return kind;
    }
    return isnan(sum(areas->population, areas->n)) ? WH_BASE_AREA : WH_BASE_POPULATION;
}

static enum wh_status describe_areas(struct counting *c, const struct wh_points *base, size_t l,
                                     struct wh_error *err)
{
    struct wh_level_figures *const figures = &c->theme->level[l];
    const struct wh_areas *const areas = figures->level->areas, *const wards = &c->session->wards;
    const uint32_t n = areas->n;
    struct wh_tally *const tally = figures->tally;
    enum wh_status status = WH_OK;
    figures->base = base_kind(c, areas);
    const double *own = own_base(areas, figures->base);
    own = own != NULL && !isnan(sum(own, n)) ? own : NULL;
    if (own == NULL && base == NULL) {
        figures->base = WH_BASE_AREA;
        own = areas->area_km2;
    }
    for (uint32_t i = 0; i < n; i++) {
        tally[i].area_km2 = areas->area_km2[i];
        tally[i].population = areas->population[i];
        tally[i].base = own != NULL ? own[i] : 0;
    }
    tally[n].area_km2 = tally[n].population = (double)NAN;
    tally[n].base = own != NULL ? (double)NAN : 0;
    if (own == NULL) {
        status = spread_base(c, base, l, tally, err);
    }
    struct wh_tally *const all = &tally[WH_ALL(n)];
    all->area_km2 = sum(wards->area_km2, wards->n);
    all->population = sum(wards->population, wards->n);
    for (uint32_t i = 0; i <= n; i++) {
        all->base += isnan(tally[i].base) ? 0 : tally[i].base;
    }
    round_inputs(tally, n);
    return status;
}

/* ---- breakdowns ---- */

/* A value of each request, as an index of names; `area` ones give their level. */
struct values {
    const char *id, *title;
    const uint16_t *value;
    const struct wh_session_level *segments;
    size_t n;
    const char *const *name;
};

static size_t value_of(const struct values *values, size_t i)
{
    if (values->segments == NULL) {
        return values->value[i];
    }
    /* The first value is "in no segment". */
    const uint32_t n = values->segments->level.areas->n;
    const uint32_t area = (uint32_t)values->segments->area_of[i];
    return area >= n ? 0 : area + (size_t)1;
}

static const char *name_of(const struct values *values, size_t value)
{
    return values->segments == NULL ? values->name[value]
           : value == 0             ? ""
                                    : values->segments->level.areas->code[value - 1];
}

static bool counts_now(const struct counting *c, size_t i)
{
    return is_in(&c->theme->period, c->requests->opened_at[i]) && is_member(c, i);
}

/* The values that the period's requests have; column[value] is 1 + the breakdown's column. */
static enum wh_status list_values(struct counting *c, const struct values *values, uint32_t *column,
                                  struct wh_split *ret, struct wh_error *err)
{
    for (size_t i = 0; i < c->requests->n; i++) {
        if (counts_now(c, i)) {
            column[value_of(values, i)] = 1;
        }
    }
    *ret = (struct wh_split){
        .id = values->id, .title = values->title, .is_of_areas = values->segments != NULL};
    ret->value = wh_arena_alloc(c->arena, values->n + 1, sizeof *ret->value);
    if (ret->value == NULL) {
        return wh_fail_memory(c->ctx, err);
    }
    for (size_t v = 0; v < values->n; v++) {
        if (column[v] > 0) {
            ret->value[ret->n_values] = wh_arena_c(c->arena, wh_str_c(name_of(values, v)));
            if (ret->value[ret->n_values] == NULL) {
                return wh_fail_memory(c->ctx, err);
            }
            column[v] = (uint32_t)++ret->n_values;
        }
    }
    return WH_OK;
}

static enum wh_status break_down(struct counting *c, const struct values *values,
                                 struct wh_error *err)
{
    struct wh_split breakdown;
    uint32_t *const column = wh_alloc_array(c->ctx, values->n + 1, sizeof *column);
    enum wh_status status = column == NULL ? wh_fail_memory(c->ctx, err)
                                           : list_values(c, values, column, &breakdown, err);
    for (size_t l = 0; status == WH_OK && l < c->theme->n_levels; l++) {
        struct wh_level_figures *const figures = &c->theme->level[l];
        const struct wh_session_level *const level = &c->session->level[l];
        const size_t n = breakdown.n_values, all = WH_ALL(level->level.areas->n);
        breakdown.count = wh_arena_alloc(c->arena, (all + 1) * (n + 1), sizeof *breakdown.count);
        if (breakdown.count == NULL) {
            status = wh_fail_memory(c->ctx, err);
            break;
        }
        for (size_t i = 0; i < c->requests->n; i++) {
            if (counts_now(c, i)) {
                const size_t v = column[value_of(values, i)] - 1;
                breakdown.count[(size_t)level->area_of[i] * n + v].n++;
                breakdown.count[all * n + v].n++;
            }
        }
        if (level != values->segments) {
            figures->breakdown[figures->n_breakdowns++] = breakdown;
        }
    }
    wh_free(c->ctx, column);
    return status;
}

static enum wh_status break_down_all(struct counting *c, struct wh_error *err)
{
    const struct wh_handling *const h = c->handling;
    const struct values channel = {"channel", "Channel",     h->channel,
                                   NULL,      h->n_channels, h->channel_name},
                        provider = {"provider", "Provider",     h->provider,
                                    NULL,       h->n_providers, h->provider_name};
    enum wh_status status = break_down(c, &channel, err);
    if (status == WH_OK) {
        status = break_down(c, &provider, err);
    }
    for (size_t l = 1; status == WH_OK && l < c->session->n_levels; l++) {
        const struct wh_session_level *const level = &c->session->level[l];
        const struct values segments = {level->level.id,
                                        level->level.title,
                                        NULL,
                                        level,
                                        level->level.areas->n + (size_t)1,
                                        NULL};
        status = level->level.is_segments ? break_down(c, &segments, err) : WH_OK;
    }
    return status;
}

/* ---- what levels share ---- */

struct met {
    uint32_t a, b;
    uint32_t which;
};

static int compare_met(const void *left, const void *right)
{
    const struct met *const x = left, *const y = right;
    if (x->a != y->a) {
        return x->a < y->a ? -1 : 1;
    }
    return x->b < y->b ? -1 : x->b > y->b;
}

static enum wh_status cross(struct counting *c, size_t level_a, size_t level_b, struct met *met,
                            struct wh_crossing *ret, struct wh_error *err)
{
    const int32_t *const a = c->session->level[level_a].area_of, *const b =
                                                                     c->session->level[level_b]
                                                                         .area_of;
    size_t n = 0;
    for (size_t i = 0; i < c->requests->n; i++) {
        uint32_t marks[WH_N_COUNTS];
        if (mark(c, i, marks)) {
            const uint32_t which =
                marks[WH_IN_REQUESTS] | marks[WH_IN_PREVIOUS] << 1 | marks[WH_IN_LAST_YEAR] << 2;
            met[n++] = (struct met){(uint32_t)a[i], (uint32_t)b[i], which};
        }
    }
    if (n > 1) {
        qsort(met, n, sizeof *met, compare_met);
    }
    *ret = (struct wh_crossing){.level_a = level_a, .level_b = level_b};
    ret->shared = wh_arena_alloc(c->arena, n + 1, sizeof *ret->shared);
    if (ret->shared == NULL) {
        return wh_fail_memory(c->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || compare_met(&met[i - 1], &met[i]) != 0) {
            ret->shared[ret->n++] = (struct wh_shared){.a = met[i].a, .b = met[i].b};
        }
        for (unsigned k = 0; k < 3; k++) {
            ret->shared[ret->n - 1].n[k] += met[i].which >> k & 1;
        }
    }
    return WH_OK;
}

static enum wh_status cross_all(struct counting *c, struct wh_crossing *ret, struct wh_error *err)
{
    struct met *const met = wh_alloc_array(c->ctx, c->requests->n, sizeof *met);
    enum wh_status status = met == NULL ? wh_fail_memory(c->ctx, err) : WH_OK;
    for (size_t a = 0; a < c->session->n_levels; a++) {
        for (size_t b = a + 1; status == WH_OK && b < c->session->n_levels; b++) {
            status = cross(c, a, b, met, ret++, err);
        }
    }
    wh_free(c->ctx, met);
    return status;
}

/* ---- together ---- */

static enum wh_status alloc_levels(struct counting *c, struct wh_error *err)
{
    struct wh_theme_report *const theme = c->theme;
    const size_t n = c->session->n_levels;
    theme->level = wh_arena_alloc(c->arena, n, sizeof *theme->level);
    if (theme->level == NULL) {
        return wh_fail_memory(c->ctx, err);
    }
    for (size_t l = 0; l < n; l++) {
        struct wh_level_figures *const figures = &theme->level[l];
        const size_t n_tallies = WH_N_TALLIES(c->session->level[l].level.areas->n);
        figures->level = &c->session->level[l].level;
        figures->tally = wh_arena_alloc(c->arena, n_tallies, sizeof *figures->tally);
        figures->breakdown = wh_arena_alloc(c->arena, n + 2, sizeof *figures->breakdown);
        if (figures->tally == NULL || figures->breakdown == NULL) {
            return wh_fail_memory(c->ctx, err);
        }
    }
    theme->n_levels = n;
    return WH_OK;
}

enum wh_status wh_tallies_fill(struct wh_ctx *ctx, const struct wh_session *session,
                               const struct wh_scope *scope, const struct wh_points *base,
                               struct wh_arena *arena, struct wh_theme_report *theme,
                               struct wh_crossing *ret_crossing, struct wh_error *err)
{
    const struct wh_requests *const requests = &session->unplaced.requests;
    struct counting c = {
        .ctx = ctx,
        .session = session,
        .requests = requests,
        .handling = &session->handling,
        .scope = scope,
        .theme = theme,
        .arena = arena,
        .member = wh_alloc_array(ctx, requests->n_categories + 1, requests->n_sources + 1)};
    enum wh_status status = c.member == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        wh_theme_members(&scope->filter, requests, c.member);
        status = wh_standings_open(ctx, session, &c.standings, err);
    }
    if (status == WH_OK) {
        status = find_first(&c, err);
    }
    if (status == WH_OK) {
        status = alloc_levels(&c, err);
    }
    if (status == WH_OK) {
        status = count_all(&c, err);
    }
    for (size_t l = 0; status == WH_OK && l < theme->n_levels; l++) {
        status = describe_areas(&c, base, l, err);
    }
    if (status == WH_OK) {
        status = break_down_all(&c, err);
    }
    if (status == WH_OK && ret_crossing != NULL) {
        status = cross_all(&c, ret_crossing, err);
    }
    if (status == WH_OK) {
        forget_unknown(&c);
    }
    wh_free(ctx, c.first);
    wh_standings_finish(ctx, &c.standings);
    wh_free(ctx, c.member);
    return status;
}

enum wh_status wh_report_measure(struct wh_ctx *ctx, struct wh_report *report, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t t = 0; t < report->n_themes; t++) {
        struct wh_theme_report *const theme = &report->theme[t];
        for (size_t l = 0; status == WH_OK && l < theme->n_levels; l++) {
            struct wh_level_figures *const figures = &theme->level[l];
            const uint32_t n = figures->level->areas->n;
            figures->metric =
                wh_arena_alloc(&report->arena, WH_N_TALLIES(n), sizeof *figures->metric);
            status = figures->metric == NULL
                         ? wh_fail_memory(ctx, err)
                         : wh_measure_level(ctx, figures->tally, n, figures->metric, err);
        }
    }
    return status;
}
