/* run/state_copy.c: the state, copied while no run is at it. */
#include "run/state_copy.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"

/* Copies state/<name> where there is one. */
static enum wh_status copy_part(struct wh_ctx *ctx, const char *from, const char *to,
                                const char *name, struct wh_error *err)
{
    struct wh_file_info info;
    char *old_path = wh_path_join(ctx, from, name), *new_path = wh_path_join(ctx, to, name);
    enum wh_status status = WH_OK;
    if (old_path == NULL || new_path == NULL) {
        status = wh_fail_memory(ctx, err);
    } else if (wh_io_stat(old_path, &info)) {
        status = wh_io_copy(ctx, old_path, new_path, err);
    }
    wh_free(ctx, old_path);
    wh_free(ctx, new_path);
    return status;
}

enum wh_status wh_state_copy(struct wh_ctx *ctx, const char *from, const char *to,
                             struct wh_error *err)
{
    struct wh_lock *lock = NULL;
    char *lock_path = wh_path_join(ctx, from, "lock");
    enum wh_status status =
        lock_path == NULL ? wh_fail_memory(ctx, err) : wh_lock_share(ctx, lock_path, &lock, err);
    if (status == WH_OK) {
        status = wh_io_make_folders(to, 0700, err);
    }
    if (status == WH_OK) {
        status = copy_part(ctx, from, to, "wardheat.db", err);
    }
    if (status == WH_OK) {
        status = copy_part(ctx, from, to, "wardheat.db-journal", err);
    }
    wh_lock_release(lock);
    wh_free(ctx, lock_path);
    return status;
}
