/* run/standing.h: whether a request is closed at the end of a period, in time or late. */
#ifndef WH_RUN_STANDING_H
#define WH_RUN_STANDING_H

#include <wardheat/metrics.h>

#include "run/session.h"

struct wh_standings {
    const struct wh_session *session; /* borrowed; its requests are placed */
    uint8_t *is_tracked;              /* by source: does it say when requests are closed? */
};
WH_MUST_USE enum wh_status wh_standings_open(struct wh_ctx *ctx, const struct wh_session *session,
                                             struct wh_standings *ret, struct wh_error *err);
void wh_standings_finish(struct wh_ctx *ctx, struct wh_standings *standings);

/* One of WH_IN_CLOSED_IN_TIME .. WH_IN_UNTRACKED. `target_days` working days stand in where the
 * request has no due date; 0: nothing does. */
enum wh_input wh_standing_at(const struct wh_standings *standings, uint32_t target_days,
                             int64_t end_utc, size_t request);
/* Whole local days from opening to closing of a request that was closed. */
uint32_t wh_days_to_close(const struct wh_session *session, size_t request);

#endif
