/* density/runs_portable.c: the inner loops for any CPU. */
#define WH_RUNS_SET portable
#include "density/runs_set.inc"

const struct wh_runs *wh_runs_portable(int degree)
{
    return &RUNS[degree];
}
