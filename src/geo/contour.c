/*
 * geo/contour.c: polygons where a grid is at least a level: marching squares on the cell centres.
 *
 * Why not GDAL's contour generator: there a value that equals the level is nudged, and a pair of
 * cells that meet at a corner may be joined or not. Here every ring is simple and no two rings
 * touch, by construction: a crossing lies strictly between two neighbouring centres, one ring
 * passes through it, and two rings in one square never cross (their ends lie on different sides of
 * each other's chord). So the polygons are valid without being mended.
 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/raster.h"
#include "geo/shape_internal.h"

/* Crossings keep this part of a cell away from centres, so that a value equal to the level is
 * inside, not on the line. */
#define CLEARANCE 1e-3

/* Directions of travel: east, north, west, south; the inside is on the left hand. */
static const int step_x[4] = {1, 0, -1, 0};
static const int step_y[4] = {0, 1, 0, -1};
enum { EAST, NORTH, WEST, SOUTH };

struct field {
    const struct wh_grid *grid;
    double level;
};

struct cell {
    int64_t col, row;
};

static struct cell moved(struct cell cell, int direction)
{
    return (struct cell){cell.col + step_x[direction], cell.row + step_y[direction]};
}

/* NaN outside the grid: the border closes half a cell beyond the last centres, which is the grid's
 * edge. */
static double value_at(const struct field *field, struct cell cell)
{
    const struct wh_grid *const grid = field->grid;
    if (cell.col < 0 || cell.row < 0 || cell.col >= (int64_t)grid->nx ||
        cell.row >= (int64_t)grid->ny) {
        return (double)NAN;
    }
    return grid->v[(size_t)cell.row * grid->nx + (size_t)cell.col];
}

static bool is_inside(const struct field *field, struct cell cell)
{
    return value_at(field, cell) >= field->level; /* false for NaN */
}

/*
 * Do the two inside cells of a square whose inside cells are diagonal neighbours belong together?
 * When the square's mean is inside. `a` and `b` are opposite corners; the sum runs in one order,
 * whichever side one comes from.
 */
static bool is_joined(const struct field *field, struct cell a, struct cell b)
{
    const int64_t col = a.col < b.col ? a.col : b.col, row = a.row < b.row ? a.row : b.row;
    const double south =
        value_at(field, (struct cell){col, row}) + value_at(field, (struct cell){col + 1, row});
    const double north = value_at(field, (struct cell){col, row + 1}) +
                         value_at(field, (struct cell){col + 1, row + 1});
    return (south + north) / 4 >= field->level;
}

/* ---- tracing rings ---- */

struct ring {
    size_t start, n; /* vertices; the last repeats the first */
    double area_m2;  /* above 0: the outside of a region; below: a hole */
    uint32_t region;
};

struct tracer {
    struct wh_ctx *ctx;
    struct field field;
    uint8_t *is_seen; /* by cell: its east side has been walked along */
    double *xy;       /* pairs */
    size_t n, cap;    /* vertices */
    struct ring *ring;
    size_t n_rings, cap_rings;
};

static enum wh_status push_vertex(struct tracer *t, double x, double y, struct wh_error *err)
{
    if (t->n == t->cap) {
        void *array = t->xy;
        const enum wh_status status =
            wh_grow(t->ctx, &array, t->n, &t->cap, 2 * sizeof *t->xy, err);
        if (status != WH_OK) {
            return status;
        }
        t->xy = array;
    }
    t->xy[2 * t->n] = x;
    t->xy[2 * t->n + 1] = y;
    t->n++;
    return WH_OK;
}

/* Where the level lies between the centre of an inside cell and that of its outside neighbour. */
static enum wh_status push_crossing(struct tracer *t, struct cell inside, int direction,
                                    struct wh_error *err)
{
    const struct wh_grid *const grid = t->field.grid;
    const int outward = (direction + 3) % 4; /* the right hand */
    const double in = value_at(&t->field, inside);
    const double out = value_at(&t->field, moved(inside, outward));
    double part = (in - t->field.level) / (in - out);
    part = isfinite(part) ? fmin(fmax(part, CLEARANCE), 1.0 - CLEARANCE) : 0.5;
    const double x = (double)inside.col + 0.5 + part * step_x[outward];
    const double y = (double)inside.row + 0.5 + part * step_y[outward];
    return push_vertex(t, grid->x0 + x * grid->cell_m, grid->y0 + y * grid->cell_m, err);
}

/* One square ahead: keeps the inside on the left. */
static void advance(const struct field *field, struct cell *inside, int *direction)
{
    const int right = (*direction + 3) % 4, left = (*direction + 1) % 4;
    const struct cell left_ahead = moved(*inside, *direction);
    const struct cell right_ahead = moved(left_ahead, right);
    const bool is_left = is_inside(field, left_ahead), is_right = is_inside(field, right_ahead);
    if (is_right && (is_left || is_joined(field, *inside, right_ahead))) {
        *inside = right_ahead;
        *direction = right;
    } else if (is_left) {
        *inside = left_ahead;
    } else {
        *direction = left;
    }
}

/* Walks round from the east side of `start`. */
static enum wh_status trace(struct tracer *t, struct cell start, struct wh_error *err)
{
    const size_t first = t->n;
    struct cell cell = start;
    int direction = NORTH;
    enum wh_status status = WH_OK;
    do {
        if (direction == NORTH) {
            t->is_seen[(size_t)cell.row * t->field.grid->nx + (size_t)cell.col] = 1;
        }
        status = push_crossing(t, cell, direction, err);
        advance(&t->field, &cell, &direction);
    } while (status == WH_OK &&
             (cell.col != start.col || cell.row != start.row || direction != NORTH));
    if (status == WH_OK) {
        status = push_vertex(t, t->xy[2 * first], t->xy[2 * first + 1], err);
    }
    if (status == WH_OK && t->n_rings == t->cap_rings) {
        void *array = t->ring;
        status = wh_grow(t->ctx, &array, t->n_rings, &t->cap_rings, sizeof *t->ring, err);
        t->ring = array;
    }
    if (status == WH_OK) {
        const size_t index = (size_t)start.row * t->field.grid->nx + (size_t)start.col;
        t->ring[t->n_rings++] =
            (struct ring){.start = first, .n = t->n - first, .region = (uint32_t)index};
    }
    return status;
}

/* Every ring has a stretch with the inside to its west: there it is found. */
static enum wh_status trace_all(struct tracer *t, struct wh_error *err)
{
    const struct wh_grid *const grid = t->field.grid;
    enum wh_status status = WH_OK;
    for (int64_t row = 0; row < (int64_t)grid->ny && status == WH_OK; row++) {
        for (int64_t col = 0; col < (int64_t)grid->nx && status == WH_OK; col++) {
            const struct cell cell = {col, row};
            if (t->is_seen[(size_t)row * grid->nx + (size_t)col] == 0 &&
                is_inside(&t->field, cell) && !is_inside(&t->field, moved(cell, EAST))) {
                status = trace(t, cell, err);
            }
        }
    }
    return status;
}

/* ---- which rings belong to one region ---- */

static uint32_t find_root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static void join(const struct wh_grid *grid, uint32_t *parent, struct cell a, struct cell b)
{
    const uint32_t i = find_root(parent, (uint32_t)(a.row * grid->nx + a.col));
    const uint32_t j = find_root(parent, (uint32_t)(b.row * grid->nx + b.col));
    parent[i > j ? i : j] = i > j ? j : i;
}

/* Joins what meets in the square north-east of `sw`, by the rule of advance(). */
static void join_square(const struct field *field, uint32_t *parent, struct cell sw)
{
    const struct cell se = moved(sw, EAST), nw = moved(sw, NORTH), ne = moved(se, NORTH);
    const bool in_sw = is_inside(field, sw), in_se = is_inside(field, se);
    const bool in_nw = is_inside(field, nw), in_ne = is_inside(field, ne);
    if (in_sw && in_se) {
        join(field->grid, parent, sw, se);
    }
    if (in_sw && in_nw) {
        join(field->grid, parent, sw, nw);
    }
    if (in_sw && in_ne && !in_se && !in_nw && is_joined(field, sw, ne)) {
        join(field->grid, parent, sw, ne);
    }
    if (in_se && in_nw && !in_sw && !in_ne && is_joined(field, se, nw)) {
        join(field->grid, parent, se, nw);
    }
}

static enum wh_status find_regions(struct tracer *t, struct wh_error *err)
{
    const struct wh_grid *const grid = t->field.grid;
    const size_t n = (size_t)grid->nx * grid->ny;
    uint32_t *const parent = wh_alloc_array(t->ctx, n, sizeof *parent);
    if (parent == NULL) {
        return wh_fail_memory(t->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        parent[i] = (uint32_t)i;
    }
    for (int64_t row = 0; row < (int64_t)grid->ny; row++) {
        for (int64_t col = 0; col < (int64_t)grid->nx; col++) {
            join_square(&t->field, parent, (struct cell){col, row});
        }
    }
    for (size_t i = 0; i < t->n_rings; i++) {
        t->ring[i].region = find_root(parent, t->ring[i].region);
    }
    wh_free(t->ctx, parent);
    return WH_OK;
}

/* ---- rings to shapes ---- */

static double ring_area_m2(const struct tracer *t, const struct ring *ring)
{
    const double *const v = t->xy + 2 * ring->start;
    double twice = 0.0;
    for (size_t i = 1; i + 1 < ring->n; i++) {
        twice += (v[2 * i] - v[0]) * (v[2 * i + 3] - v[1]) -
                 (v[2 * i + 2] - v[0]) * (v[2 * i + 1] - v[1]);
    }
    return twice / 2;
}

/* By region; in it the outside first, then the holes as they were found. */
static int compare_rings(const void *left, const void *right)
{
    const struct ring *const a = left, *const b = right;
    if (a->region != b->region) {
        return a->region < b->region ? -1 : 1;
    }
    if ((a->area_m2 > 0) != (b->area_m2 > 0)) {
        return a->area_m2 > 0 ? -1 : 1;
    }
    return (a->start > b->start) - (a->start < b->start);
}

static enum wh_status build_shape(const struct tracer *t, const struct ring *ring, size_t n_rings,
                                  struct wh_shape *ret, struct wh_error *err)
{
    size_t n_vertices = 0;
    for (size_t i = 0; i < n_rings; i++) {
        n_vertices += ring[i].n;
    }
    struct wh_shape shape;
    const enum wh_status status =
        wh_shape_allocate(t->ctx, 1, (uint32_t)n_rings, (uint32_t)n_vertices, &shape, err);
    if (status != WH_OK) {
        return status;
    }
    uint32_t at = 0;
    for (size_t i = 0; i < n_rings; i++) {
        for (size_t k = ring[i].start; k < ring[i].start + ring[i].n; k++, at++) {
            shape.x[at] = t->xy[2 * k];
            shape.y[at] = t->xy[2 * k + 1];
        }
        shape.ring_start[i + 1] = at;
    }
    shape.part_start[1] = (uint32_t)n_rings;
    *ret = shape;
    return WH_OK;
}

struct found {
    struct wh_shape shape;
    double area_km2, box[4];
};

static int compare_found(const void *left, const void *right)
{
    const struct found *const a = left, *const b = right;
    if (a->area_km2 < b->area_km2 || a->area_km2 > b->area_km2) {
        return a->area_km2 > b->area_km2 ? -1 : 1;
    }
    for (int i = 0; i < 2; i++) { /* west, then south */
        if (a->box[i] < b->box[i] || a->box[i] > b->box[i]) {
            return a->box[i] < b->box[i] ? -1 : 1;
        }
    }
    return 0;
}

static size_t count_regions(struct tracer *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_rings; i++) {
        t->ring[i].area_m2 = ring_area_m2(t, &t->ring[i]);
        n += t->ring[i].area_m2 > 0;
    }
    if (n > 0) {
        qsort(t->ring, t->n_rings, sizeof *t->ring, compare_rings);
    }
    return n;
}

static enum wh_status build_all(struct tracer *t, struct wh_shape **ret, size_t *ret_n,
                                struct wh_error *err)
{
    const size_t n = count_regions(t);
    struct found *const found = wh_alloc_array(t->ctx, n, sizeof *found);
    struct wh_shape *const shape = wh_alloc_array(t->ctx, n, sizeof *shape);
    enum wh_status status = found == NULL || shape == NULL ? wh_fail_memory(t->ctx, err) : WH_OK;
    size_t made = 0;
    for (size_t i = 0, end = 0; i < t->n_rings && status == WH_OK; i = end) {
        for (end = i; end < t->n_rings && t->ring[end].region == t->ring[i].region;) {
            end++;
        }
        struct found *const f = &found[made];
        status = build_shape(t, t->ring + i, end - i, &f->shape, err);
        if (status == WH_OK) {
            f->area_km2 = wh_shape_area_km2(&f->shape);
            wh_shape_box(&f->shape, f->box);
            made++;
        }
    }
    if (status == WH_OK) {
        if (made > 0) {
            qsort(found, made, sizeof *found, compare_found);
        }
        for (size_t i = 0; i < made; i++) {
            shape[i] = found[i].shape;
        }
        *ret = shape;
        *ret_n = made;
    } else {
        for (size_t i = 0; i < made; i++) {
            wh_shape_finish(t->ctx, &found[i].shape);
        }
        wh_free(t->ctx, shape);
    }
    wh_free(t->ctx, found);
    return status;
}

enum wh_status wh_grid_contour(struct wh_ctx *ctx, const struct wh_grid *grid, double level,
                               struct wh_shape **ret, size_t *ret_n, struct wh_error *err)
{
    if (!isfinite(level)) {
        return wh_fail(err, WH_ERR_CONFIG, "the level of a contour must be a finite number");
    }
    if ((double)grid->nx * grid->ny > (double)UINT32_MAX) {
        return wh_fail(err, WH_ERR_LIMIT, "a contour of more than 4,294,967,295 cells");
    }
    struct tracer t = {.ctx = ctx, .field = {grid, level}};
    t.is_seen = wh_alloc_array(ctx, (size_t)grid->nx * grid->ny, 1);
    enum wh_status status = t.is_seen != NULL ? WH_OK : wh_fail_memory(ctx, err);
    if (status == WH_OK) {
        status = trace_all(&t, err);
    }
    if (status == WH_OK) {
        status = find_regions(&t, err);
    }
    if (status == WH_OK) {
        status = build_all(&t, ret, ret_n, err);
    }
    wh_free(ctx, t.ring);
    wh_free(ctx, t.xy);
    wh_free(ctx, t.is_seen);
    return status;
}
