/* render/sheet.c: paper, fonts, the head and the small print of a page. */
#include "render/sheet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/style_internal.h"

#define MARGIN 34.0
#define MOST_SENTENCES 3
#define A3_SCALE 1.22 /* text grows less than the paper, so that the map gains */
/* Large print is on A3, with tables of 16 points and nothing smaller but on the map (RNIB's clear
 * print guidelines). */
#define LARGE_SCALE 1.6
#define LARGE_LEAST_PT 16.0

const struct wh_rgb WH_INK = {20, 26, 44};
const struct wh_rgb WH_GREY_INK = {74, 76, 84};
const struct wh_rgb WH_RULE = {176, 178, 184};
const struct wh_rgb WH_TINT = {241, 240, 235};
static const struct wh_rgb BAND = {122, 20, 46};
static const struct wh_rgb WHITE = {255, 255, 255};

void wh_paper_size(enum wh_paper paper, double *ret_w, double *ret_h)
{
    /* ISO 216, millimetres to points: 210 x 297 and 297 x 420. */
    *ret_w = (paper == WH_PAPER_A3 ? 297.0 : 210.0) / 25.4 * 72.0;
    *ret_h = (paper == WH_PAPER_A3 ? 420.0 : 297.0) / 25.4 * 72.0;
}

struct wh_sheet wh_sheet_make(struct wh_canvas *canvas, const struct wh_report *report,
                              size_t theme_idx, int32_t ward_idx, const struct wh_page_options *opt)
{
    struct wh_sheet sheet = {.canvas = canvas,
                             .report = report,
                             .theme = theme_idx == WH_ALL_THEMES ? report->overall
                                                                 : &report->theme[theme_idx],
                             .theme_idx = theme_idx,
                             .ward_idx = ward_idx,
                             .opt = opt,
                             .lang = opt->language,
                             .scale = opt->edition == WH_PRINT_LARGE ? LARGE_SCALE
                                      : opt->paper == WH_PAPER_A3    ? A3_SCALE
                                                                     : 1.0,
                             .n_sentences = MOST_SENTENCES,
                             .page = 1,
                             .n_pages = 1};
    canvas->least_pt = opt->edition == WH_PRINT_LARGE ? LARGE_LEAST_PT : 0;
    wh_paper_size(opt->paper, &sheet.w, &sheet.h);
    const double margin = MARGIN * sheet.scale;
    sheet.left = margin;
    sheet.top = margin;
    sheet.wide = sheet.w - 2 * margin;
    sheet.bottom = sheet.h - 0.85 * margin;
    return sheet;
}

struct wh_font wh_sheet_font(const struct wh_sheet *sheet, enum wh_text_role role, double size,
                             bool is_bold, struct wh_rgb colour)
{
    return (struct wh_font){
        .role = role,
        .size = fmax(size * sheet->scale, fmax(wh_text_least_pt(role), sheet->canvas->least_pt)),
        .is_bold = is_bold,
        .has_even_digits = role == WH_TEXT_TABLE,
        .colour = colour};
}

double wh_sheet_x(const struct wh_sheet *sheet, double x, double width)
{
    return wh_language_is_rtl(sheet->lang) ? sheet->w - x - width : x;
}

double wh_sheet_text(const struct wh_sheet *sheet, const struct wh_font *font, const char *text,
                     double x, double y, double width, enum wh_align align)
{
    static const enum wh_align MIRRORED[] = {WH_ALIGN_RIGHT, WH_ALIGN_LEFT, WH_ALIGN_CENTRE};
    double w, h;
    if (!sheet->is_measuring) {
        return wh_text_draw(sheet->canvas, font, text, wh_sheet_x(sheet, x, 0), y, width,
                            wh_language_is_rtl(sheet->lang) ? MIRRORED[align] : align);
    }
    wh_text_measure(sheet->canvas, font, text, width, &w, &h);
    return h;
}

double wh_sheet_block(const struct wh_sheet *sheet, const char *tag, const struct wh_font *font,
                      const struct wh_buf *text, double y)
{
    wh_sheet_tag(sheet, tag, "");
    const double height = wh_sheet_text(sheet, font, wh_buf_view(text).ptr, sheet->left, y,
                                        sheet->wide, WH_ALIGN_LEFT);
    wh_sheet_end_tag(sheet, tag);
    sheet->canvas->has_failed |= text->failed;
    return height;
}

void wh_sheet_rule(const struct wh_sheet *sheet, double y, double width)
{
    cairo_t *const cr = sheet->canvas->cr;
    if (sheet->is_measuring) {
        return;
    }
    cairo_new_path(cr);
    cairo_move_to(cr, sheet->left, y);
    cairo_line_to(cr, sheet->left + sheet->wide, y);
    cairo_set_line_width(cr, width);
    wh_canvas_colour(sheet->canvas, width > 0.7 ? WH_INK : WH_RULE, 1.0);
    cairo_stroke(cr);
}

void wh_sheet_tag(const struct wh_sheet *sheet, const char *tag, const char *alt)
{
    if (!sheet->is_measuring) {
        wh_canvas_tag_begin(sheet->canvas, tag, alt);
    }
}

void wh_sheet_end_tag(const struct wh_sheet *sheet, const char *tag)
{
    if (!sheet->is_measuring) {
        wh_canvas_tag_end(sheet->canvas, tag);
    }
}

/* "Fly-tipping" inside a line is "fly-tipping"; "ASB" and "HMO licences" stay. */
void wh_say_lower(struct wh_buf *buf, const char *title)
{
    const bool is_word = title[0] >= 'A' && title[0] <= 'Z' &&
                         ((title[1] >= 'a' && title[1] <= 'z') || title[1] == ' ');
    wh_buf_char(buf, is_word ? (char)(title[0] + 32) : title[0]);
    if (title[0] != '\0') {
        wh_buf_c(buf, title + 1);
    }
}

void wh_say_ward_name(struct wh_buf *buf, const struct wh_language *lang, const char *name)
{
    const size_t len = strlen(name);
    const bool is_said = len > 5 && wh_str_eq_fold(wh_str_c(name + len - 5), wh_str_c(" ward"));
    wh_say_with(buf, lang, is_said ? "sheet.name" : "sheet.ward_name", wh_arg_text("ward", name));
}

void wh_sheet_title(struct wh_buf *buf, const struct wh_language *lang,
                    const struct wh_report *report, const struct wh_theme_report *theme,
                    int32_t ward_idx)
{
    struct wh_buf lower;
    if (theme == report->overall && ward_idx >= 0) {
        wh_say_ward_name(buf, lang, report->wards->name[ward_idx]);
        return;
    }
    wh_buf_init(&lower, buf->ctx);
    wh_say_lower(&lower, theme->theme->title);
    const struct wh_arg what = wh_arg_text("theme", wh_buf_view(&lower).ptr);
    if (ward_idx < 0) {
        wh_say_with(buf, lang, "title.area", wh_arg_text("area", report->title), what);
    } else {
        const char *const name = report->wards->name[ward_idx];
        const size_t len = strlen(name);
        const struct wh_str tail = wh_str_slice(wh_str_c(name), len > 5 ? len - 5 : 0, len);
        const bool says_ward = wh_str_eq_fold(tail, wh_str_c(" ward"));
        wh_say_with(buf, lang, says_ward ? "title.area" : "title.ward",
                    wh_arg_text(says_ward ? "area" : "ward", name), what);
    }
    buf->failed |= lower.failed;
    wh_buf_finish(&lower);
}

double wh_sheet_band(const struct wh_sheet *sheet, double y)
{
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, true, WHITE);
    const double h = 17 * sheet->scale;
    if (sheet->report->edition != WH_EDITION_OFFICER) {
        return 0;
    }
    if (!sheet->is_measuring) {
        cairo_rectangle(sheet->canvas->cr, sheet->left, y, sheet->wide, h);
        wh_canvas_colour(sheet->canvas, BAND, 1.0);
        cairo_fill(sheet->canvas->cr);
    }
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    wh_say(&text, sheet->lang, "band.officer");
    wh_sheet_tag(sheet, "P", "");
    wh_sheet_text(sheet, &font, wh_buf_view(&text).ptr, sheet->left + 0.5 * sheet->wide,
                  y + 2.2 * sheet->scale, 0, WH_ALIGN_CENTRE);
    wh_sheet_end_tag(sheet, "P");
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return h + 6 * sheet->scale;
}

/* Council on the left, period on the right; on two lines when they would meet. */
static double draw_who_and_when(const struct wh_sheet *sheet, double y)
{
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10.5, false, WH_GREY_INK);
    struct wh_buf text;
    double w, h, period_w;
    wh_buf_init(&text, sheet->canvas->ctx);
    wh_say_period(&text, sheet->lang, &sheet->theme->period);
    const char *const period = wh_buf_view(&text).ptr;
    wh_text_measure(sheet->canvas, &font, period, 0, &period_w, &h);
    wh_text_measure(sheet->canvas, &font, sheet->report->title, 0, &w, &h);
    const bool is_one_line = w + period_w + 16 < sheet->wide;
    wh_sheet_tag(sheet, "P", "");
    h = wh_sheet_text(sheet, &font, sheet->report->title, sheet->left, y,
                      is_one_line ? 0 : sheet->wide, WH_ALIGN_LEFT);
    if (is_one_line) {
        wh_sheet_text(sheet, &font, period, sheet->left + sheet->wide, y, 0, WH_ALIGN_RIGHT);
    } else {
        h += wh_sheet_text(sheet, &font, period, sheet->left, y + h, sheet->wide, WH_ALIGN_LEFT);
    }
    wh_sheet_end_tag(sheet, "P");
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return h;
}

double wh_sheet_top(const struct wh_sheet *sheet, double y)
{
    const double band = wh_sheet_band(sheet, y);
    return band + draw_who_and_when(sheet, y + band) + 1;
}

double wh_sheet_head(const struct wh_sheet *sheet, double y)
{
    const struct wh_font large = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 23, true, WH_INK);
    const struct wh_font sentence_font = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 15, false, WH_INK);
    const double top = y;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    y += wh_sheet_top(sheet, y);
    wh_sheet_title(&text, sheet->lang, sheet->report, sheet->theme, sheet->ward_idx);
    const struct wh_font title = wh_text_shrink(sheet->canvas, &large, wh_buf_view(&text).ptr,
                                                sheet->wide, 17 * sheet->scale);
    y += wh_sheet_block(sheet, "H1", &title, &text, y) + 2;
    wh_buf_clear(&text);
    wh_say_ward(&text, sheet->lang, sheet->report, sheet->theme, sheet->ward_idx);
    y += wh_sheet_block(sheet, "P", &sentence_font, &text, y);
    wh_buf_finish(&text);
    return y - top;
}

double wh_sheet_head_continued(const struct wh_sheet *sheet, double y)
{
    const struct wh_font large = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 16, true, WH_INK);
    const double top = y;
    struct wh_buf title, text;
    wh_buf_init(&title, sheet->canvas->ctx);
    wh_buf_init(&text, sheet->canvas->ctx);
    y += wh_sheet_top(sheet, y);
    wh_sheet_title(&title, sheet->lang, sheet->report, sheet->theme, sheet->ward_idx);
    wh_say_with(&text, sheet->lang, "title.continued",
                wh_arg_text("title", wh_buf_view(&title).ptr));
    y += wh_sheet_block(sheet, "H2", &large, &text, y);
    sheet->canvas->has_failed |= title.failed;
    wh_buf_finish(&title);
    wh_buf_finish(&text);
    return y - top;
}

/* How the surface was made. Names of methods and reasons are the run's, in English. */
void wh_say_density_method(struct wh_buf *buf, const struct wh_language *lang,
                           const struct wh_theme_report *theme)
{
    wh_say_with(buf, lang, "method.density", wh_arg_text("kernel", theme->kernel),
                wh_arg_number("bandwidth", theme->bandwidth_m, 0),
                wh_arg_number("cell", theme->cell_m, 1), wh_arg_text("edge", theme->edge));
    if (theme->bandwidth_why != NULL && theme->bandwidth_why[0] != '\0') {
        wh_buf_char(buf, ' ');
        wh_say_with(buf, lang, "method.why", wh_arg_text("why", theme->bandwidth_why));
    }
    if (theme->max_error > 0) {
        wh_buf_char(buf, ' ');
        wh_say_with(buf, lang, "method.error", wh_arg_number("share", 100 * theme->max_error, 4));
    }
}

static void add_small_print(struct wh_buf *buf, const struct wh_sheet *sheet)
{
    const struct wh_report *const report = sheet->report;
    const struct wh_language *const lang = sheet->lang;
    if (report->n_received > 0) {
        wh_say_with(buf, lang, "note.placed",
                    wh_arg_number("share",
                                  100.0 * (double)report->n_placed / (double)report->n_received, 1),
                    wh_arg_count("received", report->n_received));
        wh_buf_char(buf, ' ');
    }
    wh_say_density_method(buf, lang, sheet->theme);
    wh_buf_char(buf, ' ');
    wh_say_hotspot_method(buf, lang, sheet->theme);
    wh_buf_char(buf, ' ');
    wh_say_with(buf, lang, "note.dates", wh_arg_day("through", report->data_through_day),
                wh_arg_day("made", report->as_of_day));
    if (report->datum_note != NULL) {
        wh_buf_char(buf, ' ');
        wh_say_with(buf, lang, "note.datum", wh_arg_text("note", report->datum_note));
    }
    if (report->edition == WH_EDITION_PUBLIC) {
        wh_buf_char(buf, ' ');
        wh_say_with(buf, lang, "note.hidden", wh_arg_count("limit", report->hide_below));
    }
    for (size_t i = 0; i < report->n_licences; i++) {
        const size_t len = strlen(report->licence[i]);
        wh_buf_char(buf, ' ');
        wh_say_arg(buf, lang, wh_arg_text("licence", report->licence[i]));
        wh_buf_c(buf, len > 0 && strchr(".!?", report->licence[i][len - 1]) != NULL ? "" : ".");
    }
}

double wh_sheet_foot(const struct wh_sheet *sheet, double y)
{
    const struct wh_font owner_font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    const struct wh_font small = wh_sheet_font(sheet, WH_TEXT_SMALL, 8, false, WH_GREY_INK);
    const double top = y;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    if (sheet->theme->theme->owner != NULL && sheet->theme->theme->owner[0] != '\0') {
        wh_say_with(&text, sheet->lang, "note.owner",
                    wh_arg_text("owner", sheet->theme->theme->owner));
        y += wh_sheet_block(sheet, "P", &owner_font, &text, y) + 3 * sheet->scale;
        wh_buf_clear(&text);
    }
    wh_sheet_rule(sheet, y, 0.6);
    y += 3 * sheet->scale;
    add_small_print(&text, sheet);
    y += wh_sheet_block(sheet, "P", &small, &text, y);
    wh_buf_clear(&text);
    wh_say_with(&text, sheet->lang, "note.release",
                wh_arg_text("release", sheet->report->release_id));
    wh_sheet_tag(sheet, "P", "");
    double h = wh_sheet_text(sheet, &small, wh_buf_view(&text).ptr, sheet->left, y,
                             0.75 * sheet->wide, WH_ALIGN_LEFT);
    wh_buf_clear(&text);
    wh_say_with(&text, sheet->lang, "note.page", wh_arg_count("page", sheet->page),
                wh_arg_count("pages", sheet->n_pages));
    h = fmax(h, wh_sheet_text(sheet, &small, wh_buf_view(&text).ptr, sheet->left + sheet->wide, y,
                              0, WH_ALIGN_RIGHT));
    wh_sheet_end_tag(sheet, "P");
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return y + h - top;
}
