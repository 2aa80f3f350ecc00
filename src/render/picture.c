/* render/picture.c: a deterministic palette of at most 256 colours. */
#include "render/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define MOST_COLOURS 256U
#define EXACT_COLOURS 192U /* the other 64 are the even set: 4 steps of red, green and blue */
#define EVEN_STEPS 4U
#define HASH_BITS 15U

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

/* A palette as three columns, so that all of it can be compared at once. */
struct palette {
    int32_t red[MOST_COLOURS], green[MOST_COLOURS], blue[MOST_COLOURS];
};

static struct palette spread(const uint32_t *colour, uint32_t n)
{
    struct palette ret;
    for (uint32_t i = 0; i < MOST_COLOURS; i++) { /* what is beyond n repeats the first */
        const uint32_t rgb = colour[i < n ? i : 0];
        ret.red[i] = (int32_t)(rgb >> 16 & 255U);
        ret.green[i] = (int32_t)(rgb >> 8 & 255U);
        ret.blue[i] = (int32_t)(rgb & 255U);
    }
    return ret;
}

/* The first of the nearest colours. */
static uint32_t nearest(const struct palette *palette, uint32_t rgb)
{
    const int32_t red = (int32_t)(rgb >> 16 & 255U), green = (int32_t)(rgb >> 8 & 255U);
    const int32_t blue = (int32_t)(rgb & 255U);
    int32_t best = INT32_MAX; /* distance * 256 + index: fits, as 3 * 255² * 256 < 2^31 */
#pragma omp simd reduction(min : best)
    for (int32_t i = 0; i < (int32_t)MOST_COLOURS; i++) {
        const int32_t r = palette->red[i] - red, g = palette->green[i] - green;
        const int32_t b = palette->blue[i] - blue;
        const int32_t key = (r * r + g * g + b * b) * 256 + i;
        best = key < best ? key : best;
    }
    return (uint32_t)best & 255U;
}

/* Counts colours; past half a table the low bits go, which a photograph needs and a map does not.
 */
static uint32_t count_colours(struct colour *table, size_t mask, const uint32_t *pixel, uint32_t w,
                              uint32_t h, size_t stride, uint32_t keep)
{
    uint32_t n = 0;
    struct colour *c = NULL;
    for (uint32_t y = 0; y < h; y++) {
        for (uint32_t x = 0; x < w; x++) {
            const uint32_t rgb = pixel[y * stride + x] & keep;
            if (c != NULL && c->rgb == rgb) { /* maps are long runs of a colour */
                c->count++;
                continue;
            }
            c = &table[slot_of(table, mask, rgb)];
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

static void index_pixels(const struct colour *table, size_t mask, const uint32_t *pixel, uint32_t w,
                         uint32_t h, size_t stride, uint32_t keep, uint8_t *ret)
{
    const struct colour *c = NULL;
    for (uint32_t y = 0; y < h; y++) {
        for (uint32_t x = 0; x < w; x++) {
            const uint32_t rgb = pixel[y * stride + x] & keep;
            c = c != NULL && c->rgb == rgb ? c : &table[slot_of(table, mask, rgb)];
            ret[(size_t)y * w + x] = (uint8_t)c->index;
        }
    }
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
    const struct palette columns = spread(palette, n_palette);
    for (uint32_t i = 0; i < n; i++) {
        table[slot_of(table, mask, list[i].rgb)].index =
            i < n_palette && palette[i] == list[i].rgb ? i : nearest(&columns, list[i].rgb);
    }
    for (uint32_t i = 0; i < n_palette; i++) {
        rgba[4 * i] = (uint8_t)(palette[i] >> 16);
        rgba[4 * i + 1] = (uint8_t)(palette[i] >> 8);
        rgba[4 * i + 2] = (uint8_t)palette[i];
        rgba[4 * i + 3] = 255;
    }
    index_pixels(table, mask, pixel, w, h, stride, keep, index);
    status = wh_png_indexed(index, w, h, rgba, n_palette, ret, err);
out:
    wh_free(ctx, index);
    wh_free(ctx, list);
    wh_free(ctx, table);
    return status;
}
