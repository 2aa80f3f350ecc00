/* density/jobs.h: how many threads a loop is worth, and how far it is. */
#ifndef WH_DENSITY_JOBS_H
#define WH_DENSITY_JOBS_H

#include "base/ctx.h"
#include "base/log.h"

/*
 * The threads of a loop over `n_steps` of some 10 ns each. Threads that have to be woken and waited
 * for cost more than a short loop does, much more so where other programs want the cores. Results
 * do not depend on it.
 */
static inline int wh_jobs_for(const struct wh_ctx *ctx, double n_steps)
{
    return n_steps < 20000 ? 1 : (int)wh_ctx_jobs(ctx);
}

/* Part i of n_parts of the work on n_points is done: adds up to n_points, whatever the order. */
static inline void wh_points_done(struct wh_ctx *ctx, size_t n_points, size_t i, size_t n_parts)
{
    wh_progress_add(ctx, n_points * (i + 1) / n_parts - n_points * i / n_parts);
}

#endif
