/* render/basemap_places.c: place names from a small CSV in the working CRS. */
#include <string.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/number.h"
#include "render/basemap_internal.h"

enum column { COLUMN_NAME, COLUMN_KIND, COLUMN_X, COLUMN_Y, N_COLUMNS };
static const char *const COLUMNS[N_COLUMNS] = {"name", "kind", "x", "y"};

static enum wh_status find_columns(const struct wh_csv *csv, const char *path, int ret[N_COLUMNS],
                                   struct wh_error *err)
{
    for (size_t c = 0; c < N_COLUMNS; c++) {
        ret[c] = wh_csv_find(csv, COLUMNS[c]);
        if (ret[c] < 0 && c != COLUMN_KIND) {
            return wh_fail_at(err, WH_ERR_INPUT, path, 1, 0,
                              "places need the columns name, kind, x, y: there is no \"%s\"",
                              COLUMNS[c]);
        }
    }
    return WH_OK;
}

/* An empty name is no place. */
static enum wh_status take_row(const char *path, const struct wh_csv_row *row,
                               const int column[N_COLUMNS], struct wh_arena *arena,
                               struct wh_map_feature *ret, struct wh_error *err)
{
    const struct wh_str none = {0};
    const struct wh_str name = wh_str_trim(row->field[column[COLUMN_NAME]]);
    const struct wh_str kind =
        column[COLUMN_KIND] < 0 ? none : wh_str_trim(row->field[column[COLUMN_KIND]]);
    double *const xy = wh_arena_alloc(arena, 2, sizeof *xy);
    const char *const words = wh_arena_c(arena, kind);
    *ret = (struct wh_map_feature){.kind = WH_GEOMETRY_POINT, .name = wh_arena_c(arena, name)};
    if (xy == NULL || words == NULL || ret->name == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    if (!wh_parse_double(wh_str_trim(row->field[column[COLUMN_X]]), &xy[0]) ||
        !wh_parse_double(wh_str_trim(row->field[column[COLUMN_Y]]), &xy[1])) {
        return wh_fail_at(err, WH_ERR_INPUT, path, row->line, 0,
                          "x and y of a place must be numbers in the working CRS");
    }
    ret->sort = (uint8_t)wh_place_from_words(kind.len > 0 ? words : NULL, ret->name);
    ret->shape = (struct wh_shape){.n_vertices = 1, .x = &xy[0], .y = &xy[1]};
    wh_box_of(&xy[0], &xy[1], 1, ret->box);
    return WH_OK;
}

static enum wh_status read_rows(struct wh_ctx *ctx, struct wh_csv *csv, const char *path,
                                struct wh_arena *arena, struct wh_feature_set *ret,
                                struct wh_error *err)
{
    struct wh_map_feature *feature = NULL, place;
    size_t n = 0, cap = 0;
    int column[N_COLUMNS];
    bool is_end = false;
    enum wh_status status = find_columns(csv, path, column, err);
    while (status == WH_OK) {
        struct wh_csv_row row;
        status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        if (row.is_bad) {
            status =
                wh_fail_at(err, WH_ERR_INPUT, path, row.line, row.fault_column, "%s", row.fault);
            break;
        }
        status = take_row(path, &row, column, arena, &place, err);
        if (status == WH_OK && place.name[0] != '\0') {
            void *array = feature;
            status = wh_grow(ctx, &array, n, &cap, sizeof *feature, err);
            feature = array;
            if (status == WH_OK) {
                feature[n++] = place;
            }
        }
    }
    if (status == WH_OK) {
        ret->feature = wh_arena_alloc(arena, n > 0 ? n : 1, sizeof *ret->feature);
        status = ret->feature == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    }
    if (status == WH_OK && n > 0) {
        memcpy(ret->feature, feature, n * sizeof *feature);
        ret->n = n;
    }
    wh_free(ctx, feature);
    return status;
}

enum wh_status wh_places_read_csv(struct wh_ctx *ctx, const char *path, struct wh_arena *arena,
                                  struct wh_feature_set *ret, struct wh_error *err)
{
    const struct wh_csv_options opt = {.delimiter = ','};
    struct wh_csv *csv = NULL;
    struct wh_feature_set places = {0};
    enum wh_status status = wh_csv_open(ctx, path, &opt, &csv, err);
    if (status == WH_OK) {
        status = read_rows(ctx, csv, path, arena, &places, err);
    }
    if (status == WH_OK) {
        *ret = places;
    }
    wh_csv_close(csv);
    return status;
}
