/*
 * render/sampler.h: a surface as shades at any place on it. Values lie at the centres of cells;
 * between them they run along a bicubic, which never leaves the range of the four cells around.
 */
#ifndef WH_RENDER_SAMPLER_H
#define WH_RENDER_SAMPLER_H

#include <wardheat/geo.h>

#include "render/mesh.h"

/* What a cell may be besides a number: outside the study area (also NaN), or not to be shown. */
#define WH_SAMPLER_BLANK (-HUGE_VALF)

/* Rows of a grid from anywhere, some at a time. */
struct wh_tile_source {
    struct wh_grid grid; /* its geometry; v is not looked at */
    /* Rows [row, row + n) as the grid counts them (0 is south), nx values each. Rows are asked for
     * from the north on, each once. */
    enum wh_status (*read)(const void *user, uint32_t row, uint32_t n, float *ret,
                           struct wh_error *err);
    const void *user;
};

/* 0: nothing is drawn; i: from from[i - 1] on; n + 1: blank. */
#define WH_MAX_SHADES 62u
struct wh_shades {
    uint32_t n;
    float from[WH_MAX_SHADES]; /* rising */
};

#define WH_SAMPLER_LEVELS 10u
struct wh_sampler {
    struct wh_ctx *ctx;
    const struct wh_tile_source *source;
    const struct wh_shades *shades;
    uint32_t quads_x, quads_y; /* of the whole grid: nx + 1, ny + 1 */
    uint32_t most_rows;        /* of quads, in hand at once */
    uint32_t low, high;        /* rows of quads in hand: [low, high) */
    float *value;              /* of cells: 2 more on each side, rows low - 2 to high */
    uint8_t *shade;            /* of cells: 1 more on each side, rows low - 1 to high - 1 */
    /* By squares of 2^level quads: the one shade that all of it has, or WH_SAMPLER_MIXED. */
    uint8_t *flat[WH_SAMPLER_LEVELS];
};
#define WH_SAMPLER_MIXED UINT8_MAX

/* Room for bands of so many rows; 0: of at most some 64 MB of values, whatever the grid's size. */
WH_MUST_USE enum wh_status wh_sampler_init(struct wh_sampler *sampler, struct wh_ctx *ctx,
                                           const struct wh_tile_source *source,
                                           const struct wh_shades *shades, uint32_t band_rows,
                                           struct wh_error *err);
void wh_sampler_finish(struct wh_sampler *sampler);

/* Goes on to the next band, from north to south; first to the northernmost. False: there is none.
 */
bool wh_sampler_has_next(const struct wh_sampler *sampler);
WH_MUST_USE enum wh_status wh_sampler_next(struct wh_sampler *sampler, struct wh_error *err);

/* The shade at a place whose quad is in hand. */
uint8_t wh_sampler_shade(const struct wh_sampler *sampler, double u, double v);

/*
 * Draws those pixels of a patch whose quads are in hand; the others stay. `pixel` is the patch's
 * first, `stride` pixels a row. Thread-safe. Marks in *used (bit i: shade i) what it drew, or more.
 */
void wh_sampler_draw(const struct wh_sampler *sampler, const struct wh_patch *patch, uint8_t *pixel,
                     size_t stride, uint64_t *used);

/* Patches of a mesh, from node (col, row) on: nx x ny of them. `lonlat`: the ground beyond which
 * there is nothing of the surface. */
struct wh_patches {
    const struct wh_mesh *mesh;
    const double *lonlat; /* {west, south, east, north} */
    uint32_t col, row, nx, ny;
};
/* Draws all of them, those by PROJ alone that lines would not do for. `pixel`, `used`: as above. */
void wh_sampler_draw_patches(const struct wh_sampler *sampler, const struct wh_patches *patches,
                             uint8_t *pixel, size_t stride, uint64_t *used);

#endif
