/* The public part ends where the last complete period ends. */
#include "../wh_test.h"
#include "base/time.h"
#include "run/reporting.h"

static void expect_end(enum wh_public_every every, int32_t year, unsigned month, unsigned day,
                       const char *end)
{
    char text[16];
    const int64_t as_of = wh_day_from_civil(year, month, day);
    assert_string_equal(wh_format_day(wh_public_end_day(every, as_of), text, sizeof text), end);
}

static void a_month_ends_on_its_last_day_and_not_before(void **state)
{
    (void)state;
    expect_end(WH_EVERY_MONTH, 2026, 11, 30, "2026-11-01");
    expect_end(WH_EVERY_MONTH, 2026, 12, 1, "2026-12-01");
    expect_end(WH_EVERY_MONTH, 2028, 2, 29, "2028-02-01");
    expect_end(WH_EVERY_MONTH, 2027, 1, 1, "2027-01-01");
}

static void a_quarter_begins_in_january_april_july_and_october(void **state)
{
    (void)state;
    expect_end(WH_EVERY_QUARTER, 2026, 1, 1, "2026-01-01");
    expect_end(WH_EVERY_QUARTER, 2026, 3, 31, "2026-01-01");
    expect_end(WH_EVERY_QUARTER, 2026, 6, 30, "2026-04-01");
    expect_end(WH_EVERY_QUARTER, 2026, 9, 30, "2026-07-01");
    expect_end(WH_EVERY_QUARTER, 2026, 12, 31, "2026-10-01");
}

static void a_week_begins_on_monday(void **state)
{
    (void)state;
    /* 2 November 2026 is a Monday. */
    expect_end(WH_EVERY_WEEK, 2026, 11, 1, "2026-10-26");
    expect_end(WH_EVERY_WEEK, 2026, 11, 2, "2026-11-02");
    expect_end(WH_EVERY_WEEK, 2026, 11, 3, "2026-11-02");
    expect_end(WH_EVERY_WEEK, 2026, 11, 8, "2026-11-02");
    expect_end(WH_EVERY_WEEK, 1969, 12, 31, "1969-12-29");
}

static void every_day_and_every_run_end_with_yesterday(void **state)
{
    (void)state;
    expect_end(WH_EVERY_DAY, 2026, 11, 3, "2026-11-03");
    expect_end(WH_EVERY_RUN, 2026, 11, 3, "2026-11-03");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_ends_on_its_last_day_and_not_before),
        cmocka_unit_test(a_quarter_begins_in_january_april_july_and_october),
        cmocka_unit_test(a_week_begins_on_monday),
        cmocka_unit_test(every_day_and_every_run_end_with_yesterday),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
