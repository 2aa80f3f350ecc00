/* render/basemap_class.c: what the many vocabularies of map makers mean to us. */
#include <string.h>

#include "base/str.h"
#include "render/basemap_internal.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

struct word {
    const char *text;
    uint8_t sort;
};

/* Compared whole, ignoring case. OS Open Roads and OS VectorMap District, OpenStreetMap's
 * highway=*, our own fixtures. */
static const struct word ROADS[] = {
    {"motorway", WH_ROAD_MOTORWAY},
    {"motorway_link", WH_ROAD_MOTORWAY},
    {"m", WH_ROAD_MOTORWAY},
    {"a road", WH_ROAD_PRIMARY},
    {"a", WH_ROAD_PRIMARY},
    {"primary road", WH_ROAD_PRIMARY},
    {"primary", WH_ROAD_PRIMARY},
    {"primary_link", WH_ROAD_PRIMARY},
    {"trunk", WH_ROAD_PRIMARY},
    {"trunk_link", WH_ROAD_PRIMARY},
    {"b road", WH_ROAD_SECONDARY},
    {"b", WH_ROAD_SECONDARY},
    {"secondary", WH_ROAD_SECONDARY},
    {"secondary_link", WH_ROAD_SECONDARY},
    {"minor road", WH_ROAD_MINOR},
    {"minor", WH_ROAD_MINOR},
    {"tertiary", WH_ROAD_MINOR},
    {"tertiary_link", WH_ROAD_MINOR},
    {"unclassified", WH_ROAD_MINOR},
    {"classified unnumbered", WH_ROAD_MINOR},
    {"footway", WH_ROAD_PATH},
    {"path", WH_ROAD_PATH},
    {"cycleway", WH_ROAD_PATH},
    {"bridleway", WH_ROAD_PATH},
    {"steps", WH_ROAD_PATH},
    {"track", WH_ROAD_PATH},
    {"pedestrianised street", WH_ROAD_LOCAL},
    {"shared use carriageway", WH_ROAD_LOCAL},
};

/* OS VectorMap adds facts after a comma: "A Road, Collapsed Dual Carriageway". */
enum wh_road wh_road_from_words(const char *words)
{
    if (words == NULL) {
        return WH_ROAD_LOCAL;
    }
    const struct wh_str whole = wh_str_c(words);
    const struct wh_str text = wh_str_trim(wh_str_slice(whole, 0, wh_str_find(whole, ',')));
    for (size_t i = 0; i < N_OF(ROADS); i++) {
        if (wh_str_eq_fold(text, wh_str_c(ROADS[i].text))) {
            return (enum wh_road)ROADS[i].sort;
        }
    }
    return WH_ROAD_LOCAL;
}

static const struct word PLACES[] = {
    {"city", WH_PLACE_CITY},
    {"town", WH_PLACE_TOWN},
    {"borough", WH_PLACE_TOWN},
    {"village", WH_PLACE_VILLAGE},
    {"suburb", WH_PLACE_VILLAGE},
    {"suburban area", WH_PLACE_VILLAGE},
    {"district", WH_PLACE_VILLAGE},
    {"quarter", WH_PLACE_VILLAGE},
    {"hamlet", WH_PLACE_HAMLET},
    {"other settlement", WH_PLACE_HAMLET},
    {"neighbourhood", WH_PLACE_HAMLET},
};

static bool is_in_capitals(const char *name)
{
    bool has_capital = false;
    for (; name != NULL && *name != '\0'; name++) {
        if (*name >= 'a' && *name <= 'z') {
            return false;
        }
        has_capital |= *name >= 'A' && *name <= 'Z';
    }
    return has_capital;
}

enum wh_place wh_place_from_words(const char *words, const char *name)
{
    if (words == NULL) {
        return is_in_capitals(name) ? WH_PLACE_TOWN : WH_PLACE_VILLAGE;
    }
    const struct wh_str text = wh_str_trim(wh_str_c(words));
    for (size_t i = 0; i < N_OF(PLACES); i++) {
        if (wh_str_eq_fold(text, wh_str_c(PLACES[i].text))) {
            return (enum wh_place)PLACES[i].sort;
        }
    }
    return WH_PLACE_LOCALITY;
}

static struct wh_value text_value(const char *text)
{
    return text == NULL ? (struct wh_value){.kind = WH_VALUE_NULL}
                        : (struct wh_value){.kind = WH_VALUE_TEXT, .text = text};
}

static struct wh_value plain_property(const void *feature, const char *property)
{
    const struct wh_map_feature *const f = feature;
    return text_value(strcmp(property, "name") == 0 ? f->name : NULL);
}

static struct wh_value road_property(const void *feature, const char *property)
{
    const struct wh_map_feature *const f = feature;
    return strcmp(property, "class") == 0 ? text_value(wh_road_name((enum wh_road)f->sort))
                                          : plain_property(feature, property);
}

static struct wh_value place_property(const void *feature, const char *property)
{
    const struct wh_map_feature *const f = feature;
    return strcmp(property, "class") == 0 ? text_value(wh_place_name((enum wh_place)f->sort))
                                          : plain_property(feature, property);
}

struct wh_subject wh_map_subject(enum wh_basemap_kind kind, const struct wh_map_feature *feature)
{
    return (struct wh_subject){.feature = feature,
                               .get = kind == WH_BASEMAP_ROADS    ? road_property
                                      : kind == WH_BASEMAP_PLACES ? place_property
                                                                  : plain_property,
                               .geometry = feature->kind};
}
