/* hotspot/getis_ord.c: local Getis-Ord over lists of neighbours and over lattices; the global G is
 * in moran.c with the other global statistics. */
#include <math.h>
#include <wardheat/statistics.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "hotspot/distributions.h"

#define NEGLIGIBLE 1e-12 /* below this share of its parts a difference is rounding */
/* A neighbour exactly at the distance is one, whatever the last digit of its centre. */
#define TOLERANCE_CELLS 1e-9

/* Moments over all values of the study. */
struct moments {
    double n, mean, sum_squares; /* of the differences from the mean */
};

static struct moments moments_of(const double *value, size_t n)
{
    struct moments m = {0};
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(value[i])) {
            m.n++;
            sum += value[i];
        }
    }
    m.mean = m.n > 0 ? sum / m.n : 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(value[i])) {
            m.sum_squares += (value[i] - m.mean) * (value[i] - m.mean);
        }
    }
    return m;
}

/* Weights of one place's neighbours, their squares, and the weighted sum of their differences from
 * the mean. */
struct sums {
    double weight, weight2, difference;
};

/*
 * Ord and Getis 1995, eq. 14 (star) and eq. 5 (without the place, whose difference is `own`): both
 * are (sum - W mean) / (S sqrt((n S1 - W²) / (n - 1))) over the n places that take part.
 */
static double z_of(const struct moments *m, const struct sums *sums, bool star, double own)
{
    const double n = star ? m->n : m->n - 1;
    const double mean = star ? 0 : -own / n;
    const double s2 = star ? m->sum_squares / n : (m->sum_squares - own * own) / n - mean * mean;
    const double spread = n * sums->weight2 - sums->weight * sums->weight;
    if (!(n >= 2) || !(spread > NEGLIGIBLE * n * sums->weight2) ||
        !(sqrt(fmax(0, s2)) > NEGLIGIBLE * fabs(m->mean))) {
        return (double)NAN;
    }
    return (sums->difference - sums->weight * mean) / sqrt(s2 * spread / (n - 1));
}

static void put(double z, double *ret_z, double *ret_p)
{
    *ret_z = z;
    *ret_p = isnan(z) ? (double)NAN : wh_normal_two_sided(z);
}

enum wh_status wh_getis_ord(struct wh_ctx *ctx, const struct wh_neighbours *neighbours,
                            const double *value, bool star, double *ret_z, double *ret_p,
                            struct wh_error *err)
{
    const struct moments m = moments_of(value, neighbours->n);
    for (uint32_t i = 0; star && i < neighbours->n; i++) {
        bool has_self = false;
        for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
            has_self = has_self || neighbours->idx[at] == i;
        }
        if (!has_self) {
            return wh_fail(err, WH_ERR_INTERNAL, "Gi* needs every place among its own neighbours");
        }
    }
    const int jobs = (int)wh_ctx_jobs(ctx);
#pragma omp parallel for num_threads(jobs) schedule(static)
    for (uint32_t i = 0; i < neighbours->n; i++) {
        struct sums sums = {0};
        for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
            const uint32_t j = neighbours->idx[at];
            const double w = neighbours->weight == NULL ? 1 : neighbours->weight[at];
            if (isnan(value[j]) || (!star && j == i)) {
                continue;
            }
            sums.weight += w;
            sums.weight2 += w * w;
            sums.difference += w * (value[j] - m.mean);
        }
        const double own = value[i] - m.mean;
        put(isnan(value[i]) ? (double)NAN : z_of(&m, &sums, star, own), &ret_z[i], &ret_p[i]);
    }
    return WH_OK;
}

/* Running sums along each row, one longer than the row: of differences and of how many take part.
 */
struct rows {
    const struct wh_lattice *lattice;
    double *difference;
    uint32_t *count;
};

static void sum_row(const struct rows *rows, const double *value, double mean, uint32_t row)
{
    const uint32_t nx = rows->lattice->nx;
    double *difference = rows->difference + (size_t)row * (nx + 1);
    uint32_t *count = rows->count + (size_t)row * (nx + 1);
    for (uint32_t col = 0; col < nx; col++) {
        const double v = value[(size_t)row * nx + col];
        difference[col + 1] = difference[col] + (isnan(v) ? 0 : v - mean);
        count[col + 1] = count[col] + (isnan(v) ? 0u : 1u);
    }
}

/* Columns of row `other` whose centres lie within reach of one at column 0 of `row`: [*first,
 * *last] relative to it. */
static bool reach_in_row(const struct wh_lattice *lattice, uint32_t row, uint32_t other,
                         double distance_m, double *first, double *last)
{
    const double dy = ((double)other - (double)row) * lattice->dy;
    const double half2 = distance_m * distance_m - dy * dy;
    const double shift = lattice->shift * ((double)(other % 2) - (double)(row % 2));
    const double tolerance = TOLERANCE_CELLS * lattice->dx;
    if (half2 < -2 * distance_m * tolerance) {
        return false;
    }
    const double half = sqrt(fmax(0, half2)) / lattice->dx;
    *first = ceil(-half - shift - TOLERANCE_CELLS);
    *last = floor(half - shift + TOLERANCE_CELLS);
    return *first <= *last;
}

static void z_of_row(const struct rows *rows, const double *value, const struct moments *m,
                     double distance_m, uint32_t row, struct sums *sums, double *ret_z,
                     double *ret_p)
{
    const struct wh_lattice *lattice = rows->lattice;
    const double nx = lattice->nx;
    const double reach = floor(distance_m / lattice->dy + TOLERANCE_CELLS);
    const uint32_t low = row > reach ? row - (uint32_t)reach : 0;
    const double high = fmin(lattice->ny - 1.0, row + reach);
    for (uint32_t col = 0; col < lattice->nx; col++) {
        sums[col] = (struct sums){0};
    }
    for (uint32_t other = low; other <= high; other++) {
        double first, last;
        if (!reach_in_row(lattice, row, other, distance_m, &first, &last)) {
            continue;
        }
        const double *difference = rows->difference + (size_t)other * (lattice->nx + 1);
        const uint32_t *count = rows->count + (size_t)other * (lattice->nx + 1);
        for (uint32_t col = 0; col < lattice->nx; col++) {
            const double from = fmax(0, col + first), end = fmin(nx, col + last + 1);
            if (from < end) {
                sums[col].weight += count[(size_t)end] - count[(size_t)from];
                sums[col].difference += difference[(size_t)end] - difference[(size_t)from];
            }
        }
    }
    for (uint32_t col = 0; col < lattice->nx; col++) {
        const size_t cell = (size_t)row * lattice->nx + col;
        sums[col].weight2 = sums[col].weight;
        put(isnan(value[cell]) ? (double)NAN : z_of(m, &sums[col], true, 0), &ret_z[cell],
            &ret_p[cell]);
    }
}

enum wh_status wh_getis_ord_lattice(struct wh_ctx *ctx, const struct wh_lattice *lattice,
                                    const double *value, double distance_m, double *ret_z,
                                    double *ret_p, struct wh_error *err)
{
    if (!(distance_m >= 0) || !isfinite(distance_m)) {
        return wh_fail(err, WH_ERR_CONFIG, "the distance must be a number of metres of at least 0");
    }
    const size_t n_sums = ((size_t)lattice->nx + 1) * lattice->ny;
    const unsigned jobs = wh_ctx_jobs(ctx);
    struct rows rows = {.lattice = lattice};
    rows.difference = wh_alloc_array(ctx, n_sums, sizeof *rows.difference);
    rows.count = wh_alloc_array(ctx, n_sums, sizeof *rows.count);
    /* One row of sums a row of the lattice in work; rows are handed out by thread. */
    struct sums *sums = wh_alloc_array(ctx, (size_t)lattice->nx * jobs, sizeof *sums);
    enum wh_status status = WH_OK;
    if (rows.difference == NULL || rows.count == NULL || sums == NULL) {
        status = wh_fail_memory(ctx, err);
    } else {
        const struct moments m = moments_of(value, (size_t)lattice->nx * lattice->ny);
#pragma omp parallel for num_threads(jobs) schedule(static)
        for (uint32_t row = 0; row < lattice->ny; row++) {
            sum_row(&rows, value, m.mean, row);
        }
#pragma omp parallel for num_threads(jobs) schedule(static)
        for (unsigned job = 0; job < jobs; job++) {
            for (uint32_t row = job; row < lattice->ny; row += jobs) {
                z_of_row(&rows, value, &m, distance_m, row, sums + (size_t)job * lattice->nx, ret_z,
                         ret_p);
            }
        }
    }
    wh_free(ctx, rows.difference);
    wh_free(ctx, rows.count);
    wh_free(ctx, sums);
    return status;
}

enum wh_bin wh_bin_of(double z, double p_or_q)
{
    const int level = p_or_q < 0.01 ? 3 : p_or_q < 0.05 ? 2 : p_or_q < 0.1 ? 1 : 0;
    return z > 0 ? (enum wh_bin)level : z < 0 ? (enum wh_bin) - level : WH_BIN_NONE;
}
