/* ingest/ingest_row.c: one row as a request: what must be right, and what may be wrong. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "ingest/ingest_internal.h"
#include "model/postcode.h"

#define LONGEST_NAME 256 /* bytes of a reference or category */
#define EARLIEST_UTC                                                                               \
    INT64_C(86400)     /* 1970-01-02: before it are placeholders (RELIABILITY.md 54)               \
                        */
#define FAR_FACTOR 3.0 /* sizes of the control area beyond which a digit is too many */
#define NEAR_SHARE 0.1 /* of the way from the area to the edge of the control area */
#define ONE_DAY_S INT64_C(86400)

/* ---- text ---- */

static struct wh_str text_of(const struct ingest *in, const struct wh_csv_row *row,
                             enum wh_field field)
{
    const int column = in->column[field];
    return column < 0 ? (struct wh_str){0} : wh_str_trim(row->field[column]);
}

static bool fail_row(struct row_fault *fault, int column, const char *reason)
{
    fault->column = (uint32_t)(column + 1);
    snprintf(fault->reason, sizeof fault->reason, "%s", reason);
    return false;
}

/* ---- times ---- */

static void parse_time(const struct ingest *in, struct wh_str text, struct time_memo *memo)
{
    struct wh_civil civil;
    memo->kind = TIME_BAD;
    if (!wh_time_parse(in->source->date_format, text, &civil)) {
        return;
    }
    memo->has_time = civil.hour != 0 || civil.minute != 0 || civil.second != 0;
    switch (wh_zone_to_utc(in->opt->zone, &civil, &memo->utc)) {
    case WH_LOCAL_ONCE:
        memo->kind = TIME_ONCE;
        break;
    case WH_LOCAL_TWICE:
        memo->kind = TIME_TWICE;
        break;
    case WH_LOCAL_NEVER:
        memo->kind = TIME_NEVER;
        break;
    }
}

static const struct time_memo *read_time(struct ingest *in, struct wh_str text, size_t slot)
{
    struct time_memo *const memo = &in->memo[slot];
    if (text.len == memo->len && text.len > 0 && memcmp(text.ptr, memo->text, text.len) == 0) {
        return memo;
    }
    memo->len = 0;
    if (text.len == 0) {
        memo->kind = TIME_NONE;
        return memo;
    }
    parse_time(in, text, memo);
    if (text.len <= sizeof memo->text) {
        memcpy(memo->text, text.ptr, text.len);
        memo->len = text.len;
    }
    return memo;
}

static bool read_opened(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r,
                        struct row_fault *fault)
{
    const int column = in->column[WH_FIELD_OPENED];
    const struct time_memo *const time = read_time(in, text_of(in, row, WH_FIELD_OPENED), 0);
    char reason[128];
    switch (time->kind) {
    case TIME_NONE:
        return fail_row(fault, column, "no date");
    case TIME_BAD:
        snprintf(reason, sizeof reason, "not a date in the form %s",
                 strcmp(in->source->date_format, "iso") == 0 ? "2026-11-03T14:05"
                                                             : in->source->date_format);
        return fail_row(fault, column, reason);
    case TIME_NEVER:
        return fail_row(fault, column, "no such local time: the clocks went forward over it");
    case TIME_TWICE:
        r->flags |= WH_FLAG_AMBIGUOUS_TIME;
        break;
    case TIME_ONCE:
        break;
    }
    if (time->utc < EARLIEST_UTC) {
        return fail_row(fault, column, "date before 1970-01-02");
    }
    if (time->utc > in->opt->latest_utc) {
        return fail_row(fault, column, "date in the future");
    }
    r->opened_at = time->utc;
    if (time->kind == TIME_TWICE) {
        in->report.ambiguous_times++;
        wh_ingest_note(in, FIELD_TWICE, row, column);
    }
    return true;
}

/* Closed or due: WH_NO_TIME when there is none or it cannot be read. */
static int64_t read_other_time(struct ingest *in, const struct wh_csv_row *row, enum wh_field field,
                               size_t slot, struct wh_request *r)
{
    const struct time_memo *const time = read_time(in, text_of(in, row, field), slot);
    switch (time->kind) {
    case TIME_NONE:
        return WH_NO_TIME;
    case TIME_BAD:
    case TIME_NEVER:
        r->flags |= WH_FLAG_BAD_TIME;
        wh_ingest_note(in, time->kind == TIME_BAD ? FIELD_BAD_TIME : FIELD_NO_SUCH_TIME, row,
                       in->column[field]);
        return WH_NO_TIME;
    case TIME_TWICE:
        r->flags |= WH_FLAG_AMBIGUOUS_TIME;
        in->report.ambiguous_times++;
        wh_ingest_note(in, FIELD_TWICE, row, in->column[field]);
        break;
    case TIME_ONCE:
        break;
    }
    return time->utc;
}

static void read_closed(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r)
{
    r->closed_at = read_other_time(in, row, WH_FIELD_CLOSED, 1, r);
    if (r->closed_at == WH_NO_TIME || r->closed_at >= r->opened_at) {
        return;
    }
    /* A date alone, of the day of opening: closed on that day, which is not before it. */
    if (!in->memo[1].has_time && r->opened_at - r->closed_at < ONE_DAY_S) {
        r->closed_at = r->opened_at;
        return;
    }
    r->closed_at = WH_NO_TIME;
    r->flags |= WH_FLAG_BAD_TIME;
    wh_ingest_note(in, FIELD_CLOSED_EARLY, row, in->column[WH_FIELD_CLOSED]);
}

/* ---- coordinates ---- */

static bool is_digits(struct wh_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    return text.len > 0;
}

static struct wh_str without_sign(struct wh_str text)
{
    const bool has_sign = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    return wh_str_slice(text, has_sign ? 1 : 0, text.len);
}

/* nan, inf, and a number whose exponent is too large for a double. */
static bool is_not_finite(struct wh_str text)
{
    static const char *const word[] = {"nan", "inf", "infinity"};
    const struct wh_str plain = without_sign(text);
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        if (wh_str_eq_fold(plain, wh_str_c(word[i]))) {
            return true;
        }
    }
    size_t e = wh_str_find(text, 'e');
    e = e < text.len ? e : wh_str_find(text, 'E');
    double mantissa = 0;
    return e < text.len && wh_parse_double(wh_str_slice(text, 0, e), &mantissa) &&
           is_digits(without_sign(wh_str_slice(text, e + 1, text.len)));
}

static bool is_decimal_comma(struct wh_str text)
{
    const struct wh_str plain = without_sign(text);
    const size_t comma = wh_str_find(plain, ',');
    return comma < plain.len && is_digits(wh_str_slice(plain, 0, comma)) &&
           is_digits(wh_str_slice(plain, comma + 1, plain.len));
}

/* The text stands as it is in the file: a blank in a number is a fault, too (RELIABILITY.md 35). */
static bool read_number(struct ingest *in, const struct wh_csv_row *row, int column, double *ret)
{
    const struct wh_str text = row->field[column];
    if (wh_parse_double(text, ret)) {
        return true;
    }
    wh_ingest_note(in,
                   is_not_finite(text)      ? FIELD_NOT_FINITE
                   : is_decimal_comma(text) ? FIELD_DECIMAL_COMMA
                                            : FIELD_NOT_NUMBER,
                   row, column);
    return false;
}

static bool is_in_box(const double box[4], double x, double y, double grown)
{
    const double dx = grown * (box[2] - box[0]), dy = grown * (box[3] - box[1]);
    return x >= box[0] - dx && x <= box[2] + dx && y >= box[1] - dy && y <= box[3] + dy;
}

static bool is_near(const struct wh_ingest_options *opt, double x, double y)
{
    double near[4];
    for (size_t i = 0; i < 4; i++) {
        near[i] = opt->area[i] + NEAR_SHARE * (opt->box[i] - opt->area[i]);
    }
    return is_in_box(near, x, y, 0);
}

/*
 * A place outside the control area is no fault: the police report for a whole county. It is one
 * when the axes were exchanged, or when it lies so far away that a digit must be wrong: then the
 * postcode may know better.
 */
static bool fits_box(struct ingest *in, const struct wh_csv_row *row, double x, double y)
{
    const double *const box = in->opt->box;
    if (!in->opt->has_box) {
        return true;
    }
    const bool inside = is_in_box(box, x, y, 0), exchanged = is_in_box(box, y, x, 0);
    in->box.n++;
    in->box.in_area += is_in_box(in->opt->area, x, y, 0);
    in->box.in_area_exchanged += is_in_box(in->opt->area, y, x, 0);
    in->box.near += is_near(in->opt, x, y);
    in->box.inside += inside;
    in->box.inside_exchanged += exchanged;
    if (inside) {
        return true;
    }
    if (exchanged) {
        wh_ingest_note(in, FIELD_SWAPPED, row, in->column[WH_FIELD_X]);
        return false;
    }
    if (!is_in_box(box, x, y, FAR_FACTOR)) {
        wh_ingest_note(in, FIELD_FAR, row, in->column[WH_FIELD_X]);
        return false;
    }
    return true;
}

static void read_coordinates(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r)
{
    const int cx = in->column[WH_FIELD_X], cy = in->column[WH_FIELD_Y];
    double x = 0, y = 0;
    r->given_x = r->given_y = (double)NAN;
    if (cx < 0 || cy < 0) {
        return;
    }
    const bool has_x = row->field[cx].len > 0, has_y = row->field[cy].len > 0;
    if (!has_x && !has_y) {
        return;
    }
    bool is_good = has_x && has_y;
    if (!is_good) {
        wh_ingest_note(in, FIELD_HALF, row, has_x ? cy : cx);
    }
    is_good = is_good && read_number(in, row, cx, &x) && read_number(in, row, cy, &y);
    if (is_good && fabs(x) <= 0 && fabs(y) <= 0) {
        wh_ingest_note(in, FIELD_ZERO, row, cx);
        is_good = false;
    }
    if (!is_good || !fits_box(in, row, x, y)) {
        r->flags |= WH_FLAG_BAD_COORDINATE;
        in->report.bad_coordinates++;
        return;
    }
    r->given_x = x;
    r->given_y = y;
}

static void read_postcode(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r)
{
    r->postcode = text_of(in, row, WH_FIELD_POSTCODE);
    if (r->postcode.len == 0) {
        return;
    }
    if (wh_postcode_normalise(r->postcode, in->postcode)) {
        r->postcode = wh_str_c(in->postcode);
        return;
    }
    r->flags |= WH_FLAG_BAD_POSTCODE;
    in->report.bad_postcodes++;
    wh_ingest_note(in, FIELD_BAD_POSTCODE, row, in->column[WH_FIELD_POSTCODE]);
}

/* ---- rows ---- */

static bool read_names(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r,
                       struct row_fault *fault)
{
    const struct {
        enum wh_field field;
        struct wh_str *to;
    } name[] = {{WH_FIELD_REFERENCE, &r->reference},
                {WH_FIELD_CATEGORY, &r->category},
                {WH_FIELD_CHANNEL, &r->channel},
                {WH_FIELD_STATUS, &r->status},
                {WH_FIELD_PROVIDER, &r->provider}};
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        *name[i].to = text_of(in, row, name[i].field);
        if (name[i].to->len > LONGEST_NAME) {
            return fail_row(fault, in->column[name[i].field], "longer than 256 bytes");
        }
    }
    return true;
}

bool wh_ingest_row(struct ingest *in, const struct wh_csv_row *row, struct wh_request *ret,
                   struct row_fault *fault)
{
    struct wh_request r = {.file_idx = in->file_idx,
                           .line = row->line,
                           .opened_at = WH_NO_TIME,
                           .closed_at = WH_NO_TIME,
                           .due_at = WH_NO_TIME};
    if (row->is_bad) {
        return fail_row(fault, (int)row->fault_column - 1, row->fault);
    }
    if (!read_names(in, row, &r, fault) || !read_opened(in, row, &r, fault)) {
        return false;
    }
    read_closed(in, row, &r);
    r.due_at = read_other_time(in, row, WH_FIELD_DUE, 2, &r);
    in->report.bad_times += (r.flags & WH_FLAG_BAD_TIME) != 0;
    r.cost = text_of(in, row, WH_FIELD_COST);
    r.address = text_of(in, row, WH_FIELD_ADDRESS);
    r.uprn = text_of(in, row, WH_FIELD_UPRN);
    read_coordinates(in, row, &r);
    read_postcode(in, row, &r);
    *ret = r;
    return true;
}
