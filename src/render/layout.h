/*
 * render/layout.h: what stands where on a ward sheet, from styles/print/<name>.json: frames, sizes,
 * colours, crest, and the elements of each page. docs/print-layouts.md describes the file.
 */
#ifndef WH_RENDER_LAYOUT_H
#define WH_RENDER_LAYOUT_H

#include "render/style.h"

enum wh_element {
    WH_ELEMENT_COUNCIL,
    WH_ELEMENT_PERIOD,
    WH_ELEMENT_TITLE,
    WH_ELEMENT_LINE, /* better or worse, in one large line */
    WH_ELEMENT_MAP,
    WH_ELEMENT_LEGEND,
    WH_ELEMENT_NORTH,
    WH_ELEMENT_SCALE,
    WH_ELEMENT_LOCATOR,
    WH_ELEMENT_HOTSPOTS, /* a sentence each */
    WH_ELEMENT_RANKED,   /* the table of them all */
    WH_ELEMENT_SERVICES, /* received, closed, in time, open, by theme */
    WH_ELEMENT_MONTHS,
    WH_ELEMENT_CHANNELS,
    WH_ELEMENT_DONE,
    WH_ELEMENT_OWNERS,
    WH_ELEMENT_STREETS,
    WH_ELEMENT_NOTES,
    /* Those from here on are sentences; neighbours in a cell are one paragraph. */
    WH_ELEMENT_MAPPED,
    WH_ELEMENT_METHOD,
    WH_ELEMENT_DATA_THROUGH,
    WH_ELEMENT_MADE,
    WH_ELEMENT_HIDDEN,
    WH_ELEMENT_LICENCES,
    WH_ELEMENT_RELEASE,
    WH_ELEMENT_PAGE,
    WH_N_ELEMENTS
};
const char *wh_element_name(enum wh_element element); /* "data-through": in the file */

#define WH_LAYOUT_CELLS 4
#define WH_LAYOUT_ROWS 20
#define WH_LAYOUT_SHOWN 12

/* Elements below each other; cells of a row stand side by side. */
struct wh_layout_cell {
    double width; /* share of the row */
    size_t n;
    enum wh_element element[WH_LAYOUT_SHOWN];
};
struct wh_layout_row {
    bool is_foot; /* stands at the frame's end, on every page */
    size_t n_cells;
    struct wh_layout_cell cell[WH_LAYOUT_CELLS];
};
struct wh_layout_page {
    double frame_mm[4]; /* x, y, width, height on A4 */
    size_t n_rows;
    struct wh_layout_row row[WH_LAYOUT_ROWS];
};

enum wh_layout_colour {
    WH_LAYOUT_INK,
    WH_LAYOUT_GREY,
    WH_LAYOUT_RULE,
    WH_LAYOUT_TINT,
    WH_LAYOUT_ACCENT,
    WH_LAYOUT_BETTER,
    WH_LAYOUT_WORSE,
    WH_LAYOUT_N_COLOURS
};
enum wh_layout_size {
    WH_LAYOUT_TITLE,
    WH_LAYOUT_LINE,
    WH_LAYOUT_SENTENCE,
    WH_LAYOUT_TABLE,
    WH_LAYOUT_SMALL,
    WH_LAYOUT_N_SIZES
};

struct wh_layout {
    struct wh_rgb colour[WH_LAYOUT_N_COLOURS];
    double size[WH_LAYOUT_N_SIZES]; /* points on A4 */
    uint32_t most_sentences;        /* on the front */
    double least_map;               /* share of the front's height */
    bool has_grid;                  /* squares on the map, for the index of streets */
    char crest[512];                /* path of a PNG; "": none */
    double crest_mm[4];
    struct wh_layout_page front, back;
};

/* Loads <styles_dir>/print/<name>.json; or the file itself, where the name ends in .json. The crest
 * is relative to the file. WH_ERR_CONFIG names file and place in it. */
WH_MUST_USE enum wh_status wh_layout_load(struct wh_ctx *ctx, const char *styles_dir,
                                          const char *name, struct wh_layout **ret,
                                          struct wh_error *err);
/* From text in memory. */
WH_MUST_USE enum wh_status wh_layout_parse(const char *file, const struct wh_buf *text,
                                           struct wh_layout *ret, struct wh_error *err);
void wh_layout_destroy(struct wh_ctx *ctx, struct wh_layout *layout); /* NULL is fine */

#endif
