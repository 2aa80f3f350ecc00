/* Public surfaces: what their classes and blanks may say of single requests. */
#include <wardheat/density.h>
#include <wardheat/disclose.h>

#include "model/report.h"
#include "wh_test.h"
#include "wh_test_files.h"

#define K 5u
#define CELL_M 20.0
#define NX 80u
#define NY 60u
#define TILE_M 100.0
#define BLOCK_M 500.0
#define BANDWIDTH_M 100.0

struct scene {
    struct wh_ctx *ctx;
    struct wh_points points;
    struct wh_mask mask;
    struct wh_grid density;
    uint32_t *support;
    struct wh_legend legend;
    struct wh_surface surface;
    uint64_t blank;
};

static void open_scene(struct scene *scene, double lowest_break)
{
    *scene = (struct scene){.ctx = wh_test_ctx(), .legend = {.n = 3}};
    scene->density = (struct wh_grid){.x0 = 351240,
                                      .y0 = 438120,
                                      .cell_m = CELL_M,
                                      .nx = NX,
                                      .ny = NY}; /* not on a block's edge */
    scene->density.v = wh_alloc_array(scene->ctx, NX * NY, sizeof(double));
    scene->mask.grid = scene->density;
    scene->mask.grid.v = NULL;
    scene->mask.inside = wh_alloc_array(scene->ctx, NX, NY);
    memset(scene->mask.inside, 1, NX * NY);
    scene->support = wh_alloc_array(scene->ctx, NX * NY, sizeof *scene->support);
    for (uint32_t i = 0; i < 3; i++) {
        scene->legend.break_at[i] = lowest_break * (1 << i);
    }
}

static void add(struct scene *scene, double x, double y)
{
    struct wh_error err = {0};
    assert_wh_ok(
        wh_points_push(scene->ctx, &scene->points, x, y, 0, 0, 0, (uint32_t)scene->points.n, &err));
}

static void make_surface(struct scene *scene, uint32_t k)
{
    struct wh_error err = {0};
    struct wh_density_stats stats;
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = BANDWIDTH_M};
    assert_wh_ok(wh_density(scene->ctx, &scene->points, &scene->mask, &opt, &scene->density,
                            scene->support, &stats, &err));
    assert_wh_ok(wh_disclose_surface(scene->ctx, &scene->density, scene->support, k, &scene->legend,
                                     &scene->surface, &scene->blank, &err));
}

static void drop_surface(struct scene *scene)
{
    wh_free(scene->ctx, scene->surface.class_of);
    scene->surface.class_of = NULL;
}

static void close_scene(struct scene *scene)
{
    drop_surface(scene);
    wh_points_finish(scene->ctx, &scene->points);
    wh_free(scene->ctx, scene->mask.inside);
    wh_free(scene->ctx, scene->density.v);
    wh_free(scene->ctx, scene->support);
    (void)wh_test_drop_ctx(scene->ctx);
}

static double centre_x(const struct scene *scene, size_t cell)
{
    return scene->density.x0 + ((double)(cell % NX) + 0.5) * CELL_M;
}

static double centre_y(const struct scene *scene, size_t cell)
{
    return scene->density.y0 + ((double)(cell / NX) + 0.5) * CELL_M;
}

static bool is_same_square(const struct scene *scene, double size_m, size_t a, size_t b)
{
    const double east = floor(centre_x(scene, a) / size_m) - floor(centre_x(scene, b) / size_m);
    const double north = floor(centre_y(scene, a) / size_m) - floor(centre_y(scene, b) / size_m);
    return fabs(east) < 0.5 && fabs(north) < 0.5;
}

static uint32_t plain_support(const struct scene *scene, size_t cell)
{
    uint32_t n = 0;
    for (size_t i = 0; i < scene->points.n; i++) {
        n += hypot(centre_x(scene, cell) - scene->points.x[i],
                   centre_y(scene, cell) - scene->points.y[i]) < BANDWIDTH_M;
    }
    return n;
}

static uint8_t plain_class(const struct scene *scene, size_t cell)
{
    uint8_t found = 0;
    while (found < scene->legend.n && scene->density.v[cell] >= scene->legend.break_at[found]) {
        found++;
    }
    return found;
}

/* Is there a cell in the square of this one whose class rests on too few? */
static bool plain_has_few(const struct scene *scene, double size_m, size_t cell)
{
    for (size_t other = 0; other < NX * NY; other++) {
        if (is_same_square(scene, size_m, cell, other) && scene->mask.inside[other] &&
            plain_class(scene, other) > 0 && plain_support(scene, other) < K) {
            return true;
        }
    }
    return false;
}

static void a_class_is_shown_only_where_enough_requests_contribute(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("surfaces");
    size_t n_blank = 0, n_shown = 0;
    for (size_t i = 0; i < 8; i++) {
        struct scene scene;
        uint64_t blank = 0;
        open_scene(&scene, 30 + 20 * (double)i);
        for (size_t j = 2 + random_below(&seed, 10); j > 0; j--) {
            const double x = scene.density.x0 + (double)random_below(&seed, NX * 20);
            add(&scene, x, scene.density.y0 + (double)random_below(&seed, NY * 20));
        }
        for (size_t j = 0; j < 12; j++) {
            add(&scene, 352250, 438750);
        }
        for (size_t j = 0; j < NX * NY; j++) {
            scene.mask.inside[j] = random_below(&seed, 40) > 0;
        }
        make_surface(&scene, K);
        for (size_t cell = 0; cell < NX * NY; cell++) {
            const uint8_t class_of = scene.surface.class_of[cell];
            if (!scene.mask.inside[cell]) {
                assert_int_equal(class_of, WH_CLASS_OUTSIDE);
                continue;
            }
            const uint8_t plain = plain_class(&scene, cell);
            assert_true(class_of == WH_CLASS_BLANK || class_of == plain);
            assert_true(class_of == WH_CLASS_BLANK || class_of == WH_CLASS_NONE ||
                        plain_support(&scene, cell) >= K);
            blank += class_of == WH_CLASS_BLANK;
            n_shown += class_of >= 1 && class_of <= 3;
            if (cell % 31 == 0) { /* the slow reading in full, for some */
                const bool is_few = plain_has_few(&scene, BLOCK_M, cell);
                const bool is_kept = plain > 0 && !plain_has_few(&scene, TILE_M, cell);
                assert_int_equal(class_of, is_few && !is_kept ? WH_CLASS_BLANK : plain);
            }
        }
        assert_int_equal(blank, scene.blank);
        n_blank += blank;
        close_scene(&scene);
    }
    assert_true(n_blank > 100 && n_shown > 100);
}

static void a_lone_request_is_placed_to_its_block_and_no_better(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("a lone request");
    uint8_t first[NX * NY];
    for (size_t i = 0; i < 12; i++) {
        struct scene scene;
        open_scene(&scene, 30); /* one request reaches it within 66 m */
        for (size_t j = 0; j < 12; j++) {
            add(&scene, 351500, 438400); /* a well-known place elsewhere */
        }
        /* In the block 352000..352500, 438500..439000, wherever there. */
        add(&scene, 352075 + (double)random_below(&seed, 350),
            438575 + (double)random_below(&seed, 350));
        make_surface(&scene, K);
        assert_true(scene.blank > 0);
        if (i == 0) {
            memcpy(first, scene.surface.class_of, sizeof first);
        }
        assert_memory_equal(first, scene.surface.class_of, sizeof first);
        close_scene(&scene);
    }
}

static void below_the_lowest_break_nothing_is_said_of_support(void **unused)
{
    (void)unused;
    struct scene scene;
    open_scene(&scene, 120); /* one request makes 95 at most */
    add(&scene, 352250, 438750);
    make_surface(&scene, K);
    for (size_t cell = 0; cell < NX * NY; cell++) {
        assert_int_equal(scene.surface.class_of[cell], WH_CLASS_NONE);
    }
    close_scene(&scene);
}

static void officers_see_every_class(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct scene scene;
    open_scene(&scene, 5);
    add(&scene, 352250, 438750);
    make_surface(&scene, 1);
    assert_int_equal(scene.blank, 0);
    drop_surface(&scene);
    assert_wh_ok(wh_disclose_surface(scene.ctx, &scene.density, NULL, K, &scene.legend,
                                     &scene.surface, &scene.blank, &err));
    for (size_t cell = 0; cell < NX * NY; cell++) {
        assert_int_equal(scene.surface.class_of[cell], plain_class(&scene, cell));
    }
    assert_int_equal(scene.blank, 0);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_is_shown_only_where_enough_requests_contribute),
        cmocka_unit_test(a_lone_request_is_placed_to_its_block_and_no_better),
        cmocka_unit_test(below_the_lowest_break_nothing_is_said_of_support),
        cmocka_unit_test(officers_see_every_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
