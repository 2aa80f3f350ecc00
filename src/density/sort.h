/* density/sort.h: a total order of places, and a sort that uses what is known of them. */
#ifndef WH_DENSITY_SORT_H
#define WH_DENSITY_SORT_H

#include "density/places.h"

/* By x, then y, then h. */
int wh_compare_places(const void *left, const void *right);

/* Bytes of scratch to sort `n`. */
size_t wh_sort_scratch(size_t n);

/* Sorts by wh_compare_places(); every x lies in [x_min, x_min + width]. Equal places come in any
 * order. */
void wh_sort_places(struct wh_place *place, size_t n, double x_min, double width, void *scratch);

#endif
