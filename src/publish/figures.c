/* publish/figures.c: tables of metrics by area. */
#include "publish/figures.h"

#include <math.h>
#include <stdio.h>

#include "publish/fields.h"

const char *wh_area_code(const struct wh_level *level, size_t area)
{
    return area == WH_ALL(level->areas->n)         ? "(all)"
           : area == WH_ELSEWHERE(level->areas->n) ? "(elsewhere)"
                                                   : level->areas->code[area];
}

const char *wh_area_name(const struct wh_level *level, size_t area)
{
    return area == WH_ALL(level->areas->n)         ? "All areas"
           : area == WH_ELSEWHERE(level->areas->n) ? "In none of these areas"
                                                   : level->areas->name[area];
}

const char *wh_shown_name(unsigned shown)
{
    static const char *const name[] = {"shown", "few", "withheld", "not-known", "undefined"};
    return name[shown];
}

/* ---- wide ---- */

struct wide {
    struct wh_row *row;
    struct wh_emitter *emit;
    const char *prefix;
    const struct wh_metric_value *metric;
    uint32_t hide_below;
};

static double part_of(const struct wide *wide, enum wh_metric metric, int part, int *ret_decimals)
{
    const struct wh_metric_value *const value = &wide->metric[metric];
    *ret_decimals = part == 0 ? wh_metric_note(metric)->decimals : wh_metric_limit_decimals(metric);
    return part == 0   ? wh_metric_published(metric, value->value)
           : part == 1 ? value->low
                       : value->high;
}

static void add_cell(void *user, enum wh_metric metric, int part)
{
    struct wide *const wide = user;
    char words[96];
    int decimals = 0;
    const double value = part_of(wide, metric, part, &decimals);
    const unsigned shown = wide->metric[metric].shown;
    if (part == 0 && shown != WH_SHOWN && shown != WH_UNDEFINED) {
        wh_row_text(wide->row, wh_metric_words(metric, &wide->metric[metric], wide->hide_below,
                                               words, sizeof words));
    } else {
        wh_row_real(wide->row, value, decimals);
    }
}

void wh_figures_row(struct wh_row *row, const struct wh_metric_value metric[WH_N_METRICS],
                    uint32_t hide_below)
{
    struct wide wide = {.row = row, .metric = metric, .hide_below = hide_below};
    wh_metric_columns(add_cell, &wide);
}

static void add_property(void *user, enum wh_metric metric, int part)
{
    struct wide *const wide = user;
    char column[64], key[160];
    int decimals = 0;
    const double value = part_of(wide, metric, part, &decimals);
    snprintf(key, sizeof key, "%s%s", wide->prefix,
             wh_metric_column_name(metric, part, column, sizeof column));
    if (isfinite(value) && decimals == 0) {
        wh_emit_int(wide->emit, key, llround(value));
    } else {
        wh_emit_real(wide->emit, key, value, decimals);
    }
}

void wh_figures_emit(struct wh_emitter *emit, const char *prefix,
                     const struct wh_metric_value metric[WH_N_METRICS])
{
    struct wide wide = {.emit = emit, .prefix = prefix, .metric = metric};
    wh_metric_columns(add_property, &wide);
}

/* ---- rows ---- */

/* What a row is of. */
struct place {
    const struct wh_report *report;
    const struct wh_theme_report *theme;
    const struct wh_level_figures *figures;
    size_t area;
};

static void begin_row(struct wh_row *row, const struct place *place)
{
    wh_row_text(row, place->theme->theme->id);
    wh_row_text(row, place->figures->level->id);
    wh_row_text(row, wh_area_code(place->figures->level, place->area));
    wh_row_text(row, wh_area_name(place->figures->level, place->area));
}

static void add_period(struct wh_row *row, const struct place *place)
{
    wh_row_day(row, place->theme->period.from_day);
    wh_row_day(row, place->theme->period.to_day - 1); /* the last whole day */
}

static void add_wide(struct wh_row *row, const struct place *place)
{
    static const enum wh_metric older[] = {WH_METRIC_REQUESTS, WH_METRIC_PREVIOUS, WH_METRIC_CHANGE,
                                           WH_METRIC_PER_KM2, WH_METRIC_PER_1000};
    const struct wh_metric_value *const metric = place->figures->metric[place->area];
    struct wide wide = {.row = row, .metric = metric, .hide_below = place->report->hide_below};
    begin_row(row, place);
    add_period(row, place);
    for (size_t i = 0; i < sizeof older / sizeof *older; i++) {
        add_cell(&wide, older[i], 0);
    }
    wh_figures_row(row, metric, place->report->hide_below);
    wh_row_end(row);
}

static void add_tidy(struct wh_row *row, const struct place *place)
{
    char words[96];
    for (unsigned i = 0; i < WH_N_METRICS; i++) {
        const enum wh_metric metric = (enum wh_metric)i;
        const struct wh_metric_value *const value = &place->figures->metric[place->area][i];
        const int decimals = wh_metric_limit_decimals(metric);
        begin_row(row, place);
        add_period(row, place);
        wh_row_text(row, wh_metric_note(metric)->id);
        wh_row_real(row, wh_metric_published(metric, value->value),
                    wh_metric_note(metric)->decimals);
        wh_row_real(row, value->low, decimals);
        wh_row_real(row, value->high, decimals);
        wh_row_text(row, wh_shown_name(value->shown));
        wh_row_text(row,
                    wh_metric_words(metric, value, place->report->hide_below, words, sizeof words));
        wh_row_end(row);
    }
}

static void add_count(struct wh_row *row, const struct wh_count *count, uint32_t hide_below)
{
    char words[64];
    if (count->shown == WH_SHOWN) {
        wh_row_uint(row, count->n);
    } else {
        wh_row_text(row, wh_count_words(count, hide_below, words, sizeof words));
    }
}

static void add_breakdowns(struct wh_row *row, const struct place *place)
{
    for (size_t i = 0; i < place->figures->n_breakdowns; i++) {
        const struct wh_split *const breakdown = &place->figures->breakdown[i];
        for (size_t v = 0; v < breakdown->n_values; v++) {
            begin_row(row, place);
            add_period(row, place);
            wh_row_text(row, breakdown->id);
            wh_row_text(row, breakdown->value[v]);
            add_count(row, &breakdown->count[place->area * breakdown->n_values + v],
                      place->report->hide_below);
            wh_row_end(row);
        }
    }
}

/* "0:12 1:30 4:2": days and how many requests took them. */
static void add_days(struct wh_row *row, const struct wh_tally *tally)
{
    wh_row_cell(row);
    for (size_t i = 0; i < tally->n_days; i++) {
        wh_buf_printf(row->buf, "%s%u:%u", i == 0 ? "" : " ", tally->day[i].days, tally->day[i].n);
    }
}

static void add_inputs(struct wh_row *row, const struct place *place)
{
    const struct wh_tally *const tally = &place->figures->tally[place->area];
    begin_row(row, place);
    add_period(row, place);
    wh_row_text(row, wh_base_name(place->figures->base));
    for (unsigned i = 0; i < WH_N_COUNTS; i++) {
        add_count(row, &tally->count[i], place->report->hide_below);
    }
    wh_row_real(row, tally->cost, WH_INPUT_DECIMALS);
    add_days(row, tally);
    wh_row_real(row, tally->area_km2, WH_INPUT_DECIMALS);
    wh_row_real(row, tally->population, WH_INPUT_DECIMALS);
    wh_row_real(row, tally->base, WH_INPUT_DECIMALS);
    wh_row_end(row);
}

/* ---- files ---- */

typedef void add_rows_fn(struct wh_row *row, const struct place *place);

static void add_column(void *user, const struct wh_out_field *field)
{
    wh_row_text(user, field->name);
}

static enum wh_status write_table(const struct wh_job *job, enum wh_out_file file, add_rows_fn *fn,
                                  struct wh_error *err)
{
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    struct wh_row row = {.buf = &buf};
    wh_fields_each(job->report, file, add_column, &row);
    wh_row_end(&row);
    for (size_t t = 0; t < job->report->n_themes; t++) {
        const struct wh_theme_report *const theme = &job->report->theme[t];
        for (size_t l = 0; l < theme->n_levels; l++) {
            struct place place = {job->report, theme, &theme->level[l], 0};
            for (; place.area < WH_N_TALLIES(place.figures->level->areas->n); place.area++) {
                fn(&row, &place);
            }
        }
    }
    const enum wh_status status = wh_job_write(job, wh_out_file_name(file), &buf, err);
    wh_buf_finish(&buf);
    return status;
}

static void add_definition(struct wh_row *row, const struct wh_metric_note *note)
{
    wh_row_text(row, note->id);
    wh_row_text(row, note->title);
    wh_row_text(row, note->unit);
    wh_row_text(row, note->formula);
    wh_row_text(row, note->denominator);
    wh_row_text(row, note->definition);
    wh_row_text(row, note->limits == NULL ? "" : note->limits);
    wh_row_text(row, note->undefined == NULL ? "" : note->undefined);
    wh_row_text(row, note->source);
    wh_row_uint(row, (uint64_t)note->decimals);
    wh_row_end(row);
}

static enum wh_status write_dictionary(const struct wh_job *job, struct wh_error *err)
{
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    struct wh_row row = {.buf = &buf};
    wh_buf_c(&buf, "metric,title,unit,formula,denominator,definition,limits,undefined,source,"
                   "decimals\r\n");
    for (unsigned i = 0; i < WH_N_METRICS; i++) {
        add_definition(&row, wh_metric_note((enum wh_metric)i));
    }
    add_definition(&row, wh_breakdown_note());
    const enum wh_status status = wh_job_write(job, "metrics.csv", &buf, err);
    wh_buf_finish(&buf);
    return status;
}

enum wh_status wh_figures_write(const struct wh_job *job, struct wh_error *err)
{
    static const struct {
        enum wh_out_file file;
        add_rows_fn *fn;
    } table[] = {{WH_OUT_AREAS_CSV, add_wide},
                 {WH_OUT_FIGURES_CSV, add_tidy},
                 {WH_OUT_BREAKDOWNS_CSV, add_breakdowns},
                 {WH_OUT_INPUTS_CSV, add_inputs}};
    enum wh_status status = WH_OK;
    if (!wh_has_metrics(job->report)) {
        return WH_OK;
    }
    status = write_dictionary(job, err);
    for (size_t i = 0; status == WH_OK && i < sizeof table / sizeof *table; i++) {
        status = write_table(job, table[i].file, table[i].fn, err);
    }
    return status == WH_OK ? wh_figures_write_json(job, err) : status;
}
