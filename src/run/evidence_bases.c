/* run/evidence_bases.c: would a theme's hot spots be any, set against another base? */
#include "run/evidence_bases.h"

#include <wardheat/hotspot.h>

enum { DECIMALS = 6 };

static const enum wh_base TRIED[WH_EVIDENCE_BASES] = {WH_BASE_AREA, WH_BASE_POPULATION,
                                                      WH_BASE_HOUSEHOLDS, WH_BASE_ADDRESSES};

static void add_trials(const struct wh_session *session, const struct wh_comparison *comparison,
                       const struct wh_mask *mask, enum wh_base kind,
                       struct wh_evidence_record *record, size_t n)
{
    const struct wh_hotspot_input other = {
        .risk = &comparison->risk, .base = comparison->base, .base_total = comparison->base_total};
    for (size_t i = 0; i < n; i++) {
        if (record[i].hotspot->trend != WH_TREND_GONE) {
            struct wh_base_trial *const trial = &record[i].trial[record[i].n_trials++];
            wh_hotspot_try_base(&other, mask, session->config.hotspots.ratio, record[i].hotspot,
                                trial);
            trial->kind = kind;
        }
    }
}

enum wh_status wh_evidence_bases_try(struct wh_ctx *ctx, const struct wh_session *session,
                                     const struct wh_theme_report *theme,
                                     const struct wh_theme *filter, const struct wh_points *mass,
                                     const struct wh_mask *mask, struct wh_bases *bases,
                                     struct wh_evidence_record *record, size_t n,
                                     struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < WH_EVIDENCE_BASES && theme->base.kind != WH_BASE_NONE; i++) {
        const struct wh_base_use use = {.filter = filter,
                                        .period = &theme->period,
                                        .kind = TRIED[i],
                                        .bandwidth_m = theme->bandwidth_m};
        struct wh_comparison comparison = {0};
        bool is_known = false;
        if (TRIED[i] == theme->base.kind) {
            continue;
        }
        status = wh_base_is_known(ctx, session, TRIED[i], bases, &is_known, err);
        if (status == WH_OK && is_known) {
            status = wh_base_compare(ctx, session, &use, mass, mask, bases, &comparison, err);
        }
        if (status == WH_OK && is_known) {
            add_trials(session, &comparison, mask, TRIED[i], record, n);
        }
        wh_comparison_finish(ctx, &comparison);
        if (status != WH_OK) {
            break;
        }
    }
    return status;
}

/* ---- in the files ---- */

void wh_evidence_bases_emit(const struct wh_evidence_record *record, struct wh_emitter *emit)
{
    wh_emit_array(emit, "other_bases");
    for (size_t i = 0; i < record->n_trials; i++) {
        const struct wh_base_trial *const trial = &record->trial[i];
        const struct wh_evidence *const e = &trial->evidence;
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "what", wh_base_name(trial->kind));
        wh_emit_real(emit, "inside", e->base_inside, DECIMALS);
        wh_emit_real(emit, "total", trial->total, DECIMALS);
        wh_emit_real(emit, "expected", e->expected, DECIMALS);
        wh_emit_real(emit, "ratio", e->ratio, DECIMALS);
        wh_emit_array(emit, "ratio_limits");
        wh_emit_real(emit, NULL, e->ratio_low, DECIMALS);
        wh_emit_real(emit, NULL, e->ratio_high, DECIMALS);
        wh_emit_array_end(emit);
        wh_emit_real(emit, "lowest_p", e->p, 15);
        wh_emit_real(emit, "q", e->q, 15);
        wh_emit_real(emit, "hot_share", trial->hot_share, DECIMALS);
        wh_emit_bool(emit, "hot_at_peak", trial->is_peak_hot);
        wh_emit_bool(emit, "is_hot_spot", trial->stands);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

/* Its trial of a base; NULL: none. */
static const struct wh_base_trial *trial_of(const struct wh_evidence_record *record,
                                            enum wh_base kind)
{
    for (size_t i = 0; i < record->n_trials; i++) {
        if (record->trial[i].kind == kind) {
            return &record->trial[i];
        }
    }
    return NULL;
}

void wh_evidence_bases_emit_theme(const struct wh_evidence_record *record, size_t n,
                                  struct wh_emitter *emit)
{
    wh_emit_array(emit, "other_bases");
    for (size_t b = 0; b < WH_EVIDENCE_BASES; b++) {
        uint64_t n_tried = 0, n_stand = 0;
        for (size_t i = 0; i < n; i++) {
            const struct wh_base_trial *const trial = trial_of(&record[i], TRIED[b]);
            n_tried += trial != NULL;
            n_stand += trial != NULL && trial->stands;
        }
        if (n_tried == 0) {
            continue;
        }
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "what", wh_base_name(TRIED[b]));
        wh_emit_count(emit, "hot_spots", n_tried);
        wh_emit_count(emit, "hot_spots_too", n_stand);
        wh_emit_array(emit, "no_hot_spots");
        for (size_t i = 0; i < n; i++) {
            const struct wh_base_trial *const trial = trial_of(&record[i], TRIED[b]);
            if (trial != NULL && !trial->stands) {
                wh_emit_text(emit, NULL, record[i].hotspot->id);
            }
        }
        wh_emit_array_end(emit);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}
