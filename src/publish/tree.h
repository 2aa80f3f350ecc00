/* publish/tree.h: the folders under a folder, for what a list of files does not say: modes and
 * fsync. */
#ifndef WH_PUBLISH_TREE_H
#define WH_PUBLISH_TREE_H

#include "base/io.h"

/* Every folder under `folder`, itself included, as full paths, deepest first. Caller:
 * wh_paths_finish(). */
WH_MUST_USE enum wh_status wh_tree_folders(struct wh_ctx *ctx, const char *folder,
                                           struct wh_paths *ret, struct wh_error *err);
/* fsyncs every folder under `folder`, deepest first, itself last. */
WH_MUST_USE enum wh_status wh_tree_sync(struct wh_ctx *ctx, const char *folder,
                                        struct wh_error *err);
/* Gives every file and folder under `folder`, itself included, these modes: a web server of another
 * user must be able to read what is public, whatever the umask. */
WH_MUST_USE enum wh_status wh_tree_set_modes(struct wh_ctx *ctx, const char *folder,
                                             unsigned folder_mode, unsigned file_mode,
                                             struct wh_error *err);
/* Sum of the sizes of all files under `folder`; 0 when there is none. */
WH_MUST_USE enum wh_status wh_tree_size(struct wh_ctx *ctx, const char *folder, uint64_t *ret_bytes,
                                        struct wh_error *err);
#endif
