/* publish/emit.h: JSON written in a fixed order, on top of struct wh_buf; commas and indents are
 * its own business. */
#ifndef WH_PUBLISH_EMIT_H
#define WH_PUBLISH_EMIT_H

#include "base/arena.h"
#include "base/str.h"
#include "geo/vector_write.h"

/* Members of objects as values, in their order: what is written as JSON goes into other forms with
 * the same numbers, as rounded there. Text lives in the arena. */
struct wh_values {
    struct wh_arena arena;
    size_t n, cap;
    struct wh_value *value;
    bool failed;
};

/*
 * A writer over a buffer that the caller owns. Members of an object are written by the functions
 * with a key; NULL as the key writes an element of an array. A NULL text is null. Failure sticks in
 * the buffer.
 */
struct wh_emitter {
    struct wh_buf *buf;
    int depth;
    bool has_sibling;         /* something stands before the next value on this level */
    bool is_compact;          /* no line ends: one feature a line in GeoJSON */
    struct wh_values *values; /* gets the members of the outermost object as well; or NULL */
};

void wh_emit_object(struct wh_emitter *emit, const char *key);
void wh_emit_object_end(struct wh_emitter *emit);
void wh_emit_array(struct wh_emitter *emit, const char *key);
void wh_emit_array_end(struct wh_emitter *emit);
void wh_emit_text(struct wh_emitter *emit, const char *key, const char *text);
void wh_emit_count(struct wh_emitter *emit, const char *key, uint64_t n);
void wh_emit_int(struct wh_emitter *emit, const char *key, int64_t n);
void wh_emit_bool(struct wh_emitter *emit, const char *key, bool is_true);
void wh_emit_null(struct wh_emitter *emit, const char *key);
/* At most `decimals`, at least one, so that readers see the same type every night; NaN is null. */
void wh_emit_real(struct wh_emitter *emit, const char *key, double value, int decimals);
/* Rounded to a whole number: people and homes, which may be missing (NaN is null). */
void wh_emit_whole(struct wh_emitter *emit, const char *key, double value);
/* A day as "2026-11-03"; WH_NO_DAY (base/time.h) is null. */
void wh_emit_day(struct wh_emitter *emit, const char *key, int64_t day);

#endif
