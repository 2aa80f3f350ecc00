/* density/runs_set.h: the inner loops of all degrees for one instruction set; WH_RUNS_SET names it.
 * Included by runs_<set>.c only. */
#include <string.h>

#include "density/runs.h"
#include "density/simd.h"

WH_INLINE wh_d2 wh_d2_all(double v)
{
    return (wh_d2){v, v};
}

/*
 * The cells of eight rows that lie within h of a point: [begin, end) in columns, `whole` + `x`
 * being the point's, the first row `dy` north of it. Rows beyond the circle get a run of at most
 * one cell. In floats, and a little less than the circle: what is put on the wrong side lies so
 * near to it (3e-6 h) that (1 - u²)² and (1 - u²)³ are below 1e-10 there.
 */
WH_INLINE void smooth_ends(double x, double dy, double h, int32_t whole, wh_i8 *ret_begin,
                           wh_i8 *ret_end)
{
    const wh_f8 y = wh_f8_all((float)dy) + (wh_f8){0, 1, 2, 3, 4, 5, 6, 7};
    const wh_f8 half = wh_f8_sqrt(wh_f8_floor0((float)(h * h) - y * y)) * (1 - 1e-6f);
    *ret_begin = whole + 1 - wh_f8_truncate(half + (1 - (float)x));
    *ret_end = whole + 1 + wh_f8_truncate(half + (float)x);
}

/* The same for kernels that end abruptly: to rounding in doubles; `nudge` takes what lies on the
 * circle in or out. */
WH_INLINE void sharp_ends(double x, double dy, double h, int32_t whole, double nudge,
                          wh_i8 *ret_begin, wh_i8 *ret_end)
{
    for (int i = 0; i < 8; i += 4) {
        const wh_d4 y = (wh_d4){0, 1, 2, 3} + (dy + i);
        const wh_d4 half = wh_d4_sqrt(wh_d4_floor0(h * h - y * y)) * nudge;
        for (int k = 0; k < 4; k++) {
            (*ret_begin)[i + k] = whole + 1 - (int32_t)(half[k] + (1 - x));
            (*ret_end)[i + k] = whole + 1 + (int32_t)(half[k] + x);
        }
    }
}

WH_INLINE void uniform_ends(double x, double dy, double h, int32_t whole, wh_i8 *ret_begin,
                            wh_i8 *ret_end)
{
    sharp_ends(x, dy, h, whole, 1 + 1e-12, ret_begin, ret_end);
}

WH_INLINE void linear_ends(double x, double dy, double h, int32_t whole, wh_i8 *ret_begin,
                           wh_i8 *ret_end)
{
    sharp_ends(x, dy, h, whole, 1 - 1e-12, ret_begin, ret_end);
}

#define WH_DEGREE 0
#define WH_ENDS uniform_ends
#include "density/runs_degree.h"
#undef WH_DEGREE
#undef WH_ENDS
#define WH_DEGREE 1
#define WH_ENDS linear_ends
#include "density/runs_degree.h"
#undef WH_DEGREE
#undef WH_ENDS
#define WH_DEGREE 2
#define WH_ENDS smooth_ends
#include "density/runs_degree.h"
#undef WH_DEGREE
#define WH_DEGREE 3
#include "density/runs_degree.h"
#undef WH_DEGREE
#undef WH_ENDS

#define JOIN_2(set, degree, name) set##_##degree##_##name
#define JOIN(set, degree, name) JOIN_2(set, degree, name)
#define OF_DEGREE(degree)                                                                          \
    {                                                                                              \
        .cell_bytes = ((degree) + 1) * sizeof(wh_d2), .add = JOIN(WH_RUNS_SET, degree, add),       \
        .sum = JOIN(WH_RUNS_SET, degree, sum), .mass = JOIN(WH_RUNS_SET, degree, mass)             \
    }
static const struct wh_runs RUNS[] = {OF_DEGREE(0), OF_DEGREE(1), OF_DEGREE(2), OF_DEGREE(3)};
#undef OF_DEGREE
#undef JOIN
#undef JOIN_2
