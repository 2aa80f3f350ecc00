/* Open311 GeoReport v2 answers, XML and JSON: real ones, and what a server must not be able to do
 * with one. */
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

/* A source of Open311 files; nothing is mapped by hand. */
static void open_feed(const char *pattern)
{
    open_bench(&b);
    b.source = (struct wh_source){.id = "feed",
                                  .pattern = pattern,
                                  .profile = WH_PROFILE_OPEN311,
                                  .key = WH_KEY_UPSERT,
                                  .is_required = true};
    wh_source_apply_profile(&b.source);
    assert_string_equal(b.source.crs, "EPSG:4326");
}

static bool is_near(double a, double z)
{
    return fabs(a - z) < 1e-9;
}

/* ---- real answers ---- */

static char data_path[2][512];

/* A file of the real data; skips where there is none. */
static const char *real_file(const char *name, size_t idx)
{
    if (wh_test_data() == NULL) {
        print_message("no real data: skipped\n");
        skip();
    }
    snprintf(data_path[idx], sizeof data_path[idx], "%s/open311/%s", wh_test_data(), name);
    return data_path[idx];
}

static void a_real_answer_in_xml_is_read(void **state)
{
    (void)state;
    open_feed(real_file("cfa_sf_service_requests.xml", 0));
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 2, .added = 2);
    const struct wh_request *const r = &b.request[0];
    expect_text(r->reference, "638344");
    expect_text(r->category, "Sidewalk and Curb Issues");
    expect_text(r->service_code, "006");
    expect_text(r->status, "closed");
    expect_text(r->provider, "");
    expect_text(r->address, "8TH AVE and JUDAH ST");
    assert_string_equal(utc(r->opened_at), "2010-04-14T14:37:38Z");
    assert_string_equal(utc(r->closed_at),
                        "2010-04-14T14:37:38Z"); /* closed: when it was updated */
    assert_string_equal(utc(r->due_at), "2010-04-15T14:37:38Z");
    assert_true(is_near(r->given_x, -122.4651145) && is_near(r->given_y, 37.762221815));
    assert_string_equal(utc(b.request[1].closed_at), "none"); /* open, though updated */
    assert_int_equal(r->line, 3);
    close_bench(&b);
}

static void empty_elements_are_no_values(void **state)
{
    (void)state;
    open_feed(real_file("status_requests_many.xml", 0));
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 2, .added = 2);
    expect_text(b.request[0].status, "open");
    expect_text(b.request[0].provider, "311 Toronto");
    assert_true(b.request[0].updated_at == WH_NO_TIME);
    assert_int_equal(b.request[0].flags, 0);
    close_bench(&b);
}

static void a_real_answer_in_json_is_read(void **state)
{
    (void)state;
    open_feed(real_file("status_service_requests.json", 0));
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 2, .added = 2);
    const struct wh_request *const r = &b.request[1];
    expect_text(r->reference, "14-01100669");
    expect_text(r->category, "Alley Light Out");
    expect_text(r->provider, "Division of Electrical Operations CDOT");
    assert_string_equal(utc(r->opened_at), "2014-07-12T15:58:43Z");
    assert_string_equal(utc(r->updated_at), "2014-07-12T16:08:21Z");
    assert_true(is_near(r->given_x, -87.66475146237676) && is_near(r->given_y, 41.858724777757864));
    close_bench(&b);
}

static void an_empty_list_and_an_error_are_told_apart(void **state)
{
    (void)state;
    char sentence[1400];
    open_feed(real_file("cfa_sf_service_requests_empty.xml", 0));
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 0);
    close_bench(&b);
    open_feed(real_file("cfa_sf_get_service_request_not_found.xml", 0));
    snprintf(sentence, sizeof sentence,
             "%s: an error instead of requests: 404 Service request not found with id or token "
             "not-an-id",
             data_path[0]);
    refuse_source(&b, WH_ERR_INPUT, sentence);
    close_bench(&b);
    open_feed(real_file("cfa_sf_services.xml", 0));
    snprintf(sentence, sizeof sentence,
             "%s:2: not a list of requests: the first element is not <service_requests>",
             data_path[0]);
    refuse_source(&b, WH_ERR_INPUT, sentence);
    close_bench(&b);
}

/* ---- answers of our own ---- */

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

static void both_kinds_say_the_same(void **state)
{
    (void)state;
    static const char xml[] =
        XML_HEAD "<service_requests>\n"
                 "<request><service_request_id>1</service_request_id><status>open</status>"
                 "<service_name>Litter &amp; <![CDATA[dog <mess>]]></service_name>"
                 "<requested_datetime>2026-10-01T09:30:00+01:00</requested_datetime>"
                 "<extended_attributes><channel>android</channel><x>9</x></extended_attributes>"
                 "<notes><note><datetime>2026</datetime></note></notes>"
                 "<lat>51.5</lat><long>-2.5</long></request>\n"
                 "</service_requests>\n";
    static const char json[] =
        "{\"service_requests\": [{\"service_request_id\": 1, \"status\": \"open\",\n"
        "\"service_name\": \"Litter & dog <mess>\", \"requested_datetime\": "
        "\"2026-10-01T09:30:00+01:00\",\n"
        "\"extended_attributes\": {\"channel\": \"android\", \"x\": 9}, \"notes\": [{}],\n"
        "\"updated_datetime\": null, \"lat\": 51.5, \"long\": -2.5}]}";
    const char *const file[] = {"a.xml", "a.json"};
    for (size_t i = 0; i < 2; i++) {
        open_feed(write_text(file[i], i == 0 ? xml : json));
        read_source(&b);
        EXPECT_LEDGER(&b, .read = 1, .added = 1);
        expect_text(b.request[0].reference, "1");
        expect_text(b.request[0].category, "Litter & dog <mess>");
        expect_text(b.request[0].channel, "android");
        assert_string_equal(utc(b.request[0].opened_at), "2026-10-01T08:30:00Z");
        assert_true(is_near(b.request[0].given_x, -2.5) && is_near(b.request[0].given_y, 51.5));
        close_bench(&b);
    }
}

static void a_request_that_cannot_be_read_is_named_and_the_others_stand(void **state)
{
    (void)state;
    open_feed(write_text(
        "bad.xml",
        XML_HEAD "<service_requests>\n"
                 "<request><service_request_id>1</service_request_id><service_name>a</service_name>"
                 "<requested_datetime>soon</requested_datetime></request>\n"
                 "<request><service_request_id>2</service_request_id>"
                 "<service_request_id>3</service_request_id></request>\n"
                 "<request><service_request_id>4</service_request_id><service_name>a</service_name>"
                 "<requested_datetime>2026-10-01T09:30:00Z</requested_datetime></request>\n"
                 "</service_requests>\n"));
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 3, .added = 1, .unreadable = 2);
    const char *const text = file_text(&b, "unreadable/crm.csv");
    assert_text_has(text, "bad.xml,3,requested_datetime,not a date in the form 2026-11-03T14:05,");
    assert_text_has(text, "bad.xml,4,service_request_id,stands twice in one request,");
    close_bench(&b);
    open_feed(write_text("bad.json", "[{\"service_request_id\": \"1\", \"service_name\": \"a\","
                                     "\"requested_datetime\": \"2026-10-01T09:30:00Z\"}, 7]"));
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 2, .added = 1, .unreadable = 1);
    expect_warning(&b,
                   "bad.json: request 2: not an object (1 row of source feed could not be read; "
                   "see unreadable/crm.csv)");
    close_bench(&b);
}

/* ---- hostile ones ---- */

static void refuse_text(const char *name, const char *text, const char *sentence)
{
    open_feed(write_text(name, text));
    refuse_source(&b, WH_ERR_INPUT, sentence);
    close_bench(&b);
}

static void entities_and_dtds_are_refused(void **state)
{
    (void)state;
    refuse_text("x.xml",
                "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"ha\">\n"
                "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>\n"
                "<service_requests><request>&b;</request></service_requests>",
                "x.xml:2: it has a DTD, which no Open311 answer needs");
    refuse_text("x.xml",
                "<!DOCTYPE r SYSTEM \"file:///etc/passwd\">\n<service_requests></service_requests>",
                "x.xml:1: it has a DTD, which no Open311 answer needs");
    refuse_text("x.xml", "<service_requests><request>&lol;</request></service_requests>",
                "x.xml:1:28: not well-formed XML: undefined entity");
}

static void what_is_cut_off_or_none_is_refused_with_its_place(void **state)
{
    (void)state;
    refuse_text("x.xml", "<service_requests>\n<request><lat>5",
                "x.xml:2:16: not well-formed XML: no element found");
    refuse_text("x.xml", "<service_requests></service_requests>\nmore",
                "x.xml:2:1: not well-formed XML: junk after document element");
    refuse_text("x.xml", "<service_requests><row/></service_requests>",
                "x.xml:1: not a list of requests: it holds something other than <request>");
    refuse_text("x.xml", "", "x.xml:1:1: not well-formed XML: no element found");
    refuse_text("x.json", "[{\"a\": 1,\n \"a\": 2}]",
                "x.json:2:4: not valid JSON: duplicate object key near '\"a\"'");
    refuse_text("x.json", "[{\"a\": 1}",
                "x.json:1:9: not valid JSON: ']' expected near end of file");
    refuse_text("x.json", "[] x", "x.json:1:4: not valid JSON: end of file expected near 'x'");
    refuse_text("x.json", "{\"a\": []}", "x.json: not a list of requests");
    refuse_text("x.json", "[{\"code\": 404, \"description\": \"not found\"}]",
                "x.json: an error instead of requests: not found");
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    static char xml[4096], json[500000];
    size_t len = (size_t)snprintf(xml, sizeof xml, "<service_requests><request>");
    for (int i = 0; i < 80; i++) {
        len += (size_t)snprintf(xml + len, sizeof xml - len, "<a>");
    }
    refuse_text("deep.xml", xml, "deep.xml:1: elements are nested more than 64 deep");
    memset(json, '[', sizeof json - 1);
    open_feed(write_text("deep.json", json));
    struct wh_error err = {0};
    struct wh_ingest_report report = {0};
    assert_wh_ok(wh_store_begin(b.store, &err));
    assert_int_equal(wh_ingest(b.ctx, &b.source, &b.opt, b.store, &report, &err), WH_ERR_INPUT);
    assert_text_has(err.message, "maximum parsing depth");
    close_bench(&b);
}

/* A request of more than a mebibyte costs itself, not the file. */
static void one_request_has_a_limit(void **state)
{
    (void)state;
    struct wh_buf text;
    open_feed("long.xml");
    wh_buf_init(&text, b.ctx);
    wh_buf_c(&text, "<service_requests><request><address>");
    for (int i = 0; i < (1 << 17) + 10; i++) {
        wh_buf_c(&text, "12345678");
    }
    wh_buf_c(&text,
             "</address></request><request><service_name>a</service_name><requested_datetime>"
             "2026-10-01T09:30:00Z</requested_datetime></request></service_requests>");
    write_bytes("long.xml", text.ptr, text.len);
    wh_buf_finish(&text);
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 2, .added = 1, .unreadable = 1);
    assert_true(is_warned(&b, "long.xml:1: longer than 1 MiB (1 row of source feed could not be "
                              "read; see unreadable/crm.csv)"));
    close_bench(&b);
}

/* Every prefix of an answer: read, or refused with a sentence; never more requests than there are.
 */
static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    static const char xml[] = XML_HEAD
        "<service_requests><request><service_request_id>1</service_request_id><service_name>a"
        "</service_name><requested_datetime>2026-10-01T09:30:00Z</requested_datetime></request>"
        "</service_requests>";
    static const char json[] = "[{\"service_request_id\": \"1\", \"service_name\": \"a\", "
                               "\"requested_datetime\": \"2026-10-01T09:30:00Z\"}]";
    const struct {
        const char *name, *text;
    } answer[] = {{"p.xml", xml}, {"p.json", json}};
    for (size_t k = 0; k < 2; k++) {
        const size_t len = strlen(answer[k].text);
        size_t n_whole = 0;
        open_feed(answer[k].name);
        for (size_t n = 0; n <= len; n++) {
            struct wh_error err = {0};
            struct wh_ingest_report report = {0};
            write_bytes(answer[k].name, answer[k].text, n);
            const enum wh_status status = wh_ingest_check(b.ctx, &b.source, &b.opt, &report, &err);
            assert_true(status == WH_OK || (status == WH_ERR_INPUT && err.message[0] != '\0'));
            n_whole += status == WH_OK;
            wh_ingest_report_finish(b.ctx, &report);
        }
        assert_int_equal(n_whole, 1);
        close_bench(&b);
    }
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_answer_in_xml_is_read),
        cmocka_unit_test(empty_elements_are_no_values),
        cmocka_unit_test(a_real_answer_in_json_is_read),
        cmocka_unit_test(an_empty_list_and_an_error_are_told_apart),
        cmocka_unit_test(both_kinds_say_the_same),
        cmocka_unit_test(a_request_that_cannot_be_read_is_named_and_the_others_stand),
        cmocka_unit_test(entities_and_dtds_are_refused),
        cmocka_unit_test(what_is_cut_off_or_none_is_refused_with_its_place),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(one_request_has_a_limit),
        cmocka_unit_test(every_prefix_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return run_in_folder(run);
}
