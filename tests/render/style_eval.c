/*
 * tests/render/style_eval.c: works expressions out for expressions.mjs. Standard input: a line each
 * of ["number" | "text" | "color" | "boolean", expression, zoom, {properties}, "Point" | ...].
 * Standard output: a line each: the value, or {"fault": true}, or {"refused": "why"}.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "render/style_json.h"

static const char *const PROPERTIES[] = {"class", "name", "rank", "size", "hot"};
static const struct wh_vocabulary VOCABULARY = {"made", PROPERTIES,
                                                sizeof PROPERTIES / sizeof PROPERTIES[0], NULL, 0};

static struct wh_value get(const void *feature, const char *property)
{
    const json_t *const value = json_object_get(feature, property);
    if (json_is_string(value)) {
        return (struct wh_value){.kind = WH_VALUE_TEXT, .text = json_string_value(value)};
    }
    if (json_is_number(value)) {
        return (struct wh_value){.kind = WH_VALUE_NUMBER, .number = json_number_value(value)};
    }
    if (json_is_boolean(value)) {
        return (struct wh_value){.kind = WH_VALUE_BOOL, .is_true = json_is_true(value)};
    }
    return (struct wh_value){.kind = WH_VALUE_NULL};
}

static json_t *told(const struct wh_value *value)
{
    switch (value->kind) {
    case WH_VALUE_BOOL:
        return json_boolean(value->is_true);
    case WH_VALUE_NUMBER:
        return json_real(value->number);
    case WH_VALUE_TEXT:
        return json_string(value->text);
    case WH_VALUE_COLOUR:
        return json_pack("[ffff]", value->colour.r, value->colour.g, value->colour.b,
                         value->colour.a);
    case WH_VALUE_NULL:
        return json_null();
    case WH_VALUE_FAULT:
        break;
    }
    return json_pack("{sb}", "fault", 1);
}

static enum wh_value_kind kind_of(const char *word)
{
    return strcmp(word, "number") == 0  ? WH_VALUE_NUMBER
           : strcmp(word, "color") == 0 ? WH_VALUE_COLOUR
           : strcmp(word, "text") == 0  ? WH_VALUE_TEXT
                                        : WH_VALUE_BOOL;
}

static enum wh_geometry geometry_of(const char *word)
{
    return strcmp(word, "Point") == 0        ? WH_GEOMETRY_POINT
           : strcmp(word, "LineString") == 0 ? WH_GEOMETRY_LINE
                                             : WH_GEOMETRY_POLYGON;
}

static json_t *work_out(struct wh_ctx *ctx, json_t *line)
{
    const struct wh_json at = {.file = "line", .value = json_array_get(line, 1)};
    const struct wh_expr_want want = {.kind = kind_of(json_string_value(json_array_get(line, 0))),
                                      .low = -1e9,
                                      .high = 1e9,
                                      .may_zoom = true,
                                      .vocabulary = &VOCABULARY};
    const struct wh_subject subject = {json_array_get(line, 3), get,
                                       geometry_of(json_string_value(json_array_get(line, 4)))};
    const double zoom = json_number_value(json_array_get(line, 2));
    const struct wh_expr *expr = NULL;
    struct wh_error err = {0};
    struct wh_arena arena;
    json_t *ret;
    wh_arena_init(&arena, ctx);
    if (wh_expr_compile(&at, &want, &arena, &expr, &err) != WH_OK) {
        ret = json_pack("{ss}", "refused", err.message);
    } else {
        struct wh_value value = wh_expr_value(expr, zoom, &subject);
        if (want.kind == WH_VALUE_TEXT && value.kind == WH_VALUE_NULL) {
            value = (struct wh_value){.kind = WH_VALUE_TEXT, .text = ""};
        }
        const bool is_written = want.kind == WH_VALUE_TEXT &&
                                (value.kind == WH_VALUE_NUMBER || value.kind == WH_VALUE_BOOL);
        value.kind = value.kind == want.kind || is_written ? value.kind : WH_VALUE_FAULT;
        ret = told(&value);
    }
    wh_arena_finish(&arena);
    return ret;
}

int main(void)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    static char text[1 << 16];
    if (wh_ctx_create(NULL, &ctx, &err) != WH_OK) {
        return 1;
    }
    while (fgets(text, sizeof text, stdin) != NULL) {
        json_t *const line = json_loads(text, 0, NULL);
        json_t *const value = work_out(ctx, line);
        json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(17));
        (void)putchar('\n');
        json_decref(value);
        json_decref(line);
    }
    wh_ctx_destroy(ctx);
    return 0;
}
