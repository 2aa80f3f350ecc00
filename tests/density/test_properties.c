/* What must hold of any density: mass, translation, superposition; weights, placing precision and
 * edge corrections against a plain double loop. */
#include <wardheat/density.h>

#include "density/plain.h"
#include "wh_test.h"
#include "wh_test_files.h"

#define NX 45u
#define NY 38u
#define N_CELLS (NX * NY)
#define CELL_M 16.0

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

struct scene {
    double value[N_CELLS];
    uint8_t inside[N_CELLS];
    struct wh_grid grid;
    struct wh_mask mask;
    struct wh_points points;
};

/* Points in the middle of the grid, so that all lie inside; holes in the mask at its rim. */
static void open_scene(struct scene *scene, uint64_t *seed, double x0, double y0)
{
    memset(scene, 0, sizeof *scene);
    scene->grid = (struct wh_grid){.x0 = x0, .y0 = y0, .cell_m = CELL_M, .nx = NX, .ny = NY};
    scene->mask = (struct wh_mask){.grid = scene->grid, .inside = scene->inside};
    scene->grid.v = scene->value;
    for (size_t i = 0; i < N_CELLS; i++) {
        const size_t col = i % NX, row = i / NX;
        const bool is_rim = col < 8 || col >= NX - 8 || row < 8 || row >= NY - 8;
        scene->inside[i] = !is_rim || unit(seed) < 0.7;
    }
}

static void add(struct scene *scene, double x, double y, double weight, double precision_m)
{
    struct wh_error err = {0};
    assert_wh_ok(wh_points_push(ctx, &scene->points, x, y, precision_m, 0, 0,
                                (uint32_t)scene->points.n, &err));
    scene->points.weight[scene->points.n - 1] = weight;
}

static void scatter(struct scene *scene, uint64_t *seed, size_t n, bool is_weighted)
{
    for (size_t i = 0; i < n; i++) {
        const double x = scene->grid.x0 + CELL_M * (9 + unit(seed) * (NX - 18));
        const double y = scene->grid.y0 + CELL_M * (9 + unit(seed) * (NY - 18));
        const double weight = is_weighted ? 0.05 + unit(seed) : 1;
        add(scene, x, y, weight, is_weighted && i % 2 == 0 ? 100 * unit(seed) : 0);
    }
}

static struct wh_density_stats run(struct scene *scene, const struct wh_density_options *opt)
{
    struct wh_error err = {0};
    struct wh_density_stats stats;
    assert_wh_ok(
        wh_density(ctx, &scene->points, &scene->mask, opt, &scene->grid, NULL, &stats, &err));
    return stats;
}

static double mass(const struct scene *scene)
{
    double sum = 0;
    for (size_t i = 0; i < N_CELLS; i++) {
        sum += isnan(scene->value[i]) ? 0 : scene->value[i];
    }
    return sum * CELL_M * CELL_M / 1e6;
}

static void every_kernel_and_edge_agrees_with_a_double_loop(void **unused)
{
    (void)unused;
    static struct scene scene;
    static double plain[N_CELLS];
    uint64_t seed = test_seed("double loop");
    for (unsigned i = 0; i < 12; i++) {
        const struct wh_density_options opt = {.kernel = i % 2 == 0 ? WH_KERNEL_QUARTIC
                                                                    : WH_KERNEL_GAUSSIAN,
                                               .edge = (enum wh_edge)(i / 2 % 3),
                                               .bandwidth_m = 20 + 120 * unit(&seed),
                                               .widen_by_precision = i >= 6};
        open_scene(&scene, &seed, 1000, -300);
        scatter(&scene, &seed, 40, true);
        const struct wh_density_stats stats = run(&scene, &opt);
        plain_density(&scene.points, &scene.mask, &opt, &scene.grid, plain, NULL);
        for (size_t cell = 0; cell < N_CELLS; cell++) {
            if (!scene.inside[cell]) {
                assert_true(isnan(scene.value[cell]));
            } else if (!(fabs(scene.value[cell] - plain[cell]) <= 1e-9 * stats.max_per_km2)) {
                fail_msg("case %u, cell %zu: %.15g, by a double loop %.15g", i, cell,
                         scene.value[cell], plain[cell]);
            }
        }
        wh_points_finish(ctx, &scene.points);
    }
}

static void diggle_conserves_the_weight_whatever_the_kernel(void **unused)
{
    (void)unused;
    static struct scene scene;
    uint64_t seed = test_seed("mass");
    for (unsigned i = 0; i < 12; i++) {
        const struct wh_density_options opt = {.kernel = i % 2 == 0 ? WH_KERNEL_QUARTIC
                                                                    : WH_KERNEL_GAUSSIAN,
                                               .edge = WH_EDGE_DIGGLE,
                                               .bandwidth_m = CELL_M + 300 * unit(&seed),
                                               .widen_by_precision = i % 3 == 0};
        open_scene(&scene, &seed, 0, 0);
        scatter(&scene, &seed, 1 + random_below(&seed, 200), i % 4 != 0);
        const struct wh_density_stats stats = run(&scene, &opt);
        assert_int_equal(stats.n_used, scene.points.n);
        assert_true(fabs(mass(&scene) - stats.total_weight) < 1e-9 * stats.total_weight);
        wh_points_finish(ctx, &scene.points);
    }
}

static void the_place_of_the_origin_does_not_matter(void **unused)
{
    (void)unused;
    static struct scene here, there;
    const uint64_t first = test_seed("translation");
    for (unsigned i = 0; i < 6; i++) {
        const struct wh_density_options opt = {
            .kernel = (enum wh_kernel)(i % 2), .edge = (enum wh_edge)(i % 3), .bandwidth_m = 90};
        uint64_t seed = first + i, again = first + i;
        open_scene(&here, &seed, 0, 0);
        scatter(&here, &seed, 80, false);
        open_scene(&there, &again, 524288, 262144); /* powers of 2: nothing is rounded away */
        scatter(&there, &again, 80, false);
        for (size_t p = 0; p < 80; p++) {
            there.points.x[p] = here.points.x[p] + 524288;
            there.points.y[p] = here.points.y[p] + 262144;
        }
        const struct wh_density_stats stats = run(&here, &opt);
        (void)run(&there, &opt);
        for (size_t cell = 0; cell < N_CELLS; cell++) {
            assert_true(!here.inside[cell] ||
                        fabs(here.value[cell] - there.value[cell]) < 1e-7 * stats.max_per_km2);
        }
        wh_points_finish(ctx, &here.points);
        wh_points_finish(ctx, &there.points);
    }
}

static void the_density_of_all_is_the_sum_of_that_of_the_parts(void **unused)
{
    (void)unused;
    static struct scene scene;
    static double sum[N_CELLS];
    uint64_t seed = test_seed("superposition");
    for (unsigned i = 0; i < 6; i++) {
        const struct wh_density_options opt = {.kernel = (enum wh_kernel)(i % 2),
                                               .edge = (enum wh_edge)(i % 3),
                                               .bandwidth_m = 110,
                                               .widen_by_precision = true};
        open_scene(&scene, &seed, 0, 0);
        scatter(&scene, &seed, 90, true);
        struct wh_points all = scene.points;
        memset(sum, 0, sizeof sum);
        for (size_t part = 0; part < 3; part++) {
            scene.points = (struct wh_points){0};
            for (size_t p = part; p < all.n; p += 3) {
                add(&scene, all.x[p], all.y[p], all.weight[p], all.precision_m[p]);
            }
            (void)run(&scene, &opt);
            for (size_t cell = 0; cell < N_CELLS; cell++) {
                sum[cell] += scene.value[cell];
            }
            wh_points_finish(ctx, &scene.points);
        }
        scene.points = all;
        const struct wh_density_stats stats = run(&scene, &opt);
        for (size_t cell = 0; cell < N_CELLS; cell++) {
            assert_true(!scene.inside[cell] ||
                        fabs(scene.value[cell] - sum[cell]) < 1e-9 * stats.max_per_km2);
        }
        wh_points_finish(ctx, &scene.points);
    }
}

static void a_postcode_makes_a_lower_and_wider_hill_of_the_same_mass(void **unused)
{
    (void)unused;
    static struct scene exact, vague;
    uint64_t seed = test_seed("precision");
    const struct wh_density_options opt = {
        .edge = WH_EDGE_DIGGLE, .bandwidth_m = 80, .widen_by_precision = true};
    open_scene(&exact, &seed, 0, 0);
    open_scene(&vague, &seed, 0, 0);
    add(&exact, 22.5 * CELL_M, 19.5 * CELL_M, 1, 0);
    add(&vague, 22.5 * CELL_M, 19.5 * CELL_M, 1, 60);
    const double peak = run(&exact, &opt).max_per_km2, low = run(&vague, &opt).max_per_km2;
    /* The peak of a quartic is 3 / (pi h²); h² grows from 80² to 80² + 8 * 60². */
    const double expected = (80.0 * 80) / (80.0 * 80 + 8 * 60.0 * 60);
    assert_true(fabs(low / peak - expected) < 0.03 * expected);
    assert_true(fabs(mass(&exact) - 1) < 1e-9 && fabs(mass(&vague) - 1) < 1e-9);
    wh_points_finish(ctx, &exact.points);
    wh_points_finish(ctx, &vague.points);
}

static void points_outside_do_not_count_with_diggle(void **unused)
{
    (void)unused;
    static struct scene scene;
    uint64_t seed = test_seed("outside");
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 80};
    open_scene(&scene, &seed, 0, 0);
    scatter(&scene, &seed, 20, false);
    add(&scene, -50, 300, 1, 0); /* its kernel reaches in */
    add(&scene, 1e7, 1e7, 1, 0);
    const struct wh_density_stats stats = run(&scene, &opt);
    assert_int_equal(stats.n_used, 20);
    assert_int_equal(stats.n_outside, 2);
    assert_true(fabs(mass(&scene) - 20) < 1e-9);
    wh_points_finish(ctx, &scene.points);
}

static void no_point_beside_a_crooked_border_is_lost(void **unused)
{
    (void)unused;
    static struct scene scene;
    static uint32_t support[N_CELLS];
    struct wh_error err = {0};
    uint64_t seed = test_seed("crooked border");
    size_t n_single = 0;
    for (unsigned i = 0; i < 8; i++) {
        struct wh_density_stats stats;
        const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = CELL_M};
        open_scene(&scene, &seed, 0, 0);
        for (size_t cell = 0; cell < N_CELLS; cell++) {
            scene.inside[cell] = cell % NX > 10 && unit(&seed) < 0.4;
        }
        size_t expected = 0;
        for (size_t j = 0; j < 300; j++) {
            const size_t col = 12 + random_below(&seed, NX - 14),
                         row = 1 + random_below(&seed, NY - 2);
            const double x = ((double)col + unit(&seed)) * CELL_M;
            const double y = ((double)row + unit(&seed)) * CELL_M;
            bool is_near = false, is_met = false;
            for (size_t cell = 0; cell < N_CELLS; cell++) {
                const size_t c = cell % NX, r = cell / NX;
                const double dx = ((double)c + 0.5) * CELL_M - x;
                const double dy = ((double)r + 0.5) * CELL_M - y;
                is_near = is_near || (scene.inside[cell] && c + 1 >= col && c <= col + 1 &&
                                      r + 1 >= row && r <= row + 1);
                is_met = is_met || (scene.inside[cell] && hypot(dx, dy) < CELL_M);
            }
            add(&scene, x, y, 1, 0);
            expected += is_near;
            n_single += is_near && !is_met;
        }
        assert_wh_ok(
            wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.grid, support, &stats, &err));
        assert_int_equal(stats.n_used, expected);
        assert_true(fabs(mass(&scene) - (double)expected) < 1e-9 * (double)expected);
        for (size_t cell = 0; cell < N_CELLS; cell++) { /* a value has somebody behind it */
            assert_true(!scene.inside[cell] || (scene.value[cell] > 0) == (support[cell] > 0));
        }
        wh_points_finish(ctx, &scene.points);
    }
    assert_true(n_single > 20);
}

static void options_that_make_no_sense_are_refused(void **unused)
{
    (void)unused;
    static struct scene scene;
    struct wh_error err = {0};
    struct wh_density_stats stats;
    uint64_t seed = 1;
    open_scene(&scene, &seed, 0, 0);
    struct wh_mask other = scene.mask;
    other.grid.nx--;
    struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 50};
    assert_int_equal(wh_density(ctx, &scene.points, NULL, &opt, &scene.grid, NULL, &stats, &err),
                     WH_ERR_CONFIG);
    assert_text_has(err.message, "diggle needs a study area");
    opt.edge = WH_EDGE_UNIFORM;
    assert_int_equal(wh_density(ctx, &scene.points, NULL, &opt, &scene.grid, NULL, &stats, &err),
                     WH_ERR_CONFIG);
    assert_text_has(err.message, "uniform needs a study area");
    assert_int_equal(wh_density(ctx, &scene.points, &other, &opt, &scene.grid, NULL, &stats, &err),
                     WH_ERR_CONFIG);
    assert_text_has(err.message, "differ in geometry");
    static const double BAD[] = {0, -5, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        opt.bandwidth_m = BAD[i];
        assert_int_equal(
            wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err),
            WH_ERR_CONFIG);
        assert_text_has(err.message, "above 0");
    }
}

/* Wider kernels are counted in more cells than 32 bits hold. */
static void bandwidths_beyond_all_cells_are_refused(void **unused)
{
    (void)unused;
    static struct scene scene;
    struct wh_error err = {0};
    struct wh_density_stats stats;
    uint64_t seed = 1;
    open_scene(&scene, &seed, 0, 0);
    add(&scene, 300, 300, 1, 0);
    double own_m = 1e12;
    struct wh_density_options opt = {.edge = WH_EDGE_NONE, .bandwidth_m = 2e6 * CELL_M};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(
            wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err),
            WH_ERR_CONFIG);
        assert_text_has(err.message, "more than a million cells (of 16 m)");
        opt.bandwidth_m = 50; /* a point's own; a precision that nobody means */
        opt.bandwidth_of_point_m = i == 0 ? &own_m : NULL;
        opt.widen_by_precision = i == 1;
        scene.points.precision_m[0] = 1e300;
    }
    own_m = (double)NAN;
    opt.bandwidth_of_point_m = &own_m;
    assert_int_equal(
        wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err),
        WH_ERR_CONFIG);
    assert_text_has(err.message, "point 1: its bandwidth");
    wh_points_finish(ctx, &scene.points);
}

static void what_is_no_number_is_refused(void **unused)
{
    (void)unused;
    static struct scene scene;
    static const double bad[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    struct wh_error err = {0};
    struct wh_density_stats stats;
    uint64_t seed = 1;
    const struct wh_density_options opt = {
        .edge = WH_EDGE_DIGGLE, .bandwidth_m = 50, .widen_by_precision = true};
    open_scene(&scene, &seed, 0, 0);
    scatter(&scene, &seed, 9, true);
    double *const column[] = {scene.points.x, scene.points.y, scene.points.weight,
                              scene.points.precision_m};
    for (size_t i = 0; i < 12; i++) {
        const double kept = column[i % 4][6];
        column[i % 4][6] = bad[i / 4];
        assert_int_equal(
            wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err),
            WH_ERR_INPUT);
        assert_text_has(err.message, "point 7: its place, weight and precision");
        column[i % 4][6] = kept;
    }
    (void)run(&scene, &opt);
    wh_points_finish(ctx, &scene.points);
}

static void names_of_kernels_come_back(void **unused)
{
    (void)unused;
    enum wh_kernel kernel = WH_KERNEL_QUARTIC;
    assert_true(wh_kernel_from_name("gaussian", &kernel));
    assert_int_equal(kernel, WH_KERNEL_GAUSSIAN);
    assert_true(wh_kernel_from_name(wh_kernel_name(WH_KERNEL_QUARTIC), &kernel));
    assert_int_equal(kernel, WH_KERNEL_QUARTIC);
    assert_false(wh_kernel_from_name("quartik", &kernel));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_and_edge_agrees_with_a_double_loop),
        cmocka_unit_test(diggle_conserves_the_weight_whatever_the_kernel),
        cmocka_unit_test(the_place_of_the_origin_does_not_matter),
        cmocka_unit_test(the_density_of_all_is_the_sum_of_that_of_the_parts),
        cmocka_unit_test(a_postcode_makes_a_lower_and_wider_hill_of_the_same_mass),
        cmocka_unit_test(points_outside_do_not_count_with_diggle),
        cmocka_unit_test(no_point_beside_a_crooked_border_is_lost),
        cmocka_unit_test(options_that_make_no_sense_are_refused),
        cmocka_unit_test(bandwidths_beyond_all_cells_are_refused),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(names_of_kernels_come_back),
    };
    return cmocka_run_group_tests(tests, open_ctx, close_ctx);
}
