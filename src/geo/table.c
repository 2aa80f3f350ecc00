/* geo/table.c: rows of whatever GDAL can read, as text and a point. */
#include "geo/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <ogr_api.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "geo/dataset_internal.h"

#define MOST_VALUE (1u << 20) /* bytes of one value, as of a CSV's line */
#define MOST_COLUMNS 1024

struct wh_table {
    struct wh_ctx *ctx;
    struct wh_dataset dataset;
    bool is_sheet;
    struct wh_transform *transform; /* NULL: no geometry */
    size_t n_columns;
    struct wh_arena arena; /* names of columns */
    struct wh_str *column;
    OGRFieldType *type;
    struct wh_str *value;
    struct wh_buf text; /* of the row in hand */
    size_t *end;        /* of each value in `text` */
    uint64_t n;
};

/* The first row of a sheet always names its columns; GDAL would guess. */
static void set_sheet_options(const char *value)
{
    CPLSetThreadLocalConfigOption("OGR_XLSX_HEADERS", value);
    CPLSetThreadLocalConfigOption("OGR_ODS_HEADERS", value);
}

/* ---- opening ---- */

static enum wh_status name_columns(struct wh_table *table, struct wh_error *err)
{
    const OGRFeatureDefnH defn = OGR_L_GetLayerDefn(table->dataset.layer);
    const int n = OGR_FD_GetFieldCount(defn);
    if (n == 0 || n > MOST_COLUMNS) {
        return wh_fail_at(err, WH_ERR_INPUT, table->dataset.path, 0, 0,
                          n == 0 ? "no columns" : "more than 1,024 columns");
    }
    table->n_columns = (size_t)n;
    table->column = wh_arena_alloc(&table->arena, (size_t)n, sizeof *table->column);
    table->type = wh_arena_alloc(&table->arena, (size_t)n, sizeof *table->type);
    table->value = wh_arena_alloc(&table->arena, (size_t)n, sizeof *table->value);
    table->end = wh_arena_alloc(&table->arena, (size_t)n, sizeof *table->end);
    if (table->column == NULL || table->type == NULL || table->value == NULL ||
        table->end == NULL) {
        return wh_fail_memory(table->ctx, err);
    }
    for (int i = 0; i < n; i++) {
        const OGRFieldDefnH field = OGR_FD_GetFieldDefn(defn, i);
        table->type[i] = OGR_Fld_GetType(field);
        table->column[i] =
            wh_arena_str(&table->arena, wh_str_trim(wh_str_c(OGR_Fld_GetNameRef(field))));
        if (table->column[i].ptr == NULL) {
            return wh_fail_memory(table->ctx, err);
        }
    }
    return WH_OK;
}

static enum wh_status check_columns(const struct wh_table *table, struct wh_error *err)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        if (wh_utf8_check(table->column[i]) < table->column[i].len) {
            return wh_fail_at(err, WH_ERR_INPUT, table->dataset.path, 1, 0,
                              "the name of column %zu is not UTF-8", i + 1);
        }
        for (size_t k = 0; k < i; k++) {
            char shown[96];
            if (wh_str_eq_fold(table->column[i], table->column[k])) {
                return wh_fail_at(err, WH_ERR_INPUT, table->dataset.path, 1, 0,
                                  "column \"%s\" appears at %zu and %zu",
                                  wh_log_escape(table->column[i], shown, sizeof shown), k + 1,
                                  i + 1);
            }
        }
    }
    return WH_OK;
}

static enum wh_status open_points(struct wh_table *table, const struct wh_table_spec *spec,
                                  struct wh_error *err)
{
    char crs[64];
    if (OGR_L_GetGeomType(table->dataset.layer) == wkbNone) {
        return WH_OK;
    }
    const char *const from = spec->from != NULL ? spec->from : spec->crs;
    /* A GeoJSON that says nothing is in WGS 84, whatever the source is in. */
    const bool is_geojson = strcmp(table->dataset.format, "GeoJSON") == 0;
    enum wh_status status = wh_dataset_crs(
        &table->dataset, is_geojson && spec->from == NULL ? NULL : from, crs, sizeof crs, err);
    if (status == WH_OK) {
        status =
            wh_transform_create(table->ctx, crs, spec->crs, &spec->crs_opt, &table->transform, err);
        if (status != WH_OK) {
            (void)wh_fail_in(err, table->dataset.path);
        }
    }
    return status;
}

static enum wh_status open_table(struct wh_table *table, const struct wh_table_spec *spec,
                                 struct wh_error *err)
{
    const struct wh_dataset_spec opening = {.path = spec->path,
                                            .layer = spec->layer,
                                            .postgis = spec->postgis,
                                            .takes_sheets = spec->is_sheet};
    enum wh_status status = wh_dataset_open(&table->dataset, &opening, err);
    if (status == WH_OK) {
        status = name_columns(table, err);
    }
    if (status == WH_OK) {
        status = check_columns(table, err);
    }
    if (status == WH_OK) {
        status = open_points(table, spec, err);
    }
    if (status == WH_OK) {
        wh_gdal_clear(&table->dataset.gdal); /* what it said while it scanned it says again */
        OGR_L_ResetReading(table->dataset.layer);
    }
    return status;
}

enum wh_status wh_table_open(struct wh_ctx *ctx, const struct wh_table_spec *spec,
                             struct wh_table **ret, struct wh_error *err)
{
    struct wh_table *const table = wh_alloc(ctx, sizeof *table);
    if (table == NULL) {
        return wh_fail_memory(ctx, err);
    }
    table->ctx = table->dataset.ctx = ctx;
    table->is_sheet = spec->is_sheet;
    wh_arena_init(&table->arena, ctx);
    wh_buf_init(&table->text, ctx);
    wh_gdal_begin(&table->dataset.gdal);
    set_sheet_options("FORCE");
    const enum wh_status status = open_table(table, spec, err);
    if (status == WH_OK) {
        *ret = table;
        return WH_OK;
    }
    struct wh_error ignored = {0};
    (void)!wh_table_close(table, &ignored);
    return status;
}

enum wh_status wh_table_close(struct wh_table *table, struct wh_error *err)
{
    if (table == NULL) {
        return WH_OK;
    }
    struct wh_ctx *const ctx = table->ctx;
    const enum wh_status status = wh_dataset_close(&table->dataset, WH_OK, err);
    set_sheet_options(NULL);
    wh_gdal_end(&table->dataset.gdal);
    wh_transform_destroy(ctx, table->transform);
    wh_buf_finish(&table->text);
    wh_arena_finish(&table->arena);
    wh_free(ctx, table);
    return status;
}

size_t wh_table_columns(const struct wh_table *table)
{
    return table->n_columns;
}

struct wh_str wh_table_column(const struct wh_table *table, size_t column_idx)
{
    return table->column[column_idx];
}

bool wh_table_has_points(const struct wh_table *table)
{
    return table->transform != NULL;
}

/* ---- values ---- */

/* GDAL's flag of a time zone: 0 and 1: the local one; 100: UTC, with a quarter of an hour a step.
 */
static void add_offset(struct wh_buf *text, int zone)
{
    if (zone <= 1) {
        return;
    }
    const int minutes = (zone - 100) * 15;
    const int size = minutes < 0 ? -minutes : minutes;
    wh_buf_printf(text, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

static void add_time(struct wh_buf *text, OGRFeatureH row, int field, OGRFieldType type)
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
    float second = 0;
    if (!OGR_F_GetFieldAsDateTimeEx(row, field, &year, &month, &day, &hour, &minute, &second,
                                    &zone)) {
        return;
    }
    wh_buf_printf(text, "%04d-%02d-%02d", year, month, day);
    if (type == OFTDateTime) {
        const int whole = second >= 0 && second < 60 ? (int)second : 0;
        wh_buf_printf(text, "T%02d:%02d:%02d", hour, minute, whole);
        add_offset(text, zone);
    }
}

static void add_value(struct wh_table *table, OGRFeatureH row, size_t i, struct wh_table_row *ret)
{
    if (!OGR_F_IsFieldSetAndNotNull(row, (int)i)) {
        return;
    }
    if (table->type[i] == OFTDateTime || table->type[i] == OFTDate) {
        add_time(&table->text, row, (int)i, table->type[i]);
        return;
    }
    const struct wh_str value = wh_str_c(OGR_F_GetFieldAsString(row, (int)i));
    const size_t good = wh_utf8_check(value);
    if (ret->fault_column == 0 && (good < value.len || value.len > MOST_VALUE)) {
        ret->fault_column = (uint32_t)i + 1;
        (void)snprintf(ret->fault, sizeof ret->fault, "%s",
                       good < value.len ? "not UTF-8" : "longer than 1 MiB");
        return;
    }
    wh_buf_str(&table->text, value);
}

static enum wh_status take_values(struct wh_table *table, OGRFeatureH row, struct wh_table_row *ret,
                                  struct wh_error *err)
{
    wh_buf_clear(&table->text);
    for (size_t i = 0; i < table->n_columns; i++) {
        add_value(table, row, i, ret);
        table->end[i] = table->text.len;
    }
    const enum wh_status status = wh_buf_ok(&table->text, err);
    for (size_t i = 0; status == WH_OK && i < table->n_columns; i++) {
        table->value[i] =
            wh_str_slice(wh_buf_view(&table->text), i == 0 ? 0 : table->end[i - 1], table->end[i]);
    }
    ret->value = table->value;
    return status;
}

/* ---- points ---- */

/* A line's middle by its length, of several the first one's; made, or NULL. */
static OGRGeometryH middle_of(OGRGeometryH geometry)
{
    while (geometry != NULL && OGR_G_GetGeometryCount(geometry) > 0) {
        geometry = OGR_G_GetGeometryRef(geometry, 0);
    }
    if (geometry == NULL) {
        return NULL;
    }
    return wkbFlatten(OGR_G_GetGeometryType(geometry)) == wkbLineString
               ? OGR_G_Value(geometry, OGR_G_Length(geometry) / 2)
               : OGR_G_Clone(geometry);
}

static bool point_of(OGRGeometryH geometry, double *x, double *y)
{
    OGRGeometryH made = NULL;
    if (geometry == NULL || OGR_G_IsEmpty(geometry)) {
        return false;
    }
    const bool is_point = wkbFlatten(OGR_G_GetGeometryType(geometry)) == wkbPoint;
    if (!is_point) {
        made = OGR_G_GetDimension(geometry) == 2 ? OGR_G_PointOnSurface(geometry)
                                                 : middle_of(geometry);
    }
    const OGRGeometryH point = is_point ? geometry : made;
    const bool is_found = point != NULL && !OGR_G_IsEmpty(point);
    if (is_found) {
        *x = OGR_G_GetX(point, 0);
        *y = OGR_G_GetY(point, 0);
    }
    OGR_G_DestroyGeometry(made);
    return is_found;
}

static void take_point(struct wh_table *table, OGRFeatureH row, struct wh_table_row *ret)
{
    ret->x = ret->y = (double)NAN;
    if (table->transform == NULL || !point_of(OGR_F_GetGeometryRef(row), &ret->x, &ret->y)) {
        return;
    }
    ret->has_point = true;
    wh_transform_points(table->transform, false, &ret->x, &ret->y, 1);
}

/* ---- rows ---- */

/* A sheet's rows are numbered as the program that made it shows them: its names are row 1. */
static uint64_t number_of(const struct wh_table *table, OGRFeatureH row)
{
    const GIntBig id = OGR_F_GetFID(row);
    return table->is_sheet && id > 0 ? (uint64_t)id : table->n;
}

static enum wh_status next_row(struct wh_table *table, struct wh_table_row *ret, bool *ret_end,
                               struct wh_error *err)
{
    struct wh_gdal *const gdal = &table->dataset.gdal;
    const OGRFeatureH row = OGR_L_GetNextFeature(table->dataset.layer);
    if (row == NULL) {
        if (gdal->error[0] != '\0') {
            return wh_dataset_fail(&table->dataset, err);
        }
        *ret_end = true;
        return WH_OK;
    }
    table->n++;
    *ret = (struct wh_table_row){.number = number_of(table, row)};
    *ret_end = false;
    take_point(table, row, ret);
    const enum wh_status status = take_values(table, row, ret, err);
    OGR_F_Destroy(row);
    return status;
}

/* A row of a sheet that has a format, and nothing in it, is no row. */
static bool is_blank(const struct wh_table *table, const struct wh_table_row *row)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        if (wh_str_trim(row->value[i]).len > 0) {
            return false;
        }
    }
    return row->fault_column == 0;
}

enum wh_status wh_table_next(struct wh_table *table, struct wh_table_row *ret, bool *ret_end,
                             struct wh_error *err)
{
    enum wh_status status;
    do {
        status = next_row(table, ret, ret_end, err);
    } while (status == WH_OK && !*ret_end && table->is_sheet && is_blank(table, ret));
    return status;
}
