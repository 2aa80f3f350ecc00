/* render/hotspots_draw.h: outlines and numbered discs of hot spots on a map. */
#ifndef WH_RENDER_HOTSPOTS_DRAW_H
#define WH_RENDER_HOTSPOTS_DRAW_H

#include "render/mapframe.h"

struct wh_disc {
    size_t hotspot; /* index in the theme */
    double x, y;    /* canvas */
};
struct wh_discs {
    size_t n;
    struct wh_disc *disc;
    double radius;
};

/* The hot spots of a fill or line layer whose source is hotspots or elsewhere. */
void wh_hotspots_draw(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                      const struct wh_style_layer *layer, const struct wh_view *view);
/* A place for the disc of each hot spot of the ward: on its outline, in the frame, clear of the
 * others. */
WH_MUST_USE enum wh_status wh_discs_place(struct wh_ctx *ctx, const struct wh_map_spec *spec,
                                          const struct wh_view *view, struct wh_discs *ret,
                                          struct wh_error *err);
void wh_discs_finish(struct wh_ctx *ctx, struct wh_discs *discs);

#endif
