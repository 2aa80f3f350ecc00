/* cli/geocode_table.c: a CSV in, the same CSV with places out. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "cli/geocode_place.h"

static const char *const added_name[] = {
    "x",         "y",           "lon", "lat",    "method",          "precision_m",
    "score",     "score_parts", "tie", "reason", "from_postcode_m", "gazetteer_row",
    "ward_code", "ward_name"};
enum { N_ADDED = sizeof added_name / sizeof *added_name };

struct table {
    struct wh_ctx *ctx;
    const struct wh_session *session;
    const struct wh_geocode_table *spec;
    struct wh_csv_options csv_opt;
    struct wh_geocode_columns column;
    uint64_t n_rows, n_bad;
    struct wh_error first_bad;
    char sha256[65];
    uint64_t n_by[WH_N_METHODS], n_in_ward, n_tied;
};

static enum wh_status open_table(struct table *table, struct wh_csv **ret, struct wh_error *err)
{
    const enum wh_status status =
        wh_csv_open(table->ctx, table->spec->in, &table->csv_opt, ret, err);
    return status != WH_OK ? status
                           : wh_geocode_find_columns(&table->session->config, table->spec, *ret,
                                                     &table->column, err);
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

/* Coordinates that are no numbers leave the question to the next rung. */
static bool read_given(const struct table *table, const struct wh_csv_row *row, double *ret_x,
                       double *ret_y)
{
    const struct wh_geocode_columns *column = &table->column;
    return column->x >= 0 && wh_parse_double(wh_str_trim(row->field[column->x]), ret_x) &&
           wh_parse_double(wh_str_trim(row->field[column->y]), ret_y);
}

/* The parts of an address with commas between; NULL when out of memory. */
static const char *join_address(const struct table *table, const struct wh_csv_row *row,
                                struct wh_arena *arena)
{
    struct wh_buf text;
    wh_buf_init(&text, table->ctx);
    for (size_t i = 0; i < table->column.n_address; i++) {
        const struct wh_str part = wh_str_trim(row->field[table->column.address[i]]);
        if (part.len > 0) {
            wh_buf_c(&text, text.len > 0 ? ", " : "");
            wh_buf_str(&text, part);
        }
    }
    const char *joined = text.failed ? NULL : wh_arena_c(arena, wh_buf_view(&text));
    wh_buf_finish(&text);
    return joined;
}

static uint64_t read_number(const struct wh_csv_row *row, int column)
{
    int64_t number = 0;
    return column >= 0 && wh_parse_int(wh_str_trim(row->field[column]), &number) && number > 0
               ? (uint64_t)number
               : 0;
}

static enum wh_status ask_row(const struct table *table, const struct wh_csv_row *row, size_t idx,
                              struct wh_places *places, struct wh_error *err)
{
    const struct wh_geocode_columns *column = &table->column;
    struct wh_unplaced *asked = &places->asked;
    struct wh_arena *arena = &asked->requests.arena;
    double x = 0, y = 0;
    char postcode[9];
    if (read_given(table, row, &x, &y)) {
        asked->given_x[idx] = x;
        asked->given_y[idx] = y;
    }
    bool is_out_of_memory = false;
    if (column->postcode >= 0 && wh_postcode_normalise(row->field[column->postcode], postcode)) {
        asked->postcode[idx] = wh_arena_c(arena, wh_str_c(postcode));
        is_out_of_memory = asked->postcode[idx] == NULL;
    }
    if (column->n_address > 0) {
        asked->address[idx] = join_address(table, row, arena);
        is_out_of_memory = is_out_of_memory || asked->address[idx] == NULL;
    }
    if (column->ward >= 0 && wh_str_trim(row->field[column->ward]).len > 0) {
        asked->ward[idx] = wh_arena_c(arena, wh_str_trim(row->field[column->ward]));
        is_out_of_memory = is_out_of_memory || asked->ward[idx] == NULL;
    }
    asked->uprn[idx] = read_number(row, column->uprn);
    asked->usrn[idx] = read_number(row, column->usrn);
    return is_out_of_memory ? wh_fail_memory(table->ctx, err) : WH_OK;
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

static void add_text(struct wh_buf *line, const char *text)
{
    wh_buf_char(line, ',');
    wh_buf_csv(line, wh_str_c(text));
}

/* "addresses.csv:1042", the file without its folder; empty where no gazetteer was asked. */
static void add_gazetteer_row(struct wh_buf *line, const struct wh_session *session,
                              const struct wh_placing *placing)
{
    size_t n = 0;
    const struct wh_gazetteer_note *file = wh_gazetteers_files(session->gazetteers, &n);
    wh_buf_char(line, ',');
    if (placing->file < n) {
        const char *slash = strrchr(file[placing->file].path, '/');
        char text[512];
        snprintf(text, sizeof text, "%s:%u", slash == NULL ? file[placing->file].path : slash + 1,
                 placing->line);
        wh_buf_csv(line, wh_str_c(text));
    }
}

/* "street 100, number 95, postcode 85": what was compared, in hundredths. */
static void add_parts(struct wh_buf *line, const struct wh_placing *placing)
{
    bool is_first = true;
    wh_buf_char(line, ',');
    for (size_t i = 0; i < WH_N_SCORE_PARTS; i++) {
        if (placing->part[i] == WH_NOT_SAID) {
            continue;
        }
        wh_buf_printf(line, "%s%s %u", is_first ? "\"" : ", ",
                      wh_score_part_name((enum wh_score_part)i), placing->part[i]);
        is_first = false;
    }
    wh_buf_c(line, is_first ? "" : "\"");
}

static void add_answer(struct writing *writing, size_t idx)
{
    struct table *table = writing->table;
    const struct wh_requests *found = &writing->places->asked.requests;
    const enum wh_method method = (enum wh_method)found->method[idx];
    const struct wh_placing *placing = &found->placing[idx];
    const int32_t ward = found->ward[idx];
    const bool is_placed = method != WH_METHOD_NONE;
    const bool is_tied = (placing->flags & WH_PLACING_TIE) != 0;
    struct wh_buf *line = &writing->line;
    add_number(line, found->x[idx], 2, is_placed);
    add_number(line, found->y[idx], 2, is_placed);
    add_number(line, writing->places->lon[idx], 7, is_placed);
    add_number(line, writing->places->lat[idx], 7, is_placed);
    add_text(line, wh_method_name(method));
    add_number(line, (double)found->precision_m[idx], 1, is_placed && method != WH_METHOD_WARD);
    add_number(line, (double)placing->score, 2, is_placed);
    add_parts(line, placing);
    add_text(line, is_tied ? "yes" : "");
    add_text(line, wh_reason_name((enum wh_place_reason)placing->reason));
    add_number(line, (double)placing->conflict_m, 0, (placing->flags & WH_PLACING_CONFLICT) != 0);
    add_gazetteer_row(line, table->session, placing);
    add_text(line, ward < 0 ? "" : table->session->wards.code[ward]);
    add_text(line, ward < 0 ? "" : table->session->wards.name[ward]);
    table->n_by[method]++;
    table->n_in_ward += ward >= 0;
    table->n_tied += is_tied;
}

static enum wh_status put_row(void *user, const struct wh_csv_row *row, size_t idx,
                              struct wh_error *err)
{
    struct writing *writing = user;
    struct wh_buf *line = &writing->line;
    wh_buf_clear(line);
    for (size_t i = 0; i < writing->n_columns; i++) {
        wh_buf_c(line, i == 0 ? "" : ",");
        add_field(line, row->field[i]);
    }
    add_answer(writing, idx);
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
    char n[32], ward[32], text[1400];
    struct wh_buf line;
    if (table->n_bad > 0) {
        wh_log(ctx, WH_LOG_WARNING,
               "rows that could not be read, and are left out: %s; the first: %s",
               wh_format_count(table->n_bad, n, sizeof n),
               wh_error_text(&table->first_bad, text, sizeof text));
    }
    wh_buf_init(&line, ctx);
    wh_buf_printf(&line, "%s: %s rows", table->spec->out,
                  wh_format_count(table->n_rows, n, sizeof n));
    for (unsigned i = 1; i < WH_N_METHODS; i++) {
        if (table->n_by[i] > 0) {
            wh_buf_printf(&line, ", %s by %s", wh_format_count(table->n_by[i], n, sizeof n),
                          wh_method_name((enum wh_method)i));
        }
    }
    wh_buf_printf(&line, ", %s not placed; %s in a ward",
                  wh_format_count(table->n_by[WH_METHOD_NONE], n, sizeof n),
                  wh_format_count(table->n_in_ward, ward, sizeof ward));
    if (table->n_tied > 0) {
        wh_buf_printf(&line, "; %s tied on the way", wh_format_count(table->n_tied, n, sizeof n));
    }
    wh_log(ctx, WH_LOG_INFO, "%s", line.failed ? table->spec->out : line.ptr);
    wh_buf_finish(&line);
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
        .ctx = ctx, .session = session, .spec = spec, .csv_opt = {.delimiter = ','}};
    struct wh_places places = {0};
    struct asking asking = {&table, &places};
    enum wh_status status = check_files(spec, err);
    if (status == WH_OK) {
        status = wh_geocode_take_source(&session->config, spec, &table.csv_opt, &table.column, err);
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
        const char *crs = spec->crs != NULL          ? spec->crs
                          : table.column.crs != NULL ? table.column.crs
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
