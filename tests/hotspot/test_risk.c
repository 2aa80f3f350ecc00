/* Relative risk against R sparr, a plain double loop, chance and planted spots. */
#include <wardheat/risk.h>
#include <wardheat/statistics.h>

#include "geo/raster.h"
#include "golden.h"

static struct golden table;

/* ---- sparr ---- */

/* Rings of the window, closed; the exterior first. */
static void read_window(struct wh_shape *ret)
{
    static double x[256], y[256];
    static uint32_t part_start[9], ring_start[9];
    uint32_t n = 0, n_rings = 0;
    assert_true(golden_table("sparr/pbc_window.csv", 1, 0, &table));
    for (size_t i = 0; i < table.n; i++) {
        const bool is_last =
            i + 1 == table.n || fabs(table.value[i + 1][0] - table.value[i][0]) > 0.5;
        x[n] = table.value[i][2];
        y[n++] = table.value[i][3];
        if (is_last) {
            x[n] = x[ring_start[n_rings]];
            y[n] = y[ring_start[n_rings]];
            ring_start[++n_rings] = ++n;
            part_start[n_rings] = n_rings; /* this window has no holes */
        }
    }
    *ret = (struct wh_shape){.n_parts = n_rings,
                             .n_rings = n_rings,
                             .n_vertices = n,
                             .part_start = part_start,
                             .ring_start = ring_start,
                             .x = x,
                             .y = y};
}

/* sparr moves every point to the middle of its pixel, of 128 x 128 over the window's box: in the
 * far tail of a Gaussian that is more than a hundredth of the log ratio. */
static double to_pixel(double at, double low, double high)
{
    const double step = (high - low) / 128;
    return low + (floor((at - low) / step) + 0.5) * step;
}

static void read_pbc(const double box[4], struct wh_points *cases, struct wh_points *controls)
{
    struct wh_error err = {0};
    char *text = golden_text("sparr/pbc_points.csv");
    for (const char *at = golden_line(text); *at != '\0'; at = golden_line(at)) {
        char *end = NULL;
        const double x = strtod(at, &end), y = strtod(end + 1, &end);
        struct wh_points *set = strncmp(end, ",\"case\"", 7) == 0 ? cases : controls;
        assert_wh_ok(wh_points_push(ctx, set, to_pixel(x, box[0], box[2]),
                                    to_pixel(y, box[1], box[3]), 0, 0, 0, (uint32_t)set->n, &err));
    }
    free(text);
    assert_int_equal(cases->n, 761);
    assert_int_equal(controls->n, 3020);
}

/* Between the four centres round a place; NaN where one of them is. */
static double value_at(const struct wh_grid *grid, double x, double y)
{
    const double col = (x - grid->x0) / grid->cell_m - 0.5;
    const double row = (y - grid->y0) / grid->cell_m - 0.5;
    if (!(col >= 0 && col < grid->nx - 1 && row >= 0 && row < grid->ny - 1)) {
        return (double)NAN;
    }
    const size_t at = (size_t)row * grid->nx + (size_t)col;
    const double u = col - floor(col), v = row - floor(row);
    return (1 - v) * ((1 - u) * grid->v[at] + u * grid->v[at + 1]) +
           v * ((1 - u) * grid->v[at + grid->nx] + u * grid->v[at + grid->nx + 1]);
}

static void pbc_agrees_with_sparr(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_points cases = {0}, controls = {0};
    struct wh_shape window = {0};
    struct wh_grid grid = {0};
    struct wh_mask mask = {0};
    struct wh_risk_base base = {0};
    struct wh_risk risk = {0};
    const struct wh_risk_options opt = {.kernel = WH_KERNEL_GAUSSIAN,
                                        .edge = WH_EDGE_UNIFORM,
                                        .bandwidth_m = 3.5,
                                        .base_is_sample = true,
                                        .is_asymptotic = true};
    double box[4];
    if (wh_test_data() == NULL) {
        print_message("SKIPPED: WARDHEAT_DATA is not set: no values to compare with\n");
        skip();
    }
    read_window(&window);
    wh_shape_box(&window, box);
    read_pbc(box, &cases, &controls);
    assert_wh_ok(wh_grid_cover(ctx, box, 1, 0.7, 1e6, &grid, &err));
    assert_wh_ok(wh_mask_from_shape(ctx, &grid, &window, &mask, &err));
    assert_wh_ok(wh_risk_base(ctx, &controls, &mask, &opt, &base, &err));
    assert_wh_ok(wh_relative_risk(ctx, &base, &cases, &mask, &opt, 0.05, &risk, &err));
    assert_true(golden_table("sparr/pbc_risk_fixed_h3.5_edge_uniform_128.csv.gz", 1, 0, &table));
    double low = 0, high = 0, worst = 0, worst_p = 0, sum = 0, sum_p = 0;
    size_t n = 0;
    for (size_t i = 0; i < table.n; i++) {
        const double *row = table.value[i];
        const double log_ratio = value_at(&risk.log_ratio, row[0], row[1]);
        const double p = value_at(&risk.p, row[0], row[1]);
        low = isfinite(row[2]) ? fmin(low, row[2]) : low;
        high = fmax(high, row[2]);
        if (!isfinite(log_ratio) || row[4] < 1e-15) {
            continue; /* at the border, with neighbours outside; or f is but the rounding of an FFT
                       */
        }
        n++;
        sum += fabs(log_ratio - row[2]);
        sum_p += fabs(p - row[3]);
        worst = fmax(worst, fabs(log_ratio - row[2]));
        worst_p = fmax(worst_p, fabs(p - row[3]));
    }
    print_message(
        "%zu of %zu places; log ratio within %.3f of a range of %.1f (mean %.4f), p within "
        "%.4f (mean %.5f)\n",
        n, table.n, worst, high - low, sum / (double)n, worst_p, sum_p / (double)n);
    assert_true(n > table.n * 8 / 10);
    assert_true(worst <= 0.01 * (high - low));
    assert_true(worst_p <= 0.01);
    wh_risk_finish(ctx, &risk);
    wh_risk_base_finish(ctx, &base);
    wh_mask_finish(ctx, &mask);
    wh_grid_finish(ctx, &grid);
    wh_points_finish(ctx, &cases);
    wh_points_finish(ctx, &controls);
}

/* ---- a small square town ---- */

#define SIDE 40u
#define CELL 50.0

struct square {
    struct wh_mask mask;
    uint8_t inside[SIDE * SIDE];
    struct wh_points base, requests;
};

static double unit(uint64_t *seed)
{
    return (double)random_below(seed, 1000000) / 1e6;
}

static void push(struct wh_points *points, double x, double y, double weight)
{
    struct wh_error err = {0};
    assert_wh_ok(wh_points_push(ctx, points, x, y, 0, 0, 0, (uint32_t)points->n, &err));
    points->weight[points->n - 1] = weight;
}

/* People denser in the west; the south-east corner is not of the town. */
static void square_open(struct square *square, uint64_t *seed)
{
    memset(square, 0, sizeof *square);
    square->mask.grid = (struct wh_grid){.cell_m = CELL, .nx = SIDE, .ny = SIDE};
    square->mask.inside = square->inside;
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        square->inside[i] = i % SIDE < 30 || i / SIDE >= 10;
    }
    for (unsigned i = 0; i < 3000; i++) {
        const double u = unit(seed);
        push(&square->base, u * u * SIDE * CELL, unit(seed) * SIDE * CELL, 1 + 3 * (i % 5 == 0));
    }
}

static void square_close(struct square *square)
{
    wh_points_finish(ctx, &square->base);
    wh_points_finish(ctx, &square->requests);
}

static const struct wh_risk_options TOWN = {
    .kernel = WH_KERNEL_QUARTIC, .edge = WH_EDGE_DIGGLE, .bandwidth_m = 300};

/* Its own cell, or one beside it, is of the town. */
static bool is_in_town(const struct square *square, double x, double y)
{
    for (int i = 0; i < 9; i++) {
        const int col = (int)(x / CELL) + i % 3 - 1, row = (int)(y / CELL) + i / 3 - 1;
        if (col >= 0 && row >= 0 && col < (int)SIDE && row < (int)SIDE &&
            square->inside[row * (int)SIDE + col]) {
            return true;
        }
    }
    return false;
}

static void footprints_agree_with_a_double_loop(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("footprint");
    struct square square;
    struct wh_risk_base base;
    square_open(&square, &seed);
    assert_wh_ok(wh_risk_base(ctx, &square.base, &square.mask, &TOWN, &base, &err));
    double total = 0;
    for (size_t j = 0; j < square.base.n; j++) {
        total +=
            is_in_town(&square, square.base.x[j], square.base.y[j]) ? square.base.weight[j] : 0;
    }
    golden_close("weight inside", base.total, total, 1e-6);
    for (size_t i = 0; i < SIDE * SIDE; i += 7) {
        const double x = ((double)(i % SIDE) + 0.5) * CELL, y = ((double)(i / SIDE) + 0.5) * CELL;
        double sum = 0, sum2 = 0;
        for (size_t j = 0; j < square.base.n; j++) {
            const double px = square.base.x[j], py = square.base.y[j];
            const double u = hypot(px - x, py - y) / TOWN.bandwidth_m;
            const double k = u < 1 && is_in_town(&square, px, py) ? pow(1 - u * u, 2) : 0;
            sum += square.base.weight[j] * k;
            sum2 += square.base.weight[j] * k * k;
        }
        if (!square.inside[i]) {
            assert_true(isnan(base.footprint.v[i]) && isnan(base.density.v[i]));
        } else {
            golden_close("footprint", base.footprint.v[i], sum2 > 0 ? sum * sum / sum2 / total : 0,
                         1e-12);
        }
    }
    wh_risk_base_finish(ctx, &base);
    square_close(&square);
}

static size_t draw_base(const struct square *square, uint64_t *seed)
{
    for (;;) {
        const size_t j = random_below(seed, square->base.n);
        if (unit(seed) * 4 < square->base.weight[j]) {
            return j;
        }
    }
}

/* Under chance p of a given cell is uniform: as many below 0.1 as it says, and p of the tails right
 * to what 600 runs can tell. */
static void p_is_right_under_chance(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("p under chance");
    struct square square;
    struct wh_risk_base base;
    enum { RUNS = 600 };
    square_open(&square, &seed);
    assert_wh_ok(wh_risk_base(ctx, &square.base, &square.mask, &TOWN, &base, &err));
    double n_low = 0, n_very_low = 0, n_tests = 0;
    unsigned n_called = 0;
    for (unsigned run = 0; run < RUNS; run++) {
        struct wh_risk risk;
        square.requests.n = 0;
        for (unsigned i = 0; i < 400; i++) {
            const size_t j = draw_base(&square, &seed);
            push(&square.requests, square.base.x[j], square.base.y[j], 1);
        }
        assert_wh_ok(
            wh_relative_risk(ctx, &base, &square.requests, &square.mask, &TOWN, 0.05, &risk, &err));
        for (size_t i = 3; i < SIDE * SIDE; i += 41) {
            n_tests += !isnan(risk.p.v[i]);
            n_low += risk.p.v[i] <= 0.1;
            n_very_low += risk.p.v[i] <= 0.01;
        }
        n_called += isnan(risk.p_threshold) ? 0 : 1;
        wh_risk_finish(ctx, &risk);
    }
    print_message(
        "p <= 0.1 in %.2f %%, p <= 0.01 in %.3f %% of cells; %u of %u towns with a call\n",
        100 * n_low / n_tests, 100 * n_very_low / n_tests, n_called, RUNS);
    assert_true(n_low / n_tests > 0.06 && n_low / n_tests < 0.115);
    assert_true(n_very_low / n_tests > 0.005 && n_very_low / n_tests < 0.012);
    assert_true(n_called <= 44); /* 30 at 0.05, and 2.6 standard deviations */
    wh_risk_base_finish(ctx, &base);
    square_close(&square);
}

/* ---- false discoveries of a smooth field ---- */

/* E[C / (C + a)] of an exponential C of mean 1, by the midpoint rule over its quantiles. */
static double share_by_sum(double a)
{
    enum { STEPS = 20000 };
    double sum = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        const double c = -log((i + 0.5) / STEPS);
        sum += c / (c + a) / STEPS;
    }
    return sum;
}

/* q of every cell by the header's words: cell by cell, without bins. */
static void field_by_double_loop(const double *p, const double *weight, size_t n, double roughness,
                                 double *ret_q)
{
    double all = 0;
    for (size_t i = 0; i < n; i++) {
        all += weight[i];
        ret_q[i] = 1;
    }
    for (size_t j = 0; j < n; j++) {
        double called = 0, value = p[j];
        for (size_t k = 0; k < n; k++) {
            called += p[k] <= p[j] ? weight[k] / all : 0;
        }
        value /= called;
        if (p[j] <= 0.02) {
            double z = 0; /* the normal quantile by bisection */
            for (double low = 0, high = 40; high - low > 1e-12;) {
                z = (low + high) / 2;
                *(0.5 * erfc(z / sqrt(2)) > p[j] ? &low : &high) = z;
            }
            const double clumps =
                fmin(p[j], roughness * z * exp(-z * z / 2) / pow(2 * acos(-1), 1.5));
            double false_share = 0, last_weight = -1, share = 0;
            for (size_t k = 0; k < n; k++) {
                if (weight[k] < last_weight || weight[k] > last_weight) {
                    share = share_by_sum(called * clumps * all / (p[j] * weight[k]));
                    last_weight = weight[k];
                }
                false_share += clumps * share;
            }
            value = fmax(value / 2, false_share);
        }
        for (size_t i = 0; i < n; i++) {
            ret_q[i] = p[i] <= p[j] ? fmin(ret_q[i], value) : ret_q[i];
        }
    }
}

static void field_q_agrees_with_a_double_loop(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    enum { N = 120 };
    uint64_t seed = test_seed("field q");
    for (unsigned round = 0; round < 6; round++) {
        double p[N], weight[N], q[N], slow[N], plain[N];
        const double roughness = 0.003 + 0.2 * unit(&seed);
        for (unsigned i = 0; i < N; i++) {
            p[i] = i % 40 < 2 * round ? pow(10, -2 - 5 * unit(&seed)) : 0.02 + 0.98 * unit(&seed);
            weight[i] = i < N / 2 ? 1 : round % 2 == 0 ? 1 : 0.1;
        }
        field_by_double_loop(p, weight, N, roughness, slow);
        assert_wh_ok(wh_field_discovery(ctx, p, weight, N, roughness, q, &err));
        assert_wh_ok(wh_false_discovery(ctx, p, weight, N, WH_DISCOVERY_BH, plain, &err));
        for (unsigned i = 0; i < N; i++) {
            assert_true(fabs(q[i] - slow[i]) <= 1e-3 * slow[i]);
            assert_true(q[i] <= plain[i] * (1 + 1e-9) && q[i] >= plain[i] / 2 * (1 - 1e-9));
        }
        /* Without clumps there is nothing to gain, and no more than what is there is tested. */
        p[7] = (double)NAN;
        assert_wh_ok(wh_field_discovery(ctx, p, weight, N, (double)INFINITY, q, &err));
        assert_wh_ok(wh_false_discovery(ctx, p, weight, N, WH_DISCOVERY_BH, plain, &err));
        for (unsigned i = 0; i < N; i++) {
            assert_true(isnan(p[i]) ? isnan(q[i]) : fabs(q[i] - plain[i]) <= 1e-9);
        }
    }
}

static void planted_spots_are_found_and_people_are_not(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("planted");
    struct square square;
    struct wh_risk_base base;
    struct wh_risk risk;
    double lowest[99];
    square_open(&square, &seed);
    for (unsigned i = 0; i < 600; i++) {
        const size_t j = draw_base(&square, &seed);
        push(&square.requests, square.base.x[j], square.base.y[j], 1);
    }
    for (unsigned i = 0; i < 40; i++) { /* in the thin east */
        push(&square.requests, 1500 + 150 * unit(&seed), 1200 + 150 * unit(&seed), 1);
    }
    assert_wh_ok(wh_risk_base(ctx, &square.base, &square.mask, &TOWN, &base, &err));
    assert_wh_ok(
        wh_relative_risk(ctx, &base, &square.requests, &square.mask, &TOWN, 0.05, &risk, &err));
    assert_true(risk.p_threshold > 0);
    assert_true(risk.independent_cells > 10 && risk.independent_cells < 60);
    double least = 1;
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        const double x = ((double)(i % SIDE) + 0.5) * CELL, y = ((double)(i / SIDE) + 0.5) * CELL;
        if (risk.q.v[i] <= 0.05) {
            assert_true(hypot(x - 1575, y - 1275) < 450);
        }
        least = fmin(least, risk.p.v[i]);
    }
    assert_true(risk.q.v[25 * SIDE + 31] < 0.001);
    assert_wh_ok(
        wh_risk_monte_carlo(ctx, &base, &square.base, 640, &square.mask, &TOWN, 99, lowest, &err));
    assert_true(least < lowest[0]); /* family-wise p = 1 / 100 */
    assert_true(lowest[4] < 0.02 && lowest[98] <= 1);
    /* Another order of points and another number of threads change nothing. */
    struct wh_ctx *one = NULL;
    struct wh_risk again;
    const struct wh_ctx_options ctx_opt = {.quiet = true, .jobs = 1, .seed = 1};
    assert_wh_ok(wh_ctx_create(&ctx_opt, &one, &err));
    for (size_t i = 0; i < square.requests.n / 2; i++) {
        const size_t j = square.requests.n - 1 - i;
        const double x = square.requests.x[i], y = square.requests.y[i];
        square.requests.x[i] = square.requests.x[j];
        square.requests.y[i] = square.requests.y[j];
        square.requests.x[j] = x;
        square.requests.y[j] = y;
    }
    assert_wh_ok(
        wh_relative_risk(one, &base, &square.requests, &square.mask, &TOWN, 0.05, &again, &err));
    assert_memory_equal(risk.q.v, again.q.v, sizeof(double) * SIDE * SIDE);
    wh_risk_finish(one, &again);
    (void)wh_test_drop_ctx(one);
    wh_risk_finish(ctx, &risk);
    wh_risk_base_finish(ctx, &base);
    square_close(&square);
}

static void degenerate_input_is_not_tested(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = 5;
    for (unsigned n = 0; n < 6;
         n++) { /* 0, 1, 2 requests; many on one spot; no base; a base on one spot */
        struct square square;
        struct wh_risk_base base;
        struct wh_risk risk;
        square_open(&square, &seed);
        if (n >= 4) {
            square.base.n = n == 4 ? 0 : 1;
        }
        for (unsigned i = 0; i < (n < 3 ? n : 30); i++) {
            push(&square.requests, n < 3 ? 300 + 700 * i : 1025, 1025, 1);
        }
        assert_wh_ok(wh_risk_base(ctx, &square.base, &square.mask, &TOWN, &base, &err));
        assert_wh_ok(
            wh_relative_risk(ctx, &base, &square.requests, &square.mask, &TOWN, 0.05, &risk, &err));
        for (size_t i = 0; i < SIDE * SIDE; i++) {
            const double p = risk.p.v[i];
            assert_true(isnan(p) == isnan(risk.q.v[i]));
            assert_true(n == 0 || n == 4 || !square.inside[i] ? isnan(p)
                                                              : isnan(p) || (p >= 0 && p <= 1));
        }
        assert_true(n != 3 || risk.q.v[20 * SIDE + 20] < 1e-6);
        assert_true(n >= 3 || isnan(risk.p_threshold));
        golden_close("requests", risk.n, n < 3 ? n : 30, 0);
        assert_true(n != 4 || risk.n_without_base > 29);
        wh_risk_finish(ctx, &risk);
        wh_risk_base_finish(ctx, &base);
        square_close(&square);
    }
    struct square square;
    struct wh_risk_base base;
    struct wh_risk_options opt = TOWN;
    double lowest = 0;
    square_open(&square, &seed);
    opt.bandwidth_m = 0;
    assert_int_equal(wh_risk_base(ctx, &square.base, &square.mask, &opt, &base, &err),
                     WH_ERR_CONFIG);
    square.base.n = 0;
    assert_wh_ok(wh_risk_base(ctx, &square.base, &square.mask, &TOWN, &base, &err));
    assert_int_equal(
        wh_risk_monte_carlo(ctx, &base, &square.base, 3, &square.mask, &TOWN, 1, &lowest, &err),
        WH_ERR_INPUT);
    wh_risk_base_finish(ctx, &base);
    square_close(&square);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pbc_agrees_with_sparr),
        cmocka_unit_test(footprints_agree_with_a_double_loop),
        cmocka_unit_test(p_is_right_under_chance),
        cmocka_unit_test(field_q_agrees_with_a_double_loop),
        cmocka_unit_test(planted_spots_are_found_and_people_are_not),
        cmocka_unit_test(degenerate_input_is_not_tested),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
