/* run/months.h: requests by calendar month and ward. */
#ifndef WH_RUN_MONTHS_H
#define WH_RUN_MONTHS_H

#include "model/report.h"
#include "run/scope.h"

/*
 * Fills theme->months, in `arena`: the WH_MONTHS months of which the last holds the period's last
 * day. Months that began before the records are NOT_KNOWN.
 */
WH_MUST_USE enum wh_status wh_months_fill(struct wh_ctx *ctx, const struct wh_session *session,
                                          const struct wh_scope *scope, struct wh_arena *arena,
                                          struct wh_theme_report *theme, struct wh_error *err);
#endif
