/* What a style may say, and the sentences for what it may not. */
#include "base/alloc.h"
#include "made_style.h"
#include "render/style_json.h"
#include "wh_test_files.h"

static enum wh_status parse(struct wh_ctx *ctx, const char *text, struct wh_style **ret,
                            struct wh_error *err)
{
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    wh_buf_c(&buf, text);
    const enum wh_status status = wh_style_parse(ctx, "made.json", &buf, ret, err);
    wh_buf_finish(&buf);
    return status;
}

static void the_shipped_styles_are_read_whole(void **state)
{
    static const char *const NAME[] = {"standard", "grey", "high-contrast", "dark"};
    struct wh_ctx *const ctx = wh_test_ctx();
    (void)state;
    for (size_t i = 0; i < sizeof NAME / sizeof NAME[0]; i++) {
        struct wh_error err = {0};
        struct wh_style *style = NULL;
        bool has_kind[WH_N_STYLE_KINDS] = {false}, has_source[WH_N_SOURCES] = {false};
        assert_wh_ok(wh_style_load(ctx, WH_SOURCE_ROOT "/styles", NAME[i], &style, &err));
        assert_string_equal(style->layer[0].id, "land");
        for (size_t k = 0; k < style->n_layers; k++) {
            has_kind[style->layer[k].kind] = true;
            has_source[style->layer[k].source] = true;
        }
        for (int k = 0; k < WH_N_STYLE_KINDS; k++) {
            assert_true(has_kind[k]);
        }
        for (int k = 0; k < WH_N_SOURCES; k++) {
            assert_true(has_source[k]);
        }
        wh_style_destroy(ctx, style);
    }
    wh_ctx_destroy(ctx);
}

/* Whoever photocopies a page of the grey style loses nothing. */
static void the_grey_style_has_no_colour(void **state)
{
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct wh_style *style = NULL;
    (void)state;
    assert_wh_ok(wh_style_load(ctx, WH_SOURCE_ROOT "/styles", "grey", &style, &err));
    for (const char *at = strchr(style->text.ptr, '#'); at != NULL; at = strchr(at + 1, '#')) {
        struct wh_colour colour;
        char text[10] = "";
        snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "\""), at);
        assert_true(wh_colour_parse(text, &colour));
        const struct wh_rgb rgb = wh_colour_rgb(colour);
        assert_true(rgb.r == rgb.g && rgb.g == rgb.b);
    }
    for (int kind = 0; kind < WH_N_RAMPS; kind++) {
        for (uint32_t i = 1; i <= WH_MAX_CLASSES; i++) {
            const struct wh_rgb rgb =
                wh_style_ramp(style, (enum wh_ramp_kind)kind, i, WH_MAX_CLASSES);
            assert_true(rgb.r == rgb.g && rgb.g == rgb.b);
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
    assert_wh_ok(parse(ctx, MADE_STYLE, &style, &err));
    assert_int_equal(style->n_layers, 4);
    assert_true(fabs(wh_style_class_alpha(style) - 0.8) < 1e-12);
    assert_int_equal(wh_style_land(style).r, 255);
    assert_int_equal(wh_style_blank(style).b, 0xd2);
    assert_int_equal(wh_style_hotspot(style).g, 0x34);
    assert_string_equal(style->fonts, "Inter, DejaVu Sans");
    wh_style_destroy(ctx, style);
    wh_ctx_destroy(ctx);
}

#define LINE(more)                                                                                 \
    "{\"id\": \"x\", \"type\": \"line\", \"source\": \"basemap\", \"source-layer\": "              \
    "\"roads\"" more "}"
#define SYMBOL(layout)                                                                             \
    "{\"id\": \"x\", \"type\": \"symbol\", \"source\": \"basemap\", \"source-layer\": "            \
    "\"places\", "                                                                                 \
    "\"layout\": {" layout "}}"

/* The fifth layer of a small style. */
static void parse_with(struct wh_ctx *ctx, const char *layer, struct wh_style **ret)
{
    char text[4000];
    struct wh_error err = {0};
    snprintf(text, sizeof text, MADE_HEAD "\"layers\": [" MADE_LAYERS ", %s]}", layer);
    assert_wh_ok(parse(ctx, text, ret, &err));
}

static void a_layer_says_how_it_is_drawn(void **state)
{
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_style *style = NULL;
    (void)state;
    parse_with(ctx,
               LINE(", \"minzoom\": 9, \"maxzoom\": 14, \"layout\": {\"line-cap\": \"round\", "
                    "\"line-join\": \"bevel\"}, \"paint\": {\"line-dasharray\": [3, 1], "
                    "\"line-color\": \"#10203080\", \"line-width\": [\"interpolate\", "
                    "[\"linear\"], [\"zoom\"], 10, 1, 12, 3]}"),
               &style);
    const struct wh_style_layer *layer = &style->layer[4];
    assert_int_equal(layer->cap, WH_CAP_ROUND);
    assert_int_equal(layer->join, WH_JOIN_BEVEL);
    assert_int_equal(layer->n_dashes, 2);
    assert_true(wh_layer_is_on(layer, 9) && wh_layer_is_on(layer, 13.9));
    assert_false(wh_layer_is_on(layer, 8.9) || wh_layer_is_on(layer, 14));
    assert_true(fabs(wh_layer_number(layer, WH_SLOT_WIDTH, 11, NULL) - 2) < 1e-12);
    assert_true(fabs(wh_layer_colour(layer, WH_SLOT_COLOUR, 11, NULL).a - 128 / 255.0) < 1e-12);
    wh_style_destroy(ctx, style);
    parse_with(
        ctx,
        SYMBOL("\"text-field\": [\"get\", \"name\"], \"text-font\": [\"Noto Sans SemiBold "
               "Italic\", \"DejaVu Sans\"], \"text-anchor\": \"top\", \"text-max-width\": 7"),
        &style);
    layer = &style->layer[4];
    assert_string_equal(layer->families, "Noto Sans, DejaVu Sans");
    assert_int_equal(layer->weight, 600);
    assert_true(layer->is_italic);
    assert_int_equal(layer->anchor, WH_ANCHOR_TOP);
    assert_true(fabs(wh_layer_number(layer, WH_SLOT_SIZE, 11, NULL) - 16) < 1e-12); /* default */
    wh_style_destroy(ctx, style);
    parse_with(ctx, LINE(", \"layout\": {\"visibility\": \"none\"}"), &style);
    assert_false(wh_layer_is_on(&style->layer[4], 12));
    wh_style_destroy(ctx, style);
    wh_ctx_destroy(ctx);
}

struct fault {
    const char *layer, *place, *says;
};

static void every_fault_is_named_with_its_place(void **state)
{
    static const struct fault FAULT[] = {
        {"{\"id\": \"x\", \"type\": \"heatmap\"}", "layers[4].type",
         "expected background, fill, line, circle, symbol or raster"},
        {"{\"type\": \"line\"}", "layers[4].id", "missing, expected a text"},
        {"[]", "layers[4]", "expected an object"},
        {"{\"id\": \"land\", \"type\": \"background\"}", "layers[4].id", "no layer before has"},
        {"{\"id\": \"x\", \"type\": \"line\", \"source\": \"sea\"}", "layers[4].source",
         "expected basemap, density, suppressed"},
        {"{\"id\": \"x\", \"type\": \"line\", \"source\": \"basemap\", \"source-layer\": \"sea\"}",
         "layers[4].source-layer", "expected water, green, woodland"},
        {"{\"id\": \"x\", \"type\": \"raster\", \"source\": \"wards\"}", "layers[4].source",
         "a layer of type raster can draw"},
        {"{\"id\": \"x\", \"type\": \"fill\", \"source\": \"wards\", \"source-layer\": \"a\"}",
         "layers[4].source-layer", "only with the source basemap"},
        {LINE(", \"ref\": \"y\""), "layers[4].ref", "not one of the members"},
        {LINE(", \"paint\": 3"), "layers[4].paint", "expected an object"},
        {LINE(", \"paint\": {\"line-blur\": 2}"), "layers[4].paint.line-blur",
         "not one of the members that wardheat draws in a layer of type line"},
        {LINE(", \"paint\": {\"fill-color\": \"#fff\"}"), "layers[4].paint.fill-color", "not one"},
        {LINE(", \"layout\": {\"line-color\": \"#fff\"}"), "layers[4].layout.line-color",
         "not one"},
        {LINE(", \"paint\": {\"\\u001b[31m\": 2}"), "layers[4].paint.\\x1b[31m", "not one"},
        {LINE(", \"paint\": {\"line-color\": \"blue\"}"), "layers[4].paint.line-color",
         "expected a colour like"},
        {LINE(", \"paint\": {\"line-color\": \"#12g\"}"), "layers[4].paint.line-color",
         "expected a colour like"},
        {LINE(", \"paint\": {\"line-width\": \"wide\"}"), "layers[4].paint.line-width",
         "expected a number from 0 to 64"},
        {LINE(", \"paint\": {\"line-width\": 1e9}"), "layers[4].paint.line-width",
         "expected a number from 0 to 64"},
        {LINE(", \"paint\": {\"line-width\": {\"stops\": [[1, 2]]}}"), "layers[4].paint.line-width",
         "expected a number"},
        {LINE(
             ", \"paint\": {\"line-width\": [\"interpolate\", [\"linear\"], [\"zoom\"], 12, 1, 11, "
             "2]}"),
         "layers[4].paint.line-width[5]", "expected stops that rise"},
        {LINE(", \"paint\": {\"line-width\": [\"interpolate\", [\"cubic-bezier\", 0, 0, 1, 1], "
              "[\"zoom\"], 12, 1, 13, 2]}"),
         "layers[4].paint.line-width[1]", "expected [\"linear\"] or"},
        {LINE(", \"paint\": {\"line-width\": [\"sqrt\", 2]}"), "layers[4].paint.line-width",
         "expected an expression: get"},
        {LINE(", \"paint\": {\"line-width\": [\"get\"]}"), "layers[4].paint.line-width",
         "another number of arguments"},
        {LINE(", \"paint\": {\"line-width\": [\"has\", \"name\"]}"), "layers[4].paint.line-width",
         "expected a number"},
        {LINE(", \"paint\": {\"line-width\": [\"case\", [\"has\", \"name\"], 2]}"),
         "layers[4].paint.line-width", "another number of arguments"},
        {LINE(", \"paint\": {\"line-width\": [\"case\", [\"has\", \"name\"], [\"interpolate\", "
              "[\"linear\"], [\"zoom\"], 1, 1, 2, 2], 2]}"),
         "layers[4].paint.line-width[2][2]", "only as the input of an outermost"},
        {LINE(", \"paint\": {\"line-color\": [\"get\", \"name\"]}"), "layers[4].paint.line-color",
         "no feature has any"},
        {LINE(", \"paint\": {\"line-dasharray\": []}"), "layers[4].paint.line-dasharray",
         "expected 1 to 6 lengths"},
        {LINE(", \"paint\": {\"line-dasharray\": [0, 0]}"), "layers[4].paint.line-dasharray",
         "not all 0"},
        {LINE(", \"layout\": {\"line-cap\": \"pointed\"}"), "layers[4].layout.line-cap",
         "expected butt, round or square"},
        {LINE(", \"minzoom\": 12, \"maxzoom\": 12"), "layers[4].maxzoom", "more than minzoom"},
        {LINE(", \"minzoom\": 99"), "layers[4].minzoom", "from 0 to 24"},
        {LINE(", \"filter\": [\"==\", \"class\", \"primary\"]"), "layers[4].filter",
         "two constants are always the same"},
        {LINE(", \"filter\": [\"==\", [\"get\", \"clas\"], \"primary\"]"), "layers[4].filter[1][1]",
         "expected class or name"},
        {LINE(", \"filter\": [\"==\", [\"get\", \"class\"], \"A road\"]"), "layers[4].filter[2]",
         "expected motorway, primary"},
        {LINE(", \"filter\": [\"in\", [\"get\", \"class\"], [\"literal\", [\"path\", \"sea\"]]]"),
         "layers[4].filter[2][1][1]", "expected motorway, primary"},
        {LINE(", \"filter\": [\"in\", \"class\", \"path\"]"), "layers[4].filter[2]", "literal"},
        {LINE(", \"filter\": [\">\", [\"zoom\"], 3]"), "layers[4].filter[1]",
         "minzoom and maxzoom"},
        {LINE(", \"filter\": [\"match\", [\"get\", \"class\"], \"path\", true, 3, true, false]"),
         "layers[4].filter[4]", "expected motorway"},
        {LINE(", \"filter\": [\"match\", [\"get\", \"name\"], \"path\", true, 3, true, false]"),
         "layers[4].filter[4]", "all texts or whole numbers"},
        {LINE(", \"filter\": 3"), "layers[4].filter", "expected true, false or a condition"},
        {"{\"id\": \"x\", \"type\": \"background\", \"filter\": [\"has\", \"name\"]}",
         "layers[4].filter", "there is no feature here"},
        {SYMBOL("\"text-size\": 12"), "layers[4].layout.text-field", "missing"},
        {SYMBOL("\"text-field\": [\"get\", \"name\"], \"text-size\": 4"),
         "layers[4].layout.text-size", "expected a number from 8 to 60"},
        {SYMBOL("\"text-field\": [\"get\", \"name\"], \"text-font\": []"),
         "layers[4].layout.text-font", "expected 1 to 6 fonts"},
        {SYMBOL("\"text-field\": [\"get\", \"name\"], \"text-font\": [\"a, b\"]"),
         "layers[4].layout.text-font[0]", "expected a font's name"},
        {SYMBOL("\"text-field\": [\"get\", \"name\"], \"icon-image\": \"x\""),
         "layers[4].layout.icon-image", "not one of"},
        {"{\"id\": \"x\", \"type\": \"fill\", \"source\": \"wards\", \"paint\": {\"fill-pattern\": "
         "\"dots\"}}",
         "layers[4].paint.fill-pattern", "expected hatch"},
    };
    struct wh_ctx *const ctx = wh_test_ctx();
    (void)state;
    for (size_t i = 0; i < sizeof FAULT / sizeof FAULT[0]; i++) {
        char text[4000], said[1400];
        struct wh_error err = {0};
        struct wh_style *style = NULL;
        snprintf(text, sizeof text, MADE_HEAD "\"layers\": [" MADE_LAYERS ", %s]}", FAULT[i].layer);
        assert_int_equal(parse(ctx, text, &style, &err), WH_ERR_CONFIG);
        assert_null(style);
        wh_error_text(&err, said, sizeof said);
        assert_text_has(said, "made.json");
        assert_text_has(said, FAULT[i].place);
        assert_text_has(said, FAULT[i].says);
    }
    wh_ctx_destroy(ctx);
}

static void a_style_that_is_no_style_is_refused(void **state)
{
#define WITH(layers) MADE_HEAD "\"layers\": [" layers "]}"
    static const char *const TEXT[][2] = {
        {"", "not JSON"},
        {"[]", "expected an object"},
        {"{\"version\": 8,", "not JSON"},
        {"{\"version\": 8, \"version\": 8}", "not JSON"},
        {"{\"version\": 7, " MADE_METADATA ", \"layers\": []}", "version"},
        {"{\"version\": 8, " MADE_SOURCES ", \"layers\": []}", "metadata"},
        {"{\"version\": 8, " MADE_METADATA ", \"layers\": []}", "sources"},
        {"{\"version\": 8, " MADE_METADATA ", \"sources\": {\"sea\": {}}, \"layers\": []}",
         "sources.sea"},
        {"{\"version\": 8, \"include\": \"made.json\"}", "include: not one of the members"},
        {"{\"version\": 8, \"metadata\": {\"wardheat:ramps\": {\"sequential\": \"../heat\"}}}",
         "a file in styles/ramps/"},
        {"{\"version\": 8, \"metadata\": {\"wardheat:ramp\": []}}", "wardheat:ramp: not one"},
        {WITH(""), "expected 1 to 96 layers"},
        {WITH(MADE_LAND), "type raster"},
        {WITH(MADE_DENSITY ", " MADE_BLANK ", " MADE_HOTSPOTS), "type background"},
        {WITH(MADE_LAND ", " MADE_DENSITY ", " MADE_HOTSPOTS), "source suppressed"},
        {WITH(MADE_LAND ", " MADE_DENSITY ", " MADE_BLANK), "source hotspots"},
    };
#undef WITH
    struct wh_ctx *const ctx = wh_test_ctx();
    (void)state;
    for (size_t i = 0; i < sizeof TEXT / sizeof TEXT[0]; i++) {
        char said[1400];
        struct wh_error err = {0};
        struct wh_style *style = NULL;
        assert_int_equal(parse(ctx, TEXT[i][0], &style, &err), WH_ERR_CONFIG);
        assert_null(style);
        assert_text_has(wh_error_text(&err, said, sizeof said), TEXT[i][1]);
    }
    wh_ctx_destroy(ctx);
}

/* RELIABILITY.md 72: nobody's stack overflows. */
static void nesting_has_an_end(void **state)
{
    enum { DEEP = 100000, MILD = 200 };
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct wh_style *style = NULL;
    struct wh_buf text;
    (void)state;
    for (int deep = 0; deep < 2; deep++) {
        wh_buf_init(&text, ctx);
        wh_buf_c(&text, MADE_HEAD "\"layers\": [" MADE_LAYERS
                                  ", {\"id\": \"x\", \"type\": \"line\", \"source\": \"wards\", "
                                  "\"filter\": ");
        for (int i = 0; i < (deep == 1 ? DEEP : MILD); i++) {
            wh_buf_c(&text, "[\"!\", ");
        }
        assert_int_equal(parse(ctx, text.ptr, &style, &err), WH_ERR_CONFIG);
        for (int i = 0; deep == 0 && i < MILD; i++) {
            wh_buf_c(&text, i == 0 ? "true]" : "]");
        }
        wh_buf_c(&text, "}]}");
        assert_int_equal(parse(ctx, text.ptr, &style, &err), WH_ERR_CONFIG);
        assert_text_has(err.message,
                        deep == 1 ? "maximum parsing depth" : "at most 16 expressions");
        wh_buf_finish(&text);
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

/* Memory that ends anywhere is a message, and nothing leaks. */
static void memory_may_end_anywhere(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    enum wh_status status = WH_ERR_LIMIT;
    for (uint64_t n = 1; status != WH_OK; n++) {
        struct wh_ctx *const ctx = wh_test_ctx();
        struct wh_error err = {0};
        struct wh_style *style = NULL;
        wh_alloc_fail_at(ctx, n, false);
        status = wh_style_load(ctx, WH_SOURCE_ROOT "/styles", "standard", &style, &err);
        assert_true(status == WH_OK || status == WH_ERR_LIMIT);
        assert_true(n < 5000);
        wh_style_destroy(ctx, style);
        wh_ctx_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_styles_are_read_whole),
        cmocka_unit_test(the_grey_style_has_no_colour),
        cmocka_unit_test(a_small_style_is_enough),
        cmocka_unit_test(a_layer_says_how_it_is_drawn),
        cmocka_unit_test(every_fault_is_named_with_its_place),
        cmocka_unit_test(a_style_that_is_no_style_is_refused),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(a_style_is_never_a_path),
        cmocka_unit_test(memory_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
