/* geocode/gazetteer_read.c: one file of a gazetteer: its rows, whatever its format, and its
 * edition. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "base/sha256.h"
#include "base/time.h"
#include "geocode/gazetteer_internal.h"
#include "model/postcode.h"

/* ---- editions ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "202607", "20260701", "2026-07", "2026-07-01" at the start of `text`. */
static bool read_date(struct wh_str text, struct wh_civil *ret)
{
    char digits[9];
    size_t n = 0, i = 0;
    for (; i < text.len && n < 8; i++) {
        if (is_digit(text.ptr[i])) {
            digits[n++] = text.ptr[i];
        } else if ((text.ptr[i] != '-' && text.ptr[i] != '_') || (n != 4 && n != 6)) {
            break;
        }
    }
    if (n == 8 && i < text.len && is_digit(text.ptr[i])) {
        return false; /* a longer number is no date */
    }
    n = n == 8 ? 8 : n >= 6 ? 6 : 0;
    return n > 0 && wh_time_parse(n == 8 ? "%Y%m%d" : "%Y%m", (struct wh_str){digits, n}, ret) &&
           ret->year >= 1990 && ret->year < 2100;
}

/* "FEB_2026", "May 2026": a month's name before a year. */
static bool read_month(struct wh_str text, struct wh_civil *ret)
{
    char month[16];
    size_t n = 0;
    while (n < text.len && n < 3) {
        month[n] = text.ptr[n];
        n++;
    }
    size_t i = n;
    while (i < text.len &&
           !is_digit(text.ptr[i])) { /* the rest of a whole name, blanks and marks */
        i++;
    }
    if (n < 3 || i - n > 8 || text.len - i < 4) {
        return false;
    }
    char date[16];
    snprintf(date, sizeof date, "%.3s %.4s", month, text.ptr + i);
    return wh_time_parse("%b %Y", wh_str_c(date), ret) && ret->year >= 1990 && ret->year < 2100;
}

int64_t wh_gazetteer_edition(const char *path)
{
    /* The file's name, else its folders', the nearest first. */
    struct wh_str left = wh_str_c(path);
    while (left.len > 0) {
        size_t from = left.len;
        while (from > 0 && left.ptr[from - 1] != '/') {
            from--;
        }
        const struct wh_str name = wh_str_slice(left, from, left.len);
        for (size_t i = 0; i < name.len; i++) {
            struct wh_civil civil;
            const struct wh_str rest = wh_str_slice(name, i, name.len);
            const bool begins = i == 0 || !is_digit(name.ptr[i - 1]);
            if ((begins && is_digit(name.ptr[i]) && read_date(rest, &civil)) ||
                (!is_digit(name.ptr[i]) && read_month(rest, &civil))) {
                return wh_day_from_civil(civil.year, civil.month, civil.day);
            }
        }
        left.len = from > 0 ? from - 1 : 0;
    }
    return WH_NO_DAY;
}

static void note_month(struct wh_gazetteer_note *note, int32_t month)
{
    if (month >= 190001 && month % 100 >= 1 && month % 100 <= 12) {
        const int64_t day = wh_day_from_civil(month / 100, (unsigned)(month % 100), 1);
        note->edition_day =
            note->edition_day == WH_NO_DAY || day > note->edition_day ? day : note->edition_day;
    }
}

/* ---- rows ---- */

static bool has_key(const struct wh_gazetteer_row *row)
{
    char postcode[9];
    switch (row->type) {
    case WH_GAZETTEER_UPRN:
        return row->text[WH_GAZ_UPRN].len > 0;
    case WH_GAZETTEER_ADDRESS:
        return row->text[WH_GAZ_STREET].len > 0 || row->text[WH_GAZ_NAME].len > 0 ||
               row->text[WH_GAZ_ORGANISATION].len > 0;
    case WH_GAZETTEER_POSTCODE:
        return wh_postcode_normalise(row->text[WH_GAZ_POSTCODE], postcode);
    case WH_GAZETTEER_STREET:
        return row->text[WH_GAZ_STREET].len > 0;
    case WH_GAZETTEER_JUNCTION:
        return row->text[WH_GAZ_STREET].len > 0 && row->text[WH_GAZ_OTHER].len > 0;
    case WH_GAZETTEER_PLACE:
        return row->text[WH_GAZ_NAME].len > 0;
    case WH_N_GAZETTEER_TYPES:
        break;
    }
    return false;
}

static bool is_near(const struct gazetteer_reading *reading, const struct wh_gazetteer_row *row)
{
    const double *area = reading->opt->area;
    return !reading->opt->has_area || row->type == WH_GAZETTEER_POSTCODE ||
           (row->x >= area[0] - WH_GAZETTEER_MARGIN_M &&
            row->x <= area[2] + WH_GAZETTEER_MARGIN_M &&
            row->y >= area[1] - WH_GAZETTEER_MARGIN_M && row->y <= area[3] + WH_GAZETTEER_MARGIN_M);
}

enum wh_status wh_gazetteer_give(struct gazetteer_reading *reading,
                                 const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct wh_gazetteer_note *note = reading->note;
    note->rows++;
    if (!has_key(row) || !isfinite(row->x) || !isfinite(row->y)) {
        note->bad_rows++;
        return WH_OK;
    }
    if (!is_near(reading, row)) {
        note->far_rows++;
        return WH_OK;
    }
    return reading->fn(reading->user, row, err);
}

static struct wh_str cell(const struct wh_str *field, int column)
{
    return column < 0 ? (struct wh_str){NULL, 0} : wh_str_trim(field[column]);
}

/* "12" "A" "14" "": 12A-14. */
static struct wh_str join_number(const struct gazetteer_columns *columns,
                                 const struct wh_str *field, enum bs7666_part start,
                                 struct wh_buf *buf, size_t *from)
{
    *from = buf->len;
    wh_buf_str(buf, cell(field, columns->bs7666[start]));
    wh_buf_str(buf, cell(field, columns->bs7666[start + 1]));
    const struct wh_str end = cell(field, columns->bs7666[start + 2]);
    if (end.len > 0) {
        wh_buf_char(buf, '-');
        wh_buf_str(buf, end);
        wh_buf_str(buf, cell(field, columns->bs7666[start + 3]));
    }
    return wh_str_slice(wh_buf_view(buf), *from, buf->len);
}

/* The objects of BS 7666: the secondary one is the unit, the primary one the house. */
static void fill_bs7666(const struct gazetteer_columns *columns, const struct wh_str *field,
                        struct wh_buf *buf, struct wh_gazetteer_row *row)
{
    size_t from_number = 0, from_unit = 0;
    if (columns->bs7666[PAO_START] < 0 && columns->bs7666[PAO_TEXT] < 0) {
        return;
    }
    wh_buf_clear(buf);
    (void)join_number(columns, field, PAO_START, buf, &from_number);
    const size_t end_number = buf->len;
    (void)join_number(columns, field, SAO_START, buf, &from_unit);
    if (buf->len == from_unit) {
        wh_buf_str(buf, cell(field, columns->bs7666[SAO_TEXT]));
    }
    const struct wh_str all = wh_buf_view(buf); /* after the last append */
    row->text[WH_GAZ_NUMBER] = wh_str_slice(all, from_number, end_number);
    row->text[WH_GAZ_UNIT] = wh_str_slice(all, from_unit, all.len);
    row->text[WH_GAZ_NAME] = cell(field, columns->bs7666[PAO_TEXT]);
}

/* OS Open Names has everything in one file: which of its rows are of the type that is asked for? */
static bool is_wanted(enum wh_gazetteer_type type, struct wh_str local_type)
{
    const bool is_street = wh_str_has_suffix(local_type, "Named Road");
    const bool is_numbered = wh_str_has_suffix(local_type, "Numbered Road");
    const bool is_postcode = wh_str_eq_c(local_type, "Postcode");
    switch (type) {
    case WH_GAZETTEER_STREET:
        return is_street || is_numbered;
    case WH_GAZETTEER_POSTCODE:
        return is_postcode;
    case WH_GAZETTEER_PLACE:
        return !is_street && !is_numbered && !is_postcode;
    case WH_GAZETTEER_UPRN:
    case WH_GAZETTEER_ADDRESS:
    case WH_GAZETTEER_JUNCTION:
    case WH_N_GAZETTEER_TYPES:
        break;
    }
    return false;
}

static void fill_box(const struct gazetteer_columns *columns, const struct wh_str *field,
                     struct wh_gazetteer_row *row)
{
    double box[4];
    for (size_t i = 0; i < 4; i++) {
        if (!wh_parse_double(cell(field, columns->box[i]), &box[i])) {
            return;
        }
    }
    row->spread_m = fmax(0, fmax(box[2] - box[0], box[3] - box[1]) / 2);
}

bool wh_gazetteer_fill(const struct gazetteer_reading *reading, const struct wh_str *field,
                       struct wh_buf *buf, struct wh_gazetteer_row *row)
{
    const struct gazetteer_columns *columns = &reading->columns;
    int64_t number = 0;
    for (size_t i = 0; i < WH_N_GAZETTEER_TEXTS; i++) {
        row->text[i] = cell(field, columns->at[i]);
    }
    if (wh_parse_int(cell(field, columns->at[WH_GAZ_QUALITY]), &number) && number > 0 &&
        number < 100) {
        row->quality = (uint8_t)(number < 10 ? number * 10 : number); /* the ONS says 1 to 9 */
    }
    if (wh_parse_int(cell(field, columns->at[WH_GAZ_FROM]), &number) && number < 999999) {
        row->from = (int32_t)number;
        note_month(reading->note, row->from);
    }
    if (wh_parse_int(cell(field, columns->at[WH_GAZ_TO]), &number) && number < 999999) {
        row->to = (int32_t)number;
        note_month(reading->note, row->to);
    }
    if (row->type == WH_GAZETTEER_ADDRESS) {
        fill_bs7666(columns, field, buf, row);
    }
    if (columns->local_type >= 0) {
        fill_box(columns, field, row);
        return is_wanted(row->type, cell(field, columns->local_type));
    }
    return true;
}

/* ---- a file ---- */

enum wh_status wh_gazetteer_read(struct wh_ctx *ctx, const struct wh_gazetteer *gazetteer,
                                 const struct wh_gazetteer_options *opt, const char *path,
                                 uint16_t file, wh_gazetteer_row_fn *fn, void *user,
                                 struct wh_gazetteer_note *ret, struct wh_error *err)
{
    struct wh_gazetteer_note note = {.path = ret->path,
                                     .type = gazetteer->type,
                                     .is_remote = gazetteer->postgis != NULL,
                                     .edition_day = WH_NO_DAY};
    struct gazetteer_reading reading = {.ctx = ctx,
                                        .gazetteer = gazetteer,
                                        .opt = opt,
                                        .path = path,
                                        .file = file,
                                        .fn = fn,
                                        .user = user,
                                        .note = &note};
    const struct wh_str name = wh_str_c(path);
    const bool is_remote = gazetteer->postgis != NULL;
    const bool is_table =
        !is_remote && (wh_str_has_suffix(name, ".csv") || wh_str_has_suffix(name, ".CSV"));
    enum wh_status status;
    if (is_table) {
        status = wh_gazetteer_read_table(&reading, err);
    } else {
        status = wh_gazetteer_read_layer(&reading, err);
        if (status == WH_OK && !is_remote) {
            status = wh_sha256_file(ctx, path, note.sha256, err);
        }
    }
    if (status != WH_OK) {
        return status;
    }
    const int64_t of_name = is_remote ? WH_NO_DAY : wh_gazetteer_edition(path);
    note.edition_day = gazetteer->edition_day != WH_NO_DAY ? gazetteer->edition_day
                       : of_name != WH_NO_DAY              ? of_name
                                                           : note.edition_day;
    *ret = note;
    return WH_OK;
}
