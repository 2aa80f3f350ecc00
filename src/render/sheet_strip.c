/* render/sheet_strip.c: what explains the map, in a strip under it so that it covers nothing. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "render/density_draw.h"
#include "render/sheet.h"
#include "render/style_internal.h"

#define LOCATOR 60.0
#define MARKS 112.0 /* scale bar and north arrow */

/* A swatch as the colour looks on the map: translucent, over the land. */
static void swatch(const struct wh_sheet *sheet, double x, double y, double w, double h,
                   uint32_t class_idx)
{
    const struct wh_style *const style = sheet->opt->style;
    cairo_t *const cr = sheet->canvas->cr;
    cairo_new_path(cr);
    cairo_rectangle(cr, x, y, w, h);
    wh_canvas_colour(sheet->canvas, style->land, 1.0);
    cairo_fill_preserve(cr);
    if (class_idx > 0) {
        wh_canvas_colour(sheet->canvas, wh_style_class(style, class_idx, sheet->theme->legend.n),
                         style->class_alpha);
        cairo_fill_preserve(cr);
    }
    cairo_set_line_width(cr, 0.4);
    wh_canvas_colour(sheet->canvas, WH_GREY_INK, 1.0);
    cairo_stroke(cr);
}

/* The classes side by side, light to dark, each with its numbers under it. */
static double draw_classes(const struct wh_sheet *sheet, double x, double y, double width)
{
    const struct wh_legend *const legend = &sheet->theme->legend;
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_SMALL, 8.4, false, WH_INK);
    const uint32_t n = legend->n + 1;
    const double cell = fmin(width / n, 66 * sheet->scale), bar = 10 * sheet->scale;
    struct wh_buf text;
    double text_h = 0;
    wh_buf_init(&text, sheet->canvas->ctx);
    for (uint32_t i = 0; i < n; i++) {
        wh_buf_clear(&text);
        wh_say_class(&text, sheet->lang, legend, i);
        const char *const words = wh_buf_view(&text).ptr;
        if (!sheet->is_measuring) {
            swatch(sheet, wh_sheet_x(sheet, x + i * cell, cell), y, cell, bar, i);
        }
        const struct wh_font fitting =
            wh_text_shrink(sheet->canvas, &font, words, cell - 3, wh_text_least_pt(WH_TEXT_SMALL));
        text_h = fmax(text_h, wh_sheet_text(sheet, &fitting, words, x + (i + 0.5) * cell,
                                            y + bar + 1, cell - 2, WH_ALIGN_CENTRE));
    }
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return bar + 1 + text_h;
}

static bool has_class(const struct wh_surface *surface, uint8_t wanted)
{
    const size_t n = (size_t)surface->grid.nx * surface->grid.ny;
    return surface->class_of != NULL && memchr(surface->class_of, wanted, n) != NULL;
}

enum mark { MARK_HATCH, MARK_HOTSPOT, MARK_TENTATIVE, MARK_GONE, N_MARKS };

/* One sign with its words; returns how far it reaches, or with x < 0 only that. */
static double draw_mark(const struct wh_sheet *sheet, enum mark mark, double x, double y)
{
    static const char *const KEY[N_MARKS] = {"legend.too_few", "legend.hotspot", "legend.tentative",
                                             "legend.gone"};
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    wh_say(&text, sheet->lang, KEY[mark]);
    const char *const words = wh_buf_view(&text).ptr;
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_SMALL, 8.4, false, WH_INK);
    const double w = 18 * sheet->scale, h = 9 * sheet->scale;
    cairo_t *const cr = sheet->canvas->cr;
    double text_w, text_h;
    wh_text_measure(sheet->canvas, &font, words, 0, &text_w, &text_h);
    if (!sheet->is_measuring && x >= 0) {
        const double box_x = wh_sheet_x(sheet, x, w);
        if (mark == MARK_HATCH) {
            swatch(sheet, box_x, y, w, h, 0);
            wh_suppressed_swatch(sheet->canvas, sheet->opt->style, 0.75 * sheet->scale, box_x, y, w,
                                 h);
        } else {
            cairo_new_path(cr);
            cairo_rectangle(cr, box_x + 1, y + 1, w - 2, h - 2);
            wh_hotspot_stroke(sheet->canvas, sheet->opt->style,
                              mark == MARK_GONE ? WH_TREND_GONE : WH_TREND_STEADY,
                              mark == MARK_TENTATIVE ? WH_TENTATIVE : WH_FIRM, 0.7 * sheet->scale);
        }
        wh_sheet_text(sheet, &font, words, x + w + 4 * sheet->scale, y + 0.5 * (h - text_h), 0,
                      WH_ALIGN_LEFT);
    }
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return w + text_w + 14 * sheet->scale;
}

/* May the hot spot's outline be in the map round the ward? */
static bool is_near(const struct wh_sheet *sheet, const struct wh_hotspot *hotspot)
{
    double box[4], spot[4] = {hotspot->peak_x, hotspot->peak_y, hotspot->peak_x, hotspot->peak_y};
    wh_shape_box(&sheet->report->wards->shape[sheet->ward_idx], box);
    if (hotspot->shape.n_vertices > 0) {
        wh_shape_box(&hotspot->shape, spot);
    }
    const double room = 0.1 * fmax(box[2] - box[0], box[3] - box[1]);
    return spot[0] < box[2] + room && spot[2] > box[0] - room && spot[1] < box[3] + room &&
           spot[3] > box[1] - room;
}

/* Which signs this map needs, and how wide they are in a line. */
struct marks {
    bool is_on[N_MARKS];
    double wide[N_MARKS], total;
};

static struct marks choose_marks(const struct wh_sheet *sheet)
{
    struct marks marks = {.is_on = {has_class(&sheet->theme->surface, WH_CLASS_BLANK)}};
    for (size_t i = 0; i < sheet->theme->n_hotspots; i++) {
        const struct wh_hotspot *const h = &sheet->theme->hotspot[i];
        if (wh_hotspot_is_in(sheet->report, h, sheet->ward_idx)) {
            marks.is_on[h->trend == WH_TREND_GONE     ? MARK_GONE
                        : h->firmness == WH_TENTATIVE ? MARK_TENTATIVE
                                                      : MARK_HOTSPOT] = true;
        } else {
            marks.is_on[MARK_HOTSPOT] |= is_near(sheet, h); /* drawn faint */
        }
    }
    for (int i = 0; i < N_MARKS; i++) {
        if (marks.is_on[i]) {
            marks.wide[i] = draw_mark(sheet, (enum mark)i, -1, 0);
            marks.total += marks.wide[i];
        }
    }
    return marks;
}

/* Signs in a line, carried over to the next where the strip ends. */
static double draw_marks(const struct wh_sheet *sheet, const struct marks *marks, double x,
                         double y, double width)
{
    const double line = 13 * sheet->scale, top = y;
    double at = 0;
    for (int i = 0; i < N_MARKS; i++) {
        if (marks->is_on[i]) {
            if (at > 0 && at + marks->wide[i] > width) {
                at = 0;
                y += line;
            }
            draw_mark(sheet, (enum mark)i, x + at, y);
            at += marks->wide[i];
        }
    }
    return at > 0 ? y + line - top : 0;
}

double wh_sheet_legend(const struct wh_sheet *sheet, double x, double y, double width)
{
    const struct wh_font title_font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, true, WH_INK);
    const struct wh_font note_font = wh_sheet_font(sheet, WH_TEXT_SMALL, 8.8, false, WH_INK);
    const double top = y;
    struct wh_buf text, note;
    wh_buf_init(&text, sheet->canvas->ctx);
    wh_buf_init(&note, sheet->canvas->ctx);
    wh_say_unit(&text, sheet->lang, sheet->theme);
    wh_say_capital(&text, 0);
    wh_say(&note, sheet->lang, "legend.counts");
    const char *const unit = wh_buf_view(&text).ptr;
    const struct marks marks = choose_marks(sheet);
    double title_w, title_h;
    wh_text_measure(sheet->canvas, &title_font, unit, 0, &title_w, &title_h);
    /* Beside the title where there is room, else under the classes. */
    const bool is_beside = title_w + 16 * sheet->scale + marks.total <= width;
    if (is_beside) {
        draw_marks(sheet, &marks, x + width - marks.total + 10 * sheet->scale,
                   y + 1.5 * sheet->scale, marks.total + 1);
    }
    y += wh_sheet_text(sheet, &title_font, unit, x, y, width, WH_ALIGN_LEFT) + 2;
    y += draw_classes(sheet, x, y, width) + 3 * sheet->scale;
    if (!is_beside) {
        y += draw_marks(sheet, &marks, x, y, width);
    }
    y += wh_sheet_text(sheet, &note_font, wh_buf_view(&note).ptr, x, y, width, WH_ALIGN_LEFT);
    sheet->canvas->has_failed |= text.failed || note.failed;
    wh_buf_finish(&text);
    wh_buf_finish(&note);
    return y - top;
}

double wh_sheet_north(const struct wh_sheet *sheet, double x, double y)
{
    const double s = sheet->scale;
    if (!sheet->is_measuring) {
        wh_north_arrow_draw(sheet->canvas, sheet->lang, wh_sheet_x(sheet, x + 6 * s, 0), y, 34 * s,
                            wh_sheet_font(sheet, WH_TEXT_SMALL, 8.2, false, WH_INK).size);
    }
    return 34 * s;
}

double wh_sheet_scale(const struct wh_sheet *sheet, const struct wh_view *view, double bar_x,
                      double y)
{
    const double text_size = wh_sheet_font(sheet, WH_TEXT_SMALL, 8.2, false, WH_INK).size;
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_SMALL, 8.2, false, WH_INK);
    const double s = sheet->scale;
    const struct wh_scale_bar bar = wh_scale_bar_size(view, (MARKS - 38) * s);
    struct wh_buf text;
    double h = 25 * s;
    wh_buf_init(&text, sheet->canvas->ctx);
    wh_say_with(&text, sheet->lang, "scale.on_paper",
                wh_arg_number("scale", round(wh_view_scale_number(view)), 0),
                wh_arg_text("paper", sheet->opt->paper == WH_PAPER_A3 ? "A3" : "A4"));
    if (!sheet->is_measuring) {
        h = wh_scale_bar_draw(sheet->canvas, sheet->lang, &bar, wh_sheet_x(sheet, bar_x, bar.drawn),
                              y + 4 * s, text_size) +
            4 * s;
    }
    h +=
        2 + wh_sheet_text(sheet, &font, wh_buf_view(&text).ptr, bar_x, y + h + 2, 0, WH_ALIGN_LEFT);
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return h;
}

void wh_sheet_tag_legend(const struct wh_sheet *sheet)
{
    struct wh_buf alt;
    wh_buf_init(&alt, sheet->canvas->ctx);
    wh_legend_alt_text(&alt, sheet->lang, sheet->theme);
    sheet->canvas->has_failed |= alt.failed;
    wh_sheet_tag(sheet, "Figure", wh_buf_view(&alt).ptr);
    wh_buf_finish(&alt);
}

double wh_sheet_strip(const struct wh_sheet *sheet, const struct wh_view *view, double y)
{
    const double s = sheet->scale;
    const bool has_locator = sheet->ward_idx >= 0;
    const double locator = has_locator ? LOCATOR * s : 0;
    const double right = sheet->left + sheet->wide;
    const double marks_x = right - locator - (has_locator ? 10 * s : 0) - MARKS * s;
    wh_sheet_tag_legend(sheet);
    const double legend_h = wh_sheet_legend(sheet, sheet->left, y, marks_x - sheet->left - 12 * s);
    const double scale_h =
        fmax(wh_sheet_north(sheet, marks_x, y),
             wh_sheet_scale(sheet, view,
                            /* Beside the arrow stands the bar's end, and its longest label,
                             * where reading goes left. */
                            marks_x + (wh_language_is_rtl(sheet->lang) ? 36 : 22) * s, y));
    if (has_locator && !sheet->is_measuring) {
        wh_locator_draw(sheet->canvas, sheet->report, sheet->ward_idx, view,
                        wh_sheet_x(sheet, right - locator, locator), y, locator, locator);
    }
    wh_sheet_end_tag(sheet, "Figure");
    return fmax(fmax(legend_h, scale_h), locator);
}
