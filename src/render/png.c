/*
 * render/png.c: indexed PNG by hand. Maps have few colours and long runs, so that rows without a
 * filter, in as few bits a pixel as the colours need, deflate best; libdeflate does that in a third
 * of zlib's time. (PNG specification, 2nd edition, ISO/IEC 15948.)
 */
#include <libdeflate.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/picture.h"

#define LEVEL 4 /* 6 takes half as long again, for a twentieth fewer bytes */
#define COLOUR_TYPE_INDEXED 3

static void put_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

static void add_chunk(struct wh_buf *buf, const char kind[4], const uint8_t *data, size_t len)
{
    uint8_t head[8], crc[4];
    put_u32(head, (uint32_t)len);
    memcpy(head + 4, kind, 4);
    const uint32_t of_kind = libdeflate_crc32(0, head + 4, 4);
    /* libdeflate takes no data (NULL, as in IEND) for "begin anew". */
    put_u32(crc, len == 0 ? of_kind : libdeflate_crc32(of_kind, data, len));
    wh_buf_add(buf, head, sizeof head);
    wh_buf_add(buf, data, len);
    wh_buf_add(buf, crc, sizeof crc);
}

static unsigned bits_for(uint32_t n_colours)
{
    return n_colours <= 2 ? 1 : n_colours <= 4 ? 2 : n_colours <= 16 ? 4 : 8;
}

/* Rows of packed indices, each after a byte that says "no filter". */
static void pack_rows(const uint8_t *pixel, uint32_t w, uint32_t h, unsigned bits, uint8_t *packed)
{
    const uint32_t per_byte = 8 / bits;
    const size_t row_bytes = ((size_t)w * bits + 7) / 8;
    for (uint32_t y = 0; y < h; y++) {
        const uint8_t *const from = pixel + (size_t)y * w;
        uint8_t *const to = packed + y * (row_bytes + 1) + 1;
        if (bits == 8) {
            memcpy(to, from, w);
            continue;
        }
        for (uint32_t x = 0; x < w; x++) {
            const unsigned shift = 8 - bits * (x % per_byte + 1);
            to[x / per_byte] = (uint8_t)(to[x / per_byte] | from[x] << shift);
        }
    }
}

static void add_head(struct wh_buf *buf, uint32_t w, uint32_t h, unsigned bits, const uint8_t *rgba,
                     uint32_t n)
{
    static const uint8_t SIGNATURE[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    uint8_t head[13] = {0}, colour[3 * 256], alpha[256];
    size_t n_alpha = 0; /* colours after the last that one can see through need none */
    put_u32(head, w);
    put_u32(head + 4, h);
    head[8] = (uint8_t)bits;
    head[9] = COLOUR_TYPE_INDEXED;
    for (uint32_t i = 0; i < n; i++) {
        memcpy(&colour[3 * (size_t)i], &rgba[4 * (size_t)i], 3);
        alpha[i] = rgba[4 * (size_t)i + 3];
        n_alpha = alpha[i] != 255 ? i + 1 : n_alpha;
    }
    wh_buf_add(buf, SIGNATURE, sizeof SIGNATURE);
    add_chunk(buf, "IHDR", head, sizeof head);
    add_chunk(buf, "PLTE", colour, 3 * (size_t)n);
    if (n_alpha > 0) {
        add_chunk(buf, "tRNS", alpha, n_alpha);
    }
}

enum wh_status wh_png_indexed(const uint8_t *pixel, uint32_t w, uint32_t h, const uint8_t *rgba,
                              uint32_t n, struct wh_buf *ret, struct wh_error *err)
{
    const unsigned bits = bits_for(n);
    const size_t raw_bytes = (((size_t)w * bits + 7) / 8 + 1) * h;
    enum wh_status status = WH_OK;
    if (w == 0 || h == 0 || n == 0 || n > 256) {
        return wh_fail(err, WH_ERR_INTERNAL, "a picture of %u x %u pixels in %u colours", w, h, n);
    }
    struct libdeflate_compressor *const deflate = libdeflate_alloc_compressor(LEVEL);
    const size_t room = deflate == NULL ? 0 : libdeflate_zlib_compress_bound(deflate, raw_bytes);
    uint8_t *const raw = wh_alloc(ret->ctx, raw_bytes);
    uint8_t *const packed = wh_alloc(ret->ctx, room);
    if (deflate == NULL || raw == NULL || packed == NULL) {
        status = wh_fail_memory(ret->ctx, err);
        goto out;
    }
    pack_rows(pixel, w, h, bits, raw);
    const size_t len = libdeflate_zlib_compress(deflate, raw, raw_bytes, packed, room);
    if (len == 0) {
        status = wh_fail(err, WH_ERR_INTERNAL, "a PNG could not be compressed");
        goto out;
    }
    add_head(ret, w, h, bits, rgba, n);
    add_chunk(ret, "IDAT", packed, len);
    add_chunk(ret, "IEND", NULL, 0);
    status = wh_buf_ok(ret, err);
out:
    wh_free(ret->ctx, packed);
    wh_free(ret->ctx, raw);
    libdeflate_free_compressor(deflate);
    return status;
}
