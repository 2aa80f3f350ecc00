/* run/tiles.c: `wardheat tiles CONFIG`: every theme's tiles from the state that the last run left.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "publish/tilesets.h"
#include "run/edition.h"
#include "run/run.h"

static enum wh_status copy_files(struct wh_ctx *ctx, const char *from, const char *to,
                                 struct wh_error *err)
{
    struct wh_paths names = {0};
    enum wh_status status = wh_io_make_folders(to, 0755, err);
    if (status == WH_OK) {
        status = wh_io_list(ctx, from, &names, err);
    }
    for (size_t i = 0; status == WH_OK && i < names.n; i++) {
        char *source = wh_path_join(ctx, from, names.path[i]);
        char *target = wh_path_join(ctx, to, names.path[i]);
        status = source == NULL || target == NULL ? wh_fail_memory(ctx, err)
                                                  : wh_io_copy(ctx, source, target, err);
        wh_free(ctx, source);
        wh_free(ctx, target);
    }
    wh_paths_finish(ctx, &names);
    return status;
}

static enum wh_status write_tiles(struct wh_ctx *ctx, const struct wh_session *session,
                                  const struct wh_report *report, const char *folder,
                                  struct wh_error *err)
{
    struct wh_publish_options opt = wh_edition_publish_options(session);
    if (opt.tile_form == WH_TILES_FOLDER) {
        opt.tile_form = WH_TILES_PMTILES; /* files only: OUT/ is filled, not replaced */
    }
    struct wh_job job = {.ctx = ctx, .report = report, .opt = &opt, .folder = folder};
    enum wh_status status = wh_job_init(&job, err);
    if (status == WH_OK) {
        status = wh_tilesets_write_all(&job, err);
    }
    wh_job_finish(&job);
    return status;
}

/* In a folder of their own first: archives are named by their content once that is known. */
static enum wh_status stage_tiles(struct wh_ctx *ctx, const struct wh_session *session,
                                  const struct wh_report *report, const char *out,
                                  struct wh_error *err)
{
    char *scratch = NULL, *made = NULL;
    enum wh_status status = wh_io_make_scratch(ctx, &scratch, err);
    if (status != WH_OK) {
        return status;
    }
    made = wh_path_join(ctx, scratch, "tiles");
    status =
        made == NULL ? wh_fail_memory(ctx, err) : write_tiles(ctx, session, report, scratch, err);
    if (status == WH_OK) {
        status = copy_files(ctx, made, out, err);
    }
    struct wh_error ignored;
    const enum wh_status cleaned =
        wh_io_remove_tree(ctx, scratch, status == WH_OK ? err : &ignored);
    wh_free(ctx, made);
    wh_free(ctx, scratch);
    return status == WH_OK ? cleaned : status;
}

enum wh_status wh_run_tiles(struct wh_ctx *ctx, const char *config_path,
                            const struct wh_run_tiles_options *opt, const char *out_folder,
                            struct wh_error *err)
{
    struct wh_session session = {0};
    struct wh_edition_report edition = {0};
    /* Officers' squares and hot spots say their emerging class, which comes of the evidence. */
    const struct wh_edition_options which = {.is_officer = opt->is_officer,
                                             .wants_evidence = opt->is_officer};
    enum wh_status status =
        wh_session_reopen(ctx, config_path, opt->has_as_of, opt->as_of_day, &session, err);
    if (status == WH_OK) {
        status = wh_edition_build(ctx, &session, &which, &edition, err);
    }
    if (status == WH_OK) {
        status = stage_tiles(ctx, &session, edition.body, out_folder, err);
    }
    wh_edition_finish(ctx, &edition);
    wh_session_close(ctx, &session);
    return status;
}

enum wh_status wh_run_load_basemap(struct wh_ctx *ctx, const char *config_path, const char *crs,
                                   struct wh_basemap **ret, struct wh_error *err)
{
    struct wh_session session = {0};
    enum wh_status status = wh_session_open_config(ctx, config_path, &session, err);
    if (status == WH_OK) {
        struct wh_basemap_options opt = session.config.basemap;
        opt.crs = crs;
        status = wh_basemap_load(ctx, &opt, ret, err);
    }
    wh_session_close(ctx, &session);
    return status;
}
