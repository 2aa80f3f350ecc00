/* hotspot/hotspot_internal.h: what the files of src/hotspot share. */
#ifndef WH_HOTSPOT_INTERNAL_H
#define WH_HOTSPOT_INTERNAL_H

#include <wardheat/hotspot.h>

#include "model/report.h"

struct wh_layer;

#define WH_SAME_FROM 0.5 /* of its cells: a hot spot stands from there on, redrawn or rebased */

/* per_km2 and per_1000 from the count; NaN without an area or a population. */
void wh_figures_rates(struct wh_figures *figures, double area_km2, double population);

/*
 * Shapes of one period's regions, by falling area: as wh_grid_contour() gives them. None where
 * nothing is called.
 */
WH_MUST_USE enum wh_status wh_hotspot_regions(struct wh_ctx *ctx,
                                              const struct wh_hotspot_options *opt,
                                              const struct wh_hotspot_input *input,
                                              struct wh_shape **ret, size_t *ret_n,
                                              struct wh_error *err);
/*
 * The region of RELATIVE_RISK round (x, y) where p is at most `most`, cut off 40 cells away; caller
 * finishes. *ret, empty, stays so where there is none.
 */
WH_MUST_USE enum wh_status wh_hotspot_region_at(struct wh_ctx *ctx,
                                                const struct wh_hotspot_options *opt,
                                                const struct wh_risk *risk, double most, double x,
                                                double y, struct wh_shape *ret,
                                                struct wh_error *err);
/* What the base explains inside a shape with `n` requests, and the lowest q there. */
struct wh_evidence wh_hotspot_evidence(const struct wh_hotspot_input *input,
                                       const struct wh_shape *shape, uint32_t n);

/* What names are made from: lines and points with their name as value[0] (both may be NULL), and
 * the densities of now and, for gone hot spots, before. */
struct wh_namer {
    const struct wh_layer *streets, *places;
    const struct wh_areas *areas;
    const struct wh_grid *now, *before;
};

/*
 * A name that people know, for each of `n` outlines, in their order: "around Mill Lane and High
 * Street" by how much of the density lies along each street inside; of one street "around Mill Lane
 * near the station", the nearest place within 1 km of the peak; without streets "near" that place;
 * else "in" its wards. No two are equal. Text is in `arena`.
 */
WH_MUST_USE enum wh_status wh_hotspot_names(struct wh_ctx *ctx, const struct wh_namer *namer,
                                            struct wh_hotspot *hotspot, size_t n,
                                            struct wh_arena *arena, struct wh_error *err);
#endif
