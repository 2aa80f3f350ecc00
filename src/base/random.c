/* base/random.c: Philox4x32-10, and what is drawn from it. */
#include "base/random.h"

#include <math.h>

/* Constants of Salmon et al. 2011, table 2 and section 3. */
#define MULTIPLY_0 UINT32_C(0xD2511F53)
#define MULTIPLY_1 UINT32_C(0xCD9E8D57)
#define WEYL_0 UINT32_C(0x9E3779B9)
#define WEYL_1 UINT32_C(0xBB67AE85)
#define N_ROUNDS 10
#define PI 3.14159265358979323846
#define BINOMIAL_PIECE 12u
#define POISSON_PIECE 10.0

__extension__ typedef unsigned __int128 wide; /* gcc and clang have it; ISO C has not */

static void fill_block(struct wh_random *random)
{
    uint32_t c[4] = {(uint32_t)random->counter, (uint32_t)(random->counter >> 32),
                     (uint32_t)random->stream, (uint32_t)(random->stream >> 32)};
    uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
    for (unsigned i = 0; i < N_ROUNDS; i++) {
        const uint64_t p0 = (uint64_t)MULTIPLY_0 * c[0], p1 = (uint64_t)MULTIPLY_1 * c[2];
        const uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ c[1] ^ key[0], (uint32_t)p1,
                                  (uint32_t)(p0 >> 32) ^ c[3] ^ key[1], (uint32_t)p0};
        for (unsigned j = 0; j < 4; j++) {
            c[j] = next[j];
        }
        key[0] += WEYL_0;
        key[1] += WEYL_1;
    }
    for (unsigned j = 0; j < 4; j++) {
        random->block[j] = c[j];
    }
    random->counter++;
    random->used = 0;
}

void wh_random_init(struct wh_random *random, uint64_t seed, uint64_t stream)
{
    *random = (struct wh_random){.seed = seed, .stream = stream, .used = 4};
}

uint64_t wh_random_bits(struct wh_random *random)
{
    if (random->used > 2) {
        fill_block(random);
    }
    const uint64_t low = random->block[random->used], high = random->block[random->used + 1];
    random->used += 2;
    return high << 32 | low;
}

double wh_random_unit(struct wh_random *random)
{
    return (double)(wh_random_bits(random) >> 11) * 0x1p-53;
}

uint64_t wh_random_below(struct wh_random *random, uint64_t n)
{
    const uint64_t unfair = (0 - n) % n; /* 2^64 mod n */
    for (;;) {
        const wide product = (wide)wh_random_bits(random) * n;
        if ((uint64_t)product >= unfair) {
            return (uint64_t)(product >> 64);
        }
    }
}

double wh_random_normal(struct wh_random *random)
{
    const double radius = sqrt(-2 * log1p(-wh_random_unit(random)));
    return radius * cos(2 * PI * wh_random_unit(random));
}

static uint64_t small_poisson(struct wh_random *random, double mean)
{
    const double u = wh_random_unit(random);
    double p = exp(-mean), sum = p;
    uint64_t n = 0;
    while (u > sum && n < 1000) {
        n++;
        p *= mean / (double)n;
        sum += p;
    }
    return n;
}

uint64_t wh_random_poisson(struct wh_random *random, double mean)
{
    uint64_t n = 0;
    for (; mean > POISSON_PIECE; mean -= POISSON_PIECE) {
        n += small_poisson(random, POISSON_PIECE);
    }
    return mean > 0 ? n + small_poisson(random, mean) : n;
}

double wh_random_gamma(struct wh_random *random, double a)
{
    const double d = (a < 1 ? a + 1 : a) - 1 / 3.0, c = 1 / sqrt(9 * d);
    /* Their section 6: a shape below 1 by way of the next. */
    const double boost = a < 1 ? pow(1 - wh_random_unit(random), 1 / a) : 1;
    for (;;) {
        const double z = wh_random_normal(random), t = 1 + c * z, v = t * t * t;
        const double u = 1 - wh_random_unit(random);
        if (v > 0 && log(u) < z * z / 2 + d - d * v + d * log(v)) {
            return d * v * boost;
        }
    }
}

uint64_t wh_random_binomial(struct wh_random *random, uint64_t n, double p)
{
    uint64_t successes = 0;
    while (n > BINOMIAL_PIECE && p > 0 && p < 1) {
        /* The middle of n uniform numbers is Beta(middle, n + 1 - middle); at most p, so are all
         * below it. */
        const uint64_t middle = n / 2 + 1;
        const double below = wh_random_gamma(random, (double)middle);
        const double above = wh_random_gamma(random, (double)(n + 1 - middle));
        const double at = below / (below + above);
        if (at <= p) {
            successes += middle;
            n -= middle;
            p = (p - at) / (1 - at);
        } else {
            n = middle - 1;
            p /= at;
        }
    }
    if (p >= 1) {
        return successes + n;
    }
    for (; n > 0 && p > 0; n--) {
        successes += wh_random_unit(random) < p;
    }
    return successes;
}
