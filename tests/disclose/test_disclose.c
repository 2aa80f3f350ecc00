/* The public report against attackers who have nothing else. */
#include "attack.h"

#define K 4u

static void disclose(struct council *council, struct wh_public_report *ret)
{
    struct wh_error err = {0};
    const struct wh_disclose_options opt = {.hide_below = K};
    struct wh_disclose_stats stats;
    assert_wh_ok(wh_disclose(council->ctx, &council->officer, &opt, ret, &stats, &err));
    assert_int_equal(ret->body.edition, WH_EDITION_PUBLIC);
    assert_int_equal(ret->body.hide_below, K);
}

/* Numbers that are small hidden, and nothing else: what a first attempt would print. */
static void hide_naively(struct wh_theme_report *theme, size_t n_wards)
{
    for (size_t w = 0; w <= n_wards; w++) {
        struct wh_figures *figures = w == n_wards ? &theme->total : &theme->ward[w];
        if (figures->count.n > 0 && figures->count.n < K) {
            *figures = (struct wh_figures){.count = {.shown = WH_FEW},
                                           .previous = figures->previous,
                                           .per_km2 = (double)NAN,
                                           .per_1000 = (double)NAN};
        }
    }
}

static void no_small_count_follows_from_what_is_printed(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("one theme");
    size_t n_small = 0;
    for (size_t i = 0; i < 120; i++) {
        struct council council;
        struct truth truth;
        struct wh_public_report report;
        const size_t n_wards = i % 3 == 0 ? 2 : 3;
        truth_draw(&truth, &seed, n_wards,
                   i % 4 == 0                 ? 0
                   : i % 3 == 0 && i % 2 == 0 ? 2
                                              : 1,
                   i % 5 == 0 ? 3 : 6);
        council_open(&council, n_wards, 1);
        council_tell(&council, 0, &truth);
        disclose(&council, &report);
        for (size_t period = 0; period < 2; period++) {
            const size_t exposed = attack_theme(&report.body, 0, &truth, period, K);
            if (exposed > 0) {
                fail_msg("report %zu, period %zu: %zu small counts exposed", i, period, exposed);
            }
            for (size_t w = 0; w < n_wards; w++) {
                const uint32_t n = truth_ward(&truth, period, w);
                n_small += n > 0 && n < K;
            }
        }
        wh_public_report_finish(council.ctx, &report);
        council_close(&council);
    }
    assert_true(n_small > 50);
}

static void hiding_small_counts_alone_would_be_broken(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("naive");
    size_t exposed = 0;
    for (size_t i = 0; i < 30; i++) {
        struct council council;
        struct truth truth;
        truth_draw(&truth, &seed, 3, 0, 7);
        council_open(&council, 3, 1);
        council_tell(&council, 0, &truth);
        hide_naively(&council.officer.body.theme[0], 3);
        exposed += attack_theme(&council.officer.body, 0, &truth, 0, K);
        council_close(&council);
    }
    assert_true(exposed > 5);
}

/* ---- themes within themes, periods within periods ---- */

/* Tries all counts of the parts (theme, period) and of the rest of the whole, ward by ward. The
 * whole is the first theme now. */
struct part_of {
    size_t theme, period;
};

static bool nested_agrees(const struct wh_report *printed, const struct part_of *part,
                          size_t n_parts, size_t n_wards, const uint32_t *trial)
{
    for (size_t w = 0; w <= n_wards; w++) {
        uint32_t whole = 0;
        for (size_t p = 0; p <= n_parts; p++) {
            uint32_t n = w < n_wards ? trial[p * n_wards + w] : 0;
            for (size_t v = 0; w == n_wards && v < n_wards; v++) {
                n += trial[p * n_wards + v];
            }
            whole += n;
            if (p < n_parts) {
                const struct wh_theme_report *theme = &printed->theme[part[p].theme];
                const struct wh_figures *figures = w < n_wards ? &theme->ward[w] : &theme->total;
                if (!attack_agrees(figures, part[p].period, n, K, (double)NAN, (double)NAN)) {
                    return false;
                }
            }
        }
        const struct wh_theme_report *theme = &printed->theme[0];
        if (!attack_agrees(w < n_wards ? &theme->ward[w] : &theme->total, 0, whole, K, (double)NAN,
                           (double)NAN)) {
            return false;
        }
    }
    return true;
}

/* Exposed small counts among the parts, the rest and the whole; `value` holds the truth. */
static size_t attack_nested(const struct wh_report *printed, const struct part_of *part,
                            size_t n_parts, size_t n_wards, const uint32_t *value, uint32_t most)
{
    const size_t n_cells = (n_parts + 1) * n_wards;
    uint32_t trial[8] = {0}, seen[8] = {0}, seen_whole[4] = {0};
    size_t exposed = 0;
    assert_true(n_cells <= 8 && nested_agrees(printed, part, n_parts, n_wards, value));
    for (size_t at = 0; at < n_cells;) {
        if (nested_agrees(printed, part, n_parts, n_wards, trial)) {
            for (size_t i = 0; i < n_cells; i++) {
                seen[i] |= 1u << trial[i];
            }
            for (size_t w = 0; w < n_wards; w++) {
                uint32_t whole = 0;
                for (size_t p = 0; p <= n_parts; p++) {
                    whole += trial[p * n_wards + w];
                }
                seen_whole[w] |= 1u << whole;
            }
        }
        for (at = 0; at < n_cells && trial[at] == most; at++) {
            trial[at] = 0;
        }
        if (at < n_cells) {
            trial[at]++;
        }
    }
    for (size_t i = 0; i < n_cells; i++) {
        exposed += value[i] > 0 && value[i] < K && (seen[i] & 0xeu) != 0xeu;
    }
    for (size_t w = 0; w < n_wards; w++) {
        uint32_t whole = 0;
        for (size_t p = 0; p <= n_parts; p++) {
            whole += value[p * n_wards + w];
        }
        exposed += whole > 0 && whole < K && (seen_whole[w] & 0xeu) != 0xeu;
    }
    return exposed;
}

static struct truth wards_only(size_t n_wards, const uint32_t *now, const uint32_t *before)
{
    struct truth truth = {.n_wards = n_wards};
    for (size_t w = 0; w < n_wards; w++) {
        truth.rest[0][w] = now[w];
        truth.rest[1][w] = before == NULL ? 0 : before[w];
    }
    return truth;
}

static void a_theme_within_a_theme_gives_away_neither_itself_nor_the_rest(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("themes within themes");
    const struct part_of part[1] = {{1, 0}};
    for (size_t i = 0; i < 40; i++) {
        struct council council;
        struct wh_public_report report;
        uint32_t value[6], whole[3];
        for (size_t j = 0; j < 6; j++) {
            value[j] = (uint32_t)random_below(&seed, 6);
        }
        for (size_t w = 0; w < 3; w++) {
            whole[w] = value[w] + value[3 + w];
        }
        const struct truth outer = wards_only(3, whole, NULL), inner = wards_only(3, value, NULL);
        council_open(&council, 3, 2);
        council.theme[0].n_categories = 0; /* all requests */
        council_tell(&council, 0, &outer);
        council_tell(&council, 1, &inner);
        disclose(&council, &report);
        const size_t exposed = attack_nested(&report.body, part, 1, 3, value, 7);
        if (exposed > 0) {
            fail_msg("report %zu: %zu small counts exposed", i, exposed);
        }
        wh_public_report_finish(council.ctx, &report);
        council_close(&council);
    }
}

static void two_short_periods_give_away_nothing_of_a_long_one(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("periods within periods");
    const struct part_of part[2] = {{1, 0}, {1, 1}};
    for (size_t i = 0; i < 40; i++) {
        struct council council;
        struct wh_public_report report;
        uint32_t value[6], whole[2];
        for (size_t j = 0; j < 6; j++) {
            value[j] = j >= 4 && i % 2 == 0 ? 0 : (uint32_t)random_below(&seed, 6);
        }
        for (size_t w = 0; w < 2; w++) {
            whole[w] = value[w] + value[2 + w] + value[4 + w];
        }
        const struct truth outer = wards_only(2, whole, NULL);
        const struct truth inner = wards_only(2, value, value + 2);
        council_open(&council, 2, 2);
        council.theme[1].category = council.theme[0].category;
        council.officer.body.theme[1].period = (struct wh_period){.from_day = 150, .to_day = 180};
        council.officer.body.theme[1].previous = (struct wh_period){.from_day = 120, .to_day = 150};
        council_tell(&council, 0, &outer);
        council_tell(&council, 1, &inner);
        disclose(&council, &report);
        const size_t exposed = attack_nested(&report.body, part, 2, 2, value, 7);
        if (exposed > 0) {
            fail_msg("report %zu: %zu small counts exposed", i, exposed);
        }
        wh_public_report_finish(council.ctx, &report);
        council_close(&council);
    }
}

static void themes_that_share_nothing_do_not_hide_each_other(void **unused)
{
    (void)unused;
    struct council council;
    struct wh_public_report report;
    const uint32_t small[3] = {2, 9, 30}, large[3] = {40, 50, 60};
    const struct truth one = wards_only(3, small, small), two = wards_only(3, large, large);
    council_open(&council, 3, 2);
    council_tell(&council, 0, &one);
    council_tell(&council, 1, &two);
    disclose(&council, &report);
    assert_int_equal(report.body.theme[0].ward[0].count.shown, WH_FEW);
    for (size_t w = 0; w < 3; w++) {
        assert_int_equal(report.body.theme[1].ward[w].count.n, large[w]);
    }
    wh_public_report_finish(council.ctx, &report);
    council_close(&council);
}

static void slices_whose_numbers_are_not_nested_are_left_alone(void **unused)
{
    (void)unused;
    struct council council;
    struct wh_public_report report;
    const uint32_t some[3] = {20, 30, 40}, more[3] = {19, 31, 41};
    const struct truth all = wards_only(3, some, some), part = wards_only(3, more, more);
    council_open(&council, 3, 2);
    council.theme[0].n_categories = 0; /* all requests, and yet fewer */
    council_tell(&council, 0, &all);
    council_tell(&council, 1, &part);
    disclose(&council, &report);
    assert_string_equal(report.body.licence[0], "© Council");
    assert_ptr_not_equal(report.body.licence[0], council.officer.body.licence[0]);
    for (size_t w = 0; w < 3; w++) {
        assert_int_equal(report.body.theme[0].ward[w].count.n, some[w]);
        assert_int_equal(report.body.theme[1].ward[w].count.n, more[w]);
    }
    wh_public_report_finish(council.ctx, &report);
    council_close(&council);
}

static void releases_with_other_hot_spots_hide_the_same_wards_together(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("two releases");
    for (size_t i = 0; i < 60; i++) {
        /* The same wards in the same period, once as "now" and once as "before", with other hot
         * spots: an attacker takes each number from the release that shows it. */
        struct council council[2];
        struct wh_public_report report[2];
        struct wh_count both[5 * 2] = {{0}};
        struct truth truth[2];
        uint64_t exposed = 0;
        truth_draw(&truth[0], &seed, 4, 2, 9);
        truth_draw(&truth[1], &seed, 4, 1, 9);
        for (size_t w = 0; w < 4; w++) { /* same sums */
            const uint32_t had = truth_ward(&truth[1], 1, w) - truth[1].rest[1][w];
            const uint32_t all = truth_ward(&truth[0], 0, w);
            truth[0].rest[0][w] += had > all ? had - all : 0;
            truth[1].rest[1][w] = truth_ward(&truth[0], 0, w) - had;
        }
        for (size_t j = 0; j < 2; j++) {
            council_open(&council[j], 4, 1);
            council_tell(&council[j], 0, &truth[j]);
            disclose(&council[j], &report[j]);
        }
        for (size_t w = 0; w <= 4; w++) {
            const struct wh_theme_report *now = &report[0].body.theme[0];
            const struct wh_theme_report *then = &report[1].body.theme[0];
            const struct wh_count *a = w < 4 ? &now->ward[w].count : &now->total.count;
            const struct wh_count *b = w < 4 ? &then->ward[w].previous : &then->total.previous;
            const uint8_t shown = a->shown < b->shown ? a->shown : b->shown;
            for (size_t col = 0; col < 2; col++) {
                both[2 * w + col].shown = shown;
            }
        }
        for (size_t w = 0; w < 4; w++) {
            for (size_t col = 0; col < 2; col++) {
                both[2 * w + col].n = truth_ward(&truth[0], 0, w);
                both[8 + col].n += truth_ward(&truth[0], 0, w);
            }
        }
        assert_wh_ok(wh_disclose_audit(council[0].ctx, both, 4, 1, K, &exposed, &err));
        if (exposed > 0) {
            fail_msg("pair %zu: %llu small counts exposed", i, (unsigned long long)exposed);
        }
        for (size_t j = 0; j < 2; j++) {
            wh_public_report_finish(council[j].ctx, &report[j]);
            council_close(&council[j]);
        }
    }
}

/* ---- what else a report says ---- */

/* The officer's reports of these tests say "steady" of all hot spots. The public's says so where
 * the count before is shown; else only what every number that is left open would give. */
static bool trend_follows(const struct wh_hotspot *hotspot, double z)
{
    const uint32_t now = hotspot->figures.count.n;
    bool has_new = false, has_steady = false;
    if (hotspot->figures.previous.shown == WH_SHOWN) {
        return hotspot->trend == WH_TREND_STEADY;
    }
    const uint32_t most = hotspot->figures.previous.shown == WH_FEW ? K - 1 : 2 * now + 20;
    for (uint32_t before = 1; before <= most; before++) {
        has_new = has_new || wh_is_beyond_chance(now, before, z);
        has_steady = has_steady || !wh_is_beyond_chance(now, before, z);
    }
    return hotspot->trend == (has_new && has_steady ? WH_TREND_UNKNOWN
                              : has_new             ? WH_TREND_NEW
                                                    : WH_TREND_STEADY);
}

static void hidden_numbers_are_erased_with_all_that_rests_on_them(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("erased");
    for (size_t i = 0; i < 60; i++) {
        struct council council;
        struct truth truth;
        struct wh_public_report report;
        truth_draw(&truth, &seed, 4, 3, 9);
        council_open(&council, 4, 1);
        council_tell(&council, 0, &truth);
        disclose(&council, &report);
        const struct wh_theme_report *theme = &report.body.theme[0];
        for (size_t h = 0; h < theme->n_hotspots; h++) {
            const struct wh_hotspot *hotspot = &theme->hotspot[h];
            assert_int_equal(hotspot->rank, h + 1);
            assert_int_equal(hotspot->figures.count.shown, WH_SHOWN);
            assert_true(trend_follows(hotspot, council.officer.body.theme[0].change_z));
            for (size_t j = 0; j < hotspot->n_parts; j++) {
                const struct wh_figures *figures = &hotspot->part[j].figures;
                const bool is_hidden = figures->count.shown != WH_SHOWN;
                assert_true(!is_hidden || (figures->count.n == 0 && isnan(figures->per_km2)));
                assert_true(figures->previous.shown == WH_SHOWN || figures->previous.n == 0);
                /* Once hidden ones begin, wards rise: nothing of their size is in the order. */
                if (j > 0 && hotspot->part[j - 1].figures.count.shown != WH_SHOWN) {
                    assert_true(is_hidden && hotspot->part[j - 1].ward < hotspot->part[j].ward);
                }
            }
        }
        wh_public_report_finish(council.ctx, &report);
        council_close(&council);
    }
}

/* A gone hot spot with `now` left of `before`: is it in the public report? */
static bool is_gone_told(uint32_t now, uint32_t before)
{
    struct council council;
    struct wh_public_report report;
    struct truth truth = {.n_wards = 3, .n_hotspots = 1, .rest = {{30, 40, 50}, {35, 45, 55}}};
    truth.has_part[0][1] = true;
    truth.part[0][0][1] = now;
    truth.part[1][0][1] = before;
    council_open(&council, 3, 1);
    council_tell(&council, 0, &truth);
    council.officer.body.theme[0].hotspot[0].trend = WH_TREND_GONE;
    disclose(&council, &report);
    const size_t n = report.body.theme[0].n_hotspots;
    assert_true(n == 0 || report.body.theme[0].hotspot[0].trend == WH_TREND_GONE);
    wh_public_report_finish(council.ctx, &report);
    council_close(&council);
    return n > 0;
}

static void a_gone_hot_spot_is_told_only_where_any_small_count_would_make_it_one(void **unused)
{
    (void)unused;
    assert_true(is_gone_told(1, 30));
    assert_true(is_gone_told(3, 30));
    assert_true(is_gone_told(10, 30));
    /* From 10, to 1 is beyond chance and to 3 is not: "gone" beside "fewer than 4" would say 1
     * or 2. */
    assert_true(wh_is_beyond_chance(1, 10, 1.96) && !wh_is_beyond_chance(3, 10, 1.96));
    assert_false(is_gone_told(1, 10));
}

/* The public trend of a hot spot with `before` requests, of which the officer knows all. */
static enum wh_trend told_trend(enum wh_trend officer, uint32_t now, uint32_t before)
{
    struct council council;
    struct wh_public_report report;
    struct truth truth = {.n_wards = 3, .n_hotspots = 1, .rest = {{30, 40, 50}, {35, 45, 55}}};
    truth.has_part[0][1] = true;
    truth.part[0][0][1] = now;
    truth.part[1][0][1] = before;
    council_open(&council, 3, 1);
    council_tell(&council, 0, &truth);
    council.officer.body.theme[0].hotspot[0].trend = officer;
    disclose(&council, &report);
    assert_int_equal(report.body.theme[0].n_hotspots, 1);
    const enum wh_trend trend = report.body.theme[0].hotspot[0].trend;
    wh_public_report_finish(council.ctx, &report);
    council_close(&council);
    return trend;
}

static void a_trend_beside_a_hidden_count_is_what_any_such_count_would_give(void **unused)
{
    (void)unused;
    assert_int_equal(told_trend(WH_TREND_GROWING, 90, 20), WH_TREND_GROWING);
    for (uint32_t before = 1; before < K; before++) {
        assert_int_equal(told_trend(WH_TREND_NEW, 60, before), WH_TREND_NEW);
        assert_int_equal(told_trend(WH_TREND_UNKNOWN, 60, before), WH_TREND_UNKNOWN);
        /* 10 is beyond chance from 1, and not from 3. */
        assert_int_equal(told_trend(before < 2 ? WH_TREND_NEW : WH_TREND_STEADY, 10, before),
                         WH_TREND_UNKNOWN);
        assert_int_equal(told_trend(WH_TREND_STEADY, 5, before), WH_TREND_STEADY);
    }
}

static void reports_that_do_not_add_up_are_refused(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    const struct wh_disclose_options opt = {.hide_below = K};
    for (unsigned fault = 0; fault < 2; fault++) {
        struct council council;
        struct truth truth = {.n_wards = 2, .n_hotspots = 1, .rest = {{9, 9}, {9, 9}}};
        struct wh_public_report report;
        struct wh_disclose_stats stats;
        truth.has_part[0][0] = true;
        truth.part[0][0][0] = 12;
        council_open(&council, 2, 1);
        council_tell(&council, 0, &truth);
        if (fault == 0) {
            council.officer.body.theme[0].hotspot[0].figures.count.n++;
        } else {
            council.officer.body.theme[0].ward[0].count.n = 11;
        }
        assert_int_equal(wh_disclose(council.ctx, &council.officer, &opt, &report, &stats, &err),
                         WH_ERR_INTERNAL);
        council_close(&council);
    }
}

static void nothing_is_hidden_below_0_or_1(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("nothing hidden");
    for (uint32_t k = 0; k < 2; k++) {
        const struct wh_disclose_options opt = {.hide_below = k};
        struct council council;
        struct truth truth;
        struct wh_public_report report;
        struct wh_disclose_stats stats;
        truth_draw(&truth, &seed, 4, 2, 5);
        council_open(&council, 4, 1);
        council_tell(&council, 0, &truth);
        assert_wh_ok(wh_disclose(council.ctx, &council.officer, &opt, &report, &stats, &err));
        assert_int_equal(stats.hidden_small + stats.hidden_secondary, 0);
        assert_int_equal(report.body.theme[0].n_hotspots, 2);
        for (size_t w = 0; w < 4; w++) {
            assert_int_equal(report.body.theme[0].ward[w].count.n, truth_ward(&truth, 0, w));
        }
        wh_public_report_finish(council.ctx, &report);
        council_close(&council);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_small_count_follows_from_what_is_printed),
        cmocka_unit_test(hiding_small_counts_alone_would_be_broken),
        cmocka_unit_test(a_theme_within_a_theme_gives_away_neither_itself_nor_the_rest),
        cmocka_unit_test(two_short_periods_give_away_nothing_of_a_long_one),
        cmocka_unit_test(themes_that_share_nothing_do_not_hide_each_other),
        cmocka_unit_test(slices_whose_numbers_are_not_nested_are_left_alone),
        cmocka_unit_test(releases_with_other_hot_spots_hide_the_same_wards_together),
        cmocka_unit_test(hidden_numbers_are_erased_with_all_that_rests_on_them),
        cmocka_unit_test(a_gone_hot_spot_is_told_only_where_any_small_count_would_make_it_one),
        cmocka_unit_test(a_trend_beside_a_hidden_count_is_what_any_such_count_would_give),
        cmocka_unit_test(reports_that_do_not_add_up_are_refused),
        cmocka_unit_test(nothing_is_hidden_below_0_or_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
