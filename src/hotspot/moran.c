/* hotspot/moran.c: global Moran, Geary and Getis-Ord with their moments; local Moran. */
#include <math.h>
#include <wardheat/statistics.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/random.h"
#include "hotspot/distributions.h"

#define STREAM_GLOBAL UINT64_C(0x4D6F7200) << 32 /* what the draws are for, in the upper bits */
#define STREAM_LOCAL UINT64_C(0x4D6F7201) << 32

static double weight_at(const struct wh_neighbours *neighbours, size_t at)
{
    return neighbours->weight == NULL ? 1 : neighbours->weight[at];
}

/* w_ji, or 0. Lists are in rising order. */
static double reverse_weight(const struct wh_neighbours *neighbours, uint32_t i, uint32_t j)
{
    size_t low = neighbours->start[j], high = neighbours->start[j + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (neighbours->idx[middle] < i) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const bool is_there = low < neighbours->start[j + 1] && neighbours->idx[low] == i;
    return is_there ? weight_at(neighbours, low) : 0;
}

/* S0 = sum w_ij, S1 = sum (w_ij + w_ji)² / 2, S2 = sum (w_i. + w_.i)²; a place's own weight is left
 * out. */
struct weight_sums {
    double s0, s1, s2;
};

static enum wh_status sum_weights(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                                  struct weight_sums *ret, struct wh_error *err)
{
    double *both = wh_alloc_array(ctx, neighbours->n, sizeof *both);
    if (both == NULL) {
        return wh_fail_memory(ctx, err);
    }
    struct weight_sums sums = {0};
    for (uint32_t i = 0; i < neighbours->n; i++) {
        for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
            const uint32_t j = neighbours->idx[at];
            const double w = weight_at(neighbours, at);
            if (j != i) {
                sums.s0 += w;
                sums.s1 += w * w + w * reverse_weight(neighbours, i, j);
                both[i] += w;
                both[j] += w;
            }
        }
    }
    for (uint32_t i = 0; i < neighbours->n; i++) {
        sums.s2 += both[i] * both[i];
    }
    wh_free(ctx, both);
    *ret = sums;
    return WH_OK;
}

static double mean_of(const double *value, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += value[i];
    }
    return n > 0 ? sum / n : (double)NAN;
}

/* Sum of (value - mean)^power. */
static double power_sum(const double *value, uint32_t n, double mean, int power)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double z = value[i] - mean;
        sum += power == 2 ? z * z : z * z * z * z;
    }
    return sum;
}

/* Sum of w_ij z_i z_j over i != j. */
static double cross_product(const struct wh_neighbours *neighbours, const double *value,
                            double mean)
{
    double sum = 0;
    for (uint32_t i = 0; i < neighbours->n; i++) {
        double lag = 0;
        for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
            const uint32_t j = neighbours->idx[at];
            lag += j == i ? 0 : weight_at(neighbours, at) * (value[j] - mean);
        }
        sum += lag * (value[i] - mean);
    }
    return sum;
}

/* z, and the one-sided p on z's own side; NaN without variance. */
static void test_against(double value, double expected, double variance, double *ret_z,
                         double *ret_p)
{
    const bool is_defined = variance > 0 && isfinite(variance);
    *ret_z = is_defined ? (value - expected) / sqrt(variance) : (double)NAN;
    *ret_p = is_defined ? wh_normal_upper(fabs(*ret_z)) : (double)NAN;
}

static void finish_global(struct wh_global *global)
{
    test_against(global->value, global->expected, global->variance_normal, &global->z_normal,
                 &global->p_normal);
    test_against(global->value, global->expected, global->variance_random, &global->z_random,
                 &global->p_random);
}

enum wh_status wh_moran(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                        const double *value, struct wh_global *ret, struct wh_error *err)
{
    struct weight_sums w;
    const enum wh_status status = sum_weights(ctx, neighbours, &w, err);
    if (status != WH_OK) {
        return status;
    }
    const double n = neighbours->n, mean = mean_of(value, neighbours->n);
    const double m2 = power_sum(value, neighbours->n, mean, 2) / n;
    const double kurtosis = power_sum(value, neighbours->n, mean, 4) / n / (m2 * m2);
    const double s02 = w.s0 * w.s0, e = -1 / (n - 1);
    struct wh_global global = {.expected = e};
    global.value = cross_product(neighbours, value, mean) / (w.s0 * m2);
    global.variance_normal =
        (n * n * w.s1 - n * w.s2 + 3 * s02) / ((n - 1) * (n + 1) * s02) - e * e;
    const double a = n * ((n * n - 3 * n + 3) * w.s1 - n * w.s2 + 3 * s02);
    const double b = kurtosis * ((n * n - n) * w.s1 - 2 * n * w.s2 + 6 * s02);
    global.variance_random = (a - b) / ((n - 1) * (n - 2) * (n - 3) * s02) - e * e;
    finish_global(&global);
    *ret = global;
    return WH_OK;
}

/* Cliff and Ord 1981, eq. 1.40 to 1.43. */
enum wh_status wh_geary(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                        const double *value, struct wh_global *ret, struct wh_error *err)
{
    struct weight_sums w;
    const enum wh_status status = sum_weights(ctx, neighbours, &w, err);
    if (status != WH_OK) {
        return status;
    }
    const double n = neighbours->n, mean = mean_of(value, neighbours->n);
    const double sum2 = power_sum(value, neighbours->n, mean, 2);
    const double k = power_sum(value, neighbours->n, mean, 4) * n / (sum2 * sum2);
    const double s02 = w.s0 * w.s0;
    double sum = 0;
    for (uint32_t i = 0; i < neighbours->n; i++) {
        for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
            const double difference = value[i] - value[neighbours->idx[at]];
            sum += weight_at(neighbours, at) * difference * difference;
        }
    }
    struct wh_global global = {.expected = 1};
    global.value = (n - 1) * sum / (2 * w.s0 * sum2);
    global.variance_normal = ((2 * w.s1 + w.s2) * (n - 1) - 4 * s02) / (2 * (n + 1) * s02);
    const double a = (n - 1) * w.s1 * (n * n - 3 * n + 3 - (n - 1) * k);
    const double b = (n - 1) * w.s2 / 4 * (n * n + 3 * n - 6 - (n * n - n + 2) * k);
    const double c = s02 * (n * n - 3 - (n - 1) * (n - 1) * k);
    global.variance_random = (a - b + c) / (n * (n - 2) * (n - 3) * s02);
    finish_global(&global);
    *ret = global;
    return WH_OK;
}

/* Getis and Ord 1992, eq. 5 to 7. */
enum wh_status wh_global_getis_ord(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                                   const double *value, struct wh_global *ret, struct wh_error *err)
{
    struct weight_sums w;
    const enum wh_status status = sum_weights(ctx, neighbours, &w, err);
    if (status != WH_OK) {
        return status;
    }
    const double n = neighbours->n, s02 = w.s0 * w.s0;
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
    for (uint32_t i = 0; i < neighbours->n; i++) {
        const double x = value[i];
        m1 += x;
        m2 += x * x;
        m3 += x * x * x;
        m4 += x * x * x * x;
    }
    const double b0 = (n * n - 3 * n + 3) * w.s1 - n * w.s2 + 3 * s02;
    const double b1 = -((n * n - n) * w.s1 - 2 * n * w.s2 + 6 * s02);
    const double b2 = -(2 * n * w.s1 - (n + 3) * w.s2 + 6 * s02);
    const double b3 = 4 * (n - 1) * w.s1 - 2 * (n + 1) * w.s2 + 8 * s02;
    const double b4 = w.s1 - w.s2 + s02;
    const double pairs = m1 * m1 - m2;
    const double square =
        (b0 * m2 * m2 + b1 * m4 + b2 * m1 * m1 * m2 + b3 * m1 * m3 + b4 * m1 * m1 * m1 * m1) /
        (pairs * pairs * n * (n - 1) * (n - 2) * (n - 3));
    struct wh_global global = {.expected = w.s0 / (n * (n - 1)), .variance_normal = (double)NAN};
    global.value = cross_product(neighbours, value, 0) / pairs;
    global.variance_random = square - global.expected * global.expected;
    finish_global(&global);
    *ret = global;
    return WH_OK;
}

/* ---- by permutation ---- */

static void shuffle(struct wh_random *random, double *value, uint32_t n)
{
    for (uint32_t i = n; i > 1; i--) {
        const uint32_t j = (uint32_t)wh_random_below(random, i);
        const double moved = value[i - 1];
        value[i - 1] = value[j];
        value[j] = moved;
    }
}

enum wh_status wh_moran_permuted(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                                 const double *value, uint32_t n_permutations, double *ret_p,
                                 struct wh_error *err)
{
    const uint32_t n = neighbours->n;
    const unsigned jobs = wh_ctx_jobs(ctx);
    double *order = wh_alloc_array(ctx, (size_t)n * jobs, sizeof *order);
    if (order == NULL) {
        return wh_fail_memory(ctx, err);
    }
    struct weight_sums w;
    const enum wh_status status = sum_weights(ctx, neighbours, &w, err);
    if (status != WH_OK) {
        wh_free(ctx, order);
        return status;
    }
    const double mean = mean_of(value, n), sum2 = power_sum(value, n, mean, 2);
    /* The cross product when Moran's I is what chance expects: -1 / (n - 1). */
    const double expected = -w.s0 * sum2 / n / (n - 1.0);
    const double observed = fabs(cross_product(neighbours, value, mean) - expected);
    const uint64_t seed = wh_ctx_seed(ctx);
    uint32_t n_as_far = 0;
#pragma omp parallel for num_threads(jobs) schedule(static) reduction(+ : n_as_far)
    for (unsigned job = 0; job < jobs; job++) {
        double *mine = order + (size_t)job * n;
        for (uint32_t r = job; r < n_permutations; r += jobs) {
            struct wh_random random;
            wh_random_init(&random, seed, (STREAM_GLOBAL) | r);
            for (uint32_t i = 0; i < n; i++) {
                mine[i] = value[i];
            }
            shuffle(&random, mine, n);
            const double permuted = fabs(cross_product(neighbours, mine, mean) - expected);
            n_as_far += permuted >= observed * (1 - 1e-12);
        }
    }
    wh_free(ctx, order);
    *ret_p = sum2 > 0 ? (n_as_far + 1.0) / (n_permutations + 1.0) : (double)NAN;
    return WH_OK;
}

/* Values about their mean, and one job's room for drawing from them. */
struct drawing {
    const struct wh_neighbours *neighbours;
    const double *z;
    uint32_t *order; /* all places, in any order; put back after each draw */
    uint32_t *drawn; /* positions swapped */
};

static double draw_lag(struct drawing *drawing, struct wh_random *random, uint32_t i)
{
    const struct wh_neighbours *neighbours = drawing->neighbours;
    uint32_t *order = drawing->order, n_left = neighbours->n - 1, n_drawn = 0;
    double lag = 0;
    /* Place i stands at the end, out of reach. */
    order[i] = n_left;
    order[n_left] = i;
    for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
        if (neighbours->idx[at] == i) {
            continue;
        }
        const uint32_t pick = (uint32_t)wh_random_below(random, n_left - n_drawn);
        const uint32_t last = n_left - 1 - n_drawn;
        lag += weight_at(neighbours, at) * drawing->z[order[pick]];
        const uint32_t moved = order[pick];
        order[pick] = order[last];
        order[last] = moved;
        drawing->drawn[n_drawn++] = pick;
    }
    while (n_drawn > 0) {
        const uint32_t pick = drawing->drawn[--n_drawn], last = n_left - 1 - n_drawn;
        const uint32_t moved = order[pick];
        order[pick] = order[last];
        order[last] = moved;
    }
    order[i] = i;
    order[n_left] = n_left;
    return lag;
}

static double permuted_p(struct drawing *drawing, uint64_t seed, uint32_t i, double lag,
                         uint32_t n_permutations)
{
    struct wh_random random;
    uint32_t n_high = 0, n_low = 0;
    const double slack = 1e-12 * fabs(lag);
    wh_random_init(&random, seed, (STREAM_LOCAL) | i);
    for (uint32_t r = 0; r < n_permutations; r++) {
        const double drawn = draw_lag(drawing, &random, i) * (drawing->z[i] < 0 ? -1 : 1);
        n_high += drawn >= lag - slack;
        n_low += drawn <= lag + slack;
    }
    const uint32_t least = n_high < n_low ? n_high : n_low;
    return fmin(1, 2 * (least + 1.0) / (n_permutations + 1.0));
}

static struct wh_local_moran local_moran(const struct wh_neighbours *neighbours, const double *z,
                                         double m2, uint32_t i, double *ret_lag)
{
    const double n = neighbours->n;
    double lag = 0, w = 0, w2 = 0;
    for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
        const double weight = weight_at(neighbours, at);
        if (neighbours->idx[at] != i) {
            lag += weight * z[neighbours->idx[at]];
            w += weight;
            w2 += weight * weight;
        }
    }
    struct wh_local_moran local = {.p_permuted = (double)NAN};
    const double z2 = z[i] * z[i];
    local.value = z[i] * lag / m2;
    local.expected = -z2 * w / ((n - 1) * m2);
    local.variance = z2 / (m2 * m2) * (n / (n - 2)) * (w2 - w * w / (n - 1)) * (m2 - z2 / (n - 1));
    const bool is_defined = local.variance > 0 && isfinite(local.variance);
    local.z = is_defined ? (local.value - local.expected) / sqrt(local.variance) : (double)NAN;
    local.p = is_defined ? wh_normal_two_sided(local.z) : (double)NAN;
    if (w > 0 && m2 > 0) {
        local.quadrant = z[i] >= 0 ? (lag >= 0 ? WH_QUADRANT_HIGH_HIGH : WH_QUADRANT_HIGH_LOW)
                                   : (lag >= 0 ? WH_QUADRANT_LOW_HIGH : WH_QUADRANT_LOW_LOW);
    }
    *ret_lag = lag * (z[i] < 0 ? -1 : 1);
    return local;
}

static void local_morans(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                         const double *z, uint32_t *order, uint32_t n_permutations,
                         struct wh_local_moran *ret)
{
    const uint32_t n = neighbours->n;
    const unsigned jobs = wh_ctx_jobs(ctx);
    const uint64_t seed = wh_ctx_seed(ctx);
    const double m2 = power_sum(z, n, 0, 2) / n;
#pragma omp parallel for num_threads(jobs) schedule(static)
    for (unsigned job = 0; job < jobs; job++) {
        struct drawing drawing = {.neighbours = neighbours,
                                  .z = z,
                                  .order = order + (size_t)2 * job * n,
                                  .drawn = order + (size_t)(2 * job + 1) * n};
        for (uint32_t i = 0; i < n; i++) {
            drawing.order[i] = i;
        }
        for (uint32_t i = job; i < n; i += jobs) {
            double lag = 0;
            ret[i] = local_moran(neighbours, z, m2, i, &lag);
            if (n_permutations > 0 && ret[i].quadrant != WH_QUADRANT_NONE) {
                ret[i].p_permuted = permuted_p(&drawing, seed, i, lag, n_permutations);
            }
        }
    }
}

enum wh_status wh_local_moran(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                              const double *value, uint32_t n_permutations,
                              struct wh_local_moran *ret, struct wh_error *err)
{
    const uint32_t n = neighbours->n;
    double *z = wh_alloc_array(ctx, n, sizeof *z);
    uint32_t *order = wh_alloc_array(ctx, (size_t)2 * n * wh_ctx_jobs(ctx), sizeof *order);
    enum wh_status status = WH_OK;
    if (z == NULL || order == NULL) {
        status = wh_fail_memory(ctx, err);
    } else {
        const double mean = mean_of(value, n);
        for (uint32_t i = 0; i < n; i++) {
            z[i] = value[i] - mean;
        }
        local_morans(ctx, neighbours, z, order, n_permutations, ret);
    }
    wh_free(ctx, z);
    wh_free(ctx, order);
    return status;
}

const char *wh_quadrant_name(enum wh_quadrant quadrant)
{
    switch (quadrant) {
    case WH_QUADRANT_NONE:
        return "none";
    case WH_QUADRANT_HIGH_HIGH:
        return "high-high";
    case WH_QUADRANT_LOW_HIGH:
        return "low-high";
    case WH_QUADRANT_LOW_LOW:
        return "low-low";
    case WH_QUADRANT_HIGH_LOW:
        return "high-low";
    }
    return "none";
}
