/*
 * render/evidence.h: one page of all that stands behind a hot spot, for the officer who has to
 * defend it: to be read out in a committee. In English: it quotes methods by name.
 */
#ifndef WH_RENDER_EVIDENCE_H
#define WH_RENDER_EVIDENCE_H

#include "model/evidence.h"
#include "render/page.h"

/*
 * Draws the page: what was counted and expected, a detail map, every method's opinion with its
 * figures, the map at half and twice the bandwidth, the count by night, streets, placing, what is
 * open and whose it is, what was done. Always one page: of notes and actions the newest that fit,
 * and how many more there are. `report` is the officer's. Deterministic. Caller finishes *ret.
 */
WH_MUST_USE enum wh_status wh_render_evidence(struct wh_ctx *ctx, const struct wh_report *report,
                                              size_t theme_idx,
                                              const struct wh_evidence_record *record,
                                              const struct wh_page_options *opt,
                                              struct wh_sheet_file *ret, struct wh_error *err);
#endif
