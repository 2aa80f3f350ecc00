/* render/style_layer.c: one layer of a MapLibre style, of the subset that docs/styles.md names. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "render/style_json.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MOST_FONTS 6U

static const char *const KINDS[WH_N_STYLE_KINDS] = {"background", "fill",   "line",
                                                    "circle",     "symbol", "raster"};

/* What a layer of a kind may say as an expression. Ranges keep a slip of the pen from drawing a
 * line as wide as the sheet. */
struct property {
    enum wh_style_kind kind;
    const char *name;
    enum wh_slot slot;
    enum wh_value_kind value;
    double low, high, usual; /* of numbers */
    bool is_layout;
};
static const struct property PROPERTIES[] = {
    {WH_STYLE_BACKGROUND, "background-color", WH_SLOT_COLOUR, WH_VALUE_COLOUR, 0, 0, 0, false},
    {WH_STYLE_FILL, "fill-color", WH_SLOT_COLOUR, WH_VALUE_COLOUR, 0, 0, 0, false},
    {WH_STYLE_FILL, "fill-opacity", WH_SLOT_OPACITY, WH_VALUE_NUMBER, 0, 1, 1, false},
    {WH_STYLE_FILL, "fill-outline-color", WH_SLOT_EDGE, WH_VALUE_COLOUR, 0, 0, 0, false},
    {WH_STYLE_LINE, "line-color", WH_SLOT_COLOUR, WH_VALUE_COLOUR, 0, 0, 0, false},
    {WH_STYLE_LINE, "line-opacity", WH_SLOT_OPACITY, WH_VALUE_NUMBER, 0, 1, 1, false},
    {WH_STYLE_LINE, "line-width", WH_SLOT_WIDTH, WH_VALUE_NUMBER, 0, 64, 1, false},
    {WH_STYLE_CIRCLE, "circle-color", WH_SLOT_COLOUR, WH_VALUE_COLOUR, 0, 0, 0, false},
    {WH_STYLE_CIRCLE, "circle-opacity", WH_SLOT_OPACITY, WH_VALUE_NUMBER, 0, 1, 1, false},
    {WH_STYLE_CIRCLE, "circle-radius", WH_SLOT_SIZE, WH_VALUE_NUMBER, 0, 64, 5, false},
    {WH_STYLE_CIRCLE, "circle-stroke-color", WH_SLOT_EDGE, WH_VALUE_COLOUR, 0, 0, 0, false},
    {WH_STYLE_CIRCLE, "circle-stroke-width", WH_SLOT_WIDTH, WH_VALUE_NUMBER, 0, 16, 0, false},
    {WH_STYLE_SYMBOL, "text-field", WH_SLOT_TEXT, WH_VALUE_TEXT, 0, 0, 0, true},
    {WH_STYLE_SYMBOL, "text-size", WH_SLOT_SIZE, WH_VALUE_NUMBER, 8, 60, 16, true},
    {WH_STYLE_SYMBOL, "symbol-sort-key", WH_SLOT_PRIORITY, WH_VALUE_NUMBER, -1e9, 1e9, 0, true},
    {WH_STYLE_SYMBOL, "text-color", WH_SLOT_COLOUR, WH_VALUE_COLOUR, 0, 0, 0, false},
    {WH_STYLE_SYMBOL, "text-opacity", WH_SLOT_OPACITY, WH_VALUE_NUMBER, 0, 1, 1, false},
    {WH_STYLE_SYMBOL, "text-halo-color", WH_SLOT_EDGE, WH_VALUE_COLOUR, 0, 0, 0, false},
    {WH_STYLE_SYMBOL, "text-halo-width", WH_SLOT_WIDTH, WH_VALUE_NUMBER, 0, 6, 0, false},
    {WH_STYLE_RASTER, "raster-opacity", WH_SLOT_OPACITY, WH_VALUE_NUMBER, 0.2, 1, 1, false},
};

static const struct property *find_property(enum wh_style_kind kind, enum wh_slot slot)
{
    for (size_t i = 0; i < N_OF(PROPERTIES); i++) {
        if (PROPERTIES[i].kind == kind && PROPERTIES[i].slot == slot) {
            return &PROPERTIES[i];
        }
    }
    return NULL;
}

bool wh_layer_is_on(const struct wh_style_layer *layer, double zoom)
{
    return !layer->is_hidden && zoom >= layer->min_zoom && zoom < layer->max_zoom;
}

bool wh_layer_takes(const struct wh_style_layer *layer, const struct wh_subject *subject)
{
    if (layer->filter == NULL) {
        return true;
    }
    const struct wh_value value = wh_expr_value(layer->filter, 0, subject);
    return value.kind == WH_VALUE_BOOL && value.is_true;
}

double wh_layer_number(const struct wh_style_layer *layer, enum wh_slot slot, double zoom,
                       const struct wh_subject *subject)
{
    const struct property *const property = find_property(layer->kind, slot);
    double number = property != NULL ? property->usual : slot == WH_SLOT_OPACITY ? 1 : 0;
    if (layer->slot[slot] != NULL) {
        const struct wh_value value = wh_expr_value(layer->slot[slot], zoom, subject);
        if (value.kind == WH_VALUE_NUMBER && property != NULL) {
            number = fmin(fmax(value.number, property->low), property->high);
        }
    }
    return number;
}

struct wh_colour wh_layer_colour(const struct wh_style_layer *layer, enum wh_slot slot, double zoom,
                                 const struct wh_subject *subject)
{
    /* MapLibre's default is black, and of halos nothing. */
    struct wh_colour colour = {0, 0, 0,
                               layer->kind == WH_STYLE_SYMBOL && slot == WH_SLOT_EDGE ? 0 : 1};
    if (layer->slot[slot] != NULL) {
        const struct wh_value value = wh_expr_value(layer->slot[slot], zoom, subject);
        colour = value.kind == WH_VALUE_COLOUR ? value.colour : colour;
    }
    colour.a *= wh_layer_number(layer, WH_SLOT_OPACITY, zoom, subject);
    return colour;
}

const char *wh_layer_text(const struct wh_style_layer *layer, double zoom,
                          const struct wh_subject *subject, char room[32])
{
    if (layer->slot[WH_SLOT_TEXT] == NULL) {
        return "";
    }
    const struct wh_value value = wh_expr_value(layer->slot[WH_SLOT_TEXT], zoom, subject);
    if (value.kind == WH_VALUE_NUMBER) {
        snprintf(room, 32, "%.15g", value.number);
        return room;
    }
    if (value.kind == WH_VALUE_BOOL) {
        return value.is_true ? "true" : "false";
    }
    return value.kind == WH_VALUE_TEXT ? value.text : "";
}

/* Members that are not expressions here: one word or number for the whole layer. */
static enum wh_status read_dashes(const struct wh_json *at, struct wh_style_layer *layer,
                                  struct wh_error *err)
{
    const size_t n = json_array_size(at->value);
    if (n == 0 || n > WH_MAX_DASHES || json_is_string(json_array_get(at->value, 0))) {
        return wh_json_fail(at, err, "expected 1 to 6 lengths, in widths of the line");
    }
    for (size_t i = 0; i < n; i++) {
        const struct wh_json one = wh_json_element(at, i);
        const enum wh_status status = wh_json_number(&one, 0, 100, &layer->dash[i], err);
        if (status != WH_OK) {
            return status;
        }
    }
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        total += layer->dash[i];
    }
    layer->n_dashes = n;
    return total >= 0.1 ? WH_OK : wh_json_fail(at, err, "expected lengths that are not all 0");
}

static enum wh_status read_pattern(const struct wh_json *at, const struct wh_style *style,
                                   struct wh_style_layer *layer, struct wh_error *err)
{
    const char *name[WH_MAX_PATTERNS];
    size_t which = 0;
    if (style->n_patterns == 0) {
        return wh_json_fail(at, err, "expected a pattern of metadata.wardheat:patterns");
    }
    for (size_t i = 0; i < style->n_patterns; i++) {
        name[i] = style->pattern[i].name;
    }
    const enum wh_status status = wh_json_word(at, name, style->n_patterns, &which, err);
    if (status == WH_OK) {
        layer->pattern = &style->pattern[which];
    }
    return status;
}

/* "Inter SemiBold" is the family Inter at weight 600. */
struct face {
    const char *word;
    int weight; /* 0: a slant */
};
static const struct face FACES[] = {{"Thin", 100},   {"Light", 300},    {"Regular", 400},
                                    {"Medium", 500}, {"SemiBold", 600}, {"Semibold", 600},
                                    {"Bold", 700},   {"Black", 900},    {"Italic", 0}};

/* Takes the words of a face from the end of a name; returns what is left of its length. */
static size_t strip_face(const char *name, int *weight, bool *is_italic)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < N_OF(FACES); i++) {
        const size_t word = strlen(FACES[i].word);
        if (len > word + 1 && name[len - word - 1] == ' ' &&
            strncmp(name + len - word, FACES[i].word, word) == 0) {
            *is_italic |= FACES[i].weight == 0;
            *weight = FACES[i].weight != 0 ? FACES[i].weight : *weight;
            len -= word + 1;
            i = (size_t)-1; /* "Inter Bold Italic": once more from the start */
        }
    }
    return len;
}

static enum wh_status read_fonts(const struct wh_json *at, struct wh_style_layer *layer,
                                 struct wh_error *err)
{
    const size_t n = json_array_size(at->value);
    size_t used = 0;
    if (n == 0 || n > MOST_FONTS) {
        return wh_json_fail(at, err, "expected 1 to 6 fonts, as in [\"Inter SemiBold\"]");
    }
    for (size_t i = 0; i < n; i++) {
        const struct wh_json one = wh_json_element(at, i);
        const char *name = NULL;
        int weight = 400;
        bool is_italic = false;
        const enum wh_status status = wh_json_text(&one, 60, &name, err);
        if (status != WH_OK) {
            return status;
        }
        const size_t len = strip_face(name, &weight, &is_italic);
        if (strchr(name, ',') != NULL || used + len + 3 > sizeof layer->families) {
            return wh_json_fail(&one, err, "expected a font's name, as in \"Inter SemiBold\"");
        }
        used += (size_t)snprintf(layer->families + used, sizeof layer->families - used, "%s%.*s",
                                 i > 0 ? ", " : "", (int)len, name);
        if (i == 0) {
            layer->weight = weight;
            layer->is_italic = is_italic;
        }
    }
    return WH_OK;
}

static const char *const CAPS[] = {"butt", "round", "square"};
static const char *const JOINS[] = {"bevel", "round", "miter"};
static const char *const PLACEMENTS[] = {"point", "line"};
static const char *const ANCHORS[] = {"center", "left", "right", "top", "bottom"};
static const char *const VISIBILITIES[] = {"visible", "none"};

/* *ret_known says whether `key` is such a member of this kind of layer. */
static enum wh_status read_fixed(const struct wh_json *at, const char *key, bool is_layout,
                                 const struct wh_style *style, struct wh_style_layer *layer,
                                 bool *ret_known, struct wh_error *err)
{
    const enum wh_style_kind kind = layer->kind;
    size_t which = 0;
    enum wh_status status = WH_OK;
    *ret_known = true;
    if (is_layout && strcmp(key, "visibility") == 0) {
        status = wh_json_word(at, VISIBILITIES, N_OF(VISIBILITIES), &which, err);
        layer->is_hidden = which == 1;
    } else if (!is_layout && kind == WH_STYLE_FILL && strcmp(key, "fill-pattern") == 0) {
        status = read_pattern(at, style, layer, err);
    } else if (!is_layout && kind == WH_STYLE_LINE && strcmp(key, "line-dasharray") == 0) {
        status = read_dashes(at, layer, err);
    } else if (is_layout && kind == WH_STYLE_LINE && strcmp(key, "line-cap") == 0) {
        status = wh_json_word(at, CAPS, N_OF(CAPS), &which, err);
        layer->cap = (enum wh_line_cap)which;
    } else if (is_layout && kind == WH_STYLE_LINE && strcmp(key, "line-join") == 0) {
        status = wh_json_word(at, JOINS, N_OF(JOINS), &which, err);
        layer->join = (enum wh_line_join)which;
    } else if (is_layout && kind == WH_STYLE_SYMBOL && strcmp(key, "symbol-placement") == 0) {
        status = wh_json_word(at, PLACEMENTS, N_OF(PLACEMENTS), &which, err);
        layer->is_along_line = which == 1;
    } else if (is_layout && kind == WH_STYLE_SYMBOL && strcmp(key, "text-anchor") == 0) {
        status = wh_json_word(at, ANCHORS, N_OF(ANCHORS), &which, err);
        layer->anchor = (enum wh_anchor)which;
    } else if (is_layout && kind == WH_STYLE_SYMBOL && strcmp(key, "text-max-width") == 0) {
        status = wh_json_number(at, 2, 100, &layer->max_width_em, err);
    } else if (is_layout && kind == WH_STYLE_SYMBOL && strcmp(key, "symbol-spacing") == 0) {
        status = wh_json_number(at, 20, 5000, &layer->spacing_px, err);
    } else if (is_layout && kind == WH_STYLE_SYMBOL && strcmp(key, "text-font") == 0) {
        status = read_fonts(at, layer, err);
    } else {
        *ret_known = false;
    }
    return status;
}

static struct wh_expr_want want_of(const struct property *property,
                                   const struct wh_style_layer *layer)
{
    return (struct wh_expr_want){
        .kind = property->value,
        .low = property->low,
        .high = property->high,
        .may_zoom = true,
        .vocabulary = layer->kind == WH_STYLE_BACKGROUND
                          ? NULL
                          : wh_source_vocabulary(layer->source, layer->source_layer)};
}

static enum wh_status read_member(const struct wh_json *at, const char *key, bool is_layout,
                                  struct wh_style *style, struct wh_style_layer *layer,
                                  struct wh_error *err)
{
    bool is_known = false;
    for (size_t i = 0; i < N_OF(PROPERTIES); i++) {
        const struct property *const property = &PROPERTIES[i];
        if (property->kind != layer->kind || property->is_layout != is_layout ||
            strcmp(property->name, key) != 0) {
            continue;
        }
        const struct wh_expr_want want = want_of(property, layer);
        const enum wh_status status =
            wh_expr_compile(at, &want, &style->arena, &layer->slot[property->slot], err);
        if (status == WH_OK && property->slot != WH_SLOT_TEXT) {
            layer->asks_feature |= wh_expr_asks_feature(layer->slot[property->slot]);
        }
        return status;
    }
    const enum wh_status status = read_fixed(at, key, is_layout, style, layer, &is_known, err);
    if (status == WH_OK && !is_known) {
        char shown[96];
        return wh_fail_at(err, WH_ERR_CONFIG, at->file, 0, 0,
                          "%s: not one of the members that wardheat draws in a layer of type %s",
                          at->path[0] != '\0' ? at->path
                                              : wh_log_escape(wh_str_c(key), shown, sizeof shown),
                          KINDS[layer->kind]);
    }
    return status;
}

static enum wh_status read_members(const struct wh_json *layer_at, const char *group,
                                   bool is_layout, struct wh_style *style,
                                   struct wh_style_layer *layer, struct wh_error *err)
{
    const struct wh_json at = wh_json_member(layer_at, group);
    const char *key;
    json_t *value;
    if (at.value != NULL && !json_is_object(at.value)) {
        return wh_json_fail(&at, err, "expected an object");
    }
    json_object_foreach(at.value, key, value)
    {
        char shown[96];
        /* What stands in a path is a key of the file: anything. */
        const struct wh_json one = {.file = at.file, .value = value};
        struct wh_json named = one;
        snprintf(named.path, sizeof named.path, "%.100s.%.48s", at.path,
                 wh_log_escape(wh_str_c(key), shown, sizeof shown));
        const enum wh_status status = read_member(&named, key, is_layout, style, layer, err);
        if (status != WH_OK) {
            return status;
        }
    }
    return WH_OK;
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
    if (status == WH_OK && !(layer->max_zoom > layer->min_zoom)) {
        return wh_json_fail(&high, err, "expected more than minzoom");
    }
    return status;
}

/* Which types can draw a source. */
static bool can_draw(enum wh_style_kind kind, enum wh_style_source source)
{
    switch (source) {
    case WH_SOURCE_DENSITY:
        return kind == WH_STYLE_RASTER;
    case WH_SOURCE_SUPPRESSED:
    case WH_SOURCE_OUTSIDE:
        return kind == WH_STYLE_FILL;
    case WH_SOURCE_BASEMAP:
    case WH_SOURCE_HOTSPOTS:
        return kind != WH_STYLE_RASTER;
    case WH_SOURCE_WARDS:
        return kind == WH_STYLE_FILL || kind == WH_STYLE_LINE || kind == WH_STYLE_SYMBOL;
    case WH_SOURCE_AREA:
    case WH_SOURCE_ELSEWHERE:
        return kind == WH_STYLE_FILL || kind == WH_STYLE_LINE;
    case WH_N_SOURCES:
        break;
    }
    return false;
}

static enum wh_status read_source(const struct wh_json *at, struct wh_style_layer *layer,
                                  struct wh_error *err)
{
    const struct wh_json source = wh_json_member(at, "source");
    const struct wh_json part = wh_json_member(at, "source-layer");
    const char *source_name[WH_N_SOURCES], *part_name[WH_N_BASEMAP];
    size_t which = 0;
    for (int i = 0; i < WH_N_SOURCES; i++) {
        source_name[i] = wh_source_name((enum wh_style_source)i);
    }
    for (int i = 0; i < WH_N_BASEMAP; i++) {
        part_name[i] = wh_basemap_key((enum wh_basemap_kind)i);
    }
    enum wh_status status = wh_json_word(&source, source_name, WH_N_SOURCES, &which, err);
    if (status != WH_OK) {
        return status;
    }
    layer->source = (enum wh_style_source)which;
    if (!can_draw(layer->kind, layer->source)) {
        char expected[120];
        snprintf(expected, sizeof expected, "expected a source that a layer of type %s can draw",
                 KINDS[layer->kind]);
        return wh_json_fail(&source, err, expected);
    }
    if (layer->source == WH_SOURCE_BASEMAP) {
        status = wh_json_word(&part, part_name, WH_N_BASEMAP, &which, err);
        layer->source_layer = (enum wh_basemap_kind)which;
    } else if (part.value != NULL) {
        status = wh_json_fail(&part, err, "expected it only with the source basemap");
    }
    return status;
}

static enum wh_status read_filter(const struct wh_json *at, struct wh_style *style,
                                  struct wh_style_layer *layer, struct wh_error *err)
{
    const struct wh_json filter = wh_json_member(at, "filter");
    const struct wh_expr_want want = {
        .kind = WH_VALUE_BOOL,
        .vocabulary = layer->kind == WH_STYLE_BACKGROUND
                          ? NULL
                          : wh_source_vocabulary(layer->source, layer->source_layer)};
    return filter.value == NULL
               ? WH_OK
               : wh_expr_compile(&filter, &want, &style->arena, &layer->filter, err);
}

/* MapLibre's defaults. */
static struct wh_style_layer fresh_layer(const struct wh_style *style)
{
    struct wh_style_layer layer = {.cap = WH_CAP_BUTT,
                                   .join = WH_JOIN_MITER,
                                   .max_width_em = 10,
                                   .spacing_px = 250,
                                   .weight = 400};
    snprintf(layer.families, sizeof layer.families, "%s", style->fonts);
    return layer;
}

static enum wh_status read_head(const struct wh_json *at, struct wh_style_layer *layer,
                                struct wh_error *err)
{
    static const char *const KNOWN[] = {"id",      "type",   "source", "source-layer", "minzoom",
                                        "maxzoom", "filter", "layout", "paint",        "metadata"};
    const struct wh_json id = wh_json_member(at, "id"), type = wh_json_member(at, "type");
    const char *text = NULL;
    size_t which = 0;
    enum wh_status status = wh_json_only(at, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK) {
        status = wh_json_text(&id, sizeof layer->id - 1, &text, err);
    }
    if (status == WH_OK) {
        snprintf(layer->id, sizeof layer->id, "%s", text);
        status = wh_json_word(&type, KINDS, N_OF(KINDS), &which, err);
        layer->kind = (enum wh_style_kind)which;
    }
    return status;
}

enum wh_status wh_style_read_layer(const struct wh_json *at, struct wh_style *style,
                                   struct wh_style_layer *ret, struct wh_error *err)
{
    struct wh_style_layer layer = fresh_layer(style);
    enum wh_status status = read_head(at, &layer, err);
    if (status == WH_OK) {
        status = read_zooms(at, &layer, err);
    }
    if (status == WH_OK && layer.kind != WH_STYLE_BACKGROUND) {
        status = read_source(at, &layer, err);
    }
    if (status == WH_OK) {
        status = read_filter(at, style, &layer, err);
    }
    if (status == WH_OK) {
        status = read_members(at, "layout", true, style, &layer, err);
    }
    if (status == WH_OK) {
        status = read_members(at, "paint", false, style, &layer, err);
    }
    if (status == WH_OK && layer.kind == WH_STYLE_SYMBOL && layer.slot[WH_SLOT_TEXT] == NULL) {
        const struct wh_json layout = wh_json_member(at, "layout");
        const struct wh_json field = wh_json_member(&layout, "text-field");
        status = wh_json_fail(&field, err, "expected the text to write, as in [\"get\", \"name\"]");
    }
    if (status == WH_OK) {
        layer.has_outline = layer.kind == WH_STYLE_FILL && layer.slot[WH_SLOT_EDGE] != NULL;
        *ret = layer;
    }
    return status;
}
