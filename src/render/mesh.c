/* render/mesh.c: the coarsest mesh whose lines keep the bound. */
#include "render/mesh.h"

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"

#define STEP_MOST_PX 256u
#define STEP_LEAST_PX 16u
#define UNIT_PX 256.0 /* of a tile coordinate */
/* Straight lines err most near the points where they are tried; half the bound is left for what is
 * elsewhere, as at the steps of a datum grid. */
#define TRIED_PX (0.5 * WH_MESH_BOUND_PX)

static void to_quads(const struct wh_mesh *mesh, double *x, double *y)
{
    *x = (*x - mesh->x0) / mesh->cell_m + 0.5;
    *y = (*y - mesh->y0) / mesh->cell_m + 0.5;
}

/* Pixels become positions, in place. */
static void place(const struct wh_mesh *mesh, double *x, double *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = wh_tile_lon(x[i] / UNIT_PX, mesh->level);
        y[i] = wh_tile_lat(y[i] / UNIT_PX, mesh->level);
    }
    wh_transform_points(mesh->to_lonlat, true, x, y, n);
    for (size_t i = 0; i < n; i++) {
        to_quads(mesh, &x[i], &y[i]);
    }
}

void wh_mesh_place(const struct wh_mesh *mesh, double px, double py, double *ret_u, double *ret_v)
{
    *ret_u = px;
    *ret_v = py;
    place(mesh, ret_u, ret_v, 1);
}

bool wh_mesh_patch(const struct wh_mesh *mesh, uint32_t col, uint32_t row, struct wh_patch *ret)
{
    const size_t north = (size_t)row * mesh->nx + col, south = north + mesh->nx;
    const size_t node[4] = {north, north + 1, south, south + 1};
    bool is_placed = !mesh->is_exact;
    ret->step_px = mesh->step_px;
    for (int i = 0; i < 4; i++) {
        ret->u[i] = mesh->u[node[i]];
        ret->v[i] = mesh->v[node[i]];
        is_placed = is_placed && isfinite(ret->u[i]) && isfinite(ret->v[i]);
    }
    return is_placed;
}

/*
 * How many pixels a patch is from where PROJ says, at the worst of three points: in the middle, and
 * on two sides, where a conformal projection errs most (it bends east as much as it bends north,
 * the other way, so that the middle is right).
 */
static double error_px(const struct wh_mesh *mesh, uint32_t col, uint32_t row)
{
    static const double TRIED[][2] = {{0.5, 0.5}, {0.5, 0}, {0, 0.5}};
    struct wh_patch patch;
    double worst = 0;
    if (!wh_mesh_patch(mesh, col, row, &patch)) {
        return 0; /* has no lines */
    }
    const double wide = hypot(patch.u[1] - patch.u[0], patch.v[1] - patch.v[0]);
    const double high = hypot(patch.u[2] - patch.u[0], patch.v[2] - patch.v[0]);
    for (size_t i = 0; i < sizeof TRIED / sizeof *TRIED; i++) {
        const double x = TRIED[i][0], y = TRIED[i][1];
        const double weight[4] = {(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y};
        double u, v;
        wh_mesh_place(mesh, mesh->px + (col + x) * mesh->step_px,
                      mesh->py + (row + y) * mesh->step_px, &u, &v);
        for (int k = 0; k < 4; k++) {
            u -= weight[k] * patch.u[k];
            v -= weight[k] * patch.v[k];
        }
        const double error = hypot(u, v) * mesh->step_px / fmin(wide, high);
        if (!(error <= worst)) { /* or PROJ has no place there */
            worst = isnan(error) ? (double)INFINITY : error;
        }
    }
    return worst;
}

/* Are all patches near enough that touch the ground that counts? */
static bool keeps_bound(const struct wh_mesh *mesh, const double lonlat[4])
{
    const double west = wh_tile_x(lonlat[0], mesh->level) * UNIT_PX - mesh->px;
    const double north = wh_tile_y(lonlat[3], mesh->level) * UNIT_PX - mesh->py;
    const double east = wh_tile_x(lonlat[2], mesh->level) * UNIT_PX - mesh->px;
    const double south = wh_tile_y(lonlat[1], mesh->level) * UNIT_PX - mesh->py;
    const double step = mesh->step_px;
    for (uint32_t row = 0; row + 1 < mesh->ny; row++) {
        if ((row + 1) * step <= north || row * step >= south) {
            continue;
        }
        for (uint32_t col = 0; col + 1 < mesh->nx; col++) {
            if ((col + 1) * step > west && col * step < east &&
                error_px(mesh, col, row) > TRIED_PX) {
                return false;
            }
        }
    }
    return true;
}

static enum wh_status lay(struct wh_mesh *mesh, struct wh_ctx *ctx, uint32_t width_px,
                          uint32_t height_px, struct wh_error *err)
{
    mesh->nx = width_px / mesh->step_px + 1;
    mesh->ny = height_px / mesh->step_px + 1;
    const size_t n = (size_t)mesh->nx * mesh->ny;
    wh_mesh_finish(mesh, ctx);
    mesh->u = wh_alloc_array(ctx, n, sizeof *mesh->u);
    mesh->v = wh_alloc_array(ctx, n, sizeof *mesh->v);
    if (mesh->u == NULL || mesh->v == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        mesh->u[i] = (double)mesh->px + (double)(i % mesh->nx) * mesh->step_px;
        mesh->v[i] = (double)mesh->py + (double)(i / mesh->nx) * mesh->step_px;
    }
    place(mesh, mesh->u, mesh->v, n);
    return WH_OK;
}

enum wh_status wh_mesh_init(struct wh_mesh *mesh, struct wh_ctx *ctx, const struct wh_grid *grid,
                            struct wh_transform *to_lonlat, const double lonlat[4],
                            const struct wh_tile_range *range, uint32_t z, uint32_t tile_px,
                            struct wh_error *err)
{
    *mesh = (struct wh_mesh){.to_lonlat = to_lonlat,
                             .x0 = grid->x0,
                             .y0 = grid->y0,
                             .cell_m = grid->cell_m,
                             .level = z,
                             .px = range->x0 * tile_px,
                             .py = range->y0 * tile_px,
                             .step_px = 2 * STEP_MOST_PX};
    for (uint32_t size = STEP_MOST_PX; size < tile_px; size *= 2) {
        mesh->level++;
    }
    enum wh_status status = WH_OK;
    do {
        mesh->step_px /= 2;
        mesh->is_exact = false;
        status = lay(mesh, ctx, (range->x1 - range->x0 + 1) * tile_px,
                     (range->y1 - range->y0 + 1) * tile_px, err);
        mesh->is_exact = status == WH_OK && !keeps_bound(mesh, lonlat);
    } while (status == WH_OK && mesh->is_exact && mesh->step_px > STEP_LEAST_PX);
    if (status != WH_OK) {
        wh_mesh_finish(mesh, ctx);
    }
    return status;
}

void wh_mesh_finish(struct wh_mesh *mesh, struct wh_ctx *ctx)
{
    wh_free(ctx, mesh->u);
    wh_free(ctx, mesh->v);
    mesh->u = mesh->v = NULL;
}
