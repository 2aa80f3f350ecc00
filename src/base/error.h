/* base/error.h: filling a struct wh_error; see <wardheat/base.h> for the type. */
#ifndef WH_BASE_ERROR_H
#define WH_BASE_ERROR_H

#include <wardheat/base.h>

/*
 * Fills `err` (when it is not NULL) and returns `status`, so that `return wh_fail(err, ...)` is one line. The
 * message is one sentence without "Error:" and without a newline; no place yet.
 */
enum wh_status wh_fail(struct wh_error *err, enum wh_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with its place: file or stage, line and column (0: unknown). */
enum wh_status wh_fail_at(struct wh_error *err, enum wh_status status, const char *where,
                          uint64_t line, uint32_t column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* For a failed system call: adds strerror(sys_errno): "path: No such file or directory". */
enum wh_status wh_fail_errno(struct wh_error *err, enum wh_status status, int sys_errno,
                             const char *where);

/* "out of memory (the limit is 512 MiB)"; WH_ERR_LIMIT. */
enum wh_status wh_fail_memory(const struct wh_ctx *ctx, struct wh_error *err);

/* Adds the place to an error that has none yet; returns its status. */
enum wh_status wh_fail_in(struct wh_error *err, const char *where);

#endif
