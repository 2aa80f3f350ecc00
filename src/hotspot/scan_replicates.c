/*
 * hotspot/scan_replicates.c: what the scan finds under chance. Cases of many replicates stand side
 * by side, so that each zone is walked once for all of them; logarithms of whole numbers come from
 * a table.
 */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/random.h"
#include "hotspot/scan_internal.h"

#define STREAM_SCAN UINT64_C(0x5363616E) << 32
#define MOST_BYTES (UINT64_C(256) << 20)
#define MOST_CASES 0x7FFFFFFF
#define LANES 16u /* replicates in one go: a number of them that vectors divide */

struct replicates {
    const struct scan_table *table;
    uint32_t n_cases; /* of each replicate */
    uint64_t seed;
    /* Walker's alias table (Vose 1991) over areas by base. */
    double *keep;
    uint32_t *alias;
    double *x_log_x;  /* of 0 .. n_cases */
    uint32_t *home;   /* area of each case (PERMUTATION) */
    uint32_t *period; /* of each case, newest 0 (PERMUTATION); shuffled in a copy */
    uint32_t n_side;  /* replicates side by side, a multiple of LANES */
    int32_t *cases;   /* (area * n_heights + height) * n_side + replicate */
};

/* ---- drawing ---- */

static void fill_alias(const struct scan_table *table, double *keep, uint32_t *alias,
                       uint32_t *stack)
{
    const uint32_t n = table->n;
    uint32_t n_small = 0, n_large = 0; /* small ones from the left, large ones from the right */
    for (uint32_t i = 0; i < n; i++) {
        keep[i] = table->base[i] / table->total_base * n;
        alias[i] = i;
        if (keep[i] < 1) {
            stack[n_small++] = i;
        } else {
            stack[n - ++n_large] = i;
        }
    }
    while (n_small > 0 && n_large > 0) {
        const uint32_t small = stack[--n_small], large = stack[n - n_large];
        alias[small] = large;
        keep[large] -= 1 - keep[small];
        if (keep[large] < 1) {
            n_large--;
            stack[n_small++] = large;
        }
    }
    /* What is left is 1 but for rounding. */
    while (n_small > 0) {
        keep[stack[--n_small]] = 1;
    }
    while (n_large > 0) {
        keep[stack[n - n_large--]] = 1;
    }
}

static uint32_t draw_area(const struct replicates *all, struct wh_random *random)
{
    const uint32_t i = (uint32_t)wh_random_below(random, all->table->n);
    return wh_random_unit(random) < all->keep[i] ? i : all->alias[i];
}

static int32_t *cases_at(const struct replicates *all, uint32_t area, uint32_t height,
                         uint32_t replicate)
{
    return &all->cases[((size_t)area * all->table->n_heights + height) * all->n_side + replicate];
}

static void draw_poisson(const struct replicates *all, struct wh_random *random, uint32_t replicate)
{
    const struct scan_table *table = all->table;
    for (uint32_t k = 0; k < all->n_cases; k++) {
        const uint32_t area = draw_area(all, random);
        const uint32_t period =
            table->n_periods > 1 ? (uint32_t)wh_random_below(random, table->n_periods) : 0;
        if (period < table->n_heights) {
            ++*cases_at(all, area, period, replicate);
        }
    }
}

/* Without replacement: a person drawn again is drawn anew. */
static void draw_binomial(const struct replicates *all, struct wh_random *random,
                          uint32_t replicate)
{
    for (uint32_t k = 0; k < all->n_cases;) {
        const uint32_t area = draw_area(all, random);
        int32_t *cases = cases_at(all, area, 0, replicate);
        if (wh_random_unit(random) * all->table->base[area] >= *cases) {
            ++*cases;
            k++;
        }
    }
}

/* Every case keeps its place and draws its period from all cases'. `order` is room for the periods.
 */
static void draw_permutation(const struct replicates *all, struct wh_random *random,
                             uint32_t replicate, uint32_t *order)
{
    memcpy(order, all->period, all->n_cases * sizeof *order);
    for (uint32_t k = all->n_cases; k > 0; k--) {
        const uint32_t j = (uint32_t)wh_random_below(random, k);
        const uint32_t period = order[j];
        order[j] = order[k - 1];
        if (period < all->table->n_heights) {
            ++*cases_at(all, all->home[k - 1], period, replicate);
        }
    }
}

static void draw(const struct replicates *all, uint32_t first, uint32_t replicate, uint32_t *order)
{
    const struct scan_table *table = all->table;
    struct wh_random random;
    wh_random_init(&random, all->seed, (STREAM_SCAN) | (first + replicate));
    switch (table->opt->model) {
    case WH_SCAN_POISSON:
        draw_poisson(all, &random, replicate);
        break;
    case WH_SCAN_BINOMIAL:
        draw_binomial(all, &random, replicate);
        break;
    case WH_SCAN_PERMUTATION:
        draw_permutation(all, &random, replicate, order);
        break;
    }
    for (uint32_t i = 0; i < table->n; i++) {
        for (uint32_t h = 1; h < table->n_heights; h++) {
            *cases_at(all, i, h, replicate) += *cases_at(all, i, h - 1, replicate);
        }
    }
}

/* ---- scanning ---- */

/* Everything that one job needs of its own. */
struct job {
    struct zone_step *step;
    int32_t *sum;     /* n_heights * n_side */
    double *expected; /* n_heights */
    int32_t *enough;  /* n_heights: counts below cannot beat `lowest` */
    double *highest;  /* n_side */
    double lowest;    /* of the highest of the replicates in work */
    uint32_t *order;  /* n_cases (PERMUTATION) */
};

/*
 * A zone's likelihood ratio as a function of its count: with c cases of C where e are expected,
 * LLR = c ln c + (C - c) ln(C - c) - c ln e - (C - c) ln(C - e), which rises from c = e on.
 */
struct zone {
    int32_t n_cases;
    double constant, slope, expected;
    const double *x_log_x;
};

static struct zone zone_of(const struct replicates *all, double expected)
{
    const double total = all->n_cases;
    const double scaled = expected * total / all->table->total_cases;
    const double log_in = log(scaled), log_out = scaled < total ? log(total - scaled) : 0;
    return (struct zone){.n_cases = (int32_t)all->n_cases,
                         .constant = total * log_out,
                         .slope = log_in - log_out,
                         .expected = scaled,
                         .x_log_x = all->x_log_x};
}

static double llr_at(const struct zone *zone, int32_t c)
{
    return c > zone->expected ? zone->x_log_x[c] + zone->x_log_x[zone->n_cases - c] -
                                    zone->constant - zone->slope * c
                              : 0;
}

/* Adds an area's cases to the sums of some replicates; the largest sum. */
static int32_t add_lanes(int32_t *sum, const int32_t *cases)
{
    int32_t most = 0;
    for (unsigned j = 0; j < LANES; j++) {
        sum[j] += cases[j];
        most = sum[j] > most ? sum[j] : most;
    }
    return most;
}

/* One more area in the zones of one height; `is_end`: a zone ends there. */
static void step_poisson(const struct replicates *all, const struct job *job, uint32_t area,
                         uint32_t height, bool is_end)
{
    int32_t *sum = job->sum + (size_t)height * all->n_side;
    const int32_t *cases = cases_at(all, area, height, 0);
    const struct zone zone = zone_of(all, job->expected[height]);
    int32_t enough = job->enough[height]; /* the more are expected, the more are enough */
    while (is_end && enough < zone.n_cases && llr_at(&zone, enough) <= job->lowest) {
        enough++;
    }
    job->enough[height] = enough;
    for (uint32_t r = 0; r < all->n_side; r += LANES) {
        if (add_lanes(sum + r, cases + r) < enough || !is_end) {
            continue;
        }
        for (uint32_t j = r; j < r + LANES; j++) {
            const double llr = sum[j] >= enough ? llr_at(&zone, sum[j]) : 0;
            job->highest[j] = llr > job->highest[j] ? llr : job->highest[j];
        }
    }
}

static void step_binomial(const struct replicates *all, const struct job *job, uint32_t area,
                          double base, bool is_end)
{
    const int32_t *cases = cases_at(all, area, 0, 0);
    for (uint32_t r = 0; r < all->n_side; r++) {
        job->sum[r] += cases[r];
        const double llr =
            is_end ? wh_scan_llr_binomial(job->sum[r], base, all->n_cases, all->table->total_base)
                   : 0;
        job->highest[r] = llr > job->highest[r] ? llr : job->highest[r];
    }
}

static void scan_centre(const struct replicates *all, uint32_t centre, struct job *job,
                        uint32_t n_in_work)
{
    const struct scan_table *table = all->table;
    const uint32_t n_steps = wh_scan_steps(table, centre, job->step);
    double base = 0;
    memset(job->sum, 0, (size_t)table->n_heights * all->n_side * sizeof *job->sum);
    memset(job->expected, 0, table->n_heights * sizeof *job->expected);
    memset(job->enough, 0, table->n_heights * sizeof *job->enough);
    job->lowest = job->highest[0];
    for (uint32_t r = 1; r < n_in_work; r++) {
        job->lowest = fmin(job->lowest, job->highest[r]);
    }
    for (uint32_t k = 0; k < n_steps; k++) {
        const uint32_t area = job->step[k].area;
        const bool is_end = job->step[k].is_end != 0;
        base += table->base[area];
        if (table->opt->model == WH_SCAN_BINOMIAL) {
            step_binomial(all, job, area, base, is_end);
            continue;
        }
        for (uint32_t h = 0; h < table->n_heights; h++) {
            job->expected[h] += table->expected[(size_t)area * table->n_heights + h];
            step_poisson(all, job, area, h, is_end);
        }
    }
}

/* Replicates first .. first + n - 1: drawn, then scanned centre by centre. */
static void run_chunk(const struct replicates *all, struct job *job, unsigned jobs, uint32_t first,
                      uint32_t n, double *highest)
{
    const struct scan_table *table = all->table;
    memset(all->cases, 0, (size_t)table->n * table->n_heights * all->n_side * sizeof *all->cases);
#pragma omp parallel for num_threads(jobs) schedule(static)
    for (unsigned j = 0; j < jobs; j++) {
        for (uint32_t r = j; r < n; r += jobs) {
            draw(all, first, r, job[j].order);
        }
        memset(job[j].highest, 0, all->n_side * sizeof *job[j].highest);
    }
#pragma omp parallel for num_threads(jobs) schedule(static)
    for (unsigned j = 0; j < jobs; j++) {
        for (uint32_t i = j; i < table->n; i += jobs) {
            scan_centre(all, i, &job[j], n);
        }
    }
    for (uint32_t r = 0; r < n; r++) {
        highest[first + r] = 0;
        for (unsigned j = 0; j < jobs; j++) {
            highest[first + r] = fmax(highest[first + r], job[j].highest[r]);
        }
    }
}

/* ---- memory ---- */

static void jobs_finish(struct wh_ctx *ctx, struct job *job, unsigned jobs)
{
    for (unsigned j = 0; job != NULL && j < jobs; j++) {
        wh_free(ctx, job[j].step);
        wh_free(ctx, job[j].sum);
        wh_free(ctx, job[j].expected);
        wh_free(ctx, job[j].enough);
        wh_free(ctx, job[j].highest);
        wh_free(ctx, job[j].order);
    }
    wh_free(ctx, job);
}

static enum wh_status jobs_open(struct wh_ctx *ctx, const struct replicates *all, unsigned jobs,
                                struct job **ret, struct wh_error *err)
{
    const struct scan_table *table = all->table;
    const size_t n_order = all->period != NULL ? all->n_cases : 0;
    struct job *job = wh_alloc_array(ctx, jobs, sizeof *job);
    bool is_whole = job != NULL;
    for (unsigned j = 0; is_whole && j < jobs; j++) {
        job[j].step = wh_alloc_array(ctx, table->n, sizeof *job[j].step);
        job[j].sum =
            wh_alloc_array(ctx, (size_t)table->n_heights * all->n_side, sizeof *job[j].sum);
        job[j].expected = wh_alloc_array(ctx, table->n_heights, sizeof *job[j].expected);
        job[j].enough = wh_alloc_array(ctx, table->n_heights, sizeof *job[j].enough);
        job[j].highest = wh_alloc_array(ctx, all->n_side, sizeof *job[j].highest);
        job[j].order = wh_alloc_array(ctx, n_order, sizeof *job[j].order);
        is_whole = job[j].step != NULL && job[j].sum != NULL && job[j].expected != NULL &&
                   job[j].enough != NULL && job[j].highest != NULL && job[j].order != NULL;
    }
    if (!is_whole) {
        jobs_finish(ctx, job, jobs);
        return wh_fail_memory(ctx, err);
    }
    *ret = job;
    return WH_OK;
}

/* One entry a case: where, and in which period. */
static void list_cases(const struct scan_table *table, uint32_t *home, uint32_t *period)
{
    size_t n = 0;
    for (uint32_t i = 0; i < table->n; i++) {
        for (uint32_t t = 0; t < table->n_periods; t++) {
            const double cases = table->period_cases[(size_t)i * table->n_periods + t];
            for (uint32_t k = 0; k < (uint32_t)cases; k++) {
                home[n] = i;
                period[n++] = table->n_periods - 1 - t;
            }
        }
    }
}

static uint32_t whole_cases(const struct scan_table *table)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)table->n * table->n_periods; i++) {
        sum += floor(table->period_cases[i]);
    }
    return (uint32_t)sum;
}

static void replicates_finish(struct wh_ctx *ctx, struct replicates *all)
{
    wh_free(ctx, all->keep);
    wh_free(ctx, all->alias);
    wh_free(ctx, all->x_log_x);
    wh_free(ctx, all->home);
    wh_free(ctx, all->period);
    wh_free(ctx, all->cases);
}

static enum wh_status replicates_open(struct wh_ctx *ctx, struct replicates *all,
                                      struct wh_error *err)
{
    const struct scan_table *table = all->table;
    const uint32_t wanted = table->opt->n_replicates;
    const size_t row = (size_t)table->n * table->n_heights;
    const uint64_t fitting = MOST_BYTES / (row * sizeof *all->cases + 1);
    const uint32_t side = fitting < wanted ? (uint32_t)fitting : wanted;
    all->n_side = side < LANES ? LANES : side / LANES * LANES + (fitting < wanted ? 0 : LANES);
    all->keep = wh_alloc_array(ctx, table->n, sizeof *all->keep);
    all->alias = wh_alloc_array(ctx, table->n, sizeof *all->alias);
    all->x_log_x = wh_alloc_array(ctx, (size_t)all->n_cases + 1, sizeof *all->x_log_x);
    all->cases = wh_alloc_array(ctx, row * all->n_side, sizeof *all->cases);
    uint32_t *stack = wh_alloc_array(ctx, table->n, sizeof *stack);
    bool is_whole = all->keep != NULL && all->alias != NULL && all->x_log_x != NULL &&
                    all->cases != NULL && stack != NULL;
    if (is_whole && table->opt->model == WH_SCAN_PERMUTATION) {
        all->home = wh_alloc_array(ctx, all->n_cases, sizeof *all->home);
        all->period = wh_alloc_array(ctx, all->n_cases, sizeof *all->period);
        is_whole = all->home != NULL && all->period != NULL;
        if (is_whole) {
            list_cases(table, all->home, all->period);
        }
    }
    if (is_whole) {
        fill_alias(table, all->keep, all->alias, stack);
        for (uint32_t i = 2; i <= all->n_cases; i++) {
            all->x_log_x[i] = i * log(i);
        }
    }
    wh_free(ctx, stack);
    return is_whole ? WH_OK : wh_fail_memory(ctx, err);
}

enum wh_status wh_scan_replicates(struct wh_ctx *ctx, const struct scan_table *table,
                                  double *highest, struct wh_error *err)
{
    const unsigned jobs = wh_ctx_jobs(ctx);
    const uint32_t wanted = table->opt->n_replicates;
    if (!(table->total_cases < MOST_CASES)) {
        return wh_fail(err, WH_ERR_LIMIT, "more than %d cases in one scan", MOST_CASES);
    }
    struct replicates all = {.table = table, .seed = wh_ctx_seed(ctx)};
    all.n_cases = table->opt->model == WH_SCAN_PERMUTATION ? whole_cases(table)
                                                           : (uint32_t)round(table->total_cases);
    if (wanted == 0 || table->n == 0 || all.n_cases == 0) {
        memset(highest, 0, wanted * sizeof *highest);
        return WH_OK;
    }
    struct job *job = NULL;
    enum wh_status status = replicates_open(ctx, &all, err);
    if (status == WH_OK) {
        status = jobs_open(ctx, &all, jobs, &job, err);
    }
    for (uint32_t first = 0; status == WH_OK && first < wanted; first += all.n_side) {
        const uint32_t left = wanted - first;
        run_chunk(&all, job, jobs, first, left < all.n_side ? left : all.n_side, highest);
    }
    if (job != NULL) {
        jobs_finish(ctx, job, jobs);
    }
    replicates_finish(ctx, &all);
    return status;
}
