/* render/basemap_internal.h: the base map as the drawing code sees it, in the working CRS or in Web
 * Mercator. */
#ifndef WH_RENDER_BASEMAP_INTERNAL_H
#define WH_RENDER_BASEMAP_INTERNAL_H

#include "render/basemap.h"
#include "render/style_internal.h"

/* One thing to draw. `sort` is an enum wh_road of roads, an enum wh_place of places, else 0. */
struct wh_map_feature {
    enum wh_geometry kind;
    uint8_t sort;
    const char *name; /* or NULL */
    struct wh_shape shape;
    double box[4];
};

/* A street as one line again: files cut it at every junction. */
struct wh_chain {
    const char *name;
    enum wh_road road;
    size_t n;
    double *x, *y;
    double box[4], length;
};

struct wh_feature_set {
    size_t n;
    struct wh_map_feature *feature;
};

struct wh_basemap {
    struct wh_arena arena;
    struct wh_feature_set set[WH_N_BASEMAP];
    bool is_configured[WH_N_BASEMAP];
    const char *path[WH_N_BASEMAP];
    struct wh_layer streets, places; /* for naming: value[0] is the name */
    size_t n_chains;
    struct wh_chain
        *chain; /* longest first within a class, so that the clearest stretch gets the name */
};

/* The class of a road from whatever its file calls it; NULL and unknown words are local roads. */
enum wh_road wh_road_from_words(const char *words);
/* The size of a place from its words; NULL words: a town when its name is all capitals, as Ordnance
 * Survey writes them, else a village. */
enum wh_place wh_place_from_words(const char *words, const char *name);

/* Joins the named roads of `set` into chains, in `arena`. */
WH_MUST_USE enum wh_status wh_chains_build(struct wh_ctx *ctx, const struct wh_feature_set *set,
                                           struct wh_arena *arena, struct wh_chain **ret,
                                           size_t *ret_n, struct wh_error *err);

/* Places of a CSV with a header of name, kind, x, y (any order, more columns are ignored), in
 * `arena`. */
WH_MUST_USE enum wh_status wh_places_read_csv(struct wh_ctx *ctx, const char *path,
                                              struct wh_arena *arena, struct wh_feature_set *ret,
                                              struct wh_error *err);

struct wh_transform;
/* n positions in Web Mercator metres; false when one of them cannot be shown on a tile. */
bool wh_to_mercator(struct wh_transform *to_lonlat, const double *x, const double *y, size_t n,
                    double *ret_x, double *ret_y);
/*
 * A copy with every vertex in Web Mercator metres (EPSG:3857), for tiles: no files, and nothing to
 * name hot spots by. Names and rings are borrowed from `basemap`. What `to_lonlat` cannot move is
 * left out. Caller destroys.
 */
WH_MUST_USE enum wh_status wh_basemap_to_mercator(struct wh_ctx *ctx,
                                                  const struct wh_basemap *basemap,
                                                  struct wh_transform *to_lonlat,
                                                  struct wh_basemap **ret, struct wh_error *err);

/* A feature of the base map, as a style's expressions see it. */
struct wh_subject wh_map_subject(enum wh_basemap_kind kind, const struct wh_map_feature *feature);

void wh_box_of(const double *x, const double *y, size_t n, double ret[4]);
bool wh_boxes_touch(const double a[4], const double b[4]);

#endif
