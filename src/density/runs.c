/* density/runs.c: tiles and bands, a thread each. */
#include "density/runs.h"

#include <math.h>
#include <omp.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/jobs.h"

#define CACHE_LINE 64

const struct wh_runs *wh_runs_best(int degree)
{
    const struct wh_runs *runs = wh_runs_avx2(degree);
    return runs != NULL ? runs : wh_runs_portable(degree);
}

/* The first of n places, sorted by x, that is not west of `x`. */
static size_t first_from(const struct wh_place *place, size_t n, double x)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (place[middle].x < x) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct canvas {
    const struct wh_runs *runs;
    const struct wh_place_set *places;
    const struct wh_grid *grid;
    double *value;
    uint32_t *support;
    double unit_px;
    bool is_signed;
};

static void do_tile(const struct canvas *canvas, const struct wh_tile *tile, void *sums)
{
    const struct wh_place_set *places = canvas->places;
    const int64_t reach = (int64_t)ceil(canvas->unit_px / WH_BAND_ROWS);
    const int64_t band = tile->first_row / WH_BAND_ROWS - places->first_band;
    const double west = (double)tile->first_col - canvas->unit_px;
    const double east = (double)tile->first_col + tile->n_cols + canvas->unit_px;
    uint32_t touched = 0;
    for (int64_t from = band - reach; from <= band + reach; from++) {
        if (from < 0 || from >= (int64_t)places->n_bands || places->n_of[from] == 0) {
            continue;
        }
        const struct wh_place *place = places->at + places->start[from];
        const size_t first = first_from(place, places->n_of[from], west);
        const size_t end = first + first_from(place + first, places->n_of[from] - first, east);
        touched |= canvas->runs->add(place + first, end - first, tile, sums);
    }
    if (touched != 0) {
        const size_t nx = canvas->grid->nx;
        const size_t at = (size_t)tile->first_row * nx + (size_t)tile->first_col;
        const size_t left = nx - (size_t)tile->first_col;
        canvas->runs->sum(sums, tile, touched,
                          left < (size_t)tile->n_cols ? (uint32_t)left : (uint32_t)tile->n_cols, nx,
                          canvas->is_signed, canvas->value == NULL ? NULL : canvas->value + at,
                          canvas->support == NULL ? NULL : canvas->support + at);
    }
}

enum wh_status wh_runs_splat(struct wh_ctx *ctx, const struct wh_runs *runs,
                             const struct wh_place_set *places, double unit_px, bool is_signed,
                             const struct wh_grid *grid, double *value, uint32_t *support,
                             struct wh_error *err)
{
    const struct canvas canvas = {runs, places, grid, value, support, unit_px, is_signed};
    /* No wider than the grid. */
    const int32_t n_cols = (int32_t)fmin(ceil(runs->units_per_tile * unit_px), grid->nx);
    const size_t n_tiles = (grid->nx + (size_t)n_cols - 1) / (size_t)n_cols;
    const size_t n_bands = (grid->ny + WH_BAND_ROWS - 1) / WH_BAND_ROWS;
    const size_t room = WH_BAND_ROWS * ((size_t)n_cols + 1) * runs->cell_bytes + CACHE_LINE;
    const size_t jobs =
        (size_t)wh_jobs_for(ctx, 50.0 * (double)places->n + (double)grid->nx * grid->ny);
    char *sums = wh_alloc_array(ctx, jobs, room);
    if (sums == NULL) {
        return wh_fail_memory(ctx, err);
    }
#pragma omp parallel for num_threads((int)jobs) schedule(dynamic, 4)
    for (size_t i = 0; i < n_tiles * n_bands; i++) {
        const size_t first_row = i / n_tiles * WH_BAND_ROWS, rows = grid->ny - first_row;
        const struct wh_tile tile = {.first_col = (int64_t)(i % n_tiles) * n_cols,
                                     .first_row = (int64_t)first_row,
                                     .n_cols = n_cols,
                                     .n_rows = rows < WH_BAND_ROWS ? (int32_t)rows : WH_BAND_ROWS,
                                     .unit_px = unit_px};
        char *mine = sums + (size_t)omp_get_thread_num() * room;
        mine += (CACHE_LINE - (uintptr_t)mine % CACHE_LINE) % CACHE_LINE;
        do_tile(&canvas, &tile, mine);
        if (value != NULL) {
            wh_points_done(ctx, places->n, i, n_tiles * n_bands);
        }
    }
    wh_free(ctx, sums);
    return WH_OK;
}
