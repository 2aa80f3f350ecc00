/*
 * tests/render/look.c: draws pages to look at: look borough|bath OUT_DIR WARD_NAME|all|overview
 * [a3] [officer]. Not run by the suite: it is how a person checks a page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "geo/geo.h"
#include "scene.h"

static int fail(const struct wh_error *err)
{
    char text[1500];
    fprintf(stderr, "look: %s\n", wh_error_text(err, text, sizeof text));
    return 1;
}

static int draw(struct scene *scene, const char *dir, const char *what, struct wh_error *err)
{
    char pdf[512], png[512];
    int n = 0;
    if (strcmp(what, "atlas") == 0) {
        snprintf(pdf, sizeof pdf, "%s/atlas.pdf", dir);
        remove(pdf);
        return wh_render_atlas(scene->ctx, &scene->report, -1, -1, &scene->opt, pdf, NULL, err) !=
               WH_OK;
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
        if (wh_render_ward_page(scene->ctx, &scene->report, 0, w, &scene->opt, pdf, png, NULL,
                                err) != WH_OK) {
            return 1;
        }
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
                "usage: look borough|bath|plain OUT_DIR WARD|all|atlas|map [a3] [officer]\n");
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
