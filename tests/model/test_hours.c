/* Spans of time over the hours of the week: against a clock that is read every minute. */
#include "../wh_test_ctx.h"
#include "model/hours.h"

#define MINUTE INT64_C(60)

static struct wh_zone *open_zone(const char *name)
{
    struct wh_zone *zone = NULL;
    struct wh_error err = {0};
    assert_wh_ok(wh_zone_open(ctx, name, &zone, &err));
    return zone;
}

/* The weekday by Zeller's congruence (1882), Monday 0. */
static unsigned weekday_of(const struct wh_civil *civil)
{
    const int month = civil->month < 3 ? civil->month + 12 : civil->month;
    const int year = civil->year - (civil->month < 3);
    const int h =
        (civil->day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400) % 7;
    return (unsigned)((h + 5) % 7); /* h: 0 is Saturday */
}

static void add_slowly(double *requests, const struct wh_zone *zone, int64_t from, int64_t to)
{
    for (int64_t at = from; at < to || at == from; at += MINUTE) {
        struct wh_civil civil;
        wh_zone_from_utc(zone, at, &civil);
        requests[24 * weekday_of(&civil) + civil.hour] +=
            to > from ? (double)MINUTE / (double)(to - from) : 1;
    }
}

static void spans_are_those_of_a_clock_read_every_minute(void **state)
{
    static const char *const name[] = {"Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu",
                                       "America/New_York"};
    (void)state;
    uint64_t seed = test_seed("hours");
    for (size_t z = 0; z < sizeof name / sizeof *name; z++) {
        struct wh_zone *const zone = open_zone(name[z]);
        for (int trial = 0; trial < 60; trial++) {
            struct wh_hours hours = {{0}, 0};
            double wanted[WH_HOURS_OF_WEEK] = {0}, sum = 0;
            /* Around the change of clocks at the end of March 2026, too. */
            const int64_t from =
                1774600000 / MINUTE * MINUTE + (int64_t)random_below(&seed, 20000) * MINUTE;
            const int64_t to =
                from + (trial % 7 == 0 ? 0 : (int64_t)random_below(&seed, 7 * 24 * 60) * MINUTE);
            wh_hours_add(&hours, zone, from, to);
            add_slowly(wanted, zone, from, to);
            for (int h = 0; h < WH_HOURS_OF_WEEK; h++) {
                assert_true(fabs(hours.requests[h] - wanted[h]) < 1e-9);
                sum += hours.requests[h];
            }
            assert_true(fabs(sum - 1) < 1e-9);
            assert_int_equal(hours.n_vague, 0);
        }
        wh_zone_destroy(ctx, zone);
    }
}

static void a_week_or_more_tells_no_hour(void **state)
{
    (void)state;
    struct wh_zone *const zone = open_zone("Europe/London");
    struct wh_hours hours = {{0}, 0};
    const int64_t week = 7 * 24 * 60 * MINUTE;
    wh_hours_add(&hours, zone, 0, week);
    wh_hours_add(&hours, zone, INT64_MIN + 1, INT64_MAX);
    assert_int_equal(hours.n_vague, 2);
    for (int h = 0; h < WH_HOURS_OF_WEEK; h++) {
        assert_true(fabs(hours.requests[h]) <= 0);
    }
    wh_hours_add(&hours, zone, 0, week - 1);
    assert_int_equal(hours.n_vague, 2);
    wh_zone_destroy(ctx, zone);
}

static void a_day_alone_is_in_each_of_its_hours(void **state)
{
    (void)state;
    struct wh_zone *const zone = open_zone("Europe/London");
    struct wh_hours hours = {{0}, 0};
    const int64_t day = wh_day_from_civil(2026, 11, 4); /* a Wednesday */
    wh_hours_add(&hours, zone, wh_zone_day_start(zone, day), wh_zone_day_start(zone, day + 1));
    for (int h = 0; h < WH_HOURS_OF_WEEK; h++) {
        assert_true(fabs(hours.requests[h] - (h / 24 == 2 ? 1.0 / 24 : 0)) < 1e-12);
    }
    wh_zone_destroy(ctx, zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_those_of_a_clock_read_every_minute),
        cmocka_unit_test(a_week_or_more_tells_no_hour),
        cmocka_unit_test(a_day_alone_is_in_each_of_its_hours),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
