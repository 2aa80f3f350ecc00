/*
 * density/density.c: exact kernel density by splatting merged places, row by row.
 *
 * Points are sorted by place and bandwidth first, and equal ones merged, so that their order cannot
 * matter; each row of cells is summed by one thread in that order, so that the number of threads
 * cannot matter either.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/density.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "density/kernel.h"

#define M2_PER_KM2 1e6

/* Requests at one spot with one bandwidth. */
struct place {
    double x, y, bandwidth_m;
    double weight;   /* after the edge correction: divided by the mass inside */
    uint32_t n;      /* points merged */
    bool is_counted; /* its kernel meets the study area */
    bool is_single;  /* its kernel meets no centre inside: all of it goes to `cell` */
    size_t cell;     /* inside, the nearest */
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->y < b->y || a->y > b->y) {
        return a->y < b->y ? -1 : 1;
    }
    if (a->x < b->x || a->x > b->x) {
        return a->x < b->x ? -1 : 1;
    }
    if (a->bandwidth_m < b->bandwidth_m || a->bandwidth_m > b->bandwidth_m) {
        return a->bandwidth_m < b->bandwidth_m ? -1 : 1;
    }
    return a->weight < b->weight ? -1 : a->weight > b->weight;
}

static bool is_same_place(const struct place *a, const struct place *b)
{
    return memcmp(&a->x, &b->x, sizeof a->x) == 0 && memcmp(&a->y, &b->y, sizeof a->y) == 0 &&
           memcmp(&a->bandwidth_m, &b->bandwidth_m, sizeof a->bandwidth_m) == 0;
}

static size_t merge_places(const struct wh_points *points, const struct wh_density_options *opt,
                           struct place *place)
{
    for (size_t i = 0; i < points->n; i++) {
        const double h = opt->widen_by_precision ? wh_kernel_widen(opt->kernel, opt->bandwidth_m,
                                                                   points->precision_m[i])
                                                 : opt->bandwidth_m;
        place[i] = (struct place){.x = points->x[i],
                                  .y = points->y[i],
                                  .bandwidth_m = h,
                                  .weight = points->weight[i],
                                  .n = 1};
    }
    if (points->n > 1) {
        qsort(place, points->n, sizeof *place, compare_places);
    }
    size_t n = 0;
    for (size_t i = 0; i < points->n; i++) {
        if (n > 0 && is_same_place(&place[n - 1], &place[i])) {
            place[n - 1].weight += place[i].weight;
            place[n - 1].n++;
        } else {
            place[n++] = place[i];
        }
    }
    return n;
}

/* The cells from first to last (one past) whose centre lies within `reach_m` of `at` along one
 * axis. */
static bool span(double at, double reach_m, double origin, double cell_m, uint32_t n,
                 uint32_t *ret_first, uint32_t *ret_end)
{
    const double first = ceil((at - reach_m - origin) / cell_m - 0.5);
    const double last = floor((at + reach_m - origin) / cell_m - 0.5);
    if (!(last >= 0) || !(first < n) || first > last) {
        return false;
    }
    *ret_first = first < 0 ? 0 : (uint32_t)first;
    *ret_end = last >= n ? n : (uint32_t)last + 1;
    return *ret_first < *ret_end;
}

static double centre(double origin, double cell_m, uint32_t idx)
{
    return origin + ((double)idx + 0.5) * cell_m;
}

/* Sum of the kernel over the cells of the study area, times the cell's area. */
static double mass_inside(const struct place *place, enum wh_kernel kernel,
                          const struct wh_mask *mask)
{
    const struct wh_grid *grid = &mask->grid;
    const double reach_m = wh_kernel_reach_m(kernel, place->bandwidth_m);
    uint32_t row, row_end, col, col_end;
    double sum = 0;
    if (!span(place->y, reach_m, grid->y0, grid->cell_m, grid->ny, &row, &row_end) ||
        !span(place->x, reach_m, grid->x0, grid->cell_m, grid->nx, &col, &col_end)) {
        return 0;
    }
    for (; row < row_end; row++) {
        const double dy = centre(grid->y0, grid->cell_m, row) - place->y;
        double row_sum = 0;
        for (uint32_t c = col; c < col_end; c++) {
            if (mask->inside[(size_t)row * grid->nx + c]) {
                const double dx = centre(grid->x0, grid->cell_m, c) - place->x;
                row_sum += wh_kernel_at(kernel, place->bandwidth_m, dx * dx + dy * dy);
            }
        }
        sum += row_sum;
    }
    return sum * grid->cell_m * grid->cell_m;
}

static bool own_cell(const struct wh_grid *grid, double x, double y, size_t *ret)
{
    const double col = floor((x - grid->x0) / grid->cell_m);
    const double row = floor((y - grid->y0) / grid->cell_m);
    if (!(col >= 0 && col < grid->nx && row >= 0 && row < grid->ny)) {
        return false;
    }
    *ret = (size_t)row * grid->nx + (size_t)col;
    return true;
}

/* The cell inside whose centre is nearest, of the point's own and those that touch it: at a crooked
 * border a point inside the polygon may lie in a cell whose centre is not. */
static bool nearest_inside(const struct wh_mask *mask, const struct place *place, size_t own,
                           size_t *ret)
{
    const struct wh_grid *grid = &mask->grid;
    const int64_t nx = grid->nx, ny = grid->ny;
    const int64_t col = (int64_t)own % nx, row = (int64_t)own / nx;
    double nearest = (double)INFINITY;
    for (int64_t r = row > 0 ? row - 1 : 0; r <= row + 1 && r < ny; r++) {
        for (int64_t c = col > 0 ? col - 1 : 0; c <= col + 1 && c < nx; c++) {
            const double dx = centre(grid->x0, grid->cell_m, (uint32_t)c) - place->x;
            const double dy = centre(grid->y0, grid->cell_m, (uint32_t)r) - place->y;
            if (mask->inside[r * nx + c] && dx * dx + dy * dy < nearest) {
                nearest = dx * dx + dy * dy;
                *ret = (size_t)(r * nx + c);
            }
        }
    }
    return isfinite(nearest);
}

/*
 * With Diggle's correction only events inside count, each with its whole weight. A kernel that
 * meets no cell centre inside gives its mass to the nearest.
 */
static void correct_diggle(struct place *place, enum wh_kernel kernel, const struct wh_mask *mask)
{
    size_t own = 0;
    if (!own_cell(&mask->grid, place->x, place->y, &own) ||
        !nearest_inside(mask, place, own, &place->cell)) {
        return;
    }
    const double mass = mass_inside(place, kernel, mask);
    place->is_counted = true;
    place->is_single = !(mass > 0);
    place->weight /= place->is_single ? mask->grid.cell_m * mask->grid.cell_m : mass;
}

static void prepare_places(struct wh_ctx *ctx, struct place *place, size_t n,
                           const struct wh_mask *mask, const struct wh_density_options *opt)
{
    const int jobs = (int)wh_ctx_jobs(ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 64)
    for (size_t i = 0; i < n; i++) {
        if (opt->edge == WH_EDGE_DIGGLE) {
            correct_diggle(&place[i], opt->kernel, mask);
        } else {
            place[i].is_counted = true;
        }
    }
}

static void splat_row(const struct place *place, size_t n, enum wh_kernel kernel, uint32_t row,
                      struct wh_grid *grid, uint32_t *support)
{
    const double y = centre(grid->y0, grid->cell_m, row);
    double *value = grid->v + (size_t)row * grid->nx;
    uint32_t *reached = support == NULL ? NULL : support + (size_t)row * grid->nx;
    for (size_t i = 0; i < n; i++) {
        const struct place *p = &place[i];
        const double reach_m = wh_kernel_reach_m(kernel, p->bandwidth_m);
        const double dy = y - p->y;
        uint32_t col, col_end;
        if (p->is_single && p->cell / grid->nx == row) {
            value[p->cell % grid->nx] += p->weight;
            if (reached != NULL) {
                reached[p->cell % grid->nx] += p->n;
            }
        }
        if (!p->is_counted || p->is_single || fabs(dy) > reach_m) {
            continue;
        }
        const double half_m = sqrt(reach_m * reach_m - dy * dy);
        if (!span(p->x, half_m, grid->x0, grid->cell_m, grid->nx, &col, &col_end)) {
            continue;
        }
        for (; col < col_end; col++) {
            const double dx = centre(grid->x0, grid->cell_m, col) - p->x;
            const double k = wh_kernel_at(kernel, p->bandwidth_m, dx * dx + dy * dy);
            if (k > 0) {
                value[col] += p->weight * k;
                if (reached != NULL) {
                    reached[col] += p->n;
                }
            }
        }
    }
}

static double widest_reach(const struct place *place, size_t n, enum wh_kernel kernel)
{
    double reach_m = 0;
    for (size_t i = 0; i < n; i++) {
        reach_m = fmax(reach_m, wh_kernel_reach_m(kernel, place[i].bandwidth_m));
    }
    return reach_m;
}

/* Index of the first place (sorted by y) that is not south of `y`. */
static size_t first_from(const struct place *place, size_t n, double y)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (place[middle].y < y) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void splat(struct wh_ctx *ctx, const struct place *place, size_t n,
                  const struct wh_density_options *opt, struct wh_grid *grid, uint32_t *support)
{
    /* A single place lies within one and a half cells of its row's centres, and no bandwidth is
     * less than a cell. */
    const double reach_m = widest_reach(place, n, opt->kernel) + grid->cell_m;
    const int jobs = (int)wh_ctx_jobs(ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 4)
    for (uint32_t row = 0; row < grid->ny; row++) {
        const double y = centre(grid->y0, grid->cell_m, row);
        const size_t from = first_from(place, n, y - reach_m);
        const size_t end = first_from(place, n, nextafter(y + reach_m, (double)INFINITY));
        splat_row(place + from, end - from, opt->kernel, row, grid, support);
    }
}

/* Uniform correction: each cell is divided by the mass that a kernel centred on it has inside. */
static void correct_uniform(struct wh_ctx *ctx, const struct wh_density_options *opt,
                            const struct wh_mask *mask, struct wh_grid *grid)
{
    const int jobs = (int)wh_ctx_jobs(ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 4)
    for (uint32_t row = 0; row < grid->ny; row++) {
        for (uint32_t col = 0; col < grid->nx; col++) {
            double *value = &grid->v[(size_t)row * grid->nx + col];
            const struct place at = {.x = centre(grid->x0, grid->cell_m, col),
                                     .y = centre(grid->y0, grid->cell_m, row),
                                     .bandwidth_m = opt->bandwidth_m};
            if (*value > 0) {
                *value /= mass_inside(&at, opt->kernel, mask);
            }
        }
    }
}

/* To events per km², no data outside; returns the largest value. */
static double finish_values(const struct wh_mask *mask, struct wh_grid *grid, uint32_t *support)
{
    const size_t n = (size_t)grid->nx * grid->ny;
    double max = 0;
    for (size_t i = 0; i < n; i++) {
        if (mask != NULL && !mask->inside[i]) {
            grid->v[i] = (double)NAN;
            if (support != NULL) {
                support[i] = 0;
            }
            continue;
        }
        grid->v[i] *= M2_PER_KM2;
        max = fmax(max, grid->v[i]);
    }
    return max;
}

static bool is_same_geometry(const struct wh_grid *a, const struct wh_grid *b)
{
    return a->nx == b->nx && a->ny == b->ny && !(a->x0 < b->x0 || a->x0 > b->x0) &&
           !(a->y0 < b->y0 || a->y0 > b->y0) && !(a->cell_m < b->cell_m || a->cell_m > b->cell_m);
}

static enum wh_status check_options(const struct wh_mask *mask,
                                    const struct wh_density_options *opt,
                                    const struct wh_grid *grid, struct wh_error *err)
{
    if (!isfinite(opt->bandwidth_m) || opt->bandwidth_m <= 0) {
        return wh_fail(err, WH_ERR_CONFIG, "the bandwidth must be a number of metres above 0");
    }
    if (opt->bandwidth_m < grid->cell_m) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "the bandwidth (%g m) is smaller than one cell (%g m); choose smaller cells",
                       opt->bandwidth_m, grid->cell_m);
    }
    if (mask == NULL && opt->edge != WH_EDGE_NONE) {
        return wh_fail(err, WH_ERR_CONFIG, "edge correction %s needs a study area",
                       wh_edge_name(opt->edge));
    }
    if (mask != NULL && !is_same_geometry(&mask->grid, grid)) {
        return wh_fail(err, WH_ERR_CONFIG, "the study area's mask and the grid differ in geometry");
    }
    return WH_OK;
}

enum wh_status wh_density(struct wh_ctx *ctx, const struct wh_points *points,
                          const struct wh_mask *mask, const struct wh_density_options *opt,
                          struct wh_grid *grid, uint32_t *ret_support,
                          struct wh_density_stats *ret_stats, struct wh_error *err)
{
    const enum wh_status status = check_options(mask, opt, grid, err);
    if (status != WH_OK) {
        return status;
    }
    struct place *place = wh_alloc_array(ctx, points->n, sizeof *place);
    if (place == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const size_t n_cells = (size_t)grid->nx * grid->ny;
    const size_t n = merge_places(points, opt, place);
    memset(grid->v, 0, n_cells * sizeof *grid->v);
    if (ret_support != NULL) {
        memset(ret_support, 0, n_cells * sizeof *ret_support);
    }
    prepare_places(ctx, place, n, mask, opt);
    splat(ctx, place, n, opt, grid, ret_support);
    if (opt->edge == WH_EDGE_UNIFORM) {
        correct_uniform(ctx, opt, mask, grid);
    }
    struct wh_density_stats stats = {.n_places = n};
    for (size_t i = 0; i < n; i++) {
        size_t cell = 0;
        const bool is_inside = own_cell(grid, place[i].x, place[i].y, &cell) &&
                               (mask == NULL || mask->inside[cell] != 0);
        stats.n_used += place[i].is_counted ? place[i].n : 0;
        stats.n_outside += is_inside ? 0 : place[i].n;
    }
    for (size_t i = 0; i < points->n; i++) {
        stats.total_weight += points->weight[i];
    }
    stats.max_per_km2 = finish_values(mask, grid, ret_support);
    *ret_stats = stats;
    wh_free(ctx, place);
    return WH_OK;
}
