/*
 * density/runs.h: compact polynomial kernels, exactly, by the ends of their rows.
 *
 * On one row of cells the kernel (1 - u²)^m of a point is a polynomial of degree 2 m in the column,
 * from the first cell inside its circle to the last. Adding the polynomial's coefficients where the
 * run starts and subtracting them where it ends, and summing along the row, gives every cell's sum:
 * two updates a point and row, whatever the bandwidth. To lose nothing to cancellation, columns are
 * counted from the middle of a tile that is some bandwidths wide, in units of the bandwidth, and
 * every tile's sums start at 0 (runs that cross a border are cut there).
 */
#ifndef WH_DENSITY_RUNS_H
#define WH_DENSITY_RUNS_H

#include "density/places.h"
#include "density/spans.h"

/* Narrower kernels are added cell by cell (direct.h): tiles would be too narrow to pay. */
#define WH_RUNS_MIN_BANDWIDTH_PX 4

/* A piece of the grid that is worked on at once. */
struct wh_tile {
    int64_t first_col, first_row;
    int32_t n_cols; /* of the tile; its last may lie beyond the grid */
    int32_t n_rows; /* at most WH_BAND_ROWS */
    double unit_px; /* the unit of lengths: the widest bandwidth */
};

/* The inner loops for one degree and one instruction set; every set computes the same bits. */
struct wh_runs {
    double
        units_per_tile; /* width: wider tiles cut fewer runs, but their sums cancel more digits */
    size_t cell_bytes;  /* of `sums`: (n_cols + 1) * cell_bytes a row, zero before and after */
    /*
     * Adds the places' runs. A place's weight is its value at the centre, times (unit_px / h)^(2
     * m). Returns the rows touched, bit by bit.
     */
    uint32_t (*add)(const struct wh_place *place, size_t n, const struct wh_tile *tile, void *sums);
    /*
     * Sums along the touched rows into `value` and `support` (both row-major, `stride` cells a row,
     * NULL: not wanted), `n_cols` of them. Where no kernel reaches nothing is added, so that 0
     * stays 0; sums that rounding took below 0 count as 0 unless `is_signed`.
     */
    void (*sum)(void *sums, const struct wh_tile *tile, uint32_t touched, uint32_t n_cols,
                size_t stride, bool is_signed, double *value, uint32_t *support);
    /* The sum of (1 - u²)^m over the cells of an area, for a kernel of h px centred at (x, y). */
    double (*mass)(double x, double y, double h, const struct wh_spans *spans);
};

/* For degrees 0 to 3; the second is NULL where the CPU or the build has no AVX2. */
const struct wh_runs *wh_runs_portable(int degree);
const struct wh_runs *wh_runs_avx2(int degree);
/* The best of both for this machine. */
const struct wh_runs *wh_runs_best(int degree);

/*
 * Adds the places' kernels to value (nx * ny, row 0 south) and counts them in support; either may
 * be NULL. Weights as for add(). WH_ERR_LIMIT: no room.
 */
WH_MUST_USE enum wh_status wh_runs_splat(struct wh_ctx *ctx, const struct wh_runs *runs,
                                         const struct wh_place_set *places, double unit_px,
                                         bool is_signed, const struct wh_grid *grid, double *value,
                                         uint32_t *support, struct wh_error *err);

#endif
