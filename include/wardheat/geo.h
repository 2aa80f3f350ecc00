/* wardheat/geo.h: the plain geographic data of every stage: grids, masks, shapes, areas. */
#ifndef WARDHEAT_GEO_H
#define WARDHEAT_GEO_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A raster in the working CRS. Row 0 is SOUTH in memory (files are written north up). Cell (col, row)
 * has its centre at (x0 + (col + 0.5) * cell_m, y0 + (row + 0.5) * cell_m) and index row * nx + col.
 */
struct wh_grid {
    double x0, y0, cell_m;
    uint32_t nx, ny;
    double *v; /* nx * ny values, NaN: no data; NULL when only the geometry matters */
};

/* One byte a cell on the geometry of a grid: 1 where the cell's centre is inside the study area. */
struct wh_mask {
    struct wh_grid grid; /* geometry only; v is NULL */
    uint8_t *inside;     /* nx * ny */
};

/*
 * A multipolygon: rings of vertices, closed (first vertex repeated), exterior rings counter-clockwise, holes
 * clockwise. Ring r has vertices [ring_start[r], ring_start[r + 1]); polygon p has rings
 * [part_start[p], part_start[p + 1]), the exterior first. All zero: empty.
 */
struct wh_shape {
    uint32_t n_parts, n_rings, n_vertices;
    uint32_t *part_start; /* n_parts + 1 */
    uint32_t *ring_start; /* n_rings + 1 */
    double *x, *y;        /* n_vertices */
};

/*
 * A polygon layer in the working CRS, in the order of its codes; wards are the first. Filled by wh_areas_open() in
 * src/geo/areas.h or by a caller of his own; `index` may be NULL then.
 */
struct wh_area_index;
struct wh_areas {
    uint32_t n;
    const char **code, **name;  /* unique, not empty */
    double *population;         /* NaN: not known */
    double *households;         /* NaN: not known */
    double *area_km2;
    struct wh_shape *shape;
    struct wh_area_index *index; /* prepared geometry; owned */
};

/*
 * Makes the smallest grid of whole cells, aligned to multiples of cell_m, that covers the box with
 * `margin_m` around it; values are zero. WH_ERR_LIMIT when it would need more than `max_cells`.
 */
WH_MUST_USE enum wh_status wh_grid_cover(struct wh_ctx *ctx, const double box[4], double margin_m,
                                         double cell_m, double max_cells, struct wh_grid *ret,
                                         struct wh_error *err);
/* The same from the box's own south-west corner on; the last cells may overhang. */
WH_MUST_USE enum wh_status wh_grid_from_corner(struct wh_ctx *ctx, const double box[4],
                                               double cell_m, double max_cells,
                                               struct wh_grid *ret, struct wh_error *err);
/* A grid of the same geometry with zeros. */
WH_MUST_USE enum wh_status wh_grid_like(struct wh_ctx *ctx, const struct wh_grid *grid,
                                        struct wh_grid *ret, struct wh_error *err);
void wh_grid_finish(struct wh_ctx *ctx, struct wh_grid *grid);
void wh_mask_finish(struct wh_ctx *ctx, struct wh_mask *mask);

WH_MUST_USE enum wh_status wh_shape_copy(struct wh_ctx *ctx, const struct wh_shape *shape,
                                         struct wh_shape *ret, struct wh_error *err);
void wh_shape_finish(struct wh_ctx *ctx, struct wh_shape *shape);
/* Box as {min x, min y, max x, max y}; {0, 0, 0, 0} of an empty shape. */
void wh_shape_box(const struct wh_shape *shape, double ret_box[4]);
/* Area in square kilometres by the shoelace formula, holes taken off. */
double wh_shape_area_km2(const struct wh_shape *shape);

#ifdef __cplusplus
}
#endif
#endif
