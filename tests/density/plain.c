/* tests/density/plain.c */
#include "density/plain.h"

#include <math.h>
#include <string.h>

double plain_kernel(enum wh_kernel kernel, double h, double d2)
{
    const double u2 = d2 / (h * h), peak = 1 / (M_PI * h * h);
    if (kernel == WH_KERNEL_GAUSSIAN) {
        return peak / 2 * exp(-u2 / 2);
    }
    if (kernel == WH_KERNEL_UNIFORM) {
        return u2 <= 1 ? peak : 0;
    }
    if (u2 >= 1) {
        return 0;
    }
    return kernel == WH_KERNEL_QUARTIC        ? 3 * peak * (1 - u2) * (1 - u2)
           : kernel == WH_KERNEL_EPANECHNIKOV ? 2 * peak * (1 - u2)
           : kernel == WH_KERNEL_TRIWEIGHT    ? 4 * peak * (1 - u2) * (1 - u2) * (1 - u2)
                                              : 3 * peak * (1 - sqrt(u2));
}

double plain_bandwidth(const struct wh_density_options *opt, const struct wh_points *points,
                       size_t i)
{
    static const double variance[] = {8, 1, 6, 10, 4, 20.0 / 3};
    const double h =
        opt->bandwidth_of_point_m == NULL ? opt->bandwidth_m : opt->bandwidth_of_point_m[i];
    const double r = opt->widen_by_precision ? points->precision_m[i] : 0;
    return r > 0 ? sqrt(h * h + variance[opt->kernel] * r * r) : h;
}

static double centre(double origin, double cell_m, size_t idx)
{
    return origin + ((double)idx + 0.5) * cell_m;
}

/* The kernel's mass over the mask's cells. */
static double mass(const struct wh_mask *mask, enum wh_kernel kernel, double h, double x, double y)
{
    const struct wh_grid *grid = &mask->grid;
    double sum = 0;
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        const double dx = centre(grid->x0, grid->cell_m, i % grid->nx) - x;
        const double dy = centre(grid->y0, grid->cell_m, i / grid->nx) - y;
        sum += mask->inside[i] ? plain_kernel(kernel, h, dx * dx + dy * dy) : 0;
    }
    return sum * grid->cell_m * grid->cell_m;
}

void plain_density(const struct wh_points *points, const struct wh_mask *mask,
                   const struct wh_density_options *opt, const struct wh_grid *grid, double *ret,
                   uint32_t *support)
{
    const size_t n = (size_t)grid->nx * grid->ny;
    memset(ret, 0, n * sizeof *ret);
    if (support != NULL) {
        memset(support, 0, n * sizeof *support);
    }
    for (size_t p = 0; p < points->n; p++) {
        const double h = plain_bandwidth(opt, points, p), x = points->x[p], y = points->y[p];
        const double reach = opt->kernel == WH_KERNEL_GAUSSIAN ? sqrt(8) * h : h;
        const double e = opt->edge == WH_EDGE_DIGGLE ? mass(mask, opt->kernel, h, x, y) : 1;
        for (size_t i = 0; i < n && e > 0; i++) {
            const double dx = centre(grid->x0, grid->cell_m, i % grid->nx) - x;
            const double dy = centre(grid->y0, grid->cell_m, i / grid->nx) - y;
            const double d2 = dx * dx + dy * dy;
            ret[i] += 1e6 * points->weight[p] * plain_kernel(opt->kernel, h, d2) / e;
            if (support != NULL) {
                support[i] += d2 < reach * reach;
            }
        }
    }
    for (size_t i = 0; i < n && opt->edge == WH_EDGE_UNIFORM; i++) {
        ret[i] /=
            mass(mask, opt->kernel, opt->bandwidth_m, centre(grid->x0, grid->cell_m, i % grid->nx),
                 centre(grid->y0, grid->cell_m, i / grid->nx));
    }
}
