/* publish/tree.c: a breadth-first walk, so that turning it round gives the deepest folders first.
 */
#include "publish/tree.h"

#include "base/alloc.h"
#include "base/error.h"

/* Pushes the folders that stand directly in paths->path[at]. */
static enum wh_status push_children(struct wh_ctx *ctx, struct wh_paths *paths, size_t at,
                                    struct wh_error *err)
{
    struct wh_paths names = {0};
    enum wh_status status = wh_io_list(ctx, paths->path[at], &names, err);
    for (size_t i = 0; status == WH_OK && i < names.n; i++) {
        char *path = wh_path_join(ctx, paths->path[at], names.path[i]);
        struct wh_file_info info = {0};
        if (path == NULL) {
            status = wh_fail_memory(ctx, err);
        } else if (wh_io_stat(path, &info) && info.is_folder && !info.is_link) {
            status = wh_paths_push(ctx, paths, path, err);
        }
        wh_free(ctx, path);
    }
    wh_paths_finish(ctx, &names);
    return status;
}

enum wh_status wh_tree_folders(struct wh_ctx *ctx, const char *folder, struct wh_paths *ret,
                               struct wh_error *err)
{
    struct wh_paths paths = {0};
    enum wh_status status = wh_paths_push(ctx, &paths, folder, err);
    for (size_t i = 0; status == WH_OK && i < paths.n; i++) {
        status = push_children(ctx, &paths, i, err);
    }
    if (status != WH_OK) {
        wh_paths_finish(ctx, &paths);
        return status;
    }
    for (size_t i = 0; i < paths.n / 2; i++) {
        char *first = paths.path[i];
        paths.path[i] = paths.path[paths.n - 1 - i];
        paths.path[paths.n - 1 - i] = first;
    }
    *ret = paths;
    return WH_OK;
}

enum wh_status wh_tree_sync(struct wh_ctx *ctx, const char *folder, struct wh_error *err)
{
    struct wh_paths folders = {0};
    enum wh_status status = wh_tree_folders(ctx, folder, &folders, err);
    for (size_t i = 0; status == WH_OK && i < folders.n; i++) {
        status = wh_io_sync_folder(folders.path[i], err);
    }
    wh_paths_finish(ctx, &folders);
    return status;
}

static enum wh_status set_file_modes(struct wh_ctx *ctx, const char *folder, unsigned mode,
                                     struct wh_error *err)
{
    struct wh_paths files = {0};
    enum wh_status status = wh_io_walk(ctx, folder, &files, err);
    for (size_t i = 0; status == WH_OK && i < files.n; i++) {
        char *path = wh_path_join(ctx, folder, files.path[i]);
        status = path == NULL ? wh_fail_memory(ctx, err) : wh_io_set_mode(path, mode, err);
        wh_free(ctx, path);
    }
    wh_paths_finish(ctx, &files);
    return status;
}

enum wh_status wh_tree_set_modes(struct wh_ctx *ctx, const char *folder, unsigned folder_mode,
                                 unsigned file_mode, struct wh_error *err)
{
    struct wh_paths folders = {0};
    enum wh_status status = set_file_modes(ctx, folder, file_mode, err);
    if (status == WH_OK) {
        status = wh_tree_folders(ctx, folder, &folders, err);
    }
    for (size_t i = 0; status == WH_OK && i < folders.n; i++) {
        status = wh_io_set_mode(folders.path[i], folder_mode, err);
    }
    wh_paths_finish(ctx, &folders);
    return status;
}

enum wh_status wh_tree_size(struct wh_ctx *ctx, const char *folder, uint64_t *ret_bytes,
                            struct wh_error *err)
{
    struct wh_paths files = {0};
    struct wh_file_info info = {0};
    if (!wh_io_stat(folder, &info)) {
        *ret_bytes = 0;
        return WH_OK;
    }
    uint64_t bytes = 0;
    enum wh_status status = wh_io_walk(ctx, folder, &files, err);
    for (size_t i = 0; status == WH_OK && i < files.n; i++) {
        char *path = wh_path_join(ctx, folder, files.path[i]);
        if (path == NULL) {
            status = wh_fail_memory(ctx, err);
        } else if (wh_io_stat(path, &info)) {
            bytes += info.size_bytes;
        }
        wh_free(ctx, path);
    }
    wh_paths_finish(ctx, &files);
    if (status == WH_OK) {
        *ret_bytes = bytes;
    }
    return status;
}
