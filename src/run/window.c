/* run/window.c: periods that are long enough for wards to have numbers worth showing. */
#include "run/window.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/number.h"
#include "base/time.h"
#include "model/requests.h"
#include "run/choices.h"
#include "run/reporting.h"
#include "run/scope.h"

static const uint32_t LENGTH_DAYS[] = {90, 180, 365, 730};
#define N_LENGTHS (sizeof LENGTH_DAYS / sizeof *LENGTH_DAYS)

struct choice {
    uint32_t days;
    bool is_enough; /* half of the wards have numbers worth showing */
};

/* Has half of the wards at least `hide_below` of the theme's requests in the period? */
static enum wh_status is_enough(struct wh_ctx *ctx, const struct wh_session *session,
                                const struct wh_theme *filter, const struct wh_period *period,
                                bool *ret, struct wh_error *err)
{
    const uint32_t n_wards = session->wards.n;
    struct wh_points points = {0};
    int32_t *ward = NULL;
    uint32_t *const count = wh_alloc_array(ctx, n_wards, sizeof *count);
    uint32_t n_shown = 0;
    const enum wh_status status = count == NULL
                                      ? wh_fail_memory(ctx, err)
                                      : wh_theme_points(ctx, filter, &session->unplaced.requests,
                                                        period, &points, &ward, err);
    for (size_t i = 0; i < points.n; i++) {
        if (ward[i] >= 0) {
            n_shown += ++count[ward[i]] == session->config.privacy.hide_below;
        }
    }
    *ret = 2 * n_shown >= n_wards || session->config.privacy.hide_below == 0;
    wh_points_finish(ctx, &points);
    wh_free(ctx, ward);
    wh_free(ctx, count);
    return status;
}

static enum wh_status find_shortest(struct wh_ctx *ctx, struct wh_session *session,
                                    const struct wh_theme *theme, struct choice *ret,
                                    struct wh_error *err)
{
    const int64_t end_day =
        wh_public_end_day(session->config.publish.public_every, wh_ctx_as_of_day(ctx));
    struct wh_scope scope;
    enum wh_status status = wh_scope_find(ctx, session, theme, true, &session->arena, &scope, err);
    *ret = (struct choice){.days = LENGTH_DAYS[0]};
    for (size_t i = 0; status == WH_OK && !ret->is_enough && i < N_LENGTHS; i++) {
        const struct wh_period period = wh_period_before(session->zone, end_day, LENGTH_DAYS[i]);
        if (i > 0 && !wh_period_is_whole(&period, scope.begin_utc)) {
            break;
        }
        ret->days = LENGTH_DAYS[i];
        status = is_enough(ctx, session, &scope.filter, &period, &ret->is_enough, err);
    }
    return status;
}

/* "365 at least half of the wards have 5 requests or more; chosen on 2026-11-03". It says not how
 * many wards: that would help to work out those that are hidden. */
static enum wh_status describe(struct wh_ctx *ctx, struct wh_session *session,
                               const struct choice *choice, bool is_final, const char **ret,
                               struct wh_error *err)
{
    char day[16], when[48] = "until records cover more";
    if (is_final) {
        (void)snprintf(when, sizeof when, "chosen on %s",
                       wh_format_day(wh_ctx_as_of_day(ctx), day, sizeof day));
    }
    *ret = wh_arena_printf(&session->arena, "%u %s half of the wards have %u requests or more; %s",
                           choice->days, choice->is_enough ? "at least" : "the longest, but under",
                           session->config.privacy.hide_below, when);
    return *ret == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

/* Frozen unless longer records may change it. */
static enum wh_status choose_now(struct wh_ctx *ctx, struct wh_session *session, const char *what,
                                 const struct wh_theme *theme, const char **ret,
                                 struct wh_error *err)
{
    struct choice choice;
    enum wh_status status = find_shortest(ctx, session, theme, &choice, err);
    const bool is_final = choice.is_enough || choice.days == LENGTH_DAYS[N_LENGTHS - 1];
    if (status == WH_OK) {
        status = describe(ctx, session, &choice, is_final, ret, err);
    }
    if (status == WH_OK && is_final) {
        struct wh_buf value;
        wh_buf_init(&value, ctx);
        wh_buf_c(&value, *ret);
        status = wh_frozen_set(ctx, session, what, theme->id, &value, err);
        wh_buf_finish(&value);
    }
    return status;
}

/* "365 why" */
static enum wh_status parse(const char *frozen, struct wh_theme *theme, struct wh_error *err)
{
    const struct wh_str text = wh_str_c(frozen);
    const size_t blank = wh_str_find(text, ' ');
    int64_t days = 0;
    if (!wh_parse_int(wh_str_slice(text, 0, blank), &days) || blank >= text.len || days < 1 ||
        days > LENGTH_DAYS[N_LENGTHS - 1]) {
        return wh_fail(err, WH_ERR_INPUT, "the state holds no window for theme %s but \"%s\"",
                       theme->id, frozen);
    }
    theme->window_days = (uint32_t)days;
    theme->window_is_lengthened = theme->window_days > LENGTH_DAYS[0];
    theme->window_why = frozen + blank + 1;
    return WH_OK;
}

static enum wh_status choose(struct wh_ctx *ctx, struct wh_session *session, struct wh_theme *theme,
                             struct wh_error *err)
{
    /* Another limit is another choice. */
    char what[32];
    (void)snprintf(what, sizeof what, "window-%u", session->config.privacy.hide_below);
    const char *chosen = NULL;
    enum wh_status status = wh_frozen_get(ctx, session, what, theme->id, &chosen, err);
    if (status == WH_OK && chosen == NULL) {
        status = choose_now(ctx, session, what, theme, &chosen, err);
    }
    return status != WH_OK ? status : parse(chosen, theme, err);
}

enum wh_status wh_choose_windows(struct wh_ctx *ctx, struct wh_session *session,
                                 struct wh_error *err)
{
    struct wh_config *const config = &session->config;
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < config->n_themes; i++) {
        if (config->theme[i].window_is_auto) {
            status = choose(ctx, session, &config->theme[i], err);
        }
    }
    wh_config_join_themes(config);
    return status;
}
