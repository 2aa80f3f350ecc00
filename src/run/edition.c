/* run/edition.c: from the state to the report of one edition. */
#include "run/edition.h"

#include <stdio.h>
#include <wardheat/disclose.h>

#include "base/ctx.h"
#include "base/error.h"
#include "base/time.h"
#include "publish/release.h"
#include "run/tallies.h"

enum wh_status wh_session_reopen(struct wh_ctx *ctx, const char *config_path, bool has_as_of,
                                 int64_t as_of_day, struct wh_session *session,
                                 struct wh_error *err)
{
    enum wh_status status = wh_session_open_config(ctx, config_path, session, err);
    if (status == WH_OK) {
        wh_session_set_as_of(ctx, session, has_as_of, as_of_day);
        status = wh_session_open_state(ctx, session, err);
    }
    if (status == WH_OK) {
        status = wh_session_open_maps(ctx, session, err);
    }
    if (status == WH_OK) {
        status = wh_store_begin(session->store, err);
    }
    if (status == WH_OK) {
        status = wh_session_place(ctx, session, NULL, err);
    }
    if (status == WH_OK && session->unplaced.requests.n == 0) {
        status =
            wh_fail(err, WH_ERR_INPUT,
                    "the state holds no requests yet: run `wardheat run %s` first", config_path);
    }
    return status;
}

enum wh_status wh_edition_build(struct wh_ctx *ctx, struct wh_session *session, bool is_officer,
                                struct wh_edition_report *ret, struct wh_error *err)
{
    const int64_t as_of = wh_ctx_as_of_day(ctx);
    const struct wh_reporting_options period = {
        .end_day =
            is_officer ? as_of : wh_public_end_day(session->config.publish.public_every, as_of),
        .is_for_public = !is_officer};
    const struct wh_disclose_options disclose = {.hide_below = session->config.privacy.hide_below};
    struct wh_disclose_stats stats;
    char id[32] = "";
    *ret = (struct wh_edition_report){0};
    enum wh_status status = wh_report_build(ctx, session, &period, &ret->officer, err);
    if (status == WH_OK) {
        status = wh_release_current(ctx, session->config.publish.to, id, err);
    }
    if (status == WH_OK) {
        snprintf(ret->release_id, sizeof ret->release_id, "%s",
                 id[0] == '\0' ? "not published" : id);
        ret->officer.body.release_id = ret->release_id;
        ret->body = &ret->officer.body;
    }
    if (status == WH_OK && !is_officer) {
        status = wh_disclose(ctx, &ret->officer, &disclose, &ret->shown, &stats, err);
        ret->body = &ret->shown.body;
    }
    if (status == WH_OK && !is_officer) {
        status = wh_report_measure(ctx, &ret->shown.body, err);
    }
    if (status != WH_OK) {
        wh_edition_finish(ctx, ret);
    }
    return status;
}

void wh_edition_finish(struct wh_ctx *ctx, struct wh_edition_report *edition)
{
    wh_public_report_finish(ctx, &edition->shown);
    wh_officer_report_finish(ctx, &edition->officer);
    edition->body = NULL;
}
