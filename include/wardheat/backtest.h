/*
 * wardheat/backtest.h: do last period's hot spots foretell the next? Accuracy of forecasts of where
 * requests will come from, against simple counting, with bootstrap intervals; and how much that
 * depends on bandwidth and cell size. Pure; deterministic.
 */
#ifndef WARDHEAT_BACKTEST_H
#define WARDHEAT_BACKTEST_H

#include <wardheat/density.h>
#include <wardheat/rates.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Cells of any shape: how large each is, and how many requests came from it in the period the
 * forecast was made of and in the one that it is for. */
struct wh_backtest_cells {
    size_t n;
    const double *area_km2;       /* above 0; NaN: not of the study */
    const double *before, *after; /* at least 0 */
};

/* The hot area of a forecast: the cells of highest score up to a share of the whole area. Cells
 * that share the score at the edge are taken in equal parts, so that no order of cells decides
 * (simple counts have many ties). */
struct wh_forecast {
    const char *name;    /* "counts of the period before" */
    const double *score; /* one a cell; any unit; NaN counts as least */
};

struct wh_accuracy {
    double hit_share;  /* n / N: of the requests after, those in the hot area */
    double area_share; /* a / A */
    double pai;        /* (n / N) / (a / A): Chainey, Tompson and Uhlig 2008 */
    double pei; /* PAI over the best that any hot area of this size could have had (Hunt 2016), so n
                   over that one's n */
    double rri; /* (n after / n before) / (N after / N before): 1 is as steady as the whole (Levine
                   2008) */
    struct wh_limits pai_limits, pei_limits,
        rri_limits; /* 95 %, bootstrap over the requests after */
    double gain;    /* PAI less that of the first forecast, the baseline */
    struct wh_limits
        gain_limits; /* from the same draws for both: above 0 it is better, below the baseline is */
};

/*
 * Judges n_forecasts forecasts at one area share (0 to 1); ret is n_forecasts long; the first is
 * the baseline (simple counting). n_draws: 999. Figures that are not defined (no requests after,
 * none before) are NaN.
 *
 * WH_ERR_CONFIG  an area share that is not above 0 and at most 1
 */
WH_MUST_USE enum wh_status wh_backtest(struct wh_ctx *ctx, const struct wh_backtest_cells *cells,
                                       const struct wh_forecast *forecast, size_t n_forecasts,
                                       double area_share, uint32_t n_draws, struct wh_accuracy *ret,
                                       struct wh_error *err);

/* PAI of a density of the points before for the points after, at one bandwidth and cell. */
struct wh_sensitivity {
    double bandwidth_m, cell_m;
    double pai;
};
#define WH_N_SENSITIVITIES 5
/*
 * The options' bandwidth and `cell_m` first, then half and twice the bandwidth, then half and twice
 * the cell (Chainey 2013: bandwidth matters, cell size hardly). `area` is the study area. NaN where
 * a bandwidth is less than a cell, or no point is after.
 */
WH_MUST_USE enum wh_status
wh_backtest_sensitivity(struct wh_ctx *ctx, const struct wh_points *before,
                        const struct wh_points *after, const struct wh_shape *area, double cell_m,
                        const struct wh_density_options *opt, double area_share,
                        struct wh_sensitivity ret[WH_N_SENSITIVITIES], struct wh_error *err);

#define WH_CELL_MATTERS_FROM 0.05
/*
 * What the cell size moves PAI by: the larger of both changes, as a share of the PAI of the map's
 * own cells, with its sign; NaN where none is known. From WH_CELL_MATTERS_FROM on, either way, the
 * figure hangs on the cell and has to say so.
 */
double wh_sensitivity_to_cell(const struct wh_sensitivity tried[WH_N_SENSITIVITIES]);
const char *wh_cell_size_words(double change); /* "Cell size matters here: ..."; "" where NaN */

#ifdef __cplusplus
}
#endif
#endif
