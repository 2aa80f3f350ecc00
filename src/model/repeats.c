/* model/repeats.c: reports of one problem, by a grid of the problems' first reports. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/repeats.h>

#include "base/alloc.h"
#include "base/error.h"
#include "model/requests.h"

#define NONE UINT32_MAX
#define DAY_S UINT64_C(86400)
/* A little wider than the distance, so that rounding puts no two reports two cells apart. */
#define CELL_SHARE (1 + 1e-7)
#define FARTHEST_CELL 1e15

struct report {
    int64_t opened_at;
    uint32_t idx;
    uint16_t category;
};

static int compare_reports(const void *left, const void *right)
{
    const struct report *const a = left, *const b = right;
    if (a->category != b->category) {
        return a->category < b->category ? -1 : 1;
    }
    if (a->opened_at != b->opened_at) {
        return a->opened_at < b->opened_at ? -1 : 1;
    }
    return a->idx < b->idx ? -1 : a->idx > b->idx;
}

/* The problems of one category that have begun: chains by the hash of a cell, the newest first. */
struct begun {
    const struct wh_points *points;
    double distance_m;
    uint64_t most_s;
    uint32_t *head, *next; /* next: by point */
    uint64_t mask;
};

static int64_t cell_of(double at, double distance_m)
{
    return (int64_t)fmax(-FARTHEST_CELL,
                         fmin(floor(at / (distance_m * CELL_SHARE)), FARTHEST_CELL));
}

/* The finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t hash_cell(int64_t column, int64_t row)
{
    uint64_t z = (uint64_t)column * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)row;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool begins_before(const struct wh_points *points, uint32_t a, uint32_t b)
{
    return points->opened_at[a] != points->opened_at[b]
               ? points->opened_at[a] < points->opened_at[b]
               : a < b;
}

/* Better than what is found so far of one cell's chain. */
static void look_in(const struct begun *begun, uint32_t head, uint32_t report, uint32_t *best,
                    double *best_m2)
{
    const struct wh_points *const points = begun->points;
    for (uint32_t i = head; i != NONE; i = begun->next[i]) {
        /* Newest first: whatever follows is older still. */
        if ((uint64_t)points->opened_at[report] - (uint64_t)points->opened_at[i] > begun->most_s) {
            return;
        }
        const double dx = points->x[report] - points->x[i], dy = points->y[report] - points->y[i];
        const double m2 = dx * dx + dy * dy;
        if (m2 <= begun->distance_m * begun->distance_m &&
            (*best == NONE || m2 < *best_m2 ||
             (m2 <= *best_m2 && begins_before(points, i, *best)))) {
            *best = i;
            *best_m2 = m2;
        }
    }
}

static uint32_t find_problem(const struct begun *begun, uint32_t report)
{
    const int64_t column = cell_of(begun->points->x[report], begun->distance_m),
                  row = cell_of(begun->points->y[report], begun->distance_m);
    uint32_t best = NONE;
    double best_m2 = 0;
    for (int64_t c = column - 1; c <= column + 1; c++) {
        for (int64_t r = row - 1; r <= row + 1; r++) {
            look_in(begun, begun->head[hash_cell(c, r) & begun->mask], report, &best, &best_m2);
        }
    }
    return best;
}

static void begin_problem(struct begun *begun, uint32_t report)
{
    const uint64_t slot = hash_cell(cell_of(begun->points->x[report], begun->distance_m),
                                    cell_of(begun->points->y[report], begun->distance_m)) &
                          begun->mask;
    begun->next[report] = begun->head[slot];
    begun->head[slot] = report;
}

static void link_category(struct begun *begun, const struct report *report, size_t n,
                          uint32_t *ret_first, size_t *n_problems)
{
    const struct wh_points *const points = begun->points;
    begun->mask = 1;
    while (begun->mask < n) {
        begun->mask = 2 * begun->mask + 1;
    }
    memset(begun->head, 0xff, (begun->mask + 1) * sizeof *begun->head);
    for (size_t k = 0; k < n; k++) {
        const uint32_t i = report[k].idx;
        const bool is_alone =
            !(points->precision_m[i] <= begun->distance_m) || report[k].opened_at == WH_NO_TIME;
        const uint32_t first = is_alone ? NONE : find_problem(begun, i);
        ret_first[i] = first == NONE ? i : first;
        *n_problems += first == NONE;
        if (first == NONE && !is_alone) {
            begin_problem(begun, i);
        }
    }
}

static void sort_reports(const struct wh_points *points, struct report *ret)
{
    for (size_t i = 0; i < points->n; i++) {
        ret[i] = (struct report){points->opened_at[i], (uint32_t)i, points->category[i]};
    }
    qsort(ret, points->n, sizeof *ret, compare_reports);
}

enum wh_status wh_repeats_link(struct wh_ctx *ctx, const struct wh_points *points,
                               const struct wh_repeat_options *opt, uint32_t *ret_first,
                               size_t *ret_n_problems, struct wh_error *err)
{
    if (!(opt->distance_m > 0) || opt->days == 0 || points->n >= NONE) {
        return wh_fail(err, WH_ERR_INTERNAL, "repeats within %g m and %u days of %zu reports",
                       opt->distance_m, opt->days, points->n);
    }
    struct report *const report = wh_alloc_array(ctx, points->n, sizeof *report);
    struct begun begun = {.points = points,
                          .distance_m = opt->distance_m,
                          .most_s = opt->days * DAY_S,
                          .head = wh_alloc_array(ctx, points->n + 1, 2 * sizeof *begun.head),
                          .next = wh_alloc_array(ctx, points->n, sizeof *begun.next)};
    size_t n_problems = 0;
    const bool has_memory = report != NULL && begun.head != NULL && begun.next != NULL;
    if (has_memory) {
        sort_reports(points, report);
        for (size_t from = 0, to; from < points->n; from = to) {
            for (to = from + 1; to < points->n && report[to].category == report[from].category;) {
                to++;
            }
            link_category(&begun, report + from, to - from, ret_first, &n_problems);
        }
    }
    wh_free(ctx, begun.next);
    wh_free(ctx, begun.head);
    wh_free(ctx, report);
    if (ret_n_problems != NULL) {
        *ret_n_problems = n_problems;
    }
    return has_memory ? WH_OK : wh_fail_memory(ctx, err);
}
