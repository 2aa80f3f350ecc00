/* render/pdf_internal.h: between pdf*.c: a PDF in memory, through qpdf. Its failures are sticky:
 * call on, and ask once at the end. */
#ifndef WH_RENDER_PDF_INTERNAL_H
#define WH_RENDER_PDF_INTERNAL_H

#include <qpdf/qpdf-c.h>

#include "base/str.h"

struct wh_pdf {
    struct wh_ctx *ctx;
    qpdf_data q;
};

/* `bytes` is borrowed until wh_pdf_close(); empty bytes make a PDF without pages. */
WH_MUST_USE enum wh_status wh_pdf_open(struct wh_pdf *pdf, struct wh_ctx *ctx, struct wh_str bytes,
                                       struct wh_error *err);
/* What failed since it was opened. */
WH_MUST_USE enum wh_status wh_pdf_ok(struct wh_pdf *pdf, struct wh_error *err);
/* Adds the file to `ret`: object streams, and an /ID made from the content. */
WH_MUST_USE enum wh_status wh_pdf_write(struct wh_pdf *pdf, struct wh_buf *ret,
                                        struct wh_error *err);
void wh_pdf_close(struct wh_pdf *pdf); /* a zeroed one is fine */

/* Sets a key of a dictionary and lets go of the value's handle. */
void wh_pdf_set(struct wh_pdf *pdf, qpdf_oh dict, const char *key, qpdf_oh value);
void wh_pdf_set_text(struct wh_pdf *pdf, qpdf_oh dict, const char *key, struct wh_str text);
/* The catalog's entries that every file of ours has. */
void wh_pdf_set_catalog(struct wh_pdf *pdf, const char *language);
/* Replaces a stream's data by `data`, deflated. */
WH_MUST_USE enum wh_status wh_pdf_set_stream(struct wh_pdf *pdf, qpdf_oh stream, struct wh_str data,
                                             struct wh_error *err);

/*
 * A page's content as cairo writes it, with what stands outside of its tags marked as artifacts
 * (ISO 32000-1, 14.8.2.2), added to `ret`. Marks that are not balanced: WH_ERR_INTERNAL.
 */
WH_MUST_USE enum wh_status wh_pdf_mark_artifacts(struct wh_str content, struct wh_buf *ret,
                                                 struct wh_error *err);

#endif
