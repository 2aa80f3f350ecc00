/* publish/fill.h: how polygons are drawn in QGIS and others' styles: one look, whatever the form.
 */
#ifndef WH_PUBLISH_FILL_H
#define WH_PUBLISH_FILL_H

#include "model/report.h"
#include "render/style.h"

struct wh_fill {
    struct wh_rgb colour, outline;
    double alpha; /* of the fill; 0: none */
    double outline_mm;
    const char *line; /* "solid", "dash", "dot" */
};

/* Class 0 is below the lowest break; n + 1 is what is not shown. */
struct wh_fill wh_fill_of_class(const struct wh_style *style, const struct wh_legend *legend,
                                uint32_t class_idx);
/* Line and width tell trends apart without colour. */
struct wh_fill wh_fill_of_trend(const struct wh_style *style, enum wh_trend trend);

#endif
