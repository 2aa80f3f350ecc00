/* model/level.h: levels of areas, wards first, and a theme's figures in each of their areas. */
#ifndef WH_MODEL_LEVEL_H
#define WH_MODEL_LEVEL_H

#include <wardheat/geo.h>
#include <wardheat/metrics.h>

#include "model/theme.h"

/* An area layer; or the segments of one: its areas grouped by a value, as deprivation deciles. */
struct wh_level {
    const char *id, *title;
    bool is_segments; /* areas have no shapes then; their code and name are the value */
    bool is_officer_only;
    const struct wh_areas *areas; /* borrowed */
};

/* Requests of the period by the values of one kind: row = area as in the tallies, column = value.
 */
struct wh_split {
    const char *id, *title; /* "channel", "Channel" */
    bool is_of_areas;       /* by segment: of another level */
    size_t n_values;
    const char **value; /* sorted; "" is first: not said, or in no segment */
    struct wh_count *count;
};

struct wh_level_figures {
    const struct wh_level *level;                   /* borrowed */
    enum wh_base base;                              /* what `base` of the tallies counts */
    struct wh_tally *tally;                         /* WH_N_TALLIES(level->areas->n) of them */
    struct wh_metric_value (*metric)[WH_N_METRICS]; /* the same; NULL: not measured yet */
    size_t n_breakdowns;
    struct wh_split *breakdown;
};

/* How many requests two areas of different levels share, in the period, the one before and a year
 * before: what could be worked out from their totals. */
struct wh_shared {
    uint32_t a, b; /* areas; their levels' number of areas: elsewhere */
    uint32_t n[3];
};
struct wh_crossing {
    size_t level_a, level_b; /* a < b */
    size_t n;
    struct wh_shared *shared; /* by a, then b */
};

#endif
