/*
 * render/ward_sheet.h: one ward over all themes: a front to pin up, a back for those who want
 * figures, and as many pages more as that takes. What stands where is the layout's.
 */
#ifndef WH_RENDER_WARD_SHEET_H
#define WH_RENDER_WARD_SHEET_H

#include "render/sheet.h"

/* A street of the ward, and the squares of the map that most of it lies in. */
struct wh_street_entry {
    const char *name;   /* borrowed from the base map */
    uint16_t square[2]; /* row * 26 + column */
    uint32_t n_squares;
};
struct wh_map_squares {
    size_t n_cols, n_rows; /* "A" to "F", 1 to 8 */
    double side;           /* canvas units */
};

struct wh_ward_sheet {
    struct wh_sheet sheet; /* its theme is `merged` */
    const struct wh_layout *layout;
    const struct wh_layout_page *page;
    /* Overall, with every theme's hot spots: those of the ward by number from 1, then the others.
     */
    struct wh_theme_report merged;
    const struct wh_theme_report **theme_of; /* of each of merged.hotspot */
    size_t n_spots;                          /* in the ward */
    uint32_t n_sentences;
    struct wh_view view;
    struct wh_map_squares squares;
    struct wh_street_entry *street;
    size_t n_streets;
    double map_h;
};

/* Merges, ranks, plans. The sheet's canvas is open. Caller finishes. */
WH_MUST_USE enum wh_status wh_ward_sheet_open(struct wh_ward_sheet *ward, struct wh_canvas *canvas,
                                              const struct wh_report *report, uint32_t ward_idx,
                                              const struct wh_page_options *opt,
                                              struct wh_error *err);
void wh_ward_sheet_finish(struct wh_ward_sheet *ward);
/* Draws all pages; the last is not ended. */
WH_MUST_USE enum wh_status wh_ward_sheet_draw(struct wh_ward_sheet *ward, struct wh_error *err);

/* ---- between its files ---- */

/* A cell of the page, as a sheet of its own width; `ward` holds the rest. */
struct wh_ward_cell {
    struct wh_ward_sheet *ward;
    struct wh_sheet sheet;
    double room; /* height down to the foot */
};
/*
 * Draws an element at y and returns its height, as a sheet's blocks do. `from`: the first item, of
 * those that can go on over pages; set to where the next page begins, SIZE_MAX when all is told.
 */
typedef double wh_element_fn(const struct wh_ward_cell *cell, double y, size_t *from);
wh_element_fn wh_ward_council, wh_ward_period, wh_ward_title, wh_ward_line, wh_ward_legend,
    wh_ward_north, wh_ward_scale, wh_ward_locator, wh_ward_hotspots;
wh_element_fn wh_ward_ranked, wh_ward_services, wh_ward_months, wh_ward_channels, wh_ward_done,
    wh_ward_owners, wh_ward_streets, wh_ward_notes;
WH_MUST_USE enum wh_status wh_ward_map(struct wh_ward_sheet *ward, double y, struct wh_error *err);
/* A sentence of the small print. */
void wh_ward_say(struct wh_buf *buf, const struct wh_ward_sheet *ward, enum wh_element element);

struct wh_font wh_ward_font(const struct wh_ward_cell *cell, enum wh_layout_size size, bool is_bold,
                            enum wh_layout_colour colour);
/* A paragraph over the cell's width; 0 and nothing where `text` is empty. */
double wh_ward_put(const struct wh_ward_cell *cell, const char *tag, const struct wh_font *font,
                   const struct wh_buf *text, double y);
/* The heading of an element, by its key. */
double wh_ward_heading(const struct wh_ward_cell *cell, const char *key, double y);

/* The head of a page on which figures go on. */
double wh_ward_continued(const struct wh_ward_cell *cell, double y);

/* A table: columns by their share, cells as text. */
struct wh_ward_column {
    double share;
    enum wh_align align;
};
double wh_ward_row(const struct wh_ward_cell *cell, const struct wh_ward_column *column, size_t n,
                   const struct wh_buf *text, bool is_head, double y);

/* ward_words.c */
/* As wh_say_count, with the tables' word for what is hidden: a sheet has one. */
void wh_say_ward_count(struct wh_buf *buf, const struct wh_ward_sheet *ward,
                       const struct wh_count *count);
/* -1 better, 1 worse, 0 about the same, 2 nothing is compared. */
int wh_ward_verdict(const struct wh_ward_sheet *ward);
void wh_say_ward_lead(struct wh_buf *buf, const struct wh_ward_sheet *ward);
void wh_say_ward_detail(struct wh_buf *buf, const struct wh_ward_sheet *ward);
/* Who deals with a service; a telephone number stays on its line. */
void wh_say_owner(struct wh_buf *buf, const char *owner);
void wh_say_spot(struct wh_buf *buf, const struct wh_ward_sheet *ward, size_t idx);
void wh_say_ward_alt(struct wh_buf *buf, const struct wh_ward_sheet *ward);

/* street_index.c: by name. Caller frees. */
WH_MUST_USE enum wh_status wh_street_index(struct wh_ctx *ctx, const struct wh_basemap *basemap,
                                           const struct wh_shape *ward, const struct wh_view *view,
                                           const struct wh_map_squares *squares,
                                           struct wh_street_entry **ret, size_t *ret_n,
                                           struct wh_error *err);

#endif
