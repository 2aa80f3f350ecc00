/* render/density_draw.h: a class surface as smooth areas on a map. */
#ifndef WH_RENDER_DENSITY_DRAW_H
#define WH_RENDER_DENSITY_DRAW_H

#include "render/style_internal.h"
#include "render/view.h"

struct wh_density_layer {
    const struct wh_surface *surface;
    uint32_t n_classes;
    const struct wh_style *style;
    const struct wh_shape *area; /* the study area: nothing is drawn outside; NULL: no limit */
};

/* The classes, as the style's raster layer. */
void wh_density_draw(struct wh_canvas *canvas, const struct wh_density_layer *density,
                     const struct wh_view *view);
/* The blank cells, with the paint of a layer of the source suppressed. */
void wh_suppressed_draw(struct wh_canvas *canvas, const struct wh_density_layer *density,
                        const struct wh_style_layer *layer, const struct wh_view *view);
/* A rectangle painted as blank cells are, for the legend; `px` as in wh_layer_fill(). */
void wh_suppressed_swatch(struct wh_canvas *canvas, const struct wh_style *style, double px,
                          double x, double y, double w, double h);
#endif
