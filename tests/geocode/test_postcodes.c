/* Gazetteers of postcodes: files, columns, CRS, what is bad in them, and looking things up. */
#include "base/sha256.h"
#include "base/str.h"
#include "geocode_test.h"
#include "wh_test_ctx.h"

static struct wh_gazetteers *open_as(struct wh_gazetteer gazetteer)
{
    gazetteer.type = WH_GAZETTEER_POSTCODE;
    return open_gazetteers(ctx, &gazetteer, 1);
}

static enum wh_status open_faulty(struct wh_gazetteer gazetteer, struct wh_gazetteers **ret,
                                  struct wh_error *err)
{
    gazetteer.type = WH_GAZETTEER_POSTCODE;
    return wh_gazetteers_open(ctx, &gazetteer, 1, &plain, ret, err);
}

static size_t n_postcodes(const struct wh_gazetteers *postcodes)
{
    return wh_gazetteers_index(postcodes)->n_postcodes;
}

static void assert_at(const struct wh_gazetteers *postcodes, const char *text, double x, double y,
                      double within_m)
{
    double found_x = 0, found_y = 0, precision_m = 0;
    if (!find_postcode(postcodes, text, &found_x, &found_y, &precision_m)) {
        fail_msg("\"%s\" is not found", text);
    }
    if (fabs(found_x - x) > within_m || fabs(found_y - y) > within_m) {
        fail_msg("\"%s\" is at %.3f, %.3f, not %.3f, %.3f", text, found_x, found_y, x, y);
    }
    assert_true(precision_m > 10 && precision_m < 200); /* a centroid is no point */
}

static void assert_nowhere(const struct wh_gazetteers *postcodes, const char *text)
{
    double x = 1, y = 2, precision_m = 3;
    assert_false(find_postcode(postcodes, text, &x, &y, &precision_m));
    assert_true(x < 1.5 && y < 2.5 && precision_m < 3.5); /* as they were */
}

static void a_postcode_is_found_however_it_is_written(void **state)
{
    (void)state;
    struct wh_gazetteers *postcodes = open_as((struct wh_gazetteer){
        .pattern = write_text("written.csv", "\xEF\xBB\xBF"
                                             "Postcode,Eastings,Northings\r\n"
                                             "BA1 1AA,375000,165000\r\n"
                                             "ba2  6ah,376000,164000\r\n"
                                             "\"EC1A1BB\",532000,181000\r\n")});
    assert_int_equal(n_postcodes(postcodes), 3);
    static const char *const ways[] = {"BA1 1AA", "ba11aa",  " BA1  1AA ",
                                       "BA1-1AA", "BAI 1AA", "BA1 IAA"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        assert_at(postcodes, ways[i], 375000, 165000, 0);
    }
    assert_at(postcodes, "BA2 6AH", 376000, 164000, 0);
    assert_at(postcodes, "EC1A 1BB", 532000, 181000, 0);
    static const char *const others[] = {"BA1 1AB", "BA1",       "BA1 1A",  "",
                                         "unknown", "BA1 1AA x", "ZZ99 9ZZ"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_nowhere(postcodes, others[i]);
    }
    wh_gazetteers_destroy(ctx, postcodes);
    wh_gazetteers_destroy(ctx, NULL);
}

static void rows_that_cannot_be_read_are_counted(void **state)
{
    (void)state;
    static const char text[] = "pcds,oseast1m,osnrth1m,note\n"
                               "BA1 1AA,375000,165000,good\n"
                               "NOT ONE,375000,165000,no postcode\n"
                               "BA1 1AB,,165000,no easting\n"
                               "BA1 1AC,nan,165000,not a number\n"
                               "BA1 1AD,0x10,165000,not a number\n"
                               "BA1 1AE,375000\n"
                               "BA1 1AF,375001,165000,a \"quote\" inside\n"
                               "BA1 1AG, 375002 ,165000,blanks\n";
    struct wh_gazetteers *postcodes =
        open_as((struct wh_gazetteer){.pattern = write_text("dirty.csv", text)});
    size_t n = 0;
    const struct wh_gazetteer_note *note = wh_gazetteers_files(postcodes, &n);
    assert_int_equal(n, 1);
    assert_string_equal(note->path, "dirty.csv");
    assert_int_equal(note->rows, 8);
    assert_int_equal(note->bad_rows, 6);
    assert_int_equal(n_postcodes(postcodes), 2);
    struct wh_sha256 sha;
    char hex[65];
    wh_sha256_init(&sha);
    wh_sha256_add(&sha, text, strlen(text));
    wh_sha256_hex(&sha, hex);
    assert_string_equal(note->sha256, hex);
    assert_at(postcodes, "BA1 1AG", 375002, 165000, 0);
    wh_gazetteers_destroy(ctx, postcodes);
}

static void columns_are_named_or_known(void **state)
{
    (void)state;
    write_text("named.csv", "unit,e,n,x,y\nBA1 1AA,375000,165000,1,2\n");
    struct wh_gazetteers *postcodes =
        open_as((struct wh_gazetteer){.pattern = "named.csv",
                                      .field[WH_GAZ_POSTCODE] = "unit",
                                      .field[WH_GAZ_X] = "e",
                                      .field[WH_GAZ_Y] = "n"});
    assert_at(postcodes, "BA1 1AA", 375000, 165000, 0);
    wh_gazetteers_destroy(ctx, postcodes);
    static const struct {
        struct wh_gazetteer gazetteer;
        const char *sentence;
    } cases[] = {
        {{.pattern = "named.csv"}, "no column for the postcode"},
        {{.pattern = "named.csv", .field[WH_GAZ_POSTCODE] = "unit", .field[WH_GAZ_X] = "east"},
         "no column east for the gazetteer's x"},
        {{.pattern = "named.csv",
          .field[WH_GAZ_POSTCODE] = "unit",
          .field[WH_GAZ_X] = "e",
          .field[WH_GAZ_Y] = "north"},
         "no column north for the gazetteer's y"},
        {{.pattern = "no-such-*.csv"}, "no file matches"},
        {{.pattern = "no-such.csv"}, "No such file"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wh_error err = {0};
        postcodes = NULL;
        assert_int_equal(open_faulty(cases[i].gazetteer, &postcodes, &err), WH_ERR_INPUT);
        assert_text_has(err.message, cases[i].sentence);
        assert_null(postcodes);
    }
}

static void several_files_make_one_gazetteer_whatever_their_order(void **state)
{
    (void)state;
    struct wh_error err = {0};
    assert_wh_ok(wh_io_make_folders("codepo", 0755, &err));
    write_text("codepo/ba.csv", "postcode,x,y\nBA1 1AA,375000,165000\nBA1 1AB,375100,165000\n");
    write_text("codepo/bs.csv", "y,x,postcode\n172000,359000,BS1 1AA\n165000,375200,BA1 1AB\n");
    write_text("more.csv", "postcode,x,y\nBA1 1AB,375050,165000\n");
    const struct wh_gazetteer folder = {.type = WH_GAZETTEER_POSTCODE, .pattern = "codepo/*.csv"},
                              more = {.type = WH_GAZETTEER_POSTCODE, .pattern = "more.csv"};
    double x[2] = {0};
    for (size_t order = 0; order < 2; order++) {
        const struct wh_gazetteer both[] = {order == 0 ? folder : more, order == 0 ? more : folder};
        struct wh_gazetteers *postcodes = NULL;
        assert_wh_ok(wh_gazetteers_open(ctx, both, 2, &plain, &postcodes, &err));
        size_t n = 0;
        (void)wh_gazetteers_files(postcodes, &n);
        assert_int_equal(n, 3);
        assert_at(postcodes, "BS1 1AA", 359000, 172000, 0);
        double y = 0, precision_m = 0;
        assert_true(find_postcode(postcodes, "BA1 1AB", &x[order], &y, &precision_m));
        wh_gazetteers_destroy(ctx, postcodes);
    }
    assert_memory_equal(&x[0], &x[1], sizeof x[0]);
    struct wh_gazetteers *none = open_gazetteers(ctx, NULL, 0);
    assert_int_equal(n_postcodes(none), 0);
    assert_nowhere(none, "BA1 1AA");
    wh_gazetteers_destroy(ctx, none);
}

static void longitude_and_latitude_are_brought_into_the_working_crs(void **state)
{
    (void)state;
    /* Bath Abbey: -2.35861, 51.38144 in WGS 84 is 375126, 164790 in EPSG:27700 (Ordnance Survey's
     * converter). */
    struct wh_gazetteers *postcodes = open_as((struct wh_gazetteer){
        .pattern = write_text(
            "lonlat.csv",
            "postcode,latitude,longitude\nBA1 1LT,51.38144,-2.35861\nBA1 1AA,551.4,-2.4\n"),
        .crs = "EPSG:4326"});
    assert_at(postcodes, "BA1 1LT", 375126, 164790, 30);
    assert_int_equal(n_postcodes(postcodes), 1); /* 551 degrees north are no place */
    wh_gazetteers_destroy(ctx, postcodes);
    struct wh_error err = {0};
    const struct wh_gazetteer unknown = {.pattern = "lonlat.csv", .crs = "EPSG:999999"};
    assert_int_equal(open_faulty(unknown, &postcodes, &err), WH_ERR_CONFIG);
}

static void a_layer_of_points_does_as_well(void **state)
{
    (void)state;
    write_text("layer.geojson",
               "{\"type\":\"FeatureCollection\",\"features\":["
               "{\"type\":\"Feature\",\"properties\":{\"pcd\":\"ba11lt\"},\"geometry\":"
               "{\"type\":\"Point\",\"coordinates\":[-2.35861,51.38144]}},"
               "{\"type\":\"Feature\",\"properties\":{\"pcd\":null},\"geometry\":"
               "{\"type\":\"Point\",\"coordinates\":[-2.3,51.3]}},"
               "{\"type\":\"Feature\",\"properties\":{\"pcd\":\"BA1 1AB\"},\"geometry\":"
               "{\"type\":\"LineString\",\"coordinates\":[[-2.3,51.3],[-2.4,51.4]]}}]}");
    struct wh_gazetteers *postcodes = open_as((struct wh_gazetteer){.pattern = "layer.geojson"});
    size_t n = 0;
    const struct wh_gazetteer_note *note = wh_gazetteers_files(postcodes, &n);
    assert_int_equal(note->rows, 3);
    assert_int_equal(note->bad_rows, 1); /* a line stands for its middle */
    assert_int_equal(strlen(note->sha256), 64);
    assert_at(postcodes, "BA1 1LT", 375126, 164790, 30);
    wh_gazetteers_destroy(ctx, postcodes);
    write_text(
        "unnamed.geojson",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
        "{\"code\":\"BA1 1LT\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[-2,51]}}]}");
    struct wh_error err = {0};
    const struct wh_gazetteer unnamed = {.pattern = "unnamed.geojson"};
    assert_int_equal(open_faulty(unnamed, &postcodes, &err), WH_ERR_INPUT);
    assert_text_has(err.message, "no column for the postcode");
    const struct wh_gazetteer named = {.pattern = "unnamed.geojson",
                                       .field[WH_GAZ_POSTCODE] = "code"};
    postcodes = open_as(named);
    assert_int_equal(n_postcodes(postcodes), 1);
    wh_gazetteers_destroy(ctx, postcodes);
}

static void a_gazetteer_that_finds_no_memory_leaves_none_behind(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    const struct wh_gazetteer gazetteer = {
        .pattern = write_text("memory.csv",
                              "postcode,x,y\nBA1 1AA,375000,165000\nBA1 1AB,375100,165000\n")};
    enum wh_status status = WH_ERR_LIMIT;
    const size_t before = wh_alloc_in_use(ctx);
    uint64_t n = 0;
    while (status != WH_OK) {
        struct wh_gazetteers *postcodes = NULL;
        struct wh_error err = {0};
        wh_alloc_fail_at(ctx, ++n, false);
        status = open_faulty(gazetteer, &postcodes, &err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK || (status == WH_ERR_LIMIT && postcodes == NULL));
        wh_gazetteers_destroy(ctx, postcodes);
        assert_int_equal(wh_alloc_in_use(ctx), before);
    }
    assert_true(n > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_postcode_is_found_however_it_is_written),
        cmocka_unit_test(rows_that_cannot_be_read_are_counted),
        cmocka_unit_test(columns_are_named_or_known),
        cmocka_unit_test(several_files_make_one_gazetteer_whatever_their_order),
        cmocka_unit_test(longitude_and_latitude_are_brought_into_the_working_crs),
        cmocka_unit_test(a_layer_of_points_does_as_well),
        cmocka_unit_test(a_gazetteer_that_finds_no_memory_leaves_none_behind),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
