/* cli/hotspots_base.h: what the points of `hotspots` are compared with. */
#ifndef WH_CLI_HOTSPOTS_BASE_H
#define WH_CLI_HOTSPOTS_BASE_H

#include <wardheat/risk.h>

#include "cli/points_input.h"
#include "geo/areas.h"
#include "model/theme.h"

/* --relative-to: "area", "population", or a file of points. */
struct wh_base_input {
    const char *relative_to, *weight, *crs, *x, *y;
};

/* Which kind it is; NONE where nothing is named. */
enum wh_base wh_base_kind(const struct wh_base_input *input);
/*
 * The base as points in `crs`. WH_ERR_USAGE: a population that the areas do not have; else as
 * wh_points_read(). Appends to `ret`.
 */
WH_MUST_USE enum wh_status wh_base_open(struct wh_ctx *ctx, const struct wh_base_input *input,
                                        const char *crs, const struct wh_areas *areas,
                                        const struct wh_mask *mask, double bandwidth_m,
                                        struct wh_points *ret, struct wh_error *err);

#endif
