/* model/cells.h: a theme's requests of the period by squares of the working CRS. */
#ifndef WH_MODEL_CELLS_H
#define WH_MODEL_CELLS_H

#include <wardheat/base.h>

/* Covers [col, col + 1) x [row, row + 1) times cell_m: the same ground in every release. */
struct wh_cell {
    int32_t col, row;
    uint32_t n;           /* at least 1; in the public report a multiple of `step` */
    const char *emerging; /* name of its emerging class; NULL: none is known, or it is hidden */
};

/* Cells that hold requests, by row, then column. A count stands for itself and all up to the next
 * multiple of `step`: with 5, 10 is "10 to 14"; 1: counts are exact. */
struct wh_cell_counts {
    double cell_m;
    uint32_t step;
    size_t n;
    struct wh_cell *cell;
};

/* How many requests a cell has in one area of another partition of the ground, by cell, then area.
 * What could be worked out from the two together. */
struct wh_cell_share {
    uint32_t cell, area, n;
};
struct wh_cell_shares {
    size_t n;
    struct wh_cell_share *share;
};

/* Sum of the counts. */
uint64_t wh_cells_sum(const struct wh_cell_counts *cells);
/* "12"; with a step of 5, "10 to 14". 32 bytes are enough. */
const char *wh_cell_words(const struct wh_cell_counts *cells, const struct wh_cell *cell, char *out,
                          size_t size);

#endif
