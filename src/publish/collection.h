/* publish/collection.h: features with their properties and shapes, written as a GeoJSON
 * FeatureCollection, and given out as a layer of other forms with the same values. */
#ifndef WH_PUBLISH_COLLECTION_H
#define WH_PUBLISH_COLLECTION_H

#include "publish/emit.h"
#include "publish/fields.h"
#include "publish/geometry.h"
#include "publish/job.h"

/* A shape in the working CRS, which the caller keeps, and in longitude and latitude. */
struct wh_placed_shape {
    const struct wh_shape *shape;
    struct wh_shape lonlat;
};

struct wh_collection {
    const struct wh_job *job;
    enum wh_out_file file; /* whose dictionary names its properties */
    struct wh_buf features;
    struct wh_emitter emit; /* over `features`: the properties of the feature that is open */
    size_t n;
    double box[4]; /* west, south, east, north */
    bool is_kept;  /* values and shapes, for wh_collection_layer() */
    struct wh_values values;
    size_t n_placed, placed_cap;
    struct wh_placed_shape *placed;
};

void wh_collection_init(struct wh_collection *collection, const struct wh_job *job,
                        enum wh_out_file file, bool is_kept);
void wh_collection_finish(struct wh_collection *collection);
/* Opens a feature with its id, at Feature level and as the first property; then write properties
 * through `emit`. */
void wh_feature_begin(struct wh_collection *collection, const char *id);
/* Closes the properties and writes the geometry of a shape in the working CRS; a collection that is
 * kept borrows it. */
WH_MUST_USE enum wh_status wh_feature_end(struct wh_collection *collection,
                                          const struct wh_shape *shape, struct wh_error *err);
/* The same with a point in longitude and latitude. */
void wh_feature_end_point(struct wh_collection *collection, double lon, double lat);
/* Writes the file `name` below the job's folder. */
WH_MUST_USE enum wh_status wh_collection_write(struct wh_collection *collection, const char *name,
                                               const char *layer, struct wh_error *err);

/*
 * The features of a collection that is kept, with the fields of the dictionary, in longitude and
 * latitude or in the working CRS. Borrowed from the collection. WH_ERR_INTERNAL: the properties are
 * not those of the dictionary.
 */
WH_MUST_USE enum wh_status wh_collection_layer(struct wh_collection *collection, const char *name,
                                               bool is_lonlat, struct wh_vector_layer *ret,
                                               struct wh_error *err);

/*
 * The seven figures of a theme, each name after `prefix` ("" or "fly_tipping_"): null where hidden,
 * with the printed words beside. `with_per_1000`: hot spots have no residents of their own.
 */
void wh_figures_add(struct wh_emitter *emit, const char *prefix, const struct wh_report *report,
                    const struct wh_theme_report *theme, const struct wh_figures *figures,
                    bool with_per_1000);

#endif
