/* publish/geojson_areas.c: the config's area layers with every theme's figures, and squares with a
 * theme's counts. */
#include <stdio.h>

#include "base/error.h"
#include "publish/cell.h"
#include "publish/figures.h"
#include "publish/geojson.h"
#include "publish/layers.h"
#include "publish/qml.h"

enum { AREA_DECIMALS = 3 };

/* The same figures as of a ward, from the area's tally and metrics. */
static struct wh_figures figures_of(const struct wh_level_figures *level, uint32_t area)
{
    const struct wh_tally *tally = &level->tally[area];
    return (struct wh_figures){.count = tally->count[WH_IN_REQUESTS],
                               .previous = tally->count[WH_IN_PREVIOUS],
                               .per_km2 = level->metric[area][WH_METRIC_PER_KM2].value,
                               .per_1000 = level->metric[area][WH_METRIC_PER_1000].value};
}

static enum wh_status add_area(struct wh_collection *collection, size_t level_idx, uint32_t area,
                               struct wh_error *err)
{
    const struct wh_report *report = collection->job->report;
    const struct wh_areas *areas = report->theme[0].level[level_idx].level->areas;
    struct wh_emitter *emit = &collection->emit;
    wh_feature_begin(collection, areas->code[area]);
    wh_emit_text(emit, "area_code", areas->code[area]);
    wh_emit_text(emit, "area_name", areas->name[area]);
    wh_emit_real(emit, "area_km2", areas->area_km2[area], AREA_DECIMALS);
    wh_emit_whole(emit, "population", areas->population[area]);
    wh_emit_whole(emit, "households", areas->households[area]);
    for (size_t i = 0; i < report->n_themes; i++) {
        const struct wh_theme_report *theme = &report->theme[i];
        const struct wh_level_figures *level = &theme->level[level_idx];
        const struct wh_figures figures = figures_of(level, area);
        char prefix[80];
        wh_field_prefix(theme->theme, prefix, sizeof prefix);
        wh_figures_add(emit, prefix, report, theme, &figures, true);
        wh_figures_emit(emit, prefix, level->metric[area]);
    }
    return wh_feature_end(collection, &areas->shape[area], err);
}

enum wh_status wh_geojson_write_areas(const struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < wh_out_file_count(job->report, WH_OUT_AREAS_GEOJSON);
         i++) {
        const size_t idx = wh_area_layer(job->report, i);
        const struct wh_level *level = job->report->theme[0].level[idx].level;
        struct wh_collection collection;
        wh_collection_init(&collection, job, WH_OUT_AREAS_GEOJSON, job->layers != NULL);
        for (uint32_t area = 0; status == WH_OK && area < level->areas->n; area++) {
            status = add_area(&collection, idx, area, err);
        }
        status = wh_layer_end(&collection, i, level->id, level->title, status, err);
    }
    return status == WH_OK && job->opt->wants_geojson ? wh_qml_write_areas(job, err) : status;
}

static enum wh_status add_cell(struct wh_collection *collection,
                               const struct wh_theme_report *theme, const struct wh_cell *cell,
                               struct wh_error *err)
{
    struct wh_emitter *emit = &collection->emit;
    const struct wh_shape *square = wh_cell_square(&collection->values.arena, theme, cell);
    char id[128], words[32];
    if (square == NULL) {
        return wh_fail_memory(collection->job->ctx, err);
    }
    wh_feature_begin(collection, wh_cell_id(theme, cell, id, sizeof id));
    wh_emit_text(emit, "theme", theme->theme->id);
    wh_emit_text(emit, "theme_title", theme->theme->title);
    wh_emit_day(emit, "period_from", theme->period.from_day);
    wh_emit_day(emit, "period_to", theme->period.to_day - 1); /* the last whole day */
    wh_emit_count(emit, "count", cell->n);
    wh_emit_text(emit, "count_words", wh_cell_words(&theme->cells, cell, words, sizeof words));
    wh_emit_text(emit, "emerging", cell->emerging);
    return wh_feature_end(collection, square, err);
}

enum wh_status wh_geojson_write_cells(const struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < job->report->n_themes; i++) {
        const struct wh_theme_report *theme = &job->report->theme[i];
        struct wh_collection collection;
        char name[128], title[256];
        snprintf(name, sizeof name, "grid-%s", theme->theme->id);
        snprintf(title, sizeof title, "%s by squares", theme->theme->title);
        wh_collection_init(&collection, job, WH_OUT_CELLS_GEOJSON, job->layers != NULL);
        for (size_t j = 0; status == WH_OK && j < theme->cells.n; j++) {
            status = add_cell(&collection, theme, &theme->cells.cell[j], err);
        }
        status = wh_layer_end(&collection, i, name, title, status, err);
        if (status == WH_OK && job->opt->wants_geojson) {
            status = wh_qml_write_cells(job, theme, err);
        }
    }
    return status;
}
