/* run/state_copy.h: a copy of the state to work on, for those who must change nothing. */
#ifndef WH_RUN_STATE_COPY_H
#define WH_RUN_STATE_COPY_H

#include <wardheat/base.h>

/*
 * Copies what there is of the state's folder `from` into the folder `to`, which is made (mode
 * 0700): the database, and the journal that a killed run may have left; opening the copy plays it
 * back. Not a byte of `from` changes. WH_ERR_BUSY: a run is at it.
 */
WH_MUST_USE enum wh_status wh_state_copy(struct wh_ctx *ctx, const char *from, const char *to,
                                         struct wh_error *err);
#endif
