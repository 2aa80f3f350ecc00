/* ingest/row.c: fields of a record: dates, coordinates, names; row faults and field faults
 * (RELIABILITY.md section 6). */
#include "ingest/row.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"

#define JUDGED_ROWS 20u /* fewer coordinates than that tell nothing about the CRS */
#define NEARLY_ALL 0.9

static struct wh_str field_of(const struct wh_row_map *map, const struct wh_csv_row *row,
                              enum wh_field field)
{
    return map->column[field] < 0 ? (struct wh_str){0}
                                  : wh_str_trim(row->field[map->column[field]]);
}

static enum wh_status fail_column(const struct wh_csv *csv, const char *path, const char *wanted,
                                  struct wh_error *err)
{
    char found[400] = "", shown[128];
    const char *nearest = NULL;
    static const size_t near_enough = 3;
    size_t len = 0, best = near_enough + 1;
    char nearest_shown[128];
    for (size_t i = 0; i < wh_csv_columns(csv); i++) {
        const struct wh_str name = wh_csv_column(csv, i);
        const size_t distance = wh_str_distance(name, wh_str_c(wanted));
        wh_log_escape(name, shown, sizeof shown);
        if (len < sizeof found) {
            len += (size_t)snprintf(found + len, sizeof found - len, "%s%s", i == 0 ? "" : ", ",
                                    shown);
        }
        if (distance < best) {
            best = distance;
            snprintf(nearest_shown, sizeof nearest_shown, "%s", shown);
            nearest = nearest_shown;
        }
    }
    if (nearest != NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                          "no column \"%s\" (did you mean \"%s\"?); found: %s", wanted, nearest,
                          found);
    }
    return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "no column \"%s\"; found: %s", wanted, found);
}

enum wh_status wh_row_map(const struct wh_source *source, const struct wh_csv *csv,
                          const char *path, struct wh_row_map *ret, struct wh_error *err)
{
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        ret->column[i] = source->column[i] == NULL ? -1 : wh_csv_find(csv, source->column[i]);
        if (source->column[i] != NULL && ret->column[i] < 0) {
            return fail_column(csv, path, source->column[i], err);
        }
    }
    return WH_OK;
}

static bool fail_row(struct wh_row_fault *fault, const struct wh_row_map *map, enum wh_field field,
                     const char *why, struct wh_str text)
{
    char shown[128];
    fault->column = (uint32_t)(map->column[field] + 1);
    snprintf(fault->reason, sizeof fault->reason, "%s: \"%s\"", why,
             wh_log_escape(text, shown, sizeof shown));
    return false;
}

/* Local text to an instant. False: not that format, not a date, or a local time that never was. */
static bool read_time(const struct wh_source *source, const struct wh_ingest_options *opt,
                      struct wh_str text, int64_t *ret, uint32_t *flags)
{
    struct wh_civil civil;
    if (!wh_time_parse(source->date_format, text, &civil)) {
        return false;
    }
    switch (wh_zone_to_utc(opt->zone, &civil, ret)) {
    case WH_LOCAL_NEVER:
        return false;
    case WH_LOCAL_TWICE:
        *flags |= WH_FLAG_AMBIGUOUS_TIME;
        return true;
    case WH_LOCAL_ONCE:
        return true;
    }
    return false;
}

static bool read_opened(const struct wh_source *source, const struct wh_ingest_options *opt,
                        const struct wh_row_map *map, const struct wh_csv_row *row,
                        struct wh_request *request, struct wh_row_fault *fault)
{
    const struct wh_str text = field_of(map, row, WH_FIELD_OPENED);
    if (!read_time(source, opt, text, &request->opened_at, &request->flags)) {
        return fail_row(fault, map, WH_FIELD_OPENED, "not a date in the source's date_format",
                        text);
    }
    if (request->opened_at < 0) {
        return fail_row(fault, map, WH_FIELD_OPENED, "a date before 1970", text);
    }
    if (request->opened_at > opt->latest_utc) {
        return fail_row(fault, map, WH_FIELD_OPENED, "a date after the run's own", text);
    }
    return true;
}

static void read_closing(const struct wh_source *source, const struct wh_ingest_options *opt,
                         const struct wh_row_map *map, const struct wh_csv_row *row,
                         struct wh_request *request)
{
    const struct wh_str closed = field_of(map, row, WH_FIELD_CLOSED);
    const struct wh_str due = field_of(map, row, WH_FIELD_DUE);
    request->closed_at = request->due_at = WH_NO_TIME;
    if (closed.len > 0 && !read_time(source, opt, closed, &request->closed_at, &request->flags)) {
        request->closed_at = WH_NO_TIME;
        request->flags |= WH_FLAG_BAD_TIME;
    }
    if (request->closed_at != WH_NO_TIME && request->closed_at < request->opened_at) {
        request->closed_at = WH_NO_TIME;
        request->flags |= WH_FLAG_BAD_TIME;
    }
    if (due.len > 0 && !read_time(source, opt, due, &request->due_at, &request->flags)) {
        request->due_at = WH_NO_TIME;
        request->flags |= WH_FLAG_BAD_TIME;
    }
}

static bool is_inside(const double box[4], double x, double y)
{
    return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
}

/* A pair that is there and can be meant: finite, not 0,0. */
static bool read_pair(const struct wh_row_map *map, const struct wh_csv_row *row, double *ret_x,
                      double *ret_y, bool *ret_is_there)
{
    const struct wh_str x = field_of(map, row, WH_FIELD_X), y = field_of(map, row, WH_FIELD_Y);
    *ret_is_there = x.len > 0 || y.len > 0;
    return wh_parse_double(x, ret_x) && wh_parse_double(y, ret_y) &&
           (fabs(*ret_x) > 1e-9 || fabs(*ret_y) > 1e-9);
}

static void read_coordinates(const struct wh_ingest_options *opt, const struct wh_row_map *map,
                             const struct wh_csv_row *row, struct wh_request *request)
{
    double x = 0, y = 0;
    bool is_there = false;
    request->given_x = request->given_y = (double)NAN;
    if (read_pair(map, row, &x, &y, &is_there) && (!opt->has_box || is_inside(opt->box, x, y))) {
        request->given_x = x;
        request->given_y = y;
    } else if (is_there) {
        request->flags |= WH_FLAG_BAD_COORDINATE;
    }
}

/* Area letters, then digits: what every postcode begins with and "none" does not. */
static bool looks_like_postcode(struct wh_str text)
{
    size_t n = 0;
    bool has_digit = false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        n += c != ' ';
        has_digit = has_digit || (c >= '0' && c <= '9');
    }
    return has_digit && n >= 5 && n <= 7;
}

bool wh_row_read(const struct wh_source *source, const struct wh_ingest_options *opt,
                 const struct wh_row_map *map, const struct wh_csv_row *row, struct wh_request *ret,
                 struct wh_row_fault *fault)
{
    struct wh_request request = {
        .reference = field_of(map, row, WH_FIELD_REFERENCE),
        .category = field_of(map, row, WH_FIELD_CATEGORY),
        .channel = field_of(map, row, WH_FIELD_CHANNEL),
        .status = field_of(map, row, WH_FIELD_STATUS),
        .provider = field_of(map, row, WH_FIELD_PROVIDER),
        .cost = field_of(map, row, WH_FIELD_COST),
        .address = field_of(map, row, WH_FIELD_ADDRESS),
        .postcode = field_of(map, row, WH_FIELD_POSTCODE),
        .uprn = field_of(map, row, WH_FIELD_UPRN),
        .line = row->line,
    };
    if (request.reference.len > WH_MAX_NAME_BYTES) {
        return fail_row(fault, map, WH_FIELD_REFERENCE, "longer than 256 bytes", request.reference);
    }
    if (request.category.len > WH_MAX_NAME_BYTES) {
        return fail_row(fault, map, WH_FIELD_CATEGORY, "longer than 256 bytes", request.category);
    }
    if (!read_opened(source, opt, map, row, &request, fault)) {
        return false;
    }
    read_closing(source, opt, map, row, &request);
    read_coordinates(opt, map, row, &request);
    if (request.postcode.len > 0 && !looks_like_postcode(request.postcode)) {
        request.flags |= WH_FLAG_BAD_POSTCODE;
    }
    *ret = request;
    return true;
}

void wh_axis_check_add(struct wh_axis_check *check, const struct wh_source *source,
                       const struct wh_ingest_options *opt, const struct wh_row_map *map,
                       const struct wh_csv_row *row)
{
    double x = 0, y = 0;
    bool is_there = false;
    (void)source;
    if (!opt->has_box || !read_pair(map, row, &x, &y, &is_there)) {
        return;
    }
    check->n++;
    check->inside += is_inside(opt->box, x, y);
    check->inside_if_exchanged += is_inside(opt->box, y, x);
}

enum wh_status wh_axis_check_end(const struct wh_axis_check *check, const struct wh_source *source,
                                 const char *path, struct wh_error *err)
{
    const double n = (double)check->n;
    if (check->n < JUDGED_ROWS || (double)check->inside > (1 - NEARLY_ALL) * n) {
        return WH_OK;
    }
    if ((double)check->inside_if_exchanged >= NEARLY_ALL * n) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                          "%.0f%% inside the area if x and y are exchanged; exchange them in the "
                          "source's fields",
                          100 * (double)check->inside_if_exchanged / n);
    }
    return wh_fail_at(
        err, WH_ERR_INPUT, path, 0, 0,
        "values do not fit %s: %.0f%% of the coordinates are far from the wards; is it "
        "the right crs?",
        source->crs, 100 * (1 - (double)check->inside / n));
}
