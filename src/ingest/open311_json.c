/* ingest/open311_json.c: [{"service_request_id": ...}, ...], read whole. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "ingest/open311.h"

#define MOST_BYTES (64u << 20)
#define MOST_TEXT (1u << 20) /* bytes of one request, as of a CSV's line */

struct json_document {
    struct open311_document base;
    json_t *root, *list; /* `list` is borrowed from `root` */
    size_t n;            /* requests given */
    struct wh_buf text;
    size_t *end; /* of each value in `text` */
    uint64_t n_bytes;
    enum wh_status read_status; /* of the last read */
    struct wh_error read_error;
};

/* jansson asks for bytes; SIZE_MAX stops it. */
static size_t read_bytes(void *buffer, size_t size, void *user)
{
    struct json_document *const json = user;
    const struct open311_source *const source = &json->base.source;
    size_t n = 0;
    json->read_status = source->read(source->user, buffer, size, &n, &json->read_error);
    json->n_bytes += n;
    if (json->read_status == WH_OK && json->n_bytes > MOST_BYTES) {
        json->read_status = wh_fail_at(&json->read_error, WH_ERR_INPUT, source->path, 0, 0,
                                       "more than 64 MiB of JSON: export it in parts");
    }
    return json->read_status == WH_OK ? n : SIZE_MAX;
}

static enum wh_status fail_json(const struct json_document *json, const json_error_t *why,
                                struct wh_error *err)
{
    if (json->read_status != WH_OK) {
        *err = json->read_error;
        return json->read_status;
    }
    if (json_error_code(why) == json_error_out_of_memory) {
        return wh_fail_memory(json->base.source.ctx, err);
    }
    char shown[128];
    return wh_fail_at(err, WH_ERR_INPUT, json->base.source.path,
                      why->line > 0 ? (uint64_t)why->line : 0,
                      why->column > 0 ? (uint32_t)why->column : 0, "not valid JSON: %s",
                      wh_log_escape(wh_str_c(why->text), shown, sizeof shown));
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *const text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* GeoReport v2: [{"code": 404, "description": "..."}]. */
static bool is_errors(const json_t *list)
{
    const json_t *const first = json_array_get(list, 0);
    return json_is_object(first) && json_object_get(first, "code") != NULL &&
           json_object_get(first, "description") != NULL &&
           json_object_get(first, "service_request_id") == NULL;
}

static enum wh_status find_list(struct json_document *json, struct wh_error *err)
{
    const char *const path = json->base.source.path;
    json->list =
        json_is_object(json->root) ? json_object_get(json->root, "service_requests") : json->root;
    if (!json_is_array(json->list)) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "not a list of requests");
    }
    if (is_errors(json->list)) {
        char shown[96];
        return wh_fail_at(
            err, WH_ERR_INPUT, path, 0, 0, "an error instead of requests: %s",
            wh_log_escape(wh_str_c(text_of(json_array_get(json->list, 0), "description")), shown,
                          sizeof shown));
    }
    return WH_OK;
}

static void add_value(struct wh_buf *text, const json_t *value)
{
    if (json_is_string(value)) {
        wh_buf_add(text, json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        wh_buf_printf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        wh_buf_printf(text, "%.17g", json_real_value(value));
    } else if (json_is_boolean(value)) {
        wh_buf_c(text, json_is_true(value) ? "true" : "false");
    }
}

/* "a", or "a.b" of the object a. */
static const json_t *find_value(const json_t *request, const char *name)
{
    const char *const point = strchr(name, '.');
    char first[128];
    if (point == NULL || (size_t)(point - name) >= sizeof first) {
        return json_object_get(request, name);
    }
    snprintf(first, sizeof first, "%.*s", (int)(point - name), name);
    return json_object_get(json_object_get(request, first), point + 1);
}

static enum wh_status take_values(struct json_document *json, const json_t *request,
                                  struct open311_request *ret, struct wh_error *err)
{
    const struct open311_source *const source = &json->base.source;
    wh_buf_clear(&json->text);
    for (size_t i = 0; i < source->n_wanted; i++) {
        add_value(&json->text, find_value(request, source->wanted[i]));
        json->end[i] = json->text.len;
    }
    const enum wh_status status = wh_buf_ok(&json->text, err);
    for (size_t i = 0; status == WH_OK && i < source->n_wanted; i++) {
        json->base.value[i] =
            wh_str_slice(wh_buf_view(&json->text), i == 0 ? 0 : json->end[i - 1], json->end[i]);
    }
    if (json->text.len > MOST_TEXT) {
        snprintf(ret->fault, sizeof ret->fault, "longer than 1 MiB");
    }
    return status;
}

static enum wh_status next_json(struct open311_document *document, struct open311_request *ret,
                                bool *ret_end, struct wh_error *err)
{
    struct json_document *const json = (struct json_document *)document;
    *ret_end = json->n == json_array_size(json->list);
    if (*ret_end) {
        return WH_OK;
    }
    const json_t *const request = json_array_get(json->list, json->n++);
    *ret = (struct open311_request){.line = json->n, .value = document->value};
    if (!json_is_object(request)) {
        memset(document->value, 0, document->source.n_wanted * sizeof *document->value);
        snprintf(ret->fault, sizeof ret->fault, "not an object");
        return WH_OK;
    }
    return take_values(json, request, ret, err);
}

static void close_json(struct open311_document *document)
{
    struct json_document *const json = (struct json_document *)document;
    struct wh_ctx *const ctx = document->source.ctx;
    json_decref(json->root);
    wh_buf_finish(&json->text);
    wh_free(ctx, json->end);
    wh_free(ctx, document->value);
    wh_free(ctx, json);
}

static enum wh_status load(struct json_document *json, struct wh_error *err)
{
    json_error_t why;
    json->root = json_load_callback(read_bytes, json, JSON_REJECT_DUPLICATES, &why);
    return json->root == NULL ? fail_json(json, &why, err) : find_list(json, err);
}

enum wh_status wh_open311_json_open(const struct open311_source *source,
                                    struct open311_document **ret, struct wh_error *err)
{
    struct json_document *const json = wh_alloc(source->ctx, sizeof *json);
    if (json == NULL) {
        return wh_fail_memory(source->ctx, err);
    }
    json->base =
        (struct open311_document){.source = *source, .next = next_json, .close = close_json};
    wh_buf_init(&json->text, source->ctx);
    json->base.value = wh_alloc_array(source->ctx, source->n_wanted + 1, sizeof(struct wh_str));
    json->end = wh_alloc_array(source->ctx, source->n_wanted + 1, sizeof *json->end);
    const enum wh_status status = json->base.value != NULL && json->end != NULL
                                      ? load(json, err)
                                      : wh_fail_memory(source->ctx, err);
    if (status != WH_OK) {
        close_json(&json->base);
        return status;
    }
    *ret = &json->base;
    return WH_OK;
}
