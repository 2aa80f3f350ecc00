/* publish/evidence_pages.h: the printed evidence of a theme's hot spots, for officers. */
#ifndef WH_PUBLISH_EVIDENCE_PAGES_H
#define WH_PUBLISH_EVIDENCE_PAGES_H

#include "render/evidence.h"

/* <folder>/<hot spot's id>.pdf of each record, drawn by the context's threads; `folder` is there.
 */
WH_MUST_USE enum wh_status wh_evidence_pages_write(struct wh_ctx *ctx,
                                                   const struct wh_report *report, size_t theme_idx,
                                                   const struct wh_evidence_record *record,
                                                   size_t n, const struct wh_page_options *opt,
                                                   const char *folder, struct wh_error *err);
#endif
