/* Every method of src/hotspot when memory ends, at each allocation: an error of one sentence,
 * outputs untouched or given back, nothing left behind. */
#include <wardheat/backtest.h>
#include <wardheat/clusters.h>
#include <wardheat/patterns.h>
#include <wardheat/rates.h>
#include <wardheat/redraw.h>
#include <wardheat/risk.h>
#include <wardheat/scan.h>
#include <wardheat/statistics.h>
#include <wardheat/trends.h>

#include "model/report.h"
#include "model/spots.h"
#include "wh_test_ctx.h"

#define N 60u

static double x[N], y[N], value[N];

static void make_places(void)
{
    uint64_t seed = test_seed("faults");
    for (unsigned i = 0; i < N; i++) {
        x[i] = (double)random_below(&seed, 1000);
        y[i] = (double)random_below(&seed, 1000);
        value[i] = (double)random_below(&seed, 20);
    }
}

static enum wh_status run_neighbours(struct wh_error *err)
{
    struct wh_neighbours lists = {0}, with_self = {0}, nearest = {0};
    double z[N], p[N];
    struct wh_local_moran local[N];
    struct wh_global global;
    enum wh_status status = wh_neighbours_within(ctx, x, y, N, 200, false, &lists, err);
    status = status == WH_OK ? wh_neighbours_nearest(ctx, x, y, N, 4, &nearest, err) : status;
    status = status == WH_OK ? wh_neighbours_with_self(ctx, &lists, &with_self, err) : status;
    status = status == WH_OK ? wh_neighbours_standardise(ctx, &lists, err) : status;
    status = status == WH_OK ? wh_getis_ord(ctx, &with_self, value, true, z, p, err) : status;
    status = status == WH_OK ? wh_moran(ctx, &lists, value, &global, err) : status;
    status = status == WH_OK ? wh_geary(ctx, &lists, value, &global, err) : status;
    status = status == WH_OK ? wh_global_getis_ord(ctx, &lists, value, &global, err) : status;
    status = status == WH_OK ? wh_local_moran(ctx, &lists, value, 19, local, err) : status;
    status = status == WH_OK ? wh_moran_permuted(ctx, &lists, value, 19, p, err) : status;
    wh_neighbours_finish(ctx, &lists);
    wh_neighbours_finish(ctx, &nearest);
    wh_neighbours_finish(ctx, &with_self);
    return status;
}

static enum wh_status run_lattice(struct wh_error *err)
{
    const struct wh_lattice lattice = {.dx = 10, .dy = 10, .nx = 10, .ny = 6};
    double z[N], p[N];
    enum wh_status status = wh_getis_ord_lattice(ctx, &lattice, value, 25, z, p, err);
    return status == WH_OK ? wh_false_discovery(ctx, p, NULL, N, WH_DISCOVERY_BY, p, err) : status;
}

static enum wh_status run_scan(struct wh_error *err)
{
    const struct wh_scan_input input = {.n = N / 2, .x = x, .y = y, .cases = value, .n_periods = 2};
    const struct wh_scan_options opt = {.model = WH_SCAN_PERMUTATION,
                                        .most_share = 0.5,
                                        .n_replicates = 9,
                                        .at_most = 3,
                                        .p_at_most = 1};
    struct wh_scan scan = {0};
    const enum wh_status status = wh_scan(ctx, &input, &opt, &scan, err);
    wh_scan_finish(ctx, &scan);
    return status;
}

static enum wh_status run_knox_and_ranks(struct wh_error *err)
{
    const double distance_m[1] = {300};
    const uint32_t days[1] = {5};
    const struct wh_knox_options opt = {1, distance_m, 1, days, 9};
    struct wh_knox_cell cell;
    struct wh_rank rank[N];
    int32_t day[N];
    for (unsigned i = 0; i < N; i++) {
        day[i] = (int32_t)value[i];
    }
    enum wh_status status = wh_knox(ctx, x, y, day, N, &opt, &cell, err);
    return status == WH_OK ? wh_rank_rates(ctx, value, x, N, 20, rank, err) : status;
}

static enum wh_status run_risk(struct wh_error *err)
{
    static uint8_t inside[400];
    const struct wh_mask mask = {.grid = {.cell_m = 50, .nx = 20, .ny = 20}, .inside = inside};
    const struct wh_risk_options opt = {.kernel = WH_KERNEL_QUARTIC,
                                        .edge = WH_EDGE_DIGGLE,
                                        .bandwidth_m = 200,
                                        .is_asymptotic = true};
    struct wh_points points = {0};
    struct wh_risk_base surface = {0};
    struct wh_risk risk = {0};
    double lowest[2];
    enum wh_status status = WH_OK;
    memset(inside, 1, sizeof inside);
    for (unsigned i = 0; status == WH_OK && i < N; i++) {
        status = wh_points_push(ctx, &points, x[i], y[i], 0, 0, 0, i, err);
    }
    status = status == WH_OK ? wh_risk_base(ctx, &points, &mask, &opt, &surface, err) : status;
    status = status == WH_OK
                 ? wh_relative_risk(ctx, &surface, &points, &mask, &opt, 0.05, &risk, err)
                 : status;
    status = status == WH_OK
                 ? wh_risk_monte_carlo(ctx, &surface, &points, 20, &mask, &opt, 2, lowest, err)
                 : status;
    wh_risk_finish(ctx, &risk);
    wh_risk_base_finish(ctx, &surface);
    wh_points_finish(ctx, &points);
    return status;
}

/* A square town of 1 km; its outline belongs to nobody. */
static double square_x[5] = {0, 1000, 1000, 0, 0}, square_y[5] = {0, 0, 1000, 1000, 0};
static uint32_t one_part[2] = {0, 1}, one_ring[2] = {0, 5};
static const struct wh_shape SQUARE = {1, 1, 5, one_part, one_ring, square_x, square_y};
static uint8_t all_inside[400];
static const struct wh_mask TOWN = {.grid = {.cell_m = 50, .nx = 20, .ny = 20},
                                    .inside = all_inside};

static enum wh_status push_places(double precision_m, struct wh_points *ret, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    memset(all_inside, 1, sizeof all_inside);
    for (unsigned i = 0; status == WH_OK && i < N; i++) {
        status = wh_points_push(ctx, ret, x[i], y[i], precision_m, (int64_t)i * 86400, 0, i, err);
    }
    return status;
}

/* One hot spot, half of the town, its requests at their addresses or somewhere near. */
static enum wh_status run_redraw(struct wh_error *err)
{
    static double half_x[5] = {0, 500, 500, 0, 0};
    static uint32_t start[3] = {0, 30, N}, of_request[N];
    const struct wh_risk_options opt = {
        .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 200};
    struct wh_points points = {0};
    struct wh_risk_base surface = {0};
    struct wh_risk risk = {0};
    struct wh_hotspot hotspot = {.shape = {1, 1, 5, one_part, one_ring, half_x, square_y}};
    struct wh_theme_report theme = {.hotspot = &hotspot, .n_hotspots = 1};
    for (unsigned i = 0; i < N; i++) {
        of_request[i] = i % 3 == 0 ? i % 2 : WH_NO_SPOTS;
    }
    const struct wh_spots spots = {
        .n = 2, .start = start, .x = x, .y = y, .precision_m = 5, .of_request = of_request};
    const struct wh_redraw_options redraws = {.n_draws = 3,
                                              .firm_share = 0.9,
                                              .ratio = 1.3,
                                              .spots = &spots,
                                              .density = {.kernel = WH_KERNEL_QUARTIC,
                                                          .edge = WH_EDGE_DIGGLE,
                                                          .bandwidth_m = opt.bandwidth_m}};
    const struct wh_hotspot_input input = {.points = &points, .risk = &risk};
    enum wh_status status = push_places(40, &points, err);
    status = status == WH_OK ? wh_risk_base(ctx, &points, &TOWN, &opt, &surface, err) : status;
    status = status == WH_OK
                 ? wh_relative_risk(ctx, &surface, &points, &TOWN, &opt, 0.05, &risk, err)
                 : status;
    status = status == WH_OK
                 ? wh_hotspots_redraw(ctx, &redraws, &input, &surface, &TOWN, &theme, err)
                 : status;
    assert_true(status != WH_OK || hotspot.firmness != WH_FIRMNESS_UNKNOWN);
    wh_risk_finish(ctx, &risk);
    wh_risk_base_finish(ctx, &surface);
    wh_points_finish(ctx, &points);
    return status;
}

static enum wh_status run_patterns(struct wh_error *err)
{
    static int64_t period_utc[7];
    const struct wh_pattern_options opt = {.alpha = 0.05,
                                           .area_share = 0.05,
                                           .n_replicates = 9,
                                           .most_in_knox = 50,
                                           .most_in_scan = 40};
    struct wh_points points = {0};
    struct wh_patterns patterns = {0};
    for (int i = 0; i < 7; i++) {
        period_utc[i] = i * INT64_C(864000);
    }
    const struct wh_pattern_input input = {
        .points = &points,
        .n_periods = 6,
        .period_utc = period_utc,
        .n_window = 3,
        .base = &points,
        .mask = &TOWN,
        .area = &SQUARE,
        .density = {.kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 200}};
    enum wh_status status = push_places(0, &points, err);
    status = status == WH_OK ? wh_patterns(ctx, &input, &opt, &patterns, err) : status;
    assert_true(status != WH_OK || (patterns.n_forecasts > 0 && patterns.emerging.z != NULL));
    wh_patterns_finish(ctx, &patterns);
    wh_points_finish(ctx, &points);
    return status;
}

static enum wh_status run_clusters(struct wh_error *err)
{
    const struct wh_hdbscan_options opt = {3, 4, 1, true};
    struct wh_clusters clusters;
    uint32_t cluster[N];
    enum wh_status status = wh_dbscan(ctx, x, y, N, 100, 3, cluster, &clusters, err);
    return status == WH_OK ? wh_hdbscan(ctx, x, y, N, &opt, cluster, NULL, &clusters, err) : status;
}

static enum wh_status run_backtest(struct wh_error *err)
{
    const struct wh_backtest_cells cells = {N, x, y, value};
    const struct wh_forecast forecast[2] = {{"counts", value}, {"other", x}};
    struct wh_accuracy accuracy[2];
    return wh_backtest(ctx, &cells, forecast, 2, 0.1, 9, accuracy, err);
}

static const struct {
    const char *name;
    enum wh_status (*run)(struct wh_error *err);
} METHODS[] = {
    {"neighbours, Getis-Ord, Moran", run_neighbours},
    {"lattice, false discoveries", run_lattice},
    {"scan", run_scan},
    {"near repeats, ranks", run_knox_and_ranks},
    {"relative risk", run_risk},
    {"redraws", run_redraw},
    {"patterns", run_patterns},
    {"DBSCAN, HDBSCAN", run_clusters},
    {"backtest", run_backtest},
};

static void methods_survive_every_failed_allocation(void **unused)
{
    (void)unused;
    if (!wh_fault_injection_built()) {
        print_message(
            "SKIPPED: this build has no fault injection (meson option fault_injection)\n");
        skip();
    }
    make_places();
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
        struct wh_error err = {0};
        assert_wh_ok(METHODS[i].run(&err));
        const size_t before = wh_alloc_in_use(ctx);
        enum wh_status status = WH_ERR_LIMIT;
        uint64_t n = 1;
        for (; status != WH_OK; n++) {
            err = (struct wh_error){0};
            wh_alloc_fail_at(ctx, n, false);
            status = METHODS[i].run(&err);
            wh_alloc_fail_at(ctx, 0, false);
            assert_int_equal(wh_alloc_in_use(ctx), before);
            assert_true(status == WH_OK || status == WH_ERR_LIMIT);
            assert_true(status == WH_OK || strstr(err.message, "memory") != NULL);
        }
        print_message("%s: %u failures\n", METHODS[i].name, (unsigned)(n - 2));
        assert_true(n > 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
