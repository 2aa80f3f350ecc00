/* cli/points_input.c: points from a CSV by column names, or from a vector file. */
#include "cli/points_input.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "base/number.h"
#include "base/str.h"
#include "base/time.h"
#include "geo/layer.h"

#define SECONDS_A_DAY 86400
#define COARSEST_M 100000.0 /* what is less exact than a county is no place */
#define KB 1000u

const struct wh_crs_options wh_points_crs_options = {.datum = WH_DATUM_COARSE};

enum wh_status wh_points_transform(struct wh_ctx *ctx, const char *from, const char *to,
                                   struct wh_transform **ret, struct wh_error *err)
{
    struct wh_transform *transform = NULL;
    const enum wh_status status =
        wh_transform_create(ctx, from, to, &wh_points_crs_options, &transform, err);
    if (status != WH_OK) {
        return status;
    }
    const struct wh_transform_info *info = wh_transform_info(transform);
    if (!info->is_best) {
        wh_log(ctx, WH_LOG_INFO, "%s to %s: positions are good to about %.0f m (%s is not there)",
               from, to, fmax(1, info->accuracy_m),
               info->missing_grid[0] == '\0' ? "a better datum grid" : info->missing_grid);
    }
    *ret = transform;
    return WH_OK;
}

/* Rows that cannot be read: how many, and the first of them. */
static void note_fault(struct wh_points_set *set, struct wh_error *first, const char *path,
                       uint64_t line, uint32_t column, const char *fault)
{
    if (set->n_unreadable++ == 0) {
        (void)wh_fail_at(first, WH_ERR_INPUT, path, line, column, "%s", fault);
    }
}

/* ---- columns ---- */

struct columns {
    int x, y, weight, opened, precision; /* -1: none */
    bool is_degrees;                     /* by their names */
};

static const struct columns no_columns = {-1, -1, -1, -1, -1, false};

static enum wh_status find_asked(const struct wh_csv *csv, const char *path, const char *option,
                                 const char *name, int *ret, struct wh_error *err)
{
    char shown[128];
    *ret = wh_csv_find(csv, name);
    return *ret >= 0 ? WH_OK
                     : wh_fail_at(err, WH_ERR_USAGE, path, 1, 0, "no column %s, which --%s names",
                                  wh_log_escape(wh_str_c(name), shown, sizeof shown), option);
}

static enum wh_status find_columns(const struct wh_csv *csv, const struct wh_points_input *input,
                                   struct columns *ret, struct wh_error *err)
{
    static const struct {
        const char *x, *y;
        bool is_degrees;
    } usual[] = {
        {"x", "y", false},
        {"easting", "northing", false},
        {"eastings", "northings", false},
        {"longitude", "latitude", true},
        {"lon", "lat", true},
        {"lng", "lat", true},
        {"long", "lat", true},
        {"oseast1m", "osnrth1m", false},
        {"point_x", "point_y", false},
    };
    struct columns columns = no_columns;
    if ((input->x == NULL) != (input->y == NULL)) {
        return wh_fail(err, WH_ERR_USAGE, "--x and --y belong together: one of them is missing");
    }
    enum wh_status status = WH_OK;
    if (input->x != NULL) {
        status = find_asked(csv, input->path, "x", input->x, &columns.x, err);
        if (status == WH_OK) {
            status = find_asked(csv, input->path, "y", input->y, &columns.y, err);
        }
    }
    for (size_t i = 0; columns.x < 0 && status == WH_OK && i < sizeof usual / sizeof *usual; i++) {
        const int x = wh_csv_find(csv, usual[i].x), y = wh_csv_find(csv, usual[i].y);
        if (x >= 0 && y >= 0) {
            columns.x = x;
            columns.y = y;
            columns.is_degrees = usual[i].is_degrees;
        }
    }
    if (status == WH_OK && columns.x < 0) {
        status = wh_fail_at(err, WH_ERR_USAGE, input->path, 1, 0,
                            "no columns look like x and y (x, y; easting, northing; longitude, "
                            "latitude): name them with --x and --y");
    }
    if (status == WH_OK && input->weight != NULL) {
        status = find_asked(csv, input->path, "weight", input->weight, &columns.weight, err);
    }
    if (status == WH_OK && input->opened != NULL) {
        status = find_asked(csv, input->path, "opened", input->opened, &columns.opened, err);
    }
    if (status == WH_OK && input->precision != NULL) {
        status =
            find_asked(csv, input->path, "precision", input->precision, &columns.precision, err);
    }
    *ret = columns;
    return status;
}

/* ---- rows ---- */

/* Midnight of the day, whatever the time of day: periods are of whole days. */
static bool read_day(const struct wh_points_input *input, const char *what, struct wh_str text,
                     int64_t *ret, char fault[256])
{
    struct wh_civil civil;
    char shown[128];
    if (!wh_time_parse(input->date_format, wh_str_trim(text), &civil)) {
        snprintf(fault, 256, "%.80s: not a date in the form %.40s: \"%.80s\"", what,
                 strcmp(input->date_format, "iso") == 0 ? "2026-11-03" : input->date_format,
                 wh_log_escape(text, shown, sizeof shown));
        return false;
    }
    *ret = wh_day_from_civil(civil.year, civil.month, civil.day) * SECONDS_A_DAY;
    return true;
}

static bool read_field(const struct wh_csv *csv, const struct wh_csv_row *row, int column,
                       double *ret, char fault[256])
{
    const struct wh_str text = wh_str_trim(row->field[column]);
    char shown[128], name[128];
    if (wh_parse_double(text, ret)) {
        return true;
    }
    wh_log_escape(wh_csv_column(csv, (size_t)column), name, sizeof name);
    if (text.len == 0) {
        snprintf(fault, 256, "field %d (%.60s) is empty", column + 1, name);
    } else {
        snprintf(fault, 256, "field %d (%.60s): not a number: \"%.80s\"", column + 1, name,
                 wh_log_escape(text, shown, sizeof shown));
    }
    return false;
}

static bool read_opened(const struct wh_csv *csv, const struct wh_points_input *input,
                        const struct wh_csv_row *row, int column, int64_t *ret, char fault[256])
{
    char name[128], what[128];
    wh_log_escape(wh_csv_column(csv, (size_t)column), name, sizeof name);
    snprintf(what, sizeof what, "field %d (%.60s)", column + 1, name);
    return read_day(input, what, row->field[column], ret, fault);
}

/* Whether a point of such a weight and precision can be counted; else `fault` says why not. */
static bool is_countable(double weight, double precision_m, char fault[256])
{
    if (weight < 0) {
        snprintf(fault, 256, "a weight below 0");
    } else if (precision_m < 0) {
        snprintf(fault, 256, "a precision below 0 m");
    } else if (precision_m > COARSEST_M) {
        snprintf(fault, 256, "a precision of %.4g m is no place: %.0f km at most", precision_m,
                 COARSEST_M / 1000);
    }
    return weight >= 0 && precision_m >= 0 && precision_m <= COARSEST_M;
}

static enum wh_status push(struct wh_ctx *ctx, struct wh_points_set *set, double x, double y,
                           double weight, double precision_m, int64_t opened_at,
                           struct wh_error *err)
{
    const enum wh_status status = wh_points_push(ctx, &set->points, x, y, precision_m, opened_at, 0,
                                                 (uint32_t)(set->n_rows - 1), err);
    if (status == WH_OK) {
        set->points.weight[set->points.n - 1] = weight;
    }
    return status;
}

static bool is_on_globe(double lon, double lat)
{
    const bool is_null_island = !(fabs(lon) > 0) && !(fabs(lat) > 0);
    return fabs(lon) <= 180 && fabs(lat) <= 90 && !is_null_island;
}

static enum wh_status read_row(struct wh_ctx *ctx, const struct wh_csv *csv,
                               const struct columns *columns, bool is_geographic,
                               const struct wh_points_input *input, const struct wh_csv_row *row,
                               struct wh_points_set *set, struct wh_error *first,
                               struct wh_error *err)
{
    const char *path = input->path;
    double x = 0, y = 0, weight = 1, precision_m = 0;
    int64_t opened_at = 0;
    char fault[256];
    set->n_rows++;
    if (row->is_bad) {
        note_fault(set, first, path, row->line, row->fault_column, row->fault);
        return WH_OK;
    }
    if (!read_field(csv, row, columns->x, &x, fault) ||
        !read_field(csv, row, columns->y, &y, fault) ||
        (columns->weight >= 0 && !read_field(csv, row, columns->weight, &weight, fault)) ||
        (columns->precision >= 0 &&
         !read_field(csv, row, columns->precision, &precision_m, fault)) ||
        (columns->opened >= 0 &&
         !read_opened(csv, input, row, columns->opened, &opened_at, fault)) ||
        !is_countable(weight, precision_m, fault)) {
        note_fault(set, first, path, row->line, 0, fault);
        return WH_OK;
    }
    if (is_geographic && !is_on_globe(x, y)) {
        note_fault(set, first, path, row->line, 0,
                   "not a longitude and latitude (0, 0 counts as none)");
        return WH_OK;
    }
    return push(ctx, set, x, y, weight, precision_m, opened_at, err);
}

static enum wh_status read_csv(struct wh_ctx *ctx, const struct wh_points_input *input,
                               struct wh_points_set *set, struct wh_error *first,
                               struct wh_error *err)
{
    struct wh_csv *csv = NULL;
    struct columns columns = no_columns;
    struct wh_file_info info = {0};
    uint64_t shown_kb = 0;
    bool is_end = false, is_geographic = false;
    const struct wh_csv_options opt = {.delimiter = ','};
    enum wh_status status = wh_csv_open(ctx, input->path, &opt, &csv, err);
    if (status == WH_OK) {
        status = find_columns(csv, input, &columns, err);
    }
    if (status == WH_OK && input->crs == NULL && !columns.is_degrees) {
        status = wh_fail_at(err, WH_ERR_USAGE, input->path, 1, 0,
                            "a CSV does not say its CRS: name it, as in --crs EPSG:27700");
    }
    if (status == WH_OK) {
        snprintf(set->crs, sizeof set->crs, "%s", input->crs == NULL ? "EPSG:4326" : input->crs);
        status = wh_crs_is_geographic(ctx, set->crs, &is_geographic, err);
    }
    wh_progress_start(ctx, "reading points",
                      wh_io_stat(input->path, &info) ? info.size_bytes / KB : 0, "kB");
    while (status == WH_OK) {
        struct wh_csv_row row;
        status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        status = read_row(ctx, csv, &columns, is_geographic, input, &row, set, first, err);
        wh_progress_add(ctx, wh_csv_bytes_read(csv) / KB - shown_kb);
        shown_kb = wh_csv_bytes_read(csv) / KB;
    }
    wh_progress_done(ctx);
    wh_csv_close(csv);
    return status;
}

/* ---- vector files ---- */

static bool read_value(const char *text, double *ret)
{
    return text != NULL && wh_parse_double(wh_str_trim(wh_str_c(text)), ret);
}

static enum wh_status take_feature(struct wh_ctx *ctx, const struct wh_points_input *input,
                                   const struct wh_feature *feature, struct wh_points_set *set,
                                   struct wh_error *first, struct wh_error *err)
{
    double weight = 1, precision_m = 0;
    int64_t opened_at = 0;
    char fault[256];
    if (feature->kind != WH_GEOMETRY_POINT && feature->kind != WH_GEOMETRY_NONE) {
        return wh_fail_at(err, WH_ERR_INPUT, input->path, 0, 0,
                          "feature %llu is a %s; expected points",
                          (unsigned long long)feature->number,
                          feature->kind == WH_GEOMETRY_LINE ? "line" : "polygon");
    }
    set->n_rows++;
    const bool has_weight = input->weight == NULL || read_value(feature->value[0], &weight);
    const bool has_precision =
        input->precision == NULL || read_value(feature->value[2], &precision_m);
    char what[64], why[256];
    snprintf(what, sizeof what, "feature %llu", (unsigned long long)feature->number);
    if (feature->shape.n_vertices == 0 || !has_weight || !has_precision) {
        snprintf(fault, sizeof fault, "%s has no %s", what,
                 !has_weight      ? "weight that is a number"
                 : !has_precision ? "precision that is a number"
                                  : "place");
        note_fault(set, first, input->path, 0, 0, fault);
        return WH_OK;
    }
    if (!is_countable(weight, precision_m, why)) {
        snprintf(fault, sizeof fault, "%s has %.180s", what, why);
        note_fault(set, first, input->path, 0, 0, fault);
        return WH_OK;
    }
    if (input->opened != NULL &&
        !read_day(input, what, wh_str_c(feature->value[1]), &opened_at, fault)) {
        note_fault(set, first, input->path, 0, 0, fault);
        return WH_OK;
    }
    enum wh_status status = WH_OK;
    for (uint32_t i = 0; status == WH_OK && i < feature->shape.n_vertices; i++) {
        status = push(ctx, set, feature->shape.x[i], feature->shape.y[i], weight, precision_m,
                      opened_at, err);
    }
    return status;
}

static enum wh_status read_layer(struct wh_ctx *ctx, const struct wh_points_input *input,
                                 struct wh_points_set *set, struct wh_error *first,
                                 struct wh_error *err)
{
    struct wh_arena arena;
    struct wh_layer layer = {0};
    if (input->x != NULL || input->y != NULL) {
        return wh_fail_at(err, WH_ERR_USAGE, input->path, 0, 0,
                          "--x and --y are for CSV files: a vector file has its own points");
    }
    wh_arena_init(&arena, ctx);
    enum wh_status status = wh_layer_crs(ctx, input->path, NULL, input->crs, set->crs, err);
    const char *const field[] = {input->weight, input->opened, input->precision};
    const struct wh_layer_spec spec = {.path = input->path,
                                       .field = field,
                                       .n_fields = sizeof field / sizeof *field,
                                       .crs = set->crs,
                                       .from = input->crs,
                                       .crs_opt = wh_points_crs_options};
    if (status == WH_OK) {
        status = wh_layer_read(ctx, &spec, &arena, &layer, err);
    }
    for (size_t i = 0; status == WH_OK && i < layer.n; i++) {
        status = take_feature(ctx, input, &layer.feature[i], set, first, err);
    }
    wh_arena_finish(&arena);
    return status;
}

/* ---- degrees ---- */

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static enum wh_status find_median(struct wh_ctx *ctx, const double *value, size_t n, double *ret,
                                  struct wh_error *err)
{
    double *sorted = wh_alloc_array(ctx, n, sizeof *sorted);
    if (sorted == NULL) {
        return wh_fail_memory(ctx, err);
    }
    memcpy(sorted, value, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_numbers);
    *ret = sorted[n / 2];
    wh_free(ctx, sorted);
    return WH_OK;
}

void wh_points_move(struct wh_points *points, size_t from, size_t to)
{
    points->x[to] = points->x[from];
    points->y[to] = points->y[from];
    points->weight[to] = points->weight[from];
    points->precision_m[to] = points->precision_m[from];
    points->opened_at[to] = points->opened_at[from];
    points->category[to] = points->category[from];
    points->request[to] = points->request[from];
}

/* Takes away the points that the transform could not place: too far from the others for one map. */
static void drop_lost(struct wh_points_set *set, const char *path, struct wh_error *first)
{
    struct wh_points *points = &set->points;
    size_t kept = 0;
    for (size_t i = 0; i < points->n; i++) {
        if (!isfinite(points->x[i]) || !isfinite(points->y[i])) {
            char fault[128];
            snprintf(fault, sizeof fault, "row %u lies too far from the others for one map",
                     points->request[i] + 1);
            note_fault(set, first, path, 0, 0, fault);
            continue;
        }
        wh_points_move(points, i, kept++);
    }
    points->n = kept;
}

/* Degrees have no metres: the UTM zone of the points' middle has, to 0.04 % within the zone. */
static enum wh_status leave_degrees(struct wh_ctx *ctx, const char *path, struct wh_points_set *set,
                                    struct wh_error *first, struct wh_error *err)
{
    enum { NORTH = 32600, SOUTH = 32700, ZONE_DEGREES = 6, N_ZONES = 60 };
    struct wh_transform *transform = NULL;
    double lon = 0, lat = 0;
    enum wh_status status = find_median(ctx, set->points.x, set->points.n, &lon, err);
    if (status == WH_OK) {
        status = find_median(ctx, set->points.y, set->points.n, &lat, err);
    }
    if (status != WH_OK) {
        return status;
    }
    const int zone = (int)fmin(N_ZONES, floor((lon + 180) / ZONE_DEGREES) + 1);
    char crs[64];
    snprintf(crs, sizeof crs, "EPSG:%d", (lat < 0 ? SOUTH : NORTH) + zone);
    status = wh_points_transform(ctx, set->crs, crs, &transform, err);
    if (status == WH_OK) {
        wh_transform_points(transform, false, set->points.x, set->points.y, set->points.n);
        drop_lost(set, path, first);
        wh_log(ctx, WH_LOG_INFO, "points in degrees (%s) are worked on in %s, UTM zone %d %s",
               set->crs, crs, zone, lat < 0 ? "south" : "north");
        memcpy(set->crs, crs, sizeof set->crs);
    }
    wh_transform_destroy(ctx, transform);
    return status;
}

/* ---- all ---- */

static bool is_csv(const char *path)
{
    const struct wh_str name = wh_str_c(path);
    const size_t len = name.len;
    return len >= 4 && wh_str_eq_fold(wh_str_slice(name, len - 4, len), wh_str_c(".csv"));
}

static enum wh_status check_set(struct wh_ctx *ctx, const char *path,
                                const struct wh_points_set *set, const struct wh_error *first,
                                struct wh_error *err)
{
    char text[1400];
    if (set->n_unreadable > 0) {
        wh_error_text(first, text, sizeof text);
    }
    if (set->points.n == 0 && set->n_unreadable > 0) {
        return wh_fail(err, WH_ERR_INPUT, "no point could be read; the first: %.900s", text);
    }
    if (set->points.n == 0) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "no points in it");
    }
    if (set->n_unreadable > 0) {
        char some[32], all[40];
        wh_log(ctx, WH_LOG_WARNING, "%s of %s could not be read; the first: %s",
               wh_format_count(set->n_unreadable, some, sizeof some),
               wh_points_words(set->n_rows, all, sizeof all), text);
    }
    return wh_crs_check_working(ctx, set->crs, err);
}

enum wh_status wh_points_read(struct wh_ctx *ctx, const struct wh_points_input *input,
                              struct wh_points_set *ret, struct wh_error *err)
{
    struct wh_points_set set = {0};
    struct wh_error first = {0};
    bool is_geographic = false;
    enum wh_status status = is_csv(input->path) ? read_csv(ctx, input, &set, &first, err)
                                                : read_layer(ctx, input, &set, &first, err);
    if (status == WH_OK) {
        status = wh_crs_is_geographic(ctx, set.crs, &is_geographic, err);
    }
    if (status == WH_OK && is_geographic && set.points.n > 0) {
        status = leave_degrees(ctx, input->path, &set, &first, err);
    }
    if (status == WH_OK) {
        status = check_set(ctx, input->path, &set, &first, err);
    }
    if (status != WH_OK) {
        wh_points_set_finish(ctx, &set);
        return status;
    }
    *ret = set;
    return WH_OK;
}

void wh_points_set_finish(struct wh_ctx *ctx, struct wh_points_set *set)
{
    wh_points_finish(ctx, &set->points);
    *set = (struct wh_points_set){0};
}

enum wh_status wh_points_date_format(struct wh_points_input *input, struct wh_error *err)
{
    char shown[128];
    if (input->date_format == NULL) {
        input->date_format = "iso";
    } else if (!wh_time_format_is_valid(input->date_format)) {
        return wh_fail(err, WH_ERR_USAGE, "--date-format: expected one as in %%d/%%m/%%Y, not %s",
                       wh_log_escape(wh_str_c(input->date_format), shown, sizeof shown));
    }
    return WH_OK;
}

enum wh_status wh_points_kernel(const char *text, enum wh_kernel *ret, struct wh_error *err)
{
    char shown[128], names[128] = "";
    size_t len = 0;
    if (text == NULL || wh_kernel_from_name(text, ret)) {
        return WH_OK;
    }
    for (unsigned i = 0; i < WH_N_KERNELS && len < sizeof names; i++) {
        len += (size_t)snprintf(names + len, sizeof names - len, "%s%s",
                                i == 0                  ? ""
                                : i + 1 == WH_N_KERNELS ? " or "
                                                        : ", ",
                                wh_kernel_name((enum wh_kernel)i));
    }
    return wh_fail(err, WH_ERR_USAGE, "--kernel: expected %s, not %s", names,
                   wh_log_escape(wh_str_c(text), shown, sizeof shown));
}

const char *wh_points_words(uint64_t n, char *out, size_t size)
{
    char count[32];
    snprintf(out, size, "%s point%s", wh_format_count(n, count, sizeof count), n == 1 ? "" : "s");
    return out;
}
