/* Class tiles against the slow way: PROJ for every pixel, and the cell that holds it. */
#include <png.h>

#include "geo/geo.h"
#include "render/mercator.h"
#include "render/tiles.h"
#include "wh_test_files.h"

enum { NX = 90, NY = 70, MOST_TILES = 600, N_CLASSES = 3 };

struct kept {
    uint32_t z, x, y;
    uint8_t *png;
    size_t len;
};

struct tiles {
    struct kept tile[MOST_TILES];
    size_t n;
};

struct ground {
    struct wh_ctx *ctx;
    struct wh_style *style;
    struct wh_transform *to_lonlat;
    struct wh_surface surface;
    uint8_t class_of[NX * NY];
};

static int set_up(void **state)
{
    static const uint8_t CLASS[] = {WH_CLASS_OUTSIDE, WH_CLASS_NONE, 1, 2, 3, WH_CLASS_BLANK};
    uint64_t seed = test_seed("tiles");
    struct ground *const g = calloc(1, sizeof *g);
    const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
    struct wh_error err = {0};
    assert_non_null(g);
    g->ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(g->ctx, &err));
    assert_wh_ok(wh_style_load(g->ctx, WH_SOURCE_ROOT "/styles", "standard", &g->style, &err));
    assert_wh_ok(
        wh_transform_create(g->ctx, "EPSG:27700", "EPSG:4326", &coarse, &g->to_lonlat, &err));
    g->surface.grid =
        (struct wh_grid){.x0 = 371000, .y0 = 161000, .cell_m = 50, .nx = NX, .ny = NY};
    g->surface.class_of = g->class_of;
    for (size_t i = 0; i < sizeof g->class_of; i++) { /* blocks of 5 x 5 cells, some noise */
        const size_t block = (i % NX / 5 * 7 + i / NX / 5 * 13) % 6;
        g->class_of[i] = CLASS[random_below(&seed, 8) == 0 ? random_below(&seed, 6) : block];
    }
    *state = g;
    return 0;
}

static int tear_down(void **state)
{
    struct ground *const g = *state;
    wh_transform_destroy(g->ctx, g->to_lonlat);
    wh_style_destroy(g->ctx, g->style);
    wh_ctx_destroy(g->ctx);
    free(g);
    return 0;
}

static enum wh_status keep(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                           size_t len, struct wh_error *err)
{
    struct tiles *const tiles = user;
    (void)err;
    assert_true(tiles->n < MOST_TILES);
    if (tiles->n > 0) { /* by z, then x, then y */
        const struct kept *const last = &tiles->tile[tiles->n - 1];
        assert_true(z > last->z ||
                    (z == last->z && (x > last->x || (x == last->x && y > last->y))));
    }
    struct kept *const kept = &tiles->tile[tiles->n++];
    *kept = (struct kept){z, x, y, malloc(len), len};
    assert_non_null(kept->png);
    memcpy(kept->png, png, len);
    return WH_OK;
}

static struct tiles *draw(const struct ground *g, struct wh_ctx *ctx, uint32_t zoom_min,
                          uint32_t zoom_max, uint32_t scale)
{
    struct tiles *const tiles = calloc(1, sizeof *tiles);
    const struct wh_tile_options opt = {zoom_min, zoom_max, scale};
    struct wh_tile_stats stats;
    struct wh_error err = {0};
    assert_non_null(tiles);
    assert_wh_ok(wh_render_tiles(ctx, &g->surface, N_CLASSES, g->to_lonlat, g->style, &opt, keep,
                                 tiles, &stats, &err));
    assert_int_equal(stats.tiles, tiles->n);
    return tiles;
}

static void drop(struct tiles *tiles)
{
    for (size_t i = 0; i < tiles->n; i++) {
        free(tiles->tile[i].png);
    }
    free(tiles);
}

/* RGBA pixels; free(). */
static uint8_t *decode(const struct kept *kept, uint32_t size_px)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_int_equal(png_image_begin_read_from_memory(&image, kept->png, kept->len), 1);
    assert_int_equal(image.width, size_px);
    assert_int_equal(image.height, size_px);
    image.format = PNG_FORMAT_RGBA;
    uint8_t *const ret = malloc(PNG_IMAGE_SIZE(image));
    assert_non_null(ret);
    assert_int_equal(png_image_finish_read(&image, NULL, ret, 0, NULL), 1);
    return ret;
}

static const struct kept *find(const struct tiles *tiles, uint32_t z, uint32_t x, uint32_t y)
{
    for (size_t i = 0; i < tiles->n; i++) {
        if (tiles->tile[i].z == z && tiles->tile[i].x == x && tiles->tile[i].y == y) {
            return &tiles->tile[i];
        }
    }
    return NULL;
}

/* The colour that a class has; class 0 and what is outside is clear. */
static void colour_of(const struct ground *g, uint8_t class_of, uint8_t ret[4])
{
    memset(ret, 0, 4);
    if (class_of == WH_CLASS_BLANK || (class_of >= 1 && class_of <= N_CLASSES)) {
        const struct wh_rgb rgb = class_of == WH_CLASS_BLANK
                                      ? wh_style_blank(g->style)
                                      : wh_style_class(g->style, class_of, N_CLASSES);
        ret[0] = rgb.r;
        ret[1] = rgb.g;
        ret[2] = rgb.b;
        ret[3] = (uint8_t)lround(255 * wh_style_class_alpha(g->style));
    }
}

static uint8_t class_at(const struct ground *g, double x, double y)
{
    const double col = floor((x - g->surface.grid.x0) / 50),
                 row = floor((y - g->surface.grid.y0) / 50);
    return col < 0 || row < 0 || col >= NX || row >= NY
               ? WH_CLASS_OUTSIDE
               : g->class_of[(size_t)row * NX + (size_t)col];
}

/* Is the pixel right at its centre, or, an approximation being allowed, a tenth of a pixel off? */
static void check_pixel(const struct ground *g, const struct kept *kept, uint32_t size_px,
                        uint32_t col, uint32_t row, const uint8_t got[4], size_t *n_off)
{
    static const double OFF[5][2] = {{0, 0}, {-0.1, -0.1}, {-0.1, 0.1}, {0.1, -0.1}, {0.1, 0.1}};
    for (int i = 0; i < 5; i++) {
        uint8_t want[4];
        double x = wh_tile_lon(kept->x + (col + 0.5 + OFF[i][0]) / size_px, kept->z);
        double y = wh_tile_lat(kept->y + (row + 0.5 + OFF[i][1]) / size_px, kept->z);
        wh_transform_points(g->to_lonlat, true, &x, &y, 1);
        colour_of(g, class_at(g, x, y), want);
        if (memcmp(want, got, 4) == 0) {
            *n_off += i > 0;
            return;
        }
    }
    fail_msg("tile %u/%u/%u, pixel %u, %u is of another class", kept->z, kept->x, kept->y, col,
             row);
}

static void each_pixel_has_the_class_of_the_cell_that_holds_its_centre(void **state)
{
    const struct ground *const g = *state;
    for (uint32_t scale = 1; scale <= 2; scale++) {
        const uint32_t size_px = 256 * scale;
        struct tiles *const tiles = draw(g, g->ctx, 8, 14, scale);
        size_t n = 0, n_off = 0;
        for (size_t i = 0; i < tiles->n; i++) {
            uint8_t *const got = decode(&tiles->tile[i], size_px);
            for (uint32_t row = 1; row < size_px; row += 7) {
                for (uint32_t col = row % 5; col < size_px; col += 5, n++) {
                    check_pixel(g, &tiles->tile[i], size_px, col, row,
                                &got[4 * ((size_t)row * size_px + col)], &n_off);
                }
            }
            free(got);
        }
        assert_true(tiles->n > 20);
        assert_true(n_off * 100 < n); /* as a rule the centre itself is right */
        drop(tiles);
    }
}

static void tiles_that_are_not_there_are_clear(void **state)
{
    const struct ground *const g = *state;
    struct tiles *const tiles = draw(g, g->ctx, 13, 13, 1);
    size_t n_missing = 0;
    const struct kept *const first = &tiles->tile[0];
    for (uint32_t x = first->x - 2; x < first->x + 8; x++) {
        for (uint32_t y = first->y - 4; y < first->y + 8; y++) {
            if (find(tiles, 13, x, y) != NULL) {
                continue;
            }
            n_missing++;
            for (uint32_t i = 0; i < 256; i += 3) {
                uint8_t want[4];
                double lon = wh_tile_lon(x + (i + 0.5) / 256, 13);
                double lat = wh_tile_lat(y + (i * 7 % 256 + 0.5) / 256, 13);
                wh_transform_points(g->to_lonlat, true, &lon, &lat, 1);
                colour_of(g, class_at(g, lon, lat), want);
                assert_int_equal(want[3], 0);
            }
        }
    }
    assert_true(n_missing > 0);
    drop(tiles);
}

static void a_fine_tile_is_the_four_tiles_below_it(void **state)
{
    const struct ground *const g = *state;
    struct tiles *const fine = draw(g, g->ctx, 12, 12, 2), *const below =
                                                               draw(g, g->ctx, 13, 13, 1);
    size_t n = 0, n_other = 0;
    for (size_t i = 0; i < fine->n; i++) {
        uint8_t *const whole = decode(&fine->tile[i], 512);
        for (uint32_t q = 0; q < 4; q++) {
            const struct kept *const kept =
                find(below, 13, 2 * fine->tile[i].x + q % 2, 2 * fine->tile[i].y + q / 2);
            uint8_t *const part = kept != NULL ? decode(kept, 256) : calloc(256 * 256, 4);
            assert_non_null(part);
            for (uint32_t row = 0; row < 256; row++) {
                for (uint32_t col = 0; col < 256; col++, n++) {
                    n_other +=
                        memcmp(&part[4 * ((size_t)row * 256 + col)],
                               &whole[4 * ((size_t)(q / 2 * 256 + row) * 512 + q % 2 * 256 + col)],
                               4) != 0;
                }
            }
            free(part);
        }
        free(whole);
    }
    assert_true(n > 0);
    assert_true(n_other * 500 < n); /* pixels on the line between two cells, in two lattices */
    drop(fine);
    drop(below);
}

static void threads_change_no_byte(void **state)
{
    const struct ground *const g = *state;
    struct tiles *const two = draw(g, g->ctx, 9, 14, 2);
    const struct wh_ctx_options opt = {.quiet = true, .jobs = 1};
    struct wh_ctx *one_thread = NULL;
    struct wh_error err = {0};
    assert_wh_ok(wh_ctx_create(&opt, &one_thread, &err));
    struct tiles *const one = draw(g, one_thread, 9, 14, 2);
    assert_int_equal(one->n, two->n);
    for (size_t i = 0; i < one->n; i++) {
        assert_int_equal(one->tile[i].z, two->tile[i].z);
        assert_int_equal(one->tile[i].x, two->tile[i].x);
        assert_int_equal(one->tile[i].y, two->tile[i].y);
        assert_int_equal(one->tile[i].len, two->tile[i].len);
        assert_memory_equal(one->tile[i].png, two->tile[i].png, one->tile[i].len);
    }
    drop(one);
    drop(two);
    wh_ctx_destroy(one_thread);
}

static void no_zoom_is_deeper_than_a_cell_allows(void **state)
{
    (void)state;
    /* 20 m at 52 degrees: 5.9 m a pixel at 14, a third of a cell; 11.8 m at 13 are too many. */
    assert_int_equal(wh_tiles_deepest_zoom(20, 52, 9, 16), 14);
    assert_int_equal(wh_tiles_deepest_zoom(40, 52, 9, 16), 13);
    assert_int_equal(wh_tiles_deepest_zoom(500, 52, 9, 16), 10);
    assert_int_equal(wh_tiles_deepest_zoom(1, 52, 9, 16), 16);
    assert_int_equal(wh_tiles_deepest_zoom(50000, 52, 9, 16), 9);
}

static enum wh_status refuse(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                             size_t len, struct wh_error *err)
{
    (void)user, (void)z, (void)x, (void)y, (void)png, (void)len;
    err->status = WH_ERR_OUTPUT;
    snprintf(err->message, sizeof err->message, "the disk is full");
    return WH_ERR_OUTPUT;
}

static void a_writer_that_fails_stops_the_drawing(void **state)
{
    const struct ground *const g = *state;
    const struct wh_tile_options opt = {9, 14, 1}, wrong = {15, 14, 1}, large = {9, 14, 3};
    struct wh_tile_stats stats;
    struct wh_error err = {0};
    assert_int_equal(wh_render_tiles(g->ctx, &g->surface, N_CLASSES, g->to_lonlat, g->style, &opt,
                                     refuse, NULL, &stats, &err),
                     WH_ERR_OUTPUT);
    assert_string_equal(err.message, "the disk is full");
    assert_int_equal(wh_render_tiles(g->ctx, &g->surface, N_CLASSES, g->to_lonlat, g->style, &wrong,
                                     refuse, NULL, &stats, &err),
                     WH_ERR_INTERNAL);
    assert_int_equal(wh_render_tiles(g->ctx, &g->surface, N_CLASSES, g->to_lonlat, g->style, &large,
                                     refuse, NULL, &stats, &err),
                     WH_ERR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pixel_has_the_class_of_the_cell_that_holds_its_centre),
        cmocka_unit_test(tiles_that_are_not_there_are_clear),
        cmocka_unit_test(a_fine_tile_is_the_four_tiles_below_it),
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(no_zoom_is_deeper_than_a_cell_allows),
        cmocka_unit_test(a_writer_that_fails_stops_the_drawing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
