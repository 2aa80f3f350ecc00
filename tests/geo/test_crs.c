/* Transforms: axis order, the datum grid, what is refused. */
#include "geo/crs.h"
#include "geo_test.h"

static const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};

static struct wh_transform *open_coarse(const char *from, const char *to)
{
    struct wh_error err = {0};
    struct wh_transform *t = NULL;
    assert_wh_ok(wh_transform_create(ctx, from, to, &coarse, &t, &err));
    return t;
}

static void move(struct wh_transform *t, bool inverse, double x, double y, double ret[2])
{
    ret[0] = x;
    ret[1] = y;
    wh_transform_points(t, inverse, &ret[0], &ret[1], 1);
}

static void longitude_comes_first_and_greenwich_is_where_it_is(void **state)
{
    (void)state;
    struct wh_transform *t = open_coarse("EPSG:4326", "EPSG:27700");
    double p[2];
    move(t, false, -0.1276, 51.5072, p); /* Charing Cross: RELIABILITY.md section 2, item 7 */
    assert_near(p[0], 530043, 5.0);
    assert_near(p[1], 180358, 5.0);
    move(t, true, p[0], p[1], p);
    assert_near(p[0], -0.1276, 1e-7);
    assert_near(p[1], 51.5072, 1e-7);
    wh_transform_destroy(ctx, t);
}

static void without_the_grid_the_operation_is_the_helmert_and_says_so(void **state)
{
    (void)state;
    struct wh_transform *t = open_coarse("EPSG:27700", "EPSG:4326");
    const struct wh_transform_info *info = wh_transform_info(t);
    assert_false(info->is_best);
    assert_false(info->uses_grid);
    assert_near(info->accuracy_m, 2.0, 1e-9);
    assert_text_has(info->operation, "OSGB36 to WGS 84 (6)");
    assert_string_equal(info->missing_grid, "uk_os_OSTN15_NTv2_OSGBtoETRS.tif");
    double p[2];
    move(t, false, 624161, 308459.58, p); /* PLATFORM.md */
    assert_near(p[0], 1.31070989, 1e-7);
    assert_near(p[1], 52.62757895, 1e-7);
    wh_transform_destroy(ctx, t);
}

static void a_required_grid_that_is_missing_is_named_with_where_to_put_it(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_transform *t = NULL;
    const struct wh_crs_options opt = {.datum = WH_DATUM_REQUIRE};
    assert_int_equal(wh_transform_create(ctx, "EPSG:27700", "EPSG:4326", &opt, &t, &err),
                     WH_ERR_CONFIG);
    assert_null(t);
    assert_text_has(err.message, "uk_os_OSTN15_NTv2_OSGBtoETRS.tif");
    assert_text_has(err.message, "/usr/share/proj-ostn15");
    assert_text_has(err.message, "about 2 m");
}

static void a_ballpark_is_never_taken_for_a_missing_grid(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_transform *t = NULL;
    /* To ETRS89 EPSG lists the grid only: what is left without it ignores the datum, a hundred
     * metres off. */
    assert_int_equal(wh_transform_create(ctx, "EPSG:27700", "EPSG:4258", &coarse, &t, &err),
                     WH_ERR_CONFIG);
    assert_text_has(err.message, "uk_os_OSTN15_NTv2_OSGBtoETRS.tif");
}

static void web_mercator_takes_the_same_datum_operation_as_longitude_and_latitude(void **state)
{
    (void)state;
    struct wh_transform *direct = open_coarse("EPSG:27700", "EPSG:3857");
    struct wh_transform *first = open_coarse("EPSG:27700", "EPSG:4326");
    struct wh_transform *second = open_coarse("EPSG:4326", "EPSG:3857");
    assert_true(wh_transform_info(second)->accuracy_m <= 0.0);
    for (int i = 0; i < 100; i++) {
        const double x = 100000 + 5000.0 * i, y = 50000 + 9000.0 * i;
        double p[2], q[2];
        move(direct, false, x, y, p);
        move(first, false, x, y, q);
        move(second, false, q[0], q[1], q);
        assert_near(p[0], q[0], 1e-6);
        assert_near(p[1], q[1], 1e-6);
        move(direct, true, p[0], p[1], p);
        assert_near(p[0], x, 1e-3);
        assert_near(p[1], y, 1e-3);
    }
    wh_transform_destroy(ctx, second);
    wh_transform_destroy(ctx, first);
    wh_transform_destroy(ctx, direct);
}

static void the_same_crs_is_an_exact_identity(void **state)
{
    (void)state;
    struct wh_error err = {0};
    const char *const pairs[][2] = {{"EPSG:27700", "epsg:27700"}, {"EPSG:4326", "OGC:CRS84"}};
    for (size_t i = 0; i < 2; i++) {
        struct wh_transform *t = NULL;
        assert_wh_ok(wh_transform_create(ctx, pairs[i][0], pairs[i][1], NULL, &t, &err));
        assert_true(wh_transform_info(t)->is_best);
        double p[2];
        move(t, false, 0.1 + 0.2, 1.0 / 3.0, p);
        assert_near(p[0], 0.1 + 0.2, 0.0);
        assert_near(p[1], 1.0 / 3.0, 0.0);
        wh_transform_destroy(ctx, t);
    }
}

static void what_is_far_outside_becomes_nan(void **state)
{
    (void)state;
    struct wh_transform *t = open_coarse("EPSG:4326", "EPSG:27700");
    const double outside[][2] = {{51.5072, -0.1276}, /* exchanged */
                                 {530043, 180358},   /* metres given as degrees */
                                 {-74.0, 40.7},          {0, 0},  {(double)NAN, 51},
                                 {-2, (double)INFINITY}, {-2, 91}};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        double p[2];
        move(t, false, outside[i][0], outside[i][1], p);
        assert_true(isnan(p[0]) && isnan(p[1]));
    }
    double p[2];
    move(t, true, -2.36, 51.38,
         p); /* degrees given as metres: a place in the sea off Scilly, still in the box */
    move(t, true, 5e6, 5e6, p);
    assert_true(isnan(p[0]) && isnan(p[1]));
    wh_transform_destroy(ctx, t);
}

static void only_an_authority_and_a_code_name_a_crs(void **state)
{
    (void)state;
    const char *const wrong[] = {"EPSG:999999",
                                 "epsg",
                                 "EPSG:",
                                 ":27700",
                                 "27700",
                                 "",
                                 "+proj=longlat",
                                 "http://example.com/crs",
                                 "https://spatialreference.org/ref/epsg/4326/",
                                 "/etc/passwd",
                                 "file:secret.wkt",
                                 "EPSG:27700+5701",
                                 "urn:ogc:def:crs:EPSG::4326",
                                 "PROJCS[\"x\"]",
                                 "EPSG:27700 ",
                                 "EPSG:99999999999999999999999999999999999999",
                                 "NOBODY:1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct wh_error err = {0};
        struct wh_transform *t = NULL;
        assert_int_equal(wh_transform_create(ctx, wrong[i], "EPSG:4326", &coarse, &t, &err),
                         WH_ERR_CONFIG);
        assert_int_equal(wh_crs_check_working(ctx, wrong[i], &err), WH_ERR_CONFIG);
        bool is_geographic;
        assert_int_equal(wh_crs_is_geographic(ctx, wrong[i], &is_geographic, &err), WH_ERR_CONFIG);
        assert_true(strlen(err.message) > 10);
    }
}

static void crss_without_a_common_area_are_refused(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_transform *t = NULL;
    /* British National Grid, New Zealand Transverse Mercator */
    assert_int_equal(wh_transform_create(ctx, "EPSG:27700", "EPSG:2193", &coarse, &t, &err),
                     WH_ERR_CONFIG);
    assert_text_has(err.message, "no area in common");
}

static void a_proj_data_folder_that_is_not_there_is_said(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_transform *t = NULL;
    const struct wh_crs_options opt = {.proj_data = "/no/such/folder", .datum = WH_DATUM_COARSE};
    assert_int_equal(wh_transform_create(ctx, "EPSG:27700", "EPSG:4326", &opt, &t, &err),
                     WH_ERR_CONFIG);
    assert_text_has(err.message, "/no/such/folder");
}

static void a_working_crs_is_projected_and_in_metres(void **state)
{
    (void)state;
    struct wh_error err = {0};
    assert_wh_ok(wh_crs_check_working(ctx, "EPSG:27700", &err));
    assert_wh_ok(wh_crs_check_working(ctx, "EPSG:32633", &err));
    assert_wh_ok(wh_crs_check_working(ctx, "EPSG:2154", &err));
    assert_int_equal(wh_crs_check_working(ctx, "EPSG:4326", &err), WH_ERR_CONFIG);
    assert_text_has(err.message, "degrees");
    assert_int_equal(wh_crs_check_working(ctx, "EPSG:2263", &err),
                     WH_ERR_CONFIG); /* New York, feet */
    assert_text_has(err.message, "not in metres");
    assert_int_equal(wh_crs_check_working(ctx, "EPSG:3857", &err), WH_ERR_CONFIG);
    assert_int_equal(wh_crs_check_working(ctx, "EPSG:5701", &err), WH_ERR_CONFIG); /* heights */
    assert_int_equal(wh_crs_check_working(ctx, "EPSG:4978", &err), WH_ERR_CONFIG); /* geocentric */
    bool is_geographic = false;
    assert_wh_ok(wh_crs_is_geographic(ctx, "EPSG:4326", &is_geographic, &err));
    assert_true(is_geographic);
    assert_wh_ok(wh_crs_is_geographic(ctx, "EPSG:27700", &is_geographic, &err));
    assert_false(is_geographic);
}

static void other_countries_work_too(void **state)
{
    (void)state;
    const struct {
        const char *crs;
        double lon, lat, x, y, tolerance;
    } known[] = {
        {"EPSG:2154", 3.0, 46.5, 700000, 6600000, 1e-3}, /* Lambert-93: its own origin */
        {"EPSG:32633", 15.0, 0.0, 500000, 0, 1e-3},      /* UTM: central meridian */
        {"EPSG:25832", 9.0, 48.0, 500000, 5316300, 200}, /* Stuttgart's meridian */
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct wh_transform *t = open_coarse("EPSG:4326", known[i].crs);
        double p[2];
        move(t, false, known[i].lon, known[i].lat, p);
        assert_near(p[0], known[i].x, known[i].tolerance);
        assert_near(p[1], known[i].y, known[i].tolerance);
        wh_transform_destroy(ctx, t);
    }
}

static void ordnance_surveys_test_points_are_met_within_a_centimetre(void **state)
{
    (void)state;
    skip_without_data();
    char folder[512], path[600], line[256];
    (void)snprintf(folder, sizeof folder, "%s/ostn15", wh_test_data());
    (void)snprintf(path, sizeof path, "%s/ostn15_test_points_TP01-TP40.csv", folder);
    struct wh_error err = {0};
    struct wh_transform *t = NULL;
    const struct wh_crs_options opt = {.proj_data = folder, .datum = WH_DATUM_REQUIRE};
    assert_wh_ok(wh_transform_create(ctx, "EPSG:27700", "EPSG:4326", &opt, &t, &err));
    assert_true(wh_transform_info(t)->uses_grid && wh_transform_info(t)->is_best);
    assert_string_equal(wh_transform_info(t)->missing_grid, "");

    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    int n = 0;
    double worst_m = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        double e, north, lat, lon, p[2];
        assert_int_equal(sscanf(line, "%*[^,],%lf,%lf,%lf,%lf", &e, &north, &lat, &lon), 4);
        move(t, false, e, north, p);
        /* A degree of latitude is 111.2 km. */
        const double dy = (p[1] - lat) * 111200, dx = (p[0] - lon) * 111200 * cos(lat * 0.0174533);
        worst_m = fmax(worst_m, hypot(dx, dy));
        move(t, true, lon, lat, p);
        worst_m = fmax(worst_m, hypot(p[0] - e, p[1] - north));
        n++;
    }
    (void)fclose(file);
    wh_transform_destroy(ctx, t);
    print_message("%d test points, worst %.4f m\n", n, worst_m);
    assert_int_equal(n, 40);
    assert_true(worst_m < 0.01);
}

int main(void)
{
    /* A grid of the machine's own must not decide these tests. */
    (void)setenv("PROJ_DATA", "", 1);
    (void)setenv("XDG_DATA_HOME", "/nonexistent", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longitude_comes_first_and_greenwich_is_where_it_is),
        cmocka_unit_test(without_the_grid_the_operation_is_the_helmert_and_says_so),
        cmocka_unit_test(a_required_grid_that_is_missing_is_named_with_where_to_put_it),
        cmocka_unit_test(a_ballpark_is_never_taken_for_a_missing_grid),
        cmocka_unit_test(web_mercator_takes_the_same_datum_operation_as_longitude_and_latitude),
        cmocka_unit_test(the_same_crs_is_an_exact_identity),
        cmocka_unit_test(what_is_far_outside_becomes_nan),
        cmocka_unit_test(only_an_authority_and_a_code_name_a_crs),
        cmocka_unit_test(crss_without_a_common_area_are_refused),
        cmocka_unit_test(a_proj_data_folder_that_is_not_there_is_said),
        cmocka_unit_test(a_working_crs_is_projected_and_in_metres),
        cmocka_unit_test(other_countries_work_too),
        cmocka_unit_test(ordnance_surveys_test_points_are_met_within_a_centimetre),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
