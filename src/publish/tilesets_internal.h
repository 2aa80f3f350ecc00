/* publish/tilesets_internal.h: between the writers of tiles/. */
#ifndef WH_PUBLISH_TILESETS_INTERNAL_H
#define WH_PUBLISH_TILESETS_INTERNAL_H

#include "publish/tile_set.h"
#include "publish/tilesets.h"
#include "render/basetiles.h"

#define WH_TILES_HASH_DIGITS 8

/* Longitude/latitude box of the whole area. */
void wh_tilesets_box(const struct wh_job *job, double ret[4]);
/* Licence lines as the HTML that the formats ask for. */
void wh_tilesets_attribution(struct wh_buf *buf, const struct wh_report *report);
/* The deepest zoom that is stored of a theme: no deeper than its cells allow. */
uint32_t wh_tilesets_deepest_zoom(const struct wh_job *job, const struct wh_theme_report *theme);
/* An empty set from the lowest zoom of the config to `zoom_max`. Caller destroys. */
WH_MUST_USE enum wh_status wh_tilesets_open(const struct wh_job *job, const char *name,
                                            const char *description, uint32_t zoom_max,
                                            struct wh_tile_set **ret, struct wh_error *err);
/* A wh_tile_fn: `user` is the set. */
WH_MUST_USE enum wh_status wh_tilesets_add(void *user, uint32_t z, uint32_t x, uint32_t y,
                                           const uint8_t *png, size_t len, struct wh_error *err);

/* tiles/<theme>-map-<hash>.pmtiles and -<hash>@2x.pmtiles: base map and density in one picture, for
 * programs that show one layer of pictures. The names go into the job. */
WH_MUST_USE enum wh_status wh_whole_maps_write(struct wh_job *job, struct wh_error *err);
struct wh_basetile_options wh_whole_maps_plan(const struct wh_job *job, uint32_t scale);

/* tiles/basemap-<sheet>-<hash>.pmtiles, one a sheet; none without a base map. */
WH_MUST_USE enum wh_status wh_basemap_tiles_write(struct wh_job *job, struct wh_error *err);
struct wh_basetile_options wh_basemap_tiles_plan(const struct wh_job *job,
                                                 enum wh_base_sheet sheet);

/* What MapLibre reads: archives by its pmtiles protocol, folders by their names; never MBTiles. */
bool wh_tiles_are_for_browsers(const struct wh_job *job);
/* ".pmtiles", ".mbtiles", or "" of a folder. */
const char *wh_tiles_ending(const struct wh_job *job);
/*
 * archive.c: writes the set below tiles/ in the config's form, under a working name first, then as
 * <stem>-<hash of its content><suffix> with the form's ending; `name` gets that name.
 */
WH_MUST_USE enum wh_status wh_tile_archive_write(const struct wh_job *job, struct wh_tile_set *set,
                                                 const char *stem, const char *suffix,
                                                 char name[WH_TILES_BYTES], struct wh_error *err);
#endif
