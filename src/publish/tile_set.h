/* publish/tile_set.h: tiles on their way into a file or folder: equal ones are kept once, and any
 * of three forms can be written, with the same bytes a tile. */
#ifndef WH_PUBLISH_TILE_SET_H
#define WH_PUBLISH_TILE_SET_H

#include <wardheat/base.h>

struct wh_tile_set;
enum wh_tile_type {
    WH_TILE_PNG,
    WH_TILE_MVT /* vector tiles: gzipped, but for a folder, whose web server would not say so */
};
struct wh_tile_meta {
    const char *name, *description, *attribution;
    enum wh_tile_type type;
    const char
        *members;  /* further metadata: members of a JSON object, without its braces; or NULL */
    double box[4]; /* west, south, east, north */
    uint32_t zoom_min, zoom_max;
};
enum wh_tile_form {
    WH_TILES_PMTILES, /* one archive, PMTiles version 3, clustered */
    WH_TILES_MBTILES, /* one SQLite file, MBTiles 1.3; equal tiles once, at most 2 GB */
    WH_TILES_FOLDER   /* z/x/y.png, .pbf */
};
/* By the end of an output's name: .pmtiles, .mbtiles, or /. False: none of them. */
bool wh_tile_form_of(const char *path, enum wh_tile_form *ret);

WH_MUST_USE enum wh_status wh_tile_set_create(struct wh_ctx *ctx, const struct wh_tile_meta *meta,
                                              struct wh_tile_set **ret, struct wh_error *err);
void wh_tile_set_destroy(struct wh_tile_set *set); /* NULL is fine */
/* Of the set's type; in any order, each tile once: the order changes no byte of what is written. */
WH_MUST_USE enum wh_status wh_tile_set_add(struct wh_tile_set *set, uint32_t z, uint32_t x,
                                           uint32_t y, const uint8_t *png, size_t len,
                                           struct wh_error *err);
/*
 * Writes all tiles, fsynced; once: nothing is added after that. The file or folder appears whole or
 * not at all: a file of that name is replaced at once; a folder must be empty or not be there
 * (WH_ERR_OUTPUT).
 */
WH_MUST_USE enum wh_status wh_tile_set_write(struct wh_tile_set *set, enum wh_tile_form form,
                                             const char *path, struct wh_error *err);

/* SHA-256 of all tiles with their numbers, of a set that has been written. */
void wh_tile_set_hash(const struct wh_tile_set *set, char ret_hex[65]);

/* Number of the tile along the Hilbert curve of all zooms (PMTiles v3, section 4). */
uint64_t wh_tile_id(uint32_t z, uint32_t x, uint32_t y);

#endif
