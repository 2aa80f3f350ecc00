/* hotspot/knox.c: pairs near in space and time, against the same places with their days permuted.
 */
#include <math.h>
#include <string.h>
#include <wardheat/trends.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/random.h"
#include "hotspot/kdtree.h"

#define STREAM_KNOX UINT64_C(0x4B6E6F78) << 32
#define MOST_BANDS 255u

struct pair {
    uint32_t a, b;
};

/* Pairs near enough in space, grouped by band at the end. */
struct pairs {
    struct wh_ctx *ctx;
    const struct wh_knox_options *opt;
    size_t n, cap[2];
    struct pair *pair;
    uint8_t *band;
    uint32_t from;
    enum wh_status status;
    struct wh_error *err;
};

static void visit_near(void *state, const struct wh_near *near)
{
    struct pairs *pairs = state;
    if (near->id <= pairs->from || pairs->status != WH_OK) { /* each pair once */
        return;
    }
    const double distance_m = sqrt(near->distance2);
    uint32_t band = 0;
    while (band < pairs->opt->n_distances && distance_m > pairs->opt->distance_m[band]) {
        band++;
    }
    if (band == pairs->opt->n_distances) {
        return;
    }
    void *array = pairs->pair;
    pairs->status =
        wh_grow(pairs->ctx, &array, pairs->n, &pairs->cap[0], sizeof *pairs->pair, pairs->err);
    pairs->pair = array;
    if (pairs->status == WH_OK) {
        array = pairs->band;
        pairs->status =
            wh_grow(pairs->ctx, &array, pairs->n, &pairs->cap[1], sizeof *pairs->band, pairs->err);
        pairs->band = array;
    }
    if (pairs->status == WH_OK) {
        pairs->pair[pairs->n] = (struct pair){pairs->from, near->id};
        pairs->band[pairs->n++] = (uint8_t)band;
    }
}

static enum wh_status find_pairs(struct pairs *pairs, const double *x, const double *y, uint32_t n)
{
    struct wh_kdtree tree = {0};
    const enum wh_status status = wh_kdtree_build(pairs->ctx, x, y, n, &tree, pairs->err);
    if (status != WH_OK) {
        return status;
    }
    const double reach = pairs->opt->distance_m[pairs->opt->n_distances - 1];
    for (uint32_t i = 0; i < n && pairs->status == WH_OK; i++) {
        pairs->from = i;
        wh_kdtree_within(&tree, x[i], y[i], reach * (1 + 1e-12), visit_near, pairs);
    }
    wh_kdtree_finish(pairs->ctx, &tree);
    return pairs->status;
}

/* Which band of days a number of days apart falls into; n_days: none. */
static uint32_t *band_of_days(struct wh_ctx *ctx, const struct wh_knox_options *opt)
{
    const size_t n = (size_t)opt->day[opt->n_days - 1] + 2;
    uint32_t *band = wh_alloc_array(ctx, n, sizeof *band);
    for (size_t i = 0, at = 0; band != NULL && i < n; i++) {
        while (at < opt->n_days && i > opt->day[at]) {
            at++;
        }
        band[i] = (uint32_t)at;
    }
    return band;
}

/* Counts pairs into n_distances * (n_days + 1) cells; the last of each row is too far apart in
 * time. */
static void count_pairs(const struct pairs *pairs, const int32_t *day, const uint32_t *band,
                        uint64_t *count)
{
    const struct wh_knox_options *opt = pairs->opt;
    const size_t n_columns = (size_t)opt->n_days + 1;
    const uint64_t most = (uint64_t)opt->day[opt->n_days - 1] + 1;
    memset(count, 0, opt->n_distances * n_columns * sizeof *count);
    for (size_t i = 0; i < pairs->n; i++) {
        const int64_t apart = (int64_t)day[pairs->pair[i].a] - day[pairs->pair[i].b];
        const uint64_t days = (uint64_t)(apart < 0 ? -apart : apart);
        count[pairs->band[i] * n_columns + band[days < most ? days : most]]++;
    }
}

/* What one job counts with, and what it has counted so far. */
struct tally {
    int32_t *day;
    uint64_t *count, *sum, *as_many;
};

static void permute(struct tally *tally, const int32_t *day, uint32_t n, uint64_t seed, uint32_t r)
{
    struct wh_random random;
    wh_random_init(&random, seed, (STREAM_KNOX) | r);
    memcpy(tally->day, day, n * sizeof *day);
    for (uint32_t i = n; i > 1; i--) {
        const uint32_t j = (uint32_t)wh_random_below(&random, i);
        const int32_t moved = tally->day[j];
        tally->day[j] = tally->day[i - 1];
        tally->day[i - 1] = moved;
    }
}

static void run_permutations(struct wh_ctx *ctx, const struct pairs *pairs, const int32_t *day,
                             uint32_t n, const uint32_t *band, const uint64_t *observed,
                             struct tally *tally)
{
    const struct wh_knox_options *opt = pairs->opt;
    const size_t n_cells = (size_t)opt->n_distances * (opt->n_days + 1);
    const unsigned jobs = wh_ctx_jobs(ctx);
    const uint64_t seed = wh_ctx_seed(ctx);
#pragma omp parallel for num_threads(jobs) schedule(static)
    for (unsigned job = 0; job < jobs; job++) {
        for (uint32_t r = job; r < opt->n_permutations; r += jobs) {
            permute(&tally[job], day, n, seed, r);
            count_pairs(pairs, tally[job].day, band, tally[job].count);
            for (size_t c = 0; c < n_cells; c++) {
                tally[job].sum[c] += tally[job].count[c];
                tally[job].as_many[c] += tally[job].count[c] >= observed[c];
            }
        }
    }
}

static void fill_table(const struct wh_knox_options *opt, const uint64_t *observed,
                       const struct tally *tally, unsigned jobs, struct wh_knox_cell *ret)
{
    for (uint32_t row = 0; row < opt->n_distances; row++) {
        for (uint32_t column = 0; column < opt->n_days; column++) {
            const size_t at = (size_t)row * (opt->n_days + 1) + column;
            struct wh_knox_cell *cell = &ret[(size_t)row * opt->n_days + column];
            uint64_t sum = 0, as_many = 0;
            for (unsigned job = 0; job < jobs; job++) {
                sum += tally[job].sum[at];
                as_many += tally[job].as_many[at];
            }
            cell->pairs = (double)observed[at];
            cell->expected =
                opt->n_permutations > 0 ? (double)sum / opt->n_permutations : (double)NAN;
            cell->ratio = cell->expected > 0 ? cell->pairs / cell->expected : (double)NAN;
            cell->p = ((double)as_many + 1) / (opt->n_permutations + 1.0);
        }
    }
}

static enum wh_status check(const struct wh_knox_options *opt, struct wh_error *err)
{
    if (opt->n_distances == 0 || opt->n_days == 0 || opt->n_distances > MOST_BANDS ||
        opt->n_days > MOST_BANDS) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "near repeats need 1 to %u bands of distance and of days", MOST_BANDS);
    }
    for (uint32_t i = 0; i < opt->n_distances; i++) {
        if (!(opt->distance_m[i] >= 0) ||
            (i > 0 && !(opt->distance_m[i] > opt->distance_m[i - 1]))) {
            return wh_fail(err, WH_ERR_CONFIG, "the bands of distance do not rise");
        }
    }
    for (uint32_t i = 0; i < opt->n_days; i++) {
        if (opt->day[i] > 100000 || (i > 0 && opt->day[i] <= opt->day[i - 1])) {
            return wh_fail(err, WH_ERR_CONFIG, "the bands of days do not rise, or reach centuries");
        }
    }
    return WH_OK;
}

static void tallies_finish(struct wh_ctx *ctx, struct tally *tally, unsigned jobs)
{
    for (unsigned job = 0; tally != NULL && job < jobs; job++) {
        wh_free(ctx, tally[job].day);
        wh_free(ctx, tally[job].count);
        wh_free(ctx, tally[job].sum);
        wh_free(ctx, tally[job].as_many);
    }
    wh_free(ctx, tally);
}

static enum wh_status tallies_open(struct wh_ctx *ctx, uint32_t n, size_t n_cells, unsigned jobs,
                                   struct tally **ret, struct wh_error *err)
{
    struct tally *tally = wh_alloc_array(ctx, jobs, sizeof *tally);
    bool is_whole = tally != NULL;
    for (unsigned job = 0; is_whole && job < jobs; job++) {
        tally[job].day = wh_alloc_array(ctx, n, sizeof *tally[job].day);
        tally[job].count = wh_alloc_array(ctx, n_cells, sizeof *tally[job].count);
        tally[job].sum = wh_alloc_array(ctx, n_cells, sizeof *tally[job].sum);
        tally[job].as_many = wh_alloc_array(ctx, n_cells, sizeof *tally[job].as_many);
        is_whole = tally[job].day != NULL && tally[job].count != NULL && tally[job].sum != NULL &&
                   tally[job].as_many != NULL;
    }
    if (!is_whole) {
        tallies_finish(ctx, tally, jobs);
        return wh_fail_memory(ctx, err);
    }
    *ret = tally;
    return WH_OK;
}

enum wh_status wh_knox(struct wh_ctx *ctx, const double *x, const double *y, const int32_t *day,
                       uint32_t n, const struct wh_knox_options *opt, struct wh_knox_cell *ret,
                       struct wh_error *err)
{
    const unsigned jobs = wh_ctx_jobs(ctx);
    struct pairs pairs = {.ctx = ctx, .opt = opt, .err = err};
    struct tally *tally = NULL;
    enum wh_status status = check(opt, err);
    if (status != WH_OK) {
        return status;
    }
    const size_t n_cells = (size_t)opt->n_distances * (opt->n_days + 1);
    uint32_t *band = band_of_days(ctx, opt);
    uint64_t *observed = wh_alloc_array(ctx, n_cells, sizeof *observed);
    if (band == NULL || observed == NULL) {
        status = wh_fail_memory(ctx, err);
    }
    if (status == WH_OK) {
        status = find_pairs(&pairs, x, y, n);
    }
    if (status == WH_OK) {
        status = tallies_open(ctx, n, n_cells, jobs, &tally, err);
    }
    if (status == WH_OK) {
        count_pairs(&pairs, day, band, observed);
        run_permutations(ctx, &pairs, day, n, band, observed, tally);
        fill_table(opt, observed, tally, jobs, ret);
        tallies_finish(ctx, tally, jobs);
    }
    wh_free(ctx, band);
    wh_free(ctx, observed);
    wh_free(ctx, pairs.pair);
    wh_free(ctx, pairs.band);
    return status;
}
