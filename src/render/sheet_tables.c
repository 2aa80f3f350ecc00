/* render/sheet_tables.c: figures, hot spots in words, and the ranked tables. */
#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/sheet.h"

#define ROW_PAD 2.2
#define MOST_SENTENCES 3

static const struct wh_figures *sheet_figures(const struct wh_sheet *sheet)
{
    return sheet->ward_idx < 0 ? &sheet->theme->total : &sheet->theme->ward[sheet->ward_idx];
}

/* A number with its words beside it. */
static double figure_cell(const struct wh_sheet *sheet, const char *value, const char *words,
                          double x, double y, double width, double height)
{
    const struct wh_font large = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 17, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    const double pad = 7 * sheet->scale;
    const struct wh_font fitting =
        wh_text_shrink(sheet->canvas, &large, value, 0.56 * width - pad, 12);
    double value_w, value_h, words_w, words_h;
    wh_text_measure(sheet->canvas, &fitting, value, 0, &value_w, &value_h);
    const double room = width - value_w - 3 * pad;
    wh_text_measure(sheet->canvas, &font, words, room, &words_w, &words_h);
    const double need = fmax(value_h, words_h) + pad;
    if (sheet->is_measuring) {
        return need;
    }
    cairo_new_path(sheet->canvas->cr);
    cairo_rectangle(sheet->canvas->cr, x, y, width, height);
    wh_canvas_colour(sheet->canvas, WH_TINT, 1.0);
    cairo_fill(sheet->canvas->cr);
    wh_sheet_text(sheet, &fitting, value, x + pad, y + 0.5 * (height - value_h), 0, WH_ALIGN_LEFT);
    wh_sheet_text(sheet, &font, words, x + 2 * pad + value_w, y + 0.5 * (height - words_h), room,
                  WH_ALIGN_LEFT);
    return need;
}

/* The same figures in a line of text. */
static double figure_line(const struct wh_sheet *sheet, char value[4][64], char words[4][64],
                          double y)
{
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10.5, false, WH_INK);
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    wh_buf_printf(&text, "%s %s · %s %s · %s per km² · %s %s", value[0], words[0], value[1],
                  words[1], value[2], value[3], words[3]);
    wh_sheet_tag(sheet, "P", "");
    const double height = wh_sheet_text(sheet, &font, wh_buf_view(&text).ptr, sheet->left, y,
                                        sheet->wide, WH_ALIGN_LEFT);
    wh_sheet_end_tag(sheet, "P");
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return height;
}

/* The same figures in boxes side by side, as high as the highest needs. */
static double figure_boxes(const struct wh_sheet *sheet, char value[4][64], char words[4][64],
                           double y)
{
    const double gap = 5 * sheet->scale, width = (sheet->wide - 3 * gap) / 4;
    struct wh_sheet dry = *sheet;
    double height = 0;
    dry.is_measuring = true;
    for (int i = 0; i < 4; i++) {
        height = fmax(height, figure_cell(&dry, value[i], words[i], 0, 0, width, 0));
    }
    for (int i = 0; i < 4 && !sheet->is_measuring; i++) {
        wh_sheet_tag(sheet, "P", "");
        figure_cell(sheet, value[i], words[i], sheet->left + i * (width + gap), y, width, height);
        wh_sheet_end_tag(sheet, "P");
    }
    return height;
}

double wh_sheet_figures(const struct wh_sheet *sheet, double y)
{
    const struct wh_figures *const f = sheet_figures(sheet);
    const uint32_t days = sheet->theme->theme->window_days;
    char value[4][64], words[4][64];
    wh_count_words(&f->count, sheet->report->hide_below, value[0], sizeof value[0]);
    wh_change_words(f, sheet->theme->previous_is_complete, value[1], sizeof value[1]);
    wh_rate_words(f->per_km2, &f->count, value[2], sizeof value[2]);
    wh_rate_words(f->per_1000, &f->count, value[3], sizeof value[3]);
    snprintf(words[0], sizeof words[0], "requests in %u days", days);
    snprintf(words[1], sizeof words[1], "on the %u days before", days);
    snprintf(words[2], sizeof words[2], "per square kilometre");
    snprintf(words[3], sizeof words[3], "per 1,000 residents");
    return sheet->is_crowded ? figure_line(sheet, value, words, y)
                             : figure_boxes(sheet, value, words, y);
}

double wh_sheet_hotspots(const struct wh_sheet *sheet, const struct wh_rows *rows, double y)
{
    const struct wh_font heading = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 12.5, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 12, false, WH_INK);
    const double top = y, radius = 7.6 * sheet->scale, indent = 21 * sheet->scale;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    if (rows->n == 0) {
        wh_sheet_tag(sheet, "P", "");
        y +=
            wh_sheet_text(sheet, &font,
                          sheet->ward_idx < 0 ? "There is no hot spot in this period."
                                              : "There is no hot spot in this ward in this period.",
                          sheet->left, y, sheet->wide, WH_ALIGN_LEFT);
        wh_sheet_end_tag(sheet, "P");
        wh_buf_finish(&text);
        return y - top;
    }
    const char *words = "Hot spots in this ward, numbered by size in the whole area";
    if (sheet->ward_idx < 0) {
        words = sheet->theme->n_hotspots > WH_MOST_DISCS
                    ? "Hot spots, numbered by size (the 30 largest on the map)"
                    : "Hot spots, numbered by size";
    }
    wh_sheet_tag(sheet, "H2", "");
    y += wh_sheet_text(sheet, &heading, words, sheet->left, y, sheet->wide, WH_ALIGN_LEFT) +
         2 * sheet->scale;
    wh_sheet_end_tag(sheet, "H2");
    for (size_t i = 0; i < rows->n && i < MOST_SENTENCES; i++) {
        const struct wh_hotspot *const h = &sheet->theme->hotspot[rows->idx[i]];
        wh_buf_clear(&text);
        wh_hotspot_sentence(&text, sheet->report, sheet->theme, h);
        wh_sheet_tag(sheet, "P", "");
        if (!sheet->is_measuring) {
            wh_disc_draw(sheet->canvas, sheet->opt->style, h, sheet->left + radius, y + radius,
                         radius);
        }
        y += wh_sheet_text(sheet, &font, wh_buf_view(&text).ptr, sheet->left + indent, y,
                           sheet->wide - indent, WH_ALIGN_LEFT) +
             2.5 * sheet->scale;
        wh_sheet_end_tag(sheet, "P");
    }
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return y - top;
}

/* A column: right or left edge relative to the table's left, and how wide its text may be. */
struct column {
    const char *head;
    double x, width;
    enum wh_align align;
};

/* One row; the tallest cell gives the height. `tag` is TH or TD. */
static double draw_row(const struct wh_sheet *sheet, const struct column *column, size_t n,
                       const char *const *cell, const struct wh_font *font, double left, double y,
                       const char *tag)
{
    double height = 0;
    wh_sheet_tag(sheet, "TR", "");
    for (size_t i = 0; i < n; i++) {
        const struct wh_font fitting = wh_text_shrink(sheet->canvas, font, cell[i], column[i].width,
                                                      wh_text_least_pt(WH_TEXT_TABLE));
        wh_sheet_tag(sheet, tag, "");
        height = fmax(height, wh_sheet_text(sheet, &fitting, cell[i], left + column[i].x, y,
                                            column[i].width, column[i].align));
        wh_sheet_end_tag(sheet, tag);
    }
    wh_sheet_end_tag(sheet, "TR");
    return height;
}

static void thin_rule(const struct wh_sheet *sheet, double left, double width, double y,
                      double thick)
{
    cairo_t *const cr = sheet->canvas->cr;
    if (!sheet->is_measuring) {
        cairo_new_path(cr);
        cairo_move_to(cr, left, y);
        cairo_line_to(cr, left + width, y);
        cairo_set_line_width(cr, thick);
        wh_canvas_colour(sheet->canvas, thick > 0.7 ? WH_INK : WH_RULE, 1.0);
        cairo_stroke(cr);
    }
}

/* The place, and how many of a hot spot's requests are in this ward where it crosses a border. */
static void add_place(struct wh_buf *buf, const struct wh_sheet *sheet, const struct wh_hotspot *h)
{
    const char *const name = h->name;
    const bool is_lower = name[0] >= 'a' && name[0] <= 'z';
    wh_buf_char(buf, is_lower ? (char)(name[0] - 32) : name[0]);
    wh_buf_c(buf, name[0] != '\0' ? name + 1 : "");
    for (size_t i = 0; h->n_parts > 1 && i < h->n_parts; i++) {
        if ((int32_t)h->part[i].ward == sheet->ward_idx) {
            char words[64];
            wh_buf_printf(buf, " (in this ward: %s)",
                          wh_count_words(&h->part[i].figures.count, sheet->report->hide_below,
                                         words, sizeof words));
        }
    }
}

static double hotspot_row(const struct wh_sheet *sheet, const struct column column[6],
                          const struct wh_font *font, const struct wh_hotspot *h, double y)
{
    char rank[16], count[64], change[64], rate[64];
    struct wh_buf place;
    wh_buf_init(&place, sheet->canvas->ctx);
    snprintf(rank, sizeof rank, "%u", h->rank);
    add_place(&place, sheet, h);
    const char *const cell[6] = {
        rank,
        wh_buf_view(&place).ptr,
        wh_count_words(&h->figures.count, sheet->report->hide_below, count, sizeof count),
        wh_change_words(&h->figures, sheet->theme->previous_is_complete, change, sizeof change),
        wh_rate_words(h->figures.per_km2, &h->figures.count, rate, sizeof rate),
        wh_trend_words(h->trend)};
    const double height = draw_row(sheet, column, 6, cell, font, sheet->left, y, "TD");
    sheet->canvas->has_failed |= place.failed;
    wh_buf_finish(&place);
    return height;
}

double wh_sheet_hotspot_table(const struct wh_sheet *sheet, const struct wh_rows *rows, size_t from,
                              size_t to, double y)
{
    const double s = sheet->scale, w = sheet->wide, top = y, pad = ROW_PAD * s;
    const struct column column[6] = {
        {"", 16 * s, 16 * s, WH_ALIGN_RIGHT},
        {"Place", 25 * s, w - 333 * s, WH_ALIGN_LEFT},
        {"Requests", w - 237 * s, 64 * s, WH_ALIGN_RIGHT},
        {"Change", w - 175 * s, 56 * s, WH_ALIGN_RIGHT},
        {"Per km²", w - 116 * s, 54 * s, WH_ALIGN_RIGHT},
        {"Trend", w - 104 * s, 104 * s, WH_ALIGN_LEFT},
    };
    const char *const head[6] = {"", "Place", "Requests", "Change", "Per km²", "Trend"};
    const struct wh_font bold = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    if (from >= to) {
        return 0;
    }
    wh_sheet_tag(sheet, "Table", "");
    y += draw_row(sheet, column, 6, head, &bold, sheet->left, y, "TH") + 1.5 * s;
    thin_rule(sheet, sheet->left, w, y, 0.9);
    for (size_t i = from; i < to; i++) {
        y += pad;
        y += hotspot_row(sheet, column, &font, &sheet->theme->hotspot[rows->idx[i]], y) + pad;
        thin_rule(sheet, sheet->left, w, y, 0.4);
    }
    wh_sheet_end_tag(sheet, "Table");
    return y - top;
}

/* A ward's place in the ranking is stated only where its count is: the order of hidden ones would
 * tell on them. */
static double ward_row(const struct wh_sheet *sheet, const struct column column[5],
                       const struct wh_font *font, const struct wh_rows *rows, size_t at,
                       double left, double y)
{
    const uint32_t ward = rows->idx[at];
    const struct wh_figures *const f = &sheet->theme->ward[ward];
    char rank[24] = "", count[64], change[64], rate[64];
    if (f->count.shown == WH_SHOWN) {
        snprintf(rank, sizeof rank, "%zu", at + 1);
    }
    const char *const cell[5] = {
        rank, sheet->report->wards->name[ward],
        wh_count_words(&f->count, sheet->report->hide_below, count, sizeof count),
        wh_change_words(f, sheet->theme->previous_is_complete, change, sizeof change),
        wh_rate_words(f->per_1000, &f->count, rate, sizeof rate)};
    return draw_row(sheet, column, 5, cell, font, left, y, "TD");
}

/* Is a number of the wards hidden, or not known? */
static bool has_words_for_numbers(const struct wh_sheet *sheet)
{
    for (uint32_t i = 0; i < sheet->report->wards->n; i++) {
        const struct wh_figures *const f = &sheet->theme->ward[i];
        if (f->count.shown != WH_SHOWN || f->previous.shown != WH_SHOWN || isnan(f->per_1000)) {
            return true;
        }
    }
    return false;
}

/* Wide enough for the words that stand for a hidden number: those on two lines read as two rows. */
static double width_for(const struct wh_sheet *sheet, const struct wh_font *font, const char *words,
                        double otherwise)
{
    double width, height;
    if (!has_words_for_numbers(sheet)) {
        return otherwise;
    }
    wh_text_measure(sheet->canvas, font, words, 0, &width, &height);
    return fmax(otherwise, width + 1);
}

double wh_sheet_ward_table(const struct wh_sheet *sheet, const struct wh_rows *rows, size_t from,
                           size_t to, double y)
{
    const double s = sheet->scale, gap = 14 * s, w = (sheet->wide - gap) / 2;
    const double top = y, pad = 1.4 * s;
    const struct wh_font bold = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    const struct wh_count few = {.shown = WH_FEW}, withheld = {.shown = WH_WITHHELD};
    char words[64];
    const double count_w = width_for(
        sheet, &font, wh_count_words(&few, sheet->report->hide_below, words, sizeof words), 52 * s);
    const double other_w =
        width_for(sheet, &font, wh_count_words(&withheld, 0, words, sizeof words), 46 * s);
    const double change_x = w - other_w - 4 * s, count_x = change_x - other_w - 4 * s;
    const struct column column[5] = {
        {"", 15 * s, 15 * s, WH_ALIGN_RIGHT},
        {"Ward", 20 * s, count_x - count_w - 24 * s, WH_ALIGN_LEFT},
        {"Requests", count_x, count_w, WH_ALIGN_RIGHT},
        {"Change", change_x, other_w, WH_ALIGN_RIGHT},
        {"Per 1,000", w, other_w, WH_ALIGN_RIGHT},
    };
    const char *const head[5] = {"", "Ward", "Requests", "Change", "Per 1,000"};
    double lowest = y;
    if (from >= to) {
        return 0;
    }
    const size_t middle = from + (to - from + 1) / 2;
    for (int half = 0; half < 2; half++) {
        const double left = sheet->left + half * (w + gap);
        double at_y = top;
        if (half == 1 && middle == to) {
            break;
        }
        wh_sheet_tag(sheet, "Table", "");
        at_y += draw_row(sheet, column, 5, head, &bold, left, at_y, "TH") + 1.5 * s;
        thin_rule(sheet, left, w, at_y, 0.9);
        for (size_t i = half == 0 ? from : middle; i < (half == 0 ? middle : to); i++) {
            at_y += pad;
            at_y += ward_row(sheet, column, &font, rows, i, left, at_y) + pad;
            thin_rule(sheet, left, w, at_y, 0.4);
        }
        wh_sheet_end_tag(sheet, "Table");
        lowest = fmax(lowest, at_y);
    }
    return lowest - top;
}
