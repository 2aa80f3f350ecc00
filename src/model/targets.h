/* model/targets.h: by when a category's requests should be done, and who answers for them. */
#ifndef WH_MODEL_TARGETS_H
#define WH_MODEL_TARGETS_H

#include "base/time.h"
#include "model/requests.h"

/* Text belongs to whoever made it. */
struct wh_target {
    const char *category; /* compared ignoring ASCII case and outer blanks */
    bool has_days;
    uint32_t working_days;
    const char *owner, *contact; /* NULL: not known */
};
struct wh_targets {
    size_t n;
    struct wh_target *target; /* by category, ASCII case ignored */
    size_t n_holidays;
    int64_t
        *holiday; /* days since 1970-01-01, sorted: no working days; nor are Saturday and Sunday */
};

/* NULL: none for this category. */
const struct wh_target *wh_targets_find(const struct wh_targets *targets, struct wh_str category);
/* Sorts targets and holidays, as the functions of this header need them. */
void wh_targets_sort(struct wh_targets *targets);

bool wh_is_working_day(const struct wh_targets *targets, int64_t day);
/* The n-th working day after `day`, which does not count itself; n = 0: `day`, or the first working
 * day after it. */
int64_t wh_working_day_add(const struct wh_targets *targets, int64_t day, uint32_t n);

/*
 * Gives every request that has no due time of its own one by its category: the end of the local day
 * of the n-th working day after that on which it was opened. Those without a target stay as they
 * are.
 */
void wh_targets_apply(const struct wh_targets *targets, const struct wh_zone *zone,
                      struct wh_requests *requests);

#endif
