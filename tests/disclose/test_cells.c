/* Counts by squares against somebody who knows every printed number: all that could be so is tried
 * out. */
#include "attack.h"
#include "disclose/disclose_internal.h"

#define K 4u
#define MOST 7u /* of a hidden area, for whoever tries */
enum { N_WARDS = 2, MAX_CELLS = 4, MAX_SHARES = 6 };

struct world {
    struct wh_ctx *ctx;
    struct wh_officer_report officer;
    struct wh_report report; /* the public one, settled but for its cells */
    struct wh_areas wards;
    struct wh_level level;
    struct wh_theme theme;
    struct wh_cell_shares shares[2]; /* wards; no hot spots */
    struct wh_cell_shares *list;
    struct wh_cell_share share[MAX_SHARES], none[MAX_CELLS];
    struct wh_cell cell[MAX_CELLS];
};

static struct wh_theme_report *theme_of(struct world *world, struct wh_report *report)
{
    struct wh_theme_report *const theme = wh_arena_alloc(&report->arena, 1, sizeof *theme);
    theme->theme = &world->theme;
    theme->n_levels = 1;
    theme->level = wh_arena_alloc(&report->arena, 1, sizeof *theme->level);
    theme->level[0].level = &world->level;
    theme->level[0].tally =
        wh_arena_alloc(&report->arena, WH_N_TALLIES(N_WARDS), sizeof *theme->level[0].tally);
    report->n_themes = 1;
    report->wards = &world->wards;
    return theme;
}

/* Shares at random, each of its own cell and ward. */
static void draw(struct world *world, uint64_t *seed)
{
    struct wh_cell_shares *const shares = &world->shares[0];
    const uint32_t n_cells = 2 + (uint32_t)random_below(seed, MAX_CELLS - 1);
    *shares = (struct wh_cell_shares){.share = world->share};
    for (uint32_t cell = 0; cell < n_cells; cell++) {
        world->cell[cell] = (struct wh_cell){.col = (int32_t)cell};
        const uint32_t first = (uint32_t)random_below(seed, 2);
        const uint32_t n_in =
            shares->n + 2 + (n_cells - cell - 1) <= MAX_SHARES && random_below(seed, 2) == 0 ? 2
                                                                                             : 1;
        for (uint32_t i = 0; i < n_in; i++) {
            const uint32_t n = 1 + (uint32_t)random_below(seed, 5);
            world->share[shares->n++] = (struct wh_cell_share){cell, n_in == 2 ? i : first, n};
            world->cell[cell].n += n;
        }
        world->none[cell] = (struct wh_cell_share){cell, 0, world->cell[cell].n};
    }
    world->shares[1] = (struct wh_cell_shares){n_cells, world->none};
    world->officer.body.theme->cells =
        (struct wh_cell_counts){.cell_m = 100, .step = 1, .n = n_cells, .cell = world->cell};
}

/* Wards as their pages have them: small ones hidden, with another one's help. */
static void publish_wards(struct world *world, bool is_total_shown)
{
    struct wh_theme_report *const theme = world->report.theme;
    uint32_t n[N_WARDS] = {0}, n_few = 0;
    for (size_t i = 0; i < world->shares[0].n; i++) {
        n[world->share[i].area] += world->share[i].n;
    }
    for (uint32_t w = 0; w < N_WARDS; w++) {
        n_few += n[w] > 0 && n[w] < K;
    }
    theme->total.count.shown = is_total_shown ? WH_SHOWN : WH_WITHHELD;
    for (uint32_t w = 0; w < N_WARDS; w++) {
        const bool is_few = n[w] > 0 && n[w] < K;
        theme->level[0].tally[w].count[WH_IN_REQUESTS] =
            (struct wh_count){n[w], is_few                        ? WH_FEW
                                    : n_few > 0 && is_total_shown ? WH_WITHHELD
                                                                  : WH_SHOWN};
    }
}

/* ---- the attacker ---- */

struct attack {
    const struct world *world;
    const bool *is_told;
    uint32_t n_cells;
    uint32_t least[MAX_CELLS], most[MAX_CELLS]; /* of each cell in all that fits */
    uint32_t value[MAX_SHARES];
    uint64_t fits;
};

static bool fits(const struct attack *attack, uint32_t cell_sum[MAX_CELLS])
{
    const struct world *world = attack->world;
    const struct wh_theme_report *theme = world->report.theme;
    uint32_t ward[N_WARDS] = {0}, total = 0, truth = 0;
    for (size_t i = 0; i < world->shares[0].n; i++) {
        cell_sum[world->share[i].cell] += attack->value[i];
        ward[world->share[i].area] += attack->value[i];
        total += attack->value[i];
        truth += world->share[i].n;
    }
    for (uint32_t w = 0; w < N_WARDS; w++) {
        const struct wh_count *count = &theme->level[0].tally[w].count[WH_IN_REQUESTS];
        if ((count->shown == WH_SHOWN && ward[w] != count->n) ||
            (count->shown == WH_FEW && (ward[w] == 0 || ward[w] >= K))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < attack->n_cells; i++) {
        if (attack->is_told[i] && cell_sum[i] / K != world->cell[i].n / K) {
            return false;
        }
    }
    return theme->total.count.shown != WH_SHOWN || total == truth;
}

static void try_all(struct attack *attack, size_t at)
{
    if (at < attack->world->shares[0].n) {
        for (uint32_t n = 0; n <= MOST; n++) {
            attack->value[at] = n;
            try_all(attack, at + 1);
        }
        return;
    }
    uint32_t cell_sum[MAX_CELLS] = {0};
    if (fits(attack, cell_sum)) {
        attack->fits++;
        for (uint32_t i = 0; i < attack->n_cells; i++) {
            attack->least[i] = cell_sum[i] < attack->least[i] ? cell_sum[i] : attack->least[i];
            attack->most[i] = cell_sum[i] > attack->most[i] ? cell_sum[i] : attack->most[i];
        }
    }
}

/* How many small cells could be bounded more narrowly than "1 to k - 1". */
static size_t count_exposed(const struct world *world, const bool *is_told)
{
    struct attack attack = {.world = world,
                            .is_told = is_told,
                            .n_cells = (uint32_t)world->officer.body.theme->cells.n};
    size_t n_exposed = 0;
    memset(attack.least, 0xFF, sizeof attack.least);
    try_all(&attack, 0);
    assert_true(attack.fits > 0);
    for (uint32_t i = 0; i < attack.n_cells; i++) {
        n_exposed += world->cell[i].n < K && (attack.least[i] > 1 || attack.most[i] < K - 1);
    }
    return n_exposed;
}

static void open_world(struct world *world)
{
    *world = (struct world){.ctx = wh_test_ctx()};
    world->wards.n = N_WARDS;
    world->level = (struct wh_level){.id = "wards", .areas = &world->wards};
    world->theme = (struct wh_theme){.id = "noise"};
    wh_arena_init(&world->officer.body.arena, world->ctx);
    wh_arena_init(&world->report.arena, world->ctx);
    world->officer.body.theme = theme_of(world, &world->officer.body);
    world->report.theme = theme_of(world, &world->report);
    world->list = world->shares;
    world->officer.cell_shares = &world->list;
}

static void close_world(struct world *world)
{
    wh_arena_finish(&world->officer.body.arena);
    wh_arena_finish(&world->report.arena);
    assert_int_equal(wh_test_drop_ctx(world->ctx), 0);
}

static void protect(struct world *world, bool is_told[MAX_CELLS])
{
    struct wh_error err = {0};
    struct wh_disclose_stats stats = {0};
    const struct wh_cell_counts *const cells = &world->officer.body.theme->cells;
    const struct wh_cell_counts *const told = &world->report.theme->cells;
    assert_wh_ok(wh_cells_protect(world->ctx, &world->officer, &world->report, K, &stats, &err));
    assert_int_equal(told->step, K);
    memset(is_told, 0, MAX_CELLS);
    for (size_t i = 0; i < told->n; i++) {
        const int32_t idx = told->cell[i].col;
        is_told[idx] = true;
        assert_int_equal(told->cell[i].n, cells->cell[idx].n / K * K);
        assert_true(told->cell[i].n >= K);
        assert_null(told->cell[i].emerging);
    }
    assert_int_equal(stats.counts, cells->n);
}

static void small_squares_are_as_vague_as_said(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("cells");
    size_t n_naive = 0, n_told = 0, n_taken_out = 0;
    for (size_t i = 0; i < 200; i++) {
        struct world world;
        bool is_told[MAX_CELLS], is_large[MAX_CELLS] = {false};
        open_world(&world);
        draw(&world, &seed);
        publish_wards(&world, i % 3 != 0);
        protect(&world, is_told);
        const uint32_t n_cells = (uint32_t)world.officer.body.theme->cells.n;
        for (uint32_t j = 0; j < n_cells; j++) {
            is_large[j] = world.cell[j].n >= K;
            n_told += is_told[j];
            n_taken_out += is_large[j] && !is_told[j];
        }
        const size_t n_exposed = count_exposed(&world, is_told);
        if (n_exposed > 0 && world.report.theme->cells.n > 0) {
            fail_msg("world %zu: %zu small squares exposed", i, n_exposed);
        }
        n_naive += count_exposed(&world, is_large);
        close_world(&world);
    }
    print_message("%zu told, %zu taken out; %zu exposed without that\n", n_told, n_taken_out,
                  n_naive);
    assert_true(n_naive > 5 && n_taken_out > 5 && n_told > 20);
}

/* A ward of 12 in two squares, 10 and 2: "at least 8" of the first leaves at most 4 for the other,
 * which is no news; 12 and 1 of 13 leave at most 1. */
static void a_square_goes_where_it_would_tell_of_another(void **unused)
{
    (void)unused;
    for (uint32_t i = 0; i < 2; i++) {
        struct world world;
        bool is_told[MAX_CELLS];
        open_world(&world);
        world.share[0] = (struct wh_cell_share){0, 0, i == 0 ? 10 : 12};
        world.share[1] = (struct wh_cell_share){1, 0, i == 0 ? 2 : 1};
        world.shares[0] = (struct wh_cell_shares){2, world.share};
        for (uint32_t j = 0; j < 2; j++) {
            world.cell[j] = (struct wh_cell){.col = (int32_t)j, .n = world.share[j].n};
            world.none[j] = world.share[j];
        }
        world.shares[1] = (struct wh_cell_shares){2, world.none};
        world.officer.body.theme->cells =
            (struct wh_cell_counts){.cell_m = 100, .step = 1, .n = 2, .cell = world.cell};
        publish_wards(&world, true);
        protect(&world, is_told);
        assert_int_equal(is_told[0], i == 0);
        assert_false(is_told[1]);
        close_world(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_squares_are_as_vague_as_said),
        cmocka_unit_test(a_square_goes_where_it_would_tell_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
