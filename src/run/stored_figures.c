/* run/stored_figures.c: rows of the two tables come in one order, by theme, level and area. */
#include "run/stored_figures.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "publish/figures.h"
#include "publish/own_table.h"

/* Columns that both tables begin with. */
enum { THEME, LEVEL, AREA_CODE, AREA_NAME, PERIOD_FROM, PERIOD_TO, N_PLACE };
static const char *const place_column[N_PLACE] = {"theme",     "level",       "area_code",
                                                  "area_name", "period_from", "period_to"};

struct reading {
    struct wh_ctx *ctx;
    struct wh_stored_figures *figures;
    struct wh_own_table table;
    int place[N_PLACE];
};

static const char *keep(const struct reading *r, int column)
{
    return wh_arena_c(&r->figures->arena, r->table.row.field[column]);
}

static struct wh_stored_level *last_level(const struct reading *r)
{
    const struct wh_stored_figures *const figures = r->figures;
    return figures->n == 0 ? NULL : &figures->level[figures->n - 1];
}

/* ---- inputs ---- */

static bool read_whole(struct wh_str text, uint32_t *ret)
{
    int64_t n = 0;
    const bool is_number = wh_parse_int(text, &n) && n >= 0 && n <= UINT32_MAX;
    *ret = is_number ? (uint32_t)n : 0;
    return is_number;
}

static bool read_count(struct wh_str text, struct wh_count *ret)
{
    *ret = (struct wh_count){0, WH_SHOWN};
    if (wh_str_eq_c(text, "not known")) {
        ret->shown = WH_NOT_KNOWN;
    } else if (wh_str_eq_c(text, "not shown")) {
        ret->shown = WH_WITHHELD;
    } else if (wh_str_has_prefix(text, "fewer than ")) {
        ret->shown = WH_FEW;
    } else {
        return read_whole(text, &ret->n);
    }
    return true;
}

static bool read_real(struct wh_str text, double *ret)
{
    *ret = (double)NAN;
    return text.len == 0 || wh_parse_double(text, ret);
}

/* "0:12 1:30": days and how many requests took them. */
static enum wh_status read_days(const struct reading *r, struct wh_str text, struct wh_tally *tally,
                                struct wh_error *err)
{
    size_t most = 1;
    for (size_t i = 0; i < text.len; i++) {
        most += text.ptr[i] == ' ';
    }
    tally->day = wh_arena_alloc(&r->figures->arena, most, sizeof *tally->day);
    if (tally->day == NULL) {
        return wh_fail_memory(r->ctx, err);
    }
    while (text.len > 0) {
        const size_t blank = wh_str_find(text, ' ');
        const struct wh_str pair = wh_str_slice(text, 0, blank);
        const size_t colon = wh_str_find(pair, ':');
        struct wh_day_count day = {0, 0};
        if (colon == pair.len || !read_whole(wh_str_slice(pair, 0, colon), &day.days) ||
            !read_whole(wh_str_slice(pair, colon + 1, pair.len), &day.n)) {
            return wh_own_table_fail(&r->table, "days: expected pairs such as 3:12", err);
        }
        tally->day[tally->n_days++] = day;
        text = blank == text.len ? wh_str_c("") : wh_str_slice(text, blank + 1, text.len);
    }
    tally->days_median = wh_days_quantile(tally->day, tally->n_days, 0.5);
    tally->days_p90 = wh_days_quantile(tally->day, tally->n_days, 0.9);
    return WH_OK;
}

static enum wh_status read_tally(const struct reading *r, const int *column, struct wh_tally *ret,
                                 struct wh_error *err)
{
    struct wh_tally tally = {.days_shown = WH_SHOWN};
    for (unsigned i = 0; i < WH_N_COUNTS; i++) {
        if (!read_count(r->table.row.field[column[i]], &tally.count[i])) {
            return wh_own_table_fail(&r->table, "a count that is no number", err);
        }
    }
    if (!read_real(r->table.row.field[column[WH_IN_COST]], &tally.cost) ||
        !read_real(r->table.row.field[column[WH_IN_AREA]], &tally.area_km2) ||
        !read_real(r->table.row.field[column[WH_IN_POPULATION]], &tally.population) ||
        !read_real(r->table.row.field[column[WH_IN_BASE]], &tally.base)) {
        return wh_own_table_fail(&r->table, "an area, population, base or cost that is no number",
                                 err);
    }
    *ret = tally;
    return read_days(r, r->table.row.field[column[WH_IN_DAYS]], ret, err);
}

static enum wh_status begin_level(struct reading *r, int compared_with, struct wh_error *err)
{
    struct wh_stored_figures *const figures = r->figures;
    void *array = figures->level;
    const enum wh_status status =
        wh_grow(r->ctx, &array, figures->n, &figures->cap, sizeof *figures->level, err);
    figures->level = array;
    if (status != WH_OK) {
        return status;
    }
    const struct wh_stored_level level = {.theme = keep(r, r->place[THEME]),
                                          .level = keep(r, r->place[LEVEL]),
                                          .period_from = keep(r, r->place[PERIOD_FROM]),
                                          .period_to = keep(r, r->place[PERIOD_TO]),
                                          .compared_with = keep(r, compared_with)};
    figures->level[figures->n++] = level;
    return level.theme == NULL || level.level == NULL || level.period_from == NULL ||
                   level.period_to == NULL || level.compared_with == NULL
               ? wh_fail_memory(r->ctx, err)
               : WH_OK;
}

/* Twice the room, in the arena. */
static enum wh_status grow_rows(const struct reading *r, struct wh_stored_level *level,
                                struct wh_error *err)
{
    struct wh_arena *const arena = &r->figures->arena;
    const size_t cap = level->cap_rows == 0 ? 32 : 2 * level->cap_rows, n = level->n_rows;
    const char **const code = wh_arena_alloc(arena, cap, sizeof *code);
    const char **const name = wh_arena_alloc(arena, cap, sizeof *name);
    struct wh_tally *const tally = wh_arena_alloc(arena, cap, sizeof *tally);
    if (code == NULL || name == NULL || tally == NULL) {
        return wh_fail_memory(r->ctx, err);
    }
    if (n > 0) {
        memcpy(code, level->code, n * sizeof *code);
        memcpy(name, level->name, n * sizeof *name);
        memcpy(tally, level->tally, n * sizeof *tally);
    }
    level->code = code;
    level->name = name;
    level->tally = tally;
    level->cap_rows = cap;
    return WH_OK;
}

static enum wh_status add_input_row(struct reading *r, const int *column, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    const struct wh_stored_level *const before = last_level(r);
    if (before == NULL || !wh_str_eq_c(r->table.row.field[r->place[THEME]], before->theme) ||
        !wh_str_eq_c(r->table.row.field[r->place[LEVEL]], before->level)) {
        status = begin_level(r, column[WH_N_INPUTS], err);
    }
    struct wh_stored_level *const level = last_level(r);
    if (status == WH_OK && level != NULL && level->n_rows == level->cap_rows) {
        status = grow_rows(r, level, err);
    }
    if (status != WH_OK || level == NULL) {
        return status;
    }
    const size_t row = level->n_rows++;
    level->code[row] = keep(r, r->place[AREA_CODE]);
    level->name[row] = keep(r, r->place[AREA_NAME]);
    return level->code[row] == NULL || level->name[row] == NULL
               ? wh_fail_memory(r->ctx, err)
               : read_tally(r, column, &level->tally[row], err);
}

/* ---- figures ---- */

enum { METRIC, VALUE, LOW, HIGH, SHOWN, WORDS, N_FIGURE };
static const char *const figure_column[N_FIGURE] = {"metric", "value", "low",
                                                    "high",   "shown", "words"};

struct place {
    size_t level, row;
};

/* Rows follow those of the inputs; every metric of an area has one. */
static enum wh_status add_figure_row(struct reading *r, const int *column, struct place *at,
                                     struct wh_error *err)
{
    const struct wh_str theme = r->table.row.field[r->place[THEME]],
                        level_id = r->table.row.field[r->place[LEVEL]],
                        code = r->table.row.field[r->place[AREA_CODE]];
    struct wh_stored_figures *const figures = r->figures;
    while (at->level < figures->n) {
        struct wh_stored_level *const level = &figures->level[at->level];
        if (at->row < level->n_rows && wh_str_eq_c(theme, level->theme) &&
            wh_str_eq_c(level_id, level->level) && wh_str_eq_c(code, level->code[at->row])) {
            break;
        }
        at->row++;
        if (at->row >= level->n_rows) {
            at->row = 0;
            at->level++;
        }
    }
    char id[64];
    const struct wh_str metric_id = r->table.row.field[column[METRIC]];
    if (at->level == figures->n || metric_id.len >= sizeof id) {
        return wh_own_table_fail(&r->table, "a figure of no area of inputs.csv", err);
    }
    memcpy(id, metric_id.ptr, metric_id.len);
    id[metric_id.len] = '\0';
    const enum wh_metric metric = wh_metric_find(id);
    if (metric == WH_N_METRICS) {
        return WH_OK; /* of a newer dictionary */
    }
    const struct wh_stored_value stored = {.value = keep(r, column[VALUE]),
                                           .low = keep(r, column[LOW]),
                                           .high = keep(r, column[HIGH]),
                                           .shown = keep(r, column[SHOWN]),
                                           .words = keep(r, column[WORDS])};
    figures->level[at->level].stored[at->row][metric] = stored;
    return stored.value == NULL || stored.low == NULL || stored.high == NULL ||
                   stored.shown == NULL || stored.words == NULL
               ? wh_fail_memory(r->ctx, err)
               : WH_OK;
}

/* ---- both ---- */

static enum wh_status open_table(struct reading *r, const char *folder, const char *name,
                                 struct wh_error *err)
{
    char *const path = wh_arena_printf(&r->figures->arena, "%s/tables/%s", folder, name);
    if (path == NULL) {
        return wh_fail_memory(r->ctx, err);
    }
    enum wh_status status = wh_own_table_open(r->ctx, path, &r->table, err);
    for (int i = 0; status == WH_OK && i < N_PLACE; i++) {
        status = wh_own_table_column(&r->table, place_column[i], &r->place[i], err);
    }
    return status;
}

static enum wh_status read_inputs(struct reading *r, const char *folder, struct wh_error *err)
{
    int column[WH_N_INPUTS + 1] = {0};
    enum wh_status status = open_table(r, folder, "inputs.csv", err);
    for (unsigned i = 0; status == WH_OK && i < WH_IN_EVERY_AREA; i++) {
        status =
            wh_own_table_column(&r->table, wh_input_note((enum wh_input)i)->name, &column[i], err);
    }
    if (status == WH_OK) {
        status = wh_own_table_column(&r->table, "compared_with", &column[WH_N_INPUTS], err);
    }
    for (bool is_end = false; status == WH_OK && !is_end;) {
        status = wh_own_table_next(&r->table, &is_end, err);
        if (status == WH_OK && !is_end) {
            status = add_input_row(r, column, err);
        }
    }
    wh_own_table_close(&r->table);
    return status;
}

static enum wh_status read_figures(struct reading *r, const char *folder, struct wh_error *err)
{
    int column[N_FIGURE] = {0};
    struct place at = {0, 0};
    enum wh_status status = open_table(r, folder, "figures.csv", err);
    for (int i = 0; status == WH_OK && i < N_FIGURE; i++) {
        status = wh_own_table_column(&r->table, figure_column[i], &column[i], err);
    }
    for (bool is_end = false; status == WH_OK && !is_end;) {
        status = wh_own_table_next(&r->table, &is_end, err);
        if (status == WH_OK && !is_end) {
            status = add_figure_row(r, column, &at, err);
        }
    }
    wh_own_table_close(&r->table);
    return status;
}

static enum wh_status measure(struct reading *r, struct wh_stored_level *level,
                              struct wh_error *err)
{
    struct wh_arena *const arena = &r->figures->arena;
    if (level->n_rows < 2) {
        return wh_fail(err, WH_ERR_INPUT, "inputs.csv: level %s has too few rows", level->level);
    }
    level->metric = wh_arena_alloc(arena, level->n_rows, sizeof *level->metric);
    level->stored = wh_arena_alloc(arena, level->n_rows, sizeof *level->stored);
    return level->metric == NULL || level->stored == NULL
               ? wh_fail_memory(r->ctx, err)
               : wh_measure_level(r->ctx, level->tally, (uint32_t)(level->n_rows - 2),
                                  level->metric, err);
}

enum wh_status wh_stored_figures_read(struct wh_ctx *ctx, const char *folder,
                                      struct wh_stored_figures *ret, struct wh_error *err)
{
    struct reading r = {.ctx = ctx, .figures = ret};
    *ret = (struct wh_stored_figures){0};
    wh_arena_init(&ret->arena, ctx);
    enum wh_status status = read_inputs(&r, folder, err);
    for (size_t i = 0; status == WH_OK && i < ret->n; i++) {
        status = measure(&r, &ret->level[i], err);
    }
    return status == WH_OK ? read_figures(&r, folder, err) : status;
}

void wh_stored_figures_finish(struct wh_ctx *ctx, struct wh_stored_figures *figures)
{
    wh_free(ctx, figures->level);
    wh_arena_finish(&figures->arena);
    *figures = (struct wh_stored_figures){0};
}

/* ---- what follows ---- */

static bool is_same(struct wh_buf *scratch, double value, int decimals, const char *stored)
{
    wh_buf_clear(scratch);
    if (!isnan(value)) {
        wh_buf_number(scratch, value, decimals);
    }
    return wh_str_eq_c(wh_buf_view(scratch), stored);
}

bool wh_stored_figure_follows(struct wh_buf *scratch, const struct wh_stored_level *level,
                              size_t row, enum wh_metric metric)
{
    const struct wh_metric_value *const value = &level->metric[row][metric];
    const struct wh_stored_value *const stored = &level->stored[row][metric];
    const int decimals = wh_metric_limit_decimals(metric);
    return stored->value != NULL &&
           is_same(scratch, wh_metric_published(metric, value->value),
                   wh_metric_note(metric)->decimals, stored->value) &&
           is_same(scratch, value->low, decimals, stored->low) &&
           is_same(scratch, value->high, decimals, stored->high) &&
           strcmp(wh_shown_name(value->shown), stored->shown) == 0;
}

/* Days to close are in no public table: what follows from them cannot be worked out there. */
bool wh_stored_figure_can_follow(enum wh_metric metric, bool is_public)
{
    return !is_public || (wh_metric_note(metric)->inputs & (UINT32_C(1) << WH_IN_DAYS)) == 0;
}
