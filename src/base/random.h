/*
 * base/random.h: random numbers by counter, not by state (Philox4x32-10; Salmon, Moraes, Dror and
 * Shaw 2011): the numbers of stream 7 are the same whatever was drawn from streams 0 to 6, so that
 * a loop over replicates gives the same result at any number of threads.
 */
#ifndef WH_BASE_RANDOM_H
#define WH_BASE_RANDOM_H

#include <wardheat/base.h>

/* A place in one stream; plain data on the caller's stack. */
struct wh_random {
    uint64_t seed, stream, counter;
    uint32_t block[4];
    unsigned used; /* words of `block` that were given out */
};

/* Sets `random` to the start of a stream: as a rule the seed of the context and the number of a
 * replicate, with what it is for in the upper bits, so that two methods do not share draws. */
void wh_random_init(struct wh_random *random, uint64_t seed, uint64_t stream);
uint64_t wh_random_bits(struct wh_random *random);
/* Uniform in [0, 1), 53 bits. */
double wh_random_unit(struct wh_random *random);
/* Uniform in 0..n-1, without bias (Lemire 2019); n > 0. */
uint64_t wh_random_below(struct wh_random *random, uint64_t n);
/* Standard normal (Box and Muller 1958), one number for two uniform ones. */
double wh_random_normal(struct wh_random *random);
/* Poisson by inversion in pieces of at most 10; for means up to some thousands. */
uint64_t wh_random_poisson(struct wh_random *random, double mean);
/* Of n trials with chance p each, how many succeed; by the place of the middle one of n uniform
 * numbers (Ahrens and Dieter 1974), in about log2 n steps. p below 0 is 0, above 1 is 1. */
uint64_t wh_random_binomial(struct wh_random *random, uint64_t n, double p);
/* Gamma of shape a > 0 and scale 1 (Marsaglia and Tsang 2000). */
double wh_random_gamma(struct wh_random *random, double a);

#endif
