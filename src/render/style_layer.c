/* render/style_layer.c: one layer of a MapLibre style, of the subset that styles/README.md names.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "render/style_json.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const ROAD_NAMES[WH_N_ROADS] = {"motorway", "primary", "secondary",
                                                   "minor",    "local",   "path"};

double wh_stops_at(const struct wh_stops *stops, double zoom)
{
    if (stops->n == 1 || zoom <= stops->zoom[0]) {
        return stops->value[0];
    }
    for (size_t i = 1; i < stops->n; i++) {
        if (zoom <= stops->zoom[i]) {
            const double t = (zoom - stops->zoom[i - 1]) / (stops->zoom[i] - stops->zoom[i - 1]);
            return stops->value[i - 1] + t * (stops->value[i] - stops->value[i - 1]);
        }
    }
    return stops->value[stops->n - 1];
}

/* ["in", ["get", "class"], ["literal", ["primary", "motorway"]]] */
static enum wh_status read_filter(const struct wh_json *at, uint32_t *ret, struct wh_error *err)
{
    static const char EXPECTED[] =
        "expected [\"in\", [\"get\", \"class\"], [\"literal\", [...]]] with "
        "motorway, primary, secondary, minor, local or path";
    *ret = UINT32_MAX;
    if (at->value == NULL) {
        return WH_OK;
    }
    const char *const op = json_string_value(json_array_get(at->value, 0));
    const json_t *const get = json_array_get(at->value, 1);
    const json_t *const literal = json_array_get(at->value, 2);
    const char *const what = json_string_value(json_array_get(get, 1));
    const json_t *const words = json_array_get(literal, 1);
    if (op == NULL || strcmp(op, "in") != 0 || what == NULL || strcmp(what, "class") != 0 ||
        !json_is_array(words)) {
        return wh_json_fail(at, err, EXPECTED);
    }
    *ret = 0;
    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *const word = json_string_value(json_array_get(words, i));
        uint32_t bit = 0;
        for (uint32_t road = 0; word != NULL && road < WH_N_ROADS; road++) {
            bit |= strcmp(word, ROAD_NAMES[road]) == 0 ? 1U << road : 0U;
        }
        if (bit == 0) {
            return wh_json_fail(at, err, EXPECTED);
        }
        *ret |= bit;
    }
    return WH_OK;
}

static enum wh_status read_source_layer(const struct wh_json *at, enum wh_basemap_kind *ret,
                                        struct wh_error *err)
{
    const char *const word = json_string_value(at->value);
    for (int kind = 0; word != NULL && kind < WH_N_BASEMAP; kind++) {
        if (strcmp(word, wh_basemap_key((enum wh_basemap_kind)kind)) == 0) {
            *ret = (enum wh_basemap_kind)kind;
            return WH_OK;
        }
    }
    return wh_json_fail(at, err, "expected water, green, buildings, rail, roads or places");
}

static enum wh_status read_opacity(const struct wh_json *at, double *ret, struct wh_error *err)
{
    *ret = 1.0;
    return at->value == NULL ? WH_OK : wh_json_number(at, 0, 1, ret, err);
}

static enum wh_status read_fill(const struct wh_json *paint, struct wh_style_layer *layer,
                                struct wh_error *err)
{
    static const char *const KNOWN[] = {"fill-color", "fill-opacity"};
    const struct wh_json colour = wh_json_member(paint, "fill-color");
    const struct wh_json opacity = wh_json_member(paint, "fill-opacity");
    enum wh_status status = wh_json_only(paint, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK) {
        status = wh_json_colour(&colour, &layer->colour, err);
    }
    return status == WH_OK ? read_opacity(&opacity, &layer->opacity, err) : status;
}

static enum wh_status read_dashes(const struct wh_json *at, struct wh_style_layer *layer,
                                  struct wh_error *err)
{
    const size_t n = json_array_size(at->value);
    if (at->value == NULL) {
        return WH_OK;
    }
    if (n == 0 || n > WH_MAX_DASHES) {
        return wh_json_fail(at, err, "expected 1 to 6 lengths");
    }
    for (size_t i = 0; i < n; i++) {
        const struct wh_json one = wh_json_element(at, i);
        const enum wh_status status = wh_json_number(&one, 0.1, 100, &layer->dash[i], err);
        if (status != WH_OK) {
            return status;
        }
    }
    layer->n_dashes = n;
    return WH_OK;
}

static enum wh_status read_line(const struct wh_json *paint, struct wh_style_layer *layer,
                                struct wh_error *err)
{
    static const char *const KNOWN[] = {"line-color", "line-opacity", "line-width",
                                        "line-dasharray"};
    const struct wh_json colour = wh_json_member(paint, "line-color");
    const struct wh_json opacity = wh_json_member(paint, "line-opacity");
    const struct wh_json width = wh_json_member(paint, "line-width");
    const struct wh_json dashes = wh_json_member(paint, "line-dasharray");
    enum wh_status status = wh_json_only(paint, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK) {
        status = wh_json_colour(&colour, &layer->colour, err);
    }
    if (status == WH_OK) {
        status = read_opacity(&opacity, &layer->opacity, err);
    }
    if (status == WH_OK) {
        status = wh_json_stops(&width, 0.05, 100, &layer->width, err);
    }
    return status == WH_OK ? read_dashes(&dashes, layer, err) : status;
}

static enum wh_status read_symbol_layout(const struct wh_json *layout, struct wh_style_layer *layer,
                                         struct wh_error *err)
{
    static const char *const KNOWN[] = {"text-field", "text-font", "text-size", "symbol-placement"};
    const struct wh_json size = wh_json_member(layout, "text-size");
    const struct wh_json placement = wh_json_member(layout, "symbol-placement");
    const struct wh_json font_list = wh_json_member(layout, "text-font");
    const struct wh_json font = wh_json_element(&font_list, 0);
    enum wh_status status = wh_json_only(layout, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK) {
        status = wh_json_stops(&size, 8, 60, &layer->text_size, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (font.value != NULL) {
        const char *const name = json_string_value(font.value);
        if (name == NULL) {
            return wh_json_fail(&font, err, "expected a font's name, as in \"Inter Bold\"");
        }
        layer->is_bold = strstr(name, "Bold") != NULL || strstr(name, "Medium") != NULL;
    }
    if (placement.value != NULL) {
        const char *const word = json_string_value(placement.value);
        if (word == NULL || (strcmp(word, "line") != 0 && strcmp(word, "point") != 0)) {
            return wh_json_fail(&placement, err, "expected line or point");
        }
        layer->is_along_line = strcmp(word, "line") == 0;
    }
    return WH_OK;
}

static enum wh_status read_symbol(const struct wh_json *at, const struct wh_json *paint,
                                  struct wh_style_layer *layer, struct wh_error *err)
{
    static const char *const KNOWN[] = {"text-color", "text-halo-color", "text-halo-width"};
    const struct wh_json layout = wh_json_member(at, "layout");
    const struct wh_json colour = wh_json_member(paint, "text-color");
    const struct wh_json halo = wh_json_member(paint, "text-halo-color");
    const struct wh_json width = wh_json_member(paint, "text-halo-width");
    layer->opacity = 1.0;
    enum wh_status status = wh_json_only(paint, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK) {
        status = wh_json_colour(&colour, &layer->colour, err);
    }
    if (status == WH_OK) {
        status = wh_json_colour(&halo, &layer->halo, err);
    }
    if (status == WH_OK) {
        status = wh_json_number(&width, 0, 6, &layer->halo_width, err);
    }
    return status == WH_OK ? read_symbol_layout(&layout, layer, err) : status;
}

static enum wh_status read_zooms(const struct wh_json *at, struct wh_style_layer *layer,
                                 struct wh_error *err)
{
    const struct wh_json low = wh_json_member(at, "minzoom"), high = wh_json_member(at, "maxzoom");
    layer->min_zoom = 0;
    layer->max_zoom = 99;
    enum wh_status status = WH_OK;
    if (low.value != NULL) {
        status = wh_json_number(&low, 0, 24, &layer->min_zoom, err);
    }
    if (status == WH_OK && high.value != NULL) {
        status = wh_json_number(&high, 0, 24, &layer->max_zoom, err);
    }
    return status;
}

static enum wh_status read_background(const struct wh_json *paint, struct wh_style_layer *layer,
                                      struct wh_error *err)
{
    static const char *const KNOWN[] = {"background-color"};
    const struct wh_json colour = wh_json_member(paint, KNOWN[0]);
    const enum wh_status status = wh_json_only(paint, KNOWN, N_OF(KNOWN), err);
    return status == WH_OK ? wh_json_colour(&colour, &layer->colour, err) : status;
}

static enum wh_status read_density(const struct wh_json *paint, struct wh_style_layer *layer,
                                   struct wh_error *err)
{
    static const char *const KNOWN[] = {"raster-opacity"};
    const struct wh_json opacity = wh_json_member(paint, KNOWN[0]);
    const enum wh_status status = wh_json_only(paint, KNOWN, N_OF(KNOWN), err);
    return status == WH_OK ? wh_json_number(&opacity, 0.2, 1, &layer->opacity, err) : status;
}

static enum wh_status read_kind(const struct wh_json *at, enum wh_style_kind *ret,
                                struct wh_error *err)
{
    static const char *const NAMES[] = {"background", "fill", "line", "raster", "symbol"};
    const char *const word = json_string_value(at->value);
    for (int kind = 0; word != NULL && kind <= WH_STYLE_SYMBOL; kind++) {
        if (strcmp(word, NAMES[kind]) == 0) {
            *ret = (enum wh_style_kind)kind;
            return WH_OK;
        }
    }
    return wh_json_fail(at, err, "expected background, fill, line, raster or symbol");
}

enum wh_status wh_style_read_layer(const struct wh_json *at, struct wh_style_layer *ret,
                                   struct wh_error *err)
{
    static const char *const KNOWN[] = {"id",      "type",   "source", "source-layer", "minzoom",
                                        "maxzoom", "filter", "layout", "paint"};
    struct wh_style_layer layer = {0};
    const struct wh_json id = wh_json_member(at, "id"), type = wh_json_member(at, "type");
    const struct wh_json paint = wh_json_member(at, "paint"), filter = wh_json_member(at, "filter");
    const struct wh_json source_layer = wh_json_member(at, "source-layer");
    enum wh_status status = wh_json_only(at, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK && !json_is_string(id.value)) {
        status = wh_json_fail(&id, err, "expected a name");
    }
    if (status == WH_OK) {
        snprintf(layer.id, sizeof layer.id, "%s", json_string_value(id.value));
        status = read_kind(&type, &layer.kind, err);
    }
    if (status == WH_OK && !json_is_object(paint.value)) {
        status = wh_json_fail(&paint, err, "expected an object");
    }
    if (status == WH_OK) {
        status = read_zooms(at, &layer, err);
    }
    if (status == WH_OK && layer.kind != WH_STYLE_BACKGROUND && layer.kind != WH_STYLE_DENSITY) {
        status = read_source_layer(&source_layer, &layer.source_layer, err);
    }
    if (status == WH_OK) {
        status = read_filter(&filter, &layer.roads, err);
    }
    if (status != WH_OK) {
        return status;
    }
    switch (layer.kind) {
    case WH_STYLE_BACKGROUND:
        status = read_background(&paint, &layer, err);
        break;
    case WH_STYLE_FILL:
        status = read_fill(&paint, &layer, err);
        break;
    case WH_STYLE_LINE:
        status = read_line(&paint, &layer, err);
        break;
    case WH_STYLE_DENSITY:
        status = read_density(&paint, &layer, err);
        break;
    case WH_STYLE_SYMBOL:
        status = read_symbol(at, &paint, &layer, err);
        break;
    }
    if (status == WH_OK) {
        *ret = layer;
    }
    return status;
}
