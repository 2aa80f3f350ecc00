/* render/ward_front.c: head, map and sentences of a ward sheet. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "render/style_internal.h"
#include "render/ward_sheet.h"

#define GUTTER 11.0 /* left of and above the map: letters and numbers of its squares */
#define LOCATOR_H 62.0

struct wh_font wh_ward_font(const struct wh_ward_cell *cell, enum wh_layout_size size, bool is_bold,
                            enum wh_layout_colour colour)
{
    static const enum wh_text_role ROLE[WH_LAYOUT_N_SIZES] = {
        WH_TEXT_SENTENCE, WH_TEXT_SENTENCE, WH_TEXT_SENTENCE, WH_TEXT_TABLE, WH_TEXT_SMALL};
    const struct wh_layout *const layout = cell->ward->layout;
    return wh_sheet_font(&cell->sheet, ROLE[size], layout->size[size], is_bold,
                         layout->colour[colour]);
}

double wh_ward_put(const struct wh_ward_cell *cell, const char *tag, const struct wh_font *font,
                   const struct wh_buf *text, double y)
{
    cell->sheet.canvas->has_failed |= text->failed;
    return wh_buf_view(text).len == 0 ? 0 : wh_sheet_block(&cell->sheet, tag, font, text, y);
}

double wh_ward_heading(const struct wh_ward_cell *cell, const char *key, double y)
{
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_SENTENCE, true, WH_LAYOUT_ACCENT);
    struct wh_buf text;
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    wh_say(&text, cell->sheet.lang, key);
    const double h = wh_ward_put(cell, "H2", &font, &text, y) + 2 * cell->sheet.scale;
    wh_buf_finish(&text);
    return h;
}

/* One line of words that may fill the cell. */
static double put_words(const struct wh_ward_cell *cell, const char *tag,
                        const struct wh_font *font, double y,
                        void (*say)(struct wh_buf *buf, const struct wh_ward_sheet *ward))
{
    struct wh_buf text;
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    say(&text, cell->ward);
    const double h = wh_ward_put(cell, tag, font, &text, y);
    wh_buf_finish(&text);
    return h;
}

static void say_council(struct wh_buf *buf, const struct wh_ward_sheet *ward)
{
    const struct wh_report *const report = ward->sheet.report;
    struct wh_buf themes;
    wh_buf_init(&themes, buf->ctx);
    for (size_t t = 0; t < report->n_themes; t++) {
        if (t > 0) {
            wh_say(&themes, ward->sheet.lang, "list.comma");
        }
        wh_say_lower(&themes, report->theme[t].theme->title);
    }
    wh_say_with(buf, ward->sheet.lang, "sheet.council", wh_arg_text("council", report->title),
                wh_arg_text("themes", wh_buf_view(&themes).ptr));
    buf->failed |= themes.failed;
    wh_buf_finish(&themes);
}

static void say_period(struct wh_buf *buf, const struct wh_ward_sheet *ward)
{
    wh_say_period(buf, ward->sheet.lang, &ward->merged.period);
}

double wh_ward_council(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TABLE, false, WH_LAYOUT_GREY);
    return put_words(cell, "P", &font, y, say_council);
}

double wh_ward_period(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TABLE, false, WH_LAYOUT_GREY);
    const struct wh_sheet *const sheet = &cell->sheet;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    say_period(&text, cell->ward);
    wh_sheet_tag(sheet, "P", "");
    const double h = wh_sheet_text(sheet, &font, wh_buf_view(&text).ptr, sheet->left + sheet->wide,
                                   y, sheet->wide, WH_ALIGN_RIGHT);
    wh_sheet_end_tag(sheet, "P");
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return h;
}

static void say_back_title(struct wh_buf *buf, const struct wh_ward_sheet *ward)
{
    struct wh_buf name;
    wh_buf_init(&name, buf->ctx);
    wh_say_ward_name(&name, ward->sheet.lang,
                     ward->sheet.report->wards->name[ward->sheet.ward_idx]);
    wh_say_with(buf, ward->sheet.lang, "sheet.in_figures",
                wh_arg_text("ward", wh_buf_view(&name).ptr));
    buf->failed |= name.failed;
    wh_buf_finish(&name);
}

double wh_ward_title(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const bool is_front = cell->ward->page == &cell->ward->layout->front;
    struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TITLE, true, WH_LAYOUT_INK);
    struct wh_buf text;
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    if (is_front) {
        wh_say_ward_name(&text, cell->sheet.lang,
                         cell->sheet.report->wards->name[cell->sheet.ward_idx]);
    } else {
        font.size *= 0.72;
        say_back_title(&text, cell->ward);
    }
    font = wh_text_shrink(cell->sheet.canvas, &font, wh_buf_view(&text).ptr, cell->sheet.wide,
                          fmin(font.size, 15 * cell->sheet.scale));
    const double h = wh_ward_put(cell, is_front ? "H1" : "H2", &font, &text, y);
    wh_buf_finish(&text);
    return h + cell->sheet.scale;
}

double wh_ward_continued(const struct wh_ward_cell *cell, double y)
{
    struct wh_font font = wh_ward_font(cell, WH_LAYOUT_SENTENCE, true, WH_LAYOUT_INK);
    struct wh_buf title, text;
    font.size *= 1.2;
    wh_buf_init(&title, cell->sheet.canvas->ctx);
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    say_back_title(&title, cell->ward);
    wh_say_with(&text, cell->sheet.lang, "title.continued",
                wh_arg_text("title", wh_buf_view(&title).ptr));
    const double h = wh_ward_put(cell, "H2", &font, &text, y);
    cell->sheet.canvas->has_failed |= title.failed;
    wh_buf_finish(&title);
    wh_buf_finish(&text);
    return h + 4 * cell->sheet.scale;
}

double wh_ward_line(const struct wh_ward_cell *cell, double y, size_t *from)
{
    static const enum wh_layout_colour COLOUR[] = {WH_LAYOUT_BETTER, WH_LAYOUT_INK, WH_LAYOUT_WORSE,
                                                   WH_LAYOUT_INK};
    (void)from;
    const struct wh_font lead =
        wh_ward_font(cell, WH_LAYOUT_LINE, true, COLOUR[wh_ward_verdict(cell->ward) + 1]);
    struct wh_font detail = wh_ward_font(cell, WH_LAYOUT_SENTENCE, false, WH_LAYOUT_INK);
    detail.size *= 1.06;
    double h = put_words(cell, "P", &lead, y, wh_say_ward_lead);
    h += put_words(cell, "P", &detail, y + h, wh_say_ward_detail);
    return h;
}

double wh_ward_legend(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_sheet *const sheet = &cell->sheet;
    wh_sheet_tag_legend(sheet);
    const double h = wh_sheet_legend(sheet, sheet->left, y, sheet->wide);
    wh_sheet_end_tag(sheet, "Figure");
    return h;
}

double wh_ward_north(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    return wh_sheet_north(&cell->sheet, cell->sheet.left, y);
}

double wh_ward_scale(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    return wh_sheet_scale(&cell->sheet, &cell->ward->view, cell->sheet.left + 5 * cell->sheet.scale,
                          y + 3 * cell->sheet.scale) +
           3 * cell->sheet.scale;
}

double wh_ward_locator(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_sheet *const sheet = &cell->sheet;
    const double side = fmin(LOCATOR_H * sheet->scale, sheet->wide);
    if (!sheet->is_measuring) {
        wh_locator_draw(sheet->canvas, sheet->report, sheet->ward_idx, &cell->ward->view,
                        wh_sheet_x(sheet, sheet->left + sheet->wide - side, side), y, side, side);
    }
    return side;
}

/* ---- the map ---- */

/* Letters along the top, numbers down the side, and faint lines to where they lead. */
static void draw_squares(const struct wh_ward_sheet *ward, double x, double y)
{
    const struct wh_map_squares *const squares = &ward->squares;
    const struct wh_view *const view = &ward->view;
    const struct wh_font font = {.role = WH_TEXT_SMALL,
                                 .size = fmax(8 * ward->sheet.scale, 8),
                                 .is_bold = true,
                                 .colour = ward->layout->colour[WH_LAYOUT_GREY]};
    cairo_t *const cr = ward->sheet.canvas->cr;
    char label[24];
    double w, h;
    cairo_new_path(cr);
    for (size_t c = 0; c < squares->n_cols; c++) {
        const double left = view->x + (double)c * squares->side,
                     right = fmin(left + squares->side, view->x + view->w);
        snprintf(label, sizeof label, "%c", (char)('A' + (int)c));
        if (right - left > font.size) {
            wh_text_measure(ward->sheet.canvas, &font, label, 0, &w, &h);
            wh_text_draw(ward->sheet.canvas, &font, label, 0.5 * (left + right), view->y - h - 0.5,
                         0, WH_ALIGN_CENTRE);
        }
        if (c > 0) {
            cairo_move_to(cr, left, view->y);
            cairo_line_to(cr, left, view->y + view->h);
        }
    }
    for (size_t r = 0; r < squares->n_rows; r++) {
        const double top = view->y + (double)r * squares->side,
                     bottom = fmin(top + squares->side, view->y + view->h);
        snprintf(label, sizeof label, "%zu", r + 1);
        wh_text_measure(ward->sheet.canvas, &font, label, 0, &w, &h);
        if (bottom - top > h) {
            wh_text_draw(ward->sheet.canvas, &font, label,
                         x + 0.5 * (GUTTER - 2) * ward->sheet.scale, 0.5 * (top + bottom - h), 0,
                         WH_ALIGN_CENTRE);
        }
        if (r > 0) {
            cairo_move_to(cr, view->x, top);
            cairo_line_to(cr, view->x + view->w, top);
        }
    }
    (void)y;
    cairo_set_line_width(cr, 0.35);
    wh_canvas_colour(ward->sheet.canvas, ward->layout->colour[WH_LAYOUT_GREY], 0.45);
    cairo_stroke(cr);
}

enum wh_status wh_ward_map(struct wh_ward_sheet *ward, double y, struct wh_error *err)
{
    const struct wh_sheet *const sheet = &ward->sheet;
    const double gutter = ward->layout->has_grid ? GUTTER * sheet->scale : 0;
    const struct wh_map_spec spec = {.report = sheet->report,
                                     .theme = &ward->merged,
                                     .ward_idx = sheet->ward_idx,
                                     .basemap = sheet->opt->basemap,
                                     .style = sheet->opt->style,
                                     .x = sheet->left + gutter,
                                     .y = y + gutter,
                                     .w = sheet->wide - gutter,
                                     .h = ward->map_h - gutter,
                                     .px = 0.75,
                                     .scale = sheet->scale,
                                     .is_paper = true};
    struct wh_buf alt;
    enum wh_status status = WH_OK;
    ward->view = wh_map_view(&spec);
    ward->squares.side = spec.w / 6;
    ward->squares.n_cols = 6;
    ward->squares.n_rows = (size_t)ceil(spec.h / ward->squares.side - 0.02);
    if (sheet->is_measuring) {
        return WH_OK;
    }
    wh_buf_init(&alt, sheet->canvas->ctx);
    wh_say_ward_alt(&alt, ward);
    wh_sheet_tag(sheet, "Figure", wh_buf_view(&alt).ptr);
    status = wh_map_draw(sheet->canvas, &spec, &ward->view, err);
    if (status == WH_OK && ward->layout->has_grid) {
        draw_squares(ward, sheet->left, y);
    }
    wh_sheet_end_tag(sheet, "Figure");
    if (status == WH_OK) {
        status = wh_buf_ok(&alt, err);
    }
    wh_buf_finish(&alt);
    return status;
}

/* ---- the sentences ---- */

double wh_ward_hotspots(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_ward_sheet *const ward = cell->ward;
    const struct wh_sheet *const sheet = &cell->sheet;
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_SENTENCE, false, WH_LAYOUT_INK);
    const double top = y, radius = 7.6 * sheet->scale, indent = 21 * sheet->scale;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    for (size_t i = 0; i < ward->n_sentences; i++) {
        wh_buf_clear(&text);
        wh_say_spot(&text, ward, i);
        wh_sheet_tag(sheet, "P", "");
        if (!sheet->is_measuring) {
            wh_disc_draw(sheet->canvas, sheet->opt->style, &ward->merged.hotspot[i],
                         wh_sheet_x(sheet, sheet->left + radius, 0), y + radius, radius);
        }
        y += wh_sheet_text(sheet, &font, wh_buf_view(&text).ptr, sheet->left + indent, y,
                           sheet->wide - indent, WH_ALIGN_LEFT) +
             3 * sheet->scale;
        wh_sheet_end_tag(sheet, "P");
        sheet->canvas->has_failed |= text.failed;
    }
    if (ward->n_sentences < ward->n_spots) {
        wh_buf_clear(&text);
        wh_say_with(&text, sheet->lang, "sheet.more",
                    wh_arg_count("count", ward->n_spots - ward->n_sentences));
        y += wh_ward_put(cell, "P", &font, &text, y);
    }
    wh_buf_finish(&text);
    return y - top;
}
