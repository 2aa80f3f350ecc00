/* cli/hotspots_work.c: points in, hot spots and a report by area out. */
#include "cli/hotspots_work.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <wardheat/bandwidth.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/hotspots_output.h"
#include "cli/study_area.h"
#include "geo/raster.h"

#define MAX_GRID_CELLS 1e8
#define N_CLASSES 5u
#define SECONDS_A_DAY 86400
#define COMPLETE_SLACK_S (7 * SECONDS_A_DAY) /* as a run has it */

/* All that is made on the way. */
struct work {
    struct wh_arena arena;
    struct wh_points_set set;
    struct wh_points before; /* of the period before; empty where nobody knows it */
    int32_t *area_of, *area_of_before;
    struct wh_period period, previous;
    bool previous_is_complete;
    struct wh_areas areas;
    struct wh_shape shape;
    struct wh_mask mask;
    struct wh_layer streets;
    struct wh_theme theme;
    struct wh_officer_report report;
    const char *bandwidth_why;
    struct wh_points base;
    struct wh_risk_base surface;
    struct wh_risk risk, risk_before; /* empty with the densest places */
    uint64_t n_outside, n_other_days;
};

/* ---- periods ---- */

static struct wh_period period_of_days(int64_t from_day, int64_t to_day)
{
    return (struct wh_period){from_day, to_day, from_day * SECONDS_A_DAY, to_day * SECONDS_A_DAY};
}

static bool is_within(const struct wh_period *period, int64_t utc)
{
    return utc >= period->from_utc && utc < period->to_utc;
}

/* The points of the period stay in the set, those of the one before go to `before`. */
static enum wh_status split_points(struct wh_ctx *ctx, struct work *work, struct wh_error *err)
{
    struct wh_points *points = &work->set.points;
    size_t kept = 0;
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < points->n; i++) {
        if (is_within(&work->period, points->opened_at[i])) {
            wh_points_move(points, i, kept++);
        } else if (is_within(&work->previous, points->opened_at[i])) {
            status = wh_points_push(ctx, &work->before, points->x[i], points->y[i], 0,
                                    points->opened_at[i], 0, points->request[i], err);
        } else {
            work->n_other_days++;
        }
    }
    points->n = kept;
    return status;
}

/*
 * Without dates every point counts, and nothing is known of before. With them: the window before
 * the as-of day, and the window before that, which is complete where the points go back to its
 * first week.
 */
static enum wh_status choose_periods(struct wh_ctx *ctx, const struct wh_hotspots_ask *o,
                                     struct work *work, struct wh_error *err)
{
    const struct wh_points *points = &work->set.points;
    if (o->input.opened == NULL) {
        /* From a day that is not known to a day that is not: the writers leave both out. */
        work->period = work->previous = (struct wh_period){WH_NO_DAY, WH_NO_DAY + 1, 0, 0};
        return WH_OK;
    }
    int64_t newest = points->opened_at[0], oldest = newest;
    for (size_t i = 0; i < points->n; i++) {
        newest = points->opened_at[i] > newest ? points->opened_at[i] : newest;
        oldest = points->opened_at[i] < oldest ? points->opened_at[i] : oldest;
    }
    const int64_t end = o->as_of_day != WH_NO_DAY ? o->as_of_day : newest / SECONDS_A_DAY + 1;
    work->period = period_of_days(end - o->window_days, end);
    work->previous = period_of_days(end - 2 * o->window_days, end - o->window_days);
    work->previous_is_complete = oldest <= work->previous.from_utc + COMPLETE_SLACK_S;
    const enum wh_status status = split_points(ctx, work, err);
    if (status == WH_OK && points->n == 0) {
        char words[64];
        return wh_fail_at(err, WH_ERR_INPUT, o->input.path, 0, 0, "no points of %s",
                          wh_period_words(&work->period, words, sizeof words));
    }
    return status;
}

/* The attribute that was named, or the first with a usual name or ending (ward_code, WD23CD). */
static const char *pick(const char *asked, const char *const *usual, size_t n_usual,
                        const char *ending, const char *const *field, size_t n_fields)
{
    for (size_t i = 0; asked == NULL && i < n_usual; i++) {
        for (size_t j = 0; asked == NULL && j < n_fields; j++) {
            asked = wh_str_eq_fold(wh_str_c(field[j]), wh_str_c(usual[i])) ? field[j] : NULL;
        }
    }
    for (size_t j = 0; asked == NULL && j < n_fields; j++) {
        const struct wh_str name = wh_str_c(field[j]);
        const size_t len = strlen(ending);
        if (name.len > len &&
            wh_str_eq_fold(wh_str_slice(name, name.len - len, name.len), wh_str_c(ending))) {
            asked = field[j];
        }
    }
    return asked;
}

static enum wh_status open_areas(struct wh_ctx *ctx, const struct wh_hotspots_ask *o,
                                 struct work *work, struct wh_error *err)
{
    static const char *const codes[] = {"code", "ward_code", "area_code", "gss_code", "id"};
    static const char *const names[] = {"name", "ward_name", "area_name"};
    static const char *const people[] = {"population", "residents"};
    const char **field = NULL;
    size_t n = 0;
    const struct wh_layer_spec named = {.path = o->areas};
    enum wh_status status = wh_layer_fields(ctx, &named, &work->arena, &field, &n, err);
    if (status != WH_OK) {
        return status;
    }
    const struct wh_areas_spec spec = {
        .path = o->areas,
        .code = pick(o->code, codes, sizeof codes / sizeof *codes, "cd", field, n),
        .name = pick(o->name, names, sizeof names / sizeof *names, "nm", field, n),
        .population =
            pick(o->population, people, sizeof people / sizeof *people, "population", field, n)};
    if (spec.code == NULL) {
        return wh_fail_at(err, WH_ERR_USAGE, o->areas, 0, 0,
                          "no attribute looks like the areas' code: name it with --code");
    }
    status = wh_areas_open(ctx, &spec, work->set.crs, &wh_points_crs_options, &work->areas, err);
    if (status == WH_OK) {
        status = wh_areas_union(ctx, &work->areas, &work->shape, err);
    }
    if (status == WH_OK) {
        status = wh_study_area_keep(ctx, &work->areas, &work->set.points, &work->n_outside,
                                    &work->area_of, err);
    }
    if (status == WH_OK) {
        uint64_t n_before = 0; /* what lay outside before is no news */
        status = wh_study_area_keep(ctx, &work->areas, &work->before, &n_before,
                                    &work->area_of_before, err);
    }
    if (status == WH_OK && work->set.points.n == 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, o->areas, 0, 0,
                            "none of the points lies in it; are both in their right CRS?");
    }
    return status;
}

static enum wh_status open_streets(struct wh_ctx *ctx, const struct wh_hotspots_ask *o,
                                   struct work *work, struct wh_error *err)
{
    static const char *const names[] = {"name", "name1", "road_name", "street", "street_name"};
    const char **field = NULL;
    size_t n = 0;
    if (o->streets == NULL) {
        return WH_OK;
    }
    const struct wh_layer_spec named = {.path = o->streets};
    enum wh_status status = wh_layer_fields(ctx, &named, &work->arena, &field, &n, err);
    if (status != WH_OK) {
        return status;
    }
    const char *name = pick(o->street_name, names, sizeof names / sizeof *names, "name", field, n);
    if (name == NULL) {
        return wh_fail_at(err, WH_ERR_USAGE, o->streets, 0, 0,
                          "no attribute looks like the streets' name: name it with --street-name");
    }
    const struct wh_layer_spec spec = {.path = o->streets,
                                       .field = &name,
                                       .n_fields = 1,
                                       .crs = work->set.crs,
                                       .crs_opt = wh_points_crs_options};
    return wh_layer_read(ctx, &spec, &work->arena, &work->streets, err);
}

/* "requests-2026" of "data/requests-2026.csv": what the points are called when nobody says. */
static enum wh_status name_theme(struct wh_ctx *ctx, const struct wh_hotspots_ask *o,
                                 struct work *work, struct wh_error *err)
{
    char slug[72];
    const char *slash = strrchr(o->input.path, '/');
    struct wh_str stem = wh_str_c(slash == NULL ? o->input.path : slash + 1);
    const char *dot = strrchr(stem.ptr, '.');
    stem =
        wh_str_slice(stem, 0, dot == NULL || dot == stem.ptr ? stem.len : (size_t)(dot - stem.ptr));
    work->theme.title = o->title != NULL ? o->title : wh_arena_c(&work->arena, stem);
    if (work->theme.title == NULL) {
        return wh_fail_memory(ctx, err);
    }
    work->theme.id =
        wh_arena_c(&work->arena, wh_str_c(wh_slug(wh_str_c(work->theme.title), slug, sizeof slug)));
    return work->theme.id == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

static enum wh_status make_report(struct wh_ctx *ctx, struct wh_hotspots_ask *o, struct work *work,
                                  struct wh_error *err)
{
    struct wh_report *body = &work->report.body;
    wh_arena_init(&body->arena, ctx);
    body->edition = WH_EDITION_OFFICER;
    body->title = work->theme.title;
    body->data_through_day = work->period.to_day - 1;
    body->crs = work->set.crs;
    body->wards = &work->areas;
    body->area = &work->shape;
    body->theme = wh_arena_alloc(&body->arena, 1, sizeof *body->theme);
    work->report.density = wh_alloc_array(ctx, 1, sizeof *work->report.density);
    work->report.support = wh_alloc_array(ctx, 1, sizeof *work->report.support);
    if (body->theme == NULL || work->report.density == NULL || work->report.support == NULL) {
        return wh_fail_memory(ctx, err);
    }
    body->n_themes = 1;
    work->theme.window_days = (uint32_t)o->window_days;
    body->theme[0] = (struct wh_theme_report){.theme = &work->theme,
                                              .period = work->period,
                                              .previous = work->previous,
                                              .previous_is_complete = work->previous_is_complete,
                                              .cell_m = o->cell_m,
                                              .kernel = wh_kernel_name(o->density.kernel),
                                              .edge = wh_edge_name(o->density.edge),
                                              .hotspot_share = o->hotspot.share};
    if (o->hotspot.method == WH_HOTSPOT_RELATIVE_RISK) {
        body->theme[0].hotspot_share = 0;
        body->theme[0].base = (struct wh_base_note){.kind = wh_base_kind(&o->base),
                                                    .false_discovery = o->hotspot.false_discovery,
                                                    .ratio = o->hotspot.ratio};
    }
    snprintf(body->theme[0].legend.unit, sizeof body->theme[0].legend.unit, "events per km²");
    return WH_OK;
}

static enum wh_status make_mask(struct wh_ctx *ctx, const struct wh_hotspots_ask *o,
                                struct work *work, struct wh_error *err)
{
    double box[4];
    struct wh_grid grid = {0};
    wh_areas_box(&work->areas, box);
    enum wh_status status = wh_grid_cover(ctx, box, 0, o->cell_m, MAX_GRID_CELLS, &grid, err);
    if (status == WH_OK) {
        status = wh_mask_from_shape(ctx, &grid, &work->shape, &work->mask, err);
    }
    wh_grid_finish(ctx, &grid);
    return status;
}

static enum wh_status estimate(struct wh_ctx *ctx, const struct wh_hotspots_ask *o,
                               const struct work *work, const struct wh_points *points,
                               struct wh_grid *ret, struct wh_error *err)
{
    struct wh_density_stats stats;
    const enum wh_status status = wh_grid_like(ctx, &work->mask.grid, ret, err);
    return status != WH_OK
               ? status
               : wh_density(ctx, points, &work->mask, &o->density, ret, NULL, &stats, err);
}

/* As a run has it: what best foretells this window from the one before, or what these points alone
 * ask for. */
static enum wh_status choose_bandwidth(struct wh_ctx *ctx, struct wh_hotspots_ask *o,
                                       struct work *work, struct wh_error *err)
{
    const struct wh_bandwidth_fold fold = {&work->before, &work->set.points};
    const struct wh_bandwidth_options opt = {.kernel = o->density.kernel,
                                             .window = &work->mask,
                                             .n_folds = work->previous_is_complete,
                                             .fold = &fold};
    struct wh_bandwidth_choice choice = {0};
    enum wh_status status = WH_OK;
    if (o->is_auto) {
        status = wh_bandwidth_recommend(ctx, &work->set.points, &opt, &choice, err);
        o->density.bandwidth_m = wh_bandwidth_for_map(&choice, o->density.kernel, o->cell_m);
        work->bandwidth_why =
            choice.is_found ? wh_selector_title(choice.selector) : "too few points to choose by";
    }
    work->report.body.theme->bandwidth_m = o->density.bandwidth_m;
    return status;
}

/* Both windows against the base. */
static enum wh_status compare(struct wh_ctx *ctx, const struct wh_hotspots_ask *o,
                              struct work *work, struct wh_error *err)
{
    const struct wh_risk_options opt = {.kernel = o->density.kernel,
                                        .edge = o->density.edge,
                                        .bandwidth_m = o->density.bandwidth_m};
    const double rate = o->hotspot.false_discovery;
    if (o->hotspot.method == WH_HOTSPOT_DENSEST) {
        return WH_OK;
    }
    enum wh_status status = wh_base_open(ctx, &o->base, work->set.crs, &work->areas, &work->mask,
                                         opt.bandwidth_m, &work->base, err);
    if (status == WH_OK) {
        status = wh_risk_base(ctx, &work->base, &work->mask, &opt, &work->surface, err);
    }
    if (status == WH_OK && !(work->surface.total > 0)) {
        status = wh_fail_at(err, WH_ERR_INPUT, o->base.relative_to, 0, 0,
                            "none of it lies in the areas; are both in their right CRS?");
    }
    if (status == WH_OK) {
        status = wh_relative_risk(ctx, &work->surface, &work->set.points, &work->mask, &opt, rate,
                                  &work->risk, err);
    }
    work->report.body.theme[0].base.total = work->surface.total;
    work->report.body.theme[0].base.independent_cells = work->risk.independent_cells;
    return status == WH_OK ? wh_relative_risk(ctx, &work->surface, &work->before, &work->mask, &opt,
                                              rate, &work->risk_before, err)
                           : status;
}

static enum wh_status find_hotspots(struct wh_ctx *ctx, struct wh_hotspots_ask *o,
                                    struct work *work, struct wh_error *err)
{
    struct wh_theme_report *theme = work->report.body.theme;
    struct wh_arena *arena = &work->report.body.arena;
    struct wh_grid *density = work->report.density;
    struct wh_grid density_before = {0};
    enum wh_status status = make_mask(ctx, o, work, err);
    if (status == WH_OK) {
        status = choose_bandwidth(ctx, o, work, err);
    }
    if (status == WH_OK) {
        status = estimate(ctx, o, work, &work->set.points, density, err);
    }
    if (status == WH_OK) {
        status = estimate(ctx, o, work, &work->before, &density_before, err);
    }
    if (status == WH_OK) {
        status = wh_legend_breaks(ctx, density, N_CLASSES, &theme->legend, err);
    }
    if (status == WH_OK) {
        status = compare(ctx, o, work, err);
    }
    const bool is_compared = work->risk.p.v != NULL;
    const struct wh_hotspot_input now = {.points = &work->set.points,
                                         .ward = work->area_of,
                                         .density = density,
                                         .risk = is_compared ? &work->risk : NULL,
                                         .base = &work->base,
                                         .base_total = work->surface.total};
    struct wh_hotspot_input before = now;
    before.points = &work->before;
    before.ward = work->area_of_before;
    before.density = &density_before;
    before.risk = is_compared ? &work->risk_before : NULL;
    if (status == WH_OK) {
        status = wh_area_figures(ctx, &now, &before, &work->areas, arena, theme, err);
    }
    if (status == WH_OK) {
        status = wh_hotspots(ctx, &o->hotspot, &now, &before, &work->areas,
                             o->streets == NULL ? NULL : &work->streets, NULL, arena, theme, err);
    }
    wh_grid_finish(ctx, &density_before);
    return status;
}

static void say(struct wh_ctx *ctx, const struct wh_hotspots_ask *o, const struct work *work)
{
    char n[40];
    const struct wh_theme_report *theme = work->report.body.theme;
    if (work->n_outside > 0) {
        wh_log(ctx, WH_LOG_WARNING, "outside %s, and not counted: %s", o->areas,
               wh_points_words(work->n_outside, n, sizeof n));
    }
    if (work->n_other_days > 0) {
        wh_log(ctx, WH_LOG_INFO, "of days before or after, and not counted: %s",
               wh_points_words(work->n_other_days, n, sizeof n));
    }
    wh_log(ctx, WH_LOG_INFO,
           "%s: %zu hot spot%s among %s in %u areas; bandwidth %g m (%s), cells of %g m", o->out,
           theme->n_hotspots, theme->n_hotspots == 1 ? "" : "s",
           wh_points_words(work->set.points.n, n, sizeof n), work->areas.n, theme->bandwidth_m,
           o->is_auto ? work->bandwidth_why : "as asked", theme->cell_m);
}

static void finish_work(struct wh_ctx *ctx, struct work *work)
{
    wh_officer_report_finish(ctx, &work->report);
    wh_risk_finish(ctx, &work->risk);
    wh_risk_finish(ctx, &work->risk_before);
    wh_risk_base_finish(ctx, &work->surface);
    wh_points_finish(ctx, &work->base);
    wh_mask_finish(ctx, &work->mask);
    wh_shape_finish(ctx, &work->shape);
    wh_areas_finish(ctx, &work->areas);
    wh_free(ctx, work->area_of);
    wh_free(ctx, work->area_of_before);
    wh_points_finish(ctx, &work->before);
    wh_points_set_finish(ctx, &work->set);
    wh_arena_finish(&work->arena);
}

/* A method that makes no hot spots: on all points in the areas, whatever their dates. */
static enum wh_status do_method(struct wh_ctx *ctx, struct wh_hotspots_ask *o, struct work *work,
                                struct wh_error *err)
{
    enum wh_status status = make_mask(ctx, o, work, err);
    if (status == WH_OK) {
        status = choose_bandwidth(ctx, o, work, err);
    }
    if (status == WH_OK && wh_base_kind(&o->base) != WH_BASE_NONE) {
        status = wh_base_open(ctx, &o->base, work->set.crs, &work->areas, &work->mask,
                              o->density.bandwidth_m, &work->base, err);
    }
    const struct wh_method_input input = {.points = &work->set.points,
                                          .area_of = work->area_of,
                                          .areas = &work->areas,
                                          .shape = &work->shape,
                                          .mask = &work->mask,
                                          .base = &work->base,
                                          .density = o->density,
                                          .crs = work->set.crs,
                                          .out = o->out,
                                          .cells = o->cells,
                                          .has_dates = o->input.opened != NULL,
                                          .window_days = o->window_days,
                                          .end_day = o->as_of_day,
                                          .at_least = o->hotspot.at_least,
                                          .alpha = o->hotspot.false_discovery};
    return status == WH_OK ? wh_method_run(ctx, o->method, &input, err) : status;
}

enum wh_status wh_hotspots_do(struct wh_ctx *ctx, struct wh_hotspots_ask *o, struct wh_error *err)
{
    struct work work = {0};
    wh_arena_init(&work.arena, ctx);
    enum wh_status status = wh_points_read(ctx, &o->input, &work.set, err);
    const bool is_own = wh_method_is_known(o->method);
    if (status == WH_OK && !is_own) {
        status = choose_periods(ctx, o, &work, err);
    }
    if (status == WH_OK) {
        status = open_areas(ctx, o, &work, err);
    }
    if (status == WH_OK) {
        status = open_streets(ctx, o, &work, err);
    }
    if (status == WH_OK) {
        status = name_theme(ctx, o, &work, err);
    }
    if (status == WH_OK) {
        status = make_report(ctx, o, &work, err);
    }
    if (status == WH_OK) {
        status = is_own ? do_method(ctx, o, &work, err) : find_hotspots(ctx, o, &work, err);
    }
    if (status == WH_OK && !is_own) {
        status = wh_hotspots_output(ctx, &work.report.body, o->out, err);
    }
    if (status == WH_OK && !is_own) {
        say(ctx, o, &work);
    }
    finish_work(ctx, &work);
    return status;
}
