/* run/tallies.h: a theme's figures in every area of every level. */
#ifndef WH_RUN_TALLIES_H
#define WH_RUN_TALLIES_H

#include "model/report.h"
#include "run/scope.h"

/*
 * Fills n_levels and level of `theme` (periods and base are set) with tallies and
 * breakdowns, all in `arena`. `base` is what the theme is compared with, or NULL. `ret_crossing`
 * gets session->n_levels choose 2 crossings; NULL: not wanted.
 */
WH_MUST_USE enum wh_status wh_tallies_fill(struct wh_ctx *ctx, const struct wh_session *session,
                                           const struct wh_scope *scope,
                                           const struct wh_points *base, struct wh_arena *arena,
                                           struct wh_theme_report *theme,
                                           struct wh_crossing *ret_crossing, struct wh_error *err);
/* Metrics of every theme and level of a report, officer's or public. */
WH_MUST_USE enum wh_status wh_report_measure(struct wh_ctx *ctx, struct wh_report *report,
                                             struct wh_error *err);

#endif
