/* density/edge.c */
#include "density/edge.h"

#include <math.h>
#include <omp.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/direct.h"
#include "density/jobs.h"
#include "density/kernel.h"
#include "density/runs.h"

/* Below this part of the whole, what is left of sums over gaps may be rounding alone. */
#define DOUBTFUL_MASS 1e-6

/* The part of a kernel's mass that lies inside; the sum over whole circles is 1 to some 1e-7, not
 * exactly. */
static double mass_inside(const struct wh_edge_area *area, const struct wh_place *place)
{
    const int degree = wh_kernel_degree(area->kernel);
    const double per_sum = wh_kernel_peak(area->kernel) / (place->h * place->h);
    if (area->lattice != NULL) {
        return per_sum * wh_gauss_mass(area->lattice, place->x, place->y, place->h);
    }
    if (degree >= 0 && place->h >= WH_RUNS_MIN_BANDWIDTH_PX) {
        const double mass =
            per_sum * wh_runs_best(degree)->mass(place->x, place->y, place->h, area->spans);
        if (mass > DOUBTFUL_MASS) {
            return mass;
        }
    }
    return per_sum * wh_direct_mass(area->kernel, place, area->mask);
}

/*
 * The cell inside whose centre is nearest, of the place's own and those that touch it: at a crooked
 * border a point inside the polygon may lie in a cell whose centre is not. False when there is
 * none.
 */
static bool nearest_inside(const struct wh_mask *mask, const struct wh_place *place, size_t *ret)
{
    const int64_t nx = mask->grid.nx, ny = mask->grid.ny;
    const int64_t col = (int64_t)floor(place->x + 0.5), row = (int64_t)floor(place->y + 0.5);
    double nearest = (double)INFINITY;
    if (col < 0 || col >= nx || row < 0 || row >= ny) {
        return false;
    }
    for (int64_t r = row > 0 ? row - 1 : 0; r <= row + 1 && r < ny; r++) {
        for (int64_t c = col > 0 ? col - 1 : 0; c <= col + 1 && c < nx; c++) {
            const double dx = (double)c - place->x, dy = (double)r - place->y;
            if (mask->inside[r * nx + c] && dx * dx + dy * dy < nearest) {
                nearest = dx * dx + dy * dy;
                *ret = (size_t)(r * nx + c);
            }
        }
    }
    return isfinite(nearest);
}

/* A place that no kernel can show; returns what it counts for. */
struct lone {
    size_t cell;
    double weight;
    uint32_t n;
};

/* Corrects one place; true when it must be added to `ret` as it is. */
static bool correct(const struct wh_edge_area *area, struct wh_place *place, struct lone *ret)
{
    size_t cell = 0;
    if (place->n == 0 || !nearest_inside(area->mask, place, &cell)) {
        place->n = 0;
        return false;
    }
    const double mass = mass_inside(area, place);
    if (mass > 0) {
        place->weight *= wh_kernel_peak(area->kernel) / (place->h * place->h) / mass;
        return false;
    }
    *ret = (struct lone){cell, place->weight, place->n};
    place->n = 0;
    return true;
}

size_t wh_edge_diggle(struct wh_ctx *ctx, const struct wh_edge_area *area,
                      struct wh_place_set *places, double *value, uint32_t *support)
{
    const int jobs = wh_jobs_for(ctx, 50.0 * (double)places->n);
    size_t n_counted = 0;
    /* A lone place is within two cells of its own, and bands are worked on in two turns: no two
     * threads meet in a cell, and sums keep their order. */
    for (size_t turn = 0; turn < 2; turn++) {
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1) reduction(+ : n_counted)
        for (size_t band = turn; band < places->n_bands; band += 2) {
            struct wh_place *place = places->at + places->start[band];
            for (size_t i = 0; i < places->n_of[band]; i++) {
                struct lone lone;
                if (correct(area, &place[i], &lone)) {
                    value[lone.cell] += lone.weight;
                    if (support != NULL) {
                        support[lone.cell] += lone.n;
                    }
                    n_counted += lone.n;
                }
                n_counted += place[i].n;
            }
        }
    }
    return n_counted;
}

size_t wh_edge_none(struct wh_ctx *ctx, enum wh_kernel kernel, struct wh_place_set *places)
{
    const int jobs = wh_jobs_for(ctx, (double)places->n);
    size_t n_counted = 0;
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1) reduction(+ : n_counted)
    for (size_t band = 0; band < places->n_bands; band++) {
        struct wh_place *place = places->at + places->start[band];
        for (size_t i = 0; i < places->n_of[band]; i++) {
            place[i].weight *= wh_kernel_peak(kernel) / (place[i].h * place[i].h);
            n_counted += place[i].n;
        }
    }
    return n_counted;
}

/* Spread and gathering weights are the same where all kernels are: an area's gathering weights are
 * its cells, spread. */
static enum wh_status divide_by_lattice(struct wh_ctx *ctx, const struct wh_edge_area *area,
                                        double h_px, double *value, struct wh_error *err)
{
    const struct wh_gauss *lattice = area->lattice;
    const uint32_t nx = area->mask->grid.nx, ny = area->mask->grid.ny;
    const int jobs = wh_jobs_for(ctx, 20.0 * nx * ny);
    const size_t room = lattice->nx + nx;
    const double to_mass =
        wh_gauss_scale(lattice, h_px) * wh_kernel_peak(area->kernel) / (h_px * h_px);
    double *rows = wh_alloc_array(ctx, (size_t)jobs, room * sizeof *rows);
    if (rows == NULL) {
        return wh_fail_memory(ctx, err);
    }
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 16)
    for (uint32_t r = 0; r < ny; r++) {
        double *scratch = rows + (size_t)omp_get_thread_num() * room, *mass = scratch + lattice->nx;
        wh_gauss_gather(lattice, lattice->area, r, nx, scratch, mass);
        for (uint32_t c = 0; c < nx; c++) {
            if (area->mask->inside[(size_t)r * nx + c]) {
                value[(size_t)r * nx + c] /= to_mass * mass[c];
            }
        }
    }
    wh_free(ctx, rows);
    return WH_OK;
}

enum wh_status wh_edge_uniform(struct wh_ctx *ctx, const struct wh_edge_area *area, double h_px,
                               double *value, struct wh_error *err)
{
    const struct wh_grid *grid = &area->mask->grid;
    const int jobs = wh_jobs_for(ctx, 20.0 * grid->nx * grid->ny);
    if (area->lattice != NULL) {
        return divide_by_lattice(ctx, area, h_px, value, err);
    }
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 4)
    for (uint32_t row = 0; row < grid->ny; row++) {
        for (uint32_t col = 0; col < grid->nx; col++) {
            const struct wh_place at = {.x = col, .y = row, .h = h_px};
            double *of_cell = &value[(size_t)row * grid->nx + col];
            if ((*of_cell > 0 || *of_cell < 0) &&
                area->mask->inside[(size_t)row * grid->nx + col]) {
                *of_cell /= mass_inside(area, &at);
            }
        }
    }
    return WH_OK;
}
