/* render/evidence_internal.h: between evidence_*.c: the blocks of the page. As a sheet's, each
 * draws at y, or only measures, and returns its height. */
#ifndef WH_RENDER_EVIDENCE_INTERNAL_H
#define WH_RENDER_EVIDENCE_INTERNAL_H

#include "render/evidence.h"
#include "render/sheet.h"

struct wh_evidence_page {
    struct wh_sheet sheet;
    const struct wh_evidence_record *record;
    double panel_h; /* of the small maps */
};

/* Part of the page's width. */
struct wh_span {
    double x, wide;
};

/* A paragraph of the span; `tag` as in wh_sheet_block(). */
double wh_evidence_text(const struct wh_evidence_page *page, const char *tag,
                        const struct wh_font *font, const struct wh_buf *text, struct wh_span span,
                        double y);
double wh_evidence_heading(const struct wh_evidence_page *page, const char *text,
                           struct wh_span span, double y);

/* evidence_tables.c */
/* With all its decimals, so that those of a column compare, and a minus sign that is one; NaN is
 * "not known". */
void wh_evidence_number(struct wh_buf *buf, double value, int decimals);
/* "3.1 (95 %: 2.5 to 3.7)" */
void wh_evidence_interval(struct wh_buf *buf, const struct wh_evidence_value *value, int decimals);
struct wh_font wh_evidence_plain(const struct wh_evidence_page *page);
double wh_evidence_chance(const struct wh_evidence_page *page, struct wh_span span, double y);
double wh_evidence_methods(const struct wh_evidence_page *page, double y);
/* Streets, how placed, what is open and whom to ask. */
double wh_evidence_requests(const struct wh_evidence_page *page, double y);
/* evidence_done.c */
/* Notes and actions, newest first, as many as fit into `room`. */
double wh_evidence_done(const struct wh_evidence_page *page, double y, double room);

/* evidence_maps.c: these draw whatever is_measuring says. */
WH_MUST_USE enum wh_status wh_evidence_map(const struct wh_evidence_page *page, struct wh_span span,
                                           double y, double height, struct wh_view *ret_view,
                                           struct wh_error *err);
/* Four panels side by side: the three bandwidths, and the count by night. */
double wh_evidence_panels_height(const struct wh_evidence_page *page);
WH_MUST_USE enum wh_status wh_evidence_panels(const struct wh_evidence_page *page, double y,
                                              struct wh_error *err);

#endif
