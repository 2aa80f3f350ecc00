/*
 * render/basetiles.h: the base map as tiles: sheets of one picture to lay under and over a density,
 * so that a browser can put its own lines between them; or all in one.
 */
#ifndef WH_RENDER_BASETILES_H
#define WH_RENDER_BASETILES_H

#include "render/basemap.h"
#include "render/tiles.h"

enum wh_base_sheet {
    WH_SHEET_BELOW, /* the base map's layers that the style has before the density */
    WH_SHEET_ABOVE, /* those after it */
    WH_SHEET_NAMES, /* the names of the base map and of wards */
    WH_SHEET_WHOLE, /* the background, the base map, the density, lines of wards, the names: opaque
                     */
    WH_N_SHEETS
};
/* Sheets that are laid over each other: all but the whole. */
#define WH_N_LAID_SHEETS 3
const char *wh_base_sheet_name(enum wh_base_sheet sheet); /* "below": part of file names */

/* What the tiles show; all borrowed. */
struct wh_base_map {
    const struct wh_basemap *basemap; /* or NULL */
    const struct wh_areas *wards; /* named on sheets with names, outlined on the whole; or NULL */
    const struct wh_style *style;
    const struct wh_tile_source *density; /* of the whole, or NULL */
    const struct wh_tile_paint *paint;    /* of the density */
};

struct wh_basetile_options {
    double lonlat[4]; /* {west, south, east, north}: the ground to show */
    uint32_t zoom_min, zoom_max;
    uint32_t scale; /* 1: 256 px; 2: 512 px for the same ground (@2x), names sharp on any screen */
    enum wh_base_sheet sheet;
};

/* The ground of an area {west, south, east, north} with a rim, and the zooms worth drawing: as deep
 * as `zoom_max`, unless streets are named before, or the pixels would be too many. */
struct wh_basetile_options wh_basetiles_plan(const double lonlat[4], uint32_t zoom_min,
                                             uint32_t zoom_max, uint32_t scale,
                                             enum wh_base_sheet sheet);

/*
 * What the tiles of a laid sheet depend on, as 64 hex digits: the base map's content, the wards'
 * names, the style, `opt`, and the versions of the program and of the libraries that draw. Equal
 * keys: equal tiles (with the same fonts), so that they need not be drawn again.
 */
void wh_basetiles_key(const struct wh_base_map *map, const struct wh_basetile_options *opt,
                      char ret_hex[65]);

/*
 * Draws them: indexed PNG, clear where there is nothing; tiles without anything are left out, of
 * the whole none is. Names are chosen for a whole zoom at once, so that none is cut at a tile's
 * edge. Parallel; calls come by z, then by blocks of tiles, and neither they nor the bytes depend
 * on threads. A density is read into memory as a whole; nobody else uses `to_lonlat` meanwhile.
 */
WH_MUST_USE enum wh_status wh_render_basetiles(struct wh_ctx *ctx, const struct wh_base_map *map,
                                               struct wh_transform *to_lonlat,
                                               const struct wh_basetile_options *opt,
                                               wh_tile_fn *fn, void *user,
                                               struct wh_tile_stats *ret_stats,
                                               struct wh_error *err);

#endif
