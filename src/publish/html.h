/* publish/html.h: pieces of HTML that pages share, and templates with {{slots}}. All text goes
 * through wh_buf_html(). */
#ifndef WH_PUBLISH_HTML_H
#define WH_PUBLISH_HTML_H

#include "publish/job.h"

void wh_html_text(struct wh_buf *buf, const char *text); /* NULL: nothing */
/* Cells of a row of figures: count, before, change, per km² and, where the layer has residents, per
 * 1,000; each with its value for sorting. */
void wh_html_figure_cells(struct wh_buf *buf, const struct wh_report *report,
                          const struct wh_theme_report *theme, const struct wh_figures *figures);
/* Headers of the same cells. `is_sortable`: marked for site.js. */
void wh_html_figure_headers(struct wh_buf *buf, const struct wh_report *report, bool is_sortable);
/* Period and owner, then the sentence that says how many and how that compares; `ward` -1: all. */
void wh_html_lead(struct wh_buf *buf, const struct wh_job *job, const struct wh_theme_report *theme,
                  int32_t ward);
/*
 * The map of a theme with its key and its description in words; `ward` -1: the whole area. The
 * picture has its size, so that the page does not jump, and all but the first theme's wait until
 * they are scrolled to.
 */
WH_MUST_USE enum wh_status wh_html_figure(struct wh_buf *buf, const struct wh_job *job,
                                          size_t theme_idx, int32_t ward, struct wh_error *err);

/* Fills slot `name` of a template; false: no such slot. */
typedef bool wh_slot_fn(void *user, struct wh_str name, struct wh_buf *buf);
/* The slots of every page: title, freshness, banner, meaning, licences, release. */
bool wh_html_fill(const struct wh_job *job, struct wh_str name, struct wh_buf *buf);
/*
 * Reads `file` of the dashboard's sources and copies it to `ret`, each {{name}} replaced by what
 * `fn` writes for it. WH_ERR_INTERNAL names a slot that nobody fills.
 */
WH_MUST_USE enum wh_status wh_html_template(const struct wh_job *job, const char *file,
                                            wh_slot_fn *fn, void *user, struct wh_buf *ret,
                                            struct wh_error *err);
#endif
