/* run/print.c: `wardheat print`: pages from the state that the last run left, without reading
 * sources again. */
#include <string.h>
#include <wardheat/disclose.h>

#include "base/ctx.h"
#include "base/error.h"
#include "base/time.h"
#include "publish/release.h"
#include "run/reporting.h"
#include "run/run.h"
#include "run/session.h"

static enum wh_status find_ward(const struct wh_session *session, const char *code, int32_t *ret,
                                struct wh_error *err)
{
    if (code == NULL) {
        *ret = -1;
        return WH_OK;
    }
    const int32_t ward = wh_areas_find_code(&session->wards, code);
    if (ward < 0) {
        return wh_fail(err, WH_ERR_USAGE, "no ward has the code \"%s\"; the first is %s", code,
                       session->wards.code[0]);
    }
    *ret = ward;
    return WH_OK;
}

static enum wh_status find_theme(const struct wh_session *session, const char *id, int32_t *ret,
                                 struct wh_error *err)
{
    if (id == NULL) {
        *ret = -1;
        return WH_OK;
    }
    for (size_t i = 0; i < session->config.n_themes; i++) {
        if (strcmp(session->config.theme[i].id, id) == 0) {
            *ret = (int32_t)i;
            return WH_OK;
        }
    }
    return wh_fail(err, WH_ERR_USAGE, "no theme has the id \"%s\"; the first is %s", id,
                   session->config.theme[0].id);
}

static enum wh_status print_report(struct wh_ctx *ctx, struct wh_session *session,
                                   const struct wh_run_print_options *opt, int32_t theme,
                                   int32_t ward, const char *out_path, struct wh_error *err)
{
    struct wh_officer_report officer = {0};
    struct wh_public_report shown = {0};
    const int64_t as_of = wh_ctx_as_of_day(ctx);
    const struct wh_reporting_options period = {
        .end_day = opt->is_officer ? as_of
                                   : wh_public_end_day(session->config.publish.public_every, as_of),
        .is_for_public = !opt->is_officer};
    const struct wh_page_options page = {.paper = opt->has_paper ? opt->paper
                                                                 : session->config.outputs.paper,
                                         .basemap = session->basemap,
                                         .style = session->style};
    const struct wh_disclose_options disclose = {.hide_below = session->config.privacy.hide_below};
    struct wh_disclose_stats stats;
    char id[32] = "";
    enum wh_status status = wh_report_build(ctx, session, &period, &officer, err);
    if (status == WH_OK) {
        status = wh_release_current(ctx, session->config.publish.to, id, err);
    }
    if (status == WH_OK) {
        officer.body.release_id = id[0] == '\0' ? "not published" : id;
    }
    if (status == WH_OK && opt->is_officer) {
        status = wh_render_atlas(ctx, &officer.body, theme, ward, &page, out_path, NULL, err);
    } else if (status == WH_OK) {
        status = wh_disclose(ctx, &officer, &disclose, &shown, &stats, err);
        if (status == WH_OK) {
            status = wh_render_atlas(ctx, &shown.body, theme, ward, &page, out_path, NULL, err);
        }
    }
    wh_public_report_finish(ctx, &shown);
    wh_officer_report_finish(ctx, &officer);
    return status;
}

enum wh_status wh_run_print(struct wh_ctx *ctx, const char *config_path,
                            const struct wh_run_print_options *opt, const char *out_path,
                            struct wh_error *err)
{
    struct wh_session session = {0};
    int32_t ward = -1, theme = -1;
    enum wh_status status = wh_session_open_config(ctx, config_path, &session, err);
    if (status == WH_OK) {
        struct wh_civil now;
        wh_zone_from_utc(session.zone, wh_clock_now(), &now);
        wh_ctx_set_as_of_day(ctx, opt->has_as_of ? opt->as_of_day
                                                 : wh_day_from_civil(now.year, now.month, now.day));
        status = wh_session_open_state(ctx, &session, err);
    }
    if (status == WH_OK) {
        status = wh_session_open_maps(ctx, &session, err);
    }
    if (status == WH_OK) {
        status = find_ward(&session, opt->ward_code, &ward, err);
    }
    if (status == WH_OK) {
        status = find_theme(&session, opt->theme_id, &theme, err);
    }
    /* Inside a transaction that is never committed: printing changes nothing. */
    if (status == WH_OK) {
        status = wh_store_begin(session.store, err);
    }
    if (status == WH_OK) {
        status = wh_session_place(ctx, &session, err);
    }
    if (status == WH_OK && session.unplaced.requests.n == 0) {
        status =
            wh_fail(err, WH_ERR_INPUT,
                    "the state holds no requests yet: run `wardheat run %s` first", config_path);
    }
    if (status == WH_OK) {
        status = print_report(ctx, &session, opt, theme, ward, out_path, err);
    }
    wh_session_close(ctx, &session);
    return status;
}
