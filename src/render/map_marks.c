/* render/map_marks.c: what stands beside a map: scale bar, north arrow, locator. */
#include <math.h>

#include "geo/areas.h"
#include "render/mapframe.h"

#define LOCATOR_PX 2.0 /* coarse: borders of a whole council in the size of a stamp */

static const struct wh_rgb INK = {28, 30, 38};
static const struct wh_rgb GREY = {150, 152, 158};
static const struct wh_rgb PALE = {238, 238, 236};
static const struct wh_rgb WHITE = {255, 255, 255};

struct wh_scale_bar wh_scale_bar_size(const struct wh_view *view, double most_w)
{
    static const double SERIES[] = {5, 4, 2, 1};
    const double most_m = most_w / view->k;
    const double decade = pow(10, floor(log10(most_m)));
    double length_m = decade;
    for (size_t i = sizeof SERIES / sizeof SERIES[0]; i-- > 0;) {
        if (SERIES[i] * decade <= most_m) {
            length_m = SERIES[i] * decade;
        }
    }
    return (struct wh_scale_bar){length_m, length_m * view->k};
}

double wh_scale_bar_draw(struct wh_canvas *canvas, const struct wh_language *lang,
                         const struct wh_scale_bar *bar, double x, double y, double text_size)
{
    const struct wh_font font = {.role = WH_TEXT_SMALL, .size = text_size, .colour = INK};
    const double thick = 0.36 * text_size;
    cairo_t *const cr = canvas->cr;
    const bool is_long = bar->length_m >= 1000;
    const double length = is_long ? bar->length_m / 1000 : bar->length_m;
    struct wh_buf text;
    wh_buf_init(&text, canvas->ctx);
    wh_say_arg(&text, lang, wh_arg_count("from", 0));
    const double text_h =
        wh_text_draw(canvas, &font, wh_buf_view(&text).ptr, x, y, 0, WH_ALIGN_CENTRE);
    wh_buf_clear(&text);
    wh_say_with(&text, lang, is_long ? "scale.km" : "scale.m", wh_arg_number("length", length, 4));
    wh_text_draw(canvas, &font, wh_buf_view(&text).ptr, x + bar->drawn, y, 0, WH_ALIGN_CENTRE);
    double whole_w, half_w, height;
    wh_text_measure(canvas, &font, wh_buf_view(&text).ptr, 0, &whole_w, &height);
    wh_buf_clear(&text);
    wh_say_arg(&text, lang, wh_arg_number("half", 0.5 * length, 4));
    wh_text_measure(canvas, &font, wh_buf_view(&text).ptr, 0, &half_w, &height);
    if (0.5 * (whole_w + half_w) + 0.5 * text_size <
        0.5 * bar->drawn) { /* else they would run together */
        wh_text_draw(canvas, &font, wh_buf_view(&text).ptr, x + 0.5 * bar->drawn, y, 0,
                     WH_ALIGN_CENTRE);
    }
    canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    const double top = y + text_h + 1;
    cairo_rectangle(cr, x, top, 0.5 * bar->drawn, thick);
    wh_canvas_colour(canvas, INK, 1.0);
    cairo_fill(cr);
    cairo_rectangle(cr, x + 0.5 * bar->drawn, top, 0.5 * bar->drawn, thick);
    wh_canvas_colour(canvas, WHITE, 1.0);
    cairo_fill_preserve(cr);
    wh_canvas_colour(canvas, INK, 1.0);
    cairo_set_line_width(cr, 0.5);
    cairo_stroke(cr);
    cairo_rectangle(cr, x, top, bar->drawn, thick);
    cairo_stroke(cr);
    return top + thick - y;
}

void wh_north_arrow_draw(struct wh_canvas *canvas, const struct wh_language *lang, double x,
                         double y, double h, double text_size)
{
    const struct wh_font font = {
        .role = WH_TEXT_SMALL, .size = text_size, .is_bold = true, .colour = INK};
    cairo_t *const cr = canvas->cr;
    double width, height;
    struct wh_buf north;
    wh_buf_init(&north, canvas->ctx);
    wh_say(&north, lang, "scale.north");
    wh_text_measure(canvas, &font, wh_buf_view(&north).ptr, 0, &width, &height);
    const double arrow = h - height, half = 0.3 * arrow;
    cairo_new_path(cr);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + half, y + arrow);
    cairo_line_to(cr, x, y + 0.72 * arrow);
    cairo_line_to(cr, x - half, y + arrow);
    cairo_close_path(cr);
    wh_canvas_colour(canvas, INK, 1.0);
    cairo_fill(cr);
    wh_text_draw(canvas, &font, wh_buf_view(&north).ptr, x, y + arrow, 0, WH_ALIGN_CENTRE);
    canvas->has_failed |= north.failed;
    wh_buf_finish(&north);
}

void wh_locator_draw(struct wh_canvas *canvas, const struct wh_report *report, int32_t ward_idx,
                     const struct wh_view *view, double x, double y, double w, double h)
{
    cairo_t *const cr = canvas->cr;
    double box[4];
    wh_shape_box(report->area, box);
    const double metres = fmax((box[2] - box[0]) / w, (box[3] - box[1]) / h) * 1.04;
    const struct wh_view small = wh_view_make(x, y, w, h, 0.5 * (box[0] + box[2]),
                                              0.5 * (box[1] + box[3]), metres, LOCATOR_PX);
    cairo_save(cr);
    cairo_new_path(cr);
    wh_view_add_shape(cr, &small, report->area);
    wh_canvas_colour(canvas, PALE, 1.0);
    cairo_fill(cr);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    for (uint32_t i = 0; i < report->wards->n; i++) {
        wh_view_add_shape(cr, &small, &report->wards->shape[i]);
    }
    cairo_set_line_width(cr, 0.35);
    wh_canvas_colour(canvas, GREY, 1.0);
    cairo_stroke(cr);
    if (ward_idx >= 0) {
        wh_view_add_shape(cr, &small, &report->wards->shape[ward_idx]);
        wh_canvas_colour(canvas, INK, 1.0);
        cairo_fill(cr);
    }
    if (view != NULL) {
        const double left = fmax(wh_view_x(&small, view->ground[0]), x);
        const double top = fmax(wh_view_y(&small, view->ground[3]), y);
        const double right = fmin(wh_view_x(&small, view->ground[2]), x + w);
        const double bottom = fmin(wh_view_y(&small, view->ground[1]), y + h);
        cairo_rectangle(cr, left, top, right - left, bottom - top);
        cairo_set_line_width(cr, 0.8);
        wh_canvas_colour(canvas, INK, 1.0);
        cairo_stroke(cr);
    }
    cairo_restore(cr);
}
