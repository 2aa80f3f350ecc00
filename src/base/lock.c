/* base/lock.c: one run at a time. The kernel drops the lock when its process dies; the file stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/time.h"

struct wh_lock {
    struct wh_ctx *ctx;
    int fd;
};

static enum wh_status fail_busy(int fd, const char *path, struct wh_error *err)
{
    char holder[96];
    const ssize_t len = pread(fd, holder, sizeof holder - 1, 0);
    holder[len > 0 ? len : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    char text[128];
    return wh_fail_at(err, WH_ERR_BUSY, path, 0, 0, "another run holds the lock (%s)",
                      holder[0] == '\0' ? "it has just begun"
                                        : wh_log_escape(wh_str_c(holder), text, sizeof text));
}

/* Owns `fd` from here on; `other` is the status of all faults but a lock that is held. */
static enum wh_status lock_file(struct wh_ctx *ctx, int fd, int operation, enum wh_status other,
                                const char *path, struct wh_lock **ret, struct wh_error *err)
{
    if (flock(fd, operation | LOCK_NB) != 0) {
        const enum wh_status status = errno == EWOULDBLOCK ? fail_busy(fd, path, err)
                                                           : wh_fail_errno(err, other, errno, path);
        close(fd);
        return status;
    }
    struct wh_lock *lock = wh_alloc(ctx, sizeof *lock);
    if (lock == NULL) {
        close(fd);
        return wh_fail_memory(ctx, err);
    }
    *lock = (struct wh_lock){.ctx = ctx, .fd = fd};
    *ret = lock;
    return WH_OK;
}

enum wh_status wh_lock_take(struct wh_ctx *ctx, const char *path, struct wh_lock **ret,
                            struct wh_error *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
    }
    struct wh_lock *lock = NULL;
    const enum wh_status status = lock_file(ctx, fd, LOCK_EX, WH_ERR_OUTPUT, path, &lock, err);
    if (status != WH_OK) {
        return status;
    }
    char holder[96], started[32];
    const int len = snprintf(holder, sizeof holder, "process %ld since %s\n", (long)getpid(),
                             wh_format_utc(wh_clock_now(), started, sizeof started));
    /* Only for the message of whoever comes second: a full disk must not stop the run here. */
    if (ftruncate(fd, 0) == 0 && len > 0) {
        const ssize_t put = pwrite(fd, holder, (size_t)len, 0);
        (void)put;
    }
    *ret = lock;
    return WH_OK;
}

enum wh_status wh_lock_share(struct wh_ctx *ctx, const char *path, struct wh_lock **ret,
                             struct wh_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        *ret = NULL;
        return WH_OK;
    }
    if (fd < 0) {
        return wh_fail_errno(err, WH_ERR_INPUT, errno, path);
    }
    return lock_file(ctx, fd, LOCK_SH, WH_ERR_INPUT, path, ret, err);
}

void wh_lock_release(struct wh_lock *lock)
{
    if (lock == NULL) {
        return;
    }
    close(lock->fd);
    wh_free(lock->ctx, lock);
}
