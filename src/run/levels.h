/* run/levels.h: the levels that figures are given for: wards, and the config's `areas:`. */
#ifndef WH_RUN_LEVELS_H
#define WH_RUN_LEVELS_H

#include "run/session.h"

/*
 * Opens every layer, the wards being open already. Areas of which less than a hundredth lies in the
 * wards are left out; those that lie in them only partly lose what their attributes say of all of
 * them (residents, households).
 */
WH_MUST_USE enum wh_status wh_levels_open(struct wh_ctx *ctx, struct wh_session *session,
                                          struct wh_error *err);
/* In which area of each level every placed request lies. */
WH_MUST_USE enum wh_status wh_levels_assign(struct wh_ctx *ctx, struct wh_session *session,
                                            struct wh_error *err);
/* The same for any points: ret_area[i] is level->areas->n where it is in none. */
WH_MUST_USE enum wh_status wh_level_find(struct wh_ctx *ctx, const struct wh_session *session,
                                         const struct wh_session_level *level, const double *x,
                                         const double *y, size_t n, int32_t *ret_area,
                                         struct wh_error *err);
void wh_levels_close(struct wh_ctx *ctx, struct wh_session *session);

#endif
