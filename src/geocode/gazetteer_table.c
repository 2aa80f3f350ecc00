/* geocode/gazetteer_table.c: a gazetteer in CSV. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/number.h"
#include "geocode/gazetteer_internal.h"

enum { PEEK_BYTES = 4096, PEEK_FIELDS = 40 };

/* The fields of a first line, as far as a glance tells them: quotes are honoured, not checked. */
static size_t split_line(struct wh_str line, struct wh_str field[PEEK_FIELDS])
{
    size_t n = 0, from = 0;
    bool is_quoted = false;
    for (size_t i = 0; i <= line.len && n < PEEK_FIELDS; i++) {
        const char c = i < line.len ? line.ptr[i] : '\n';
        is_quoted = c == '"' ? !is_quoted : is_quoted;
        const bool is_end = c == '\n' || c == '\r';
        if ((c == ',' || is_end) && !is_quoted) {
            struct wh_str text = wh_str_trim(wh_str_slice(line, from, i));
            if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"') {
                text = wh_str_slice(text, 1, text.len - 1);
            }
            field[n++] = text;
            from = i + 1;
            if (is_end) {
                break;
            }
        }
    }
    return n;
}

static enum wh_status peek_header(struct wh_ctx *ctx, const char *path, const char **ret,
                                  struct wh_error *err)
{
    char bytes[PEEK_BYTES];
    struct wh_str field[PEEK_FIELDS];
    struct wh_reader *reader = NULL;
    size_t len = 0;
    enum wh_status status = wh_reader_open(ctx, path, &reader, err);
    if (status == WH_OK) {
        status = wh_reader_read(reader, bytes, sizeof bytes, &len, err);
    }
    wh_reader_close(reader);
    if (status == WH_OK) {
        struct wh_str text = {bytes, len};
        if (wh_str_has_prefix(text, "\xEF\xBB\xBF")) {
            text = wh_str_slice(text, 3, len);
        }
        *ret = wh_gazetteer_missing_header(field, split_line(text, field));
    }
    return status;
}

static enum wh_status find_columns(struct gazetteer_reading *reading, const struct wh_csv *csv,
                                   struct wh_error *err)
{
    const size_t n = wh_csv_columns(csv);
    struct wh_str *name = wh_alloc_array(reading->ctx, n, sizeof *name);
    if (name == NULL) {
        return wh_fail_memory(reading->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        name[i] = wh_csv_column(csv, i);
    }
    const enum wh_status status = wh_gazetteer_find_columns(reading->gazetteer, reading->path, name,
                                                            n, false, &reading->columns, err);
    wh_free(reading->ctx, name);
    return status;
}

struct table_places {
    struct wh_transform *to_working, *from_degrees; /* the latter for Northern Ireland, or NULL */
};

static bool read_pair(const struct wh_str *field, int cx, int cy, double *x, double *y)
{
    return wh_parse_double(wh_str_trim(field[cx]), x) && wh_parse_double(wh_str_trim(field[cy]), y);
}

/* The ONS's files give Northern Ireland on the Irish Grid in the columns of the British one. */
static bool is_irish(const struct wh_gazetteer_row *row)
{
    return wh_str_has_prefix(row->text[WH_GAZ_POSTCODE], "BT");
}

static void read_place(const struct gazetteer_reading *reading, const struct table_places *places,
                       const struct wh_str *field, struct wh_gazetteer_row *row)
{
    const struct gazetteer_columns *columns = &reading->columns;
    double x = 0, y = 0;
    row->x = row->y = (double)NAN;
    if (row->quality >= 90) {
        return;
    }
    if (places->from_degrees != NULL && columns->lon >= 0 && is_irish(row)) {
        if (read_pair(field, columns->lon, columns->lat, &x, &y)) {
            wh_transform_points(places->from_degrees, false, &x, &y, 1);
            row->x = x;
            row->y = y;
        }
        return;
    }
    /* 0, 0 stands for no place; so does latitude 99.999999 in the ONS's files. */
    if (read_pair(field, columns->at[WH_GAZ_X], columns->at[WH_GAZ_Y], &x, &y) &&
        (fabs(x) > 0 || fabs(y) > 0)) {
        wh_transform_points(places->to_working, false, &x, &y, 1);
        row->x = x;
        row->y = y;
    }
}

static enum wh_status read_rows(struct gazetteer_reading *reading, struct wh_csv *csv,
                                const struct table_places *places, struct wh_buf *buf,
                                struct wh_error *err)
{
    for (;;) {
        struct wh_csv_row record;
        struct wh_gazetteer_row row = {.type = reading->gazetteer->type, .file = reading->file};
        bool is_end = false;
        enum wh_status status = wh_csv_next(csv, &record, &is_end, err);
        if (status != WH_OK || is_end) {
            return status;
        }
        row.line = record.line;
        if (record.is_bad) {
            reading->note->rows++;
            reading->note->bad_rows++;
            continue;
        }
        if (!wh_gazetteer_fill(reading, record.field, buf, &row)) {
            continue;
        }
        read_place(reading, places, record.field, &row);
        status = wh_buf_ok(buf, err);
        if (status == WH_OK) {
            status = wh_gazetteer_give(reading, &row, err);
        }
        if (status != WH_OK) {
            return status;
        }
    }
}

enum wh_status wh_gazetteer_read_table(struct gazetteer_reading *reading, struct wh_error *err)
{
    struct wh_csv_options csv_opt = {.delimiter = ','};
    const struct wh_gazetteer_options *opt = reading->opt;
    struct table_places places = {NULL, NULL};
    struct wh_csv *csv = NULL;
    struct wh_buf buf;
    wh_buf_init(&buf, reading->ctx);
    enum wh_status status = peek_header(reading->ctx, reading->path, &csv_opt.header, err);
    if (status == WH_OK) {
        status = wh_csv_open(reading->ctx, reading->path, &csv_opt, &csv, err);
    }
    if (status == WH_OK) {
        status = find_columns(reading, csv, err);
    }
    if (status == WH_OK) {
        const char *crs = reading->gazetteer->crs != NULL ? reading->gazetteer->crs
                          : reading->columns.crs != NULL  ? reading->columns.crs
                                                          : opt->working_crs;
        status = wh_transform_create(reading->ctx, crs, opt->working_crs, opt->crs_opt,
                                     &places.to_working, err);
    }
    if (status == WH_OK && reading->columns.at[WH_GAZ_FROM] >= 0 && reading->columns.lon >= 0) {
        status = wh_transform_create(reading->ctx, "EPSG:4326", opt->working_crs, opt->crs_opt,
                                     &places.from_degrees, err);
    }
    if (status == WH_OK) {
        status = read_rows(reading, csv, &places, &buf, err);
    }
    if (status == WH_OK) { /* of the bytes that were read, not of what the file is by now */
        wh_csv_sha256(csv, reading->note->sha256);
    }
    wh_transform_destroy(reading->ctx, places.to_working);
    wh_transform_destroy(reading->ctx, places.from_degrees);
    wh_csv_close(csv);
    wh_buf_finish(&buf);
    return status;
}
