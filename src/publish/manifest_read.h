/* publish/manifest_read.h: a manifest.json read back: of what release, and what it was made from.
 */
#ifndef WH_PUBLISH_MANIFEST_READ_H
#define WH_PUBLISH_MANIFEST_READ_H

#include "base/arena.h"
#include "publish/manifest.h"

struct wh_manifest_facts {
    const char *release; /* the id */
    int64_t as_of_day;
    size_t n_inputs;
    struct wh_manifest_input *input; /* role, name and sha256 only */
    size_t n_versions;
    const char **version_name, **version_value; /* of the program and the libraries */
};
/* Of <folder>/manifest.json; all in `arena`. WH_ERR_OUTPUT: there is none, or it is damaged. */
WH_MUST_USE enum wh_status wh_manifest_read(struct wh_ctx *ctx, const char *folder,
                                            struct wh_arena *arena, struct wh_manifest_facts *ret,
                                            struct wh_error *err);

struct json_t; /* <jansson.h> */
/* The whole document, for publish/; the caller's json_decref(). */
WH_MUST_USE enum wh_status wh_manifest_load(struct wh_ctx *ctx, const char *folder,
                                            struct json_t **ret, struct wh_error *err);
#endif
