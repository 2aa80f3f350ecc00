/* run/past.c: which periods are complete, and what they say. */
#include "run/past.h"

#include "model/requests.h"
#include "run/reporting.h"

#define MOST_PERIODS 24u
#define PERIODS_A_WINDOW 3u
#define SHORT_WINDOW_DAYS 60u

/* Starts of the periods, oldest first, then the end; returns how many periods. */
static uint32_t list_periods(const struct wh_session *session, int64_t begin_utc,
                             const struct wh_period *window, uint32_t days,
                             int64_t ret_utc[MOST_PERIODS + 1])
{
    struct wh_period period[MOST_PERIODS];
    uint32_t n = 0;
    int64_t end_day = window->to_day;
    for (; n < MOST_PERIODS; n++) {
        period[n] = wh_period_before(session->zone, end_day, days);
        if (!wh_period_is_whole(&period[n], begin_utc)) {
            break;
        }
        end_day = period[n].from_day;
    }
    for (uint32_t i = 0; i < n; i++) {
        ret_utc[i] = period[n - 1 - i].from_utc;
    }
    ret_utc[n] = window->to_utc;
    return n;
}

enum wh_status wh_past_look(struct wh_ctx *ctx, const struct wh_session *session,
                            const struct wh_scope *scope, const struct wh_comparison *comparison,
                            const struct wh_mask *mask, const struct wh_theme_report *theme,
                            struct wh_patterns *ret, struct wh_error *err)
{
    const uint32_t window_days = theme->theme->window_days;
    const uint32_t n_window = window_days < SHORT_WINDOW_DAYS ? 1 : PERIODS_A_WINDOW;
    int64_t period_utc[MOST_PERIODS + 1];
    const uint32_t n =
        list_periods(session, scope->begin_utc, &theme->period, window_days / n_window, period_utc);
    struct wh_period all = theme->period;
    struct wh_points points = {0};
    all.from_utc = period_utc[0];
    enum wh_status status =
        wh_theme_points(ctx, &scope->filter, &session->unplaced.requests, &all, &points, NULL, err);
    const struct wh_pattern_input input = {.points = &points,
                                           .n_periods = n,
                                           .period_utc = period_utc,
                                           .n_window = n_window,
                                           .base = comparison->base,
                                           .mask = mask,
                                           .area = &session->area,
                                           .density = {.kernel = session->config.density.kernel,
                                                       .edge = session->config.density.edge,
                                                       .bandwidth_m = theme->bandwidth_m,
                                                       .widen_by_precision = true}};
    const struct wh_pattern_options opt = {.alpha = session->config.hotspots.false_discovery,
                                           .area_share = 0.05,
                                           .n_replicates = 999,
                                           .most_in_knox = 5000,
                                           .most_in_scan = 400};
    if (status == WH_OK) {
        status = wh_patterns(ctx, &input, &opt, ret, err);
    }
    wh_points_finish(ctx, &points);
    return status;
}
