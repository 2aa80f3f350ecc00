/* base/ctx.h: what a stage may ask of its context. */
#ifndef WH_BASE_CTX_H
#define WH_BASE_CTX_H

#include <wardheat/base.h>

unsigned wh_ctx_jobs(const struct wh_ctx *ctx); /* 1..64, for omp num_threads() */
uint64_t wh_ctx_seed(const struct wh_ctx *ctx);
int64_t wh_ctx_as_of_day(const struct wh_ctx *ctx); /* days since 1970-01-01 */
void wh_ctx_set_as_of_day(struct wh_ctx *ctx, int64_t day);
size_t wh_ctx_memory_limit(const struct wh_ctx *ctx); /* bytes; 0: none */
/* The most memory that this process had at once so far, libraries' included; bytes. */
uint64_t wh_process_peak_bytes(void);

#endif
