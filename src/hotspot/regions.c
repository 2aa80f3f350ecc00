/* hotspot/regions.c: where hot spots are: contours of significance or of density; and what the base
 * explains there. */
#include <math.h>
#include <wardheat/rates.h>
#include <wardheat/risk.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/raster.h"
#include "geo/shape_ops.h"
#include "hotspot/hotspot_internal.h"

/* The surface whose zero line is drawn is cut off at this height and depth, so that one extreme
 * cell does not push the line about. */
#define MOST 3.0
#define MARGIN_CELLS 40.0 /* an outline that is widened stays so near */
#define RATIO_SLOPE                                                                                \
    4.0 /* a ratio twice its threshold stands as high as a p at a sixteenth of its own */

const char *wh_hotspot_method_name(enum wh_hotspot_method method)
{
    switch (method) {
    case WH_HOTSPOT_RELATIVE_RISK:
        return "relative-risk";
    case WH_HOTSPOT_DENSEST:
        return "densest";
    }
    return "densest";
}

static double clamp(double value)
{
    return fmax(-MOST, fmin(MOST, value));
}

/* A part of the grid: columns and rows from `col`, `row`. */
struct window {
    size_t col, row;
    uint32_t nx, ny;
};

/* At least 0 where p is at most `most` and the ratio at least its own; linear in both logarithms
 * between, so that the outline runs between cells and not along them. */
static enum wh_status significant_regions(struct wh_ctx *ctx, const struct wh_hotspot_options *opt,
                                          const struct wh_risk *risk, double most,
                                          const struct window *window, struct wh_shape **ret,
                                          size_t *ret_n, struct wh_error *err)
{
    const struct wh_grid *whole = &risk->p;
    const struct wh_grid part = {.x0 = whole->x0 + (double)window->col * whole->cell_m,
                                 .y0 = whole->y0 + (double)window->row * whole->cell_m,
                                 .cell_m = whole->cell_m,
                                 .nx = window->nx,
                                 .ny = window->ny};
    struct wh_grid height = {0};
    enum wh_status status = wh_grid_like(ctx, &part, &height, err);
    for (size_t i = 0; status == WH_OK && i < (size_t)height.nx * height.ny; i++) {
        const size_t cell = (window->row + i / part.nx) * whole->nx + window->col + i % part.nx;
        const double sure = clamp(log(most / risk->p.v[cell]));
        const double large = clamp(RATIO_SLOPE * (risk->log_ratio.v[cell] - log(opt->ratio)));
        height.v[i] = isnan(risk->p.v[cell]) ? (double)NAN : fmin(sure, large);
    }
    if (status == WH_OK) {
        status = wh_grid_contour(ctx, &height, 0, ret, ret_n, err);
    }
    wh_grid_finish(ctx, &height);
    return status;
}

enum wh_status wh_hotspot_regions(struct wh_ctx *ctx, const struct wh_hotspot_options *opt,
                                  const struct wh_hotspot_input *input, struct wh_shape **ret,
                                  size_t *ret_n, struct wh_error *err)
{
    if (opt->method == WH_HOTSPOT_RELATIVE_RISK) {
        const struct wh_risk *risk = input->risk;
        const struct window all = {0, 0, risk->p.nx, risk->p.ny};
        *ret_n = 0;
        return isnan(risk->p_threshold)
                   ? WH_OK
                   : significant_regions(ctx, opt, risk, risk->p_threshold, &all, ret, ret_n, err);
    }
    double level = 0;
    const enum wh_status status =
        wh_highest_density_level(ctx, input->density, opt->share, &level, err);
    *ret_n = 0;
    return status != WH_OK || isnan(level)
               ? status
               : wh_grid_contour(ctx, input->density, level, ret, ret_n, err);
}

enum wh_status wh_hotspot_region_at(struct wh_ctx *ctx, const struct wh_hotspot_options *opt,
                                    const struct wh_risk *risk, double most, double x, double y,
                                    struct wh_shape *ret, struct wh_error *err)
{
    const struct wh_grid *grid = &risk->p;
    const double col = fmax(0, floor((x - grid->x0) / grid->cell_m) - MARGIN_CELLS);
    const double row = fmax(0, floor((y - grid->y0) / grid->cell_m) - MARGIN_CELLS);
    if (!(col < grid->nx && row < grid->ny)) {
        return WH_OK;
    }
    const struct window near = {(size_t)col, (size_t)row,
                                (uint32_t)fmin(2 * MARGIN_CELLS + 1, grid->nx - col),
                                (uint32_t)fmin(2 * MARGIN_CELLS + 1, grid->ny - row)};
    struct wh_shape *region = NULL;
    size_t n = 0;
    const enum wh_status status =
        significant_regions(ctx, opt, risk, most, &near, &region, &n, err);
    for (size_t i = 0; i < n; i++) {
        if (ret->n_parts == 0 && wh_shape_contains(&region[i], x, y)) {
            *ret = region[i];
        } else {
            wh_shape_finish(ctx, &region[i]);
        }
    }
    wh_free(ctx, region);
    return status;
}

/* The lowest q or p of the cells whose centre is inside; 1 when there is none. */
static double lowest_in(const struct wh_grid *q, const struct wh_shape *shape, const double box[4])
{
    double lowest = 1;
    const double first_row = fmax(0, floor((box[1] - q->y0) / q->cell_m));
    const double first_col = fmax(0, floor((box[0] - q->x0) / q->cell_m));
    for (uint32_t row = (uint32_t)first_row; row < q->ny; row++) {
        const double y = q->y0 + (row + 0.5) * q->cell_m;
        for (uint32_t col = (uint32_t)first_col; y <= box[3] && col < q->nx; col++) {
            const double x = q->x0 + (col + 0.5) * q->cell_m;
            const double value = q->v[(size_t)row * q->nx + col];
            if (x > box[2]) {
                break;
            }
            if (value < lowest && wh_shape_contains(shape, x, y)) {
                lowest = value;
            }
        }
    }
    return lowest;
}

struct wh_evidence wh_hotspot_evidence(const struct wh_hotspot_input *input,
                                       const struct wh_shape *shape, uint32_t n)
{
    const double unknown = (double)NAN;
    struct wh_evidence evidence = {unknown, unknown, unknown, unknown, unknown, unknown, unknown};
    if (input->risk == NULL) {
        return evidence;
    }
    double box[4], inside = 0;
    wh_shape_box(shape, box);
    for (size_t i = 0; i < input->base->n; i++) {
        const double x = input->base->x[i], y = input->base->y[i];
        if (input->base->weight[i] > 0 && x >= box[0] && x <= box[2] && y >= box[1] &&
            y <= box[3] && wh_shape_contains(shape, x, y)) {
            inside += input->base->weight[i];
        }
    }
    const struct wh_limits limits = wh_limits_poisson(n, 0.95);
    evidence.expected = input->risk->n * inside / input->base_total;
    if (evidence.expected > 0) {
        evidence.ratio = n / evidence.expected;
        evidence.ratio_low = limits.lower / evidence.expected;
        evidence.ratio_high = limits.upper / evidence.expected;
    }
    evidence.q = lowest_in(&input->risk->q, shape, box);
    evidence.p = lowest_in(&input->risk->p, shape, box);
    evidence.base_inside = inside;
    return evidence;
}
