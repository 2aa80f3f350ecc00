/* tests/bench/plain.c: compiled twice, with the flags of src/density: NAME tells which. */
#include "bench/plain.h"

#include <math.h>

void NAME(const struct wh_points *points, enum wh_kernel kernel, double bandwidth_m,
          struct wh_grid *grid)
{
    const double h = bandwidth_m / grid->cell_m, per_h2 = 1 / (h * h);
    const double reach = kernel == WH_KERNEL_GAUSSIAN ? 6 * h : h;
    const double peak = (kernel == WH_KERNEL_QUARTIC        ? 3 / M_PI
                         : kernel == WH_KERNEL_EPANECHNIKOV ? 2 / M_PI
                                                            : 1 / (2 * M_PI)) *
                        1e6 / (bandwidth_m * bandwidth_m);
    for (size_t i = 0; i < points->n; i++) {
        const double x = (points->x[i] - grid->x0) / grid->cell_m - 0.5;
        const double y = (points->y[i] - grid->y0) / grid->cell_m - 0.5;
        const int row_end = (int)fmin(grid->ny - 1, floor(y + reach));
        for (int row = (int)fmax(0, ceil(y - reach)); row <= row_end; row++) {
            const double dy = row - y, half = sqrt(reach * reach - dy * dy);
            const double a = 1 - dy * dy * per_h2, e = -0.5 * dy * dy * per_h2;
            const int first = (int)fmax(0, ceil(x - half));
            const int last = (int)fmin(grid->nx - 1, floor(x + half));
            double *value = grid->v + (size_t)row * grid->nx;
            if (kernel == WH_KERNEL_QUARTIC) {
                for (int col = first; col <= last; col++) {
                    const double left = a - (col - x) * (col - x) * per_h2;
                    value[col] += peak * left * left;
                }
            } else if (kernel == WH_KERNEL_EPANECHNIKOV) {
                for (int col = first; col <= last; col++) {
                    value[col] += peak * (a - (col - x) * (col - x) * per_h2);
                }
            } else {
                for (int col = first; col <= last; col++) {
                    value[col] += peak * exp(e - 0.5 * (col - x) * (col - x) * per_h2);
                }
            }
        }
    }
}
