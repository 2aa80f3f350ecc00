/*
 * hotspot/discovery_field.c: false-discovery rates of a smooth field, where errors come in clumps.
 *
 * Benjamini and Hochberg's rule spends p W on false discoveries: their expected weight. In a smooth
 * field that weight is seldom there and then much of it: above p there are clumps, about Poisson in
 * number, each of about exponential weight (Nosko 1969; Friston, Worsley, Frackowiak, Mazziotta and
 * Evans 1994). What is promised is E[V / R], the false share of what is called, and a share does
 * not grow with the weight of the clump as the weight does. So it is worked out (the resampling
 * estimate of Yekutieli and Benjamini 1999, with the clumps' distribution in place of resamples).
 */
#include <math.h>
#include <string.h>
#include <wardheat/statistics.h>

#include "base/alloc.h"
#include "base/error.h"
#include "hotspot/discovery_internal.h"
#include "hotspot/distributions.h"

#define N_BINS                                                                                     \
    64 /* of cells by weight, half a unit of its logarithm each, from the heaviest down */
#define BIN_WIDTH 0.5
#define HIGHEST_P 0.02 /* above, excursions are no clumps: they join (Adler 1981, section 5.3) */
#define ROUGHEST 0.25  /* peaks a cell: coarser grids have clumps of single cells, and no slack */

struct bin {
    double n, weight; /* cells; their share of all weight */
};

struct field {
    double roughness;
    struct bin bin[N_BINS];
};

/* a e^a E1(a) (Abramowitz and Stegun 5.1.53 and 5.1.56; to 1e-7). */
static double scaled_e1(double a)
{
    if (a <= 1) {
        const double e1 =
            -log(a) - 0.57721566 +
            a * (0.99999193 +
                 a * (-0.24991055 + a * (0.05519968 + a * (-0.00976004 + a * 0.00107857))));
        return a * exp(a) * e1;
    }
    const double above =
        0.2677737343 + a * (8.6347608925 + a * (18.0590169730 + a * (8.5733287401 + a)));
    const double below =
        3.9584969228 + a * (21.0996530827 + a * (25.6329561486 + a * (9.5733223454 + a)));
    return above / below;
}

/* E[C / (C + a)] of an exponential variable C of mean 1. */
static double share_of_clump(double a)
{
    if (a > 100) {
        return (1 - (2 - 6 / a) / a) / a;
    }
    return a > 0 ? 1 - scaled_e1(a) : 1;
}

/*
 * E[V / R] when the p of null cells is at most `p` and what is called has the share `called` of all
 * weight. Clumps by the expected Euler characteristic of a Gaussian field of the same p (Adler
 * 1981, theorem 5.3.1; Worsley and others 1992): roughness times z phi(z) / (2 pi) a cell. Each is
 * set against all that is called, which it is part of and which holds the other clumps (Mecke's
 * formula, by Jensen's inequality).
 */
static double false_share(const struct field *field, double p, double called)
{
    const double z = -wh_normal_quantile(p);
    const double peaks = 0.06349363593424097 * z * exp(-z * z / 2); /* (2 pi)^(-3/2) */
    const double clumps = fmin(field->roughness * peaks, p);        /* a cell at least each */
    double sum = 0;
    for (unsigned i = 0; i < N_BINS; i++) {
        const struct bin *bin = &field->bin[i];
        if (bin->weight > 0) {
            sum += bin->n * clumps * share_of_clump(called * clumps * bin->n / (p * bin->weight));
        }
    }
    return sum;
}

static void fill_bins(const struct wh_ranked *item, const double *weight, size_t m, double all,
                      struct field *field)
{
    double heaviest = 0;
    for (size_t k = 0; k < m; k++) {
        heaviest = fmax(heaviest, weight[item[k].idx]);
    }
    for (size_t k = 0; k < m; k++) {
        const double w = weight[item[k].idx];
        if (w > 0) {
            const double nth = fmin(log(heaviest / w) / BIN_WIDTH, N_BINS - 1);
            field->bin[(unsigned)nth].n += 1;
            field->bin[(unsigned)nth].weight += w / all;
        }
    }
}

static void step_up(const struct field *field, const struct wh_ranked *item, const double *weight,
                    size_t m, double all, double *ret_q)
{
    const double slack = field->roughness <= ROUGHEST ? WH_FIELD_SLACK : 1;
    double up_to = all, least = 1;
    for (size_t k = m; k > 0; k--) {
        const double p = wh_ranked_p(item[k - 1].key), called = up_to / all;
        const double plain = called > 0 ? p / called : 1;
        if (p > HIGHEST_P) {
            least = fmin(least, plain);
        } else if (plain / slack < least) {
            least = fmin(least, fmax(plain / slack, p > 0 ? false_share(field, p, called) : 0));
        }
        ret_q[item[k - 1].idx] = least;
        up_to -= weight[item[k - 1].idx];
    }
}

enum wh_status wh_field_discovery(struct wh_ctx *ctx, const double *p, const double *weight,
                                  size_t n, double roughness, double *ret_q, struct wh_error *err)
{
    struct wh_ranked *item = NULL;
    struct field field = {.roughness = roughness};
    size_t m = 0;
    double all = 0;
    const enum wh_status status = wh_rank_tests(ctx, p, n, &item, &m, err);
    if (status != WH_OK) {
        return status;
    }
    for (size_t k = 0; k < m; k++) {
        all += weight[item[k].idx];
    }
    for (size_t i = 0; i < n; i++) {
        ret_q[i] = (double)NAN; /* p may be here: it is in the ranks */
    }
    fill_bins(item, weight, m, all, &field);
    step_up(&field, item, weight, m, all, ret_q);
    wh_free(ctx, item);
    return WH_OK;
}
