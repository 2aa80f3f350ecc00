/* render/pdf.c: a PDF in memory, opened, changed and written by qpdf's C interface. */
#include <libdeflate.h>
#include <string.h>
#include <unicode/uloc.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/pdf_internal.h"

#define LEVEL 6

enum wh_status wh_pdf_ok(struct wh_pdf *pdf, struct wh_error *err)
{
    if (!qpdf_has_error(pdf->q)) {
        return WH_OK;
    }
    const char *const text = qpdf_get_error_message_detail(pdf->q, qpdf_get_error(pdf->q));
    /* qpdf hands C++'s exceptions on as text. */
    return strstr(text, "bad_alloc") != NULL
               ? wh_fail_memory(pdf->ctx, err)
               : wh_fail(err, WH_ERR_INTERNAL, "finishing a PDF failed: %s", text);
}

enum wh_status wh_pdf_open(struct wh_pdf *pdf, struct wh_ctx *ctx, struct wh_str bytes,
                           struct wh_error *err)
{
    *pdf = (struct wh_pdf){.ctx = ctx, .q = qpdf_init()};
    qpdf_silence_errors(pdf->q);
    qpdf_set_suppress_warnings(pdf->q, QPDF_TRUE);
    qpdf_set_attempt_recovery(pdf->q, QPDF_FALSE);
    if (bytes.len == 0) {
        (void)qpdf_empty_pdf(pdf->q);
    } else {
        (void)qpdf_read_memory(pdf->q, "page", bytes.ptr, bytes.len, NULL);
    }
    return wh_pdf_ok(pdf, err);
}

enum wh_status wh_pdf_write(struct wh_pdf *pdf, struct wh_buf *ret, struct wh_error *err)
{
    enum wh_status status = wh_pdf_ok(pdf, err);
    if (status != WH_OK) {
        return status;
    }
    (void)qpdf_init_write_memory(pdf->q);
    qpdf_set_deterministic_ID(pdf->q, QPDF_TRUE);
    qpdf_set_object_stream_mode(pdf->q, qpdf_o_generate);
    qpdf_set_decode_level(pdf->q, qpdf_dl_none); /* what is deflated stays as it is */
    qpdf_set_compress_streams(pdf->q, QPDF_TRUE);
    (void)qpdf_write(pdf->q);
    status = wh_pdf_ok(pdf, err);
    if (status == WH_OK) {
        wh_buf_add(ret, qpdf_get_buffer(pdf->q), qpdf_get_buffer_length(pdf->q));
        status = wh_buf_ok(ret, err);
    }
    return status;
}

void wh_pdf_close(struct wh_pdf *pdf)
{
    if (pdf->q != NULL) {
        qpdf_cleanup(&pdf->q);
    }
    *pdf = (struct wh_pdf){0};
}

void wh_pdf_set(struct wh_pdf *pdf, qpdf_oh dict, const char *key, qpdf_oh value)
{
    qpdf_oh_replace_key(pdf->q, dict, key, value);
    qpdf_oh_release(pdf->q, value);
}

void wh_pdf_set_text(struct wh_pdf *pdf, qpdf_oh dict, const char *key, struct wh_str text)
{
    wh_pdf_set(pdf, dict, key, qpdf_oh_new_binary_unicode_string(pdf->q, text.ptr, text.len));
}

void wh_pdf_set_catalog(struct wh_pdf *pdf, const char *language)
{
    const qpdf_oh catalog = qpdf_get_root(pdf->q);
    wh_pdf_set_text(pdf, catalog, "/Lang", wh_str_c(language));
    /* ISO 32000-1, table 150: pages side by side begin at the right where reading does. */
    wh_pdf_set(pdf, catalog, "/ViewerPreferences",
               qpdf_oh_parse(pdf->q, uloc_isRightToLeft(language)
                                         ? "<< /DisplayDocTitle true /Direction /R2L >>"
                                         : "<< /DisplayDocTitle true >>"));
    wh_pdf_set(pdf, catalog, "/MarkInfo", qpdf_oh_parse(pdf->q, "<< /Marked true >>"));
    qpdf_oh_release(pdf->q, catalog);
}

enum wh_status wh_pdf_set_stream(struct wh_pdf *pdf, qpdf_oh stream, struct wh_str data,
                                 struct wh_error *err)
{
    struct libdeflate_compressor *const deflate = libdeflate_alloc_compressor(LEVEL);
    const size_t room = deflate == NULL ? 0 : libdeflate_zlib_compress_bound(deflate, data.len);
    uint8_t *const packed = room == 0 ? NULL : wh_alloc(pdf->ctx, room);
    enum wh_status status = WH_OK;
    if (packed == NULL) {
        status = wh_fail_memory(pdf->ctx, err);
    } else {
        const size_t len = libdeflate_zlib_compress(deflate, data.ptr, data.len, packed, room);
        const qpdf_oh filter = qpdf_oh_new_name(pdf->q, "/FlateDecode");
        const qpdf_oh none = qpdf_oh_new_null(pdf->q);
        qpdf_oh_replace_stream_data(pdf->q, stream, packed, len, filter, none);
        qpdf_oh_release(pdf->q, filter);
        qpdf_oh_release(pdf->q, none);
    }
    wh_free(pdf->ctx, packed);
    libdeflate_free_compressor(deflate);
    return status;
}
