/* density/widths.h: how wide each point's kernel is, in cells. */
#ifndef WH_DENSITY_WIDTHS_H
#define WH_DENSITY_WIDTHS_H

#include "density/kernel.h"

/* Worked out anew wherever it is asked for: an array would take 8 bytes a point. */
struct wh_widths {
    const struct wh_points *points;
    const struct wh_density_options *opt;
    double cell_m;
    bool is_same; /* all are max_px wide */
    double min_px, max_px;
};

/* WH_ERR_CONFIG: a bandwidth that is no number, below half a cell, or above a million cells. */
WH_MUST_USE enum wh_status wh_widths_init(const struct wh_points *points,
                                          const struct wh_density_options *opt, double cell_m,
                                          struct wh_widths *ret, struct wh_error *err);

static inline double wh_width_px(const struct wh_widths *widths, size_t i)
{
    const struct wh_density_options *opt = widths->opt;
    if (widths->is_same) {
        return widths->max_px;
    }
    const double h_m =
        opt->bandwidth_of_point_m == NULL ? opt->bandwidth_m : opt->bandwidth_of_point_m[i];
    return (opt->widen_by_precision
                ? wh_kernel_widen(opt->kernel, h_m, widths->points->precision_m[i])
                : h_m) /
           widths->cell_m;
}

#endif
