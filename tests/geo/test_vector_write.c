/* Vector tiles: every feature on every zoom, and the same bytes each time. That they are what
 * other programs read is tested on whole releases (tests/browser/check-files.mjs). */
#include <stdlib.h>

#include "base/io.h"
#include "base/str.h"
#include "geo/layer.h"
#include "geo/vector_write.h"
#include "wh_test.h"
#include "wh_test_files.h"

enum { N = 60, ZOOM_MIN = 8, ZOOM_MAX = 12 };

struct square {
    struct wh_shape shape;
    uint32_t part_start[2], ring_start[2];
    double x[5], y[5];
};

static void make_square(struct square *square, double x, double y, double side)
{
    static const double EAST[] = {0, 1, 1, 0, 0}, NORTH[] = {0, 0, 1, 1, 0};
    *square = (struct square){.part_start = {0, 1}, .ring_start = {0, 5}};
    for (unsigned i = 0; i < 5; i++) {
        square->x[i] = x + EAST[i] * side;
        square->y[i] = y + NORTH[i] * side;
    }
    square->shape = (struct wh_shape){.n_parts = 1,
                                      .n_rings = 1,
                                      .n_vertices = 5,
                                      .part_start = square->part_start,
                                      .ring_start = square->ring_start,
                                      .x = square->x,
                                      .y = square->y};
}

struct taken {
    uint64_t sum; /* of hashes of a tile with its place: whatever the order */
    size_t n, n_of_zoom[ZOOM_MAX + 1];
};

static enum wh_status take(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *bytes,
                           size_t len, struct wh_error *err)
{
    struct taken *const taken = user;
    char place[64];
    (void)err;
    const int n = snprintf(place, sizeof place, "%u/%u/%u", z, x, y);
    taken->sum += wh_str_hash((struct wh_str){place, (size_t)n}) *
                  (wh_str_hash((struct wh_str){(const char *)bytes, len}) | 1);
    taken->n++;
    assert_in_range(z, ZOOM_MIN, ZOOM_MAX);
    taken->n_of_zoom[z]++;
    return WH_OK;
}

static void the_same_tiles_every_time(void **unused)
{
    (void)unused;
    static const struct wh_vector_field field[] = {{"id", "Id", "", WH_VALUE_TEXT},
                                                   {"count", "Requests", "", WH_VALUE_INTEGER},
                                                   {"share", "Share", "", WH_VALUE_REAL},
                                                   {"since", "Since", "", WH_VALUE_DAY}};
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    static struct square square[N];
    static struct wh_value value[4 * N];
    static const struct wh_shape *shape[N];
    static char id[N][16];
    uint64_t seed = test_seed("vector tiles");
    for (size_t i = 0; i < N; i++) {
        make_square(&square[i], -2.7 + 0.001 * (double)random_below(&seed, 200),
                    53.8 + 0.001 * (double)random_below(&seed, 100), 0.004);
        shape[i] = &square[i].shape;
        snprintf(id[i], sizeof id[i], "cell-%zu", i);
        value[4 * i] = (struct wh_value){.kind = WH_VALUE_TEXT, .text = id[i]};
        value[4 * i + 1] = (struct wh_value){.kind = WH_VALUE_INTEGER, .integer = (int64_t)i};
        value[4 * i + 2] = (struct wh_value){.kind = WH_VALUE_REAL, .real = 0.25 * (double)i};
        value[4 * i + 3] =
            (struct wh_value){.kind = WH_VALUE_DAY, .is_null = i % 2 == 0, .integer = 20000};
    }
    const struct wh_vector_layer layer = {.name = "cells",
                                          .definition = "Squares.",
                                          .n_fields = 4,
                                          .field = field,
                                          .n = N,
                                          .value = value,
                                          .shape = shape};
    const struct wh_vector_tile_options opt = {ZOOM_MIN, ZOOM_MAX, 200};
    struct taken first = {0};
    for (unsigned i = 0; i < 3; i++) {
        struct taken taken = {0};
        assert_int_equal(setenv("GDAL_NUM_THREADS", i == 0 ? "1" : "4", 1), 0);
        assert_wh_ok(wh_vector_tiles(ctx, &layer, 1, &opt, take, &taken, &err));
        if (i == 0) {
            first = taken;
        }
        assert_true(taken.n > 0 && taken.n == first.n && taken.sum == first.sum);
        for (unsigned z = ZOOM_MIN; z <= ZOOM_MAX; z++) {
            assert_true(taken.n_of_zoom[z] > 0);
        }
    }
    assert_int_equal(unsetenv("GDAL_NUM_THREADS"), 0);
    assert_int_equal(wh_test_drop_ctx(ctx), 0);
}

static enum wh_status refuse(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *bytes,
                             size_t len, struct wh_error *err)
{
    (void)user, (void)z, (void)x, (void)y, (void)bytes, (void)len, (void)err;
    return WH_ERR_OUTPUT;
}

static void what_the_taker_says_is_what_comes_back(void **unused)
{
    (void)unused;
    static const struct wh_vector_field field[] = {{"id", "Id", "", WH_VALUE_TEXT}};
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct square square;
    const struct wh_shape *shape = &square.shape;
    const struct wh_value value = {.kind = WH_VALUE_TEXT, .text = "a"};
    make_square(&square, 0, 0, 0.1);
    const struct wh_vector_layer layer = {
        .name = "one", .n_fields = 1, .field = field, .n = 1, .value = &value, .shape = &shape};
    const struct wh_vector_tile_options opt = {5, 6, 64};
    assert_int_equal(wh_vector_tiles(ctx, &layer, 1, &opt, refuse, NULL, &err), WH_ERR_OUTPUT);
    assert_int_equal(wh_test_drop_ctx(ctx), 0);
}

static void read_file(struct wh_ctx *ctx, const char *path, struct wh_buf *ret)
{
    struct wh_error err = {0};
    wh_buf_init(ret, ctx);
    assert_wh_ok(wh_io_read_all(ctx, path, 1 << 24, ret, &err));
}

/* A layer comes back by another door, and two files of one content are one. */
static void a_geopackage_is_the_same_every_time_and_can_be_read(void **unused)
{
    (void)unused;
    static const struct wh_vector_field field[] = {{"id", "Id", "", WH_VALUE_TEXT},
                                                   {"count", "Requests", "", WH_VALUE_INTEGER},
                                                   {"since", "Since", "", WH_VALUE_DAY},
                                                   {"share", "Share", "", WH_VALUE_REAL}};
    static const struct wh_value value[] = {
        {.kind = WH_VALUE_TEXT, .text = "it's \"Ynys-y-B\xC5\xB5l\""},
        {.kind = WH_VALUE_INTEGER, .integer = 12},
        {.kind = WH_VALUE_DAY, .integer = 20760},
        {.kind = WH_VALUE_REAL, .is_null = true}};
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct square square;
    const struct wh_shape *shape = &square.shape;
    make_square(&square, 373000, 164000, 250);
    const struct wh_vector_layer layer[] = {{.name = "wards",
                                             .title = "Wards",
                                             .definition = "d",
                                             .n_fields = 4,
                                             .field = field,
                                             .n = 1,
                                             .value = value,
                                             .shape = &shape},
                                            {.name = "runs",
                                             .title = "Runs",
                                             .definition = "d",
                                             .n_fields = 4,
                                             .field = field,
                                             .n = 1,
                                             .value = value}};
    const struct wh_geopackage_style style[] = {{"wards", "A", "a", "<qgis/>", "<sld/>"},
                                                {"wards", "B", "b", "<qgis/>", "<sld/>"}};
    const struct wh_geopackage content = {.crs = "EPSG:27700",
                                          .day = 20760,
                                          .n_layers = 2,
                                          .layer = layer,
                                          .n_styles = 2,
                                          .style = style};
    struct wh_buf first, second;
    assert_wh_ok(wh_geopackage_write(ctx, &content, "one.gpkg", &err));
    assert_wh_ok(wh_geopackage_write(ctx, &content, "two.gpkg", &err));
    read_file(ctx, "one.gpkg", &first);
    read_file(ctx, "two.gpkg", &second);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.ptr, second.ptr, first.len);
    wh_buf_finish(&first);
    wh_buf_finish(&second);
    static const char *const name[] = {"id", "count", "since", "share"};
    const struct wh_layer_spec spec = {
        .path = "one.gpkg", .layer = "wards", .field = name, .n_fields = 4, .crs = "EPSG:27700"};
    struct wh_arena arena;
    struct wh_layer back = {0};
    wh_arena_init(&arena, ctx);
    assert_wh_ok(wh_layer_read(ctx, &spec, &arena, &back, &err));
    assert_int_equal(back.n, 1);
    assert_string_equal(back.feature[0].value[0], value[0].text);
    assert_string_equal(back.feature[0].value[1], "12");
    assert_non_null(strstr(back.feature[0].value[2], "2026"));
    assert_null(back.feature[0].value[3]);
    assert_int_equal(back.feature[0].shape.n_vertices, 5);
    double box[4];
    wh_shape_box(&back.feature[0].shape, box);
    const double wanted[] = {373000, 164000, 373250, 164250};
    assert_memory_equal(box, wanted, sizeof wanted); /* to the last bit */
    wh_arena_finish(&arena);
    assert_int_equal(
        wh_geopackage_write(ctx, &(struct wh_geopackage){.crs = "file.prj"}, "no.gpkg", &err),
        WH_ERR_CONFIG);
    assert_int_equal(wh_test_drop_ctx(ctx), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_tiles_every_time),
        cmocka_unit_test(what_the_taker_says_is_what_comes_back),
        cmocka_unit_test(a_geopackage_is_the_same_every_time_and_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
