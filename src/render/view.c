/* render/view.c: ground to canvas. */
#include "render/view.h"

#include <math.h>

#define ZOOM_0_METRES_PER_PX 78271.51696402048 /* equator, 512 px world: 2 pi 6378137 / 512 */
#define STEP_PX 0.2

struct wh_view wh_view_make(double x, double y, double w, double h, double centre_x,
                            double centre_y, double metres_per_unit, double px)
{
    const double half_w = 0.5 * w * metres_per_unit, half_h = 0.5 * h * metres_per_unit;
    return (struct wh_view){
        .ground = {centre_x - half_w, centre_y - half_h, centre_x + half_w, centre_y + half_h},
        .x = x,
        .y = y,
        .w = w,
        .h = h,
        .k = 1.0 / metres_per_unit,
        .px = px,
        .zoom = log2(ZOOM_0_METRES_PER_PX / (metres_per_unit * px))};
}

void wh_view_add_rings(cairo_t *cr, const struct wh_view *view, const struct wh_shape *shape,
                       uint32_t from, uint32_t to, bool is_closed)
{
    const double least = STEP_PX * view->px;
    for (uint32_t r = from; r < to; r++) {
        const uint32_t first = shape->ring_start[r];
        const uint32_t end = shape->ring_start[r + 1] - (is_closed ? 1U : 0U);
        double last_x = 0, last_y = 0;
        for (uint32_t v = first; v < end; v++) {
            const double x = wh_view_x(view, shape->x[v]), y = wh_view_y(view, shape->y[v]);
            if (v == first) {
                cairo_move_to(cr, x, y);
            } else if (v + 1 < end && fabs(x - last_x) < least && fabs(y - last_y) < least) {
                continue;
            } else {
                cairo_line_to(cr, x, y);
            }
            last_x = x;
            last_y = y;
        }
        if (is_closed && end > first) {
            cairo_close_path(cr);
        }
    }
}

void wh_view_add_shape(cairo_t *cr, const struct wh_view *view, const struct wh_shape *shape)
{
    wh_view_add_rings(cr, view, shape, 0, shape->n_rings, true);
}
