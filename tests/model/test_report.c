/* What follows from a report's figures alone: the ranking of wards, whether rates can be stated. */
#include <math.h>

#include "geo/areas.h"
#include "model/report.h"
#include "wh_test_ctx.h"

static struct wh_figures with(uint32_t n, enum wh_shown shown)
{
    return (struct wh_figures){.count = {n, (uint8_t)shown}};
}

static void assert_ranks(const struct wh_theme_report *theme, size_t n, const uint32_t *order,
                         const uint32_t *rank)
{
    uint32_t got[8];
    wh_theme_rank_wards(theme, (uint32_t)n, got);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(got[i], order[i]);
        assert_int_equal(wh_theme_ward_rank(theme, (uint32_t)n, i), rank[i]);
    }
}

static void wards_with_equal_counts_share_a_rank(void **state)
{
    (void)state;
    struct wh_figures ward[5] = {with(7, WH_SHOWN), with(12, WH_SHOWN), with(7, WH_SHOWN),
                                 with(0, WH_SHOWN), with(12, WH_SHOWN)};
    const struct wh_theme_report theme = {.ward = ward};
    assert_ranks(&theme, 5, (const uint32_t[]){1, 4, 0, 2, 3}, (const uint32_t[]){3, 1, 3, 5, 1});
}

/* Were a hidden count ranked, its neighbours would say between which numbers it lies. */
static void hidden_counts_come_last_in_the_order_of_the_areas_and_have_no_rank(void **state)
{
    (void)state;
    struct wh_figures ward[5] = {with(0, WH_WITHHELD), with(0, WH_FEW), with(5, WH_SHOWN),
                                 with(0, WH_SHOWN), with(0, WH_WITHHELD)};
    const struct wh_theme_report theme = {.ward = ward};
    assert_ranks(&theme, 5, (const uint32_t[]){2, 3, 0, 1, 4}, (const uint32_t[]){0, 0, 1, 2, 0});
    assert_ranks(&theme, 0, NULL, NULL);
}

static void rates_have_a_place_when_any_ward_has_residents(void **state)
{
    (void)state;
    double population[3] = {(double)NAN, 0, (double)NAN};
    const struct wh_areas wards = {.n = 3, .population = population};
    const struct wh_report report = {.wards = &wards};
    assert_false(wh_report_has_residents(&report));
    population[2] = 1204;
    assert_true(wh_report_has_residents(&report));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wards_with_equal_counts_share_a_rank),
        cmocka_unit_test(hidden_counts_come_last_in_the_order_of_the_areas_and_have_no_rank),
        cmocka_unit_test(rates_have_a_place_when_any_ward_has_residents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
