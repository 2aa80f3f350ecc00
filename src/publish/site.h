/* publish/site.h: the dashboard: static pages that are whole without JavaScript. */
#ifndef WH_PUBLISH_SITE_H
#define WH_PUBLISH_SITE_H

#include "publish/job.h"

/*
 * assets/: style sheet, scripts and, where dashboard/node_modules has them, MapLibre GL JS and
 * pmtiles; sets job->has_map. Without the libraries the pages come without the interactive map.
 */
WH_MUST_USE enum wh_status wh_site_copy_assets(struct wh_job *job, struct wh_error *err);
/* index.html and wards/<code>.html. The pictures of wh_prints_write() are there already. */
WH_MUST_USE enum wh_status wh_site_write(const struct wh_job *job, struct wh_error *err);

#endif
