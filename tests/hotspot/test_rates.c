/* Limits, funnels, ranks and changes against ACCEPTANCE.md H, R 4.2.2 and what must hold. */
#include <wardheat/rates.h>

#include "golden.h"

static void limits_of_ten_are_as_published(void **unused)
{
    (void)unused;
    const struct wh_limits exact = wh_limits_exact(10, 0.95), byar = wh_limits_byar(10, 0.95);
    golden_close("exact", exact.lower, 4.7953887, 5e-8);
    golden_close("exact", exact.upper, 18.3903560, 5e-8);
    golden_close("Byar", byar.lower, 4.7874499, 5e-8);
    golden_close("Byar", byar.upper, 18.3914586, 5e-8);
    golden_close("none", wh_limits_exact(0, 0.95).lower, 0, 0);
    golden_close("none", wh_limits_exact(0, 0.95).upper, -log(0.025), 1e-10);
    assert_true(isnan(wh_limits_exact(-1, 0.95).lower));
    assert_true(isnan(wh_limits_exact((double)NAN, 0.95).upper));
}

/* PHE's own claim: Byar is within 0.2 % of exact from 10 on. */
static void byar_is_near_exact_from_ten_on(void **unused)
{
    (void)unused;
    for (double n = 10; n < 5000; n = floor(n * 1.3) + 1) {
        const struct wh_limits exact = wh_limits_exact(n, 0.95), byar = wh_limits_byar(n, 0.95);
        golden_close("lower", byar.lower / exact.lower, 1, 0.002);
        golden_close("upper", byar.upper / exact.upper, 1, 0.002);
        const struct wh_limits published = wh_limits_poisson(n, 0.95);
        assert_memory_equal(&published, &byar, sizeof byar);
    }
    const struct wh_limits few = wh_limits_poisson(9, 0.95), exact = wh_limits_exact(9, 0.95);
    assert_memory_equal(&few, &exact, sizeof few);
}

static void funnels_have_exact_tails(void **unused)
{
    (void)unused;
    const double events[6] = {50, 72, 100, 20, 0, 5}, base[6] = {500, 500, 500, 500, 500, 0};
    struct wh_funnel_place place[6];
    wh_funnel_places(events, base, 6, place);
    const double expected = 242 / 5.0;
    for (unsigned i = 0; i < 5; i++) {
        golden_close("expected", place[i].expected, expected, 1e-12);
        golden_close("ratio", place[i].ratio, events[i] / expected, 1e-12);
        /* A place is outside exactly when its count is beyond the limit. */
        assert_true((events[i] > place[i].at_95.upper) == (place[i].position >= WH_FUNNEL_ABOVE));
        assert_true((events[i] > place[i].at_998.upper) ==
                    (place[i].position == WH_FUNNEL_FAR_ABOVE));
        assert_true((events[i] < place[i].at_95.lower) == (place[i].position <= WH_FUNNEL_BELOW));
        assert_true((events[i] < place[i].at_998.lower) ==
                    (place[i].position == WH_FUNNEL_FAR_BELOW));
        /* About 1.96 and 3.09 standard deviations. */
        golden_close("upper", place[i].at_95.upper, expected + 1.96 * sqrt(expected), 2);
        golden_close("lower", place[i].at_998.lower, expected - 3.09 * sqrt(expected), 2);
    }
    assert_int_equal(place[0].position, WH_FUNNEL_INSIDE);
    assert_int_equal(place[1].position, WH_FUNNEL_FAR_ABOVE);
    assert_int_equal(place[3].position, WH_FUNNEL_FAR_BELOW);
    assert_int_equal(place[5].position, WH_FUNNEL_INSIDE);
    assert_true(isnan(place[5].expected) && isnan(place[5].at_95.upper));
    wh_funnel_places(events, base + 5, 1, place); /* one place without base */
    assert_true(isnan(place[0].ratio));
    assert_string_equal(wh_funnel_words(WH_FUNNEL_ABOVE), "higher than expected");
}

static void ranks_have_honest_intervals(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    const double events[6] = {1000, 30, 31, 29, 1, 4}, base[6] = {1000, 1000, 1000, 1000, 1000, 0};
    struct wh_rank rank[6], again[6];
    assert_wh_ok(wh_rank_rates(ctx, events, base, 6, 2000, rank, &err));
    golden_close("first", rank[0].rank, 1, 0);
    golden_close("first", rank[0].interval.upper, 1, 0);
    golden_close("last", rank[4].rank, 5, 0);
    golden_close("last", rank[4].interval.lower, 5, 0);
    for (unsigned i = 1; i < 4; i++) { /* three that nobody can tell apart */
        golden_close("middle", rank[i].interval.lower, 2, 0);
        golden_close("middle", rank[i].interval.upper, 4, 0);
    }
    assert_true(isnan(rank[5].rank) && isnan(rank[5].interval.lower));
    assert_wh_ok(wh_rank_rates(ctx, events, base, 6, 2000, again, &err));
    assert_memory_equal(rank, again, 5 * sizeof *rank);
    const double same[3] = {7, 7, 7};
    assert_wh_ok(wh_rank_rates(ctx, same, base, 3, 0, rank, &err));
    golden_close("shared", rank[1].rank, 2, 0);
    assert_true(isnan(rank[1].interval.upper));
    assert_wh_ok(wh_rank_rates(ctx, same, base, 0, 10, rank, &err));
}

static void changes_are_those_of_poisson_test(void **unused)
{
    (void)unused;
    const struct wh_change_test change = wh_change_of(20, 90, 30, 60, 0.95);
    golden_close("ratio", change.ratio, 2.25, 1e-12);
    golden_close("lower", change.limits.lower, 1.23619784885, 1e-9);
    golden_close("upper", change.limits.upper, 4.18013146044, 1e-9);
    golden_close("p", change.p, 0.00672076452605, 1e-11);
    const struct wh_change_test none = wh_change_of(0, 1, 4, 1, 0.95);
    assert_true(isinf(none.ratio) && isinf(none.limits.upper));
    golden_close("lower", none.limits.lower, 0.66012401936, 1e-10);
    golden_close("p", none.p, 0.125, 1e-12);
    const struct wh_change_test gone = wh_change_of(4, 1, 0, 1, 0.95);
    golden_close("gone", gone.ratio, 0, 0);
    golden_close("gone", gone.limits.upper, 1 / 0.66012401936, 1e-9);
    golden_close("same", wh_change_of(10, 5, 10, 5, 0.95).p, 1, 0);
    assert_true(isnan(wh_change_of(0, 1, 0, 1, 0.95).p));
    assert_true(isnan(wh_change_of(1, 0, 1, 1, 0.95).ratio));
}

static void a_mild_winter_is_not_taken_for_our_work(void **unused)
{
    (void)unused;
    /* Halved here, but everywhere else too. */
    struct wh_action_effect effect = wh_effect_of(80, 90, 40, 90, 1000, 500, 0.95);
    assert_true(effect.here.p < 0.001);
    golden_close("ratio", effect.ratio, 1, 1e-12);
    assert_int_equal(effect.effect, WH_EFFECT_UNCLEAR);
    effect = wh_effect_of(80, 90, 40, 90, 1000, 1000, 0.95);
    assert_int_equal(effect.effect, WH_EFFECT_BETTER);
    golden_close("spread", log(effect.limits.upper / effect.ratio),
                 1.959963985 * sqrt(1 / 80.0 + 1 / 40.0 + 2 / 1000.0), 1e-8);
    effect = wh_effect_of(20, 90, 60, 90, 0, 0, 0.95); /* no elsewhere */
    assert_int_equal(effect.effect, WH_EFFECT_WORSE);
    golden_close("ratio", effect.ratio, 3, 1e-12);
    effect = wh_effect_of(10, 90, 0, 90, 100, 100, 0.95);
    assert_int_equal(effect.effect, WH_EFFECT_BETTER);
    effect = wh_effect_of(0, 90, 0, 90, 100, 100, 0.95);
    assert_int_equal(effect.effect, WH_EFFECT_UNKNOWN);
    assert_string_equal(wh_effect_words(effect.effect), "too little to say");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_of_ten_are_as_published),
        cmocka_unit_test(byar_is_near_exact_from_ten_on),
        cmocka_unit_test(funnels_have_exact_tails),
        cmocka_unit_test(ranks_have_honest_intervals),
        cmocka_unit_test(changes_are_those_of_poisson_test),
        cmocka_unit_test(a_mild_winter_is_not_taken_for_our_work),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
