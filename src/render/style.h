/* render/style.h: how things look: one MapLibre style in styles/, the same for tile, page,
 * dashboard and QGIS. What a style may say stands in docs/styles.md. */
#ifndef WH_RENDER_STYLE_H
#define WH_RENDER_STYLE_H

#include "model/report.h"

struct wh_rgb {
    uint8_t r, g, b;
};

/*
 * Colours of classes, of styles/ramps/. Every ramp is told apart without colour: its colours differ
 * in lightness by 8 L* or more, from neighbour to neighbour of a sequential or diverging one, and
 * any two of a categorical one.
 */
enum wh_ramp_kind {
    WH_RAMP_SEQUENTIAL, /* how much: light to dark, or dark to light on a dark map */
    WH_RAMP_DIVERGING, /* less or more than before, or than expected: two hues, one way in lightness
                        */
    WH_RAMP_CATEGORICAL, /* which */
    WH_N_RAMPS
};

struct wh_style;

/* Loads styles/<name>.json from `styles_dir`, and its ramps. WH_ERR_CONFIG names file and place in
 * it when something is missing, wrong, or not of the subset. */
WH_MUST_USE enum wh_status wh_style_load(struct wh_ctx *ctx, const char *styles_dir,
                                         const char *name, struct wh_style **ret,
                                         struct wh_error *err);
void wh_style_destroy(struct wh_ctx *ctx, struct wh_style *style);

/* Colour of class 1..n of n. */
struct wh_rgb wh_style_ramp(const struct wh_style *style, enum wh_ramp_kind kind,
                            uint32_t class_idx, uint32_t n_classes);
/* The same, of the density's ramp. */
struct wh_rgb wh_style_class(const struct wh_style *style, uint32_t class_idx, uint32_t n_classes);
double wh_style_class_alpha(const struct wh_style *style); /* of density over the base map */
/* Of WH_CLASS_BLANK: the hatch on pages; flat on tiles and in keys, and so thin that it is taken for
 * no class. */
struct wh_rgb wh_style_blank(const struct wh_style *style);
#define WH_STYLE_BLANK_ALPHA 0.5
struct wh_rgb wh_style_land(const struct wh_style *style);    /* what the density lies on */
struct wh_rgb wh_style_hotspot(const struct wh_style *style); /* outline of a hot spot */
/* The numbered disc of a hot spot, or of one that is gone. */
struct wh_mark {
    struct wh_rgb disc, rim, number;
};
struct wh_mark wh_style_mark(const struct wh_style *style, bool is_gone);
/* The file as it was read. */
struct wh_str wh_style_text(const struct wh_style *style);

#endif
