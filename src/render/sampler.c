/*
 * render/sampler.c: a band of the surface, and which squares of it are of one shade: most pixels
 * are answered by those, few need the bicubic.
 */
#include "render/sampler.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"

#define BAND_CELLS 16777216u
#define BAND_STEP                                                                                  \
    512u        /* rows: the blocks of cloud-optimised GeoTIFFs, so that each is read once         \
                 */
#define SIDE 2u /* cells beyond the grid, on each side, that a bicubic may ask for */
#define TAPS 4u
#define LEVEL_0_PX 256 /* the world at a mesh's level 0 */

static size_t value_stride(const struct wh_sampler *sampler)
{
    return (size_t)sampler->source->grid.nx + 2 * SIDE;
}

static size_t level_stride(const struct wh_sampler *sampler, uint32_t level)
{
    return ((size_t)(sampler->quads_x - 1) >> level) + 1;
}

static size_t level_rows(uint32_t rows, uint32_t level)
{
    return ((size_t)(rows - 1) >> level) + 1;
}

enum wh_status wh_sampler_init(struct wh_sampler *sampler, struct wh_ctx *ctx,
                               const struct wh_tile_source *source, const struct wh_shades *shades,
                               uint32_t band_rows, struct wh_error *err)
{
    const struct wh_grid *const grid = &source->grid;
    const uint32_t steps = BAND_CELLS / BAND_STEP / grid->nx;
    const uint32_t rows = band_rows > 0 ? band_rows : BAND_STEP * (steps > 0 ? steps : 1);
    *sampler = (struct wh_sampler){.ctx = ctx,
                                   .source = source,
                                   .shades = shades,
                                   .quads_x = grid->nx + 1,
                                   .quads_y = grid->ny + 1};
    sampler->most_rows = rows < sampler->quads_y ? rows : sampler->quads_y;
    sampler->low = sampler->high = sampler->quads_y;
    const size_t kept = (size_t)sampler->most_rows + TAPS - 1;
    sampler->value = wh_alloc_array(ctx, kept * value_stride(sampler), sizeof *sampler->value);
    sampler->shade = wh_alloc_array(ctx, (size_t)sampler->most_rows + 1, (size_t)grid->nx + 2);
    bool has_room = sampler->value != NULL && sampler->shade != NULL;
    for (uint32_t i = 0; i < WH_SAMPLER_LEVELS; i++) {
        sampler->flat[i] =
            wh_alloc_array(ctx, level_rows(sampler->most_rows, i), level_stride(sampler, i));
        has_room = has_room && sampler->flat[i] != NULL;
    }
    if (!has_room) {
        wh_sampler_finish(sampler);
        return wh_fail_memory(ctx, err);
    }
    return WH_OK;
}

void wh_sampler_finish(struct wh_sampler *sampler)
{
    for (uint32_t i = 0; i < WH_SAMPLER_LEVELS; i++) {
        wh_free(sampler->ctx, sampler->flat[i]);
    }
    wh_free(sampler->ctx, sampler->shade);
    wh_free(sampler->ctx, sampler->value);
    *sampler = (struct wh_sampler){0};
}

/* ---- shades ---- */

static uint8_t shade_of(const struct wh_shades *shades, double value)
{
    uint32_t low = 0, high = shades->n; /* how many begin at or below the value */
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (value >= (double)shades->from[middle]) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (uint8_t)low;
}

static bool is_number(float value)
{
    return isfinite(value);
}

/* Keys (1981), cubic convolution, a = -1/2: through the values, exact for quadratics. */
static void cubic_weights(double t, double ret[TAPS])
{
    ret[0] = ((-0.5 * t + 1) * t - 0.5) * t;
    ret[1] = (1.5 * t - 2.5) * t * t + 1;
    ret[2] = ((-1.5 * t + 2) * t + 0.5) * t;
    ret[3] = (0.5 * t - 0.5) * t * t;
}

/* `near` stands in for cells that are no numbers. */
static double bicubic(const float *corner, size_t stride, double s, double t, double near)
{
    double across[TAPS], up[TAPS], sum = 0;
    cubic_weights(s, across);
    cubic_weights(t, up);
    for (uint32_t row = 0; row < TAPS; row++) {
        const float *const value = corner + row * stride;
        double part = 0;
        for (uint32_t col = 0; col < TAPS; col++) {
            part += across[col] * (is_number(value[col]) ? (double)value[col] : near);
        }
        sum += up[row] * part;
    }
    return sum;
}

/*
 * In a quad of several shades. What the nearest cell is rules where there are no numbers; else the
 * bicubic, held between the least and the most of the four cells around (as in quasi-monotone
 * advection, Bermejo and Staniforth 1992): it would swing beyond them beside a step, and no place
 * is of a shade that none of its cells has passed.
 */
static uint8_t shade_between(const struct wh_sampler *sampler, uint32_t col, uint32_t row, double s,
                             double t)
{
    const size_t stride = value_stride(sampler);
    const float *const corner = sampler->value + (size_t)(row - sampler->low) * stride + col;
    const float *const around = corner + stride + 1;
    const float near = around[(t < 0.5 ? 0 : stride) + (s < 0.5 ? 0 : 1)];
    if (!is_number(near)) {
        return isnan(near) ? 0 : (uint8_t)(sampler->shades->n + 1);
    }
    float least = near, most = near;
    for (uint32_t i = 0; i < 4; i++) {
        const float value = around[(i / 2) * stride + i % 2];
        if (is_number(value)) {
            least = value < least ? value : least;
            most = value > most ? value : most;
        }
    }
    const double value = bicubic(corner, stride, s, t, (double)near);
    return shade_of(sampler->shades, value < (double)least  ? (double)least
                                     : value > (double)most ? (double)most
                                                            : value);
}

/* Truncation is floor for what is not below 0, and no call to the library. */
static inline uint8_t shade_in_hand(const struct wh_sampler *sampler, double u, double v)
{
    const uint32_t col = (uint32_t)(int64_t)u, row = (uint32_t)(int64_t)v;
    const uint8_t flat = sampler->flat[0][(size_t)(row - sampler->low) * sampler->quads_x + col];
    return flat != WH_SAMPLER_MIXED ? flat : shade_between(sampler, col, row, u - col, v - row);
}

uint8_t wh_sampler_shade(const struct wh_sampler *sampler, double u, double v)
{
    return shade_in_hand(sampler, u, v);
}

/* ---- bands ---- */

static void no_values(float *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        value[i] = nanf("");
    }
}

/* Rows of cells [from, to) into their places among those kept; beyond the grid there is nothing. */
static enum wh_status read_values(struct wh_sampler *sampler, int64_t from, int64_t to,
                                  struct wh_error *err)
{
    const struct wh_grid *const grid = &sampler->source->grid;
    const size_t stride = value_stride(sampler);
    const int64_t first = (int64_t)sampler->low - SIDE;
    const int64_t low = from > 0 ? from : 0, high = to < grid->ny ? to : grid->ny;
    float *const at = sampler->value + (size_t)(low - first) * stride;
    enum wh_status status = WH_OK;
    no_values(sampler->value + (size_t)(from - first) * stride, (size_t)(to - from) * stride);
    if (low >= high) {
        return WH_OK;
    }
    /* Read close together at the end of their room, then spread: one request for many rows. */
    const size_t n = (size_t)(high - low), nx = grid->nx;
    float *const packed = at + n * stride - n * nx;
    status = sampler->source->read(sampler->source->user, (uint32_t)low, (uint32_t)n, packed, err);
    for (size_t row = 0; status == WH_OK && row < n; row++) {
        float *const to_row = at + row * stride;
        memmove(to_row + SIDE, packed + row * nx, nx * sizeof *packed);
        no_values(to_row, SIDE);
        no_values(to_row + SIDE + nx, SIDE);
    }
    return status;
}

static void find_shades(const struct wh_shades *shades, const float *value, uint8_t *shade,
                        size_t n)
{
    memset(shade, 0, n);
    for (uint32_t i = 0; i < shades->n; i++) {
        const float from = shades->from[i];
        for (size_t k = 0; k < n; k++) {
            shade[k] = (uint8_t)(shade[k] + (value[k] >= from));
        }
    }
    for (size_t k = 0; k < n; k++) {
        shade[k] = value[k] <= WH_SAMPLER_BLANK ? (uint8_t)(shades->n + 1) : shade[k];
    }
}

static void find_flats(const uint8_t *south, const uint8_t *north, uint8_t *flat, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned differ =
            (unsigned)(south[i] ^ south[i + 1]) | (south[i] ^ north[i]) | (south[i] ^ north[i + 1]);
        flat[i] = differ == 0 ? south[i] : WH_SAMPLER_MIXED;
    }
}

/* A row of squares from the two rows of quarters; `n_below` of them in a row. */
static void join_flats(const uint8_t *south, const uint8_t *north, size_t n_below, uint8_t *flat)
{
    for (size_t i = 0; i < n_below; i += 2) {
        const size_t next = i + 1 < n_below ? i + 1 : i;
        const bool is_one =
            south[i] == south[next] && south[i] == north[i] && south[i] == north[next];
        flat[i / 2] = is_one ? south[i] : WH_SAMPLER_MIXED;
    }
}

static void find_squares(struct wh_sampler *sampler)
{
    const int jobs = (int)wh_ctx_jobs(sampler->ctx);
    const uint32_t rows = sampler->high - sampler->low;
    const size_t cells = (size_t)sampler->source->grid.nx + 2, stride = value_stride(sampler);
#pragma omp parallel num_threads(jobs)
    {
#pragma omp for schedule(static)
        for (uint32_t row = 0; row <= rows; row++) {
            find_shades(sampler->shades, sampler->value + (row + 1) * stride + 1,
                        sampler->shade + row * cells, cells);
        }
#pragma omp for schedule(static)
        for (uint32_t row = 0; row < rows; row++) {
            find_flats(sampler->shade + row * cells, sampler->shade + (row + 1) * cells,
                       sampler->flat[0] + (size_t)row * sampler->quads_x, sampler->quads_x);
        }
        for (uint32_t level = 1; level < WH_SAMPLER_LEVELS; level++) {
            const size_t below = level_stride(sampler, level - 1);
            const size_t n_below = level_rows(rows, level - 1);
#pragma omp for schedule(static)
            for (size_t row = 0; row < level_rows(rows, level); row++) {
                const size_t next = 2 * row + 1 < n_below ? 2 * row + 1 : 2 * row;
                join_flats(sampler->flat[level - 1] + 2 * row * below,
                           sampler->flat[level - 1] + next * below, below,
                           sampler->flat[level] + row * level_stride(sampler, level));
            }
        }
    }
}

bool wh_sampler_has_next(const struct wh_sampler *sampler)
{
    return sampler->low > 0;
}

enum wh_status wh_sampler_next(struct wh_sampler *sampler, struct wh_error *err)
{
    const size_t stride = value_stride(sampler);
    const bool is_first = sampler->high == sampler->low;
    const uint32_t high = sampler->low;
    /* The first band is a row short: bands then begin where the file's blocks do. */
    const uint32_t most =
        sampler->most_rows - (is_first && sampler->most_rows % BAND_STEP == 0 ? 1 : 0);
    const uint32_t low = high > most ? high - most : 0;
    int64_t read_to = (int64_t)high + 1;
    if (!is_first) { /* the southernmost rows in hand are the next band's northernmost */
        memmove(sampler->value + (size_t)(high - low) * stride, sampler->value,
                (TAPS - 1) * stride * sizeof *sampler->value);
        read_to = (int64_t)high - SIDE;
    }
    sampler->low = low;
    sampler->high = high;
    const enum wh_status status = read_values(sampler, (int64_t)low - SIDE, read_to, err);
    if (status == WH_OK) {
        find_squares(sampler);
    }
    return status;
}

/* ---- drawing ---- */

#define LEAF_PX 8u       /* blocks of pixels that are not cut further */
#define MARGIN 1e-6      /* quads: what rounding may do to a position */
#define MOST_SQUARES 2.0 /* looked at in each direction to call a block flat */

/* A block of a patch's pixels, and where in the grid they lie. */
struct block {
    uint32_t x, y, size;
    double u[2], v[2]; /* the least and the most */
};

static struct block make_block(const struct wh_patch *patch, uint32_t x, uint32_t y, uint32_t size)
{
    struct block block = {.x = x, .y = y, .size = size};
    const struct wh_patch_row top = wh_patch_row(patch, y),
                              bottom = wh_patch_row(patch, y + size - 1);
    const double west = x, east = x + size - 1;
    const double u[4] = {top.u + west * top.du, top.u + east * top.du, bottom.u + west * bottom.du,
                         bottom.u + east * bottom.du};
    const double v[4] = {top.v + west * top.dv, top.v + east * top.dv, bottom.v + west * bottom.dv,
                         bottom.v + east * bottom.dv};
    block.u[0] = fmin(fmin(u[0], u[1]), fmin(u[2], u[3])) - MARGIN;
    block.u[1] = fmax(fmax(u[0], u[1]), fmax(u[2], u[3])) + MARGIN;
    block.v[0] = fmin(fmin(v[0], v[1]), fmin(v[2], v[3])) - MARGIN;
    block.v[1] = fmax(fmax(v[0], v[1]), fmax(v[2], v[3])) + MARGIN;
    return block;
}

/* The one shade of all quads that a block lies in, all of which are in hand, or MIXED. */
static uint8_t flat_of(const struct wh_sampler *sampler, const struct block *block)
{
    const double wide = block->u[1] - block->u[0], high = block->v[1] - block->v[0];
    uint32_t level = 0;
    while (level + 1 < WH_SAMPLER_LEVELS &&
           fmax(wide, high) > MOST_SQUARES * (double)(1u << level)) {
        level++;
    }
    const size_t stride = level_stride(sampler, level);
    const uint32_t west = (uint32_t)block->u[0] >> level, east = (uint32_t)block->u[1] >> level;
    const uint32_t south = ((uint32_t)block->v[0] - sampler->low) >> level;
    const uint32_t north = ((uint32_t)block->v[1] - sampler->low) >> level;
    const uint8_t *const flat = sampler->flat[level];
    const uint8_t found = flat[south * stride + west];
    for (uint32_t row = south; row <= north; row++) {
        for (uint32_t col = west; col <= east; col++) {
            if (flat[row * stride + col] != found) {
                return WH_SAMPLER_MIXED;
            }
        }
    }
    return found;
}

struct drawing {
    const struct wh_sampler *sampler;
    const struct wh_patch *patch;
    uint8_t *pixel;
    size_t stride;
    uint64_t used;
};

static void fill(struct drawing *drawing, const struct block *block, uint8_t shade)
{
    for (uint32_t y = block->y; y < block->y + block->size; y++) {
        memset(drawing->pixel + y * drawing->stride + block->x, shade, block->size);
    }
    drawing->used |= UINT64_C(1) << shade;
}

/* All of the block is in hand. */
static void draw_inside(struct drawing *drawing, const struct block *block)
{
    for (uint32_t y = block->y; y < block->y + block->size; y++) {
        const struct wh_patch_row row = wh_patch_row(drawing->patch, y);
        uint8_t *const pixel = drawing->pixel + y * drawing->stride;
        for (uint32_t x = block->x; x < block->x + block->size; x++) {
            pixel[x] = shade_in_hand(drawing->sampler, row.u + x * row.du, row.v + x * row.dv);
            drawing->used |= UINT64_C(1) << pixel[x];
        }
    }
}

static void draw_across(struct drawing *drawing, const struct block *block)
{
    const struct wh_sampler *const sampler = drawing->sampler;
    for (uint32_t y = block->y; y < block->y + block->size; y++) {
        const struct wh_patch_row row = wh_patch_row(drawing->patch, y);
        uint8_t *const pixel = drawing->pixel + y * drawing->stride;
        for (uint32_t x = block->x; x < block->x + block->size; x++) {
            const double u = row.u + x * row.du, v = row.v + x * row.dv;
            if (u >= 0 && u < sampler->quads_x && v >= sampler->low && v < sampler->high) {
                pixel[x] = shade_in_hand(sampler, u, v);
                drawing->used |= UINT64_C(1) << pixel[x];
            }
        }
    }
}

static void draw_block(struct drawing *drawing, uint32_t x, uint32_t y, uint32_t size)
{
    const struct wh_sampler *const sampler = drawing->sampler;
    const struct block block = make_block(drawing->patch, x, y, size);
    if (block.u[1] < 0 || block.u[0] >= sampler->quads_x || block.v[1] < sampler->low ||
        block.v[0] >= sampler->high) {
        return;
    }
    const bool is_inside = block.u[0] >= 0 && block.u[1] < sampler->quads_x &&
                           block.v[0] >= sampler->low && block.v[1] < sampler->high;
    const uint8_t flat = is_inside ? flat_of(sampler, &block) : WH_SAMPLER_MIXED;
    if (flat != WH_SAMPLER_MIXED) {
        fill(drawing, &block, flat);
    } else if (size > LEAF_PX) {
        for (uint32_t i = 0; i < 4; i++) {
            draw_block(drawing, x + i % 2 * size / 2, y + i / 2 * size / 2, size / 2);
        }
    } else if (is_inside) {
        draw_inside(drawing, &block);
    } else {
        draw_across(drawing, &block);
    }
}

void wh_sampler_draw(const struct wh_sampler *sampler, const struct wh_patch *patch, uint8_t *pixel,
                     size_t stride, uint64_t *used)
{
    struct drawing drawing = {.sampler = sampler, .patch = patch, .pixel = pixel, .stride = stride};
    draw_block(&drawing, 0, 0, patch->step_px);
    *used |= drawing.used;
}

/* Pixel by pixel, at the smallest zooms and the ends of the earth; there are few with anything on
 * them. */
static void draw_exactly(const struct wh_sampler *sampler, const struct wh_patches *patches,
                         uint32_t px, uint32_t py, uint8_t *pixel, size_t stride, uint64_t *used)
{
    const struct wh_mesh *const mesh = patches->mesh;
    const double *const lonlat = patches->lonlat;
    const double west = wh_tile_x(lonlat[0], mesh->level) * LEVEL_0_PX - px - 1;
    const double east = wh_tile_x(lonlat[2], mesh->level) * LEVEL_0_PX - px + 1;
    const double north = wh_tile_y(lonlat[3], mesh->level) * LEVEL_0_PX - py - 1;
    const double south = wh_tile_y(lonlat[1], mesh->level) * LEVEL_0_PX - py + 1;
    const double step = mesh->step_px;
    for (uint32_t y = (uint32_t)fmin(step, fmax(0, north)); y < fmin(step, south); y++) {
        for (uint32_t x = (uint32_t)fmin(step, fmax(0, west)); x < fmin(step, east); x++) {
            double u, v;
            wh_mesh_place(mesh, px + x + 0.5, py + y + 0.5, &u, &v);
            if (u >= 0 && u < sampler->quads_x && v >= sampler->low && v < sampler->high) {
                const uint8_t shade = wh_sampler_shade(sampler, u, v);
                pixel[(size_t)y * stride + x] = shade;
                *used |= UINT64_C(1) << shade;
            }
        }
    }
    *used |= 1;
}

void wh_sampler_draw_patches(const struct wh_sampler *sampler, const struct wh_patches *patches,
                             uint8_t *pixel, size_t stride, uint64_t *used)
{
    const struct wh_mesh *const mesh = patches->mesh;
    const uint32_t step = mesh->step_px;
    for (uint32_t row = 0; row < patches->ny; row++) {
        for (uint32_t col = 0; col < patches->nx; col++) {
            struct wh_patch patch;
            uint8_t *const at = pixel + (size_t)row * step * stride + (size_t)col * step;
            if (wh_mesh_patch(mesh, patches->col + col, patches->row + row, &patch)) {
                wh_sampler_draw(sampler, &patch, at, stride, used);
            } else {
                draw_exactly(sampler, patches, mesh->px + (patches->col + col) * step,
                             mesh->py + (patches->row + row) * step, at, stride, used);
            }
        }
    }
}
