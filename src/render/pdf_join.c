/*
 * render/pdf_join.c: finished PDFs as one. Pages keep their content streams as they are, which
 * costs nothing beside drawing them again; only the structure is sewn together.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "render/pdf_finish.h"
#include "render/pdf_internal.h"

/* Before and after a page's own content, which moves the origin. */
static const char SAVE[] = "q\n";
static const char LAY_OVER[] = "Q\n/Artifact << /Type /Pagination >> BDC\nq /Folio Do Q\nEMC\n";

struct join {
    struct wh_pdf whole, folio;
    qpdf_oh document, kids; /* the one element below the root, and what it holds */
    qpdf_oh parents;        /* /Nums of the root's tree: the elements of each page's content */
    qpdf_oh save, lay_over; /* streams that all pages share */
    int n_pages;
    struct wh_error *err;
};

static qpdf_oh own(const struct join *join, const char *object)
{
    return qpdf_make_indirect_object(join->whole.q, qpdf_oh_parse(join->whole.q, object));
}

static qpdf_oh get(const struct join *join, qpdf_oh dict, const char *key)
{
    return qpdf_oh_get_key(join->whole.q, dict, key);
}

static enum wh_status make_stream(struct join *join, struct wh_str data, qpdf_oh *ret)
{
    *ret = qpdf_oh_new_stream(join->whole.q);
    return wh_pdf_set_stream(&join->whole, *ret, data, join->err);
}

/* The whole without pages: catalog, structure, and the facts of the folio. */
static enum wh_status begin(struct join *join)
{
    qpdf_data q = join->whole.q;
    const qpdf_oh catalog = qpdf_get_root(q), root = own(join, "<< /Type /StructTreeRoot >>");
    const qpdf_oh parents = own(join, "<< /Nums [ ] >>");
    const qpdf_oh facts = qpdf_oh_get_key(join->folio.q, qpdf_get_trailer(join->folio.q), "/Info");
    wh_pdf_set_catalog(&join->whole, ""); /* its language comes with the first part */
    wh_pdf_set(&join->whole, catalog, "/PageMode", qpdf_oh_new_name(q, "/UseOutlines"));
    join->document = own(join, "<< /Type /StructElem /S /Document /K [ ] >>");
    join->kids = get(join, join->document, "/K");
    join->parents = get(join, parents, "/Nums");
    qpdf_oh_replace_key(q, join->document, "/P", root);
    qpdf_oh_replace_key(q, root, "/K", join->document);
    qpdf_oh_replace_key(q, root, "/ParentTree", parents);
    qpdf_oh_replace_key(q, catalog, "/StructTreeRoot", root);
    qpdf_oh_replace_key(q, qpdf_get_trailer(q), "/Info",
                        qpdf_oh_copy_foreign_object(q, join->folio.q, facts));
    enum wh_status status = make_stream(join, wh_str_c(SAVE), &join->save);
    if (status == WH_OK) {
        status = make_stream(join, wh_str_c(LAY_OVER), &join->lay_over);
    }
    return status;
}

/* A page of the folio as something that another page can show. */
static enum wh_status make_form(struct join *join, qpdf_oh folio_page, qpdf_oh *ret)
{
    qpdf_data q = join->whole.q, from = join->folio.q;
    unsigned char *bytes = NULL;
    size_t len = 0;
    (void)qpdf_oh_get_page_content_data(from, folio_page, &bytes, &len);
    enum wh_status status = wh_pdf_ok(&join->folio, join->err);
    if (status == WH_OK) {
        status = make_stream(join, (struct wh_str){(const char *)bytes, len}, ret);
    }
    if (status == WH_OK) {
        const qpdf_oh dict = qpdf_oh_get_dict(q, *ret);
        const qpdf_oh box = qpdf_oh_get_key(from, folio_page, "/MediaBox");
        const qpdf_oh resources = qpdf_oh_get_key(from, folio_page, "/Resources");
        wh_pdf_set(&join->whole, dict, "/Type", qpdf_oh_new_name(q, "/XObject"));
        wh_pdf_set(&join->whole, dict, "/Subtype", qpdf_oh_new_name(q, "/Form"));
        wh_pdf_set(&join->whole, dict, "/BBox", qpdf_oh_parse(q, qpdf_oh_unparse(from, box)));
        wh_pdf_set(&join->whole, dict, "/Resources",
                   qpdf_oh_copy_foreign_object(q, from, resources));
    }
    wh_free_foreign(bytes);
    return status;
}

static enum wh_status lay_folio(struct join *join, qpdf_oh page)
{
    qpdf_data q = join->whole.q;
    qpdf_oh form = 0;
    const enum wh_status status =
        make_form(join, qpdf_get_page_n(join->folio.q, (size_t)join->n_pages), &form);
    if (status != WH_OK) {
        return status;
    }
    const qpdf_oh resources = get(join, page, "/Resources"), content = qpdf_oh_new_array(q);
    if (!qpdf_oh_has_key(q, resources, "/XObject")) {
        wh_pdf_set(&join->whole, resources, "/XObject", qpdf_oh_new_dictionary(q));
    }
    qpdf_oh_replace_key(q, get(join, resources, "/XObject"), "/Folio", form);
    qpdf_oh_append_item(q, content, join->save);
    qpdf_oh_append_item(q, content, get(join, page, "/Contents"));
    qpdf_oh_append_item(q, content, join->lay_over);
    qpdf_oh_replace_key(q, page, "/Contents", content);
    return WH_OK;
}

/* Elements below a part's document, now below the whole's. */
static void adopt(struct join *join, qpdf_oh kids)
{
    qpdf_data q = join->whole.q;
    const int n = qpdf_oh_is_array(q, kids) ? qpdf_oh_get_array_n_items(q, kids) : 1;
    for (int i = 0; i < n; i++) {
        const qpdf_oh kid = qpdf_oh_is_array(q, kids) ? qpdf_oh_get_array_item(q, kids, i) : kids;
        qpdf_oh_replace_key(q, kid, "/P", join->document);
        qpdf_oh_append_item(q, join->kids, kid);
    }
}

/* The part's structure: what its tree says of page i is said of page first + i. */
static void sew(struct join *join, const struct wh_pdf *part, int first)
{
    qpdf_data q = join->whole.q;
    const qpdf_oh theirs = qpdf_oh_get_key(part->q, qpdf_get_root(part->q), "/StructTreeRoot");
    const qpdf_oh root = qpdf_oh_copy_foreign_object(q, part->q, theirs);
    const qpdf_oh top = get(join, root, "/K");
    const qpdf_oh document = qpdf_oh_is_array(q, top) ? qpdf_oh_get_array_item(q, top, 0) : top;
    adopt(join, get(join, document, "/K"));
    const qpdf_oh numbers = get(join, get(join, root, "/ParentTree"), "/Nums");
    for (int i = 0; i + 1 < qpdf_oh_get_array_n_items(q, numbers); i += 2) {
        const int page = qpdf_oh_get_int_value_as_int(q, qpdf_oh_get_array_item(q, numbers, i));
        qpdf_oh_append_item(q, join->parents, qpdf_oh_new_integer(q, first + page));
        qpdf_oh_append_item(q, join->parents, qpdf_oh_get_array_item(q, numbers, i + 1));
    }
}

static enum wh_status add_part(struct join *join, struct wh_str bytes)
{
    qpdf_data q = join->whole.q;
    const int first = join->n_pages;
    struct wh_pdf part;
    enum wh_status status = wh_pdf_open(&part, join->whole.ctx, bytes, join->err);
    const int n = status == WH_OK ? qpdf_get_num_pages(part.q) : 0;
    for (int i = 0; i < n && status == WH_OK; i++) {
        (void)qpdf_add_page(q, part.q, qpdf_get_page_n(part.q, (size_t)i), QPDF_FALSE);
        const qpdf_oh page = qpdf_get_page_n(q, (size_t)join->n_pages);
        wh_pdf_set(&join->whole, page, "/StructParents",
                   qpdf_oh_new_integer(
                       q, first + qpdf_oh_get_int_value(q, get(join, page, "/StructParents"))));
        status = lay_folio(join, page);
        join->n_pages++;
    }
    if (status == WH_OK && first == 0) {
        const qpdf_oh language = qpdf_oh_get_key(part.q, qpdf_get_root(part.q), "/Lang");
        wh_pdf_set_catalog(&join->whole, qpdf_oh_get_utf8_value(part.q, language));
    }
    if (status == WH_OK) {
        sew(join, &part, first);
        status = wh_pdf_ok(&part, join->err);
    }
    wh_pdf_close(&part);
    return status == WH_OK ? wh_pdf_ok(&join->whole, join->err) : status;
}

/* ---- bookmarks (ISO 32000-1, 12.3.3) ---- */

/* The last of a chain of bookmarks below `parent`. */
struct chain {
    qpdf_oh parent, last;
    int n;
};

static qpdf_oh add_bookmark(struct join *join, struct chain *chain, const char *title, int page)
{
    qpdf_data q = join->whole.q;
    const qpdf_oh item = own(join, "<< >>"), to = qpdf_oh_new_array(q);
    wh_pdf_set_text(&join->whole, item, "/Title", wh_str_c(title));
    qpdf_oh_append_item(q, to, qpdf_get_page_n(q, (size_t)page));
    qpdf_oh_append_item(q, to, qpdf_oh_new_name(q, "/Fit"));
    qpdf_oh_replace_key(q, item, "/Dest", to);
    qpdf_oh_replace_key(q, item, "/Parent", chain->parent);
    if (chain->n++ == 0) {
        qpdf_oh_replace_key(q, chain->parent, "/First", item);
    } else {
        qpdf_oh_replace_key(q, chain->last, "/Next", item);
        qpdf_oh_replace_key(q, item, "/Prev", chain->last);
    }
    qpdf_oh_replace_key(q, chain->parent, "/Last", item);
    chain->last = item;
    return item;
}

/* A count below zero: closed until somebody opens it. */
static void close_chain(struct join *join, const struct chain *chain, int sign)
{
    if (chain->n > 0) {
        wh_pdf_set(&join->whole, chain->parent, "/Count",
                   qpdf_oh_new_integer(join->whole.q, (long long)sign * chain->n));
    }
}

/* `first_page` holds the number of each part's first page. */
static void add_bookmarks(struct join *join, const struct wh_pdf_part *part, const int *first_page,
                          size_t n)
{
    struct chain top = {.parent = own(join, "<< /Type /Outlines >>")}, below = {0};
    for (size_t i = 0; i < n; i++) {
        if (part[i].is_below && top.n > 0) {
            (void)add_bookmark(join, &below, part[i].bookmark, first_page[i]);
        } else {
            close_chain(join, &below, -1);
            below =
                (struct chain){.parent = add_bookmark(join, &top, part[i].bookmark, first_page[i])};
        }
    }
    close_chain(join, &below, -1);
    close_chain(join, &top, 1);
    qpdf_oh_replace_key(join->whole.q, qpdf_get_root(join->whole.q), "/Outlines", top.parent);
}

enum wh_status wh_pdf_join(struct wh_ctx *ctx, const struct wh_pdf_part *part, size_t n,
                           struct wh_str folio, struct wh_buf *ret, struct wh_error *err)
{
    struct join join = {.err = err};
    int *const first_page = wh_alloc_array(ctx, n, sizeof *first_page);
    enum wh_status status = first_page == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        status = wh_pdf_open(&join.folio, ctx, folio, err);
    }
    if (status == WH_OK) {
        status = wh_pdf_open(&join.whole, ctx, (struct wh_str){0}, err);
    }
    if (status == WH_OK) {
        status = begin(&join);
    }
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        first_page[i] = join.n_pages;
        status = add_part(&join, part[i].pdf);
    }
    if (status == WH_OK) {
        add_bookmarks(&join, part, first_page, n);
        status = wh_pdf_write(&join.whole, ret, err);
    }
    wh_pdf_close(&join.whole);
    wh_pdf_close(&join.folio);
    wh_free(ctx, first_page);
    return status;
}
