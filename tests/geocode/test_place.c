/* Placing: the ladder, the ward, what is withheld, the ledger; against a slow placing of one
 * request at a time. */
#include <wardheat/model.h>

#include "base/str.h"
#include "geo/geo.h"
#include "geocode_test.h"

static struct wh_ctx *ctx;
static struct wh_areas wards;
static struct wh_transform *same, *from_degrees;
static struct wh_gazetteers *postcodes;

enum { SIDE = 3, WARD_M = 1000, X0 = 374000, Y0 = 164000 };

/* A square ward, counter-clockwise. */
static struct wh_shape square(double x, double y)
{
    struct wh_shape shape = {.n_parts = 1, .n_rings = 1, .n_vertices = 5};
    shape.part_start = wh_alloc_array(ctx, 2, sizeof *shape.part_start);
    shape.ring_start = wh_alloc_array(ctx, 2, sizeof *shape.ring_start);
    shape.x = wh_alloc_array(ctx, 5, sizeof *shape.x);
    shape.y = wh_alloc_array(ctx, 5, sizeof *shape.y);
    assert_true(shape.part_start && shape.ring_start && shape.x && shape.y);
    shape.part_start[1] = 1;
    shape.ring_start[1] = 5;
    for (size_t i = 0; i < 5; i++) {
        shape.x[i] = x + (i == 1 || i == 2 ? WARD_M : 0);
        shape.y[i] = y + (i == 2 || i == 3 ? WARD_M : 0);
    }
    return shape;
}

static int make_town(void **state)
{
    (void)state;
    struct wh_error err = {0};
    static const char *codes[SIDE * SIDE] = {"W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9"};
    static double number[SIDE * SIDE];
    static struct wh_shape shapes[SIDE * SIDE];
    ctx = wh_test_ctx();
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        shapes[i] = square(X0 + (double)(i % SIDE) * WARD_M, Y0 + (double)(i / SIDE) * WARD_M);
    }
    wards = (struct wh_areas){.n = SIDE * SIDE,
                              .code = codes,
                              .name = codes,
                              .population = number,
                              .households = number,
                              .area_km2 = number,
                              .shape = shapes};
    assert_wh_ok(wh_areas_index(ctx, &wards, &err));
    assert_wh_ok(wh_transform_create(ctx, "EPSG:27700", "EPSG:27700", &coarse, &same, &err));
    assert_wh_ok(wh_transform_create(ctx, "EPSG:4326", "EPSG:27700", &coarse, &from_degrees, &err));
    const struct wh_gazetteer gazetteer = {.type = WH_GAZETTEER_POSTCODE,
                                           .pattern =
                                               write_text("town.csv", "postcode,x,y\n"
                                                                      "BA1 1AA,374500,164500\n"
                                                                      "BA1 1AB,375500,165500\n"
                                                                      "BA9 9ZZ,390000,160000\n")};
    postcodes = open_gazetteers(ctx, &gazetteer, 1);
    return 0;
}

static int leave_town(void **state)
{
    (void)state;
    wh_areas_finish(ctx, &wards);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        wh_shape_finish(ctx, &wards.shape[i]);
    }
    wh_transform_destroy(ctx, same);
    wh_transform_destroy(ctx, from_degrees);
    wh_gazetteers_destroy(ctx, postcodes);
    return wh_test_drop_ctx(ctx);
}

static const char *categories[] = {"Domestic Abuse", "noise", "potholes"};
static const char *sources[] = {"crm", "old", "police",
                                "web"}; /* "old" is in the state, not in the config */

static struct wh_unplaced make_unplaced(size_t n)
{
    struct wh_unplaced u = {.requests = {.n = n,
                                         .n_categories = 3,
                                         .n_sources = 4,
                                         .category_name = categories,
                                         .source_id = sources}};
    struct wh_requests *r = &u.requests;
    wh_arena_init(&r->arena, ctx);
    r->x = wh_alloc_array(ctx, n, sizeof *r->x);
    r->y = wh_alloc_array(ctx, n, sizeof *r->y);
    r->precision_m = wh_alloc_array(ctx, n, sizeof *r->precision_m);
    r->category = wh_alloc_array(ctx, n, sizeof *r->category);
    r->source = wh_alloc_array(ctx, n, sizeof *r->source);
    r->ward = wh_alloc_array(ctx, n, sizeof *r->ward);
    r->method = wh_alloc_array(ctx, n, sizeof *r->method);
    r->outcome = wh_alloc_array(ctx, n, sizeof *r->outcome);
    r->placing = wh_alloc_array(ctx, n, sizeof *r->placing);
    u.given_x = wh_alloc_array(ctx, n, sizeof *u.given_x);
    u.given_y = wh_alloc_array(ctx, n, sizeof *u.given_y);
    u.postcode = wh_alloc_array(ctx, n, sizeof *u.postcode);
    assert_true(r->x && r->y && r->precision_m && r->category && r->source && r->ward &&
                r->method && r->outcome && r->placing && u.given_x && u.given_y && u.postcode);
    for (size_t i = 0; i < n; i++) {
        r->x[i] = r->y[i] = u.given_x[i] = u.given_y[i] = (double)NAN;
        r->ward[i] = -1;
        r->category[i] = 1;
    }
    return u;
}

static struct wh_geocode_options make_options(void)
{
    static struct wh_source_crs known[3];
    static const char *const sensitive[] = {" domestic abuse"};
    known[0] = (struct wh_source_crs){.source_id = "web", .to_working = from_degrees};
    known[1] = (struct wh_source_crs){.source_id = "crm", .to_working = same};
    known[2] = (struct wh_source_crs){
        .source_id = "police", .to_working = same, .precision_m = 50, .may_pile_up = true};
    return (struct wh_geocode_options){.wards = &wards,
                                       .gazetteers = postcodes,
                                       .source = known,
                                       .n_sources = 3,
                                       .sensitive = sensitive,
                                       .n_sensitive = 1,
                                       .ladder = {.conflict_m = 1000},
                                       .default_share = 0.1,
                                       .default_category_share = 1,
                                       .default_at_least = 20};
}

static void give(struct wh_unplaced *u, size_t i, double x, double y, const char *postcode)
{
    u->given_x[i] = x;
    u->given_y[i] = y;
    u->postcode[i] = postcode;
}

static struct wh_geocode_report geocode(const struct wh_geocode_options *opt, struct wh_unplaced *u)
{
    struct wh_geocode_report report = {0};
    struct wh_error err = {0};
    assert_wh_ok(wh_geocode(ctx, opt, u, &report, &err));
    assert_int_equal(report.n_sources, u->requests.n_sources);
    for (size_t s = 0; s < report.n_sources; s++) {
        assert_wh_ok(wh_placing_ledger_check(u->requests.source_id[s], &report.ledger[s], &err));
    }
    return report;
}

static void assert_placed(const struct wh_unplaced *u, size_t i, enum wh_method method, double x,
                          double y, double precision_m, int32_t ward, enum wh_outcome outcome)
{
    const struct wh_requests *r = &u->requests;
    assert_int_equal(r->method[i], method);
    assert_int_equal(r->ward[i], ward);
    assert_int_equal(r->outcome[i], outcome);
    if (method == WH_METHOD_NONE) {
        assert_true(isnan(r->x[i]) && isnan(r->y[i]));
        return;
    }
    assert_true(fabs(r->x[i] - x) < 1e-6 && fabs(r->y[i] - y) < 1e-6);
    assert_true(fabs((double)r->precision_m[i] - precision_m) < 1e-3);
}

static void coordinates_come_before_the_postcode_and_that_before_nothing(void **state)
{
    (void)state;
    const double none = (double)NAN;
    struct wh_unplaced u = make_unplaced(10);
    give(&u, 0, 376500, 166500, "BA1 1AA"); /* coordinates win */
    give(&u, 1, none, none, "BA1 1AA");
    give(&u, 2, none, 164500, "BA1 1AB"); /* half a coordinate is none */
    give(&u, 3, none, none, "ZZ1 1ZZ");   /* not in the gazetteer */
    give(&u, 4, none, none, NULL);
    give(&u, 5, none, none, "BA9 9ZZ");    /* in no ward */
    give(&u, 6, 500000, 200000, NULL);     /* in no ward */
    give(&u, 7, 1e300, 164500, "BA1 1AA"); /* an identity checks nothing: outside */
    give(&u, 9, 375500, none, NULL);       /* half a coordinate, and nothing else */
    give(&u, 8, 375000, 164500, NULL);     /* on a border: the lower code's */
    const struct wh_geocode_options opt = make_options();
    struct wh_geocode_report report = geocode(&opt, &u);
    double x = 0, y = 0, precision_m = 0;
    assert_true(find_postcode(postcodes, "BA1 1AA", &x, &y, &precision_m));
    assert_placed(&u, 0, WH_METHOD_COORDINATE, 376500, 166500, 0, 8, WH_OUTCOME_MAPPED);
    assert_placed(&u, 1, WH_METHOD_POSTCODE, 374500, 164500, precision_m, 0, WH_OUTCOME_MAPPED);
    assert_placed(&u, 2, WH_METHOD_POSTCODE, 375500, 165500, precision_m, 4, WH_OUTCOME_MAPPED);
    assert_placed(&u, 3, WH_METHOD_NONE, 0, 0, 0, -1, WH_OUTCOME_NOT_PLACED);
    assert_placed(&u, 4, WH_METHOD_NONE, 0, 0, 0, -1, WH_OUTCOME_NOT_PLACED);
    assert_placed(&u, 5, WH_METHOD_POSTCODE, 390000, 160000, precision_m, -1, WH_OUTCOME_OUTSIDE);
    assert_placed(&u, 6, WH_METHOD_COORDINATE, 500000, 200000, 0, -1, WH_OUTCOME_OUTSIDE);
    assert_placed(&u, 7, WH_METHOD_COORDINATE, 1e300, 164500, 0, -1, WH_OUTCOME_OUTSIDE);
    assert_placed(&u, 8, WH_METHOD_COORDINATE, 375000, 164500, 0, 0, WH_OUTCOME_MAPPED);
    assert_placed(&u, 9, WH_METHOD_NONE, 0, 0, 0, -1, WH_OUTCOME_NOT_PLACED);
    assert_int_equal(report.ledger[0].requests, 10);
    assert_int_equal(report.ledger[0].mapped, 4);
    assert_int_equal(report.ledger[0].outside, 3);
    assert_int_equal(report.ledger[0].not_placed, 3);
    assert_int_equal(report.ledger[0].by_method[WH_METHOD_COORDINATE], 4);
    assert_int_equal(report.ledger[0].by_method[WH_METHOD_POSTCODE], 3);
    wh_geocode_report_finish(ctx, &report);
    wh_unplaced_finish(ctx, &u);
}

static void each_source_has_its_crs_and_precision(void **state)
{
    (void)state;
    struct wh_unplaced u = make_unplaced(4);
    double lon = 375500, lat = 165500;
    wh_transform_points(from_degrees, true, &lon, &lat, 1);
    assert_true(lon > -3 && lon < -2 && lat > 51 &&
                lat < 52); /* x is east, whatever EPSG:4326 says */
    for (uint16_t i = 0; i < 4; i++) {
        u.requests.source[i] = i;
    }
    give(&u, 0, 375500, 165500, NULL);
    give(&u, 1, 375500, 165500, "BA1 1AA"); /* the config no longer names this source */
    give(&u, 2, 375500, 165500, NULL);
    give(&u, 3, lon, lat, NULL);
    const struct wh_geocode_options opt = make_options();
    struct wh_geocode_report report = geocode(&opt, &u);
    assert_placed(&u, 0, WH_METHOD_COORDINATE, 375500, 165500, 0, 4, WH_OUTCOME_MAPPED);
    assert_placed(&u, 1, WH_METHOD_NONE, 0, 0, 0, -1, WH_OUTCOME_NOT_PLACED);
    assert_placed(&u, 2, WH_METHOD_COORDINATE, 375500, 165500, 50, 4, WH_OUTCOME_MAPPED);
    assert_int_equal(u.requests.method[3], WH_METHOD_COORDINATE);
    assert_true(hypot(u.requests.x[3] - 375500, u.requests.y[3] - 165500) < 0.01);
    assert_int_equal(u.requests.ward[3], 4);
    wh_geocode_report_finish(ctx, &report);
    /* Degrees in a source of degrees that cannot be: the postcode is tried. */
    give(&u, 3, 375500, 165500, "BA1 1AA");
    u.requests.method[3] = WH_METHOD_NONE;
    report = geocode(&opt, &u);
    assert_int_equal(u.requests.method[3], WH_METHOD_POSTCODE);
    assert_int_equal(u.requests.ward[3], 0);
    wh_geocode_report_finish(ctx, &report);
    wh_unplaced_finish(ctx, &u);
}

static void sensitive_categories_are_withheld_wherever_they_are(void **state)
{
    (void)state;
    struct wh_unplaced u = make_unplaced(3);
    for (size_t i = 0; i < 3; i++) {
        u.requests.category[i] = 0;
    }
    give(&u, 0, 375500, 165500, NULL);
    give(&u, 1, 500000, 165500, NULL);
    const struct wh_geocode_options opt = make_options();
    struct wh_geocode_report report = geocode(&opt, &u);
    assert_int_equal(u.requests.outcome[0], WH_OUTCOME_WITHHELD_SENSITIVE);
    assert_int_equal(u.requests.outcome[1], WH_OUTCOME_OUTSIDE);
    assert_int_equal(u.requests.outcome[2], WH_OUTCOME_NOT_PLACED);
    assert_int_equal(report.ledger[0].withheld_sensitive, 1);
    assert_int_equal(report.ledger[0].in_ward, 1);
    wh_geocode_report_finish(ctx, &report);
    wh_unplaced_finish(ctx, &u);
}

/* `n_there` of `n` requests of a source stand at one coordinate: how many are withheld? */
static size_t withheld(uint16_t source, size_t n, size_t n_there, double share, uint32_t at_least)
{
    struct wh_unplaced u = make_unplaced(n);
    for (size_t i = 0; i < n; i++) {
        u.requests.source[i] = source;
        give(&u, i, i < n_there ? 375500 : 374100 + (double)i, i < n_there ? 165500 : 164100, NULL);
    }
    struct wh_geocode_options opt = make_options();
    opt.default_share = share;
    opt.default_at_least = at_least;
    struct wh_geocode_report report = geocode(&opt, &u);
    size_t n_withheld = 0;
    for (size_t i = 0; i < n; i++) {
        const bool is_withheld = u.requests.outcome[i] == WH_OUTCOME_WITHHELD_DEFAULT;
        assert_true(!is_withheld || i < n_there);
        n_withheld += is_withheld;
    }
    assert_int_equal(report.n_defaults, n_withheld > 0 ? 1 : 0);
    assert_int_equal(report.ledger[source].withheld_default, n_withheld);
    if (n_withheld > 0) {
        assert_string_equal(report.default_location[0].source_id, sources[source]);
        assert_int_equal(report.default_location[0].n, n_there);
        assert_true(fabs(report.default_location[0].x - 375500) < 1e-6 &&
                    fabs(report.default_location[0].y - 165500) < 1e-6);
    }
    wh_geocode_report_finish(ctx, &report);
    wh_unplaced_finish(ctx, &u);
    return n_withheld;
}

static void a_default_location_needs_its_share_and_its_count(void **state)
{
    (void)state;
    assert_int_equal(withheld(0, 200, 19, 0.05, 20), 0);  /* too few */
    assert_int_equal(withheld(0, 200, 20, 0.05, 20), 20); /* enough, and a tenth */
    assert_int_equal(withheld(0, 500, 24, 0.05, 20), 0);  /* under a twentieth */
    assert_int_equal(withheld(0, 500, 25, 0.05, 20), 25);
    assert_int_equal(withheld(0, 100, 100, 0.05, 20), 100);
    assert_int_equal(withheld(0, 100, 100, 0.05, 0), 0);  /* 0: never */
    assert_int_equal(withheld(2, 100, 100, 0.05, 20), 0); /* snap points pile up by design */
}

/* ---- a postcode's addresses ---- */

static const char *const terrace[] = {
    "postcode,x,y\nBA1 1AA,374500,164500\nBA1 1AB,375500,165500\nBA1 1AC,373990,164500\n",
    "number,street,postcode,x,y\n"
    "1,Mill Lane,BA1 1AA,374450,164500\n2,Mill Lane,BA1 1AA,374510,164500\n"
    "3,Mill Lane,BA1 1AA,374560,164500\n4,Mill Lane,BA1 1AA,374640,164500\n"
    "1,High Street,BA1 1AB,375500,165500\n2,High Street,BA1 1AB,375540,165500\n"
    "1,Edge Road,BA1 1AC,373900,164500\n2,Edge Road,BA1 1AC,374020,164500\n"
    "3,Edge Road,BA1 1AC,374060,164500\n4,Edge Road,BA1 1AC,374100,164500\n"};

/* Not those that are withheld, nor of a postcode of which too few addresses are known; nor over
 * the border. */
static void a_postcode_is_spread_over_its_addresses(void **state)
{
    (void)state;
    const struct wh_gazetteer list[] = {
        {.type = WH_GAZETTEER_POSTCODE, .pattern = write_text("terrace-pc.csv", terrace[0])},
        {.type = WH_GAZETTEER_ADDRESS, .pattern = write_text("terrace.csv", terrace[1])}};
    struct wh_gazetteers *gazetteers = open_gazetteers(ctx, list, 2);
    struct wh_unplaced u = make_unplaced(7);
    struct wh_geocode_options opt = make_options();
    struct wh_error err = {0};
    opt.gazetteers = gazetteers;
    u.requests.opened_at = wh_alloc_array(ctx, 7, sizeof *u.requests.opened_at);
    assert_non_null(u.requests.opened_at);
    give(&u, 0, (double)NAN, (double)NAN, "BA1 1AA");
    give(&u, 1, (double)NAN, (double)NAN, "BA1 1AA");
    give(&u, 2, 374700, 164700, "BA1 1AA"); /* by its coordinates */
    give(&u, 3, (double)NAN, (double)NAN, "BA1 1AB");
    give(&u, 4, (double)NAN, (double)NAN, "BA1 1AA");
    give(&u, 5, (double)NAN, (double)NAN, "BA1 1AC"); /* its own place is outside */
    give(&u, 6, 374800, 164800, NULL);
    u.requests.category[4] = 0; /* withheld */
    u.requests.source[6] = 1;   /* no longer in the config */
    struct wh_geocode_report report = geocode(&opt, &u);
    const struct wh_spots *spots = &u.requests.spots;
    assert_int_equal(spots->n, 1);
    assert_int_equal(spots->start[1], 4);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(spots->of_request[i], i < 2 ? 0 : WH_NO_SPOTS);
    }
    assert_true(fabs(spots->x[0] - 374510) < 0.01); /* the nearest to the postcode's place */
    struct wh_points points = {0}, mass = {0}, anchor = {0};
    const struct wh_period ever = {.from_utc = -1, .to_utc = 1};
    assert_wh_ok(
        wh_theme_points(ctx, &(struct wh_theme){0}, &u.requests, &ever, &points, NULL, &err));
    assert_int_equal(points.n, 4);
    assert_wh_ok(wh_points_spread(ctx, &u.requests, &points, &mass, &err));
    assert_wh_ok(wh_points_anchor(ctx, &u.requests, &points, &anchor, &err));
    double sum = 0;
    for (size_t i = 0; i < mass.n; i++) {
        sum += mass.weight[i];
        assert_true(fabs(mass.weight[i] - (i < 2 ? 1 : 0.5)) < 1e-12);
    }
    assert_int_equal(mass.n, 2 + 4);
    assert_true(fabs(sum - 4) < 1e-12);
    assert_int_equal(anchor.n, 4);
    for (size_t i = 0; i < anchor.n; i++) {
        assert_int_equal(anchor.request[i], points.request[i]);
        assert_true(fabs(anchor.x[i] - (i < 2 ? 374510 : points.x[i])) < 0.01);
        assert_true(fabs(anchor.weight[i] - 1) < 1e-12);
    }
    wh_points_finish(ctx, &points);
    wh_points_finish(ctx, &mass);
    wh_points_finish(ctx, &anchor);
    wh_geocode_report_finish(ctx, &report);
    wh_requests_finish(ctx, &u.requests);
    wh_unplaced_finish(ctx, &u);
    wh_gazetteers_destroy(ctx, gazetteers);
}

static void nothing_to_place_is_placed(void **state)
{
    (void)state;
    struct wh_unplaced u = make_unplaced(0);
    const struct wh_geocode_options opt = make_options();
    struct wh_geocode_report report = geocode(&opt, &u);
    assert_int_equal(report.n_defaults, 0);
    assert_int_equal(report.ledger[3].requests, 0);
    wh_geocode_report_finish(ctx, &report);
    wh_unplaced_finish(ctx, &u);
}

/* ---- against a slow placing, one request at a time ---- */

struct slow_place {
    enum wh_method method;
    double x, y;
    int32_t ward;
    enum wh_outcome outcome;
};

static const struct wh_source_crs *slow_source(const struct wh_geocode_options *opt,
                                               const struct wh_unplaced *u, size_t i)
{
    for (size_t s = 0; s < opt->n_sources; s++) {
        if (strcmp(opt->source[s].source_id, sources[u->requests.source[i]]) == 0) {
            return &opt->source[s];
        }
    }
    return NULL;
}

static int32_t slow_ward(double x, double y)
{
    for (int32_t w = 0; w < SIDE * SIDE; w++) {
        const double west = X0 + (double)(w % SIDE) * WARD_M,
                     south = Y0 + (double)(w / SIDE) * WARD_M;
        if (x >= west && x <= west + WARD_M && y >= south && y <= south + WARD_M) {
            return w; /* the lowest of those that touch */
        }
    }
    return -1;
}

static struct slow_place slow_rung(const struct wh_geocode_options *opt,
                                   const struct wh_unplaced *u, size_t i)
{
    struct slow_place place = {WH_METHOD_NONE, (double)NAN, (double)NAN, -1, WH_OUTCOME_NOT_PLACED};
    const struct wh_source_crs *source = slow_source(opt, u, i);
    double x = u->given_x[i], y = u->given_y[i], precision_m = 0;
    if (source == NULL) {
        return place;
    }
    wh_transform_points(source->to_working, false, &x, &y, 1);
    if (isfinite(x) && isfinite(y)) {
        place.method = WH_METHOD_COORDINATE;
    } else if (u->postcode[i] != NULL &&
               find_postcode(opt->gazetteers, u->postcode[i], &x, &y, &precision_m)) {
        place.method = WH_METHOD_POSTCODE;
    } else {
        return place;
    }
    place.x = x;
    place.y = y;
    place.ward = slow_ward(x, y);
    return place;
}

static bool slow_is_default(const struct wh_geocode_options *opt, const struct wh_unplaced *u,
                            size_t i)
{
    const struct wh_source_crs *source = slow_source(opt, u, i);
    size_t n_same = 0, n_source = 0;
    if (source == NULL || source->may_pile_up) {
        return false;
    }
    for (size_t j = 0; j < u->requests.n; j++) {
        if (u->requests.source[j] != u->requests.source[i]) {
            continue;
        }
        n_source++;
        const enum wh_method method = slow_rung(opt, u, i).method;
        const bool is_same =
            method == WH_METHOD_COORDINATE
                ? memcmp(&u->given_x[j], &u->given_x[i], sizeof(double)) == 0 &&
                      memcmp(&u->given_y[j], &u->given_y[i], sizeof(double)) == 0
                : u->postcode[j] != NULL && strcmp(u->postcode[j], u->postcode[i]) == 0;
        n_same += is_same && slow_rung(opt, u, j).method == method;
    }
    return n_same >= opt->default_at_least &&
           (double)n_same >= opt->default_share * (double)n_source;
}

static struct slow_place slow_place(const struct wh_geocode_options *opt,
                                    const struct wh_unplaced *u, size_t i)
{
    struct slow_place place = slow_rung(opt, u, i);
    if (place.method == WH_METHOD_NONE) {
        return place;
    }
    if (place.ward < 0) {
        place.outcome = WH_OUTCOME_OUTSIDE;
    } else if (u->requests.category[i] == 0) {
        place.outcome = WH_OUTCOME_WITHHELD_SENSITIVE;
    } else if (slow_is_default(opt, u, i)) {
        place.outcome = WH_OUTCOME_WITHHELD_DEFAULT;
    } else {
        place.outcome = WH_OUTCOME_MAPPED;
    }
    return place;
}

static void fill_randomly(struct wh_unplaced *u, uint64_t *random)
{
    static const char *const codes[] = {NULL, "BA1 1AA", "BA1 1AB", "BA9 9ZZ", "ZZ9 9ZZ"};
    const size_t n = u->requests.n;
    for (size_t i = 0; i < n; i++) {
        u->requests.source[i] =
            (uint16_t)(i * 4 / n); /* sorted by source, as the store loads them */
        u->requests.category[i] = (uint16_t)random_below(random, 3);
        const size_t kind = random_below(random, 10);
        double x = X0 - 300 + (double)random_below(random, 3600),
               y = Y0 - 300 + (double)random_below(random, 3600);
        if (kind == 0) {
            x = y = (double)NAN;
        } else if (kind == 1) { /* on borders and corners */
            x = X0 + (double)random_below(random, 4) * WARD_M;
            y = Y0 + (double)random_below(random, 4) * WARD_M;
        } else if (kind <= 3) { /* a pile, large enough in some rounds */
            x = X0 + 700;
            y = Y0 + 1700;
        } else if (kind == 4) {
            x = (double)NAN;
        }
        if (u->requests.source[i] == 3 && isfinite(x) && isfinite(y)) {
            wh_transform_points(from_degrees, true, &x, &y, 1);
        }
        give(u, i, x, y, codes[random_below(random, 5)]);
    }
}

static void random_requests_are_placed_as_one_by_one(void **state)
{
    (void)state;
    uint64_t random = test_seed("requests");
    size_t n_of[5] = {0};
    for (int round = 0; round < 20; round++) {
        struct wh_unplaced u = make_unplaced(40 + random_below(&random, 400));
        struct wh_geocode_options opt = make_options();
        opt.default_at_least = (uint32_t)random_below(&random, 40) + 1;
        opt.default_share = (double)random_below(&random, 30) / 100;
        fill_randomly(&u, &random);
        struct wh_geocode_report report = geocode(&opt, &u);
        for (size_t i = 0; i < u.requests.n; i++) {
            const struct slow_place slow = slow_place(&opt, &u, i);
            if (u.requests.method[i] != slow.method || u.requests.ward[i] != slow.ward ||
                u.requests.outcome[i] != slow.outcome) {
                fail_msg("round %d, request %zu: method %d ward %d outcome %d, not %d %d %d", round,
                         i, u.requests.method[i], u.requests.ward[i], u.requests.outcome[i],
                         (int)slow.method, slow.ward, (int)slow.outcome);
            }
            assert_true(slow.method == WH_METHOD_NONE
                            ? isnan(u.requests.x[i]) && isnan(u.requests.y[i])
                            : !(fabs(slow.x - u.requests.x[i]) > 1e-9) &&
                                  !(fabs(slow.y - u.requests.y[i]) > 1e-9));
            n_of[slow.outcome]++;
        }
        wh_geocode_report_finish(ctx, &report);
        wh_unplaced_finish(ctx, &u);
    }
    for (size_t i = 0; i < 5; i++) {
        assert_true(n_of[i] > 20); /* each outcome was seen */
    }
}

static void placing_that_finds_no_memory_leaves_none_behind(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    uint64_t random = test_seed("requests");
    const struct wh_geocode_options opt = make_options();
    enum wh_status status = WH_ERR_LIMIT;
    uint64_t n = 0;
    while (status != WH_OK) {
        struct wh_unplaced u = make_unplaced(200);
        struct wh_geocode_report report = {0};
        struct wh_error err = {0};
        fill_randomly(&u, &random);
        wh_alloc_fail_at(ctx, ++n, false);
        status = wh_geocode(ctx, &opt, &u, &report, &err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK || (status == WH_ERR_LIMIT && report.ledger == NULL));
        wh_geocode_report_finish(ctx, &report);
        wh_unplaced_finish(ctx, &u);
    }
    assert_true(n > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coordinates_come_before_the_postcode_and_that_before_nothing),
        cmocka_unit_test(each_source_has_its_crs_and_precision),
        cmocka_unit_test(sensitive_categories_are_withheld_wherever_they_are),
        cmocka_unit_test(a_default_location_needs_its_share_and_its_count),
        cmocka_unit_test(a_postcode_is_spread_over_its_addresses),
        cmocka_unit_test(nothing_to_place_is_placed),
        cmocka_unit_test(random_requests_are_placed_as_one_by_one),
        cmocka_unit_test(placing_that_finds_no_memory_leaves_none_behind),
    };
    return cmocka_run_group_tests(tests, make_town, leave_town);
}
