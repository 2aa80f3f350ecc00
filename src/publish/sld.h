/* publish/sld.h: the looks of qml.h as OGC Styled Layer Descriptor 1.0, for programs that read no
 * QML. */
#ifndef WH_PUBLISH_SLD_H
#define WH_PUBLISH_SLD_H

#include "base/str.h"
#include "publish/job.h"

/* As text, appended; `layer`: the layer's name. */
void wh_sld_of_areas(struct wh_buf *buf, const struct wh_job *job,
                     const struct wh_theme_report *theme, const char *layer);
void wh_sld_of_cells(struct wh_buf *buf, const struct wh_job *job,
                     const struct wh_theme_report *theme, const char *layer);
void wh_sld_of_hotspots(struct wh_buf *buf, const struct wh_job *job, const char *layer);

#endif
