/* publish/map_style.h: the style that a release's maps are drawn by, for MapLibre. */
#ifndef WH_PUBLISH_MAP_STYLE_H
#define WH_PUBLISH_MAP_STYLE_H

#include "publish/job.h"

/*
 * tiles/style.json: the style of styles/ with its sources as the release holds them, and its layers
 * in their order. Paths are from the edition's folder. What a browser cannot draw as we do comes as
 * pictures: the base map (basemap-below, basemap-above), names (basemap-names), densities
 * (density-<theme>; they hold the suppressed ground, too). Layers of one theme have its id under
 * metadata "wardheat:theme" and at their name's end; those of the first are visible.
 */
WH_MUST_USE enum wh_status wh_map_style_write(const struct wh_job *job, struct wh_error *err);

#endif
