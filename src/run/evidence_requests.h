/* run/evidence_requests.h: the requests of one hot spot: how placed, on which streets, open,
 * overdue, and whose. */
#ifndef WH_RUN_EVIDENCE_REQUESTS_H
#define WH_RUN_EVIDENCE_REQUESTS_H

#include "model/report.h"
#include "model/targets.h"
#include "run/session.h"

#define WH_TOP_STREETS 5u

struct wh_street_count {
    const char *name; /* borrowed from the base map */
    uint32_t n;
};
struct wh_evidence_requests {
    uint32_t by_method[WH_N_METHODS];
    size_t n_streets;
    struct wh_street_count street[WH_TOP_STREETS]; /* most requests first: of those within 50 m */
    uint32_t n_open, n_overdue;                    /* at the end of the period */
    size_t n_targets;
    const struct wh_target **target; /* of the categories in it, in the targets' order */
};
WH_MUST_USE enum wh_status
wh_evidence_requests_find(struct wh_ctx *ctx, const struct wh_session *session,
                          const struct wh_theme_report *theme, const struct wh_hotspot *hotspot,
                          struct wh_evidence_requests *ret, struct wh_error *err);
void wh_evidence_requests_finish(struct wh_ctx *ctx, struct wh_evidence_requests *found);
#endif
