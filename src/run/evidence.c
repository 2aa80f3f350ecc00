/* run/evidence.c: what stands behind each hot spot, for whoever has to defend it. */
#include "run/evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/identity.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/time.h"
#include "geo/shape_ops.h"
#include "publish/emit.h"
#include "publish/evidence_pages.h"
#include "render/words.h"
#include "run/evidence_bases.h"
#include "run/evidence_notes.h"
#include "run/evidence_record.h"

enum { DECIMALS = 6 };

static void emit_limits(struct wh_emitter *emit, const char *key, const struct wh_limits *limits)
{
    wh_emit_array(emit, key);
    wh_emit_real(emit, NULL, limits->lower, DECIMALS);
    wh_emit_real(emit, NULL, limits->upper, DECIMALS);
    wh_emit_array_end(emit);
}

/* ---- of a theme ---- */

static void emit_knox(struct wh_emitter *emit, const struct wh_patterns *patterns)
{
    wh_emit_object(emit, "near_repeats");
    wh_emit_text(emit, "method", "Knox 1964: places keep still, days are permuted 999 times");
    wh_emit_count(emit, "requests", patterns->n_knox);
    wh_emit_array(emit, "bands");
    for (unsigned i = 0; patterns->n_knox > 0 && i < WH_N_KNOX_DISTANCES * WH_N_KNOX_DAYS; i++) {
        const struct wh_knox_cell *cell = &patterns->knox[i];
        wh_emit_object(emit, NULL);
        wh_emit_real(emit, "up_to_m", patterns->knox_distance_m[i / WH_N_KNOX_DAYS], 1);
        wh_emit_count(emit, "up_to_days", patterns->knox_day[i % WH_N_KNOX_DAYS]);
        wh_emit_real(emit, "pairs", cell->pairs, 0);
        wh_emit_real(emit, "expected", cell->expected, DECIMALS);
        wh_emit_real(emit, "ratio", cell->ratio, DECIMALS);
        wh_emit_real(emit, "p", cell->p, DECIMALS);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
    wh_emit_object_end(emit);
}

static void emit_accuracy(struct wh_emitter *emit, const char *key,
                          const struct wh_accuracy *accuracy)
{
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "forecast", key);
    wh_emit_real(emit, "pai", accuracy->pai, DECIMALS);
    emit_limits(emit, "pai_limits", &accuracy->pai_limits);
    wh_emit_real(emit, "pei", accuracy->pei, DECIMALS);
    emit_limits(emit, "pei_limits", &accuracy->pei_limits);
    wh_emit_real(emit, "rri", accuracy->rri, DECIMALS);
    emit_limits(emit, "rri_limits", &accuracy->rri_limits);
    wh_emit_real(emit, "hit_share", accuracy->hit_share, DECIMALS);
    wh_emit_real(emit, "area_share", accuracy->area_share, DECIMALS);
    wh_emit_real(emit, "gain_over_counting", accuracy->gain, DECIMALS);
    emit_limits(emit, "gain_limits", &accuracy->gain_limits);
    wh_emit_object_end(emit);
}

static void emit_cell_size(struct wh_emitter *emit, double change)
{
    wh_emit_object(emit, "cell_size");
    wh_emit_real(emit, "largest_change_of_pai", change, DECIMALS);
    wh_emit_real(emit, "matters_from", WH_CELL_MATTERS_FROM, DECIMALS);
    wh_emit_text(emit, "words", wh_cell_size_words(change));
    wh_emit_object_end(emit);
}

static void emit_forecasts(struct wh_emitter *emit, const struct wh_patterns *patterns)
{
    wh_emit_object(emit, "does_it_predict");
    wh_emit_text(emit, "verdict", wh_verdict_words(wh_patterns_verdict(patterns)));
    wh_emit_text(emit, "limits", "95 %, 999 bootstrap draws of this window's requests");
    wh_emit_array(emit, "forecasts");
    for (unsigned i = 0; i < patterns->n_forecasts; i++) {
        emit_accuracy(emit, wh_forecast_name((enum wh_forecast_kind)i), &patterns->accuracy[i]);
    }
    wh_emit_array_end(emit);
    wh_emit_array(emit, "sensitivity");
    for (unsigned i = 0; patterns->n_forecasts > 0 && i < WH_N_SENSITIVITIES; i++) {
        const struct wh_sensitivity *tried = &patterns->sensitivity[i];
        wh_emit_object(emit, NULL);
        wh_emit_real(emit, "bandwidth_m", tried->bandwidth_m, 3);
        wh_emit_real(emit, "cell_m", tried->cell_m, 3);
        wh_emit_real(emit, "pai", tried->pai, DECIMALS);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
    if (patterns->n_forecasts > 0) {
        emit_cell_size(emit, wh_sensitivity_to_cell(patterns->sensitivity));
    }
    wh_emit_object_end(emit);
}

static void emit_classes(struct wh_emitter *emit, const struct wh_patterns *patterns)
{
    wh_emit_object(emit, "emerging");
    wh_emit_count(emit, "complete_periods", patterns->n_periods);
    wh_emit_real(emit, "cell_m", patterns->emerging.lattice.dx, 3);
    wh_emit_array(emit, "classes");
    for (int c = WH_EMERGING_HISTORICAL; patterns->n_periods >= 2 && c >= -WH_EMERGING_HISTORICAL;
         c--) {
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "class", wh_emerging_name(c));
        wh_emit_text(emit, "words", wh_emerging_words(c));
        wh_emit_count(emit, "cells", patterns->emerging.n_of[c + 8]);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
    wh_emit_object_end(emit);
}

static void emit_scan(struct wh_emitter *emit, const struct wh_patterns *patterns)
{
    wh_emit_object(emit, "scan");
    wh_emit_text(emit, "method", "Kulldorff 1997: Poisson, circles, at most half of the base");
    wh_emit_real(emit, "cell_m", patterns->scan_cell_m, 3);
    wh_emit_array(emit, "clusters");
    for (size_t i = 0; i < patterns->scan.n; i++) {
        const struct wh_scan_cluster *cluster = &patterns->scan.cluster[i];
        double x, y;
        wh_lattice_centre(&patterns->scan_lattice, patterns->scan_cell[cluster->centre], &x, &y);
        wh_emit_object(emit, NULL);
        wh_emit_count(emit, "rank", i + 1);
        wh_emit_real(emit, "x", x, 1);
        wh_emit_real(emit, "y", y, 1);
        wh_emit_real(emit, "radius_m", cluster->radius_m, 1);
        wh_emit_real(emit, "cases", cluster->cases, 1);
        wh_emit_real(emit, "expected", cluster->expected, DECIMALS);
        wh_emit_real(emit, "relative_risk", cluster->relative_risk, DECIMALS);
        wh_emit_real(emit, "llr", cluster->llr, DECIMALS);
        wh_emit_real(emit, "p", cluster->p, DECIMALS);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
    wh_emit_object_end(emit);
}

static void emit_theme(struct wh_emitter *emit, const struct wh_report *report,
                       const struct wh_theme_report *theme, const struct wh_patterns *patterns,
                       const struct wh_evidence_theme *evidence)
{
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "format", "wardheat theme evidence 1");
    wh_emit_text(emit, "theme", theme->theme->id);
    wh_emit_text(emit, "title", theme->theme->title);
    wh_emit_text(emit, "release", report->release_id);
    wh_evidence_bases_emit_theme(evidence->record, evidence->n, emit);
    emit_forecasts(emit, patterns);
    emit_classes(emit, patterns);
    emit_knox(emit, patterns);
    emit_scan(emit, patterns);
    wh_emit_object_end(emit);
}

/* ---- of a hot spot ---- */

static void emit_history(struct wh_emitter *emit, const struct wh_theme_report *theme,
                         const struct wh_hotspot *hotspot)
{
    wh_emit_day(emit, "since", hotspot->since_day);
    if (hotspot->since_day != WH_NO_DAY) {
        wh_emit_int(emit, "age_days", theme->period.to_day - hotspot->since_day);
    }
    wh_emit_array(emit, "parents");
    for (size_t i = 0; i < hotspot->n_parents; i++) {
        wh_emit_text(emit, NULL, hotspot->parent[i]);
    }
    wh_emit_array_end(emit);
    wh_emit_array(emit, "history");
    for (size_t i = 0; i < hotspot->n_counts; i++) {
        wh_emit_object(emit, NULL);
        wh_emit_day(emit, "day", hotspot->history[i].day);
        wh_emit_count(emit, "count", hotspot->history[i].n);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

static void emit_chance(struct wh_emitter *emit, const struct wh_theme_report *theme,
                        const struct wh_hotspot *hotspot)
{
    const struct wh_evidence *evidence = &hotspot->evidence;
    wh_emit_object(emit, "compared_with");
    wh_emit_text(emit, "what", wh_base_name(theme->base.kind));
    wh_emit_real(emit, "inside", evidence->base_inside, DECIMALS);
    wh_emit_real(emit, "total", theme->base.total, DECIMALS);
    wh_emit_object_end(emit);
    wh_emit_count(emit, "observed", hotspot->figures.count.n);
    wh_emit_real(emit, "expected", evidence->expected, DECIMALS);
    wh_emit_real(emit, "ratio", evidence->ratio, DECIMALS);
    wh_emit_array(emit, "ratio_limits");
    wh_emit_real(emit, NULL, evidence->ratio_low, DECIMALS);
    wh_emit_real(emit, NULL, evidence->ratio_high, DECIMALS);
    wh_emit_array_end(emit);
    wh_emit_real(emit, "lowest_p", evidence->p, 15); /* of its cells; q is what counts for many */
    wh_emit_real(emit, "q", evidence->q, 15);
    if (theme->previous_is_complete) {
        wh_emit_count(emit, "previous", hotspot->figures.previous.n);
    } else {
        wh_emit_null(emit, "previous");
    }
    wh_emit_text(emit, "trend", wh_trend_name(hotspot->trend));
}

static void emit_methods(struct wh_emitter *emit, const struct wh_evidence_record *record)
{
    wh_emit_object(emit, "gi_star");
    wh_emit_real(emit, "z", record->gi_z, DECIMALS);
    wh_emit_real(emit, "p", record->gi_p, 15);
    wh_emit_real(emit, "q", record->gi_q, 15);
    wh_emit_object_end(emit);
    wh_emit_object(emit, "emerging");
    wh_emit_text(emit, "class", record->emerging);
    wh_emit_text(emit, "words", record->emerging_words);
    wh_emit_count(emit, "complete_periods", record->n_periods);
    wh_emit_object_end(emit);
    wh_emit_object(emit, "scan");
    if (record->scan_rank == 0) {
        wh_emit_null(emit, "rank");
    } else {
        wh_emit_count(emit, "rank", record->scan_rank);
        wh_emit_real(emit, "llr", record->scan_llr, DECIMALS);
        wh_emit_real(emit, "p", record->scan_p, DECIMALS);
        wh_emit_real(emit, "relative_risk", record->scan_relative_risk, DECIMALS);
    }
    wh_emit_object_end(emit);
    wh_emit_object(emit, "does_it_predict");
    wh_emit_text(emit, "verdict", record->verdict);
    if (record->n_forecasts > WH_FORECAST_DENSITY) {
        const struct wh_evidence_value *pai = &record->forecast[WH_FORECAST_DENSITY].pai;
        wh_emit_real(emit, "pai", pai->value, DECIMALS);
        emit_limits(emit, "pai_limits", &(struct wh_limits){pai->lower, pai->upper});
        emit_cell_size(emit, record->cell_change);
    }
    wh_emit_object_end(emit);
}

static void emit_robustness(struct wh_emitter *emit, const struct wh_theme_report *theme,
                            const struct wh_hotspot *hotspot)
{
    wh_emit_object(emit, "robustness");
    wh_emit_text(emit, "firmness", wh_firmness_name(hotspot->firmness));
    wh_emit_real(emit, "survives", hotspot->survival, DECIMALS);
    wh_emit_count(emit, "draws", theme->n_draws);
    wh_emit_real(emit, "firm_from", theme->firm_share, DECIMALS);
    wh_emit_object_end(emit);
}

static void emit_requests(struct wh_emitter *emit, const struct wh_evidence_record *found)
{
    wh_emit_object(emit, "placed_by");
    for (int i = 0; i < WH_N_METHODS; i++) {
        if (found->by_method[i] > 0) {
            wh_emit_count(emit, wh_method_name((enum wh_method)i), found->by_method[i]);
        }
    }
    wh_emit_object_end(emit);
    wh_emit_array(emit, "top_streets");
    for (size_t i = 0; i < found->n_streets; i++) {
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "name", found->street[i].name);
        wh_emit_count(emit, "requests", found->street[i].n);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
    wh_emit_count(emit, "open", found->n_open);
    wh_emit_count(emit, "overdue", found->n_overdue);
    wh_emit_array(emit, "contacts");
    for (size_t i = 0; i < found->n_targets; i++) {
        const struct wh_target *target = found->target[i];
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "category", target->category);
        wh_emit_text(emit, "owner", target->owner);
        wh_emit_text(emit, "contact", target->contact);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

static void emit_hotspot(struct wh_emitter *emit, const struct wh_language *english,
                         const struct wh_report *report, const struct wh_evidence_record *record,
                         struct wh_buf *scratch)
{
    const struct wh_theme_report *theme = record->theme;
    const struct wh_hotspot *hotspot = record->hotspot;
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "format", "wardheat evidence 1");
    wh_emit_text(emit, "id", hotspot->id);
    wh_emit_text(emit, "theme", theme->theme->id);
    wh_emit_text(emit, "name", hotspot->name);
    wh_emit_text(emit, "release", report->release_id);
    wh_buf_clear(scratch);
    wh_say_hotspot(scratch, english, report, theme, hotspot);
    wh_emit_text(emit, "sentence", scratch->ptr);
    wh_emit_text(emit, "owner", theme->theme->owner);
    wh_emit_day(emit, "period_from", theme->period.from_day);
    wh_emit_day(emit, "period_to", theme->period.to_day - 1);
    emit_history(emit, theme, hotspot);
    emit_chance(emit, theme, hotspot);
    wh_evidence_bases_emit(record, emit);
    emit_methods(emit, record);
    emit_robustness(emit, theme, hotspot);
    emit_requests(emit, record);
    wh_emit_array(emit, "wards");
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "code", report->wards->code[hotspot->part[i].ward]);
        wh_emit_text(emit, "name", report->wards->name[hotspot->part[i].ward]);
        wh_emit_count(emit, "count", hotspot->part[i].figures.count.n);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

/* ---- files ---- */

static enum wh_status write_file(struct wh_ctx *ctx, const char *folder, const char *prefix,
                                 const char *name, const char *ending, struct wh_buf *text,
                                 struct wh_error *err)
{
    char file[192];
    wh_buf_char(text, '\n');
    (void)snprintf(file, sizeof file, "%s%s%s", prefix, name, ending);
    enum wh_status status = wh_buf_ok(text, err);
    char *path = wh_path_join(ctx, folder, file);
    if (status == WH_OK) {
        status = path == NULL ? wh_fail_memory(ctx, err)
                              : wh_io_replace(ctx, path, wh_buf_view(text), err);
    }
    wh_free(ctx, path);
    return status;
}

/* A number so that it reads back as the same. */
static void add_exact(struct wh_buf *buf, double value)
{
    wh_buf_char(buf, ',');
    if (!isnan(value)) {
        wh_buf_printf(buf, "%.17g", value);
    }
}

static void add_inputs(struct wh_buf *buf, const struct wh_theme_report *theme,
                       const struct wh_hotspot *hotspot)
{
    wh_buf_printf(buf, "%s,%s", hotspot->id, theme->theme->id);
    add_exact(buf, hotspot->area_km2);
    wh_buf_printf(buf, ",%u,%u", hotspot->figures.count.n, hotspot->figures.previous.n);
    add_exact(buf, theme->base.requests);
    add_exact(buf, hotspot->evidence.base_inside);
    add_exact(buf, theme->base.total);
    wh_buf_c(buf, "\r\n");
}

struct writer {
    struct wh_ctx *ctx;
    const struct wh_session *session;
    const struct wh_officer_report *report;
    const char *folder;                  /* of the evidence */
    const char *print_folder;            /* of its pages */
    const struct wh_page_options *pages; /* NULL: none */
    struct wh_buf text, scratch, inputs;
    struct wh_bases bases;
};

static enum wh_status write_hotspot(struct writer *w, const struct wh_evidence_record *record,
                                    struct wh_error *err)
{
    struct wh_emitter emit = {.buf = &w->text};
    wh_buf_clear(&w->text);
    emit_hotspot(&emit, w->session->english, &w->report->body, record, &w->scratch);
    add_inputs(&w->inputs, record->theme, record->hotspot);
    wh_evidence_notes_emit(record, &emit);
    wh_emit_object_end(&emit);
    const enum wh_status status = wh_buf_ok(&w->scratch, err);
    return status != WH_OK
               ? status
               : write_file(w->ctx, w->folder, "", record->hotspot->id, ".json", &w->text, err);
}

/* The hot spots of a theme: a file each, and where `pages` says how, a page. */
static enum wh_status write_hotspots(struct writer *w, size_t idx,
                                     const struct wh_evidence_theme *evidence, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < evidence->n && status == WH_OK; i++) {
        status = write_hotspot(w, &evidence->record[i], err);
    }
    return status != WH_OK || w->pages == NULL
               ? status
               : wh_evidence_pages_write(w->ctx, &w->report->body, idx, evidence->record,
                                         evidence->n, w->pages, w->print_folder, err);
}

static enum wh_status write_theme(struct writer *w, size_t idx, const struct wh_patterns *patterns,
                                  struct wh_error *err)
{
    const struct wh_theme_report *theme = &w->report->body.theme[idx];
    struct wh_emitter emit = {.buf = &w->text};
    struct wh_evidence_theme evidence;
    enum wh_status status = wh_evidence_theme_make(w->ctx, w->session, theme, patterns, NULL,
                                                   w->pages != NULL, &w->bases, &evidence, err);
    if (status == WH_OK) {
        wh_buf_clear(&w->text);
        emit_theme(&emit, &w->report->body, theme, patterns, &evidence);
        status = write_file(w->ctx, w->folder, "theme-", theme->theme->id, ".json", &w->text, err);
    }
    if (status == WH_OK) {
        status = write_hotspots(w, idx, &evidence, err);
    }
    wh_evidence_theme_finish(w->ctx, &evidence);
    return status;
}

enum wh_status wh_evidence_write(struct wh_ctx *ctx, const struct wh_session *session,
                                 const struct wh_officer_report *report,
                                 const struct wh_patterns *patterns,
                                 const struct wh_page_options *pages, const char *folder,
                                 struct wh_error *err)
{
    char *own = wh_path_join(ctx, folder, "evidence");
    char *print = wh_path_join(ctx, folder, "print/evidence");
    struct writer w = {.ctx = ctx,
                       .session = session,
                       .report = report,
                       .folder = own,
                       .print_folder = print,
                       .pages = pages};
    wh_buf_init(&w.text, ctx);
    wh_buf_init(&w.scratch, ctx);
    wh_buf_init(&w.inputs, ctx);
    enum wh_status status = own == NULL || print == NULL ? wh_fail_memory(ctx, err)
                                                         : wh_io_make_folders(own, 0750, err);
    if (status == WH_OK && pages != NULL) {
        status = wh_io_make_folders(print, 0750, err);
    }
    wh_buf_c(&w.inputs,
             "id,theme,area_km2,count,previous,theme_requests,base_inside,base_total\r\n");
    for (size_t i = 0; status == WH_OK && i < report->body.n_themes; i++) {
        status = write_theme(&w, i, &patterns[i], err);
    }
    if (status == WH_OK) {
        status = wh_buf_ok(&w.inputs, err);
    }
    char *path = status == WH_OK ? wh_path_join(ctx, own, "inputs.csv") : NULL;
    if (status == WH_OK) {
        status = path == NULL ? wh_fail_memory(ctx, err)
                              : wh_io_replace(ctx, path, wh_buf_view(&w.inputs), err);
    }
    wh_free(ctx, path);
    wh_free(ctx, own);
    wh_free(ctx, print);
    wh_bases_finish(ctx, &w.bases);
    wh_buf_finish(&w.text);
    wh_buf_finish(&w.scratch);
    wh_buf_finish(&w.inputs);
    return status;
}
