/* publish/pmtiles_directory.h: the directories of a PMTiles v3 archive, as bytes. */
#ifndef WH_PUBLISH_PMTILES_DIRECTORY_H
#define WH_PUBLISH_PMTILES_DIRECTORY_H

#include "base/str.h"

/* `run_length` tiles from `id` on share the bytes at `offset`; run length 0: a leaf directory. */
struct wh_pmtiles_entry {
    uint64_t id;
    uint64_t offset;
    uint32_t length;
    uint32_t run_length;
};

/* gzip without a time stamp, appended to `ret`. */
WH_MUST_USE enum wh_status wh_pmtiles_gzip(struct wh_ctx *ctx, struct wh_str bytes,
                                           struct wh_buf *ret, struct wh_error *err);

/*
 * Root and leaf directories of entries that are sorted by id, compressed. The root fits with the
 * header into the first 16 KiB (spec 3.2); `ret_leaves` stays empty when the root alone does.
 */
WH_MUST_USE enum wh_status wh_pmtiles_directories(struct wh_ctx *ctx,
                                                  const struct wh_pmtiles_entry *entry, size_t n,
                                                  struct wh_buf *ret_root,
                                                  struct wh_buf *ret_leaves, struct wh_error *err);
#endif
