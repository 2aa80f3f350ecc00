/* render/basetiles.h: the base map as tiles to lay over a density: roads, water, rail, names. */
#ifndef WH_RENDER_BASETILES_H
#define WH_RENDER_BASETILES_H

#include "render/basemap.h"
#include "render/tiles.h"

/* Pixels along a side: two for each of the 256 that a tile measures on a screen, so that names are
 * sharp on any. */
#define WH_BASETILE_PX 512u

struct wh_basetile_options {
    double lonlat[4]; /* {west, south, east, north}: the ground to show */
    uint32_t zoom_min, zoom_max;
};

/* The ground of an area {west, south, east, north} with a rim, and the zooms worth drawing: as deep
 * as `zoom_max`, unless streets are named before, or the pixels would be too many. */
struct wh_basetile_options wh_basetiles_plan(const double lonlat[4], uint32_t zoom_min,
                                             uint32_t zoom_max);

/*
 * What the tiles depend on, as 64 hex digits: the base map's content, the style, `opt`, and the
 * versions of the program and of the libraries that draw. Equal keys: equal tiles (with the same
 * fonts), so that they need not be drawn again.
 */
void wh_basetiles_key(const struct wh_basemap *basemap, const struct wh_style *style,
                      const struct wh_basetile_options *opt, char ret_hex[65]);

/*
 * Draws them: indexed PNG, clear where there is nothing; tiles without anything are left out.
 * Names are chosen for a whole zoom at once, so that none is cut at a tile's edge. Parallel; calls
 * come by z, then by blocks of tiles, and neither they nor the bytes depend on threads.
 */
WH_MUST_USE enum wh_status
wh_render_basetiles(struct wh_ctx *ctx, const struct wh_basemap *basemap,
                    struct wh_transform *to_lonlat, const struct wh_style *style,
                    const struct wh_basetile_options *opt, wh_tile_fn *fn, void *user,
                    struct wh_tile_stats *ret_stats, struct wh_error *err);

#endif
