/* base/log.c: lines on standard error, and a bar on a terminal. */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ctx_internal.h"
#include "base/time.h"
#include "base/utf8.h"

enum { LINE = 4096, DRAW_EVERY_MS = 200, BAR_CELLS = 24 };

/* A message that cannot be written has nobody to tell. */
static void write_stderr(const char *text, size_t len)
{
    while (len > 0) {
        const ssize_t n = write(STDERR_FILENO, text, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return;
        }
        text += n;
        len -= (size_t)n;
    }
}

static bool is_wanted(const struct wh_ctx *ctx, enum wh_log_level level)
{
    switch (level) {
    case WH_LOG_ERROR:
    case WH_LOG_WARNING:
        return true;
    case WH_LOG_INFO:
        return !ctx->opt.quiet;
    case WH_LOG_DETAIL:
        return ctx->opt.verbose && !ctx->opt.quiet;
    }
    return true;
}

static const char *level_name(enum wh_log_level level)
{
    switch (level) {
    case WH_LOG_ERROR:
        return "error";
    case WH_LOG_WARNING:
        return "warning";
    case WH_LOG_INFO:
        return "info";
    case WH_LOG_DETAIL:
        return "detail";
    }
    return "info";
}

enum { ESCAPED = 16 }; /* bytes that one character can become: four \x.. */

/* A line must stay one line, and must not move the terminal: line ends become blanks, what is
 * treacherous and what is not UTF-8 \x... */
static size_t plain_line(char *out, size_t size, struct wh_str text)
{
    size_t used = 0;
    for (size_t pos = 0; pos < text.len && used + ESCAPED < size;) {
        uint32_t c = 0;
        size_t len = wh_utf8_decode(text, pos, &c);
        if (c == '\n' || c == '\r' || c == '\t') {
            out[used++] = ' ';
            pos += len;
            continue;
        }
        if (len == 0 || wh_utf8_is_treacherous(c)) {
            for (len = len == 0 ? 1 : len; len > 0; len--) {
                used += (size_t)snprintf(out + used, 5, "\\x%02x", (unsigned char)text.ptr[pos++]);
            }
            continue;
        }
        memcpy(out + used, text.ptr + pos, len);
        used += len;
        pos += len;
    }
    return used;
}

static size_t json_line(char *out, size_t size, struct wh_str text)
{
    size_t used = 0;
    for (size_t pos = 0; pos < text.len && used + ESCAPED < size;) {
        uint32_t c = 0;
        const size_t len = wh_utf8_decode(text, pos, &c);
        if (len == 0) {
            memcpy(out + used, "\xEF\xBF\xBD", 3);
            used += 3;
            pos += 1;
            continue;
        }
        if (c == '"' || c == '\\') {
            out[used++] = '\\';
            out[used++] = (char)c;
        } else if (wh_utf8_is_treacherous(c) &&
                   c <= 0xFFFF) { /* tags beyond it are only invisible */
            used += (size_t)snprintf(out + used, 7, "\\u%04x", (unsigned)c);
        } else {
            memcpy(out + used, text.ptr + pos, len);
            used += len;
        }
        pos += len;
    }
    return used;
}

static void clear_bar(struct wh_ctx *ctx)
{
    if (ctx->progress.is_drawn) {
        static const char clear[] = "\r\x1b[K";
        write_stderr(clear, sizeof clear - 1);
        ctx->progress.is_drawn = false;
    }
}

/* The format is the caller's, checked where wh_log() is called. */
__attribute__((format(printf, 4, 0))) static void say(struct wh_ctx *ctx, enum wh_log_level level,
                                                      const char *prefix, const char *format,
                                                      va_list args)
{
    char text[LINE / 2], line[LINE];
    if (!is_wanted(ctx, level)) {
        return;
    }
    vsnprintf(text, sizeof text, format, args);
    const struct wh_str message = {text, strlen(text)};
    size_t len = 0;
    /* Leave room for the tail: `"}` and the line end. */
    if (ctx->opt.log_json) {
        len = (size_t)snprintf(line, sizeof line, "{\"level\":\"%s\",\"message\":\"",
                               level_name(level));
        len += json_line(line + len, sizeof line - len - 4, message);
        line[len++] = '"';
        line[len++] = '}';
    } else {
        len = (size_t)snprintf(line, sizeof line, "%s", prefix);
        len += plain_line(line + len, sizeof line - len - 4, message);
    }
    line[len++] = '\n';
    pthread_mutex_lock(&ctx->lock);
    clear_bar(ctx);
    write_stderr(line, len);
    pthread_mutex_unlock(&ctx->lock);
}

void wh_log(struct wh_ctx *ctx, enum wh_log_level level, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(ctx, level, "wardheat: ", format, args);
    va_end(args);
}

void wh_log_result(struct wh_ctx *ctx, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(ctx, WH_LOG_INFO, "", format, args);
    va_end(args);
}

static int64_t now_ms(void)
{
    return (int64_t)(wh_clock_monotonic_s() * 1000.0);
}

static void format_duration(double seconds, char *out, size_t size)
{
    const uint64_t s = seconds > 0 && seconds < 1e9 ? (uint64_t)(seconds + 0.5) : 0;
    if (s >= 3600) {
        snprintf(out, size, "%" PRIu64 " h %02" PRIu64 " min", s / 3600, s / 60 % 60);
    } else if (s >= 60) {
        snprintf(out, size, "%" PRIu64 " min %02" PRIu64 " s", s / 60, s % 60);
    } else {
        snprintf(out, size, "%" PRIu64 " s", s);
    }
}

/* Under the lock. */
static void draw_bar(struct wh_ctx *ctx)
{
    struct wh_progress *p = &ctx->progress;
    const uint64_t done = atomic_load(&p->done);
    const double elapsed_s = wh_clock_monotonic_s() - p->started_s;
    const double rate = elapsed_s > 0 ? (double)done / elapsed_s : 0;
    char line[320];
    int len = 0;
    if (p->total > 0) {
        const double share = done < p->total ? (double)done / (double)p->total : 1.0;
        const int cells = (int)(share * BAR_CELLS);
        char bar[BAR_CELLS + 1], left[48] = "?";
        memset(bar, '.', BAR_CELLS);
        memset(bar, '#', (size_t)cells);
        bar[BAR_CELLS] = '\0';
        if (rate > 0) {
            format_duration((1.0 - share) * (double)p->total / rate, left, sizeof left);
        }
        len = snprintf(line, sizeof line, "\r%s [%s] %3d %%  %.0f %s/s  %s left\x1b[K", p->what,
                       bar, (int)(share * 100), rate, p->unit, left);
    } else {
        char elapsed[48];
        format_duration(elapsed_s, elapsed, sizeof elapsed);
        len = snprintf(line, sizeof line, "\r%s  %" PRIu64 " %s  %.0f %s/s  %s\x1b[K", p->what,
                       done, p->unit, rate, p->unit, elapsed);
    }
    write_stderr(line, len < (int)sizeof line ? (size_t)len : sizeof line - 1);
    p->is_drawn = true;
}

void wh_progress_start(struct wh_ctx *ctx, const char *what, uint64_t total, const char *unit)
{
    if (!ctx->opt.show_progress || ctx->opt.quiet || ctx->opt.log_json || !isatty(STDERR_FILENO)) {
        return;
    }
    pthread_mutex_lock(&ctx->lock);
    struct wh_progress *p = &ctx->progress;
    if (atomic_load(&p->is_on)) { /* an inner start: the outer bar goes on */
        p->depth++;
        pthread_mutex_unlock(&ctx->lock);
        return;
    }
    p->depth = 0;
    p->total = total;
    p->started_s = wh_clock_monotonic_s();
    snprintf(p->what, sizeof p->what, "%s", what);
    snprintf(p->unit, sizeof p->unit, "%s", unit);
    atomic_store(&p->done, 0);
    /* Nothing is drawn for what is over at once. */
    atomic_store(&p->next_draw_ms, now_ms() + DRAW_EVERY_MS);
    atomic_store(&p->is_on, true);
    pthread_mutex_unlock(&ctx->lock);
}

void wh_progress_add(struct wh_ctx *ctx, uint64_t n)
{
    struct wh_progress *p = &ctx->progress;
    if (!atomic_load_explicit(&p->is_on, memory_order_relaxed)) {
        return;
    }
    if (p->depth > 0) { /* an inner part counts in another unit */
        return;
    }
    atomic_fetch_add_explicit(&p->done, n, memory_order_relaxed);
    const int64_t now = now_ms();
    int64_t due = atomic_load_explicit(&p->next_draw_ms, memory_order_relaxed);
    /* Of the threads that see it due, one draws. */
    if (now < due || !atomic_compare_exchange_strong(&p->next_draw_ms, &due, now + DRAW_EVERY_MS)) {
        return;
    }
    pthread_mutex_lock(&ctx->lock);
    if (atomic_load(&p->is_on)) {
        draw_bar(ctx);
    }
    pthread_mutex_unlock(&ctx->lock);
}

void wh_progress_done(struct wh_ctx *ctx)
{
    struct wh_progress *p = &ctx->progress;
    if (!atomic_load(&p->is_on)) {
        return;
    }
    pthread_mutex_lock(&ctx->lock);
    if (p->depth > 0) {
        p->depth--;
    } else {
        atomic_store(&p->is_on, false);
        clear_bar(ctx);
    }
    pthread_mutex_unlock(&ctx->lock);
}
