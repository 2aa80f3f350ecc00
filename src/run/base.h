/* run/base.h: what a theme's requests are compared with, and the risk of a period. */
#ifndef WH_RUN_BASE_H
#define WH_RUN_BASE_H

#include <wardheat/risk.h>

#include "model/report.h"
#include "run/session.h"

/*
 * Bases of one report, the last of each kind kept: themes share them. Zero it, finish it. `homes`
 * are the addresses of the gazetteers, with their ward.
 */
struct wh_kept_base {
    double bandwidth_m;
    struct wh_points points;
    struct wh_risk_base surface; /* of the bandwidth; empty when there is none */
};
struct wh_bases {
    bool has_homes;
    struct wh_points homes;
    int32_t *ward;                                      /* one a home; -1: in none */
    struct wh_kept_base kept[WH_BASE_ALL_REQUESTS + 1]; /* by kind */
};
void wh_bases_finish(struct wh_ctx *ctx, struct wh_bases *bases);

/* Can requests be set against this here? Addresses need a gazetteer of them, households and
 * residents a value for every ward. */
WH_MUST_USE enum wh_status wh_base_is_known(struct wh_ctx *ctx, const struct wh_session *session,
                                            enum wh_base kind, struct wh_bases *bases, bool *ret,
                                            struct wh_error *err);

/* What the theme is compared with here: its relative_to, or NONE, with a warning, where that is not
 * known (addresses, without a gazetteer of them) or the config asks for the densest places. */
WH_MUST_USE enum wh_status wh_base_choose(struct wh_ctx *ctx, struct wh_session *session,
                                          const struct wh_theme *theme, struct wh_bases *bases,
                                          enum wh_base *ret, struct wh_error *err);

/* What to compare: `filter` and `period` say which requests a base of all requests is made of. */
struct wh_base_use {
    const struct wh_theme *filter;
    const struct wh_period *period;
    enum wh_base kind;
    double bandwidth_m;
};
/* One period's risk, and the base that it was compared with: `own`, or one that `bases` keeps. */
struct wh_comparison {
    struct wh_risk risk;
    const struct wh_points *base;
    const struct wh_risk_base *surface; /* of the base; both as the risk was made from */
    struct wh_points own;
    struct wh_risk_base own_surface;
    double base_total;
};
/* Compares; a base that `bases` keeps stands until its kind is asked for with another bandwidth. */
WH_MUST_USE enum wh_status wh_base_compare(struct wh_ctx *ctx, const struct wh_session *session,
                                           const struct wh_base_use *use,
                                           const struct wh_points *requests,
                                           const struct wh_mask *mask, struct wh_bases *bases,
                                           struct wh_comparison *ret, struct wh_error *err);
void wh_comparison_finish(struct wh_ctx *ctx, struct wh_comparison *comparison);
#endif
