/* What the past says: planted histories get their class, bursts are near repeats, what stays is
 * foretold, the scan finds what is planted; little or odd input gives defined answers. */
#include <math.h>
#include <wardheat/patterns.h>

#include "base/alloc.h"
#include "geo/raster.h"
#include "geo/shape_ops.h"
#include "wh_test_ctx.h"

#define SIDE_M 4000.0
#define N_PERIODS 12u
#define PERIOD_S (30 * 86400)

static double ring_x[5] = {0, SIDE_M, SIDE_M, 0, 0}, ring_y[5] = {0, 0, SIDE_M, SIDE_M, 0};
static uint32_t one_start[2] = {0, 1}, five_start[2] = {0, 5};
static const struct wh_shape square = {.n_parts = 1,
                                       .n_rings = 1,
                                       .n_vertices = 5,
                                       .part_start = one_start,
                                       .ring_start = five_start,
                                       .x = ring_x,
                                       .y = ring_y};

struct scene {
    struct wh_mask mask;
    struct wh_points points, homes;
    int64_t period_utc[N_PERIODS + 1];
    uint64_t seed;
};

static double unit(struct scene *scene)
{
    return (double)(next_random(&scene->seed) >> 11) * 0x1p-53;
}

static void scene_open(struct scene *scene, const char *what)
{
    struct wh_error err = {0};
    struct wh_grid grid = {0};
    const double box[4] = {0, 0, SIDE_M, SIDE_M};
    *scene = (struct scene){.seed = test_seed(what)};
    assert_wh_ok(wh_grid_cover(ctx, box, 0, 40, 1e6, &grid, &err));
    assert_wh_ok(wh_mask_from_shape(ctx, &grid, &square, &scene->mask, &err));
    wh_grid_finish(ctx, &grid);
    for (unsigned i = 0; i <= N_PERIODS; i++) {
        scene->period_utc[i] = (int64_t)i * PERIOD_S;
    }
    for (unsigned i = 0; i < 4000; i++) {
        const double x = SIDE_M * unit(scene), y = SIDE_M * unit(scene);
        assert_wh_ok(wh_points_push(ctx, &scene->homes, x, y, 0, 0, 0, i, &err));
    }
}

static void scene_close(struct scene *scene)
{
    wh_mask_finish(ctx, &scene->mask);
    wh_points_finish(ctx, &scene->points);
    wh_points_finish(ctx, &scene->homes);
}

/* `n` requests within radius_m in one period, anywhere in the town where the radius is 0. */
static void add(struct scene *scene, unsigned period, unsigned n, double x, double y,
                double radius_m)
{
    struct wh_error err = {0};
    for (unsigned i = 0; i < n; i++) {
        const double u = unit(scene), v = unit(scene);
        const double px = radius_m > 0 ? x + radius_m * (2 * u - 1) : SIDE_M * u;
        const double py = radius_m > 0 ? y + radius_m * (2 * v - 1) : SIDE_M * v;
        const int64_t at = scene->period_utc[period] + (int64_t)(unit(scene) * PERIOD_S);
        assert_wh_ok(
            wh_points_push(ctx, &scene->points, px, py, 0, at, 0, (uint32_t)scene->points.n, &err));
    }
}

static void run(struct scene *scene, bool has_base, struct wh_patterns *ret)
{
    struct wh_error err = {0};
    const struct wh_pattern_input input = {
        .points = &scene->points,
        .n_periods = N_PERIODS,
        .period_utc = scene->period_utc,
        .n_window = 3,
        .base = has_base ? &scene->homes : NULL,
        .mask = &scene->mask,
        .area = &square,
        .density = {.kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 300}};
    const struct wh_pattern_options opt = {.alpha = 0.05,
                                           .area_share = 0.05,
                                           .n_replicates = 199,
                                           .most_in_knox = 1000,
                                           .most_in_scan = 400};
    assert_wh_ok(wh_patterns(ctx, &input, &opt, ret, &err));
}

static void planted_histories_get_their_class(void **unused)
{
    (void)unused;
    struct scene scene;
    struct wh_patterns patterns;
    double z, q;
    scene_open(&scene, "histories");
    for (unsigned p = 0; p < N_PERIODS; p++) {
        add(&scene, p, 60, 0, 0, 0);
        add(&scene, p, 25, 1000, 1000, 120);                          /* all along */
        add(&scene, p, p == N_PERIODS - 1 ? 25 : 0, 3000, 3000, 120); /* the last */
        add(&scene, p, p < N_PERIODS - 1 ? 25 : 0, 1000, 3000, 120);  /* all but the last */
        add(&scene, p, p % 2 == 1 ? 25 : 0, 3000, 1000, 120);         /* on and off */
    }
    run(&scene, true, &patterns);
    const int all_along = wh_patterns_class_at(&patterns, 1000, 1000, &z, &q);
    assert_true(all_along == WH_EMERGING_PERSISTENT || all_along == WH_EMERGING_INTENSIFYING ||
                all_along == WH_EMERGING_DIMINISHING);
    assert_true(z > 3 && q < 0.01);
    assert_int_equal(wh_patterns_class_at(&patterns, 3000, 3000, NULL, NULL), WH_EMERGING_NEW);
    assert_int_equal(wh_patterns_class_at(&patterns, 1000, 3000, NULL, NULL),
                     WH_EMERGING_HISTORICAL);
    assert_int_equal(wh_patterns_class_at(&patterns, 3000, 1000, NULL, NULL), WH_EMERGING_SPORADIC);
    assert_int_equal(wh_patterns_class_at(&patterns, -50, 1000, &z, NULL), WH_EMERGING_NONE);
    assert_true(isnan(z));
    uint32_t n = 0;
    for (unsigned i = 0; i < 17; i++) {
        n += patterns.emerging.n_of[i];
    }
    assert_int_equal(n, patterns.emerging.lattice.nx * patterns.emerging.lattice.ny);
    wh_patterns_finish(ctx, &patterns);
    scene_close(&scene);
}

/* What stays is foretold; the scan and Knox see it; without a base there is no scan. */
static void what_stays_is_foretold(void **unused)
{
    (void)unused;
    struct scene scene;
    struct wh_patterns patterns;
    const struct wh_scan_cluster *cluster = NULL;
    scene_open(&scene, "stays");
    for (unsigned p = 0; p < N_PERIODS; p++) {
        add(&scene, p, 60, 0, 0, 0);
        add(&scene, p, 40, 2500, 1500, 250);
    }
    run(&scene, true, &patterns);
    assert_int_equal(patterns.n_forecasts,
                     2); /* twelve periods of 30 days are no year and a window */
    const struct wh_accuracy *map = &patterns.accuracy[WH_FORECAST_DENSITY];
    assert_true(map->pai > 4 && map->pai_limits.lower < map->pai &&
                map->pai < map->pai_limits.upper);
    assert_int_not_equal(wh_patterns_verdict(&patterns), WH_VERDICT_UNKNOWN);
    assert_int_not_equal(wh_patterns_verdict(&patterns), WH_VERDICT_COUNTING);
    for (unsigned i = 0; i < WH_N_SENSITIVITIES; i++) {
        assert_true(patterns.sensitivity[i].pai > 2);
    }
    assert_int_equal(wh_patterns_scan_at(&patterns, 2500, 1500, &cluster), 1);
    assert_true(cluster->p < 0.05 && cluster->relative_risk > 3);
    assert_int_equal(wh_patterns_scan_at(&patterns, 300, 3700, &cluster), 0);
    wh_patterns_finish(ctx, &patterns);
    run(&scene, false, &patterns);
    assert_true(!(patterns.scan_cell_m > 0));
    assert_int_equal(wh_patterns_scan_at(&patterns, 2500, 1500, &cluster), 0);
    wh_patterns_finish(ctx, &patterns);
    scene_close(&scene);
}

/* Each request is followed by another next door within a day. */
static void bursts_are_near_repeats(void **unused)
{
    (void)unused;
    struct scene scene;
    struct wh_patterns patterns;
    struct wh_error err = {0};
    scene_open(&scene, "bursts");
    for (unsigned p = N_PERIODS - 3; p < N_PERIODS; p++) {
        add(&scene, p, 50, 0, 0, 0);
    }
    for (size_t i = 0, n = scene.points.n; i < n; i++) {
        assert_wh_ok(wh_points_push(ctx, &scene.points, scene.points.x[i] + 5, scene.points.y[i], 0,
                                    scene.points.opened_at[i] + 3600, 0, (uint32_t)(n + i), &err));
    }
    run(&scene, true, &patterns);
    assert_true(patterns.n_knox >= 290); /* an hour after the last moment is another window's */
    assert_true(patterns.knox[0].ratio > 3 && patterns.knox[0].p < 0.05);
    assert_true(patterns.knox[WH_N_KNOX_DAYS - 1].ratio < patterns.knox[0].ratio);
    assert_int_equal(patterns.n_forecasts, 0); /* nothing was there before */
    assert_int_equal(wh_patterns_verdict(&patterns), WH_VERDICT_UNKNOWN);
    wh_patterns_finish(ctx, &patterns);
    scene_close(&scene);
}

static void little_input_gives_defined_answers(void **unused)
{
    (void)unused;
    const struct wh_scan_cluster *cluster = NULL;
    for (unsigned n = 0; n <= 3; n++) {
        struct scene scene;
        struct wh_patterns patterns;
        struct wh_error err = {0};
        scene_open(&scene, "little");
        for (unsigned i = 0; i < (n == 3 ? 50 : n); i++) { /* the last round: all on one spot */
            assert_wh_ok(wh_points_push(ctx, &scene.points, 2000, 2000, 0,
                                        scene.period_utc[N_PERIODS] - 1 - (n == 3 ? i * 86400 : 0),
                                        0, i, &err));
        }
        run(&scene, true, &patterns);
        assert_int_equal(patterns.n_forecasts, 0);
        assert_int_equal(wh_patterns_verdict(&patterns), WH_VERDICT_UNKNOWN);
        assert_int_equal(patterns.n_knox, n < 2 ? 0 : n == 2 ? 2 : 50);
        const int class_there = wh_patterns_class_at(&patterns, 2000, 2000, NULL, NULL);
        assert_true(class_there >= WH_EMERGING_NONE);
        assert_int_equal(wh_patterns_scan_at(&patterns, 2000, 2000, &cluster), n > 0);
        assert_true(n == 0 || (cluster->p <= 0.05) == (n > 1)); /* one is always somewhere */
        wh_patterns_finish(ctx, &patterns);
        wh_points_finish(ctx, &scene.homes); /* a base of nobody */
        run(&scene, true, &patterns);
        assert_int_equal(wh_patterns_scan_at(&patterns, 2000, 2000, &cluster), 0);
        wh_patterns_finish(ctx, &patterns);
        scene_close(&scene);
    }
    assert_string_equal(wh_verdict_words(WH_VERDICT_COUNTING),
                        "Simple counting foretold this window better than the map did.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_histories_get_their_class),
        cmocka_unit_test(what_stays_is_foretold),
        cmocka_unit_test(bursts_are_near_repeats),
        cmocka_unit_test(little_input_gives_defined_answers),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
