/* ingest/ingest.c: a source's files into the store; what could not be read into a file of its own.
 */
#include "ingest/ingest.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "ingest/csv.h"
#include "ingest/row.h"

struct ingest {
    struct wh_ctx *ctx;
    const struct wh_source *source;
    const struct wh_ingest_options *opt;
    struct wh_store *store; /* NULL: only looking */
    struct wh_ingest_report report;
    size_t cap_files, cap_warnings;
    struct wh_writer *unreadable; /* opened at the first row that could not be read */
};

void wh_ingest_report_finish(struct wh_ctx *ctx, struct wh_ingest_report *report)
{
    for (size_t i = 0; i < report->n_files; i++) {
        wh_free(ctx, report->file[i].path);
    }
    for (size_t i = 0; i < report->n_warnings; i++) {
        wh_free(ctx, report->warning[i]);
    }
    wh_free(ctx, report->file);
    wh_free(ctx, report->warning);
    *report = (struct wh_ingest_report){0};
}

static enum wh_status add_warning(struct ingest *ingest, const char *path, const char *text,
                                  struct wh_error *err)
{
    struct wh_ingest_report *report = &ingest->report;
    struct wh_buf line;
    void *array = report->warning;
    enum wh_status status = wh_grow(ingest->ctx, &array, report->n_warnings, &ingest->cap_warnings,
                                    sizeof *report->warning, err);
    report->warning = array;
    if (status != WH_OK) {
        return status;
    }
    wh_buf_init(&line, ingest->ctx);
    wh_buf_printf(&line, "%s: %s", path, text);
    char *copy = line.failed ? NULL : wh_str_to_c(ingest->ctx, wh_buf_view(&line));
    wh_buf_finish(&line);
    if (copy == NULL) {
        return wh_fail_memory(ingest->ctx, err);
    }
    report->warning[report->n_warnings++] = copy;
    return WH_OK;
}

/* Columns that nobody mapped are named once: a new one may be what somebody waits for. They are
 * never stored. */
static enum wh_status note_unmapped(struct ingest *ingest, const struct wh_csv *csv,
                                    const struct wh_row_map *map, const char *path,
                                    struct wh_error *err)
{
    struct wh_buf names;
    size_t n = 0;
    if (ingest->source->profile != WH_PROFILE_GENERIC || ingest->report.n_files > 1) {
        return WH_OK;
    }
    wh_buf_init(&names, ingest->ctx);
    for (size_t i = 0; i < wh_csv_columns(csv); i++) {
        bool is_mapped = false;
        for (size_t j = 0; j < WH_N_FIELDS; j++) {
            is_mapped = is_mapped || map->column[j] == (int)i;
        }
        if (!is_mapped) {
            char shown[128];
            wh_buf_printf(&names, "%s%s",
                          n++ == 0 ? "columns that are not mapped, and not stored: " : ", ",
                          wh_log_escape(wh_csv_column(csv, i), shown, sizeof shown));
        }
    }
    enum wh_status status = wh_buf_ok(&names, err);
    if (status == WH_OK && n > 0) {
        status = add_warning(ingest, path, names.ptr, err);
    }
    wh_buf_finish(&names);
    return status;
}

static enum wh_status open_unreadable(struct ingest *ingest, struct wh_error *err)
{
    static const char header[] = "file,line,field,reason,row\r\n";
    const char *path = ingest->opt->unreadable_path;
    const char *slash = strrchr(path, '/');
    enum wh_status status = WH_OK;
    if (slash != NULL) {
        char *folder =
            wh_str_to_c(ingest->ctx, (struct wh_str){.ptr = path, .len = (size_t)(slash - path)});
        status = folder == NULL ? wh_fail_memory(ingest->ctx, err)
                                : wh_io_make_folders(folder, 0750, err);
        wh_free(ingest->ctx, folder);
    }
    if (status == WH_OK) {
        status = wh_writer_open(ingest->ctx, path, &ingest->unreadable, err);
    }
    return status != WH_OK ? status
                           : wh_writer_write(ingest->unreadable, header, sizeof header - 1, err);
}

static enum wh_status keep_unreadable(struct ingest *ingest, const struct wh_csv *csv,
                                      const char *path, const struct wh_csv_row *row,
                                      uint32_t column, const char *reason, struct wh_error *err)
{
    struct wh_buf line;
    enum wh_status status = WH_OK;
    if (ingest->store == NULL || ingest->opt->unreadable_path == NULL) {
        return WH_OK;
    }
    if (ingest->unreadable == NULL) {
        status = open_unreadable(ingest, err);
    }
    wh_buf_init(&line, ingest->ctx);
    wh_buf_csv(&line, wh_str_c(path));
    wh_buf_printf(&line, ",%llu,", (unsigned long long)row->line);
    if (column > 0 && column <= wh_csv_columns(csv)) {
        wh_buf_csv(&line, wh_csv_column(csv, column - 1));
    }
    wh_buf_char(&line, ',');
    wh_buf_csv(&line, wh_str_c(reason));
    wh_buf_char(&line, ',');
    wh_buf_csv(&line, row->raw);
    wh_buf_c(&line, "\r\n");
    if (status == WH_OK) {
        status = wh_buf_ok(&line, err);
    }
    if (status == WH_OK) {
        status = wh_writer_write(ingest->unreadable, line.ptr, line.len, err);
    }
    wh_buf_finish(&line);
    return status;
}

static void count_flags(struct wh_ingest_report *report, const struct wh_request *request)
{
    report->bad_coordinates += (request->flags & WH_FLAG_BAD_COORDINATE) != 0;
    report->bad_times += (request->flags & WH_FLAG_BAD_TIME) != 0;
    report->ambiguous_times += (request->flags & WH_FLAG_AMBIGUOUS_TIME) != 0;
    report->bad_postcodes += (request->flags & WH_FLAG_BAD_POSTCODE) != 0;
    if (report->newest_utc == WH_NO_TIME || request->opened_at > report->newest_utc) {
        report->newest_utc = request->opened_at;
    }
}

static enum wh_status put_request(struct ingest *ingest, const struct wh_request *request,
                                  struct wh_error *err)
{
    enum wh_put put = WH_PUT_ADDED;
    struct wh_ledger *ledger = &ingest->report.ledger;
    count_flags(&ingest->report, request);
    if (ingest->store == NULL) {
        ledger->added++;
        return WH_OK;
    }
    const enum wh_status status = wh_store_put(ingest->store, request, &put, err);
    if (status != WH_OK) {
        return status;
    }
    switch (put) {
    case WH_PUT_ADDED:
        ledger->added++;
        break;
    case WH_PUT_UPDATED:
        ledger->updated++;
        break;
    case WH_PUT_UNCHANGED:
        ledger->unchanged++;
        break;
    case WH_PUT_DUPLICATE:
        ledger->duplicate++;
        break;
    }
    return WH_OK;
}

static enum wh_status take_row(struct ingest *ingest, const struct wh_csv *csv, const char *path,
                               const struct wh_row_map *map, const struct wh_csv_row *row,
                               struct wh_error *err)
{
    struct wh_request request;
    struct wh_row_fault fault = {0};
    ingest->report.ledger.read++;
    ingest->report.file[ingest->report.n_files - 1].rows++;
    if (row->is_bad) {
        ingest->report.ledger.unreadable++;
        return keep_unreadable(ingest, csv, path, row, row->fault_column, row->fault, err);
    }
    if (!wh_row_read(ingest->source, ingest->opt, map, row, &request, &fault)) {
        ingest->report.ledger.unreadable++;
        return keep_unreadable(ingest, csv, path, row, fault.column, fault.reason, err);
    }
    request.file_idx = (uint32_t)(ingest->report.n_files - 1);
    return put_request(ingest, &request, err);
}

static enum wh_status take_rows(struct ingest *ingest, struct wh_csv *csv, const char *path,
                                struct wh_error *err)
{
    struct wh_row_map map;
    struct wh_axis_check axes = {0};
    bool is_end = false;
    uint64_t bytes_told = 0;
    enum wh_status status = wh_row_map(ingest->source, csv, path, &map, err);
    if (status == WH_OK) {
        status = note_unmapped(ingest, csv, &map, path, err);
    }
    while (status == WH_OK) {
        struct wh_csv_row row;
        status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        if (!row.is_bad) {
            wh_axis_check_add(&axes, ingest->source, ingest->opt, &map, &row);
        }
        status = take_row(ingest, csv, path, &map, &row, err);
        const uint64_t bytes = wh_csv_bytes_read(csv);
        wh_progress_add(ingest->ctx, bytes - bytes_told);
        bytes_told = bytes;
    }
    return status != WH_OK ? status : wh_axis_check_end(&axes, ingest->source, path, err);
}

static enum wh_status take_file(struct ingest *ingest, const char *path, struct wh_error *err)
{
    struct wh_ingest_report *report = &ingest->report;
    const struct wh_csv_options opt = {.delimiter = ingest->source->delimiter,
                                       .is_cp1252 = ingest->source->encoding == WH_ENCODING_CP1252,
                                       .needs_final_newline = ingest->source->needs_final_newline};
    struct wh_csv *csv = NULL;
    struct wh_file_info info = {0};
    void *array = report->file;
    enum wh_status status = wh_grow(ingest->ctx, &array, report->n_files, &ingest->cap_files,
                                    sizeof *report->file, err);
    report->file = array;
    if (status != WH_OK) {
        return status;
    }
    char *copy = wh_strdup(ingest->ctx, path);
    if (copy == NULL) {
        return wh_fail_memory(ingest->ctx, err);
    }
    struct wh_input_file *file = &report->file[report->n_files++];
    *file = (struct wh_input_file){.path = copy};
    status = wh_csv_open(ingest->ctx, path, &opt, &csv, err);
    if (status != WH_OK) {
        return status;
    }
    if (wh_io_stat(path, &info)) {
        file->size_bytes = info.size_bytes;
    }
    wh_progress_start(ingest->ctx, ingest->source->id, info.size_bytes, "bytes");
    status = take_rows(ingest, csv, path, err);
    wh_progress_done(ingest->ctx);
    if (status == WH_OK) {
        wh_csv_sha256(csv, report->file[report->n_files - 1].sha256);
        const char *note = wh_csv_note(csv);
        if (note != NULL) {
            status = add_warning(ingest, path, note, err);
        }
    }
    wh_csv_close(csv);
    return status;
}

static enum wh_status take_files(struct ingest *ingest, struct wh_error *err)
{
    struct wh_paths paths = {0};
    enum wh_status status = wh_io_glob(ingest->ctx, ingest->source->pattern, &paths, err);
    if (status == WH_OK && paths.n == 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, ingest->source->pattern, 0, 0, "no file matches");
    }
    for (size_t i = 0; status == WH_OK && i < paths.n; i++) {
        status = take_file(ingest, paths.path[i], err);
    }
    wh_paths_finish(ingest->ctx, &paths);
    return status;
}

enum wh_status wh_ingest(struct wh_ctx *ctx, const struct wh_source *source,
                         const struct wh_ingest_options *opt, struct wh_store *store,
                         struct wh_ingest_report *ret, struct wh_error *err)
{
    struct ingest ingest = {.ctx = ctx, .source = source, .opt = opt, .store = store};
    ingest.report.newest_utc = WH_NO_TIME;
    enum wh_status status = wh_store_source_begin(store, source->id, source->key, err);
    if (status == WH_OK) {
        status = take_files(&ingest, err);
    }
    if (status == WH_OK) {
        status = wh_store_source_end(store, &ingest.report.gone, err);
    }
    if (ingest.unreadable != NULL && status == WH_OK) {
        status = wh_writer_close(ingest.unreadable, err);
    } else {
        wh_writer_abandon(ingest.unreadable);
    }
    if (status != WH_OK) {
        wh_ingest_report_finish(ctx, &ingest.report);
        return status;
    }
    *ret = ingest.report;
    return WH_OK;
}

enum wh_status wh_ingest_check(struct wh_ctx *ctx, const struct wh_source *source,
                               const struct wh_ingest_options *opt, struct wh_ingest_report *ret,
                               struct wh_error *err)
{
    struct ingest ingest = {.ctx = ctx, .source = source, .opt = opt};
    ingest.report.newest_utc = WH_NO_TIME;
    const enum wh_status status = take_files(&ingest, err);
    if (status != WH_OK) {
        wh_ingest_report_finish(ctx, &ingest.report);
        return status;
    }
    *ret = ingest.report;
    return WH_OK;
}
