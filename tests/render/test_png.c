/* PNG of ours, read back by libpng; palettes of drawn pictures. */
#include <png.h>

#include "base/str.h"
#include "render/picture.h"
#include "wh_test_files.h"

static uint32_t u32_at(const struct wh_buf *buf, size_t at)
{
    const uint8_t *const p = (const uint8_t *)buf->ptr + at;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Bit by bit (PNG specification, annex D). */
static uint32_t crc_of(const struct wh_buf *buf, size_t at, size_t len)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < len; i++) {
        crc ^= (uint8_t)buf->ptr[at + i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1) != 0 ? UINT32_C(0xedb88320) ^ crc >> 1 : crc >> 1;
        }
    }
    return ~crc;
}

/* libpng's short way to read a picture, as below, does not look at what follows the last row. */
static void assert_chunks_are_sound(const struct wh_buf *png)
{
    enum { SIGNATURE = 8, BESIDE_DATA = 12 };
    const char *last = "";
    for (size_t at = SIGNATURE, len; at < png->len; at += BESIDE_DATA + len) {
        assert_true(at + BESIDE_DATA <= png->len);
        len = u32_at(png, at);
        assert_true(at + BESIDE_DATA + len <= png->len);
        last = png->ptr + at + 4;
        assert_int_equal(u32_at(png, at + 8 + len), crc_of(png, at + 4, 4 + len));
    }
    assert_memory_equal(last, "IEND", 4);
}

/* Pixels r, g, b, a as libpng reads them; free() them. */
static uint8_t *read_png(const struct wh_buf *png, uint32_t w, uint32_t h)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_chunks_are_sound(png);
    if (png_image_begin_read_from_memory(&image, png->ptr, png->len) == 0) {
        fail_msg("libpng: %s", image.message);
    }
    assert_int_equal(image.width, w);
    assert_int_equal(image.height, h);
    assert_int_equal(image.warning_or_error, 0);
    image.format = PNG_FORMAT_RGBA;
    uint8_t *const ret = malloc(PNG_IMAGE_SIZE(image));
    assert_non_null(ret);
    if (png_image_finish_read(&image, NULL, ret, 0, NULL) == 0) {
        fail_msg("libpng: %s", image.message);
    }
    assert_int_equal(image.warning_or_error, 0);
    return ret;
}

static void indexed_pictures_come_back_whatever_their_size_and_colours(void **state)
{
    static const uint32_t N_COLOURS[] = {1, 2, 3, 4, 5, 16, 17, 200, 256};
    uint64_t seed = test_seed("indexed PNG");
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_png_scratch scratch = {.ctx = ctx};
    struct wh_error err = {0};
    (void)state;
    for (unsigned round = 0; round < 90; round++) {
        const uint32_t n = N_COLOURS[round % 9];
        const uint32_t w = 1 + (uint32_t)random_below(&seed, 70);
        const uint32_t h = 1 + (uint32_t)random_below(&seed, 40);
        uint8_t pixel[70 * 40], rgba[4 * 256];
        for (size_t i = 0; i < (size_t)4 * n; i++) {
            rgba[i] = i % 4 == 3 && round % 2 == 0 ? 255 : (uint8_t)next_random(&seed);
        }
        for (size_t i = 0; i < (size_t)w * h; i++) {
            pixel[i] = (uint8_t)random_below(&seed, n);
        }
        struct wh_buf png;
        wh_buf_init(&png, ctx);
        assert_wh_ok(wh_png_indexed(&scratch, pixel, w, h, rgba, n, &png, &err));
        uint8_t *const got = read_png(&png, w, h);
        for (size_t i = 0; i < (size_t)w * h; i++) {
            assert_memory_equal(&got[4 * i], &rgba[4 * (size_t)pixel[i]], 4);
        }
        free(got);
        wh_buf_finish(&png);
    }
    wh_png_scratch_finish(&scratch);
    wh_ctx_destroy(ctx);
}

static void a_picture_without_pixels_or_colours_is_refused(void **state)
{
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_png_scratch scratch = {.ctx = ctx};
    const uint8_t pixel[1] = {0}, rgba[4] = {0};
    struct wh_error err = {0};
    struct wh_buf png;
    (void)state;
    wh_buf_init(&png, ctx);
    assert_int_equal(wh_png_indexed(&scratch, pixel, 0, 1, rgba, 1, &png, &err), WH_ERR_INTERNAL);
    assert_int_equal(wh_png_indexed(&scratch, pixel, 1, 1, rgba, 0, &png, &err), WH_ERR_INTERNAL);
    assert_int_equal(wh_png_indexed(&scratch, pixel, 1, 1, rgba, 257, &png, &err), WH_ERR_INTERNAL);
    assert_int_equal(png.len, 0);
    wh_png_scratch_finish(&scratch);
    wh_ctx_destroy(ctx);
}

static void few_colours_stay_exactly_as_they_were_drawn(void **state)
{
    enum { W = 61, H = 47, STRIDE = 64 };
    uint64_t seed = test_seed("256 colours");
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_png_scratch scratch = {.ctx = ctx};
    struct wh_error err = {0};
    uint32_t pixel[STRIDE * H], colour[256];
    (void)state;
    for (size_t i = 0; i < 256; i++) {
        colour[i] = (uint32_t)next_random(&seed); /* the highest byte is nobody's */
    }
    for (size_t i = 0; i < (size_t)STRIDE * H; i++) {
        pixel[i] = colour[random_below(&seed, 256)];
    }
    struct wh_buf png;
    wh_buf_init(&png, ctx);
    assert_wh_ok(wh_png_quantised(&scratch, pixel, W, H, STRIDE, true, &png, &err));
    uint8_t *const got = read_png(&png, W, H);
    for (size_t y = 0; y < H; y++) {
        for (size_t x = 0; x < W; x++) {
            const uint8_t *const at = &got[4 * (y * W + x)];
            const uint32_t rgb = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
            assert_int_equal(rgb, pixel[y * STRIDE + x] & 0xffffffU);
            assert_int_equal(at[3], 255);
        }
    }
    free(got);
    wh_buf_finish(&png);
    wh_png_scratch_finish(&scratch);
    wh_ctx_destroy(ctx);
}

/* A photograph's worth of colours, with one that is common. */
static void many_colours_take_a_near_one_and_the_commonest_stays(void **state)
{
    enum { SIDE = 256, COMMON = 0x00f3f2ee };
    uint64_t seed = test_seed("many colours");
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_png_scratch scratch = {.ctx = ctx};
    struct wh_error err = {0};
    uint32_t *const pixel = malloc(sizeof *pixel * SIDE * SIDE);
    assert_non_null(pixel);
    (void)state;
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        pixel[i] = i % 3 == 0 ? COMMON : (uint32_t)next_random(&seed) & 0xffffffU;
    }
    struct wh_buf png;
    wh_buf_init(&png, ctx);
    assert_wh_ok(wh_png_quantised(&scratch, pixel, SIDE, SIDE, SIDE, true, &png, &err));
    uint8_t *const got = read_png(&png, SIDE, SIDE);
    int worst = 0;
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        int off = 0;
        for (unsigned c = 0; c < 3; c++) {
            const int d = (int)got[4 * i + c] - (int)(pixel[i] >> (16 - 8 * c) & 255U);
            off += d * d;
        }
        worst = off > worst ? off : worst;
        /* So many colours cost four bits of each channel; a light grey stays one. */
        assert_true(i % 3 != 0 || off < 3 * 16 * 16);
    }
    /* The even set has a colour within half a step of 85 in each channel; dropped bits add to it.
     */
    assert_true(worst <= 3 * (43 + 16) * (43 + 16));
    assert_true(worst > 0);
    free(got);
    free(pixel);
    wh_buf_finish(&png);
    wh_png_scratch_finish(&scratch);
    wh_ctx_destroy(ctx);
}

static void clear_pictures_keep_their_strength_of_colour(void **state)
{
    static const uint32_t PREMULTIPLIED[] = {0x00000000, 0xffffffff, 0x80404000, 0x40400000};
    static const uint8_t PLAIN[][4] = {
        {0, 0, 0, 0}, {255, 255, 255, 255}, {128, 128, 0, 128}, {255, 0, 0, 64}};
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_png_scratch scratch = {.ctx = ctx};
    struct wh_error err = {0};
    struct wh_buf png;
    (void)state;
    wh_buf_init(&png, ctx);
    assert_wh_ok(wh_png_quantised(&scratch, PREMULTIPLIED, 4, 1, 4, false, &png, &err));
    uint8_t *const got = read_png(&png, 4, 1);
    assert_memory_equal(got, PLAIN, sizeof PLAIN);
    free(got);
    wh_buf_finish(&png);
    wh_png_scratch_finish(&scratch);
    wh_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indexed_pictures_come_back_whatever_their_size_and_colours),
        cmocka_unit_test(a_picture_without_pixels_or_colours_is_refused),
        cmocka_unit_test(few_colours_stay_exactly_as_they_were_drawn),
        cmocka_unit_test(many_colours_take_a_near_one_and_the_commonest_stays),
        cmocka_unit_test(clear_pictures_keep_their_strength_of_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
