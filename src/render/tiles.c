/*
 * render/tiles.c: class tiles. A pixel's centre goes from Web Mercator to the working CRS by a
 * lattice of exact positions that neighbouring tiles share along their edges; it takes the class of
 * the cell that holds it.
 */
#include "render/tiles.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "render/mercator.h"
#include "render/picture.h"

#define TILE_PX 256u
#define LATTICE 16u /* intervals along a tile's side */
#define NODES (LATTICE + 1u)
#define MAX_ERROR_PX 0.1
#define PIXELS_A_CELL 3.0
#define BATCH 64u
#define MAX_COLOURS (WH_MAX_CLASSES + 2u)

/* One tile on its way: where its lattice lies, then its pixels, then its bytes. */
struct tile {
    uint32_t z, x, y;
    double east[NODES * NODES], north[NODES * NODES];
    bool is_exact_needed; /* the lattice is too coarse here: every pixel by PROJ */
    bool is_empty;
    struct wh_buf png;
    enum wh_status status;
    struct wh_error err;
};

struct job {
    struct wh_ctx *ctx;
    const struct wh_surface *surface;
    struct wh_transform *to_lonlat;
    uint32_t size_px, n_classes;
    uint8_t rgba[4 * MAX_COLOURS]; /* transparent, the classes, blank */
    uint8_t index_of[256];         /* of a class, in rgba */
};

void wh_box_to_lonlat(struct wh_transform *to_lonlat, const double box[4], double ret[4])
{
    enum { STEPS = 16 };
    ret[0] = ret[1] = (double)INFINITY;
    ret[2] = ret[3] = -(double)INFINITY;
    for (int i = 0; i <= STEPS; i++) {
        const double t = (double)i / STEPS;
        double x[4] = {box[0] + t * (box[2] - box[0]), box[0] + t * (box[2] - box[0]), box[0],
                       box[2]};
        double y[4] = {box[1], box[3], box[1] + t * (box[3] - box[1]),
                       box[1] + t * (box[3] - box[1])};
        wh_transform_points(to_lonlat, false, x, y, 4);
        for (int j = 0; j < 4; j++) {
            ret[0] = fmin(ret[0], x[j]);
            ret[1] = fmin(ret[1], y[j]);
            ret[2] = fmax(ret[2], x[j]);
            ret[3] = fmax(ret[3], y[j]);
        }
    }
}

static void place_exactly(const struct job *job, double tx, double ty, uint32_t z, double *ret_x,
                          double *ret_y)
{
    *ret_x = wh_tile_lon(tx, z);
    *ret_y = wh_tile_lat(ty, z);
    wh_transform_points(job->to_lonlat, true, ret_x, ret_y, 1);
}

/* PROJ is asked by one thread; what follows is not. */
static void lay_lattice(const struct job *job, struct tile *tile)
{
    for (uint32_t r = 0; r < NODES; r++) {
        for (uint32_t c = 0; c < NODES; c++) {
            tile->east[r * NODES + c] = wh_tile_lon(tile->x + (double)c / LATTICE, tile->z);
            tile->north[r * NODES + c] = wh_tile_lat(tile->y + (double)r / LATTICE, tile->z);
        }
    }
    wh_transform_points(job->to_lonlat, true, tile->east, tile->north, (size_t)NODES * NODES);
    /* The lattice errs most in the middle of its squares; one of each diagonal tells for the tile.
     */
    double worst = 0;
    for (uint32_t i = 0; i < LATTICE; i += LATTICE - 1) {
        const double *e = &tile->east[i * NODES + i], *n = &tile->north[i * NODES + i];
        double x, y;
        place_exactly(job, tile->x + (i + 0.5) / LATTICE, tile->y + (i + 0.5) / LATTICE, tile->z,
                      &x, &y);
        worst = fmax(worst, hypot((e[0] + e[1] + e[NODES] + e[NODES + 1]) / 4 - x,
                                  (n[0] + n[1] + n[NODES] + n[NODES + 1]) / 4 - y));
    }
    const double pixel_m = hypot(tile->east[1] - tile->east[0], tile->north[1] - tile->north[0]) *
                           LATTICE / job->size_px;
    tile->is_exact_needed = !(worst <= MAX_ERROR_PX * pixel_m);
}

/* The cell that holds a point, or false outside the grid. */
static bool find_cell(const struct wh_grid *grid, double col, double row, size_t *ret)
{
    if (!(col >= 0 && col < grid->nx && row >= 0 && row < grid->ny)) {
        return false;
    }
    *ret = (size_t)(uint32_t)row * grid->nx + (uint32_t)col;
    return true;
}

static uint8_t index_at(const struct job *job, double x, double y)
{
    const struct wh_grid *grid = &job->surface->grid;
    size_t cell;
    return find_cell(grid, (x - grid->x0) / grid->cell_m, (y - grid->y0) / grid->cell_m, &cell)
               ? job->index_of[job->surface->class_of[cell]]
               : 0;
}

/* A row of pixels of one lattice square: positions in cells, on a straight line. */
static void sample_run(const struct job *job, double col, double row, double col_step,
                       double row_step, uint32_t n, uint8_t *pixel)
{
    const struct wh_grid *grid = &job->surface->grid;
    const uint8_t *const class_of = job->surface->class_of;
    size_t cell;
    /* With both ends in the grid all of a line is: no pixel needs to be asked for itself. */
    if (find_cell(grid, col, row, &cell) &&
        find_cell(grid, col + (n - 1) * col_step, row + (n - 1) * row_step, &cell)) {
        for (uint32_t i = 0; i < n; i++) {
            /* Truncation is floor for what is not below 0, and no call to the library. */
            const uint32_t c = (uint32_t)(int64_t)(col + i * col_step);
            const uint32_t r = (uint32_t)(int64_t)(row + i * row_step);
            pixel[i] = job->index_of[class_of[(size_t)r * grid->nx + c]];
        }
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        pixel[i] = find_cell(grid, col + i * col_step, row + i * row_step, &cell)
                       ? job->index_of[class_of[cell]]
                       : 0;
    }
}

static void sample_tile(const struct job *job, const struct tile *tile, uint8_t *pixel)
{
    const struct wh_grid *grid = &job->surface->grid;
    const uint32_t n = job->size_px / LATTICE; /* pixels in a square of the lattice */
    const double scale = 1 / grid->cell_m;
    for (uint32_t y = 0; y < job->size_px; y++) {
        const double *const east = &tile->east[(size_t)(y / n) * NODES];
        const double *const north = &tile->north[(size_t)(y / n) * NODES];
        const double b = (y % n + 0.5) / n;
        for (uint32_t c = 0; c < LATTICE; c++) {
            const double x0 = ((1 - b) * east[c] + b * east[c + NODES] - grid->x0) * scale;
            const double x1 = ((1 - b) * east[c + 1] + b * east[c + 1 + NODES] - grid->x0) * scale;
            const double y0 = ((1 - b) * north[c] + b * north[c + NODES] - grid->y0) * scale;
            const double y1 =
                ((1 - b) * north[c + 1] + b * north[c + 1 + NODES] - grid->y0) * scale;
            const double col_step = (x1 - x0) / n, row_step = (y1 - y0) / n;
            sample_run(job, x0 + 0.5 * col_step, y0 + 0.5 * row_step, col_step, row_step, n,
                       &pixel[(size_t)y * job->size_px + (size_t)c * n]);
        }
    }
}

/* Is every cell that the tile could show without a colour? Cells are fewer than pixels. */
static bool is_bare(const struct job *job, const struct tile *tile)
{
    const struct wh_grid *grid = &job->surface->grid;
    double box[4] = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY};
    for (uint32_t i = 0; i < NODES * NODES; i++) {
        if (!isfinite(tile->east[i]) || !isfinite(tile->north[i])) {
            return false;
        }
        box[0] = fmin(box[0], (tile->east[i] - grid->x0) / grid->cell_m - 1);
        box[1] = fmin(box[1], (tile->north[i] - grid->y0) / grid->cell_m - 1);
        box[2] = fmax(box[2], (tile->east[i] - grid->x0) / grid->cell_m + 1);
        box[3] = fmax(box[3], (tile->north[i] - grid->y0) / grid->cell_m + 1);
    }
    const double first_col = fmax(0, box[0]), last_col = fmin(grid->nx - 1.0, box[2]);
    const double first_row = fmax(0, box[1]), last_row = fmin(grid->ny - 1.0, box[3]);
    if (first_col > last_col || first_row > last_row) {
        return true;
    }
    for (uint32_t row = (uint32_t)first_row; row <= (uint32_t)last_row; row++) {
        const uint8_t *const class_of = &job->surface->class_of[(size_t)row * grid->nx];
        for (uint32_t col = (uint32_t)first_col; col <= (uint32_t)last_col; col++) {
            if (job->index_of[class_of[col]] != 0) {
                return false;
            }
        }
    }
    return true;
}

static bool has_any_colour(const uint8_t *pixel, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (pixel[i] != 0) {
            return true;
        }
    }
    return false;
}

static void draw_tile(const struct job *job, struct tile *tile, uint8_t *pixel)
{
    if (!tile->is_exact_needed) {
        tile->is_empty = is_bare(job, tile);
        if (tile->is_empty) {
            return;
        }
        sample_tile(job, tile, pixel);
    }
    tile->is_empty = !has_any_colour(pixel, (size_t)job->size_px * job->size_px);
    if (!tile->is_empty) {
        wh_buf_clear(&tile->png);
        tile->status = wh_png_indexed(pixel, job->size_px, job->size_px, job->rgba,
                                      job->n_classes + 2, &tile->png, &tile->err);
    }
}

/* Where the lattice will not do (the smallest zooms), pixel by pixel, before the threads start. */
static void sample_exactly(const struct job *job, const struct tile *tile, uint8_t *pixel)
{
    for (uint32_t row = 0; row < job->size_px; row++) {
        for (uint32_t col = 0; col < job->size_px; col++) {
            double x, y;
            place_exactly(job, tile->x + (col + 0.5) / job->size_px,
                          tile->y + (row + 0.5) / job->size_px, tile->z, &x, &y);
            pixel[(size_t)row * job->size_px + col] = index_at(job, x, y);
        }
    }
}

static enum wh_status draw_batch(const struct job *job, struct tile *tile, uint8_t *pixel, size_t n,
                                 wh_tile_fn *fn, void *user, struct wh_tile_stats *stats,
                                 struct wh_error *err)
{
    const size_t tile_bytes = (size_t)job->size_px * job->size_px;
    for (size_t i = 0; i < n; i++) {
        tile[i].status = WH_OK;
        lay_lattice(job, &tile[i]);
        if (tile[i].is_exact_needed) {
            sample_exactly(job, &tile[i], pixel + i * tile_bytes);
        }
    }
    const int jobs = (int)wh_ctx_jobs(job->ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
    for (size_t i = 0; i < n; i++) {
        draw_tile(job, &tile[i], pixel + i * tile_bytes);
    }
    for (size_t i = 0; i < n; i++) {
        if (tile[i].status != WH_OK) {
            *err = tile[i].err;
            return tile[i].status;
        }
        if (tile[i].is_empty) {
            stats->empty++;
            continue;
        }
        stats->tiles++;
        stats->bytes += tile[i].png.len;
        const enum wh_status status = fn(user, tile[i].z, tile[i].x, tile[i].y,
                                         (const uint8_t *)tile[i].png.ptr, tile[i].png.len, err);
        if (status != WH_OK) {
            return status;
        }
    }
    wh_progress_add(job->ctx, n);
    return WH_OK;
}

static void make_palette(const struct wh_style *style, struct job *job)
{
    const uint8_t alpha = (uint8_t)lround(255 * wh_style_class_alpha(style));
    for (uint32_t i = 1; i <= job->n_classes + 1; i++) {
        const struct wh_rgb rgb =
            i <= job->n_classes ? wh_style_class(style, i, job->n_classes) : wh_style_blank(style);
        const uint8_t colour[4] = {rgb.r, rgb.g, rgb.b, alpha};
        memcpy(&job->rgba[4 * (size_t)i], colour, sizeof colour);
        job->index_of[i <= job->n_classes ? i : WH_CLASS_BLANK] = (uint8_t)i;
    }
}

static enum wh_status draw_all(const struct job *job, const struct wh_tile_options *opt,
                               const double lonlat[4], struct tile *tile, uint8_t *pixel,
                               wh_tile_fn *fn, void *user, struct wh_tile_stats *stats,
                               struct wh_error *err)
{
    size_t n = 0;
    enum wh_status status = WH_OK;
    for (uint32_t z = opt->zoom_min; status == WH_OK && z <= opt->zoom_max; z++) {
        const struct wh_tile_range range = wh_tile_range(lonlat, z);
        for (uint32_t x = range.x0; status == WH_OK && x <= range.x1; x++) {
            for (uint32_t y = range.y0; status == WH_OK && y <= range.y1; y++) {
                tile[n].z = z;
                tile[n].x = x;
                tile[n++].y = y;
                if (n == BATCH) {
                    status = draw_batch(job, tile, pixel, n, fn, user, stats, err);
                    n = 0;
                }
            }
        }
    }
    return status != WH_OK ? status : draw_batch(job, tile, pixel, n, fn, user, stats, err);
}

uint32_t wh_tiles_deepest_zoom(double cell_m, double latitude_deg, uint32_t zoom_min,
                               uint32_t zoom_max)
{
    const double ground_m = WH_MERCATOR_WORLD_M * cos(latitude_deg * WH_DEGREE) / TILE_PX;
    uint32_t zoom = zoom_min;
    while (zoom < zoom_max && ground_m / (double)(1u << zoom) > cell_m / PIXELS_A_CELL) {
        zoom++;
    }
    return zoom;
}

enum wh_status wh_render_tiles(struct wh_ctx *ctx, const struct wh_surface *surface,
                               uint32_t n_classes, struct wh_transform *to_lonlat,
                               const struct wh_style *style, const struct wh_tile_options *opt,
                               wh_tile_fn *fn, void *user, struct wh_tile_stats *ret_stats,
                               struct wh_error *err)
{
    struct job job = {.ctx = ctx,
                      .surface = surface,
                      .to_lonlat = to_lonlat,
                      .size_px = TILE_PX * opt->scale,
                      .n_classes = n_classes};
    const struct wh_grid *grid = &surface->grid;
    const double box[4] = {grid->x0, grid->y0, grid->x0 + grid->nx * grid->cell_m,
                           grid->y0 + grid->ny * grid->cell_m};
    double lonlat[4];
    struct wh_tile_stats stats = {0};
    if (opt->scale < 1 || opt->scale > 2 || opt->zoom_max > 18 || opt->zoom_min > opt->zoom_max ||
        n_classes > WH_MAX_CLASSES) {
        return wh_fail(err, WH_ERR_INTERNAL, "tiles of zoom %u to %u at scale %u", opt->zoom_min,
                       opt->zoom_max, opt->scale);
    }
    make_palette(style, &job);
    wh_box_to_lonlat(to_lonlat, box, lonlat);
    struct tile *tile = wh_alloc_array(ctx, BATCH, sizeof *tile);
    uint8_t *pixel = wh_alloc_array(ctx, BATCH, (size_t)job.size_px * job.size_px);
    for (size_t i = 0; tile != NULL && i < BATCH; i++) {
        wh_buf_init(&tile[i].png, ctx);
    }
    wh_progress_start(ctx, "tiles", 0, "tiles");
    const enum wh_status status =
        tile == NULL || pixel == NULL
            ? wh_fail_memory(ctx, err)
            : draw_all(&job, opt, lonlat, tile, pixel, fn, user, &stats, err);
    wh_progress_done(ctx);
    for (size_t i = 0; tile != NULL && i < BATCH; i++) {
        wh_buf_finish(&tile[i].png);
    }
    wh_free(ctx, tile);
    wh_free(ctx, pixel);
    if (status == WH_OK) {
        *ret_stats = stats;
    }
    return status;
}
