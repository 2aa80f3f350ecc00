/* publish/layers.h: the layers of an edition, kept for the GeoPackage once they are GeoJSON. */
#ifndef WH_PUBLISH_LAYERS_H
#define WH_PUBLISH_LAYERS_H

#include "publish/collection.h"

struct wh_kept_layer {
    struct wh_collection collection;
    char name[128], title[256]; /* "hotspots_by_ward", "Hot spots by ward" */
};
struct wh_layers {
    struct wh_ctx *ctx;
    size_t n, cap;
    struct wh_kept_layer *layer;
};

void wh_layers_finish(struct wh_layers *layers);
/*
 * Ends a collection: writes it as the `idx`-th GeoJSON of its file where the config wants that, and
 * gives it to job->layers where they are kept (else finishes it). `status`: how it went so far; on
 * failure it is only finished.
 */
WH_MUST_USE enum wh_status wh_layer_end(struct wh_collection *collection, size_t idx,
                                        const char *name, const char *title, enum wh_status status,
                                        struct wh_error *err);

#endif
