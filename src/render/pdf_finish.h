/*
 * render/pdf_finish.h: what cairo 1.16 leaves out of a tagged PDF and readers need: descriptions of
 * figures, languages, header cells, the title in the window, what is mere decoration.
 */
#ifndef WH_RENDER_PDF_FINISH_H
#define WH_RENDER_PDF_FINISH_H

#include "base/str.h"

/* One element of the structure, as it was begun while drawing. */
struct wh_pdf_tag {
    const char *role;          /* "Figure"; a constant */
    size_t alt_start, alt_len; /* in the text that comes with it; alt_len 0: none */
    char language[16];         /* BCP 47: "en", "cy" */
};

/*
 * Makes cairo's PDF `pdf` accessible and adds the bytes to `ret`: /Lang of the document and of
 * elements that differ, the title shown in the window's head, /Alt of figures, /Scope of header
 * cells, tabs in the order of reading, and everything outside of tags marked as an artifact. `tag`
 * holds the structure's elements in document order, `alt` their texts. Deterministic.
 * WH_ERR_INTERNAL: the structure is not the one that was drawn; WH_ERR_LIMIT: no memory.
 */
WH_MUST_USE enum wh_status wh_pdf_finish(struct wh_ctx *ctx, struct wh_str pdf,
                                         const struct wh_pdf_tag *tag, size_t n_tags,
                                         struct wh_str alt, struct wh_buf *ret,
                                         struct wh_error *err);

/* A finished PDF that becomes part of another. */
struct wh_pdf_part {
    struct wh_str pdf;    /* borrowed */
    const char *bookmark; /* at its first page; borrowed */
    bool is_below;        /* the bookmark stands below the last that is not */
};

/*
 * Joins finished PDFs and adds the bytes to `ret`: their pages in order, one structure, bookmarks.
 * `folio`, a PDF of as many pages, is laid over them as an artifact (page numbers through the
 * whole); its title, author and dates become those of
 * the whole, the language is the first part's. Deterministic. WH_ERR_INTERNAL:
 * not PDFs of ours; WH_ERR_LIMIT: no memory.
 */
WH_MUST_USE enum wh_status wh_pdf_join(struct wh_ctx *ctx, const struct wh_pdf_part *part, size_t n,
                                       struct wh_str folio, struct wh_buf *ret,
                                       struct wh_error *err);

#endif
