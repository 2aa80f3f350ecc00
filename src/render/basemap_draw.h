/* render/basemap_draw.h: the base map without its names, layer by layer as the style says. */
#ifndef WH_RENDER_BASEMAP_DRAW_H
#define WH_RENDER_BASEMAP_DRAW_H

#include "render/basemap_internal.h"
#include "render/view.h"

/* Draws the density; called where the style has its raster layer. */
typedef void wh_density_fn(void *user, struct wh_canvas *canvas, const struct wh_view *view);

/* `basemap` NULL: the land and the density only. `fn` may be NULL. The caller clips. */
void wh_basemap_draw(struct wh_canvas *canvas, const struct wh_basemap *basemap,
                     const struct wh_style *style, const struct wh_view *view, wh_density_fn *fn,
                     void *user);
/*
 * The base map as a sheet to lay over a density: no land, areas that the style has below the
 * density thinly, everything else as it is.
 */
void wh_basemap_draw_over(struct wh_canvas *canvas, const struct wh_basemap *basemap,
                          const struct wh_style *style, const struct wh_view *view);
bool wh_style_layer_is_on(const struct wh_style_layer *layer, double zoom);

#endif
