/*
 * tests/render/look.c: draws pages to look at: look borough|bath OUT_DIR
 * WARD_NAME|all|atlas|map|sheet [a3] [officer] [lang=CODE]. Not run by the suite: it is how a person checks a
 * page.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "geo/geo.h"
#include "geo/shape_ops.h"
#include "render/mapframe.h"
#include "render/picture.h"
#include "scene.h"

static int fail(const struct wh_error *err)
{
    char text[1500];
    fprintf(stderr, "look: %s\n", wh_error_text(err, text, sizeof text));
    return 1;
}

enum { CELL_W = 560, CELL_H = 420, N_ZOOMS = 3 };

/* A row of three zooms round the largest hot spot, in one style. */
static int draw_sheet(struct scene *scene, const char *dir, const char *style, struct wh_error *err)
{
    static const double ZOOM[N_ZOOMS] = {10, 13, 16};
    const struct wh_hotspot *const h = &scene->theme_report.hotspot[0];
    struct wh_canvas canvas = {0};
    struct wh_buf png;
    char path[512];
    enum wh_status status = WH_OK;
    wh_style_destroy(scene->ctx, scene->style);
    scene->style = NULL;
    if (wh_style_load(scene->ctx, WH_SOURCE_ROOT "/styles", style, &scene->style, err) != WH_OK ||
        wh_canvas_open_image(&canvas, scene->ctx, scene->style, N_ZOOMS * CELL_W, CELL_H, 1.0,
                             err) != WH_OK) {
        return 1;
    }
    for (int i = 0; i < N_ZOOMS && status == WH_OK; i++) {
        const struct wh_map_spec spec = {.report = &scene->report,
                                         .theme = &scene->report.theme[0],
                                         .ward_idx = -1,
                                         .basemap = scene->basemap,
                                         .style = scene->style,
                                         .px = 1,
                                         .scale = 1};
        const struct wh_view view = wh_view_make(i * CELL_W, 0, CELL_W - 6, CELL_H, h->peak_x,
                                                 h->peak_y, 78271.51696 / exp2(ZOOM[i]), 1);
        status = wh_map_draw(&canvas, &spec, &view, err);
    }
    if (status == WH_OK) {
        status = wh_canvas_close(&canvas, err);
    }
    struct wh_png_scratch scratch = {.ctx = scene->ctx};
    wh_buf_init(&png, scene->ctx);
    if (status == WH_OK) {
        const void *const data = cairo_image_surface_get_data(canvas.surface);
        status = wh_png_quantised(&scratch, data, N_ZOOMS * CELL_W, CELL_H, N_ZOOMS * CELL_W, true,
                                  &png, err);
    }
    snprintf(path, sizeof path, "%s/sheet-%s.png", dir, style);
    FILE *const f = status == WH_OK ? fopen(path, "wb") : NULL;
    if (f != NULL) {
        (void)fwrite(png.ptr, 1, png.len, f);
        (void)fclose(f);
    }
    wh_buf_finish(&png);
    wh_png_scratch_finish(&scratch);
    wh_canvas_finish(&canvas);
    return status != WH_OK;
}

static int draw(struct scene *scene, const char *dir, const char *what, struct wh_error *err)
{
    char pdf[512], png[512];
    int n = 0;
    if (strcmp(what, "atlas") == 0) {
        snprintf(pdf, sizeof pdf, "%s/atlas.pdf", dir);
        remove(pdf);
        return wh_render_atlas(scene->ctx, &scene->report, -1, -1, &scene->opt, pdf, err) != WH_OK;
    }
    if (strcmp(what, "sheet") == 0) {
        static const char *const STYLE[] = {"standard", "grey", "high-contrast", "dark"};
        for (size_t i = 0; i < sizeof STYLE / sizeof STYLE[0] && n == 0; i++) {
            n = draw_sheet(scene, dir, STYLE[i], err);
        }
        return n;
    }
    if (strcmp(what, "map") == 0) {
        snprintf(png, sizeof png, "%s/map.png", dir);
        remove(png);
        return wh_render_map_png(scene->ctx, &scene->report, 0, -1, 900, &scene->opt, png, NULL,
                                 err) != WH_OK;
    }
    for (uint32_t w = 0; w < scene->wards.n; w++) {
        if (strcmp(what, "all") != 0 && strcmp(what, scene->wards.name[w]) != 0) {
            continue;
        }
        snprintf(pdf, sizeof pdf, "%s/%s.pdf", dir, scene->wards.code[w]);
        snprintf(png, sizeof png, "%s/%s.png", dir, scene->wards.code[w]);
        remove(pdf);
        remove(png);
        const double start = wh_clock_monotonic_s();
        scene_draw_sheet(scene, (int32_t)w, pdf, png, NULL);
        printf("%s %s: %.2f s\n", scene->wards.code[w], scene->wards.name[w],
               wh_clock_monotonic_s() - start);
        n++;
    }
    return n > 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    struct scene scene;
    const struct wh_ctx_options opt = {.jobs = 2};
    if (argc < 4) {
        fprintf(stderr,
                "usage: look borough|bath|plain OUT_DIR WARD|all|atlas|map|sheet [a3] [officer] "
                "[lang=CODE]\n");
        return 2;
    }
    if (wh_ctx_create(&opt, &ctx, &err) != WH_OK || wh_geo_start(ctx, &err) != WH_OK) {
        return fail(&err);
    }
    const char *const data = getenv("WARDHEAT_DATA");
    if (strcmp(argv[1], "bath") == 0) {
        scene_bath(&scene, ctx, WH_SOURCE_ROOT,
                   data != NULL ? data : WH_SOURCE_ROOT "/../shared/data");
    } else {
        scene_borough(&scene, ctx, WH_SOURCE_ROOT, strcmp(argv[1], "plain") != 0);
    }
    for (int i = 4; i < argc; i++) {
        if (strcmp(argv[i], "a3") == 0) {
            scene.opt.paper = WH_PAPER_A3;
        } else if (strcmp(argv[i], "officer") == 0) {
            scene.report.edition = WH_EDITION_OFFICER;
        } else if (strcmp(argv[i], "large") == 0) {
            scene.opt.edition = WH_PRINT_LARGE;
            scene.opt.paper = WH_PAPER_A3;
        } else if (strncmp(argv[i], "lang=", 5) == 0) {
            wh_language_destroy(ctx, scene.language);
            scene.language = NULL;
            if (wh_language_load(ctx, WH_SOURCE_ROOT "/styles", NULL, argv[i] + 5, &scene.language,
                                 &err) != WH_OK) {
                return fail(&err);
            }
            scene.opt.language = scene.language;
        }
    }
    const int code = draw(&scene, argv[2], argv[3], &err);
    if (code == 1) {
        fail(&err);
    }
    scene_finish(&scene);
    wh_ctx_destroy(ctx);
    return code;
}
