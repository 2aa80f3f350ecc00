/* run/history.c: hot spots over nights, from the state and back. */
#include "run/history.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "run/choices.h"

#define OVERLAP 0.5
#define REMEMBER_DAYS 92
#define UNITS_A_METRE 1e6
#define MOST_UNITS INT64_C(1000000000000000) /* a million kilometres; a double holds them exactly  \
                                              */

/* ---- text ---- */

static void write_shape(struct wh_buf *buf, const struct wh_shape *shape)
{
    wh_buf_printf(buf, "shape %u %u %u", shape->n_parts, shape->n_rings, shape->n_vertices);
    for (uint32_t i = 0; i < shape->n_parts; i++) {
        wh_buf_printf(buf, " %u", shape->part_start[i + 1]);
    }
    for (uint32_t i = 0; i < shape->n_rings; i++) {
        wh_buf_printf(buf, " %u", shape->ring_start[i + 1]);
    }
    for (uint32_t i = 0; i < shape->n_vertices; i++) {
        wh_buf_printf(buf, " %lld %lld", llround(shape->x[i] * UNITS_A_METRE),
                      llround(shape->y[i] * UNITS_A_METRE));
    }
    wh_buf_char(buf, '\n');
}

/* One line a fact: "day 20760", then for each hot spot "spot ID FIRST LAST", "parent ID"s, "count
 * DAY N"s and its "shape". */
void wh_history_write(struct wh_buf *buf, const struct wh_spot_memory *memory)
{
    wh_buf_printf(buf, "day %lld\n", (long long)memory->day);
    for (size_t i = 0; i < memory->n; i++) {
        const struct wh_known_spot *spot = &memory->spot[i];
        wh_buf_printf(buf, "spot %s %lld %lld\n", spot->id, (long long)spot->first_day,
                      (long long)spot->last_day);
        for (size_t j = 0; j < spot->n_parents; j++) {
            wh_buf_printf(buf, "parent %s\n", spot->parent[j]);
        }
        for (size_t j = 0; j < spot->n_counts; j++) {
            wh_buf_printf(buf, "count %lld %u\n", (long long)spot->count[j].day, spot->count[j].n);
        }
        write_shape(buf, &spot->shape);
    }
}

struct reader {
    struct wh_ctx *ctx;
    struct wh_str rest; /* of the line, or of the text */
    struct wh_error *err;
};

static struct wh_str next(struct wh_str *rest, char until)
{
    const size_t end = wh_str_find(*rest, until);
    const struct wh_str found = wh_str_slice(*rest, 0, end);
    *rest = wh_str_slice(*rest, end < rest->len ? end + 1 : end, rest->len);
    return found;
}

static bool next_int(struct wh_str *line, int64_t low, int64_t high, int64_t *ret)
{
    int64_t value = 0;
    const bool is_good = wh_parse_int(next(line, ' '), &value) && value >= low && value <= high;
    *ret = is_good ? value : low;
    return is_good;
}

static bool read_starts(struct wh_str *line, uint32_t n, int64_t most, uint32_t *ret)
{
    bool is_good = true;
    for (uint32_t i = 0; is_good && i < n; i++) {
        int64_t value = 0;
        is_good = next_int(line, ret[i], most, &value); /* never falls */
        ret[i + 1] = (uint32_t)value;
    }
    return is_good && ret[n] == most;
}

static enum wh_status read_shape(struct reader *reader, struct wh_str line, struct wh_shape *ret)
{
    int64_t n[3], x = 0, y = 0;
    struct wh_shape shape = {0};
    for (unsigned i = 0; i < 3; i++) {
        if (!next_int(&line, 0, (int64_t)line.len, &n[i])) { /* each takes a character at least */
            return wh_fail(reader->err, WH_ERR_INPUT, "a hot spot's outline that is none");
        }
    }
    shape.n_parts = (uint32_t)n[0];
    shape.n_rings = (uint32_t)n[1];
    shape.n_vertices = (uint32_t)n[2];
    shape.part_start = wh_alloc_array(reader->ctx, (size_t)n[0] + 1, sizeof *shape.part_start);
    shape.ring_start = wh_alloc_array(reader->ctx, (size_t)n[1] + 1, sizeof *shape.ring_start);
    shape.x = wh_alloc_array(reader->ctx, (size_t)n[2], sizeof *shape.x);
    shape.y = wh_alloc_array(reader->ctx, (size_t)n[2], sizeof *shape.y);
    if (shape.part_start == NULL || shape.ring_start == NULL || shape.x == NULL ||
        shape.y == NULL) {
        wh_shape_finish(reader->ctx, &shape);
        return wh_fail_memory(reader->ctx, reader->err);
    }
    bool is_good = read_starts(&line, shape.n_parts, n[1], shape.part_start) &&
                   read_starts(&line, shape.n_rings, n[2], shape.ring_start);
    for (uint32_t i = 0; is_good && i < shape.n_vertices; i++) {
        is_good = next_int(&line, -MOST_UNITS, MOST_UNITS, &x) &&
                  next_int(&line, -MOST_UNITS, MOST_UNITS, &y);
        shape.x[i] = (double)x / UNITS_A_METRE;
        shape.y[i] = (double)y / UNITS_A_METRE;
    }
    if (!is_good) {
        wh_shape_finish(reader->ctx, &shape);
        return wh_fail(reader->err, WH_ERR_INPUT, "a hot spot's outline that is none");
    }
    wh_shape_finish(reader->ctx, ret);
    *ret = shape;
    return WH_OK;
}

static enum wh_status add_spot(struct reader *reader, struct wh_str line, size_t *cap,
                               struct wh_spot_memory *memory)
{
    void *array = memory->spot;
    const enum wh_status status =
        wh_grow(reader->ctx, &array, memory->n, cap, sizeof *memory->spot, reader->err);
    memory->spot = array;
    if (status != WH_OK) {
        return status;
    }
    struct wh_known_spot *spot = &memory->spot[memory->n];
    *spot = (struct wh_known_spot){.id = wh_str_to_c(reader->ctx, next(&line, ' '))};
    if (spot->id == NULL) {
        return wh_fail_memory(reader->ctx, reader->err);
    }
    memory->n++;
    const int64_t most = INT32_MAX;
    return next_int(&line, -most, most, &spot->first_day) &&
                   next_int(&line, -most, most, &spot->last_day)
               ? WH_OK
               : wh_fail(reader->err, WH_ERR_INPUT, "a hot spot without its days");
}

static enum wh_status add_parent(struct reader *reader, struct wh_str line,
                                 struct wh_known_spot *spot)
{
    char **parent =
        wh_realloc_array(reader->ctx, spot->parent, spot->n_parents + 1, sizeof *parent);
    if (parent == NULL) {
        return wh_fail_memory(reader->ctx, reader->err);
    }
    spot->parent = parent;
    parent[spot->n_parents] = wh_str_to_c(reader->ctx, line);
    if (parent[spot->n_parents] == NULL) {
        return wh_fail_memory(reader->ctx, reader->err);
    }
    spot->n_parents++;
    return WH_OK;
}

static enum wh_status add_count(struct reader *reader, struct wh_str line,
                                struct wh_known_spot *spot)
{
    int64_t day = 0, n = 0;
    if (!next_int(&line, -INT32_MAX, INT32_MAX, &day) || !next_int(&line, 0, UINT32_MAX, &n)) {
        return wh_fail(reader->err, WH_ERR_INPUT, "a hot spot's count that is none");
    }
    struct wh_spot_count *count =
        wh_realloc_array(reader->ctx, spot->count, spot->n_counts + 1, sizeof *count);
    if (count == NULL) {
        return wh_fail_memory(reader->ctx, reader->err);
    }
    spot->count = count;
    count[spot->n_counts++] = (struct wh_spot_count){day, (uint32_t)n};
    return WH_OK;
}

static enum wh_status read_line(struct reader *reader, struct wh_str line, size_t *cap,
                                struct wh_spot_memory *memory)
{
    const struct wh_str word = next(&line, ' ');
    struct wh_known_spot *spot = memory->n > 0 ? &memory->spot[memory->n - 1] : NULL;
    if (wh_str_eq(word, wh_str_c("day"))) {
        return next_int(&line, -INT32_MAX, INT32_MAX, &memory->day)
                   ? WH_OK
                   : wh_fail(reader->err, WH_ERR_INPUT, "a day that is none");
    }
    if (wh_str_eq(word, wh_str_c("spot"))) {
        return add_spot(reader, line, cap, memory);
    }
    if (spot != NULL && wh_str_eq(word, wh_str_c("parent"))) {
        return add_parent(reader, line, spot);
    }
    if (spot != NULL && wh_str_eq(word, wh_str_c("count"))) {
        return add_count(reader, line, spot);
    }
    if (spot != NULL && wh_str_eq(word, wh_str_c("shape"))) {
        return read_shape(reader, line, &spot->shape);
    }
    return wh_fail(reader->err, WH_ERR_INPUT, "a line that is not understood");
}

enum wh_status wh_history_read(struct wh_ctx *ctx, struct wh_str text, struct wh_spot_memory *ret,
                               struct wh_error *err)
{
    struct reader reader = {.ctx = ctx, .err = err};
    struct wh_spot_memory memory = {0};
    size_t cap = 0;
    enum wh_status status = WH_OK;
    while (status == WH_OK && text.len > 0) {
        status = read_line(&reader, next(&text, '\n'), &cap, &memory);
    }
    if (status != WH_OK) {
        wh_spot_memory_finish(ctx, &memory);
        return status;
    }
    *ret = memory;
    return WH_OK;
}

/* ---- state ---- */

/* "hotspots.officer.noise", and the night before it. */
static const char *what_of(bool is_for_public, bool is_before)
{
    return is_for_public ? (is_before ? "hotspots-public-before" : "hotspots-public")
                         : (is_before ? "hotspots-officer-before" : "hotspots-officer");
}

static enum wh_status load(struct wh_ctx *ctx, struct wh_session *session, const char *what,
                           const char *theme_id, struct wh_spot_memory *ret, bool *ret_is_there,
                           struct wh_error *err)
{
    const char *text = NULL;
    enum wh_status status = wh_frozen_get(ctx, session, what, theme_id, &text, err);
    *ret_is_there = text != NULL;
    if (status == WH_OK && text != NULL) {
        status = wh_history_read(ctx, wh_str_c(text), ret, err);
    }
    return status == WH_ERR_INPUT
               ? wh_fail_at(err, WH_ERR_INPUT, what, 0, 0,
                            "the state's history of hot spots of theme %s holds %s; restore the "
                            "state from a copy, or delete its row of the table choice",
                            theme_id, err != NULL ? err->message : "what is not understood")
               : status;
}

static enum wh_status save(struct wh_ctx *ctx, struct wh_session *session, const char *what,
                           const char *theme_id, const struct wh_spot_memory *memory,
                           struct wh_error *err)
{
    struct wh_buf text;
    wh_buf_init(&text, ctx);
    wh_history_write(&text, memory);
    const enum wh_status status = wh_frozen_set(ctx, session, what, theme_id, &text, err);
    wh_buf_finish(&text);
    return status;
}

enum wh_status wh_history_identify(struct wh_ctx *ctx, struct wh_session *session,
                                   bool is_for_public, int64_t day, struct wh_arena *arena,
                                   struct wh_theme_report *theme, struct wh_error *err)
{
    const char *id = theme->theme->id;
    const char *what = what_of(is_for_public, false), *earlier = what_of(is_for_public, true);
    const struct wh_identity_options opt = {day, OVERLAP, REMEMBER_DAYS};
    struct wh_spot_memory last = {0}, before = {0}, now = {0};
    bool has_last = false, has_before = false;
    enum wh_status status = load(ctx, session, what, id, &last, &has_last, err);
    if (status == WH_OK) {
        status = load(ctx, session, earlier, id, &before, &has_before, err);
    }
    if (status == WH_OK) {
        static const struct wh_spot_memory nothing = {0};
        const bool is_later = has_last && last.day < day;
        const struct wh_spot_memory *from = is_later                         ? &last
                                            : has_before && before.day < day ? &before
                                                                             : &nothing;
        status = wh_hotspot_identify(ctx, &opt, from, arena, theme, &now, err);
        if (status == WH_OK && is_later) {
            status = save(ctx, session, earlier, id, &last, err);
        }
        if (status == WH_OK && (!has_last || last.day <= day)) {
            status = save(ctx, session, what, id, &now, err);
        }
    }
    wh_spot_memory_finish(ctx, &last);
    wh_spot_memory_finish(ctx, &before);
    wh_spot_memory_finish(ctx, &now);
    return status;
}
