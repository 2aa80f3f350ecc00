/* render/atlas.c: many sheets in one document, with bookmarks and page numbers through it. */
#include <stdio.h>

#include <cairo-pdf.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/page_internal.h"

struct atlas {
    struct wh_canvas canvas;
    const struct wh_report *report;
    const struct wh_page_options *opt;
    uint32_t page, n_pages;
    bool is_started; /* a page has been drawn */
    int theme_outline;
};

/* Calls for each sheet of the atlas: by theme, the overview (unless one ward was asked for), then
 * wards in order. */
typedef enum wh_status sheet_fn(struct atlas *atlas, size_t theme_idx, int32_t ward_idx,
                                struct wh_error *err);

static enum wh_status each_sheet(struct atlas *atlas, int32_t theme_idx, int32_t ward_idx,
                                 sheet_fn *fn, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t t = 0; t < atlas->report->n_themes && status == WH_OK; t++) {
        if (theme_idx >= 0 && t != (size_t)theme_idx) {
            continue;
        }
        if (ward_idx >= 0) {
            status = fn(atlas, t, ward_idx, err);
            continue;
        }
        status = fn(atlas, t, -1, err);
        for (uint32_t w = 0; w < atlas->report->wards->n && status == WH_OK; w++) {
            status = fn(atlas, t, (int32_t)w, err);
        }
    }
    return status;
}

static enum wh_status count_pages(struct atlas *atlas, size_t theme_idx, int32_t ward_idx,
                                  struct wh_error *err)
{
    const struct wh_sheet sheet =
        wh_sheet_make(&atlas->canvas, atlas->report, theme_idx, ward_idx, atlas->opt);
    struct wh_rows rows = {0};
    const enum wh_status status = wh_sheet_rows(&sheet, &rows, err);
    if (status == WH_OK) {
        atlas->n_pages += wh_sheet_make_plan(&sheet, &rows).n_pages;
    }
    wh_rows_finish(atlas->canvas.ctx, &rows);
    return status;
}

static void add_bookmark(struct atlas *atlas, size_t theme_idx, int32_t ward_idx)
{
    char link[40];
    struct wh_buf name;
    wh_buf_init(&name, atlas->canvas.ctx);
    snprintf(link, sizeof link, "page=%u", atlas->page);
    const bool is_top = ward_idx < 0 || atlas->theme_outline == CAIRO_PDF_OUTLINE_ROOT;
    const char *const theme = atlas->report->theme[theme_idx].theme->title;
    wh_text_clean(&name, wh_str_c(ward_idx < 0 ? theme : atlas->report->wards->name[ward_idx]));
    if (is_top && ward_idx >= 0) {
        wh_buf_c(&name, ": ");
        wh_text_clean(&name, wh_str_c(theme));
    }
    const int id = cairo_pdf_surface_add_outline(
        atlas->canvas.surface, is_top ? CAIRO_PDF_OUTLINE_ROOT : atlas->theme_outline,
        name.ptr != NULL ? name.ptr : "", link, is_top ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
    if (ward_idx < 0) {
        atlas->theme_outline = id;
    }
    atlas->canvas.has_failed |= name.failed;
    wh_buf_finish(&name);
}

static enum wh_status draw_pages(struct atlas *atlas, size_t theme_idx, int32_t ward_idx,
                                 struct wh_error *err)
{
    struct wh_sheet sheet =
        wh_sheet_make(&atlas->canvas, atlas->report, theme_idx, ward_idx, atlas->opt);
    struct wh_rows rows = {0};
    enum wh_status status = wh_sheet_rows(&sheet, &rows, err);
    if (status == WH_OK) {
        const struct wh_sheet_plan plan = wh_sheet_make_plan(&sheet, &rows);
        if (atlas->is_started) {
            wh_canvas_next_page(&atlas->canvas);
        }
        atlas->is_started = true;
        add_bookmark(atlas, theme_idx, ward_idx);
        sheet.page = atlas->page;
        sheet.n_pages = atlas->n_pages;
        atlas->page += plan.n_pages;
        status = wh_sheet_draw(&sheet, &rows, &plan, err);
    }
    wh_rows_finish(atlas->canvas.ctx, &rows);
    return status;
}

enum wh_status wh_render_atlas(struct wh_ctx *ctx, const struct wh_report *report,
                               int32_t theme_idx, int32_t ward_idx,
                               const struct wh_page_options *opt, const char *pdf_path,
                               struct wh_buf *ret_text, struct wh_error *err)
{
    struct atlas atlas = {
        .report = report, .opt = opt, .page = 1, .theme_outline = CAIRO_PDF_OUTLINE_ROOT};
    struct wh_buf title, subject;
    double w, h;
    wh_paper_size(opt->paper, &w, &h);
    wh_buf_init(&title, ctx);
    wh_buf_init(&subject, ctx);
    enum wh_status status = wh_canvas_open_pdf(&atlas.canvas, ctx, opt->style, w, h, err);
    if (status != WH_OK) {
        goto out;
    }
    wh_canvas_speak(&atlas.canvas, opt->language);
    wh_say_with(&title, opt->language, "atlas.title", wh_arg_text("area", report->title));
    wh_say(&subject, opt->language, "atlas.subject");
    wh_pdf_describe(&atlas.canvas, report, wh_buf_view(&title).ptr, wh_buf_view(&subject).ptr);
    atlas.canvas.has_failed |= title.failed || subject.failed;
    wh_canvas_tag_begin(&atlas.canvas, "Document", "");
    status = each_sheet(&atlas, theme_idx, ward_idx, count_pages, err);
    if (status == WH_OK) {
        status = each_sheet(&atlas, theme_idx, ward_idx, draw_pages, err);
    }
    wh_canvas_tag_end(&atlas.canvas, "Document");
    if (status == WH_OK) {
        status = wh_canvas_write_pdf(&atlas.canvas, pdf_path, ret_text, err);
    }
out:
    wh_canvas_finish(&atlas.canvas);
    wh_buf_finish(&title);
    wh_buf_finish(&subject);
    return status;
}
