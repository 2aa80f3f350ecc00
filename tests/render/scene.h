/* tests/render/scene.h: a report over real wards with made-up density and hot spots, for tests and
 * for looking at pages. */
#ifndef WH_TEST_SCENE_H
#define WH_TEST_SCENE_H

#include "geo/areas.h"
#include "render/basemap.h"
#include "render/page.h"
#include "render/style.h"

struct scene_spec {
    struct wh_areas_spec wards;
    const char *crs;
    struct wh_crs_options crs_opt;
    struct wh_basemap_options basemap;
    const char *styles_dir;
    const char *title;
    double cell_m;
    unsigned n_bumps; /* places of high demand */
    double sigma_m;   /* their size */
    uint64_t seed;
    size_t most_hotspots;
};

struct scene {
    struct wh_ctx *ctx;
    struct wh_areas wards;
    struct wh_shape area;
    struct wh_theme theme;
    struct wh_report report; /* one theme */
    struct wh_theme_report theme_report;
    struct wh_basemap *basemap;
    struct wh_style *style;
    struct wh_language *language;
    struct wh_page_options opt;
};

/* Ends the program with a sentence when something fails: a scene is never half there. */
void scene_make(struct scene *scene, struct wh_ctx *ctx, const struct scene_spec *spec);
void scene_finish(struct scene *scene);
/* The fixture borough (EPSG:27700), and real Bath when its data are there. */
void scene_borough(struct scene *scene, struct wh_ctx *ctx, const char *source_root,
                   bool with_basemap);
void scene_bath(struct scene *scene, struct wh_ctx *ctx, const char *source_root,
                const char *data_dir);

/* A ward's sheet of the first theme, as files; png may be NULL. Ends the program when it fails. */
void scene_draw_sheet(const struct scene *scene, int32_t ward, const char *pdf, const char *png,
                      struct wh_buf *text);

#endif
