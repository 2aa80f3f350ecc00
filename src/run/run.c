/* run/run.c: the nightly job, as a table of contents. */
#include "run/run.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "base/time.h"
#include "publish/release.h"
#include "publish/status.h"
#include "publish/writers.h"
#include "run/identity.h"
#include "run/leak.h"
#include "run/reporting.h"
#include "run/session.h"

/* What one run holds beside its session. */
struct run {
    struct wh_session session;
    struct wh_officer_report officer;
    struct wh_officer_report
        public_base; /* the same, for the public's complete period; before disclosure */
    struct wh_public_report public_report;
    struct wh_identity identity;
    struct wh_release release;
    bool is_staged;
    bool is_public_new;
    int64_t public_end_day;
    char carried_from[32];
};

static enum wh_status set_as_of(struct wh_ctx *ctx, const struct wh_session *session,
                                const struct wh_run_options *opt)
{
    if (opt->has_as_of) {
        wh_ctx_set_as_of_day(ctx, opt->as_of_day);
        return WH_OK;
    }
    struct wh_civil now;
    wh_zone_from_utc(session->zone, wh_clock_now(), &now);
    wh_ctx_set_as_of_day(ctx, wh_day_from_civil(now.year, now.month, now.day));
    return WH_OK;
}

/* The state's note of the public part that stands: "<last day> <config sha256>". */
static const char *public_key(struct wh_ctx *ctx, struct run *run)
{
    (void)ctx;
    char day[16];
    return wh_arena_printf(&run->session.arena, "%s %s",
                           wh_format_day(run->public_end_day - 1, day, sizeof day),
                           run->session.config.sha256);
}

/* Is the public part of the current release still the right one? Then it is carried over,
 * unchanged. */
static enum wh_status decide_public(struct wh_ctx *ctx, struct run *run, struct wh_error *err)
{
    const char *standing = NULL;
    run->public_end_day =
        wh_public_end_day(run->session.config.publish.public_every, wh_ctx_as_of_day(ctx));
    enum wh_status status =
        wh_release_current(ctx, run->session.config.publish.to, run->carried_from, err);
    if (status == WH_OK) {
        status = wh_store_get(run->session.store, "public", &run->session.arena, &standing, err);
    }
    const char *key = public_key(ctx, run);
    if (status == WH_OK && key == NULL) {
        status = wh_fail_memory(ctx, err);
    }
    if (status == WH_OK) {
        run->is_public_new =
            run->carried_from[0] == '\0' || standing == NULL || strcmp(standing, key) != 0;
    }
    return status;
}

static enum wh_status read_everything(struct wh_ctx *ctx, const char *config_path,
                                      const struct wh_run_options *opt, struct run *run,
                                      struct wh_error *err)
{
    char name[32];
    struct wh_session *session = &run->session;
    enum wh_status status = wh_session_open_config(ctx, config_path, session, err);
    if (status == WH_OK) {
        status = set_as_of(ctx, session, opt);
    }
    if (status == WH_OK) {
        status = wh_session_open_state(ctx, session, err);
    }
    if (status == WH_OK) {
        status = wh_session_open_maps(ctx, session, err);
    }
    if (status == WH_OK) {
        status = wh_store_begin(session->store, err);
    }
    if (status == WH_OK) {
        status = wh_session_ingest(ctx, session,
                                   wh_format_day(wh_ctx_as_of_day(ctx), name, sizeof name), err);
    }
    if (status == WH_OK) {
        status = wh_session_place(ctx, session, err);
    }
    return status != WH_OK ? status : wh_session_check_gates(ctx, session, err);
}

static enum wh_status make_reports(struct wh_ctx *ctx, struct run *run, struct wh_error *err)
{
    const struct wh_reporting_options for_officers = {.end_day = wh_ctx_as_of_day(ctx)};
    enum wh_status status = decide_public(ctx, run, err);
    const struct wh_reporting_options for_public = {.end_day = run->public_end_day,
                                                    .is_for_public = true};
    /* The public's period goes first: choices that are frozen now must not rest on what it may not
     * see. */
    if (status == WH_OK && run->is_public_new) {
        status = wh_report_build(ctx, &run->session, &for_public, &run->public_base, err);
    }
    if (status == WH_OK) {
        status = wh_report_build(ctx, &run->session, &for_officers, &run->officer, err);
    }
    if (status == WH_OK) {
        status = wh_identity_make(ctx, &run->session, &run->officer.body, run->public_end_day,
                                  &run->identity, err);
    }
    if (status == WH_OK) {
        run->officer.body.release_id = run->identity.id;
        run->public_base.body.release_id = run->identity.id;
    }
    return status;
}

static enum wh_status disclose(struct wh_ctx *ctx, struct run *run, struct wh_error *err)
{
    const struct wh_disclose_options opt = {.hide_below = run->session.config.privacy.hide_below};
    struct wh_disclose_stats stats = {0};
    const enum wh_status status =
        wh_disclose(ctx, &run->public_base, &opt, &run->public_report, &stats, err);
    if (status == WH_OK) {
        wh_log(ctx, WH_LOG_DETAIL,
               "disclosure control: %llu counts, %llu below %u hidden, %llu more hidden to protect "
               "them",
               (unsigned long long)stats.counts, (unsigned long long)stats.hidden_small,
               opt.hide_below, (unsigned long long)stats.hidden_secondary);
    }
    return status;
}

/* Names that anybody may read: streets, places, wards, themes. Borrowed. */
static enum wh_status list_public_names(struct wh_ctx *ctx, const struct wh_session *session,
                                        const char ***ret, size_t *ret_n, struct wh_error *err)
{
    const struct wh_layer *layer[2] = {wh_basemap_streets(session->basemap),
                                       wh_basemap_places(session->basemap)};
    size_t most = session->wards.n + session->config.n_themes, n = 0;
    for (size_t i = 0; i < 2; i++) {
        most += layer[i] == NULL ? 0 : layer[i]->n;
    }
    const char **name = wh_alloc_array(ctx, most, sizeof *name);
    if (name == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; layer[i] != NULL && j < layer[i]->n; j++) {
            if (layer[i]->feature[j].value[0] != NULL) {
                name[n++] = layer[i]->feature[j].value[0];
            }
        }
    }
    for (size_t i = 0; i < session->wards.n; i++) {
        name[n++] = session->wards.name[i];
    }
    for (size_t i = 0; i < session->config.n_themes; i++) {
        name[n++] = session->config.theme[i].title;
    }
    *ret = name;
    *ret_n = n;
    return WH_OK;
}

static enum wh_status check_leaks(struct wh_ctx *ctx, struct run *run, const char *folder,
                                  struct wh_str drawn_text, struct wh_error *err)
{
    const char **name = NULL;
    struct wh_leak_options opt = {.requests = &run->session.unplaced.requests,
                                  .to_lonlat = run->session.to_lonlat};
    struct wh_leak_stats stats = {0};
    enum wh_status status = list_public_names(ctx, &run->session, &name, &opt.n_public_names, err);
    opt.public_name = name;
    if (status == WH_OK) {
        status = wh_leak_check(ctx, run->session.store, &opt, folder, drawn_text, &stats, err);
    }
    if (status == WH_OK) {
        wh_log(ctx, WH_LOG_DETAIL, "leak check: %llu words and %llu pairs of numbers in %llu files",
               (unsigned long long)stats.words, (unsigned long long)stats.pairs,
               (unsigned long long)stats.files);
    }
    wh_free(ctx, name);
    return status;
}

static struct wh_publish_options publish_options(const struct run *run, const char *dashboard_dir)
{
    const struct wh_config *config = &run->session.config;
    return (struct wh_publish_options){
        .to_lonlat = run->session.to_lonlat,
        .style = run->session.style,
        .basemap = run->session.basemap,
        .paper = config->outputs.paper,
        .zoom_min = config->outputs.zoom_min,
        .zoom_max = config->outputs.zoom_max,
        .wants_geojson = config->outputs.geojson,
        .wants_tiles = config->outputs.tiles,
        .wants_print = config->outputs.print,
        .wants_dashboard = config->outputs.dashboard,
        .dashboard_dir = dashboard_dir,
    };
}

static enum wh_status write_public(struct wh_ctx *ctx, struct run *run,
                                   const struct wh_publish_options *opt, const char *folder,
                                   struct wh_error *err)
{
    struct wh_buf drawn;
    wh_buf_init(&drawn, ctx);
    enum wh_status status = disclose(ctx, run, err);
    if (status == WH_OK) {
        status = wh_publish_public(ctx, &run->public_report, opt, folder, &drawn, err);
    }
    if (status == WH_OK) {
        status = wh_buf_ok(&drawn, err);
    }
    if (status == WH_OK) {
        status = check_leaks(ctx, run, folder, wh_buf_view(&drawn), err);
    }
    wh_buf_finish(&drawn);
    return status;
}

static enum wh_status stage(struct wh_ctx *ctx, struct run *run, struct wh_error *err)
{
    struct wh_arena *arena = &run->session.arena;
    const char *dashboard = wh_arena_printf(arena, "%s/dashboard", wh_run_assets_dir());
    enum wh_status status =
        wh_release_begin(ctx, run->session.config.publish.to, run->identity.id, &run->release, err);
    if (status != WH_OK) {
        return status;
    }
    run->is_staged = true;
    const char *public_folder = wh_arena_printf(arena, "%s/public", run->release.staging);
    const char *officer_folder = wh_arena_printf(arena, "%s/officer", run->release.staging);
    if (dashboard == NULL || public_folder == NULL || officer_folder == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const struct wh_publish_options opt = publish_options(run, dashboard);
    if (run->is_public_new) {
        status = write_public(ctx, run, &opt, public_folder, err);
    } else {
        status = wh_release_carry_public(ctx, &run->release, run->carried_from, err);
    }
    if (status == WH_OK) {
        status = wh_publish_officer(ctx, &run->officer, &opt, officer_folder, err);
    }
    if (status == WH_OK) {
        const struct wh_manifest manifest = wh_identity_manifest(&run->identity);
        status = wh_manifest_write(ctx, run->release.staging, &run->officer.body, &manifest, err);
    }
    return status;
}

static enum wh_status publish(struct wh_ctx *ctx, struct run *run, struct wh_error *err)
{
    enum wh_status status =
        wh_release_publish(ctx, &run->release, run->session.config.publish.keep_releases, err);
    if (status != WH_OK) {
        return status;
    }
    run->is_staged = false;
    /* The release stands; a state that cannot be kept now is made again, equal, by the next run. */
    const char *key = public_key(ctx, run);
    if (key == NULL) {
        return wh_fail_memory(ctx, err);
    }
    status = wh_store_set(run->session.store, "public", key, err);
    return status != WH_OK ? status : wh_store_commit(run->session.store, err);
}

static void summarise(const struct run *run, bool is_new, double started_s,
                      struct wh_run_summary *ret)
{
    struct wh_run_summary summary = {.is_new = is_new, .public_is_new = run->is_public_new};
    snprintf(summary.release_id, sizeof summary.release_id, "%s", run->identity.id);
    snprintf(summary.release_path, sizeof summary.release_path, "%s/releases/%s",
             run->session.config.publish.to, run->identity.id);
    for (size_t i = 0; i < run->session.config.n_sources; i++) {
        summary.read += run->session.ingest[i].ledger.read;
        summary.unreadable += run->session.ingest[i].ledger.unreadable;
    }
    summary.requests = run->officer.body.n_received;
    summary.placed = run->officer.body.n_placed;
    summary.placed_share =
        summary.requests == 0 ? 0 : (double)summary.placed / (double)summary.requests;
    summary.seconds = wh_clock_monotonic_s() - started_s;
    *ret = summary;
}

/* status.json and status.html say how the last attempt went; yesterday's release stands whatever
 * they say. */
static void write_status(struct wh_ctx *ctx, const struct run *run, enum wh_status outcome,
                         const struct wh_error *why)
{
    struct wh_error ignored = {0};
    char text[1400], current[32] = "";
    if (run->session.config.publish.to == NULL || (outcome != WH_OK && run->session.lock == NULL)) {
        return; /* no config, or another run is at it and will say */
    }
    if (wh_release_current(ctx, run->session.config.publish.to, current, &ignored) != WH_OK) {
        current[0] = '\0';
    }
    const struct wh_publish_status status = {
        .title = run->session.config.title,
        .current_id = current,
        .current_as_of_day = wh_ctx_as_of_day(ctx),
        .data_through_day = run->officer.body.data_through_day,
        .attempted_at_utc = wh_clock_now(),
        .is_ok = outcome == WH_OK,
        .why_not = outcome == WH_OK ? NULL : wh_error_text(why, text, sizeof text),
    };
    if (wh_publish_status_write(ctx, run->session.config.publish.to, &status, &ignored) != WH_OK) {
        wh_log(ctx, WH_LOG_WARNING, "the status page could not be written: %s", ignored.message);
    }
}

enum wh_status wh_run(struct wh_ctx *ctx, const char *config_path, const struct wh_run_options *opt,
                      struct wh_run_summary *ret, struct wh_error *err)
{
    const double started_s = wh_clock_monotonic_s();
    struct run run = {0};
    bool is_new = true;
    enum wh_status status = read_everything(ctx, config_path, opt, &run, err);
    if (status == WH_OK) {
        status = make_reports(ctx, &run, err);
    }
    if (status == WH_OK &&
        wh_release_is_current(ctx, run.session.config.publish.to, run.identity.id)) {
        is_new = false;
        if (!opt->is_dry_run) {
            status = wh_store_commit(run.session.store, err);
        }
    } else if (status == WH_OK) {
        status = stage(ctx, &run, err);
        if (status == WH_OK && !opt->is_dry_run) {
            status = publish(ctx, &run, err);
        }
    }
    if (status == WH_OK) {
        summarise(&run, is_new, started_s, ret);
    }
    if (run.is_staged) {
        wh_release_abandon(ctx, &run.release);
    }
    if (!opt->is_dry_run) {
        write_status(ctx, &run, status, err);
    }
    wh_identity_finish(ctx, &run.identity);
    wh_public_report_finish(ctx, &run.public_report);
    wh_officer_report_finish(ctx, &run.public_base);
    wh_officer_report_finish(ctx, &run.officer);
    wh_session_close(ctx, &run.session);
    return status;
}
