/* render/style_sources.c: what a style's layers can draw, and what their features can be asked. */
#include <string.h>

#include "render/style_internal.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const ROADS[WH_N_ROADS] = {"motorway", "primary", "secondary",
                                              "minor",    "local",   "path"};
static const char *const PLACES[WH_N_PLACES] = {"city", "town", "village", "hamlet", "locality"};
static const char *const SOURCES[WH_N_SOURCES] = {"basemap", "density", "suppressed", "outside",
                                                  "wards",   "area",    "hotspots",   "elsewhere"};

static const char *const NAMED[] = {"name"};
static const char *const CLASSED[] = {"class", "name"};
static const char *const WARD[] = {"code", "name"};
static const char *const HOTSPOT[] = {"theme", "trend", "rank", "name", "firmness"};

#define PLAIN(word)                                                                                \
    {                                                                                              \
        .name = word, .property = NAMED, .n_properties = N_OF(NAMED)                               \
    }
#define CLASSES(word, list)                                                                        \
    {                                                                                              \
        .name = word, .property = CLASSED, .n_properties = N_OF(CLASSED), .class_word = list,      \
        .n_class_words = N_OF(list)                                                                \
    }
static const struct wh_vocabulary BASEMAP[WH_N_BASEMAP] = {
    [WH_BASEMAP_WATER] = PLAIN("water"),
    [WH_BASEMAP_GREEN] = PLAIN("green"),
    [WH_BASEMAP_WOODLAND] = PLAIN("woodland"),
    [WH_BASEMAP_BUILDINGS] = PLAIN("buildings"),
    [WH_BASEMAP_RAIL] = PLAIN("rail"),
    [WH_BASEMAP_ROADS] = CLASSES("roads", ROADS),
    [WH_BASEMAP_PLACES] = CLASSES("places", PLACES),
    [WH_BASEMAP_BOUNDARIES] = PLAIN("boundaries"),
};
#undef PLAIN
#undef CLASSES
static const struct wh_vocabulary WARDS = {"wards", WARD, N_OF(WARD), NULL, 0};
static const struct wh_vocabulary HOTSPOTS = {"hotspots", HOTSPOT, N_OF(HOTSPOT), NULL, 0};

const char *wh_road_name(enum wh_road road)
{
    return ROADS[road];
}

const char *wh_place_name(enum wh_place place)
{
    return PLACES[place];
}

const char *wh_source_name(enum wh_style_source source)
{
    return SOURCES[source];
}

const struct wh_vocabulary *wh_source_vocabulary(enum wh_style_source source,
                                                 enum wh_basemap_kind source_layer)
{
    switch (source) {
    case WH_SOURCE_BASEMAP:
        return &BASEMAP[source_layer];
    case WH_SOURCE_WARDS:
    case WH_SOURCE_AREA:
        return &WARDS;
    case WH_SOURCE_HOTSPOTS:
    case WH_SOURCE_ELSEWHERE:
        return &HOTSPOTS;
    case WH_SOURCE_DENSITY:
    case WH_SOURCE_SUPPRESSED:
    case WH_SOURCE_OUTSIDE:
    case WH_N_SOURCES:
        break;
    }
    return NULL;
}

static struct wh_value area_property(const void *feature, const char *property)
{
    const struct wh_area_name *const area = feature;
    const char *const text = strcmp(property, "code") == 0 ? area->code : area->name;
    return text == NULL ? (struct wh_value){.kind = WH_VALUE_NULL}
                        : (struct wh_value){.kind = WH_VALUE_TEXT, .text = text};
}

struct wh_subject wh_area_subject(const struct wh_area_name *area)
{
    return (struct wh_subject){area, area_property, WH_GEOMETRY_POLYGON};
}
