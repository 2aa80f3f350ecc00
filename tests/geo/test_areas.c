/* Area layers: what is refused, which area a point is in, and the real wards of a council. */
#include <time.h>

#include "geo/areas.h"
#include "geo/shape_ops.h"
#include "geo_test.h"

/* ---- layers written as GeoJSON in metres, read with from = the working CRS ---- */

#define HEAD "{\"type\":\"FeatureCollection\",\"features\":["
#define AREA(code, name, population, rings)                                                        \
    "{\"type\":\"Feature\",\"properties\":{\"code\":" code ",\"name\":" name                       \
    ",\"pop\":" population "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" rings "}}"
#define BOX(w, s, e, n)                                                                            \
    "[[" #w "," #s "],[" #e "," #s "],[" #e "," #n "],[" #w "," #n "],[" #w "," #s "]]"

static enum wh_status open_text(const char *text, struct wh_areas *ret, struct wh_error *err)
{
    const struct wh_areas_spec spec = {.path = write_text("areas.geojson", text),
                                       .code = "code",
                                       .name = "name",
                                       .population = "pop",
                                       .from = "EPSG:27700"};
    memset(err, 0, sizeof *err);
    return wh_areas_open(ctx, &spec, "EPSG:27700", NULL, ret, err);
}

static void refuse(const char *text, const char *sentence)
{
    struct wh_areas areas;
    struct wh_error err;
    assert_int_equal(open_text(text, &areas, &err), WH_ERR_INPUT);
    assert_text_has(err.message, sentence);
    assert_text_has(err.where, "areas.geojson");
}

static int32_t area_of(const struct wh_areas *areas, double x, double y)
{
    struct wh_error err = {0};
    int32_t area = -9;
    assert_wh_ok(wh_areas_assign(ctx, areas, &x, &y, 1, &area, &err));
    return area;
}

static void areas_come_sorted_by_code_with_their_numbers(void **state)
{
    (void)state;
    struct wh_areas areas;
    struct wh_error err;
    assert_wh_ok(open_text(
        HEAD AREA("\"B\"", "\"Bee\"", "1200", "[" BOX(401000, 200000, 402000, 201000) "]") "," AREA(
            "\"A\"", "null", "null",
            "[" BOX(400000, 200000, 401000, 201000) "]") "," AREA("\"C\"", "\"Sea\"", "-5",
                                                                  "[" BOX(400000, 201000, 402000,
                                                                          202000) "]") "]}",
        &areas, &err));
    assert_int_equal(areas.n, 3);
    assert_string_equal(areas.code[0], "A");
    assert_string_equal(areas.name[0], "A");
    assert_string_equal(areas.name[1], "Bee");
    assert_near(areas.population[1], 1200, 0);
    assert_true(isnan(areas.population[0]) && isnan(areas.population[2]));
    assert_true(isnan(areas.households[1]));
    assert_near(areas.area_km2[2], 2.0, 1e-12);
    assert_int_equal(wh_areas_find_code(&areas, "C"), 2);
    assert_int_equal(wh_areas_find_code(&areas, "D"), -1);
    assert_int_equal(wh_areas_find_code(&areas, ""), -1);
    double box[4];
    wh_areas_box(&areas, box);
    assert_near(box[0], 400000, 0);
    assert_near(box[3], 202000, 0);
    struct wh_shape whole;
    assert_wh_ok(wh_areas_union(ctx, &areas, &whole, &err));
    assert_int_equal(whole.n_rings, 1);
    assert_near(wh_shape_area_km2(&whole), 4.0, 1e-12);
    wh_shape_finish(ctx, &whole);
    wh_areas_finish(ctx, &areas);
    assert_int_equal(areas.n, 0);
}

static void a_point_on_a_border_or_corner_belongs_to_the_lowest_code(void **state)
{
    (void)state;
    struct wh_areas areas;
    struct wh_error err;
    assert_wh_ok(open_text(
        HEAD AREA("\"B\"", "\"\"", "1", "[" BOX(401000, 200000, 402000, 201000) "]") "," AREA(
            "\"A\"", "\"\"", "1",
            "[" BOX(400000, 200000, 401000, 201000) "]") "," AREA("\"C\"", "\"\"", "1",
                                                                  "[" BOX(400000, 201000, 402000,
                                                                          202000) "]") "]}",
        &areas, &err));
    assert_int_equal(area_of(&areas, 401000, 200500), 0);
    assert_int_equal(area_of(&areas, 401000, 201000), 0); /* corner of all three */
    assert_int_equal(area_of(&areas, 401500, 201000), 1);
    assert_int_equal(area_of(&areas, 402000, 201000), 1);
    assert_int_equal(area_of(&areas, 402000, 202000), 2);
    assert_int_equal(area_of(&areas, 400000, 200000), 0);
    assert_int_equal(area_of(&areas, 401000.001, 200500), 1);
    assert_int_equal(area_of(&areas, 399999.999, 200500), -1); /* 1 mm outside */
    assert_int_equal(area_of(&areas, 402000.001, 202000), -1);
    assert_int_equal(area_of(&areas, (double)NAN, 200500), -1);
    assert_int_equal(area_of(&areas, 400500, (double)INFINITY), -1);
    wh_areas_finish(ctx, &areas);
}

static void a_hole_belongs_to_nobody_or_to_the_area_in_it(void **state)
{
    (void)state;
    struct wh_areas areas;
    struct wh_error err;
    assert_wh_ok(open_text(
        HEAD AREA(
            "\"A\"", "\"\"", "1",
            "[" BOX(400000, 200000, 403000, 203000) "," BOX(400500, 200500, 401000, 201000) "," BOX(
                402000, 202000, 402500, 202500) "]") "," AREA("\"B\"", "\"\"", "1",
                                                              "[" BOX(402000, 202000, 402500,
                                                                      202500) "]") "]}",
        &areas, &err));
    assert_near(areas.area_km2[0], 8.5, 1e-12);
    assert_int_equal(area_of(&areas, 400750, 200750), -1);
    assert_int_equal(area_of(&areas, 400500, 200750), 0); /* the hole's border */
    assert_int_equal(area_of(&areas, 402250, 202250), 1);
    assert_int_equal(area_of(&areas, 402500, 202250), 0);
    wh_areas_finish(ctx, &areas);
}

static void broken_polygons_are_refused_with_code_and_place(void **state)
{
    (void)state;
#define ONE(rings) HEAD AREA("\"E05000123\"", "\"x\"", "1", rings) "]}"
    refuse(
        ONE("[[[400000,200000],[401000,201000],[401000,200000],[400000,200900],[400000,200000]]]"),
        "area E05000123 (feature 1): self-intersection near (400473.68, 200473.68)");
    refuse(ONE("[" BOX(400000, 200000, 401000, 201000) "," BOX(402000, 200000, 403000, 201000) "]"),
           "hole lies outside shell near (");
    refuse(
        ONE("[[[400000,200000],[401000,200000],[402000,200000],[400000,200000]]]"),
        "area E05000123 (feature 1): the ring that starts at (400000.00, 200000.00) has no area");
    refuse(ONE("[[[400000,200000],[401000,200000],[401000,201000],[400000,201000]]]"),
           "not closed");
    refuse(ONE("[[[400000,200000],[401000,200000],[400000,200000]]]"), "fewer than 4 vertices");
    refuse(ONE("[[[400000,200000],[NaN,200000],[401000,201000],[400000,200000]]]"), "feature 1");
    refuse(ONE("[[[400000,200000],[1e999,200000],[401000,201000],[400000,200000]]]"),
           "not a finite number");
    refuse(HEAD "{\"type\":\"Feature\",\"properties\":{\"code\":\"A\",\"name\":\"\",\"pop\":1},"
                "\"geometry\":null}]}",
           "area A (feature 1) has no polygon");
    refuse(HEAD "]}", "no attribute \"code\"");
#undef ONE
}

static void codes_must_be_there_and_be_unique(void **state)
{
    (void)state;
    refuse(HEAD AREA("\"A\"", "\"x\"", "1", "[" BOX(400000, 200000, 401000, 201000) "]") "," AREA(
               "\"B\"", "\"x\"", "1",
               "[" BOX(402000, 200000, 403000, 201000) "]") "," AREA("\"A \"", "\"x\"", "1",
                                                                     "[" BOX(404000, 200000, 405000,
                                                                             201000) "]") "]}",
           "the code A appears twice: at features 1 and 3");
    refuse(HEAD AREA("\"A\"", "\"x\"", "1", "[" BOX(400000, 200000, 401000, 201000) "]") "," AREA(
               "null", "\"x\"", "1", "[" BOX(402000, 200000, 403000, 201000) "]") "]}",
           "feature 2 has no code in attribute code");
    refuse(
        HEAD AREA("\"A\"", "\"x\"", "\"1,200\"", "[" BOX(400000, 200000, 401000, 201000) "]") "]}",
        "area A (feature 1): attribute pop is not a number: \"1,200\"");
}

static void overlaps_are_refused_but_slivers_are_not(void **state)
{
    (void)state;
    refuse(HEAD AREA("\"A\"", "\"x\"", "1", "[" BOX(400000, 200000, 401000, 201000) "]") "," AREA(
               "\"B\"", "\"x\"", "1", "[" BOX(400990, 200990, 402000, 202000) "]") "]}",
           "areas A and B overlap by 100 m2 near (400995.00, 200995.00)");
    refuse(HEAD AREA("\"A\"", "\"x\"", "1", "[" BOX(400000, 200000, 401000, 201000) "]") "," AREA(
               "\"B\"", "\"x\"", "1", "[" BOX(400000, 200000, 401000, 201000) "]") "]}",
           "areas A and B overlap by 1000000 m2");
    struct wh_areas areas;
    struct wh_error err;
    assert_wh_ok(open_text(
        HEAD AREA("\"A\"", "\"x\"", "1", "[" BOX(400000, 200000, 401000.03, 201000) "]") "," AREA(
            "\"B\"", "\"x\"", "1", "[" BOX(401000, 200000, 402000, 201000) "]") "]}",
        &areas, &err));
    assert_int_equal(area_of(&areas, 401000.02, 200500), 0);
    wh_areas_finish(ctx, &areas);
}

static void a_ring_that_touches_itself_is_taken_apart(void **state)
{
    (void)state;
    struct wh_areas areas;
    struct wh_error err;
    /* Two squares drawn as one ring through their common corner. */
    assert_wh_ok(
        open_text(HEAD AREA("\"A\"", "\"x\"", "1",
                            "[[[400000,200000],[401000,200000],[401000,201000],[402000,201000],"
                            "[402000,202000],[401000,202000],[401000,201000],[400000,201000],"
                            "[400000,200000]]]") "]}",
                  &areas, &err));
    assert_near(areas.area_km2[0], 2.0, 1e-12);
    assert_int_equal(areas.shape[0].n_parts, 2);
    assert_int_equal(area_of(&areas, 400500, 200500), 0);
    assert_int_equal(area_of(&areas, 401500, 201500), 0);
    assert_int_equal(area_of(&areas, 401500, 200500), -1);
    wh_areas_finish(ctx, &areas);
}

/* ---- random layers against the plain rule ---- */

/* A star-shaped polygon around (cx, cy), never crossing itself. */
static void star(uint64_t *seed, double cx, double cy, double radius, uint32_t n,
                 struct wh_shape *ret)
{
    ret->n_parts = 1;
    ret->n_rings = 1;
    ret->n_vertices = n + 1;
    ret->part_start = calloc(2, sizeof *ret->part_start);
    ret->ring_start = calloc(2, sizeof *ret->ring_start);
    ret->x = calloc(n + 1, sizeof *ret->x);
    ret->y = calloc(n + 1, sizeof *ret->y);
    ret->part_start[1] = 1;
    ret->ring_start[1] = n + 1;
    for (uint32_t i = 0; i < n; i++) {
        const double r = radius * (0.3 + 0.7 * random_unit(seed)), a = 6.283185307179586 * i / n;
        /* On a 1 m lattice, so that points on vertices and edges do occur. */
        ret->x[i] = round(cx + r * cos(a));
        ret->y[i] = round(cy + r * sin(a));
    }
    ret->x[n] = ret->x[0];
    ret->y[n] = ret->y[0];
}

static void free_star(struct wh_shape *shape)
{
    free(shape->part_start);
    free(shape->ring_start);
    free(shape->x);
    free(shape->y);
}

#define N_STARS 25
#define N_POINTS 40000

static void random_points_agree_with_the_even_odd_rule(void **state)
{
    (void)state;
    const uint64_t start = (uint64_t)time(NULL);
    uint64_t seed = start;
    print_message("seed %" PRIu64 "\n", start);
    struct wh_shape shape[N_STARS];
    const char *code[N_STARS];
    char names[N_STARS][4];
    for (int i = 0; i < N_STARS; i++) { /* they overlap: the lowest must win */
        star(&seed, 400000 + 2000 * random_unit(&seed), 200000 + 2000 * random_unit(&seed),
             100 + 600 * random_unit(&seed), 5 + (uint32_t)(60 * random_unit(&seed)), &shape[i]);
        (void)snprintf(names[i], sizeof names[i], "%02d", i);
        code[i] = names[i];
    }
    struct wh_areas areas = {.n = N_STARS, .code = code, .name = code, .shape = shape};
    double *x = malloc(N_POINTS * sizeof *x), *y = malloc(N_POINTS * sizeof *y);
    int32_t *got = malloc(N_POINTS * sizeof *got), *again = malloc(N_POINTS * sizeof *again);
    for (int i = 0; i < N_POINTS; i++) {
        x[i] = 399300 + 3400 * random_unit(&seed);
        y[i] = 199300 + 3400 * random_unit(&seed);
        if (i % 2 == 0) { /* half of them on the lattice of the vertices */
            x[i] = round(x[i]);
            y[i] = round(y[i]);
        }
        if (i % 10 == 0) { /* and some on a vertex */
            const struct wh_shape *s = &shape[i / 10 % N_STARS];
            x[i] = s->x[(uint32_t)i % s->n_vertices];
            y[i] = s->y[(uint32_t)i % s->n_vertices];
        }
    }
    struct wh_error err = {0};
    assert_wh_ok(wh_areas_assign(ctx, &areas, x, y, N_POINTS, again, &err)); /* without an index */
    assert_wh_ok(wh_areas_index(ctx, &areas, &err));
    assert_wh_ok(wh_areas_assign(ctx, &areas, x, y, N_POINTS, got, &err));
    int inside = 0;
    for (int i = 0; i < N_POINTS; i++) {
        int32_t expected = -1;
        for (int32_t a = N_STARS - 1; a >= 0; a--) {
            expected = wh_shape_contains(&shape[a], x[i], y[i]) ? a : expected;
        }
        if (got[i] != expected || again[i] != expected) {
            fail_msg("seed %" PRIu64 ": point %d (%.17g, %.17g) in %d, not %d", start, i, x[i],
                     y[i], got[i], expected);
        }
        inside += got[i] >= 0;
    }
    assert_true(inside > N_POINTS / 20);
    wh_areas_finish(ctx, &areas);
    assert_int_equal(areas.n, N_STARS); /* filled by hand: still the caller's */
    assert_null(areas.index);
    for (int i = 0; i < N_STARS; i++) {
        free_star(&shape[i]);
    }
    free(x);
    free(y);
    free(got);
    free(again);
}

static void the_number_of_threads_does_not_change_a_result(void **state)
{
    (void)state;
    struct wh_error err = {0};
    uint64_t seed = 7;
    struct wh_shape shape[4];
    const char *code[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++) {
        star(&seed, 1000 + 500 * i, 1000, 600, 40, &shape[i]);
    }
    const size_t n = 200000;
    double *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y);
    int32_t *got[3];
    for (size_t i = 0; i < n; i++) {
        x[i] = 4000 * random_unit(&seed);
        y[i] = 2000 * random_unit(&seed);
    }
    const unsigned jobs[] = {1, 2, 7};
    for (int k = 0; k < 3; k++) {
        struct wh_ctx *own = NULL;
        const struct wh_ctx_options opt = {.quiet = true, .jobs = jobs[k]};
        assert_wh_ok(wh_ctx_create(&opt, &own, &err));
        struct wh_areas areas = {.n = 4, .code = code, .name = code, .shape = shape};
        got[k] = malloc(n * sizeof *got[k]);
        assert_wh_ok(wh_areas_index(own, &areas, &err));
        assert_wh_ok(wh_areas_assign(own, &areas, x, y, n, got[k], &err));
        wh_areas_finish(own, &areas);
        wh_ctx_destroy(own);
        assert_memory_equal(got[k], got[0], n * sizeof *got[k]);
    }
    for (int i = 0; i < 4; i++) {
        free_star(&shape[i]);
    }
    for (int k = 0; k < 3; k++) {
        free(got[k]);
    }
    free(x);
    free(y);
}

static void no_areas_and_empty_areas_hold_no_point(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_areas none = {0};
    assert_wh_ok(wh_areas_index(ctx, &none, &err));
    assert_int_equal(area_of(&none, 0, 0), -1);
    wh_areas_finish(ctx, &none);
    struct wh_shape empty = {0};
    const char *code[] = {"a"};
    struct wh_areas one = {.n = 1, .code = code, .name = code, .shape = &empty};
    assert_wh_ok(wh_areas_index(ctx, &one, &err));
    assert_int_equal(area_of(&one, 0, 0), -1);
    wh_areas_finish(ctx, &one);
}

/* ---- the real council ---- */

static void data_path(char *out, size_t size, const char *name)
{
    (void)snprintf(out, size, "%s/%s", wh_test_data(), name);
}

static void every_postcode_of_bath_is_in_the_ward_that_its_column_names(void **state)
{
    (void)state;
    skip_without_data();
    char wards[600], codes[600], grid[600];
    data_path(wards, sizeof wards, "bath/boundaries/ons_ward_2011.geojson");
    data_path(codes, sizeof codes, "bath/gazetteer/os_postcodes.geojson");
    data_path(grid, sizeof grid, "ostn15");
    const struct wh_crs_options opt = {.proj_data = grid, .datum = WH_DATUM_REQUIRE};
    const struct wh_areas_spec spec = {.path = wards, .code = "wd11cd", .name = "wd11nm"};
    struct wh_error err = {0};
    struct wh_areas areas;
    assert_wh_ok(wh_areas_open(ctx, &spec, "EPSG:27700", &opt, &areas, &err));
    assert_int_equal(areas.n, 37);

    const char *const field[] = {"wc"};
    const struct wh_layer_spec points = {
        .path = codes, .field = field, .n_fields = 1, .crs = "EPSG:27700", .crs_opt = opt};
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    struct wh_layer layer;
    assert_wh_ok(wh_layer_read(ctx, &points, &arena, &layer, &err));
    assert_int_equal(layer.n, 5783);
    int agree = 0;
    for (size_t i = 0; i < layer.n; i++) {
        assert_int_equal(layer.feature[i].kind, WH_GEOMETRY_POINT);
        const int32_t area =
            area_of(&areas, layer.feature[i].shape.x[0], layer.feature[i].shape.y[0]);
        agree += area >= 0 && area == wh_areas_find_code(&areas, layer.feature[i].value[0]);
    }
    assert_int_equal(agree, 5783);
    struct wh_shape whole;
    assert_wh_ok(wh_areas_union(ctx, &areas, &whole, &err));
    double sum_km2 = 0;
    for (uint32_t i = 0; i < areas.n; i++) {
        sum_km2 += areas.area_km2[i];
    }
    assert_near(wh_shape_area_km2(&whole), sum_km2, 1e-6);
    wh_shape_finish(ctx, &whole);
    wh_arena_finish(&arena);
    wh_areas_finish(ctx, &areas);
}

static void londons_wards_answer_two_million_points_in_seconds(void **state)
{
    (void)state;
    skip_without_data();
    char wards[600];
    data_path(wards, sizeof wards, "london/wards_2013.geojson");
    const struct wh_crs_options opt = {.datum = WH_DATUM_COARSE};
    const struct wh_areas_spec spec = {.path = wards, .code = "WD13CD", .name = "WD13NM"};
    struct wh_error err = {0};
    struct wh_areas areas;
    const clock_t t0 = clock();
    assert_wh_ok(wh_areas_open(ctx, &spec, "EPSG:27700", &opt, &areas, &err));
    const clock_t t1 = clock();
    assert_int_equal(areas.n, 649);
    const size_t n = 1900000;
    double box[4], *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y);
    int32_t *got = malloc(n * sizeof *got);
    uint64_t seed = 1;
    wh_areas_box(&areas, box);
    for (size_t i = 0; i < n; i++) {
        x[i] = box[0] + (box[2] - box[0]) * random_unit(&seed);
        y[i] = box[1] + (box[3] - box[1]) * random_unit(&seed);
    }
    assert_wh_ok(wh_areas_assign(ctx, &areas, x, y, n, got, &err));
    const clock_t t2 = clock();
    print_message("649 wards: opened in %.2f s, %zu points in %.2f s of processor time\n",
                  (double)(t1 - t0) / CLOCKS_PER_SEC, n, (double)(t2 - t1) / CLOCKS_PER_SEC);
    size_t inside = 0;
    double sum_km2 = 0;
    for (size_t i = 0; i < n; i++) {
        inside += got[i] >= 0;
    }
    for (uint32_t i = 0; i < areas.n; i++) {
        sum_km2 += areas.area_km2[i];
    }
    const double expected = sum_km2 * 1e6 / ((box[2] - box[0]) * (box[3] - box[1]));
    assert_near((double)inside / (double)n, expected, 0.002);
    free(x);
    free(y);
    free(got);
    wh_areas_finish(ctx, &areas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_come_sorted_by_code_with_their_numbers),
        cmocka_unit_test(a_point_on_a_border_or_corner_belongs_to_the_lowest_code),
        cmocka_unit_test(a_hole_belongs_to_nobody_or_to_the_area_in_it),
        cmocka_unit_test(broken_polygons_are_refused_with_code_and_place),
        cmocka_unit_test(codes_must_be_there_and_be_unique),
        cmocka_unit_test(overlaps_are_refused_but_slivers_are_not),
        cmocka_unit_test(a_ring_that_touches_itself_is_taken_apart),
        cmocka_unit_test(random_points_agree_with_the_even_odd_rule),
        cmocka_unit_test(the_number_of_threads_does_not_change_a_result),
        cmocka_unit_test(no_areas_and_empty_areas_hold_no_point),
        cmocka_unit_test(every_postcode_of_bath_is_in_the_ward_that_its_column_names),
        cmocka_unit_test(londons_wards_answer_two_million_points_in_seconds),
    };
    return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
