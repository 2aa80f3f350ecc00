/* run/run.c: the nightly job: its table of contents, and how it ended. */
#include "run/run.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "base/time.h"
#include "publish/status.h"
#include "run/metrics.h"
#include "run/work.h"

enum when { ALWAYS, WHEN_NEW, UNLESS_DRY, WHEN_NEW_UNLESS_DRY };

static const struct {
    const char *name;
    wh_stage_fn *run;
    enum when when;
} contents[] = {
    {"config", wh_stage_config, ALWAYS},
    {"state", wh_stage_state, ALWAYS},
    {"maps", wh_stage_maps, ALWAYS},
    {"reading", wh_stage_read, ALWAYS},
    {"placing", wh_stage_place, ALWAYS},
    {"gates", wh_stage_gates, ALWAYS},
    {"public report", wh_stage_public_report, ALWAYS},
    {"officers' report", wh_stage_officer_report, ALWAYS},
    {"naming", wh_stage_name, ALWAYS},
    {"disclosure control", wh_stage_disclose, WHEN_NEW},
    {"staging", wh_stage_begin_release, WHEN_NEW},
    {"public files", wh_stage_draw_public, WHEN_NEW},
    {"leak check", wh_stage_check_leaks, WHEN_NEW},
    {"officers' files", wh_stage_draw_officer, WHEN_NEW},
    {"manifest", wh_stage_manifest, WHEN_NEW},
    {"noting", wh_stage_note, UNLESS_DRY},
    {"publishing", wh_stage_publish, WHEN_NEW_UNLESS_DRY},
    {"keeping the state", wh_stage_keep, UNLESS_DRY},
};

static bool is_due(const struct wh_work *work, enum when when)
{
    const bool is_dry = work->opt->is_dry_run;
    switch (when) {
    case ALWAYS:
        return true;
    case WHEN_NEW:
        return work->is_new;
    case UNLESS_DRY:
        return !is_dry;
    case WHEN_NEW_UNLESS_DRY:
        return work->is_new && !is_dry;
    }
    return true;
}

static enum wh_status run_stages(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < sizeof contents / sizeof *contents; i++) {
        if (is_due(work, contents[i].when)) {
            const double from_s = wh_clock_monotonic_s();
            status = contents[i].run(ctx, work, err);
            wh_timings_add(ctx, &work->timings, contents[i].name, from_s);
        }
    }
    return status;
}

static void summarise(const struct wh_work *work, struct wh_run_summary *ret)
{
    const struct wh_session *session = &work->session;
    struct wh_run_summary summary = {.is_new = work->is_new,
                                     .public_is_new = work->is_public_new,
                                     .requests = work->officer.body.n_received,
                                     .placed = work->officer.body.n_placed,
                                     .seconds = wh_timings_seconds(&work->timings)};
    snprintf(summary.release_id, sizeof summary.release_id, "%s", work->identity.id);
    snprintf(summary.release_path, sizeof summary.release_path, "%s/releases/%s",
             session->config.publish.to, work->identity.id);
    for (size_t i = 0; i < session->config.n_sources; i++) {
        summary.read += session->ingest[i].ledger.read;
        summary.unreadable += session->ingest[i].ledger.unreadable;
    }
    summary.placed_share =
        summary.requests == 0 ? 0 : (double)summary.placed / (double)summary.requests;
    *ret = summary;
}

/* status.json and status.html say how the last attempt went; yesterday's release stands whatever
 * they say. */
static enum wh_status write_status(struct wh_ctx *ctx, const struct wh_work *work,
                                   enum wh_status outcome, const char *why_not,
                                   struct wh_error *err)
{
    const struct wh_config *config = &work->session.config;
    char current[32];
    struct wh_file_info info;
    if (!wh_io_stat(config->publish.to, &info)) {
        return WH_OK; /* nothing was ever published: there is no page to set right */
    }
    const enum wh_status status = wh_release_current(ctx, config->publish.to, current, err);
    if (status != WH_OK) {
        return status;
    }
    const bool is_known = outcome == WH_OK;
    const struct wh_publish_status page = {
        .title = config->title,
        .current_id = current,
        .current_as_of_day = wh_release_day(current),
        .data_through_day = is_known ? work->officer.body.data_through_day : WH_NO_DAY,
        .attempted_at_utc = work->timings.started_utc,
        .is_ok = outcome == WH_OK,
        .why_not = why_not,
        .n_sources = is_known ? work->officer.body.n_sources : 0,
        .source = work->officer.body.source,
        .hide_below = config->privacy.hide_below,
    };
    return wh_publish_status_write(ctx, config->publish.to, &page, err);
}

/* What an operator looks at afterwards. Nothing of it changes how the run ended. */
static void tell(struct wh_ctx *ctx, const struct wh_work *work, enum wh_status outcome,
                 const struct wh_error *why)
{
    char text[1400];
    struct wh_error err = {0};
    const char *why_not = outcome == WH_OK ? NULL : wh_error_text(why, text, sizeof text);
    const struct wh_run_outcome how = {
        .status = outcome, .release_id = work->identity.id, .why_not = why_not};
    if (work->opt->is_dry_run || work->session.lock == NULL) {
        return; /* nothing may change, or another run is at it and will say */
    }
    if (write_status(ctx, work, outcome, why_not, &err) != WH_OK) {
        wh_log(ctx, WH_LOG_WARNING, "the status page could not be written: %s",
               wh_error_text(&err, text, sizeof text));
    }
    if (wh_timings_write(ctx, &work->timings, &how, work->session.state, &err) != WH_OK ||
        wh_metrics_write(ctx, work, outcome, &err) != WH_OK) {
        wh_log(ctx, WH_LOG_WARNING, "the run's log could not be written: %s",
               wh_error_text(&err, text, sizeof text));
    }
}

static void finish(struct wh_ctx *ctx, struct wh_work *work)
{
    struct wh_error ignored = {0};
    if (work->is_staged) {
        wh_release_abandon(ctx, &work->release);
    }
    wh_buf_finish(&work->drawn);
    wh_identity_finish(ctx, &work->identity);
    wh_public_report_finish(ctx, &work->public_report);
    wh_officer_report_finish(ctx, &work->public_base);
    for (size_t i = 0; work->patterns != NULL && i < work->session.config.n_themes; i++) {
        wh_patterns_finish(ctx, &work->patterns[i]);
    }
    wh_free(ctx, work->patterns);
    wh_officer_report_finish(ctx, &work->officer);
    wh_session_close(ctx, &work->session);
    if (work->scratch != NULL && wh_io_remove_tree(ctx, work->scratch, &ignored) != WH_OK) {
        wh_log(ctx, WH_LOG_WARNING, "%s could not be removed: remove it, it holds requests",
               work->scratch);
    }
    wh_free(ctx, work->scratch);
}

enum wh_status wh_run(struct wh_ctx *ctx, const char *config_path, const struct wh_run_options *opt,
                      struct wh_run_summary *ret, struct wh_error *err)
{
    struct wh_work work = {.config_path = config_path, .opt = opt};
    wh_timings_start(&work.timings);
    wh_buf_init(&work.drawn, ctx);
    const enum wh_status status = run_stages(ctx, &work, err);
    if (status == WH_OK) {
        summarise(&work, ret);
    }
    tell(ctx, &work, status, err);
    finish(ctx, &work);
    return status;
}
