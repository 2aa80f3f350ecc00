/* cli/hotspots_work.h: what `hotspots` is asked, and the doing of it. */
#ifndef WH_CLI_HOTSPOTS_WORK_H
#define WH_CLI_HOTSPOTS_WORK_H

#include <wardheat/hotspot.h>

#include "cli/hotspots_base.h"
#include "cli/hotspots_methods.h"
#include "cli/points_input.h"

/* As it was written, and what has been read of it. */
struct wh_hotspots_ask {
    struct wh_points_input input;
    const char *out, *title, *areas, *code, *name, *population, *streets, *street_name;
    const char *bandwidth, *cell, *kernel, *share, *at_least, *window, *as_of;
    int64_t window_days, as_of_day; /* as_of_day WH_NO_DAY: the day after the newest point */
    bool is_auto;                   /* the bandwidth */
    double cell_m;
    const char *method, *false_discovery, *ratio, *cells_of;
    enum wh_cells cells;
    struct wh_base_input base;
    struct wh_density_options density;
    struct wh_hotspot_options hotspot;
};

/* Reads the points and areas, finds hot spots (or runs the method that makes none), writes the
 * files and the table. A bandwidth that was not asked for is filled in. */
WH_MUST_USE enum wh_status wh_hotspots_do(struct wh_ctx *ctx, struct wh_hotspots_ask *o,
                                          struct wh_error *err);

#endif
