/* tests/bench/bench.h: what benchmarks share: a clock, a context that ends the program when it
 * fails. */
#ifndef WH_BENCH_H
#define WH_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wardheat/base.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/random.h"

static inline double bench_now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

/* Ends the program with the sentence of an error. */
static inline void bench_ok(enum wh_status status, const struct wh_error *err)
{
    char text[1400];
    if (status != WH_OK) {
        (void)fprintf(stderr, "%s\n", wh_error_text(err, text, sizeof text));
        exit(1);
    }
}

static inline struct wh_ctx *bench_ctx(unsigned jobs, uint64_t seed)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    const struct wh_ctx_options opt = {.quiet = true, .jobs = jobs, .seed = seed};
    bench_ok(wh_ctx_create(&opt, &ctx, &err), &err);
    return ctx;
}

static inline void *bench_array(struct wh_ctx *ctx, size_t n, size_t size)
{
    void *array = wh_alloc_array(ctx, n, size);
    if (array == NULL) {
        (void)fprintf(stderr, "no memory for %zu x %zu bytes\n", n, size);
        exit(1);
    }
    return array;
}

#endif
