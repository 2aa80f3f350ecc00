/* run/evidence.h: the officers' evidence: a JSON file a hot spot, one a theme, and the inputs of
 * every published number. */
#ifndef WH_RUN_EVIDENCE_H
#define WH_RUN_EVIDENCE_H

#include <wardheat/patterns.h>

#include "model/report.h"
#include "render/page.h"
#include "run/session.h"

/*
 * Writes evidence/<hot spot's id>.json, evidence/theme-<id>.json and evidence/inputs.csv below
 * `folder`, and, unless `pages` is NULL, print/evidence/<id>.pdf. `patterns` holds one a theme of
 * the report.
 */
WH_MUST_USE enum wh_status wh_evidence_write(struct wh_ctx *ctx, const struct wh_session *session,
                                             const struct wh_officer_report *report,
                                             const struct wh_patterns *patterns,
                                             const struct wh_page_options *pages,
                                             const char *folder, struct wh_error *err);
#endif
