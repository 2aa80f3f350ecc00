/* geo/grid.c: the raster grid of every stage. */
#include <math.h>
#include <stdio.h>
#include <wardheat/geo.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"

/* "100,000,000", or "4.1e+19" past what a counter holds. */
static const char *cells_text(double n, char *out, size_t size)
{
    if (n >= 0.0 && n < 1e18) {
        return wh_format_count((uint64_t)n, out, size);
    }
    (void)snprintf(out, size, "%.2g", n);
    return out;
}

enum wh_status wh_grid_cover(struct wh_ctx *ctx, const double box[4], double margin_m,
                             double cell_m, double max_cells, struct wh_grid *ret,
                             struct wh_error *err)
{
    if (!isfinite(cell_m) || cell_m <= 0.0) {
        return wh_fail(err, WH_ERR_CONFIG, "the cell size must be above 0 m, not %g", cell_m);
    }
    if (!isfinite(margin_m) || margin_m < 0.0) {
        return wh_fail(err, WH_ERR_CONFIG, "the margin must be 0 m or more, not %g", margin_m);
    }
    const double west = floor((box[0] - margin_m) / cell_m);
    const double south = floor((box[1] - margin_m) / cell_m);
    const double east = ceil((box[2] + margin_m) / cell_m);
    const double north = ceil((box[3] + margin_m) / cell_m);
    /* A box without width is one cell; a NaN or an upside-down box is nobody's wish. */
    const double nx = fmax(east - west, 1.0), ny = fmax(north - south, 1.0);
    if (!isfinite(west) || !isfinite(south) || !isfinite(east) || !isfinite(north) ||
        box[2] < box[0] || box[3] < box[1]) {
        return wh_fail(err, WH_ERR_CONFIG, "the box %g, %g, %g, %g is not west, south, east, north",
                       box[0], box[1], box[2], box[3]);
    }
    if (nx * ny > max_cells || nx > 2147483647.0 || ny > 2147483647.0) {
        char need[32], limit[32];
        return wh_fail(err, WH_ERR_LIMIT, "the grid would need %s cells; the limit is %s",
                       cells_text(nx * ny, need, sizeof need),
                       cells_text(max_cells, limit, sizeof limit));
    }
    const struct wh_grid grid = {.x0 = west * cell_m,
                                 .y0 = south * cell_m,
                                 .cell_m = cell_m,
                                 .nx = (uint32_t)nx,
                                 .ny = (uint32_t)ny};
    return wh_grid_like(ctx, &grid, ret, err);
}

enum wh_status wh_grid_like(struct wh_ctx *ctx, const struct wh_grid *grid, struct wh_grid *ret,
                            struct wh_error *err)
{
    struct wh_grid made = *grid;
    made.v = wh_alloc_array(ctx, (size_t)grid->nx * grid->ny, sizeof *made.v);
    if (made.v == NULL) {
        return wh_fail_memory(ctx, err);
    }
    *ret = made;
    return WH_OK;
}

void wh_grid_finish(struct wh_ctx *ctx, struct wh_grid *grid)
{
    wh_free(ctx, grid->v);
    *grid = (struct wh_grid){0};
}

void wh_mask_finish(struct wh_ctx *ctx, struct wh_mask *mask)
{
    wh_free(ctx, mask->inside);
    *mask = (struct wh_mask){0};
}
