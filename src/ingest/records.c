/* ingest/records.c: which kind of file it is; CSV, plain or packed. */
#include "ingest/records.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "ingest/open311.h"

bool wh_records_has_ending(const char *path, const char *ending)
{
    const size_t len = strlen(path), n = strlen(ending);
    return len > n && wh_str_eq_fold(wh_str_c(path + len - n), wh_str_c(ending));
}

static bool has_any(const char *path, const char *const *ending)
{
    for (size_t i = 0; ending[i] != NULL; i++) {
        if (wh_records_has_ending(path, ending[i])) {
            return true;
        }
    }
    return false;
}

bool wh_source_is_remote(const struct wh_source *source)
{
    return source->postgis != NULL || source->open311 != NULL;
}

bool wh_source_is_vector(const struct wh_source *source)
{
    static const char *const vector[] = {".gpkg", ".geojson", ".json", ".shp", ".fgb", NULL};
    return source->postgis != NULL ||
           (source->pattern != NULL && source->profile != WH_PROFILE_OPEN311 &&
            has_any(source->pattern, vector));
}

enum wh_status wh_records_open(struct wh_ctx *ctx, const char *path,
                               const struct records_options *opt, struct records **ret,
                               struct wh_error *err)
{
    static const char *const sheet[] = {".xlsx", ".ods", NULL};
    const struct wh_source named = {.pattern = path, .profile = opt->source->profile};
    if (opt->source->profile == WH_PROFILE_OPEN311 && wh_records_has_ending(path, ".xml")) {
        return wh_open311_open_file(ctx, path, opt, true, ret, err);
    }
    if (opt->source->profile == WH_PROFILE_OPEN311 && wh_records_has_ending(path, ".json")) {
        return wh_open311_open_file(ctx, path, opt, false, ret, err);
    }
    if (has_any(path, sheet) || wh_source_is_vector(&named)) {
        return wh_records_open_table(ctx, path, opt, has_any(path, sheet), ret, err);
    }
    return wh_records_open_csv(ctx, path, opt, wh_records_has_ending(path, ".gz"), ret, err);
}

enum wh_status wh_records_close(struct records *records, struct wh_error *err)
{
    return records == NULL ? WH_OK : records->kind->close(records, err);
}

int wh_records_find(const struct records *records, const char *name)
{
    const struct wh_str wanted = wh_str_trim(wh_str_c(name));
    int found = -1;
    for (size_t i = 0; i < records->n_columns; i++) {
        if (wh_str_eq(records->column[i], wanted)) {
            return (int)i;
        }
        if (found < 0 && wh_str_eq_fold(records->column[i], wanted)) {
            found = (int)i;
        }
    }
    return found;
}

/* ---- CSV ---- */

struct csv_records {
    struct records base;
    struct wh_csv *csv;
    struct wh_str *column;
    struct gunzip *gunzip;
};

static enum wh_status next_csv(struct records *records, struct wh_csv_row *ret, bool *ret_end,
                               struct wh_error *err)
{
    struct csv_records *const of = (struct csv_records *)records;
    const enum wh_status status = wh_csv_next(of->csv, ret, ret_end, err);
    records->bytes_read = wh_csv_bytes_read(of->csv);
    if (status == WH_OK && *ret_end) {
        wh_csv_sha256(of->csv, records->sha256);
        records->note = wh_csv_note(of->csv);
    }
    return status;
}

static enum wh_status close_csv(struct records *records, struct wh_error *err)
{
    struct csv_records *const of = (struct csv_records *)records;
    struct wh_ctx *const ctx = records->ctx;
    (void)err;
    wh_csv_close(of->csv);
    wh_gunzip_destroy(of->gunzip);
    wh_free(ctx, of->column);
    wh_free(ctx, of);
    return WH_OK;
}

static enum wh_status open_csv(struct csv_records *of, const char *path,
                               const struct records_options *opt, bool is_gzip,
                               struct wh_error *err)
{
    struct wh_csv_options csv_opt = {.delimiter = opt->source->delimiter,
                                     .is_cp1252 = opt->source->encoding == WH_ENCODING_CP1252,
                                     .needs_final_newline = opt->source->needs_final_newline};
    enum wh_status status = WH_OK;
    if (is_gzip) {
        status = wh_gunzip_create(of->base.ctx, path, &of->gunzip, err);
        csv_opt.read = wh_gunzip_read;
        csv_opt.user = of->gunzip;
    }
    if (status == WH_OK) {
        status = wh_csv_open(of->base.ctx, path, &csv_opt, &of->csv, err);
    }
    if (status != WH_OK) {
        return status;
    }
    const size_t n = wh_csv_columns(of->csv);
    of->column = wh_alloc_array(of->base.ctx, n, sizeof *of->column);
    if (of->column == NULL) {
        return wh_fail_memory(of->base.ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        of->column[i] = wh_csv_column(of->csv, i);
    }
    of->base.column = of->column;
    of->base.n_columns = n;
    return WH_OK;
}

enum wh_status wh_records_open_csv(struct wh_ctx *ctx, const char *path,
                                   const struct records_options *opt, bool is_gzip,
                                   struct records **ret, struct wh_error *err)
{
    static const struct records_kind kind = {NULL, next_csv, close_csv};
    struct csv_records *const of = wh_alloc(ctx, sizeof *of);
    if (of == NULL) {
        return wh_fail_memory(ctx, err);
    }
    of->base = (struct records){.kind = &kind, .ctx = ctx, .has_raw = true};
    const enum wh_status status = open_csv(of, path, opt, is_gzip, err);
    if (status == WH_OK) {
        *ret = &of->base;
        return WH_OK;
    }
    struct wh_error ignored = {0};
    (void)!close_csv(&of->base, &ignored);
    return status;
}
