/* render/ward_months.c: 24 bars. What is not complete is hatched, so that it is no fall. */
#include <math.h>
#include <stdio.h>

#include "base/time.h"
#include "render/ward_sheet.h"

#define CHART_H 84.0

struct chart {
    double x, y, w, h;
    double bar; /* with its gap */
    double most;
};

static const struct wh_count *month_of(const struct wh_ward_cell *cell, size_t m)
{
    return &cell->ward->merged.months.count[(size_t)cell->sheet.ward_idx * WH_MONTHS + m];
}

static bool is_incomplete(const struct wh_ward_cell *cell, size_t m)
{
    return m + cell->ward->merged.months.n_incomplete >= WH_MONTHS;
}

/* A round number that is not below, and not far above. */
static double round_top(double most)
{
    static const double SERIES[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    const double decade = pow(10, floor(log10(fmax(most, 1))));
    for (size_t i = 0; i < sizeof SERIES / sizeof *SERIES; i++) {
        const double top = SERIES[i] * decade;
        if (top >= most && floor(top) >= top) { /* of whole requests */
            return top;
        }
    }
    return 10 * decade;
}

static void hatch(cairo_t *cr, double x, double y, double w, double h)
{
    cairo_save(cr);
    cairo_rectangle(cr, x, y, w, h);
    cairo_clip(cr);
    for (double at = -h; at < w; at += 3.2) {
        cairo_move_to(cr, x + at, y + h);
        cairo_line_to(cr, x + at + h, y);
    }
    cairo_set_line_width(cr, 0.9);
    cairo_stroke(cr);
    cairo_restore(cr);
    cairo_rectangle(cr, x, y, w, h);
    cairo_set_line_width(cr, 0.6);
    cairo_stroke(cr);
}

static void draw_bar(const struct wh_ward_cell *cell, const struct chart *chart, size_t m)
{
    const struct wh_count *const month = month_of(cell, m);
    const struct wh_layout *const layout = cell->ward->layout;
    cairo_t *const cr = cell->sheet.canvas->cr;
    const double x = chart->x + (double)m * chart->bar, w = 0.74 * chart->bar;
    const double few = (double)cell->sheet.report->hide_below - 1;
    const double h = (month->shown == WH_FEW ? few : (double)month->n) / chart->most * chart->h;
    cairo_new_path(cr);
    wh_canvas_colour(cell->sheet.canvas, layout->colour[WH_LAYOUT_ACCENT], 1.0);
    if (month->shown == WH_NOT_KNOWN || month->shown == WH_WITHHELD) {
        return;
    }
    if (is_incomplete(cell, m)) {
        hatch(cr, x, chart->y + chart->h - fmax(h, 2), w, fmax(h, 2));
    } else if (month->shown == WH_FEW) {
        cairo_rectangle(cr, x, chart->y + chart->h - h, w, h);
        cairo_set_line_width(cr, 0.7);
        cairo_stroke(cr);
    } else if (h > 0) {
        cairo_rectangle(cr, x, chart->y + chart->h - h, w, h);
        cairo_fill(cr);
    }
}

static void draw_labels(const struct wh_ward_cell *cell, const struct chart *chart)
{
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_SMALL, false, WH_LAYOUT_GREY);
    const struct wh_months *const months = &cell->ward->merged.months;
    struct wh_buf text;
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    for (int m = 0; m < WH_MONTHS; m += 6) {
        wh_buf_clear(&text);
        wh_say_with(&text, cell->sheet.lang, "months.month",
                    wh_arg_day("month", wh_month_add(months->first_day, m)));
        wh_text_draw(cell->sheet.canvas, &font, wh_buf_view(&text).ptr, chart->x + m * chart->bar,
                     chart->y + chart->h + 2, 0, WH_ALIGN_LEFT);
    }
    wh_buf_clear(&text);
    wh_say_arg(&text, cell->sheet.lang, wh_arg_number("most", chart->most, 0));
    wh_text_draw(cell->sheet.canvas, &font, wh_buf_view(&text).ptr, chart->x - 3,
                 chart->y - 0.4 * font.size, 0, WH_ALIGN_RIGHT);
    cell->sheet.canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
}

static void draw_axis(const struct wh_ward_cell *cell, const struct chart *chart)
{
    cairo_t *const cr = cell->sheet.canvas->cr;
    cairo_new_path(cr);
    cairo_move_to(cr, chart->x, chart->y);
    cairo_line_to(cr, chart->x + chart->w, chart->y);
    cairo_move_to(cr, chart->x, chart->y + chart->h);
    cairo_line_to(cr, chart->x + chart->w, chart->y + chart->h);
    cairo_set_line_width(cr, 0.5);
    wh_canvas_colour(cell->sheet.canvas, cell->ward->layout->colour[WH_LAYOUT_RULE], 1.0);
    cairo_stroke(cr);
}

/* Which of its signs the chart needs. */
struct signs {
    bool has_few, has_gap, has_hatch, is_rounded;
    size_t n_unknown; /* at the beginning */
};

static struct signs signs_of(const struct wh_ward_cell *cell)
{
    struct signs signs = {.has_hatch = cell->ward->merged.months.n_incomplete > 0,
                          .is_rounded = cell->ward->merged.months.step > 1};
    for (size_t m = 0; m < WH_MONTHS; m++) {
        const struct wh_count *const month = month_of(cell, m);
        signs.has_few |= month->shown == WH_FEW;
        signs.has_gap |= month->shown == WH_WITHHELD;
        signs.n_unknown += month->shown == WH_NOT_KNOWN;
    }
    return signs;
}

static void say_note(struct wh_buf *buf, const struct wh_ward_cell *cell, const struct signs *signs)
{
    const struct wh_language *const lang = cell->sheet.lang;
    const struct wh_arg limit = wh_arg_count("limit", cell->sheet.report->hide_below),
                        step = wh_arg_count("step", cell->ward->merged.months.step);
    if (signs->has_hatch) {
        wh_say(buf, lang, "months.hatched");
        wh_buf_char(buf, ' ');
    }
    if (signs->has_few) {
        wh_say_with(buf, lang, "months.few", limit);
        wh_buf_char(buf, ' ');
    }
    if (signs->has_gap) {
        wh_say(buf, lang, "months.gap");
        wh_buf_char(buf, ' ');
    }
    if (signs->n_unknown > 0) {
        wh_say_with(buf, lang, "months.begin",
                    wh_arg_day("month", wh_month_add(cell->ward->merged.months.first_day,
                                                     (int)signs->n_unknown)));
        wh_buf_char(buf, ' ');
    }
    if (signs->is_rounded) {
        wh_say_with(buf, lang, "months.rounded", step);
    }
}

static void say_alt(struct wh_buf *buf, const struct wh_ward_cell *cell)
{
    const struct wh_months *const months = &cell->ward->merged.months;
    wh_say(buf, cell->sheet.lang, "months.alt");
    for (int m = 0; m < WH_MONTHS; m++) {
        wh_buf_c(buf, m == 0 ? " " : "; ");
        wh_say_with(buf, cell->sheet.lang, "months.month",
                    wh_arg_day("month", wh_month_add(months->first_day, m)));
        wh_buf_char(buf, ' ');
        wh_say_ward_count(buf, cell->ward, month_of(cell, (size_t)m));
    }
    wh_buf_char(buf, '.');
}

double wh_ward_months(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_sheet *const sheet = &cell->sheet;
    const double top = y, s = sheet->scale, left = 24 * s;
    if (cell->ward->merged.months.count == NULL) {
        return 0;
    }
    const struct signs signs = signs_of(cell);
    struct chart chart = {.x = wh_sheet_x(sheet, sheet->left, sheet->wide) + left,
                          .w = sheet->wide - left,
                          .h = CHART_H * s};
    chart.bar = chart.w / WH_MONTHS;
    for (size_t m = 0; m < WH_MONTHS; m++) {
        chart.most = fmax(chart.most, month_of(cell, m)->n);
    }
    chart.most = round_top(fmax(chart.most, signs.has_few ? sheet->report->hide_below : 1));
    y += wh_ward_heading(cell, "sheet.months", y) + 3 * s;
    chart.y = y;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    if (!sheet->is_measuring) {
        say_alt(&text, cell);
        wh_sheet_tag(sheet, "Figure", wh_buf_view(&text).ptr);
        draw_axis(cell, &chart);
        for (size_t m = 0; m < WH_MONTHS; m++) {
            draw_bar(cell, &chart, m);
        }
        draw_labels(cell, &chart);
        wh_sheet_end_tag(sheet, "Figure");
    }
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_SMALL, false, WH_LAYOUT_INK);
    y += chart.h + 1.6 * font.size;
    wh_buf_clear(&text);
    say_note(&text, cell, &signs);
    y += wh_ward_put(cell, "P", &font, &text, y);
    wh_buf_finish(&text);
    return y - top;
}
