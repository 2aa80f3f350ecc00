/* publish/tilesets.h: tiles/: an archive a theme and scale, the base map, and legend.json that says
 * what the colours mean. */
#ifndef WH_PUBLISH_TILESETS_H
#define WH_PUBLISH_TILESETS_H

#include "publish/job.h"

/*
 * tiles/<theme>-<hash>.pmtiles and -<hash>@2x.pmtiles, tiles/basemap-<hash>.pmtiles; the names go
 * into the job. The hash is of the content (of the base map: of all that it is drawn from): a name
 * never changes its meaning, so that browsers may keep what they have. A base map that stands
 * already, in the other edition or the current release, is not drawn again.
 */
WH_MUST_USE enum wh_status wh_tilesets_write(struct wh_job *job, struct wh_error *err);
/* tiles/legend.json: breaks, colours, unit, periods and archives of every theme. */
WH_MUST_USE enum wh_status wh_tilesets_write_legend(const struct wh_job *job, struct wh_error *err);
/* All of tiles/: both, and the style where browsers can draw by it. */
WH_MUST_USE enum wh_status wh_tilesets_write_all(struct wh_job *job, struct wh_error *err);
#endif
