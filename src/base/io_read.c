/* base/io_read.c: looking at files and reading them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io_internal.h"

struct wh_file_info wh_file_info_of(const struct stat *st, bool is_link)
{
    return (struct wh_file_info){
        .size_bytes = (uint64_t)st->st_size,
        .modified_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + (int64_t)st->st_mtim.tv_nsec,
        .device = st->st_dev,
        .inode = st->st_ino,
        .is_regular = S_ISREG(st->st_mode),
        .is_folder = S_ISDIR(st->st_mode),
        .is_link = is_link,
    };
}

bool wh_io_stat(const char *path, struct wh_file_info *ret)
{
    struct stat link_st, st;
    if (lstat(path, &link_st) != 0 || stat(path, &st) != 0) {
        return false;
    }
    *ret = wh_file_info_of(&st, S_ISLNK(link_st.st_mode));
    return true;
}

bool wh_io_is_plain_name(const char *path)
{
    if (path[0] == '\0' || path[0] == '{' || path[0] == '<' || strncmp(path, "/vsi", 4) == 0) {
        return false;
    }
    const char *colon = strchr(path, ':');
    const char *slash = strchr(path, '/');
    return colon == NULL || (slash != NULL && slash < colon);
}

enum wh_status wh_io_check_input(const char *path, struct wh_file_info *ret, struct wh_error *err)
{
    struct stat st;
    if (!wh_io_is_plain_name(path)) {
        char text[128];
        return wh_fail(err, WH_ERR_CONFIG, "input must be a file path, not \"%s\"",
                       wh_log_escape(wh_str_c(path), text, sizeof text));
    }
    if (stat(path, &st) != 0) {
        return wh_fail_errno(err, WH_ERR_INPUT, errno, path);
    }
    if (!S_ISREG(st.st_mode)) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "not a regular file");
    }
    if (access(path, R_OK) != 0) {
        return wh_fail_errno(err, WH_ERR_INPUT, errno, path);
    }
    if (ret != NULL) {
        *ret = wh_file_info_of(&st, false);
    }
    return WH_OK;
}

struct wh_reader {
    struct wh_ctx *ctx;
    int fd;
    struct wh_file_info info;
    char *path;
};

enum wh_status wh_reader_open(struct wh_ctx *ctx, const char *path, struct wh_reader **ret,
                              struct wh_error *err)
{
    struct wh_file_info info;
    enum wh_status status = wh_io_check_input(path, &info, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_reader *reader = wh_alloc(ctx, sizeof *reader);
    char *copy = wh_strdup(ctx, path);
    if (reader == NULL || copy == NULL) {
        wh_free(ctx, reader);
        wh_free(ctx, copy);
        return wh_fail_memory(ctx, err);
    }
    struct stat st;
    *reader = (struct wh_reader){.ctx = ctx, .path = copy};
    /* O_NONBLOCK: a FIFO that took the file's place since must not hang the run. */
    reader->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (reader->fd < 0 || fstat(reader->fd, &st) != 0) {
        status = wh_fail_errno(err, WH_ERR_INPUT, errno, path);
        wh_reader_close(reader);
        return status;
    }
    reader->info = wh_file_info_of(&st, false);
    *ret = reader;
    return WH_OK;
}

enum wh_status wh_reader_read(struct wh_reader *reader, void *bytes, size_t size, size_t *ret_len,
                              struct wh_error *err)
{
    size_t len = 0;
    while (len < size) {
        const ssize_t got = read(reader->fd, (char *)bytes + len, size - len);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return wh_fail_errno(err, WH_ERR_INPUT, errno, reader->path);
        }
        if (got == 0) {
            break;
        }
        len += (size_t)got;
    }
    *ret_len = len;
    return WH_OK;
}

enum wh_status wh_reader_check_unchanged(const struct wh_reader *reader, struct wh_error *err)
{
    struct stat st;
    if (fstat(reader->fd, &st) != 0) {
        return wh_fail_errno(err, WH_ERR_INPUT, errno, reader->path);
    }
    const struct wh_file_info now = wh_file_info_of(&st, false);
    if (now.size_bytes != reader->info.size_bytes || now.modified_ns != reader->info.modified_ns) {
        return wh_fail_at(err, WH_ERR_INPUT, reader->path, 0, 0, "changed while being read");
    }
    return WH_OK;
}

void wh_reader_close(struct wh_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (reader->fd >= 0) {
        close(reader->fd);
    }
    wh_free(reader->ctx, reader->path);
    wh_free(reader->ctx, reader);
}

enum wh_status wh_io_read_all(struct wh_ctx *ctx, const char *path, uint64_t limit,
                              struct wh_buf *buf, struct wh_error *err)
{
    struct wh_reader *reader = NULL;
    enum wh_status status = wh_reader_open(ctx, path, &reader, err);
    if (status != WH_OK) {
        return status;
    }
    uint64_t total = 0;
    size_t len = 0;
    do {
        char chunk[65536];
        status = wh_reader_read(reader, chunk, sizeof chunk, &len, err);
        if (status == WH_OK && (total += len) > limit) {
            status = wh_fail_at(err, WH_ERR_LIMIT, path, 0, 0,
                                "larger than %llu bytes, the most that is read of such a file",
                                (unsigned long long)limit);
        }
        if (status == WH_OK) {
            wh_buf_add(buf, chunk, len);
            status = wh_buf_ok(buf, err);
        }
    } while (status == WH_OK && len > 0);
    wh_reader_close(reader);
    return status;
}
