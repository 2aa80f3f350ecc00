/* render/basemap_places.c: place names from a small CSV in the working CRS. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "render/basemap_internal.h"

#define PLACES_LIMIT_BYTES (64U << 20)
#define MAX_COLUMNS 64

enum column { COLUMN_NAME, COLUMN_KIND, COLUMN_X, COLUMN_Y, N_COLUMNS };
static const char *const COLUMNS[N_COLUMNS] = {"name", "kind", "x", "y"};

/* One record at *pos into `cell` (slices of `scratch`, unquoted); moves *pos past its line end.
 * Returns the cells. */
static size_t next_record(struct wh_str text, size_t *pos, struct wh_buf *scratch,
                          size_t start[MAX_COLUMNS + 1])
{
    size_t n = 0;
    bool is_quoted = false;
    wh_buf_clear(scratch);
    start[0] = 0;
    while (*pos < text.len) {
        const char c = text.ptr[(*pos)++];
        if (is_quoted && c == '"') {
            if (*pos < text.len && text.ptr[*pos] == '"') {
                wh_buf_char(scratch, text.ptr[(*pos)++]);
            } else {
                is_quoted = false;
            }
        } else if (is_quoted) {
            wh_buf_char(scratch, c);
        } else if (c == '"') {
            is_quoted = true;
        } else if (c == ',' && n + 1 < MAX_COLUMNS) {
            start[++n] = scratch->len;
        } else if (c == '\n') {
            break;
        } else if (c != '\r') {
            wh_buf_char(scratch, c);
        }
    }
    start[n + 1] = scratch->len;
    return n + 1;
}

static struct wh_str cell(const struct wh_buf *scratch, const size_t *start, size_t n, size_t i)
{
    const struct wh_str all = wh_buf_view(scratch);
    return i < n ? wh_str_trim(wh_str_slice(all, start[i], start[i + 1])) : wh_str_c("");
}

static enum wh_status find_columns(const char *path, const struct wh_buf *scratch,
                                   const size_t *start, size_t n, size_t ret[N_COLUMNS],
                                   struct wh_error *err)
{
    for (size_t c = 0; c < N_COLUMNS; c++) {
        ret[c] = SIZE_MAX;
        for (size_t i = n; i-- > 0;) {
            if (wh_str_eq_fold(cell(scratch, start, n, i), wh_str_c(COLUMNS[c]))) {
                ret[c] = i;
            }
        }
        if (ret[c] == SIZE_MAX && c != COLUMN_KIND) {
            return wh_fail_at(err, WH_ERR_INPUT, path, 1, 0,
                              "places need the columns name, kind, x, y: there is no \"%s\"",
                              COLUMNS[c]);
        }
    }
    return WH_OK;
}

static enum wh_status add_place(struct wh_arena *arena, struct wh_str name, struct wh_str kind,
                                double x, double y, struct wh_map_feature *ret,
                                struct wh_error *err)
{
    double *const xy = wh_arena_alloc(arena, 2, sizeof *xy);
    const char *const words = kind.len > 0 ? wh_arena_c(arena, kind) : "";
    ret->name = wh_arena_c(arena, name);
    if (xy == NULL || words == NULL || ret->name == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    xy[0] = x;
    xy[1] = y;
    ret->kind = WH_GEOMETRY_POINT;
    ret->sort = (uint8_t)wh_place_from_words(words[0] != '\0' ? words : NULL);
    ret->shape = (struct wh_shape){.n_vertices = 1, .x = &xy[0], .y = &xy[1]};
    wh_box_of(&x, &y, 1, ret->box);
    return WH_OK;
}

static enum wh_status read_places(const char *path, struct wh_str text, struct wh_arena *arena,
                                  struct wh_buf *scratch, struct wh_feature_set *ret,
                                  struct wh_error *err)
{
    size_t column[N_COLUMNS], start[MAX_COLUMNS + 1], pos = 0, n_lines = 1;
    for (size_t i = 0; i < text.len; i++) {
        n_lines += text.ptr[i] == '\n';
    }
    if (wh_str_has_prefix(text, "\xef\xbb\xbf")) {
        pos = 3;
    }
    ret->feature = wh_arena_alloc(arena, n_lines, sizeof *ret->feature);
    if (ret->feature == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    size_t n = next_record(text, &pos, scratch, start);
    enum wh_status status = find_columns(path, scratch, start, n, column, err);
    for (uint64_t line = 2; status == WH_OK && pos < text.len; line++) {
        double x, y;
        n = next_record(text, &pos, scratch, start);
        const struct wh_str name = cell(scratch, start, n, column[COLUMN_NAME]);
        if (n == 1 && name.len == 0) {
            continue;
        }
        if (!wh_parse_double(cell(scratch, start, n, column[COLUMN_X]), &x) ||
            !wh_parse_double(cell(scratch, start, n, column[COLUMN_Y]), &y)) {
            return wh_fail_at(err, WH_ERR_INPUT, path, line, 0,
                              "x and y of a place must be numbers in the working CRS");
        }
        if (name.len > 0) {
            status = add_place(arena, name, cell(scratch, start, n, column[COLUMN_KIND]), x, y,
                               &ret->feature[ret->n], err);
            ret->n += status == WH_OK;
        }
    }
    return status == WH_OK ? wh_buf_ok(scratch, err) : status;
}

enum wh_status wh_places_read_csv(struct wh_ctx *ctx, const char *path, struct wh_arena *arena,
                                  struct wh_feature_set *ret, struct wh_error *err)
{
    struct wh_buf text, scratch;
    struct wh_feature_set places = {0};
    wh_buf_init(&text, ctx);
    wh_buf_init(&scratch, ctx);
    enum wh_status status = wh_io_read_all(ctx, path, PLACES_LIMIT_BYTES, &text, err);
    if (status == WH_OK && wh_utf8_check(wh_buf_view(&text)) < text.len) {
        status = wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "places must be UTF-8");
    }
    if (status == WH_OK) {
        status = read_places(path, wh_buf_view(&text), arena, &scratch, &places, err);
    }
    if (status == WH_OK) {
        *ret = places;
    }
    wh_buf_finish(&scratch);
    wh_buf_finish(&text);
    return status;
}
