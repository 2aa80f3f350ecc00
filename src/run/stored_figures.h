/* run/stored_figures.h: tables/inputs.csv and tables/figures.csv of a release, read back. */
#ifndef WH_RUN_STORED_FIGURES_H
#define WH_RUN_STORED_FIGURES_H

#include <wardheat/metrics.h>

#include "base/arena.h"
#include "base/str.h"

/* A number as it was printed. */
struct wh_stored_value {
    const char *value, *low, *high, *shown, *words;
};
/* One theme in one level. Rows are areas, then elsewhere and all. */
struct wh_stored_level {
    const char *theme, *level, *period_from, *period_to, *compared_with;
    size_t n_rows, cap_rows;
    const char **code, **name;
    struct wh_tally *tally;
    struct wh_stored_value (*stored)[WH_N_METRICS];
    struct wh_metric_value (*metric)[WH_N_METRICS]; /* worked out from the tallies */
};
struct wh_stored_figures {
    size_t n, cap;
    struct wh_stored_level *level;
    struct wh_arena arena;
};

/* `folder` is that of an edition. WH_ERR_INPUT: it has no such tables, or they are damaged. Caller
 * finishes, also after a failure. */
WH_MUST_USE enum wh_status wh_stored_figures_read(struct wh_ctx *ctx, const char *folder,
                                                  struct wh_stored_figures *ret,
                                                  struct wh_error *err);
/* To the last digit: the cells of figures.csv, written again from the stored inputs. */
bool wh_stored_figure_follows(struct wh_buf *scratch, const struct wh_stored_level *level,
                              size_t row, enum wh_metric metric);
/* Can it be worked out from this edition's tables? */
bool wh_stored_figure_can_follow(enum wh_metric metric, bool is_public);
void wh_stored_figures_finish(struct wh_ctx *ctx, struct wh_stored_figures *figures);

#endif
