/* render/view.h: which ground a drawing shows and how large; north is up. */
#ifndef WH_RENDER_VIEW_H
#define WH_RENDER_VIEW_H

#include "render/canvas.h"

/*
 * A window on the ground (working CRS on pages, Web Mercator on tiles) and its place on a canvas.
 * Line widths are in CSS pixels in a style: `px` is one of them in canvas units (0.75 pt on paper,
 * 1 on tiles).
 */
struct wh_view {
    double ground[4];  /* {west, south, east, north}, metres */
    double x, y, w, h; /* canvas units, y down */
    double k;          /* canvas units a ground metre */
    double px;
    double zoom; /* as MapLibre counts: 78,271.5 m a pixel at 0; on paper as at the equator */
};

/* A view centred on (centre_x, centre_y) with `metres_per_unit` ground metres a canvas unit. */
struct wh_view wh_view_make(double x, double y, double w, double h, double centre_x,
                            double centre_y, double metres_per_unit, double px);

static inline double wh_view_x(const struct wh_view *view, double ground_x)
{
    return view->x + (ground_x - view->ground[0]) * view->k;
}

static inline double wh_view_y(const struct wh_view *view, double ground_y)
{
    return view->y + (view->ground[3] - ground_y) * view->k;
}

/*
 * Adds rings [from, to) of a shape to the path, within a tenth of a pixel: vertices where the line
 * hardly bends are left out. Closed rings are closed.
 */
void wh_view_add_rings(cairo_t *cr, const struct wh_view *view, const struct wh_shape *shape,
                       uint32_t from, uint32_t to, bool is_closed);
/* All rings of a polygon shape. */
void wh_view_add_shape(cairo_t *cr, const struct wh_view *view, const struct wh_shape *shape);

#endif
