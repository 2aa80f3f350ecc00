/* render/tiles.h: map tiles in Web Mercator, cut from one surface, in fixed classes. */
#ifndef WH_RENDER_TILES_H
#define WH_RENDER_TILES_H

#include "geo/crs.h"
#include "render/basemap.h"
#include "render/style.h"

struct wh_tile_options {
    uint32_t zoom_min, zoom_max; /* 0..18 */
    uint32_t scale;              /* 1: 256 px; 2: 512 px for the same ground (@2x) */
};

/*
 * The zoom from which deeper tiles would only repeat pixels: the first of zoom_min..zoom_max at
 * which a cell is at least 3 pixels of a 256 px tile wide (6 of a 512 px one). Viewers enlarge
 * that one's pixels beyond it.
 */
uint32_t wh_tiles_deepest_zoom(double cell_m, double latitude_deg, uint32_t zoom_min,
                               uint32_t zoom_max);

/* Gets each tile once, by z, then x, then y, rising; `png` is borrowed. Empty tiles are left out.
 */
typedef enum wh_status wh_tile_fn(void *user, uint32_t z, uint32_t x, uint32_t y,
                                  const uint8_t *png, size_t len, struct wh_error *err);

struct wh_tile_stats {
    uint64_t tiles, empty, bytes;
};

/*
 * Indexed PNG tiles (transparent, the classes, blank) of a surface: each pixel takes the class of
 * the cell that holds its centre, by PROJ through `to_lonlat` (working CRS -> EPSG:4326),
 * approximated to at most 0.1 px. The same pixel is the same class whatever tile it is on.
 * Parallel; the order of calls and the bytes do not depend on threads.
 */
WH_MUST_USE enum wh_status wh_render_tiles(struct wh_ctx *ctx, const struct wh_surface *surface,
                                           uint32_t n_classes, struct wh_transform *to_lonlat,
                                           const struct wh_style *style,
                                           const struct wh_tile_options *opt, wh_tile_fn *fn,
                                           void *user, struct wh_tile_stats *ret_stats,
                                           struct wh_error *err);

/* Longitude/latitude box {west, south, east, north} of a box in the working CRS. */
void wh_box_to_lonlat(struct wh_transform *to_lonlat, const double box[4], double ret[4]);

#endif
