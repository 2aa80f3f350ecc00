/* ingest/ingest.c: a source's files, one after the other, into the store; the ledger that must
 * balance. */
#include "ingest/ingest.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "ingest/ingest_internal.h"

#define CHECK_ROWS 1000u    /* rows that wh_ingest_check() looks at in each file */
#define PROGRESS_ROWS 4096u /* between two steps of the bar */
#define KB 1000u
#define JUDGE_AT_LEAST 20u /* coordinates before a file is said to be of another CRS */

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

/* ---- one file ---- */

/*
 * Most coordinates lie elsewhere: exchanged, or not in the CRS that the config names
 * (RELIABILITY.md 40 to 42). Where the two axes have numbers alike, as in the middle of England,
 * exchanged ones are still inside the control area; then the wards' own box tells.
 */
static enum wh_status judge_file(const struct ingest *in, struct wh_error *err)
{
    const struct box_count *const box = &in->box;
    const bool is_elsewhere = box->inside * 10 <= box->n;
    const uint64_t exchanged = is_elsewhere                  ? box->inside_exchanged
                               : box->in_area * 10 <= box->n ? box->in_area_exchanged
                                                             : 0;
    char inside[32], n[32];
    if (box->n < JUDGE_AT_LEAST) {
        return WH_OK;
    }
    if (exchanged * 10 >= box->n * 9) {
        return wh_fail_at(err, WH_ERR_INPUT, in->path, 0, 0,
                          "%" PRIu64 "%% inside the area if x and y are exchanged",
                          exchanged * 100 / box->n);
    }
    if (!is_elsewhere) {
        return WH_OK;
    }
    return wh_fail_at(err, WH_ERR_INPUT, in->path, 0, 0,
                      "values do not fit %s: %s of %s coordinates %s anywhere near the area",
                      in->source->crs, wh_format_count(box->inside, inside, sizeof inside),
                      wh_format_count(box->n, n, sizeof n), box->inside == 1 ? "is" : "are");
}

/* The source as a whole, for a message. */
static const char *where_of(const struct ingest *in)
{
    return in->source->pattern != NULL ? in->source->pattern : in->report.file[0].path;
}

/*
 * One file may be all of another district; a whole source of which nothing is near the area is in
 * another CRS, even one whose numbers are much alike (the Irish grid and the British).
 */
static enum wh_status judge_source(const struct ingest *in, struct wh_error *err)
{
    const struct box_count *const all = &in->box_of_all;
    char n[32];
    if (all->n < JUDGE_AT_LEAST || all->near > 0) {
        return WH_OK;
    }
    return wh_fail_at(err, WH_ERR_INPUT, where_of(in), 0, 0,
                      "values do not fit %s: none of %s coordinates is near the area",
                      in->source->crs, wh_format_count(all->n, n, sizeof n));
}

static enum wh_status take_row(struct ingest *in, const struct wh_csv_row *row,
                               struct wh_error *err)
{
    struct wh_ledger *const ledger = &in->report.ledger;
    struct row_fault fault = {0};
    struct wh_request request;
    ledger->read++;
    if (!wh_ingest_row(in, row, &request, &fault)) {
        return wh_ingest_unreadable(in, row, &fault, err);
    }
    if (request.opened_at > in->newest_utc) {
        in->newest_utc = request.opened_at;
    }
    if (request.updated_at > in->newest_change_utc) {
        in->newest_change_utc = request.updated_at;
    }
    if (in->store == NULL) {
        return WH_OK;
    }
    enum wh_put put = WH_PUT_ADDED;
    enum wh_status status = wh_store_put(in->store, &request, &put, err);
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
    case WH_PUT_CLASH:
        in->has_clash = true;
        return wh_fail(err, WH_ERR_INTERNAL, "a row of a file that was passed over");
    }
    return WH_OK;
}

/* The bar counts bytes, for how many rows there will be is not known. */
static void move_bar(struct ingest *in)
{
    const uint64_t read_kb = in->records->bytes_read / KB;
    wh_progress_add(in->ctx, read_kb - in->shown_kb);
    in->shown_kb = read_kb;
}

static uint64_t size_kb(const struct wh_paths *paths)
{
    uint64_t sum = 0;
    struct wh_file_info info;
    for (size_t i = 0; i < paths->n; i++) {
        sum += wh_io_stat(paths->path[i], &info) ? info.size_bytes / KB : 0;
    }
    return sum;
}

static enum wh_status take_rows(struct ingest *in, struct wh_input_file *file, bool *ret_end,
                                struct wh_error *err)
{
    const uint64_t most = in->store == NULL ? CHECK_ROWS : UINT64_MAX;
    while (file->rows < most) {
        struct wh_csv_row row;
        enum wh_status status = in->records->kind->next(in->records, &row, ret_end, err);
        if (status != WH_OK || *ret_end) {
            return status;
        }
        file->rows++;
        status = take_row(in, &row, err);
        if (status != WH_OK) {
            return status;
        }
        if (file->rows % PROGRESS_ROWS == 0) {
            move_bar(in);
        }
    }
    return WH_OK;
}

static enum wh_status read_open_file(struct ingest *in, struct wh_input_file *file,
                                     struct wh_error *err)
{
    bool is_end = false;
    enum wh_status status = wh_ingest_map_columns(in, err);
    if (status == WH_OK) {
        status = take_rows(in, file, &is_end, err);
    }
    if (status == WH_OK) {
        status = judge_file(in, err);
    }
    in->box_of_all.n += in->box.n;
    in->box_of_all.near += in->box.near;
    if (status == WH_OK && is_end && in->records->note != NULL) {
        status = wh_ingest_warn(in, err, "%s: %s", in->path, in->records->note);
    }
    if (status == WH_OK && is_end) {
        memcpy(file->sha256, in->records->sha256, sizeof file->sha256);
    }
    return status;
}

static void note_newest(struct ingest *in, int64_t newest_utc)
{
    if (newest_utc > in->report.newest_utc) {
        in->report.newest_utc = newest_utc;
    }
}

/* Remembers the file that was read, for the next reading. */
static enum wh_status keep_file(struct ingest *in, const struct wh_input_file *file,
                                struct wh_error *err)
{
    struct wh_known_file known = {.size_bytes = file->size_bytes,
                                  .rows = file->rows,
                                  .newest_utc = in->newest_utc,
                                  .has_future = in->has_future};
    memcpy(known.sha256, file->sha256, sizeof known.sha256);
    return in->store == NULL ? WH_OK : wh_store_file_end(in->store, &known, err);
}

static enum wh_status open_records(struct ingest *in, struct wh_input_file *file,
                                   struct wh_error *err)
{
    const struct records_options opt = {.source = in->source,
                                        .crs_opt = in->opt->crs_opt,
                                        .wanted = in->wanted,
                                        .n_wanted = wh_ingest_wanted(in->source, in->wanted)};
    struct wh_file_info info;
    if (in->source->open311 != NULL) {
        return wh_ingest_open_feed(in, &opt, err);
    }
    if (file->is_remote) {
        return wh_records_open_table(in->ctx, NULL, &opt, false, &in->records, err);
    }
    const enum wh_status status = wh_records_open(in->ctx, file->path, &opt, &in->records, err);
    if (status == WH_OK && wh_io_stat(file->path, &info)) {
        file->size_bytes = info.size_bytes;
    }
    return status;
}

/* The file is closed whatever has happened; that it changed meanwhile matters if all else is well.
 */
static enum wh_status close_records(struct ingest *in, enum wh_status status, struct wh_error *err)
{
    struct wh_error why = {0};
    const enum wh_status closed = wh_records_close(in->records, &why);
    in->records = NULL;
    if (status == WH_OK && closed != WH_OK) {
        *err = why;
        return closed;
    }
    return status;
}

static enum wh_status read_file(struct ingest *in, size_t file_idx, struct wh_input_file *file,
                                struct wh_error *err)
{
    in->path = file->path;
    in->box = (struct box_count){0};
    in->shown_kb = 0;
    in->newest_utc = WH_NO_TIME;
    in->has_future = false;
    memset(in->memo, 0, sizeof in->memo); /* another file may have other forms */
    if (in->store != NULL) {
        wh_store_file_begin(in->store, file_idx);
    }
    enum wh_status status = open_records(in, file, err);
    if (status == WH_OK) {
        status = read_open_file(in, file, err);
    }
    status = close_records(in, status, err);
    if (status == WH_OK) {
        status = keep_file(in, file, err);
    }
    note_newest(in, in->newest_utc);
    return status;
}

/* It holds what it held: what was known of it is still so. */
static void pass_over(struct ingest *in, struct wh_input_file *file)
{
    const struct wh_known_file *const known =
        wh_store_known_file(in->store, wh_ingest_short_path(in, file->path));
    memcpy(file->sha256, known->sha256, sizeof file->sha256);
    file->size_bytes = known->size_bytes;
    file->rows = known->rows;
    file->is_skipped = true;
    note_newest(in, known->newest_utc);
}

/* ---- all of them ---- */

static enum wh_status list_files(struct ingest *in, const struct wh_paths *paths,
                                 struct wh_error *err)
{
    struct wh_ingest_report *const report = &in->report;
    report->file = wh_alloc_array(in->ctx, paths->n, sizeof *report->file);
    if (report->file == NULL) {
        return wh_fail_memory(in->ctx, err);
    }
    for (size_t i = 0; i < paths->n; i++) {
        report->file[i].path = wh_strdup(in->ctx, paths->path[i]);
        report->file[i].is_remote = wh_source_is_remote(in->source);
        if (report->file[i].path == NULL) {
            return wh_fail_memory(in->ctx, err);
        }
        report->n_files++;
    }
    return WH_OK;
}

static enum wh_status read_files(struct ingest *in, const bool *skip, struct wh_error *err)
{
    enum wh_status status = wh_ingest_load_columns(in, err);
    for (size_t i = 0; status == WH_OK && i < in->report.n_files; i++) {
        if (skip != NULL && skip[i]) {
            pass_over(in, &in->report.file[i]);
        } else {
            status = read_file(in, i, &in->report.file[i], err);
        }
    }
    if (status == WH_OK) {
        status = judge_source(in, err);
    }
    if (status == WH_OK) {
        status = wh_ingest_save_columns(in, err);
    }
    return status;
}

/* A server tells what has changed, and not what is gone. */
static bool is_delta(const struct wh_source *source)
{
    return source->is_delta || source->open311 != NULL;
}

/* A database or a server that may be down. */
static bool may_be_missed(const struct wh_source *source)
{
    return wh_source_is_remote(source) && !source->is_required;
}

/* What its requests may say at all. */
static uint32_t possible_fields(const struct wh_source *source)
{
    uint32_t fields = 0;
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        fields |= source->column[i] != NULL ? 1u << i : 0;
    }
    if (wh_source_is_vector(source)) {
        fields |= 1u << WH_FIELD_X | 1u << WH_FIELD_Y;
    }
    if (source->categories != NULL) {
        fields |= 1u << WH_FIELD_SERVICE_CODE;
    }
    if (source->updated_is_closed) {
        fields |= 1u << WH_FIELD_CLOSED;
    }
    return fields;
}

static enum wh_status begin_source(struct ingest *in, struct wh_error *err)
{
    char *rules = NULL;
    enum wh_status status = wh_ingest_rules(in, &rules, err);
    if (status == WH_OK) {
        const struct wh_reading reading = {.source_id = in->source->id,
                                           .key = in->source->key,
                                           .is_delta = is_delta(in->source),
                                           .can_be_undone = may_be_missed(in->source),
                                           .rules = rules,
                                           .fields = possible_fields(in->source),
                                           .as_of_day = in->opt->as_of_day,
                                           .as_of_utc = in->opt->as_of_utc};
        status = wh_store_source_begin(in->store, &reading, err);
    }
    wh_free(in->ctx, rules);
    return status;
}

/* Tells the store which files there are; nothing when all are as they were. */
static enum wh_status begin_files(struct ingest *in, const struct wh_paths *paths,
                                  const char **name, bool *skip, struct wh_error *err)
{
    size_t n_skipped = 0;
    enum wh_status status = in->reads_all ? WH_OK : wh_ingest_find_unchanged(in, paths, skip, err);
    for (size_t i = 0; i < paths->n; i++) {
        name[i] = wh_ingest_short_path(in, paths->path[i]);
        n_skipped += skip[i];
    }
    if (status != WH_OK) {
        return status;
    }
    const bool is_quiet =
        n_skipped == paths->n &&
        (is_delta(in->source) || wh_store_knows_no_other(in->store, name, paths->n));
    if (!is_quiet && n_skipped > 0 && !wh_store_may_skip(in->store)) {
        memset(skip, 0, paths->n * sizeof *skip); /* one has been taken away */
    }
    return is_quiet ? WH_OK : wh_store_source_files(in->store, name, skip, paths->n, err);
}

static enum wh_status end_source(struct ingest *in, struct wh_error *err)
{
    struct wh_ledger *const ledger = &in->report.ledger;
    struct wh_reading_end end = {0};
    enum wh_status status = wh_store_source_end(in->store, &end, err);
    if (status != WH_OK) {
        return status;
    }
    in->report.gone = end.gone;
    in->report.held_before = end.held_before;
    in->report.held = end.held;
    in->report.content = end.content;
    in->alike = end.alike;
    ledger->unchanged -= end.reverted;
    ledger->updated += end.reverted;
    if (in->opt->retain_from_utc != WH_NO_TIME) {
        struct wh_purged purged = {0};
        status = wh_store_purge(in->store, in->source->id, is_delta(in->source),
                                in->opt->retain_from_utc, &purged, err);
        in->report.purged = purged.n;
        in->report.held = purged.held;
        in->report.content = purged.content;
    }
    if (status == WH_OK && in->source->open311 != NULL) {
        status = wh_ingest_keep_cursor(in, err);
    }
    return status == WH_OK ? wh_ledger_check(in->source->id, ledger, err) : status;
}

/* As if the source had not been read: another way of reading it, or none, follows. */
static enum wh_status take_back(struct ingest *in, enum wh_status failed, struct wh_error *err)
{
    struct wh_error why = {0};
    const enum wh_status undone = wh_store_source_undo(in->store, &why);
    if (undone != WH_OK) {
        in->has_clash = false;
        *err = why;
        return undone;
    }
    in->report.is_missed = !in->has_clash && failed == WH_ERR_INPUT;
    return failed;
}

static enum wh_status store_files(struct ingest *in, const struct wh_paths *paths,
                                  struct wh_error *err)
{
    const char **const name = wh_alloc_array(in->ctx, paths->n, sizeof *name);
    bool *const skip = wh_alloc_array(in->ctx, paths->n, sizeof *skip);
    enum wh_status status =
        name != NULL && skip != NULL ? begin_source(in, err) : wh_fail_memory(in->ctx, err);
    if (status == WH_OK) {
        status = begin_files(in, paths, name, skip, err);
    }
    if (status == WH_OK) {
        status = read_files(in, skip, err);
    }
    if (status == WH_OK) {
        status = end_source(in, err);
    }
    if (status != WH_OK && (in->has_clash || may_be_missed(in->source))) {
        status = take_back(in, status, err);
    }
    wh_free(in->ctx, name);
    wh_free(in->ctx, skip);
    return status;
}

static void finish(struct ingest *in)
{
    for (size_t i = 0; i < N_FIELD_FAULTS; i++) {
        wh_free(in->ctx, in->note[i].where);
    }
    wh_free(in->ctx, in->unreadable.where);
    wh_free(in->ctx, in->folder);
    wh_buf_finish(&in->line);
    wh_buf_finish(&in->row);
    wh_buf_finish(&in->columns_seen);
    wh_buf_finish(&in->address);
    wh_arena_finish(&in->arena);
    wh_writer_abandon(in->writer);
}

static enum wh_status close_writer(struct ingest *in, struct wh_error *err)
{
    struct wh_writer *const writer = in->writer;
    in->writer = NULL;
    return writer != NULL ? wh_writer_close(writer, err) : WH_OK;
}

static enum wh_status read_lists(struct ingest *in, struct wh_error *err)
{
    if (in->source->categories == NULL) {
        return WH_OK;
    }
    const enum wh_status status =
        wh_crosswalk_read(in->ctx, in->source->categories, &in->arena, &in->crosswalk, err);
    memcpy(in->report.categories_sha256, in->crosswalk.sha256, sizeof in->crosswalk.sha256);
    return status;
}

static enum wh_status run(struct ingest *in, struct wh_error *err)
{
    struct wh_paths paths = {0};
    if (in->source->column[WH_FIELD_OPENED] == NULL) {
        return wh_fail_at(err, WH_ERR_CONFIG, in->source->id, 0, 0,
                          "no column is named for opened, which every request needs");
    }
    enum wh_status status = read_lists(in, err);
    if (status == WH_OK) {
        status = wh_ingest_find_files(in, &paths, err);
    }
    if (status == WH_OK) {
        status = list_files(in, &paths, err);
    }
    if (status == WH_OK) {
        wh_progress_start(in->ctx, in->source->id, size_kb(&paths), "kB");
        status = in->store != NULL ? store_files(in, &paths, err) : read_files(in, NULL, err);
        wh_progress_done(in->ctx);
    }
    if (status == WH_OK) {
        status = wh_ingest_tell_notes(in, err);
    }
    if (status == WH_OK) {
        status = close_writer(in, err);
    }
    wh_paths_finish(in->ctx, &paths);
    return status;
}

/* Yesterday's requests are better than none. */
static enum wh_status tell_missed(struct ingest *in, struct wh_error *err)
{
    char why[1400];
    const struct wh_error told = *err;
    wh_ingest_report_finish(in->ctx, &in->report);
    in->report.newest_utc = WH_NO_TIME;
    in->report.is_missed = true;
    in->cap_warnings = 0;
    return wh_ingest_warn(in, err, "source %s: %s; its earlier requests stay", in->source->id,
                          wh_error_text(&told, why, sizeof why));
}

static enum wh_status ingest(struct wh_ctx *ctx, const struct wh_source *source,
                             const struct wh_ingest_options *opt, struct wh_store *store,
                             bool reads_all, bool *ret_clash, struct wh_ingest_report *ret,
                             struct wh_error *err)
{
    struct ingest in = {
        .ctx = ctx, .source = source, .opt = opt, .store = store, .reads_all = reads_all};
    in.report.newest_utc = WH_NO_TIME;
    wh_buf_init(&in.line, ctx);
    wh_buf_init(&in.row, ctx);
    wh_buf_init(&in.columns_seen, ctx);
    wh_buf_init(&in.address, ctx);
    wh_arena_init(&in.arena, ctx);
    enum wh_status status = run(&in, err);
    if (in.report.is_missed) {
        status = tell_missed(&in, err);
    }
    if (status == WH_OK) {
        *ret = in.report;
    } else {
        wh_ingest_report_finish(ctx, &in.report);
    }
    *ret_clash = in.has_clash;
    finish(&in);
    return status;
}

enum wh_status wh_ingest(struct wh_ctx *ctx, const struct wh_source *source,
                         const struct wh_ingest_options *opt, struct wh_store *store,
                         struct wh_ingest_report *ret, struct wh_error *err)
{
    bool has_clash = false;
    const enum wh_status status = ingest(ctx, source, opt, store, false, &has_clash, ret, err);
    return has_clash ? ingest(ctx, source, opt, store, true, &has_clash, ret, err) : status;
}

enum wh_status wh_ingest_check(struct wh_ctx *ctx, const struct wh_source *source,
                               const struct wh_ingest_options *opt, struct wh_ingest_report *ret,
                               struct wh_error *err)
{
    bool has_clash = false;
    return ingest(ctx, source, opt, NULL, true, &has_clash, ret, err);
}
