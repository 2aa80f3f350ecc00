/* What a style may say, and the sentences for what it may not. */
#include "base/io.h"
#include "render/style_internal.h"
#include "wh_test_files.h"

#define METADATA                                                                                   \
    "\"metadata\": {\"wardheat:ramp\": [\"#fde3bd\", \"#f9bd77\", \"#ec8644\", \"#c64632\", "      \
    "\"#7d1a45\"], \"wardheat:blank\": \"#d9d7d2\", \"wardheat:hotspot\": \"#101f3c\", "           \
    "\"wardheat:fade\": 0.58, \"wardheat:fonts\": [\"Inter\"]}"
#define LAND                                                                                       \
    "{\"id\": \"land\", \"type\": \"background\", \"paint\": {\"background-color\": \"#fff\"}}"
#define DENSITY                                                                                    \
    "{\"id\": \"density\", \"type\": \"raster\", \"source\": \"density\", "                        \
    "\"paint\": {\"raster-opacity\": 0.8}}"

static enum wh_status load(struct wh_ctx *ctx, const char *text, struct wh_style **ret,
                           struct wh_error *err)
{
    write_text("made.json", text);
    return wh_style_load(ctx, ".", "made", ret, err);
}

static void the_standard_style_is_read_whole(void **state)
{
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct wh_style *style = NULL;
    (void)state;
    assert_wh_ok(wh_style_load(ctx, WH_SOURCE_ROOT "/styles", "standard", &style, &err));
    assert_true(style->n_layers > 10);
    assert_string_equal(style->layer[0].id, "land");
    for (uint32_t n = 2; n <= WH_MAX_CLASSES; n++) {
        for (uint32_t i = 2; i <= n; i++) { /* a darker class is always more */
            assert_true(wh_rgb_lightness(wh_style_class(style, i, n)) <
                        wh_rgb_lightness(wh_style_class(style, i - 1, n)) - 3);
        }
    }
    wh_style_destroy(ctx, style);
    wh_ctx_destroy(ctx);
}

static void a_small_style_is_enough(void **state)
{
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct wh_style *style = NULL;
    (void)state;
    assert_wh_ok(load(ctx, "{\"version\": 8, " METADATA ", \"layers\": [" LAND ", " DENSITY "]}",
                      &style, &err));
    assert_int_equal(style->n_layers, 2);
    assert_true(fabs(wh_style_class_alpha(style) - 0.8) < 1e-12);
    assert_int_equal(style->land.r, 255);
    wh_style_destroy(ctx, style);
    wh_ctx_destroy(ctx);
}

static void numbers_follow_the_zoom_between_their_stops(void **state)
{
    const struct wh_stops stops = {.n = 3, .zoom = {10, 12, 16}, .value = {1, 3, 5}};
    (void)state;
    assert_true(fabs(wh_stops_at(&stops, 4) - 1) < 1e-12);
    assert_true(fabs(wh_stops_at(&stops, 11) - 2) < 1e-12);
    assert_true(fabs(wh_stops_at(&stops, 14) - 4) < 1e-12);
    assert_true(fabs(wh_stops_at(&stops, 20) - 5) < 1e-12);
}

/* A fault of a style: the whole text or a third layer, and what the message must say. */
struct fault {
    const char *layer, *says, *place;
};

static void every_fault_is_named_with_its_place(void **state)
{
#define LINE(paint)                                                                                \
    "{\"id\": \"x\", \"type\": \"line\", \"source\": \"basemap\", \"source-layer\": \"roads\", "   \
    "\"paint\": {\"line-color\": \"#fff\", " paint "}}"
    static const struct fault FAULT[] = {
        {"{\"id\": \"x\", \"type\": \"circle\"}",
         "expected background, fill, line, raster or symbol", "layers[2].type"},
        {"{\"type\": \"line\"}", "expected", "layers[2]"},
        {"{\"id\": \"x\", \"type\": \"line\", \"source\": \"basemap\", \"source-layer\": \"sea\", "
         "\"paint\": {\"line-color\": \"#fff\", \"line-width\": 1}}",
         "expected water, green, buildings, rail, roads or places", "layers[2].source-layer"},
        {LINE("\"line-width\": \"wide\""), "expected a number or", "layers[2].paint.line-width"},
        {LINE("\"line-width\": [\"interpolate\", [\"linear\"], [\"zoom\"], 12, 1, 11, 2]"),
         "expected zooms that rise", "layers[2].paint.line-width"},
        {LINE("\"line-width\": 1, \"line-blur\": 2"), "not one of the members that wardheat draws",
         "layers[2].paint"},
        {"{\"id\": \"x\", \"type\": \"fill\", \"source\": \"basemap\", \"source-layer\": "
         "\"water\", \"paint\": {\"fill-color\": \"blue\"}}",
         "expected a colour like", "layers[2].paint.fill-color"},
    };
#undef LINE
    struct wh_ctx *const ctx = wh_test_ctx();
    (void)state;
    for (size_t i = 0; i < sizeof FAULT / sizeof FAULT[0]; i++) {
        char text[2000], said[1400];
        struct wh_error err = {0};
        struct wh_style *style = NULL;
        snprintf(text, sizeof text,
                 "{\"version\": 8, " METADATA ", \"layers\": [" LAND ", " DENSITY ", %s]}",
                 FAULT[i].layer);
        assert_int_equal(load(ctx, text, &style, &err), WH_ERR_CONFIG);
        assert_null(style);
        wh_error_text(&err, said, sizeof said);
        assert_text_has(said, "made.json");
        assert_text_has(said, FAULT[i].says);
        assert_text_has(said, FAULT[i].place);
    }
    wh_ctx_destroy(ctx);
}

static void a_style_that_is_no_style_is_refused(void **state)
{
    static const char *const TEXT[][2] = {
        {"", "not JSON"},
        {"{\"version\": 8,", "not JSON"},
        {"{\"version\": 8, \"version\": 8}", "not JSON"},
        {"{\"version\": 7, " METADATA ", \"layers\": []}", "version"},
        {"{\"version\": 8, \"layers\": []}", "metadata"},
        {"{\"version\": 8, " METADATA ", \"layers\": []}", "expected 1 to 64 layers"},
        {"{\"version\": 8, " METADATA ", \"layers\": [" LAND "]}", "one of type raster"},
        {"{\"version\": 8, \"metadata\": {\"wardheat:ramp\": [\"#7d1a45\", \"#c64632\", "
         "\"#ec8644\", \"#f9bd77\", \"#fde3bd\"], \"wardheat:blank\": \"#d9d7d2\", "
         "\"wardheat:hotspot\": \"#101f3c\", \"wardheat:fade\": 0.58, \"wardheat:fonts\": "
         "[\"Inter\"]}, \"layers\": [" LAND ", " DENSITY "]}",
         "wardheat:ramp"},
    };
    struct wh_ctx *const ctx = wh_test_ctx();
    (void)state;
    for (size_t i = 0; i < sizeof TEXT / sizeof TEXT[0]; i++) {
        char said[1400];
        struct wh_error err = {0};
        struct wh_style *style = NULL;
        assert_int_equal(load(ctx, TEXT[i][0], &style, &err), WH_ERR_CONFIG);
        assert_null(style);
        assert_text_has(wh_error_text(&err, said, sizeof said), TEXT[i][1]);
    }
    wh_ctx_destroy(ctx);
}

static void a_style_is_never_a_path(void **state)
{
    static const char *const NAME[] = {"../standard", "a/b", "", ".", "made.json", "a b"};
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_style *style = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof NAME / sizeof NAME[0]; i++) {
        struct wh_error err = {0};
        assert_int_equal(wh_style_load(ctx, WH_SOURCE_ROOT "/styles", NAME[i], &style, &err),
                         WH_ERR_CONFIG);
        assert_text_has(err.message, "not the name of a style");
    }
    struct wh_error err = {0};
    assert_int_equal(wh_style_load(ctx, WH_SOURCE_ROOT "/styles", "none-such", &style, &err),
                     WH_ERR_CONFIG);
    wh_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standard_style_is_read_whole),
        cmocka_unit_test(a_small_style_is_enough),
        cmocka_unit_test(numbers_follow_the_zoom_between_their_stops),
        cmocka_unit_test(every_fault_is_named_with_its_place),
        cmocka_unit_test(a_style_that_is_no_style_is_refused),
        cmocka_unit_test(a_style_is_never_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
