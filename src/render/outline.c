/* render/outline.c: marching squares between cell centres, then a smoothing that is held back
 * before it can pass a centre. */
#include "render/outline.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/thin.h"

/*
 * How far a vertex may move from the middle of its edge, in cells. A centre is at least 0.354 cells
 * from the unsmoothed outline and a vertex moves by at most 0.283, so that no segment can reach it.
 */
#define MOST_MOVE 0.2
/* And by how much a line may then pass a vertex that is left out: together less than 0.354. */
#define MOST_OFF 0.06
#define SMOOTHINGS 6

/* Edges of the square between four centres. */
enum edge { SOUTH, EAST, NORTH, WEST, NO_EDGE };

/*
 * Where a line that enters by an edge leaves, by which corners are in (SW 1, SE 2, NE 4, NW 8), so
 * that they stay on its left. In the two saddles the corners are kept apart.
 */
static const uint8_t LEAVES[16][4] = {
    /* enters by: SOUTH, EAST, NORTH, WEST */
    {NO_EDGE, NO_EDGE, NO_EDGE, NO_EDGE}, {WEST, NO_EDGE, NO_EDGE, NO_EDGE},
    {NO_EDGE, SOUTH, NO_EDGE, NO_EDGE},   {NO_EDGE, WEST, NO_EDGE, NO_EDGE},
    {NO_EDGE, NO_EDGE, EAST, NO_EDGE},    {WEST, NO_EDGE, EAST, NO_EDGE},
    {NO_EDGE, NO_EDGE, SOUTH, NO_EDGE},   {NO_EDGE, NO_EDGE, WEST, NO_EDGE},
    {NO_EDGE, NO_EDGE, NO_EDGE, NORTH},   {NORTH, NO_EDGE, NO_EDGE, NO_EDGE},
    {NO_EDGE, SOUTH, NO_EDGE, NORTH},     {NO_EDGE, NORTH, NO_EDGE, NO_EDGE},
    {NO_EDGE, NO_EDGE, NO_EDGE, EAST},    {EAST, NO_EDGE, NO_EDGE, NO_EDGE},
    {NO_EDGE, NO_EDGE, NO_EDGE, SOUTH},   {NO_EDGE, NO_EDGE, NO_EDGE, NO_EDGE},
};

static const double MIDDLE_X[4] = {0.5, 1.0, 0.5, 0.0}, MIDDLE_Y[4] = {0.0, 0.5, 1.0, 0.5};
static const int STEP_X[4] = {0, 1, 0, -1}, STEP_Y[4] = {-1, 0, 1, 0};

/* Squares run from -1 to nx - 1: those at the rim have corners beyond the raster. */
struct tracer {
    const uint8_t *in;
    int64_t nx, ny;
    uint8_t *seen; /* one bit an entry edge, by square */
    double *x, *y, *to_x, *to_y, *from_x, *from_y;
    size_t n, cap;
};

static unsigned is_in(const struct tracer *t, int64_t col, int64_t row)
{
    return col >= 0 && row >= 0 && col < t->nx && row < t->ny && t->in[row * t->nx + col] != 0;
}

static unsigned corners(const struct tracer *t, int64_t col, int64_t row)
{
    return is_in(t, col, row) | is_in(t, col + 1, row) << 1 | is_in(t, col + 1, row + 1) << 2 |
           is_in(t, col, row + 1) << 3;
}

static enum wh_status grow_ring(struct wh_ctx *ctx, struct tracer *t, struct wh_error *err)
{
    double **const array[6] = {&t->x, &t->y, &t->to_x, &t->to_y, &t->from_x, &t->from_y};
    const size_t cap = t->cap < 64 ? 128 : t->cap * 2;
    for (int i = 0; i < 6; i++) {
        double *const grown = wh_realloc_array(ctx, *array[i], cap, sizeof **array[i]);
        if (grown == NULL) {
            return wh_fail_memory(ctx, err);
        }
        *array[i] = grown;
    }
    t->cap = cap;
    return WH_OK;
}

static double hold(double moved, double from)
{
    return fmin(fmax(moved, from - MOST_MOVE), from + MOST_MOVE);
}

/* Each vertex goes towards the middle of its neighbours, but never far from where the raster put
 * it. */
static void smooth(struct tracer *t)
{
    memcpy(t->from_x, t->x, t->n * sizeof *t->x);
    memcpy(t->from_y, t->y, t->n * sizeof *t->y);
    for (int round = 0; round < SMOOTHINGS; round++) {
        for (size_t i = 0; i < t->n; i++) {
            const size_t before = (i == 0 ? t->n : i) - 1, after = i + 1 == t->n ? 0 : i + 1;
            t->to_x[i] = hold(0.5 * t->x[i] + 0.25 * (t->x[before] + t->x[after]), t->from_x[i]);
            t->to_y[i] = hold(0.5 * t->y[i] + 0.25 * (t->y[before] + t->y[after]), t->from_y[i]);
        }
        memcpy(t->x, t->to_x, t->n * sizeof *t->x);
        memcpy(t->y, t->to_y, t->n * sizeof *t->y);
    }
}

/* Leaves out the vertices where the ring hardly bends; the first stays. */
static void thin_out(struct tracer *t, double tolerance)
{
    struct wh_thin thin = {.tolerance = fmax(tolerance, MOST_OFF)};
    size_t n = 1;
    wh_thin_at(&thin, t->x[0], t->y[0]);
    for (size_t i = 1; i < t->n; i++) {
        const size_t next = i + 1 == t->n ? 0 : i + 1;
        /* The ring's end is its start: a step back to it always keeps the last vertex. */
        if (wh_thin_needs_last(&thin, t->x[i], t->y[i], t->x[next], t->y[next])) {
            t->x[n] = t->x[i];
            t->y[n++] = t->y[i];
            wh_thin_at(&thin, t->x[n - 1], t->y[n - 1]);
        }
    }
    t->n = n;
}

/* Walks one ring from a square and the edge by which it is entered. */
static enum wh_status trace_ring(struct wh_ctx *ctx, struct tracer *t, int64_t col, int64_t row,
                                 unsigned entry, struct wh_error *err)
{
    t->n = 0;
    for (;;) {
        uint8_t *const seen = &t->seen[(row + 1) * (t->nx + 1) + col + 1];
        if (((unsigned)*seen >> entry & 1U) != 0) {
            return WH_OK;
        }
        *seen = (uint8_t)(*seen | 1U << entry);
        if (t->n == t->cap) {
            const enum wh_status status = grow_ring(ctx, t, err);
            if (status != WH_OK) {
                return status;
            }
        }
        t->x[t->n] = (double)col + MIDDLE_X[entry];
        t->y[t->n++] = (double)row + MIDDLE_Y[entry];
        const unsigned leave = LEAVES[corners(t, col, row)][entry];
        col += STEP_X[leave];
        row += STEP_Y[leave];
        entry = (leave + 2) % 4;
    }
}

enum wh_status wh_outline_trace(struct wh_ctx *ctx, const uint8_t *in, uint32_t nx, uint32_t ny,
                                double tolerance, wh_outline_fn *fn, void *user,
                                struct wh_error *err)
{
    struct tracer t = {.in = in, .nx = nx, .ny = ny};
    enum wh_status status = WH_OK;
    t.seen = wh_alloc_array(ctx, (size_t)nx + 1, (size_t)ny + 1);
    if (t.seen == NULL) {
        status = wh_fail_memory(ctx, err);
        goto out;
    }
    for (int64_t row = -1; row < t.ny; row++) {
        for (int64_t col = -1; col < t.nx; col++) {
            const unsigned code = corners(&t, col, row);
            const uint8_t *const seen = &t.seen[(row + 1) * (t.nx + 1) + col + 1];
            for (unsigned entry = 0; code != 0 && code != 15 && entry < 4; entry++) {
                if (LEAVES[code][entry] == NO_EDGE || (*seen >> entry & 1U) != 0) {
                    continue;
                }
                status = trace_ring(ctx, &t, col, row, entry, err);
                if (status != WH_OK) {
                    goto out;
                }
                if (t.n >= 3) {
                    smooth(&t);
                    thin_out(&t, tolerance);
                }
                if (t.n >= 3) {
                    fn(user, t.x, t.y, t.n);
                }
            }
        }
    }
out:
    wh_free(ctx, t.from_y);
    wh_free(ctx, t.from_x);
    wh_free(ctx, t.to_y);
    wh_free(ctx, t.to_x);
    wh_free(ctx, t.y);
    wh_free(ctx, t.x);
    wh_free(ctx, t.seen);
    return status;
}
