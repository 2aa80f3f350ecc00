/* render/picture.c: a deterministic palette of at most 256 colours. */
#include "render/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define MOST_COLOURS 256U
#define EXACT_COLOURS 192U /* the other 64 are an even set */
#define EVEN_STEPS 4U
#define HASH_BITS 15U
#define OPAQUE 0xff000000U
#define CUBE_BITS 4U /* of a channel */

struct colour {
    uint32_t argb, count, index; /* alpha-premultiplied, as cairo has it */
};

#define TABLE_SIZE (1U << HASH_BITS)
#define TABLE_MASK (TABLE_SIZE - 1)
#define MOST_COUNTED (TABLE_SIZE / 2)

/* Kept from one picture to the next: the table is all 0 in between. */
struct wh_quantiser {
    struct colour table[TABLE_SIZE]; /* an open hash; count 0: free */
    struct colour list[MOST_COUNTED];
    uint16_t slot[MOST_COUNTED]; /* that are taken */
    uint32_t n;
    uint8_t *index;
    size_t index_cap;
};

void wh_quantiser_destroy(struct wh_quantiser *quantiser, struct wh_ctx *ctx)
{
    if (quantiser != NULL) {
        wh_free(ctx, quantiser->index);
        wh_free(ctx, quantiser);
    }
}

static void clear_table(struct wh_quantiser *q)
{
    for (uint32_t i = 0; i < q->n; i++) {
        q->table[q->slot[i]] = (struct colour){0};
    }
    q->n = 0;
}

/* Commonest first; equals by value, so that the palette never depends on the order of pixels. */
static int by_count(const void *a, const void *b)
{
    const struct colour *const p = a, *const q = b;
    if (p->count != q->count) {
        return p->count > q->count ? -1 : 1;
    }
    return p->argb < q->argb ? -1 : p->argb > q->argb;
}

static uint32_t slot_of(const struct colour *table, uint32_t argb)
{
    uint32_t at = (argb * 2654435761U) >> (32 - HASH_BITS);
    while (table[at].count != 0 && table[at].argb != argb) {
        at = (at + 1) & TABLE_MASK;
    }
    return at;
}

/* Of an opaque picture 4 steps of red, green and blue; of another 4 greys at 16 strengths. */
static uint32_t even_colour(uint32_t i, bool is_opaque)
{
    const uint32_t step = 255 / (EVEN_STEPS - 1);
    if (is_opaque) {
        return OPAQUE | (i / 16 * step) << 16 | (i / 4 % 4 * step) << 8 | i % 4 * step;
    }
    const uint32_t alpha = i / 4 * 17, grey = i % 4 * step * alpha / 255;
    return alpha << 24 | grey << 16 | grey << 8 | grey;
}

/* A palette as columns, so that all of it can be compared at once. */
struct palette {
    int32_t alpha[MOST_COLOURS], red[MOST_COLOURS], green[MOST_COLOURS], blue[MOST_COLOURS];
};

static struct palette spread(const uint32_t *colour, uint32_t n)
{
    struct palette ret;
    for (uint32_t i = 0; i < MOST_COLOURS; i++) { /* what is beyond n repeats the first */
        const uint32_t argb = colour[i < n ? i : 0];
        ret.alpha[i] = (int32_t)(argb >> 24);
        ret.red[i] = (int32_t)(argb >> 16 & 255U);
        ret.green[i] = (int32_t)(argb >> 8 & 255U);
        ret.blue[i] = (int32_t)(argb & 255U);
    }
    return ret;
}

/* The first of the nearest colours. */
static uint32_t nearest(const struct palette *palette, uint32_t argb)
{
    const int32_t alpha = (int32_t)(argb >> 24), red = (int32_t)(argb >> 16 & 255U);
    const int32_t green = (int32_t)(argb >> 8 & 255U), blue = (int32_t)(argb & 255U);
    int32_t best = INT32_MAX; /* distance * 256 + index: fits, as 4 * 255² * 256 < 2^31 */
#pragma omp simd reduction(min : best)
    for (int32_t i = 0; i < (int32_t)MOST_COLOURS; i++) {
        const int32_t a = palette->alpha[i] - alpha, r = palette->red[i] - red;
        const int32_t g = palette->green[i] - green, b = palette->blue[i] - blue;
        const int32_t key = (a * a + r * r + g * g + b * b) * 256 + i;
        best = key < best ? key : best;
    }
    return (uint32_t)best & 255U;
}

/* What of a pixel counts: an opaque picture has anything in its highest byte. */
struct reading {
    const uint32_t *pixel;
    uint32_t w, h;
    size_t stride;
    bool is_opaque;
    unsigned dropped_bits; /* of each channel */
};

static inline uint32_t colour_at(const struct reading *from, uint32_t x, uint32_t y)
{
    const uint32_t argb = from->pixel[y * from->stride + x] | (from->is_opaque ? OPAQUE : 0);
    if (from->dropped_bits == 0) {
        return argb;
    }
    /* The highest bits fill the place of those dropped: white stays white. */
    const uint32_t keep = (0xffU << from->dropped_bits & 0xffU) * 0x01010101U;
    return (argb & keep) | (argb >> (8 - from->dropped_bits) & ~keep);
}

/* False when they would fill more than half of the table. */
static bool count_colours(struct wh_quantiser *q, const struct reading *from)
{
    struct colour *c = NULL;
    for (uint32_t y = 0; y < from->h; y++) {
        for (uint32_t x = 0; x < from->w; x++) {
            const uint32_t argb = colour_at(from, x, y);
            if (c != NULL && c->argb == argb) { /* maps are long runs of a colour */
                c->count++;
                continue;
            }
            const uint32_t at = slot_of(q->table, argb);
            c = &q->table[at];
            if (c->count == 0) {
                if (q->n == MOST_COUNTED) {
                    return false;
                }
                q->slot[q->n++] = (uint16_t)at;
                c->argb = argb;
            }
            c->count++;
        }
    }
    return true;
}

static uint32_t make_palette(struct colour *list, uint32_t n, bool is_opaque,
                             uint32_t palette[MOST_COLOURS])
{
    qsort(list, n, sizeof *list, by_count);
    const uint32_t exact = n <= MOST_COLOURS ? n : EXACT_COLOURS;
    for (uint32_t i = 0; i < exact; i++) {
        palette[i] = list[i].argb;
    }
    for (uint32_t i = exact; n > MOST_COLOURS && i < MOST_COLOURS; i++) {
        palette[i] = even_colour(i - exact, is_opaque);
    }
    return n <= MOST_COLOURS ? n : MOST_COLOURS;
}

/* Each colour's place in the palette. The rare ones share that of the middle of their small cube of
 * colours: there are many of them, all between two common ones. */
static void match_colours(struct wh_quantiser *q, const uint32_t *palette, uint32_t n_palette)
{
    const struct palette columns = spread(palette, n_palette);
    uint16_t found[1U << (4 * CUBE_BITS)] = {0}; /* index + 1, by cube */
    for (uint32_t i = 0; i < q->n; i++) {
        const uint32_t argb = q->list[i].argb;
        uint32_t index = i;
        if (i >= n_palette || palette[i] != argb) {
            uint32_t cube = 0, middle = 0;
            for (unsigned shift = 0; shift < 32; shift += 8) {
                const uint32_t part = (argb >> shift & 255U) >> (8 - CUBE_BITS);
                cube = cube << CUBE_BITS | part;
                middle |= (part << (8 - CUBE_BITS) | 1U << (7 - CUBE_BITS)) << shift;
            }
            if (found[cube] == 0) {
                found[cube] = (uint16_t)(nearest(&columns, middle) + 1);
            }
            index = found[cube] - 1U;
        }
        q->table[slot_of(q->table, argb)].index = index;
    }
}

static void index_pixels(const struct colour *table, const struct reading *from, uint8_t *ret)
{
    const struct colour *c = NULL;
    for (uint32_t y = 0; y < from->h; y++) {
        for (uint32_t x = 0; x < from->w; x++) {
            const uint32_t argb = colour_at(from, x, y);
            c = c != NULL && c->argb == argb ? c : &table[slot_of(table, argb)];
            ret[(size_t)y * from->w + x] = (uint8_t)c->index;
        }
    }
}

/* A colour as PNG has it: r, g, b, a, not premultiplied. */
static void put_colour(uint32_t argb, uint8_t ret[4])
{
    const uint32_t alpha = argb >> 24;
    for (unsigned i = 0; i < 3; i++) {
        const uint32_t value = argb >> (16 - 8 * i) & 255U;
        const uint32_t plain = alpha == 0 ? 0 : (value * 255 + alpha / 2) / alpha;
        ret[i] = (uint8_t)(plain < 255 ? plain : 255);
    }
    ret[3] = (uint8_t)alpha;
}

static enum wh_status prepare(struct wh_png_scratch *scratch, size_t n_pixels, struct wh_error *err)
{
    struct wh_ctx *const ctx = scratch->ctx;
    if (scratch->quantiser == NULL) {
        scratch->quantiser = wh_alloc(ctx, sizeof *scratch->quantiser);
        if (scratch->quantiser == NULL) {
            return wh_fail_memory(ctx, err);
        }
    }
    struct wh_quantiser *const q = scratch->quantiser;
    if (q->index_cap < n_pixels) {
        wh_free(ctx, q->index);
        q->index = wh_alloc(ctx, n_pixels);
        q->index_cap = q->index == NULL ? 0 : n_pixels;
    }
    return q->index == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

enum wh_status wh_png_quantised(struct wh_png_scratch *scratch, const uint32_t *pixel, uint32_t w,
                                uint32_t h, size_t stride, bool is_opaque, struct wh_buf *ret,
                                struct wh_error *err)
{
    struct reading from = {pixel, w, h, stride, is_opaque, 0};
    uint32_t palette[MOST_COLOURS] = {0};
    uint8_t rgba[MOST_COLOURS * 4];
    const enum wh_status status = prepare(scratch, (size_t)w * h, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_quantiser *const q = scratch->quantiser;
    /* Low bits go where there are too many colours: with three of each channel the table holds all.
     */
    while (!count_colours(q, &from)) {
        clear_table(q);
        from.dropped_bits++;
    }
    for (uint32_t i = 0; i < q->n; i++) {
        q->list[i] = q->table[q->slot[i]];
    }
    const uint32_t n_palette = make_palette(q->list, q->n, is_opaque, palette);
    match_colours(q, palette, n_palette);
    for (uint32_t i = 0; i < n_palette; i++) {
        put_colour(palette[i], &rgba[4 * (size_t)i]);
    }
    index_pixels(q->table, &from, q->index);
    clear_table(q);
    return wh_png_indexed(scratch, q->index, w, h, rgba, n_palette, ret, err);
}
