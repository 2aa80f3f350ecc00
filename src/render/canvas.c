/* render/canvas.c: cairo surfaces in memory. */
#include "render/canvas.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cairo-svg.h>
#include <cairo-tee.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/style_internal.h"

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned len)
{
    struct wh_buf *const buf = closure;
    wh_buf_add(buf, bytes, len);
    return buf->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* Letters keep their true widths at every size, so that a page, its preview and a zoomed tile break
 * lines alike. */
static void open_text(struct wh_canvas *canvas)
{
    cairo_font_options_t *const options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    /* A thread's own: finding fonts and loading letters costs as much as a small map, and a page
     * does not depend on what else was drawn with it. */
    canvas->font_map = g_object_ref(pango_cairo_font_map_get_default());
    /* One inch is 72 units, so that a size in points is a size in canvas units. */
    pango_cairo_font_map_set_resolution((PangoCairoFontMap *)canvas->font_map, 72.0);
    canvas->pango = pango_font_map_create_context(canvas->font_map);
    pango_cairo_context_set_font_options(canvas->pango, options);
    pango_context_set_round_glyph_positions(canvas->pango, FALSE);
    wh_canvas_set_language(canvas, "en");
    pango_context_set_base_dir(canvas->pango, PANGO_DIRECTION_LTR);
    canvas->layout = pango_layout_new(canvas->pango);
    cairo_font_options_destroy(options);
}

static enum wh_status open_canvas(struct wh_canvas *canvas, struct wh_error *err)
{
    canvas->cr = cairo_create(canvas->surface);
    canvas->page = 1;
    if (cairo_status(canvas->cr) != CAIRO_STATUS_SUCCESS) {
        const enum wh_status status = wh_fail(err, WH_ERR_LIMIT, "no room for a picture: %s",
                                              cairo_status_to_string(cairo_status(canvas->cr)));
        wh_canvas_finish(canvas);
        return status;
    }
    canvas->measure = wh_alloc_array(canvas->ctx, WH_MEASURES, sizeof *canvas->measure);
    if (canvas->measure == NULL) {
        const enum wh_status status = wh_fail_memory(canvas->ctx, err);
        wh_canvas_finish(canvas);
        return status;
    }
    open_text(canvas);
    return WH_OK;
}

enum wh_status wh_canvas_open_pdf(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                  const struct wh_style *style, double width_pt, double height_pt,
                                  struct wh_error *err)
{
    *canvas = (struct wh_canvas){
        .ctx = ctx, .is_pdf = true, .fonts = style->fonts, .style_fonts = style->fonts};
    wh_buf_init(&canvas->bytes, ctx);
    wh_buf_init(&canvas->text, ctx);
    wh_buf_init(&canvas->alt, ctx);
    canvas->surface =
        cairo_pdf_surface_create_for_stream(take_bytes, &canvas->bytes, width_pt, height_pt);
    return open_canvas(canvas, err);
}

enum wh_status wh_canvas_open_svg(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                  const struct wh_style *style, double width_pt, double height_pt,
                                  struct wh_error *err)
{
    *canvas = (struct wh_canvas){.ctx = ctx,
                                 .is_svg = true,
                                 .fonts = style->fonts,
                                 .style_fonts = style->fonts,
                                 .page_w = width_pt,
                                 .page_h = height_pt};
    wh_buf_init(&canvas->bytes, ctx);
    wh_buf_init(&canvas->text, ctx);
    wh_buf_init(&canvas->alt, ctx);
    canvas->surface =
        cairo_svg_surface_create_for_stream(take_bytes, &canvas->bytes, width_pt, height_pt);
    return open_canvas(canvas, err);
}

/* Ends an SVG: a document holds one page. */
static void end_svg(struct wh_canvas *canvas)
{
    struct wh_error err;
    void *array = canvas->page_end;
    cairo_surface_finish(canvas->surface);
    canvas->has_failed |= cairo_surface_status(canvas->surface) != CAIRO_STATUS_SUCCESS;
    if (wh_grow(canvas->ctx, &array, canvas->n_ends, &canvas->cap_ends, sizeof *canvas->page_end,
                &err) != WH_OK) {
        canvas->has_failed = true;
        return;
    }
    canvas->page_end = array;
    canvas->page_end[canvas->n_ends++] = (struct wh_page_end){canvas->bytes.len, canvas->alt.len};
}

static void next_svg(struct wh_canvas *canvas)
{
    canvas->has_failed |= cairo_status(canvas->cr) != CAIRO_STATUS_SUCCESS;
    end_svg(canvas);
    cairo_destroy(canvas->cr);
    cairo_surface_destroy(canvas->surface);
    canvas->surface = cairo_svg_surface_create_for_stream(take_bytes, &canvas->bytes,
                                                          canvas->page_w, canvas->page_h);
    canvas->cr = cairo_create(canvas->surface);
    canvas->page++;
}

/* A white sheet that is drawn on together with the PDF's page. */
static void add_picture(struct wh_canvas *canvas)
{
    const double scale = canvas->picture_scale;
    struct wh_error err;
    void *array = canvas->picture;
    if (wh_grow(canvas->ctx, &array, canvas->n_pictures, &canvas->cap_pictures,
                sizeof *canvas->picture, &err) != WH_OK) {
        canvas->has_failed = true;
        return;
    }
    canvas->picture = array;
    cairo_surface_t *const picture =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(canvas->picture_w * scale),
                                   (int)lround(canvas->picture_h * scale));
    canvas->picture[canvas->n_pictures++] = picture;
    cairo_surface_set_device_scale(picture, scale, scale);
    cairo_t *const paper = cairo_create(picture);
    cairo_set_source_rgb(paper, 1, 1, 1);
    cairo_paint(paper);
    canvas->has_failed |= cairo_status(paper) != CAIRO_STATUS_SUCCESS;
    cairo_destroy(paper);
    cairo_tee_surface_add(canvas->both, picture);
}

enum wh_status wh_canvas_add_pictures(struct wh_canvas *canvas, double width_pt, double height_pt,
                                      double scale, struct wh_error *err)
{
    canvas->picture_w = width_pt;
    canvas->picture_h = height_pt;
    canvas->picture_scale = scale;
    canvas->both = cairo_tee_surface_create(canvas->surface);
    add_picture(canvas);
    canvas->pdf_cr = canvas->cr;
    canvas->cr = cairo_create(canvas->both);
    cairo_set_antialias(canvas->cr, CAIRO_ANTIALIAS_FAST);
    if (canvas->has_failed || cairo_status(canvas->cr) != CAIRO_STATUS_SUCCESS) {
        return wh_fail_memory(canvas->ctx, err);
    }
    return WH_OK;
}

static enum wh_status open_pixels(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                  const struct wh_style *style, cairo_format_t format,
                                  uint32_t width_px, uint32_t height_px, struct wh_error *err)
{
    *canvas = (struct wh_canvas){.ctx = ctx, .fonts = style->fonts, .style_fonts = style->fonts};
    wh_buf_init(&canvas->bytes, ctx);
    wh_buf_init(&canvas->text, ctx);
    wh_buf_init(&canvas->alt, ctx);
    canvas->surface = cairo_image_surface_create(format, (int)width_px, (int)height_px);
    const enum wh_status status = open_canvas(canvas, err);
    if (status == WH_OK) {
        /* Four rows a pixel instead of fifteen: a third of the time, and no eye tells. */
        cairo_set_antialias(canvas->cr, CAIRO_ANTIALIAS_FAST);
    }
    return status;
}

enum wh_status wh_canvas_open_image(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                    const struct wh_style *style, uint32_t width_px,
                                    uint32_t height_px, double scale, struct wh_error *err)
{
    const enum wh_status status =
        open_pixels(canvas, ctx, style, CAIRO_FORMAT_RGB24, width_px, height_px, err);
    if (status == WH_OK) {
        cairo_set_source_rgb(canvas->cr, 1, 1, 1);
        cairo_paint(canvas->cr);
        cairo_scale(canvas->cr, scale, scale);
    }
    return status;
}

enum wh_status wh_canvas_open_clear(struct wh_canvas *canvas, struct wh_ctx *ctx,
                                    const struct wh_style *style, uint32_t width_px,
                                    uint32_t height_px, double scale, struct wh_error *err)
{
    const enum wh_status status =
        open_pixels(canvas, ctx, style, CAIRO_FORMAT_ARGB32, width_px, height_px, err);
    if (status == WH_OK) {
        cairo_scale(canvas->cr, scale, scale);
    }
    return status;
}

static cairo_surface_t *last_picture(const struct wh_canvas *canvas)
{
    return canvas->picture[canvas->n_pictures - 1];
}

enum wh_status wh_canvas_close(struct wh_canvas *canvas, struct wh_error *err)
{
    cairo_status_t fault = cairo_status(canvas->cr);
    if (canvas->is_svg && !canvas->is_closed) {
        end_svg(canvas);
    } else if (!canvas->is_pdf) {
        cairo_surface_flush(canvas->surface);
    } else if (!canvas->is_closed) {
        if (canvas->both != NULL) {
            cairo_surface_finish(canvas->both);
            cairo_surface_flush(last_picture(canvas));
        }
        cairo_surface_finish(canvas->surface);
    }
    canvas->is_closed = true;
    if (fault == CAIRO_STATUS_SUCCESS) {
        fault = cairo_surface_status(canvas->surface);
    }
    if (canvas->has_failed || canvas->bytes.failed || canvas->text.failed || canvas->alt.failed ||
        fault == CAIRO_STATUS_NO_MEMORY) {
        return wh_fail_memory(canvas->ctx, err);
    }
    if (fault != CAIRO_STATUS_SUCCESS) {
        return wh_fail(err, WH_ERR_INTERNAL, "drawing failed: %s", cairo_status_to_string(fault));
    }
    if (canvas->is_pdf && canvas->missing_in[0] != '\0') {
        return wh_fail(
            err, WH_ERR_CONFIG,
            "no font has the character U+%04X of \"%s\": install one that does, and name "
            "it in the style or in the language's catalogue",
            canvas->missing, canvas->missing_in);
    }
    return WH_OK;
}

void wh_canvas_finish(struct wh_canvas *canvas)
{
    if (canvas->ctx == NULL) {
        return;
    }
    if (canvas->layout != NULL) {
        g_object_unref(canvas->layout);
        g_object_unref(canvas->pango);
        g_object_unref(canvas->font_map);
    }
    cairo_destroy(canvas->cr);
    cairo_destroy(canvas->pdf_cr);
    cairo_surface_destroy(canvas->both);
    for (size_t i = 0; i < canvas->n_pictures; i++) {
        cairo_surface_destroy(canvas->picture[i]);
    }
    cairo_surface_destroy(canvas->surface);
    wh_buf_finish(&canvas->bytes);
    wh_buf_finish(&canvas->text);
    wh_buf_finish(&canvas->alt);
    wh_free(canvas->ctx, canvas->tag);
    wh_free(canvas->ctx, canvas->picture);
    wh_free(canvas->ctx, canvas->page_end);
    wh_free(canvas->ctx, canvas->drawn);
    wh_free(canvas->ctx, canvas->measure);
    *canvas = (struct wh_canvas){0};
}

void wh_canvas_next_page(struct wh_canvas *canvas)
{
    if (canvas->is_svg) {
        next_svg(canvas);
        return;
    }
    if (canvas->both != NULL) {
        cairo_surface_flush(last_picture(canvas));
        cairo_tee_surface_remove(canvas->both, last_picture(canvas));
    }
    cairo_surface_show_page(canvas->surface);
    if (canvas->both != NULL) {
        add_picture(canvas);
    }
    canvas->page++;
}

void wh_canvas_speak(struct wh_canvas *canvas, const struct wh_language *lang)
{
    const char *const more = wh_language_fonts(lang);
    wh_canvas_set_language(canvas, wh_language_tag(lang));
    canvas->line_height = wh_language_line_height(lang);
    pango_context_set_base_dir(canvas->pango, wh_language_is_rtl(lang) ? PANGO_DIRECTION_RTL
                                                                       : PANGO_DIRECTION_LTR);
    /* Not by its first letter, which may be that of a name from elsewhere. */
    pango_layout_set_auto_dir(canvas->layout, FALSE);
    pango_layout_context_changed(canvas->layout);
    snprintf(canvas->families, sizeof canvas->families, "%s%s%s", canvas->style_fonts,
             more[0] != '\0' ? ", " : "", more);
    canvas->fonts = canvas->families;
    memset(canvas->measure, 0, WH_MEASURES * sizeof *canvas->measure);
}

void wh_canvas_colour(struct wh_canvas *canvas, struct wh_rgb colour, double alpha)
{
    cairo_set_source_rgba(canvas->cr, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0, alpha);
}
