/* Mann-Kendall, emerging classes, near repeats. */
#include <wardheat/trends.h>

#include "golden.h"

static void mann_kendall_is_as_published(void **unused)
{
    (void)unused;
    const double value[12] = {5, 6, 4, 7, 9, 8, 10, 12, 11, 13, 13, 15};
    struct wh_mann_kendall mk;
    wh_mann_kendall(value, 12, &mk);
    golden_close("S", mk.s, 57, 0);
    golden_close("variance", mk.variance, 211.66667, 5e-6);
    golden_close("z", mk.z, 3.8491230, 5e-8);
    golden_close("p", mk.p, 1.1854147e-4, 5e-12);
    golden_close("tau", mk.tau, 57 / 66.0, 1e-12);
    double with_gap[14] = {5, (double)NAN};
    memcpy(with_gap + 2, value + 1, 11 * sizeof *value);
    with_gap[13] = (double)NAN;
    struct wh_mann_kendall gap;
    wh_mann_kendall(with_gap, 14, &gap);
    golden_close("a gap changes nothing", gap.z, mk.z, 0);
    golden_close("nor does it change the variance", gap.variance, mk.variance, 1e-12);
}

static void degenerate_series_have_no_trend(void **unused)
{
    (void)unused;
    const double same[5] = {3, 3, 3, 3, 3};
    struct wh_mann_kendall mk;
    for (size_t n = 0; n <= 5; n++) {
        wh_mann_kendall(same, n, &mk);
        golden_close("S", mk.s, 0, 0);
        assert_true(isnan(mk.z) && isnan(mk.p));
    }
    const double two[2] = {1, 2};
    wh_mann_kendall(two, 2, &mk);
    golden_close("two", mk.z, 0, 0);
    golden_close("two", mk.p, 1, 0);
}

/* h hot, H hot and stronger each time, D hot and weaker each time, c cold, . neither */
static int class_of(const char *pattern)
{
    double z[40] = {0}, q[40] = {0};
    const size_t n = strlen(pattern);
    for (size_t i = 0; i < n; i++) {
        const double step = (double)i / 10;
        z[i] = pattern[i] == '.'   ? 0.1 * ((double)(i * 7 % 5) - 2)
               : pattern[i] == 'c' ? -3 - 0.1 * (double)(i * 7 % 5)
               : pattern[i] == 'H' ? 3 + step
               : pattern[i] == 'D' ? 9 - step
                                   : 3 + 0.1 * (double)(i * 7 % 5);
        q[i] = pattern[i] == '.' ? 0.6 : 0.01;
    }
    struct wh_mann_kendall trend;
    const int class = wh_emerging_class(z, q, n, 0.05, &trend);
    for (size_t i = 0; i < n; i++) { /* the mirror image is the cold class */
        z[i] = -z[i];
    }
    assert_int_equal(wh_emerging_class(z, q, n, 0.05, &trend), -class);
    return class;
}

static void classes_are_those_of_esri(void **unused)
{
    (void)unused;
    static const struct {
        const char *pattern;
        int expected;
    } CASES[] = {
        {"", WH_EMERGING_NONE},
        {"h", WH_EMERGING_NEW},
        {"..........", WH_EMERGING_NONE},
        {".........h", WH_EMERGING_NEW},
        {"..c......h", WH_EMERGING_NEW}, /* never hot before */
        {"........hh", WH_EMERGING_CONSECUTIVE},
        {"..hhhhhhhh", WH_EMERGING_CONSECUTIVE}, /* 80 % */
        {".hhhhhhhhh", WH_EMERGING_PERSISTENT},  /* 90 % */
        {"hhhhhhhhhh", WH_EMERGING_PERSISTENT},
        {"HHHHHHHHHH", WH_EMERGING_INTENSIFYING},
        {"DDDDDDDDDD", WH_EMERGING_DIMINISHING},
        {"hhhhhhhhh.", WH_EMERGING_HISTORICAL},
        {"HHHHHHHHHHH.", WH_EMERGING_HISTORICAL},
        {"hhhhhhhh..", WH_EMERGING_NONE}, /* not now, and 80 % */
        {"h.h.hh.h.h", WH_EMERGING_SPORADIC},
        {"hhhh.....h", WH_EMERGING_SPORADIC},
        {"h.h.cc.h.h", WH_EMERGING_OSCILLATING},
        {"hh.....hc.", WH_EMERGING_NONE},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        if (class_of(CASES[i].pattern) != CASES[i].expected) {
            fail_msg("\"%s\": %s, not %s", CASES[i].pattern,
                     wh_emerging_name(class_of(CASES[i].pattern)),
                     wh_emerging_name(CASES[i].expected));
        }
    }
}

static void every_class_has_its_own_name_and_words(void **unused)
{
    (void)unused;
    for (int i = -8; i <= 8; i++) {
        for (int j = -8; j < i; j++) {
            assert_string_not_equal(wh_emerging_name(i), wh_emerging_name(j));
            assert_string_not_equal(wh_emerging_words(i), wh_emerging_words(j));
        }
    }
    assert_string_equal(wh_emerging_name(WH_EMERGING_OSCILLATING), "oscillating hot spot");
    assert_string_equal(wh_emerging_name(-WH_EMERGING_HISTORICAL), "historical cold spot");
    assert_string_equal(wh_emerging_name(99), "no pattern");
}

#define N 300u
static double x[N], y[N];
static int32_t day[N];

static void knox_counts_every_pair(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("knox");
    const double distance_m[3] = {0, 100, 250};
    const uint32_t days[2] = {7, 30};
    const struct wh_knox_options opt = {3, distance_m, 2, days, 99};
    struct wh_knox_cell cell[6], again[6];
    for (unsigned round = 0; round < 5; round++) {
        uint64_t count[6] = {0};
        for (uint32_t i = 0; i < N; i++) {
            x[i] = (double)random_below(&seed, 100) * 10;
            y[i] = (double)random_below(&seed, 100) * 10;
            day[i] = (int32_t)random_below(&seed, 365);
        }
        for (uint32_t i = 0; i < N; i++) {
            for (uint32_t j = i + 1; j < N; j++) {
                const double metres = hypot(x[i] - x[j], y[i] - y[j]);
                const int apart = abs(day[i] - day[j]);
                for (unsigned c = 0; c < 6; c++) {
                    const unsigned d = c / 2, t = c % 2;
                    count[c] += metres <= distance_m[d] && (d == 0 || metres > distance_m[d - 1]) &&
                                apart <= (int)days[t] && (t == 0 || apart > (int)days[t - 1]);
                }
            }
        }
        assert_wh_ok(wh_knox(ctx, x, y, day, N, &opt, cell, &err));
        for (unsigned c = 0; c < 6; c++) {
            golden_close("pairs", cell[c].pairs, (double)count[c], 0);
            assert_true(cell[c].p > 0 && cell[c].p <= 1);
            assert_true(fabs(cell[c].pairs - cell[c].expected) <
                        6 * sqrt(cell[c].expected) + 6); /* nothing repeats */
        }
    }
    assert_wh_ok(wh_knox(ctx, x, y, day, N, &opt, again, &err));
    assert_memory_equal(cell, again, sizeof cell);
}

static void planted_repeats_are_found(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("repeats");
    const double distance_m[2] = {50, 400};
    const uint32_t days[2] = {7, 60};
    const struct wh_knox_options opt = {2, distance_m, 2, days, 999};
    struct wh_knox_cell cell[4];
    for (uint32_t i = 0; i < N; i++) {
        x[i] = (double)random_below(&seed, 5000);
        y[i] = (double)random_below(&seed, 5000);
        day[i] = (int32_t)random_below(&seed, 365);
        if (i % 10 == 9) { /* again next door within the week */
            x[i] = x[i - 1] + 20;
            y[i] = y[i - 1];
            day[i] = day[i - 1] + 3;
        }
    }
    assert_wh_ok(wh_knox(ctx, x, y, day, N, &opt, cell, &err));
    assert_true(cell[0].pairs >= 30 && cell[0].ratio > 5);
    golden_close("p", cell[0].p, 0.001, 0);
    assert_true(cell[3].p > 0.01);
}

static void knox_of_nothing_is_nothing(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    const double distance_m[2] = {100, 50};
    const uint32_t days[2] = {7, 7};
    struct wh_knox_cell cell[4];
    for (uint32_t n = 0; n < 2; n++) {
        const struct wh_knox_options opt = {1, distance_m, 1, days, 9};
        assert_wh_ok(wh_knox(ctx, x, y, day, n, &opt, cell, &err));
        golden_close("pairs", cell[0].pairs, 0, 0);
        golden_close("expected", cell[0].expected, 0, 0);
        golden_close("p", cell[0].p, 1, 0);
        assert_true(isnan(cell[0].ratio));
    }
    for (uint32_t i = 0; i < 20; i++) { /* all on one spot, on one day */
        x[i] = y[i] = day[i] = 4;
    }
    const struct wh_knox_options one = {1, distance_m, 1, days, 9};
    assert_wh_ok(wh_knox(ctx, x, y, day, 20, &one, cell, &err));
    golden_close("pairs", cell[0].pairs, 190, 0);
    golden_close("ratio", cell[0].ratio, 1, 0);
    golden_close("p", cell[0].p, 1, 0);
    const struct wh_knox_options falls = {2, distance_m, 1, days, 9};
    const struct wh_knox_options equal = {1, distance_m, 2, days, 9};
    const struct wh_knox_options none = {0, distance_m, 1, days, 9};
    assert_int_equal(wh_knox(ctx, x, y, day, 20, &falls, cell, &err), WH_ERR_CONFIG);
    assert_int_equal(wh_knox(ctx, x, y, day, 20, &equal, cell, &err), WH_ERR_CONFIG);
    assert_int_equal(wh_knox(ctx, x, y, day, 20, &none, cell, &err), WH_ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mann_kendall_is_as_published),
        cmocka_unit_test(degenerate_series_have_no_trend),
        cmocka_unit_test(classes_are_those_of_esri),
        cmocka_unit_test(every_class_has_its_own_name_and_words),
        cmocka_unit_test(knox_counts_every_pair),
        cmocka_unit_test(planted_repeats_are_found),
        cmocka_unit_test(knox_of_nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
