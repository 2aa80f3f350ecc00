/* model/hours.h: when in the week requests come in, of spans of time too. */
#ifndef WH_MODEL_HOURS_H
#define WH_MODEL_HOURS_H

#include <wardheat/base.h>

#include "base/time.h"

enum { WH_HOURS_OF_WEEK = 168 };

struct wh_hours {
    double requests[WH_HOURS_OF_WEEK]; /* from Monday 00:00, by the clock of the zone */
    uint32_t n_vague; /* their span is a week or longer: it tells no hour, and is in none */
};

/*
 * One request more, opened at some moment of [opened_at, opened_to) (equal: at that instant). It
 * counts 1 in all, in each hour by its share of the span: aoristic analysis (Ratcliffe and
 * McCullagh 1998; Ratcliffe 2002, "Aoristic signatures and the spatio-temporal analysis of high
 * volume crime patterns", section 2).
 */
void wh_hours_add(struct wh_hours *hours, const struct wh_zone *zone, int64_t opened_at,
                  int64_t opened_to);

#endif
