/* render/picture.h: PNG bytes with fixed settings. */
#ifndef WH_RENDER_PICTURE_H
#define WH_RENDER_PICTURE_H

#include "base/str.h"

/* An indexed picture: `pixel` w * h indices into n <= 256 colours r, g, b, a. Appends to `ret`. */
WH_MUST_USE enum wh_status wh_png_indexed(const uint8_t *pixel, uint32_t w, uint32_t h,
                                          const uint8_t *rgba, uint32_t n, struct wh_buf *ret,
                                          struct wh_error *err);

/*
 * A picture as cairo has it (0xAARRGGBB, premultiplied; opaque: 0x..RRGGBB; `stride` pixels a row)
 * as indexed PNG: exact while there are at most 256 colours, else the 192 commonest stay exact, so
 * that flat areas of neighbouring tiles match, and the rest take the nearest of those and of an
 * even set.
 */
WH_MUST_USE enum wh_status wh_png_quantised(struct wh_ctx *ctx, const uint32_t *pixel, uint32_t w,
                                            uint32_t h, size_t stride, bool is_opaque,
                                            struct wh_buf *ret, struct wh_error *err);
#endif
