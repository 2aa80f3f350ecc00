/* cli/geocode_table.c: a CSV in, the same CSV with places out. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "cli/geocode_place.h"

enum { N_ADDED = 8 };
static const char *const added_name[N_ADDED] = {"x",      "y",           "lon",       "lat",
                                                "method", "precision_m", "ward_code", "ward_name"};

struct table {
    struct wh_ctx *ctx;
    const struct wh_session *session;
    const struct wh_geocode_table *spec;
    struct wh_csv_options csv_opt;
    const char *crs;    /* of the given coordinates */
    int x, y, postcode; /* columns, or -1 */
    uint64_t n_rows, n_bad;
    struct wh_error first_bad;
    char sha256[65];
    size_t n_coordinate, n_postcode, n_in_ward;
};

/* ---- columns ---- */

static enum wh_status find_column(const struct wh_csv *csv, const char *path, const char *name,
                                  int *ret, struct wh_error *err)
{
    char shown[128];
    if (name == NULL) {
        return WH_OK;
    }
    *ret = wh_csv_find(csv, name);
    return *ret >= 0 ? WH_OK
                     : wh_fail_at(err, WH_ERR_USAGE, path, 1, 0, "no column %s",
                                  wh_log_escape(wh_str_c(name), shown, sizeof shown));
}

static const struct wh_source *find_source(const struct wh_config *config, const char *id)
{
    for (size_t i = 0; i < config->n_sources; i++) {
        if (strcmp(config->source[i].id, id) == 0) {
            return &config->source[i];
        }
    }
    return NULL;
}

/* A source's columns may be missing from the table: it is read with those that are there. */
static enum wh_status take_source(struct table *table, struct wh_error *err)
{
    const struct wh_config *config = &table->session->config;
    char shown[128];
    if (table->spec->source == NULL) {
        return WH_OK;
    }
    const struct wh_source *source = find_source(config, table->spec->source);
    if (source == NULL) {
        return wh_fail(err, WH_ERR_USAGE, "--source: the config has no source %s",
                       wh_log_escape(wh_str_c(table->spec->source), shown, sizeof shown));
    }
    table->crs = source->crs;
    table->csv_opt.delimiter = source->delimiter;
    table->csv_opt.is_cp1252 = source->encoding == WH_ENCODING_CP1252;
    return WH_OK;
}

static void guess_columns(struct table *table, const struct wh_csv *csv)
{
    static const struct {
        const char *x, *y;
        bool is_degrees;
    } usual[] = {{"easting", "northing", false},
                 {"eastings", "northings", false},
                 {"longitude", "latitude", true},
                 {"lon", "lat", true},
                 {"lng", "lat", true},
                 {"long", "lat", true},
                 {"x", "y", false}};
    static const char *const postcode[] = {"postcode", "pc", "pcds", "pcd"};
    for (size_t i = 0; table->x < 0 && i < sizeof usual / sizeof *usual; i++) {
        const int x = wh_csv_find(csv, usual[i].x), y = wh_csv_find(csv, usual[i].y);
        if (x >= 0 && y >= 0) {
            table->x = x;
            table->y = y;
            table->crs = usual[i].is_degrees && table->crs == NULL ? "EPSG:4326" : table->crs;
        }
    }
    for (size_t i = 0; table->postcode < 0 && i < sizeof postcode / sizeof *postcode; i++) {
        table->postcode = wh_csv_find(csv, postcode[i]);
    }
}

static enum wh_status find_columns(struct table *table, const struct wh_csv *csv,
                                   struct wh_error *err)
{
    const struct wh_geocode_table *spec = table->spec;
    table->x = table->y = table->postcode = -1;
    if ((spec->x == NULL) != (spec->y == NULL)) {
        return wh_fail(err, WH_ERR_USAGE, "--x and --y belong together: one of them is missing");
    }
    enum wh_status status = find_column(csv, spec->in, spec->x, &table->x, err);
    if (status == WH_OK) {
        status = find_column(csv, spec->in, spec->y, &table->y, err);
    }
    if (status == WH_OK) {
        status = find_column(csv, spec->in, spec->postcode, &table->postcode, err);
    }
    if (status == WH_OK && spec->source != NULL) {
        const struct wh_source *source = find_source(&table->session->config, spec->source);
        const char *const *column = source->column;
        if (table->x < 0 && column[WH_FIELD_X] != NULL && column[WH_FIELD_Y] != NULL) {
            table->x = wh_csv_find(csv, column[WH_FIELD_X]);
            table->y = wh_csv_find(csv, column[WH_FIELD_Y]);
        }
        if (table->postcode < 0 && column[WH_FIELD_POSTCODE] != NULL) {
            table->postcode = wh_csv_find(csv, column[WH_FIELD_POSTCODE]);
        }
    } else if (status == WH_OK) {
        guess_columns(table, csv);
    }
    if (status == WH_OK && (table->x < 0 || table->y < 0) && table->postcode < 0) {
        status = wh_fail_at(err, WH_ERR_USAGE, spec->in, 1, 0,
                            "no columns look like coordinates or a postcode: name them with --x "
                            "and --y, or --postcode");
    }
    if (table->x < 0 || table->y < 0) {
        table->x = table->y = -1;
    }
    return status;
}

static enum wh_status open_table(struct table *table, struct wh_csv **ret, struct wh_error *err)
{
    const enum wh_status status =
        wh_csv_open(table->ctx, table->spec->in, &table->csv_opt, ret, err);
    return status != WH_OK ? status : find_columns(table, *ret, err);
}

/* ---- asking ---- */

static enum wh_status count_rows(struct table *table, struct wh_error *err)
{
    struct wh_csv *csv = NULL;
    bool is_end = false;
    enum wh_status status = open_table(table, &csv, err);
    while (status == WH_OK) {
        struct wh_csv_row row;
        status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        if (row.is_bad && table->n_bad++ == 0) {
            (void)wh_fail_at(&table->first_bad, WH_ERR_INPUT, table->spec->in, row.line,
                             row.fault_column, "%s", row.fault);
        }
        table->n_rows += !row.is_bad;
    }
    if (status == WH_OK) {
        wh_csv_sha256(csv, table->sha256);
    }
    wh_csv_close(csv);
    return status;
}

/* Coordinates that are none (empty, 0 and 0, no numbers) leave the question to the postcode. */
static bool read_given(const struct table *table, const struct wh_csv_row *row, double *ret_x,
                       double *ret_y)
{
    return table->x >= 0 && wh_parse_double(wh_str_trim(row->field[table->x]), ret_x) &&
           wh_parse_double(wh_str_trim(row->field[table->y]), ret_y) &&
           (fabs(*ret_x) > 0 || fabs(*ret_y) > 0);
}

static enum wh_status ask_row(const struct table *table, const struct wh_csv_row *row, size_t idx,
                              struct wh_places *places, struct wh_error *err)
{
    double x = 0, y = 0;
    char postcode[9];
    if (read_given(table, row, &x, &y)) {
        places->asked.given_x[idx] = x;
        places->asked.given_y[idx] = y;
    }
    if (table->postcode >= 0 && wh_postcode_normalise(row->field[table->postcode], postcode)) {
        places->asked.postcode[idx] = wh_arena_c(&places->asked.requests.arena, wh_str_c(postcode));
        if (places->asked.postcode[idx] == NULL) {
            return wh_fail_memory(table->ctx, err);
        }
    }
    return WH_OK;
}

typedef enum wh_status row_fn(void *user, const struct wh_csv_row *row, size_t idx,
                              struct wh_error *err);

/* Every row that can be read, in the order of the file, which must be the one that was counted. */
static enum wh_status each_row(struct table *table, row_fn *fn, void *user, struct wh_error *err)
{
    struct wh_csv *csv = NULL;
    bool is_end = false;
    size_t n = 0;
    char sha256[65] = "";
    enum wh_status status = open_table(table, &csv, err);
    while (status == WH_OK) {
        struct wh_csv_row row;
        status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        if (row.is_bad) {
            continue;
        }
        status = n == table->n_rows ? wh_fail_at(err, WH_ERR_INPUT, table->spec->in, 0, 0,
                                                 "changed while being read")
                                    : fn(user, &row, n, err);
        n++;
    }
    if (status == WH_OK) {
        wh_csv_sha256(csv, sha256);
        if (strcmp(sha256, table->sha256) != 0) {
            status =
                wh_fail_at(err, WH_ERR_INPUT, table->spec->in, 0, 0, "changed while being read");
        }
    }
    wh_csv_close(csv);
    return status;
}

struct asking {
    const struct table *table;
    struct wh_places *places;
};

static enum wh_status ask(void *user, const struct wh_csv_row *row, size_t idx,
                          struct wh_error *err)
{
    struct asking *asking = user;
    return ask_row(asking->table, row, idx, asking->places, err);
}

/* ---- writing ---- */

struct writing {
    struct table *table;
    const struct wh_places *places;
    struct wh_writer *writer;
    struct wh_buf line;
    size_t n_columns;
};

static enum wh_status put_line(struct writing *writing, struct wh_error *err)
{
    wh_buf_c(&writing->line, "\r\n");
    const enum wh_status status = wh_buf_ok(&writing->line, err);
    return status != WH_OK
               ? status
               : wh_writer_write(writing->writer, writing->line.ptr, writing->line.len, err);
}

/* Our columns after the table's own; where a name is taken, ours is "placed_x". */
static enum wh_status put_header(struct writing *writing, struct wh_error *err)
{
    struct wh_csv *csv = NULL;
    enum wh_status status = open_table(writing->table, &csv, err);
    if (status == WH_OK) {
        writing->n_columns = wh_csv_columns(csv);
        wh_buf_clear(&writing->line);
        for (size_t i = 0; i < writing->n_columns; i++) {
            wh_buf_c(&writing->line, i == 0 ? "" : ",");
            wh_buf_csv(&writing->line, wh_csv_column(csv, i));
        }
        for (size_t i = 0; i < N_ADDED; i++) {
            wh_buf_c(&writing->line, wh_csv_find(csv, added_name[i]) >= 0 ? ",placed_" : ",");
            wh_buf_c(&writing->line, added_name[i]);
        }
        status = put_line(writing, err);
    }
    wh_csv_close(csv);
    return status;
}

static void add_number(struct wh_buf *line, double value, int decimals, bool is_known)
{
    wh_buf_char(line, ',');
    if (is_known && isfinite(value)) {
        wh_buf_number(line, value, decimals);
    }
}

/* A number is no formula, whatever its sign: it stays as it was. */
static void add_field(struct wh_buf *line, struct wh_str field)
{
    double ignored = 0;
    if (wh_parse_double(field, &ignored)) {
        wh_buf_str(line, field);
    } else {
        wh_buf_csv(line, field);
    }
}

static enum wh_status put_row(void *user, const struct wh_csv_row *row, size_t idx,
                              struct wh_error *err)
{
    struct writing *writing = user;
    struct table *table = writing->table;
    const struct wh_requests *found = &writing->places->asked.requests;
    const enum wh_method method = (enum wh_method)found->method[idx];
    const int32_t ward = found->ward[idx];
    const bool is_placed = method != WH_METHOD_NONE;
    struct wh_buf *line = &writing->line;
    wh_buf_clear(line);
    for (size_t i = 0; i < writing->n_columns; i++) {
        wh_buf_c(line, i == 0 ? "" : ",");
        add_field(line, row->field[i]);
    }
    add_number(line, found->x[idx], 2, is_placed);
    add_number(line, found->y[idx], 2, is_placed);
    add_number(line, writing->places->lon[idx], 7, is_placed);
    add_number(line, writing->places->lat[idx], 7, is_placed);
    wh_buf_char(line, ',');
    wh_buf_c(line, wh_method_name(method));
    add_number(line, (double)found->precision_m[idx], 1, is_placed);
    wh_buf_char(line, ',');
    wh_buf_csv(line, wh_str_c(ward < 0 ? "" : table->session->wards.code[ward]));
    wh_buf_char(line, ',');
    wh_buf_csv(line, wh_str_c(ward < 0 ? "" : table->session->wards.name[ward]));
    table->n_coordinate += method == WH_METHOD_COORDINATE;
    table->n_postcode += method == WH_METHOD_POSTCODE;
    table->n_in_ward += ward >= 0;
    return put_line(writing, err);
}

static enum wh_status write_table(struct table *table, const struct wh_places *places,
                                  struct wh_error *err)
{
    struct writing writing = {.table = table, .places = places};
    wh_buf_init(&writing.line, table->ctx);
    enum wh_status status = wh_writer_open(table->ctx, table->spec->out, &writing.writer, err);
    if (status == WH_OK) {
        status = put_header(&writing, err);
        if (status == WH_OK) {
            status = each_row(table, put_row, &writing, err);
        }
        if (status == WH_OK) {
            status = wh_writer_close(writing.writer, err);
        } else {
            wh_writer_abandon(writing.writer);
        }
    }
    wh_buf_finish(&writing.line);
    return status;
}

/* ---- all ---- */

static void say(struct wh_ctx *ctx, const struct table *table)
{
    char rows[32], coordinate[32], postcode[32], none[32], ward[32], text[1400];
    if (table->n_bad > 0) {
        wh_log(ctx, WH_LOG_WARNING,
               "rows that could not be read, and are left out: %s; the first: %s",
               wh_format_count(table->n_bad, rows, sizeof rows),
               wh_error_text(&table->first_bad, text, sizeof text));
    }
    const uint64_t n_none = table->n_rows - table->n_coordinate - table->n_postcode;
    wh_log(ctx, WH_LOG_INFO,
           "%s: %s rows, %s placed by coordinate, %s by postcode, %s not placed; %s in a ward",
           table->spec->out, wh_format_count(table->n_rows, rows, sizeof rows),
           wh_format_count(table->n_coordinate, coordinate, sizeof coordinate),
           wh_format_count(table->n_postcode, postcode, sizeof postcode),
           wh_format_count(n_none, none, sizeof none),
           wh_format_count(table->n_in_ward, ward, sizeof ward));
}

/* Written over while it is read, the table would be gone. */
static enum wh_status check_files(const struct wh_geocode_table *spec, struct wh_error *err)
{
    struct wh_file_info in, out;
    enum wh_status status = wh_io_check_input(spec->in, &in, err);
    if (status == WH_OK && wh_io_stat(spec->out, &out) && in.device == out.device &&
        in.inode == out.inode) {
        status = wh_fail(err, WH_ERR_USAGE, "IN and OUT are the same file");
    }
    return status;
}

enum wh_status wh_geocode_table(struct wh_ctx *ctx, const struct wh_session *session,
                                const struct wh_geocode_table *spec, struct wh_error *err)
{
    struct table table = {
        .ctx = ctx, .session = session, .spec = spec, .csv_opt = {.delimiter = ','}, .crs = NULL};
    struct wh_places places = {0};
    struct asking asking = {&table, &places};
    enum wh_status status = check_files(spec, err);
    if (status == WH_OK) {
        status = take_source(&table, err);
    }
    if (status == WH_OK) {
        status = count_rows(&table, err);
    }
    if (status == WH_OK) {
        status = wh_places_init(ctx, table.n_rows, &places, err);
    }
    if (status == WH_OK) {
        status = each_row(&table, ask, &asking, err);
    }
    if (status == WH_OK) {
        const char *crs = spec->crs != NULL   ? spec->crs
                          : table.crs != NULL ? table.crs
                                              : session->config.crs;
        status = wh_places_find(ctx, session, crs, &places, err);
    }
    if (status == WH_OK) {
        status = write_table(&table, &places, err);
    }
    if (status == WH_OK) {
        say(ctx, &table);
    }
    wh_places_finish(ctx, &places);
    return status;
}
