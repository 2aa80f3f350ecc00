/* Every engine against the plain density, on every kind of input that issue 3 names; and that
 * nothing but the data decides a bit. */
#include <omp.h>
#include <wardheat/density.h>

#include "density/direct.h"
#include "density/plain.h"
#include "density/runs.h"
#include "wh_test.h"
#include "wh_test_files.h"

static struct wh_ctx *ctx;

static int open_ctx(void **unused)
{
    (void)unused;
    ctx = wh_test_ctx();
    return 0;
}

static int close_ctx(void **unused)
{
    (void)unused;
    return wh_test_drop_ctx(ctx);
}

static double unit(uint64_t *seed)
{
    return (double)(next_random(seed) >> 11) * 0x1p-53;
}

enum pattern { EVEN, CLUSTERS, ONE_POINT, ONE_SPOT, ON_CORNERS, OUTSIDE, N_PATTERNS };

struct scene {
    struct wh_grid grid;
    struct wh_mask mask;
    struct wh_points points;
    double *bandwidth_m, *plain;
    uint32_t *support, *plain_support;
};

static void push(struct scene *scene, double x, double y, double weight, double precision_m)
{
    struct wh_error err = {0};
    assert_wh_ok(wh_points_push(ctx, &scene->points, x, y, precision_m, 0, 0,
                                (uint32_t)scene->points.n, &err));
    scene->points.weight[scene->points.n - 1] = weight;
}

static void scatter(struct scene *scene, enum pattern pattern, size_t n, uint64_t *seed)
{
    const double x0 = scene->grid.x0, y0 = scene->grid.y0, cell = scene->grid.cell_m;
    const double width = cell * scene->grid.nx, height = cell * scene->grid.ny;
    const double spot_x = x0 + unit(seed) * width, spot_y = y0 + unit(seed) * height;
    for (size_t i = 0; i < (pattern == ONE_POINT ? 1 : n); i++) {
        double x = x0 + unit(seed) * width, y = y0 + unit(seed) * height;
        if (pattern == ONE_SPOT) {
            x = spot_x;
            y = spot_y;
        } else if (pattern == CLUSTERS && i % 8 != 0) {
            x = spot_x + cell * 3 * (unit(seed) + unit(seed) + unit(seed) - 1.5);
            y = spot_y + cell * 3 * (unit(seed) + unit(seed) + unit(seed) - 1.5);
        } else if (pattern == ON_CORNERS) {
            x = x0 + cell * floor((x - x0) / cell);
            y = y0 + cell * floor((y - y0) / cell);
        } else if (pattern == OUTSIDE && i % 2 == 0) {
            x += (i % 4 == 0 ? 1 : -1) * width;
            y += (i % 8 < 4 ? 0.6 : -0.6) * height;
        }
        push(scene, x, y, i % 3 == 0 ? 1 : 0.1 + unit(seed), i % 4 == 0 ? 90 * unit(seed) : 0);
    }
}

static void open_scene(struct scene *scene, uint32_t nx, uint32_t ny, uint64_t *seed)
{
    const size_t n = (size_t)nx * ny;
    memset(scene, 0, sizeof *scene);
    scene->grid = (struct wh_grid){.x0 = 4096, .y0 = -512, .cell_m = 16, .nx = nx, .ny = ny};
    scene->mask.grid = scene->grid;
    scene->mask.inside = wh_alloc_array(ctx, n, 1);
    scene->grid.v = wh_alloc_array(ctx, n, sizeof(double));
    scene->plain = wh_alloc_array(ctx, n, sizeof(double));
    scene->support = wh_alloc_array(ctx, n, sizeof(uint32_t));
    scene->plain_support = wh_alloc_array(ctx, n, sizeof(uint32_t));
    for (size_t i = 0; i < n; i++) { /* a lake, and a crooked border in the west */
        const double col = (double)(i % nx) - nx / 2.0, row = (double)(i / nx) - ny / 3.0;
        scene->mask.inside[i] = col * col + row * row > 20 && (i % nx > 3 || unit(seed) < 0.5);
    }
}

static void close_scene(struct scene *scene)
{
    wh_free(ctx, scene->mask.inside);
    wh_free(ctx, scene->grid.v);
    wh_free(ctx, scene->plain);
    wh_free(ctx, scene->support);
    wh_free(ctx, scene->plain_support);
    wh_free(ctx, scene->bandwidth_m);
    wh_points_finish(ctx, &scene->points);
}

/* The largest difference, as a fraction of the plain maximum; supports must agree but at the circle
 * itself. */
static double largest_error(const struct scene *scene, bool has_mask)
{
    double max = 0, off = 0;
    size_t n_support_off = 0;
    for (size_t i = 0; i < (size_t)scene->grid.nx * scene->grid.ny; i++) {
        if (has_mask && !scene->mask.inside[i]) {
            assert_true(isnan(scene->grid.v[i]) && scene->support[i] == 0);
            continue;
        }
        max = fmax(max, fabs(scene->plain[i]));
        off = fmax(off, fabs(scene->plain[i] - scene->grid.v[i]));
        n_support_off += scene->support[i] != scene->plain_support[i];
    }
    assert_true(n_support_off <= 1); /* a centre within a millionth of a circle */
    return max > 0 ? off / max : off;
}

static struct wh_density_stats run(struct scene *scene, const struct wh_mask *mask,
                                   const struct wh_density_options *opt)
{
    struct wh_error err = {0};
    struct wh_density_stats stats;
    assert_wh_ok(
        wh_density(ctx, &scene->points, mask, opt, &scene->grid, scene->support, &stats, &err));
    return stats;
}

/* Bandwidths in cells: what one point may have, the least for all, both sides of the engines'
 * borders, and wide ones. */
static const double BANDWIDTH_PX[] = {0.5, 1, 2.5, 3.9, 4.1, 13.3, 77, 500};
#define N_BANDWIDTHS 8

/* One scene against the plain density; returns how far off it is, having failed where that is too
 * far. */
static double compare(struct scene *scene, const struct wh_density_options *opt,
                      enum pattern pattern, enum wh_density_engine *ret_engine)
{
    const struct wh_density_stats stats = run(scene, NULL, opt);
    plain_density(&scene->points, NULL, opt, &scene->grid, scene->plain, scene->plain_support);
    const double off = largest_error(scene, false);
    if (!(off <= stats.error_bound)) {
        fail_msg("%s, %s, pattern %d, %g m, %u x %u: off by %g of the maximum",
                 wh_kernel_name(opt->kernel), wh_engine_name(stats.engine), (int)pattern,
                 opt->bandwidth_m, scene->grid.nx, scene->grid.ny, off);
    }
    *ret_engine = stats.engine;
    return off;
}

static void engines_keep_their_bounds_on_all_input(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("engines");
    for (unsigned i = 0; i < WH_N_KERNELS * N_PATTERNS * N_BANDWIDTHS; i++) {
        const enum pattern pattern = (enum pattern)(i / WH_N_KERNELS % N_PATTERNS);
        const double h_px = BANDWIDTH_PX[i / WH_N_KERNELS / N_PATTERNS];
        struct scene scene;
        open_scene(&scene, 20 + (uint32_t)random_below(&seed, 60),
                   i % 5 == 0 ? 1 : 10 + (uint32_t)random_below(&seed, 50), &seed);
        scatter(&scene, pattern, 30, &seed);
        scene.bandwidth_m = wh_alloc_array(ctx, scene.points.n, sizeof(double));
        for (size_t p = 0; p < scene.points.n; p++) { /* half of them: each its own */
            const double spread = i % 2 == 0 ? 1 : 0.6 + unit(&seed);
            scene.bandwidth_m[p] = 16 * fmax(0.5, h_px * spread);
        }
        const struct wh_density_options opt = {.kernel = (enum wh_kernel)(i % WH_N_KERNELS),
                                               .edge = WH_EDGE_NONE,
                                               .bandwidth_m = 16 * fmax(1, h_px),
                                               .bandwidth_of_point_m = scene.bandwidth_m,
                                               .widen_by_precision = i % 3 == 0};
        enum wh_density_engine engine;
        (void)compare(&scene, &opt, pattern, &engine);
        close_scene(&scene);
    }
}

/* So many points that they are not just added up one by one: runs and lattices. */
static void fast_engines_keep_their_bounds(void **unused)
{
    (void)unused;
    static const enum pattern patterns[] = {EVEN, CLUSTERS, ON_CORNERS, OUTSIDE, ONE_SPOT};
    static const double wide_px[] = {4.1, 13.3, 77, 500, 60000};
    uint64_t seed = test_seed("fast engines");
    double worst[WH_N_KERNELS] = {0};
    size_t n_of_engine[4] = {0};
    for (unsigned i = 0; i < WH_N_KERNELS * 10; i++) {
        const enum wh_kernel kernel = (enum wh_kernel)(i % WH_N_KERNELS);
        const enum pattern pattern = patterns[(i + i / WH_N_KERNELS) % 5];
        const double h_px = wide_px[i / WH_N_KERNELS % 5];
        const uint32_t ny = i % 7 == 0 ? 1 : 11;
        struct scene scene;
        open_scene(&scene, 30, ny, &seed);
        scatter(&scene, pattern, (size_t)(1.1e6 / fmin(2 * h_px, 30) / fmin(2 * h_px, ny)), &seed);
        scene.bandwidth_m = wh_alloc_array(ctx, scene.points.n, sizeof(double));
        for (size_t p = 0; p < scene.points.n; p++) {
            scene.bandwidth_m[p] = 16 * h_px * (i % 2 == 0 ? 1 : 1 + 2 * unit(&seed));
        }
        const struct wh_density_options opt = {.kernel = kernel,
                                               .edge = WH_EDGE_NONE,
                                               .bandwidth_m = 16 * h_px,
                                               .bandwidth_of_point_m = scene.bandwidth_m};
        enum wh_density_engine engine;
        worst[kernel] = fmax(worst[kernel], compare(&scene, &opt, pattern, &engine));
        n_of_engine[engine]++;
        close_scene(&scene);
    }
    for (unsigned k = 0; k < WH_N_KERNELS; k++) {
        print_message("%s: at most %.1e of the maximum\n", wh_kernel_name((enum wh_kernel)k),
                      worst[k]);
    }
    assert_int_equal(n_of_engine[WH_ENGINE_RUNS], 4 * 10);
    assert_int_equal(n_of_engine[WH_ENGINE_LATTICE], 10);
}

static void edges_are_right_for_every_kernel(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("edges");
    for (unsigned i = 0; i < WH_N_KERNELS * 2 * 5; i++) {
        struct scene scene;
        const struct wh_density_options opt = {
            .kernel = (enum wh_kernel)(i % WH_N_KERNELS),
            .edge = i / WH_N_KERNELS % 2 == 0 ? WH_EDGE_DIGGLE : WH_EDGE_UNIFORM,
            .bandwidth_m = 16 * BANDWIDTH_PX[2 + i / WH_N_KERNELS / 2],
            .widen_by_precision = i % 4 == 1};
        open_scene(&scene, 50, 40, &seed);
        scatter(&scene, CLUSTERS, 40, &seed);
        for (size_t p = 0; p < scene.points.n; p++) { /* only events inside */
            const size_t col = (size_t)((scene.points.x[p] - 4096) / 16);
            const size_t row = (size_t)((scene.points.y[p] + 512) / 16);
            if (!(scene.points.x[p] > 4096 && scene.points.y[p] > -512 && col < 50 && row < 40 &&
                  scene.mask.inside[row * 50 + col])) {
                scene.points.x[p] = 4096 + 16 * 40.3;
                scene.points.y[p] = -512 + 16 * 30.7;
            }
        }
        const struct wh_density_stats stats = run(&scene, &scene.mask, &opt);
        plain_density(&scene.points, &scene.mask, &opt, &scene.grid, scene.plain,
                      scene.plain_support);
        const double off = largest_error(&scene, true);
        if (!(off <= 1e-9)) {
            fail_msg("%s, %s, %g m: off by %g of the maximum", wh_kernel_name(opt.kernel),
                     wh_edge_name(opt.edge), opt.bandwidth_m, off);
        }
        double mass = 0;
        for (size_t cell = 0; cell < 2000; cell++) {
            mass += scene.mask.inside[cell] ? scene.grid.v[cell] * 16 * 16 / 1e6 : 0;
        }
        assert_true(opt.edge != WH_EDGE_DIGGLE ||
                    fabs(mass - stats.total_weight) < 1e-12 * stats.total_weight);
        close_scene(&scene);
    }
}

/* Enough points and cells that threads are worth it. */
static void open_crowd(struct scene *scene, uint64_t *seed)
{
    open_scene(scene, 300, 200, seed);
    scatter(scene, EVEN, 7000, seed);
    scatter(scene, CLUSTERS, 7000, seed);
    scatter(scene, ON_CORNERS, 3000, seed);
}

static void shuffle(struct wh_points *points, uint64_t *seed)
{
    for (size_t i = points->n; i > 1; i--) {
        const size_t j = random_below(seed, i);
        double *const column[] = {points->x, points->y, points->weight, points->precision_m};
        for (size_t c = 0; c < 4; c++) {
            const double kept = column[c][i - 1];
            column[c][i - 1] = column[c][j];
            column[c][j] = kept;
        }
    }
}

static void neither_threads_nor_order_change_a_bit(void **unused)
{
    (void)unused;
    static const unsigned jobs[] = {1, 2, 3, 8};
    uint64_t seed = test_seed("threads and order");
    struct scene scene;
    open_crowd(&scene, &seed);
    const size_t n = (size_t)scene.grid.nx * scene.grid.ny;
    double *first = wh_alloc_array(ctx, n, sizeof *first);
    uint32_t *first_support = wh_alloc_array(ctx, n, sizeof *first_support);
    for (unsigned i = 0; i < WH_N_KERNELS * 2; i++) {
        const struct wh_density_options opt = {.kernel = (enum wh_kernel)(i % WH_N_KERNELS),
                                               .edge = WH_EDGE_DIGGLE,
                                               .bandwidth_m = i < WH_N_KERNELS ? 130 : 40,
                                               .widen_by_precision = true};
        for (size_t k = 0; k < 4; k++) {
            struct wh_error err = {0};
            struct wh_density_stats stats;
            struct wh_ctx *other = NULL;
            assert_wh_ok(wh_ctx_create(&(struct wh_ctx_options){.jobs = jobs[k], .quiet = true},
                                       &other, &err));
            shuffle(&scene.points, &seed);
            assert_wh_ok(wh_density(other, &scene.points, &scene.mask, &opt, &scene.grid,
                                    scene.support, &stats, &err));
            assert_int_equal(wh_test_drop_ctx(other), 0);
            if (k == 0) {
                memcpy(first, scene.grid.v, n * sizeof *first);
                memcpy(first_support, scene.support, n * sizeof *first_support);
            } else {
                assert_memory_equal(first, scene.grid.v, n * sizeof *first);
                assert_memory_equal(first_support, scene.support, n * sizeof *first_support);
            }
        }
    }
    wh_free(ctx, first);
    wh_free(ctx, first_support);
    close_scene(&scene);
}

static void what_is_added_and_removed_leaves_no_trace(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("removal");
    struct scene scene;
    open_crowd(&scene, &seed);
    const size_t n = (size_t)scene.grid.nx * scene.grid.ny, n_points = scene.points.n;
    double *first = wh_alloc_array(ctx, n, sizeof *first);
    uint32_t *first_support = wh_alloc_array(ctx, n, sizeof *first_support);
    for (unsigned i = 0; i < WH_N_KERNELS; i++) {
        const struct wh_density_options opt = {
            .kernel = (enum wh_kernel)i, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 100};
        (void)run(&scene, &scene.mask, &opt);
        memcpy(first, scene.grid.v, n * sizeof *first);
        memcpy(first_support, scene.support, n * sizeof *first_support);
        for (size_t p = 0; p < 3000; p++) { /* some where others stay, some where none was */
            const size_t old = random_below(&seed, n_points);
            const double x = p % 2 == 0 ? scene.points.x[old] : 4096 + unit(&seed) * 4000;
            const double y = p % 2 == 0 ? scene.points.y[old] : -512 + unit(&seed) * 3000;
            push(&scene, x, y, p % 2 == 0 ? scene.points.weight[old] : 1, 0);
            push(&scene, x, y, -scene.points.weight[scene.points.n - 1], 0);
        }
        shuffle(&scene.points, &seed);
        (void)run(&scene, &scene.mask, &opt);
        assert_memory_equal(first, scene.grid.v, n * sizeof *first);
        assert_memory_equal(first_support, scene.support, n * sizeof *first_support);
        seed = test_seed("removal, next");
        close_scene(&scene);
        open_crowd(&scene, &seed);
    }
    wh_free(ctx, first);
    wh_free(ctx, first_support);
    close_scene(&scene);
}

static void taking_all_away_leaves_zero(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("all away");
    struct scene scene;
    open_scene(&scene, 60, 50, &seed);
    scatter(&scene, EVEN, 200, &seed);
    const size_t n = scene.points.n;
    for (size_t p = 0; p < n; p++) {
        push(&scene, scene.points.x[p], scene.points.y[p], -scene.points.weight[p], 0);
    }
    const struct wh_density_options opt = {.edge = WH_EDGE_NONE, .bandwidth_m = 100};
    (void)run(&scene, NULL, &opt);
    for (size_t i = 0; i < 3000; i++) {
        assert_true(!(scene.grid.v[i] > 0) && !(scene.grid.v[i] < 0) && scene.support[i] == 0);
    }
    scene.points.n = 2 * n; /* and removals alone go below 0 */
    for (size_t p = 0; p < n; p++) {
        scene.points.weight[p] = 0;
    }
    (void)run(&scene, NULL, &opt);
    double least = 0;
    for (size_t i = 0; i < 3000; i++) {
        least = fmin(least, scene.grid.v[i]);
    }
    assert_true(least < -1);
    close_scene(&scene);
}

/* Weights of either sign, everywhere. What cancels is measured by what there was before it did. */
static void negative_weights_are_as_right_as_others(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("negative weights");
    for (unsigned i = 0; i < WH_N_KERNELS * 4; i++) {
        const bool is_crowded = i % 2 == 0;
        const struct wh_density_options opt = {.kernel = (enum wh_kernel)(i / 2 % WH_N_KERNELS),
                                               .edge = WH_EDGE_NONE,
                                               .bandwidth_m = 16 * (i % 4 < 2 ? 6.5 : 31),
                                               .max_error = i % 3 == 0 ? 0.01 : 0};
        struct scene scene;
        open_scene(&scene, 40, 30, &seed);
        scatter(&scene, CLUSTERS, is_crowded ? 1200 : 50, &seed);
        plain_density(&scene.points, NULL, &opt, &scene.grid, scene.plain, scene.plain_support);
        double most = 0;
        for (size_t cell = 0; cell < 40 * 30; cell++) {
            most = fmax(most, scene.plain[cell]);
        }
        for (size_t p = 0; p < scene.points.n; p += 1 + random_below(&seed, 3)) {
            scene.points.weight[p] = -scene.points.weight[p];
        }
        const struct wh_density_stats stats = run(&scene, NULL, &opt);
        plain_density(&scene.points, NULL, &opt, &scene.grid, scene.plain, scene.plain_support);
        for (size_t cell = 0; cell < 40 * 30; cell++) {
            if (!(fabs(scene.plain[cell] - scene.grid.v[cell]) <= 1e-9 * most)) {
                fail_msg("%s, %s, cell %zu: %.15g, by a double loop %.15g",
                         wh_kernel_name(opt.kernel), wh_engine_name(stats.engine), cell,
                         scene.grid.v[cell], scene.plain[cell]);
            }
        }
        close_scene(&scene);
    }
}

/* The inner loops for AVX2 and for any CPU: sums, supports and masses, bit by bit. */
static void instruction_sets_give_the_same_bits(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("instruction sets");
    if (wh_runs_avx2(2) == NULL) {
        print_message("SKIPPED: no AVX2 on this machine\n");
        skip();
    }
    struct scene scene;
    struct wh_error err = {0};
    open_crowd(&scene, &seed);
    struct wh_spans spans = {0};
    assert_wh_ok(wh_spans_init(ctx, &scene.mask, &spans, &err));
    const struct wh_place_class class = {.h_max_px = 9.7, .h_above_px = 9, .reach_px = 9.7};
    struct wh_place_plan plan = {0};
    struct wh_place_set places = {0};
    const struct wh_widths widths = {.points = &scene.points, .is_same = true, .max_px = 9.7};
    assert_wh_ok(wh_place_plan_init(ctx, &widths, &scene.grid, &class, &plan, &err));
    assert_wh_ok(wh_place_set_gather(ctx, &plan, 0, plan.n_bands, &places, &err));
    const size_t n = (size_t)scene.grid.nx * scene.grid.ny;
    for (int degree = 0; degree <= 3; degree++) {
        const struct wh_runs *const set[] = {wh_runs_portable(degree), wh_runs_avx2(degree)};
        memset(scene.grid.v, 0, n * sizeof(double));
        memset(scene.plain, 0, n * sizeof(double));
        assert_wh_ok(wh_runs_splat(ctx, set[0], &places, 9.7, false, &scene.grid, scene.grid.v,
                                   scene.support, &err));
        assert_wh_ok(wh_runs_splat(ctx, set[1], &places, 9.7, false, &scene.grid, scene.plain,
                                   scene.plain_support, &err));
        assert_memory_equal(scene.grid.v, scene.plain, n * sizeof(double));
        assert_memory_equal(scene.support, scene.plain_support, n * sizeof(uint32_t));
        for (size_t p = 0; p < 500; p++) {
            const double x = -5 + 310 * unit(&seed), y = -5 + 210 * unit(&seed),
                         h = 4 + 40 * unit(&seed);
            const double a = set[0]->mass(x, y, h, &spans), b = set[1]->mass(x, y, h, &spans);
            assert_memory_equal(&a, &b, sizeof a);
        }
    }
    wh_place_set_finish(ctx, &places);
    wh_place_plan_finish(ctx, &plan);
    wh_spans_finish(ctx, &spans);
    close_scene(&scene);
}

/* More points than are worked on at once; what they take beside themselves and the grid is within
 * 64 MB. */
static void stretches_add_up(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("stretches");
    struct scene scene, half;
    open_scene(&scene, 300, 200, &seed);
    open_scene(&half, 300, 200, &seed);
    struct wh_error err = {0};
    const size_t n = 1010000;
    assert_wh_ok(wh_points_reserve(ctx, &scene.points, n, &err));
    for (size_t p = 0; p < n; p++) {
        push(&scene, 4096 + 4800 * unit(&seed), -512 + 3200 * unit(&seed), 1, 0);
    }
    const struct wh_density_options opt = {.edge = WH_EDGE_NONE, .bandwidth_m = 70};
    struct wh_ctx *other = wh_test_ctx();
    struct wh_density_stats stats;
    assert_wh_ok(
        wh_density(other, &scene.points, NULL, &opt, &scene.grid, scene.support, &stats, &err));
    assert_true(wh_alloc_peak(other) < 64000000);
    assert_int_equal(wh_test_drop_ctx(other), 0);
    assert_int_equal(stats.n_used, n);
    for (size_t part = 0; part < 2; part++) {
        half.points = scene.points;
        half.points.n = n / 2;
        half.points.x += part * n / 2;
        half.points.y += part * n / 2;
        (void)run(&half, NULL, &opt);
        for (size_t i = 0; i < 60000; i++) {
            half.plain[i] += half.grid.v[i];
            half.plain_support[i] += half.support[i];
        }
    }
    for (size_t i = 0; i < 60000; i++) {
        assert_true(fabs(half.plain[i] - scene.grid.v[i]) < 1e-10 * stats.max_per_km2);
        assert_int_equal(half.plain_support[i], scene.support[i]);
    }
    half.points = (struct wh_points){0};
    close_scene(&half);
    close_scene(&scene);
}

static void one_dominant_place_does_not_spoil_its_tile(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("dominant");
    struct scene scene;
    open_scene(&scene, 400, 60, &seed);
    push(&scene, 4096 + 16 * 20.3, -512 + 16 * 30.4, 1e7, 0);
    for (size_t p = 0; p < 50; p++) {
        push(&scene, 4096 + 16 * (60 + 300 * unit(&seed)), -512 + 16 * 60 * unit(&seed), 1, 0);
    }
    const struct wh_density_options opt = {.edge = WH_EDGE_NONE, .bandwidth_m = 16 * 13};
    (void)run(&scene, NULL, &opt);
    plain_density(&scene.points, NULL, &opt, &scene.grid, scene.plain, scene.plain_support);
    assert_true(largest_error(&scene, false) < 1e-12);
    for (size_t i = 0; i < 400 * 60; i++) { /* where no kernel reaches, exactly nothing */
        assert_true(scene.plain_support[i] > 0 || !(scene.grid.v[i] > 0));
    }
    close_scene(&scene);
}

static void no_allocation_that_fails_is_missed(void **unused)
{
    (void)unused;
    if (!wh_fault_injection_built()) {
        print_message("SKIPPED: built without fault injection\n");
        skip();
    }
    uint64_t seed = test_seed("faults");
    for (unsigned i = 0; i < 9; i++) {
        struct scene scene;
        open_scene(&scene, 60, 50, &seed);
        scatter(&scene, CLUSTERS, i == 0 || i == 6 ? 900 : 60, &seed); /* many: bounded */
        const struct wh_density_options opt = {.kernel = (enum wh_kernel)(i % 3),
                                               .edge = (enum wh_edge)(i / 3),
                                               .bandwidth_m = i == 0 || i == 6 ? 400 : 100,
                                               .widen_by_precision = i % 2 == 1,
                                               .max_error = i == 0 || i == 6 ? 0.1 : 0};
        enum wh_status status = WH_ERR_LIMIT;
        for (uint64_t n = 1; status != WH_OK; n++) {
            struct wh_error err = {0};
            struct wh_density_stats stats;
            const size_t before = wh_alloc_in_use(ctx);
            wh_alloc_fail_at(ctx, n, false);
            status =
                wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err);
            assert_true(status == WH_OK || status == WH_ERR_LIMIT);
            assert_int_equal(wh_alloc_in_use(ctx), before);
            assert_true(n < 200);
            assert_true(status != WH_OK ||
                        (stats.engine == WH_ENGINE_BOUNDED) == (opt.max_error > 0));
        }
        wh_alloc_fail_at(ctx, 0, false);
        close_scene(&scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_keep_their_bounds_on_all_input),
        cmocka_unit_test(fast_engines_keep_their_bounds),
        cmocka_unit_test(edges_are_right_for_every_kernel),
        cmocka_unit_test(neither_threads_nor_order_change_a_bit),
        cmocka_unit_test(what_is_added_and_removed_leaves_no_trace),
        cmocka_unit_test(taking_all_away_leaves_zero),
        cmocka_unit_test(negative_weights_are_as_right_as_others),
        cmocka_unit_test(instruction_sets_give_the_same_bits),
        cmocka_unit_test(stretches_add_up),
        cmocka_unit_test(one_dominant_place_does_not_spoil_its_tile),
        cmocka_unit_test(no_allocation_that_fails_is_missed),
    };
    return cmocka_run_group_tests(tests, open_ctx, close_ctx);
}
