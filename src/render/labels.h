/*
 * render/labels.h: names on a map: chosen for a whole view at once, then drawn, so that the tiles
 * of a zoom agree on every name. A name stands on a straight enough stretch of its street, upright,
 * inside the view, and touches nothing.
 */
#ifndef WH_RENDER_LABELS_H
#define WH_RENDER_LABELS_H

#include "render/basemap_internal.h"
#include "render/boxes.h"
#include "render/view.h"

struct wh_label {
    const char *name; /* of the thing */
    const char *text; /* as drawn: the name, or a shorter form of it */
    struct wh_font font;
    struct wh_turned_box box; /* canvas units of the view that it was placed for */
    double angle_rad;
    double wrap;        /* width at which its lines end; 0: one line */
    uint32_t next_same; /* of the same hash of names: index + 1, 0 ends */
};

#define WH_LABEL_HASHES 1024
struct wh_labels {
    struct wh_ctx *ctx;
    struct wh_view view;
    const struct wh_shape *bright; /* the ward of the map, or NULL: all bright */
    struct wh_rgb veil;            /* towards which other names fade */
    struct wh_arena arena;         /* shorter forms of names */
    struct wh_boxes taken;
    struct wh_label *label;
    size_t n, cap;
    uint32_t same[WH_LABEL_HASHES];
};

WH_MUST_USE enum wh_status wh_labels_init(struct wh_labels *labels, struct wh_ctx *ctx,
                                          const struct wh_view *view, struct wh_error *err);
void wh_labels_finish(struct wh_labels *labels);

/* No name may touch this box (a disc), or cross these borders (ring by ring). */
WH_MUST_USE enum wh_status wh_labels_keep_off_box(struct wh_labels *labels, double x, double y,
                                                  double half_w, double half_h,
                                                  struct wh_error *err);
WH_MUST_USE enum wh_status wh_labels_keep_off_shape(struct wh_labels *labels,
                                                    const struct wh_shape *shape,
                                                    struct wh_error *err);

/* A feature's text at a ground point (or a line above or below it), as `layer` says; left out when
 * there is no room, or when it stands near by already: a ward often bears the name of its place. */
WH_MUST_USE enum wh_status wh_labels_add_point(struct wh_labels *labels, struct wh_canvas *canvas,
                                               const struct wh_style_layer *layer,
                                               const struct wh_subject *subject, double ground_x,
                                               double ground_y, struct wh_error *err);
/* One symbol layer of the base map: its points, or its streets along their lines. `canvas` only
 * measures. */
WH_MUST_USE enum wh_status wh_labels_add_layer(struct wh_labels *labels, struct wh_canvas *canvas,
                                               const struct wh_basemap *basemap,
                                               const struct wh_style_layer *layer,
                                               struct wh_error *err);
/* All symbol layers of the base map; the topmost has the first choice, as in MapLibre. */
WH_MUST_USE enum wh_status wh_labels_add_basemap(struct wh_labels *labels, struct wh_canvas *canvas,
                                                 const struct wh_basemap *basemap,
                                                 const struct wh_style *style,
                                                 struct wh_error *err);
/* Draws those that touch the box {x0, y0, x1, y1} of the view's canvas, shifted by (-x0 + to_x, -y0
 * + to_y). */
void wh_labels_draw(const struct wh_labels *labels, struct wh_canvas *canvas, const double box[4],
                    double to_x, double to_y);

#endif
