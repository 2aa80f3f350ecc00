/* cli/hotspots_layer.c: GeoJSON features and tables, as methods of `hotspots` write them. */
#include "cli/hotspots_layer.h"

#include <math.h>

#include "base/error.h"
#include "base/io.h"
#include "cli/points_input.h"
#include "geo/areas.h"
#include "publish/geometry.h"

enum { CIRCLE_SIDES = 64 };

enum wh_status wh_layer_out_open(struct wh_ctx *ctx, const struct wh_method_input *input,
                                 struct wh_layer_out *output, struct wh_error *err)
{
    *output = (struct wh_layer_out){.ctx = ctx};
    wh_buf_init(&output->buf, ctx);
    wh_buf_c(&output->buf, "{\"type\":\"FeatureCollection\",\"features\":[");
    return wh_points_transform(ctx, input->crs, "EPSG:4326", &output->to_lonlat, err);
}

void wh_layer_out_begin(struct wh_layer_out *output)
{
    wh_buf_c(&output->buf, output->n++ == 0 ? "\n" : ",\n");
    wh_buf_c(&output->buf, "{\"type\":\"Feature\",\"properties\":");
    output->emit = (struct wh_emitter){.buf = &output->buf, .is_compact = true};
    wh_emit_object(&output->emit, NULL);
}

enum wh_status wh_layer_out_end(struct wh_layer_out *output, const struct wh_shape *shape,
                                struct wh_error *err)
{
    struct wh_shape lonlat = {0};
    const enum wh_status status =
        wh_shape_to_lonlat(output->ctx, output->to_lonlat, shape, &lonlat, err);
    if (status == WH_OK) {
        wh_emit_object_end(&output->emit);
        wh_buf_c(&output->buf, ",\"geometry\":");
        wh_geometry_add(&output->buf, &lonlat, output->box);
        wh_buf_char(&output->buf, '}');
    }
    wh_shape_finish(output->ctx, &lonlat);
    return status;
}

static enum wh_status feature_ring(struct wh_layer_out *output, double *x, double *y, uint32_t n,
                                   struct wh_error *err)
{
    uint32_t part_start[2] = {0, 1}, ring_start[2] = {0, n};
    const struct wh_shape shape = {1, 1, n, part_start, ring_start, x, y};
    return wh_layer_out_end(output, &shape, err);
}

enum wh_status wh_layer_out_cell(struct wh_layer_out *output, const struct wh_lattice *lattice,
                                 size_t cell, struct wh_error *err)
{
    double x[7], y[7];
    const unsigned n = wh_lattice_outline(lattice, cell, x, y);
    return feature_ring(output, x, y, n, err);
}

enum wh_status wh_layer_out_circle(struct wh_layer_out *output, double x, double y, double radius_m,
                                   struct wh_error *err)
{
    double rx[CIRCLE_SIDES + 1], ry[CIRCLE_SIDES + 1];
    for (unsigned i = 0; i <= CIRCLE_SIDES; i++) {
        const double angle = 2 * 3.141592653589793 * (i % CIRCLE_SIDES) / CIRCLE_SIDES;
        rx[i] = x + radius_m * cos(angle);
        ry[i] = y + radius_m * sin(angle);
    }
    return feature_ring(output, rx, ry, CIRCLE_SIDES + 1, err);
}

void wh_layer_out_point(struct wh_layer_out *output, double x, double y)
{
    wh_transform_points(output->to_lonlat, false, &x, &y, 1);
    wh_emit_object_end(&output->emit);
    wh_buf_c(&output->buf, ",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    wh_lonlat_add(&output->buf, x);
    wh_buf_char(&output->buf, ',');
    wh_lonlat_add(&output->buf, y);
    wh_buf_c(&output->buf, "]}}");
}

enum wh_status wh_layer_out_close(struct wh_layer_out *output, const char *path,
                                  enum wh_status status, struct wh_error *err)
{
    wh_buf_c(&output->buf, "\n]}\n");
    if (status == WH_OK) {
        status = wh_buf_ok(&output->buf, err);
    }
    if (status == WH_OK) {
        status = wh_io_replace(output->ctx, path, wh_buf_view(&output->buf), err);
    }
    wh_buf_finish(&output->buf);
    wh_transform_destroy(output->ctx, output->to_lonlat);
    return status;
}

void wh_table_out_number(struct wh_buf *buf, double value, int decimals, char after)
{
    if (!isnan(value)) {
        wh_buf_number(buf, value, decimals);
    }
    wh_buf_char(buf, after);
}

enum wh_status wh_table_out_write(struct wh_ctx *ctx, const char *path, struct wh_buf *buf,
                                  struct wh_error *err)
{
    const enum wh_status status = wh_buf_ok(buf, err);
    return status == WH_OK ? wh_io_replace(ctx, path, wh_buf_view(buf), err) : status;
}

void wh_method_area(struct wh_emitter *emit, const struct wh_areas *areas, uint32_t i)
{
    wh_emit_text(emit, "code", areas->code[i]);
    wh_emit_text(emit, "name", areas->name[i]);
}
