/* render/evidence_page.c: one hot spot's evidence on one page: the detail map takes what is left.
 */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/evidence_internal.h"
#include "render/page_internal.h"

#define MOST_MAP 260.0
#define LEAST_DONE 90.0 /* what notes and actions get before the map grows */
#define MOST_PANEL 72.0
#define LEAST_PANEL 30.0
#define MAP_SHARE 0.56 /* of the width; the rest says what was counted */

/* "Around Mill Lane and High Street: fly-tipping" */
static void add_title(struct wh_buf *buf, const struct wh_evidence_page *page)
{
    struct wh_buf place;
    wh_buf_init(&place, page->sheet.canvas->ctx);
    wh_say_place(&place, page->sheet.lang, page->record->hotspot);
    if (place.len > 0 && place.ptr[0] >= 'a' && place.ptr[0] <= 'z') {
        place.ptr[0] = (char)(place.ptr[0] - 32);
    }
    wh_buf_str(buf, wh_buf_view(&place));
    buf->failed |= place.failed;
    wh_buf_finish(&place);
}

static void add_subtitle(struct wh_buf *buf, const struct wh_evidence_page *page)
{
    const struct wh_hotspot *const h = page->record->hotspot;
    wh_buf_printf(buf, "%s, hot spot %u of %zu", page->record->theme->theme->title, h->rank,
                  page->record->theme->n_hotspots);
    for (size_t i = 0; i < h->n_parts; i++) {
        wh_buf_printf(buf, "%s %s (%u)", i == 0 ? " ·" : ",",
                      page->sheet.report->wards->name[h->part[i].ward], h->part[i].figures.count.n);
    }
    wh_buf_printf(buf, " · %s", h->id);
}

/* Band, council and period, place, the sentence that is read out. */
static double draw_head(const struct wh_evidence_page *page, double y)
{
    const struct wh_sheet *const sheet = &page->sheet;
    const struct wh_font large = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 18, true, WH_INK);
    const struct wh_font grey = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_GREY_INK);
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_SENTENCE, 12, false, WH_INK);
    const double top = y;
    struct wh_buf text;
    wh_buf_init(&text, sheet->canvas->ctx);
    y += wh_sheet_top(sheet, y);
    add_title(&text, page);
    const struct wh_font title = wh_text_shrink(sheet->canvas, &large, wh_buf_view(&text).ptr,
                                                sheet->wide, 14 * sheet->scale);
    y += wh_sheet_block(sheet, "H1", &title, &text, y);
    wh_buf_clear(&text);
    add_subtitle(&text, page);
    y += wh_sheet_block(sheet, "P", &grey, &text, y) + 2 * sheet->scale;
    wh_buf_clear(&text);
    wh_say_hotspot(&text, sheet->lang, sheet->report, page->record->theme, page->record->hotspot);
    y += wh_sheet_block(sheet, "P", &font, &text, y);
    wh_buf_finish(&text);
    return y - top;
}

static double dry_foot(const struct wh_evidence_page *page)
{
    struct wh_sheet dry = page->sheet;
    dry.is_measuring = true;
    return wh_sheet_foot(&dry, 0);
}

/* The map is as high as the words beside it, and takes what notes and actions leave. */
static enum wh_status draw_page(struct wh_evidence_page *page, struct wh_error *err)
{
    const struct wh_sheet *const sheet = &page->sheet;
    const double gap = 0.8 * WH_GAP * sheet->scale, s = sheet->scale;
    const struct wh_view any = wh_view_make(0, 0, 100, 100, 0, 0, 1, 0.75);
    const struct wh_span left = {sheet->left, MAP_SHARE * sheet->wide};
    const struct wh_span right = {left.x + left.wide + 2 * gap, sheet->wide - left.wide - 2 * gap};
    struct wh_evidence_page dry = *page;
    struct wh_view view;
    dry.sheet.is_measuring = true;
    const double foot = dry_foot(page), bottom = sheet->bottom - foot - gap;
    const double fixed = draw_head(&dry, 0) + wh_sheet_strip(&dry.sheet, &any, 0) +
                         wh_evidence_methods(&dry, 0) + wh_evidence_panels_height(page) +
                         wh_evidence_requests(&dry, 0) + 6 * gap;
    const double room = bottom - sheet->top - fixed;
    const double done = fmin(wh_evidence_done(&dry, 0, 1e9), LEAST_DONE * s);
    const double beside = wh_evidence_chance(&dry, right, 0);
    const double map_h = fmax(fmin(room - done, MOST_MAP * s), beside);
    page->panel_h = fmax(LEAST_PANEL * s, page->panel_h - fmax(0, map_h + done - room));
    double y = sheet->top;
    y += draw_head(page, y) + gap;
    enum wh_status status = wh_evidence_map(page, left, y, map_h, &view, err);
    if (status != WH_OK) {
        return status;
    }
    wh_evidence_chance(page, right, y);
    y += map_h + gap;
    y += wh_sheet_strip(sheet, &view, y) + gap;
    y += wh_evidence_methods(page, y) + gap;
    status = wh_evidence_panels(page, y, err);
    y += wh_evidence_panels_height(page) + gap;
    y += wh_evidence_requests(page, y) + gap;
    wh_evidence_done(page, y, fmax(bottom - y, 0));
    wh_sheet_foot(sheet, sheet->bottom - foot);
    return status;
}

enum wh_status wh_render_evidence(struct wh_ctx *ctx, const struct wh_report *report,
                                  size_t theme_idx, const struct wh_evidence_record *record,
                                  const struct wh_page_options *opt, struct wh_sheet_file *ret,
                                  struct wh_error *err)
{
    struct wh_canvas canvas = {0};
    struct wh_buf title;
    double w, h;
    *ret = (struct wh_sheet_file){0};
    wh_buf_init(&ret->pdf, ctx);
    wh_buf_init(&title, ctx);
    wh_paper_size(opt->paper, &w, &h);
    enum wh_status status = wh_canvas_open_pdf(&canvas, ctx, opt->style, w, h, err);
    if (status == WH_OK) {
        wh_canvas_speak(&canvas, opt->language);
        struct wh_evidence_page page = {.sheet = wh_sheet_make(&canvas, report, theme_idx, -1, opt),
                                        .record = record};
        page.panel_h = MOST_PANEL * page.sheet.scale;
        add_title(&title, &page);
        wh_pdf_describe(&canvas, report, wh_buf_view(&title).ptr, "Evidence of a hot spot");
        wh_canvas_tag_begin(&canvas, "Document", NULL);
        status = draw_page(&page, err);
        wh_canvas_tag_end(&canvas, "Document");
        canvas.has_failed |= title.failed;
    }
    if (status == WH_OK) {
        status = wh_sheet_close(&canvas, ret, err);
    }
    if (status != WH_OK) {
        wh_sheet_file_finish(ctx, ret);
    }
    wh_canvas_finish(&canvas);
    wh_buf_finish(&title);
    return status;
}
