/* cli/density_input.h: the points of one surface and the area that they are studied in. */
#ifndef WH_CLI_DENSITY_INPUT_H
#define WH_CLI_DENSITY_INPUT_H

#include "cli/density_options.h"
#include "cli/study_area.h"
#include "run/theme_view.h"

struct wh_density_input {
    struct wh_points_set set;   /* of a file */
    struct wh_theme_view view;  /* of a config; .theme is NULL without one */
    struct wh_study_area named; /* by --edge */
    const struct wh_areas *areas;
    const struct wh_shape *shape; /* NULL: no study area */
    const char *area_name;        /* "wards.geojson", or "the wards" */
    uint64_t n_outside;           /* of the study area: not counted */
};

/*
 * Reads points, or opens a config and its state, and the study area: what --edge names, or a
 * config's wards. Only points inside are left. What the command line left to the config is filled
 * into the request. Caller: wh_density_input_close(), also after a failure. WH_ERR_INPUT: no point
 * is left.
 */
WH_MUST_USE enum wh_status wh_density_input_open(struct wh_ctx *ctx,
                                                 struct wh_density_request *request,
                                                 struct wh_density_input *ret,
                                                 struct wh_error *err);
void wh_density_input_close(struct wh_ctx *ctx, struct wh_density_input *input);

static inline const struct wh_points *wh_density_points(const struct wh_density_input *input)
{
    return input->view.theme != NULL ? &input->view.points : &input->set.points;
}
static inline const char *wh_density_crs(const struct wh_density_input *input)
{
    return input->view.theme != NULL ? input->view.session.config.crs : input->set.crs;
}

#endif
