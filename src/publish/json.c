/* publish/json.c: indented by two blanks, or on one line. */
#include "publish/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/time.h"

static void new_line(struct wh_json *json)
{
    if (json->is_compact) {
        return;
    }
    wh_buf_char(json->buf, '\n');
    for (int i = 0; i < json->depth; i++) {
        wh_buf_c(json->buf, "  ");
    }
}

/* Comma, line end and key before a value. */
static void begin(struct wh_json *json, const char *key)
{
    if (json->has_sibling) {
        wh_buf_char(json->buf, ',');
    }
    if (json->depth > 0) {
        new_line(json);
    }
    if (key != NULL) {
        wh_buf_char(json->buf, '"');
        wh_buf_json(json->buf, wh_str_c(key));
        wh_buf_c(json->buf, json->is_compact ? "\":" : "\": ");
    }
    json->has_sibling = true;
}

static void open_level(struct wh_json *json, const char *key, char bracket)
{
    begin(json, key);
    wh_buf_char(json->buf, bracket);
    json->depth++;
    json->has_sibling = false;
}

static void close_level(struct wh_json *json, char bracket)
{
    const bool is_empty = !json->has_sibling;
    json->depth--;
    if (!is_empty) {
        new_line(json);
    }
    wh_buf_char(json->buf, bracket);
    json->has_sibling = true;
}

void wh_json_object(struct wh_json *json, const char *key)
{
    open_level(json, key, '{');
}

void wh_json_object_end(struct wh_json *json)
{
    close_level(json, '}');
}

void wh_json_array(struct wh_json *json, const char *key)
{
    open_level(json, key, '[');
}

void wh_json_array_end(struct wh_json *json)
{
    close_level(json, ']');
}

void wh_json_text(struct wh_json *json, const char *key, const char *text)
{
    if (text == NULL) {
        wh_json_null(json, key);
        return;
    }
    begin(json, key);
    wh_buf_char(json->buf, '"');
    wh_buf_json(json->buf, wh_str_c(text));
    wh_buf_char(json->buf, '"');
}

void wh_json_count(struct wh_json *json, const char *key, uint64_t n)
{
    begin(json, key);
    wh_buf_printf(json->buf, "%" PRIu64, n);
}

void wh_json_int(struct wh_json *json, const char *key, int64_t n)
{
    begin(json, key);
    wh_buf_printf(json->buf, "%" PRId64, n);
}

void wh_json_bool(struct wh_json *json, const char *key, bool is_true)
{
    begin(json, key);
    wh_buf_c(json->buf, is_true ? "true" : "false");
}

void wh_json_null(struct wh_json *json, const char *key)
{
    begin(json, key);
    wh_buf_c(json->buf, "null");
}

void wh_json_real(struct wh_json *json, const char *key, double value, int decimals)
{
    begin(json, key);
    const size_t from = json->buf->len;
    wh_buf_number(json->buf, value, decimals);
    if (isfinite(value) && !json->buf->failed &&
        memchr(json->buf->ptr + from, '.', json->buf->len - from) == NULL) {
        wh_buf_c(json->buf, ".0");
    }
}

void wh_json_day(struct wh_json *json, const char *key, int64_t day)
{
    char text[16];
    wh_json_text(json, key, wh_format_day(day, text, sizeof text));
}
