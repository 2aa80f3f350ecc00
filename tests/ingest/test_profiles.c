/* Layouts that many sources share: the columns of real exports, mapped by nobody. */
#include "base/time.h"
#include "ingest_test.h"

static struct bench b;

static const char *utc(int64_t at)
{
    static char text[4][32];
    static size_t next;
    next = (next + 1) % 4;
    return at == WH_NO_TIME ? "none" : wh_format_utc(at, text[next], sizeof text[next]);
}

static void expect_text(struct wh_str text, const char *wanted)
{
    if (!wh_str_eq_c(text, wanted)) {
        fail_msg("\"%.*s\" is not \"%s\"", (int)text.len, text.ptr, wanted);
    }
}

static void read_export(enum wh_profile profile, const char *zone, const char *text)
{
    open_bench(&b);
    b.source = (struct wh_source){.id = "crm",
                                  .pattern = "export.csv",
                                  .profile = profile,
                                  .key = WH_KEY_UPSERT,
                                  .is_required = true};
    wh_source_apply_profile(&b.source);
    set_zone(&b, zone);
    write_text("export.csv", text);
    read_source(&b);
    assert_int_equal(b.report.n_warnings, 0); /* columns that it has no use for are no news */
}

/* The dashboard of mysociety/fixmystreet, with groups of categories. */
static void an_export_of_fixmystreet_is_read(void **state)
{
    (void)state;
    read_export(WH_PROFILE_FIXMYSTREET, "Europe/London",
                "Report ID,Title,Detail,User Name,Category,Subcategory,Created,Confirmed,"
                "Acknowledged,Fixed,Closed,Status,Latitude,Longitude,Query,Ward,Easting,Northing,"
                "Report URL,Device Type,Site Used,Reported As\n"
                "7,Pothole,By my house,Jane Doe,Roads,Pothole,2026-07-01T10:00:00,"
                "2026-07-01T10:02:00,,2026-07-05T12:00:00,,fixed - council,51.38,-2.36,BA1 1AA,"
                "Kingsmead,375000,165000,https://x/7,website,fixmystreet,\n"
                "8,Bins,,(anonymous),Waste,,2026-07-02T10:00:00,,,,2026-07-09T08:00:00,closed,,,"
                "High Street,,,,https://x/8,mobile,bathnes,another_user\n");
    assert_int_equal(b.n, 2);
    expect_text(b.request[0].reference, "7");
    expect_text(b.request[0].category, "Pothole");
    expect_text(b.request[0].status, "fixed - council");
    expect_text(b.request[0].ward, "Kingsmead");
    expect_text(b.request[0].channel, "fixmystreet");
    expect_text(b.request[0].address, ""); /* what somebody looked for stays where it is */
    expect_text(b.request[0].postcode, "");
    assert_string_equal(utc(b.request[0].opened_at), "2026-07-01T09:00:00Z");
    assert_string_equal(utc(b.request[0].closed_at), "2026-07-05T11:00:00Z");
    assert_true(fabs(b.request[0].given_x + 2.36) < 1e-9);
    expect_text(b.request[1].category, "Waste");
    assert_string_equal(utc(b.request[1].closed_at), "2026-07-09T07:00:00Z");
    assert_true(isnan(b.request[1].given_x));
    close_bench(&b);
}

static void a_bulk_file_of_open311_is_read(void **state)
{
    (void)state;
    read_export(WH_PROFILE_OPEN311, "America/New_York",
                "service_request_id,requested_datetime,updated_datetime,closed_date,"
                "status_description,status_notes,source,service_name,service_subtype,description,"
                "agency_responsible,address,lat,long\n"
                "638344,2010-04-14T06:37:38-08:00,2010-04-15T06:37:38-08:00,,closed,Duplicate.,"
                "Phone,Sidewalk and Curb Issues,x,y,DPW,8TH AVE and JUDAH ST,37.76,-122.46\n");
    assert_int_equal(b.n, 1);
    expect_text(b.request[0].status, "closed");
    expect_text(b.request[0].channel, "Phone");
    expect_text(b.request[0].provider, "DPW");
    assert_string_equal(utc(b.request[0].closed_at), "2010-04-15T14:37:38Z");
    close_bench(&b);
}

struct city {
    const char *zone, *header, *row;
    const char *reference, *category, *opened, *closed, *address, *channel, *provider;
    double x, y;
};

static const struct city cities[] = {
    /* New York, erm2-nwe9: as the API gives it */
    {"America/New_York",
     "unique_key,created_date,closed_date,agency,agency_name,complaint_type,descriptor,"
     "location_type,incident_zip,incident_address,street_name,cross_street_1,status,due_date,"
     "resolution_description,resolution_action_updated_date,borough,x_coordinate_state_plane,"
     "y_coordinate_state_plane,open_data_channel_type,latitude,longitude,location",
     "44018401,2026-09-30T23:56:30.000,2026-10-01T02:00:00.000,NYPD,New York City Police "
     "Department,Noise - Residential,Loud Music/Party,Residential Building/House,11201,12 COURT "
     "STREET,COURT STREET,X,Closed,,The Police,2026-10-01T02:00:00.000,BROOKLYN,987000,192000,"
     "ONLINE,40.6930,-73.9908,\"(40.6930, -73.9908)\"",
     "44018401", "Noise - Residential", "2026-10-01T03:56:30Z", "2026-10-01T06:00:00Z",
     "12 COURT STREET", "ONLINE", "NYPD", -73.9908, 40.6930},
    /* ... and as the portal exports it */
    {"America/New_York",
     "Unique Key,Created Date,Closed Date,Agency,Agency Name,Problem (formerly Complaint Type),"
     "Incident Zip,Incident Address,Status,Due Date,Resolution Action Updated Date,Open Data "
     "Channel Type,Latitude,Longitude",
     "44018402,09/30/2026 11:56:30 PM,,DOT,Department of Transportation,Street Condition,11201,12 "
     "COURT STREET,Open,,,PHONE,40.6930,-73.9908",
     "44018402", "Street Condition", "2026-10-01T03:56:30Z", "none", "12 COURT STREET", "PHONE",
     "DOT", -73.9908, 40.6930},
    /* Chicago, v6vf-nfxy */
    {"America/Chicago",
     "SR_NUMBER,SR_TYPE,SR_SHORT_CODE,CREATED_DEPARTMENT,OWNER_DEPARTMENT,STATUS,ORIGIN,"
     "CREATED_DATE,LAST_MODIFIED_DATE,CLOSED_DATE,STREET_ADDRESS,CITY,STATE,ZIP_CODE,WARD,"
     "X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE",
     "SR26-01,Graffiti Removal Request,GRAF,,Streets and Sanitation,Completed,Mobile Device,"
     "07/01/2026 09:00:00 AM,07/03/2026 09:00:00 AM,07/02/2026 03:30:00 PM,1540 W 17TH ST,"
     "Chicago,Illinois,60608,25,1165000,1890000,41.8587,-87.6648",
     "SR26-01", "Graffiti Removal Request", "2026-07-01T14:00:00Z", "2026-07-02T20:30:00Z",
     "1540 W 17TH ST", "Mobile Device", "Streets and Sanitation", -87.6648, 41.8587},
    /* San Francisco, vw6y-z8j6 */
    {"America/Los_Angeles",
     "service_request_id,requested_datetime,closed_date,updated_datetime,status_description,"
     "status_notes,agency_responsible,service_name,service_subtype,service_details,address,lat,"
     "long,source",
     "16000001,2026-07-01T09:00:00.000,,2026-07-01T10:00:00.000,Open,open,DPW Ops Queue,Street and "
     "Sidewalk Cleaning,Bulky Items,Furniture,1 Main St,37.79,-122.39,Mobile/Open311",
     "16000001", "Street and Sidewalk Cleaning", "2026-07-01T16:00:00Z", "none", "1 Main St",
     "Mobile/Open311", "DPW Ops Queue", -122.39, 37.79},
    /* Austin, xwdj-i9he */
    {"America/Chicago",
     "Service Request (SR) Number,SR Description,Owning Department,Method Received,SR "
     "Status,Status "
     "Change Date,Created Date,Last Update Date,Close Date,SR Location,Street Number,Zip "
     "Code,Latitude Coordinate,Longitude Coordinate",
     "26-00001,Graffiti Abatement,Public Works,Phone,Closed,07/02/2026 09:00:00 AM,07/01/2026 "
     "09:00:00 AM,07/02/2026 09:00:00 AM,07/02/2026 09:00:00 AM,100 CONGRESS AVE,100,78701,30.26,"
     "-97.74",
     "26-00001", "Graffiti Abatement", "2026-07-01T14:00:00Z", "2026-07-02T14:00:00Z",
     "100 CONGRESS AVE", "Phone", "Public Works", -97.74, 30.26},
};

static void tables_of_city_portals_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cities / sizeof cities[0]; i++) {
        const struct city *const city = &cities[i];
        char text[4096];
        snprintf(text, sizeof text, "%s\n%s\n", city->header, city->row);
        read_export(WH_PROFILE_SOCRATA_311, city->zone, text);
        assert_int_equal(b.n, 1);
        const struct wh_request *const r = &b.request[0];
        expect_text(r->reference, city->reference);
        expect_text(r->category, city->category);
        expect_text(r->address, city->address);
        expect_text(r->channel, city->channel);
        expect_text(r->provider, city->provider);
        assert_string_equal(utc(r->opened_at), city->opened);
        assert_string_equal(utc(r->closed_at), city->closed);
        assert_true(fabs(r->given_x - city->x) < 1e-9 && fabs(r->given_y - city->y) < 1e-9);
        assert_int_equal(r->flags, 0);
        close_bench(&b);
    }
}

static void what_a_profile_cannot_do_without_is_missed(void **state)
{
    (void)state;
    open_bench(&b);
    b.source = (struct wh_source){.id = "crm",
                                  .pattern = "export.csv",
                                  .profile = WH_PROFILE_SOCRATA_311,
                                  .is_required = true};
    wh_source_apply_profile(&b.source);
    write_text("export.csv", "Unique Key,Complaint Type\n1,Noise\n");
    refuse_source(&b, WH_ERR_INPUT,
                  "export.csv: no column \"created_date\"; found: Unique Key, Complaint Type");
    close_bench(&b);
}

/* What the config maps is the config's alone: one column, as it says. */
static void the_config_may_map_a_field_of_a_profile_anew(void **state)
{
    (void)state;
    open_bench(&b);
    b.source =
        (struct wh_source){.id = "crm",
                           .pattern = "export.csv",
                           .profile = WH_PROFILE_FIXMYSTREET,
                           .is_required = true,
                           .column = {[WH_FIELD_CLOSED] = "Closed", [WH_FIELD_ADDRESS] = "Query"}};
    wh_source_apply_profile(&b.source);
    write_text("export.csv", "Report ID,Category,Created,Fixed,Closed,Query\n"
                             "1,Bins,2026-07-01T10:00:00,2026-07-02T10:00:00,,High Street\n");
    read_source(&b);
    assert_string_equal(utc(b.request[0].closed_at), "none");
    expect_text(b.request[0].address, "High Street");
    close_bench(&b);
}

/* ---- several columns ---- */

static void lines_of_an_address_are_joined_and_other_columns_stand_in(void **state)
{
    (void)state;
    open_bench(&b);
    b.source.column[WH_FIELD_ADDRESS] = "line1";
    b.source.more[WH_FIELD_ADDRESS][0] = "line2";
    b.source.more[WH_FIELD_ADDRESS][1] = "town";
    b.source.more[WH_FIELD_CLOSED][0] = "done";
    write_text("rows.csv", "ref,opened,closed,type,e,n,pc,line1,line2,town,done\n"
                           "A,01/10/2026 09:30,,t,,,, 1 High Street ,,Bath,02/10/2026 10:00\n"
                           "B,01/10/2026 09:30,03/10/2026 10:00,t,,,,,,,02/10/2026 10:00\n");
    read_source(&b);
    expect_text(b.request[0].address, "1 High Street, Bath");
    assert_string_equal(utc(b.request[0].closed_at), "2026-10-02T09:00:00Z");
    expect_text(b.request[1].address, "");
    assert_string_equal(utc(b.request[1].closed_at), "2026-10-03T09:00:00Z");
    assert_int_equal(b.report.n_warnings, 0); /* all of them are mapped */
    b.source.more[WH_FIELD_ADDRESS][1] = "county";
    refuse_source(&b, WH_ERR_INPUT,
                  "rows.csv: no column \"county\"; found: ref, opened, closed, type, e, n, pc, "
                  "line1, line2, town, done");
    close_bench(&b);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_export_of_fixmystreet_is_read),
        cmocka_unit_test(a_bulk_file_of_open311_is_read),
        cmocka_unit_test(tables_of_city_portals_are_read),
        cmocka_unit_test(what_a_profile_cannot_do_without_is_missed),
        cmocka_unit_test(the_config_may_map_a_field_of_a_profile_anew),
        cmocka_unit_test(lines_of_an_address_are_joined_and_other_columns_stand_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return run_in_folder(run);
}
