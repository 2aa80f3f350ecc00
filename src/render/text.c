/* render/text.c: text on a canvas through Pango. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "render/canvas.h"
#include "render/thin.h"

#define SHRINK_STEP 0.96
#define HALO_TOLERANCE 0.4 /* of the halo's width */

double wh_text_least_pt(enum wh_text_role role)
{
    switch (role) {
    case WH_TEXT_SENTENCE:
        return 12.0;
    case WH_TEXT_TABLE:
        return 10.0;
    case WH_TEXT_SMALL:
    case WH_TEXT_MAP:
        break;
    }
    return 8.0;
}

/*
 * Control characters could end a line of the record; overrides could make a name read as another.
 * What joins letters (U+200C, U+200D), directional marks (U+200E, U+200F) and isolates that take
 * the direction of what they hold (U+2068, U+2069) stay: Urdu is not written without.
 */
static bool is_dropped(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x200b ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2067) ||
           (c >= 0x206a && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe007f);
}

void wh_text_clean(struct wh_buf *buf, struct wh_str text)
{
    size_t pos = 0;
    while (pos < text.len) {
        const struct wh_str rest = wh_str_slice(text, pos, text.len);
        const size_t good = wh_utf8_check(rest);
        const struct wh_str run = wh_str_slice(rest, 0, good);
        for (size_t at = 0; at < run.len;) {
            const size_t from = at;
            const uint32_t c = wh_utf8_next(run, &at);
            if (c == '\t' || c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029) {
                wh_buf_char(buf, ' ');
            } else if (!is_dropped(c)) {
                wh_buf_add(buf, run.ptr + from, at - from);
            }
        }
        pos += good;
        if (pos < text.len) {
            wh_buf_c(buf, "\xef\xbf\xbd");
            pos++;
        }
    }
}

static PangoWeight weight_of(const struct wh_font *font)
{
    if (font->weight > 0) {
        return (PangoWeight)font->weight;
    }
    return font->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL;
}

/*
 * Pango takes the letter from the blank where it breaks a line. In a PDF the words on both sides
 * would then be one for those who listen to it, or copy it; a blank of no width keeps them apart.
 */
static void keep_blanks(PangoLayout *layout)
{
    for (GSList *at = pango_layout_get_lines(layout); at != NULL; at = at->next) {
        const PangoLayoutLine *const line = at->data;
        for (GSList *run = line->runs; run != NULL; run = run->next) {
            const PangoGlyphItem *const item = run->data;
            for (int i = 0; i < item->glyphs->num_glyphs; i++) {
                PangoGlyphInfo *const glyph = &item->glyphs->glyphs[i];
                const int at_byte = item->item->offset + item->glyphs->log_clusters[i];
                hb_codepoint_t blank;
                if (glyph->glyph == PANGO_GLYPH_EMPTY &&
                    pango_layout_get_text(layout)[at_byte] == ' ' &&
                    hb_font_get_nominal_glyph(pango_font_get_hb_font(item->item->analysis.font),
                                              ' ', &blank)) {
                    glyph->glyph = blank;
                }
            }
        }
    }
}

/* Lays the text out; the canvas's one layout holds it until the next call. */
static void lay_out(struct wh_canvas *canvas, const struct wh_font *font, const char *text,
                    double width, enum wh_align align)
{
    static const PangoAlignment ALIGN[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_RIGHT, PANGO_ALIGN_CENTER};
    struct wh_buf clean;
    wh_buf_init(&clean, canvas->ctx);
    wh_text_clean(&clean, wh_str_c(text));
    canvas->has_failed |= clean.failed;
    PangoFontDescription *const desc = pango_font_description_new();
    pango_font_description_set_family_static(desc, font->families != NULL ? font->families
                                                                          : canvas->fonts);
    pango_font_description_set_weight(desc, weight_of(font));
    if (font->is_italic) {
        pango_font_description_set_style(desc, PANGO_STYLE_ITALIC);
    }
    pango_font_description_set_absolute_size(desc, font->size * PANGO_SCALE);
    PangoAttrList *const attributes = pango_attr_list_new();
    if (font->has_even_digits) {
        pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"));
    }
    if (canvas->line_height > 0 && font->role != WH_TEXT_MAP) {
        const double height = canvas->line_height * font->size * PANGO_SCALE;
        pango_attr_list_insert(attributes, pango_attr_line_height_new_absolute((int)height));
    }
    pango_layout_set_font_description(canvas->layout, desc);
    pango_layout_set_attributes(canvas->layout, attributes);
    pango_layout_set_width(canvas->layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
    pango_layout_set_wrap(canvas->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(canvas->layout, ALIGN[align]);
    pango_layout_set_text(canvas->layout, clean.ptr != NULL ? clean.ptr : "", (int)clean.len);
    pango_attr_list_unref(attributes);
    pango_font_description_free(desc);
    wh_buf_finish(&clean);
}

static void layout_size(struct wh_canvas *canvas, double *ret_width, double *ret_height)
{
    PangoRectangle logical;
    pango_layout_get_extents(canvas->layout, NULL, &logical);
    *ret_width = (double)logical.width / PANGO_SCALE;
    *ret_height = (double)logical.height / PANGO_SCALE;
}

/* 64 bits of all that a text's size depends on. */
static uint64_t measure_key(const struct wh_font *font, const char *text, double width)
{
    struct {
        double size, width;
        uint64_t look, families;
    } how = {font->size, width > 0 ? width : 0,
             (uint64_t)weight_of(font) * 4 + font->has_even_digits + 2U * font->is_italic,
             wh_str_hash(wh_str_c(font->families))};
    const struct wh_str bytes = {(const char *)&how, sizeof how};
    return wh_str_hash(wh_str_c(text)) * UINT64_C(0x9e3779b97f4a7c15) ^ wh_str_hash(bytes);
}

void wh_text_measure(struct wh_canvas *canvas, const struct wh_font *font, const char *text,
                     double width, double *ret_width, double *ret_height)
{
    const uint64_t key = measure_key(font, text, width) | 1; /* 0: free */
    struct wh_measure *const known = &canvas->measure[key >> 32 & (WH_MEASURES - 1)];
    if (known->key != key) {
        known->key = key;
        lay_out(canvas, font, text, width, WH_ALIGN_LEFT);
        layout_size(canvas, &known->width, &known->height);
    }
    *ret_width = known->width;
    *ret_height = known->height;
}

/* The first character of the layout that no font has. */
static uint32_t find_missing(PangoLayout *layout)
{
    uint32_t found = 0;
    PangoLayoutIter *const iter = pango_layout_get_iter(layout);
    do {
        const PangoLayoutRun *const run = pango_layout_iter_get_run_readonly(iter);
        for (int i = 0; run != NULL && found == 0 && i < run->glyphs->num_glyphs; i++) {
            const PangoGlyph glyph = run->glyphs->glyphs[i].glyph;
            if ((glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0 && glyph != PANGO_GLYPH_EMPTY) {
                found = glyph & ~PANGO_GLYPH_UNKNOWN_FLAG;
            }
        }
    } while (found == 0 && pango_layout_iter_next_run(iter));
    pango_layout_iter_free(iter);
    return found;
}

/* Adds what the layout holds to the record. */
static void record(struct wh_canvas *canvas, const struct wh_font *font, const double box[4])
{
    const char *const text = pango_layout_get_text(canvas->layout);
    struct wh_error err;
    void *array = canvas->drawn;
    if (text[0] == '\0') {
        return;
    }
    if (canvas->missing_in[0] == '\0' &&
        pango_layout_get_unknown_glyphs_count(canvas->layout) > 0) {
        canvas->missing = find_missing(canvas->layout);
        wh_log_escape(wh_str_c(text), canvas->missing_in, sizeof canvas->missing_in);
    }
    if (wh_grow(canvas->ctx, &array, canvas->n_drawn, &canvas->cap_drawn, sizeof *canvas->drawn,
                &err) != WH_OK) {
        canvas->has_failed = true;
        return;
    }
    canvas->drawn = array;
    canvas->drawn[canvas->n_drawn++] = (struct wh_drawn){.role = font->role,
                                                         .size = font->size,
                                                         .box = {box[0], box[1], box[2], box[3]},
                                                         .page = canvas->page,
                                                         .text_start = canvas->text.len,
                                                         .text_len = strlen(text)};
    wh_buf_c(&canvas->text, text);
    wh_buf_char(&canvas->text, '\n');
}

/*
 * The outlines of the letters for a halo, which blurs them anyway: straight lines, as few as do.
 * The true curves would be most of the bytes of a page.
 */
static void add_halo_path(cairo_t *cr, PangoLayout *layout, double halo)
{
    struct wh_thin thin = {.tolerance = HALO_TOLERANCE * halo};
    cairo_new_path(cr);
    cairo_move_to(cr, 0, 0);
    pango_cairo_layout_path(cr, layout);
    const double tolerance = cairo_get_tolerance(cr);
    cairo_set_tolerance(cr, HALO_TOLERANCE * halo);
    cairo_path_t *const path = cairo_copy_path_flat(cr);
    cairo_set_tolerance(cr, tolerance);
    cairo_new_path(cr);
    double x = 0, y = 0;
    bool has_last = false;
    for (int i = 0; i < path->num_data; i += path->data[i].header.length) {
        const cairo_path_data_t *const step = &path->data[i];
        const bool is_line = step->header.type == CAIRO_PATH_LINE_TO;
        if (has_last &&
            (!is_line || wh_thin_needs_last(&thin, x, y, step[1].point.x, step[1].point.y))) {
            cairo_line_to(cr, x, y);
            wh_thin_at(&thin, x, y);
        }
        has_last = is_line;
        if (step->header.type == CAIRO_PATH_CLOSE_PATH) {
            cairo_close_path(cr);
            continue;
        }
        x = step[1].point.x;
        y = step[1].point.y;
        if (!is_line) {
            cairo_move_to(cr, x, y);
            wh_thin_at(&thin, x, y);
        }
    }
    if (has_last) {
        cairo_line_to(cr, x, y);
    }
    cairo_path_destroy(path);
}

/* Shows the layout with its top left at the current origin. */
static void show(struct wh_canvas *canvas, const struct wh_font *font)
{
    cairo_t *const cr = canvas->cr;
    if (font->halo > 0) {
        add_halo_path(cr, canvas->layout, font->halo);
        cairo_set_line_width(cr, 2 * font->halo);
        cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
        wh_canvas_colour(canvas, font->halo_colour, font->halo_alpha);
        cairo_stroke(cr);
    }
    wh_canvas_colour(canvas, font->colour, 1.0 - font->clear);
    cairo_move_to(cr, 0, 0);
    if (canvas->is_pdf && pango_layout_get_line_count(canvas->layout) > 1) {
        keep_blanks(canvas->layout);
    }
    pango_cairo_show_layout(cr, canvas->layout);
}

double wh_text_draw(struct wh_canvas *canvas, const struct wh_font *font, const char *text,
                    double x, double y, double width, enum wh_align align)
{
    static const double SHIFT[] = {0.0, 1.0, 0.5};
    double text_width, text_height;
    lay_out(canvas, font, text, width, align);
    layout_size(canvas, &text_width, &text_height);
    /* A wrapped layout aligns its lines inside `width`; a single line is as wide as itself. */
    const double left = x - SHIFT[align] * (width > 0 ? width : text_width);
    const double ink_left = x - SHIFT[align] * text_width;
    record(canvas, font, (double[4]){ink_left, y, ink_left + text_width, y + text_height});
    cairo_save(canvas->cr);
    cairo_translate(canvas->cr, left, y);
    show(canvas, font);
    cairo_restore(canvas->cr);
    return text_height;
}

struct wh_font wh_text_shrink(struct wh_canvas *canvas, const struct wh_font *font,
                              const char *text, double width, double least)
{
    struct wh_font fitting = *font;
    double text_width, text_height;
    least = font->role == WH_TEXT_MAP ? least : fmax(least, canvas->least_pt);
    wh_text_measure(canvas, &fitting, text, 0, &text_width, &text_height);
    while (text_width > width && fitting.size > least) {
        fitting.size = fmax(least, fitting.size * SHRINK_STEP);
        wh_text_measure(canvas, &fitting, text, 0, &text_width, &text_height);
    }
    return fitting;
}

void wh_text_draw_turned(struct wh_canvas *canvas, const struct wh_font *font, const char *text,
                         double x, double y, double width, double angle_rad)
{
    double text_width, height;
    lay_out(canvas, font, text, width, WH_ALIGN_CENTRE);
    layout_size(canvas, &text_width, &height);
    const double c = fabs(cos(angle_rad)), s = fabs(sin(angle_rad));
    const double half_x = 0.5 * (text_width * c + height * s);
    const double half_y = 0.5 * (text_width * s + height * c);
    record(canvas, font, (double[4]){x - half_x, y - half_y, x + half_x, y + half_y});
    cairo_save(canvas->cr);
    cairo_translate(canvas->cr, x, y);
    cairo_rotate(canvas->cr, angle_rad);
    cairo_translate(canvas->cr, -0.5 * (width > 0 ? width : text_width), -0.5 * height);
    show(canvas, font);
    cairo_restore(canvas->cr);
}
