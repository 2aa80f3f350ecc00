/* render/style.c: a style file: its layers, and our own part under "metadata". */
#include "render/style.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "render/style_json.h"

#define STYLE_LIMIT_BYTES (1U << 20)
#define RAMP_LEAST 5U           /* ACCEPTANCE.md A4: 5 to 7 classes ... */
#define RAMP_STEP_LIGHTNESS 8.0 /* ... whose neighbours differ by at least this L* */

double wh_rgb_lightness(struct wh_rgb colour)
{
    /* IEC 61966-2-1 to linear light, then CIE 1976 L*. */
    const double channel[3] = {colour.r / 255.0, colour.g / 255.0, colour.b / 255.0};
    const double weight[3] = {0.2126, 0.7152, 0.0722};
    double y = 0;
    for (int i = 0; i < 3; i++) {
        y += weight[i] *
             (channel[i] <= 0.04045 ? channel[i] / 12.92 : pow((channel[i] + 0.055) / 1.055, 2.4));
    }
    return y > 216.0 / 24389.0 ? 116.0 * cbrt(y) - 16.0 : y * 24389.0 / 27.0;
}

static enum wh_status read_ramp(const struct wh_json *at, struct wh_style *style,
                                struct wh_error *err)
{
    const size_t n = json_array_size(at->value);
    if (n < RAMP_LEAST || n > WH_MAX_CLASSES) {
        return wh_json_fail(at, err, "expected 5 to 7 colours, light to dark");
    }
    for (size_t i = 0; i < n; i++) {
        const struct wh_json one = wh_json_element(at, i);
        const enum wh_status status = wh_json_colour(&one, &style->ramp[i], err);
        if (status != WH_OK) {
            return status;
        }
        if (i > 0 && wh_rgb_lightness(style->ramp[i - 1]) - wh_rgb_lightness(style->ramp[i]) <
                         RAMP_STEP_LIGHTNESS) {
            return wh_json_fail(&one, err,
                                "expected a colour darker than the one before by at least 8 L*, so "
                                "that classes differ in grey too");
        }
    }
    style->n_ramp = (uint32_t)n;
    return WH_OK;
}

static enum wh_status read_fonts(const struct wh_json *at, struct wh_style *style,
                                 struct wh_error *err)
{
    size_t len = 0;
    const size_t n = json_array_size(at->value);
    for (size_t i = 0; i < n; i++) {
        const struct wh_json one = wh_json_element(at, i);
        const char *const family = json_string_value(one.value);
        if (family == NULL || family[0] == '\0' || strchr(family, ',') != NULL ||
            len + strlen(family) + 3 > sizeof style->fonts) {
            return wh_json_fail(&one, err, "expected the name of a font family");
        }
        const int written = snprintf(style->fonts + len, sizeof style->fonts - len, "%s%s",
                                     i > 0 ? ", " : "", family);
        len += (size_t)written;
    }
    return n > 0 ? WH_OK : wh_json_fail(at, err, "expected font families, the preferred one first");
}

static enum wh_status read_metadata(const struct wh_json *at, struct wh_style *style,
                                    struct wh_error *err)
{
    const struct wh_json ramp = wh_json_member(at, "wardheat:ramp");
    const struct wh_json blank = wh_json_member(at, "wardheat:blank");
    const struct wh_json hotspot = wh_json_member(at, "wardheat:hotspot");
    const struct wh_json fade = wh_json_member(at, "wardheat:fade");
    const struct wh_json fonts = wh_json_member(at, "wardheat:fonts");
    enum wh_status status = read_ramp(&ramp, style, err);
    if (status == WH_OK) {
        status = wh_json_colour(&blank, &style->blank, err);
    }
    if (status == WH_OK) {
        status = wh_json_colour(&hotspot, &style->hotspot, err);
    }
    if (status == WH_OK) {
        status = wh_json_number(&fade, 0, 1, &style->fade, err);
    }
    return status == WH_OK ? read_fonts(&fonts, style, err) : status;
}

static enum wh_status read_layers(const struct wh_json *at, struct wh_style *style,
                                  struct wh_error *err)
{
    const size_t n = json_array_size(at->value);
    bool has_density = false, has_background = false;
    if (n == 0 || n > WH_MAX_LAYERS) {
        return wh_json_fail(at, err, "expected 1 to 64 layers");
    }
    for (size_t i = 0; i < n; i++) {
        const struct wh_json one = wh_json_element(at, i);
        struct wh_style_layer *const layer = &style->layer[i];
        const enum wh_status status = wh_style_read_layer(&one, layer, err);
        if (status != WH_OK) {
            return status;
        }
        if (layer->kind == WH_STYLE_DENSITY) {
            has_density = true;
            style->class_alpha = layer->opacity;
        } else if (layer->kind == WH_STYLE_BACKGROUND) {
            has_background = true;
            style->land = layer->colour;
        }
    }
    style->n_layers = n;
    return has_density && has_background
               ? WH_OK
               : wh_json_fail(at, err,
                              "expected one layer of type background and one of type raster (the "
                              "density) among them");
}

static enum wh_status read_style(const char *file, const struct wh_buf *text,
                                 struct wh_style *style, struct wh_error *err)
{
    json_error_t json_err;
    json_t *const root = json_loadb(text->ptr, text->len, JSON_REJECT_DUPLICATES, &json_err);
    if (root == NULL) {
        return wh_fail_at(err, WH_ERR_CONFIG, file, json_err.line > 0 ? (uint64_t)json_err.line : 0,
                          json_err.column > 0 ? (uint32_t)json_err.column : 0, "not JSON: %s",
                          json_err.text);
    }
    const struct wh_json at = {.file = file, .value = root};
    const struct wh_json version = wh_json_member(&at, "version");
    const struct wh_json metadata = wh_json_member(&at, "metadata");
    const struct wh_json layers = wh_json_member(&at, "layers");
    double number = 0;
    enum wh_status status = wh_json_number(&version, 8, 8, &number, err);
    if (status == WH_OK) {
        status = read_metadata(&metadata, style, err);
    }
    if (status == WH_OK) {
        status = read_layers(&layers, style, err);
    }
    json_decref(root);
    return status;
}

/* A style is a file of styles/, never a path: letters, digits, - and _ only. */
static bool is_plain_name(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len <= 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == len;
}

enum wh_status wh_style_load(struct wh_ctx *ctx, const char *styles_dir, const char *name,
                             struct wh_style **ret, struct wh_error *err)
{
    char file[80], shown[96];
    char *path = NULL;
    struct wh_style *style = NULL;
    struct wh_buf text;
    enum wh_status status = WH_OK;
    wh_buf_init(&text, ctx);
    if (!is_plain_name(name)) {
        status = wh_fail(err, WH_ERR_CONFIG, "not the name of a style: \"%s\"",
                         wh_log_escape(wh_str_c(name), shown, sizeof shown));
        goto out;
    }
    snprintf(file, sizeof file, "%s.json", name);
    path = wh_path_join(ctx, styles_dir, file);
    style = wh_alloc(ctx, sizeof *style);
    if (path == NULL || style == NULL) {
        status = wh_fail_memory(ctx, err);
        goto out;
    }
    status = wh_io_read_all(ctx, path, STYLE_LIMIT_BYTES, &text, err);
    if (status == WH_ERR_INPUT) {
        status =
            WH_ERR_CONFIG; /* a style that is not there is a fault of the installation or config */
        if (err != NULL) {
            err->status = status;
        }
    }
    if (status == WH_OK) {
        status = read_style(path, &text, style, err);
    }
    if (status == WH_OK) {
        *ret = style;
        style = NULL;
    }
out:
    wh_style_destroy(ctx, style);
    wh_free(ctx, path);
    wh_buf_finish(&text);
    return status;
}

void wh_style_destroy(struct wh_ctx *ctx, struct wh_style *style)
{
    wh_free(ctx, style);
}

static uint8_t mix(uint8_t a, uint8_t b, double t)
{
    return (uint8_t)lround((1.0 - t) * a + t * b);
}

struct wh_rgb wh_style_class(const struct wh_style *style, uint32_t class_idx, uint32_t n_classes)
{
    if (n_classes <= 1) {
        return style->ramp[style->n_ramp / 2];
    }
    const uint32_t i = class_idx < 1 ? 0 : (class_idx > n_classes ? n_classes : class_idx) - 1;
    const double at = (double)i * (style->n_ramp - 1) / (n_classes - 1);
    const uint32_t low = at >= style->n_ramp - 1 ? style->n_ramp - 2 : (uint32_t)at;
    const struct wh_rgb a = style->ramp[low], b = style->ramp[low + 1];
    const double t = at - low;
    return (struct wh_rgb){mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t)};
}

double wh_style_class_alpha(const struct wh_style *style)
{
    return style->class_alpha;
}

struct wh_rgb wh_style_blank(const struct wh_style *style)
{
    return style->blank;
}

struct wh_rgb wh_style_hotspot(const struct wh_style *style)
{
    return style->hotspot;
}
