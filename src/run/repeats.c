/* run/repeats.c: repeat contacts among the requests that are on the map. */
#include <wardheat/repeats.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "run/session.h"

static enum wh_status link_points(struct wh_ctx *ctx, struct wh_session *session,
                                  const struct wh_points *points, struct wh_error *err)
{
    uint32_t *const first = wh_alloc_array(ctx, points->n, sizeof *first);
    if (first == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const enum wh_status status =
        wh_repeats_link(ctx, points, &session->config.repeats, first, NULL, err);
    for (size_t i = 0; status == WH_OK && i < points->n; i++) {
        session->problem[points->request[i]] = points->request[first[i]];
    }
    wh_free(ctx, first);
    return status;
}

enum wh_status wh_session_link_repeats(struct wh_ctx *ctx, struct wh_session *session,
                                       struct wh_error *err)
{
    static const struct wh_theme everything = {.id = ""};
    static const struct wh_period ever = {.from_utc = WH_NO_TIME + 1, .to_utc = INT64_MAX};
    const struct wh_requests *const requests = &session->unplaced.requests;
    struct wh_points points = {0};
    session->problem = wh_alloc_array(ctx, requests->n, sizeof *session->problem);
    if (session->problem == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < requests->n; i++) {
        session->problem[i] = (uint32_t)i;
    }
    enum wh_status status = wh_theme_points(ctx, &everything, requests, &ever, &points, NULL, err);
    if (status == WH_OK) {
        status = link_points(ctx, session, &points, err);
    }
    wh_points_finish(ctx, &points);
    return status;
}
