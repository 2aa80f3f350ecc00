/* publish/geopackage.h: wardheat.gpkg and wardheat.qgz: every vector layer in the working CRS,
 * styled, and a QGIS project that shows them with the density. */
#ifndef WH_PUBLISH_GEOPACKAGE_H
#define WH_PUBLISH_GEOPACKAGE_H

#include "publish/layers.h"

/*
 * The kept layers, and tables without shapes: runs (this release), themes, unreadable_rows (by
 * source), fields (the dictionary of it all). Styles by QGIS's table layer_styles, as QML and SLD.
 */
WH_MUST_USE enum wh_status wh_geopackage_publish(const struct wh_job *job, struct wh_layers *layers,
                                                 struct wh_error *err);

#endif
