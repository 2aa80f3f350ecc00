/* geo/layer.c: opening a vector file and reading its features and attributes. */
#include "geo/layer.h"

#include <stdio.h>
#include <string.h>

#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "geo/gdal_internal.h"
#include "geo/layer_internal.h"

#define WANTED "GeoJSON, GeoPackage, Shapefile or FlatGeobuf"
#define NAMES_SHOWN 400 /* bytes of names in a message */

struct source {
    struct wh_ctx *ctx;
    const char *path;
    const char *format; /* "GeoJSON" */
    struct wh_gdal gdal;
    GDALDatasetH dataset;
    OGRLayerH layer;
    struct wh_file_info info; /* at opening */
};

static enum wh_status fail_source(const struct source *source, struct wh_error *err)
{
    return wh_gdal_fail(&source->gdal, WH_ERR_INPUT, source->path, source->format, err);
}

/* ---- opening ---- */

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
    case WH_FILE_TIFF:
        return NULL;
    }
    return NULL;
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

static enum wh_status open_dataset(struct source *source, struct wh_error *err)
{
    enum wh_status status = wh_io_check_input(source->path, &source->info, err);
    enum wh_file_kind kind = WH_FILE_GEOJSON;
    if (status == WH_OK) {
        status = wh_gdal_kind(source->ctx, source->path, WANTED, &kind, err);
    }
    if (status != WH_OK) {
        return status;
    }
    const char *const driver = driver_of(kind);
    if (driver == NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, source->path, 0, 0, "not %s; it looks like a TIFF",
                          WANTED);
    }
    source->format = kind == WH_FILE_GEOPACKAGE  ? "GeoPackage"
                     : kind == WH_FILE_SHAPEFILE ? "Shapefile"
                                                 : driver;
    const char *const allowed[] = {driver, NULL};
    const char *const quiet[] = {"IMMUTABLE=YES", "LIST_ALL_TABLES=NO", NULL};
    const bool is_quiet =
        kind == WH_FILE_GEOPACKAGE && !has_write_ahead_log(source->ctx, source->path);
    source->dataset =
        GDALOpenEx(source->path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, allowed,
                   is_quiet ? quiet : NULL, NULL);
    if (source->dataset == NULL) {
        return fail_source(source, err);
    }
    if (kind == WH_FILE_GEOPACKAGE && !passes_quick_check(source->dataset)) {
        return wh_fail_at(err, WH_ERR_INPUT, source->path, 0, 0,
                          "the GeoPackage is damaged (SQLite's quick_check fails)");
    }
    return WH_OK;
}

static enum wh_status fail_no_layer(const struct source *source, const char *name,
                                    struct wh_error *err)
{
    struct wh_buf names;
    wh_buf_init(&names, source->ctx);
    const int n = GDALDatasetGetLayerCount(source->dataset);
    for (int i = 0; i < n && names.len < NAMES_SHOWN; i++) {
        wh_buf_printf(&names, "%s%s", i > 0 ? ", " : "",
                      OGR_L_GetName(GDALDatasetGetLayer(source->dataset, i)));
    }
    const enum wh_status status =
        wh_fail_at(err, WH_ERR_INPUT, source->path, 0, 0, "no layer \"%s\"; found: %s", name,
                   names.failed || n == 0 ? "none" : names.ptr);
    wh_buf_finish(&names);
    return status;
}

static enum wh_status open_layer(struct source *source, const char *name, struct wh_error *err)
{
    enum wh_status status = open_dataset(source, err);
    if (status != WH_OK) {
        return status;
    }
    source->layer = name != NULL && name[0] != '\0'
                        ? GDALDatasetGetLayerByName(source->dataset, name)
                        : GDALDatasetGetLayer(source->dataset, 0);
    if (source->layer != NULL) {
        return WH_OK;
    }
    if (name == NULL || name[0] == '\0') {
        return wh_fail_at(err, WH_ERR_INPUT, source->path, 0, 0,
                          "the %s holds no layer (is it cut off?)", source->format);
    }
    return fail_no_layer(source, name, err);
}

static enum wh_status close_source(struct source *source, enum wh_status status,
                                   struct wh_error *err)
{
    if (source->dataset != NULL) {
        GDALClose(source->dataset);
    }
    struct wh_file_info now;
    if (status == WH_OK &&
        (!wh_io_stat(source->path, &now) || now.size_bytes != source->info.size_bytes ||
         now.modified_ns != source->info.modified_ns)) {
        return wh_fail_at(err, WH_ERR_INPUT, source->path, 0, 0, "changed while being read");
    }
    return status;
}

/* ---- attributes ---- */

static enum wh_status fail_no_field(const struct source *source, const char *name,
                                    struct wh_error *err)
{
    struct wh_buf names;
    wh_buf_init(&names, source->ctx);
    const OGRFeatureDefnH defn = OGR_L_GetLayerDefn(source->layer);
    const int n = OGR_FD_GetFieldCount(defn);
    for (int i = 0; i < n && names.len < NAMES_SHOWN; i++) {
        wh_buf_printf(&names, "%s%s", i > 0 ? ", " : "",
                      OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(defn, i)));
    }
    const enum wh_status status =
        wh_fail_at(err, WH_ERR_INPUT, source->path, 0, 0, "no attribute \"%s\"; found: %s", name,
                   names.failed || n == 0 ? "none" : names.ptr);
    wh_buf_finish(&names);
    return status;
}

/* By exact name; else by the name with ASCII case ignored, as for columns of a table. */
static int find_field(OGRFeatureDefnH defn, const char *name)
{
    const int n = OGR_FD_GetFieldCount(defn);
    int folded = -1;
    for (int i = 0; i < n; i++) {
        const char *const found = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(defn, i));
        if (strcmp(found, name) == 0) {
            return i;
        }
        if (folded < 0 && wh_str_eq_fold(wh_str_c(found), wh_str_c(name))) {
            folded = i;
        }
    }
    return folded;
}

static enum wh_status find_fields(const struct source *source, const struct wh_layer_spec *spec,
                                  int *ret_index, struct wh_error *err)
{
    const OGRFeatureDefnH defn = OGR_L_GetLayerDefn(source->layer);
    for (size_t i = 0; i < spec->n_fields; i++) {
        const char *const name = spec->field[i];
        ret_index[i] = -1;
        if (name == NULL || name[0] == '\0') {
            continue;
        }
        ret_index[i] = find_field(defn, name);
        if (ret_index[i] < 0) {
            return fail_no_field(source, name, err);
        }
    }
    return WH_OK;
}

static enum wh_status read_values(const struct source *source, OGRFeatureH row, const int *index,
                                  size_t n, struct wh_arena *arena, struct wh_feature *feature,
                                  struct wh_error *err)
{
    feature->value = wh_arena_alloc(arena, n > 0 ? n : 1, sizeof *feature->value);
    if (feature->value == NULL) {
        return wh_fail_memory(source->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        if (index[i] < 0 || !OGR_F_IsFieldSetAndNotNull(row, index[i])) {
            continue;
        }
        const struct wh_str text = wh_str_c(OGR_F_GetFieldAsString(row, index[i]));
        if (wh_utf8_check(text) < text.len) {
            return wh_fail(err, WH_ERR_INPUT, "attribute %s is not UTF-8",
                           OGR_Fld_GetNameRef(OGR_F_GetFieldDefnRef(row, index[i])));
        }
        feature->value[i] = wh_arena_c(arena, text);
        if (feature->value[i] == NULL) {
            return wh_fail_memory(source->ctx, err);
        }
    }
    return WH_OK;
}

/* ---- CRS ---- */

/* GDAL says EPSG:4326 for a GeoJSON without a `crs` member, as RFC 7946 does; `from` is for files
 * that break that rule. */
static enum wh_status find_crs(const struct source *source, const struct wh_layer_spec *spec,
                               char *out, size_t size, struct wh_error *err)
{
    const bool has_from = spec->from != NULL && spec->from[0] != '\0';
    const OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(source->layer);
    const bool is_known = wh_gdal_crs_name(srs, out, size);
    const bool is_assumed =
        is_known && strcmp(source->format, "GeoJSON") == 0 && strcmp(out, "EPSG:4326") == 0;
    if (has_from && (!is_known || is_assumed)) {
        (void)snprintf(out, size, "%s", spec->from);
        return WH_OK;
    }
    if (!is_known) {
        return wh_fail_at(err, WH_ERR_INPUT, source->path, 0, 0,
                          "the file %s: say which one with crs, as in crs: EPSG:27700",
                          srs == NULL ? "does not say its CRS"
                                      : "has a CRS that EPSG does not list");
    }
    return WH_OK;
}

static enum wh_status open_transform(const struct source *source, const struct wh_layer_spec *spec,
                                     struct wh_layer_geometry *geometry, struct wh_error *err)
{
    enum wh_status status = find_crs(source, spec, geometry->crs, sizeof geometry->crs, err);
    if (status == WH_OK) {
        status = wh_transform_create(source->ctx, geometry->crs, spec->crs, &spec->crs_opt,
                                     &geometry->transform, err);
        if (status != WH_OK) {
            (void)wh_fail_in(err, source->path);
        }
    }
    return status;
}

/* ---- features ---- */

struct reading {
    struct source *source;
    const struct wh_layer_spec *spec;
    struct wh_arena *arena;
    struct wh_layer_geometry geometry;
    int *index; /* of each wanted attribute, or -1 */
    struct wh_feature *feature;
    size_t n, cap;
};

/* Says which feature; running out of memory is not the feature's fault. */
static enum wh_status fail_feature(const struct reading *reading, uint64_t number,
                                   enum wh_status status, struct wh_error *err)
{
    struct wh_error reason;
    if (err == NULL || status == WH_ERR_LIMIT) {
        return status;
    }
    reason = *err;
    return wh_fail_at(err, status, reading->source->path, 0, 0, "feature %llu: %s",
                      (unsigned long long)number, reason.message);
}

static enum wh_status read_feature(struct reading *reading, OGRFeatureH row, struct wh_error *err)
{
    struct wh_feature feature = {.number = reading->n + 1};
    enum wh_status status = read_values(reading->source, row, reading->index,
                                        reading->spec->n_fields, reading->arena, &feature, err);
    if (status == WH_OK) {
        status =
            wh_layer_take_geometry(&reading->geometry, OGR_F_GetGeometryRef(row), &feature, err);
    }
    if (status != WH_OK) {
        return fail_feature(reading, feature.number, status, err);
    }
    if (reading->n == reading->cap) {
        void *array = reading->feature;
        status = wh_grow(reading->source->ctx, &array, reading->n, &reading->cap,
                         sizeof *reading->feature, err);
        reading->feature = array;
    }
    if (status == WH_OK) {
        reading->feature[reading->n++] = feature;
    }
    return status;
}

static bool has_said(const struct wh_gdal *gdal)
{
    return gdal->error[0] != '\0' || gdal->warning[0] != '\0';
}

/* `number` 0: it is not known where. */
static enum wh_status fail_said(const struct reading *reading, uint64_t number,
                                struct wh_error *err)
{
    const struct wh_gdal *const gdal = &reading->source->gdal;
    const char *const text = gdal->error[0] != '\0' ? gdal->error : gdal->warning;
    if (number == 0 || strncmp(text, "At line ", 8) == 0) {
        return fail_source(reading->source, err);
    }
    return wh_fail_at(err, WH_ERR_INPUT, reading->source->path, 0, 0, "near feature %llu: %s",
                      (unsigned long long)number, text);
}

/*
 * GDAL reads ahead and complains early: its message does not belong to the feature at hand. A
 * broken feature is known by our own checks, or by having lost its geometry; whatever was said
 * without either is told at the end.
 */
static enum wh_status read_features(struct reading *reading, struct wh_error *err)
{
    struct wh_gdal *const gdal = &reading->source->gdal;
    enum wh_status status = WH_OK;
    wh_gdal_clear(gdal); /* what it said while it scanned a GeoJSON it says again while it reads */
    OGR_L_ResetReading(reading->source->layer);
    for (;;) {
        const OGRFeatureH row = OGR_L_GetNextFeature(reading->source->layer);
        if (row == NULL) {
            return has_said(gdal) ? fail_said(reading, 0, err) : WH_OK;
        }
        if (has_said(gdal) && OGR_F_GetGeometryRef(row) == NULL) {
            status = fail_said(reading, reading->n + 1, err);
        } else {
            status = read_feature(reading, row, err);
        }
        OGR_F_Destroy(row);
        if (status != WH_OK) {
            return status;
        }
    }
}

static enum wh_status finish_layer(const struct reading *reading, struct wh_layer *ret,
                                   struct wh_error *err)
{
    struct wh_feature *const feature =
        wh_arena_alloc(reading->arena, reading->n > 0 ? reading->n : 1, sizeof *feature);
    if (feature == NULL) {
        return wh_fail_memory(reading->source->ctx, err);
    }
    if (reading->n > 0) {
        memcpy(feature, reading->feature, reading->n * sizeof *feature);
    }
    *ret = (struct wh_layer){.n = reading->n, .feature = feature};
    return WH_OK;
}

static enum wh_status read_layer(struct reading *reading, struct wh_layer *ret,
                                 struct wh_error *err)
{
    const struct wh_layer_spec *const spec = reading->spec;
    enum wh_status status = open_layer(reading->source, spec->layer, err);
    if (status == WH_OK) {
        reading->index = wh_arena_alloc(reading->arena, spec->n_fields + 1, sizeof(int));
        status = reading->index != NULL ? find_fields(reading->source, spec, reading->index, err)
                                        : wh_fail_memory(reading->source->ctx, err);
    }
    if (status == WH_OK) {
        status = open_transform(reading->source, spec, &reading->geometry, err);
    }
    if (status == WH_OK) {
        reading->geometry.refuses_empty = strcmp(reading->source->format, "GeoJSON") == 0;
        status = read_features(reading, err);
    }
    return status == WH_OK ? finish_layer(reading, ret, err) : status;
}

enum wh_status wh_layer_read(struct wh_ctx *ctx, const struct wh_layer_spec *spec,
                             struct wh_arena *arena, struct wh_layer *ret, struct wh_error *err)
{
    struct source source = {.ctx = ctx, .path = spec->path};
    struct reading reading = {
        .source = &source, .spec = spec, .arena = arena, .geometry = {.ctx = ctx, .arena = arena}};
    struct wh_layer layer;
    wh_gdal_begin(&source.gdal);
    enum wh_status status = read_layer(&reading, &layer, err);
    status = close_source(&source, status, err);
    wh_gdal_end(&source.gdal);
    wh_transform_destroy(ctx, reading.geometry.transform);
    wh_free(ctx, reading.feature);
    if (status == WH_OK) {
        *ret = layer;
    }
    return status;
}

enum wh_status wh_layer_fields(struct wh_ctx *ctx, const char *path, const char *layer,
                               struct wh_arena *arena, const char ***ret, size_t *ret_n,
                               struct wh_error *err)
{
    struct source source = {.ctx = ctx, .path = path};
    wh_gdal_begin(&source.gdal);
    enum wh_status status = open_layer(&source, layer, err);
    if (status == WH_OK) {
        const OGRFeatureDefnH defn = OGR_L_GetLayerDefn(source.layer);
        const size_t n = (size_t)OGR_FD_GetFieldCount(defn);
        const char **const name = wh_arena_alloc(arena, n + 1, sizeof *name);
        bool is_made = name != NULL;
        for (size_t i = 0; i < n && is_made; i++) {
            const OGRFieldDefnH field = OGR_FD_GetFieldDefn(defn, (int)i);
            name[i] = wh_arena_c(arena, wh_str_c(OGR_Fld_GetNameRef(field)));
            is_made = name[i] != NULL;
        }
        status = is_made ? WH_OK : wh_fail_memory(ctx, err);
        if (is_made) {
            *ret = name;
            *ret_n = n;
        }
    }
    status = close_source(&source, status, err);
    wh_gdal_end(&source.gdal);
    return status;
}

enum wh_status wh_layer_crs(struct wh_ctx *ctx, const char *path, const char *layer,
                            const char *from, char ret[64], struct wh_error *err)
{
    struct source source = {.ctx = ctx, .path = path};
    const struct wh_layer_spec spec = {.from = from};
    char name[64] = "";
    wh_gdal_begin(&source.gdal);
    enum wh_status status = open_layer(&source, layer, err);
    if (status == WH_OK) {
        status = find_crs(&source, &spec, name, sizeof name, err);
    }
    status = close_source(&source, status, err);
    wh_gdal_end(&source.gdal);
    if (status == WH_OK) {
        (void)snprintf(ret, 64, "%s", name);
    }
    return status;
}
