/* run/state_copy.h: a copy of the state to work on, for those who must change nothing. */
#ifndef WH_RUN_STATE_COPY_H
#define WH_RUN_STATE_COPY_H

#include "run/session.h"

/*
 * Copies what there is of the state's folder `from` into the folder `to`, which is made (mode
 * 0700): the database, and the journal that a killed run may have left; opening the copy plays it
 * back. Not a byte of `from` changes. WH_ERR_BUSY: a run is at it.
 */
WH_MUST_USE enum wh_status wh_state_copy(struct wh_ctx *ctx, const char *from, const char *to,
                                         struct wh_error *err);
/*
 * The state moves on with every run, the public part stands for a month: what that was counted from
 * is put aside in state/public/ before a run changes it, so that `explain` can count it again. For
 * a session whose state is open, and not in a transaction yet. A copy that cannot be made is a
 * warning.
 */
void wh_state_keep_public(struct wh_ctx *ctx, struct wh_session *session);

/* Where, below state/. */
#define WH_PUBLIC_STATE "public"
/* The state's note of the release that it was left by. */
#define WH_RELEASE_NOTE "release"

#endif
