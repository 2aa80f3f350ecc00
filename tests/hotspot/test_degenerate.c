/* Too little, too much in one place, nobody, one ward: every answer is defined, and said in words.
 */
#include <wardheat/risk.h>

#include "base/str.h"
#include "town.h"

#define CELL_M 25.0
#define BANDWIDTH_M 250.0

static const struct wh_hotspot_options usual = {.method = WH_HOTSPOT_RELATIVE_RISK,
                                                .false_discovery = 0.05,
                                                .ratio = 1.3,
                                                .share = 0.2,
                                                .at_least = 10,
                                                .min_area_km2 = 0.01,
                                                .at_most = 15,
                                                .change_z = 1.96};

/* Hot spots of the town against `homes`, into its report; the number of requests compared. */
static double run_relative(struct town *town, const struct wh_points *homes)
{
    struct wh_error err = {0};
    struct wh_hotspot_options densest = usual;
    const struct wh_risk_options opt = {
        .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = BANDWIDTH_M};
    struct wh_risk_base surface = {0};
    struct wh_risk risk = {0}, risk_before = {0};
    densest.method = WH_HOTSPOT_DENSEST;
    town_run(town, BANDWIDTH_M, CELL_M, &densest);
    for (size_t i = 0; i < town->report.n_hotspots; i++) {
        wh_hotspot_finish(town->ctx, &town->report.hotspot[i]);
    }
    town->report.n_hotspots = 0;
    assert_wh_ok(wh_risk_base(town->ctx, homes, &town->mask, &opt, &surface, &err));
    assert_wh_ok(wh_relative_risk(town->ctx, &surface, &town->points[0], &town->mask, &opt, 0.05,
                                  &risk, &err));
    assert_wh_ok(wh_relative_risk(town->ctx, &surface, &town->points[1], &town->mask, &opt, 0.05,
                                  &risk_before, &err));
    const struct wh_hotspot_input now = {
        &town->points[0], town->ward[0], &town->density[0], &risk, homes, surface.total};
    const struct wh_hotspot_input before = {&town->points[1], town->ward[1], &town->density[1],
                                            &risk_before,     homes,         surface.total};
    assert_wh_ok(wh_hotspots(town->ctx, &usual, &now, &before, &town->wards, NULL, NULL,
                             &town->arena, &town->report, &err));
    const double n = risk.n;
    wh_risk_finish(town->ctx, &risk);
    wh_risk_finish(town->ctx, &risk_before);
    wh_risk_base_finish(town->ctx, &surface);
    return n;
}

static void add_homes(struct town *town, struct wh_points *homes, uint64_t *seed, unsigned n)
{
    struct wh_error err = {0};
    for (unsigned i = 0; i < n; i++) {
        const double x = TOWN_W * town_unit(seed), y = TOWN_H * town_unit(seed);
        assert_wh_ok(wh_points_push(town->ctx, homes, x, y, 0, 0, 0, i, &err));
    }
}

static void nothing_one_and_two_are_no_hot_spot(void **unused)
{
    (void)unused;
    for (unsigned n = 0; n <= 2; n++) {
        struct town town;
        struct wh_points homes = {0};
        uint64_t seed = test_seed("few");
        town_open(&town, &seed);
        add_homes(&town, &homes, &seed, 1000);
        town.report.previous_is_complete = true;
        town_scatter(&town, &seed, 0, n);
        assert_true(fabs(run_relative(&town, &homes) - n) < 1e-9);
        assert_int_equal(town.report.n_hotspots, 0);
        assert_int_equal(town.report.total.count.n, n);
        wh_points_finish(town.ctx, &homes);
        town_close(&town);
    }
}

static void all_on_one_spot_is_one_hot_spot(void **unused)
{
    (void)unused;
    struct town town;
    struct wh_points homes = {0};
    uint64_t seed = test_seed("one spot");
    town_open(&town, &seed);
    add_homes(&town, &homes, &seed, 1000);
    for (unsigned i = 0; i < 50; i++) {
        town_add(&town, 0, 1000, 700);
    }
    (void)run_relative(&town, &homes);
    assert_int_equal(town.report.n_hotspots, 1);
    const struct wh_hotspot *hotspot = &town.report.hotspot[0];
    assert_int_equal(hotspot->figures.count.n, 50);
    assert_true(hotspot->evidence.ratio > 5 && hotspot->evidence.q <= 0.05);
    assert_true(hotspot->evidence.p > 0 && hotspot->evidence.p <= hotspot->evidence.q + 1e-12);
    assert_int_equal(hotspot->trend, WH_TREND_UNKNOWN);
    wh_points_finish(town.ctx, &homes);
    town_close(&town);
}

/* A base of nobody: nothing can be compared, so nothing is called. */
static void nobody_to_compare_with_calls_nothing(void **unused)
{
    (void)unused;
    struct town town;
    const struct wh_points nobody = {0};
    uint64_t seed = test_seed("nobody");
    town_open(&town, &seed);
    town_cluster(&town, &seed, 0, 1500, 1000, 100, 80);
    (void)run_relative(&town, &nobody);
    assert_int_equal(town.report.n_hotspots, 0);
    town_close(&town);
}

static void an_empty_ward_and_one_without_people_have_words(void **unused)
{
    (void)unused;
    struct town town;
    uint64_t seed = test_seed("empty ward");
    char words[64];
    struct wh_hotspot_options densest = usual;
    densest.method = WH_HOTSPOT_DENSEST;
    town_open(&town, &seed);
    town.population[0] = 0;
    town_cluster(&town, &seed, 0, 300, 300, 50, 40);
    town_run(&town, BANDWIDTH_M, CELL_M, &densest);
    const struct wh_figures *without = &town.report.ward[0],
                            *empty = &town.report.ward[N_WARDS - 1];
    assert_int_equal(without->count.n, 40);
    assert_true(isnan(without->per_1000) && without->per_km2 > 0);
    assert_string_equal(wh_rate_words(without->per_1000, &without->count, words, sizeof words),
                        "n/a");
    assert_int_equal(empty->count.n, 0);
    assert_true(!(empty->per_1000 > 0) && !isnan(empty->per_1000));
    assert_string_equal(wh_rate_words(empty->per_1000, &empty->count, words, sizeof words), "0.0");
    town_close(&town);
}

static void one_ward_is_enough(void **unused)
{
    (void)unused;
    struct town town;
    uint64_t seed = test_seed("one ward");
    struct wh_hotspot_options densest = usual;
    densest.method = WH_HOTSPOT_DENSEST;
    town_open(&town, &seed);
    const uint32_t n_wards = town.wards.n;
    town_cluster(&town, &seed, 0, 400, 400, 60, 50);
    town.wards.n = 1; /* the town's first; points elsewhere are in none */
    wh_areas_finish(town.ctx, &town.wards);
    assert_int_equal(n_wards, N_WARDS);
    struct wh_error err = {0};
    town.wards = (struct wh_areas){.n = 1,
                                   .code = town.code,
                                   .name = town.name,
                                   .population = town.population,
                                   .households = town.population,
                                   .area_km2 = town.area_km2,
                                   .shape = town.ward_shape};
    assert_wh_ok(wh_areas_index(town.ctx, &town.wards, &err));
    town_run(&town, BANDWIDTH_M, CELL_M, &densest);
    assert_int_equal(town.report.n_hotspots, 1);
    assert_int_equal(town.report.hotspot[0].n_parts, 1);
    assert_int_equal(town.report.total.count.n, 50);
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_one_and_two_are_no_hot_spot),
        cmocka_unit_test(all_on_one_spot_is_one_hot_spot),
        cmocka_unit_test(nobody_to_compare_with_calls_nothing),
        cmocka_unit_test(an_empty_ward_and_one_without_people_have_words),
        cmocka_unit_test(one_ward_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
