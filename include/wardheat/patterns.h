/*
 * wardheat/patterns.h: what a theme's past says about it: which places have been hot for how long,
 * whether requests come in near repeats, whether its map foretells the next period better than
 * simple counting does, and the scan's opinion. Pure; deterministic.
 */
#ifndef WARDHEAT_PATTERNS_H
#define WARDHEAT_PATTERNS_H

#include <wardheat/backtest.h>
#include <wardheat/scan.h>
#include <wardheat/statistics.h>
#include <wardheat/trends.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * All of a theme's points with their times, and complete periods of equal length, oldest first:
 * period i is [period_utc[i], period_utc[i + 1]). `base` says what explains counts (weights; NULL:
 * nothing does, and counts are taken as they are). The map is of the last `n_window` periods.
 */
struct wh_pattern_input {
    const struct wh_points *points;
    uint32_t n_periods;
    const int64_t *period_utc; /* n_periods + 1 */
    uint32_t n_window;         /* periods that make one window of the map; 3 months of 30 days */
    const struct wh_points *base;
    const struct wh_mask *mask;        /* the study area */
    const struct wh_shape *area;       /* the same */
    struct wh_density_options density; /* of the map */
};

struct wh_pattern_options {
    double alpha;          /* 0.05 */
    double area_share;     /* of the area that a forecast may call hot; 0.05 */
    uint32_t n_replicates; /* permutations, draws, replicates; 999 */
    uint32_t most_in_knox; /* newest points that the Knox table takes; 5,000 */
    uint32_t most_in_scan; /* cells that the scan's squares may be; 400 */
};

#define WH_N_KNOX_DISTANCES 4
#define WH_N_KNOX_DAYS 4
enum wh_forecast_kind {
    WH_FORECAST_COUNTS,  /* simple counting in the window before: the baseline */
    WH_FORECAST_DENSITY, /* the map of the window before */
    WH_FORECAST_YEAR,    /* simple counting in the same window a year before */
    WH_N_FORECASTS
};
const char *wh_forecast_name(enum wh_forecast_kind kind); /* "counts of the window before" */

/* Squares of half a bandwidth (at most some 250,000 of them); outside the area NaN, class 0. */
struct wh_emerging_map {
    struct wh_lattice lattice;
    double distance_m; /* of Gi*'s neighbours: the bandwidth */
    int8_t *class_of;  /* wh_emerging_class(), one a cell */
    double *z, *q;     /* Gi* of the last period; q over its cells (Benjamini and Hochberg) */
    uint32_t n_of[17]; /* cells of each class; by class + 8 */
};

struct wh_patterns {
    uint32_t n_periods;
    struct wh_emerging_map emerging; /* empty below 2 periods */

    uint32_t n_knox; /* points of the last window in the table; 0: too few */
    double knox_distance_m[WH_N_KNOX_DISTANCES];
    uint32_t knox_day[WH_N_KNOX_DAYS];
    struct wh_knox_cell knox[WH_N_KNOX_DISTANCES * WH_N_KNOX_DAYS];

    uint32_t n_forecasts; /* 0: the window before is not complete, or one of both is empty */
    double area_share, forecast_cell_m;
    struct wh_accuracy accuracy[WH_N_FORECASTS];
    struct wh_sensitivity sensitivity[WH_N_SENSITIVITIES];

    double scan_cell_m; /* 0: no base or no points, no scan */
    struct wh_lattice scan_lattice;
    size_t n_scan_cells, *scan_cell; /* lattice cell of each of the scan's areas */
    struct wh_scan scan;
};

/*
 * Emerging classes: in every period, Gi* of each square's count less what the base explains there
 * (its share of the period's points), neighbours within a bandwidth, false discoveries within the
 * period; then wh_emerging_class() over the periods. Knox: the last window's points, bands of a
 * quarter, half, one and two bandwidths and of 2, 7, 14 and 28 days. Forecasts of the last window:
 * squares of half a bandwidth. Scan: the last window's points against the base, squares grown until
 * most_in_scan hold base.
 *
 * WH_ERR_CONFIG as the parts have it; WH_ERR_LIMIT no room. Caller finishes.
 */
WH_MUST_USE enum wh_status wh_patterns(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                                       const struct wh_pattern_options *opt,
                                       struct wh_patterns *ret, struct wh_error *err);
void wh_patterns_finish(struct wh_ctx *ctx, struct wh_patterns *patterns);

/* Did the map foretell better than counting? By the interval of the difference of their PAI. */
enum wh_verdict { WH_VERDICT_UNKNOWN, WH_VERDICT_MAP, WH_VERDICT_EVEN, WH_VERDICT_COUNTING };
enum wh_verdict wh_patterns_verdict(const struct wh_patterns *patterns);
/* "Simple counting foretold this window better than the map did.", ... */
const char *wh_verdict_words(enum wh_verdict verdict);

/* The emerging class at a place, with z and q of the last period (NULL: not asked for); 0 where
 * there is none. */
int wh_patterns_class_at(const struct wh_patterns *patterns, double x, double y, double *ret_z,
                         double *ret_q);
/* Rank (1 is the most likely) of the scan's cluster that holds the place, and that cluster; 0:
 * none. */
size_t wh_patterns_scan_at(const struct wh_patterns *patterns, double x, double y,
                           const struct wh_scan_cluster **ret);

#ifdef __cplusplus
}
#endif
#endif
