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
 * The cells of four rows, `dy` north of a point, that lie within h of it: [begin, end) in columns,
 * the point being at `whole` + `x`. Rows beyond the circle get a run of at most one cell. What lies
 * on the circle itself is within for the uniform kernel and for no other: that is the nudge.
 */
WH_INLINE void circle_ends(double x, wh_d4 dy, double h, int32_t whole, double nudge,
                           wh_i4 *ret_begin, wh_i4 *ret_end)
{
    const wh_d4 half = wh_d4_sqrt(wh_d4_floor0(h * h - dy * dy)) * nudge;
    *ret_begin = whole + 1 - wh_d4_truncate(half + (1 - x));
    *ret_end = whole + 1 + wh_d4_truncate(half + x);
}

#define WH_NUDGE (1 + 1e-12)
#define WH_DEGREE 0
#include "density/runs_degree.h"
#undef WH_DEGREE
#undef WH_NUDGE
#define WH_NUDGE (1 - 1e-12)
#define WH_DEGREE 1
#include "density/runs_degree.h"
#undef WH_DEGREE
#define WH_DEGREE 2
#include "density/runs_degree.h"
#undef WH_DEGREE
#define WH_DEGREE 3
#include "density/runs_degree.h"
#undef WH_DEGREE
#undef WH_NUDGE

#define JOIN_2(set, degree, name) set##_##degree##_##name
#define JOIN(set, degree, name) JOIN_2(set, degree, name)
#define OF_DEGREE(degree, units)                                                                   \
    {                                                                                              \
        .units_per_tile = (units), .cell_bytes = ((degree) + 1) * sizeof(wh_d2),                   \
        .add = JOIN(WH_RUNS_SET, degree, add), .sum = JOIN(WH_RUNS_SET, degree, sum),              \
        .mass = JOIN(WH_RUNS_SET, degree, mass)                                                    \
    }
/* At these widths a point's coefficients are at most some 2,000 times what they add up to: 1e-12 of
 * its centre is lost. */
static const struct wh_runs RUNS[] = {OF_DEGREE(0, 16), OF_DEGREE(1, 16), OF_DEGREE(2, 8),
                                      OF_DEGREE(3, 4)};
#undef OF_DEGREE
#undef JOIN
#undef JOIN_2
