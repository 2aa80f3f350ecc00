/* geo/gdal_internal.h: one conversation with GDAL: its messages kept, its settings ours; for the
 * files of geo. */
#ifndef WH_GEO_GDAL_INTERNAL_H
#define WH_GEO_GDAL_INTERNAL_H

#include <wardheat/base.h>

#include <gdal.h>

/* The first error and the first warning about geometry: what follows is GDAL's echo of it. */
struct wh_gdal {
    char error[400], warning[400];
};

/*
 * Registers GDAL's drivers where nobody has (the library without wh_geo_start()), catches this
 * thread's messages in `gdal`, which must stay where it is, and sets this thread's options. Always
 * followed by wh_gdal_end().
 */
void wh_gdal_begin(struct wh_gdal *gdal);
void wh_gdal_end(struct wh_gdal *gdal);
/* Forgets what has been said so far. */
void wh_gdal_clear(struct wh_gdal *gdal);

/*
 * Fails with the kept error, naming `path`; "At line 3, character 7: ..." becomes the place. `what`
 * is what the file was taken for: "GeoJSON".
 */
enum wh_status wh_gdal_fail(const struct wh_gdal *gdal, enum wh_status status, const char *path,
                            const char *what, struct wh_error *err);

enum wh_file_kind {
    WH_FILE_GEOJSON,
    WH_FILE_GEOPACKAGE,
    WH_FILE_SHAPEFILE,
    WH_FILE_FLATGEOBUF,
    WH_FILE_XLSX,
    WH_FILE_ODS,
    WH_FILE_TIFF
};

/*
 * What a file is by its first bytes, whatever its name says; it has passed wh_io_check_input().
 * WH_ERR_INPUT with the place when it is none of these, `wanted` ("GeoJSON, ...") saying what could
 * be read.
 */
WH_MUST_USE enum wh_status wh_gdal_kind(struct wh_ctx *ctx, const char *path, const char *wanted,
                                        enum wh_file_kind *ret, struct wh_error *err);

/*
 * "EPSG:27700" of a spatial reference, by its authority or by GDAL's best match; heights are left
 * aside. False when it has none. `srs` may be NULL.
 */
bool wh_gdal_crs_name(OGRSpatialReferenceH srs, char *out, size_t size);

#endif
