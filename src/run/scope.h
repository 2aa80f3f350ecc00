/* run/scope.h: which requests a theme may count, where, and since when. */
#ifndef WH_RUN_SCOPE_H
#define WH_RUN_SCOPE_H

#include "run/session.h"

/* The cells of the config's size over the wards, and which of them are inside: every theme's. */
WH_MUST_USE enum wh_status wh_study_mask(struct wh_ctx *ctx, const struct wh_session *session,
                                         struct wh_mask *ret, struct wh_error *err);

/* What a theme may count, and from when on its records are complete. */
struct wh_scope {
    struct wh_theme filter; /* of the public: without the sources that are for officers only */
    int64_t begin_utc;
};

WH_MUST_USE enum wh_status wh_scope_find(struct wh_ctx *ctx, const struct wh_session *session,
                                         const struct wh_theme *theme, bool is_for_public,
                                         struct wh_arena *arena, struct wh_scope *ret,
                                         struct wh_error *err);
#endif
