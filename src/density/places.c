/* density/places.c: points into bands by counting, bands sorted by x, equal places merged. */
#include "density/places.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/jobs.h"
#include "density/sort.h"

/* Places, lattices and the points' bands together stay below 58 MB, with what sorting takes below
 * 64 MB: up to 10 million points. */
#define ROOM_BYTES 58e6
#define MOST_AT_ONCE 800000.0 /* more are no faster */
#define LEAST_AT_ONCE 100000.0
/* A point that is in no band, or more bands than that. */
#define NO_BAND UINT16_MAX

struct pixel {
    double x, y, h;
    size_t band;
};

/* A point in pixels; false when it is of another class, or its kernel does not reach the grid. */
static inline bool to_pixel(const struct wh_place_plan *plan, size_t i, struct pixel *ret)
{
    const struct wh_grid *grid = plan->grid;
    const struct wh_points *points = plan->widths->points;
    const double h = wh_width_px(plan->widths, i), reach = plan->class.reach_px;
    const double x = (points->x[i] - grid->x0) / grid->cell_m - 0.5;
    const double y = (points->y[i] - grid->y0) / grid->cell_m - 0.5;
    if (h > plan->class.h_max_px || h <= plan->class.h_above_px || !(x >= -reach) ||
        !(x <= grid->nx - 1 + reach) || !(y >= -reach) || !(y <= grid->ny - 1 + reach)) {
        return false;
    }
    *ret = (struct pixel){
        .x = x, .y = y, .h = h, .band = (size_t)((y - plan->south_px) * (1.0 / WH_BAND_ROWS))};
    return true;
}

/* Parts are contiguous, so that a band's points stay in their order however many there are. */
static size_t part_start(const struct wh_place_plan *plan, size_t part)
{
    const size_t n = plan->widths->points->n, n_parts = plan->n_parts;
    return n / n_parts * part + (part < n % n_parts ? part : n % n_parts);
}

static size_t places_at_once(size_t n_points, const struct wh_place_class *class)
{
    const double taken = (double)class->lattice_bytes + (double)n_points * sizeof(uint16_t);
    const double n = (ROOM_BYTES - taken) / sizeof(struct wh_place);
    return (size_t)fmax(LEAST_AT_ONCE, fmin(MOST_AT_ONCE, n));
}

enum wh_status wh_place_plan_init(struct wh_ctx *ctx, const struct wh_widths *widths,
                                  const struct wh_grid *grid, const struct wh_place_class *class,
                                  struct wh_place_plan *ret, struct wh_error *err)
{
    const size_t n_points = widths->points->n;
    const int64_t first = (int64_t)floor(-class->reach_px / WH_BAND_ROWS);
    const int64_t last = (int64_t)floor((grid->ny - 1 + class->reach_px) / WH_BAND_ROWS);
    struct wh_place_plan plan = {.widths = widths,
                                 .grid = grid,
                                 .class = *class,
                                 .first_band = first,
                                 .south_px = (double)first * WH_BAND_ROWS,
                                 .n_bands = (size_t)(last - first + 1),
                                 .n_parts = (size_t)wh_jobs_for(ctx, (double)n_points)};
    plan.count = wh_alloc_array(ctx, plan.n_bands, sizeof *plan.count);
    plan.of_part = wh_alloc_array(ctx, plan.n_bands * plan.n_parts, sizeof *plan.of_part);
    plan.at_once = places_at_once(n_points, class);
    const bool has_stretches = n_points > plan.at_once && plan.n_bands < NO_BAND;
    if (has_stretches) {
        plan.band = wh_alloc_array(ctx, n_points, sizeof *plan.band);
    }
    if (plan.count == NULL || plan.of_part == NULL || (has_stretches && plan.band == NULL)) {
        wh_place_plan_finish(ctx, &plan);
        return wh_fail_memory(ctx, err);
    }
#pragma omp parallel for num_threads((int)plan.n_parts) schedule(static, 1)
    for (size_t part = 0; part < plan.n_parts; part++) {
        size_t *count = plan.of_part + part * plan.n_bands;
        struct pixel pixel;
        const size_t end = part_start(&plan, part + 1);
        for (size_t i = part_start(&plan, part); i < end; i++) {
            const bool is_in = to_pixel(&plan, i, &pixel);
            if (is_in) {
                count[pixel.band]++;
            }
            if (has_stretches) {
                plan.band[i] = is_in ? (uint16_t)pixel.band : NO_BAND;
            }
        }
    }
    for (size_t i = 0; i < plan.n_parts * plan.n_bands; i++) {
        plan.count[i % plan.n_bands] += plan.of_part[i];
    }
    *ret = plan;
    return WH_OK;
}

void wh_place_plan_finish(struct wh_ctx *ctx, struct wh_place_plan *plan)
{
    wh_free(ctx, plan->count);
    wh_free(ctx, plan->of_part);
    wh_free(ctx, plan->band);
    *plan = (struct wh_place_plan){0};
}

size_t wh_place_plan_next(const struct wh_place_plan *plan, size_t begin)
{
    size_t n = plan->count[begin];
    size_t end = begin + 1;
    while (end < plan->n_bands && n + plan->count[end] <= plan->at_once) {
        n += plan->count[end++];
    }
    return end;
}

/* Where each part's points of bands [begin, end) go: band by band, part by part. */
static void lay_out(const struct wh_place_plan *plan, size_t begin, size_t end, size_t *next,
                    struct wh_place_set *places)
{
    size_t sum = 0;
    for (size_t band = begin; band < end; band++) {
        places->start[band - begin] = sum;
        for (size_t part = 0; part < plan->n_parts; part++) {
            next[part * (end - begin) + band - begin] = sum;
            sum += plan->of_part[part * plan->n_bands + band];
        }
        places->n_of[band - begin] = sum - places->start[band - begin];
    }
}

/* Which of the points [from, from + n), n <= BLOCK, may lie in bands [begin, end): their offsets
 * into `hit`, in order. Without a branch: a branch would be guessed wrongly for every other point
 * of a stretch, and all points are asked in every stretch. */
enum { BLOCK = 1024 };
static size_t find_hits(const struct wh_place_plan *plan, size_t from, size_t n, size_t begin,
                        size_t end, uint16_t *hit)
{
    size_t n_hits = 0;
    if (plan->band == NULL) {
        for (size_t k = 0; k < n; k++) {
            hit[k] = (uint16_t)k;
        }
        return n;
    }
    const uint16_t *const band = plan->band + from;
    const uint16_t first = (uint16_t)begin, n_wanted = (uint16_t)(end - begin);
    for (size_t k = 0; k < n; k++) {
        hit[n_hits] = (uint16_t)k;
        n_hits += (uint16_t)(band[k] - first) < n_wanted; /* NO_BAND is beyond all */
    }
    return n_hits;
}

static void fill(const struct wh_place_plan *plan, size_t begin, size_t end, size_t *next,
                 struct wh_place_set *places)
{
#pragma omp parallel for num_threads((int)plan->n_parts) schedule(static, 1)
    for (size_t part = 0; part < plan->n_parts; part++) {
        size_t *at = next + part * (end - begin);
        struct pixel pixel;
        uint16_t hit[BLOCK];
        const size_t last = part_start(plan, part + 1);
        for (size_t from = part_start(plan, part); from < last; from += BLOCK) {
            const size_t n = last - from < BLOCK ? last - from : BLOCK;
            const size_t n_hits = find_hits(plan, from, n, begin, end, hit);
            for (size_t k = 0; k < n_hits; k++) {
                const size_t i = from + hit[k];
                if (to_pixel(plan, i, &pixel) && pixel.band >= begin && pixel.band < end) {
                    places->at[at[pixel.band - begin]++] =
                        (struct wh_place){.x = pixel.x,
                                          .y = pixel.y,
                                          .h = pixel.h,
                                          .weight = plan->widths->points->weight[i],
                                          .n = 1};
                }
            }
        }
    }
}

static bool is_same_place(const struct wh_place *a, const struct wh_place *b)
{
    return wh_compare_places(a, b) == 0;
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/*
 * Sum of the weights of `n` equal places. In the order of their values and compensated (Neumaier
 * 1974), so that the order of points cannot matter, and what was added and taken off is gone.
 */
static double sum_weights(struct wh_place *place, size_t n)
{
    double sum = place[0].weight, lost = 0;
    bool is_equal = true;
    for (size_t i = 1; i < n; i++) {
        is_equal = is_equal && !(place[i].weight < sum) && !(place[i].weight > sum);
    }
    if (is_equal) {
        return sum * (double)n;
    }
    /* The weights move to the front of the places' own memory, which is merged away anyway: at or
     * before place[i]. */
    double *weight = (void *)place;
    for (size_t i = 0; i < n; i++) {
        weight[i] = place[i].weight;
    }
    qsort(weight, n, sizeof *weight, compare_doubles);
    sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double next = sum + weight[i];
        lost += fabs(sum) >= fabs(weight[i]) ? (sum - next) + weight[i] : (weight[i] - next) + sum;
        sum = next;
    }
    return sum + lost;
}

/*
 * What `n` equal places add up to. Removals are points of negative weight: they count against the
 * others, and where nothing is left the place is gone.
 */
static struct wh_place add_up(struct wh_place *place, size_t n)
{
    struct wh_place sum = place[0];
    size_t n_removed = 0;
    for (size_t i = 0; i < n; i++) {
        n_removed += place[i].weight < 0;
    }
    const size_t n_left = n > 2 * n_removed ? n - 2 * n_removed : 1;
    sum.weight = sum_weights(place, n);
    sum.n = n_removed > 0 && !(sum.weight < 0) && !(sum.weight > 0) ? 0 : (uint32_t)n_left;
    return sum;
}

/* Merges equal neighbours; returns how many places are left. */
static size_t merge(struct wh_place *place, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && is_same_place(&place[i], &place[end])) {
            end++;
        }
        const struct wh_place merged = end - i > 1 ? add_up(&place[i], end - i) : place[i];
        if (merged.n > 0) {
            place[kept++] = merged;
        }
        i = end;
    }
    return kept;
}

/* Sorts and merges every band, each by one thread. */
static enum wh_status tidy(struct wh_ctx *ctx, double reach_px, double width_px,
                           struct wh_place_set *places, struct wh_error *err)
{
    const size_t jobs = (size_t)wh_jobs_for(ctx, 10.0 * (double)places->n);
    size_t most = 0;
    for (size_t band = 0; band < places->n_bands; band++) {
        most = places->n_of[band] > most ? places->n_of[band] : most;
    }
    const size_t room = wh_sort_scratch(most);
    char *scratch = wh_alloc_array(ctx, jobs, room);
    if (scratch == NULL) {
        return wh_fail_memory(ctx, err);
    }
#pragma omp parallel for num_threads((int)jobs) schedule(dynamic, 1)
    for (size_t band = 0; band < places->n_bands; band++) {
        struct wh_place *at = places->at + places->start[band];
        wh_sort_places(at, places->n_of[band], -reach_px, width_px + 2 * reach_px,
                       scratch + (size_t)omp_get_thread_num() * room);
        places->n_of[band] = merge(at, places->n_of[band]);
    }
    wh_free(ctx, scratch);
    return WH_OK;
}

enum wh_status wh_place_set_gather(struct wh_ctx *ctx, const struct wh_place_plan *plan,
                                   size_t begin, size_t end, struct wh_place_set *ret,
                                   struct wh_error *err)
{
    size_t n = 0;
    for (size_t band = begin; band < end; band++) {
        n += plan->count[band];
    }
    struct wh_place_set places = {
        .n_bands = end - begin, .n = n, .first_band = plan->first_band + (int64_t)begin};
    places.at = wh_alloc_array(ctx, n, sizeof *places.at);
    places.start = wh_alloc_array(ctx, places.n_bands, sizeof *places.start);
    places.n_of = wh_alloc_array(ctx, places.n_bands, sizeof *places.n_of);
    size_t *next = wh_alloc_array(ctx, places.n_bands * plan->n_parts, sizeof *next);
    enum wh_status status = WH_OK;
    if (places.at == NULL || places.start == NULL || places.n_of == NULL || next == NULL) {
        status = wh_fail_memory(ctx, err);
    } else {
        lay_out(plan, begin, end, next, &places);
        fill(plan, begin, end, next, &places);
        status = tidy(ctx, plan->class.reach_px, plan->grid->nx, &places, err);
    }
    wh_free(ctx, next);
    if (status != WH_OK) {
        wh_place_set_finish(ctx, &places);
        return status;
    }
    *ret = places;
    return WH_OK;
}

bool wh_place_set_are_signed(const struct wh_place_set *places)
{
    for (size_t band = 0; band < places->n_bands; band++) {
        for (size_t i = 0; i < places->n_of[band]; i++) {
            if (places->at[places->start[band] + i].weight < 0) {
                return true;
            }
        }
    }
    return false;
}

void wh_place_set_finish(struct wh_ctx *ctx, struct wh_place_set *places)
{
    wh_free(ctx, places->at);
    wh_free(ctx, places->start);
    wh_free(ctx, places->n_of);
    *places = (struct wh_place_set){0};
}
