/* publish/json.h: JSON written in a fixed order, on top of struct wh_buf; commas and indents are its own business. */
#ifndef WH_PUBLISH_JSON_H
#define WH_PUBLISH_JSON_H

#include "base/str.h"

/*
 * A writer over a buffer that the caller owns. Members of an object are written by the functions with a key; NULL as the key
 * writes an element of an array. A NULL text is null. Failure sticks in the buffer.
 */
struct wh_json {
    struct wh_buf *buf;
    int depth;
    bool has_sibling; /* something stands before the next value on this level */
    bool is_compact;  /* no line ends: one feature a line in GeoJSON */
};

void wh_json_object(struct wh_json *json, const char *key);
void wh_json_object_end(struct wh_json *json);
void wh_json_array(struct wh_json *json, const char *key);
void wh_json_array_end(struct wh_json *json);
void wh_json_text(struct wh_json *json, const char *key, const char *text);
void wh_json_count(struct wh_json *json, const char *key, uint64_t n);
void wh_json_int(struct wh_json *json, const char *key, int64_t n);
void wh_json_bool(struct wh_json *json, const char *key, bool is_true);
void wh_json_null(struct wh_json *json, const char *key);
/* At most `decimals`, at least one, so that readers see the same type every night; NaN is null. */
void wh_json_real(struct wh_json *json, const char *key, double value, int decimals);
/* A day as "2026-11-03". */
void wh_json_day(struct wh_json *json, const char *key, int64_t day);

#endif
