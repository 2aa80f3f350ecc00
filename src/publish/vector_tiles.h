/*
 * publish/vector_tiles.h: tiles/<theme>-vector-<hash>.pmtiles: a theme's wards, hot spots and
 * squares as Mapbox Vector Tiles. Every feature is on every zoom: counts of a layer add up to the
 * same on each, whatever tile a feature is in; its id tells that it is one.
 */
#ifndef WH_PUBLISH_VECTOR_TILES_H
#define WH_PUBLISH_VECTOR_TILES_H

#include "publish/emit.h"
#include "publish/job.h"

#define WH_VECTOR_TILE_MAX_BYTES 500000 /* unpacked */

/*
 * The names and zooms go into the job. An archive begins at the lowest zoom on which no tile is
 * above WH_VECTOR_TILE_MAX_BYTES. WH_ERR_LIMIT: not even the deepest is such.
 */
WH_MUST_USE enum wh_status wh_vector_tiles_write(struct wh_job *job, struct wh_error *err);
/*
 * Member "vector" of a theme in legend.json: archive, zooms, side of squares, and what the counts
 * of each layer add up to, with what is not told: their difference to the theme's requests.
 */
void wh_vector_tiles_legend(struct wh_emitter *emit, const struct wh_job *job, size_t theme_idx);

#endif
