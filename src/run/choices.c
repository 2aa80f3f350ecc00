/* run/choices.c: what is chosen once and kept in the state; class breaks. */
#include "run/choices.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/number.h"
#include "base/time.h"

#define N_CLASSES 5u

static const char *key_of(struct wh_session *session, const char *what, const char *theme_id)
{
    return wh_arena_printf(&session->arena, "%s.%s", what, theme_id);
}

enum wh_status wh_frozen_get(struct wh_ctx *ctx, struct wh_session *session, const char *what,
                             const char *theme_id, const char **ret, struct wh_error *err)
{
    const char *key = key_of(session, what, theme_id);
    return key == NULL ? wh_fail_memory(ctx, err)
                       : wh_store_get(session->store, key, &session->arena, ret, err);
}

enum wh_status wh_frozen_set(struct wh_ctx *ctx, struct wh_session *session, const char *what,
                             const char *theme_id, const struct wh_buf *value, struct wh_error *err)
{
    const char *key = key_of(session, what, theme_id);
    if (key == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const enum wh_status status = wh_buf_ok(value, err);
    return status != WH_OK ? status : wh_store_set(session->store, key, value->ptr, err);
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
    /* Requests of more days lie denser: another window is another choice. */
    char what[32];
    (void)snprintf(what, sizeof what, "breaks-%ud", theme->window_days);
    const char *frozen = NULL;
    enum wh_status status = wh_frozen_get(ctx, session, what, theme->id, &frozen, err);
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
            status = wh_frozen_set(ctx, session, what, theme->id, &value, err);
        }
        wh_buf_finish(&value);
    } else if (status == WH_OK) {
        status = parse_breaks(frozen, ret, err);
    }
    snprintf(ret->unit, sizeof ret->unit, "requests per km² in %u days", theme->window_days);
    return status;
}
