/* density/bandwidth_region.c: a study area as rows of runs: Gaussian mass inside, and what it
 * shares with itself moved. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/bandwidth_internal.h"

/* The normal distribution from a table: linear between steps of 1/512 it is within 1.2e-7. */
#define PHI_REACH 6.0
#define PHI_STEPS 6144
#define N_DIRECTIONS 64
#define PI 3.14159265358979323846

static void fill_phi(double *phi)
{
    for (size_t i = 0; i <= PHI_STEPS; i++) {
        const double z = -PHI_REACH + 2 * PHI_REACH * (double)i / PHI_STEPS;
        phi[i] = 0.5 * erfc(-z / sqrt(2));
    }
}

static double phi_at(const double *phi, double z)
{
    const double at = (z + PHI_REACH) * (PHI_STEPS / (2 * PHI_REACH));
    if (at <= 0 || at >= PHI_STEPS) {
        return at <= 0 ? 0 : 1;
    }
    const size_t i = (size_t)at;
    return phi[i] + (at - (double)i) * (phi[i + 1] - phi[i]);
}

static uint32_t count_runs(const struct wh_mask *mask)
{
    uint32_t n = 0;
    for (uint32_t row = 0; row < mask->grid.ny; row++) {
        const uint8_t *inside = mask->inside + (size_t)row * mask->grid.nx;
        for (uint32_t col = 0; col < mask->grid.nx; col++) {
            n += inside[col] != 0 && (col == 0 || inside[col - 1] == 0);
        }
    }
    return n;
}

static void fill_row(const struct wh_grid *grid, const uint8_t *inside, struct wh_region *region,
                     uint32_t *n)
{
    for (uint32_t col = 0; col < grid->nx;) {
        if (inside[col] == 0) {
            col++;
            continue;
        }
        const uint32_t first = col;
        while (col < grid->nx && inside[col] != 0) {
            col++;
        }
        region->x0[*n] = grid->x0 + first * grid->cell_m;
        region->x1[*n] = grid->x0 + col * grid->cell_m;
        region->area_m2 += (region->x1[*n] - region->x0[*n]) * region->row_m;
        ++*n;
    }
}

enum wh_status wh_region_of(struct wh_ctx *ctx, const struct wh_mask *mask, const double box[4],
                            struct wh_region *ret, struct wh_error *err)
{
    const uint32_t n_runs = mask == NULL ? 1 : count_runs(mask);
    struct wh_region region = {.n_rows = mask == NULL ? 1 : mask->grid.ny};
    region.run_start = wh_alloc_array(ctx, region.n_rows + 1, sizeof *region.run_start);
    region.x0 = wh_alloc_array(ctx, n_runs, sizeof *region.x0);
    region.x1 = wh_alloc_array(ctx, n_runs, sizeof *region.x1);
    region.phi = wh_alloc_array(ctx, PHI_STEPS + 1, sizeof *region.phi);
    if (region.run_start == NULL || region.x0 == NULL || region.x1 == NULL || region.phi == NULL) {
        wh_region_finish(ctx, &region);
        return wh_fail_memory(ctx, err);
    }
    fill_phi(region.phi);
    if (mask == NULL) {
        region.y0 = box[1];
        region.row_m = box[3] - box[1];
        region.x0[0] = box[0];
        region.x1[0] = box[2];
        region.run_start[1] = 1;
        region.area_m2 = (box[2] - box[0]) * (box[3] - box[1]);
    } else {
        uint32_t n = 0;
        region.y0 = mask->grid.y0;
        region.row_m = mask->grid.cell_m;
        for (uint32_t row = 0; row < mask->grid.ny; row++) {
            fill_row(&mask->grid, mask->inside + (size_t)row * mask->grid.nx, &region, &n);
            region.run_start[row + 1] = n;
        }
    }
    *ret = region;
    return WH_OK;
}

void wh_region_finish(struct wh_ctx *ctx, struct wh_region *region)
{
    wh_free(ctx, region->run_start);
    wh_free(ctx, region->x0);
    wh_free(ctx, region->x1);
    wh_free(ctx, region->phi);
    *region = (struct wh_region){0};
}

/* Index of the row that holds y, held to the rows there are. */
static size_t row_at(const struct wh_region *region, double y)
{
    const double row = floor((y - region->y0) / region->row_m);
    return !(row > 0) ? 0 : (size_t)fmin(row, (double)(region->n_rows - 1));
}

/* Mass along one row: of a normal distribution round x in its runs. */
static double mass_along(const struct wh_region *region, size_t row, double x, double sigma_m)
{
    const double reach_m = PHI_REACH * sigma_m;
    double sum = 0;
    for (uint32_t i = region->run_start[row]; i < region->run_start[row + 1]; i++) {
        if (region->x0[i] <= x - reach_m && region->x1[i] >= x + reach_m) {
            return 1;
        }
        if (region->x0[i] < x + reach_m && region->x1[i] > x - reach_m) {
            sum += phi_at(region->phi, (region->x1[i] - x) / sigma_m) -
                   phi_at(region->phi, (region->x0[i] - x) / sigma_m);
        }
    }
    return sum;
}

/* Neighbouring rows of the same mass, as all are far from the border, are taken together. */
double wh_region_mass(const struct wh_region *region, double x, double y, double sigma_m)
{
    const double reach_m = PHI_REACH * sigma_m;
    const size_t first = row_at(region, y - reach_m), end = row_at(region, y + reach_m) + 1;
    double sum = 0, along = 0, below = 0;
    for (size_t row = first; row <= end; row++) {
        const double here = row < end ? mass_along(region, row, x, sigma_m) : 0;
        if (here < along || here > along) {
            const double bottom = region->y0 + (double)row * region->row_m;
            const double up_to = phi_at(region->phi, (bottom - y) / sigma_m);
            sum += along * (up_to - below);
            below = up_to;
            along = here;
        }
    }
    return sum;
}

/* Length that the runs of one row share with those of another moved by dx. */
static double shared_length(const struct wh_region *region, size_t row, size_t moved, double dx)
{
    uint32_t i = region->run_start[row], j = region->run_start[moved];
    double sum = 0;
    while (i < region->run_start[row + 1] && j < region->run_start[moved + 1]) {
        const double x0 = fmax(region->x0[i], region->x0[j] + dx);
        const double x1 = fmin(region->x1[i], region->x1[j] + dx);
        sum += fmax(0, x1 - x0);
        if (region->x1[i] < region->x1[j] + dx) {
            i++;
        } else {
            j++;
        }
    }
    return sum;
}

static double shared_area(const struct wh_region *region, double dx, size_t rows)
{
    double sum = 0;
    for (size_t row = rows; row < region->n_rows; row++) {
        sum += shared_length(region, row, row - rows, dx);
    }
    return sum * region->row_m;
}

/* Between whole rows the shared area of rows of rectangles is linear in dy: this is exact. */
double wh_region_covariance(const struct wh_region *region, double dx, double dy)
{
    const double rows = fabs(dy) / region->row_m;
    const double whole = floor(rows), part = rows - whole;
    if (!(whole < (double)region->n_rows)) {
        return 0;
    }
    const double signed_dx = dy < 0 ? -dx : dx;
    return (1 - part) * shared_area(region, signed_dx, (size_t)whole) +
           part * shared_area(region, signed_dx, (size_t)whole + 1);
}

double wh_region_mean_covariance(const struct wh_region *region, double r)
{
    double sum = 0;
    for (unsigned i = 0; i < N_DIRECTIONS; i++) { /* half a turn: the covariance is symmetric */
        const double angle = PI * (i + 0.5) / N_DIRECTIONS;
        sum += wh_region_covariance(region, r * cos(angle), r * sin(angle));
    }
    return sum / N_DIRECTIONS;
}
