/* run/work.h: what one nightly run holds, and its stages, in the order in which run.c lists them.
 */
#ifndef WH_RUN_WORK_H
#define WH_RUN_WORK_H

#include <wardheat/patterns.h>
#include <wardheat/run.h>

#include "model/report.h"
#include "publish/release.h"
#include "run/identity.h"
#include "run/session.h"
#include "run/timings.h"

struct wh_work {
    const char *config_path;
    const struct wh_run_options *opt;
    struct wh_session session;
    char *scratch; /* dry run: what a run would write lands here, and goes with it; else NULL */
    const char *publish_to; /* where releases are made: the config's folder, or one in `scratch` */
    struct wh_officer_report officer;
    struct wh_patterns *patterns; /* one a theme, of the officers' report */
    struct wh_officer_report public_base; /* of the public's complete period, before disclosure */
    struct wh_public_report public_report;
    int64_t public_end_day;
    bool is_public_new;           /* false: carried over from the current release */
    const char *public_made_from; /* content that the carried public part was made from, or NULL */
    char current[32];             /* the release that stands; "" when there is none */
    struct wh_identity identity;
    bool is_new; /* false: the release that would come out stands already */
    struct wh_release release;
    bool is_staged;
    const char *public_folder, *officer_folder; /* of the staged release */
    const char *dashboard;                      /* the site's sources */
    struct wh_buf drawn; /* text of public pages and pictures, for the leak check */
    struct wh_timings timings;
};

typedef enum wh_status wh_stage_fn(struct wh_ctx *ctx, struct wh_work *work, struct wh_error *err);

/* read_stages.c: from the config to placed requests that pass the gates. */
wh_stage_fn wh_stage_config, wh_stage_state, wh_stage_maps, wh_stage_read, wh_stage_place,
    wh_stage_gates;
/* report_stages.c: from placed requests to two reports and the name of the release. */
wh_stage_fn wh_stage_public_report, wh_stage_officer_report, wh_stage_name, wh_stage_disclose;
/* release_stages.c: from reports to a release that stands. Only wh_stage_keep follows when nothing
 * is new. */
wh_stage_fn wh_stage_begin_release, wh_stage_draw_public, wh_stage_check_leaks,
    wh_stage_draw_officer, wh_stage_manifest, wh_stage_note, wh_stage_publish, wh_stage_keep;

/* What the state notes of the public part that stands; in the session's arena, or NULL. */
const char *wh_public_note(struct wh_work *work, const char *made_from);

#endif
