/* render/style.h: how things look: one JSON file in styles/, the same colours for tile, page,
 * dashboard and QGIS. */
#ifndef WH_RENDER_STYLE_H
#define WH_RENDER_STYLE_H

#include "model/report.h"

struct wh_rgb {
    uint8_t r, g, b;
};

struct wh_style;

/* Loads styles/<name>.json from `styles_dir`. WH_ERR_CONFIG names file and key when something is
 * missing or wrong. */
WH_MUST_USE enum wh_status wh_style_load(struct wh_ctx *ctx, const char *styles_dir,
                                         const char *name, struct wh_style **ret,
                                         struct wh_error *err);
void wh_style_destroy(struct wh_ctx *ctx, struct wh_style *style);
/* Colour of class 1..n of n: light to dark, one hue family, lightness strictly falling. */
struct wh_rgb wh_style_class(const struct wh_style *style, uint32_t class_idx, uint32_t n_classes);
double wh_style_class_alpha(const struct wh_style *style); /* of density over the base map */
struct wh_rgb wh_style_blank(
    const struct wh_style *style); /* of WH_CLASS_BLANK: a hatch on pages, a flat grey on tiles */
struct wh_rgb wh_style_hotspot(const struct wh_style *style); /* outline and number of a hot spot */

#endif
