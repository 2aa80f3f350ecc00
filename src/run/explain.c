/* run/explain.c: what a metric is; what it was worked out from; whether that is what was published.
 */
#include "run/explain.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/report.h"
#include "publish/figures.h"
#include "publish/release.h"
#include "run/session.h"
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

/* ---- the release ---- */

static enum wh_status open_release(struct wh_ctx *ctx, const char *config_path,
                                   struct wh_session *session, const char **ret_folder,
                                   struct wh_error *err)
{
    char current[32] = "";
    enum wh_status status = wh_session_open_config(ctx, config_path, session, err);
    if (status == WH_OK) {
        status = wh_release_current(ctx, session->config.publish.to, current, err);
    }
    if (status == WH_OK && current[0] == '\0') {
        status = wh_fail(err, WH_ERR_INPUT, "nothing is published yet: run `wardheat run %s` first",
                         config_path);
    }
    if (status == WH_OK) {
        *ret_folder =
            wh_arena_printf(&session->arena, "%s/releases/%s", session->config.publish.to, current);
        status = *ret_folder == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    }
    return status;
}

static enum wh_status read_edition(struct wh_ctx *ctx, struct wh_session *session,
                                   const char *folder, bool is_public,
                                   struct wh_stored_figures *ret, struct wh_error *err)
{
    const char *const edition =
        wh_arena_printf(&session->arena, "%s/%s", folder, is_public ? "public" : "officer");
    return edition == NULL ? wh_fail_memory(ctx, err)
                           : wh_stored_figures_read(ctx, edition, ret, err);
}

/* Days to close are in no public table: what follows from them cannot be worked out there. */
static bool can_follow(enum wh_metric metric, bool is_public)
{
    return !is_public || (wh_metric_note(metric)->inputs & (UINT32_C(1) << WH_IN_DAYS)) == 0;
}

static bool is_same(struct wh_buf *scratch, double value, int decimals, const char *stored)
{
    wh_buf_clear(scratch);
    if (!isnan(value)) {
        wh_buf_number(scratch, value, decimals);
    }
    return wh_str_eq_c(wh_buf_view(scratch), stored);
}

/* To the last digit: the cells of figures.csv, written again. */
static bool follows(struct wh_buf *scratch, const struct wh_stored_level *level, size_t row,
                    enum wh_metric metric)
{
    const struct wh_metric_value *const value = &level->metric[row][metric];
    const struct wh_stored_value *const stored = &level->stored[row][metric];
    const int decimals = wh_metric_limit_decimals(metric);
    return stored->value != NULL &&
           is_same(scratch, wh_metric_published(metric, value->value),
                   wh_metric_note(metric)->decimals, stored->value) &&
           is_same(scratch, value->low, decimals, stored->low) &&
           is_same(scratch, value->high, decimals, stored->high) &&
           strcmp(wh_shown_name(value->shown), stored->shown) == 0;
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
            wh_buf_number(buf, value, 9);
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
    if (!can_follow(metric, is_public)) {
        wh_buf_c(buf, "\n  worked out     from days to close, which are for officers only\n\n");
        return wh_buf_ok(buf, err);
    }
    struct wh_buf scratch;
    wh_buf_init(&scratch, ctx);
    const bool is_right = follows(&scratch, level, row, metric);
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

static enum wh_status explain_level(struct wh_ctx *ctx, const struct wh_explain_options *opt,
                                    const struct wh_stored_level *level, size_t row,
                                    struct wh_buf *ret, struct wh_error *err)
{
    const enum wh_metric only =
        opt->metric_id == NULL ? WH_N_METRICS : wh_metric_find(opt->metric_id);
    enum wh_status status = WH_OK;
    wh_buf_printf(ret, "%s in %s (%s, %s), %s to %s, %s edition\n\n", level->theme,
                  level->name[row], level->level, level->code[row], level->period_from,
                  level->period_to, opt->is_public ? "the public" : "the officers'");
    for (unsigned i = 0; status == WH_OK && i < WH_N_METRICS; i++) {
        if (opt->metric_id == NULL || only == (enum wh_metric)i) {
            status = add_metric(ctx, ret, level, row, (enum wh_metric)i, opt->is_public, err);
        }
    }
    return status;
}

static enum wh_status explain_found(struct wh_ctx *ctx, const struct wh_explain_options *opt,
                                    const struct wh_stored_figures *figures, struct wh_buf *ret,
                                    struct wh_error *err)
{
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
            status = explain_level(ctx, opt, level, row, ret, err);
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
    struct wh_session session = {0};
    struct wh_stored_figures figures = {0};
    const char *folder = NULL;
    enum wh_status status = WH_OK;
    if (opt->metric_id != NULL) { /* a slip in it is told before anything is read */
        struct wh_buf ignored;
        wh_buf_init(&ignored, ctx);
        status = wh_explain_metric(opt->metric_id, &ignored, err);
        wh_buf_finish(&ignored);
    }
    if (status == WH_OK) {
        status = open_release(ctx, config_path, &session, &folder, err);
    }
    if (status == WH_OK) {
        status = read_edition(ctx, &session, folder, opt->is_public, &figures, err);
    }
    if (status == WH_OK) {
        status = explain_found(ctx, opt, &figures, ret, err);
    }
    wh_stored_figures_finish(ctx, &figures);
    wh_session_close(ctx, &session);
    return status;
}

/* ---- all of them ---- */

static enum wh_status check_edition(struct wh_ctx *ctx, const struct wh_stored_figures *figures,
                                    bool is_public, struct wh_buf *ret, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    size_t n_numbers = 0, n_hidden = 0;
    struct wh_buf scratch;
    wh_buf_init(&scratch, ctx);
    for (size_t l = 0; l < figures->n; l++) {
        const struct wh_stored_level *const level = &figures->level[l];
        for (size_t row = 0; row < level->n_rows; row++) {
            for (unsigned i = 0; status == WH_OK && i < WH_N_METRICS; i++) {
                const enum wh_metric metric = (enum wh_metric)i;
                if (!can_follow(metric, is_public)) {
                    continue;
                }
                if (!follows(&scratch, level, row, metric)) {
                    status = fail_follow(level, row, metric, err);
                }
                n_numbers += level->metric[row][metric].shown == WH_SHOWN;
                n_hidden += level->metric[row][metric].shown != WH_SHOWN;
            }
        }
    }
    if (status == WH_OK) {
        status = wh_buf_ok(&scratch, err);
    }
    wh_buf_finish(&scratch);
    wh_buf_printf(ret,
                  "%s: %zu numbers follow from their inputs, and %zu reasons why there is none\n",
                  is_public ? "public" : "officers", n_numbers, n_hidden);
    return status;
}

enum wh_status wh_explain_check(struct wh_ctx *ctx, const char *config_path, struct wh_buf *ret,
                                struct wh_error *err)
{
    struct wh_session session = {0};
    const char *folder = NULL;
    enum wh_status status = open_release(ctx, config_path, &session, &folder, err);
    for (int is_public = 0; status == WH_OK && is_public < 2; is_public++) {
        struct wh_stored_figures figures = {0};
        status = read_edition(ctx, &session, folder, is_public == 1, &figures, err);
        if (status == WH_OK) {
            status = check_edition(ctx, &figures, is_public == 1, ret, err);
        }
        wh_stored_figures_finish(ctx, &figures);
    }
    wh_session_close(ctx, &session);
    return status == WH_OK ? wh_buf_ok(ret, err) : status;
}
