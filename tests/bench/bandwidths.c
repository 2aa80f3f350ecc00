/*
 * bench/bandwidths.c: which bandwidth selector foretells the next period best, on real points.
 * bandwidths.mjs runs it on all data that there is.
 *
 * usage: bandwidths POINTS.csv AREAS CRS PERIODS CELL
 *
 * POINTS.csv has columns x, y and day. The days are cut in PERIODS of one length. For each period
 * from the third on, every selector chooses from what came before it (those that look at one
 * sample: from the period just before), and the quartic map of that width of the period just before
 * is asked for the period's events. A row a selector, and one a fixed bandwidth: the bandwidths,
 * mean log density at the events, and PAI of the densest 1 % and 5 % of the area, all as means over
 * the periods, weighted by events.
 */
#include <math.h>
#include <string.h>
#include <wardheat/bandwidth.h>

#include "bench.h"
#include "cli/points_input.h"
#include "cli/study_area.h"
#include "geo/raster.h"

#define MOST_PERIODS 64
static const double FIXED_M[] = {100, 150, 200, 250, 300, 400, 500, 600, 800, 1200};
enum { N_FIXED = sizeof FIXED_M / sizeof *FIXED_M, N_ROWS = WH_N_SELECTORS + N_FIXED };

struct row {
    double log_density, pai_1, pai_5, sum_log_m, events;
    double least_m, most_m;
    size_t n_missing;
};

static struct wh_ctx *ctx;
static struct wh_error err;

/* One candidate's score: that of a curve of two which begins with it. */
static double score(const struct wh_bandwidth_fold *fold, enum wh_selector selector,
                    const struct wh_mask *mask, double bandwidth_m, double hot_share)
{
    static struct wh_bandwidth_choice choice;
    const struct wh_bandwidth_options opt = {.window = mask,
                                             .min_bandwidth_m = bandwidth_m,
                                             .max_bandwidth_m = 2 * bandwidth_m,
                                             .n_candidates = 2,
                                             .n_folds = 1,
                                             .fold = fold,
                                             .hot_share = hot_share};
    bench_ok(wh_bandwidth_select(ctx, fold->earlier, selector, &opt, &choice, &err), &err);
    return choice.is_found ? choice.curve.score[0] : (double)NAN;
}

static void judge(struct row *row, const struct wh_bandwidth_fold *fold, const struct wh_mask *mask,
                  double bandwidth_m)
{
    const double n = (double)fold->later->n;
    row->log_density += n * score(fold, WH_SELECT_NEXT_LIKELIHOOD, mask, bandwidth_m, 0);
    row->pai_1 += n * score(fold, WH_SELECT_NEXT_PAI, mask, bandwidth_m, 0.01);
    row->pai_5 += n * score(fold, WH_SELECT_NEXT_PAI, mask, bandwidth_m, 0.05);
    row->sum_log_m += n * log(bandwidth_m);
    row->events += n;
    row->least_m = row->least_m > 0 ? fmin(row->least_m, bandwidth_m) : bandwidth_m;
    row->most_m = fmax(row->most_m, bandwidth_m);
}

static void print_rows(const struct row row[N_ROWS])
{
    printf("%-16s %8s %14s %8s %7s %7s\n", "", "h (m)", "from-to", "log", "PAI 1%", "PAI 5%");
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct row *r = &row[i];
        char range[48];
        (void)snprintf(range, sizeof range, "%.0f-%.0f", r->least_m, r->most_m);
        printf("%-16s %8.0f %14s %8.3f %7.2f %7.2f%s\n",
               i < WH_N_SELECTORS ? wh_selector_name((enum wh_selector)i) : "fixed",
               exp(r->sum_log_m / r->events), range, r->log_density / r->events,
               r->pai_1 / r->events, r->pai_5 / r->events,
               r->n_missing > 0 ? " (not in every period)" : "");
    }
}

static void open_area(const char *path, const char *crs, double cell_m, struct wh_points *points,
                      struct wh_mask *ret)
{
    struct wh_study_area area = {0};
    struct wh_grid grid = {0};
    uint64_t n_outside = 0;
    double box[4];
    bench_ok(wh_study_area_open(ctx, path, crs, &area, &err), &err);
    bench_ok(wh_study_area_keep(ctx, &area.areas, points, &n_outside, NULL, &err), &err);
    wh_areas_box(&area.areas, box);
    bench_ok(wh_grid_cover(ctx, box, 0, cell_m, 1e8, &grid, &err), &err);
    bench_ok(wh_mask_from_shape(ctx, &grid, &area.shape, ret, &err), &err);
    wh_grid_finish(ctx, &grid);
    wh_study_area_finish(ctx, &area);
}

static void cut(const struct wh_points *points, size_t n, struct wh_points period[MOST_PERIODS],
                struct wh_bandwidth_fold fold[MOST_PERIODS])
{
    int64_t oldest = INT64_MAX, newest = INT64_MIN;
    for (size_t i = 0; i < points->n; i++) {
        oldest = points->opened_at[i] < oldest ? points->opened_at[i] : oldest;
        newest = points->opened_at[i] > newest ? points->opened_at[i] : newest;
    }
    for (size_t i = 0; i < points->n; i++) {
        const double part = (double)(points->opened_at[i] - oldest) / (double)(newest - oldest + 1);
        bench_ok(wh_points_push(ctx, &period[(size_t)(part * (double)n)], points->x[i],
                                points->y[i], 0, points->opened_at[i], 0, 0, &err),
                 &err);
    }
    for (size_t k = 0; k + 1 < n; k++) {
        fold[k] = (struct wh_bandwidth_fold){&period[k], &period[k + 1]};
    }
    printf("%zu points inside, %.0f days a period\n", points->n,
           (double)(newest - oldest) / 86400 / (double)n);
}

int main(int argc, char **argv)
{
    static struct wh_points period[MOST_PERIODS];
    static struct wh_bandwidth_fold fold[MOST_PERIODS];
    static struct wh_bandwidth_choice choice;
    struct row row[N_ROWS] = {{0}};
    struct wh_points_set set = {0};
    struct wh_mask mask = {0};
    const size_t n = argc == 6 ? (size_t)strtoul(argv[4], NULL, 10) : 0;
    if (n < 3 || n > MOST_PERIODS) {
        (void)fprintf(stderr, "usage: bandwidths POINTS.csv AREAS CRS PERIODS CELL\n");
        return 2;
    }
    const struct wh_points_input input = {
        .path = argv[1], .crs = argv[3], .x = "x", .y = "y", .opened = "day", .date_format = "iso"};
    ctx = bench_ctx(0, 1);
    bench_ok(wh_points_read(ctx, &input, &set, &err), &err);
    open_area(argv[2], set.crs, strtod(argv[5], NULL), &set.points, &mask);
    cut(&set.points, n, period, fold);
    for (size_t k = 2; k < n; k++) {
        const struct wh_bandwidth_options opt = {.window = &mask, .n_folds = k - 1, .fold = fold};
        for (size_t i = 0; i < WH_N_SELECTORS; i++) {
            bench_ok(
                wh_bandwidth_select(ctx, &period[k - 1], (enum wh_selector)i, &opt, &choice, &err),
                &err);
            if (choice.is_found) {
                judge(&row[i], &fold[k - 1], &mask, fmax(choice.bandwidth_m, mask.grid.cell_m));
            }
            row[i].n_missing += !choice.is_found;
        }
        for (size_t i = 0; i < N_FIXED; i++) {
            judge(&row[WH_N_SELECTORS + i], &fold[k - 1], &mask, FIXED_M[i]);
        }
    }
    print_rows(row);
    for (size_t i = 0; i < n; i++) {
        wh_points_finish(ctx, &period[i]);
    }
    wh_points_set_finish(ctx, &set);
    wh_mask_finish(ctx, &mask);
    wh_ctx_destroy(ctx);
    return 0;
}
