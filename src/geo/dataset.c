/* geo/dataset.c: a vector file, a spreadsheet or a table of PostGIS opened through GDAL: only the
 * driver that the first bytes name, only for reading. */
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/error.h"
#include "base/str.h"
#include "geo/dataset_internal.h"

#define NAMES_SHOWN 400 /* bytes of names in a message */

enum wh_status wh_dataset_fail(const struct wh_dataset *dataset, struct wh_error *err)
{
    return wh_gdal_fail(&dataset->gdal, WH_ERR_INPUT, dataset->path, dataset->format, err);
}

/* ---- files ---- */

static const char *driver_of(enum wh_file_kind kind)
{
    switch (kind) {
    case WH_FILE_GEOJSON:
        return "GeoJSON";
    case WH_FILE_GEOPACKAGE:
        return "GPKG";
    case WH_FILE_SHAPEFILE:
        return "ESRI Shapefile";
    case WH_FILE_FLATGEOBUF:
        return "FlatGeobuf";
    case WH_FILE_XLSX:
        return "XLSX";
    case WH_FILE_ODS:
        return "ODS";
    case WH_FILE_TIFF:
        return NULL;
    }
    return NULL;
}

static const char *format_of(enum wh_file_kind kind)
{
    return kind == WH_FILE_GEOPACKAGE  ? "GeoPackage"
           : kind == WH_FILE_SHAPEFILE ? "Shapefile"
           : kind == WH_FILE_XLSX      ? "XLSX spreadsheet"
           : kind == WH_FILE_ODS       ? "ODS spreadsheet"
                                       : driver_of(kind);
}

/* A GeoPackage that nobody is writing to is opened without locks, so that no -wal or -shm appears
 * beside the input. */
static bool has_write_ahead_log(struct wh_ctx *ctx, const char *path)
{
    struct wh_buf name;
    wh_buf_init(&name, ctx);
    wh_buf_printf(&name, "%s-wal", path);
    struct wh_file_info info;
    const bool is_there = !name.failed && wh_io_stat(name.ptr, &info) && info.size_bytes > 0;
    wh_buf_finish(&name);
    return is_there;
}

/* PRAGMA quick_check: a damaged file is told from an empty one before its rows are believed. */
static bool passes_quick_check(GDALDatasetH dataset)
{
    const OGRLayerH answer = GDALDatasetExecuteSQL(dataset, "PRAGMA quick_check", NULL, "");
    if (answer == NULL) {
        return false;
    }
    const OGRFeatureH row = OGR_L_GetNextFeature(answer);
    const bool is_good = row != NULL && OGR_F_GetFieldCount(row) > 0 &&
                         strcmp(OGR_F_GetFieldAsString(row, 0), "ok") == 0;
    OGR_F_Destroy(row);
    GDALDatasetReleaseResultSet(dataset, answer);
    return is_good;
}

static bool is_spreadsheet(enum wh_file_kind kind)
{
    return kind == WH_FILE_XLSX || kind == WH_FILE_ODS;
}

static const char *wanted_of(const struct wh_dataset_spec *spec)
{
    return spec->takes_sheets ? "a spreadsheet (XLSX or ODS)"
                              : "GeoJSON, GeoPackage, Shapefile or FlatGeobuf";
}

/* What the file is, if it is one of those that are asked for. */
static enum wh_status find_kind(struct wh_dataset *dataset, const struct wh_dataset_spec *spec,
                                enum wh_file_kind *ret, struct wh_error *err)
{
    const char *const wanted = wanted_of(spec);
    enum wh_status status = wh_io_check_input(spec->path, &dataset->info, err);
    if (status == WH_OK) {
        status = wh_gdal_kind(dataset->ctx, spec->path, wanted, ret, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (is_spreadsheet(*ret) != spec->takes_sheets || driver_of(*ret) == NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, spec->path, 0, 0, "not %s; it looks like %s %s",
                          wanted, is_spreadsheet(*ret) ? "an" : "a",
                          driver_of(*ret) == NULL ? "TIFF" : format_of(*ret));
    }
    return WH_OK;
}

static enum wh_status open_file(struct wh_dataset *dataset, const struct wh_dataset_spec *spec,
                                struct wh_error *err)
{
    enum wh_file_kind kind = WH_FILE_GEOJSON;
    enum wh_status status = find_kind(dataset, spec, &kind, err);
    if (status != WH_OK) {
        return status;
    }
    dataset->is_file = true;
    dataset->format = format_of(kind);
    if (is_spreadsheet(kind)) {
        status = wh_zip_check(dataset->ctx, spec->path, dataset->format, err);
        if (status != WH_OK) {
            return status;
        }
    }
    /* GDAL 3.6 reads such days as if they counted from 1900: four years and a day too early. */
    if (kind == WH_FILE_XLSX &&
        (wh_zip_holds(dataset->ctx, spec->path, "xl/workbook.xml", "date1904=\"1\"") ||
         wh_zip_holds(dataset->ctx, spec->path, "xl/workbook.xml", "date1904=\"true\""))) {
        return wh_fail_at(err, WH_ERR_INPUT, spec->path, 0, 0,
                          "its dates count from 1904 (an option of old Macs): save it with dates "
                          "from 1900, or as ODS or CSV");
    }
    if (kind == WH_FILE_SHAPEFILE) {
        status = wh_shapefile_check(dataset->ctx, spec->path, err);
        if (status != WH_OK) {
            return status;
        }
    }
    const char *const allowed[] = {driver_of(kind), NULL};
    const char *const quiet[] = {"IMMUTABLE=YES", "LIST_ALL_TABLES=NO", NULL};
    const bool is_quiet =
        kind == WH_FILE_GEOPACKAGE && !has_write_ahead_log(dataset->ctx, spec->path);
    dataset->dataset =
        GDALOpenEx(spec->path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, allowed,
                   is_quiet ? quiet : NULL, NULL);
    if (dataset->dataset == NULL) {
        return wh_dataset_fail(dataset, err);
    }
    if (kind == WH_FILE_GEOPACKAGE && !passes_quick_check(dataset->dataset)) {
        return wh_fail_at(err, WH_ERR_INPUT, spec->path, 0, 0,
                          "the GeoPackage is damaged (SQLite's quick_check fails)");
    }
    return WH_OK;
}

/* ---- PostGIS ---- */

const char *wh_postgis_name(const struct wh_postgis *postgis, char *out, size_t size)
{
    (void)snprintf(out, size, "postgis:%s", postgis->table);
    return out;
}

/* libpq's quoting: a value in quotes, with a backslash before quotes and backslashes. */
static void add_quoted(struct wh_buf *buf, const char *value)
{
    wh_buf_char(buf, '\'');
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '\'' || *c == '\\') {
            wh_buf_char(buf, '\\');
        }
        wh_buf_char(buf, *c);
    }
    wh_buf_char(buf, '\'');
}

/* A session that cannot change anything, and does not wait for ever. */
static enum wh_status open_database(struct wh_dataset *dataset, const struct wh_postgis *postgis,
                                    struct wh_error *err)
{
    static const char *const allowed[] = {"PostgreSQL", NULL};
    struct wh_buf name, tables;
    wh_buf_init(&name, dataset->ctx);
    wh_buf_init(&tables, dataset->ctx);
    wh_buf_printf(&tables, "TABLES=%s", postgis->table); /* and not every table there is */
    wh_buf_c(&name, "PG:");
    if (postgis->service != NULL) {
        wh_buf_c(&name, "service=");
        add_quoted(&name, postgis->service);
    } else {
        wh_buf_c(&name, postgis->dsn);
    }
    wh_buf_c(&name, " connect_timeout='10' application_name='wardheat'"
                    " options='-c default_transaction_read_only=on'");
    enum wh_status status = wh_buf_ok(&name, err);
    if (status == WH_OK) {
        status = wh_buf_ok(&tables, err);
    }
    if (status == WH_OK) {
        const char *const options[] = {tables.ptr, NULL};
        dataset->dataset =
            GDALOpenEx(name.ptr, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, allowed,
                       options, NULL);
        status = dataset->dataset != NULL ? WH_OK : wh_dataset_fail(dataset, err);
    }
    wh_buf_finish(&name);
    wh_buf_finish(&tables);
    return status;
}

static enum wh_status open_table(struct wh_dataset *dataset, const struct wh_postgis *postgis,
                                 struct wh_error *err)
{
    dataset->format = "PostGIS";
    enum wh_status status = open_database(dataset, postgis, err);
    if (status != WH_OK) {
        return status;
    }
    wh_gdal_clear(&dataset->gdal);
    dataset->layer = GDALDatasetGetLayerByName(dataset->dataset, postgis->table);
    if (dataset->layer == NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, dataset->path, 0, 0,
                          "no table \"%s\" that this user may read", postgis->table);
    }
    if (postgis->where != NULL &&
        OGR_L_SetAttributeFilter(dataset->layer, postgis->where) != OGRERR_NONE) {
        return wh_dataset_fail(dataset, err);
    }
    return WH_OK;
}

/* ---- layers ---- */

static enum wh_status fail_no_layer(const struct wh_dataset *dataset, const char *name,
                                    struct wh_error *err)
{
    struct wh_buf names;
    wh_buf_init(&names, dataset->ctx);
    const int n = GDALDatasetGetLayerCount(dataset->dataset);
    for (int i = 0; i < n && names.len < NAMES_SHOWN; i++) {
        wh_buf_printf(&names, "%s%s", i > 0 ? ", " : "",
                      OGR_L_GetName(GDALDatasetGetLayer(dataset->dataset, i)));
    }
    const enum wh_status status =
        wh_fail_at(err, WH_ERR_INPUT, dataset->path, 0, 0, "no layer \"%s\"; found: %s", name,
                   names.failed || n == 0 ? "none" : names.ptr);
    wh_buf_finish(&names);
    return status;
}

static enum wh_status open_layer(struct wh_dataset *dataset, const struct wh_dataset_spec *spec,
                                 struct wh_error *err)
{
    const char *const name = spec->layer;
    const bool has_name = name != NULL && name[0] != '\0';
    enum wh_status status = open_file(dataset, spec, err);
    if (status != WH_OK) {
        return status;
    }
    dataset->layer = has_name ? GDALDatasetGetLayerByName(dataset->dataset, name)
                              : GDALDatasetGetLayer(dataset->dataset, 0);
    if (dataset->layer != NULL) {
        return WH_OK;
    }
    return has_name ? fail_no_layer(dataset, name, err)
                    : wh_fail_at(err, WH_ERR_INPUT, dataset->path, 0, 0,
                                 "the %s holds no layer (is it cut off?)", dataset->format);
}

enum wh_status wh_dataset_open(struct wh_dataset *dataset, const struct wh_dataset_spec *spec,
                               struct wh_error *err)
{
    if (spec->postgis == NULL) {
        dataset->path = spec->path;
        return open_layer(dataset, spec, err);
    }
    dataset->path = wh_postgis_name(spec->postgis, dataset->shown, sizeof dataset->shown);
    return open_table(dataset, spec->postgis, err);
}

enum wh_status wh_dataset_close(struct wh_dataset *dataset, enum wh_status status,
                                struct wh_error *err)
{
    if (dataset->dataset != NULL) {
        GDALClose(dataset->dataset);
        dataset->dataset = NULL;
    }
    struct wh_file_info now;
    if (status == WH_OK && dataset->is_file &&
        (!wh_io_stat(dataset->path, &now) || now.size_bytes != dataset->info.size_bytes ||
         now.modified_ns != dataset->info.modified_ns)) {
        return wh_fail_at(err, WH_ERR_INPUT, dataset->path, 0, 0, "changed while being read");
    }
    return status;
}

/* ---- CRS ---- */

/* GDAL says EPSG:4326 for a GeoJSON without a `crs` member, as RFC 7946 does; `from` is for files
 * that break that rule. */
enum wh_status wh_dataset_crs(const struct wh_dataset *dataset, const char *from, char *out,
                              size_t size, struct wh_error *err)
{
    const bool has_from = from != NULL && from[0] != '\0';
    const OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(dataset->layer);
    const bool is_known = wh_gdal_crs_name(srs, out, size);
    const bool is_assumed =
        is_known && strcmp(dataset->format, "GeoJSON") == 0 && strcmp(out, "EPSG:4326") == 0;
    if (has_from && (!is_known || is_assumed)) {
        (void)snprintf(out, size, "%s", from);
        return WH_OK;
    }
    if (!is_known) {
        return wh_fail_at(err, WH_ERR_INPUT, dataset->path, 0, 0,
                          "the file %s: say which one with crs, as in crs: EPSG:27700",
                          srs == NULL ? "does not say its CRS"
                                      : "has a CRS that EPSG does not list");
    }
    return WH_OK;
}
