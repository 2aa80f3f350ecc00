/* publish/manifest.c: manifest.json, written last, over every other file of its folder. */
#include "publish/manifest.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/sha256.h"
#include "base/time.h"
#include "publish/emit.h"
#include "publish/ledger.h"

static void write_head(struct wh_emitter *emit, const struct wh_report *report,
                       const struct wh_manifest *manifest)
{
    wh_emit_text(emit, "format", "wardheat manifest 1");
    wh_emit_text(emit, "title", report->title);
    wh_emit_text(emit, "release", report->release_id);
    wh_emit_text(emit, "edition", report->edition == WH_EDITION_PUBLIC ? "public" : "officer");
    wh_emit_day(emit, "as_of", report->as_of_day);
    wh_emit_day(emit, "data_through", report->data_through_day);
    wh_emit_count(emit, "hide_below", report->hide_below);
    wh_emit_text(emit, "crs", report->crs);
    wh_emit_text(emit, "datum_note", report->datum_note);
    wh_emit_text(emit, "gates", manifest->gates);
}

static void write_inputs(struct wh_emitter *emit, const struct wh_manifest *manifest,
                         int64_t as_of_day)
{
    wh_emit_array(emit, "inputs");
    for (size_t i = 0; i < manifest->n_inputs; i++) {
        const struct wh_manifest_input *input = &manifest->input[i];
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "role", input->role);
        wh_emit_text(emit, "name", input->name);
        wh_emit_text(emit, "sha256", input->sha256);
        wh_emit_count(emit, "size_bytes", input->size_bytes);
        wh_emit_count(emit, "rows", input->rows);
        if (input->edition_day != WH_NO_DAY) {
            wh_emit_day(emit, "edition", input->edition_day);
            wh_emit_real(emit, "age_days", (double)(as_of_day - input->edition_day), 0);
        }
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
    wh_emit_array(emit, "transforms");
    for (size_t i = 0; i < manifest->n_transforms; i++) {
        const struct wh_transform_info *info = &manifest->transform[i].info;
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "what", manifest->transform[i].what);
        wh_emit_text(emit, "operation", info->operation);
        wh_emit_real(emit, "accuracy_m", info->accuracy_m < 0 ? (double)NAN : info->accuracy_m, 3);
        wh_emit_bool(emit, "uses_grid", info->uses_grid);
        wh_emit_bool(emit, "is_best", info->is_best);
        wh_emit_text(emit, "missing_grid",
                     info->missing_grid[0] == '\0' ? NULL : info->missing_grid);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

static void write_pairs(struct wh_emitter *emit, const char *key, size_t n, const char *const *name,
                        const char *const *value)
{
    wh_emit_object(emit, key);
    for (size_t i = 0; i < n; i++) {
        wh_emit_text(emit, name[i], value[i]);
    }
    wh_emit_object_end(emit);
}

static void write_source(struct wh_emitter *emit, const struct wh_source_note *source, uint32_t k)
{
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "id", source->id);
    wh_emit_text(emit, "attribution", source->attribution);
    for (int kind = WH_LEDGER_ROWS; kind <= WH_LEDGER_PLACED; kind++) {
        const struct wh_ledger_line line = wh_ledger_line((enum wh_ledger_kind)kind, source, k);
        wh_ledger_emit(emit, &line);
    }
    wh_emit_object_end(emit);
}

static void write_period(struct wh_emitter *emit, const char *key, const struct wh_period *period)
{
    wh_emit_object(emit, key);
    wh_emit_day(emit, "from", period->from_day);
    wh_emit_day(emit, "to", period->to_day - 1); /* the last whole day, as on the pages */
    wh_emit_object_end(emit);
}

static void write_hotspot_method(struct wh_emitter *emit, const struct wh_theme_report *theme)
{
    const struct wh_base_note *base = &theme->base;
    if (base->kind == WH_BASE_NONE) {
        wh_emit_real(emit, "hotspot_share", theme->hotspot_share, 4);
        return;
    }
    wh_emit_text(emit, "relative_to", wh_base_name(base->kind));
    wh_emit_real(emit, "base_total", base->total, 1);
    wh_emit_real(emit, "false_discovery", base->false_discovery, 4);
    wh_emit_real(emit, "ratio", base->ratio, 4);
    wh_emit_real(emit, "independent_cells", base->independent_cells, 1);
}

static void write_theme(struct wh_emitter *emit, const struct wh_theme_report *theme)
{
    wh_emit_object(emit, NULL);
    wh_emit_text(emit, "id", theme->theme->id);
    wh_emit_text(emit, "title", theme->theme->title);
    write_period(emit, "period", &theme->period);
    wh_emit_count(emit, "window_days", theme->theme->window_days);
    wh_emit_text(emit, "window_why", theme->theme->window_why);
    write_period(emit, "previous_period", &theme->previous);
    wh_emit_bool(emit, "previous_is_complete", theme->previous_is_complete);
    wh_emit_text(emit, "kernel", theme->kernel);
    wh_emit_text(emit, "edge", theme->edge);
    wh_emit_real(emit, "max_error", theme->max_error, 6);
    wh_emit_real(emit, "bandwidth_m", theme->bandwidth_m, 3);
    wh_emit_text(emit, "bandwidth_why", theme->bandwidth_why);
    wh_emit_real(emit, "cell_m", theme->cell_m, 3);
    write_hotspot_method(emit, theme);
    wh_emit_text(emit, "unit", theme->legend.unit);
    wh_emit_array(emit, "breaks");
    for (uint32_t i = 0; i < theme->legend.n; i++) {
        wh_emit_real(emit, NULL, theme->legend.break_at[i], 6);
    }
    wh_emit_array_end(emit);
    wh_emit_object_end(emit);
}

static enum wh_status write_file(struct wh_ctx *ctx, struct wh_emitter *emit, const char *folder,
                                 const char *name, struct wh_error *err)
{
    char hex[65] = "";
    struct wh_file_info info = {0};
    char *path = wh_path_join(ctx, folder, name);
    enum wh_status status =
        path == NULL ? wh_fail_memory(ctx, err) : wh_sha256_file(ctx, path, hex, err);
    if (status == WH_OK && !wh_io_stat(path, &info)) {
        status = wh_fail_at(err, WH_ERR_OUTPUT, path, 0, 0, "is gone");
    }
    if (status == WH_OK) {
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "path", name);
        wh_emit_count(emit, "size_bytes", info.size_bytes);
        wh_emit_text(emit, "sha256", hex);
        wh_emit_object_end(emit);
    }
    wh_free(ctx, path);
    return status;
}

static enum wh_status write_files(struct wh_ctx *ctx, struct wh_emitter *emit, const char *folder,
                                  struct wh_error *err)
{
    struct wh_paths files = {0};
    enum wh_status status = wh_io_walk(ctx, folder, &files, err);
    wh_emit_array(emit, "files");
    for (size_t i = 0; status == WH_OK && i < files.n; i++) {
        if (strcmp(files.path[i], "manifest.json") != 0) {
            status = write_file(ctx, emit, folder, files.path[i], err);
        }
    }
    wh_emit_array_end(emit);
    wh_paths_finish(ctx, &files);
    return status;
}

enum wh_status wh_manifest_write(struct wh_ctx *ctx, const char *folder,
                                 const struct wh_report *report, const struct wh_manifest *manifest,
                                 struct wh_error *err)
{
    struct wh_buf text;
    wh_buf_init(&text, ctx);
    struct wh_emitter emit = {.buf = &text};
    const uint32_t k = report->edition == WH_EDITION_PUBLIC ? report->hide_below : 0;
    wh_emit_object(&emit, NULL);
    write_head(&emit, report, manifest);
    write_inputs(&emit, manifest, report->as_of_day);
    write_pairs(&emit, "parameters", manifest->n_parameters, manifest->parameter_name,
                manifest->parameter_value);
    write_pairs(&emit, "versions", manifest->n_versions, manifest->version_name,
                manifest->version_value);
    wh_emit_array(&emit, "sources");
    for (size_t i = 0; i < report->n_sources; i++) {
        write_source(&emit, &report->source[i], k);
    }
    wh_emit_array_end(&emit);
    wh_emit_array(&emit, "themes");
    for (size_t i = 0; i < report->n_themes; i++) {
        write_theme(&emit, &report->theme[i]);
    }
    wh_emit_array_end(&emit);
    wh_emit_array(&emit, "licences");
    for (size_t i = 0; i < report->n_licences; i++) {
        wh_emit_text(&emit, NULL, report->licence[i]);
    }
    wh_emit_array_end(&emit);
    enum wh_status status = write_files(ctx, &emit, folder, err);
    wh_emit_object_end(&emit);
    wh_buf_char(&text, '\n');
    if (status == WH_OK) {
        status = wh_buf_ok(&text, err);
    }
    char *path = wh_path_join(ctx, folder, "manifest.json");
    if (status == WH_OK) {
        status = path == NULL ? wh_fail_memory(ctx, err)
                              : wh_io_write_all(ctx, path, wh_buf_view(&text), err);
    }
    wh_free(ctx, path);
    wh_buf_finish(&text);
    return status;
}
