/* base/utf8.c: UTF-8 by RFC 3629, and user bytes made harmless for a message. */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

size_t wh_utf8_decode(struct wh_str text, size_t pos, uint32_t *ret)
{
    const unsigned char *s = (const unsigned char *)text.ptr + pos;
    const size_t left = text.len - pos;
    if (s[0] < 0x80) {
        *ret = s[0];
        return 1;
    }
    /* Unicode 15, table 3-7: only the second byte's range depends on the first. */
    size_t len = 0;
    unsigned low = 0x80, high = 0xBF;
    if (s[0] >= 0xC2 && s[0] <= 0xDF) {
        len = 2;
    } else if (s[0] >= 0xE0 && s[0] <= 0xEF) {
        len = 3;
        low = s[0] == 0xE0 ? 0xA0 : low;   /* overlong */
        high = s[0] == 0xED ? 0x9F : high; /* surrogates */
    } else if (s[0] >= 0xF0 && s[0] <= 0xF4) {
        len = 4;
        low = s[0] == 0xF0 ? 0x90 : low;   /* overlong */
        high = s[0] == 0xF4 ? 0x8F : high; /* beyond U+10FFFF */
    }
    if (len == 0 || left < len || s[1] < low || s[1] > high) {
        return 0;
    }
    uint32_t c = s[0] & (0x7FU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (s[i] & 0x3FU);
    }
    *ret = c;
    return len;
}

size_t wh_utf8_check(struct wh_str text)
{
    size_t pos = 0;
    while (pos < text.len) {
        uint32_t c = 0;
        const size_t len = wh_utf8_decode(text, pos, &c);
        if (len == 0) {
            break;
        }
        pos += len;
    }
    return pos;
}

uint32_t wh_utf8_next(struct wh_str text, size_t *pos)
{
    uint32_t c = 0;
    const size_t len = wh_utf8_decode(text, *pos, &c);
    if (len == 0) { /* the caller broke its word: do not loop for ever */
        *pos += 1;
        return 0xFFFD;
    }
    *pos += len;
    return c;
}

bool wh_utf8_is_treacherous(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x61C ||
           (c >= 0x200B && c <= 0x200F) ||                /* zero width, left-to-right marks */
           (c >= 0x2028 && c <= 0x202E) ||                /* line separators, bidi embeddings */
           (c >= 0x2060 && c <= 0x206F) ||                /* word joiner, bidi isolates */
           c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F); /* BOM, tags */
}

const char *wh_log_escape(struct wh_str text, char *out, size_t size)
{
    enum { LONGEST = 80, DOTS = 3 };
    if (size == 0) {
        return out;
    }
    size_t used = 0;
    size_t room = LONGEST;
    if (size - 1 < LONGEST + DOTS) {
        room = size - 1 > DOTS ? size - 1 - DOTS : 0;
    }
    for (size_t pos = 0; pos < text.len;) {
        uint32_t c = 0;
        size_t len = wh_utf8_decode(text, pos, &c);
        const bool is_plain = len > 0 && !wh_utf8_is_treacherous(c);
        len = len == 0 ? 1 : len;
        if (used + (is_plain ? len : 4 * len) > room) {
            const size_t dots = size - 1 - used < DOTS ? size - 1 - used : DOTS;
            memcpy(out + used, "...", dots);
            used += dots;
            break;
        }
        for (size_t i = 0; i < len; i++, pos++) {
            if (is_plain) {
                out[used++] = text.ptr[pos];
            } else {
                used += (size_t)snprintf(out + used, 5, "\\x%02x", (unsigned char)text.ptr[pos]);
            }
        }
    }
    out[used] = '\0';
    return out;
}
