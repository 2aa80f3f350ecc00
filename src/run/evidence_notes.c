/* run/evidence_notes.c: notes and actions joined by id; before and after, here and elsewhere. */
#include "run/evidence_notes.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "geo/shape_ops.h"
#include "model/requests.h"

enum { DECIMALS = 6, MOST_WARNINGS = 10 };

bool wh_note_is_of(const struct wh_spot_note *note, const struct wh_hotspot *hotspot)
{
    bool is_it = strcmp(note->hotspot, hotspot->id) == 0;
    for (size_t i = 0; i < hotspot->n_parents; i++) {
        is_it = is_it || strcmp(note->hotspot, hotspot->parent[i]) == 0;
    }
    return is_it;
}

static bool is_of_any(const struct wh_spot_note *note, const struct wh_report *report)
{
    for (size_t t = 0; t < report->n_themes; t++) {
        for (size_t i = 0; i < report->theme[t].n_hotspots; i++) {
            if (wh_note_is_of(note, &report->theme[t].hotspot[i])) {
                return true;
            }
        }
    }
    return false;
}

static void warn_of(struct wh_ctx *ctx, const char *path, const struct wh_spot_notes *notes,
                    const struct wh_report *report)
{
    size_t n = 0;
    for (size_t i = 0; i < notes->n; i++) {
        const struct wh_spot_note *const note = &notes->note[i];
        char shown[96];
        if (!is_of_any(note, report) && ++n <= MOST_WARNINGS) {
            wh_log(ctx, WH_LOG_WARNING,
                   "%s:%" PRIu64
                   ": no hot spot of this run is or came from %s, so that nobody sees "
                   "this row: take an id from hotspots.csv, or the row out if the hot spot is gone",
                   path, note->line, wh_log_escape(wh_str_c(note->hotspot), shown, sizeof shown));
        }
    }
    if (n > MOST_WARNINGS) {
        wh_log(ctx, WH_LOG_WARNING, "%s: %zu more rows of hot spots that there are not", path,
               n - MOST_WARNINGS);
    }
}

void wh_notes_warn(struct wh_ctx *ctx, const struct wh_session *session,
                   const struct wh_report *report)
{
    warn_of(ctx, session->config.notes, &session->notes, report);
    warn_of(ctx, session->config.actions, &session->actions, report);
}

/* Requests of the days [from_day, to_day): here and elsewhere. */
static enum wh_status count_days(struct wh_ctx *ctx, const struct wh_session *session,
                                 const struct wh_theme *filter, const struct wh_hotspot *hotspot,
                                 int64_t from_day, int64_t to_day, double *ret_here,
                                 double *ret_elsewhere, struct wh_error *err)
{
    const struct wh_period period = {.from_day = from_day,
                                     .to_day = to_day,
                                     .from_utc = wh_zone_day_start(session->zone, from_day),
                                     .to_utc = wh_zone_day_start(session->zone, to_day)};
    struct wh_points points = {0};
    const enum wh_status status =
        wh_theme_points(ctx, filter, &session->unplaced.requests, &period, &points, NULL, err);
    *ret_here = *ret_elsewhere = 0;
    for (size_t i = 0; i < points.n; i++) {
        const bool is_here = wh_shape_contains(&hotspot->shape, points.x[i], points.y[i]);
        *ret_here += is_here;
        *ret_elsewhere += !is_here;
    }
    wh_points_finish(ctx, &points);
    return status;
}

static void emit_head(struct wh_emitter *emit, const char *what, const struct wh_spot_note *note)
{
    wh_emit_day(emit, "date", note->day);
    wh_emit_text(emit, what, note->text);
    wh_emit_text(emit, "by", note->by);
}

enum wh_status wh_action_look(struct wh_ctx *ctx, const struct wh_session *session,
                              const struct wh_theme *filter, const struct wh_theme_report *theme,
                              const struct wh_hotspot *hotspot, const struct wh_spot_note *note,
                              struct wh_action_look *ret, struct wh_error *err)
{
    const int64_t window = theme->theme->window_days, since = theme->period.to_day - note->day;
    struct wh_action_look look = {.days = since < window ? since : window};
    if (look.days <= 0) {
        *ret = (struct wh_action_look){0};
        return WH_OK;
    }
    enum wh_status status = count_days(ctx, session, filter, hotspot, note->day - look.days,
                                       note->day, &look.before, &look.before_elsewhere, err);
    if (status == WH_OK) {
        status = count_days(ctx, session, filter, hotspot, note->day, note->day + look.days,
                            &look.after, &look.after_elsewhere, err);
    }
    look.effect = wh_effect_of(look.before, (double)look.days, look.after, (double)look.days,
                               look.before_elsewhere, look.after_elsewhere, 0.95);
    *ret = look;
    return status;
}

static void emit_action(const struct wh_evidence_action *action, struct wh_emitter *emit)
{
    wh_emit_object(emit, NULL);
    emit_head(emit, "action", action->note);
    if (action->days > 0) {
        wh_emit_int(emit, "days", action->days);
        wh_emit_real(emit, "before", action->before, 0);
        wh_emit_real(emit, "after", action->after, 0);
        wh_emit_real(emit, "elsewhere_before", action->before_elsewhere, 0);
        wh_emit_real(emit, "elsewhere_after", action->after_elsewhere, 0);
        wh_emit_real(emit, "ratio", action->ratio.value, DECIMALS);
        wh_emit_array(emit, "ratio_limits");
        wh_emit_real(emit, NULL, action->ratio.lower, DECIMALS);
        wh_emit_real(emit, NULL, action->ratio.upper, DECIMALS);
        wh_emit_array_end(emit);
        wh_emit_text(emit, "words", action->words);
    }
    wh_emit_object_end(emit);
}

void wh_evidence_notes_emit(const struct wh_evidence_record *record, struct wh_emitter *emit)
{
    wh_emit_array(emit, "notes");
    for (size_t i = 0; i < record->n_notes; i++) {
        wh_emit_object(emit, NULL);
        emit_head(emit, "note", record->note[i]);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
    wh_emit_array(emit, "actions");
    for (size_t i = 0; i < record->n_actions; i++) {
        emit_action(&record->action[i], emit);
    }
    wh_emit_array_end(emit);
}
