/* Corrections and lists of what has no place: each is read, and the list, filled in, is a file of
 * corrections. */
#include "base/str.h"
#include "geo/geo.h"
#include "geocode/report.h"
#include "geocode/unplaced.h"
#include "geocode_test.h"
#include "store/store.h"

static struct wh_ctx *ctx;

static int begin(void **state)
{
    (void)state;
    ctx = wh_test_ctx();
    return 0;
}

static int end(void **state)
{
    (void)state;
    return wh_test_drop_ctx(ctx);
}

/* ---- reading ---- */

static struct wh_corrections read_good(const char *name, const char *text)
{
    const struct wh_corrections_spec spec = {.path = write_text(name, text)};
    struct wh_corrections corrections = {0};
    struct wh_error err = {0};
    assert_wh_ok(wh_corrections_read(ctx, &spec, "EPSG:27700", &coarse, &corrections, &err));
    return corrections;
}

static void assert_refused(const char *name, const char *text, uint32_t line, const char *sentence)
{
    const struct wh_corrections_spec spec = {.path = write_text(name, text)};
    struct wh_corrections corrections = {0};
    struct wh_error err = {0};
    assert_int_equal(wh_corrections_read(ctx, &spec, "EPSG:27700", &coarse, &corrections, &err),
                     WH_ERR_INPUT);
    assert_int_equal(err.line, line);
    assert_non_null(strstr(err.message, sentence));
}

static void places_are_read_in_any_of_their_forms(void **state)
{
    (void)state;
    struct wh_corrections c = read_good("metres.csv", "Reference,x,y,SOURCE,note\n"
                                                      "R1,375000,165000.5,crm,\"moved, twice\"\n"
                                                      " R2 ,,, crm ,not yet\n"
                                                      "R3,375010,165010,web,\n");
    assert_int_equal(c.n, 2);
    assert_int_equal(c.n_blank, 1);
    assert_string_equal(c.at[0].source_id, "crm");
    assert_string_equal(c.at[0].reference, "R1");
    assert_float_equal(c.at[0].x, 375000, 1e-9);
    assert_float_equal(c.at[0].y, 165000.5, 1e-9);
    assert_int_equal(c.at[1].line, 4);
    assert_int_equal(strlen(c.sha256), 64);
    wh_corrections_finish(ctx, &c);

    c = read_good("degrees.csv", "source,reference,lat,lon\ncrm,R1,51.38136,-2.35916\n");
    assert_int_equal(c.n, 1);
    assert_float_equal(c.at[0].x, 375100, 150); /* Bath, by the coarse datum */
    assert_float_equal(c.at[0].y, 164900, 250);
    wh_corrections_finish(ctx, &c);

    c = read_good("uprn.csv", "source,reference,uprn\ncrm,R1,100120000001\ncrm,R2,\n");
    assert_int_equal(c.n, 1);
    assert_true(isnan(c.at[0].x) && isnan(c.at[0].y));
    assert_int_equal(c.at[0].uprn, 100120000001);
    wh_corrections_finish(ctx, &c);

    c = read_good(
        "points.geojson",
        "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
        "\"urn:ogc:def:crs:EPSG::27700\"}},\"features\":["
        "{\"type\":\"Feature\",\"properties\":{\"source\":\"crm\",\"reference\":\"R1\",\"uprn\":"
        "null},\"geometry\":{\"type\":\"Point\",\"coordinates\":[375000,165000]}},"
        "{\"type\":\"Feature\",\"properties\":{\"source\":\"crm\",\"reference\":\"R2\",\"uprn\":7},"
        "\"geometry\":null}]}");
    assert_int_equal(c.n, 2);
    assert_float_equal(c.at[0].x, 375000, 1e-6);
    assert_true(isnan(c.at[1].x));
    assert_int_equal(c.at[1].uprn, 7);
    wh_corrections_finish(ctx, &c);
}

static void faults_are_refused_with_their_place(void **state)
{
    (void)state;
    assert_refused("c.csv", "source,x,y\ncrm,1,2\n", 1, "no column reference");
    assert_refused("c.csv", "reference,x,y\nR1,1,2\n", 1, "no column source");
    assert_refused("c.csv", "source,reference\ncrm,R1\n", 1, "no column x and y");
    assert_refused("c.csv", "source,reference,x,y\ncrm,R1,1,2\ncrm,R1,375000,\n", 3,
                   "the y is \"\", not a number");
    assert_refused("c.csv", "source,reference,uprn\ncrm,R1,12B\n", 2,
                   "the uprn is \"12B\", not a number");
    assert_refused("c.csv", "source,reference,x,y\ncrm,,375000,165000\n", 2,
                   "the reference is empty");
    assert_refused("c.csv", "source,reference,x,y\n,R1,375000,165000\n", 2, "the source is empty");
    assert_refused("c.csv", "source,reference,lon,lat\ncrm,R1,-2,91\n", 2, "no place of their CRS");
    assert_refused(
        "line.geojson",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
        "\"properties\":{\"source\":\"crm\",\"reference\":\"R1\"},\"geometry\":{\"type\":"
        "\"LineString\",\"coordinates\":[[0,51],[1,52]]}}]}",
        0, "feature 1 is not a point");
}

/* ---- from a request without a place to one with ---- */

static void put(struct wh_store *store, const char *reference, const char *address,
                const char *postcode, uint64_t line)
{
    struct wh_error err = {0};
    enum wh_put how = WH_PUT_ADDED;
    const struct wh_request request = {.reference = wh_str_c(reference),
                                       .category = wh_str_c("Potholes"),
                                       .address = wh_str_c(address),
                                       .postcode = wh_str_c(postcode),
                                       .channel = wh_str_c(line < 5 ? "phone" : ""),
                                       .opened_at = 1700000000,
                                       .opened_to = 1700000000,
                                       .closed_at = WH_NO_TIME,
                                       .due_at = WH_NO_TIME,
                                       .updated_at = WH_NO_TIME,
                                       .cost = (double)NAN,
                                       .given_x = (double)NAN,
                                       .given_y = (double)NAN,
                                       .line = line};
    assert_wh_ok(wh_store_put(store, &request, &how, &err));
}

static struct wh_store *make_state(void)
{
    struct wh_store *store = NULL;
    struct wh_error err = {0};
    struct wh_reading_end ended;
    const char *const name[] = {"rows.csv"};
    const bool skip[] = {false};
    const struct wh_reading reading = {
        .source_id = "crm", .key = WH_KEY_UPSERT, .rules = "1", .as_of_day = 20000};
    (void)remove("corrections.db");
    assert_wh_ok(wh_store_open(ctx, "corrections.db", &store, &err));
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_store_source_begin(store, &reading, &err));
    assert_wh_ok(wh_store_source_files(store, name, skip, 1, &err));
    wh_store_file_begin(store, 0);
    put(store, "R1", "=2+3, the big tree", "", 2);
    put(store, "R2", "", "BA1 1AA", 3);
    put(store, "R3", "2 Mill Lane", "", 4);
    put(store, "R4", "", "ZZ9 9ZZ", 5);
    const struct wh_known_file file = {.sha256 = "0", .rows = 4, .newest_utc = WH_NO_TIME};
    assert_wh_ok(wh_store_file_end(store, &file, &err));
    assert_wh_ok(wh_store_source_end(store, &ended, &err));
    return store;
}

static const char gazetteer_text[] = "uprn,number,street,locality,postcode,x,y\n"
                                     "11,2,Mill Lane,Bathampton,BA1 1AA,375000,165000\n"
                                     "12,2,Mill Lane,Twerton,BA2 2AA,372000,164000\n"
                                     "13,4,Mill Lane,Twerton,BA2 2AA,372010,164000\n";

static struct wh_shape big_square(void)
{
    struct wh_shape shape = {.n_parts = 1, .n_rings = 1, .n_vertices = 5};
    static const double x[5] = {370000, 380000, 380000, 370000, 370000};
    static const double y[5] = {160000, 160000, 170000, 170000, 160000};
    shape.part_start = wh_alloc_array(ctx, 2, sizeof *shape.part_start);
    shape.ring_start = wh_alloc_array(ctx, 2, sizeof *shape.ring_start);
    shape.x = wh_alloc_array(ctx, 5, sizeof *shape.x);
    shape.y = wh_alloc_array(ctx, 5, sizeof *shape.y);
    assert_true(shape.part_start && shape.ring_start && shape.x && shape.y);
    shape.part_start[1] = 1;
    shape.ring_start[1] = 5;
    memcpy(shape.x, x, sizeof x);
    memcpy(shape.y, y, sizeof y);
    return shape;
}

struct town {
    struct wh_store *store;
    struct wh_gazetteers *gazetteers;
    struct wh_areas wards;
    struct wh_shape shape;
    struct wh_transform *same;
    struct wh_unplaced unplaced;
    struct wh_geocode_report report;
};

static void place(struct town *town, const struct wh_corrections *corrections, size_t n_unknown)
{
    const struct wh_source_crs source = {.source_id = "crm", .to_working = town->same};
    struct wh_geocode_options opt = {.wards = &town->wards,
                                     .gazetteers = town->gazetteers,
                                     .source = &source,
                                     .n_sources = 1,
                                     .corrections = corrections,
                                     .ladder = {.conflict_m = 1000}};
    struct wh_error err = {0};
    struct wh_fix *fix = NULL;
    size_t unknown = 0;
    wh_unplaced_finish(ctx, &town->unplaced);
    wh_geocode_report_finish(ctx, &town->report);
    assert_wh_ok(wh_store_load(town->store, &town->unplaced, &err));
    assert_wh_ok(wh_corrections_find(ctx, corrections, town->store, &town->unplaced.requests, &fix,
                                     &opt.n_fixes, &unknown, &err));
    assert_int_equal(unknown, n_unknown);
    opt.fix = fix;
    assert_wh_ok(wh_geocode(ctx, &opt, &town->unplaced, &town->report, &err));
    wh_free(ctx, fix);
}

/* The file's text, to be read until the next call. */
static const char *text_of(const char *path)
{
    static char text[8192];
    struct wh_error err = {0};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    assert_wh_ok(wh_io_read_all(ctx, path, sizeof text - 1, &buf, &err));
    snprintf(text, sizeof text, "%s", buf.ptr);
    wh_buf_finish(&buf);
    return text;
}

static struct town open_town(void)
{
    static const char *code[] = {"W1"};
    static double number[1];
    struct town town = {.store = make_state()};
    struct wh_error err = {0};
    town.shape = big_square();
    const struct wh_gazetteer gazetteer = {.type = WH_GAZETTEER_ADDRESS,
                                           .pattern = write_text("town.csv", gazetteer_text)};
    town.gazetteers = open_gazetteers(ctx, &gazetteer, 1);
    town.wards = (struct wh_areas){.n = 1,
                                   .code = code,
                                   .name = code,
                                   .population = number,
                                   .households = number,
                                   .area_km2 = number};
    assert_wh_ok(wh_transform_create(ctx, "EPSG:27700", "EPSG:27700", &coarse, &town.same, &err));
    return town;
}

static void close_town(struct town *town)
{
    wh_unplaced_finish(ctx, &town->unplaced);
    wh_geocode_report_finish(ctx, &town->report);
    wh_areas_finish(ctx, &town->wards);
    wh_shape_finish(ctx, &town->shape);
    wh_transform_destroy(ctx, town->same);
    wh_gazetteers_destroy(ctx, town->gazetteers);
    wh_store_close(town->store);
}

static void a_list_of_unplaced_requests_becomes_corrections(void **state)
{
    (void)state;
    struct town town = open_town();
    struct wh_error err = {0};
    const struct wh_corrections none = {0};
    const char *const folder = "unplaced";
    town.wards.shape = &town.shape;
    assert_wh_ok(wh_areas_index(ctx, &town.wards, &err));
    place(&town, &none, 0);
    const struct wh_requests *r = &town.unplaced.requests;
    assert_int_equal(r->n, 4);
    assert_int_equal(r->method[0], WH_METHOD_NONE);
    assert_int_equal(r->method[1], WH_METHOD_POSTCODE);
    assert_int_equal(r->method[2], WH_METHOD_NONE); /* two houses of that name */
    assert_wh_ok(wh_io_make_folders(folder, 0750, &err));
    (void)write_text("unplaced/gone.csv", "of a source that the config no longer names\n");
    assert_wh_ok(wh_unplaced_write(ctx, town.gazetteers, &town.unplaced, town.store, folder, &err));

    struct wh_file_info info;
    assert_false(wh_io_stat("unplaced/gone.csv", &info));
    const char *list = text_of("unplaced/crm.csv");
    assert_non_null(strstr(list, "crm,R1,rows.csv,2,"));
    assert_null(strstr(list, ",=2")); /* no formula for a spreadsheet */
    assert_null(strstr(list, "crm,R2,"));
    const char *tie = strstr(list, "crm,R3,rows.csv,4,tie,");
    assert_non_null(tie);
    assert_non_null(strstr(tie, "at x 375000, y 165000"));
    assert_non_null(strstr(tie, "at x 372000, y 164000"));
    assert_non_null(strstr(list, "crm,R4,rows.csv,5,postcode-unknown,"));

    struct wh_corrections blank = read_good("blank.csv", list); /* as it stands: nothing to do */
    assert_int_equal(blank.n, 0);
    assert_int_equal(blank.n_blank, 3);
    wh_corrections_finish(ctx, &blank);

    struct wh_corrections c = read_good("corrections.csv", "source,reference,x,y,uprn\n"
                                                           "crm,R1,371000,161000,\n"
                                                           "crm,R1,371500,161500,\n"
                                                           "crm,R3,,,12\n"
                                                           "crm,R2,,,999\n"
                                                           "crm,R9,371000,161000,\n"
                                                           "web,R4,371000,161000,\n");
    place(&town, &c, 2);
    r = &town.unplaced.requests;
    assert_int_equal(r->method[0], WH_METHOD_CORRECTION);
    assert_float_equal(r->x[0], 371500, 1e-9); /* the last row holds */
    assert_int_equal(r->placing[0].line, 3);
    assert_int_equal(r->ward[0], 0);
    assert_int_equal(r->outcome[0], WH_OUTCOME_MAPPED);
    assert_int_equal(r->method[2], WH_METHOD_CORRECTION);
    assert_float_equal(r->x[2], 372000, 1e-9);
    assert_int_equal(r->placing[2].reason, WH_REASON_NONE);
    assert_int_equal(r->method[1], WH_METHOD_POSTCODE); /* 999 is in no gazetteer */
    assert_int_equal(town.report.n_idle_fixes, 1);
    assert_int_equal(town.report.first_idle_fix, 5);
    assert_int_equal(r->method[3], WH_METHOD_NONE); /* another source's R4 */
    assert_int_equal(town.report.ledger[0].by_method[WH_METHOD_CORRECTION], 2);
    wh_corrections_finish(ctx, &c);
    close_town(&town);
}

/* ---- the report ---- */

static uint64_t sum_methods(const struct wh_hits *hits)
{
    uint64_t sum = 0;
    for (size_t m = 0; m < WH_N_METHODS; m++) {
        sum += hits->by_method[m];
    }
    return sum;
}

/* Every request stands once in each breakdown (by ward: if any is known), in one class of
 * precision or with one reason. */
static void assert_sums(const struct wh_geocoding *g)
{
    uint64_t precise = 0, reasons = 0;
    for (size_t b = 0; b < WH_N_BREAKDOWNS; b++) {
        uint64_t sum = 0;
        for (size_t i = 0; i < g->n_by[b]; i++) {
            assert_int_equal(sum_methods(&g->by[b][i]), g->by[b][i].requests);
            assert_true(i == 0 || g->by[b][i].requests <= g->by[b][i - 1].requests);
            sum += g->by[b][i].requests;
        }
        assert_true(sum == g->all.requests || (b == WH_BY_WARD && sum < g->all.requests));
    }
    for (size_t i = 0; i < WH_N_PRECISIONS; i++) {
        precise += g->by_precision[i];
    }
    for (size_t i = 0; i < WH_N_REASONS; i++) {
        reasons += g->by_reason[i];
    }
    assert_int_equal(precise, wh_hits_placed(&g->all));
    assert_int_equal(reasons, g->all.requests - wh_hits_placed(&g->all));
}

static void the_report_counts_each_request_once(void **state)
{
    (void)state;
    struct town town = open_town();
    struct wh_geocoding g = {0};
    struct wh_error err = {0};
    const struct wh_corrections none = {0};
    town.wards.shape = &town.shape;
    assert_wh_ok(wh_areas_index(ctx, &town.wards, &err));
    place(&town, &none, 0);
    assert_wh_ok(wh_geocoding_make(ctx, town.gazetteers, &town.wards, &town.unplaced, &town.report,
                                   &g, &err));
    assert_sums(&g);
    assert_int_equal(g.all.requests, 4);
    assert_int_equal(wh_hits_placed(&g.all), 1);
    assert_int_equal(g.ties, 1);
    assert_int_equal(g.by_reason[WH_REASON_TIE], 1);
    assert_int_equal(g.by_reason[WH_REASON_POSTCODE_UNKNOWN], 1);
    assert_int_equal(g.by_reason[WH_REASON_STREET_UNKNOWN], 1);
    assert_int_equal(g.n_by[WH_BY_CHANNEL], 2);
    assert_string_equal(g.by[WH_BY_CHANNEL][0].name, "phone");
    assert_int_equal(g.by[WH_BY_CHANNEL][0].requests, 3);
    assert_string_equal(g.by[WH_BY_CHANNEL][1].name, "");
    assert_int_equal(g.by[WH_BY_WARD][0].requests, 1);
    assert_int_equal(g.n_unknown_streets, 1);
    assert_string_equal(g.unknown_street[0].name, "BIG TREE");
    assert_int_equal(g.n_gazetteers, 1);
    assert_string_equal(wh_gazetteer_file_name(&g.gazetteer[0]), "town.csv");
    wh_geocoding_finish(&g);
    close_town(&town);
}

static void classes_of_precision_have_their_upper_end(void **state)
{
    (void)state;
    assert_int_equal(wh_precision_class(0), 0);
    assert_int_equal(wh_precision_class(1), 0);
    assert_int_equal(wh_precision_class(1.01), 1);
    assert_int_equal(wh_precision_class(1000), 5);
    assert_int_equal(wh_precision_class(1e9), 6);
    assert_true(isinf(wh_precision_limit_m(6)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(places_are_read_in_any_of_their_forms, begin, end),
        cmocka_unit_test_setup_teardown(faults_are_refused_with_their_place, begin, end),
        cmocka_unit_test_setup_teardown(the_report_counts_each_request_once, begin, end),
        cmocka_unit_test(classes_of_precision_have_their_upper_end),
        cmocka_unit_test_setup_teardown(a_list_of_unplaced_requests_becomes_corrections, begin,
                                        end),
    };
    return cmocka_run_group_tests_name("geocode corrections", tests, NULL, NULL);
}
