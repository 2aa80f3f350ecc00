/* publish/vector_tiles.c: collections as layers of tiles; GDAL cuts them, the archive is ours. */
#include "publish/vector_tiles.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "publish/cell.h"
#include "publish/collection.h"
#include "publish/pmtiles_directory.h"
#include "publish/tilesets_internal.h"

/* Deeper zooms add nothing: a unit of a tile is below a metre by then, and viewers enlarge. */
#define DEEPEST_ZOOM 13u
#define UNITS 4096.0                 /* across a tile */
#define MOST_BUFFER 1024.0           /* units: a quarter of a tile */
#define EQUATOR_M 40075016.685578488 /* of the sphere of Web Mercator */

enum { N_LAYERS = 3 };
static const char *const LAYER[N_LAYERS] = {"wards", "hotspots", "cells"};
static const enum wh_out_file LAYER_FILE[N_LAYERS] = {WH_OUT_WARDS_TILES, WH_OUT_HOTSPOTS_TILES,
                                                      WH_OUT_CELLS_TILES};

/* ---- what is in the layers ---- */

static enum wh_status add_wards(struct wh_collection *collection,
                                const struct wh_theme_report *theme, struct wh_error *err)
{
    const struct wh_report *report = collection->job->report;
    enum wh_status status = WH_OK;
    for (uint32_t i = 0; status == WH_OK && i < report->wards->n; i++) {
        struct wh_emitter *emit = &collection->emit;
        wh_feature_begin(collection, report->wards->code[i]);
        wh_emit_text(emit, "code", report->wards->code[i]);
        wh_emit_text(emit, "name", report->wards->name[i]);
        wh_figures_add(emit, "", report, theme, &theme->ward[i], true);
        status = wh_feature_end(collection, &report->wards->shape[i], err);
    }
    return status;
}

static enum wh_status add_hotspots(struct wh_collection *collection,
                                   const struct wh_theme_report *theme, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < theme->n_hotspots; i++) {
        const struct wh_hotspot *hotspot = &theme->hotspot[i];
        struct wh_emitter *emit = &collection->emit;
        wh_feature_begin(collection, hotspot->id);
        wh_emit_count(emit, "rank", hotspot->rank);
        wh_emit_text(emit, "name", hotspot->name);
        wh_emit_text(emit, "trend", wh_trend_name(hotspot->trend));
        wh_emit_day(emit, "since", hotspot->since_day);
        wh_figures_add(emit, "", collection->job->report, theme, &hotspot->figures, false);
        wh_emit_real(emit, "expected", hotspot->evidence.expected, WH_EXPECTED_DECIMALS);
        wh_emit_real(emit, "ratio", hotspot->evidence.ratio, WH_RATIO_DECIMALS);
        wh_emit_text(emit, "firmness", wh_firmness_name(hotspot->firmness));
        wh_emit_text(emit, "emerging", hotspot->emerging);
        status = wh_feature_end(collection, &hotspot->shape, err);
    }
    return status;
}

static enum wh_status add_cells(struct wh_collection *collection,
                                const struct wh_theme_report *theme, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < theme->cells.n; i++) {
        const struct wh_cell *cell = &theme->cells.cell[i];
        struct wh_emitter *emit = &collection->emit;
        const struct wh_shape *square = wh_cell_square(&collection->values.arena, theme, cell);
        char id[128], words[32];
        if (square == NULL) {
            return wh_fail_memory(collection->job->ctx, err);
        }
        wh_feature_begin(collection, wh_cell_id(theme, cell, id, sizeof id));
        wh_emit_count(emit, "count", cell->n);
        wh_emit_text(emit, "count_words", wh_cell_words(&theme->cells, cell, words, sizeof words));
        wh_emit_text(emit, "emerging", cell->emerging);
        status = wh_feature_end(collection, square, err);
    }
    return status;
}

/* ---- what is said of them ---- */

/* Of a layer's counts: what they add up to where they are shown. */
static uint64_t sum_of(const struct wh_job *job, const struct wh_theme_report *theme, int layer)
{
    uint64_t sum = 0;
    if (layer == 2) {
        return wh_cells_sum(&theme->cells);
    }
    for (uint32_t i = 0; layer == 0 && i < job->report->wards->n; i++) {
        sum += theme->ward[i].count.shown == WH_SHOWN ? theme->ward[i].count.n : 0;
    }
    for (size_t i = 0; layer == 1 && i < theme->n_hotspots; i++) {
        const struct wh_count *count = &theme->hotspot[i].figures.count;
        sum += count->shown == WH_SHOWN ? count->n : 0;
    }
    return sum;
}

static void emit_sums(struct wh_emitter *emit, const struct wh_job *job,
                      const struct wh_theme_report *theme)
{
    const bool is_known = theme->total.count.shown == WH_SHOWN;
    wh_emit_object(emit, "requests");
    if (is_known) {
        wh_emit_count(emit, "all", theme->total.count.n);
    } else {
        wh_emit_null(emit, "all");
    }
    for (int i = 0; i < N_LAYERS; i++) {
        const uint64_t sum = sum_of(job, theme, i);
        wh_emit_object(emit, LAYER[i]);
        wh_emit_count(emit, "sum_of_counts", sum);
        if (is_known) {
            wh_emit_count(emit, "not_in_counts", theme->total.count.n - sum);
        } else {
            wh_emit_null(emit, "not_in_counts");
        }
        wh_emit_object_end(emit);
    }
    wh_emit_object_end(emit);
}

static void emit_layers(struct wh_emitter *emit, const struct wh_vector_layer *layer,
                        const struct wh_vector_tile_options *opt)
{
    wh_emit_array(emit, "vector_layers");
    for (int i = 0; i < N_LAYERS; i++) {
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "id", layer[i].name);
        wh_emit_text(emit, "description", layer[i].definition);
        wh_emit_count(emit, "minzoom", opt->zoom_min);
        wh_emit_count(emit, "maxzoom", opt->zoom_max);
        wh_emit_object(emit, "fields");
        for (size_t j = 0; j < layer[i].n_fields; j++) {
            const struct wh_vector_field *field = &layer[i].field[j];
            wh_emit_text(emit, field->name,
                         field->kind == WH_VALUE_INTEGER || field->kind == WH_VALUE_REAL
                             ? "Number"
                             : "String");
        }
        wh_emit_object_end(emit);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

void wh_vector_tiles_legend(struct wh_emitter *emit, const struct wh_job *job, size_t theme_idx)
{
    const struct wh_tileset *tileset = &job->tileset[theme_idx];
    const struct wh_theme_report *theme = &job->report->theme[theme_idx];
    if (tileset->vector[0] == '\0') {
        wh_emit_null(emit, "vector");
        return;
    }
    wh_emit_object(emit, "vector");
    wh_emit_text(emit, "tiles", tileset->vector);
    wh_emit_count(emit, "minzoom", tileset->vector_zoom_min);
    wh_emit_count(emit, "maxzoom", tileset->vector_zoom_max);
    wh_emit_real(emit, "cell_m", theme->cells.cell_m, 3);
    wh_emit_count(emit, "cell_count_step", theme->cells.step);
    emit_sums(emit, job, theme);
    wh_emit_object_end(emit);
}

/* ---- zooms ---- */

/* Units of a tile that a square is wide where it is widest: furthest from the equator. */
static double cell_units(const struct wh_job *job, double cell_m, uint32_t zoom)
{
    double box[4];
    wh_tilesets_box(job, box);
    const double latitude = fmax(fabs(box[1]), fabs(box[3]));
    const double tile_m = EQUATOR_M * cos(latitude * 3.14159265358979323846 / 180) / exp2(zoom);
    return cell_m / tile_m * UNITS;
}

/* Polygons reach over a tile's edge by a square at least, so that outlines do not show there. */
static struct wh_vector_tile_options plan(const struct wh_job *job, double cell_m)
{
    struct wh_vector_tile_options opt = {.zoom_min = job->opt->zoom_min,
                                         .zoom_max = job->opt->zoom_max};
    opt.zoom_max = opt.zoom_max > DEEPEST_ZOOM ? DEEPEST_ZOOM : opt.zoom_max;
    opt.zoom_max = opt.zoom_max < opt.zoom_min ? opt.zoom_min : opt.zoom_max;
    while (opt.zoom_max > opt.zoom_min && cell_units(job, cell_m, opt.zoom_max) > MOST_BUFFER) {
        opt.zoom_max--;
    }
    opt.buffer_px = (uint32_t)ceil(cell_units(job, cell_m, opt.zoom_max));
    return opt;
}

/* ---- the archive ---- */

/* Tiles as GDAL gives them: kept until it is known where the archive begins. */
struct tile {
    uint32_t z, x, y;
    size_t at, len;
};
struct tiles {
    struct wh_ctx *ctx;
    struct wh_buf bytes;
    struct tile *tile;
    size_t n, cap;
};

static enum wh_status keep_tile(void *user, uint32_t z, uint32_t x, uint32_t y,
                                const uint8_t *bytes, size_t len, struct wh_error *err)
{
    struct tiles *tiles = user;
    const enum wh_status status =
        wh_grow(tiles->ctx, (void **)&tiles->tile, tiles->n, &tiles->cap, sizeof *tiles->tile, err);
    if (status != WH_OK) {
        return status;
    }
    tiles->tile[tiles->n++] = (struct tile){z, x, y, tiles->bytes.len, len};
    wh_buf_add(&tiles->bytes, bytes, len);
    return wh_buf_ok(&tiles->bytes, err);
}

/* Nothing is dropped from a tile that is too large: the zooms up to it are. */
static enum wh_status find_lowest_zoom(const struct wh_job *job,
                                       const struct wh_theme_report *theme,
                                       const struct tiles *tiles,
                                       struct wh_vector_tile_options *opt, struct wh_error *err)
{
    for (size_t i = 0; i < tiles->n; i++) {
        if (tiles->tile[i].len > WH_VECTOR_TILE_MAX_BYTES && tiles->tile[i].z >= opt->zoom_min) {
            opt->zoom_min = tiles->tile[i].z + 1;
        }
    }
    if (opt->zoom_min > opt->zoom_max) {
        return wh_fail(err, WH_ERR_LIMIT,
                       "vector tiles of %s: a tile would be above %d bytes on zoom %u: give larger "
                       "squares (outputs.cells_m), or tiles: false",
                       theme->theme->id, WH_VECTOR_TILE_MAX_BYTES, opt->zoom_max);
    }
    if (opt->zoom_min > job->opt->zoom_min) {
        wh_log(job->ctx, WH_LOG_WARNING,
               "vector tiles of %s begin on zoom %u: on lower ones a tile would be above %d bytes",
               theme->theme->id, opt->zoom_min, WH_VECTOR_TILE_MAX_BYTES);
    }
    return WH_OK;
}

static enum wh_status add_tile(const struct wh_job *job, struct wh_tile_set *set,
                               const struct tiles *tiles, const struct tile *tile,
                               struct wh_buf *packed, struct wh_error *err)
{
    const struct wh_str plain = {tiles->bytes.ptr + tile->at, tile->len};
    struct wh_str bytes = plain;
    enum wh_status status = WH_OK;
    if (job->opt->tile_form != WH_TILES_FOLDER) {
        wh_buf_clear(packed);
        status = wh_pmtiles_gzip(job->ctx, plain, packed, err);
        bytes = wh_buf_view(packed);
    }
    return status == WH_OK ? wh_tile_set_add(set, tile->z, tile->x, tile->y,
                                             (const uint8_t *)bytes.ptr, bytes.len, err)
                           : status;
}

static enum wh_status fill_set(const struct wh_job *job, const struct wh_theme_report *theme,
                               const struct tiles *tiles, const char *members,
                               const struct wh_vector_tile_options *opt, struct wh_tile_set **ret,
                               struct wh_error *err)
{
    struct wh_buf attribution, packed;
    struct wh_tile_meta meta = {.name = theme->theme->title,
                                .description = "wards, hot spots and squares with their counts",
                                .type = WH_TILE_MVT,
                                .members = members,
                                .zoom_min = opt->zoom_min,
                                .zoom_max = opt->zoom_max};
    wh_buf_init(&attribution, job->ctx);
    wh_buf_init(&packed, job->ctx);
    wh_tilesets_attribution(&attribution, job->report);
    wh_tilesets_box(job, meta.box);
    meta.attribution = attribution.ptr;
    enum wh_status status = wh_buf_ok(&attribution, err);
    if (status == WH_OK) {
        status = wh_tile_set_create(job->ctx, &meta, ret, err);
    }
    for (size_t i = 0; status == WH_OK && i < tiles->n; i++) {
        if (tiles->tile[i].z >= opt->zoom_min) {
            status = add_tile(job, *ret, tiles, &tiles->tile[i], &packed, err);
        }
    }
    wh_buf_finish(&attribution);
    wh_buf_finish(&packed);
    return status;
}

/* Metadata as members of a JSON object. */
static enum wh_status describe(const struct wh_job *job, const struct wh_theme_report *theme,
                               const struct wh_vector_layer *layer,
                               const struct wh_vector_tile_options *opt, struct wh_buf *ret,
                               struct wh_error *err)
{
    struct wh_emitter emit = {.buf = ret, .is_compact = true};
    emit_layers(&emit, layer, opt);
    wh_emit_real(&emit, "cell_m", theme->cells.cell_m, 3);
    wh_emit_count(&emit, "cell_count_step", theme->cells.step);
    emit_sums(&emit, job, theme);
    return wh_buf_ok(ret, err);
}

static enum wh_status write_archive(const struct wh_job *job, size_t theme_idx,
                                    const struct wh_vector_layer *layer, const struct tiles *tiles,
                                    struct wh_vector_tile_options *opt, struct wh_error *err)
{
    const struct wh_theme_report *theme = &job->report->theme[theme_idx];
    struct wh_tileset *tileset = &job->tileset[theme_idx];
    struct wh_tile_set *set = NULL;
    struct wh_buf members;
    char stem[128];
    (void)snprintf(stem, sizeof stem, "%s-vector", theme->theme->id);
    wh_buf_init(&members, job->ctx);
    enum wh_status status = find_lowest_zoom(job, theme, tiles, opt, err);
    if (status == WH_OK) {
        status = describe(job, theme, layer, opt, &members, err);
    }
    if (status == WH_OK) {
        status = fill_set(job, theme, tiles, members.ptr, opt, &set, err);
    }
    if (status == WH_OK) {
        status = wh_tile_archive_write(job, set, stem, "", tileset->vector, err);
    }
    tileset->vector_zoom_min = opt->zoom_min;
    tileset->vector_zoom_max = opt->zoom_max;
    wh_tile_set_destroy(set);
    wh_buf_finish(&members);
    return status;
}

/* Tiles hold no text of their own that the leak check could read: it reads what goes in. */
static void note_text(const struct wh_job *job, const struct wh_collection *collection)
{
    if (job->text != NULL) {
        wh_buf_str(job->text, wh_buf_view(&collection->features));
        wh_buf_char(job->text, '\n');
    }
}

static const char *define(int layer, const struct wh_theme_report *theme)
{
    return layer == 0   ? "Wards with the theme's requests."
           : layer == 1 ? "Hot spots of the theme."
           : theme->cells.step <= 1
               ? "Squares with the theme's requests."
               : "Squares with the theme's requests, rounded down; those with fewer, and some more "
                 "to protect them, are left out.";
}

static enum wh_status write_theme(struct wh_job *job, size_t theme_idx, struct wh_error *err)
{
    typedef enum wh_status add_fn(struct wh_collection * collection,
                                  const struct wh_theme_report *theme, struct wh_error *err);
    static add_fn *const ADD[N_LAYERS] = {add_wards, add_hotspots, add_cells};
    const struct wh_theme_report *theme = &job->report->theme[theme_idx];
    struct wh_vector_tile_options opt = plan(job, theme->cells.cell_m);
    struct wh_collection collection[N_LAYERS];
    struct wh_vector_layer layer[N_LAYERS];
    struct tiles tiles = {.ctx = job->ctx};
    enum wh_status status = WH_OK;
    wh_buf_init(&tiles.bytes, job->ctx);
    for (int i = 0; i < N_LAYERS; i++) {
        wh_collection_init(&collection[i], job, LAYER_FILE[i], true);
        if (status == WH_OK) {
            status = ADD[i](&collection[i], theme, err);
        }
        if (status == WH_OK) {
            status = wh_collection_layer(&collection[i], LAYER[i], true, &layer[i], err);
        }
        if (status == WH_OK) {
            layer[i].definition = define(i, theme);
            note_text(job, &collection[i]);
        }
    }
    if (status == WH_OK) {
        status = wh_vector_tiles(job->ctx, layer, N_LAYERS, &opt, keep_tile, &tiles, err);
    }
    if (status == WH_OK) {
        status = write_archive(job, theme_idx, layer, &tiles, &opt, err);
    }
    for (int i = 0; i < N_LAYERS; i++) {
        wh_collection_finish(&collection[i]);
    }
    wh_free(job->ctx, tiles.tile);
    wh_buf_finish(&tiles.bytes);
    return status;
}

enum wh_status wh_vector_tiles_write(struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < job->report->n_themes; i++) {
        status = write_theme(job, i, err);
    }
    return status;
}
