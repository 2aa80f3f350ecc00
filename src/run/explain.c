/* run/explain.c: what a metric is; what it was worked out from; whether that is what was published.
 */
#include "run/explain.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "model/report.h"
#include "publish/figures.h"
#include "run/recount.h"
#include "run/stored_figures.h"

/* ---- the dictionary ---- */

static void define(struct wh_buf *buf, const struct wh_metric_note *note)
{
    wh_buf_printf(buf, "%s: %s\n  %s\n", note->id, note->title, note->definition);
    wh_buf_printf(buf, "  formula      %s\n", note->formula);
    wh_buf_printf(buf, "  divided by   %s\n", note->denominator);
    wh_buf_printf(buf, "  unit         %s\n", note->unit[0] == '\0' ? "none" : note->unit);
    if (note->limits != NULL) {
        wh_buf_printf(buf, "  limits       %s\n", note->limits);
    }
    wh_buf_printf(buf, "  source       %s\n", note->source);
}

enum wh_status wh_explain_metric(const char *metric_id, struct wh_buf *ret, struct wh_error *err)
{
    const enum wh_metric metric = wh_metric_find(metric_id);
    char shown[128];
    if (strcmp(metric_id, wh_breakdown_note()->id) == 0) {
        define(ret, wh_breakdown_note());
        return WH_OK;
    }
    if (metric == WH_N_METRICS) {
        struct wh_near_word nearest = {.word = wh_str_c(metric_id), .most = 3};
        for (unsigned i = 0; i < WH_N_METRICS; i++) {
            wh_near_word_offer(&nearest, wh_str_c(wh_metric_note((enum wh_metric)i)->id));
        }
        return wh_fail(err, WH_ERR_USAGE,
                       "no metric has the id \"%s\" (did you mean %s?); metrics.csv of a release "
                       "lists them",
                       wh_log_escape(wh_str_c(metric_id), shown, sizeof shown),
                       nearest.best.ptr == NULL ? "requests" : nearest.best.ptr);
    }
    define(ret, wh_metric_note(metric));
    for (unsigned i = 0; i < WH_N_INPUTS; i++) {
        if ((wh_metric_note(metric)->inputs & (UINT32_C(1) << i)) != 0) {
            const struct wh_input_note *const note = wh_input_note((enum wh_input)i);
            wh_buf_printf(ret, "  %-12s %s\n", note->name, note->meaning);
        }
    }
    return wh_buf_ok(ret, err);
}

static enum wh_status fail_follow(const struct wh_stored_level *level, size_t row,
                                  enum wh_metric metric, struct wh_error *err)
{
    const char *const stored = level->stored[row][metric].words;
    return wh_fail(
        err, WH_ERR_INTERNAL,
        "%s of %s in %s (%s, %s) was published as \"%s\", which does not follow from its "
        "inputs: %.17g",
        wh_metric_note(metric)->id, level->theme, level->name[row], level->level, level->code[row],
        stored == NULL ? "" : stored, level->metric[row][metric].value);
}

/* ---- one area ---- */

static void add_input(struct wh_buf *buf, const struct wh_stored_level *level, size_t row,
                      enum wh_input input)
{
    char words[64];
    const struct wh_tally *const tally = &level->tally[row];
    const struct wh_input_note *const note = wh_input_note(input);
    double events = 0, base = 0;
    if (input == WH_IN_EVERY_AREA) {
        for (size_t i = 0; i + 1 < level->n_rows; i++) {
            events += level->tally[i].base > 0 ? level->tally[i].count[WH_IN_REQUESTS].n : 0;
            base += level->tally[i].base > 0 ? level->tally[i].base : 0;
        }
        wh_buf_printf(buf, "  %-14s %zu areas: %.0f requests shown, base %.9g in all\n", note->name,
                      level->n_rows - 2, events, base);
        return;
    }
    wh_buf_printf(buf, "  %-14s ", note->name);
    if (input < WH_N_COUNTS) {
        const struct wh_count *const count = &tally->count[input];
        wh_buf_c(buf, count->shown == WH_FEW ? "a small number, not shown"
                                             : wh_count_words(count, 0, words, sizeof words));
    } else if (input == WH_IN_DAYS) {
        for (size_t i = 0; i < tally->n_days; i++) {
            wh_buf_printf(buf, "%s%u:%u", i == 0 ? "" : " ", tally->day[i].days, tally->day[i].n);
        }
        wh_buf_c(buf, tally->n_days == 0 ? "none" : "");
    } else {
        const double value = input == WH_IN_COST         ? tally->cost
                             : input == WH_IN_AREA       ? tally->area_km2
                             : input == WH_IN_POPULATION ? tally->population
                                                         : tally->base;
        wh_buf_c(buf, isnan(value) ? "not known" : "");
        if (!isnan(value)) {
            wh_buf_number(buf, value, WH_INPUT_DECIMALS);
        }
        wh_buf_c(buf, input == WH_IN_BASE ? ", counting " : "");
        wh_buf_c(buf, input == WH_IN_BASE ? level->compared_with : "");
    }
    wh_buf_printf(buf, "  (%s)\n", note->meaning);
}

static void add_value(struct wh_buf *buf, const char *value, const char *low, const char *high)
{
    wh_buf_c(buf, value);
    if (low[0] != '\0') {
        wh_buf_printf(buf, " (%s to %s)", low, high);
    }
}

static enum wh_status add_metric(struct wh_ctx *ctx, struct wh_buf *buf,
                                 const struct wh_stored_level *level, size_t row,
                                 enum wh_metric metric, bool is_public, struct wh_error *err)
{
    const struct wh_metric_note *const note = wh_metric_note(metric);
    const struct wh_stored_value *const stored = &level->stored[row][metric];
    if (stored->value == NULL) {
        return wh_fail(err, WH_ERR_INPUT, "figures.csv has no %s of %s", note->id,
                       level->code[row]);
    }
    define(buf, note);
    for (unsigned i = 0; i < WH_N_INPUTS; i++) {
        if ((note->inputs & (UINT32_C(1) << i)) != 0) {
            add_input(buf, level, row, (enum wh_input)i);
        }
    }
    wh_buf_c(buf, "  published      ");
    add_value(buf, stored->words, stored->low, stored->high);
    if (!wh_stored_figure_can_follow(metric, is_public)) {
        wh_buf_c(buf, "\n  worked out     from days to close, which are for officers only\n\n");
        return wh_buf_ok(buf, err);
    }
    struct wh_buf scratch;
    wh_buf_init(&scratch, ctx);
    const bool is_right = wh_stored_figure_follows(&scratch, level, row, metric);
    const enum wh_status status = wh_buf_ok(&scratch, err);
    wh_buf_finish(&scratch);
    if (status != WH_OK || !is_right) {
        return status != WH_OK ? status : fail_follow(level, row, metric, err);
    }
    wh_buf_c(buf, "\n  worked out     ");
    if (level->metric[row][metric].shown == WH_SHOWN) {
        wh_buf_printf(buf, "%.17g: the same\n\n", level->metric[row][metric].value);
    } else {
        wh_buf_printf(buf, "nothing, as %s: the same\n\n", stored->shown);
    }
    return wh_buf_ok(buf, err);
}

static size_t find_row(const struct wh_stored_level *level, const char *code)
{
    size_t row = 0;
    while (row < level->n_rows && strcmp(level->code[row], code) != 0) {
        row++;
    }
    return row;
}

/* ---- counted again ---- */

struct explaining {
    struct wh_ctx *ctx;
    const struct wh_explain_options *opt;
    struct wh_recount recount;
    bool is_counted;         /* again; false: not yet, or the state has gone on */
    struct wh_error why_not; /* of the second */
};

static enum wh_status count_again(struct explaining *explaining, struct wh_error *err)
{
    if (explaining->is_counted || explaining->why_not.status != WH_OK) {
        return WH_OK;
    }
    const enum wh_status status =
        wh_recount_build(explaining->ctx, &explaining->recount, false, NULL, NULL, err);
    explaining->is_counted = status == WH_OK;
    if (status == WH_ERR_INPUT) {
        explaining->why_not = *err;
        return WH_OK;
    }
    return status;
}

static const struct wh_level_figures *find_figures(const struct wh_report *report,
                                                   const struct wh_stored_level *level)
{
    for (size_t t = 0; t < report->n_themes; t++) {
        const struct wh_theme_report *const theme = &report->theme[t];
        for (size_t l = 0; l < theme->n_levels && strcmp(theme->theme->id, level->theme) == 0;
             l++) {
            if (strcmp(theme->level[l].level->id, level->level) == 0) {
                return &theme->level[l];
            }
        }
    }
    return NULL;
}

static bool is_same_day(const struct wh_tally *a, const struct wh_tally *b)
{
    bool is_same = a->n_days == b->n_days;
    for (size_t i = 0; is_same && i < a->n_days; i++) {
        is_same = a->day[i].days == b->day[i].days && a->day[i].n == b->day[i].n;
    }
    return is_same;
}

/* As inputs.csv has it. */
static bool is_same_real(double a, double b)
{
    char first[40], second[40];
    return strcmp(wh_format_decimal(a, WH_INPUT_DECIMALS, first, sizeof first),
                  wh_format_decimal(b, WH_INPUT_DECIMALS, second, sizeof second)) == 0;
}

/* The first stored input that is not what the requests give; WH_N_INPUTS: none. */
static enum wh_input find_other(const struct wh_tally *stored, const struct wh_tally *counted)
{
    for (unsigned i = 0; i < WH_N_COUNTS; i++) {
        if (stored->count[i].n != counted->count[i].n ||
            stored->count[i].shown != counted->count[i].shown) {
            return (enum wh_input)i;
        }
    }
    return !is_same_real(stored->cost, counted->cost)               ? WH_IN_COST
           : !is_same_day(stored, counted)                          ? WH_IN_DAYS
           : !is_same_real(stored->area_km2, counted->area_km2)     ? WH_IN_AREA
           : !is_same_real(stored->population, counted->population) ? WH_IN_POPULATION
           : !is_same_real(stored->base, counted->base)             ? WH_IN_BASE
                                                                    : WH_N_INPUTS;
}

static void add_breakdowns(struct wh_buf *buf, const struct wh_level_figures *figures, size_t row,
                           uint32_t hide_below)
{
    char words[64];
    for (size_t i = 0; i < figures->n_breakdowns; i++) {
        const struct wh_split *const split = &figures->breakdown[i];
        wh_buf_printf(buf, "  by %-11s ", split->id);
        for (size_t v = 0; v < split->n_values; v++) {
            wh_buf_printf(buf, "%s%s: %s", v == 0 ? "" : "; ",
                          split->value[v][0] == '\0' ? "(not said)" : split->value[v],
                          wh_count_words(&split->count[row * split->n_values + v], hide_below,
                                         words, sizeof words));
        }
        wh_buf_c(buf, split->n_values == 0 ? "none\n" : "\n");
    }
}

/* What the requests of the state give for this area, beside what its tables say. */
static enum wh_status add_counted(struct explaining *explaining,
                                  const struct wh_stored_level *level, size_t row,
                                  struct wh_buf *ret, struct wh_error *err)
{
    char why[700];
    if (!explaining->is_counted) {
        wh_buf_printf(ret, "Not counted again: %s\n\n",
                      wh_error_text(&explaining->why_not, why, sizeof why));
        return WH_OK;
    }
    const struct wh_level_figures *const figures =
        find_figures(explaining->recount.edition.body, level);
    if (figures == NULL || WH_N_TALLIES(figures->level->areas->n) != level->n_rows) {
        return wh_fail(err, WH_ERR_INTERNAL,
                       "the state knows no theme %s of level %s with %zu rows", level->theme,
                       level->level, level->n_rows);
    }
    const enum wh_input other = find_other(&level->tally[row], &figures->tally[row]);
    if (other != WH_N_INPUTS) {
        return wh_fail(err, WH_ERR_INTERNAL,
                       "%s of %s in %s (%s, %s): inputs.csv has another number than the requests "
                       "of the state give",
                       wh_input_note(other)->name, level->theme, level->name[row], level->level,
                       level->code[row]);
    }
    wh_buf_c(ret, "Every input below was counted again from the requests that the state holds, and "
                  "is the same.\n\n");
    if (explaining->opt->metric_id == NULL ||
        strcmp(explaining->opt->metric_id, wh_breakdown_note()->id) == 0) {
        define(ret, wh_breakdown_note());
        add_breakdowns(ret, figures, row, explaining->recount.edition.body->hide_below);
        wh_buf_char(ret, '\n');
    }
    return WH_OK;
}

static enum wh_status explain_level(struct explaining *explaining,
                                    const struct wh_stored_level *level, size_t row,
                                    struct wh_buf *ret, struct wh_error *err)
{
    const struct wh_explain_options *const opt = explaining->opt;
    const enum wh_metric only =
        opt->metric_id == NULL ? WH_N_METRICS : wh_metric_find(opt->metric_id);
    wh_buf_printf(ret, "%s in %s (%s, %s), %s to %s, %s edition\n", level->theme, level->name[row],
                  level->level, level->code[row], level->period_from, level->period_to,
                  opt->is_public ? "the public" : "the officers'");
    enum wh_status status = count_again(explaining, err);
    if (status == WH_OK) {
        status = add_counted(explaining, level, row, ret, err);
    }
    for (unsigned i = 0; status == WH_OK && i < WH_N_METRICS; i++) {
        if (opt->metric_id == NULL || only == (enum wh_metric)i) {
            status = add_metric(explaining->ctx, ret, level, row, (enum wh_metric)i, opt->is_public,
                                err);
        }
    }
    return status;
}

static enum wh_status explain_found(struct explaining *explaining,
                                    const struct wh_stored_figures *figures, struct wh_buf *ret,
                                    struct wh_error *err)
{
    const struct wh_explain_options *const opt = explaining->opt;
    const char *const wanted = opt->level_id == NULL ? "wards" : opt->level_id;
    const char *why = "level";
    enum wh_status status = WH_OK;
    size_t n_found = 0;
    char shown[128];
    for (size_t i = 0; status == WH_OK && i < figures->n; i++) {
        const struct wh_stored_level *const level = &figures->level[i];
        if (strcmp(level->level, wanted) != 0) {
            continue;
        }
        why = "area of this level";
        const size_t row = find_row(level, opt->area_code);
        if (row == level->n_rows) {
            continue;
        }
        why = "theme";
        if (opt->theme_id == NULL || strcmp(opt->theme_id, level->theme) == 0) {
            n_found++;
            status = explain_level(explaining, level, row, ret, err);
        }
    }
    const char *const said = strcmp(why, "level") == 0   ? wanted
                             : strcmp(why, "theme") == 0 ? opt->theme_id
                                                         : opt->area_code;
    return status == WH_OK && n_found == 0
               ? wh_fail(err, WH_ERR_USAGE, "the release has no %s \"%s\"", why,
                         wh_log_escape(wh_str_c(said), shown, sizeof shown))
               : status;
}

enum wh_status wh_explain_area(struct wh_ctx *ctx, const char *config_path,
                               const struct wh_explain_options *opt, struct wh_buf *ret,
                               struct wh_error *err)
{
    struct explaining explaining = {.ctx = ctx, .opt = opt};
    struct wh_stored_figures figures = {0};
    enum wh_status status = WH_OK;
    if (opt->metric_id != NULL) { /* a slip in it is told before anything is read */
        struct wh_buf ignored;
        wh_buf_init(&ignored, ctx);
        status = wh_explain_metric(opt->metric_id, &ignored, err);
        wh_buf_finish(&ignored);
    }
    if (status == WH_OK) {
        status = wh_recount_open(ctx, config_path, opt->is_public, &explaining.recount, err);
    }
    if (status == WH_OK) {
        status = wh_stored_figures_read(ctx, explaining.recount.folder, &figures, err);
    }
    if (status == WH_OK) {
        status = explain_found(&explaining, &figures, ret, err);
    }
    wh_stored_figures_finish(ctx, &figures);
    wh_recount_close(ctx, &explaining.recount);
    return status;
}
