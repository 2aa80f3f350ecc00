/*
 * density/places.h: points as the engines take them: in pixels, sorted, equal ones merged, in bands
 * of rows.
 *
 * A pixel is a cell; the centre of cell (col, row) lies at (col, row). Band b holds the places with
 * y in [16 b, 16 b + 16); bands below and above the grid hold those whose kernels reach into it.
 */
#ifndef WH_DENSITY_PLACES_H
#define WH_DENSITY_PLACES_H

#include "density/widths.h"

#define WH_BAND_ROWS 16

/* Requests at one spot with one bandwidth. */
struct wh_place {
    double x, y;   /* px */
    double h;      /* bandwidth, px: radius, or sigma of the Gaussian */
    double weight; /* sum of theirs; an engine's caller turns it into what the engine wants */
    uint32_t n;    /* how many; 0: not counted */
};

/* The points of one class of bandwidths: h in (h_above, h_max], so near each other that arithmetic
 * in units of h_max loses nothing. */
struct wh_place_class {
    double h_max_px, h_above_px;
    double reach_px;      /* of the widest kernel */
    size_t lattice_bytes; /* that its engine takes already */
};

/* Where the points of a class lie, band by band; made once a class. */
struct wh_place_plan {
    const struct wh_widths *widths; /* and the points */
    const struct wh_grid *grid;
    struct wh_place_class class;
    int64_t first_band; /* at or below 0 */
    double south_px;    /* where it begins */
    size_t n_bands;
    size_t at_once; /* so many points are gathered, or one band */
    size_t *count;  /* points of a band, before merging */
    uint16_t *band; /* of each point, where there are so many that they are taken in stretches; else
                       NULL */
    size_t n_parts, *of_part; /* the same, by contiguous part of the points: parts are filled in by
                                 a thread each */
};

/* Places of the bands [begin, end) of a plan. Those of band b are at[start[b - begin]] on, n_of[b -
 * begin] of them, by x. */
struct wh_place_set {
    struct wh_place *at;
    size_t n; /* gathered; fewer are left where some were merged */
    size_t n_bands;
    int64_t first_band;
    size_t *start, *n_of;
};

/* WH_ERR_LIMIT: no room. */
WH_MUST_USE enum wh_status wh_place_plan_init(struct wh_ctx *ctx, const struct wh_widths *widths,
                                              const struct wh_grid *grid,
                                              const struct wh_place_class *class,
                                              struct wh_place_plan *ret, struct wh_error *err);
void wh_place_plan_finish(struct wh_ctx *ctx, struct wh_place_plan *plan);

/* The end of the longest run of bands from `begin` on that holds at most `at_once` points, or one
 * band. */
size_t wh_place_plan_next(const struct wh_place_plan *plan, size_t begin);

/* Whether a place has a negative weight. */
bool wh_place_set_are_signed(const struct wh_place_set *places);

/* Sorted by (band, x, y, h), so that neither the order of points nor the number of threads matters.
 * WH_ERR_LIMIT: no room. */
WH_MUST_USE enum wh_status wh_place_set_gather(struct wh_ctx *ctx, const struct wh_place_plan *plan,
                                               size_t begin, size_t end, struct wh_place_set *ret,
                                               struct wh_error *err);
void wh_place_set_finish(struct wh_ctx *ctx, struct wh_place_set *places);

#endif
