/* render/tiles.h: map tiles in Web Mercator, cut from one surface, in fixed shades. */
#ifndef WH_RENDER_TILES_H
#define WH_RENDER_TILES_H

#include "geo/crs.h"
#include "render/basemap.h"
#include "render/sampler.h"
#include "render/style.h"

struct wh_tile_options {
    uint32_t zoom_min, zoom_max; /* 0..18 */
    uint32_t scale;              /* 1: 256 px; 2: 512 px for the same ground (@2x); up to 16 */
    uint32_t band_rows;          /* of the source in memory at once; 0: as many as 64 MB hold */
};

/*
 * The zoom from which deeper tiles would only repeat pixels: the first of zoom_min..zoom_max at
 * which a cell is at least 3 pixels of a 256 px tile wide (6 of a 512 px one). Viewers enlarge
 * that one's pixels beyond it.
 */
uint32_t wh_tiles_deepest_zoom(double cell_m, double latitude_deg, uint32_t zoom_min,
                               uint32_t zoom_max);

/* Gets each tile once, in an order that depends on surface and options only; `png` is borrowed.
 * Empty tiles are left out. */
typedef enum wh_status wh_tile_fn(void *user, uint32_t z, uint32_t x, uint32_t y,
                                  const uint8_t *png, size_t len, struct wh_error *err);

struct wh_tile_stats {
    uint64_t tiles, empty, bytes;
};

/* Where shades begin, and the colour of each, r, g, b, a: clear, the shades, blank. */
struct wh_tile_paint {
    struct wh_shades shades;
    uint8_t rgba[4 * (WH_MAX_SHADES + 2)];
};
/* Of classes: a surface of 1, 2, ... n; a cell of one class is bordered half way to its neighbour.
 */
struct wh_tile_paint wh_tile_paint_classes(const struct wh_style *style, uint32_t n_classes);
/* Of densities in the classes of a legend; or smooth, each class in as many equal steps as make 62
 * shades at most, which run from one class's colour to the next. */
struct wh_tile_paint wh_tile_paint_densities(const struct wh_style *style,
                                             const struct wh_legend *legend, bool is_smooth);

/* Borrowed surfaces as sources: the classes of one that was disclosed; densities, NaN outside. */
struct wh_tile_source wh_tile_source_of_classes(const struct wh_surface *surface);
struct wh_tile_source wh_tile_source_of_grid(const struct wh_grid *grid);

/*
 * Indexed PNG tiles: each pixel has the shade of the surface at its centre, by a bicubic in ground
 * metres (render/sampler.h), where PROJ puts it through `to_lonlat` (working CRS -> EPSG:4326),
 * approximated to at most 0.1 px. The same pixel is the same, bit by bit, whatever tile it is on.
 * The source is read once, in bands. Parallel; the order of calls and the bytes do not depend on
 * threads.
 */
WH_MUST_USE enum wh_status wh_render_tiles(struct wh_ctx *ctx, const struct wh_tile_source *source,
                                           const struct wh_tile_paint *paint,
                                           struct wh_transform *to_lonlat,
                                           const struct wh_tile_options *opt, wh_tile_fn *fn,
                                           void *user, struct wh_tile_stats *ret_stats,
                                           struct wh_error *err);

/* Longitude/latitude box {west, south, east, north} of a box in the working CRS. */
void wh_box_to_lonlat(struct wh_transform *to_lonlat, const double box[4], double ret[4]);

#endif
