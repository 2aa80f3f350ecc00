/* render/page_internal.h: between page.c, sheet_file.c and atlas.c. */
#ifndef WH_RENDER_PAGE_INTERNAL_H
#define WH_RENDER_PAGE_INTERNAL_H

#include "render/sheet.h"

/* Title, author, subject and dates of a PDF: the run's date, never the clock's. */
void wh_pdf_describe(struct wh_canvas *canvas, const struct wh_report *report, const char *title,
                     const char *subject);
/* Adds the strings that the canvas drew to ret_text (or NULL). */
WH_MUST_USE enum wh_status wh_canvas_tell(const struct wh_canvas *canvas, struct wh_buf *ret_text,
                                          struct wh_error *err);

/* Closes a PDF and finishes it, with the pictures of its pages where the canvas has them. */
WH_MUST_USE enum wh_status wh_sheet_close(struct wh_canvas *canvas, struct wh_sheet_file *ret,
                                          struct wh_error *err);

#endif
