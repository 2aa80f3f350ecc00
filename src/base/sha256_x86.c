/* base/sha256_x86.c: SHA-256 by the processor's own instructions, where it has them (x86: SHA
 * extensions). Four rounds a step, as in Gulley et al., "Intel SHA Extensions" (2013). */
#include "base/sha256_internal.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define EXTENDED_FEATURES 7
#define HAS_SHA (1u << 29) /* in EBX */
#define FEATURES 1
#define HAS_SSE41 (1u << 19) /* in ECX */

bool wh_sha256_has_instructions(void)
{
    unsigned a = 0, b = 0, c = 0, d = 0;
    const bool has_sse41 = __get_cpuid(FEATURES, &a, &b, &c, &d) != 0 && (c & HAS_SSE41) != 0;
    return has_sse41 && __get_cpuid_count(EXTENDED_FEATURES, 0, &a, &b, &c, &d) != 0 &&
           (b & HAS_SHA) != 0;
}

/* The state's words stand in the order that the instructions want: A B E F and C D G H. */
__attribute__((target("sha,sse4.1"))) void wh_sha256_digest_x86(uint32_t state[8],
                                                                const uint8_t *block, size_t n)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i dcba = _mm_loadu_si128((const __m128i_u *)&state[0]);
    const __m128i hgfe = _mm_loadu_si128((const __m128i_u *)&state[4]);
    const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1), efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (; n > 0; n--, block += 64) {
        const __m128i old_abef = abef, old_cdgh = cdgh;
        __m128i w[4];
        for (size_t i = 0; i < 4; i++) {
            w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i_u *)(block + 16 * i)), swap);
        }
#pragma GCC unroll 16
        for (size_t i = 0; i < 16; i++) {
            if (i >= 4) { /* the schedule: FIPS 180-4, 6.2.2 step 1 */
                const __m128i last = w[(i + 3) % 4];
                const __m128i seventh = _mm_alignr_epi8(last, w[(i + 2) % 4], 4);
                const __m128i sum =
                    _mm_add_epi32(_mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]), seventh);
                w[i % 4] = _mm_sha256msg2_epu32(sum, last);
            }
            const __m128i k = _mm_loadu_si128((const __m128i_u *)&wh_sha256_round_constant[4 * i]);
            const __m128i wk = _mm_add_epi32(w[i % 4], k);
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(wk, 0x0E));
        }
        abef = _mm_add_epi32(abef, old_abef);
        cdgh = _mm_add_epi32(cdgh, old_cdgh);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i_u *)&state[0], _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i_u *)&state[4], _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool wh_sha256_has_instructions(void)
{
    return false;
}

void wh_sha256_digest_x86(uint32_t state[8], const uint8_t *block, size_t n)
{
    (void)state;
    (void)block;
    (void)n;
}

#endif
