/* publish/writers.c: the files of an edition, in order. The public one starts from the public
 * report and never sees another. */
#include "publish/writers.h"

#include "publish/fields.h"
#include "publish/figures.h"
#include "publish/geocoding.h"
#include "publish/geojson.h"
#include "publish/geopackage.h"
#include "publish/prints.h"
#include "publish/site.h"
#include "publish/surfaces.h"
#include "publish/tables.h"
#include "publish/tilesets_internal.h"

static enum wh_status make_layers(const struct wh_job *job, struct wh_error *err)
{
    if (!job->opt->wants_geojson && job->layers == NULL) {
        return WH_OK;
    }
    enum wh_status status = wh_geojson_write_wards(job, err);
    if (status == WH_OK) {
        status = wh_geojson_write_hotspots(job, err);
    }
    if (status == WH_OK) {
        status = wh_geojson_write_parts(job, err);
    }
    if (status == WH_OK) {
        status = wh_geojson_write_areas(job, err);
    }
    return status == WH_OK ? wh_geojson_write_cells(job, err) : status;
}

/* GeoJSON, and what is kept of it for the GeoPackage. */
static enum wh_status write_layers(struct wh_job *job, struct wh_error *err)
{
    struct wh_layers layers = {.ctx = job->ctx};
    job->layers = job->opt->wants_geopackage ? &layers : NULL;
    enum wh_status status = make_layers(job, err);
    if (status == WH_OK && job->layers != NULL) {
        status = wh_geopackage_publish(job, &layers, err);
    }
    job->layers = NULL;
    wh_layers_finish(&layers);
    return status;
}

static enum wh_status write_tiles(struct wh_job *job, struct wh_error *err)
{
    return job->opt->wants_tiles ? wh_tilesets_write_all(job, err) : WH_OK;
}

static enum wh_status write_site(struct wh_job *job, struct wh_error *err)
{
    if (!job->opt->wants_dashboard) {
        return WH_OK;
    }
    const enum wh_status status = wh_site_copy_assets(job, err);
    return status == WH_OK ? wh_site_write(job, err) : status;
}

/* What both editions have. */
static enum wh_status write_edition(struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = wh_tables_write(job, err);
    if (status == WH_OK) {
        status = wh_figures_write(job, err);
    }
    if (status == WH_OK) {
        status = wh_fields_write(job, err);
    }
    if (status == WH_OK) {
        status = write_layers(job, err);
    }
    if (status == WH_OK && job->opt->is_numbers_only) {
        return WH_OK;
    }
    if (status == WH_OK) {
        status = write_tiles(job, err);
    }
    if (status == WH_OK) {
        status = wh_prints_write(job, err);
    }
    return status == WH_OK ? write_site(job, err) : status;
}

enum wh_status wh_publish_public(struct wh_ctx *ctx, const struct wh_public_report *report,
                                 const struct wh_publish_options *opt, const char *folder,
                                 struct wh_buf *ret_text, struct wh_error *err)
{
    struct wh_job job = {
        .ctx = ctx, .report = &report->body, .opt = opt, .folder = folder, .text = ret_text};
    enum wh_status status = wh_job_init(&job, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_surfaces_write_classes(&job, err);
    if (status == WH_OK) {
        status = write_edition(&job, err);
    }
    wh_job_finish(&job);
    return status;
}

enum wh_status wh_publish_officer(struct wh_ctx *ctx, const struct wh_officer_report *report,
                                  const struct wh_publish_options *opt, const char *folder,
                                  struct wh_error *err)
{
    struct wh_job job = {.ctx = ctx,
                         .report = &report->body,
                         .opt = opt,
                         .folder = folder,
                         .has_geocoding = report->geocoding != NULL};
    enum wh_status status = wh_job_init(&job, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_surfaces_write_densities(&job, report, err);
    if (status == WH_OK && opt->wants_geojson) {
        status = wh_geojson_write_requests(&job, report, err);
    }
    if (status == WH_OK) {
        status = wh_tables_write_hours(&job, report, err);
    }
    if (status == WH_OK && report->geocoding != NULL) {
        status = wh_geocoding_write(&job, report->geocoding, err);
    }
    if (status == WH_OK) {
        status = write_edition(&job, err);
    }
    wh_job_finish(&job);
    return status;
}
