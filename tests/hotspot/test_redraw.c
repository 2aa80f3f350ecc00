/* Firm and tentative: exact places change nothing, a centroid's heap of requests does, and so does
 * doubt as wide as the hot spot; draws do not depend on the order of points or on threads. */
#include <wardheat/redraw.h>

#include "model/spots.h"
#include "town.h"

#define CELL_M 20.0
#define BANDWIDTH_M 200.0

struct scene {
    struct town town;
    struct wh_points homes;
    struct wh_risk_base surface;
    struct wh_risk risk;
    uint64_t seed;
};

static const struct wh_hotspot_options usual = {.method = WH_HOTSPOT_RELATIVE_RISK,
                                                .false_discovery = 0.05,
                                                .ratio = 1.3,
                                                .at_least = 10,
                                                .at_most = 15,
                                                .change_z = 1.96};

static struct wh_redraw_options redraws = {
    .n_draws = 200,
    .firm_share = 0.9,
    .ratio = 1.3,
    .share = 0.2,
    .density = {.kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = BANDWIDTH_M}};

/* 2,000 homes all over, 200 requests from them, and a cluster of `n` in the middle. */
static void scene_open(struct scene *scene, const char *seed, double radius_m, unsigned n)
{
    struct wh_error err = {0};
    memset(scene, 0, sizeof *scene);
    scene->seed = test_seed(seed);
    town_open(&scene->town, &scene->seed);
    for (unsigned i = 0; i < 2000; i++) {
        const double x = TOWN_W * town_unit(&scene->seed), y = TOWN_H * town_unit(&scene->seed);
        assert_wh_ok(wh_points_push(scene->town.ctx, &scene->homes, x, y, 0, 0, 0, i, &err));
    }
    town_scatter(&scene->town, &scene->seed, 0, 200);
    town_cluster(&scene->town, &scene->seed, 0, 1500, 1000, radius_m, n);
}

static void doubt(struct scene *scene, size_t from, double precision_m)
{
    for (size_t i = from; i < scene->town.points[0].n; i++) {
        scene->town.points[0].precision_m[i] = precision_m;
    }
}

/* Finds by relative risk, and redraws. */
static void scene_run_at(struct scene *scene, double bandwidth_m)
{
    struct town *town = &scene->town;
    struct wh_error err = {0};
    const struct wh_hotspot_options densest = {.share = 0.2, .at_most = 1};
    const struct wh_risk_options opt = {
        .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = bandwidth_m};
    town_run(town, bandwidth_m, CELL_M, &densest); /* wards and densities */
    for (size_t i = 0; i < town->report.n_hotspots; i++) {
        wh_hotspot_finish(town->ctx, &town->report.hotspot[i]);
    }
    assert_wh_ok(wh_risk_base(town->ctx, &scene->homes, &town->mask, &opt, &scene->surface, &err));
    assert_wh_ok(wh_relative_risk(town->ctx, &scene->surface, &town->points[0], &town->mask, &opt,
                                  0.05, &scene->risk, &err));
    const struct wh_hotspot_input now = {.points = &town->points[0],
                                         .ward = town->ward[0],
                                         .density = &town->density[0],
                                         .risk = &scene->risk,
                                         .base = &scene->homes,
                                         .base_total = scene->surface.total};
    const struct wh_hotspot_input before = {
        .points = &town->points[1], .ward = town->ward[1], .density = &town->density[1]};
    assert_wh_ok(wh_hotspots(town->ctx, &usual, &now, &before, &town->wards, NULL, NULL,
                             &town->arena, &town->report, &err));
    assert_wh_ok(wh_hotspots_redraw(town->ctx, &redraws, &now, &scene->surface, &town->mask,
                                    &town->report, &err));
}

static void scene_run(struct scene *scene)
{
    scene_run_at(scene, BANDWIDTH_M);
}

static void scene_reset(struct scene *scene)
{
    wh_risk_finish(scene->town.ctx, &scene->risk);
    wh_risk_base_finish(scene->town.ctx, &scene->surface);
    town_reset(&scene->town);
}

static void scene_close(struct scene *scene)
{
    wh_risk_finish(scene->town.ctx, &scene->risk);
    wh_risk_base_finish(scene->town.ctx, &scene->surface);
    wh_points_finish(scene->town.ctx, &scene->homes);
    town_close(&scene->town);
}

static const struct wh_hotspot *the_planted(const struct scene *scene)
{
    const struct wh_theme_report *report = &scene->town.report;
    for (size_t i = 0; i < report->n_hotspots; i++) {
        if (town_inside(&report->hotspot[i].shape, 1500, 1000)) {
            return &report->hotspot[i];
        }
    }
    fail_msg("the planted hot spot is not found");
    return NULL;
}

static void exact_places_are_firm(void **unused)
{
    (void)unused;
    struct scene scene;
    scene_open(&scene, "exact", 100, 60);
    scene_run(&scene);
    assert_int_equal(the_planted(&scene)->firmness, WH_FIRM);
    assert_true(the_planted(&scene)->survival >= 1);
    assert_int_equal(scene.town.report.n_draws, 200);
    scene_close(&scene);
}

static void a_little_doubt_leaves_a_strong_one_firm(void **unused)
{
    (void)unused;
    struct scene scene;
    scene_open(&scene, "little doubt", 100, 120);
    doubt(&scene, 0, 15);
    scene_run(&scene);
    assert_int_equal(the_planted(&scene)->firmness, WH_FIRM);
    scene_close(&scene);
}

/* All on one postcode's middle, whose homes lie as wide as the town: the heap is the geocoder's. */
static void a_centroids_heap_is_tentative(void **unused)
{
    (void)unused;
    struct scene scene;
    scene_open(&scene, "centroid", 0, 25);
    doubt(&scene, 200, 500);
    scene_run(&scene);
    const struct wh_hotspot *hotspot = the_planted(&scene);
    assert_int_equal(hotspot->firmness, WH_TENTATIVE);
    assert_true(hotspot->survival < 0.5);
    assert_string_equal(wh_firmness_name(hotspot->firmness), "tentative");
    scene_close(&scene);
}

/* More doubt, less survival: over a ladder of precisions. */
static void survival_falls_with_precision(void **unused)
{
    (void)unused;
    static const double precision_m[] = {0, 60, 150, 400, 900};
    struct scene scene;
    double last = 1;
    scene_open(&scene, "ladder", 60, 30);
    for (size_t i = 0; i < sizeof precision_m / sizeof *precision_m; i++) {
        doubt(&scene, 200, precision_m[i]);
        scene_run(&scene);
        const double survival = the_planted(&scene)->survival;
        assert_true(survival <= last + 0.05);
        last = survival;
        scene_reset(&scene);
    }
    assert_true(last < 0.1);
    scene_run(&scene);
    scene_close(&scene);
}

/* Points in reverse order, and one thread: the same draws to the last bit. */
static void neither_order_nor_threads_change_a_draw(void **unused)
{
    (void)unused;
    struct scene scene;
    scene_open(&scene, "order", 60, 25);
    doubt(&scene, 200, 120);
    scene_run(&scene);
    const double survival = the_planted(&scene)->survival;
    assert_true(survival > 0 && survival < 1);
    scene_reset(&scene);
    struct wh_points *points = &scene.town.points[0];
    for (size_t i = 0, j = points->n - 1; i < j; i++, j--) {
        const double x = points->x[i], y = points->y[i], precision_m = points->precision_m[i];
        const uint32_t request = points->request[i];
        points->x[i] = points->x[j];
        points->y[i] = points->y[j];
        points->precision_m[i] = points->precision_m[j];
        points->request[i] = points->request[j];
        points->x[j] = x;
        points->y[j] = y;
        points->precision_m[j] = precision_m;
        points->request[j] = request;
    }
    scene_run(&scene);
    assert_memory_equal(&survival, &the_planted(&scene)->survival, sizeof survival);
    scene_close(&scene);
}

/* Postcodes of 25 homes on a lattice of 300 m by 200 m, and every request at its postcode's middle.
 */
struct postcodes {
    struct wh_spots spots;
    uint32_t start[101], of_request[1200];
    double x[2500], y[2500];
};

static void postcodes_fill(struct scene *scene, struct postcodes *codes, unsigned n_scattered,
                           unsigned n_planted)
{
    struct wh_error err = {0};
    struct town *town = &scene->town;
    memset(codes, 0, sizeof *codes);
    scene->homes.n = 0;
    town->points[0].n = 0;
    for (uint32_t i = 0; i < 2500; i++) {
        codes->x[i] = 300 * (i / 25 % 10) + 300 * town_unit(&scene->seed);
        codes->y[i] = 200 * (i / 250) + 200 * town_unit(&scene->seed);
        codes->start[i / 25 + 1] = i + 1;
        assert_wh_ok(
            wh_points_push(town->ctx, &scene->homes, codes->x[i], codes->y[i], 0, 0, 0, i, &err));
    }
    for (unsigned i = 0; i < n_scattered + n_planted; i++) {
        /* The planted ones are of the four postcodes round (1500, 1000). */
        static const uint32_t MIDDLE[4] = {44, 45, 54, 55};
        const uint32_t set =
            i < n_scattered ? (uint32_t)(100 * town_unit(&scene->seed)) : MIDDLE[i % 4];
        codes->of_request[town->points[0].n] = set;
        town_add(town, 0, 300 * (set % 10) + 150, 200 * (set / 10) + 100);
    }
    codes->spots = (struct wh_spots){.n = 100,
                                     .start = codes->start,
                                     .x = codes->x,
                                     .y = codes->y,
                                     .precision_m = 5,
                                     .of_request = codes->of_request};
}

/* ACCEPTANCE F8: of hot spots found on centroids, those that vanish when the requests are spread
 * over their addresses are not called firm; one that is of its addresses is. */
static void heaps_of_centroids_do_not_pass_for_hot_spots(void **unused)
{
    (void)unused;
    static struct postcodes codes;
    struct scene scene;
    unsigned n_heaps = 0;
    scene_open(&scene, "postcodes", 0, 0);
    redraws.spots = &codes.spots;
    redraws.density.bandwidth_m = 90; /* less than half the way from heap to heap */
    for (unsigned round = 0; round < 3; round++) {
        postcodes_fill(&scene, &codes, 800, 0);
        scene_run_at(&scene, redraws.density.bandwidth_m);
        const struct wh_theme_report *report = &scene.town.report;
        for (size_t i = 0; i < report->n_hotspots; i++) {
            assert_int_equal(report->hotspot[i].firmness, WH_TENTATIVE);
            assert_true(report->hotspot[i].survival < 0.2);
        }
        n_heaps += (unsigned)report->n_hotspots;
        scene_reset(&scene);
    }
    print_message("%u hot spots of centroids in 3 towns, none of them firm\n", n_heaps);
    assert_true(n_heaps > 10); /* there is something to tell from */
    redraws.density.bandwidth_m = 2 * BANDWIDTH_M;
    postcodes_fill(&scene, &codes, 800, 160);
    scene_run_at(&scene, redraws.density.bandwidth_m);
    assert_int_equal(the_planted(&scene)->firmness, WH_FIRM);
    redraws.density.bandwidth_m = BANDWIDTH_M;
    redraws.spots = NULL;
    scene_close(&scene);
}

static void the_densest_places_are_redrawn_too(void **unused)
{
    (void)unused;
    struct scene scene;
    struct wh_error err = {0};
    const struct wh_hotspot_options densest = {.share = 0.2, .at_most = 3, .at_least = 10};
    scene_open(&scene, "densest", 50, 100);
    struct town *town = &scene.town;
    town_run(town, BANDWIDTH_M, CELL_M, &densest);
    const struct wh_hotspot_input now = {
        .points = &town->points[0], .ward = town->ward[0], .density = &town->density[0]};
    assert_wh_ok(
        wh_hotspots_redraw(town->ctx, &redraws, &now, NULL, &town->mask, &town->report, &err));
    assert_int_equal(the_planted(&scene)->firmness, WH_FIRM);
    doubt(&scene, 0, 800);
    assert_wh_ok(
        wh_hotspots_redraw(town->ctx, &redraws, &now, NULL, &town->mask, &town->report, &err));
    assert_int_equal(the_planted(&scene)->firmness, WH_TENTATIVE);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_places_are_firm),
        cmocka_unit_test(a_little_doubt_leaves_a_strong_one_firm),
        cmocka_unit_test(a_centroids_heap_is_tentative),
        cmocka_unit_test(survival_falls_with_precision),
        cmocka_unit_test(neither_order_nor_threads_change_a_draw),
        cmocka_unit_test(heaps_of_centroids_do_not_pass_for_hot_spots),
        cmocka_unit_test(the_densest_places_are_redrawn_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
