/* render/basemap_draw.h: a map without its names, layer by layer as the style says. */
#ifndef WH_RENDER_BASEMAP_DRAW_H
#define WH_RENDER_BASEMAP_DRAW_H

#include "render/basemap_internal.h"
#include "render/view.h"

/* Draws a layer whose source is not the base map: the density, wards, hot spots. */
typedef void wh_layer_fn(void *user, struct wh_canvas *canvas, const struct wh_style_layer *layer,
                         const struct wh_view *view);

/* The sheets of tiles between which the density is laid: both are clear where nothing is. */
enum wh_map_part {
    WH_PART_ALL,   /* with the background */
    WH_PART_BELOW, /* the base map's layers that the style has before the density */
    WH_PART_ABOVE  /* those after it */
};

struct wh_map_layers {
    const struct wh_basemap *basemap; /* or NULL */
    const struct wh_style *style;
    enum wh_map_part part;
    wh_layer_fn *fn; /* or NULL */
    void *user;
};

/* All but names and hot spots' discs, which labels.c places. The caller clips. */
void wh_map_layers_draw(struct wh_canvas *canvas, const struct wh_map_layers *map,
                        const struct wh_view *view);

#endif
