/* What the tests of bandwidths share: one context, scattered points, a window. Include once, in a
 * program's only file. */
#ifndef WH_BANDWIDTH_TEST_H
#define WH_BANDWIDTH_TEST_H

#include <wardheat/bandwidth.h>

#include "wh_test_ctx.h"

static inline double unit(uint64_t *seed)
{
    return (double)(next_random(seed) >> 11) * 0x1p-53;
}

/* Box and Muller (1958). */
static inline double normal(uint64_t *seed)
{
    const double radius = sqrt(-2 * log(1 - unit(seed)));
    return radius * cos(2 * M_PI * unit(seed));
}

static inline void push(struct wh_points *points, double x, double y, double weight)
{
    struct wh_error err = {0};
    assert_wh_ok(wh_points_push(ctx, points, x, y, 0, 0, 0, (uint32_t)points->n, &err));
    points->weight[points->n - 1] = weight;
}

#define TOWN_M 4000.0

/* Ten clusters and a tenth anywhere in the square from (1000, 500), rounded so that places repeat
 * where `round_m` is above 0. */
static inline void scatter(uint64_t *seed, size_t n, double round_m, struct wh_points *points)
{
    double x[10], y[10], sd_m[10];
    for (size_t i = 0; i < 10; i++) {
        x[i] = 300 + unit(seed) * (TOWN_M - 600);
        y[i] = 300 + unit(seed) * (TOWN_M - 600);
        sd_m[i] = 40 + 200 * unit(seed);
    }
    while (points->n < n) {
        const size_t i = random_below(seed, 10);
        const bool is_loose = unit(seed) < 0.1;
        double at_x = is_loose ? unit(seed) * TOWN_M : x[i] + sd_m[i] * normal(seed);
        double at_y = is_loose ? unit(seed) * TOWN_M : y[i] + sd_m[i] * normal(seed);
        if (round_m > 0) {
            at_x = round(at_x / round_m) * round_m;
            at_y = round(at_y / round_m) * round_m;
        }
        if (at_x > 0 && at_x < TOWN_M && at_y > 0 && at_y < TOWN_M) {
            push(points, 1000 + at_x, 500 + at_y, 1 + (double)random_below(seed, 3) / 2);
        }
    }
}

/* The square, as a mask of cells that are all inside. Caller: wh_mask_finish(). */
static inline struct wh_mask square(double x0, double y0, double side_m, uint32_t n)
{
    struct wh_mask mask = {.grid = {.x0 = x0, .y0 = y0, .cell_m = side_m / n, .nx = n, .ny = n}};
    mask.inside = wh_alloc(ctx, (size_t)n * n);
    assert_non_null(mask.inside);
    memset(mask.inside, 1, (size_t)n * n);
    return mask;
}

static inline struct wh_bandwidth_choice choose(const struct wh_points *points,
                                                enum wh_selector selector,
                                                const struct wh_bandwidth_options *opt)
{
    struct wh_bandwidth_choice choice;
    struct wh_error err = {0};
    assert_wh_ok(wh_bandwidth_select(ctx, points, selector, opt, &choice, &err));
    return choice;
}

static inline void assert_near(const char *what, double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%s: %.15g, not %.15g to %g", what, value, expected, tolerance);
    }
}

#endif
