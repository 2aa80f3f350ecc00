/* publish/prints.c: asks render for every page and picture, in a fixed order. */
#include "publish/prints.h"

#include <stdio.h>

#include "base/alloc.h"

enum { AREA_MAP_PX = 960, WARD_MAP_PX = 720 };

static struct wh_page_options page_options(const struct wh_job *job)
{
    return (struct wh_page_options){
        .paper = job->opt->paper, .basemap = job->opt->basemap, .style = job->opt->style};
}

static enum wh_status write_page(const struct wh_job *job, size_t theme_idx, uint32_t ward,
                                 struct wh_error *err)
{
    const struct wh_page_options opt = page_options(job);
    const char *theme = job->report->theme[theme_idx].theme->id;
    char name[192];
    char *pdf = NULL, *png = NULL;
    snprintf(name, sizeof name, "print/%s/%s.pdf", theme, job->ward_slug[ward]);
    enum wh_status status = wh_job_path(job, name, &pdf, err);
    snprintf(name, sizeof name, "print/%s/%s.png", theme, job->ward_slug[ward]);
    if (status == WH_OK) {
        status = wh_job_path(job, name, &png, err);
    }
    if (status == WH_OK) {
        status = wh_render_ward_page(job->ctx, job->report, theme_idx, ward, &opt, pdf, png,
                                     job->text, err);
    }
    wh_free(job->ctx, pdf);
    wh_free(job->ctx, png);
    return status;
}

static enum wh_status write_atlas(const struct wh_job *job, struct wh_error *err)
{
    const struct wh_page_options opt = page_options(job);
    char *path = NULL;
    enum wh_status status = wh_job_path(job, "print/atlas.pdf", &path, err);
    if (status == WH_OK) {
        status = wh_render_atlas(job->ctx, job->report, -1, -1, &opt, path, job->text, err);
    }
    wh_free(job->ctx, path);
    return status;
}

enum wh_status wh_prints_write(const struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < job->report->n_themes; i++) {
        for (uint32_t ward = 0; status == WH_OK && ward < job->report->wards->n; ward++) {
            status = write_page(job, i, ward, err);
        }
    }
    return status == WH_OK ? write_atlas(job, err) : status;
}

/* `ward` -1: the whole area. */
static enum wh_status write_map(const struct wh_job *job, size_t theme_idx, int32_t ward,
                                struct wh_error *err)
{
    const struct wh_page_options opt = page_options(job);
    char name[192];
    char *path = NULL;
    snprintf(name, sizeof name, "maps/%s%s%s.png", job->report->theme[theme_idx].theme->id,
             ward < 0 ? "" : "/", ward < 0 ? "" : job->ward_slug[ward]);
    enum wh_status status = wh_job_path(job, name, &path, err);
    if (status == WH_OK) {
        status =
            wh_render_map_png(job->ctx, job->report, theme_idx, ward,
                              ward < 0 ? AREA_MAP_PX : WARD_MAP_PX, &opt, path, job->text, err);
    }
    wh_free(job->ctx, path);
    return status;
}

enum wh_status wh_prints_write_maps(const struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < job->report->n_themes; i++) {
        for (int64_t ward = -1; status == WH_OK && ward < job->report->wards->n; ward++) {
            status = write_map(job, i, (int32_t)ward, err);
        }
    }
    return status;
}
