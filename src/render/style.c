/* render/style.c: a style file as a whole: its layers, and our own part under "metadata". */
#include "render/style.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "render/style_json.h"

#define STYLE_LIMIT_BYTES (1U << 20)
#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A style and a ramp are files of styles/, never paths: letters, digits, - and _ only. */
static bool is_plain_name(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len <= 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == len;
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

static enum wh_status read_ramp_names(const struct wh_json *at, struct wh_style *style,
                                      struct wh_error *err)
{
    static const char *const KNOWN[WH_N_RAMPS] = {"sequential", "diverging", "categorical"};
    enum wh_status status = wh_json_only(at, KNOWN, WH_N_RAMPS, err);
    for (size_t i = 0; i < WH_N_RAMPS && status == WH_OK; i++) {
        const struct wh_json one = wh_json_member(at, KNOWN[i]);
        const char *const name = json_string_value(one.value);
        if (name == NULL || !is_plain_name(name)) {
            return wh_json_fail(&one, err, "expected the name of a file in styles/ramps/");
        }
        snprintf(style->ramp[i].name, sizeof style->ramp[i].name, "%.63s", name);
    }
    return status;
}

static enum wh_status read_pattern(const struct wh_json *at, struct wh_pattern *ret,
                                   struct wh_error *err)
{
    static const char *const KNOWN[] = {"color", "spacing", "width"};
    const struct wh_json colour = wh_json_member(at, "color");
    const struct wh_json spacing = wh_json_member(at, "spacing");
    const struct wh_json width = wh_json_member(at, "width");
    enum wh_status status = wh_json_only(at, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK) {
        status = wh_json_colour(&colour, &ret->colour, err);
    }
    if (status == WH_OK) {
        status = wh_json_number(&spacing, 2, 64, &ret->spacing, err);
    }
    return status == WH_OK ? wh_json_number(&width, 0.1, 32, &ret->width, err) : status;
}

static enum wh_status read_patterns(const struct wh_json *at, struct wh_style *style,
                                    struct wh_error *err)
{
    const char *key;
    json_t *value;
    enum wh_status status = WH_OK;
    if (!json_is_object(at->value)) {
        return wh_json_fail(at, err, "expected an object of patterns by name");
    }
    json_object_foreach(at->value, key, value)
    {
        if (style->n_patterns == WH_MAX_PATTERNS || !is_plain_name(key) || strlen(key) > 31) {
            return wh_json_fail(at, err, "expected at most 4 patterns with plain names");
        }
        const struct wh_json one = wh_json_member(at, key);
        struct wh_pattern *const pattern = &style->pattern[style->n_patterns++];
        snprintf(pattern->name, sizeof pattern->name, "%s", key);
        status = read_pattern(&one, pattern, err);
        if (status != WH_OK) {
            return status;
        }
    }
    return status;
}

static enum wh_status read_metadata(const struct wh_json *at, struct wh_style *style,
                                    struct wh_error *err)
{
    static const char *const KNOWN[] = {"wardheat:ramps", "wardheat:patterns", "wardheat:fonts"};
    const struct wh_json ramps = wh_json_member(at, KNOWN[0]);
    const struct wh_json patterns = wh_json_member(at, KNOWN[1]);
    const struct wh_json fonts = wh_json_member(at, KNOWN[2]);
    enum wh_status status = wh_json_only(at, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK) {
        status = read_ramp_names(&ramps, style, err);
    }
    if (status == WH_OK) {
        status = read_patterns(&patterns, style, err);
    }
    return status == WH_OK ? read_fonts(&fonts, style, err) : status;
}

/* Sources hold nothing for us: what a map shows comes from the config. Other programs need them. */
static enum wh_status read_sources(const struct wh_json *at, struct wh_error *err)
{
    const char *known[WH_N_SOURCES];
    for (int i = 0; i < WH_N_SOURCES; i++) {
        known[i] = wh_source_name((enum wh_style_source)i);
    }
    return wh_json_only(at, known, WH_N_SOURCES, err);
}

static struct wh_value trend_of(const void *feature, const char *property)
{
    return strcmp(property, "trend") == 0
               ? (struct wh_value){.kind = WH_VALUE_TEXT, .text = feature}
               : (struct wh_value){.kind = WH_VALUE_NULL};
}

#define NOTED_ZOOM 13.0

/* Discs and their numbers, of hot spots that are there and of those that are gone. */
static void note_mark(struct wh_style *style, const struct wh_style_layer *layer)
{
    static const char *const TREND[2] = {"steady", "gone"};
    for (size_t i = 0; i < 2; i++) {
        const struct wh_subject subject = {TREND[i], trend_of, WH_GEOMETRY_POLYGON};
        struct wh_mark *const mark = &style->mark[i];
        const struct wh_rgb colour =
            wh_colour_rgb(wh_layer_colour(layer, WH_SLOT_COLOUR, NOTED_ZOOM, &subject));
        if (!wh_layer_takes(layer, &subject)) {
            continue;
        }
        if (layer->kind == WH_STYLE_SYMBOL) {
            mark->number = colour;
        } else if (layer->kind == WH_STYLE_CIRCLE) {
            mark->disc = colour;
            mark->rim = wh_colour_rgb(wh_layer_colour(layer, WH_SLOT_EDGE, NOTED_ZOOM, &subject));
        }
    }
}

/* What others than the map's layers ask for: legends, tables, QGIS. */
static void note_layer(struct wh_style *style, const struct wh_style_layer *layer, bool has[4])
{
    static const struct wh_subject HOTSPOT = {"steady", trend_of, WH_GEOMETRY_POLYGON};
    const double zoom = NOTED_ZOOM;
    if (layer->source == WH_SOURCE_HOTSPOTS && layer->kind != WH_STYLE_BACKGROUND) {
        note_mark(style, layer);
    }
    if (layer->kind == WH_STYLE_BACKGROUND) {
        has[0] = true;
        style->land = wh_colour_rgb(wh_layer_colour(layer, WH_SLOT_COLOUR, zoom, NULL));
    } else if (layer->kind == WH_STYLE_RASTER) {
        has[1] = true;
        style->class_alpha = wh_layer_number(layer, WH_SLOT_OPACITY, zoom, NULL);
    } else if (layer->source == WH_SOURCE_SUPPRESSED && layer->pattern != NULL) {
        has[2] = true;
        style->blank = layer->pattern->colour;
    } else if (layer->source == WH_SOURCE_OUTSIDE) {
        style->veil = wh_colour_rgb(wh_layer_colour(layer, WH_SLOT_COLOUR, zoom, NULL));
    } else if (layer->source == WH_SOURCE_HOTSPOTS && layer->kind == WH_STYLE_LINE &&
               wh_layer_takes(layer, &HOTSPOT)) {
        has[3] = true; /* the last is the one on top */
        style->hotspot = wh_colour_rgb(wh_layer_colour(layer, WH_SLOT_COLOUR, zoom, &HOTSPOT));
    }
}

static enum wh_status read_layers(const struct wh_json *at, struct wh_style *style,
                                  struct wh_error *err)
{
    static const char *const NEEDED[4] = {
        "expected a layer of type background", "expected a layer of type raster: the density",
        "expected a fill layer of the source suppressed with a fill-pattern",
        "expected a line layer of the source hotspots"};
    const size_t n = json_array_size(at->value);
    bool has[4] = {false, false, false, false};
    if (n == 0 || n > WH_MAX_LAYERS) {
        return wh_json_fail(at, err, "expected 1 to 96 layers");
    }
    for (size_t i = 0; i < n; i++) {
        const struct wh_json one = wh_json_element(at, i);
        const enum wh_status status = wh_style_read_layer(&one, style, &style->layer[i], err);
        if (status != WH_OK) {
            return status;
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(style->layer[k].id, style->layer[i].id) == 0) {
                const struct wh_json id = wh_json_member(&one, "id");
                return wh_json_fail(&id, err, "expected a name that no layer before has");
            }
        }
        note_layer(style, &style->layer[i], has);
    }
    style->n_layers = n;
    for (size_t i = 0; i < 4; i++) {
        if (!has[i]) {
            return wh_json_fail(at, err, NEEDED[i]);
        }
    }
    return WH_OK;
}

static enum wh_status read_style(const struct wh_json *at, struct wh_style *style,
                                 struct wh_error *err)
{
    static const char *const KNOWN[] = {"version", "name",   "metadata",
                                        "sources", "glyphs", "layers"};
    const struct wh_json version = wh_json_member(at, "version");
    const struct wh_json metadata = wh_json_member(at, "metadata");
    const struct wh_json sources = wh_json_member(at, "sources");
    const struct wh_json layers = wh_json_member(at, "layers");
    double number = 0;
    enum wh_status status = wh_json_only(at, KNOWN, N_OF(KNOWN), err);
    if (status == WH_OK) {
        status = wh_json_number(&version, 8, 8, &number, err);
    }
    if (status == WH_OK) {
        status = read_metadata(&metadata, style, err);
    }
    if (status == WH_OK) {
        status = read_sources(&sources, err);
    }
    return status == WH_OK ? read_layers(&layers, style, err) : status;
}

enum wh_status wh_style_parse(struct wh_ctx *ctx, const char *file, const struct wh_buf *text,
                              struct wh_style **ret, struct wh_error *err)
{
    struct wh_json root;
    struct wh_style *const style = wh_alloc(ctx, sizeof *style);
    if (style == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_arena_init(&style->arena, ctx);
    wh_buf_init(&style->text, ctx);
    style->veil = (struct wh_rgb){255, 255, 255};
    wh_buf_add(&style->text, text->ptr, text->len);
    enum wh_status status = wh_buf_ok(&style->text, err);
    if (status == WH_OK) {
        status = wh_json_parse(file, text, &root, err);
    }
    if (status == WH_OK) {
        status = read_style(&root, style, err);
        json_decref(root.value);
    }
    if (status != WH_OK) {
        wh_style_destroy(ctx, style);
        return status;
    }
    *ret = style;
    return WH_OK;
}

/* <dir>/<name>.json whole; a style that is not there is a fault of the installation or config. */
static enum wh_status read_file(struct wh_ctx *ctx, const char *dir, const char *name,
                                char **ret_path, struct wh_buf *ret, struct wh_error *err)
{
    char file[80];
    snprintf(file, sizeof file, "%s.json", name);
    char *const path = wh_path_join(ctx, dir, file);
    if (path == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_io_read_all(ctx, path, STYLE_LIMIT_BYTES, ret, err);
    if (status == WH_ERR_INPUT) {
        status = WH_ERR_CONFIG;
        if (err != NULL) {
            err->status = status;
        }
    }
    *ret_path = path;
    return status;
}

/* Which styles there are, for one that there is not. */
static enum wh_status no_style(struct wh_ctx *ctx, const char *dir, const char *name,
                               struct wh_error *err)
{
    struct wh_paths names = {0};
    struct wh_buf list;
    wh_buf_init(&list, ctx);
    enum wh_status status = wh_io_list(ctx, dir, &names, err);
    for (size_t i = 0; status == WH_OK && i < names.n; i++) {
        const struct wh_str file = wh_str_c(names.path[i]);
        if (wh_str_has_suffix(file, ".json")) {
            wh_buf_c(&list, list.len > 0 ? ", " : "");
            wh_buf_str(&list, wh_str_slice(file, 0, file.len - strlen(".json")));
        }
    }
    if (status == WH_OK) {
        status = wh_buf_ok(&list, err);
    }
    if (status == WH_OK) {
        status = wh_fail(err, WH_ERR_CONFIG, "there is no style \"%s\" in %s: there are %s", name,
                         dir, list.len > 0 ? list.ptr : "none");
    }
    wh_buf_finish(&list);
    wh_paths_finish(ctx, &names);
    return status;
}

static bool is_there(struct wh_ctx *ctx, const char *dir, const char *name)
{
    char file[80];
    struct wh_file_info info;
    snprintf(file, sizeof file, "%s.json", name);
    char *const path = wh_path_join(ctx, dir, file);
    const bool ret = path == NULL || wh_io_stat(path, &info); /* no memory: reading will say so */
    wh_free(ctx, path);
    return ret;
}

static enum wh_status load_ramp(struct wh_ctx *ctx, const char *dir, enum wh_ramp_kind kind,
                                struct wh_ramp *ramp, struct wh_error *err)
{
    struct wh_buf text;
    struct wh_json root;
    char *path = NULL;
    wh_buf_init(&text, ctx);
    enum wh_status status = read_file(ctx, dir, ramp->name, &path, &text, err);
    if (status == WH_OK) {
        status = wh_json_parse(path, &text, &root, err);
    }
    if (status == WH_OK) {
        status = wh_ramp_read(&root, kind, ramp, err);
        json_decref(root.value);
    }
    wh_free(ctx, path);
    wh_buf_finish(&text);
    return status;
}

static enum wh_status load_ramps(struct wh_ctx *ctx, const char *styles_dir, struct wh_style *style,
                                 struct wh_error *err)
{
    char *const dir = wh_path_join(ctx, styles_dir, "ramps");
    enum wh_status status = dir == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (int kind = 0; kind < WH_N_RAMPS && status == WH_OK; kind++) {
        status = load_ramp(ctx, dir, (enum wh_ramp_kind)kind, &style->ramp[kind], err);
    }
    wh_free(ctx, dir);
    return status;
}

enum wh_status wh_style_load(struct wh_ctx *ctx, const char *styles_dir, const char *name,
                             struct wh_style **ret, struct wh_error *err)
{
    char shown[96];
    char *path = NULL;
    struct wh_style *style = NULL;
    struct wh_buf text;
    if (!is_plain_name(name)) {
        return wh_fail(err, WH_ERR_CONFIG, "not the name of a style: \"%s\"",
                       wh_log_escape(wh_str_c(name), shown, sizeof shown));
    }
    if (!is_there(ctx, styles_dir, name)) {
        return no_style(ctx, styles_dir, name, err);
    }
    wh_buf_init(&text, ctx);
    enum wh_status status = read_file(ctx, styles_dir, name, &path, &text, err);
    if (status == WH_OK) {
        status = wh_style_parse(ctx, path, &text, &style, err);
    }
    if (status == WH_OK) {
        status = load_ramps(ctx, styles_dir, style, err);
    }
    if (status == WH_OK) {
        *ret = style;
    } else {
        wh_style_destroy(ctx, style);
    }
    wh_free(ctx, path);
    wh_buf_finish(&text);
    return status;
}

void wh_style_destroy(struct wh_ctx *ctx, struct wh_style *style)
{
    if (style != NULL) {
        wh_buf_finish(&style->text);
        wh_arena_finish(&style->arena);
        wh_free(ctx, style);
    }
}

struct wh_rgb wh_style_class(const struct wh_style *style, uint32_t class_idx, uint32_t n_classes)
{
    return wh_style_ramp(style, WH_RAMP_SEQUENTIAL, class_idx, n_classes);
}

double wh_style_class_alpha(const struct wh_style *style)
{
    return style->class_alpha;
}

struct wh_rgb wh_style_blank(const struct wh_style *style)
{
    return style->blank;
}

struct wh_rgb wh_style_land(const struct wh_style *style)
{
    return style->land;
}

struct wh_rgb wh_style_hotspot(const struct wh_style *style)
{
    return style->hotspot;
}

struct wh_mark wh_style_mark(const struct wh_style *style, bool is_gone)
{
    return style->mark[is_gone ? 1 : 0];
}

struct wh_str wh_style_text(const struct wh_style *style)
{
    return wh_buf_view(&style->text);
}
