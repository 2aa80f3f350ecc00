/* Reports of one problem: against looking at every pair, and by what must hold of any answer. */
#include <wardheat/repeats.h>

#include "../wh_test_ctx.h"
#include "model/requests.h"

#define DAY INT64_C(86400)

static void add(struct wh_points *points, double x, double y, double precision_m, int64_t opened_at,
                uint16_t category)
{
    struct wh_error err = {0};
    assert_wh_ok(wh_points_push(ctx, points, x, y, precision_m, opened_at, category,
                                (uint32_t)points->n, &err));
}

/* ---- the definition, report by report against every problem that has begun ---- */

static bool comes_before(const struct wh_points *points, size_t a, size_t b)
{
    return points->opened_at[a] != points->opened_at[b]
               ? points->opened_at[a] < points->opened_at[b]
               : a < b;
}

static bool takes(const struct wh_points *points, const struct wh_repeat_options *opt, size_t first,
                  size_t report, double *ret_m2)
{
    const double dx = points->x[report] - points->x[first],
                 dy = points->y[report] - points->y[first];
    *ret_m2 = dx * dx + dy * dy;
    return points->category[first] == points->category[report] &&
           points->precision_m[first] <= opt->distance_m &&
           points->precision_m[report] <= opt->distance_m &&
           points->opened_at[first] != WH_NO_TIME && points->opened_at[report] != WH_NO_TIME &&
           points->opened_at[report] - points->opened_at[first] <= opt->days * DAY &&
           *ret_m2 <= opt->distance_m * opt->distance_m;
}

static size_t link_slowly(const struct wh_points *points, const struct wh_repeat_options *opt,
                          uint32_t *ret_first)
{
    bool *const is_done = calloc(points->n + 1, sizeof *is_done);
    size_t n_problems = 0;
    assert_non_null(is_done);
    for (size_t k = 0; k < points->n; k++) {
        size_t next = SIZE_MAX, best = SIZE_MAX;
        double best_m2 = 0, m2;
        for (size_t i = 0; i < points->n; i++) {
            next = !is_done[i] && (next == SIZE_MAX || comes_before(points, i, next)) ? i : next;
        }
        for (size_t i = 0; i < points->n; i++) {
            if (is_done[i] && ret_first[i] == i && takes(points, opt, i, next, &m2) &&
                (best == SIZE_MAX || m2 < best_m2 ||
                 (m2 <= best_m2 && comes_before(points, i, best)))) {
                best = i;
                best_m2 = m2;
            }
        }
        ret_first[next] = (uint32_t)(best == SIZE_MAX ? next : best);
        n_problems += best == SIZE_MAX;
        is_done[next] = true;
    }
    free(is_done);
    return n_problems;
}

/* Whole metres in a small place make equal distances, equal times and distances that are just it.
 */
static void make_points(uint64_t *seed, struct wh_points *points)
{
    const size_t n = random_below(seed, 120);
    const double side = 1 + (double)random_below(seed, 60),
                 scale = random_below(seed, 2) ? 1 : 0.37;
    const double east = random_below(seed, 3) ? 0 : -400000,
                 span = 1 + (double)random_below(seed, 40);
    for (size_t i = 0; i < n; i++) {
        const double x = east + scale * (double)random_below(seed, (uint64_t)side);
        const double y = scale * (double)random_below(seed, (uint64_t)side) - 20;
        const int64_t at = random_below(seed, 30) == 0
                               ? WH_NO_TIME
                               : (int64_t)random_below(seed, (uint64_t)span) * DAY / 2;
        add(points, x, y, random_below(seed, 8) == 0 ? 60 : 0, at, (uint16_t)random_below(seed, 3));
    }
}

static void links_are_those_of_the_definition(void **state)
{
    (void)state;
    uint64_t seed = test_seed("links");
    struct wh_error err = {0};
    for (int trial = 0; trial < 3000; trial++) {
        struct wh_points points = {0};
        uint32_t first[128] = {0}, wanted[128] = {0};
        size_t n_problems = 0;
        make_points(&seed, &points);
        const struct wh_repeat_options opt = {1 + (double)random_below(&seed, 12),
                                              1 + (uint32_t)random_below(&seed, 9)};
        assert_wh_ok(wh_repeats_link(ctx, &points, &opt, first, &n_problems, &err));
        assert_int_equal(n_problems, link_slowly(&points, &opt, wanted));
        assert_memory_equal(first, wanted, sizeof first);
        wh_points_finish(ctx, &points);
    }
}

/* With every report at its own instant the order of the points is nothing. */
static void the_order_of_points_does_not_matter(void **state)
{
    (void)state;
    enum { N = 400 };
    uint64_t seed = test_seed("order of points");
    struct wh_error err = {0};
    for (int trial = 0; trial < 50; trial++) {
        struct wh_points one = {0}, other = {0};
        uint32_t order[N], first[N], other_first[N];
        for (uint32_t i = 0; i < N; i++) {
            add(&one, (double)random_below(&seed, 300), (double)random_below(&seed, 300), 0,
                (int64_t)i * 7919, (uint16_t)random_below(&seed, 2));
            order[i] = i;
        }
        for (uint32_t i = N - 1; i > 0; i--) {
            const uint32_t j = (uint32_t)random_below(&seed, i + 1), kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        for (uint32_t i = 0; i < N; i++) {
            add(&other, one.x[order[i]], one.y[order[i]], 0, one.opened_at[order[i]],
                one.category[order[i]]);
        }
        const struct wh_repeat_options opt = {25, 10};
        assert_wh_ok(wh_repeats_link(ctx, &one, &opt, first, NULL, &err));
        assert_wh_ok(wh_repeats_link(ctx, &other, &opt, other_first, NULL, &err));
        for (uint32_t i = 0; i < N; i++) {
            assert_int_equal(order[other_first[i]], first[order[i]]);
        }
        wh_points_finish(ctx, &one);
        wh_points_finish(ctx, &other);
    }
}

static void chains_and_ties_are_as_documented(void **state)
{
    (void)state;
    struct wh_points points = {0};
    struct wh_error err = {0};
    uint32_t first[10];
    size_t n_problems = 0;
    add(&points, 0, 0, 0, 0, 0);            /* 0 begins */
    add(&points, 50, 0, 0, DAY, 0);         /* 1 joins it: just 50 m away */
    add(&points, 100, 0, 0, 2 * DAY, 0);    /* 2: near the repeat, not near the first: begins */
    add(&points, 50, 0, 0, 3 * DAY, 0);     /* 3: as near to 0 as to 2: 0 began first */
    add(&points, 51, 0, 0, 3 * DAY, 0);     /* 4: nearer to 2 */
    add(&points, 0, 0, 0, 30 * DAY, 0);     /* 5 joins 0: on the last day */
    add(&points, 0, 0, 0, 30 * DAY + 1, 0); /* 6: a second too late, begins */
    add(&points, 0, 0, 0, 3 * DAY, 1);      /* 7: another category */
    add(&points, 0, 0, 50.5, 3 * DAY, 0);   /* 8: nobody knows where */
    add(&points, 0, 0, 0, WH_NO_TIME, 0);   /* 9: nobody knows when */
    const uint32_t wanted[10] = {0, 0, 2, 0, 2, 0, 6, 7, 8, 9};
    const struct wh_repeat_options opt = {50, 30}, none = {0, 30};
    assert_wh_ok(wh_repeats_link(ctx, &points, &opt, first, &n_problems, &err));
    assert_memory_equal(first, wanted, sizeof wanted);
    assert_int_equal(n_problems, 6);
    assert_int_equal(wh_repeats_link(ctx, &points, &none, first, &n_problems, &err),
                     WH_ERR_INTERNAL);
    wh_points_finish(ctx, &points);
    assert_wh_ok(wh_repeats_link(ctx, &points, &opt, first, &n_problems, &err));
    assert_int_equal(n_problems, 0);
}

static void far_away_places_are_no_trouble(void **state)
{
    (void)state;
    struct wh_points points = {0};
    struct wh_error err = {0};
    uint32_t first[4];
    add(&points, 1e300, -1e300, 0, 0, 0);
    add(&points, 1e300, -1e300, 0, DAY, 0);
    add(&points, 1e20, 0, 0, INT64_MAX, 0);
    add(&points, 1e20, 0, 0, INT64_MIN + 1, 0);
    const uint32_t wanted[4] = {0, 0, 2, 3};
    const struct wh_repeat_options opt = {50, 30};
    assert_wh_ok(wh_repeats_link(ctx, &points, &opt, first, NULL, &err));
    assert_memory_equal(first, wanted, sizeof wanted);
    wh_points_finish(ctx, &points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_those_of_the_definition),
        cmocka_unit_test(the_order_of_points_does_not_matter),
        cmocka_unit_test(chains_and_ties_are_as_documented),
        cmocka_unit_test(far_away_places_are_no_trouble),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
