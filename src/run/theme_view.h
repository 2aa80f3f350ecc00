/* run/theme_view.h: one theme as an officer's map of the last run would show it, for commands that
 * make a surface of their own from it. */
#ifndef WH_RUN_THEME_VIEW_H
#define WH_RUN_THEME_VIEW_H

#include "run/session.h"

struct wh_theme_view_options {
    const char *theme_id; /* NULL: the only one */
    bool has_as_of;       /* false: today in the config's zone */
    int64_t as_of_day;
    bool has_bandwidth; /* true: the caller has one, none is looked for */
};

struct wh_theme_view {
    struct wh_session session;
    const struct wh_theme *theme;
    struct wh_period period;
    struct wh_points points;   /* of the period, in the wards, spread (model/spots.h); exact figures */
    double bandwidth_m;        /* the config's, the frozen one, or what a run would choose now */
    const char *bandwidth_why; /* in the session */
};

/*
 * Opens a config, and its state as the last run left it (run/edition.h); nothing changes. Caller:
 * wh_theme_view_close(), also after a failure. WH_ERR_USAGE: no theme has that id, or there are
 * several and none is named; WH_ERR_INPUT: there was no run yet, or the theme has no request in its
 * period.
 */
WH_MUST_USE enum wh_status wh_theme_view_open(struct wh_ctx *ctx, const char *config_path,
                                              const struct wh_theme_view_options *opt,
                                              struct wh_theme_view *ret, struct wh_error *err);
void wh_theme_view_close(struct wh_ctx *ctx, struct wh_theme_view *view);

#endif
