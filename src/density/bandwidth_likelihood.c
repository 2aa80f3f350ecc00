/* density/bandwidth_likelihood.c: the bandwidth under which places, or the next period's events,
 * are most likely. */
#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "density/bandwidth_internal.h"

#define MOST_SCORED 4096u
/* The share of the next period's events that may lie anywhere: without it one event far from all
 * others would decide. */
#define ANYWHERE 0.01

/* Where densities are asked for: places of their own, or some of the lattice's. */
struct scored {
    const struct wh_sites *places;
    uint32_t *at;
    size_t n;
    bool is_own; /* they are the lattice's, and do not predict themselves */
    struct wh_nearest *nearest;
    double *log_density;
};

static void scored_finish(struct wh_ctx *ctx, struct scored *scored)
{
    wh_free(ctx, scored->at);
    wh_free(ctx, scored->nearest);
    wh_free(ctx, scored->log_density);
}

static enum wh_status scored_make(struct wh_ctx *ctx, const struct wh_sites *places, bool is_own,
                                  struct scored *ret, struct wh_error *err)
{
    struct scored scored = {.places = places, .is_own = is_own};
    const enum wh_status status =
        wh_sites_sample(ctx, places, MOST_SCORED, &scored.at, &scored.n, err);
    if (status != WH_OK) {
        return status;
    }
    scored.nearest = wh_alloc_array(ctx, scored.n, sizeof *scored.nearest);
    scored.log_density = wh_alloc_array(ctx, scored.n, sizeof *scored.log_density);
    if (scored.nearest == NULL || scored.log_density == NULL) {
        scored_finish(ctx, &scored);
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < scored.n; i++) {
        scored.nearest[i].distance_m2 = (double)INFINITY;
    }
    *ret = scored;
    return WH_OK;
}

/* Weighted mean of log density over what is scored. `anywhere` is mixed in as a density per m². */
static double score(struct wh_ctx *ctx, const struct wh_lattice *lattice,
                    const struct scored *scored, double anywhere)
{
    const struct wh_sites *places = scored->places;
    const int jobs = (int)wh_ctx_jobs(ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 64)
    for (size_t i = 0; i < scored->n; i++) {
        const size_t place = scored->at[i];
        const double value =
            wh_lattice_log_density(lattice, places->x[place], places->y[place],
                                   scored->is_own ? place : WH_NO_PLACE, &scored->nearest[i]);
        scored->log_density[i] = anywhere > 0 ? log((1 - ANYWHERE) * exp(value) + anywhere) : value;
    }
    double sum = 0, weight = 0;
    for (size_t i = 0; i < scored->n; i++) {
        sum += places->weight[scored->at[i]] * scored->log_density[i];
        weight += places->weight[scored->at[i]];
    }
    return sum / weight;
}

/* Adds each candidate's score, from the widest down, so that what is nearest to a place is known
 * when a narrow kernel meets nothing. */
static enum wh_status add_scores(struct wh_ctx *ctx, const struct wh_sites *sources,
                                 const struct wh_region *region, const struct scored *scored,
                                 double anywhere, double share, struct wh_bandwidth_curve *curve,
                                 struct wh_error *err)
{
    for (size_t i = curve->n; i-- > 0;) {
        struct wh_lattice lattice = {0};
        const enum wh_status status =
            wh_lattice_make(ctx, sources, region, curve->bandwidth_m[i], &lattice, err);
        if (status != WH_OK) {
            return status;
        }
        curve->score[i] += share * (score(ctx, &lattice, scored, anywhere) - log(1e-6));
        wh_lattice_finish(ctx, &lattice);
    }
    return WH_OK;
}

enum wh_status wh_select_likelihood(const struct wh_selection *selection,
                                    struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    struct wh_ctx *ctx = selection->ctx;
    const struct wh_mask *window = selection->opt->window;
    struct wh_region region = {0};
    struct scored scored = {0};
    if (!wh_sites_are_enough(&selection->places, choice)) {
        return WH_OK;
    }
    enum wh_status status =
        wh_curve_candidates(selection->opt, selection->scott_m, &choice->curve, err);
    if (status == WH_OK && window != NULL) {
        status = wh_region_of(ctx, window, NULL, &region, err);
    }
    if (status == WH_OK) {
        status = scored_make(ctx, &selection->places, true, &scored, err);
    }
    if (status == WH_OK) {
        choice->n_scored = scored.n;
        status = add_scores(ctx, &selection->places, window == NULL ? NULL : &region, &scored, 0, 1,
                            &choice->curve, err);
    }
    if (status == WH_OK) {
        wh_curve_choose(choice, true);
    }
    scored_finish(ctx, &scored);
    wh_region_finish(ctx, &region);
    return status;
}

/* ---- the next period ---- */

/* Area that events may lie in: the window, or the smallest rectangle round both periods. */
static double area_m2(const struct wh_region *region, const struct wh_sites *a,
                      const struct wh_sites *b)
{
    return region != NULL ? region->area_m2
                          : (fmax(a->box[2], b->box[2]) - fmin(a->box[0], b->box[0])) *
                                (fmax(a->box[3], b->box[3]) - fmin(a->box[1], b->box[1]));
}

static enum wh_status add_fold(const struct wh_selection *selection, const struct wh_region *region,
                               const struct wh_bandwidth_fold *fold, double share,
                               struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    struct wh_ctx *ctx = selection->ctx;
    struct wh_sites earlier = {0}, later = {0};
    struct scored scored = {0};
    enum wh_status status = wh_sites_of(ctx, fold->earlier, &earlier, err);
    if (status == WH_OK) {
        status = wh_sites_of(ctx, fold->later, &later, err);
    }
    if (status == WH_OK) {
        status = scored_make(ctx, &later, false, &scored, err);
    }
    if (status == WH_OK) {
        const double anywhere = ANYWHERE * earlier.total / area_m2(region, &earlier, &later);
        choice->n_scored += scored.n;
        status = add_scores(ctx, &earlier, region, &scored, anywhere, share, &choice->curve, err);
    }
    for (size_t i = 0; status == WH_OK && i < choice->curve.n; i++) {
        choice->curve.score[i] -= share * log(earlier.total); /* per event of the earlier period */
    }
    scored_finish(ctx, &scored);
    wh_sites_finish(ctx, &earlier);
    wh_sites_finish(ctx, &later);
    return status;
}

enum wh_status wh_select_next_likelihood(const struct wh_selection *selection,
                                         struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    const struct wh_bandwidth_options *opt = selection->opt;
    struct wh_region region = {0};
    const double total = wh_folds_weight(selection, choice);
    if (!(total > 0)) {
        return WH_OK;
    }
    enum wh_status status = wh_curve_candidates(opt, selection->scott_m, &choice->curve, err);
    if (status == WH_OK && opt->window != NULL) {
        status = wh_region_of(selection->ctx, opt->window, NULL, &region, err);
    }
    for (size_t i = 0; status == WH_OK && i < opt->n_folds; i++) {
        const double weight = wh_fold_weight(&opt->fold[i]);
        if (weight > 0) {
            status = add_fold(selection, opt->window == NULL ? NULL : &region, &opt->fold[i],
                              weight / total, choice, err);
        }
    }
    if (status == WH_OK) {
        wh_curve_choose(choice, true);
    }
    wh_region_finish(selection->ctx, &region);
    return status;
}
