/* run/cells.h: a theme's requests by squares, and what each square shares with areas and hot
 * spots. */
#ifndef WH_RUN_CELLS_H
#define WH_RUN_CELLS_H

#include <wardheat/patterns.h>

#include "model/report.h"
#include "run/session.h"

/*
 * Fills theme->cells from the points of its period, and *ret_shares: one list a level of the
 * session, then that of the theme's hot spots, which must be settled by then. `patterns` give cells
 * and hot spots their emerging class; NULL: they get none. All in `arena`.
 */
WH_MUST_USE enum wh_status wh_cells_fill(struct wh_ctx *ctx, const struct wh_session *session,
                                         const struct wh_points *points,
                                         const struct wh_patterns *patterns, struct wh_arena *arena,
                                         struct wh_theme_report *theme,
                                         struct wh_cell_shares **ret_shares, struct wh_error *err);
#endif
