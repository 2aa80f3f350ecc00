/* Density against a plain double loop, ACCEPTANCE.md section H, and its promises on order, threads
 * and mass. */
#include <wardheat/density.h>

#include "base/alloc.h"
#include "density/plain.h"
#include "wh_test.h"

static uint64_t state_of_draws;

static double draw(void) /* 0..1; splitmix64 */
{
    uint64_t z = (state_of_draws += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

struct scene {
    struct wh_ctx *ctx;
    struct wh_grid grid;
    struct wh_mask mask;
    struct wh_points points;
};

static void open_scene(struct scene *scene, uint32_t nx, uint32_t ny, double cell_m, size_t n)
{
    struct wh_error err = {0};
    *scene = (struct scene){.ctx = wh_test_ctx()};
    scene->grid = (struct wh_grid){.x0 = 1000, .y0 = -500, .cell_m = cell_m, .nx = nx, .ny = ny};
    scene->grid.v = wh_alloc_array(scene->ctx, (size_t)nx * ny, sizeof(double));
    scene->mask.grid = scene->grid;
    scene->mask.grid.v = NULL;
    scene->mask.inside = wh_alloc_array(scene->ctx, (size_t)nx * ny, 1);
    memset(scene->mask.inside, 1, (size_t)nx * ny);
    for (size_t i = 0; i < n; i++) {
        assert_wh_ok(wh_points_push(scene->ctx, &scene->points, 1000 + draw() * nx * cell_m,
                                    -500 + draw() * ny * cell_m, 0, 0, 0, (uint32_t)i, &err));
    }
}

static void close_scene(struct scene *scene)
{
    wh_free(scene->ctx, scene->mask.inside);
    wh_free(scene->ctx, scene->grid.v);
    wh_points_finish(scene->ctx, &scene->points);
    wh_ctx_destroy(scene->ctx);
}

static double sum_of(const struct wh_grid *grid)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        sum += isnan(grid->v[i]) ? 0 : grid->v[i];
    }
    return sum * grid->cell_m * grid->cell_m / 1e6;
}

static void agrees_with_brute_force_and_conserves_mass(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct scene scene;
        state_of_draws = seed; /* named in every failure */
        open_scene(&scene, seed % 5 == 0 ? 40 : 30 + (uint32_t)(draw() * 20),
                   seed % 5 == 0 ? 1 : 35, 10, seed % 4 == 0 ? 1 : 60);
        for (size_t i = 0; i < (size_t)scene.grid.nx * scene.grid.ny; i++) {
            scene.mask.inside[i] = draw() < 0.9;
        }
        const struct wh_density_options opt = {.kernel = seed % 2 == 0 ? WH_KERNEL_QUARTIC
                                                                       : WH_KERNEL_GAUSSIAN,
                                               .edge = WH_EDGE_DIGGLE,
                                               .bandwidth_m = 15 + 200 * draw()};
        struct wh_density_stats stats;
        double *plain =
            wh_alloc_array(scene.ctx, (size_t)scene.grid.nx * scene.grid.ny, sizeof *plain);
        assert_wh_ok(wh_density(scene.ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL,
                                &stats, &err));
        plain_density(&scene.points, &scene.mask, &opt, &scene.grid, plain, NULL);
        for (size_t i = 0; i < (size_t)scene.grid.nx * scene.grid.ny; i++) {
            if (!scene.mask.inside[i]) {
                assert_true(isnan(scene.grid.v[i]));
            } else if (fabs(scene.grid.v[i] - plain[i]) > 1e-9 * stats.max_per_km2) {
                fail_msg("seed %llu, cell %zu: %.17g, by brute force %.17g",
                         (unsigned long long)seed, i, scene.grid.v[i], plain[i]);
            }
        }
        assert_true(fabs(sum_of(&scene.grid) - (double)stats.n_used) < 1e-9 * (double)stats.n_used);
        assert_int_equal(stats.n_used, scene.points.n);
        wh_free(scene.ctx, plain);
        close_scene(&scene);
    }
}

static void order_and_threads_do_not_change_a_bit(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct scene scene;
    struct wh_density_stats stats;
    state_of_draws = 77;
    open_scene(&scene, 50, 60, 20, 500);
    for (size_t i = 0; i < 500; i += 3) { /* many share a place */
        scene.points.x[i] = scene.points.x[0];
        scene.points.y[i] = scene.points.y[0];
    }
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 170};
    const size_t bytes = 50 * 60 * sizeof(double);
    double *first = wh_alloc(scene.ctx, bytes);
    assert_wh_ok(
        wh_density(scene.ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err));
    memcpy(first, scene.grid.v, bytes);
    for (size_t i = 0; i < 250; i++) {
        const double x = scene.points.x[i], y = scene.points.y[i];
        scene.points.x[i] = scene.points.x[499 - i];
        scene.points.y[i] = scene.points.y[499 - i];
        scene.points.x[499 - i] = x;
        scene.points.y[499 - i] = y;
    }
    for (unsigned jobs = 1; jobs <= 7; jobs += 3) {
        struct wh_ctx *ctx = NULL;
        const struct wh_ctx_options options = {.jobs = jobs, .quiet = true};
        assert_wh_ok(wh_ctx_create(&options, &ctx, &err));
        assert_wh_ok(
            wh_density(ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err));
        assert_memory_equal(first, scene.grid.v, bytes);
        wh_ctx_destroy(ctx);
    }
    wh_free(scene.ctx, first);
    close_scene(&scene);
}

static void support_counts_each_request_whose_kernel_reaches_the_cell(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct scene scene;
    struct wh_density_stats stats;
    uint32_t support[900];
    state_of_draws = 5;
    open_scene(&scene, 30, 30, 10, 40);
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 60};
    assert_wh_ok(wh_density(scene.ctx, &scene.points, &scene.mask, &opt, &scene.grid, support,
                            &stats, &err));
    for (size_t cell = 0; cell < 900; cell++) {
        uint32_t n = 0;
        for (size_t i = 0; i < scene.points.n; i++) {
            n += hypot(1005 + 10 * (double)(cell % 30) - scene.points.x[i],
                       -495 + 10 * (double)(cell / 30) - scene.points.y[i]) < 60;
        }
        assert_int_equal(n, support[cell]);
    }
    close_scene(&scene);
}

static void a_bandwidth_below_a_cell_is_refused(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct scene scene;
    struct wh_density_stats stats;
    open_scene(&scene, 3, 3, 10, 1);
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 9};
    assert_int_equal(
        wh_density(scene.ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err),
        WH_ERR_CONFIG);
    assert_non_null(strstr(err.message, "smaller than one cell"));
    close_scene(&scene);
}

static void no_points_give_a_surface_of_zeros(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct scene scene;
    struct wh_density_stats stats;
    open_scene(&scene, 3, 3, 10, 0);
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 30};
    assert_wh_ok(
        wh_density(scene.ctx, &scene.points, &scene.mask, &opt, &scene.grid, NULL, &stats, &err));
    assert_true(fabs(sum_of(&scene.grid)) < 1e-300);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_brute_force_and_conserves_mass),
        cmocka_unit_test(order_and_threads_do_not_change_a_bit),
        cmocka_unit_test(support_counts_each_request_whose_kernel_reaches_the_cell),
        cmocka_unit_test(a_bandwidth_below_a_cell_is_refused),
        cmocka_unit_test(no_points_give_a_surface_of_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
