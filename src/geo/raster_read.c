/* geo/raster_read.c: a GeoTIFF into a grid. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gdal.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "geo/crs.h"
#include "geo/gdal_internal.h"
#include "geo/raster.h"

/* Sides of a cell may differ by this part: what decimal text and feet do to a number. */
#define SQUARE_TOLERANCE 1e-6

struct picture {
    struct wh_ctx *ctx;
    const char *path;
    struct wh_gdal gdal;
    GDALDatasetH dataset;
    double place[6]; /* GDAL's geotransform */
};

static enum wh_status fail_picture(const struct picture *p, const char *message,
                                   struct wh_error *err)
{
    return wh_fail_at(err, WH_ERR_INPUT, p->path, 0, 0, "%s", message);
}

static enum wh_status open_picture(struct picture *p, struct wh_error *err)
{
    struct wh_file_info info;
    enum wh_file_kind kind = WH_FILE_TIFF;
    enum wh_status status = wh_io_check_input(p->path, &info, err);
    if (status == WH_OK) {
        status = wh_gdal_kind(p->ctx, p->path, "a GeoTIFF", &kind, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (kind != WH_FILE_TIFF) {
        return fail_picture(p, "not a GeoTIFF", err);
    }
    const char *const allowed[] = {"GTiff", NULL};
    const char *const options[] = {"GEOREF_SOURCES=INTERNAL",
                                   NULL};        /* no world file, no .aux.xml */
    const char *const alone[] = {p->path, NULL}; /* no .ovr, no .msk beside it */
    p->dataset = GDALOpenEx(p->path, GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                            allowed, options, alone);
    return p->dataset != NULL ? WH_OK
                              : wh_gdal_fail(&p->gdal, WH_ERR_INPUT, p->path, "GeoTIFF", err);
}

static enum wh_status check_place(struct picture *p, struct wh_error *err)
{
    if (GDALGetGeoTransform(p->dataset, p->place) != CE_None) {
        return fail_picture(p, "the raster does not say where it lies (no georeference)", err);
    }
    for (int i = 0; i < 6; i++) {
        if (!isfinite(p->place[i])) {
            return fail_picture(p, "the raster's georeference is not a finite number", err);
        }
    }
    const double w = fabs(p->place[1]), h = fabs(p->place[5]);
    if (fabs(p->place[2]) > SQUARE_TOLERANCE * w || fabs(p->place[4]) > SQUARE_TOLERANCE * w) {
        return fail_picture(p, "the raster is rotated: expected north up", err);
    }
    if (!(p->place[1] > 0)) {
        return fail_picture(p, "the raster's columns do not run from west to east", err);
    }
    if (!(fabs(w - h) <= SQUARE_TOLERANCE * w)) {
        return wh_fail_at(err, WH_ERR_INPUT, p->path, 0, 0,
                          "the raster's cells are not square: %g wide, %g high", w, h);
    }
    return WH_OK;
}

static enum wh_status check_crs(struct picture *p, char crs[64], struct wh_error *err)
{
    const OGRSpatialReferenceH srs = GDALGetSpatialRef(p->dataset);
    if (srs == NULL) {
        return fail_picture(p, "the raster does not say its CRS", err);
    }
    if (!wh_gdal_crs_name(srs, crs, 64)) {
        return fail_picture(p, "the raster has a CRS that EPSG does not list", err);
    }
    struct wh_error reason = {0};
    const enum wh_status status = wh_crs_check_working(p->ctx, crs, &reason);
    if (status == WH_ERR_LIMIT) {
        return wh_fail_memory(p->ctx, err);
    }
    return status == WH_OK ? WH_OK : fail_picture(p, reason.message, err);
}

/* Reads rows into their place: row 0 of the grid is south. */
static enum wh_status read_cells(struct picture *p, struct wh_grid *grid, struct wh_error *err)
{
    const GDALRasterBandH band = GDALGetRasterBand(p->dataset, 1);
    if (band == NULL || GDALDataTypeIsComplex(GDALGetRasterDataType(band))) {
        return fail_picture(p, "the raster has no band of plain numbers", err);
    }
    int has_no_data = 0;
    const double no_data = GDALGetRasterNoDataValue(band, &has_no_data);
    const bool is_north_up = p->place[5] < 0;
    for (uint32_t row = 0; row < grid->ny; row++) {
        double *const to = grid->v + (size_t)(is_north_up ? grid->ny - 1 - row : row) * grid->nx;
        if (GDALRasterIO(band, GF_Read, 0, (int)row, (int)grid->nx, 1, to, (int)grid->nx, 1,
                         GDT_Float64, 0, 0) != CE_None) {
            return wh_gdal_fail(&p->gdal, WH_ERR_INPUT, p->path, "GeoTIFF", err);
        }
        /* Where "no data" is NaN the values are that already. */
        for (uint32_t col = 0; has_no_data && !isnan(no_data) && col < grid->nx; col++) {
            if (!(to[col] < no_data) && !(to[col] > no_data)) {
                to[col] = (double)NAN;
            }
        }
    }
    return WH_OK;
}

static enum wh_status read_picture(struct picture *p, struct wh_grid *ret, char crs[64],
                                   struct wh_error *err)
{
    enum wh_status status = open_picture(p, err);
    if (status == WH_OK) {
        status = check_place(p, err);
    }
    if (status == WH_OK) {
        status = check_crs(p, crs, err);
    }
    if (status != WH_OK) {
        return status;
    }
    struct wh_grid grid = {.x0 = p->place[0],
                           .cell_m = p->place[1],
                           .nx = (uint32_t)GDALGetRasterXSize(p->dataset),
                           .ny = (uint32_t)GDALGetRasterYSize(p->dataset)};
    grid.y0 = p->place[5] < 0 ? p->place[3] - grid.ny * grid.cell_m : p->place[3];
    status = wh_grid_like(p->ctx, &grid, &grid, err);
    if (status != WH_OK) {
        return status;
    }
    status = read_cells(p, &grid, err);
    if (status != WH_OK) {
        wh_grid_finish(p->ctx, &grid);
        return status;
    }
    *ret = grid;
    return WH_OK;
}

enum wh_status wh_raster_read(struct wh_ctx *ctx, const char *path, struct wh_grid *ret,
                              char crs[64], struct wh_error *err)
{
    struct picture p = {.ctx = ctx, .path = path};
    char name[64] = "";
    wh_gdal_begin(&p.gdal);
    const enum wh_status status = read_picture(&p, ret, name, err);
    if (p.dataset != NULL) {
        GDALClose(p.dataset);
    }
    wh_gdal_end(&p.gdal);
    if (status == WH_OK) {
        (void)snprintf(crs, 64, "%s", name);
    }
    return status;
}
