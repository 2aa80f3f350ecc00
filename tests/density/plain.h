/* tests/density/plain.h: DESIGN.md section 6 word by word: the slow, obvious density that every
 * engine is held against. */
#ifndef WH_TEST_DENSITY_PLAIN_H
#define WH_TEST_DENSITY_PLAIN_H

#include <wardheat/density.h>

/* A kernel's value per m². */
double plain_kernel(enum wh_kernel kernel, double h, double d2);

/* A point's own bandwidth. */
double plain_bandwidth(const struct wh_density_options *opt, const struct wh_points *points,
                       size_t i);

/* Fills ret (nx * ny) in events per km²; cells outside the mask stay as they come out. `support` as
 * wh_density() gives it, or NULL. */
void plain_density(const struct wh_points *points, const struct wh_mask *mask,
                   const struct wh_density_options *opt, const struct wh_grid *grid, double *ret,
                   uint32_t *support);

#endif
