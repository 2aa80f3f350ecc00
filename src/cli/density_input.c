/* cli/density_input.c: points from a file or from the state, inside a study area. */
#include "cli/density_input.h"

#include "base/error.h"

/* What the command line did not say, the config does. */
static enum wh_status ask_config(const struct wh_theme_view *view, struct wh_density_request *r,
                                 struct wh_error *err)
{
    const struct wh_density_words *said = &r->said;
    const struct wh_config *config = &view->session.config;
    if (said->bandwidth == NULL) {
        r->bandwidth.bandwidth_m = view->bandwidth_m;
        if (said->kernel != NULL && r->opt.kernel != config->density.kernel) {
            return wh_fail(err, WH_ERR_USAGE,
                           "the config's bandwidth is for its own kernel (%s): with --kernel %s "
                           "give --bandwidth too",
                           wh_kernel_name(config->density.kernel), said->kernel);
        }
    }
    r->cell_m = said->cell == NULL ? config->density.cell_m : r->cell_m;
    r->opt.kernel = said->kernel == NULL ? config->density.kernel : r->opt.kernel;
    r->opt.edge = said->correction == NULL ? config->density.edge : r->opt.edge;
    if (said->max_error == NULL && !said->is_exact) {
        r->opt.max_error = config->density.max_error;
    }
    return WH_OK;
}

static enum wh_status open_config(struct wh_ctx *ctx, struct wh_density_request *r,
                                  struct wh_density_input *ret, struct wh_error *err)
{
    const struct wh_theme_view_options opt = {.theme_id = r->said.theme,
                                              .has_as_of = r->said.as_of != NULL,
                                              .as_of_day = r->as_of_day,
                                              .has_bandwidth = r->said.bandwidth != NULL};
    const enum wh_status status =
        wh_theme_view_open(ctx, r->said.input.path, &opt, &ret->view, err);
    if (status != WH_OK) {
        return status;
    }
    ret->areas = &ret->view.session.wards;
    ret->shape = &ret->view.session.area;
    ret->area_name = "the wards";
    return wh_args_blame(ask_config(&ret->view, r, err), err);
}

/* The study area, and of the points those inside. */
static enum wh_status open_area(struct wh_ctx *ctx, const char *path, struct wh_points *points,
                                struct wh_density_input *ret, struct wh_error *err)
{
    enum wh_status status = wh_study_area_open(ctx, path, wh_density_crs(ret), &ret->named, err);
    if (status == WH_OK) {
        status = wh_study_area_keep(ctx, &ret->named.areas, points, &ret->n_outside, NULL, err);
    }
    if (status == WH_OK && points->n == 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                            "none of the points lies in it; are both in their right CRS?");
    }
    ret->areas = &ret->named.areas;
    ret->shape = &ret->named.shape;
    ret->area_name = path;
    return status;
}

enum wh_status wh_density_input_open(struct wh_ctx *ctx, struct wh_density_request *request,
                                     struct wh_density_input *ret, struct wh_error *err)
{
    *ret = (struct wh_density_input){0};
    enum wh_status status =
        request->is_config
            ? open_config(ctx, request, ret, err)
            : wh_args_blame(wh_points_read(ctx, &request->said.input, &ret->set, err), err);
    if (status == WH_OK && request->said.edge != NULL) {
        struct wh_points *points = request->is_config ? &ret->view.points : &ret->set.points;
        status = wh_args_blame(open_area(ctx, request->said.edge, points, ret, err), err);
    }
    return status;
}

void wh_density_input_close(struct wh_ctx *ctx, struct wh_density_input *input)
{
    wh_study_area_finish(ctx, &input->named);
    wh_theme_view_close(ctx, &input->view);
    wh_points_set_finish(ctx, &input->set);
    *input = (struct wh_density_input){0};
}
