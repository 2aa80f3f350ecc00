/* tests/render/made_style.h: the least that a style must say, for tests to add to. */
#ifndef WH_TEST_MADE_STYLE_H
#define WH_TEST_MADE_STYLE_H

#define MADE_METADATA                                                                              \
    "\"metadata\": {\"wardheat:ramps\": {\"sequential\": \"heat\", \"diverging\": \"change\", "    \
    "\"categorical\": \"kinds\"}, \"wardheat:patterns\": {\"hatch\": {\"color\": \"#d9d7d2\", "    \
    "\"spacing\": 4, \"width\": 0.6}}, \"wardheat:fonts\": [\"Inter\", \"DejaVu Sans\"]}"
#define MADE_SOURCES                                                                               \
    "\"sources\": {\"basemap\": {\"type\": \"vector\"}, \"density\": {}, \"suppressed\": {}, "     \
    "\"hotspots\": {}, \"wards\": {}}"
#define MADE_LAND                                                                                  \
    "{\"id\": \"land\", \"type\": \"background\", \"paint\": {\"background-color\": \"#fff\"}}"
#define MADE_DENSITY                                                                               \
    "{\"id\": \"density\", \"type\": \"raster\", \"source\": \"density\", "                        \
    "\"paint\": {\"raster-opacity\": 0.8}}"
#define MADE_BLANK                                                                                 \
    "{\"id\": \"blank\", \"type\": \"fill\", \"source\": \"suppressed\", "                         \
    "\"paint\": {\"fill-pattern\": \"hatch\"}}"
#define MADE_HOTSPOTS                                                                              \
    "{\"id\": \"hotspots\", \"type\": \"line\", \"source\": \"hotspots\", "                        \
    "\"paint\": {\"line-color\": \"#123456\"}}"
/* Layers 0 to 3. */
#define MADE_LAYERS MADE_LAND ", " MADE_DENSITY ", " MADE_BLANK ", " MADE_HOTSPOTS
#define MADE_HEAD "{\"version\": 8, " MADE_METADATA ", " MADE_SOURCES ", "
#define MADE_STYLE MADE_HEAD "\"layers\": [" MADE_LAYERS "]}"

#endif
