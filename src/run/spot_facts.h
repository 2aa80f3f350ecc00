/* run/spot_facts.h: what became of a hot spot's requests, and what was done there. */
#ifndef WH_RUN_SPOT_FACTS_H
#define WH_RUN_SPOT_FACTS_H

#include <wardheat/model.h>

#include "model/report.h"
#include "run/session.h"

/*
 * Fills handling and action of every hot spot of `theme`, in `arena`. `filter` is what the theme
 * may count, `points` are its requests of the period. Actions are those whose hot spot is this one
 * or a parent of it, each with the requests of equally many days before and after it, up to the
 * window, here and in the rest of the theme.
 */
WH_MUST_USE enum wh_status wh_spot_facts_fill(struct wh_ctx *ctx, const struct wh_session *session,
                                              const struct wh_theme *filter,
                                              const struct wh_points *points,
                                              struct wh_arena *arena, struct wh_theme_report *theme,
                                              struct wh_error *err);
#endif
