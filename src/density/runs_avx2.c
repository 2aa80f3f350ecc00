/* density/runs_avx2.c: the inner loops for x86-64 with AVX2; compiled with -mavx2 where the
 * compiler has it. */
#define WH_RUNS_SET avx2
#include "density/runs_set.inc"

const struct wh_runs *wh_runs_avx2(int degree)
{
#if defined(__AVX2__)
    return __builtin_cpu_supports("avx2") ? &RUNS[degree] : NULL;
#else
    (void)degree;
    (void)RUNS;
    return NULL;
#endif
}
