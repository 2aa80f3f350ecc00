/* Working days and due times, against counting them one by one. */
#include "../wh_test_ctx.h"
#include "base/str.h"
#include "model/targets.h"

static struct wh_zone *london;

static int open_zone(void **state)
{
    struct wh_error err = {0};
    (void)make_ctx(state);
    assert_wh_ok(wh_zone_open(ctx, "Europe/London", &london, &err));
    return 0;
}

static int close_zone(void **state)
{
    wh_zone_destroy(ctx, london);
    return drop_ctx(state);
}

/* 1970-01-01 was a Thursday: the weekday by the remainder, Monday first. */
static bool is_free(int64_t day, const int64_t *holiday, size_t n)
{
    const char *const week = "TFSSMTW"; /* from Thursday on; S: no working day */
    for (size_t i = 0; i < n; i++) {
        if (holiday[i] == day) {
            return true;
        }
    }
    return week[((day % 7) + 7) % 7] == 'S';
}

static void working_days_are_those_that_one_counts(void **state)
{
    (void)state;
    uint64_t seed = test_seed("working days");
    for (int trial = 0; trial < 2000; trial++) {
        int64_t holiday[12], sorted[12];
        const size_t n = random_below(&seed, 13);
        const int64_t start = (int64_t)random_below(&seed, 40000) - 10000;
        for (size_t i = 0; i < n; i++) {
            holiday[i] = sorted[i] = start + (int64_t)random_below(&seed, 30);
        }
        struct wh_targets targets = {.n_holidays = n, .holiday = sorted};
        wh_targets_sort(&targets);
        const uint32_t days = (uint32_t)random_below(&seed, 15);
        uint32_t left = days;
        int64_t wanted = start;
        while (days == 0 && is_free(wanted, holiday, n)) {
            wanted++;
        }
        while (left > 0) {
            wanted++;
            left -= is_free(wanted, holiday, n) ? 0 : 1;
        }
        assert_true(wh_working_day_add(&targets, start, days) == wanted);
    }
}

static int64_t at(int32_t year, unsigned month, unsigned day, unsigned hour)
{
    const struct wh_civil civil = {.year = year,
                                   .month = (uint8_t)month,
                                   .day = (uint8_t)day,
                                   .hour = (uint8_t)hour,
                                   .has_time = true};
    int64_t utc = 0;
    assert_int_not_equal(wh_zone_to_utc(london, &civil, &utc), WH_LOCAL_NEVER);
    return utc;
}

static void a_request_is_due_when_the_last_working_day_is_over(void **state)
{
    (void)state;
    struct wh_target target[] = {{.category = "Potholes", .has_days = true, .working_days = 2},
                                 {.category = "bins", .has_days = true, .working_days = 0},
                                 {.category = "Noise", .owner = "Somebody"}};
    int64_t holiday[] = {wh_day_from_civil(2026, 12, 28), wh_day_from_civil(2026, 12, 25)};
    struct wh_targets targets = {.n = 3, .target = target, .n_holidays = 2, .holiday = holiday};
    wh_targets_sort(&targets);
    const char *category[] = {"Bins", "Noise", "POTHOLES", "Trees"};
    uint16_t of[] = {2, 2, 2, 0, 1, 3, 2};
    int64_t opened[] = {at(2026, 12, 23, 23), at(2026, 3, 27, 12), at(2026, 11, 4, 0),
                        at(2026, 12, 26, 9),  at(2026, 11, 4, 9),  at(2026, 11, 4, 9),
                        at(2026, 11, 4, 9)};
    int64_t due[] = {WH_NO_TIME, WH_NO_TIME, WH_NO_TIME, WH_NO_TIME, WH_NO_TIME, WH_NO_TIME, 77};
    struct wh_requests requests = {.n = 7,
                                   .opened_at = opened,
                                   .due_at = due,
                                   .category = of,
                                   .n_categories = 4,
                                   .category_name = category};
    wh_targets_apply(&targets, london, &requests);
    /* Christmas Eve is the first, then a feast, a weekend and another feast; the 29th is over at
     * midnight. */
    assert_true(due[0] == at(2026, 12, 30, 0) - 1);
    /* Friday, before the clocks go forward: Tuesday in summer time. */
    assert_true(due[1] == at(2026, 4, 1, 0) - 1);
    assert_true(due[2] == at(2026, 11, 7, 0) - 1);
    assert_true(due[3] == at(2026, 12, 30, 0) - 1); /* a Saturday: the next working day */
    assert_true(due[4] == WH_NO_TIME && due[5] == WH_NO_TIME);
    assert_true(due[6] == 77); /* its own */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(working_days_are_those_that_one_counts),
        cmocka_unit_test(a_request_is_due_when_the_last_working_day_is_over),
    };
    return cmocka_run_group_tests(tests, open_zone, close_zone);
}
