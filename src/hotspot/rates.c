/* hotspot/rates.c: limits, funnels, ranks, changes. */
#include <math.h>
#include <stdlib.h>
#include <wardheat/rates.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/random.h"
#include "hotspot/distributions.h"

#define STREAM_RANK UINT64_C(0x52616E6B) << 32
#define FEW 10 /* counts below have exact limits (PHE 2018) */

/* ---- one count ---- */

struct wh_limits wh_limits_exact(double n, double confidence)
{
    const double tail = (1 - confidence) / 2;
    if (!(n >= 0)) {
        return (struct wh_limits){(double)NAN, (double)NAN};
    }
    return (struct wh_limits){n > 0 ? wh_gamma_quantile(n, tail) : 0,
                              wh_gamma_quantile(n + 1, 1 - tail)};
}

struct wh_limits wh_limits_byar(double n, double confidence)
{
    const double z = wh_normal_quantile(1 - (1 - confidence) / 2), m = n + 1;
    const double low = 1 - 1 / (9 * n) - z / (3 * sqrt(n));
    const double high = 1 - 1 / (9 * m) + z / (3 * sqrt(m));
    return (struct wh_limits){n > 0 ? fmax(0, n * low * low * low) : n, m * high * high * high};
}

struct wh_limits wh_limits_poisson(double n, double confidence)
{
    return n >= FEW ? wh_limits_byar(n, confidence) : wh_limits_exact(n, confidence);
}

struct wh_limits wh_limits_share(double n, double of, double confidence)
{
    const double z = wh_normal_quantile(1 - (1 - confidence) / 2), zz = z * z;
    if (!(of > 0) || !(n >= 0 && n <= of)) {
        return (struct wh_limits){(double)NAN, (double)NAN};
    }
    const double middle = 2 * n + zz, reach = z * sqrt(zz + 4 * n * (1 - n / of));
    /* Rounding must not leave a share beyond what shares can be. */
    return (struct wh_limits){n > 0 ? fmax(0, (middle - reach) / (2 * (of + zz))) : 0,
                              n < of ? fmin(1, (middle + reach) / (2 * (of + zz))) : 1};
}

/* ---- funnels ---- */

/* The real x where a tail probability of a Poisson variable falls (upper) or rises (lower) to
 * `tail`. */
static double control_limit(double expected, double tail, bool is_upper)
{
    double low = 0, high = expected + 10;
    if (!is_upper && wh_gamma_upper(1, expected) > tail) {
        return 0; /* even none at all is within */
    }
    while (is_upper && wh_poisson_at_least(high, expected) > tail) {
        high *= 2;
    }
    for (int i = 0; i < 100; i++) {
        const double middle = low + (high - low) / 2;
        const bool is_inside = is_upper ? wh_poisson_at_least(middle, expected) > tail
                                        : wh_gamma_upper(middle + 1, expected) <= tail;
        *(is_inside ? &low : &high) = middle;
    }
    return low + (high - low) / 2;
}

static enum wh_funnel position_of(double events, double expected)
{
    const double above = wh_poisson_at_least(events, expected);
    const double below = wh_gamma_upper(events + 1, expected);
    return above < 0.001   ? WH_FUNNEL_FAR_ABOVE
           : below < 0.001 ? WH_FUNNEL_FAR_BELOW
           : above < 0.025 ? WH_FUNNEL_ABOVE
           : below < 0.025 ? WH_FUNNEL_BELOW
                           : WH_FUNNEL_INSIDE;
}

void wh_funnel_places(const double *events, const double *base, uint32_t n,
                      struct wh_funnel_place *ret)
{
    double all_events = 0, all_base = 0;
    for (uint32_t i = 0; i < n; i++) {
        all_events += base[i] > 0 ? events[i] : 0;
        all_base += base[i] > 0 ? base[i] : 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        const double expected = base[i] > 0 ? base[i] * (all_events / all_base) : (double)NAN;
        const struct wh_limits none = {(double)NAN, (double)NAN};
        ret[i] = (struct wh_funnel_place){
            .expected = expected, .ratio = (double)NAN, .at_95 = none, .at_998 = none};
        if (expected > 0) {
            ret[i].ratio = events[i] / expected;
            ret[i].at_95 = (struct wh_limits){control_limit(expected, 0.025, false),
                                              control_limit(expected, 0.025, true)};
            ret[i].at_998 = (struct wh_limits){control_limit(expected, 0.001, false),
                                               control_limit(expected, 0.001, true)};
            ret[i].position = position_of(events[i], expected);
        }
    }
}

const char *wh_funnel_words(enum wh_funnel funnel)
{
    switch (funnel) {
    case WH_FUNNEL_FAR_BELOW:
        return "far lower than expected";
    case WH_FUNNEL_BELOW:
        return "lower than expected";
    case WH_FUNNEL_INSIDE:
        return "about as expected";
    case WH_FUNNEL_ABOVE:
        return "higher than expected";
    case WH_FUNNEL_FAR_ABOVE:
        return "far higher than expected";
    }
    return "about as expected";
}

/* ---- ranks ---- */

struct drawn {
    double rate;
    uint32_t place;
};

static int compare_falling(const void *left, const void *right)
{
    const struct drawn *a = left, *b = right;
    if (a->rate < b->rate || a->rate > b->rate) {
        return a->rate > b->rate ? -1 : 1;
    }
    return a->place < b->place ? -1 : a->place > b->place;
}

/* Ranks from 1; equal rates share the mean of theirs. */
static void rank_all(struct drawn *drawn, uint32_t n, double *ret_rank)
{
    if (n > 1) {
        qsort(drawn, n, sizeof *drawn, compare_falling);
    }
    for (uint32_t i = 0, end = 0; i < n; i = end) {
        end = i + 1;
        while (end < n && !(drawn[end].rate < drawn[i].rate)) {
            end++;
        }
        for (uint32_t j = i; j < end; j++) {
            ret_rank[drawn[j].place] = (i + 1 + end) / 2.0;
        }
    }
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double at_share(const double *sorted, uint32_t n, double share)
{
    const double at = share * (n - 1.0);
    const uint32_t low = (uint32_t)at;
    return low + 1 < n ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
}

/* One draw of every place's rate. */
static uint32_t draw_rates(const double *events, const double *base, uint32_t n, uint64_t seed,
                           uint32_t draw, struct drawn *drawn)
{
    struct wh_random random;
    uint32_t m = 0;
    wh_random_init(&random, seed, (STREAM_RANK) | draw);
    for (uint32_t i = 0; i < n; i++) {
        if (base[i] > 0) {
            const double rate = wh_random_gamma(&random, events[i] + 0.5) / base[i];
            drawn[m++] = (struct drawn){rate, i};
        }
    }
    return m;
}

enum wh_status wh_rank_rates(struct wh_ctx *ctx, const double *events, const double *base,
                             uint32_t n, uint32_t n_draws, struct wh_rank *ret,
                             struct wh_error *err)
{
    struct drawn *drawn = wh_alloc_array(ctx, n, sizeof *drawn);
    double *rank = wh_alloc_array(ctx, n, sizeof *rank);
    double *all = wh_alloc_array(ctx, (size_t)n * n_draws, sizeof *all); /* draws by place */
    if (drawn == NULL || rank == NULL || all == NULL) {
        wh_free(ctx, drawn);
        wh_free(ctx, rank);
        wh_free(ctx, all);
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t d = 0; d < n_draws; d++) {
        const uint32_t m = draw_rates(events, base, n, wh_ctx_seed(ctx), d, drawn);
        rank_all(drawn, m, rank);
        for (uint32_t i = 0; i < n; i++) {
            all[(size_t)i * n_draws + d] = rank[i];
        }
    }
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        ret[i] = (struct wh_rank){(double)NAN, {(double)NAN, (double)NAN}};
        if (base[i] > 0) {
            drawn[m++] = (struct drawn){events[i] / base[i], i};
        }
    }
    rank_all(drawn, m, rank);
    for (uint32_t i = 0; i < n; i++) {
        double *mine = all + (size_t)i * n_draws;
        if (!(base[i] > 0)) {
            continue;
        }
        ret[i].rank = rank[i];
        if (n_draws > 0) {
            qsort(mine, n_draws, sizeof *mine, compare_numbers);
            ret[i].interval =
                (struct wh_limits){at_share(mine, n_draws, 0.025), at_share(mine, n_draws, 0.975)};
        }
    }
    wh_free(ctx, drawn);
    wh_free(ctx, rank);
    wh_free(ctx, all);
    return WH_OK;
}

/* ---- changes ---- */

/* From the share of all events that came after to the ratio of rates. */
static double ratio_of_share(double share, double before, double after)
{
    return share < 1 ? share / (1 - share) * before / after : (double)INFINITY;
}

struct wh_change_test wh_change_of(double n_before, double before, double n_after, double after,
                                   double confidence)
{
    const double n = n_before + n_after, tail = (1 - confidence) / 2;
    if (!(n > 0) || !(n_before >= 0) || !(n_after >= 0) || !(before > 0) || !(after > 0)) {
        return (struct wh_change_test){(double)NAN, {(double)NAN, (double)NAN}, (double)NAN};
    }
    const double low = n_after > 0 ? wh_beta_quantile(n_after, n_before + 1, tail) : 0;
    const double high = n_before > 0 ? wh_beta_quantile(n_after + 1, n_before, 1 - tail) : 1;
    /* Given the sum, the events after are binomial with this share when nothing has changed. */
    const double share = after / (before + after);
    const double at_least = n_after > 0 ? wh_beta_lower(n_after, n_before + 1, share) : 1;
    const double at_most = n_before > 0 ? 1 - wh_beta_lower(n_after + 1, n_before, share) : 1;
    return (struct wh_change_test){
        .ratio = ratio_of_share(n_after / n, before, after),
        .limits = {ratio_of_share(low, before, after), ratio_of_share(high, before, after)},
        .p = fmin(1, 2 * fmin(at_least, at_most))};
}

struct wh_action_effect wh_effect_of(double n_before, double before, double n_after, double after,
                                     double elsewhere_before, double elsewhere_after,
                                     double confidence)
{
    struct wh_action_effect effect = {
        .here = wh_change_of(n_before, before, n_after, after, confidence)};
    effect.ratio = effect.here.ratio;
    effect.limits = effect.here.limits;
    if (isfinite(before) && !isnan(effect.here.p) && elsewhere_before + elsewhere_after > 0) {
        const bool has_none =
            !(fmin(fmin(n_before, n_after), fmin(elsewhere_before, elsewhere_after)) > 0);
        const double half = has_none ? 0.5 : 0;
        const double a = n_after + half, b = n_before + half;
        const double c = elsewhere_after + half, d = elsewhere_before + half;
        const double z = wh_normal_quantile(1 - (1 - confidence) / 2);
        const double spread = z * sqrt(1 / a + 1 / b + 1 / c + 1 / d);
        effect.ratio = a / b / (c / d); /* the lengths of the periods cancel */
        effect.limits = (struct wh_limits){effect.ratio * exp(-spread), effect.ratio * exp(spread)};
    }
    effect.effect = isnan(effect.here.p)      ? WH_EFFECT_UNKNOWN
                    : effect.limits.upper < 1 ? WH_EFFECT_BETTER
                    : effect.limits.lower > 1 ? WH_EFFECT_WORSE
                                              : WH_EFFECT_UNCLEAR;
    return effect;
}

const char *wh_effect_words(enum wh_effect effect)
{
    switch (effect) {
    case WH_EFFECT_UNKNOWN:
        return "too little to say";
    case WH_EFFECT_BETTER:
        return "fewer than before";
    case WH_EFFECT_WORSE:
        return "more than before";
    case WH_EFFECT_UNCLEAR:
        return "could be chance";
    }
    return "too little to say";
}
