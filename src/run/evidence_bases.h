/* run/evidence_bases.h: would a theme's hot spots be any, set against another base? */
#ifndef WH_RUN_EVIDENCE_BASES_H
#define WH_RUN_EVIDENCE_BASES_H

#include "model/evidence.h"
#include "publish/emit.h"
#include "run/base.h"

/*
 * Fills the trials of `n` records, all of the theme: every base that is known here but its own, by
 * the theme's bandwidth and the config's rules. `mass`: where its requests may be; `filter`: what
 * it may count. None where the theme is compared with nothing, and none of a hot spot that is gone.
 */
WH_MUST_USE enum wh_status wh_evidence_bases_try(
    struct wh_ctx *ctx, const struct wh_session *session, const struct wh_theme_report *theme,
    const struct wh_theme *filter, const struct wh_points *mass, const struct wh_mask *mask,
    struct wh_bases *bases, struct wh_evidence_record *record, size_t n, struct wh_error *err);

/* "other_bases": of a hot spot, and, with those whose status changes, of all of a theme's. */
void wh_evidence_bases_emit(const struct wh_evidence_record *record, struct wh_emitter *emit);
void wh_evidence_bases_emit_theme(const struct wh_evidence_record *record, size_t n,
                                  struct wh_emitter *emit);

#endif
