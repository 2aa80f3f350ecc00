/* The metrics of a level, against values worked by hand, and against what must hold of any. */
#include <wardheat/metrics.h>
#include <wardheat/rates.h>

#include "base/alloc.h"
#include "base/random.h"
#include "golden.h"
#include "wh_test_ctx.h"

enum { N = 3 };

/* Three wards: 30, 10 and 0 requests among 1,000, 1,000 and 2,000 people; and 2 in none of them. */
static void fill_town(struct wh_tally tally[WH_N_TALLIES(N)])
{
    static const uint32_t count[N + 1][WH_N_COUNTS] = {
        [0] = {[WH_IN_REQUESTS] = 30,
               [WH_IN_PREVIOUS] = 20,
               [WH_IN_LAST_YEAR] = 60,
               [WH_IN_PROBLEMS] = 24,
               [WH_IN_CLOSED_IN_TIME] = 12,
               [WH_IN_CLOSED_LATE] = 4,
               [WH_IN_OPEN_IN_TIME] = 9,
               [WH_IN_OVERDUE] = 4,
               [WH_IN_OPEN_UNTIMED] = 1,
               [WH_IN_REOPENED] = 3,
               [WH_IN_COSTED] = 4,
               [WH_IN_CLOSED] = 10},
        [1] = {[WH_IN_REQUESTS] = 10, [WH_IN_PROBLEMS] = 10, [WH_IN_UNTRACKED] = 10},
        [3] = {[WH_IN_REQUESTS] = 2, [WH_IN_PROBLEMS] = 2, [WH_IN_UNTRACKED] = 2}};
    static const double people[] = {1000, 1000, 2000, (double)NAN, 4000};
    memset(tally, 0, WH_N_TALLIES(N) * sizeof *tally);
    for (size_t i = 0; i < WH_N_TALLIES(N); i++) {
        tally[i].area_km2 = i == N ? (double)NAN : i == WH_ALL(N) ? 8 : i == 1 ? 0 : 4;
        tally[i].population = tally[i].base = people[i];
        tally[i].days_median = tally[i].days_p90 = (double)NAN;
        for (unsigned c = 0; i <= N && c < WH_N_COUNTS; c++) {
            tally[i].count[c].n = count[i][c];
            tally[WH_ALL(N)].count[c].n += count[i][c];
        }
    }
    tally[0].cost = tally[WH_ALL(N)].cost = 250;
    tally[0].days_median = 3;
    tally[0].days_p90 = 9;
}

static void is(const struct wh_metric_value *measure, double value, double low, double high)
{
    assert_int_equal(measure->shown, WH_SHOWN);
    golden_close("value", measure->value, value, 1e-9);
    if (!isnan(low)) {
        golden_close("low", measure->low, low, 1e-6);
        golden_close("high", measure->high, high, 1e-6);
    }
}

static void a_town_worked_by_hand(void **unused)
{
    (void)unused;
    struct wh_tally tally[WH_N_TALLIES(N)];
    struct wh_metric_value m[WH_N_TALLIES(N)][WH_N_METRICS];
    struct wh_error err = {0};
    const double none = (double)NAN;
    fill_town(tally);
    assert_int_equal(wh_measure_level(ctx, tally, N, m, &err), WH_OK);
    is(&m[0][WH_METRIC_REQUESTS], 30, none, none);
    is(&m[0][WH_METRIC_REPEAT_SHARE], 20, 9.505107, 37.305696); /* Wilson of 6 in 30 */
    is(&m[0][WH_METRIC_PER_KM2], 7.5, none, none);
    /* ACCEPTANCE.md H: Byar's limits of 10. */
    is(&m[1][WH_METRIC_PER_1000], 10, 4.7874499, 18.3914586);
    is(&m[2][WH_METRIC_PER_1000], 0, 0, -log(0.025) / 2);
    is(&m[WH_ALL(N)][WH_METRIC_PER_1000], 10.5, none, none);
    /* 40 requests among 4,000 people: the 2 that lie elsewhere have none to go by. */
    is(&m[0][WH_METRIC_EXPECTED], 10, none, none);
    is(&m[2][WH_METRIC_EXPECTED], 20, none, none);
    is(&m[0][WH_METRIC_RATIO], 3, none, none);
    is(&m[0][WH_METRIC_FUNNEL_95], 1, none, none);
    is(&m[0][WH_METRIC_FUNNEL_998], 1, none, none);
    is(&m[1][WH_METRIC_FUNNEL_95], 0, none, none);
    is(&m[2][WH_METRIC_FUNNEL_998], -1, none, none);
    is(&m[2][WH_METRIC_SILENT], 1, none, none);
    is(&m[1][WH_METRIC_SILENT], 0, none, none);
    is(&m[0][WH_METRIC_RANK], 1, 1, 1);
    is(&m[2][WH_METRIC_RANK], 3, 3, 3);
    is(&m[0][WH_METRIC_CHANGE], 10, none, none);
    is(&m[0][WH_METRIC_CHANGE_RATIO], 1.5, none, none);
    is(&m[0][WH_METRIC_CHANGE_YEAR], -30, none, none);
    is(&m[0][WH_METRIC_CHANGE_YEAR_RATIO], 0.5, none, none);
    is(&m[0][WH_METRIC_OPEN], 14, none, none);
    is(&m[0][WH_METRIC_OVERDUE], 4, none, none);
    is(&m[0][WH_METRIC_WITHIN_TARGET], 60, 38.658150, 78.119347); /* Wilson of 12 in 20 */
    is(&m[0][WH_METRIC_DAYS_MEDIAN], 3, none, none);
    is(&m[0][WH_METRIC_DAYS_P90], 9, none, none);
    is(&m[0][WH_METRIC_COST], 250, none, none);
    is(&m[0][WH_METRIC_COST_EACH], 62.5, none, none);
    is(&m[0][WH_METRIC_REOPENED], 3, none, none);
    /* What is not there to divide by. */
    assert_int_equal(m[1][WH_METRIC_PER_KM2].shown, WH_UNDEFINED); /* no size */
    assert_int_equal(m[2][WH_METRIC_REPEAT_SHARE].shown, WH_UNDEFINED);
    assert_int_equal(m[1][WH_METRIC_CHANGE_RATIO].shown, WH_UNDEFINED);
    assert_int_equal(m[1][WH_METRIC_WITHIN_TARGET].shown, WH_UNDEFINED);
    assert_int_equal(m[1][WH_METRIC_DAYS_MEDIAN].shown, WH_UNDEFINED);
    assert_int_equal(m[1][WH_METRIC_COST].shown, WH_UNDEFINED);
    assert_int_equal(m[N][WH_METRIC_PER_1000].shown, WH_UNDEFINED);
    assert_int_equal(m[N][WH_METRIC_EXPECTED].shown, WH_UNDEFINED);
    assert_int_equal(m[WH_ALL(N)][WH_METRIC_RANK].shown, WH_UNDEFINED);
    for (unsigned k = 0; k < WH_N_METRICS; k++) {
        for (size_t i = 0; i < WH_N_TALLIES(N); i++) {
            assert_true(m[i][k].shown != WH_SHOWN || isfinite(m[i][k].value));
            assert_true(m[i][k].shown != WH_UNDEFINED ||
                        wh_metric_note((enum wh_metric)k)->undefined != NULL);
        }
    }
}

/* What tallies hide, no metric tells; and it says why. */
static void hidden_inputs_hide_metrics(void **unused)
{
    (void)unused;
    struct wh_tally tally[WH_N_TALLIES(N)];
    struct wh_metric_value m[WH_N_TALLIES(N)][WH_N_METRICS], other[WH_N_TALLIES(N)][WH_N_METRICS];
    struct wh_error err = {0};
    fill_town(tally);
    tally[1].count[WH_IN_REQUESTS] = (struct wh_count){0, WH_FEW};
    tally[0].count[WH_IN_PREVIOUS] = (struct wh_count){0, WH_NOT_KNOWN};
    tally[0].count[WH_IN_OVERDUE] = (struct wh_count){0, WH_WITHHELD};
    assert_int_equal(wh_measure_level(ctx, tally, N, m, &err), WH_OK);
    assert_int_equal(m[1][WH_METRIC_REQUESTS].shown, WH_FEW);
    assert_int_equal(m[1][WH_METRIC_PER_1000].shown, WH_WITHHELD);
    assert_int_equal(m[1][WH_METRIC_RANK].shown, WH_WITHHELD);
    assert_int_equal(m[1][WH_METRIC_CHANGE].shown, WH_WITHHELD);
    assert_int_equal(m[0][WH_METRIC_CHANGE].shown, WH_NOT_KNOWN);
    assert_int_equal(m[0][WH_METRIC_OPEN].shown, WH_WITHHELD);
    assert_int_equal(m[0][WH_METRIC_WITHIN_TARGET].shown, WH_WITHHELD);
    is(&m[0][WH_METRIC_EXPECTED], 10, (double)NAN, 0);
    is(&m[0][WH_METRIC_RANK], 1, 1, 1);
    is(&m[2][WH_METRIC_RANK], 2, 2, 2); /* among those that are shown */
    /* Whatever the hidden number was, the others' figures are the same. */
    tally[1].count[WH_IN_REQUESTS].n = 4;
    assert_int_equal(wh_measure_level(ctx, tally, N, other, &err), WH_OK);
    assert_memory_equal(m[0], other[0], sizeof m[0]);
    assert_memory_equal(m[2], other[2], sizeof m[2]);
    tally[WH_ALL(N)].count[WH_IN_REQUESTS] = (struct wh_count){0, WH_WITHHELD};
    assert_int_equal(wh_measure_level(ctx, tally, N, m, &err), WH_OK);
    assert_int_equal(m[0][WH_METRIC_EXPECTED].shown, WH_WITHHELD);
    assert_int_equal(m[0][WH_METRIC_RANK].shown, WH_WITHHELD);
    assert_int_equal(m[0][WH_METRIC_REQUESTS].shown, WH_SHOWN);
}

/* One ward, an empty one, nobody anywhere, no ward at all. */
static void degenerate_towns_have_answers(void **unused)
{
    (void)unused;
    struct wh_tally tally[WH_N_TALLIES(1)] = {{.area_km2 = 1, .population = 0, .base = 0}};
    struct wh_metric_value m[WH_N_TALLIES(1)][WH_N_METRICS];
    struct wh_error err = {0};
    assert_int_equal(wh_measure_level(ctx, tally, 1, m, &err), WH_OK);
    assert_int_equal(m[0][WH_METRIC_PER_1000].shown, WH_UNDEFINED);
    assert_int_equal(m[0][WH_METRIC_RANK].shown, WH_UNDEFINED);
    is(&m[0][WH_METRIC_PER_KM2], 0, 0, -log(0.025));
    tally[0].base = tally[0].population = 100;
    assert_int_equal(wh_measure_level(ctx, tally, 1, m, &err), WH_OK);
    is(&m[0][WH_METRIC_RANK], 1, 1, 1);
    is(&m[0][WH_METRIC_EXPECTED], 0, (double)NAN, 0);
    assert_int_equal(m[0][WH_METRIC_RATIO].shown, WH_UNDEFINED);
    tally[0].count[WH_IN_REQUESTS].n = tally[2].count[WH_IN_REQUESTS].n = 7;
    assert_int_equal(wh_measure_level(ctx, tally, 1, m, &err), WH_OK);
    is(&m[0][WH_METRIC_RATIO], 1, (double)NAN, 0);
    is(&m[0][WH_METRIC_FUNNEL_95], 0, (double)NAN, 0);
    assert_int_equal(wh_measure_level(ctx, tally, 0, m, &err), WH_OK);
}

/* Newcombe 1998, table I, method 3. */
static void shares_have_published_limits(void **unused)
{
    (void)unused;
    static const double row[][4] = {{81, 263, 0.2553, 0.3662},
                                    {15, 148, 0.0624, 0.1605},
                                    {0, 20, 0.0000, 0.1611},
                                    {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const struct wh_limits limits = wh_limits_share(row[i][0], row[i][1], 0.95);
        golden_close("lower", limits.lower, row[i][2], 5e-5);
        golden_close("upper", limits.upper, row[i][3], 5e-5);
    }
    assert_true(isnan(wh_limits_share(0, 0, 0.95).lower));
    golden_close("all", wh_limits_share(9, 9, 0.95).upper, 1, 0);
}

/* The slow way: a list of every request's days, sorted. */
static void quantiles_are_those_of_a_sorted_list(void **unused)
{
    (void)unused;
    struct wh_random random;
    wh_random_init(&random, 11, 0);
    for (int round = 0; round < 300; round++) {
        struct wh_day_count day[40];
        double list[400];
        size_t n = 0, n_list = 0;
        for (uint32_t d = 0; d < 40; d++) {
            const uint32_t here = (uint32_t)(10 * wh_random_unit(&random)) * (d % 3 == 0);
            if (here > 0) {
                day[n++] = (struct wh_day_count){d, here};
            }
            for (uint32_t k = 0; k < here; k++) {
                list[n_list++] = d;
            }
        }
        for (double share = 0.1; share < 1; share += 0.1) {
            size_t at = (size_t)ceil(share * (double)n_list - 1e-6);
            at = at == 0 ? 0 : at - 1;
            const double value = wh_days_quantile(day, n, share);
            assert_true(n_list == 0 ? isnan(value) : !(fabs(value - list[at]) > 0));
        }
    }
    assert_true(isnan(wh_days_quantile(NULL, 0, 0.5)));
}

static void every_metric_is_in_the_dictionary(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < WH_N_METRICS; i++) {
        const struct wh_metric_note *note = wh_metric_note((enum wh_metric)i);
        const char *const text[] = {note->id,     note->title, note->definition, note->formula,
                                    note->source, note->unit,  note->denominator};
        for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
            assert_non_null(text[k]);
        }
        assert_true(note->inputs != 0);
        assert_int_equal(wh_metric_find(note->id), i);
        /* What is divided can have nothing to be divided by. */
        assert_true((strchr(note->formula, '/') != NULL) <= (note->undefined != NULL));
    }
    for (unsigned i = 0; i < WH_N_INPUTS; i++) {
        assert_non_null(wh_input_note((enum wh_input)i)->name);
    }
    assert_int_equal(wh_metric_find("nothing"), WH_N_METRICS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_town_worked_by_hand),
        cmocka_unit_test(hidden_inputs_hide_metrics),
        cmocka_unit_test(degenerate_towns_have_answers),
        cmocka_unit_test(shares_have_published_limits),
        cmocka_unit_test(quantiles_are_those_of_a_sorted_list),
        cmocka_unit_test(every_metric_is_in_the_dictionary),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
