/* publish/geojson.h: the vector layers of a release as GeoJSON (RFC 7946), each with a QGIS style
 * of the same name. */
#ifndef WH_PUBLISH_GEOJSON_H
#define WH_PUBLISH_GEOJSON_H

#include "publish/job.h"

/* geojson/wards.geojson: one feature a ward, the figures of every theme side by side. */
WH_MUST_USE enum wh_status wh_geojson_write_wards(const struct wh_job *job, struct wh_error *err);
/* geojson/hotspots.geojson: one feature a hot spot, all themes. */
WH_MUST_USE enum wh_status wh_geojson_write_hotspots(const struct wh_job *job,
                                                     struct wh_error *err);
/* geojson/hotspots-by-ward.geojson: one feature a hot spot and ward. */
WH_MUST_USE enum wh_status wh_geojson_write_parts(const struct wh_job *job, struct wh_error *err);
/* geojson/areas-<level>.geojson: one feature an area of the config's layers, as the wards'. */
WH_MUST_USE enum wh_status wh_geojson_write_areas(const struct wh_job *job, struct wh_error *err);
/* geojson/cells-<theme>.geojson: one feature a square that has a count. */
WH_MUST_USE enum wh_status wh_geojson_write_cells(const struct wh_job *job, struct wh_error *err);
/*
 * geojson/requests.geojson: the placed requests of the periods that the maps count, as points.
 * Takes the officer's report: there is no such file in the public part. Requests of sensitive
 * categories are left out.
 */
WH_MUST_USE enum wh_status wh_geojson_write_requests(const struct wh_job *job,
                                                     const struct wh_officer_report *report,
                                                     struct wh_error *err);
#endif
