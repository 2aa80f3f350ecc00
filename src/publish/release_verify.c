/* publish/release_verify.c: a release against its own manifest.json: every file, its size, its
 * SHA-256, and nothing else. */
#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sha256.h"
#include "publish/manifest_read.h"
#include "publish/release.h"

#define MANIFEST_NAME "manifest.json"

static enum wh_status verify_file(struct wh_ctx *ctx, const char *folder, const char *name,
                                  const json_t *entry, struct wh_error *err)
{
    const char *listed = json_string_value(json_object_get(entry, "path"));
    const char *sha256 = json_string_value(json_object_get(entry, "sha256"));
    const json_t *size = json_object_get(entry, "size_bytes");
    if (listed == NULL || sha256 == NULL || !json_is_integer(size)) {
        return wh_fail_at(err, WH_ERR_OUTPUT, folder, 0, 0, "the manifest lists a file badly");
    }
    const int order = strcmp(listed, name);
    if (order != 0) {
        return wh_fail_at(err, WH_ERR_OUTPUT, folder, 0, 0,
                          order < 0 ? "%s is in the manifest but not there"
                                    : "%s is there but not in the manifest",
                          order < 0 ? listed : name);
    }
    char *path = wh_path_join(ctx, folder, name);
    struct wh_file_info info = {0};
    char hex[65] = "";
    enum wh_status status = WH_OK;
    if (path == NULL) {
        status = wh_fail_memory(ctx, err);
    } else if (!wh_io_stat(path, &info) || info.size_bytes != (uint64_t)json_integer_value(size)) {
        status = wh_fail_at(err, WH_ERR_OUTPUT, path, 0, 0, "has not the size in the manifest");
    } else {
        status = wh_sha256_file(ctx, path, hex, err);
    }
    if (status == WH_OK && strcmp(hex, sha256) != 0) {
        status = wh_fail_at(err, WH_ERR_OUTPUT, path, 0, 0, "has not the SHA-256 in the manifest");
    }
    wh_free(ctx, path);
    return status;
}

enum wh_status wh_release_verify(struct wh_ctx *ctx, const char *folder, struct wh_error *err)
{
    json_t *manifest = NULL;
    struct wh_paths files = {0};
    enum wh_status status = wh_manifest_load(ctx, folder, &manifest, err);
    if (status == WH_OK) {
        status = wh_io_walk(ctx, folder, &files, err);
    }
    const json_t *list = json_object_get(manifest, "files");
    if (status == WH_OK && !json_is_array(list)) {
        status = wh_fail_at(err, WH_ERR_OUTPUT, folder, 0, 0, "the manifest lists no files");
    }
    size_t n_seen = 0; /* both lists are sorted by bytes */
    for (size_t i = 0; status == WH_OK && i < files.n; i++) {
        if (strcmp(files.path[i], MANIFEST_NAME) == 0) {
            continue;
        }
        const json_t *entry = json_array_get(list, n_seen++);
        status = entry == NULL ? wh_fail_at(err, WH_ERR_OUTPUT, folder, 0, 0,
                                            "%s is there but not in the manifest", files.path[i])
                               : verify_file(ctx, folder, files.path[i], entry, err);
    }
    if (status == WH_OK && n_seen < json_array_size(list)) {
        const char *name = json_string_value(json_object_get(json_array_get(list, n_seen), "path"));
        status = wh_fail_at(err, WH_ERR_OUTPUT, folder, 0, 0, "%s is in the manifest but not there",
                            name == NULL ? "a file" : name);
    }
    wh_paths_finish(ctx, &files);
    json_decref(manifest);
    return status;
}
