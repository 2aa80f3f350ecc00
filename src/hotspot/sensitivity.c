/* hotspot/sensitivity.c: how much PAI depends on bandwidth and cell size. */
#include <math.h>
#include <wardheat/backtest.h>

#include "base/error.h"
#include "geo/raster.h"

#define MAX_CELLS 1e8

static void count_points(const struct wh_points *points, const struct wh_mask *mask, double *count)
{
    const struct wh_grid *grid = &mask->grid;
    for (size_t i = 0; i < points->n; i++) {
        const double col = floor((points->x[i] - grid->x0) / grid->cell_m);
        const double row = floor((points->y[i] - grid->y0) / grid->cell_m);
        if (col >= 0 && col < grid->nx && row >= 0 && row < grid->ny) {
            count[(size_t)row * grid->nx + (size_t)col] += points->weight[i];
        }
    }
}

static enum wh_status pai_of(struct wh_ctx *ctx, const struct wh_points *before,
                             const struct wh_points *after, const struct wh_mask *mask,
                             const struct wh_density_options *opt, double area_share,
                             double *ret_pai, struct wh_error *err)
{
    struct wh_grid density = {0}, area = {0}, counts = {0}, none = {0};
    struct wh_density_stats stats;
    struct wh_accuracy figures = {.pai = (double)NAN};
    enum wh_status status = wh_grid_like(ctx, &mask->grid, &density, err);
    status = status == WH_OK ? wh_grid_like(ctx, &mask->grid, &area, err) : status;
    status = status == WH_OK ? wh_grid_like(ctx, &mask->grid, &counts, err) : status;
    status = status == WH_OK ? wh_grid_like(ctx, &mask->grid, &none, err) : status;
    if (status == WH_OK) {
        status = wh_density(ctx, before, mask, opt, &density, NULL, &stats, err);
    }
    if (status == WH_OK) {
        const size_t n = (size_t)mask->grid.nx * mask->grid.ny;
        count_points(after, mask, counts.v);
        for (size_t i = 0; i < n; i++) {
            area.v[i] = mask->inside[i] != 0 ? 1 : (double)NAN;
        }
        const struct wh_backtest_cells cells = {n, area.v, none.v, counts.v};
        const struct wh_forecast forecast = {"density", density.v};
        status = wh_backtest(ctx, &cells, &forecast, 1, area_share, 0, &figures, err);
    }
    wh_grid_finish(ctx, &density);
    wh_grid_finish(ctx, &area);
    wh_grid_finish(ctx, &counts);
    wh_grid_finish(ctx, &none);
    *ret_pai = figures.pai;
    return status;
}

enum wh_status wh_backtest_sensitivity(struct wh_ctx *ctx, const struct wh_points *before,
                                       const struct wh_points *after, const struct wh_shape *area,
                                       double cell_m, const struct wh_density_options *opt,
                                       double area_share,
                                       struct wh_sensitivity ret[WH_N_SENSITIVITIES],
                                       struct wh_error *err)
{
    static const double FACTOR[WH_N_SENSITIVITIES][2] = {
        {1, 1}, {0.5, 1}, {2, 1}, {1, 0.5}, {1, 2}};
    double box[4];
    enum wh_status status = WH_OK;
    wh_shape_box(area, box);
    for (unsigned i = 0; status == WH_OK && i < WH_N_SENSITIVITIES; i++) {
        struct wh_grid grid = {0};
        struct wh_mask mask = {0};
        struct wh_density_options tried = *opt;
        tried.bandwidth_m = opt->bandwidth_m * FACTOR[i][0];
        ret[i] = (struct wh_sensitivity){tried.bandwidth_m, cell_m * FACTOR[i][1], (double)NAN};
        if (tried.bandwidth_m < ret[i].cell_m) {
            continue;
        }
        status = wh_grid_cover(ctx, box, 0, ret[i].cell_m, MAX_CELLS, &grid, err);
        if (status == WH_OK) {
            status = wh_mask_from_shape(ctx, &grid, area, &mask, err);
        }
        if (status == WH_OK) {
            status = pai_of(ctx, before, after, &mask, &tried, area_share, &ret[i].pai, err);
        }
        wh_mask_finish(ctx, &mask);
        wh_grid_finish(ctx, &grid);
    }
    return status;
}

double wh_sensitivity_to_cell(const struct wh_sensitivity tried[WH_N_SENSITIVITIES])
{
    const double own = tried[0].pai;
    double change = (double)NAN;
    for (unsigned i = 3; i < WH_N_SENSITIVITIES; i++) {
        const double moved = tried[i].pai / own - 1;
        if (own > 0 && !isnan(moved) && !(fabs(moved) <= fabs(change))) {
            change = moved;
        }
    }
    return change;
}

const char *wh_cell_size_words(double change)
{
    return isnan(change) ? ""
           : fabs(change) >= WH_CELL_MATTERS_FROM
               ? "Cell size matters here: half or twice the cell moves PAI by 5 % or more."
               : "Cell size matters little here: half or twice the cell moves PAI by less than 5 "
                 "%.";
}
