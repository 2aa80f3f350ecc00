/* geo/areas_internal.h: the index of an area layer, shared by areas.c, area_index.c and
 * area_overlaps.c. */
#ifndef WH_GEO_AREAS_INTERNAL_H
#define WH_GEO_AREAS_INTERNAL_H

#include "geo/areas.h"
#include "geo/geos_internal.h"

/*
 * How a point finds its area: a lattice of cells over the layer's box, each wholly inside one area,
 * wholly outside all, or CELL_MIXED where a border passes (within a rounding); in mixed cells a
 * tree of boxes and prepared polygons decide.
 */
struct wh_area_index {
    struct wh_arena arena; /* what wh_areas_open() filled the areas from */
    bool owns_areas;       /* codes, shapes and arrays live in `arena` */
    uint32_t *by_code;     /* indices of areas in the order of their codes */
    double box[4];
    double per_m_x, per_m_y; /* cells a metre */
    uint32_t nx, ny;
    int32_t *cell;
    struct wh_geos geos;
    GEOSSTRtree *tree;
    GEOSGeometry **leaf; /* the boxes in the tree */
    uint32_t *number;    /* what the tree's leaves point to: 0, 1, 2, ... */
};

enum { CELL_OUTSIDE = -1, CELL_MIXED = -2 };

/* One thread's polygons, prepared when first asked for: preparing is lazy inside GEOS and not
 * thread-safe. */
struct wh_area_worker {
    struct wh_ctx *ctx;
    const struct wh_areas *areas;
    struct wh_geos geos;
    GEOSGeometry **geom;
    const GEOSPreparedGeometry **prepared;
    enum wh_status status; /* first failure */
    struct wh_error *err;
};

WH_MUST_USE enum wh_status wh_area_worker_open(struct wh_ctx *ctx, const struct wh_areas *areas,
                                               struct wh_area_worker *worker, struct wh_error *err);
void wh_area_worker_close(struct wh_area_worker *worker);
/* The area's polygon, made when first asked for; NULL with worker->status set. */
const GEOSGeometry *wh_area_worker_geom(struct wh_area_worker *worker, uint32_t area);
/* The lowest area that covers the point (border included), or -1; looks at the tree, not at the
 * lattice. */
int32_t wh_area_worker_find(struct wh_area_worker *worker, const struct wh_area_index *index,
                            double x, double y);

/* WH_ERR_INPUT, naming both areas, when two overlap by more than slivers (areas.h says how much).
 */
WH_MUST_USE enum wh_status wh_areas_check_overlaps(struct wh_ctx *ctx, const struct wh_areas *areas,
                                                   struct wh_error *err);

#endif
