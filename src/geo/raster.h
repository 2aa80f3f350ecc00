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
/*
 * Band 1 of a GeoTIFF with square cells in a projected CRS, a few rows at a time: a raster may be
 * larger than memory. Blocks are unpacked by as many threads as the context has.
 */
struct wh_raster;
WH_MUST_USE enum wh_status wh_raster_open(struct wh_ctx *ctx, const char *path,
                                          struct wh_raster **ret, struct wh_error *err);
void wh_raster_close(struct wh_raster *raster);                /* NULL is fine */
const char *wh_raster_crs(const struct wh_raster *raster);     /* "EPSG:27700" */
struct wh_grid wh_raster_grid(const struct wh_raster *raster); /* its geometry; v is NULL */
/* Rows [row, row + n) as a grid counts them (0 is south) into n * nx values; nodata and what is not
 * finite become NaN. */
WH_MUST_USE enum wh_status wh_raster_rows(struct wh_raster *raster, uint32_t row, uint32_t n,
                                          float *ret, struct wh_error *err);

/* Every k-th cell of every k-th row as a grid, with the least k that leaves at most `most_cells`
 * (SIZE_MAX: all of them). Caller finishes it. */
WH_MUST_USE enum wh_status wh_raster_sample(struct wh_raster *raster, size_t most_cells,
                                            struct wh_grid *ret, struct wh_error *err);
#endif
