/* density/bandwidth_adaptive.c: narrow kernels where events are dense, wide ones where they are
 * not. */
#include <math.h>
#include <wardheat/bandwidth.h>

#include "base/error.h"

#define LIMIT 5.0

/* Density at the cell of a point; 0: none there. */
static double pilot_at(const struct wh_grid *pilot, double x, double y)
{
    const double col = floor((x - pilot->x0) / pilot->cell_m);
    const double row = floor((y - pilot->y0) / pilot->cell_m);
    if (!(col >= 0 && col < pilot->nx && row >= 0 && row < pilot->ny)) {
        return 0;
    }
    const double value = pilot->v[(size_t)row * pilot->nx + (size_t)col];
    return value > 0 ? value : 0; /* not NaN either */
}

enum wh_status wh_bandwidth_adapt(const struct wh_points *points, const struct wh_grid *pilot,
                                  const struct wh_adaptive_options *opt, double *ret_m,
                                  struct wh_error *err)
{
    const double h = opt->bandwidth_m;
    const double narrowest_m = opt->narrowest_m > 0 ? opt->narrowest_m : h / LIMIT;
    const double widest_m = opt->widest_m > 0 ? opt->widest_m : h * LIMIT;
    if (!(h > 0 && isfinite(h) && narrowest_m <= widest_m)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "adaptive bandwidths need one to vary from (%g m), and limits in order "
                       "(%g to %g m)",
                       h, narrowest_m, widest_m);
    }
    double sum = 0, weight = 0;
    for (size_t i = 0; i < points->n; i++) {
        const double density = pilot_at(pilot, points->x[i], points->y[i]);
        ret_m[i] = density; /* for the second pass */
        if (density > 0 && points->weight[i] > 0) {
            sum += points->weight[i] * log(density);
            weight += points->weight[i];
        }
    }
    const double mean_log = weight > 0 ? sum / weight : 0;
    for (size_t i = 0; i < points->n; i++) {
        const double wished_m =
            ret_m[i] > 0 ? h * exp(-0.5 * (log(ret_m[i]) - mean_log)) : widest_m;
        ret_m[i] = fmin(fmax(wished_m, narrowest_m), widest_m);
    }
    return WH_OK;
}
