/* run/read_stages.c: from the config to placed requests that pass the quality gates. */
#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "base/time.h"
#include "run/state_copy.h"
#include "run/work.h"

enum wh_status wh_stage_config(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const enum wh_status status =
        wh_session_open_config(ctx, work->config_path, &work->session, err);
    if (status == WH_OK) {
        wh_session_set_as_of(ctx, &work->session, work->opt->has_as_of, work->opt->as_of_day);
        work->publish_to = work->session.config.publish.to;
    }
    return status;
}

/* A dry run works on a copy of the state, and stages in a folder that goes with it. */
static enum wh_status move_to_scratch(struct wh_ctx *ctx, struct wh_work *work,
                                      struct wh_error *err)
{
    struct wh_session *session = &work->session;
    enum wh_status status = wh_io_make_scratch(ctx, &work->scratch, err);
    if (status != WH_OK) {
        return status;
    }
    const char *state = wh_arena_printf(&session->arena, "%s/state", work->scratch);
    work->publish_to = wh_arena_printf(&session->arena, "%s/publish", work->scratch);
    if (state == NULL || work->publish_to == NULL) {
        return wh_fail_memory(ctx, err);
    }
    status = wh_state_copy(ctx, session->state, state, err);
    session->state = state;
    return status;
}

/* A clock that runs behind must not put an older map over a newer one; who says --as-of knows. */
static enum wh_status check_clock(struct wh_ctx *ctx, const struct wh_work *work,
                                  struct wh_error *err)
{
    char current[32], today[40], stands[40];
    const enum wh_status status =
        wh_release_current(ctx, work->session.config.publish.to, current, err);
    const int64_t day = wh_release_day(current);
    if (status != WH_OK || work->opt->has_as_of || day == WH_NO_DAY ||
        day <= wh_ctx_as_of_day(ctx)) {
        return status;
    }
    return wh_fail(err, WH_ERR_GATE,
                   "held back: by the clock today is %s, and the release that stands is of %s; if "
                   "that is meant, give --as-of",
                   wh_format_day_words(wh_ctx_as_of_day(ctx), today, sizeof today),
                   wh_format_day_words(day, stands, sizeof stands));
}

enum wh_status wh_stage_state(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    if (work->opt->is_dry_run) {
        status = move_to_scratch(ctx, work, err);
    }
    if (status == WH_OK) {
        status = wh_session_open_state(ctx, &work->session, err);
    }
    if (status == WH_OK) {
        status = check_clock(ctx, work, err);
    }
    if (status == WH_OK && !work->opt->is_dry_run) {
        wh_state_keep_public(ctx, &work->session);
    }
    return status != WH_OK ? status : wh_store_begin(work->session.store, err);
}

enum wh_status wh_stage_maps(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    return wh_session_open_maps(ctx, &work->session, err);
}

enum wh_status wh_stage_read(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    char day[16];
    wh_format_day(wh_ctx_as_of_day(ctx), day, sizeof day);
    return wh_session_ingest(ctx, &work->session, work->opt->is_dry_run ? NULL : day, err);
}

/* A theme that takes no request at all is more often a slip in its words than a quiet town. */
static void tell_empty_theme(struct wh_ctx *ctx, const struct wh_theme *theme,
                             const struct wh_requests *requests)
{
    struct wh_near_word nearest = {.word = wh_str_c(theme->category[0])};
    char wanted[128], hint[128];
    nearest.most = 1 + nearest.word.len / 3;
    for (size_t c = 0; c < requests->n_categories; c++) {
        if (wh_theme_takes_category(theme, requests->category_name[c])) {
            return;
        }
        wh_near_word_offer(&nearest, wh_str_c(requests->category_name[c]));
    }
    wh_log_escape(nearest.word, wanted, sizeof wanted);
    if (nearest.best.ptr != NULL) {
        wh_log(ctx, WH_LOG_WARNING,
               "theme %s takes no request: none has the category \"%s\" (did you mean %s?)",
               theme->id, wanted, wh_log_escape(nearest.best, hint, sizeof hint));
    } else {
        wh_log(ctx, WH_LOG_WARNING,
               "theme %s takes no request: none has the category \"%s\", or another of its list",
               theme->id, wanted);
    }
}

enum wh_status wh_stage_place(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    const struct wh_config *config = &work->session.config;
    const char *folder = NULL;
    if (!work->opt->is_dry_run) {
        folder = wh_arena_printf(&work->session.arena, "%s/unplaced", work->session.state);
        if (folder == NULL) {
            return wh_fail_memory(ctx, err);
        }
    }
    const enum wh_status status = wh_session_place(ctx, &work->session, folder, err);
    for (size_t i = 0; status == WH_OK && i < config->n_themes; i++) {
        if (config->theme[i].n_categories > 0) {
            tell_empty_theme(ctx, &config->theme[i], &work->session.unplaced.requests);
        }
    }
    return status;
}

enum wh_status wh_stage_gates(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err)
{
    struct wh_session *const session = &work->session;
    const char *folder = NULL;
    if (!work->opt->is_dry_run) {
        folder = wh_arena_printf(&session->arena, "%s/unmapped", session->state);
        if (folder == NULL) {
            return wh_fail_memory(ctx, err);
        }
    }
    return wh_session_check_gates(ctx, session, folder, err);
}
