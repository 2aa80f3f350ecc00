/* publish/html.h: pieces of HTML that pages share, and templates with {{slots}}. All text goes through wh_buf_html(). */
#ifndef WH_PUBLISH_HTML_H
#define WH_PUBLISH_HTML_H

#include "publish/job.h"

void wh_html_text(struct wh_buf *buf, const char *text); /* NULL: nothing */
/* "Data to 31 October 2026, made 3 November 2026." */
void wh_html_freshness(struct wh_buf *buf, const struct wh_report *report);
/* Cells of a row of figures: count, before, change, per km², per 1,000; each with its value for sorting. */
void wh_html_figure_cells(struct wh_buf *buf, const struct wh_report *report,
                          const struct wh_theme_report *theme, const struct wh_figures *figures);
/* Headers of the same cells. `is_sortable`: marked for site.js. */
void wh_html_figure_headers(struct wh_buf *buf, bool is_sortable);
/* The key to the map: classes with colour and numbers, the unit, what grey and outlines mean. */
void wh_html_legend(struct wh_buf *buf, const struct wh_job *job,
                    const struct wh_theme_report *theme);
/* <img> of maps/<name>, with its size so that the page does not jump; `root` leads to the edition's folder ("" or "../"). */
WH_MUST_USE enum wh_status wh_html_map(struct wh_buf *buf, const struct wh_job *job,
                                       const char *root, size_t theme_idx, int32_t ward,
                                       bool is_lazy, struct wh_error *err);
/* What figures mean and what not. */
void wh_html_meaning(struct wh_buf *buf, const struct wh_report *report);
void wh_html_licences(struct wh_buf *buf, const struct wh_report *report);

/* Fills slot `name` of a template; false: no such slot. */
typedef bool wh_slot_fn(void *user, struct wh_str name, struct wh_buf *buf);
/*
 * Reads `file` of the dashboard's sources and copies it to `ret`, each {{name}} replaced by what `fn` writes for it. WH_ERR_INTERNAL names a
 * slot that nobody fills.
 */
WH_MUST_USE enum wh_status wh_html_template(const struct wh_job *job, const char *file,
                                            wh_slot_fn *fn, void *user, struct wh_buf *ret,
                                            struct wh_error *err);
#endif
