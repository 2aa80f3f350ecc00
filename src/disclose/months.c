/*
 * disclose/months.c: a ward's months, beside its windows.
 *
 * Calendar months and the windows of 90 days that pages print exactly cut time at different days:
 * three months less the window within them are two days, which may have one request. So months are
 * told as bars, rounded to multiples of k ("fewer than k" where they are small, 0 where they are
 * none), for all themes together alone, and for wards alone, without their total.
 *
 * What an attacker can work out about any stretch of days are the bounds of a system of difference
 * constraints on the count from the beginning on: each bar, each window and "never less than none"
 * is one. All bounds are shortest paths (Floyd 1962; Cormen et al., "Introduction to Algorithms",
 * 24.4), and they are exact. Months go until no stretch with 1 to k - 1 requests is bounded more
 * narrowly than that.
 */
#include <string.h>

#include "base/time.h"
#include "disclose/disclose_internal.h"

enum { N_WINDOWS = 3, MOST_CUTS = WH_MONTHS + 1 + 2 * N_WINDOWS };
#define UNBOUNDED ((int64_t)1 << 40)

/* A stretch of days: what it truly has, and what is told of it. */
struct told {
    int64_t from_day, to_day;
    int64_t low, high; /* as published; high UNBOUNDED: nothing is */
};

struct series {
    uint32_t k;
    size_t n_cuts;
    int64_t cut[MOST_CUTS];   /* days, rising */
    int64_t truth[MOST_CUTS]; /* requests from the first month to the cut; -1: before it, so not
                                 known */
    struct told month[WH_MONTHS], window[N_WINDOWS];
    size_t n_windows;
    int64_t bound[MOST_CUTS][MOST_CUTS]; /* [i][j]: the most that lies between cut i and cut j */
    int64_t windows[MOST_CUTS]
                   [MOST_CUTS]; /* the same by the windows alone: told whatever is done here */
};

static struct told tell(int64_t from_day, int64_t to_day, const struct wh_count *count, uint32_t k)
{
    struct told told = {from_day, to_day, 0, UNBOUNDED};
    if (count->shown == WH_FEW) {
        told.low = 1;
        told.high = k - 1;
    } else if (count->shown == WH_SHOWN) {
        told.low = told.high = count->n;
    }
    return told;
}

static void add_cut(struct series *s, int64_t day, int64_t truth)
{
    size_t at = s->n_cuts;
    for (size_t i = 0; i < s->n_cuts; i++) {
        if (s->cut[i] == day) {
            return;
        }
    }
    for (; at > 0 && s->cut[at - 1] > day; at--) {
        s->cut[at] = s->cut[at - 1];
        s->truth[at] = s->truth[at - 1];
    }
    s->cut[at] = day;
    s->truth[at] = truth;
    s->n_cuts++;
}

static size_t find_cut(const struct series *s, int64_t day)
{
    size_t at = 0;
    while (s->cut[at] != day) {
        at++;
    }
    return at;
}

static void bind(struct series *s, const struct told *told)
{
    const size_t i = find_cut(s, told->from_day), j = find_cut(s, told->to_day);
    s->bound[i][j] = told->high < s->bound[i][j] ? told->high : s->bound[i][j];
    s->bound[j][i] = -told->low < s->bound[j][i] ? -told->low : s->bound[j][i];
}

/* By months and windows, or windows alone. */
static void find_bounds(struct series *s, bool by_months)
{
    for (size_t i = 0; i < s->n_cuts; i++) {
        for (size_t j = 0; j < s->n_cuts; j++) {
            s->bound[i][j] = i >= j ? 0 : UNBOUNDED; /* later less earlier is at least 0 */
        }
    }
    for (size_t m = 0; by_months && m < WH_MONTHS; m++) {
        bind(s, &s->month[m]);
    }
    for (size_t w = 0; w < s->n_windows; w++) {
        bind(s, &s->window[w]);
    }
    for (size_t via = 0; via < s->n_cuts; via++) {
        for (size_t i = 0; i < s->n_cuts; i++) {
            for (size_t j = 0; j < s->n_cuts; j++) {
                const int64_t through = s->bound[i][via] + s->bound[via][j];
                s->bound[i][j] = through < s->bound[i][j] ? through : s->bound[i][j];
            }
        }
    }
}

/* A stretch with 1 to k - 1 requests, of which months let an attacker leave out some of these
 * numbers. */
static bool is_exposed(const struct series *s, size_t i, size_t j)
{
    const int64_t low = -s->bound[j][i], high = s->bound[i][j], k = s->k;
    const bool is_known = s->truth[i] >= 0 && s->truth[j] >= 0;
    const int64_t n = s->truth[j] - s->truth[i];
    const bool may_be_small = is_known ? n > 0 && n < k : high > 0 && low < k;
    return may_be_small &&
           ((low > 1 && low > -s->windows[j][i]) || (high < k - 1 && high < s->windows[i][j]));
}

/* Hides the months that share a day with the days [from_day, to_day). Returns how many were told.
 */
static size_t hide_months(struct series *s, int64_t from_day, int64_t to_day)
{
    size_t n = 0;
    for (size_t m = 0; m < WH_MONTHS; m++) {
        struct told *const month = &s->month[m];
        if (month->high != UNBOUNDED && month->to_day > from_day && month->from_day < to_day) {
            month->low = 0;
            month->high = UNBOUNDED;
            n++;
        }
    }
    return n;
}

/* Hides the months in a stretch, or else beside it, or else in the windows that it is part of, or
 * else all: what is left bounds it from further and further away. */
static size_t hide_round(struct series *s, int64_t from_day, int64_t to_day)
{
    size_t n = hide_months(s, from_day, to_day);
    if (n == 0) {
        n = hide_months(s, from_day - 1, to_day + 1);
    }
    for (size_t w = 0; n == 0 && w < s->n_windows; w++) {
        if (s->window[w].from_day <= from_day && s->window[w].to_day >= to_day) {
            n = hide_months(s, s->window[w].from_day, s->window[w].to_day);
        }
    }
    return n > 0 ? n : hide_months(s, s->cut[0], s->cut[s->n_cuts - 1]);
}

/* One round over all stretches. Returns how many months it hid. */
static size_t widen(struct series *s)
{
    size_t n = 0;
    find_bounds(s, true);
    for (size_t i = 0; i < s->n_cuts; i++) {
        for (size_t j = i + 1; n == 0 && j < s->n_cuts; j++) {
            if (is_exposed(s, i, j)) {
                n = hide_round(s, s->cut[i], s->cut[j]);
            }
        }
    }
    return n;
}

/* A year before: themes that are apart add up. Their shown numbers, and how many are few. */
static bool year_before(const struct wh_report *report, size_t ward, struct told *ret, uint32_t k)
{
    const struct wh_period *period = NULL;
    int64_t low = 0, high = 0;
    for (size_t t = 0; t < report->n_themes; t++) {
        const struct wh_theme_report *const theme = &report->theme[t];
        if (theme->n_levels == 0) {
            continue;
        }
        const struct wh_count *const count = &theme->level[0].tally[ward].count[WH_IN_LAST_YEAR];
        if (count->shown == WH_NOT_KNOWN) {
            continue;
        }
        if (period != NULL && (period->from_day != theme->last_year.from_day ||
                               period->to_day != theme->last_year.to_day)) {
            high = UNBOUNDED; /* of other days: at least so many, no more is told */
            continue;
        }
        period = &theme->last_year;
        const struct told told = tell(0, 0, count, k);
        low += told.low;
        high = told.high == UNBOUNDED || high == UNBOUNDED ? UNBOUNDED : high + told.high;
    }
    if (period != NULL) {
        *ret = (struct told){period->from_day, period->to_day, low, high};
    }
    return period != NULL;
}

/* Where windows begin and end, with what came before. */
static void add_window_cuts(struct series *s, const struct wh_months *months,
                            const struct wh_count *month, const uint32_t *before_cut)
{
    for (size_t w = 0; w < 2 * s->n_windows; w++) {
        const struct told *const window = &s->window[w / 2];
        const int64_t day = w % 2 == 0 ? window->from_day : window->to_day;
        int64_t truth = -1;
        for (size_t c = 0; day >= months->first_day && c < WH_N_MONTH_CUTS; c++) {
            if (months->cut_day[c] == day) {
                truth = before_cut[c];
            }
        }
        for (int m = 0; truth >= 0 && wh_month_add(months->first_day, m + 1) <= day; m++) {
            truth += month[m].n;
        }
        add_cut(s, day, truth);
    }
}

static void open_series(const struct wh_report *report, size_t ward, uint32_t k,
                        const struct wh_count *month, const uint32_t *before_cut, struct series *s)
{
    const struct wh_theme_report *const overall = report->overall;
    const struct wh_figures *const figures = &overall->ward[ward];
    memset(s, 0, sizeof *s);
    s->k = k;
    s->window[s->n_windows++] =
        tell(overall->period.from_day, overall->period.to_day, &figures->count, k);
    s->window[s->n_windows++] =
        tell(overall->previous.from_day, overall->previous.to_day, &figures->previous, k);
    s->n_windows += year_before(report, ward, &s->window[s->n_windows], k);
    int64_t sum = 0;
    for (int m = 0; m < WH_MONTHS; m++) {
        const int64_t from = wh_month_add(overall->months.first_day, m),
                      to = wh_month_add(overall->months.first_day, m + 1), n = month[m].n,
                      half = k / 2, rounded = (n + half) / k * k;
        s->month[m] =
            (struct told){from, to < overall->period.to_day ? to : overall->period.to_day, n, n};
        if (month[m].shown != WH_SHOWN) {
            s->month[m].low = 0;
            s->month[m].high = UNBOUNDED;
        } else if (n > 0 && n < k) {
            s->month[m].low = 1;
            s->month[m].high = k - 1;
        } else if (n > 0) {
            s->month[m].low = rounded - half < k ? k : rounded - half;
            s->month[m].high = rounded + k - 1 - half;
        }
        add_cut(s, from, sum);
        sum += n;
        add_cut(s, s->month[m].to_day, sum);
    }
    add_window_cuts(s, &overall->months, month, before_cut);
}

/* A window that is withheld guards another ward: bars would say how large it is. */
static void guard_windows(struct series *s)
{
    for (size_t w = 0; w < s->n_windows; w++) {
        if (s->window[w].high == UNBOUNDED) {
            hide_months(s, s->window[w].from_day, s->window[w].to_day);
        }
    }
}

static void protect_ward(const struct wh_report *report, const uint32_t *before_cut, size_t ward,
                         uint32_t k)
{
    struct wh_count *const month = &report->overall->months.count[ward * WH_MONTHS];
    struct series s;
    open_series(report, ward, k, month, &before_cut[ward * WH_N_MONTH_CUTS], &s);
    find_bounds(&s, false);
    memcpy(s.windows, s.bound, sizeof s.windows);
    guard_windows(&s);
    while (widen(&s) > 0) {
    }
    for (size_t m = 0; m < WH_MONTHS; m++) {
        if (month[m].shown == WH_NOT_KNOWN) {
            continue;
        }
        const uint32_t n = month[m].n, rounded = (n + k / 2) / k * k;
        if (s.month[m].high == UNBOUNDED) {
            month[m] = (struct wh_count){0, WH_WITHHELD};
        } else if (n > 0 && n < k) {
            month[m] = (struct wh_count){0, WH_FEW};
        } else {
            month[m].n = rounded;
        }
    }
}

void wh_months_protect(const struct wh_report *officer, struct wh_report *report, uint32_t k)
{
    for (size_t t = 0; t < report->n_themes; t++) {
        report->theme[t].months = (struct wh_months){0};
    }
    if (report->overall == NULL || report->overall->months.count == NULL || k < 2) {
        return;
    }
    report->overall->months.step = k;
    for (size_t ward = 0; ward < report->wards->n; ward++) {
        protect_ward(report, officer->overall->months.before_cut, ward, k);
    }
    for (size_t m = 0; m < WH_MONTHS; m++) { /* less the wards' it would be more than a bar */
        report->overall->months.count[report->wards->n * WH_MONTHS + m] =
            (struct wh_count){0, WH_WITHHELD};
    }
}
