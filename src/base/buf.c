/* base/buf.c: bytes that grow, with a failure that sticks. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "base/str.h"

/* What an empty buffer points to, so that its content is terminated too; never written. */
static char nothing[1];

void wh_buf_init(struct wh_buf *buf, struct wh_ctx *ctx)
{
    *buf = (struct wh_buf){.ctx = ctx, .ptr = nothing};
}

void wh_buf_finish(struct wh_buf *buf)
{
    if (buf->cap > 0) {
        wh_free(buf->ctx, buf->ptr);
    }
    *buf = (struct wh_buf){.ctx = buf->ctx, .ptr = nothing};
}

void wh_buf_clear(struct wh_buf *buf)
{
    buf->len = 0;
    if (buf->cap > 0) {
        buf->ptr[0] = '\0';
    }
}

/* Room for `more` bytes and the terminator; false once an allocation has failed. */
static bool reserve(struct wh_buf *buf, size_t more)
{
    if (buf->failed) {
        return false;
    }
    if (more < buf->cap - buf->len) {
        return true;
    }
    size_t wanted = 0;
    if (__builtin_add_overflow(buf->len, more, &wanted) || wanted > SIZE_MAX / 2) {
        buf->failed = true;
        return false;
    }
    wanted += 1;
    if (wanted < buf->cap + buf->cap / 2) {
        wanted = buf->cap + buf->cap / 2;
    }
    if (wanted < 64) {
        wanted = 64;
    }
    char *grown = wh_realloc_array(buf->ctx, buf->cap > 0 ? buf->ptr : NULL, wanted, 1);
    if (grown == NULL) {
        buf->failed = true;
        return false;
    }
    buf->ptr = grown;
    buf->cap = wanted;
    return true;
}

void wh_buf_add(struct wh_buf *buf, const void *bytes, size_t len)
{
    if (len == 0 || !reserve(buf, len)) {
        return;
    }
    memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}

void wh_buf_str(struct wh_buf *buf, struct wh_str text)
{
    wh_buf_add(buf, text.ptr, text.len);
}

void wh_buf_c(struct wh_buf *buf, const char *text)
{
    wh_buf_add(buf, text, strlen(text));
}

void wh_buf_char(struct wh_buf *buf, char c)
{
    wh_buf_add(buf, &c, 1);
}

void wh_buf_printf(struct wh_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        buf->failed = true;
    }
    if (len <= 0 || !reserve(buf, (size_t)len)) {
        return;
    }
    va_start(args, format);
    vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

void wh_buf_number(struct wh_buf *buf, double value, int decimals)
{
    char text[400];
    wh_buf_c(buf, wh_format_decimal(value, decimals, text, sizeof text));
}

struct wh_str wh_buf_view(const struct wh_buf *buf)
{
    return (struct wh_str){buf->ptr, buf->len};
}

enum wh_status wh_buf_ok(const struct wh_buf *buf, struct wh_error *err)
{
    return buf->failed ? wh_fail_memory(buf->ctx, err) : WH_OK;
}
