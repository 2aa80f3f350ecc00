/*
 * disclose/levels.c: what else is told of areas: further levels, and parts of a ward's requests.
 *
 * The wards' own counts are settled by then, and are fixed margins here. Each further table is
 * protected against them with the methods of table.c; where that does not do, all of it is
 * withheld. The public is told of:
 *  - other levels (and a year before): their requests, and what follows from them alone. Levels are
 *    tables against each other: what two areas share could be worked out from their totals;
 *  - wards: problems, standings, reopened, costed, channels, providers: each one table of parts;
 *  - neither for a theme that may share requests with an earlier one, of which one could be taken
 *    off the other.
 */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "disclose/disclose_internal.h"

#define MOST_CELLS ((size_t)4000000) /* of one table: larger ones are withheld */

static struct wh_count *count_of(const struct wh_level_figures *figures, size_t area,
                                 enum wh_input input)
{
    return &figures->tally[area].count[input];
}

static void withhold(struct wh_count *count)
{
    if (count->shown == WH_SHOWN || count->shown == WH_FEW) {
        *count = (struct wh_count){0, WH_WITHHELD};
    }
}

static void hide_more(struct wh_count *count, const struct wh_count *decided)
{
    count->shown = decided->shown > count->shown ? decided->shown : count->shown;
}

static struct wh_count *grand(const struct wh_table *table)
{
    return wh_table_at(table, table->n_rows, table->n_cols);
}

static void set_rule(struct wh_table *table, size_t row, size_t col, enum wh_cell_rule rule)
{
    table->rule[row * (table->n_cols + 1) + col] = (uint8_t)rule;
}

/* Protected, or else withheld as a whole: then it tells nothing that its margins do not. */
static enum wh_status settle(struct wh_ctx *ctx, struct wh_table *table, uint32_t k,
                             struct wh_error *err)
{
    uint64_t exposed = 0;
    enum wh_status status = wh_table_protect(ctx, table, k, err);
    if (status == WH_OK) {
        status = wh_table_audit(ctx, table, k, &exposed, err);
    }
    for (size_t i = 0; exposed > 0 && i < (table->n_rows + 1) * (table->n_cols + 1); i++) {
        if (table->rule[i] == WH_CELL_PUBLISHED) {
            table->count[i].shown = WH_WITHHELD;
        }
    }
    return status;
}

/* ---- parts of the wards' requests ---- */

/* Counts that share a table: their true numbers, and where the decision goes. */
struct parts {
    size_t n_rows, n_cols;
    const struct wh_count *margin; /* n_rows + 1: the wards' requests and all, as decided */
    const uint32_t *total;         /* the same: true */
    struct wh_count **cell;        /* (n_rows + 1) x n_cols, all last; .n is true */
};

/* A last column takes what the parts leave; it is never printed. */
static enum wh_status protect_parts(struct wh_ctx *ctx, const struct parts *parts, uint32_t k,
                                    struct wh_error *err)
{
    struct wh_table table = {0};
    const size_t rest = parts->n_cols;
    enum wh_status status = wh_table_init(ctx, &table, parts->n_rows, parts->n_cols + 1, err);
    for (size_t row = 0; status == WH_OK && row <= parts->n_rows; row++) {
        const bool is_hidden = parts->margin[row].shown != WH_SHOWN;
        uint32_t left = parts->total[row];
        for (size_t col = 0; col < parts->n_cols; col++) {
            struct wh_count *const at = wh_table_at(&table, row, col);
            at->n = parts->cell[row * parts->n_cols + col]->n;
            /* Parts of a hidden number would add up to it. */
            at->shown = is_hidden ? WH_WITHHELD : WH_SHOWN;
            left -= at->n;
        }
        wh_table_at(&table, row, rest)->n = left;
        set_rule(&table, row, rest, left == 0 ? WH_CELL_STRUCTURAL : WH_CELL_UNPUBLISHED);
        *wh_table_at(&table, row, rest + 1) =
            (struct wh_count){parts->total[row], parts->margin[row].shown};
        set_rule(&table, row, rest + 1, WH_CELL_FIXED);
    }
    if (status == WH_OK) {
        status = settle(ctx, &table, k, err);
    }
    for (size_t row = 0; status == WH_OK && row <= parts->n_rows; row++) {
        for (size_t col = 0; col < parts->n_cols; col++) {
            parts->cell[row * parts->n_cols + col]->shown = wh_table_at(&table, row, col)->shown;
        }
    }
    wh_table_finish(ctx, &table);
    return status;
}

/* The pointers to cells, filled by the caller. */
static enum wh_status open_parts(struct wh_ctx *ctx, const struct wh_level_figures *wards,
                                 const uint32_t *total, struct wh_count *margin, size_t n_cols,
                                 struct parts *ret, struct wh_error *err)
{
    const uint32_t n = wards->level->areas->n;
    *ret = (struct parts){.n_rows = n, .n_cols = n_cols, .margin = margin, .total = total};
    ret->cell = wh_alloc_array(ctx, (n + (size_t)1) * (n_cols + 1), sizeof *ret->cell);
    return ret->cell == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

/* Row n of a table is all together. */
static size_t area_of_row(const struct wh_level_figures *wards, size_t row)
{
    const uint32_t n = wards->level->areas->n;
    return row == n ? WH_ALL(n) : row;
}

static enum wh_status protect_inputs(struct wh_ctx *ctx, const struct wh_level_figures *wards,
                                     const uint32_t *total, struct wh_count *margin,
                                     const enum wh_input *input, size_t n_inputs, uint32_t k,
                                     struct wh_error *err)
{
    struct parts parts;
    if (count_of(wards, 0, input[0])->shown == WH_NOT_KNOWN) {
        return WH_OK;
    }
    enum wh_status status = open_parts(ctx, wards, total, margin, n_inputs, &parts, err);
    for (size_t row = 0; status == WH_OK && row <= parts.n_rows; row++) {
        for (size_t col = 0; col < n_inputs; col++) {
            parts.cell[row * n_inputs + col] = count_of(wards, area_of_row(wards, row), input[col]);
        }
    }
    if (status == WH_OK) {
        status = protect_parts(ctx, &parts, k, err);
    }
    wh_free(ctx, parts.cell);
    return status;
}

static enum wh_status protect_breakdown(struct wh_ctx *ctx, const struct wh_level_figures *wards,
                                        const uint32_t *total, struct wh_count *margin,
                                        const struct wh_split *breakdown, uint32_t k,
                                        struct wh_error *err)
{
    struct parts parts;
    const size_t n = breakdown->n_values;
    enum wh_status status = open_parts(ctx, wards, total, margin, n, &parts, err);
    for (size_t row = 0; status == WH_OK && row <= parts.n_rows; row++) {
        for (size_t col = 0; col < n; col++) {
            parts.cell[row * n + col] = &breakdown->count[area_of_row(wards, row) * n + col];
        }
    }
    if (status == WH_OK) {
        status = protect_parts(ctx, &parts, k, err);
    }
    wh_free(ctx, parts.cell);
    return status;
}

static enum wh_status protect_wards(struct wh_ctx *ctx, const struct wh_level_figures *wards,
                                    const uint32_t *total, struct wh_count *margin, uint32_t k,
                                    struct wh_error *err)
{
    static const enum wh_input problems[] = {WH_IN_PROBLEMS}, reopened[] = {WH_IN_REOPENED},
                               costed[] = {WH_IN_COSTED},
                               standing[] = {WH_IN_CLOSED_IN_TIME, WH_IN_CLOSED_LATE,
                                             WH_IN_CLOSED_UNTIMED, WH_IN_OPEN_IN_TIME,
                                             WH_IN_OVERDUE,        WH_IN_OPEN_UNTIMED,
                                             WH_IN_UNTRACKED};
    enum wh_status status = protect_inputs(ctx, wards, total, margin, standing,
                                           sizeof standing / sizeof *standing, k, err);
    if (status == WH_OK) {
        status = protect_inputs(ctx, wards, total, margin, problems, 1, k, err);
    }
    if (status == WH_OK) {
        status = protect_inputs(ctx, wards, total, margin, reopened, 1, k, err);
    }
    if (status == WH_OK) {
        status = protect_inputs(ctx, wards, total, margin, costed, 1, k, err);
    }
    for (size_t b = 0; status == WH_OK && b < wards->n_breakdowns; b++) {
        status = protect_breakdown(ctx, wards, total, margin, &wards->breakdown[b], k, err);
    }
    return status;
}

/* ---- levels against each other ---- */

static const enum wh_input period_input[] = {WH_IN_REQUESTS, WH_IN_PREVIOUS, WH_IN_LAST_YEAR};
enum { N_PERIODS = sizeof period_input / sizeof *period_input };

/* Two levels of which `rows` is settled. */
struct pair {
    const struct wh_level_figures *rows, *cols;
    const struct wh_crossing *crossing;
    bool is_turned; /* rows are the crossing's b */
};

/* What is shared goes to the interior, which is never printed, and to the margins. Where no two
 * areas meet, everybody may know. */
static void fill_pair(const struct pair *pair, size_t period, struct wh_table *table)
{
    const size_t n_rows = table->n_rows, n_cols = table->n_cols;
    for (size_t i = 0; i < pair->crossing->n; i++) {
        const struct wh_shared *const shared = &pair->crossing->shared[i];
        const size_t row = pair->is_turned ? shared->b : shared->a,
                     col = pair->is_turned ? shared->a : shared->b;
        const uint32_t n = shared->n[period];
        struct wh_count *const column = wh_table_at(table, n_rows, col);
        if (n == 0) {
            continue;
        }
        wh_table_at(table, row, col)->n = n;
        set_rule(table, row, col, WH_CELL_UNPUBLISHED);
        wh_table_at(table, row, n_cols)->n += n;
        column->n += n;
        grand(table)->n += n;
        /* Areas of a hidden one would add up to it. */
        if (wh_table_at(table, row, n_cols)->shown != WH_SHOWN && column->shown == WH_SHOWN) {
            column->shown = WH_WITHHELD;
        }
    }
}

static enum wh_status protect_pair(struct wh_ctx *ctx, const struct pair *pair, size_t period,
                                   uint32_t k, struct wh_error *err)
{
    struct wh_table table = {0};
    const size_t n_rows = pair->rows->level->areas->n + (size_t)1,
                 n_cols = pair->cols->level->areas->n + (size_t)1;
    const enum wh_input input = period_input[period];
    enum wh_status status = wh_table_init(ctx, &table, n_rows, n_cols, err);
    if (status != WH_OK) {
        return status;
    }
    memset(table.rule, WH_CELL_STRUCTURAL, (n_rows + 1) * (n_cols + 1));
    for (size_t row = 0; row <= n_rows; row++) { /* the last is all, of both */
        wh_table_at(&table, row, n_cols)->shown = count_of(pair->rows, row, input)->shown;
        set_rule(&table, row, n_cols, WH_CELL_FIXED);
    }
    for (size_t col = 0; col < n_cols; col++) {
        wh_table_at(&table, n_rows, col)->shown = count_of(pair->cols, col, input)->shown;
        set_rule(&table, n_rows, col, WH_CELL_PUBLISHED);
    }
    fill_pair(pair, period, &table);
    status = settle(ctx, &table, k, err);
    for (size_t col = 0; status == WH_OK && col < n_cols; col++) {
        hide_more(count_of(pair->cols, col, input), wh_table_at(&table, n_rows, col));
    }
    wh_table_finish(ctx, &table);
    return status;
}

static size_t count_hidden(const struct wh_level_figures *figures, enum wh_input input)
{
    size_t hidden = 0;
    for (size_t i = 0; i < WH_ALL(figures->level->areas->n); i++) {
        hidden += count_of(figures, i, input)->shown;
    }
    return hidden;
}

/* Indices of a theme's levels: wards first, then the coarser before the finer, so that hidden
 * areas cost no large ones. */
static void order_levels(const struct wh_theme_report *theme, size_t *ret)
{
    for (size_t l = 0; l < theme->n_levels; l++) {
        size_t at = l;
        for (;
             at > 1 && theme->level[ret[at - 1]].level->areas->n > theme->level[l].level->areas->n;
             at--) {
            ret[at] = ret[at - 1];
        }
        ret[at] = l;
    }
}

/* What two levels share; its crossing is NULL where nobody says. */
static struct pair find_pair(const struct wh_theme_report *from, const struct wh_crossing *crossing,
                             size_t n_crossings, const struct wh_level_figures *rows,
                             const struct wh_level_figures *cols)
{
    struct pair pair = {.rows = rows, .cols = cols};
    for (size_t i = 0; i < n_crossings; i++) {
        const struct wh_level *const a = from->level[crossing[i].level_a].level,
                                     *const b = from->level[crossing[i].level_b].level;
        if ((a == rows->level && b == cols->level) || (b == rows->level && a == cols->level)) {
            pair.crossing = &crossing[i];
            pair.is_turned = b == rows->level;
        }
    }
    return pair;
}

/* The level order[at] against all before it, until nothing more needs to be hidden. */
static enum wh_status protect_level(struct wh_ctx *ctx, const struct wh_theme_report *from,
                                    const struct wh_crossing *crossing, size_t n_crossings,
                                    struct wh_theme_report *theme, const size_t *order, size_t at,
                                    size_t period, uint32_t k, struct wh_error *err)
{
    struct wh_level_figures *const cols = &theme->level[order[at]];
    const enum wh_input input = period_input[period];
    enum wh_status status = WH_OK;
    for (size_t before = SIZE_MAX; status == WH_OK && before != count_hidden(cols, input);) {
        before = count_hidden(cols, input);
        for (size_t i = 0; status == WH_OK && i < at; i++) {
            const struct wh_level_figures *const rows = &theme->level[order[i]];
            const struct pair pair = find_pair(from, crossing, n_crossings, rows, cols);
            const size_t n_cells =
                (rows->level->areas->n + (size_t)2) * (cols->level->areas->n + (size_t)2);
            if (pair.crossing == NULL || n_cells > MOST_CELLS) {
                for (size_t area = 0; area < WH_ALL(cols->level->areas->n); area++) {
                    withhold(count_of(cols, area, input));
                }
                return WH_OK;
            }
            status = protect_pair(ctx, &pair, period, k, err);
        }
    }
    return status;
}

/* Wards a year before: they and their total are all there is. */
static enum wh_status protect_year(struct wh_ctx *ctx, const struct wh_level_figures *wards,
                                   uint32_t k, struct wh_error *err)
{
    struct wh_table table = {0};
    const size_t n = wards->level->areas->n;
    enum wh_status status = wh_table_init(ctx, &table, n, 1, err);
    for (size_t row = 0; status == WH_OK && row <= n; row++) {
        const uint32_t value = count_of(wards, area_of_row(wards, row), WH_IN_LAST_YEAR)->n;
        wh_table_at(&table, row, 0)->n = value;
        wh_table_at(&table, row, 1)->n = value;
        set_rule(&table, row, 0, WH_CELL_UNPUBLISHED);
    }
    if (status == WH_OK) {
        status = settle(ctx, &table, k, err);
    }
    for (size_t row = 0; status == WH_OK && row <= n; row++) {
        hide_more(count_of(wards, area_of_row(wards, row), WH_IN_LAST_YEAR),
                  wh_table_at(&table, row, 1));
    }
    wh_table_finish(ctx, &table);
    return status;
}

/* ---- a theme ---- */

/* What the wards' pages say already. */
static void take_wards(const struct wh_theme_report *theme, const struct wh_level_figures *wards)
{
    const uint32_t n = wards->level->areas->n;
    for (size_t row = 0; row <= n; row++) {
        const struct wh_figures *const figures = row == n ? &theme->total : &theme->ward[row];
        const size_t area = area_of_row(wards, row);
        count_of(wards, area, WH_IN_REQUESTS)->shown = figures->count.shown;
        if (count_of(wards, area, WH_IN_PREVIOUS)->shown != WH_NOT_KNOWN) {
            count_of(wards, area, WH_IN_PREVIOUS)->shown = figures->previous.shown;
        }
    }
}

/* Costs and days rest on counts; what all have less what some have is what the others have. */
static void hide_sums(const struct wh_level_figures *wards, uint32_t k)
{
    const uint32_t n = wards->level->areas->n;
    bool is_cost_whole = true;
    for (size_t row = 0; row <= n; row++) {
        struct wh_tally *const tally = &wards->tally[area_of_row(wards, row)];
        is_cost_whole = is_cost_whole && tally->count[WH_IN_COSTED].shown == WH_SHOWN;
        tally->cost = tally->count[WH_IN_COSTED].shown == WH_SHOWN && (row < n || is_cost_whole)
                          ? tally->cost
                          : (double)NAN;
        if (row == n && !is_cost_whole) {
            withhold(&tally->count[WH_IN_COSTED]);
        }
        if (tally->count[WH_IN_CLOSED].n > 0 && tally->count[WH_IN_CLOSED].n < k) {
            tally->days_shown = WH_WITHHELD;
            tally->days_median = tally->days_p90 = (double)NAN;
        }
    }
}

static void withhold_all(struct wh_level_figures *figures, unsigned from)
{
    for (size_t i = 0; i < WH_N_TALLIES(figures->level->areas->n); i++) {
        for (unsigned input = from; input < WH_N_COUNTS; input++) {
            withhold(&figures->tally[i].count[input]);
        }
        figures->tally[i].cost = (double)NAN;
        figures->tally[i].days_shown = WH_WITHHELD;
        figures->tally[i].days_median = figures->tally[i].days_p90 = (double)NAN;
    }
}

/* Hidden numbers go, so that no writer can print them. */
static void erase(struct wh_count *count, struct wh_disclose_stats *stats)
{
    stats->counts++;
    stats->hidden_small += count->shown == WH_FEW;
    stats->hidden_secondary += count->shown == WH_WITHHELD;
    count->n = count->shown == WH_SHOWN ? count->n : 0;
}

static void erase_theme(struct wh_theme_report *theme, struct wh_disclose_stats *stats)
{
    for (size_t l = 0; l < theme->n_levels; l++) {
        struct wh_level_figures *const figures = &theme->level[l];
        const size_t n = WH_N_TALLIES(figures->level->areas->n);
        for (size_t i = 0; i < n; i++) {
            for (unsigned input = 0; input < WH_N_COUNTS; input++) {
                erase(&figures->tally[i].count[input], stats);
            }
            /* How many requests of every kind there are is a count, too. */
            if (figures->base == WH_BASE_ALL_REQUESTS) {
                figures->tally[i].base = (double)NAN;
            }
        }
        for (size_t b = 0; b < figures->n_breakdowns; b++) {
            for (size_t i = 0; i < n * figures->breakdown[b].n_values; i++) {
                erase(&figures->breakdown[b].count[i], stats);
            }
        }
    }
}

static enum wh_status protect_levels(struct wh_ctx *ctx, const struct wh_officer_report *officer,
                                     size_t t, struct wh_theme_report *theme, uint32_t k,
                                     struct wh_error *err)
{
    size_t *const order = wh_alloc_array(ctx, theme->n_levels, sizeof *order);
    enum wh_status status = order == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        order_levels(theme, order);
    }
    for (size_t at = 1; at < theme->n_levels; at++) {
        for (size_t period = 0; status == WH_OK && period < N_PERIODS; period++) {
            if (count_of(&theme->level[0], 0, period_input[period])->shown != WH_NOT_KNOWN) {
                status = protect_level(ctx, &officer->body.theme[t], officer->crossing[t],
                                       officer->n_crossings, theme, order, at, period, k, err);
            }
        }
    }
    wh_free(ctx, order);
    return status;
}

/* The wards' parts, and the levels. */
static enum wh_status protect_theme(struct wh_ctx *ctx, const struct wh_officer_report *officer,
                                    size_t t, struct wh_theme_report *theme, uint32_t k,
                                    struct wh_error *err)
{
    struct wh_level_figures *const wards = &theme->level[0];
    const uint32_t n = wards->level->areas->n;
    uint32_t *const total = wh_alloc_array(ctx, n + (size_t)1, sizeof *total);
    struct wh_count *const margin = wh_alloc_array(ctx, n + (size_t)1, sizeof *margin);
    enum wh_status status = total == NULL || margin == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t row = 0; status == WH_OK && row <= n; row++) {
        margin[row] = *count_of(wards, area_of_row(wards, row), WH_IN_REQUESTS);
        total[row] = margin[row].n;
    }
    if (status == WH_OK) {
        status = protect_wards(ctx, wards, total, margin, k, err);
    }
    if (status == WH_OK && count_of(wards, 0, WH_IN_LAST_YEAR)->shown != WH_NOT_KNOWN) {
        status = protect_year(ctx, wards, k, err);
    }
    for (size_t l = 1; l < theme->n_levels; l++) {
        withhold_all(&theme->level[l], WH_IN_PROBLEMS);
        for (size_t period = 0; period < N_PERIODS; period++) {
            *count_of(&theme->level[l], WH_ALL(theme->level[l].level->areas->n),
                      period_input[period]) = *count_of(wards, WH_ALL(n), period_input[period]);
        }
    }
    if (status == WH_OK) {
        status = protect_levels(ctx, officer, t, theme, k, err);
    }
    hide_sums(wards, k);
    wh_free(ctx, margin);
    wh_free(ctx, total);
    return status;
}

static bool is_apart_from_earlier(const struct wh_report *report, size_t t)
{
    for (size_t i = 0; i < t; i++) {
        if (!wh_themes_are_apart(report->theme[i].theme, report->theme[t].theme)) {
            return false;
        }
    }
    return true;
}

static void forget_year(struct wh_theme_report *theme)
{
    for (size_t l = 0; l < theme->n_levels; l++) {
        for (size_t i = 0; i < WH_N_TALLIES(theme->level[l].level->areas->n); i++) {
            withhold(count_of(&theme->level[l], i, WH_IN_LAST_YEAR));
        }
    }
}

enum wh_status wh_levels_protect(struct wh_ctx *ctx, const struct wh_officer_report *officer,
                                 struct wh_report *report, uint32_t k,
                                 struct wh_disclose_stats *stats, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t t = 0; status == WH_OK && t < report->n_themes; t++) {
        struct wh_theme_report *const theme = &report->theme[t];
        if (theme->n_levels == 0 || k < 2) {
            continue;
        }
        struct wh_level_figures *const wards = &theme->level[0];
        if (theme->last_year.to_day > theme->previous.from_day) {
            forget_year(theme); /* the two share days */
        }
        if (is_apart_from_earlier(report, t)) {
            take_wards(theme, wards);
            status = protect_theme(ctx, officer, t, theme, k, err);
        } else {
            for (size_t l = 1; l < theme->n_levels; l++) {
                withhold_all(&theme->level[l], WH_IN_REQUESTS);
            }
            take_wards(theme, wards);
            withhold_all(wards, WH_IN_LAST_YEAR);
            wards->n_breakdowns = 0;
        }
        for (size_t i = 0; i < WH_N_TALLIES(wards->level->areas->n); i++) {
            withhold(count_of(wards, i, WH_IN_CLOSED)); /* less those of the period: older ones */
        }
        erase_theme(theme, stats);
    }
    return status;
}
