/* Regions, counts and ward parts against slow readings of random towns. */
#include "base/str.h"
#include "town.h"

#define CELL_M 20.0
#define N_TOWNS 12

/* Everything that is a region: to compare with cells. */
static const struct wh_hotspot_options every_region = {.share = 0.3, .at_most = 1000};
static const struct wh_hotspot_options usual = {
    .share = 0.2, .at_least = 10, .min_area_km2 = 0.01, .at_most = 15, .change_z = 1.96};

static void random_town(struct town *town, uint64_t *seed)
{
    town_open(town, seed);
    for (unsigned period = 0; period < 2; period++) {
        town_scatter(town, seed, period, 50 + random_below(seed, 400));
        for (size_t n = random_below(seed, 5); n > 0; n--) {
            const double x = TOWN_W * town_unit(seed), y = TOWN_H * town_unit(seed);
            town_cluster(town, seed, period, x, y, 50 + 250 * town_unit(seed),
                         20 + random_below(seed, 100));
        }
    }
    town->report.previous_is_complete = true;
}

static double centre_x(const struct wh_grid *grid, size_t cell)
{
    return grid->x0 + ((double)(cell % grid->nx) + 0.5) * grid->cell_m;
}

static double centre_y(const struct wh_grid *grid, size_t cell)
{
    return grid->y0 + ((double)(cell / grid->nx) + 0.5) * grid->cell_m;
}

static void the_level_is_the_highest_that_holds_the_share(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("level");
    for (size_t i = 0; i < N_TOWNS; i++) {
        struct town town;
        double level = 0, at_least = 0, above = 0, total = 0;
        const double share = 0.05 + 0.9 * town_unit(&seed);
        random_town(&town, &seed);
        town_run(&town, 200, CELL_M, &usual);
        const struct wh_grid *grid = &town.density[0];
        assert_wh_ok(wh_highest_density_level(town.ctx, grid, share, &level, &err));
        for (size_t cell = 0; cell < (size_t)grid->nx * grid->ny; cell++) {
            const double value = isnan(grid->v[cell]) ? 0 : grid->v[cell];
            total += value;
            at_least += value >= level ? value : 0;
            above += value > level ? value : 0;
        }
        assert_true(at_least >= share * total * (1 - 1e-12));
        assert_true(above < share * total * (1 + 1e-12));
        town_close(&town);
    }
}

static void regions_are_valid_and_hold_just_the_cells_that_reach_the_level(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("regions and cells");
    for (size_t i = 0; i < N_TOWNS; i++) {
        struct town town;
        double level = 0, cells_km2 = 0, area_km2 = 0, rim_m = 0, mass = 0, cells_mass = 0;
        random_town(&town, &seed);
        town.report.previous_is_complete = false; /* only the regions of now */
        town_run(&town, 60 + 250 * town_unit(&seed), CELL_M, &every_region);
        const struct wh_grid *grid = &town.density[0];
        assert_wh_ok(wh_highest_density_level(town.ctx, grid, every_region.share, &level, &err));
        assert_true(town.report.n_hotspots > 0 && town.report.n_hotspots < 1000);
        for (size_t j = 0; j < town.report.n_hotspots; j++) {
            const struct wh_hotspot *hotspot = &town.report.hotspot[j];
            assert_wh_ok(wh_shape_check(town.ctx, &hotspot->shape, &err));
            area_km2 += hotspot->area_km2;
            rim_m += town_perimeter_m(&hotspot->shape);
        }
        for (size_t cell = 0; cell < (size_t)grid->nx * grid->ny; cell++) {
            unsigned inside = 0;
            for (size_t j = 0; j < town.report.n_hotspots; j++) {
                inside += town_inside(&town.report.hotspot[j].shape, centre_x(grid, cell),
                                      centre_y(grid, cell));
            }
            if (inside != (grid->v[cell] >= level)) {
                fail_msg("town %zu, cell %zu of %.12g (level %.12g) lies in %u regions", i, cell,
                         grid->v[cell], level, inside);
            }
            if (grid->v[cell] >= level) {
                cells_km2 += CELL_M * CELL_M / 1e6;
                cells_mass += grid->v[cell] * CELL_M * CELL_M / 1e6;
            }
            mass += isnan(grid->v[cell]) ? 0 : grid->v[cell] * CELL_M * CELL_M / 1e6;
        }
        /* A region ends within a cell of the centres that it holds. */
        assert_true(fabs(area_km2 - cells_km2) <= rim_m * CELL_M / 1e6);
        assert_true(cells_mass >= every_region.share * mass * (1 - 1e-9));
        town_close(&town);
    }
}

static uint32_t plain_count(const struct town *town, unsigned period, const struct wh_shape *shape,
                            int32_t ward)
{
    uint32_t n = 0;
    for (size_t i = 0; i < town->points[period].n; i++) {
        const double x = town->points[period].x[i], y = town->points[period].y[i];
        n += (shape == NULL || town_inside(shape, x, y)) &&
             (ward < 0 || town_inside(&town->ward_shape[ward], x, y));
    }
    return n;
}

static void hot_spots_and_their_parts_count_what_lies_in_them(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("counts");
    size_t n_cut = 0;
    for (size_t i = 0; i < N_TOWNS; i++) {
        struct town town;
        random_town(&town, &seed);
        town_run(&town, 100 + 200 * town_unit(&seed), CELL_M, &usual);
        for (size_t j = 0; j < town.report.n_hotspots; j++) {
            const struct wh_hotspot *hotspot = &town.report.hotspot[j];
            uint32_t now = 0, before = 0;
            double area_km2 = 0;
            bool is_listed[N_WARDS] = {0};
            assert_int_equal(hotspot->figures.count.n, plain_count(&town, 0, &hotspot->shape, -1));
            assert_int_equal(hotspot->figures.previous.n,
                             plain_count(&town, 1, &hotspot->shape, -1));
            assert_true(fabs(hotspot->figures.per_km2 * hotspot->area_km2 -
                             hotspot->figures.count.n) < 1e-9 * (1 + hotspot->figures.count.n));
            for (size_t k = 0; k < hotspot->n_parts; k++) {
                const struct wh_hotspot_part *part = &hotspot->part[k];
                assert_wh_ok(wh_shape_check(town.ctx, &part->shape, &err));
                assert_false(is_listed[part->ward]);
                is_listed[part->ward] = true;
                assert_int_equal(part->figures.count.n,
                                 plain_count(&town, 0, &hotspot->shape, (int32_t)part->ward));
                assert_int_equal(part->figures.previous.n,
                                 plain_count(&town, 1, &hotspot->shape, (int32_t)part->ward));
                assert_true(k == 0 || part[-1].figures.count.n >= part->figures.count.n);
                now += part->figures.count.n;
                before += part->figures.previous.n;
                area_km2 += wh_shape_area_km2(&part->shape);
            }
            n_cut += hotspot->n_parts > 1;
            assert_int_equal(now, hotspot->figures.count.n);
            assert_int_equal(before, hotspot->figures.previous.n);
            /* What the parts leave out lies beyond the town's border, or is a sliver. */
            struct wh_shape beyond = {0};
            assert_wh_ok(wh_shape_difference(town.ctx, &hotspot->shape, &town.area, &beyond, &err));
            assert_true(fabs(hotspot->area_km2 - wh_shape_area_km2(&beyond) - area_km2) <
                        N_WARDS * 1e-4);
            wh_shape_finish(town.ctx, &beyond);
        }
        town_close(&town);
    }
    assert_true(n_cut > 3); /* borders were crossed */
}

static void ward_figures_are_what_a_slow_count_gives(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("ward figures");
    for (size_t i = 0; i < N_TOWNS; i++) {
        struct town town;
        random_town(&town, &seed);
        const uint32_t none = (uint32_t)random_below(&seed, N_WARDS);
        town.population[none] = i % 3 == 0 ? 0 : i % 3 == 1 ? (double)NAN : town.population[none];
        town_run(&town, 200, CELL_M, &usual);
        uint32_t now = 0, before = 0;
        double population = 0;
        for (uint32_t w = 0; w < N_WARDS; w++) {
            const struct wh_figures *figures = &town.report.ward[w];
            const uint32_t n = plain_count(&town, 0, NULL, (int32_t)w);
            int64_t change = 0;
            assert_int_equal(figures->count.n, n);
            assert_int_equal(figures->previous.n, plain_count(&town, 1, NULL, (int32_t)w));
            assert_true(wh_change(figures, true, &change));
            assert_int_equal(change, (int64_t)n - (int64_t)plain_count(&town, 1, NULL, (int32_t)w));
            assert_false(wh_change(figures, false, &change));
            assert_true(fabs(figures->per_km2 - n / town.area_km2[w]) < 1e-9 * (1 + n));
            if (town.population[w] > 0) {
                assert_true(fabs(figures->per_1000 - 1000.0 * n / town.population[w]) <
                            1e-9 * n + 1e-12);
            } else {
                char words[64];
                assert_true(isnan(figures->per_1000));
                assert_string_equal(
                    wh_rate_words(figures->per_1000, &figures->count, words, sizeof words), "n/a");
            }
            now += n;
            before += figures->previous.n;
            population += town.population[w];
        }
        assert_int_equal(town.report.total.count.n, now);
        assert_int_equal(town.report.total.previous.n, before);
        assert_true(isnan(population) ? isnan(town.report.total.per_1000)
                                      : fabs(town.report.total.per_1000 -
                                             1000.0 * now / population) < 1e-9 * now);
        town_close(&town);
    }
}

static void a_town_without_people_has_no_rate(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("no people");
    struct town town;
    random_town(&town, &seed);
    for (size_t i = 0; i < N_WARDS; i++) {
        town.population[i] = i == 0 ? -5 : 0;
    }
    town_run(&town, 200, CELL_M, &usual);
    assert_true(isnan(town.report.total.per_1000));
    for (size_t i = 0; i < N_WARDS; i++) {
        assert_true(isnan(town.report.ward[i].per_1000) && isfinite(town.report.ward[i].per_km2));
    }
    town_close(&town);
}

static void write_figures(const struct wh_figures *figures, struct wh_buf *buf)
{
    wh_buf_printf(buf, "%u %u %.17g %.17g\n", figures->count.n, figures->previous.n,
                  figures->per_km2, figures->per_1000);
}

/* All that a report says about hot spots and wards, as bytes. */
static void write_down(const struct wh_theme_report *report, struct wh_buf *buf)
{
    for (size_t i = 0; i < N_WARDS; i++) {
        write_figures(&report->ward[i], buf);
    }
    for (size_t i = 0; i < report->n_hotspots; i++) {
        const struct wh_hotspot *hotspot = &report->hotspot[i];
        wh_buf_c(buf, hotspot->id);
        wh_buf_c(buf, hotspot->name);
        wh_buf_printf(buf, "%u %d %.17g %.17g ", hotspot->rank, (int)hotspot->trend,
                      hotspot->peak_x, hotspot->peak_y);
        write_figures(&hotspot->figures, buf);
        for (size_t j = 0; j <= hotspot->n_parts; j++) {
            const struct wh_shape *shape =
                j == hotspot->n_parts ? &hotspot->shape : &hotspot->part[j].shape;
            wh_buf_add(buf, shape->x, shape->n_vertices * sizeof *shape->x);
            wh_buf_add(buf, shape->y, shape->n_vertices * sizeof *shape->y);
        }
    }
}

static void order_and_threads_change_no_byte(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("order");
    struct town town;
    struct wh_buf first;
    random_town(&town, &seed);
    town_run(&town, 150, CELL_M, &usual);
    assert_true(town.report.n_hotspots > 0);
    wh_buf_init(&first, town.ctx);
    write_down(&town.report, &first);
    for (unsigned jobs = 1; jobs <= 7; jobs += 3) {
        struct wh_error err = {0};
        struct wh_buf again;
        struct wh_ctx *const own = town.ctx;
        struct wh_ctx *other = NULL;
        const struct wh_ctx_options options = {.jobs = jobs, .quiet = true};
        town_reset(&town);
        for (unsigned period = 0; period < 2; period++) {
            struct wh_points *points = &town.points[period];
            for (size_t i = points->n; i > 1; i--) {
                const size_t j = random_below(&seed, i);
                const double x = points->x[i - 1], y = points->y[i - 1];
                points->x[i - 1] = points->x[j];
                points->y[i - 1] = points->y[j];
                points->x[j] = x;
                points->y[j] = y;
            }
        }
        assert_wh_ok(wh_ctx_create(&options, &other, &err));
        town.ctx = other;
        town_run(&town, 150, CELL_M, &usual);
        wh_buf_init(&again, other);
        write_down(&town.report, &again);
        assert_false(first.failed || again.failed);
        assert_int_equal(again.len, first.len);
        assert_memory_equal(again.ptr, first.ptr, first.len);
        wh_buf_finish(&again);
        town_reset(&town);
        (void)wh_test_drop_ctx(other);
        town.ctx = own;
        town_run(&town, 150, CELL_M, &usual);
    }
    wh_buf_finish(&first);
    town_close(&town);
}

static void breaks_rise_and_their_shares_of_the_area_fall(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("breaks");
    for (size_t i = 0; i < N_TOWNS; i++) {
        struct town town;
        struct wh_legend legend = {.unit = "kept"};
        random_town(&town, &seed);
        town_run(&town, 60 + 300 * town_unit(&seed), CELL_M, &usual);
        assert_wh_ok(wh_legend_breaks(town.ctx, &town.density[0], 5, &legend, &err));
        assert_true(legend.n >= 2 && legend.n <= 5);
        assert_string_equal(legend.unit, "kept");
        for (uint32_t j = 0; j < legend.n; j++) {
            assert_true(legend.break_at[j] > (j == 0 ? 0 : legend.break_at[j - 1]));
        }
        town_close(&town);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_level_is_the_highest_that_holds_the_share),
        cmocka_unit_test(regions_are_valid_and_hold_just_the_cells_that_reach_the_level),
        cmocka_unit_test(hot_spots_and_their_parts_count_what_lies_in_them),
        cmocka_unit_test(ward_figures_are_what_a_slow_count_gives),
        cmocka_unit_test(a_town_without_people_has_no_rate),
        cmocka_unit_test(order_and_threads_change_no_byte),
        cmocka_unit_test(breaks_rise_and_their_shares_of_the_area_fall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
