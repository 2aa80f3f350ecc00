/* render/evidence_maps.c: the place in detail, at other bandwidths, and over the nights. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "geo/shape_ops.h"
#include "render/evidence_internal.h"
#include "render/style_internal.h"

#define METRES_PER_PT (0.0254 / 72.0)
#define ROOM_DETAIL 2.2  /* ground shown, as a multiple of the hot spot */
#define LEAST_DETAIL 3.0 /* bandwidths */
#define WIDTH_GROUND 8.0 /* bandwidths across a small map */

/* A report of one theme with the hot spots of a frame alone, so that no other's disc is moved into
 * it. Borrows all but the list. */
struct local {
    struct wh_report report;
    struct wh_theme_report theme;
    struct wh_hotspot *hotspot;
};

static enum wh_status make_local(struct wh_ctx *ctx, const struct wh_evidence_page *page,
                                 const double ground[4], bool is_alone, struct local *ret,
                                 struct wh_error *err)
{
    const struct wh_theme_report *const theme = page->record->theme;
    *ret = (struct local){.report = *page->sheet.report, .theme = *theme};
    ret->hotspot = wh_alloc_array(ctx, theme->n_hotspots, sizeof *ret->hotspot);
    if (ret->hotspot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    ret->theme.n_hotspots = 0;
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        double box[4];
        wh_shape_box(&theme->hotspot[i].shape, box);
        if (is_alone ? strcmp(theme->hotspot[i].id, page->record->hotspot->id) == 0
                     : wh_boxes_touch(box, ground)) {
            ret->hotspot[ret->theme.n_hotspots++] = theme->hotspot[i];
        }
    }
    ret->theme.hotspot = ret->hotspot;
    ret->report.theme = &ret->theme;
    ret->report.n_themes = 1;
    return WH_OK;
}

static struct wh_map_spec make_spec(const struct wh_evidence_page *page, const struct local *local,
                                    const struct wh_view *view, bool has_basemap)
{
    const struct wh_sheet *const sheet = &page->sheet;
    return (struct wh_map_spec){.report = &local->report,
                                .theme = &local->theme,
                                .ward_idx = -1,
                                .basemap = has_basemap ? sheet->opt->basemap : NULL,
                                .style = sheet->opt->style,
                                .x = view->x,
                                .y = view->y,
                                .w = view->w,
                                .h = view->h,
                                .px = view->px,
                                .scale = sheet->scale,
                                .is_paper = true};
}

/* Two digits of a scale are enough to read, and to draw by. */
static double round_up(double value)
{
    const double step = pow(10, floor(log10(value)) - 1);
    return ceil(value / step - 1e-9) * step;
}

enum wh_status wh_evidence_map(const struct wh_evidence_page *page, struct wh_span span, double y,
                               double height, struct wh_view *ret_view, struct wh_error *err)
{
    struct wh_ctx *const ctx = page->sheet.canvas->ctx;
    const double least = LEAST_DETAIL * page->record->theme->bandwidth_m;
    struct local local;
    struct wh_buf alt;
    double box[4];
    wh_shape_box(&page->record->hotspot->shape, box);
    const double across = fmax(ROOM_DETAIL * (box[2] - box[0]), least);
    const double down = fmax(ROOM_DETAIL * (box[3] - box[1]), least * height / span.wide);
    const double metres =
        round_up(fmax(across / span.wide, down / height) / METRES_PER_PT) * METRES_PER_PT;
    *ret_view = wh_view_make(span.x, y, span.wide, height, 0.5 * (box[0] + box[2]),
                             0.5 * (box[1] + box[3]), metres, 0.75);
    wh_buf_init(&alt, ctx);
    wh_buf_c(&alt, "Detail map. ");
    wh_say_hotspot(&alt, page->sheet.lang, page->sheet.report, page->record->theme,
                   page->record->hotspot);
    enum wh_status status = make_local(ctx, page, ret_view->ground, false, &local, err);
    if (status == WH_OK) {
        const struct wh_map_spec spec = make_spec(page, &local, ret_view, true);
        wh_sheet_tag(&page->sheet, "Figure", wh_buf_view(&alt).ptr);
        status = wh_map_draw(page->sheet.canvas, &spec, ret_view, err);
        wh_sheet_end_tag(&page->sheet, "Figure");
    }
    page->sheet.canvas->has_failed |= alt.failed;
    wh_buf_finish(&alt);
    wh_free(ctx, local.hotspot);
    return status;
}

/* ---- half, its own and twice the bandwidth ---- */

static void say_width(struct wh_buf *buf, const struct wh_evidence_width *width)
{
    wh_buf_number(buf, width->bandwidth_m, 0);
    wh_buf_c(buf, " m");
    if (!isnan(width->pai)) {
        wh_buf_c(buf, ", PAI ");
        wh_evidence_number(buf, width->pai, 1);
    }
    if (width->surface == NULL) {
        wh_buf_c(buf, ": under a cell");
    }
}

static enum wh_status draw_width(const struct wh_evidence_page *page, size_t idx,
                                 struct wh_span span, double y, struct wh_error *err)
{
    const struct wh_evidence_width *const width = &page->record->width[idx];
    const struct wh_hotspot *const h = page->record->hotspot;
    struct wh_ctx *const ctx = page->sheet.canvas->ctx;
    const struct wh_view view =
        wh_view_make(span.x, y, span.wide, page->panel_h, h->peak_x, h->peak_y,
                     WIDTH_GROUND * page->record->theme->bandwidth_m / span.wide, 0.75);
    struct local local;
    enum wh_status status = make_local(ctx, page, view.ground, true, &local, err);
    if (status == WH_OK) {
        local.theme.surface = *width->surface;
        const struct wh_map_spec spec = make_spec(page, &local, &view, false);
        status = wh_map_draw(page->sheet.canvas, &spec, &view, err);
    }
    wh_free(ctx, local.hotspot);
    return status;
}

/* ---- nights ---- */

static void say_history(struct wh_buf *buf, const struct wh_evidence_record *h, uint32_t most)
{
    char from[40], to[40];
    const struct wh_evidence_night *const first = &h->night[0], *last = &h->night[h->n_nights - 1];
    wh_buf_printf(buf, "Requests in its window, night by night: %u on %s, %u on %s, at most %u.",
                  first->n, wh_format_day_words(first->day, from, sizeof from), last->n,
                  wh_format_day_words(last->day, to, sizeof to), most);
}

static void draw_bars(const struct wh_evidence_page *page, const struct wh_evidence_record *h,
                      uint32_t most, const double box[4])
{
    cairo_t *const cr = page->sheet.canvas->cr;
    const int64_t first = h->night[0].day, days = h->night[h->n_nights - 1].day - first + 1;
    const double step = (box[2] - box[0]) / (double)days;
    cairo_new_path(cr);
    for (size_t i = 0; i < h->n_nights; i++) {
        const double height = (box[3] - box[1]) * h->night[i].n / most;
        cairo_rectangle(cr, box[0] + (double)(h->night[i].day - first) * step, box[3] - height,
                        fmax(0.8 * step, 0.4), height);
    }
    wh_canvas_colour(page->sheet.canvas, WH_GREY_INK, 1.0);
    cairo_fill(cr);
    cairo_move_to(cr, box[0], box[3]);
    cairo_line_to(cr, box[2], box[3]);
    cairo_set_line_width(cr, 0.6);
    cairo_stroke(cr);
}

static void draw_nights(const struct wh_evidence_page *page, struct wh_span span, double y)
{
    const struct wh_sheet *const sheet = &page->sheet;
    const struct wh_evidence_record *const h = page->record;
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    const struct wh_font small = wh_sheet_font(sheet, WH_TEXT_SMALL, 8, false, WH_GREY_INK);
    uint32_t most = 1;
    struct wh_buf text;
    char number[32], day[40];
    wh_buf_init(&text, sheet->canvas->ctx);
    for (size_t i = 0; i < h->n_nights; i++) {
        most = h->night[i].n > most ? h->night[i].n : most;
    }
    if (h->n_nights < 2) {
        wh_buf_c(&text, "There is no second night to compare with yet.");
        wh_evidence_text(page, "P", &font, &text, span, y);
        wh_buf_finish(&text);
        return;
    }
    const double bottom = y + page->panel_h, left = span.x + 20 * sheet->scale;
    const double box[4] = {left, y + 3 * sheet->scale, span.x + span.wide, bottom};
    say_history(&text, h, most);
    wh_sheet_tag(sheet, "Figure", wh_buf_view(&text).ptr);
    if (!sheet->is_measuring) {
        draw_bars(page, h, most, box);
    }
    snprintf(number, sizeof number, "%u", most);
    wh_sheet_text(sheet, &small, number, left - 3, box[1] - 4 * sheet->scale, 0, WH_ALIGN_RIGHT);
    wh_sheet_text(sheet, &small, "0", left - 3, bottom - 8 * sheet->scale, 0, WH_ALIGN_RIGHT);
    wh_sheet_text(sheet, &small, wh_format_day(h->night[0].day, day, sizeof day), left, bottom + 1,
                  0, WH_ALIGN_LEFT);
    wh_sheet_text(sheet, &small, wh_format_day(h->night[h->n_nights - 1].day, day, sizeof day),
                  span.x + span.wide, bottom + 1, 0, WH_ALIGN_RIGHT);
    wh_sheet_end_tag(sheet, "Figure");
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
}

/* ---- side by side ---- */

double wh_evidence_panels_height(const struct wh_evidence_page *page)
{
    struct wh_evidence_page dry = *page;
    dry.sheet.is_measuring = true;
    const struct wh_span all = {page->sheet.left, page->sheet.wide};
    return wh_evidence_heading(&dry, "x", all, 0) + page->panel_h + 14 * page->sheet.scale;
}

static void say_panels(struct wh_buf *buf, const struct wh_evidence_record *record)
{
    wh_buf_c(buf, "At half and at twice the bandwidth");
    if (!isnan(record->width_cell_m)) {
        wh_buf_c(buf, " (PAI in squares of ");
        wh_buf_number(buf, record->width_cell_m, 0);
        wh_buf_c(buf, " m)");
    }
}

enum wh_status wh_evidence_panels(const struct wh_evidence_page *page, double y,
                                  struct wh_error *err)
{
    const struct wh_sheet *const sheet = &page->sheet;
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    const double gap = 8 * sheet->scale, n = WH_EVIDENCE_WIDTHS + 1;
    const double wide = (sheet->wide - (n - 1) * gap) / n, step = wide + gap;
    const struct wh_span maps = {sheet->left, WH_EVIDENCE_WIDTHS * step - gap};
    const struct wh_span nights = {sheet->left + WH_EVIDENCE_WIDTHS * step, wide};
    enum wh_status status = WH_OK;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    say_panels(&text, page->record);
    const double heading = wh_evidence_heading(page, wh_buf_view(&text).ptr, maps, y);
    for (size_t i = 0; i < WH_EVIDENCE_WIDTHS && status == WH_OK; i++) {
        const struct wh_span span = {sheet->left + (double)i * step, wide};
        wh_buf_clear(&text);
        say_width(&text, &page->record->width[i]);
        wh_sheet_tag(sheet, "Figure", wh_buf_view(&text).ptr);
        if (page->record->width[i].surface != NULL) {
            status = draw_width(page, i, span, y + heading, err);
        }
        wh_sheet_text(sheet, &font, wh_buf_view(&text).ptr, span.x,
                      y + heading + page->panel_h + sheet->scale, span.wide, WH_ALIGN_LEFT);
        wh_sheet_end_tag(sheet, "Figure");
    }
    wh_evidence_heading(page, "Its count by night", nights, y);
    draw_nights(page, nights, y + heading);
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return status;
}
