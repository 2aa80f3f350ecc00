/* base/csv_scan.c: bytes to records: a window on the file, and where each record and field begins
 * and ends. */
#include <string.h>

#include "base/alloc.h"
#include "base/csv_internal.h"
#include "base/error.h"

/* How far behind a record that is too long we look for what went wrong, so that a huge file fails
 * fast. */
#define MOST_NULS (UINT64_C(64) << 20)
#define MOST_QUOTED (UINT64_C(128) << 20)

enum scan { SCAN_DONE, SCAN_MORE, SCAN_QUOTE_OPEN };

enum wh_status wh_csv_fill(struct wh_csv *csv, struct wh_error *err)
{
    memmove(csv->bytes, csv->bytes + csv->pos, csv->len - csv->pos);
    csv->len -= csv->pos;
    csv->pos = 0;
    while (!csv->is_eof && csv->len < WH_CSV_BUFFER) {
        size_t n = 0;
        char *const to = csv->bytes + csv->len;
        const size_t room = WH_CSV_BUFFER - csv->len;
        enum wh_status status =
            csv->opt.read == NULL
                ? wh_reader_read(csv->reader, to, room, &n, err)
                : csv->opt.read(csv->opt.user, csv->reader, &csv->sha, to, room, &n, err);
        if (status != WH_OK) {
            return status;
        }
        if (csv->opt.read == NULL) {
            wh_sha256_add(&csv->sha, to, n);
        }
        csv->len += n;
        csv->bytes_read += n;
        if (n == 0) {
            csv->is_eof = true;
            return wh_reader_check_unchanged(csv->reader, err);
        }
    }
    return WH_OK;
}

/* Bytes of the line end at `p`: 0 when it is none. */
static size_t line_end(const char *p, const char *end)
{
    if (p == end || (*p != '\n' && *p != '\r')) {
        return 0;
    }
    return *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
}

/* Line ends in [p, end); CR LF is one. */
static uint64_t count_lines(const char *p, const char *end)
{
    uint64_t n = 0;
    for (; p < end; p++) {
        n += *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'));
    }
    return n;
}

enum wh_status wh_csv_skip_blank(struct wh_csv *csv, struct wh_error *err)
{
    for (;;) {
        if (csv->len - csv->pos < 2 && !csv->is_eof) {
            enum wh_status status = wh_csv_fill(csv, err);
            if (status != WH_OK) {
                return status;
            }
        }
        const size_t n = line_end(csv->bytes + csv->pos, csv->bytes + csv->len);
        if (n == 0) {
            return WH_OK;
        }
        csv->pos += n;
        csv->line++;
        csv->n_blank++;
    }
}

/* Past the closing quote of the field that opens at `*at`, or why not. */
static enum scan scan_quoted(const struct wh_csv *csv, const char **at, const char *end,
                             struct csv_span *span)
{
    const char *p = *at + 1;
    for (;;) {
        const char *const quote = memchr(p, '"', (size_t)(end - p));
        if (quote == NULL) {
            return SCAN_QUOTE_OPEN;
        }
        if (quote + 1 == end && !csv->is_eof) {
            return SCAN_MORE;
        }
        if (quote + 1 < end && quote[1] == '"') {
            span->has_escapes = true;
            p = quote + 2;
            continue;
        }
        span->len = (uint32_t)(quote - *at - 1);
        *at = quote + 1;
        return SCAN_DONE;
    }
}

/* The record has a fault: it is its first line, and reading goes on at the second. */
static enum scan cut_first_line(const struct wh_csv *csv, enum csv_fault fault, size_t column,
                                struct csv_record *ret)
{
    const char *const base = csv->bytes + csv->pos, *const end = csv->bytes + csv->len;
    const char *p = base;
    while (p < end && *p != '\n' && *p != '\r') {
        p++;
    }
    if (!csv->is_eof && end - p < 2) {
        return SCAN_MORE;
    }
    ret->fault = fault;
    ret->fault_column = (uint32_t)column;
    ret->len = (size_t)(p - base);
    ret->end_len = line_end(p, end);
    ret->n_inner_lines = 0;
    return SCAN_DONE;
}

/* One pass over what is in the buffer; SCAN_QUOTE_OPEN when a quoted field has no end in it. */
static enum scan scan_buffered(struct wh_csv *csv, struct csv_record *ret, const char **ret_quote)
{
    const char *const base = csv->bytes + csv->pos, *const end = csv->bytes + csv->len;
    const char *p = base;
    for (;;) {
        struct csv_span span = {0};
        if (ret->n_fields == WH_CSV_MAX_FIELDS && csv->n_columns == 0) {
            ret->fault = CSV_FAULT_TOO_MANY;
            return SCAN_DONE;
        }
        if (p < end && *p == '"') {
            const char *const quote = p;
            span.start = (uint32_t)(p + 1 - base);
            const enum scan scan = scan_quoted(csv, &p, end, &span);
            if (scan != SCAN_DONE) {
                *ret_quote = quote;
                return scan;
            }
            ret->has_escapes = ret->has_escapes || span.has_escapes;
            ret->n_inner_lines += count_lines(quote, p);
        } else {
            const char *const start = p;
            while (p < end && !csv->stops[(unsigned char)*p]) {
                p++;
            }
            span.start = (uint32_t)(start - base);
            span.len = (uint32_t)(p - start);
        }
        if (end - p < 2 && !csv->is_eof) {
            return SCAN_MORE;
        }
        if (ret->n_fields < WH_CSV_MAX_FIELDS) {
            csv->span[ret->n_fields] = span;
        }
        ret->n_fields++;
        if (p < end && *p == csv->opt.delimiter) {
            p++;
            continue;
        }
        ret->len = (size_t)(p - base);
        ret->end_len = line_end(p, end);
        if (p == end || ret->end_len > 0) {
            return SCAN_DONE;
        }
        return cut_first_line(csv, *p == '"' ? CSV_FAULT_QUOTE_INSIDE : CSV_FAULT_TEXT_AFTER,
                              ret->n_fields, ret);
    }
}

static enum wh_status fail_nuls(const struct wh_csv *csv, uint64_t line, uint64_t n, bool is_all,
                                struct wh_error *err)
{
    return wh_fail_at(err, WH_ERR_INPUT, csv->path, line, 0,
                      "%s%llu NUL byte%s at end; file looks cut off", is_all ? "" : "more than ",
                      (unsigned long long)n, n == 1 ? "" : "s");
}

/* NULs at the end of what is in the buffer. */
static size_t trailing_nuls(const struct wh_csv *csv)
{
    size_t n = 0;
    while (n < csv->len - csv->pos && csv->bytes[csv->len - 1 - n] == '\0') {
        n++;
    }
    return n;
}

static uint64_t line_of_end(const struct wh_csv *csv, size_t before_end)
{
    return csv->line + count_lines(csv->bytes + csv->pos, csv->bytes + csv->len - before_end);
}

static enum wh_status fail_too_long(const struct wh_csv *csv, uint64_t quote_line,
                                    struct wh_error *err)
{
    if (quote_line > 0) {
        return wh_fail_at(err, WH_ERR_INPUT, csv->path, quote_line, 0,
                          "line longer than 1 MiB (a quote was opened here)");
    }
    return wh_fail_at(err, WH_ERR_INPUT, csv->path, csv->line, 0, "line longer than 1 MiB");
}

/* A record that is longer than the limit ends in NULs: does the file, too? */
static enum wh_status fail_long_nuls(struct wh_csv *csv, uint64_t quote_line, struct wh_error *err)
{
    uint64_t n = trailing_nuls(csv);
    const uint64_t line = line_of_end(csv, (size_t)n);
    while (!csv->is_eof && n < MOST_NULS) {
        csv->pos = csv->len;
        enum wh_status status = wh_csv_fill(csv, err);
        if (status != WH_OK) {
            return status;
        }
        if (trailing_nuls(csv) < csv->len) {
            return fail_too_long(csv, quote_line, err);
        }
        n += csv->len;
    }
    return fail_nuls(csv, line, n, csv->is_eof, err);
}

/* Where a quoted field has run past the limit: is there any closing quote? */
static enum wh_status fail_long_quote(struct wh_csv *csv, uint64_t quote_line, struct wh_error *err)
{
    for (uint64_t n = 0; !csv->is_eof && n < MOST_QUOTED; n += csv->len) {
        csv->pos = csv->len;
        enum wh_status status = wh_csv_fill(csv, err);
        if (status != WH_OK) {
            return status;
        }
        if (memchr(csv->bytes, '"', csv->len) != NULL) {
            return fail_too_long(csv, quote_line, err);
        }
    }
    if (!csv->is_eof) {
        return fail_too_long(csv, quote_line, err);
    }
    return wh_fail_at(err, WH_ERR_INPUT, csv->path, quote_line, 0,
                      "quote opened here is never closed");
}

/* Told once a record has no end within the limit, or a quote none within the file. */
static enum wh_status fail_endless(struct wh_csv *csv, const char *quote, struct wh_error *err)
{
    const uint64_t quote_line =
        quote == NULL ? 0 : csv->line + count_lines(csv->bytes + csv->pos, quote);
    const size_t nuls = trailing_nuls(csv);
    if (nuls > 0 && csv->is_eof) {
        return fail_nuls(csv, line_of_end(csv, nuls), nuls, true, err);
    }
    if (nuls > 0) {
        return fail_long_nuls(csv, quote_line, err);
    }
    if (quote != NULL) {
        return fail_long_quote(csv, quote_line, err);
    }
    return fail_too_long(csv, 0, err);
}

enum wh_status wh_csv_scan(struct wh_csv *csv, struct csv_record *ret, struct wh_error *err)
{
    for (;;) {
        struct csv_record record = {0};
        const char *quote = NULL;
        const enum scan scan = scan_buffered(csv, &record, &quote);
        const size_t have = csv->len - csv->pos;
        if (scan == SCAN_DONE) {
            const bool is_last = csv->is_eof && record.end_len == 0;
            if (is_last && csv->bytes[csv->len - 1] == '\0') {
                return fail_endless(csv, NULL, err);
            }
            if (record.len > WH_CSV_MAX_LINE && record.fault != CSV_FAULT_TOO_MANY) {
                return fail_too_long(csv, 0, err);
            }
            *ret = record;
            return WH_OK;
        }
        if (csv->is_eof || have > WH_CSV_MAX_LINE + 2) {
            return fail_endless(csv, quote, err);
        }
        enum wh_status status = wh_csv_fill(csv, err);
        if (status != WH_OK) {
            return status;
        }
    }
}
