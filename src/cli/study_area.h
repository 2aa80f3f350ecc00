/* cli/study_area.h: the polygons that --edge and --areas name, and what lies in them. */
#ifndef WH_CLI_STUDY_AREA_H
#define WH_CLI_STUDY_AREA_H

#include "base/arena.h"
#include "cli/points_input.h"
#include "geo/areas.h"

struct wh_study_area {
    struct wh_areas areas; /* codes "1", "2", ...: only their polygons matter */
    struct wh_shape shape; /* their union */
    struct wh_arena arena;
};

/* Every polygon of a file, whatever its attributes, in `crs`. Caller: wh_study_area_finish(). */
WH_MUST_USE enum wh_status wh_study_area_open(struct wh_ctx *ctx, const char *path, const char *crs,
                                              struct wh_study_area *ret, struct wh_error *err);
void wh_study_area_finish(struct wh_ctx *ctx, struct wh_study_area *area);

/*
 * Takes away the points that lie in no area; *ret_outside says how many. `ret_area` (wh_alloc'ed,
 * parallel to what is left) may be NULL.
 */
WH_MUST_USE enum wh_status wh_study_area_keep(struct wh_ctx *ctx, const struct wh_areas *areas,
                                              struct wh_points *points, uint64_t *ret_outside,
                                              int32_t **ret_area, struct wh_error *err);

#endif
