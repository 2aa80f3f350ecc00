/* run/choices.h: what is chosen once for a theme and frozen in the state, so that nights compare.
 */
#ifndef WH_RUN_CHOICES_H
#define WH_RUN_CHOICES_H

#include "model/report.h"
#include "run/session.h"

/* What is frozen for a theme under a name as "breaks"; *ret, in the session's arena, is NULL when
 * nothing is. */
WH_MUST_USE enum wh_status wh_frozen_get(struct wh_ctx *ctx, struct wh_session *session,
                                         const char *what, const char *theme_id, const char **ret,
                                         struct wh_error *err);
WH_MUST_USE enum wh_status wh_frozen_set(struct wh_ctx *ctx, struct wh_session *session,
                                         const char *what, const char *theme_id,
                                         const struct wh_buf *value, struct wh_error *err);
/* The theme's class breaks and their unit: the frozen ones, or chosen now from this density and
 * frozen, unless there is nothing to choose from yet. */
WH_MUST_USE enum wh_status wh_choose_breaks(struct wh_ctx *ctx, struct wh_session *session,
                                            const struct wh_theme *theme,
                                            const struct wh_grid *density, struct wh_legend *ret,
                                            struct wh_error *err);
#endif
