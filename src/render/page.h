/* render/page.h: printed pages, the atlas, and map pictures. Everything is drawn from a report's
 * body. */
#ifndef WH_RENDER_PAGE_H
#define WH_RENDER_PAGE_H

#include "base/str.h"
#include "render/basemap.h"
#include "render/layout.h"
#include "render/message.h"
#include "render/style.h"

enum wh_paper { WH_PAPER_A4, WH_PAPER_A3 };

/* For whom a page is made: large has no text under 16 points but on the map; grey keeps its order
 * on a photocopier. */
enum wh_print_edition {
    WH_PRINT_STANDARD,
    WH_PRINT_LARGE,
    WH_PRINT_GREY,
    WH_PRINT_HIGH_CONTRAST,
    WH_N_PRINT_EDITIONS
};
const char *wh_print_edition_name(enum wh_print_edition edition); /* "high-contrast" */
/* False where there is none of that name; `ret` may be NULL. */
bool wh_print_edition_find(const char *name, enum wh_print_edition *ret);
/* The style of styles/ that it is drawn in. */
const char *wh_print_edition_style(enum wh_print_edition edition);

struct wh_page_options {
    enum wh_paper paper;
    const struct wh_basemap *basemap; /* or NULL */
    const struct wh_style *style;
    const struct wh_language *language;
    const struct wh_language *second; /* every sheet again in this, behind the first; or NULL */
    enum wh_print_edition edition;
    const struct wh_layout *layout; /* of ward sheets over all themes; NULL: there are none */
};

/* A sheet in memory. Zeroed is fine to finish. */
struct wh_sheet_file {
    struct wh_buf pdf;
    uint32_t n_pages;
    struct wh_buf *png; /* a preview of each page at 96 dpi, or NULL */
    struct wh_buf *svg; /* each page as a drawing, or NULL */
};

/* In place of a theme's index, of a ward: over all themes, front and back, by opt->layout. */
#define WH_ALL_THEMES SIZE_MAX

/*
 * The sheet of a ward and a theme, or with ward_idx -1 the overview of the theme: title, one large
 * sentence, map with numbered hot spots, legend with numbers and unit, scale bar, north arrow,
 * locator, ranked table, dates, method and licence lines. Deterministic bytes. `ret_text`
 * (initialised, or NULL) gets every string that was drawn, a line each, for the leak check.
 */
WH_MUST_USE enum wh_status wh_render_sheet(struct wh_ctx *ctx, const struct wh_report *report,
                                           size_t theme_idx, int32_t ward_idx,
                                           const struct wh_page_options *opt, bool wants_previews,
                                           struct wh_sheet_file *ret, struct wh_buf *ret_text,
                                           struct wh_error *err);
/* The same as drawings (SVG), and no PDF: letters are shapes there; a title and the map in words
 * come with them. The same bytes whatever was drawn before. */
WH_MUST_USE enum wh_status wh_render_sheet_svg(struct wh_ctx *ctx, const struct wh_report *report,
                                               size_t theme_idx, int32_t ward_idx,
                                               const struct wh_page_options *opt,
                                               struct wh_sheet_file *ret, struct wh_error *err);
/* Writes page 1 of the drawings at `path` ("a.svg"), page 2 at "a-2.svg" and so on; fsynced. */
WH_MUST_USE enum wh_status wh_sheet_file_write_svg(struct wh_ctx *ctx,
                                                   const struct wh_sheet_file *file,
                                                   const char *path, struct wh_error *err);
/* Writes the PDF at `pdf_path` and, unless it is NULL, page 1 at `png_path` ("a.png"), page 2 at
 * "a-2.png" and so on; fsynced. */
WH_MUST_USE enum wh_status wh_sheet_file_write(struct wh_ctx *ctx, const struct wh_sheet_file *file,
                                               const char *pdf_path, const char *png_path,
                                               struct wh_error *err);
/* The previews have been written: they need no room any more. */
void wh_sheet_file_drop_previews(struct wh_ctx *ctx, struct wh_sheet_file *file);
void wh_sheet_file_finish(struct wh_ctx *ctx, struct wh_sheet_file *file);

/* A sheet of an atlas, with its bookmark: of its theme (ward_idx -1), or below that of its ward. */
struct wh_atlas_sheet {
    size_t theme_idx;
    int32_t ward_idx;
    const struct wh_sheet_file *file; /* borrowed */
};
/* The sheets as one document with bookmarks, and its own page numbers in the lower margin; drawn
 * once, whoever has them already. Adds the file to `ret`. */
WH_MUST_USE enum wh_status wh_atlas_join(struct wh_ctx *ctx, const struct wh_report *report,
                                         const struct wh_page_options *opt,
                                         const struct wh_atlas_sheet *sheet, size_t n,
                                         struct wh_buf *ret, struct wh_error *err);

/* Draws the sheets with the context's threads and writes them as one document: the
 * overview (the whole area, ranked wards) of each theme, then every ward over all themes; of one
 * theme, its wards about it. `ward_idx` -1: all wards; `theme_idx` -1: all themes. One sheet alone
 * is no atlas. */
WH_MUST_USE enum wh_status wh_render_atlas(struct wh_ctx *ctx, const struct wh_report *report,
                                           int32_t theme_idx, int32_t ward_idx,
                                           const struct wh_page_options *opt, const char *pdf_path,
                                           struct wh_error *err);

/* The map alone as PNG, for the dashboard without JavaScript: the whole area (ward_idx -1) or one
 * ward. */
WH_MUST_USE enum wh_status wh_render_map_png(struct wh_ctx *ctx, const struct wh_report *report,
                                             size_t theme_idx, int32_t ward_idx, uint32_t width_px,
                                             const struct wh_page_options *opt, const char *path,
                                             struct wh_buf *ret_text, struct wh_error *err);

/* The words for people who cannot see the map: the same counts, ranks and names as the table. */
void wh_map_alt_text(struct wh_buf *buf, const struct wh_language *lang,
                     const struct wh_report *report, size_t theme_idx, int32_t ward_idx);

const char *wh_render_version(void); /* "cairo 1.16.0, Pango 1.50.12" */

#endif
