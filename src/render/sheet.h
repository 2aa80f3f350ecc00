/*
 * render/sheet.h: a printed page from its blocks. Each block is one function that draws at y and
 * returns its height; while the sheet `is_measuring` it only returns the height, so that layout and
 * drawing cannot differ.
 */
#ifndef WH_RENDER_SHEET_H
#define WH_RENDER_SHEET_H

#include "render/mapframe.h"
#include "render/page.h"
#include "render/words.h"

struct wh_sheet {
    struct wh_canvas *canvas;
    const struct wh_report *report;
    const struct wh_theme_report *theme;
    size_t theme_idx;
    int32_t ward_idx; /* -1: the overview of the whole area */
    const struct wh_page_options *opt;
    const struct wh_language *lang;
    double w, h;            /* of the paper, points */
    double left, top, wide; /* inside the margins */
    double bottom;          /* y of the lower margin */
    double scale;           /* of text and marks: 1 on A4 */
    bool is_measuring;
    bool is_crowded;        /* many hot spots: figures take one line, the map may be smaller */
    uint32_t n_sentences;   /* about hot spots, at most */
    uint32_t page, n_pages; /* as printed */
};

#define WH_GAP 7.0 /* between blocks, A4 points */

extern const struct wh_rgb WH_INK, WH_GREY_INK, WH_RULE, WH_TINT;

void wh_paper_size(enum wh_paper paper, double *ret_w, double *ret_h);
struct wh_sheet wh_sheet_make(struct wh_canvas *canvas, const struct wh_report *report,
                              size_t theme_idx, int32_t ward_idx,
                              const struct wh_page_options *opt);

/* Sizes in A4 points; the sheet's scale is applied, and the role's least size kept. */
struct wh_font wh_sheet_font(const struct wh_sheet *sheet, enum wh_text_role role, double size,
                             bool is_bold, struct wh_rgb colour);
/*
 * Blocks are laid out as for a language that is written from left to right. Where the sheet's is
 * not, what they place through wh_sheet_text() and wh_sheet_x() stands on the other side, all but
 * maps. wh_sheet_x() gives the left edge of a box of this width whose left edge would be x.
 */
double wh_sheet_x(const struct wh_sheet *sheet, double x, double width);
/* A paragraph; draws only when not measuring. LEFT is where reading starts. Returns its height. */
double wh_sheet_text(const struct wh_sheet *sheet, const struct wh_font *font, const char *text,
                     double x, double y, double width, enum wh_align align);
/* The same from margin to margin, tagged `tag` ("P", "H1") for those who listen to the document. */
double wh_sheet_block(const struct wh_sheet *sheet, const char *tag, const struct wh_font *font,
                      const struct wh_buf *text, double y);
void wh_sheet_rule(const struct wh_sheet *sheet, double y, double width);
void wh_sheet_tag(const struct wh_sheet *sheet, const char *tag, const char *alt);
void wh_sheet_end_tag(const struct wh_sheet *sheet, const char *tag);

/* "Fly-tipping" inside a line is "fly-tipping"; "ASB" and "HMO licences" stay. */
void wh_say_lower(struct wh_buf *buf, const char *title);
/* "Kingsmead ward" */
void wh_say_ward_name(struct wh_buf *buf, const struct wh_language *lang, const char *name);
/* "Kingsmead ward: noise complaints" into `buf`; also the document's title. */
void wh_sheet_title(struct wh_buf *buf, const struct wh_language *lang,
                    const struct wh_report *report, const struct wh_theme_report *theme,
                    int32_t ward_idx);

/* Band of the officer's edition, council and period. */
double wh_sheet_top(const struct wh_sheet *sheet, double y);
/* The same, title, large sentence. */
double wh_sheet_head(const struct wh_sheet *sheet, double y);
/* Of the officer's edition; nothing, and no height, on the public's. */
double wh_sheet_band(const struct wh_sheet *sheet, double y);
/* How the surface was made. Names of methods and reasons are the run's, in English. */
void wh_say_density_method(struct wh_buf *buf, const struct wh_language *lang,
                           const struct wh_theme_report *theme);
/* The same on a page that goes on from the one before: one line. */
double wh_sheet_head_continued(const struct wh_sheet *sheet, double y);
/* Small print; drawn upwards from the lower margin: y is its top. */
double wh_sheet_foot(const struct wh_sheet *sheet, double y);
/* The legend's classes with their numbers, and `note`, for those who do not see it. */
void wh_legend_alt_text(struct wh_buf *buf, const struct wh_language *lang,
                        const struct wh_theme_report *theme);
/* Legend, scale, north, locator; `view` is the map's. */
double wh_sheet_strip(const struct wh_sheet *sheet, const struct wh_view *view, double y);
/* Parts of it. */
/* Begins the figure that the legend is in, with its words; the caller ends it. */
void wh_sheet_tag_legend(const struct wh_sheet *sheet);
double wh_sheet_legend(const struct wh_sheet *sheet, double x, double y, double width);
double wh_sheet_north(const struct wh_sheet *sheet, double x, double y);
double wh_sheet_scale(const struct wh_sheet *sheet, const struct wh_view *view, double bar_x,
                      double y);
/* Count, change, rates of the ward or of all, side by side. */
double wh_sheet_figures(const struct wh_sheet *sheet, double y);

/* Indices of the hot spots that the sheet tells of, by rank. */
struct wh_rows {
    size_t n;
    uint32_t *idx;
};
/* Heading, and one sentence each for the top three. */
double wh_sheet_hotspots(const struct wh_sheet *sheet, const struct wh_rows *rows, double y);
/* Rows [from, to) of the ranked table with its header. */
double wh_sheet_hotspot_table(const struct wh_sheet *sheet, const struct wh_rows *rows, size_t from,
                              size_t to, double y);
/* Rows [from, to) of the wards, ranked, in two columns. */
double wh_sheet_ward_table(const struct wh_sheet *sheet, const struct wh_rows *rows, size_t from,
                           size_t to, double y);

/* How a sheet falls on pages: rows on the first, the rest on later ones. */
struct wh_sheet_plan {
    size_t n_first;
    bool is_crowded;
    uint32_t n_sentences;
    uint32_t n_pages;
    double map_h;
};
/* One ward's sheet, or with ward_idx -1 the overview. The caller keeps the plan between planning
 * and drawing. */
WH_MUST_USE enum wh_status wh_sheet_rows(const struct wh_sheet *sheet, struct wh_rows *ret,
                                         struct wh_error *err);
void wh_rows_finish(struct wh_ctx *ctx, struct wh_rows *rows);
struct wh_sheet_plan wh_sheet_make_plan(const struct wh_sheet *sheet, const struct wh_rows *rows);
/* Draws all pages; `sheet->page` is that of the first. The last page is not ended. */
WH_MUST_USE enum wh_status wh_sheet_draw(struct wh_sheet *sheet, const struct wh_rows *rows,
                                         const struct wh_sheet_plan *plan, struct wh_error *err);

#endif
