/* geocode/gazetteer_layer.c: a gazetteer in a vector layer: points, lines of streets, areas. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "geo/layer.h"
#include "geocode/gazetteer_internal.h"

struct layer_reading {
    struct gazetteer_reading *reading;
    const char **name; /* attributes of the layer */
    size_t n_names;
    struct wh_str *value; /* of the row in hand, by attribute */
    double *vertex;       /* of one line */
    size_t cap_vertices;
    struct wh_buf buf;
};

static enum wh_status find_columns(struct layer_reading *in, struct wh_arena *arena,
                                   struct wh_error *err)
{
    struct gazetteer_reading *reading = in->reading;
    const struct wh_layer_spec spec = {.path = reading->path,
                                       .layer = reading->gazetteer->layer,
                                       .postgis = reading->gazetteer->postgis};
    enum wh_status status =
        wh_layer_fields(reading->ctx, &spec, arena, &in->name, &in->n_names, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_str *name = wh_arena_alloc(arena, in->n_names + 1, sizeof *name);
    in->value = wh_arena_alloc(arena, in->n_names + 1, sizeof *in->value);
    if (name == NULL || in->value == NULL) {
        return wh_fail_memory(reading->ctx, err);
    }
    for (size_t i = 0; i < in->n_names; i++) {
        name[i] = wh_str_c(in->name[i]);
    }
    return wh_gazetteer_find_columns(reading->gazetteer, reading->path, name, in->n_names, true,
                                     &reading->columns, err);
}

/* The middle of a shape's vertices' box, and half its longer side. */
static void take_box(const struct wh_shape *shape, struct wh_gazetteer_row *row)
{
    double box[4] = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < shape->n_vertices; i++) {
        box[0] = fmin(box[0], shape->x[i]);
        box[1] = fmin(box[1], shape->y[i]);
        box[2] = fmax(box[2], shape->x[i]);
        box[3] = fmax(box[3], shape->y[i]);
    }
    row->x = (box[0] + box[2]) / 2;
    row->y = (box[1] + box[3]) / 2;
    row->spread_m = fmax(box[2] - box[0], box[3] - box[1]) / 2;
}

/* One open line as a row of its own. */
static enum wh_status give_line(struct layer_reading *in, const struct wh_shape *shape,
                                uint32_t from, uint32_t to, struct wh_gazetteer_row *row,
                                struct wh_error *err)
{
    struct wh_ctx *ctx = in->reading->ctx;
    const size_t n = to - from;
    if (n > in->cap_vertices) {
        double *wider = wh_realloc_array(ctx, in->vertex, 2 * n, sizeof *wider);
        if (wider == NULL) {
            return wh_fail_memory(ctx, err);
        }
        in->vertex = wider;
        in->cap_vertices = n;
    }
    for (size_t i = 0; i < n; i++) {
        in->vertex[2 * i] = shape->x[from + i];
        in->vertex[2 * i + 1] = shape->y[from + i];
    }
    row->n_vertices = n;
    row->vertex = in->vertex;
    row->x = shape->x[from + n / 2];
    row->y = shape->y[from + n / 2];
    return wh_gazetteer_give(in->reading, row, err);
}

static enum wh_status give_feature(struct layer_reading *in, const struct wh_feature *feature,
                                   struct wh_error *err)
{
    const struct wh_shape *shape = &feature->shape;
    struct wh_gazetteer_row row = {.type = in->reading->gazetteer->type,
                                   .file = in->reading->file,
                                   .line = feature->number,
                                   .x = (double)NAN,
                                   .y = (double)NAN};
    for (size_t i = 0; i < in->n_names; i++) {
        in->value[i] = wh_str_c(feature->value[i]);
    }
    if (!wh_gazetteer_fill(in->reading, in->value, &in->buf, &row)) {
        return WH_OK;
    }
    enum wh_status status = wh_buf_ok(&in->buf, err);
    if (status != WH_OK || shape->n_vertices == 0) {
        return status != WH_OK ? status : wh_gazetteer_give(in->reading, &row, err);
    }
    if (feature->kind == WH_GEOMETRY_LINE && row.type == WH_GAZETTEER_STREET) {
        for (uint32_t i = 0; status == WH_OK && i < shape->n_rings; i++) {
            status =
                give_line(in, shape, shape->ring_start[i], shape->ring_start[i + 1], &row, err);
        }
        return status;
    }
    if (feature->kind == WH_GEOMETRY_POINT && shape->n_vertices == 1) {
        row.x = shape->x[0];
        row.y = shape->y[0];
    } else {
        take_box(shape, &row);
    }
    return wh_gazetteer_give(in->reading, &row, err);
}

enum wh_status wh_gazetteer_read_layer(struct gazetteer_reading *reading, struct wh_error *err)
{
    struct layer_reading in = {.reading = reading};
    struct wh_arena arena;
    struct wh_layer layer = {0};
    wh_arena_init(&arena, reading->ctx);
    wh_buf_init(&in.buf, reading->ctx);
    enum wh_status status = find_columns(&in, &arena, err);
    if (status == WH_OK) {
        const struct wh_layer_spec spec = {.path = reading->path,
                                           .layer = reading->gazetteer->layer,
                                           .postgis = reading->gazetteer->postgis,
                                           .field = in.name,
                                           .n_fields = in.n_names,
                                           .crs = reading->opt->working_crs,
                                           .from = reading->gazetteer->crs,
                                           .crs_opt = *reading->opt->crs_opt};
        status = wh_layer_read(reading->ctx, &spec, &arena, &layer, err);
    }
    if (status == WH_OK) {
        memcpy(reading->note->sha256, layer.content, sizeof layer.content);
    }
    for (size_t i = 0; status == WH_OK && i < layer.n; i++) {
        status = give_feature(&in, &layer.feature[i], err);
    }
    wh_free(reading->ctx, in.vertex);
    wh_buf_finish(&in.buf);
    wh_arena_finish(&arena);
    return status;
}
