/*
 * density/bandwidth_lattice.c: sums of Gaussians over many places at bounded cost.
 *
 * Places are binned into squares of a quarter of sigma, and a square's places are replaced by one
 * Gaussian of their mean and with their own spread added to its variance: what is left is of the
 * fourth order in the square's side (about 1e-4 of the density). A square with one place is exact.
 * Few places are not binned at all.
 */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "density/bandwidth_internal.h"

#define REACH 6.0 /* sigmas; 1.5e-8 of the mass is cut */
#define SIDES_PER_SIGMA 4.0
#define EXACT_PLACES 1000u
#define MOST_ROWS 1048576.0
#define PI 3.14159265358979323846

size_t wh_lattice_row(const struct wh_lattice *lattice, double y)
{
    const double row = floor((y - lattice->y0) / lattice->side_m);
    return !(row > 0) ? 0 : (size_t)fmin(row, (double)(lattice->n_rows - 1));
}

/* Places by row; within a row they stay in order of x. */
static void sort_by_row(const struct wh_lattice *lattice, uint32_t *start, uint32_t *order)
{
    const struct wh_sites *places = lattice->places;
    for (size_t i = 0; i < places->n; i++) {
        start[wh_lattice_row(lattice, places->y[i]) + 1]++;
    }
    for (size_t row = 0; row < lattice->n_rows; row++) {
        start[row + 1] += start[row];
    }
    for (size_t i = 0; i < places->n; i++) {
        order[start[wh_lattice_row(lattice, places->y[i])]++] = (uint32_t)i;
    }
    memmove(start + 1, start, lattice->n_rows * sizeof *start);
    start[0] = 0;
}

/* Adds a place to the cell's weight, mean and sum of squares (West 1979). */
static void add_to_cell(struct wh_lattice *lattice, size_t cell, size_t place)
{
    const struct wh_sites *places = lattice->places;
    const double w = places->weight[place];
    const double dx = places->x[place] - lattice->x[cell];
    const double dy = places->y[place] - lattice->y[cell];
    const double total = lattice->weight[cell] + w;
    lattice->x[cell] += dx * w / total;
    lattice->y[cell] += dy * w / total;
    lattice->spread_m2[cell] += (dx * dx + dy * dy) * w * lattice->weight[cell] / total;
    lattice->weight[cell] = total;
}

/* `spread_m2` is the sum of squares while cells fill, and the variance on an axis after. */
static void bin(struct wh_lattice *lattice, const uint32_t *start, const uint32_t *order,
                bool is_exact)
{
    const struct wh_sites *places = lattice->places;
    for (size_t row = 0; row < lattice->n_rows; row++) {
        double last_col = -1;
        lattice->row_start[row] = (uint32_t)lattice->n_cells;
        for (uint32_t i = start[row]; i < start[row + 1]; i++) {
            const double col = floor((places->x[order[i]] - places->box[0]) / lattice->side_m);
            if (is_exact || col > last_col) {
                const size_t cell = lattice->n_cells++;
                lattice->x[cell] = places->x[order[i]];
                lattice->y[cell] = places->y[order[i]];
                lattice->weight[cell] = 0;
                lattice->spread_m2[cell] = 0;
                last_col = col;
            }
            add_to_cell(lattice, lattice->n_cells - 1, order[i]);
            lattice->cell_of_place[order[i]] = (uint32_t)(lattice->n_cells - 1);
        }
    }
    lattice->row_start[lattice->n_rows] = (uint32_t)lattice->n_cells;
    for (size_t i = 0; i < lattice->n_cells; i++) {
        lattice->spread_m2[i] /= 2 * lattice->weight[i];
    }
}

static void correct_edges(struct wh_ctx *ctx, const struct wh_region *region,
                          struct wh_lattice *lattice)
{
    const int jobs = (int)wh_ctx_jobs(ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 256)
    for (size_t i = 0; i < lattice->n_cells; i++) {
        /* A place in a corner that the mask's cells cut off has little mass, not none. */
        const double variance = lattice->sigma_m * lattice->sigma_m + lattice->spread_m2[i];
        const double mass = wh_region_mass(region, lattice->x[i], lattice->y[i], sqrt(variance));
        lattice->edge[i] = fmax(mass, 0.05);
    }
}

static bool allocate(struct wh_ctx *ctx, size_t n, bool has_edge, struct wh_lattice *lattice)
{
    lattice->row_start = wh_alloc_array(ctx, lattice->n_rows + 1, sizeof *lattice->row_start);
    lattice->x = wh_alloc_array(ctx, n, sizeof *lattice->x);
    lattice->y = wh_alloc_array(ctx, n, sizeof *lattice->y);
    lattice->weight = wh_alloc_array(ctx, n, sizeof *lattice->weight);
    lattice->spread_m2 = wh_alloc_array(ctx, n, sizeof *lattice->spread_m2);
    lattice->cell_of_place = wh_alloc_array(ctx, n, sizeof *lattice->cell_of_place);
    lattice->edge = has_edge ? wh_alloc_array(ctx, n, sizeof *lattice->edge) : NULL;
    return lattice->row_start != NULL && lattice->x != NULL && lattice->y != NULL &&
           lattice->weight != NULL && lattice->spread_m2 != NULL &&
           lattice->cell_of_place != NULL && (lattice->edge != NULL || !has_edge);
}

/* Rows and cells of a given side; edges are not corrected yet. */
static enum wh_status make_cells(struct wh_ctx *ctx, const struct wh_sites *places, double side_m,
                                 bool is_exact, bool has_edge, struct wh_lattice *ret,
                                 struct wh_error *err)
{
    const double height_m = places->box[3] - places->box[1];
    struct wh_lattice lattice = {
        .side_m = fmax(side_m, height_m / MOST_ROWS), .y0 = places->box[1], .places = places};
    lattice.n_rows = (size_t)(height_m / lattice.side_m) + 1;
    uint32_t *start = wh_alloc_array(ctx, lattice.n_rows + 1, sizeof *start);
    uint32_t *order = wh_alloc_array(ctx, places->n, sizeof *order);
    const bool has_room =
        allocate(ctx, places->n, has_edge, &lattice) && start != NULL && order != NULL;
    if (has_room) {
        sort_by_row(&lattice, start, order);
        bin(&lattice, start, order, is_exact || side_m < lattice.side_m);
    }
    wh_free(ctx, start);
    wh_free(ctx, order);
    if (!has_room) {
        wh_lattice_finish(ctx, &lattice);
        return wh_fail_memory(ctx, err);
    }
    *ret = lattice;
    return WH_OK;
}

enum wh_status wh_lattice_make(struct wh_ctx *ctx, const struct wh_sites *places,
                               const struct wh_region *region, double sigma_m,
                               struct wh_lattice *ret, struct wh_error *err)
{
    const bool is_small = places->n <= EXACT_PLACES;
    const double side_m = is_small ? REACH * sigma_m : sigma_m / SIDES_PER_SIGMA;
    const enum wh_status status =
        make_cells(ctx, places, side_m, is_small, region != NULL, ret, err);
    if (status == WH_OK) {
        ret->sigma_m = sigma_m;
    }
    if (status == WH_OK && region != NULL) {
        correct_edges(ctx, region, ret);
    }
    return status;
}

enum wh_status wh_lattice_of_places(struct wh_ctx *ctx, const struct wh_sites *places, double row_m,
                                    struct wh_lattice *ret, struct wh_error *err)
{
    return make_cells(ctx, places, row_m, true, false, ret, err);
}

void wh_lattice_finish(struct wh_ctx *ctx, struct wh_lattice *lattice)
{
    wh_free(ctx, lattice->row_start);
    wh_free(ctx, lattice->x);
    wh_free(ctx, lattice->y);
    wh_free(ctx, lattice->weight);
    wh_free(ctx, lattice->spread_m2);
    wh_free(ctx, lattice->cell_of_place);
    wh_free(ctx, lattice->edge);
    *lattice = (struct wh_lattice){0};
}

struct cell {
    double x, y, weight, spread_m2;
};

/* A cell without one of its places; weight 0 when there is no other. */
static struct cell cell_without(const struct wh_lattice *lattice, size_t i, size_t place)
{
    const double w = lattice->places->weight[place];
    const double left = lattice->weight[i] - w;
    if (!(left > 1e-9 * w)) {
        return (struct cell){0};
    }
    const double dx = lattice->places->x[place] - lattice->x[i];
    const double dy = lattice->places->y[place] - lattice->y[i];
    const double square = 2 * lattice->weight[i] * lattice->spread_m2[i] -
                          (dx * dx + dy * dy) * w * lattice->weight[i] / left;
    return (struct cell){.x = lattice->x[i] - dx * w / left,
                         .y = lattice->y[i] - dy * w / left,
                         .weight = left,
                         .spread_m2 = fmax(0, square / (2 * left))};
}

size_t wh_lattice_first(const struct wh_lattice *lattice, size_t row, double x)
{
    size_t low = lattice->row_start[row], high = lattice->row_start[row + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (lattice->x[middle] < x) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

double wh_lattice_density(const struct wh_lattice *lattice, double x, double y, size_t own,
                          struct wh_nearest *nearest)
{
    const double reach_m = REACH * lattice->sigma_m;
    const double sigma2 = lattice->sigma_m * lattice->sigma_m;
    const size_t own_cell = own == WH_NO_PLACE ? WH_NO_PLACE : lattice->cell_of_place[own];
    const size_t end = wh_lattice_row(lattice, y + reach_m) + 1;
    double sum = 0;
    for (size_t row = wh_lattice_row(lattice, y - reach_m); row < end; row++) {
        const size_t last = lattice->row_start[row + 1];
        size_t i = wh_lattice_first(lattice, row, x - reach_m);
        for (; i < last && lattice->x[i] <= x + reach_m; i++) {
            struct cell cell = {lattice->x[i], lattice->y[i], lattice->weight[i],
                                lattice->spread_m2[i]};
            if (i == own_cell) {
                cell = cell_without(lattice, i, own);
            }
            const double dx = cell.x - x, dy = cell.y - y;
            const double d2 = dx * dx + dy * dy;
            if (!(cell.weight > 0) || d2 > reach_m * reach_m) {
                continue;
            }
            const double weight = cell.weight / (lattice->edge == NULL ? 1 : lattice->edge[i]);
            const double variance = sigma2 + cell.spread_m2;
            sum += weight / variance * exp(-0.5 * d2 / variance);
            if (d2 < nearest->distance_m2) {
                *nearest = (struct wh_nearest){d2, weight};
            }
        }
    }
    return sum / (2 * PI);
}

double wh_lattice_log_density(const struct wh_lattice *lattice, double x, double y, size_t own,
                              struct wh_nearest *nearest)
{
    const double density = wh_lattice_density(lattice, x, y, own, nearest);
    const double sigma2 = lattice->sigma_m * lattice->sigma_m;
    return density > 0
               ? log(density)
               : log(nearest->weight / (2 * PI * sigma2)) - 0.5 * nearest->distance_m2 / sigma2;
}
