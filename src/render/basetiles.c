/*
 * render/basetiles.c: a zoom is one large view; blocks of tiles are windows on it, drawn as one
 * picture each and then cut.
 */
#include "render/basetiles.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "base/sha256.h"
#include "render/basemap_draw.h"
#include "render/labels.h"
#include "render/mercator.h"
#include "render/page.h"
#include "render/picture.h"

#define TILE 256.0 /* CSS pixels: the unit of views and canvases here */
#define SCALE (WH_BASETILE_PX / TILE)
#define BLOCK 4u /* tiles along a block's side */
#define BATCH 16u
#define DEEPEST 15u     /* every street has its name there */
#define MOST_PIXELS 8e8 /* of the deepest zoom: some 20 s of one core, when all is streets */
#define RIM 0.08        /* of the area's longer side */

struct block {
    uint32_t zoom_idx, x, y, nx, ny; /* tiles */
    struct wh_buf png[BLOCK * BLOCK];
    enum wh_status status;
    struct wh_error err;
};

/* A zoom: its tiles, the view of them all, and the names on it. */
struct zoom {
    uint32_t z;
    struct wh_tile_range range;
    struct wh_view view;
    struct wh_labels labels;
    enum wh_status status;
    struct wh_error err;
};

struct job {
    struct wh_ctx *ctx;
    const struct wh_basemap *basemap; /* in Web Mercator */
    const struct wh_style *style;
    struct zoom *zoom;
    size_t n_zooms;
    wh_tile_fn *fn;
    void *user;
    struct wh_tile_stats stats;
};

static double pixels_of(const double lonlat[4], uint32_t z)
{
    return (wh_tile_x(lonlat[2], z) - wh_tile_x(lonlat[0], z)) *
           (wh_tile_y(lonlat[1], z) - wh_tile_y(lonlat[3], z)) * WH_BASETILE_PX * WH_BASETILE_PX;
}

struct wh_basetile_options wh_basetiles_plan(const double lonlat[4], uint32_t zoom_min,
                                             uint32_t zoom_max)
{
    const double high = (lonlat[3] - lonlat[1]) / cos(0.5 * (lonlat[1] + lonlat[3]) * WH_DEGREE);
    const double rim_x = RIM * fmax(lonlat[2] - lonlat[0], high);
    const double rim_y = rim_x * cos(0.5 * (lonlat[1] + lonlat[3]) * WH_DEGREE);
    struct wh_basetile_options opt = {
        .lonlat = {lonlat[0] - rim_x, lonlat[1] - rim_y, lonlat[2] + rim_x, lonlat[3] + rim_y},
        .zoom_min = zoom_min,
        .zoom_max = zoom_min};
    while (opt.zoom_max < zoom_max && opt.zoom_max < DEEPEST &&
           pixels_of(opt.lonlat, opt.zoom_max + 1) <= MOST_PIXELS) {
        opt.zoom_max++;
    }
    return opt;
}

static void add_text(struct wh_sha256 *sha, const char *text)
{
    const uint64_t len = text == NULL ? UINT64_MAX : strlen(text);
    wh_sha256_add(sha, &len, sizeof len);
    if (text != NULL) {
        wh_sha256_add(sha, text, (size_t)len);
    }
}

static void add_numbers(struct wh_sha256 *sha, const double *value, size_t n)
{
    wh_sha256_add(sha, value, n * sizeof *value);
}

void wh_basetiles_key(const struct wh_basemap *basemap, const struct wh_style *style,
                      const struct wh_basetile_options *opt, char ret_hex[65])
{
    struct wh_sha256 sha;
    wh_sha256_init(&sha);
    add_text(&sha, WH_VERSION);
    add_text(&sha, wh_render_version());
    add_text(&sha, style->fonts);
    add_numbers(&sha, opt->lonlat, 4);
    wh_sha256_add(&sha, &opt->zoom_min, sizeof opt->zoom_min);
    wh_sha256_add(&sha, &opt->zoom_max, sizeof opt->zoom_max);
    wh_sha256_add(&sha, style->text.ptr, style->text.len);
    for (int kind = 0; kind < WH_N_BASEMAP; kind++) {
        const struct wh_feature_set *const set = &basemap->set[kind];
        const uint64_t n = set->n;
        wh_sha256_add(&sha, &n, sizeof n);
        for (size_t i = 0; i < set->n; i++) {
            const struct wh_map_feature *const f = &set->feature[i];
            const uint8_t sort[2] = {(uint8_t)f->kind, f->sort};
            wh_sha256_add(&sha, sort, sizeof sort);
            add_text(&sha, f->name);
            wh_sha256_add(&sha, &f->shape.n_rings, sizeof f->shape.n_rings);
            if (f->shape.ring_start != NULL) { /* a point has none */
                wh_sha256_add(&sha, f->shape.ring_start,
                              (f->shape.n_rings + 1) * sizeof *f->shape.ring_start);
            }
            add_numbers(&sha, f->shape.x, f->shape.n_vertices);
            add_numbers(&sha, f->shape.y, f->shape.n_vertices);
        }
    }
    wh_sha256_hex(&sha, ret_hex);
}

/* A view of nx x ny tiles from (x, y) on, its top left at the canvas's. */
static struct wh_view view_of(uint32_t z, double x, double y, double nx, double ny)
{
    const double tile_m = WH_MERCATOR_WORLD_M / (double)(1u << z);
    return wh_view_make(0, 0, nx * TILE, ny * TILE,
                        (x + 0.5 * nx) * tile_m - WH_MERCATOR_WORLD_M / 2,
                        WH_MERCATOR_WORLD_M / 2 - (y + 0.5 * ny) * tile_m, tile_m / TILE, 1.0);
}

static enum wh_status place_names(const struct job *job, struct zoom *zoom, struct wh_error *err)
{
    struct wh_canvas canvas = {0}; /* only to measure on */
    enum wh_status status = wh_labels_init(&zoom->labels, job->ctx, &zoom->view, err);
    if (status == WH_OK) {
        status = wh_canvas_open_clear(&canvas, job->ctx, job->style, 8, 8, SCALE, err);
    }
    if (status == WH_OK) {
        status = wh_labels_add_basemap(&zoom->labels, &canvas, job->basemap, job->style, err);
    }
    if (status == WH_OK) {
        status = wh_canvas_close(&canvas, err);
    }
    wh_canvas_finish(&canvas);
    return status;
}

static enum wh_status prepare_zooms(struct job *job, const struct wh_basetile_options *opt,
                                    struct wh_error *err)
{
    const int jobs = (int)wh_ctx_jobs(job->ctx);
    for (size_t i = 0; i < job->n_zooms; i++) {
        struct zoom *const zoom = &job->zoom[i];
        zoom->z = opt->zoom_min + (uint32_t)i;
        zoom->range = wh_tile_range(opt->lonlat, zoom->z);
        zoom->view =
            view_of(zoom->z, zoom->range.x0, zoom->range.y0, zoom->range.x1 - zoom->range.x0 + 1.0,
                    zoom->range.y1 - zoom->range.y0 + 1.0);
    }
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
    for (size_t i = 0; i < job->n_zooms; i++) {
        struct zoom *const zoom = &job->zoom[job->n_zooms - 1 - i]; /* the largest first */
        zoom->status = place_names(job, zoom, &zoom->err);
    }
    for (size_t i = 0; i < job->n_zooms; i++) {
        if (job->zoom[i].status != WH_OK) {
            *err = job->zoom[i].err;
            return job->zoom[i].status;
        }
    }
    return WH_OK;
}

static bool is_clear(const uint32_t *pixel, size_t stride)
{
    for (size_t y = 0; y < WH_BASETILE_PX; y++) {
        for (size_t x = 0; x < WH_BASETILE_PX; x++) {
            if (pixel[y * stride + x] != 0) {
                return false;
            }
        }
    }
    return true;
}

/* Cuts the picture of a block; a tile's buffer stays empty when there is nothing on it. */
static enum wh_status cut(const struct job *job, struct block *block, cairo_surface_t *surface,
                          struct wh_error *err)
{
    enum wh_status status = WH_OK;
    struct wh_png_scratch scratch = {.ctx = job->ctx};
    const size_t stride = (size_t)cairo_image_surface_get_stride(surface) / 4;
    /* Rows of cairo's ARGB32 are 32-bit words by definition, and its data is aligned for them. */
    const void *const data = cairo_image_surface_get_data(surface);
    const uint32_t *const pixel = data;
    for (uint32_t row = 0; row < block->ny; row++) {
        for (uint32_t col = 0; col < block->nx && status == WH_OK; col++) {
            const uint32_t *const tile =
                pixel + (size_t)row * WH_BASETILE_PX * stride + (size_t)col * WH_BASETILE_PX;
            struct wh_buf *const png = &block->png[row * BLOCK + col];
            wh_buf_clear(png);
            if (!is_clear(tile, stride)) {
                status = wh_png_quantised(&scratch, tile, WH_BASETILE_PX, WH_BASETILE_PX, stride,
                                          false, png, err);
            }
        }
    }
    wh_png_scratch_finish(&scratch);
    return status;
}

static enum wh_status draw_block(const struct job *job, struct block *block, struct wh_error *err)
{
    const struct zoom *const zoom = &job->zoom[block->zoom_idx];
    const struct wh_view view = view_of(zoom->z, block->x, block->y, block->nx, block->ny);
    const double left = (block->x - zoom->range.x0) * TILE,
                 top = (block->y - zoom->range.y0) * TILE;
    const double box[4] = {left, top, left + view.w, top + view.h};
    struct wh_canvas canvas = {0};
    enum wh_status status =
        wh_canvas_open_clear(&canvas, job->ctx, job->style, block->nx * WH_BASETILE_PX,
                             block->ny * WH_BASETILE_PX, SCALE, err);
    if (status == WH_OK) {
        const struct wh_map_layers map = {
            .basemap = job->basemap, .style = job->style, .part = WH_PART_ABOVE};
        wh_map_layers_draw(&canvas, &map, &view);
        wh_labels_draw(&zoom->labels, &canvas, box, 0, 0);
        status = wh_canvas_close(&canvas, err);
    }
    if (status == WH_OK) {
        status = cut(job, block, canvas.surface, err);
    }
    wh_canvas_finish(&canvas);
    return status;
}

static enum wh_status hand_over(struct job *job, const struct block *block, struct wh_error *err)
{
    for (uint32_t row = 0; row < block->ny; row++) {
        for (uint32_t col = 0; col < block->nx; col++) {
            const struct wh_buf *const png = &block->png[row * BLOCK + col];
            if (png->len == 0) {
                job->stats.empty++;
                continue;
            }
            job->stats.tiles++;
            job->stats.bytes += png->len;
            const enum wh_status status =
                job->fn(job->user, job->zoom[block->zoom_idx].z, block->x + col, block->y + row,
                        (const uint8_t *)png->ptr, png->len, err);
            if (status != WH_OK) {
                return status;
            }
        }
    }
    wh_progress_add(job->ctx, (uint64_t)block->nx * block->ny);
    return WH_OK;
}

static enum wh_status draw_batch(struct job *job, struct block *block, size_t n,
                                 struct wh_error *err)
{
    enum wh_status status = WH_OK;
    const int jobs = (int)wh_ctx_jobs(job->ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
    for (size_t i = 0; i < n; i++) {
        block[i].status = draw_block(job, &block[i], &block[i].err);
    }
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        status = block[i].status;
        if (status != WH_OK) {
            *err = block[i].err;
        } else {
            status = hand_over(job, &block[i], err);
        }
    }
    return status;
}

static enum wh_status draw_all(struct job *job, struct block *block, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    size_t n = 0;
    for (uint32_t i = 0; i < job->n_zooms; i++) {
        const struct wh_tile_range *const range = &job->zoom[i].range;
        for (uint32_t y = range->y0; y <= range->y1; y += BLOCK) {
            for (uint32_t x = range->x0; x <= range->x1 && status == WH_OK; x += BLOCK) {
                struct block *const next = &block[n++];
                next->zoom_idx = i;
                next->x = x;
                next->y = y;
                next->nx = range->x1 - x + 1 < BLOCK ? range->x1 - x + 1 : BLOCK;
                next->ny = range->y1 - y + 1 < BLOCK ? range->y1 - y + 1 : BLOCK;
                if (n == BATCH) {
                    status = draw_batch(job, block, n, err);
                    n = 0;
                }
            }
        }
    }
    return status != WH_OK ? status : draw_batch(job, block, n, err);
}

enum wh_status wh_render_basetiles(struct wh_ctx *ctx, const struct wh_basemap *basemap,
                                   struct wh_transform *to_lonlat, const struct wh_style *style,
                                   const struct wh_basetile_options *opt, wh_tile_fn *fn,
                                   void *user, struct wh_tile_stats *ret_stats,
                                   struct wh_error *err)
{
    struct job job = {.ctx = ctx, .style = style, .fn = fn, .user = user};
    struct wh_basemap *moved = NULL;
    if (opt->zoom_max > 18 || opt->zoom_min > opt->zoom_max) {
        return wh_fail(err, WH_ERR_INTERNAL, "base map tiles of zoom %u to %u", opt->zoom_min,
                       opt->zoom_max);
    }
    job.n_zooms = opt->zoom_max - opt->zoom_min + 1;
    job.zoom = wh_alloc_array(ctx, job.n_zooms, sizeof *job.zoom);
    struct block *const block = wh_alloc_array(ctx, BATCH, sizeof *block);
    enum wh_status status = job.zoom == NULL || block == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < (size_t)BATCH * BLOCK * BLOCK; i++) {
        wh_buf_init(&block[i / (BLOCK * BLOCK)].png[i % (BLOCK * BLOCK)], ctx);
    }
    wh_progress_start(ctx, "base map", 0, "tiles");
    if (status == WH_OK) {
        status = wh_basemap_to_mercator(ctx, basemap, to_lonlat, &moved, err);
        job.basemap = moved;
    }
    if (status == WH_OK) {
        status = prepare_zooms(&job, opt, err);
    }
    if (status == WH_OK) {
        status = draw_all(&job, block, err);
    }
    wh_progress_done(ctx);
    for (size_t i = 0; block != NULL && i < (size_t)BATCH * BLOCK * BLOCK; i++) {
        wh_buf_finish(&block[i / (BLOCK * BLOCK)].png[i % (BLOCK * BLOCK)]);
    }
    for (size_t i = 0; job.zoom != NULL && i < job.n_zooms; i++) {
        wh_labels_finish(&job.zoom[i].labels);
    }
    wh_basemap_destroy(ctx, moved);
    wh_free(ctx, block);
    wh_free(ctx, job.zoom);
    if (status == WH_OK) {
        *ret_stats = job.stats;
    }
    return status;
}
