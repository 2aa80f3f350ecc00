/* publish/map_style.c: a style file made into one that any MapLibre can load from a release. */
#include "publish/map_style.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "publish/fields.h"
#include "publish/geometry.h"
#include "publish/tilesets_internal.h"

#define DUMP (JSON_COMPACT | JSON_REAL_PRECISION(9))

struct maker {
    const struct wh_job *job;
    json_t *style;   /* as it was read */
    json_t *sources; /* as they will be written */
    json_t *layers;
    bool is_above; /* the density has been passed */
    bool has_sheet[WH_N_LAID_SHEETS];
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *const text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

/* ---- sources ---- */

static json_t *raster_source(const struct maker *maker, const char *file, uint32_t zoom_max)
{
    char path[WH_TILES_BYTES + 32];
    struct wh_buf attribution;
    wh_buf_init(&attribution, maker->job->ctx);
    wh_tilesets_attribution(&attribution, maker->job->report);
    json_t *const source = json_pack("{s:s, s:i, s:i, s:i, s:s*}", "type", "raster", "tileSize",
                                     256, "minzoom", (int)maker->job->opt->zoom_min, "maxzoom",
                                     (int)zoom_max, "attribution", attribution.ptr);
    if (maker->job->opt->tile_form == WH_TILES_FOLDER) {
        snprintf(path, sizeof path, "tiles/%s/{z}/{x}/{y}.png", file);
        json_object_set_new(source, "tiles", json_pack("[s]", path));
        double box[4]; /* an archive says it itself */
        wh_tilesets_box(maker->job, box);
        json_object_set_new(source, "bounds",
                            json_pack("[f, f, f, f]", box[0], box[1], box[2], box[3]));
    } else {
        snprintf(path, sizeof path, "pmtiles://tiles/%s", file);
        json_object_set_new(source, "url", json_string(path));
    }
    wh_buf_finish(&attribution);
    return source;
}

static void add_raster_sources(const struct maker *maker)
{
    const struct wh_job *const job = maker->job;
    for (size_t i = 0; i < job->report->n_themes; i++) {
        char name[96];
        snprintf(name, sizeof name, "density-%s", job->report->theme[i].theme->id);
        if (job->tileset[i].name[0][0] != '\0') {
            json_object_set_new(
                maker->sources, name,
                raster_source(maker, job->tileset[i].name[0],
                              wh_tilesets_deepest_zoom(job, &job->report->theme[i])));
        }
    }
    for (int i = 0; i < WH_N_LAID_SHEETS; i++) {
        const enum wh_base_sheet sheet = (enum wh_base_sheet)i;
        char name[32];
        snprintf(name, sizeof name, "basemap-%s", wh_base_sheet_name(sheet));
        if (job->basemap_name[i][0] != '\0') {
            json_object_set_new(maker->sources, name,
                                raster_source(maker, job->basemap_name[i],
                                              wh_basemap_tiles_plan(job, sheet).zoom_max));
        }
    }
}

/* A GeoJSON source of features that stand in the style itself. */
static json_t *inline_source(json_t *features)
{
    return json_pack("{s:s, s:{s:s, s:o}}", "type", "geojson", "data", "type", "FeatureCollection",
                     "features", features);
}

/* A closed ring, backwards where it bounds the other side. */
static json_t *ring_of(const struct wh_shape *shape, uint32_t ring, bool is_backwards)
{
    json_t *const points = json_array();
    const uint32_t from = shape->ring_start[ring], end = shape->ring_start[ring + 1];
    for (uint32_t i = from; i < end; i++) {
        const uint32_t at = is_backwards ? end - 1 - (i - from) : i;
        json_array_append_new(points, json_pack("[f, f]", shape->x[at], shape->y[at]));
    }
    return points;
}

static json_t *area_of(const struct wh_shape *shape)
{
    json_t *const parts = json_array();
    for (uint32_t part = 0; part < shape->n_parts; part++) {
        json_t *const rings = json_array();
        for (uint32_t r = shape->part_start[part]; r < shape->part_start[part + 1]; r++) {
            json_array_append_new(rings, ring_of(shape, r, false));
        }
        json_array_append_new(parts, rings);
    }
    return parts;
}

/* All the ground but the area: the world with its parts as holes, and what lies in their holes. */
static json_t *outside_of(const struct wh_shape *shape)
{
    static const double X[5] = {-180, 180, 180, -180, -180}, Y[5] = {-85, -85, 85, 85, -85};
    json_t *const parts = json_array(), *const world = json_array(), *const edge = json_array();
    for (int i = 0; i < 5; i++) {
        json_array_append_new(edge, json_pack("[f, f]", X[i], Y[i]));
    }
    json_array_append_new(world, edge);
    json_array_append_new(parts, world);
    for (uint32_t part = 0; part < shape->n_parts; part++) {
        const uint32_t first = shape->part_start[part];
        json_array_append_new(world, ring_of(shape, first, true));
        for (uint32_t r = first + 1; r < shape->part_start[part + 1]; r++) {
            json_array_append_new(parts, json_pack("[o]", ring_of(shape, r, true)));
        }
    }
    return parts;
}

static enum wh_status add_area_sources(const struct maker *maker, struct wh_error *err)
{
    const struct wh_job *const job = maker->job;
    struct wh_shape shape = {0};
    const enum wh_status status =
        wh_shape_to_lonlat(job->ctx, job->opt->to_lonlat, job->report->area, &shape, err);
    if (status == WH_OK) {
        json_object_set_new(
            maker->sources, "area",
            inline_source(json_pack("[{s:s, s:{s:s}, s:{s:s, s:o}}]", "type", "Feature",
                                    "properties", "name", job->report->title, "geometry", "type",
                                    "MultiPolygon", "coordinates", area_of(&shape))));
        json_object_set_new(
            maker->sources, "outside",
            inline_source(json_pack("[{s:s, s:{}, s:{s:s, s:o}}]", "type", "Feature", "properties",
                                    "geometry", "type", "MultiPolygon", "coordinates",
                                    outside_of(&shape))));
    }
    wh_shape_finish(job->ctx, &shape);
    return status;
}

/* The vertex furthest to the upper right: a number there leaves even a small hot spot in sight, as
 * on paper. */
static uint32_t upper_right(const struct wh_shape *lonlat)
{
    const double east = cos(lonlat->y[0] * acos(-1.0) / 180);
    uint32_t best = 0;
    for (uint32_t i = 1; i < lonlat->n_vertices; i++) {
        if (lonlat->x[i] * east + lonlat->y[i] > lonlat->x[best] * east + lonlat->y[best]) {
            best = i;
        }
    }
    return best;
}

static enum wh_status add_mark(const struct maker *maker, const struct wh_theme_report *theme,
                               const struct wh_hotspot *hotspot, json_t *features,
                               struct wh_error *err)
{
    struct wh_shape shape = {0};
    const enum wh_status status = wh_shape_to_lonlat(maker->job->ctx, maker->job->opt->to_lonlat,
                                                     &hotspot->shape, &shape, err);
    if (status == WH_OK && shape.n_vertices > 0) { /* else smaller than the rounding */
        const uint32_t at = upper_right(&shape);
        json_array_append_new(
            features, json_pack("{s:s, s:{s:s, s:s, s:s, s:i, s:s*}, s:{s:s, s:[f, f]}}", "type",
                                "Feature", "properties", "id", hotspot->id, "theme",
                                theme->theme->id, "trend", wh_trend_name(hotspot->trend), "rank",
                                (int)hotspot->rank, "name", hotspot->name, "geometry", "type",
                                "Point", "coordinates", shape.x[at], shape.y[at]));
    }
    wh_shape_finish(maker->job->ctx, &shape);
    return status;
}

static enum wh_status add_hotspot_sources(const struct maker *maker, struct wh_error *err)
{
    const struct wh_report *const report = maker->job->report;
    enum wh_status status = WH_OK;
    json_t *const marks = json_array();
    for (size_t t = 0; t < report->n_themes; t++) {
        for (size_t i = 0; i < report->theme[t].n_hotspots && status == WH_OK; i++) {
            status = add_mark(maker, &report->theme[t], &report->theme[t].hotspot[i], marks, err);
        }
    }
    json_object_set_new(maker->sources, "hotspots",
                        json_pack("{s:s, s:s}", "type", "geojson", "data",
                                  wh_out_file_name(WH_OUT_HOTSPOTS_GEOJSON)));
    json_object_set_new(maker->sources, "hotspot-marks", inline_source(marks));
    json_object_set_new(
        maker->sources, "wards",
        json_pack("{s:s, s:s}", "type", "geojson", "data", wh_out_file_name(WH_OUT_WARDS_GEOJSON)));
    return status;
}

/* ---- layers ---- */

/* A hatch needs a picture that a release does not hold: its colour alone. */
static void drop_pattern(const struct maker *maker, json_t *layer)
{
    json_t *const paint = json_object_get(layer, "paint");
    const char *const name = text_of(paint, "fill-pattern");
    if (name[0] != '\0') {
        const json_t *const patterns =
            json_object_get(json_object_get(maker->style, "metadata"), "wardheat:patterns");
        const char *const colour = text_of(json_object_get(patterns, name), "color");
        json_object_set_new(paint, "fill-color", json_string(colour));
        json_object_del(paint, "fill-pattern");
    }
}

static void add_layer(const struct maker *maker, json_t *layer)
{
    drop_pattern(maker, layer);
    json_array_append_new(maker->layers, layer);
}

static void add_picture(const struct maker *maker, const char *name, json_t *more)
{
    json_t *const layer = json_pack("{s:s, s:s, s:s, s:{s:i}}", "id", name, "type", "raster",
                                    "source", name, "paint", "raster-fade-duration", 0);
    if (more != NULL) {
        json_object_update(layer, more);
        json_decref(more);
    }
    json_array_append_new(maker->layers, layer);
}

/* A sheet stands where the first of its layers stood. */
static void add_sheet(struct maker *maker, enum wh_base_sheet sheet)
{
    char name[32];
    if (maker->has_sheet[sheet] || maker->job->basemap_name[sheet][0] == '\0') {
        return;
    }
    maker->has_sheet[sheet] = true;
    snprintf(name, sizeof name, "basemap-%s", wh_base_sheet_name(sheet));
    add_picture(maker, name, NULL);
}

/* What makes a layer that of one theme. */
static json_t *of_theme(const struct maker *maker, size_t theme_idx)
{
    return json_pack("{s:{s:s}, s:{s:s}}", "metadata", "wardheat:theme",
                     maker->job->report->theme[theme_idx].theme->id, "layout", "visibility",
                     theme_idx == 0 ? "visible" : "none");
}

static void add_densities(const struct maker *maker)
{
    for (size_t i = 0; i < maker->job->report->n_themes; i++) {
        char name[96];
        snprintf(name, sizeof name, "density-%s", maker->job->report->theme[i].theme->id);
        if (maker->job->tileset[i].name[0][0] != '\0') {
            json_t *const more = of_theme(maker, i);
            /* Classes have hard edges: blending would make colours that the key does not have. The
             * tiles hold their own opacity. */
            json_object_set_new(
                more, "paint",
                json_pack("{s:i, s:s}", "raster-fade-duration", 0, "raster-resampling", "nearest"));
            add_picture(maker, name, more);
        }
    }
}

/* A layer of hot spots, once a theme. */
static void add_hotspots(const struct maker *maker, const json_t *layer, bool is_of_marks)
{
    for (size_t i = 0; i < maker->job->report->n_themes; i++) {
        const char *const theme = maker->job->report->theme[i].theme->id;
        json_t *const copy = json_deep_copy(layer), *const filter = json_object_get(copy, "filter");
        json_t *const more = of_theme(maker, i);
        json_t *layout = json_object_get(copy, "layout");
        char name[192];
        snprintf(name, sizeof name, "%.64s-%s", text_of(layer, "id"), theme);
        json_t *const mine = json_pack("[s, [s, s], s]", "==", "get", "theme", theme);
        json_object_set_new(copy, "filter",
                            filter == NULL ? json_incref(mine)
                                           : json_pack("[s, O, O]", "all", mine, filter));
        json_decref(mine);
        json_object_set_new(copy, "id", json_string(name));
        json_object_set(copy, "metadata", json_object_get(more, "metadata"));
        if (layout == NULL) {
            layout = json_object();
            json_object_set_new(copy, "layout", layout);
        }
        json_object_update(layout, json_object_get(more, "layout"));
        if (is_of_marks) {
            json_object_set_new(copy, "source", json_string("hotspot-marks"));
        }
        json_decref(more);
        add_layer(maker, copy);
    }
}

static void take_layer(struct maker *maker, const json_t *layer)
{
    const char *const type = text_of(layer, "type"), *const source = text_of(layer, "source");
    const bool is_symbol = strcmp(type, "symbol") == 0;
    if (is_symbol || strcmp(type, "circle") == 0) { /* names lie under discs, over all else */
        add_sheet(maker, WH_SHEET_NAMES);
    }
    if (strcmp(type, "raster") == 0) {
        maker->is_above = true;
        add_densities(maker);
    } else if (strcmp(source, "basemap") == 0) {
        if (!is_symbol) {
            add_sheet(maker, maker->is_above ? WH_SHEET_ABOVE : WH_SHEET_BELOW);
        }
    } else if (strcmp(source, "hotspots") == 0) {
        add_hotspots(maker, layer, is_symbol || strcmp(type, "circle") == 0);
    } else if (strcmp(type, "background") == 0 || strcmp(source, "outside") == 0 ||
               strcmp(source, "area") == 0 || (strcmp(source, "wards") == 0 && !is_symbol)) {
        add_layer(maker, json_deep_copy(layer));
    }
}

/* ---- the file ---- */

static int take_text(const char *text, size_t len, void *user)
{
    wh_buf_add(user, text, len);
    return 0; /* failure sticks in the buffer */
}

static void dump_to(struct wh_buf *buf, const json_t *value)
{
    buf->failed |= json_dump_callback(value, take_text, buf, DUMP | JSON_ENCODE_ANY) != 0;
}

/* A member a line, a layer a line. */
static void write_file(const struct maker *maker, struct wh_buf *buf)
{
    double box[4];
    size_t i;
    json_t *layer;
    wh_tilesets_box(maker->job, box);
    wh_buf_c(buf, "{\"version\":8,\n\"name\":");
    dump_to(buf, json_object_get(maker->style, "name"));
    wh_buf_c(buf, ",\n\"metadata\":");
    dump_to(buf, json_object_get(maker->style, "metadata"));
    wh_buf_c(buf, ",\n\"center\":[");
    wh_lonlat_add(buf, 0.5 * (box[0] + box[2]));
    wh_buf_char(buf, ',');
    wh_lonlat_add(buf, 0.5 * (box[1] + box[3]));
    wh_buf_printf(buf, "],\n\"zoom\":%u,\n\"sources\":", maker->job->opt->zoom_min);
    dump_to(buf, maker->sources);
    wh_buf_c(buf, ",\n\"layers\":[");
    json_array_foreach(maker->layers, i, layer)
    {
        wh_buf_c(buf, i == 0 ? "\n" : ",\n");
        dump_to(buf, layer);
    }
    wh_buf_c(buf, "\n]}\n");
}

static enum wh_status make(struct maker *maker, struct wh_buf *buf, struct wh_error *err)
{
    const json_t *const layers = json_object_get(maker->style, "layers");
    enum wh_status status = add_area_sources(maker, err);
    if (status == WH_OK) {
        status = add_hotspot_sources(maker, err);
    }
    if (status == WH_OK) {
        add_raster_sources(maker);
        for (size_t i = 0; i < json_array_size(layers); i++) {
            take_layer(maker, json_array_get(layers, i));
        }
        add_sheet(maker, WH_SHEET_NAMES); /* of wards, where the style has no symbols */
        write_file(maker, buf);
    }
    return status;
}

enum wh_status wh_map_style_write(const struct wh_job *job, struct wh_error *err)
{
    const struct wh_str text = wh_style_text(job->opt->style);
    struct maker maker = {.job = job,
                          .style = json_loadb(text.ptr, text.len, 0, NULL),
                          .sources = json_object(),
                          .layers = json_array()};
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    enum wh_status status = maker.style == NULL || maker.sources == NULL || maker.layers == NULL
                                ? wh_fail_memory(job->ctx, err)
                                : make(&maker, &buf, err);
    if (status == WH_OK) {
        status = wh_job_write(job, "tiles/style.json", &buf, err);
    }
    json_decref(maker.layers);
    json_decref(maker.sources);
    json_decref(maker.style);
    wh_buf_finish(&buf);
    return status;
}
