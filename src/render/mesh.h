/*
 * render/mesh.h: where the pixels of a zoom lie on a grid: PROJ at the nodes of a mesh, which
 * tiles share, and straight lines between them.
 */
#ifndef WH_RENDER_MESH_H
#define WH_RENDER_MESH_H

#include "geo/crs.h"
#include "render/mercator.h"

/* How far a pixel may be from where PROJ says, in pixels. */
#define WH_MESH_BOUND_PX 0.1

/*
 * Positions count in quads of a grid: the squares between the centres of four cells, the first of
 * which reaches half a cell over the grid's edge. (u, v) lies in quad (floor u, floor v), between
 * cells floor u - 1 and floor u; u runs east, v north.
 */
struct wh_mesh {
    struct wh_transform *to_lonlat; /* from the grid's CRS */
    double x0, y0, cell_m;          /* of the grid */
    uint32_t level;                 /* the world is 256 << level pixels wide */
    uint32_t px, py;                /* of the first node, from the world's north-west */
    uint32_t step_px;               /* from node to node: 256, 128, ... 16 */
    uint32_t nx, ny;                /* nodes, row by row from the north-west */
    bool is_exact;                  /* lines would err too much: each pixel by PROJ */
    double *u, *v;                  /* owned; NaN where PROJ has no place */
};

/*
 * Over tiles of `tile_px` = 256, 512, ... pixels, of which `range` is at zoom z. Which mesh it
 * is depends on the pixels' size and on the ground in `lonlat` that counts, not on tiles: a pixel
 * of a large tile lies where that of a small one does, bit by bit. Nobody else uses `to_lonlat`
 * meanwhile. Caller finishes.
 */
WH_MUST_USE enum wh_status wh_mesh_init(struct wh_mesh *mesh, struct wh_ctx *ctx,
                                        const struct wh_grid *grid, struct wh_transform *to_lonlat,
                                        const double lonlat[4], const struct wh_tile_range *range,
                                        uint32_t z, uint32_t tile_px, struct wh_error *err);
void wh_mesh_finish(struct wh_mesh *mesh, struct wh_ctx *ctx);

/* A square of it, step_px pixels wide: its corners north-west, north-east, south-west, south-east.
 */
struct wh_patch {
    uint32_t step_px;
    double u[4], v[4];
};
/* Of node (col, row). False when pixels there must be placed one by one. */
bool wh_mesh_patch(const struct wh_mesh *mesh, uint32_t col, uint32_t row, struct wh_patch *ret);
/* By PROJ: a point in pixels from the world's north-west. NaN where there is no place. */
void wh_mesh_place(const struct wh_mesh *mesh, double px, double py, double *ret_u, double *ret_v);

/* A row of pixels of a patch: pixel i of it lies at u + i * du, v + i * dv. */
struct wh_patch_row {
    double u, v, du, dv;
};
static inline struct wh_patch_row wh_patch_row(const struct wh_patch *patch, uint32_t y)
{
    const double b = (y + 0.5) / patch->step_px, a = 1 - b;
    const double west_u = a * patch->u[0] + b * patch->u[2];
    const double west_v = a * patch->v[0] + b * patch->v[2];
    const double east_u = a * patch->u[1] + b * patch->u[3];
    const double east_v = a * patch->v[1] + b * patch->v[3];
    const double du = (east_u - west_u) / patch->step_px, dv = (east_v - west_v) / patch->step_px;
    return (struct wh_patch_row){west_u + 0.5 * du, west_v + 0.5 * dv, du, dv};
}

#endif
