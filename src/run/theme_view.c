/* run/theme_view.c: one theme's points of its period, and its bandwidth, from the state. */
#include "run/theme_view.h"

#include "base/ctx.h"
#include "base/error.h"
#include "model/report.h"
#include "model/requests.h"
#include "run/bandwidth.h"
#include "run/edition.h"
#include "run/scope.h"

/* The width of the theme's maps: frozen, or chosen as a run would. */
static enum wh_status choose_bandwidth(struct wh_ctx *ctx, struct wh_theme_view *view,
                                       const struct wh_scope *scope, struct wh_error *err)
{
    struct wh_mask mask = {0};
    enum wh_status status = wh_study_mask(ctx, &view->session, &mask, err);
    const struct wh_theme_past past = {.theme = view->theme,
                                       .filter = &scope->filter,
                                       .period = &view->period,
                                       .points = &view->points,
                                       .mask = &mask,
                                       .begin_utc = scope->begin_utc};
    if (status == WH_OK) {
        status = wh_choose_bandwidth(ctx, &view->session, &past, &view->bandwidth_m,
                                     &view->bandwidth_why, err);
    }
    wh_mask_finish(ctx, &mask);
    return status;
}

/* As a run does before it draws: a postcode's requests over its addresses. */
static enum wh_status spread_points(struct wh_ctx *ctx, struct wh_theme_view *view,
                                    struct wh_error *err)
{
    struct wh_points mass = {0};
    const enum wh_status status =
        wh_points_spread(ctx, &view->session.unplaced.requests, &view->points, &mass, err);
    if (status == WH_OK) {
        wh_points_finish(ctx, &view->points);
        view->points = mass;
    }
    return status;
}

static enum wh_status take_points(struct wh_ctx *ctx, struct wh_theme_view *view,
                                  bool has_bandwidth, struct wh_error *err)
{
    struct wh_session *session = &view->session;
    struct wh_scope scope;
    view->period = wh_period_before(session->zone, wh_ctx_as_of_day(ctx), view->theme->window_days);
    enum wh_status status =
        wh_scope_find(ctx, session, view->theme, false, &session->arena, &scope, err);
    if (status == WH_OK) {
        status = wh_theme_points(ctx, &scope.filter, &session->unplaced.requests, &view->period,
                                 &view->points, NULL, err);
    }
    if (status == WH_OK && view->points.n == 0) {
        char words[64];
        return wh_fail(err, WH_ERR_INPUT,
                       "the theme %s has no placed request of %s: give another --as-of",
                       view->theme->id, wh_period_words(&view->period, words, sizeof words));
    }
    if (status == WH_OK && !has_bandwidth) {
        status = choose_bandwidth(ctx, view, &scope, err);
    }
    return status != WH_OK ? status : spread_points(ctx, view, err);
}

enum wh_status wh_theme_view_open(struct wh_ctx *ctx, const char *config_path,
                                  const struct wh_theme_view_options *opt,
                                  struct wh_theme_view *ret, struct wh_error *err)
{
    struct wh_session *session = &ret->session;
    int32_t theme = -1;
    *ret = (struct wh_theme_view){0};
    enum wh_status status =
        wh_session_reopen(ctx, config_path, opt->has_as_of, opt->as_of_day, session, err);
    if (status == WH_OK) {
        const bool is_only = opt->theme_id == NULL && session->config.n_themes == 1;
        status = wh_session_find_theme(
            session, is_only ? session->config.theme[0].id : opt->theme_id, &theme, err);
    }
    if (status == WH_OK && theme < 0) {
        status = wh_fail(err, WH_ERR_USAGE,
                         "the config has several themes: name one with --theme, as in --theme %s",
                         session->config.theme[0].id);
    }
    if (status != WH_OK) {
        return status;
    }
    ret->theme = &session->config.theme[theme];
    return take_points(ctx, ret, opt->has_bandwidth, err);
}

void wh_theme_view_close(struct wh_ctx *ctx, struct wh_theme_view *view)
{
    wh_points_finish(ctx, &view->points);
    wh_session_close(ctx, &view->session);
    *view = (struct wh_theme_view){0};
}
