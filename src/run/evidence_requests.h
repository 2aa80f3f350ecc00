/* run/evidence_requests.h: the requests of one hot spot: how placed, on which streets, open,
 * overdue, and whose. */
#ifndef WH_RUN_EVIDENCE_REQUESTS_H
#define WH_RUN_EVIDENCE_REQUESTS_H

#include "model/evidence.h"
#include "run/session.h"

/* Fills by_method, streets, open, overdue and targets of a zeroed record. */
WH_MUST_USE enum wh_status
wh_evidence_requests_find(struct wh_ctx *ctx, const struct wh_session *session,
                          const struct wh_theme_report *theme, const struct wh_hotspot *hotspot,
                          struct wh_evidence_record *ret, struct wh_error *err);
#endif
