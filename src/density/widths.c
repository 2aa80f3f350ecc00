/* density/widths.c */
#include "density/widths.h"

#include <math.h>

#include "base/error.h"

/* Cells are counted in 32 bits; and no surface needs a kernel that is wider. */
#define MOST_PX 1e6

static bool are_all_the_same(const struct wh_points *points, const struct wh_density_options *opt)
{
    bool is_same = opt->bandwidth_of_point_m == NULL;
    for (size_t i = 0; is_same && opt->widen_by_precision && i < points->n; i++) {
        is_same = !(points->precision_m[i] > 0);
    }
    return is_same || points->n == 0;
}

static enum wh_status check_own(const struct wh_widths *widths, struct wh_error *err)
{
    const double *own_m = widths->opt->bandwidth_of_point_m;
    const double least_m = 0.5 * widths->cell_m;
    for (size_t i = 0; own_m != NULL && i < widths->points->n; i++) {
        if (!isfinite(own_m[i]) || own_m[i] < least_m) {
            return wh_fail(err, WH_ERR_CONFIG,
                           "point %zu: its bandwidth (%g m) must be at least half a cell (%g m)",
                           i + 1, own_m[i], least_m);
        }
    }
    return WH_OK;
}

enum wh_status wh_widths_init(const struct wh_points *points, const struct wh_density_options *opt,
                              double cell_m, struct wh_widths *ret, struct wh_error *err)
{
    struct wh_widths widths = {.points = points, .opt = opt, .cell_m = cell_m};
    const enum wh_status status = check_own(&widths, err);
    if (status != WH_OK) {
        return status;
    }
    if (are_all_the_same(points, opt)) {
        widths.is_same = true;
        widths.min_px = widths.max_px = opt->bandwidth_m / cell_m;
    } else {
        widths.min_px = (double)INFINITY;
        for (size_t i = 0; i < points->n; i++) {
            const double h_px = wh_width_px(&widths, i);
            widths.min_px = fmin(widths.min_px, h_px);
            widths.max_px = fmax(widths.max_px, h_px);
        }
    }
    if (!(widths.max_px <= MOST_PX)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "a bandwidth of %g m is more than a million cells (of %g m); choose larger "
                       "cells",
                       widths.max_px * cell_m, cell_m);
    }
    *ret = widths;
    return WH_OK;
}
