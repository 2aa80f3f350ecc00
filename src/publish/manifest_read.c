/* publish/manifest_read.c: manifest.json, read back. */
#include "publish/manifest_read.h"

#include <jansson.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "publish/release.h"

#define MANIFEST_NAME "manifest.json"
#define MAX_MANIFEST_BYTES (256u << 20) /* some million files */

enum wh_status wh_manifest_load(struct wh_ctx *ctx, const char *folder, struct json_t **ret,
                                struct wh_error *err)
{
    struct wh_buf text;
    struct wh_file_info info = {0};
    wh_buf_init(&text, ctx);
    char *path = wh_path_join(ctx, folder, MANIFEST_NAME);
    enum wh_status status = WH_OK;
    if (path == NULL) {
        status = wh_fail_memory(ctx, err);
    } else if (!wh_io_stat(path, &info)) {
        status = wh_fail_at(err, WH_ERR_OUTPUT, path, 0, 0, "there is no manifest");
    } else {
        status = wh_io_read_all(ctx, path, MAX_MANIFEST_BYTES, &text, err);
    }
    if (status == WH_OK) {
        json_error_t fault;
        *ret = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &fault);
        if (*ret == NULL) {
            status = wh_fail_at(err, WH_ERR_OUTPUT, path, (uint64_t)fault.line, 0,
                                "not a manifest: %s", fault.text);
        }
    }
    wh_free(ctx, path);
    wh_buf_finish(&text);
    return status;
}

/* NULL where the member is no text. */
static const char *text_of(struct wh_arena *arena, const json_t *object, const char *key)
{
    const char *const text = json_string_value(json_object_get(object, key));
    return text == NULL ? NULL : wh_arena_c(arena, wh_str_c(text));
}

static enum wh_status read_inputs(struct wh_ctx *ctx, const json_t *list, const char *folder,
                                  struct wh_arena *arena, struct wh_manifest_facts *ret,
                                  struct wh_error *err)
{
    const size_t n = json_array_size(list);
    ret->input = wh_arena_alloc(arena, n + 1, sizeof *ret->input);
    if (ret->input == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        const json_t *const entry = json_array_get(list, i);
        struct wh_manifest_input *const input = &ret->input[ret->n_inputs++];
        input->role = text_of(arena, entry, "role");
        input->name = text_of(arena, entry, "name");
        input->sha256 = text_of(arena, entry, "sha256");
        if (input->role == NULL || input->name == NULL || input->sha256 == NULL) {
            return wh_fail_at(err, WH_ERR_OUTPUT, folder, 0, 0,
                              "the manifest lists an input badly");
        }
    }
    return WH_OK;
}

static enum wh_status read_versions(struct wh_ctx *ctx, json_t *versions, struct wh_arena *arena,
                                    struct wh_manifest_facts *ret, struct wh_error *err)
{
    const size_t n = json_object_size(versions);
    ret->version_name = wh_arena_alloc(arena, n + 1, sizeof *ret->version_name);
    ret->version_value = wh_arena_alloc(arena, n + 1, sizeof *ret->version_value);
    bool is_kept = ret->version_name != NULL && ret->version_value != NULL;
    for (void *at = json_object_iter(versions); is_kept && at != NULL;
         at = json_object_iter_next(versions, at)) {
        const char *const value = json_string_value(json_object_iter_value(at));
        ret->version_name[ret->n_versions] = wh_arena_c(arena, wh_str_c(json_object_iter_key(at)));
        ret->version_value[ret->n_versions] = wh_arena_c(arena, wh_str_c(value));
        is_kept = ret->version_name[ret->n_versions] != NULL &&
                  ret->version_value[ret->n_versions] != NULL;
        ret->n_versions++;
    }
    return is_kept ? WH_OK : wh_fail_memory(ctx, err);
}

enum wh_status wh_manifest_read(struct wh_ctx *ctx, const char *folder, struct wh_arena *arena,
                                struct wh_manifest_facts *ret, struct wh_error *err)
{
    struct json_t *manifest = NULL;
    *ret = (struct wh_manifest_facts){0};
    enum wh_status status = wh_manifest_load(ctx, folder, &manifest, err);
    if (status == WH_OK) {
        ret->release = text_of(arena, manifest, "release");
        ret->as_of_day = ret->release == NULL ? WH_NO_DAY : wh_release_day(ret->release);
        status =
            ret->as_of_day == WH_NO_DAY
                ? wh_fail_at(err, WH_ERR_OUTPUT, folder, 0, 0,
                             "the manifest does not say of what release it is")
                : read_inputs(ctx, json_object_get(manifest, "inputs"), folder, arena, ret, err);
    }
    if (status == WH_OK) {
        status = read_versions(ctx, json_object_get(manifest, "versions"), arena, ret, err);
    }
    json_decref(manifest);
    return status;
}
