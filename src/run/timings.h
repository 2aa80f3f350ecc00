/* run/timings.h: how long each stage of a run took and what it needed, for operators: never in a
 * release. */
#ifndef WH_RUN_TIMINGS_H
#define WH_RUN_TIMINGS_H

#include <wardheat/base.h>

#define WH_MAX_STAGES 24

struct wh_stage_time {
    const char *name; /* borrowed */
    double seconds;
    uint64_t peak_bytes; /* of the process, from its start to the end of this stage */
};
struct wh_timings {
    int64_t started_utc;
    double started_s; /* monotonic */
    size_t n;
    struct wh_stage_time stage[WH_MAX_STAGES];
};

void wh_timings_start(struct wh_timings *timings);
/* A stage that took from `from_s` (wh_clock_monotonic_s()) until now; logged with --verbose. */
void wh_timings_add(struct wh_ctx *ctx, struct wh_timings *timings, const char *name,
                    double from_s);
double wh_timings_seconds(const struct wh_timings *timings); /* since the start */

/* How the run ended, for the run's log. */
struct wh_run_outcome {
    enum wh_status status;
    const char *release_id; /* or NULL */
    const char *why_not;    /* or NULL */
};
/* Writes <state>/runs/<start in UTC>.json. */
WH_MUST_USE enum wh_status wh_timings_write(struct wh_ctx *ctx, const struct wh_timings *timings,
                                            const struct wh_run_outcome *outcome,
                                            const char *state_folder, struct wh_error *err);
#endif
