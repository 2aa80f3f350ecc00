/*
 * Further levels and parts of a ward's requests against an attacker who tries every set of numbers
 * that agrees with all that is printed: two tables of two wards by three, one of areas that cross
 * them, one of channels.
 */
#include "attack.h"
#include "base/arena.h"

#define K 4u
#define ROWS 2u
#define COLS 3u
#define CELLS (ROWS * COLS)
#define MOST 20u /* that the attacker tries for a number he is not told */

/* What is printed of a table; NULL: nothing of it. */
struct printed {
    const struct wh_count *cell[CELLS], *row[ROWS], *col[COLS], *all;
};

static bool agrees(const struct wh_count *count, uint32_t n)
{
    return count == NULL || count->shown == WH_WITHHELD ||
           (count->shown == WH_FEW ? n > 0 && n < K : n == count->n);
}

/* Counts from cells: rows, columns, all. */
static void add_up(const uint32_t cell[CELLS], uint32_t row[ROWS], uint32_t col[COLS],
                   uint32_t *all)
{
    memset(row, 0, ROWS * sizeof *row);
    memset(col, 0, COLS * sizeof *col);
    *all = 0;
    for (size_t i = 0; i < CELLS; i++) {
        row[i / COLS] += cell[i];
        col[i % COLS] += cell[i];
        *all += cell[i];
    }
}

static bool fits(const struct printed *printed, const uint32_t cell[CELLS],
                 const uint32_t row[ROWS], const uint32_t col[COLS], uint32_t all)
{
    bool is_fit = agrees(printed->all, all);
    for (size_t i = 0; i < CELLS; i++) {
        is_fit = is_fit && agrees(printed->cell[i], cell[i]);
    }
    for (size_t i = 0; i < ROWS; i++) {
        is_fit = is_fit && agrees(printed->row[i], row[i]);
    }
    for (size_t i = 0; i < COLS; i++) {
        is_fit = is_fit && agrees(printed->col[i], col[i]);
    }
    return is_fit;
}

/* How many small counts cannot take each value of 1..K-1. Where the truth is 0 and `knows_zeros`,
 * the attacker knows so. */
static size_t attack(const struct printed *printed, const uint32_t truth[CELLS], bool knows_zeros)
{
    uint32_t trial[CELLS] = {0}, seen[CELLS + ROWS + COLS + 1] = {0};
    uint32_t row[ROWS], col[COLS], all, low[CELLS], high[CELLS];
    size_t exposed = 0;
    for (size_t i = 0; i < CELLS; i++) {
        const struct wh_count *const count = printed->cell[i];
        const bool is_known = count != NULL && count->shown == WH_SHOWN;
        low[i] = is_known ? count->n : 0;
        high[i] = is_known ? count->n : knows_zeros && truth[i] == 0 ? 0 : MOST;
        high[i] = count != NULL && count->shown == WH_FEW ? K - 1 : high[i];
        /* No cell has more than what is printed of its row or column. */
        const struct wh_count *const sum[] = {printed->row[i / COLS], printed->col[i % COLS]};
        for (size_t s = 0; s < 2; s++) {
            const uint32_t most = sum[s]->shown == WH_SHOWN ? sum[s]->n
                                  : sum[s]->shown == WH_FEW ? K - 1
                                                            : MOST;
            high[i] = most < high[i] ? most : high[i];
        }
        trial[i] = low[i];
    }
    add_up(truth, row, col, &all);
    assert_true(fits(printed, truth, row, col, all)); /* nothing that is printed is wrong */
    for (size_t at = 0; at < CELLS;) {
        add_up(trial, row, col, &all);
        if (fits(printed, trial, row, col, all)) {
            for (size_t i = 0; i < CELLS; i++) {
                seen[i] |= 1u << (trial[i] > 30 ? 31 : trial[i]);
            }
            for (size_t i = 0; i < ROWS; i++) {
                seen[CELLS + i] |= 1u << (row[i] > 30 ? 31 : row[i]);
            }
            for (size_t i = 0; i < COLS; i++) {
                seen[CELLS + ROWS + i] |= 1u << (col[i] > 30 ? 31 : col[i]);
            }
            seen[CELLS + ROWS + COLS] |= 1u << (all > 30 ? 31 : all);
        }
        for (at = 0; at < CELLS && trial[at] == high[at]; at++) {
            trial[at] = low[at];
        }
        if (at < CELLS) {
            trial[at]++;
        }
    }
    add_up(truth, row, col, &all);
    for (size_t i = 0; i < CELLS + ROWS + COLS + 1; i++) {
        const uint32_t n = i < CELLS                 ? truth[i]
                           : i < CELLS + ROWS        ? row[i - CELLS]
                           : i < CELLS + ROWS + COLS ? col[i - CELLS - ROWS]
                                                     : all;
        exposed += n > 0 && n < K && (seen[i] & 0xeu) != 0xeu;
    }
    return exposed;
}

/* ---- a council with a level of two areas and what lies elsewhere, and with three channels ---- */

static struct wh_areas areas;
static struct wh_level levels[2];
static const char *value[COLS] = {"", "phone", "web"};

static struct wh_level_figures level_figures(struct wh_arena *arena, const struct wh_level *level)
{
    const size_t n = WH_N_TALLIES(level->areas->n);
    struct wh_level_figures figures = {.level = level, .base = WH_BASE_POPULATION};
    figures.tally = wh_arena_alloc(arena, n, sizeof *figures.tally);
    figures.breakdown = wh_arena_alloc(arena, 1, sizeof *figures.breakdown);
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; k < WH_N_COUNTS; k++) {
            figures.tally[i].count[k].shown =
                k == WH_IN_LAST_YEAR || k == WH_IN_REOPENED ? WH_NOT_KNOWN : WH_SHOWN;
        }
    }
    return figures;
}

static void tell_levels(struct council *council, size_t t, const uint32_t by_area[CELLS],
                        const uint32_t by_channel[CELLS])
{
    struct wh_arena *arena = &council->officer.body.arena;
    struct wh_theme_report *theme = &council->officer.body.theme[t];
    levels[0] = (struct wh_level){.id = "wards", .title = "Wards", .areas = &council->wards};
    areas = council->wards;
    levels[1] = (struct wh_level){.id = "parts", .title = "Parts", .areas = &areas};
    theme->last_year = (struct wh_period){.from_day = -300, .to_day = -200};
    theme->n_levels = 2;
    theme->level = wh_arena_alloc(arena, 2, sizeof *theme->level);
    theme->level[0] = level_figures(arena, &levels[0]);
    theme->level[1] = level_figures(arena, &levels[1]);
    struct wh_split *const channel = &theme->level[0].breakdown[theme->level[0].n_breakdowns++];
    *channel =
        (struct wh_split){.id = "channel", .title = "Channel", .n_values = COLS, .value = value};
    channel->count =
        wh_arena_alloc(arena, (size_t)COLS * WH_N_TALLIES(ROWS), sizeof *channel->count);
    struct wh_crossing *const crossing = wh_arena_alloc(arena, 1, sizeof *crossing);
    *crossing = (struct wh_crossing){.level_a = 0, .level_b = 1};
    crossing->shared = wh_arena_alloc(arena, CELLS, sizeof *crossing->shared);
    for (uint32_t i = 0; i < CELLS; i++) {
        const uint32_t ward = i / COLS, col = i % COLS;
        crossing->shared[crossing->n++] =
            (struct wh_shared){.a = ward, .b = col, .n = {by_area[i], 0, 0}};
        theme->level[0].tally[ward].count[WH_IN_REQUESTS].n += by_area[i];
        theme->level[0].tally[WH_ALL(ROWS)].count[WH_IN_REQUESTS].n += by_area[i];
        theme->level[0].tally[ward].count[WH_IN_UNTRACKED].n += by_area[i];
        theme->level[0].tally[WH_ALL(ROWS)].count[WH_IN_UNTRACKED].n += by_area[i];
        theme->level[1].tally[col].count[WH_IN_REQUESTS].n += by_area[i];
        theme->level[1].tally[WH_ALL(ROWS)].count[WH_IN_REQUESTS].n += by_area[i];
        channel->count[i].n += by_channel[i];
        channel->count[WH_ALL(ROWS) * COLS + col].n += by_channel[i];
    }
    council->officer.n_crossings = 1;
    council->officer.crossing[t] = crossing;
}

/* Two tables with the same row totals. */
static void draw(uint64_t *seed, struct truth *truth, uint32_t by_area[CELLS],
                 uint32_t by_channel[CELLS])
{
    *truth = (struct truth){.n_wards = ROWS};
    memset(by_channel, 0, CELLS * sizeof *by_channel);
    for (size_t i = 0; i < CELLS; i++) {
        by_area[i] = random_below(seed, 3) == 0 ? 0 : (uint32_t)random_below(seed, 5);
        truth->rest[0][i / COLS] += by_area[i];
        for (uint32_t n = 0; n < by_area[i]; n++) {
            by_channel[(i / COLS) * COLS + random_below(seed, COLS)]++;
        }
    }
}

static void disclose(struct council *council, struct wh_public_report *ret)
{
    struct wh_error err = {0};
    const struct wh_disclose_options opt = {.hide_below = K};
    struct wh_disclose_stats stats;
    assert_wh_ok(wh_disclose(council->ctx, &council->officer, &opt, ret, &stats, &err));
}

static void look(const struct wh_theme_report *theme, struct printed *ret_areas,
                 struct printed *ret_channels)
{
    memset(ret_areas, 0, sizeof *ret_areas);
    memset(ret_channels, 0, sizeof *ret_channels);
    const struct wh_tally *const ward = theme->level[0].tally, *const area = theme->level[1].tally;
    for (size_t i = 0; i < ROWS; i++) {
        ret_areas->row[i] = ret_channels->row[i] = &ward[i].count[WH_IN_REQUESTS];
        /* One decision for pages and tables. */
        assert_int_equal(theme->ward[i].count.shown, ward[i].count[WH_IN_REQUESTS].shown);
    }
    ret_areas->all = ret_channels->all = &ward[WH_ALL(ROWS)].count[WH_IN_REQUESTS];
    for (size_t i = 0; i < COLS; i++) {
        ret_areas->col[i] = &area[i].count[WH_IN_REQUESTS];
        ret_channels->col[i] = &theme->level[0].breakdown[0].count[WH_ALL(ROWS) * COLS + i];
    }
    for (size_t i = 0; i < CELLS; i++) {
        ret_channels->cell[i] = &theme->level[0].breakdown[0].count[i];
    }
}

static void nothing_small_follows_from_levels_or_parts(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("levels");
    size_t n_shown = 0, n_hidden = 0;
    for (size_t i = 0; i < 60; i++) {
        struct council council;
        struct truth truth;
        struct wh_public_report report;
        struct printed by_area, by_channel;
        uint32_t true_areas[CELLS], true_channels[CELLS];
        draw(&seed, &truth, true_areas, true_channels);
        council_open(&council, ROWS, 1);
        council_tell(&council, 0, &truth);
        tell_levels(&council, 0, true_areas, true_channels);
        disclose(&council, &report);
        look(&report.body.theme[0], &by_area, &by_channel);
        if (attack(&by_area, true_areas, true) > 0) {
            fail_msg("report %zu: a small count follows from areas", i);
        }
        if (attack(&by_channel, true_channels, false) > 0) {
            fail_msg("report %zu: a small count follows from channels", i);
        }
        for (size_t c = 0; c < COLS; c++) {
            n_shown += by_area.col[c]->shown == WH_SHOWN;
            n_hidden += by_area.col[c]->shown != WH_SHOWN;
            n_shown += by_channel.col[c]->shown == WH_SHOWN;
        }
        wh_public_report_finish(council.ctx, &report);
        council_close(&council);
    }
    assert_true(n_shown > 30 && n_hidden > 10); /* neither all nor nothing */
}

/* The attacker can attack: hiding small numbers alone does not do. */
static void hiding_small_areas_alone_would_be_broken(void **unused)
{
    (void)unused;
    /* Area 0 has 2, area 1 has 8, and nothing lies elsewhere: 10 less 8. */
    const uint32_t truth[CELLS] = {2, 8, 0, 0, 0, 0};
    const struct wh_count ten = {.n = 10}, none = {.n = 0}, eight = {.n = 8}, few = {0, WH_FEW};
    const struct printed printed = {
        .row = {&ten, &none}, .col = {&few, &eight, &none}, .all = &ten};
    assert_true(attack(&printed, truth, true) > 0);
}

/* Of two themes that may share requests only the first has parts and levels. */
static void themes_that_overlap_have_no_further_figures(void **unused)
{
    (void)unused;
    struct council council;
    struct truth truth;
    struct wh_public_report report;
    static const uint32_t many[CELLS] = {20, 30, 10, 40, 10, 20};
    static const char *both[2] = {"one", "two"};
    memset(&truth, 0, sizeof truth);
    truth.n_wards = ROWS;
    truth.rest[0][0] = 60;
    truth.rest[0][1] = 70;
    council_open(&council, ROWS, 2);
    council.theme[1].category = both;
    council.theme[1].n_categories = 2;
    for (size_t t = 0; t < 2; t++) {
        council_tell(&council, t, &truth);
        tell_levels(&council, t, many, many);
    }
    disclose(&council, &report);
    const struct wh_level_figures *const first = report.body.theme[0].level,
                                         *const second = report.body.theme[1].level;
    assert_int_equal(first[1].tally[0].count[WH_IN_REQUESTS].n, 60);
    assert_int_equal(first[1].tally[0].count[WH_IN_PROBLEMS].shown, WH_WITHHELD);
    assert_int_equal(first[0].tally[0].count[WH_IN_UNTRACKED].n, 60);
    assert_int_equal(first[0].n_breakdowns, 1);
    assert_int_equal(second[0].tally[0].count[WH_IN_REQUESTS].n, 60);
    assert_int_equal(second[0].tally[0].count[WH_IN_UNTRACKED].shown, WH_WITHHELD);
    assert_int_equal(second[0].n_breakdowns, 0);
    assert_int_equal(second[1].tally[0].count[WH_IN_REQUESTS].shown, WH_WITHHELD);
    assert_int_equal(second[1].tally[0].count[WH_IN_REQUESTS].n, 0);
    wh_public_report_finish(council.ctx, &report);
    council_close(&council);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_small_follows_from_levels_or_parts),
        cmocka_unit_test(hiding_small_areas_alone_would_be_broken),
        cmocka_unit_test(themes_that_overlap_have_no_further_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
