/* run/report_stages.c: from placed requests to the public's and the officers' report, and the name
 * of the release that they make. */
#include <string.h>
#include <wardheat/disclose.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "geocode/report.h"
#include "run/reporting.h"
#include "run/tallies.h"
#include "run/work.h"

/*
 * Is the public part of the current release still the right one? Then it is carried over,
 * unchanged. The state's note of it: "<last day> <config's SHA-256> <content that it was made
 * from>".
 */
static enum wh_status decide_public(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    struct wh_session *session = &work->session;
    const enum wh_public_every every = session->config.publish.public_every;
    const char *standing = NULL;
    work->public_end_day = wh_public_end_day(every, wh_ctx_as_of_day(ctx));
    enum wh_status status = wh_release_current(ctx, session->config.publish.to, work->current, err);
    if (status == WH_OK) {
        status = wh_store_get(session->store, "public", &session->arena, &standing, err);
    }
    if (status != WH_OK) {
        return status;
    }
    const char *wanted = wh_public_note(work, "");
    if (wanted == NULL) {
        return wh_fail_memory(ctx, err);
    }
    work->is_public_new = every == WH_EVERY_RUN || work->current[0] == '\0' || standing == NULL ||
                          strncmp(standing, wanted, strlen(wanted)) != 0;
    work->public_made_from = work->is_public_new ? NULL : standing + strlen(wanted);
    return WH_OK;
}

/* Goes first: choices that are frozen now must not rest on what the public may not see. */
enum wh_status wh_stage_public_report(struct wh_ctx *ctx, struct wh_work *work,
                                      struct wh_error *err)
{
    const enum wh_status status = decide_public(ctx, work, err);
    const struct wh_reporting_options opt = {.end_day = work->public_end_day,
                                             .is_for_public = true};
    return status != WH_OK || !work->is_public_new
               ? status
               : wh_report_build(ctx, &work->session, &opt, &work->public_base, err);
}

enum wh_status wh_stage_officer_report(struct wh_ctx *ctx, struct wh_work *work,
                                       struct wh_error *err)
{
    work->patterns = wh_alloc_array(ctx, work->session.config.n_themes, sizeof *work->patterns);
    if (work->patterns == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const struct wh_reporting_options opt = {.end_day = wh_ctx_as_of_day(ctx),
                                             .ret_patterns = work->patterns};
    struct wh_session *session = &work->session;
    enum wh_status status = wh_report_build(ctx, session, &opt, &work->officer, err);
    if (status == WH_OK) {
        status = wh_geocoding_make(ctx, session->gazetteers, &session->wards, &session->unplaced,
                                   &session->geocode, &session->geocoding, err);
        work->officer.geocoding = &session->geocoding;
    }
    return status;
}

enum wh_status wh_stage_name(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const enum wh_status status =
        wh_identity_make(ctx, &work->session, &work->officer.body, work->public_end_day,
                         work->public_made_from, &work->identity, err);
    if (status == WH_OK) {
        work->officer.body.release_id = work->identity.id;
        work->public_base.body.release_id = work->identity.id;
        work->is_new = strcmp(work->current, work->identity.id) != 0;
    }
    return status;
}

enum wh_status wh_stage_disclose(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const struct wh_disclose_options opt = {.hide_below = work->session.config.privacy.hide_below};
    struct wh_disclose_stats stats = {0};
    if (!work->is_public_new) {
        return WH_OK;
    }
    const enum wh_status status =
        wh_disclose(ctx, &work->public_base, &opt, &work->public_report, &stats, err);
    if (status == WH_OK) {
        wh_log(ctx, WH_LOG_DETAIL,
               "disclosure control: %llu counts, %llu below %u hidden, %llu more hidden to protect "
               "them",
               (unsigned long long)stats.counts, (unsigned long long)stats.hidden_small,
               opt.hide_below, (unsigned long long)stats.hidden_secondary);
    }
    return status == WH_OK ? wh_report_measure(ctx, &work->public_report.body, err) : status;
}
