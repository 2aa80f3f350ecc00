/*
 * density/simd.h: vectors of eight floats and four doubles in the compilers' own notation, which
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

typedef float wh_f8 __attribute__((vector_size(32)));
typedef int32_t wh_i8 __attribute__((vector_size(32)));
typedef double wh_d4 __attribute__((vector_size(32)));
typedef int64_t wh_l4 __attribute__((vector_size(32)));
typedef double wh_d2 __attribute__((vector_size(16)));

/* Four doubles as two pairs. */
union wh_d4_pairs {
    wh_d4 whole;
    wh_d2 pair[2];
};

#define WH_INLINE static inline __attribute__((always_inline))

WH_INLINE wh_f8 wh_f8_all(float v)
{
    return (wh_f8){v, v, v, v, v, v, v, v};
}

WH_INLINE wh_d4 wh_d4_all(double v)
{
    return (wh_d4){v, v, v, v};
}

WH_INLINE wh_i8 wh_i8_all(int32_t v)
{
    return (wh_i8){v, v, v, v, v, v, v, v};
}

/* max(v, 0) */
WH_INLINE wh_f8 wh_f8_floor0(wh_f8 v)
{
    return (wh_f8)((wh_i8)v & (v > 0.0f));
}

WH_INLINE wh_d4 wh_d4_floor0(wh_d4 v)
{
    return (wh_d4)((wh_l4)v & (v > 0.0));
}

WH_INLINE wh_i8 wh_i8_min(wh_i8 a, wh_i8 b)
{
    const wh_i8 is_less = a < b;
    return (a & is_less) | (b & ~is_less);
}

WH_INLINE wh_i8 wh_i8_max(wh_i8 a, wh_i8 b)
{
    const wh_i8 is_more = a > b;
    return (a & is_more) | (b & ~is_more);
}

#if defined(__AVX2__)

WH_INLINE wh_f8 wh_f8_sqrt(wh_f8 v)
{
    return (wh_f8)_mm256_sqrt_ps((__m256)v);
}

WH_INLINE wh_d4 wh_d4_sqrt(wh_d4 v)
{
    return (wh_d4)_mm256_sqrt_pd((__m256d)v);
}

/* Towards zero. */
WH_INLINE wh_i8 wh_f8_truncate(wh_f8 v)
{
    return (wh_i8)_mm256_cvttps_epi32((__m256)v);
}

#elif defined(__SSE2__)

union wh_f8_halves {
    wh_f8 whole;
    __m128 half[2];
};

union wh_d4_halves {
    wh_d4 whole;
    __m128d half[2];
};

union wh_i8_halves {
    wh_i8 whole;
    __m128i half[2];
};

WH_INLINE wh_f8 wh_f8_sqrt(wh_f8 v)
{
    union wh_f8_halves u = {v};
    u.half[0] = _mm_sqrt_ps(u.half[0]);
    u.half[1] = _mm_sqrt_ps(u.half[1]);
    return u.whole;
}

WH_INLINE wh_d4 wh_d4_sqrt(wh_d4 v)
{
    union wh_d4_halves u = {v};
    u.half[0] = _mm_sqrt_pd(u.half[0]);
    u.half[1] = _mm_sqrt_pd(u.half[1]);
    return u.whole;
}

WH_INLINE wh_i8 wh_f8_truncate(wh_f8 v)
{
    const union wh_f8_halves from = {v};
    union wh_i8_halves to;
    to.half[0] = _mm_cvttps_epi32(from.half[0]);
    to.half[1] = _mm_cvttps_epi32(from.half[1]);
    return to.whole;
}

#else

WH_INLINE wh_f8 wh_f8_sqrt(wh_f8 v)
{
    for (int i = 0; i < 8; i++) {
        v[i] = sqrtf(v[i]);
    }
    return v;
}

WH_INLINE wh_d4 wh_d4_sqrt(wh_d4 v)
{
    for (int i = 0; i < 4; i++) {
        v[i] = sqrt(v[i]);
    }
    return v;
}

WH_INLINE wh_i8 wh_f8_truncate(wh_f8 v)
{
    return __builtin_convertvector(v, wh_i8);
}

#endif
#endif
