/* hotspot/empirical_bayes.c: rates of small numbers, drawn towards what is usual. */
#include <math.h>
#include <wardheat/statistics.h>

/* Events and base over a set of places, and the spread of their rates about the common one. */
struct pool {
    double events, base, squares, n;
};

static void add_place(struct pool *pool, double events, double base)
{
    if (base > 0) {
        pool->events += events;
        pool->base += base;
        pool->n++;
    }
}

static void add_square(struct pool *pool, double events, double base)
{
    if (base > 0) {
        const double difference = events / base - pool->events / pool->base;
        pool->squares += base * difference * difference;
    }
}

/* Marshall 1991, eq. 4 to 6: the variance of rates beyond Poisson's, at least 0, and how much of
 * the raw rate is believed. */
static double shrunk_rate(const struct pool *pool, double events, double base)
{
    const double mean = pool->events / pool->base;
    const double variance = fmax(0, pool->squares / pool->base - mean / (pool->base / pool->n));
    const double noise = mean / base;
    const double belief = variance > 0 ? variance / (variance + noise) : 0;
    return mean + belief * (events / base - mean);
}

/* The place itself and its neighbours, or everybody. */
static struct pool pool_of(const double *events, const double *base, uint32_t n,
                           const struct wh_neighbours *neighbours, uint32_t i)
{
    struct pool pool = {0};
    for (int pass = 0; pass < 2; pass++) { /* sums, then squares about their mean */
        void (*const add)(struct pool *, double, double) = pass == 0 ? add_place : add_square;
        if (neighbours == NULL) {
            for (uint32_t j = 0; j < n; j++) {
                add(&pool, events[j], base[j]);
            }
            continue;
        }
        add(&pool, events[i], base[i]);
        for (size_t at = neighbours->start[i]; at < neighbours->start[i + 1]; at++) {
            const uint32_t j = neighbours->idx[at];
            if (j != i) {
                add(&pool, events[j], base[j]);
            }
        }
    }
    return pool;
}

void wh_empirical_bayes(const double *events, const double *base, uint32_t n,
                        const struct wh_neighbours *neighbours, double *ret_rate)
{
    struct pool pool = {0};
    if (neighbours == NULL && n > 0) {
        pool = pool_of(events, base, n, NULL, 0);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (neighbours != NULL) {
            pool = pool_of(events, base, n, neighbours, i);
        }
        ret_rate[i] = base[i] > 0 ? shrunk_rate(&pool, events[i], base[i]) : (double)NAN;
    }
}

/* Assuncao and Reis 1999, eq. 6 and 7; a variance below 0 falls back on Poisson's, as there. */
void wh_standardised_rates(const double *events, const double *base, uint32_t n, double *ret_z)
{
    const struct pool pool = n > 0 ? pool_of(events, base, n, NULL, 0) : (struct pool){0};
    const double mean = pool.events / pool.base;
    const double a = pool.squares / pool.base - mean / (pool.base / pool.n);
    for (uint32_t i = 0; i < n; i++) {
        const double noise = mean / base[i];
        const double variance = a + noise > 0 ? a + noise : noise;
        const bool is_defined = base[i] > 0 && variance > 0;
        ret_z[i] = is_defined ? (events[i] / base[i] - mean) / sqrt(variance) : 0;
    }
}

void wh_excess_risk(const double *events, const double *base, uint32_t n, double *ret_ratio)
{
    struct pool pool = {0};
    for (uint32_t i = 0; i < n; i++) {
        add_place(&pool, events[i], base[i]);
    }
    for (uint32_t i = 0; i < n; i++) {
        const double expected = base[i] * pool.events / pool.base;
        ret_ratio[i] = expected > 0 ? events[i] / expected : (double)NAN;
    }
}
