/* density/gauss.c: spread, gather. */
#include "density/gauss.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/jobs.h"
#include "density/simd.h"

#define PI 3.14159265358979323846
#define CUT 6.4       /* weights below exp(-CUT²), 1e-18, are left out */
#define BAND_NODES 32 /* rows of nodes that a thread works on at once */
/* Nodes along an axis of the widest kernel: sigma up to 2^(1/4) of the narrowest of its class. */
#define MAX_TAPS 64

/* Half the width of a Gaussian's nodes, from its variance in steps². */
static double half_width(double variance)
{
    return CUT * sqrt(2 * variance);
}

double wh_gauss_reach_px(const struct wh_gauss *lattice, double sigma_max_px)
{
    const double sigma = sigma_max_px / lattice->step_px, gather = lattice->gather_variance;
    return lattice->step_px * (half_width(gather) + half_width(sigma * sigma - gather));
}

/* The nodes of a Gaussian at `at`: first and how many, cut to [0, n). */
static size_t window(double at, double variance, size_t n, size_t *ret_first)
{
    const double half = half_width(variance);
    const double first = ceil(at - half), last = floor(at + half);
    if (!(last >= 0) || !(first < (double)n)) {
        return 0;
    }
    *ret_first = first < 0 ? 0 : (size_t)first;
    const size_t end = last >= (double)n ? n : (size_t)last + 1;
    return end > *ret_first ? end - *ret_first : 0;
}

/*
 * exp(-(k - at)² / 2 v) for the n nodes from `first` on. Outwards from the nearest, each is the
 * last times a ratio, and the ratios are a geometric sequence: three exponentials in all, and a
 * relative error of some n² roundings.
 */
static void gaussian_weights(double at, double variance, size_t first, size_t n, double *ret)
{
    const double nearest = fmin(fmax(floor(at + 0.5) - (double)first, 0), (double)n - 1);
    const size_t middle = (size_t)nearest;
    const double d = (double)(first + middle) - at, per_v = 1 / variance;
    const double bend = exp(-per_v);
    double ratio = exp(-(d + 0.5) * per_v);
    ret[middle] = exp(-0.5 * d * d * per_v);
    for (size_t k = middle + 1; k < n; k++) {
        ret[k] = ret[k - 1] * ratio;
        ratio *= bend;
    }
    ratio = exp((d - 0.5) * per_v);
    for (size_t k = middle; k > 0; k--) {
        ret[k - 1] = ret[k] * ratio;
        ratio *= bend;
    }
}

/* The weights with which `n` cells along an axis gather. */
static void gather_weights(const struct wh_gauss *lattice, double origin_px, size_t n_nodes,
                           uint32_t n, uint32_t *first, double *weight)
{
    for (uint32_t c = 0; c < n; c++) {
        const double at = (c - origin_px) / lattice->step_px;
        size_t from = 0;
        const size_t count = window(at, lattice->gather_variance, n_nodes, &from);
        const size_t spare =
            lattice->n_taps > n_nodes - from ? lattice->n_taps - (n_nodes - from) : 0;
        double *of_cell = weight + (size_t)c * lattice->n_taps;
        first[c] = (uint32_t)(from - spare);
        gaussian_weights(at, lattice->gather_variance, from, count, of_cell + spare);
    }
}

enum wh_status wh_gauss_init(struct wh_ctx *ctx, const struct wh_grid *grid, double sigma_min_px,
                             double max_error, struct wh_gauss *ret, struct wh_error *err)
{
    const double step_sigmas = sqrt(0.5 * PI * PI / log(4 / max_error));
    const double step = step_sigmas * sigma_min_px;
    struct wh_gauss lattice = {.step_px = step,
                               .gather_variance = 0.5 / (step_sigmas * step_sigmas)};
    const double half = half_width(lattice.gather_variance); /* steps */
    lattice.x0_px = lattice.y0_px = -step * ceil(half);
    lattice.nx =
        (size_t)ceil((grid->nx - 1) / step) + 2 * (size_t)ceil(half) + 4; /* 3 for n_taps */
    lattice.ny = (size_t)ceil((grid->ny - 1) / step) + 2 * (size_t)ceil(half) + 4;
    lattice.n_taps = ((size_t)(2 * half) + 1 + 3) / 4 * 4;
    lattice.v = wh_alloc_array(ctx, lattice.nx * lattice.ny, sizeof *lattice.v);
    lattice.col_first = wh_alloc_array(ctx, grid->nx, sizeof *lattice.col_first);
    lattice.row_first = wh_alloc_array(ctx, grid->ny, sizeof *lattice.row_first);
    lattice.col_weight = wh_alloc_array(ctx, grid->nx, lattice.n_taps * sizeof(double));
    lattice.row_weight = wh_alloc_array(ctx, grid->ny, lattice.n_taps * sizeof(double));
    if (lattice.v == NULL || lattice.col_first == NULL || lattice.row_first == NULL ||
        lattice.col_weight == NULL || lattice.row_weight == NULL) {
        wh_gauss_finish(ctx, &lattice);
        return wh_fail_memory(ctx, err);
    }
    gather_weights(&lattice, lattice.x0_px, lattice.nx, grid->nx, lattice.col_first,
                   lattice.col_weight);
    gather_weights(&lattice, lattice.y0_px, lattice.ny, grid->ny, lattice.row_first,
                   lattice.row_weight);
    *ret = lattice;
    return WH_OK;
}

void wh_gauss_finish(struct wh_ctx *ctx, struct wh_gauss *lattice)
{
    wh_free(ctx, lattice->v);
    wh_free(ctx, lattice->area);
    wh_free(ctx, lattice->col_first);
    wh_free(ctx, lattice->row_first);
    wh_free(ctx, lattice->col_weight);
    wh_free(ctx, lattice->row_weight);
    *lattice = (struct wh_gauss){0};
}

size_t wh_gauss_bytes(const struct wh_gauss *lattice)
{
    return lattice->nx * lattice->ny * sizeof(double) * (lattice->area == NULL ? 1 : 2);
}

/* A place's nodes and their weights. */
struct spread {
    double x, y, variance, scale; /* scale: so that spreading and gathering give 1 at the centre */
    size_t col, n_cols, row, n_rows;
    double along_x[MAX_TAPS];
};

double wh_gauss_scale(const struct wh_gauss *lattice, double sigma_px)
{
    const double sigma = sigma_px / lattice->step_px, gather = lattice->gather_variance;
    return sigma * sigma / (2 * PI * (sigma * sigma - gather) * gather);
}

static bool open_spread(const struct wh_gauss *lattice, double x_px, double y_px, double sigma_px,
                        struct spread *ret)
{
    const double sigma = sigma_px / lattice->step_px, gather = lattice->gather_variance;
    ret->x = (x_px - lattice->x0_px) / lattice->step_px;
    ret->y = (y_px - lattice->y0_px) / lattice->step_px;
    ret->variance = sigma * sigma - gather;
    ret->scale = wh_gauss_scale(lattice, sigma_px);
    ret->n_cols = window(ret->x, ret->variance, lattice->nx, &ret->col);
    ret->n_rows = window(ret->y, ret->variance, lattice->ny, &ret->row);
    if (ret->n_cols == 0 || ret->n_rows == 0) {
        return false;
    }
    gaussian_weights(ret->x, ret->variance, ret->col, ret->n_cols, ret->along_x);
    return true;
}

static void add_place(const struct wh_gauss *lattice, const struct wh_place *place,
                      size_t first_row, size_t end_row)
{
    struct spread spread;
    double along_y[MAX_TAPS];
    if (!open_spread(lattice, place->x, place->y, place->h, &spread)) {
        return;
    }
    const size_t from = spread.row > first_row ? spread.row : first_row;
    const size_t end = spread.row + spread.n_rows < end_row ? spread.row + spread.n_rows : end_row;
    if (from >= end) {
        return;
    }
    gaussian_weights(spread.y, spread.variance, spread.row, spread.n_rows, along_y);
    for (size_t row = from; row < end; row++) {
        const double weight = place->weight * spread.scale * along_y[row - spread.row];
        double *node = lattice->v + row * lattice->nx + spread.col;
        for (size_t i = 0; i < spread.n_cols; i++) {
            node[i] += weight * spread.along_x[i];
        }
    }
}

void wh_gauss_add(struct wh_ctx *ctx, struct wh_gauss *lattice, const struct wh_place_set *places,
                  double sigma_max_px)
{
    const double sigma = sigma_max_px / lattice->step_px;
    const double reach_px =
        lattice->step_px * (half_width(sigma * sigma - lattice->gather_variance) + 1);
    const size_t n_bands = (lattice->ny + BAND_NODES - 1) / BAND_NODES;
    const int jobs = wh_jobs_for(ctx, 300.0 * (double)places->n);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
    for (size_t band = 0; band < n_bands; band++) {
        const size_t first = band * BAND_NODES;
        const size_t end = first + BAND_NODES < lattice->ny ? first + BAND_NODES : lattice->ny;
        const double south = lattice->y0_px + (double)first * lattice->step_px - reach_px;
        const double north = lattice->y0_px + (double)end * lattice->step_px + reach_px;
        const int64_t from = (int64_t)floor(south / WH_BAND_ROWS) - places->first_band;
        const int64_t to = (int64_t)floor(north / WH_BAND_ROWS) - places->first_band;
        for (int64_t b = from > 0 ? from : 0; b <= to && b < (int64_t)places->n_bands; b++) {
            const struct wh_place *place = places->at + places->start[b];
            for (size_t i = 0; i < places->n_of[b]; i++) {
                if (place[i].n != 0) {
                    add_place(lattice, &place[i], first, end);
                }
            }
        }
    }
}

/* Sum of n products, n a multiple of 4; always in the same order. */
static double dot(const double *a, const double *b, size_t n)
{
    wh_d2 low = {0}, high = {0};
    for (size_t i = 0; i < n; i += 4) {
        wh_d2 x[2], y[2];
        memcpy(x, a + i, sizeof x);
        memcpy(y, b + i, sizeof y);
        low += x[0] * y[0];
        high += x[1] * y[1];
    }
    return low[0] + low[1] + (high[0] + high[1]);
}

void wh_gauss_gather(const struct wh_gauss *lattice, const double *nodes, uint32_t row,
                     uint32_t n_cols, double *scratch, double *ret)
{
    const double *weight = lattice->row_weight + (size_t)row * lattice->n_taps;
    const double *from = nodes + lattice->row_first[row] * lattice->nx;
    memset(scratch, 0, lattice->nx * sizeof *scratch);
    for (size_t j = 0; j < lattice->n_taps; j++, from += lattice->nx) {
        for (size_t i = 0; i < lattice->nx; i++) {
            scratch[i] += weight[j] * from[i];
        }
    }
    for (uint32_t c = 0; c < n_cols; c++) {
        ret[c] = dot(lattice->col_weight + c * lattice->n_taps, scratch + lattice->col_first[c],
                     lattice->n_taps);
    }
}

enum wh_status wh_gauss_sum(struct wh_ctx *ctx, const struct wh_gauss *lattice,
                            const struct wh_grid *grid, double *value, struct wh_error *err)
{
    const int jobs = wh_jobs_for(ctx, 20.0 * grid->nx * grid->ny);
    const size_t room = lattice->nx + grid->nx;
    double *rows = wh_alloc_array(ctx, (size_t)jobs, room * sizeof *rows);
    if (rows == NULL) {
        return wh_fail_memory(ctx, err);
    }
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 16)
    for (uint32_t r = 0; r < grid->ny; r++) {
        double *scratch = rows + (size_t)omp_get_thread_num() * room, *row = scratch + lattice->nx;
        wh_gauss_gather(lattice, lattice->v, r, grid->nx, scratch, row);
        for (uint32_t c = 0; c < grid->nx; c++) {
            value[(size_t)r * grid->nx + c] += row[c];
        }
    }
    wh_free(ctx, rows);
    return WH_OK;
}

/* The transpose of gathering: what the cells of an area in one row give to a row of nodes. */
static void scatter_row(const struct wh_gauss *lattice, const uint8_t *inside, uint32_t n,
                        double *ret)
{
    memset(ret, 0, lattice->nx * sizeof *ret);
    for (uint32_t c = 0; c < n; c++) {
        if (inside[c]) {
            const double *weight = lattice->col_weight + c * lattice->n_taps;
            double *node = ret + lattice->col_first[c];
            for (size_t i = 0; i < lattice->n_taps; i++) {
                node[i] += weight[i];
            }
        }
    }
}

enum wh_status wh_gauss_set_area(struct wh_ctx *ctx, struct wh_gauss *lattice,
                                 const struct wh_mask *mask, struct wh_error *err)
{
    const uint32_t nx = mask->grid.nx, ny = mask->grid.ny;
    const int jobs = wh_jobs_for(ctx, 20.0 * nx * ny);
    double *rows = wh_alloc_array(ctx, (size_t)jobs * lattice->nx, sizeof *rows);
    lattice->area = wh_alloc_array(ctx, lattice->nx * lattice->ny, sizeof *lattice->area);
    if (rows == NULL || lattice->area == NULL) {
        wh_free(ctx, rows);
        return wh_fail_memory(ctx, err);
    }
    const size_t n_bands = (lattice->ny + BAND_NODES - 1) / BAND_NODES;
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
    for (size_t band = 0; band < n_bands; band++) {
        const size_t first = band * BAND_NODES, end = first + BAND_NODES;
        double *row = rows + (size_t)omp_get_thread_num() * lattice->nx;
        for (uint32_t r = 0; r < ny; r++) {
            const size_t from = lattice->row_first[r];
            if (from >= end || from + lattice->n_taps <= first) {
                continue;
            }
            scatter_row(lattice, mask->inside + (size_t)r * nx, nx, row);
            for (size_t j = 0; j < lattice->n_taps; j++) {
                const double weight = lattice->row_weight[(size_t)r * lattice->n_taps + j];
                double *node = lattice->area + (from + j) * lattice->nx;
                for (size_t i = 0; from + j >= first && from + j < end && i < lattice->nx; i++) {
                    node[i] += weight * row[i];
                }
            }
        }
    }
    wh_free(ctx, rows);
    return WH_OK;
}

double wh_gauss_mass(const struct wh_gauss *lattice, double x_px, double y_px, double sigma_px)
{
    struct spread spread;
    double along_y[MAX_TAPS];
    double sum = 0;
    if (!open_spread(lattice, x_px, y_px, sigma_px, &spread)) {
        return 0;
    }
    gaussian_weights(spread.y, spread.variance, spread.row, spread.n_rows, along_y);
    for (size_t row = 0; row < spread.n_rows; row++) {
        const double *node = lattice->area + (spread.row + row) * lattice->nx + spread.col;
        double of_row = 0;
        for (size_t i = 0; i < spread.n_cols; i++) {
            of_row += spread.along_x[i] * node[i];
        }
        sum += along_y[row] * of_row;
    }
    return spread.scale * sum;
}
