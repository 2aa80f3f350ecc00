/* model/targets.c: working days, and due times by category. */
#include "model/targets.h"

#include <stdlib.h>

#include "base/str.h"

enum { FRIDAY = 4, DAYS_A_WEEK = 7 }; /* Monday is 0 */

/* By letters, ASCII case and outer blanks ignored. */
static int compare_folded(struct wh_str a, struct wh_str b)
{
    a = wh_str_trim(a);
    b = wh_str_trim(b);
    const size_t len = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < len; i++) {
        const int ca = (unsigned char)a.ptr[i], cb = (unsigned char)b.ptr[i];
        const int fa = ca >= 'A' && ca <= 'Z' ? ca - 'A' + 'a' : ca;
        const int fb = cb >= 'A' && cb <= 'Z' ? cb - 'A' + 'a' : cb;
        if (fa != fb) {
            return fa < fb ? -1 : 1;
        }
    }
    return (a.len > b.len) - (a.len < b.len);
}

static int compare_targets(const void *a, const void *b)
{
    return compare_folded(wh_str_c(((const struct wh_target *)a)->category),
                          wh_str_c(((const struct wh_target *)b)->category));
}

static int compare_days(const void *a, const void *b)
{
    const int64_t da = *(const int64_t *)a, db = *(const int64_t *)b;
    return (da > db) - (da < db);
}

void wh_targets_sort(struct wh_targets *targets)
{
    if (targets->n > 1) {
        qsort(targets->target, targets->n, sizeof *targets->target, compare_targets);
    }
    if (targets->n_holidays > 1) {
        qsort(targets->holiday, targets->n_holidays, sizeof *targets->holiday, compare_days);
    }
}

const struct wh_target *wh_targets_find(const struct wh_targets *targets, struct wh_str category)
{
    size_t from = 0, to = targets->n;
    while (from < to) {
        const size_t mid = from + (to - from) / 2;
        const int order = compare_folded(wh_str_c(targets->target[mid].category), category);
        if (order == 0) {
            return &targets->target[mid];
        }
        if (order < 0) {
            from = mid + 1;
        } else {
            to = mid;
        }
    }
    return NULL;
}

bool wh_is_working_day(const struct wh_targets *targets, int64_t day)
{
    /* 1970-01-01 was a Thursday. */
    const int64_t weekday = ((day + 3) % DAYS_A_WEEK + DAYS_A_WEEK) % DAYS_A_WEEK;
    return weekday <= FRIDAY &&
           (targets->n_holidays == 0 ||
            bsearch(&day, targets->holiday, targets->n_holidays, sizeof day, compare_days) == NULL);
}

int64_t wh_working_day_add(const struct wh_targets *targets, int64_t day, uint32_t n)
{
    if (n == 0) {
        while (!wh_is_working_day(targets, day)) {
            day++;
        }
    }
    while (n > 0) {
        day++;
        n -= wh_is_working_day(targets, day) ? 1 : 0;
    }
    return day;
}

void wh_targets_apply(const struct wh_targets *targets, const struct wh_zone *zone,
                      struct wh_requests *requests)
{
    int64_t day = WH_NO_DAY, day_from = 0, day_to = 0; /* the last one that was asked for */
    for (size_t i = 0; targets->n > 0 && i < requests->n; i++) {
        const struct wh_target *const target =
            requests->due_at[i] == WH_NO_TIME
                ? wh_targets_find(targets, wh_str_c(requests->category_name[requests->category[i]]))
                : NULL;
        if (target == NULL || !target->has_days) {
            continue;
        }
        if (day == WH_NO_DAY || requests->opened_at[i] < day_from ||
            requests->opened_at[i] >= day_to) {
            day = wh_zone_day(zone, requests->opened_at[i]);
            day_from = wh_zone_day_start(zone, day);
            day_to = wh_zone_day_start(zone, day + 1);
        }
        const int64_t due = wh_working_day_add(targets, day, target->working_days);
        requests->due_at[i] = wh_zone_day_start(zone, due + 1) - 1;
    }
}
