/* cli/density_options.h: what `wardheat density` was told. */
#ifndef WH_CLI_DENSITY_OPTIONS_H
#define WH_CLI_DENSITY_OPTIONS_H

#include "cli/bandwidth_choice.h"

/* As on the command line; NULL: not said. */
struct wh_density_words {
    const char *bandwidth, *cell, *kernel, *bounds, *edge, *correction, *max_error, *periods;
    const char *theme, *as_of; /* of a config */
    bool explain, is_adaptive, is_exact, is_float32;
    struct wh_points_input input; /* .path: the points, or the config */
    const char *out;
};

struct wh_density_request {
    struct wh_density_words said;
    bool is_config;
    struct wh_bandwidth_wish bandwidth;
    struct wh_density_options opt;
    double cell_m; /* 0: the config's */
    bool has_box;
    double box[4];
    int64_t as_of_day;
};

/*
 * Checks every word that can be checked before points are read. What a config would say (bandwidth,
 * cell, kernel, correction, largest error) stays as it is where the command line is silent.
 * WH_ERR_USAGE: a word that cannot be, two that contradict each other, one that is missing.
 */
WH_MUST_USE enum wh_status wh_density_options_read(const struct wh_density_words *said,
                                                   struct wh_density_request *ret,
                                                   struct wh_error *err);

#endif
