/* publish/layers.c: one collection, two forms. */
#include "publish/layers.h"

#include <stdio.h>

#include "base/alloc.h"

void wh_layers_finish(struct wh_layers *layers)
{
    for (size_t i = 0; i < layers->n; i++) {
        wh_collection_finish(&layers->layer[i].collection);
    }
    wh_free(layers->ctx, layers->layer);
    *layers = (struct wh_layers){.ctx = layers->ctx};
}

/* Names of tables in SQL need no quotes: "hotspots-by-ward" becomes "hotspots_by_ward". */
static void name_layer(struct wh_kept_layer *layer, const char *name, const char *title)
{
    (void)snprintf(layer->name, sizeof layer->name, "%s", name);
    (void)snprintf(layer->title, sizeof layer->title, "%s", title);
    for (char *c = layer->name; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c;
    }
}

enum wh_status wh_layer_end(struct wh_collection *collection, size_t idx, const char *name,
                            const char *title, enum wh_status status, struct wh_error *err)
{
    const struct wh_job *job = collection->job;
    struct wh_layers *layers = job->layers;
    char file[128];
    if (status == WH_OK && job->opt->wants_geojson) {
        status = wh_collection_write(
            collection, wh_out_file_of(job->report, collection->file, idx, file, sizeof file), name,
            err);
    }
    if (status == WH_OK && layers != NULL) {
        status = wh_grow(layers->ctx, (void **)&layers->layer, layers->n, &layers->cap,
                         sizeof *layers->layer, err);
    }
    if (status != WH_OK || layers == NULL) {
        wh_collection_finish(collection);
        return status;
    }
    struct wh_kept_layer *const kept = &layers->layer[layers->n++];
    kept->collection = *collection;
    wh_buf_finish(&kept->collection.features); /* written */
    name_layer(kept, name, title);
    return WH_OK;
}
