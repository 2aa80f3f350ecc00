/* hotspot/figures.c: counts and rates by ward, the highest-density level, class breaks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/hotspot.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "hotspot/hotspot_internal.h"
#include "model/report.h"

void wh_figures_rates(struct wh_figures *figures, double area_km2, double population)
{
    figures->per_km2 = area_km2 > 0 ? figures->count.n / area_km2 : (double)NAN;
    figures->per_1000 = population > 0 ? 1000 * figures->count.n / population : (double)NAN;
}

static void count_by_ward(const struct wh_hotspot_input *input, const struct wh_areas *areas,
                          bool is_current, struct wh_figures *ward, struct wh_figures *total)
{
    for (size_t i = 0; i < input->points->n; i++) {
        const int32_t idx = input->ward[i];
        if (idx < 0 || (uint32_t)idx >= areas->n) {
            continue;
        }
        if (is_current) {
            ward[idx].count.n++;
            total->count.n++;
        } else {
            ward[idx].previous.n++;
            total->previous.n++;
        }
    }
}

enum wh_status wh_area_figures(struct wh_ctx *ctx, const struct wh_hotspot_input *current,
                               const struct wh_hotspot_input *previous,
                               const struct wh_areas *areas, struct wh_arena *arena,
                               struct wh_theme_report *ret, struct wh_error *err)
{
    struct wh_figures *ward = wh_arena_alloc(arena, areas->n, sizeof *ward);
    struct wh_figures total = {0};
    if (ward == NULL) {
        return wh_fail_memory(ctx, err);
    }
    count_by_ward(current, areas, true, ward, &total);
    count_by_ward(previous, areas, false, ward, &total);
    double area_km2 = 0, population = 0;
    for (uint32_t i = 0; i < areas->n; i++) {
        wh_figures_rates(&ward[i], areas->area_km2[i], areas->population[i]);
        area_km2 += areas->area_km2[i];
        /* When one ward's is not known there is no rate for all. */
        population += areas->population[i] >= 0 ? areas->population[i] : (double)NAN;
    }
    wh_figures_rates(&total, area_km2, population);
    ret->ward = ward;
    ret->total = total;
    return WH_OK;
}

static int compare_falling(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a > b ? -1 : a < b;
}

/* The positive values of a grid, falling; wh_alloc'ed. */
static enum wh_status positive_values(struct wh_ctx *ctx, const struct wh_grid *grid, double **ret,
                                      size_t *ret_n, struct wh_error *err)
{
    const size_t n_cells = (size_t)grid->nx * grid->ny;
    double *value = wh_alloc_array(ctx, n_cells, sizeof *value);
    if (value == NULL) {
        return wh_fail_memory(ctx, err);
    }
    size_t n = 0;
    for (size_t i = 0; i < n_cells; i++) {
        if (grid->v[i] > 0) {
            value[n++] = grid->v[i];
        }
    }
    if (n > 1) {
        qsort(value, n, sizeof *value, compare_falling);
    }
    *ret = value;
    *ret_n = n;
    return WH_OK;
}

enum wh_status wh_highest_density_level(struct wh_ctx *ctx, const struct wh_grid *density,
                                        double share, double *ret_level, struct wh_error *err)
{
    double *value = NULL;
    size_t n = 0;
    const enum wh_status status = positive_values(ctx, density, &value, &n, err);
    if (status != WH_OK) {
        return status;
    }
    double total = 0, held = 0, level = (double)NAN;
    for (size_t i = 0; i < n; i++) {
        total += value[i];
    }
    for (size_t i = 0; i < n && held < share * total; i++) {
        held += value[i];
        level = value[i];
    }
    *ret_level = level;
    wh_free(ctx, value);
    return WH_OK;
}

/* To two significant digits, and then to 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten:
 * numbers that a legend can carry. */
static double round_for_people(double value)
{
    static const double step[] = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    const double power = pow(10, floor(log10(value)));
    const double lead = value / power;
    double best = step[0];
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        if (fabs(step[i] - lead) < fabs(best - lead)) {
            best = step[i];
        }
    }
    return best * power;
}

enum wh_status wh_legend_breaks(struct wh_ctx *ctx, const struct wh_grid *density, uint32_t n,
                                struct wh_legend *ret, struct wh_error *err)
{
    /* Shares of the positive area that lie above each break: the darkest class is a hundredth of
     * it. */
    static const double above[WH_MAX_CLASSES] = {0.45, 0.22, 0.10, 0.035, 0.01, 0.004, 0.001};
    double *value = NULL;
    size_t n_values = 0;
    const enum wh_status status = positive_values(ctx, density, &value, &n_values, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_legend legend = *ret;
    legend.n = 0;
    for (uint32_t i = 0; n_values > 0 && i < n && i < WH_MAX_CLASSES; i++) {
        const size_t rank = (size_t)(above[i] * (double)(n_values - 1));
        const double rounded = round_for_people(value[rank]);
        if (legend.n == 0 || rounded > legend.break_at[legend.n - 1]) {
            legend.break_at[legend.n++] = rounded;
        }
    }
    *ret = legend;
    wh_free(ctx, value);
    return WH_OK;
}
