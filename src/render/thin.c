/* render/thin.c: a cone of directions, narrowed by each vertex that is left out. */
#include "render/thin.h"

#include <math.h>

static double cross(const double a[2], double x, double y)
{
    return a[0] * y - a[1] * x;
}

void wh_thin_at(struct wh_thin *thin, double x, double y)
{
    thin->x = x;
    thin->y = y;
    thin->has_cone = false;
}

/* Only directions that pass (x, y) within the tolerance are left. */
static void narrow(struct wh_thin *thin, double x, double y)
{
    const double distance = hypot(x, y);
    if (distance <= thin->tolerance) {
        return; /* near enough whatever the direction */
    }
    const double s = thin->tolerance / distance, c = sqrt(1 - s * s);
    const double left[2] = {x * c - y * s, x * s + y * c};
    const double right[2] = {x * c + y * s, y * c - x * s};
    if (!thin->has_cone || cross(thin->left, left[0], left[1]) < 0) {
        thin->left[0] = left[0];
        thin->left[1] = left[1];
    }
    if (!thin->has_cone || cross(thin->right, right[0], right[1]) > 0) {
        thin->right[0] = right[0];
        thin->right[1] = right[1];
    }
    thin->has_cone = true;
}

bool wh_thin_needs_last(struct wh_thin *thin, double last_x, double last_y, double x, double y)
{
    const double from_x = last_x - thin->x, from_y = last_y - thin->y;
    const double to_x = x - thin->x, to_y = y - thin->y;
    narrow(thin, from_x, from_y);
    if (hypot(to_x, to_y) < hypot(from_x, from_y)) {
        return true; /* a line that turns back could leave its end out */
    }
    return thin->has_cone &&
           (cross(thin->left, to_x, to_y) > 0 || cross(thin->right, to_x, to_y) < 0 ||
            to_x * (thin->left[0] + thin->right[0]) + to_y * (thin->left[1] + thin->right[1]) <= 0);
}
