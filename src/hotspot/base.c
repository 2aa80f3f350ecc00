/* hotspot/base.c: what an area layer knows of its people, as points. */
#include <math.h>
#include <wardheat/risk.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/areas.h"

static enum wh_status push(struct wh_ctx *ctx, struct wh_points *points, double x, double y,
                           double weight, struct wh_error *err)
{
    const enum wh_status status =
        wh_points_push(ctx, points, x, y, 0, 0, 0, (uint32_t)points->n, err);
    if (status == WH_OK) {
        points->weight[points->n - 1] = weight;
    }
    return status;
}

enum wh_status wh_base_over_homes(struct wh_ctx *ctx, const struct wh_points *homes,
                                  const int32_t *home_area, uint32_t n_areas, const double *value,
                                  struct wh_points *ret, struct wh_error *err)
{
    uint32_t *n = wh_alloc_array(ctx, n_areas, sizeof *n);
    enum wh_status status = n == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < homes->n; i++) {
        if (home_area[i] >= 0) {
            n[home_area[i]]++;
        }
    }
    for (size_t i = 0; status == WH_OK && i < homes->n; i++) {
        const int32_t area = home_area[i];
        if (area >= 0) {
            status = push(ctx, ret, homes->x[i], homes->y[i],
                          value == NULL ? 1 : value[area] / n[area], err);
        }
    }
    wh_free(ctx, n);
    return status;
}

/* The block of side x side cells from (col, row): its middle and km² inside; 0 outside. */
static double block_at(const struct wh_mask *mask, uint32_t col, uint32_t row, uint32_t side,
                       double *ret_x, double *ret_y)
{
    const struct wh_grid *grid = &mask->grid;
    double n = 0, x = 0, y = 0;
    for (uint32_t r = row; r < row + side && r < grid->ny; r++) {
        for (uint32_t c = col; c < col + side && c < grid->nx; c++) {
            if (mask->inside[(size_t)r * grid->nx + c] != 0) {
                n++;
                x += grid->x0 + (c + 0.5) * grid->cell_m;
                y += grid->y0 + (r + 0.5) * grid->cell_m;
            }
        }
    }
    *ret_x = x / n;
    *ret_y = y / n;
    return n * grid->cell_m * grid->cell_m / 1e6;
}

/* Each block's km² become its share of its area's value. */
static enum wh_status share_values(struct wh_ctx *ctx, const struct wh_areas *areas,
                                   const double *value, size_t first, struct wh_points *points,
                                   struct wh_error *err)
{
    const size_t n = points->n - first;
    int32_t *area = wh_alloc_array(ctx, n, sizeof *area);
    enum wh_status status = area == NULL ? wh_fail_memory(ctx, err)
                                         : wh_areas_assign(ctx, areas, points->x + first,
                                                           points->y + first, n, area, err);
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        points->weight[first + i] *= area[i] < 0 ? 0 : value[area[i]] / areas->area_km2[area[i]];
    }
    wh_free(ctx, area);
    return status;
}

enum wh_status wh_base_over_land(struct wh_ctx *ctx, const struct wh_areas *areas,
                                 const struct wh_mask *mask, double block_m, const double *value,
                                 struct wh_points *ret, struct wh_error *err)
{
    const struct wh_grid *grid = &mask->grid;
    const double wanted = floor(block_m / grid->cell_m);
    const uint32_t side = !(wanted >= 1) ? 1 : wanted > 1e6 ? 1000000 : (uint32_t)wanted;
    const size_t first = ret->n;
    enum wh_status status = WH_OK;
    for (uint32_t row = 0; status == WH_OK && row < grid->ny; row += side) {
        for (uint32_t col = 0; status == WH_OK && col < grid->nx; col += side) {
            double x, y;
            const double km2 = block_at(mask, col, row, side, &x, &y);
            if (km2 > 0) {
                status = push(ctx, ret, x, y, km2, err);
            }
        }
    }
    return status != WH_OK || value == NULL ? status
                                            : share_values(ctx, areas, value, first, ret, err);
}
