/* hotspot/risk.c: the log ratio of two densities, its p-values, and their Monte Carlo check. */
#include <math.h>
#include <stdlib.h>
#include <wardheat/statistics.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/random.h"
#include "density/kernel.h"
#include "hotspot/distributions.h"
#include "hotspot/risk_internal.h"

#define STREAM_RISK UINT64_C(0x5269736B) << 32
#define M2_PER_KM2 1e6
#define LEAST_P 1e-300 /* what is smaller is as good as this, and has a logarithm */
#define NEGLIGIBLE                                                                                 \
    1e-12 /* of the base's density: what a kernel's cut-off tail leaves is no base                 \
           */

/* What all cells are tested with. */
struct test {
    const struct wh_risk_base *base;
    const struct wh_risk_options *opt;
    double n, mass; /* requests inside; the sum of their density, which is n but for edge
                       corrections that do not keep it */
    const double *edge, *edge2; /* asymptotic: per cell, kernel and its square over the area; m² */
};

/* Hazelton and Davies 2009, eq. 6, g per m²; e and e2 as the header says. */
static double asymptotic_p(const struct test *test, size_t cell, double log_ratio)
{
    const double h2 = test->opt->bandwidth_m * test->opt->bandwidth_m;
    const double g = test->base->density.v[cell] / test->base->mass / M2_PER_KM2;
    const double k0 = wh_kernel_peak(test->opt->kernel) / h2;
    const double e = fmin(1, k0 * test->edge[cell]);
    const double e2 = k0 * k0 * test->edge2[cell]; /* about R(K) / h² in the middle */
    const double samples = 1 / test->n + (test->opt->base_is_sample ? 1 / test->base->n : 0);
    return wh_normal_upper(log_ratio / sqrt(samples * e2 / (e * e) / g));
}

/*
 * P(Poisson(mean) >= n). Most cells are nowhere near the tail: from a quarter up Wilson and
 * Hilferty's approximation (1931), good to 0.001 there, is enough, and spares a thousand terms a
 * cell.
 */
static double poisson_p(double n, double mean)
{
    if (n > 1) {
        const double z = 3 * sqrt(n) * (cbrt(mean / n) - (1 - 1 / (9 * n)));
        if (z > -0.6744897501960817) {
            return wh_normal_upper(-z);
        }
    }
    return wh_poisson_at_least(n, mean);
}

static double count_p(const struct test *test, size_t cell, double log_ratio)
{
    const double expected = test->n * test->base->footprint.v[cell];
    const double observed = expected * exp(log_ratio);
    if (!test->opt->base_is_sample) {
        return poisson_p(observed, expected);
    }
    /* Of observed + others, each is a request with the share n / (n + n_base). */
    const double others = test->base->n * test->base->footprint.v[cell];
    return observed > 0 ? wh_beta_lower(observed, others + 1, test->n / (test->n + test->base->n))
                        : 1;
}

/* Fills log ratio and p of one cell. */
static void test_cell(const struct test *test, size_t cell, double f, double least_g,
                      struct wh_risk *risk)
{
    const double g = test->base->density.v[cell] / test->base->mass;
    const bool has_base = g > least_g && test->base->footprint.v[cell] > 0;
    double log_ratio = (double)NAN, p = (double)NAN;
    if (has_base && test->n > 0) {
        log_ratio = f > 0 ? log(f / test->mass / g) : -(double)INFINITY;
        p = !(f > 0)                   ? 1
            : test->opt->is_asymptotic ? asymptotic_p(test, cell, log_ratio)
                                       : count_p(test, cell, log_ratio);
    }
    risk->log_ratio.v[cell] = log_ratio;
    risk->p.v[cell] = p < LEAST_P ? LEAST_P : p;
}

/* `risk->p` holds the requests' density on entry. */
static void test_all(struct wh_ctx *ctx, const struct test *test, struct wh_risk *risk)
{
    const struct wh_grid *grid = &test->base->density;
    const int jobs = (int)wh_ctx_jobs(ctx);
    double highest = 0;
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        highest = grid->v[i] > highest ? grid->v[i] : highest;
    }
    const double least_g = NEGLIGIBLE * highest / test->base->mass;
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 16)
    for (uint32_t row = 0; row < grid->ny; row++) {
        for (size_t i = (size_t)row * grid->nx; i < ((size_t)row + 1) * grid->nx; i++) {
            test_cell(test, i, risk->p.v[i], least_g, risk);
        }
    }
}

double wh_risk_cell_p(const struct wh_risk_base *base, const struct wh_risk *risk, size_t cell,
                      double density, double *ret_log_ratio)
{
    const struct wh_risk_options opt = {.base_is_sample = risk->base_is_sample};
    const struct test test = {.base = base, .opt = &opt, .n = risk->n, .mass = risk->mass};
    const double g = base->density.v[cell] / base->mass;
    if (isnan(risk->p.v[cell]) || !(density > 0)) {
        *ret_log_ratio = -(double)INFINITY;
        return 1;
    }
    *ret_log_ratio = log(density / risk->mass / g);
    return count_p(&test, cell, *ret_log_ratio);
}

static void count_requests(const struct wh_points *requests, const struct wh_mask *mask,
                           const struct wh_risk_base *base, struct wh_risk *risk)
{
    size_t cell = 0;
    for (size_t i = 0; i < requests->n; i++) {
        if (wh_risk_cell_of(mask, requests->x[i], requests->y[i], &cell)) {
            risk->n += requests->weight[i];
            risk->n_without_base += base->footprint.v[cell] > 0 ? 0 : requests->weight[i];
        }
    }
}

/* Log ratio and p; the rest is the caller's. */
static enum wh_status test_surface(struct wh_ctx *ctx, const struct wh_risk_base *base,
                                   const struct wh_points *requests, const struct wh_mask *mask,
                                   const struct wh_risk_options *opt, struct wh_risk *risk,
                                   struct wh_error *err)
{
    struct test test = {.base = base, .opt = opt};
    struct wh_grid edge = {0}, edge2 = {0};
    count_requests(requests, mask, base, risk);
    test.n = risk->n;
    enum wh_status status = wh_risk_density(ctx, requests, mask, opt, &risk->p, err);
    if (status == WH_OK) {
        status = wh_grid_like(ctx, &mask->grid, &risk->log_ratio, err);
    }
    if (status == WH_OK && opt->is_asymptotic) {
        status = wh_grid_like(ctx, &mask->grid, &edge, err);
        status = status == WH_OK ? wh_grid_like(ctx, &mask->grid, &edge2, err) : status;
        status =
            status == WH_OK ? wh_risk_edge_moments(ctx, mask, opt, edge.v, edge2.v, err) : status;
        test.edge = edge.v;
        test.edge2 = edge2.v;
    }
    if (status == WH_OK) {
        risk->mass = test.mass = wh_risk_mass(&risk->p);
        risk->base_is_sample = opt->base_is_sample;
        test_all(ctx, &test, risk);
    }
    wh_grid_finish(ctx, &edge);
    wh_grid_finish(ctx, &edge2);
    return status;
}

static void summarise(const struct wh_risk_base *base, double false_discovery, struct wh_risk *risk)
{
    const struct wh_grid *grid = &risk->p;
    double sum = 0, weight = 0;
    risk->p_threshold = (double)NAN;
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        if (isnan(risk->p.v[i])) {
            continue;
        }
        weight += base->density.v[i];
        sum += base->density.v[i] / base->footprint.v[i];
        if (risk->q.v[i] <= false_discovery && !(risk->p.v[i] <= risk->p_threshold)) {
            risk->p_threshold = risk->p.v[i];
        }
    }
    risk->independent_cells = weight > 0 ? sum / weight : 0;
}

/*
 * Peaks a cell of a kernel-smoothed field where its base is even, det(cov(grad Z))^(1/2) =
 * (integral of |grad K|² / 2) / integral of K², times the cell: m (2m + 1) / (2m - 1) / h² of the
 * kernels (1 - u²)^m. An uneven base makes the field smoother, not rougher.
 */
static double roughness(const struct wh_risk_options *opt, double cell_m)
{
    const double cells = cell_m * cell_m / (opt->bandwidth_m * opt->bandwidth_m);
    const int m = wh_kernel_degree(opt->kernel);
    if (opt->kernel == WH_KERNEL_GAUSSIAN) {
        return cells / 2;
    }
    if (opt->kernel == WH_KERNEL_TRIANGULAR) {
        return 3 * cells;
    }
    return m > 0 ? m * (2.0 * m + 1) / (2.0 * m - 1) * cells : (double)INFINITY;
}

enum wh_status wh_relative_risk(struct wh_ctx *ctx, const struct wh_risk_base *base,
                                const struct wh_points *requests, const struct wh_mask *mask,
                                const struct wh_risk_options *opt, double false_discovery,
                                struct wh_risk *ret, struct wh_error *err)
{
    struct wh_risk risk = {0};
    enum wh_status status = test_surface(ctx, base, requests, mask, opt, &risk, err);
    if (status == WH_OK) {
        status = wh_grid_like(ctx, &mask->grid, &risk.q, err);
    }
    if (status == WH_OK) {
        status = wh_field_discovery(ctx, risk.p.v, base->density.v,
                                    (size_t)mask->grid.nx * mask->grid.ny,
                                    roughness(opt, mask->grid.cell_m), risk.q.v, err);
    }
    if (status != WH_OK) {
        wh_risk_finish(ctx, &risk);
        return status;
    }
    summarise(base, false_discovery, &risk);
    *ret = risk;
    return WH_OK;
}

void wh_risk_finish(struct wh_ctx *ctx, struct wh_risk *risk)
{
    wh_grid_finish(ctx, &risk->log_ratio);
    wh_grid_finish(ctx, &risk->p);
    wh_grid_finish(ctx, &risk->q);
    *risk = (struct wh_risk){0};
}

/* ---- Monte Carlo ---- */

/* Sums of weights inside, running: one a base point. */
static double *running_weights(struct wh_ctx *ctx, const struct wh_points *base,
                               const struct wh_mask *mask)
{
    double *sum = wh_alloc_array(ctx, base->n + 1, sizeof *sum);
    size_t cell = 0;
    for (size_t i = 0; sum != NULL && i < base->n; i++) {
        const bool is_in =
            base->weight[i] > 0 && wh_risk_cell_of(mask, base->x[i], base->y[i], &cell);
        sum[i + 1] = sum[i] + (is_in ? base->weight[i] : 0);
    }
    return sum;
}

static enum wh_status draw_requests(struct wh_ctx *ctx, const struct wh_points *base,
                                    const double *sum, size_t n, uint32_t replicate,
                                    struct wh_points *ret, struct wh_error *err)
{
    struct wh_random random;
    enum wh_status status = WH_OK;
    wh_random_init(&random, wh_ctx_seed(ctx), (STREAM_RISK) | replicate);
    ret->n = 0;
    for (size_t k = 0; status == WH_OK && k < n; k++) {
        const double at = wh_random_unit(&random) * sum[base->n];
        size_t low = 0, high = base->n - 1; /* the first i with sum[i + 1] > at */
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (sum[middle + 1] > at) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        status = wh_points_push(ctx, ret, base->x[low], base->y[low], 0, 0, 0, (uint32_t)k, err);
    }
    return status;
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

enum wh_status wh_risk_monte_carlo(struct wh_ctx *ctx, const struct wh_risk_base *base,
                                   const struct wh_points *base_points, size_t n,
                                   const struct wh_mask *mask, const struct wh_risk_options *opt,
                                   uint32_t n_replicates, double *ret_lowest, struct wh_error *err)
{
    struct wh_points drawn = {0};
    double *sum = running_weights(ctx, base_points, mask);
    enum wh_status status = sum == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK && !(sum[base_points->n] > 0)) {
        status = wh_fail(err, WH_ERR_INPUT, "there is no base inside the area to draw from");
    }
    for (uint32_t r = 0; status == WH_OK && r < n_replicates; r++) {
        struct wh_risk risk = {0};
        status = draw_requests(ctx, base_points, sum, n, r, &drawn, err);
        if (status == WH_OK) {
            status = test_surface(ctx, base, &drawn, mask, opt, &risk, err);
        }
        double lowest = 1;
        for (size_t i = 0; status == WH_OK && i < (size_t)mask->grid.nx * mask->grid.ny; i++) {
            lowest = risk.p.v[i] < lowest ? risk.p.v[i] : lowest;
        }
        ret_lowest[r] = lowest;
        wh_risk_finish(ctx, &risk);
    }
    if (status == WH_OK && n_replicates > 1) {
        qsort(ret_lowest, n_replicates, sizeof *ret_lowest, compare_numbers);
    }
    wh_points_finish(ctx, &drawn);
    wh_free(ctx, sum);
    return status;
}
