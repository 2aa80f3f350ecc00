/* base/alloc.h: all memory of ours: counted, capped, faulted in tests. Thread-safe. */
#ifndef WH_BASE_ALLOC_H
#define WH_BASE_ALLOC_H

#include <wardheat/base.h>

/* Zeroed memory, or NULL at the cap or when there is none (then: return wh_fail_memory(ctx, err)).
 * Size 0 gives a valid pointer. */
void *wh_alloc(struct wh_ctx *ctx, size_t size);
/* count * size with overflow check; zeroed. */
void *wh_alloc_array(struct wh_ctx *ctx, size_t count, size_t size);
/* Grows or shrinks; new bytes are NOT zeroed; NULL leaves `ptr` as it was. */
void *wh_realloc_array(struct wh_ctx *ctx, void *ptr, size_t count, size_t size);
/* NULL is fine. */
void wh_free(struct wh_ctx *ctx, void *ptr);
/* Gives back what a library got from malloc() and left to its caller. NULL is fine. */
void wh_free_foreign(void *ptr);
/* Terminated copies; wh_free() them; NULL when out of memory. */
char *wh_strdup(struct wh_ctx *ctx, const char *text);
char *wh_str_to_c(struct wh_ctx *ctx, struct wh_str text);

/*
 * Makes room for one more element in an array that grows by half: on success *cap > n.
 * `*array` holds `*cap` elements of `size` bytes. WH_ERR_LIMIT leaves both unchanged.
 */
WH_MUST_USE enum wh_status wh_grow(struct wh_ctx *ctx, void **array, size_t n, size_t *cap,
                                   size_t size, struct wh_error *err);

size_t wh_alloc_in_use(const struct wh_ctx *ctx); /* bytes, now */
size_t wh_alloc_peak(const struct wh_ctx *ctx);   /* bytes, at most so far */

/* True when this build has the hooks that fail allocations and writes: tests skip themselves
 * without. */
bool wh_fault_injection_built(void);
/* Tests only (build option fault_injection): fails allocation number `n` from now (1: the next),
 * once, or from there on. */
void wh_alloc_fail_at(struct wh_ctx *ctx, uint64_t n, bool sticky);
/* Allocations made so far. */
uint64_t wh_alloc_calls(const struct wh_ctx *ctx);

#endif
