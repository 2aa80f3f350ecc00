/* run/edition.h: an edition's report from the state that the last run left, for commands that read
 * no source again. */
#ifndef WH_RUN_EDITION_H
#define WH_RUN_EDITION_H

#include "publish/writers.h"
#include "run/reporting.h"

/*
 * Opens a config with all that it names but sources, and places what the state holds, inside a
 * transaction that is never committed: nothing changes. The as-of day is `as_of_day`, or today in
 * the config's zone. Close with wh_session_close(), also after a failure. WH_ERR_INPUT: there was
 * no run yet.
 */
WH_MUST_USE enum wh_status wh_session_reopen(struct wh_ctx *ctx, const char *config_path,
                                             bool has_as_of, int64_t as_of_day,
                                             struct wh_session *session, struct wh_error *err);
/* The same of a session that has its config, its as-of day, and the folder of its state. */
WH_MUST_USE enum wh_status wh_session_resume(struct wh_ctx *ctx, struct wh_session *session,
                                             struct wh_error *err);

struct wh_edition_options {
    bool is_officer;
    const char *release_id; /* that it is a part of; NULL: the one that stands */
    bool wants_evidence;    /* officer's: what the past says, and how requests were placed */
    wh_theme_seen_fn *seen; /* as in wh_reporting_options */
    void *user;
};
struct wh_edition_report {
    struct wh_officer_report officer;
    struct wh_public_report shown;
    const struct wh_report *body; /* of the edition that was asked for */
    char release_id[32];
    size_t n_patterns;
    struct wh_patterns *patterns; /* one a theme, with wants_evidence */
};

/* The officer's report, or the public one of the last complete period. Finish it before the
 * session. */
WH_MUST_USE enum wh_status wh_edition_build(struct wh_ctx *ctx, struct wh_session *session,
                                            const struct wh_edition_options *opt,
                                            struct wh_edition_report *ret, struct wh_error *err);
/* What writers of either edition share, as the config says; the dashboard's folder is the caller's.
 */
struct wh_publish_options wh_edition_publish_options(const struct wh_session *session);
void wh_edition_finish(struct wh_ctx *ctx, struct wh_edition_report *edition);

#endif
