/*
 * tests/bench/density.c: the density core beside the plain splat: for each point, for each cell of
 * its footprint, add the kernel.
 *
 *   scripts/bench density                                            the table of ratios
 *   scripts/bench density growth [FOLDER [MOST_POINTS [MOST_SIDE]]]  density_growth.c
 *   scripts/bench density memory [MOST_POINTS]                       density_memory.c
 *   scripts/bench density update [MOST_POINTS]                       density_update.c
 *
 * Times of one thread are CPU time, those of two are wall time; the least of some runs counts. The
 * yardstick is compiled with the flags of src/density, with and without AVX2, and the faster of the
 * two counts.
 */
#include <errno.h>
#include <string.h>

#include "bench/density_bench.h"
#include "bench/plain.h"

#define CELLS_X 1280
#define CELLS_Y 960

static double time_plain(const struct scene *scene, const struct wh_density_options *opt,
                         size_t repeat)
{
    double least = (double)INFINITY;
    struct wh_grid grid = scene->grid;
    for (size_t i = 0; i < 2 * repeat; i++) {
        memset(grid.v, 0, (size_t)grid.nx * grid.ny * sizeof *grid.v);
        const double start = cpu_now();
        (i % 2 ? plain_splat_avx2 : plain_splat)(&scene->points, opt->kernel, opt->bandwidth_m,
                                                 &grid);
        least = fmin(least, cpu_now() - start);
    }
    return least;
}

/* The plain splat of every 200th point, times 200: the whole would take minutes. */
static double time_plain_part(const struct scene *scene, const struct wh_density_options *opt)
{
    struct scene part = *scene;
    const size_t n = scene->points.n / 200;
    part.points = (struct wh_points){.n = n};
    part.points.x = bench_array(scene->ctx, n, sizeof(double));
    part.points.y = bench_array(scene->ctx, n, sizeof(double));
    for (size_t i = 0; i < n; i++) {
        part.points.x[i] = scene->points.x[200 * i];
        part.points.y[i] = scene->points.y[200 * i];
    }
    const double t = 200 * time_plain(&part, opt, 1);
    wh_free(scene->ctx, part.points.x);
    wh_free(scene->ctx, part.points.y);
    return t;
}

static void row(const char *what, double yardstick_s, double ours_s, const char *goal)
{
    printf("%-64s %10.4f %10.4f %9.2f   %s\n", what, yardstick_s, ours_s, yardstick_s / ours_s,
           goal);
    fflush(stdout);
}

static void heading(const char *what, const char *yardstick)
{
    printf("\n%-64s %10s %10s %9s   %s\n", what, yardstick, "ours, s", "ratio", "goal");
}

static void bench_usual_grid(void)
{
    struct scene scene;
    struct wh_density_options opt = {.edge = WH_EDGE_NONE, .bandwidth_m = 150};
    open_scene(&scene, 1000000, CELLS_X, CELLS_Y);
    heading("1e6 points, 1280 x 960 cells, one thread", "plain, s");
    const double thirteen = time_ours(&scene, &opt, 1, 5, NULL);
    row("quartic, exact, 13 px", time_plain(&scene, &opt, 2), thirteen, ">= 5");
    opt.bandwidth_m = 500;
    row("quartic, exact, 43 px", time_plain(&scene, &opt, 1), time_ours(&scene, &opt, 1, 3, NULL),
        ">= 8");
    opt.kernel = WH_KERNEL_EPANECHNIKOV;
    row("Epanechnikov, exact, 43 px", time_plain(&scene, &opt, 1),
        time_ours(&scene, &opt, 1, 3, NULL), "");
    opt.kernel = WH_KERNEL_GAUSSIAN;
    opt.bandwidth_m = 150;
    row("Gaussian, 1e-12, sigma 13 px (plain: 1 point in 200, times 200)",
        time_plain_part(&scene, &opt), time_ours(&scene, &opt, 1, 3, NULL), ">= 200");
    heading("the same, quartic, 13 px", "ours, s");
    opt.kernel = WH_KERNEL_QUARTIC;
    opt.bandwidth_of_point_m = scene.bandwidth_m;
    row("fixed bandwidth / one bandwidth a point, half to twice of it", thirteen,
        time_ours(&scene, &opt, 1, 3, NULL), ">= 0.67");
    opt.bandwidth_of_point_m = NULL;
    opt.edge = WH_EDGE_DIGGLE;
    row("without an edge correction / Diggle's", thirteen, time_ours(&scene, &opt, 1, 3, NULL), "");
    opt.edge = WH_EDGE_NONE;
    double one_thread_s = (double)INFINITY; /* by the same clock as two threads */
    for (int i = 0; i < 5; i++) {
        const double start = bench_now();
        (void)time_ours(&scene, &opt, 1, 1, NULL);
        one_thread_s = fmin(one_thread_s, bench_now() - start);
    }
    row("one thread / two (wall time)", one_thread_s, time_ours(&scene, &opt, 2, 5, NULL),
        ">= 1.8");
    close_scene(&scene);
}

static void bench_wide_grid(void)
{
    struct scene scene;
    struct wh_density_stats stats;
    struct wh_density_options opt = {.edge = WH_EDGE_NONE, .bandwidth_m = 500};
    open_scene(&scene, 1000000, 4096, 4096);
    heading("1e6 points, 4096 x 4096 cells, one thread", "plain, s");
    const double plain = time_plain_part(&scene, &opt);
    row("quartic, exact, 137 px (plain: 1 point in 200, times 200)", plain,
        time_ours(&scene, &opt, 1, 2, NULL), ">= 15");
    opt.max_error = 1.0 / 512;
    row("quartic, bounded to 1/512, 137 px", plain, time_ours(&scene, &opt, 1, 3, &stats),
        ">= 200");
    printf("  (engine: %s, certified: %.2g of the maximum)\n", wh_engine_name(stats.engine),
           stats.error_bound);
    close_scene(&scene);
}

static void bench_sizes(void)
{
    struct scene scene;
    const struct wh_density_options none = {.edge = WH_EDGE_NONE, .bandwidth_m = 150};
    open_scene(&scene, 1000000, CELLS_X, CELLS_Y);
    const double million = time_ours(&scene, &none, 1, 3, NULL);
    close_scene(&scene);
    open_scene(&scene, 10000000, CELLS_X, CELLS_Y);
    const double ten_million = time_ours(&scene, &none, 1, 2, NULL);
    close_scene(&scene);
    heading("growth and small cases, one thread", "1e7, s");
    row("1e7 points / 1e6 points, quartic, 13 px", ten_million, million, "<= 10.5");
    open_scene(&scene, 5000, 1000, 1000);
    const struct wh_density_options small = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 200};
    printf("%-64s %10s %10.4f %9s   <= 0.015\n",
           "5,000 points, 1000 x 1000 cells, 13 px, Diggle's correction", "",
           time_ours(&scene, &small, 1, 9, NULL), "");
    close_scene(&scene);
}

/* The number at argv[i], or `usual` where the arguments end before. */
static size_t number_at(int argc, char **argv, int i, size_t usual)
{
    if (i >= argc) {
        return usual;
    }
    char *end = NULL;
    const unsigned long long n = strtoull(argv[i], &end, 10);
    if (*end != '\0' || n == 0) {
        (void)fprintf(stderr, "expected a number of 1 or more, not %s\n", argv[i]);
        exit(2);
    }
    return (size_t)n;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "growth") == 0) {
        bench_growth(argc > 2 ? argv[2] : "tests/bench", number_at(argc, argv, 3, 10000000),
                     (uint32_t)number_at(argc, argv, 4, 8192));
    } else if (strcmp(what, "memory") == 0) {
        bench_memory(number_at(argc, argv, 2, 10000000));
    } else if (strcmp(what, "update") == 0) {
        bench_update(number_at(argc, argv, 2, 1000000));
    } else if (strcmp(what, "sizes") == 0) {
        bench_sizes();
    } else if (argc > 1) {
        (void)fprintf(stderr, "usage: scripts/bench density [sizes|growth|memory|update ...]\n");
        return 2;
    } else {
        bench_usual_grid();
        bench_wide_grid();
        bench_sizes();
    }
    return 0;
}
