/* base/utf8.h: one character at a time out of bytes that may be anything; for src/base only. */
#ifndef WH_BASE_UTF8_H
#define WH_BASE_UTF8_H

#include <wardheat/base.h>

/* Length in bytes of the well-formed character at `pos`, and the character; 0 when it is not
 * well-formed. */
size_t wh_utf8_decode(struct wh_str text, size_t pos, uint32_t *ret);

/* What a terminal obeys, or what makes a line read differently from its bytes: control characters,
 * zero widths, bidi marks, tags. */
bool wh_utf8_is_treacherous(uint32_t c);

#endif
