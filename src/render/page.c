/* render/page.c: ward pages and pictures of maps, from report to file. */
#include "render/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cairo-pdf.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/time.h"
#include "render/page_internal.h"
#include "render/picture.h"

#define PREVIEW_DPI 96.0
#define MOST_PICTURE_PX 8000.0

const char *wh_render_version(void)
{
    return "cairo " CAIRO_VERSION_STRING ", Pango " PANGO_VERSION_STRING;
}

void wh_pdf_describe(struct wh_canvas *canvas, const struct wh_report *report, const char *title,
                     const char *subject)
{
    char day[16], stamp[40];
    struct wh_buf clean;
    wh_buf_init(&clean, canvas->ctx);
    snprintf(stamp, sizeof stamp, "%sT00:00:00Z",
             wh_format_day(report->as_of_day, day, sizeof day));
    const struct {
        cairo_pdf_metadata_t key;
        const char *value;
    } fact[] = {{CAIRO_PDF_METADATA_TITLE, title},
                {CAIRO_PDF_METADATA_AUTHOR, report->title},
                {CAIRO_PDF_METADATA_SUBJECT, subject},
                {CAIRO_PDF_METADATA_CREATOR, "wardheat " WH_VERSION},
                {CAIRO_PDF_METADATA_CREATE_DATE, stamp},
                {CAIRO_PDF_METADATA_MOD_DATE, stamp}};
    for (size_t i = 0; i < sizeof fact / sizeof fact[0]; i++) {
        wh_buf_clear(&clean);
        wh_text_clean(&clean, wh_str_c(fact[i].value));
        cairo_pdf_surface_set_metadata(canvas->surface, fact[i].key,
                                       clean.ptr != NULL ? clean.ptr : "");
    }
    canvas->has_failed |= clean.failed;
    wh_buf_finish(&clean);
}

enum wh_status wh_canvas_write_pdf(struct wh_canvas *canvas, const char *path,
                                   struct wh_buf *ret_text, struct wh_error *err)
{
    struct wh_buf bytes;
    wh_buf_init(&bytes, canvas->ctx);
    enum wh_status status = wh_canvas_close(canvas, err);
    if (status == WH_OK) {
        status = wh_pdf_finish(canvas->ctx, wh_buf_view(&canvas->bytes), canvas->tag,
                               canvas->n_tags, wh_buf_view(&canvas->alt), &bytes, err);
    }
    if (status == WH_OK) {
        status = wh_io_write_all(canvas->ctx, path, wh_buf_view(&bytes), err);
    }
    wh_buf_finish(&bytes);
    if (status == WH_OK && ret_text != NULL) {
        wh_buf_str(ret_text, wh_buf_view(&canvas->text));
        wh_buf_str(ret_text, wh_buf_view(&canvas->alt));
        wh_buf_char(ret_text, '\n');
        status = wh_buf_ok(ret_text, err);
    }
    return status;
}

enum wh_status wh_canvas_write_png(struct wh_canvas *canvas, const char *path,
                                   struct wh_buf *ret_text, struct wh_error *err)
{
    struct wh_png_scratch scratch = {.ctx = canvas->ctx};
    struct wh_buf png;
    wh_buf_init(&png, canvas->ctx);
    enum wh_status status = wh_canvas_close(canvas, err);
    if (status == WH_OK) {
        cairo_surface_t *const surface = canvas->is_pdf ? canvas->picture : canvas->surface;
        /* Rows of cairo's RGB24 are 32-bit words by definition, and its data is aligned for them.
         */
        const void *const data = cairo_image_surface_get_data(surface);
        status =
            wh_png_quantised(&scratch, data, (uint32_t)cairo_image_surface_get_width(surface),
                             (uint32_t)cairo_image_surface_get_height(surface),
                             (size_t)cairo_image_surface_get_stride(surface) / 4, true, &png, err);
    }
    if (status == WH_OK) {
        status = wh_io_write_all(canvas->ctx, path, wh_buf_view(&png), err);
    }
    if (status == WH_OK && ret_text != NULL) {
        wh_buf_str(ret_text, wh_buf_view(&canvas->text));
        status = wh_buf_ok(ret_text, err);
    }
    wh_buf_finish(&png);
    wh_png_scratch_finish(&scratch);
    return status;
}

/* Measures a sheet and draws it. */
static enum wh_status draw_sheet(struct wh_canvas *canvas, const struct wh_report *report,
                                 size_t theme_idx, int32_t ward_idx,
                                 const struct wh_page_options *opt, struct wh_error *err)
{
    struct wh_sheet sheet = wh_sheet_make(canvas, report, theme_idx, ward_idx, opt);
    struct wh_rows rows = {0};
    enum wh_status status = wh_sheet_rows(&sheet, &rows, err);
    if (status == WH_OK) {
        const struct wh_sheet_plan plan = wh_sheet_make_plan(&sheet, &rows);
        sheet.n_pages = plan.n_pages;
        status = wh_sheet_draw(&sheet, &rows, &plan, err);
    }
    wh_rows_finish(canvas->ctx, &rows);
    return status;
}

enum wh_status wh_render_ward_page(struct wh_ctx *ctx, const struct wh_report *report,
                                   size_t theme_idx, uint32_t ward_idx,
                                   const struct wh_page_options *opt, const char *pdf_path,
                                   const char *png_path, struct wh_buf *ret_text,
                                   struct wh_error *err)
{
    struct wh_canvas canvas = {0};
    struct wh_buf title, period;
    double w, h;
    wh_paper_size(opt->paper, &w, &h);
    wh_buf_init(&title, ctx);
    wh_buf_init(&period, ctx);
    enum wh_status status = wh_canvas_open_pdf(&canvas, ctx, opt->style, w, h, err);
    if (status == WH_OK && png_path != NULL) {
        status = wh_canvas_add_picture(&canvas, w, h, PREVIEW_DPI / 72.0, err);
    }
    if (status != WH_OK) {
        goto out;
    }
    wh_canvas_speak(&canvas, opt->language);
    wh_sheet_title(&title, opt->language, report, &report->theme[theme_idx], (int32_t)ward_idx);
    wh_say_period(&period, opt->language, &report->theme[theme_idx].period);
    wh_pdf_describe(&canvas, report, wh_buf_view(&title).ptr, wh_buf_view(&period).ptr);
    canvas.has_failed |= title.failed || period.failed;
    wh_canvas_tag_begin(&canvas, "Document", "");
    status = draw_sheet(&canvas, report, theme_idx, (int32_t)ward_idx, opt, err);
    wh_canvas_tag_end(&canvas, "Document");
    if (status == WH_OK) {
        status = wh_canvas_write_pdf(&canvas, pdf_path, ret_text, err);
    }
    if (status == WH_OK && png_path != NULL) {
        status = wh_canvas_write_png(&canvas, png_path, NULL, err);
    }
out:
    wh_canvas_finish(&canvas);
    wh_buf_finish(&title);
    wh_buf_finish(&period);
    return status;
}

/* A picture's height from its ground: as wide as asked, as high as the ward or area needs, between
 * half and one and a half times that. */
static double picture_height(const struct wh_report *report, int32_t ward_idx, double width)
{
    double box[4];
    wh_shape_box(ward_idx >= 0 ? &report->wards->shape[ward_idx] : report->area, box);
    const double ratio = box[2] > box[0] ? (box[3] - box[1]) / (box[2] - box[0]) : 1;
    return round(width * fmin(fmax(ratio, 0.5), 1.5));
}

/* Scale bar and north arrow on a plate in the lower left corner. */
static void draw_plate(struct wh_canvas *canvas, const struct wh_language *lang,
                       const struct wh_view *view)
{
    const struct wh_scale_bar bar = wh_scale_bar_size(view, fmin(160, 0.3 * view->w));
    const double h = 34, y = view->h - h - 8;
    cairo_rectangle(canvas->cr, 8, y, bar.drawn + 78, h);
    cairo_set_source_rgba(canvas->cr, 1, 1, 1, 0.88);
    cairo_fill(canvas->cr);
    wh_north_arrow_draw(canvas, lang, 22, y + 3, h - 4, 11);
    wh_scale_bar_draw(canvas, lang, &bar, 46, y + 7, 11);
}

enum wh_status wh_render_map_png(struct wh_ctx *ctx, const struct wh_report *report,
                                 size_t theme_idx, int32_t ward_idx, uint32_t width_px,
                                 const struct wh_page_options *opt, const char *path,
                                 struct wh_buf *ret_text, struct wh_error *err)
{
    struct wh_canvas canvas = {0};
    const double width = fmin(fmax(width_px, 64), MOST_PICTURE_PX);
    const double height = picture_height(report, ward_idx, width);
    const struct wh_map_spec spec = {.report = report,
                                     .theme_idx = theme_idx,
                                     .ward_idx = ward_idx,
                                     .basemap = opt->basemap,
                                     .style = opt->style,
                                     .w = width,
                                     .h = height,
                                     .px = 1.0,
                                     .scale = 1.0};
    const struct wh_view view = wh_map_view(&spec);
    enum wh_status status =
        wh_canvas_open_image(&canvas, ctx, opt->style, (uint32_t)width, (uint32_t)height, 1.0, err);
    if (status == WH_OK) {
        status = wh_map_draw(&canvas, &spec, &view, err);
    }
    if (status == WH_OK) {
        draw_plate(&canvas, opt->language, &view);
        status = wh_canvas_write_png(&canvas, path, ret_text, err);
    }
    wh_canvas_finish(&canvas);
    return status;
}
