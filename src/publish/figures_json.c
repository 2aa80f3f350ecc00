/* publish/figures_json.c: tables/figures.json: the dictionary, and every figure under its metric's
 * id. */
#include <math.h>

#include "publish/figures.h"

static void add_note(struct wh_emitter *emit, const struct wh_metric_note *note)
{
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "id", note->id);
    wh_emit_text(emit, "title", note->title);
    wh_emit_text(emit, "definition", note->definition);
    wh_emit_text(emit, "unit", note->unit);
    wh_emit_text(emit, "formula", note->formula);
    wh_emit_text(emit, "denominator", note->denominator);
    wh_emit_text(emit, "limits", note->limits);
    wh_emit_text(emit, "source", note->source);
    wh_emit_object_end(emit);
}

static void add_dictionary(struct wh_emitter *emit)
{
    wh_emit_array(emit, "metrics");
    for (unsigned i = 0; i < WH_N_METRICS; i++) {
        add_note(emit, wh_metric_note((enum wh_metric)i));
    }
    add_note(emit, wh_breakdown_note());
    wh_emit_array_end(emit);
}

static void add_value(struct wh_emitter *emit, enum wh_metric metric,
                      const struct wh_metric_value *value)
{
    const struct wh_metric_note *const note = wh_metric_note(metric);
    const int decimals = wh_metric_limit_decimals(metric);
    wh_emit_object(emit, note->id);
    if (isfinite(value->value) && note->decimals == 0) {
        wh_emit_int(emit, "value", llround(value->value));
    } else {
        wh_emit_real(emit, "value", wh_metric_published(metric, value->value), note->decimals);
    }
    if (note->limits != NULL) {
        wh_emit_real(emit, "low", value->low, decimals);
        wh_emit_real(emit, "high", value->high, decimals);
    }
    if (value->shown != WH_SHOWN) {
        wh_emit_text(emit, "why", wh_shown_name(value->shown));
    }
    wh_emit_object_end(emit);
}

static void add_breakdowns(struct wh_emitter *emit, const struct wh_level_figures *figures,
                           size_t area)
{
    for (size_t i = 0; i < figures->n_breakdowns; i++) {
        const struct wh_split *const breakdown = &figures->breakdown[i];
        wh_emit_object(emit, breakdown->id);
        for (size_t v = 0; v < breakdown->n_values; v++) {
            const struct wh_count *const count = &breakdown->count[area * breakdown->n_values + v];
            if (count->shown == WH_SHOWN) {
                wh_emit_count(emit, breakdown->value[v], count->n);
            } else {
                wh_emit_null(emit, breakdown->value[v]);
            }
        }
        wh_emit_object_end(emit);
    }
}

static void add_area(struct wh_emitter *emit, const struct wh_level_figures *figures, size_t area)
{
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "code", wh_area_code(figures->level, area));
    wh_emit_text(emit, "name", wh_area_name(figures->level, area));
    wh_emit_object(emit, "figures");
    for (unsigned i = 0; i < WH_N_METRICS; i++) {
        add_value(emit, (enum wh_metric)i, &figures->metric[area][i]);
    }
    wh_emit_object_end(emit);
    wh_emit_object(emit, "requests_by");
    add_breakdowns(emit, figures, area);
    wh_emit_object_end(emit);
    wh_emit_object_end(emit);
}

static void add_level(struct wh_emitter *emit, const struct wh_level_figures *figures)
{
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "id", figures->level->id);
    wh_emit_text(emit, "title", figures->level->title);
    wh_emit_text(emit, "compared_with", wh_base_name(figures->base));
    wh_emit_array(emit, "areas");
    for (size_t i = 0; i < WH_N_TALLIES(figures->level->areas->n); i++) {
        add_area(emit, figures, i);
    }
    wh_emit_array_end(emit);
    wh_emit_object_end(emit);
}

enum wh_status wh_figures_write_json(const struct wh_job *job, struct wh_error *err)
{
    const struct wh_report *const report = job->report;
    struct wh_buf buf;
    struct wh_emitter emit = {.buf = &buf};
    wh_buf_init(&buf, job->ctx);
    wh_emit_object(&emit, NULL);
    wh_emit_text(&emit, "title", report->title);
    wh_emit_text(&emit, "release", report->release_id);
    wh_emit_count(&emit, "hide_below",
                  report->edition == WH_EDITION_PUBLIC ? report->hide_below : 0);
    add_dictionary(&emit);
    wh_emit_array(&emit, "themes");
    for (size_t t = 0; t < report->n_themes; t++) {
        const struct wh_theme_report *const theme = &report->theme[t];
        wh_emit_object(&emit, NULL);
        wh_emit_text(&emit, "id", theme->theme->id);
        wh_emit_text(&emit, "title", theme->theme->title);
        wh_emit_day(&emit, "period_from", theme->period.from_day);
        wh_emit_day(&emit, "period_to", theme->period.to_day - 1);
        wh_emit_array(&emit, "levels");
        for (size_t l = 0; l < theme->n_levels; l++) {
            add_level(&emit, &theme->level[l]);
        }
        wh_emit_array_end(&emit);
        wh_emit_object_end(&emit);
    }
    wh_emit_array_end(&emit);
    wh_emit_object_end(&emit);
    wh_buf_char(&buf, '\n');
    const enum wh_status status = wh_job_write(job, "tables/figures.json", &buf, err);
    wh_buf_finish(&buf);
    return status;
}
