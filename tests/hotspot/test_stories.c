/* What is said of hot spots in known stories: trends, names, ids, and towns with next to nothing in
 * them. */
#include "town.h"

#define CELL_M 20.0

static const struct wh_hotspot_options usual = {
    .share = 0.2, .at_least = 10, .min_area_km2 = 0.001, .at_most = 15, .change_z = 1.96};

/* The hot spot that holds a place, or NULL. */
static const struct wh_hotspot *find(const struct town *town, double x, double y)
{
    for (size_t i = 0; i < town->report.n_hotspots; i++) {
        if (town_inside(&town->report.hotspot[i].shape, x, y)) {
            return &town->report.hotspot[i];
        }
    }
    return NULL;
}

/* The same, which must be there. */
static const struct wh_hotspot *at(const struct town *town, double x, double y)
{
    const struct wh_hotspot *const hotspot = find(town, x, y);
    if (hotspot == NULL) {
        fail_msg("there is no hot spot at %g %g", x, y);
        abort();
    }
    return hotspot;
}

/* A town with one cluster in each period, at the same place, and little else. */
static enum wh_trend trend_of_cluster(size_t now, size_t before, bool is_complete)
{
    uint64_t seed = 7;
    struct town town;
    town_open(&town, &seed);
    town_cluster(&town, &seed, 0, 700, 700, 60, now);
    town_cluster(&town, &seed, 1, 700, 700, 60, before);
    if (before == 0) {
        town_cluster(&town, &seed, 1, 2500, 1500, 400, 8); /* too few to be a hot spot */
    }
    town.report.previous_is_complete = is_complete;
    struct wh_hotspot_options opt = usual;
    opt.share = 0.9;
    town_run(&town, 150, CELL_M, &opt);
    assert_int_equal(town.report.n_hotspots, 1);
    const enum wh_trend trend = town.report.hotspot[0].trend;
    town_close(&town);
    return trend;
}

static void a_trend_says_whether_chance_explains_the_change(void **unused)
{
    (void)unused;
    assert_int_equal(trend_of_cluster(100, 100, true), WH_TREND_STEADY);
    assert_int_equal(trend_of_cluster(100, 120, true), WH_TREND_STEADY);
    assert_int_equal(trend_of_cluster(100, 60, true), WH_TREND_GROWING);
    assert_int_equal(trend_of_cluster(60, 100, true), WH_TREND_SHRINKING);
    assert_int_equal(trend_of_cluster(60, 0, true), WH_TREND_NEW);
    assert_int_equal(trend_of_cluster(60, 4, true), WH_TREND_NEW);
    assert_int_equal(trend_of_cluster(60, 0, false), WH_TREND_UNKNOWN);
    assert_false(wh_is_beyond_chance(0, 0, 1.96));
    assert_false(wh_is_beyond_chance(27, 35, 1.96));
    assert_true(wh_is_beyond_chance(9, 35, 1.96));
}

static void a_gone_hot_spot_keeps_its_old_outline_with_the_count_of_now(void **unused)
{
    (void)unused;
    uint64_t seed = 3;
    struct town town;
    town_open(&town, &seed);
    town_cluster(&town, &seed, 0, 600, 600, 60, 100);
    town_cluster(&town, &seed, 1, 2400, 1500, 60, 100);
    town_cluster(&town, &seed, 0, 2400, 1500, 20, 3);
    town.report.previous_is_complete = true;
    town_run(&town, 150, CELL_M, &usual);
    const struct wh_hotspot *fresh = at(&town, 600, 600), *gone = at(&town, 2400, 1500);
    assert_int_equal(fresh->trend, WH_TREND_NEW);
    assert_int_equal(gone->trend, WH_TREND_GONE);
    assert_int_equal(gone->figures.count.n, 3);
    assert_true(gone->figures.previous.n > 50);
    assert_int_equal(fresh->rank, 1); /* the gone come last, though it was larger */
    town_reset(&town);
    town.report.previous_is_complete = false;
    town_run(&town, 150, CELL_M, &usual);
    assert_null(find(&town, 2400, 1500));
    town_close(&town);
}

static void an_old_region_that_lost_no_more_than_chance_is_not_called_gone(void **unused)
{
    (void)unused;
    uint64_t seed = 4;
    struct town town;
    town_open(&town, &seed);
    /* Another place has grown so much that the old one no longer reaches the level. */
    town_cluster(&town, &seed, 0, 600, 600, 60, 400);
    town_cluster(&town, &seed, 0, 2400, 1500, 60, 36);
    town_cluster(&town, &seed, 1, 2400, 1500, 60, 40);
    town.report.previous_is_complete = true;
    town_run(&town, 150, CELL_M, &usual);
    assert_int_equal(town.report.n_hotspots, 1);
    assert_non_null(find(&town, 600, 600));
    town_close(&town);
}

static void a_hot_spot_across_a_border_is_one_with_a_part_on_each_side(void **unused)
{
    (void)unused;
    uint64_t seed = 11;
    struct town town;
    town_open(&town, &seed);
    /* The middle of the border between the first two wards. */
    const struct wh_shape *first = &town.ward_shape[0];
    const double x = (first->x[1] + first->x[2]) / 2, y = (first->y[1] + first->y[2]) / 2;
    town_cluster(&town, &seed, 0, x, y, 120, 200);
    town_run(&town, 200, CELL_M, &usual);
    const struct wh_hotspot *hotspot = at(&town, x, y);
    assert_int_equal(town.report.n_hotspots, 1);
    assert_int_equal(hotspot->n_parts, 2);
    assert_int_equal(hotspot->part[0].ward + hotspot->part[1].ward, 1);
    assert_true(hotspot->part[1].figures.count.n > 0);
    assert_int_equal(hotspot->part[0].figures.count.n + hotspot->part[1].figures.count.n,
                     hotspot->figures.count.n);
    town_close(&town);
}

static void next_to_nothing_gives_defined_figures(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    for (size_t n = 0; n <= 2; n++) {
        uint64_t seed = n;
        double level = 0;
        struct town town;
        struct wh_legend legend = {0};
        town_open(&town, &seed);
        town_scatter(&town, &seed, 0, n);
        town.report.previous_is_complete = true;
        struct wh_hotspot_options opt = usual;
        opt.at_least = 1;
        town_run(&town, 200, CELL_M, &opt);
        assert_int_equal(town.report.total.count.n, n);
        assert_int_equal(town.report.n_hotspots > 0, n > 0);
        assert_true(isfinite(town.report.total.per_1000) && isfinite(town.report.total.per_km2));
        assert_wh_ok(wh_highest_density_level(town.ctx, &town.density[0], 0.2, &level, &err));
        assert_int_equal(isnan(level), n == 0);
        assert_wh_ok(wh_legend_breaks(town.ctx, &town.density[0], 5, &legend, &err));
        assert_int_equal(legend.n > 0, n > 0);
        town_reset(&town);
        town_run(&town, 200, CELL_M, &usual); /* at least 10: none */
        assert_int_equal(town.report.n_hotspots, 0);
        town_close(&town);
    }
}

static void requests_at_one_spot_make_one_round_hot_spot(void **unused)
{
    (void)unused;
    uint64_t seed = 5;
    struct town town;
    town_open(&town, &seed);
    for (size_t i = 0; i < 30; i++) {
        town_add(&town, 0, 1234.5, 987.6);
    }
    town_run(&town, 150, CELL_M, &usual);
    assert_int_equal(town.report.n_hotspots, 1);
    assert_int_equal(town.report.hotspot[0].figures.count.n, 30);
    /* A fifth of a quartic's mass lies within h sqrt(1 - 0.8^(1/3)) of its centre. */
    const double radius_m = 150 * sqrt(1 - cbrt(0.8));
    const double area_m2 = 1e6 * town.report.hotspot[0].area_km2;
    assert_true(fabs(sqrt(area_m2 / 3.14159265) - radius_m) < CELL_M);
    town_close(&town);
}

static void a_speck_needs_twice_as_many_requests(void **unused)
{
    (void)unused;
    for (unsigned n = 15; n <= 25; n += 10) {
        uint64_t seed = 13;
        struct town town;
        town_open(&town, &seed);
        for (unsigned i = 0; i < n; i++) {
            town_add(&town, 0, 1234.5, 987.6);
        }
        struct wh_hotspot_options opt = usual;
        opt.min_area_km2 = 0.01; /* the region has about 0.005 */
        town_run(&town, 150, CELL_M, &opt);
        assert_int_equal(town.report.n_hotspots, n >= 20);
        town_close(&town);
    }
}

static void requests_in_one_ward_leave_the_others_at_nought(void **unused)
{
    (void)unused;
    uint64_t seed = 6;
    struct town town;
    town_open(&town, &seed);
    town_cluster(&town, &seed, 0, 400, 400, 200, 50);
    town_run(&town, 150, CELL_M, &usual);
    assert_int_equal(town.report.ward[0].count.n, 50);
    for (size_t i = 1; i < N_WARDS; i++) {
        assert_int_equal(town.report.ward[i].count.n, 0);
        assert_true(fabs(town.report.ward[i].per_1000) < 1e-300);
    }
    town_close(&town);
}

static void peaks_in_one_square_get_ids_of_their_own_and_at_most_holds(void **unused)
{
    (void)unused;
    uint64_t seed = 8;
    struct town town;
    town_open(&town, &seed);
    for (unsigned i = 0; i < 40; i++) { /* four spots in the square 1200..1300, 700..800 */
        town_add(&town, 0, i % 2 == 0 ? 1215 : 1285, i % 4 < 2 ? 715 : 785);
    }
    for (unsigned i = 0; i < 30; i++) {
        town_add(&town, 0, 2000 + 200 * (i % 3), 1000);
    }
    struct wh_hotspot_options opt = usual;
    opt.share = 0.9;
    opt.min_area_km2 = 0;
    opt.at_most = 6;
    town_run(&town, 30, 10, &opt);
    assert_int_equal(town.report.n_hotspots, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(town.report.hotspot[i].rank, i + 1);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(town.report.hotspot[i].id, town.report.hotspot[j].id);
            assert_string_not_equal(town.report.hotspot[i].name, town.report.hotspot[j].name);
        }
    }
    assert_string_equal(town.report.hotspot[0].id, "potholes-e12-n7");
    assert_string_equal(town.report.hotspot[1].id, "potholes-e12-n7-2");
    town_close(&town);
}

/* ---- names ---- */

struct street {
    const char *name;
    double x[2], y[2];
};

static void name_streets(struct street *street, size_t n, struct wh_feature *feature,
                         struct wh_layer *ret)
{
    static uint32_t ring_start[2] = {0, 2};
    for (size_t i = 0; i < n; i++) {
        feature[i] = (struct wh_feature){.kind = WH_GEOMETRY_LINE,
                                         .value = &street[i].name,
                                         .shape = {.n_rings = 1,
                                                   .n_vertices = 2,
                                                   .ring_start = ring_start,
                                                   .x = street[i].x,
                                                   .y = street[i].y}};
    }
    *ret = (struct wh_layer){.n = n, .feature = feature};
}

static struct wh_feature place(const char **name, double *x, double *y)
{
    return (struct wh_feature){
        .kind = WH_GEOMETRY_POINT, .value = name, .shape = {.n_vertices = 1, .x = x, .y = y}};
}

static void names_come_from_the_streets_with_the_most_requests_along_them(void **unused)
{
    (void)unused;
    uint64_t seed = 9;
    struct town town;
    struct wh_feature feature[6];
    struct street street[] = {
        {"Ring Road", {400, 1000}, {790, 790}}, /* the longest inside, but at the rim */
        {"Ring Road", {400, 1000}, {610, 610}},
        {"Mill Lane", {690, 690}, {620, 780}},
        {"High Street", {600, 800}, {705, 705}},
        {"High Street", {800, 810}, {705, 705}}, /* in two pieces */
        {"Far Street", {2500, 2600}, {1500, 1500}},
    };
    town_open(&town, &seed);
    name_streets(street, 6, feature, &town.streets);
    town_cluster(&town, &seed, 0, 700, 700, 40, 60);
    struct wh_hotspot_options opt = usual;
    opt.share = 0.9;
    town_run(&town, 150, CELL_M, &opt);
    assert_int_equal(town.report.n_hotspots, 1);
    assert_true(town_inside(&town.report.hotspot[0].shape, 750, 790));
    assert_string_equal(town.report.hotspot[0].name, "around High Street and Mill Lane");
    town_reset(&town);
    town.streets.n = 0;
    town_run(&town, 150, CELL_M, &opt);
    assert_string_equal(town.report.hotspot[0].name, "in W1"); /* its ward */
    town_reset(&town);
    const char *village = "Lower Village";
    double x = 100, y = 100;
    struct wh_feature hamlet = place(&village, &x, &y);
    town.places = (struct wh_layer){.n = 1, .feature = &hamlet};
    town_run(&town, 150, CELL_M, &opt);
    assert_string_equal(town.report.hotspot[0].name, "near Lower Village");
    town_reset(&town);
    town.streets = (struct wh_layer){.n = 1, .feature = &feature[2]};
    town_run(&town, 150, CELL_M, &opt);
    assert_string_equal(town.report.hotspot[0].name, "around Mill Lane near Lower Village");
    town_reset(&town);
    x = 1720; /* a kilometre off: nobody calls that near */
    y = 700;
    town_run(&town, 150, CELL_M, &opt);
    assert_string_equal(town.report.hotspot[0].name, "around Mill Lane");
    town_close(&town);
}

static void features_without_a_name_are_passed_over_and_a_third_street_helps(void **unused)
{
    (void)unused;
    uint64_t seed = 14;
    struct town town;
    struct wh_feature feature[6], village[3];
    struct street street[] = {
        {"Long Road", {100, 2900}, {1004, 1004}}, {"Long Parade", {100, 2900}, {1025, 1025}},
        {"Side Lane", {490, 510}, {985, 985}},    {"Back Lane", {2490, 2510}, {985, 985}},
        {"", {100, 2900}, {1004, 1004}},          {NULL, {100, 2900}, {1004, 1004}},
    };
    const char *none = NULL, *name = "Far Away";
    double x[2] = {500, 10}, y[2] = {1000, 10};
    town_open(&town, &seed);
    name_streets(street, 6, feature, &town.streets);
    village[0] = place(&none, &x[0], &y[0]);
    village[1] = place(&name, &x[1], &y[1]);
    village[2] = (struct wh_feature){.kind = WH_GEOMETRY_POLYGON, .value = &name};
    town.places = (struct wh_layer){.n = 3, .feature = village};
    town_cluster(&town, &seed, 0, 500, 1004, 30, 60);
    town_cluster(&town, &seed, 0, 2500, 1004, 30, 60);
    town_run(&town, 150, CELL_M, &usual);
    assert_int_equal(town.report.n_hotspots, 2);
    assert_text_has(town.report.hotspot[0].name, "Long Road and Long Parade");
    assert_text_has(town.report.hotspot[1].name,
                    town.report.hotspot[1].peak_x > 1500 ? " and Back Lane" : " and Side Lane");
    town_close(&town);
}

static void without_streets_wards_give_names_and_numbers_keep_them_apart(void **unused)
{
    (void)unused;
    uint64_t seed = 12;
    struct town town;
    town_open(&town, &seed);
    town_cluster(&town, &seed, 0, 250, 250, 20, 80);
    town_cluster(&town, &seed, 0, 600, 600, 20, 60);
    const struct wh_shape *first = &town.ward_shape[0];
    town_cluster(&town, &seed, 0, (first->x[1] + first->x[2]) / 2 + 20,
                 (first->y[1] + first->y[2]) / 2, 20, 50);
    struct wh_hotspot_options opt = usual;
    opt.share = 0.5;
    town_run(&town, 150, CELL_M, &opt);
    assert_int_equal(town.report.n_hotspots, 3);
    assert_string_equal(town.report.hotspot[0].name, "in W1");
    assert_string_equal(town.report.hotspot[1].name, "in W1 (2)");
    assert_string_equal(town.report.hotspot[2].name, "in W2 and W1"); /* by area */
    town_close(&town);
}

static void two_hot_spots_on_the_same_streets_are_told_apart(void **unused)
{
    (void)unused;
    uint64_t seed = 10;
    struct town town;
    struct wh_feature feature[2], village[2];
    struct street street[] = {
        {"Long Road", {100, 2900}, {1000, 1000}},
        {"Long Parade", {100, 2900}, {1010, 1010}},
    };
    const char *name[2] = {"Eastgate", "Westgate"};
    double x[2] = {2500, 500}, y[2] = {1000, 1000};
    town_open(&town, &seed);
    name_streets(street, 2, feature, &town.streets);
    village[0] = place(&name[0], &x[0], &y[0]);
    village[1] = place(&name[1], &x[1], &y[1]);
    town.places = (struct wh_layer){.n = 2, .feature = village};
    town_cluster(&town, &seed, 0, 500, 1004, 30, 60);
    town_cluster(&town, &seed, 0, 2500, 1004, 30, 60);
    town_run(&town, 150, CELL_M, &usual);
    assert_int_equal(town.report.n_hotspots, 2);
    const struct wh_hotspot *first = &town.report.hotspot[0], *second = &town.report.hotspot[1];
    assert_text_has(first->name, " and ");
    assert_text_has(second->name, second->peak_x > 1500 ? "near Eastgate" : "near Westgate");
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trend_says_whether_chance_explains_the_change),
        cmocka_unit_test(a_gone_hot_spot_keeps_its_old_outline_with_the_count_of_now),
        cmocka_unit_test(an_old_region_that_lost_no_more_than_chance_is_not_called_gone),
        cmocka_unit_test(a_hot_spot_across_a_border_is_one_with_a_part_on_each_side),
        cmocka_unit_test(next_to_nothing_gives_defined_figures),
        cmocka_unit_test(requests_at_one_spot_make_one_round_hot_spot),
        cmocka_unit_test(a_speck_needs_twice_as_many_requests),
        cmocka_unit_test(requests_in_one_ward_leave_the_others_at_nought),
        cmocka_unit_test(peaks_in_one_square_get_ids_of_their_own_and_at_most_holds),
        cmocka_unit_test(names_come_from_the_streets_with_the_most_requests_along_them),
        cmocka_unit_test(features_without_a_name_are_passed_over_and_a_third_street_helps),
        cmocka_unit_test(without_streets_wards_give_names_and_numbers_keep_them_apart),
        cmocka_unit_test(two_hot_spots_on_the_same_streets_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
