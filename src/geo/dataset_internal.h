/* geo/dataset_internal.h: a vector file, a spreadsheet or a table of PostGIS opened through GDAL,
 * for the files of geo. */
#ifndef WH_GEO_DATASET_INTERNAL_H
#define WH_GEO_DATASET_INTERNAL_H

#include "base/io.h"
#include "geo/gdal_internal.h"
#include "geo/postgis.h"

struct wh_dataset_spec {
    const char *path;                 /* a plain file */
    const char *layer;                /* NULL: the first */
    const struct wh_postgis *postgis; /* instead of a file, or NULL */
    bool takes_sheets;                /* spreadsheets and nothing else; false: vector files */
};

/* Between wh_gdal_begin(&gdal) and wh_gdal_end(&gdal), which are the caller's. */
struct wh_dataset {
    struct wh_ctx *ctx;
    const char *path;   /* for messages */
    const char *format; /* "GeoJSON" */
    char shown[WH_POSTGIS_NAME];
    struct wh_gdal gdal;
    GDALDatasetH dataset;
    OGRLayerH layer;
    bool is_file;
    struct wh_file_info info; /* at opening */
};

/* `dataset` has its ctx, the rest zeroed. WH_ERR_INPUT: not what was asked for, damaged, no such
 * layer. Always followed by wh_dataset_close(). */
WH_MUST_USE enum wh_status wh_dataset_open(struct wh_dataset *dataset,
                                           const struct wh_dataset_spec *spec,
                                           struct wh_error *err);
/* Gives `status`, or that the file changed meanwhile. */
WH_MUST_USE enum wh_status wh_dataset_close(struct wh_dataset *dataset, enum wh_status status,
                                            struct wh_error *err);
/* Fails with what GDAL said. */
enum wh_status wh_dataset_fail(const struct wh_dataset *dataset, struct wh_error *err);
/* The layer's CRS, "EPSG:27700"; `from` where it does not say (NULL: it must). */
WH_MUST_USE enum wh_status wh_dataset_crs(const struct wh_dataset *dataset, const char *from,
                                          char *out, size_t size, struct wh_error *err);

/*
 * A zip file that is unpacked with this much memory: its entries together, as they really unpack,
 * at most 1 GiB and at most a hundred times the file. WH_ERR_INPUT: more, or damaged.
 */
WH_MUST_USE enum wh_status wh_zip_check(struct wh_ctx *ctx, const char *path, const char *format,
                                        struct wh_error *err);
/* WH_ERR_INPUT: the .shx or .dbf of a Shapefile is missing, or they tell of different numbers of
 * shapes. */
WH_MUST_USE enum wh_status wh_shapefile_check(struct wh_ctx *ctx, const char *path,
                                              struct wh_error *err);
/* Does the zip file hold an entry of this name? */
bool wh_zip_has(const char *path, const char *name);
/* Does the first MiB of the entry hold the text? */
bool wh_zip_holds(struct wh_ctx *ctx, const char *path, const char *name, const char *text);

#endif
