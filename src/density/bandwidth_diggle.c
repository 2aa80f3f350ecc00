/*
 * density/bandwidth_diggle.c: least mean square error for a Cox process.
 *
 * Diggle (1985) and Berman and Diggle (1989), as spatstat's bw.diggle computes it: with a disc of
 * radius h (sigma = h / 2), M(h) = (v - 2 K(h)) / (pi h²) + J(h) / (pi h²)²,  J(h) = 1/(2 pi) ∫
 * phi_h dK, phi_h(r) = 4 pi h² (acos(r/2h) - (r/2h) sqrt(1 - (r/2h)²)), on 512 steps of r. v is the
 * area over the number of points; with weights, area times sum of w² over (sum of w)².
 */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "density/bandwidth_internal.h"

#define N_STEPS 512u
#define N_PARTS 64u
#define BAND_RATIO 4u
#define PILOT_PLACES 1024u
#define MOST_PLACES 2e5
#define MOST_PAIRS 5e7    /* looked at in a band */
#define N_COVARIANCES 33u /* of r; linear between them */
#define PI 3.14159265358979323846

/* How far K is looked at: spatstat's rmax.rule, a quarter of the shorter side, and no more than
 * 1,000 events of an even spread. */
static double longest_m_of(const struct wh_selection *selection, const struct wh_region *region)
{
    const struct wh_mask *window = selection->opt->window;
    const double *box = selection->places.box;
    const double width_m = window != NULL ? window->grid.nx * window->grid.cell_m : box[2] - box[0];
    const double height_m =
        window != NULL ? window->grid.ny * window->grid.cell_m : box[3] - box[1];
    const double most_sigma_m =
        wh_sigma_of_bandwidth(selection->opt->kernel, selection->opt->max_bandwidth_m);
    if (most_sigma_m > 0) {
        return 4 * most_sigma_m;
    }
    return fmin(fmin(width_m, height_m) / 4,
                sqrt(1000 * region->area_m2 / (PI * selection->places.total)));
}

/* Steps of r that are counted from one sample: the shorter the distance, the more places can be
 * looked at. */
struct band {
    const struct wh_lattice *index;
    size_t first, last; /* steps, both included */
    double step_m;
    uint32_t *at; /* places that are counted from */
    size_t n;
    double norm; /* weight of all pairs with them */
    double part[N_PARTS][N_STEPS];
};

static size_t visits(const struct wh_lattice *index, double x, double y, double reach_m)
{
    size_t sum = 0;
    const size_t end = wh_lattice_row(index, y + reach_m) + 1;
    for (size_t row = wh_lattice_row(index, y - reach_m); row < end; row++) {
        sum +=
            wh_lattice_first(index, row, x + reach_m) - wh_lattice_first(index, row, x - reach_m);
    }
    return sum;
}

/* As many places as keep the pairs that are looked at below the limit, judged by a small sample. */
static enum wh_status choose_places(struct wh_ctx *ctx, const struct wh_sites *places,
                                    struct band *band, struct wh_error *err)
{
    const double reach_m = (double)band->last * band->step_m;
    double n_pairs = 1;
    enum wh_status status = wh_sites_sample(ctx, places, PILOT_PLACES, &band->at, &band->n, err);
    for (size_t i = 0; status == WH_OK && i < band->n; i++) {
        n_pairs +=
            (double)visits(band->index, places->x[band->at[i]], places->y[band->at[i]], reach_m);
    }
    if (status == WH_OK) {
        const double most = fmax(PILOT_PLACES / 16, MOST_PAIRS * (double)band->n / n_pairs);
        wh_free(ctx, band->at);
        band->at = NULL;
        status =
            wh_sites_sample(ctx, places, (size_t)fmin(most, MOST_PLACES), &band->at, &band->n, err);
    }
    for (size_t i = 0; status == WH_OK && i < band->n; i++) {
        const double w = places->weight[band->at[i]];
        band->norm += w * (places->total - w);
    }
    return status;
}

/* Adds the weight of pairs of one place with all others at distances in (step - 1, step]. */
static void count_pairs(const struct band *band, uint32_t place, double counted[N_STEPS])
{
    const struct wh_lattice *index = band->index;
    const struct wh_sites *places = index->places;
    const double x = places->x[place], y = places->y[place], w = places->weight[place];
    const double reach_m = (double)band->last * band->step_m;
    const size_t own = index->cell_of_place[place], end = wh_lattice_row(index, y + reach_m) + 1;
    for (size_t row = wh_lattice_row(index, y - reach_m); row < end; row++) {
        for (size_t i = wh_lattice_first(index, row, x - reach_m);
             i < index->row_start[row + 1] && index->x[i] <= x + reach_m; i++) {
            const double dx = index->x[i] - x, dy = index->y[i] - y;
            const double step = ceil(sqrt(dx * dx + dy * dy) / band->step_m);
            if (step <= (double)band->last && i != own) {
                counted[(size_t)step] += w * index->weight[i];
            }
        }
    }
}

/* Fills pairs[first..last]: the share of all pairs at each step. A fixed number of sums, so that
 * threads do not matter. */
static enum wh_status count_band(struct wh_ctx *ctx, const struct wh_sites *places,
                                 struct band *band, double pairs[N_STEPS], struct wh_error *err)
{
    struct wh_lattice index = {0};
    enum wh_status status =
        wh_lattice_of_places(ctx, places, (double)band->last * band->step_m, &index, err);
    band->index = &index;
    if (status == WH_OK) {
        status = choose_places(ctx, places, band, err);
    }
    if (status == WH_OK) {
        const int jobs = (int)wh_ctx_jobs(ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
        for (size_t p = 0; p < N_PARTS; p++) {
            for (size_t i = band->n * p / N_PARTS; i < band->n * (p + 1) / N_PARTS; i++) {
                count_pairs(band, band->at[i], band->part[p]);
            }
        }
        for (size_t step = band->first; step <= band->last; step++) {
            for (size_t p = 0; p < N_PARTS; p++) {
                pairs[step] += band->part[p][step] / band->norm;
            }
        }
    }
    wh_lattice_finish(ctx, &index);
    return status;
}

/* The share of pairs at each step, near ones from more places than far ones. *ret_n: places that
 * the farthest were counted from. */
static enum wh_status count_all(struct wh_ctx *ctx, const struct wh_sites *places, double step_m,
                                double pairs[N_STEPS], size_t *ret_n, struct wh_error *err)
{
    struct band *band = wh_alloc(ctx, sizeof *band);
    enum wh_status status = band == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t last = N_STEPS - 1; status == WH_OK && last > 0; last /= BAND_RATIO) {
        *band = (struct band){.first = last / BAND_RATIO + 1, .last = last, .step_m = step_m};
        status = count_band(ctx, places, band, pairs, err);
        *ret_n = last == N_STEPS - 1 ? band->n : *ret_n;
        wh_free(ctx, band->at);
    }
    wh_free(ctx, band);
    return status;
}

/* K at each step from 0, without pairs of one place. */
static void sum_k(const struct wh_region *region, double longest_m, const double pairs[N_STEPS],
                  double k[N_STEPS])
{
    double covariance[N_COVARIANCES];
    for (size_t i = 0; i < N_COVARIANCES; i++) {
        covariance[i] =
            wh_region_mean_covariance(region, longest_m * (double)i / (N_COVARIANCES - 1));
    }
    k[0] = 0;
    for (size_t step = 1; step < N_STEPS; step++) {
        const double at = ((double)step - 0.5) / (N_STEPS - 1) * (N_COVARIANCES - 1);
        const size_t i = (size_t)at;
        const double shared_m2 =
            covariance[i] + (at - (double)i) * (covariance[i + 1] - covariance[i]);
        k[step] =
            k[step - 1] +
            (pairs[step] > 0 ? pairs[step] * region->area_m2 * region->area_m2 / shared_m2 : 0);
    }
}

/* J(h) at step `step` of r, by the middles of the steps (spatstat takes their lower ends). */
static double integral_j(const double k[N_STEPS], size_t step, double step_m)
{
    const double h = (double)step * step_m;
    double sum = 0;
    for (size_t j = 0; j + 1 < N_STEPS && j < 2 * step; j++) {
        const double x = ((double)j + 0.5) / (2 * (double)step);
        sum += (acos(x) - x * sqrt(1 - x * x)) * (k[j + 1] - k[j]);
    }
    return 2 * h * h * sum;
}

static void fill_curve(const struct wh_sites *places, const struct wh_region *region,
                       double longest_m, const double k[N_STEPS], struct wh_bandwidth_curve *curve)
{
    const double step_m = longest_m / (N_STEPS - 1);
    const double variance =
        region->area_m2 * places->total_squares / (places->total * places->total);
    curve->is_low_best = true;
    for (size_t step = 1; 2 * step < N_STEPS; step++) {
        const double h = (double)step * step_m, disc = PI * h * h;
        curve->bandwidth_m[curve->n] = h / 2;
        curve->score[curve->n++] =
            (variance - 2 * k[step]) / disc + integral_j(k, step, step_m) / (disc * disc);
    }
}

enum wh_status wh_select_diggle(const struct wh_selection *selection,
                                struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    const struct wh_sites *places = &selection->places;
    struct wh_region region = {0};
    double pairs[N_STEPS] = {0}, k[N_STEPS];
    if (!wh_sites_are_enough(places, choice)) {
        return WH_OK;
    }
    enum wh_status status =
        wh_region_of(selection->ctx, selection->opt->window, places->box, &region, err);
    if (status == WH_OK) {
        const double longest_m = longest_m_of(selection, &region);
        status = count_all(selection->ctx, places, longest_m / (N_STEPS - 1), pairs,
                           &choice->n_scored, err);
        if (status == WH_OK) {
            sum_k(&region, longest_m, pairs, k);
            fill_curve(places, &region, longest_m, k, &choice->curve);
            wh_curve_choose(choice, false);
        }
    }
    wh_region_finish(selection->ctx, &region);
    return status;
}
