/* hotspot/scan.c: zones, the observed clusters, and their p-values. */
#include <math.h>
#include <stdlib.h>
#include <wardheat/scan.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "hotspot/scan_internal.h"

#define EULER_GAMMA 0.57721566490153286061
#define PI 3.14159265358979323846

static double x_log_ratio(double x, double y)
{
    return x > 0 ? x * log(x / y) : 0;
}

double wh_scan_llr_poisson(double c, double e, double total_cases)
{
    if (!(c > e)) {
        return 0;
    }
    if (!(e > 0)) {
        return (double)INFINITY;
    }
    return x_log_ratio(c, e) + x_log_ratio(total_cases - c, total_cases - e);
}

/* Kulldorff and Nagarwalla 1995, eq. 1, against one rate everywhere. */
double wh_scan_llr_binomial(double c, double b, double total_cases, double total_base)
{
    const double outside = total_cases - c, base_outside = total_base - b;
    if (!(b > 0) || !(base_outside > 0) || !(c * base_outside > outside * b)) {
        return 0;
    }
    return x_log_ratio(c, b) + x_log_ratio(b - c, b) + x_log_ratio(outside, base_outside) +
           x_log_ratio(base_outside - outside, base_outside) -
           x_log_ratio(total_cases, total_base) - x_log_ratio(total_base - total_cases, total_base);
}

/* ---- the table ---- */

static void table_finish(struct wh_ctx *ctx, struct scan_table *table)
{
    wh_free(ctx, table->area);
    wh_free(ctx, table->x);
    wh_free(ctx, table->y);
    wh_free(ctx, table->base);
    wh_free(ctx, table->cases);
    wh_free(ctx, table->expected);
    wh_free(ctx, table->period_cases);
}

static double row_sum(const struct wh_scan_input *input, uint32_t i)
{
    double sum = 0;
    for (uint32_t t = 0; t < input->n_periods; t++) {
        sum += input->cases[(size_t)i * input->n_periods + t];
    }
    return sum;
}

static double base_of(const struct wh_scan_input *input, uint32_t i)
{
    return input->base == NULL ? row_sum(input, i) : input->base[i];
}

static enum wh_status check(const struct wh_scan_input *input, const struct wh_scan_options *opt,
                            struct wh_error *err)
{
    if (!(opt->most_share > 0 && opt->most_share <= 1)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "a circle's largest share must be above 0 and at most 1");
    }
    if (input->n_periods == 0 || opt->most_periods > input->n_periods) {
        return wh_fail(err, WH_ERR_CONFIG, "a scan cannot look at %u of %u periods",
                       opt->most_periods, input->n_periods);
    }
    if (opt->model == WH_SCAN_BINOMIAL && input->n_periods > 1) {
        return wh_fail(err, WH_ERR_CONFIG, "the space-time scan has no binomial model");
    }
    if (input->base == NULL && opt->model != WH_SCAN_PERMUTATION) {
        return wh_fail(err, WH_ERR_CONFIG, "this scan needs a base to compare the cases with");
    }
    for (uint32_t i = 0; i < input->n; i++) {
        const double base = base_of(input, i), cases = row_sum(input, i);
        if (!(cases >= 0) || !isfinite(cases) || !(base >= 0) || !isfinite(base) ||
            !isfinite(input->x[i]) || !isfinite(input->y[i])) {
            return wh_fail(
                err, WH_ERR_INPUT,
                "area %u has cases, a base or a place that is not a number of at least 0", i);
        }
        if (opt->model == WH_SCAN_BINOMIAL && base > 0 && cases > base) {
            return wh_fail(err, WH_ERR_INPUT, "area %u has %g cases among %g", i, cases, base);
        }
    }
    return WH_OK;
}

static enum wh_status table_alloc(struct wh_ctx *ctx, uint32_t n, struct scan_table *table,
                                  struct wh_error *err)
{
    const size_t n_cells = (size_t)n * table->n_heights, n_all = (size_t)n * table->n_periods;
    table->area = wh_alloc_array(ctx, n, sizeof *table->area);
    table->x = wh_alloc_array(ctx, n, sizeof *table->x);
    table->y = wh_alloc_array(ctx, n, sizeof *table->y);
    table->base = wh_alloc_array(ctx, n, sizeof *table->base);
    table->cases = wh_alloc_array(ctx, n_cells, sizeof *table->cases);
    table->expected = wh_alloc_array(ctx, n_cells, sizeof *table->expected);
    table->period_cases = wh_alloc_array(ctx, n_all, sizeof *table->period_cases);
    if (table->area == NULL || table->x == NULL || table->y == NULL || table->base == NULL ||
        table->cases == NULL || table->expected == NULL || table->period_cases == NULL) {
        table_finish(ctx, table);
        return wh_fail_memory(ctx, err);
    }
    return WH_OK;
}

/* Cases and expected numbers of each area over its newest 1, 2, ... periods. */
static void fill_heights(struct scan_table *table)
{
    const bool is_permutation = table->opt->model == WH_SCAN_PERMUTATION;
    const uint32_t n_periods = table->n_periods;
    double newest = 0; /* all areas' cases in the newest `h + 1` periods */
    for (uint32_t h = 0; h < table->n_heights; h++) {
        for (uint32_t i = 0; i < table->n; i++) {
            newest += table->period_cases[(size_t)i * n_periods + n_periods - 1 - h];
        }
        const double share = is_permutation ? newest / table->total_cases : (h + 1.0) / n_periods;
        for (uint32_t i = 0; i < table->n; i++) {
            const size_t at = (size_t)i * table->n_heights + h;
            const double here = table->period_cases[(size_t)i * n_periods + n_periods - 1 - h];
            table->cases[at] = (h > 0 ? table->cases[at - 1] : 0) + here;
            table->expected[at] = table->base[i] / table->total_base * table->total_cases * share;
        }
    }
}

static enum wh_status table_open(struct wh_ctx *ctx, const struct wh_scan_input *input,
                                 const struct wh_scan_options *opt, struct scan_table *ret,
                                 struct wh_error *err)
{
    const uint32_t half = input->n_periods > 1 ? input->n_periods / 2 : 1;
    struct scan_table table = {.n_periods = input->n_periods,
                               .n_heights = input->n_periods == 1   ? 1
                                            : opt->most_periods > 0 ? opt->most_periods
                                                                    : half,
                               .opt = opt};
    const enum wh_status status = table_alloc(ctx, input->n, &table, err);
    if (status != WH_OK) {
        return status;
    }
    for (uint32_t i = 0; i < input->n; i++) {
        const double base = base_of(input, i);
        if (!(base > 0)) {
            continue;
        }
        const uint32_t k = table.n++;
        table.area[k] = i;
        table.x[k] = input->x[i];
        table.y[k] = input->y[i];
        table.base[k] = base;
        table.total_base += base;
        for (uint32_t t = 0; t < input->n_periods; t++) {
            const double cases = input->cases[(size_t)i * input->n_periods + t];
            table.period_cases[(size_t)k * input->n_periods + t] = cases;
            table.total_cases += cases;
        }
    }
    fill_heights(&table);
    *ret = table;
    return WH_OK;
}

/* ---- zones ---- */

static int compare_steps(const void *left, const void *right)
{
    const struct zone_step *a = left, *b = right;
    if (a->distance2 < b->distance2 || a->distance2 > b->distance2) {
        return a->distance2 < b->distance2 ? -1 : 1;
    }
    return a->area < b->area ? -1 : a->area > b->area;
}

uint32_t wh_scan_steps(const struct scan_table *table, uint32_t centre, struct zone_step *step)
{
    const double reach =
        table->opt->most_radius_m > 0 ? table->opt->most_radius_m : (double)INFINITY;
    uint32_t n = 0;
    for (uint32_t i = 0; i < table->n; i++) {
        const double dx = table->x[i] - table->x[centre], dy = table->y[i] - table->y[centre];
        const double distance2 = dx * dx + dy * dy;
        if (distance2 <= reach * reach) {
            step[n++] = (struct zone_step){.distance2 = distance2, .area = i};
        }
    }
    if (n > 1) {
        qsort(step, n, sizeof *step, compare_steps);
    }
    /* As far as the base allows, back to where an equally far area would not be cut off. */
    const double most = table->opt->most_share * table->total_base * (1 + 1e-12);
    double base = 0;
    uint32_t last = 0;
    for (uint32_t k = 0; k < n; k++) {
        base += table->base[step[k].area];
        if (base > most) {
            break;
        }
        step[k].is_end = k + 1 == n || step[k + 1].distance2 > step[k].distance2;
        if (step[k].is_end) {
            last = k + 1;
        }
    }
    return last;
}

/* The best zone of one centre. */
struct best {
    double llr, cases, expected, base, radius2;
    uint32_t n_areas, height;
};

static double llr_of(const struct scan_table *table, double cases, double expected, double base)
{
    return table->opt->model == WH_SCAN_BINOMIAL
               ? wh_scan_llr_binomial(cases, base, table->total_cases, table->total_base)
               : wh_scan_llr_poisson(cases, expected, table->total_cases);
}

/* Zones that hold no area marked as used. `sum` has room for 2 * n_heights. */
static struct best best_of_centre(const struct scan_table *table, const struct zone_step *step,
                                  uint32_t n_steps, const uint8_t *is_used, double *sum)
{
    struct best best = {0};
    double base = 0;
    for (uint32_t h = 0; h < 2 * table->n_heights; h++) {
        sum[h] = 0;
    }
    for (uint32_t k = 0; k < n_steps && !is_used[step[k].area]; k++) {
        const size_t row = (size_t)step[k].area * table->n_heights;
        base += table->base[step[k].area];
        for (uint32_t h = 0; h < table->n_heights; h++) {
            const double cases = sum[2 * h] += table->cases[row + h];
            const double expected = sum[2 * h + 1] += table->expected[row + h];
            const double llr = step[k].is_end ? llr_of(table, cases, expected, base) : 0;
            if (llr > best.llr) {
                best = (struct best){llr, cases, expected, base, step[k].distance2, k + 1, h};
            }
        }
    }
    return best;
}

/* ---- clusters ---- */

struct search {
    struct wh_ctx *ctx;
    const struct scan_table *table;
    struct best *best; /* one a centre */
    uint8_t *is_stale; /* its best zone has lost an area to a cluster */
    uint8_t *is_used;
    struct zone_step *step; /* n a job */
    double *sum;            /* 2 * n_heights a job */
    double *highest;        /* one a replicate, rising */
};

static void refresh(struct search *search)
{
    const struct scan_table *table = search->table;
    const unsigned jobs = wh_ctx_jobs(search->ctx);
#pragma omp parallel for num_threads(jobs) schedule(static)
    for (unsigned job = 0; job < jobs; job++) {
        struct zone_step *step = search->step + (size_t)job * table->n;
        double *sum = search->sum + (size_t)2 * job * table->n_heights;
        for (uint32_t i = job; i < table->n; i += jobs) {
            if (search->is_stale[i]) {
                const uint32_t n = wh_scan_steps(table, i, step);
                search->best[i] = best_of_centre(table, step, n, search->is_used, sum);
                search->is_stale[i] = 0;
            }
        }
    }
}

/* How many replicates have a highest LLR of at least this. */
static double rank_p(const double *highest, uint32_t n, double llr)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (highest[middle] < llr * (1 - 1e-12)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (n - low + 1.0) / (n + 1.0);
}

static double risk_ratio(const struct scan_table *table, const struct best *best)
{
    const double outside = table->total_cases - best->cases;
    const double expected_outside = table->total_cases - best->expected;
    return outside > 0 && best->expected > 0
               ? best->cases / best->expected / (outside / expected_outside)
               : (double)INFINITY;
}

/* Best zones that hold one of the first n areas of search->step: within their circle, then. */
static void mark_stale(struct search *search, uint32_t n)
{
    const struct scan_table *table = search->table;
    for (uint32_t i = 0; i < table->n; i++) {
        for (uint32_t k = 0; k < n && !search->is_stale[i]; k++) {
            const uint32_t area = search->step[k].area;
            const double dx = table->x[area] - table->x[i], dy = table->y[area] - table->y[i];
            search->is_stale[i] = dx * dx + dy * dy <= search->best[i].radius2;
        }
    }
}

/* Takes the cluster's areas; centres whose best zone holds one of them are stale then. */
static enum wh_status add_cluster(struct search *search, uint32_t centre, struct wh_scan *scan,
                                  struct wh_error *err)
{
    const struct scan_table *table = search->table;
    const struct best *best = &search->best[centre];
    struct wh_scan_cluster *cluster = &scan->cluster[scan->n];
    *cluster = (struct wh_scan_cluster){.centre = table->area[centre],
                                        .n_areas = best->n_areas,
                                        .n_periods = best->height + 1,
                                        .cases = best->cases,
                                        .expected = best->expected,
                                        .base = best->base,
                                        .llr = best->llr};
    cluster->relative_risk = risk_ratio(table, best);
    cluster->p = rank_p(search->highest, table->opt->n_replicates, best->llr);
    cluster->p_gumbel = -expm1(-exp(-(best->llr - scan->gumbel_location) / scan->gumbel_scale));
    if (scan->n > 0 && cluster->p > table->opt->p_at_most) {
        return WH_OK;
    }
    cluster->area = wh_alloc_array(search->ctx, best->n_areas, sizeof *cluster->area);
    if (cluster->area == NULL) {
        return wh_fail_memory(search->ctx, err);
    }
    (void)wh_scan_steps(table, centre, search->step);
    for (uint32_t k = 0; k < best->n_areas; k++) {
        cluster->area[k] = table->area[search->step[k].area];
        search->is_used[search->step[k].area] = 1;
    }
    cluster->radius_m = sqrt(best->radius2);
    scan->n++;
    mark_stale(search, best->n_areas);
    return WH_OK;
}

static enum wh_status find_clusters(struct search *search, struct wh_scan *scan,
                                    struct wh_error *err)
{
    const struct scan_table *table = search->table;
    for (uint32_t i = 0; i < table->n; i++) {
        search->is_stale[i] = 1;
    }
    while (scan->n < table->opt->at_most) {
        const size_t n_before = scan->n;
        uint32_t centre = 0;
        refresh(search);
        for (uint32_t i = 1; i < table->n; i++) {
            centre = search->best[i].llr > search->best[centre].llr ? i : centre;
        }
        if (table->n == 0 || !(search->best[centre].llr > 0)) {
            break;
        }
        const enum wh_status status = add_cluster(search, centre, scan, err);
        if (status != WH_OK || scan->n == n_before) {
            return status;
        }
    }
    return WH_OK;
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* By moments: location = mean - gamma scale, scale = s sqrt(6) / pi. */
static void fit_gumbel(const double *highest, uint32_t n, struct wh_scan *scan)
{
    double mean = 0, squares = 0;
    for (uint32_t i = 0; i < n; i++) {
        mean += highest[i] / n;
    }
    for (uint32_t i = 0; i < n; i++) {
        squares += (highest[i] - mean) * (highest[i] - mean);
    }
    const double s = n > 1 ? sqrt(squares / (n - 1.0)) : 0;
    scan->gumbel_scale = s > 0 ? s * sqrt(6) / PI : (double)NAN;
    scan->gumbel_location = mean - EULER_GAMMA * scan->gumbel_scale;
}

static void search_finish(struct search *search)
{
    wh_free(search->ctx, search->best);
    wh_free(search->ctx, search->is_stale);
    wh_free(search->ctx, search->is_used);
    wh_free(search->ctx, search->step);
    wh_free(search->ctx, search->sum);
    wh_free(search->ctx, search->highest);
}

static enum wh_status search_open(struct search *search, struct wh_error *err)
{
    const struct scan_table *table = search->table;
    struct wh_ctx *ctx = search->ctx;
    const unsigned jobs = wh_ctx_jobs(ctx);
    search->best = wh_alloc_array(ctx, table->n, sizeof *search->best);
    search->is_stale = wh_alloc_array(ctx, table->n, sizeof *search->is_stale);
    search->is_used = wh_alloc_array(ctx, table->n, sizeof *search->is_used);
    search->step = wh_alloc_array(ctx, (size_t)table->n * jobs, sizeof *search->step);
    search->sum = wh_alloc_array(ctx, (size_t)2 * table->n_heights * jobs, sizeof *search->sum);
    search->highest = wh_alloc_array(ctx, table->opt->n_replicates, sizeof *search->highest);
    return search->best == NULL || search->is_stale == NULL || search->is_used == NULL ||
                   search->step == NULL || search->sum == NULL || search->highest == NULL
               ? wh_fail_memory(ctx, err)
               : WH_OK;
}

enum wh_status wh_scan(struct wh_ctx *ctx, const struct wh_scan_input *input,
                       const struct wh_scan_options *opt, struct wh_scan *ret, struct wh_error *err)
{
    struct scan_table table = {0};
    enum wh_status status = check(input, opt, err);
    if (status == WH_OK) {
        status = table_open(ctx, input, opt, &table, err);
    }
    if (status != WH_OK) {
        return status;
    }
    struct search search = {.ctx = ctx, .table = &table};
    struct wh_scan scan = {.total_cases = table.total_cases, .total_base = table.total_base};
    status = search_open(&search, err);
    if (status == WH_OK) {
        scan.cluster = wh_alloc_array(ctx, (size_t)opt->at_most + 1, sizeof *scan.cluster);
        status = scan.cluster == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    }
    if (status == WH_OK) {
        status = wh_scan_replicates(ctx, &table, search.highest, err);
    }
    if (status == WH_OK) {
        if (opt->n_replicates > 1) {
            qsort(search.highest, opt->n_replicates, sizeof *search.highest, compare_numbers);
        }
        fit_gumbel(search.highest, opt->n_replicates, &scan);
        status = find_clusters(&search, &scan, err);
    }
    search_finish(&search);
    table_finish(ctx, &table);
    if (status != WH_OK) {
        wh_scan_finish(ctx, &scan);
        return status;
    }
    *ret = scan;
    return WH_OK;
}

void wh_scan_finish(struct wh_ctx *ctx, struct wh_scan *scan)
{
    for (size_t i = 0; i < scan->n; i++) {
        wh_free(ctx, scan->cluster[i].area);
    }
    wh_free(ctx, scan->cluster);
    *scan = (struct wh_scan){0};
}
