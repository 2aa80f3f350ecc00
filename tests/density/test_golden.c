/*
 * Density against values of R spatstat (../shared/data/golden/spatstat, ACCEPTANCE.md section H).
 * Its sigma is a standard deviation: a quartic's radius is sqrt(8) sigma. Its values at points are
 * sums over all points, without bins; its edge masses rest on a pixel image, so those agree to per
 * cents.
 */
#include <wardheat/density.h>

#include "geo/raster.h"
#include "spatstat.h"

static struct table table, window;

/* One cell round a place: its value is the sum of the kernels there. */
static double density_at(const struct wh_points *points, enum wh_kernel kernel, double sigma,
                         double x, double y)
{
    struct wh_error err = {0};
    struct wh_density_stats stats;
    double value = 0;
    const double cell = sigma / 100;
    struct wh_grid grid = {
        .x0 = x - cell / 2, .y0 = y - cell / 2, .cell_m = cell, .nx = 1, .ny = 1, .v = &value};
    const struct wh_density_options opt = {
        .kernel = kernel,
        .edge = WH_EDGE_NONE,
        .bandwidth_m = kernel == WH_KERNEL_QUARTIC ? sqrt(8) * sigma : sigma};
    assert_wh_ok(wh_density(ctx, points, NULL, &opt, &grid, NULL, &stats, &err));
    return value / 1e6;
}

static void sums_at_points_are_those_of_spatstat(void **unused)
{
    (void)unused;
    static const struct {
        const char *set, *sigma;
    } CASES[] = {{"redwood", "0.05"}, {"redwood", "0.1"}, {"bei", "30"},      {"bei", "50"},
                 {"chorley", "0.5"},  {"chorley", "1"},   {"lansing", "0.05"}};
    for (size_t i = 0; i < 2 * sizeof CASES / sizeof *CASES; i++) {
        const enum wh_kernel kernel = i % 2 == 0 ? WH_KERNEL_QUARTIC : WH_KERNEL_GAUSSIAN;
        char name[128];
        struct wh_points points = {0};
        (void)snprintf(name, sizeof name, "%s_density_at_points_%s_sigma%s.csv.gz",
                       CASES[i / 2].set, wh_kernel_name(kernel), CASES[i / 2].sigma);
        if (!read_table(name, &table)) {
            skip();
        }
        push_rows(&table, &points);
        const double sigma = strtod(CASES[i / 2].sigma, NULL);
        for (size_t row = 0; row < table.n; row += 1 + table.n / 40) {
            const double *expected = table.value[row];
            const double value = density_at(&points, kernel, sigma, expected[0], expected[1]);
            if (fabs(value - expected[2]) > 1e-7 * expected[2]) {
                fail_msg("%s, row %zu: %.12g, not %.12g", name, row, value, expected[2]);
            }
        }
        wh_points_finish(ctx, &points);
    }
}

static void uniform_edges_in_a_polygon_are_near_those_of_spatstat(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_points points = {0};
    double x[200], y[200];
    if (!read_table("chorley_density_at_points_gaussian_sigma1.csv.gz", &table) ||
        !read_table("chorley_window.csv", &window)) {
        skip();
    }
    push_rows(&table, &points);
    const struct wh_shape shape = window_shape(&window, x, y);
    double box[4];
    wh_shape_box(&shape, box);
    const struct wh_density_options opt = {
        .kernel = WH_KERNEL_GAUSSIAN, .edge = WH_EDGE_UNIFORM, .bandwidth_m = 1};
    for (size_t row = 0; row < table.n; row += 346) {
        const double *at = table.value[row];
        struct wh_grid grid = {0};
        struct wh_mask mask = {0};
        struct wh_density_stats stats;
        /* A grid with a centre at the point. */
        const double cell = 0.25;
        const double left = ceil((at[0] - box[0]) / cell), below = ceil((at[1] - box[1]) / cell);
        grid.cell_m = cell;
        grid.x0 = at[0] - (left + 0.5) * cell;
        grid.y0 = at[1] - (below + 0.5) * cell;
        grid.nx = (uint32_t)ceil((box[2] - grid.x0) / cell);
        grid.ny = (uint32_t)ceil((box[3] - grid.y0) / cell);
        grid.v = wh_alloc_array(ctx, (size_t)grid.nx * grid.ny, sizeof *grid.v);
        assert_wh_ok(wh_mask_from_shape(ctx, &grid, &shape, &mask, &err));
        assert_wh_ok(wh_density(ctx, &points, &mask, &opt, &grid, NULL, &stats, &err));
        const double value = grid.v[(size_t)below * grid.nx + (size_t)left] / 1e6;
        if (!isnan(value) && fabs(value - at[4]) > 0.035 * at[4]) {
            fail_msg("row %zu: %.6g, not %.6g", row, value, at[4]);
        }
        /* Beside the border, by exact integration over the polygon: spatstat is 3 % off there. */
        assert_true(row > 0 || fabs(value - 14.7828784) < 0.005 * 14.7828784);
        wh_mask_finish(ctx, &mask);
        wh_grid_finish(ctx, &grid);
    }
    wh_points_finish(ctx, &points);
}

/* Redwood, sigma 0.1, on 512 x 512 cells of the unit square: the integral. */
static double integral(const struct wh_points *points, enum wh_edge edge, struct wh_grid *grid,
                       const struct wh_mask *mask, double *ret_max)
{
    struct wh_error err = {0};
    struct wh_density_stats stats;
    double sum = 0;
    const struct wh_density_options opt = {
        .kernel = WH_KERNEL_GAUSSIAN, .edge = edge, .bandwidth_m = 0.1};
    assert_wh_ok(wh_density(ctx, points, mask, &opt, grid, NULL, &stats, &err));
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        sum += grid->v[i] / 1e6;
    }
    *ret_max = stats.max_per_km2 / 1e6;
    return sum * grid->cell_m * grid->cell_m;
}

static void redwood_has_the_published_integrals_and_maxima(void **unused)
{
    (void)unused;
    enum { N = 256 };
    static uint8_t inside[N * N];
    static double value[N * N];
    struct wh_points points = {0};
    if (!read_table("redwood_points.csv", &table)) {
        skip();
    }
    push_rows(&table, &points);
    assert_int_equal(points.n, 62);
    memset(inside, 1, sizeof inside);
    struct wh_grid grid = {.y0 = -1, .cell_m = 1.0 / N, .nx = N, .ny = N, .v = value};
    struct wh_mask mask = {.grid = grid, .inside = inside};
    mask.grid.v = NULL;
    double max = 0;
    assert_true(fabs(integral(&points, WH_EDGE_NONE, &grid, &mask, &max) - 55.773385) < 0.02);
    /* spatstat's points are moved to the centres of pixels, which makes its maxima; without that
     * the largest is 153.0206. */
    assert_true(fabs(max - 153.2336) < 0.3 && max < 153.0207);
    assert_true(fabs(integral(&points, WH_EDGE_DIGGLE, &grid, &mask, &max) - 62) < 1e-9);
    assert_true(fabs(max - 161.64096) < 0.4);
    /* At the cells of the first three points, Diggle: 57.7179, 83.8926, 82.6993. */
    static const double EXPECTED[3] = {57.71793340, 83.89256752, 82.69930956};
    for (size_t i = 0; i < 3; i++) {
        const size_t col = (size_t)(points.x[i] * N), row = (size_t)((points.y[i] + 1) * N);
        assert_true(fabs(value[row * N + col] / 1e6 - EXPECTED[i]) < 0.02 * EXPECTED[i]);
    }
    wh_points_finish(ctx, &points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_at_points_are_those_of_spatstat),
        cmocka_unit_test(uniform_edges_in_a_polygon_are_near_those_of_spatstat),
        cmocka_unit_test(redwood_has_the_published_integrals_and_maxima),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
