/* render/basemap.h: the layers under every map, read once into the working CRS. */
#ifndef WH_RENDER_BASEMAP_H
#define WH_RENDER_BASEMAP_H

#include "geo/layer.h"

/* One file of the config's `basemap`. NULL path: none. Attribute names NULL: well-known ones are
 * tried (name, class, type, ...). */
struct wh_basemap_layer {
    const char *path, *layer;
    const char *name;     /* attribute with the name people know */
    const char *class_of; /* roads: attribute with the class ("Motorway", "A Road", "B Road", "Local
                             Street", ...) */
    const char *number;   /* roads: attribute with "A36" */
    const char *from;     /* CRS where the file does not say */
};
enum wh_basemap_kind {
    WH_BASEMAP_WATER,
    WH_BASEMAP_GREEN,
    WH_BASEMAP_WOODLAND,
    WH_BASEMAP_BUILDINGS,
    WH_BASEMAP_RAIL,
    WH_BASEMAP_ROADS,
    WH_BASEMAP_PLACES,
    WH_BASEMAP_BOUNDARIES, /* of neighbours, districts, the county: wards are no base map */
    WH_N_BASEMAP
};
const char *wh_basemap_key(enum wh_basemap_kind kind); /* "water": the key in the config */

struct wh_basemap_options {
    struct wh_basemap_layer
        layer[WH_N_BASEMAP]; /* places may be a CSV with name, kind, x, y in the working CRS */
    const char *crs;
    struct wh_crs_options crs_opt;
};

struct wh_basemap;
WH_MUST_USE enum wh_status wh_basemap_load(struct wh_ctx *ctx, const struct wh_basemap_options *opt,
                                           struct wh_basemap **ret, struct wh_error *err);
void wh_basemap_destroy(struct wh_ctx *ctx, struct wh_basemap *basemap);
/* Streets as lines with the name as value[0], places as points with the name as value[0]: for
 * naming hot spots. NULL when not configured. */
const struct wh_layer *wh_basemap_streets(const struct wh_basemap *basemap);
const struct wh_layer *wh_basemap_places(const struct wh_basemap *basemap);
/* Paths of the files read, for the manifest; n <= WH_N_BASEMAP. */
size_t wh_basemap_files(const struct wh_basemap *basemap, const char *ret_path[WH_N_BASEMAP]);

#endif
