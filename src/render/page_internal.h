/* render/page_internal.h: between page.c and atlas.c. */
#ifndef WH_RENDER_PAGE_INTERNAL_H
#define WH_RENDER_PAGE_INTERNAL_H

#include "render/sheet.h"

/* Title, author, subject and dates of a PDF: the run's date, never the clock's. */
void wh_pdf_describe(struct wh_canvas *canvas, const struct wh_report *report, const char *title,
                     const char *subject);
/* Closes the canvas, writes its file, and adds its strings to ret_text (or NULL). */
WH_MUST_USE enum wh_status wh_canvas_write_pdf(struct wh_canvas *canvas, const char *path,
                                               struct wh_buf *ret_text, struct wh_error *err);
WH_MUST_USE enum wh_status wh_canvas_write_png(struct wh_canvas *canvas, const char *path,
                                               struct wh_buf *ret_text, struct wh_error *err);

#endif
