/* run/check.c: `wardheat check`: everything that is wrong in one go, and what a run would do;
 * changes nothing. */
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "base/time.h"
#include "run/levels.h"
#include "run/reporting.h"
#include "run/run.h"
#include "run/session.h"

/* Counts faults and writes each as a line; the status that the run would end with is that of the
 * first. */
struct check {
    struct wh_ctx *ctx;
    struct wh_buf *out;
    struct wh_error first;
    size_t n_faults;
};

static void add_fault(struct check *check, const struct wh_error *fault)
{
    char text[1400];
    if (check->n_faults++ == 0) {
        check->first = *fault;
    }
    wh_buf_printf(check->out, "wrong: %s\n", wh_error_text(fault, text, sizeof text));
}

static void check_config_faults(struct check *check, const struct wh_session *session,
                                const char *path, const struct wh_error *err)
{
    if (session->faults.n == 0) {
        add_fault(check, err);
    }
    for (size_t i = 0; i < session->faults.n; i++) {
        const struct wh_config_fault *fault = &session->faults.fault[i];
        struct wh_error line = {0};
        (void)wh_fail_at(&line, WH_ERR_CONFIG, path, fault->line, fault->column, "%s",
                         fault->message);
        add_fault(check, &line);
    }
}

static void check_wards(struct check *check, struct wh_session *session)
{
    struct wh_error fault = {0};
    const struct wh_config *config = &session->config;
    if (wh_areas_open(check->ctx, &config->wards, config->crs, &config->crs_opt, &session->wards,
                      &fault) != WH_OK) {
        add_fault(check, &fault);
        return;
    }
    wh_buf_printf(check->out, "ok: %u wards\n", session->wards.n);
}

/* Further levels lie in the wards, which must be known. */
static void check_levels(struct check *check, struct wh_session *session)
{
    struct wh_error fault = {0};
    if (session->config.n_areas == 0 || session->wards.n == 0) {
        return;
    }
    enum wh_status status = wh_areas_union(check->ctx, &session->wards, &session->area, &fault);
    if (status == WH_OK) {
        status = wh_levels_open(check->ctx, session, &fault);
    }
    if (status != WH_OK) {
        add_fault(check, &fault);
        return;
    }
    for (size_t i = 1; i < session->n_levels; i++) {
        const struct wh_level *const level = &session->level[i].level;
        wh_buf_printf(check->out, "ok: areas %s: %u %s in the wards\n", level->id, level->areas->n,
                      level->is_segments ? "segments" : "areas");
    }
}

static void check_transforms(struct check *check, struct wh_session *session)
{
    const struct wh_config *config = &session->config;
    struct wh_error fault = {0};
    if (wh_crs_check_working(check->ctx, config->crs, &fault) != WH_OK ||
        wh_transform_create(check->ctx, config->crs, "EPSG:4326", &config->crs_opt,
                            &session->to_lonlat, &fault) != WH_OK) {
        add_fault(check, &fault);
        return;
    }
    const struct wh_transform_info *info = wh_transform_info(session->to_lonlat);
    wh_buf_printf(check->out, "%s: %s to longitude and latitude by %s, good to %.3g m\n",
                  info->is_best ? "ok" : "note", config->crs, info->operation, info->accuracy_m);
    if (!info->is_best) {
        wh_buf_printf(check->out, "note: %s would be better; it is not installed\n",
                      info->missing_grid);
    }
}

/* A source without one is read without a control area. */
static void check_source_transforms(struct check *check, struct wh_session *session)
{
    const struct wh_config *config = &session->config;
    struct wh_error fault = {0};
    session->source_transform =
        wh_alloc_array(check->ctx, config->n_sources, sizeof(*session->source_transform));
    if (session->source_transform == NULL) {
        (void)!wh_fail_memory(check->ctx, &fault);
        add_fault(check, &fault);
        return;
    }
    for (size_t i = 0; i < config->n_sources; i++) {
        if (wh_transform_create(check->ctx, config->source[i].crs, config->crs, &config->crs_opt,
                                &session->source_transform[i], &fault) != WH_OK) {
            add_fault(check, &fault);
        }
    }
}

/* Each layer alone, so that one that is wrong does not hide the next. */
static void check_basemap(struct check *check, const struct wh_session *session)
{
    const struct wh_basemap_options *const all = &session->config.basemap;
    for (int kind = 0; kind < WH_N_BASEMAP; kind++) {
        struct wh_basemap_options one = {.crs = all->crs, .crs_opt = all->crs_opt};
        struct wh_basemap *basemap = NULL;
        struct wh_error fault = {0};
        one.layer[kind] = all->layer[kind];
        if (one.layer[kind].path == NULL) {
            continue;
        }
        if (wh_basemap_load(check->ctx, &one, &basemap, &fault) != WH_OK) {
            add_fault(check, &fault);
            continue;
        }
        wh_buf_printf(check->out, "ok: base map: %s\n", wh_basemap_key((enum wh_basemap_kind)kind));
        wh_basemap_destroy(check->ctx, basemap);
    }
}

static void check_styles(struct check *check, struct wh_session *session)
{
    struct wh_error fault = {0};
    if (wh_session_open_styles(check->ctx, session, &fault) != WH_OK) {
        add_fault(check, &fault);
    }
}

static void check_folders(struct check *check, const struct wh_session *session)
{
    const char *const folder[] = {session->config.state, session->config.publish.to};
    for (size_t i = 0; i < sizeof folder / sizeof *folder; i++) {
        struct wh_error fault = {0};
        if (wh_io_may_write(folder[i], &fault) != WH_OK) {
            add_fault(check, &fault);
        }
    }
}

static void check_gazetteer_file(struct check *check, const struct wh_gazetteer_note *file)
{
    char rows[32], bad[32], day[32];
    wh_buf_printf(check->out, "ok: gazetteer %s: %s rows of type %s", file->path,
                  wh_format_count(file->rows, rows, sizeof rows),
                  wh_gazetteer_type_name(file->type));
    if (file->bad_rows > 0) {
        wh_buf_printf(check->out, ", %s without a name or a place",
                      wh_format_count(file->bad_rows, bad, sizeof bad));
    }
    if (file->far_rows > 0) {
        wh_buf_printf(check->out, ", %s too far away",
                      wh_format_count(file->far_rows, bad, sizeof bad));
    }
    if (file->edition_day != WH_NO_DAY) {
        wh_buf_printf(check->out, ", edition of %s",
                      wh_format_day_words(file->edition_day, day, sizeof day));
    }
    wh_buf_c(check->out, "\n");
}

/* Each by itself, so that every fault is told. */
static void check_gazetteers(struct check *check, struct wh_session *session)
{
    const struct wh_config *config = &session->config;
    const struct wh_gazetteers_options opt = {
        .working_crs = config->crs, .crs_opt = &config->crs_opt, .wards = &session->wards};
    for (size_t i = 0; i < config->n_gazetteers; i++) {
        struct wh_gazetteers *gazetteers = NULL;
        struct wh_error fault = {0};
        if (wh_gazetteers_open(check->ctx, &config->gazetteer[i], 1, &opt, &gazetteers, &fault) !=
            WH_OK) {
            add_fault(check, &fault);
            continue;
        }
        size_t n = 0;
        const struct wh_gazetteer_note *file = wh_gazetteers_files(gazetteers, &n);
        for (size_t k = 0; k < n; k++) {
            check_gazetteer_file(check, &file[k]);
        }
        wh_gazetteers_destroy(check->ctx, gazetteers);
    }
}

static void check_corrections(struct check *check, const struct wh_session *session)
{
    const struct wh_config *config = &session->config;
    struct wh_corrections corrections = {0};
    struct wh_error fault = {0};
    char n[32];
    if (config->corrections.path == NULL) {
        return;
    }
    if (wh_corrections_read(check->ctx, &config->corrections, config->crs, &config->crs_opt,
                            &corrections, &fault) != WH_OK) {
        add_fault(check, &fault);
        return;
    }
    wh_buf_printf(check->out, "ok: %s correction%s\n", wh_format_count(corrections.n, n, sizeof n),
                  corrections.n == 1 ? "" : "s");
    wh_corrections_finish(check->ctx, &corrections);
}

static void check_source(struct check *check, struct wh_session *session, size_t source_idx)
{
    const struct wh_source *source = &session->config.source[source_idx];
    const struct wh_ingest_options opt =
        wh_session_ingest_options(check->ctx, session, source_idx, NULL);
    struct wh_ingest_report report = {0};
    struct wh_error fault = {0};
    if (wh_session_may_skip(check->ctx, source)) {
        wh_buf_printf(check->out, "note: source %s: no file matches, and it is not required\n",
                      source->id);
    } else if (wh_ingest_check(check->ctx, source, &opt, &report, &fault) != WH_OK) {
        add_fault(check, &fault);
    } else {
        wh_buf_printf(check->out, "ok: source %s: %zu file%s\n", source->id, report.n_files,
                      report.n_files == 1 ? "" : "s");
        for (size_t i = 0; i < report.n_warnings; i++) {
            wh_buf_printf(check->out, "note: %s\n", report.warning[i]);
        }
    }
    wh_ingest_report_finish(check->ctx, &report);
}

static void say_what_would_happen(struct check *check, const struct wh_session *session)
{
    const struct wh_config *config = &session->config;
    char day[32];
    const int64_t end =
        wh_public_end_day(config->publish.public_every, wh_ctx_as_of_day(check->ctx));
    wh_buf_printf(check->out, "a run would publish %zu theme%s for %u wards to %s\n",
                  config->n_themes, config->n_themes == 1 ? "" : "s", session->wards.n,
                  config->publish.to);
    wh_buf_printf(check->out, "the public part would cover requests up to %s\n",
                  wh_format_day_words(end - 1, day, sizeof day));
}

enum wh_status wh_run_check(struct wh_ctx *ctx, const char *config_path, struct wh_buf *ret_report,
                            struct wh_error *err)
{
    struct wh_session session = {0};
    struct check check = {.ctx = ctx, .out = ret_report};
    struct wh_error fault = {0};
    if (wh_session_open_config(ctx, config_path, &session, &fault) != WH_OK) {
        check_config_faults(&check, &session, config_path, &fault);
    } else {
        const int64_t given = wh_ctx_as_of_day(ctx);
        wh_session_set_as_of(ctx, &session, given != 0, given);
        wh_buf_c(ret_report, "ok: the config\n");
        check_transforms(&check, &session);
        check_wards(&check, &session);
        check_levels(&check, &session);
        check_source_transforms(&check, &session);
        check_gazetteers(&check, &session);
        check_corrections(&check, &session);
        check_basemap(&check, &session);
        check_styles(&check, &session);
        for (size_t i = 0; session.source_transform != NULL && i < session.config.n_sources; i++) {
            check_source(&check, &session, i);
        }
        check_folders(&check, &session);
        if (check.n_faults == 0) {
            say_what_would_happen(&check, &session);
        }
    }
    wh_session_close(ctx, &session);
    if (check.n_faults == 0) {
        return wh_buf_ok(ret_report, err);
    }
    wh_buf_printf(ret_report, "%zu thing%s wrong; nothing was changed\n", check.n_faults,
                  check.n_faults == 1 ? " is" : "s are");
    *err = check.first;
    return check.first.status;
}
