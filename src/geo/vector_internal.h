/* geo/vector_internal.h: between the writers of vector layers. */
#ifndef WH_GEO_VECTOR_INTERNAL_H
#define WH_GEO_VECTOR_INTERNAL_H

#include <gdal.h>

#include "geo/vector_write.h"

/* Moves a place to the CRS of the file. */
typedef void wh_vector_place_fn(double *x, double *y);

/* The layer's fields; `has_days`: the form knows days, else they are text. */
bool wh_vector_make_fields(OGRLayerH to, const struct wh_vector_layer *layer, bool has_days);
/* Feature `idx` with its number from 1 as its id; `place` NULL: it stays. False: GDAL refuses. */
bool wh_vector_add_feature(OGRLayerH to, const struct wh_vector_layer *layer, size_t idx,
                           wh_vector_place_fn *place);

#endif
