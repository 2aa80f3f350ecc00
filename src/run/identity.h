/* run/identity.h: what a release was made from, and the id that follows from it. */
#ifndef WH_RUN_IDENTITY_H
#define WH_RUN_IDENTITY_H

#include "model/report.h"
#include "publish/manifest.h"
#include "run/session.h"

#define WH_MAX_VERSIONS 8

struct wh_identity {
    struct wh_arena arena;
    size_t n_inputs, cap_inputs;
    struct wh_manifest_input *input; /* by role, then name */
    size_t n_transforms;
    struct wh_manifest_transform *transform;
    size_t n_parameters;
    const char **parameter_name, **parameter_value;
    size_t n_versions;
    const char *version_name[WH_MAX_VERSIONS], *version_value[WH_MAX_VERSIONS];
    char content[65]; /* SHA-256 over all of the above, the program and the as-of date */
    char id[32];
};

/*
 * Lists inputs by content, parameters (frozen choices included), transforms and versions, and names
 * the release: the as-of date and the first 8 hex digits of a SHA-256 over all of them, the
 * program's own bytes, and the content that the public part was made from: `public_made_from` of an
 * earlier run, or NULL for this one's. Outputs are a function of those, so equal ids mean equal
 * bytes.
 */
WH_MUST_USE enum wh_status wh_identity_make(struct wh_ctx *ctx, const struct wh_session *session,
                                            const struct wh_report *officer, int64_t public_end_day,
                                            const char *public_made_from, struct wh_identity *ret,
                                            struct wh_error *err);
void wh_identity_finish(struct wh_ctx *ctx, struct wh_identity *identity);
/* The view that manifest writers take; borrowed from the identity. */
struct wh_manifest wh_identity_manifest(const struct wh_identity *identity);

#endif
