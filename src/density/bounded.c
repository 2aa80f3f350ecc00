/* density/bounded.c: spread, convolve, interpolate. */
#include "density/bounded.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/bounded_profile.h"
#include "density/jobs.h"
#include "density/kernel.h"
#include "density/simd.h"

#define TAPS 4
#define BAND_NODES 16 /* rows of nodes that a thread works on at once */
#define MIN_STEP_PX 3 /* finer lattices would take as much room as the grid */
#define PRODUCTS_AN_UPDATE 37
#define MARGIN_STEPS 6 /* of nodes beyond the last kernel */
#define ERROR_STEPS 4  /* beyond a bandwidth, that taps and squares reach */

/*
 * Convolving takes as long whether points are many or few, exact sums take two updates a point and
 * row. One update costs as much as 37 products (measured: scripts/bench density growth).
 */
static bool is_faster(const struct wh_grid *grid, double h_px, size_t n_points, uint32_t steps)
{
    const double step_px = h_px / steps, margin = 2.0 * (steps + MARGIN_STEPS);
    const double n_nodes = (grid->nx / step_px + margin) * (grid->ny / step_px + margin);
    const double reach = steps, error_reach = steps + ERROR_STEPS;
    const double n_products =
        (2 * reach + 1) * (reach + 1) + (2 * error_reach + 1) * (error_reach + 1);
    const double n_updates = (double)n_points * fmin(2 * h_px, grid->ny);
    return n_nodes * n_products < PRODUCTS_AN_UPDATE * n_updates;
}

uint32_t wh_bounded_steps(const struct wh_bounded_wish *wish, uint32_t tried)
{
    for (size_t i = 0; i < WH_N_PROFILES; i++) {
        const struct wh_error_profile *profile = &wh_error_profile[i];
        if (profile->kernel == wish->kernel && profile->steps > tried &&
            profile->likely_error <= wish->max_error &&
            wish->h_px >= MIN_STEP_PX * profile->steps &&
            is_faster(wish->grid, wish->h_px, wish->n_points, profile->steps)) {
            return profile->steps;
        }
    }
    return 0;
}

static const struct wh_error_profile *find_profile(const struct wh_bounded *bounded)
{
    const struct wh_error_profile *profile = wh_error_profile;
    while (profile->kernel != bounded->kernel || profile->steps != bounded->steps) {
        profile++;
    }
    return profile;
}

size_t wh_bounded_bytes(const struct wh_bounded *bounded)
{
    return 2 * bounded->nx * bounded->ny * sizeof(double);
}

enum wh_status wh_bounded_init(struct wh_ctx *ctx, enum wh_kernel kernel,
                               const struct wh_grid *grid, double h_px, uint32_t steps,
                               struct wh_bounded *ret, struct wh_error *err)
{
    const double step = h_px / steps;
    const size_t margin = steps + MARGIN_STEPS;
    struct wh_bounded bounded = {.kernel = kernel, .steps = steps, .step_px = step};
    bounded.x0_px = bounded.y0_px = -step * (double)margin;
    bounded.nx = (size_t)ceil((grid->nx - 1) / step) + 2 * margin + 1;
    bounded.ny = (size_t)ceil((grid->ny - 1) / step) + 2 * margin + 1;
    bounded.source = wh_alloc_array(ctx, bounded.nx * bounded.ny, sizeof(double));
    bounded.node = wh_alloc_array(ctx, bounded.nx * bounded.ny, sizeof(double));
    if (bounded.source == NULL || bounded.node == NULL) {
        wh_bounded_finish(ctx, &bounded);
        return wh_fail_memory(ctx, err);
    }
    *ret = bounded;
    return WH_OK;
}

void wh_bounded_finish(struct wh_ctx *ctx, struct wh_bounded *bounded)
{
    wh_free(ctx, bounded->source);
    wh_free(ctx, bounded->node);
    *bounded = (struct wh_bounded){0};
}

/* Lagrange's cubic weights of the nodes -1, 0, 1, 2 for a place t in [0, 1). */
static void cubic_weights(double t, double ret[TAPS])
{
    ret[0] = -t * (t - 1) * (t - 2) / 6;
    ret[1] = (t + 1) * (t - 1) * (t - 2) / 2;
    ret[2] = -(t + 1) * t * (t - 2) / 2;
    ret[3] = (t + 1) * t * (t - 1) / 6;
}

/* The node west (south) of a place along an axis, with room for its taps; false beyond the lattice.
 */
static bool locate(double at_px, double origin_px, double step_px, size_t n, size_t *ret_node,
                   double ret[TAPS])
{
    const double at = (at_px - origin_px) / step_px;
    if (!(at >= 1) || !(at < (double)(n - 2))) {
        return false;
    }
    *ret_node = (size_t)at;
    cubic_weights(at - (double)*ret_node, ret);
    return true;
}

static void add_place(const struct wh_bounded *bounded, const struct wh_place *place,
                      size_t first_row, size_t end_row)
{
    double along_x[TAPS], along_y[TAPS];
    size_t col, row;
    if (!locate(place->x, bounded->x0_px, bounded->step_px, bounded->nx, &col, along_x) ||
        !locate(place->y, bounded->y0_px, bounded->step_px, bounded->ny, &row, along_y)) {
        return;
    }
    for (size_t j = 0; j < TAPS; j++) {
        if (row + j < first_row + 1 || row + j >= end_row + 1) {
            continue;
        }
        double *node = bounded->source + (row + j - 1) * bounded->nx + col - 1;
        const double weight = place->weight * along_y[j];
        for (size_t i = 0; i < TAPS; i++) {
            node[i] += weight * along_x[i];
        }
    }
    if (row >= first_row && row < end_row) {
        bounded->node[row * bounded->nx + col] += place->weight;
    }
}

void wh_bounded_add(struct wh_ctx *ctx, struct wh_bounded *bounded,
                    const struct wh_place_set *places)
{
    const size_t n_bands = (bounded->ny + BAND_NODES - 1) / BAND_NODES;
    const int jobs = wh_jobs_for(ctx, (double)(bounded->nx * bounded->ny));
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
    for (size_t band = 0; band < n_bands; band++) {
        const size_t first = band * BAND_NODES;
        const size_t end = first + BAND_NODES < bounded->ny ? first + BAND_NODES : bounded->ny;
        const double south = bounded->y0_px + ((double)first - 3) * bounded->step_px;
        const double north = bounded->y0_px + ((double)end + 3) * bounded->step_px;
        const int64_t from = (int64_t)floor(south / WH_BAND_ROWS) - places->first_band;
        const int64_t to = (int64_t)floor(north / WH_BAND_ROWS) - places->first_band;
        for (int64_t b = from > 0 ? from : 0; b <= to && b < (int64_t)places->n_bands; b++) {
            const struct wh_place *place = places->at + places->start[b];
            for (size_t i = 0; i < places->n_of[b]; i++) {
                if (place[i].n != 0) {
                    add_place(bounded, &place[i], first, end);
                }
            }
        }
    }
}

/* to[i] += sum over d of tap[d] from[i + d], for i in [0, n). Eight at once, in registers. */
static void convolve_row(const double *from, const double *tap, size_t n_taps, size_t n, double *to)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        wh_d2 sum[4], value[4];
        memcpy(sum, to + i, sizeof sum);
        for (size_t d = 0; d < n_taps; d++) {
            memcpy(value, from + i + d, sizeof value);
            sum[0] += tap[d] * value[0];
            sum[1] += tap[d] * value[1];
            sum[2] += tap[d] * value[2];
            sum[3] += tap[d] * value[3];
        }
        memcpy(to + i, sum, sizeof sum);
    }
    for (; i < n; i++) {
        for (size_t d = 0; d < n_taps; d++) {
            to[i] += tap[d] * from[i + d];
        }
    }
}

/* Part of a row that is not all zeros. */
static bool is_zero_row(const double *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (row[i] > 0 || row[i] < 0) {
            return false;
        }
    }
    return true;
}

/* A kernel of (2 reach + 1)² taps that is symmetric north to south; those of its northern half. */
struct taps {
    double *tap;
    size_t reach;
};

/*
 * sum = one row of from * kernel: rows at the same distance are added, in `both`, before they are
 * convolved.
 */
static void convolve_rows(const struct wh_bounded *bounded, const double *from,
                          const struct taps *taps, size_t row, double *both, double *sum)
{
    const size_t nx = bounded->nx, reach = taps->reach, side = 2 * reach + 1;
    memset(sum, 0, nx * sizeof *sum);
    for (size_t d = 0; d <= reach; d++) {
        const double *north = from + (row + d) * nx, *south = from + (row - d) * nx;
        for (size_t i = 0; i < nx; i++) {
            both[i] = d == 0 ? north[i] : north[i] + south[i];
        }
        const double *of_row = taps->tap + d * side;
        size_t skip = 0; /* of the circle's corners */
        while (skip < reach && !(of_row[skip] > 0)) {
            skip++;
        }
        if (of_row[skip] > 0 && !is_zero_row(both, nx)) {
            convolve_row(both + skip, of_row + skip, side - 2 * skip, nx - 2 * reach, sum + reach);
        }
    }
}

/* The kernel at the nodes. */
static void kernel_taps(const struct wh_bounded *bounded, struct taps *ret)
{
    const size_t reach = ret->reach;
    const double per_h2 = 1 / ((double)bounded->steps * bounded->steps);
    for (size_t j = 0; j <= reach; j++) {
        for (size_t i = 0; i <= 2 * reach; i++) {
            const double dx = (double)i - (double)reach, dy = (double)j;
            ret->tap[j * (2 * reach + 1) + i] =
                wh_kernel_shape(bounded->kernel, (dx * dx + dy * dy) * per_h2);
        }
    }
}

/* The largest error that a point somewhere in one square of nodes makes at a cell somewhere in
 * another. */
static void error_taps(const struct wh_bounded *bounded, struct taps *ret)
{
    const size_t reach = ret->reach;
    const struct wh_error_profile *profile = find_profile(bounded);
    for (size_t j = 0; j <= reach; j++) {
        for (size_t i = 0; i <= 2 * reach; i++) {
            const double dx = fabs((double)i - (double)reach), dy = (double)j;
            const double nearest = hypot(fmax(dx - 1, 0), fmax(dy - 1, 0));
            const double farthest = hypot(dx + 1, dy + 1);
            double most = 0;
            for (size_t bin = (size_t)nearest; bin < profile->n_bins && (double)bin <= farthest;
                 bin++) {
                most = fmax(most, profile->error[bin]);
            }
            ret->tap[j * (2 * reach + 1) + i] = most;
        }
    }
}

/* The largest of weight * error. */
static double largest_error(struct wh_ctx *ctx, const struct wh_bounded *bounded,
                            const struct taps *taps, double *scratch)
{
    const size_t nx = bounded->nx;
    const int jobs = wh_jobs_for(ctx, (double)(nx * bounded->ny));
    double most = 0;
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 4) reduction(max : most)
    for (size_t row = taps->reach; row < bounded->ny - taps->reach; row++) {
        double *both = scratch + (size_t)omp_get_thread_num() * 2 * nx, *sum = both + nx;
        convolve_rows(bounded, bounded->node, taps, row, both, sum);
        for (size_t i = 0; i < nx; i++) {
            most = sum[i] > most ? sum[i] : most;
        }
    }
    return most;
}

/* node = source * kernel; what stood in the nodes has been used. */
static void make_surface(struct wh_ctx *ctx, struct wh_bounded *bounded, const struct taps *taps,
                         double *scratch)
{
    const size_t nx = bounded->nx;
    const int jobs = wh_jobs_for(ctx, (double)(nx * bounded->ny));
    memset(bounded->node, 0, nx * bounded->ny * sizeof *bounded->node);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 4)
    for (size_t row = taps->reach; row < bounded->ny - taps->reach; row++) {
        double *both = scratch + (size_t)omp_get_thread_num() * 2 * nx;
        convolve_rows(bounded, bounded->source, taps, row, both, bounded->node + row * nx);
    }
}

enum wh_status wh_bounded_convolve(struct wh_ctx *ctx, struct wh_bounded *bounded,
                                   double *ret_error, struct wh_error *err)
{
    struct taps taps = {.reach = bounded->steps + ERROR_STEPS};
    taps.tap = wh_alloc_array(ctx, 2 * taps.reach + 1, (taps.reach + 1) * sizeof *taps.tap);
    double *scratch = wh_alloc_array(ctx, wh_ctx_jobs(ctx), 2 * bounded->nx * sizeof *scratch);
    if (taps.tap == NULL || scratch == NULL) {
        wh_free(ctx, taps.tap);
        wh_free(ctx, scratch);
        return wh_fail_memory(ctx, err);
    }
    error_taps(bounded, &taps);
    *ret_error = largest_error(ctx, bounded, &taps, scratch);
    taps.reach = bounded->steps;
    kernel_taps(bounded, &taps);
    make_surface(ctx, bounded, &taps, scratch);
    wh_free(ctx, taps.tap);
    wh_free(ctx, scratch);
    return WH_OK;
}

enum wh_status wh_bounded_sum(struct wh_ctx *ctx, const struct wh_bounded *bounded,
                              const struct wh_grid *grid, double *value, struct wh_error *err)
{
    const size_t nx = bounded->nx;
    const int jobs = wh_jobs_for(ctx, (double)grid->nx * grid->ny);
    double *rows = wh_alloc_array(ctx, (size_t)jobs, nx * sizeof *rows);
    double *weight = wh_alloc_array(ctx, grid->nx, TAPS * sizeof *weight);
    uint32_t *first = wh_alloc_array(ctx, grid->nx, sizeof *first);
    if (rows == NULL || weight == NULL || first == NULL) {
        wh_free(ctx, rows);
        wh_free(ctx, weight);
        wh_free(ctx, first);
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t c = 0; c < grid->nx; c++) {
        size_t col = 1; /* margins make it so that there is one */
        (void)locate(c, bounded->x0_px, bounded->step_px, nx, &col, weight + TAPS * (size_t)c);
        first[c] = (uint32_t)col - 1;
    }
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 16)
    for (uint32_t r = 0; r < grid->ny; r++) {
        double *row = rows + (size_t)omp_get_thread_num() * nx;
        double along_y[TAPS] = {0};
        size_t at = 1;
        (void)locate(r, bounded->y0_px, bounded->step_px, bounded->ny, &at, along_y);
        const double *node = bounded->node + (at - 1) * nx;
        for (size_t i = 0; i < nx; i++) {
            row[i] = along_y[0] * node[i] + along_y[1] * node[i + nx] +
                     along_y[2] * node[i + 2 * nx] + along_y[3] * node[i + 3 * nx];
        }
        for (uint32_t c = 0; c < grid->nx; c++) {
            const double *of_cell = weight + TAPS * (size_t)c, *at_node = row + first[c];
            const double sum = (of_cell[0] * at_node[0] + of_cell[1] * at_node[1]) +
                               (of_cell[2] * at_node[2] + of_cell[3] * at_node[3]);
            value[(size_t)r * grid->nx + c] += sum > 0 ? sum : 0;
        }
    }
    wh_free(ctx, rows);
    wh_free(ctx, weight);
    wh_free(ctx, first);
    return WH_OK;
}
