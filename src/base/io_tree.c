/* base/io_tree.c: folders, links, names. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"

#define MAX_DEPTH 32 /* of folders that are walked: ours are four deep */

enum wh_status wh_io_make_folders(const char *path, unsigned mode, struct wh_error *err)
{
    char part[4096];
    const size_t len = strlen(path);
    if (len >= sizeof part) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, ENAMETOOLONG, path);
    }
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0') {
            continue;
        }
        memcpy(part, path, i);
        part[i] = '\0';
        struct stat st;
        if (mkdir(part, mode) != 0 &&
            (errno != EEXIST || stat(part, &st) != 0 || !S_ISDIR(st.st_mode))) {
            return wh_fail_errno(err, WH_ERR_OUTPUT, errno == EEXIST ? ENOTDIR : errno, part);
        }
    }
    return WH_OK;
}

enum wh_status wh_io_may_write(const char *folder, struct wh_error *err)
{
    char part[4096];
    const size_t len = strlen(folder);
    size_t there = 0; /* length of the longest beginning that is there */
    struct stat st;
    if (len >= sizeof part) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, ENAMETOOLONG, folder);
    }
    for (size_t i = 1; i <= len; i++) {
        if (folder[i] != '/' && folder[i] != '\0') {
            continue;
        }
        memcpy(part, folder, i);
        part[i] = '\0';
        if (stat(part, &st) != 0) {
            if (errno != ENOENT) {
                return wh_fail_errno(err, WH_ERR_OUTPUT, errno, part);
            }
            break;
        }
        if (!S_ISDIR(st.st_mode)) {
            return wh_fail_errno(err, WH_ERR_OUTPUT, ENOTDIR, part);
        }
        there = i;
    }
    memcpy(part, folder, there);
    part[there] = '\0';
    const char *nearest = there > 0 ? part : folder[0] == '/' ? "/" : ".";
    return access(nearest, W_OK | X_OK) == 0 ? WH_OK
                                             : wh_fail_errno(err, WH_ERR_OUTPUT, errno, nearest);
}

enum wh_status wh_io_make_scratch(struct wh_ctx *ctx, char **ret, struct wh_error *err)
{
    const char *base = getenv("TMPDIR");
    char *path =
        wh_path_join(ctx, base != NULL && base[0] == '/' ? base : "/tmp", "wardheat-XXXXXX");
    if (path == NULL) {
        return wh_fail_memory(ctx, err);
    }
    if (mkdtemp(path) == NULL) {
        const enum wh_status status = wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
        wh_free(ctx, path);
        return status;
    }
    *ret = path;
    return WH_OK;
}

enum wh_status wh_io_set_mode(const char *path, unsigned mode, struct wh_error *err)
{
    return chmod(path, mode) == 0 ? WH_OK : wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
}

enum wh_status wh_io_rename_new(const char *from, const char *to, struct wh_error *err)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) != 0) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, to);
    }
    return WH_OK;
}

/* Folder part of a path into `out` ("." when there is none). False when it does not fit. */
static bool split_folder(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    const size_t len = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    if (len >= size) {
        return false;
    }
    memcpy(out, slash == NULL ? "." : path, len);
    out[len] = '\0';
    return true;
}

enum wh_status wh_io_swap_link(const char *link, const char *target, struct wh_error *err)
{
    char temporary[4200], folder[4096];
    if (snprintf(temporary, sizeof temporary, "%s.tmp", link) >= (int)sizeof temporary ||
        !split_folder(link, folder, sizeof folder)) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, ENAMETOOLONG, link);
    }
    if (unlink(temporary) != 0 && errno != ENOENT) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, temporary);
    }
    if (symlink(target, temporary) != 0) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, temporary);
    }
    if (rename(temporary, link) != 0) {
        const enum wh_status status = wh_fail_errno(err, WH_ERR_OUTPUT, errno, link);
        unlink(temporary);
        return status;
    }
    return wh_io_sync_folder(folder, err);
}

enum wh_status wh_io_read_link(struct wh_ctx *ctx, const char *link, char **ret,
                               struct wh_error *err)
{
    char target[4096];
    const ssize_t len = readlink(link, target, sizeof target - 1);
    if (len < 0 && errno == ENOENT) {
        *ret = NULL;
        return WH_OK;
    }
    if (len < 0) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, link);
    }
    target[len] = '\0';
    char *copy = wh_strdup(ctx, target);
    if (copy == NULL) {
        return wh_fail_memory(ctx, err);
    }
    *ret = copy;
    return WH_OK;
}

enum wh_status wh_io_copy(struct wh_ctx *ctx, const char *from, const char *to,
                          struct wh_error *err)
{
    struct wh_reader *reader = NULL;
    struct wh_writer *writer = NULL;
    enum wh_status status = wh_reader_open(ctx, from, &reader, err);
    if (status == WH_OK) {
        status = wh_writer_open(ctx, to, &writer, err);
    }
    size_t len = 1;
    while (status == WH_OK && len > 0) {
        char chunk[65536];
        status = wh_reader_read(reader, chunk, sizeof chunk, &len, err);
        if (status == WH_OK) {
            status = wh_writer_write(writer, chunk, len, err);
        }
    }
    wh_reader_close(reader);
    if (status != WH_OK) {
        wh_writer_abandon(writer);
        return status;
    }
    return wh_writer_close(writer, err);
}

enum wh_status wh_io_link_or_copy(struct wh_ctx *ctx, const char *from, const char *to,
                                  struct wh_error *err)
{
    if (linkat(AT_FDCWD, from, AT_FDCWD, to, 0) == 0) {
        return WH_OK;
    }
    if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == ENOTSUP) {
        return wh_io_copy(ctx, from, to, err);
    }
    return wh_fail_errno(err, WH_ERR_OUTPUT, errno, to);
}

enum wh_status wh_io_remove_file(const char *path, struct wh_error *err)
{
    if (unlink(path) != 0 && errno != ENOENT) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
    }
    return WH_OK;
}

uint64_t wh_io_free_bytes(const char *path)
{
    struct statvfs fs;
    return statvfs(path, &fs) == 0 ? (uint64_t)fs.f_bavail * (uint64_t)fs.f_frsize : UINT64_MAX;
}

char *wh_path_join(struct wh_ctx *ctx, const char *folder, const char *name)
{
    if (name[0] == '/' || folder[0] == '\0') {
        return wh_strdup(ctx, name);
    }
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    wh_buf_c(&buf, folder);
    if (folder[strlen(folder) - 1] != '/') {
        wh_buf_char(&buf, '/');
    }
    wh_buf_c(&buf, name);
    char *path = buf.failed ? NULL : wh_str_to_c(ctx, wh_buf_view(&buf));
    wh_buf_finish(&buf);
    return path;
}

void wh_paths_finish(struct wh_ctx *ctx, struct wh_paths *paths)
{
    for (size_t i = 0; i < paths->n; i++) {
        wh_free(ctx, paths->path[i]);
    }
    wh_free(ctx, paths->path);
    *paths = (struct wh_paths){0};
}

enum wh_status wh_paths_push(struct wh_ctx *ctx, struct wh_paths *paths, const char *path,
                             struct wh_error *err)
{
    void *array = paths->path;
    const enum wh_status status =
        wh_grow(ctx, &array, paths->n, &paths->cap, sizeof *paths->path, err);
    paths->path = array;
    if (status != WH_OK) {
        return status;
    }
    char *copy = wh_strdup(ctx, path);
    if (copy == NULL) {
        return wh_fail_memory(ctx, err);
    }
    paths->path[paths->n++] = copy;
    return WH_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_paths(struct wh_paths *paths)
{
    if (paths->n > 1) {
        qsort(paths->path, paths->n, sizeof *paths->path, compare_paths);
    }
}

enum wh_status wh_io_list(struct wh_ctx *ctx, const char *folder, struct wh_paths *ret,
                          struct wh_error *err)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return wh_fail_errno(err, WH_ERR_INPUT, errno, folder);
    }
    struct wh_paths names = {0};
    enum wh_status status = WH_OK;
    const struct dirent *entry = NULL;
    while (status == WH_OK && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            status = wh_paths_push(ctx, &names, entry->d_name, err);
        }
    }
    closedir(dir);
    if (status != WH_OK) {
        wh_paths_finish(ctx, &names);
        return status;
    }
    sort_paths(&names);
    *ret = names;
    return WH_OK;
}

/* Visits what is under root/relative, files first to last, folders after what is in them. */
struct walk {
    struct wh_ctx *ctx;
    const char *root;
    enum wh_status (*visit)(struct walk *walk, const char *relative, const char *path,
                            bool is_folder, struct wh_error *err);
    struct wh_paths *found;
};

static enum wh_status walk_folder(struct walk *walk, const char *relative, unsigned depth,
                                  struct wh_error *err);

static enum wh_status walk_entry(struct walk *walk, const char *relative, unsigned depth,
                                 struct wh_error *err)
{
    struct stat st;
    char *path = wh_path_join(walk->ctx, walk->root, relative);
    if (path == NULL) {
        return wh_fail_memory(walk->ctx, err);
    }
    enum wh_status status = WH_OK;
    if (lstat(path, &st) != 0) {
        status = wh_fail_errno(err, WH_ERR_INPUT, errno, path);
    } else if (S_ISDIR(st.st_mode)) {
        status = walk_folder(walk, relative, depth + 1, err);
        if (status == WH_OK) {
            status = walk->visit(walk, relative, path, true, err);
        }
    } else {
        status = walk->visit(walk, relative, path, false, err);
    }
    wh_free(walk->ctx, path);
    return status;
}

static enum wh_status walk_folder(struct walk *walk, const char *relative, unsigned depth,
                                  struct wh_error *err)
{
    struct wh_paths names = {0};
    char *folder = wh_path_join(walk->ctx, walk->root, relative);
    enum wh_status status = WH_OK;
    if (folder == NULL) {
        return wh_fail_memory(walk->ctx, err);
    }
    if (depth > MAX_DEPTH) {
        status =
            wh_fail_at(err, WH_ERR_LIMIT, folder, 0, 0, "folders nested deeper than %d", MAX_DEPTH);
    }
    if (status == WH_OK) {
        status = wh_io_list(walk->ctx, folder, &names, err);
    }
    for (size_t i = 0; status == WH_OK && i < names.n; i++) {
        char *child = wh_path_join(walk->ctx, relative, names.path[i]);
        status =
            child == NULL ? wh_fail_memory(walk->ctx, err) : walk_entry(walk, child, depth, err);
        wh_free(walk->ctx, child);
    }
    wh_paths_finish(walk->ctx, &names);
    wh_free(walk->ctx, folder);
    return status;
}

static enum wh_status visit_collect(struct walk *walk, const char *relative, const char *path,
                                    bool is_folder, struct wh_error *err)
{
    struct stat st;
    if (is_folder || lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
        return WH_OK;
    }
    return wh_paths_push(walk->ctx, walk->found, relative, err);
}

enum wh_status wh_io_walk(struct wh_ctx *ctx, const char *folder, struct wh_paths *ret,
                          struct wh_error *err)
{
    struct wh_paths found = {0};
    struct walk walk = {.ctx = ctx, .root = folder, .visit = visit_collect, .found = &found};
    const enum wh_status status = walk_folder(&walk, "", 0, err);
    if (status != WH_OK) {
        wh_paths_finish(ctx, &found);
        return status;
    }
    sort_paths(&found);
    *ret = found;
    return WH_OK;
}

static enum wh_status visit_remove(struct walk *walk, const char *relative, const char *path,
                                   bool is_folder, struct wh_error *err)
{
    (void)walk;
    (void)relative;
    if ((is_folder ? rmdir(path) : unlink(path)) != 0 && errno != ENOENT) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
    }
    return WH_OK;
}

enum wh_status wh_io_remove_tree(struct wh_ctx *ctx, const char *path, struct wh_error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        return errno == ENOENT ? WH_OK : wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
    }
    if (!S_ISDIR(st.st_mode)) {
        return wh_io_remove_file(path, err);
    }
    struct walk walk = {.ctx = ctx, .root = path, .visit = visit_remove};
    const enum wh_status status = walk_folder(&walk, "", 0, err);
    if (status == WH_OK && rmdir(path) != 0) {
        return wh_fail_errno(err, WH_ERR_OUTPUT, errno, path);
    }
    return status;
}

static bool has_wildcard(struct wh_str text)
{
    return wh_str_find(text, '*') < text.len || wh_str_find(text, '?') < text.len;
}

/* Puts every way to go from `folder` along the first component of `rest` into `ret`. */
static enum wh_status expand_component(struct wh_ctx *ctx, const char *folder,
                                       const char *component, struct wh_paths *ret,
                                       struct wh_error *err)
{
    struct wh_paths names = {0};
    struct wh_file_info info;
    if (!wh_io_stat(folder[0] == '\0' ? "." : folder, &info) || !info.is_folder) {
        return WH_OK;
    }
    enum wh_status status = wh_io_list(ctx, folder[0] == '\0' ? "." : folder, &names, err);
    for (size_t i = 0; status == WH_OK && i < names.n; i++) {
        if (fnmatch(component, names.path[i], FNM_PERIOD | FNM_PATHNAME) != 0) {
            continue;
        }
        char *path = wh_path_join(ctx, folder, names.path[i]);
        status = path == NULL ? wh_fail_memory(ctx, err) : wh_paths_push(ctx, ret, path, err);
        wh_free(ctx, path);
    }
    wh_paths_finish(ctx, &names);
    return status;
}

enum wh_status wh_io_glob(struct wh_ctx *ctx, const char *pattern, struct wh_paths *ret,
                          struct wh_error *err)
{
    struct wh_paths found = {0};
    if (!has_wildcard(wh_str_c(pattern))) {
        const enum wh_status status = wh_paths_push(ctx, &found, pattern, err);
        *ret = found;
        return status;
    }
    enum wh_status status = wh_paths_push(ctx, &found, pattern[0] == '/' ? "/" : "", err);
    struct wh_str rest = wh_str_c(pattern);
    while (status == WH_OK && rest.len > 0) {
        const size_t end = wh_str_find(rest, '/');
        const struct wh_str part = wh_str_slice(rest, 0, end);
        rest = wh_str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
        if (part.len == 0) {
            continue;
        }
        struct wh_paths next = {0};
        char *component = wh_str_to_c(ctx, part);
        if (component == NULL) {
            status = wh_fail_memory(ctx, err);
        }
        for (size_t i = 0; status == WH_OK && i < found.n; i++) {
            if (has_wildcard(part)) {
                status = expand_component(ctx, found.path[i], component, &next, err);
                continue;
            }
            char *path = wh_path_join(ctx, found.path[i], component);
            status = path == NULL ? wh_fail_memory(ctx, err) : wh_paths_push(ctx, &next, path, err);
            wh_free(ctx, path);
        }
        wh_free(ctx, component);
        wh_paths_finish(ctx, &found);
        found = next;
    }
    if (status != WH_OK) {
        wh_paths_finish(ctx, &found);
        return status;
    }
    sort_paths(&found);
    *ret = found;
    return WH_OK;
}
