/* tests/publish/test_layers.c: GeoJSON, tables, fields and manifest carry the same words and
 * numbers, and hide the same ones. */
#include <jansson.h>

#include "base/alloc.h"
#include "base/io.h"
#include "fixture.h"
#include "geo/shape_ops.h"
#include "publish/fields.h"
#include "publish/geojson.h"
#include "publish/geometry.h"
#include "publish/manifest.h"
#include "publish/tables.h"
#include "wh_test.h"

static struct wh_ctx *ctx;
static struct fixture fixture;
static struct wh_public_report public_report;
static struct wh_job job;

static int set_up(void **state)
{
    (void)state;
    struct wh_error err = {0};
    ctx = wh_test_ctx();
    fixture_init(&fixture, ctx, "layers");
    public_report = fixture_public(&fixture);
    job = (struct wh_job){
        .ctx = ctx, .report = &public_report.body, .opt = &fixture.opt, .folder = fixture.folder};
    if (wh_job_init(&job, &err) != WH_OK || wh_geojson_write_wards(&job, &err) != WH_OK ||
        wh_geojson_write_hotspots(&job, &err) != WH_OK ||
        wh_geojson_write_parts(&job, &err) != WH_OK || wh_tables_write(&job, &err) != WH_OK ||
        wh_fields_write(&job, &err) != WH_OK) {
        print_error("%s\n", err.message);
        return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wh_job_finish(&job);
    fixture_finish(&fixture);
    return wh_test_drop_ctx(ctx);
}

static json_t *load(const char *name)
{
    char *text = fixture_read(fixture.folder, name);
    json_error_t fault;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    if (json == NULL) {
        fail_msg("%s:%d: %s", name, fault.line, fault.text);
    }
    free(text);
    return json;
}

static const json_t *feature_of(const json_t *collection, const char *id)
{
    size_t i;
    const json_t *feature;
    json_array_foreach(json_object_get(collection, "features"), i, feature)
    {
        if (strcmp(json_string_value(json_object_get(feature, "id")), id) == 0) {
            return feature;
        }
    }
    fail_msg("no feature %s", id);
    return NULL;
}

static const json_t *property(const json_t *feature, const char *name)
{
    const json_t *value = json_object_get(json_object_get(feature, "properties"), name);
    if (value == NULL) {
        fail_msg("no property %s", name);
    }
    return value;
}

static void ward_figures_are_numbers_where_shown(void **state)
{
    (void)state;
    json_t *wards = load("geojson/wards.geojson");
    const json_t *abbey = feature_of(wards, "E05000001");
    assert_int_equal(json_integer_value(property(abbey, "fly_tipping_count")), 30);
    assert_string_equal(json_string_value(property(abbey, "fly_tipping_count_shown")), "30");
    assert_int_equal(json_integer_value(property(abbey, "fly_tipping_change")), 5);
    assert_true(json_is_real(property(abbey, "fly_tipping_per_km2")));
    assert_string_equal(json_string_value(property(abbey, "id")), "E05000001");
    assert_null(json_object_get(wards, "crs"));
    json_decref(wards);
}

static void hidden_figures_are_null_and_say_why(void **state)
{
    (void)state;
    json_t *wards = load("geojson/wards.geojson");
    const json_t *few = feature_of(wards, "E05000003");
    const json_t *withheld = feature_of(wards, "etc");
    assert_true(json_is_null(property(few, "fly_tipping_count")));
    assert_string_equal(json_string_value(property(few, "fly_tipping_count_shown")),
                        "fewer than 5");
    assert_true(json_is_null(property(few, "fly_tipping_change")));
    assert_true(json_is_null(property(few, "fly_tipping_per_km2")));
    assert_true(json_is_null(property(withheld, "fly_tipping_count")));
    assert_string_equal(json_string_value(property(withheld, "fly_tipping_count_shown")),
                        "not shown");
    /* The records of the second theme do not go back far enough. */
    const json_t *abbey = feature_of(wards, "E05000001");
    assert_true(json_is_null(property(abbey, "potholes_previous")));
    assert_string_equal(json_string_value(property(abbey, "potholes_previous_shown")), "not known");
    json_decref(wards);
}

static void box_of_a_collection_is_that_of_its_vertices(void **state)
{
    (void)state;
    json_t *wards = load("geojson/wards.geojson");
    double box[4] = {180, 90, -180, -90};
    size_t i, j, k, l;
    const json_t *feature, *part, *ring, *at;
    json_array_foreach(json_object_get(wards, "features"), i, feature)
    {
        const json_t *geometry = json_object_get(feature, "geometry");
        assert_string_equal(json_string_value(json_object_get(geometry, "type")), "MultiPolygon");
        json_array_foreach(json_object_get(geometry, "coordinates"), j, part)
        {
            json_array_foreach(part, k, ring)
            {
                json_array_foreach(ring, l, at)
                {
                    const double x = json_number_value(json_array_get(at, 0));
                    const double y = json_number_value(json_array_get(at, 1));
                    box[0] = fmin(box[0], x);
                    box[1] = fmin(box[1], y);
                    box[2] = fmax(box[2], x);
                    box[3] = fmax(box[3], y);
                }
            }
        }
    }
    for (size_t n = 0; n < 4; n++) {
        const double given = json_number_value(json_array_get(json_object_get(wards, "bbox"), n));
        assert_true(fabs(given - box[n]) < 1e-9);
    }
    assert_true(box[0] > -2.5 && box[2] < -2.2 && box[1] > 51.3 && box[3] < 51.5);
    json_decref(wards);
}

static void hot_spots_carry_their_wards_and_words(void **state)
{
    (void)state;
    json_t *hotspots = load("geojson/hotspots.geojson");
    json_t *parts = load("geojson/hotspots-by-ward.geojson");
    const json_t *first = feature_of(hotspots, "fly-tipping-e3742-n1646");
    assert_string_equal(json_string_value(property(first, "wards")), "Abbey; Mill & Weir");
    assert_string_equal(json_string_value(property(first, "trend")), "growing");
    assert_int_equal(json_integer_value(property(first, "count")), 96);
    assert_string_equal(json_string_value(property(first, "period_to")), "2026-11-02");
    const json_t *part = feature_of(parts, "fly-tipping-e3742-n1646-e05000002");
    assert_true(json_is_null(property(part, "count")));
    assert_string_equal(json_string_value(property(part, "count_shown")), "fewer than 5");
    json_decref(hotspots);
    json_decref(parts);
}

/* Rounding to six decimals makes thin parts touch and cross: what is written is valid all the same.
 */
static void rounded_shapes_stay_valid_whatever_they_were(void **state)
{
    (void)state;
    const uint64_t seed = 20261103;
    uint64_t random = seed;
    struct wh_error err = {0};
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int turn = 0; turn < 300; turn++) {
        /* A fan of teeth that are some centimetres wide. */
        enum { TEETH = 12, N = 2 * TEETH };
        struct wh_shape shape = {.n_parts = 1, .n_rings = 1, .n_vertices = N + 3};
        uint32_t part_start[2] = {0, 1}, ring_start[2] = {0, N + 3};
        double x[N + 3], y[N + 3];
        uint32_t n = 0;
        x[n] = 374000, y[n++] = 165000;
        double at = 374000;
        for (int i = 0; i < TEETH; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            at += 0.01 + (double)(random >> 40) / (1 << 24) * 0.3;
            x[n] = at, y[n++] = 165000.05 + (double)(random >> 20 & 0xFFFF) / 65536 * 0.2;
            x[n] = at + 0.02, y[n++] = 165001 + (double)(random >> 30 & 0xFFFF) / 65536;
            at += 0.02;
        }
        x[n] = at + 1, y[n++] = 165000;
        x[n] = x[0], y[n++] = y[0];
        for (uint32_t i = 0; i < n / 2; i++) { /* counter-clockwise */
            const double tx = x[i], ty = y[i];
            x[i] = x[n - 1 - i], y[i] = y[n - 1 - i];
            x[n - 1 - i] = tx, y[n - 1 - i] = ty;
        }
        shape.part_start = part_start;
        shape.ring_start = ring_start;
        shape.x = x;
        shape.y = y;
        struct wh_shape lonlat = {0};
        assert_wh_ok(wh_shape_to_lonlat(ctx, fixture.to_lonlat, &shape, &lonlat, &err));
        if (lonlat.n_parts > 0) {
            assert_wh_ok(wh_shape_check(ctx, &lonlat, &err));
            for (uint32_t i = 0; i < lonlat.n_vertices; i++) {
                assert_true(fabs(lonlat.x[i] * 1e6 - round(lonlat.x[i] * 1e6)) < 1e-6);
            }
        }
        wh_shape_finish(ctx, &lonlat);
    }
}

static void a_shape_smaller_than_the_rounding_has_no_geometry(void **state)
{
    (void)state;
    struct wh_error err = {0};
    uint32_t part_start[2] = {0, 1}, ring_start[2] = {0, 4};
    double x[4] = {374000, 374000.001, 374000, 374000}, y[4] = {165000, 165000, 165000.001, 165000};
    const struct wh_shape shape = {1, 1, 4, part_start, ring_start, x, y};
    struct wh_shape lonlat = {0};
    struct wh_buf buf;
    double box[4] = {0, 0, 0, 0};
    wh_buf_init(&buf, ctx);
    assert_wh_ok(wh_shape_to_lonlat(ctx, fixture.to_lonlat, &shape, &lonlat, &err));
    wh_geometry_add(&buf, &lonlat, box);
    assert_string_equal(buf.ptr, "null");
    wh_buf_finish(&buf);
    wh_shape_finish(ctx, &lonlat);
}

static void tables_hide_with_the_same_words(void **state)
{
    (void)state;
    char *wards = fixture_read(fixture.folder, "tables/wards.csv");
    assert_non_null(strstr(wards, "theme,theme_title,ward_code,ward_name,period_from,period_to,"
                                  "count,previous,change,per_km2,per_1000\r\n"));
    assert_non_null(strstr(wards, "fly-tipping,Fly-tipping,E05000001,Abbey,2026-08-05,2026-11-02,"
                                  "30,25,5,"));
    assert_non_null(strstr(wards, "fewer than 5,17,not shown,not shown,not shown\r\n"));
    assert_non_null(strstr(wards, ",not shown,17,not shown,not shown,not shown\r\n"));
    assert_non_null(strstr(wards, ",'=Lansdown,")); /* not a formula */
    free(wards);
}

static void wards_with_one_slug_get_files_of_their_own(void **state)
{
    (void)state;
    assert_string_equal(job.ward_slug[4], "etc");
    assert_string_equal(job.ward_slug[5], "etc-2");
}

struct names {
    char text[8192];
};

static void collect(void *user, const struct wh_out_field *field)
{
    struct names *names = user;
    const size_t len = strlen(names->text);
    snprintf(names->text + len, sizeof names->text - len, "%s;", field->name);
    assert_true(field->alias[0] != '\0' && field->definition[0] != '\0');
}

static void every_property_is_in_the_dictionary_in_its_order(void **state)
{
    (void)state;
    static const enum wh_out_file file[] = {WH_OUT_WARDS_GEOJSON, WH_OUT_HOTSPOTS_GEOJSON,
                                            WH_OUT_PARTS_GEOJSON};
    for (size_t i = 0; i < 3; i++) {
        struct names want = {""}, have = {""};
        wh_fields_each(&public_report.body, file[i], collect, &want);
        json_t *collection = load(wh_out_file_name(file[i]));
        const json_t *feature = json_array_get(json_object_get(collection, "features"), 0);
        const char *key;
        json_t *value;
        json_object_foreach(json_object_get(feature, "properties"), key, value)
        {
            const size_t len = strlen(have.text);
            snprintf(have.text + len, sizeof have.text - len, "%s;", key);
        }
        assert_string_equal(have.text, want.text);
        json_decref(collection);
    }
}

static void requests_leave_for_officers_only_without_sensitive_ones(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_job officers = job;
    officers.report = &fixture.officer.body;
    assert_wh_ok(wh_geojson_write_requests(&officers, &fixture.officer, &err));
    json_t *requests = load("geojson/requests.geojson");
    assert_int_equal(json_array_size(json_object_get(requests, "features")), 1);
    assert_string_equal(json_string_value(property(feature_of(requests, "100"), "opened")),
                        "2026-09-04T00:00:00Z");
    assert_string_equal(json_string_value(property(feature_of(requests, "100"), "problem")), "103");
    assert_true(json_real_value(property(feature_of(requests, "100"), "score")) >= 1);
    assert_true(json_is_false(property(feature_of(requests, "100"), "tied")));
    assert_int_equal((int)json_real_value(property(feature_of(requests, "100"), "from_postcode_m")),
                     1234);
    json_decref(requests);
}

static void public_manifest_hides_small_parts_and_what_gives_them_away(void **state)
{
    (void)state;
    struct wh_error err = {0};
    const struct wh_manifest manifest = {.gates = "ok"};
    assert_wh_ok(wh_manifest_write(ctx, fixture.folder, &public_report.body, &manifest, &err));
    json_t *json = load("manifest.json");
    const json_t *source = json_array_get(json_object_get(json, "sources"), 0);
    const json_t *rows = json_object_get(source, "rows");
    const json_t *placed = json_object_get(source, "state");
    assert_string_equal(json_string_value(json_object_get(rows, "new")), "not shown");
    assert_string_equal(json_string_value(json_object_get(rows, "unchanged")), "not shown");
    assert_int_equal(json_integer_value(json_object_get(rows, "read")), 1000);
    assert_string_equal(json_string_value(json_object_get(placed, "outside")), "not shown");
    assert_string_equal(json_string_value(json_object_get(placed, "mapped")), "not shown");
    json_decref(json);
    assert_wh_ok(wh_manifest_write(ctx, fixture.folder, &fixture.officer.body, &manifest, &err));
    json = load("manifest.json");
    source = json_array_get(json_object_get(json, "sources"), 0);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(source, "rows"), "new")),
                     3);
    json_decref(json);
}

static void hours_of_the_week_are_listed_for_officers(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_job officers = job;
    officers.report = &fixture.officer.body;
    assert_wh_ok(wh_tables_write_hours(&officers, &fixture.officer, &err));
    char *hours = fixture_read(fixture.folder, "tables/hours.csv");
    assert_non_null(strstr(hours,
                           "theme,theme_title,period_from,period_to,weekday,hour,opened_then\r\n"
                           "fly-tipping,Fly-tipping,2026-08-05,2026-11-02,Monday,0,0\r\n"));
    assert_non_null(strstr(hours, ",Monday,9,1\r\n"));
    assert_non_null(strstr(hours, ",Monday,10,0.5\r\n"));
    assert_non_null(strstr(hours, ",Sunday,23,0\r\n"));
    assert_non_null(strstr(hours, "2026-11-02,,,1\r\n"));
    free(hours);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ward_figures_are_numbers_where_shown),
        cmocka_unit_test(hidden_figures_are_null_and_say_why),
        cmocka_unit_test(box_of_a_collection_is_that_of_its_vertices),
        cmocka_unit_test(hot_spots_carry_their_wards_and_words),
        cmocka_unit_test(rounded_shapes_stay_valid_whatever_they_were),
        cmocka_unit_test(a_shape_smaller_than_the_rounding_has_no_geometry),
        cmocka_unit_test(tables_hide_with_the_same_words),
        cmocka_unit_test(wards_with_one_slug_get_files_of_their_own),
        cmocka_unit_test(every_property_is_in_the_dictionary_in_its_order),
        cmocka_unit_test(requests_leave_for_officers_only_without_sensitive_ones),
        cmocka_unit_test(hours_of_the_week_are_listed_for_officers),
        cmocka_unit_test(public_manifest_hides_small_parts_and_what_gives_them_away),
    };
    return cmocka_run_group_tests_name("publish layers", tests, set_up, tear_down);
}
