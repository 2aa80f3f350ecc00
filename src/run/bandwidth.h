/* run/bandwidth.h: how wide a theme's kernel is: chosen once, from its own past, and frozen. */
#ifndef WH_RUN_BANDWIDTH_H
#define WH_RUN_BANDWIDTH_H

#include <wardheat/geo.h>

#include "run/session.h"

/* What a theme's bandwidth is chosen from. */
struct wh_theme_past {
    const struct wh_theme *theme;   /* of the config: its id names the choice */
    const struct wh_theme *filter;  /* what of it may be counted */
    const struct wh_period *period; /* the one that the map shows */
    const struct wh_points *points; /* its points */
    const struct wh_mask *mask;     /* of the study area */
    int64_t begin_utc;              /* from when on records are complete */
};

/*
 * The theme's bandwidth in metres: the config's, the frozen one, or chosen now and frozen: what the
 * config asks for, or the width that best foretells each period of the window's length from the one
 * before it, the latest five at most (docs/density.md). It is held to 150 to 800 m and rounded.
 * With too few requests to choose by it is 400 m and not frozen. *ret_why says which, in the
 * session's arena or static. WH_ERR_INPUT: the state holds none that can be read.
 */
WH_MUST_USE enum wh_status wh_choose_bandwidth(struct wh_ctx *ctx, struct wh_session *session,
                                               const struct wh_theme_past *past, double *ret_m,
                                               const char **ret_why, struct wh_error *err);

#endif
