/* geo/contains.c: point in polygon and cells in polygon by the even-odd rule, with exact borders
 * and no library. */
#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/raster.h"
#include "geo/shape_internal.h"
#include "geo/shape_ops.h"

struct edge {
    double ax, ay, bx, by; /* ay <= by */
};

static struct edge edge_of(const struct wh_shape *shape, uint32_t i)
{
    const bool is_up = shape->y[i] <= shape->y[i + 1];
    const uint32_t a = is_up ? i : i + 1, b = is_up ? i + 1 : i;
    return (struct edge){shape->x[a], shape->y[a], shape->x[b], shape->y[b]};
}

static bool is_on(const struct edge *e, double x, double y)
{
    return y >= e->ay && y <= e->by && x >= fmin(e->ax, e->bx) && x <= fmax(e->ax, e->bx) &&
           wh_orient(e->ax, e->ay, e->bx, e->by, x, y) == 0;
}

bool wh_shape_contains(const struct wh_shape *shape, double x, double y)
{
    bool is_inside = false;
    for (uint32_t r = 0; r < shape->n_rings; r++) {
        for (uint32_t i = shape->ring_start[r]; i + 1 < shape->ring_start[r + 1]; i++) {
            const struct edge e = edge_of(shape, i);
            if (is_on(&e, x, y)) {
                return true;
            }
            /* Half open in y: a vertex at the point's height counts once. The edge is west of the
             * point when the point is to the right of its upward direction. */
            if (e.ay <= y && y < e.by && wh_orient(e.ax, e.ay, e.bx, e.by, x, y) < 0) {
                is_inside = !is_inside;
            }
        }
    }
    return is_inside;
}

/* ---- all cells at once ---- */

enum { CROSSED = 1, BORDER = 2 }; /* bits of a cell while the edges are drawn */

static double centre_x(const struct wh_grid *grid, int64_t col)
{
    return grid->x0 + ((double)col + 0.5) * grid->cell_m;
}

static double centre_y(const struct wh_grid *grid, int64_t row)
{
    return grid->y0 + ((double)row + 0.5) * grid->cell_m;
}

/* An index near to the coordinate, from -1 to n. */
static int64_t near_index(double offset, double cell_m, uint32_t n)
{
    const double at = floor(offset / cell_m - 0.5);
    return (int64_t)fmin(fmax(at, -1.0), (double)n);
}

/* First column whose centre lies strictly east of the edge in this row; nx when none does. */
static int64_t first_east(const struct wh_grid *grid, const struct edge *e, double y)
{
    const double guess = e->ax + (y - e->ay) * ((e->bx - e->ax) / (e->by - e->ay));
    int64_t col = near_index(guess - grid->x0, grid->cell_m, grid->nx);
    while (col > 0 && wh_orient(e->ax, e->ay, e->bx, e->by, centre_x(grid, col - 1), y) < 0) {
        col--;
    }
    while (col < 0 || (col < (int64_t)grid->nx &&
                       wh_orient(e->ax, e->ay, e->bx, e->by, centre_x(grid, col), y) >= 0)) {
        col++;
    }
    return col;
}

/* Cells of one row whose centre is exactly on the edge: the rounding of a guess must not decide
 * that. */
static void mark_border(const struct wh_grid *grid, uint8_t *row, const struct edge *e, double y)
{
    const double west = fmin(e->ax, e->bx), east = fmax(e->ax, e->bx);
    int64_t from = near_index(west - grid->x0, grid->cell_m, grid->nx) - 1;
    int64_t to = near_index(east - grid->x0, grid->cell_m, grid->nx) + 2;
    if (e->by > e->ay) { /* a slanted edge meets a row in one place */
        from = first_east(grid, e, y) - 2;
        to = from + 3;
    }
    for (int64_t col = from > 0 ? from : 0; col <= to && col < (int64_t)grid->nx; col++) {
        if (is_on(e, centre_x(grid, col), y)) {
            row[col] |= BORDER;
        }
    }
}

static void draw_edge(const struct wh_grid *grid, uint8_t *cells, const struct edge *e)
{
    int64_t row = near_index(e->ay - grid->y0, grid->cell_m, grid->ny) - 1;
    for (row = row > 0 ? row : 0; row < (int64_t)grid->ny; row++) {
        const double y = centre_y(grid, row);
        if (y > e->by) {
            break;
        }
        if (y < e->ay) {
            continue;
        }
        uint8_t *const line = cells + (size_t)row * grid->nx;
        mark_border(grid, line, e, y);
        if (y < e->by) {
            const int64_t col = first_east(grid, e, y);
            if (col < (int64_t)grid->nx) {
                line[col] ^= CROSSED;
            }
        }
    }
}

/* From the west: each crossing turns inside into outside. */
static void fill_row(uint8_t *row, uint32_t nx)
{
    uint8_t is_inside = 0;
    for (uint32_t col = 0; col < nx; col++) {
        is_inside ^= row[col] & CROSSED;
        row[col] = is_inside != 0 || (row[col] & BORDER) != 0;
    }
}

enum wh_status wh_mask_from_shape(struct wh_ctx *ctx, const struct wh_grid *grid,
                                  const struct wh_shape *shape, struct wh_mask *ret,
                                  struct wh_error *err)
{
    struct wh_mask mask = {.grid = *grid};
    mask.grid.v = NULL;
    mask.inside = wh_alloc_array(ctx, (size_t)grid->nx * grid->ny, 1);
    if (mask.inside == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t r = 0; r < shape->n_rings; r++) {
        for (uint32_t i = shape->ring_start[r]; i + 1 < shape->ring_start[r + 1]; i++) {
            const struct edge e = edge_of(shape, i);
            draw_edge(grid, mask.inside, &e);
        }
    }
    for (uint32_t row = 0; row < grid->ny; row++) {
        fill_row(mask.inside + (size_t)row * grid->nx, grid->nx);
    }
    *ret = mask;
    return WH_OK;
}
