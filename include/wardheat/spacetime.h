/* wardheat/spacetime.h: density over time: a stack of surfaces, each smoothed in time as well as in space. Pure; deterministic; thread-safe. */
#ifndef WARDHEAT_SPACETIME_H
#define WARDHEAT_SPACETIME_H

#include <wardheat/density.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The product kernel of Brunsdon, Corcoran and Higgs (2007): f(s, t) = sum over i of w_i K_h(s - x_i) k_b(t - t_i) / e_i, in events per km² and
 * day. k is the quartic on the line, 15 / (16 b) (1 - (t / b)²)², of unit mass and radius b.
 */
struct wh_spacetime_options {
    struct wh_density_options space; /* kernel, edge, bandwidth; bandwidth_of_point_m as there */
    int64_t from_utc, to_utc;        /* seconds; cut in slices of equal length, asked at their middles */
    size_t n_slices;
    double bandwidth_days; /* b; at least a slice, or some events would meet no middle */
    /*
     * Divides each event by its own kernel mass over the slices (Diggle's correction in time): then the slices' sum times their length
     * is the plain density of the events between from and to exactly, and others do not count. False: events before and after reach in, and what
     * reaches out is lost.
     */
    bool correct_ends;
};

struct wh_spacetime_stats {
    size_t n_used;          /* points that reach a slice */
    double slice_days;
    double max_per_km2_day; /* of all slices */
};

/*
 * Fills `slice`, n_slices grids of the mask's geometry (given, every value overwritten; without a mask all of one geometry), earliest first.
 * Points need opened_at. Cost: a wh_density() a slice, over the points within reach of it.
 *
 * WH_ERR_CONFIG  no slices, no time between from and to, bandwidth_days below a slice; whatever wh_density() refuses
 * WH_ERR_LIMIT   no room for the scratch
 */
WH_MUST_USE enum wh_status wh_spacetime(struct wh_ctx *ctx, const struct wh_points *points,
                                        const struct wh_mask *mask,
                                        const struct wh_spacetime_options *opt,
                                        struct wh_grid *slice,
                                        struct wh_spacetime_stats *ret_stats, struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
