/*
 * geo/raster_write.c: cloud-optimised GeoTIFFs. GDAL writes into its memory; the file is written by
 * base/io.h, so that readers see it whole, on the disk, or not at all.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "base/str.h"
#include "geo/gdal_internal.h"
#include "geo/raster.h"

#define NO_CLASS 255

/* One band of cells, north up, and what is said about it. */
struct image {
    const char *path;
    const struct wh_grid *grid;
    const struct wh_raster_meta *meta;
    GDALDataType type;
    void *cells;
    double no_data;
    const char *resampling, *predictor;
    const uint8_t *rgb;
    size_t n_colours;
};

static enum wh_status set_crs(GDALDatasetH dataset, const char *crs, struct wh_error *err)
{
    const OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    /* "AUTHORITY:CODE" only: OSRSetFromUserInput() alone would open files and URLs. */
    bool is_set = false;
    if (srs != NULL && crs != NULL && strncmp(crs, "EPSG:", 5) == 0) {
        int64_t code = 0;
        is_set = wh_parse_int(wh_str_c(crs + 5), &code) && code > 0 && code <= INT32_MAX &&
                 OSRImportFromEPSG(srs, (int)code) == OGRERR_NONE;
    } else if (srs != NULL && crs != NULL && strncmp(crs, "ESRI:", 5) == 0 &&
               strspn(crs + 5, "0123456789") == strlen(crs + 5)) {
        is_set = OSRSetFromUserInput(srs, crs) == OGRERR_NONE;
    }
    is_set = is_set && GDALSetSpatialRef(dataset, srs) == CE_None;
    OSRDestroySpatialReference(srs);
    return is_set ? WH_OK
                  : wh_fail(err, WH_ERR_CONFIG,
                            "\"%s\" is not a CRS for a raster: expected one as "
                            "EPSG:27700",
                            crs != NULL ? crs : "");
}

static bool set_colours(GDALRasterBandH band, const uint8_t *rgb, size_t n)
{
    const GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
    for (size_t i = 0; i < n && i < NO_CLASS; i++) {
        const GDALColorEntry entry = {rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], 255};
        GDALSetColorEntry(table, (int)i, &entry);
    }
    const GDALColorEntry clear = {0, 0, 0, 0};
    GDALSetColorEntry(table, NO_CLASS, &clear);
    const bool is_set = GDALSetRasterColorTable(band, table) == CE_None;
    GDALDestroyColorTable(table);
    return is_set;
}

static bool set_texts(GDALDatasetH dataset, GDALRasterBandH band, const struct wh_raster_meta *meta)
{
    bool is_set = true;
    if (meta->description != NULL) {
        GDALSetDescription(band, meta->description);
    }
    if (meta->unit != NULL) {
        is_set = GDALSetRasterUnitType(band, meta->unit) == CE_None;
    }
    for (size_t i = 0; i < meta->n && is_set; i++) {
        is_set = GDALSetMetadataItem(dataset, meta->key[i], meta->value[i], NULL) == CE_None;
    }
    return is_set;
}

/* A dataset over the image's own cells, without a copy. */
static GDALDatasetH wrap(const struct image *image)
{
    const struct wh_grid *const grid = image->grid;
    const GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("MEM"), "", (int)grid->nx,
                                            (int)grid->ny, 0, image->type, NULL);
    if (dataset == NULL) {
        return NULL;
    }
    char pointer[64], option[96];
    const int len = CPLPrintPointer(pointer, image->cells, (int)sizeof pointer - 1);
    pointer[len] = '\0';
    (void)snprintf(option, sizeof option, "DATAPOINTER=%s", pointer);
    char *options[] = {option, NULL};
    if (GDALAddBand(dataset, image->type, options) != CE_None) {
        GDALClose(dataset);
        return NULL;
    }
    return dataset;
}

static enum wh_status describe(const struct image *image, GDALDatasetH dataset,
                               const struct wh_gdal *gdal, struct wh_error *err)
{
    const struct wh_grid *const grid = image->grid;
    const GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    double place[6] = {grid->x0, grid->cell_m, 0, grid->y0 + grid->ny * grid->cell_m,
                       0,        -grid->cell_m};
    const bool is_set = GDALSetGeoTransform(dataset, place) == CE_None &&
                        GDALSetRasterNoDataValue(band, image->no_data) == CE_None &&
                        set_texts(dataset, band, image->meta) &&
                        (image->rgb == NULL || set_colours(band, image->rgb, image->n_colours));
    if (!is_set) {
        return wh_gdal_fail(gdal, WH_ERR_OUTPUT, image->path, "GeoTIFF", err);
    }
    return set_crs(dataset, image->meta->crs, err);
}

/* Encodes to a file in GDAL's memory. No thread count and no date go in: the bytes depend on the
 * cells alone. */
static enum wh_status encode(const struct image *image, const char *memory,
                             const struct wh_gdal *gdal, struct wh_error *err)
{
    const GDALDatasetH source = wrap(image);
    if (source == NULL) {
        return wh_gdal_fail(gdal, WH_ERR_OUTPUT, image->path, "GeoTIFF", err);
    }
    enum wh_status status = describe(image, source, gdal, err);
    if (status == WH_OK) {
        char **options = CSLSetNameValue(NULL, "COMPRESS", "DEFLATE");
        options = CSLSetNameValue(options, "PREDICTOR", image->predictor);
        options = CSLSetNameValue(options, "OVERVIEW_RESAMPLING", image->resampling);
        options = CSLSetNameValue(options, "NUM_THREADS", "1");
        const GDALDatasetH made =
            GDALCreateCopy(GDALGetDriverByName("COG"), memory, source, FALSE, options, NULL, NULL);
        CSLDestroy(options);
        if (made != NULL) {
            GDALClose(made);
        }
        if (made == NULL || gdal->error[0] != '\0') {
            status = wh_gdal_fail(gdal, WH_ERR_OUTPUT, image->path, "GeoTIFF", err);
        }
    }
    GDALClose(source);
    return status;
}

static enum wh_status write_image(struct wh_ctx *ctx, const struct image *image,
                                  struct wh_error *err)
{
    if (image->grid->nx == 0 || image->grid->ny == 0 || image->grid->nx > (uint32_t)INT32_MAX ||
        image->grid->ny > (uint32_t)INT32_MAX) {
        return wh_fail_at(err, WH_ERR_OUTPUT, image->path, 0, 0, "a raster of %u x %u cells",
                          image->grid->nx, image->grid->ny);
    }
    /* Unique in the process, and in no byte of the file. */
    char memory[64];
    (void)snprintf(memory, sizeof memory, "/vsimem/wardheat-%" PRIxPTR ".tif", (uintptr_t)image);
    struct wh_gdal gdal;
    wh_gdal_begin(&gdal);
    enum wh_status status = encode(image, memory, &gdal, err);
    if (status == WH_OK) {
        vsi_l_offset len = 0;
        const GByte *const bytes = VSIGetMemFileBuffer(memory, &len, FALSE);
        const struct wh_str content = {(const char *)bytes, (size_t)len};
        status = bytes != NULL ? wh_io_replace(ctx, image->path, content, err)
                               : wh_gdal_fail(&gdal, WH_ERR_OUTPUT, image->path, "GeoTIFF", err);
    }
    (void)VSIUnlink(memory);
    wh_gdal_end(&gdal);
    if (status != WH_OK) {
        (void)wh_fail_in(err, image->path);
    }
    return status;
}

/* Row 0 of a file is north. */
static void flip(const struct wh_grid *grid, bool is_float64, void *cells)
{
    for (uint32_t row = 0; row < grid->ny; row++) {
        const double *const from = grid->v + (size_t)(grid->ny - 1 - row) * grid->nx;
        for (uint32_t col = 0; col < grid->nx; col++) {
            const size_t at = (size_t)row * grid->nx + col;
            if (is_float64) {
                ((double *)cells)[at] = from[col];
            } else {
                ((float *)cells)[at] = (float)from[col];
            }
        }
    }
}

enum wh_status wh_raster_write(struct wh_ctx *ctx, const char *path, const struct wh_grid *grid,
                               const struct wh_raster_meta *meta, struct wh_error *err)
{
    struct image image = {.path = path,
                          .grid = grid,
                          .meta = meta,
                          .type = meta->is_float64 ? GDT_Float64 : GDT_Float32,
                          .no_data = (double)NAN,
                          .resampling = "AVERAGE",
                          .predictor = "FLOATING_POINT"};
    image.cells = wh_alloc_array(ctx, (size_t)grid->nx * grid->ny,
                                 meta->is_float64 ? sizeof(double) : sizeof(float));
    if (image.cells == NULL) {
        return wh_fail_memory(ctx, err);
    }
    flip(grid, meta->is_float64, image.cells);
    const enum wh_status status = write_image(ctx, &image, err);
    wh_free(ctx, image.cells);
    return status;
}

enum wh_status wh_raster_write_classes(struct wh_ctx *ctx, const char *path,
                                       const struct wh_grid *grid, const uint8_t *classes,
                                       const uint8_t *rgb, size_t n_colours,
                                       const struct wh_raster_meta *meta, struct wh_error *err)
{
    uint8_t *const cells = wh_alloc_array(ctx, (size_t)grid->nx * grid->ny, 1);
    if (cells == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t row = 0; row < grid->ny; row++) {
        memcpy(cells + (size_t)row * grid->nx, classes + (size_t)(grid->ny - 1 - row) * grid->nx,
               grid->nx);
    }
    const struct image image = {.path = path,
                                .grid = grid,
                                .meta = meta,
                                .type = GDT_Byte,
                                .cells = cells,
                                .no_data = NO_CLASS,
                                .resampling = "MODE",
                                .predictor = "NO",
                                .rgb = rgb,
                                .n_colours = n_colours};
    const enum wh_status status = write_image(ctx, &image, err);
    wh_free(ctx, cells);
    return status;
}
