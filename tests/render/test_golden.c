/*
 * Golden pictures: the fixture borough in every style, near and far, beside the pictures of
 * tests/golden, as an eye would compare them: colours in L*a*b*, blurred a little so that other
 * smoothing of edges is not seen, by the mean CIEDE2000 of small blocks. WH_GOLDEN_RENEW=1 (or
 * scripts/golden) writes them anew: look at them before you commit them.
 */
#include <math.h>
#include <png.h>

#include "base/random.h"
#include "geo/geo.h"
#include "perceive.h"
#include "render/mapframe.h"
#include "render/picture.h"
#include "scene.h"
#include "wh_test_files.h"

enum { W = 320, H = 240, BLOCK = 8, N_STYLES = 4, N_ZOOMS = 3 };
#define TOLERANCE 2.0 /* CIEDE2000, mean of a block: an eye just tells that apart */

static const char *const STYLE[N_STYLES] = {"standard", "grey", "high-contrast", "dark"};
static const double ZOOM[N_ZOOMS] = {10, 13, 16};

struct picture {
    uint8_t rgb[3 * W * H];
};

struct place {
    struct wh_ctx *ctx;
    struct scene scene;
};

static int set_up(void **state)
{
    struct place *const p = calloc(1, sizeof *p);
    struct wh_error err = {0};
    assert_non_null(p);
    p->ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(p->ctx, &err));
    scene_borough(&p->scene, p->ctx, WH_SOURCE_ROOT, true);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *const p = *state;
    scene_finish(&p->scene);
    wh_ctx_destroy(p->ctx);
    free(p);
    return 0;
}

static void use_style(struct place *p, const char *name)
{
    struct wh_error err = {0};
    wh_style_destroy(p->ctx, p->scene.style);
    p->scene.style = NULL;
    assert_wh_ok(wh_style_load(p->ctx, WH_SOURCE_ROOT "/styles", name, &p->scene.style, &err));
}

static void decode(const void *png, size_t len, struct picture *ret)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_int_equal(png_image_begin_read_from_memory(&image, png, len), 1);
    assert_int_equal(image.width, W);
    assert_int_equal(image.height, H);
    image.format = PNG_FORMAT_RGB;
    assert_int_equal(png_image_finish_read(&image, NULL, ret->rgb, 0, NULL), 1);
}

/* The map round the largest hot spot, as the PNG that a reader would get. */
static void draw(const struct place *p, double zoom, struct wh_buf *png)
{
    const struct wh_hotspot *const h = &p->scene.theme_report.hotspot[0];
    const struct wh_map_spec spec = {.report = &p->scene.report,
                                     .theme = &p->scene.report.theme[0],
                                     .ward_idx = -1,
                                     .basemap = p->scene.basemap,
                                     .style = p->scene.style,
                                     .px = 1,
                                     .scale = 1};
    const struct wh_view view =
        wh_view_make(0, 0, W, H, h->peak_x, h->peak_y, 78271.51696 / exp2(zoom), 1);
    struct wh_canvas canvas = {0};
    struct wh_png_scratch scratch = {.ctx = p->ctx};
    struct wh_error err = {0};
    assert_wh_ok(wh_canvas_open_image(&canvas, p->ctx, p->scene.style, W, H, 1.0, &err));
    assert_wh_ok(wh_map_draw(&canvas, &spec, &view, &err));
    assert_wh_ok(wh_canvas_close(&canvas, &err));
    const void *const data = cairo_image_surface_get_data(canvas.surface);
    wh_buf_clear(png);
    assert_wh_ok(wh_png_quantised(&scratch, data, W, H, W, true, png, &err));
    wh_png_scratch_finish(&scratch);
    wh_canvas_finish(&canvas);
}

/* L*a*b*, each pixel the mean of itself and its neighbours. */
static void see(const struct picture *picture, struct lab *ret)
{
    struct lab *const sharp = calloc((size_t)W * H, sizeof *sharp);
    assert_non_null(sharp);
    for (size_t i = 0; i < (size_t)W * H; i++) {
        double linear[3];
        for (size_t c = 0; c < 3; c++) {
            linear[c] = to_linear(picture->rgb[3 * i + c] / 255.0);
        }
        sharp[i] = lab_of_linear(linear);
    }
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            struct lab sum = {0};
            double n = 0;
            for (int row = y > 0 ? y - 1 : 0; row <= y + 1 && row < H; row++) {
                for (int col = x > 0 ? x - 1 : 0; col <= x + 1 && col < W; col++) {
                    const struct lab *const at = &sharp[row * W + col];
                    sum = (struct lab){sum.l + at->l, sum.a + at->a, sum.b + at->b};
                    n++;
                }
            }
            ret[y * W + x] = (struct lab){sum.l / n, sum.a / n, sum.b / n};
        }
    }
    free(sharp);
}

struct verdict {
    double worst;
    int x, y; /* of the block, pixels */
};

static struct verdict compare(const struct picture *one, const struct picture *other)
{
    struct lab *const a = calloc((size_t)W * H, sizeof *a), *const b =
                                                                calloc((size_t)W * H, sizeof *b);
    struct verdict ret = {.worst = -1};
    assert_non_null(a);
    assert_non_null(b);
    see(one, a);
    see(other, b);
    for (int top = 0; top < H; top += BLOCK) {
        for (int left = 0; left < W; left += BLOCK) {
            double sum = 0;
            for (int i = 0; i < BLOCK * BLOCK; i++) {
                const int at = (top + i / BLOCK) * W + left + i % BLOCK;
                sum += difference(a[at], b[at]);
            }
            if (sum / (BLOCK * BLOCK) > ret.worst) {
                ret = (struct verdict){sum / (BLOCK * BLOCK), left, top};
            }
        }
    }
    free(a);
    free(b);
    return ret;
}

static void save(const char *path, const struct wh_buf *png)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(png->ptr, 1, png->len, file), png->len);
    assert_int_equal(fclose(file), 0);
}

static void check_one(const struct place *p, const char *style, double zoom)
{
    static struct picture now, golden;
    char name[64], path[512];
    struct wh_buf png, kept;
    struct wh_error err = {0};
    wh_buf_init(&png, p->ctx);
    wh_buf_init(&kept, p->ctx);
    (void)snprintf(name, sizeof name, "%s-z%.0f.png", style, zoom);
    (void)snprintf(path, sizeof path, WH_SOURCE_ROOT "/tests/golden/%s", name);
    draw(p, zoom, &png);
    if (getenv("WH_GOLDEN_RENEW") != NULL) {
        save(path, &png);
    }
    assert_wh_ok(wh_io_read_all(p->ctx, path, 1 << 20, &kept, &err));
    decode(png.ptr, png.len, &now);
    decode(kept.ptr, kept.len, &golden);
    const struct verdict verdict = compare(&now, &golden);
    if (verdict.worst > TOLERANCE) {
        save(name, &png);
        fail_msg(
            "%s: differs by %.1f (CIEDE2000, at most %.1f) at %d, %d; see %s in the build folder "
            "of the tests, and scripts/golden",
            name, verdict.worst, TOLERANCE, verdict.x, verdict.y, name);
    }
    wh_buf_finish(&kept);
    wh_buf_finish(&png);
}

static void every_style_looks_as_it_did(void **state)
{
    struct place *const p = *state;
    for (size_t i = 0; i < N_STYLES; i++) {
        use_style(p, STYLE[i]);
        for (size_t k = 0; k < N_ZOOMS; k++) {
            check_one(p, STYLE[i], ZOOM[k]);
        }
    }
}

/* ---- does the tolerance see what it should? ---- */

static double against(const struct place *p, double zoom, const struct picture *before,
                      const char *what)
{
    static struct picture now;
    struct wh_buf png;
    wh_buf_init(&png, p->ctx);
    draw(p, zoom, &png);
    decode(png.ptr, png.len, &now);
    wh_buf_finish(&png);
    const double worst = compare(before, &now).worst;
    print_message("%s: differs by %.2f\n", what, worst);
    return worst;
}

static void draw_before(const struct place *p, double zoom, struct picture *ret)
{
    struct wh_buf png;
    wh_buf_init(&png, p->ctx);
    draw(p, zoom, &png);
    decode(png.ptr, png.len, ret);
    wh_buf_finish(&png);
}

static void a_class_in_another_colour_is_seen(void **state)
{
    static struct picture before;
    struct place *const p = *state;
    use_style(p, "standard");
    const uint32_t n = p->scene.theme_report.legend.n;
    struct wh_rgb *const colour = p->scene.style->ramp[WH_RAMP_SEQUENTIAL].colour[n];
    draw_before(p, 13, &before);
    for (uint32_t i = 0; i < n; i++) { /* a quarter of the way to the next class */
        const struct wh_rgb kept = colour[i], next = colour[i + 1 < n ? i + 1 : i - 1];
        colour[i] = wh_rgb_mix(kept, next, 0.25);
        assert_true(against(p, 13, &before, "a class in another colour") > TOLERANCE);
        colour[i] = kept;
    }
    assert_true(against(p, 13, &before, "nothing changed") < 1e-9);
}

static void hide(struct place *p, const char *id)
{
    size_t n = 0;
    for (size_t i = 0; i < p->scene.style->n_layers; i++) {
        if (strcmp(p->scene.style->layer[i].id, id) == 0) {
            p->scene.style->layer[i].is_hidden = true;
            n++;
        }
    }
    assert_int_equal(n, 1);
}

static void a_name_that_is_missing_is_seen(void **state)
{
    static struct picture before;
    struct place *const p = *state;
    use_style(p, "standard");
    draw_before(p, 13, &before);
    hide(p, "place-towns"); /* one name */
    assert_true(against(p, 13, &before, "one name missing") > 2 * TOLERANCE);
    use_style(p, "standard");
    hide(p, "road-names-main");
    assert_true(against(p, 13, &before, "names of main roads missing") > 2 * TOLERANCE);
}

static void shift(struct wh_feature_set *set, double by_m)
{
    for (size_t i = 0; i < set->n; i++) {
        for (uint32_t v = 0; v < set->feature[i].shape.n_vertices; v++) {
            set->feature[i].shape.y[v] += by_m;
        }
    }
}

static void a_line_that_moved_is_seen(void **state)
{
    static struct picture before;
    struct place *const p = *state;
    const double two_px_m = 2 * 78271.51696 / exp2(13);
    struct wh_feature_set *const rail = &p->scene.basemap->set[WH_BASEMAP_RAIL];
    use_style(p, "standard");
    draw_before(p, 13, &before);
    shift(rail, two_px_m);
    assert_true(against(p, 13, &before, "a railway two pixels further north") > TOLERANCE);
    shift(rail, -two_px_m);
    assert_true(against(p, 13, &before, "and back") < TOLERANCE);
}

/* Another release of a library covers the pixels of edges by a little more or less, and rounds
 * otherwise. */
static void another_smoothing_of_edges_is_not_seen(void **state)
{
    static struct picture before, after;
    struct place *const p = *state;
    const double most = 0.15; /* of the step from a pixel to the next */
    struct wh_random random;
    wh_random_init(&random, 6, 0);
    for (size_t i = 0; i < N_STYLES; i++) {
        for (size_t k = 0; k < N_ZOOMS; k++) {
            use_style(p, STYLE[i]);
            draw_before(p, ZOOM[k], &before);
            for (size_t at = 0; at < sizeof after.rgb; at += 3) {
                const size_t next = at + 3 < sizeof after.rgb ? at + 3 : at;
                const double t = most * (2 * wh_random_unit(&random) - 1);
                const double round = 2 * wh_random_unit(&random) - 1;
                for (size_t c = 0; c < 3; c++) {
                    const double from = before.rgb[at + c], to = before.rgb[next + c];
                    after.rgb[at + c] =
                        (uint8_t)lround(fmin(255, fmax(0, from + t * (to - from) + round)));
                }
            }
            const double worst = compare(&before, &after).worst;
            print_message("%s at z%.0f: other edges differ by %.2f\n", STYLE[i], ZOOM[k], worst);
            assert_true(worst < TOLERANCE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_style_looks_as_it_did),
        cmocka_unit_test(a_class_in_another_colour_is_seen),
        cmocka_unit_test(a_name_that_is_missing_is_seen),
        cmocka_unit_test(a_line_that_moved_is_seen),
        cmocka_unit_test(another_smoothing_of_edges_is_not_seen),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
