/* publish/assets.c: what the pages load: our style sheet and scripts, and the two libraries from
 * npm. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "publish/site.h"
#include "publish/tilesets_internal.h"

#define MAX_ASSET_BYTES (16u << 20)

/* From the dashboard's sources to assets/. */
struct asset {
    const char *from, *name;
};
enum { STYLE_SHEET };
static const struct asset own[] = {
    [STYLE_SHEET] = {"site.css", "site.css"}, {"site.js", "site.js"}, {"icon.svg", "icon.svg"}};
static const struct asset library[] = {
    {"map.js", "map.js"},
    {"node_modules/maplibre-gl/dist/maplibre-gl.mjs", "maplibre-gl.mjs"},
    {"node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs", "maplibre-gl-worker.mjs"},
    {"node_modules/maplibre-gl/dist/maplibre-gl.css", "maplibre-gl.css"},
    {"node_modules/maplibre-gl/LICENSE.txt", "maplibre-gl-licence.txt"},
    {"node_modules/pmtiles/dist/pmtiles.js", "pmtiles.js"},
};
#define N_OWN (sizeof own / sizeof own[0])
#define N_LIBRARY (sizeof library / sizeof library[0])

/* The colours that the pages share with the map; they allow no inline style. */
static void add_colours(struct wh_buf *css, const struct wh_style *style)
{
    const struct wh_mark mark = wh_style_mark(style, false), gone = wh_style_mark(style, true);
    const struct {
        const char *name;
        struct wh_rgb colour;
    } colour[] = {{"land", wh_style_land(style)}, {"disc", mark.disc}, {"disc-rim", mark.rim},
                  {"disc-number", mark.number},   {"gone", gone.disc}, {"gone-rim", gone.rim},
                  {"gone-number", gone.number}};
    wh_buf_c(css, "\n:root {\n");
    for (size_t i = 0; i < sizeof colour / sizeof colour[0]; i++) {
        const struct wh_rgb rgb = colour[i].colour;
        wh_buf_printf(css, "  --%s: #%02x%02x%02x;\n", colour[i].name, rgb.r, rgb.g, rgb.b);
    }
    wh_buf_c(css, "}\n");
}

static enum wh_status copy_asset(const struct wh_job *job, const struct asset *asset,
                                 struct wh_error *err)
{
    struct wh_buf content;
    char name[64];
    wh_buf_init(&content, job->ctx);
    snprintf(name, sizeof name, "assets/%s", asset->name);
    char *path = wh_path_join(job->ctx, job->opt->dashboard_dir, asset->from);
    enum wh_status status = path == NULL
                                ? wh_fail_memory(job->ctx, err)
                                : wh_io_read_all(job->ctx, path, MAX_ASSET_BYTES, &content, err);
    if (status == WH_OK && asset == &own[STYLE_SHEET]) {
        add_colours(&content, job->opt->style);
    }
    if (status == WH_OK) {
        status = wh_job_write(job, name, &content, err);
    }
    wh_free(job->ctx, path);
    wh_buf_finish(&content);
    return status;
}

static bool has_libraries(const struct wh_job *job)
{
    bool has_all = true;
    for (size_t i = 0; i < N_LIBRARY; i++) {
        struct wh_file_info info = {0};
        char *path = wh_path_join(job->ctx, job->opt->dashboard_dir, library[i].from);
        has_all = has_all && path != NULL && wh_io_stat(path, &info) && info.is_regular;
        wh_free(job->ctx, path);
    }
    return has_all;
}

enum wh_status wh_site_copy_assets(struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < N_OWN; i++) {
        status = copy_asset(job, &own[i], err);
    }
    job->has_map = status == WH_OK && wh_tiles_are_for_browsers(job) && job->opt->wants_geojson &&
                   has_libraries(job);
    for (size_t i = 0; status == WH_OK && job->has_map && i < N_LIBRARY; i++) {
        status = copy_asset(job, &library[i], err);
    }
    return status;
}
