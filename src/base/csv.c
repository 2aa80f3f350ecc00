/* base/csv.c: the strict CSV reader: what a file must be, its header, and rows with their faults.
 */
#include "base/csv.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/csv_internal.h"
#include "base/error.h"

/* A byte of Windows-1252 is at most three bytes of UTF-8. */
#define TEXT_CAP (3u * WH_CSV_MAX_LINE)

/* U+0080..U+009F of Windows-1252 (0: not assigned); above 0x9F it is Latin-1. */
static const uint16_t cp1252[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/* 0 for a byte that means nothing. */
static uint32_t decode_cp1252(unsigned char byte)
{
    return byte >= 0x80 && byte < 0xA0 ? cp1252[byte - 0x80] : byte;
}

static size_t encode_utf8(uint32_t c, char out[3])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | (c >> 12));
    out[1] = (char)(0x80 | ((c >> 6) & 0x3F));
    out[2] = (char)(0x80 | (c & 0x3F));
    return 3;
}

static bool is_ascii(const char *p, size_t len)
{
    unsigned char all = 0;
    for (size_t i = 0; i < len; i++) {
        all |= (unsigned char)p[i];
    }
    return all < 0x80;
}

/* ---- rows ---- */

/* The record as text: recoded, or with \x.. for what is not UTF-8. */
static struct wh_str legible(struct wh_csv *csv, struct wh_str bytes)
{
    const bool has_nul = memchr(bytes.ptr, '\0', bytes.len) != NULL;
    if (!has_nul &&
        (csv->opt.is_cp1252 ? is_ascii(bytes.ptr, bytes.len) : wh_utf8_check(bytes) == bytes.len)) {
        return bytes;
    }
    wh_buf_clear(&csv->raw);
    for (size_t i = 0; i < bytes.len;) {
        const unsigned char byte = (unsigned char)bytes.ptr[i];
        const size_t to_nul = strnlen(bytes.ptr + i, bytes.len - i);
        const size_t good =
            csv->opt.is_cp1252 ? 0 : wh_utf8_check(wh_str_slice(bytes, i, i + to_nul));
        const uint32_t c = decode_cp1252(byte);
        char out[3];
        if (good > 0) {
            wh_buf_add(&csv->raw, bytes.ptr + i, good);
        } else if (csv->opt.is_cp1252 && c > 0) {
            wh_buf_add(&csv->raw, out, encode_utf8(c, out));
        } else {
            wh_buf_printf(&csv->raw, "\\x%02X", byte);
        }
        i += good > 0 ? good : 1;
    }
    return wh_buf_view(&csv->raw);
}

static void row_fault(struct wh_csv_row *row, size_t column, const char *text)
{
    row->is_bad = true;
    row->fault_column = (uint32_t)column;
    snprintf(row->fault, sizeof row->fault, "%s", text);
}

static void byte_fault(struct wh_csv_row *row, size_t column, unsigned char byte,
                       const char *encoding)
{
    char text[64];
    snprintf(text, sizeof text, "byte 0x%02X is not %s", byte, encoding);
    row_fault(row, column, text);
}

/* One field into csv->text: quotes unescaped, recoded. False: a byte that means nothing. */
static bool rewrite_field(struct wh_csv *csv, const char *base, size_t i, struct wh_csv_row *row)
{
    const struct csv_span *const span = &csv->span[i];
    char *const start = csv->text + csv->text_len;
    char *out = start;
    for (size_t k = 0; k < span->len; k++) {
        const unsigned char byte = (unsigned char)base[span->start + k];
        if (byte == '"') {
            k++; /* the second of two */
        }
        if (!csv->opt.is_cp1252 || byte < 0x80) {
            *out++ = (char)byte;
            continue;
        }
        const uint32_t c = decode_cp1252(byte);
        if (c == 0) {
            byte_fault(row, i + 1, byte, "Windows-1252");
            return false;
        }
        out += encode_utf8(c, out);
    }
    csv->field[i] = (struct wh_str){start, (size_t)(out - start)};
    csv->text_len += (size_t)(out - start);
    return true;
}

/* Points csv->field at the record's fields. */
static void take_fields(struct wh_csv *csv, const struct csv_record *record, struct wh_csv_row *row)
{
    const char *const base = csv->bytes + csv->pos;
    const bool has_high_bytes = !is_ascii(base, record->len);
    const bool recode = has_high_bytes && csv->opt.is_cp1252;
    csv->text_len = 0;
    for (size_t i = 0; i < record->n_fields; i++) {
        const struct csv_span *const span = &csv->span[i];
        const struct wh_str field = {base + span->start, span->len};
        if (has_high_bytes && !recode) {
            const size_t good = wh_utf8_check(field);
            if (good < field.len) {
                byte_fault(row, i + 1, (unsigned char)field.ptr[good], "UTF-8");
                return;
            }
        }
        csv->field[i] = field;
        if ((span->has_escapes || recode) && !rewrite_field(csv, base, i, row)) {
            return;
        }
    }
}

/* What is wrong with the record, or its fields. */
static void read_row(struct wh_csv *csv, const struct csv_record *record, struct wh_csv_row *row)
{
    const char *const base = csv->bytes + csv->pos;
    char text[96];
    if (memchr(base, '\0', record->len) != NULL) {
        row_fault(row, 0, "NUL byte");
    } else if (record->fault == CSV_FAULT_QUOTE_INSIDE) {
        row_fault(row, record->fault_column, "quote inside a field that does not begin with one");
    } else if (record->fault == CSV_FAULT_TEXT_AFTER) {
        row_fault(row, record->fault_column, "text after the closing quote");
    } else if (csv->n_columns > 0 && record->n_fields != csv->n_columns) {
        snprintf(text, sizeof text, "%zu field%s, header has %zu", record->n_fields,
                 record->n_fields == 1 ? "" : "s", csv->n_columns);
        row_fault(row, 0, text);
    } else {
        take_fields(csv, record, row);
    }
}

static void step_over(struct wh_csv *csv, const struct csv_record *record)
{
    csv->pos += record->len + record->end_len;
    csv->line += record->n_inner_lines + (record->end_len > 0 ? 1 : 0);
    csv->lacks_final_newline = record->end_len == 0;
}

enum wh_status wh_csv_next(struct wh_csv *csv, struct wh_csv_row *ret, bool *ret_end,
                           struct wh_error *err)
{
    struct wh_csv_row row = {.field = csv->field};
    enum wh_status status = WH_OK;
    if (csv->n_blank == 0) {
        status = wh_csv_skip_blank(csv, err);
        if (status != WH_OK) {
            return status;
        }
    }
    if (csv->pos == csv->len && csv->is_eof) { /* blank lines before the end are nothing */
        if (csv->lacks_final_newline && csv->opt.needs_final_newline) {
            return wh_fail_at(err, WH_ERR_INPUT, csv->path, csv->line, 0,
                              "last line has no line end; file looks cut off");
        }
        *ret_end = true;
        return WH_OK;
    }
    if (csv->n_blank > 0) {
        row.line = csv->line - csv->n_blank;
        row_fault(&row, 0, "blank line");
        csv->n_blank--;
    } else {
        struct csv_record record = {0};
        status = wh_csv_scan(csv, &record, err);
        if (status != WH_OK) {
            return status;
        }
        row.line = csv->line;
        read_row(csv, &record, &row);
        row.raw = (struct wh_str){csv->bytes + csv->pos, record.len};
        if (row.is_bad || csv->opt.is_cp1252) {
            row.raw = legible(csv, row.raw);
        }
        step_over(csv, &record);
    }
    *ret = row;
    *ret_end = false;
    return wh_buf_ok(&csv->raw, err);
}

/* ---- opening ---- */

static bool begins_with(const struct wh_csv *csv, const char *magic, size_t len)
{
    return csv->len - csv->pos >= len && memcmp(csv->bytes + csv->pos, magic, len) == 0;
}

/* What the first bytes give away; NULL when it may be CSV. */
static const char *not_csv(const struct wh_csv *csv)
{
    static const struct {
        const char *magic;
        size_t len;
        const char *sentence;
    } known[] = {
        {"\xFF\xFE", 2, "UTF-16; export as UTF-8 (or set encoding)"},
        {"\xFE\xFF", 2, "UTF-16; export as UTF-8 (or set encoding)"},
        {"PK\x03\x04", 4, "looks like a zip archive"},
        {"PK\x05\x06", 4, "looks like a zip archive"},
        {"\x1F\x8B", 2, "looks like a gzip archive"},
        {"BZh", 3, "looks like a bzip2 archive"},
        {"\xFD"
         "7zXZ",
         5, "looks like an xz archive"},
        {"7z\xBC\xAF", 4, "looks like a 7z archive"},
        {"\xD0\xCF\x11\xE0", 4, "not CSV; it looks like an old Excel or Access file"},
        {"SQLite format 3", 15, "not CSV; it looks like a GeoPackage or SQLite file"},
        {"%PDF", 4, "not CSV; it looks like a PDF"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (begins_with(csv, known[i].magic, known[i].len)) {
            return known[i].sentence;
        }
    }
    size_t i = csv->pos;
    while (i < csv->len && strchr(" \t\r\n", csv->bytes[i]) != NULL && csv->bytes[i] != '\0') {
        i++;
    }
    if (i < csv->len && csv->bytes[i] == '<') {
        return "not CSV; it looks like XML or HTML";
    }
    if (i < csv->len && csv->bytes[i] == '{') {
        return "not CSV; it looks like JSON";
    }
    const size_t n = csv->len - csv->pos;
    const char *const p = csv->bytes + csv->pos;
    if (n >= 4 && ((p[0] == '\0') != (p[1] == '\0')) && ((p[2] == '\0') != (p[3] == '\0'))) {
        return "UTF-16; export as UTF-8 (or set encoding)";
    }
    return NULL;
}

/* A header of one column with another separator in it. */
static enum wh_status check_delimiter(const struct wh_csv *csv, struct wh_str line,
                                      struct wh_error *err)
{
    static const struct {
        char c;
        const char *name;
    } other[] = {{';', "\";\""}, {'\t', "a tab"}, {'|', "\"|\""}, {',', "\",\""}};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        if (other[i].c != csv->opt.delimiter && wh_str_find(line, other[i].c) < line.len) {
            return wh_fail_at(err, WH_ERR_INPUT, csv->path, 0, 0,
                              "one column found; is the separator %s?", other[i].name);
        }
    }
    return WH_OK;
}

static enum wh_status check_twice(const struct wh_csv *csv, struct wh_error *err)
{
    for (size_t i = 1; i < csv->n_columns; i++) {
        for (size_t k = 0; k < i; k++) {
            if (csv->column[i].len > 0 && wh_str_eq(csv->column[i], csv->column[k])) {
                char name[96];
                return wh_fail_at(err, WH_ERR_INPUT, csv->path, 0, 0,
                                  "column \"%s\" appears at %zu and %zu",
                                  wh_log_escape(csv->column[i], name, sizeof name), k + 1, i + 1);
            }
        }
    }
    return WH_OK;
}

static enum wh_status keep_columns(struct wh_csv *csv, const struct csv_record *record,
                                   struct wh_error *err)
{
    csv->column = wh_arena_alloc(&csv->arena, record->n_fields, sizeof *csv->column);
    if (csv->column == NULL) {
        return wh_fail_memory(csv->ctx, err);
    }
    for (size_t i = 0; i < record->n_fields; i++) {
        csv->column[i] = wh_arena_str(&csv->arena, wh_str_trim(csv->field[i]));
        if (csv->column[i].ptr == NULL) {
            return wh_fail_memory(csv->ctx, err);
        }
    }
    csv->n_columns = record->n_fields;
    return check_twice(csv, err);
}

/* The caller knows the columns: every record is a row. */
static enum wh_status take_header(struct wh_csv *csv, struct wh_error *err)
{
    struct csv_record record = {.n_fields = 1};
    struct wh_str names = wh_str_c(csv->opt.header);
    for (size_t at = 0; (at = wh_str_find(names, ',')) < names.len; record.n_fields++) {
        csv->field[record.n_fields - 1] = wh_str_slice(names, 0, at);
        names = wh_str_slice(names, at + 1, names.len);
    }
    csv->field[record.n_fields - 1] = names;
    return keep_columns(csv, &record, err);
}

static enum wh_status read_header(struct wh_csv *csv, struct wh_error *err)
{
    struct csv_record record = {0};
    if (csv->opt.header != NULL) {
        return take_header(csv, err);
    }
    enum wh_status status = wh_csv_scan(csv, &record, err);
    if (status != WH_OK) {
        return status;
    }
    if (record.fault == CSV_FAULT_TOO_MANY) {
        return wh_fail_at(err, WH_ERR_INPUT, csv->path, csv->line, 0, "more than 1,024 columns");
    }
    const struct wh_str line = {csv->bytes + csv->pos, record.len};
    if (wh_str_find(line, csv->opt.delimiter) == line.len) {
        status = check_delimiter(csv, line, err);
        if (status != WH_OK) {
            return status;
        }
    }
    struct wh_csv_row row = {0};
    read_row(csv, &record, &row);
    if (row.is_bad) {
        return row.fault_column == 0
                   ? wh_fail_at(err, WH_ERR_INPUT, csv->path, csv->line, 0, "header: %s", row.fault)
                   : wh_fail_at(err, WH_ERR_INPUT, csv->path, csv->line, 0, "header: field %u: %s",
                                row.fault_column, row.fault);
    }
    status = keep_columns(csv, &record, err);
    step_over(csv, &record);
    return status;
}

static enum wh_status read_start(struct wh_csv *csv, struct wh_error *err)
{
    enum wh_status status = wh_csv_fill(csv, err);
    if (status != WH_OK) {
        return status;
    }
    if (begins_with(csv, "\xEF\xBB\xBF", 3)) {
        csv->pos += 3;
    }
    const char *const sentence = not_csv(csv);
    if (sentence != NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, csv->path, 0, 0, "%s", sentence);
    }
    status = wh_csv_skip_blank(csv, err);
    csv->n_blank = 0; /* before a header they do no harm */
    if (status == WH_OK && csv->pos == csv->len) {
        status = wh_fail_at(err, WH_ERR_INPUT, csv->path, 0, 0, "empty file");
    }
    if (status == WH_OK) {
        status = read_header(csv, err);
    }
    if (status == WH_OK) {
        status = wh_csv_skip_blank(csv, err);
    }
    if (status == WH_OK && csv->pos == csv->len && !csv->opt.may_be_empty) {
        status = wh_fail_at(err, WH_ERR_INPUT, csv->path, 0, 0, "no data rows");
    }
    return status;
}

enum wh_status wh_csv_open(struct wh_ctx *ctx, const char *path, const struct wh_csv_options *opt,
                           struct wh_csv **ret, struct wh_error *err)
{
    struct wh_file_info info;
    enum wh_status status = wh_io_check_input(path, &info, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_csv *const csv = wh_alloc(ctx, sizeof *csv);
    if (csv == NULL) {
        return wh_fail_memory(ctx, err);
    }
    csv->ctx = ctx;
    csv->opt = *opt;
    csv->line = 1;
    wh_arena_init(&csv->arena, ctx);
    wh_buf_init(&csv->raw, ctx);
    wh_sha256_init(&csv->sha);
    csv->stops['\n'] = csv->stops['\r'] = csv->stops['"'] = true;
    csv->stops[(unsigned char)opt->delimiter] = true;
    csv->path = wh_strdup(ctx, path);
    csv->bytes = wh_alloc_array(ctx, WH_CSV_BUFFER, 1);
    csv->text = wh_alloc_array(ctx, TEXT_CAP, 1);
    if (csv->path == NULL || csv->bytes == NULL || csv->text == NULL) {
        status = wh_fail_memory(ctx, err);
    } else {
        status = wh_reader_open(ctx, path, &csv->reader, err);
    }
    if (status == WH_OK) {
        status = read_start(csv, err);
    }
    if (status != WH_OK) {
        wh_csv_close(csv);
        return status;
    }
    *ret = csv;
    return WH_OK;
}

void wh_csv_close(struct wh_csv *csv)
{
    if (csv == NULL) {
        return;
    }
    struct wh_ctx *const ctx = csv->ctx;
    wh_reader_close(csv->reader);
    wh_buf_finish(&csv->raw);
    wh_arena_finish(&csv->arena);
    wh_free(ctx, csv->text);
    wh_free(ctx, csv->bytes);
    wh_free(ctx, csv->path);
    wh_free(ctx, csv);
}

/* ---- questions ---- */

size_t wh_csv_columns(const struct wh_csv *csv)
{
    return csv->n_columns;
}

struct wh_str wh_csv_column(const struct wh_csv *csv, size_t column_idx)
{
    return csv->column[column_idx];
}

int wh_csv_find(const struct wh_csv *csv, const char *name)
{
    const struct wh_str wanted = wh_str_trim(wh_str_c(name));
    int found = -1;
    for (size_t i = 0; i < csv->n_columns; i++) {
        if (wh_str_eq(csv->column[i], wanted)) {
            return (int)i;
        }
        if (found < 0 && wh_str_eq_fold(csv->column[i], wanted)) {
            found = (int)i;
        }
    }
    return found;
}

const char *wh_csv_note(const struct wh_csv *csv)
{
    return csv->lacks_final_newline ? "last line has no line end" : NULL;
}

void wh_csv_sha256(const struct wh_csv *csv, char ret_hex[65])
{
    struct wh_sha256 sha = csv->sha;
    wh_sha256_hex(&sha, ret_hex);
}

uint64_t wh_csv_bytes_read(const struct wh_csv *csv)
{
    return csv->bytes_read;
}
