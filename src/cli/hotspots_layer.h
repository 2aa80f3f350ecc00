/* cli/hotspots_layer.h: what methods of `hotspots` write: a layer of features, or a table. */
#ifndef WH_CLI_HOTSPOTS_LAYER_H
#define WH_CLI_HOTSPOTS_LAYER_H

#include <wardheat/statistics.h>

#include "base/str.h"
#include "cli/hotspots_methods.h"
#include "publish/emit.h"

enum { WH_METHOD_DECIMALS = 6, WH_METHOD_P_DECIMALS = 15 };

struct wh_layer_out {
    struct wh_ctx *ctx;
    struct wh_transform *to_lonlat;
    struct wh_buf buf;
    struct wh_emitter emit;
    size_t n;
    double box[4];
};

WH_MUST_USE enum wh_status wh_layer_out_open(struct wh_ctx *ctx,
                                             const struct wh_method_input *input,
                                             struct wh_layer_out *output, struct wh_error *err);
/* A feature's properties go to output->emit after it has begun; one of these ends it. */
void wh_layer_out_begin(struct wh_layer_out *output);
WH_MUST_USE enum wh_status wh_layer_out_end(struct wh_layer_out *output,
                                            const struct wh_shape *shape, struct wh_error *err);
WH_MUST_USE enum wh_status wh_layer_out_cell(struct wh_layer_out *output,
                                             const struct wh_lattice *lattice, size_t cell,
                                             struct wh_error *err);
WH_MUST_USE enum wh_status wh_layer_out_circle(struct wh_layer_out *output, double x, double y,
                                               double radius_m, struct wh_error *err);
void wh_layer_out_point(struct wh_layer_out *output, double x, double y);
/* Writes the file if `status` is WH_OK, and gives back what the layer holds. */
WH_MUST_USE enum wh_status wh_layer_out_close(struct wh_layer_out *output, const char *path,
                                              enum wh_status status, struct wh_error *err);
/* Properties code and name. */
void wh_method_area(struct wh_emitter *emit, const struct wh_areas *areas, uint32_t i);

/* A number, empty where it is NaN, and what comes after it. */
void wh_table_out_number(struct wh_buf *buf, double value, int decimals, char after);
WH_MUST_USE enum wh_status wh_table_out_write(struct wh_ctx *ctx, const char *path,
                                              struct wh_buf *buf, struct wh_error *err);

/* The methods, as the help has them. */
#define WH_METHOD_LAYER(name)                                                                      \
    WH_MUST_USE enum wh_status name(struct wh_ctx *ctx, const struct wh_method_input *input,       \
                                    struct wh_layer_out *output, struct wh_error *err)
#define WH_METHOD_TABLE(name)                                                                      \
    WH_MUST_USE enum wh_status name(struct wh_ctx *ctx, const struct wh_method_input *input,       \
                                    struct wh_error *err)
WH_METHOD_LAYER(wh_method_gi_star);
WH_METHOD_LAYER(wh_method_moran);
WH_METHOD_TABLE(wh_method_global);
WH_METHOD_LAYER(wh_method_emerging);
WH_METHOD_LAYER(wh_method_scan);
WH_METHOD_LAYER(wh_method_new_scan);
WH_METHOD_TABLE(wh_method_near_repeats);
WH_METHOD_TABLE(wh_method_predict);
#undef WH_METHOD_LAYER
#undef WH_METHOD_TABLE

#endif
