/* publish/cell.c: outlines from whole multiples of the side, so that neighbours share corners. */
#include "publish/cell.h"

#include <stdio.h>

/* A shape with the room that it needs. */
struct square {
    struct wh_shape shape;
    uint32_t part_start[2], ring_start[2];
    double x[5], y[5];
};

const struct wh_shape *wh_cell_square(struct wh_arena *arena, const struct wh_theme_report *theme,
                                      const struct wh_cell *cell)
{
    static const double EAST[] = {0, 1, 1, 0, 0}, NORTH[] = {0, 0, 1, 1, 0};
    const double cell_m = theme->cells.cell_m;
    struct square *const square = wh_arena_alloc(arena, 1, sizeof *square);
    if (square == NULL) {
        return NULL;
    }
    square->part_start[1] = 1;
    square->ring_start[1] = 5;
    for (unsigned i = 0; i < 5; i++) {
        square->x[i] = (cell->col + EAST[i]) * cell_m;
        square->y[i] = (cell->row + NORTH[i]) * cell_m;
    }
    square->shape = (struct wh_shape){.n_parts = 1,
                                      .n_rings = 1,
                                      .n_vertices = 5,
                                      .part_start = square->part_start,
                                      .ring_start = square->ring_start,
                                      .x = square->x,
                                      .y = square->y};
    return &square->shape;
}

const char *wh_cell_id(const struct wh_theme_report *theme, const struct wh_cell *cell, char *out,
                       size_t size)
{
    const double cell_m = theme->cells.cell_m;
    (void)snprintf(out, size, "%s-%.0fm-e%.0f-n%.0f", theme->theme->id, cell_m, cell->col * cell_m,
                   cell->row * cell_m);
    return out;
}
