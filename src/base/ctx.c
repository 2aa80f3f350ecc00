/* base/ctx.c: making and asking a context. */
#include "base/ctx.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/ctx_internal.h"
#include "base/error.h"

enum { MAX_JOBS = 64 };

/* The cores that this process may use: a container or taskset may have given it fewer than are
 * online. */
static unsigned usable_cores(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
        return (unsigned)CPU_COUNT(&set);
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

enum wh_status wh_ctx_create(const struct wh_ctx_options *opt, struct wh_ctx **ret,
                             struct wh_error *err)
{
    struct wh_ctx *ctx = calloc(1, sizeof *ctx);
    if (ctx == NULL) {
        return wh_fail_memory(NULL, err);
    }
    if (opt != NULL) {
        ctx->opt = *opt;
    }
    if (ctx->opt.jobs == 0) {
        ctx->opt.jobs = usable_cores();
    }
    if (ctx->opt.jobs > MAX_JOBS) {
        ctx->opt.jobs = MAX_JOBS;
    }
    const int rc = pthread_mutex_init(&ctx->lock, NULL);
    if (rc != 0) {
        free(ctx);
        return wh_fail_errno(err, WH_ERR_INTERNAL, rc, "mutex");
    }
    *ret = ctx;
    return WH_OK;
}

void wh_ctx_destroy(struct wh_ctx *ctx)
{
    if (ctx == NULL) {
        return;
    }
    pthread_mutex_destroy(&ctx->lock);
    free(ctx);
}

unsigned wh_ctx_jobs(const struct wh_ctx *ctx)
{
    return ctx->opt.jobs;
}

uint64_t wh_ctx_seed(const struct wh_ctx *ctx)
{
    return ctx->opt.seed;
}

int64_t wh_ctx_as_of_day(const struct wh_ctx *ctx)
{
    return ctx->opt.as_of_day;
}

void wh_ctx_set_as_of_day(struct wh_ctx *ctx, int64_t day)
{
    ctx->opt.as_of_day = day;
}

size_t wh_ctx_memory_limit(const struct wh_ctx *ctx)
{
    return ctx->opt.memory_limit_bytes;
}

uint64_t wh_process_peak_bytes(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

const char *wh_version(void)
{
    return WH_VERSION;
}

bool wh_fault_hits(struct wh_fault *fault)
{
    const uint64_t call = atomic_fetch_add(&fault->calls, 1) + 1;
#if WH_FAULT_INJECTION
    const uint64_t at = atomic_load(&fault->at);
    return at != 0 && (call == at || (call > at && atomic_load(&fault->is_sticky)));
#else
    (void)call;
    return false;
#endif
}

void wh_fault_set(struct wh_fault *fault, uint64_t n, int sys_errno, bool sticky)
{
    atomic_store(&fault->is_sticky, sticky);
    atomic_store(&fault->sys_errno, sys_errno);
    atomic_store(&fault->at, n == 0 ? 0 : atomic_load(&fault->calls) + n);
}
