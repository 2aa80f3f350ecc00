/*
 * density/bandwidth_pai.c: the bandwidth whose densest cells hold most of the next period's events.
 *
 * PAI (Chainey, Tompson and Uhlig 2008) = (n / N) / (a / A): the share of events over the share of
 * area. Cells hardly matter to it (Chainey 2013), so the study area's are joined until they are
 * few.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/bandwidth_internal.h"

#define MOST_CELLS 40000.0
#define HOT_SHARE 0.05

/* Joins k x k cells; a joined one is inside when half of it is. */
static enum wh_status coarsen(struct wh_ctx *ctx, const struct wh_mask *mask, struct wh_mask *ret,
                              struct wh_error *err)
{
    const struct wh_grid *fine = &mask->grid;
    const uint32_t k =
        (uint32_t)fmax(1, ceil(sqrt((double)fine->nx * (double)fine->ny / MOST_CELLS)));
    struct wh_mask coarse = {.grid = *fine};
    coarse.grid.cell_m = fine->cell_m * k;
    coarse.grid.nx = (fine->nx + k - 1) / k;
    coarse.grid.ny = (fine->ny + k - 1) / k;
    const size_t n = (size_t)coarse.grid.nx * coarse.grid.ny;
    coarse.inside = wh_alloc_array(ctx, n, 1);
    uint32_t *count = wh_alloc_array(ctx, n, sizeof *count);
    if (coarse.inside == NULL || count == NULL) {
        wh_mask_finish(ctx, &coarse);
        wh_free(ctx, count);
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t row = 0; row < fine->ny; row++) {
        for (uint32_t col = 0; col < fine->nx; col++) {
            count[(size_t)(row / k) * coarse.grid.nx + col / k] +=
                mask->inside[(size_t)row * fine->nx + col] != 0;
        }
    }
    for (size_t i = 0; i < n; i++) {
        coarse.inside[i] = 2 * count[i] >= k * k;
    }
    wh_free(ctx, count);
    *ret = coarse;
    return WH_OK;
}

struct ranking {
    struct wh_mask mask;
    struct wh_grid density;
    double *event;  /* weight of the next period's events in each cell */
    double *sorted; /* scratch: densities of the cells inside */
    size_t n_inside;
    double hot_share;
};

static void ranking_finish(struct wh_ctx *ctx, struct ranking *ranking)
{
    wh_mask_finish(ctx, &ranking->mask);
    wh_grid_finish(ctx, &ranking->density);
    wh_free(ctx, ranking->event);
    wh_free(ctx, ranking->sorted);
}

static enum wh_status ranking_make(struct wh_ctx *ctx, const struct wh_bandwidth_options *opt,
                                   struct ranking *ret, struct wh_error *err)
{
    struct ranking ranking = {.hot_share = opt->hot_share > 0 ? opt->hot_share : HOT_SHARE};
    enum wh_status status = coarsen(ctx, opt->window, &ranking.mask, err);
    if (status == WH_OK) {
        status = wh_grid_like(ctx, &ranking.mask.grid, &ranking.density, err);
    }
    const size_t n = (size_t)ranking.mask.grid.nx * ranking.mask.grid.ny;
    ranking.event = wh_alloc_array(ctx, n, sizeof *ranking.event);
    ranking.sorted = wh_alloc_array(ctx, n, sizeof *ranking.sorted);
    if (status == WH_OK && (ranking.event == NULL || ranking.sorted == NULL)) {
        status = wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        ranking.n_inside += ranking.mask.inside[i];
    }
    if (status != WH_OK) {
        ranking_finish(ctx, &ranking);
        return status;
    }
    *ret = ranking;
    return WH_OK;
}

/* Events by cell; returns the weight of those inside. */
static double place_events(const struct wh_points *later, struct ranking *ranking)
{
    const struct wh_grid *grid = &ranking->mask.grid;
    double sum = 0;
    memset(ranking->event, 0, (size_t)grid->nx * grid->ny * sizeof *ranking->event);
    for (size_t i = 0; i < later->n; i++) {
        const double col = floor((later->x[i] - grid->x0) / grid->cell_m);
        const double row = floor((later->y[i] - grid->y0) / grid->cell_m);
        if (!(col >= 0 && col < grid->nx && row >= 0 && row < grid->ny && later->weight[i] > 0)) {
            continue;
        }
        const size_t cell = (size_t)row * grid->nx + (size_t)col;
        if (ranking->mask.inside[cell] != 0) {
            ranking->event[cell] += later->weight[i];
            sum += later->weight[i];
        }
    }
    return sum;
}

static int compare_descending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a > b ? -1 : a < b;
}

/* Weight of events in the densest cells. Cells at the threshold share what is left of the area. */
static double hits(struct ranking *ranking)
{
    const size_t n_cells = (size_t)ranking->mask.grid.nx * ranking->mask.grid.ny;
    size_t n = 0;
    for (size_t i = 0; i < n_cells; i++) {
        if (ranking->mask.inside[i] != 0) {
            ranking->sorted[n++] = ranking->density.v[i];
        }
    }
    qsort(ranking->sorted, n, sizeof *ranking->sorted, compare_descending);
    const double wanted = fmax(1, round(ranking->hot_share * (double)n));
    const double threshold = ranking->sorted[(size_t)wanted - 1];
    double above = 0, at = 0, n_above = 0, n_at = 0;
    for (size_t i = 0; i < n_cells; i++) {
        if (ranking->mask.inside[i] != 0 && ranking->density.v[i] > threshold) {
            above += ranking->event[i];
            n_above++;
        } else if (ranking->mask.inside[i] != 0 && !(ranking->density.v[i] < threshold)) {
            at += ranking->event[i];
            n_at++;
        }
    }
    return above + at * (wanted - n_above) / n_at;
}

/* Candidates narrower than a cell are left without a score. */
static enum wh_status add_fold(const struct wh_selection *selection,
                               const struct wh_bandwidth_fold *fold, double share,
                               struct ranking *ranking, struct wh_bandwidth_choice *choice,
                               struct wh_error *err)
{
    const double total = place_events(fold->later, ranking);
    struct wh_bandwidth_curve *curve = &choice->curve;
    choice->n_scored += fold->later->n;
    for (size_t i = 0; i < curve->n && total > 0; i++) {
        const struct wh_density_options opt = {
            .kernel = selection->opt->kernel,
            .edge = WH_EDGE_DIGGLE,
            .bandwidth_m = wh_bandwidth_of_sigma(selection->opt->kernel, curve->bandwidth_m[i])};
        struct wh_density_stats stats;
        if (opt.bandwidth_m < ranking->mask.grid.cell_m) {
            curve->score[i] = (double)NAN;
            continue;
        }
        const enum wh_status status = wh_density(selection->ctx, fold->earlier, &ranking->mask,
                                                 &opt, &ranking->density, NULL, &stats, err);
        if (status != WH_OK) {
            return status;
        }
        curve->score[i] += share * hits(ranking) / total / ranking->hot_share;
    }
    return WH_OK;
}

enum wh_status wh_select_next_pai(const struct wh_selection *selection,
                                  struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    const struct wh_bandwidth_options *opt = selection->opt;
    struct ranking ranking = {0};
    const double total = wh_folds_weight(selection, choice);
    if (!(total > 0)) {
        return WH_OK;
    }
    enum wh_status status = wh_curve_candidates(opt, selection->scott_m, &choice->curve, err);
    if (status == WH_OK) {
        status = ranking_make(selection->ctx, opt, &ranking, err);
    }
    for (size_t i = 0; status == WH_OK && i < opt->n_folds; i++) {
        const double weight = wh_fold_weight(&opt->fold[i]);
        if (weight > 0) {
            status = add_fold(selection, &opt->fold[i], weight / total, &ranking, choice, err);
        }
    }
    if (status == WH_OK) {
        wh_curve_choose(choice, false);
    }
    ranking_finish(selection->ctx, &ranking);
    return status;
}
