/* Days, dates, zones: against slow loops and the C library's own zones. */
#include <time.h>

#include "base/str.h"
#include "base/time.h"
#include "wh_test_ctx.h"

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    return days[month - 1] + (month == 2 && is_leap);
}

static void days_and_dates_agree_with_a_slow_calendar(void **state)
{
    (void)state;
    int64_t day = -135140; /* 1600-01-01 */
    for (int year = 1600; year <= 2400; year++) {
        for (int month = 1; month <= 12; month++) {
            const int64_t first = day;
            for (int d = 1; d <= days_in(year, month); d++, day++) {
                struct wh_civil civil;
                wh_civil_from_day(day, &civil);
                if (civil.year != year || civil.month != month || civil.day != d) {
                    fail_msg("day %lld is %d-%d-%d, not %d-%d-%d", (long long)day, civil.year,
                             civil.month, civil.day, year, month, d);
                }
                assert_true(wh_civil_is_valid(&civil));
                assert_int_equal(wh_day_from_civil(year, (unsigned)month, (unsigned)d), day);
                assert_int_equal(wh_month_start(day), first);
            }
            assert_int_equal(wh_month_add(first, 1), day);
            assert_int_equal(wh_month_add(day, -1), first);
            const struct wh_civil over = {
                .year = year, .month = (uint8_t)month, .day = (uint8_t)(days_in(year, month) + 1)};
            assert_false(wh_civil_is_valid(&over));
        }
    }
    assert_int_equal(wh_day_from_civil(1970, 1, 1), 0);
    assert_int_equal(wh_month_add(wh_day_from_civil(2026, 11, 1), -13),
                     wh_day_from_civil(2025, 10, 1));
    assert_int_equal(wh_month_add(wh_day_from_civil(2026, 11, 1), 38),
                     wh_day_from_civil(2030, 1, 1));
}

static void dates_that_are_none_are_not_valid(void **state)
{
    (void)state;
    static const struct wh_civil bad[] = {{.year = 2026, .month = 2, .day = 31},
                                          {.year = 0, .month = 1, .day = 1},
                                          {.year = 1900, .month = 1, .day = 0},
                                          {.year = 1900, .month = 2, .day = 29},
                                          {.year = 2026, .month = 0, .day = 1},
                                          {.year = 2026, .month = 13, .day = 1},
                                          {.year = 10000, .month = 1, .day = 1},
                                          {.year = -1, .month = 1, .day = 1},
                                          {.year = 2026, .month = 1, .day = 1, .hour = 24},
                                          {.year = 2026, .month = 1, .day = 1, .minute = 60},
                                          {.year = 2026, .month = 1, .day = 1, .second = 60}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(wh_civil_is_valid(&bad[i]));
    }
    assert_true(wh_civil_is_valid(&(struct wh_civil){.year = 2000, .month = 2, .day = 29}));
    assert_true(wh_civil_is_valid(&(struct wh_civil){
        .year = 9999, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 59}));
}

static void instants_and_days_are_written_one_way(void **state)
{
    (void)state;
    char out[40];
    assert_string_equal(wh_format_day(wh_day_from_civil(2026, 11, 3), out, sizeof out),
                        "2026-11-03");
    assert_string_equal(wh_format_day_words(wh_day_from_civil(2026, 11, 3), out, sizeof out),
                        "3 November 2026");
    assert_string_equal(wh_format_utc(0, out, sizeof out), "1970-01-01T00:00:00Z");
    assert_string_equal(wh_format_utc(-1, out, sizeof out), "1969-12-31T23:59:59Z");
    assert_string_equal(wh_format_utc(1793754123, out, sizeof out), "2026-11-04T01:02:03Z");
    assert_true(wh_clock_now() > 1700000000);
    const double before = wh_clock_monotonic_s();
    assert_true(wh_clock_monotonic_s() >= before);
}

static struct wh_zone *open_zone(const char *name)
{
    struct wh_zone *zone = NULL;
    struct wh_error err = {0};
    assert_wh_ok(wh_zone_open(ctx, name, &zone, &err));
    return zone;
}

static int64_t instant(int year, int month, int day, int hour, int minute)
{
    return wh_day_from_civil(year, (unsigned)month, (unsigned)day) * 86400 + hour * 3600 +
           minute * 60;
}

static void assert_local(const struct wh_zone *zone, int month, int day, int hour, int minute,
                         enum wh_local_kind kind, int64_t utc)
{
    const struct wh_civil civil = {.year = 2026,
                                   .month = (uint8_t)month,
                                   .day = (uint8_t)day,
                                   .hour = (uint8_t)hour,
                                   .minute = (uint8_t)minute,
                                   .has_time = true};
    int64_t found = -99;
    assert_int_equal(wh_zone_to_utc(zone, &civil, &found), kind);
    assert_int_equal(found, kind == WH_LOCAL_NEVER ? -99 : utc);
}

static void london_loses_an_hour_in_march_and_has_one_twice_in_october(void **state)
{
    (void)state;
    struct wh_zone *zone = open_zone("Europe/London");
    assert_local(zone, 3, 29, 0, 59, WH_LOCAL_ONCE, instant(2026, 3, 29, 0, 59));
    assert_local(zone, 3, 29, 1, 0, WH_LOCAL_NEVER, 0);
    assert_local(zone, 3, 29, 1, 30, WH_LOCAL_NEVER, 0);
    assert_local(zone, 3, 29, 1, 59, WH_LOCAL_NEVER, 0);
    assert_local(zone, 3, 29, 2, 0, WH_LOCAL_ONCE, instant(2026, 3, 29, 1, 0));
    assert_local(zone, 10, 25, 0, 59, WH_LOCAL_ONCE, instant(2026, 10, 24, 23, 59));
    assert_local(zone, 10, 25, 1, 0, WH_LOCAL_TWICE, instant(2026, 10, 25, 0, 0));
    assert_local(zone, 10, 25, 1, 59, WH_LOCAL_TWICE,
                 instant(2026, 10, 25, 0, 59)); /* the earlier */
    assert_local(zone, 10, 25, 2, 0, WH_LOCAL_ONCE, instant(2026, 10, 25, 2, 0));
    assert_int_equal(wh_zone_day_start(zone, wh_day_from_civil(2026, 7, 1)),
                     instant(2026, 6, 30, 23, 0));
    /* The day that loses an hour has 23, the other 25. */
    const int64_t spring = wh_day_from_civil(2026, 3, 29), autumn = wh_day_from_civil(2026, 10, 25);
    assert_int_equal(wh_zone_day_start(zone, spring + 1) - wh_zone_day_start(zone, spring),
                     23 * 3600);
    assert_int_equal(wh_zone_day_start(zone, autumn + 1) - wh_zone_day_start(zone, autumn),
                     25 * 3600);
    wh_zone_destroy(ctx, zone);
}

static void the_other_half_of_the_world_has_its_own_changes(void **state)
{
    (void)state;
    struct wh_zone *auckland = open_zone("Pacific/Auckland");
    assert_local(auckland, 4, 5, 2, 30, WH_LOCAL_TWICE, instant(2026, 4, 4, 13, 30));
    assert_local(auckland, 9, 27, 2, 30, WH_LOCAL_NEVER, 0);
    assert_local(auckland, 1, 15, 12, 0, WH_LOCAL_ONCE, instant(2026, 1, 14, 23, 0));
    wh_zone_destroy(ctx, auckland);
    struct wh_zone *kolkata = open_zone("Asia/Kolkata");
    assert_local(kolkata, 6, 1, 12, 0, WH_LOCAL_ONCE, instant(2026, 6, 1, 6, 30));
    wh_zone_destroy(ctx, kolkata);
    struct wh_zone *utc = open_zone("UTC");
    assert_local(utc, 3, 29, 1, 30, WH_LOCAL_ONCE, instant(2026, 3, 29, 1, 30));
    wh_zone_destroy(ctx, utc);
}

static void an_offset_in_the_text_wins_over_the_zone(void **state)
{
    (void)state;
    struct wh_zone *zone = open_zone("Europe/London");
    struct wh_civil civil;
    int64_t utc = 0;
    assert_true(wh_time_parse("iso", wh_str_c("2026-03-29T01:30:00+05:30"), &civil));
    assert_int_equal(wh_zone_to_utc(zone, &civil, &utc), WH_LOCAL_ONCE);
    assert_int_equal(utc, instant(2026, 3, 28, 20, 0));
    wh_zone_destroy(ctx, zone);
}

static void a_day_without_midnight_starts_at_the_change(void **state)
{
    (void)state;
    struct wh_zone *havana =
        open_zone("America/Havana"); /* 00:00 -> 01:00 on 2026-03-08, from -5 h */
    assert_int_equal(wh_zone_day_start(havana, wh_day_from_civil(2026, 3, 8)),
                     instant(2026, 3, 8, 5, 0));
    wh_zone_destroy(ctx, havana);
    struct wh_zone *apia = open_zone("Pacific/Apia"); /* 30 December 2011 was left out */
    assert_int_equal(wh_zone_day_start(apia, wh_day_from_civil(2011, 12, 30)),
                     instant(2011, 12, 30, 10, 0));
    assert_int_equal(wh_zone_day_start(apia, wh_day_from_civil(2011, 12, 31)),
                     instant(2011, 12, 30, 10, 0));
    wh_zone_destroy(ctx, apia);
}

static void use_zone(const char *name)
{
    assert_int_equal(setenv("TZ", name, 1), 0);
    tzset();
}

static void zones_agree_with_the_c_library(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/London",     "Pacific/Auckland",    "Asia/Kolkata",      "America/New_York",
        "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran",
        "America/Nuuk",      "Pacific/Kiritimati",  "Europe/Dublin",     "UTC"};
    const int64_t from = instant(1950, 1, 1, 0, 0), to = instant(2100, 1, 1, 0, 0);
    uint64_t random = test_seed("instants");
    for (size_t z = 0; z < sizeof names / sizeof *names; z++) {
        struct wh_zone *zone = open_zone(names[z]);
        use_zone(names[z]);
        for (int i = 0; i < 5000; i++) {
            const int64_t utc = from + (int64_t)(next_random(&random) % (uint64_t)(to - from));
            const time_t as_time = utc;
            struct tm tm;
            struct wh_civil civil;
            int64_t back = 0;
            assert_non_null(localtime_r(&as_time, &tm));
            wh_zone_from_utc(zone, utc, &civil);
            if (civil.year != tm.tm_year + 1900 || civil.month != tm.tm_mon + 1 ||
                civil.day != tm.tm_mday || civil.hour != tm.tm_hour || civil.minute != tm.tm_min ||
                civil.second != tm.tm_sec) {
                fail_msg("%s: %lld is %d-%d-%d %d:%d, not hour %d:%d of day %d", names[z],
                         (long long)utc, civil.year, civil.month, civil.day, civil.hour,
                         civil.minute, tm.tm_hour, tm.tm_min, tm.tm_mday);
            }
            const enum wh_local_kind kind = wh_zone_to_utc(zone, &civil, &back);
            assert_int_not_equal(kind, WH_LOCAL_NEVER); /* it was shown by a clock */
            assert_true(back == utc ||
                        (kind == WH_LOCAL_TWICE && back < utc && utc - back <= 86400));
        }
        wh_zone_destroy(ctx, zone);
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

static void a_zone_that_is_none_is_named(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"Europe/Londn", "no time zone \"Europe/Londn\""},
        {"", "is not the name of a time zone"},
        {"../../../etc/passwd", "is not the name of a time zone"},
        {"/etc/localtime", "is not the name of a time zone"},
        {"Europe", "no time zone \"Europe\""}, /* a folder */
        {"Europe/London\n", "is not the name of a time zone"},
        {"zone.tab", "is not the name of a time zone"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct wh_zone *zone = NULL;
        struct wh_error err = {0};
        assert_int_equal(wh_zone_open(ctx, names[i][0], &zone, &err), WH_ERR_CONFIG);
        assert_text_has(err.message, names[i][1]);
        assert_null(zone);
    }
}

static void a_zone_that_finds_no_memory_leaves_none_behind(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    enum wh_status status = WH_ERR_LIMIT;
    uint64_t n = 0;
    while (status != WH_OK) {
        struct wh_zone *zone = NULL;
        struct wh_error err = {0};
        wh_alloc_fail_at(ctx, ++n, false);
        status = wh_zone_open(ctx, "Europe/London", &zone, &err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK || (status == WH_ERR_LIMIT && zone == NULL));
        wh_zone_destroy(ctx, zone);
        assert_int_equal(wh_alloc_in_use(ctx), 0);
    }
    assert_true(n > 4);
}

static void dates_are_read_by_their_format_only(void **state)
{
    (void)state;
    static const struct {
        const char *format, *text, *expected; /* NULL: refused */
    } cases[] = {
        {"%d/%m/%Y", "03/11/2026", "2026-11-03"},
        {"%d/%m/%Y", "3/1/2026", "2026-01-03"},
        {"%d/%m/%Y", "31/02/2026", NULL},
        {"%d/%m/%Y", "00/00/0000", NULL},
        {"%d/%m/%Y", "11/13/2026", NULL},
        {"%d/%m/%Y", "03/11/26", NULL},
        {"%d/%m/%Y", "03/11/2026 ", NULL},
        {"%d/%m/%Y", " 03/11/2026", NULL},
        {"%d/%m/%Y", "03/11/2026 10:00", NULL},
        {"%d/%m/%Y", "03-11-2026", NULL},
        {"%d/%m/%Y", "", NULL},
        {"%m/%d/%Y", "03/11/2026", "2026-03-11"},
        {"%d/%m/%Y %H:%M", "03/11/2026 23:59", "2026-11-03 23:59:00"},
        {"%d/%m/%Y %H:%M", "03/11/2026   7:05", "2026-11-03 07:05:00"},
        {"%d/%m/%Y %H:%M", "03/11/2026 24:00", NULL},
        {"%d/%m/%Y %H:%M", "03/11/2026", NULL},
        {"%d/%m/%Y %H:%M:%S", "03/11/2026 23:59:60", NULL},
        {"%d/%m/%Y %I:%M %p", "03/11/2026 12:05 AM", "2026-11-03 00:05:00"},
        {"%d/%m/%Y %I:%M %p", "03/11/2026 12:05 pm", "2026-11-03 12:05:00"},
        {"%d/%m/%Y %I:%M %p", "03/11/2026 11:05 PM", "2026-11-03 23:05:00"},
        {"%d/%m/%Y %I:%M %p", "03/11/2026 13:05 PM", NULL},
        {"%d/%m/%Y %I:%M %p", "03/11/2026 11:05", NULL},
        {"%d %b %Y", "3 Nov 2026", "2026-11-03"},
        {"%d %B %Y", "03 NOVEMBER 2026", "2026-11-03"},
        {"%d %b %Y", "3 Sept 2026", "2026-09-03"},
        {"%d %b %Y", "3 Nove 2026", NULL},
        {"%d-%b-%y", "03-Nov-26", "2026-11-03"},
        {"%d-%b-%y", "03-Nov-99", "1999-11-03"},
        {"%Y-%m", "2026-11", "2026-11-01"},
        {"%Y%m%d", "20261103", "2026-11-03"},
        {"%Y-%m-%d %H:%M:%S.%f", "2026-11-03 01:02:03.999", "2026-11-03 01:02:03"},
        {"%Y-%m-%dT%H:%M%z", "2026-11-03T01:02+0130", "2026-11-03 01:02:00 5400"},
        {"100%% %Y-%m", "100% 2026-11", "2026-11-01"},
        {"iso", "2026-11-03", "2026-11-03"},
        {"iso", "2026-11-03T01:02", "2026-11-03 01:02:00"},
        {"iso", "2026-11-03 01:02:03", "2026-11-03 01:02:03"},
        {"iso", "2026-11-03T01:02:03Z", "2026-11-03 01:02:03 0"},
        {"iso", "2026-11-03t01:02:03z", "2026-11-03 01:02:03 0"},
        {"iso", "2026-11-03T01:02:03.123456+01:00", "2026-11-03 01:02:03 3600"},
        {"iso", "2026-11-03T01:02:03-0530", "2026-11-03 01:02:03 -19800"},
        {"iso", "2026-11-03T01:02:03-05", "2026-11-03 01:02:03 -18000"},
        {"iso", "2026-11-03T01:02:03+01:", NULL},
        {"iso", "2026-11-03T01:02:03+24:00", NULL},
        {"iso", "2026-11-03T01:02:03.", NULL},
        {"iso", "2026-11-03T", NULL},
        {"iso", "2026-11-3", NULL},
        {"iso", "2026-1-03", NULL},
        {"iso", "1900-01-00", NULL},
        {"iso", "2026-02-29", NULL},
        {"iso", "2028-02-29", "2028-02-29"},
        {"iso", "03/11/2026", NULL},
        {"iso", "-2026-11-03", NULL},
        {"iso", "\xD9\xA2\xD9\xA0\xD9\xA2\xD9\xA6-11-03", NULL}, /* Arabic digits */
        {"iso", "12026-11-03", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wh_civil civil = {.year = 77};
        char shown[64] = "";
        const bool is_read = wh_time_parse(cases[i].format, wh_str_c(cases[i].text), &civil);
        if (is_read) {
            int len =
                snprintf(shown, sizeof shown, "%04d-%02u-%02u", civil.year, civil.month, civil.day);
            if (civil.has_time) {
                len += snprintf(shown + len, sizeof shown - (size_t)len, " %02u:%02u:%02u",
                                civil.hour, civil.minute, civil.second);
            }
            if (civil.has_offset) {
                snprintf(shown + len, sizeof shown - (size_t)len, " %d", civil.offset_s);
            }
        }
        if (is_read != (cases[i].expected != NULL) ||
            (is_read && strcmp(shown, cases[i].expected) != 0)) {
            fail_msg("\"%s\" by \"%s\": %s, not %s", cases[i].text, cases[i].format,
                     is_read ? shown : "refused",
                     cases[i].expected != NULL ? cases[i].expected : "refused");
        }
        assert_true(is_read || civil.year == 77); /* as it was */
    }
}

static void a_format_must_say_when(void **state)
{
    (void)state;
    static const char *const good[] = {"iso",      "%d/%m/%Y",          "%Y-%m",
                                       "%d %b %y", "%I:%M %p %d %B %Y", "%Y-%m-%dT%H:%M:%S%z"};
    static const char *const bad[] = {
        "",   "%d/%m",      "%Y",       "%d/%m/%Y %I:%M", "%d/%m/%Y %p",
        "%q", "%d/%m/%Y %", "%Y-%m %M", "%Y-%m %H:%S",    "ISO",
        "%D", "yyyy-mm-dd"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(wh_time_format_is_valid(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (wh_time_format_is_valid(bad[i])) {
            fail_msg("\"%s\" is called a format", bad[i]);
        }
    }
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char *const formats[] = {"%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
                                          "%d %B %Y %I:%M:%S %p", "%b %d, %Y %H:%M:%S"};
    uint64_t random = test_seed("dates");
    for (int i = 0; i < 5000; i++) {
        const time_t utc = (time_t)(next_random(&random) % 4102444800u);
        struct tm tm;
        char text[80];
        assert_non_null(gmtime_r(&utc, &tm));
        const char *const format = formats[random_below(&random, 4)];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        assert_true(strftime(text, sizeof text, format, &tm) >
                    0); /* the C locale's English names */
#pragma GCC diagnostic pop
        struct wh_civil civil;
        if (!wh_time_parse(format, wh_str_c(text), &civil)) {
            fail_msg("\"%s\" by \"%s\" is refused", text, format);
        }
        assert_int_equal(wh_day_from_civil(civil.year, civil.month, civil.day) * 86400 +
                             civil.hour * 3600 + civil.minute * 60 + civil.second,
                         utc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_dates_agree_with_a_slow_calendar),
        cmocka_unit_test(dates_that_are_none_are_not_valid),
        cmocka_unit_test(instants_and_days_are_written_one_way),
        cmocka_unit_test(london_loses_an_hour_in_march_and_has_one_twice_in_october),
        cmocka_unit_test(the_other_half_of_the_world_has_its_own_changes),
        cmocka_unit_test(an_offset_in_the_text_wins_over_the_zone),
        cmocka_unit_test(a_day_without_midnight_starts_at_the_change),
        cmocka_unit_test(zones_agree_with_the_c_library),
        cmocka_unit_test(a_zone_that_is_none_is_named),
        cmocka_unit_test(a_zone_that_finds_no_memory_leaves_none_behind),
        cmocka_unit_test(dates_are_read_by_their_format_only),
        cmocka_unit_test(a_format_must_say_when),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
