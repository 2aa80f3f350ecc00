/*
 * geo/mvt.c: vector tiles by GDAL's MVT driver, in GDAL's memory; nothing touches the disk
 * here. Places go to Web Mercator by its formula on the sphere (EPSG:3857), so that GDAL transforms
 * nothing.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "geo/gdal_internal.h"
#include "geo/vector_internal.h"

#define EARTH_RADIUS_M 6378137.0
#define DEGREE (3.14159265358979323846 / 180)
#define MOST_TILE_BYTES "100000000" /* GDAL drops features above it: its caller decides instead */
#define MOST_FEATURES "100000000"

static const char FORMAT[] = "vector tiles";

struct mvt {
    struct wh_gdal gdal;
    char folder[64];
    GDALDatasetH dataset;
};

/* Spherical Mercator (EPSG method 1024). */
static void to_mercator(double *x, double *y)
{
    *x = EARTH_RADIUS_M * *x * DEGREE;
    *y = EARTH_RADIUS_M * asinh(tan(*y * DEGREE));
}

static bool add_layer(struct mvt *mvt, OGRSpatialReferenceH srs,
                      const struct wh_vector_layer *layer)
{
    char **options = CSLSetNameValue(NULL, "DESCRIPTION", layer->definition);
    const OGRLayerH to =
        GDALDatasetCreateLayer(mvt->dataset, layer->name, srs, wkbMultiPolygon, options);
    CSLDestroy(options);
    bool is_added = to != NULL && wh_vector_make_fields(to, layer, false);
    for (size_t i = 0; is_added && i < layer->n; i++) {
        is_added = wh_vector_add_feature(to, layer, i, to_mercator);
    }
    return is_added;
}

static char **make_options(const struct wh_vector_tile_options *opt, const char *folder)
{
    char text[32], temporary[96];
    char **options = CSLSetNameValue(NULL, "FORMAT", "DIRECTORY");
    (void)snprintf(text, sizeof text, "%u", opt->zoom_min);
    options = CSLSetNameValue(options, "MINZOOM", text);
    (void)snprintf(text, sizeof text, "%u", opt->zoom_max);
    options = CSLSetNameValue(options, "MAXZOOM", text);
    (void)snprintf(text, sizeof text, "%u", opt->buffer_px);
    options = CSLSetNameValue(options, "BUFFER", text);
    options = CSLSetNameValue(options, "COMPRESS", "NO");
    options = CSLSetNameValue(options, "MAX_SIZE", MOST_TILE_BYTES);
    options = CSLSetNameValue(options, "MAX_FEATURES", MOST_FEATURES);
    (void)snprintf(temporary, sizeof temporary, "%s.db", folder);
    return CSLSetNameValue(options, "TEMPORARY_DB", temporary);
}

static enum wh_status encode(struct mvt *mvt, const struct wh_vector_layer *layer, size_t n_layers,
                             const struct wh_vector_tile_options *opt, struct wh_error *err)
{
    char **options = make_options(opt, mvt->folder);
    mvt->dataset =
        GDALCreate(GDALGetDriverByName("MVT"), mvt->folder, 0, 0, 0, GDT_Unknown, options);
    CSLDestroy(options);
    const OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    bool is_made = mvt->dataset != NULL && OSRImportFromEPSG(srs, 3857) == OGRERR_NONE;
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    for (size_t i = 0; is_made && i < n_layers; i++) {
        is_made = layer[i].n == 0 || add_layer(mvt, srs, &layer[i]);
    }
    OSRDestroySpatialReference(srs);
    if (mvt->dataset != NULL) {
        GDALClose(mvt->dataset);
    }
    return is_made && mvt->gdal.error[0] == '\0'
               ? WH_OK
               : wh_gdal_fail(&mvt->gdal, WH_ERR_INTERNAL, "tiles", FORMAT, err);
}

/* "9/252/164.pbf" */
static bool parse_name(const char *name, int64_t ret[3])
{
    struct wh_str rest = wh_str_c(name);
    for (unsigned i = 0; i < 3; i++) {
        size_t len = 0;
        while (len < rest.len && rest.ptr[len] >= '0' && rest.ptr[len] <= '9') {
            len++;
        }
        if (!wh_parse_int(wh_str_slice(rest, 0, len), &ret[i])) {
            return false;
        }
        rest = wh_str_slice(rest, len < rest.len ? len + 1 : len, rest.len);
    }
    return wh_str_eq_c(rest, "pbf");
}

static enum wh_status give(const struct mvt *mvt, wh_vector_tile_fn *add, void *user,
                           struct wh_error *err)
{
    enum wh_status status = WH_OK;
    char **names = VSIReadDirRecursive(mvt->folder);
    for (int i = 0; status == WH_OK && names != NULL && names[i] != NULL; i++) {
        int64_t place[3];
        char path[160];
        vsi_l_offset len = 0;
        if (!parse_name(names[i], place)) {
            continue; /* a folder, or GDAL's own metadata */
        }
        (void)snprintf(path, sizeof path, "%s/%s", mvt->folder, names[i]);
        const GByte *const bytes = VSIGetMemFileBuffer(path, &len, FALSE);
        status = bytes == NULL ? wh_gdal_fail(&mvt->gdal, WH_ERR_INTERNAL, "tiles", FORMAT, err)
                               : add(user, (uint32_t)place[0], (uint32_t)place[1],
                                     (uint32_t)place[2], bytes, (size_t)len, err);
    }
    CSLDestroy(names);
    return status;
}

enum wh_status wh_vector_tiles(struct wh_ctx *ctx, const struct wh_vector_layer *layer,
                               size_t n_layers, const struct wh_vector_tile_options *opt,
                               wh_vector_tile_fn *add, void *user, struct wh_error *err)
{
    (void)ctx;
    struct mvt mvt = {0};
    (void)snprintf(mvt.folder, sizeof mvt.folder, "/vsimem/wardheat-%" PRIxPTR, (uintptr_t)&mvt);
    wh_gdal_begin(&mvt.gdal);
    enum wh_status status = encode(&mvt, layer, n_layers, opt, err);
    if (status == WH_OK) {
        status = give(&mvt, add, user, err);
    }
    (void)VSIRmdirRecursive(mvt.folder);
    wh_gdal_end(&mvt.gdal);
    return status;
}
