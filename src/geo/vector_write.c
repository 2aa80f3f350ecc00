/* geo/vector_write.c: from our values and shapes to GDAL's, for every form. */
#include <ogr_api.h>

#include "base/time.h"
#include "geo/vector_internal.h"

static OGRFieldType field_type(enum wh_value_kind kind, bool has_days)
{
    switch (kind) {
    case WH_VALUE_INTEGER:
        return OFTInteger64;
    case WH_VALUE_REAL:
        return OFTReal;
    case WH_VALUE_DAY:
        return has_days ? OFTDate : OFTString;
    case WH_VALUE_TEXT:
        break;
    }
    return OFTString;
}

bool wh_vector_make_fields(OGRLayerH to, const struct wh_vector_layer *layer, bool has_days)
{
    bool is_made = true;
    for (size_t i = 0; is_made && i < layer->n_fields; i++) {
        const struct wh_vector_field *const from = &layer->field[i];
        const OGRFieldDefnH field = OGR_Fld_Create(from->name, field_type(from->kind, has_days));
        if (from->alias != NULL) {
            OGR_Fld_SetAlternativeName(field, from->alias);
        }
        is_made = OGR_L_CreateField(to, field, FALSE) == OGRERR_NONE;
        OGR_Fld_Destroy(field);
    }
    return is_made;
}

/* What is not there is not set: left out of a tile, null in a table. GDAL reads a day's text. */
static void set_value(OGRFeatureH feature, int idx, const struct wh_value *value)
{
    char day[16];
    if (value->is_null) {
        return;
    }
    switch (value->kind) {
    case WH_VALUE_TEXT:
        OGR_F_SetFieldString(feature, idx, value->text);
        break;
    case WH_VALUE_INTEGER:
        OGR_F_SetFieldInteger64(feature, idx, value->integer);
        break;
    case WH_VALUE_REAL:
        OGR_F_SetFieldDouble(feature, idx, value->real);
        break;
    case WH_VALUE_DAY:
        OGR_F_SetFieldString(feature, idx, wh_format_day(value->integer, day, sizeof day));
        break;
    }
}

static OGRGeometryH make_geometry(const struct wh_shape *shape, wh_vector_place_fn *place)
{
    const OGRGeometryH whole = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (uint32_t part = 0; part < shape->n_parts; part++) {
        const OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        for (uint32_t r = shape->part_start[part]; r < shape->part_start[part + 1]; r++) {
            const OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
            for (uint32_t i = shape->ring_start[r]; i < shape->ring_start[r + 1]; i++) {
                double x = shape->x[i], y = shape->y[i];
                if (place != NULL) {
                    place(&x, &y);
                }
                OGR_G_AddPoint_2D(ring, x, y);
            }
            OGR_G_AddGeometryDirectly(polygon, ring);
        }
        OGR_G_AddGeometryDirectly(whole, polygon);
    }
    return whole;
}

bool wh_vector_add_feature(OGRLayerH to, const struct wh_vector_layer *layer, size_t idx,
                           wh_vector_place_fn *place)
{
    const OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(to));
    OGR_F_SetFID(feature, (GIntBig)idx + 1);
    for (size_t i = 0; i < layer->n_fields; i++) {
        set_value(feature, (int)i, &layer->value[idx * layer->n_fields + i]);
    }
    bool is_added =
        layer->shape == NULL ||
        OGR_F_SetGeometryDirectly(feature, make_geometry(layer->shape[idx], place)) == OGRERR_NONE;
    is_added = is_added && OGR_L_CreateFeature(to, feature) == OGRERR_NONE;
    OGR_F_Destroy(feature);
    return is_added;
}
