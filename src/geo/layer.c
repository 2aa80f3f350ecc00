/* geo/layer.c: a layer read whole: its features and attributes. */
#include "geo/layer.h"

#include <stdio.h>
#include <string.h>

#include <ogr_api.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/sha256.h"
#include "base/str.h"
#include "geo/dataset_internal.h"
#include "geo/layer_internal.h"

#define NAMES_SHOWN 400 /* bytes of names in a message */

/* ---- attributes ---- */

static enum wh_status fail_no_field(const struct wh_dataset *source, const char *name,
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

static enum wh_status find_fields(const struct wh_dataset *source, const struct wh_layer_spec *spec,
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

static enum wh_status read_values(const struct wh_dataset *source, OGRFeatureH row,
                                  const int *index, size_t n, struct wh_arena *arena,
                                  struct wh_feature *feature, struct wh_error *err)
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

static enum wh_status open_transform(const struct wh_dataset *source,
                                     const struct wh_layer_spec *spec,
                                     struct wh_layer_geometry *geometry, struct wh_error *err)
{
    enum wh_status status =
        wh_dataset_crs(source, spec->from, geometry->crs, sizeof geometry->crs, err);
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
    struct wh_dataset *source;
    const struct wh_layer_spec *spec;
    struct wh_arena *arena;
    struct wh_layer_geometry geometry;
    int *index; /* of each wanted attribute, or -1 */
    struct wh_feature *feature;
    size_t n, cap;
    struct wh_sha256_sum content; /* of a database's rows */
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

/* A database has no bytes of its own: what its rows say is what was read. */
static void hash_feature(struct reading *reading, const struct wh_feature *feature)
{
    const struct wh_shape *const shape = &feature->shape;
    struct wh_sha256 sha;
    wh_sha256_init(&sha);
    for (size_t i = 0; i < reading->spec->n_fields; i++) {
        const char *const value = feature->value[i] != NULL ? feature->value[i] : "";
        wh_sha256_add(&sha, value, strlen(value) + 1);
    }
    wh_sha256_add(&sha, shape->x, shape->n_vertices * sizeof *shape->x);
    wh_sha256_add(&sha, shape->y, shape->n_vertices * sizeof *shape->y);
    wh_sha256_sum_add(&reading->content, &sha);
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
    if (reading->spec->postgis != NULL) {
        hash_feature(reading, &feature);
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
        return wh_dataset_fail(reading->source, err);
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
    if (reading->spec->postgis != NULL) {
        wh_sha256_sum_hex(&reading->content, ret->content);
    }
    return WH_OK;
}

static enum wh_status read_layer(struct reading *reading, struct wh_layer *ret,
                                 struct wh_error *err)
{
    const struct wh_layer_spec *const spec = reading->spec;
    const struct wh_dataset_spec opening = {
        .path = spec->path, .layer = spec->layer, .postgis = spec->postgis};
    enum wh_status status = wh_dataset_open(reading->source, &opening, err);
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
    struct wh_dataset source = {.ctx = ctx};
    struct reading reading = {
        .source = &source, .spec = spec, .arena = arena, .geometry = {.ctx = ctx, .arena = arena}};
    struct wh_layer layer;
    wh_gdal_begin(&source.gdal);
    enum wh_status status = read_layer(&reading, &layer, err);
    status = wh_dataset_close(&source, status, err);
    wh_gdal_end(&source.gdal);
    wh_transform_destroy(ctx, reading.geometry.transform);
    wh_free(ctx, reading.feature);
    if (status == WH_OK) {
        *ret = layer;
    }
    return status;
}

enum wh_status wh_layer_fields(struct wh_ctx *ctx, const struct wh_layer_spec *spec,
                               struct wh_arena *arena, const char ***ret, size_t *ret_n,
                               struct wh_error *err)
{
    struct wh_dataset source = {.ctx = ctx};
    wh_gdal_begin(&source.gdal);
    const struct wh_dataset_spec opening = {
        .path = spec->path, .layer = spec->layer, .postgis = spec->postgis};
    enum wh_status status = wh_dataset_open(&source, &opening, err);
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
    status = wh_dataset_close(&source, status, err);
    wh_gdal_end(&source.gdal);
    return status;
}

enum wh_status wh_layer_crs(struct wh_ctx *ctx, const char *path, const char *layer,
                            const char *from, char ret[64], struct wh_error *err)
{
    struct wh_dataset source = {.ctx = ctx};
    char name[64] = "";
    wh_gdal_begin(&source.gdal);
    const struct wh_dataset_spec opening = {.path = path, .layer = layer};
    enum wh_status status = wh_dataset_open(&source, &opening, err);
    if (status == WH_OK) {
        status = wh_dataset_crs(&source, from, name, sizeof name, err);
    }
    status = wh_dataset_close(&source, status, err);
    wh_gdal_end(&source.gdal);
    if (status == WH_OK) {
        (void)snprintf(ret, 64, "%s", name);
    }
    return status;
}
