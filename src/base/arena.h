/* base/arena.h: memory with one lifetime: many small pieces, freed at once. */
#ifndef WH_BASE_ARENA_H
#define WH_BASE_ARENA_H

#include <wardheat/base.h>

struct wh_arena_block;
struct wh_arena {
    struct wh_ctx *ctx;
    struct wh_arena_block *head;
};

/* Costs nothing until the first piece. */
void wh_arena_init(struct wh_arena *arena, struct wh_ctx *ctx);
/* Zeroed, aligned to 16 bytes; NULL when out of memory. */
void *wh_arena_alloc(struct wh_arena *arena, size_t count, size_t size);
/* A terminated copy that lives as long as the arena; NULL when out of memory. */
char *wh_arena_c(struct wh_arena *arena, struct wh_str text);
/* A copy as a wh_str; ptr is NULL when out of memory (also terminated). */
struct wh_str wh_arena_str(struct wh_arena *arena, struct wh_str text);
/* printf into the arena; NULL when out of memory. */
char *wh_arena_printf(struct wh_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Frees every piece; the arena is empty and may be used again. */
void wh_arena_finish(struct wh_arena *arena);

#endif
