/* run/choices.h: what is chosen once for a theme and frozen in the state, so that nights compare.
 */
#ifndef WH_RUN_CHOICES_H
#define WH_RUN_CHOICES_H

#include "model/report.h"
#include "run/session.h"

/*
 * The theme's bandwidth in metres: the config's, the frozen one, or chosen now from these points
 * and frozen. *ret_why says which, in the session's arena or static. WH_ERR_INPUT: the state holds
 * none that can be read.
 */
WH_MUST_USE enum wh_status wh_choose_bandwidth(struct wh_ctx *ctx, struct wh_session *session,
                                               const struct wh_theme *theme,
                                               const struct wh_points *points, double *ret_m,
                                               const char **ret_why, struct wh_error *err);
/* The theme's class breaks and their unit: the frozen ones, or chosen now from this density and
 * frozen, unless there is nothing to choose from yet. */
WH_MUST_USE enum wh_status wh_choose_breaks(struct wh_ctx *ctx, struct wh_session *session,
                                            const struct wh_theme *theme,
                                            const struct wh_grid *density, struct wh_legend *ret,
                                            struct wh_error *err);
#endif
