/* run/session.c: opening what a run needs, in the order in which it is needed. */
#include "run/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "base/time.h"
#include "geocode/report.h"
#include "geocode/unplaced.h"
#include "render/message.h"
#include "render/style.h"
#include "run/levels.h"
#include "run/run.h"
#include "run/window.h"

#define POLICE_SNAP_PRECISION_M                                                                    \
    50.0 /* typical distance to the nearest police.uk map point in a town */
#define CONTROL_MARGIN_M                                                                           \
    200000.0 /* records this far outside the wards are another place, not another CRS */

enum wh_status wh_session_open_config(struct wh_ctx *ctx, const char *config_path,
                                      struct wh_session *session, struct wh_error *err)
{
    wh_arena_init(&session->arena, ctx);
    const enum wh_status status =
        wh_config_load(ctx, config_path, &session->config, &session->faults, err);
    if (status != WH_OK) {
        return status;
    }
    session->state = session->config.state;
    return wh_zone_open(ctx, session->config.timezone, &session->zone, err);
}

void wh_session_set_as_of(struct wh_ctx *ctx, const struct wh_session *session, bool has_as_of,
                          int64_t as_of_day)
{
    struct wh_civil now;
    wh_zone_from_utc(session->zone, wh_clock_now(), &now);
    wh_ctx_set_as_of_day(ctx,
                         has_as_of ? as_of_day : wh_day_from_civil(now.year, now.month, now.day));
}

static enum wh_status set_style(struct wh_ctx *ctx, const char *name, struct wh_style **ret,
                                struct wh_error *err)
{
    struct wh_style *style = NULL;
    char *folder = wh_path_join(ctx, wh_run_assets_dir(), "styles");
    if (folder == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const enum wh_status status = wh_style_load(ctx, folder, name, &style, err);
    wh_free(ctx, folder);
    if (status == WH_OK) {
        wh_style_destroy(ctx, *ret);
        *ret = style;
    }
    return status;
}

enum wh_status wh_session_open_styles(struct wh_ctx *ctx, struct wh_session *session,
                                      struct wh_error *err)
{
    const struct wh_config *const config = &session->config;
    const enum wh_status status = set_style(ctx, config->outputs.style, &session->style, err);
    return status == WH_OK ? set_style(ctx, config->outputs.print_style, &session->print_style, err)
                           : status;
}

enum wh_status wh_session_set_print_style(struct wh_ctx *ctx, struct wh_session *session,
                                          const char *name, struct wh_error *err)
{
    return set_style(ctx, name, &session->print_style, err);
}

enum wh_status wh_session_set_layout(struct wh_ctx *ctx, struct wh_session *session,
                                     const char *name, struct wh_error *err)
{
    struct wh_layout *layout = NULL;
    char *folder = wh_path_join(ctx, wh_run_assets_dir(), "styles");
    if (folder == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const enum wh_status status = wh_layout_load(ctx, folder, name, &layout, err);
    wh_free(ctx, folder);
    if (status == WH_OK) {
        wh_layout_destroy(ctx, session->layout);
        session->layout = layout;
    }
    return status;
}

static enum wh_status load_english(struct wh_ctx *ctx, struct wh_session *session,
                                   struct wh_error *err)
{
    char *folder = wh_path_join(ctx, wh_run_assets_dir(), "styles");
    const enum wh_status status =
        folder == NULL ? wh_fail_memory(ctx, err)
                       : wh_language_load(ctx, folder, NULL, "en", &session->english, err);
    wh_free(ctx, folder);
    return status;
}

static enum wh_status open_forms(struct wh_ctx *ctx, struct wh_session *session,
                                 struct wh_error *err)
{
    const struct wh_config *const config = &session->config;
    const struct wh_print_wishes wishes = {.language = config->outputs.language,
                                           .n_languages = config->outputs.n_languages,
                                           .edition = config->outputs.edition,
                                           .n_editions = config->outputs.n_editions};
    return config->outputs.print ? wh_print_forms_open(ctx, session, &wishes, &session->forms, err)
                                 : WH_OK;
}

static enum wh_status open_transforms(struct wh_ctx *ctx, struct wh_session *session,
                                      struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    enum wh_status status = wh_transform_create(ctx, config->crs, "EPSG:4326", &config->crs_opt,
                                                &session->to_lonlat, err);
    if (status != WH_OK) {
        return status;
    }
    session->source_transform =
        wh_alloc_array(ctx, config->n_sources, sizeof(*session->source_transform));
    if (session->source_transform == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < config->n_sources; i++) {
        status = wh_transform_create(ctx, config->source[i].crs, config->crs, &config->crs_opt,
                                     &session->source_transform[i], err);
        if (status != WH_OK) {
            return status;
        }
    }
    return WH_OK;
}

static enum wh_status open_gazetteers(struct wh_ctx *ctx, struct wh_session *session,
                                      struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    const struct wh_gazetteers_options opt = {.working_crs = config->crs,
                                              .crs_opt = &config->crs_opt,
                                              .wards = &session->wards,
                                              .store = session->store};
    struct wh_error ignored;
    /* Outside Great Britain there are no grid references: then they are not looked for. */
    if (wh_transform_create(ctx, "EPSG:27700", config->crs, &config->crs_opt, &session->from_grid,
                            &ignored) != WH_OK) {
        session->from_grid = NULL;
    }
    return wh_gazetteers_open(ctx, config->gazetteer, config->n_gazetteers, &opt,
                              &session->gazetteers, err);
}

struct wh_density_options wh_session_density(const struct wh_session *session, double bandwidth_m)
{
    return (struct wh_density_options){.kernel = session->config.density.kernel,
                                       .edge = session->config.density.edge,
                                       .bandwidth_m = bandwidth_m,
                                       .widen_by_precision = true,
                                       .max_error = session->config.density.max_error};
}

struct wh_ladder_options wh_session_ladder(const struct wh_session *session)
{
    return (struct wh_ladder_options){.conflict_m = session->config.quality.conflict_m,
                                      .postcode_wins = session->config.quality.postcode_wins,
                                      .from_grid = session->from_grid};
}

enum wh_status wh_session_open_maps(struct wh_ctx *ctx, struct wh_session *session,
                                    struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    enum wh_status status = wh_crs_check_working(ctx, config->crs, err);
    if (status == WH_OK) {
        status = open_transforms(ctx, session, err);
    }
    if (status == WH_OK) {
        status =
            wh_areas_open(ctx, &config->wards, config->crs, &config->crs_opt, &session->wards, err);
    }
    if (status == WH_OK) {
        status = wh_areas_union(ctx, &session->wards, &session->area, err);
    }
    if (status == WH_OK) {
        status = wh_levels_open(ctx, session, err);
    }
    if (status == WH_OK) {
        status = open_gazetteers(ctx, session, err);
    }
    if (status == WH_OK && config->corrections.path != NULL) {
        status = wh_corrections_read(ctx, &config->corrections, config->crs, &config->crs_opt,
                                     &session->corrections, err);
    }
    if (status == WH_OK) {
        status = wh_targets_read(ctx, config->targets, config->holidays, &session->arena,
                                 &session->targets, err);
    }
    if (status == WH_OK && config->notes != NULL) {
        status =
            wh_spot_notes_read(ctx, config->notes, false, &session->arena, &session->notes, err);
    }
    if (status == WH_OK && config->actions != NULL) {
        status =
            wh_spot_notes_read(ctx, config->actions, true, &session->arena, &session->actions, err);
    }
    if (status == WH_OK) {
        status = wh_basemap_load(ctx, &config->basemap, &session->basemap, err);
    }
    if (status == WH_OK) {
        status = wh_session_open_styles(ctx, session, err);
    }
    if (status == WH_OK) {
        status = load_english(ctx, session, err);
    }
    if (status == WH_OK) {
        status = wh_session_set_layout(ctx, session, config->outputs.layout, err);
    }
    if (status == WH_OK) {
        status = open_forms(ctx, session, err);
    }
    return status;
}

enum wh_status wh_session_open_state(struct wh_ctx *ctx, struct wh_session *session,
                                     struct wh_error *err)
{
    const char *state = session->state;
    enum wh_status status = wh_io_make_folders(state, 0750, err);
    if (status != WH_OK) {
        return status;
    }
    const char *lock = wh_arena_printf(&session->arena, "%s/lock", state);
    const char *db = wh_arena_printf(&session->arena, "%s/wardheat.db", state);
    if (lock == NULL || db == NULL) {
        return wh_fail_memory(ctx, err);
    }
    status = wh_lock_take(ctx, lock, &session->lock, err);
    return status != WH_OK ? status : wh_store_open(ctx, db, &session->store, err);
}

/* The wards' box, grown by `margin_m`, in the source's own CRS; false: not all of it is in there.
 */
static bool control_box(const struct wh_session *session, size_t source_idx, double margin_m,
                        double ret_box[4])
{
    double box[4];
    wh_areas_box(&session->wards, box);
    double x[4] = {box[0] - margin_m, box[2] + margin_m, box[0] - margin_m, box[2] + margin_m};
    double y[4] = {box[1] - margin_m, box[1] - margin_m, box[3] + margin_m, box[3] + margin_m};
    bool is_whole = true;
    wh_transform_points(session->source_transform[source_idx], true, x, y, 4);
    ret_box[0] = ret_box[1] =
        (double)INFINITY; /* and so it stays, a box of nothing, when none is */
    ret_box[2] = ret_box[3] = -(double)INFINITY;
    for (size_t i = 0; i < 4; i++) {
        is_whole = is_whole && isfinite(x[i]) && isfinite(y[i]);
        ret_box[0] = fmin(ret_box[0], x[i]);
        ret_box[1] = fmin(ret_box[1], y[i]);
        ret_box[2] = fmax(ret_box[2], x[i]);
        ret_box[3] = fmax(ret_box[3], y[i]);
    }
    return is_whole;
}

/* What was opened before this is older than privacy.retain. */
static int64_t retain_from(const struct wh_ctx *ctx, const struct wh_session *session)
{
    const int64_t day = wh_ctx_as_of_day(ctx), month = wh_month_start(day);
    const int months = (int)session->config.privacy.retain_months;
    return wh_zone_day_start(session->zone, wh_month_add(month, -months) + (day - month));
}

struct wh_ingest_options wh_session_ingest_options(const struct wh_ctx *ctx,
                                                   const struct wh_session *session,
                                                   size_t source_idx, const char *unreadable_path)
{
    struct wh_ingest_options opt = {
        .zone = session->zone,
        .zone_name = session->config.timezone,
        .crs_opt = &session->config.crs_opt,
        .as_of_day = wh_ctx_as_of_day(ctx),
        .as_of_utc = wh_zone_day_start(session->zone, wh_ctx_as_of_day(ctx)),
        .retain_from_utc = retain_from(ctx, session),
        .unreadable_path = unreadable_path,
        .latest_utc = wh_zone_day_start(session->zone, wh_ctx_as_of_day(ctx) + 1)};
    if (session->wards.n > 0 && session->source_transform[source_idx] != NULL) {
        (void)control_box(session, source_idx, 0, opt.area);
        double margin_m = CONTROL_MARGIN_M; /* less at the edge of what the CRS is good for */
        while (!control_box(session, source_idx, margin_m, opt.box) && margin_m > 1) {
            margin_m /= 2;
        }
        opt.has_box = true;
    }
    return opt;
}

/* A source that need not be there, and is not: what it gave earlier stays. */
static enum wh_status keep_missed(struct wh_session *session, size_t source_idx,
                                  struct wh_error *err)
{
    struct wh_ingest_report *const report = &session->ingest[source_idx];
    report->newest_utc = WH_NO_TIME;
    const enum wh_status status =
        wh_store_held(session->store, session->config.source[source_idx].id, &report->held,
                      &report->content, err);
    report->held_before = report->held;
    return status;
}

static enum wh_status ingest_source(struct wh_ctx *ctx, struct wh_session *session,
                                    const char *run_name, size_t source_idx, struct wh_error *err)
{
    const struct wh_source *source = &session->config.source[source_idx];
    struct wh_ingest_report *report = &session->ingest[source_idx];
    const char *unreadable = NULL;
    if (run_name != NULL) {
        unreadable = wh_arena_printf(&session->arena, "%s/unreadable/%s/%s.csv", session->state,
                                     run_name, source->id);
        if (unreadable == NULL) {
            return wh_fail_memory(ctx, err);
        }
    }
    const struct wh_ingest_options opt =
        wh_session_ingest_options(ctx, session, source_idx, unreadable);
    enum wh_status status = wh_ingest(ctx, source, &opt, session->store, report, err);
    if (status == WH_OK && report->is_missed) {
        status = keep_missed(session, source_idx, err);
    }
    if (status != WH_OK) {
        return status;
    }
    for (size_t i = 0; i < report->n_warnings; i++) {
        wh_log(ctx, WH_LOG_WARNING, "%s", report->warning[i]);
    }
    return wh_ledger_check(source->id, &report->ledger, err);
}

enum wh_status wh_session_find_theme(const struct wh_session *session, const char *id, int32_t *ret,
                                     struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    char names[256] = "", shown[128];
    size_t len = 0;
    if (id == NULL) {
        *ret = -1;
        return WH_OK;
    }
    for (size_t i = 0; i < config->n_themes; i++) {
        if (strcmp(config->theme[i].id, id) == 0) {
            *ret = (int32_t)i;
            return WH_OK;
        }
        if (len < sizeof names) {
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%s", i == 0 ? "" : ", ",
                                    config->theme[i].id);
        }
    }
    return wh_fail(err, WH_ERR_USAGE, "no theme has the id \"%s\"; there are: %s",
                   wh_log_escape(wh_str_c(id), shown, sizeof shown), names);
}

bool wh_session_may_skip(struct wh_ctx *ctx, const struct wh_source *source)
{
    if (source->is_required || wh_source_is_remote(source)) {
        return false;
    }
    struct wh_paths paths = {0};
    struct wh_error ignored = {0};
    struct wh_file_info info;
    const bool is_found = wh_io_glob(ctx, source->pattern, &paths, &ignored) == WH_OK &&
                          paths.n > 0 && wh_io_stat(paths.path[0], &info);
    wh_paths_finish(ctx, &paths);
    return !is_found;
}

static enum wh_status forget_other_sources(struct wh_ctx *ctx, struct wh_session *session,
                                           struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    uint64_t n_gone = 0;
    const char **id = wh_alloc_array(ctx, config->n_sources, sizeof *id);
    if (id == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < config->n_sources; i++) {
        id[i] = config->source[i].id;
    }
    const enum wh_status status =
        wh_store_keep_sources(session->store, id, config->n_sources, &n_gone, err);
    wh_free(ctx, id);
    if (status == WH_OK && n_gone > 0) {
        char n[32];
        wh_log(ctx, WH_LOG_WARNING,
               "%s request%s of sources that the config does not name any "
               "more have been taken out of the state",
               wh_format_count(n_gone, n, sizeof n), n_gone == 1 ? "" : "s");
    }
    return status;
}

enum wh_status wh_session_ingest(struct wh_ctx *ctx, struct wh_session *session,
                                 const char *run_name, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    session->ingest = wh_alloc_array(ctx, config->n_sources, sizeof *session->ingest);
    if (session->ingest == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < config->n_sources; i++) {
        if (wh_session_may_skip(ctx, &config->source[i])) {
            wh_log(ctx, WH_LOG_WARNING, "source %s: no file matches; its earlier requests stay",
                   config->source[i].id);
            const enum wh_status kept = keep_missed(session, i, err);
            if (kept != WH_OK) {
                return kept;
            }
            continue;
        }
        const enum wh_status status = ingest_source(ctx, session, run_name, i, err);
        if (status != WH_OK) {
            return status;
        }
    }
    return forget_other_sources(ctx, session, err);
}

/* ---- placing ---- */

static enum wh_status describe_sources(struct wh_ctx *ctx, const struct wh_session *session,
                                       struct wh_source_crs *crs, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    for (size_t i = 0; i < config->n_sources; i++) {
        const bool is_police = config->source[i].profile == WH_PROFILE_POLICE_UK;
        bool is_geographic = false;
        const enum wh_status status =
            wh_crs_is_geographic(ctx, config->source[i].crs, &is_geographic, err);
        if (status != WH_OK) {
            return status;
        }
        crs[i] = (struct wh_source_crs){.source_id = config->source[i].id,
                                        .to_working = session->source_transform[i],
                                        .to_lonlat = session->to_lonlat,
                                        .is_geographic = is_geographic,
                                        .precision_m = is_police ? POLICE_SNAP_PRECISION_M : 0,
                                        .may_pile_up = is_police};
    }
    return WH_OK;
}

static void tell_corrections(struct wh_ctx *ctx, const struct wh_session *session, size_t n_unknown)
{
    const char *path = session->config.corrections.path;
    const struct wh_geocode_report *report = &session->geocode;
    char n[32];
    if (n_unknown > 0) {
        wh_log(ctx, WH_LOG_WARNING, "%s: %s correction%s of requests that are not there", path,
               wh_format_count(n_unknown, n, sizeof n), n_unknown == 1 ? " is" : "s are");
    }
    if (report->n_idle_fixes > 0) {
        wh_log(ctx, WH_LOG_WARNING,
               "%s:%u: the UPRN is in no gazetteer (of %s correction%s): nothing was corrected",
               path, report->first_idle_fix, wh_format_count(report->n_idle_fixes, n, sizeof n),
               report->n_idle_fixes == 1 ? "" : "s");
    }
}

/* Rows of the config's source of this id that were read in this run, and what the state has of it.
 */
static uint64_t rows_read(const struct wh_session *session, const char *source_id,
                          uint64_t *ret_requests)
{
    const struct wh_requests *const requests = &session->unplaced.requests;
    for (size_t i = 0; i < requests->n_sources; i++) {
        if (strcmp(requests->source_id[i], source_id) == 0) {
            *ret_requests = session->geocode.ledger[i].requests;
        }
    }
    for (size_t i = 0; session->ingest != NULL && i < session->config.n_sources; i++) {
        if (strcmp(session->config.source[i].id, source_id) == 0) {
            return session->ingest[i].ledger.read;
        }
    }
    return 0;
}

/* Of sources that were read in this run, so that nobody is told the same every night. */
static void tell_defaults(struct wh_ctx *ctx, const struct wh_session *session)
{
    for (size_t i = 0; i < session->geocode.n_defaults; i++) {
        const struct wh_default_location *const found = &session->geocode.default_location[i];
        const bool is_postcode = found->postcode[0] != '\0';
        uint64_t requests = 0;
        char at[64];
        if (rows_read(session, found->source_id, &requests) == 0 || requests == 0) {
            continue;
        }
        snprintf(at, sizeof at, "%.0f, %.0f", found->x, found->y);
        wh_log(ctx, WH_LOG_WARNING, "source %s: %.0f %% of its requests share one %s (%s)%s",
               found->source_id, 100 * (double)found->n / (double)requests,
               is_postcode ? "postcode" : "point", is_postcode ? found->postcode : at,
               found->is_withheld ? ": a default location, which no map shows" : "");
    }
}

static enum wh_status find_places(struct wh_ctx *ctx, struct wh_session *session,
                                  const struct wh_source_crs *crs, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    struct wh_fix *fix = NULL;
    size_t n_fixes = 0, n_unknown = 0;
    enum wh_status status =
        wh_corrections_find(ctx, &session->corrections, session->store, &session->unplaced.requests,
                            &fix, &n_fixes, &n_unknown, err);
    if (status != WH_OK) {
        return status;
    }
    const struct wh_geocode_options opt = {.wards = &session->wards,
                                           .gazetteers = session->gazetteers,
                                           .source = crs,
                                           .n_sources = config->n_sources,
                                           .corrections = &session->corrections,
                                           .fix = fix,
                                           .n_fixes = n_fixes,
                                           .sensitive = config->privacy.sensitive,
                                           .n_sensitive = config->privacy.n_sensitive,
                                           .ladder = wh_session_ladder(session),
                                           .coarsest_m = config->quality.coarsest_m,
                                           .default_share = config->quality.default_share,
                                           .default_category_share =
                                               config->quality.default_category_share,
                                           .default_at_least = config->quality.default_at_least,
                                           .default_is_kept = config->quality.default_is_kept};
    status = wh_geocode(ctx, &opt, &session->unplaced, &session->geocode, err);
    wh_free(ctx, fix);
    if (status == WH_OK) {
        tell_corrections(ctx, session, n_unknown);
        tell_defaults(ctx, session);
    }
    return status;
}

enum wh_status wh_session_place(struct wh_ctx *ctx, struct wh_session *session,
                                const char *unplaced_folder, struct wh_error *err)
{
    const struct wh_requests *requests = &session->unplaced.requests;
    struct wh_source_crs *crs = wh_alloc_array(ctx, session->config.n_sources, sizeof *crs);
    enum wh_status status = crs == NULL ? wh_fail_memory(ctx, err)
                                        : wh_store_load(session->store, &session->unplaced, err);
    if (status == WH_OK) {
        wh_targets_apply(&session->targets, session->zone, &session->unplaced.requests);
        status = describe_sources(ctx, session, crs, err);
    }
    if (status == WH_OK) {
        status = find_places(ctx, session, crs, err);
    }
    wh_free(ctx, crs);
    for (size_t i = 0; status == WH_OK && i < requests->n_sources; i++) {
        status = wh_placing_ledger_check(requests->source_id[i], &session->geocode.ledger[i], err);
    }
    if (status == WH_OK && unplaced_folder != NULL) {
        status = wh_unplaced_write(ctx, session->gazetteers, &session->unplaced, session->store,
                                   unplaced_folder, err);
    }
    if (status == WH_OK) {
        status = wh_session_link_repeats(ctx, session, err);
    }
    if (status == WH_OK) {
        status = wh_store_load_handling(session->store, requests, &session->handling, err);
    }
    if (status == WH_OK) {
        status = wh_levels_assign(ctx, session, err);
    }
    if (status == WH_OK) {
        status = wh_choose_windows(ctx, session, err);
    }
    return status != WH_OK
               ? status
               : wh_store_save_places(session->store, requests, session->wards.code, err);
}

void wh_session_close(struct wh_ctx *ctx, struct wh_session *session)
{
    for (size_t i = 0; session->ingest != NULL && i < session->config.n_sources; i++) {
        wh_ingest_report_finish(ctx, &session->ingest[i]);
    }
    wh_free(ctx, session->ingest);
    wh_free(ctx, session->problem);
    wh_geocoding_finish(&session->geocoding);
    wh_geocode_report_finish(ctx, &session->geocode);
    wh_levels_close(ctx, session);
    wh_handling_finish(ctx, &session->handling);
    wh_requests_finish(ctx, &session->unplaced.requests);
    wh_unplaced_finish(ctx, &session->unplaced);
    wh_store_close(session->store);
    wh_lock_release(session->lock);
    wh_style_destroy(ctx, session->style);
    wh_style_destroy(ctx, session->print_style);
    wh_language_destroy(ctx, session->english);
    wh_print_forms_close(ctx, &session->forms);
    wh_layout_destroy(ctx, session->layout);
    wh_basemap_destroy(ctx, session->basemap);
    wh_corrections_finish(ctx, &session->corrections);
    wh_gazetteers_destroy(ctx, session->gazetteers);
    wh_transform_destroy(ctx, session->from_grid);
    for (size_t i = 0; session->source_transform != NULL && i < session->config.n_sources; i++) {
        wh_transform_destroy(ctx, session->source_transform[i]);
    }
    wh_free(ctx, session->source_transform);
    wh_transform_destroy(ctx, session->to_lonlat);
    wh_shape_finish(ctx, &session->area);
    wh_areas_finish(ctx, &session->wards);
    wh_zone_destroy(ctx, session->zone);
    wh_config_faults_finish(ctx, &session->faults);
    wh_config_finish(ctx, &session->config);
    wh_arena_finish(&session->arena);
}
