/* Base-map tiles: pieces of one picture, the same on any number of threads. */
#include <math.h>
#include <png.h>

#include "geo/crs.h"
#include "geo/geo.h"
#include "render/basemap_internal.h"
#include "render/basetiles.h"
#include "scene.h"
#include "wh_test_files.h"

enum { PX = 512, MOST = 300 };

struct kept {
    uint32_t z, x, y;
    uint8_t *png;
    size_t len;
};

struct tiles {
    struct kept tile[MOST];
    size_t n;
};

struct place {
    struct wh_ctx *ctx;
    struct scene scene;
    struct wh_transform *to_lonlat;
    double lonlat[4];
};

static int set_up(void **state)
{
    const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
    struct place *const p = calloc(1, sizeof *p);
    struct wh_error err = {0};
    double box[4];
    assert_non_null(p);
    p->ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(p->ctx, &err));
    scene_borough(&p->scene, p->ctx, WH_SOURCE_ROOT, true);
    assert_wh_ok(
        wh_transform_create(p->ctx, "EPSG:27700", "EPSG:4326", &coarse, &p->to_lonlat, &err));
    wh_shape_box(&p->scene.area, box);
    wh_box_to_lonlat(p->to_lonlat, box, p->lonlat);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *const p = *state;
    wh_transform_destroy(p->ctx, p->to_lonlat);
    scene_finish(&p->scene);
    wh_ctx_destroy(p->ctx);
    free(p);
    return 0;
}

static enum wh_status keep(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                           size_t len, struct wh_error *err)
{
    struct tiles *const tiles = user;
    (void)err;
    assert_true(tiles->n < MOST);
    struct kept *const kept = &tiles->tile[tiles->n++];
    *kept = (struct kept){z, x, y, malloc(len), len};
    assert_non_null(kept->png);
    memcpy(kept->png, png, len);
    return WH_OK;
}

static struct wh_base_map map_of(const struct place *p)
{
    return (struct wh_base_map){
        .basemap = p->scene.basemap, .wards = &p->scene.wards, .style = p->scene.style};
}

static struct tiles *draw(const struct place *p, struct wh_ctx *ctx,
                          const struct wh_basetile_options *opt)
{
    struct tiles *const tiles = calloc(1, sizeof *tiles);
    struct wh_tile_stats stats;
    struct wh_error err = {0};
    assert_non_null(tiles);
    const struct wh_base_map map = map_of(p);
    assert_wh_ok(wh_render_basetiles(ctx, &map, p->to_lonlat, opt, keep, tiles, &stats, &err));
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

static uint8_t *decode(const struct kept *kept)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_int_equal(png_image_begin_read_from_memory(&image, kept->png, kept->len), 1);
    assert_int_equal(image.width, PX);
    assert_int_equal(image.height, PX);
    image.format = PNG_FORMAT_RGBA;
    uint8_t *const ret = malloc(PNG_IMAGE_SIZE(image));
    assert_non_null(ret);
    assert_int_equal(png_image_finish_read(&image, NULL, ret, 0, NULL), 1);
    return ret;
}

/* Clear, or as dark as ink: what a name crossing a border would leave on one side alone. */
static bool is_ink(const uint8_t rgba[4])
{
    return rgba[3] > 200 && rgba[0] < 110 && rgba[1] < 110 && rgba[2] < 110;
}

static bool is_pale(const uint8_t rgba[4])
{
    return rgba[3] < 30 || (rgba[0] > 225 && rgba[1] > 225 && rgba[2] > 215);
}

/* Across the border of two tiles, is ink followed by something pale without a step between, more
 * often than inside a tile? Then names are cut. */
static void names_go_on_over_the_borders_of_tiles(void **state)
{
    const struct place *const p = *state;
    struct wh_basetile_options opt = wh_basetiles_plan(p->lonlat, 14, 14, 2, WH_SHEET_NAMES);
    struct tiles *const tiles = draw(p, p->ctx, &opt);
    size_t n_border = 0, n_inside = 0, cut_border = 0, cut_inside = 0;
    for (size_t i = 0; i < tiles->n; i++) {
        for (size_t k = 0; k < tiles->n; k++) {
            if (tiles->tile[k].y != tiles->tile[i].y || tiles->tile[k].x != tiles->tile[i].x + 1) {
                continue;
            }
            uint8_t *const left = decode(&tiles->tile[i]), *const right = decode(&tiles->tile[k]);
            for (size_t row = 0; row < PX; row++) {
                const uint8_t *const a = &left[4 * (row * PX + PX - 1)];
                const uint8_t *const b = &right[4 * row * PX];
                n_border += is_ink(a) || is_ink(b);
                cut_border += (is_ink(a) && is_pale(b)) || (is_ink(b) && is_pale(a));
                for (size_t col = 40; col < PX - 1; col += 60) {
                    const uint8_t *const c = &left[4 * (row * PX + col)];
                    n_inside += is_ink(c) || is_ink(c + 4);
                    cut_inside += (is_ink(c) && is_pale(c + 4)) || (is_ink(c + 4) && is_pale(c));
                }
            }
            free(left);
            free(right);
        }
    }
    assert_true(n_border > 30); /* names do cross borders */
    assert_true(n_inside > 100);
    assert_true((double)cut_border / (double)n_border <
                1.5 * (double)cut_inside / (double)n_inside + 0.05);
    drop(tiles);
}

static void threads_change_no_byte(void **state)
{
    const struct place *const p = *state;
    const struct wh_basetile_options opt = wh_basetiles_plan(p->lonlat, 9, 13, 2, WH_SHEET_ABOVE);
    const struct wh_ctx_options single = {.quiet = true, .jobs = 1};
    struct wh_ctx *one_thread = NULL;
    struct wh_error err = {0};
    assert_wh_ok(wh_ctx_create(&single, &one_thread, &err));
    struct tiles *const one = draw(p, one_thread, &opt), *const two = draw(p, p->ctx, &opt);
    assert_int_equal(one->n, two->n);
    assert_true(one->n > 10);
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

static void the_key_changes_with_what_is_drawn_and_with_nothing_else(void **state)
{
    struct place *const p = *state;
    struct wh_basetile_options opt = wh_basetiles_plan(p->lonlat, 9, 13, 2, WH_SHEET_ABOVE);
    struct wh_map_feature *const road = &p->scene.basemap->set[WH_BASEMAP_ROADS].feature[3];
    const struct wh_base_map map = map_of(p);
    char key[65], again[65];
    wh_basetiles_key(&map, &opt, key);
    wh_basetiles_key(&map, &opt, again);
    assert_string_equal(key, again);
    opt.zoom_max++;
    wh_basetiles_key(&map, &opt, again);
    assert_string_not_equal(key, again);
    opt.zoom_max--;
    road->shape.x[0] += 1;
    wh_basetiles_key(&map, &opt, again);
    assert_string_not_equal(key, again);
    road->shape.x[0] -= 1;
    p->scene.style->text.ptr[900] ^= 1;
    wh_basetiles_key(&map, &opt, again);
    assert_string_not_equal(key, again);
    p->scene.style->text.ptr[900] ^= 1;
    const char *const name = road->name;
    road->name = "Another Street";
    wh_basetiles_key(&map, &opt, again);
    assert_string_not_equal(key, again);
    road->name = name;
}

static void a_large_area_gets_fewer_zooms(void **state)
{
    const double borough[4] = {-2.45, 51.3, -2.3, 51.4}, county[4] = {-3, 50.5, -1, 52.5};
    const struct wh_basetile_options small = wh_basetiles_plan(borough, 9, 16, 2, WH_SHEET_ABOVE);
    const struct wh_basetile_options large = wh_basetiles_plan(county, 9, 16, 2, WH_SHEET_ABOVE);
    const struct wh_basetile_options shallow = wh_basetiles_plan(borough, 3, 8, 2, WH_SHEET_ABOVE);
    (void)state;
    assert_int_equal(small.zoom_min, 9);
    assert_int_equal(small.zoom_max, 15);
    assert_true(large.zoom_max < 13 && large.zoom_max >= 9);
    assert_int_equal(shallow.zoom_max, 8);
    assert_true(small.lonlat[0] < borough[0] && small.lonlat[1] < borough[1] &&
                small.lonlat[2] > borough[2] && small.lonlat[3] > borough[3]);
}

/* Over a plain ground the whole is the density's own tile laid over the land's colour, pixel by
 * pixel. */
static void the_whole_shows_the_pixels_of_the_density(void **state)
{
    const struct place *const p = *state;
    const struct wh_tile_source density = wh_tile_source_of_classes(&p->scene.theme_report.surface);
    const struct wh_tile_paint paint =
        wh_tile_paint_classes(p->scene.style, p->scene.theme_report.legend.n);
    const struct wh_base_map map = {.style = p->scene.style, .density = &density, .paint = &paint};
    const struct wh_tile_options plain = {.zoom_min = 9, .zoom_max = 12, .scale = 2};
    const struct wh_rgb land = wh_style_land(p->scene.style);
    const double ground[3] = {land.r, land.g, land.b};
    struct wh_basetile_options opt = {
        .zoom_min = 9, .zoom_max = 12, .scale = 2, .sheet = WH_SHEET_WHOLE};
    struct tiles *const whole = calloc(1, sizeof *whole), *const alone = calloc(1, sizeof *alone);
    struct wh_tile_stats stats;
    struct wh_error err = {0};
    size_t n_equal = 0;
    memcpy(opt.lonlat, p->lonlat, sizeof opt.lonlat);
    assert_wh_ok(wh_render_basetiles(p->ctx, &map, p->to_lonlat, &opt, keep, whole, &stats, &err));
    assert_wh_ok(
        wh_render_tiles(p->ctx, &density, &paint, p->to_lonlat, &plain, keep, alone, &stats, &err));
    for (size_t i = 0; i < alone->n; i++) {
        for (size_t k = 0; k < whole->n; k++) {
            const struct kept *const a = &alone->tile[i], *const b = &whole->tile[k];
            if (a->z != b->z || a->x != b->x || a->y != b->y) {
                continue;
            }
            uint8_t *const over = decode(a), *const made = decode(b);
            for (size_t at = 0; at < 4 * (size_t)PX * PX; at += 4) {
                for (size_t c = 0; c < 3; c++) {
                    const double alpha = over[at + 3] / 255.0;
                    const double want = alpha * over[at + c] + (1 - alpha) * ground[c];
                    assert_true(fabs(want - made[at + c]) < 1.01);
                }
                assert_int_equal(made[at + 3], 255);
            }
            n_equal++;
            free(over);
            free(made);
        }
    }
    assert_true(n_equal > 5);
    drop(alone);
    drop(whole);
}

/* At 256 px and 512, on every sheet; what is on one is not on the other. */
static void each_sheet_holds_its_part(void **state)
{
    const struct place *const p = *state;
    for (uint32_t scale = 1; scale <= 2; scale++) {
        size_t n[WH_N_LAID_SHEETS];
        for (int sheet = 0; sheet < WH_N_LAID_SHEETS; sheet++) {
            const struct wh_basetile_options opt =
                wh_basetiles_plan(p->lonlat, 11, 11, scale, (enum wh_base_sheet)sheet);
            struct tiles *const tiles = draw(p, p->ctx, &opt);
            png_image image = {.version = PNG_IMAGE_VERSION};
            n[sheet] = tiles->n;
            assert_true(tiles->n > 0);
            assert_int_equal(
                png_image_begin_read_from_memory(&image, tiles->tile[0].png, tiles->tile[0].len),
                1);
            assert_int_equal(image.width, 256 * scale);
            png_image_free(&image);
            drop(tiles);
        }
        assert_true(n[WH_SHEET_BELOW] <= n[WH_SHEET_ABOVE]); /* parks lie among streets */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_on_over_the_borders_of_tiles),
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(the_key_changes_with_what_is_drawn_and_with_nothing_else),
        cmocka_unit_test(a_large_area_gets_fewer_zooms),
        cmocka_unit_test(the_whole_shows_the_pixels_of_the_density),
        cmocka_unit_test(each_sheet_holds_its_part),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
