/* base/escape.c: text made safe for where it goes: JSON, HTML and XML, CSV. */
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

static void json_ascii(struct wh_buf *buf, char c)
{
    switch (c) {
    case '"':
        wh_buf_c(buf, "\\\"");
        return;
    case '\\':
        wh_buf_c(buf, "\\\\");
        return;
    case '\n':
        wh_buf_c(buf, "\\n");
        return;
    case '\r':
        wh_buf_c(buf, "\\r");
        return;
    case '\t':
        wh_buf_c(buf, "\\t");
        return;
    case '<': /* "</script>" must not end the element that JSON is embedded in */
    case '>':
    case '&':
        break;
    default:
        if ((unsigned char)c >= 0x20 && c != 0x7F) {
            wh_buf_char(buf, c);
            return;
        }
    }
    wh_buf_printf(buf, "\\u%04x", (unsigned)(unsigned char)c);
}

void wh_buf_json(struct wh_buf *buf, struct wh_str text)
{
    for (size_t pos = 0; pos < text.len;) {
        uint32_t c = 0;
        const size_t len = wh_utf8_decode(text, pos, &c);
        if (len == 0) {
            wh_buf_c(buf, replacement);
        } else if (len == 1) {
            json_ascii(buf, text.ptr[pos]);
        } else if (c <= 0xFFFF && wh_utf8_is_treacherous(c)) {
            /* U+2028 and 9 were line ends in JavaScript before ES2019; nobody sees the others. */
            wh_buf_printf(buf, "\\u%04x", (unsigned)c);
        } else {
            wh_buf_add(buf, text.ptr + pos, len);
        }
        pos += len == 0 ? 1 : len;
    }
}

/*
 * What XML 1.0 allows, less DEL and the C1 controls that HTML discourages, and less line separators
 * and bidi overrides and isolates, with which a name could turn the text around it. Joiners and
 * marks stay: scripts need them.
 */
static bool is_markup_char(uint32_t c)
{
    if (c < 0x20) {
        return c == '\t' || c == '\n';
    }
    if ((c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) {
        return false;
    }
    return !(c >= 0x7F && c <= 0x9F) && c != 0xFFFE && c != 0xFFFF;
}

void wh_buf_html(struct wh_buf *buf, struct wh_str text)
{
    for (size_t pos = 0; pos < text.len;) {
        uint32_t c = 0;
        const size_t len = wh_utf8_decode(text, pos, &c);
        if (len == 0) {
            wh_buf_c(buf, replacement);
        } else if (c == '&') {
            wh_buf_c(buf, "&amp;");
        } else if (c == '<') {
            wh_buf_c(buf, "&lt;");
        } else if (c == '>') {
            wh_buf_c(buf, "&gt;");
        } else if (c == '"') {
            wh_buf_c(buf, "&quot;");
        } else if (c == '\'') {
            wh_buf_c(buf, "&#39;"); /* &apos; is not HTML 4 */
        } else if (is_markup_char(c)) {
            wh_buf_add(buf, text.ptr + pos, len);
        }
        pos += len == 0 ? 1 : len;
    }
}

void wh_buf_csv(struct wh_buf *buf, struct wh_str text)
{
    if (text.len == 0) {
        return;
    }
    /* OWASP "CSV injection"; OWASP ASVS 1.2.10. */
    const bool is_formula = memchr("=+-@\t\r\n", text.ptr[0], 7) != NULL;
    bool needs_quotes = text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ';
    for (size_t i = 0; i < text.len && !needs_quotes; i++) {
        needs_quotes = memchr("\",\r\n", text.ptr[i], 4) != NULL;
    }
    if (needs_quotes) {
        wh_buf_char(buf, '"');
    }
    if (is_formula) {
        wh_buf_char(buf, '\'');
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            wh_buf_char(buf, '"');
        }
        wh_buf_char(buf, text.ptr[i]);
    }
    if (needs_quotes) {
        wh_buf_char(buf, '"');
    }
}
