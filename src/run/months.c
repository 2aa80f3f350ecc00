/* run/months.c: 24 months, and which of the last ones are not complete. */
#include "run/months.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "model/requests.h"
#include "run/reporting.h"

/* A source whose newest record is this old or less at a month's end may have had none since. */
#define QUIET_DAYS 7

/* The day after the newest record of every source that the theme draws on: the source that lags
 * most. */
static int64_t records_end(const struct wh_session *session, const uint8_t *member, int64_t end_utc,
                           int64_t *newest)
{
    const struct wh_requests *const r = &session->unplaced.requests;
    int64_t end_day = INT64_MAX;
    for (size_t i = 0; i < r->n; i++) {
        const size_t s = r->source[i];
        const int64_t at = r->opened_to[i] != WH_NO_TIME && r->opened_to[i] > r->opened_at[i]
                               ? r->opened_to[i] - 1
                               : r->opened_at[i];
        if (r->opened_at[i] != WH_NO_TIME && r->opened_at[i] < end_utc &&
            member[r->category[i] * r->n_sources + s] != 0 && at > newest[s]) {
            newest[s] = at;
        }
    }
    for (size_t s = 0; s < r->n_sources; s++) {
        if (newest[s] != INT64_MIN) {
            const int64_t day = wh_zone_day(session->zone, newest[s]) + 1;
            end_day = day < end_day ? day : end_day;
        }
    }
    return end_day;
}

static void count_months(const struct wh_session *session, const uint8_t *member,
                         const int64_t start[WH_MONTHS + 1], const struct wh_period *period,
                         struct wh_months *ret)
{
    const struct wh_requests *const r = &session->unplaced.requests;
    const size_t n_wards = session->wards.n;
    int64_t cut[WH_N_MONTH_CUTS];
    for (int c = 0; c < WH_N_MONTH_CUTS; c++) {
        cut[c] = wh_zone_day_start(session->zone, ret->cut_day[c]);
    }
    for (size_t i = 0; i < r->n; i++) {
        const int64_t at = r->opened_at[i];
        if (r->outcome[i] != WH_OUTCOME_MAPPED || at < start[0] || at >= period->to_utc ||
            member[r->category[i] * r->n_sources + r->source[i]] == 0) {
            continue;
        }
        size_t month = 0;
        while (at >= start[month + 1]) {
            month++;
        }
        ret->count[(size_t)r->ward[i] * WH_MONTHS + month].n++;
        ret->count[n_wards * WH_MONTHS + month].n++;
        for (int c = 0; c < WH_N_MONTH_CUTS; c++) {
            ret->before_cut[r->ward[i] * WH_N_MONTH_CUTS + c] +=
                at < cut[c] && start[month + 1] > cut[c];
        }
    }
}

enum wh_status wh_months_fill(struct wh_ctx *ctx, const struct wh_session *session,
                              const struct wh_scope *scope, struct wh_arena *arena,
                              struct wh_theme_report *theme, struct wh_error *err)
{
    const struct wh_requests *const r = &session->unplaced.requests;
    const size_t n = (session->wards.n + (size_t)1) * WH_MONTHS;
    const int64_t last = wh_month_start(theme->period.to_day - 1);
    int64_t start[WH_MONTHS + 1];
    enum wh_status status = WH_OK;
    struct wh_months months = {
        .first_day = wh_month_add(last, 1 - WH_MONTHS),
        .step = 1,
        .cut_day = {theme->period.from_day, theme->period.to_day, theme->previous.from_day,
                    theme->last_year.from_day, theme->last_year.to_day},
        .before_cut = wh_arena_alloc(arena, session->wards.n * (size_t)WH_N_MONTH_CUTS,
                                     sizeof *months.before_cut),
        .count = wh_arena_alloc(arena, n, sizeof *months.count)};
    uint8_t *const member = wh_alloc_array(ctx, r->n_categories + 1, r->n_sources + 1);
    int64_t *const newest = wh_alloc_array(ctx, r->n_sources + 1, sizeof *newest);
    if (months.count == NULL || months.before_cut == NULL || member == NULL || newest == NULL) {
        status = wh_fail_memory(ctx, err);
        goto out;
    }
    for (size_t s = 0; s < r->n_sources; s++) {
        newest[s] = INT64_MIN;
    }
    for (int m = 0; m <= WH_MONTHS; m++) {
        start[m] = wh_zone_day_start(session->zone, wh_month_add(months.first_day, m));
    }
    wh_theme_members(&scope->filter, r, member);
    count_months(session, member, start, &theme->period, &months);
    const int64_t end_day = records_end(session, member, theme->period.to_utc, newest);
    months.is_lagging = end_day != INT64_MAX && end_day + QUIET_DAYS < theme->period.to_day;
    for (int m = 0; m < WH_MONTHS; m++) {
        const int64_t next_day = wh_month_add(months.first_day, m + 1);
        const struct wh_period month = {.from_utc = start[m]};
        months.n_incomplete += next_day > theme->period.to_day || next_day - QUIET_DAYS > end_day;
        for (size_t w = 0; w <= session->wards.n && !wh_period_is_whole(&month, scope->begin_utc);
             w++) {
            months.count[w * WH_MONTHS + (size_t)m] = (struct wh_count){0, WH_NOT_KNOWN};
        }
    }
    theme->months = months;
out:
    wh_free(ctx, newest);
    wh_free(ctx, member);
    return status;
}
