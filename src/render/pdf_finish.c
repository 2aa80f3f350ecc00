/* render/pdf_finish.c: cairo's tagged PDF made one that can be listened to. */
#include "render/pdf_finish.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/pdf_internal.h"

enum { DEEPEST = 32 }; /* Document, Sect, Table, TR, TD; far more than any page has */

struct finish {
    struct wh_pdf pdf;
    const struct wh_pdf_tag *tag;
    size_t n_tags, next; /* the structure is walked as it was drawn */
    struct wh_str alt;
    struct wh_error *err;
};

static const struct wh_pdf_tag *next_tag(struct finish *f, qpdf_oh element)
{
    const struct wh_pdf_tag *const tag = f->next < f->n_tags ? &f->tag[f->next++] : NULL;
    const qpdf_oh role = qpdf_oh_get_key(f->pdf.q, element, "/S");
    const bool is_it = tag != NULL && strcmp(qpdf_oh_get_name(f->pdf.q, role) + 1, tag->role) == 0;
    qpdf_oh_release(f->pdf.q, role);
    return is_it ? tag : NULL;
}

static void describe(struct finish *f, qpdf_oh element, const struct wh_pdf_tag *tag)
{
    if (tag->alt_len > 0) {
        wh_pdf_set_text(&f->pdf, element, "/Alt",
                        wh_str_slice(f->alt, tag->alt_start, tag->alt_start + tag->alt_len));
    }
    if (strcmp(tag->language, f->tag[0].language) != 0) {
        wh_pdf_set_text(&f->pdf, element, "/Lang", wh_str_c(tag->language));
    }
    if (strcmp(tag->role, "TH") == 0) {
        wh_pdf_set(&f->pdf, element, "/A",
                   qpdf_oh_parse(f->pdf.q, "<< /O /Table /Scope /Column >>"));
    }
}

static enum wh_status walk(struct finish *f, qpdf_oh element, int depth);

/* A kid is an element, or a number: marked content. */
static enum wh_status walk_kid(struct finish *f, qpdf_oh kid, int depth)
{
    const enum wh_status status =
        qpdf_oh_is_dictionary(f->pdf.q, kid) ? walk(f, kid, depth + 1) : WH_OK;
    qpdf_oh_release(f->pdf.q, kid);
    return status;
}

static enum wh_status walk_kids(struct finish *f, qpdf_oh parent, int depth)
{
    const qpdf_oh kids = qpdf_oh_get_key(f->pdf.q, parent, "/K");
    enum wh_status status = WH_OK;
    if (!qpdf_oh_is_array(f->pdf.q, kids)) {
        return walk_kid(f, kids, depth);
    }
    const int n = qpdf_oh_get_array_n_items(f->pdf.q, kids);
    for (int i = 0; i < n && status == WH_OK; i++) {
        status = walk_kid(f, qpdf_oh_get_array_item(f->pdf.q, kids, i), depth);
    }
    qpdf_oh_release(f->pdf.q, kids);
    return status;
}

static enum wh_status walk(struct finish *f, qpdf_oh element, int depth)
{
    const struct wh_pdf_tag *const tag = depth < DEEPEST ? next_tag(f, element) : NULL;
    if (tag == NULL) {
        return wh_fail(f->err, WH_ERR_INTERNAL,
                       "element %zu of a PDF's structure is not the one that was drawn", f->next);
    }
    describe(f, element, tag);
    return walk_kids(f, element, depth);
}

static enum wh_status describe_structure(struct finish *f)
{
    const qpdf_oh catalog = qpdf_get_root(f->pdf.q);
    const qpdf_oh root = qpdf_oh_get_key(f->pdf.q, catalog, "/StructTreeRoot");
    enum wh_status status = walk_kids(f, root, 0);
    qpdf_oh_release(f->pdf.q, catalog);
    qpdf_oh_release(f->pdf.q, root);
    if (status == WH_OK && f->next != f->n_tags) {
        status = wh_fail(f->err, WH_ERR_INTERNAL, "a PDF's structure has %zu elements, not %zu",
                         f->next, f->n_tags);
    }
    return status;
}

static enum wh_status mark_content(struct finish *f, qpdf_oh content)
{
    struct wh_buf marked;
    unsigned char *bytes = NULL;
    size_t len = 0;
    wh_buf_init(&marked, f->pdf.ctx);
    (void)qpdf_oh_get_stream_data(f->pdf.q, content, qpdf_dl_generalized, NULL, &bytes, &len);
    enum wh_status status = wh_pdf_ok(&f->pdf, f->err);
    if (status == WH_OK) {
        status = wh_pdf_mark_artifacts((struct wh_str){(const char *)bytes, len}, &marked, f->err);
    }
    if (status == WH_OK) {
        status = wh_pdf_set_stream(&f->pdf, content, wh_buf_view(&marked), f->err);
    }
    wh_free_foreign(bytes);
    wh_buf_finish(&marked);
    return status;
}

static enum wh_status finish_pages(struct finish *f)
{
    const int n = qpdf_get_num_pages(f->pdf.q);
    enum wh_status status = wh_pdf_ok(&f->pdf, f->err);
    for (int i = 0; i < n && status == WH_OK; i++) {
        const qpdf_oh page = qpdf_get_page_n(f->pdf.q, (size_t)i);
        const qpdf_oh content = qpdf_oh_get_key(f->pdf.q, page, "/Contents");
        wh_pdf_set(&f->pdf, page, "/Tabs", qpdf_oh_new_name(f->pdf.q, "/S"));
        status = mark_content(f, content);
        qpdf_oh_release(f->pdf.q, content);
        qpdf_oh_release(f->pdf.q, page);
    }
    return status;
}

enum wh_status wh_pdf_finish(struct wh_ctx *ctx, struct wh_str pdf, const struct wh_pdf_tag *tag,
                             size_t n_tags, struct wh_str alt, struct wh_buf *ret,
                             struct wh_error *err)
{
    struct finish f = {.tag = tag, .n_tags = n_tags, .alt = alt, .err = err};
    enum wh_status status = wh_pdf_open(&f.pdf, ctx, pdf, err);
    if (status == WH_OK) {
        wh_pdf_set_catalog(&f.pdf, n_tags > 0 ? tag[0].language : "en");
        status = describe_structure(&f);
    }
    if (status == WH_OK) {
        status = finish_pages(&f);
    }
    if (status == WH_OK) {
        status = wh_pdf_write(&f.pdf, ret, err);
    }
    wh_pdf_close(&f.pdf);
    return status;
}
