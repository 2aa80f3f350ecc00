/* render/sheet_tables.c: figures, hot spots in words, and the ranked tables. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/sheet.h"

#define ROW_PAD 2.2
#define MOST_SENTENCES 3

static const struct wh_figures *sheet_figures(const struct wh_sheet *sheet)
{
    return sheet->ward_idx < 0 ? &sheet->theme->total : &sheet->theme->ward[sheet->ward_idx];
}

#define MOST_FIGURES 4

/* The figures of a ward or of all as words: how many of what. */
struct figure_words {
    size_t n;
    char value[MOST_FIGURES][64], what[MOST_FIGURES][64];
};

static struct figure_words say_figures(const struct wh_sheet *sheet)
{
    const struct wh_figures *const f = sheet_figures(sheet);
    const uint32_t days = sheet->theme->theme->window_days;
    struct figure_words say = {.n = wh_report_has_residents(sheet->report) ? 4 : 3};
    wh_count_words(&f->count, sheet->report->hide_below, say.value[0], sizeof say.value[0]);
    wh_change_words(f, sheet->theme->previous_is_complete, say.value[1], sizeof say.value[1]);
    wh_rate_words(f->per_km2, &f->count, say.value[2], sizeof say.value[2]);
    wh_rate_words(f->per_1000, &f->count, say.value[3], sizeof say.value[3]);
    snprintf(say.what[0], sizeof say.what[0], "requests in %u days", days);
    snprintf(say.what[1], sizeof say.what[1], "on the %u days before", days);
    snprintf(say.what[2], sizeof say.what[2], "per square kilometre");
    snprintf(say.what[3], sizeof say.what[3], "per 1,000 residents");
    return say;
}

/* A figure with its words beside it, or under it where the figure itself is words ("fewer than
 * 5"). */
static double figure_cell(const struct wh_sheet *sheet, const char *value, const char *what,
                          bool is_stacked, double x, double y, double width, double height)
{
    const struct wh_font large =
        wh_sheet_font(sheet, WH_TEXT_SENTENCE, is_stacked ? 13 : 17, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    const double pad = 7 * sheet->scale,
                 room_for_value = is_stacked ? width - 2 * pad : 0.56 * width - pad;
    const struct wh_font fitting = wh_text_shrink(sheet->canvas, &large, value, room_for_value, 12);
    double value_w, value_h, what_w, what_h;
    wh_text_measure(sheet->canvas, &fitting, value, 0, &value_w, &value_h);
    const double what_x = is_stacked ? pad : 2 * pad + value_w, room = width - what_x - pad;
    wh_text_measure(sheet->canvas, &font, what, room, &what_w, &what_h);
    const double both = is_stacked ? value_h + what_h : fmax(value_h, what_h);
    if (sheet->is_measuring) {
        return both + pad;
    }
    cairo_new_path(sheet->canvas->cr);
    cairo_rectangle(sheet->canvas->cr, x, y, width, height);
    wh_canvas_colour(sheet->canvas, WH_TINT, 1.0);
    cairo_fill(sheet->canvas->cr);
    const double top = y + 0.5 * (height - both);
    wh_sheet_text(sheet, &fitting, value, x + pad, is_stacked ? top : y + 0.5 * (height - value_h),
                  0, WH_ALIGN_LEFT);
    wh_sheet_text(sheet, &font, what, x + what_x,
                  is_stacked ? top + value_h : y + 0.5 * (height - what_h), room, WH_ALIGN_LEFT);
    return both + pad;
}

/* The figures in boxes side by side, as high as the highest needs. */
static double figure_boxes(const struct wh_sheet *sheet, const struct figure_words *say, double y)
{
    const double gap = 5 * sheet->scale, n = (double)say->n;
    const double width = (sheet->wide - (n - 1) * gap) / n;
    struct wh_sheet dry = *sheet;
    double height = 0;
    bool is_stacked = false;
    dry.is_measuring = true;
    for (size_t i = 0; i < say->n; i++) {
        is_stacked |= strchr(say->value[i], ' ') != NULL;
    }
    for (size_t i = 0; i < say->n; i++) {
        height = fmax(height,
                      figure_cell(&dry, say->value[i], say->what[i], is_stacked, 0, 0, width, 0));
    }
    for (size_t i = 0; i < say->n && !sheet->is_measuring; i++) {
        wh_sheet_tag(sheet, "P", "");
        figure_cell(sheet, say->value[i], say->what[i], is_stacked,
                    sheet->left + (double)i * (width + gap), y, width, height);
        wh_sheet_end_tag(sheet, "P");
    }
    return height;
}

/* The same figures in a line of text. */
static double figure_line(const struct wh_sheet *sheet, const struct figure_words *say, double y)
{
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10.5, false, WH_INK);
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    for (size_t i = 0; i < say->n; i++) {
        wh_buf_printf(&text, "%s%s %s", i == 0 ? "" : " · ", say->value[i],
                      i == 2 ? "per km²" : say->what[i]);
    }
    const double height = wh_sheet_block(sheet, "P", &font, &text, y);
    wh_buf_finish(&text);
    return height;
}

double wh_sheet_figures(const struct wh_sheet *sheet, double y)
{
    const struct figure_words say = say_figures(sheet);
    return sheet->is_crowded ? figure_line(sheet, &say, y) : figure_boxes(sheet, &say, y);
}

double wh_sheet_hotspots(const struct wh_sheet *sheet, const struct wh_rows *rows, double y)
{
    const struct wh_font heading = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 12.5, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 12, false, WH_INK);
    const double top = y, radius = 7.6 * sheet->scale, indent = 21 * sheet->scale;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    if (rows->n == 0) {
        wh_buf_c(&text, sheet->ward_idx < 0 ? "There is no hot spot in this period."
                                            : "There is no hot spot in this ward in this period.");
        y += wh_sheet_block(sheet, "P", &font, &text, y);
        wh_buf_finish(&text);
        return y - top;
    }
    const char *words = "Hot spots in this ward, numbered by size in the whole area";
    if (sheet->ward_idx < 0) {
        words = sheet->theme->n_hotspots > WH_MOST_DISCS
                    ? "Hot spots, numbered by size (the 30 largest on the map)"
                    : "Hot spots, numbered by size";
    }
    wh_buf_c(&text, words);
    y += wh_sheet_block(sheet, "H2", &heading, &text, y) + 2 * sheet->scale;
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

/* The columns of the wards' table: of one of two tables side by side, or of one that is as wide as
 * the sheet where a name would not fit. */
struct ward_columns {
    size_t n, n_tables;
    double wide, gap; /* of a table; between two */
    struct column column[5];
};

static void ward_cells(const struct wh_sheet *sheet, uint32_t ward, char ret[5][64])
{
    const struct wh_figures *const f = &sheet->theme->ward[ward];
    const uint32_t rank = wh_theme_ward_rank(sheet->theme, sheet->report->wards->n, ward);
    ret[0][0] = '\0';
    if (rank > 0) {
        snprintf(ret[0], sizeof ret[0], "%u", rank);
    }
    wh_count_words(&f->count, sheet->report->hide_below, ret[2], sizeof ret[2]);
    wh_change_words(f, sheet->theme->previous_is_complete, ret[3], sizeof ret[3]);
    wh_rate_words(f->per_1000, &f->count, ret[4], sizeof ret[4]);
}

/* How wide the longest word of a text is: a name may be broken between words only. */
static double longest_word(const struct wh_sheet *sheet, const struct wh_font *font,
                           const char *text)
{
    double longest = 0;
    for (const char *at = text; *at != '\0';) {
        const size_t len = strcspn(at, " ");
        char word[96];
        double width, height;
        snprintf(word, sizeof word, "%.*s", (int)len, at);
        wh_text_measure(sheet->canvas, font, word, 0, &width, &height);
        longest = fmax(longest, width);
        at += len + (at[len] == ' ');
    }
    return longest;
}

/* As wide as the widest number, or word that stands for one, of any ward: that on two lines reads
 * as two rows. */
static struct ward_columns make_ward_columns(const struct wh_sheet *sheet,
                                             const struct wh_font *font, const struct wh_font *bold)
{
    static const char *const HEAD[5] = {"", "Ward", "Requests", "Change", "Per 1,000"};
    const double s = sheet->scale, between = 8 * s;
    const size_t n = wh_report_has_residents(sheet->report) ? 5 : 4;
    struct ward_columns ret = {.n = n, .n_tables = 2, .gap = 14 * s};
    double width[5], height, name = 0;
    for (size_t c = 0; c < n; c++) {
        wh_text_measure(sheet->canvas, bold, HEAD[c], 0, &width[c], &height);
    }
    for (uint32_t ward = 0; ward < sheet->report->wards->n; ward++) {
        char cell[5][64];
        double cell_w;
        ward_cells(sheet, ward, cell);
        for (size_t c = 2; c < n; c++) {
            wh_text_measure(sheet->canvas, font, cell[c], 0, &cell_w, &height);
            width[c] = fmax(width[c], cell_w);
        }
        name = fmax(name, longest_word(sheet, font, sheet->report->wards->name[ward]));
    }
    for (;; ret.n_tables = 1) {
        ret.wide = (sheet->wide - (double)(ret.n_tables - 1) * ret.gap) / (double)ret.n_tables;
        double right = ret.wide;
        for (size_t c = n; c-- > 2;) {
            ret.column[c] = (struct column){HEAD[c], right, width[c] + 1, WH_ALIGN_RIGHT};
            right -= width[c] + 1 + between;
        }
        ret.column[0] = (struct column){HEAD[0], 15 * s, 15 * s, WH_ALIGN_RIGHT};
        ret.column[1] = (struct column){HEAD[1], 20 * s, right - 20 * s, WH_ALIGN_LEFT};
        if (ret.n_tables == 1 || ret.column[1].width >= name) {
            return ret;
        }
    }
}

static double draw_ward_rows(const struct wh_sheet *sheet, const struct ward_columns *columns,
                             const struct wh_font *font, const struct wh_font *bold,
                             const uint32_t *ward, size_t n, double left, double y)
{
    const double top = y, pad = 1.4 * sheet->scale;
    const char *cell[5];
    for (size_t c = 0; c < columns->n; c++) {
        cell[c] = columns->column[c].head;
    }
    wh_sheet_tag(sheet, "Table", "");
    y += draw_row(sheet, columns->column, columns->n, cell, bold, left, y, "TH") +
         1.5 * sheet->scale;
    thin_rule(sheet, left, columns->wide, y, 0.9);
    for (size_t i = 0; i < n; i++) {
        char text[5][64];
        ward_cells(sheet, ward[i], text);
        for (size_t c = 0; c < columns->n; c++) {
            cell[c] = c == 1 ? sheet->report->wards->name[ward[i]] : text[c];
        }
        y += pad;
        y += draw_row(sheet, columns->column, columns->n, cell, font, left, y, "TD") + pad;
        thin_rule(sheet, left, columns->wide, y, 0.4);
    }
    wh_sheet_end_tag(sheet, "Table");
    return y - top;
}

double wh_sheet_ward_table(const struct wh_sheet *sheet, const struct wh_rows *rows, size_t from,
                           size_t to, double y)
{
    const struct wh_font bold = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    const struct ward_columns columns = make_ward_columns(sheet, &font, &bold);
    const size_t rows_each = from < to ? (to - from + columns.n_tables - 1) / columns.n_tables : 0;
    double height = 0, left = sheet->left;
    for (size_t at = from; at < to; at += rows_each) {
        const size_t n = to - at < rows_each ? to - at : rows_each;
        height =
            fmax(height, draw_ward_rows(sheet, &columns, &font, &bold, rows->idx + at, n, left, y));
        left += columns.wide + columns.gap;
    }
    return height;
}
