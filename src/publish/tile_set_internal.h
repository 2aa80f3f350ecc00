/* publish/tile_set_internal.h: what the writers of tilesets share. */
#ifndef WH_PUBLISH_TILE_SET_INTERNAL_H
#define WH_PUBLISH_TILE_SET_INTERNAL_H

#include "base/str.h"
#include "publish/tile_set.h"

/* One content: bytes in `data`. */
struct wh_tile_blob {
    size_t at;
    uint32_t len;
    uint64_t hash;
};

struct wh_tile_entry {
    uint64_t id; /* along the Hilbert curves of all zooms */
    uint32_t z, x, y;
    uint32_t blob;
};

struct wh_tile_set {
    struct wh_ctx *ctx;
    char *name, *description, *attribution, *members;
    enum wh_tile_type type;
    double box[4];
    uint32_t zoom_min, zoom_max;
    struct wh_buf data;
    size_t n_blobs, blob_cap;
    struct wh_tile_blob *blob; /* in the order of first use once it is being written */
    size_t n_tiles, tile_cap;
    struct wh_tile_entry *tile; /* by rising id once it is being written */
    size_t n_slots;             /* of the table from content to blob: a power of two */
    uint32_t *slot;
};

/* Writers of a set that is in order. `path` is new. */
WH_MUST_USE enum wh_status wh_pmtiles_write(const struct wh_tile_set *set, const char *path,
                                            struct wh_error *err);
/* At most 2 GB: the database is made in memory. */
WH_MUST_USE enum wh_status wh_mbtiles_write(const struct wh_tile_set *set, const char *path,
                                            struct wh_error *err);
/* z/x/y.png or .pbf. */
WH_MUST_USE enum wh_status wh_tile_folder_write(const struct wh_tile_set *set, const char *path,
                                                struct wh_error *err);

#endif
