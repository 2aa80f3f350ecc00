/* Adaptive bandwidths: Abramson's square root, its scale and its limits; and against spatstat's
 * bw.abram. */
#include "bandwidth_test.h"
#include "spatstat.h"

static struct table table;

static struct wh_grid surface(const struct wh_points *points, const struct wh_mask *mask,
                              const struct wh_density_options *opt)
{
    struct wh_error err = {0};
    struct wh_density_stats stats;
    struct wh_grid grid = {0};
    assert_wh_ok(wh_grid_like(ctx, &mask->grid, &grid, &err));
    assert_wh_ok(wh_density(ctx, points, mask, opt, &grid, NULL, &stats, &err));
    return grid;
}

static double value_at(const struct wh_grid *grid, double x, double y)
{
    const size_t col = (size_t)((x - grid->x0) / grid->cell_m);
    const size_t row = (size_t)((y - grid->y0) / grid->cell_m);
    return grid->v[row * grid->nx + col];
}

static void bandwidths_go_with_the_root_of_density_and_keep_their_mean(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("root");
    struct wh_error err = {0};
    struct wh_mask mask = square(1000, 500, TOWN_M, 80);
    struct wh_points points = {0};
    double m[400], sum = 0, weight = 0;
    scatter(&seed, 400, 0, &points);
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 600};
    struct wh_grid pilot = surface(&points, &mask, &opt);
    const struct wh_adaptive_options adaptive = {
        .bandwidth_m = 600, .narrowest_m = 1, .widest_m = 1e6};
    assert_wh_ok(wh_bandwidth_adapt(&points, &pilot, &adaptive, m, &err));
    const double first = m[0] * m[0] * value_at(&pilot, points.x[0], points.y[0]);
    for (size_t i = 0; i < points.n; i++) {
        const double constant = m[i] * m[i] * value_at(&pilot, points.x[i], points.y[i]);
        assert_near("h² f", constant, first, 1e-9 * first);
        sum += points.weight[i] * log(m[i]);
        weight += points.weight[i];
    }
    assert_near("geometric mean", exp(sum / weight), 600, 1e-6);
    wh_grid_finish(ctx, &pilot);
    wh_points_finish(ctx, &points);
    wh_mask_finish(ctx, &mask);
}

static void limits_hold_and_a_point_without_density_is_widest(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("limits");
    struct wh_error err = {0};
    struct wh_mask mask = square(1000, 500, TOWN_M, 80);
    struct wh_points points = {0};
    double m[401];
    scatter(&seed, 400, 0, &points);
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 200};
    struct wh_grid pilot = surface(&points, &mask, &opt);
    push(&points, 99999, 99999, 1);
    struct wh_adaptive_options adaptive = {.bandwidth_m = 200};
    assert_wh_ok(wh_bandwidth_adapt(&points, &pilot, &adaptive, m, &err));
    assert_near("outside", m[400], 1000, 1e-9);
    adaptive.narrowest_m = 180;
    adaptive.widest_m = 230;
    assert_wh_ok(wh_bandwidth_adapt(&points, &pilot, &adaptive, m, &err));
    size_t n_narrow = 0, n_wide = 0;
    for (size_t i = 0; i < points.n; i++) {
        assert_true(m[i] >= 180 && m[i] <= 230);
        n_narrow += m[i] <= 180;
        n_wide += m[i] >= 230;
    }
    assert_true(n_narrow > 20 && n_wide > 20);
    adaptive.narrowest_m = 300;
    assert_int_equal(wh_bandwidth_adapt(&points, &pilot, &adaptive, m, &err), WH_ERR_CONFIG);
    assert_text_has(err.message, "limits in order");
    adaptive = (struct wh_adaptive_options){0};
    assert_int_equal(wh_bandwidth_adapt(&points, &pilot, &adaptive, m, &err), WH_ERR_CONFIG);
    wh_grid_finish(ctx, &pilot);
    wh_points_finish(ctx, &points);
    wh_mask_finish(ctx, &mask);
}

/* bw.abram(redwood, h0 = 0.1, at = "points", hp = 0.1, diggle = TRUE, dimyx = 512): its pilot moves
 * points to pixels, ours does not. */
static void redwood_is_that_of_spatstat(void **unused)
{
    (void)unused;
    static const size_t ROW[] = {0, 1, 2, 19, 39, 61};
    static const double EXPECTED[] = {0.1355620819, 0.1124621611, 0.1133987825,
                                      0.1026392286, 0.1483420943, 0.1236862821};
    struct wh_error err = {0};
    struct wh_points points = {0};
    double m[62];
    if (!read_table("redwood_points.csv", &table)) {
        skip();
    }
    push_rows(&table, &points);
    struct wh_mask mask = square(0, -1, 1, 256);
    const struct wh_density_options opt = {
        .kernel = WH_KERNEL_GAUSSIAN, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 0.1};
    struct wh_grid pilot = surface(&points, &mask, &opt);
    const struct wh_adaptive_options adaptive = {.bandwidth_m = 0.1};
    assert_wh_ok(wh_bandwidth_adapt(&points, &pilot, &adaptive, m, &err));
    for (size_t i = 0; i < sizeof ROW / sizeof *ROW; i++) {
        assert_near("redwood", m[ROW[i]], EXPECTED[i], 0.005 * EXPECTED[i]);
    }
    wh_grid_finish(ctx, &pilot);
    wh_points_finish(ctx, &points);
    wh_mask_finish(ctx, &mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bandwidths_go_with_the_root_of_density_and_keep_their_mean),
        cmocka_unit_test(limits_hold_and_a_point_without_density_is_widest),
        cmocka_unit_test(redwood_is_that_of_spatstat),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
