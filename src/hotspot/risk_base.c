/* hotspot/risk_base.c: the base of a relative risk: its density, and how many of it a kernel rests
 * on. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "density/kernel.h"
#include "hotspot/risk_internal.h"

/* Points of one spot, merged: flats of one house. */
struct spot {
    double x, y, weight;
};

static int compare_spots(const void *left, const void *right)
{
    const struct spot *a = left, *b = right;
    if (a->y < b->y || a->y > b->y) {
        return a->y < b->y ? -1 : 1;
    }
    if (a->x < b->x || a->x > b->x) {
        return a->x < b->x ? -1 : 1;
    }
    return a->weight < b->weight ? -1 : a->weight > b->weight;
}

static size_t merge_spots(struct spot *spot, size_t n)
{
    size_t kept = 0;
    if (n > 1) {
        qsort(spot, n, sizeof *spot, compare_spots);
    }
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && memcmp(&spot[kept - 1], &spot[i], 2 * sizeof(double)) == 0) {
            spot[kept - 1].weight += spot[i].weight;
        } else {
            spot[kept++] = spot[i];
        }
    }
    return kept;
}

/* Adds w k and w k² of the spots to the cells of one row. */
static void add_row(const struct spot *spot, size_t n, const struct wh_risk_options *opt,
                    const struct wh_grid *grid, uint32_t row, double *sum, double *sum2)
{
    const double per_h2 = 1 / (opt->bandwidth_m * opt->bandwidth_m);
    const double y = grid->y0 + (row + 0.5) * grid->cell_m,
                 reach_m = wh_kernel_reach_m(opt->kernel, opt->bandwidth_m);
    for (size_t i = 0; i < n; i++) {
        const double dy = y - spot[i].y, half2 = reach_m * reach_m - dy * dy;
        if (half2 < 0) {
            continue;
        }
        const double west = (spot[i].x - sqrt(half2) - grid->x0) / grid->cell_m - 0.5;
        const double east = (spot[i].x + sqrt(half2) - grid->x0) / grid->cell_m - 0.5;
        const double last = fmin(floor(east), grid->nx - 1.0);
        for (double col = fmax(0, ceil(west)); col <= last; col++) {
            const double dx = grid->x0 + (col + 0.5) * grid->cell_m - spot[i].x;
            const double k = wh_kernel_shape(opt->kernel, (dx * dx + dy * dy) * per_h2);
            sum[(size_t)col] += spot[i].weight * k;
            sum2[(size_t)col] += spot[i].weight * k * k;
        }
    }
}

/* Index of the first spot (sorted by y) that is not south of `y`. */
static size_t first_from(const struct spot *spot, size_t n, double y)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (spot[middle].y < y) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static enum wh_status spot_moments(struct wh_ctx *ctx, const struct spot *spot, size_t n,
                                   const struct wh_risk_options *opt, const struct wh_grid *grid,
                                   double *sum, double *sum2, struct wh_error *err)
{
    const double reach_m = wh_kernel_reach_m(opt->kernel, opt->bandwidth_m);
    const int jobs = (int)wh_ctx_jobs(ctx);
    if (!(opt->bandwidth_m > 0) || !isfinite(opt->bandwidth_m)) {
        return wh_fail(err, WH_ERR_CONFIG, "the bandwidth must be a number of metres above 0");
    }
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 4)
    for (uint32_t row = 0; row < grid->ny; row++) {
        const double y = grid->y0 + (row + 0.5) * grid->cell_m;
        const size_t from = first_from(spot, n, y - reach_m);
        const size_t end = first_from(spot, n, nextafter(y + reach_m, (double)INFINITY));
        add_row(spot + from, end - from, opt, grid, row, sum + (size_t)row * grid->nx,
                sum2 + (size_t)row * grid->nx);
    }
    return WH_OK;
}

/* As wh_density() counts with Diggle's correction: at a crooked border a point inside the polygon
 * may lie in a cell whose centre is not; a cell beside it will do. */
bool wh_risk_cell_of(const struct wh_mask *mask, double x, double y, size_t *ret)
{
    const struct wh_grid *grid = &mask->grid;
    const double col = floor((x - grid->x0) / grid->cell_m);
    const double row = floor((y - grid->y0) / grid->cell_m);
    if (!(col >= 0 && col < grid->nx && row >= 0 && row < grid->ny)) {
        return false;
    }
    *ret = (size_t)row * grid->nx + (size_t)col;
    bool is_inside = mask->inside[*ret] != 0;
    for (double r = fmax(0, row - 1); !is_inside && r <= row + 1 && r < grid->ny; r++) {
        for (double c = fmax(0, col - 1); !is_inside && c <= col + 1 && c < grid->nx; c++) {
            const size_t cell = (size_t)r * grid->nx + (size_t)c;
            is_inside = mask->inside[cell] != 0;
            *ret = is_inside ? cell : *ret;
        }
    }
    return is_inside;
}

/* Spots of positive weight inside; returns how many points they are. */
static size_t list_spots(const struct wh_points *points, const struct wh_mask *mask,
                         struct spot *spot, double *ret_total)
{
    size_t n = 0, cell = 0;
    for (size_t i = 0; i < points->n; i++) {
        if (points->weight[i] > 0 && wh_risk_cell_of(mask, points->x[i], points->y[i], &cell)) {
            spot[n++] = (struct spot){points->x[i], points->y[i], points->weight[i]};
            *ret_total += points->weight[i];
        }
    }
    return n;
}

static enum wh_status fill_footprint(struct wh_ctx *ctx, const struct wh_points *points,
                                     const struct wh_mask *mask, const struct wh_risk_options *opt,
                                     struct wh_risk_base *base, struct wh_error *err)
{
    const struct wh_grid *grid = &mask->grid;
    const size_t n_cells = (size_t)grid->nx * grid->ny;
    struct spot *spot = wh_alloc_array(ctx, points->n, sizeof *spot);
    double *sum2 = wh_alloc_array(ctx, n_cells, sizeof *sum2);
    enum wh_status status = spot == NULL || sum2 == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        double *sum = base->footprint.v;
        const size_t n = list_spots(points, mask, spot, &base->total);
        base->n = (double)n;
        status = spot_moments(ctx, spot, merge_spots(spot, n), opt, grid, sum, sum2, err);
        for (size_t i = 0; status == WH_OK && i < n_cells; i++) {
            sum[i] = mask->inside[i] == 0 ? (double)NAN
                     : sum2[i] > 0        ? sum[i] * sum[i] / sum2[i] / base->total
                                          : 0;
        }
    }
    wh_free(ctx, spot);
    wh_free(ctx, sum2);
    return status;
}

enum wh_status wh_risk_density(struct wh_ctx *ctx, const struct wh_points *points,
                               const struct wh_mask *mask, const struct wh_risk_options *opt,
                               struct wh_grid *ret, struct wh_error *err)
{
    const struct wh_density_options density = {
        .kernel = opt->kernel, .edge = opt->edge, .bandwidth_m = opt->bandwidth_m};
    struct wh_density_stats stats;
    enum wh_status status = wh_grid_like(ctx, &mask->grid, ret, err);
    if (status == WH_OK) {
        status = wh_density(ctx, points, mask, &density, ret, NULL, &stats, err);
    }
    return status;
}

double wh_risk_mass(const struct wh_grid *density)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)density->nx * density->ny; i++) {
        sum += isnan(density->v[i]) ? 0 : density->v[i];
    }
    return sum * density->cell_m * density->cell_m / 1e6;
}

enum wh_status wh_risk_base(struct wh_ctx *ctx, const struct wh_points *points,
                            const struct wh_mask *mask, const struct wh_risk_options *opt,
                            struct wh_risk_base *ret, struct wh_error *err)
{
    struct wh_risk_base base = {0};
    enum wh_status status = wh_risk_density(ctx, points, mask, opt, &base.density, err);
    if (status == WH_OK) {
        status = wh_grid_like(ctx, &mask->grid, &base.footprint, err);
    }
    if (status == WH_OK) {
        status = fill_footprint(ctx, points, mask, opt, &base, err);
    }
    if (status != WH_OK) {
        wh_risk_base_finish(ctx, &base);
        return status;
    }
    base.mass = wh_risk_mass(&base.density);
    *ret = base;
    return WH_OK;
}

void wh_risk_base_finish(struct wh_ctx *ctx, struct wh_risk_base *base)
{
    wh_grid_finish(ctx, &base->density);
    wh_grid_finish(ctx, &base->footprint);
    *base = (struct wh_risk_base){0};
}

/* As a base of one point a cell inside, of the cell's area. */
enum wh_status wh_risk_edge_moments(struct wh_ctx *ctx, const struct wh_mask *mask,
                                    const struct wh_risk_options *opt, double *ret_sum,
                                    double *ret_sum2, struct wh_error *err)
{
    const struct wh_grid *grid = &mask->grid;
    const size_t n_cells = (size_t)grid->nx * grid->ny;
    struct spot *spot = wh_alloc_array(ctx, n_cells, sizeof *spot);
    size_t n = 0;
    if (spot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < n_cells; i++) { /* in rows from the south: sorted */
        if (mask->inside[i] != 0) {
            spot[n++] = (struct spot){grid->x0 + ((double)(i % grid->nx) + 0.5) * grid->cell_m,
                                      grid->y0 + ((double)(i / grid->nx) + 0.5) * grid->cell_m,
                                      grid->cell_m * grid->cell_m};
        }
    }
    const enum wh_status status = spot_moments(ctx, spot, n, opt, grid, ret_sum, ret_sum2, err);
    wh_free(ctx, spot);
    return status;
}
