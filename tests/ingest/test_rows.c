/* One row: which column is which field, what must be right in it, and what may be wrong. */
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

/* ---- mapping ---- */

static void every_mapped_field_comes_through_without_its_outer_blanks(void **state)
{
    (void)state;
    static const char *const column[WH_N_FIELDS] = {[WH_FIELD_REFERENCE] = "Ref No",
                                                    [WH_FIELD_CATEGORY] = "Type",
                                                    [WH_FIELD_SERVICE_CODE] = "Code",
                                                    [WH_FIELD_CHANNEL] = "Via",
                                                    [WH_FIELD_LANGUAGE] = "Tongue",
                                                    [WH_FIELD_OPENED] = "Raised",
                                                    [WH_FIELD_OPENED_TO] = "At latest",
                                                    [WH_FIELD_CLOSED] = "Fixed",
                                                    [WH_FIELD_DUE] = "Deadline",
                                                    [WH_FIELD_UPDATED] = "Changed",
                                                    [WH_FIELD_STATUS] = "State",
                                                    [WH_FIELD_PROVIDER] = "Firm",
                                                    [WH_FIELD_COST] = "Pounds",
                                                    [WH_FIELD_ADDRESS] = "Location",
                                                    [WH_FIELD_POSTCODE] = "Postal",
                                                    [WH_FIELD_UPRN] = "Uprn",
                                                    [WH_FIELD_USRN] = "Usrn",
                                                    [WH_FIELD_WARD] = "Ward",
                                                    [WH_FIELD_X] = "East",
                                                    [WH_FIELD_Y] = "North"};
    open_bench(&b);
    memcpy(b.source.column, column, sizeof column);
    write_text("rows.csv",
               "NORTH,ref no,Type,Code,Via,Tongue,Raised,At latest,Fixed,Deadline,Changed,State,"
               "Firm,Pounds,Location,Postal,Uprn,Usrn,Ward,East\n"
               "165000.25, A1 , Fly tipping ,F01,web,cy,01/10/2026 09:30,01/10/2026 11:30,"
               "02/10/2026 10:00,05/10/2026 17:00,02/10/2026 10:05,closed,Acme,12.50,"
               "\"12, \"\"The\"\" Mews\",ba11aa,000000010001,04500123,E05001935,375000.5\n");
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 1, .added = 1);
    assert_int_equal(b.n, 1);
    const struct wh_request *const r = &b.request[0];
    expect_text(r->reference, "A1");
    expect_text(r->category, "Fly tipping");
    expect_text(r->channel, "web");
    expect_text(r->status, "closed");
    expect_text(r->provider, "Acme");
    assert_true(r->cost >= 12.5 && r->cost <= 12.5);
    expect_text(r->service_code, "F01");
    expect_text(r->language, "cy");
    expect_text(r->ward, "E05001935");
    expect_text(r->address, "12, \"The\" Mews");
    expect_text(r->postcode, "BA1 1AA");
    assert_int_equal(r->uprn, 10001);
    assert_int_equal(r->usrn, 4500123);
    assert_string_equal(utc(r->opened_at), "2026-10-01T08:30:00Z"); /* British summer time */
    assert_string_equal(utc(r->closed_at), "2026-10-02T09:00:00Z");
    assert_string_equal(utc(r->due_at), "2026-10-05T16:00:00Z");
    assert_string_equal(utc(r->opened_to), "2026-10-01T10:30:00Z");
    assert_string_equal(utc(r->updated_at), "2026-10-02T09:05:00Z");
    assert_true(r->given_x >= 375000.5 && r->given_x <= 375000.5);
    assert_true(r->given_y >= 165000.25 && r->given_y <= 165000.25);
    assert_int_equal(r->line, 2);
    assert_int_equal(r->flags, 0);
    close_bench(&b);
}

static void the_police_profile_knows_its_columns_and_its_months(void **state)
{
    (void)state;
    open_bench(&b);
    b.source = (struct wh_source){
        .id = "police", .pattern = "rows.csv", .profile = WH_PROFILE_POLICE_UK, .key = WH_KEY_KEEP};
    wh_source_apply_profile(&b.source);
    assert_string_equal(b.source.crs, "EPSG:4326");
    write_text("rows.csv",
               "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,"
               "LSOA name,Crime type,Last outcome category,Context\n"
               ",2026-09,A,A,-2.36,51.38,On or near High Street,E1,Bath 1A,Drugs,,\n"
               ",2026-09,A,A,-2.36,51.38,On or near High Street,E1,Bath 1A,Drugs,,\n"
               "abc,2026-10,A,A,,,No Location,,,Robbery,Under investigation,\n"
               "abc,2026-10,A,A,,,No Location,,,Violence,Under investigation,\n"
               "abc,2026-10,A,A,,,No Location,,,Violence,Under investigation,\n");
    read_source(&b);
    /* Rows without a reference are all kept; with one, only equal content is a duplicate. */
    EXPECT_LEDGER(&b, .read = 5, .added = 4, .duplicate = 1);
    assert_int_equal(b.n, 4);
    assert_int_equal(b.report.n_warnings, 0); /* its unused columns are no news */
    size_t n_drugs = 0;
    for (size_t i = 0; i < b.n; i++) {
        const struct wh_request *const r = &b.request[i];
        const bool is_drugs = wh_str_eq_c(r->category, "Drugs");
        n_drugs += is_drugs;
        assert_string_equal(utc(r->opened_at),
                            is_drugs ? "2026-08-31T23:00:00Z" : "2026-09-30T23:00:00Z");
        assert_string_equal(utc(r->opened_to),
                            is_drugs ? "2026-09-30T23:00:00Z" : "2026-11-01T00:00:00Z");
        assert_true(isnan(r->given_x) == !is_drugs);
        assert_int_equal(r->flags, 0); /* no coordinates are no fault */
    }
    assert_int_equal(n_drugs, 2);
    close_bench(&b);
}

static void the_config_wins_over_the_profile(void **state)
{
    (void)state;
    struct wh_source source = {.profile = WH_PROFILE_POLICE_UK,
                               .crs = "EPSG:27700",
                               .delimiter = ';',
                               .date_format = "iso",
                               .key = WH_KEY_UPSERT,
                               .column = {[WH_FIELD_X] = "E"}};
    wh_source_apply_profile(&source);
    assert_string_equal(source.crs, "EPSG:27700");
    assert_string_equal(source.date_format, "iso");
    assert_string_equal(source.column[WH_FIELD_X], "E");
    assert_string_equal(source.column[WH_FIELD_Y], "Latitude");
    assert_int_equal(source.delimiter, ';');
    assert_int_equal(source.key, WH_KEY_UPSERT);
    struct wh_source plain = {0};
    wh_source_apply_profile(&plain);
    assert_string_equal(plain.date_format, "iso");
    assert_int_equal(plain.delimiter, ',');
    assert_null(plain.column[WH_FIELD_REFERENCE]);
}

/* ---- row faults ---- */

/* The row is refused: what the unreadable file says of it. */
static void expect_unreadable(const char *row, const char *wanted)
{
    char rows[2048];
    snprintf(rows, sizeof rows, "ok,01/10/2026 09:30,,t,,,\n%s\nfine,02/10/2026 09:30,,t,,,\n",
             row);
    read_rows(&b, rows);
    assert_int_equal(b.report.ledger.unreadable, 1);
    assert_int_equal(b.n, 2);
    const char *const text = file_text(&b, "unreadable/crm.csv");
    if (strncmp(text, "file,line,field,reason,row\nrows.csv,3,", 38) != 0 ||
        strncmp(text + 38, wanted, strlen(wanted)) != 0) {
        fail_msg("\"%s\" gives: %s", row, text);
    }
}

static void a_row_without_a_date_that_can_be_is_unreadable(void **state)
{
    (void)state;
    open_bench(&b);
    static const char *const bad[] = {"31/02/2026 10:00", "00/00/0000 00:00", "1900-01-00",
                                      "2026-10-01 09:30", "10/13/2026 09:30", "01/10/2026 24:00",
                                      "01/10/2026 09:60", "01/10/2026",       "1/10/26 9:30",
                                      "yesterday",        "29/02/2025 09:30", "01/10/2026 09:30 Z"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char row[128];
        snprintf(row, sizeof row, "A,%s,,t,,,", bad[i]);
        expect_unreadable(row, "opened,not a date in the form %d/%m/%Y %H:%M,\"A,");
    }
    expect_unreadable("A,,,t,,,", "opened,no date,");
    expect_unreadable("A,  ,,t,,,", "opened,no date,");
    expect_unreadable("A,31/12/1969 23:59,,t,,,", "opened,date before 1970-01-02,");
    expect_unreadable("A,01/01/1970 00:00,,t,,,", "opened,date before 1970-01-02,");
    expect_unreadable("A,05/11/2026 00:01,,t,,,", "opened,date in the future,");
    expect_unreadable("A,01/01/9999 00:00,,t,,,", "opened,date in the future,");
    close_bench(&b);
}

static void a_leap_second_is_no_time(void **state)
{
    (void)state;
    open_bench(&b);
    b.source.date_format = "%Y-%m-%dT%H:%M:%S";
    write_text("rows.csv", HEADER "A,2016-12-31T23:59:60,,t,,,\nB,2016-12-31T23:59:59,,t,,,\n");
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 2, .added = 1, .unreadable = 1);
    assert_string_equal(utc(b.request[0].opened_at), "2016-12-31T23:59:59Z");
    close_bench(&b);
}

static void a_name_of_more_than_256_bytes_is_a_row_fault(void **state)
{
    (void)state;
    char row[700], name[300];
    open_bench(&b);
    memset(name, 'x', sizeof name);
    name[257] = '\0';
    snprintf(row, sizeof row, "A,01/10/2026 09:30,,%s,,,", name);
    expect_unreadable(row, "type,longer than 256 bytes,");
    snprintf(row, sizeof row, "%s,01/10/2026 09:30,,t,,,", name);
    expect_unreadable(row, "ref,longer than 256 bytes,");
    name[256] = '\0';
    snprintf(row, sizeof row, "%s,01/10/2026 09:30,,%s,,,\n", name, name);
    read_rows(&b, row);
    EXPECT_LEDGER(&b, .read = 1, .added = 1);
    close_bench(&b);
}

static void what_the_file_itself_gets_wrong_is_a_row_fault_too(void **state)
{
    (void)state;
    open_bench(&b);
    expect_unreadable("A,01/10/2026 09:30,,t,,", ",\"6 fields, header has 7\",\"A,");
    expect_unreadable("A,01/10/2026 09:30,,\"t\"x,,,", "type,text after the closing quote,\"A,");
    expect_unreadable("A,01/10/2026 09:30,,t\xFF,,,", "type,byte 0xFF is not UTF-8,\"A,");
    expect_unreadable("", ",blank line,\n");
    close_bench(&b);
}

/* ---- field faults ---- */

static void expect_field_fault(const char *row, uint32_t flags, const char *warning)
{
    char rows[512];
    snprintf(rows, sizeof rows, "%s\n", row);
    read_rows(&b, rows);
    assert_int_equal(b.report.ledger.read, 1);
    assert_int_equal(b.report.ledger.unreadable, 0);
    assert_int_equal(b.n, 1);
    if (b.request[0].flags != flags) {
        fail_msg("%s: flags are %u, not %u", row, b.request[0].flags, flags);
    }
    if (warning != NULL) {
        expect_warning(&b, warning);
    } else {
        assert_int_equal(b.report.n_warnings, 0);
    }
}

static void a_bad_coordinate_costs_the_coordinate_and_not_the_row(void **state)
{
    (void)state;
    static const struct {
        const char *x, *y, *warning;
    } bad[] = {
        {"nan", "165000", "rows.csv:2: field 5 (e): not a finite number"},
        {"375000", "-inf", "rows.csv:2: field 6 (n): not a finite number"},
        {"1e999", "165000", "rows.csv:2: field 5 (e): not a finite number"},
        {"0x10", "165000", "rows.csv:2: field 5 (e): not a number"},
        {"1_000", "165000", "rows.csv:2: field 5 (e): not a number"},
        {"\"1,234.5\"", "165000", "rows.csv:2: field 5 (e): not a number"},
        {" 375000", "165000", "rows.csv:2: field 5 (e): not a number"},
        {"5e", "165000", "rows.csv:2: field 5 (e): not a number"},
        {"375000 m", "165000", "rows.csv:2: field 5 (e): not a number"},
        {"\xD9\xA3\xD9\xA7", "165000", "rows.csv:2: field 5 (e): not a number"},
        {"\"375000,5\"", "165000",
         "rows.csv:2: field 5 (e): not a number: decimal comma? write 51.5, not 51,5"},
        {"0", "0.0", "rows.csv:2: field 5 (e): 0,0 is a placeholder"},
        {"375000", "", "rows.csv:2: field 6 (n): empty, while the other coordinate is given"},
        {"", "165000", "rows.csv:2: field 5 (e): empty, while the other coordinate is given"},
    };
    open_bench(&b);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char row[256];
        snprintf(row, sizeof row, "A,01/10/2026 09:30,,t,%s,%s,BA1 1AA", bad[i].x, bad[i].y);
        expect_field_fault(row, WH_FLAG_BAD_COORDINATE, bad[i].warning);
        assert_true(isnan(b.request[0].given_x) && isnan(b.request[0].given_y));
        expect_text(b.request[0].postcode, "BA1 1AA"); /* the next rung */
        assert_int_equal(b.report.bad_coordinates, 1);
    }
    close_bench(&b);
}

static void no_coordinates_are_no_fault(void **state)
{
    (void)state;
    open_bench(&b);
    expect_field_fault("A,01/10/2026 09:30,,t,,,", 0, NULL);
    assert_true(isnan(b.request[0].given_x));
    close_bench(&b);
}

/* Greenwich is a place; only both together are a placeholder. */
static void one_coordinate_may_be_zero(void **state)
{
    (void)state;
    open_bench(&b);
    expect_field_fault("A,01/10/2026 09:30,,t,0.0,51.48,", 0, NULL);
    assert_true(!isnan(b.request[0].given_x));
    expect_field_fault("A,01/10/2026 09:30,,t,10,0,", 0, NULL);
    assert_true(!isnan(b.request[0].given_y));
    close_bench(&b);
}

static void long_numbers_are_rounded_as_short_ones_are(void **state)
{
    (void)state;
    char row[1200], zeros[401];
    open_bench(&b);
    memset(zeros, '0', 400);
    zeros[400] = '\0';
    snprintf(row, sizeof row, "A,01/10/2026 09:30,,t,375000.5%s,%s165000.25,\n", zeros, zeros);
    read_rows(&b, row);
    assert_int_equal(b.report.bad_coordinates, 0);
    assert_true(b.request[0].given_x >= 375000.5 && b.request[0].given_x <= 375000.5);
    assert_true(b.request[0].given_y >= 165000.25 && b.request[0].given_y <= 165000.25);
    close_bench(&b);
}

static void closing_before_opening_is_flagged_and_not_believed(void **state)
{
    (void)state;
    open_bench(&b);
    expect_field_fault("A,02/10/2026 09:30,02/10/2026 09:29,t,,,", WH_FLAG_BAD_TIME,
                       "rows.csv:2: field 3 (closed): closed before it was opened");
    assert_string_equal(utc(b.request[0].closed_at), "none");
    assert_int_equal(b.report.bad_times, 1);
    expect_field_fault("A,02/10/2026 09:30,02/10/2026 09:30,t,,,", 0, NULL);
    assert_string_equal(utc(b.request[0].closed_at), "2026-10-02T08:30:00Z");
    expect_field_fault("A,02/10/2026 09:30,soon,t,,,", WH_FLAG_BAD_TIME,
                       "rows.csv:2: field 3 (closed): not a date in the declared form");
    close_bench(&b);
}

/* A system that keeps only the day of closing says midnight of it, which is before the opening. */
static void a_day_of_closing_is_not_before_the_opening_on_that_day(void **state)
{
    (void)state;
    open_bench(&b);
    expect_field_fault("A,02/10/2026 09:30,02/10/2026 00:00,t,,,", 0, NULL);
    assert_string_equal(utc(b.request[0].closed_at), "2026-10-02T08:30:00Z");
    expect_field_fault("A,02/10/2026 09:30,01/10/2026 00:00,t,,,", WH_FLAG_BAD_TIME,
                       "rows.csv:2: field 3 (closed): closed before it was opened");
    close_bench(&b);
}

static void a_bad_postcode_is_kept_as_it_stands_and_flagged(void **state)
{
    (void)state;
    open_bench(&b);
    expect_field_fault("A,01/10/2026 09:30,,t,,,B4TH 1", WH_FLAG_BAD_POSTCODE,
                       "rows.csv:2: field 7 (pc): not a postcode");
    assert_int_equal(b.report.bad_postcodes, 1);
    expect_field_fault("A,01/10/2026 09:30,,t,,,  bal 1aa ", WH_FLAG_BAD_POSTCODE,
                       "rows.csv:2: field 7 (pc): not a postcode");
    expect_field_fault("A,01/10/2026 09:30,,t,,, ba1 1aa ", 0, NULL);
    expect_text(b.request[0].postcode, "BA1 1AA");
    close_bench(&b);
}

static void faults_of_a_kind_are_told_once_with_their_number(void **state)
{
    (void)state;
    open_bench(&b);
    read_rows(&b, "A,01/10/2026 09:30,,t,x,1,\n"
                  "B,01/10/2026 09:30,,t,1,y,\n"
                  "C,never,,t,1,y,\n"
                  "D,01/10/2026 09:30,,t,1,z,\n"
                  "E,never,,t,1,1,\n");
    assert_int_equal(b.report.n_warnings, 2);
    expect_warning(&b, "rows.csv:2: field 5 (e): not a number (and 2 more)");
    expect_warning(&b,
                   "rows.csv:4: field 2 (opened): not a date in the form %d/%m/%Y %H:%M (2 rows "
                   "of source crm could not be read; see unreadable/crm.csv)");
    assert_int_equal(b.report.bad_coordinates, 3);
    close_bench(&b);
}

/* ---- zones ---- */

struct instant {
    const char *local, *utc; /* utc NULL: a row fault */
    uint32_t flags;
};

static void expect_instants(const char *zone, const struct instant *instant, size_t n)
{
    open_bench(&b);
    set_zone(&b, zone);
    for (size_t i = 0; i < n; i++) {
        char rows[128];
        snprintf(rows, sizeof rows, "A,%s,,t,,,\n", instant[i].local);
        read_rows(&b, rows);
        if (instant[i].utc == NULL) {
            assert_int_equal(b.report.ledger.unreadable, 1);
            assert_text_has(file_text(&b, "unreadable/crm.csv"), "no such local time");
            continue;
        }
        assert_int_equal(b.n, 1);
        if (strcmp(utc(b.request[0].opened_at), instant[i].utc) != 0) {
            fail_msg("%s in %s is %s, not %s", instant[i].local, zone, utc(b.request[0].opened_at),
                     instant[i].utc);
        }
        assert_int_equal(b.request[0].flags, instant[i].flags);
        assert_int_equal(b.report.ambiguous_times, instant[i].flags != 0);
    }
    close_bench(&b);
}
#define EXPECT_INSTANTS(zone, ...)                                                                 \
    expect_instants((zone), (const struct instant[]){__VA_ARGS__},                                 \
                    sizeof((const struct instant[]){__VA_ARGS__}) / sizeof(struct instant))

static void local_times_are_read_in_their_zone_on_both_sides_of_a_change(void **state)
{
    (void)state;
    EXPECT_INSTANTS("Europe/London", {"29/03/2026 00:59", "2026-03-29T00:59:00Z", 0},
                    {"29/03/2026 01:00", NULL, 0}, {"29/03/2026 01:30", NULL, 0},
                    {"29/03/2026 01:59", NULL, 0}, {"29/03/2026 02:00", "2026-03-29T01:00:00Z", 0},
                    {"25/10/2026 00:59", "2026-10-24T23:59:00Z", 0},
                    {"25/10/2026 01:00", "2026-10-25T00:00:00Z", WH_FLAG_AMBIGUOUS_TIME},
                    {"25/10/2026 01:30", "2026-10-25T00:30:00Z", WH_FLAG_AMBIGUOUS_TIME},
                    {"25/10/2026 01:59", "2026-10-25T00:59:00Z", WH_FLAG_AMBIGUOUS_TIME},
                    {"25/10/2026 02:00", "2026-10-25T02:00:00Z", 0});
    EXPECT_INSTANTS("America/New_York", {"08/03/2026 02:30", NULL, 0},
                    {"08/03/2026 03:00", "2026-03-08T07:00:00Z", 0},
                    {"01/11/2026 01:30", "2026-11-01T05:30:00Z", WH_FLAG_AMBIGUOUS_TIME});
    EXPECT_INSTANTS("Pacific/Auckland", {"27/09/2026 02:30", NULL, 0},
                    {"05/04/2026 02:30", "2026-04-04T13:30:00Z", WH_FLAG_AMBIGUOUS_TIME});
    EXPECT_INSTANTS("UTC", {"29/03/2026 01:30", "2026-03-29T01:30:00Z", 0},
                    {"25/10/2026 01:30", "2026-10-25T01:30:00Z", 0});
}

static void an_offset_in_the_text_wins_over_the_zone(void **state)
{
    (void)state;
    open_bench(&b);
    b.source.date_format = "iso";
    read_rows(&b, "A,2026-10-25T01:30:00+01:00,,t,,,\nB,2026-10-25T01:30:00Z,,t,,,\n"
                  "C,2026-03-29T01:30:00+00:00,,t,,,\n");
    EXPECT_LEDGER(&b, .read = 3, .added = 3);
    assert_string_equal(utc(b.request[0].opened_at), "2026-10-25T00:30:00Z");
    assert_string_equal(utc(b.request[1].opened_at), "2026-10-25T01:30:00Z");
    assert_string_equal(utc(b.request[2].opened_at), "2026-03-29T01:30:00Z");
    assert_int_equal(b.report.ambiguous_times, 0);
    close_bench(&b);
}

static void only_the_declared_order_of_day_and_month_is_read(void **state)
{
    (void)state;
    open_bench(&b);
    read_rows(&b, "A,03/04/2026 12:00,,t,,,\nB,13/04/2026 12:00,,t,,,\n");
    EXPECT_LEDGER(&b, .read = 2, .added = 2);
    assert_string_equal(utc(b.request[0].opened_at), "2026-04-03T11:00:00Z");
    b.source.date_format = "%m/%d/%Y %H:%M";
    read_rows(&b, "A,03/04/2026 12:00,,t,,,\nB,13/04/2026 12:00,,t,,,\n");
    EXPECT_LEDGER(&b, .read = 2, .updated = 1, .unreadable = 1);
    assert_string_equal(utc(b.request[0].opened_at), "2026-03-04T12:00:00Z");
    close_bench(&b);
}

/* The clocks may go forward over a closing or due time: the row is kept without it. */
static void a_closing_time_that_never_was_is_a_field_fault(void **state)
{
    (void)state;
    open_bench(&b);
    expect_field_fault("A,01/03/2026 09:30,29/03/2026 01:30,t,,,", WH_FLAG_BAD_TIME,
                       "rows.csv:2: field 3 (closed): no such local time: the clocks went forward "
                       "over it");
    expect_field_fault("A,01/10/2026 09:30,25/10/2026 01:30,t,,,", WH_FLAG_AMBIGUOUS_TIME,
                       "rows.csv:2: field 3 (closed): local time that happened twice; the earlier "
                       "instant was taken");
    assert_string_equal(utc(b.request[0].closed_at), "2026-10-25T00:30:00Z");
    close_bench(&b);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mapped_field_comes_through_without_its_outer_blanks),
        cmocka_unit_test(the_police_profile_knows_its_columns_and_its_months),
        cmocka_unit_test(the_config_wins_over_the_profile),
        cmocka_unit_test(a_row_without_a_date_that_can_be_is_unreadable),
        cmocka_unit_test(a_leap_second_is_no_time),
        cmocka_unit_test(a_name_of_more_than_256_bytes_is_a_row_fault),
        cmocka_unit_test(what_the_file_itself_gets_wrong_is_a_row_fault_too),
        cmocka_unit_test(a_bad_coordinate_costs_the_coordinate_and_not_the_row),
        cmocka_unit_test(no_coordinates_are_no_fault),
        cmocka_unit_test(one_coordinate_may_be_zero),
        cmocka_unit_test(long_numbers_are_rounded_as_short_ones_are),
        cmocka_unit_test(closing_before_opening_is_flagged_and_not_believed),
        cmocka_unit_test(a_day_of_closing_is_not_before_the_opening_on_that_day),
        cmocka_unit_test(a_bad_postcode_is_kept_as_it_stands_and_flagged),
        cmocka_unit_test(faults_of_a_kind_are_told_once_with_their_number),
        cmocka_unit_test(local_times_are_read_in_their_zone_on_both_sides_of_a_change),
        cmocka_unit_test(an_offset_in_the_text_wins_over_the_zone),
        cmocka_unit_test(only_the_declared_order_of_day_and_month_is_read),
        cmocka_unit_test(a_closing_time_that_never_was_is_a_field_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return run_in_folder(run);
}
