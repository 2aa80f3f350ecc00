/* publish/job.h: what the writers of one edition share: where they write, from which report, under
 * which names. */
#ifndef WH_PUBLISH_JOB_H
#define WH_PUBLISH_JOB_H

#include "publish/writers.h"
#include "render/basetiles.h"

#define WH_SLUG_BYTES 72u

#define WH_TILES_BYTES 160u

/* Names of a theme's archives below tiles/, with the hash of their content: 256 px and 512 px a
 * tile; vector tiles, and their zooms. "" when there is none. */
struct wh_tileset {
    char name[2][WH_TILES_BYTES];
    char map[2][WH_TILES_BYTES]; /* with the base map in the same picture */
    char vector[WH_TILES_BYTES];
    uint32_t vector_zoom_min, vector_zoom_max;
};

struct wh_layers;

/* One edition of one release on its way to `folder`. Borrowed but for `ward_slug` and `tileset`. */
struct wh_job {
    struct wh_ctx *ctx;
    const struct wh_report *report; /* the body of the public or of the officer's report */
    const struct wh_publish_options *opt;
    const char *folder;
    struct wh_buf *text;              /* what is drawn, for the leak check; or NULL */
    char (*ward_slug)[WH_SLUG_BYTES]; /* one a ward, unique: part of file names */
    uint32_t *ward_by_name;           /* indices in the order of their names, for lists */
    struct wh_tileset *tileset;       /* one a theme; filled by wh_tilesets_write() */
    char basemap_name[WH_N_LAID_SHEETS][WH_TILES_BYTES]; /* "" when there is none */
    struct wh_layers *layers; /* keeps what the GeoPackage takes; NULL: there is none */
    bool has_geocoding; /* there is a page on how requests were placed */
    bool has_map;       /* the libraries of the interactive map are in assets/ */
};

WH_MUST_USE enum wh_status wh_job_init(struct wh_job *job, struct wh_error *err);
void wh_job_finish(struct wh_job *job);

/* "folder/<name>" with the folders above it made; wh_alloc'ed. WH_ERR_LIMIT, WH_ERR_OUTPUT. */
WH_MUST_USE enum wh_status wh_job_path(const struct wh_job *job, const char *name, char **ret,
                                       struct wh_error *err);
/* Writes a whole file; a buffer that failed is WH_ERR_LIMIT. */
WH_MUST_USE enum wh_status wh_job_write(const struct wh_job *job, const char *name,
                                        const struct wh_buf *content, struct wh_error *err);

/* A rate as every output prints it: whole from 100 on, else one decimal (wh_rate_words()). NaN
 * stays. */
double wh_job_rate(double rate);

#endif
