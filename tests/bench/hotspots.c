/*
 * bench_hotspots [PART...] [BOROUGHS]: how fast the methods of src/hotspot are, and whether they
 * keep what they promise: false alarms under chance, power for a planted spot, what the fixture
 * hides. Without a name every part runs.
 */
#include <math.h>
#include <string.h>
#include <wardheat/clusters.h>
#include <wardheat/hotspot.h>
#include <wardheat/risk.h>
#include <wardheat/scan.h>
#include <wardheat/statistics.h>

#include "base/arena.h"
#include "bench.h"
#include "borough.h"
#include "model/report.h"

static void gi_star(void)
{
    struct wh_ctx *ctx = bench_ctx(2, 1);
    struct wh_error err = {0};
    const struct wh_lattice lattice = {.dx = 100, .dy = 100, .nx = 500, .ny = 500};
    const size_t n = (size_t)lattice.nx * lattice.ny;
    double *value = bench_array(ctx, n, sizeof *value), *z = bench_array(ctx, n, sizeof *z);
    double *p = bench_array(ctx, n, sizeof *p), *x = bench_array(ctx, n, sizeof *x);
    double *y = bench_array(ctx, n, sizeof *y);
    struct wh_random random;
    wh_random_init(&random, 1, 1);
    for (size_t i = 0; i < n; i++) {
        value[i] = (double)wh_random_poisson(&random, 3);
        wh_lattice_centre(&lattice, i, &x[i], &y[i]);
    }
    for (double distance_m = 150; distance_m <= 2000; distance_m *= 3) {
        const double start = bench_now();
        bench_ok(wh_getis_ord_lattice(ctx, &lattice, value, distance_m, z, p, &err), &err);
        bench_ok(wh_false_discovery(ctx, p, NULL, n, WH_DISCOVERY_BH, p, &err), &err);
        printf("gi-star: 250,000 cells, within %.0f m, with q: %.3f s\n", distance_m,
               bench_now() - start);
    }
    const double start = bench_now();
    struct wh_neighbours lists = {0};
    bench_ok(wh_neighbours_within(ctx, x, y, (uint32_t)n, 150, true, &lists, &err), &err);
    bench_ok(wh_getis_ord(ctx, &lists, value, true, z, p, &err), &err);
    printf("gi-star: 250,000 places, lists of %.1f neighbours: %.3f s\n",
           (double)lists.start[n] / (double)n, bench_now() - start);
    wh_neighbours_finish(ctx, &lists);
    wh_free(ctx, value);
    wh_free(ctx, z);
    wh_free(ctx, p);
    wh_free(ctx, x);
    wh_free(ctx, y);
    wh_ctx_destroy(ctx);
}

/* Areas of a thousand people on average, one case for every hundred. */
static void scan_areas(uint32_t n, uint32_t n_replicates)
{
    struct wh_ctx *ctx = bench_ctx(2, 1);
    struct wh_error err = {0};
    double *x = bench_array(ctx, n, sizeof *x), *y = bench_array(ctx, n, sizeof *y);
    double *base = bench_array(ctx, n, sizeof *base), *cases = bench_array(ctx, n, sizeof *cases);
    struct wh_random random;
    wh_random_init(&random, 2, 1);
    for (uint32_t i = 0; i < n; i++) {
        x[i] = 1e4 * wh_random_unit(&random);
        y[i] = 1e4 * wh_random_unit(&random);
        base[i] = 500 + 1000 * wh_random_unit(&random);
        cases[i] = (double)wh_random_poisson(&random, base[i] / 100);
    }
    const struct wh_scan_input input = {
        .n = n, .x = x, .y = y, .base = base, .cases = cases, .n_periods = 1};
    const struct wh_scan_options opt = {.model = WH_SCAN_POISSON,
                                        .most_share = 0.5,
                                        .n_replicates = n_replicates,
                                        .at_most = 10,
                                        .p_at_most = 0.05};
    struct wh_scan scan;
    const double start = bench_now();
    bench_ok(wh_scan(ctx, &input, &opt, &scan, &err), &err);
    printf("scan: %u areas, %.0f cases, %u replicates, 2 threads: %.3f s\n", n, scan.total_cases,
           n_replicates, bench_now() - start);
    wh_scan_finish(ctx, &scan);
    wh_free(ctx, x);
    wh_free(ctx, y);
    wh_free(ctx, base);
    wh_free(ctx, cases);
    wh_ctx_destroy(ctx);
}

static void scan(void)
{
    scan_areas(37, 999);
    scan_areas(115, 999);
    scan_areas(5000, 999);
}

static void clusters(void)
{
    enum { N = 100000 };
    struct wh_ctx *ctx = bench_ctx(2, 1);
    struct wh_error err = {0};
    double *x = bench_array(ctx, N, sizeof *x), *y = bench_array(ctx, N, sizeof *y);
    uint32_t *cluster = bench_array(ctx, N, sizeof *cluster);
    struct wh_random random;
    struct wh_clusters found;
    const struct wh_hdbscan_options opt = {10, 50, 1, false};
    wh_random_init(&random, 3, 1);
    for (unsigned i = 0; i < N; i++) { /* half in a thousand knots, half anywhere in 20 km */
        const double knot = (double)wh_random_below(&random, 1000);
        const double u = wh_random_unit(&random), v = wh_random_unit(&random);
        x[i] = i % 2 == 0 ? 2e4 * u : 2e4 * fmod(knot * 0.618, 1) + 80 * wh_random_normal(&random);
        y[i] = i % 2 == 0 ? 2e4 * v : 2e4 * fmod(knot * 0.754, 1) + 80 * wh_random_normal(&random);
    }
    double start = bench_now();
    bench_ok(wh_dbscan(ctx, x, y, N, 60, 10, cluster, &found, &err), &err);
    printf("clusters: DBSCAN, 100,000 points, 2 threads: %.3f s, %u clusters\n",
           bench_now() - start, found.n);
    start = bench_now();
    bench_ok(wh_hdbscan(ctx, x, y, N, &opt, cluster, NULL, &found, &err), &err);
    printf("clusters: HDBSCAN, 100,000 points, 2 threads: %.3f s, %u clusters\n",
           bench_now() - start, found.n);
    wh_free(ctx, x);
    wh_free(ctx, y);
    wh_free(ctx, cluster);
    wh_ctx_destroy(ctx);
}

/* ---- relative risk on the fixture borough's addresses ---- */

struct trial {
    struct borough borough;
    struct wh_mask mask;
    struct wh_risk_base base;
    struct wh_risk_options opt;
};

static void trial_open(struct trial *trial, double bandwidth_m, double cell_m, bool is_asymptotic)
{
    struct wh_error err = {0};
    borough_open(&trial->borough);
    borough_mask(&trial->borough, cell_m, &trial->mask);
    trial->opt = (struct wh_risk_options){.kernel = WH_KERNEL_QUARTIC,
                                          .edge = WH_EDGE_DIGGLE,
                                          .bandwidth_m = bandwidth_m,
                                          .is_asymptotic = is_asymptotic};
    bench_ok(wh_risk_base(trial->borough.ctx, &trial->borough.addresses, &trial->mask, &trial->opt,
                          &trial->base, &err),
             &err);
}

static void trial_close(struct trial *trial)
{
    wh_risk_base_finish(trial->borough.ctx, &trial->base);
    wh_mask_finish(trial->borough.ctx, &trial->mask);
    borough_close(&trial->borough);
}

/* Is a cell within `reach_m` of (x, y) at most `most`? Anywhere: reach infinite. */
static bool is_at_most(const struct wh_grid *grid, double most, double x, double y, double reach_m)
{
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        const double dx = grid->x0 + ((double)(i % grid->nx) + 0.5) * grid->cell_m - x;
        const double dy = grid->y0 + ((double)(i / grid->nx) + 0.5) * grid->cell_m - y;
        if (grid->v[i] <= most && hypot(dx, dy) <= reach_m) {
            return true;
        }
    }
    return false;
}

static unsigned n_boroughs = 1000;

static void false_alarms_at(size_t n_events, double bandwidth_m, bool is_asymptotic, unsigned runs)
{
    struct trial trial = {0};
    struct wh_error err = {0};
    unsigned n_called = 0;
    trial_open(&trial, bandwidth_m, 50, is_asymptotic);
    for (unsigned run = 0; run < runs; run++) {
        struct wh_points points = {0};
        struct wh_risk risk;
        borough_draw(&trial.borough, n_events, run, &points);
        bench_ok(wh_relative_risk(trial.borough.ctx, &trial.base, &points, &trial.mask, &trial.opt,
                                  0.05, &risk, &err),
                 &err);
        n_called += is_at_most(&risk.q, 0.05, 0, 0, (double)INFINITY);
        wh_risk_finish(trial.borough.ctx, &risk);
        wh_points_finish(trial.borough.ctx, &points);
    }
    printf("false-alarms: %zu events by chance, h %.0f m, %s: %u of %u boroughs with a hot spot "
           "(%.1f %%)\n",
           n_events, bandwidth_m, is_asymptotic ? "asymptotic" : "counts", n_called, runs,
           100.0 * n_called / runs);
    trial_close(&trial);
}

static void false_alarms(void)
{
    static const struct {
        size_t n_events;
        double bandwidth_m;
    } AT[] = {{300, 400}, {1000, 400}, {3000, 250}, {3000, 400}, {10000, 200}, {10000, 400}};
    for (size_t i = 0; i < sizeof AT / sizeof *AT; i++) {
        false_alarms_at(AT[i].n_events, AT[i].bandwidth_m, false, 500);
    }
    false_alarms_at(3000, 400, true, 500);
}

/* The hot spots as a run publishes them: outlines, counts, least area. Their peaks are where they
 * are surest. */
static void publish(struct trial *trial, const struct wh_points *points, const struct wh_risk *risk,
                    struct wh_arena *arena, struct wh_theme_report *ret)
{
    struct wh_grid sure = {0};
    static const struct wh_theme THEME = {.id = "theme", .title = "Theme", .window_days = 90};
    const struct wh_hotspot_options opt = {.method = WH_HOTSPOT_RELATIVE_RISK,
                                           .false_discovery = 0.05,
                                           .ratio = 1.3,
                                           .at_least = 10,
                                           .min_area_km2 = 0.01,
                                           .at_most = 15,
                                           .change_z = 1.96};
    struct wh_ctx *ctx = trial->borough.ctx;
    struct wh_error err = {0};
    int32_t *ward = bench_array(ctx, points->n, sizeof *ward);
    bench_ok(
        wh_areas_assign(ctx, &trial->borough.wards, points->x, points->y, points->n, ward, &err),
        &err);
    bench_ok(wh_grid_like(ctx, &risk->p, &sure, &err), &err);
    for (size_t i = 0; i < (size_t)sure.nx * sure.ny; i++) {
        sure.v[i] = -log(risk->p.v[i]);
    }
    const struct wh_points none = {0};
    const struct wh_hotspot_input now = {.points = points,
                                         .ward = ward,
                                         .density = &sure,
                                         .risk = risk,
                                         .base = &trial->borough.addresses,
                                         .base_total = trial->base.total};
    const struct wh_hotspot_input before = {.points = &none, .ward = ward, .density = &sure};
    *ret = (struct wh_theme_report){.theme = &THEME};
    bench_ok(
        wh_hotspots(ctx, &opt, &now, &before, &trial->borough.wards, NULL, NULL, arena, ret, &err),
        &err);
    wh_grid_finish(ctx, &sure);
    wh_free(ctx, ward);
}

/* 60 of 3,000 events where 30 are expected, within 300 m; and where of the way from a cell to a
 * published hot spot it is lost. */
static void power_at(double bandwidth_m, bool is_asymptotic, unsigned runs)
{
    struct trial trial = {0};
    struct wh_error err = {0};
    unsigned n_low = 0, n_called = 0, n_published = 0;
    trial_open(&trial, bandwidth_m, 50, is_asymptotic);
    for (unsigned run = 0; run < runs; run++) {
        struct wh_points points = {0};
        struct wh_risk risk;
        struct wh_arena arena;
        struct wh_theme_report report;
        double x, y;
        bool is_published = false;
        wh_arena_init(&arena, trial.borough.ctx);
        borough_draw_with_spot(&trial.borough, 3000, 60, 300, 2, run, &points, &x, &y);
        bench_ok(wh_relative_risk(trial.borough.ctx, &trial.base, &points, &trial.mask, &trial.opt,
                                  0.05, &risk, &err),
                 &err);
        n_low += is_at_most(&risk.p, 0.001, x, y, bandwidth_m);
        n_called += is_at_most(&risk.q, 0.05, x, y, bandwidth_m);
        publish(&trial, &points, &risk, &arena, &report);
        for (size_t i = 0; i < report.n_hotspots; i++) {
            const struct wh_hotspot *hotspot = &report.hotspot[i];
            is_published =
                is_published || hypot(hotspot->peak_x - x, hotspot->peak_y - y) <= bandwidth_m;
            wh_hotspot_finish(trial.borough.ctx, &report.hotspot[i]);
        }
        n_published += is_published;
        wh_arena_finish(&arena);
        wh_risk_finish(trial.borough.ctx, &risk);
        wh_points_finish(trial.borough.ctx, &points);
    }
    printf("power: relative risk 2 within 300 m, 60 of 3,000 events, h %.0f m, %s: of %u spots a "
           "cell with p <= 0.001 within h in %.1f %%, with q <= 0.05 in %.1f %%, a published hot "
           "spot with its peak within h in %.1f %%\n",
           bandwidth_m, is_asymptotic ? "asymptotic" : "counts", runs, 100.0 * n_low / runs,
           100.0 * n_called / runs, 100.0 * n_published / runs);
    trial_close(&trial);
}

static void power(void)
{
    for (double h = 300; h <= 500; h += 100) {
        power_at(h, false, 500);
    }
    power_at(400, true, 500);
}

/* Of what is called, which share of the addresses has no planted spot within its kernel's reach:
 * `n_spots` of 300 m at addresses drawn by chance, each at twice the risk. */
static void false_shares_at(size_t n_events, unsigned n_spots, unsigned runs)
{
    enum { MOST_SPOTS = 32 };
    struct trial trial = {0};
    struct wh_error err = {0};
    double sum = 0;
    trial_open(&trial, 400, 50, false);
    for (unsigned run = 0; run < runs; run++) {
        struct wh_points points = {0};
        struct wh_risk risk;
        double x[MOST_SPOTS], y[MOST_SPOTS], all = 0, wrong = 0;
        borough_draw_with_spots(&trial.borough, n_events, n_spots, 300, 2, run, &points, x, y);
        bench_ok(wh_relative_risk(trial.borough.ctx, &trial.base, &points, &trial.mask, &trial.opt,
                                  0.05, &risk, &err),
                 &err);
        const struct wh_grid *grid = &risk.q;
        for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
            bool is_near = !(grid->v[i] <= 0.05);
            all += is_near ? 0 : trial.base.density.v[i];
            for (unsigned spot = 0; !is_near && spot < n_spots; spot++) {
                const double dx = grid->x0 + ((double)(i % grid->nx) + 0.5) * grid->cell_m;
                const double dy = grid->y0 + ((double)(i / grid->nx) + 0.5) * grid->cell_m;
                is_near = hypot(dx - x[spot], dy - y[spot]) <= 300 + trial.opt.bandwidth_m;
            }
            wrong += is_near ? 0 : trial.base.density.v[i];
        }
        sum += all > 0 ? wrong / all : 0;
        wh_risk_finish(trial.borough.ctx, &risk);
        wh_points_finish(trial.borough.ctx, &points);
    }
    printf("false-shares: %zu events, %u spots of relative risk 2: %.2f %% of the addresses called "
           "have no spot in reach, on average over %u boroughs\n",
           n_events, n_spots, 100 * sum / runs, runs);
    trial_close(&trial);
}

static void false_shares(void)
{
    false_shares_at(3000, 1, 200);
    false_shares_at(3000, 3, 200);
    false_shares_at(10000, 10, 200);
}

/* What issue 5 asks: under chance a false hot spot in at most 6 % of boroughs; a planted one found
 * in at least 90 %. */
static void calibration(void)
{
    false_alarms_at(3000, 400, false, n_boroughs);
    power_at(400, false, n_boroughs);
}

/* A million requests from a million homes on 2,000 x 2,000 cells of 20 m: density, ratio, p and q.
 * The base is smoothed once a night and theme, and timed apart. */
static void relative_risk(void)
{
    enum { N = 1000000 };
    struct wh_ctx *ctx = bench_ctx(2, 1);
    struct wh_error err = {0};
    struct wh_points homes = {0}, requests = {0};
    struct wh_mask mask = {.grid = {.cell_m = 20, .nx = 2000, .ny = 2000}};
    struct wh_random random;
    wh_random_init(&random, 4, 1);
    mask.inside = bench_array(ctx, (size_t)2000 * 2000, 1);
    memset(mask.inside, 1, (size_t)2000 * 2000);
    for (uint32_t i = 0; i < 2 * N; i++) { /* in 5,000 villages of 300 m */
        struct wh_points *set = i % 2 == 0 ? &homes : &requests;
        const double village = (double)wh_random_below(&random, 5000);
        const double x =
            500 + 39000 * fmod(village * 0.618033988, 1) + 300 * wh_random_normal(&random) / 2;
        const double y =
            500 + 39000 * fmod(village * 0.754877666, 1) + 300 * wh_random_normal(&random) / 2;
        const double in_x = fmin(39999, fmax(1, x)), in_y = fmin(39999, fmax(1, y));
        bench_ok(wh_points_push(ctx, set, in_x, in_y, 0, 0, 0, i / 2, &err), &err);
    }
    const struct wh_risk_options opt = {
        .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 400};
    struct wh_risk_base base;
    struct wh_risk risk;
    double start = bench_now();
    bench_ok(wh_risk_base(ctx, &homes, &mask, &opt, &base, &err), &err);
    printf("relative-risk: base of 1,000,000 homes, 2,000 x 2,000 cells, 2 threads: %.3f s\n",
           bench_now() - start);
    start = bench_now();
    bench_ok(wh_relative_risk(ctx, &base, &requests, &mask, &opt, 0.05, &risk, &err), &err);
    printf("relative-risk: 1,000,000 requests, 2,000 x 2,000 cells, with q, 2 threads: %.3f s\n",
           bench_now() - start);
    wh_risk_finish(ctx, &risk);
    wh_risk_base_finish(ctx, &base);
    wh_mask_finish(ctx, &mask);
    wh_points_finish(ctx, &homes);
    wh_points_finish(ctx, &requests);
    wh_ctx_destroy(ctx);
}

static const struct {
    const char *name;
    void (*run)(void);
} PARTS[] = {
    {"gi-star", gi_star},           {"scan", scan},
    {"clusters", clusters},         {"false-alarms", false_alarms},
    {"false-shares", false_shares}, {"power", power},
    {"calibration", calibration},   {"relative-risk", relative_risk},
};

/* usage: bench_hotspots [PART...] [BOROUGHS]: parts by name (none: all), and for `calibration` how
 * many synthetic boroughs. */
int main(int argc, char **argv)
{
    if (argc > 1 && strtoul(argv[argc - 1], NULL, 10) > 0) {
        n_boroughs = (unsigned)strtoul(argv[--argc], NULL, 10);
    }
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        bool is_wanted = argc < 2;
        for (int j = 1; j < argc; j++) {
            is_wanted = is_wanted || strcmp(argv[j], PARTS[i].name) == 0;
        }
        if (is_wanted) {
            PARTS[i].run();
            (void)fflush(stdout);
        }
    }
    return 0;
}
