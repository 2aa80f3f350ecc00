/* base/error.c: filling and telling an error. Nothing here allocates. */
#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"

/* Shortens `len` so that no UTF-8 character is cut in two. */
static size_t whole_characters(const char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80) {
        len--;
    }
    return len;
}

static void copy_message(char *out, size_t size, const char *text)
{
    size_t len = strlen(text);
    if (len >= size) {
        len = whole_characters(text, size - 1);
    }
    memmove(out, text, len);
    out[len] = '\0';
}

/* Of a path that is too long the end is worth more than the beginning. */
static void copy_place(char *out, size_t size, const char *text)
{
    const size_t len = strlen(text);
    if (len < size) {
        memmove(out, text, len + 1);
        return;
    }
    static const char dots[] = "...";
    const char *tail = text + len - (size - sizeof dots);
    while (((unsigned char)*tail & 0xC0) == 0x80) {
        tail++;
    }
    memmove(out + sizeof dots - 1, tail, strlen(tail) + 1);
    memcpy(out, dots, sizeof dots - 1);
}

/* `text` may be a part of `err` itself: a caller may wrap an older message. */
static enum wh_status fill(struct wh_error *err, enum wh_status status, int sys_errno,
                           const char *where, uint64_t line, uint32_t column, const char *text)
{
    if (err == NULL) {
        return status;
    }
    err->status = status;
    err->sys_errno = sys_errno;
    err->line = line;
    err->column = column;
    copy_place(err->where, sizeof err->where, where != NULL ? where : "");
    copy_message(err->message, sizeof err->message, text);
    return status;
}

enum wh_status wh_fail(struct wh_error *err, enum wh_status status, const char *format, ...)
{
    char text[sizeof err->message +
              4]; /* a whole character more: copy_message() sees where it cuts */
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fill(err, status, 0, NULL, 0, 0, text);
}

enum wh_status wh_fail_at(struct wh_error *err, enum wh_status status, const char *where,
                          uint64_t line, uint32_t column, const char *format, ...)
{
    char text[sizeof err->message +
              4]; /* a whole character more: copy_message() sees where it cuts */
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fill(err, status, 0, where, line, column, text);
}

enum wh_status wh_fail_errno(struct wh_error *err, enum wh_status status, int sys_errno,
                             const char *where)
{
    /* Not strerror(): that one speaks the locale's language and is not thread-safe. */
    const char *text = strerrordesc_np(sys_errno);
    char number[32];
    if (text == NULL) {
        snprintf(number, sizeof number, "system error %d", sys_errno);
        text = number;
    }
    return fill(err, status, sys_errno, where, 0, 0, text);
}

enum wh_status wh_fail_memory(const struct wh_ctx *ctx, struct wh_error *err)
{
    const size_t limit = ctx != NULL ? wh_ctx_memory_limit(ctx) : 0;
    if (limit == 0) {
        return wh_fail(err, WH_ERR_LIMIT, "out of memory");
    }
    const size_t mib = (size_t)1 << 20;
    if (limit < mib) {
        return wh_fail(err, WH_ERR_LIMIT, "out of memory (the limit is %zu bytes)", limit);
    }
    return wh_fail(err, WH_ERR_LIMIT, "out of memory (the limit is %zu MiB)", limit / mib);
}

enum wh_status wh_fail_in(struct wh_error *err, const char *where)
{
    if (err == NULL) {
        return WH_ERR_INTERNAL;
    }
    if (err->where[0] == '\0') {
        copy_place(err->where, sizeof err->where, where);
    }
    return err->status;
}

const char *wh_error_text(const struct wh_error *err, char *buf, size_t size)
{
    if (size == 0) {
        return buf;
    }
    char place[sizeof err->where + 40] = "";
    if (err->where[0] != '\0' && err->line != 0 && err->column != 0) {
        snprintf(place, sizeof place, "%s:%" PRIu64 ":%" PRIu32 ": ", err->where, err->line,
                 err->column);
    } else if (err->where[0] != '\0' && err->line != 0) {
        snprintf(place, sizeof place, "%s:%" PRIu64 ": ", err->where, err->line);
    } else if (err->where[0] != '\0') {
        snprintf(place, sizeof place, "%s: ", err->where);
    } else if (err->line != 0) {
        snprintf(place, sizeof place, "line %" PRIu64 ": ", err->line);
    }
    snprintf(buf, size, "%s%s", place, err->message);
    return buf;
}

const char *wh_status_name(enum wh_status status)
{
    switch (status) {
    case WH_OK:
        return "ok";
    case WH_ERR_INTERNAL:
        return "internal";
    case WH_ERR_USAGE:
        return "usage";
    case WH_ERR_CONFIG:
        return "config";
    case WH_ERR_INPUT:
        return "input";
    case WH_ERR_OUTPUT:
        return "output";
    case WH_ERR_BUSY:
        return "busy";
    case WH_ERR_LIMIT:
        return "limit";
    case WH_ERR_GATE:
        return "gate";
    }
    return "unknown";
}
