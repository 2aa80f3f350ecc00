/*
 * What ward sheets tell beyond the tables: months beside windows, and what became of hot spots'
 * requests. The attacker of months goes day by day: shortest paths over as many nodes as there are
 * days (Bellman and Ford), where the code under test has a node a cut.
 */
#include "attack.h"
#include "base/time.h"

#define K 5u
#define MOST_DAYS 760
#define MOST_COUNT 400
#define FAR ((int64_t)1 << 40)

struct daily {
    int64_t first_day, n_days;
    uint32_t n[MOST_DAYS];
};

static uint32_t count_between(const struct daily *daily, int64_t from_day, int64_t to_day)
{
    uint32_t n = 0;
    for (int64_t day = from_day; day < to_day; day++) {
        n += day < daily->first_day ? 0 : daily->n[day - daily->first_day];
    }
    return n;
}

/* ---- the attacker ---- */

struct link {
    int64_t from, to, most; /* count(to) - count(from) <= most; days from the first */
};
struct graph {
    size_t n;
    struct link link[MOST_DAYS + 2 * (WH_MONTHS + 4)];
};

static void know(struct graph *graph, const struct daily *daily, int64_t from_day, int64_t to_day,
                 int64_t low, int64_t high)
{
    const int64_t from = from_day - daily->first_day, to = to_day - daily->first_day;
    graph->link[graph->n++] = (struct link){from, to, high};
    graph->link[graph->n++] = (struct link){to, from, -low};
}

/* A bar of the public: which numbers are drawn as this one? */
static void know_bar(struct graph *graph, const struct daily *daily, int64_t from_day,
                     int64_t to_day, const struct wh_count *bar, uint32_t step)
{
    int64_t low = FAR, high = 0;
    for (int64_t n = 0; n < MOST_COUNT; n++) {
        const bool is_few = step > 1 && n > 0 && n < (int64_t)K;
        const int64_t drawn = (n + step / 2) / step * step;
        if (bar->shown == WH_FEW ? is_few : !is_few && drawn == (int64_t)bar->n) {
            low = n < low ? n : low;
            high = n;
        }
    }
    if (bar->shown == WH_SHOWN || bar->shown == WH_FEW) {
        know(graph, daily, from_day, to_day, low, high);
    }
}

static void know_count(struct graph *graph, const struct daily *daily,
                       const struct wh_period *period, const struct wh_count *count)
{
    if (count->shown == WH_SHOWN) {
        know(graph, daily, period->from_day, period->to_day, count->n, count->n);
    } else if (count->shown == WH_FEW) {
        know(graph, daily, period->from_day, period->to_day, 1, K - 1);
    }
}

/* The most that lies between `from` and each day. */
static void reach(const struct graph *graph, int64_t n_nodes, int64_t from, int64_t *ret)
{
    for (int64_t i = 0; i < n_nodes; i++) {
        ret[i] = i == from ? 0 : FAR;
    }
    for (bool is_done = false; !is_done;) {
        is_done = true;
        for (size_t i = 0; i < graph->n; i++) {
            const struct link *const link = &graph->link[i];
            if (ret[link->from] < FAR && ret[link->from] + link->most < ret[link->to]) {
                ret[link->to] = ret[link->from] + link->most;
                is_done = false;
            }
        }
    }
}

static size_t list_days(const struct wh_theme_report *overall, const struct daily *daily,
                        int64_t ret[])
{
    const int64_t edge[] = {overall->period.from_day,   overall->period.to_day,
                            overall->previous.from_day, overall->period.from_day - 1,
                            overall->period.to_day - 1, overall->previous.from_day + 1};
    size_t n = 0;
    for (size_t i = 0; i < sizeof edge / sizeof *edge + WH_MONTHS; i++) {
        const int64_t day =
            i < WH_MONTHS ? wh_month_add(daily->first_day, (int)i) : edge[i - WH_MONTHS];
        if (day >= daily->first_day && day <= daily->first_day + daily->n_days) {
            ret[n++] = day - daily->first_day;
        }
    }
    return n;
}

#define MOST_LISTED (2 * WH_MONTHS + 8)

/* The most between each listed day and any other, by the windows and, where wanted, the bars. */
static void work_out(const struct wh_theme_report *overall, const struct daily *daily,
                     bool has_bars, const int64_t *day, size_t n_days,
                     int64_t (*ret_most)[MOST_DAYS + 1])
{
    static struct graph graph;
    const int64_t n = daily->n_days + 1;
    graph.n = 0;
    for (int64_t at = n - 1; at > 0; at--) {
        graph.link[graph.n++] = (struct link){at, at - 1, 0}; /* never less than none */
    }
    know_count(&graph, daily, &overall->period, &overall->ward[0].count);
    know_count(&graph, daily, &overall->previous, &overall->ward[0].previous);
    for (int m = 0; has_bars && m < WH_MONTHS; m++) {
        int64_t to = wh_month_add(overall->months.first_day, m + 1);
        to = to < overall->period.to_day ? to : overall->period.to_day;
        know_bar(&graph, daily, wh_month_add(overall->months.first_day, m), to,
                 &overall->months.count[m], overall->months.step);
    }
    for (size_t i = 0; i < n_days; i++) {
        reach(&graph, n, day[i], ret_most[i]);
    }
}

/* Stretches with 1 to K - 1 requests that bars let him know more narrowly than that. */
static size_t attack_months(const struct wh_theme_report *overall, const struct daily *daily)
{
    static int64_t most[MOST_LISTED][MOST_DAYS + 1], windows[MOST_LISTED][MOST_DAYS + 1];
    int64_t day[MOST_LISTED];
    const size_t n_days = list_days(overall, daily, day);
    size_t exposed = 0;
    work_out(overall, daily, true, day, n_days, most);
    work_out(overall, daily, false, day, n_days, windows);
    for (size_t i = 0; i < n_days; i++) {
        for (size_t j = 0; j < n_days; j++) {
            const uint32_t n =
                count_between(daily, daily->first_day + day[i], daily->first_day + day[j]);
            const int64_t low = -most[j][day[i]], high = most[i][day[j]];
            exposed += n > 0 && n < K &&
                       ((low > 1 && low > -windows[j][day[i]]) ||
                        (high < (int64_t)K - 1 && high < windows[i][day[j]]));
        }
    }
    return exposed;
}

/* ---- councils ---- */

static struct daily draw_days(uint64_t *seed, int64_t first_day, int64_t end_day, uint32_t one_in)
{
    struct daily daily = {.first_day = first_day, .n_days = end_day - first_day};
    for (int64_t i = 0; i < daily.n_days; i++) {
        daily.n[i] = random_below(seed, one_in) == 0 ? (uint32_t)random_below(seed, 3) : 0;
    }
    return daily;
}

/* One ward whose every request is of one theme. */
static void tell_months(struct council *council, const struct daily *daily, uint32_t window)
{
    struct wh_report *const body = &council->officer.body;
    struct wh_theme_report *const overall = wh_arena_alloc(&body->arena, 1, sizeof *overall);
    static struct wh_theme any;
    const int64_t end = daily->first_day + daily->n_days;
    any = (struct wh_theme){.id = "*", .any = council->theme, .n_any = 1, .window_days = window};
    *overall = body->theme[0];
    overall->theme = &any;
    overall->period = (struct wh_period){.from_day = end - window, .to_day = end};
    overall->previous = (struct wh_period){.from_day = end - 2 * window, .to_day = end - window};
    overall->ward = wh_arena_alloc(&body->arena, 1, sizeof *overall->ward);
    overall->ward[0].count.n = count_between(daily, end - window, end);
    overall->ward[0].previous.n = count_between(daily, end - 2 * window, end - window);
    overall->total = overall->ward[0];
    overall->months = (struct wh_months){
        .first_day = daily->first_day,
        .step = 1,
        .cut_day = {end - window, end, end - 2 * window},
        .before_cut =
            wh_arena_alloc(&body->arena, WH_N_MONTH_CUTS, sizeof *overall->months.before_cut),
        .count = wh_arena_alloc(&body->arena, 2 * WH_MONTHS, sizeof(struct wh_count))};
    for (int c = 0; c <= WH_CUT_PREVIOUS; c++) {
        const int64_t day = overall->months.cut_day[c];
        overall->months.before_cut[c] = count_between(daily, wh_month_start(day), day);
    }
    for (int m = 0; m < WH_MONTHS; m++) {
        const int64_t to = wh_month_add(daily->first_day, m + 1);
        overall->months.count[m].n =
            count_between(daily, wh_month_add(daily->first_day, m), to < end ? to : end);
    }
    body->theme[0].period = overall->period;
    body->theme[0].previous = overall->previous;
    body->theme[0].ward = wh_arena_alloc(&body->arena, 1, sizeof *overall->ward);
    body->theme[0].ward[0] = overall->ward[0];
    body->theme[0].total = overall->total;
    body->overall = overall;
    council->officer.overall_density = (struct wh_grid){
        .cell_m = 20, .nx = 1, .ny = 1, .v = wh_alloc_array(council->ctx, 1, sizeof(double))};
    council->officer.overall_support = wh_alloc_array(council->ctx, 1, sizeof(uint32_t));
}

static struct daily draw_council(struct council *council, uint64_t *seed, size_t i)
{
    static const uint32_t WINDOW[] = {90, 30, 60, 92};
    const int64_t first = wh_month_add(wh_day_from_civil(2024, 1, 1), (int)(i % 12));
    const int64_t whole = wh_month_add(first, WH_MONTHS),
                  end = i % 5 == 4 ? whole - 11 : whole; /* some end within a month */
    const struct daily daily = draw_days(seed, first, end, i % 3 == 0 ? 3 : i % 3 == 1 ? 8 : 30);
    council_open(council, 1, 1);
    tell_months(council, &daily, WINDOW[i % 4]);
    return daily;
}

static void disclose(struct council *council, struct wh_public_report *ret)
{
    struct wh_error err = {0};
    const struct wh_disclose_options opt = {.hide_below = K};
    struct wh_disclose_stats stats;
    assert_wh_ok(wh_disclose(council->ctx, &council->officer, &opt, ret, &stats, &err));
}

static void no_few_days_follow_from_bars_and_windows(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("months");
    size_t n_bars = 0;
    for (size_t i = 0; i < 120; i++) {
        struct council council;
        struct wh_public_report report;
        const struct daily daily = draw_council(&council, &seed, i);
        disclose(&council, &report);
        const size_t exposed = attack_months(report.body.overall, &daily);
        if (exposed > 0) {
            fail_msg("council %zu: %zu stretches exposed", i, exposed);
        }
        for (int m = 0; m < WH_MONTHS; m++) {
            const struct wh_count *const bar = &report.body.overall->months.count[m];
            n_bars += bar->shown == WH_SHOWN || bar->shown == WH_FEW;
            assert_true(bar->shown == WH_SHOWN ? bar->n % K == 0 : bar->n == 0);
        }
        assert_int_equal(report.body.overall->months.count[WH_MONTHS].shown, WH_WITHHELD);
        assert_null(report.body.theme[0].months.count);
        wh_public_report_finish(council.ctx, &report);
        council_close(&council);
    }
    printf("%zu of %d bars told\n", n_bars, 120 * WH_MONTHS);
    assert_true(n_bars > 120 * WH_MONTHS / 2); /* not by hiding everything */
}

static void exact_months_beside_windows_would_be_broken(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("exact months");
    size_t exposed = 0;
    for (size_t i = 0; i < 3; i++) {
        struct council council;
        const struct daily daily = draw_council(&council, &seed, i);
        exposed += attack_months(council.officer.body.overall, &daily);
        council_close(&council);
    }
    assert_true(exposed > 3);
}

/* ---- hot spots ---- */

static const enum wh_input ONE_OF[] = {WH_IN_CLOSED_IN_TIME, WH_IN_OPEN_IN_TIME, WH_IN_UNTRACKED};

/* A theme with hot spots, and its wards' closed, open and untracked requests. */
static void tell_ways(struct council *council, struct truth *truth, uint64_t *seed,
                      struct wh_level *level)
{
    struct wh_theme_report *const theme = &council->officer.body.theme[0];
    const size_t n = council->wards.n;
    council_tell(council, 0, truth);
    *level = (struct wh_level){.id = "ward", .areas = &council->wards};
    theme->n_levels = 1;
    theme->level = wh_arena_alloc(&council->officer.body.arena, 1, sizeof *theme->level);
    theme->level[0] = (struct wh_level_figures){
        .level = level,
        .tally = wh_arena_alloc(&council->officer.body.arena, WH_N_TALLIES(n),
                                sizeof *theme->level[0].tally)};
    for (size_t w = 0; w < n; w++) {
        struct wh_tally *const tally = &theme->level[0].tally[w], *const all =
                                                                      &theme->level[0]
                                                                           .tally[WH_ALL(n)];
        tally->count[WH_IN_REQUESTS].n = theme->ward[w].count.n;
        tally->count[WH_IN_PREVIOUS].n = theme->ward[w].previous.n;
        for (uint32_t i = 0; i < truth->rest[0][w]; i++) {
            tally->count[ONE_OF[random_below(seed, 2)]].n++;
        }
        for (size_t h = 0; h < theme->n_hotspots; h++) {
            for (size_t p = 0; p < theme->hotspot[h].n_parts; p++) {
                struct wh_hotspot_part *const part = &theme->hotspot[h].part[p];
                for (uint32_t i = 0; part->ward == w && i < part->figures.count.n; i++) {
                    const size_t way = random_below(seed, 2);
                    tally->count[ONE_OF[way]].n++;
                    part->n_closed += way == 0;
                    part->n_open += way == 1;
                }
            }
        }
        for (unsigned input = 0; input < WH_N_COUNTS; input++) {
            all->count[input].n += tally->count[input].n;
        }
    }
    for (size_t h = 0; h < theme->n_hotspots; h++) {
        struct wh_hotspot *const hotspot = &theme->hotspot[h];
        hotspot->handling = (struct wh_spot_handling){.oldest_open_day = 100, .days_median = 3};
        for (size_t p = 0; p < hotspot->n_parts; p++) {
            hotspot->handling.closed.n += hotspot->part[p].n_closed;
            hotspot->handling.open.n += hotspot->part[p].n_open;
        }
    }
}

/* What each ward has outside the hot spots that are told of. */
static void assert_rests_are_large(const struct wh_officer_report *officer,
                                   const struct wh_report *report)
{
    const struct wh_theme_report *const truth = &officer->body.theme[0], *const theme =
                                                                             &report->theme[0];
    for (size_t w = 0; w < report->wards->n; w++) {
        int64_t closed = truth->level[0].tally[w].count[WH_IN_CLOSED_IN_TIME].n;
        int64_t open = truth->level[0].tally[w].count[WH_IN_OPEN_IN_TIME].n;
        bool is_told = false;
        for (size_t h = 0; h < theme->n_hotspots; h++) {
            const struct wh_hotspot *const shown = &theme->hotspot[h];
            for (size_t t = 0; t < truth->n_hotspots; t++) {
                const struct wh_hotspot *const whole = &truth->hotspot[t];
                for (size_t p = 0; strcmp(whole->id, shown->id) == 0 && p < whole->n_parts; p++) {
                    if (whole->part[p].ward == w && shown->handling.open.shown == WH_SHOWN) {
                        closed -= whole->part[p].n_closed;
                        open -= whole->part[p].n_open;
                        is_told = true;
                        assert_true(whole->part[p].n_open == 0 || whole->part[p].n_open >= K);
                        assert_true(whole->part[p].n_closed == 0 || whole->part[p].n_closed >= K);
                    }
                }
            }
        }
        if (is_told) {
            assert_true((closed == 0 || closed >= K) && (open == 0 || open >= K));
            assert_int_equal(theme->level[0].tally[w].count[WH_IN_OPEN_IN_TIME].shown, WH_SHOWN);
        }
    }
}

static void what_became_of_hot_spots_leaves_no_few_outside(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("hot spots' ways");
    size_t n_told = 0, n_hidden = 0;
    for (size_t i = 0; i < 300; i++) {
        struct council council;
        struct truth truth;
        struct wh_public_report report;
        struct wh_level level;
        truth_draw(&truth, &seed, 3, 1 + i % 3, i % 2 == 0 ? 24 : 60);
        council_open(&council, 3, 1);
        tell_ways(&council, &truth, &seed, &level);
        disclose(&council, &report);
        assert_rests_are_large(&council.officer, &report.body);
        for (size_t h = 0; h < report.body.theme[0].n_hotspots; h++) {
            const struct wh_spot_handling *const told = &report.body.theme[0].hotspot[h].handling;
            n_told += told->open.shown == WH_SHOWN;
            n_hidden += told->open.shown != WH_SHOWN;
            assert_true(told->is_oldest_month);
            assert_true(told->open.shown == WH_SHOWN ||
                        (told->open.n == 0 && told->closed.n == 0 && isnan(told->days_median) &&
                         told->oldest_open_day == WH_NO_DAY));
            for (size_t p = 0; p < report.body.theme[0].hotspot[h].n_parts; p++) {
                assert_int_equal(report.body.theme[0].hotspot[h].part[p].n_open, 0);
            }
        }
        wh_public_report_finish(council.ctx, &report);
        council_close(&council);
    }
    assert_true(n_told > 20 && n_hidden > 20);
}

static void only_shared_actions_are_told_and_rounded(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("actions");
    struct council council;
    struct truth truth;
    struct wh_public_report report;
    struct wh_spot_action action[] = {
        {.day = 9, .text = "Asked Mrs X", .by = "A. N. Officer", .before = {.n = 40}},
        {.day = 9,
         .text = "Camera",
         .by = "A. N. Officer",
         .is_public = true,
         .days = 30,
         .before = {.n = 13},
         .after = {.n = 8}},
        {.day = 9,
         .text = "Letters",
         .is_public = true,
         .days = 30,
         .before = {.n = 13},
         .after = {.n = 2}}};
    truth_draw(&truth, &seed, 2, 1, 60);
    truth.part[0][0][0] = 50;
    council_open(&council, 2, 1);
    council_tell(&council, 0, &truth);
    council.officer.body.theme[0].hotspot[0].action = action;
    council.officer.body.theme[0].hotspot[0].n_actions = 3;
    disclose(&council, &report);
    assert_int_equal(report.body.theme[0].n_hotspots, 1);
    const struct wh_hotspot *const hotspot = &report.body.theme[0].hotspot[0];
    assert_int_equal(hotspot->n_actions, 2);
    assert_string_equal(hotspot->action[0].text, "Camera");
    assert_null(hotspot->action[0].by);
    assert_int_equal(hotspot->action[0].before.n, 15);
    assert_int_equal(hotspot->action[0].after.n, 10);
    assert_int_equal(hotspot->action[1].before.shown, WH_WITHHELD); /* with its small neighbour */
    assert_int_equal(hotspot->action[1].after.n, 0);
    wh_public_report_finish(council.ctx, &report);
    council_close(&council);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_few_days_follow_from_bars_and_windows),
        cmocka_unit_test(exact_months_beside_windows_would_be_broken),
        cmocka_unit_test(what_became_of_hot_spots_leaves_no_few_outside),
        cmocka_unit_test(only_shared_actions_are_told_and_rounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
