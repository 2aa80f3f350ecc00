/* density/ratio.c: one surface over another. */
#include <math.h>
#include <wardheat/ratio.h>

#include "base/error.h"

static bool is_same(double a, double b)
{
    return !(a < b) && !(a > b);
}

/* Sum and maximum of what is not NaN; false when a value is below 0. */
static bool measure(const struct wh_grid *grid, double *ret_sum, double *ret_max)
{
    *ret_sum = *ret_max = 0;
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        if (grid->v[i] < 0) {
            return false;
        }
        *ret_sum += isnan(grid->v[i]) ? 0 : grid->v[i];
        *ret_max = fmax(*ret_max, grid->v[i]); /* fmax passes NaN over */
    }
    return true;
}

static enum wh_status check(const struct wh_grid *above, const struct wh_grid *below,
                            const struct wh_grid *ret, const struct wh_ratio_options *opt,
                            struct wh_error *err)
{
    const struct wh_grid *other[] = {below, ret};
    for (size_t i = 0; i < 2; i++) {
        if (above->nx != other[i]->nx || above->ny != other[i]->ny ||
            !is_same(above->x0, other[i]->x0) || !is_same(above->y0, other[i]->y0) ||
            !is_same(above->cell_m, other[i]->cell_m)) {
            return wh_fail(err, WH_ERR_CONFIG, "the surfaces of a ratio differ in geometry");
        }
    }
    if (!(opt->least_below >= 0 && opt->least_below <= 1)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "the least share of the denominator must be from 0 to 1, not %g",
                       opt->least_below);
    }
    return WH_OK;
}

enum wh_status wh_ratio(const struct wh_grid *above, const struct wh_grid *below,
                        const struct wh_ratio_options *opt, struct wh_grid *ret,
                        struct wh_ratio_stats *ret_stats, struct wh_error *err)
{
    double sum_above, sum_below, max_above, max_below;
    const enum wh_status status = check(above, below, ret, opt, err);
    if (status != WH_OK) {
        return status;
    }
    if (!measure(above, &sum_above, &max_above) || !measure(below, &sum_below, &max_below)) {
        return wh_fail(err, WH_ERR_CONFIG, "a surface of a ratio has a negative value");
    }
    const double scale = opt->scale == WH_RATIO_PLAIN ? 1
                         : sum_above > 0              ? sum_below / sum_above
                                                      : 0;
    const double least = opt->least_below * max_below;
    struct wh_ratio_stats stats = {.least = (double)NAN, .most = (double)NAN};
    for (size_t i = 0; i < (size_t)ret->nx * ret->ny; i++) {
        const double f = above->v[i], g = below->v[i];
        const bool has_both = !isnan(f) && !isnan(g);
        if (!has_both || !(g > 0) || g < least) {
            stats.n_undefined += has_both;
            ret->v[i] = (double)NAN;
            continue;
        }
        ret->v[i] = opt->scale == WH_RATIO_LOG ? log(scale * f / g) : scale * f / g;
        stats.least = fmin(stats.least, ret->v[i]);
        stats.most = fmax(stats.most, ret->v[i]);
        stats.n_defined++;
    }
    *ret_stats = stats;
    return WH_OK;
}
