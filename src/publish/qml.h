/* publish/qml.h: QGIS 3.22 styles beside the layers: QGIS loads the .qml of the same name by
 * itself. */
#ifndef WH_PUBLISH_QML_H
#define WH_PUBLISH_QML_H

#include "publish/fields.h"

/*
 * geojson/wards.qml (the first theme) and geojson/wards-<theme>.qml: requests per km² in the
 * classes and colours of the theme's legend, and grey where the figure is not shown.
 */
WH_MUST_USE enum wh_status wh_qml_write_wards(const struct wh_job *job, struct wh_error *err);
/* geojson/areas-<level>.qml: as the wards', for the first theme. */
WH_MUST_USE enum wh_status wh_qml_write_areas(const struct wh_job *job, struct wh_error *err);
/* geojson/cells-<theme>.qml: requests per km² of the square in the same classes and colours. */
WH_MUST_USE enum wh_status wh_qml_write_cells(const struct wh_job *job,
                                              const struct wh_theme_report *theme,
                                              struct wh_error *err);
/* geojson/hotspots.qml, geojson/hotspots-by-ward.qml: outlines by trend, numbered by rank. */
WH_MUST_USE enum wh_status wh_qml_write_hotspots(const struct wh_job *job, enum wh_out_file file,
                                                 struct wh_error *err);
/* density/<theme>.qml: the legend of class numbers (public), or of densities (`is_float`,
 * officers). */
WH_MUST_USE enum wh_status wh_qml_write_density(const struct wh_job *job,
                                                const struct wh_theme_report *theme, bool is_float,
                                                struct wh_error *err);

/* The same as text, appended. */
void wh_qml_of_areas(struct wh_buf *buf, const struct wh_job *job,
                     const struct wh_theme_report *theme, enum wh_out_file file);
void wh_qml_of_outlines(struct wh_buf *buf, const struct wh_job *job); /* of wards, with names */
void wh_qml_of_cells(struct wh_buf *buf, const struct wh_job *job,
                     const struct wh_theme_report *theme);
void wh_qml_of_density(struct wh_buf *buf, const struct wh_job *job,
                       const struct wh_theme_report *theme, bool is_float);
void wh_qml_of_hotspots(struct wh_buf *buf, const struct wh_job *job, enum wh_out_file file);
#endif
