/* run/recount.h: the figures of the release that stands, made again from the requests that the
 * state holds, by the stages of a run. */
#ifndef WH_RUN_RECOUNT_H
#define WH_RUN_RECOUNT_H

#include "publish/manifest_read.h"
#include "run/edition.h"

struct wh_recount {
    struct wh_session session;
    struct wh_edition_report edition;
    struct wh_manifest_facts facts; /* of the edition: the public one may be older */
    const char *release;            /* folder of the release that stands */
    const char *folder;             /* of the edition in it */
    bool is_public;
    bool is_resumed; /* the session has the state that made the edition */
    char *scratch;   /* a folder of its own, for the state's copy and what is written; or NULL */
};

/* The config, and which release stands: enough to read its files. WH_ERR_INPUT: nothing is
 * published. Close also after a failure. */
WH_MUST_USE enum wh_status wh_recount_open(struct wh_ctx *ctx, const char *config_path,
                                           bool is_public, struct wh_recount *ret,
                                           struct wh_error *err);
/*
 * Reads no source: requests, frozen choices and history are the state's, as of the day that the
 * edition was made as of. The state must be the one that it was made from: state/, or for a public
 * part that was carried over state/public/. WH_ERR_INPUT: it has gone on since. Works on a
 * copy: nothing changes. `wants_evidence`: also what the past
 * says of each theme, without which nothing can be written. `seen` as in run/reporting.h.
 */
WH_MUST_USE enum wh_status wh_recount_build(struct wh_ctx *ctx, struct wh_recount *recount,
                                            bool wants_evidence, wh_theme_seen_fn *seen, void *user,
                                            struct wh_error *err);
/*
 * From the officers' edition to the public one of the same release, which is built next.
 * *ret_is_same: it was made by the same run, so that the session serves; false: close, and open the
 * public one.
 */
WH_MUST_USE enum wh_status wh_recount_turn_public(struct wh_ctx *ctx, struct wh_recount *recount,
                                                  bool *ret_is_same, struct wh_error *err);
/* The files of the edition that hold numbers, without maps, tiles, pages and prints, into *ret: a
 * folder in the scratch folder. */
WH_MUST_USE enum wh_status wh_recount_write(struct wh_ctx *ctx, struct wh_recount *recount,
                                            const char **ret, struct wh_error *err);
/* A line for each input that is not what it was by its SHA-256, and for each other version. What
 * sources gave is in the state, and not looked at. */
WH_MUST_USE enum wh_status wh_recount_tell_inputs(struct wh_ctx *ctx, struct wh_recount *recount,
                                                  struct wh_buf *ret, struct wh_error *err);
void wh_recount_close(struct wh_ctx *ctx, struct wh_recount *recount);

#endif
