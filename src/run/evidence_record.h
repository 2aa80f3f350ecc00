/* run/evidence_record.h: what stands behind the hot spots of one theme, put together. */
#ifndef WH_RUN_EVIDENCE_RECORD_H
#define WH_RUN_EVIDENCE_RECORD_H

#include <wardheat/patterns.h>

#include "model/evidence.h"
#include "run/base.h"
#include "run/session.h"

/* One record a hot spot of the theme, and what they share. Finish before report and session. */
struct wh_evidence_theme {
    size_t n;
    struct wh_evidence_record *record;
    struct wh_surface surface[WH_EVIDENCE_WIDTHS]; /* at half the bandwidth, (borrowed), at twice */
};

/*
 * `only` is the id of the one hot spot that is asked for, or NULL: all. With `wants_surfaces` the
 * theme's map is made again at half and twice its bandwidth, where that is a cell or more.
 * `bases` keeps what themes may share.
 */
WH_MUST_USE enum wh_status
wh_evidence_theme_make(struct wh_ctx *ctx, const struct wh_session *session,
                       const struct wh_theme_report *theme, const struct wh_patterns *patterns,
                       const char *only, bool wants_surfaces, struct wh_bases *bases,
                       struct wh_evidence_theme *ret, struct wh_error *err);
void wh_evidence_theme_finish(struct wh_ctx *ctx, struct wh_evidence_theme *evidence);

#endif
