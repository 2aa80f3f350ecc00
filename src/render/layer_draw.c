/* render/layer_draw.c: fills, lines and circles as a layer says. */
#include "render/layer_draw.h"

#include <math.h>

#define TURN 6.283185307179586

static void use_colour(struct wh_canvas *canvas, struct wh_colour colour)
{
    cairo_set_source_rgba(canvas->cr, colour.r, colour.g, colour.b, colour.a);
}

void wh_pattern_paint(struct wh_canvas *canvas, const struct wh_pattern *pattern, double px,
                      const double box[4])
{
    cairo_t *const cr = canvas->cr;
    const double step = pattern->spacing * px;
    const double from = floor((box[0] + box[1]) / step) * step, to = box[2] + box[3];
    cairo_new_path(cr);
    for (int i = 0; from + i * step <= to; i++) {
        const double at = from + i * step;
        cairo_move_to(cr, at - box[1], box[1]);
        cairo_line_to(cr, at - box[3], box[3]);
    }
    cairo_set_dash(cr, NULL, 0, 0);
    cairo_set_line_width(cr, pattern->width * px);
    wh_canvas_colour(canvas, pattern->colour, 1.0);
    cairo_stroke(cr);
}

static void fill_with_pattern(struct wh_canvas *canvas, const struct wh_style_layer *layer,
                              double px)
{
    cairo_t *const cr = canvas->cr;
    double box[4];
    cairo_save(cr);
    cairo_clip(cr);
    cairo_clip_extents(cr, &box[0], &box[1], &box[2], &box[3]);
    if (box[2] > box[0] && box[3] > box[1]) {
        wh_pattern_paint(canvas, layer->pattern, px, box);
    }
    cairo_restore(cr);
}

void wh_layer_fill(struct wh_canvas *canvas, const struct wh_style_layer *layer, double zoom,
                   double px, const struct wh_subject *subject)
{
    cairo_t *const cr = canvas->cr;
    cairo_path_t *const outline = layer->has_outline ? cairo_copy_path(cr) : NULL;
    if (layer->pattern != NULL) {
        fill_with_pattern(canvas, layer, px);
    } else {
        use_colour(canvas, wh_layer_colour(layer, WH_SLOT_COLOUR, zoom, subject));
        cairo_fill(cr);
    }
    if (outline != NULL) { /* one pixel, as in MapLibre */
        cairo_new_path(cr);
        cairo_append_path(cr, outline);
        cairo_path_destroy(outline);
        cairo_set_dash(cr, NULL, 0, 0);
        cairo_set_line_width(cr, px);
        cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
        use_colour(canvas, wh_layer_colour(layer, WH_SLOT_EDGE, zoom, subject));
        cairo_stroke(cr);
    }
    cairo_new_path(cr);
}

void wh_layer_stroke(struct wh_canvas *canvas, const struct wh_style_layer *layer, double zoom,
                     double px, const struct wh_subject *subject)
{
    static const cairo_line_cap_t CAP[] = {CAIRO_LINE_CAP_BUTT, CAIRO_LINE_CAP_ROUND,
                                           CAIRO_LINE_CAP_SQUARE};
    static const cairo_line_join_t JOIN[] = {CAIRO_LINE_JOIN_BEVEL, CAIRO_LINE_JOIN_ROUND,
                                             CAIRO_LINE_JOIN_MITER};
    cairo_t *const cr = canvas->cr;
    const double width = wh_layer_number(layer, WH_SLOT_WIDTH, zoom, subject) * px;
    double dash[WH_MAX_DASHES];
    if (width > 0) {
        for (size_t i = 0; i < layer->n_dashes; i++) {
            dash[i] = layer->dash[i] * width;
        }
        cairo_set_dash(cr, dash, (int)layer->n_dashes, 0);
        cairo_set_line_width(cr, width);
        cairo_set_line_cap(cr, CAP[layer->cap]);
        cairo_set_line_join(cr, JOIN[layer->join]);
        cairo_set_miter_limit(cr, 2); /* MapLibre's line-miter-limit */
        use_colour(canvas, wh_layer_colour(layer, WH_SLOT_COLOUR, zoom, subject));
        cairo_stroke(cr);
        cairo_set_dash(cr, NULL, 0, 0);
    }
    cairo_new_path(cr);
}

void wh_layer_circle(struct wh_canvas *canvas, const struct wh_style_layer *layer, double zoom,
                     double px, const struct wh_subject *subject, double x, double y)
{
    cairo_t *const cr = canvas->cr;
    const double radius = wh_layer_number(layer, WH_SLOT_SIZE, zoom, subject) * px;
    const double stroke = wh_layer_number(layer, WH_SLOT_WIDTH, zoom, subject) * px;
    cairo_new_path(cr);
    if (radius > 0) {
        cairo_arc(cr, x, y, radius, 0, TURN);
        use_colour(canvas, wh_layer_colour(layer, WH_SLOT_COLOUR, zoom, subject));
        cairo_fill(cr);
    }
    if (stroke > 0) { /* outside the radius */
        cairo_set_dash(cr, NULL, 0, 0);
        cairo_arc(cr, x, y, radius + 0.5 * stroke, 0, TURN);
        cairo_set_line_width(cr, stroke);
        use_colour(canvas, wh_layer_colour(layer, WH_SLOT_EDGE, zoom, subject));
        cairo_stroke(cr);
    }
    cairo_new_path(cr);
}
