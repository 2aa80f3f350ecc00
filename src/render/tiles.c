/*
 * render/tiles.c: all zooms in one walk over the surface, from north to south: tiles that lie in
 * the band in hand are drawn and packed at once; of those that reach into the next, the pixels are
 * kept until it comes.
 */
#include "render/tiles.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "render/mercator.h"
#include "render/picture.h"

#define TILE_PX 256u
#define PIXELS_A_CELL 3.0
#define BATCH 512u /* tiles drawn before they are handed on */
#define MOST_SCALE 16u
#define MOST_ZOOM 18u

/* Pixels of a tile on their way; bit i of `used`: shade i may be among them. */
struct sheet {
    uint64_t used;
    uint8_t *pixel;
};

/* Rows of quads, both of them in; none when low > high. */
struct span {
    int64_t low, high;
};

struct zoom {
    uint32_t z;
    struct wh_tile_range range;
    struct wh_mesh mesh;
};

/* A row of a zoom's tiles. */
struct strip {
    const struct zoom *zoom;
    uint32_t y;
    struct span span;
    struct sheet *open; /* one a tile, while the strip is drawn; pixel NULL: not begun, or done */
};

struct task {
    struct strip *strip;
    uint32_t x;
};

/* What a task came to: nothing yet, an empty tile, or a PNG. */
struct made {
    bool is_done;
    const struct wh_buf *png; /* its own, or that of all tiles of one shade; NULL: empty */
    struct wh_buf own;
    enum wh_status status;
    struct wh_error err;
};

/* Of one thread. */
struct bench {
    struct wh_png_scratch png;
    uint8_t *pixel;
};

struct job {
    struct wh_ctx *ctx;
    const struct wh_tile_paint *paint;
    const struct wh_tile_options *opt;
    double lonlat[4];
    uint32_t tile_px;
    size_t tile_bytes;
    struct zoom zoom[MOST_ZOOM + 1];
    size_t n_zooms, n_strips, n_benches;
    struct strip *strip;
    struct bench *bench;
    struct wh_buf flat[WH_MAX_SHADES + 2]; /* PNGs of one shade each */
    struct made *made;                     /* BATCH of them */
    struct task *task;                     /* BATCH of them */
    struct wh_sampler sampler;
    wh_tile_fn *fn;
    void *user;
    struct wh_tile_stats stats;
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

/* ---- drawing a tile ---- */

/* Patches of a tile, along a side. */
static uint32_t patches(const struct job *job, const struct zoom *zoom)
{
    return job->tile_px / zoom->mesh.step_px;
}

/* What the tiles x0 to x1 of a row reach over. Where a place is not known it may be anywhere. */
static struct span span_of(const struct job *job, const struct zoom *zoom, uint32_t x0, uint32_t x1,
                           uint32_t y)
{
    const struct wh_mesh *const mesh = &zoom->mesh;
    const uint32_t n = patches(job, zoom), top = (y - zoom->range.y0) * n;
    const struct span all = {0, (int64_t)job->sampler.quads_y - 1};
    double low = (double)INFINITY, high = -(double)INFINITY;
    for (uint32_t row = top; row <= top + n; row++) {
        for (uint32_t col = (x0 - zoom->range.x0) * n; col <= (x1 - zoom->range.x0 + 1) * n;
             col++) {
            const double v = mesh->v[(size_t)row * mesh->nx + col];
            if (mesh->is_exact || !isfinite(v)) {
                return all;
            }
            low = fmin(low, v);
            high = fmax(high, v);
        }
    }
    low = fmin(fmax(0, floor(low)), job->sampler.quads_y);
    high = fmin(fmax(-1, floor(high)), job->sampler.quads_y - 1.0);
    return (struct span){(int64_t)low, (int64_t)high};
}

static void draw_patches(const struct job *job, const struct task *task, struct sheet *sheet)
{
    const struct zoom *const zoom = task->strip->zoom;
    const uint32_t n = patches(job, zoom);
    const struct wh_patches tile = {.mesh = &zoom->mesh,
                                    .lonlat = job->lonlat,
                                    .col = (task->x - zoom->range.x0) * n,
                                    .row = (task->strip->y - zoom->range.y0) * n,
                                    .nx = n,
                                    .ny = n};
    wh_sampler_draw_patches(&job->sampler, &tile, sheet->pixel, job->tile_px, &sheet->used);
}

static enum wh_status pack(const struct job *job, const struct sheet *sheet,
                           struct wh_png_scratch *scratch, struct made *made)
{
    made->is_done = true;
    made->png = NULL;
    if ((sheet->used & ~UINT64_C(1)) == 0) {
        return WH_OK;
    }
    if ((sheet->used & (sheet->used - 1)) == 0) {
        made->png = &job->flat[__builtin_ctzll(sheet->used)];
        return WH_OK;
    }
    wh_buf_clear(&made->own);
    made->png = &made->own;
    return wh_png_indexed(scratch, sheet->pixel, job->tile_px, job->tile_px, job->paint->rgba,
                          job->paint->shades.n + 2, &made->own, &made->err);
}

static enum wh_status draw_task(const struct job *job, const struct task *task, struct bench *bench,
                                struct made *made)
{
    const struct strip *const strip = task->strip;
    const struct span span = span_of(job, strip->zoom, task->x, task->x, strip->y);
    const struct wh_sampler *const sampler = &job->sampler;
    struct sheet *const open = &strip->open[task->x - strip->zoom->range.x0];
    struct sheet sheet = *open;
    made->is_done = false;
    if (span.low >= (int64_t)sampler->high || span.high < (int64_t)sampler->low) {
        return WH_OK; /* was done before, has still to come, or never is */
    }
    const bool is_last = span.low >= (int64_t)sampler->low;
    if (sheet.pixel == NULL) {
        sheet.used = 0;
        sheet.pixel = is_last ? bench->pixel : wh_alloc(job->ctx, job->tile_bytes);
        if (sheet.pixel == NULL) {
            return wh_fail_memory(job->ctx, &made->err);
        }
        memset(sheet.pixel, 0, job->tile_bytes);
    }
    draw_patches(job, task, &sheet);
    enum wh_status status = WH_OK;
    if (is_last) {
        status = pack(job, &sheet, &bench->png, made);
        wh_free(job->ctx, open->pixel);
        sheet.pixel = NULL;
    }
    *open = sheet;
    return status;
}

/* ---- bands ---- */

static enum wh_status draw_batch(struct job *job, size_t n, struct wh_error *err)
{
    const int jobs = (int)job->n_benches;
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 4)
    for (size_t i = 0; i < n; i++) {
        job->made[i].status =
            draw_task(job, &job->task[i], &job->bench[omp_get_thread_num()], &job->made[i]);
    }
    uint64_t n_done = 0;
    for (size_t i = 0; i < n; i++) {
        const struct task *const task = &job->task[i];
        const struct wh_buf *const png = job->made[i].png;
        enum wh_status status = job->made[i].status;
        if (status != WH_OK) {
            *err = job->made[i].err;
            return status;
        }
        n_done += job->made[i].is_done;
        if (!job->made[i].is_done || png == NULL) {
            continue;
        }
        job->stats.tiles++;
        job->stats.bytes += png->len;
        status = job->fn(job->user, task->strip->zoom->z, task->x, task->strip->y,
                         (const uint8_t *)png->ptr, png->len, err);
        if (status != WH_OK) {
            return status;
        }
    }
    wh_progress_add(job->ctx, n_done);
    return WH_OK;
}

static void close_strip(const struct job *job, struct strip *strip)
{
    const size_t n = strip->zoom->range.x1 - strip->zoom->range.x0 + 1;
    for (size_t i = 0; strip->open != NULL && i < n; i++) {
        wh_free(job->ctx, strip->open[i].pixel);
    }
    wh_free(job->ctx, strip->open);
    strip->open = NULL;
}

static enum wh_status draw_band(struct job *job, struct wh_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < job->n_strips; i++) {
        struct strip *const strip = &job->strip[i];
        const struct wh_tile_range *const range = &strip->zoom->range;
        if (strip->span.low >= (int64_t)job->sampler.high ||
            strip->span.high < (int64_t)job->sampler.low) {
            continue;
        }
        if (strip->open == NULL) {
            strip->open = wh_alloc_array(job->ctx, range->x1 - range->x0 + 1, sizeof *strip->open);
            if (strip->open == NULL) {
                return wh_fail_memory(job->ctx, err);
            }
        }
        for (uint32_t x = range->x0; x <= range->x1; x++) {
            job->task[n++] = (struct task){strip, x};
            if (n == BATCH) {
                const enum wh_status status = draw_batch(job, n, err);
                if (status != WH_OK) {
                    return status;
                }
                n = 0;
            }
        }
    }
    const enum wh_status status = draw_batch(job, n, err);
    for (size_t i = 0; i < job->n_strips; i++) {
        if (job->strip[i].span.low >= (int64_t)job->sampler.low) {
            close_strip(job, &job->strip[i]);
        }
    }
    return status;
}

static enum wh_status draw_all(struct job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    while (status == WH_OK && wh_sampler_has_next(&job->sampler)) {
        status = wh_sampler_next(&job->sampler, err);
        if (status == WH_OK) {
            status = draw_band(job, err);
        }
    }
    return status;
}

/* ---- before and after ---- */

static void find_lonlat(struct job *job, const struct wh_grid *grid, struct wh_transform *to_lonlat)
{
    const double box[4] = {grid->x0, grid->y0, grid->x0 + grid->nx * grid->cell_m,
                           grid->y0 + grid->ny * grid->cell_m};
    wh_box_to_lonlat(to_lonlat, box, job->lonlat);
}

static enum wh_status make_zooms(struct job *job, const struct wh_grid *grid,
                                 struct wh_transform *to_lonlat, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (uint32_t z = job->opt->zoom_min; status == WH_OK && z <= job->opt->zoom_max; z++) {
        struct zoom *const zoom = &job->zoom[job->n_zooms++];
        zoom->z = z;
        zoom->range = wh_tile_range(job->lonlat, z);
        status = wh_mesh_init(&zoom->mesh, job->ctx, grid, to_lonlat, job->lonlat, &zoom->range, z,
                              job->tile_px, err);
        job->n_strips += zoom->range.y1 - zoom->range.y0 + 1;
    }
    return status;
}

static enum wh_status make_strips(struct job *job, struct wh_error *err)
{
    size_t n = 0;
    uint64_t n_tiles = 0;
    job->strip = wh_alloc_array(job->ctx, job->n_strips, sizeof *job->strip);
    if (job->strip == NULL) {
        return wh_fail_memory(job->ctx, err);
    }
    for (size_t i = 0; i < job->n_zooms; i++) {
        const struct zoom *const zoom = &job->zoom[i];
        const struct wh_tile_range *const range = &zoom->range;
        for (uint32_t y = range->y0; y <= range->y1; y++) {
            job->strip[n++] = (struct strip){
                .zoom = zoom, .y = y, .span = span_of(job, zoom, range->x0, range->x1, y)};
        }
        n_tiles += (uint64_t)(range->x1 - range->x0 + 1) * (range->y1 - range->y0 + 1);
    }
    job->stats.empty = n_tiles;
    wh_progress_start(job->ctx, "tiles", n_tiles, "tiles");
    return WH_OK;
}

static enum wh_status make_benches(struct job *job, struct wh_error *err)
{
    job->n_benches = wh_ctx_jobs(job->ctx);
    job->bench = wh_alloc_array(job->ctx, job->n_benches, sizeof *job->bench);
    job->made = wh_alloc_array(job->ctx, BATCH, sizeof *job->made);
    job->task = wh_alloc_array(job->ctx, BATCH, sizeof *job->task);
    if (job->bench == NULL || job->made == NULL || job->task == NULL) {
        return wh_fail_memory(job->ctx, err);
    }
    for (size_t i = 0; i < BATCH; i++) {
        wh_buf_init(&job->made[i].own, job->ctx);
    }
    for (size_t i = 0; i < job->n_benches; i++) {
        job->bench[i].png.ctx = job->ctx;
        job->bench[i].pixel = wh_alloc(job->ctx, job->tile_bytes);
        if (job->bench[i].pixel == NULL) {
            return wh_fail_memory(job->ctx, err);
        }
    }
    return WH_OK;
}

static enum wh_status make_flats(struct job *job, struct wh_error *err)
{
    const uint32_t n = job->paint->shades.n + 2;
    struct bench *const bench = &job->bench[0];
    enum wh_status status = WH_OK;
    for (uint32_t i = 1; status == WH_OK && i < n; i++) {
        memset(bench->pixel, (int)i, job->tile_bytes);
        status = wh_png_indexed(&bench->png, bench->pixel, job->tile_px, job->tile_px,
                                job->paint->rgba, n, &job->flat[i], err);
    }
    return status;
}

static void finish(struct job *job)
{
    for (size_t i = 0; job->strip != NULL && i < job->n_strips; i++) {
        if (job->strip[i].zoom != NULL) {
            close_strip(job, &job->strip[i]);
        }
    }
    for (size_t i = 0; i < job->n_zooms; i++) {
        wh_mesh_finish(&job->zoom[i].mesh, job->ctx);
    }
    for (size_t i = 0; job->bench != NULL && i < job->n_benches; i++) {
        wh_free(job->ctx, job->bench[i].pixel);
        wh_png_scratch_finish(&job->bench[i].png);
    }
    for (size_t i = 0; job->made != NULL && i < BATCH; i++) {
        wh_buf_finish(&job->made[i].own);
    }
    for (size_t i = 0; i < WH_MAX_SHADES + 2; i++) {
        wh_buf_finish(&job->flat[i]);
    }
    wh_free(job->ctx, job->strip);
    wh_free(job->ctx, job->bench);
    wh_free(job->ctx, job->made);
    wh_free(job->ctx, job->task);
    if (job->sampler.ctx != NULL) {
        wh_sampler_finish(&job->sampler);
    }
}

static enum wh_status check_options(const struct wh_tile_options *opt, struct wh_error *err)
{
    const bool is_power = opt->scale > 0 && (opt->scale & (opt->scale - 1)) == 0;
    if (opt->zoom_max > MOST_ZOOM || opt->zoom_min > opt->zoom_max || !is_power ||
        opt->scale > MOST_SCALE) {
        return wh_fail(err, WH_ERR_INTERNAL, "tiles of zoom %u to %u at scale %u", opt->zoom_min,
                       opt->zoom_max, opt->scale);
    }
    return WH_OK;
}

enum wh_status wh_render_tiles(struct wh_ctx *ctx, const struct wh_tile_source *source,
                               const struct wh_tile_paint *paint, struct wh_transform *to_lonlat,
                               const struct wh_tile_options *opt, wh_tile_fn *fn, void *user,
                               struct wh_tile_stats *ret_stats, struct wh_error *err)
{
    struct job job = {.ctx = ctx,
                      .paint = paint,
                      .opt = opt,
                      .tile_px = TILE_PX * opt->scale,
                      .fn = fn,
                      .user = user};
    enum wh_status status = check_options(opt, err);
    if (status != WH_OK) {
        return status;
    }
    job.tile_bytes = (size_t)job.tile_px * job.tile_px;
    for (size_t i = 0; i < WH_MAX_SHADES + 2; i++) {
        wh_buf_init(&job.flat[i], ctx);
    }
    find_lonlat(&job, &source->grid, to_lonlat);
    status = wh_sampler_init(&job.sampler, ctx, source, &paint->shades, opt->band_rows, err);
    if (status == WH_OK) {
        status = make_zooms(&job, &source->grid, to_lonlat, err);
    }
    if (status == WH_OK) {
        status = make_benches(&job, err);
    }
    if (status == WH_OK) {
        status = make_flats(&job, err);
    }
    if (status == WH_OK) {
        status = make_strips(&job, err);
    }
    if (status == WH_OK) {
        status = draw_all(&job, err);
        wh_progress_done(ctx);
    }
    finish(&job);
    if (status == WH_OK) {
        job.stats.empty -= job.stats.tiles;
        *ret_stats = job.stats;
    }
    return status;
}
