/* cli/density_surface.h: grid, bandwidths and values of one surface. */
#ifndef WH_CLI_DENSITY_SURFACE_H
#define WH_CLI_DENSITY_SURFACE_H

#include "cli/density_input.h"

struct wh_density_surface {
    struct wh_grid grid;
    struct wh_mask mask;           /* of the study area, where there is one */
    struct wh_density_options opt; /* with the bandwidth that was granted */
    double *bandwidth_of_point_m;  /* adaptive */
    double narrowest_m, widest_m;  /* of these */
    struct wh_density_stats stats; /* its maximum and error are the written cells' */
    size_t n_beyond;               /* points beyond --bounds; they count where they reach in */
};

/*
 * Grants the bandwidth, with its explanation on standard output where that is asked for, and
 * estimates, unless there is nothing to write. Caller: wh_density_surface_finish(), also after a
 * failure. WH_ERR_LIMIT: too many cells; WH_ERR_CONFIG: a bandwidth below a cell; WH_ERR_INPUT: no
 * point reaches the surface, or too few choose a bandwidth.
 */
WH_MUST_USE enum wh_status wh_density_surface_make(struct wh_ctx *ctx,
                                                   const struct wh_density_request *request,
                                                   const struct wh_density_input *input,
                                                   struct wh_density_surface *ret,
                                                   struct wh_error *err);
void wh_density_surface_finish(struct wh_ctx *ctx, struct wh_density_surface *surface);

#endif
