/* PAI, PEI, RRI: as published, against sorting by hand, with honest intervals. */
#include <wardheat/backtest.h>

#include "golden.h"

#define MOST 200

static double area[MOST], before[MOST], after[MOST], score[2][MOST];

static void pai_is_as_published(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_accuracy got;
    /* n = 40 of N = 100 in a = 5 of A = 50 (ACCEPTANCE.md H). */
    const double km2[3] = {5, 20, 25}, was[3] = {20, 40, 40}, is[3] = {40, 30, 30},
                 rank[3] = {3, 2, 1};
    const struct wh_backtest_cells cells = {3, km2, was, is};
    const struct wh_forecast forecast = {"rank", rank};
    assert_wh_ok(wh_backtest(ctx, &cells, &forecast, 1, 0.1, 999, &got, &err));
    golden_close("PAI", got.pai, 4, 1e-12);
    golden_close("hits", got.hit_share, 0.4, 1e-12);
    golden_close("area", got.area_share, 0.1, 1e-12);
    golden_close("PEI", got.pei, 1, 1e-12); /* nowhere of that size had more */
    golden_close("RRI", got.rri, 2, 1e-12);
    /* The bootstrap of a share is binomial: 0.4 +- 1.96 sqrt(0.24 / 100). */
    golden_close("lower", got.pai_limits.lower, 4 - 0.96, 0.12);
    golden_close("upper", got.pai_limits.upper, 4 + 0.96, 0.12);
    assert_true(got.pei_limits.upper <= 1 + 1e-12);
}

/* The hot area by hand: every order of tied cells, averaged, is the part that all of them have. */
static void hot_areas_agree_with_sorting(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("backtest");
    for (unsigned round = 0; round < 30; round++) {
        const size_t n = 5 + random_below(&seed, MOST - 5);
        struct wh_accuracy got[2];
        double total = 0, total_before = 0, whole = 0;
        for (size_t i = 0; i < n; i++) {
            area[i] =
                random_below(&seed, 10) == 0 ? (double)NAN : 0.5 + (double)random_below(&seed, 3);
            before[i] = (double)random_below(&seed, 4);
            after[i] = (double)random_below(&seed, 5);
            score[0][i] = before[i];
            score[1][i] = (double)random_below(&seed, 1000) / 7;
            whole += isnan(area[i]) ? 0 : area[i];
            total += isnan(area[i]) ? 0 : after[i];
            total_before += isnan(area[i]) ? 0 : before[i];
        }
        const double share = 0.02 + 0.4 * (double)random_below(&seed, 100) / 100;
        const struct wh_backtest_cells cells = {n, area, before, after};
        const struct wh_forecast forecast[2] = {{"counts", score[0]}, {"other", score[1]}};
        assert_wh_ok(wh_backtest(ctx, &cells, forecast, 2, share, 0, got, &err));
        double best = 0;
        for (unsigned f = 0; f < 3; f++) { /* the third: the best there could be */
            double left = share * whole, hits = 0, hits_before = 0;
            bool is_used[MOST] = {false};
            while (left > 1e-12) {
                double top = -1, tied = 0;
                for (size_t i = 0; i < n; i++) {
                    const double s = f < 2 ? score[f][i] : after[i] / area[i];
                    top = !is_used[i] && !isnan(area[i]) && s > top ? s : top;
                }
                for (size_t i = 0; i < n; i++) {
                    const double s = f < 2 ? score[f][i] : after[i] / area[i];
                    tied += !is_used[i] && !isnan(area[i]) && s >= top ? area[i] : 0;
                }
                const double part = fmin(1, left / tied);
                for (size_t i = 0; i < n; i++) {
                    const double s = f < 2 ? score[f][i] : after[i] / area[i];
                    if (!is_used[i] && !isnan(area[i]) && s >= top) {
                        hits += part * after[i];
                        hits_before += part * before[i];
                        is_used[i] = true;
                    }
                }
                left -= tied;
            }
            if (f == 2) {
                best = hits;
                golden_close("PEI", got[1].pei, got[1].hit_share * total / best, 1e-9);
                continue;
            }
            golden_close("PAI", got[f].pai, hits / total / share, 1e-9);
            golden_close("RRI", got[f].rri, hits / hits_before / (total / total_before), 1e-9);
        }
        golden_close("gain", got[1].gain, got[1].pai - got[0].pai, 1e-12);
        assert_true(isnan(got[0].pai_limits.lower));
    }
}

static void the_better_forecast_is_called_better(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("better");
    struct wh_accuracy got[2], again[2];
    for (size_t i = 0; i < MOST; i++) {
        area[i] = 1;
        const bool is_hot = i < 20;
        before[i] = (double)random_below(&seed, 3);
        after[i] = is_hot ? 6 + (double)random_below(&seed, 3) : (double)random_below(&seed, 3);
        score[0][i] = before[i];
        score[1][i] = is_hot;
    }
    const struct wh_backtest_cells cells = {MOST, area, before, after};
    const struct wh_forecast forecast[2] = {{"counts", score[0]}, {"knows", score[1]}};
    assert_wh_ok(wh_backtest(ctx, &cells, forecast, 2, 0.1, 499, got, &err));
    assert_true(got[1].gain_limits.lower > 1);
    assert_true(got[0].gain_limits.lower >= 0 && got[0].gain_limits.upper <= 0);
    assert_true(got[1].pai_limits.lower < got[1].pai && got[1].pai < got[1].pai_limits.upper);
    assert_wh_ok(wh_backtest(ctx, &cells, forecast, 2, 0.1, 499, again, &err));
    assert_memory_equal(got, again, sizeof got);
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* The slow way: each request of each draw. Its limits are those of the draws by kinds of cells. */
static void limits_agree_with_drawing_each_request(void **unused)
{
    (void)unused;
    enum { DRAWS = 4000, MOST_REQUESTS = 5 * MOST };
    struct wh_error err = {0};
    uint64_t seed = test_seed("bootstrap");
    static double pai[DRAWS], gain[DRAWS];
    static size_t cell_of[MOST_REQUESTS];
    struct wh_accuracy got[2];
    size_t n = 0;
    for (size_t i = 0; i < MOST; i++) {
        area[i] = 0.5 + (double)random_below(&seed, 3);
        before[i] = (double)random_below(&seed, 4);
        after[i] = (double)random_below(&seed, 5);
        score[0][i] = before[i]; /* many ties: parts of cells */
        score[1][i] = after[i] + (double)random_below(&seed, 1000) / 300;
        for (unsigned k = 0; k < (unsigned)after[i]; k++) {
            cell_of[n++] = i;
        }
    }
    const struct wh_backtest_cells cells = {MOST, area, before, after};
    const struct wh_forecast forecast[2] = {{"counts", score[0]}, {"other", score[1]}};
    assert_wh_ok(wh_backtest(ctx, &cells, forecast, 2, 0.1, DRAWS, got, &err));
    /* A cell's part in each hot area: what one more request there adds to the hits. */
    double part[2][MOST];
    for (size_t i = 0; i < MOST; i++) {
        struct wh_accuracy more[2];
        after[i]++;
        assert_wh_ok(wh_backtest(ctx, &cells, forecast, 2, 0.1, 0, more, &err));
        after[i]--;
        for (unsigned f = 0; f < 2; f++) {
            part[f][i] = more[f].hit_share * (double)(n + 1) - got[f].hit_share * (double)n;
        }
    }
    for (unsigned d = 0; d < DRAWS; d++) {
        double hits[2] = {0, 0};
        for (size_t k = 0; k < n; k++) {
            const size_t i = cell_of[random_below(&seed, n)];
            hits[0] += part[0][i];
            hits[1] += part[1][i];
        }
        pai[d] = hits[1] / (double)n / 0.1;
        gain[d] = (hits[1] - hits[0]) / (double)n / 0.1;
    }
    qsort(pai, DRAWS, sizeof *pai, compare_doubles);
    qsort(gain, DRAWS, sizeof *gain, compare_doubles);
    const double wide = got[1].pai_limits.upper - got[1].pai_limits.lower;
    golden_close("lower", got[1].pai_limits.lower, pai[DRAWS / 40], 0.06 * wide);
    golden_close("upper", got[1].pai_limits.upper, pai[DRAWS - DRAWS / 40], 0.06 * wide);
    golden_close("gain, lower", got[1].gain_limits.lower, gain[DRAWS / 40], 0.06 * wide);
    golden_close("gain, upper", got[1].gain_limits.upper, gain[DRAWS - DRAWS / 40], 0.06 * wide);
}

static void nothing_after_is_not_judged(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_accuracy got;
    memset(after, 0, sizeof after);
    const struct wh_forecast forecast = {"counts", score[0]};
    for (size_t n = 0; n < 3; n++) {
        const struct wh_backtest_cells cells = {n, area, before, after};
        assert_wh_ok(wh_backtest(ctx, &cells, &forecast, 1, 0.1, 99, &got, &err));
        assert_true(isnan(got.pai) && isnan(got.pei) && isnan(got.rri) &&
                    isnan(got.pai_limits.lower));
    }
    const struct wh_backtest_cells cells = {2, area, before, after};
    assert_int_equal(wh_backtest(ctx, &cells, &forecast, 1, 0, 9, &got, &err), WH_ERR_CONFIG);
    assert_int_equal(wh_backtest(ctx, &cells, &forecast, 1, 1.5, 9, &got, &err), WH_ERR_CONFIG);
}

/* F6: what cell size moves is below 5 %; the true bandwidth beats others clearly off it. */
static void cell_size_matters_little(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("sensitivity");
    struct wh_points points[2] = {{0}, {0}};
    double x[5] = {0, 4000, 4000, 0, 0}, y[5] = {0, 0, 4000, 4000, 0};
    uint32_t part_start[2] = {0, 1}, ring_start[2] = {0, 5};
    const struct wh_shape square = {1, 1, 5, part_start, ring_start, x, y};
    for (unsigned i = 0; i < 6000; i++) {
        const double knot = (double)random_below(&seed, 12);
        const double u = (double)random_below(&seed, 1000) / 1000 - 0.5;
        const double v = (double)random_below(&seed, 1000) / 1000 - 0.5;
        const double px = i % 3 == 0 ? 2000 + 3990 * u : 400 + fmod(knot * 977, 3200) + 500 * u;
        const double py = i % 3 == 0 ? 2000 + 3990 * v : 400 + fmod(knot * 611, 3200) + 500 * v;
        assert_wh_ok(wh_points_push(ctx, &points[i % 2], px, py, 0, 0, 0, i, &err));
    }
    const struct wh_density_options opt = {
        .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 200};
    struct wh_sensitivity got[WH_N_SENSITIVITIES];
    assert_wh_ok(
        wh_backtest_sensitivity(ctx, &points[0], &points[1], &square, 40, &opt, 0.1, got, &err));
    print_message("PAI %.3f; h/2 %.3f, 2h %.3f; cell/2 %.3f, 2 cells %.3f\n", got[0].pai,
                  got[1].pai, got[2].pai, got[3].pai, got[4].pai);
    assert_true(got[0].pai > 1.5);
    assert_true(fabs(got[3].pai / got[0].pai - 1) < 0.05);
    assert_true(fabs(got[4].pai / got[0].pai - 1) < 0.05);
    assert_true(fabs(wh_sensitivity_to_cell(got)) < WH_CELL_MATTERS_FROM);
    golden_close("bandwidth", got[2].bandwidth_m, 400, 0);
    golden_close("cell", got[4].cell_m, 80, 0);
    const struct wh_density_options narrow = {
        .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 60};
    assert_wh_ok(
        wh_backtest_sensitivity(ctx, &points[0], &points[1], &square, 40, &narrow, 0.1, got, &err));
    assert_true(isnan(got[1].pai) && isnan(got[4].pai)); /* narrower than a cell */
    wh_points_finish(ctx, &points[0]);
    wh_points_finish(ctx, &points[1]);
}

/* Where it matters it is said, the larger change with its sign; what is not known is not said. */
static void a_cell_size_that_matters_is_told(void **unused)
{
    (void)unused;
    const double nan = (double)NAN;
    struct wh_sensitivity tried[WH_N_SENSITIVITIES] = {
        {400, 20, 3.488943}, {200, 20, 5}, {800, 20, 2.5}, {400, 10, 3.6}, {400, 40, 3.267813}};
    golden_close("change", wh_sensitivity_to_cell(tried), -0.063380, 1e-6);
    assert_string_equal(wh_cell_size_words(wh_sensitivity_to_cell(tried)),
                        "Cell size matters here: half or twice the cell moves PAI by 5 % or more.");
    tried[4].pai = nan;
    golden_close("change", wh_sensitivity_to_cell(tried), 3.6 / 3.488943 - 1, 1e-12);
    assert_true(strstr(wh_cell_size_words(wh_sensitivity_to_cell(tried)), "little") != NULL);
    tried[3].pai = nan;
    assert_true(isnan(wh_sensitivity_to_cell(tried)));
    assert_string_equal(wh_cell_size_words(nan), "");
    tried[0].pai = 0;
    tried[3].pai = 1;
    assert_true(isnan(wh_sensitivity_to_cell(tried)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pai_is_as_published),
        cmocka_unit_test(hot_areas_agree_with_sorting),
        cmocka_unit_test(the_better_forecast_is_called_better),
        cmocka_unit_test(limits_agree_with_drawing_each_request),
        cmocka_unit_test(nothing_after_is_not_judged),
        cmocka_unit_test(a_cell_size_that_matters_is_told),
        cmocka_unit_test(cell_size_matters_little),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
