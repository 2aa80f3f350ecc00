/* publish/geojson.c: wards, hot spots and their parts; the order of properties is that of the
 * dictionary in fields.c. */
#include "publish/geojson.h"

#include <stdio.h>

#include "publish/fields.h"
#include "publish/figures.h"
#include "publish/layers.h"
#include "publish/qml.h"
#include "render/words.h"

enum { AREA_DECIMALS = 3 };

static void add_ward(struct wh_collection *collection, uint32_t ward)
{
    const struct wh_report *report = collection->job->report;
    const struct wh_areas *wards = report->wards;
    struct wh_emitter *emit = &collection->emit;
    wh_emit_text(emit, "code", wards->code[ward]);
    wh_emit_text(emit, "name", wards->name[ward]);
    wh_emit_real(emit, "area_km2", wards->area_km2[ward], AREA_DECIMALS);
    wh_emit_whole(emit, "population", wards->population[ward]);
    wh_emit_whole(emit, "households", wards->households[ward]);
    for (size_t i = 0; i < report->n_themes; i++) {
        char prefix[80];
        wh_field_prefix(report->theme[i].theme, prefix, sizeof prefix);
        wh_figures_add(emit, prefix, report, &report->theme[i], &report->theme[i].ward[ward], true);
        if (wh_has_metrics(report)) {
            wh_figures_emit(emit, prefix, report->theme[i].level[0].metric[ward]);
        }
    }
}

enum wh_status wh_geojson_write_wards(const struct wh_job *job, struct wh_error *err)
{
    struct wh_collection collection;
    enum wh_status status = WH_OK;
    wh_collection_init(&collection, job, WH_OUT_WARDS_GEOJSON, job->layers != NULL);
    for (uint32_t i = 0; status == WH_OK && i < job->report->wards->n; i++) {
        wh_feature_begin(&collection, job->report->wards->code[i]);
        add_ward(&collection, i);
        status = wh_feature_end(&collection, &job->report->wards->shape[i], err);
    }
    status = wh_layer_end(&collection, 0, "wards", "Wards", status, err);
    return status == WH_OK && job->opt->wants_geojson ? wh_qml_write_wards(job, err) : status;
}

static void add_theme(struct wh_emitter *emit, const struct wh_theme_report *theme)
{
    wh_emit_text(emit, "theme", theme->theme->id);
    wh_emit_text(emit, "theme_title", theme->theme->title);
}

static void add_period(struct wh_emitter *emit, const struct wh_theme_report *theme)
{
    wh_emit_day(emit, "period_from", theme->period.from_day);
    wh_emit_day(emit, "period_to", theme->period.to_day - 1); /* the last whole day */
}

/* "Kingsmead; Walcot": the wards of the parts, in their order. */
static void add_ward_names(struct wh_emitter *emit, struct wh_buf *scratch,
                           const struct wh_report *report, const struct wh_hotspot *hotspot)
{
    wh_buf_clear(scratch);
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        wh_buf_c(scratch, i == 0 ? "" : "; ");
        wh_buf_c(scratch, report->wards->name[hotspot->part[i].ward]);
    }
    wh_emit_text(emit, "wards", scratch->ptr);
}

static void add_evidence(struct wh_emitter *emit, const struct wh_evidence *evidence)
{
    wh_emit_real(emit, "expected", evidence->expected, WH_EXPECTED_DECIMALS);
    wh_emit_real(emit, "ratio", evidence->ratio, WH_RATIO_DECIMALS);
    wh_emit_real(emit, "ratio_low", evidence->ratio_low, WH_RATIO_DECIMALS);
    wh_emit_real(emit, "ratio_high", evidence->ratio_high, WH_RATIO_DECIMALS);
    wh_emit_real(emit, "q", evidence->q, WH_Q_DECIMALS);
}

static enum wh_status add_hotspot(struct wh_collection *collection, struct wh_buf *scratch,
                                  const struct wh_theme_report *theme,
                                  const struct wh_hotspot *hotspot, struct wh_error *err)
{
    const struct wh_report *report = collection->job->report;
    struct wh_emitter *emit = &collection->emit;
    wh_feature_begin(collection, hotspot->id);
    add_theme(emit, theme);
    wh_emit_count(emit, "rank", hotspot->rank);
    wh_emit_text(emit, "name", hotspot->name);
    add_ward_names(emit, scratch, report, hotspot);
    wh_emit_text(emit, "owner", theme->theme->owner);
    wh_emit_text(emit, "trend", wh_trend_name(hotspot->trend));
    wh_emit_day(emit, "since", hotspot->since_day);
    add_period(emit, theme);
    wh_emit_real(emit, "area_km2", hotspot->area_km2, AREA_DECIMALS);
    wh_figures_add(emit, "", report, theme, &hotspot->figures, false);
    add_evidence(emit, &hotspot->evidence);
    wh_emit_text(emit, "firmness", wh_firmness_name(hotspot->firmness));
    wh_emit_text(emit, "emerging", hotspot->emerging);
    wh_buf_clear(scratch);
    wh_say_hotspot(scratch, collection->job->opt->english, report, theme, hotspot);
    wh_emit_text(emit, "sentence", scratch->ptr);
    const enum wh_status status = wh_buf_ok(scratch, err);
    return status == WH_OK ? wh_feature_end(collection, &hotspot->shape, err) : status;
}

enum wh_status wh_geojson_write_hotspots(const struct wh_job *job, struct wh_error *err)
{
    struct wh_collection collection;
    struct wh_buf scratch;
    enum wh_status status = WH_OK;
    wh_collection_init(&collection, job, WH_OUT_HOTSPOTS_GEOJSON, job->layers != NULL);
    wh_buf_init(&scratch, job->ctx);
    for (size_t i = 0; i < job->report->n_themes; i++) {
        const struct wh_theme_report *theme = &job->report->theme[i];
        for (size_t j = 0; status == WH_OK && j < theme->n_hotspots; j++) {
            status = add_hotspot(&collection, &scratch, theme, &theme->hotspot[j], err);
        }
    }
    wh_buf_finish(&scratch);
    status = wh_layer_end(&collection, 0, "hotspots", "Hot spots", status, err);
    return status == WH_OK && job->opt->wants_geojson
               ? wh_qml_write_hotspots(job, WH_OUT_HOTSPOTS_GEOJSON, err)
               : status;
}

static enum wh_status add_part(struct wh_collection *collection,
                               const struct wh_theme_report *theme,
                               const struct wh_hotspot *hotspot, const struct wh_hotspot_part *part,
                               struct wh_error *err)
{
    const struct wh_job *job = collection->job;
    struct wh_emitter *emit = &collection->emit;
    char id[256];
    snprintf(id, sizeof id, "%s-%s", hotspot->id, job->ward_slug[part->ward]);
    wh_feature_begin(collection, id);
    add_theme(emit, theme);
    wh_emit_text(emit, "hotspot", hotspot->id);
    wh_emit_count(emit, "rank", hotspot->rank);
    wh_emit_text(emit, "name", hotspot->name);
    wh_emit_text(emit, "ward_code", job->report->wards->code[part->ward]);
    wh_emit_text(emit, "ward_name", job->report->wards->name[part->ward]);
    wh_emit_text(emit, "trend", wh_trend_name(hotspot->trend));
    add_period(emit, theme);
    wh_emit_real(emit, "area_km2", wh_shape_area_km2(&part->shape), AREA_DECIMALS);
    wh_figures_add(emit, "", job->report, theme, &part->figures, false);
    return wh_feature_end(collection, &part->shape, err);
}

enum wh_status wh_geojson_write_parts(const struct wh_job *job, struct wh_error *err)
{
    struct wh_collection collection;
    enum wh_status status = WH_OK;
    wh_collection_init(&collection, job, WH_OUT_PARTS_GEOJSON, job->layers != NULL);
    for (size_t i = 0; i < job->report->n_themes; i++) {
        const struct wh_theme_report *theme = &job->report->theme[i];
        for (size_t j = 0; j < theme->n_hotspots; j++) {
            const struct wh_hotspot *hotspot = &theme->hotspot[j];
            for (size_t k = 0; status == WH_OK && k < hotspot->n_parts; k++) {
                status = add_part(&collection, theme, hotspot, &hotspot->part[k], err);
            }
        }
    }
    status = wh_layer_end(&collection, 0, "hotspots-by-ward", "Hot spots by ward", status, err);
    return status == WH_OK && job->opt->wants_geojson
               ? wh_qml_write_hotspots(job, WH_OUT_PARTS_GEOJSON, err)
               : status;
}
