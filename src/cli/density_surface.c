/* cli/density_surface.c: from points to a surface. */
#include "cli/density_surface.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/kernel.h"
#include "geo/raster.h"

#define MAX_GRID_CELLS 1e8
#define ADAPTIVE_RANGE 5 /* from a fifth of the bandwidth to five times it */

struct making {
    struct wh_ctx *ctx;
    const struct wh_density_request *request;
    const struct wh_density_input *input;
    const struct wh_points *points;
    struct wh_density_surface *surface;
};

static void box_of_points(const struct wh_points *points, double ret[4])
{
    ret[0] = ret[1] = (double)INFINITY;
    ret[2] = ret[3] = -(double)INFINITY;
    for (size_t i = 0; i < points->n; i++) {
        ret[0] = fmin(ret[0], points->x[i]);
        ret[1] = fmin(ret[1], points->y[i]);
        ret[2] = fmax(ret[2], points->x[i]);
        ret[3] = fmax(ret[3], points->y[i]);
    }
}

/* How far the widest kernel of a point reaches. */
static double widest_reach_m(const struct making *making)
{
    const struct wh_density_options *opt = &making->surface->opt;
    double widest_m = opt->bandwidth_m;
    for (size_t i = 0; i < making->points->n; i++) {
        const double h =
            opt->bandwidth_of_point_m == NULL ? opt->bandwidth_m : opt->bandwidth_of_point_m[i];
        const double r = opt->widen_by_precision ? making->points->precision_m[i] : 0;
        widest_m = fmax(widest_m, wh_kernel_widen(opt->kernel, h, r));
    }
    return wh_kernel_reach_m(opt->kernel, widest_m);
}

/*
 * The bounds, and round them as many cells as the study area needs: edges are corrected against all
 * of it, whatever part of it is written.
 */
static void widen_to_area(const struct wh_areas *areas, double cell_m, double box[4])
{
    double area[4];
    wh_areas_box(areas, area);
    for (size_t i = 0; i < 2; i++) {
        box[i] -= cell_m * fmax(0, ceil((box[i] - area[i]) / cell_m));
        box[i + 2] = fmax(box[i + 2], area[i + 2]);
    }
}

/* Where neither bounds nor a study area say so, the surface reaches as far as the points do. */
static enum wh_status make_grid(const struct making *making, struct wh_error *err)
{
    const struct wh_density_request *r = making->request;
    const struct wh_areas *areas = making->input->areas;
    struct wh_grid *grid = &making->surface->grid;
    double box[4];
    if (r->has_box) {
        memcpy(box, r->box, sizeof box);
        if (areas != NULL) {
            widen_to_area(areas, r->cell_m, box);
        }
        return wh_grid_from_corner(making->ctx, box, r->cell_m, MAX_GRID_CELLS, grid, err);
    }
    if (areas != NULL) {
        wh_areas_box(areas, box);
        return wh_grid_cover(making->ctx, box, 0, r->cell_m, MAX_GRID_CELLS, grid, err);
    }
    box_of_points(making->points, box);
    return wh_grid_cover(making->ctx, box, widest_reach_m(making), r->cell_m, MAX_GRID_CELLS, grid,
                         err);
}

/* Leaves the cells within the bounds. */
static enum wh_status crop(const struct making *making, struct wh_error *err)
{
    const double *box = making->request->box;
    struct wh_density_surface *surface = making->surface;
    const struct wh_grid *all = &surface->grid;
    struct wh_grid part = {0};
    double max = 0;
    const enum wh_status status =
        wh_grid_from_corner(making->ctx, box, all->cell_m, MAX_GRID_CELLS, &part, err);
    if (status != WH_OK) {
        return status;
    }
    const size_t col = (size_t)lround((box[0] - all->x0) / all->cell_m);
    const size_t row = (size_t)lround((box[1] - all->y0) / all->cell_m);
    for (size_t i = 0; i < (size_t)part.nx * part.ny; i++) {
        part.v[i] = all->v[(row + i / part.nx) * all->nx + col + i % part.nx];
        max = part.v[i] > max ? part.v[i] : max;
    }
    surface->stats.error_bound *= max > 0 ? surface->stats.max_per_km2 / max : 1;
    surface->stats.max_per_km2 = max;
    wh_grid_finish(making->ctx, &surface->grid);
    surface->grid = part;
    return WH_OK;
}

static size_t count_beyond(const struct wh_points *points, const double box[4])
{
    size_t n = 0;
    for (size_t i = 0; i < points->n; i++) {
        n += points->x[i] < box[0] || points->x[i] > box[2] || points->y[i] < box[1] ||
             points->y[i] > box[3];
    }
    return n;
}

/* A surface of nothing is a slip, in the bounds or in a CRS. */
static enum wh_status check_bounds(const struct making *making, struct wh_error *err)
{
    struct wh_density_surface *surface = making->surface;
    surface->n_beyond = count_beyond(making->points, making->request->box);
    return surface->stats.max_per_km2 > 0
               ? WH_OK
               : wh_fail(err, WH_ERR_INPUT,
                         "--bounds: no point reaches that far; are they in the "
                         "points' CRS (%s)?",
                         wh_density_crs(making->input));
}

static const struct wh_mask *mask_of(const struct making *making)
{
    return making->input->areas != NULL ? &making->surface->mask : NULL;
}

/* Grid, mask and bandwidth. A grid round the points waits for the bandwidth, which it reaches
 * beyond them. */
static enum wh_status prepare(const struct making *making, struct wh_error *err)
{
    const struct wh_density_request *r = making->request;
    struct wh_density_surface *surface = making->surface;
    const bool has_area = making->input->areas != NULL;
    enum wh_status status = WH_OK;
    if (has_area) {
        status = make_grid(making, err);
    }
    if (status == WH_OK && has_area) {
        status = wh_mask_from_shape(making->ctx, &surface->grid, making->input->shape,
                                    &surface->mask, err);
    }
    if (status == WH_OK) {
        status =
            wh_bandwidth_wish_grant(making->ctx, &r->bandwidth, making->points, surface->opt.kernel,
                                    r->cell_m, mask_of(making), &surface->opt.bandwidth_m, err);
    }
    if (status == WH_OK && !has_area && r->said.out != NULL) {
        status = make_grid(making, err);
    }
    return status;
}

/* A bandwidth a point, by a pilot surface of the fixed one; a grid round the points then reaches as
 * far as the widest. */
static enum wh_status adapt(const struct making *making, struct wh_error *err)
{
    struct wh_ctx *ctx = making->ctx;
    struct wh_density_surface *surface = making->surface;
    const struct wh_points *points = making->points;
    const double h = surface->opt.bandwidth_m;
    const struct wh_adaptive_options opt = {.bandwidth_m = h,
                                            .narrowest_m =
                                                fmax(h / ADAPTIVE_RANGE, making->request->cell_m),
                                            .widest_m = h * ADAPTIVE_RANGE};
    double *own_m = wh_alloc_array(ctx, points->n, sizeof *own_m);
    surface->bandwidth_of_point_m = own_m;
    if (own_m == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_density(ctx, points, mask_of(making), &surface->opt, &surface->grid,
                                       NULL, &surface->stats, err);
    if (status == WH_OK) {
        status = wh_bandwidth_adapt(points, &surface->grid, &opt, own_m, err);
    }
    if (status != WH_OK) {
        return status;
    }
    surface->narrowest_m = (double)INFINITY;
    for (size_t i = 0; i < points->n; i++) {
        surface->narrowest_m = fmin(surface->narrowest_m, own_m[i]);
        surface->widest_m = fmax(surface->widest_m, own_m[i]);
    }
    surface->opt.bandwidth_of_point_m = own_m;
    if (making->input->areas == NULL && !making->request->has_box) {
        wh_grid_finish(ctx, &surface->grid);
        status = make_grid(making, err);
    }
    return status;
}

enum wh_status wh_density_surface_make(struct wh_ctx *ctx, const struct wh_density_request *request,
                                       const struct wh_density_input *input,
                                       struct wh_density_surface *ret, struct wh_error *err)
{
    const struct making making = {ctx, request, input, wh_density_points(input), ret};
    *ret = (struct wh_density_surface){.opt = request->opt};
    enum wh_status status = prepare(&making, err);
    if (status != WH_OK || request->said.out == NULL) {
        return status;
    }
    if (request->said.is_adaptive) {
        status = adapt(&making, err);
    }
    if (status == WH_OK) {
        status = wh_density(ctx, making.points, mask_of(&making), &ret->opt, &ret->grid, NULL,
                            &ret->stats, err);
    }
    if (status == WH_OK && request->has_box && input->areas != NULL) {
        status = crop(&making, err);
    }
    if (status == WH_OK && request->has_box) {
        status = check_bounds(&making, err);
    }
    return status;
}

void wh_density_surface_finish(struct wh_ctx *ctx, struct wh_density_surface *surface)
{
    wh_free(ctx, surface->bandwidth_of_point_m);
    wh_mask_finish(ctx, &surface->mask);
    wh_grid_finish(ctx, &surface->grid);
    *surface = (struct wh_density_surface){0};
}
