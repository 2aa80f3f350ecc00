/* publish/pmtiles.h: a PMTiles v3 archive, clustered, equal tiles stored once (spec:
 * protomaps/PMTiles v3). */
#ifndef WH_PUBLISH_PMTILES_H
#define WH_PUBLISH_PMTILES_H

#include <wardheat/base.h>

struct wh_pmtiles;
struct wh_pmtiles_meta {
    const char *name, *description, *attribution;
    double box[4]; /* west, south, east, north */
    uint32_t zoom_min, zoom_max;
};
/* Tiles may come in any order; they are written by Hilbert id. PNG only. */
WH_MUST_USE enum wh_status wh_pmtiles_open(struct wh_ctx *ctx, const struct wh_pmtiles_meta *meta,
                                           struct wh_pmtiles **ret, struct wh_error *err);
WH_MUST_USE enum wh_status wh_pmtiles_add(struct wh_pmtiles *pmtiles, uint32_t z, uint32_t x,
                                          uint32_t y, const uint8_t *png, size_t len,
                                          struct wh_error *err);
/* Writes the archive to `path`, fsynced; the builder is gone whatever is returned. */
WH_MUST_USE enum wh_status wh_pmtiles_close(struct wh_pmtiles *pmtiles, const char *path,
                                            struct wh_error *err);
void wh_pmtiles_abandon(struct wh_pmtiles *pmtiles); /* NULL is fine */
/* Number of the tile along the Hilbert curve of all zooms. */
uint64_t wh_pmtiles_id(uint32_t z, uint32_t x, uint32_t y);

#endif
