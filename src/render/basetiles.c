/*
 * render/basetiles.c: a zoom is one large view; blocks of tiles are windows on it, drawn as one
 * picture each and then cut.
 */
#include "render/basetiles.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "base/sha256.h"
#include "geo/areas.h"
#include "render/basetiles_ground.h"
#include "render/mercator.h"
#include "render/page.h"
#include "render/picture.h"

#define TILE 256.0 /* CSS pixels: the unit of views and canvases here */
#define BLOCK 4u   /* tiles along a block's side */
#define BATCH 16u
#define DEEPEST 16u     /* every street has its name there; at twice the pixels one zoom before */
#define MOST_PIXELS 8e8 /* of the deepest zoom: some 20 s of one core, when all is streets */
#define RIM 0.08        /* of the area's longer side */

struct block {
    uint32_t zoom_idx, x, y, nx, ny; /* tiles */
    struct wh_buf png[BLOCK * BLOCK];
    enum wh_status status;
    struct wh_error err;
};

/* A zoom: its tiles, the view of them all, the names on it, and where its pixels lie on the
 * density. */
struct zoom {
    uint32_t z;
    struct wh_tile_range range;
    struct wh_view view;
    struct wh_labels labels;
    struct wh_mesh mesh;
    enum wh_status status;
    struct wh_error err;
};

struct job {
    struct wh_ctx *ctx;
    const struct wh_basetile_options *opt;
    struct wh_ground ground;
    double density_lonlat[4]; /* where the density is */
    uint32_t tile_px;
    struct zoom *zoom;
    size_t n_zooms, n_scratches;
    struct block *block;            /* BATCH of them */
    struct wh_png_scratch *scratch; /* one a thread */
    wh_tile_fn *fn;
    void *user;
    struct wh_tile_stats stats;
};

static double pixels_of(const double lonlat[4], uint32_t z, uint32_t scale)
{
    return (wh_tile_x(lonlat[2], z) - wh_tile_x(lonlat[0], z)) *
           (wh_tile_y(lonlat[1], z) - wh_tile_y(lonlat[3], z)) * TILE * TILE * scale * scale;
}

struct wh_basetile_options wh_basetiles_plan(const double lonlat[4], uint32_t zoom_min,
                                             uint32_t zoom_max, uint32_t scale,
                                             enum wh_base_sheet sheet)
{
    const uint32_t deepest = scale > 1 ? DEEPEST - 1 : DEEPEST;
    const double high = (lonlat[3] - lonlat[1]) / cos(0.5 * (lonlat[1] + lonlat[3]) * WH_DEGREE);
    const double rim_x = RIM * fmax(lonlat[2] - lonlat[0], high);
    const double rim_y = rim_x * cos(0.5 * (lonlat[1] + lonlat[3]) * WH_DEGREE);
    struct wh_basetile_options opt = {
        .lonlat = {lonlat[0] - rim_x, lonlat[1] - rim_y, lonlat[2] + rim_x, lonlat[3] + rim_y},
        .zoom_min = zoom_min,
        .zoom_max = zoom_min,
        .scale = scale,
        .sheet = sheet};
    while (opt.zoom_max < zoom_max && opt.zoom_max < deepest &&
           pixels_of(opt.lonlat, opt.zoom_max + 1, scale) <= MOST_PIXELS) {
        opt.zoom_max++;
    }
    return opt;
}

/* ---- the key ---- */

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

static void add_feature(struct wh_sha256 *sha, const struct wh_map_feature *f)
{
    const uint8_t sort[2] = {(uint8_t)f->kind, f->sort};
    wh_sha256_add(sha, sort, sizeof sort);
    add_text(sha, f->name);
    wh_sha256_add(sha, &f->shape.n_rings, sizeof f->shape.n_rings);
    if (f->shape.ring_start != NULL) { /* a point has none */
        wh_sha256_add(sha, f->shape.ring_start,
                      (f->shape.n_rings + 1) * sizeof *f->shape.ring_start);
    }
    add_numbers(sha, f->shape.x, f->shape.n_vertices);
    add_numbers(sha, f->shape.y, f->shape.n_vertices);
}

static void add_wards(struct wh_sha256 *sha, const struct wh_areas *wards)
{
    for (uint32_t i = 0; i < wards->n; i++) {
        add_text(sha, wards->code[i]);
        add_text(sha, wards->name[i]);
        add_numbers(sha, wards->shape[i].x, wards->shape[i].n_vertices);
        add_numbers(sha, wards->shape[i].y, wards->shape[i].n_vertices);
    }
}

void wh_basetiles_key(const struct wh_base_map *map, const struct wh_basetile_options *opt,
                      char ret_hex[65])
{
    const uint32_t numbers[4] = {opt->zoom_min, opt->zoom_max, opt->scale, (uint32_t)opt->sheet};
    struct wh_sha256 sha;
    wh_sha256_init(&sha);
    add_text(&sha, WH_VERSION);
    add_text(&sha, wh_render_version());
    add_text(&sha, map->style->fonts);
    add_numbers(&sha, opt->lonlat, 4);
    wh_sha256_add(&sha, numbers, sizeof numbers);
    wh_sha256_add(&sha, map->style->text.ptr, map->style->text.len);
    for (int kind = 0; map->basemap != NULL && kind < WH_N_BASEMAP; kind++) {
        const struct wh_feature_set *const set = &map->basemap->set[kind];
        const uint64_t n = set->n;
        wh_sha256_add(&sha, &n, sizeof n);
        for (size_t i = 0; i < set->n; i++) {
            add_feature(&sha, &set->feature[i]);
        }
    }
    if (map->wards != NULL && opt->sheet == WH_SHEET_NAMES) {
        add_wards(&sha, map->wards);
    }
    wh_sha256_hex(&sha, ret_hex);
}

/* ---- zooms ---- */

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
        status = wh_canvas_open_clear(&canvas, job->ctx, job->ground.map.style, 8, 8,
                                      job->opt->scale, err);
    }
    if (status == WH_OK) {
        status = wh_ground_place_names(&job->ground, &canvas, &zoom->labels, err);
    }
    if (status == WH_OK) {
        status = wh_canvas_close(&canvas, err);
    }
    wh_canvas_finish(&canvas);
    return status;
}

static enum wh_status prepare_zooms(struct job *job, struct wh_transform *to_lonlat,
                                    struct wh_error *err)
{
    const struct wh_tile_source *const density = job->ground.map.density;
    const int jobs = (int)wh_ctx_jobs(job->ctx);
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < job->n_zooms; i++) {
        struct zoom *const zoom = &job->zoom[i];
        zoom->z = job->opt->zoom_min + (uint32_t)i;
        zoom->range = wh_tile_range(job->opt->lonlat, zoom->z);
        zoom->view =
            view_of(zoom->z, zoom->range.x0, zoom->range.y0, zoom->range.x1 - zoom->range.x0 + 1.0,
                    zoom->range.y1 - zoom->range.y0 + 1.0);
        if (job->ground.sampler.ctx != NULL) {
            status = wh_mesh_init(&zoom->mesh, job->ctx, &density->grid, to_lonlat,
                                  job->density_lonlat, &zoom->range, zoom->z, job->tile_px, err);
        }
    }
    if (status != WH_OK) {
        return status;
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

/* ---- blocks ---- */

static bool is_clear(const uint32_t *pixel, size_t stride, uint32_t tile_px)
{
    for (size_t y = 0; y < tile_px; y++) {
        for (size_t x = 0; x < tile_px; x++) {
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
    struct wh_png_scratch *const scratch = &job->scratch[omp_get_thread_num()];
    const bool is_whole = job->opt->sheet == WH_SHEET_WHOLE;
    const uint32_t px = job->tile_px;
    const size_t stride = (size_t)cairo_image_surface_get_stride(surface) / 4;
    /* Rows of cairo's ARGB32 are 32-bit words by definition, and its data is aligned for them. */
    const void *const data = cairo_image_surface_get_data(surface);
    const uint32_t *const pixel = data;
    for (uint32_t row = 0; row < block->ny; row++) {
        for (uint32_t col = 0; col < block->nx && status == WH_OK; col++) {
            const uint32_t *const tile = pixel + (size_t)row * px * stride + (size_t)col * px;
            struct wh_buf *const png = &block->png[row * BLOCK + col];
            wh_buf_clear(png);
            if (is_whole || !is_clear(tile, stride, px)) {
                status = wh_png_quantised(scratch, tile, px, px, stride, is_whole, png, err);
            }
        }
    }
    return status;
}

static enum wh_status find_shades(const struct job *job, const struct zoom *zoom,
                                  const struct block *block, struct wh_ground_piece *piece,
                                  struct wh_error *err)
{
    if (job->ground.sampler.ctx == NULL) {
        return WH_OK;
    }
    const uint32_t n = job->tile_px / zoom->mesh.step_px;
    piece->patches = (struct wh_patches){.mesh = &zoom->mesh,
                                         .lonlat = job->density_lonlat,
                                         .col = (block->x - zoom->range.x0) * n,
                                         .row = (block->y - zoom->range.y0) * n,
                                         .nx = block->nx * n,
                                         .ny = block->ny * n};
    piece->shade = wh_alloc_array(job->ctx, piece->w_px, piece->h_px);
    return piece->shade == NULL ? wh_fail_memory(job->ctx, err) : WH_OK;
}

static enum wh_status draw_piece(const struct job *job, const struct zoom *zoom,
                                 struct block *block, const struct wh_ground_piece *piece,
                                 struct wh_error *err)
{
    const struct wh_view *const view = &piece->view;
    const double left = (block->x - zoom->range.x0) * TILE,
                 top = (block->y - zoom->range.y0) * TILE;
    const double box[4] = {left, top, left + view->w, top + view->h};
    struct wh_canvas canvas = {0};
    enum wh_status status = wh_canvas_open_clear(&canvas, job->ctx, job->ground.map.style,
                                                 piece->w_px, piece->h_px, job->opt->scale, err);
    if (status == WH_OK) {
        wh_ground_draw(&job->ground, &canvas, piece);
        wh_labels_draw(&zoom->labels, &canvas, box, 0, 0);
        status = wh_canvas_close(&canvas, err);
    }
    if (status == WH_OK) {
        status = cut(job, block, canvas.surface, err);
    }
    wh_canvas_finish(&canvas);
    return status;
}

static enum wh_status draw_block(const struct job *job, struct block *block, struct wh_error *err)
{
    const struct zoom *const zoom = &job->zoom[block->zoom_idx];
    struct wh_ground_piece piece = {.view =
                                        view_of(zoom->z, block->x, block->y, block->nx, block->ny),
                                    .w_px = block->nx * job->tile_px,
                                    .h_px = block->ny * job->tile_px};
    enum wh_status status = find_shades(job, zoom, block, &piece, err);
    if (status == WH_OK) {
        status = draw_piece(job, zoom, block, &piece, err);
    }
    wh_free(job->ctx, piece.shade);
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

static enum wh_status draw_batch(struct job *job, size_t n, struct wh_error *err)
{
    struct block *const block = job->block;
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

static enum wh_status draw_all(struct job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    size_t n = 0;
    for (uint32_t i = 0; i < job->n_zooms; i++) {
        const struct wh_tile_range *const range = &job->zoom[i].range;
        for (uint32_t y = range->y0; y <= range->y1; y += BLOCK) {
            for (uint32_t x = range->x0; x <= range->x1 && status == WH_OK; x += BLOCK) {
                struct block *const next = &job->block[n++];
                next->zoom_idx = i;
                next->x = x;
                next->y = y;
                next->nx = range->x1 - x + 1 < BLOCK ? range->x1 - x + 1 : BLOCK;
                next->ny = range->y1 - y + 1 < BLOCK ? range->y1 - y + 1 : BLOCK;
                if (n == BATCH) {
                    status = draw_batch(job, n, err);
                    n = 0;
                }
            }
        }
    }
    return status != WH_OK ? status : draw_batch(job, n, err);
}

static enum wh_status make_room(struct job *job, struct wh_error *err)
{
    job->n_zooms = job->opt->zoom_max - job->opt->zoom_min + 1;
    job->n_scratches = wh_ctx_jobs(job->ctx);
    job->zoom = wh_alloc_array(job->ctx, job->n_zooms, sizeof *job->zoom);
    job->scratch = wh_alloc_array(job->ctx, job->n_scratches, sizeof *job->scratch);
    job->block = wh_alloc_array(job->ctx, BATCH, sizeof *job->block);
    if (job->zoom == NULL || job->scratch == NULL || job->block == NULL) {
        return wh_fail_memory(job->ctx, err);
    }
    for (size_t i = 0; i < job->n_scratches; i++) {
        job->scratch[i].ctx = job->ctx;
    }
    for (size_t i = 0; i < (size_t)BATCH * BLOCK * BLOCK; i++) {
        wh_buf_init(&job->block[i / (BLOCK * BLOCK)].png[i % (BLOCK * BLOCK)], job->ctx);
    }
    return WH_OK;
}

static void finish(struct job *job)
{
    for (size_t i = 0; job->block != NULL && i < (size_t)BATCH * BLOCK * BLOCK; i++) {
        wh_buf_finish(&job->block[i / (BLOCK * BLOCK)].png[i % (BLOCK * BLOCK)]);
    }
    for (size_t i = 0; job->zoom != NULL && i < job->n_zooms; i++) {
        wh_labels_finish(&job->zoom[i].labels);
        wh_mesh_finish(&job->zoom[i].mesh, job->ctx);
    }
    for (size_t i = 0; job->scratch != NULL && i < job->n_scratches; i++) {
        wh_png_scratch_finish(&job->scratch[i]);
    }
    wh_ground_finish(&job->ground);
    wh_free(job->ctx, job->block);
    wh_free(job->ctx, job->scratch);
    wh_free(job->ctx, job->zoom);
}

static void find_density(struct job *job, const struct wh_base_map *map,
                         struct wh_transform *to_lonlat)
{
    if (map->density != NULL) {
        const struct wh_grid *const grid = &map->density->grid;
        const double box[4] = {grid->x0, grid->y0, grid->x0 + grid->nx * grid->cell_m,
                               grid->y0 + grid->ny * grid->cell_m};
        wh_box_to_lonlat(to_lonlat, box, job->density_lonlat);
    }
}

enum wh_status wh_render_basetiles(struct wh_ctx *ctx, const struct wh_base_map *map,
                                   struct wh_transform *to_lonlat,
                                   const struct wh_basetile_options *opt, wh_tile_fn *fn,
                                   void *user, struct wh_tile_stats *ret_stats,
                                   struct wh_error *err)
{
    struct job job = {.ctx = ctx, .opt = opt, .fn = fn, .user = user};
    if (opt->zoom_max > 18 || opt->zoom_min > opt->zoom_max || opt->scale < 1 || opt->scale > 2) {
        return wh_fail(err, WH_ERR_INTERNAL, "base map tiles of zoom %u to %u at scale %u",
                       opt->zoom_min, opt->zoom_max, opt->scale);
    }
    job.tile_px = (uint32_t)TILE * opt->scale;
    enum wh_status status = make_room(&job, err);
    wh_progress_start(ctx, "base map", 0, "tiles");
    if (status == WH_OK) {
        status = wh_ground_init(&job.ground, ctx, map, opt->sheet, to_lonlat, err);
    }
    if (status == WH_OK) {
        find_density(&job, map, to_lonlat);
        status = prepare_zooms(&job, to_lonlat, err);
    }
    if (status == WH_OK) {
        status = draw_all(&job, err);
    }
    wh_progress_done(ctx);
    finish(&job);
    if (status == WH_OK) {
        *ret_stats = job.stats;
    }
    return status;
}
