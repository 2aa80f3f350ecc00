/* publish/compare_json.c: two JSON documents, value by value; a value is called by its path and by
 * the nearest id above it. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "publish/compare_internal.h"

#define MOST_BYTES (UINT64_C(1) << 30)
enum { PATH_BYTES = 200, DEEPEST = 64 };

struct walk {
    const struct wh_compared *file;
    char path[PATH_BYTES];
    const char *id; /* of the nearest object that has one, or "" */
};

static enum wh_status load(const struct wh_compared *file, const char *path, json_t **ret,
                           json_error_t *fault, struct wh_error *err)
{
    struct wh_buf text;
    wh_buf_init(&text, file->agreement->ctx);
    const enum wh_status status =
        wh_io_read_all(file->agreement->ctx, path, MOST_BYTES, &text, err);
    if (status == WH_OK) {
        *ret = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, fault);
    }
    wh_buf_finish(&text);
    return status;
}

/* A value as it stands in the file, or what kind of thing it is. */
static const char *text_of(const json_t *value, char *out, size_t size)
{
    if (json_is_string(value)) {
        (void)snprintf(out, size, "%s", json_string_value(value));
    } else if (json_is_integer(value)) {
        (void)snprintf(out, size, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        const double real = json_real_value(value);
        double back = 0;
        (void)snprintf(out, size, "%.15g", real);
        if (!wh_parse_double(wh_str_c(out), &back) || fabs(back - real) > 0) {
            (void)snprintf(out, size, "%.17g", real);
        }
    } else {
        (void)snprintf(out, size, "%s",
                       value == NULL          ? "nothing"
                       : json_is_true(value)  ? "true"
                       : json_is_false(value) ? "false"
                       : json_is_null(value)  ? "null"
                       : json_is_array(value) ? "a list"
                                              : "an object");
    }
    return out;
}

static void tell(const struct walk *walk, const json_t *published, const json_t *again)
{
    char theirs[160], ours[160];
    wh_compare_tell(walk->file->agreement, walk->file->name, walk->path, walk->id,
                    wh_str_c(text_of(published, theirs, sizeof theirs)),
                    wh_str_c(text_of(again, ours, sizeof ours)));
}

static bool is_same(const json_t *a, const json_t *b)
{
    if (json_typeof(a) != json_typeof(b)) {
        return false;
    }
    if (json_is_string(a)) {
        return json_string_length(a) == json_string_length(b) &&
               memcmp(json_string_value(a), json_string_value(b), json_string_length(a)) == 0;
    }
    if (json_is_integer(a)) {
        return json_integer_value(a) == json_integer_value(b);
    }
    return !json_is_real(a) || !(fabs(json_real_value(a) - json_real_value(b)) > 0);
}

static bool is_ignored(const struct walk *walk, const char *key)
{
    for (const char *const *name = walk->file->ignored; name != NULL && *name != NULL; name++) {
        if (strcmp(*name, key) == 0) {
            return true;
        }
    }
    return false;
}

static void compare_value(struct walk *walk, const json_t *published, const json_t *again,
                          int depth);

static void compare_object(struct walk *walk, const json_t *published, const json_t *again,
                           int depth)
{
    static const char *const naming[] = {"id", "code", "path"};
    const size_t len = strlen(walk->path);
    const char *const above = walk->id;
    for (size_t i = 0; i < sizeof naming / sizeof *naming; i++) {
        const char *const own = json_string_value(json_object_get(again, naming[i]));
        if (own != NULL) {
            walk->id = own;
            break;
        }
    }
    /* jansson's iterators take what they do not change as not const. */
    json_t *const a = (json_t *)(uintptr_t)published, *const b = (json_t *)(uintptr_t)again;
    for (void *at = json_object_iter(b); at != NULL; at = json_object_iter_next(b, at)) {
        const char *const key = json_object_iter_key(at);
        if (!is_ignored(walk, key)) {
            (void)snprintf(walk->path + len, sizeof walk->path - len, "%s%s", len == 0 ? "" : ".",
                           key);
            compare_value(walk, json_object_get(a, key), json_object_iter_value(at), depth);
        }
    }
    for (void *at = json_object_iter(a); at != NULL; at = json_object_iter_next(a, at)) {
        const char *const key = json_object_iter_key(at);
        if (!is_ignored(walk, key) && json_object_get(b, key) == NULL) {
            (void)snprintf(walk->path + len, sizeof walk->path - len, "%s%s", len == 0 ? "" : ".",
                           key);
            tell(walk, json_object_iter_value(at), NULL);
        }
    }
    walk->path[len] = '\0';
    walk->id = above;
}

static void compare_list(struct walk *walk, const json_t *published, const json_t *again, int depth)
{
    const size_t len = strlen(walk->path);
    const size_t n = json_array_size(published), n_again = json_array_size(again);
    for (size_t i = 0; i < n && i < n_again; i++) {
        (void)snprintf(walk->path + len, sizeof walk->path - len, "[%zu]", i);
        compare_value(walk, json_array_get(published, i), json_array_get(again, i), depth);
    }
    if (n != n_again) {
        const size_t at = n < n_again ? n : n_again;
        (void)snprintf(walk->path + len, sizeof walk->path - len, "[%zu]", at);
        tell(walk, json_array_get(published, at), json_array_get(again, at));
    }
    walk->path[len] = '\0';
}

static void compare_value(struct walk *walk, const json_t *published, const json_t *again,
                          int depth)
{
    struct wh_agreement *const agreement = walk->file->agreement;
    if (json_is_object(published) && json_is_object(again) && depth < DEEPEST) {
        compare_object(walk, published, again, depth + 1);
    } else if (json_is_array(published) && json_is_array(again) && depth < DEEPEST) {
        compare_list(walk, published, again, depth + 1);
    } else if (published == NULL || again == NULL || !is_same(published, again)) {
        tell(walk, published, again);
    } else if (json_is_number(again)) {
        agreement->n_numbers++;
    } else if (json_is_string(again) && wh_is_hidden_words(wh_str_c(json_string_value(again)))) {
        agreement->n_hidden++;
    }
}

enum wh_status wh_compare_json(const struct wh_compared *file, struct wh_error *err)
{
    struct walk walk = {.file = file, .id = ""};
    json_t *published = NULL, *again = NULL;
    json_error_t fault = {.line = 0};
    enum wh_status status = load(file, file->again, &again, &fault, err);
    if (status == WH_OK && again == NULL) {
        status = wh_fail_at(err, WH_ERR_INTERNAL, file->again, (uint64_t)fault.line, 0,
                            "what was written is no JSON: %s", fault.text);
    }
    if (status == WH_OK) {
        status = load(file, file->published, &published, &fault, err);
    }
    if (status == WH_OK && published == NULL) {
        char why[240];
        (void)snprintf(why, sizeof why, "line %d: %s", fault.line, fault.text);
        wh_compare_tell(file->agreement, file->name, "the document", "", wh_str_c(why),
                        wh_str_c("JSON"));
    } else if (status == WH_OK) {
        compare_value(&walk, published, again, 0);
    }
    json_decref(published);
    json_decref(again);
    return status;
}
