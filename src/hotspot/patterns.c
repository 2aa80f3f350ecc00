/* hotspot/patterns.c: the methods that look at a theme's past, on one set of points. */
#include <math.h>
#include <wardheat/patterns.h>

#include "base/alloc.h"
#include "base/error.h"

#define SECONDS_A_DAY 86400
#define MOST_CELLS 250000.0
#define DAYS_A_YEAR 364 /* whole weeks, so that weekdays match */
#define HALF 0.5        /* of a bandwidth: the side of a square */

const char *wh_forecast_name(enum wh_forecast_kind kind)
{
    switch (kind) {
    case WH_FORECAST_COUNTS:
        return "counts of the window before";
    case WH_FORECAST_DENSITY:
        return "density of the window before";
    case WH_FORECAST_YEAR:
        return "counts of the same window a year before";
    case WH_N_FORECASTS:
        break;
    }
    return "";
}

/* ---- squares ---- */

static void mask_box(const struct wh_mask *mask, double box[4])
{
    const struct wh_grid *grid = &mask->grid;
    box[0] = grid->x0;
    box[1] = grid->y0;
    box[2] = grid->x0 + grid->nx * grid->cell_m;
    box[3] = grid->y0 + grid->ny * grid->cell_m;
}

static size_t n_cells_of(const struct wh_lattice *lattice)
{
    return (size_t)lattice->nx * lattice->ny;
}

/* Squares of cell_m, wider where there would be too many. */
static enum wh_status cover(const struct wh_mask *mask, double cell_m, struct wh_lattice *ret,
                            struct wh_error *err)
{
    double box[4];
    mask_box(mask, box);
    const double least_m = sqrt((box[2] - box[0]) * (box[3] - box[1]) / MOST_CELLS);
    return wh_lattice_squares(box, fmax(cell_m, 1.01 * least_m), 2 * MOST_CELLS, ret, err);
}

/* km² of the study area in each square; `ret` is zeroed on entry. */
static void measure(const struct wh_mask *mask, const struct wh_lattice *lattice, double *ret)
{
    const struct wh_grid *grid = &mask->grid;
    const double km2 = grid->cell_m * grid->cell_m / 1e6;
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        const double x = grid->x0 + ((double)(i % grid->nx) + 0.5) * grid->cell_m;
        const double y = grid->y0 + ((double)(i / grid->nx) + 0.5) * grid->cell_m;
        size_t cell;
        if (mask->inside[i] != 0 && wh_lattice_cell_of(lattice, x, y, &cell)) {
            ret[cell] += km2;
        }
    }
}

/* Adds the weights of the points of [from, to) to their squares; returns their sum. */
static double tally(const struct wh_points *points, int64_t from, int64_t to,
                    const struct wh_lattice *lattice, double *ret)
{
    double sum = 0;
    for (size_t i = 0; i < points->n; i++) {
        size_t cell;
        if (points->opened_at[i] >= from && points->opened_at[i] < to && points->weight[i] > 0 &&
            wh_lattice_cell_of(lattice, points->x[i], points->y[i], &cell)) {
            ret[cell] += points->weight[i];
            sum += points->weight[i];
        }
    }
    return sum;
}

static double tally_all(const struct wh_points *points, const struct wh_lattice *lattice,
                        double *ret)
{
    return tally(points, INT64_MIN, INT64_MAX, lattice, ret);
}

/* ---- emerging ---- */

struct emerging_work {
    double *km2, *base, *value, *z, *q; /* z and q: cells of each period after another */
};

static void emerging_work_finish(struct wh_ctx *ctx, struct emerging_work *work)
{
    wh_free(ctx, work->km2);
    wh_free(ctx, work->base);
    wh_free(ctx, work->value);
    wh_free(ctx, work->z);
    wh_free(ctx, work->q);
}

static enum wh_status test_period(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                                  const struct wh_emerging_map *map, double base_total,
                                  uint32_t period, struct emerging_work *work, struct wh_error *err)
{
    const size_t n = n_cells_of(&map->lattice);
    double *z = work->z + n * period, *q = work->q + n * period;
    for (size_t i = 0; i < n; i++) {
        work->value[i] = 0;
    }
    const double total = tally(input->points, input->period_utc[period],
                               input->period_utc[period + 1], &map->lattice, work->value);
    for (size_t i = 0; i < n; i++) {
        const bool is_in =
            work->km2[i] > 0 && (base_total <= 0 || work->base[i] > 0 || work->value[i] > 0);
        const double expected = base_total > 0 ? total * work->base[i] / base_total : 0;
        work->value[i] = is_in ? work->value[i] - expected : (double)NAN;
    }
    const enum wh_status status =
        wh_getis_ord_lattice(ctx, &map->lattice, work->value, map->distance_m, z, q, err);
    return status != WH_OK ? status : wh_false_discovery(ctx, q, NULL, n, WH_DISCOVERY_BH, q, err);
}

static enum wh_status class_cells(struct wh_ctx *ctx, uint32_t n_periods, double alpha,
                                  const struct emerging_work *work, struct wh_emerging_map *map,
                                  struct wh_error *err)
{
    const size_t n = n_cells_of(&map->lattice);
    double *z = wh_alloc_array(ctx, 2 * (size_t)n_periods, sizeof *z);
    if (z == NULL) {
        return wh_fail_memory(ctx, err);
    }
    double *q = z + n_periods;
    for (size_t i = 0; i < n; i++) {
        struct wh_mann_kendall trend;
        for (uint32_t p = 0; p < n_periods; p++) {
            z[p] = work->z[n * p + i];
            q[p] = work->q[n * p + i];
        }
        map->class_of[i] = (int8_t)wh_emerging_class(z, q, n_periods, alpha, &trend);
        map->z[i] = z[n_periods - 1];
        map->q[i] = q[n_periods - 1];
        map->n_of[map->class_of[i] + 8] += work->km2[i] > 0;
    }
    wh_free(ctx, z);
    return WH_OK;
}

static enum wh_status fill_emerging(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                                    double alpha, struct wh_emerging_map *map, struct wh_error *err)
{
    struct emerging_work work = {0};
    map->distance_m = input->density.bandwidth_m;
    enum wh_status status = cover(input->mask, HALF * map->distance_m, &map->lattice, err);
    if (status != WH_OK) {
        return status;
    }
    const size_t n = n_cells_of(&map->lattice);
    work.km2 = wh_alloc_array(ctx, n, sizeof *work.km2);
    work.base = wh_alloc_array(ctx, n, sizeof *work.base);
    work.value = wh_alloc_array(ctx, n, sizeof *work.value);
    work.z = wh_alloc_array(ctx, n * input->n_periods, sizeof *work.z);
    work.q = wh_alloc_array(ctx, n * input->n_periods, sizeof *work.q);
    map->class_of = wh_alloc_array(ctx, n, sizeof *map->class_of);
    map->z = wh_alloc_array(ctx, n, sizeof *map->z);
    map->q = wh_alloc_array(ctx, n, sizeof *map->q);
    if (work.km2 == NULL || work.base == NULL || work.value == NULL || work.z == NULL ||
        work.q == NULL || map->class_of == NULL || map->z == NULL || map->q == NULL) {
        status = wh_fail_memory(ctx, err);
    } else {
        measure(input->mask, &map->lattice, work.km2);
        const double base_total =
            input->base == NULL ? 0 : tally_all(input->base, &map->lattice, work.base);
        for (uint32_t p = 0; status == WH_OK && p < input->n_periods; p++) {
            status = test_period(ctx, input, map, base_total, p, &work, err);
        }
    }
    if (status == WH_OK) {
        status = class_cells(ctx, input->n_periods, alpha, &work, map, err);
    }
    emerging_work_finish(ctx, &work);
    return status;
}

/* ---- windows ---- */

/* First and last instant of the window that ends `back` windows before the last. */
static bool window_of(const struct wh_pattern_input *input, uint32_t back, int64_t *ret_from,
                      int64_t *ret_to)
{
    const uint64_t needed = ((uint64_t)back + 1) * input->n_window;
    if (input->n_window == 0 || needed > input->n_periods) {
        return false;
    }
    *ret_from = input->period_utc[input->n_periods - needed];
    *ret_to = input->period_utc[input->n_periods - needed + input->n_window];
    return true;
}

/* The points of [from, to), copied; from a year before, moved nowhere. */
static enum wh_status cut(struct wh_ctx *ctx, const struct wh_points *points, int64_t from,
                          int64_t to, struct wh_points *ret, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < points->n; i++) {
        if (points->opened_at[i] >= from && points->opened_at[i] < to) {
            status = wh_points_push(ctx, ret, points->x[i], points->y[i], points->precision_m[i],
                                    points->opened_at[i], 0, points->request[i], err);
            if (status == WH_OK) {
                ret->weight[ret->n - 1] = points->weight[i];
            }
        }
    }
    return status;
}

/* ---- near repeats ---- */

/* The newest `most` of the points: from which instant on? */
static int64_t newest_from(const struct wh_points *points, int64_t from, int64_t to, uint32_t most)
{
    size_t n = points->n;
    for (int64_t step = (to - from) / 2; n > most && step >= SECONDS_A_DAY; step /= 2) {
        n = 0;
        for (size_t i = 0; i < points->n; i++) {
            n += points->opened_at[i] >= from + step;
        }
        from += n >= most ? step : 0;
        n = most + 1;
    }
    return from;
}

static enum wh_status fill_knox(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                                const struct wh_pattern_options *opt, const struct wh_points *now,
                                int64_t from, int64_t to, struct wh_patterns *ret,
                                struct wh_error *err)
{
    static const double OF_BANDWIDTH[WH_N_KNOX_DISTANCES] = {0.25, 0.5, 1, 2};
    static const uint32_t DAYS[WH_N_KNOX_DAYS] = {2, 7, 14, 28};
    struct wh_points used = {0};
    if (now->n > opt->most_in_knox) {
        from = newest_from(now, from, to, opt->most_in_knox);
    }
    enum wh_status status = cut(ctx, now, from, to, &used, err);
    int32_t *day = wh_alloc_array(ctx, used.n, sizeof *day);
    status = status == WH_OK && day == NULL ? wh_fail_memory(ctx, err) : status;
    for (unsigned i = 0; i < WH_N_KNOX_DISTANCES; i++) {
        ret->knox_distance_m[i] = OF_BANDWIDTH[i] * input->density.bandwidth_m;
    }
    for (unsigned i = 0; i < WH_N_KNOX_DAYS; i++) {
        ret->knox_day[i] = DAYS[i];
    }
    const struct wh_knox_options knox = {.n_distances = WH_N_KNOX_DISTANCES,
                                         .distance_m = ret->knox_distance_m,
                                         .n_days = WH_N_KNOX_DAYS,
                                         .day = ret->knox_day,
                                         .n_permutations = opt->n_replicates};
    for (size_t i = 0; status == WH_OK && i < used.n; i++) {
        day[i] = (int32_t)((used.opened_at[i] - from) / SECONDS_A_DAY);
    }
    if (status == WH_OK && used.n >= 2) {
        ret->n_knox = (uint32_t)used.n;
        status = wh_knox(ctx, used.x, used.y, day, (uint32_t)used.n, &knox, ret->knox, err);
    }
    wh_free(ctx, day);
    wh_points_finish(ctx, &used);
    return status;
}

/* ---- forecasts ---- */

struct forecast_work {
    double *km2, *before, *after, *year, *density;
};

/* The map's density, averaged over each square's cells. */
static enum wh_status average_density(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                                      const struct wh_points *before,
                                      const struct wh_lattice *lattice, double *ret,
                                      struct wh_error *err)
{
    const struct wh_grid *grid = &input->mask->grid;
    struct wh_grid density = {0};
    struct wh_density_stats stats;
    enum wh_status status = wh_grid_like(ctx, grid, &density, err);
    if (status == WH_OK) {
        status = wh_density(ctx, before, input->mask, &input->density, &density, NULL, &stats, err);
    }
    for (size_t i = 0; status == WH_OK && i < (size_t)grid->nx * grid->ny; i++) {
        const double x = grid->x0 + ((double)(i % grid->nx) + 0.5) * grid->cell_m;
        const double y = grid->y0 + ((double)(i / grid->nx) + 0.5) * grid->cell_m;
        size_t cell;
        if (input->mask->inside[i] != 0 && wh_lattice_cell_of(lattice, x, y, &cell)) {
            ret[cell] += density.v[i];
        }
    }
    wh_grid_finish(ctx, &density);
    return status;
}

static enum wh_status judge(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                            const struct wh_pattern_options *opt, const struct wh_points *before,
                            int64_t from, int64_t to, const struct wh_lattice *lattice,
                            struct forecast_work *work, struct wh_patterns *ret,
                            struct wh_error *err)
{
    const size_t n = n_cells_of(lattice);
    const int64_t year_s = (int64_t)DAYS_A_YEAR * SECONDS_A_DAY;
    measure(input->mask, lattice, work->km2);
    (void)tally_all(before, lattice, work->before);
    (void)tally(input->points, from, to, lattice, work->after);
    const bool has_year = input->period_utc[0] <= from - year_s;
    (void)tally(input->points, from - year_s, to - year_s, lattice, work->year);
    const enum wh_status status = average_density(ctx, input, before, lattice, work->density, err);
    if (status != WH_OK) {
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        /* A square at the border is judged per km², as the density of a whole one is. */
        const double km2 = work->km2[i];
        work->density[i] = km2 > 0 ? work->density[i] / km2 : (double)NAN;
        work->km2[i] = km2 > 0 ? km2 : (double)NAN;
    }
    const struct wh_backtest_cells cells = {n, work->km2, work->before, work->after};
    const struct wh_forecast forecast[WH_N_FORECASTS] = {
        {wh_forecast_name(WH_FORECAST_COUNTS), work->before},
        {wh_forecast_name(WH_FORECAST_DENSITY), work->density},
        {wh_forecast_name(WH_FORECAST_YEAR), work->year}};
    ret->n_forecasts = has_year ? WH_N_FORECASTS : WH_N_FORECASTS - 1;
    return wh_backtest(ctx, &cells, forecast, ret->n_forecasts, opt->area_share, opt->n_replicates,
                       ret->accuracy, err);
}

static enum wh_status fill_forecasts(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                                     const struct wh_pattern_options *opt,
                                     const struct wh_points *before, const struct wh_points *now,
                                     int64_t from, int64_t to, struct wh_patterns *ret,
                                     struct wh_error *err)
{
    struct forecast_work work = {0};
    struct wh_lattice lattice;
    enum wh_status status = cover(input->mask, HALF * input->density.bandwidth_m, &lattice, err);
    if (status != WH_OK) {
        return status;
    }
    const size_t n = n_cells_of(&lattice);
    double **const array[] = {&work.km2, &work.before, &work.after, &work.year, &work.density};
    for (size_t i = 0; status == WH_OK && i < sizeof array / sizeof *array; i++) {
        *array[i] = wh_alloc_array(ctx, n, sizeof **array[i]);
        status = *array[i] == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    }
    ret->area_share = opt->area_share;
    ret->forecast_cell_m = lattice.dx;
    if (status == WH_OK) {
        status = judge(ctx, input, opt, before, from, to, &lattice, &work, ret, err);
    }
    for (size_t i = 0; i < sizeof array / sizeof *array; i++) {
        wh_free(ctx, *array[i]);
    }
    return status != WH_OK
               ? status
               : wh_backtest_sensitivity(ctx, before, now, input->area, input->mask->grid.cell_m,
                                         &input->density, opt->area_share, ret->sensitivity, err);
}

/* ---- scan ---- */

/* Squares that hold base: at most `most`, from the bandwidth's side up. */
static enum wh_status cover_base(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                                 uint32_t most, struct wh_lattice *ret, double **ret_base,
                                 size_t *ret_n, struct wh_error *err)
{
    for (double cell_m = input->density.bandwidth_m;; cell_m *= 1.25) {
        enum wh_status status = cover(input->mask, cell_m, ret, err);
        if (status != WH_OK) {
            return status;
        }
        const size_t n = n_cells_of(ret);
        double *base = wh_alloc_array(ctx, n, sizeof *base);
        if (base == NULL) {
            return wh_fail_memory(ctx, err);
        }
        (void)tally_all(input->base, ret, base);
        *ret_n = 0;
        for (size_t i = 0; i < n; i++) {
            *ret_n += base[i] > 0;
        }
        if (*ret_n <= most || n == 1) {
            *ret_base = base;
            return WH_OK;
        }
        wh_free(ctx, base);
    }
}

static enum wh_status scan_cells(struct wh_ctx *ctx, const struct wh_pattern_options *opt,
                                 const double *base, const double *cases, struct wh_patterns *ret,
                                 struct wh_error *err)
{
    const size_t n = ret->n_scan_cells;
    double *x = wh_alloc_array(ctx, 4 * n, sizeof *x);
    ret->scan_cell = wh_alloc_array(ctx, n, sizeof *ret->scan_cell);
    if (x == NULL || ret->scan_cell == NULL) {
        wh_free(ctx, x);
        return wh_fail_memory(ctx, err);
    }
    double *y = x + n, *kept_base = y + n, *kept_cases = kept_base + n;
    for (size_t i = 0, k = 0; k < n; i++) {
        if (base[i] > 0) {
            wh_lattice_centre(&ret->scan_lattice, i, &x[k], &y[k]);
            kept_base[k] = base[i];
            kept_cases[k] = cases[i];
            ret->scan_cell[k++] = i;
        }
    }
    const struct wh_scan_input input = {
        .n = (uint32_t)n, .x = x, .y = y, .base = kept_base, .n_periods = 1, .cases = kept_cases};
    const struct wh_scan_options scan = {.model = WH_SCAN_POISSON,
                                         .most_share = 0.5,
                                         .n_replicates = opt->n_replicates,
                                         .at_most = 20,
                                         .p_at_most = opt->alpha};
    const enum wh_status status = wh_scan(ctx, &input, &scan, &ret->scan, err);
    wh_free(ctx, x);
    return status;
}

static enum wh_status fill_scan(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                                const struct wh_pattern_options *opt, const struct wh_points *now,
                                struct wh_patterns *ret, struct wh_error *err)
{
    double *base = NULL;
    enum wh_status status = cover_base(ctx, input, opt->most_in_scan, &ret->scan_lattice, &base,
                                       &ret->n_scan_cells, err);
    if (status != WH_OK || ret->n_scan_cells < 2) {
        wh_free(ctx, base);
        return status;
    }
    ret->scan_cell_m = ret->scan_lattice.dx;
    double *cases = wh_alloc_array(ctx, n_cells_of(&ret->scan_lattice), sizeof *cases);
    if (cases == NULL) {
        status = wh_fail_memory(ctx, err);
    } else {
        (void)tally_all(now, &ret->scan_lattice, cases);
        status = scan_cells(ctx, opt, base, cases, ret, err);
    }
    wh_free(ctx, base);
    wh_free(ctx, cases);
    return status;
}

/* ---- all ---- */

enum wh_status wh_patterns(struct wh_ctx *ctx, const struct wh_pattern_input *input,
                           const struct wh_pattern_options *opt, struct wh_patterns *ret,
                           struct wh_error *err)
{
    struct wh_patterns patterns = {.n_periods = input->n_periods};
    struct wh_points now = {0}, before = {0};
    int64_t from = 0, to = 0, from_before = 0, to_before = 0;
    const bool has_now = window_of(input, 0, &from, &to);
    const bool has_before = window_of(input, 1, &from_before, &to_before);
    enum wh_status status = WH_OK;
    if (input->n_periods >= 2) {
        status = fill_emerging(ctx, input, opt->alpha, &patterns.emerging, err);
    }
    if (status == WH_OK && has_now) {
        status = cut(ctx, input->points, from, to, &now, err);
    }
    if (status == WH_OK && has_before) {
        status = cut(ctx, input->points, from_before, to_before, &before, err);
    }
    if (status == WH_OK && now.n >= 2) {
        status = fill_knox(ctx, input, opt, &now, from, to, &patterns, err);
    }
    if (status == WH_OK && now.n > 0 && before.n > 0) {
        status = fill_forecasts(ctx, input, opt, &before, &now, from, to, &patterns, err);
    }
    if (status == WH_OK && now.n > 0 && input->base != NULL) {
        status = fill_scan(ctx, input, opt, &now, &patterns, err);
    }
    wh_points_finish(ctx, &now);
    wh_points_finish(ctx, &before);
    if (status != WH_OK) {
        wh_patterns_finish(ctx, &patterns);
        return status;
    }
    *ret = patterns;
    return WH_OK;
}

void wh_patterns_finish(struct wh_ctx *ctx, struct wh_patterns *patterns)
{
    wh_free(ctx, patterns->emerging.class_of);
    wh_free(ctx, patterns->emerging.z);
    wh_free(ctx, patterns->emerging.q);
    wh_free(ctx, patterns->scan_cell);
    wh_scan_finish(ctx, &patterns->scan);
    *patterns = (struct wh_patterns){0};
}

enum wh_verdict wh_patterns_verdict(const struct wh_patterns *patterns)
{
    const struct wh_accuracy *map = &patterns->accuracy[WH_FORECAST_DENSITY];
    if (patterns->n_forecasts <= WH_FORECAST_DENSITY || isnan(map->gain_limits.lower)) {
        return WH_VERDICT_UNKNOWN;
    }
    return map->gain_limits.lower > 0   ? WH_VERDICT_MAP
           : map->gain_limits.upper < 0 ? WH_VERDICT_COUNTING
                                        : WH_VERDICT_EVEN;
}

const char *wh_verdict_words(enum wh_verdict verdict)
{
    switch (verdict) {
    case WH_VERDICT_UNKNOWN:
        return "There are not two complete windows to see whether the map foretells anything.";
    case WH_VERDICT_MAP:
        return "The map foretold this window better than simple counting did.";
    case WH_VERDICT_EVEN:
        return "The map and simple counting foretold this window about as well.";
    case WH_VERDICT_COUNTING:
        return "Simple counting foretold this window better than the map did.";
    }
    return "";
}

int wh_patterns_class_at(const struct wh_patterns *patterns, double x, double y, double *ret_z,
                         double *ret_q)
{
    const struct wh_emerging_map *map = &patterns->emerging;
    size_t cell;
    const bool is_on = map->class_of != NULL && wh_lattice_cell_of(&map->lattice, x, y, &cell);
    if (ret_z != NULL) {
        *ret_z = is_on ? map->z[cell] : (double)NAN;
    }
    if (ret_q != NULL) {
        *ret_q = is_on ? map->q[cell] : (double)NAN;
    }
    return is_on ? map->class_of[cell] : WH_EMERGING_NONE;
}

size_t wh_patterns_scan_at(const struct wh_patterns *patterns, double x, double y,
                           const struct wh_scan_cluster **ret)
{
    size_t cell;
    *ret = NULL;
    if (!(patterns->scan_cell_m > 0) || !wh_lattice_cell_of(&patterns->scan_lattice, x, y, &cell)) {
        return 0;
    }
    for (size_t c = 0; c < patterns->scan.n; c++) {
        const struct wh_scan_cluster *cluster = &patterns->scan.cluster[c];
        for (uint32_t i = 0; i < cluster->n_areas; i++) {
            if (patterns->scan_cell[cluster->area[i]] == cell) {
                *ret = cluster;
                return c + 1;
            }
        }
    }
    return 0;
}
