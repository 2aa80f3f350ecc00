/* model/hours.c: a span of time, spread over the hours of the week that it touches. */
#include "model/hours.h"

#define DAY_S INT64_C(86400)
#define WEEK_S (7 * DAY_S)
#define STEP_S 1800 /* no zone's clock is put forward or back by less than half an hour */

/* The hour of the week at an instant, and how long it is until the clock shows a half hour. */
static unsigned hour_at(const struct wh_zone *zone, int64_t utc, int64_t *ret_until)
{
    struct wh_civil civil;
    wh_zone_from_utc(zone, utc, &civil);
    const int64_t day = wh_day_from_civil(civil.year, civil.month, civil.day);
    const int64_t weekday = ((day + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    *ret_until = STEP_S - (civil.minute * 60 + civil.second) % STEP_S;
    return (unsigned)(24 * weekday + civil.hour);
}

void wh_hours_add(struct wh_hours *hours, const struct wh_zone *zone, int64_t opened_at,
                  int64_t opened_to)
{
    int64_t until = 0;
    if (opened_to <= opened_at) {
        hours->requests[hour_at(zone, opened_at, &until)] += 1;
        return;
    }
    if ((uint64_t)opened_to - (uint64_t)opened_at >= (uint64_t)WEEK_S) {
        hours->n_vague++;
        return;
    }
    const double span_s = (double)(opened_to - opened_at);
    for (int64_t at = opened_at; at < opened_to; at += until) {
        const unsigned hour = hour_at(zone, at, &until);
        until = until < opened_to - at ? until : opened_to - at;
        hours->requests[hour] += (double)until / span_s;
    }
}
