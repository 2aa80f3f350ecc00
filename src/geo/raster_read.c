/* geo/raster_read.c: a GeoTIFF into a grid, or rows of it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gdal.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/io.h"
#include "geo/crs.h"
#include "geo/gdal_internal.h"
#include "geo/raster.h"

/* Sides of a cell may differ by this part: what decimal text and feet do to a number. */
#define SQUARE_TOLERANCE 1e-6
#define BLOCK_ROWS 512u /* of cloud-optimised GeoTIFFs */

struct wh_raster {
    struct wh_ctx *ctx;
    const char *path;
    struct wh_gdal gdal;
    GDALDatasetH dataset;
    GDALRasterBandH band;
    double place[6]; /* GDAL's geotransform */
    struct wh_grid grid;
    char crs[64];
    bool has_no_data;
    double no_data;
};

static enum wh_status fail_raster(const struct wh_raster *p, const char *message,
                                  struct wh_error *err)
{
    return wh_fail_at(err, WH_ERR_INPUT, p->path, 0, 0, "%s", message);
}

static enum wh_status open_file(struct wh_raster *p, struct wh_error *err)
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
        return fail_raster(p, "not a GeoTIFF", err);
    }
    const char *const allowed[] = {"GTiff", NULL};
    char threads[32];
    (void)snprintf(threads, sizeof threads, "NUM_THREADS=%u", wh_ctx_jobs(p->ctx));
    const char *const options[] = {"GEOREF_SOURCES=INTERNAL", threads,
                                   NULL};        /* no world file, no .aux.xml */
    const char *const alone[] = {p->path, NULL}; /* no .ovr, no .msk beside it */
    p->dataset = GDALOpenEx(p->path, GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                            allowed, options, alone);
    return p->dataset != NULL ? WH_OK
                              : wh_gdal_fail(&p->gdal, WH_ERR_INPUT, p->path, "GeoTIFF", err);
}

static enum wh_status check_place(struct wh_raster *p, struct wh_error *err)
{
    if (GDALGetGeoTransform(p->dataset, p->place) != CE_None) {
        return fail_raster(p, "the raster does not say where it lies (no georeference)", err);
    }
    for (int i = 0; i < 6; i++) {
        if (!isfinite(p->place[i])) {
            return fail_raster(p, "the raster's georeference is not a finite number", err);
        }
    }
    const double w = fabs(p->place[1]), h = fabs(p->place[5]);
    if (fabs(p->place[2]) > SQUARE_TOLERANCE * w || fabs(p->place[4]) > SQUARE_TOLERANCE * w) {
        return fail_raster(p, "the raster is rotated: expected north up", err);
    }
    if (!(p->place[1] > 0)) {
        return fail_raster(p, "the raster's columns do not run from west to east", err);
    }
    if (!(fabs(w - h) <= SQUARE_TOLERANCE * w)) {
        return wh_fail_at(err, WH_ERR_INPUT, p->path, 0, 0,
                          "the raster's cells are not square: %g wide, %g high", w, h);
    }
    return WH_OK;
}

static enum wh_status check_crs(struct wh_raster *p, struct wh_error *err)
{
    const OGRSpatialReferenceH srs = GDALGetSpatialRef(p->dataset);
    if (srs == NULL) {
        return fail_raster(p, "the raster does not say its CRS", err);
    }
    if (!wh_gdal_crs_name(srs, p->crs, sizeof p->crs)) {
        return fail_raster(p, "the raster has a CRS that EPSG does not list", err);
    }
    struct wh_error reason = {0};
    const enum wh_status status = wh_crs_check_working(p->ctx, p->crs, &reason);
    if (status == WH_ERR_LIMIT) {
        return wh_fail_memory(p->ctx, err);
    }
    return status == WH_OK ? WH_OK : fail_raster(p, reason.message, err);
}

static enum wh_status check_band(struct wh_raster *p, struct wh_error *err)
{
    int has_no_data = 0;
    p->band = GDALGetRasterBand(p->dataset, 1);
    if (p->band == NULL || GDALDataTypeIsComplex(GDALGetRasterDataType(p->band))) {
        return fail_raster(p, "the raster has no band of plain numbers", err);
    }
    p->no_data = GDALGetRasterNoDataValue(p->band, &has_no_data);
    /* Where "no data" is NaN the values are that already. */
    p->has_no_data = has_no_data && !isnan(p->no_data);
    return WH_OK;
}

static enum wh_status check_all(struct wh_raster *p, struct wh_error *err)
{
    enum wh_status status = open_file(p, err);
    if (status == WH_OK) {
        status = check_place(p, err);
    }
    if (status == WH_OK) {
        status = check_crs(p, err);
    }
    if (status == WH_OK) {
        status = check_band(p, err);
    }
    if (status != WH_OK) {
        return status;
    }
    p->grid = (struct wh_grid){.x0 = p->place[0],
                               .cell_m = p->place[1],
                               .nx = (uint32_t)GDALGetRasterXSize(p->dataset),
                               .ny = (uint32_t)GDALGetRasterYSize(p->dataset)};
    p->grid.y0 = p->place[5] < 0 ? p->place[3] - p->grid.ny * p->grid.cell_m : p->place[3];
    return WH_OK;
}

enum wh_status wh_raster_open(struct wh_ctx *ctx, const char *path, struct wh_raster **ret,
                              struct wh_error *err)
{
    struct wh_raster *const p = wh_alloc(ctx, sizeof *p);
    if (p == NULL) {
        return wh_fail_memory(ctx, err);
    }
    p->ctx = ctx;
    p->path = path;
    wh_gdal_begin(&p->gdal);
    const enum wh_status status = check_all(p, err);
    wh_gdal_end(&p->gdal);
    if (status != WH_OK) {
        wh_raster_close(p);
        return status;
    }
    *ret = p;
    return WH_OK;
}

void wh_raster_close(struct wh_raster *raster)
{
    if (raster == NULL) {
        return;
    }
    if (raster->dataset != NULL) {
        wh_gdal_begin(&raster->gdal);
        GDALClose(raster->dataset);
        wh_gdal_end(&raster->gdal);
    }
    wh_free(raster->ctx, raster);
}

const char *wh_raster_crs(const struct wh_raster *raster)
{
    return raster->crs;
}

struct wh_grid wh_raster_grid(const struct wh_raster *raster)
{
    return raster->grid;
}

/* Reads n rows in one request; row 0 of a grid is south, of most files north. */
static enum wh_status read_rows(struct wh_raster *p, uint32_t row, uint32_t n, float *ret,
                                struct wh_error *err)
{
    const bool is_north_up = p->place[5] < 0;
    const uint32_t first = is_north_up ? p->grid.ny - row - n : row;
    const int line = (int)(p->grid.nx * sizeof *ret);
    /* From the last row on, upwards. */
    float *const at = ret + (is_north_up ? (size_t)(n - 1) * p->grid.nx : 0);
    const CPLErr failed =
        GDALRasterIO(p->band, GF_Read, 0, (int)first, (int)p->grid.nx, (int)n, at, (int)p->grid.nx,
                     (int)n, GDT_Float32, (int)sizeof *ret, is_north_up ? -line : line);
    return failed == CE_None ? WH_OK
                             : wh_gdal_fail(&p->gdal, WH_ERR_INPUT, p->path, "GeoTIFF", err);
}

enum wh_status wh_raster_rows(struct wh_raster *raster, uint32_t row, uint32_t n, float *ret,
                              struct wh_error *err)
{
    const size_t count = (size_t)n * raster->grid.nx;
    wh_gdal_begin(&raster->gdal);
    const enum wh_status status = read_rows(raster, row, n, ret, err);
    /* The cache would keep all blocks that were ever read. */
    GDALFlushRasterCache(raster->band);
    wh_gdal_end(&raster->gdal);
    const float no_data = (float)raster->no_data;
    for (size_t i = 0; status == WH_OK && i < count; i++) {
        const bool is_none = raster->has_no_data && !(ret[i] < no_data) && !(ret[i] > no_data);
        ret[i] = is_none || !isfinite(ret[i]) ? nanf("") : ret[i];
    }
    return status;
}

/* Of rows [row, row + n) those that belong to the sample. */
static void take_sample(const float *value, uint32_t row, uint32_t n, uint32_t step,
                        const struct wh_grid *from, struct wh_grid *sample)
{
    for (uint32_t r = 0; r < n; r++) {
        if ((row + r) % step != 0) {
            continue;
        }
        double *const to = sample->v + (size_t)((row + r) / step) * sample->nx;
        for (uint32_t col = 0; col < sample->nx; col++) {
            to[col] = (double)value[(size_t)r * from->nx + (size_t)col * step];
        }
    }
}

enum wh_status wh_raster_sample(struct wh_raster *raster, size_t most_cells, struct wh_grid *ret,
                                struct wh_error *err)
{
    const struct wh_grid *const grid = &raster->grid;
    struct wh_grid like = *grid, sample = {0};
    uint32_t step = 1;
    for (; (size_t)like.nx * like.ny > most_cells; step++) {
        like.nx = (grid->nx + step - 1) / step;
        like.ny = (grid->ny + step - 1) / step;
    }
    step -= step > 1;
    like.cell_m = grid->cell_m * step;
    enum wh_status status = wh_grid_like(raster->ctx, &like, &sample, err);
    if (status != WH_OK) {
        return status;
    }
    float *const value = wh_alloc_array(raster->ctx, (size_t)BLOCK_ROWS * grid->nx, sizeof *value);
    if (value == NULL) {
        status = wh_fail_memory(raster->ctx, err);
    }
    for (uint32_t high = grid->ny; status == WH_OK && high > 0;) { /* as the blocks lie */
        const uint32_t n = high < BLOCK_ROWS ? high : BLOCK_ROWS;
        high -= n;
        status = wh_raster_rows(raster, high, n, value, err);
        if (status == WH_OK) {
            take_sample(value, high, n, step, grid, &sample);
        }
    }
    wh_free(raster->ctx, value);
    if (status != WH_OK) {
        wh_grid_finish(raster->ctx, &sample);
        return status;
    }
    *ret = sample;
    return WH_OK;
}
