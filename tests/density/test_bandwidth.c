/* Bandwidth selectors against plain double loops, and what must hold of each of them. */
#include "bandwidth_test.h"
#include "density/bandwidth_internal.h"

static double phi(double z)
{
    return 0.5 * erfc(-z / sqrt(2));
}

static double square_mass(double x, double y, double sigma)
{
    return (phi((1000 + TOWN_M - x) / sigma) - phi((1000 - x) / sigma)) *
           (phi((500 + TOWN_M - y) / sigma) - phi((500 - y) / sigma));
}

/* Mean log density per km² at each point, from all that are elsewhere. */
static double plain_likelihood(const struct wh_points *points, double sigma, bool has_edge)
{
    double sum = 0, total = 0;
    for (size_t i = 0; i < points->n; i++) {
        double density = 0;
        for (size_t j = 0; j < points->n; j++) {
            const double dx = points->x[i] - points->x[j], dy = points->y[i] - points->y[j];
            const double d2 = dx * dx + dy * dy;
            if (d2 > 0) {
                density += points->weight[j] * exp(-d2 / (2 * sigma * sigma)) /
                           (has_edge ? square_mass(points->x[j], points->y[j], sigma) : 1);
            }
        }
        sum += points->weight[i] * log(1e6 * density / (2 * M_PI * sigma * sigma));
        total += points->weight[i];
    }
    return sum / total;
}

static void likelihood_is_that_of_a_double_loop(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("likelihood");
    struct wh_mask mask = square(1000, 500, TOWN_M, 50);
    for (size_t i = 0; i < 6; i++) {
        struct wh_points points = {0};
        /* The last two have more places than are summed one by one. */
        scatter(&seed, i < 4 ? 200 + 50 * i : 1500, i % 2 == 0 ? 0 : 10, &points);
        const struct wh_bandwidth_options opt = {.kernel = WH_KERNEL_GAUSSIAN,
                                                 .window = i < 3 || i == 5 ? &mask : NULL,
                                                 .min_bandwidth_m = 200,
                                                 .max_bandwidth_m = 900,
                                                 .n_candidates = 5};
        const struct wh_bandwidth_choice choice = choose(&points, WH_SELECT_LIKELIHOOD, &opt);
        assert_int_equal(choice.curve.n, 5);
        for (size_t k = 0; k < 5; k++) {
            const double expected =
                plain_likelihood(&points, choice.curve.bandwidth_m[k], opt.window != NULL);
            assert_near("mean log density", choice.curve.score[k], expected, i < 4 ? 2e-6 : 1e-3);
        }
        wh_points_finish(ctx, &points);
    }
    wh_mask_finish(ctx, &mask);
}

static void a_place_far_from_all_is_scored_by_its_nearest(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("far");
    struct wh_points points = {0};
    scatter(&seed, 100, 0, &points);
    push(&points, 9000, 9000, 1);
    const struct wh_bandwidth_options opt = {.kernel = WH_KERNEL_GAUSSIAN,
                                             .min_bandwidth_m = 400,
                                             .max_bandwidth_m = 6000,
                                             .n_candidates = 9};
    const struct wh_bandwidth_choice choice = choose(&points, WH_SELECT_LIKELIHOOD, &opt);
    for (size_t k = 0; k < choice.curve.n; k++) {
        const double expected = plain_likelihood(&points, choice.curve.bandwidth_m[k], false);
        assert_near("mean log density", choice.curve.score[k], expected, 0.02);
    }
    wh_points_finish(ctx, &points);
}

/* Diggle and Berman's criterion with K counted pair by pair, in a square (Ohser 1983: the shared
 * area is a² - 4ar/pi + r²/pi). */
static double plain_diggle(const struct wh_points *points, double h, double longest, double side)
{
    double total = 0, squares = 0, norm = 0, k = 0, j = 0;
    for (size_t i = 0; i < points->n; i++) {
        total += points->weight[i];
        squares += points->weight[i] * points->weight[i];
    }
    norm = total * total - squares;
    for (size_t a = 0; a < points->n; a++) {
        for (size_t b = 0; b < points->n; b++) {
            const double r = hypot(points->x[a] - points->x[b], points->y[a] - points->y[b]);
            if (a == b || r > longest) {
                continue;
            }
            const double shared = side * side - 4 * side * r / M_PI + r * r / M_PI;
            const double part =
                points->weight[a] * points->weight[b] / norm * pow(side, 4) / shared;
            const double x = r / (2 * h);
            k += r <= h ? part : 0;
            j += x < 1 ? 2 * h * h * (acos(x) - x * sqrt(1 - x * x)) * part : 0;
        }
    }
    const double disc = M_PI * h * h;
    return (side * side * squares / (total * total) - 2 * k) / disc + j / (disc * disc);
}

static void least_error_is_that_of_a_double_loop(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("diggle");
    struct wh_mask mask = square(1000, 500, TOWN_M, 8);
    struct wh_points points = {0};
    scatter(&seed, 400, 0, &points);
    const struct wh_bandwidth_options opt = {.kernel = WH_KERNEL_GAUSSIAN, .window = &mask};
    const struct wh_bandwidth_choice choice = choose(&points, WH_SELECT_DIGGLE, &opt);
    assert_int_equal(choice.curve.n, 255);
    for (size_t step = 40; step < 255; step += 50) {
        const double h = 2 * choice.curve.bandwidth_m[step];
        const double expected = plain_diggle(&points, h, 1e9, TOWN_M);
        /* Distances are rounded to steps of a 511th of the longest: at 40 steps a disc, some 1e-3.
         */
        assert_near("M", choice.curve.score[step], expected, 0.003 * (1 + fabs(expected)));
    }
    wh_points_finish(ctx, &points);
    wh_mask_finish(ctx, &mask);
}

static void shuffle(uint64_t *seed, struct wh_points *points)
{
    for (size_t i = points->n; i > 1; i--) {
        const size_t j = random_below(seed, i);
        double *const column[] = {points->x, points->y, points->weight};
        for (size_t c = 0; c < 3; c++) {
            const double value = column[c][i - 1];
            column[c][i - 1] = column[c][j];
            column[c][j] = value;
        }
    }
}

/* Mean log of density per event and km², with 1 in 100 anywhere in the square. */
static double plain_next(const struct wh_points *earlier, const struct wh_points *later,
                         double sigma)
{
    double sum = 0, total = 0, n = 0;
    for (size_t j = 0; j < earlier->n; j++) {
        n += earlier->weight[j];
    }
    for (size_t i = 0; i < later->n; i++) {
        double density = 0;
        for (size_t j = 0; j < earlier->n; j++) {
            const double dx = later->x[i] - earlier->x[j], dy = later->y[i] - earlier->y[j];
            density += earlier->weight[j] * exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) /
                       (2 * M_PI * sigma * sigma) /
                       square_mass(earlier->x[j], earlier->y[j], sigma);
        }
        sum += later->weight[i] * log(1e6 * (0.99 * density / n + 0.01 / (TOWN_M * TOWN_M)));
        total += later->weight[i];
    }
    return sum / total;
}

static double weight_of(const struct wh_points *points)
{
    double sum = 0;
    for (size_t i = 0; i < points->n; i++) {
        sum += points->weight[i];
    }
    return sum;
}

static void the_next_period_is_foretold_as_by_a_double_loop(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("next");
    struct wh_mask mask = square(1000, 500, TOWN_M, 50);
    struct wh_points period[3] = {{0}};
    const uint64_t town = seed;
    for (size_t i = 0; i < 3; i++) { /* the same clusters, other events */
        seed = town;
        scatter(&seed, 150 + 100 * i, 20, &period[i]);
        shuffle(&seed, &period[i]);
        period[i].n -= 50 * i;
    }
    struct wh_points few = period[0];
    few.n = 19; /* too few to count */
    const struct wh_bandwidth_fold fold[] = {
        {&period[0], &period[1]}, {&period[1], &period[2]}, {&few, &period[2]}};
    const struct wh_bandwidth_options opt = {.kernel = WH_KERNEL_GAUSSIAN,
                                             .window = &mask,
                                             .min_bandwidth_m = 60,
                                             .max_bandwidth_m = 900,
                                             .n_candidates = 4,
                                             .n_folds = 3,
                                             .fold = fold};
    const struct wh_bandwidth_choice choice = choose(&period[2], WH_SELECT_NEXT_LIKELIHOOD, &opt);
    const double first = weight_of(&period[1]), second = weight_of(&period[2]);
    for (size_t k = 0; k < choice.curve.n; k++) {
        const double sigma = choice.curve.bandwidth_m[k];
        const double expected = (first * plain_next(&period[0], &period[1], sigma) +
                                 second * plain_next(&period[1], &period[2], sigma)) /
                                (first + second);
        assert_near("mean log density", choice.curve.score[k], expected, 1e-4);
    }
    for (size_t i = 0; i < 3; i++) {
        wh_points_finish(ctx, &period[i]);
    }
    wh_mask_finish(ctx, &mask);
}

/* Share of the later events in the densest twentieth of the cells, over a twentieth: by asking for
 * each cell how many are denser. */
static double plain_pai(const struct wh_points *earlier, const struct wh_points *later,
                        const struct wh_mask *mask, double bandwidth_m)
{
    struct wh_error err = {0};
    struct wh_density_stats stats;
    struct wh_grid grid = {0};
    const size_t n = (size_t)mask->grid.nx * mask->grid.ny, hot = n / 20;
    const struct wh_density_options opt = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = bandwidth_m};
    double hits = 0;
    assert_wh_ok(wh_grid_like(ctx, &mask->grid, &grid, &err));
    assert_wh_ok(wh_density(ctx, earlier, mask, &opt, &grid, NULL, &stats, &err));
    for (size_t i = 0; i < later->n; i++) {
        const size_t col = (size_t)((later->x[i] - grid.x0) / grid.cell_m);
        const size_t row = (size_t)((later->y[i] - grid.y0) / grid.cell_m);
        const double own = grid.v[row * grid.nx + col];
        size_t denser = 0, alike = 0;
        for (size_t cell = 0; cell < n; cell++) {
            denser += grid.v[cell] > own;
            alike += !(grid.v[cell] > own) && !(grid.v[cell] < own);
        }
        const double share = denser >= hot ? 0 : fmin(1, (double)(hot - denser) / (double)alike);
        hits += later->weight[i] * share;
    }
    wh_grid_finish(ctx, &grid);
    return hits / weight_of(later) * 20;
}

static void hits_in_the_next_period_are_those_of_a_plain_count(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("hits");
    struct wh_mask mask = square(1000, 500, TOWN_M, 40); /* few enough to be left as they are */
    struct wh_points earlier = {0}, later = {0};
    const uint64_t town = seed;
    scatter(&seed, 100, 0, &earlier);
    seed = town;
    scatter(&seed, 130, 0, &later);
    const struct wh_bandwidth_fold fold = {&earlier, &later};
    const struct wh_bandwidth_options opt = {.kernel = WH_KERNEL_QUARTIC,
                                             .window = &mask,
                                             .min_bandwidth_m = 120,
                                             .max_bandwidth_m = 2000,
                                             .n_candidates = 5,
                                             .n_folds = 1,
                                             .fold = &fold};
    const struct wh_bandwidth_choice choice = choose(&earlier, WH_SELECT_NEXT_PAI, &opt);
    for (size_t k = 0; k < choice.curve.n; k++) {
        assert_near("PAI", choice.curve.score[k],
                    plain_pai(&earlier, &later, &mask, choice.curve.bandwidth_m[k]), 1e-9);
    }
    wh_points_finish(ctx, &earlier);
    wh_points_finish(ctx, &later);
    wh_mask_finish(ctx, &mask);
}

static void mass_inside_is_that_of_its_cells(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("mass inside");
    struct wh_mask mask = square(1000, 500, TOWN_M, 40);
    const double cell = mask.grid.cell_m;
    for (size_t i = 0; i < 1600; i++) {
        mask.inside[i] = unit(&seed) < 0.7;
    }
    struct wh_region region = {0};
    assert_wh_ok(wh_region_of(ctx, &mask, NULL, &region, &err));
    for (size_t i = 0; i < 40; i++) {
        const double x = 500 + unit(&seed) * 5000, y = unit(&seed) * 5000;
        const double sigma = 10 * pow(200, unit(&seed));
        double expected = 0;
        for (size_t c = 0; c < 1600; c++) {
            const double x0 = 1000 + (double)(c % 40) * cell, y0 = 500 + (double)(c / 40) * cell;
            expected += mask.inside[c] * (phi((x0 + cell - x) / sigma) - phi((x0 - x) / sigma)) *
                        (phi((y0 + cell - y) / sigma) - phi((y0 - y) / sigma));
        }
        assert_near("mass", wh_region_mass(&region, x, y, sigma), expected, 1e-5);
    }
    wh_region_finish(ctx, &region);
    wh_mask_finish(ctx, &mask);
}

static void shared_area_is_counted_from_cells_and_known_of_a_square(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("shared area");
    struct wh_mask mask = square(0, 0, 300, 30);
    struct wh_region region = {0};
    assert_wh_ok(wh_region_of(ctx, &mask, NULL, &region, &err));
    for (double r = 0; r < 300; r += 60) {
        const double expected = 300.0 * 300 - 4 * 300 * r / M_PI + r * r / M_PI;
        assert_near("mean shared area", wh_region_mean_covariance(&region, r), expected, 40);
    }
    wh_region_finish(ctx, &region);
    for (size_t i = 0; i < 900; i++) {
        mask.inside[i] = unit(&seed) < 0.6;
    }
    assert_wh_ok(wh_region_of(ctx, &mask, NULL, &region, &err));
    for (int dx = -31; dx < 32; dx += 7) {
        for (int dy = -31; dy < 32; dy += 7) {
            double expected = 0;
            for (int c = 0; c < 900; c++) {
                const int col = c % 30 + dx, row = c / 30 + dy;
                expected += col >= 0 && col < 30 && row >= 0 && row < 30 && mask.inside[c] != 0 &&
                            mask.inside[row * 30 + col] != 0;
            }
            assert_near("shared area", wh_region_covariance(&region, 10.0 * dx, 10.0 * dy),
                        100 * expected, 1e-6);
        }
    }
    wh_region_finish(ctx, &region);
    wh_mask_finish(ctx, &mask);
}

/* Of one round normal hill every selector's aim is known: s n^(-1/6). */
static void a_normal_hill_asks_for_its_known_bandwidth(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("hill");
    struct wh_points points = {0};
    for (size_t i = 0; i < 2000; i++) {
        push(&points, 1000 * normal(&seed), 1000 * normal(&seed), 1);
    }
    const struct wh_bandwidth_options opt = {.kernel = WH_KERNEL_GAUSSIAN};
    const double expected = 1000 * pow(2000, -1.0 / 6);
    static const double TOLERANCE[] = {0.03, 0.05, 0.3, 0.5, 0.1};
    for (enum wh_selector s = WH_SELECT_SCOTT; s <= WH_SELECT_ISJ; s++) {
        const struct wh_bandwidth_choice choice = choose(&points, s, &opt);
        assert_true(choice.is_found);
        assert_near(wh_selector_name(s), choice.sigma_m, expected, TOLERANCE[s] * expected);
        for (size_t i = 0; i < choice.curve.n; i++) { /* no candidate is better than the choice */
            const double nearest = fabs(log(choice.curve.bandwidth_m[i] / choice.bandwidth_m));
            assert_true(isfinite(choice.curve.score[i]) && isfinite(nearest));
        }
    }
    wh_points_finish(ctx, &points);
}

static void kernels_get_the_same_variance(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("kernels");
    struct wh_points points = {0};
    scatter(&seed, 300, 0, &points);
    const struct wh_bandwidth_options gaussian = {.kernel = WH_KERNEL_GAUSSIAN},
                                      quartic = {.kernel = WH_KERNEL_QUARTIC};
    for (enum wh_selector s = WH_SELECT_SCOTT; s <= WH_SELECT_ISJ; s++) {
        const struct wh_bandwidth_choice a = choose(&points, s, &gaussian),
                                         b = choose(&points, s, &quartic);
        assert_near(wh_selector_name(s), a.sigma_m, b.sigma_m, 1e-9 * a.sigma_m);
        assert_near(wh_selector_name(s), b.bandwidth_m, sqrt(8) * a.bandwidth_m,
                    1e-9 * b.bandwidth_m);
    }
    wh_points_finish(ctx, &points);
}

static void order_and_threads_do_not_change_a_bit(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("order");
    struct wh_error err = {0};
    struct wh_mask mask = square(1000, 500, TOWN_M, 40);
    struct wh_points points = {0}, later = {0};
    scatter(&seed, 1500, 7, &points);
    scatter(&seed, 200, 7, &later);
    const struct wh_bandwidth_fold fold = {&points, &later};
    const struct wh_bandwidth_options opt = {
        .window = &mask, .min_bandwidth_m = 150, .n_candidates = 9, .n_folds = 1, .fold = &fold};
    for (enum wh_selector s = WH_SELECT_SCOTT; s <= WH_SELECT_NEXT_PAI; s++) {
        const struct wh_bandwidth_choice first = choose(&points, s, &opt);
        if (!first.is_found) {
            fail_msg("%s: %s", wh_selector_name(s), first.why_not);
        }
        shuffle(&seed, &points);
        shuffle(&seed, &later);
        for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
            struct wh_ctx *other = NULL;
            struct wh_bandwidth_choice choice;
            const struct wh_ctx_options options = {.jobs = jobs, .quiet = true};
            assert_wh_ok(wh_ctx_create(&options, &other, &err));
            assert_wh_ok(wh_bandwidth_select(other, &points, s, &opt, &choice, &err));
            assert_memory_equal(&first.sigma_m, &choice.sigma_m, sizeof first.sigma_m);
            assert_memory_equal(first.curve.score, choice.curve.score, sizeof first.curve.score);
            wh_ctx_destroy(other);
        }
    }
    wh_points_finish(ctx, &points);
    wh_points_finish(ctx, &later);
    wh_mask_finish(ctx, &mask);
}

static void addresses_that_occur_again_do_not_choose_nothing(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("again");
    struct wh_points once = {0}, thrice = {0};
    scatter(&seed, 500, 0, &once);
    for (size_t i = 0; i < 3 * once.n; i++) {
        push(&thrice, once.x[i / 3], once.y[i / 3], once.weight[i / 3]);
    }
    const struct wh_bandwidth_options opt = {
        .kernel = WH_KERNEL_GAUSSIAN, .min_bandwidth_m = 1, .max_bandwidth_m = 1000};
    for (enum wh_selector s = WH_SELECT_LIKELIHOOD; s <= WH_SELECT_ISJ; s++) {
        const struct wh_bandwidth_choice a = choose(&once, s, &opt), b = choose(&thrice, s, &opt);
        assert_near(wh_selector_name(s), b.sigma_m, a.sigma_m, 1e-6 * a.sigma_m);
    }
    wh_points_finish(ctx, &once);
    wh_points_finish(ctx, &thrice);
}

static void too_few_points_are_said_not_guessed(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("few");
    struct wh_mask mask = square(1000, 500, TOWN_M, 40);
    for (size_t n = 0; n < 20; n += n < 3 ? 1 : 8) {
        struct wh_points points = {0}, line = {0}, spot = {0};
        scatter(&seed, n, 0, &points);
        for (size_t i = 0; i < 10 * n; i++) {
            push(&line, 1000 + (double)i, 700, 1);
            push(&spot, 1234, 567, 1);
        }
        const struct wh_bandwidth_fold fold = {&points, &points};
        const struct wh_bandwidth_options opt = {.window = &mask, .n_folds = 1, .fold = &fold};
        for (enum wh_selector s = WH_SELECT_SCOTT; s <= WH_SELECT_NEXT_PAI; s++) {
            const struct wh_bandwidth_choice choice = choose(&points, s, &opt);
            const bool is_rule = s == WH_SELECT_SCOTT || s == WH_SELECT_SILVERMAN;
            assert_int_equal(choice.is_found, is_rule && n >= 2);
            assert_true(choice.is_found == (choice.why_not[0] == '\0'));
            assert_false(choose(&line, s, &opt).is_found);
            assert_false(choose(&spot, s, &opt).is_found);
        }
        wh_points_finish(ctx, &points);
        wh_points_finish(ctx, &line);
        wh_points_finish(ctx, &spot);
    }
    wh_mask_finish(ctx, &mask);
}

static void options_that_make_no_sense_are_refused(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("options");
    struct wh_error err = {0};
    struct wh_bandwidth_choice choice;
    struct wh_points points = {0};
    scatter(&seed, 50, 0, &points);
    struct wh_bandwidth_options opt = {.min_bandwidth_m = 500, .max_bandwidth_m = 100};
    assert_int_equal(wh_bandwidth_select(ctx, &points, WH_SELECT_LIKELIHOOD, &opt, &choice, &err),
                     WH_ERR_CONFIG);
    assert_text_has(err.message, "below the widest");
    opt = (struct wh_bandwidth_options){0};
    assert_int_equal(
        wh_bandwidth_select(ctx, &points, WH_SELECT_NEXT_LIKELIHOOD, &opt, &choice, &err),
        WH_ERR_CONFIG);
    assert_text_has(err.message, "next-likelihood needs periods");
    const struct wh_bandwidth_fold fold = {&points, &points};
    opt = (struct wh_bandwidth_options){.n_folds = 1, .fold = &fold};
    assert_int_equal(wh_bandwidth_select(ctx, &points, WH_SELECT_NEXT_PAI, &opt, &choice, &err),
                     WH_ERR_CONFIG);
    assert_text_has(err.message, "next-pai needs a study area");
    wh_points_finish(ctx, &points);
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
    scatter(&seed, 60, 0, &points);
    const struct wh_bandwidth_fold fold = {&points, &points};
    const struct wh_bandwidth_options opt = {
        .window = &mask, .min_bandwidth_m = 200, .n_candidates = 2, .n_folds = 1, .fold = &fold};
    const size_t before = wh_alloc_in_use(ctx);
    for (enum wh_selector s = WH_SELECT_SCOTT; s <= WH_SELECT_NEXT_PAI; s++) {
        enum wh_status status = WH_ERR_LIMIT;
        for (uint64_t n = 1; status != WH_OK; n++) {
            struct wh_error err = {0};
            struct wh_bandwidth_choice choice;
            wh_alloc_fail_at(ctx, n, n % 2 == 0);
            status = wh_bandwidth_select(ctx, &points, s, &opt, &choice, &err);
            wh_alloc_fail_at(ctx, 0, false);
            assert_true(status == WH_OK || (status == WH_ERR_LIMIT && err.message[0] != '\0'));
            assert_int_equal(wh_alloc_in_use(ctx), before);
        }
    }
    wh_points_finish(ctx, &points);
    wh_mask_finish(ctx, &mask);
}

static void names_of_selectors_come_back(void **unused)
{
    (void)unused;
    for (enum wh_selector s = WH_SELECT_SCOTT; s <= WH_SELECT_NEXT_PAI; s++) {
        enum wh_selector back = WH_SELECT_SCOTT;
        assert_true(wh_selector_from_name(wh_selector_name(s), &back));
        assert_int_equal(back, s);
        assert_true(strlen(wh_selector_title(s)) > 0);
    }
    enum wh_selector untouched = WH_SELECT_ISJ;
    assert_false(wh_selector_from_name("silvermann", &untouched));
    assert_int_equal(untouched, WH_SELECT_ISJ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likelihood_is_that_of_a_double_loop),
        cmocka_unit_test(a_place_far_from_all_is_scored_by_its_nearest),
        cmocka_unit_test(least_error_is_that_of_a_double_loop),
        cmocka_unit_test(the_next_period_is_foretold_as_by_a_double_loop),
        cmocka_unit_test(hits_in_the_next_period_are_those_of_a_plain_count),
        cmocka_unit_test(mass_inside_is_that_of_its_cells),
        cmocka_unit_test(shared_area_is_counted_from_cells_and_known_of_a_square),
        cmocka_unit_test(a_normal_hill_asks_for_its_known_bandwidth),
        cmocka_unit_test(kernels_get_the_same_variance),
        cmocka_unit_test(order_and_threads_do_not_change_a_bit),
        cmocka_unit_test(addresses_that_occur_again_do_not_choose_nothing),
        cmocka_unit_test(too_few_points_are_said_not_guessed),
        cmocka_unit_test(options_that_make_no_sense_are_refused),
        cmocka_unit_test(every_failed_allocation_ends_with_a_sentence),
        cmocka_unit_test(names_of_selectors_come_back),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
