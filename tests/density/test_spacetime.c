/* Density over time against a loop over slices, cells and points; what the slices' sum is; ratios
 * cell by cell. */
#include <wardheat/ratio.h>
#include <wardheat/spacetime.h>

#include "bandwidth_test.h"

#define DAY 86400
enum { N_SLICES = 9, N_CELLS = 40 * 40 };

static struct wh_grid slices[N_SLICES];

static void open_slices(const struct wh_mask *mask)
{
    struct wh_error err = {0};
    for (size_t i = 0; i < N_SLICES; i++) {
        slices[i] = (struct wh_grid){0};
        assert_wh_ok(wh_grid_like(ctx, &mask->grid, &slices[i], &err));
    }
}

static void close_slices(void)
{
    for (size_t i = 0; i < N_SLICES; i++) {
        wh_grid_finish(ctx, &slices[i]);
    }
}

/* Ninety days, and some before and after. */
static void date(uint64_t *seed, struct wh_points *points)
{
    for (size_t i = 0; i < points->n; i++) {
        points->opened_at[i] = (int64_t)((unit(seed) * 130 - 20) * DAY);
    }
}

static const struct wh_spacetime_options NINETY_DAYS = {
    .space = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 500},
    .to_utc = 90 * (int64_t)DAY,
    .n_slices = N_SLICES,
    .bandwidth_days = 25};

static double plain_time(double days, double b)
{
    return fabs(days) < b ? 15 / (16 * b) * pow(1 - days * days / (b * b), 2) : 0;
}

static void every_slice_is_that_of_a_plain_loop(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("slices");
    struct wh_error err = {0};
    struct wh_spacetime_stats stats;
    struct wh_mask mask = square(1000, 500, TOWN_M, 40);
    struct wh_points points = {0};
    static double expected[N_CELLS];
    scatter(&seed, 60, 0, &points);
    date(&seed, &points);
    for (unsigned corrects = 0; corrects < 2; corrects++) {
        struct wh_spacetime_options opt = NINETY_DAYS;
        opt.correct_ends = corrects;
        open_slices(&mask);
        assert_wh_ok(wh_spacetime(ctx, &points, &mask, &opt, slices, &stats, &err));
        for (size_t s = 0; s < N_SLICES; s++) {
            memset(expected, 0, sizeof expected);
            for (size_t i = 0; i < points.n; i++) {
                const double days = (double)points.opened_at[i] / DAY;
                double time_mass = 0, space_mass = 0;
                static double k[N_CELLS];
                for (size_t other = 0; other < N_SLICES; other++) {
                    time_mass += 10 * plain_time(days - 10 * (double)other - 5, 25);
                }
                const double in_time = !corrects ? plain_time(days - 10 * (double)s - 5, 25)
                                       : days >= 0 && days < 90
                                           ? plain_time(days - 10 * (double)s - 5, 25) / time_mass
                                           : 0;
                for (size_t c = 0; c < N_CELLS; c++) {
                    const double d = hypot(1050 + 100 * (double)(c % 40) - points.x[i],
                                           550 + 100 * (double)(c / 40) - points.y[i]);
                    k[c] = d < 500 ? pow(1 - d * d / 250000, 2) : 0;
                    space_mass += k[c] * 0.01;
                }
                for (size_t c = 0; c < N_CELLS; c++) {
                    expected[c] += points.weight[i] * in_time * k[c] / space_mass;
                }
            }
            for (size_t c = 0; c < N_CELLS; c++) {
                assert_near("slice", slices[s].v[c], expected[c], 1e-9 * stats.max_per_km2_day);
            }
        }
        close_slices();
    }
    wh_points_finish(ctx, &points);
    wh_mask_finish(ctx, &mask);
}

static void the_slices_add_up_to_the_density_of_all(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("sum");
    struct wh_error err = {0};
    struct wh_spacetime_stats stats;
    struct wh_density_stats of_all;
    struct wh_mask mask = square(1000, 500, TOWN_M, 40);
    struct wh_points points = {0}, within = {0};
    struct wh_grid all = {0};
    double bandwidth[300], bandwidth_within[300];
    scatter(&seed, 300, 0, &points);
    date(&seed, &points);
    for (size_t i = 0; i < points.n; i++) {
        bandwidth[i] = 200 + 600 * unit(&seed);
        if (points.opened_at[i] >= 0 && points.opened_at[i] < 90 * DAY) {
            bandwidth_within[within.n] = bandwidth[i];
            push(&within, points.x[i], points.y[i], points.weight[i]);
        }
    }
    struct wh_spacetime_options opt = NINETY_DAYS;
    opt.correct_ends = true;
    opt.space.bandwidth_of_point_m = bandwidth;
    open_slices(&mask);
    assert_wh_ok(wh_spacetime(ctx, &points, &mask, &opt, slices, &stats, &err));
    assert_int_equal(stats.n_used, within.n);
    assert_near("slice", stats.slice_days, 10, 1e-12);
    opt.space.bandwidth_of_point_m = bandwidth_within;
    assert_wh_ok(wh_grid_like(ctx, &mask.grid, &all, &err));
    assert_wh_ok(wh_density(ctx, &within, &mask, &opt.space, &all, NULL, &of_all, &err));
    for (size_t c = 0; c < N_CELLS; c++) {
        double sum = 0;
        for (size_t s = 0; s < N_SLICES; s++) {
            sum += slices[s].v[c] * stats.slice_days;
        }
        assert_near("sum of slices", sum, all.v[c], 1e-9 * of_all.max_per_km2);
    }
    close_slices();
    wh_grid_finish(ctx, &all);
    wh_points_finish(ctx, &points);
    wh_points_finish(ctx, &within);
    wh_mask_finish(ctx, &mask);
}

static void times_that_make_no_sense_are_refused(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_spacetime_stats stats;
    struct wh_mask mask = square(1000, 500, TOWN_M, 40);
    struct wh_points points = {0};
    push(&points, 2000, 2000, 1);
    struct wh_spacetime_options opt[4] = {NINETY_DAYS, NINETY_DAYS, NINETY_DAYS, NINETY_DAYS};
    opt[0].n_slices = 0;
    opt[1].to_utc = opt[1].from_utc;
    opt[2].bandwidth_days = 9.9;
    opt[3].bandwidth_days = (double)NAN;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(wh_spacetime(ctx, &points, &mask, &opt[i], slices, &stats, &err),
                         WH_ERR_CONFIG);
        assert_text_has(err.message, i < 2 ? "at least one slice" : "at least a slice");
    }
    wh_points_finish(ctx, &points);
    wh_mask_finish(ctx, &mask);
}

static void every_failed_allocation_ends_with_a_sentence(void **unused)
{
    (void)unused;
    if (!wh_fault_injection_built()) {
        print_message(
            "SKIPPED: this build has no fault injection (meson option fault_injection)\n");
        skip();
    }
    uint64_t seed = test_seed("memory");
    struct wh_mask mask = square(1000, 500, TOWN_M, 40);
    struct wh_points points = {0};
    double bandwidth[30];
    scatter(&seed, 30, 0, &points);
    for (size_t i = 0; i < points.n; i++) {
        bandwidth[i] = 400;
    }
    struct wh_spacetime_options opt = NINETY_DAYS;
    opt.space.bandwidth_of_point_m = bandwidth;
    open_slices(&mask);
    const size_t before = wh_alloc_in_use(ctx);
    enum wh_status status = WH_ERR_LIMIT;
    for (uint64_t n = 1; status != WH_OK; n++) {
        struct wh_error err = {0};
        struct wh_spacetime_stats stats;
        wh_alloc_fail_at(ctx, n, n % 2 == 0);
        status = wh_spacetime(ctx, &points, &mask, &opt, slices, &stats, &err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK || (status == WH_ERR_LIMIT && err.message[0] != '\0'));
        assert_int_equal(wh_alloc_in_use(ctx), before);
    }
    close_slices();
    wh_points_finish(ctx, &points);
    wh_mask_finish(ctx, &mask);
}

static void a_ratio_is_defined_where_its_denominator_is(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_ratio_stats stats;
    double f[6] = {2, 0, 3, 0, (double)NAN, 1}, g[6] = {4, 1, 0, 0, 5, (double)NAN}, r[6];
    struct wh_grid above = {.cell_m = 1, .nx = 6, .ny = 1, .v = f}, below = above, ret = above;
    below.v = g;
    ret.v = r;
    struct wh_ratio_options opt = {.scale = WH_RATIO_PLAIN};
    assert_wh_ok(wh_ratio(&above, &below, &opt, &ret, &stats, &err));
    assert_near("f / g", r[0], 0.5, 0);
    assert_near("0 / g", r[1], 0, 0);
    for (size_t i = 2; i < 6; i++) {
        assert_true(isnan(r[i]));
    }
    assert_int_equal(stats.n_defined, 2);
    assert_int_equal(stats.n_undefined, 2);
    assert_near("least", stats.least, 0, 0);
    assert_near("most", stats.most, 0.5, 0);
    opt.scale = WH_RATIO_RELATIVE; /* sums are 6 and 10 */
    assert_wh_ok(wh_ratio(&above, &below, &opt, &ret, &stats, &err));
    assert_near("relative", r[0], 0.5 * 10 / 6, 1e-12);
    opt.scale = WH_RATIO_LOG;
    assert_wh_ok(wh_ratio(&above, &below, &opt, &above, &stats, &err)); /* in place */
    assert_near("log", f[0], log(0.5 * 10 / 6), 1e-12);
    assert_true(isinf(f[1]) && f[1] < 0);
    f[0] = f[1] = 1;
    opt = (struct wh_ratio_options){.scale = WH_RATIO_PLAIN, .least_below = 0.5};
    assert_wh_ok(wh_ratio(&above, &below, &opt, &ret, &stats, &err)); /* below 2.5 none */
    assert_near("f / g", r[0], 0.25, 0);
    assert_true(isnan(r[1]));
    f[0] = -1;
    assert_int_equal(wh_ratio(&above, &below, &opt, &ret, &stats, &err), WH_ERR_CONFIG);
    assert_text_has(err.message, "negative");
    below.nx = 5;
    assert_int_equal(wh_ratio(&above, &below, &opt, &ret, &stats, &err), WH_ERR_CONFIG);
    assert_text_has(err.message, "geometry");
    opt.least_below = 2;
    below.nx = 6;
    assert_int_equal(wh_ratio(&above, &below, &opt, &ret, &stats, &err), WH_ERR_CONFIG);
    assert_text_has(err.message, "from 0 to 1");
}

static void two_equal_samples_have_the_same_share_everywhere(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("equal");
    struct wh_error err = {0};
    struct wh_density_stats density;
    struct wh_ratio_stats stats;
    struct wh_mask mask = square(1000, 500, TOWN_M, 40);
    struct wh_points one = {0}, twice = {0};
    struct wh_grid f = {0}, g = {0};
    scatter(&seed, 100, 0, &one);
    for (size_t i = 0; i < 2 * one.n; i++) {
        push(&twice, one.x[i / 2], one.y[i / 2], one.weight[i / 2]);
    }
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = 400};
    const struct wh_ratio_options relative = {.scale = WH_RATIO_RELATIVE};
    assert_wh_ok(wh_grid_like(ctx, &mask.grid, &f, &err));
    assert_wh_ok(wh_grid_like(ctx, &mask.grid, &g, &err));
    assert_wh_ok(wh_density(ctx, &one, &mask, &opt, &f, NULL, &density, &err));
    assert_wh_ok(wh_density(ctx, &twice, &mask, &opt, &g, NULL, &density, &err));
    assert_wh_ok(wh_ratio(&f, &g, &relative, &f, &stats, &err));
    assert_near("least", stats.least, 1, 1e-9);
    assert_near("most", stats.most, 1, 1e-9);
    assert_int_equal(stats.n_defined + stats.n_undefined, N_CELLS);
    assert_true(stats.n_undefined > 0); /* where no kernel reaches there is nothing to compare */
    wh_grid_finish(ctx, &f);
    wh_grid_finish(ctx, &g);
    wh_points_finish(ctx, &one);
    wh_points_finish(ctx, &twice);
    wh_mask_finish(ctx, &mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_slice_is_that_of_a_plain_loop),
        cmocka_unit_test(the_slices_add_up_to_the_density_of_all),
        cmocka_unit_test(times_that_make_no_sense_are_refused),
        cmocka_unit_test(every_failed_allocation_ends_with_a_sentence),
        cmocka_unit_test(a_ratio_is_defined_where_its_denominator_is),
        cmocka_unit_test(two_equal_samples_have_the_same_share_everywhere),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
