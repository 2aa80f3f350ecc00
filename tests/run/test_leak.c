/* The leak check is real: whatever is planted of a request in a public tree is found, and public
 * names are let be. */
#include "../wh_test.h"
#include "../wh_test_files.h"
#include "base/ctx.h"
#include "geo/crs.h"
#include "geo/vector_write.h"
#include "run/leak.h"

#define TREE "leak-tree"

static struct wh_ctx *ctx;
static struct wh_store *store;
static struct wh_unplaced unplaced;
static struct wh_transform *to_lonlat;
static double lon, lat; /* of the request */

enum { PLACE_X = 357029, PLACE_Y = 436936 };

static void put(const char *reference, const char *address, double x, double y)
{
    struct wh_error err = {0};
    enum wh_put told;
    const struct wh_request request = {.reference = wh_str_c(reference),
                                       .category = wh_str_c("Fly tipping"),
                                       .address = wh_str_c(address),
                                       .uprn = 100023336956,
                                       .opened_at = 1700000000,
                                       .opened_to = 1700000000,
                                       .updated_at = WH_NO_TIME,
                                       .cost = (double)NAN,
                                       .closed_at = WH_NO_TIME,
                                       .due_at = WH_NO_TIME,
                                       .given_x = x,
                                       .given_y = y};
    assert_wh_ok(wh_store_put(store, &request, &told, &err));
}

static int open_all(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_reading_end end;
    const struct wh_reading reading = {.source_id = "crm", .key = WH_KEY_UPSERT, .rules = "1"};
    const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
    ctx = wh_test_ctx();
    (void)remove("leak.db");
    assert_wh_ok(wh_store_open(ctx, "leak.db", &store, &err));
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_store_source_begin(store, &reading, &err));
    assert_wh_ok(wh_store_source_files(store, (const char *const[]){"crm.csv"},
                                       (const bool[]){false}, 1, &err));
    wh_store_file_begin(store, 0);
    put("FT-2026-00417", "Behind the shop at 14 Mill Lane", 357029.4, 436936.2);
    put("7654321", "Mill Lane", (double)NAN, (double)NAN);
    put("Q1", "Smith & Sons' yard", (double)NAN, (double)NAN);
    assert_wh_ok(wh_store_source_end(store, &end, &err));
    assert_wh_ok(wh_store_commit(store, &err));
    assert_wh_ok(wh_store_load(store, &unplaced, &err));
    assert_int_equal(unplaced.requests.n, 3);
    unplaced.requests.x[0] = PLACE_X;
    unplaced.requests.y[0] = PLACE_Y;
    assert_wh_ok(wh_transform_create(ctx, "EPSG:27700", "EPSG:4326", &coarse, &to_lonlat, &err));
    lon = PLACE_X;
    lat = PLACE_Y;
    wh_transform_points(to_lonlat, false, &lon, &lat, 1);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    wh_transform_destroy(ctx, to_lonlat);
    wh_requests_finish(ctx, &unplaced.requests);
    wh_unplaced_finish(ctx, &unplaced);
    wh_store_close(store);
    wh_ctx_destroy(ctx);
    return 0;
}

/* A tree that holds one file. */
static void make_tree(const char *name, const char *content)
{
    struct wh_error err = {0};
    char path[256];
    assert_wh_ok(wh_io_remove_tree(ctx, TREE, &err));
    assert_wh_ok(wh_io_make_folders(TREE "/tables", 0755, &err));
    assert_wh_ok(wh_io_make_folders(TREE "/geojson", 0755, &err));
    snprintf(path, sizeof path, TREE "/%s", name);
    write_text(path, content);
}

/* The check on that tree, and on what was drawn. */
static enum wh_status check(const char *name, const char *content, const char *drawn,
                            struct wh_error *err)
{
    static const char *const public_name[] = {"Mill Lane", "Stratford and New Town"};
    const struct wh_leak_options opt = {.requests = &unplaced.requests,
                                        .to_lonlat = to_lonlat,
                                        .public_name = public_name,
                                        .n_public_names = 2,
                                        .square_m = 500};
    struct wh_leak_stats stats;
    make_tree(name, content);
    return wh_leak_check(ctx, store, &opt, TREE, wh_str_c(drawn), &stats, err);
}

static void expect_leak(const char *name, const char *content, const char *what)
{
    struct wh_error err = {0};
    char text[1400];
    assert_int_equal(check(name, content, "", &err), WH_ERR_GATE);
    wh_error_text(&err, text, sizeof text);
    assert_text_has(text, name);
    assert_text_has(text, what);
    assert_null(strstr(text, "Mill")); /* never the secret itself */
}

static void expect_clean(const char *name, const char *content)
{
    struct wh_error err = {0};
    assert_wh_ok(check(name, content, "", &err));
}

static void a_reference_is_found_in_every_kind_of_text_file(void **state)
{
    (void)state;
    expect_leak("tables/a.csv", "ward,count\nFT-2026-00417,3\n", "reference or location text");
    expect_leak("a.json", "{\"id\": \"ft-2026-00417\"}", "reference or location text");
    expect_leak("a.html", "<p>about 7654321.</p>", "reference or location text");
    expect_leak("a.xml", "<id>100023336956</id>", "reference or location text");
}

static void a_location_text_is_found_however_it_is_escaped(void **state)
{
    (void)state;
    expect_leak("a.html", "<p>Behind the shop  at 14\nMILL LANE</p>", "location text");
    expect_leak("a.html", "<p>Smith &amp; Sons&#39; yard</p>", "location text");
    expect_leak("a.json", "\"Smith \\u0026 Sons\\u0027 yard\"", "location text");
    expect_leak("tables/a.csv", "\"Smith & Sons' yard\"\n", "location text");
}

static void a_pair_of_coordinates_is_found_in_metres_and_in_degrees(void **state)
{
    (void)state;
    char text[256];
    snprintf(text, sizeof text, "{\"type\":\"Point\",\"coordinates\":[%.6f,%.6f]}", lon, lat);
    expect_leak("a.geojson", text, "coordinates");
    snprintf(text, sizeof text, "lat,lon\n%.6f,%.6f\n", lat, lon);
    expect_leak("tables/a.csv", text, "coordinates");
    expect_leak("a.json", "{\"x\": 357029.4, \"y\": 436936.2}", "coordinates");
    expect_leak("a.json", "{\"x\": 357029.0, \"y\": 436936.0}", "coordinates");
}

static void an_outline_drawn_through_requests_is_found_but_not_a_chance_meeting(void **state)
{
    (void)state;
    char text[16384];
    int len = snprintf(text, sizeof text, "{\"features\":[{\"coordinates\":[[[%.6f,%.6f],[1.5,2.5]",
                       lon, lat);
    snprintf(text + len, sizeof text - (size_t)len, "]]}]}");
    expect_leak("a.geojson", text, "coordinates");
    for (int i = 0; i < 250; i++) {
        len += snprintf(text + len, sizeof text - (size_t)len, ",[%d.25,%d.75]", i, i);
    }
    snprintf(text + len, sizeof text - (size_t)len, "]]}]}");
    expect_clean("a.geojson", text);
}

/* A coarse grid reference is a corner of the squares; they may be drawn, it may not be told. */
static void a_corner_of_the_squares_is_no_leak_of_who_was_placed_there(void **state)
{
    (void)state;
    char text[512];
    double x = 357000, y = 437000;
    unplaced.requests.x[1] = x;
    unplaced.requests.y[1] = y;
    wh_transform_points(to_lonlat, false, &x, &y, 1);
    snprintf(text, sizeof text, "{\"features\":[{\"coordinates\":[[[%.6f,%.6f],[1.5,2.5]]]}]}", x,
             y);
    expect_leak("a.geojson", text, "coordinates");
    expect_leak("tables/a.csv", "x,y\n357000,437000\n", "coordinates");
    expect_clean("geojson/cells-litter.geojson", text);
    expect_clean("geojson/cells-litter.geojson", "{\"id\":\"litter-500m-e357000-n437000\"}");
    snprintf(text, sizeof text, "{\"features\":[{\"coordinates\":[[[%.6f,%.6f],[1.5,2.5]]]}]}", lon,
             lat);
    expect_leak("geojson/cells-litter.geojson", text, "coordinates");
    unplaced.requests.x[1] = unplaced.requests.y[1] = (double)NAN;
}

static void what_is_drawn_is_read_as_well(void **state)
{
    (void)state;
    struct wh_error err = {0};
    char text[1400];
    assert_int_equal(check("a.html", "<p>nothing</p>", "see FT-2026-00417", &err), WH_ERR_GATE);
    assert_text_has(wh_error_text(&err, text, sizeof text), "printed pages and pictures");
    /* A line is a text; two lines are two, as the end of a sentence and the name of a street are.
     */
    assert_int_equal(check("a.html", "", "Ward 1\nat Smith & Sons' yard\n", &err), WH_ERR_GATE);
    assert_wh_ok(check("a.html", "", "Mr Smith\nSons' yard\n", &err));
    assert_int_equal(check("a.html", "", "1\n2\n7654321", &err), WH_ERR_GATE);
}

static void public_names_and_ordinary_figures_are_let_be(void **state)
{
    (void)state;
    expect_clean("a.html", "<p>around Mill Lane: 96 requests, up from 71.</p>");
    expect_clean("a.geojson", "{\"coordinates\":[-2.65,53.82],\"count\":7654320}");
    expect_clean("tables/a.csv", "FT,2026,417\nQ1,2\n");
}

/* A GeoPackage in the tree: a value, a corner and a pair of its metadata as given. */
static enum wh_status check_geopackage(const char *text, double x, double y, const char *note,
                                       bool has_free_page, struct wh_error *err)
{
    static const struct wh_vector_field field[] = {{"id", "Id", "", WH_VALUE_TEXT},
                                                   {"count", "Count", "", WH_VALUE_INTEGER}};
    const struct wh_value value[] = {{.kind = WH_VALUE_TEXT, .text = text},
                                     {.kind = WH_VALUE_INTEGER, .integer = 12}};
    uint32_t start[] = {0, 1}, ring[] = {0, 4};
    double xs[] = {x, x + 500.5, x + 1.25, x}, ys[] = {y, y + 3.5, y + 700.125, y};
    const struct wh_shape shape = {1, 1, 4, start, ring, xs, ys}, *const list = &shape;
    const struct wh_vector_layer layer = {.name = "wards",
                                          .title = "Wards",
                                          .definition = "",
                                          .n_fields = 2,
                                          .field = field,
                                          .n = 1,
                                          .value = value,
                                          .shape = &list};
    static const char *const key[] = {"note"};
    const struct wh_geopackage content = {.crs = "EPSG:27700",
                                          .day = 20000,
                                          .n_layers = 1,
                                          .layer = &layer,
                                          .n_pairs = 1,
                                          .key = key,
                                          .value = &note};
    const struct wh_leak_options opt = {.requests = &unplaced.requests, .to_lonlat = to_lonlat};
    struct wh_leak_stats stats;
    make_tree("a.html", "");
    assert_int_equal(wh_geopackage_write(ctx, &content, TREE "/a.gpkg", err), WH_OK);
    if (has_free_page) {
        FILE *file = fopen(TREE "/a.gpkg", "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, 39, SEEK_SET), 0);
        assert_int_equal(fputc(1, file), 1);
        assert_int_equal(fclose(file), 0);
    }
    return wh_leak_check(ctx, store, &opt, TREE, wh_str_c(""), &stats, err);
}

static void a_geopackage_is_read_value_by_value(void **state)
{
    (void)state;
    struct wh_error err = {0};
    char text[1400];
    assert_int_equal(check_geopackage("Abbey", 100, 100, "none", false, &err), WH_OK);
    assert_int_equal(check_geopackage("see 7654321", 100, 100, "none", false, &err), WH_ERR_GATE);
    assert_text_has(wh_error_text(&err, text, sizeof text), "a.gpkg");
    assert_int_equal(check_geopackage("Abbey", 100, 100, "FT-2026-00417", false, &err),
                     WH_ERR_GATE);
    assert_int_equal(check_geopackage("357029.4, 436936.2", 100, 100, "none", false, &err),
                     WH_ERR_GATE);
    /* A polygon with a corner at a request, to the decimetre. */
    assert_int_equal(check_geopackage("Abbey", PLACE_X + 0.02, PLACE_Y - 0.01, "none", false, &err),
                     WH_ERR_GATE);
    assert_text_has(wh_error_text(&err, text, sizeof text), "coordinates");
    assert_int_equal(check_geopackage("Abbey", 100, 100, "none", true, &err), WH_ERR_INPUT);
    assert_text_has(wh_error_text(&err, text, sizeof text), "free pages");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reference_is_found_in_every_kind_of_text_file),
        cmocka_unit_test(a_location_text_is_found_however_it_is_escaped),
        cmocka_unit_test(a_pair_of_coordinates_is_found_in_metres_and_in_degrees),
        cmocka_unit_test(an_outline_drawn_through_requests_is_found_but_not_a_chance_meeting),
        cmocka_unit_test(a_corner_of_the_squares_is_no_leak_of_who_was_placed_there),
        cmocka_unit_test(what_is_drawn_is_read_as_well),
        cmocka_unit_test(public_names_and_ordinary_figures_are_let_be),
        cmocka_unit_test(a_geopackage_is_read_value_by_value),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
