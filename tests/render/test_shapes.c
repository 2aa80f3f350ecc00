/* The geometry under a drawing: thinned lines, outlines of cells, boxes that keep apart. */
#include "render/boxes.h"
#include "render/mercator.h"
#include "render/outline.h"
#include "render/thin.h"
#include "wh_test_files.h"

static double distance_to_segment(double px, double py, double x0, double y0, double x1, double y1)
{
    const double dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? ((px - x0) * dx + (py - y0) * dy) / length2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(px - x0 - t * dx, py - y0 - t * dy);
}

static double random_unit(uint64_t *seed)
{
    return (double)(next_random(seed) >> 11) / 9007199254740992.0;
}

static void thinned_lines_stay_within_the_tolerance(void **state)
{
    enum { N = 400 };
    uint64_t seed = test_seed("thinning");
    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        double x[N], y[N], angle = 0, at_x = 0, at_y = 0;
        size_t kept[N], n = 0;
        const double bend = round % 4 == 0 ? 3.0 : 0.3; /* some turn back on themselves */
        for (size_t i = 0; i < N; i++) {
            angle += bend * (random_unit(&seed) - 0.5);
            at_x += random_unit(&seed) * cos(angle);
            at_y += random_unit(&seed) * sin(angle);
            x[i] = at_x;
            y[i] = at_y;
        }
        struct wh_thin thin = {.tolerance = 0.2};
        wh_thin_at(&thin, x[0], y[0]);
        kept[n++] = 0;
        for (size_t i = 1; i + 1 < N; i++) {
            if (wh_thin_needs_last(&thin, x[i], y[i], x[i + 1], y[i + 1])) {
                kept[n++] = i;
                wh_thin_at(&thin, x[i], y[i]);
            }
        }
        kept[n++] = N - 1;
        assert_true(n < N);
        for (size_t k = 0; k + 1 < n; k++) {
            for (size_t i = kept[k] + 1; i < kept[k + 1]; i++) {
                assert_true(distance_to_segment(x[i], y[i], x[kept[k]], y[kept[k]], x[kept[k + 1]],
                                                y[kept[k + 1]]) <= 0.2 + 1e-9);
            }
        }
    }
}

static void a_straight_line_keeps_its_ends_alone(void **state)
{
    struct wh_thin thin = {.tolerance = 0.01};
    (void)state;
    wh_thin_at(&thin, 0, 0);
    for (int i = 1; i < 50; i++) {
        assert_false(wh_thin_needs_last(&thin, i, 2.0 * i, i + 1, 2.0 * (i + 1)));
    }
    assert_true(wh_thin_needs_last(&thin, 50, 100, 49, 98)); /* and back */
}

/* Rings of an outline, to ask which points they go round. */
struct rings {
    double x[20000], y[20000];
    size_t n, start[2000], n_rings;
};

static void take_ring(void *user, const double *x, const double *y, size_t n)
{
    struct rings *const rings = user;
    assert_true(n >= 3);
    assert_true(rings->n + n <= 20000 && rings->n_rings + 2 < 2000);
    memcpy(&rings->x[rings->n], x, n * sizeof *x);
    memcpy(&rings->y[rings->n], y, n * sizeof *y);
    rings->start[rings->n_rings++] = rings->n;
    rings->n += n;
    rings->start[rings->n_rings] = rings->n;
}

static int winding(const struct rings *rings, double px, double py)
{
    int ret = 0;
    for (size_t r = 0; r < rings->n_rings; r++) {
        const size_t first = rings->start[r], end = rings->start[r + 1];
        for (size_t i = first; i < end; i++) {
            const size_t j = i + 1 == end ? first : i + 1;
            const double side = (rings->x[j] - rings->x[i]) * (py - rings->y[i]) -
                                (px - rings->x[i]) * (rings->y[j] - rings->y[i]);
            if (rings->y[i] <= py && rings->y[j] > py && side > 0) {
                ret++;
            } else if (rings->y[i] > py && rings->y[j] <= py && side < 0) {
                ret--;
            }
        }
    }
    return ret;
}

static void every_centre_stays_on_its_side_of_the_outline(void **state)
{
    enum { NX = 40, NY = 33 };
    uint64_t seed = test_seed("outlines");
    struct wh_ctx *const ctx = wh_test_ctx();
    struct rings *const rings = malloc(sizeof *rings);
    struct wh_error err = {0};
    assert_non_null(rings);
    (void)state;
    for (unsigned round = 0; round < 60; round++) {
        uint8_t in[NX * NY];
        const size_t share = 1 + random_below(&seed, 9);
        for (size_t i = 0; i < sizeof in; i++) { /* noise, or discs */
            const double d = hypot((double)(i % NX) - 15, (double)(i / NX) - 15);
            in[i] = round % 2 == 0 ? random_below(&seed, 10) < share
                                   : d < (double)share * 2 && d > (double)share / 2;
        }
        rings->n = rings->n_rings = 0;
        assert_wh_ok(wh_outline_trace(ctx, in, NX, NY, 0, take_ring, rings, &err));
        for (size_t i = 0; i < sizeof in; i++) {
            const int turns = winding(rings, (double)(i % NX), (double)(i / NX));
            assert_int_equal(turns != 0, in[i] != 0);
        }
    }
    free(rings);
    wh_ctx_destroy(ctx);
}

static bool holds(const struct wh_turned_box *box, double x, double y)
{
    const double dx = x - box->x, dy = y - box->y;
    return fabs(dx * box->cos_a + dy * box->sin_a) <= box->half_w &&
           fabs(dy * box->cos_a - dx * box->sin_a) <= box->half_h;
}

static struct wh_turned_box random_box(uint64_t *seed)
{
    const double angle = 7 * random_unit(seed);
    return (struct wh_turned_box){200 * random_unit(seed),
                                  200 * random_unit(seed),
                                  1 + 30 * random_unit(seed),
                                  1 + 9 * random_unit(seed),
                                  cos(angle),
                                  sin(angle)};
}

/* The slow way: is a point of the one in the other? Only says yes for sure. */
static bool share_a_point(const struct wh_turned_box *a, const struct wh_turned_box *b)
{
    for (int i = -20; i <= 20; i++) {
        for (int j = -20; j <= 20; j++) {
            const double u = a->half_w * i / 20, v = a->half_h * j / 20;
            if (holds(b, a->x + u * a->cos_a - v * a->sin_a, a->y + u * a->sin_a + v * a->cos_a)) {
                return true;
            }
        }
    }
    return false;
}

static void the_set_of_boxes_finds_what_a_plain_search_finds(void **state)
{
    enum { N = 300 };
    uint64_t seed = test_seed("boxes");
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_boxes boxes;
    struct wh_error err = {0};
    struct wh_turned_box put[N];
    const double bounds[4] = {0, 0, 200, 200};
    size_t n = 0, hits = 0;
    (void)state;
    assert_wh_ok(wh_boxes_init(&boxes, ctx, bounds, 16, &err));
    for (unsigned i = 0; i < N; i++) {
        const struct wh_turned_box box = random_box(&seed);
        bool touches = false, surely = false;
        for (size_t k = 0; k < n; k++) {
            touches = touches || wh_turned_boxes_overlap(&put[k], &box);
            surely = surely || share_a_point(&put[k], &box);
        }
        assert_int_equal(wh_boxes_hit(&boxes, &box), touches);
        assert_true(!surely || touches);
        hits += touches;
        if (!touches) {
            put[n++] = box;
            assert_wh_ok(wh_boxes_add(&boxes, &box, &err));
        }
    }
    assert_true(n > 20 && hits > 20);
    wh_boxes_finish(&boxes);
    wh_ctx_destroy(ctx);
}

static void tiles_know_their_place(void **state)
{
    const double world[4] = {-180, -85.05, 180, 85.05}, bath[4] = {-2.40, 51.35, -2.32, 51.42};
    struct wh_tile_range range = wh_tile_range(world, 3);
    (void)state;
    assert_int_equal(range.x0, 0);
    assert_int_equal(range.x1, 7);
    assert_int_equal(range.y0, 0);
    assert_int_equal(range.y1, 7);
    range = wh_tile_range(bath, 14); /* by the formulas of the OpenStreetMap wiki */
    assert_int_equal(range.x0, 8082);
    assert_int_equal(range.x1, 8086);
    assert_int_equal(range.y0, 5454);
    assert_int_equal(range.y1, 5459);
    for (uint32_t z = 0; z <= 18; z++) {
        assert_true(fabs(wh_tile_lon(wh_tile_x(-2.36, z), z) + 2.36) < 1e-9);
        assert_true(fabs(wh_tile_lat(wh_tile_y(51.38, z), z) - 51.38) < 1e-9);
    }
    /* EPSG:3857 by PROJ: cs2cs EPSG:4326 EPSG:3857 <<< "51.38 -2.36" */
    assert_true(fabs(wh_mercator_x(-2.36) + 262713.998267) < 1e-3);
    assert_true(fabs(wh_mercator_y(51.38) - 6688788.594206) < 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thinned_lines_stay_within_the_tolerance),
        cmocka_unit_test(a_straight_line_keeps_its_ends_alone),
        cmocka_unit_test(every_centre_stays_on_its_side_of_the_outline),
        cmocka_unit_test(the_set_of_boxes_finds_what_a_plain_search_finds),
        cmocka_unit_test(tiles_know_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
