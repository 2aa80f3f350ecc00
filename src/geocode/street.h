/* geocode/street.h: the ground that a street covers: how far it is, where its middle is, where it
 * meets another. Metres in the working CRS. */
#ifndef WH_GEOCODE_STREET_H
#define WH_GEOCODE_STREET_H

#include "geocode/index.h"

struct wh_spot {
    double x, y;
    double precision_m; /* 1 sigma on each axis */
};

/* From a point to the nearest part of a street. */
double wh_street_distance(const struct wh_index *index, uint32_t street, double x, double y);
/* The same to its box, which is never more; cheap. */
double wh_street_box_distance(const struct wh_index *index, uint32_t street, double x, double y);
/* The point of the street nearest to the middle of all of it. */
struct wh_spot wh_street_middle(const struct wh_index *index, uint32_t street);
/* Fills the box and the middle of every street: the last step of making the index. */
void wh_streets_measure(struct wh_index *index);
/*
 * The same of its part in a postcode: the stretch along the addresses that it has there; where the
 * gazetteers know none, the stretch that is nearer to this postcode than to any other; where there
 * is no such stretch, its point nearest to the postcode.
 */
struct wh_spot wh_street_middle_in(const struct wh_index *index, uint32_t street,
                                   uint32_t postcode);
/* Where two streets meet: within `reach_m` of one another. Several such points further apart than
 * that give false with *ret_is_tied true. */
bool wh_streets_meet(const struct wh_index *index, uint32_t a, uint32_t b, struct wh_spot *ret,
                     bool *ret_is_tied);
/* The postcode in use whose place is nearest to a point, within about a kilometre; UINT32_MAX:
 * none. */
uint32_t wh_nearest_postcode(const struct wh_index *index, double x, double y);

#endif
