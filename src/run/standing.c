/* run/standing.c: closed or open, in time or late. */
#include "run/standing.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"

enum wh_status wh_standings_open(struct wh_ctx *ctx, const struct wh_session *session,
                                 struct wh_standings *ret, struct wh_error *err)
{
    const struct wh_requests *const r = &session->unplaced.requests;
    *ret = (struct wh_standings){.session = session,
                                 .is_tracked = wh_alloc_array(ctx, r->n_sources + 1, 1)};
    if (ret->is_tracked == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < r->n; i++) {
        ret->is_tracked[r->source[i]] |=
            r->closed_at[i] != WH_NO_TIME || session->handling.standing[i] == WH_STANDING_CLOSED;
    }
    return WH_OK;
}

void wh_standings_finish(struct wh_ctx *ctx, struct wh_standings *standings)
{
    wh_free(ctx, standings->is_tracked);
    *standings = (struct wh_standings){0};
}

static int64_t due_of(const struct wh_session *session, uint32_t target_days, size_t i)
{
    const struct wh_requests *const r = &session->unplaced.requests;
    if (r->due_at[i] != WH_NO_TIME || target_days == 0) {
        return r->due_at[i];
    }
    const int64_t day = wh_zone_day(session->zone, r->opened_at[i]);
    return wh_zone_day_start(session->zone,
                             wh_working_day_add(&session->targets, day, target_days) + 1) -
           1;
}

enum wh_input wh_standing_at(const struct wh_standings *standings, uint32_t target_days,
                             int64_t end_utc, size_t i)
{
    const struct wh_session *const session = standings->session;
    const struct wh_requests *const r = &session->unplaced.requests;
    const int64_t closed = r->closed_at[i];
    if (!standings->is_tracked[r->source[i]]) {
        return WH_IN_UNTRACKED;
    }
    if (closed == WH_NO_TIME && session->handling.standing[i] == WH_STANDING_CLOSED) {
        return WH_IN_CLOSED_UNTIMED; /* nobody says when */
    }
    const bool is_closed = closed != WH_NO_TIME && closed < end_utc;
    const int64_t due = due_of(session, target_days, i);
    if (due == WH_NO_TIME) {
        return is_closed ? WH_IN_CLOSED_UNTIMED : WH_IN_OPEN_UNTIMED;
    }
    if (is_closed) {
        return closed <= due ? WH_IN_CLOSED_IN_TIME : WH_IN_CLOSED_LATE;
    }
    return due < end_utc ? WH_IN_OVERDUE : WH_IN_OPEN_IN_TIME;
}

uint32_t wh_days_to_close(const struct wh_session *session, size_t i)
{
    const struct wh_requests *const r = &session->unplaced.requests;
    const int64_t days =
        wh_zone_day(session->zone, r->closed_at[i]) - wh_zone_day(session->zone, r->opened_at[i]);
    return days < 0 ? 0 : (uint32_t)days;
}
