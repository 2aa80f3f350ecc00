/* disclose/surface.c: densities as classes, blank where too few requests stand behind a class. */
#include <math.h>
#include <wardheat/disclose.h>

#include "base/alloc.h"
#include "base/error.h"
#include "model/report.h"

/*
 * Ground metres; both lie on multiples of it in the working CRS, whatever the grid. A class is
 * shown by tiles, so that its rim is no arc round a request; what is blank is so by blocks, so that
 * it is no circle round somebody's home.
 */
#define TILE_M 100.0
#define BLOCK_M 500.0

static uint8_t class_of(double density, const struct wh_legend *legend)
{
    uint8_t found = WH_CLASS_NONE;
    for (uint32_t i = 0; i < legend->n && density >= legend->break_at[i]; i++) {
        found = (uint8_t)(i + 1);
    }
    return found;
}

/* Squares that meet the grid: those of its first centre to its last. */
struct squares {
    const struct wh_grid *grid;
    double size_m, first_col, first_row;
    size_t n_cols;
    uint8_t *has_few; /* some class in it rests on too few requests */
};

static double square_of(double origin, double cell_m, uint32_t idx, double size_m)
{
    return floor((origin + ((double)idx + 0.5) * cell_m) / size_m);
}

static uint8_t *square_at(const struct squares *squares, size_t cell)
{
    const struct wh_grid *grid = squares->grid;
    const double col =
        square_of(grid->x0, grid->cell_m, (uint32_t)(cell % grid->nx), squares->size_m);
    const double row =
        square_of(grid->y0, grid->cell_m, (uint32_t)(cell / grid->nx), squares->size_m);
    return &squares->has_few[(size_t)(row - squares->first_row) * squares->n_cols +
                             (size_t)(col - squares->first_col)];
}

static enum wh_status open_squares(struct wh_ctx *ctx, const struct wh_grid *grid, double size_m,
                                   struct squares *ret, struct wh_error *err)
{
    *ret = (struct squares){.grid = grid,
                            .size_m = size_m,
                            .first_col = square_of(grid->x0, grid->cell_m, 0, size_m),
                            .first_row = square_of(grid->y0, grid->cell_m, 0, size_m)};
    const double last_col = square_of(grid->x0, grid->cell_m, grid->nx - 1, size_m);
    const double last_row = square_of(grid->y0, grid->cell_m, grid->ny - 1, size_m);
    ret->n_cols = (size_t)(last_col - ret->first_col) + 1;
    ret->has_few = wh_alloc_array(ctx, (size_t)(last_row - ret->first_row) + 1, ret->n_cols);
    return ret->has_few == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

static bool is_coloured(uint8_t class_of_cell)
{
    return class_of_cell != WH_CLASS_OUTSIDE && class_of_cell != WH_CLASS_NONE;
}

/* Returns how many cells became blank. */
static uint64_t blank_squares(const struct squares *tiles, const struct squares *blocks,
                              const uint32_t *support, uint32_t k, uint8_t *class_of_cell)
{
    const size_t n = (size_t)tiles->grid->nx * tiles->grid->ny;
    uint64_t blank = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_coloured(class_of_cell[i]) && support[i] < k) {
            *square_at(tiles, i) = 1;
            *square_at(blocks, i) = 1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const bool is_kept = class_of_cell[i] == WH_CLASS_OUTSIDE ||
                             (is_coloured(class_of_cell[i]) && *square_at(tiles, i) == 0);
        if (!is_kept && *square_at(blocks, i) != 0) {
            class_of_cell[i] = WH_CLASS_BLANK;
            blank++;
        }
    }
    return blank;
}

static enum wh_status blank_few(struct wh_ctx *ctx, const struct wh_grid *grid,
                                const uint32_t *support, uint32_t k, uint8_t *class_of_cell,
                                uint64_t *ret_blank, struct wh_error *err)
{
    struct squares tiles = {0}, blocks = {0};
    enum wh_status status = open_squares(ctx, grid, TILE_M, &tiles, err);
    if (status == WH_OK) {
        status = open_squares(ctx, grid, BLOCK_M, &blocks, err);
    }
    if (status == WH_OK) {
        *ret_blank = blank_squares(&tiles, &blocks, support, k, class_of_cell);
    }
    wh_free(ctx, tiles.has_few);
    wh_free(ctx, blocks.has_few);
    return status;
}

enum wh_status wh_disclose_surface(struct wh_ctx *ctx, const struct wh_grid *density,
                                   const uint32_t *support, uint32_t k,
                                   const struct wh_legend *legend, struct wh_surface *ret,
                                   uint64_t *ret_blank, struct wh_error *err)
{
    const size_t n = (size_t)density->nx * density->ny;
    struct wh_surface surface = {.grid = *density};
    enum wh_status status = WH_OK;
    uint64_t blank = 0;
    surface.grid.v = NULL;
    surface.class_of = wh_alloc(ctx, n);
    if (surface.class_of == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        surface.class_of[i] =
            isnan(density->v[i]) ? WH_CLASS_OUTSIDE : class_of(density->v[i], legend);
    }
    if (support != NULL && k >= 2 && n > 0) {
        status = blank_few(ctx, density, support, k, surface.class_of, &blank, err);
    }
    if (status != WH_OK) {
        wh_free(ctx, surface.class_of);
        return status;
    }
    *ret = surface;
    *ret_blank = blank;
    return WH_OK;
}
