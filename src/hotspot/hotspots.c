/* hotspot/hotspots.c: regions, counted, cut by ward, set against their base and the period before.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/hotspot.h>
#include <wardheat/risk.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/time.h"
#include "geo/shape_ops.h"
#include "hotspot/discovery_internal.h"
#include "hotspot/hotspot_internal.h"
#include "model/report.h"

#define MIN_PART_KM2 1e-4 /* slivers along a ward border are nobody's hot spot */
#define MAX_HOTSPOTS 1000u
#define WIDEST_P 0.01 /* of an outline that holds too few requests as it was called */

struct finder {
    struct wh_ctx *ctx;
    const struct wh_hotspot_options *opt;
    const struct wh_hotspot_input *current, *previous;
    const struct wh_areas *areas;
    struct wh_arena *arena;
    struct wh_theme_report *report;
    size_t n;
    struct wh_hotspot *hotspot; /* in the arena; room for 2 * at_most */
};

static bool is_in_box(const double box[4], double x, double y)
{
    return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
}

/* Counts the points inside a shape, by ward where `by_ward` is not NULL. */
static uint32_t count_inside(const struct wh_hotspot_input *input, const struct wh_shape *shape,
                             uint32_t *by_ward)
{
    double box[4];
    uint32_t n = 0;
    wh_shape_box(shape, box);
    for (size_t i = 0; i < input->points->n; i++) {
        const double x = input->points->x[i], y = input->points->y[i];
        if (input->ward[i] < 0 || !is_in_box(box, x, y) || !wh_shape_contains(shape, x, y)) {
            continue;
        }
        n++;
        if (by_ward != NULL) {
            by_ward[input->ward[i]]++;
        }
    }
    return n;
}

/* The cell of the shape with the largest density; ties go to the south-west. */
static void find_peak(const struct wh_grid *grid, struct wh_hotspot *hotspot)
{
    double box[4], best = -1;
    wh_shape_box(&hotspot->shape, box);
    hotspot->peak_x = (box[0] + box[2]) / 2;
    hotspot->peak_y = (box[1] + box[3]) / 2;
    const double first_row = fmax(0, floor((box[1] - grid->y0) / grid->cell_m));
    const double first_col = fmax(0, floor((box[0] - grid->x0) / grid->cell_m));
    for (uint32_t row = (uint32_t)first_row; row < grid->ny; row++) {
        const double y = grid->y0 + (row + 0.5) * grid->cell_m;
        for (uint32_t col = (uint32_t)first_col; y <= box[3] && col < grid->nx; col++) {
            const double x = grid->x0 + (col + 0.5) * grid->cell_m;
            const double value = grid->v[(size_t)row * grid->nx + col];
            if (x > box[2]) {
                break;
            }
            if (value > best && wh_shape_contains(&hotspot->shape, x, y)) {
                best = value;
                hotspot->peak_x = x;
                hotspot->peak_y = y;
            }
        }
    }
}

static int compare_parts(const void *left, const void *right)
{
    const struct wh_hotspot_part *a = left, *b = right;
    if (a->figures.count.n != b->figures.count.n) {
        return a->figures.count.n > b->figures.count.n ? -1 : 1;
    }
    return a->ward < b->ward ? -1 : a->ward > b->ward;
}

static enum wh_status cut_by_ward(struct finder *finder, struct wh_hotspot *hotspot,
                                  const uint32_t *now, const uint32_t *before, struct wh_error *err)
{
    const struct wh_areas *areas = finder->areas;
    hotspot->part = wh_arena_alloc(finder->arena, areas->n, sizeof *hotspot->part);
    if (hotspot->part == NULL) {
        return wh_fail_memory(finder->ctx, err);
    }
    double box[4], ward_box[4];
    wh_shape_box(&hotspot->shape, box);
    for (uint32_t i = 0; i < areas->n; i++) {
        wh_shape_box(&areas->shape[i], ward_box);
        if (ward_box[0] > box[2] || ward_box[2] < box[0] || ward_box[1] > box[3] ||
            ward_box[3] < box[1]) {
            continue;
        }
        struct wh_shape shape = {0};
        const enum wh_status status =
            wh_shape_intersection(finder->ctx, &hotspot->shape, &areas->shape[i], &shape, err);
        if (status != WH_OK) {
            return status;
        }
        const double area_km2 = wh_shape_area_km2(&shape);
        if (now[i] == 0 && before[i] == 0 && area_km2 < MIN_PART_KM2) {
            wh_shape_finish(finder->ctx, &shape);
            continue;
        }
        struct wh_hotspot_part *part = &hotspot->part[hotspot->n_parts++];
        part->ward = i;
        part->shape = shape;
        part->figures.count.n = now[i];
        part->figures.previous.n = before[i];
        wh_figures_rates(&part->figures, area_km2, (double)NAN);
    }
    if (hotspot->n_parts > 1) {
        qsort(hotspot->part, hotspot->n_parts, sizeof *hotspot->part, compare_parts);
    }
    return WH_OK;
}

static enum wh_trend trend_of(const struct finder *finder, const struct wh_figures *figures)
{
    const uint32_t now = figures->count.n, before = figures->previous.n;
    if (!finder->report->previous_is_complete) {
        return WH_TREND_UNKNOWN;
    }
    if (!wh_is_beyond_chance(now, before, finder->opt->change_z)) {
        return WH_TREND_STEADY;
    }
    if (now < before) {
        return WH_TREND_SHRINKING;
    }
    return before < finder->opt->at_least / 2.0 ? WH_TREND_NEW : WH_TREND_GROWING;
}

/*
 * Enough requests, twice as many where the region is small: a speck that just reaches the level is
 * noise, a street corner with a hundred requests is not. A gone one must have lost more than chance
 * takes.
 */
static bool is_worth_keeping(const struct finder *finder, const struct wh_hotspot *hotspot,
                             bool is_gone)
{
    const struct wh_figures *figures = &hotspot->figures;
    const uint64_t n = is_gone ? figures->previous.n : figures->count.n;
    const bool is_small = hotspot->area_km2 < finder->opt->min_area_km2;
    return n >= (is_small ? 2 : 1) * (uint64_t)finder->opt->at_least &&
           (!is_gone || trend_of(finder, figures) == WH_TREND_SHRINKING);
}

/* Does a region meet a hot spot of today? */
static enum wh_status meets_any(struct finder *finder, const struct wh_shape *shape, bool *ret,
                                struct wh_error *err)
{
    double box[4], other[4];
    wh_shape_box(shape, box);
    *ret = false;
    for (size_t i = 0; !*ret && i < finder->n; i++) {
        struct wh_shape common = {0};
        wh_shape_box(&finder->hotspot[i].shape, other);
        if (other[0] > box[2] || other[2] < box[0] || other[1] > box[3] || other[3] < box[1]) {
            continue;
        }
        const enum wh_status status =
            wh_shape_intersection(finder->ctx, shape, &finder->hotspot[i].shape, &common, err);
        if (status != WH_OK) {
            return status;
        }
        *ret = common.n_parts > 0;
        wh_shape_finish(finder->ctx, &common);
    }
    return WH_OK;
}

/* Area, and counts of both periods. */
static void measure(const struct finder *finder, struct wh_hotspot *hotspot, uint32_t *now,
                    uint32_t *before)
{
    memset(now, 0, finder->areas->n * sizeof *now);
    memset(before, 0, finder->areas->n * sizeof *before);
    hotspot->area_km2 = wh_shape_area_km2(&hotspot->shape);
    hotspot->figures.count.n = count_inside(finder->current, &hotspot->shape, now);
    hotspot->figures.previous.n = count_inside(finder->previous, &hotspot->shape, before);
}

/* Would it be called if it were the only one? Where others are called p_threshold is higher, and
 * what is called beside them is a small part of all that is, but not by itself beyond chance. By
 * the base in its cells: the outline cuts their corners. */
static bool stands_alone(const struct finder *finder, const struct wh_hotspot *hotspot)
{
    const struct wh_hotspot_input *input = finder->current;
    const struct wh_grid *p = &input->risk->p;
    double box[4], inside = 0;
    wh_shape_box(&hotspot->shape, box);
    for (size_t i = 0; i < input->base->n; i++) {
        const double x = input->base->x[i], y = input->base->y[i];
        const double col = floor((x - p->x0) / p->cell_m), row = floor((y - p->y0) / p->cell_m);
        if (x >= box[0] - p->cell_m && x <= box[2] + p->cell_m && y >= box[1] - p->cell_m &&
            y <= box[3] + p->cell_m && col >= 0 && col < p->nx && row >= 0 && row < p->ny &&
            p->v[(size_t)row * p->nx + (size_t)col] <= input->risk->p_threshold) {
            inside += fmax(0, input->base->weight[i]);
        }
    }
    return input->risk->p_threshold * input->base_total <=
           WH_FIELD_SLACK * finder->opt->false_discovery * inside;
}

/*
 * A kernel calls its middle by what lies a bandwidth round it, so that the outline of one that is
 * just called holds few of the requests that it was called for. It is drawn where p is twice as
 * high, and twice again, up to WIDEST_P, until it holds enough; not into another one.
 */
static enum wh_status widen(struct finder *finder, struct wh_hotspot *hotspot, uint32_t *now,
                            uint32_t *before, struct wh_error *err)
{
    const struct wh_risk *risk = finder->current->risk;
    struct wh_hotspot wider = *hotspot;
    enum wh_status status = WH_OK;
    bool is_other = false, is_done = false;
    find_peak(finder->current->density, &wider);
    for (double most = 2 * risk->p_threshold; status == WH_OK && !is_done && most <= WIDEST_P;
         most *= 2) {
        wider.shape = (struct wh_shape){0};
        status = wh_hotspot_region_at(finder->ctx, finder->opt, risk, most, wider.peak_x,
                                      wider.peak_y, &wider.shape, err);
        if (status == WH_OK && wider.shape.n_parts > 0) {
            status = meets_any(finder, &wider.shape, &is_other, err);
        }
        is_done = status != WH_OK || wider.shape.n_parts == 0 || is_other;
        if (!is_done) {
            measure(finder, &wider, now, before);
            is_done = is_worth_keeping(finder, &wider, false);
            if (is_done) {
                wh_shape_finish(finder->ctx, &hotspot->shape);
                *hotspot = wider;
                return WH_OK;
            }
        }
        wh_shape_finish(finder->ctx, &wider.shape);
    }
    return status;
}

/* Takes over `shape`. A region with too few requests is dropped. */
static enum wh_status add_region(struct finder *finder, struct wh_shape *shape, bool is_gone,
                                 struct wh_error *err)
{
    struct wh_ctx *ctx = finder->ctx;
    struct wh_hotspot hotspot = {.shape = *shape, .since_day = WH_NO_DAY, .survival = (double)NAN};
    *shape = (struct wh_shape){0};
    uint32_t *now = wh_alloc_array(ctx, finder->areas->n, sizeof *now);
    uint32_t *before = wh_alloc_array(ctx, finder->areas->n, sizeof *before);
    enum wh_status status = WH_OK;
    if (now == NULL || before == NULL) {
        status = wh_fail_memory(ctx, err);
    }
    bool is_kept = false;
    if (status == WH_OK) {
        measure(finder, &hotspot, now, before);
        is_kept = is_worth_keeping(finder, &hotspot, is_gone);
        if (!is_kept && !is_gone && finder->opt->method == WH_HOTSPOT_RELATIVE_RISK &&
            stands_alone(finder, &hotspot)) {
            status = widen(finder, &hotspot, now, before, err);
            is_kept = status == WH_OK && is_worth_keeping(finder, &hotspot, false);
        }
    }
    if (is_kept) {
        const struct wh_hotspot_input *input = is_gone ? finder->previous : finder->current;
        hotspot.trend = is_gone ? WH_TREND_GONE : trend_of(finder, &hotspot.figures);
        find_peak(input->density, &hotspot);
        hotspot.evidence =
            wh_hotspot_evidence(finder->current, &hotspot.shape, hotspot.figures.count.n);
        wh_figures_rates(&hotspot.figures, hotspot.area_km2, (double)NAN);
        status = cut_by_ward(finder, &hotspot, now, before, err);
        finder->hotspot[finder->n++] =
            hotspot; /* owned by the report from here on, whatever comes */
    } else {
        wh_shape_finish(ctx, &hotspot.shape);
    }
    wh_free(ctx, now);
    wh_free(ctx, before);
    return status;
}

static enum wh_status add_regions(struct finder *finder, const struct wh_hotspot_input *input,
                                  bool is_gone, struct wh_error *err)
{
    struct wh_shape *region = NULL;
    size_t n = 0;
    enum wh_status status = wh_hotspot_regions(finder->ctx, finder->opt, input, &region, &n, err);
    for (size_t i = 0; status == WH_OK && i < n && finder->n < MAX_HOTSPOTS; i++) {
        bool is_known = false;
        if (is_gone) {
            status = meets_any(finder, &region[i], &is_known, err);
        }
        if (status == WH_OK && !is_known) {
            status = add_region(finder, &region[i], is_gone, err);
        }
    }
    for (size_t i = 0; i < n; i++) {
        wh_shape_finish(finder->ctx, &region[i]);
    }
    wh_free(finder->ctx, region);
    return status;
}

/* By how many more than the base explains; by count where nothing is compared, and of what is gone.
 */
static double weight_of(const struct wh_hotspot *hotspot)
{
    const double expected = hotspot->evidence.expected;
    return hotspot->trend == WH_TREND_GONE ? hotspot->figures.previous.n
           : isnan(expected)               ? hotspot->figures.count.n
                                           : hotspot->figures.count.n - expected;
}

static int compare_hotspots(const void *left, const void *right)
{
    const struct wh_hotspot *a = left, *b = right;
    const bool a_gone = a->trend == WH_TREND_GONE, b_gone = b->trend == WH_TREND_GONE;
    if (a_gone != b_gone) {
        return a_gone ? 1 : -1;
    }
    const double a_n = weight_of(a), b_n = weight_of(b);
    if (a_n < b_n || a_n > b_n) {
        return a_n > b_n ? -1 : 1;
    }
    if (a->peak_x < b->peak_x || a->peak_x > b->peak_x) {
        return a->peak_x < b->peak_x ? -1 : 1;
    }
    return a->peak_y < b->peak_y ? -1 : a->peak_y > b->peak_y;
}

/* From the theme and the 100 m square of the peak; a second one of the same square gets a number,
 * by rank. */
static enum wh_status name_ids(struct finder *finder, struct wh_error *err)
{
    for (size_t i = 0; i < finder->n; i++) {
        struct wh_hotspot *hotspot = &finder->hotspot[i];
        const double east = floor(hotspot->peak_x / 100), north = floor(hotspot->peak_y / 100);
        unsigned nth = 1;
        for (size_t j = 0; j < i; j++) {
            const struct wh_hotspot *other = &finder->hotspot[j];
            nth += fabs(floor(other->peak_x / 100) - east) < 0.5 &&
                   fabs(floor(other->peak_y / 100) - north) < 0.5;
        }
        char suffix[16] = "";
        if (nth > 1) {
            snprintf(suffix, sizeof suffix, "-%u", nth);
        }
        hotspot->id = wh_arena_printf(finder->arena, "%s-e%.0f-n%.0f%s", finder->report->theme->id,
                                      east, north, suffix);
        if (hotspot->id == NULL) {
            return wh_fail_memory(finder->ctx, err);
        }
    }
    return WH_OK;
}

/* Keeps the first `at_most` of each kind and numbers them. */
static void rank_hotspots(struct finder *finder)
{
    size_t kept = 0, n_of[2] = {0, 0};
    if (finder->n > 1) {
        qsort(finder->hotspot, finder->n, sizeof *finder->hotspot, compare_hotspots);
    }
    for (size_t i = 0; i < finder->n; i++) {
        struct wh_hotspot *hotspot = &finder->hotspot[i];
        if (n_of[hotspot->trend == WH_TREND_GONE]++ < finder->opt->at_most) {
            const struct wh_hotspot moved = *hotspot;
            finder->hotspot[kept] = moved;
            finder->hotspot[kept].rank = (uint32_t)kept + 1;
            kept++;
            continue;
        }
        wh_hotspot_finish(finder->ctx, hotspot);
    }
    finder->n = kept;
}

enum wh_status wh_hotspots(struct wh_ctx *ctx, const struct wh_hotspot_options *opt,
                           const struct wh_hotspot_input *current,
                           const struct wh_hotspot_input *previous, const struct wh_areas *areas,
                           const struct wh_layer *streets, const struct wh_layer *places,
                           struct wh_arena *arena, struct wh_theme_report *ret,
                           struct wh_error *err)
{
    struct finder finder = {.ctx = ctx,
                            .opt = opt,
                            .current = current,
                            .previous = previous,
                            .areas = areas,
                            .arena = arena,
                            .report = ret};
    finder.hotspot = wh_arena_alloc(arena, MAX_HOTSPOTS, sizeof *finder.hotspot);
    if (finder.hotspot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    ret->change_z = opt->change_z;
    enum wh_status status = add_regions(&finder, current, false, err);
    if (status == WH_OK && ret->previous_is_complete) {
        status = add_regions(&finder, previous, true, err);
    }
    rank_hotspots(&finder);
    ret->hotspot = finder.hotspot;
    ret->n_hotspots = finder.n;
    if (status == WH_OK) {
        status = name_ids(&finder, err);
    }
    const struct wh_namer namer = {streets, places, areas, current->density, previous->density};
    return status != WH_OK
               ? status
               : wh_hotspot_names(ctx, &namer, ret->hotspot, ret->n_hotspots, arena, err);
}
