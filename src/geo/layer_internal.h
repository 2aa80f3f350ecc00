/* geo/layer_internal.h: OGR geometries to our shapes, for layer.c. */
#ifndef WH_GEO_LAYER_INTERNAL_H
#define WH_GEO_LAYER_INTERNAL_H

#include <ogr_api.h>

#include "geo/layer.h"

struct wh_layer_geometry {
    struct wh_ctx *ctx;
    struct wh_arena *arena;
    struct wh_transform *transform;
    char crs[64];       /* of the file: for messages */
    bool refuses_empty; /* GeoJSON: null is how it says "none"; empty is what GDAL makes of NaN */
};

/*
 * Fills feature->kind and feature->shape from `geom` (NULL: WH_GEOMETRY_NONE), in the working CRS.
 * Curves become lines, heights are dropped, of a collection the kind of the highest dimension
 * stays. WH_ERR_INPUT, without a place: an unclosed or too short ring, a coordinate that is not
 * finite or does not fit the CRS.
 */
WH_MUST_USE enum wh_status wh_layer_take_geometry(const struct wh_layer_geometry *with,
                                                  OGRGeometryH geom, struct wh_feature *feature,
                                                  struct wh_error *err);

#endif
