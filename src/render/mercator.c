/* render/mercator.c: spherical Web Mercator, as every tile map has it. */
#include "render/mercator.h"

#include <math.h>

#define PI 3.14159265358979323846

double wh_tile_lon(double x, uint32_t z)
{
    return x / (double)(1u << z) * 360 - 180;
}

double wh_tile_lat(double y, uint32_t z)
{
    return atan(sinh(PI * (1 - 2 * y / (double)(1u << z)))) * 180 / PI;
}

double wh_tile_x(double lon, uint32_t z)
{
    return (lon + 180) / 360 * (double)(1u << z);
}

double wh_tile_y(double lat, uint32_t z)
{
    const double rad = lat * WH_DEGREE;
    return (1 - log(tan(rad) + 1 / cos(rad)) / PI) / 2 * (double)(1u << z);
}

static uint32_t clamp_tile(double at, uint32_t z)
{
    return (uint32_t)fmin((double)(1u << z) - 1, fmax(0, floor(at)));
}

struct wh_tile_range wh_tile_range(const double lonlat[4], uint32_t z)
{
    return (struct wh_tile_range){
        clamp_tile(wh_tile_x(lonlat[0], z), z), clamp_tile(wh_tile_y(lonlat[3], z), z),
        clamp_tile(wh_tile_x(lonlat[2], z), z), clamp_tile(wh_tile_y(lonlat[1], z), z)};
}

double wh_mercator_x(double lon)
{
    return lon / 360 * WH_MERCATOR_WORLD_M;
}

double wh_mercator_y(double lat)
{
    return (0.5 - wh_tile_y(lat, 0)) * WH_MERCATOR_WORLD_M;
}
