/* hotspot/names.c: what people call the place of a hot spot: its streets, or its street and the
 * place near by, else that place, else its wards. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "geo/layer.h"
#include "geo/shape_ops.h"
#include "hotspot/hotspot_internal.h"

#define SAMPLE_M 10.0 /* streets are measured by points this far apart */
#define N_NAMES 6u    /* ways to name a hot spot */
#define NEAR_M 1000.0 /* a quarter of an hour on foot: nobody says "near" of what is farther */

struct street {
    const char *name;
    double weight; /* density summed along its length inside the outline */
};

struct streets {
    size_t n, cap;
    struct street *street;
};

/* The density of the cell that holds the place; 0 where there is none. */
static double density_at(const struct wh_grid *grid, double x, double y)
{
    const double col = floor((x - grid->x0) / grid->cell_m);
    const double row = floor((y - grid->y0) / grid->cell_m);
    if (!(col >= 0 && col < grid->nx && row >= 0 && row < grid->ny)) {
        return 0;
    }
    const double value = grid->v[(size_t)row * grid->nx + (size_t)col];
    return isnan(value) ? 0 : value;
}

/*
 * Density along a segment inside the shape, by sampling: names need an order, not a survey. Length
 * alone would name a hot spot after the through road at its rim.
 */
static double weight_inside(const struct wh_grid *grid, const struct wh_shape *shape, double x0,
                            double y0, double x1, double y1)
{
    const double length = hypot(x1 - x0, y1 - y0);
    const unsigned n = length < SAMPLE_M ? 1 : (unsigned)fmin(1e5, ceil(length / SAMPLE_M));
    double sum = 0;
    for (unsigned i = 0; i < n; i++) {
        const double t = (i + 0.5) / n;
        const double x = x0 + t * (x1 - x0), y = y0 + t * (y1 - y0);
        sum += wh_shape_contains(shape, x, y) ? density_at(grid, x, y) : 0;
    }
    return length * sum / n;
}

static double feature_inside(const struct wh_feature *feature, const struct wh_grid *grid,
                             const struct wh_shape *shape, const double box[4])
{
    const struct wh_shape *line = &feature->shape;
    double weight = 0;
    for (uint32_t r = 0; r < line->n_rings; r++) {
        for (uint32_t v = line->ring_start[r]; v + 1 < line->ring_start[r + 1]; v++) {
            const double x0 = line->x[v], y0 = line->y[v], x1 = line->x[v + 1], y1 = line->y[v + 1];
            if (fmax(x0, x1) < box[0] || fmin(x0, x1) > box[2] || fmax(y0, y1) < box[1] ||
                fmin(y0, y1) > box[3]) {
                continue;
            }
            weight += weight_inside(grid, shape, x0, y0, x1, y1);
        }
    }
    return weight;
}

static enum wh_status add_weight(struct wh_ctx *ctx, struct streets *streets, const char *name,
                                 double weight, struct wh_error *err)
{
    for (size_t i = 0; i < streets->n; i++) {
        if (strcmp(streets->street[i].name, name) == 0) {
            streets->street[i].weight += weight;
            return WH_OK;
        }
    }
    void *array = streets->street;
    const enum wh_status status =
        wh_grow(ctx, &array, streets->n, &streets->cap, sizeof *streets->street, err);
    streets->street = array;
    if (status == WH_OK) {
        streets->street[streets->n++] = (struct street){name, weight};
    }
    return status;
}

static int compare_streets(const void *left, const void *right)
{
    const struct street *a = left, *b = right;
    if (a->weight < b->weight || a->weight > b->weight) {
        return a->weight > b->weight ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

static enum wh_status list_streets(struct wh_ctx *ctx, const struct wh_layer *layer,
                                   const struct wh_grid *grid, const struct wh_shape *shape,
                                   struct streets *ret, struct wh_error *err)
{
    double box[4];
    wh_shape_box(shape, box);
    for (size_t i = 0; layer != NULL && i < layer->n; i++) {
        const struct wh_feature *feature = &layer->feature[i];
        if (feature->kind != WH_GEOMETRY_LINE || feature->value[0] == NULL ||
            feature->value[0][0] == '\0') {
            continue;
        }
        const double weight = feature_inside(feature, grid, shape, box);
        if (weight > 0) {
            const enum wh_status status = add_weight(ctx, ret, feature->value[0], weight, err);
            if (status != WH_OK) {
                return status;
            }
        }
    }
    if (ret->n > 1) {
        qsort(ret->street, ret->n, sizeof *ret->street, compare_streets);
    }
    return WH_OK;
}

/* Within NEAR_M; of two as near the first by name. NULL: there is none. */
static const char *nearest_place(const struct wh_layer *places, double x, double y)
{
    const char *name = NULL;
    double best = NEAR_M;
    for (size_t i = 0; places != NULL && i < places->n; i++) {
        const struct wh_feature *feature = &places->feature[i];
        if (feature->kind != WH_GEOMETRY_POINT || feature->value[0] == NULL ||
            feature->value[0][0] == '\0' || feature->shape.n_vertices == 0) {
            continue;
        }
        const double distance = hypot(feature->shape.x[0] - x, feature->shape.y[0] - y);
        const char *const mine = feature->value[0];
        if (distance < best || (distance <= best && (name == NULL || strcmp(mine, name) < 0))) {
            best = distance;
            name = mine;
        }
    }
    return name;
}

static bool is_taken(const struct wh_hotspot *hotspot, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(hotspot[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The part with the largest area but for `skip`; not by count, which the public may not see. NULL
 * when there is none. */
static const struct wh_hotspot_part *largest_part(const struct wh_hotspot *hotspot,
                                                  const struct wh_hotspot_part *skip)
{
    const struct wh_hotspot_part *found = NULL;
    double largest = -1;
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        const double area_km2 = wh_shape_area_km2(&hotspot->part[i].shape);
        if (&hotspot->part[i] != skip && area_km2 > largest) {
            largest = area_km2;
            found = &hotspot->part[i];
        }
    }
    return found;
}

/* Where neither streets nor places are configured; `is_last`: with its number on the map, which
 * keeps two apart. */
static struct wh_spot_place in_ward(struct wh_arena *arena, const struct wh_hotspot *hotspot,
                                    const struct wh_areas *areas, bool is_last)
{
    const struct wh_hotspot_part *first = largest_part(hotspot, NULL);
    const struct wh_hotspot_part *second = largest_part(hotspot, first);
    if (first == NULL) {
        return (struct wh_spot_place){
            WH_PLACE_SQUARE, wh_arena_printf(arena, "%.0f", floor(hotspot->peak_x / 1000)),
            wh_arena_printf(arena, "%.0f", floor(hotspot->peak_y / 1000)), hotspot->rank};
    }
    if (is_last || second == NULL) {
        return (struct wh_spot_place){is_last ? WH_PLACE_IN_NUMBERED : WH_PLACE_IN,
                                      areas->name[first->ward], NULL, hotspot->rank};
    }
    return (struct wh_spot_place){WH_PLACE_IN_TWO, areas->name[first->ward],
                                  areas->name[second->ward], 0};
}

/* The ways to name one outline, best first; false when this one does not fit. */
static bool nth_place(struct wh_arena *arena, const struct wh_hotspot *hotspot,
                      const struct streets *streets, const char *place,
                      const struct wh_areas *areas, unsigned nth, struct wh_spot_place *ret)
{
    const struct street *s = streets->street;
    switch (nth) {
    case 0: /* "around Mill Lane near the station" says more than the lane alone */
        *ret = streets->n >= 2
                   ? (struct wh_spot_place){WH_PLACE_AROUND_TWO, s[0].name, s[1].name, 0}
               : streets->n == 0 ? (struct wh_spot_place){WH_PLACE_NEAR, place, NULL, 0}
               : place != NULL   ? (struct wh_spot_place){WH_PLACE_AROUND_NEAR, s[0].name, place, 0}
                                 : (struct wh_spot_place){WH_PLACE_AROUND, s[0].name, NULL, 0};
        return streets->n > 0 || place != NULL;
    case 1:
        if (streets->n >= 3) {
            *ret = (struct wh_spot_place){WH_PLACE_AROUND_TWO, s[0].name, s[2].name, 0};
        }
        return streets->n >= 3;
    case 2:
        if (streets->n >= 1) {
            *ret = (struct wh_spot_place){WH_PLACE_AROUND_NEAR, s[0].name, place, 0};
        }
        return streets->n >= 1 && place != NULL;
    case 3:
        if (streets->n >= 1) {
            *ret = (struct wh_spot_place){WH_PLACE_AROUND, s[0].name, NULL, 0};
        }
        return streets->n >= 1;
    default:
        *ret = in_ward(arena, hotspot, areas, nth > N_NAMES - 2);
        return true;
    }
}

/* The name in English, as files have it. */
static const char *name_of(struct wh_arena *arena, const struct wh_spot_place *place)
{
    switch (place->form) {
    case WH_PLACE_NAMED:
        break;
    case WH_PLACE_AROUND:
        return wh_arena_printf(arena, "around %s", place->first);
    case WH_PLACE_AROUND_TWO:
        return wh_arena_printf(arena, "around %s and %s", place->first, place->second);
    case WH_PLACE_AROUND_NEAR:
        return wh_arena_printf(arena, "around %s near %s", place->first, place->second);
    case WH_PLACE_NEAR:
        return wh_arena_printf(arena, "near %s", place->first);
    case WH_PLACE_IN:
        return wh_arena_printf(arena, "in %s", place->first);
    case WH_PLACE_IN_TWO:
        return wh_arena_printf(arena, "in %s and %s", place->first, place->second);
    case WH_PLACE_IN_NUMBERED:
        return wh_arena_printf(arena, "in %s (%u)", place->first, place->number);
    case WH_PLACE_SQUARE:
        return wh_arena_printf(arena, "near grid square %s %s (%u)", place->first, place->second,
                               place->number);
    }
    return place->first;
}

/* Copies what belongs to layers, which the report may outlive; false: no memory. */
static bool keep_place(struct wh_arena *arena, const struct wh_spot_place *place,
                       struct wh_spot_place *ret)
{
    *ret = *place;
    ret->first = wh_arena_c(arena, wh_str_c(place->first));
    ret->second = place->second == NULL ? NULL : wh_arena_c(arena, wh_str_c(place->second));
    return ret->first != NULL && (place->second == NULL || ret->second != NULL);
}

enum wh_status wh_hotspot_names(struct wh_ctx *ctx, const struct wh_namer *namer,
                                struct wh_hotspot *hotspot, size_t n, struct wh_arena *arena,
                                struct wh_error *err)
{
    for (size_t i = 0; i < n; i++) {
        struct streets inside = {0};
        const struct wh_grid *grid = hotspot[i].trend == WH_TREND_GONE ? namer->before : namer->now;
        const enum wh_status status =
            list_streets(ctx, namer->streets, grid, &hotspot[i].shape, &inside, err);
        if (status != WH_OK) {
            wh_free(ctx, inside.street);
            return status;
        }
        const char *place = nearest_place(namer->places, hotspot[i].peak_x, hotspot[i].peak_y);
        for (unsigned nth = 0; hotspot[i].name == NULL && nth < N_NAMES; nth++) {
            struct wh_spot_place way;
            if (!nth_place(arena, &hotspot[i], &inside, place, namer->areas, nth, &way) ||
                !keep_place(arena, &way, &way)) {
                continue;
            }
            const char *const name = name_of(arena, &way);
            if (name != NULL && !is_taken(hotspot, i, name)) {
                hotspot[i].name = name;
                hotspot[i].place = way;
            }
        }
        wh_free(ctx, inside.street);
        if (hotspot[i].name == NULL) {
            return wh_fail_memory(ctx, err);
        }
    }
    return WH_OK;
}
