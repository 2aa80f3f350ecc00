/* Any bytes as a map style, and as a ramp: what is refused comes with a sentence; what is taken can
 * be asked for every layer's paint. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "render/style_json.h"

static struct wh_value anything(const void *feature, const char *property)
{
    (void)feature;
    return property[0] == 'r' ? (struct wh_value){.kind = WH_VALUE_NUMBER, .number = 3}
                              : (struct wh_value){.kind = WH_VALUE_TEXT, .text = "primary"};
}

static void ask(const struct wh_style *style)
{
    static const struct wh_subject SUBJECT = {NULL, anything, WH_GEOMETRY_LINE};
    for (size_t i = 0; i < style->n_layers; i++) {
        const struct wh_style_layer *const layer = &style->layer[i];
        char room[32];
        (void)wh_layer_takes(layer, &SUBJECT);
        for (int slot = 0; slot < WH_N_SLOTS; slot++) {
            const double number = wh_layer_number(layer, (enum wh_slot)slot, 12.5, &SUBJECT);
            const struct wh_colour colour =
                wh_layer_colour(layer, (enum wh_slot)slot, 12.5, &SUBJECT);
            FUZZ_PROMISE(number >= -1e9 && number <= 1e9);
            FUZZ_PROMISE(colour.a >= 0 && colour.a <= 1);
        }
        FUZZ_PROMISE(strlen(wh_layer_text(layer, 12.5, &SUBJECT, room)) < 1 << 20);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    struct wh_style *style = NULL;
    struct wh_ramp ramp = {.kind = WH_RAMP_SEQUENTIAL};
    struct wh_json root;
    struct wh_buf text;
    const struct wh_ctx_options opt = {.quiet = true, .memory_limit_bytes = 64u << 20};
    if (wh_ctx_create(&opt, &ctx, &err) != WH_OK) {
        abort();
    }
    wh_buf_init(&text, ctx);
    wh_buf_add(&text, data, size);
    const enum wh_status status = wh_style_parse(ctx, "fuzz.json", &text, &style, &err);
    FUZZ_PROMISE(status == WH_OK || (err.message[0] != '\0' && err.status == status));
    if (status == WH_OK) {
        ask(style);
        wh_style_destroy(ctx, style);
    }
    if (wh_json_parse("fuzz.json", &text, &root, &err) == WH_OK) {
        const enum wh_status read = wh_ramp_read(&root, WH_RAMP_SEQUENTIAL, &ramp, &err);
        FUZZ_PROMISE(read == WH_OK || err.message[0] != '\0');
        json_decref(root.value);
    }
    wh_buf_finish(&text);
    wh_ctx_destroy(ctx);
    return 0;
}
