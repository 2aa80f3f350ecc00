/* render/picture.c: PNG through libpng's simplified interface (no setjmp), and a deterministic
 * palette.
 */
#include "render/picture.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define MOST_COLOURS 256U
#define EXACT_COLOURS 192U /* the other 64 are the even set: 4 steps of red, green and blue */
#define EVEN_STEPS 4U
#define HASH_BITS 17U

enum wh_status wh_png_indexed(const uint8_t *pixel, uint32_t w, uint32_t h, const uint8_t *rgba,
                              uint32_t n, struct wh_buf *ret, struct wh_error *err)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = w,
                       .height = h,
                       .format = PNG_FORMAT_RGBA_COLORMAP,
                       .colormap_entries = n};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *const bytes = wh_alloc(ret->ctx, size);
    enum wh_status status = WH_OK;
    if (bytes == NULL) {
        return wh_fail_memory(ret->ctx, err);
    }
    if (png_image_write_to_memory(&image, bytes, &size, 0, pixel, (png_int_32)w, rgba) == 0) {
        status = wh_fail(err, WH_ERR_INTERNAL, "a PNG could not be made: %s", image.message);
    } else {
        wh_buf_add(ret, bytes, size);
        status = wh_buf_ok(ret, err);
    }
    png_image_free(&image);
    wh_free(ret->ctx, bytes);
    return status;
}

struct colour {
    uint32_t rgb, count, index;
};

/* Commonest first; equals by value, so that the palette never depends on the order of pixels. */
static int by_count(const void *a, const void *b)
{
    const struct colour *const p = a, *const q = b;
    if (p->count != q->count) {
        return p->count > q->count ? -1 : 1;
    }
    return p->rgb < q->rgb ? -1 : p->rgb > q->rgb;
}

/* Slot of a colour in an open hash of 2^HASH_BITS; count 0: free. */
static size_t slot_of(const struct colour *table, size_t mask, uint32_t rgb)
{
    size_t at = (rgb * 2654435761U) >> (32 - HASH_BITS) & mask;
    while (table[at].count != 0 && table[at].rgb != rgb) {
        at = (at + 1) & mask;
    }
    return at;
}

static uint32_t even_colour(uint32_t i)
{
    const uint32_t step = 255 / (EVEN_STEPS - 1);
    return (i / 16 * step) << 16 | (i / 4 % 4 * step) << 8 | i % 4 * step;
}

static uint32_t difference(uint32_t a, uint32_t b)
{
    uint32_t sum = 0;
    for (unsigned shift = 0; shift < 24; shift += 8) {
        const int d = (int)(a >> shift & 255U) - (int)(b >> shift & 255U);
        sum += (uint32_t)(d * d);
    }
    return sum;
}

static uint32_t nearest(const uint32_t *palette, uint32_t n, uint32_t rgb)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++) {
        if (difference(palette[i], rgb) < difference(palette[best], rgb)) {
            best = i;
        }
    }
    return best;
}

/* Counts colours; past half a table the low bits go, which a photograph needs and a map does not.
 */
static uint32_t count_colours(struct colour *table, size_t mask, const uint32_t *pixel, uint32_t w,
                              uint32_t h, size_t stride, uint32_t keep)
{
    uint32_t n = 0;
    for (uint32_t y = 0; y < h; y++) {
        for (uint32_t x = 0; x < w; x++) {
            const uint32_t rgb = pixel[y * stride + x] & keep;
            struct colour *const c = &table[slot_of(table, mask, rgb)];
            if (c->count == 0) {
                if (n > mask / 2) {
                    return UINT32_MAX;
                }
                n++;
                c->rgb = rgb;
            }
            c->count++;
        }
    }
    return n;
}

static uint32_t make_palette(struct colour *list, uint32_t n, uint32_t palette[MOST_COLOURS])
{
    qsort(list, n, sizeof *list, by_count);
    const uint32_t exact = n <= MOST_COLOURS ? n : EXACT_COLOURS;
    for (uint32_t i = 0; i < exact; i++) {
        palette[i] = list[i].rgb;
    }
    for (uint32_t i = exact; n > MOST_COLOURS && i < MOST_COLOURS; i++) {
        palette[i] = even_colour(i - exact);
    }
    return n <= MOST_COLOURS ? n : MOST_COLOURS;
}

enum wh_status wh_png_quantised(struct wh_ctx *ctx, const uint32_t *pixel, uint32_t w, uint32_t h,
                                size_t stride, struct wh_buf *ret, struct wh_error *err)
{
    const size_t size = (size_t)1 << HASH_BITS, mask = size - 1;
    uint32_t palette[MOST_COLOURS], keep = 0xffffffU, n;
    uint8_t rgba[MOST_COLOURS * 4];
    enum wh_status status = WH_OK;
    struct colour *const table = wh_alloc_array(ctx, size, sizeof *table);
    struct colour *const list = wh_alloc_array(ctx, size, sizeof *list);
    uint8_t *const index = wh_alloc_array(ctx, w, h);
    if (table == NULL || list == NULL || index == NULL) {
        status = wh_fail_memory(ctx, err);
        goto out;
    }
    n = count_colours(table, mask, pixel, w, h, stride, keep);
    while (n == UINT32_MAX) {
        memset(table, 0, size * sizeof *table);
        keep = keep == 0xffffffU ? 0xfcfcfcU : 0xf8f8f8U;
        n = count_colours(table, mask, pixel, w, h, stride, keep);
    }
    uint32_t at = 0;
    for (size_t i = 0; i < size; i++) {
        if (table[i].count != 0) {
            list[at++] = table[i];
        }
    }
    const uint32_t n_palette = make_palette(list, n, palette);
    for (uint32_t i = 0; i < n; i++) {
        table[slot_of(table, mask, list[i].rgb)].index =
            i < n_palette && palette[i] == list[i].rgb ? i
                                                       : nearest(palette, n_palette, list[i].rgb);
    }
    for (uint32_t i = 0; i < n_palette; i++) {
        rgba[4 * i] = (uint8_t)(palette[i] >> 16);
        rgba[4 * i + 1] = (uint8_t)(palette[i] >> 8);
        rgba[4 * i + 2] = (uint8_t)palette[i];
        rgba[4 * i + 3] = 255;
    }
    for (uint32_t y = 0; y < h; y++) {
        for (uint32_t x = 0; x < w; x++) {
            const uint32_t rgb = pixel[y * stride + x] & keep;
            index[(size_t)y * w + x] = (uint8_t)table[slot_of(table, mask, rgb)].index;
        }
    }
    status = wh_png_indexed(index, w, h, rgba, n_palette, ret, err);
out:
    wh_free(ctx, index);
    wh_free(ctx, list);
    wh_free(ctx, table);
    return status;
}
