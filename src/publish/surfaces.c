/* publish/surfaces.c: GeoTIFFs that say what they show in their own metadata. */
#include "publish/surfaces.h"

#include <stdio.h>

#include "base/alloc.h"
#include "geo/raster.h"
#include "publish/qml.h"

enum { N_COLOURS = 256, N_PAIRS = 8 };

/* What both kinds say about themselves; keeps its text. */
struct meta {
    char description[256], classes[512], period[64], bandwidth[64];
    const char *key[N_PAIRS], *value[N_PAIRS];
    struct wh_raster_meta raster;
};

static void add_pair(struct meta *meta, const char *key, const char *value)
{
    meta->key[meta->raster.n] = key;
    meta->value[meta->raster.n++] = value;
}

/* "1: 80 to 160; 2: ..." */
static void describe_classes(const struct wh_legend *legend, char *out, size_t size)
{
    char words[64];
    size_t len = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i <= legend->n && len < size; i++) {
        const int more = snprintf(out + len, size - len, "%s%u: %s", i == 0 ? "" : "; ", i,
                                  wh_class_words(legend, i, words, sizeof words));
        len += more > 0 ? (size_t)more : size;
    }
}

static void fill_meta(const struct wh_job *job, const struct wh_theme_report *theme,
                      const char *unit, struct meta *meta)
{
    const struct wh_report *report = job->report;
    meta->raster =
        (struct wh_raster_meta){.crs = report->crs, .description = meta->description, .unit = unit};
    meta->raster.key = meta->key;
    meta->raster.value = meta->value;
    wh_period_words(&theme->period, meta->period, sizeof meta->period);
    snprintf(meta->description, sizeof meta->description, "%s: %s", theme->theme->title,
             theme->legend.unit);
    snprintf(meta->bandwidth, sizeof meta->bandwidth, "%.0f m (%s kernel, %s edge correction)",
             theme->bandwidth_m, theme->kernel, theme->edge);
    describe_classes(&theme->legend, meta->classes, sizeof meta->classes);
    add_pair(meta, "TITLE", report->title);
    add_pair(meta, "THEME", theme->theme->title);
    add_pair(meta, "PERIOD", meta->period);
    add_pair(meta, "UNIT", theme->legend.unit);
    add_pair(meta, "CLASSES", meta->classes);
    add_pair(meta, "BANDWIDTH", meta->bandwidth);
    add_pair(meta, "RELEASE", report->release_id);
}

static enum wh_status path_of(const struct wh_job *job, const struct wh_theme_report *theme,
                              char **ret, struct wh_error *err)
{
    char name[128];
    snprintf(name, sizeof name, "density/%s.tif", theme->theme->id);
    return wh_job_path(job, name, ret, err);
}

static void fill_colours(const struct wh_style *style, const struct wh_legend *legend,
                         uint8_t rgb[N_COLOURS * 3])
{
    for (unsigned i = 0; i < N_COLOURS; i++) {
        struct wh_rgb colour = {255, 255, 255};
        if (i >= 1 && i <= legend->n) {
            colour = wh_style_class(style, i, legend->n);
        } else if (i == WH_CLASS_BLANK) {
            colour = wh_style_blank(style);
        }
        rgb[3 * i] = colour.r;
        rgb[3 * i + 1] = colour.g;
        rgb[3 * i + 2] = colour.b;
    }
}

enum wh_status wh_surfaces_write_classes(const struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < job->report->n_themes; i++) {
        const struct wh_theme_report *theme = &job->report->theme[i];
        uint8_t rgb[N_COLOURS * 3];
        struct meta meta;
        char *path = NULL;
        fill_colours(job->opt->style, &theme->legend, rgb);
        fill_meta(job, theme, "class", &meta);
        status = path_of(job, theme, &path, err);
        if (status == WH_OK) {
            status =
                wh_raster_write_classes(job->ctx, path, &theme->surface.grid,
                                        theme->surface.class_of, rgb, N_COLOURS, &meta.raster, err);
        }
        wh_free(job->ctx, path);
        if (status == WH_OK) {
            status = wh_qml_write_density(job, theme, false, err);
        }
    }
    return status;
}

enum wh_status wh_surfaces_write_densities(const struct wh_job *job,
                                           const struct wh_officer_report *report,
                                           struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < report->body.n_themes; i++) {
        const struct wh_theme_report *theme = &report->body.theme[i];
        struct meta meta;
        char *path = NULL;
        fill_meta(job, theme, "requests per km2", &meta);
        status = path_of(job, theme, &path, err);
        if (status == WH_OK) {
            status = wh_raster_write(job->ctx, path, &report->density[i], &meta.raster, err);
        }
        wh_free(job->ctx, path);
        if (status == WH_OK) {
            status = wh_qml_write_density(job, theme, true, err);
        }
    }
    return status;
}
