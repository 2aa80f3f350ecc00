/*
 * wardheat/metrics.h: what is counted in an area, and the figures that follow from it. One
 * dictionary defines every metric; outputs cite its id. Pure; deterministic.
 */
#ifndef WARDHEAT_METRICS_H
#define WARDHEAT_METRICS_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum wh_shown {
    WH_SHOWN,
    WH_FEW,       /* 1 to hide_below - 1: print "fewer than 5"; n is erased (0) */
    WH_WITHHELD,  /* hidden so that a small number cannot be worked out: print "not shown"; n is
                     erased (0) */
    WH_NOT_KNOWN, /* no source says, or the records do not go back that far */
    WH_UNDEFINED  /* nothing to divide by: the metric's `undefined` says what is missing */
};
struct wh_count {
    uint32_t n;
    uint8_t shown; /* enum wh_shown; counts are never UNDEFINED */
};

/* ---- what is counted ---- */

/* The stored inputs of every metric, of one theme in one area. Those before WH_N_COUNTS are counts
 * of requests. */
enum wh_input {
    WH_IN_REQUESTS,
    WH_IN_PREVIOUS,
    WH_IN_LAST_YEAR,
    WH_IN_PROBLEMS,
    /* Where each request of the period stands at its end: these seven add up to the requests. */
    WH_IN_CLOSED_IN_TIME,
    WH_IN_CLOSED_LATE,
    WH_IN_CLOSED_UNTIMED,
    WH_IN_OPEN_IN_TIME,
    WH_IN_OVERDUE,
    WH_IN_OPEN_UNTIMED,
    WH_IN_UNTRACKED,
    WH_IN_REOPENED,
    WH_IN_COSTED,
    WH_IN_CLOSED,
    WH_N_COUNTS,
    WH_IN_COST = WH_N_COUNTS,
    WH_IN_DAYS,
    WH_IN_AREA,
    WH_IN_POPULATION,
    WH_IN_BASE,
    WH_IN_EVERY_AREA, /* requests and base of every area of the level */
    WH_N_INPUTS
};
/* A column of inputs.csv and what it holds. */
struct wh_input_note {
    const char *name, *meaning;
};
const struct wh_input_note *wh_input_note(enum wh_input input);

/* So many requests were closed after so many whole days. */
struct wh_day_count {
    uint32_t days, n;
};
/* Of one theme, in one area. What is not known, or hidden, is NaN. */
struct wh_tally {
    struct wh_count count[WH_N_COUNTS];
    double cost; /* of the costed requests together */
    double area_km2, population, base;
    double days_median, days_p90; /* of `day`; NaN: none was closed */
    uint8_t days_shown;           /* enum wh_shown of these two */
    size_t n_days;                /* officers' reports only */
    struct wh_day_count *day;     /* by days, rising; borrowed */
};
/* The smallest number of days within which at least `share` of them were closed (Hyndman and Fan
 * 1996, type 1); NaN when there are none. */
double wh_days_quantile(const struct wh_day_count *day, size_t n, double share);

/* ---- what follows ---- */

enum wh_metric {
    WH_METRIC_REQUESTS,
    WH_METRIC_PROBLEMS,
    WH_METRIC_REPEAT_SHARE,
    WH_METRIC_PER_KM2,
    WH_METRIC_PER_1000,
    WH_METRIC_EXPECTED,
    WH_METRIC_RATIO,
    WH_METRIC_FUNNEL_95,
    WH_METRIC_FUNNEL_998,
    WH_METRIC_RANK,
    WH_METRIC_SILENT,
    WH_METRIC_PREVIOUS,
    WH_METRIC_CHANGE,
    WH_METRIC_CHANGE_RATIO,
    WH_METRIC_LAST_YEAR,
    WH_METRIC_CHANGE_YEAR,
    WH_METRIC_CHANGE_YEAR_RATIO,
    WH_METRIC_OPEN,
    WH_METRIC_OVERDUE,
    WH_METRIC_WITHIN_TARGET,
    WH_METRIC_CLOSED,
    WH_METRIC_DAYS_MEDIAN,
    WH_METRIC_DAYS_P90,
    WH_METRIC_REOPENED,
    WH_METRIC_COST,
    WH_METRIC_COST_EACH,
    WH_N_METRICS
};

/* The dictionary's entry. */
struct wh_metric_note {
    const char *id, *title;
    const char *definition;  /* one or two sentences for people */
    const char *unit;        /* "": a plain number */
    const char *formula;     /* in the names of the inputs */
    const char *denominator; /* "none: a count", or what it is divided by */
    const char *source;      /* of the method, or of the data */
    const char *limits;      /* what low and high are, or NULL: there are none */
    const char *undefined;   /* in words, where there is nothing to divide by */
    uint32_t inputs;         /* 1 << enum wh_input, or-ed */
    int decimals;            /* as published */
};
const struct wh_metric_note *wh_metric_note(enum wh_metric metric);
/* Breakdowns: by channel, provider, or segment of an overlay layer: the requests of each value. */
const struct wh_metric_note *wh_breakdown_note(void);
/* By id; WH_N_METRICS when there is none. */
enum wh_metric wh_metric_find(const char *id);

/* As every output prints it: to the dictionary's decimals; rates per km² and per 1,000 whole from
 * 100 on. Limits have one decimal at least. NaN stays. */
double wh_metric_published(enum wh_metric metric, double value);
int wh_metric_limit_decimals(enum wh_metric metric);

struct wh_metric_value {
    double value, low, high; /* NaN where it is not SHOWN, or has no limits */
    uint8_t shown;           /* enum wh_shown */
};

/* A level's tallies: one an area, then what lies in none of them, then all together. */
#define WH_ELSEWHERE(n_areas) ((size_t)(n_areas))
#define WH_ALL(n_areas) ((size_t)(n_areas) + 1)
#define WH_N_TALLIES(n_areas) ((size_t)(n_areas) + 2)
#define WH_RANK_DRAWS(n_areas) ((n_areas) <= 500 ? 1000u : 200u)

/*
 * Every metric of every area of a level: WH_N_TALLIES(n_areas) rows of WH_N_METRICS. It sees
 * nothing but the tallies, so that what they hide stays hidden, and that anybody who has them gets
 * the same numbers. Expected numbers and ranks compare areas of the level by `base`.
 */
WH_MUST_USE enum wh_status wh_measure_level(struct wh_ctx *ctx, const struct wh_tally *tally,
                                            uint32_t n_areas,
                                            struct wh_metric_value (*ret)[WH_N_METRICS],
                                            struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
