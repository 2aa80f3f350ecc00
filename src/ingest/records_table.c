/* ingest/records_table.c: rows that GDAL reads: spreadsheets, vector layers, tables of PostGIS. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/str.h"
#include "geo/table.h"
#include "ingest/records.h"

struct table_records {
    struct records base;
    struct wh_table *table;
    const char *path; /* NULL: of a database */
    struct wh_str *column;
    struct wh_sha256_sum content; /* of a database's rows, in whatever order, for it has no file */
};

/* A database has no bytes of its own: what its rows say is what was read. */
static void hash_row(struct table_records *of, const struct wh_table_row *row)
{
    struct wh_sha256 sha;
    wh_sha256_init(&sha);
    for (size_t i = 0; i < of->base.n_columns; i++) {
        wh_sha256_add(&sha, row->value[i].ptr, row->value[i].len);
        wh_sha256_add(&sha, "", 1);
    }
    if (row->has_point) {
        wh_sha256_add(&sha, &row->x, sizeof row->x);
        wh_sha256_add(&sha, &row->y, sizeof row->y);
    }
    wh_sha256_sum_add(&of->content, &sha);
}

static enum wh_status end_table(struct table_records *of, struct wh_error *err)
{
    if (of->path != NULL) {
        return wh_sha256_file(of->base.ctx, of->path, of->base.sha256, err);
    }
    wh_sha256_sum_hex(&of->content, of->base.sha256);
    return WH_OK;
}

static enum wh_status next_table(struct records *records, struct wh_csv_row *ret, bool *ret_end,
                                 struct wh_error *err)
{
    struct table_records *const of = (struct table_records *)records;
    struct wh_table_row row;
    enum wh_status status = wh_table_next(of->table, &row, ret_end, err);
    if (status != WH_OK) {
        return status;
    }
    if (*ret_end) {
        return end_table(of, err);
    }
    *ret = (struct wh_csv_row){.line = row.number, .field = row.value};
    if (row.fault_column > 0) {
        ret->is_bad = true;
        ret->fault_column = row.fault_column;
        memcpy(ret->fault, row.fault, sizeof ret->fault);
    }
    records->has_point = row.has_point;
    records->x = row.x;
    records->y = row.y;
    if (of->path == NULL) {
        hash_row(of, &row);
    }
    return WH_OK;
}

static enum wh_status close_table(struct records *records, struct wh_error *err)
{
    struct table_records *const of = (struct table_records *)records;
    struct wh_ctx *const ctx = records->ctx;
    const enum wh_status status = wh_table_close(of->table, err);
    wh_free(ctx, of->column);
    wh_free(ctx, of);
    return status;
}

static enum wh_status open_table(struct table_records *of, const struct records_options *opt,
                                 bool is_sheet, struct wh_error *err)
{
    const struct wh_source *const source = opt->source;
    const struct wh_table_spec spec = {.path = of->path,
                                       .layer = source->layer,
                                       .postgis = of->path == NULL ? source->postgis : NULL,
                                       .is_sheet = is_sheet,
                                       .crs = source->crs,
                                       .crs_opt = *opt->crs_opt};
    enum wh_status status = wh_table_open(of->base.ctx, &spec, &of->table, err);
    if (status != WH_OK) {
        return status;
    }
    const size_t n = wh_table_columns(of->table);
    of->column = wh_alloc_array(of->base.ctx, n, sizeof *of->column);
    if (of->column == NULL) {
        return wh_fail_memory(of->base.ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        of->column[i] = wh_table_column(of->table, i);
    }
    of->base.column = of->column;
    of->base.n_columns = n;
    of->base.has_points = wh_table_has_points(of->table);
    of->base.has_typed_times = true;
    return WH_OK;
}

enum wh_status wh_records_open_table(struct wh_ctx *ctx, const char *path,
                                     const struct records_options *opt, bool is_sheet,
                                     struct records **ret, struct wh_error *err)
{
    static const struct records_kind sheet = {NULL, next_table, close_table};
    static const struct records_kind layer = {"feature", next_table, close_table};
    static const struct records_kind database = {"row", next_table, close_table};
    struct table_records *const of = wh_alloc(ctx, sizeof *of);
    if (of == NULL) {
        return wh_fail_memory(ctx, err);
    }
    of->base.kind = path == NULL ? &database : is_sheet ? &sheet : &layer;
    of->base.ctx = ctx;
    of->path = path;
    const enum wh_status status = open_table(of, opt, is_sheet, err);
    if (status == WH_OK) {
        *ret = &of->base;
        return WH_OK;
    }
    struct wh_error ignored = {0};
    (void)!close_table(&of->base, &ignored);
    return status;
}
