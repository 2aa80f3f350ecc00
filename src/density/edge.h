/* density/edge.h: edge corrections against an area's cells. */
#ifndef WH_DENSITY_EDGE_H
#define WH_DENSITY_EDGE_H

#include "density/gauss.h"
#include "density/places.h"
#include "density/spans.h"

/* What tells how much of a kernel lies inside an area. */
struct wh_edge_area {
    const struct wh_mask *mask;
    const struct wh_spans *spans;
    const struct wh_gauss
        *lattice; /* with its area set; NULL where the Gaussian is not by lattice */
    enum wh_kernel kernel;
};

/*
 * Diggle's correction: divides each place's weight by its kernel's mass inside the area; its weight
 * becomes the kernel's value at the centre, per px². Only events inside count, each with its whole
 * weight: a place that is outside, beside no cell that is inside, gets n = 0; one whose kernel
 * meets no centre inside gives all its weight to the nearest cell: it is added to value and support
 * here, and n becomes 0. Returns how many points count.
 */
size_t wh_edge_diggle(struct wh_ctx *ctx, const struct wh_edge_area *area,
                      struct wh_place_set *places, double *value, uint32_t *support);

/* Without a correction: weights to values at the centre, per px². Returns how many points count:
 * all. */
size_t wh_edge_none(struct wh_ctx *ctx, enum wh_kernel kernel, struct wh_place_set *places);

/* Jones' correction: divides each value by the mass inside the area of a kernel of h_px centred on
 * its cell. */
WH_MUST_USE enum wh_status wh_edge_uniform(struct wh_ctx *ctx, const struct wh_edge_area *area,
                                           double h_px, double *value, struct wh_error *err);

#endif
