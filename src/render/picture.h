/* render/picture.h: PNG bytes with fixed settings. */
#ifndef WH_RENDER_PICTURE_H
#define WH_RENDER_PICTURE_H

#include "base/str.h"

/*
 * What making a picture needs besides its pixels, kept from one to the next; one a thread. All zero
 * but for `ctx` is a good start; finish it.
 */
struct wh_png_scratch {
    struct wh_ctx *ctx;
    void *deflate;
    struct wh_quantiser *quantiser; /* of wh_png_quantised() */
    uint8_t *raw, *packed;
    size_t raw_cap, packed_cap;
};
void wh_png_scratch_finish(struct wh_png_scratch *scratch);
void wh_quantiser_destroy(struct wh_quantiser *quantiser, struct wh_ctx *ctx);

/*
 * An indexed picture: `pixel` w * h indices into n <= 256 colours r, g, b, a. Only colours that
 * occur are written, in as few bits a pixel as they need. Appends to `ret`.
 */
WH_MUST_USE enum wh_status wh_png_indexed(struct wh_png_scratch *scratch, const uint8_t *pixel,
                                          uint32_t w, uint32_t h, const uint8_t *rgba, uint32_t n,
                                          struct wh_buf *ret, struct wh_error *err);

/*
 * A picture as cairo has it (0xAARRGGBB, premultiplied; opaque: 0x..RRGGBB; `stride` pixels a row)
 * as indexed PNG: exact while there are at most 256 colours, else the 192 commonest stay exact, so
 * that flat areas of neighbouring tiles match, and the rest take the nearest of those and of an
 * even set.
 */
WH_MUST_USE enum wh_status wh_png_quantised(struct wh_png_scratch *scratch, const uint32_t *pixel,
                                            uint32_t w, uint32_t h, size_t stride, bool is_opaque,
                                            struct wh_buf *ret, struct wh_error *err);
#endif
