/* cli/hotspots_base.c: addresses from a file, residents or square kilometres from the areas. */
#include "cli/hotspots_base.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

#define BLOCKS_A_BANDWIDTH 6.0 /* land is summed in blocks so much smaller than a bandwidth */

enum wh_base wh_base_kind(const struct wh_base_input *input)
{
    return input->relative_to == NULL                      ? WH_BASE_NONE
           : strcmp(input->relative_to, "area") == 0       ? WH_BASE_AREA
           : strcmp(input->relative_to, "population") == 0 ? WH_BASE_POPULATION
                                                           : WH_BASE_ADDRESSES;
}

static enum wh_status read_file(struct wh_ctx *ctx, const struct wh_base_input *input,
                                const char *crs, struct wh_points *ret, struct wh_error *err)
{
    const struct wh_points_input points = {.path = input->relative_to,
                                           .crs = input->crs,
                                           .x = input->x,
                                           .y = input->y,
                                           .weight = input->weight};
    struct wh_points_set set = {0};
    struct wh_transform *transform = NULL;
    enum wh_status status = wh_points_read(ctx, &points, &set, err);
    if (status == WH_OK) {
        status = wh_points_transform(ctx, set.crs, crs, &transform, err);
    }
    if (status == WH_OK) {
        wh_transform_points(transform, false, set.points.x, set.points.y, set.points.n);
        wh_points_finish(ctx, ret);
        *ret = set.points;
        set.points = (struct wh_points){0};
    }
    wh_transform_destroy(ctx, transform);
    wh_points_set_finish(ctx, &set);
    return status;
}

enum wh_status wh_base_open(struct wh_ctx *ctx, const struct wh_base_input *input, const char *crs,
                            const struct wh_areas *areas, const struct wh_mask *mask,
                            double bandwidth_m, struct wh_points *ret, struct wh_error *err)
{
    const enum wh_base kind = wh_base_kind(input);
    if (kind == WH_BASE_ADDRESSES) {
        return read_file(ctx, input, crs, ret, err);
    }
    for (uint32_t i = 0; kind == WH_BASE_POPULATION && i < areas->n; i++) {
        if (isnan(areas->population[i])) {
            return wh_fail(err, WH_ERR_USAGE,
                           "--relative-to population: area %s has no residents; name their "
                           "attribute with --population",
                           areas->code[i]);
        }
    }
    return wh_base_over_land(ctx, areas, mask, bandwidth_m / BLOCKS_A_BANDWIDTH,
                             kind == WH_BASE_POPULATION ? areas->population : NULL, ret, err);
}
