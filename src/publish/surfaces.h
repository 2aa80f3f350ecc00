/* publish/surfaces.h: density/<theme>.tif: classes for everybody, densities for officers. */
#ifndef WH_PUBLISH_SURFACES_H
#define WH_PUBLISH_SURFACES_H

#include "publish/job.h"

/* Classes after suppression, with the legend's colours as colour table, and a QGIS style. */
WH_MUST_USE enum wh_status wh_surfaces_write_classes(const struct wh_job *job,
                                                     struct wh_error *err);
/* Densities as floats, NaN outside, and a QGIS style. There is no way here from the public report.
 */
WH_MUST_USE enum wh_status wh_surfaces_write_densities(const struct wh_job *job,
                                                       const struct wh_officer_report *report,
                                                       struct wh_error *err);
#endif
