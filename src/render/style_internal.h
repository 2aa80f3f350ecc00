/* render/style_internal.h: a map style as the drawing code sees it. */
#ifndef WH_RENDER_STYLE_INTERNAL_H
#define WH_RENDER_STYLE_INTERNAL_H

#include "base/arena.h"
#include "base/str.h"
#include "render/basemap.h"
#include "render/style_expr.h"

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
const char *wh_road_name(enum wh_road road);

/* Places people know, largest first: which name wins where two do not fit. */
enum wh_place {
    WH_PLACE_CITY,
    WH_PLACE_TOWN,
    WH_PLACE_VILLAGE,
    WH_PLACE_HAMLET,
    WH_PLACE_LOCALITY,
    WH_N_PLACES
};
const char *wh_place_name(enum wh_place place);

/* Where a layer's features come from. */
enum wh_style_source {
    WH_SOURCE_BASEMAP,    /* with a source-layer: a key of the config's `basemap` */
    WH_SOURCE_DENSITY,    /* the raster of classes */
    WH_SOURCE_SUPPRESSED, /* where the classes may not be shown */
    WH_SOURCE_OUTSIDE,    /* the ground outside the ward, or council, that the map is about */
    WH_SOURCE_WARDS,
    WH_SOURCE_AREA,      /* the ward, or council, that the map is about */
    WH_SOURCE_HOTSPOTS,  /* those that the map is about */
    WH_SOURCE_ELSEWHERE, /* hot spots of other wards */
    WH_N_SOURCES
};
const char *wh_source_name(enum wh_style_source source);
/* What can be asked of a source's features; `source_layer` counts for the base map. */
const struct wh_vocabulary *wh_source_vocabulary(enum wh_style_source source,
                                                 enum wh_basemap_kind source_layer);

/* A ward, or the council as a whole, as a style's expressions see it; either may be NULL. */
struct wh_area_name {
    const char *code, *name;
};
struct wh_subject wh_area_subject(const struct wh_area_name *area);

enum wh_style_kind {
    WH_STYLE_BACKGROUND,
    WH_STYLE_FILL,
    WH_STYLE_LINE,
    WH_STYLE_CIRCLE,
    WH_STYLE_SYMBOL,
    WH_STYLE_RASTER,
    WH_N_STYLE_KINDS
};

/* What of a layer can be an expression. */
enum wh_slot {
    WH_SLOT_COLOUR,
    WH_SLOT_OPACITY,
    WH_SLOT_EDGE,  /* colour of a fill's outline, a circle's stroke, a text's halo */
    WH_SLOT_WIDTH, /* of a line, a circle's stroke, a halo: pixels */
    WH_SLOT_SIZE,  /* a circle's radius, a text's size: pixels */
    WH_SLOT_TEXT,
    WH_SLOT_PRIORITY, /* lower: placed earlier */
    WH_N_SLOTS
};

enum wh_line_cap { WH_CAP_BUTT, WH_CAP_ROUND, WH_CAP_SQUARE };
enum wh_line_join { WH_JOIN_BEVEL, WH_JOIN_ROUND, WH_JOIN_MITER };
enum wh_anchor {
    WH_ANCHOR_CENTRE,
    WH_ANCHOR_LEFT,
    WH_ANCHOR_RIGHT,
    WH_ANCHOR_TOP,
    WH_ANCHOR_BOTTOM
};

/* Lines of x + y = a multiple of the spacing, pixels. */
struct wh_pattern {
    char name[32];
    struct wh_rgb colour;
    double spacing, width;
};

#define WH_MAX_LAYERS 96
#define WH_MAX_DASHES 6
#define WH_MAX_PATTERNS 4

/* One drawing step. Lengths in CSS pixels (1/96 inch); dashes in multiples of the line's width. */
struct wh_style_layer {
    char id[64];
    enum wh_style_kind kind;
    enum wh_style_source source; /* counts for all but the background */
    enum wh_basemap_kind source_layer;
    bool is_hidden;
    double min_zoom, max_zoom;              /* drawn for min <= zoom < max */
    const struct wh_expr *filter;           /* NULL: all features */
    const struct wh_expr *slot[WH_N_SLOTS]; /* NULL: the default */
    bool asks_feature; /* some slot but the text: features cannot be drawn all alike */
    const struct wh_pattern *pattern; /* of a fill instead of the colour, or NULL */
    bool has_outline;
    enum wh_line_cap cap;
    enum wh_line_join join;
    double dash[WH_MAX_DASHES];
    size_t n_dashes;
    bool is_along_line;
    enum wh_anchor anchor;
    double max_width_em, spacing_px;
    char families[256]; /* by falling preference, with commas: as Pango takes them */
    int weight;         /* 100..900, CSS */
    bool is_italic;
};

struct wh_ramp {
    char name[64];
    enum wh_ramp_kind kind;
    struct wh_rgb colour[WH_MAX_CLASSES + 1]
                        [WH_MAX_CLASSES]; /* [n] holds the n colours of n classes */
};
#define WH_RAMP_LEAST 5u /* ACCEPTANCE.md A4: 5 to 7 classes */

struct wh_style {
    struct wh_arena arena; /* expressions and their texts */
    struct wh_buf text;    /* the file */
    char fonts[256];       /* of what is not on the map: families with commas */
    struct wh_ramp ramp[WH_N_RAMPS];
    size_t n_patterns;
    struct wh_pattern pattern[WH_MAX_PATTERNS];
    struct wh_rgb blank, hotspot, land;
    struct wh_mark mark[2]; /* of a hot spot; of one that is gone */
    struct wh_rgb veil; /* over the ground outside the map's ward; white where the style has none */
    double class_alpha;
    size_t n_layers;
    struct wh_style_layer layer[WH_MAX_LAYERS];
};

bool wh_layer_is_on(const struct wh_style_layer *layer, double zoom);
bool wh_layer_takes(const struct wh_style_layer *layer, const struct wh_subject *subject);
/* What a slot says, or its default where it says nothing fitting. */
double wh_layer_number(const struct wh_style_layer *layer, enum wh_slot slot, double zoom,
                       const struct wh_subject *subject);
/* Its opacity is in alpha. */
struct wh_colour wh_layer_colour(const struct wh_style_layer *layer, enum wh_slot slot, double zoom,
                                 const struct wh_subject *subject);
/* The text, or a number written out into `room`; "" where there is none. */
const char *wh_layer_text(const struct wh_style_layer *layer, double zoom,
                          const struct wh_subject *subject, char room[32]);

#endif
