/* geo/layer.h: vector files (GeoJSON, GeoPackage, Shapefile, FlatGeobuf) read whole into the
 * working CRS. */
#ifndef WH_GEO_LAYER_H
#define WH_GEO_LAYER_H

#include "base/arena.h"
#include "geo/crs.h"
#include "geo/postgis.h"

enum wh_geometry { WH_GEOMETRY_NONE, WH_GEOMETRY_POINT, WH_GEOMETRY_LINE, WH_GEOMETRY_POLYGON };

/*
 * One feature. Polygons: `shape` as it says. Lines: each ring of `shape` is one open line (n_parts
 * is 0). Points: each vertex is a point (n_parts and n_rings are 0). `value[i]` is the i-th asked
 * field as text, or NULL.
 */
struct wh_feature {
    enum wh_geometry kind;
    struct wh_shape shape; /* in the arena: do not finish */
    const char **value;
    uint64_t number; /* of the feature in its file, from 1: for messages */
};

struct wh_layer {
    size_t n;
    struct wh_feature *feature;
    char content[65]; /* of a database's table, which has no file: a hash of its rows, in whatever
                         order it gave them; "" of a file */
};

struct wh_layer_spec {
    const char *path;                 /* a plain file */
    const char *layer;                /* NULL: the first */
    const struct wh_postgis *postgis; /* a table of a database instead of a file, or NULL */
    const char *const *field;         /* attributes wanted; "" or NULL entries are skipped */
    size_t n_fields;
    const char *crs;  /* working CRS to transform to */
    const char *from; /* CRS of the file where the file does not say; NULL: it must say (GeoJSON is
                         WGS 84) */
    struct wh_crs_options crs_opt;
};

/*
 * Reads a layer; everything in it lives in `arena`. A named field that does not exist is
 * WH_ERR_INPUT, with the names that do; so are an unreadable file, a truncated GeoJSON, a type that
 * is not on our list of drivers, and a coordinate that is not finite.
 */
WH_MUST_USE enum wh_status wh_layer_read(struct wh_ctx *ctx, const struct wh_layer_spec *spec,
                                         struct wh_arena *arena, struct wh_layer *ret,
                                         struct wh_error *err);

/* Names of the attributes of a layer, by spec->path, layer and postgis; strings live in `arena`. */
WH_MUST_USE enum wh_status wh_layer_fields(struct wh_ctx *ctx, const struct wh_layer_spec *spec,
                                           struct wh_arena *arena, const char ***ret, size_t *ret_n,
                                           struct wh_error *err);
/* The CRS of a file's layer, "EPSG:27700"; `from` as in struct wh_layer_spec. */
WH_MUST_USE enum wh_status wh_layer_crs(struct wh_ctx *ctx, const char *path, const char *layer,
                                        const char *from, char ret[64], struct wh_error *err);
#endif
