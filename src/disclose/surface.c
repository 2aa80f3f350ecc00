/* disclose/surface.c: densities as classes, blank in blocks where too few requests stand behind a
 * class. */
#include <math.h>
#include <wardheat/disclose.h>

#include "base/alloc.h"
#include "base/error.h"
#include "model/report.h"

/* Ground metres. Blocks lie on multiples of it in the working CRS, whatever the grid. */
#define BLOCK_M 500.0

static uint8_t class_of(double density, const struct wh_legend *legend)
{
    uint8_t found = WH_CLASS_NONE;
    for (uint32_t i = 0; i < legend->n && density >= legend->break_at[i]; i++) {
        found = (uint8_t)(i + 1);
    }
    return found;
}

/* Blocks that meet the grid: those of its first centre to its last. */
struct blocks {
    const struct wh_grid *grid;
    double first_col, first_row;
    size_t n_cols, n_rows;
    uint8_t *is_blank;
};

static double block_of(double origin, double cell_m, uint32_t idx)
{
    return floor((origin + ((double)idx + 0.5) * cell_m) / BLOCK_M);
}

static uint8_t *block_at(const struct blocks *blocks, size_t cell)
{
    const struct wh_grid *grid = blocks->grid;
    const double col = block_of(grid->x0, grid->cell_m, (uint32_t)(cell % grid->nx));
    const double row = block_of(grid->y0, grid->cell_m, (uint32_t)(cell / grid->nx));
    return &blocks->is_blank[(size_t)(row - blocks->first_row) * blocks->n_cols +
                             (size_t)(col - blocks->first_col)];
}

static enum wh_status open_blocks(struct wh_ctx *ctx, const struct wh_grid *grid,
                                  struct blocks *ret, struct wh_error *err)
{
    *ret = (struct blocks){.grid = grid,
                           .first_col = block_of(grid->x0, grid->cell_m, 0),
                           .first_row = block_of(grid->y0, grid->cell_m, 0)};
    ret->n_cols = (size_t)(block_of(grid->x0, grid->cell_m, grid->nx - 1) - ret->first_col) + 1;
    ret->n_rows = (size_t)(block_of(grid->y0, grid->cell_m, grid->ny - 1) - ret->first_row) + 1;
    ret->is_blank = wh_alloc_array(ctx, ret->n_rows, ret->n_cols);
    return ret->is_blank == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

/* Blanks the blocks that hold a cell whose class rests on too few. Returns how many cells that
 * takes. */
static uint64_t blank_blocks(const struct blocks *blocks, const uint32_t *support, uint32_t k,
                             uint8_t *class_of_cell)
{
    const size_t n = (size_t)blocks->grid->nx * blocks->grid->ny;
    uint64_t blank = 0;
    for (size_t i = 0; i < n; i++) {
        if (class_of_cell[i] != WH_CLASS_OUTSIDE && class_of_cell[i] != WH_CLASS_NONE &&
            support[i] < k) {
            *block_at(blocks, i) = 1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (class_of_cell[i] != WH_CLASS_OUTSIDE && *block_at(blocks, i) != 0) {
            class_of_cell[i] = WH_CLASS_BLANK;
            blank++;
        }
    }
    return blank;
}

enum wh_status wh_disclose_surface(struct wh_ctx *ctx, const struct wh_grid *density,
                                   const uint32_t *support, uint32_t k,
                                   const struct wh_legend *legend, struct wh_surface *ret,
                                   uint64_t *ret_blank, struct wh_error *err)
{
    const size_t n = (size_t)density->nx * density->ny;
    struct wh_surface surface = {.grid = *density};
    struct blocks blocks = {0};
    surface.grid.v = NULL;
    surface.class_of = wh_alloc(ctx, n);
    enum wh_status status = surface.class_of == NULL ? wh_fail_memory(ctx, err)
                                                     : open_blocks(ctx, density, &blocks, err);
    if (status != WH_OK) {
        wh_free(ctx, surface.class_of);
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        surface.class_of[i] =
            isnan(density->v[i]) ? WH_CLASS_OUTSIDE : class_of(density->v[i], legend);
    }
    *ret_blank =
        support != NULL && k >= 2 ? blank_blocks(&blocks, support, k, surface.class_of) : 0;
    *ret = surface;
    wh_free(ctx, blocks.is_blank);
    return WH_OK;
}
