/* The scan against published values, brute force over all zones, and chance. */
#include <wardheat/scan.h>

#include "golden.h"

#define MOST 120

static struct golden table;
static double x[20000], y[20000], base[20000], cases[20000];

static struct wh_scan_options options(uint32_t n_replicates)
{
    return (struct wh_scan_options){.model = WH_SCAN_POISSON,
                                    .most_share = 0.5,
                                    .n_replicates = n_replicates,
                                    .at_most = 10,
                                    .p_at_most = 0.05};
}

static void likelihoods_are_as_published(void **unused)
{
    (void)unused;
    golden_close("LLR", wh_scan_llr_poisson(30, 15, 100), 7.203494406, 1e-9);
    golden_close("LLR", wh_scan_llr_poisson(12, 8, 200), 0.9075403681, 1e-9);
    golden_close("low", wh_scan_llr_poisson(8, 12, 200), 0, 0);
    golden_close("all", wh_scan_llr_poisson(10, 4, 10), 10 * log(10 / 4.0), 1e-12);
    assert_true(isinf(wh_scan_llr_poisson(1, 0, 5)));
    /* From the definition: 40 of 100 against 60 of 900. */
    const double expected = 40 * log(0.4) + 60 * log(0.6) + 60 * log(60 / 900.0) +
                            840 * log(840 / 900.0) - 100 * log(0.1) - 900 * log(0.9);
    golden_close("binomial", wh_scan_llr_binomial(40, 100, 100, 1000), expected, 1e-10);
    golden_close("low", wh_scan_llr_binomial(5, 100, 100, 1000), 0, 0);
}

static void new_york_is_as_published(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_scan scan;
    if (!golden_table("scan/NYleukemia.csv", 1, 0, &table)) {
        skip();
    }
    assert_int_equal(table.n, 281);
    for (size_t i = 0; i < table.n; i++) { /* degrees, which the golden result takes as plane */
        x[i] = table.value[i][1];
        y[i] = table.value[i][2];
        cases[i] = table.value[i][3];
        base[i] = table.value[i][4];
    }
    const struct wh_scan_input input = {
        .n = 281, .x = x, .y = y, .base = base, .cases = cases, .n_periods = 1};
    struct wh_scan_options opt = options(999);
    assert_wh_ok(wh_scan(ctx, &input, &opt, &scan, &err));
    const struct wh_scan_cluster *first = &scan.cluster[0];
    golden_close("LLR", first->llr, 12.317517, 5e-7);
    golden_close("cases", first->cases, 102.6134, 1e-4);
    golden_close("expected", first->expected, 62.506072, 1e-6);
    golden_close("base", first->base, 111674, 0);
    golden_close("all cases", scan.total_cases, 591.9998, 1e-4);
    assert_int_equal(first->n_areas, 28);
    golden_close("centre", table.value[first->centre][0], 36007014300, 0);
    assert_true(first->p <= 0.005 && first->p_gumbel <= 0.005);
    print_message("p %.3f, by Gumbel %.2g; %zu clusters\n", first->p, first->p_gumbel, scan.n);
    wh_scan_finish(ctx, &scan);
}

static void scatter(uint64_t *seed, uint32_t n, unsigned side, uint32_t n_periods)
{
    for (uint32_t i = 0; i < n; i++) {
        x[i] = (double)random_below(seed, side);
        y[i] = (double)random_below(seed, side);
        base[i] = random_below(seed, 10) == 0 ? 0 : 50 + (double)random_below(seed, 100);
        for (uint32_t t = 0; t < n_periods; t++) {
            cases[i * n_periods + t] = (double)random_below(seed, 9);
        }
    }
}

/* The highest LLR over every circle round every area and every number of newest periods. */
static double slow_highest(uint32_t n, uint32_t n_periods, uint32_t most_periods, double most_share,
                           enum wh_scan_model model, const uint8_t *is_used)
{
    double all_base = 0, all_cases = 0, highest = 0;
    for (uint32_t i = 0; i < n; i++) {
        all_base += base[i];
        for (uint32_t t = 0; base[i] > 0 && t < n_periods; t++) {
            all_cases += cases[i * n_periods + t];
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n && base[i] > 0; j++) {
            if (!(base[j] > 0)) {
                continue;
            }
            const double radius = hypot(x[i] - x[j], y[i] - y[j]) + 1e-9;
            for (uint32_t height = 1; height <= most_periods; height++) {
                double c = 0, b = 0;
                bool is_free = true;
                for (uint32_t k = 0; k < n; k++) {
                    if (base[k] > 0 && hypot(x[i] - x[k], y[i] - y[k]) <= radius) {
                        b += base[k];
                        is_free = is_free && !is_used[k];
                        for (uint32_t t = n_periods - height; t < n_periods; t++) {
                            c += cases[k * n_periods + t];
                        }
                    }
                }
                if (b > all_base * most_share || !is_free) {
                    continue;
                }
                const double expected = all_cases * b / all_base * height / n_periods;
                highest = fmax(highest, model == WH_SCAN_BINOMIAL
                                            ? wh_scan_llr_binomial(c, b, all_cases, all_base)
                                            : wh_scan_llr_poisson(c, expected, all_cases));
            }
        }
    }
    return highest;
}

static void clusters_are_those_of_brute_force(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("scan");
    for (unsigned round = 0; round < 24; round++) {
        const uint32_t n = 2 + (uint32_t)random_below(&seed, 40);
        const uint32_t n_periods = round % 3 == 2 ? 6 : 1, most_periods = n_periods > 1 ? 3 : 1;
        scatter(&seed, n, round % 2 == 0 ? 6 : 1000, n_periods);
        const struct wh_scan_input input = {
            .n = n, .x = x, .y = y, .base = base, .cases = cases, .n_periods = n_periods};
        struct wh_scan_options opt = options(0);
        struct wh_scan scan;
        opt.model = round % 3 == 1 ? WH_SCAN_BINOMIAL : WH_SCAN_POISSON;
        opt.most_share = 0.1 + 0.1 * (double)random_below(&seed, 5);
        opt.p_at_most = 1;
        assert_wh_ok(wh_scan(ctx, &input, &opt, &scan, &err));
        uint8_t is_used[MOST] = {0};
        for (size_t i = 0; i < opt.at_most; i++) {
            const double expected =
                slow_highest(n, n_periods, most_periods, opt.most_share, opt.model, is_used);
            if (i >= scan.n) {
                golden_close("no further LLR", expected, 0, 1e-9);
                break;
            }
            golden_close("LLR", scan.cluster[i].llr, expected, 1e-9);
            double sum = 0;
            for (uint32_t k = 0; k < scan.cluster[i].n_areas; k++) {
                const uint32_t area = scan.cluster[i].area[k];
                assert_false(is_used[area]);
                is_used[area] = 1;
                sum += base[area];
                assert_true(hypot(x[area] - x[scan.cluster[i].centre],
                                  y[area] - y[scan.cluster[i].centre]) <=
                            scan.cluster[i].radius_m + 1e-9);
            }
            golden_close("base", scan.cluster[i].base, sum, 1e-9);
        }
        wh_scan_finish(ctx, &scan);
    }
}

static void threads_change_nothing(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("threads");
    for (unsigned model = 0; model < 3; model++) {
        struct wh_scan scan[2];
        scatter(&seed, 100, 1000, 6);
        for (uint32_t i = 0; i < 100; i++) {
            base[i] += 200;
        }
        const struct wh_scan_input input = {.n = 100,
                                            .x = x,
                                            .y = y,
                                            .base = model == WH_SCAN_PERMUTATION ? NULL : base,
                                            .cases = cases,
                                            .n_periods = model == WH_SCAN_BINOMIAL ? 1 : 6};
        struct wh_scan_options opt = options(99);
        opt.model = (enum wh_scan_model)model;
        opt.p_at_most = 1;
        struct wh_ctx *own[2] = {0};
        for (unsigned i = 0; i < 2; i++) {
            const struct wh_ctx_options ctx_opt = {.quiet = true, .jobs = 1 + 2 * i, .seed = 4};
            assert_wh_ok(wh_ctx_create(&ctx_opt, &own[i], &err));
            assert_wh_ok(wh_scan(own[i], &input, &opt, &scan[i], &err));
        }
        assert_int_equal(scan[0].n, scan[1].n);
        assert_true(scan[0].n > 0);
        for (size_t i = 0; i < scan[0].n; i++) {
            const struct wh_scan_cluster *a = &scan[0].cluster[i], *b = &scan[1].cluster[i];
            assert_memory_equal(&a->llr, &b->llr, sizeof a->llr);
            assert_memory_equal(&a->p, &b->p, sizeof a->p);
            assert_memory_equal(&a->p_gumbel, &b->p_gumbel, sizeof a->p);
            assert_int_equal(a->centre, b->centre);
        }
        for (unsigned i = 0; i < 2; i++) {
            wh_scan_finish(own[i], &scan[i]);
            (void)wh_test_drop_ctx(own[i]);
        }
    }
}

/* Under chance a fifth of the p are at most 0.2, whatever the model. */
static void p_is_right_under_chance(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    const uint64_t seed = test_seed("chance");
    for (unsigned model = 0; model < 3; model++) {
        const uint32_t n_periods = model == WH_SCAN_PERMUTATION ? 8 : 1;
        unsigned n_low = 0, n_low_gumbel = 0, n_runs = 300;
        for (unsigned run = 0; run < n_runs; run++) {
            uint64_t places = seed + run + 1000 * model;
            scatter(&places, 40, 1000, 1);
            memset(cases, 0, sizeof cases);
            for (unsigned k = 0; k < 150;) {
                const uint32_t i = (uint32_t)random_below(&places, 40);
                const uint32_t t = (uint32_t)random_below(&places, n_periods);
                if ((double)random_below(&places, 150) <
                    base[i] - cases[i * n_periods] * (model == WH_SCAN_BINOMIAL)) {
                    cases[i * n_periods + t]++;
                    k++;
                }
            }
            struct wh_ctx *own = NULL;
            const struct wh_ctx_options ctx_opt = {.quiet = true, .jobs = 1, .seed = run};
            const struct wh_scan_input input = {.n = 40,
                                                .x = x,
                                                .y = y,
                                                .base = model == WH_SCAN_PERMUTATION ? NULL : base,
                                                .cases = cases,
                                                .n_periods = n_periods};
            struct wh_scan_options opt = options(99);
            struct wh_scan scan;
            opt.model = (enum wh_scan_model)model;
            assert_wh_ok(wh_ctx_create(&ctx_opt, &own, &err));
            assert_wh_ok(wh_scan(own, &input, &opt, &scan, &err));
            n_low += scan.n > 0 && scan.cluster[0].p <= 0.2;
            n_low_gumbel += scan.n > 0 && scan.cluster[0].p_gumbel <= 0.2;
            wh_scan_finish(own, &scan);
            wh_ctx_destroy(own);
        }
        print_message("model %u: %u of %u p at most 0.2, %u by Gumbel\n", model, n_low, n_runs,
                      n_low_gumbel);
        assert_true(n_low >= 35 && n_low <= 85); /* 60 +- 3.6 s */
        assert_true(n_low_gumbel >= 30 && n_low_gumbel <= 90);
    }
}

static void a_new_cluster_is_found_tonight(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_scan scan;
    enum { N = 64, T = 30 };
    for (uint32_t i = 0; i < N; i++) {
        x[i] = i % 8 * 100.0;
        y[i] = i / 8 * 100.0;
        for (uint32_t t = 0; t < T; t++) {
            const bool is_always_busy = i % 8 >= 5 && i / 8 >= 5; /* a known spot, not new */
            const bool is_new = i % 8 < 2 && i / 8 < 2 && t >= T - 3;
            cases[i * T + t] = (i * 7 + t * 3) % 4 == 0 ? 1 : 0;
            cases[i * T + t] += is_always_busy * 3 + is_new * 3;
        }
    }
    const struct wh_scan_input input = {
        .n = N, .x = x, .y = y, .base = NULL, .cases = cases, .n_periods = T};
    struct wh_scan_options opt = options(199);
    opt.model = WH_SCAN_PERMUTATION;
    opt.most_periods = 7;
    assert_wh_ok(wh_scan(ctx, &input, &opt, &scan, &err));
    assert_int_equal(scan.n, 1);
    assert_int_equal(scan.cluster[0].n_periods, 3);
    assert_int_equal(scan.cluster[0].n_areas, 4);
    golden_close("p", scan.cluster[0].p, 1 / 200.0, 0);
    for (unsigned k = 0; k < 4; k++) {
        assert_true(scan.cluster[0].area[k] % 8 < 2 && scan.cluster[0].area[k] / 8 < 2);
    }
    wh_scan_finish(ctx, &scan);
}

static void degenerate_input_finds_nothing(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_scan scan;
    const double at[3] = {5, 5, 5}, people[3] = {100, 100, 0}, none[3] = {0, 0, 0},
                 some[3] = {9, 1, 7};
    struct wh_scan_options opt = options(19);
    for (uint32_t n = 0; n <= 3; n++) { /* all on one spot: one zone with everybody is none */
        const struct wh_scan_input input = {
            .n = n, .x = at, .y = at, .base = people, .cases = some, .n_periods = 1};
        assert_wh_ok(wh_scan(ctx, &input, &opt, &scan, &err));
        assert_int_equal(scan.n, 0);
        wh_scan_finish(ctx, &scan);
    }
    const double apart[3] = {0, 50, 100};
    const struct wh_scan_input quiet = {
        .n = 3, .x = apart, .y = at, .base = people, .cases = none, .n_periods = 1};
    assert_wh_ok(wh_scan(ctx, &quiet, &opt, &scan, &err));
    assert_int_equal(scan.n, 0);
    wh_scan_finish(ctx, &scan);
    const struct wh_scan_input nobody = {
        .n = 3, .x = apart, .y = at, .base = none, .cases = some, .n_periods = 1};
    assert_wh_ok(wh_scan(ctx, &nobody, &opt, &scan, &err));
    assert_int_equal(scan.n, 0);
    golden_close("cases without base take no part", scan.total_cases, 0, 0);
    wh_scan_finish(ctx, &scan);
    const struct wh_scan_input two = {
        .n = 3, .x = apart, .y = at, .base = people, .cases = some, .n_periods = 1};
    assert_wh_ok(wh_scan(ctx, &two, &opt, &scan, &err));
    assert_int_equal(scan.n, 1);
    golden_close("LLR", scan.cluster[0].llr, wh_scan_llr_poisson(9, 5, 10), 1e-12);
    assert_true(isfinite(scan.cluster[0].p_gumbel));
    wh_scan_finish(ctx, &scan);
}

static void options_and_input_are_checked(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_scan scan;
    const double at[2] = {0, 1}, people[2] = {5, 5}, bad[2] = {1, (double)NAN}, many[2] = {9, 0};
    struct wh_scan_input input = {
        .n = 2, .x = at, .y = at, .base = people, .cases = people, .n_periods = 1};
    struct wh_scan_options opt = options(19);
    opt.most_share = 0;
    assert_int_equal(wh_scan(ctx, &input, &opt, &scan, &err), WH_ERR_CONFIG);
    opt = options(19);
    opt.most_periods = 2;
    assert_int_equal(wh_scan(ctx, &input, &opt, &scan, &err), WH_ERR_CONFIG);
    opt = options(19);
    input.base = NULL;
    assert_int_equal(wh_scan(ctx, &input, &opt, &scan, &err), WH_ERR_CONFIG);
    input.base = people;
    input.cases = bad;
    assert_int_equal(wh_scan(ctx, &input, &opt, &scan, &err), WH_ERR_INPUT);
    input.cases = many;
    opt.model = WH_SCAN_BINOMIAL;
    assert_int_equal(wh_scan(ctx, &input, &opt, &scan, &err), WH_ERR_INPUT);
    assert_text_has(err.message, "area 0 has 9 cases among 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likelihoods_are_as_published),
        cmocka_unit_test(new_york_is_as_published),
        cmocka_unit_test(clusters_are_those_of_brute_force),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(p_is_right_under_chance),
        cmocka_unit_test(a_new_cluster_is_found_tonight),
        cmocka_unit_test(degenerate_input_finds_nothing),
        cmocka_unit_test(options_and_input_are_checked),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
