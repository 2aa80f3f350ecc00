/* render/view.c: ground to canvas. */
#include "render/view.h"

#include <math.h>

#include "render/thin.h"

#define ZOOM_0_METRES_PER_PX 78271.51696402048 /* equator, 512 px world: 2 pi 6378137 / 512 */
#define TOLERANCE_PX 0.1
#define MARGIN_PX 40.0 /* wider than any line */

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

/* On which sides of the view, widened by a margin, a point lies. */
static unsigned sides(const struct wh_view *view, double x, double y)
{
    const double margin = MARGIN_PX * view->px;
    return (x < view->x - margin ? 1U : 0U) | (x > view->x + view->w + margin ? 2U : 0U) |
           (y < view->y - margin ? 4U : 0U) | (y > view->y + view->h + margin ? 8U : 0U);
}

/* A path that is drawn as it comes, one vertex late. */
struct pen {
    cairo_t *cr;
    double x, y;             /* the vertex in hand */
    unsigned in_hand, drawn; /* its sides, and those of the one drawn last */
    bool has_any, has_one;
    struct wh_thin thin;
};

static void put_down(struct pen *pen)
{
    if (!pen->has_any) {
        cairo_move_to(pen->cr, pen->x, pen->y);
    } else {
        cairo_line_to(pen->cr, pen->x, pen->y);
    }
    pen->has_any = true;
    pen->has_one = false;
    pen->drawn = pen->in_hand;
    wh_thin_at(&pen->thin, pen->x, pen->y);
}

/*
 * The vertex in hand is dropped when it, the one before and the new one lie beyond the same side:
 * nothing of the two lines can be seen then, whatever way they take. A border of 10,000 vertices
 * shrinks to the ones in view. It is dropped, too, when the line hardly bends there.
 */
static void move_pen(struct pen *pen, double x, double y, unsigned where)
{
    if (pen->has_one && !(pen->has_any && (pen->drawn & pen->in_hand & where) != 0) &&
        (!pen->has_any || wh_thin_needs_last(&pen->thin, pen->x, pen->y, x, y))) {
        put_down(pen);
    }
    pen->x = x;
    pen->y = y;
    pen->in_hand = where;
    pen->has_one = true;
}

void wh_view_add_rings(cairo_t *cr, const struct wh_view *view, const struct wh_shape *shape,
                       uint32_t from, uint32_t to, bool is_closed)
{
    for (uint32_t r = from; r < to; r++) {
        const uint32_t first = shape->ring_start[r];
        const uint32_t end = shape->ring_start[r + 1] - (is_closed ? 1U : 0U);
        struct pen pen = {.cr = cr, .thin = {.tolerance = TOLERANCE_PX * view->px}};
        for (uint32_t v = first; v < end; v++) {
            const double x = wh_view_x(view, shape->x[v]), y = wh_view_y(view, shape->y[v]);
            move_pen(&pen, x, y, sides(view, x, y));
        }
        if (pen.has_one) {
            put_down(&pen);
        }
        if (is_closed && pen.has_any) {
            cairo_close_path(cr);
        }
    }
}

void wh_view_add_shape(cairo_t *cr, const struct wh_view *view, const struct wh_shape *shape)
{
    wh_view_add_rings(cr, view, shape, 0, shape->n_rings, true);
}
