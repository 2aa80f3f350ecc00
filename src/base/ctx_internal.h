/* base/ctx_internal.h: what is inside a context; for src/base only. */
#ifndef WH_BASE_CTX_INTERNAL_H
#define WH_BASE_CTX_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <wardheat/base.h>

/* One bar at a time. The atomics are touched by any thread, the rest under `lock`. */
struct wh_progress {
    atomic_bool is_on;
    atomic_uint depth; /* of starts within the one that is shown */
    bool is_drawn;
    atomic_uint_fast64_t done;
    atomic_int_fast64_t next_draw_ms;
    uint64_t total;
    double started_s;
    char what[64];
    char unit[32];
};

/* A fault that a test has asked for: call number `at` fails, and all after it when sticky. */
struct wh_fault {
    atomic_uint_fast64_t calls;
    atomic_uint_fast64_t at; /* absolute call number; 0: none */
    atomic_bool is_sticky;
    atomic_int sys_errno;
};

struct wh_ctx {
    struct wh_ctx_options opt; /* jobs resolved to 1..64 */
    atomic_size_t in_use_bytes;
    atomic_size_t peak_bytes;
    struct wh_fault alloc_fault;
    struct wh_fault io_fault;
    pthread_mutex_t lock; /* of standard error: the log and the bar */
    struct wh_progress progress;
};

/* Counts one call; true when a test wants this one to fail (never without WH_FAULT_INJECTION). */
bool wh_fault_hits(struct wh_fault *fault);
/* Call `n` from now fails with `sys_errno` (1: the next; 0: none any more), and all after it when sticky. */
void wh_fault_set(struct wh_fault *fault, uint64_t n, int sys_errno, bool sticky);

#endif
