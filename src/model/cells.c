/* model/cells.c: what is said of a cell. */
#include "model/cells.h"

#include <stdio.h>

uint64_t wh_cells_sum(const struct wh_cell_counts *cells)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < cells->n; i++) {
        sum += cells->cell[i].n;
    }
    return sum;
}

const char *wh_cell_words(const struct wh_cell_counts *cells, const struct wh_cell *cell, char *out,
                          size_t size)
{
    if (cells->step <= 1) {
        (void)snprintf(out, size, "%u", cell->n);
    } else {
        (void)snprintf(out, size, "%u to %u", cell->n, cell->n + cells->step - 1);
    }
    return out;
}
