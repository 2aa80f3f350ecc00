/*
 * density/simd.h: vectors of four doubles and four integers in the compilers' own notation, which
 * gcc and clang turn into what the target has.
 *
 * Lane by lane the arithmetic is IEEE's, without contraction; so every target computes the same
 * bits.
 */
#ifndef WH_DENSITY_SIMD_H
#define WH_DENSITY_SIMD_H

#include <math.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

/* These vectors are passed between inlined functions only: how others would pass them does not
 * matter. */
#pragma GCC diagnostic ignored "-Wpsabi"

typedef int32_t wh_i4 __attribute__((vector_size(16)));
typedef double wh_d4 __attribute__((vector_size(32)));
typedef int64_t wh_l4 __attribute__((vector_size(32)));
typedef double wh_d2 __attribute__((vector_size(16)));

/* Four doubles as two pairs. */
union wh_d4_pairs {
    wh_d4 whole;
    wh_d2 pair[2];
};

#define WH_INLINE static inline __attribute__((always_inline))

WH_INLINE wh_d4 wh_d4_all(double v)
{
    return (wh_d4){v, v, v, v};
}

WH_INLINE wh_i4 wh_i4_all(int32_t v)
{
    return (wh_i4){v, v, v, v};
}

/* max(v, 0) */
WH_INLINE wh_d4 wh_d4_floor0(wh_d4 v)
{
    return (wh_d4)((wh_l4)v & (v > 0.0));
}

WH_INLINE wh_i4 wh_i4_min(wh_i4 a, wh_i4 b)
{
    const wh_i4 is_less = a < b;
    return (a & is_less) | (b & ~is_less);
}

WH_INLINE wh_i4 wh_i4_max(wh_i4 a, wh_i4 b)
{
    const wh_i4 is_more = a > b;
    return (a & is_more) | (b & ~is_more);
}

#if defined(__AVX2__)

WH_INLINE wh_d4 wh_d4_sqrt(wh_d4 v)
{
    return (wh_d4)_mm256_sqrt_pd((__m256d)v);
}

/* Towards zero. */
WH_INLINE wh_i4 wh_d4_truncate(wh_d4 v)
{
    return (wh_i4)_mm256_cvttpd_epi32((__m256d)v);
}

#elif defined(__SSE2__)

WH_INLINE wh_d4 wh_d4_sqrt(wh_d4 v)
{
    union wh_d4_pairs u = {v};
    u.pair[0] = (wh_d2)_mm_sqrt_pd((__m128d)u.pair[0]);
    u.pair[1] = (wh_d2)_mm_sqrt_pd((__m128d)u.pair[1]);
    return u.whole;
}

WH_INLINE wh_i4 wh_d4_truncate(wh_d4 v)
{
    const union wh_d4_pairs u = {v};
    return (wh_i4)_mm_unpacklo_epi64(_mm_cvttpd_epi32((__m128d)u.pair[0]),
                                     _mm_cvttpd_epi32((__m128d)u.pair[1]));
}

#else

WH_INLINE wh_d4 wh_d4_sqrt(wh_d4 v)
{
    for (int i = 0; i < 4; i++) {
        v[i] = sqrt(v[i]);
    }
    return v;
}

WH_INLINE wh_i4 wh_d4_truncate(wh_d4 v)
{
    return __builtin_convertvector(v, wh_i4);
}

#endif
#endif
