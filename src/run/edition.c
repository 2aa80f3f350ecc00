/* run/edition.c: from the state to the report of one edition. */
#include "run/edition.h"

#include <stdio.h>
#include <wardheat/disclose.h>
#include <wardheat/patterns.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/time.h"
#include "geocode/report.h"
#include "publish/release.h"
#include "run/tallies.h"

enum wh_status wh_session_resume(struct wh_ctx *ctx, struct wh_session *session,
                                 struct wh_error *err)
{
    enum wh_status status = wh_session_open_state(ctx, session, err);
    if (status == WH_OK) {
        status = wh_session_open_maps(ctx, session, err);
    }
    if (status == WH_OK) {
        status = wh_store_begin(session->store, err);
    }
    if (status == WH_OK) {
        status = wh_session_place(ctx, session, NULL, err);
    }
    if (status == WH_OK && session->unplaced.requests.n == 0) {
        status = wh_fail(err, WH_ERR_INPUT,
                         "the state holds no requests yet: run `wardheat run %s` first",
                         session->config.path);
    }
    return status;
}

enum wh_status wh_session_reopen(struct wh_ctx *ctx, const char *config_path, bool has_as_of,
                                 int64_t as_of_day, struct wh_session *session,
                                 struct wh_error *err)
{
    const enum wh_status status = wh_session_open_config(ctx, config_path, session, err);
    if (status != WH_OK) {
        return status;
    }
    wh_session_set_as_of(ctx, session, has_as_of, as_of_day);
    return wh_session_resume(ctx, session, err);
}

/* The officer's report, of either edition's period. */
static enum wh_status build(struct wh_ctx *ctx, struct wh_session *session,
                            const struct wh_edition_options *opt, struct wh_edition_report *ret,
                            struct wh_error *err)
{
    const int64_t as_of = wh_ctx_as_of_day(ctx);
    struct wh_reporting_options period = {
        .end_day = opt->is_officer ? as_of
                                   : wh_public_end_day(session->config.publish.public_every, as_of),
        .is_for_public = !opt->is_officer,
        .seen = opt->seen,
        .user = opt->user};
    enum wh_status status = WH_OK;
    if (opt->is_officer && opt->wants_evidence) {
        ret->n_patterns = session->config.n_themes;
        ret->patterns = wh_alloc_array(ctx, ret->n_patterns, sizeof *ret->patterns);
        period.ret_patterns = ret->patterns;
        status = ret->patterns == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    }
    if (status == WH_OK) {
        status = wh_report_build(ctx, session, &period, &ret->officer, err);
    }
    if (status == WH_OK && opt->is_officer && opt->wants_evidence) {
        status = wh_geocoding_make(ctx, session->gazetteers, &session->wards, &session->unplaced,
                                   &session->geocode, &session->geocoding, err);
        ret->officer.geocoding = &session->geocoding;
    }
    return status;
}

static enum wh_status name(struct wh_ctx *ctx, const struct wh_session *session,
                           const struct wh_edition_options *opt, struct wh_edition_report *ret,
                           struct wh_error *err)
{
    char id[32] = "";
    const enum wh_status status =
        opt->release_id != NULL ? WH_OK
                                : wh_release_current(ctx, session->config.publish.to, id, err);
    snprintf(ret->release_id, sizeof ret->release_id, "%s",
             opt->release_id != NULL ? opt->release_id
             : id[0] == '\0'         ? "not published"
                                     : id);
    ret->officer.body.release_id = ret->release_id;
    ret->body = &ret->officer.body;
    return status;
}

enum wh_status wh_edition_build(struct wh_ctx *ctx, struct wh_session *session,
                                const struct wh_edition_options *opt, struct wh_edition_report *ret,
                                struct wh_error *err)
{
    const struct wh_disclose_options disclose = {.hide_below = session->config.privacy.hide_below};
    struct wh_disclose_stats stats;
    *ret = (struct wh_edition_report){0};
    enum wh_status status = build(ctx, session, opt, ret, err);
    if (status == WH_OK) {
        status = name(ctx, session, opt, ret, err);
    }
    if (status == WH_OK && !opt->is_officer) {
        status = wh_disclose(ctx, &ret->officer, &disclose, &ret->shown, &stats, err);
        ret->body = &ret->shown.body;
    }
    if (status == WH_OK && !opt->is_officer) {
        status = wh_report_measure(ctx, &ret->shown.body, err);
    }
    if (status != WH_OK) {
        wh_edition_finish(ctx, ret);
    }
    return status;
}

struct wh_publish_options wh_edition_publish_options(const struct wh_session *session)
{
    const struct wh_config *const config = &session->config;
    return (struct wh_publish_options){
        .to_lonlat = session->to_lonlat,
        .style = session->style,
        .english = session->english,
        .wants_print_by_theme = config->outputs.print_by_theme,
        .basemap = session->basemap,
        .form = session->forms.form,
        .n_forms = session->forms.n,
        .zoom_min = config->outputs.zoom_min,
        .zoom_max = config->outputs.zoom_max,
        .tile_form = config->outputs.tile_form,
        .wants_whole_maps = config->outputs.whole_maps,
        .wants_geojson = config->outputs.geojson,
        .wants_geopackage = config->outputs.geopackage,
        .wants_tiles = config->outputs.tiles,
        .wants_print = config->outputs.print,
        .wants_dashboard = config->outputs.dashboard,
    };
}

void wh_edition_finish(struct wh_ctx *ctx, struct wh_edition_report *edition)
{
    for (size_t i = 0; edition->patterns != NULL && i < edition->n_patterns; i++) {
        wh_patterns_finish(ctx, &edition->patterns[i]);
    }
    wh_free(ctx, edition->patterns);
    wh_public_report_finish(ctx, &edition->shown);
    wh_officer_report_finish(ctx, &edition->officer);
    *edition = (struct wh_edition_report){0};
}
