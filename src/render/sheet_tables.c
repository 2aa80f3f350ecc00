/* render/sheet_tables.c: figures, hot spots in words, and the ranked tables. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/sheet.h"

#define ROW_PAD 2.2

static const struct wh_figures *sheet_figures(const struct wh_sheet *sheet)
{
    return sheet->ward_idx < 0 ? &sheet->theme->total : &sheet->theme->ward[sheet->ward_idx];
}

#define MOST_FIGURES 4

/* The figures of a ward or of all as words: how many of what. */
struct figure_words {
    size_t n;
    struct wh_buf value[MOST_FIGURES], what[MOST_FIGURES];
};

static const char *text_of(const struct wh_buf *buf)
{
    return buf->len > 0 ? buf->ptr : "";
}

/* Caller finishes them. */
static struct figure_words say_figures(const struct wh_sheet *sheet)
{
    static const char *const SHORT[MOST_FIGURES] = {"figure.requests", "figure.change",
                                                    "figure.per_km2_short", "figure.per_1000"};
    const struct wh_figures *const f = sheet_figures(sheet);
    const struct wh_language *const lang = sheet->lang;
    struct figure_words say = {.n = wh_report_has_residents(sheet->report) ? 4 : 3};
    for (size_t i = 0; i < MOST_FIGURES; i++) {
        const bool is_long = i == 2 && !sheet->is_crowded;
        wh_buf_init(&say.value[i], sheet->canvas->ctx);
        wh_buf_init(&say.what[i], sheet->canvas->ctx);
        wh_say_with(&say.what[i], lang, is_long ? "figure.per_km2" : SHORT[i],
                    wh_arg_count("days", sheet->theme->theme->window_days),
                    wh_arg_count("residents", 1000));
    }
    wh_say_count(&say.value[0], lang, &f->count, sheet->report->hide_below);
    wh_say_change(&say.value[1], lang, f, sheet->theme->previous_is_complete);
    wh_say_rate(&say.value[2], lang, f->per_km2, &f->count);
    wh_say_rate(&say.value[3], lang, f->per_1000, &f->count);
    return say;
}

static void finish_figures(const struct wh_sheet *sheet, struct figure_words *say)
{
    for (size_t i = 0; i < MOST_FIGURES; i++) {
        sheet->canvas->has_failed |= say->value[i].failed || say->what[i].failed;
        wh_buf_finish(&say->value[i]);
        wh_buf_finish(&say->what[i]);
    }
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
    cairo_rectangle(sheet->canvas->cr, wh_sheet_x(sheet, x, width), y, width, height);
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
        is_stacked |= strchr(text_of(&say->value[i]), ' ') != NULL;
    }
    for (size_t i = 0; i < say->n; i++) {
        height = fmax(height, figure_cell(&dry, text_of(&say->value[i]), text_of(&say->what[i]),
                                          is_stacked, 0, 0, width, 0));
    }
    for (size_t i = 0; i < say->n && !sheet->is_measuring; i++) {
        wh_sheet_tag(sheet, "P", "");
        figure_cell(sheet, text_of(&say->value[i]), text_of(&say->what[i]), is_stacked,
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
        wh_buf_printf(&text, "%s%s %s", i == 0 ? "" : " · ", text_of(&say->value[i]),
                      text_of(&say->what[i]));
    }
    const double height = wh_sheet_block(sheet, "P", &font, &text, y);
    wh_buf_finish(&text);
    return height;
}

double wh_sheet_figures(const struct wh_sheet *sheet, double y)
{
    struct figure_words say = say_figures(sheet);
    const double height =
        sheet->is_crowded ? figure_line(sheet, &say, y) : figure_boxes(sheet, &say, y);
    finish_figures(sheet, &say);
    return height;
}

double wh_sheet_hotspots(const struct wh_sheet *sheet, const struct wh_rows *rows, double y)
{
    const struct wh_font heading = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 12.5, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 12, false, WH_INK);
    const double top = y, radius = 7.6 * sheet->scale, indent = 21 * sheet->scale;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    if (rows->n == 0) {
        wh_say(&text, sheet->lang, sheet->ward_idx < 0 ? "hotspots.none" : "hotspots.none_ward");
        y += wh_sheet_block(sheet, "P", &font, &text, y);
        wh_buf_finish(&text);
        return y - top;
    }
    wh_say_with(&text, sheet->lang,
                sheet->ward_idx >= 0                       ? "hotspots.heading_ward"
                : sheet->theme->n_hotspots > WH_MOST_DISCS ? "hotspots.heading_largest"
                                                           : "hotspots.heading",
                wh_arg_count("most", WH_MOST_DISCS));
    y += wh_sheet_block(sheet, "H2", &heading, &text, y) + 2 * sheet->scale;
    for (size_t i = 0; i < rows->n && i < sheet->n_sentences; i++) {
        const struct wh_hotspot *const h = &sheet->theme->hotspot[rows->idx[i]];
        wh_buf_clear(&text);
        wh_say_hotspot(&text, sheet->lang, sheet->report, sheet->theme, h);
        wh_sheet_tag(sheet, "P", "");
        if (!sheet->is_measuring) {
            wh_disc_draw(sheet->canvas, sheet->opt->style, h,
                         wh_sheet_x(sheet, sheet->left + radius, 0), y + radius, radius);
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
        const double x = wh_sheet_x(sheet, left, width);
        cairo_move_to(cr, x, y);
        cairo_line_to(cr, x + width, y);
        cairo_set_line_width(cr, thick);
        wh_canvas_colour(sheet->canvas, thick > 0.7 ? WH_INK : WH_RULE, 1.0);
        cairo_stroke(cr);
    }
}

/* The place, and how many of a hot spot's requests are in this ward where it crosses a border. */
static void say_place(struct wh_buf *buf, const struct wh_sheet *sheet, const struct wh_hotspot *h)
{
    wh_say_place(buf, sheet->lang, h);
    wh_say_capital(buf, 0);
    for (size_t i = 0; h->n_parts > 1 && i < h->n_parts; i++) {
        if ((int32_t)h->part[i].ward == sheet->ward_idx) {
            struct wh_buf count;
            wh_buf_init(&count, sheet->canvas->ctx);
            wh_say_count(&count, sheet->lang, &h->part[i].figures.count, sheet->report->hide_below);
            wh_buf_char(buf, ' ');
            wh_say_with(buf, sheet->lang, "table.in_this_ward",
                        wh_arg_text("count", text_of(&count)));
            buf->failed |= count.failed;
            wh_buf_finish(&count);
        }
    }
}

#define MOST_COLUMNS 6

/* The words of one row; caller finishes them. */
struct row_words {
    struct wh_buf cell[MOST_COLUMNS];
    const char *text[MOST_COLUMNS];
};

static void begin_row(const struct wh_sheet *sheet, struct row_words *row)
{
    for (size_t c = 0; c < MOST_COLUMNS; c++) {
        wh_buf_init(&row->cell[c], sheet->canvas->ctx);
    }
}

static void end_row(struct row_words *row)
{
    for (size_t c = 0; c < MOST_COLUMNS; c++) {
        row->text[c] = text_of(&row->cell[c]);
    }
}

static void finish_row(const struct wh_sheet *sheet, struct row_words *row)
{
    for (size_t c = 0; c < MOST_COLUMNS; c++) {
        sheet->canvas->has_failed |= row->cell[c].failed;
        wh_buf_finish(&row->cell[c]);
    }
}

/* `key` NULL: a column without a head. */
static void say_heads(const struct wh_sheet *sheet, const char *const *key, size_t n,
                      struct row_words *row)
{
    begin_row(sheet, row);
    for (size_t c = 0; c < n; c++) {
        if (key[c] != NULL) {
            wh_say_with(&row->cell[c], sheet->lang, key[c], wh_arg_count("residents", 1000));
        }
    }
    end_row(row);
}

static double hotspot_row(const struct wh_sheet *sheet, const struct column column[6],
                          const struct wh_font *font, const struct wh_hotspot *h, double y)
{
    struct row_words row;
    begin_row(sheet, &row);
    wh_say_arg(&row.cell[0], sheet->lang, wh_arg_count("rank", h->rank));
    say_place(&row.cell[1], sheet, h);
    wh_say_count(&row.cell[2], sheet->lang, &h->figures.count, sheet->report->hide_below);
    wh_say_change(&row.cell[3], sheet->lang, &h->figures, sheet->theme->previous_is_complete);
    wh_say_rate(&row.cell[4], sheet->lang, h->figures.per_km2, &h->figures.count);
    wh_say_trend(&row.cell[5], sheet->lang, h->trend);
    end_row(&row);
    const double height = draw_row(sheet, column, 6, row.text, font, sheet->left, y, "TD");
    finish_row(sheet, &row);
    return height;
}

double wh_sheet_hotspot_table(const struct wh_sheet *sheet, const struct wh_rows *rows, size_t from,
                              size_t to, double y)
{
    static const char *const HEAD[6] = {NULL,           "table.place",   "table.requests",
                                        "table.change", "table.per_km2", "table.trend"};
    const double s = sheet->scale, w = sheet->wide, top = y, pad = ROW_PAD * s;
    const struct column column[6] = {
        {16 * s, 16 * s, WH_ALIGN_RIGHT},      {25 * s, w - 333 * s, WH_ALIGN_LEFT},
        {w - 237 * s, 64 * s, WH_ALIGN_RIGHT}, {w - 175 * s, 56 * s, WH_ALIGN_RIGHT},
        {w - 116 * s, 54 * s, WH_ALIGN_RIGHT}, {w - 104 * s, 104 * s, WH_ALIGN_LEFT},
    };
    const struct wh_font bold = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, true, WH_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    struct row_words head;
    if (from >= to) {
        return 0;
    }
    say_heads(sheet, HEAD, 6, &head);
    wh_sheet_tag(sheet, "Table", "");
    y += draw_row(sheet, column, 6, head.text, &bold, sheet->left, y, "TH") + 1.5 * s;
    finish_row(sheet, &head);
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
    const char *head[5];
    struct column column[5];
};

/* The ward's figures as dictionary metrics, or NULL where they were not measured. */
static const struct wh_metric_value *ward_metrics(const struct wh_sheet *sheet, uint32_t ward)
{
    const struct wh_theme_report *const theme = sheet->theme;
    return theme->n_levels == 0 || theme->level[0].metric == NULL ? NULL
                                                                  : theme->level[0].metric[ward];
}

static bool has_ranks(const struct wh_sheet *sheet)
{
    return sheet->report->wards->n > 0 && ward_metrics(sheet, 0) != NULL &&
           sheet->theme->level[0].base != WH_BASE_NONE;
}

/* "2–7": a rank alone would make an order of what may be chance. */
static void say_rank(struct wh_buf *buf, const struct wh_sheet *sheet, uint32_t ward)
{
    const struct wh_metric_value *const rank = &ward_metrics(sheet, ward)[WH_METRIC_RANK];
    if (rank->shown != WH_SHOWN || isnan(rank->low) || isnan(rank->high)) {
        wh_say(buf, sheet->lang, "count.not_shown");
        return;
    }
    if (rank->high <= rank->low) {
        wh_say_arg(buf, sheet->lang, wh_arg_count("rank", (uint64_t)rank->low));
        return;
    }
    wh_say_with(buf, sheet->lang, "table.rank_range", wh_arg_count("low", (uint64_t)rank->low),
                wh_arg_count("high", (uint64_t)rank->high));
}

/* Which columns the wards' table has: rates where residents are known, ranks where something
 * explains counts. Returns how many. */
static size_t ward_heads(const struct wh_sheet *sheet, const char *ret[5])
{
    size_t n = 0;
    ret[n++] = "table.ward";
    ret[n++] = "table.requests";
    ret[n++] = "table.change";
    if (wh_report_has_residents(sheet->report)) {
        ret[n++] = "table.per_1000";
    }
    if (has_ranks(sheet)) {
        ret[n++] = "table.rank";
    }
    return n;
}

/* Caller finishes the row. */
static void say_ward_row(const struct wh_sheet *sheet, uint32_t ward, struct row_words *row)
{
    const struct wh_figures *const f = &sheet->theme->ward[ward];
    size_t n = 0;
    begin_row(sheet, row);
    wh_buf_c(&row->cell[n++], sheet->report->wards->name[ward]);
    wh_say_count(&row->cell[n++], sheet->lang, &f->count, sheet->report->hide_below);
    wh_say_change(&row->cell[n++], sheet->lang, f, sheet->theme->previous_is_complete);
    if (wh_report_has_residents(sheet->report)) {
        wh_say_rate(&row->cell[n++], sheet->lang, f->per_1000, &f->count);
    }
    if (has_ranks(sheet)) {
        say_rank(&row->cell[n++], sheet, ward);
    }
    end_row(row);
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
    const double s = sheet->scale, between = 8 * s;
    struct ward_columns ret = {.n_tables = 2, .gap = 14 * s};
    const size_t n = ret.n = ward_heads(sheet, ret.head);
    double width[5], height, name = 0;
    struct row_words row;
    say_heads(sheet, ret.head, n, &row);
    for (size_t c = 0; c < n; c++) {
        wh_text_measure(sheet->canvas, bold, row.text[c], 0, &width[c], &height);
    }
    finish_row(sheet, &row);
    for (uint32_t ward = 0; ward < sheet->report->wards->n; ward++) {
        double cell_w;
        say_ward_row(sheet, ward, &row);
        for (size_t c = 1; c < n; c++) {
            wh_text_measure(sheet->canvas, font, row.text[c], 0, &cell_w, &height);
            width[c] = fmax(width[c], cell_w);
        }
        finish_row(sheet, &row);
        name = fmax(name, longest_word(sheet, font, sheet->report->wards->name[ward]));
    }
    for (;; ret.n_tables = 1) {
        ret.wide = (sheet->wide - (double)(ret.n_tables - 1) * ret.gap) / (double)ret.n_tables;
        double right = ret.wide;
        for (size_t c = n; c-- > 1;) {
            ret.column[c] = (struct column){right, width[c] + 1, WH_ALIGN_RIGHT};
            right -= width[c] + 1 + between;
        }
        ret.column[0] = (struct column){0, right, WH_ALIGN_LEFT};
        if (ret.n_tables == 1 || ret.column[0].width >= name) {
            return ret;
        }
    }
}

static double draw_ward_rows(const struct wh_sheet *sheet, const struct ward_columns *columns,
                             const struct wh_font *font, const struct wh_font *bold,
                             const uint32_t *ward, size_t n, double left, double y)
{
    const double top = y, pad = 1.4 * sheet->scale;
    struct row_words row;
    say_heads(sheet, columns->head, columns->n, &row);
    wh_sheet_tag(sheet, "Table", "");
    y += draw_row(sheet, columns->column, columns->n, row.text, bold, left, y, "TH") +
         1.5 * sheet->scale;
    finish_row(sheet, &row);
    thin_rule(sheet, left, columns->wide, y, 0.9);
    for (size_t i = 0; i < n; i++) {
        say_ward_row(sheet, ward[i], &row);
        y += pad;
        y += draw_row(sheet, columns->column, columns->n, row.text, font, left, y, "TD") + pad;
        finish_row(sheet, &row);
        thin_rule(sheet, left, columns->wide, y, 0.4);
    }
    wh_sheet_end_tag(sheet, "Table");
    return y - top;
}

/* What the ranks are of, and how little they say. */
static double draw_rank_note(const struct wh_sheet *sheet, double y)
{
    const struct wh_font small = wh_sheet_font(sheet, WH_TEXT_SMALL, 8.4, false, WH_INK);
    const double gap = 2 * sheet->scale;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    wh_say(&text, sheet->lang, "table.rank_note");
    const double height = wh_sheet_block(sheet, "P", &small, &text, y + gap);
    wh_buf_finish(&text);
    return gap + height;
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
    return height + (from < to && has_ranks(sheet) ? draw_rank_note(sheet, y + height) : 0);
}
