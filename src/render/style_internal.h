/* render/style_internal.h: a map style as the drawing code sees it. */
#ifndef WH_RENDER_STYLE_INTERNAL_H
#define WH_RENDER_STYLE_INTERNAL_H

#include "render/basemap.h"
#include "render/style.h"

/* What a road is, from many vocabularies; the name is what a style's filter says. */
enum wh_road {
    WH_ROAD_MOTORWAY,
    WH_ROAD_PRIMARY,   /* "A Road", primary, trunk, a */
    WH_ROAD_SECONDARY, /* "B Road", secondary, b */
    WH_ROAD_MINOR,     /* "Minor Road", tertiary, unclassified */
    WH_ROAD_LOCAL,     /* "Local Road", "Local Street", residential, anything unknown */
    WH_ROAD_PATH,      /* footway, cycleway, path */
    WH_N_ROADS
};

#define WH_MAX_STOPS 8
#define WH_MAX_LAYERS 64
#define WH_MAX_DASHES 6

/* A number that changes with zoom, linearly between stops and constant outside; one stop is a
 * constant. */
struct wh_stops {
    size_t n;
    double zoom[WH_MAX_STOPS], value[WH_MAX_STOPS];
};
double wh_stops_at(const struct wh_stops *stops, double zoom);

enum wh_style_kind {
    WH_STYLE_BACKGROUND,
    WH_STYLE_FILL,
    WH_STYLE_LINE,
    WH_STYLE_DENSITY, /* type "raster": where the density lies between the base map's layers */
    WH_STYLE_SYMBOL
};

/* One drawing step. Lengths in CSS pixels (1/96 inch); dashes in multiples of the line's width. */
struct wh_style_layer {
    char id[64];
    enum wh_style_kind kind;
    enum wh_basemap_kind source_layer;
    uint32_t roads; /* bit 1 << enum wh_road of the roads taken; all bits without a filter */
    double min_zoom, max_zoom; /* drawn for min <= zoom < max */
    struct wh_rgb colour;
    double opacity;
    struct wh_stops width;
    double dash[WH_MAX_DASHES];
    size_t n_dashes;
    struct wh_stops text_size;
    struct wh_rgb halo;
    double halo_width;
    bool is_along_line, is_bold;
};

struct wh_style {
    struct wh_rgb ramp[WH_MAX_CLASSES];
    uint32_t n_ramp;
    double class_alpha;
    double fade; /* how much of a map outside its ward is veiled, 0..1 */
    struct wh_rgb blank, hotspot, land;
    char fonts[256]; /* families by falling preference, with commas: as Pango takes them */
    size_t n_layers;
    struct wh_style_layer layer[WH_MAX_LAYERS];
};

/* CIE L* of an sRGB colour (D65), 0..100. */
double wh_rgb_lightness(struct wh_rgb colour);

#endif
