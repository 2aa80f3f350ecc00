/* run/reporting.c: the officer's report: each theme's points, density, figures and hot spots. */
#include "run/reporting.h"

#include <math.h>
#include <string.h>
#include <wardheat/redraw.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/time.h"
#include "geo/raster.h"
#include "run/bandwidth.h"
#include "run/base.h"
#include "run/cells.h"
#include "run/choices.h"
#include "run/history.h"
#include "run/months.h"
#include "run/past.h"
#include "run/scope.h"
#include "run/spot_facts.h"
#include "run/tallies.h"

#define N_REDRAWS 200
#define FIRM_SHARE 0.9
#define COMPLETE_SLACK_S (7 * 86400) /* records that begin within the first week cover a period */

int64_t wh_public_end_day(enum wh_public_every every, int64_t as_of_day)
{
    const int64_t month = wh_month_start(as_of_day);
    struct wh_civil civil;
    switch (every) {
    case WH_EVERY_RUN:
    case WH_EVERY_DAY:
        return as_of_day;
    case WH_EVERY_WEEK:
        return as_of_day - ((as_of_day + 3) % 7 + 7) %
                               7; /* weeks start on Mondays; 1970-01-01 was a Thursday */
    case WH_EVERY_MONTH:
        return month;
    case WH_EVERY_QUARTER:
        wh_civil_from_day(month, &civil);
        return wh_month_add(month, -((civil.month - 1) % 3));
    }
    return month;
}

struct wh_period wh_period_before(const struct wh_zone *zone, int64_t end_day, uint32_t days)
{
    const int64_t from = end_day - days;
    return (struct wh_period){.from_day = from,
                              .to_day = end_day,
                              .from_utc = wh_zone_day_start(zone, from),
                              .to_utc = wh_zone_day_start(zone, end_day)};
}

bool wh_period_is_whole(const struct wh_period *period, int64_t begin_utc)
{
    return begin_utc <= period->from_utc + COMPLETE_SLACK_S;
}

/* One period of one theme: its points with their wards. */
struct slice {
    struct wh_points points; /* one a request: for counting */
    struct wh_points mass;   /* where they may be: for surfaces */
    int32_t *ward;
    struct wh_grid density;
    struct wh_comparison comparison; /* empty where nothing is compared */
};

static void finish_slice(struct wh_ctx *ctx, struct slice *slice)
{
    wh_points_finish(ctx, &slice->points);
    wh_points_finish(ctx, &slice->mass);
    wh_free(ctx, slice->ward);
    wh_grid_finish(ctx, &slice->density);
    wh_comparison_finish(ctx, &slice->comparison);
}

static enum wh_status make_slice(struct wh_ctx *ctx, struct wh_session *session,
                                 const struct wh_theme *theme, const struct wh_period *period,
                                 struct slice *ret, struct wh_error *err)
{
    const struct wh_requests *requests = &session->unplaced.requests;
    const enum wh_status status =
        wh_theme_points(ctx, theme, requests, period, &ret->points, &ret->ward, err);
    return status != WH_OK ? status
                           : wh_points_spread(ctx, requests, &ret->points, &ret->mass, err);
}

/* How many requests' kernels reach each cell: each counted once, wherever its mass is spread. */
static enum wh_status count_support(struct wh_ctx *ctx, const struct wh_session *session,
                                    const struct wh_mask *mask,
                                    const struct wh_density_options *opt,
                                    const struct wh_points *points, uint32_t *ret_support,
                                    struct wh_error *err)
{
    struct wh_points anchor = {0};
    struct wh_grid unused = {0};
    struct wh_density_stats stats;
    enum wh_status status =
        wh_points_anchor(ctx, &session->unplaced.requests, points, &anchor, err);
    if (status == WH_OK) {
        status = wh_grid_like(ctx, &mask->grid, &unused, err);
    }
    if (status == WH_OK) {
        status = wh_density(ctx, &anchor, mask, opt, &unused, ret_support, &stats, err);
    }
    wh_grid_finish(ctx, &unused);
    wh_points_finish(ctx, &anchor);
    return status;
}

static enum wh_status make_density(struct wh_ctx *ctx, struct wh_session *session,
                                   const struct wh_mask *mask, double bandwidth_m,
                                   struct slice *slice, uint32_t *ret_support, struct wh_error *err)
{
    const struct wh_density_options opt = wh_session_density(session, bandwidth_m);
    struct wh_density_stats stats;
    const bool is_spread = session->unplaced.requests.spots.n > 0;
    enum wh_status status = wh_grid_like(ctx, &mask->grid, &slice->density, err);
    if (status == WH_OK) {
        status = wh_density(ctx, &slice->mass, mask, &opt, &slice->density,
                            is_spread ? NULL : ret_support, &stats, err);
    }
    if (status == WH_OK && is_spread && ret_support != NULL) {
        status = count_support(ctx, session, mask, &opt, &slice->points, ret_support, err);
    }
    return status;
}

/* As many days, to the same date a year before; 29 February has the 28th. */
static struct wh_period year_before(const struct wh_zone *zone, const struct wh_period *period)
{
    struct wh_civil civil;
    wh_civil_from_day(period->to_day, &civil);
    const bool is_leap_day = civil.month == 2 && civil.day == 29;
    const int64_t end =
        wh_day_from_civil(civil.year - 1, civil.month, is_leap_day ? 28 : civil.day);
    return wh_period_before(zone, end, (uint32_t)(period->to_day - period->from_day));
}

/* Periods, and what the config says of every theme alike. */
static void describe_theme(const struct wh_session *session, int64_t end_day,
                           struct wh_theme_report *theme)
{
    const uint32_t days = theme->theme->window_days;
    theme->period = wh_period_before(session->zone, end_day, days);
    theme->previous = wh_period_before(session->zone, theme->period.from_day, days);
    theme->last_year = year_before(session->zone, &theme->period);
    theme->cell_m = session->config.density.cell_m;
    theme->kernel = wh_kernel_name(session->config.density.kernel);
    theme->edge = wh_edge_name(session->config.density.edge);
    theme->max_error = session->config.density.max_error;
}

/* Both periods' points of what the theme may count. */
static enum wh_status cut_slices(struct wh_ctx *ctx, struct wh_session *session,
                                 const struct wh_scope *scope, struct wh_theme_report *theme,
                                 struct slice *ret_current, struct slice *ret_previous,
                                 struct wh_error *err)
{
    theme->previous_is_complete = wh_period_is_whole(&theme->previous, scope->begin_utc);
    const enum wh_status status =
        make_slice(ctx, session, &scope->filter, &theme->period, ret_current, err);
    return status != WH_OK
               ? status
               : make_slice(ctx, session, &scope->filter, &theme->previous, ret_previous, err);
}

/* Both periods' densities (`previous` NULL: the period's alone), with the theme's bandwidth, and
 * its legend. */
static enum wh_status estimate(struct wh_ctx *ctx, struct wh_session *session,
                               const struct wh_mask *mask, const struct wh_scope *scope,
                               struct wh_theme_report *theme, struct slice *current,
                               struct slice *previous, uint32_t *support, struct wh_error *err)
{
    const struct wh_theme_past past = {.theme = theme->theme,
                                       .filter = &scope->filter,
                                       .period = &theme->period,
                                       .points = &current->points,
                                       .mask = mask,
                                       .begin_utc = scope->begin_utc};
    enum wh_status status =
        wh_choose_bandwidth(ctx, session, &past, &theme->bandwidth_m, &theme->bandwidth_why, err);
    if (status == WH_OK) {
        status = make_density(ctx, session, mask, theme->bandwidth_m, current, support, err);
    }
    if (status == WH_OK && previous != NULL) {
        status = make_density(ctx, session, mask, theme->bandwidth_m, previous, NULL, err);
    }
    return status != WH_OK ? status
                           : wh_choose_breaks(ctx, session, theme->theme, &current->density,
                                              &theme->legend, err);
}

/* What the theme is compared with, and the risk of both periods. */
static enum wh_status compare(struct wh_ctx *ctx, struct wh_session *session,
                              const struct wh_mask *mask, const struct wh_scope *scope,
                              struct wh_bases *bases, struct wh_theme_report *theme,
                              struct slice *current, struct slice *previous, struct wh_error *err)
{
    const struct wh_hotspot_options *opt = &session->config.hotspots;
    struct wh_base_use use = {
        .filter = &scope->filter, .period = &theme->period, .bandwidth_m = theme->bandwidth_m};
    enum wh_status status = wh_base_choose(ctx, session, theme->theme, bases, &use.kind, err);
    if (status != WH_OK || use.kind == WH_BASE_NONE) {
        theme->hotspot_share = opt->share;
        return status;
    }
    /* Requests among requests are drawn alike: none is spread. */
    const bool is_spread = use.kind != WH_BASE_ALL_REQUESTS;
    status = wh_base_compare(ctx, session, &use, is_spread ? &current->mass : &current->points,
                             mask, bases, &current->comparison, err);
    theme->base =
        (struct wh_base_note){.kind = use.kind,
                              .total = current->comparison.base_total,
                              .requests = current->comparison.risk.n,
                              .false_discovery = opt->false_discovery,
                              .ratio = opt->ratio,
                              .independent_cells = current->comparison.risk.independent_cells};
    use.period = &theme->previous;
    return status != WH_OK ? status
                           : wh_base_compare(ctx, session, &use,
                                             is_spread ? &previous->mass : &previous->points, mask,
                                             bases, &previous->comparison, err);
}

static struct wh_hotspot_input input_of(const struct slice *slice)
{
    const struct wh_comparison *comparison = &slice->comparison;
    return (struct wh_hotspot_input){.points = &slice->points,
                                     .ward = slice->ward,
                                     .density = &slice->density,
                                     .risk = comparison->base != NULL ? &comparison->risk : NULL,
                                     .base = comparison->base,
                                     .base_total = comparison->base_total};
}

/* Figures by ward, hot spots, and the surface in classes. */
static enum wh_status find(struct wh_ctx *ctx, const struct wh_session *session,
                           const struct slice *current, const struct slice *previous,
                           struct wh_theme_report *theme, struct wh_arena *arena,
                           struct wh_error *err)
{
    const struct wh_hotspot_input now = input_of(current), before = input_of(previous);
    struct wh_hotspot_options opt = session->config.hotspots;
    opt.method = now.risk == NULL ? WH_HOTSPOT_DENSEST : WH_HOTSPOT_RELATIVE_RISK;
    uint64_t blank = 0;
    enum wh_status status = wh_area_figures(ctx, &now, &before, &session->wards, arena, theme, err);
    if (status == WH_OK) {
        status = wh_hotspots(ctx, &opt, &now, &before, &session->wards,
                             wh_basemap_streets(session->basemap),
                             wh_basemap_places(session->basemap), arena, theme, err);
    }
    return status != WH_OK ? status
                           : wh_disclose_surface(ctx, &current->density, NULL, 0, &theme->legend,
                                                 &theme->surface, &blank, err);
}

/* Which hot spots hang on places that are not exact. */
static enum wh_status redraw(struct wh_ctx *ctx, const struct wh_session *session,
                             const struct wh_mask *mask, const struct slice *current,
                             struct wh_theme_report *theme, struct wh_error *err)
{
    const struct wh_hotspot_input input = input_of(current);
    const struct wh_redraw_options opt = {.n_draws = N_REDRAWS,
                                          .firm_share = FIRM_SHARE,
                                          .ratio = session->config.hotspots.ratio,
                                          .share = session->config.hotspots.share,
                                          .density = {.kernel = session->config.density.kernel,
                                                      .edge = session->config.density.edge,
                                                      .bandwidth_m = theme->bandwidth_m},
                                          .spots = &session->unplaced.requests.spots};
    return wh_hotspots_redraw(ctx, &opt, &input, current->comparison.surface, mask, theme, err);
}

/* The theme's tallies in every area; and, for the public's sake, what levels share. */
static enum wh_status count(struct wh_ctx *ctx, const struct wh_session *session,
                            const struct wh_scope *scope, const struct wh_points *base,
                            size_t theme_idx, struct wh_officer_report *report,
                            struct wh_error *err)
{
    const size_t n = session->n_levels;
    struct wh_arena *arena = &report->body.arena;
    report->n_crossings = n * (n - 1) / 2;
    report->crossing[theme_idx] =
        wh_arena_alloc(arena, report->n_crossings + 1, sizeof **report->crossing);
    return report->crossing[theme_idx] == NULL
               ? wh_fail_memory(ctx, err)
               : wh_tallies_fill(ctx, session, scope, base, arena, &report->body.theme[theme_idx],
                                 report->crossing[theme_idx], err);
}

/* The requests of the period by the hour of the week. */
static void count_hours(const struct wh_session *session, const struct wh_points *points,
                        struct wh_hours *ret)
{
    const struct wh_requests *const requests = &session->unplaced.requests;
    *ret = (struct wh_hours){0};
    for (size_t i = 0; i < points->n; i++) {
        const uint32_t request = points->request[i];
        wh_hours_add(ret, session->zone, requests->opened_at[request],
                     requests->opened_to[request]);
    }
}

static enum wh_status build_theme(struct wh_ctx *ctx, struct wh_session *session,
                                  const struct wh_reporting_options *opt,
                                  const struct wh_mask *mask, struct wh_bases *bases,
                                  size_t theme_idx, struct wh_officer_report *report,
                                  struct wh_error *err)
{
    struct wh_theme_report *theme = &report->body.theme[theme_idx];
    struct wh_arena *arena = &report->body.arena;
    struct slice current = {0}, previous = {0};
    const size_t n_cells = (size_t)mask->grid.nx * mask->grid.ny;
    describe_theme(session, opt->end_day, theme);
    struct wh_scope scope;
    enum wh_status status =
        wh_scope_find(ctx, session, theme->theme, opt->is_for_public, arena, &scope, err);
    if (status == WH_OK) {
        status = cut_slices(ctx, session, &scope, theme, &current, &previous, err);
    }
    if (status == WH_OK) {
        count_hours(session, &current.points, &report->hours[theme_idx]);
    }
    report->support[theme_idx] = wh_alloc_array(ctx, n_cells, sizeof **report->support);
    if (status == WH_OK && report->support[theme_idx] == NULL) {
        status = wh_fail_memory(ctx, err);
    }
    if (status == WH_OK) {
        status = estimate(ctx, session, mask, &scope, theme, &current, &previous,
                          report->support[theme_idx], err);
    }
    if (status == WH_OK) {
        status = compare(ctx, session, mask, &scope, bases, theme, &current, &previous, err);
    }
    if (status == WH_OK) {
        status = find(ctx, session, &current, &previous, theme, arena, err);
    }
    if (status == WH_OK) {
        status = redraw(ctx, session, mask, &current, theme, err);
    }
    if (status == WH_OK && opt->ret_patterns != NULL) {
        status = wh_past_look(ctx, session, &scope, &current.comparison, mask, theme,
                              &opt->ret_patterns[theme_idx], err);
    }
    if (status == WH_OK) {
        status =
            wh_history_identify(ctx, session, opt->is_for_public, opt->end_day, arena, theme, err);
    }
    if (status == WH_OK && opt->seen != NULL) {
        const struct wh_theme_seen seen = {theme_idx, theme, &current.comparison};
        status = opt->seen(opt->user, &seen, err);
    }
    if (status == WH_OK) { /* once parents are known */
        status =
            wh_spot_facts_fill(ctx, session, &scope.filter, &current.points, arena, theme, err);
    }
    if (status == WH_OK) {
        status = wh_months_fill(ctx, session, &scope, arena, theme, err);
    }
    if (status == WH_OK) {
        status = count(ctx, session, &scope, current.comparison.base, theme_idx, report, err);
    }
    if (status == WH_OK) {
        status = wh_cells_fill(ctx, session, &current.points,
                               opt->ret_patterns == NULL ? NULL : &opt->ret_patterns[theme_idx],
                               arena, theme, &report->cell_shares[theme_idx], err);
    }
    report->density[theme_idx] = current.density;
    current.density = (struct wh_grid){0};
    finish_slice(ctx, &current);
    finish_slice(ctx, &previous);
    return status;
}

/* Every theme's requests together: their map and their figures. */
static enum wh_status build_overall(struct wh_ctx *ctx, struct wh_session *session,
                                    const struct wh_reporting_options *opt,
                                    const struct wh_mask *mask, struct wh_officer_report *report,
                                    struct wh_error *err)
{
    struct wh_arena *const arena = &report->body.arena;
    struct wh_theme_report *const theme = wh_arena_alloc(arena, 1, sizeof *theme);
    const size_t n_cells = (size_t)mask->grid.nx * mask->grid.ny;
    struct slice current = {0}, previous = {0};
    struct wh_scope scope;
    uint64_t blank = 0;
    report->overall_support = wh_alloc_array(ctx, n_cells, sizeof *report->overall_support);
    if (theme == NULL || report->overall_support == NULL) {
        return wh_fail_memory(ctx, err);
    }
    theme->theme = &session->config.overall;
    describe_theme(session, opt->end_day, theme);
    theme->change_z = session->config.hotspots.change_z;
    enum wh_status status =
        wh_scope_find(ctx, session, theme->theme, opt->is_for_public, arena, &scope, err);
    if (status == WH_OK) {
        status = cut_slices(ctx, session, &scope, theme, &current, &previous, err);
    }
    if (status == WH_OK) {
        status = estimate(ctx, session, mask, &scope, theme, &current, NULL,
                          report->overall_support, err);
    }
    if (status == WH_OK) {
        const struct wh_hotspot_input now = input_of(&current), before = input_of(&previous);
        status = wh_area_figures(ctx, &now, &before, &session->wards, arena, theme, err);
    }
    if (status == WH_OK) {
        status = wh_disclose_surface(ctx, &current.density, NULL, 0, &theme->legend,
                                     &theme->surface, &blank, err);
    }
    report->body.overall = theme; /* owns the surface */
    if (status == WH_OK) {
        status = wh_months_fill(ctx, session, &scope, arena, theme, err);
    }
    report->overall_density = current.density;
    current.density = (struct wh_grid){0};
    finish_slice(ctx, &current);
    finish_slice(ctx, &previous);
    return status;
}

static bool are_themes_apart(const struct wh_config *config)
{
    for (size_t i = 0; i < config->n_themes; i++) {
        for (size_t j = 0; j < i; j++) {
            if (!wh_themes_are_apart(&config->theme[i], &config->theme[j])) {
                return false;
            }
        }
    }
    return true;
}

/* Day of the newest request that is counted: the local day of its opening. */
static int64_t data_through(const struct wh_session *session, int64_t end_day)
{
    const struct wh_requests *requests = &session->unplaced.requests;
    const int64_t end_utc = wh_zone_day_start(session->zone, end_day);
    int64_t newest = WH_NO_TIME;
    for (size_t i = 0; i < requests->n; i++) {
        if (requests->opened_at[i] != WH_NO_TIME && requests->opened_at[i] < end_utc &&
            (newest == WH_NO_TIME || requests->opened_at[i] > newest)) {
            newest = requests->opened_at[i];
        }
    }
    if (newest == WH_NO_TIME) {
        return end_day - 1;
    }
    struct wh_civil civil;
    wh_zone_from_utc(session->zone, newest, &civil);
    return wh_day_from_civil(civil.year, civil.month, civil.day);
}

static enum wh_status fill_sources(struct wh_ctx *ctx, struct wh_session *session,
                                   bool is_for_public, struct wh_report *body, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    const struct wh_requests *requests = &session->unplaced.requests;
    body->source = wh_arena_alloc(&body->arena, config->n_sources + 1, sizeof *body->source);
    body->licence = wh_arena_alloc(&body->arena, config->n_sources + 1, sizeof *body->licence);
    if (body->source == NULL || body->licence == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < config->n_sources; i++) {
        const struct wh_source *source = &config->source[i];
        if (is_for_public && source->is_officer_only) {
            continue;
        }
        struct wh_source_note *note = &body->source[body->n_sources++];
        note->id = source->id;
        note->attribution = source->attribution;
        if (session->ingest != NULL) {
            note->ledger = session->ingest[i].ledger;
        }
        for (size_t j = 0; j < requests->n_sources; j++) {
            if (strcmp(requests->source_id[j], source->id) == 0) {
                note->placing = session->geocode.ledger[j];
            }
        }
        body->n_received += note->placing.requests;
        body->n_placed += note->placing.requests - note->placing.not_placed -
                          note->placing.by_method[WH_METHOD_WARD];
        bool is_known = source->attribution == NULL;
        for (size_t j = 0; j < body->n_licences; j++) {
            is_known = is_known || strcmp(body->licence[j], source->attribution) == 0;
        }
        if (!is_known) {
            body->licence[body->n_licences++] = source->attribution;
        }
    }
    return WH_OK;
}

static enum wh_status datum_note(struct wh_ctx *ctx, const struct wh_session *session,
                                 struct wh_report *body, struct wh_error *err)
{
    const struct wh_transform_info *info = wh_transform_info(session->to_lonlat);
    if (info->is_best) {
        return WH_OK;
    }
    body->datum_note =
        wh_arena_printf(&body->arena, "positions are good to about %.0f m (%s is not installed)",
                        fmax(1, info->accuracy_m),
                        info->missing_grid[0] == '\0' ? "a better datum grid" : info->missing_grid);
    return body->datum_note == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

enum wh_status wh_report_build(struct wh_ctx *ctx, struct wh_session *session,
                               const struct wh_reporting_options *opt,
                               struct wh_officer_report *ret, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    struct wh_officer_report report = {.requests = &session->unplaced.requests,
                                       .problem = session->problem};
    struct wh_report *body = &report.body;
    struct wh_mask mask = {0};
    struct wh_bases bases = {0};
    wh_arena_init(&body->arena, ctx);
    body->edition = WH_EDITION_OFFICER;
    body->title = config->title;
    body->release_id = ""; /* named once the content is known: wh_identity_name() */
    body->as_of_day = wh_ctx_as_of_day(ctx);
    body->data_through_day = data_through(session, opt->end_day);
    body->hide_below = config->privacy.hide_below;
    body->crs = config->crs;
    body->wards = &session->wards;
    body->area = &session->area;
    body->n_themes = config->n_themes;
    body->theme = wh_arena_alloc(&body->arena, config->n_themes, sizeof *body->theme);
    report.density = wh_alloc_array(ctx, config->n_themes, sizeof *report.density);
    report.support = wh_alloc_array(ctx, config->n_themes, sizeof *report.support);
    report.hours = wh_arena_alloc(&body->arena, config->n_themes, sizeof *report.hours);
    report.crossing = wh_arena_alloc(&body->arena, config->n_themes + 1, sizeof *report.crossing);
    report.cell_shares =
        wh_arena_alloc(&body->arena, config->n_themes + 1, sizeof *report.cell_shares);
    enum wh_status status = WH_OK;
    if (body->theme == NULL || report.cell_shares == NULL || report.density == NULL ||
        report.support == NULL || report.hours == NULL || report.crossing == NULL) {
        body->n_themes = 0;
        status = wh_fail_memory(ctx, err);
    }
    if (status == WH_OK) {
        status = fill_sources(ctx, session, opt->is_for_public, body, err);
    }
    if (status == WH_OK) {
        status = datum_note(ctx, session, body, err);
    }
    if (status == WH_OK) {
        status = wh_study_mask(ctx, session, &mask, err);
    }
    for (size_t i = 0; status == WH_OK && i < config->n_themes; i++) {
        body->theme[i].theme = &config->theme[i];
        status = build_theme(ctx, session, opt, &mask, &bases, i, &report, err);
    }
    if (status == WH_OK) {
        status = build_overall(ctx, session, opt, &mask, &report, err);
        body->themes_are_apart = are_themes_apart(config);
    }
    wh_bases_finish(ctx, &bases);
    wh_mask_finish(ctx, &mask);
    if (status == WH_OK) {
        status = wh_report_measure(ctx, body, err);
    }
    if (status != WH_OK) {
        wh_officer_report_finish(ctx, &report);
        return status;
    }
    *ret = report;
    return WH_OK;
}
