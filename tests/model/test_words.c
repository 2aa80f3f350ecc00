/* The words of data files: counts, changes, rates, classes, periods; file names. */
#include "base/str.h"
#include "base/time.h"
#include "model/report.h"
#include "wh_test_ctx.h"

static struct wh_figures figures(uint32_t now, uint32_t before)
{
    return (struct wh_figures){.count = {now, WH_SHOWN}, .previous = {before, WH_SHOWN}};
}

static void counts_are_numbers_or_say_why_not(void **state)
{
    (void)state;
    char out[64];
    assert_string_equal(wh_count_words(&(struct wh_count){4812, WH_SHOWN}, 5, out, sizeof out),
                        "4,812");
    assert_string_equal(wh_count_words(&(struct wh_count){0, WH_SHOWN}, 5, out, sizeof out), "0");
    assert_string_equal(wh_count_words(&(struct wh_count){0, WH_FEW}, 5, out, sizeof out),
                        "fewer than 5");
    assert_string_equal(wh_count_words(&(struct wh_count){0, WH_FEW}, 10, out, sizeof out),
                        "fewer than 10");
    assert_string_equal(wh_count_words(&(struct wh_count){0, WH_WITHHELD}, 5, out, sizeof out),
                        "not shown");
}

static void changes_have_a_sign_and_hidden_counts_have_none(void **state)
{
    (void)state;
    char out[64];
    const struct wh_figures up = figures(1512, 300), down = figures(3, 6), same = figures(7, 7);
    assert_string_equal(wh_change_words(&up, true, out, sizeof out), "+1,212");
    assert_string_equal(wh_change_words(&down, true, out, sizeof out), "\xE2\x88\x92"
                                                                       "3");
    assert_string_equal(wh_change_words(&same, true, out, sizeof out), "0");
    assert_string_equal(wh_change_words(&up, false, out, sizeof out), "not known");
    struct wh_figures hidden = figures(12, 0);
    hidden.previous.shown = WH_FEW;
    assert_string_equal(wh_change_words(&hidden, true, out, sizeof out), "not shown");
    hidden = figures(0, 12);
    hidden.count.shown = WH_WITHHELD;
    assert_string_equal(wh_change_words(&hidden, true, out, sizeof out), "not shown");
    int64_t change = 99;
    assert_false(wh_change(&hidden, true, &change));
    assert_int_equal(change, 99);
    const struct wh_figures largest = figures(0, UINT32_MAX);
    assert_true(wh_change(&largest, true, &change));
    assert_true(change == -(int64_t)UINT32_MAX);
}

static void rates_are_short_and_hidden_with_their_count(void **state)
{
    (void)state;
    static const struct {
        double rate;
        const char *words;
    } cases[] = {{0, "0.0"},      {0.04, "0.0"},  {0.05, "0.1"},  {41.34, "41.3"},  {41, "41.0"},
                 {99.94, "99.9"}, {99.96, "100"}, {100.4, "100"}, {1234.5, "1,235"}};
    char out[64];
    const struct wh_count shown = {5, WH_SHOWN}, few = {0, WH_FEW};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(wh_rate_words(cases[i].rate, &shown, out, sizeof out), cases[i].words);
    }
    assert_string_equal(wh_rate_words((double)NAN, &shown, out, sizeof out),
                        "n/a"); /* no population */
    assert_string_equal(wh_rate_words((double)NAN, &few, out, sizeof out), "not shown");
}

static void classes_are_said_from_their_breaks(void **state)
{
    (void)state;
    const struct wh_legend legend = {.n = 4, .break_at = {0.5, 12.5, 80, 12000}};
    static const char *const words[] = {"under 0.5", "0.5 to 12.5", "12.5 to 80", "80 to 12,000",
                                        "12,000 and more"};
    char out[64];
    for (uint32_t i = 0; i < 5; i++) {
        assert_string_equal(wh_class_words(&legend, i, out, sizeof out), words[i]);
    }
    assert_string_equal(wh_class_words(&legend, WH_CLASS_BLANK, out, sizeof out), "no requests");
    assert_string_equal(wh_class_words(&(struct wh_legend){0}, 0, out, sizeof out), "no requests");
    const struct wh_legend odd = {.n = 3, .break_at = {0.00123, 9.996, 999.6}};
    assert_string_equal(wh_class_words(&odd, 1, out, sizeof out), "0.00123 to 10");
    assert_string_equal(wh_class_words(&odd, 3, out, sizeof out), "1,000 and more");
}

static void a_period_ends_on_its_last_day(void **state)
{
    (void)state;
    char out[64];
    struct wh_period period = {.from_day = wh_day_from_civil(2026, 8, 5),
                               .to_day = wh_day_from_civil(2026, 11, 3)};
    assert_string_equal(wh_period_words(&period, out, sizeof out), "5 August to 2 November 2026");
    period.from_day = wh_day_from_civil(2025, 11, 3);
    assert_string_equal(wh_period_words(&period, out, sizeof out),
                        "3 November 2025 to 2 November 2026");
    period = (struct wh_period){.from_day = wh_day_from_civil(2025, 12, 30),
                                .to_day = wh_day_from_civil(2026, 1, 1)};
    assert_string_equal(wh_period_words(&period, out, sizeof out),
                        "30 December to 31 December 2025");
    period = (struct wh_period){.from_day = wh_day_from_civil(2026, 9, 17),
                                .to_day = wh_day_from_civil(2026, 9, 18)};
    assert_string_equal(wh_period_words(&period, out, sizeof out), "17 September 2026");
}

static void file_names_are_plain_whatever_the_title(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"Fly-tipping & rats", "fly-tipping-rats"},
                                           {"E05000123", "e05000123"},
                                           {"../../etc/cron.d/x", "etc-cron-d-x"},
                                           {"CON", "con"},
                                           {".", "x"},
                                           {"", "x"},
                                           {"   ", "x"},
                                           {"a/b", "a-b"},
                                           {"--a--", "a"},
                                           {"\xC3\x89"
                                            "cole Sainte-Anne",
                                            "cole-sainte-anne"},
                                           {"\xE6\x9D\xB1\xE4\xBA\xAC", "x"},
                                           {"A  B", "a-b"}};
    char out[70];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(wh_slug(wh_str_c(cases[i][0]), out, sizeof out), cases[i][1]);
    }
    char longer[300];
    memset(longer, 'w', sizeof longer);
    assert_int_equal(strlen(wh_slug((struct wh_str){longer, 300}, out, sizeof out)), 64);
    assert_string_equal(wh_slug((struct wh_str){longer, 300}, out, 5), "wwww");
    longer[63] = ' '; /* a cut never leaves a hyphen at the end */
    assert_int_equal(strlen(wh_slug((struct wh_str){longer, 300}, out, sizeof out)), 63);
}

static void a_change_beyond_chance_is_told_from_one_that_is_not(void **state)
{
    (void)state;
    assert_true(wh_is_beyond_chance(150, 100, 1.96));  /* 50 > 1.96 * sqrt(250) = 30.99 */
    assert_false(wh_is_beyond_chance(110, 100, 1.96)); /* 10 < 28.4 */
    assert_true(wh_is_beyond_chance(100, 150, 1.96));  /* either way */
    assert_false(wh_is_beyond_chance(0, 0, 1.96));
    assert_true(wh_is_beyond_chance(4, 0, 1.96)); /* 4 > 3.92 */
    assert_false(wh_is_beyond_chance(3, 0, 1.96));
    assert_true(wh_is_beyond_chance(UINT32_MAX, 0, 1.96)); /* no overflow */
}

static const char *const names[] = {"new", "growing", "steady", "shrinking", "gone", "unknown"};
static const char *const said[] = {
    "new", "growing", "about the same", "shrinking", "no longer a hot spot", "change not known"};

static void trends_have_a_name_for_files_and_words_for_people(void **state)
{
    (void)state;
    for (int i = WH_TREND_NEW; i <= WH_TREND_UNKNOWN; i++) {
        assert_string_equal(wh_trend_name((enum wh_trend)i), names[i]);
        assert_string_equal(wh_trend_words((enum wh_trend)i), said[i]);
    }
}

static void kernels_are_named_as_people_write_them(void **unused)
{
    (void)unused;
    char out[64];
    assert_string_equal(wh_kernel_words("quartic", out, sizeof out), "a quartic kernel");
    assert_string_equal(wh_kernel_words("uniform", out, sizeof out), "a uniform kernel");
    assert_string_equal(wh_kernel_words("epanechnikov", out, sizeof out), "an Epanechnikov kernel");
    assert_string_equal(wh_kernel_words("gaussian", out, sizeof out), "a Gaussian kernel");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_numbers_or_say_why_not),
        cmocka_unit_test(changes_have_a_sign_and_hidden_counts_have_none),
        cmocka_unit_test(rates_are_short_and_hidden_with_their_count),
        cmocka_unit_test(classes_are_said_from_their_breaks),
        cmocka_unit_test(a_period_ends_on_its_last_day),
        cmocka_unit_test(file_names_are_plain_whatever_the_title),
        cmocka_unit_test(a_change_beyond_chance_is_told_from_one_that_is_not),
        cmocka_unit_test(trends_have_a_name_for_files_and_words_for_people),
        cmocka_unit_test(kernels_are_named_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
