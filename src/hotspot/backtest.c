/* hotspot/backtest.c: PAI, PEI and RRI of forecasts, with bootstrap intervals. */
#include <math.h>
#include <stdlib.h>
#include <wardheat/backtest.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/random.h"
#include "geo/raster.h"

#define STREAM_BACKTEST UINT64_C(0x42616B54) << 32
#define MAX_CELLS 1e8

struct ranked {
    double score, area_km2;
    size_t cell;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->score < b->score || a->score > b->score) {
        return a->score > b->score ? -1 : 1;
    }
    return a->cell < b->cell ? -1 : a->cell > b->cell;
}

static bool is_tied(const struct ranked *a, const struct ranked *b)
{
    return !(a->score < b->score) && !(a->score > b->score);
}

/* How much of each ranked cell is in the hot area of `hot_km2`: all, or the same part of all that
 * share the score at the edge. */
static void fill_parts(const struct ranked *ranked, size_t n, double hot_km2, double *part)
{
    double left = hot_km2;
    for (size_t i = 0, end = 0; i < n; i = end) {
        double area = 0;
        for (end = i; end < n && is_tied(&ranked[i], &ranked[end]); end++) {
            area += ranked[end].area_km2;
        }
        const double share = left >= area ? 1 : fmax(0, left / area);
        for (size_t j = i; j < end; j++) {
            part[ranked[j].cell] = share;
        }
        left -= area;
    }
}

/* Everything that the draws share. */
struct trial {
    struct wh_ctx *ctx;
    const struct wh_backtest_cells *cells;
    size_t n_forecasts;
    double hot_km2, share;
    double total_before, total_after;
    double *part;          /* n_forecasts rows of n cells */
    double *hits_before;   /* requests before in each forecast's hot area */
    struct ranked *ranked; /* room for all cells */
    double *best;          /* how much of each cell is in the best hot area there was */
    double *running;       /* requests after, cumulated; n + 1 */
    double *drawn;         /* requests after, of one draw */
    size_t *touched;       /* cells that a draw put requests into */
    double *sample;        /* n_draws of each of 4 figures of each forecast */
};

static void trial_finish(struct trial *trial)
{
    wh_free(trial->ctx, trial->part);
    wh_free(trial->ctx, trial->hits_before);
    wh_free(trial->ctx, trial->ranked);
    wh_free(trial->ctx, trial->best);
    wh_free(trial->ctx, trial->running);
    wh_free(trial->ctx, trial->drawn);
    wh_free(trial->ctx, trial->touched);
    wh_free(trial->ctx, trial->sample);
}

static bool trial_open(struct trial *trial, uint32_t n_draws)
{
    struct wh_ctx *ctx = trial->ctx;
    const size_t n = trial->cells->n;
    trial->part = wh_alloc_array(ctx, n * trial->n_forecasts, sizeof *trial->part);
    trial->hits_before = wh_alloc_array(ctx, trial->n_forecasts, sizeof *trial->hits_before);
    trial->ranked = wh_alloc_array(ctx, n, sizeof *trial->ranked);
    trial->best = wh_alloc_array(ctx, n, sizeof *trial->best);
    trial->running = wh_alloc_array(ctx, n + 1, sizeof *trial->running);
    trial->drawn = wh_alloc_array(ctx, n, sizeof *trial->drawn);
    trial->touched = wh_alloc_array(ctx, n, sizeof *trial->touched);
    trial->sample =
        wh_alloc_array(ctx, (size_t)4 * n_draws * trial->n_forecasts, sizeof *trial->sample);
    return trial->part != NULL && trial->hits_before != NULL && trial->ranked != NULL &&
           trial->best != NULL && trial->running != NULL && trial->drawn != NULL &&
           trial->touched != NULL && trial->sample != NULL;
}

static size_t rank_cells(const struct trial *trial, const double *score)
{
    size_t n = 0;
    for (size_t i = 0; i < trial->cells->n; i++) {
        const double area = trial->cells->area_km2[i];
        if (area > 0) {
            const double known = isnan(score[i]) ? -(double)INFINITY : score[i];
            trial->ranked[n++] = (struct ranked){known, area, i};
        }
    }
    if (n > 1) {
        qsort(trial->ranked, n, sizeof *trial->ranked, compare_ranked);
    }
    return n;
}

static void prepare(struct trial *trial, const struct wh_forecast *forecast, double area_share)
{
    const struct wh_backtest_cells *cells = trial->cells;
    double area = 0;
    for (size_t i = 0; i < cells->n; i++) {
        const bool is_in = cells->area_km2[i] > 0;
        area += is_in ? cells->area_km2[i] : 0;
        trial->total_before += is_in ? cells->before[i] : 0;
        trial->total_after += is_in ? cells->after[i] : 0;
        trial->running[i + 1] = trial->total_after;
    }
    trial->share = area_share;
    trial->hot_km2 = area_share * area;
    for (size_t f = 0; f < trial->n_forecasts; f++) {
        const size_t n = rank_cells(trial, forecast[f].score);
        double *part = trial->part + f * cells->n;
        fill_parts(trial->ranked, n, trial->hot_km2, part);
        for (size_t i = 0; i < cells->n; i++) {
            trial->hits_before[f] += part[i] > 0 ? part[i] * cells->before[i] : 0;
        }
    }
}

/* Requests in the best hot area for these counts: cells in order of requests per km². How much of
 * each cell is in it stays in `best`. */
static double best_hits(struct trial *trial, const double *count, const size_t *cell, size_t n)
{
    double left = trial->hot_km2, hits = 0;
    for (size_t i = 0; i < n; i++) {
        const double area = trial->cells->area_km2[cell[i]];
        trial->ranked[i] = (struct ranked){count[cell[i]] / area, area, cell[i]};
    }
    if (n > 1) {
        qsort(trial->ranked, n, sizeof *trial->ranked, compare_ranked);
    }
    for (size_t i = 0; i < n && left > 0; i++) {
        const double part = fmin(1, left / trial->ranked[i].area_km2);
        trial->best[trial->ranked[i].cell] = part;
        hits += count[trial->ranked[i].cell] * part;
        left -= trial->ranked[i].area_km2;
    }
    return hits;
}

/* The figures of one forecast for given counts after. */
static struct wh_accuracy judge(const struct trial *trial, size_t forecast, const double *after,
                                const size_t *cell, size_t n, double best)
{
    const double *part = trial->part + forecast * trial->cells->n;
    const double before = trial->hits_before[forecast];
    double hits = 0;
    for (size_t i = 0; i < n; i++) {
        hits += part[cell[i]] * after[cell[i]];
    }
    const double nan = (double)NAN;
    struct wh_accuracy figures = {.hit_share = nan, .pai = nan, .pei = nan, .rri = nan};
    figures.area_share = trial->share;
    if (trial->total_after > 0) {
        figures.hit_share = hits / trial->total_after;
        figures.pai = figures.hit_share / trial->share;
        figures.pei = hits / best;
    }
    if (before > 0 && trial->total_before > 0 && trial->total_after > 0) {
        figures.rri = hits / before / (trial->total_after / trial->total_before);
    }
    return figures;
}

/* As many requests as came, drawn from them with replacement; returns how many cells have some. */
static size_t draw(struct trial *trial, uint32_t number)
{
    struct wh_random random;
    const size_t n = trial->cells->n;
    size_t n_touched = 0;
    wh_random_init(&random, wh_ctx_seed(trial->ctx), (STREAM_BACKTEST) | number);
    for (double k = 0; k < trial->total_after; k++) {
        const double at = wh_random_unit(&random) * trial->total_after;
        size_t low = 0, high = n - 1; /* the first i with running[i + 1] > at */
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (trial->running[middle + 1] > at) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if (!(trial->drawn[low] > 0)) {
            trial->touched[n_touched++] = low;
        }
        trial->drawn[low]++;
    }
    return n_touched;
}

static double *sample_of(const struct trial *trial, uint32_t n_draws, size_t forecast,
                         unsigned figure)
{
    return trial->sample + (forecast * 4 + figure) * n_draws;
}

static void draw_all(struct trial *trial, uint32_t n_draws)
{
    for (uint32_t d = 0; d < n_draws; d++) {
        const size_t n = draw(trial, d);
        /* The best area of the draw itself would fit its noise, and put every PEI too low. */
        double best = 0, baseline = 0;
        for (size_t i = 0; i < n; i++) {
            best += trial->best[trial->touched[i]] * trial->drawn[trial->touched[i]];
        }
        for (size_t f = 0; f < trial->n_forecasts; f++) {
            const struct wh_accuracy figures =
                judge(trial, f, trial->drawn, trial->touched, n, best);
            baseline = f == 0 ? figures.pai : baseline;
            sample_of(trial, n_draws, f, 0)[d] = figures.pai;
            sample_of(trial, n_draws, f, 1)[d] = fmin(1, figures.pei);
            sample_of(trial, n_draws, f, 2)[d] = figures.rri;
            sample_of(trial, n_draws, f, 3)[d] = figures.pai - baseline;
        }
        for (size_t i = 0; i < n; i++) {
            trial->drawn[trial->touched[i]] = 0;
        }
    }
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* The middle 95 % of a sample, which is sorted; NaN when it is empty or not defined. */
static struct wh_limits middle_of(double *sample, uint32_t n)
{
    if (n == 0 || isnan(sample[0])) {
        return (struct wh_limits){(double)NAN, (double)NAN};
    }
    if (n > 1) {
        qsort(sample, n, sizeof *sample, compare_numbers);
    }
    return (struct wh_limits){sample[(uint32_t)(0.025 * (n - 1))],
                              sample[(uint32_t)ceil(0.975 * (n - 1))]};
}

static void fill_figures(struct trial *trial, uint32_t n_draws, struct wh_accuracy *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < trial->cells->n; i++) {
        if (trial->cells->area_km2[i] > 0 && trial->cells->after[i] > 0) {
            trial->touched[n++] = i;
        }
    }
    const double best = best_hits(trial, trial->cells->after, trial->touched, n);
    for (size_t f = 0; f < trial->n_forecasts; f++) {
        ret[f] = judge(trial, f, trial->cells->after, trial->touched, n, best);
        ret[f].gain = ret[f].pai - ret[0].pai;
    }
    draw_all(trial, trial->total_after > 0 ? n_draws : 0);
    const uint32_t n_drawn = trial->total_after > 0 ? n_draws : 0;
    for (size_t f = 0; f < trial->n_forecasts; f++) {
        ret[f].pai_limits = middle_of(sample_of(trial, n_draws, f, 0), n_drawn);
        ret[f].pei_limits = middle_of(sample_of(trial, n_draws, f, 1), n_drawn);
        ret[f].rri_limits = middle_of(sample_of(trial, n_draws, f, 2), n_drawn);
        ret[f].gain_limits = middle_of(sample_of(trial, n_draws, f, 3), n_drawn);
    }
}

enum wh_status wh_backtest(struct wh_ctx *ctx, const struct wh_backtest_cells *cells,
                           const struct wh_forecast *forecast, size_t n_forecasts,
                           double area_share, uint32_t n_draws, struct wh_accuracy *ret,
                           struct wh_error *err)
{
    if (!(area_share > 0 && area_share <= 1)) {
        return wh_fail(err, WH_ERR_CONFIG, "the hot area's share must be above 0 and at most 1");
    }
    struct trial trial = {.ctx = ctx, .cells = cells, .n_forecasts = n_forecasts};
    enum wh_status status = WH_OK;
    if (!trial_open(&trial, n_draws)) {
        status = wh_fail_memory(ctx, err);
    } else {
        prepare(&trial, forecast, area_share);
        fill_figures(&trial, n_draws, ret);
    }
    trial_finish(&trial);
    return status;
}

/* ---- sensitivity ---- */

static void count_points(const struct wh_points *points, const struct wh_mask *mask, double *count)
{
    const struct wh_grid *grid = &mask->grid;
    for (size_t i = 0; i < points->n; i++) {
        const double col = floor((points->x[i] - grid->x0) / grid->cell_m);
        const double row = floor((points->y[i] - grid->y0) / grid->cell_m);
        if (col >= 0 && col < grid->nx && row >= 0 && row < grid->ny) {
            count[(size_t)row * grid->nx + (size_t)col] += points->weight[i];
        }
    }
}

static enum wh_status pai_of(struct wh_ctx *ctx, const struct wh_points *before,
                             const struct wh_points *after, const struct wh_mask *mask,
                             const struct wh_density_options *opt, double area_share,
                             double *ret_pai, struct wh_error *err)
{
    struct wh_grid density = {0}, area = {0}, counts = {0}, none = {0};
    struct wh_density_stats stats;
    struct wh_accuracy figures = {.pai = (double)NAN};
    enum wh_status status = wh_grid_like(ctx, &mask->grid, &density, err);
    status = status == WH_OK ? wh_grid_like(ctx, &mask->grid, &area, err) : status;
    status = status == WH_OK ? wh_grid_like(ctx, &mask->grid, &counts, err) : status;
    status = status == WH_OK ? wh_grid_like(ctx, &mask->grid, &none, err) : status;
    if (status == WH_OK) {
        status = wh_density(ctx, before, mask, opt, &density, NULL, &stats, err);
    }
    if (status == WH_OK) {
        const size_t n = (size_t)mask->grid.nx * mask->grid.ny;
        count_points(after, mask, counts.v);
        for (size_t i = 0; i < n; i++) {
            area.v[i] = mask->inside[i] != 0 ? 1 : (double)NAN;
        }
        const struct wh_backtest_cells cells = {n, area.v, none.v, counts.v};
        const struct wh_forecast forecast = {"density", density.v};
        status = wh_backtest(ctx, &cells, &forecast, 1, area_share, 0, &figures, err);
    }
    wh_grid_finish(ctx, &density);
    wh_grid_finish(ctx, &area);
    wh_grid_finish(ctx, &counts);
    wh_grid_finish(ctx, &none);
    *ret_pai = figures.pai;
    return status;
}

enum wh_status wh_backtest_sensitivity(struct wh_ctx *ctx, const struct wh_points *before,
                                       const struct wh_points *after, const struct wh_shape *area,
                                       double cell_m, const struct wh_density_options *opt,
                                       double area_share,
                                       struct wh_sensitivity ret[WH_N_SENSITIVITIES],
                                       struct wh_error *err)
{
    static const double FACTOR[WH_N_SENSITIVITIES][2] = {
        {1, 1}, {0.5, 1}, {2, 1}, {1, 0.5}, {1, 2}};
    double box[4];
    enum wh_status status = WH_OK;
    wh_shape_box(area, box);
    for (unsigned i = 0; status == WH_OK && i < WH_N_SENSITIVITIES; i++) {
        struct wh_grid grid = {0};
        struct wh_mask mask = {0};
        struct wh_density_options tried = *opt;
        tried.bandwidth_m = opt->bandwidth_m * FACTOR[i][0];
        ret[i] = (struct wh_sensitivity){tried.bandwidth_m, cell_m * FACTOR[i][1], (double)NAN};
        if (tried.bandwidth_m < ret[i].cell_m) {
            continue;
        }
        status = wh_grid_cover(ctx, box, 0, ret[i].cell_m, MAX_CELLS, &grid, err);
        if (status == WH_OK) {
            status = wh_mask_from_shape(ctx, &grid, area, &mask, err);
        }
        if (status == WH_OK) {
            status = pai_of(ctx, before, after, &mask, &tried, area_share, &ret[i].pai, err);
        }
        wh_mask_finish(ctx, &mask);
        wh_grid_finish(ctx, &grid);
    }
    return status;
}
