/* render/svg.h: cairo's SVG made one that is the same every time, and says what it shows. */
#ifndef WH_RENDER_SVG_H
#define WH_RENDER_SVG_H

#include "base/str.h"

/* Adds the drawing to `ret` with its ids numbered in the order in which they first stand. */
WH_MUST_USE enum wh_status wh_svg_number_ids(struct wh_ctx *ctx, struct wh_str svg,
                                             struct wh_buf *ret, struct wh_error *err);
/* The same, with a title and its description in words. WH_ERR_INTERNAL: not an SVG. */
WH_MUST_USE enum wh_status wh_svg_finish(struct wh_ctx *ctx, struct wh_str svg,
                                         const char *language, struct wh_str title,
                                         struct wh_str words, struct wh_buf *ret,
                                         struct wh_error *err);

#endif
