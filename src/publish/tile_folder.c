/* publish/tile_folder.c: tiles as files that any web server can hand out: z/x/y.png or z/x/y.pbf.
 */
#include "base/error.h"
#include "base/io.h"
#include "publish/tile_set_internal.h"

#define FOLDER_MODE 0755

static enum wh_status write_tile(const struct wh_tile_set *set, const char *folder,
                                 const struct wh_tile_entry *tile, struct wh_buf *path,
                                 struct wh_error *err)
{
    const struct wh_tile_blob *const blob = &set->blob[tile->blob];
    const struct wh_str png = {set->data.ptr + blob->at, blob->len};
    wh_buf_clear(path);
    wh_buf_printf(path, "%s/%u/%u", folder, tile->z, tile->x);
    enum wh_status status = wh_buf_ok(path, err);
    if (status == WH_OK) {
        status = wh_io_make_folders(path->ptr, FOLDER_MODE, err);
    }
    wh_buf_printf(path, "/%u.%s", tile->y, set->type == WH_TILE_PNG ? "png" : "pbf");
    if (status == WH_OK) {
        status = wh_buf_ok(path, err);
    }
    return status == WH_OK ? wh_io_write_unsynced(set->ctx, path->ptr, png, err) : status;
}

static enum wh_status write_tiles(const struct wh_tile_set *set, const char *path,
                                  struct wh_error *err)
{
    struct wh_buf name;
    wh_buf_init(&name, set->ctx);
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < set->n_tiles; i++) {
        status = write_tile(set, path, &set->tile[i], &name, err);
    }
    wh_buf_finish(&name);
    return status;
}

enum wh_status wh_tile_folder_write(const struct wh_tile_set *set, const char *path,
                                    struct wh_error *err)
{
    struct wh_sync sync;
    enum wh_status status = wh_io_make_folders(path, FOLDER_MODE, err);
    if (status == WH_OK) {
        status = wh_sync_begin(&sync, set->ctx, path, err);
    }
    if (status != WH_OK) {
        return status;
    }
    status = write_tiles(set, path, err);
    if (status != WH_OK) {
        wh_sync_abandon(&sync);
        return status;
    }
    return wh_sync_end(&sync, path, err);
}
