/* base/alloc.c: every piece carries its size in front, so that the cap and the peak are exact. */
#include "base/alloc.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx_internal.h"
#include "base/error.h"

/* 16 bytes, so that what follows is aligned as malloc aligns. */
struct header {
    alignas(16) size_t size_bytes; /* of the whole piece, header included */
};
static_assert(sizeof(struct header) == 16, "the header must keep malloc's alignment");

static struct header *header_of(void *ptr)
{
    return (struct header *)ptr - 1;
}

/* Takes `bytes` from the cap; false when it would be exceeded. */
static bool take(struct wh_ctx *ctx, size_t bytes)
{
    const size_t limit = ctx->opt.memory_limit_bytes;
    size_t used = atomic_load(&ctx->in_use_bytes);
    do {
        if (limit != 0 && (used > limit || bytes > limit - used)) {
            return false;
        }
    } while (!atomic_compare_exchange_weak(&ctx->in_use_bytes, &used, used + bytes));
    size_t peak = atomic_load(&ctx->peak_bytes);
    while (used + bytes > peak &&
           !atomic_compare_exchange_weak(&ctx->peak_bytes, &peak, used + bytes)) {
    }
    return true;
}

static void give_back(struct wh_ctx *ctx, size_t bytes)
{
    atomic_fetch_sub(&ctx->in_use_bytes, bytes);
}

void *wh_alloc(struct wh_ctx *ctx, size_t size)
{
    if (wh_fault_hits(&ctx->alloc_fault) || size > PTRDIFF_MAX - sizeof(struct header)) {
        return NULL;
    }
    const size_t whole = sizeof(struct header) + size;
    if (!take(ctx, whole)) {
        return NULL;
    }
    struct header *head = calloc(1, whole);
    if (head == NULL) {
        give_back(ctx, whole);
        return NULL;
    }
    head->size_bytes = whole;
    return head + 1;
}

void *wh_alloc_array(struct wh_ctx *ctx, size_t count, size_t size)
{
    size_t bytes = 0;
    return __builtin_mul_overflow(count, size, &bytes) ? NULL : wh_alloc(ctx, bytes);
}

void *wh_realloc_array(struct wh_ctx *ctx, void *ptr, size_t count, size_t size)
{
    if (ptr == NULL) {
        return wh_alloc_array(ctx, count, size);
    }
    size_t bytes = 0;
    if (wh_fault_hits(&ctx->alloc_fault) || __builtin_mul_overflow(count, size, &bytes) ||
        bytes > PTRDIFF_MAX - sizeof(struct header)) {
        return NULL;
    }
    struct header *head = header_of(ptr);
    const size_t old = head->size_bytes;
    const size_t whole = sizeof(struct header) + bytes;
    if (whole > old && !take(ctx, whole - old)) {
        return NULL;
    }
    struct header *grown = realloc(head, whole);
    if (grown == NULL) {
        give_back(ctx, whole > old ? whole - old : 0);
        return NULL;
    }
    if (whole < old) {
        give_back(ctx, old - whole);
    }
    grown->size_bytes = whole;
    return grown + 1;
}

void wh_free(struct wh_ctx *ctx, void *ptr)
{
    if (ptr == NULL) {
        return;
    }
    struct header *head = header_of(ptr);
    give_back(ctx, head->size_bytes);
    free(head);
}

char *wh_str_to_c(struct wh_ctx *ctx, struct wh_str text)
{
    char *copy = text.len < SIZE_MAX ? wh_alloc(ctx, text.len + 1) : NULL;
    if (copy != NULL && text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    return copy;
}

void wh_free_foreign(void *ptr)
{
    free(ptr);
}

char *wh_strdup(struct wh_ctx *ctx, const char *text)
{
    return wh_str_to_c(ctx, (struct wh_str){text, strlen(text)});
}

enum wh_status wh_grow(struct wh_ctx *ctx, void **array, size_t n, size_t *cap, size_t size,
                       struct wh_error *err)
{
    if (n < *cap) {
        return WH_OK;
    }
    size_t wanted = 0;
    if (__builtin_add_overflow(n, n / 2, &wanted) || wanted > SIZE_MAX - 8) {
        return wh_fail_memory(ctx, err);
    }
    wanted += 8;
    /* Callers cast a `struct x **` to come here; memcpy() reads it without breaking the aliasing
     * rules. */
    void *old = NULL;
    memcpy(&old, array, sizeof old);
    void *grown = wh_realloc_array(ctx, old, wanted, size);
    if (grown == NULL) {
        return wh_fail_memory(ctx, err);
    }
    memcpy(array, &grown, sizeof grown);
    *cap = wanted;
    return WH_OK;
}

size_t wh_alloc_in_use(const struct wh_ctx *ctx)
{
    return atomic_load(&ctx->in_use_bytes);
}

size_t wh_alloc_peak(const struct wh_ctx *ctx)
{
    return atomic_load(&ctx->peak_bytes);
}

bool wh_fault_injection_built(void)
{
    return WH_FAULT_INJECTION != 0;
}

void wh_alloc_fail_at(struct wh_ctx *ctx, uint64_t n, bool sticky)
{
    wh_fault_set(&ctx->alloc_fault, n, 0, sticky);
}

uint64_t wh_alloc_calls(const struct wh_ctx *ctx)
{
    return atomic_load(&ctx->alloc_fault.calls);
}
