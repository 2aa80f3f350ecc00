/* base/io_write.c: new files, durable when closed, and whole replacements. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/ctx_internal.h"
#include "base/error.h"
#include "base/io.h"

#define WRITE_BUFFER_BYTES (256u * 1024u)
#define FILE_MODE 0640

struct wh_writer {
    struct wh_ctx *ctx;
    int fd;
    char *path;
    size_t n_buffered;
    unsigned char buffer[WRITE_BUFFER_BYTES];
};

static enum wh_status write_fully(struct wh_writer *writer, const unsigned char *bytes, size_t len,
                                  struct wh_error *err)
{
    while (len > 0) {
        if (wh_fault_hits(&writer->ctx->io_fault)) {
            return wh_fail_errno(err, WH_ERR_OUTPUT, writer->ctx->io_fault.sys_errno, writer->path);
        }
        const ssize_t put = write(writer->fd, bytes, len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return wh_fail_errno(err, WH_ERR_OUTPUT, errno, writer->path);
        }
        bytes += put;
        len -= (size_t)put;
    }
    return WH_OK;
}

static enum wh_status flush_buffer(struct wh_writer *writer, struct wh_error *err)
{
    const size_t len = writer->n_buffered;
    writer->n_buffered = 0;
    return write_fully(writer, writer->buffer, len, err);
}

/* Nobody's device, FIFO, socket or link is to be replaced by a file of ours (root may do that to
 * /dev/null). */
static enum wh_status check_replaceable(const char *path, bool *ret_stands, struct wh_error *err)
{
    struct stat st;
    *ret_stands = lstat(path, &st) == 0;
    if (*ret_stands && !S_ISREG(st.st_mode)) {
        return wh_fail_at(err, WH_ERR_OUTPUT, path, 0, 0, "stands there and is not a regular file");
    }
    return WH_OK; /* what else is wrong, open() says */
}

/* The name is freed, the content is not touched: it may be hard-linked to a release that stands. */
static enum wh_status make_way(const char *path, struct wh_error *err)
{
    bool stands = false;
    const enum wh_status status = check_replaceable(path, &stands, err);
    return status == WH_OK && stands ? wh_io_remove_file(path, err) : status;
}

enum wh_status wh_writer_open(struct wh_ctx *ctx, const char *path, struct wh_writer **ret,
                              struct wh_error *err)
{
    struct wh_writer *writer = wh_alloc(ctx, sizeof *writer);
    char *copy = wh_strdup(ctx, path);
    if (writer == NULL || copy == NULL) {
        wh_free(ctx, writer);
        wh_free(ctx, copy);
        return wh_fail_memory(ctx, err);
    }
    writer->ctx = ctx;
    writer->path = copy;
    enum wh_status status = make_way(path, err);
    if (status == WH_OK) {
        writer->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
        status = writer->fd >= 0 ? WH_OK : wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
    }
    if (status != WH_OK) {
        wh_free(ctx, writer->path);
        wh_free(ctx, writer);
        return status;
    }
    *ret = writer;
    return WH_OK;
}

enum wh_status wh_writer_write(struct wh_writer *writer, const void *bytes, size_t len,
                               struct wh_error *err)
{
    if (len > WRITE_BUFFER_BYTES - writer->n_buffered) {
        const enum wh_status status = flush_buffer(writer, err);
        if (status != WH_OK) {
            return status;
        }
    }
    if (len >= WRITE_BUFFER_BYTES) {
        return write_fully(writer, bytes, len, err);
    }
    if (len > 0) {
        memcpy(writer->buffer + writer->n_buffered, bytes, len);
    }
    writer->n_buffered += len;
    return WH_OK;
}

static enum wh_status close_writer(struct wh_writer *writer, bool is_synced, struct wh_error *err)
{
    enum wh_status status = flush_buffer(writer, err);
    /* A failed fsync is never tried again: a second one may lie (RELIABILITY.md section 1, row 3).
     */
    if (status == WH_OK && is_synced && wh_fault_hits(&writer->ctx->io_fault)) {
        status = wh_fail_errno(err, WH_ERR_OUTPUT, writer->ctx->io_fault.sys_errno, writer->path);
    }
    if (status == WH_OK && is_synced && fsync(writer->fd) != 0) {
        status = wh_fail_errno(err, WH_ERR_OUTPUT, errno, writer->path);
    }
    if (close(writer->fd) != 0 && status == WH_OK) {
        status = wh_fail_errno(err, WH_ERR_OUTPUT, errno, writer->path);
    }
    if (status != WH_OK) {
        unlink(writer->path);
    }
    wh_free(writer->ctx, writer->path);
    wh_free(writer->ctx, writer);
    return status;
}

enum wh_status wh_writer_close(struct wh_writer *writer, struct wh_error *err)
{
    return close_writer(writer, true, err);
}

void wh_writer_abandon(struct wh_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    close(writer->fd);
    unlink(writer->path);
    wh_free(writer->ctx, writer->path);
    wh_free(writer->ctx, writer);
}

static enum wh_status write_whole(struct wh_ctx *ctx, const char *path, struct wh_str content,
                                  bool is_synced, struct wh_error *err)
{
    struct wh_writer *writer = NULL;
    enum wh_status status = wh_writer_open(ctx, path, &writer, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_writer_write(writer, content.ptr, content.len, err);
    if (status != WH_OK) {
        wh_writer_abandon(writer);
        return status;
    }
    return close_writer(writer, is_synced, err);
}

enum wh_status wh_io_write_all(struct wh_ctx *ctx, const char *path, struct wh_str content,
                               struct wh_error *err)
{
    return write_whole(ctx, path, content, true, err);
}

enum wh_status wh_io_write_unsynced(struct wh_ctx *ctx, const char *path, struct wh_str content,
                                    struct wh_error *err)
{
    return write_whole(ctx, path, content, false, err);
}

enum wh_status wh_sync_begin(struct wh_sync *sync, struct wh_ctx *ctx, const char *folder,
                             struct wh_error *err)
{
    *sync = (struct wh_sync){.ctx = ctx, .fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return sync->fd >= 0 ? WH_OK : wh_fail_errno(err, WH_ERR_OUTPUT, errno, folder);
}

enum wh_status wh_sync_end(struct wh_sync *sync, const char *folder, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    if (wh_fault_hits(&sync->ctx->io_fault)) {
        status = wh_fail_errno(err, WH_ERR_OUTPUT, sync->ctx->io_fault.sys_errno, folder);
    } else if (syncfs(sync->fd) != 0) {
        status = wh_fail_errno(err, WH_ERR_OUTPUT, errno, folder);
    }
    wh_sync_abandon(sync);
    return status;
}

void wh_sync_abandon(struct wh_sync *sync)
{
    close(sync->fd);
    sync->fd = -1;
}

void wh_io_fail_at(struct wh_ctx *ctx, uint64_t n, int sys_errno, bool sticky)
{
    wh_fault_set(&ctx->io_fault, n, sys_errno, sticky);
}

enum wh_status wh_io_sync_file(const char *path, struct wh_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
    }
    enum wh_status status = WH_OK;
    if (fsync(fd) != 0) {
        status = wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
    }
    close(fd);
    return status;
}

enum wh_status wh_io_sync_folder(const char *path, struct wh_error *err)
{
    return wh_io_sync_file(path, err);
}

/* "a/b/c" -> "a/b"; "c" -> "."; "/c" -> "/". */
static char *parent_of(struct wh_ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return wh_strdup(ctx, ".");
    }
    const size_t len = slash == path ? 1 : (size_t)(slash - path);
    return wh_str_to_c(ctx, (struct wh_str){.ptr = path, .len = len});
}

enum wh_status wh_io_rename_over(struct wh_ctx *ctx, const char *from, const char *to,
                                 struct wh_error *err)
{
    bool stands = false;
    enum wh_status status = check_replaceable(to, &stands, err);
    if (status != WH_OK) {
        return status;
    }
    if (rename(from, to) != 0) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, to);
    }
    char *const folder = parent_of(ctx, to);
    status = folder == NULL ? wh_fail_memory(ctx, err) : wh_io_sync_folder(folder, err);
    wh_free(ctx, folder);
    return status;
}

enum wh_status wh_io_replace(struct wh_ctx *ctx, const char *path, struct wh_str content,
                             struct wh_error *err)
{
    struct wh_buf name;
    wh_buf_init(&name, ctx);
    wh_buf_printf(&name, "%s.new", path);
    bool stands = false;
    enum wh_status status = check_replaceable(path, &stands, err);
    if (status == WH_OK) {
        status = wh_buf_ok(&name, err);
    }
    if (status == WH_OK) {
        status = wh_io_write_all(ctx, name.ptr, content, err);
    }
    if (status == WH_OK) {
        status = wh_io_rename_over(ctx, name.ptr, path, err);
        if (status != WH_OK) {
            unlink(name.ptr);
        }
    }
    wh_buf_finish(&name);
    return status;
}
