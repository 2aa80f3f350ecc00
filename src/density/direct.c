/* density/direct.c: bands of rows, a thread each. */
#include "density/direct.h"

#include <math.h>

#include "density/jobs.h"
#include "density/kernel.h"

/* A cell on the circle itself counts for the uniform kernel and for no other: these are 0 there. */
#define ON_THE_CIRCLE 1e-12

/* The cells [*ret_first, *ret_end) whose centres lie within `reach` of `at` along an axis of n
 * cells. */
static bool span(double at, double reach, uint32_t n, uint32_t *ret_first, uint32_t *ret_end)
{
    const double first = ceil(at - reach), last = floor(at + reach);
    if (!(last >= 0) || !(first < n) || first > last) {
        return false;
    }
    *ret_first = first < 0 ? 0 : (uint32_t)first;
    *ret_end = last >= n ? n : (uint32_t)last + 1;
    return *ret_first < *ret_end;
}

/* The columns of a row at distance dy that a kernel reaches. */
static bool row_span(enum wh_kernel kernel, const struct wh_place *p, double dy, uint32_t nx,
                     uint32_t *ret_first, uint32_t *ret_end)
{
    const double reach = wh_kernel_reach_m(kernel, p->h);
    const double half = sqrt(fmax(0, reach * reach - dy * dy));
    const double nudge = kernel == WH_KERNEL_UNIFORM ? 1 + ON_THE_CIRCLE : 1 - ON_THE_CIRCLE;
    return span(p->x, half * nudge, nx, ret_first, ret_end);
}

double wh_direct_mass(enum wh_kernel kernel, const struct wh_place *place,
                      const struct wh_mask *mask)
{
    const struct wh_grid *grid = &mask->grid;
    const double per_h2 = 1 / (place->h * place->h);
    const double most = kernel == WH_KERNEL_GAUSSIAN ? (double)INFINITY : 1;
    uint32_t row, row_end, col, col_end;
    double sum = 0;
    if (!span(place->y, wh_kernel_reach_m(kernel, place->h), grid->ny, &row, &row_end)) {
        return 0;
    }
    for (; row < row_end; row++) {
        const double dy = row - place->y;
        if (!row_span(kernel, place, dy, grid->nx, &col, &col_end)) {
            continue;
        }
        for (; col < col_end; col++) {
            const double dx = col - place->x;
            if (mask->inside[(size_t)row * grid->nx + col]) {
                sum += wh_kernel_shape(kernel, fmin((dx * dx + dy * dy) * per_h2, most));
            }
        }
    }
    return sum;
}

/* exp(-d²/2 s²) at the cells [first, end) along an axis. */
static void axis_weights(double at, double sigma, uint32_t first, uint32_t end, double *ret)
{
    for (uint32_t c = first; c < end; c++) {
        const double d = (c - at) / sigma;
        ret[c - first] = exp(-0.5 * d * d);
    }
}

struct band {
    enum wh_kernel kernel;
    const struct wh_grid *grid;
    double *value;
    uint32_t *support;
    uint32_t first_row, end_row;
};

/* The Gaussian is the product of two, one along each axis. */
static void add_gaussian(const struct wh_place *p, const struct band *band)
{
    double along_x[2 * WH_DIRECT_MAX_REACH_PX + 2], along_y[WH_BAND_ROWS];
    const double reach = wh_kernel_reach_m(WH_KERNEL_GAUSSIAN, p->h);
    uint32_t row, row_end, col, col_end; /* a square: what is beyond the circle is below 1e-15 */
    if (!span(p->y, reach, band->grid->ny, &row, &row_end) ||
        !span(p->x, reach, band->grid->nx, &col, &col_end)) {
        return;
    }
    row = row > band->first_row ? row : band->first_row;
    row_end = row_end < band->end_row ? row_end : band->end_row;
    axis_weights(p->x, p->h, col, col_end, along_x);
    axis_weights(p->y, p->h, row, row_end, along_y);
    for (uint32_t r = row; r < row_end; r++) {
        const double weight = p->weight * along_y[r - row];
        double *value = band->value + (size_t)r * band->grid->nx;
        for (uint32_t c = col; c < col_end; c++) {
            value[c] += weight * along_x[c - col];
        }
    }
}

/* value[c] += weight * shape at the columns [col, col_end) of a row at distance dy. */
static void add_row(const struct wh_place *p, enum wh_kernel kernel, double dy, uint32_t col,
                    uint32_t col_end, double *value)
{
    const double per_h2 = 1 / (p->h * p->h);
    for (uint32_t c = col; c < col_end; c++) {
        const double dx = c - p->x;
        const double u2 = (dx * dx + dy * dy) * per_h2;
        const double left = u2 < 1 ? 1 - u2 : 0;
        switch (kernel) {
        case WH_KERNEL_QUARTIC:
            value[c] += p->weight * (left * left);
            break;
        case WH_KERNEL_EPANECHNIKOV:
            value[c] += p->weight * left;
            break;
        case WH_KERNEL_TRIWEIGHT:
            value[c] += p->weight * (left * left * left);
            break;
        case WH_KERNEL_UNIFORM:
            value[c] += p->weight;
            break;
        case WH_KERNEL_TRIANGULAR:
            value[c] += p->weight * (u2 < 1 ? 1 - sqrt(u2) : 0);
            break;
        case WH_KERNEL_GAUSSIAN:
            break;
        }
    }
}

static void add_compact(const struct wh_place *p, const struct band *band)
{
    uint32_t row, row_end;
    if (!span(p->y, p->h, band->grid->ny, &row, &row_end)) {
        return;
    }
    row = row > band->first_row ? row : band->first_row;
    row_end = row_end < band->end_row ? row_end : band->end_row;
    for (; row < row_end; row++) {
        const double dy = row - p->y;
        const size_t at = (size_t)row * band->grid->nx;
        uint32_t col, col_end;
        if (!row_span(band->kernel, p, dy, band->grid->nx, &col, &col_end)) {
            continue;
        }
        if (band->value != NULL) {
            add_row(p, band->kernel, dy, col, col_end, band->value + at);
        }
        for (uint32_t c = col; band->support != NULL && c < col_end; c++) {
            band->support[at + c] += p->n;
        }
    }
}

void wh_direct_splat(struct wh_ctx *ctx, enum wh_kernel kernel, const struct wh_place_set *places,
                     double reach_px, const struct wh_grid *grid, double *value, uint32_t *support)
{
    const int64_t reach = (int64_t)ceil(reach_px / WH_BAND_ROWS);
    const uint32_t n_bands = (grid->ny + WH_BAND_ROWS - 1) / WH_BAND_ROWS;
    const int jobs = wh_jobs_for(ctx, 30.0 * (double)places->n + (double)grid->nx * grid->ny);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
    for (uint32_t b = 0; b < n_bands; b++) {
        const uint32_t first = b * WH_BAND_ROWS, left = grid->ny - first;
        const struct band band = {.kernel = kernel,
                                  .grid = grid,
                                  .value = value,
                                  .support = support,
                                  .first_row = first,
                                  .end_row = first + (left < WH_BAND_ROWS ? left : WH_BAND_ROWS)};
        const int64_t middle = b - places->first_band;
        for (int64_t from = middle - reach; from <= middle + reach; from++) {
            if (from < 0 || from >= (int64_t)places->n_bands) {
                continue;
            }
            const struct wh_place *place = places->at + places->start[from];
            for (size_t i = 0; i < places->n_of[from]; i++) {
                if (place[i].n == 0) {
                    continue;
                }
                if (kernel == WH_KERNEL_GAUSSIAN) {
                    add_gaussian(&place[i], &band);
                } else {
                    add_compact(&place[i], &band);
                }
            }
        }
        if (value != NULL) {
            wh_points_done(ctx, places->n, b, n_bands);
        }
    }
}
