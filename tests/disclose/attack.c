#include "attack.h"

#define MOST 14 /* largest value that the attacker tries for one cell; 4 of them fit 64 bits */
#define MOST_CELLS 7

uint32_t truth_ward(const struct truth *truth, size_t period, size_t ward)
{
    uint32_t n = truth->rest[period][ward];
    for (size_t h = 0; h < truth->n_hotspots; h++) {
        n += truth->part[period][h][ward];
    }
    return n;
}

void truth_draw(struct truth *truth, uint64_t *seed, size_t n_wards, size_t n_hotspots,
                uint32_t below)
{
    *truth = (struct truth){.n_wards = n_wards, .n_hotspots = n_hotspots};
    for (size_t h = 0; h < n_hotspots; h++) {
        for (size_t i = 0; i < 3; i++) { /* some fall together */
            truth->has_part[h][random_below(seed, n_wards)] = true;
        }
    }
    for (size_t period = 0; period < 2; period++) {
        for (size_t w = 0; w < n_wards; w++) {
            truth->rest[period][w] = (uint32_t)random_below(seed, below);
            for (size_t h = 0; h < n_hotspots; h++) {
                const uint32_t n = (uint32_t)random_below(seed, below);
                truth->part[period][h][w] = truth->has_part[h][w] ? n : 0;
            }
        }
    }
}

void council_open(struct council *council, size_t n_wards, size_t n_themes)
{
    static const char *const CODES[MOST_WARDS] = {"W1", "W2", "W3", "W4"};
    static const char *const IDS[MOST_THEMES] = {"one", "two", "three"};
    static const char *category[MOST_THEMES] = {"one", "two", "three"};
    *council = (struct council){.ctx = wh_test_ctx()};
    struct wh_ctx *ctx = council->ctx;
    struct wh_report *body = &council->officer.body;
    for (size_t i = 0; i < n_wards; i++) {
        council->code[i] = CODES[i];
        council->population[i] = 900 + 410.0 * (double)i;
        council->area_km2[i] = 1.5 + 0.7 * (double)i;
    }
    council->wards = (struct wh_areas){.n = (uint32_t)n_wards,
                                       .code = council->code,
                                       .name = council->code,
                                       .population = council->population,
                                       .households = council->population,
                                       .area_km2 = council->area_km2};
    wh_arena_init(&body->arena, ctx);
    body->wards = &council->wards;
    body->title = "Council";
    body->release_id = "release";
    body->licence = wh_arena_alloc(&body->arena, 1, sizeof *body->licence);
    body->licence[0] = "© Council";
    body->n_licences = 1;
    body->n_themes = n_themes;
    body->theme = wh_arena_alloc(&body->arena, n_themes, sizeof *body->theme);
    council->officer.crossing =
        wh_arena_alloc(&body->arena, n_themes, sizeof *council->officer.crossing);
    council->officer.density = wh_alloc_array(ctx, n_themes, sizeof(struct wh_grid));
    council->officer.support = wh_alloc_array(ctx, n_themes, sizeof(uint32_t *));
    for (size_t i = 0; i < n_themes; i++) {
        council->theme[i] = (struct wh_theme){.id = IDS[i],
                                              .title = IDS[i],
                                              .category = &category[i],
                                              .n_categories = 1,
                                              .window_days = 90};
        body->theme[i] = (struct wh_theme_report){.theme = &council->theme[i],
                                                  .period = {.from_day = 90, .to_day = 180},
                                                  .previous = {.from_day = 0, .to_day = 90},
                                                  .previous_is_complete = true,
                                                  .change_z = 1.96};
        council->officer.density[i] = (struct wh_grid){
            .cell_m = 20, .nx = 1, .ny = 1, .v = wh_alloc_array(ctx, 1, sizeof(double))};
        council->officer.support[i] = wh_alloc_array(ctx, 1, sizeof(uint32_t));
    }
}

static void set_figures(struct wh_figures *figures, uint32_t now, uint32_t before, double area_km2,
                        double population)
{
    *figures = (struct wh_figures){.count = {.n = now},
                                   .previous = {.n = before},
                                   .per_km2 = now / area_km2,
                                   .per_1000 = 1000 * now / population};
}

static void tell_hotspot(struct council *council, const struct truth *truth, size_t h,
                         struct wh_hotspot *hotspot)
{
    struct wh_arena *arena = &council->officer.body.arena;
    uint32_t total[2] = {0, 0};
    *hotspot = (struct wh_hotspot){.id = wh_arena_printf(arena, "%zu", h),
                                   .name = wh_arena_printf(arena, "around %zu", h),
                                   .rank = (uint32_t)h + 1,
                                   .trend = WH_TREND_STEADY,
                                   .area_km2 = 0.25};
    hotspot->part = wh_arena_alloc(arena, truth->n_wards, sizeof *hotspot->part);
    for (size_t w = 0; w < truth->n_wards; w++) {
        const uint32_t now = truth->part[0][h][w], before = truth->part[1][h][w];
        total[0] += now;
        total[1] += before;
        if (truth->has_part[h][w]) { /* by falling count, as src/hotspot does */
            size_t at = hotspot->n_parts++;
            for (; at > 0 && hotspot->part[at - 1].figures.count.n < now; at--) {
                const struct wh_hotspot_part smaller = hotspot->part[at - 1];
                hotspot->part[at] = smaller;
            }
            hotspot->part[at] = (struct wh_hotspot_part){.ward = (uint32_t)w};
            set_figures(&hotspot->part[at].figures, now, before, 0.125, (double)NAN);
        }
    }
    set_figures(&hotspot->figures, total[0], total[1], hotspot->area_km2, (double)NAN);
}

void council_tell(struct council *council, size_t theme_idx, const struct truth *truth)
{
    struct wh_report *body = &council->officer.body;
    struct wh_theme_report *theme = &body->theme[theme_idx];
    uint32_t total[2] = {0, 0};
    double area_km2 = 0, population = 0;
    theme->ward = wh_arena_alloc(&body->arena, truth->n_wards, sizeof *theme->ward);
    theme->hotspot = wh_arena_alloc(&body->arena, truth->n_hotspots + 1, sizeof *theme->hotspot);
    theme->n_hotspots = truth->n_hotspots;
    for (size_t w = 0; w < truth->n_wards; w++) {
        const uint32_t now = truth_ward(truth, 0, w), before = truth_ward(truth, 1, w);
        set_figures(&theme->ward[w], now, before, council->area_km2[w], council->population[w]);
        total[0] += now;
        total[1] += before;
        area_km2 += council->area_km2[w];
        population += council->population[w];
    }
    set_figures(&theme->total, total[0], total[1], area_km2, population);
    for (size_t h = 0; h < truth->n_hotspots; h++) {
        tell_hotspot(council, truth, h, &theme->hotspot[h]);
    }
}

void council_close(struct council *council)
{
    wh_officer_report_finish(council->ctx, &council->officer);
    (void)wh_test_drop_ctx(council->ctx);
}

/* ---- the attacker ---- */

static bool rate_agrees(double rate, double per, uint32_t n)
{
    return isnan(rate) || isnan(per) || fabs(rate * per - n) < 0.5;
}

bool attack_agrees(const struct wh_figures *figures, size_t period, uint32_t n, uint32_t k,
                   double area_km2, double population)
{
    const struct wh_count *count = period == 0 ? &figures->count : &figures->previous;
    if ((count->shown == WH_SHOWN && count->n != n) ||
        (count->shown == WH_FEW && (n < 1 || n >= k))) {
        return false;
    }
    return period == 1 || (rate_agrees(figures->per_km2, area_km2, n) &&
                           rate_agrees(figures->per_1000, population / 1000, n));
}

/* What may be printed, as sums of cells: each a set of cells as bits, with its figures (NULL: not
 * printed). */
struct sum {
    uint32_t cells;
    const struct wh_figures *figures;
    double area_km2, population;
    uint32_t truth;
};

struct puzzle {
    size_t n_cells, n_sums;
    struct sum sum[32];
};

static void add_sum(struct puzzle *puzzle, uint32_t cells, const struct wh_figures *figures,
                    double area_km2, double population, const uint32_t *truth)
{
    struct sum sum = {cells, figures, area_km2, population, 0};
    for (size_t i = 0; i < puzzle->n_cells; i++) {
        sum.truth += (cells >> i & 1u) != 0 ? truth[i] : 0;
    }
    assert_true(puzzle->n_sums < 32);
    puzzle->sum[puzzle->n_sums++] = sum;
}

/* Cells: the printed parts, then each ward's rest. */
static void read_puzzle(const struct wh_report *printed, const struct wh_theme_report *theme,
                        const struct truth *truth, size_t period, struct puzzle *ret)
{
    const size_t n_wards = truth->n_wards;
    uint32_t in_ward[MOST_WARDS] = {0}, in_hotspot[MOST_HOTSPOTS] = {0}, value[32] = {0};
    uint32_t left[MOST_WARDS], all = 0;
    double area_km2 = 0, population = 0;
    *ret = (struct puzzle){0};
    for (size_t w = 0; w < n_wards; w++) {
        left[w] = truth_ward(truth, period, w);
    }
    for (size_t h = 0; h < theme->n_hotspots; h++) {
        const size_t of = (size_t)strtoul(theme->hotspot[h].id, NULL, 10);
        for (size_t i = 0; i < theme->hotspot[h].n_parts; i++) {
            const size_t w = theme->hotspot[h].part[i].ward;
            value[ret->n_cells] = truth->part[period][of][w];
            left[w] -= value[ret->n_cells];
            in_ward[w] |= 1u << ret->n_cells;
            in_hotspot[h] |= 1u << ret->n_cells++;
        }
    }
    for (size_t w = 0; w < n_wards; w++) {
        value[ret->n_cells] = left[w];
        in_ward[w] |= 1u << ret->n_cells++;
    }
    assert_true(ret->n_cells <= MOST_CELLS);
    for (size_t w = 0; w < n_wards; w++) {
        const double km2 = printed->wards->area_km2[w], people = printed->wards->population[w];
        add_sum(ret, in_ward[w], &theme->ward[w], km2, people, value);
        add_sum(ret, 1u << (ret->n_cells - n_wards + w), NULL, 0, 0, value);
        area_km2 += km2;
        population += people;
        all |= in_ward[w];
    }
    add_sum(ret, all, &theme->total, area_km2, population, value);
    for (size_t h = 0, cell = 0; h < theme->n_hotspots; h++) {
        const struct wh_hotspot *hotspot = &theme->hotspot[h];
        add_sum(ret, in_hotspot[h], &hotspot->figures, hotspot->area_km2, (double)NAN, value);
        for (size_t i = 0; i < hotspot->n_parts; i++, cell++) {
            add_sum(ret, 1u << cell, &hotspot->part[i].figures, 0.125, (double)NAN, value);
        }
    }
}

static uint32_t add_up(const uint32_t *trial, uint32_t cells)
{
    uint32_t n = 0;
    for (size_t i = 0; cells >> i != 0; i++) {
        n += (cells >> i & 1u) != 0 ? trial[i] : 0;
    }
    return n;
}

/* Does each sum that ends with this cell agree with its figures? */
static bool agrees_so_far(const struct puzzle *puzzle, size_t cell, const uint32_t *trial,
                          size_t period, uint32_t k)
{
    for (size_t i = 0; i < puzzle->n_sums; i++) {
        const struct sum *sum = &puzzle->sum[i];
        if (sum->figures != NULL && sum->cells >> cell == 1 &&
            !attack_agrees(sum->figures, period, add_up(trial, sum->cells), k, sum->area_km2,
                           sum->population)) {
            return false;
        }
    }
    return true;
}

/* Values that each sum takes over all trials that agree, as bits. */
static void try_from(const struct puzzle *puzzle, size_t cell, uint32_t *trial, size_t period,
                     uint32_t k, uint64_t *ret_seen)
{
    for (size_t i = 0; cell == puzzle->n_cells && i < puzzle->n_sums; i++) {
        ret_seen[i] |= UINT64_C(1) << add_up(trial, puzzle->sum[i].cells);
    }
    for (uint32_t n = 0; cell < puzzle->n_cells && n <= MOST; n++) {
        trial[cell] = n;
        if (agrees_so_far(puzzle, cell, trial, period, k)) {
            try_from(puzzle, cell + 1, trial, period, k, ret_seen);
        }
    }
}

/* What the attacker had, so that a failure can be followed by hand. */
static void tell_exposed(const struct puzzle *puzzle, size_t idx, uint64_t seen)
{
    print_message("sum %zu can only be one of bits %llx; cells of each sum, true and printed:\n",
                  idx, (unsigned long long)seen);
    for (size_t i = 0; i < puzzle->n_sums; i++) {
        const struct wh_figures *figures = puzzle->sum[i].figures;
        print_message("  %zu: cells %02x = %u, now %d, before %d\n", i, puzzle->sum[i].cells,
                      puzzle->sum[i].truth, figures == NULL ? -1 : figures->count.shown,
                      figures == NULL ? -1 : figures->previous.shown);
    }
}

size_t attack_theme(const struct wh_report *printed, size_t theme, const struct truth *truth,
                    size_t period, uint32_t k)
{
    struct puzzle puzzle;
    uint32_t trial[MOST_CELLS] = {0};
    uint64_t seen[32] = {0};
    const uint64_t wanted = (UINT64_C(1) << k) - 2;
    size_t exposed = 0;
    read_puzzle(printed, &printed->theme[theme], truth, period, &puzzle);
    try_from(&puzzle, 0, trial, period, k, seen);
    for (size_t i = 0; i < puzzle.n_sums; i++) {
        const uint32_t n = puzzle.sum[i].truth;
        assert_true((seen[i] >> n & 1u) != 0); /* the truth agrees with what is printed */
        if (n > 0 && n < k && (seen[i] & wanted) != wanted) {
            tell_exposed(&puzzle, i, seen[i]);
            exposed++;
        }
    }
    return exposed;
}
