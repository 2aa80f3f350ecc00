/* run/history.h: what earlier nights knew of hot spots, kept in the state as text. */
#ifndef WH_RUN_HISTORY_H
#define WH_RUN_HISTORY_H

#include <wardheat/identity.h>

#include "base/str.h"
#include "model/report.h"
#include "run/session.h"

/*
 * Gives the theme's hot spots their ids and history, and keeps what is known now, in the store's
 * transaction. The same day again starts from what was known before that day, so that it comes to
 * the same; a day before the last one kept changes nothing that is kept. Public and officers'
 * reports have a history each.
 */
WH_MUST_USE enum wh_status wh_history_identify(struct wh_ctx *ctx, struct wh_session *session,
                                               bool is_for_public, int64_t day,
                                               struct wh_arena *arena,
                                               struct wh_theme_report *theme, struct wh_error *err);

/* The text and back; coordinates to a thousandth of a millimetre. WH_ERR_INPUT: not such a text. */
void wh_history_write(struct wh_buf *buf, const struct wh_spot_memory *memory);
WH_MUST_USE enum wh_status wh_history_read(struct wh_ctx *ctx, struct wh_str text,
                                           struct wh_spot_memory *ret, struct wh_error *err);
#endif
