/* render/page.h: printed pages, the atlas, and map pictures. Everything is drawn from a report's
 * body. */
#ifndef WH_RENDER_PAGE_H
#define WH_RENDER_PAGE_H

#include "base/str.h"
#include "render/basemap.h"
#include "render/message.h"
#include "render/style.h"

enum wh_paper { WH_PAPER_A4, WH_PAPER_A3 };

struct wh_page_options {
    enum wh_paper paper;
    const struct wh_basemap *basemap; /* or NULL */
    const struct wh_style *style;
    const struct wh_language *language;
};

/*
 * One page of a ward and a theme as PDF at `pdf_path`, fsynced: title, one large sentence, map with
 * numbered hot spots, legend with numbers and unit, scale bar, north arrow, locator, ranked table,
 * dates, method and licence lines. Deterministic bytes. `ret_text` (initialised, or NULL) gets
 * every string that was drawn, a line each, for the leak check. `png_path` (or NULL): a preview at
 * 96 dpi.
 */
WH_MUST_USE enum wh_status wh_render_ward_page(struct wh_ctx *ctx, const struct wh_report *report,
                                               size_t theme_idx, uint32_t ward_idx,
                                               const struct wh_page_options *opt,
                                               const char *pdf_path, const char *png_path,
                                               struct wh_buf *ret_text, struct wh_error *err);

/* An overview page per theme (the whole area, ranked wards), then every ward page; with bookmarks.
 * `ward_idx` -1: all wards; `theme_idx` -1: all themes. */
WH_MUST_USE enum wh_status wh_render_atlas(struct wh_ctx *ctx, const struct wh_report *report,
                                           int32_t theme_idx, int32_t ward_idx,
                                           const struct wh_page_options *opt, const char *pdf_path,
                                           struct wh_buf *ret_text, struct wh_error *err);

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
