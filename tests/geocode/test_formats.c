/* Gazetteer files of every publisher that is known by its columns, as rows; and kept in the state.
 */
#include "base/str.h"
#include "base/time.h"
#include "geocode_test.h"
#include "wh_test_ctx.h"

/* What was read, a line a row: "address 12|A|Mill Lane @ 375000.0 165000.0". */
struct told {
    char text[4096];
    size_t len, n;
};

static enum wh_status tell(void *user, const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct told *told = user;
    (void)err;
    told->len += (size_t)snprintf(told->text + told->len, sizeof told->text - told->len, "%s",
                                  wh_gazetteer_type_name(row->type));
    for (size_t i = 0; i < WH_N_GAZETTEER_TEXTS; i++) {
        if (row->text[i].len > 0) {
            told->len +=
                (size_t)snprintf(told->text + told->len, sizeof told->text - told->len, " %s=%.*s",
                                 wh_gazetteer_field_name((enum wh_gazetteer_field)i),
                                 (int)row->text[i].len, row->text[i].ptr);
        }
    }
    told->len += (size_t)snprintf(told->text + told->len, sizeof told->text - told->len,
                                  " q%u %d-%d @ %.1f %.1f\n", row->quality, row->from, row->to,
                                  row->x, row->y);
    told->n++;
    return WH_OK;
}

static struct wh_gazetteer_note read_file(struct wh_gazetteer gazetteer, const char *path,
                                          struct told *told)
{
    struct wh_gazetteer_note note = {0};
    struct wh_error err = {0};
    const struct wh_gazetteer_options opt = {.working_crs = "EPSG:27700", .crs_opt = &coarse};
    *told = (struct told){.len = 0};
    gazetteer.edition_day = gazetteer.edition_day == 0 ? WH_NO_DAY : gazetteer.edition_day;
    assert_wh_ok(wh_gazetteer_read(ctx, &gazetteer, &opt, path, 0, tell, told, &note, &err));
    return note;
}

static int64_t day(int32_t year, unsigned month, unsigned day_of_month)
{
    return wh_day_from_civil(year, month, day_of_month);
}

static void os_open_uprn(void **state)
{
    (void)state;
    struct told told;
    const struct wh_gazetteer_note note =
        read_file((struct wh_gazetteer){.type = WH_GAZETTEER_UPRN},
                  write_text("osopenuprn_202607.csv",
                             "\xEF\xBB\xBFUPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\r\n"
                             "1,358260.66,172796.50,51.4526038,-2.6020703\r\n"
                             "26,x,172796.5,51.45,-2.6\r\n"),
                  &told);
    assert_string_equal(told.text, "uprn uprn=1 q0 0-0 @ 358260.7 172796.5\n");
    assert_int_equal(note.rows, 2);
    assert_int_equal(note.bad_rows, 1);
    assert_int_equal(note.edition_day, day(2026, 7, 1));
}

static void code_point_open_has_no_header(void **state)
{
    (void)state;
    struct told told;
    const struct wh_gazetteer_note note = read_file(
        (struct wh_gazetteer){.type = WH_GAZETTEER_POSTCODE},
        write_text("ba.csv",
                   "\"BA1 0AQ\",10,375000,164500,\"E92000001\",\"E19000002\",\"E18000010\",\"\","
                   "\"E06000022\",\"E05001935\"\n"
                   "\"BA1 0AY\",60,375100,164500,\"E92000001\",\"E19000002\",\"E18000010\",\"\","
                   "\"E06000022\",\"E05001935\"\n"
                   "\"BA99 9ZZ\",90,0,0,\"E92000001\",\"\",\"\",\"\",\"\",\"\"\n"),
        &told);
    assert_string_equal(told.text, "postcode postcode=BA1 0AQ q10 0-0 @ 375000.0 164500.0\n"
                                   "postcode postcode=BA1 0AY q60 0-0 @ 375100.0 164500.0\n");
    assert_int_equal(note.rows, 3);
    assert_int_equal(note.bad_rows, 1); /* quality 90: no place */
    assert_int_equal(note.edition_day, WH_NO_DAY);
}

static void onspd_old_and_new(void **state)
{
    (void)state;
    struct told told;
    struct wh_gazetteer_note note = read_file(
        (struct wh_gazetteer){.type = WH_GAZETTEER_POSTCODE},
        write_text("ONSPD_FEB_2026_UK.csv",
                   "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,lat,long\n"
                   "BA1 1AA,BA1  1AA,BA1 1AA,198001,,0,375000,0164500,1,51.3,-2.3\n"
                   "BA1 9ZZ,BA1  9ZZ,BA1 9ZZ,198001,199606,0,375100,0164500,8,51.3,-2.3\n"
                   "BT1 1AA,BT1  1AA,BT1 1AA,198001,,0,333900,0374300,1,54.6,-5.93\n"
                   "IM1 1AA,IM1  1AA,IM1 1AA,198001,,0,,,9,99.999999,0.000000\n"),
        &told);
    assert_text_has(told.text, "postcode=BA1 1AA q10 198001-0 @ 375000.0 164500.0\n");
    assert_text_has(told.text, "postcode=BA1 9ZZ q80 198001-199606 @ 375100.0 164500.0\n");
    /* The Irish Grid is not taken for the British one: Belfast is by its longitude and latitude. */
    assert_null(strstr(told.text, "333900"));
    assert_text_has(told.text, "postcode=BT1 1AA");
    assert_int_equal(note.bad_rows, 1);
    assert_int_equal(note.edition_day, day(2026, 2, 1));
    note = read_file((struct wh_gazetteer){.type = WH_GAZETTEER_POSTCODE},
                     write_text("nspl.csv",
                                "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,lat,"
                                "long\nBA1 1AA,BA1  1AA,BA1 1AA,198001,,0,375000,164500,1,51.3,-2.3"
                                "\nBA1 1AB,BA1  1AB,BA1 1AB,202511,,0,375000,164500,1,51.3,-2.3\n"),
                     &told);
    assert_text_has(told.text, "postcode=BA1 1AA q10 198001-0 @ 375000.0 164500.0\n");
    assert_int_equal(note.edition_day,
                     day(2025, 11, 1)); /* at least as new as its newest postcode */
}

static const char open_names[] =
    "osgb1,http://x/1,Mill Lane,,,,transportNetwork,Section Of Named Road,375000,165000,5000,25000,"
    "374900,164950,375100,165050,BA1,u,Twerton,u,Village,Bath and North East Somerset,u,d,,,,"
    "South West,u,England,u,,,\n"
    "osgb2,http://x/2,Twerton,,,,populatedPlace,Suburban Area,372500,164600,5000,25000,372000,"
    "164000,373000,165000,BA2,u,,,,Bath and North East Somerset,u,d,,,,South West,u,England,u,,,\n"
    "BA11AA,http://x/3,BA1 1AA,,,,other,Postcode,375200,164900,5000,25000,,,,,BA1,u,,,,Bath,u,d,"
    ",,,South West,u,England,u,,,\n";

static void os_open_names_holds_three_gazetteers(void **state)
{
    (void)state;
    struct told told;
    write_text("ST64.csv", open_names);
    struct wh_gazetteer_note note =
        read_file((struct wh_gazetteer){.type = WH_GAZETTEER_STREET}, "ST64.csv", &told);
    assert_string_equal(told.text,
                        "street street=Mill Lane locality=Twerton town=Bath and North East "
                        "Somerset q0 0-0 @ 375000.0 165000.0\n");
    assert_int_equal(note.rows, 1); /* rows of other kinds are not asked for */
    note = read_file((struct wh_gazetteer){.type = WH_GAZETTEER_PLACE}, "ST64.csv", &told);
    assert_text_has(told.text, "place name=Twerton");
    assert_int_equal(told.n, 1);
    note = read_file((struct wh_gazetteer){.type = WH_GAZETTEER_POSTCODE}, "ST64.csv", &told);
    assert_text_has(told.text, "postcode=BA1 1AA q0 0-0 @ 375200.0 164900.0\n");
    assert_int_equal(note.rows, 1);
}

static void openaddresses_and_addressbase_and_bs7666(void **state)
{
    (void)state;
    struct told told;
    (void)read_file((struct wh_gazetteer){.type = WH_GAZETTEER_ADDRESS},
                    write_text("oa.csv",
                               "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,"
                               "ID,HASH\n-2.3586,51.3814,12A,Mill Lane,Flat 2,Bath,Twerton"
                               ",,BA2 1DB,t1,h1\n"),
                    &told);
    assert_text_has(told.text, "address unit=Flat 2 number=12A street=Mill Lane locality=Twerton "
                               "town=Bath postcode=BA2 1DB");
    (void)read_file(
        (struct wh_gazetteer){.type = WH_GAZETTEER_ADDRESS},
        write_text("core.csv",
                   "UPRN,PARENT_UPRN,UDPRN,USRN,TOID,CLASSIFICATION_CODE,EASTING,NORTHING,LATITUDE,"
                   "LONGITUDE,RPC,LAST_UPDATE_DATE,SINGLE_LINE_ADDRESS,PO_BOX,ORGANISATION,"
                   "SUB_BUILDING,BUILDING_NAME,BUILDING_NUMBER,STREET_NAME,LOCALITY,TOWN_NAME,"
                   "POST_TOWN,ISLAND,POSTCODE\n"
                   "100120,,,4700,,RD,375000,165000,51.3,-2.3,1,2026-01-01,"
                   "\"ROYAL OAK, 12, MILL LANE\",,ROYAL OAK,,,12,MILL LANE,TWERTON,BATH,BATH,,"
                   "BA2 1DB\n"),
        &told);
    assert_text_has(told.text, "address uprn=100120 usrn=4700 organisation=ROYAL OAK number=12 "
                               "street=MILL LANE locality=TWERTON town=BATH postcode=BA2 1DB");
    (void)read_file(
        (struct wh_gazetteer){.type = WH_GAZETTEER_ADDRESS},
        write_text("llpg.csv",
                   "UPRN,USRN,SAO_START_NUMBER,SAO_START_SUFFIX,SAO_END_NUMBER,SAO_END_SUFFIX,"
                   "SAO_TEXT,PAO_START_NUMBER,PAO_START_SUFFIX,PAO_END_NUMBER,PAO_END_SUFFIX,"
                   "PAO_TEXT,STREET_DESCRIPTOR,LOCALITY,TOWN_NAME,POSTCODE,EASTING,NORTHING\n"
                   "1,9,2,A,,,,12,,14,B,ROSE COTTAGE,MILL LANE,,BATH,BA2 1DB,375000,165000\n"
                   "2,9,,,,,GROUND FLOOR FLAT,16,C,,,,MILL LANE,,BATH,BA2 1DB,375010,165000\n"),
        &told);
    assert_text_has(told.text, "address uprn=1 usrn=9 unit=2A name=ROSE COTTAGE number=12-14B "
                               "street=MILL LANE town=BATH postcode=BA2 1DB");
    assert_text_has(told.text, "address uprn=2 usrn=9 unit=GROUND FLOOR FLAT number=16C");
}

static void any_other_by_its_fields(void **state)
{
    (void)state;
    struct told told;
    (void)read_file(
        (struct wh_gazetteer){
            .type = WH_GAZETTEER_JUNCTION,
            .field =
                {[WH_GAZ_STREET] = "a", [WH_GAZ_OTHER] = "b", [WH_GAZ_X] = "e", [WH_GAZ_Y] = "n"}},
        write_text("junctions.csv", "a,b,e,n\nHigh St,Mill Ln,375000,165000\n"), &told);
    assert_string_equal(told.text,
                        "junction street=High St other=Mill Ln q0 0-0 @ 375000.0 165000.0\n");
    (void)read_file(
        (struct wh_gazetteer){.type = WH_GAZETTEER_STREET, .field = {[WH_GAZ_NAME] = "label"}},
        write_text("streets.geojson",
                   "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
                   "\"properties\":{\"label\":\"Mill Lane\"},\"geometry\":{\"type\":"
                   "\"LineString\",\"coordinates\":[[-2.36,51.38],[-2.361,51.38]]}}]}"),
        &told);
    assert_text_has(told.text, "street street=Mill Lane");
}

static void editions_are_told_by_names(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int32_t year;
        unsigned month, day_of_month; /* year 0: none */
    } cases[] = {{"/data/osopenuprn_202607.csv", 2026, 7, 1},
                 {"ONSPD_MAY_2025_UK.csv", 2025, 5, 1},
                 {"codepo_gb-2026-08/Data/CSV/ba.csv", 2026, 8, 1},
                 {"llpg 2026-05-17.csv", 2026, 5, 17},
                 {"llpg20260517.csv", 2026, 5, 17},
                 {"November 2025/x.csv", 2025, 11, 1},
                 {"addresses.csv", 0, 0, 0},
                 {"e06000022.csv", 0, 0, 0},
                 {"1234567890123.csv", 0, 0, 0},
                 {"may.csv", 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t wanted = cases[i].year == 0
                                   ? WH_NO_DAY
                                   : day(cases[i].year, cases[i].month, cases[i].day_of_month);
        if (wh_gazetteer_edition(cases[i].path) != wanted) {
            fail_msg("%s is of day %lld, not %lld", cases[i].path,
                     (long long)wh_gazetteer_edition(cases[i].path), (long long)wanted);
        }
    }
}

/* ---- kept in the state ---- */

static struct wh_gazetteers *open_kept(struct wh_store *store, const struct wh_gazetteer *gazetteer,
                                       size_t n)
{
    struct wh_gazetteers *gazetteers = NULL;
    struct wh_error err = {0};
    struct wh_gazetteers_options opt = plain;
    opt.store = store;
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_gazetteers_open(ctx, gazetteer, n, &opt, &gazetteers, &err));
    assert_wh_ok(wh_store_commit(store, &err));
    return gazetteers;
}

static void a_file_that_has_not_changed_is_taken_from_the_state(void **state)
{
    (void)state;
    struct wh_store *store = NULL;
    struct wh_error err = {0};
    (void)remove("kept.db");
    assert_wh_ok(wh_store_open(ctx, "kept.db", &store, &err));
    const struct wh_gazetteer list[] = {
        {.type = WH_GAZETTEER_POSTCODE, .pattern = "kept.csv", .edition_day = day(2026, 5, 1)},
        {.type = WH_GAZETTEER_STREET,
         .pattern = "streets.geojson",
         .field = {[WH_GAZ_NAME] = "label"},
         .edition_day = WH_NO_DAY}};
    write_text("kept.csv", "postcode,x,y\nBA1 1AA,375000,165000\nnone,1,2\n");
    struct wh_gazetteers *first = open_kept(store, list, 2);
    double x = 0, y = 0, precision_m = 0;
    assert_true(find_postcode(first, "BA1 1AA", &x, &y, &precision_m));
    /* Taken from the state it is the same, to the street's last vertex. */
    struct wh_gazetteers *second = open_kept(store, list, 2);
    size_t n[2] = {0};
    const struct wh_gazetteer_note *note[2] = {wh_gazetteers_files(first, &n[0]),
                                               wh_gazetteers_files(second, &n[1])};
    assert_int_equal(n[0], 2);
    assert_int_equal(n[1], 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(note[0][i].sha256, note[1][i].sha256);
        assert_int_equal(note[0][i].rows, note[1][i].rows);
        assert_int_equal(note[0][i].bad_rows, note[1][i].bad_rows);
        assert_int_equal(note[0][i].edition_day, note[1][i].edition_day);
    }
    const struct wh_index *a = wh_gazetteers_index(first), *b = wh_gazetteers_index(second);
    assert_int_equal(a->n_streets, b->n_streets);
    assert_memory_equal(a->street[0].middle_cm, b->street[0].middle_cm,
                        sizeof a->street[0].middle_cm);
    assert_int_equal(a->piece_start[1], b->piece_start[1]);
    assert_memory_equal(a->vertex_cm, b->vertex_cm, 2 * a->piece_start[1] * sizeof *a->vertex_cm);
    wh_gazetteers_destroy(ctx, first);
    wh_gazetteers_destroy(ctx, second);
    /* A change in the file, or in how it is read, is seen; what the config no longer names goes. */
    write_text("kept.csv", "postcode,x,y,e,n\nBA1 1AA,375100,165000,375200,165000\n");
    first = open_kept(store, list, 1);
    assert_true(find_postcode(first, "BA1 1AA", &x, &y, &precision_m));
    assert_true(x > 375099.99 && x < 375100.01);
    assert_int_equal(wh_gazetteers_index(first)->n_streets, 0);
    wh_gazetteers_destroy(ctx, first);
    struct wh_gazetteer other = list[0];
    other.field[WH_GAZ_X] = "e";
    other.field[WH_GAZ_Y] = "n";
    first = open_kept(store, &other, 1);
    assert_true(find_postcode(first, "BA1 1AA", &x, &y, &precision_m));
    assert_true(x > 375199.99 && x < 375200.01);
    wh_gazetteers_destroy(ctx, first);
    wh_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(os_open_uprn),
        cmocka_unit_test(code_point_open_has_no_header),
        cmocka_unit_test(onspd_old_and_new),
        cmocka_unit_test(os_open_names_holds_three_gazetteers),
        cmocka_unit_test(openaddresses_and_addressbase_and_bs7666),
        cmocka_unit_test(any_other_by_its_fields),
        cmocka_unit_test(editions_are_told_by_names),
        cmocka_unit_test(a_file_that_has_not_changed_is_taken_from_the_state),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
