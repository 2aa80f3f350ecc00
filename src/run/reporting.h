/* run/reporting.h: placed requests -> the officer's report, through density, hot spots and frozen
 * choices. */
#ifndef WH_RUN_REPORTING_H
#define WH_RUN_REPORTING_H

#include "model/report.h"
#include "run/session.h"

/* First day that is not in the public part any more: the end of the last complete period before
 * `as_of_day`. */
int64_t wh_public_end_day(enum wh_public_every every, int64_t as_of_day);

/* The period of so many days that ends before the local day `end_day`. */
struct wh_period wh_period_before(const struct wh_zone *zone, int64_t end_day, uint32_t days);
/* Whether records that begin then cover it, but for its first days. */
bool wh_period_is_whole(const struct wh_period *period, int64_t begin_utc);

struct wh_patterns;   /* <wardheat/patterns.h> */
struct wh_comparison; /* run/base.h */

/* Called once a theme, while what its hot spots were found from is still there: for who has to show
 * how a figure came about. `theme_idx` has its hot spots, named, but no figures by area yet. */
struct wh_theme_seen {
    size_t theme_idx;
    const struct wh_theme_report *theme;
    const struct wh_comparison *comparison; /* its base is NULL where nothing is compared */
};
typedef enum wh_status wh_theme_seen_fn(void *user, const struct wh_theme_seen *seen,
                                        struct wh_error *err);

struct wh_reporting_options {
    int64_t end_day;                  /* periods are the theme's window before this local day */
    bool is_for_public;               /* leaves out sources that officers only may see */
    struct wh_patterns *ret_patterns; /* what the past says, one a theme, zeroed; NULL: not asked */
    wh_theme_seen_fn *seen;           /* or NULL */
    void *user;
};

/*
 * Every theme's density, figures, hot spots, legend. Bandwidths and class breaks that the state
 * does not hold yet are chosen and frozen there. Caller finishes; it borrows the session's wards,
 * themes and requests.
 */
WH_MUST_USE enum wh_status wh_report_build(struct wh_ctx *ctx, struct wh_session *session,
                                           const struct wh_reporting_options *opt,
                                           struct wh_officer_report *ret, struct wh_error *err);
#endif
