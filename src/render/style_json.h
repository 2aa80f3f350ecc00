/* render/style_json.h: reading a style's JSON with the place of every value at hand for messages.
 */
#ifndef WH_RENDER_STYLE_JSON_H
#define WH_RENDER_STYLE_JSON_H

#include <jansson.h>

#include "render/style_internal.h"

/* A value and where it stands: "layers[3].paint.line-width". */
struct wh_json {
    const char *file;
    json_t *value; /* borrowed; NULL: absent */
    char path[160];
};

/* A member of an object, or an element of an array; value NULL when there is none. */
struct wh_json wh_json_member(const struct wh_json *at, const char *key);
struct wh_json wh_json_element(const struct wh_json *at, size_t idx);

/* "styles/x.json: layers[3].paint.line-width: <what was expected>"; WH_ERR_CONFIG. */
enum wh_status wh_json_fail(const struct wh_json *at, struct wh_error *err, const char *expected);

/* All refuse what is absent or of another kind, and leave *ret as it was then. */
WH_MUST_USE enum wh_status wh_json_number(const struct wh_json *at, double low, double high,
                                          double *ret, struct wh_error *err);
WH_MUST_USE enum wh_status wh_json_colour(const struct wh_json *at, struct wh_rgb *ret,
                                          struct wh_error *err);
/* A number, {"stops": [[zoom, value], ...]} or ["interpolate", ["linear"], ["zoom"], zoom, value,
 * ...]. */
WH_MUST_USE enum wh_status wh_json_stops(const struct wh_json *at, double low, double high,
                                         struct wh_stops *ret, struct wh_error *err);
/* Refuses members that are not in the list of n. */
WH_MUST_USE enum wh_status wh_json_only(const struct wh_json *at, const char *const *known,
                                        size_t n, struct wh_error *err);

/* One member of "layers". */
WH_MUST_USE enum wh_status wh_style_read_layer(const struct wh_json *at, struct wh_style_layer *ret,
                                               struct wh_error *err);

#endif
