/*
 * geo/geopackage.c: GeoPackage by GDAL in its memory, written by base/io.h; and read back whole for
 * the leak check. Styles lie in a table that QGIS looks into by itself (layer_styles, as QGIS 3.22
 * makes it).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "base/time.h"
#include "geo/gdal_internal.h"
#include "geo/vector_internal.h"

static const char FORMAT[] = "GeoPackage";
static const char DATE_OPTION[] = "OGR_CURRENT_DATE";

struct geopackage {
    const struct wh_geopackage *content;
    struct wh_gdal gdal;
    GDALDatasetH dataset;
    OGRSpatialReferenceH srs;
    char stamp[32]; /* 2026-11-03T00:00:00.000Z */
};

static bool add_layer(struct geopackage *file, const struct wh_vector_layer *layer)
{
    const bool has_shapes = layer->shape != NULL;
    char **options = CSLSetNameValue(NULL, "FID", "fid");
    options = CSLSetNameValue(options, "GEOMETRY_NAME", "geom");
    options = CSLSetNameValue(options, "SPATIAL_INDEX", "YES");
    options = CSLSetNameValue(options, "IDENTIFIER", layer->title);
    options = CSLSetNameValue(options, "DESCRIPTION", layer->definition);
    const OGRLayerH to =
        GDALDatasetCreateLayer(file->dataset, layer->name, has_shapes ? file->srs : NULL,
                               has_shapes ? wkbMultiPolygon : wkbNone, options);
    CSLDestroy(options);
    bool is_added = to != NULL && wh_vector_make_fields(to, layer, true);
    for (size_t i = 0; is_added && i < layer->n; i++) {
        is_added = wh_vector_add_feature(to, layer, i, NULL);
    }
    return is_added;
}

/* ---- styles ---- */

static bool make_style_fields(OGRLayerH to)
{
    static const struct {
        const char *name;
        OGRFieldType type;
    } FIELD[] = {{"f_table_catalog", OFTString},
                 {"f_table_schema", OFTString},
                 {"f_table_name", OFTString},
                 {"f_geometry_column", OFTString},
                 {"styleName", OFTString},
                 {"styleQML", OFTString},
                 {"styleSLD", OFTString},
                 {"useAsDefault", OFTInteger},
                 {"description", OFTString},
                 {"owner", OFTString},
                 {"ui", OFTString},
                 {"update_time", OFTDateTime}};
    bool is_made = true;
    for (size_t i = 0; is_made && i < sizeof FIELD / sizeof *FIELD; i++) {
        const OGRFieldDefnH field = OGR_Fld_Create(FIELD[i].name, FIELD[i].type);
        if (FIELD[i].type == OFTInteger) {
            OGR_Fld_SetSubType(field, OFSTBoolean);
        }
        is_made = OGR_L_CreateField(to, field, FALSE) == OGRERR_NONE;
        OGR_Fld_Destroy(field);
    }
    return is_made;
}

static bool is_first_of_layer(const struct wh_geopackage *content, size_t idx)
{
    for (size_t i = 0; i < idx; i++) {
        if (strcmp(content->style[i].layer, content->style[idx].layer) == 0) {
            return false;
        }
    }
    return true;
}

static bool add_style(const struct geopackage *file, OGRLayerH to, size_t idx)
{
    const struct wh_geopackage_style *const style = &file->content->style[idx];
    const char *const text[] = {"", "", style->layer, "geom", style->name, style->qml, style->sld};
    const OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(to));
    OGR_F_SetFID(feature, (GIntBig)idx + 1);
    for (int i = 0; i < (int)(sizeof text / sizeof *text); i++) {
        OGR_F_SetFieldString(feature, i, text[i]);
    }
    OGR_F_SetFieldInteger(feature, 7, is_first_of_layer(file->content, idx));
    OGR_F_SetFieldString(feature, 8, style->description);
    OGR_F_SetFieldString(feature, 9, "");
    OGR_F_SetFieldString(feature, 11, file->stamp);
    const bool is_added = OGR_L_CreateFeature(to, feature) == OGRERR_NONE;
    OGR_F_Destroy(feature);
    return is_added;
}

static bool add_styles(struct geopackage *file)
{
    char **options = CSLSetNameValue(NULL, "FID", "id");
    const OGRLayerH to =
        GDALDatasetCreateLayer(file->dataset, "layer_styles", NULL, wkbNone, options);
    CSLDestroy(options);
    bool is_added = to != NULL && make_style_fields(to);
    for (size_t i = 0; is_added && i < file->content->n_styles; i++) {
        is_added = add_style(file, to, i);
    }
    return is_added;
}

/* ---- the file ---- */

static enum wh_status set_crs(struct geopackage *file, struct wh_error *err)
{
    const char *const crs = file->content->crs;
    int64_t code = 0;
    file->srs = OSRNewSpatialReference(NULL);
    /* "AUTHORITY:CODE" only: OSRSetFromUserInput() alone would open files and URLs. */
    const bool is_code = strlen(crs) > 5 && wh_parse_int(wh_str_c(crs + 5), &code) && code > 0;
    const bool is_named = strncmp(crs, "EPSG:", 5) == 0 || strncmp(crs, "ESRI:", 5) == 0;
    if (!is_code || !is_named || OSRSetFromUserInput(file->srs, crs) != OGRERR_NONE) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "\"%s\" is not a CRS for a GeoPackage: expected one as EPSG:27700", crs);
    }
    OSRSetAxisMappingStrategy(file->srs, OAMS_TRADITIONAL_GIS_ORDER);
    return WH_OK;
}

static enum wh_status fill(struct geopackage *file, const char *memory, struct wh_error *err)
{
    const struct wh_geopackage *const content = file->content;
    enum wh_status status = set_crs(file, err);
    if (status != WH_OK) {
        return status;
    }
    file->dataset = GDALCreate(GDALGetDriverByName("GPKG"), memory, 0, 0, 0, GDT_Unknown, NULL);
    bool is_made = file->dataset != NULL;
    for (size_t i = 0; is_made && i < content->n_layers; i++) {
        is_made = add_layer(file, &content->layer[i]);
    }
    is_made = is_made && add_styles(file);
    for (size_t i = 0; is_made && i < content->n_pairs; i++) {
        is_made =
            GDALSetMetadataItem(file->dataset, content->key[i], content->value[i], NULL) == CE_None;
    }
    if (file->dataset != NULL) {
        GDALClose(file->dataset);
    }
    return is_made && file->gdal.error[0] == '\0'
               ? WH_OK
               : wh_gdal_fail(&file->gdal, WH_ERR_OUTPUT, "layers", FORMAT, err);
}

enum wh_status wh_geopackage_write(struct wh_ctx *ctx, const struct wh_geopackage *content,
                                   const char *path, struct wh_error *err)
{
    struct geopackage file = {.content = content};
    char memory[64], day[16];
    (void)snprintf(memory, sizeof memory, "/vsimem/wardheat-%" PRIxPTR ".gpkg", (uintptr_t)&file);
    (void)snprintf(file.stamp, sizeof file.stamp, "%sT00:00:00.000Z",
                   wh_format_day(content->day, day, sizeof day));
    wh_gdal_begin(&file.gdal);
    CPLSetThreadLocalConfigOption(DATE_OPTION, file.stamp);
    enum wh_status status = fill(&file, memory, err);
    if (status == WH_OK) {
        vsi_l_offset len = 0;
        const GByte *const bytes = VSIGetMemFileBuffer(memory, &len, FALSE);
        const struct wh_str whole = {(const char *)bytes, (size_t)len};
        status = bytes != NULL ? wh_io_replace(ctx, path, whole, err)
                               : wh_gdal_fail(&file.gdal, WH_ERR_OUTPUT, path, FORMAT, err);
    }
    OSRDestroySpatialReference(file.srs);
    (void)VSIUnlink(memory);
    CPLSetThreadLocalConfigOption(DATE_OPTION, NULL);
    wh_gdal_end(&file.gdal);
    if (status != WH_OK) {
        (void)wh_fail_in(err, path);
    }
    return status;
}

/* ---- reading back ---- */

struct reading {
    wh_geopackage_text_fn *text;
    wh_geopackage_vertex_fn *vertex;
    void *user;
    struct wh_error *err;
};

static enum wh_status read_geometry(const struct reading *reading, OGRGeometryH geometry)
{
    enum wh_status status = WH_OK;
    for (int i = 0; status == WH_OK && i < OGR_G_GetPointCount(geometry); i++) {
        status = reading->vertex(reading->user, OGR_G_GetX(geometry, i), OGR_G_GetY(geometry, i),
                                 reading->err);
    }
    for (int i = 0; status == WH_OK && i < OGR_G_GetGeometryCount(geometry); i++) {
        status = read_geometry(reading, OGR_G_GetGeometryRef(geometry, i));
    }
    return status;
}

static enum wh_status read_layer(const struct reading *reading, OGRLayerH layer)
{
    enum wh_status status = WH_OK;
    for (OGRFeatureH feature; status == WH_OK && (feature = OGR_L_GetNextFeature(layer)) != NULL;
         OGR_F_Destroy(feature)) {
        for (int i = 0; status == WH_OK && i < OGR_F_GetFieldCount(feature); i++) {
            status = reading->text(reading->user, wh_str_c(OGR_F_GetFieldAsString(feature, i)),
                                   reading->err);
        }
        const OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
        if (status == WH_OK && geometry != NULL) {
            status = read_geometry(reading, geometry);
        }
    }
    return status;
}

/* The header's count of free pages (SQLite file format, section 1.3, offset 36). */
static enum wh_status check_free_pages(const char *path, struct wh_error *err)
{
    unsigned char head[100];
    VSILFILE *const file = VSIFOpenL(path, "rb");
    const bool is_read = file != NULL && VSIFReadL(head, sizeof head, 1, file) == 1;
    if (file != NULL) {
        VSIFCloseL(file);
    }
    if (!is_read || memcmp(head, "SQLite format 3", 16) != 0) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "not a GeoPackage");
    }
    return head[36] == 0 && head[37] == 0 && head[38] == 0 && head[39] == 0
               ? WH_OK
               : wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                            "it has free pages, which may hold what was deleted");
}

enum wh_status wh_geopackage_read(struct wh_ctx *ctx, const char *path, wh_geopackage_text_fn *text,
                                  wh_geopackage_vertex_fn *vertex, void *user, struct wh_error *err)
{
    (void)ctx;
    static const char *const ALLOWED[] = {"GPKG", NULL};
    static const char *const OPTIONS[] = {"LIST_ALL_TABLES=YES", NULL};
    const struct reading reading = {text, vertex, user, err};
    struct wh_gdal gdal;
    wh_gdal_begin(&gdal);
    enum wh_status status = check_free_pages(path, err);
    const GDALDatasetH dataset =
        status != WH_OK
            ? NULL
            : GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, ALLOWED, OPTIONS, NULL);
    if (status == WH_OK && dataset == NULL) {
        status = wh_gdal_fail(&gdal, WH_ERR_INPUT, path, FORMAT, err);
    }
    char **const said = status == WH_OK ? GDALGetMetadata(dataset, NULL) : NULL;
    for (int i = 0; status == WH_OK && said != NULL && said[i] != NULL; i++) {
        status = text(user, wh_str_c(said[i]), err);
    }
    for (int i = 0; status == WH_OK && i < GDALDatasetGetLayerCount(dataset); i++) {
        status = read_layer(&reading, GDALDatasetGetLayer(dataset, i));
    }
    if (dataset != NULL) {
        GDALClose(dataset);
    }
    wh_gdal_end(&gdal);
    return status;
}
