/* run/choices.c: bandwidths and class breaks, chosen once and kept in the state. */
#include "run/choices.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/number.h"
#include "base/time.h"

#define N_CLASSES 5u
/* Bandwidths that a street is recognised in; Scott's rule alone spreads a clustered town over its
 * fields. */
#define AUTO_BANDWIDTH_MIN_M 150.0
#define AUTO_BANDWIDTH_MAX_M 600.0

static const char *key_of(struct wh_session *session, const char *what, const char *theme_id)
{
    return wh_arena_printf(&session->arena, "%s.%s", what, theme_id);
}

/* Reads a frozen number; false when it is not there. */
static enum wh_status get_frozen(struct wh_ctx *ctx, struct wh_session *session, const char *what,
                                 const char *theme_id, const char **ret, struct wh_error *err)
{
    const char *key = key_of(session, what, theme_id);
    return key == NULL ? wh_fail_memory(ctx, err)
                       : wh_store_get(session->store, key, &session->arena, ret, err);
}

static enum wh_status set_frozen(struct wh_ctx *ctx, struct wh_session *session, const char *what,
                                 const char *theme_id, const struct wh_buf *value,
                                 struct wh_error *err)
{
    const char *key = key_of(session, what, theme_id);
    if (key == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const enum wh_status status = wh_buf_ok(value, err);
    return status != WH_OK ? status : wh_store_set(session->store, key, value->ptr, err);
}

/* The theme's bandwidth: the config's, the frozen one, or chosen now from these points and frozen.
 */
enum wh_status wh_choose_bandwidth(struct wh_ctx *ctx, struct wh_session *session,
                                   const struct wh_theme *theme, const struct wh_points *points,
                                   double *ret_m, const char **ret_why, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    if (!config->density.bandwidth_is_auto) {
        *ret_m = config->density.bandwidth_m;
        *ret_why = "set in the config";
        return WH_OK;
    }
    const char *frozen = NULL;
    enum wh_status status = get_frozen(ctx, session, "bandwidth", theme->id, &frozen, err);
    if (status != WH_OK) {
        return status;
    }
    if (frozen == NULL) {
        char day[16];
        struct wh_buf value;
        const double scott = wh_bandwidth_scott(points, config->density.kernel);
        const double chosen =
            fmin(AUTO_BANDWIDTH_MAX_M, fmax(AUTO_BANDWIDTH_MIN_M, round(scott / 10) * 10));
        wh_buf_init(&value, ctx);
        wh_buf_printf(&value, "%.0f Scott's rule (%.0f m) within %.0f to %.0f m, chosen on %s",
                      chosen, scott, AUTO_BANDWIDTH_MIN_M, AUTO_BANDWIDTH_MAX_M,
                      wh_format_day(wh_ctx_as_of_day(ctx), day, sizeof day));
        status = set_frozen(ctx, session, "bandwidth", theme->id, &value, err);
        frozen = wh_arena_c(&session->arena, wh_buf_view(&value));
        wh_buf_finish(&value);
        if (status != WH_OK || frozen == NULL) {
            return status != WH_OK ? status : wh_fail_memory(ctx, err);
        }
    }
    const struct wh_str text = wh_str_c(frozen);
    const size_t blank = wh_str_find(text, ' ');
    if (!wh_parse_double(wh_str_slice(text, 0, blank), ret_m) || blank >= text.len) {
        return wh_fail(err, WH_ERR_INPUT, "the state holds no bandwidth for theme %s but \"%s\"",
                       theme->id, frozen);
    }
    *ret_why = frozen + blank + 1;
    return WH_OK;
}

static enum wh_status parse_breaks(const char *frozen, struct wh_legend *ret, struct wh_error *err)
{
    struct wh_str rest = wh_str_c(frozen);
    struct wh_legend legend = *ret;
    legend.n = 0;
    while (rest.len > 0 && legend.n < WH_MAX_CLASSES) {
        const size_t end = wh_str_find(rest, ' ');
        if (!wh_parse_double(wh_str_slice(rest, 0, end), &legend.break_at[legend.n++])) {
            return wh_fail(err, WH_ERR_INPUT,
                           "the state holds class breaks that are no numbers: \"%s\"", frozen);
        }
        rest = wh_str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
    }
    *ret = legend;
    return WH_OK;
}

/* The theme's class breaks: the frozen ones, or chosen now from this density and frozen. */
enum wh_status wh_choose_breaks(struct wh_ctx *ctx, struct wh_session *session,
                                const struct wh_theme *theme, const struct wh_grid *density,
                                struct wh_legend *ret, struct wh_error *err)
{
    const char *frozen = NULL;
    enum wh_status status = get_frozen(ctx, session, "breaks", theme->id, &frozen, err);
    if (status == WH_OK && frozen == NULL) {
        struct wh_buf value;
        wh_buf_init(&value, ctx);
        status = wh_legend_breaks(ctx, density, N_CLASSES, ret, err);
        for (uint32_t i = 0; status == WH_OK && i < ret->n; i++) {
            wh_buf_c(&value, i == 0 ? "" : " ");
            wh_buf_number(&value, ret->break_at[i], 6);
        }
        /* A theme that has no request yet chooses again when it has. */
        if (status == WH_OK && ret->n > 0) {
            status = set_frozen(ctx, session, "breaks", theme->id, &value, err);
        }
        wh_buf_finish(&value);
    } else if (status == WH_OK) {
        status = parse_breaks(frozen, ret, err);
    }
    snprintf(ret->unit, sizeof ret->unit, "requests per km² in %u days", theme->window_days);
    return status;
}
