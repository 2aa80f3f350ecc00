/* render/png_indexed.h: small deterministic PNGs of one byte a pixel. */
#ifndef WH_RENDER_PNG_INDEXED_H
#define WH_RENDER_PNG_INDEXED_H

#include "base/str.h"

#define WH_PNG_COLOURS 16u

struct wh_png_palette {
    uint32_t n;
    uint8_t rgb[WH_PNG_COLOURS][3];
    uint8_t alpha[WH_PNG_COLOURS];
};

/* Encodes size x size pixels (indices into the palette, row 0 at the top) into `buf`, which is
 * cleared first. */
WH_MUST_USE enum wh_status wh_png_indexed(struct wh_buf *buf, const uint8_t *pixel,
                                          uint32_t size_px, const struct wh_png_palette *palette,
                                          struct wh_error *err);
#endif
