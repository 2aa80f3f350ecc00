/* Points, requests by theme and period, ledgers that balance, reports that are given back. */
#include <wardheat/model.h>

#include "base/str.h"
#include "model/report.h"
#include "model/requests.h"
#include "wh_test_ctx.h"

static bool is_same(double a, double b)
{
    return !(a < b) && !(a > b);
}

static void points_grow_and_keep_their_columns_together(void **state)
{
    (void)state;
    struct wh_points points = {0};
    struct wh_error err = {0};
    for (uint32_t i = 0; i < 5000; i++) {
        assert_wh_ok(wh_points_push(ctx, &points, i, -(double)i, i % 60, (int64_t)i * 1000,
                                    (uint16_t)(i % 8), i, &err));
    }
    assert_int_equal(points.n, 5000);
    for (uint32_t i = 0; i < 5000; i++) {
        assert_true(is_same(points.x[i], i) && is_same(points.y[i], -(double)i) &&
                    is_same(points.weight[i], 1) && is_same(points.precision_m[i], i % 60));
        assert_true(points.opened_at[i] == (int64_t)i * 1000 && points.category[i] == i % 8 &&
                    points.request[i] == i);
    }
    wh_points_finish(ctx, &points);
    wh_points_finish(ctx, &points);
    assert_int_equal(points.n, 0);
}

static void a_point_that_is_not_finite_leaves_the_set_unchanged(void **state)
{
    (void)state;
    struct wh_points points = {0};
    struct wh_error err = {0};
    const double nan = (double)NAN, inf = (double)INFINITY;
    const double bad[][3] = {{nan, 0, 0}, {0, nan, 0}, {inf, 0, 0}, {0, -inf, 0},
                             {0, 0, nan}, {0, 0, inf}, {0, 0, -1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(
            wh_points_push(ctx, &points, bad[i][0], bad[i][1], bad[i][2], 0, 0, 0, &err),
            WH_ERR_INTERNAL);
        assert_int_equal(points.n, 0);
    }
    wh_points_finish(ctx, &points);
}

static void points_that_find_no_memory_stay_whole(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    struct wh_error err = {0};
    for (uint64_t n = 1; n <= 7; n++) { /* one array each */
        struct wh_points points = {0};
        assert_wh_ok(wh_points_push(ctx, &points, 1, 2, 3, 4, 5, 6, &err));
        wh_alloc_fail_at(ctx, n, false);
        assert_int_equal(wh_points_reserve(ctx, &points, 1000, &err), WH_ERR_LIMIT);
        wh_alloc_fail_at(ctx, 0, false);
        assert_int_equal(points.n, 1);
        for (uint32_t i = 0; i < 100; i++) { /* still good for use */
            assert_wh_ok(wh_points_push(ctx, &points, i, 2, 3, 4, 5, 6, &err));
        }
        wh_points_finish(ctx, &points);
    }
}

static void ledgers_must_balance(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_ledger ledger = {
        .read = 21, .added = 1, .updated = 2, .unchanged = 3, .duplicate = 5, .unreadable = 10};
    assert_wh_ok(wh_ledger_check("crm", &ledger, &err));
    ledger.read++;
    assert_int_equal(wh_ledger_check("crm", &ledger, &err), WH_ERR_INTERNAL);
    assert_string_equal(
        err.message, "the ledger of source crm does not balance: 22 rows read, 21 accounted for");
    struct wh_placing_ledger placing = {.requests = 10,
                                        .in_ward = 7,
                                        .outside = 2,
                                        .not_placed = 1,
                                        .mapped = 4,
                                        .withheld_sensitive = 2,
                                        .withheld_default = 1};
    assert_wh_ok(wh_placing_ledger_check("crm", &placing, &err));
    placing.outside--;
    assert_int_equal(wh_placing_ledger_check("crm", &placing, &err), WH_ERR_INTERNAL);
    placing.outside++;
    placing.mapped++;
    assert_int_equal(wh_placing_ledger_check("crm", &placing, &err), WH_ERR_INTERNAL);
    assert_text_has(err.message,
                    "10 requests, 10 accounted for; 7 in a ward, 8 mapped or withheld");
}

static void names_are_those_of_the_config(void **state)
{
    (void)state;
    static const char *const fields[] = {
        "reference", "category", "service_code", "channel", "language", "opened", "opened_to",
        "closed",    "due",      "updated",      "status",  "provider", "cost",   "address",
        "postcode",  "uprn",     "usrn",         "ward",    "x",        "y"};
    for (int i = 0; i < WH_N_FIELDS; i++) {
        assert_string_equal(wh_field_name((enum wh_field)i), fields[i]);
    }
    assert_string_equal(wh_method_name(WH_METHOD_NONE), "none");
    assert_string_equal(wh_method_name(WH_METHOD_COORDINATE), "coordinate");
    assert_string_equal(wh_method_name(WH_METHOD_POSTCODE), "postcode");
}

enum { N = 600 };

/* Random requests of three categories and two sources. */
static struct wh_requests make_requests(uint64_t *random)
{
    static const char *categories[] = {"Fly Tipping", "noise", "Potholes"};
    static const char *sources[] = {"crm", "web"};
    struct wh_requests requests = {.n = N,
                                   .n_categories = 3,
                                   .n_sources = 2,
                                   .category_name = categories,
                                   .source_id = sources};
    wh_arena_init(&requests.arena, ctx);
    requests.x = wh_alloc_array(ctx, N, sizeof *requests.x);
    requests.y = wh_alloc_array(ctx, N, sizeof *requests.y);
    requests.precision_m = wh_alloc_array(ctx, N, sizeof *requests.precision_m);
    requests.opened_at = wh_alloc_array(ctx, N, sizeof *requests.opened_at);
    requests.category = wh_alloc_array(ctx, N, sizeof *requests.category);
    requests.source = wh_alloc_array(ctx, N, sizeof *requests.source);
    requests.ward = wh_alloc_array(ctx, N, sizeof *requests.ward);
    requests.outcome = wh_alloc_array(ctx, N, sizeof *requests.outcome);
    assert_true(requests.x && requests.y && requests.precision_m && requests.opened_at &&
                requests.category && requests.source && requests.ward && requests.outcome);
    for (size_t i = 0; i < N; i++) {
        requests.outcome[i] = (uint8_t)random_below(random, WH_OUTCOME_WITHHELD_DEFAULT + 1);
        const bool is_placed = requests.outcome[i] != WH_OUTCOME_NOT_PLACED;
        requests.x[i] = is_placed ? (double)random_below(random, 1000) : (double)NAN;
        requests.y[i] = is_placed ? (double)random_below(random, 1000) : (double)NAN;
        requests.precision_m[i] = 60;
        requests.opened_at[i] = (int64_t)random_below(random, 100);
        requests.category[i] = (uint16_t)random_below(random, 3);
        requests.source[i] = (uint16_t)random_below(random, 2);
        requests.ward[i] = (int32_t)random_below(random, 7);
    }
    return requests;
}

static void assert_theme_takes(const struct wh_requests *requests, const struct wh_theme *theme,
                               const bool category[3], const bool source[2])
{
    struct wh_error err = {0};
    struct wh_points points = {0};
    int32_t *ward = NULL;
    const struct wh_period period = {.from_utc = 20, .to_utc = 80};
    assert_wh_ok(wh_theme_points(ctx, theme, requests, &period, &points, &ward, &err));
    size_t n = 0;
    for (size_t i = 0; i < N; i++) {
        if (requests->outcome[i] != WH_OUTCOME_MAPPED || requests->opened_at[i] < 20 ||
            requests->opened_at[i] >= 80 || !category[requests->category[i]] ||
            !source[requests->source[i]]) {
            continue;
        }
        assert_true(n < points.n);
        assert_int_equal(points.request[n], i);
        assert_int_equal(ward[n], requests->ward[i]);
        assert_true(is_same(points.x[n], requests->x[i]) && is_same(points.y[n], requests->y[i]) &&
                    is_same(points.precision_m[n], 60));
        assert_int_equal(points.opened_at[n], requests->opened_at[i]);
        assert_int_equal(points.category[n], requests->category[i]);
        n++;
    }
    assert_int_equal(points.n, n);
    assert_true(n > 10);
    wh_points_finish(ctx, &points);
    wh_free(ctx, ward);
    assert_wh_ok(wh_theme_points(ctx, theme, requests, &period, &points, NULL, &err));
    assert_int_equal(points.n, n);
    wh_points_finish(ctx, &points);
}

static void a_theme_takes_its_categories_sources_and_days(void **state)
{
    (void)state;
    uint64_t random = test_seed("requests");
    struct wh_requests requests = make_requests(&random);
    const char *tipping[] = {" fly tipping "}, *two[] = {"NOISE", "potholes"}, *web[] = {"web"},
               *upper[] = {"WEB"};
    const bool all3[] = {true, true, true}, all2[] = {true, true};
    assert_theme_takes(&requests, &(struct wh_theme){0}, all3, all2);
    assert_theme_takes(&requests, &(struct wh_theme){.category = tipping, .n_categories = 1},
                       (bool[]){true, false, false}, all2);
    assert_theme_takes(
        &requests,
        &(struct wh_theme){.category = two, .n_categories = 2, .source = web, .n_sources = 1},
        (bool[]){false, true, true}, (bool[]){false, true});
    /* A source's id is exact. */
    uint8_t member[6];
    wh_theme_members(&(struct wh_theme){.source = upper, .n_sources = 1}, &requests, member);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(member[i], 0);
    }
    wh_requests_finish(ctx, &requests);
    wh_requests_finish(ctx, &requests);
}

static void a_theme_that_finds_no_memory_says_so(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    uint64_t random = test_seed("requests");
    struct wh_requests requests = make_requests(&random);
    const struct wh_period period = {.from_utc = 0, .to_utc = 100};
    struct wh_error err = {0};
    enum wh_status status = WH_ERR_LIMIT;
    for (uint64_t n = 1; status != WH_OK; n++) {
        struct wh_points points = {0};
        int32_t *ward = NULL;
        wh_alloc_fail_at(ctx, n, false);
        status =
            wh_theme_points(ctx, &(struct wh_theme){0}, &requests, &period, &points, &ward, &err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK ? n == 10
                                    : status == WH_ERR_LIMIT && points.n == 0 && ward == NULL);
        wh_points_finish(ctx, &points);
        wh_free(ctx, ward);
    }
    wh_requests_finish(ctx, &requests);
}

static struct wh_shape square(void)
{
    const double x[] = {0, 1, 1, 0, 0}, y[] = {0, 0, 1, 1, 0};
    struct wh_shape shape = {.n_parts = 1, .n_rings = 1, .n_vertices = 5};
    shape.part_start = wh_alloc_array(ctx, 2, sizeof *shape.part_start);
    shape.ring_start = wh_alloc_array(ctx, 2, sizeof *shape.ring_start);
    shape.x = wh_alloc_array(ctx, 5, sizeof *shape.x);
    shape.y = wh_alloc_array(ctx, 5, sizeof *shape.y);
    assert_true(shape.part_start && shape.ring_start && shape.x && shape.y);
    shape.part_start[1] = 1;
    shape.ring_start[1] = 5;
    memcpy(shape.x, x, sizeof x);
    memcpy(shape.y, y, sizeof y);
    return shape;
}

/* What drop_ctx() finds in use afterwards ends the program. */
static void a_report_gives_back_all_that_it_owns(void **state)
{
    (void)state;
    struct wh_officer_report report = {0};
    wh_arena_init(&report.body.arena, ctx);
    report.body.n_themes = 2;
    report.body.theme = wh_arena_alloc(&report.body.arena, 2, sizeof *report.body.theme);
    report.density = wh_alloc_array(ctx, 2, sizeof *report.density);
    report.support = wh_alloc_array(ctx, 2, sizeof *report.support);
    assert_true(report.body.theme && report.density && report.support);
    struct wh_theme_report *theme =
        &report.body.theme[0]; /* the second is as a failed run leaves it */
    theme->n_hotspots = 1;
    theme->hotspot = wh_arena_alloc(&report.body.arena, 1, sizeof *theme->hotspot);
    theme->hotspot[0].shape = square();
    theme->hotspot[0].n_parts = 1;
    theme->hotspot[0].part = wh_arena_alloc(&report.body.arena, 1, sizeof *theme->hotspot[0].part);
    theme->hotspot[0].part[0].shape = square();
    theme->surface.class_of = wh_alloc(ctx, 100);
    report.density[0].v = wh_alloc_array(ctx, 100, sizeof(double));
    report.support[0] = wh_alloc_array(ctx, 100, sizeof(uint32_t));
    wh_officer_report_finish(ctx, &report);
    wh_officer_report_finish(ctx, &report);
    struct wh_public_report none = {0};
    wh_public_report_finish(ctx, &none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_grow_and_keep_their_columns_together),
        cmocka_unit_test(a_point_that_is_not_finite_leaves_the_set_unchanged),
        cmocka_unit_test(points_that_find_no_memory_stay_whole),
        cmocka_unit_test(ledgers_must_balance),
        cmocka_unit_test(names_are_those_of_the_config),
        cmocka_unit_test(a_theme_takes_its_categories_sources_and_days),
        cmocka_unit_test(a_theme_that_finds_no_memory_says_so),
        cmocka_unit_test(a_report_gives_back_all_that_it_owns),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
