/* base/log.h: messages to standard error (text or JSON lines) and progress. Only run, cli and stages' progress use it. */
#ifndef WH_BASE_LOG_H
#define WH_BASE_LOG_H

#include <wardheat/base.h>

enum wh_log_level { WH_LOG_ERROR, WH_LOG_WARNING, WH_LOG_INFO, WH_LOG_DETAIL };

/* One line; user bytes in it have been through wh_log_escape(). INFO is dropped by --quiet, DETAIL shown by --verbose. */
void wh_log(struct wh_ctx *ctx, enum wh_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The one sentence that a command ends with: as INFO, without the program's name before it. */
void wh_log_result(struct wh_ctx *ctx, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Progress on long work: on a terminal a bar with rate and time left, elsewhere nothing. One at a time; nested starts are
 * ignored. `total` 0: unknown. add() may be called from any thread and is cheap.
 */
void wh_progress_start(struct wh_ctx *ctx, const char *what, uint64_t total, const char *unit);
/* `n` more units are done; nothing happens where no bar is on. */
void wh_progress_add(struct wh_ctx *ctx, uint64_t n);
/* Ends what the last start() began; the bar is wiped. */
void wh_progress_done(struct wh_ctx *ctx);

#endif
