/* cli/study_area.c: polygons as a study area, without asking what they are called. */
#include "cli/study_area.h"

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/layer.h"

static enum wh_status fill_areas(struct wh_ctx *ctx, const char *path, const struct wh_layer *layer,
                                 struct wh_study_area *area, struct wh_error *err)
{
    struct wh_areas *areas = &area->areas;
    areas->code = wh_arena_alloc(&area->arena, layer->n, sizeof *areas->code);
    areas->population = wh_arena_alloc(&area->arena, layer->n, sizeof *areas->population);
    areas->households = wh_arena_alloc(&area->arena, layer->n, sizeof *areas->households);
    areas->area_km2 = wh_arena_alloc(&area->arena, layer->n, sizeof *areas->area_km2);
    areas->shape = wh_arena_alloc(&area->arena, layer->n, sizeof *areas->shape);
    if (areas->code == NULL || areas->population == NULL || areas->households == NULL ||
        areas->area_km2 == NULL || areas->shape == NULL) {
        return wh_fail_memory(ctx, err);
    }
    areas->name = areas->code;
    for (size_t i = 0; i < layer->n; i++) {
        const struct wh_feature *feature = &layer->feature[i];
        if (feature->kind != WH_GEOMETRY_POLYGON) {
            return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                              "feature %llu is no polygon: a study area is made of polygons",
                              (unsigned long long)feature->number);
        }
        areas->code[i] = wh_arena_printf(&area->arena, "%zu", i + 1);
        if (areas->code[i] == NULL) {
            return wh_fail_memory(ctx, err);
        }
        areas->population[i] = areas->households[i] = (double)NAN;
        areas->shape[i] = feature->shape;
        areas->area_km2[i] = wh_shape_area_km2(&feature->shape);
    }
    areas->n = (uint32_t)layer->n;
    return WH_OK;
}

enum wh_status wh_study_area_open(struct wh_ctx *ctx, const char *path, const char *crs,
                                  struct wh_study_area *ret, struct wh_error *err)
{
    struct wh_study_area area = {0};
    struct wh_layer layer = {0};
    const struct wh_layer_spec spec = {.path = path, .crs = crs, .crs_opt = wh_points_crs_options};
    wh_arena_init(&area.arena, ctx);
    enum wh_status status = wh_layer_read(ctx, &spec, &area.arena, &layer, err);
    if (status == WH_OK && layer.n == 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "no polygons in it");
    }
    if (status == WH_OK) {
        status = fill_areas(ctx, path, &layer, &area, err);
    }
    if (status == WH_OK) {
        status = wh_areas_index(ctx, &area.areas, err);
    }
    if (status == WH_OK) {
        status = wh_areas_union(ctx, &area.areas, &area.shape, err);
    }
    if (status != WH_OK) {
        wh_study_area_finish(ctx, &area);
        return status;
    }
    *ret = area;
    return WH_OK;
}

void wh_study_area_finish(struct wh_ctx *ctx, struct wh_study_area *area)
{
    wh_shape_finish(ctx, &area->shape);
    wh_areas_finish(ctx, &area->areas);
    wh_arena_finish(&area->arena);
    *area = (struct wh_study_area){0};
}

enum wh_status wh_study_area_keep(struct wh_ctx *ctx, const struct wh_areas *areas,
                                  struct wh_points *points, uint64_t *ret_outside,
                                  int32_t **ret_area, struct wh_error *err)
{
    int32_t *area = wh_alloc_array(ctx, points->n, sizeof *area);
    if (area == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const enum wh_status status =
        wh_areas_assign(ctx, areas, points->x, points->y, points->n, area, err);
    if (status != WH_OK) {
        wh_free(ctx, area);
        return status;
    }
    size_t kept = 0;
    for (size_t i = 0; i < points->n; i++) {
        if (area[i] >= 0) {
            area[kept] = area[i];
            wh_points_move(points, i, kept++);
        }
    }
    *ret_outside = points->n - kept;
    points->n = kept;
    if (ret_area != NULL) {
        *ret_area = area;
    } else {
        wh_free(ctx, area);
    }
    return WH_OK;
}
