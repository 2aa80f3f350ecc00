/* density/jobs.h: how many threads a loop is worth. */
#ifndef WH_DENSITY_JOBS_H
#define WH_DENSITY_JOBS_H

#include "base/ctx.h"

/*
 * The threads of a loop over `n_steps` of some 10 ns each. Threads that have to be woken and waited
 * for cost more than a short loop does, much more so where other programs want the cores. Results
 * do not depend on it.
 */
static inline int wh_jobs_for(const struct wh_ctx *ctx, double n_steps)
{
    return n_steps < 20000 ? 1 : (int)wh_ctx_jobs(ctx);
}

#endif
