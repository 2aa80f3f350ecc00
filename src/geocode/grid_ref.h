/* geocode/grid_ref.h: references of the British National Grid, as people write them. Pure. */
#ifndef WH_GEOCODE_GRID_REF_H
#define WH_GEOCODE_GRID_REF_H

#include <wardheat/base.h>

struct wh_grid_ref {
    double x, y;   /* centre of the square, EPSG:27700 */
    double size_m; /* of its side: 1 km (four digits) to 1 m (ten digits) */
};

/*
 * "ST 7478 6486", "ST74786486", "st 747 648": two letters of a square of the National Grid
 * (Ordnance Survey, "A guide to coordinate systems in Great Britain", section 7.2) and an even
 * number of digits, 4 to 10, in one group or two equal ones. Blanks may stand anywhere between the
 * groups. False: not one.
 */
bool wh_grid_ref_read(struct wh_str text, struct wh_grid_ref *ret);

#endif
