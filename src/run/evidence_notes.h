/* run/evidence_notes.h: what people say of a hot spot, and what was done there: you said, we did.
 */
#ifndef WH_RUN_EVIDENCE_NOTES_H
#define WH_RUN_EVIDENCE_NOTES_H

#include <wardheat/rates.h>

#include "model/report.h"
#include "publish/emit.h"
#include "run/session.h"

/* Of this hot spot, or of a parent of it. */
bool wh_note_is_of(const struct wh_spot_note *note, const struct wh_hotspot *hotspot);

/* Requests of the theme in equally many days before and after an action, in the hot spot and in the
 * rest of the area; days 0: it was done after the period. */
struct wh_action_look {
    int64_t days;
    double before, after, before_elsewhere, after_elsewhere;
    struct wh_action_effect effect;
};
WH_MUST_USE enum wh_status wh_action_look(struct wh_ctx *ctx, const struct wh_session *session,
                                          const struct wh_theme_report *theme,
                                          const struct wh_hotspot *hotspot,
                                          const struct wh_spot_note *note,
                                          struct wh_action_look *ret, struct wh_error *err);

/*
 * Members "notes" and "actions": those whose hot spot is this one or a parent of it. An action has
 * the requests of equally many days before and after it, up to the theme's window, here and in the
 * rest of the theme, and the ratio of the two changes with its 95 % interval (wh_effect_of()).
 */
WH_MUST_USE enum wh_status wh_evidence_notes_emit(struct wh_ctx *ctx,
                                                  const struct wh_session *session,
                                                  const struct wh_theme_report *theme,
                                                  const struct wh_hotspot *hotspot,
                                                  struct wh_emitter *emit, struct wh_error *err);
#endif
