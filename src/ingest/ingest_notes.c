/* ingest/ingest_notes.c: what is said about bad fields and bad rows: counts, the first of each
 * kind, the unreadable file. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "ingest/ingest_internal.h"

/* Values are not quoted: these sentences go to logs, and a coordinate is a place. */
static const char *const sentence[N_FIELD_FAULTS] = {
    [FIELD_NOT_FINITE] = "not a finite number",
    [FIELD_DECIMAL_COMMA] = "not a number: decimal comma? write 51.5, not 51,5",
    [FIELD_NOT_NUMBER] = "not a number",
    [FIELD_HALF] = "empty, while the other coordinate is given",
    [FIELD_ZERO] = "0,0 is a placeholder",
    [FIELD_SWAPPED] = "far outside the area; x and y swapped?",
    [FIELD_FAR] = "so far outside the area that a digit must be wrong",
    [FIELD_BAD_TIME] = "not a date in the declared form",
    [FIELD_NO_SUCH_TIME] = "no such local time: the clocks went forward over it",
    [FIELD_CLOSED_EARLY] = "closed before it was opened",
    [FIELD_SPAN_BACKWARDS] = "the end of the span lies before its beginning",
    [FIELD_TWICE] = "local time that happened twice; the earlier instant was taken",
    [FIELD_BAD_POSTCODE] = "not a postcode",
    [FIELD_BAD_UPRN] = "not a UPRN: at most 12 digits",
    [FIELD_BAD_USRN] = "not a USRN: at most 8 digits",
    [FIELD_BAD_COST] = "not an amount of money: write 1234.50"};

/* "requests.csv:12: field 5 (easting)", "wards.gpkg: feature 7: field 2 (type)", or NULL when out
 * of memory. */
static char *place_of(const struct ingest *in, uint64_t line, size_t column)
{
    char name[96], number[32] = "";
    struct wh_buf buf;
    wh_buf_init(&buf, in->ctx);
    const char *const word = in->records->kind->row_word;
    wh_buf_c(&buf, in->path);
    wh_buf_printf(&buf, word == NULL ? ":%s%" PRIu64 : ": %s %" PRIu64, word == NULL ? "" : word,
                  line);
    if (column > 0) {
        snprintf(number, sizeof number, ": field %zu", column);
        wh_buf_c(&buf, number);
    }
    if (column > 0 && column <= in->records->n_columns) {
        wh_buf_printf(&buf, " (%s)",
                      wh_log_escape(in->records->column[column - 1], name, sizeof name));
    }
    char *const text = buf.failed ? NULL : wh_strdup(in->ctx, buf.ptr);
    wh_buf_finish(&buf);
    return text;
}

void wh_ingest_note(struct ingest *in, enum field_fault fault, const struct wh_csv_row *row,
                    int column)
{
    struct fault_note *const note = &in->note[fault];
    if (note->n++ == 0) {
        note->where = place_of(in, row->line, (size_t)(column + 1));
    }
}

enum wh_status wh_ingest_warn(struct ingest *in, struct wh_error *err, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    enum wh_status status = wh_grow(in->ctx, (void **)&in->report.warning, in->report.n_warnings,
                                    &in->cap_warnings, sizeof *in->report.warning, err);
    if (status != WH_OK) {
        return status;
    }
    char *const copy = wh_strdup(in->ctx, text);
    if (copy == NULL) {
        return wh_fail_memory(in->ctx, err);
    }
    in->report.warning[in->report.n_warnings++] = copy;
    return WH_OK;
}

static const char *and_more(uint64_t n, char *out, size_t size)
{
    char count[32];
    out[0] = '\0';
    if (n > 1) {
        snprintf(out, size, " (and %s more)", wh_format_count(n - 1, count, sizeof count));
    }
    return out;
}

enum wh_status wh_ingest_tell_notes(struct ingest *in, struct wh_error *err)
{
    char more[64], count[32];
    enum wh_status status = WH_OK;
    if (in->unreadable.n > 0 && in->unreadable.where != NULL) {
        status = wh_ingest_warn(
            in, err, "%s (%s row%s of source %s could not be read%s%s)", in->unreadable.where,
            wh_format_count(in->unreadable.n, count, sizeof count),
            in->unreadable.n == 1 ? "" : "s", in->source->id, in->writer != NULL ? "; see " : "",
            in->writer != NULL ? in->opt->unreadable_path : "");
    }
    for (size_t i = 0; status == WH_OK && i < N_FIELD_FAULTS; i++) {
        const struct fault_note *const note = &in->note[i];
        if (note->n > 0) {
            status = wh_ingest_warn(in, err, "%s: %s%s",
                                    note->where != NULL ? note->where : in->source->id, sentence[i],
                                    and_more(note->n, more, sizeof more));
        }
    }
    /* The police publish several crimes of one month at one snap point, without a reference. */
    if (status == WH_OK && in->alike > 0 && in->source->profile != WH_PROFILE_POLICE_UK) {
        status = wh_ingest_warn(in, err,
                                "source %s: %s row%s without a reference say%s what an earlier one "
                                "says: each counts",
                                in->source->id, wh_format_count(in->alike, count, sizeof count),
                                in->alike == 1 ? "" : "s", in->alike == 1 ? "s" : "");
    }
    return status;
}

/* ---- the unreadable file ---- */

static enum wh_status open_unreadable(struct ingest *in, struct wh_error *err)
{
    static const char header[] = "file,line,field,reason,row\n";
    const char *const path = in->opt->unreadable_path;
    const char *const slash = strrchr(path, '/');
    enum wh_status status = WH_OK;
    if (slash != NULL && slash > path) {
        char *const folder = wh_str_to_c(in->ctx, (struct wh_str){path, (size_t)(slash - path)});
        if (folder == NULL) {
            return wh_fail_memory(in->ctx, err);
        }
        status = wh_io_make_folders(folder, 0750, err);
        wh_free(in->ctx, folder);
    }
    if (status == WH_OK) {
        status = wh_writer_open(in->ctx, path, &in->writer, err);
    }
    if (status == WH_OK) {
        status = wh_writer_write(in->writer, header, sizeof header - 1, err);
    }
    return status;
}

/* A field inside a row that is a field itself: only quoted, for no spreadsheet takes it for a
 * formula there. */
static void add_inner(struct wh_buf *buf, struct wh_str text)
{
    bool needs_quotes = false;
    for (size_t i = 0; i < text.len; i++) {
        needs_quotes = needs_quotes || strchr("\",\r\n", text.ptr[i]) != NULL;
    }
    wh_buf_c(buf, needs_quotes ? "\"" : "");
    for (size_t i = 0; i < text.len; i++) {
        wh_buf_c(buf, text.ptr[i] == '"' ? "\"" : "");
        wh_buf_char(buf, text.ptr[i]);
    }
    wh_buf_c(buf, needs_quotes ? "\"" : "");
}

/* The row's mapped fields, each in its column. */
static struct wh_str kept_row(struct ingest *in, const struct wh_csv_row *row)
{
    if (row->is_bad && in->records->has_raw) {
        return row->raw;
    }
    wh_buf_clear(&in->row);
    for (size_t i = 0; i < in->records->n_columns; i++) {
        if (i > 0) {
            wh_buf_char(&in->row, ',');
        }
        if (wh_ingest_is_mapped(in, (int)i)) {
            add_inner(&in->row, row->field[i]);
        }
    }
    in->line.failed = in->line.failed || in->row.failed;
    return wh_buf_view(&in->row);
}

static enum wh_status write_unreadable(struct ingest *in, const struct wh_csv_row *row,
                                       const struct row_fault *fault, struct wh_error *err)
{
    struct wh_buf *const line = &in->line;
    if (in->writer == NULL) {
        enum wh_status status = open_unreadable(in, err);
        if (status != WH_OK) {
            return status;
        }
    }
    wh_buf_clear(line);
    wh_buf_csv(line, wh_str_c(wh_ingest_short_path(in, in->path)));
    wh_buf_printf(line, ",%" PRIu64 ",", row->line);
    if (fault->column > 0 && fault->column <= in->records->n_columns) {
        wh_buf_csv(line, in->records->column[fault->column - 1]);
    }
    wh_buf_char(line, ',');
    wh_buf_csv(line, wh_str_c(fault->reason));
    wh_buf_char(line, ',');
    wh_buf_csv(line, kept_row(in, row));
    wh_buf_char(line, '\n');
    enum wh_status status = wh_buf_ok(line, err);
    return status == WH_OK ? wh_writer_write(in->writer, line->ptr, line->len, err) : status;
}

enum wh_status wh_ingest_unreadable(struct ingest *in, const struct wh_csv_row *row,
                                    const struct row_fault *fault, struct wh_error *err)
{
    in->report.ledger.unreadable++;
    if (in->unreadable.n++ == 0) {
        char *const place = place_of(in, row->line, fault->column);
        struct wh_buf buf;
        wh_buf_init(&buf, in->ctx);
        wh_buf_c(&buf, place != NULL ? place : "");
        wh_buf_c(&buf, ": ");
        wh_buf_c(&buf, fault->reason);
        in->unreadable.where = buf.failed ? NULL : wh_strdup(in->ctx, buf.ptr);
        wh_buf_finish(&buf);
        wh_free(in->ctx, place);
    }
    return in->opt->unreadable_path != NULL && in->store != NULL
               ? write_unreadable(in, row, fault, err)
               : WH_OK;
}
