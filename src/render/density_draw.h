/* render/density_draw.h: a class surface as smooth areas on a map. */
#ifndef WH_RENDER_DENSITY_DRAW_H
#define WH_RENDER_DENSITY_DRAW_H

#include "render/view.h"

struct wh_density_layer {
    const struct wh_surface *surface;
    uint32_t n_classes;
    const struct wh_style *style;
    const struct wh_shape *area; /* the study area: nothing is drawn outside; NULL: no limit */
};

/* A wh_density_fn: `user` is a struct wh_density_layer. Blank cells are hatched. */
void wh_density_draw(void *user, struct wh_canvas *canvas, const struct wh_view *view);
/* A rectangle filled with the hatch of blank cells, for the legend. */
void wh_density_hatch(struct wh_canvas *canvas, const struct wh_style *style, double x, double y,
                      double w, double h);
#endif
