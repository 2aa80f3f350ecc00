/*
 * render/canvas.h: a sheet to draw on: a cairo surface in memory with text through Pango. Every
 * string that is drawn is recorded, with its size and box. Failures are sticky and come out of
 * wh_canvas_close() once, at the end.
 */
#ifndef WH_RENDER_CANVAS_H
#define WH_RENDER_CANVAS_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/str.h"
#include "render/message.h"
#include "render/pdf_finish.h"
#include "render/style.h"

/* What a text is for; each has its least size in points (ACCEPTANCE.md A5). */
enum wh_text_role { WH_TEXT_SENTENCE, WH_TEXT_TABLE, WH_TEXT_SMALL, WH_TEXT_MAP };
double wh_text_least_pt(enum wh_text_role role);

struct wh_font {
    enum wh_text_role role;
    double size; /* canvas units: points on a page, pixels on a tile */
    bool is_bold, has_even_digits;
    struct wh_rgb colour;
    double clear; /* 0: solid letters, 1: none to be seen */
    double halo;  /* width round the letters; 0: none */
    struct wh_rgb halo_colour;
    double halo_alpha;
    const char
        *families; /* NULL: the canvas's; else by falling preference, with commas; borrowed */
    int weight;    /* 0: by is_bold; else 100..900 */
    bool is_italic;
};

/* One string as it was drawn, for the layout's tests: box {x0, y0, x1, y1}, canvas units, y down.
 */
struct wh_drawn {
    enum wh_text_role role;
    double size;
    double box[4];
    uint32_t page;
    size_t text_start, text_len; /* in the canvas's text */
};

/* The size of a text that was measured, by a hash of all that it depends on. */
#define WH_MEASURES 2048
struct wh_measure {
    uint64_t key;
    double width, height;
};

/* Where an SVG ends in the canvas's bytes, and its words in the canvas's alt. */
struct wh_page_end {
    size_t bytes, alt;
};

struct wh_canvas {
    struct wh_ctx *ctx;
    struct wh_measure *measure; /* WH_MEASURES of them: pages are measured as often as drawn */
    cairo_surface_t *surface;
    cairo_t *cr;
    /* Of a PDF's pages, the last one still being drawn; none where nobody asked for them. */
    cairo_surface_t **picture;
    size_t n_pictures, cap_pictures;
    double picture_w, picture_h, picture_scale; /* points; pixels a point */
    cairo_surface_t *both;                      /* what draws on the PDF and its picture */
    cairo_t *pdf_cr;                            /* for tags, which only the PDF has */
    PangoFontMap *font_map; /* of the thread that opened the canvas: draw there, too */
    PangoContext *pango;
    PangoLayout *layout;
    const char *fonts, *style_fonts;
    char families[320];           /* a language's behind the style's: what `fonts` then is */
    double line_height;           /* of the language, in sizes of the font; 0: the font's own */
    double least_pt;              /* of all text but on maps; 0: each role's own least */
    uint32_t missing;             /* the first character that no font has, */
    char missing_in[100];         /* and the text that holds it; "" when there is none */
    struct wh_buf bytes;          /* the PDF, or SVGs; unused by images */
    double page_w, page_h;        /* of an SVG */
    struct wh_page_end *page_end; /* of SVGs */
    size_t n_ends, cap_ends;
    struct wh_buf text; /* every string drawn, a line each */
    struct wh_drawn *drawn;
    size_t n_drawn, cap_drawn;
    struct wh_pdf_tag *tag; /* of a PDF, in the order in which they were begun */
    size_t n_tags, cap_tags;
    struct wh_buf alt; /* their descriptions in words */
    char language[16]; /* of what is drawn now: BCP 47; "en" at first */
    uint32_t page;     /* from 1 */
    bool is_pdf, is_svg, is_closed, has_failed;
};

/* A PDF in memory; pages of width x height points. Caller closes and finishes. */
WH_MUST_USE enum wh_status wh_canvas_open_pdf(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                              const struct wh_style *style, double width_pt,
                                              double height_pt, struct wh_error *err);
/* The same as SVGs, one after the other: page_end says where each ends. */
WH_MUST_USE enum wh_status wh_canvas_open_svg(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                              const struct wh_style *style, double width_pt,
                                              double height_pt, struct wh_error *err);
/* Has each page of a PDF drawn as a picture, too: call it before anything is drawn. `scale` pixels
 * are one point. */
WH_MUST_USE enum wh_status wh_canvas_add_pictures(struct wh_canvas *canvas, double width_pt,
                                                  double height_pt, double scale,
                                                  struct wh_error *err);
/* An opaque picture of width x height pixels; `scale` pixels are one canvas unit. */
WH_MUST_USE enum wh_status wh_canvas_open_image(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                                const struct wh_style *style, uint32_t width_px,
                                                uint32_t height_px, double scale,
                                                struct wh_error *err);
/* The same, but one can see through where nothing is drawn. */
WH_MUST_USE enum wh_status wh_canvas_open_clear(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                                const struct wh_style *style, uint32_t width_px,
                                                uint32_t height_px, double scale,
                                                struct wh_error *err);
/* Ends a PDF: its bytes are complete then. Reports whatever failed since opening. */
WH_MUST_USE enum wh_status wh_canvas_close(struct wh_canvas *canvas, struct wh_error *err);
/* A zeroed canvas is fine. */
void wh_canvas_finish(struct wh_canvas *canvas);
void wh_canvas_next_page(struct wh_canvas *canvas);

void wh_canvas_colour(struct wh_canvas *canvas, struct wh_rgb colour, double alpha);
/*
 * A structure tag of a tagged PDF round what is drawn between the two; nothing on images. `role` is
 * one of PDF's (ISO 32000-1, 14.8.4: "H1", "P", "Figure", ...) and a constant. `alt` says a figure
 * in words for those who do not see it; "" or NULL: nothing. What is outside of all tags is
 * decoration, which no reader reads out.
 */
void wh_canvas_tag_begin(struct wh_canvas *canvas, const char *role, const char *alt);
void wh_canvas_tag_end(struct wh_canvas *canvas, const char *role);
/* The language of a page's words from now on: its direction, its fonts after the style's, and its
 * tag. */
void wh_canvas_speak(struct wh_canvas *canvas, const struct wh_language *lang);
/* Language of the words drawn from now on. The first tag's is the document's. */
void wh_canvas_set_language(struct wh_canvas *canvas, const char *language);

enum wh_align { WH_ALIGN_LEFT, WH_ALIGN_RIGHT, WH_ALIGN_CENTRE };

/* Width and height of a text; wrapped at `width` when that is > 0. */
void wh_text_measure(struct wh_canvas *canvas, const struct wh_font *font, const char *text,
                     double width, double *ret_width, double *ret_height);
/* Draws with the top at y; wraps at `width` (<= 0: never). x is the left, right or middle of the
 * text. Returns the height. */
double wh_text_draw(struct wh_canvas *canvas, const struct wh_font *font, const char *text,
                    double x, double y, double width, enum wh_align align);
/* The font made smaller, down to `least`, until the text fits `width` on one line; wrap it if it
 * then still does not. */
struct wh_font wh_text_shrink(struct wh_canvas *canvas, const struct wh_font *font,
                              const char *text, double width, double least);
/* Turned by angle_rad (clockwise on paper) round its middle at (x, y); wraps at `width` (<= 0:
 * never), its lines then centred. */
void wh_text_draw_turned(struct wh_canvas *canvas, const struct wh_font *font, const char *text,
                         double x, double y, double width, double angle_rad);

/* Control characters and bidi overrides dropped, bytes that are not UTF-8 shown as U+FFFD. */
void wh_text_clean(struct wh_buf *buf, struct wh_str text);

#endif
