/* run/past.h: a theme's complete periods, for the methods that look at its past. */
#ifndef WH_RUN_PAST_H
#define WH_RUN_PAST_H

#include <wardheat/patterns.h>

#include "model/report.h"
#include "run/base.h"
#include "run/scope.h"

/*
 * Looks at the last 24 complete periods, of a third of the theme's window each (of the window
 * itself where it is shorter than 60 days); `comparison` is that of the theme's own period. Caller
 * finishes *ret.
 */
WH_MUST_USE enum wh_status
wh_past_look(struct wh_ctx *ctx, const struct wh_session *session, const struct wh_scope *scope,
             const struct wh_comparison *comparison, const struct wh_mask *mask,
             const struct wh_theme_report *theme, struct wh_patterns *ret, struct wh_error *err);
#endif
