/* density/bandwidth_places.c: points merged to places, their spread, and a sample of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/bandwidth_internal.h"

struct weighed {
    double x, y, weight;
};

/* By weight last, so that sums do not depend on the order of points. */
static int compare_weighed(const void *left, const void *right)
{
    const struct weighed *a = left, *b = right;
    if (a->x < b->x || a->x > b->x) {
        return a->x < b->x ? -1 : 1;
    }
    if (a->y < b->y || a->y > b->y) {
        return a->y < b->y ? -1 : 1;
    }
    return a->weight < b->weight ? -1 : a->weight > b->weight;
}

static bool is_at(const struct wh_sites *places, size_t i, const struct weighed *point)
{
    return !(places->x[i] < point->x) && !(places->x[i] > point->x) && !(places->y[i] < point->y) &&
           !(places->y[i] > point->y);
}

static void merge(const struct weighed *point, size_t n, struct wh_sites *places)
{
    for (size_t i = 0; i < n; i++) {
        if (places->n > 0 && is_at(places, places->n - 1, &point[i])) {
            places->weight[places->n - 1] += point[i].weight;
            continue;
        }
        places->x[places->n] = point[i].x;
        places->y[places->n] = point[i].y;
        places->weight[places->n++] = point[i].weight;
    }
}

static void measure(struct wh_sites *places)
{
    places->box[0] = places->box[1] = (double)INFINITY;
    places->box[2] = places->box[3] = -(double)INFINITY;
    for (size_t i = 0; i < places->n; i++) {
        places->total += places->weight[i];
        places->total_squares += places->weight[i] * places->weight[i];
        places->box[0] = fmin(places->box[0], places->x[i]);
        places->box[1] = fmin(places->box[1], places->y[i]);
        places->box[2] = fmax(places->box[2], places->x[i]);
        places->box[3] = fmax(places->box[3], places->y[i]);
    }
}

enum wh_status wh_sites_of(struct wh_ctx *ctx, const struct wh_points *points, struct wh_sites *ret,
                           struct wh_error *err)
{
    struct wh_sites places = {0};
    struct weighed *point = wh_alloc_array(ctx, points->n, sizeof *point);
    places.x = wh_alloc_array(ctx, points->n, sizeof *places.x);
    places.y = wh_alloc_array(ctx, points->n, sizeof *places.y);
    places.weight = wh_alloc_array(ctx, points->n, sizeof *places.weight);
    if (point == NULL || places.x == NULL || places.y == NULL || places.weight == NULL) {
        wh_free(ctx, point);
        wh_sites_finish(ctx, &places);
        return wh_fail_memory(ctx, err);
    }
    size_t n = 0;
    for (size_t i = 0; i < points->n; i++) {
        if (points->weight[i] > 0) {
            point[n++] = (struct weighed){points->x[i], points->y[i], points->weight[i]};
        }
    }
    if (n > 1) {
        qsort(point, n, sizeof *point, compare_weighed);
    }
    merge(point, n, &places);
    measure(&places);
    wh_free(ctx, point);
    *ret = places;
    return WH_OK;
}

void wh_sites_finish(struct wh_ctx *ctx, struct wh_sites *places)
{
    wh_free(ctx, places->x);
    wh_free(ctx, places->y);
    wh_free(ctx, places->weight);
    *places = (struct wh_sites){0};
}

/* The finaliser of splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t hash_of_place(double x, double y)
{
    uint64_t bits[2];
    memcpy(&bits[0], &x, sizeof x);
    memcpy(&bits[1], &y, sizeof y);
    return mix(mix(bits[0] + 0x9e3779b97f4a7c15u) + bits[1]);
}

enum wh_status wh_sites_sample(struct wh_ctx *ctx, const struct wh_sites *places, size_t at_most,
                               uint32_t **ret, size_t *ret_n, struct wh_error *err)
{
    uint32_t *sample = wh_alloc_array(ctx, places->n, sizeof *sample);
    if (sample == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const uint64_t below = places->n <= at_most ? UINT64_MAX : UINT64_MAX / places->n * at_most;
    size_t n = 0;
    for (size_t i = 0; i < places->n; i++) {
        if (hash_of_place(places->x[i], places->y[i]) <= below) {
            sample[n++] = (uint32_t)i;
        }
    }
    *ret = sample;
    *ret_n = n;
    return WH_OK;
}

/* ---- spread ---- */

/* Of a sum of weights as of so many events: the square root of the unbiased variance. */
static double deviation(const double *value, const double *weight, size_t n, double total)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++) {
        sum += weight[i] * value[i];
    }
    const double mean = sum / total;
    for (size_t i = 0; i < n; i++) {
        square += weight[i] * (value[i] - mean) * (value[i] - mean);
    }
    return sqrt(square / (total > 1 ? total - 1 : total));
}

double wh_sites_scott(const struct wh_sites *places)
{
    if (places->n < 2) {
        return 0;
    }
    const double x_m = deviation(places->x, places->weight, places->n, places->total);
    const double y_m = deviation(places->y, places->weight, places->n, places->total);
    return sqrt(x_m * y_m) * pow(places->total, -1.0 / 6);
}

/* The value below which a share of the weight lies; values ascend. */
static double quantile(const struct weighed *at, size_t n, double total, double share)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += at[i].weight;
        if (sum >= share * total) {
            return at[i].x;
        }
    }
    return n > 0 ? at[n - 1].x : 0;
}

static double robust_spread(const double *value, const struct wh_sites *places,
                            struct weighed *scratch)
{
    const double s = deviation(value, places->weight, places->n, places->total);
    for (size_t i = 0; i < places->n; i++) {
        scratch[i] = (struct weighed){value[i], 0, places->weight[i]};
    }
    qsort(scratch, places->n, sizeof *scratch, compare_weighed);
    const double range = quantile(scratch, places->n, places->total, 0.75) -
                         quantile(scratch, places->n, places->total, 0.25);
    return range > 0 ? fmin(s, range / 1.34) : s;
}

enum wh_status wh_sites_silverman(struct wh_ctx *ctx, const struct wh_sites *places, double *ret,
                                  struct wh_error *err)
{
    if (places->n < 2) {
        *ret = 0;
        return WH_OK;
    }
    struct weighed *scratch = wh_alloc_array(ctx, places->n, sizeof *scratch);
    if (scratch == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const double x_m = robust_spread(places->x, places, scratch);
    const double y_m = robust_spread(places->y, places, scratch);
    *ret = sqrt(x_m * y_m) * pow(places->total, -1.0 / 6);
    wh_free(ctx, scratch);
    return WH_OK;
}
