/* run/release_stages.c: from reports to a release that stands, and the state that knows of it. */
#include "base/ctx.h"
#include "base/error.h"
#include "base/time.h"
#include "publish/writers.h"
#include "run/edition.h"
#include "run/evidence.h"
#include "run/evidence_notes.h"
#include "run/leak.h"
#include "run/run.h"
#include "run/state_copy.h"
#include "run/work.h"

static struct wh_publish_options publish_options(const struct wh_work *work)
{
    struct wh_publish_options opt = wh_edition_publish_options(&work->session);
    opt.dashboard_dir = work->dashboard;
    return opt;
}

enum wh_status wh_stage_begin_release(struct wh_ctx *ctx, struct wh_work *work,
                                      struct wh_error *err)
{
    struct wh_arena *arena = &work->session.arena;
    const enum wh_status status =
        wh_release_begin(ctx, work->publish_to, work->identity.id, &work->release, err);
    if (status != WH_OK) {
        return status;
    }
    work->is_staged = true;
    work->dashboard = wh_arena_printf(arena, "%s/dashboard", wh_run_assets_dir());
    work->public_folder = wh_arena_printf(arena, "%s/public", work->release.staging);
    work->officer_folder = wh_arena_printf(arena, "%s/officer", work->release.staging);
    return work->dashboard == NULL || work->public_folder == NULL || work->officer_folder == NULL
               ? wh_fail_memory(ctx, err)
               : WH_OK;
}

enum wh_status wh_stage_draw_public(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const struct wh_publish_options opt = publish_options(work);
    if (work->is_public_new) {
        const struct wh_manifest manifest = wh_identity_manifest(&work->identity);
        const enum wh_status status = wh_publish_public(ctx, &work->public_report, &opt,
                                                        work->public_folder, &work->drawn, err);
        return status != WH_OK ? status
                               : wh_manifest_write(ctx, work->public_folder,
                                                   &work->public_report.body, &manifest, err);
    }
    /* A dry run stages beside nothing that could be carried over. */
    return work->opt->is_dry_run ? WH_OK
                                 : wh_release_carry_public(ctx, &work->release, work->current, err);
}

enum wh_status wh_stage_check_leaks(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    if (!work->is_public_new) {
        return WH_OK; /* checked when it was made */
    }
    const enum wh_status status = wh_buf_ok(&work->drawn, err);
    return status != WH_OK ? status
                           : wh_leak_check_staged(ctx, &work->session, work->public_folder,
                                                  wh_buf_view(&work->drawn), err);
}

enum wh_status wh_stage_draw_officer(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const struct wh_publish_options opt = publish_options(work);
    const struct wh_page_options pages = {.paper = work->session.config.outputs.paper,
                                          .basemap = opt.basemap,
                                          .style = work->session.print_style,
                                          .language = opt.english};
    wh_notes_warn(ctx, &work->session, &work->officer.body);
    const enum wh_status status =
        wh_publish_officer(ctx, &work->officer, &opt, work->officer_folder, err);
    return status != WH_OK
               ? status
               : wh_evidence_write(ctx, &work->session, &work->officer, work->patterns,
                                   opt.wants_print ? &pages : NULL, work->officer_folder, err);
}

enum wh_status wh_stage_manifest(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const struct wh_manifest manifest = wh_identity_manifest(&work->identity);
    return wh_manifest_write(ctx, work->release.staging, &work->officer.body, &manifest, err);
}

const char *wh_public_note(struct wh_work *work, const char *made_from)
{
    char day[16];
    return wh_arena_printf(&work->session.arena, "%s %s %s",
                           wh_format_day(work->public_end_day - 1, day, sizeof day),
                           work->session.config.sha256, made_from);
}

/* Before publishing, so that a state that finds no room holds the release back with it. */
enum wh_status wh_stage_note(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const char *note = wh_public_note(
        work, work->public_made_from == NULL ? work->identity.content : work->public_made_from);
    if (note == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_store_set(work->session.store, "public", note, err);
    if (status == WH_OK) {
        status = wh_store_set(work->session.store, WH_RELEASE_NOTE, work->identity.id, err);
    }
    return status != WH_OK ? status : wh_store_flush(work->session.store, err);
}

enum wh_status wh_stage_publish(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const enum wh_status status =
        wh_release_publish(ctx, &work->release, work->session.config.publish.keep_releases, err);
    work->is_staged = status != WH_OK;
    return status;
}

/*
 * Comes after publishing, also when nothing was new: a run that was killed between the two left a
 * state that knows nothing of the release, and is made again, equal, by the next; and what it had
 * staged, or was deleting, is cleared away.
 */
enum wh_status wh_stage_keep(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const enum wh_status status = wh_store_commit(work->session.store, err);
    return status != WH_OK || work->is_new ? status : wh_release_tidy(ctx, work->publish_to, err);
}
