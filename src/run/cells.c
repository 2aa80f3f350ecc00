/* run/cells.c: points sorted by square; then squares by area. */
#include "run/cells.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"

/* Where a point falls. */
struct place {
    int32_t col, row;
    uint32_t point;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *const a = left, *const b = right;
    if (a->row != b->row) {
        return a->row < b->row ? -1 : 1;
    }
    if (a->col != b->col) {
        return a->col < b->col ? -1 : 1;
    }
    return a->point < b->point ? -1 : a->point > b->point;
}

/* Sorts points into cells; ret_cell_of[i] is the cell of point i. */
static enum wh_status sort_points(struct wh_ctx *ctx, const struct wh_points *points,
                                  struct wh_arena *arena, struct wh_cell_counts *cells,
                                  uint32_t *ret_cell_of, struct wh_error *err)
{
    struct place *const place = wh_alloc_array(ctx, points->n, sizeof *place);
    cells->cell = wh_arena_alloc(arena, points->n + 1, sizeof *cells->cell);
    if (place == NULL || cells->cell == NULL) {
        wh_free(ctx, place);
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < points->n; i++) {
        place[i] = (struct place){(int32_t)floor(points->x[i] / cells->cell_m),
                                  (int32_t)floor(points->y[i] / cells->cell_m), (uint32_t)i};
    }
    if (points->n > 1) {
        qsort(place, points->n, sizeof *place, compare_places);
    }
    for (size_t i = 0; i < points->n; i++) {
        const struct wh_cell *const last = &cells->cell[cells->n == 0 ? 0 : cells->n - 1];
        if (cells->n == 0 || last->col != place[i].col || last->row != place[i].row) {
            cells->cell[cells->n++] = (struct wh_cell){.col = place[i].col, .row = place[i].row};
        }
        cells->cell[cells->n - 1].n++;
        ret_cell_of[place[i].point] = (uint32_t)cells->n - 1;
    }
    wh_free(ctx, place);
    return WH_OK;
}

static int compare_keys(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* From a cell and an area for each point, as one number, to a count for each pair. */
static enum wh_status count_shares(uint64_t *key, size_t n, struct wh_arena *arena,
                                   struct wh_cell_shares *ret, struct wh_error *err)
{
    ret->share = wh_arena_alloc(arena, n + 1, sizeof *ret->share);
    if (ret->share == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    if (n > 1) {
        qsort(key, n, sizeof *key, compare_keys);
    }
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || key[i] != key[i - 1]) {
            ret->share[ret->n++] =
                (struct wh_cell_share){(uint32_t)(key[i] >> 32), (uint32_t)key[i], 0};
        }
        ret->share[ret->n - 1].n++;
    }
    return WH_OK;
}

struct boxed {
    const struct wh_shape *shape;
    double box[4];
};

/* The hot spot that holds a point; `n`: none. They do not overlap. */
static uint32_t find_hotspot(const struct boxed *hotspot, uint32_t n, double x, double y)
{
    uint32_t i = 0;
    while (i < n && (x < hotspot[i].box[0] || x > hotspot[i].box[2] || y < hotspot[i].box[1] ||
                     y > hotspot[i].box[3] || !wh_shape_contains(hotspot[i].shape, x, y))) {
        i++;
    }
    return i;
}

static enum wh_status share_hotspots(struct wh_ctx *ctx, const struct wh_points *points,
                                     const uint32_t *cell_of, const struct wh_theme_report *theme,
                                     uint64_t *key, struct wh_arena *arena,
                                     struct wh_cell_shares *ret, struct wh_error *err)
{
    const uint32_t n = (uint32_t)theme->n_hotspots;
    struct boxed *const hotspot = wh_alloc_array(ctx, n, sizeof *hotspot);
    if (hotspot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t i = 0; i < n; i++) {
        hotspot[i].shape = &theme->hotspot[i].shape;
        wh_shape_box(hotspot[i].shape, hotspot[i].box);
    }
    for (size_t i = 0; i < points->n; i++) {
        key[i] = (uint64_t)cell_of[i] << 32 | find_hotspot(hotspot, n, points->x[i], points->y[i]);
    }
    wh_free(ctx, hotspot);
    return count_shares(key, points->n, arena, ret, err);
}

static enum wh_status share_all(struct wh_ctx *ctx, const struct wh_session *session,
                                const struct wh_points *points, const uint32_t *cell_of,
                                const struct wh_theme_report *theme, struct wh_arena *arena,
                                struct wh_cell_shares *ret, struct wh_error *err)
{
    uint64_t *const key = wh_alloc_array(ctx, points->n, sizeof *key);
    enum wh_status status = key == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t l = 0; status == WH_OK && l < session->n_levels; l++) {
        for (size_t i = 0; i < points->n; i++) {
            key[i] = (uint64_t)cell_of[i] << 32 |
                     (uint32_t)session->level[l].area_of[points->request[i]];
        }
        status = count_shares(key, points->n, arena, &ret[l], err);
    }
    if (status == WH_OK) {
        status =
            share_hotspots(ctx, points, cell_of, theme, key, arena, &ret[session->n_levels], err);
    }
    wh_free(ctx, key);
    return status;
}

static void classify(const struct wh_patterns *patterns, struct wh_theme_report *theme)
{
    const double cell_m = theme->cells.cell_m;
    for (size_t i = 0; i < theme->cells.n; i++) {
        struct wh_cell *const cell = &theme->cells.cell[i];
        const double x = (cell->col + 0.5) * cell_m, y = (cell->row + 0.5) * cell_m;
        cell->emerging = wh_emerging_name(wh_patterns_class_at(patterns, x, y, NULL, NULL));
    }
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        struct wh_hotspot *const hotspot = &theme->hotspot[i];
        const int emerging =
            wh_patterns_class_at(patterns, hotspot->peak_x, hotspot->peak_y, NULL, NULL);
        hotspot->emerging = wh_emerging_name(emerging);
        hotspot->emerging_words = wh_emerging_words(emerging);
    }
}

enum wh_status wh_cells_fill(struct wh_ctx *ctx, const struct wh_session *session,
                             const struct wh_points *points, const struct wh_patterns *patterns,
                             struct wh_arena *arena, struct wh_theme_report *theme,
                             struct wh_cell_shares **ret_shares, struct wh_error *err)
{
    uint32_t *const cell_of = wh_alloc_array(ctx, points->n, sizeof *cell_of);
    *ret_shares = wh_arena_alloc(arena, session->n_levels + 1, sizeof **ret_shares);
    theme->cells = (struct wh_cell_counts){.cell_m = session->config.outputs.cells_m, .step = 1};
    enum wh_status status =
        cell_of == NULL || *ret_shares == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        status = sort_points(ctx, points, arena, &theme->cells, cell_of, err);
    }
    if (status == WH_OK) {
        status = share_all(ctx, session, points, cell_of, theme, arena, *ret_shares, err);
    }
    if (status == WH_OK && patterns != NULL && patterns->n_periods >= 2) {
        classify(patterns, theme);
    }
    wh_free(ctx, cell_of);
    return status;
}
