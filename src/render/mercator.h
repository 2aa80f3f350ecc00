/* render/mercator.h: the arithmetic of tiles: longitude, latitude, tile numbers, EPSG:3857. Pure.
 */
#ifndef WH_RENDER_MERCATOR_H
#define WH_RENDER_MERCATOR_H

#include <stdint.h>

#define WH_MERCATOR_WORLD_M                                                                        \
    40075016.68557849                  /* 2 pi 6378137: how wide the one tile of zoom 0 is         \
                                        */
#define WH_DEGREE 0.017453292519943295 /* in radians */

/* Longitude and latitude of tile coordinates, which may have fractions. */
double wh_tile_lon(double x, uint32_t z);
double wh_tile_lat(double y, uint32_t z);
/* And back. */
double wh_tile_x(double lon, uint32_t z);
double wh_tile_y(double lat, uint32_t z);

/* First and last tiles that a box {west, south, east, north} in degrees touches. */
struct wh_tile_range {
    uint32_t x0, y0, x1, y1;
};
struct wh_tile_range wh_tile_range(const double lonlat[4], uint32_t z);

/* EPSG:3857: metres at the equator. */
double wh_mercator_x(double lon);
double wh_mercator_y(double lat);

#endif
