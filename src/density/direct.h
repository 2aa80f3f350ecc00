/*
 * density/direct.h: any kernel, exactly, cell by cell: for kernels too narrow for runs (runs.h) or
 * lattices (gauss.h), and for the triangular one.
 */
#ifndef WH_DENSITY_DIRECT_H
#define WH_DENSITY_DIRECT_H

#include "density/places.h"
#include "density/spans.h"

/* Half the side of the widest Gaussian here, px: 8.5 sigma of 8 px, and what is cut is below 1e-15
 * of the centre. */
#define WH_DIRECT_MAX_REACH_PX 69

/* The sum of the kernel's shape (1 at its centre) over the cells of an area, for a place; slow and
 * sure. */
double wh_direct_mass(enum wh_kernel kernel, const struct wh_place *place,
                      const struct wh_mask *mask);

/*
 * Adds the places' kernels to value (nx * ny, row 0 south) and, of compact kernels, counts them in
 * support; either may be NULL. A place's weight is its value at the centre. The Gaussian's reach
 * must be at most WH_DIRECT_MAX_REACH_PX.
 */
void wh_direct_splat(struct wh_ctx *ctx, enum wh_kernel kernel, const struct wh_place_set *places,
                     double reach_px, const struct wh_grid *grid, double *value, uint32_t *support);

#endif
