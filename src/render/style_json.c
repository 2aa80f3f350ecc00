/* render/style_json.c: typed reading of a style's JSON; every refusal names the file and the path.
 */
#include "render/style_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

enum wh_status wh_json_parse(const char *file, const struct wh_buf *text, struct wh_json *ret,
                             struct wh_error *err)
{
    json_error_t fault;
    json_t *const root =
        json_loadb(text->ptr != NULL ? text->ptr : "", text->len, JSON_REJECT_DUPLICATES, &fault);
    if (root == NULL) {
        char shown[96];
        return wh_fail_at(err, WH_ERR_CONFIG, file, fault.line > 0 ? (uint64_t)fault.line : 0,
                          fault.column > 0 ? (uint32_t)fault.column : 0, "not JSON: %s",
                          wh_log_escape(wh_str_c(fault.text), shown, sizeof shown));
    }
    *ret = (struct wh_json){.file = file, .value = root};
    return WH_OK;
}

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

enum wh_status wh_json_fail_words(const struct wh_json *at, const char *const *word, size_t n,
                                  struct wh_error *err)
{
    char expected[400] = "expected ";
    size_t len = strlen(expected);
    for (size_t i = 0; i < n && len < sizeof expected; i++) {
        const int wrote = snprintf(expected + len, sizeof expected - len, "%s%s",
                                   i == 0       ? ""
                                   : i + 1 == n ? " or "
                                                : ", ",
                                   word[i]);
        len += wrote > 0 ? (size_t)wrote : 0;
    }
    return wh_json_fail(at, err, expected);
}

enum wh_status wh_json_number(const struct wh_json *at, double low, double high, double *ret,
                              struct wh_error *err)
{
    const double value = json_number_value(at->value);
    if (!json_is_number(at->value) || !(value >= low && value <= high)) {
        char expected[80] = "expected a number";
        if (isfinite(low) && isfinite(high)) {
            snprintf(expected, sizeof expected, "expected a number from %g to %g", low, high);
        }
        return wh_json_fail(at, err, expected);
    }
    *ret = value;
    return WH_OK;
}

enum wh_status wh_json_colour(const struct wh_json *at, struct wh_rgb *ret, struct wh_error *err)
{
    const char *const text = json_string_value(at->value);
    struct wh_colour colour;
    if (text == NULL || !wh_colour_parse(text, &colour) || colour.a < 1) {
        return wh_json_fail(at, err, "expected a colour like \"#c64632\"");
    }
    *ret = wh_colour_rgb(colour);
    return WH_OK;
}

enum wh_status wh_json_text(const struct wh_json *at, size_t most, const char **ret,
                            struct wh_error *err)
{
    const char *const text = json_string_value(at->value);
    if (text == NULL || text[0] == '\0' || strlen(text) > most) {
        char expected[80];
        snprintf(expected, sizeof expected, "expected a text of 1 to %zu bytes", most);
        return wh_json_fail(at, err, expected);
    }
    *ret = text;
    return WH_OK;
}

enum wh_status wh_json_word(const struct wh_json *at, const char *const *word, size_t n,
                            size_t *ret, struct wh_error *err)
{
    const char *const text = json_string_value(at->value);
    for (size_t i = 0; text != NULL && i < n; i++) {
        if (strcmp(text, word[i]) == 0) {
            *ret = i;
            return WH_OK;
        }
    }
    return wh_json_fail_words(at, word, n, err);
}

enum wh_status wh_json_only(const struct wh_json *at, const char *const *known, size_t n,
                            struct wh_error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(at->value)) {
        return wh_json_fail(at, err, "expected an object");
    }
    json_object_foreach(at->value, key, value)
    {
        bool is_known = false;
        for (size_t i = 0; i < n && !is_known; i++) {
            is_known = strcmp(key, known[i]) == 0;
        }
        if (!is_known) {
            char shown[96];
            return wh_fail_at(err, WH_ERR_CONFIG, at->file, 0, 0,
                              "%s%s%s: not one of the members that wardheat draws", at->path,
                              at->path[0] != '\0' ? "." : "",
                              wh_log_escape(wh_str_c(key), shown, sizeof shown));
        }
    }
    return WH_OK;
}
