/* run/evidence_notes.h: what people say of a hot spot, and what was done there: you said, we did.
 */
#ifndef WH_RUN_EVIDENCE_NOTES_H
#define WH_RUN_EVIDENCE_NOTES_H

#include <wardheat/rates.h>

#include "model/evidence.h"
#include "publish/emit.h"
#include "run/session.h"

/* Of this hot spot, or of a parent of it. */
bool wh_note_is_of(const struct wh_spot_note *note, const struct wh_hotspot *hotspot);
/* Warns of notes and actions that are of no hot spot of the report: by file, line and id. */
void wh_notes_warn(struct wh_ctx *ctx, const struct wh_session *session,
                   const struct wh_report *report);

/* Requests of the theme in equally many days before and after an action, in the hot spot and in the
 * rest of the area, of what `filter` takes; days 0: it was done after the period. */
struct wh_action_look {
    int64_t days;
    double before, after, before_elsewhere, after_elsewhere;
    struct wh_action_effect effect;
};
WH_MUST_USE enum wh_status
wh_action_look(struct wh_ctx *ctx, const struct wh_session *session, const struct wh_theme *filter,
               const struct wh_theme_report *theme, const struct wh_hotspot *hotspot,
               const struct wh_spot_note *note, struct wh_action_look *ret, struct wh_error *err);

/* Members "notes" and "actions" of a record. */
void wh_evidence_notes_emit(const struct wh_evidence_record *record, struct wh_emitter *emit);
#endif
