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

/* A grid from its corner and how many cells it would have, where that is not too many. */
static enum wh_status make_grid(struct wh_ctx *ctx, double x0, double y0, double nx, double ny,
                                double cell_m, double max_cells, struct wh_grid *ret,
                                struct wh_error *err)
{
    if (!(nx * ny <= max_cells && nx <= 2147483647.0 && ny <= 2147483647.0)) {
        /* Rounded up to two digits. */
        const double wider_m = cell_m * sqrt(nx * ny / max_cells) * 1.001;
        const double digit = pow(10.0, floor(log10(wider_m)) - 1.0);
        char need[32], limit[32];
        return wh_fail(err, WH_ERR_LIMIT,
                       "the grid would need %s cells; the limit is %s: cells of %.3g m would do",
                       cells_text(nx * ny, need, sizeof need),
                       cells_text(max_cells, limit, sizeof limit), ceil(wider_m / digit) * digit);
    }
    const struct wh_grid grid = {
        .x0 = x0, .y0 = y0, .cell_m = cell_m, .nx = (uint32_t)nx, .ny = (uint32_t)ny};
    return wh_grid_like(ctx, &grid, ret, err);
}

static enum wh_status check_cell(double cell_m, struct wh_error *err)
{
    return isfinite(cell_m) && cell_m > 0.0
               ? WH_OK
               : wh_fail(err, WH_ERR_CONFIG, "the cell size must be above 0 m, not %g", cell_m);
}

/* A NaN or an upside-down box is nobody's wish. */
static enum wh_status check_box(const double box[4], struct wh_error *err)
{
    const bool is_box = isfinite(box[0]) && isfinite(box[1]) && isfinite(box[2]) &&
                        isfinite(box[3]) && box[2] >= box[0] && box[3] >= box[1];
    return is_box ? WH_OK
                  : wh_fail(err, WH_ERR_CONFIG,
                            "the box %g, %g, %g, %g is not west, south, east, north", box[0],
                            box[1], box[2], box[3]);
}

enum wh_status wh_grid_cover(struct wh_ctx *ctx, const double box[4], double margin_m,
                             double cell_m, double max_cells, struct wh_grid *ret,
                             struct wh_error *err)
{
    enum wh_status status = check_cell(cell_m, err);
    if (status == WH_OK) {
        status = check_box(box, err);
    }
    if (status == WH_OK && !(isfinite(margin_m) && margin_m >= 0.0)) {
        status = wh_fail(err, WH_ERR_CONFIG, "the margin must be 0 m or more, not %g", margin_m);
    }
    if (status != WH_OK) {
        return status;
    }
    const double west = floor((box[0] - margin_m) / cell_m);
    const double south = floor((box[1] - margin_m) / cell_m);
    const double east = ceil((box[2] + margin_m) / cell_m);
    const double north = ceil((box[3] + margin_m) / cell_m);
    /* A box without width is one cell. */
    return make_grid(ctx, west * cell_m, south * cell_m, fmax(east - west, 1.0),
                     fmax(north - south, 1.0), cell_m, max_cells, ret, err);
}

enum wh_status wh_grid_from_corner(struct wh_ctx *ctx, const double box[4], double cell_m,
                                   double max_cells, struct wh_grid *ret, struct wh_error *err)
{
    const double slack = 1e-9; /* a box of whole cells in decimals is not one more */
    enum wh_status status = check_cell(cell_m, err);
    if (status == WH_OK) {
        status = check_box(box, err);
    }
    return status != WH_OK
               ? status
               : make_grid(ctx, box[0], box[1], fmax(ceil((box[2] - box[0]) / cell_m - slack), 1.0),
                           fmax(ceil((box[3] - box[1]) / cell_m - slack), 1.0), cell_m, max_cells,
                           ret, err);
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
