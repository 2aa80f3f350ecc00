/* publish/cell.h: a square of a theme's counts as a feature: its name and its outline. */
#ifndef WH_PUBLISH_CELL_H
#define WH_PUBLISH_CELL_H

#include "base/arena.h"
#include "model/report.h"

/* In the working CRS; in the arena (do not finish). NULL: out of memory. */
const struct wh_shape *wh_cell_square(struct wh_arena *arena, const struct wh_theme_report *theme,
                                      const struct wh_cell *cell);
/* "fly-tipping-250m-e349750-n437500": by its south-west corner, the same in every release. */
const char *wh_cell_id(const struct wh_theme_report *theme, const struct wh_cell *cell, char *out,
                       size_t size);

#endif
