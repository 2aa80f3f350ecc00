/* The bounded engine: its certificate holds, and its table of errors is one. */
#include <wardheat/density.h>

#include "density/bounded.h"
#include "density/bounded_profile.h"
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

static void cubic(double t, double ret[4])
{
    for (int i = 0; i < 4; i++) { /* Lagrange, as one writes it */
        ret[i] = 1;
        for (int j = 0; j < 4; j++) {
            ret[i] *= i == j ? 1 : (t + 1 - j) / (i - j);
        }
    }
}

static double shape(const struct wh_error_profile *profile, double d2)
{
    const double u2 = d2 / (profile->steps * profile->steps);
    return u2 < 1 ? pow(1 - u2, profile->kernel == WH_KERNEL_QUARTIC ? 2 : 3) : 0;
}

/* What interpolating at both ends makes of one kernel, at random: never worse than the table says,
 * and at times nearly as bad. */
static void the_table_of_errors_bounds_them(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("profiles");
    for (size_t i = 0; i < WH_N_PROFILES; i++) {
        const struct wh_error_profile *profile = &wh_error_profile[i];
        double nearest = 0;
        for (size_t trial = 0; trial < 3000; trial++) {
            double cell_x[4], cell_y[4], point_x[4], point_y[4];
            const double cx = unit(&seed), cy = unit(&seed), px = unit(&seed), py = unit(&seed);
            const double angle = 2 * M_PI * unit(&seed);
            const double d = trial % 2 == 0 ? profile->steps + 3 * unit(&seed) - 1.5
                                            : unit(&seed) * (profile->steps + 3);
            const double col = round(d * cos(angle)), row = round(d * sin(angle));
            cubic(cx, cell_x);
            cubic(cy, cell_y);
            cubic(px, point_x);
            cubic(py, point_y);
            double sum = 0;
            for (int k = 0; k < 256; k++) {
                const int a = k & 3, b = k >> 2 & 3, c = k >> 4 & 3, e = k >> 6;
                const double dx = col + a - b, dy = row + c - e;
                sum += cell_x[a] * point_x[b] * cell_y[c] * point_y[e] *
                       shape(profile, dx * dx + dy * dy);
            }
            const double dx = col + cx - px, dy = row + cy - py;
            const double off = fabs(sum - shape(profile, dx * dx + dy * dy));
            const size_t bin = (size_t)hypot(dx, dy);
            if (bin < profile->n_bins) {
                nearest = fmax(nearest, off / profile->error[bin]);
                if (!(off <= profile->error[bin])) {
                    fail_msg("%s, %u steps, distance %g: off by %g, not at most %g",
                             wh_kernel_name(profile->kernel), profile->steps, hypot(dx, dy), off,
                             profile->error[bin]);
                }
            } else {
                assert_true(off < 1e-5);
            }
        }
        assert_true(nearest > 0.5);
    }
}

struct scene {
    struct wh_grid grid, exact;
    struct wh_mask mask;
    struct wh_points points;
};

static void open_scene(struct scene *scene, size_t n, double spread, uint64_t *seed)
{
    struct wh_error err = {0};
    memset(scene, 0, sizeof *scene);
    const struct wh_grid geometry = {.cell_m = 5, .nx = 330, .ny = 260};
    assert_wh_ok(wh_grid_like(ctx, &geometry, &scene->grid, &err));
    assert_wh_ok(wh_grid_like(ctx, &geometry, &scene->exact, &err));
    scene->mask.grid = geometry;
    scene->mask.inside = wh_alloc_array(ctx, 330 * 260, 1);
    for (size_t i = 0; i < 330 * 260; i++) {
        scene->mask.inside[i] = i % 330 > 20 && (i / 330) % 97 != 13;
    }
    const double x = 330 * 5 * unit(seed), y = 260 * 5 * unit(seed);
    for (size_t p = 0; p < n; p++) {
        assert_wh_ok(wh_points_push(ctx, &scene->points, x + spread * (unit(seed) - 0.5),
                                    y + spread * (unit(seed) - 0.5), 0, 0, 0, (uint32_t)p, &err));
        scene->points.weight[p] = p % 5 == 0 ? 3 * unit(seed) : 1;
    }
}

static void close_scene(struct scene *scene)
{
    wh_grid_finish(ctx, &scene->grid);
    wh_grid_finish(ctx, &scene->exact);
    wh_free(ctx, scene->mask.inside);
    wh_points_finish(ctx, &scene->points);
}

static void no_cell_is_further_off_than_certified(void **unused)
{
    (void)unused;
    static const double asked[] = {0.05, 0.01, 1.0 / 512, 2e-4, 1e-6};
    static const enum wh_kernel kernels[] = {WH_KERNEL_QUARTIC, WH_KERNEL_TRIWEIGHT,
                                             WH_KERNEL_GAUSSIAN, WH_KERNEL_EPANECHNIKOV};
    uint64_t seed = test_seed("certificates");
    size_t n_bounded = 0;
    for (unsigned i = 0; i < 60; i++) {
        struct scene scene;
        struct wh_error err = {0};
        struct wh_density_stats stats, exact;
        const double spread_m = i % 6 == 0   ? 0
                                : i % 3 == 0 ? 3000
                                             : 300 * unit(&seed); /* 0: one spot */
        open_scene(&scene, 10000 + random_below(&seed, 20000), spread_m, &seed);
        struct wh_density_options opt = {.kernel = kernels[i % 4],
                                         .edge = i % 8 < 4 ? WH_EDGE_NONE : WH_EDGE_DIGGLE,
                                         .bandwidth_m = 150 + 500 * unit(&seed)};
        assert_wh_ok(
            wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.exact, NULL, &exact, &err));
        opt.max_error = asked[i % 5];
        assert_wh_ok(
            wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err));
        assert_true(stats.error_bound <= opt.max_error);
        assert_int_equal(stats.n_used, exact.n_used);
        n_bounded += stats.engine == WH_ENGINE_BOUNDED;
        for (size_t cell = 0; cell < 330 * 260; cell++) {
            const double off = fabs(scene.grid.v[cell] - scene.exact.v[cell]);
            if (off > (stats.error_bound + 2e-9) * exact.max_per_km2) {
                fail_msg("case %u, %s, cell %zu: off by %g of the maximum, not at most %g", i,
                         wh_engine_name(stats.engine), cell, off / exact.max_per_km2,
                         stats.error_bound);
            }
        }
        close_scene(&scene);
    }
    print_message("%zu of 60 were bounded\n", n_bounded);
    assert_true(n_bounded > 10);
}

#define N_MANY 30000

static void what_cannot_be_bounded_is_exact(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("exact instead");
    struct scene scene;
    struct wh_error err = {0};
    struct wh_density_stats stats;
    static double own[N_MANY];
    open_scene(&scene, N_MANY, 900, &seed);
    for (size_t p = 0; p < N_MANY; p++) {
        own[p] = 200 + (double)p / 100;
    }
    const struct wh_density_options smooth = {.bandwidth_m = 400, .max_error = 0.01};
    assert_wh_ok(
        wh_density(ctx, &scene.points, &scene.mask, &smooth, &scene.grid, NULL, &stats, &err));
    assert_int_equal(stats.engine, WH_ENGINE_BOUNDED);
    const struct wh_density_options opt[] = {
        {.kernel = WH_KERNEL_EPANECHNIKOV, .bandwidth_m = 400, .max_error = 0.01}, /* not smooth */
        {.bandwidth_m = 400, .max_error = 1e-12}, /* no lattice is that good */
        {.bandwidth_m = 20, .max_error = 0.01},   /* too narrow to pay */
        {.bandwidth_m = 400, .max_error = 0.01, .edge = WH_EDGE_UNIFORM},
        {.bandwidth_m = 400, .max_error = 0.01, .bandwidth_of_point_m = own}};
    for (size_t i = 0; i < sizeof opt / sizeof *opt; i++) {
        assert_wh_ok(
            wh_density(ctx, &scene.points, &scene.mask, &opt[i], &scene.grid, NULL, &stats, &err));
        assert_int_not_equal(stats.engine, WH_ENGINE_BOUNDED);
        assert_true(stats.error_bound <= 1e-9);
    }
    scene.points.n = 300; /* few are added up sooner than a lattice is convolved */
    assert_wh_ok(
        wh_density(ctx, &scene.points, &scene.mask, &smooth, &scene.grid, NULL, &stats, &err));
    assert_int_equal(stats.engine, WH_ENGINE_RUNS);
    struct wh_density_options bad = opt[0];
    bad.max_error = 0.7;
    assert_int_equal(
        wh_density(ctx, &scene.points, &scene.mask, &bad, &scene.grid, NULL, &stats, &err),
        WH_ERR_CONFIG);
    assert_text_has(err.message, "from 0 to 0.5");
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_errors_bounds_them),
        cmocka_unit_test(no_cell_is_further_off_than_certified),
        cmocka_unit_test(what_cannot_be_bounded_is_exact),
    };
    return cmocka_run_group_tests(tests, open_ctx, close_ctx);
}
