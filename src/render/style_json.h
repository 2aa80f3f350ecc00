/* render/style_json.h: reading a style's JSON with the place of every value at hand for messages.
 */
#ifndef WH_RENDER_STYLE_JSON_H
#define WH_RENDER_STYLE_JSON_H

#include <jansson.h>

#include "base/str.h"
#include "render/style_internal.h"

/* A value and where it stands: "layers[3].paint.line-width". */
struct wh_json {
    const char *file;
    json_t *value; /* borrowed; NULL: absent */
    char path[160];
};

/* Parses a whole file; WH_ERR_CONFIG with line and column. Caller json_decref()s `ret->value`. */
WH_MUST_USE enum wh_status wh_json_parse(const char *file, const struct wh_buf *text,
                                         struct wh_json *ret, struct wh_error *err);

/* A member of an object, or an element of an array; value NULL when there is none. */
struct wh_json wh_json_member(const struct wh_json *at, const char *key);
struct wh_json wh_json_element(const struct wh_json *at, size_t idx);

/* "styles/x.json: layers[3].paint.line-width: <what was expected>"; WH_ERR_CONFIG. */
enum wh_status wh_json_fail(const struct wh_json *at, struct wh_error *err, const char *expected);
/* The same with "expected one, another or a third". */
enum wh_status wh_json_fail_words(const struct wh_json *at, const char *const *word, size_t n,
                                  struct wh_error *err);

/* All refuse what is absent or of another kind, and leave *ret as it was then. */
WH_MUST_USE enum wh_status wh_json_number(const struct wh_json *at, double low, double high,
                                          double *ret, struct wh_error *err);
WH_MUST_USE enum wh_status wh_json_colour(const struct wh_json *at, struct wh_rgb *ret,
                                          struct wh_error *err);
WH_MUST_USE enum wh_status wh_json_text(const struct wh_json *at, size_t most, const char **ret,
                                        struct wh_error *err);
/* One of n words; *ret is which. */
WH_MUST_USE enum wh_status wh_json_word(const struct wh_json *at, const char *const *word, size_t n,
                                        size_t *ret, struct wh_error *err);
/* Refuses what is no object, and members that are not in the list of n. */
WH_MUST_USE enum wh_status wh_json_only(const struct wh_json *at, const char *const *known,
                                        size_t n, struct wh_error *err);

/* One member of "layers" of a style whose patterns are known. */
WH_MUST_USE enum wh_status wh_style_read_layer(const struct wh_json *at, struct wh_style *style,
                                               struct wh_style_layer *ret, struct wh_error *err);
/* A whole style but its ramps. Caller destroys it. */
WH_MUST_USE enum wh_status wh_style_parse(struct wh_ctx *ctx, const char *file,
                                          const struct wh_buf *text, struct wh_style **ret,
                                          struct wh_error *err);
WH_MUST_USE enum wh_status wh_ramp_read(const struct wh_json *at, enum wh_ramp_kind kind,
                                        struct wh_ramp *ret, struct wh_error *err);

#endif
