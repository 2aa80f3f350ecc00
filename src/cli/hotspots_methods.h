/* cli/hotspots_methods.h: the methods of `hotspots` beside hot spots themselves. */
#ifndef WH_CLI_HOTSPOTS_METHODS_H
#define WH_CLI_HOTSPOTS_METHODS_H

#include <wardheat/density.h>

#include "cli/cli.h"

enum wh_cells { WH_CELLS_SQUARES, WH_CELLS_HEXAGONS, WH_CELLS_AREAS };

/* What a method works on: points in the areas, in a projected CRS. */
struct wh_method_input {
    const struct wh_points *points;
    const int32_t *area_of; /* of each point */
    const struct wh_areas *areas;
    const struct wh_shape *shape; /* their union */
    const struct wh_mask *mask;
    const struct wh_points *base; /* empty: nothing is compared */
    struct wh_density_options density;
    const char *crs, *out;
    enum wh_cells cells;
    bool has_dates;
    int64_t window_days, end_day; /* the day after the last; WH_NO_DAY: after the newest point */
    uint32_t at_least;
    double alpha;
};

#define WH_METHODS_HELP                                                                            \
    "relative-risk: more than BASE explains, beyond chance; densest: a map of\ncounts (default: "  \
    "relative-risk with --relative-to, else densest); and, as tables\nor layers of their own: "    \
    "gi-star, moran, global, scan, new-scan,\nclusters, hdbscan, emerging, near-repeats, predict " \
    "(see below)"
#define WH_CELLS_HELP "gi-star: squares, hexagons or areas (default: squares half a bandwidth wide)"

/* Is it one of those here? */
bool wh_method_is_known(const char *method);
/* Runs it and writes the output. WH_ERR_USAGE: it needs dates, or another ending of the output. */
WH_MUST_USE enum wh_status wh_method_run(struct wh_ctx *ctx, const char *method,
                                         const struct wh_method_input *input, struct wh_error *err);
WH_MUST_USE enum wh_status wh_method_cells(const char *text, enum wh_cells *ret,
                                           struct wh_error *err);
#endif
