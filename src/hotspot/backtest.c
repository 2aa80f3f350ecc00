/* hotspot/backtest.c: PAI, PEI and RRI of forecasts, with bootstrap intervals. */
#include <math.h>
#include <stdlib.h>
#include <wardheat/backtest.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/random.h"

#define STREAM_BACKTEST UINT64_C(0x42616B54) << 32

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
    size_t *cell;          /* those with requests after */
    double *row;       /* one such cell's parts in every forecast and in the best, its requests */
    struct kind *kind; /* a row each; then those that differ */
    double *sample;    /* n_draws of each of 4 figures of each forecast */
};

static void trial_finish(struct trial *trial)
{
    wh_free(trial->ctx, trial->part);
    wh_free(trial->ctx, trial->hits_before);
    wh_free(trial->ctx, trial->ranked);
    wh_free(trial->ctx, trial->best);
    wh_free(trial->ctx, trial->cell);
    wh_free(trial->ctx, trial->row);
    wh_free(trial->ctx, trial->kind);
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
    trial->cell = wh_alloc_array(ctx, n, sizeof *trial->cell);
    trial->sample =
        wh_alloc_array(ctx, (size_t)4 * n_draws * trial->n_forecasts, sizeof *trial->sample);
    return trial->part != NULL && trial->hits_before != NULL && trial->ranked != NULL &&
           trial->best != NULL && trial->cell != NULL && trial->sample != NULL;
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

/* The cells with requests after; how much of each is in the best hot area for them, taken in order
 * of requests per km². */
static size_t find_best(struct trial *trial)
{
    const struct wh_backtest_cells *cells = trial->cells;
    double left = trial->hot_km2;
    size_t n = 0;
    for (size_t i = 0; i < cells->n; i++) {
        if (cells->area_km2[i] > 0 && cells->after[i] > 0) {
            trial->ranked[n] =
                (struct ranked){cells->after[i] / cells->area_km2[i], cells->area_km2[i], i};
            trial->cell[n++] = i;
        }
    }
    if (n > 1) {
        qsort(trial->ranked, n, sizeof *trial->ranked, compare_ranked);
    }
    for (size_t i = 0; i < n && left > 0; i++) {
        trial->best[trial->ranked[i].cell] = fmin(1, left / trial->ranked[i].area_km2);
        left -= trial->ranked[i].area_km2;
    }
    return n;
}

/* The figures of one forecast for the requests after in its hot area and in the best. */
static struct wh_accuracy judge(const struct trial *trial, size_t forecast, double hits,
                                double best)
{
    const double before = trial->hits_before[forecast];
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

/* ---- bootstrap ---- */

/* Cells that are in the same hot areas to the same parts: a draw need not tell them apart. */
struct kind {
    const double *part; /* in every forecast's hot area, then in the best */
    size_t n_parts;
    double requests; /* after */
};

static int compare_parts(const struct kind *a, const struct kind *b)
{
    for (size_t i = 0; i < a->n_parts; i++) {
        if (a->part[i] < b->part[i] || a->part[i] > b->part[i]) {
            return a->part[i] < b->part[i] ? -1 : 1;
        }
    }
    return 0;
}

/* Also by requests, so that their sum does not depend on how equals are sorted. */
static int compare_kinds(const void *left, const void *right)
{
    const struct kind *a = left, *b = right;
    const int by_parts = compare_parts(a, b);
    return by_parts != 0 ? by_parts : a->requests < b->requests ? -1 : a->requests > b->requests;
}

/* Sums `n` cells into the kinds that differ; returns how many. */
static size_t merge_kinds(struct kind *kind, size_t n)
{
    size_t n_kinds = 0;
    if (n > 1) {
        qsort(kind, n, sizeof *kind, compare_kinds);
    }
    for (size_t i = 0; i < n; i++) {
        if (n_kinds > 0 && compare_parts(&kind[n_kinds - 1], &kind[i]) == 0) {
            kind[n_kinds - 1].requests += kind[i].requests;
        } else {
            kind[n_kinds++] = kind[i];
        }
    }
    return n_kinds;
}

static enum wh_status list_kinds(struct trial *trial, size_t n_cells, size_t *ret_n,
                                 struct wh_error *err)
{
    const size_t n_parts = trial->n_forecasts + 1;
    trial->row = wh_alloc_array(trial->ctx, n_cells * n_parts, sizeof *trial->row);
    trial->kind = wh_alloc_array(trial->ctx, n_cells, sizeof *trial->kind);
    if (trial->row == NULL || trial->kind == NULL) {
        return wh_fail_memory(trial->ctx, err);
    }
    for (size_t i = 0; i < n_cells; i++) {
        const size_t cell = trial->cell[i];
        double *row = trial->row + i * n_parts;
        for (size_t f = 0; f < trial->n_forecasts; f++) {
            row[f] = trial->part[f * trial->cells->n + cell];
        }
        row[trial->n_forecasts] = trial->best[cell];
        trial->kind[i] = (struct kind){row, n_parts, trial->cells->after[cell]};
    }
    *ret_n = merge_kinds(trial->kind, n_cells);
    return WH_OK;
}

/* As many requests as came, drawn from them with replacement: how many are of each kind, by one
 * binomial after the other. What falls into each hot area is added up in `hits`. */
static void draw(const struct trial *trial, size_t n_kinds, uint32_t number, double *hits)
{
    struct wh_random random;
    uint64_t left = (uint64_t)ceil(trial->total_after);
    double rest = trial->total_after;
    wh_random_init(&random, wh_ctx_seed(trial->ctx), (STREAM_BACKTEST) | number);
    for (size_t f = 0; f <= trial->n_forecasts; f++) {
        hits[f] = 0;
    }
    for (size_t i = 0; i < n_kinds; i++) {
        const struct kind *kind = &trial->kind[i];
        const uint64_t n =
            i + 1 == n_kinds ? left : wh_random_binomial(&random, left, kind->requests / rest);
        for (size_t f = 0; f < kind->n_parts; f++) {
            hits[f] += kind->part[f] * (double)n;
        }
        left -= n;
        rest -= kind->requests;
    }
}

static double *sample_of(const struct trial *trial, uint32_t n_draws, size_t forecast,
                         unsigned figure)
{
    return trial->sample + (forecast * 4 + figure) * n_draws;
}

static void draw_all(const struct trial *trial, size_t n_kinds, uint32_t n_draws, double *hits)
{
    for (uint32_t d = 0; d < n_draws; d++) {
        double baseline = 0;
        draw(trial, n_kinds, d, hits);
        for (size_t f = 0; f < trial->n_forecasts; f++) {
            /* The best area of the draw itself would fit its noise, and put every PEI too low. */
            const struct wh_accuracy figures = judge(trial, f, hits[f], hits[trial->n_forecasts]);
            baseline = f == 0 ? figures.pai : baseline;
            sample_of(trial, n_draws, f, 0)[d] = figures.pai;
            sample_of(trial, n_draws, f, 1)[d] = fmin(1, figures.pei);
            sample_of(trial, n_draws, f, 2)[d] = figures.rri;
            sample_of(trial, n_draws, f, 3)[d] = figures.pai - baseline;
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

static enum wh_status fill_figures(struct trial *trial, uint32_t n_draws, struct wh_accuracy *ret,
                                   struct wh_error *err)
{
    const size_t n_cells = find_best(trial);
    size_t n_kinds = 0;
    double *hits = wh_alloc_array(trial->ctx, trial->n_forecasts + 1, sizeof *hits);
    enum wh_status status =
        hits == NULL ? wh_fail_memory(trial->ctx, err) : list_kinds(trial, n_cells, &n_kinds, err);
    if (status != WH_OK) {
        wh_free(trial->ctx, hits);
        return status;
    }
    for (size_t i = 0; i < n_kinds; i++) {
        for (size_t f = 0; f <= trial->n_forecasts; f++) {
            hits[f] += trial->kind[i].part[f] * trial->kind[i].requests;
        }
    }
    for (size_t f = 0; f < trial->n_forecasts; f++) {
        ret[f] = judge(trial, f, hits[f], hits[trial->n_forecasts]);
        ret[f].gain = ret[f].pai - ret[0].pai;
    }
    const uint32_t n_drawn = n_kinds > 0 ? n_draws : 0;
    draw_all(trial, n_kinds, n_drawn, hits);
    for (size_t f = 0; f < trial->n_forecasts; f++) {
        ret[f].pai_limits = middle_of(sample_of(trial, n_drawn, f, 0), n_drawn);
        ret[f].pei_limits = middle_of(sample_of(trial, n_drawn, f, 1), n_drawn);
        ret[f].rri_limits = middle_of(sample_of(trial, n_drawn, f, 2), n_drawn);
        ret[f].gain_limits = middle_of(sample_of(trial, n_drawn, f, 3), n_drawn);
    }
    wh_free(trial->ctx, hits);
    return WH_OK;
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
        status = fill_figures(&trial, n_draws, ret, err);
    }
    trial_finish(&trial);
    return status;
}
