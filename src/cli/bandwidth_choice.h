/* cli/bandwidth_choice.h: `--bandwidth auto`: asks the points, and explains the answer. */
#ifndef WH_CLI_BANDWIDTH_CHOICE_H
#define WH_CLI_BANDWIDTH_CHOICE_H

#include <wardheat/bandwidth.h>

#include "cli/points_input.h"

#define WH_MOST_PERIODS 24

struct wh_bandwidth_wish {
    bool is_auto;
    bool is_any; /* auto without a method */
    enum wh_selector selector;
    double bandwidth_m; /* when it is not auto */
    bool explain;       /* print every method and the curve to standard output */
    int64_t
        n_periods; /* that the points' dates are cut in, 2 to WH_MOST_PERIODS; 0: they have none */
};

/* "400", "auto" or "auto:METHOD". WH_ERR_USAGE: anything else. */
WH_MUST_USE enum wh_status wh_bandwidth_wish_read(const char *text, double min_m, double max_m,
                                                  struct wh_bandwidth_wish *ret,
                                                  struct wh_error *err);

/*
 * The bandwidth that is wished for, rounded to two digits and at least a cell where the points
 * choose it. `window` may be NULL. WH_ERR_USAGE: the method needs dates or a study area;
 * WH_ERR_INPUT: there are too few points for any.
 */
WH_MUST_USE enum wh_status
wh_bandwidth_wish_grant(struct wh_ctx *ctx, const struct wh_bandwidth_wish *wish,
                        const struct wh_points *points, enum wh_kernel kernel, double cell_m,
                        const struct wh_mask *window, double *ret_m, struct wh_error *err);

#endif
