/*
 * render/outline.h: smooth outlines of the cells of a class raster. Pure. Every cell's centre stays
 * on its own side of the outline, so that a printed map and the raster agree at each cell centre.
 */
#ifndef WH_RENDER_OUTLINE_H
#define WH_RENDER_OUTLINE_H

#include <wardheat/base.h>

/* Gets one closed ring of n points in cells: (0, 0) is the centre of cell (0, 0), x east, y as rows
 * go. */
typedef void wh_outline_fn(void *user, const double *x, const double *y, size_t n);

/*
 * Outlines of the cells with in[row * nx + col] != 0; cells beyond the edge count as out. Rings of
 * regions run with the cells on their left, holes the other way round: fill by winding. Vertices
 * that move a side by no more than `tolerance` cells are left out (at least 0.06: with that the
 * promise above holds; more is for maps on which a cell is hardly to be seen). Cost: O(cells).
 */
WH_MUST_USE enum wh_status wh_outline_trace(struct wh_ctx *ctx, const uint8_t *in, uint32_t nx,
                                            uint32_t ny, double tolerance, wh_outline_fn *fn,
                                            void *user, struct wh_error *err);
#endif
