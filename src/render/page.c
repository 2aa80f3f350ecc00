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
#include "render/message.h"
#include "render/page_internal.h"
#include "render/picture.h"
#include "render/svg.h"
#include "render/ward_sheet.h"

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

enum wh_status wh_canvas_tell(const struct wh_canvas *canvas, struct wh_buf *ret_text,
                              struct wh_error *err)
{
    if (ret_text == NULL) {
        return WH_OK;
    }
    wh_buf_str(ret_text, wh_buf_view(&canvas->text));
    wh_buf_str(ret_text, wh_buf_view(&canvas->alt));
    wh_buf_char(ret_text, '\n');
    return wh_buf_ok(ret_text, err);
}

static enum wh_status encode(struct wh_png_scratch *scratch, cairo_surface_t *surface,
                             struct wh_buf *ret, struct wh_error *err)
{
    /* Rows of cairo's RGB24 are 32-bit words by definition, and its data is aligned for them. */
    const void *const data = cairo_image_surface_get_data(surface);
    return wh_png_quantised(scratch, data, (uint32_t)cairo_image_surface_get_width(surface),
                            (uint32_t)cairo_image_surface_get_height(surface),
                            (size_t)cairo_image_surface_get_stride(surface) / 4, true, ret, err);
}

/* Front, back, and what follows. */
static enum wh_status draw_ward_sheet(struct wh_canvas *canvas, const struct wh_report *report,
                                      uint32_t ward_idx, const struct wh_page_options *opt,
                                      struct wh_error *err)
{
    struct wh_ward_sheet ward;
    enum wh_status status = wh_ward_sheet_open(&ward, canvas, report, ward_idx, opt, err);
    if (status == WH_OK) {
        status = wh_ward_sheet_draw(&ward, err);
        wh_ward_sheet_finish(&ward);
    }
    return status;
}

/* Measures a sheet and draws it. */
static enum wh_status draw_sheet(struct wh_canvas *canvas, const struct wh_report *report,
                                 size_t theme_idx, int32_t ward_idx,
                                 const struct wh_page_options *opt, struct wh_error *err)
{
    if (theme_idx == WH_ALL_THEMES) {
        return draw_ward_sheet(canvas, report, (uint32_t)ward_idx, opt, err);
    }
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

static enum wh_status encode_pictures(const struct wh_canvas *canvas, struct wh_sheet_file *ret,
                                      struct wh_error *err)
{
    struct wh_png_scratch scratch = {.ctx = canvas->ctx};
    enum wh_status status = WH_OK;
    ret->png = wh_alloc_array(canvas->ctx, canvas->n_pictures, sizeof *ret->png);
    if (ret->png == NULL) {
        return wh_fail_memory(canvas->ctx, err);
    }
    for (size_t i = 0; i < canvas->n_pictures && status == WH_OK; i++) {
        wh_buf_init(&ret->png[i], canvas->ctx);
        status = encode(&scratch, canvas->picture[i], &ret->png[i], err);
    }
    wh_png_scratch_finish(&scratch);
    return status;
}

enum wh_status wh_sheet_close(struct wh_canvas *canvas, struct wh_sheet_file *ret,
                              struct wh_error *err)
{
    enum wh_status status = wh_canvas_close(canvas, err);
    ret->n_pages = canvas->page;
    if (status == WH_OK) {
        status = wh_pdf_finish(canvas->ctx, wh_buf_view(&canvas->bytes), canvas->tag,
                               canvas->n_tags, wh_buf_view(&canvas->alt), &ret->pdf, err);
    }
    if (status == WH_OK && canvas->n_pictures > 0) {
        status = encode_pictures(canvas, ret, err);
    }
    return status;
}

enum wh_status wh_render_sheet(struct wh_ctx *ctx, const struct wh_report *report, size_t theme_idx,
                               int32_t ward_idx, const struct wh_page_options *opt,
                               bool wants_previews, struct wh_sheet_file *ret,
                               struct wh_buf *ret_text, struct wh_error *err)
{
    struct wh_canvas canvas = {0};
    struct wh_buf title, period;
    double w, h;
    *ret = (struct wh_sheet_file){0};
    wh_buf_init(&ret->pdf, ctx);
    wh_paper_size(opt->paper, &w, &h);
    wh_buf_init(&title, ctx);
    wh_buf_init(&period, ctx);
    enum wh_status status = wh_canvas_open_pdf(&canvas, ctx, opt->style, w, h, err);
    if (status == WH_OK && wants_previews) {
        status = wh_canvas_add_pictures(&canvas, w, h, PREVIEW_DPI / 72.0, err);
    }
    if (status == WH_OK) {
        wh_canvas_speak(&canvas, opt->language);
        const struct wh_theme_report *const theme =
            theme_idx == WH_ALL_THEMES ? report->overall : &report->theme[theme_idx];
        wh_sheet_title(&title, opt->language, report, theme, ward_idx);
        wh_say_period(&period, opt->language, &theme->period);
        wh_pdf_describe(&canvas, report, wh_buf_view(&title).ptr, wh_buf_view(&period).ptr);
        canvas.has_failed |= title.failed || period.failed;
        wh_canvas_tag_begin(&canvas, "Document", "");
        status = draw_sheet(&canvas, report, theme_idx, ward_idx, opt, err);
        if (status == WH_OK && opt->second != NULL) {
            struct wh_page_options second = *opt;
            second.language = opt->second;
            wh_canvas_next_page(&canvas);
            wh_canvas_speak(&canvas, second.language);
            status = draw_sheet(&canvas, report, theme_idx, ward_idx, &second, err);
        }
        wh_canvas_tag_end(&canvas, "Document");
    }
    if (status == WH_OK) {
        status = wh_sheet_close(&canvas, ret, err);
    }
    if (status == WH_OK) {
        status = wh_canvas_tell(&canvas, ret_text, err);
    }
    if (status != WH_OK) {
        wh_sheet_file_finish(ctx, ret);
    }
    wh_canvas_finish(&canvas);
    wh_buf_finish(&title);
    wh_buf_finish(&period);
    return status;
}

static enum wh_status finish_drawings(struct wh_canvas *canvas, struct wh_str title,
                                      struct wh_sheet_file *ret, struct wh_error *err)
{
    const struct wh_str bytes = wh_buf_view(&canvas->bytes), alt = wh_buf_view(&canvas->alt);
    struct wh_page_end from = {0};
    enum wh_status status = WH_OK;
    ret->svg = wh_alloc_array(canvas->ctx, canvas->n_ends, sizeof *ret->svg);
    if (ret->svg == NULL) {
        return wh_fail_memory(canvas->ctx, err);
    }
    ret->n_pages = (uint32_t)canvas->n_ends;
    for (size_t i = 0; i < canvas->n_ends && status == WH_OK; i++) {
        const struct wh_page_end to = canvas->page_end[i];
        wh_buf_init(&ret->svg[i], canvas->ctx);
        status =
            wh_svg_finish(canvas->ctx, wh_str_slice(bytes, from.bytes, to.bytes), canvas->language,
                          title, wh_str_slice(alt, from.alt, to.alt), &ret->svg[i], err);
        from = to;
    }
    return status;
}

enum wh_status wh_render_sheet_svg(struct wh_ctx *ctx, const struct wh_report *report,
                                   size_t theme_idx, int32_t ward_idx,
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
    enum wh_status status = wh_canvas_open_svg(&canvas, ctx, opt->style, w, h, err);
    if (status == WH_OK) {
        wh_canvas_speak(&canvas, opt->language);
        wh_sheet_title(&title, opt->language, report,
                       theme_idx == WH_ALL_THEMES ? report->overall : &report->theme[theme_idx],
                       ward_idx);
        canvas.has_failed |= title.failed;
        status = draw_sheet(&canvas, report, theme_idx, ward_idx, opt, err);
    }
    if (status == WH_OK) {
        status = wh_canvas_close(&canvas, err);
    }
    if (status == WH_OK) {
        status = finish_drawings(&canvas, wh_buf_view(&title), ret, err);
    }
    if (status != WH_OK) {
        wh_sheet_file_finish(ctx, ret);
    }
    wh_canvas_finish(&canvas);
    wh_buf_finish(&title);
    return status;
}

void wh_sheet_file_drop_previews(struct wh_ctx *ctx, struct wh_sheet_file *file)
{
    for (size_t i = 0; file->png != NULL && i < file->n_pages; i++) {
        wh_buf_finish(&file->png[i]);
    }
    wh_free(ctx, file->png);
    file->png = NULL;
}

void wh_sheet_file_finish(struct wh_ctx *ctx, struct wh_sheet_file *file)
{
    wh_sheet_file_drop_previews(ctx, file);
    for (size_t i = 0; file->svg != NULL && i < file->n_pages; i++) {
        wh_buf_finish(&file->svg[i]);
    }
    wh_free(ctx, file->svg);
    wh_buf_finish(&file->pdf);
    *file = (struct wh_sheet_file){0};
}

/* One file a page: "a.png", "a-2.png", ... */
static enum wh_status write_pages(struct wh_ctx *ctx, const struct wh_buf *page, uint32_t n,
                                  const char *first_path, struct wh_error *err)
{
    const struct wh_str whole = wh_str_c(first_path);
    const struct wh_str stem = wh_str_slice(whole, 0, whole.len - 4); /* ".png", ".svg" */
    struct wh_buf path;
    enum wh_status status = WH_OK;
    wh_buf_init(&path, ctx);
    for (uint32_t i = 0; i < n && status == WH_OK; i++) {
        wh_buf_clear(&path);
        wh_buf_str(&path, stem);
        if (i > 0) {
            wh_buf_printf(&path, "-%u", i + 1);
        }
        wh_buf_str(&path, wh_str_slice(whole, stem.len, whole.len));
        status = wh_buf_ok(&path, err);
        if (status == WH_OK) {
            status = wh_io_write_all(ctx, path.ptr, wh_buf_view(&page[i]), err);
        }
    }
    wh_buf_finish(&path);
    return status;
}

enum wh_status wh_sheet_file_write(struct wh_ctx *ctx, const struct wh_sheet_file *file,
                                   const char *pdf_path, const char *png_path, struct wh_error *err)
{
    const enum wh_status status = wh_io_write_all(ctx, pdf_path, wh_buf_view(&file->pdf), err);
    return status != WH_OK || png_path == NULL
               ? status
               : write_pages(ctx, file->png, file->n_pages, png_path, err);
}

enum wh_status wh_sheet_file_write_svg(struct wh_ctx *ctx, const struct wh_sheet_file *file,
                                       const char *path, struct wh_error *err)
{
    return write_pages(ctx, file->svg, file->n_pages, path, err);
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

static enum wh_status write_picture(struct wh_canvas *canvas, const char *path,
                                    struct wh_error *err)
{
    struct wh_png_scratch scratch = {.ctx = canvas->ctx};
    struct wh_buf png;
    wh_buf_init(&png, canvas->ctx);
    enum wh_status status = wh_canvas_close(canvas, err);
    if (status == WH_OK) {
        status = encode(&scratch, canvas->surface, &png, err);
    }
    if (status == WH_OK) {
        status = wh_io_write_all(canvas->ctx, path, wh_buf_view(&png), err);
    }
    wh_buf_finish(&png);
    wh_png_scratch_finish(&scratch);
    return status;
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
                                     .theme = &report->theme[theme_idx],
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
        status = write_picture(&canvas, path, err);
    }
    if (status == WH_OK) {
        status = wh_canvas_tell(&canvas, ret_text, err);
    }
    wh_canvas_finish(&canvas);
    return status;
}
