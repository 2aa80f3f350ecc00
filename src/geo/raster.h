/* geo/raster.h: grids from and to shapes and files. */
#ifndef WH_GEO_RASTER_H
#define WH_GEO_RASTER_H

#include <wardheat/geo.h>

/* Marks the cells of `grid`'s geometry whose centre is inside `shape` (border counts as inside).
 * Exact, no library snapping. */
WH_MUST_USE enum wh_status wh_mask_from_shape(struct wh_ctx *ctx, const struct wh_grid *grid,
                                              const struct wh_shape *shape, struct wh_mask *ret,
                                              struct wh_error *err);

/*
 * Polygons where the grid is at least `level` (NaN counts as below), one shape per connected
 * region, by linear interpolation between cell centres (as GDAL's contour generator does); valid,
 * holes kept, sorted by falling area, then by west edge. `*ret` is an array of
 * `*ret_n` shapes: finish each, then wh_free the array.
 */
WH_MUST_USE enum wh_status wh_grid_contour(struct wh_ctx *ctx, const struct wh_grid *grid,
                                           double level, struct wh_shape **ret, size_t *ret_n,
                                           struct wh_error *err);

struct wh_raster_meta {
    const char *crs;         /* "EPSG:27700" */
    const char *description; /* band description, with the unit */
    const char *unit;        /* "requests per km2" */
    const char *const *key;  /* further metadata, n pairs */
    const char *const *value;
    size_t n;
    bool is_float64;
};

/* A cloud-optimised GeoTIFF, north up, NaN outside; deterministic bytes. The file is fsynced.
 * WH_ERR_OUTPUT. */
WH_MUST_USE enum wh_status wh_raster_write(struct wh_ctx *ctx, const char *path,
                                           const struct wh_grid *grid,
                                           const struct wh_raster_meta *meta, struct wh_error *err);
/* The same for one byte a cell; 255 is no data; `rgb` (n_colours x 3) is the colour table or NULL.
 */
WH_MUST_USE enum wh_status
wh_raster_write_classes(struct wh_ctx *ctx, const char *path, const struct wh_grid *grid,
                        const uint8_t *classes, const uint8_t *rgb, size_t n_colours,
                        const struct wh_raster_meta *meta, struct wh_error *err);
/* Band 1 of a GeoTIFF with square cells in a projected CRS ("EPSG:27700" into `crs`); nodata
 * becomes NaN. Caller finishes the grid. */
WH_MUST_USE enum wh_status wh_raster_read(struct wh_ctx *ctx, const char *path, struct wh_grid *ret,
                                          char crs[64], struct wh_error *err);
#endif
