/* geo/vector_write.h: layers of features as vector tiles (MVT) and GeoPackage. Typed values,
 * polygons or none. */
#ifndef WH_GEO_VECTOR_WRITE_H
#define WH_GEO_VECTOR_WRITE_H

#include <wardheat/geo.h>

#include "base/str.h"

enum wh_value_kind { WH_VALUE_TEXT, WH_VALUE_INTEGER, WH_VALUE_REAL, WH_VALUE_DAY };

struct wh_value {
    enum wh_value_kind kind;
    bool is_null;
    const char *text;
    int64_t integer; /* or the day, from 1970-01-01 */
    double real;
};

struct wh_vector_field {
    const char *name, *alias, *definition;
    enum wh_value_kind kind;
};

/* One layer as it is given out: every feature has a value of each field, in their order. */
struct wh_vector_layer {
    const char *name, *title, *definition;
    size_t n_fields;
    const struct wh_vector_field *field;
    size_t n;                            /* features */
    const struct wh_value *value;        /* n x n_fields */
    const struct wh_shape *const *shape; /* n; NULL: a table without shapes */
};

/* Bytes of one tile, not compressed. They are the function's for the call only. */
typedef enum wh_status wh_vector_tile_fn(void *user, uint32_t z, uint32_t x, uint32_t y,
                                         const uint8_t *bytes, size_t len, struct wh_error *err);

struct wh_vector_tile_options {
    uint32_t zoom_min, zoom_max;
    uint32_t buffer_px; /* that polygons reach over a tile's edge, of its 4,096 */
};

/*
 * Mapbox Vector Tiles 2 by GDAL: 4,096 units a tile, every feature on every zoom in each tile that
 * it meets; no simplification. Shapes are longitude and latitude. A feature's id is its number in
 * its layer, from 1: a feature of several tiles has one id. The same bytes whatever the number of
 * threads; tiles come in no particular order. WH_ERR_INTERNAL: GDAL refuses, with its reason.
 */
WH_MUST_USE enum wh_status wh_vector_tiles(struct wh_ctx *ctx, const struct wh_vector_layer *layer,
                                           size_t n_layers,
                                           const struct wh_vector_tile_options *opt,
                                           wh_vector_tile_fn *add, void *user,
                                           struct wh_error *err);

/* A style of a layer, as QGIS looks for it: table `layer_styles`. The first of a layer is taken
 * when it is opened. */
struct wh_geopackage_style {
    const char *layer, *name, *description;
    const char *qml, *sld;
};

struct wh_geopackage {
    const char *crs; /* of all shapes: "EPSG:27700" */
    int64_t day;     /* every time stamp in the file: this day at 00:00 UTC */
    size_t n_layers;
    const struct wh_vector_layer *layer;
    size_t n_styles;
    const struct wh_geopackage_style *style;
    size_t n_pairs; /* provenance: gpkg_metadata */
    const char *const *key, *const *value;
};

/*
 * GeoPackage 1.2 by GDAL, made in memory and written as one file: layers with an R-tree, tables
 * without shapes, layer_styles, gpkg_metadata. Nothing is ever deleted in it, so that it has no
 * free pages; the same bytes for the same content. WH_ERR_OUTPUT: GDAL refuses, with its reason.
 */
WH_MUST_USE enum wh_status wh_geopackage_write(struct wh_ctx *ctx,
                                               const struct wh_geopackage *content,
                                               const char *path, struct wh_error *err);

/*
 * Everything that a GeoPackage says, in all its tables: every text as `text`, every number and
 * vertex as text and in pairs as a reader would see them. For the leak check. WH_ERR_INPUT: it is
 * none, or it has pages that are free, which could hold what was deleted.
 */
typedef enum wh_status wh_geopackage_text_fn(void *user, struct wh_str text, struct wh_error *err);
typedef enum wh_status wh_geopackage_vertex_fn(void *user, double x, double y,
                                               struct wh_error *err);
WH_MUST_USE enum wh_status wh_geopackage_read(struct wh_ctx *ctx, const char *path,
                                              wh_geopackage_text_fn *text,
                                              wh_geopackage_vertex_fn *vertex, void *user,
                                              struct wh_error *err);

#endif
