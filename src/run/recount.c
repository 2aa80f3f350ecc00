/* run/recount.c: which state made the release, and its reports again from there. */
#include "run/recount.h"

#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "publish/release.h"
#include "publish/writers.h"
#include "run/evidence.h"
#include "run/identity.h"
#include "run/state_copy.h"

enum wh_status wh_recount_open(struct wh_ctx *ctx, const char *config_path, bool is_public,
                               struct wh_recount *ret, struct wh_error *err)
{
    struct wh_session *const session = &ret->session;
    char current[32] = "";
    *ret = (struct wh_recount){.is_public = is_public};
    enum wh_status status = wh_session_open_config(ctx, config_path, session, err);
    if (status == WH_OK) {
        status = wh_release_current(ctx, session->config.publish.to, current, err);
    }
    if (status == WH_OK && current[0] == '\0') {
        status = wh_fail(err, WH_ERR_INPUT, "nothing is published yet: run `wardheat run %s` first",
                         config_path);
    }
    if (status != WH_OK) {
        return status;
    }
    ret->release =
        wh_arena_printf(&session->arena, "%s/releases/%s", session->config.publish.to, current);
    ret->folder = ret->release == NULL ? NULL
                                       : wh_arena_printf(&session->arena, "%s/%s", ret->release,
                                                         is_public ? "public" : "officer");
    return ret->folder == NULL ? wh_fail_memory(ctx, err)
                               : wh_manifest_read(ctx, is_public ? ret->folder : ret->release,
                                                  &session->arena, &ret->facts, err);
}

/* ---- the state ---- */

/* The release that a copied state was left by; NULL: it does not say. */
static enum wh_status read_note(struct wh_ctx *ctx, struct wh_session *session, const char *state,
                                const char **ret, struct wh_error *err)
{
    struct wh_store *store = NULL;
    const char *const path = wh_arena_printf(&session->arena, "%s/wardheat.db", state);
    if (path == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_store_open(ctx, path, &store, err);
    if (status == WH_OK) {
        status = wh_store_get(store, WH_RELEASE_NOTE, &session->arena, ret, err);
    }
    wh_store_close(store);
    return status;
}

/* Copies the state of a folder and reads its note; *ret is NULL where there is none. */
static enum wh_status take_state(struct wh_ctx *ctx, struct wh_recount *recount, const char *from,
                                 const char *name, const char **ret, struct wh_error *err)
{
    struct wh_session *const session = &recount->session;
    const char *const to = wh_arena_printf(&session->arena, "%s/%s", recount->scratch, name);
    struct wh_file_info info;
    *ret = NULL;
    if (to == NULL) {
        return wh_fail_memory(ctx, err);
    }
    if (!wh_io_stat(from, &info)) {
        return WH_OK;
    }
    enum wh_status status = wh_state_copy(ctx, from, to, err);
    if (status == WH_OK) {
        status = read_note(ctx, session, to, ret, err);
    }
    if (status == WH_OK) {
        session->state = to;
    }
    return status;
}

/* Leaves the session with a copy of the state that made the edition. */
static enum wh_status find_state(struct wh_ctx *ctx, struct wh_recount *recount,
                                 struct wh_error *err)
{
    const char *const state = recount->session.state, *const wanted = recount->facts.release;
    const char *const kept = wh_arena_printf(&recount->session.arena, "%s/" WH_PUBLIC_STATE, state);
    const char *found = NULL, *found_kept = NULL;
    if (kept == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = take_state(ctx, recount, state, "state", &found, err);
    if (status != WH_OK || (found != NULL && strcmp(found, wanted) == 0)) {
        return status;
    }
    if (recount->is_public) {
        status = take_state(ctx, recount, kept, "kept", &found_kept, err);
        if (status != WH_OK || (found_kept != NULL && strcmp(found_kept, wanted) == 0)) {
            return status;
        }
    }
    return wh_fail(
        err, WH_ERR_INPUT,
        "the %s part that stands is of release %s, and %s holds the requests of %s: what "
        "it was counted from is not there any more; restore the copy of the state that "
        "was kept with it",
        recount->is_public ? "public" : "officers'", wanted, state,
        found == NULL ? "no release that is known" : found);
}

/* ---- again ---- */

enum wh_status wh_recount_build(struct wh_ctx *ctx, struct wh_recount *recount, bool wants_evidence,
                                wh_theme_seen_fn *seen, void *user, struct wh_error *err)
{
    struct wh_session *const session = &recount->session;
    const struct wh_edition_options opt = {.is_officer = !recount->is_public,
                                           .release_id = recount->facts.release,
                                           .wants_evidence = wants_evidence,
                                           .seen = seen,
                                           .user = user};
    enum wh_status status = WH_OK;
    if (!recount->is_resumed) {
        wh_session_set_as_of(ctx, session, true, recount->facts.as_of_day);
        status = wh_io_make_scratch(ctx, &recount->scratch, err);
        if (status == WH_OK) {
            status = find_state(ctx, recount, err);
        }
        if (status == WH_OK) {
            status = wh_session_resume(ctx, session, err);
        }
        recount->is_resumed = status == WH_OK;
    }
    return status != WH_OK ? status : wh_edition_build(ctx, session, &opt, &recount->edition, err);
}

enum wh_status wh_recount_turn_public(struct wh_ctx *ctx, struct wh_recount *recount,
                                      bool *ret_is_same, struct wh_error *err)
{
    struct wh_arena *const arena = &recount->session.arena;
    struct wh_manifest_facts facts = {0};
    const char *const folder = wh_arena_printf(arena, "%s/public", recount->release);
    enum wh_status status = folder == NULL ? wh_fail_memory(ctx, err)
                                           : wh_manifest_read(ctx, folder, arena, &facts, err);
    *ret_is_same = status == WH_OK && recount->is_resumed &&
                   strcmp(facts.release, recount->facts.release) == 0;
    if (*ret_is_same) {
        wh_edition_finish(ctx, &recount->edition);
        recount->facts = facts;
        recount->folder = folder;
        recount->is_public = true;
    }
    return status;
}

/* wh_identity of what is there now: parameters, transforms, inputs but those of sources. */
static enum wh_status identify(struct wh_ctx *ctx, const struct wh_recount *recount,
                               struct wh_identity *ret, struct wh_error *err)
{
    const int64_t end_day =
        wh_public_end_day(recount->session.config.publish.public_every, recount->facts.as_of_day);
    return wh_identity_make(ctx, &recount->session, recount->edition.body, end_day, NULL, ret, err);
}

enum wh_status wh_recount_write(struct wh_ctx *ctx, struct wh_recount *recount, const char **ret,
                                struct wh_error *err)
{
    const char *const folder =
        wh_arena_printf(&recount->session.arena, "%s/again-%s", recount->scratch,
                        recount->is_public ? "public" : "officer");
    if (folder == NULL) {
        return wh_fail_memory(ctx, err);
    }
    *ret = folder;
    const struct wh_edition_report *const edition = &recount->edition;
    struct wh_publish_options opt = wh_edition_publish_options(&recount->session);
    struct wh_identity identity = {0};
    opt.is_numbers_only = true;
    enum wh_status status = wh_io_make_folders(folder, 0700, err);
    if (status == WH_OK && recount->is_public) {
        status = wh_publish_public(ctx, &edition->shown, &opt, folder, NULL, err);
    } else if (status == WH_OK) {
        status = wh_publish_officer(ctx, &edition->officer, &opt, folder, err);
        status = status != WH_OK ? status
                                 : wh_evidence_write(ctx, &recount->session, &edition->officer,
                                                     edition->patterns, NULL, folder, err);
    }
    if (status == WH_OK) {
        status = identify(ctx, recount, &identity, err);
    }
    if (status == WH_OK) {
        const struct wh_manifest manifest = wh_identity_manifest(&identity);
        status = wh_manifest_write(ctx, folder, edition->body, &manifest, err);
    }
    wh_identity_finish(ctx, &identity);
    return status;
}

/* ---- inputs ---- */

static const struct wh_manifest_input *find_input(const struct wh_identity *identity,
                                                  const struct wh_manifest_input *wanted)
{
    for (size_t i = 0; i < identity->n_inputs; i++) {
        if (strcmp(identity->input[i].role, wanted->role) == 0 &&
            strcmp(identity->input[i].name, wanted->name) == 0) {
            return &identity->input[i];
        }
    }
    return NULL;
}

/* Another program, or another library, may round or draw otherwise. */
static void tell_versions(const struct wh_recount *recount, const struct wh_identity *identity,
                          struct wh_buf *ret)
{
    for (size_t i = 0; i < recount->facts.n_versions; i++) {
        const char *const name = recount->facts.version_name[i];
        for (size_t j = 0; j < identity->n_versions; j++) {
            if (strcmp(identity->version_name[j], name) == 0 &&
                strcmp(identity->version_value[j], recount->facts.version_value[i]) != 0) {
                wh_buf_printf(ret, "note: made with %s %s, worked out again with %s\n", name,
                              recount->facts.version_value[i], identity->version_value[j]);
            }
        }
    }
}

enum wh_status wh_recount_tell_inputs(struct wh_ctx *ctx, struct wh_recount *recount,
                                      struct wh_buf *ret, struct wh_error *err)
{
    struct wh_identity identity = {0};
    const enum wh_status status = identify(ctx, recount, &identity, err);
    for (size_t i = 0; status == WH_OK && i < recount->facts.n_inputs; i++) {
        const struct wh_manifest_input *const then = &recount->facts.input[i];
        const struct wh_manifest_input *const now = find_input(&identity, then);
        if (wh_str_has_prefix(wh_str_c(then->role), "source ") ||
            strcmp(then->role, "categories") == 0) {
            continue;
        }
        if (now == NULL) {
            wh_buf_printf(ret, "note: %s %s, from which the release was made, is not used now\n",
                          then->role, then->name);
        } else if (strcmp(now->sha256, then->sha256) != 0) {
            wh_buf_printf(ret,
                          "note: %s %s is not what the release was made from: its SHA-256 was "
                          "%.12s... and is %.12s...\n",
                          then->role, then->name, then->sha256, now->sha256);
        }
    }
    if (status == WH_OK) {
        tell_versions(recount, &identity, ret);
    }
    wh_identity_finish(ctx, &identity);
    return status != WH_OK ? status : wh_buf_ok(ret, err);
}

void wh_recount_close(struct wh_ctx *ctx, struct wh_recount *recount)
{
    struct wh_error ignored = {0};
    wh_edition_finish(ctx, &recount->edition);
    wh_session_close(ctx, &recount->session);
    if (recount->scratch != NULL && wh_io_remove_tree(ctx, recount->scratch, &ignored) != WH_OK) {
        wh_log(ctx, WH_LOG_WARNING, "%s could not be removed: remove it, it holds requests",
               recount->scratch);
    }
    wh_free(ctx, recount->scratch);
    recount->scratch = NULL;
}
