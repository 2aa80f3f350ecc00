/* run/evidence_record.c: from a theme's report, its past and the state to records of evidence. */
#include "run/evidence_record.h"

#include <math.h>
#include <string.h>
#include <wardheat/density.h>
#include <wardheat/disclose.h>
#include <wardheat/identity.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/raster.h"
#include "model/requests.h"
#include "run/evidence_bases.h"
#include "run/evidence_notes.h"
#include "run/evidence_requests.h"
#include "run/scope.h"

/* ---- the map at other bandwidths ---- */

/* A mask is the whole area's: Diggle's correction divides by a kernel's mass over all of it. */
struct making {
    struct wh_mask mask;
    struct wh_scope scope;
    struct wh_points points, mass;
    struct wh_arena arena;
};

static void making_finish(struct wh_ctx *ctx, struct making *m)
{
    wh_points_finish(ctx, &m->mass);
    wh_points_finish(ctx, &m->points);
    wh_mask_finish(ctx, &m->mask);
    wh_arena_finish(&m->arena);
}

static enum wh_status gather(struct wh_ctx *ctx, const struct wh_session *session,
                             const struct wh_theme_report *theme, struct making *m,
                             struct wh_error *err)
{
    enum wh_status status = wh_study_mask(ctx, session, &m->mask, err);
    if (status == WH_OK) {
        status = wh_scope_find(ctx, session, theme->theme, false, &m->arena, &m->scope, err);
    }
    if (status == WH_OK) {
        status = wh_theme_points(ctx, &m->scope.filter, &session->unplaced.requests, &theme->period,
                                 &m->points, NULL, err);
    }
    return status != WH_OK
               ? status
               : wh_points_spread(ctx, &session->unplaced.requests, &m->points, &m->mass, err);
}

static enum wh_status make_surface(struct wh_ctx *ctx, const struct wh_session *session,
                                   const struct wh_theme_report *theme, const struct making *m,
                                   double bandwidth_m, struct wh_surface *ret, struct wh_error *err)
{
    const struct wh_density_options opt = wh_session_density(session, bandwidth_m);
    struct wh_density_stats stats;
    struct wh_grid density = {0};
    uint64_t blank = 0;
    if (bandwidth_m < theme->cell_m) {
        return WH_OK;
    }
    enum wh_status status = wh_grid_like(ctx, &m->mask.grid, &density, err);
    if (status == WH_OK) {
        status = wh_density(ctx, &m->mass, &m->mask, &opt, &density, NULL, &stats, err);
    }
    if (status == WH_OK) {
        status = wh_disclose_surface(ctx, &density, NULL, 0, &theme->legend, ret, &blank, err);
    }
    wh_grid_finish(ctx, &density);
    return status;
}

static enum wh_status make_surfaces(struct wh_ctx *ctx, const struct wh_session *session,
                                    const struct wh_theme_report *theme, const struct making *m,
                                    struct wh_surface ret[WH_EVIDENCE_WIDTHS], struct wh_error *err)
{
    const enum wh_status status =
        make_surface(ctx, session, theme, m, 0.5 * theme->bandwidth_m, &ret[0], err);
    ret[1] = theme->surface;
    return status != WH_OK
               ? status
               : make_surface(ctx, session, theme, m, 2 * theme->bandwidth_m, &ret[2], err);
}

/* ---- one record ---- */

static struct wh_evidence_value value_of(double value, const struct wh_limits *limits)
{
    return (struct wh_evidence_value){value, limits->lower, limits->upper};
}

static void add_forecasts(const struct wh_patterns *patterns, struct wh_evidence_record *record)
{
    _Static_assert((unsigned)WH_N_FORECASTS == WH_EVIDENCE_FORECASTS, "one of each");
    record->verdict = wh_verdict_words(wh_patterns_verdict(patterns));
    record->n_forecasts = patterns->n_forecasts;
    for (size_t i = 0; i < patterns->n_forecasts; i++) {
        const struct wh_accuracy *const a = &patterns->accuracy[i];
        record->forecast[i] =
            (struct wh_evidence_forecast){.name = wh_forecast_name((enum wh_forecast_kind)i),
                                          .pai = value_of(a->pai, &a->pai_limits),
                                          .pei = value_of(a->pei, &a->pei_limits),
                                          .rri = value_of(a->rri, &a->rri_limits),
                                          .hit_share = a->hit_share,
                                          .area_share = a->area_share,
                                          .gain = value_of(a->gain, &a->gain_limits)};
    }
}

static void add_widths(const struct wh_theme_report *theme, const struct wh_patterns *patterns,
                       const struct wh_surface *surface, struct wh_evidence_record *record)
{
    static const double TIMES[WH_EVIDENCE_WIDTHS] = {0.5, 1, 2};
    record->width_cell_m =
        patterns->n_forecasts > 0 ? patterns->sensitivity[0].cell_m : (double)NAN;
    static const unsigned TRIED[WH_EVIDENCE_WIDTHS] = {1, 0, 2}; /* wh_backtest_sensitivity() */
    for (size_t i = 0; i < WH_EVIDENCE_WIDTHS; i++) {
        record->width[i] = (struct wh_evidence_width){
            .bandwidth_m = TIMES[i] * theme->bandwidth_m,
            .pai = patterns->n_forecasts > 0 ? patterns->sensitivity[TRIED[i]].pai : (double)NAN,
            .surface = surface[i].class_of != NULL ? &surface[i] : NULL};
    }
}

static void add_cells(const struct wh_patterns *patterns, struct wh_evidence_record *record)
{
    const bool is_known = patterns->n_forecasts > 0;
    for (unsigned i = 0; i < 2; i++) { /* the last two of wh_backtest_sensitivity() */
        const struct wh_sensitivity *const tried = &patterns->sensitivity[3 + i];
        record->cell_m[i] = is_known ? tried->cell_m : (double)NAN;
        record->cell_pai[i] = is_known ? tried->pai : (double)NAN;
    }
    record->cell_change = is_known ? wh_sensitivity_to_cell(patterns->sensitivity) : (double)NAN;
    record->cell_matters = fabs(record->cell_change) >= WH_CELL_MATTERS_FROM;
}

static void add_methods(const struct wh_patterns *patterns, struct wh_evidence_record *record)
{
    const struct wh_hotspot *const h = record->hotspot;
    const struct wh_scan_cluster *cluster;
    const int emerging =
        wh_patterns_class_at(patterns, h->peak_x, h->peak_y, &record->gi_z, &record->gi_q);
    record->gi_p = erfc(fabs(record->gi_z) * M_SQRT1_2);
    record->n_periods = patterns->n_periods;
    record->emerging = patterns->n_periods < 2 ? NULL : wh_emerging_name(emerging);
    record->emerging_words = patterns->n_periods < 2 ? NULL : wh_emerging_words(emerging);
    record->scan_rank = wh_patterns_scan_at(patterns, h->peak_x, h->peak_y, &cluster);
    record->scan_llr = cluster == NULL ? (double)NAN : cluster->llr;
    record->scan_p = cluster == NULL ? (double)NAN : cluster->p;
    record->scan_relative_risk = cluster == NULL ? (double)NAN : cluster->relative_risk;
}

static enum wh_status add_notes(struct wh_ctx *ctx, const struct wh_spot_notes *notes,
                                struct wh_evidence_record *record, struct wh_error *err)
{
    record->note = wh_alloc_array(ctx, notes->n, sizeof *record->note);
    if (record->note == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < notes->n; i++) {
        if (wh_note_is_of(&notes->note[i], record->hotspot)) {
            record->note[record->n_notes++] = &notes->note[i];
        }
    }
    return WH_OK;
}

static enum wh_status add_actions(struct wh_ctx *ctx, const struct wh_session *session,
                                  struct wh_evidence_record *record, struct wh_error *err)
{
    const struct wh_spot_notes *const actions = &session->actions;
    enum wh_status status = WH_OK;
    record->action = wh_alloc_array(ctx, actions->n, sizeof *record->action);
    if (record->action == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < actions->n && status == WH_OK; i++) {
        const struct wh_spot_note *const note = &actions->note[i];
        struct wh_action_look look;
        if (wh_note_is_of(note, record->hotspot)) {
            status = wh_action_look(ctx, session, record->theme->theme, record->theme,
                                    record->hotspot, note, &look, err);
            record->action[record->n_actions++] = (struct wh_evidence_action){
                .note = note,
                .days = look.days,
                .before = look.before,
                .after = look.after,
                .before_elsewhere = look.before_elsewhere,
                .after_elsewhere = look.after_elsewhere,
                .ratio = value_of(look.effect.ratio, &look.effect.limits),
                .words = wh_effect_words(look.effect.effect)};
        }
    }
    return status;
}

static enum wh_status add_nights(struct wh_ctx *ctx, struct wh_evidence_record *record,
                                 struct wh_error *err)
{
    const struct wh_hotspot *const h = record->hotspot;
    record->night = wh_alloc_array(ctx, h->n_counts, sizeof *record->night);
    if (record->night == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (; record->n_nights < h->n_counts; record->n_nights++) {
        const struct wh_spot_count *const count = &h->history[record->n_nights];
        record->night[record->n_nights] = (struct wh_evidence_night){count->day, count->n};
    }
    return WH_OK;
}

static enum wh_status make_record(struct wh_ctx *ctx, const struct wh_session *session,
                                  const struct wh_theme_report *theme,
                                  const struct wh_hotspot *hotspot,
                                  const struct wh_patterns *patterns,
                                  struct wh_evidence_record *ret, struct wh_error *err)
{
    *ret = (struct wh_evidence_record){.theme = theme, .hotspot = hotspot};
    add_methods(patterns, ret);
    add_forecasts(patterns, ret);
    add_cells(patterns, ret);
    enum wh_status status = wh_evidence_requests_find(ctx, session, theme, hotspot, ret, err);
    if (status == WH_OK) {
        status = add_nights(ctx, ret, err);
    }
    if (status == WH_OK) {
        status = add_actions(ctx, session, ret, err);
    }
    return status != WH_OK ? status : add_notes(ctx, &session->notes, ret, err);
}

/* What needs the theme's requests again: its map at other bandwidths, and other bases. */
static enum wh_status try_others(struct wh_ctx *ctx, const struct wh_session *session,
                                 const struct wh_theme_report *theme, bool wants_surfaces,
                                 struct wh_bases *bases, struct wh_evidence_theme *ret,
                                 struct wh_error *err)
{
    struct making m = {0};
    wh_arena_init(&m.arena, ctx);
    enum wh_status status = gather(ctx, session, theme, &m, err);
    if (status == WH_OK && wants_surfaces) {
        status = make_surfaces(ctx, session, theme, &m, ret->surface, err);
    }
    if (status == WH_OK) {
        status = wh_evidence_bases_try(ctx, session, theme, &m.scope.filter, &m.mass, &m.mask,
                                       bases, ret->record, ret->n, err);
    }
    making_finish(ctx, &m);
    return status;
}

enum wh_status wh_evidence_theme_make(struct wh_ctx *ctx, const struct wh_session *session,
                                      const struct wh_theme_report *theme,
                                      const struct wh_patterns *patterns, const char *only,
                                      bool wants_surfaces, struct wh_bases *bases,
                                      struct wh_evidence_theme *ret, struct wh_error *err)
{
    *ret = (struct wh_evidence_theme){0};
    ret->record = wh_alloc_array(ctx, theme->n_hotspots, sizeof *ret->record);
    enum wh_status status = ret->record == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t i = 0; i < theme->n_hotspots && status == WH_OK; i++) {
        if (only == NULL || strcmp(theme->hotspot[i].id, only) == 0) {
            status = make_record(ctx, session, theme, &theme->hotspot[i], patterns,
                                 &ret->record[ret->n++], err);
        }
    }
    if (status == WH_OK && ret->n > 0) {
        status = try_others(ctx, session, theme, wants_surfaces, bases, ret, err);
    }
    for (size_t i = 0; i < ret->n && status == WH_OK; i++) {
        add_widths(theme, patterns, ret->surface, &ret->record[i]);
    }
    if (status != WH_OK) {
        wh_evidence_theme_finish(ctx, ret);
    }
    return status;
}

void wh_evidence_theme_finish(struct wh_ctx *ctx, struct wh_evidence_theme *evidence)
{
    for (size_t i = 0; i < evidence->n; i++) {
        wh_evidence_record_finish(ctx, &evidence->record[i]);
    }
    wh_free(ctx, evidence->record);
    wh_free(ctx, evidence->surface[0].class_of);
    wh_free(ctx, evidence->surface[2].class_of);
    *evidence = (struct wh_evidence_theme){0};
}
