/* base/arena.c: bump allocation in blocks that grow with use. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum { ALIGN = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct wh_arena_block {
    struct wh_arena_block *next;
    size_t used, cap;
    _Alignas(ALIGN) unsigned char bytes[];
};

void wh_arena_init(struct wh_arena *arena, struct wh_ctx *ctx)
{
    *arena = (struct wh_arena){.ctx = ctx};
}

/* A new block at the head, with room for at least `bytes`. */
static bool push_block(struct wh_arena *arena, size_t bytes)
{
    size_t cap = arena->head != NULL ? arena->head->cap : FIRST_BLOCK / 2;
    cap = cap < LARGEST_BLOCK / 2 ? cap * 2 : LARGEST_BLOCK;
    if (cap < bytes) {
        cap = bytes;
    }
    if (cap > SIZE_MAX - sizeof(struct wh_arena_block)) {
        return false;
    }
    struct wh_arena_block *block = wh_alloc(arena->ctx, sizeof *block + cap);
    if (block == NULL) {
        return false;
    }
    block->cap = cap;
    block->next = arena->head;
    arena->head = block;
    return true;
}

void *wh_arena_alloc(struct wh_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - ALIGN) {
        return NULL;
    }
    /* Even an empty piece gets an address of its own. */
    bytes = bytes == 0 ? ALIGN : (bytes + ALIGN - 1) / ALIGN * ALIGN;
    if ((arena->head == NULL || bytes > arena->head->cap - arena->head->used) &&
        !push_block(arena, bytes)) {
        return NULL;
    }
    struct wh_arena_block *block = arena->head;
    void *ptr = block->bytes + block->used;
    block->used += bytes;
    return ptr;
}

struct wh_str wh_arena_str(struct wh_arena *arena, struct wh_str text)
{
    if (text.len == SIZE_MAX) {
        return (struct wh_str){NULL, 0};
    }
    char *copy = wh_arena_alloc(arena, text.len + 1, 1);
    if (copy == NULL) {
        return (struct wh_str){NULL, 0};
    }
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    return (struct wh_str){copy, text.len};
}

char *wh_arena_c(struct wh_arena *arena, struct wh_str text)
{
    char *copy = text.len < SIZE_MAX ? wh_arena_alloc(arena, text.len + 1, 1) : NULL;
    if (copy != NULL && text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    return copy;
}

char *wh_arena_printf(struct wh_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : wh_arena_alloc(arena, (size_t)len + 1, 1);
    if (text != NULL) {
        va_start(args, format);
        vsnprintf(text, (size_t)len + 1, format, args);
        va_end(args);
    }
    return text;
}

void wh_arena_finish(struct wh_arena *arena)
{
    while (arena->head != NULL) {
        struct wh_arena_block *next = arena->head->next;
        wh_free(arena->ctx, arena->head);
        arena->head = next;
    }
}
