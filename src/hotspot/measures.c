/* hotspot/measures.c: the metrics of a level's areas from their tallies, and from nothing else. */
#include <math.h>
#include <wardheat/metrics.h>
#include <wardheat/rates.h>

#include "base/alloc.h"
#include "base/error.h"

#define CONFIDENCE 0.95
#define SILENT_RATIO 0.5

static const struct wh_metric_value undefined = {(double)NAN, (double)NAN, (double)NAN,
                                                 WH_UNDEFINED};

static struct wh_metric_value plain(double value)
{
    return isfinite(value) ? (struct wh_metric_value){value, (double)NAN, (double)NAN, WH_SHOWN}
                           : undefined;
}

static struct wh_metric_value with_limits(double value, struct wh_limits limits, double factor)
{
    return isfinite(value) ? (struct wh_metric_value){value, limits.lower * factor,
                                                      limits.upper * factor, WH_SHOWN}
                           : undefined;
}

/* What its inputs leave of a metric: SHOWN, or why not. A count's own word stays ("fewer than 5");
 * what is worked out from it is "not shown". */
static uint8_t state_of(const struct wh_tally *tally, uint32_t inputs)
{
    uint8_t worst = WH_SHOWN;
    const bool is_alone = (inputs & (inputs - 1)) == 0;
    for (unsigned i = 0; i < WH_N_COUNTS; i++) {
        const uint8_t shown = tally->count[i].shown;
        if ((inputs & (UINT32_C(1) << i)) != 0 && shown != WH_SHOWN && worst != WH_NOT_KNOWN) {
            worst = shown == WH_FEW && !is_alone ? WH_WITHHELD : shown;
        }
    }
    return worst;
}

static struct wh_metric_value share_of(double n, double of)
{
    return of > 0 ? with_limits(100 * n / of, wh_limits_share(n, of, CONFIDENCE), 100) : undefined;
}

static struct wh_metric_value rate_of(double n, double factor, double base)
{
    return base > 0
               ? with_limits(factor * n / base, wh_limits_poisson(n, CONFIDENCE), factor / base)
               : undefined;
}

static struct wh_metric_value ratio_of(double now, double before)
{
    /* Equal periods: their length cancels. */
    const struct wh_change_test test = wh_change_of(before, 1, now, 1, CONFIDENCE);
    return before > 0 ? with_limits(now / before, test.limits, 1) : undefined;
}

/* Of one area alone. What compares it with others is filled by compare(). */
static struct wh_metric_value measure_one(const struct wh_tally *tally, enum wh_metric metric)
{
    double n[WH_N_COUNTS];
    for (unsigned i = 0; i < WH_N_COUNTS; i++) {
        n[i] = tally->count[i].n;
    }
    const double due = n[WH_IN_CLOSED_IN_TIME] + n[WH_IN_CLOSED_LATE] + n[WH_IN_OVERDUE];
    switch (metric) {
    case WH_METRIC_REQUESTS:
        return plain(n[WH_IN_REQUESTS]);
    case WH_METRIC_PROBLEMS:
        return plain(n[WH_IN_PROBLEMS]);
    case WH_METRIC_REPEAT_SHARE:
        return share_of(n[WH_IN_REQUESTS] - n[WH_IN_PROBLEMS], n[WH_IN_REQUESTS]);
    case WH_METRIC_PER_KM2:
        return rate_of(n[WH_IN_REQUESTS], 1, tally->area_km2);
    case WH_METRIC_PER_1000:
        return rate_of(n[WH_IN_REQUESTS], 1000, tally->population);
    case WH_METRIC_PREVIOUS:
        return plain(n[WH_IN_PREVIOUS]);
    case WH_METRIC_CHANGE:
        return plain(n[WH_IN_REQUESTS] - n[WH_IN_PREVIOUS]);
    case WH_METRIC_CHANGE_RATIO:
        return ratio_of(n[WH_IN_REQUESTS], n[WH_IN_PREVIOUS]);
    case WH_METRIC_LAST_YEAR:
        return plain(n[WH_IN_LAST_YEAR]);
    case WH_METRIC_CHANGE_YEAR:
        return plain(n[WH_IN_REQUESTS] - n[WH_IN_LAST_YEAR]);
    case WH_METRIC_CHANGE_YEAR_RATIO:
        return ratio_of(n[WH_IN_REQUESTS], n[WH_IN_LAST_YEAR]);
    case WH_METRIC_OPEN:
        return plain(n[WH_IN_OPEN_IN_TIME] + n[WH_IN_OVERDUE] + n[WH_IN_OPEN_UNTIMED]);
    case WH_METRIC_OVERDUE:
        return plain(n[WH_IN_OVERDUE]);
    case WH_METRIC_WITHIN_TARGET:
        return share_of(n[WH_IN_CLOSED_IN_TIME], due);
    case WH_METRIC_CLOSED:
        return plain(n[WH_IN_CLOSED]);
    case WH_METRIC_DAYS_MEDIAN:
        return plain(tally->days_median);
    case WH_METRIC_DAYS_P90:
        return plain(tally->days_p90);
    case WH_METRIC_REOPENED:
        return plain(n[WH_IN_REOPENED]);
    case WH_METRIC_COST:
        return n[WH_IN_COSTED] > 0 ? plain(tally->cost) : undefined;
    case WH_METRIC_COST_EACH:
        return n[WH_IN_COSTED] > 0 ? plain(tally->cost / n[WH_IN_COSTED]) : undefined;
    case WH_METRIC_EXPECTED:
    case WH_METRIC_RATIO:
    case WH_METRIC_FUNNEL_95:
    case WH_METRIC_FUNNEL_998:
    case WH_METRIC_RANK:
    case WH_METRIC_SILENT:
    case WH_N_METRICS:
        break;
    }
    return undefined;
}

/* ---- areas against each other ---- */

/* Requests and base of the areas whose count is shown, of what lies elsewhere, and, last, of those
 * that are hidden, together: their number is what is left of all. */
struct compared {
    double *events, *base;
    struct wh_funnel_place *place;
    struct wh_rank *rank;
};

static void fill_compared(const struct wh_tally *tally, uint32_t n_areas, struct compared *c)
{
    const size_t rest = n_areas + (size_t)1;
    c->events[rest] = tally[WH_ALL(n_areas)].count[WH_IN_REQUESTS].n;
    for (size_t i = 0; i < rest; i++) {
        const struct wh_count *count = &tally[i].count[WH_IN_REQUESTS];
        const double base = tally[i].base > 0 ? tally[i].base : 0;
        c->events[i] = count->n;
        c->base[i] = count->shown == WH_SHOWN ? base : 0;
        c->base[rest] += count->shown == WH_SHOWN ? 0 : base;
        c->events[rest] -= count->shown == WH_SHOWN ? count->n : 0;
    }
}

static void add_compared(const struct wh_tally *tally, const struct compared *c, size_t i,
                         struct wh_metric_value ret[WH_N_METRICS])
{
    const struct wh_funnel_place *const place = &c->place[i];
    const double n = tally->count[WH_IN_REQUESTS].n;
    const int position = (int)place->position;
    ret[WH_METRIC_EXPECTED] = plain(place->expected);
    ret[WH_METRIC_RANK] = with_limits(c->rank[i].rank, c->rank[i].interval, 1);
    if (!(place->expected > 0)) {
        return;
    }
    ret[WH_METRIC_RATIO] =
        with_limits(n / place->expected, wh_limits_poisson(n, CONFIDENCE), 1 / place->expected);
    ret[WH_METRIC_FUNNEL_95] = with_limits((position > 0) - (position < 0), place->at_95, 1);
    ret[WH_METRIC_FUNNEL_998] = with_limits((position > 1) - (position < -1), place->at_998, 1);
    ret[WH_METRIC_SILENT] =
        plain(position == WH_FUNNEL_FAR_BELOW && n <= SILENT_RATIO * place->expected);
}

static enum wh_status compare(struct wh_ctx *ctx, const struct wh_tally *tally, uint32_t n_areas,
                              struct wh_metric_value (*ret)[WH_N_METRICS], struct wh_error *err)
{
    const uint32_t n = n_areas + 2;
    struct compared c = {.events = wh_alloc_array(ctx, n, sizeof *c.events),
                         .base = wh_alloc_array(ctx, n, sizeof *c.base),
                         .place = wh_alloc_array(ctx, n, sizeof *c.place),
                         .rank = wh_alloc_array(ctx, n, sizeof *c.rank)};
    enum wh_status status = c.events == NULL || c.base == NULL || c.place == NULL || c.rank == NULL
                                ? wh_fail_memory(ctx, err)
                                : WH_OK;
    if (status == WH_OK) {
        fill_compared(tally, n_areas, &c);
        wh_funnel_places(c.events, c.base, n, c.place);
        status = wh_rank_rates(ctx, c.events, c.base, n_areas, WH_RANK_DRAWS(n_areas), c.rank, err);
    }
    for (size_t i = 0; status == WH_OK && i < n_areas; i++) {
        add_compared(&tally[i], &c, i, ret[i]);
    }
    wh_free(ctx, c.events);
    wh_free(ctx, c.base);
    wh_free(ctx, c.place);
    wh_free(ctx, c.rank);
    return status;
}

enum wh_status wh_measure_level(struct wh_ctx *ctx, const struct wh_tally *tally, uint32_t n_areas,
                                struct wh_metric_value (*ret)[WH_N_METRICS], struct wh_error *err)
{
    const uint8_t all = tally[WH_ALL(n_areas)].count[WH_IN_REQUESTS].shown;
    for (size_t i = 0; i < WH_N_TALLIES(n_areas); i++) {
        for (unsigned m = 0; m < WH_N_METRICS; m++) {
            ret[i][m] = measure_one(&tally[i], (enum wh_metric)m);
        }
    }
    const enum wh_status status = all == WH_SHOWN ? compare(ctx, tally, n_areas, ret, err) : WH_OK;
    for (size_t i = 0; i < WH_N_TALLIES(n_areas); i++) {
        for (unsigned m = 0; m < WH_N_METRICS; m++) {
            const uint32_t inputs = wh_metric_note((enum wh_metric)m)->inputs;
            uint8_t shown = state_of(&tally[i], inputs);
            if ((inputs & (UINT32_C(1) << WH_IN_EVERY_AREA)) != 0 && all != WH_SHOWN) {
                shown = WH_WITHHELD;
            }
            if ((inputs & (UINT32_C(1) << WH_IN_DAYS)) != 0) {
                shown = tally[i].days_shown;
            }
            if (shown != WH_SHOWN) {
                ret[i][m] = undefined;
                ret[i][m].shown = shown;
            }
        }
    }
    return status;
}
