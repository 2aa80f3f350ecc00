/* run/state_copy.c: the state, copied while nothing changes it. */
#include "run/state_copy.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "publish/manifest_read.h"
#include "publish/release.h"

/* Copies state/<name> where there is one. */
static enum wh_status copy_part(struct wh_ctx *ctx, const char *from, const char *to,
                                const char *name, struct wh_error *err)
{
    struct wh_file_info info;
    char *old_path = wh_path_join(ctx, from, name), *new_path = wh_path_join(ctx, to, name);
    enum wh_status status = WH_OK;
    if (old_path == NULL || new_path == NULL) {
        status = wh_fail_memory(ctx, err);
    } else if (wh_io_stat(old_path, &info)) {
        status = wh_io_copy(ctx, old_path, new_path, err);
    }
    wh_free(ctx, old_path);
    wh_free(ctx, new_path);
    return status;
}

enum wh_status wh_state_copy(struct wh_ctx *ctx, const char *from, const char *to,
                             struct wh_error *err)
{
    struct wh_lock *lock = NULL;
    char *lock_path = wh_path_join(ctx, from, "lock");
    enum wh_status status =
        lock_path == NULL ? wh_fail_memory(ctx, err) : wh_lock_share(ctx, lock_path, &lock, err);
    if (status == WH_OK) {
        status = wh_io_make_folders(to, 0700, err);
    }
    if (status == WH_OK) {
        status = copy_part(ctx, from, to, "wardheat.db", err);
    }
    if (status == WH_OK) {
        status = copy_part(ctx, from, to, "wardheat.db-journal", err);
    }
    wh_lock_release(lock);
    wh_free(ctx, lock_path);
    return status;
}

/* ---- the state behind the public part ---- */

enum { MOST_NAME = 64 };

/* Is the copy that is kept of this release already? */
static bool is_kept(struct wh_ctx *ctx, const char *mark, const char *release)
{
    struct wh_buf text;
    struct wh_error ignored = {0};
    struct wh_file_info info;
    wh_buf_init(&text, ctx);
    const bool is_same = wh_io_stat(mark, &info) &&
                         wh_io_read_all(ctx, mark, MOST_NAME, &text, &ignored) == WH_OK &&
                         wh_str_eq_c(wh_buf_view(&text), release);
    wh_buf_finish(&text);
    return is_same;
}

/* The release whose public part stands, where it was this state that made it; else NULL. */
static enum wh_status find_made(struct wh_ctx *ctx, struct wh_session *session, const char **ret,
                                struct wh_error *err)
{
    const char *const root = session->config.publish.to, *note = NULL;
    struct wh_manifest_facts facts = {0};
    char current[32] = "";
    *ret = NULL;
    enum wh_status status = wh_release_current(ctx, root, current, err);
    if (status == WH_OK) {
        status = wh_store_get(session->store, WH_RELEASE_NOTE, &session->arena, &note, err);
    }
    if (status != WH_OK || current[0] == '\0' || note == NULL) {
        return status;
    }
    const char *const folder =
        wh_arena_printf(&session->arena, "%s/releases/%s/public", root, current);
    status = folder == NULL ? wh_fail_memory(ctx, err)
                            : wh_manifest_read(ctx, folder, &session->arena, &facts, err);
    *ret = status == WH_OK && strcmp(facts.release, note) == 0 ? note : NULL;
    return status;
}

static enum wh_status keep_public(struct wh_ctx *ctx, struct wh_session *session,
                                  struct wh_error *err)
{
    struct wh_arena *const arena = &session->arena;
    const char *const state = session->state, *made = NULL;
    const char *const folder = wh_arena_printf(arena, "%s/" WH_PUBLIC_STATE, state);
    const char *const from = wh_arena_printf(arena, "%s/wardheat.db", state);
    const char *const to = wh_arena_printf(arena, "%s/" WH_PUBLIC_STATE "/wardheat.db", state);
    const char *const making = wh_arena_printf(arena, "%s/" WH_PUBLIC_STATE "/making.db", state);
    const char *const mark = wh_arena_printf(arena, "%s/" WH_PUBLIC_STATE "/release", state);
    if (folder == NULL || from == NULL || to == NULL || making == NULL || mark == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = find_made(ctx, session, &made, err);
    if (status != WH_OK || made == NULL || is_kept(ctx, mark, made)) {
        return status;
    }
    status = wh_io_make_folders(folder, 0750, err);
    if (status == WH_OK) {
        status = wh_io_copy(ctx, from, making, err);
    }
    if (status == WH_OK) {
        status = wh_io_rename_over(ctx, making, to, err);
    }
    return status == WH_OK ? wh_io_replace(ctx, mark, wh_str_c(made), err) : status;
}

void wh_state_keep_public(struct wh_ctx *ctx, struct wh_session *session)
{
    struct wh_error err = {0};
    char text[400];
    /* With a public part a run, the state that stands is always the one behind it. */
    if (session->config.publish.public_every != WH_EVERY_RUN &&
        keep_public(ctx, session, &err) != WH_OK) {
        wh_log(ctx, WH_LOG_WARNING,
               "the state behind the public part could not be kept, so that explain cannot count "
               "it again: %s",
               wh_error_text(&err, text, sizeof text));
    }
}
