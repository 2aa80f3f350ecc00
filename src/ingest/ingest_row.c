/* ingest/ingest_row.c: one row as a request: what must be right, and what may be wrong. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "ingest/ingest_internal.h"
#include "model/postcode.h"

#define LONGEST_NAME 256     /* bytes of a reference or category */
#define MOST_UPRN_DIGITS 12u /* GeoPlace: UPRN up to 12 digits, USRN 8 */
#define MOST_USRN_DIGITS 8u
#define FAR_FACTOR 3.0 /* sizes of the control area beyond which a digit is too many */
#define NEAR_SHARE 0.1 /* of the way from the area to the edge of the control area */

/* ---- text ---- */

struct wh_str wh_ingest_text(const struct ingest *in, const struct wh_csv_row *row,
                             enum wh_field field)
{
    const int column = in->column[field];
    struct wh_str text = column < 0 ? (struct wh_str){0} : wh_str_trim(row->field[column]);
    for (size_t k = 0; text.len == 0 && k < WH_MOST_COLUMNS && in->more[field][k] >= 0; k++) {
        text = wh_str_trim(row->field[in->more[field][k]]);
    }
    return text;
}

bool wh_ingest_fail_row(struct row_fault *fault, int column, const char *reason)
{
    fault->column = (uint32_t)(column + 1);
    snprintf(fault->reason, sizeof fault->reason, "%s", reason);
    return false;
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

/* The columns' numbers; false: there are none, or they are wrong, which `is_bad` tells. */
static bool read_columns(struct ingest *in, const struct wh_csv_row *row, double *x, double *y,
                         bool *is_bad)
{
    const int cx = in->column[WH_FIELD_X], cy = in->column[WH_FIELD_Y];
    const bool has_x = cx >= 0 && row->field[cx].len > 0, has_y = cy >= 0 && row->field[cy].len > 0;
    if (!has_x && !has_y) {
        return false;
    }
    if (has_x != has_y) {
        wh_ingest_note(in, FIELD_HALF, row, has_x ? cy : cx);
    }
    const bool is_good =
        has_x && has_y && read_number(in, row, cx, x) && read_number(in, row, cy, y);
    *is_bad = !is_good;
    return is_good;
}

/* The row's own place, where its columns name none. */
static bool read_point(struct ingest *in, const struct wh_csv_row *row, double *x, double *y,
                       bool *is_bad)
{
    if (!in->records->has_point) {
        return false;
    }
    *x = in->records->x;
    *y = in->records->y;
    *is_bad = !isfinite(*x) || !isfinite(*y);
    if (*is_bad) {
        wh_ingest_note(in, FIELD_FAR, row, -1);
    }
    return !*is_bad;
}

static void read_coordinates(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r)
{
    const bool is_mapped = in->column[WH_FIELD_X] >= 0;
    double x = 0, y = 0;
    bool is_bad = false;
    r->given_x = r->given_y = (double)NAN;
    const bool is_read =
        is_mapped ? read_columns(in, row, &x, &y, &is_bad) : read_point(in, row, &x, &y, &is_bad);
    if (is_read && fabs(x) <= 0 && fabs(y) <= 0) {
        wh_ingest_note(in, FIELD_ZERO, row, in->column[WH_FIELD_X]);
        is_bad = true;
    }
    if (is_bad || (is_read && !fits_box(in, row, x, y))) {
        r->flags |= WH_FLAG_BAD_COORDINATE;
        in->report.bad_coordinates++;
    } else if (is_read) {
        r->given_x = x;
        r->given_y = y;
    }
}

static void read_postcode(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r)
{
    r->postcode = wh_ingest_text(in, row, WH_FIELD_POSTCODE);
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

/* ---- identifiers and money ---- */

/* Digits of at most `most`, leading zeros aside; spreadsheets write 10001 as 10001.0. False: none
 * of that. */
static bool parse_id(struct wh_str text, size_t most, uint64_t *ret)
{
    int64_t value = 0;
    if (wh_str_has_suffix(text, ".0")) {
        text.len -= 2;
    }
    while (text.len > 1 && text.ptr[0] == '0') {
        text = wh_str_slice(text, 1, text.len);
    }
    if (!is_digits(text) || text.len > most || !wh_parse_int(text, &value)) {
        return false;
    }
    *ret = (uint64_t)value;
    return true;
}

/* A number, in groups of three or not, with a currency sign before it or not. */
static bool parse_money(struct wh_str text, double *ret)
{
    static const char *const sign[] = {"\xC2\xA3", "\xE2\x82\xAC", "$"}; /* pound, euro */
    char plain[40];
    size_t len = 0, since_comma = 0;
    bool has_comma = false, has_point = false;
    for (size_t i = 0; i < sizeof sign / sizeof sign[0]; i++) {
        if (wh_str_has_prefix(text, sign[i])) {
            text = wh_str_trim(wh_str_slice(text, strlen(sign[i]), text.len));
            break;
        }
    }
    for (size_t i = 0; i < text.len && len + 1 < sizeof plain; i++) {
        const char c = text.ptr[i];
        const bool ends_group = c == ',' || c == '.';
        if (ends_group && !has_point && has_comma && since_comma != 3) {
            return false;
        }
        has_point = has_point || c == '.';
        if (c == ',') {
            if (has_point || since_comma == 0 || since_comma > 3) {
                return false;
            }
            has_comma = true;
        } else {
            plain[len++] = c;
        }
        since_comma = ends_group ? 0 : since_comma + (c != '-' && c != '+');
    }
    return text.len < sizeof plain && (!has_comma || has_point || since_comma == 3) &&
           wh_parse_double((struct wh_str){plain, len}, ret);
}

static void note_number(struct ingest *in, const struct wh_csv_row *row, enum wh_field field,
                        enum field_fault fault, struct wh_request *r)
{
    r->flags |= WH_FLAG_BAD_NUMBER;
    wh_ingest_note(in, fault, row, in->column[field]);
}

static void read_numbers(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r)
{
    const struct wh_str uprn = wh_ingest_text(in, row, WH_FIELD_UPRN);
    const struct wh_str usrn = wh_ingest_text(in, row, WH_FIELD_USRN);
    const struct wh_str cost = wh_ingest_text(in, row, WH_FIELD_COST);
    r->cost = (double)NAN;
    if (uprn.len > 0 && !parse_id(uprn, MOST_UPRN_DIGITS, &r->uprn)) {
        note_number(in, row, WH_FIELD_UPRN, FIELD_BAD_UPRN, r);
    }
    if (usrn.len > 0 && !parse_id(usrn, MOST_USRN_DIGITS, &r->usrn)) {
        note_number(in, row, WH_FIELD_USRN, FIELD_BAD_USRN, r);
    }
    if (cost.len > 0 && !parse_money(cost, &r->cost)) {
        note_number(in, row, WH_FIELD_COST, FIELD_BAD_COST, r);
    }
}

/* ---- rows ---- */

static bool read_names(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r,
                       struct row_fault *fault)
{
    const struct {
        enum wh_field field;
        struct wh_str *to;
    } name[] = {{WH_FIELD_REFERENCE, &r->reference},       {WH_FIELD_CATEGORY, &r->category},
                {WH_FIELD_SERVICE_CODE, &r->service_code}, {WH_FIELD_CHANNEL, &r->channel},
                {WH_FIELD_LANGUAGE, &r->language},         {WH_FIELD_STATUS, &r->status},
                {WH_FIELD_PROVIDER, &r->provider},         {WH_FIELD_WARD, &r->ward}};
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        *name[i].to = wh_ingest_text(in, row, name[i].field);
        if (name[i].to->len > LONGEST_NAME) {
            return wh_ingest_fail_row(fault, in->column[name[i].field], "longer than 256 bytes");
        }
    }
    return true;
}

/* The category that the council's list names for what the source calls it; the code, or else the
 * source's own category, is kept beside it. */
static void map_category(struct ingest *in, struct wh_request *r)
{
    if (in->crosswalk.n == 0) {
        return;
    }
    const struct wh_str own = r->category;
    const char *found = wh_crosswalk_find(&in->crosswalk, r->service_code);
    found = found != NULL ? found : wh_crosswalk_find(&in->crosswalk, own);
    r->service_code = r->service_code.len > 0 ? r->service_code : own;
    if (found == NULL) {
        found = WH_CATEGORY_OTHER;
        r->flags |= WH_FLAG_UNMAPPED;
    }
    r->category = wh_str_c(found);
}

/* Its lines, joined. */
static struct wh_str read_address(struct ingest *in, const struct wh_csv_row *row)
{
    const int column = in->column[WH_FIELD_ADDRESS];
    if (column < 0 || in->more[WH_FIELD_ADDRESS][0] < 0 ||
        in->source->is_of_profile[WH_FIELD_ADDRESS]) {
        return wh_ingest_text(in, row, WH_FIELD_ADDRESS);
    }
    wh_buf_clear(&in->address);
    wh_buf_str(&in->address, wh_str_trim(row->field[column]));
    for (size_t k = 0; k < WH_MOST_COLUMNS && in->more[WH_FIELD_ADDRESS][k] >= 0; k++) {
        const struct wh_str line = wh_str_trim(row->field[in->more[WH_FIELD_ADDRESS][k]]);
        if (line.len > 0) {
            wh_buf_c(&in->address, in->address.len > 0 ? ", " : "");
            wh_buf_str(&in->address, line);
        }
    }
    return wh_buf_view(&in->address);
}

bool wh_ingest_row(struct ingest *in, const struct wh_csv_row *row, struct wh_request *ret,
                   struct row_fault *fault)
{
    struct wh_request r = {.line = row->line};
    if (row->is_bad) {
        return wh_ingest_fail_row(fault, (int)row->fault_column - 1, row->fault);
    }
    if (!read_names(in, row, &r, fault) || !wh_ingest_times(in, row, &r, fault)) {
        return false;
    }
    map_category(in, &r);
    r.address = read_address(in, row);
    read_numbers(in, row, &r);
    read_coordinates(in, row, &r);
    read_postcode(in, row, &r);
    *ret = r;
    return true;
}
