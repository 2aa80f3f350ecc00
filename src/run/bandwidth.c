/* run/bandwidth.c: a theme's bandwidth from its own past. */
#include "run/bandwidth.h"

#include <math.h>
#include <stdio.h>
#include <wardheat/bandwidth.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/number.h"
#include "base/time.h"
#include "model/requests.h"
#include "run/choices.h"
#include "run/reporting.h"

#define MOST_PERIODS 5u

/* The map's period and those before it, the oldest first. */
struct past {
    size_t n;
    struct wh_points points[MOST_PERIODS];
    struct wh_bandwidth_fold fold[MOST_PERIODS];
};

static void past_finish(struct wh_ctx *ctx, struct past *past)
{
    for (size_t i = 0; i < past->n; i++) {
        wh_points_finish(ctx, &past->points[i]);
    }
}

/* Periods whose records are whole. */
static enum wh_status cut_past(struct wh_ctx *ctx, const struct wh_session *session,
                               const struct wh_theme_past *of, struct past *ret,
                               struct wh_error *err)
{
    struct wh_period period[MOST_PERIODS];
    const uint32_t days = (uint32_t)(of->period->to_day - of->period->from_day);
    enum wh_status status = WH_OK;
    size_t n = 1;
    period[0] = *of->period;
    for (; n < MOST_PERIODS; n++) {
        period[n] = wh_period_before(session->zone, period[n - 1].from_day, days);
        if (!wh_period_is_whole(&period[n], of->begin_utc)) {
            break;
        }
    }
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        status = wh_theme_points(ctx, of->filter, &session->unplaced.requests, &period[n - 1 - i],
                                 &ret->points[i], NULL, err);
        ret->n += status == WH_OK;
    }
    for (size_t i = 0; i + 1 < ret->n; i++) {
        ret->fold[i] = (struct wh_bandwidth_fold){&ret->points[i], &ret->points[i + 1]};
    }
    return status;
}

static enum wh_status select_bandwidth(struct wh_ctx *ctx, const struct wh_session *session,
                                       const struct wh_theme_past *of,
                                       struct wh_bandwidth_choice *ret, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    struct past past = {0};
    struct wh_bandwidth_options opt = {.kernel = config->density.kernel, .window = of->mask};
    enum wh_status status = cut_past(ctx, session, of, &past, err);
    opt.fold = past.fold;
    opt.n_folds = past.n > 0 ? past.n - 1 : 0;
    struct wh_bandwidth_choice choice = {0};
    const enum wh_selector wished = config->density.selector;
    const bool can_ask =
        config->density.has_selector &&
        (opt.n_folds > 0 || (wished != WH_SELECT_NEXT_LIKELIHOOD && wished != WH_SELECT_NEXT_PAI));
    if (status == WH_OK && can_ask) {
        status = wh_bandwidth_select(ctx, of->points, wished, &opt, &choice, err);
    }
    if (status == WH_OK && !choice.is_found) {
        status = wh_bandwidth_recommend(ctx, of->points, &opt, &choice, err);
    }
    past_finish(ctx, &past);
    if (status == WH_OK) {
        *ret = choice;
    }
    return status;
}

/* "390 what best foretells the next 90 days, chosen on 2026-11-03". */
static void describe(struct wh_ctx *ctx, const struct wh_config *config,
                     const struct wh_bandwidth_choice *choice, struct wh_buf *ret)
{
    char day[16];
    const double own_m = wh_bandwidth_round(choice->bandwidth_m, config->density.cell_m);
    const double held_m =
        wh_bandwidth_for_map(choice, config->density.kernel, config->density.cell_m);
    wh_buf_printf(ret, "%.0f %s", held_m, wh_selector_title(choice->selector));
    if (held_m < own_m || held_m > own_m) {
        wh_buf_printf(ret, " is %.0f m, %s", own_m,
                      held_m > own_m ? "too narrow to publish" : "too wide for a ward");
    }
    wh_buf_printf(ret, "; chosen on %s", wh_format_day(wh_ctx_as_of_day(ctx), day, sizeof day));
}

/* A rule of thumb that nobody asked for: there are too few requests for more. */
static bool is_makeshift(const struct wh_config *config, const struct wh_bandwidth_choice *choice)
{
    const bool is_rule =
        choice->selector == WH_SELECT_SCOTT || choice->selector == WH_SELECT_SILVERMAN;
    return is_rule &&
           !(config->density.has_selector && config->density.selector == choice->selector);
}

/* A choice that rests on data is frozen; *ret stays NULL where it does not. */
static enum wh_status choose_now(struct wh_ctx *ctx, struct wh_session *session, const char *what,
                                 const struct wh_theme_past *of, const char **ret,
                                 struct wh_error *err)
{
    struct wh_bandwidth_choice choice;
    struct wh_buf value;
    enum wh_status status = select_bandwidth(ctx, session, of, &choice, err);
    if (status != WH_OK || !choice.is_found || is_makeshift(&session->config, &choice)) {
        return status;
    }
    wh_buf_init(&value, ctx);
    describe(ctx, &session->config, &choice, &value);
    status = wh_frozen_set(ctx, session, what, of->theme->id, &value, err);
    if (status == WH_OK) {
        *ret = wh_arena_c(&session->arena, wh_buf_view(&value));
        status = *ret == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    }
    wh_buf_finish(&value);
    return status;
}

/* "390 why" */
static enum wh_status parse(const char *frozen, const char *theme_id, double *ret_m,
                            const char **ret_why, struct wh_error *err)
{
    const struct wh_str text = wh_str_c(frozen);
    const size_t blank = wh_str_find(text, ' ');
    if (!wh_parse_double(wh_str_slice(text, 0, blank), ret_m) || blank >= text.len) {
        return wh_fail(err, WH_ERR_INPUT, "the state holds no bandwidth for theme %s but \"%s\"",
                       theme_id, frozen);
    }
    *ret_why = frozen + blank + 1;
    return WH_OK;
}

enum wh_status wh_choose_bandwidth(struct wh_ctx *ctx, struct wh_session *session,
                                   const struct wh_theme_past *past, double *ret_m,
                                   const char **ret_why, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    if (!config->density.bandwidth_is_auto) {
        *ret_m = config->density.bandwidth_m;
        *ret_why = "set in the config";
        return WH_OK;
    }
    /* Another kernel, or another method, is another choice. */
    char what[64];
    (void)snprintf(what, sizeof what, "bandwidth-%s-%s", wh_kernel_name(config->density.kernel),
                   config->density.has_selector ? wh_selector_name(config->density.selector)
                                                : "auto");
    const char *frozen = NULL;
    enum wh_status status = wh_frozen_get(ctx, session, what, past->theme->id, &frozen, err);
    if (status == WH_OK && frozen == NULL) {
        status = choose_now(ctx, session, what, past, &frozen, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (frozen == NULL) {
        const struct wh_bandwidth_choice none = {0};
        *ret_m = wh_bandwidth_for_map(&none, config->density.kernel, config->density.cell_m);
        *ret_why = "until there are enough requests to choose by";
        return WH_OK;
    }
    return parse(frozen, past->theme->id, ret_m, ret_why, err);
}
