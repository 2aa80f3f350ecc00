/* publish/emit.c: indented by two blanks, or on one line. */
#include "publish/emit.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/time.h"

static void keep(struct wh_emitter *emit, struct wh_value value)
{
    struct wh_values *const values = emit->values;
    struct wh_error ignored;
    if (values == NULL || emit->depth != 1 || values->failed) {
        return;
    }
    if (value.kind == WH_VALUE_TEXT && !value.is_null) {
        value.text = wh_arena_c(&values->arena, wh_str_c(value.text));
        values->failed = value.text == NULL;
    }
    if (wh_grow(values->arena.ctx, (void **)&values->value, values->n, &values->cap,
                sizeof *values->value, &ignored) != WH_OK) {
        values->failed = true;
        return;
    }
    values->value[values->n++] = value;
}

static void new_line(struct wh_emitter *emit)
{
    if (emit->is_compact) {
        return;
    }
    wh_buf_char(emit->buf, '\n');
    for (int i = 0; i < emit->depth; i++) {
        wh_buf_c(emit->buf, "  ");
    }
}

/* Comma, line end and key before a value. */
static void begin(struct wh_emitter *emit, const char *key)
{
    if (emit->has_sibling) {
        wh_buf_char(emit->buf, ',');
    }
    if (emit->depth > 0) {
        new_line(emit);
    }
    if (key != NULL) {
        wh_buf_char(emit->buf, '"');
        wh_buf_json(emit->buf, wh_str_c(key));
        wh_buf_c(emit->buf, emit->is_compact ? "\":" : "\": ");
    }
    emit->has_sibling = true;
}

static void open_level(struct wh_emitter *emit, const char *key, char bracket)
{
    begin(emit, key);
    wh_buf_char(emit->buf, bracket);
    emit->depth++;
    emit->has_sibling = false;
}

static void close_level(struct wh_emitter *emit, char bracket)
{
    const bool is_empty = !emit->has_sibling;
    emit->depth--;
    if (!is_empty) {
        new_line(emit);
    }
    wh_buf_char(emit->buf, bracket);
    emit->has_sibling = true;
}

void wh_emit_object(struct wh_emitter *emit, const char *key)
{
    open_level(emit, key, '{');
}

void wh_emit_object_end(struct wh_emitter *emit)
{
    close_level(emit, '}');
}

void wh_emit_array(struct wh_emitter *emit, const char *key)
{
    open_level(emit, key, '[');
}

void wh_emit_array_end(struct wh_emitter *emit)
{
    close_level(emit, ']');
}

static void put_text(struct wh_emitter *emit, const char *key, const char *text)
{
    begin(emit, key);
    wh_buf_char(emit->buf, '"');
    wh_buf_json(emit->buf, wh_str_c(text));
    wh_buf_char(emit->buf, '"');
}

void wh_emit_text(struct wh_emitter *emit, const char *key, const char *text)
{
    if (text == NULL) {
        wh_emit_null(emit, key);
        return;
    }
    keep(emit, (struct wh_value){.kind = WH_VALUE_TEXT, .text = text});
    put_text(emit, key, text);
}

void wh_emit_count(struct wh_emitter *emit, const char *key, uint64_t n)
{
    keep(emit, (struct wh_value){.kind = WH_VALUE_INTEGER, .integer = (int64_t)n});
    begin(emit, key);
    wh_buf_printf(emit->buf, "%" PRIu64, n);
}

void wh_emit_int(struct wh_emitter *emit, const char *key, int64_t n)
{
    keep(emit, (struct wh_value){.kind = WH_VALUE_INTEGER, .integer = n});
    begin(emit, key);
    wh_buf_printf(emit->buf, "%" PRId64, n);
}

void wh_emit_whole(struct wh_emitter *emit, const char *key, double value)
{
    if (isfinite(value)) {
        wh_emit_int(emit, key, llround(value));
    } else {
        wh_emit_null(emit, key);
    }
}

void wh_emit_bool(struct wh_emitter *emit, const char *key, bool is_true)
{
    keep(emit, (struct wh_value){.kind = WH_VALUE_INTEGER, .integer = is_true});
    begin(emit, key);
    wh_buf_c(emit->buf, is_true ? "true" : "false");
}

void wh_emit_null(struct wh_emitter *emit, const char *key)
{
    keep(emit, (struct wh_value){.kind = WH_VALUE_TEXT, .is_null = true});
    begin(emit, key);
    wh_buf_c(emit->buf, "null");
}

void wh_emit_real(struct wh_emitter *emit, const char *key, double value, int decimals)
{
    begin(emit, key);
    const size_t from = emit->buf->len;
    wh_buf_number(emit->buf, value, decimals);
    struct wh_value kept = {.kind = WH_VALUE_REAL, .is_null = !isfinite(value)};
    if (!kept.is_null && !emit->buf->failed) {
        kept.is_null = !wh_parse_double(wh_str_slice(wh_buf_view(emit->buf), from, emit->buf->len),
                                        &kept.real);
    }
    keep(emit, kept);
    if (isfinite(value) && !emit->buf->failed &&
        memchr(emit->buf->ptr + from, '.', emit->buf->len - from) == NULL) {
        wh_buf_c(emit->buf, ".0");
    }
}

void wh_emit_day(struct wh_emitter *emit, const char *key, int64_t day)
{
    char text[16];
    if (day == WH_NO_DAY) {
        wh_emit_null(emit, key);
        return;
    }
    keep(emit, (struct wh_value){.kind = WH_VALUE_DAY, .integer = day});
    put_text(emit, key, wh_format_day(day, text, sizeof text));
}
