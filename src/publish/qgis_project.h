/* publish/qgis_project.h: wardheat.qgz: a QGIS 3.22 project over the files beside it. */
#ifndef WH_PUBLISH_QGIS_PROJECT_H
#define WH_PUBLISH_QGIS_PROJECT_H

#include "publish/layers.h"

/*
 * A group a theme with its hot spots, squares, areas in the theme's classes and density, under the
 * wards' outlines; by paths relative to the project, so that the folder may move. Styled as `style`
 * says (what layer_styles holds). Shown at first: the first theme's hot spots and density.
 */
WH_MUST_USE enum wh_status wh_qgis_project_write(const struct wh_job *job,
                                                 const struct wh_layers *layers,
                                                 const struct wh_geopackage_style *style,
                                                 size_t n_styles, struct wh_error *err);

#endif
