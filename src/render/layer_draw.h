/* render/layer_draw.h: drawing with the paint of a style's layer. */
#ifndef WH_RENDER_LAYER_DRAW_H
#define WH_RENDER_LAYER_DRAW_H

#include "render/style_internal.h"
#include "render/view.h"

/*
 * Each draws the canvas's current path and ends it. `px` is how many canvas units a pixel of the
 * style measures; `subject` may be NULL where the layer asks no feature.
 */
void wh_layer_fill(struct wh_canvas *canvas, const struct wh_style_layer *layer, double zoom,
                   double px, const struct wh_subject *subject);
void wh_layer_stroke(struct wh_canvas *canvas, const struct wh_style_layer *layer, double zoom,
                     double px, const struct wh_subject *subject);
void wh_layer_circle(struct wh_canvas *canvas, const struct wh_style_layer *layer, double zoom,
                     double px, const struct wh_subject *subject, double x, double y);
/* Fills what is clipped, seen from the box {x0, y0, x1, y1}, with a pattern: lines of x + y = a
 * multiple of the spacing, so that neighbouring pieces fit. */
void wh_pattern_paint(struct wh_canvas *canvas, const struct wh_pattern *pattern, double px,
                      const double box[4]);

#endif
