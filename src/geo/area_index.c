/* geo/area_index.c: which area is a point in: fast, exact at borders, the same at any number of
 * threads. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/str.h"
#include "geo/areas_internal.h"

/* Cells a side of the lattice: finer than the borders' own detail is of no use. */
#define MIN_SIDE 32
#define MAX_SIDE 1024
/* Borders are drawn this part of a cell thicker than they are: a thousand million times the
 * rounding of an index. */
#define THICKNESS 1e-6
/* Fewer points a thread are not worth its start. */
#define POINTS_A_THREAD 16384

/* ---- workers ---- */

enum wh_status wh_area_worker_open(struct wh_ctx *ctx, const struct wh_areas *areas,
                                   struct wh_area_worker *worker, struct wh_error *err)
{
    *worker = (struct wh_area_worker){.ctx = ctx, .areas = areas, .err = err};
    worker->status = wh_geos_open(ctx, &worker->geos, err);
    if (worker->status != WH_OK) {
        return worker->status;
    }
    worker->geom = wh_alloc_array(ctx, areas->n, sizeof(GEOSGeometry *));
    worker->prepared = wh_alloc_array(ctx, areas->n, sizeof(const GEOSPreparedGeometry *));
    if (worker->geom == NULL || worker->prepared == NULL) {
        worker->status = wh_fail_memory(ctx, err);
        wh_area_worker_close(worker);
    }
    return worker->status;
}

void wh_area_worker_close(struct wh_area_worker *worker)
{
    for (uint32_t i = 0; worker->areas != NULL && i < worker->areas->n; i++) {
        if (worker->prepared != NULL && worker->prepared[i] != NULL) {
            GEOSPreparedGeom_destroy_r(worker->geos.handle, worker->prepared[i]);
        }
        if (worker->geom != NULL && worker->geom[i] != NULL) {
            GEOSGeom_destroy_r(worker->geos.handle, worker->geom[i]);
        }
    }
    wh_free(worker->ctx, worker->prepared);
    wh_free(worker->ctx, worker->geom);
    worker->prepared = NULL;
    worker->geom = NULL;
    wh_geos_close(&worker->geos);
}

static void set_failed(struct wh_area_worker *worker, enum wh_status status)
{
    if (worker->status == WH_OK) {
        worker->status = status;
    }
}

const GEOSGeometry *wh_area_worker_geom(struct wh_area_worker *worker, uint32_t area)
{
    if (worker->geom[area] == NULL && worker->status == WH_OK) {
        set_failed(worker,
                   wh_geos_from_shape(worker->ctx, &worker->geos, &worker->areas->shape[area],
                                      &worker->geom[area], worker->err));
    }
    return worker->geom[area];
}

static const GEOSPreparedGeometry *prepared(struct wh_area_worker *worker, uint32_t area)
{
    if (worker->prepared[area] == NULL) {
        const GEOSGeometry *const geom = wh_area_worker_geom(worker, area);
        if (geom != NULL) {
            worker->prepared[area] = GEOSPrepare_r(worker->geos.handle, geom);
        }
        if (worker->prepared[area] == NULL && worker->status == WH_OK) {
            set_failed(worker, wh_fail_memory(worker->ctx, worker->err));
        }
    }
    return worker->prepared[area];
}

struct search {
    struct wh_area_worker *worker;
    const GEOSGeometry *point;
    uint32_t best; /* UINT32_MAX: none so far */
};

static void visit(void *item, void *user)
{
    struct search *const search = user;
    struct wh_area_worker *const worker = search->worker;
    const uint32_t area = *(const uint32_t *)item;
    if (area >= search->best || worker->status != WH_OK) {
        return;
    }
    const GEOSPreparedGeometry *const polygon = prepared(worker, area);
    if (polygon == NULL) {
        return;
    }
    const char answer = GEOSPreparedIntersects_r(worker->geos.handle, polygon, search->point);
    if (answer == 1) {
        search->best = area;
    } else if (answer != 0) {
        set_failed(worker, wh_fail(worker->err, WH_ERR_INPUT, "area %s: %s",
                                   worker->areas->code[area], worker->geos.message));
    }
}

int32_t wh_area_worker_find(struct wh_area_worker *worker, const struct wh_area_index *index,
                            double x, double y)
{
    GEOSGeometry *const point = GEOSGeom_createPointFromXY_r(worker->geos.handle, x, y);
    if (point == NULL) {
        set_failed(worker, wh_fail_memory(worker->ctx, worker->err));
        return CELL_OUTSIDE;
    }
    struct search search = {.worker = worker, .point = point, .best = UINT32_MAX};
    GEOSSTRtree_query_r(worker->geos.handle, index->tree, point, visit, &search);
    GEOSGeom_destroy_r(worker->geos.handle, point);
    return search.best == UINT32_MAX ? CELL_OUTSIDE : (int32_t)search.best;
}

/* ---- building ---- */

static void add_box(const struct wh_shape *shape, double box[4])
{
    double own[4];
    wh_shape_box(shape, own);
    box[0] = fmin(box[0], own[0]);
    box[1] = fmin(box[1], own[1]);
    box[2] = fmax(box[2], own[2]);
    box[3] = fmax(box[3], own[3]);
}

void wh_areas_box(const struct wh_areas *areas, double ret_box[4])
{
    double box[4] = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY};
    for (uint32_t i = 0; i < areas->n; i++) {
        if (areas->shape[i].n_vertices > 0) {
            add_box(&areas->shape[i], box);
        }
    }
    for (int i = 0; i < 4; i++) {
        ret_box[i] = box[0] <= box[2] ? box[i] : 0.0;
    }
}

static void destroy_index(struct wh_ctx *ctx, struct wh_area_index *index)
{
    if (index->geos.handle != NULL && index->tree != NULL) {
        GEOSSTRtree_destroy_r(index->geos.handle, index->tree);
    }
    for (size_t i = 0; index->leaf != NULL && index->leaf[i] != NULL; i++) {
        GEOSGeom_destroy_r(index->geos.handle, index->leaf[i]);
    }
    wh_geos_close(&index->geos);
    wh_free(ctx, index->leaf);
    wh_free(ctx, index->number);
    wh_free(ctx, index->by_code);
    wh_free(ctx, index->cell);
    wh_free(ctx, index);
}

static void ignore(void *item, void *user)
{
    (void)item;
    (void)user;
}

static enum wh_status build_tree(struct wh_ctx *ctx, const struct wh_areas *areas,
                                 struct wh_area_index *index, struct wh_error *err)
{
    index->number = wh_alloc_array(ctx, areas->n, sizeof *index->number);
    index->leaf = wh_alloc_array(ctx, (size_t)areas->n + 1, sizeof(GEOSGeometry *));
    if (index->number == NULL || index->leaf == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const enum wh_status status = wh_geos_open(ctx, &index->geos, err);
    if (status != WH_OK) {
        return status;
    }
    const GEOSContextHandle_t handle = index->geos.handle;
    index->tree = GEOSSTRtree_create_r(handle, 10);
    bool is_made = index->tree != NULL;
    size_t n = 0;
    for (uint32_t i = 0; i < areas->n && is_made; i++) {
        index->number[i] = i;
        double box[4];
        wh_shape_box(&areas->shape[i], box);
        if (areas->shape[i].n_vertices > 0) {
            index->leaf[n] = GEOSGeom_createRectangle_r(handle, box[0], box[1], box[2], box[3]);
            is_made = index->leaf[n] != NULL;
            if (is_made) {
                GEOSSTRtree_insert_r(handle, index->tree, index->leaf[n++], &index->number[i]);
            }
        }
    }
    if (!is_made) {
        return wh_fail_memory(ctx, err);
    }
    if (n > 0) { /* the tree is built at its first question: here, not in many threads at once */
        GEOSSTRtree_query_r(handle, index->tree, index->leaf[0], ignore, NULL);
    }
    return WH_OK;
}

static uint32_t side_of(const struct wh_areas *areas)
{
    double vertices = 0;
    for (uint32_t i = 0; i < areas->n; i++) {
        vertices += areas->shape[i].n_vertices;
    }
    return (uint32_t)fmin(fmax(4 * sqrt(vertices), MIN_SIDE), MAX_SIDE);
}

static int64_t clamp_index(double at, uint32_t n)
{
    return (int64_t)fmin(fmax(floor(at), 0.0), (double)n - 1.0);
}

/* Marks the cells of one row that the segment (in cells) passes. */
static void mark_row(struct wh_area_index *index, int64_t row, double u0, double v0, double u1,
                     double v1)
{
    double from = fmin(u0, u1), to = fmax(u0, u1);
    if (fabs(v1 - v0) > THICKNESS) { /* only the part of it within the row */
        const double slope = (u1 - u0) / (v1 - v0);
        const double a = u0 + ((double)row - THICKNESS - v0) * slope;
        const double b = u0 + ((double)row + 1 + THICKNESS - v0) * slope;
        from = fmax(from, fmin(a, b));
        to = fmin(to, fmax(a, b));
    }
    const int64_t first = clamp_index(from - THICKNESS, index->nx);
    const int64_t last = clamp_index(to + THICKNESS, index->nx);
    for (int64_t col = first; col <= last; col++) {
        index->cell[(size_t)row * index->nx + (size_t)col] = CELL_MIXED;
    }
}

static void mark_shape(struct wh_area_index *index, const struct wh_shape *shape)
{
    for (uint32_t r = 0; r < shape->n_rings; r++) {
        for (uint32_t i = shape->ring_start[r]; i + 1 < shape->ring_start[r + 1]; i++) {
            const double u0 = (shape->x[i] - index->box[0]) * index->per_m_x;
            const double v0 = (shape->y[i] - index->box[1]) * index->per_m_y;
            const double u1 = (shape->x[i + 1] - index->box[0]) * index->per_m_x;
            const double v1 = (shape->y[i + 1] - index->box[1]) * index->per_m_y;
            const int64_t first = clamp_index(fmin(v0, v1) - THICKNESS, index->ny);
            const int64_t last = clamp_index(fmax(v0, v1) + THICKNESS, index->ny);
            for (int64_t row = first; row <= last; row++) {
                mark_row(index, row, u0, v0, u1, v1);
            }
        }
    }
}

/* Between two marked cells of a row no border passes: one question answers for the whole run. */
static void fill_cells(struct wh_area_index *index, struct wh_area_worker *worker)
{
    for (uint32_t row = 0; row < index->ny && worker->status == WH_OK; row++) {
        int32_t *const cell = index->cell + (size_t)row * index->nx;
        for (uint32_t col = 0; col < index->nx; col++) {
            if (cell[col] == CELL_MIXED) {
                continue;
            }
            cell[col] = col > 0 && cell[col - 1] != CELL_MIXED
                            ? cell[col - 1]
                            : wh_area_worker_find(worker, index,
                                                  index->box[0] + (col + 0.5) / index->per_m_x,
                                                  index->box[1] + (row + 0.5) / index->per_m_y);
        }
    }
}

static enum wh_status build_lattice(struct wh_ctx *ctx, const struct wh_areas *areas,
                                    struct wh_area_index *index, struct wh_error *err)
{
    wh_areas_box(areas, index->box);
    const uint32_t side = side_of(areas);
    const double w = index->box[2] - index->box[0], h = index->box[3] - index->box[1];
    index->nx = w > 0 ? side : 1;
    index->ny = h > 0 ? side : 1;
    index->per_m_x = w > 0 ? index->nx / w : 1.0;
    index->per_m_y = h > 0 ? index->ny / h : 1.0;
    index->cell = wh_alloc_array(ctx, (size_t)index->nx * index->ny, sizeof *index->cell);
    if (index->cell == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t i = 0; i < areas->n; i++) {
        mark_shape(index, &areas->shape[i]);
    }
    struct wh_area_worker worker;
    enum wh_status status = wh_area_worker_open(ctx, areas, &worker, err);
    if (status == WH_OK) {
        fill_cells(index, &worker);
        status = worker.status;
        wh_area_worker_close(&worker);
    }
    return status;
}

static int compare_codes(const void *left, const void *right, void *user)
{
    const struct wh_areas *const areas = user;
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    const int order = strcmp(areas->code[a], areas->code[b]);
    return order != 0 ? order : (a > b) - (a < b);
}

static enum wh_status build_codes(struct wh_ctx *ctx, struct wh_areas *areas,
                                  struct wh_area_index *index, struct wh_error *err)
{
    index->by_code = wh_alloc_array(ctx, areas->n, sizeof *index->by_code);
    if (index->by_code == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (uint32_t i = 0; i < areas->n; i++) {
        index->by_code[i] = i;
    }
    if (areas->code != NULL) {
        qsort_r(index->by_code, areas->n, sizeof *index->by_code, compare_codes, areas);
    }
    return WH_OK;
}

enum wh_status wh_areas_index(struct wh_ctx *ctx, struct wh_areas *areas, struct wh_error *err)
{
    if (areas->n > (uint32_t)INT32_MAX) {
        return wh_fail(err, WH_ERR_LIMIT, "more than 2,147,483,647 areas");
    }
    struct wh_area_index *const index = wh_alloc(ctx, sizeof *index);
    if (index == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_arena_init(&index->arena, ctx);
    enum wh_status status = build_codes(ctx, areas, index, err);
    if (status == WH_OK) {
        status = build_tree(ctx, areas, index, err);
    }
    if (status == WH_OK) {
        status = build_lattice(ctx, areas, index, err);
    }
    if (status != WH_OK) {
        destroy_index(ctx, index);
        return status;
    }
    if (areas->index != NULL) { /* an older one, of areas that have been changed since */
        index->arena = areas->index->arena;
        index->owns_areas = areas->index->owns_areas;
        destroy_index(ctx, areas->index);
    }
    areas->index = index;
    return WH_OK;
}

void wh_areas_finish(struct wh_ctx *ctx, struct wh_areas *areas)
{
    struct wh_area_index *const index = areas->index;
    if (index == NULL) {
        return;
    }
    struct wh_arena arena = index->arena;
    const bool owns_areas = index->owns_areas;
    destroy_index(ctx, index);
    areas->index = NULL;
    if (owns_areas) {
        *areas = (struct wh_areas){0};
    }
    wh_arena_finish(&arena);
}

int32_t wh_areas_find_code(const struct wh_areas *areas, const char *code)
{
    if (areas->index == NULL) {
        for (uint32_t i = 0; i < areas->n; i++) {
            if (strcmp(areas->code[i], code) == 0) {
                return (int32_t)i;
            }
        }
        return -1;
    }
    uint32_t from = 0, to = areas->n;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        const int order = strcmp(areas->code[areas->index->by_code[middle]], code);
        if (order == 0) {
            return (int32_t)areas->index->by_code[middle];
        }
        from = order < 0 ? middle + 1 : from;
        to = order < 0 ? to : middle;
    }
    return -1;
}

/* ---- asking ---- */

static int32_t find_area(struct wh_area_worker *worker, const struct wh_area_index *index, double x,
                         double y)
{
    if (!(x >= index->box[0] && x <= index->box[2] && y >= index->box[1] && y <= index->box[3])) {
        return CELL_OUTSIDE; /* NaN too */
    }
    const int64_t col = clamp_index((x - index->box[0]) * index->per_m_x, index->nx);
    const int64_t row = clamp_index((y - index->box[1]) * index->per_m_y, index->ny);
    const int32_t found = index->cell[(size_t)row * index->nx + (size_t)col];
    return found != CELL_MIXED ? found : wh_area_worker_find(worker, index, x, y);
}

static enum wh_status assign_range(struct wh_ctx *ctx, const struct wh_areas *areas,
                                   const double *x, const double *y, size_t from, size_t to,
                                   int32_t *ret_area, struct wh_error *err)
{
    struct wh_area_worker worker;
    enum wh_status status = wh_area_worker_open(ctx, areas, &worker, err);
    if (status != WH_OK) {
        return status;
    }
    for (size_t i = from; i < to && worker.status == WH_OK; i++) {
        ret_area[i] = find_area(&worker, areas->index, x[i], y[i]);
    }
    status = worker.status;
    wh_area_worker_close(&worker);
    return status;
}

static enum wh_status assign_indexed(struct wh_ctx *ctx, const struct wh_areas *areas,
                                     const double *x, const double *y, size_t n, int32_t *ret_area,
                                     struct wh_error *err)
{
    const size_t wanted = n / POINTS_A_THREAD + 1, jobs = wh_ctx_jobs(ctx);
    const int threads = (int)(wanted < jobs ? wanted : jobs);
    struct wh_error first_error = {0};
    enum wh_status first = WH_OK;
#pragma omp parallel num_threads(threads)
    {
        /* Each thread takes one stretch; every point is answered by itself, so that the threads do
         * not show. */
        const size_t parts = (size_t)omp_get_num_threads(), part = (size_t)omp_get_thread_num();
        struct wh_error own = {0};
        const enum wh_status status =
            assign_range(ctx, areas, x, y, n / parts * part,
                         part + 1 == parts ? n : n / parts * (part + 1), ret_area, &own);
#pragma omp critical(wh_areas_assign)
        if (status != WH_OK && first == WH_OK) {
            first = status;
            first_error = own;
        }
    }
    if (first != WH_OK && err != NULL) {
        *err = first_error;
    }
    return first;
}

enum wh_status wh_areas_assign(struct wh_ctx *ctx, const struct wh_areas *areas, const double *x,
                               const double *y, size_t n, int32_t *ret_area, struct wh_error *err)
{
    if (areas->index != NULL) {
        return assign_indexed(ctx, areas, x, y, n, ret_area, err);
    }
    struct wh_areas indexed = *areas;
    enum wh_status status = wh_areas_index(ctx, &indexed, err);
    if (status == WH_OK) {
        status = assign_indexed(ctx, &indexed, x, y, n, ret_area, err);
        wh_areas_finish(ctx, &indexed);
    }
    return status;
}

int32_t wh_areas_find_named(const struct wh_areas *areas, const char *text)
{
    const struct wh_str named = wh_str_trim(wh_str_c(text));
    for (uint32_t i = 0; i < areas->n; i++) {
        if (wh_str_eq_fold(named, wh_str_c(areas->code[i])) ||
            wh_str_eq_fold(named, wh_str_c(areas->name[i]))) {
            return (int32_t)i;
        }
    }
    return -1;
}
