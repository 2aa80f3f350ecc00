/* render/style_json.c: typed reading of a style's JSON; every refusal names the file and the path.
 */
#include "render/style_json.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"

struct wh_json wh_json_member(const struct wh_json *at, const char *key)
{
    struct wh_json member = {.file = at->file, .value = json_object_get(at->value, key)};
    snprintf(member.path, sizeof member.path, "%.100s%s%.48s", at->path,
             at->path[0] != '\0' ? "." : "", key);
    return member;
}

struct wh_json wh_json_element(const struct wh_json *at, size_t idx)
{
    struct wh_json element = {.file = at->file, .value = json_array_get(at->value, idx)};
    snprintf(element.path, sizeof element.path, "%.120s[%zu]", at->path, idx);
    return element;
}

enum wh_status wh_json_fail(const struct wh_json *at, struct wh_error *err, const char *expected)
{
    return wh_fail_at(err, WH_ERR_CONFIG, at->file, 0, 0, "%s: %s, %s",
                      at->path[0] != '\0' ? at->path : "the whole file",
                      at->value == NULL ? "missing" : "not understood", expected);
}

enum wh_status wh_json_number(const struct wh_json *at, double low, double high, double *ret,
                              struct wh_error *err)
{
    const double value = json_is_number(at->value) ? json_number_value(at->value) : low - 1;
    if (!(value >= low && value <= high)) {
        char expected[80];
        snprintf(expected, sizeof expected, "expected a number from %g to %g", low, high);
        return wh_json_fail(at, err, expected);
    }
    *ret = value;
    return WH_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

enum wh_status wh_json_colour(const struct wh_json *at, struct wh_rgb *ret, struct wh_error *err)
{
    const char *const text = json_string_value(at->value);
    const size_t len = text != NULL ? strlen(text) : 0;
    int digit[6];
    bool is_colour = (len == 4 || len == 7) && text[0] == '#';
    for (size_t i = 0; is_colour && i < 6; i++) {
        digit[i] = hex_digit(len == 7 ? text[1 + i] : text[1 + i / 2]);
        is_colour = digit[i] >= 0;
    }
    if (!is_colour) {
        return wh_json_fail(at, err, "expected a colour like \"#c64632\"");
    }
    *ret = (struct wh_rgb){(uint8_t)(digit[0] * 16 + digit[1]), (uint8_t)(digit[2] * 16 + digit[3]),
                           (uint8_t)(digit[4] * 16 + digit[5])};
    return WH_OK;
}

/* Adds one stop; zooms must rise. */
static enum wh_status add_stop(const struct wh_json *at_zoom, const struct wh_json *at_value,
                               double low, double high, struct wh_stops *stops,
                               struct wh_error *err)
{
    double zoom = 0, value = 0;
    if (stops->n == WH_MAX_STOPS) {
        return wh_json_fail(at_zoom, err, "expected at most 8 stops");
    }
    enum wh_status status = wh_json_number(at_zoom, 0, 24, &zoom, err);
    if (status == WH_OK) {
        status = wh_json_number(at_value, low, high, &value, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (stops->n > 0 && !(zoom > stops->zoom[stops->n - 1])) {
        return wh_json_fail(at_zoom, err, "expected zooms that rise");
    }
    stops->zoom[stops->n] = zoom;
    stops->value[stops->n] = value;
    stops->n++;
    return WH_OK;
}

static bool is_word_list(const json_t *value, const char *word)
{
    const char *const text = json_string_value(json_array_get(value, 0));
    return json_array_size(value) == 1 && text != NULL && strcmp(text, word) == 0;
}

static bool is_interpolate(const json_t *value)
{
    const char *const text = json_string_value(json_array_get(value, 0));
    return text != NULL && strcmp(text, "interpolate") == 0 &&
           is_word_list(json_array_get(value, 1), "linear") &&
           is_word_list(json_array_get(value, 2), "zoom");
}

enum wh_status wh_json_stops(const struct wh_json *at, double low, double high,
                             struct wh_stops *ret, struct wh_error *err)
{
    struct wh_stops stops = {0};
    enum wh_status status = WH_OK;
    if (json_is_number(at->value)) {
        status = wh_json_number(at, low, high, &stops.value[0], err);
        stops.n = 1;
    } else if (is_interpolate(at->value)) {
        const size_t n = json_array_size(at->value);
        for (size_t i = 3; i < n && status == WH_OK; i += 2) {
            const struct wh_json zoom = wh_json_element(at, i), value = wh_json_element(at, i + 1);
            status = add_stop(&zoom, &value, low, high, &stops, err);
        }
    } else if (json_is_object(at->value)) {
        const struct wh_json list = wh_json_member(at, "stops");
        for (size_t i = 0; i < json_array_size(list.value) && status == WH_OK; i++) {
            const struct wh_json pair = wh_json_element(&list, i);
            const struct wh_json zoom = wh_json_element(&pair, 0);
            const struct wh_json value = wh_json_element(&pair, 1);
            status = add_stop(&zoom, &value, low, high, &stops, err);
        }
    }
    if (status == WH_OK && stops.n == 0) {
        return wh_json_fail(at, err,
                            "expected a number or [\"interpolate\", [\"linear\"], [\"zoom\"], "
                            "zoom, value, ...]");
    }
    if (status == WH_OK) {
        *ret = stops;
    }
    return status;
}

enum wh_status wh_json_only(const struct wh_json *at, const char *const *known, size_t n,
                            struct wh_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach(at->value, key, value)
    {
        bool is_known = false;
        for (size_t i = 0; i < n && !is_known; i++) {
            is_known = strcmp(key, known[i]) == 0;
        }
        if (!is_known) {
            char shown[96];
            return wh_fail_at(err, WH_ERR_CONFIG, at->file, 0, 0,
                              "%s.%s: not one of the members that wardheat draws", at->path,
                              wh_log_escape(wh_str_c(key), shown, sizeof shown));
        }
    }
    return WH_OK;
}
